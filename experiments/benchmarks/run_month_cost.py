"""What does one month of one run cost, in the numpy core, in the recorder and in Mesa?

The unit is an "exp": the time of one float64 `numpy.exp` on numbers in the cache, measured
between the runs it is compared with, so that a slow moment of the machine slows both. One
process; best of several repeats.

    python experiments/benchmarks/run_month_cost.py             what this machine does
    python experiments/benchmarks/run_month_cost.py --portable  the same without AVX-512, whose exp is
                                                                four times as fast
    python experiments/benchmarks/run_month_cost.py --both      the core both ways, nothing else
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.engine.ensemble import play
from sim.engine.record import Record
from sim.model.streams import BLOCK
from sim.scenario.initial import Position, opening
from sim.study.request import scenario_of

CACHED = 2048  # numbers: 16 KB
ATTEMPTS = 20  # of timing an elementary operation
KEPT_PATHS = 1000  # runs whose whole path is recorded

SWEEP = """
import resource, sys, sim
sim.sweep(sys.argv[1], int(sys.argv[2]), out=sys.argv[3], kept_paths=int(sys.argv[4]), force=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def avx512() -> list[str]:
    """Return the AVX-512 features that numpy has code for, finds here and is allowed to use."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return [name for name in found if name.startswith("AVX512") or name == "X86_V4"]


def seconds(action: Callable[[], Any], repeats: int = 1) -> float:
    """Return the shortest time an action takes."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def element_costs() -> dict[str, float]:
    """Return the cost of one element of three elementary operations [s]."""
    rng = np.random.default_rng(0)
    x, y, out = rng.normal(size=CACHED), rng.normal(size=CACHED), np.empty(CACHED)
    mask = x > 0.0

    def multiply_add() -> None:
        np.multiply(x, y, out=out)
        np.add(out, x, out=out)

    actions = {"exp": lambda: np.exp(x, out=out), "multiply-add": multiply_add, "where": lambda: np.where(mask, x, y)}
    return {name: seconds(action, 20 * ATTEMPTS) / CACHED for name, action in actions.items()}


def nobody(_: object) -> None:
    """Watch without taking anything down."""


def core_costs(position: Position, blocks: int, repeats: int) -> dict[str, float]:
    """Return the cost of a run-month without and with a `Record` [s], and of an exp meanwhile [s]."""
    runs = blocks * BLOCK
    bare, recorded, exps = [], [], []
    for _ in range(repeats):
        exps.append(element_costs()["exp"])
        bare.append(seconds(lambda: play(position, range(blocks), nobody)))
        record = Record(position, runs, min(runs, KEPT_PATHS))
        recorded.append(seconds(partial(play, position, range(blocks), record)))
    months = runs * position.steps
    return {"bare": min(bare) / months, "recorded": min(recorded) / months, "exp": min(exps)}


def peak_memory(scenario: str, runs: int) -> float:
    """Return the peak memory of a sweep in a process of its own [MB]."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", SWEEP, scenario, str(runs), str(Path(folder) / "sweep"), str(KEPT_PATHS)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    kilobytes = 1024 if sys.platform == "darwin" else 1
    return int(answer.stdout.split()[-1]) / kilobytes / 1024


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="south_caucasus_2010")
    parser.add_argument(
        "--blocks", type=int, nargs="+", default=[1, 2, 4, 8, 16], help="chunk sizes, in blocks of 256 runs"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--replicates", type=int, default=3, help="runs played with Mesa")
    parser.add_argument("--large", action="store_true", help="measure the memory of 100,000 runs, too")
    parser.add_argument("--portable", action="store_true", help="keep numpy from using AVX-512")
    parser.add_argument("--both", action="store_true", help="measure only the core, with AVX-512 and without")
    parser.add_argument("--core", action="store_true", help="measure only the core")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers to a file")
    return parser.parse_args()


def without_avx512() -> None:
    """Start again with AVX-512 switched off, as numpy only reads this when it is imported."""
    rest = [word for word in sys.argv[1:] if word != "--portable"]
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(avx512())}
    os.execve(sys.executable, [sys.executable, __file__, *rest], environment)


def show_core(position: Position, blocks: list[int], repeats: int) -> dict[int, dict[str, float]]:
    """Measure and print the core for every chunk size."""
    print(f"\n{'runs':>6} {'run-months/s':>13} {'us':>7} {'exp units':>10}   {'with Record: us':>15} {'exp units':>10}")
    costs = {}
    for count in blocks:
        cost = costs[count] = core_costs(position, count, repeats)
        bare, recorded, exp = cost["bare"], cost["recorded"], cost["exp"]
        print(
            f"{count * BLOCK:6d} {1 / bare:13,.0f} {bare * 1e6:7.2f} {bare / exp:10,.0f}   "
            f"{recorded * 1e6:15.2f} {recorded / exp:10,.0f}"
        )
    return costs


def both_ways() -> None:
    """Measure the core in two processes, one after the other, as numpy only reads its features when it is imported."""
    rest = [word for word in sys.argv[1:] if word not in ("--both", "--portable", "--core")]
    for level in ([], ["--portable"]) if avx512() else ([],):
        subprocess.run([sys.executable, __file__, *rest, "--core", *level], check=True)


def main() -> None:
    """Measure, print, and write if asked."""
    asked = arguments()
    if asked.both:
        return both_ways()
    if asked.portable and avx512():
        without_avx512()
    position = opening(scenario_of(asked.scenario))
    elements = element_costs()
    features = ", ".join(avx512()) or "not used"
    print(f"{asked.scenario}, {position.steps} months, numpy {np.__version__}, AVX-512: {features}")
    print("one element in the cache [ns]: " + ", ".join(f"{name} {cost * 1e9:.2f}" for name, cost in elements.items()))
    core = show_core(position, asked.blocks, asked.repeats)
    if asked.core:
        return None

    mesa = min(seconds(partial(sim.run, asked.scenario, run=k)) for k in range(asked.replicates))
    fastest = min(cost["recorded"] for cost in core.values()) * position.steps
    print(f"\none run with Mesa {mesa:.2f} s, in the core {fastest * 1e3:.2f} ms: {mesa / fastest:,.0f} times as long")

    memory = {runs: peak_memory(asked.scenario, runs) for runs in (1000, 10_000, *([100_000] if asked.large else []))}
    print("peak memory of a sweep: " + ", ".join(f"{runs:,} runs {peak:,.0f} MB" for runs, peak in memory.items()))
    if asked.json:
        numbers = {"elements": elements, "avx512": avx512(), "core": core, "mesa_run": mesa, "memory_mb": memory}
        asked.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
