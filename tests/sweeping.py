"""What tests of sweeps share: a short scenario, all that a result directory holds, commands and what they say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from worlds import altered

import sim
from sim.cli import main
from sim.results.arrays import ARRAYS
from sim.results.files import digest_of_bytes
from sim.results.frame import DIGESTS
from sim.results.manifest import PROVENANCE, STATUS, entry_digests
from sim.results.store import MARKERS, marker_files

ROOT = Path(sim.__file__).parents[1]


def short(scenario):
    """Return the first quarter of the hindcast: as quick as the textbook race, and with luck, so that runs that
    change places are noticed."""
    return altered(scenario, end="2010-03")


def saved(scenario, folder):
    """Write that short scenario to a file, as a user has it and as processes of their own read it."""
    file = folder / "short.yaml"
    file.write_text(short(scenario).lock())
    return file


def race(folder):
    """Write the textbook race of one year to a file: the quickest there is, where it does not matter what is played."""
    file = folder / "race.yaml"
    file.write_text("extends: richardson\nend: 2000-12\n")
    return file


def designed(folder, scenario, experiment):
    """Sweep what an experiment asks of ``mine.yaml``, both given as texts, and return the result."""
    (folder / "mine.yaml").write_text(scenario)
    (folder / "asked.yaml").write_text(experiment)
    sim.sweep(folder / "asked.yaml", out=folder / "r")
    return folder / "r"


def content(out):
    """Return every stored array file and every marker, by name."""
    out = Path(out)
    files = {p.relative_to(out).as_posix(): p.read_bytes() for p in (out / ARRAYS).rglob("*") if p.is_file()}
    for path in (out / MARKERS).iterdir():
        files[path.name] = json.dumps(json.loads(path.read_text()), sort_keys=True).encode()
    return files


def assert_same(one, other):
    """Compare two results byte for byte."""
    ours, theirs = content(one), content(other)
    assert sorted(ours) == sorted(theirs)
    assert not [name for name in ours if ours[name] != theirs[name]]


def command(*words):
    """Return a command line of armsrace."""
    return [sys.executable, "-m", "sim", *map(str, words)]


def start(*words, **more):
    """Start armsrace in a process of its own."""
    return subprocess.Popen(
        command(*words), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


def armsrace(*words, code=0, **more):
    """Run armsrace and return what it said: output, errors."""
    process = start(*words, **more)
    out, err = process.communicate(timeout=180)
    assert process.returncode == code, err
    return out, err


def batches(out):
    """Return how many batches are finished; a draft that a worker is writing is none."""
    return len(marker_files(Path(out)))


def alive(pid):
    """Tell whether a process is still there and not only waiting to be taken note of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def events(out):
    """Return the lines of the log."""
    return [json.loads(line) for line in (Path(out) / STATUS).read_text().splitlines()]


def rewritten(out, **entries):
    """Make a result one that was written otherwise, seal and all."""
    about = json.loads((out / PROVENANCE).read_text()) | entries
    (out / PROVENANCE).write_text(json.dumps(about | {"seal": entry_digests(about)}))
    arrays = json.loads((out / ARRAYS / "zarr.json").read_text())
    arrays["attributes"] |= {name: value for name, value in entries.items() if name in arrays["attributes"]}
    text = json.dumps(arrays)
    (out / ARRAYS / "zarr.json").write_text(text)
    digests = json.loads((out / DIGESTS).read_text())
    digests["files"][f"{ARRAYS}/zarr.json"] = digest_of_bytes(text.encode())
    (out / DIGESTS).write_text(json.dumps(digests))


# -- commands in this process


def said(capsys, monkeypatch, *words):
    """Return what a command that succeeds prints."""
    monkeypatch.setattr(sys, "argv", ["armsrace", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert not end.value.code
    return capsys.readouterr().out


def complaint(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> str:
    """Return the one line a refused command writes, files named without their folder."""
    monkeypatch.setattr(sys, "argv", ["armsrace", *map(str, words)])
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main.main()
    said = capsys.readouterr()
    assert end.value.code == 2
    assert len(said.out.splitlines()) <= (words[0] in ("sweep", "resume"))  # what it would have cost
    assert len(said.err.splitlines()) == 1
    return said.err.strip()
