"""What a brief cannot say: outcomes the model does not move, numbers nobody measured, and the limits of the tool."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import xarray as xr

from sim.briefs import numbers
from sim.briefs.blocks import Slot, Text
from sim.briefs.effects import Effects, called
from sim.briefs.ladder import SHOWN, Rung
from sim.briefs.question import Lever
from sim.model.variables import VARIABLES
from sim.scenario.census import census
from sim.scenario.schema import Scenario

LIMITS, BULLET = "## Limits\n", re.compile(r"^- \*\*(.+?)\*\* ((?:.|\n  )+)", re.MULTILINE)
MOST = 0.5  # of run-years
NO_SCALE = ("code", "share", "flag")  # a share of nothing or of all is no number that a bound has stopped


def cannot_say(lever: Lever, found: Effects, root: Scenario | None) -> list[Text]:
    """Return a sentence for each."""
    return [*_not_shown(found), *_at_a_bound(lever.with_it.data), *_assumed(lever), *limits(lever, root)]


def _not_shown(found: Effects) -> Iterator[Text]:
    """Yield a sentence on the outcomes that hardly any pair tells apart."""
    names = [f"“{called(effect)}”" for effect in found.told if effect.rung == Rung.CANNOT_SHOW]
    if names:
        given: dict[str, Slot] = {
            "names": "; ".join(names),
            "least": numbers.hundred(SHOWN, "the ladder"),
            "all": numbers.ALL,
        }
        yield Text("Cannot show: {names}. Fewer than {least} of {all} pairs of histories end otherwise there.", given)


def _at_a_bound(data: xr.Dataset) -> Iterator[Text]:
    """Yield a sentence on each quantity that stands at its bound in most run-years: it says less than it seems to."""
    for name in map(str, data.data_vars):
        variable = next((one for one in VARIABLES.values() if one.keep == name), None)
        dims = set(data[name].dims)
        if variable is None or variable.unit in NO_SCALE or variable.kind != "stock" or not {"member", "time"} <= dims:
            continue
        values = data[name].values
        ends = [end for end in (variable.low, variable.high) if np.isfinite(end)]
        held = float(np.isin(values, ends).mean()) if ends else 0.0
        if held > MOST and np.ptp(values) > 0.0:  # what never moves is no part of what was played
            told: dict[str, Slot] = {"what": variable.meaning, "n": numbers.share_of(held, f"bounds.{name}")}
            yield Text("Held at its bound in {n} % of months: {what}.", told)


def _assumed(lever: Lever) -> Iterator[Text]:
    """Yield how many of the numbers of the scenario nobody has measured."""
    if (scenario := lever.with_it.scenario) is not None:
        count = census(scenario)
        parts = {basis: numbers.whole(count[basis], f"census.{basis}") for basis in ("assumed", "derived", "reported")}
        total = numbers.whole(sum(count.values()), "census")
        yield Text(
            "Of {all} numbers behind it {assumed} are assumed, {derived} derived from a source, {reported} reported in "
            "one.", {"all": total, **parts},
        )  # fmt: skip


def limits(lever: Lever, root: Scenario | None) -> list[Text]:
    """Return the limits of the tool, as its first page states them, that hold for what was played."""
    first_page = Path(__file__).resolve().parents[2] / "README.md"
    try:
        page = (
            first_page.read_text(encoding="utf-8")
            if first_page.is_file()
            else distribution("armsrace").read_text("METADATA")
        )
    except PackageNotFoundError:
        page = None
    _, _, section = (page or "").partition(LIMITS)
    found = BULLET.findall(section.partition("\n## ")[0])
    return [
        Text("{title} {said}", {"title": title, "said": " ".join(said.split()).replace("`", "")})
        for title, said in found if title not in ONLY_OF or ONLY_OF[title](lever, root)
    ]  # fmt: skip


def _is_on_record(lever: Lever, _: Scenario | None = None) -> bool:
    """Say whether any state opens from the record: textbook nations do not."""
    scenario = lever.with_it.scenario
    return scenario is None or any(state.from_record for state in scenario.states.values())


def _is_hindcast(lever: Lever, root: Scenario | None) -> bool:
    """Say whether all that was played lies in the years of the record that it opens from: an outlook goes on."""
    scenario = lever.with_it.scenario
    return scenario is not None and root is not None and scenario.end <= root.end and _is_on_record(lever)


def _is_of_luck_alone(lever: Lever, _: Scenario | None) -> bool:
    """Say whether every run had the same numbers."""
    return "run_factor_values" not in lever.with_it.data


# Limits of the first page, by title, that are not of every answer; none of an answer is that of wording.
ONLY_OF: Mapping[str, Callable[[Lever, Scenario | None], bool]] = {
    "One rivalry, one history.": _is_on_record,
    "A hindcast, not a forecast.": _is_hindcast,
    "Luck is not doubt.": _is_of_luck_alone,
    "Neutral wording.": lambda *_: False,
    "Uncertain data.": _is_on_record,
}
