"""The turn, written once: the order of play as data, and one function that plays it.

Two engines play it. They differ only in `consult`: the numpy core asks every
actor at once, the Mesa model asks each agent.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.answers import Shortened
from sim.model.accounting import contracts, deliveries, escalation, memory, money, opening, strength, war
from sim.model.rule import CATALOGUE, Mechanism, Rule
from sim.model.rule import Terms as Terms
from sim.model.seats import Decided, overrule, silence
from sim.model.streams import Luck
from sim.model.variables import VARIABLES
from sim.model.world import Array, World


@dataclass(frozen=True, repr=False)
class Phase(Shortened):
    """One phase: bookkeeping before, decisions on what everybody then sees, bookkeeping after.

    Attributes
    ----------
    name, meaning : str
        What it is called, and what happens in it.
    before, after : tuple of Mechanism
        Entries of the books.
    yearly : frozenset of str
        Quantities decided, and entries made, only when budgets are; in between they rest, as nobody asks for them.
    """

    name: str
    meaning: str
    before: tuple[Mechanism, ...] = ()
    after: tuple[Mechanism, ...] = ()
    yearly: frozenset[str] = frozenset()


TURN: tuple[Phase, ...] = (
    Phase(
        "exogenous",
        "the calendar, the economy and the oil price move on",
        after=(money.feel_the_oil_price, money.settle_inputs, money.remember_price),
    ),
    Phase(
        "perceive",
        "states weigh arsenals and misjudge them",
        before=(strength.weigh_arsenals, strength.forecast_stocks),
        after=(strength.assess_strength, strength.compare_strength),
    ),
    Phase(
        "budget",
        "spending is aimed at once a year and adjusts every month; the next purchase is planned",
        after=(money.fold_projects, money.adopt_budget, money.adjust_spending, contracts.choose_class),
        yearly=frozenset({"milex_target_log", "milex_limit", "adopt_budget"}),
    ),
    Phase(
        "offer",
        "suppliers decide whom they arm, with what, at which price",
        before=(contracts.compare_ties,),
        after=(contracts.review_licences,),
    ),
    Phase(
        "procure",
        "states choose among suppliers and sign contracts",
        before=(contracts.call_for_tender, contracts.sense_crisis),
        after=(contracts.set_money_aside, contracts.sign_contracts),
    ),
    Phase(
        "deliver",
        "orders are produced and delivered, stocks age",
        after=(
            deliveries.open_contracts,
            deliveries.fly_in_arms,  # out of all that is on order, this step's contracts too
            deliveries.deliver_orders,
            deliveries.run_production,
            strength.train_crews,
            deliveries.build_coproduction,
            deliveries.leave_traces,
        ),
    ),
    Phase(
        "align",
        "trust in suppliers follows what they do",
        after=(contracts.settle_trust, strength.exercise_together, escalation.settle_alignment),
    ),
    Phase("negotiate", "talks open, stall, progress or fail", after=(escalation.advance_talks,)),
    Phase(
        "escalate",
        "clashes and tension; each state weighs its options to attack",
        before=(escalation.judge_chances,),
        after=(
            escalation.settle_tension,
            escalation.weigh_attacks,
            escalation.set_onset_time,
            escalation.start_war,
            escalation.declare_war,
        ),
    ),
    Phase(
        "fight",
        "the war under way is fought, in days counted in closed form",
        before=(war.call_patron,),
        after=(
            war.count_days,
            war.take_land,
            war.hand_over_land,
            war.count_displaced,
            war.suffer_losses,
        ),
    ),
    Phase(
        "aftermath",
        "land, people and lives lost turn into grievance, memory and reputation",
        after=(memory.remember_war, memory.settle_suspicion, memory.remember_displays, war.close_war),
    ),
    Phase("observe", "what public records would show", after=(memory.remember_alarm, money.keep_public_record)),
)

# What the books hold before the first step: as on record, and then with what the scenario sets for that step.
OPENING = Phase(
    "opening",
    "what is remembered, trusted and held before the first step",
    before=(
        opening.recall_orders,
        opening.trust_by_record,
        opening.value_holdings,
        opening.owe_for_orders,
    ),
    after=(opening.note_special_money, opening.remember_last_budget, opening.take_references),
)

PHASES: dict[str, Phase] = {phase.name: phase for phase in TURN}


@dataclass(repr=False)
class Game(Shortened):
    """What a game is played with.

    Attributes
    ----------
    world : World
        Current state of everything.
    luck : Luck
        Uniforms by stream.
    settings : mapping
        Mechanism name -> parameter name -> float or array ``(actor, run)``.
    doctrines : mapping of str to ndarray or None
        Rule name -> mask ``(actor, 1)`` of those who follow it, None where all do. A rule
        that is absent is followed by nobody.
    changes : mapping of int to mapping
        Step -> givens that change at its beginning (inputs, calendar, events).
    step : int
        Steps played so far.
    decisions : mapping of int to Decided
        Step -> what persons decide in it, in place of rules.
    rules : mapping of str to tuple of Rule
        The rules in force by phase, in the order of their names.
    answers : mapping of str to Answer
        What each rule that reads only what the scenario sets last contributed.
    """

    world: World
    luck: Luck
    settings: Mapping[str, Mapping[str, Any]]
    doctrines: Mapping[str, Any]
    changes: Mapping[int, Mapping[str, Array]]
    step: int = 0
    decisions: Mapping[int, Decided] = field(default_factory=dict)
    rules: dict[str, tuple[Rule, ...]] = field(init=False)
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the rules in force by phase, in the order of their names."""
        in_force = [CATALOGUE[name] for name in sorted(self.doctrines)]
        self.rules = {phase.name: tuple(r for r in in_force if r.phase == phase.name) for phase in TURN}

    def resting(self, phase: str) -> frozenset[str]:
        """Return the quantities and entries of a phase that rest in this step; in the first none does."""
        yearly = PHASES[phase].yearly
        return frozenset() if not yearly or self.step == 0 or self.world["january"].any() else yearly

    def consulted(self, phase: str) -> tuple[Rule, ...]:
        """Return the rules of a phase that are consulted in this step."""
        resting = self.resting(phase)
        return tuple(r for r in self.rules[phase] if r.writes not in resting) if resting else self.rules[phase]

    def enter(self, entry: Mechanism, made: Mapping[str, Array]) -> None:
        """Write what an entry of the books came to."""
        self.world.update(made)

    def draws(self, mechanism: Mechanism) -> Array | None:
        """Return the uniforms of a mechanism in this step, ``(draws, [per,] actor, run)``."""
        if not mechanism.draws:
            return None
        per = self.world.labels[mechanism.per] if mechanism.per else ()
        actors = self.world.labels[mechanism.actor]
        return self.luck.draw(mechanism.stream, actors, mechanism.draws, self.step, per)


Consult = Callable[[Game, str], Terms]

FOLDS: dict[str, tuple[Callable[..., Array], float]] = {
    "sum": (np.add, 0.0),
    "product": (np.multiply, 1.0),
    "max": (np.maximum, -np.inf),
    "replace": (lambda _, new, out: new, 0.0),
}


def fold(game: Game, name: str, terms: Sequence[tuple[Rule, Array]]) -> Array:
    """Fold contributions into a quantity of shape ``(*axes, actor, run)``.

    A sum starts at the neutral value, so an actor that follows none of the
    contributing rules gets it; a stock that nobody replaces stays as it is.
    """
    variable = VARIABLES[name]
    if not terms and variable.kind != "stock":
        return game.world.neutral(variable)
    combine, identity = FOLDS[variable.fold]
    total: Any = game.world[name] if variable.kind == "stock" else variable.neutral
    if variable.fold == "replace":
        identity = total
    if variable.fold == "max":
        total = identity
    own = False  # whether `total` is an array made here, into which more may be folded
    for rule, term in terms:
        mask = game.doctrines[rule.name]
        if mask is not None:
            term = np.where(mask, term, identity)
        if rule.actor != variable.actor and variable.actor == "region":
            term = term.sum(-2, keepdims=True)
        room = total if own and term.shape == total.shape else None
        total, own = combine(total, term, out=room), variable.fold != "replace"
    if variable.fold == "max":
        total = np.where(total == identity, variable.neutral, total)
    return game.world.laid_out(total, variable)


@dataclass(frozen=True, repr=False)
class Answer(Shortened):
    """What a rule contributed, and the arrays of the world it saw."""

    seen: tuple[Array, ...]
    term: Array

    def holds(self, seen: tuple[Array, ...]) -> bool:
        """Tell whether these are the very same arrays: nothing is ever changed in place, so the answer is the same."""
        return all(map(operator.is_, self.seen, seen))


def asked(world: World, mechanism: Mechanism, settings: Mapping[str, Any], luck: Array | None) -> Any:
    """Return what a mechanism makes of what its actors see, all of them at once."""
    seen = [luck if how is None else world.seen(how) for how in mechanism.sights]
    return mechanism.function(*seen, **settings)


def contribution(game: Game, rule: Rule) -> Array:
    """Return what all who follow a rule contribute, ``(*axes of the written quantity, actor, run)``.

    A rule that reads only what the scenario sets gives the same answer until the
    scenario sets something else.
    """
    world = game.world
    seen = tuple(world[name] for name in rule.sources) if rule.reads_givens else ()
    answer = game.answers.get(rule.name)
    if answer is not None and answer.holds(seen):
        return answer.term
    term = world.filed(rule.actor, rule.writes, asked(world, rule, game.settings[rule.name], game.draws(rule)))
    if rule.reads_givens:
        game.answers[rule.name] = Answer(seen, term)
    return term


def book(game: Game, entry: Mechanism) -> None:
    """Carry out one entry of the books."""
    game.enter(entry, asked(game.world, entry, game.settings[entry.name], game.draws(entry)))


def open_books(
    world: World,
    entries: Iterable[Mechanism],
    settings: Mapping[str, Mapping[str, Any]],
    whose: Mapping[str, Array] | None = None,
) -> None:
    """Make opening entries, for the actors in the mask ``(actor, 1)`` of each entry, or for all."""
    for entry in entries:
        with np.errstate(all="ignore"):  # what ceases to be a number says so by what it becomes
            made = asked(world, entry, settings[entry.name], None)
        for name, array in made.items():
            full = world.laid_out(array, VARIABLES[name])
            mask = (whose or {}).get(entry.name)
            world.update({name: full if mask is None else np.where(mask, full, world[name])})


# Quantities decided in each phase, whether or not a rule is in force.
DECIDED: dict[str, tuple[str, ...]] = {}


def decided_in(phase: str) -> tuple[str, ...]:
    """Return the quantities that rules of a phase write."""
    if phase not in DECIDED:
        names = {rule.writes for rule in CATALOGUE.values() if rule.phase == phase}
        DECIDED[phase] = tuple(sorted(names))
    return DECIDED[phase]


def play_turn(game: Game, consult: Consult) -> None:
    """Play one step of the game."""
    game.world.update(game.changes.get(game.step, {}))
    taken = game.decisions.get(game.step)
    for phase in TURN:
        resting = game.resting(phase.name)
        for entry in phase.before:
            book(game, entry)
        terms = consult(game, phase.name)
        if taken is not None:
            terms = silence(terms, taken)
        decided = (name for name in decided_in(phase.name) if name not in resting)
        game.world.update({name: fold(game, name, terms.get(name, ())) for name in decided})
        if taken is not None:
            overrule(game.world, taken, phase.name)
        for entry in phase.after:
            if entry.name not in resting:
                book(game, entry)
            if taken is not None:
                overrule(game.world, taken, entry.name)
    game.step += 1
