"""Targets on supply that a register of deliveries does not show: contracts, cargo flights, what comes before a war."""

from __future__ import annotations

from collections.abc import Sequence

from sim.measures.target_statistics.course import Course
from sim.model.world import Array

MONTHS = 12


def signed(course: Course, state: str, supplier: str, window: Sequence[int]) -> Array:
    """Return the money of contracts signed with a supplier in a window [US$2023 m]."""
    each = course.signed[:, course.window(*window), course.origin(supplier), course.state(state)]
    answer: Array = each.sum(1)
    return answer


def owed(course: Course, state: str, supplier: str, year: int) -> Array:
    """Return the money of open contracts with a supplier that is not yet paid, in August of a year [US$2023 m]."""
    (at,) = course.year(year)
    return course.owed[:, at, course.origin(supplier), course.state(state)]


def flights(course: Course, state: str, supplier: str, window: Sequence[int]) -> Array:
    """Return cargo flights from a supplier in a month, the mean of a window."""
    each = course.flights[:, course.window(*window), course.origin(supplier), course.state(state)]
    answer: Array = each.mean(1) / MONTHS
    return answer


def gathered(course: Course, state: str, supplier: str, kind: str) -> Array:
    """Return what came from a supplier up to single wars of a kind, over it and the usual, ``(member, war)``."""
    return course.gathered[kind][..., course.origin(supplier), course.state(state)]
