"""All terms of a decision, which sum to what was decided: reasons, and what the books make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.explain.contributions import Contribution, Worth, contributions
from sim.explain.decisions import Decision, Stage, total
from sim.explain.happening import History
from sim.explain.seen import weight
from sim.explain.taken import PERSON
from sim.model.variables import VARIABLES

NOTHING = 1e-9  # a term of this size is none: what is left of sums in floating point
REMAINDER = "what bounds and folding make of the sum of these reasons"


@dataclass(frozen=True, kw_only=True)
class Part(Worth):
    """What the books add to the reasons of a decision, or begin with.

    Attributes
    ----------
    name, says : str
        The entry, the parameter or the quantity it is, and what it stands for.
    within : Decision or None
        The decision whose reasons it is made of, if it is one.
    fresh : bool
        Whether it was not yet carried out at the opening, though it had been decided: all of it sets now apart.
    """

    name: str
    says: str
    within: Decision | None = None
    fresh: bool = False

    @property
    def matters(self) -> float:
        """What tells it apart: from the other options, or from the opening."""
        return self.now if self.fresh else super().matters


def terms(history: History, decision: Decision) -> list[Worth]:
    """Return all terms of a decision, the largest first; their sizes sum to what was decided."""
    reasons = contributions(history, decision)
    now, then = (_parts(history, decision, step, reasons) for step in (decision.step, 0))
    found: list[Worth] = list(reasons)
    for name, (stage, value) in now.items():
        opening = then[name][1] if name in then else 0.0
        if abs(value) > NOTHING or abs(opening) > NOTHING:
            others = value if decision.rivals else None  # the same for all options, or compared elsewhere
            part = Part(now=value, opening=opening, others=others, name=name, says=stage.says)
            found.append(replace(part, within=stage.within, fresh=stage.fresh))
    return sorted(found, key=lambda worth: -abs(worth.now))


def overruling(weighed: Sequence[Worth]) -> Part | None:
    """Return the term of a person who decided in place of all that the rules weigh, if one did."""
    return next((worth for worth in weighed if isinstance(worth, Part) and worth.name == PERSON), None)


def decided(history: History, decision: Decision, step: int | None = None) -> float:
    """Return what was decided in a step: what the last stage reached."""
    return _stages(history, decision, decision.step if step is None else step)[-1].reached


def _stages(history: History, decision: Decision, step: int) -> list[Stage]:
    """Return the stages of a decision; where the books make nothing of the reasons, their sum alone."""
    if decision.stages is not None:
        return list(decision.stages(step))
    return [Stage(decision.quantity, "", total(history, decision, step), of_reasons=True)]


def _parts(
    history: History, decision: Decision, step: int, reasons: list[Contribution]
) -> Mapping[str, tuple[Stage, float]]:
    """Return what each stage adds, the reasons taken out of the one that is made of them."""
    found, reached = dict[str, tuple[Stage, float]](), 0.0
    for stage in _stages(history, decision, step):
        added = 0.0 if stage.reached == reached else stage.reached - reached  # also where both are without bound
        reached = stage.reached
        if not stage.of_reasons:
            found[stage.name] = stage, added
            continue
        neutral = weight(decision.quantity, VARIABLES[decision.quantity].neutral)
        given = sum(worth.now if step == decision.step else worth.opening for worth in reasons)
        start = Stage("without_reasons", "this is where it would stand without any reason", neutral)
        found[start.name] = start, neutral
        rest = Stage("remainder", REMAINDER, added)
        found[rest.name] = rest, added - given - neutral
    return found
