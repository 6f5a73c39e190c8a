"""The observed series beside which a sweep is shown: the only place that knows how they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim import evidence, observed
from sim.observed import arsenal

STOCK_FROM, STOCK_UNTIL = 1992, 2021  # the register is censored in and after 2021, so 1 January 2021 is the last
WAR = 2  # intensity from which a year counts as a major war (UCDP/PRIO)
DECAYS, INHERITED = (0.04, 0.07, 0.10), (0.0, 150.0, 300.0)  # [per yr], [TIV m]: no record of either, so a range


def recorded_milex(iso3: str, series: str) -> dict[int, float]:
    """Recorded spending of a state by year [US$2023 m per yr]; empty where nothing is recorded."""
    try:
        observed.annual("military_expenditure", "milex_usd2023_m", iso3)
    except ValueError:
        return {}
    return observed.annual("military_expenditure", series, iso3)


def recorded_stock(iso3: str, years: Sequence[int]) -> np.ndarray:
    """Recorded import-fed stock at 1 January, as (decay, inherited, year) [TIV m]; zero where unrecorded."""
    try:
        # sorted, since stocks are summed in this order and that of a set differs from process to process
        classes = sorted({line.weapon_class for line in observed.deliveries(iso3)})
    except ValueError:
        return np.zeros((len(DECAYS), len(INHERITED), len(years)))
    paths = [
        [
            arsenal.stock_path(
                iso3,
                years,
                dict.fromkeys(classes, decay),
                legacy={classes[0]: inherited},
            )
            for inherited in INHERITED
        ]
        for decay in DECAYS
    ]
    return np.array([[list(path.values()) for path in row] for row in paths])


def recorded_deliveries(recipient: str, years: Sequence[int]) -> dict[tuple[int, str], float]:
    """Recorded deliveries to a state by year and supplier [TIV m]; an absent pair is zero recorded."""
    try:
        return arsenal.recorded_by_supplier(recipient, years)
    except ValueError:
        return {}


def recorded_outbreaks(states: Iterable[str]) -> list[observed.Event]:
    """Observed outbreaks of fighting between these states."""
    here = set(states)
    return [event for event in observed.events() if event.kind == "war" and set(event.actors) <= here]


def recorded_scale(outbreak: observed.Event) -> str:
    """``campaign`` for an outbreak in a year coded as one of war, else ``operation``.

    Examples
    --------
    >>> [(one.date.year, recorded_scale(one)) for one in recorded_outbreaks(["AZE", "ARM"])][:2]
    [(2016, 'operation'), (2020, 'campaign')]
    """
    fight = observed.conflict().get(outbreak.date.year)
    return "campaign" if fight is not None and fight.intensity >= WAR else "operation"


def by_year(recorded: Mapping[int, float], years: Sequence[int]) -> list[float]:
    """Line up a recorded series with years, NaN where nothing is recorded."""
    return [float(recorded.get(year, np.nan)) for year in years]


def credit(*tables: str) -> str:
    """Return the line that names the sources of these tables, as figures that show them must.

    Examples
    --------
    >>> credit("arms_deliveries")
    'Source: SIPRI (2025); own calculations are not attributed to SIPRI.'
    """
    keys = dict.fromkeys(key for table in tables for key in observed.file_sources(table))
    names = dict.fromkeys(evidence.named(evidence.source(key)) for key in keys)
    sipri = "; own calculations are not attributed to SIPRI" if any("sipri" in key for key in keys) else ""
    return f"{'Source' if len(names) == 1 else 'Sources'}: {', '.join(names)}{sipri}."


def credited(*tables: str) -> dict[str, str]:
    """Return the attributes of numbers beside which these tables are shown: their credit, and which they are."""
    return {"credit": credit(*tables), "tables": " ".join(tables)}
