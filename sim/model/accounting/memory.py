"""Memory: what a war, a display of strength or the conduct of a rival leaves behind, and how it fades."""

from __future__ import annotations

import numpy as np

from sim.model.accounting.entry import DAYS_PER_YEAR, Entry, entry
from sim.model.parameter import Parameter
from sim.model.world import Array


@entry(actor="state")
def remember_war(
    grievance: Array,
    grievance_gain: Array,
    defeat: Array,
    abuse: Array,
    reputation: Array,
    reputation_gain: Array,
    land_lost: Array,
    claim: Array,
    fled: Array,
    their_fled: Array,
    rivalry: Array,
    attacking: Array,
    aim: Array,
    plan: Array,
    fighting: Array,
    war_ends: Array,
    dt: Array,
    *,
    grievance_life: Parameter = Parameter(
        14.0, "yr", between=(8.0, 30.0), because="half-life of 8 to 30 years (R04); fears reach 15 to 20 years"
    ),
    defeat_life: Parameter = Parameter(
        5.0, "yr", between=(2.0, 10.0), because="buying after 2020 stayed high for years"
    ),
    abuse_life: Parameter = Parameter(3.0, "yr", between=(1.0, 6.0), because="scandals fade within a few years (R12)"),
    reputation_life: Parameter = Parameter(
        8.0, "yr", between=(3.0, 15.0), because="a battle record is quoted for most of a decade"
    ),
) -> Entry:
    """Carry memories on: grievance, defeat, the record of abuse, suppliers' battle records; end the war.

    A war overtakes every plan to attack.
    """
    blow = (claim * land_lost).sum(0)
    driven_out = attacking * (rivalry * their_fled).sum(0) / 100.0
    over = war_ends > 0.0
    return {
        "grievance": np.maximum(grievance * half(dt, grievance_life) + grievance_gain, 0.0),
        "defeat": np.minimum(defeat * np.exp(-dt / defeat_life) + blow, 3.0),
        "abuse": abuse * np.exp(-dt / abuse_life) + driven_out,
        "reputation": np.clip(reputation * np.exp(-dt / reputation_life) + reputation_gain, -3.0, 3.0),
        "attacking": np.where(over, 0.0, attacking),
        "aim": np.where(over, 0.0, aim),
        "plan": np.where(fighting > 0.0, 0.0, plan),
    }


@entry(actor="state")
def settle_suspicion(
    suspicion: Array,
    suspicion_evidence: Array,
    dt: Array,
    *,
    memory: Parameter = Parameter(
        4.0, "yr", between=(2.0, 8.0), because="half-life of beliefs about a rival, 2 to 8 years (R06)"
    ),
) -> Entry:
    """Let the belief about the rivals follow the evidence, within bounds; what is no longer seen is forgotten."""
    gap = np.clip(suspicion_evidence, -4.0, 4.0) - suspicion
    return {"suspicion": suspicion + gap * (1.0 - half(dt, memory))}


@entry(actor="state")
def remember_displays(
    shown: Array,
    displays: Array,
    dt: Array,
    *,
    memory: Parameter = Parameter(0.5, "yr", between=(0.2, 1.0), because="a test or a visit is news for some months"),
) -> Entry:
    """Let displays of strength fade from memory and add those of the step."""
    return {"shown": shown * half(dt, memory) + displays}


@entry(actor="state")
def remember_alarm(wartime: Array, days_fought: Array, dt: Array) -> Entry:
    """Carry over to the next step how long there was fighting."""
    share = np.minimum(days_fought / (DAYS_PER_YEAR * dt), 1.0)
    return {"wartime": np.zeros(wartime.shape) + share}


def half(dt: Array, life: Array | float) -> Array:
    """Return what is left after `dt` of something with half-life `life`.

    Examples
    --------
    >>> float(half(np.array(10.0), 10.0))
    0.5
    """
    left: Array = np.exp(-np.log(2.0) * dt / life)
    return left
