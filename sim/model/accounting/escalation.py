"""Escalation: ties to a patron, talks and tension move; a plan to attack is made, called off or carried out."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.streams import pick
from sim.model.world import Array

HIGHEST_TENSION = 10.0
NEVER = 1e9  # an onset time beyond every step
CERTAIN = 30.0  # log odds beyond which a chance is 0 or 1
STEEPEST = 5.0  # log beyond which more reasons make occasions no more frequent
LARGEST_RISE = 10.0  # beyond it a risen hazard does not hasten a plan


@entry(actor="state", draws=1)
def settle_alignment(rung: Array, exit_score: Array, dt: Array, draws: Array) -> Entry:
    """Move a client one step away from its patron when its luck says so; nobody has come back yet."""
    leaves = draws[0] < 1.0 - np.exp(-np.exp(np.minimum(exit_score, 5.0)) * dt)
    return {"rung": np.minimum(rung + leaves, 3.0)}


@entry(actor="region", draws=1, evidence=["fortna_2003"])
def advance_talks(
    talks: Array,
    talks_progress: Array,
    treaty: Array,
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
    moved = np.where((fighting > 0.0) & (talks < 4.0), 0.0, moved)
    return {"talks": np.where(treaty > 0.0, 4.0, moved)}


@entry(actor="region", evidence=["hawkes_1971"])
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
        "tension": np.clip(tension * kept + tension_push * ((1.0 - kept) / calming), 0.0, HIGHEST_TENSION),
        "clash_excitement": excited,
    }


@entry(actor="state", evidence=["tullock_1980", "dupuy_1979"])
def judge_chances(
    balance: Array,
    perceived_balance: Array,
    their_misperception: Array,
    skill: Array,
    their_skill: Array,
    rivalry: Array,
    terrain: Array,
    claim: Array,
    their_control: Array,
    *,
    decisiveness: Parameter = Parameter(
        1.4,
        "1",
        between=(1.0, 3.0),
        because="with terrain 2 a ratio of four to one gives 0.78; rule card R31 asks for 0.80",
    ),
    isolation: Parameter = Parameter(
        0.35,
        "share",
        between=(0.2, 0.8),
        because="encircled Karabakh fell in a day in 2023, with a terrain factor near 1 and not 2 to 3",
    ),
) -> Entry:
    """Work out the chance to prevail in each zone: true, as the state believes it, and as its rivals do.

    A ratio contest (Tullock 1980) in which skill multiplies strength (Dupuy 1979); a rival left with
    a small part of the claimed land is easier to dislodge (R31).
    """
    rivals = np.maximum(rivalry.sum(0), 1.0)
    edge = skill - (rivalry * their_skill).sum(0) / rivals
    theirs = (rivalry[:, None] * their_control).sum(0)
    depth = np.minimum((claim * theirs).sum(0) / np.maximum(claim.sum(0), TINY), 1.0)
    theta = terrain * (isolation + (1.0 - isolation) * depth)
    seen = balance - (rivalry * their_misperception).sum(0) / rivals
    return {
        "win_chance": prevailing(decisiveness * (balance + edge), theta),
        "believed_chance": prevailing(decisiveness * (perceived_balance + edge), theta),
        "chance_as_rivals_see": prevailing(decisiveness * (seen + edge), theta),
    }


def prevailing(log_odds: Array, theta: Array) -> Array:
    """Return the chance to prevail on ground that multiplies the odds of the defender by `theta`.

    Examples
    --------
    At four to one, one and a half times decisive, in mountains:

    >>> round(float(prevailing(1.5 * np.log(np.array(4.0)), np.array(2.0))), 2)
    0.8
    """
    return 1.0 / (1.0 + theta * np.exp(-np.clip(log_odds, -CERTAIN, CERTAIN)))


@entry(actor="state", evidence=["bueno_de_mesquita_1981"])
def weigh_attacks(
    attack_utility: Array,
    attack_score: Array,
    claim: Array,
    their_control: Array,
    rivalry: Array,
    ambition: Array,
    *,
    operation_rate: Parameter = Parameter(
        0.2,
        "per yr",
        between=(0.05, 0.5),
        basis="derived",
        source="events_register",
        because="occasions: four operations in thirty years, and as many that were let pass",
    ),
    campaign_rate: Parameter = Parameter(
        0.05,
        "per yr",
        between=(0.01, 0.13),
        basis="derived",
        source="events_register",
        because="occasions: one major war in thirty years, 90 % interval 0.006 to 0.13",
    ),
    operation_doubt: Parameter = Parameter(
        0.04, "core claims", between=(0.02, 0.08), because="what a state does not know of an operation's worth"
    ),
    campaign_doubt: Parameter = Parameter(
        0.15, "core claims", between=(0.08, 0.3), because="what a state does not know of a campaign's worth"
    ),
) -> Entry:
    """Work out how often each option would be started: occasions arise, and a state uses one if it expects to gain.

    Nothing is started where there is nothing to gain. Of the occasions, which come at a rate of
    their own, more or fewer as tension, season and allies have it, the logistic share with a
    utility above what the state is in doubt of is used.
    """
    prize = something_to_gain(claim, their_control, rivalry)
    doubt = operation_doubt + (campaign_doubt - operation_doubt) * ambition
    used = 1.0 / (1.0 + np.exp(-np.clip(attack_utility / doubt, -CERTAIN, CERTAIN)))
    rate = np.exp(np.log(operation_rate) + ambition * (np.log(campaign_rate) - np.log(operation_rate)))
    occasions = rate * np.exp(np.minimum(attack_score, STEEPEST))
    return {"attack_hazard": occasions * used * prize[:, None]}


def something_to_gain(claim: Array, their_control: Array, rivalry: Array) -> Array:
    """Tell in which zones a state claims what its rivals hold, ``(zone, state, run)``."""
    prize: Array = claim * (rivalry[:, None] * their_control).sum(0) > TINY
    return prize


@entry(actor="state", draws=3)
def set_onset_time(
    attack_hazard: Array,
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
    flat = attack_hazard.reshape((-1, *attack_hazard.shape[2:]))
    total = flat.sum(0)
    # A plan is kept as the hazard at which it was made, so that it is hastened by what has risen since, and slowed by
    # what has fallen.
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


@entry(actor="region", evidence=["senese_vasquez_2008"])
def declare_war(
    attacking: Array,
    aim: Array,
    onset_time: Array,
    fighting: Array,
    tension: Array,
    dt: Array,
    *,
    alarm: Parameter = Parameter(
        0.5, "index", between=(0.0, 1.0), because="limited force is a step to war, not a vent (Senese & Vasquez 2008)"
    ),
) -> Entry:
    """Note that a war has begun, its scale, and its first day within the step; a limited operation raises tension."""
    begins = (attacking.sum(0) > 0.0) & (fighting == 0.0)
    campaign = (attacking * aim[:, :, 1].sum(1)).sum(0)
    return {
        "fighting": np.where(begins, 1.0 + np.minimum(campaign, 1.0), fighting),
        "war_begins": begins.astype(np.float64),
        "war_day_one": np.where(begins, np.minimum((attacking * onset_time).sum(0) / dt, 1.0), 0.0),
        "tension": np.minimum(tension + np.where(begins & (campaign < 1.0), alarm, 0.0), HIGHEST_TENSION),
    }
