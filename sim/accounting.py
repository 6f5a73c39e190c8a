"""Bookkeeping nobody decides: money is added up, orders are produced, stocks age, wars run their days.

Each entry is a pure function of the world bound by its signature, like a rule,
and returns the quantities it has worked out. The order is in `sim.turn`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.parameter import Parameter
from sim.rule import Function, Mechanism, mechanism_of
from sim.streams import normal
from sim.variables import EXTRA_ORIGINS
from sim.world import Array

Entry = dict[str, Array]

ENTRIES: dict[str, Mechanism] = {}

DAYS_PER_YEAR = 365.25
CAMPAIGN_DAYS = 44.0  # the war of 2020, to which losses per campaign refer (events_register)
TINY = 1e-9
NEVER = 1e9
SHORTEST_WAR, LONGEST_WAR = 1.0, 365.0  # days


def entry(*, actor: str, draws: int = 0, stream: str = "") -> Callable[[Function], Mechanism]:
    """Bind a bookkeeping function by its signature and file it."""

    def file(function: Function) -> Mechanism:
        mechanism = Mechanism(**mechanism_of(function, actor=actor, draws=draws, per="", stream=stream))
        ENTRIES[mechanism.name] = mechanism
        return mechanism

    return file


# -- exogenous


@entry(actor="state")
def settle_inputs(oil_revenue: Array, oil_revenue_observed: Array, oil_revenue_known: Array,
                  oil_revenue_last_year: Array, oil_price: Array, oil_price_lately: Array, new_year: Array) -> Entry:  # fmt: skip
    """Set oil revenue: observed while known, then moved by the oil price; remember last year's."""
    moved = oil_revenue * (oil_price / np.maximum(oil_price_lately, TINY))
    return {
        "oil_revenue_last_year": np.where(new_year > 0, oil_revenue, oil_revenue_last_year),
        "oil_revenue": np.where(oil_revenue_known > 0, oil_revenue_observed, moved),
    }


@entry(actor="region")
def remember_price(oil_price: Array) -> Entry:
    """Keep this step's oil price for the next."""
    return {"oil_price_lately": oil_price}


# -- perceive


@entry(actor="state")
def weigh_arsenals(stock: Array, worth: Array, combat_share: Array, *,
                   modern_from: Parameter = Parameter(0.62, "share", between=(0.5, 0.75), basis="assumed",
                                                      because="quality between export S-300 and Barak-8 in the supplier files"),
                   sharpness: Parameter = Parameter(18.0, "1", between=(5.0, 40.0), basis="assumed",
                                                    because="from legacy to modern within about 0.2 of quality")) -> Entry:  # fmt: skip
    """Add up arms by class and by origin: volume, quality-weighted combat mass, modern share."""
    volume = stock.sum(0)
    value = worth.sum(0)
    return {
        "class_stock": volume,
        "origin_stock": stock.sum(1),
        "stock_total": volume.sum(0),
        "class_mass": combat_share * value,
        "modernity": 1.0 / (1.0 + np.exp(-sharpness * (value / (volume + TINY) - modern_from))),
    }


@entry(actor="state")
def forecast_stocks(class_stock: Array, on_order: Array, decay: Array, order_rate: Array, *,
                    horizon: Parameter = Parameter(5.0, "yr", between=(2.0, 10.0), basis="reported", source="voa_arms_race",
                                                   because="fears are voiced for five, ten or more years")) -> Entry:  # fmt: skip
    """Work out the arms each state is on course to hold: stock aged, orders delivered, buying as lately."""
    kept = (class_stock * np.exp(-decay * horizon)).sum(0)
    return {"stock_forecast": kept + on_order.sum(0) + horizon * order_rate}


@entry(actor="state")
def assess_strength(class_mass: Array, effectiveness: Array, offence_weight: Array, denial_weight: Array, *,
                    mass_exponent: Parameter = Parameter(0.8, "1", between=(0.5, 1.0), basis="assumed",
                                                         because="diminishing returns of mass within a class"),
                    offence_in_defence: Parameter = Parameter(0.5, "share", between=(0.2, 1.0), basis="assumed",
                                                              because="attack forces also defend, less well")) -> Entry:  # fmt: skip
    """Work out strength in attack and in defence, with diminishing returns of mass in each class."""
    mass = class_mass**mass_exponent
    offence = (offence_weight * effectiveness * mass).sum(0)
    defence = ((denial_weight + offence_in_defence * offence_weight) * mass).sum(0)
    return {"offence": offence, "defence": defence}


@entry(actor="state")
def compare_strength(offence: Array, their_defence: Array, stock_total: Array, their_stock_total: Array,
                     misperception: Array, rivalry: Array) -> Entry:  # fmt: skip
    """Compare with the rivals: the balance, true and as believed, and the ratio of recorded volume.

    One TIV m is added on both sides, so that an empty arsenal has a logarithm.
    """
    facing = (rivalry * their_defence).sum(0)
    balance = np.log((offence + 1.0) / (facing + 1.0))
    return {
        "balance": balance,
        "perceived_balance": balance + misperception,
        "stock_balance": np.log((stock_total + 1.0) / ((rivalry * their_stock_total).sum(0) + 1.0)),
    }


# -- budget


@entry(actor="state")
def adopt_budget(milex_target: Array, milex_intercept: Array, milex_target_log: Array, milex_ceiling: Array,
                 january: Array, *,
                 cap_sharpness: Parameter = Parameter(8.0, "1", between=(4.0, 8.0), basis="assumed",
                                                      because="leaves targets up to half the ceiling within 0.05 %")) -> Entry:  # fmt: skip
    """Aim at new spending each January, under the soft ceiling of what the economy bears."""
    wanted = np.exp(milex_intercept + milex_target_log)
    aimed = soften(wanted, milex_ceiling, cap_sharpness)
    return {"milex_target": np.where(january > 0, aimed, milex_target)}


def soften(wanted: Array, ceiling: Array, sharpness: Array | float) -> Array:
    """Return ``wanted / (1 + (wanted / ceiling)**n)**(1/n)``: the soft cap of spending.

    Examples
    --------
    >>> soften(np.array([50.0, 100.0, 1e9]), np.array(100.0), 8.0).round(1).tolist()
    [50.0, 91.7, 100.0]
    """
    excess = sharpness * np.log(wanted / ceiling)
    return wanted * np.exp(-np.logaddexp(0.0, excess) / sharpness)


def harden(capped: Array, ceiling: Array, sharpness: Array | float) -> Array:
    """Return the target whose softened value is `capped`: the inverse of `soften`.

    Examples
    --------
    >>> float(soften(harden(np.array(70.0), np.array(100.0), 8.0), np.array(100.0), 8.0).round(6))
    70.0
    """
    share = np.log(capped / ceiling) * sharpness
    return capped * np.exp(-np.log1p(-np.exp(share)) / sharpness)


@entry(actor="state")
def adjust_spending(milex: Array, milex_target: Array, milex_adjustment: Array, milex_shock: Array,
                    milex_change: Array, january: Array, dt: Array) -> Entry:  # fmt: skip
    """Move spending part of the way to its target, add the year's surprise and any direct change."""
    step = (1.0 - np.exp(-milex_adjustment * dt)) * np.log(milex_target / milex)
    moved = milex * np.exp(step + january * milex_shock)
    return {"milex": np.maximum(moved + milex_change * dt, TINY)}


# -- procure


@entry(actor="state", draws=1)
def choose_class(weapon_appeal: Array, draws: Array) -> Entry:
    """Draw the class the next contract is for, by the softmax of its appeal."""
    return {"wanted_class": pick(np.exp(weapon_appeal), draws[0])}


@entry(actor="state")
def call_for_tender(wanted_class: Array, frontier: Array, price: Array, access: Array) -> Entry:
    """Look up what each supplier offers of the wanted class, and its list price."""
    return {
        "offered_quality": of_class(frontier, wanted_class) * access,
        "asked_price": of_class(price, wanted_class),
    }


def of_class(table: Array, code: Array) -> Array:
    """Return ``(supplier, state, run)``: the column of a ``(supplier, weapon, ...)`` table by class code."""
    where = code.astype(np.intp)
    if table.shape[2:] == (1, 1):
        return np.take(table[:, :, 0, 0], where, axis=1)
    wide = np.broadcast_to(table, (*table.shape[:2], *where.shape))
    return np.take_along_axis(wide, where[None, None], axis=1)[:, 0]


@entry(actor="state", draws=2)
def sign_contracts(milex: Array, procurement_share: Array, fund: Array, contracts_per_year: Array,
                   supplier_appeal: Array, offered_quality: Array, asked_price: Array, price_factor: Array,
                   willingness: Array, presence: Array, order_rate: Array, recent_order: Array, dt: Array, draws: Array, *,
                   open_market: Parameter = Parameter(0.25, "1", between=(0.0, 2.0), basis="assumed",
                                                      because="about 5 % of recorded volume came from suppliers without a file"),
                   open_price: Parameter = Parameter(2.0, "US$2023 m per TIV m", between=(0.6, 5.0), basis="assumed",
                                                     because="between Russian and Turkish prices"),
                   memory: Parameter = Parameter(5.0, "yr", between=(2.0, 8.0), basis="assumed",
                                                 because="ties of the last five years, as in trade-network studies")) -> Entry:  # fmt: skip
    """Save procurement money; now and then spend all of it with one supplier.

    The supplier is drawn by the logit of its appeal times its probability of
    approving the sale (McFadden 1974); the open market is always there.
    """
    saved = fund + milex * procurement_share * dt
    signs = draws[0] < 1.0 - np.exp(-contracts_per_year * dt)
    approval = presence * (offered_quality > 0.0) / (1.0 + np.exp(-willingness))
    weight = approval * np.exp(supplier_appeal)
    suppliers = weight.shape[0]
    options = np.empty((suppliers + 1, *saved.shape))
    options[:suppliers], options[suppliers] = weight, open_market
    chosen = pick(options, draws[1])
    places = np.arange(suppliers, dtype=np.float64)[:, None, None]
    money = np.where(signs, saved, 0.0)
    placed = np.where(chosen == places, money, 0.0)
    volume = (placed / np.maximum(asked_price * price_factor, TINY)).sum(0) + np.where(
        chosen == suppliers, money, 0.0
    ) / open_price
    forgotten = np.exp(-dt / memory)
    return {
        "fund": saved - money,
        "order_origin": np.where(chosen == suppliers, suppliers + len(EXTRA_ORIGINS) - 1.0, chosen),
        "order_volume": volume,
        "order_value": money,
        "order_rate": order_rate * forgotten + volume / memory,
        "recent_order": recent_order * forgotten + placed,
    }


def pick(weight: Array, uniform: Array) -> Array:
    """Return the place on the first axis that a uniform number falls on, each having its share of the weight.

    Examples
    --------
    >>> pick(np.array([[1.0], [2.0], [1.0]]), np.array([0.5])).tolist()
    [1.0]
    """
    reached = np.cumulative_sum(weight, axis=0)
    place: Array = (reached[:-1] <= uniform * reached[-1:]).sum(0).astype(np.float64)
    return place


# -- deliver


@entry(actor="state")
def deliver_orders(pipeline: Array, stock: Array, worth: Array, on_order: Array, order_volume: Array, order_origin: Array,
                   wanted_class: Array, lag: Array, capacity: Array, frontier: Array, access: Array, decay: Array, dt: Array, *,
                   other_lag: Parameter = Parameter(2.5, "yr", between=(1.0, 5.0), basis="derived", source="sipri_arms_transfers_2025",
                                                    because="volume-weighted lag of all recorded orders of Azerbaijan"),
                   other_quality: Parameter = Parameter(0.4, "share", between=(0.2, 0.7), basis="assumed",
                                                        because="second-hand and older designs dominate the open market")) -> Entry:  # fmt: skip
    """Pass orders through three stages of production, exactly; age stocks and add what is delivered.

    The time in production is Erlang-3 with the supplier's mean lag, lengthened by
    missing capacity. New orders enter the first stage at the end of the step.
    Most cells of the table never hold an order, and those are left alone.
    """
    rate = 3.0 * dt / padded(lag / np.maximum(capacity, 0.02), other_lag)[:, None]
    quality = padded(frontier * access[:, None], other_quality)
    aged = np.exp(-decay * dt)
    held, value = stock * aged, worth * aged
    moved, arrived = np.zeros(pipeline.shape), np.empty(on_order.shape)
    cells: Any = np.nonzero(pipeline.max((0, -1)) > 0.0)  # origin, weapon, state with anything on order
    rate, quality = (np.broadcast_to(a, (*stock.shape[:-1], a.shape[-1]))[cells] for a in (rate, quality))
    for tile in tiles(stock.shape[-1]):
        stages = pipeline[:, *cells, tile]  # a copy
        delivered = pass_on(stages, rate[:, tile] if rate.shape[-1] > 1 else rate)
        moved[:, *cells, tile] = stages
        held[*cells, tile] += delivered
        came = np.zeros((*stock.shape[:-1], delivered.shape[-1]))
        came[cells] = delivered
        arrived[..., tile] = came.sum(1)
        delivered *= quality[:, tile] if quality.shape[-1] > 1 else quality
        value[*cells, tile] += delivered
    waiting = np.maximum(on_order - arrived, 0.0)
    add_orders(moved, waiting, order_volume, order_origin, wanted_class)
    return {"pipeline": moved, "stock": held, "worth": value, "deliveries": arrived, "on_order": waiting}


TILE = 256  # runs for which what `deliver_orders` works on at a time stays in the cache


def tiles(runs: int) -> list[slice]:
    """Cut the run axis into tiles.

    Examples
    --------
    >>> tiles(300)
    [slice(0, 256, None), slice(256, 512, None)]
    """
    return [slice(first, first + TILE) for first in range(0, runs, TILE)]


def add_orders(pipeline: Array, waiting: Array, volume: Array, origin: Array, weapon: Array) -> None:
    """Let the orders of the step, ``(state, run)`` each, enter the first stage, in place."""
    states, runs = np.nonzero(volume)
    bought = volume[states, runs]
    place, kind = origin[states, runs].astype(np.intp), weapon[states, runs].astype(np.intp)
    pipeline[0, place, kind, states, runs] += bought
    waiting[place, states, runs] += bought


def pass_on(stages: Array, rate: Array) -> Array:
    """Pass what is in production on to the next stage, in place, and return what leaves the last.

    Examples
    --------
    >>> stages = np.array([[1.0], [0.0], [0.0]])
    >>> delivered = pass_on(stages, np.array([0.5]))
    >>> stages.round(3).ravel().tolist(), delivered.round(3).tolist()
    ([0.607, 0.303, 0.076], [0.014])
    """
    stay = np.exp(-rate)
    one, two = rate * stay, 0.5 * rate * rate * stay  # passes one stage, passes two
    signed, made, due = stages
    delivered: Array = signed * (1.0 - stay - one - two)
    delivered += made * (1.0 - stay - one)
    delivered += due * (1.0 - stay)
    due *= stay
    due += made * one
    due += signed * two
    made *= stay
    made += signed * one
    signed *= stay
    return delivered


def padded(of_suppliers: Array, of_others: Array | float) -> Array:
    """Return values along origins: those of the suppliers, then one value for legacy, home and other."""
    suppliers, *rest = of_suppliers.shape
    values = np.empty((suppliers + len(EXTRA_ORIGINS), *np.broadcast_shapes(tuple(rest), np.shape(of_others))))
    values[:suppliers], values[suppliers:] = of_suppliers, of_others
    return values


@entry(actor="state")
def leave_traces(deliveries: Array, detection: Array, concealed_share: Array, dt: Array, *,
                 news: Parameter = Parameter(2.0, "yr", between=(1.0, 5.0), basis="assumed",
                                             because="how long observers go by what they last could see")) -> Entry:  # fmt: skip
    """Note which deliveries a public register would catch, and how much is hidden from it."""
    caught = deliveries * padded(detection, 1.0)
    total = deliveries.sum(0)
    hidden = np.where(total > TINY, 1.0 - caught.sum(0) / np.maximum(total, TINY), concealed_share)
    weight = 1.0 - np.exp(-dt / news)
    return {
        "recorded_deliveries": caught,
        "concealed_share": concealed_share + weight * (np.minimum(np.maximum(hidden, 0.0), 1.0) - concealed_share),
    }


# -- align


@entry(actor="state")
def settle_trust(trust: Array, trust_gain: Array) -> Entry:
    """Add up what has changed trust in suppliers."""
    return {"trust": np.clip(trust + trust_gain, 0.0, 1.0)}


# -- negotiate


@entry(actor="region", draws=1)
def advance_talks(talks: Array, talks_progress: Array, fighting: Array, dt: Array, draws: Array, *,
                  opening: Parameter = Parameter(1.0, "per yr", between=(0.3, 3.0), basis="assumed",
                                                 because="talks resumed within about a year after each break of 1994-2023"),
                  stalling: Parameter = Parameter(1.4, "per yr", between=(0.6, 3.0), basis="assumed",
                                                  because="deadlock within a year in 60 to 95 % of rounds (rule card R28)"),
                  progress: Parameter = Parameter(0.08, "per yr", between=(0.02, 0.3), basis="assumed",
                                                  because="no framework agreed in 1994-2020"),
                  collapse: Parameter = Parameter(0.3, "per yr", between=(0.1, 0.6), basis="assumed",
                                                  because="frameworks without enforcement rarely last (Fortna 2003)")) -> Entry:  # fmt: skip
    """Move talks between none, talks, deadlock, framework and treaty; fighting breaks all but a treaty."""
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
def settle_tension(tension: Array, tension_push: Array, clash_excitement: Array, clashes: Array, dt: Array, *,
                   calming: Parameter = Parameter(0.7, "per yr", between=(0.3, 1.5), basis="assumed",
                                                  because="tension halves in about a year when nothing feeds it"),
                   forgetting: Parameter = Parameter(4.0, "per yr", between=(2.0, 8.3), basis="assumed",
                                                     because="clashes excite further clashes for one to four months (R27)"),
                   branching: Parameter = Parameter(0.45, "1", between=(0.3, 0.8), basis="assumed",
                                                    because="share of clashes that follow from earlier ones (R27)")) -> Entry:  # fmt: skip
    """Let tension relax towards what pushes it, and clashes excite further clashes (Hawkes 1971)."""
    kept = np.exp(-calming * dt)
    excited = clash_excitement * np.exp(-forgetting * dt) + branching * forgetting * clashes
    return {
        "tension": np.clip(tension * kept + tension_push * ((1.0 - kept) / calming), 0.0, 10.0),
        "clash_excitement": excited,
    }


@entry(actor="state", draws=2)
def set_onset_time(attack_score: Array, fighting: Array, dt: Array, draws: Array) -> Entry:
    """Draw when each state would strike, and with which option, from the sum of its hazards.

    The first draw inverts the survival function of all options together, the
    second picks one by its share. Beyond the step, or during a war, nothing happens.
    """
    hazard = np.exp(np.minimum(attack_score, 5.0))
    flat = hazard.reshape((-1, *hazard.shape[2:]))
    total = flat.sum(0)
    time = -np.log(draws[0]) / np.maximum(total, 1e-300)
    strikes = (time < dt) & (fighting == 0.0)
    return {
        "onset_time": np.where(strikes, time, NEVER),
        "choice": pick(flat, draws[1]),
    }


@entry(actor="state")
def start_war(onset_time: Array, their_onset_time: Array, choice: Array, rivalry: Array,
              attacking: Array, aim: Array) -> Entry:  # fmt: skip
    """Let the state that strikes first in the step be the attacker; the others are forestalled."""
    earliest = np.where(rivalry > 0.0, their_onset_time, NEVER).min(0)
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


@entry(actor="region", draws=2)
def count_days(fighting: Array, war_begins: Array, war_day_one: Array, war_days_left: Array, war_gain: Array,
               objective_rate: Array, failure_rate: Array, mediation_rate: Array, dt: Array, draws: Array, *,
               compromise: Parameter = Parameter(0.5, "share", between=(0.2, 0.8), basis="assumed",
                                                 because="a halt from outside leaves the attacker about half of what it could have taken")) -> Entry:  # fmt: skip
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
def take_land(attacking: Array, aim: Array, win_chance: Array, recognised: Array, war_ends: Array, war_gain: Array, *,
              operation_reach: Parameter = Parameter(0.05, "share", between=(0.01, 0.15), basis="assumed",
                                                     because="limited gains of April 2016 and September 2022")) -> Entry:  # fmt: skip
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
def suffer_losses(stock: Array, worth: Array, loss_rate: Array, death_rate: Array, days_fought: Array, deaths: Array) -> Entry:  # fmt: skip
    """Take losses of soldiers and arms in proportion to the days fought, in the runs that fight."""
    killed = death_rate * days_fought
    fights = np.nonzero(days_fought[0] > 0.0)[0]
    kept = np.exp(-loss_rate[..., fights] * days_fought[:, fights])
    held, value = stock.copy(), worth.copy()
    held[..., fights] *= kept
    value[..., fights] *= kept
    return {"stock": held, "worth": value, "killed": killed, "deaths": deaths + killed}


# -- aftermath


@entry(actor="state")
def remember_war(grievance: Array, grievance_gain: Array, defeat: Array, abuse: Array, reputation: Array,
                 reputation_gain: Array, land_lost: Array, claim: Array, fled: Array, their_fled: Array,
                 rivalry: Array, attacking: Array, aim: Array, war_ends: Array, dt: Array, *,
                 grievance_life: Parameter = Parameter(14.0, "yr", between=(8.0, 30.0), basis="assumed",
                                                       because="half-life of 8 to 30 years (R04); fears reach 15 to 20 years"),
                 defeat_life: Parameter = Parameter(5.0, "yr", between=(2.0, 10.0), basis="assumed",
                                                    because="buying after 2020 stayed high for years"),
                 abuse_life: Parameter = Parameter(3.0, "yr", between=(1.0, 6.0), basis="assumed",
                                                   because="scandals fade within a few years (R12)"),
                 reputation_life: Parameter = Parameter(8.0, "yr", between=(3.0, 15.0), basis="assumed",
                                                        because="a battle record is quoted for most of a decade")) -> Entry:  # fmt: skip
    """Carry memories on: grievance, defeat, the record of abuse, suppliers' battle records; end the war."""
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
    }


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
def close_war(fighting: Array, war_ends: Array, outrage: Array, fled: Array, dt: Array, *,
              attention: Parameter = Parameter(1.0, "yr", between=(0.5, 1.5), basis="assumed",
                                               because="half-life of pressure 6 to 18 months (R12)")) -> Entry:  # fmt: skip
    """Let a war that has ended be over, and attention abroad rise with those who fled and fade."""
    return {
        "fought": fighting,
        "fighting": np.where(war_ends > 0.0, 0.0, fighting),
        "outrage": outrage * half(dt, attention) + fled.sum(0) / 100.0,
    }


# -- observe


@entry(actor="state", draws=2)
def keep_public_record(milex: Array, draws: Array, *,
                       error: Parameter = Parameter(0.05, "log", between=(0.03, 0.1), basis="assumed",
                                                    because="editions and sources differ by about this much (R40)")) -> Entry:  # fmt: skip
    """Record spending as a public data set would, with its error."""
    return {"recorded_milex": milex * np.exp(error * normal(draws[0], draws[1]))}
