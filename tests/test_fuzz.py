"""Anything in any place of a scenario: what `check` accepts is played, kept and drawn without a word of Python.

A sample runs with the other tests; `ARMSRACE_FUZZ=5000 pytest tests/test_fuzz.py -s` plays an hour of it, each time
another, and prints what was tried.
"""

import collections
import os
import shutil
import sys
import warnings

import numpy as np
import pytest
import xarray as xr
from fuzzing import documents, worlds
from hypothesis import HealthCheck, example, given, settings

import sim
from sim.cli import main

BY_HAND = int(os.environ.get("ARMSRACE_FUZZ", "0"))
ALL_BROKE = ("all 6 runs broke", " broke in ")  # a datum, told in one sentence
TALLY: collections.Counter[str] = collections.Counter()

a_while = settings(
    max_examples=BY_HAND or 60, derandomize=not BY_HAND, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def tried():
    """Say at the end what was tried and what became of it."""
    yield
    print("\n" + ", ".join(f"{count} {what}" for what, count in sorted(TALLY.items())))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def said(capsys, *words):
    """Return exit code, output and errors of a command in this process; a warning of any library is a failure."""
    argv, sys.argv = sys.argv, ["armsrace", *map(str, words)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(SystemExit) as end:
                main.main()
    finally:
        sys.argv = argv
    out, err = capsys.readouterr()
    return end.value.code or 0, out, err


def unmarked(result: xr.Dataset) -> list[str]:
    """Return the arrays in which a run that is not marked as broken has a number that is none."""
    sound = result["failed"].isnull()
    found = []
    for name, array in result.data_vars.items():
        over = "run" if "run" in array.dims else "member" if "member" in array.dims else None
        if over is None or name in ("failed", "first_campaign", "first_operation") or array.dtype.kind != "f":
            continue
        good = sound.values[: array.sizes[over]]
        if not np.isfinite(array.isel({over: np.flatnonzero(good)}).values).all():
            found.append(str(name))
    return found


@a_while
@given(documents(worlds()))
@example("title: x")
def test_what_check_accepts_is_played_kept_and_drawn(capsys, place, text):
    file, out = place / "fuzzed.yaml", place / "out"
    shutil.rmtree(out, ignore_errors=True)
    file.write_text(text, encoding="utf-8")
    code, _, err = said(capsys, "check", file)
    if code:
        TALLY["refused by check"] += 1
        assert code == 2
        assert 0 < len(err) < 6000
        return
    code, _, err = said(capsys, "run", file)
    assert (code, err) == (0, "") or (code == 2 and any(words in err for words in ALL_BROKE)), err
    code, _, err = said(capsys, "sweep", file, "--runs", 6, "--kept-paths", 6, "--out", out)
    if code == 2 and any(words in err for words in ALL_BROKE):
        TALLY["played, every run broke"] += 1
        return
    assert code == 0, err
    result = sim.open_result(out)
    TALLY["played, some run broke" if result.attrs["failed"] else "played, sound"] += 1
    assert unmarked(result) == []
    for words in (("verify", out), ("export", out, "--csv"), ("plot", out, "fan"), ("failures", out)):
        code, said_of_it, err = said(capsys, *words)
        assert code == 0, (words, err)
        assert "otherwise" not in said_of_it
