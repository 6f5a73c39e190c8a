"""Kill a sweep at random moments, many times, and see whether what is resumed is what was never disturbed.

    python experiments/soak/kill_and_resume.py --rounds 50

Each round sweeps with one or two workers, sends SIGKILL, SIGTERM or SIGINT after a random time, resumes (and may be
killed while doing so), and compares every stored file with an undisturbed sweep. One round fills a small disk of its
own (a tmpfs, which only the superuser can mount; skipped otherwise).
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tqdm import tqdm

ASKED = ["--runs", "6000", "--kept-paths", "1500"]
SHORT = Path(__file__).with_name("short.yaml")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def armsrace(*words: str, after: float | None = None, sent: signal.Signals = signal.SIGKILL) -> tuple[int, str]:
    """Run a command, or interrupt it after some seconds; return its exit code and its last words."""
    process = subprocess.Popen([sys.executable, "-m", "sim", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(sent)
    error = process.communicate()[1].decode()
    return process.returncode, error.strip().rpartition("\n")[2]


def stored(out: Path) -> dict[str, bytes]:
    """Return everything stored of the runs, by name."""
    folders = (out / "runs.zarr", out / "blocks")
    return {str(p.relative_to(out)): p.read_bytes() for f in folders for p in f.rglob("*") if p.is_file()}


def disturbed(scenario: str, out: Path, rng: random.Random, seconds: float) -> int:
    """Sweep and resume until it is finished, killed now and then; return how often it was."""
    words, kills = ["sweep", scenario, *ASKED, "--out", str(out)], 0
    while True:
        patience = rng.random() * seconds if kills < 3 else None
        code, _ = armsrace(*words, "--workers", rng.choice("12"), after=patience, sent=rng.choice(SIGNALS))
        if code == 0:
            return kills
        kills += 1
        begun = (out / "provenance.json").exists()
        words = ["resume", str(out)] if begun else ["sweep", scenario, *ASKED, "--out", str(out), "--force"]


def full_disk(scenario: str, whole: dict[str, bytes], place: Path) -> str:
    """Fill the disk of a sweep under way, make room again, resume; return what came of it."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return "skipped, a tmpfs cannot be mounted here"
    out, filler = place / "r", place / "filler"
    try:
        command = [sys.executable, "-m", "sim", "sweep", scenario, *ASKED, "--out", str(out)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while process.poll() is None and not list(out.glob("blocks/*.json")):  # it looks at the room before it begins
            time.sleep(0.001)
        fill(filler)
        said = process.communicate()[1].decode().strip().rpartition("\n")[2]
        filler.unlink()
        if process.returncode == 0:
            return "OTHER than meant: finished before the disk was full"
        armsrace("resume", str(out))
        same = stored(out) == whole
        return f"exit {process.returncode} ({said}); resumed: {'the same bytes' if same else 'OTHER BYTES'}"
    finally:
        subprocess.run(["umount", str(place)], check=False)


def fill(file: Path) -> None:
    """Write a file until no room is left."""
    with suppress(OSError), file.open("wb", buffering=0) as opened:
        while opened.write(bytes(4096)):
            pass


def main() -> int:
    """Play the rounds and print a table; return how many went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--rounds", type=int, default=50, help="how many sweeps are killed, again and again, and resumed"
    )
    parser.add_argument("--scenario", default=str(SHORT), help="a name or a file")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rng, wrong, kills = random.Random(asked.seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        began = time.monotonic()
        armsrace("sweep", asked.scenario, *ASKED, "--out", str(place / "whole"))
        seconds, whole = time.monotonic() - began, stored(place / "whole")
        for number in tqdm(range(asked.rounds), unit="round"):
            kills += disturbed(asked.scenario, place / f"{number}", rng, seconds)
            wrong += stored(place / f"{number}") != whole
        disk = full_disk(asked.scenario, whole, place / "disk")
    rows = {"rounds": asked.rounds, "killed in all": kills, "other bytes in": wrong, "full disk": disk}
    print("\n".join(f"{name:16}{value}" for name, value in rows.items()))
    return wrong + ("OTHER" in disk)


if __name__ == "__main__":
    sys.exit(main())
