"""War: its days, who is called to help, the land and people it moves, what it destroys, and its end."""

from __future__ import annotations

import numpy as np

from sim.model.accounting.entry import DAYS_PER_YEAR, TINY, Entry, entry
from sim.model.accounting.memory import half
from sim.model.loops import where_busy, worked_out
from sim.model.parameter import Parameter
from sim.model.world import Array

TIRING_DAYS, TIRING_DEATHS = 44.0, 8000.0  # of the war of 2020, about: what weighs one on the index of exhaustion
SHORTEST_WAR, LONGEST_WAR = 1.0, 365.0  # days


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


@entry(actor="state", draws=1)
def take_land(
    attacking: Array,
    aim: Array,
    win_chance: Array,
    claim: Array,
    control: Array,
    recognised: Array,
    their_recognised: Array,
    rivalry: Array,
    war_ends: Array,
    war_gain: Array,
    draws: Array,
    *,
    operation_reach: Parameter = Parameter(
        0.05, "share", between=(0.01, 0.15), because="limited gains of April 2016 and September 2022"
    ),
    surrender: Parameter = Parameter(
        0.5,
        "share",
        between=(0.2, 0.8),
        because="what was cut off for nine months gave up within a day in September 2023 (CNN, AP); one case",
    ),
    encircled_from: Parameter = Parameter(
        0.3, "share", between=(0.2, 0.5), because="with the districts around it regained, what is left has one road"
    ),
) -> Entry:
    """Work out the share of the rivals' holdings that an attacker takes in each zone when the war ends.

    A campaign for one zone also takes land, in the same measure, in other zones of
    which the attacker is the recognised owner, as in 2020. An operation that reaches its
    objective takes a foothold; but where the rival is not the recognised owner, and the attacker
    has regained enough of its own land around it, those who are cut off may give up the whole
    zone, the likelier the more hopeless their odds.
    """
    target = aim.sum(1)
    campaign = aim[:, 1].sum(0)
    aimed = np.maximum(target, campaign * recognised)
    own = claim * recognised
    regained = (own * control).sum(0) / np.maximum(own.sum(0), TINY)
    cut_off = ((rivalry[:, None] * their_recognised).sum(0) == 0.0) & (regained > encircled_from)
    gives_up = cut_off & (draws[0] < surrender * win_chance * win_chance)
    foothold = np.where(gives_up & (war_gain == 1.0), 1.0, win_chance * operation_reach)
    reach = campaign * win_chance * win_chance + (1.0 - campaign) * foothold
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

    def kept(stock: Array, worth: Array, rate: Array, days: Array) -> tuple[Array, ...]:
        share = worked_out(np.exp(-rate * days))
        return stock * share, worth * share

    rate = np.broadcast_to(loss_rate, stock.shape[1:])
    held, value = where_busy(days_fought[0] > 0.0, kept, [stock, worth], [rate, days_fought])
    return {"stock": held, "worth": value, "killed": killed, "deaths": deaths + killed}


@entry(actor="region")
def close_war(
    fighting: Array,
    war_ends: Array,
    outrage: Array,
    fled: Array,
    exhaustion: Array,
    days_fought: Array,
    killed: Array,
    dt: Array,
    *,
    fatigue_life: Parameter = Parameter(
        1.5,
        "yr",
        between=(1.0, 3.0),
        because="half-life: the war of 2020 had lost half of its weight by the spring of 2022",
    ),
    attention: Parameter = Parameter(
        1.0, "yr", between=(0.5, 1.5), because="half-life of pressure 6 to 18 months (R12)"
    ),
) -> Entry:
    """Let a war that has ended be over; attention abroad and exhaustion rise with what it cost and fade."""
    return {
        "fought": fighting,
        "fighting": np.where(war_ends > 0.0, 0.0, fighting),
        "outrage": outrage * half(dt, attention) + fled.sum(0) / 100.0,
        "exhaustion": exhaustion * half(dt, fatigue_life) + days_fought / TIRING_DAYS + killed.sum(0) / TIRING_DEATHS,
    }
