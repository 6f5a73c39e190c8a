"""What calibration targets are about, of each run: one number of a history, or one of each of its first outbreaks.

``targets.yaml`` says which measures the targets use; here they are taken of all runs while they are played, so that any
result can be held against the record later. The same functions measure the record (`course`, with single `facts`).
What a scenario has no states, suppliers or years for is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from sim import evidence
from sim.engine.yearly import Measure, Yearly
from sim.measures.target_statistics import arms, spending, supply, war
from sim.measures.target_statistics.course import Course, Uncomputable, blank, simulated
from sim.model.world import Array
from sim.scenario.initial import Position

MEASURES: dict[str, Callable[..., Array]] = {
    function.__name__: function
    for function in (
        spending.ratio, spending.change, spending.oil_link, spending.reaction, spending.after_victory,
        arms.share, arms.export_share, arms.concentration, arms.import_ratio, arms.stock_share,
        arms.stock_concentration, arms.lag, arms.stock_ratio, arms.stock_peak, arms.war_year, arms.seen_share,
        arms.first_delivery, war.major_wars, war.outbreaks, war.late_outbreaks, war.first_war_year,
        war.clash_years, war.length, war.deaths, war.loss_ratio, war.talks_at_attack, supply.signed, supply.owed,
        supply.flights, supply.gathered,
    )
}  # fmt: skip

Definition = Mapping[str, Any]


@cache
def validation_targets() -> tuple[Definition, ...]:
    """Return what is to be met, as it stands in ``targets.yaml``."""
    return tuple(evidence.shipped(files(__name__).joinpath("targets.yaml").read_text(encoding="utf-8")))


def measure(target: Definition, course: Course) -> Array:
    """Return what a target is about, ``(member,)``, ``(member, war)`` or, of a path, ``(member, year)``.

    Raises
    ------
    Uncomputable
        If the course has no such state, supplier or year.
    """
    for code in target.get("between", ()):
        course.state(code)  # fighting is on record between these states only
    if "path" in target:
        return course.milex[:, course.year(*path_years(target, course)), course.state(target["path"])]
    return MEASURES[target["measure"]](course, **target.get("given", {}))


def path_years(target: Definition, course: Course) -> list[int]:
    """Return the years after the opening of which a path is judged.

    Raises
    ------
    Uncomputable
        If there are none.
    """
    years = [year for year in course.years if course.years[0] < year <= target["last"]]
    if not years:
        raise Uncomputable("the scenario simulates no year after its first that is on record")
    return years


def columns(like: Course) -> dict[int, list[str]]:
    """Return the names of the statistics of each target that can be computed, by the target's place in the list."""
    return {place: list(names) for place, names in _columns(like.years, like.states, like.origins)}


@cache
def _columns(
    years: tuple[int, ...], states: tuple[str, ...], origins: tuple[str, ...]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return place and names, found by measuring a history of which nothing is known."""
    probe, found = blank(years, states, origins), []
    for place, target in enumerate(validation_targets()):
        try:
            shape = np.shape(measure(target, probe)) if "why" not in target else ()
        except Uncomputable:
            continue
        if shape:
            what = f"{target['code']} {target['what']}"
            each = path_years(target, probe) if "path" in target else range(1, 1 + (shape[1] if len(shape) > 1 else 0))
            word = "" if "path" in target else "outbreak "
            found.append((place, tuple(f"{what}, {word}{number}" for number in each) if len(shape) > 1 else (what,)))
    return tuple(found)


def statistics(course: Course) -> Array:
    """Return all statistics of histories, ``(member, statistic)``, as `columns` has them; NaN where there is none."""
    taken = [measure(validation_targets()[place], course) for place in columns(course)]
    members = len(course.milex)
    return np.concatenate([np.zeros((members, 0)), *(one.reshape(members, -1) for one in taken)], axis=1)


# -- of a case that is played


def course_like(position: Position) -> Course:
    """Return a history of which nothing is known, with the years, states and origins of a case."""
    codes = {key: getattr(actor, "iso3", None) or key for _, key, actor in position.scenario.actors()}
    years = Yearly(position, 0).years
    states, origins = (tuple(codes.get(key, key) for key in position.labels[axis]) for axis in ("state", "origin"))
    return blank(years, states, origins)


def statistic_names(position: Position) -> tuple[str, ...]:
    """Return the names of the statistics that are kept of each run of a case."""
    return tuple(name for names in columns(course_like(position)).values() for name in names)


def measured(position: Position) -> Measure:
    """Return what takes the statistics of runs of a case, to be handed to a record."""
    like = course_like(position)
    return Measure(statistic_names(position), lambda yearly: statistics(simulated(like, yearly)))
