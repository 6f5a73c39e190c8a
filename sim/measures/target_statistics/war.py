"""Targets on fighting: how often, when, how long, how deadly. Rates are per year of exposure."""

from __future__ import annotations

import numpy as np

from sim.engine.yearly import WARS
from sim.measures.target_statistics.course import Course, Uncomputable
from sim.model.world import Array


def major_wars(course: Course) -> Array:
    """Return major wars begun per year of exposure."""
    answer: Array = course.campaigns.sum(1) / _exposure(course)
    return answer


def outbreaks(course: Course) -> Array:
    """Return outbreaks above clash level per year of exposure, large and small."""
    answer: Array = (course.campaigns + course.operations).sum(1) / _exposure(course)
    return answer


def late_outbreaks(course: Course, after: int) -> Array:
    """Return, for each of the first outbreaks, 1 if it came after a year, else 0, ``(member, war)``."""
    so_far = (course.campaigns + course.operations).cumsum(1)[:, None] > np.arange(WARS)[:, None]  # (member, war, year)
    late = np.array(course.years) > course.years[course.year(after)[0]]
    return np.where(so_far.any(2), late[so_far.argmax(2)], np.nan)


def first_war_year(course: Course) -> Array:
    """Return the year of the first major war, where there is one."""
    _exposure(course)
    fought = course.campaigns > 0
    return np.where(fought.any(1), np.array(course.years)[fought.argmax(1)], np.nan)


def clash_years(course: Course) -> Array:
    """Return the share of years with fatal clashes."""
    answer: Array = (course.clashes > 0).sum(1) / _exposure(course)
    return answer


def length(course: Course, kind: str) -> Array:
    """Return the days of fighting of single wars of a kind, ``(member, war)``."""
    return course.lengths[kind]


def deaths(course: Course, kind: str) -> Array:
    """Return the soldiers killed in single wars of a kind, ``(member, war)``."""
    return course.deaths[kind]


def loss_ratio(course: Course, state: str, rival: str, kind: str) -> Array:
    """Return soldiers lost of a state over those of its rival in single wars of a kind, ``(member, war)``."""
    own, other = (course.losses[kind][..., course.state(code)] for code in (state, rival))
    answer: Array = own / np.where(other > 0.0, other, np.nan)
    return answer


def talks_at_attack(course: Course) -> Array:
    """Return, for each of the first outbreaks, 1 if talks were active the month before, else 0, ``(member, war)``."""
    return course.talking


def _exposure(course: Course) -> int:
    """Return the years of exposure."""
    if not course.years:
        raise Uncomputable("the scenario simulates no whole year")
    return len(course.years)
