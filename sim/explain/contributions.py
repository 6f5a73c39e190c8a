"""What a reason of a decision is worth, what it rests on, and what changed that: one step back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.answers import Shortened
from sim.engine.model import Reason
from sim.explain import decisions, kinds
from sim.explain.decisions import Decision
from sim.explain.happening import Happening, History
from sim.explain.seen import chosen, shown, weight
from sim.model.rule import Mechanism
from sim.model.variables import VARIABLES
from sim.model.world import COUNTERPART
from sim.scenario.knowledge import known_events
from sim.scenario.schema import day
from sim.study.slots import stated

# Quantities worked out from the arms both sides hold.
OF_ARMS = (
    "balance", "perceived_balance", "stock_balance", "offence", "defence", "class_mass", "stock_total",
    "stock_forecast", "order_rate", "suspicion", "suspicion_evidence",
)  # fmt: skip
# What a rule reads of the frame of a decision, not of the world.
SETTING = ("dt", "rivalry", "ambition", "aim", "attacking", "fighting", "draws")

NOTHING = 1e-6  # a change below this is none


@dataclass(frozen=True, kw_only=True, repr=False)
class Worth(Shortened):
    """The size of one term of a decision.

    Attributes
    ----------
    now, opening : float
        Its size at the place of the decision, now and in the first step.
    others : float or None
        Mean size over the other options, where the decision is a choice among several.
    """

    now: float
    opening: float
    others: float | None = None

    @property
    def change(self) -> float:
        """What it is worth beyond what it was at the opening."""
        return 0.0 if self.now == self.opening else self.now - self.opening

    @property
    def matters(self) -> float:
        """What tells it apart: from the other options, or from the opening."""
        return self.change if self.others is None else self.now - self.others


@dataclass(frozen=True, kw_only=True)
class Contribution(Worth):
    """One reason of a decision and its size.

    Attributes
    ----------
    reason, first : Reason
        The reason now, and in the first step (None if it had no say then).
    """

    reason: Reason
    first: Reason | None


def unit_of(decision: Decision) -> str:
    """Return the unit of what was decided."""
    return decision.unit or VARIABLES[decision.quantity].unit


def digits(decision: Decision) -> int:
    """Return with how many decimals the reasons of a decision are told: hazards per day are small, money is not."""
    unit = unit_of(decision)
    return 4 if unit == "per day" else 1 if unit == VARIABLES["milex"].unit else 2


def rounded(decision: Decision) -> float:
    """Return the size below which a reason is told as of no weight."""
    return 0.5 * float(10.0 ** -digits(decision))


def number(value: float) -> str:
    """Return a number as one would write it in a table.

    Examples
    --------
    >>> number(13677.4), number(0.40813)
    ('13,677', '0.408')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def contributions(history: History, decision: Decision) -> list[Contribution]:
    """Return all reasons of a decision with their sizes, the largest first."""
    first = {(r.rule.name, r.actor): r for r in decisions.reasons(history, decision, 0)}
    found = []
    for reason in decisions.reasons(history, decision):
        now, then = (weight(decision.quantity, chosen(term, decision.place)) for term in (reason.term, reason.opening))
        others = None
        if decision.rivals and np.size(reason.term) > 1:
            beside = np.ravel(reason.term)[list(decision.among or range(np.size(reason.term)))]
            others = float((beside.sum() - now) / (beside.size - 1)) if beside.size > 1 else None
        earlier = first.get((reason.rule.name, reason.actor))
        found.append(Contribution(reason=reason, first=earlier, now=now, opening=then, others=others))
    return sorted(found, key=lambda worth: -abs(worth.now))


def parameter_words(history: History, mechanism: Mechanism, actor: str, only: str = "") -> str:
    """Return the parameters of a mechanism, or one: value in this run, unit and basis; "" if it has none."""
    labels = history.position.labels
    settings = history.model.game.settings[mechanism.name]
    words = []
    for name, default in mechanism.parameters.items():
        if only not in ("", name):
            continue
        value = settings[name]
        if not isinstance(value, float):
            place = labels[mechanism.actor].index(actor) if np.shape(value)[0] > 1 else 0
            value = float(np.asarray(value)[place][0])
        basis = (stated(history.position.scenario, f"{mechanism.name}.{name}", actor) or default).basis
        unit = "" if default.unit == "1" else f" {default.unit}"
        words.append(f"{name} {value:.3g}{unit} ({basis})")
    return ", ".join(words)


# -- one step back


def step_back(history: History, decision: Decision, weighed: list[Contribution]) -> Iterator[str]:
    """Yield what changed the quantities under the reason that changed most, and under the largest one."""
    told = set[tuple[str, str]]()
    least = rounded(decision)
    changed = [worth for worth in sorted(weighed, key=lambda w: -abs(w.change)) if abs(worth.change) >= least]
    largest = [worth for worth in weighed[:1] if abs(worth.now) >= least]
    for worth in (*changed[:2], *largest):
        word, effect = _mover(history, decision, worth)
        if word and (worth.reason.actor, word) not in told:
            told.add((worth.reason.actor, word))
            yield _told(history, decision, worth.reason, word, effect)


def _mover(history: History, decision: Decision, worth: Contribution) -> tuple[str, float]:
    """Return the quantity whose change since the opening moves a reason most, and by how much.

    The rule is asked again with that quantity, and nothing else, as it was at the opening.
    """
    reason, first = worth.reason, worth.first
    words = [word for word in reason.rule.reads if word not in SETTING]
    if first is None or not words:
        return "", 0.0
    if reason.rule.draws:  # asked again it would answer its luck; what has moved is told, not by how much
        words = [word for word in words if word != reason.rule.writes]
        moved = (word for word in words if np.any(np.abs(reason.seen[word] - first.seen[word]) > NOTHING))
        return next(moved, ""), 0.0
    effects = {
        word: worth.now - _if_seen(history, reason, {**reason.seen, word: first.seen[word]}, decision) for word in words
    }
    word = max(effects, key=lambda name: abs(effects[name]))
    return word, effects[word]


def _if_seen(history: History, reason: Reason, seen: dict[str, Any], decision: Decision) -> float:
    """Return what a rule would have been worth, had its actor seen something else."""
    place = history.position.labels[reason.rule.actor].index(reason.actor)
    settings = {}
    for name, value in history.model.game.settings[reason.rule.name].items():
        settings[name] = value if isinstance(value, float) else np.asarray(value)[place : place + 1, :1]
    # A rule knows its own axes only; actor and run stand behind them, one of each here.
    term = reason.rule.function(*(np.asarray(seen[w])[..., None, None] for w in reason.rule.reads), **settings)
    return chosen(np.asarray(term)[..., 0, 0], decision.place)


def _told(history: History, decision: Decision, reason: Reason, word: str, effect: float) -> str:
    """Tell how a quantity came to be what it is, and which event moved it last."""
    name = word.removeprefix(COUNTERPART)
    variable = VARIABLES[name]
    whose = "the rival's " if word.startswith(COUNTERPART) else ""
    path = _path(history, decision, reason, word)
    head = f"{reason.rule.name} rests on {whose}{name} ({variable.meaning})"
    if abs(path[-1] - path[0]) <= NOTHING and abs(effect) >= rounded(decision):
        here = f"{head}: {number(path[-1])} here, as at the opening"
        return f"{here}; that it has changed elsewhere moves this reason by {effect:+.2f}."
    if abs(path[-1] - path[0]) <= NOTHING:
        return f"{head}, {number(path[-1])} since the opening{_given(history, decision, reason, word)}."
    # The step a reader would mark in the path: the last that goes at least half as far as the largest, and the same way
    # as the whole. A slow drift around it would otherwise name the latest small step.
    towards = np.diff(path) * np.sign(path[-1] - path[0])
    step = int(np.flatnonzero(towards >= 0.5 * towards.max())[-1]) + 1
    text = f"{head}: {number(path[0])} at the opening, now {number(path[-1])}"
    text += f", which moves this reason by {effect:+.{digits(decision)}f}" if abs(effect) >= rounded(decision) else ""
    return f"{text}. {_cause(history, step, name, decision)}."


def _path(history: History, decision: Decision, reason: Reason, word: str) -> Any:
    """Return what the actor saw of a quantity in every step up to the decision."""
    values = []
    for step in range(decision.step + 1):
        for other in decisions.reasons(history, decision, step):
            if (other.rule.name, other.actor) == (reason.rule.name, reason.actor):
                values.append(shown(reason.rule, word, other.seen[word], decision.place))
    return np.array(values)


def _cause(history: History, step: int, name: str, decision: Decision) -> str:
    """Return what moved a quantity: an event that sets it, fighting, talks and the like, or arms as they came in."""
    date, before = history.moments[step].date, history.moments[max(step - 1, 0)].date
    for event in known_events(history.position.scenario):
        when = day(event.date)
        if (when.year, when.month) == (date.year, date.month) and name in event.set:
            return f"It was set in {date:%Y-%m}: {event.what} ({event.source or 'assumed'})"
    if VARIABLES[name].kind == "given":
        return "It follows the calendar or an input series of the scenario"
    if name in OF_ARMS:
        return f"It is worked out from arms: {_arms(history, decision)}"
    asked = history.moments[decision.step].date  # what is fought in the month itself is fought afterwards
    near = [h for h in _movers(history, name) if before <= h.date <= date and h.date < asked]
    if near:
        what = "; ".join(h.what for h in near).replace("; The ", "; the ")
        return f"The last marked step came with {near[-1].date:%Y-%m}: {what}"
    return "No single event did it; it built up month by month"


def _movers(history: History, name: str) -> list[Happening]:
    """Return all happenings that may have moved a quantity: of kinds known to move it, or of those that move any."""
    every = kinds.catalogue()
    known = {kind for kind, has in every.items() if name in has.moves}
    movers = known or {kind for kind, has in every.items() if has.moves_anything}
    return [happening for happening in history.happenings if happening.kind in movers]


def _arms(history: History, decision: Decision) -> str:
    """Return how the arms held have moved since the opening, and the last large order of each state."""
    parts = []
    first, now = history.moments[0], history.moments[decision.step]
    for place, key in enumerate(history.position.labels["state"]):
        held = [moment.arrays["stock_total"][place, 0] for moment in (first, now)]
        bought = [h for h in _movers(history, "stock_total") if h.actor == key and h.date < now.date]
        last = f", last large {bought[-1].kind} in {bought[-1].date:%Y-%m}" if bought else ""
        parts.append(f"{history.position.titles[key]} held {held[0]:,.0f} TIV m, now {held[1]:,.0f}{last}")
    return "; ".join(parts)


def _given(history: History, decision: Decision, reason: Reason, word: str) -> str:
    """Return where the opening value of a quantity comes from, as far as the scenario says."""
    name = word.removeprefix(COUNTERPART)
    owners = {key: document for _, key, document in history.position.scenario.actors()}
    labels = history.position.labels
    kind = VARIABLES[name].actor
    keys = [key for key in (reason.actor, decision.other, *labels[kind]) if key in labels[kind]]
    if word.startswith(COUNTERPART):
        keys = [key for key in labels["state"] if key != reason.actor]
    figure = owners[keys[0]].quantities.get(name) if keys and keys[0] in owners else None
    if figure is None:
        figure = history.position.scenario.weapons.quantities.get(name)
    if figure is None:
        return ""
    return f" ({figure.basis}: {figure.because or figure.source})"
