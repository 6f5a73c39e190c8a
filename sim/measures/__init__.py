"""Outcomes computed from a sweep, each with its uncertainty.

Every function takes the Dataset of a sweep and returns a small Dataset (or rows) that a figure
can draw without computing anything. Two kinds of uncertainty are kept apart, and each variable
says which it carries: *spread*, what share of the runs falls within a band, and *Monte Carlo
error*, how far the estimate would move if the same sweep were repeated with other luck.
"""

from sim.measures.course import fan
from sim.measures.distribution import LEVELS, bands
from sim.measures.one_run import timeline
from sim.measures.register import DECAYS, INHERITED, STOCK_FROM, STOCK_UNTIL
from sim.measures.rows import Row, summary
from sim.measures.runs import sound, yearly
from sim.measures.supply import MOST_GROUPS, REST, suppliers
from sim.measures.war import Z, war_probability, wilson

__all__ = [
    "DECAYS", "INHERITED", "LEVELS", "MOST_GROUPS", "REST", "STOCK_FROM", "STOCK_UNTIL", "Row", "Z",
    "bands", "fan", "sound", "summary", "suppliers", "timeline", "war_probability", "wilson", "yearly",
]  # fmt: skip
