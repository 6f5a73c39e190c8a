"""How many run-months a second does each engine make of the same model, and what does each need?

    numpy              the core, by chunks, recorded and measured as a sweep does
    jax, jax-float32   the same rules as a compiled program, luck and record included
    mesa.batch_run     agents, a run at a time
    EMA Workbench      around the core, where it is installed

Each engine is measured in a process of its own that has one processor or two, by the clock and by the time that it had
of a processor: the second says what it costs on a machine that others use too. What is compiled is compiled before the
clock runs, and told apart. Where there is a GPU, the compiled engine is measured on it too, up to a million runs.

    python experiments/benchmarks/engines.py
    python experiments/benchmarks/engines.py --runs 256 1024 --threads 1
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import other_engines
from other_engines import position_of

import sim
from sim.engine.blocks import CHUNK_BLOCKS, chunks
from sim.engine.chunk import play_chunk
from sim.measures.target_statistics import measured
from sim.model.engines import NUMPY, PRECISION, libraries

RUNS = (256, 1024, 4096, 16_384)
GPU_RUNS = (10_000, 100_000, 1_000_000)
AGENT_RUNS = 2
MANY = 256  # blocks on a GPU


def play(scenario: str, engine: str, runs: int) -> None:
    """Play runs in chunks, with their record and statistics, as a sweep does."""
    position = position_of(scenario)
    measure = measured(position)
    for first, count in chunks(0, runs, at_once(engine)):
        play_chunk(position, first, count, 0, np.float32, measure, engine)


def at_once(engine: str) -> int:
    """Return how many blocks are played together: what a sweep does, and many more on a GPU."""
    if engine.startswith("jax"):
        import jax

        return CHUNK_BLOCKS if jax.default_backend() == "cpu" else MANY
    return CHUNK_BLOCKS


def player(engine: str, scenario: str, runs: int) -> Callable[[], Any]:
    """Return what lets an engine play."""
    if engine in PRECISION:
        return partial(play, scenario, engine, runs)
    name = "with_batch_run" if engine == "mesa.batch_run" else "with_ema_core"
    return partial(getattr(other_engines, name), scenario, runs)


def measure(scenario: str, engine: str, runs: int, repeats: int) -> dict[str, float]:
    """Return run-months a second by the clock and by the processor, seconds to compile, peak memory [MB]."""
    months = runs * position_of(scenario).steps
    action, first = player(engine, scenario, runs), 0.0
    if engine.startswith("jax"):
        began = time.process_time()
        play(scenario, engine, min(runs, 256))
        first = time.process_time() - began
    clock, processor = [], []
    for _ in range(repeats):
        began = time.perf_counter(), time.process_time()
        action()
        clock.append(time.perf_counter() - began[0])
        processor.append(time.process_time() - began[1])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return {"clock": months / min(clock), "processor": months / min(processor), "first": first, "memory": memory}


def elsewhere(scenario: str, engine: str, runs: int, threads: int, repeats: int) -> dict[str, float] | str:
    """Measure in a process of its own, or say why that cannot be."""
    with tempfile.TemporaryDirectory(prefix="engines_") as folder:  # an empty cache of compiled programs
        limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        asked = [str(word) for word in (scenario, engine, runs, threads, repeats)]
        there = {"PYTHONPATH": str(Path(sim.__file__).parents[1]), "XDG_CACHE_HOME": folder, "TQDM_DISABLE": "1"}
        answer = subprocess.run([sys.executable, __file__, "--here", *asked], capture_output=True, text=True,
                                env=os.environ | there | limits, check=False)  # fmt: skip
    if answer.returncode:
        return (answer.stderr.strip().splitlines() or ["it said nothing"])[-1]
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def here(scenario: str, engine: str, runs: str, threads: str, repeats: str) -> None:
    """Measure in this process, which keeps to so many processors, and print JSON."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(threads)])
    print(json.dumps(measure(scenario, engine, int(runs), int(repeats))))


def show(label: str, found: dict[str, float] | str, best: float) -> None:
    """Print a row."""
    if isinstance(found, str):
        print(f"{label}  left out: {found}")
        return
    ratio = f"{found['processor'] / best:6.2f}" if best else "      "
    first = f"{found['first']:6.1f}" if found["first"] else "      "
    print(
        f"{label} {found['clock']:12,.0f} {found['processor']:12,.0f} {ratio} {first} {found['memory']:8,.0f}",
        flush=True,
    )


def gpu() -> str:
    """Return the name of a GPU that jax can use, or nothing."""
    asked = "import jax; print(jax.devices()[0].device_kind if jax.default_backend() != 'cpu' else '')"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def table(scenario: str, runs: list[int], threads: list[int], repeats: int) -> None:
    """Measure and print everything."""
    print("run-months a second; ratio by processor to the best of numpy with as many threads")
    print(
        f"{'engine':<16} {'runs':>9} {'threads':>7} {'by the clock':>12} {'by processor':>12}  ratio  first s       MB"
    )
    engines = list(PRECISION) if libraries() else [NUMPY]
    for many in threads:
        best = 0.0
        for engine in engines:
            for count in runs:
                found = elsewhere(scenario, engine, count, many, repeats)
                if engine == "numpy" and isinstance(found, dict):
                    best = max(best, found["processor"])
                show(f"{engine:<16} {count:9,} {many:7}", found, 0.0 if engine == "numpy" else best)
        show(f"{'mesa.batch_run':<16} {AGENT_RUNS:9,} {many:7}",
             elsewhere(scenario, "mesa.batch_run", AGENT_RUNS, many, 1), best)  # fmt: skip
        if importlib.util.find_spec("ema_workbench") is not None:
            show(f"{'EMA Workbench':<16} {1024:9,} {many:7}", elsewhere(scenario, "EMA", 1024, many, repeats), best)
    if len(engines) == 1:
        print("The compiled engine is left out: pip install 'armsrace[jax]'")
    if importlib.util.find_spec("ema_workbench") is None:
        print("EMA Workbench is left out: it is not installed here (other_engines.py makes an environment for it).")
    device = gpu() if len(engines) > 1 else ""
    if not device:
        print("There is no GPU that jax can use here; with one, this table goes on with up to a million runs.")
        return
    for engine in engines[1:]:
        for count in GPU_RUNS:
            show(f"{engine + ' ' + device:<16} {count:9,} {1:7}", elsewhere(scenario, engine, count, 1, 1), best)


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--here"]:
        return here(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="south_caucasus_2010")
    parser.add_argument("--runs", type=int, nargs="+", default=list(RUNS))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="processors that each may use")
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    table(asked.scenario, asked.runs, asked.threads, asked.repeats)
    return None


if __name__ == "__main__":
    main()
