"""A state of a draft: spending, output, arms, purchases and what it makes of suppliers, from the panel.

Only rows of before the opening are read, but for output of later years, which is kept by year for whoever gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim import observed
from sim.calibration.pooled import Pooled, usual_spread
from sim.calibration.refit import GROWTH_SPREAD, OWN_YEARS
from sim.drafts.archetypes import archetype
from sim.drafts.figures import SPENDING, TRANSFERS, Figure, assumed, believed, derived, reported, rounded, shares
from sim.drafts.imports import LATELY, ORDERS, Imports, Volumes
from sim.model.accounting.opening import trust_by_record
from sim.model.mistakes import Mistake
from sim.observed import panel
from sim.observed.arsenal import LATEST
from sim.scenario.settings import MECHANISMS

FEWEST = 5  # usable years of spending before an opening
STALE = 3  # years between the last of them and the opening
SMALLEST_RENTS = 5.0  # per cent of output that make a state one that lives on oil
CUSTOM = 0.85  # of the split over classes is the state's own, the rest an even one
ZONE = "borderland"


@dataclass(frozen=True)
class Side:
    """One of the two states: its code, key and name, and what was delivered to it before the opening."""

    code: str
    key: str
    name: str
    imports: Imports


def opening_years(code: str, name: str, opening: int, tables: Path) -> tuple[dict[int, float], dict[int, float]]:
    """Return spending and output of the usable years before an opening.

    Raises
    ------
    Mistake
        If they are too few, or too long ago.
    """
    spending = panel.spending(code, before=opening, tables=tables)
    output = panel.output(code, before=opening, tables=tables)
    years = sorted(spending.keys() & output.keys())
    remedy = "choose another start, or bring tables of your own with --tables"
    if len(years) < FEWEST:
        raise Mistake(
            f"{name} ({code}) has {len(years)} usable years of spending and output before {opening}, and {FEWEST} are "
            f"needed; {remedy}"
        )
    if years[-1] < opening - STALE:
        raise Mistake(
            f"the last usable spending and output of {name} ({code}) before {opening} are of {years[-1]}; {remedy}"
        )
    return {year: spending[year] for year in years}, {year: output[year] for year in years}


def state_document(
    side: Side,
    suppliers: Mapping[str, str],
    last: int,
    prior: Pooled,
    decay: Mapping[str, float],
    exports: Mapping[str, float],
    tables: Path,
) -> dict[str, Any]:
    """Return the document of a state.

    Parameters
    ----------
    side : Side
        Which.
    suppliers : Mapping of str to str
        Keys of the scenario's suppliers by their names.
    last : int
        Last year played.
    prior : Pooled
        What the panel says of the years before the opening.
    decay : Mapping of str to float
        Of every weapon class [per yr].
    exports : Mapping of str to float
        Of recent years to everybody, by supplier [TIV m per yr].
    tables : Path
        Folder of tables.
    """
    opening = side.imports.opening
    spending, output = opening_years(side.code, side.name, opening, tables)
    year = max(spending)
    oil = _lives_on_oil(side.code, opening)
    document: dict[str, Any] = {"name": side.name, "iso3": side.code}
    document["rules"] = ["standard", "spend_oil_money"] if oil else "standard"
    if oil:
        document["from_record"] = ["oil_revenue"]
    document |= _arms(side, suppliers, decay)
    later = {y: rounded(v) for y, v in panel.output(side.code, tables=tables).items() if opening <= y <= last}
    gdp = derived(output[year], SPENDING, f"spending over its share of output in {year}; later years count where given")
    document["quantities"] = {
        "milex": reported(spending[year], SPENDING, f"spending of {year}"),
        "gdp": ({"value": gdp["value"]} | ({"by_year": later} if later else {}) | gdp),
        **_purchases(side, suppliers, spending, exports),
        "skill": assumed(0.0, (-0.3, 0.3), "reference, alike for both"),
        "grievance": assumed(0.3, (0.0, 2.0), "alike for both; nobody has looked it up"),
        "claim": assumed({ZONE: 1.0}, (0.2, 1.0), "both claim what is disputed, alike"),
        "control": assumed({ZONE: 0.5}, (0.5, 0.5), "half each, so that neither is favoured"),
    }
    document["parameters"] = _growth(output, prior)
    return document


def _lives_on_oil(code: str, opening: int) -> bool:
    """Tell whether rents are on record before an opening, and large."""
    try:
        rents = observed.annual("economy", "resource_rents_pct_gdp", code)
        revenue = observed.oil_revenue_usd2023(code, opening)
    except ValueError:
        return False
    lately = [rents[year] for year in range(opening - ORDERS, opening) if year in rents]
    return opening - 1 in revenue and opening - 2 in revenue and float(np.mean(lately)) >= SMALLEST_RENTS


def _arms(side: Side, suppliers: Mapping[str, str], decay: Mapping[str, float]) -> dict[str, Any]:
    """Return the arms held by supplier and class; of suppliers without a file together."""
    left = side.imports.left(decay)
    last = side.imports.opening - 1
    because = f"recorded deliveries of 1970 to {last}, aged; without what was made at home or held before"
    own = {suppliers[name]: parts for name, parts in left.items() if name in suppliers}
    others: Volumes = {}
    for name, parts in left.items():
        for weapon, tiv_m in parts.items() if name not in suppliers else ():
            others[weapon] = others.get(weapon, 0.0) + tiv_m
    found: dict[str, Any] = {}
    if others:
        found["opening_arms"] = derived(others, TRANSFERS, because)
    if own:
        found["opening_arms_from"] = {key: derived(parts, TRANSFERS, because) for key, parts in own.items()}
    return found


def _purchases(
    side: Side, suppliers: Mapping[str, str], spending: Mapping[int, float], exports: Mapping[str, float]
) -> dict[str, Figure]:
    """Return what a state spends on arms from abroad, how often, on which classes, and with whom."""
    opening, record = side.imports.opening, side.imports
    lately = [value for year, value in spending.items() if year >= opening - LATELY]
    money = record.money()
    share = sum(money.values()) / float(np.mean(lately))
    even = dict.fromkeys(sorted(_classes()), sum(money.values()) / len(_classes()) or 1.0)
    mix = {name: CUSTOM * money.get(name, 0.0) + (1.0 - CUSTOM) * even[name] for name in even}
    window = f"deliveries of {opening - LATELY} to {opening - 1}"
    found: dict[str, Figure] = {
        "procurement_share": derived(
            min(max(share, 0.01), 0.4), TRANSFERS, f"{window} at assumed prices over spending", between=[0.005, 0.6]
        ),
        "contracts_per_year": derived(
            min(max(record.purchases() / LATELY, 1.0), 12.0), TRANSFERS, f"{window}, told apart by supplier and class",
            between=[0.5, 16],
        ),
        "service_mix": derived({}, TRANSFERS, f"{window} at assumed list prices, a little of every class added"),
    }  # fmt: skip
    found["service_mix"]["values"] = shares(mix)
    yearly = {suppliers[name]: tiv_m for name, tiv_m in record.by_supplier(ORDERS).items() if name in suppliers}
    names = {key: name for name, key in suppliers.items()}
    told = f"deliveries of {opening - ORDERS} to {opening - 1}"
    coming = {suppliers[name]: tiv_m for name, tiv_m in record.expected(exports).items() if name in suppliers}
    if coming:
        kinds = {key: archetype(names[key]) for key in coming}
        found["order_book"] = derived(
            {key: tiv_m * kinds[key].price * LATEST * kinds[key].lag for key, tiv_m in coming.items()},
            TRANSFERS,
            f"as much as {told}, shared as those of 3, 5 and 10 years and all exports, at assumed prices",
        )
    if yearly:
        cost = {key: tiv_m * archetype(names[key]).price for key, tiv_m in yearly.items()}
        found["recent_order"] = derived(
            {key: money * ORDERS for key, money in cost.items()},
            TRANSFERS,
            f"{told} at assumed list prices stand for it",
        )
        found["order_rate"] = derived(sum(record.by_supplier(ORDERS).values()), TRANSFERS, f"{told} stand for it")
    found["trust"] = derived(_trust(yearly, list(suppliers.values())), TRANSFERS, "by what each has lately delivered")
    return found


def _trust(yearly: Mapping[str, float], keys: Sequence[str]) -> dict[str, float]:
    """Return the trust that deliveries of late have earned, as the books would have it at an opening."""
    served = np.array([yearly.get(key, 0.0) for key in keys])[None, :, None, None]
    parameters = {name: float(default) for name, default in trust_by_record.parameters.items()}
    lent = {name: float(_default(place)) for name, place in trust_by_record.borrows.items()}
    trust = trust_by_record.function(served, np.zeros((len(keys), 1, 1)), **parameters, **lent)["trust"]
    return dict(zip(keys, trust.ravel().tolist(), strict=True))


def _default(place: str) -> float:
    mechanism, _, parameter = place.partition(".")
    return float(MECHANISMS[mechanism].parameters[parameter])


def _classes() -> set[str]:
    return {row["weapon_class"] for row in panel.rows("weapon_descriptions")}


def _growth(output: Mapping[int, float], prior: Pooled) -> dict[str, Figure]:
    """Return growth of output and its spread: little of a state's past difference from others lasts."""
    recent = [year for year in output if year > max(output) - OWN_YEARS and year - 1 in output]
    steps = np.array([np.log(output[year] / output[year - 1]) for year in recent])
    own = float(steps.mean()) if len(steps) else prior.growth.mean
    around = usual_spread(steps) if len(steps) else prior.volatility.mean
    low, high = MECHANISMS["grow_economy"].parameters["growth"].between
    centre = prior.growth.mean + prior.growth_kept.mean * (own - prior.growth.mean)
    least, most = MECHANISMS["grow_economy"].parameters["volatility"].between
    return {
        "grow_economy.growth": believed(
            centre, GROWTH_SPREAD, (low, high), SPENDING, "of all states of the panel, a little of its own past growth"
        ),
        "grow_economy.volatility": derived(
            min(max(0.5 * (around + prior.volatility.mean), least), most), SPENDING, "half its own, half the panel's",
            between=[least, most],
        ),
    }  # fmt: skip
