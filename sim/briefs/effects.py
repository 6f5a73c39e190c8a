"""What changes, outcome by outcome: the table of effects, in which the shares of suppliers always are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.compare import CASES, compare
from sim.briefs import numbers
from sim.briefs.blocks import Number, Table, Text
from sim.briefs.ladder import LARGE_DEVIATIONS, LARGE_SHARE, WORDS, Rung, rung
from sim.measures.paired import NOTHING, Estimate
from sim.measures.runs import years_of
from sim.measures.suppliers import REST_NAME
from sim.model.outcomes import MEASURES, Outcome

# Outcomes that a brief tells, in the order in which a reader asks for them; those of one number are asked for at once.
TOLD = {
    "war_probability": 0, "fighting_probability": 1, "deaths": 2, "final_balance": 3, "mean_milex": 3,
    "supplier_share": 4,
}  # fmt: skip
MOST_SUPPLIERS = 4  # of each state, by the larger of their two shares
LEAST_SHARE = 0.005  # a supplier of less would be printed as none
REST_KEY = "other"  # suppliers that have no file of their own
ALIKE = 1e-3  # relative; ends of an interval that nobody needs to tell apart
FIRST_DIFFERENCE = 1e-6  # relative; what two paths differ by when they begin to be two


@dataclass(frozen=True)
class Effect:
    """One outcome without and with what is asked about.

    Attributes
    ----------
    outcome : Outcome
    who : str
        Of whom, by key: a state, or ``supplier to state``.
    names : tuple of str
        The same in print, supplier before state, of a balance the state before its rival; empty for the region.
    found : Estimate
        From pairs of runs; first is without, second is with.
    rung : Rung
        What may be said of the difference.
    """

    outcome: Outcome
    who: str
    names: tuple[str, ...]
    found: Estimate
    rung: Rung

    @property
    def key(self) -> str:
        """Where its numbers stand."""
        return "effects." + " ".join(filter(None, (self.outcome.key, self.who))).replace(" ", "_")

    def number(self, part: str) -> Number:
        """Return a part of the estimate as it is printed: ``difference``, ``low``, ``high``."""
        return numbers.difference(float(getattr(self.found, part)), self.outcome, f"{self.key}.{part}", self.places)

    @property
    def places(self) -> int:
        """How many places more than usual show where the interval begins and ends, and that it leaves out nothing."""
        ends = (self.found.low, self.found.high)
        for more in range(numbers.MOST_PLACES):
            none, *shown = (str(numbers.difference(end, self.outcome, "", more)) for end in (0.0, *ends))
            apart = shown[0] != shown[1] or math.isclose(*ends, rel_tol=ALIKE)
            if apart and (none not in shown or self.rung == Rung.NOT_TOLD_FROM_LUCK):
                return more
        return more if self.rung > Rung.NOT_TOLD_FROM_LUCK else 0

    @property
    def sides(self) -> tuple[Number, Number]:
        """Without and with as they are printed: told apart, unless luck may have made the difference."""
        both = (self.found.first, self.found.second)
        if self.rung > Rung.NOT_TOLD_FROM_LUCK:
            return numbers.apart(*both, self.outcome, self.key)
        first, second = (numbers.value(one, self.outcome, f"{self.key}.{part}")
                         for one, part in zip(both, ("first", "second"), strict=True))  # fmt: skip
        return first, second

    def pairs(self, count: int, part: str) -> Number:
        """Return a number of pairs as so many of 100."""
        return numbers.hundred(count / self.found.pairs if self.found.pairs else math.nan, f"{self.key}.{part}")

    @property
    def lower(self) -> int:
        """Pairs in which the outcome is lower with what is asked about."""
        return self.found.differing - self.found.higher


@dataclass(frozen=True)
class Effects:
    """All that is told of two cases.

    Attributes
    ----------
    told : tuple of Effect
        In the order of `TOLD`, suppliers by state and share.
    first_year, last_year : int
        The years over which means and shares are taken: from the first in which anything differs.
    pairs : int
        Runs that both have.
    comparison : Dataset
        From `sim.compare`.
    """

    told: tuple[Effect, ...]
    first_year: int
    last_year: int
    pairs: int
    comparison: xr.Dataset

    def of(self, key: str) -> list[Effect]:
        """Return those of one outcome."""
        return [effect for effect in self.told if effect.outcome.key == key]


def effects(without: xr.Dataset, with_it: xr.Dataset) -> Effects:
    """Compare two cases run by run, over the years in which they can differ."""
    years = years_of(without)
    first = _first_year(without, with_it, years)
    found = compare(without, with_it, window=f"{first}-{years[-1]}")
    names = _names(with_it) | _names(without)
    states = [names[str(key)] for key in with_it["state"].values]
    every = [_effect(row, names, states) for row in _rows(found)]
    return Effects(tuple(_told(every)), first, years[-1], int(found.attrs["runs"]), found)


def _names(data: xr.Dataset) -> dict[str, str]:
    """Return printed names of suppliers and states by key."""
    pairs = [zip(data[axis].values, data[f"{axis}_name"].values, strict=True) for axis in ("origin", "state")]
    return {str(key): REST_NAME.capitalize() if key == REST_KEY else str(name) for both in pairs for key, name in both}


def _first_year(without: xr.Dataset, with_it: xr.Dataset, years: Sequence[int]) -> int:
    """Return the first year in which a path that both kept differs."""
    begun: list[int] = []
    for name in ("milex", "deliveries", "balance", "fighting"):
        if name not in without or name not in with_it or not without.sizes["member"]:
            continue
        here, there = (side[name].transpose("time", ...).values for side in (without, with_it))
        if here.shape != there.shape:
            continue
        apart = np.abs(there - here) > FIRST_DIFFERENCE * np.maximum(np.abs(here), np.abs(there))
        steps = np.flatnonzero(apart.reshape(len(apart), -1).any(1))
        if len(steps):
            begun.append(int(without["time"].dt.year.values[steps[0]]))
    return min(begun, default=years[0])


def _rows(found: xr.Dataset) -> Iterator[dict[str, Any]]:
    """Yield of each measure of a comparison what is known of it, by name, with the two sides as `Estimate` has them."""
    columns = {name: found[name].values.tolist() for name in ("name", "who", *Estimate._fields) if name in found}
    columns |= zip(("first", "second"), found["value"].sel(case=list(CASES)).values.tolist(), strict=True)
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _effect(row: Mapping[str, Any], names: Mapping[str, str], states: Sequence[str]) -> Effect:
    outcome, who = MEASURES[row["name"]], row["who"]
    found = NOTHING._replace(**{part: row[part] for part in Estimate._fields if part in row})
    share = outcome.unit == "share"
    printed = tuple(names.get(key, key) for key in who.split(" to ") if key)
    if outcome.key == "final_balance":
        rivals = [state for state in states if state not in printed]
        printed += (rivals[0] if len(rivals) == 1 else "its rival",)
    return Effect(outcome, who, printed, found, rung(found, share=share))


def _told(every: Sequence[Effect]) -> Iterator[Effect]:
    """Yield what is told, in its order."""
    for key in TOLD:
        same = [effect for effect in every if effect.outcome.key == key]
        if key != "supplier_share":
            yield from sorted(same, key=lambda effect: effect.who)
            continue
        for state in dict.fromkeys(effect.names[-1] for effect in sorted(same, key=lambda effect: effect.who)):
            theirs = [effect for effect in same if effect.names[-1] == state and _most(effect) >= LEAST_SHARE]
            yield from sorted(theirs, key=_most, reverse=True)[:MOST_SUPPLIERS]


def _most(effect: Effect) -> float:
    return float(np.nanmax([effect.found.first, effect.found.second, 0.0]))


# -- what they are called


def called(effect: Effect, shorter: Mapping[str, str] | None = None) -> str:
    """Return what an outcome is called in a sentence, with a capital, or what is shorter."""
    names = NAMES | dict(shorter or {})
    return names.get(effect.outcome.key, effect.outcome.words).format(**owners(effect))


def owners(effect: Effect) -> dict[str, str]:
    """Return of whom an outcome is, for the slots ``one`` and ``of`` of a sentence, alone and as an owner."""
    if not effect.names:
        return {}
    ends = {"one": effect.names[0], "of": effect.names[-1]}
    seller = {"seller": "others" if ends["one"] == REST_NAME.capitalize() else ends["one"]}
    return ends | seller | {f"{end}_s": f"{name}'" if name.endswith("s") else f"{name}'s" for end, name in ends.items()}


NAMES = {
    "war_probability": "Major war",
    "fighting_probability": "Any fighting",
    "deaths": "Battle deaths",
    "final_balance": "{one_s} offence over {of_s} defence at the end",
    "mean_milex": "Spending of {one}",
    "supplier_share": "{one_s} share of {of_s} arms",
}
IN_A_TABLE = {"final_balance": "{one_s} offence to {of_s} defence", "supplier_share": "{of_s} arms from {seller}"}


# -- the table


def effects_table(found: Effects) -> Table:
    """Return the table of effects."""
    rows = [_row(effect) for effect in found.told]
    years = {"first": str(found.first_year), "last": str(found.last_year)}
    return Table(
        Text("What changes, {first} to {last}", years),
        _heads(),
        rows,
        Text(
            "Means over {pairs} pairs of histories, each pair with the same luck; spending and shares over the years "
            "named, the rest over the whole run; each number is rounded by itself. Differences are in points of a "
            "hundred, of the balance a factor. Clear: the {level} % interval leaves out no difference; of {many} such "
            "intervals about one misses, and none covers doubts about the model. Large: {points} points, or {part} of "
            "a standard deviation over histories.",
            {"pairs": numbers.whole(found.pairs, "effects.pairs"), "level": numbers.LEVEL, **MARKS},
        ),
        [False, False, True, True, True, True, True, False],
    )


MARKS = {
    "many": numbers.whole(1.0 / (1.0 - numbers.LEVEL.value), "the level of every interval"),
    "points": numbers.whole(numbers.PERCENT * LARGE_SHARE, "the ladder"),
    "part": Number(LARGE_DEVIATIONS, numbers.plain(LARGE_DEVIATIONS, 1), "", "the ladder"),
}


def _heads() -> list[Text]:
    words = (
        "Outcome",
        "Unit",
        "Without",
        "With",
        "Difference",
        "{level} % interval",
        "Of {all} pairs differ",
        "How sure",
    )
    return [Text.filled(word, {"level": numbers.LEVEL, "all": numbers.ALL}) for word in words]


def _row(effect: Effect) -> list[Text]:
    known, source = math.isfinite(effect.found.low), f"{effect.key}.differing"
    interval = (
        Text("{low} to {high}", {end: effect.number(end) for end in ("low", "high")})
        if known
        else Text(numbers.NOTHING)
    )
    return [
        Text("{what}", {"what": called(effect, IN_A_TABLE)}),
        numbers.scale(effect.outcome).unit,
        *(Text("{n}", {"n": number}) for number in (*effect.sides, effect.number("difference"))),
        interval,
        Text("{n}", {"n": numbers.short_hundred(effect.found.differing / max(effect.found.pairs, 1), source)}),
        Text(WORDS[effect.rung]),
    ]
