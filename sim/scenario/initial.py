"""From a scenario to the position before the first step, and from there to a game."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.answers import Answer
from sim.model.accounting import ENTRIES
from sim.model.accounting.money import harden
from sim.model.arguments import each_name, whole_number
from sim.model.mistakes import Mistake, suggest
from sim.model.rule import CATALOGUE, Rule
from sim.model.seats import Decided
from sim.model.streams import BLOCK, Luck
from sim.model.turn import OPENING, Game, contribution, fold, open_books
from sim.model.variables import EXTRA_ORIGINS, VARIABLES
from sim.model.world import Array, World
from sim.scenario.changes import coming_changes, date_of
from sim.scenario.decisions import decided_by_step
from sim.scenario.opening_values import open_from_stated, opening_arrays
from sim.scenario.own_rules import own_rules
from sim.scenario.schema import Scenario
from sim.scenario.settings import Settings, settings
from sim.scenario.trial import try_rule

SMALLEST_BUDGET = 1e-6  # US$ m a year, so that every regular budget has a logarithm
LARGEST_SHARE = 0.9  # of all that the economy could bear, so that what was wanted is finite


@dataclass(frozen=True, repr=False)
class Position(Answer):
    """Everything a game starts from; shows which it is.

    Attributes
    ----------
    scenario : Scenario
        What was asked for.
    seed : int
        Seed of all luck.
    without : tuple of str
        Rules switched off.
    labels, titles : mapping
        Names along every axis; display name of every actor, zone and class.
    arrays : mapping of str to ndarray
        Opening value of every quantity, ``(*axes, actor, 1)``, at the middle of what is uncertain; what follows from
        numbers that are sampled run by run has the sample on its last axis.
    changes : mapping of int to mapping
        Step -> givens that change at its beginning.
    """

    scenario: Scenario
    seed: int
    without: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    arrays: Mapping[str, Array]
    changes: Mapping[int, Mapping[str, Array]] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return what is about to be played: scenario, seed, rules switched off, how much of what there is."""
        sizes = ", ".join(f"{kind}s: {len(self.labels[kind])}" for kind in ("state", "supplier", "mediator", "zone"))
        without = [f"without {', '.join(self.without)}"] if self.without else []
        opening = f"opening at {self.scenario.start} under seed {self.seed}, {self.steps} steps ahead"
        return "\n".join([f"{self.scenario.title}: {opening}", sizes, *without, f"{len(self.arrays)} quantities"])

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self.scenario.steps

    def date(self, step: int) -> dt.date:
        """Return the first day of a step."""
        return date_of(self.scenario, step)

    @cached_property
    def doctrines(self) -> dict[str, Array | None]:
        """Rule name -> mask ``(actor, 1)`` of those who follow it; None where all of a kind do."""
        followed: dict[str, set[str]] = {}
        for _, key, actor in self.scenario.actors():
            for name in actor.rules:
                followed.setdefault(name, set()).add(key)
        masks: dict[str, Array | None] = {}
        for name, who in sorted(followed.items()):
            if name not in self.without:
                keys = self.labels[CATALOGUE[name].actor]
                mask = np.array([[key in who] for key in keys])
                masks[name] = None if mask.all() else mask
        return masks

    @cached_property
    def decisions(self) -> dict[int, Decided]:
        """Step -> what persons decide in it."""
        return decided_by_step(self.scenario, self.labels)

    def settings(self, luck: Luck) -> Settings:
        """Return what every mechanism in force is set to: a float, or an array ``(actor, 1 or run)``."""
        return settings(self.scenario, self.labels, (*ENTRIES, *self.doctrines), luck)

    def game(self, blocks: Iterable[int]) -> Game:
        """Set up the game for whole blocks of 256 runs."""
        return self._game(Luck(self.seed, tuple(blocks)))

    def game_of_one(self, run: int, copies: int = 2) -> Game:
        """Set up the game for one run, kept twice so that the run axis is never shorter than 2, or more often."""
        return self._game(Luck(self.seed, (run // BLOCK,), column=run % BLOCK, copies=copies))

    def try_own_rules(self) -> None:
        """Ask rules that are not of the rulebook once, before anything is played."""
        own = list(own_rules(self.doctrines))
        if not own:
            return
        luck = Luck(self.seed, (0,), column=0)
        world, chosen = self._world(luck), self.settings(luck)
        for array in world.arrays.values():
            array.flags.writeable = False
        for rule in own:
            try_rule(rule, world, chosen[rule.name], luck)

    def _world(self, luck: Luck) -> World:
        """Lay out the world before the first step."""
        world = World(self.labels, luck.runs)
        for name, sample in self.arrays.items():
            array = luck.of_runs(sample)
            single = array.shape[-1] == 1 and VARIABLES[name].kind != "given"
            world.arrays[name] = np.repeat(array, luck.runs, axis=-1) if single else array
        return world

    def _game(self, luck: Luck) -> Game:
        """Set up the game: parameters drawn, the opening books made with them, the spending intercept solved."""
        world = self._world(luck)
        chosen = self.settings(luck)
        open_from_stated(world, self.scenario, chosen)
        changes = {
            step: {name: luck.of_runs(array) for name, array in fresh.items()} for step, fresh in self.changes.items()
        }
        world.update(changes.get(0, {}))
        open_books(world, OPENING.after, chosen)
        game = Game(world, luck, chosen, self.doctrines, changes, decisions=self.decisions)
        world.update({"price_factor": folded(game, "price_factor")})  # read by the reasons below
        world.update({"milex_intercept": intercept(game), "import_push_opening": folded(game, "import_push")})
        return game


def opening(scenario: Scenario, seed: int = 0, without: str | Collection[str] = ()) -> Position:
    """Return the position before the first step.

    Parameters
    ----------
    scenario : Scenario
        A checked scenario (`sim.load`).
    seed : int
        Seed of all luck.
    without : str or collection of str
        Rules to switch off.

    Raises
    ------
    Mistake
        If the seed is none, nobody follows a rule to switch off, or one of the user's own fails.
    """
    without = each_name(without)
    for _, told in unfollowed(scenario, without):
        raise Mistake(told)
    labels = scenario.labels()
    arrays = opening_arrays(scenario, labels)
    changes = coming_changes(scenario, labels, arrays)
    position = Position(scenario, whole_number(seed, "seed"), without, labels, _titles(scenario), arrays, changes)
    position.try_own_rules()
    return position


def unfollowed(scenario: Scenario, without: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield place and a sentence for every rule to switch off that nobody in a scenario follows."""
    followed = {name for _, _, actor in scenario.actors() for name in actor.rules}
    for place, name in enumerate(without):
        if name not in followed:
            yield place, f"nobody in '{scenario.name}' follows a rule '{name}'{suggest(name, sorted(followed))}"


def _titles(scenario: Scenario) -> dict[str, str]:
    """Return the display name of everything with a key."""
    titles = {key: actor.name for _, key, actor in scenario.actors()}
    titles |= {key: zone.name for key, zone in scenario.zones.items()}
    return titles | dict(scenario.weapons.classes) | {origin: origin for origin in EXTRA_ORIGINS}


def intercept(game: Game) -> Array:
    """Return the log of spending aimed at when no reason has changed since the opening, ``(state, run)``.

    Solved so that the target at the opening lies above opening spending by the stated gap
    (none unless stated); spending near or above all that the economy could bear starts below it.
    """
    limit = folded(game, "milex_limit")
    regular = game.world["milex"] - game.world["special_milex"]
    borne = np.minimum(np.maximum(regular, SMALLEST_BUDGET), LARGEST_SHARE * limit)
    return np.log(harden(borne, limit)) + game.world["spending_gap"] - folded(game, "milex_target_log")


def folded(game: Game, quantity: str) -> Array:
    """Return what the rules in force make of a quantity at the opening."""
    rules = [rule for rule in _in_force(game) if rule.writes == quantity]
    return fold(game, quantity, [(rule, contribution(game, rule)) for rule in rules])


def _in_force(game: Game) -> Iterator[Rule]:
    """Yield the rules in force."""
    for rules in game.rules.values():
        yield from rules
