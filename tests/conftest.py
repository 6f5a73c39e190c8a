"""What pytest hands to several test files: golden numbers, shipped scenarios, runs filmed, refused commands.

What they build themselves stands in `worlds`, `synthetic` and `sweeping`.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from sweeping import complaint
from worlds import Film

import sim
from sim.engine.ensemble import play
from sim.scenario.initial import opening

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden numbers anew instead of comparing with them; review the difference",
    )


@pytest.fixture
def golden(request):
    """Compare numbers by name with those kept in a file, or write the file when asked."""

    def compare(name, found, *, rtol, atol):
        file = GOLDEN / f"{name}.json"
        if request.config.getoption("--update-golden"):
            file.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        if not file.exists():
            pytest.fail(f"{file} is missing; write it with pytest --update-golden")
        kept = json.loads(file.read_text(encoding="utf-8"))
        assert sorted(found) == sorted(kept), "other numbers than those kept"
        moved = {
            key: (kept[key], number)
            for key, number in found.items()
            if not np.isclose(number, kept[key], rtol=rtol, atol=atol, equal_nan=True)
        }
        assert not moved, f"kept and found differ: {moved}; if intended, write anew with --update-golden"

    return compare


@pytest.fixture(scope="session", autouse=True)
def no_power_cut():
    """Leave the disk its time: no test cuts the power, and syncing is a tenth of a small sweep."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


# -- scenarios


@pytest.fixture(scope="session")
def hindcast():
    """The shipped hindcast as it is."""
    return sim.load("south_caucasus_2010")


@pytest.fixture(scope="session")
def richardson():
    """The shipped textbook race as it is."""
    return sim.load("richardson")


# -- runs


@pytest.fixture(scope="session")
def film():
    """Play blocks of 256 runs with the numpy core and keep some quantities after every step."""

    def shoot(scenario, *quantities, blocks=1, seed=0, without=()):
        position = opening(scenario, seed, without)
        taken = Film(position, quantities)
        play(position, range(blocks), taken)
        return taken

    return shoot


# -- commands


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    return lambda *words: complaint(capsys, monkeypatch, *words)
