"""Bookkeeping nobody decides: money is added up, orders are produced, stocks age, wars run their days.

Each entry is a pure function of the world bound by its signature, like a rule,
and returns the quantities it has worked out. The order is in `sim.model.turn`.
"""

from sim.model.accounting import arms, conflict, money
from sim.model.accounting.entry import ENTRIES, Entry, entry

__all__ = ["ENTRIES", "Entry", "arms", "conflict", "entry", "money"]
