"""One sweep in a process of its own: how long it takes, how large it grows; or its sudden end.

The other scripts import this file. Run by them, it is the process:

    python experiments/benchmarks/sweep_process.py '{"what": "status_quo", "runs": 1000, "out": "somewhere"}'
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sim
from sim.results.store import MARKERS

ROOT = Path(sim.__file__).parents[1]


@dataclass(frozen=True)
class Played:
    """What a sweep took: starting the process [s], the call itself [s], the largest process [MB].

    `processor` is what the whole process and its workers had of a processor [s], the start included. Other
    guests of a machine disturb that less than the clock.
    """

    startup: float
    seconds: float
    peak: float
    processor: float


def played(**order: Any) -> Played:
    """Sweep, or resume, to the end; `order` is what `sim.sweep` takes, with ``verb="resume"`` what that takes."""
    before = processor_time()
    process, startup, _ = launched(order)
    answer, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"a sweep failed: {order}")
    return Played(startup, *json.loads(answer), processor_time() - before)


def killed(after: float, **order: Any) -> tuple[float, float]:
    """Sweep, kill the process some time [s] after the call began.

    Returns
    -------
    tuple of float
        How long the call has lasted, and how much of that went by since the last batch was finished [s].
    """
    process, _, began = launched(order)
    markers = Path(order["out"]) / MARKERS
    # Without a single finished batch there would be nothing to resume.
    while time.monotonic() < began + after or not any(markers.glob("[!.]*.json")):
        if process.poll() is not None:
            raise SystemExit("the sweep to be killed had ended before; it needs more runs")
        time.sleep(0.002)
    process.kill()
    lasted = time.monotonic() - began
    since = time.time() - max(path.stat().st_mtime for path in markers.glob("[!.]*.json"))
    process.communicate()
    return lasted, since


def processor_time() -> float:
    """Return what all processes that were started and have ended had of a processor [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def launched(order: dict[str, Any]) -> tuple[subprocess.Popen[str], float, float]:
    """Start a process; return it, the time until its call began [s], and when that was on the monotonic clock."""
    before = time.monotonic()
    process = subprocess.Popen([sys.executable, __file__, json.dumps(order)], stdout=subprocess.PIPE, text=True,
                               env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"a sweep did not start: {order}")
    return process, float(line) - before, float(line)


# -- in the process


def peak_memory() -> float:
    """Return the largest memory of this process, or of one of its workers if that is more [MB].

    Linux passes the peak that `getrusage` tells on to the programs a process starts, so the peak of
    this process alone is preferred where the system tells it.
    """
    unit = 1 if sys.platform == "darwin" else 1024
    own, workers = (
        resource.getrusage(who).ru_maxrss * unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        own = int(line.split()[1]) * 1024
    return max(own, workers) / 1e6


def main() -> None:
    """Say when the call begins, make it, and say what it took."""
    order = json.loads(sys.argv[1])
    verb = getattr(sim, order.pop("verb", "sweep"))
    began = time.monotonic()
    print(began, flush=True)
    verb(**order)
    print(json.dumps([time.monotonic() - began, peak_memory()]))


if __name__ == "__main__":
    main()
