"""What does a sweep cost: in memory, in a second process, in paths kept, in a crash, in runs needed?

Six parts, each measured against the figure it is to reach:

    a  runs a second and peak memory as a summary sweep grows (outcomes and histograms, no paths)
    b  two worker processes over one, the same runs in turn
    c  keeping the path of every run, on top of the same sweep without paths; bytes written
    d  a sweep killed half-way and resumed, over an undisturbed one
    e  the same model under Mesa's batch runner and under EMA Workbench (`other_engines.py`)
    f  runs needed to know what an embargo changes, under common luck and without (`contrast_runs.py`)

Every sweep of a to d runs in a process of its own. Ratios are medians over repeats in which the two
sides take turns; the machine should have nothing else to do.

    python experiments/benchmarks/sweep_costs.py                  all of it, some tens of minutes
    python experiments/benchmarks/sweep_costs.py --part b --part d
    python experiments/benchmarks/sweep_costs.py --million --full-paths --full-resume
    python experiments/benchmarks/sweep_costs.py --quick          a look whether everything works
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from contrast_runs import BASE, POLICY, contrast
from other_engines import measure as other_engines
from sweep_process import killed, played

from sim.study.request import scenario_of, study_for
from sim.sweeps.cost import amount, estimate_cost

HINDCAST = "south_caucasus_2010"


@dataclass(frozen=True)
class Extent:
    """How much is played in each part; months are cut off where a smoke test wants them to be."""

    growth: tuple[int, ...] = (10_000, 100_000)
    pooled: int = 40_000
    kept: int = 10_000
    killed: int = 20_000
    agents: int = 6
    core: int = 8192
    contrast: int = 10_000
    repeats: int = 3
    ends: tuple[tuple[str, str], ...] = ()  # last month by scenario


QUICK = Extent((256, 1024), 2048, 256, 2048, 1, 1024, 512, 1, ((HINDCAST, "2010-06"), (BASE, "2026-12"),
                                                              (POLICY, "2026-12")))  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the table; `reached` is None where there is no goal, or too few runs to speak of it."""

    part: str
    figure: str
    measured: str
    goal: str = ""
    reached: bool | None = None
    number: float | None = None

    def __str__(self) -> str:
        """Return the line."""
        verdict = {None: "", True: "yes", False: "NO"}[self.reached]
        return f"{self.part:<4} {self.figure:<66} {self.measured:<38} {self.goal:<9} {verdict}".rstrip()


# -- the parts


def turns(repeats: int) -> Iterator[tuple[int, bool]]:
    """Yield the repeats and whether the second side goes first, so that neither always does."""
    for repeat in range(repeats):
        yield repeat, repeat % 2 == 1


def spread(ratios: list[float], form: str) -> str:
    """Return the median, and the range if there is one."""
    middle = form.format(statistics.median(ratios))
    return middle if len(ratios) == 1 else f"{middle} ({form.format(min(ratios))} to {form.format(max(ratios))})"


def growth(scenarios: dict[str, str], extent: Extent, folder: Path) -> Iterator[Row]:
    """Play summary sweeps of growing size."""
    peaks = {}
    for runs in extent.growth:
        out = folder / f"growth_{runs}"
        took = played(what=scenarios[HINDCAST], runs=runs, kept_paths=0, out=str(out))
        shutil.rmtree(out)
        peaks[runs] = took.peak
        yield Row("a", f"{runs:,} runs: runs a second", f"{runs / took.seconds:,.0f}", number=runs / took.seconds)
        yield Row("a", f"{runs:,} runs: peak memory", f"{took.peak:,.0f} MB", "< 1.5 GB", took.peak < 1500, took.peak)
    small, large = min(peaks), max(peaks)
    ratio = peaks[large] / peaks[small]
    figure = f"peak memory of {large:,} runs over {small:,} runs"
    yield Row("a", figure, f"{ratio:.2f}", "< 1.25", ratio < 1.25, ratio)


def second_worker(scenarios: dict[str, str], extent: Extent, folder: Path) -> Iterator[Row]:
    """Play the same runs with one worker and with two."""
    ratios, processor = [], []
    for repeat, swap in turns(extent.repeats):
        took = {}
        for workers in (2, 1) if swap else (1, 2):
            out = folder / f"workers_{repeat}_{workers}"
            took[workers] = played(what=scenarios[HINDCAST], runs=extent.pooled, kept_paths=0, out=str(out),
                                   workers=workers)  # fmt: skip
            shutil.rmtree(out)
        ratios.append(took[1].seconds / took[2].seconds)
        processor.append(took[2].processor / took[1].processor)
    ratio, dearer = statistics.median(ratios), statistics.median(processor)
    figure = f"{extent.pooled:,} runs: two workers over one"
    yield Row("b", figure, spread(ratios, "{:.2f}"), ">= 1.7", ratio >= 1.7, ratio)
    yield Row("b", f"{figure}, processor time", spread(processor, "{:.2f}"), number=dearer)


def paths(scenarios: dict[str, str], extent: Extent, folder: Path) -> Iterator[Row]:
    """Keep the paths of no run and of all."""
    runs, ratios, processor, sizes = extent.kept, [], [], {}
    refuse_full_disk(scenarios[HINDCAST], runs, folder)
    for repeat, swap in turns(extent.repeats):
        took = {}
        for paths in (runs, 0) if swap else (0, runs):
            out = folder / f"paths_{repeat}_{paths}"
            took[paths] = played(what=scenarios[HINDCAST], runs=runs, kept_paths=paths, out=str(out))
            sizes[paths] = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
            shutil.rmtree(out)
        ratios.append(took[runs].seconds / took[0].seconds - 1.0)
        processor.append(took[runs].processor / took[0].processor - 1.0)
    figure = f"{runs:,} runs: keeping every path, on top of keeping none"
    for what, extras in ((figure, ratios), (f"{figure}, processor time", processor)):
        extra = statistics.median(extras)
        yield Row("c", what, spread(extras, "{:.0%}"), "< 35 %", extra < 0.35, extra)
    for paths, kept in ((runs, "every path"), (0, "no path")):
        yield Row("c", f"{runs:,} runs: bytes written, {kept}", amount(sizes[paths]), number=sizes[paths])


def refuse_full_disk(scenario: str, runs: int, folder: Path) -> None:
    """Stop before a disk is filled."""
    needed, free = estimate_cost(study_for(scenario, runs, kept_paths=runs)).bytes, shutil.disk_usage(folder).free
    if 1.2 * needed > free:
        raise SystemExit(f"paths of {runs:,} runs take {amount(needed)}, {folder} has {amount(free)}; name another "
                         "--folder, or leave --full-paths out")  # fmt: skip


def crash(scenarios: dict[str, str], extent: Extent, folder: Path) -> Iterator[Row]:
    """Play a sweep undisturbed, then once more with a kill half-way; the results must be the same."""
    order = {"what": scenarios[HINDCAST], "runs": extent.killed, "kept_paths": 0}
    extras, startups, work = [], [], []
    for repeat, _ in turns(extent.repeats):
        whole, broken = folder / f"whole_{repeat}", folder / f"broken_{repeat}"
        undisturbed = played(**order, out=str(whole))
        first, in_vain = killed(undisturbed.seconds / 2, **order, out=str(broken))
        second = played(verb="resume", out=str(broken))
        if (whole / "summary.csv").read_bytes() != (broken / "summary.csv").read_bytes():
            raise SystemExit("the resumed sweep did not end like the undisturbed one; its cost means nothing")
        extras.append((first + second.seconds) / undisturbed.seconds - 1.0)
        startups.append(second.startup)
        nothing_left = played(verb="resume", out=str(whole))
        work.append((in_vain + nothing_left.seconds) / undisturbed.seconds)
        shutil.rmtree(whole), shutil.rmtree(broken)
    extra, startup, every = (statistics.median(values) for values in (extras, startups, work))
    what = f"{extent.killed:,} runs killed half-way and resumed"
    yield Row("d", f"{what}: extra time", spread(extras, "{:.1%}"), "< 3 %", extra < 0.03, extra)
    yield Row("d", "start of the second process, not counted above", spread(startups, "{:.1f} s"), number=startup)
    yield Row("d", f"{what}: batch in vain, and a resume of nothing", spread(work, "{:.1%}"), "< 3 %",
              every < 0.03, every)  # fmt: skip


def engines(scenarios: dict[str, str], extent: Extent, folder: Path) -> Iterator[Row]:
    """Play the same model under other harnesses, one process each."""
    words = {"--scenario": scenarios[HINDCAST], "--agent-runs": extent.agents, "--core-runs": extent.core,
             "--repeats": extent.repeats}  # fmt: skip
    speeds = other_engines([str(word) for pair in words.items() for word in pair])
    ours = speeds["sim.sweep"]
    for name in ("sim.sweep", "mesa.batch_run", "EMA Workbench, agents", "EMA Workbench, numpy core"):
        speed = speeds.get(name)
        if speed is None:
            yield Row("e", f"{name}: runs a second", "not installed")
            continue
        beside = "" if name == "sim.sweep" else f" (sim.sweep: {rounded(ours / speed)} times that)"
        yield Row("e", f"{name}: runs a second", f"{rounded(speed)}{beside}", number=speed)


def rounded(number: float) -> str:
    """Return a number for people."""
    return f"{number:,.0f}" if number >= 100.0 else f"{number:.3g}"


def common_luck(scenarios: dict[str, str], extent: Extent, folder: Path) -> Iterator[Row]:
    """Count the runs that an embargo's effect on the probability of a campaign takes to be known to 0.01."""
    found = contrast(scenarios[BASE], scenarios[POLICY], extent.contrast)
    for luck, needed in (("common luck", found.common), ("a seed for each scenario", found.separate)):
        yield Row("f", f"runs to know an embargo's effect to 0.01, {luck}", f"{needed:,.0f}", number=needed)
    times = f"{found.saved:.3g} ({found.low:.3g} to {found.high:.3g})"
    yield Row("f", "the second over the first", times, number=found.saved)
    effect = f"{found.change:+.4f} +- {found.error:.4f}"
    yield Row("f", f"that effect, measured with {found.runs:,} runs", effect, number=found.change)


PARTS: dict[str, Callable[[dict[str, str], Extent, Path], Iterator[Row]]] = {
    "a": growth, "b": second_worker, "c": paths, "d": crash, "e": engines, "f": common_luck,
}  # fmt: skip


# -- all together


def shortened(extent: Extent, folder: Path) -> dict[str, str]:
    """Return the scenarios by name; those that are to end early are written out with fewer months."""
    found = {name: name for name in (HINDCAST, BASE, POLICY)}
    for name, end in extent.ends:
        whole = scenario_of(name)
        timeline = [event for event in whole.timeline if event.date[:7] <= end]
        path = folder / f"{name}.yaml"
        path.write_text(whole.model_copy(update={"end": end, "timeline": timeline}).lock(), encoding="utf-8")
        found[name] = str(path)
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=sorted(PARTS), help="only this part; may be repeated")
    parser.add_argument("--quick", action="store_true", help="few runs of few months; the numbers mean nothing")
    parser.add_argument("--million", action="store_true", help="let part a grow to 1,000,000 runs")
    parser.add_argument("--full-paths", action="store_true", help="let part c keep 100,000 paths")
    parser.add_argument("--full-resume", action="store_true", help="let part d play 100,000 runs")
    parser.add_argument("--repeats", type=int, help="of every comparison; 3 unless asked")
    parser.add_argument("--folder", type=Path, help="where results are written and removed again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table to a file")
    return parser.parse_args()


def extent_of(asked: argparse.Namespace) -> Extent:
    """Return how much to play."""
    extent = QUICK if asked.quick else Extent()
    if asked.million:
        extent = replace(extent, growth=(*extent.growth, 1_000_000))
    if asked.full_paths:
        extent = replace(extent, kept=100_000)
    if asked.full_resume:
        extent = replace(extent, killed=100_000)
    return replace(extent, repeats=asked.repeats) if asked.repeats else extent


def main() -> None:
    """Measure, print each row as it is known, and write the table if asked."""
    asked = arguments()
    extent, rows = extent_of(asked), list[Row]()
    print(f"{HINDCAST}, numpy {np.__version__}, {os.cpu_count()} processors" + ", quick" * asked.quick)
    print(Row("part", "figure", "measured", "goal"), "reached")
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sweep_costs_", dir=asked.folder) as folder:
        scenarios = shortened(extent, Path(folder))
        for part in sorted(set(asked.part or PARTS)):
            for row in PARTS[part](scenarios, extent, Path(folder)):
                row = replace(row, reached=None) if asked.quick else row  # so few runs reach and miss nothing
                print(row, flush=True)
                rows.append(row)
    if asked.json:
        body = {"quick": asked.quick, "extent": asdict(extent), "rows": [asdict(row) for row in rows]}
        asked.json.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
