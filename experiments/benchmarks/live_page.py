"""How fast is the live page, and what does a class cost it?

Serves the page from a process of its own, as `armsrace app` does, and asks it as browsers do. "First" is the time until
the first month has come, over clients: the middle one and the slowest. "Processor" is what the serving processes had
of a processor meanwhile. Only on Linux, whose /proc says so.

    python experiments/benchmarks/live_page.py            one client, the same again, a class of 25 with five settings
    python experiments/benchmarks/live_page.py --quick    few histories, to see that it works
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

SETTINGS = ("", *(f"&lever.israel.embargo.azerbaijan={share}" for share in (0.25, 0.5, 0.75, 1)))
HERE = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@contextmanager
def served(workers: int, *, project: Path = HERE, engine: str = "numpy") -> Iterator[tuple[str, int]]:
    """Yield the address of a page and the process that serves it, once its workers have been warmed."""
    command = [sys.executable, "-m", "sim", "app", "--no-browser", "--workers", str(workers)]
    command += [] if engine == "numpy" else ["--engine", engine]
    there = os.environ | {"PYTHONPATH": str(project)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=there, cwd=project)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    try:
        first_and_all(f"{address}api/what-if?scenario=richardson&runs=2")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def first_and_all(address: str) -> tuple[float, float, int]:
    """Return after how many seconds the first month had come, and all of them; and how many bytes."""
    begun, first, size = time.perf_counter(), 0.0, 0
    with urllib.request.urlopen(address) as answer:
        for line in answer:
            size += len(line)
            if not first and json.loads(line)["kind"] == "step":
                first = time.perf_counter() - begun
    return first, time.perf_counter() - begun, size


def processor(process: int) -> float:
    """Return what a process and those that it started have had of a processor [s]."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if process in (int(stat.parent.name), int(fields[1])):  # itself, or its parent
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def asked(address: str, process: int, questions: list[str]) -> str:
    """Ask all at once, each from a client of its own; return a row of the table."""
    before, begun = processor(process), time.perf_counter()
    with ThreadPoolExecutor(len(questions)) as clients:
        told = list(clients.map(lambda question: first_and_all(f"{address}api/what-if?{question}"), questions))
    wall, spent = time.perf_counter() - begun, processor(process) - before
    first = [one[0] for one in told]
    return f"{statistics.median(first):9.2f} {max(first):9.2f} {wall:9.2f} {spent:11.2f}"


def weight(address: str) -> tuple[int, int]:
    """Return the bytes of the page with all that it loads: as files, and as a browser asks for them."""
    names = ["", "style.css", "vendor/d3.min.js", "vendor/plot.umd.min.js", "letters/normal.woff", "letters/bold.woff"]
    page = Path(__file__).resolve().parents[2] / "sim" / "live" / "page"
    names += [file.name for file in page.glob("*.js")]
    plain = packed = 0
    for name in names:
        request = urllib.request.Request(address + name, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
            packed += len(body)
            plain += len(gzip.decompress(body)) if answer.headers["Content-Encoding"] == "gzip" else len(body)
    return plain, packed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--clients", type=int, default=25)
    parser.add_argument("--runs", type=int, default=256)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    runs, clients = (8, 5) if options.quick else (options.runs, options.clients)
    one = f"scenario=status_quo&runs={runs}"
    with served(options.workers) as (address, process):
        plain, packed = weight(address)
        load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
        print(f"{runs} histories, {options.workers} processes, {os.cpu_count()} processors{load}; all in seconds\n")
        print(f"{'':34} {'first':>9} {'slowest':>9} {'all':>9} {'processor':>11}")
        print(f"{'one client':34} {asked(address, process, [one])}")
        print(f"{'the same again':34} {asked(address, process, [one])}")
        of_class = [f"{one}&seed=1{SETTINGS[i % len(SETTINGS)]}" for i in range(clients)]
        print(f"{f'{clients} clients, {len(SETTINGS)} settings':34} {asked(address, process, of_class)}")
        apart = [f"{one}&seed={2 + i}{SETTINGS[i % len(SETTINGS)]}" for i in range(0 if options.quick else clients)]
        if apart:
            print(f"{f'{clients} clients, nothing shared':34} {asked(address, process, apart)}")
        print(f"\nthe page: {plain / 1000:.0f} kB, {packed / 1000:.0f} kB as it is sent")


if __name__ == "__main__":
    main()
