"""What does a small piece of work cost, from the command to the answer?

Each command runs in a process of its own, as a person types it who has typed it before: modules are there as bytecode.
What it and those that it started had of a processor, and the time by the clock, are medians over repeats in which the
checkouts take turns. The app's answer is that of a page that has answered before. Another checkout of the project can
be measured in the same turns.

    python experiments/benchmarks/small_work.py
    python experiments/benchmarks/small_work.py --beside ../older --repeats 5
    python experiments/benchmarks/small_work.py --quick    once and little of it, to see that it works
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from live_page import first_and_all, processor, served

HERE = Path(__file__).resolve().parents[2]
SWEEP = ["sweep", "richardson", "--runs", "4", "--out", "{out}"]
COMMANDS = {
    "--help": ["--help"],
    "list": ["list"],
    "check": ["check", "status_quo"],
    "run": ["run", "status_quo"],
    "run of the textbook": ["run", "richardson"],
    "sweep of 200": ["sweep", "status_quo", "--runs", "200", "--out", "{out}"],
    "sweep of 4, textbook": SWEEP,
    "verify of that": ["verify", "{out}"],
}
BEFORE = {"verify of that": SWEEP}  # what has been done in the folder, and is not measured
HISTORIES = 256
Cost = tuple[float, float]  # seconds of a processor, and by the clock


def command(project: Path, name: str) -> Cost:
    """Run a command of a checkout in a folder that is empty but for what it needs."""
    with tempfile.TemporaryDirectory(prefix="small_work_") as folder:
        if name in BEFORE:
            run(project, BEFORE[name], folder)
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        run(project, COMMANDS[name], folder)
        took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, took


def run(project: Path, words: list[str], folder: str) -> None:
    """Run a command; what it imports is kept as bytecode, whatever the caller's own processes do."""
    there = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    asked = [word.format(out=Path(folder) / "result") for word in words]
    subprocess.run([sys.executable, "-m", "sim", *asked], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env=there | {"PYTHONPATH": str(project)})  # fmt: skip


def answers(project: Path, engine: str, histories: int, repeats: int) -> list[Cost]:
    """Ask the page of a checkout several times, each time with a seed of its own, after it has answered once."""
    found = []
    with served(1, project=project, engine=engine) as (address, process):
        for seed in range(repeats + 1):
            before, begun = processor(process), time.perf_counter()
            first_and_all(f"{address}api/what-if?scenario=status_quo&runs={histories}&seed={seed}")
            found.append((processor(process) - before, time.perf_counter() - begun))
    return found[1:]


def measured(projects: list[Path], rows: dict[str, Callable[[Path], list[Cost]]], repeats: int) -> None:
    """Measure every row for every checkout in turns, and print it."""
    for name, measure in rows.items():
        found: list[list[Cost]] = [[] for _ in projects]
        for repeat in range(repeats):
            for place in sorted(range(len(projects)), reverse=repeat % 2 == 1):
                found[place] += measure(projects[place])
        spent, took = ([statistics.median(cost[i] for cost in costs) for costs in found] for i in (0, 1))
        beside = "".join(f" {other:10.2f} {clock:10.2f} {spent[0] / other:10.2f} {took[0] / clock:10.2f}"
                         for other, clock in zip(spent[1:], took[1:], strict=True))  # fmt: skip
        print(f"{name:<24} {spent[0]:10.2f} {took[0]:10.2f}{beside}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside", type=Path, help="another checkout, measured too, with the ratios over it")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--engine", action="append", help="of the app's answer; numpy unless given, may be repeated")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    repeats, histories = (1, 4) if asked.quick else (asked.repeats, HISTORIES)
    projects = [HERE, *([asked.beside.resolve()] if asked.beside else [])]
    rows: dict[str, Callable[[Path], list[Cost]]] = {
        name: lambda project, name=name: [command(project, name)] for name in COMMANDS
    }
    for engine in asked.engine or ["numpy"]:
        rows[f"app, {histories} histories, {engine}"] = lambda project, engine=engine: answers(
            project, engine, histories, 2
        )
    for project in projects:  # so that nobody is the first to import anything
        command(project, "list")
        command(project, "verify of that")
    ratios = "  the other: processor, clock; over it: processor, clock" if asked.beside else ""
    print(f"{'seconds':<24} {'processor':>10} {'clock':>10}{ratios}")
    measured(projects, rows, repeats)


if __name__ == "__main__":
    main()
