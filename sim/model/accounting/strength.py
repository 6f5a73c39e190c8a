"""Strength: arsenals weighed and compared, crews trained, forces that learn to work together."""

from __future__ import annotations

import numpy as np

from sim.model.accounting.entry import TINY, Entry, entry
from sim.model.parameter import Parameter
from sim.model.world import Array


@entry(actor="state")
def weigh_arsenals(
    stock: Array,
    worth: Array,
    generation: Array,
    absorption: Array,
    combat_share: Array,
    *,
    modern_from: Parameter = Parameter(
        0.62, "share", between=(0.5, 0.75), because="quality between export S-300 and Barak-8 in the supplier files"
    ),
    sharpness: Parameter = Parameter(
        18.0, "1", between=(5.0, 40.0), because="from legacy to modern within about 0.2 of quality"
    ),
) -> Entry:
    """Add up arms by class and by origin: volume, combat mass by capability, modern share."""
    volume = stock.sum(0)
    return {
        "class_stock": volume,
        "origin_stock": stock.sum(1),
        "stock_total": volume.sum(0),
        "class_mass": combat_share * (absorption * worth),  # arms that nobody can use yet do not count (R23)
        "modernity": 1.0 / (1.0 + np.exp(-sharpness * (generation - modern_from))),
    }


@entry(actor="state")
def forecast_stocks(
    class_stock: Array,
    on_order: Array,
    decay: Array,
    order_rate: Array,
    *,
    horizon: Parameter = Parameter(
        5.0,
        "yr",
        between=(2.0, 10.0),
        basis="reported",
        source="voa_arms_race",
        because="fears are voiced for five, ten or more years",
    ),
) -> Entry:
    """Work out the arms each state is on course to hold: stock aged, orders delivered, buying as lately."""
    kept = (class_stock * np.exp(-decay * horizon)).sum(0)
    return {"stock_forecast": kept + on_order.sum(0) + horizon * order_rate}


@entry(actor="state")
def assess_strength(
    class_mass: Array,
    effectiveness: Array,
    cohesion: Array,
    offence_weight: Array,
    denial_weight: Array,
    *,
    mass_exponent: Parameter = Parameter(
        0.6, "1", between=(0.5, 1.0), because="diminishing returns of mass within a class"
    ),
    offence_in_defence: Parameter = Parameter(
        0.75, "share", between=(0.2, 1.0), because="attack forces also defend, less well"
    ),
) -> Entry:
    """Work out strength in attack and in defence, with diminishing returns of mass in each class."""
    mass = class_mass**mass_exponent
    offence = (offence_weight * effectiveness * mass).sum(0)
    defence = ((denial_weight + offence_in_defence * offence_weight) * mass).sum(0)
    return {"offence": cohesion * offence, "defence": cohesion * defence}  # mixed origins cost both (R21)


@entry(actor="state")
def compare_strength(
    offence: Array,
    their_defence: Array,
    stock_total: Array,
    their_stock_total: Array,
    misperception: Array,
    impression: Array,
    rivalry: Array,
) -> Entry:
    """Compare with the rivals: the balance, true and as believed, and the ratio of recorded volume.

    One TIV m is added on both sides, so that an empty arsenal has a logarithm.
    """
    facing = (rivalry * their_defence).sum(0)
    balance = np.log((offence + 1.0) / (facing + 1.0))
    return {
        "balance": balance,
        "perceived_balance": balance + misperception - impression,
        "stock_balance": np.log((stock_total + 1.0) / ((rivalry * their_stock_total).sum(0) + 1.0)),
    }


@entry(actor="state")
def train_crews(
    absorption: Array,
    class_stock: Array,
    stock: Array,
    training_time: Array,
    decay: Array,
    dt: Array,
    *,
    fresh: Parameter = Parameter(
        0.2,
        "share",
        between=(0.0, 1.0),
        because="newly delivered arms are of some use at once, with advisers; 1 means no training is needed (R23)",
    ),
) -> Entry:
    """Let crews learn to use what they have, and new deliveries dilute what they can (R23).

    What arrived is what is held beyond last step's stock after ageing; the skill of
    a class is the mean over old and new arms.
    """
    held = stock.sum(0)
    arrived = np.maximum(held - class_stock * np.exp(-decay * dt), 0.0)
    mixed = absorption + (fresh - absorption) * (arrived / (held + TINY))
    return {"absorption": np.clip(1.0 - (1.0 - mixed) * np.exp(-dt / training_time), 0.0, 1.0)}


@entry(actor="state")
def exercise_together(
    interoperability: Array,
    exercises_per_year: Array,
    dt: Array,
    *,
    lesson: Parameter = Parameter(
        0.05, "share per exercise", between=(0.03, 0.10), because="learning per exercise, R21"
    ),
    memory: Parameter = Parameter(
        2.0, "yr", between=(1.0, 3.0), because="half-life of what is learnt in exercises, R21"
    ),
) -> Entry:
    """Let exercises teach forces to work together, and what is not exercised be forgotten: the exact solution."""
    learning, forgetting = lesson * exercises_per_year, np.log(2.0) / memory
    level = learning / (learning + forgetting)
    return {"interoperability": level + (interoperability - level) * np.exp(-(learning + forgetting) * dt)}
