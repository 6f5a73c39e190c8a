"""The books: what nobody decides. Money is added up, orders are produced, stocks age, wars run their days.

The turn has two kinds of step. A *rule* is an agent's decision, may be switched off, and is one reason among others.
An *entry of the books* is bookkeeping: it is made for every actor of a kind, always, and returns what quantities are
afterwards. Both are pure functions bound by their signature: positional arguments are quantities, keyword-only ones
parameters that a scenario may set and an experiment vary; an entry may also borrow a parameter of another mechanism.

`opening` makes the books before the first step. `strength`, `money`, `contracts`, `deliveries`, `escalation`, `war` and
`memory` carry them on, each a chapter; in which order stands in `sim.model.turn`.
"""

from sim.model.accounting import contracts, deliveries, escalation, memory, money, opening, strength, war
from sim.model.accounting.entry import ENTRIES, Entry, entry

__all__ = [
    "ENTRIES",
    "Entry",
    "contracts",
    "deliveries",
    "entry",
    "escalation",
    "memory",
    "money",
    "opening",
    "strength",
    "war",
]
