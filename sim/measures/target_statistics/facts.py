"""What single facts say, on the axes of a history: soldiers lost, cargo flights, exports before a war, contracts.

A fact is found by what it is about, never by a number typed here; where none is, the answer is NaN.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from sim import observed
from sim.model.world import Array
from sim.observed import Fact

MONTHS = 12
RECENT = 2  # months of exports up to an outbreak that are on record by themselves
LOOKED_BACK = 24  # months before an outbreak in which a longer count of exports tells what is usual
MILLIONS = {"US$ million": 1.0, "US$ billion": 1000.0}


def losses(states: Sequence[str], year: int) -> Array:
    """Return the soldiers that each state says it lost in the war of a year, ``(state,)`` [persons]."""
    told = {fact.subject: fact.number for fact in _about("official_military_dead") if fact.period == str(year)}
    return np.array([told.get(state, np.nan) for state in states])


def flights(years: Sequence[int], origins: Sequence[str], states: Sequence[str]) -> Array:
    """Return cargo flights in a year, ``(year, origin, state)``: counts over long spans, spread evenly over them.

    A count of less than a year was made because there were many flights, so it says nothing of a usual month.
    """
    found = np.full((len(years), len(origins), len(states)), np.nan)
    for fact, o, s in _between("cargo_flights_Ovda_IL76", origins, states):
        if len(fact.months) < MONTHS:
            continue
        for y, year in enumerate(years):
            if year * MONTHS in fact.months and year * MONTHS + MONTHS - 1 in fact.months:
                found[y, o, s] = MONTHS * fact.number / len(fact.months)
    return found


def gathered(origins: Sequence[str], states: Sequence[str], began: dt.date) -> Array:
    """Return exports a month in the two months up to an outbreak as a part of them and a usual month's.

    An array ``(origin, state)``, a half where they are as usual. Usual is what longer counts, of which one goes to the
    outbreak, leave for their other months.
    """
    found = np.full((len(origins), len(states)), np.nan)
    last = began.year * MONTHS + began.month - 1
    lately = range(last - RECENT + 1, last + 1)
    by_pair: dict[tuple[int, int], dict[range, float]] = {}
    for fact, o, s in _between("defence_aviation_exports", origins, states):
        by_pair.setdefault((o, s), {})[fact.months] = fact.number
    for pair, told in by_pair.items():
        longer = [span for span in told if len(span) > RECENT and last - LOOKED_BACK < span[0]]
        longer = [span for span in longer if span[-1] == last or span[-1] < lately[0]]
        if any(last in span for span in longer):
            alone = sum(told.get(range(month, month + 1), np.nan) for month in lately)
            usual = (sum(told[span] for span in longer) - alone) / (sum(map(len, longer)) - RECENT)
            found[pair] = alone / RECENT / (alone / RECENT + usual)
    return found


def contracts(variable: str, years: Sequence[int], origins: Sequence[str], states: Sequence[str]) -> Array:
    """Return money in contracts as it was stated, ``(year, origin, state)`` [US$2023 m], in the year of the statement.

    A sum to date stands there as a whole, with nothing in the years before. Dollars of the day become those of 2023 as
    the client's spending does, so that a contract takes the same part of a budget: by constant over current spending,
    of the year of the statement or, of a sum to date, of all years simulated up to it.
    """
    found = np.full((len(years), len(origins), len(states)), np.nan)
    for fact, o, s in _between(variable, origins, states):
        year = fact.months[-1] // MONTHS
        if year not in years:
            continue
        to_date = fact.period.startswith("to ")
        spread = [y for y in years if y <= year] if to_date else [year]
        found[: list(years).index(year), o, s] = 0.0 if to_date else np.nan
        found[list(years).index(year), o, s] = fact.number * MILLIONS[fact.unit] * _deflator(states[s], spread)
    return found


def _deflator(state: str, years: Sequence[int]) -> float:
    """Return a state's spending of some years in constant over current dollars; NaN where it is not on record."""
    constant, current = (
        observed.annual("military_expenditure", column, state) for column in ("milex_usd2023_m", "milex_usd_current_m")
    )
    known = [year for year in years if year in constant and current.get(year)]
    return sum(constant[year] for year in known) / sum(current[year] for year in known) if known else np.nan


def _about(variable: str) -> Iterator[Fact]:
    """Yield the facts on a variable."""
    return (fact for fact in observed.known_facts() if fact.variable == variable)


def _between(variable: str, origins: Sequence[str], states: Sequence[str]) -> Iterator[tuple[Fact, int, int]]:
    """Yield the facts on a variable between an origin and a state, with their places."""
    for fact in _about(variable):
        if fact.subject in origins and fact.object in states:
            yield fact, origins.index(fact.subject), states.index(fact.object)
