"""Rules of conflict keep the invariants of contests, losses, clashes and flight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.model.rules.aftermath.learn_from_battle import learn_from_battle
from sim.model.rules.aftermath.mourn_losses import mourn_losses
from sim.model.rules.aftermath.take_heart_from_gains import take_heart_from_gains
from sim.model.rules.escalate.clash_along_the_line import clash_along_the_line
from sim.model.rules.escalate.fear_losses import fear_losses
from sim.model.rules.escalate.strike_before_window_closes import strike_before_window_closes
from sim.model.rules.fight.break_through import break_through
from sim.model.rules.fight.flee_lost_land import flee_lost_land
from sim.model.rules.fight.halt_the_fighting import halt_the_fighting
from sim.model.rules.fight.lose_equipment import lose_equipment
from sim.model.rules.fight.lose_soldiers import lose_soldiers
from sim.model.rules.fight.run_out_of_steam import run_out_of_steam

LUCK = (np.arange(100_000) + 0.5) / 100_000  # every luck there is, in order
FOUR_TO_ONE = np.log(4.0)
OPERATION, CAMPAIGN = np.array([1.0, 0.0]), np.array([0.0, 1.0])

balances = st.floats(-50.0, 50.0)
shares = st.floats(0.0, 1.0)


def chance(balance, terrain=1.0, held=1.0, **parameters):
    """Chance to prevail in the only zone there is, against one rival of the same skill."""
    zone, rival = np.ones((1, 1, 1)), np.ones((1, 1, 1))
    own, none = np.full((1, 1), balance), np.zeros((1, 1))
    judge_chances = ENTRIES["judge_chances"]
    told = judge_chances.function(
        own, own, none[None], none, none[None], rival, terrain * zone, zone, held * rival[..., None],
        **{**judge_chances.parameters, **parameters},
    )  # fmt: skip
    return float(told["win_chance"][0, 0, 0])


def war(win_chance, scale, luck=LUCK):
    """Length and gain of a war of the first of two states, aiming at the second of two zones."""
    attacking = np.array([1.0, 0.0])[:, None]
    aim = np.array([0.0, 1.0])[:, None, None, None] * scale[:, None, None] * attacking
    chances = np.full((2, 2, 1), win_chance)
    fighting = np.full((1, 1), 1.0 + scale[1]) * (scale.sum() > 0)
    objective, failure = (r(attacking, aim, chances).sum(0, keepdims=True) for r in (break_through, run_out_of_steam))
    none = np.zeros((1, len(luck)))
    year = np.full((1, 1), 1.1)
    told = ENTRIES["count_days"].function(
        fighting, none + 1.0, none, none, none, objective, failure, halt_the_fighting(fighting), year,
        np.stack([luck, luck])[:, None], compromise=0.5,
    )  # fmt: skip
    return np.broadcast_to(told["days_fought"], none.shape)[0], told["war_gain"][0]


def soldiers(fighting, attacking=(1.0, 0.0), ratio=1.0):
    """Deaths a day of two rivals of which the first has `ratio` times the strength."""
    side, edge = np.array(attacking)[:, None], np.log(np.array([ratio, 1.0 / ratio]))[:, None]
    return lose_soldiers(np.full((1, 1), fighting), side, side[None, ::-1], edge, edge[None, ::-1], np.ones((1, 2, 1)))[
        :, 0
    ]


def equipment(fighting, attacking=(1.0, 0.0), win_chance=0.5, burn=0.5):
    """Loss rates of two rivals, rows being ground forces, an air shield, munitions."""
    side = np.array(attacking)[:, None]
    aim = np.ones((1, 1, 1, 2, 1)) * side[::-1]
    column = np.eye(3)[:, :, None, None]
    return lose_equipment(
        np.full((1, 1), fighting), side, side[None, ::-1], aim, np.full((1, 1, 2, 1), win_chance),
        np.ones((1, 2, 1)), column[0], column[1], burn * column[2],
    )[..., 0]  # fmt: skip


# -- contests


def test_equal_strength_on_open_ground_is_an_even_bet():
    assert chance(0.0) == pytest.approx(0.5)


@given(balances)
def test_what_one_side_wins_on_open_ground_the_other_loses(balance):
    assert chance(balance) + chance(-balance) == pytest.approx(1.0)


@given(balances, st.floats(0.0, 50.0), st.floats(0.1, 5.0))
def test_more_strength_never_lowers_the_chance(balance, more, terrain):
    assert chance(balance + more, terrain) >= chance(balance, terrain)


@given(balances, st.floats(0.0, 1e6), shares)
def test_a_chance_is_a_share(balance, terrain, held):
    assert 0.0 <= chance(balance, terrain, held) <= 1.0


def test_four_to_one_in_mountains_gives_four_chances_in_five():
    assert chance(FOUR_TO_ONE, terrain=2.0) == pytest.approx(0.80, abs=0.03)


def test_a_small_remainder_is_easier_to_take_than_land_held_in_depth():
    assert chance(0.0, terrain=2.0, held=0.1) > chance(0.0, terrain=2.0, held=1.0)


# -- length and ending of wars


def test_a_campaign_at_four_to_one_lasts_weeks_to_months():
    assert 20.0 <= np.median(war(chance(FOUR_TO_ONE, terrain=2.0), CAMPAIGN)[0]) <= 90.0


def test_a_campaign_at_overwhelming_odds_is_over_within_three_weeks():
    assert np.median(war(0.98, CAMPAIGN)[0]) < 21.0


@pytest.mark.parametrize("win_chance", [0.5, 0.65, 0.8])
def test_a_limited_operation_lasts_days(win_chance):
    assert 1.0 <= np.median(war(win_chance, OPERATION)[0]) <= 4.0


@given(shares, st.sampled_from([OPERATION, CAMPAIGN]))
def test_every_war_ends_within_a_year_and_takes_a_day(win_chance, scale):
    days = war(win_chance, scale, LUCK[::1000])[0]
    assert days.min() >= 1.0
    assert days.max() <= 365.0


def test_at_even_odds_breakthrough_and_failure_are_equally_likely():
    deal = war(0.5, CAMPAIGN)[1]
    assert (deal == 1.0).mean() == pytest.approx((deal == 0.0).mean(), abs=1e-4)


def test_better_chances_leave_the_attacker_more():
    deals = [war(win_chance, CAMPAIGN)[1].mean() for win_chance in (0.1, 0.5, 0.9)]
    assert deals == sorted(deals)
    assert 0.0 <= deals[0] < deals[-1] <= 1.0


# -- losses


def test_without_fighting_nobody_dies_and_nothing_is_lost():
    assert not soldiers(0.0).any()
    assert not equipment(0.0).any()


def test_bystanders_of_a_war_lose_nothing():
    assert not soldiers(2.0, attacking=(0.0, 0.0)).any()
    assert not equipment(2.0, attacking=(0.0, 0.0)).any()


def test_losses_are_exchanged_about_evenly_even_at_four_to_one():
    attacker, defender = soldiers(2.0, ratio=4.0)
    assert 0.8 <= defender / attacker <= 1.7


@given(st.floats(1e-20, 1e20), st.sampled_from([1.0, 2.0]))
def test_the_exchange_ratio_does_not_change_the_number_of_deaths(ratio, fighting):
    assert soldiers(fighting, ratio=ratio).sum() == pytest.approx(soldiers(fighting).sum())


def test_six_weeks_of_campaign_kill_about_as_many_as_in_2020():
    assert 5_700 / 2 <= 44 * soldiers(2.0, ratio=4.0).sum() <= 7_646 * 2


def test_defenders_lose_more_arms_than_attackers_and_alone_lose_their_shield():
    ground, shield, munitions = np.exp(-44.0 * equipment(2.0))
    assert ground[0] == pytest.approx(0.9)
    assert ground[1] == pytest.approx(0.6)
    assert shield[0] == 1.0
    assert shield[1] < 1.0
    assert munitions == pytest.approx([0.5, 0.5])


def test_a_class_that_is_fired_off_completely_leaves_no_infinity():
    assert np.isfinite(equipment(2.0, burn=1.0)).all()


def test_operations_use_up_fewer_arms_a_day_than_campaigns():
    assert (equipment(1.0) <= equipment(2.0)).all()


# -- clashes


@pytest.mark.parametrize("expected", [0.05, 0.1, 0.3])
def test_clashes_have_the_mean_of_their_poisson_law(expected):
    quiet, luck = np.zeros((1, LUCK.size)), LUCK[None, None]
    counts = clash_along_the_line(quiet, quiet, quiet, np.full((1, 1), expected / 1.2), luck)
    assert counts.mean() == pytest.approx(expected, rel=1e-3)
    assert (counts == 0.0).mean() == pytest.approx(np.exp(-expected), abs=1e-4)


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.floats(-10.0, 10.0))
def test_any_tension_gives_a_count_from_none_to_four(tension, excitement, season):
    counts = clash_along_the_line(
        np.full(3, tension), np.full(3, excitement), np.full(3, season), np.array(1 / 12),
        np.array([[1e-12, 0.5, 1.0 - 1e-12]]),
    )  # fmt: skip
    assert set(counts.tolist()) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert (np.diff(counts) >= 0.0).all()


def test_clashes_do_not_feed_themselves_through_tension_without_end():
    """At a tension of two, each clash brings fewer than one other over all time, both ways added."""
    books = ENTRIES["settle_tension"].parameters
    clash, push = (
        CATALOGUE["clash_along_the_line"].parameters,
        CATALOGUE["let_clashes_raise_tension"].parameters,
    )
    fading = books["forgetting"] / 12.0  # in one monthly step
    directly = books["branching"] * fading / (1.0 - np.exp(-fading))
    spontaneous = clash["base"] * np.exp(clash["response"] * 2.0)
    through_tension = directly * push["weight"] / books["calming"] * clash["response"] * spontaneous
    assert directly + through_tension < 1.0


# -- motives


def motive(own_later, their_later, balance=1.0):
    held = np.full((1, 1), 100.0)
    answer = strike_before_window_closes(
        held, np.full((1, 1), own_later), held[None], np.full((1, 1, 1), their_later),
        np.full((1, 1), balance), np.ones((1, 1, 1)),
    )  # fmt: skip
    return float(answer[0, 0])


def test_the_window_closes_only_for_those_who_fall_behind():
    assert motive(own_later=200.0, their_later=200.0) == 0.0
    assert motive(own_later=300.0, their_later=200.0) == 0.0
    assert motive(own_later=100.0, their_later=200.0) > 0.0


def test_a_closing_window_moves_the_strong_more_than_the_weak():
    assert motive(100.0, 300.0, balance=2.0) > motive(100.0, 300.0, balance=-2.0)


@given(st.floats(0.0, 1e9), st.floats(0.0, 1e9), st.floats(-1e3, 1e3))
def test_fear_of_a_closing_window_is_bounded(own_later, their_later, balance):
    assert 0.0 <= motive(own_later, their_later, balance) <= 3.0


def test_arms_for_denial_deter_and_other_arms_do_not():
    def utility(denial, other):
        masses = np.array([denial, other])[None, :, None, None]
        weights, one = np.array([1.0, 0.0])[:, None, None], np.ones((1, 1))
        return fear_losses(0.0 * one, masses, one[None], weights, 50.0 * one, one)[0, 0]

    assert utility(100.0, 0.0) < utility(10.0, 0.0)
    assert utility(10.0, 100.0) == utility(10.0, 0.0)


# -- aftermath


def share_fleeing(held, lost, response=2.5):
    """Share of a community that flees a zone of which its side keeps `held` and loses `lost`."""
    people = np.ones((1, 1))
    readiness = flee_lost_land(people, response=response)
    books = ENTRIES["count_displaced"].function(people, readiness, held * people, lost * people, 0.0 * people[0])
    return float(books["fled"][0])


def test_losing_a_whole_zone_displaces_three_quarters_or_more():
    for response in (1.6, 2.5, 4.0):
        assert 0.75 <= share_fleeing(0.0, 1.0, response) <= 1.0


@given(shares, shares)
def test_those_who_flee_are_a_share_of_those_who_live_there(held, part):
    share = share_fleeing(held * (1.0 - part), held * part)
    assert 0.0 <= share <= 1.0
    assert share == 0.0 or part > 0.0


def test_a_loss_hurts_more_than_the_same_gain_heals():
    land, claim, nobody = np.array([[0.5]]), np.ones((1, 1)), np.zeros(1)
    hurt = mourn_losses(land, claim, nobody, nobody)
    healed = -take_heart_from_gains(land, claim, np.array([5.0]))
    assert hurt > healed > 0.0


def test_gains_never_ease_more_grievance_than_there_is():
    assert take_heart_from_gains(np.array([[1.0]]), np.array([[9.0]]), np.array([0.2])) == pytest.approx(-0.2)


def lesson(war_ends=1.0, war_gain=1.0, fighting=2.0, attacking=(1.0, 0.0)):
    """Change of record, (supplier, state): each of two states is armed by a supplier of its own."""
    side, one = np.array(attacking)[:, None], np.ones((1, 1))
    stock = np.zeros((3, 2, 2, 1))
    stock[0, :, 0] = stock[1, :, 1] = 10.0
    return learn_from_battle(
        np.zeros((2, 2, 1)), stock, stock[None, :, :, ::-1], side, side[None, ::-1], np.ones((1, 2, 1)),
        war_ends * one, war_gain * one, fighting * one,
    )[..., 0]  # fmt: skip


def test_without_the_end_of_a_war_of_ones_own_nothing_is_learned():
    assert not lesson(war_ends=0.0).any()
    assert not lesson(attacking=(0.0, 0.0)).any()


def test_a_won_war_speaks_for_the_arms_of_the_winner_in_the_eyes_of_both():
    gain = lesson(war_gain=1.0)
    assert (gain[0] > 0.0).all()
    assert (gain[1] < 0.0).all()


def test_a_failed_attack_speaks_for_the_arms_of_the_defender():
    gain = lesson(war_gain=0.0)
    assert (gain[0] < 0.0).all()
    assert (gain[1] > 0.0).all()


def test_a_limited_operation_teaches_less_than_a_campaign():
    assert (np.abs(lesson(fighting=1.0)) < np.abs(lesson(fighting=2.0))).all()


def test_who_is_cut_off_gives_up_the_likelier_the_worse_the_odds_and_nobody_else_does():
    runs = 2000
    one = np.ones((1, runs))
    luck = ((np.arange(runs) + 0.5) / runs)[None, None]

    def given_up(chance, regained=1.0, theirs=0.0):
        """Return in what share of runs an operation against the first of two own zones takes all of it."""
        both = np.ones((2, 1, runs))
        aim = np.stack([both, 0.0 * both], 1) * np.array([1.0, 0.0])[:, None, None, None]
        taken = ENTRIES["take_land"].function(
            one, aim, chance * both, both, both * np.array([0.0, regained])[:, None, None], both,
            np.full((1, 2, 1, runs), theirs), one[None], one, one, luck,
            operation_reach=0.05, surrender=0.5, encircled_from=0.3,
        )  # fmt: skip
        return (taken["taken_share"][0] == 1.0).mean()

    assert given_up(0.9) == pytest.approx(0.5 * 0.81, abs=1e-3)
    assert given_up(0.6) == pytest.approx(0.5 * 0.36, abs=1e-3)
    assert given_up(0.9, regained=0.0) == given_up(0.9, theirs=1.0) == 0.0
