"""Conflict: talks, tension, the outbreak of fighting, its days, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.accounting.arms import pick
from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.world import Array

DAYS_PER_YEAR = 365.25
NEVER = 1e9  # an onset time beyond every step
LARGEST_RISE = 10.0  # beyond it a risen hazard does not hasten a plan
SHORTEST_WAR, LONGEST_WAR = 1.0, 365.0  # days

# -- align


@entry(actor="state", draws=1)
def settle_alignment(rung: Array, exit_score: Array, dt: Array, draws: Array) -> Entry:
    """Move a client one step away from its patron when its luck says so; nobody has come back yet."""
    leaves = draws[0] < 1.0 - np.exp(-np.exp(np.minimum(exit_score, 5.0)) * dt)
    return {"rung": np.minimum(rung + leaves, 3.0)}


# -- negotiate


@entry(actor="region", draws=1)
def advance_talks(
    talks: Array,
    talks_progress: Array,
    fighting: Array,
    dt: Array,
    draws: Array,
    *,
    opening: Parameter = Parameter(
        2.0,
        "per yr",
        between=(0.3, 3.0),
        because="talks resumed within about half a year after each round of fighting, as in 2016, 2020 and 2022",
    ),
    stalling: Parameter = Parameter(
        0.92,
        "per yr",
        between=(0.6, 3.0),
        because="deadlock within a year in 60 % of rounds, the low end of rule card R28: talks were active to 2020",
    ),
    progress: Parameter = Parameter(0.08, "per yr", between=(0.02, 0.3), because="no framework agreed in 1994-2020"),
    collapse: Parameter = Parameter(
        0.3, "per yr", between=(0.1, 0.6), because="frameworks without enforcement rarely last (Fortna 2003)"
    ),
) -> Entry:
    """Move talks between none, talks, deadlock, framework and treaty; fighting breaks all but a treaty.

    At most one move in a step. `talks_progress` multiplies the rates towards agreement by its
    exponential; a framework becomes a treaty three times as fast as talks become a framework.
    Only fighting carried over from the step before breaks talks: an operation that is over
    within its step leaves them as they are.
    """
    spur = np.exp(np.clip(talks_progress, -5.0, 5.0))
    up = progress * spur
    u = draws[0]
    leaves: list[tuple[float, Any, float, Any, float]] = [  # stage, competing rates with where they lead
        (0.0, opening, 1.0, 0.0, 0.0),
        (1.0, stalling, 2.0, up, 3.0),
        (2.0, opening, 1.0, 0.0, 0.0),
        (3.0, collapse, 2.0, up * 3.0, 4.0),
    ]
    moved = talks
    for stage, rate, goal, other_rate, other_goal in leaves:
        total = rate + other_rate
        leave = 1.0 - np.exp(-total * dt)
        here = talks == stage
        moved = np.where(here & (u < leave), np.where(u < leave * (rate / total), goal, other_goal), moved)
    return {"talks": np.where((fighting > 0.0) & (talks < 4.0), 0.0, moved)}


# -- escalate


@entry(actor="region")
def settle_tension(
    tension: Array,
    tension_push: Array,
    clash_excitement: Array,
    clashes: Array,
    dt: Array,
    *,
    calming: Parameter = Parameter(
        0.7, "per yr", between=(0.3, 1.5), because="tension halves in about a year when nothing feeds it"
    ),
    forgetting: Parameter = Parameter(
        4.0, "per yr", between=(2.0, 8.3), because="clashes excite further clashes for one to four months (R27)"
    ),
    branching: Parameter = Parameter(
        0.45, "1", between=(0.3, 0.8), because="share of clashes that follow from earlier ones (R27)"
    ),
) -> Entry:
    """Let tension relax towards what pushes it, and clashes excite further clashes (Hawkes 1971)."""
    kept = np.exp(-calming * dt)
    excited = clash_excitement * np.exp(-forgetting * dt) + branching * clashes * (
        (1.0 - np.exp(-forgetting * dt)) / dt
    )
    return {
        "tension": np.clip(tension * kept + tension_push * ((1.0 - kept) / calming), 0.0, 10.0),
        "clash_excitement": excited,
    }


@entry(actor="state", draws=3)
def set_onset_time(
    attack_score: Array,
    plan: Array,
    fighting: Array,
    dt: Array,
    draws: Array,
    *,
    pace: Parameter = Parameter(
        5.0,
        "per yr",
        between=(4.3, 26.0),
        because="flights rise two to twelve weeks before an attack (R24), so plans wait about that long",
    ),
    called_off: Parameter = Parameter(
        0.33,
        "share",
        between=(0.1, 0.6),
        because="flights rose before the attacks of 2020 and 2023, and in late 2021 without one (R24)",
    ),
) -> Entry:
    """Draw when each state carries out its plan to attack, and with which option; then make or drop plans.

    A plan made in one step can be carried out from the next one on, the sooner the more its hazards
    have risen since; the first draw inverts the survival function, the second picks the option by its
    share of the hazards. The third makes a plan where there is none, or calls it off. Plans are made
    as much more often than the hazards say as plans are called off, so attacks keep the sum of the
    hazards as their yearly rate while that rate is well below `pace`.
    """
    hazard = np.exp(np.minimum(attack_score, 5.0))
    flat = hazard.reshape((-1, *hazard.shape[2:]))
    total = flat.sum(0)
    planned = plan > 0.0
    rate = np.where(planned, pace * np.minimum(total / np.maximum(plan, TINY), LARGEST_RISE), 0.0)
    time = np.where(planned, -np.log(draws[0]) / np.maximum(rate, TINY), NEVER)
    strikes = (time < dt) & (fighting == 0.0)
    change = np.where(planned, pace * called_off, total) / (1.0 - called_off)
    changes = draws[2] < 1.0 - np.exp(-change * dt)
    return {
        "onset_time": np.where(strikes, time, NEVER),
        "choice": pick(flat, draws[1]),
        "plan": np.where(changes & ~strikes, np.where(planned, 0.0, total), plan),
    }


@entry(actor="state")
def start_war(onset_time: Array, their_onset_time: Array, choice: Array, attacking: Array, aim: Array) -> Entry:
    """Let the state that strikes first in the step be the attacker; one war at a time in the region."""
    earliest = their_onset_time.min(0)
    begins = (onset_time < NEVER) & (onset_time < earliest)
    options = np.arange(aim.shape[0] * aim.shape[1], dtype=np.float64).reshape(aim.shape[:2])
    chosen = options[:, :, None, None] == choice
    return {
        "attacking": np.where(begins, 1.0, attacking),
        "aim": np.where(begins, chosen, aim),
    }


@entry(actor="region")
def declare_war(
    attacking: Array, aim: Array, onset_time: Array, fighting: Array, years_since_war: Array, dt: Array
) -> Entry:
    """Note that a war has begun, its scale, and its first day within the step."""
    begins = (attacking.sum(0) > 0.0) & (fighting == 0.0)
    campaign = (attacking * aim[:, :, 1].sum(1)).sum(0)
    return {
        "fighting": np.where(begins, 1.0 + np.minimum(campaign, 1.0), fighting),
        "war_begins": begins.astype(np.float64),
        "war_day_one": np.where(begins, np.minimum((attacking * onset_time).sum(0) / dt, 1.0), 0.0),
        "years_since_war": np.where(begins | (fighting > 0.0), 0.0, years_since_war + dt),
    }


# -- fight


@entry(actor="state", draws=1)
def call_patron(
    treaty_cover: Array,
    control: Array,
    honour_score: Array,
    their_attacking: Array,
    their_aim: Array,
    rivalry: Array,
    war_begins: Array,
    calls_made: Array,
    calls_honoured: Array,
    patron_record: Array,
    dt: Array,
    draws: Array,
    *,
    learning: Parameter = Parameter(
        0.35,
        "share per call",
        between=(0.1, 0.6),
        because="one unanswered call within the treaty takes a third of its credit; rivals probe more than once (R16)",
    ),
    memory: Parameter = Parameter(
        10.0, "yr", between=(5.0, 20.0), because="a record of reneging is remembered about a decade"
    ),
) -> Entry:
    """Let a state that is attacked on land under a treaty call its patron; draw the answer, and keep the record.

    A call counts as far as the treaty covers the zone and the state holds it: one
    outside the treaty proves little of the patron, whatever the answer.
    """
    attacked = ((rivalry * their_attacking)[:, None, None] * their_aim).sum((0, 2)) * war_begins
    call = np.minimum((attacked * treaty_cover * control).sum(0), 1.0)
    chance = (attacked / (1.0 + np.exp(-np.clip(honour_score, -50.0, 50.0)))).sum(0)
    helped = ((call > 0.0) & (draws[0] < chance)).astype(np.float64)
    forgotten = 1.0 - np.exp(-dt / memory)
    record = patron_record + (1.0 - patron_record) * forgotten
    return {
        "patron_help": helped,
        "calls_made": calls_made + call,
        "calls_honoured": calls_honoured + call * helped,
        "patron_record": record + learning * call * (helped - record),
    }


@entry(actor="region", draws=2)
def count_days(
    fighting: Array,
    war_begins: Array,
    war_day_one: Array,
    war_days_left: Array,
    war_gain: Array,
    objective_rate: Array,
    failure_rate: Array,
    mediation_rate: Array,
    dt: Array,
    draws: Array,
    *,
    compromise: Parameter = Parameter(
        0.5,
        "share",
        between=(0.2, 0.8),
        because="a halt from outside leaves the attacker about half of what it could have taken",
    ),
) -> Entry:
    """Draw how long a new war lasts and how it ends; fight as many of its days as the step has.

    Three endings compete (R32): the first draw inverts their common survival
    function, the second picks one by its share of the hazard.
    """
    begins = war_begins > 0.0
    total = np.maximum(objective_rate + failure_rate + mediation_rate, TINY)
    length = np.minimum(np.maximum(-np.log(draws[0]) / total, SHORTEST_WAR), LONGEST_WAR)
    fate = draws[1] * total
    gain = np.where(fate < objective_rate, 1.0, np.where(fate < objective_rate + mediation_rate, compromise, 0.0))
    left = np.where(begins, length, war_days_left)
    fought = np.where(fighting > 0.0, np.minimum(left, DAYS_PER_YEAR * dt * (1.0 - war_day_one)), 0.0)
    remaining = left - fought
    return {
        "days_fought": fought,
        "war_days_left": remaining,
        "war_gain": np.where(begins, gain, war_gain),
        "war_ends": ((fighting > 0.0) & (remaining <= 0.0)).astype(np.float64),
    }


@entry(actor="state")
def take_land(
    attacking: Array,
    aim: Array,
    win_chance: Array,
    recognised: Array,
    war_ends: Array,
    war_gain: Array,
    *,
    operation_reach: Parameter = Parameter(
        0.05, "share", between=(0.01, 0.15), because="limited gains of April 2016 and September 2022"
    ),
) -> Entry:
    """Work out the share of the rivals' holdings that an attacker takes in each zone when the war ends.

    A campaign for one zone also takes land, in the same measure, in other zones of
    which the attacker is the recognised owner, as in 2020.
    """
    target = aim.sum(1)
    campaign = aim[:, 1].sum(0)
    aimed = np.maximum(target, campaign * recognised)
    reach = win_chance * (campaign * win_chance + (1.0 - campaign) * operation_reach)
    return {"taken_share": attacking * war_ends * war_gain * aimed * reach}


@entry(actor="state")
def hand_over_land(
    control: Array, their_control: Array, taken_share: Array, their_taken_share: Array, rivalry: Array
) -> Entry:
    """Move control from those who lost a zone to those who took it; shares still sum to one."""
    towards = rivalry[:, None]
    lost = control * np.minimum((towards * their_taken_share).sum(0), 1.0)
    won = taken_share * (towards * their_control).sum(0)
    return {"control": np.clip(control - lost + won, 0.0, 1.0), "land_lost": lost, "land_won": won}


@entry(actor="state")
def count_displaced(
    residents: Array, flight_propensity: Array, control: Array, land_lost: Array, displaced: Array
) -> Entry:
    """Count those who flee: the more of what was held is lost, the larger the share (R34)."""
    lost = land_lost / np.maximum(control + land_lost, TINY)
    fleeing = residents * (1.0 - np.exp(-flight_propensity * lost))
    fled = fleeing.sum(0)
    return {"residents": residents - fleeing, "fled": fled, "displaced": displaced + fled}


@entry(actor="state")
def suffer_losses(
    stock: Array, worth: Array, loss_rate: Array, death_rate: Array, days_fought: Array, deaths: Array
) -> Entry:
    """Take losses of soldiers and arms in proportion to the days fought, in the runs that fight."""
    killed = death_rate * days_fought
    fights = np.nonzero(days_fought[0] > 0.0)[0]
    if not len(fights):
        return {"killed": killed, "deaths": deaths + killed}
    by_class = stock.shape[1:]
    kept = np.ones(by_class)
    kept[..., fights] = np.exp(-np.broadcast_to(loss_rate, by_class)[..., fights] * days_fought[:, fights])
    return {"stock": stock * kept, "worth": worth * kept, "killed": killed, "deaths": deaths + killed}


# -- aftermath


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


def half(dt: Array, life: Array | float) -> Array:
    """Return what is left after `dt` of something with half-life `life`.

    Examples
    --------
    >>> float(half(np.array(10.0), 10.0))
    0.5
    """
    left: Array = np.exp(-np.log(2.0) * dt / life)
    return left


@entry(actor="region")
def close_war(
    fighting: Array,
    war_ends: Array,
    outrage: Array,
    fled: Array,
    dt: Array,
    *,
    attention: Parameter = Parameter(
        1.0, "yr", between=(0.5, 1.5), because="half-life of pressure 6 to 18 months (R12)"
    ),
) -> Entry:
    """Let a war that has ended be over, and attention abroad rise with those who fled and fade."""
    return {
        "fought": fighting,
        "fighting": np.where(war_ends > 0.0, 0.0, fighting),
        "outrage": outrage * half(dt, attention) + fled.sum(0) / 100.0,
    }
