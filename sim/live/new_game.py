"""A game before its first round: how long it is, who decides for whom, and by which codes they join."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sim.engine.model import month
from sim.live.game import ClassGame, Seat, count, shortened
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake, suggest
from sim.model.seats import DECIDABLE
from sim.scenario.schema import Scenario
from sim.terminal import clean

MONTHS, MOST_MONTHS, ROUNDS, MOST_ROUNDS = 6, 24, 4, 40
LONGEST = 60  # letters of the name of a group
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"  # letters that are not taken for one another when they are read out


def new_game(
    scenario: Scenario, groups: Mapping[str, Any], *, seed: int = 0, months: int = MONTHS, rounds: int = ROUNDS
) -> ClassGame:
    """Return a game before its first round.

    Parameters
    ----------
    scenario : Scenario
        What is played, from its start.
    groups : mapping of str to str
        Actors that groups decide for, and what the groups are called; all others follow their rules.
    seed, months, rounds : int
        Of its luck; the length of a round, and how many there are.

    Raises
    ------
    Mistake
        If the scenario is shorter, or nobody decides for an actor of it.
    """
    months = whole_number(months, "months", least=1, most=MOST_MONTHS)
    rounds = whole_number(rounds, "rounds", least=1, most=MOST_ROUNDS)
    seed = whole_number(seed, "seed")
    end = month(count(scenario.start) + months * rounds - 1)
    if end > scenario.end:
        last = (count(scenario.end) - count(scenario.start) + 1) // months
        raise Mistake(f"'{scenario.name}' ends in {scenario.end}; play at most {last} rounds of {months} months")
    actors = sitting(scenario)
    for actor, group in groups.items():
        if actor not in actors:
            raise Mistake(f"nobody decides for '{actor}'{suggest(actor, actors)}")
        if not isinstance(group, str) or len(group) > LONGEST:
            raise Mistake(f"the name of a group has at most {LONGEST} letters; shorten it")
    if not groups:
        raise Mistake("nobody sits anywhere; give a seat to a group")
    seats = [Seat(actor, code() if actor in groups else "", clean(groups.get(actor, ""))) for actor in actors]
    return ClassGame(shortened(scenario, end), seed, months, rounds, seats, secrets.token_urlsafe(18))


def sitting(scenario: Scenario) -> list[str]:
    """Return the actors of a scenario that decide something a person can decide, in its order."""
    kinds = {one.said.actor for one in DECIDABLE.values()}
    return [key for kind, key, _ in scenario.actors() if kind in kinds]


def code() -> str:
    """Return a code that can be read out: two times four letters, some 39 bits."""
    letters = [secrets.choice(PLAIN) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"
