"""Documents as nobody would write them: shipped worlds, shortened, with anything in any place."""

from __future__ import annotations

import copy

import yaml
from hypothesis import strategies as st

import sim
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.variables import VARIABLES
from sim.scenario.document import Place
from sim.scenario.strict_yaml import parse

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
        data = parse(sim.load(name).lock()).data
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
