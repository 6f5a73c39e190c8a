"""A played history decision by decision, beside what the rules would have done with the same luck."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import xarray as xr

from sim.engine.chunk import Chunk
from sim.engine.ensemble import play_out
from sim.engine.model import ArmsRace
from sim.engine.record import Record
from sim.explain.advice import Suggested, advice
from sim.explain.debriefing import Beside, Debriefing, Path, Reviewed, Seat, Told
from sim.explain.deciding import WORDINGS, label_of, words
from sim.measures.run_outcomes import path_measures, run_measures
from sim.model.arguments import MOST_RUNS, whole_number
from sim.model.mistakes import Mistake
from sim.model.variables import VARIABLES
from sim.model.world import Array
from sim.results.dataset import dataset_of
from sim.scenario.decisions import decided_by_step, steps_of
from sim.scenario.initial import Position, opening
from sim.scenario.schema import Decision as Taken
from sim.study.request import ScenarioLike, scenario_of

TOLD = ("mean_milex", "final_milex", "final_balance", "campaigns", "operations", "war_days", "deaths", "displaced")
PATHS = ("milex", "balance", "tension")
AS_PLAYED, BY_RULES = 0, 1  # the first two ways in which the one luck is played

Outcome: TypeAlias = tuple[tuple[str, str, str, str], Array]  # key, whose, words, unit; values by way


def debrief(scenario: ScenarioLike, seed: int = 0, run: int = 0) -> Debriefing:
    """Hold a played history beside what the rules would have done with the same luck, decision by decision.

    Parameters
    ----------
    scenario : Scenario, str or path
        The history as it was played: a scenario with decisions, such as `ArmsRace.as_scenario` gives.
    seed, run : int
        The luck it was played with.

    Returns
    -------
    Debriefing

    Raises
    ------
    Mistake
        If nobody has decided anything.
    """
    played = scenario_of(scenario)
    if not played.decisions:
        raise Mistake(f"nobody decides anything in '{played.name}'; there is nothing to hold beside the rules")
    position, run = opening(played, seed), whole_number(run, "run", most=MOST_RUNS - 1)
    everything = range(len(played.decisions))
    seats = list(dict.fromkeys(one.actor for one in played.decisions))
    of_seat = [{i for i in everything if played.decisions[i].actor == seat} for seat in seats]
    ways: list[Collection[int]] = [(), everything, *of_seat, *({i} for i in everything)]
    data = _in_every_way(position, run, ways)
    outcomes = list(_outcomes(position, data))
    advised = _advised(position, run)
    return Debriefing(
        played.title, position.seed, run,
        tuple(f"{position.date(step):%Y-%m}" for step in range(position.steps)),
        _beside(outcomes, BY_RULES),
        tuple(Seat(seat, position.titles[seat], _beside(outcomes, 2 + i)) for i, seat in enumerate(seats)),
        tuple(
            _reviewed(position, one, advised[i], _where_it_differs(outcomes, 2 + len(seats) + i))
            for i, one in enumerate(played.decisions)
        ),
        tuple(_paths(position, data)),
    )  # fmt: skip


def _in_every_way(position: Position, run: int, ways: Sequence[Collection[int]]) -> xr.Dataset:
    """Play one luck in several ways at once, each with other decisions left to the rules; a way is a run there."""
    with np.errstate(all="ignore"):
        game = position.game_of_one(run, copies=len(ways))
    game.decisions = decided_by_step(position.scenario, position.labels, ways)
    record = Record(position, len(ways), len(ways))
    play_out(game, position.steps, record)
    return dataset_of(position, [Chunk(0, record, [])])


def _outcomes(position: Position, data: xr.Dataset) -> Iterator[Outcome]:
    """Yield key, whose, words, unit and values ``(way,)`` of what the history came to in every way."""
    found = {**{m: v.values for m, v in run_measures(data).items()}, **path_measures(data)}
    for key in TOLD:
        for measure, values in found.items():
            if measure.name == key and np.isfinite(values).all():
                title = position.titles.get(measure.who, "")
                words = ", ".join(filter(None, [measure.outcome.words, title]))
                yield (key, measure.who, words, measure.unit), np.asarray(values, dtype=float)
    taken = data["deliveries"].sum(("time", "origin"), dtype=float).transpose("state", "member").values
    for place, state in enumerate(position.labels["state"]):
        yield ("deliveries", state, f"arms taken, {position.titles[state]}", "TIV m"), taken[place]


def _beside(outcomes: Sequence[Outcome], way: int) -> tuple[Beside, ...]:
    """Return what was played beside another way."""
    return tuple(
        Beside(*about, float(v[AS_PLAYED]), float(v[way]), float(v[AS_PLAYED] - v[way])) for about, v in outcomes
    )


def _where_it_differs(outcomes: Sequence[Outcome], way: int) -> tuple[Beside, ...]:
    return tuple(one for one in _beside(outcomes, way) if one.difference)


def _advised(position: Position, run: int) -> dict[int, Mapping[str | None, Suggested]]:
    """Return, for each decision by its place, what the rules suggested in its first month, by label."""
    taken, found = position.scenario.decisions, dict[int, Mapping[str | None, Suggested]]()
    first = [max(steps_of(position.scenario, one).start, 0) for one in taken]
    model = ArmsRace(position, run)
    for step in range(max(first) + 1):
        new = [place for place, start in enumerate(first) if start == step]
        for seat in dict.fromkeys(taken[place].actor for place in new):
            suggests = advice(model, seat).suggests
            for place in new:
                if taken[place].actor == seat:
                    found[place] = {one.about: one for one in suggests if one.decides == taken[place].decides}
        model.step()
    model.forget()
    return found


def _reviewed(
    position: Position, one: Taken, advised: Mapping[str | None, Suggested], outcomes: tuple[Beside, ...]
) -> Reviewed:
    """Return one decision beside the advice of the rules."""
    titles, said = position.titles, WORDINGS[one.decides].says
    told = []
    for about, suggested in advised.items():
        value = one.value.get(about or "") if isinstance(one.value, dict) else one.value
        if value is not None:
            title = titles.get(about or "", about or "")
            told.append(
                Told(about, label_of(one.decides, title), suggested.unit, value, suggested.value, said(value, title),
                     suggested.text, suggested.reasons)
            )  # fmt: skip
    return Reviewed(
        one.actor, one.since, one.until, one.decides, one.because or "", words(one, titles), tuple(told), outcomes
    )


def _paths(position: Position, data: xr.Dataset) -> Iterator[Path]:
    """Yield spending, balance and tension month by month, as played and by the rules alone."""
    for name in PATHS:
        variable, both = VARIABLES[name], data[name].isel(member=[AS_PLAYED, BY_RULES])
        for owner in [""] if variable.actor == "region" else position.labels[variable.actor]:
            mine = both.sel({variable.actor: owner}) if owner else both
            label = ", ".join(filter(None, [variable.meaning, position.titles.get(owner, "")]))
            yield Path(name, owner, label, variable.unit, *map(tuple, mine.transpose("member", "time").values.tolist()))
