"""Anything in any place of a scenario: what `check` accepts is played, kept and drawn without a word of Python.

A sample runs with the other tests; `ARMSRACE_FUZZ=5000 pytest tests/test_fuzz.py -s` plays an hour of it, each time
another, and prints what was tried.
"""

import collections
import copy
import os
import shutil
import sys
import warnings

import numpy as np
import pytest
import xarray as xr
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import sim
from sim.cli import main
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.variables import VARIABLES
from sim.scenario.document import Place
from sim.scenario.strict_yaml import parse

BY_HAND = int(os.environ.get("ARMSRACE_FUZZ", "0"))
ALL_BROKE = ("all 6 runs broke", " broke in ")  # a datum, told in one sentence
TALLY: collections.Counter[str] = collections.Counter()

a_while = settings(
    max_examples=BY_HAND or 15, derandomize=not BY_HAND, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


# -- documents as nobody would write them: shipped worlds, shortened, with anything in any place

NUMBERS = (
    0, -0.0, 1, -1, 0.5, 2, 3, 1e-9, 1e-45, 5e-324, 1e-300, 1e9, 3.4e38, 3.5e38, 1e39, 1e155, 1e300, 1.8e308, -1e300,
    10**30, float("inf"), float("nan"),
)  # fmt: skip
TEXTS = (
    "", " ", "x", "region", "2010-01", "1600-01", "9999-12", "2001-13", "$x$", "a\x1b[31mb", "\u202eab", "\ufeff",
    "名前", "Tu\u0308rkiye", "..", "a/b", "con", "x" * 300, "no", "1e5", "{", "&amp;<b>", "%s", "-", "\x00",
)  # fmt: skip
FIGURES = (
    "milex",
    "procurement_share",
    "grievance",
    "tension",
    "oil_price",
    "price",
    "lag",
    "claim",
    "control",
    "skill",
)
OTHERS = st.one_of(
    st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.none(), st.booleans(), st.just([]), st.just({}),
    st.floats(allow_subnormal=True), st.integers(-(10**25), 10**25), st.text(max_size=12),
)  # fmt: skip


def worlds() -> list[dict]:
    """Return what is mutated: the textbook race of a year, and the whole rulebook of eight months, as plain data."""
    found = []
    for name, end in (("richardson", "2000-12"), ("south_caucasus_2010", "2010-08")):
        data = parse(sim.load(name).lock().replace("?", "")).data  # with these in it a text is read slowly
        data["end"] = end
        data["timeline"] = [event for event in data.get("timeline") or [] if str(event["date"])[:7] <= end]
        found.append(data)
    return found


def leaves(data: object, place: Place = ()) -> list[Place]:
    """Return every place of a document, the document itself left out."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at for key, part in parts for at in ((*place, key), *leaves(part, (*place, key)))]


@st.composite
def documents(draw: st.DrawFn, bases: list[dict]) -> str:
    """Return the text of a scenario in which one to four things are otherwise: any of them, or numbers alone."""
    data = copy.deepcopy(draw(st.sampled_from(bases)))
    kinds = sorted(MUTATIONS) if draw(st.integers(0, 3)) == 0 else ["parameter", "quantity"]
    for _ in range(draw(st.integers(1, 4))):
        MUTATIONS[draw(st.sampled_from(kinds))](draw, data)
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=draw(st.booleans()), width=1000)


def _replace(draw: st.DrawFn, data: dict) -> None:
    _put(data, draw(st.sampled_from(leaves(data))), draw(OTHERS))


def _number(draw: st.DrawFn, data: dict) -> None:
    """A number becomes another, within its bounds or not: what a check may well let through."""
    numbers = [place for place in leaves(data) if isinstance(_get(data, place), int | float)]
    if numbers:
        place = draw(st.sampled_from(numbers))
        old = float(_get(data, place) or 1)
        factor = draw(st.sampled_from((-1, 0, 1e-12, 0.1, 0.5, 2, 10, 1e3, 1e12, 1e30)))
        _put(data, place, draw(st.sampled_from((old * factor, *NUMBERS))))


def _parameter(draw: st.DrawFn, data: dict) -> None:
    mechanism = draw(st.sampled_from(sorted(ENTRIES) + sorted(CATALOGUE)))
    parameters = (ENTRIES.get(mechanism) or CATALOGUE[mechanism]).parameters
    if parameters and isinstance(data.get("parameters") or {}, dict):
        name = draw(st.sampled_from(sorted(parameters)))
        low, high = parameters[name].between
        number = draw(st.one_of(st.sampled_from((low, high, *NUMBERS)), st.floats(low, high)))
        figure = {"value": number, "basis": "assumed", "because": "to try"}
        data["parameters"] = {**(data.get("parameters") or {}), f"{mechanism}.{name}": figure}


def _quantity(draw: st.DrawFn, data: dict) -> None:
    states = data.get("states")
    if isinstance(states, dict) and states:
        state = states[draw(st.sampled_from(sorted(states, key=str)))]
        name = draw(st.sampled_from(sorted(n for n, v in VARIABLES.items() if v.actor == "state" and v.kind != "flow")))
        low, high = (min(max(bound, -1e300), 1e300) for bound in (VARIABLES[name].low, VARIABLES[name].high))
        number = draw(st.one_of(st.sampled_from((low, high, *NUMBERS)), st.floats(low, high), st.floats(0, 1e4)))
        if isinstance(state, dict) and isinstance(state.get("quantities") or {}, dict):
            figure = {"value": number, "basis": "assumed", "because": "to try"}
            state["quantities"] = {**(state.get("quantities") or {}), name: figure}


def _remove(draw: st.DrawFn, data: dict) -> None:
    *way, last = draw(st.sampled_from(leaves(data)))
    del _get(data, tuple(way))[last]


def _event(draw: st.DrawFn, data: dict) -> None:
    states = data.get("states")
    if isinstance(states, dict) and states and isinstance(data.get("timeline") or [], list):
        change = {draw(st.sampled_from(FIGURES)): {draw(st.sampled_from(sorted(states, key=str))): draw(OTHERS)}}
        date = draw(st.sampled_from(("2000-03", "2010-03", "2010-02-29", "1999-01", "2050-01")))
        event = {"date": date, "what": "to try", "basis": "assumed", "because": "to try", "set": change}
        data["timeline"] = [*(data.get("timeline") or []), event]


MUTATIONS = {
    "replace": _replace, "number": _number, "parameter": _parameter, "quantity": _quantity, "remove": _remove,
    "event": _event,
}  # fmt: skip


def _get(data: object, place: Place) -> object:
    for step in place:
        data = data[step]  # type: ignore[index]
    return data


def _put(data: object, place: Place, value: object) -> None:
    *way, last = place
    _get(data, tuple(way))[last] = value  # type: ignore[index]


# -- what becomes of them


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


# Missing where a run never came to it: a war, or what a target asks of one.
WITHOUT_SOME = ("failed", "first_campaign", "first_operation", "target_statistics")


def unmarked(result: xr.Dataset) -> list[str]:
    """Return the arrays in which a run that is not marked as broken has a number that is none."""
    sound = result["failed"].isnull()
    found = []
    for name, array in result.data_vars.items():
        over = "run" if "run" in array.dims else "member" if "member" in array.dims else None
        if over is None or name in WITHOUT_SOME or array.dtype.kind != "f":
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
    for words in (("verify", out), ("export", out, "--csv", "--paths"), ("plot", out, "fan"), ("failures", out)):
        code, said_of_it, err = said(capsys, *words)
        assert code == 0, (words, err)
        assert "otherwise" not in said_of_it
