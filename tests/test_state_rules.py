"""State-side rules move what their cards say, in the direction they say."""

import numpy as np
import pytest
from worlds import altered

from sim.model.accounting import ENTRIES
from sim.model.rules.align.turn_from_failed_patron import NEVER, turn_from_failed_patron
from sim.scenario.initial import opening

EVERYWHERE = {"karabakh": 1.0, "districts": 1.0, "syunik": 1.0}


def steadfast(scenario, log_odds):
    """Return a scenario in which Armenia's treaty covers all it holds, with a patron trusted fully."""
    covered = {"treaty_cover": EVERYWHERE, "patron_credibility": 1.0}
    shorter = altered(
        scenario, end="2019-12", actors={"armenia": covered}, parameters={"weigh_treaty_duty.base": log_odds}
    )
    return altered(shorter, timeline=[event for event in shorter.timeline if "patron_credibility" not in event.set])


def campaign_months(shot):
    """Months of campaigns per run."""
    return (shot["fought"] == 2.0).sum(0).mean()


# -- alliance (R16)


def begun(shot, scale):
    """Operations (0) or campaigns (1) begun per run."""
    return ((shot["war_begins"] > 0.0) & (shot["fought"] == 1.0 + scale)).sum(0).mean()


def test_a_patron_sure_to_answer_makes_war_rare_where_its_treaty_applies(hindcast, film):
    watched = ("war_begins", "fought", "calls_made", "calls_honoured", "patron_record")
    as_it_is = film(altered(hindcast, end="2019-12"), *watched)
    sure, never = (film(steadfast(hindcast, odds), *watched, blocks=4) for odds in (20.0, -20.0))
    assert begun(sure, 1) < 0.3 * begun(as_it_is, 1)
    assert begun(sure, 0) < 0.7 * begun(as_it_is, 0), "limited operations meet only part of the pact"
    assert begun(sure, 1) < begun(never, 1), "a broken word frees the hand"
    assert campaign_months(sure) < campaign_months(never), "what war there is ends sooner"
    called = sure.of("calls_made", "armenia")[-1]
    np.testing.assert_array_equal(sure.of("calls_honoured", "armenia")[-1], called)
    assert (sure.of("patron_record", "armenia") == 1.0).all()
    assert not never.of("calls_honoured", "armenia").any()
    let_down = never.of("calls_made", "armenia")[-1] > 0.0
    assert (never.of("patron_record", "armenia")[-1, let_down] < 1.0).all()


def call(cover, answered, record=1.0):
    """One state of two is attacked in the only zone there is; return what the books say."""
    one, two = np.ones((1, 1)), np.array([[0.0], [1.0]])
    score = np.full((1, 2, 1), 60.0 if answered else -60.0)
    booked = ENTRIES["call_patron"].function(
        cover * np.ones((1, 2, 1)), np.ones((1, 2, 1)), score, two[None], np.ones((1, 1, 2, 2, 1)) / 2.0,
        np.ones((1, 2, 1)), one, 0.0 * two, 0.0 * two, record + 0.0 * two, one / 12.0, np.full((1, 2, 1), 0.5),
        learning=0.35, memory=1e9,
    )  # fmt: skip
    return {name: array[:, 0].round(6).tolist() for name, array in booked.items()}


def test_a_call_counts_as_far_as_the_treaty_covers_the_land():
    assert call(0.1, answered=False)["calls_made"] == [0.0, 0.1]
    assert call(1.0, answered=False)["patron_record"] == [1.0, 0.65]
    assert call(0.1, answered=False)["patron_record"] == [1.0, 0.965]
    assert call(1.0, answered=True, record=0.5)["patron_record"] == [0.5, 0.675]
    assert call(0.0, answered=True)["patron_help"] == [0.0, 0.0], "no treaty, no call"


# -- realignment (R17)


def test_without_disappointment_failed_calls_do_not_drive_a_client_away():
    failed = np.array([0.0, 1.0, 3.0])
    assert np.ptp(turn_from_failed_patron(failed, np.zeros(3), disappointment=0.0)) == 0.0
    rates = np.exp(turn_from_failed_patron(failed, np.zeros(3)) + NEVER)
    assert (np.diff(rates) > 0.0).all()
    np.testing.assert_allclose(turn_from_failed_patron(failed, failed) + NEVER, np.log(0.02))


def test_a_client_moves_one_rung_at_a_time_and_no_further_than_out():
    def rungs(rung, hazard):
        moved = ENTRIES["settle_alignment"].function(
            np.full((1, 1), rung), np.full((1, 1), hazard), np.ones((1, 1)) / 12.0, np.full((1, 1, 1), 0.5)
        )
        return float(moved["rung"][0, 0])

    assert [rungs(0.0, 5.0), rungs(3.0, 5.0), rungs(1.0, -30.0)] == [1.0, 3.0, 1.0]


def test_a_client_abandoned_buys_less_from_its_ally(hindcast, film):
    scenario = altered(hindcast, end="2019-12")
    out = altered(scenario, actors={"armenia": {"rung": 3.0}})
    russia = opening(scenario).labels["supplier"].index("russia")
    near, far = (film(s, "recent_order").of("recent_order", "armenia")[-1, russia] for s in (scenario, out))
    assert far.mean() < 0.85 * near.mean(), "though there is hardly anybody else to buy from"


# -- security dilemma (R06)


def test_a_threat_leaves_the_opening_year_alone(hindcast, film):
    short = altered(hindcast, end="2011-12")
    with_it, without = (film(short, "milex", without=w)["milex"] for w in ((), ("arm_against_a_threat",)))
    np.testing.assert_array_equal(with_it[:12], without[:12])
    assert (with_it[-1] != without[-1]).any()


def test_if_purposes_were_plain_arming_would_breed_no_suspicion(hindcast, film):
    short = altered(hindcast, end="2014-12")
    plain = film(altered(short, parameters={"suspect_fast_arming.clarity": 1.0}), "suspicion")
    without = film(short, "suspicion", without=["suspect_fast_arming"])
    np.testing.assert_allclose(plain["suspicion"], without["suspicion"], atol=1e-12)
    murky = film(altered(short, parameters={"suspect_fast_arming.clarity": 0.1}), "suspicion")
    assert np.abs(murky["suspicion"]).mean() > np.abs(plain["suspicion"]).mean()


# -- mixed origins (R21) and training (R23)


def test_mixed_origins_cost_azerbaijan_strength_and_armenia_next_to_none(hindcast, film):
    cohesion = film(altered(hindcast, end="2020-08"), "cohesion")
    azerbaijan, armenia = (cohesion.of("cohesion", key)[-1] for key in ("azerbaijan", "armenia"))
    assert 0.85 < azerbaijan.mean() < 0.97
    assert armenia.mean() > 0.98


def test_exercises_are_learnt_from_and_forgotten(hindcast, film):
    watched = film(altered(hindcast, end="2024-12"), "interoperability").of("interoperability", "azerbaijan")[:, 0]
    assert watched[-1] > watched[119] + 0.1, "more exercises since late 2020"
    idle = altered(hindcast, end="2019-12", actors={"azerbaijan": {"exercises_per_year": 0.0}})
    left = film(idle, "interoperability").of("interoperability", "azerbaijan")[:, 0]
    np.testing.assert_allclose(left[23], 0.3 / 2.0, rtol=1e-6, err_msg="half-life of two years")


def trained(arrived, held=100.0, years=0.0, fresh=0.2):
    """Skill with one class after a delivery to a force that knew its arms, and some years of training."""
    booked = ENTRIES["train_crews"].function(
        np.ones((1, 1, 1)), np.full((1, 1, 1), held), np.full((1, 1, 1, 1), held + arrived), np.ones((1, 1, 1)),
        np.zeros((1, 1, 1)), np.full((1, 1), years), fresh=fresh,
    )  # fmt: skip
    return float(booked["absorption"][0, 0, 0])


def test_new_arms_dilute_skill_until_crews_are_trained():
    assert trained(0.0) == 1.0
    assert trained(100.0) == pytest.approx(0.6)
    assert trained(100.0, years=1.0) == pytest.approx(1.0 - 0.4 * np.exp(-1.0))
    assert trained(100.0, fresh=1.0) == 1.0, "no training needed"
    assert trained(-50.0) == 1.0, "losses teach nothing and dilute nothing"
