"""Each rule switched off in turn, under common random numbers: what would be missing without it.

Run *k* without a rule shares its luck with run *k* with it and differs by that rule alone. So leaving out a rule is a
comparison like any other: the measures and the paired estimates are those of `sim.analysis.compare.compare`, and two
sweeps with and without the rule, compared, give the same numbers to the last digit. Of each measure one number a run is
kept, with all rules and without the rule at hand: of the hindcast 83 measures of 8 bytes, 1.3 MB for 1,000 runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from sim.answers import Rows
from sim.engine.blocks import CHUNK_BLOCKS, blocks_of, chunks
from sim.engine.chunk import Chunk
from sim.engine.ensemble import ask_everybody, play
from sim.engine.record import Record
from sim.engine.soundness import Watchman
from sim.measures.intervals import level_of_each
from sim.measures.paired import differences, estimate, standing
from sim.measures.run_outcomes import Measure, labelled, path_measures, run_measures
from sim.model.arguments import MOST_RUNS, each_name, whole_number
from sim.model.mistakes import Mistake, suggest
from sim.model.outcomes import Outcome
from sim.model.turn import Consult, Game, Terms
from sim.model.variables import VARIABLES
from sim.model.world import Array
from sim.results.dataset import dataset_of
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of
from sim.study.study import study_of_scenario
from sim.terminal import Shown, progress_bar

# what `path_measures` asks for: quantity and axes by the name of the path
PATHS = {
    "deliveries": ("deliveries", ("origin", "state")), "milex": ("milex", ("state",)),
    "balance": ("balance", ("state",)), "fighting": ("fought", ()),
}  # fmt: skip
ESTIMATED = ("difference", "low", "high", "standardised")
OF_RUNS = ("displaced", "deaths", "milex")  # stocks that are measures of their own already


def followed(position: Position) -> list[str]:
    """Return the rules that anybody in the scenario follows, by name."""
    return sorted(position.doctrines)


def ablate(
    scenario: ScenarioLike,
    runs: int = 1000,
    *,
    seed: int = 0,
    rules: str | Collection[str] = (),
    hold: bool = False,
    chunk_blocks: int = CHUNK_BLOCKS,
    progress: Shown = "auto",
) -> xr.Dataset:
    """Switch off each rule in turn, or hold it at its mean, and compare run by run.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        How many runs, the same for every rule.
    seed : int
        Seed of all luck.
    rules : str or collection of str
        Which rules; all that are followed unless named.
    hold : bool
        Replace what a rule contributes by its mean over runs and steps, for each actor and place, instead of leaving
        it out: what it knows goes, its level stays.
    chunk_blocks : int
        Blocks of 256 runs played together; changes speed and memory only.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Dataset
        ``difference``, ``low``, ``high (rule, measure)``: mean over runs of *without the rule minus with it* and its
        95 % interval, with ``standardised`` (in standard deviations of the measure over runs), all as `compare` has
        them; ``clear (rule, measure)``, whether the interval leaves out zero, at a level at which supplier shares and
        what else is watched hold together as families (Bonferroni); ``baseline (measure)``, the mean with all rules;
        ``changed_runs (rule)``, the share of runs in which anything differs; ``decorative (rule)``, whether no
        interval leaves out zero.

    Raises
    ------
    Mistake
        If a rule is followed by nobody, or there are too few runs for an interval.
    """
    runs = whole_number(runs, "runs", least=2, most=MOST_RUNS)  # of one run there is no interval
    chunk_blocks = whole_number(chunk_blocks, "chunk_blocks", least=1)
    loaded = scenario_of(scenario)
    base = opening(loaded, seed)
    names = list(dict.fromkeys(each_name(rules))) or followed(base)
    for name in names:
        if name not in followed(base):
            raise Mistake(f"nobody in '{loaded.name}' follows a rule '{name}'{suggest(name, followed(base))}")
    with progress_bar(runs * (len(names) + 1), "run", shown=progress) as bar:
        means = Means(set(names)) if hold else None
        whole = _measured(base, runs, chunk_blocks, bar, means.ask if means else ask_everybody)
        # who buys nothing has no shares
        whole = {measure: values for measure, values in whole.items() if np.isfinite(values).any()}
        if not whole:
            raise Mistake(f"all {runs} runs broke, so no rule can be judged; `armsrace run` says where and why")
        found = []
        for name in names:
            position = base if means else opening(loaded, seed, [name])
            ask = means.holding(name) if means else ask_everybody
            found.append(_without(whole, _measured(position, runs, chunk_blocks, bar, ask)))
    about = study_of_scenario(loaded, runs, seed=seed).identity()
    return _labelled(xr.concat(found, "rule"), whole, names).assign_attrs(about, held=int(hold))


# -- what every run comes to


@dataclass
class Watch:
    """Take down what the runs on one game come to; paths as a sweep keeps them."""

    record: Record
    watchman: Watchman
    paths: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in PATHS})
    last: dict[str, Array] = field(default_factory=dict)

    def __call__(self, game: Game) -> None:
        """Note what one step adds, and after the last one what has come of it."""
        self.record(game)
        if not game.step:
            return
        self.watchman(game)
        runs = self.record.runs
        for name, path in self.paths.items():
            quantity, axes = PATHS[name]
            values = game.world[quantity][..., :runs].astype(np.float32)
            path.append(values if axes else values[0])  # the region is one actor, without an axis in a result
        if game.step == self.record.position.steps:
            self.last = {name: _per_run(game.world[name], runs) for name in stocks()}

    def measures(self) -> dict[Measure, Array]:
        """Return what every run came to, ``(run,)``; missing in a run that broke."""
        record = self.record
        good = self.watchman.sound[: record.runs] & record.finite()
        record.keep_only(good)
        played = dataset_of(record.position, [Chunk(0, record, [])]).drop_dims("member")
        paths = played.assign(
            {name: (("time", *PATHS[name][1], "member"), np.stack(path)) for name, path in self.paths.items()}
        )
        found = run_measures(played) | path_measures(paths)
        found |= {Measure(stock, "all"): self.last[name] for name, stock in stocks().items()}
        return {measure: np.where(good, np.asarray(values), np.nan) for measure, values in found.items()}


def stocks() -> dict[str, Outcome]:
    """Return the other quantities carried from step to step: where a rule leaves a trace beyond its reason."""
    return {
        name: Outcome(name, v.meaning, v.unit, v.meaning, "more of it", kind="stock")
        for name, v in VARIABLES.items()
        if v.kind == "stock" and name not in OF_RUNS
    }


def _per_run(array: Array, runs: int) -> Array:
    """Return the sum over all axes but the runs."""
    wide = np.broadcast_to(array, (*array.shape[:-1], max(array.shape[-1], runs)))
    flat: Array = wide[..., :runs].reshape(-1, runs).sum(0)
    return flat


def _measured(
    position: Position, runs: int, chunk_blocks: int, bar: Any, ask: Consult = ask_everybody
) -> dict[Measure, Array]:
    """Play runs from 0 on and return what each came to, ``(run,)``."""
    parts = []
    for first, count in chunks(0, runs, chunk_blocks):
        watch = Watch(Record(position, count, 0), Watchman(position.steps))
        play(position, blocks_of(first, count), watch, ask)
        parts.append(watch.measures())
        bar.update(count)
    return {measure: np.concatenate([part[measure] for part in parts]) for measure in parts[0]}


# -- a rule held at its mean


@dataclass
class Means:
    """Consult as the numpy core does, and note what some rules contribute in the mean over runs and steps."""

    rules: Collection[str]
    sums: dict[str, Any] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def ask(self, game: Game, phase: str) -> Terms:
        """Consult everybody in a phase and take down the mean over runs."""
        terms = ask_everybody(game, phase)
        for rule, term in (pair for pairs in terms.values() for pair in pairs):
            if rule.name in self.rules:
                self.sums[rule.name] = self.sums.get(rule.name, 0.0) + term.mean(-1, keepdims=True)
                self.times[rule.name] = self.times.get(rule.name, 0) + 1
        return terms

    def holding(self, name: str) -> Consult:
        """Return how everybody is consulted while one rule stays at its mean; its luck and all others go on."""
        mean = self.sums[name] / self.times[name]

        def ask(game: Game, phase: str) -> Terms:
            terms = ask_everybody(game, phase)
            return {
                quantity: [(rule, np.broadcast_to(mean, term.shape) if rule.name == name else term)
                           for rule, term in pairs]
                for quantity, pairs in terms.items()
            }  # fmt: skip

        return ask


# -- with and without a rule


def family(measure: Measure) -> str:
    """Return the family in which a measure is judged; those that are main are judged each by itself."""
    return "main" if measure.outcome.main else "share" if measure.name == "supplier_share" else "other"


def _without(whole: Mapping[Measure, Array], apart: Mapping[Measure, Array]) -> xr.Dataset:
    """Return what leaving out one rule does to every measure, along ``measure``."""
    families = [family(m) for m in whole]
    level = {name: level_of_each(1 if name == "main" else families.count(name)) for name in set(families)}
    pairs = {m: (values, apart[m]) for m, values in whole.items()}
    found = [estimate(*pair, share=m.outcome.share) for m, pair in pairs.items()]
    judged = [estimate(*pair, share=m.outcome.share, level=level[family(m)]) for m, pair in pairs.items()]
    changed = np.any([np.nan_to_num(differences(*pair)) != 0.0 for pair in pairs.values()], axis=0)
    out = xr.Dataset({part: ("measure", [getattr(one, part) for one in found]) for part in ESTIMATED})
    out["standing"] = ("measure", [standing(one) for one in found])
    out["clear"] = ("measure", [one.low > 0.0 or one.high < 0.0 for one in judged])
    return out.assign(changed_runs=float(changed.mean()), decorative=not out["clear"].any())


def _labelled(found: xr.Dataset, whole: Mapping[Measure, Array], rules: Sequence[str]) -> xr.Dataset:
    """Add names, baselines and words to the estimates."""
    out = found.assign_coords(rule=list(rules), family=("measure", [family(m) for m in whole]), **labelled([*whole]))
    out["baseline"] = ("measure", [float(np.nanmean(values)) for values in whole.values()])
    out["difference"].attrs["long_name"] = "mean over runs, without the rule (or with its mean) minus with it"
    for end in ("low", "high"):
        out[end].attrs["long_name"] = f"{end} end of the 95 % interval of the paired difference"
    return out


# -- in rows


def ablation_rows(result: xr.Dataset) -> Rows:
    """Return one row for each rule and main measure, and for the supplier share and the other measure it moves most.

    Which is moved most is told by standardised differences, those first that are clear.
    """
    families = result["family"].values
    return Rows(
        _row(str(rule.item()), result.sel(rule=rule).isel(measure=place))
        for rule in result["rule"]
        for place in _shown(result.sel(rule=rule), families)
    )


def _shown(one: xr.Dataset, families: Any) -> Iterator[int]:
    """Yield the places of the measures that are shown of a rule."""
    yield from map(int, np.flatnonzero(families == "main"))
    for name in ("share", "other"):
        places = np.flatnonzero(families == name)
        if places.size:  # where nothing is delivered there are no shares
            yield int(places[np.lexsort((one["standing"].values[places], one["clear"].values[places]))[-1]])


def _row(rule: str, one: xr.Dataset) -> dict[str, Any]:
    """Return one row of the table."""
    return {
        "rule": rule,
        "measure": str(one["name"].item()),
        "who": str(one["who"].item()),
        "with": one["baseline"].item(),
        **{key: one[key].item() for key in ("difference", "low", "high", "clear")},
        "unit": str(one["unit"].item()),
        **{key: one[key].item() for key in ("changed_runs", "decorative")},
    }
