"""What the headline rests on: the assumptions that move its outcome most, found by playing both ends of their ranges.

Every number with a declared range is first moved at once, a draw for each run, on both sides with the same draws and
luck; those that go with the outcome or its difference are then moved alone to either end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import stats

from sim.analysis.factor_words import factor_words, names_of
from sim.briefs import numbers
from sim.briefs.assumptions import Assumption, assumptions
from sim.briefs.blocks import Block, Paragraph, Table, Text
from sim.briefs.effects import Effect, Effects, called
from sim.briefs.headline import ranked
from sim.briefs.plays import Place
from sim.briefs.question import Lever, Question
from sim.measures.paired import Estimate, estimate
from sim.measures.run_outcomes import path_measures, run_measures
from sim.model.world import Array
from sim.results.open import case
from sim.scenario.schema import Scenario
from sim.study.experiment import Experiment
from sim.study.layout import cut
from sim.study.points import NO_POINT_BUT_ONE, Points, RunSample
from sim.study.study import Study

ROWS, AGAIN = 500, 2  # draws of all numbers at once, and runs of each
TRIED, TOLD = 8, 5  # numbers moved alone, and of them told
RUNS = 256  # at each end: what is drawn at once
OF_PATHS = ("path", "window")  # kinds of outcomes
ENDS = ("low", "high")


@dataclass(frozen=True)
class Moved:
    """A number moved alone to either end of its range: the outcome and its difference there."""

    assumption: Assumption
    low: Estimate
    high: Estimate

    @property
    def by(self) -> float:
        """How far the outcome moves from end to end, on the side on which it moves further; 0 where nobody knows."""
        apart = (self.high.first - self.low.first, self.high.second - self.low.second)
        return float(np.nan_to_num(np.abs(apart)).max())


def rests_on(asked: Question, lever: Lever, found: Effects, place: Place) -> list[Block]:
    """Return what page two says the headline rests on."""
    pair = (lever.without.scenario, lever.with_it.scenario)
    if pair[0] is None or pair[1] is None:
        return [Paragraph(Text("The results do not say which scenario they are of, so nothing could be played again."))]
    effect = ranked(found.told)[0]
    known = assumptions(pair[0], pair[1])
    if not known:
        return [Paragraph(Text("No number that both sides share has a declared range."))]
    play = Play((pair[0], pair[1]), effect, found, asked, place)
    if play.knows_no_luck(lever):
        chosen = known
        at = [end._replace(low=end.difference, high=end.difference) for end in play.each_alone(known)]
    else:
        chosen = play.screened(known)
        at = play.both_ends(chosen) if chosen else []
    moved = [Moved(one, at[2 * i], at[2 * i + 1]) for i, one in enumerate(chosen)]
    telling = sorted((one for one in moved if one.by > 0.0), key=lambda one: -one.by)
    if not telling:
        return [Paragraph(Text("{what}: no number with a declared range moves it.", {"what": called(effect)}))]
    return [_table(telling[:TOLD], len(known), len(chosen), effect, names_of(lever.without.data))]


# -- played


@dataclass(frozen=True)
class Play:
    """Both sides, to be played again with other numbers, and the outcome that is looked at."""

    pair: tuple[Scenario, Scenario]
    effect: Effect
    found: Effects
    asked: Question
    place: Place

    def knows_no_luck(self, lever: Lever) -> bool:
        """Say whether all runs of a side agree, so that two of each number tell as much as many."""
        sides = [self._outcome(side.data) for side in (lever.without, lever.with_it)]
        return all(bool(np.ptp(side) == 0.0) for side in sides)

    def each_alone(self, known: Sequence[Assumption]) -> list[Estimate]:
        """Return the outcome at both ends of each number in turn, low and high, from runs that have a row each."""
        one, other = self._row_by_row(known, at_ends(known), "each_number_alone")
        rows = range(len(ENDS) * len(known))
        return [self._estimate(one[row :: len(rows)], other[row :: len(rows)]) for row in rows]

    def both_ends(self, chosen: Sequence[Assumption]) -> list[Estimate]:
        """Return the outcome at both ends of each number in turn, low and high, all under the same luck."""
        labels = tuple(f"{one.slot.path} {end}" for one in chosen for end in ENDS)
        points = Points(*_described(chosen), at_ends(chosen), labels, {"design": "ends"})
        result = self._played(points, min(RUNS, self.asked.runs), "both_ends")
        return [
            self._estimate(*(self._outcome(self._side(result, side, point)) for side in range(2)))
            for point in range(len(points))
        ]

    def screened(self, known: Sequence[Assumption]) -> list[Assumption]:
        """Return the numbers that go most with the outcome on either side, or with its difference."""
        if len(known) <= TRIED:
            return list(known)
        unit = stats.qmc.LatinHypercube(len(known), rng=np.random.default_rng(self.asked.seed)).random(ROWS)
        low, high = (np.array([getattr(one.slot, end) for one in known]) for end in ENDS)
        rows = low + unit * (high - low)
        sides = self._row_by_row(known, rows, "all_numbers_at_once")
        if not np.isfinite(sides).any():  # a number broke every run
            ends = self.each_alone(known)
            left = [one for i, one in enumerate(known) if all(end.pairs for end in ends[2 * i : 2 * i + 2])]
            return self.screened(left) if len(left) < len(known) else list(known)
        drawn = rows[np.arange(len(sides[0])) % ROWS]
        going = np.zeros(len(known))
        for outcome in (*sides, sides[1] - sides[0]):
            sound = np.isfinite(outcome)
            if sound.any() and np.ptp(outcome[sound]) > 0.0:
                ranks = stats.rankdata(np.column_stack([outcome[sound], drawn[sound]]), axis=0)
                going = np.maximum(going, np.abs(np.corrcoef(ranks.T)[0, 1:]))
        return [known[i] for i in np.argsort(-going, kind="stable")[:TRIED]]

    def _row_by_row(self, known: Sequence[Assumption], rows: Array, name: str) -> list[Array]:
        """Return the outcome of every run on both sides, each run with a row of numbers of its own."""
        sample = RunSample(*_described(known), rows)
        points = Points((), (), (), np.zeros((1, 0)), (NO_POINT_BUT_ONE,), {"design": name}, sample)
        result = self._played(points, len(rows) * AGAIN, name)
        return [self._outcome(self._side(result, side, None)) for side in range(2)]

    def _played(self, points: Points, runs: int, name: str) -> xr.Dataset:
        """Return both sides at points."""
        one, other = self.pair
        if one.name == other.name:
            other = other.model_copy(update={"name": f"{other.name} with"})
        experiment = Experiment.model_validate({
            "question": self.asked.title, "scenarios": [one.name, other.name], "replicates": runs,
            "seed": self.asked.seed, "uncertainties": {path: {} for path in (points.sample or points).factors},
            "design": "fixed",
        })  # fmt: skip
        paths = runs if self.effect.outcome.kind in OF_PATHS else 0
        layout = cut(2, len(points), runs)
        return self.place.played(Study((one, other), layout, paths, self.asked.seed, (), points, experiment), name)

    def _side(self, result: xr.Dataset, side: int, point: int | None) -> xr.Dataset:
        return case(result, scenario=str(result["scenario"].values[side]), point=point)

    def _outcome(self, one: xr.Dataset) -> Array:
        """Return the outcome of every run of a case; of runs that broke it is no number."""
        years = (self.found.first_year, self.found.last_year)
        measured = path_measures(one, years) if self.effect.outcome.kind in OF_PATHS else run_measures(one)
        for measure, values in measured.items():
            if (measure.name, measure.who) == (self.effect.outcome.key, self.effect.who):
                return np.asarray(values, float)
        return np.full(one.sizes["run"], np.nan)

    def _estimate(self, without: Array, with_it: Array) -> Estimate:
        return estimate(without, with_it, share=self.effect.outcome.share)


def at_ends(known: Sequence[Assumption]) -> Array:
    """Return rows of numbers ``(row, number)``: as usual, but one number at its low end, then at its high end."""
    rows = np.tile([one.usual for one in known], (len(ENDS) * len(known), 1))
    for i, one in enumerate(known):
        rows[2 * i : 2 * i + 2, i] = one.slot.low, one.slot.high
    return rows


def _described(known: Sequence[Assumption]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return names, roles and units of factors."""
    paths, units = (tuple(getattr(one.slot, part) for one in known) for part in ("path", "unit"))
    return paths, ("uncertainty",) * len(known), units


# -- told


NOT_CLEAR = "not clear"


def survives(moved: Moved, difference: float) -> str:
    """Say whether the sign of the difference is the same at both ends of a range."""
    ends = (moved.low, moved.high)
    clear = [np.sign(end.difference) if end.low > 0.0 or end.high < 0.0 else 0.0 for end in ends]
    if any(sign == -np.sign(difference) != 0.0 for sign in clear):
        return "no: it turns round"
    return "yes" if all(clear) else NOT_CLEAR


def _table(moved: Sequence[Moved], known: int, tried: int, effect: Effect, names: dict[str, str]) -> Table:
    heads = ("Assumption", "Used", "Range", "With it, at either end", "Difference there", "Why", "Sign stays?")
    rows = []
    for place, one in enumerate(moved):
        slot, key = one.assumption.slot, f"rests_on.{place}"
        ends = [(end, getattr(one, end)) for end in ENDS]
        pairs = [
            [numbers.figures(getattr(slot, end), f"{key}.range.{end}", slot.unit) for end in ENDS],
            [numbers.value(at.second, effect.outcome, f"{key}.with.{end}") for end, at in ends],
            [numbers.difference(at.difference, effect.outcome, f"{key}.difference.{end}") for end, at in ends],
        ]
        rows.append([
            Text("{what}", {"what": factor_words(slot.path, names).said}),
            Text("{usual}", {"usual": numbers.figures(one.assumption.usual, f"{key}.usual", slot.unit)}),
            Text("{low} to {high}", dict(zip(ENDS, pairs[0], strict=True))),
            *(Text("{low}; {high}", dict(zip(ENDS, pair, strict=True))) for pair in pairs[1:]),
            Text("{rests}", {"rests": one.assumption.rests_on}),
            Text(survives(one, effect.found.difference)),
        ])  # fmt: skip
    return Table(
        Text(
            "{what}: the {n} assumptions that move it most",
            {"what": called(effect), "n": numbers.whole(len(moved), "rests_on.told")},
        ),
        [Text(head) for head in heads],
        rows,
        Text(
            "Of {known} numbers that both sides share and that have a declared range, {tried} were tried alone at the "
            "low and the high end of theirs, with and without under the same luck.{how} "
            "Not clear: luck may make the difference at an end.",
            {
                "known": numbers.whole(known, "rests_on.known"),
                "tried": numbers.whole(tried, "rests_on.tried"),
                "how": " All moved at once had shown these to matter most." if tried < known else "",
            },
        ),
        [False, True, True, True, True, False, False],
    )
