"""What a person may decide in place of an actor's rules, and where in the turn it takes their place.

A person speaks in amounts, shares, factors, yes or no; what the turn reads in their place may be the logarithm of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from sim.answers import Shortened
from sim.model.accounting.escalation import something_to_gain
from sim.model.rule import Terms
from sim.model.variables import SCALES, VARIABLES, Variable
from sim.model.world import Array, World

LEAST = 1e-30  # stands for nothing where a logarithm is taken: less than any weight that rules give
AT_ONCE = 100.0  # per yr: the hazard at which a plan is as good as made within the month

# From the world, who decides and what to the quantity with that in the place of what rules and books made of it.
Putting: TypeAlias = Callable[[World, Array, Array], Array]


@dataclass(frozen=True, repr=False)
class Decidable(Shortened):
    """Something that a person may decide.

    Attributes
    ----------
    said : Variable
        What the person says: for which kind of actor, along which axis, in which unit, within which bounds.
    quantity : str
        The quantity of the world that it decides.
    point : str
        The phase whose rules have been folded, or the entry of the books that has been made, when it takes their
        place. Whoever reads the quantity in a step reads it later than that.
    put : callable
        What the quantity then is.
    made : callable or None
        From the world to what rules and books made of it, in a person's words, ``(*axes, actor, run)``; None where it
        is the exponential of what the actor's own rules add up to, which the world does not hold.
    split : bool
        Whether it is shares of a whole: they add up to 1, and what is not named gets none.
    """

    said: Variable
    quantity: str
    point: str
    put: Putting
    made: Callable[[World], Array] | None
    split: bool = False


def _itself(name: str, point: str) -> Decidable:
    """Return a quantity that a person decides as it is."""
    put: Putting = lambda world, mask, values: np.where(mask, values, world[name])  # noqa: E731
    return Decidable(VARIABLES[name], name, point, put, lambda world: world[name])


def _as_share(name: str) -> Putting:
    """Return how shares take the place of appeals: as their logarithms."""
    return lambda world, mask, values: np.where(mask, np.log(np.maximum(values, LEAST)), world[name])


def _classes(world: World) -> Array:
    return _shares(np.exp(world["weapon_appeal"]))


def _suppliers(world: World) -> Array:
    """Return the shares of those who offer what is wanted, were all of them allowed to sell."""
    offering = world.see("state", "presence") * (world["offered_quality"] > 0.0)
    return _shares(offering * np.exp(world["supplier_appeal"]))


def _shares(weight: Array) -> Array:
    shares: Array = weight / np.maximum(weight.sum(0), LEAST)
    return shares


def _put_import_share(world: World, mask: Array, values: Array) -> Array:
    usual = np.maximum(world["procurement_share"], LEAST)
    push = np.log(np.maximum(values, LEAST) / usual) + world["import_push_opening"]
    return np.where(mask, push, world["import_push"])


def _import_share(world: World) -> Array:
    share: Array = world["procurement_share"] * np.exp(world["import_push"] - world["import_push_opening"])
    return np.minimum(share, DECIDABLE["import_share"].said.high)


def _put_talks_pace(world: World, mask: Array, values: Array) -> Array:
    """Add what persons bring to talks to what all others bring."""
    brought = np.where(mask, np.log(np.maximum(values, LEAST)), 0.0).sum(-2, keepdims=True)
    progress: Array = world["talks_progress"] + brought
    return progress


def _plan(scale: int) -> Decidable:
    """Return whether attacks of a scale are planned, zone by zone."""
    name = f"{SCALES[scale]}_plan"
    meaning = f"1 where it prepares {'a limited operation' if scale == 0 else 'a campaign'} over a zone, 0 where not"

    def put(world: World, mask: Array, values: Array) -> Array:
        hazard = world["attack_hazard"]
        prize = something_to_gain(*(world.see("state", word) for word in ("claim", "their_control", "rivalry")))
        chosen = np.where(mask, AT_ONCE * values * prize, hazard[:, scale])
        scales = [chosen if at == scale else np.broadcast_to(hazard[:, at], chosen.shape) for at in range(len(SCALES))]
        return np.stack(scales, axis=1)

    def made(world: World) -> Array:
        """Return whether the plan that there is, if any, is for this option: the likeliest."""
        hazard = world["attack_hazard"]
        likeliest = hazard == hazard.max((0, 1), keepdims=True, initial=0.0)
        planned: Array = (likeliest & (hazard > 0.0))[:, scale] * (world["plan"] > 0.0)
        return planned * 1.0

    said = Variable(name, "state", ("zone",), "flow", "flag", meaning, low=0.0, high=1.0)
    return Decidable(said, "attack_hazard", "weigh_attacks", put, made)


def _said(name: str, axes: str, unit: str, meaning: str, high: float = 1.0) -> Variable:
    return Variable(name, "state", tuple(axes.split()), "flow", unit, meaning, low=0.0, high=high)


DECIDABLE: dict[str, Decidable] = {
    one.said.name: one
    for one in (
        _itself("milex_target", "adopt_budget"),
        Decidable(
            _said("import_share", "", "share", "share of the regular budget set aside for arms from abroad", 0.5),
            "import_push", "procure", _put_import_share, _import_share,
        ),
        Decidable(
            _said("class_share", "weapon", "share", "share of contracts that are for a class"),
            "weapon_appeal", "budget", _as_share("weapon_appeal"), _classes, split=True,
        ),
        Decidable(
            _said("supplier_share", "supplier", "share", "share of its tenders that a supplier gets, if it may sell"),
            "supplier_appeal", "procure", _as_share("supplier_appeal"), _suppliers, split=True,
        ),
        Decidable(
            _said("talks_pace", "", "1", "how many times as fast talks progress for its part, 0: it blocks them", 10.0),
            "talks_progress", "negotiate", _put_talks_pace, None,
        ),
        _plan(0),
        _plan(1),
        _itself("licence", "review_licences"),
        _itself("price_factor", "offer"),
        _itself("access", "offer"),
    )
}  # fmt: skip

# What is decided -> where it is decided, and as what: two arrays ``(*axes, actor, 1)``.
Decided: TypeAlias = Mapping[str, tuple[Array, Array]]


def overrule(world: World, decided: Decided, point: str) -> None:
    """Put what is decided at a point of the turn in the place of what rules and books made of it, in all runs."""
    for name, (mask, values) in decided.items():
        one = DECIDABLE[name]
        if one.point == point:
            world.update({one.quantity: one.put(world, mask, values)})


def silence(terms: Terms, decided: Decided) -> Terms:
    """Return contributions without those for which persons speak, where others contribute to the same quantity."""
    for name, (mask, _) in decided.items():
        one = DECIDABLE[name]
        if one.made is None and one.quantity in terms:
            heard = [
                (rule, np.where(mask, 0.0, term) if rule.actor == one.said.actor else term)
                for rule, term in terms[one.quantity]
            ]
            terms = {**terms, one.quantity: heard}
    return terms
