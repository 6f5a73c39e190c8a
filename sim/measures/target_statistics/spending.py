"""Targets on military spending."""

from __future__ import annotations

import numpy as np

from sim.measures.target_statistics.course import Course
from sim.model.world import Array


def ratio(course: Course, state: str, rival: str, year: int) -> Array:
    """Return spending of a state over its rival's in a year [ratio]."""
    (at,) = course.year(year)
    return course.milex[:, at, course.state(state)] / course.milex[:, at, course.state(rival)]


def change(course: Course, state: str, first: int, last: int) -> Array:
    """Return the relative change of spending between two years [share]."""
    begin, end = course.year(first, last)
    path = course.milex[:, :, course.state(state)]
    return path[:, end] / path[:, begin] - 1.0


def oil_link(course: Course, state: str, first: int, last: int) -> Array:
    """Return the correlation over years of the log growth of spending with that of oil the year before."""
    when = course.window(first, last)
    milex = np.diff(np.log(course.milex[:, when, course.state(state)]), axis=1)[:, 1:]
    oil = np.diff(np.log(course.oil[:, when]), axis=1)[:, :-1]
    answer: Array = _slope(oil, milex) * np.std(oil, axis=1) / np.maximum(np.std(milex, axis=1), 1e-12)
    return answer


def reaction(course: Course, state: str, rival: str, first: int, last: int) -> Array:
    """Return the slope of log growth of spending on the rival's the year before (least squares)."""
    when = course.window(first, last)
    own, other = (np.diff(np.log(course.milex[:, when, course.state(code)]), axis=1) for code in (state, rival))
    return _slope(other[:, :-1], own[:, 1:])


def _slope(x: Array, y: Array) -> Array:
    """Return the least-squares slope of each row."""
    x, y = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    slope: Array = (x * y).sum(1) / np.maximum((x * x).sum(1), 1e-12)
    return slope


def after_victory(course: Course, state: str, last: int) -> Array:
    """Return the log growth of spending from the year before the first major war to the year after it."""
    log, stop = np.log(course.milex[:, :, course.state(state)]), course.year(last)[0]
    fought = course.campaigns[:, : stop + 1] > 0
    at, member = fought.argmax(1), np.arange(len(fought))
    known = fought.any(1) & (at > 0) & (at < stop)
    return np.where(known, log[member, np.minimum(at + 1, stop)] - log[member, np.maximum(at - 1, 0)], np.nan)
