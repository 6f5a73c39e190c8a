"""What pytest hands to several test files: golden numbers, shipped scenarios, runs filmed, refused commands.

Pages are opened in a browser. What tests build themselves stands in `worlds`, `synthetic`, `sweeping` and `browsing`.
"""

import gc
import json
import os
from pathlib import Path

import numpy as np
import pytest
from browsing import PICTURES, chromium, judged, opened, serving
from sweeping import complaint
from worlds import Film

import sim
from sim.engine.ensemble import play
from sim.scenario.initial import opening

# Processes that tests start would compile everything anew, each by itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden numbers anew instead of comparing with them; review the difference",
    )


def pytest_collection_finish(session):
    """Do not look through what is imported and collected, which stays, for garbage again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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


# -- pages in a browser


@pytest.fixture(scope="module")
def browser():
    """The system's browser, for one file of tests: its event loop would be in the way of another's."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(browser):
    """The address of a plain server of the live page with one process."""
    from sim.live.pool import Pool
    from sim.live.server import server

    with serving(server(Pool(1))) as address:
        yield address


@pytest.fixture
def visit(browser):
    """Open an address as `browsing.opened` does; in the end nothing may have gone wrong in any page."""
    pages = []

    def visited(address, *size, **context):
        pages.append(opened(browser, address, *size, **context))
        return pages[-1]

    yield visited
    complaints = [complaint for page in pages for complaint in page.complaints]
    for page in pages:
        page.context.close()
    assert not complaints


@pytest.fixture
def looked_at(tmp_path):
    """Judge a page as it stands, then take its picture under a name; `browsing.PICTURES` keeps it."""

    def look(page, name):
        folder = Path(os.environ.get(PICTURES) or tmp_path)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        assert not judged(page), f"{name}: see the picture in {folder}"

    return look
