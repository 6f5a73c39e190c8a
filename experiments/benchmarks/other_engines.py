"""How many runs a second do other harnesses make of the same model?

Everybody plays the same scenario over the same months from the same opening under the same luck,
one process each; that their runs end in the same balance is checked. What each does for a run:

    mesa.batch_run             plays it with Mesa agents (`ArmsRace`); collects one number a month
    EMA Workbench, agents      calls a function that plays it with the same agents and returns one number
    EMA Workbench, numpy core  calls a function that plays 1,024 runs in the core and returns one number
                               for each; what they have in common with `sim.sweep` is all but the writing
    sim.sweep                  plays 1,024 runs at a time in the core and writes ten outcomes for each and
                               histograms of every month to disk, checked and safe against a crash

EMA Workbench is no dependency of the project: a throw-away environment that sees the packages of this
one is made for it and removed again. Times are the best of several rounds in which all take turns.

    python experiments/benchmarks/other_engines.py
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.batchrunner import batch_run

import sim
from sim.engine.chunk import play_chunk
from sim.engine.model import ArmsRace
from sim.model.streams import BLOCK
from sim.scenario.initial import Position, opening
from sim.study.layout import SMALLEST
from sim.study.request import scenario_of

EMA = "ema_workbench>=2.5,<3"
CHUNK = SMALLEST * BLOCK  # runs the core plays at once: a batch of a sweep of a few thousand
SAME = 1e-9  # agents and core agree to this

Contestant = Callable[[str, int], list[float]]  # plays so many runs of a scenario, returns their final balance


@cache
def position_of(scenario: str) -> Position:
    """Return the opening of a scenario, read once."""
    return opening(scenario_of(scenario))


# -- who plays


class BatchRace(ArmsRace):
    """`ArmsRace` as Mesa's batch runner wants it: made from plain parameters, with little to collect."""

    def __init__(self, scenario: str, replicate: int, **_: Any) -> None:
        super().__init__(position_of(scenario), replicate)
        self.datacollector = mesa.DataCollector(model_reporters={"final_balance": final_balance})


def final_balance(model: ArmsRace) -> float:
    """Return the balance of the first state as it is now [log ratio]."""
    return float(model.game.world["balance"][0, 0])


def with_batch_run(scenario: str, runs: int) -> list[float]:
    """Play with Mesa's batch runner."""
    parameters = {"scenario": scenario, "replicate": range(runs)}
    rows = batch_run(BatchRace, parameters, number_processes=1, max_steps=position_of(scenario).steps,
                     display_progress=False)  # fmt: skip
    return [row["final_balance"] for row in sorted(rows, key=lambda row: row["replicate"])]


def one_run(scenario: str, replicate: int) -> dict[str, float]:
    """Play one run with Mesa agents, as a model function of EMA Workbench."""
    model = ArmsRace(position_of(scenario), int(replicate))
    while model.running:
        model.step()
    return {"final_balance": final_balance(model)}


def one_chunk(scenario: str, chunk: int) -> dict[str, Any]:
    """Play 1,024 runs in the numpy core, as a model function of EMA Workbench."""
    (played,) = play_chunk(position_of(scenario), int(chunk) * CHUNK, CHUNK, kept_paths=0)
    return {"final_balances": played.record.outcomes["final_balance"]}


def with_ema(function: Callable[..., dict[str, Any]], parameter: str, count: int, outcome: Any) -> list[float]:
    """Play with EMA Workbench's sequential evaluator: one experiment for each value of one parameter."""
    import ema_workbench as ema

    model = ema.Model("armsrace", function=function)
    model.uncertainties = [ema.IntegerParameter(parameter, 0, 1_000_000)]
    model.outcomes = [outcome]
    with ema.SequentialEvaluator(model) as evaluator:
        _, outcomes = evaluator.perform_experiments([ema.Scenario(str(k), **{parameter: k}) for k in range(count)])
    return np.ravel(outcomes[outcome.name]).tolist()


def with_ema_agents(scenario: str, runs: int) -> list[float]:
    """Play runs with Mesa agents, one an experiment."""
    from ema_workbench import ScalarOutcome

    return with_ema(partial(one_run, scenario), "replicate", runs, ScalarOutcome("final_balance"))


def with_ema_core(scenario: str, runs: int) -> list[float]:
    """Play runs in the numpy core, 1,024 an experiment."""
    from ema_workbench import ArrayOutcome

    outcome = ArrayOutcome("final_balances", shape=(CHUNK,), dtype=float)
    return with_ema(partial(one_chunk, scenario), "chunk", runs // CHUNK, outcome)


def with_sweep(scenario: str, runs: int) -> list[float]:
    """Play with the project's own sweep into a result directory."""
    with tempfile.TemporaryDirectory(prefix="other_engines_") as folder:
        result = sim.sweep(position_of(scenario).scenario, runs, out=Path(folder) / "sweep", kept_paths=0)
        return result["final_balance"].values.tolist()


# -- the contest


def players(agent_runs: int, core_runs: int) -> Iterator[tuple[str, Contestant, int]]:
    """Yield who plays how many runs; EMA Workbench where it is installed."""
    ema = importlib.util.find_spec("ema_workbench") is not None
    if ema:
        importlib.import_module("ema_workbench")  # before any clock runs
    yield "mesa.batch_run", with_batch_run, agent_runs
    if ema:
        yield "EMA Workbench, agents", with_ema_agents, agent_runs
    yield "sim.sweep", with_sweep, core_runs
    if ema:
        yield "EMA Workbench, numpy core", with_ema_core, core_runs


def contest(scenario: str, agent_runs: int, core_runs: int, repeats: int) -> dict[str, float]:
    """Let all take turns; return runs a second of each.

    Raises
    ------
    SystemExit
        If they did not play the same.
    """
    position_of(scenario)  # before any clock runs
    best: dict[str, float] = {}
    answers: dict[str, Sequence[float]] = {}
    for _ in range(repeats):
        for name, play, runs in players(agent_runs, core_runs):
            began = time.perf_counter()
            answers[name] = play(scenario, runs)
            best[name] = max(best.get(name, 0.0), runs / (time.perf_counter() - began))
    refuse_differences(answers)
    return best


def refuse_differences(answers: dict[str, Sequence[float]]) -> None:
    """Stop if two engines ended the same run differently."""
    reference = answers["sim.sweep"]
    for name, answer in answers.items():
        shared = min(len(answer), len(reference))
        if not np.allclose(answer[:shared], reference[:shared], rtol=SAME, atol=SAME):
            raise SystemExit(f"{name} did not play the runs of sim.sweep; a comparison of speeds would mean nothing")


# -- an environment of its own


@contextmanager
def with_ema_installed() -> Iterator[Path]:
    """Make an environment with EMA Workbench and all packages of this one; yield its Python, then remove it.

    Raises
    ------
    subprocess.CalledProcessError
        If EMA Workbench cannot be installed, for example without a network.
    """
    with tempfile.TemporaryDirectory(prefix="other_engines_") as folder:
        pip = importlib.util.find_spec("pip") is not None  # ours is quicker than installing another
        venv.create(folder, with_pip=not pip)
        there = {"base": folder, "platbase": folder}
        packages = Path(sysconfig.get_path("purelib", "venv", there))
        (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        name = "python.exe" if os.name == "nt" else "python"
        python = Path(sysconfig.get_path("scripts", "venv", there)) / name
        install = [sys.executable, "-m", "pip", "--python", str(python)] if pip else [str(python), "-m", "pip"]
        subprocess.run([*install, "install", "--quiet", "--disable-pip-version-check", EMA], check=True,
                       capture_output=True, text=True)  # fmt: skip
        yield python


def measure(words: Sequence[str]) -> dict[str, float]:
    """Hold the contest in an environment with EMA Workbench, or without it where it cannot be had."""
    try:
        with with_ema_installed() as python:
            return answer_of(python, words)
    except subprocess.CalledProcessError as error:
        if "install" not in error.cmd:
            raise SystemExit(f"the contest failed: {error.stderr.strip()[-2000:]}") from None
        why = (error.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        print(f"EMA Workbench is left out, it could not be installed: {why}", file=sys.stderr)
        return answer_of(Path(sys.executable), words)


def answer_of(python: Path, words: Sequence[str]) -> dict[str, float]:
    """Hold the contest in another Python."""
    environment = os.environ | {"PYTHONPATH": str(Path(sim.__file__).parent.parent), "TQDM_DISABLE": "1"}
    answer = subprocess.run([str(python), __file__, "--here", *words], check=True, capture_output=True, text=True,
                            env=environment)  # fmt: skip
    speeds: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return speeds


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="south_caucasus_2010")
    parser.add_argument("--agent-runs", type=int, default=6, help="runs played with Mesa agents")
    parser.add_argument("--core-runs", type=int, default=8 * CHUNK, help=f"runs of the core, a multiple of {CHUNK}")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--here", action="store_true", help="measure in this environment and print JSON")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    asked = arguments()
    if asked.core_runs < CHUNK or asked.core_runs % CHUNK:
        near = max(asked.core_runs // CHUNK, 1) * CHUNK
        raise SystemExit(f"--core-runs {asked.core_runs} is no multiple of {CHUNK}; write {near}")
    if asked.here:
        print(json.dumps(contest(asked.scenario, asked.agent_runs, asked.core_runs, asked.repeats)))
        return
    speeds = measure(sys.argv[1:])
    for name, speed in speeds.items():
        print(f"{name:<26} {speed:10,.2f} runs/s   sim.sweep is {speeds['sim.sweep'] / speed:8,.1f} times as fast")


if __name__ == "__main__":
    main()
