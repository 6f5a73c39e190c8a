"""Attacks are prepared: plans are made, carried out or called off, and flights give them away."""

import numpy as np
import pytest
from worlds import altered

from sim.model.accounting.entry import ENTRIES
from sim.model.streams import BLOCK
from sim.model.world import evaluate

MONTH = 1 / 12
SETTINGS = {"pace": 5.0, "called_off": 0.33}


def weigh(hazard, plan, luck, fighting=0.0):
    """Weigh one option of a given hazard with luck ``(3, run)``."""
    entry = ENTRIES["set_onset_time"]
    runs = luck.shape[-1]
    wide = {
        "attack_hazard": np.full((1, 1, 1, runs), hazard),
        "plan": np.broadcast_to(np.asarray(plan, float), (1, runs)),
        "fighting": np.full((1, runs), fighting),
        "dt": np.full((1, runs), MONTH),
    }
    made = evaluate(entry.function, entry.reads, wide.__getitem__, SETTINGS, luck[:, None])
    return {name: array[0] for name, array in made.items()}


def luck(runs, seed=0):
    return np.random.default_rng(seed).uniform(size=(3, runs))


def test_without_a_plan_nobody_attacks():
    made = weigh(50.0, 0.0, luck(1000))
    assert not (made["onset_time"] < MONTH).any()
    assert (made["plan"] > 0).mean() > 0.9, "they make plans"
    np.testing.assert_allclose(made["plan"][made["plan"] > 0], 50.0)


def test_the_yearly_rate_of_attacks_is_the_hazard():
    runs, years, hazard = 4000, 60, 0.2
    rng, plan, attacks = np.random.default_rng(1), np.zeros(runs), 0
    for _ in range(12 * years):
        made = weigh(hazard, plan, rng.uniform(size=(3, runs)))
        strikes = made["onset_time"] < MONTH
        attacks += strikes.sum()
        plan = np.where(strikes, 0.0, made["plan"])
    assert attacks / (runs * years) == pytest.approx(hazard, rel=0.1)


def test_a_plan_is_carried_out_sooner_when_the_hazard_has_risen_and_hardly_when_it_has_vanished():
    runs = luck(20_000)
    soon, usual, late = ((weigh(h, 0.2, runs)["onset_time"] < MONTH).mean() for h in (0.6, 0.2, 0.002))
    assert soon > 2 * usual > 50 * late


def test_one_in_so_many_plans_is_called_off():
    runs, plan = 20_000, np.full(20_000, 0.2)
    rng, struck = np.random.default_rng(2), np.zeros(20_000, bool)
    for _ in range(60):
        made = weigh(1e-12 + 0.2, plan, rng.uniform(size=(3, runs)))
        strikes = (plan > 0) & (made["onset_time"] < MONTH)
        struck |= strikes & (plan == 0.2)
        plan = np.where(strikes | (made["plan"] == 0.0), 0.0, np.where(plan > 0, plan, 0.0))
    assert 1 - struck.mean() == pytest.approx(SETTINGS["called_off"], abs=0.1)


def flights_before(shot, key, months=3):
    """Return flights of the months up to each month and whether an attack came in it, where there was no fighting."""
    flights, place = shot.of("flights", key).sum(1), shot.place(key)
    onset, peace = shot["onset_time"], shot["fought"][:, 0] == 0
    attack = (shot["war_begins"][:, 0] > 0) & (onset[:, place] == onset.min(1))
    steps = range(months, len(flights))
    before = np.stack([flights[t - months : t].sum(0) for t in steps])
    quiet = np.stack([peace[t - months : t].all(0) for t in steps])
    return before[quiet], attack[months:][quiet]


def auc(score, happens):
    """Chance that a case has a higher score than a non-case, ties counting half."""
    ranks = np.unique(score, return_inverse=True)[1]
    cases = np.bincount(ranks[happens], minlength=ranks.max() + 1)
    others = np.bincount(ranks[~happens], minlength=ranks.max() + 1)
    below = np.cumsum(others) - others
    return (cases * (below + 0.5 * others)).sum() / (cases.sum() * others.sum())


@pytest.mark.slow
def test_flights_warn_of_an_attack(hindcast, film):
    shot = film(altered(hindcast, end="2019-12"), "flights", "onset_time", "fought", "war_begins", blocks=2)
    assert shot["flights"].shape[-1] == 2 * BLOCK
    assert auc(*flights_before(shot, "azerbaijan")) > 0.65


@pytest.mark.slow
def test_without_flights_for_an_attack_they_do_not_warn(hindcast, film):
    shot = film(
        altered(hindcast, end="2019-12"), "flights", "onset_time", "fought", "war_begins", blocks=2,
        without=["fly_in_arms_before_an_attack"],
    )  # fmt: skip
    assert auc(*flights_before(shot, "azerbaijan")) < 0.6
