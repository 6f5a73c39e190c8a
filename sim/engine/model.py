"""The Mesa model: one run, agent by agent, every decision kept with its reasons."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, replace

import mesa
import numpy as np

from sim.answers import Answer, Shortened
from sim.engine.agents import KINDS, Actor, State, of_one, of_two_runs
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake
from sim.model.rule import Rule
from sim.model.turn import Game, Terms, play_turn
from sim.model.world import Array, World
from sim.scenario.check import load
from sim.scenario.check_decisions import with_decision
from sim.scenario.decisions import decided_by_step
from sim.scenario.initial import Position, opening
from sim.scenario.schema import Scenario

Shown = tuple[str, list[Array], list[Array]]  # a word, and for each actor a slice ``(..., 1, 2)`` and its own axes


@dataclass(frozen=True, repr=False)
class Reason(Shortened):
    """One actor's contribution to one decision.

    Attributes
    ----------
    rule : Rule
        The rule consulted.
    actor : str
        Who decided.
    term : ndarray
        The contribution, own axes of the written quantity only.
    seen : mapping of str to ndarray
        What the rule read, own axes only.
    opening : ndarray
        The same contribution in the first step, to tell what has changed since.
    """

    rule: Rule
    actor: str
    term: Array
    seen: dict[str, Array]
    opening: Array


class ArmsRace(Answer, mesa.Model):
    """One history of a scenario, played by Mesa agents; shows how far it has come.

    Parameters
    ----------
    start : str, path, Scenario or Position
        A scenario, by name, by path or loaded; or the position before the first step
        (`sim.scenario.initial.opening`), which has a seed of its own.
    run : int
        Number of the run; run *k* here is run *k* of any sweep with the same seed.
    seed : int, optional
        Seed of all luck, 0 unless stated.

    Raises
    ------
    Mistake
        If there is no such scenario, or a position is to have another seed.

    Attributes
    ----------
    period : int
        Steps played.
    date : datetime.date
        First day of the step to be played next.
    reasons : dict of str to list of Reason
        Reasons of the last step, by quantity decided.

    Examples
    --------
    >>> model = ArmsRace("richardson", seed=1)
    >>> model.step()
    >>> model.period
    1
    """

    def __init__(
        self, start: str | os.PathLike[str] | Scenario | Position, run: int = 0, *, seed: int | None = None
    ) -> None:
        position = position_of(start, seed)
        super().__init__(rng=position.seed)
        self.position = position
        self.number = whole_number(run, "run")
        self.game: Game = position.game_of_one(self.number)
        self.period = 0
        self.reasons: dict[str, list[Reason]] = {}
        self._opening_terms: dict[tuple[str, str], Array] = {}
        self._shown: dict[str, list[Shown]] = {}
        self._seen: dict[tuple[str, str], tuple[list[Array], list[Array]]] = {}
        self._asked: dict[tuple[str, str], tuple[Rule, ...]] = {}
        self.actors: dict[str, Actor] = {}
        for kind, agent in KINDS.items():
            for place, key in enumerate(self.game.world.labels[kind]):
                self.actors[key] = agent(self, key, place)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: name for name in ("date", "tension", "talks", "fighting", "oil_price")},
            agenttype_reporters={
                State: {name: name for name in ("key", "milex", "balance", "perceived_balance", "stock_total")}
            },
        )
        self.datacollector.collect(self)

    def __str__(self) -> str:
        """Return which run this is, and how far it has come."""
        scenario, steps = self.position.scenario, self.position.steps
        which = f"{scenario.title}: run {self.number} of seed {self.position.seed}"
        return f"{which}, {self.period} of {steps} steps played, {len(self.actors)} actors"

    @property
    def date(self) -> dt.date:
        """First day of the step to be played next."""
        return self.position.date(self.period)

    def actor(self, key: str) -> Actor:
        """Return the agent with a key, for example ``model.actor("azerbaijan")``."""
        return self.actors[key]

    def region(self, name: str) -> float:
        """Return a number of the region, for example ``model.region("tension")``."""
        return float(self.game.world[name][..., 0, 0])

    tension = property(lambda self: self.region("tension"))
    talks = property(lambda self: self.region("talks"))
    fighting = property(lambda self: self.region("fighting"))
    oil_price = property(lambda self: self.region("oil_price"))

    def consult(self, game: Game, phase: str) -> Terms:
        """Ask every agent in turn, then lay their answers side by side along the actor axis."""
        self._shown.clear()
        self._seen.clear()  # the world has changed since the last phase, and does not within one
        self._asked.clear()
        for kind, agent in KINDS.items():
            if agent in self.agents_by_type and self.asked(kind, phase):
                self.agents_by_type[agent].do("decide", phase)
        terms: Terms = {}
        for rule in game.consulted(phase):
            terms.setdefault(rule.writes, []).append((rule, self._gather(game, rule)))
        return terms

    def asked(self, kind: str, phase: str) -> tuple[Rule, ...]:
        """Return the rules of a phase for which actors of a kind are asked now; looked up once for all."""
        if (kind, phase) not in self._asked:
            self._asked[kind, phase] = tuple(rule for rule in self.game.consulted(phase) if rule.actor == kind)
        return self._asked[kind, phase]

    def shown(self, rule: Rule) -> list[Shown]:
        """Return what a rule reads as its actors see it in this phase; looked up once for all of them."""
        shown = self._shown.get(rule.name)
        if shown is None:
            shown = [(word, *self._to_each(rule.actor, word)) for word in rule.reads if word != "draws"]
            self._shown[rule.name] = shown
        return shown

    def _to_each(self, kind: str, word: str) -> tuple[list[Array], list[Array]]:
        """Return what each actor of a kind sees of a quantity: as a rule is given it, and its own axes alone."""
        each = self._seen.get((kind, word))
        if each is None:
            array = of_two_runs(self.game.world.see(kind, word))
            slices = [of_one(array, place) for place in range(self.game.world.size(kind))]
            each = self._seen[kind, word] = (slices, [own(one) for one in slices])
        return each

    def _gather(self, game: Game, rule: Rule) -> Array:
        """Join the agents' terms of one rule into ``(..., actor, 2)`` and keep them as reasons."""
        keep = self.reasons.setdefault(rule.writes, [])
        answers = [self.actors[key].reasons.get(rule.name) for key in game.world.labels[rule.actor]]
        shape = np.broadcast_shapes((1,) * (len(rule.variable.axes) + 2), *{one[0].shape for one in answers if one})
        places = []
        for key, answer in zip(game.world.labels[rule.actor], answers, strict=True):
            if answer is None:
                places.append(np.zeros(shape))
                continue
            term, seen = answer
            mine = own(term)
            opening = self._opening_terms.setdefault((rule.name, key), mine)
            keep.append(Reason(rule, key, mine, seen, opening))
            places.append(term if term.shape == shape else np.broadcast_to(term, shape))
        joined = np.concat(places, axis=-2)
        return game.world.filed(rule.actor, rule.writes, joined)

    def step(self) -> None:
        """Play one step; the record is collected at its end."""
        self.reasons = {}
        self.game.decisions = self.position.decisions  # worked out once, however many have been added
        play_turn(self.game, self.consult)
        self.period += 1
        self.datacollector.collect(self)
        self.running = self.period < self.position.steps

    def ahead(self, actor: str, budget: bool = False) -> tuple[World, dict[str, list[Reason]]]:
        """Return the step to be played next as it would be with an actor left to its rules; nothing is played.

        Luck is looked up and not used up, so the history goes on as if nobody had asked.

        Parameters
        ----------
        actor : str
            Whose decisions, if persons have taken any, are left aside for that step.
        budget : bool
            Whether budgets are drawn up in it, whatever the month.

        Returns
        -------
        World, dict of str to list of Reason
            The world after that step, and all reasons in it by quantity decided.
        """
        kept, scenario = (self.game, self.reasons, self._opening_terms), self.position.scenario
        own_decisions = {place for place, one in enumerate(scenario.decisions) if one.actor == actor}
        game, step = self.game, self.game.step
        changes = {**game.changes.get(step, {}), **({"january": np.ones((1, 1))} if budget else {})}
        self.game = replace(
            game,
            world=World(game.world.labels, game.world.runs, dict(game.world.arrays)),
            changes={step: changes},
            decisions=decided_by_step(scenario, self.position.labels, [own_decisions], only=step),
            step=step,
        )
        self.reasons, self._opening_terms = {}, dict(kept[2])
        try:
            play_turn(self.game, self.consult)
            return self.game.world, self.reasons
        finally:
            self.game, self.reasons, self._opening_terms = kept

    def decide(
        self, actor: str, quantity: str, value: float | dict[str, float], months: int = 6, because: str = ""
    ) -> None:
        """Decide in place of an actor's rules, from the step to be played next.

        Parameters
        ----------
        actor, quantity : str
            Who decides, and what, one of `sim.model.seats.DECIDABLE`: ``milex_target`` [US$2023 m per yr] of a state,
            ``licence`` of a supplier.
        value : float or dict of str to float
            What is decided, for all or by label.
        months : int
            For how long, to the end of the run at most.
        because : str
            The reason given.

        Raises
        ------
        Mistake
            If that is not for this actor to decide, or has been decided already; then nothing changes.
        """
        scenario = self.position.scenario
        if self.period >= self.position.steps:
            raise Mistake("the run is over; decide before its last step")
        first = self.date.year * 12 + self.date.month - 1
        last = first + whole_number(months, "months", least=1, most=12 * (9999 - self.date.year)) - 1
        document = {
            "actor": actor, "from": month(first), "until": min(month(last), scenario.end),
            "decides": quantity, "value": value, "because": because or None,
        }  # fmt: skip
        self.position = replace(self.position, scenario=with_decision(scenario, document))

    def as_scenario(self) -> Scenario:
        """Return the scenario as it is played, decisions and all: the same run of the same seed plays it again."""
        return self.position.scenario

    def forget(self) -> None:
        """Let the process forget this model (older Mesa keeps every model alive)."""
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)


def position_of(start: str | os.PathLike[str] | Scenario | Position, seed: int | None) -> Position:
    """Return the position before the first step of what a model is built from."""
    if isinstance(start, Position):
        if seed is not None and seed != start.seed:
            raise Mistake(
                f"this position has the seed {start.seed}, not {seed}; leave 'seed' out, or give its scenario"
            )
        return start
    return opening(start if isinstance(start, Scenario) else load(start), 0 if seed is None else seed)


def month(count: int) -> str:
    """Return a month, counted from year 0, as documents write it."""
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def own(array: Array) -> Array:
    """Return the one actor's values of a slice ``(..., 1, 2)``."""
    return array[..., 0, 0]
