"""A page for each shipped scenario: its question, a picture, its difference to its parent, its timeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making import played
from making.tables import table
from sim import evidence
from sim.scenario.schema import Event, Scenario

FOLDER = "scenarios"
SECTIONS = ("states", "suppliers", "mediators", "zones", "quantities", "parameters")  # not told in a path
UNTOLD = {"title", "question", "timeline", "decisions", "expects"}  # told elsewhere on the page


def pages(place: Path) -> dict[str, str]:
    """Return the page of every scenario and the one that lists them."""
    known = played.scenarios()
    written = {f"{FOLDER}/{name}": _page(place, scenario, known) for name, scenario in known.items()}
    rows = [
        (
            f"[`{name}`]({name}.md)",
            one.question,
            f"{one.start[:4]}–{one.end[:4]}",
            f"`{_parent(one)}`" if one.extends else "",
        )
        for name, one in known.items()
    ]
    names = "\n".join(f"{name} <{name}>" for name in known)
    index = f"""# Scenarios

What ships with armsrace: a hindcast of the South Caucasus, outlooks that each change one thing of `status_quo`, a
textbook race and a rivalry elsewhere. They ask *what if*; none is a forecast. How to change one or write another stands
under [scenarios](../../scenarios.md).

{table(("scenario", "question", "years", "changes"), rows)}

```{{toctree}}
:hidden:
:maxdepth: 1

{names}
```
"""
    return {f"{FOLDER}/index": index, **written}


def _page(place: Path, scenario: Scenario, known: dict[str, Scenario]) -> str:
    """Return the page of a scenario."""
    name, parent = scenario.name, known.get(_parent(scenario))
    told = played.picture(place / FOLDER / f"{name}.png", "fan", name)
    who = [
        f"**{section.title()}**: {', '.join(actor.name or key for key, actor in getattr(scenario, section).items())}"
        for section in ("states", "suppliers", "mediators")
        if getattr(scenario, section)
    ]
    parts = [
        f"# {scenario.title}",
        f"*{scenario.question}*",
        f"From {scenario.start} to {scenario.end}. " + ". ".join(who) + ".",
        f"```sh\narmsrace show {name}          # all of it\narmsrace sweep {name} --runs 1000 --seed 1\n```",
        f"![{told}]({name}.png)\n\n*{played.RUNS} histories, seed {played.SEED}; simulation, not a forecast.*"
        * bool(told),
        *(_expected(scenario, parent) if scenario.expects and parent else []),
        *(_changes(scenario, parent) if parent else []),
        *_timeline(scenario, parent),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


# -- beside its parent


def _parent(scenario: Scenario) -> str:
    """Return the name of the scenario that this one extends; a loaded one knows the file."""
    return Path(scenario.extends).stem if scenario.extends else ""


def _expected(scenario: Scenario, parent: Scenario) -> Iterator[str]:
    """Yield what a scenario expects beside its parent; a test plays both."""
    yield "## What should follow"
    beside = f"Beside [`{parent.name}`]({parent.name}.md), under the same luck"
    yield f"{beside}; a test plays both and fails where a sign is wrong."
    rows = [
        (f"`{one.outcome}`", one.of, one.window or "", {"none": "no change"}.get(one.sign, one.sign), one.because)
        for one in scenario.expects
    ]
    yield table(("outcome", "of", "years", "moves", "because"), rows)


def _changes(scenario: Scenario, parent: Scenario) -> Iterator[str]:
    """Yield how a scenario differs from its parent, number by number."""
    here, there = (dict(_leaves(one.model_dump(mode="json"))) for one in (scenario, parent))
    changed = [path for path in dict.fromkeys((*there, *here)) if here.get(path) != there.get(path)]
    rows = [(_path(path), _said(there.get(path)), _said(here.get(path)), _why(here.get(path))) for path in changed]
    yield f"## What differs from `{parent.name}`"
    yield f"All else is as in [`{parent.name}`]({parent.name}.md), {'and' if rows else 'but for'} the events below."
    if rows:
        yield table(("what", f"`{parent.name}`", f"`{scenario.name}`", "why"), rows)


def _leaves(part: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what is stated, and where: a figure whole, everything else value by value."""
    for key, value in part.items():
        if path or key not in UNTOLD:
            if isinstance(value, dict) and "basis" not in value:
                yield from _leaves(value, (*path, key))
            elif value not in (None, [], {}):
                yield (*path, key), value


def _path(path: tuple[str, ...]) -> str:
    return " › ".join(f"`{part}`" for part in path if part not in SECTIONS)


def _said(value: Any) -> str:
    """Return a value in few words.

    Examples
    --------
    >>> _said({"value": 0.5, "values": {"drones": 2.0}, "basis": "assumed"}), _said(["a", "b"]), _said(None)
    ('0.5, drones 2', 'a, b', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if not isinstance(value, dict):
        return str(value)
    labelled = {**(value.get("values") or {}), **(value.get("by_year") or {})}
    parts = [f"{value['value']:g}"] if value.get("value") is not None else []
    parts += [f"{label} {number:g}" for label, number in labelled.items()]
    parts += [f"{kind} {numbers}" for kind, numbers in (value.get("distribution") or {}).items() if numbers]
    return ", ".join(parts)


def _why(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return _basis(value["basis"], value.get("source"), value.get("because"))


def _basis(basis: str, source: str | None, because: str | None) -> str:
    """Return what a number or an event rests on."""
    known = evidence.sources().get(source or "")
    link = f"[{evidence.named(known)}](../../reference/sources.md#{known.key})" if known else source or ""
    return "; ".join(part for part in (basis, link, because or "") if part)


# -- the timeline


def _timeline(scenario: Scenario, parent: Scenario | None) -> Iterator[str]:
    """Yield the dated events: those of its own, then those it inherits, folded up."""
    theirs = parent.timeline if parent else []
    own = [event for event in scenario.timeline if event not in theirs]
    inherited = [event for event in scenario.timeline if event in theirs]
    if not scenario.timeline:
        return
    yield "## Timeline"
    if own:
        yield _events(own)
    if inherited:
        told = f"{len(inherited)} events that it inherits; those before {scenario.start} have happened when it opens"
        yield f"<details><summary>{told}</summary>\n\n{_events(inherited)}\n\n</details>"


def _events(events: list[Event]) -> str:
    ordered = sorted(events, key=lambda event: event.date)
    rows = [(one.date.replace("-", "\u2011"), one.what, _basis(one.basis, one.source, one.because)) for one in ordered]
    return table(("date", "what", "rests on"), rows)
