"""What an actor perceives in the month to come, and what its rules would decide then, and why.

The month is played ahead by the same agents with the same luck, which is looked up and not used up: the history goes
on as if nobody had asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.answers import Answer
from sim.engine.model import ArmsRace, Reason
from sim.explain.deciding import WORDINGS, label_of
from sim.explain.decisions import how_often
from sim.explain.licence import in_the_long_run
from sim.explain.perceived import Perceived, perceived
from sim.explain.seen import chosen
from sim.explain.sentences import sentence
from sim.model.mistakes import Mistake, suggest
from sim.model.seats import DECIDABLE, LEAST, Decidable
from sim.model.variables import VARIABLES
from sim.model.world import World

MOST_REASONS = 5  # told for one thing to decide
LITTLE = 0.005  # a reason below this is of no weight
BEYOND = 4.0  # times what is advised, the most that is usually decided where nothing bounds it


@dataclass(frozen=True)
class Suggested:
    """What the rules of an actor would decide of one thing.

    Attributes
    ----------
    decides, about : str, str or None
        What, as `ArmsRace.decide` calls it, and for which label, such as a client; None where it is one number.
    label, unit, text : str
        What it is called, its unit, and what is suggested in words.
    value, low, high : float
        What the rules would decide, and between which values it usually lies.
    reasons : tuple of str
        The reasons of the rules, those first that set it apart.
    """

    decides: str
    about: str | None
    label: str
    value: float
    unit: str
    low: float
    high: float
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Advice(Answer):
    """What an actor perceives and what its rules suggest; shows both as lines.

    Attributes
    ----------
    seat, month : str
        Key of the actor; the month to be played next, ``YYYY-MM``.
    perceives : tuple of Perceived
        Its own numbers, and what its rules read of others.
    suggests : tuple of Suggested
        What it may decide, with what its rules would.
    """

    seat: str
    month: str
    perceives: tuple[Perceived, ...]
    suggests: tuple[Suggested, ...]

    def __str__(self) -> str:
        """Return what is suggested with its reasons, then what is perceived."""
        told = [
            line for one in self.suggests for line in (f"{one.label}: {one.text}", *(f"  {r}" for r in one.reasons))
        ]
        return "\n".join([f"{self.seat}, {self.month}", *told, "", *(one.text for one in self.perceives)])


def advice(model: ArmsRace, seat: str) -> Advice:
    """Return what an actor perceives, and what its rules would decide in the month to come.

    Decisions of others that hold in that month are respected, its own are left aside.

    Parameters
    ----------
    model : ArmsRace
        A history as far as it has been played; it goes on as if nobody had asked.
    seat : str
        Key of a state or a supplier.

    Returns
    -------
    Advice

    Raises
    ------
    Mistake
        If there is no such actor, or nothing is left to play.
    """
    kinds = {key: actor.kind for key, actor in model.actors.items()}
    seats = [key for key, kind in kinds.items() if any(one.said.actor == kind for one in DECIDABLE.values())]
    if seat not in seats:
        raise Mistake(f"'{seat}' has nothing to decide{suggest(seat, seats) or '; write ' + ' or '.join(seats)}")
    if model.period >= model.position.steps:
        raise Mistake("the run is over; ask before its last step")
    world, reasons = model.ahead(seat)
    seen = {name: [one for one in given if one.actor == seat] for name, given in reasons.items()}
    asked = [name for name, one in DECIDABLE.items() if one.said.actor == kinds[seat]]
    weighed = dict.fromkeys(word for name in asked for word in WORDINGS[name].weighed)
    return Advice(
        seat,
        f"{model.date:%Y-%m}",
        tuple(perceived(model, seat, [one for word in weighed for one in seen.get(word, ())])),
        tuple(one for name in asked for one in _suggested(model, seat, name, world, seen)),
    )


def _suggested(
    model: ArmsRace, seat: str, name: str, world: World, reasons: Mapping[str, Sequence[Reason]]
) -> Iterator[Suggested]:
    """Yield what the rules would decide of one thing, for each of its labels."""
    one, wording, titles = DECIDABLE[name], WORDINGS[name], model.position.titles
    labels: Sequence[str | None] = [label for axis in one.said.axes for label in world.labels[axis]] or [None]
    if one.said.axes and labels == [None]:
        return  # nobody there to decide about
    values = np.ravel(value_of(one, model, seat, world, reasons))
    rests = name == "milex_target" and not world["january"].any()
    for place, label in enumerate(labels):
        value, title = float(values[place]), titles.get(label or "", label or "")
        given = [reason for word in wording.weighed for reason in reasons.get(word, ())]
        where = () if label is None else (place, *_scale(name))
        head = () if label is None else _how_often(one, world, (*where, world.labels[one.said.actor].index(seat), 0))
        told = _if_budgeted(model, seat) if rests else _told(titles, given, label or "", where, wording.beside)
        yield Suggested(
            name, label, label_of(name, title), value, one.said.unit, one.said.low, _high(name, value, world, seat),
            wording.says(value, title), (*head, *told),
        )  # fmt: skip


def value_of(
    one: Decidable, model: ArmsRace, seat: str, world: World, reasons: Mapping[str, Sequence[Reason]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return what rules and books made of a thing to decide, ``(*axes,)``."""
    if one.made is None:
        return np.exp(sum((reason.term for reason in reasons.get(one.quantity, ())), np.zeros(())))
    return one.made(world)[..., world.labels[one.said.actor].index(seat), 0]


def _if_budgeted(model: ArmsRace, seat: str) -> tuple[str, ...]:
    """Return what a budget would aim at and why, were one drawn up in this month."""
    world, reasons = model.ahead(seat, budget=True)
    target = float(world["milex_target"][world.labels["state"].index(seat), 0])
    given = [one for one in reasons.get("milex_target_log", ()) if one.actor == seat]
    head = f"The last budget holds until January; one drawn up now would aim at US$ {target:,.0f} m a year."
    return (head, *_told(model.position.titles, given, "", (), WORDINGS["milex_target"].beside))


def _how_often(one: Decidable, world: World, place: tuple[int, ...]) -> Iterator[str]:
    """Yield how often the rules would say yes, where luck has a part in what they decide now."""
    if one.quantity == "attack_hazard":
        rate = np.log(max(world["attack_hazard"][place], LEAST))
        yield f"By its rules such an attack would be started {how_often(rate)}, were it always so"
    elif one.quantity == "licence":
        yield f"By its rules {in_the_long_run(world['willingness'][place])}"


def _scale(name: str) -> tuple[int, ...]:
    return {"operation_plan": (0,), "campaign_plan": (1,)}.get(name, ())


def _high(name: str, value: float, world: World, seat: str) -> float:
    """Return the most that is usually decided."""
    said = DECIDABLE[name].said
    if np.isfinite(said.high):
        return said.high
    if name == "milex_target":
        borne = float(world["milex_limit"][world.labels["state"].index(seat), 0])
        return max(value, borne if borne < VARIABLES["milex_limit"].neutral else BEYOND * value)
    return max(value, WORDINGS[name].high or BEYOND * value)


def _told(
    titles: Mapping[str, str], reasons: Sequence[Reason], other: str, place: tuple[int, ...], beside: str
) -> Iterator[str]:
    """Yield reasons as sentences with what they are worth, the largest first."""
    weighed = []
    for reason in reasons:
        now, product = chosen(reason.term, place), VARIABLES[reason.rule.writes].fold == "product"
        compared = {"the opening": chosen(reason.opening, place), "the others": float(np.mean(reason.term))}
        worth = now - compared.get(beside, 1.0 if product else 0.0)
        size = f"times {now:.2f}" if product else f"{worth:+.2f}{f' beside {beside}' if beside else ''}"
        weighed.append((worth, f"{sentence(titles, reason, other, place)} ({size})"))
    largest = sorted(weighed, key=lambda pair: -abs(pair[0]))[:MOST_REASONS]
    yield from (told for worth, told in largest if abs(worth) >= LITTLE)
