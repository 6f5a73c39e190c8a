"""Where theory has an answer in closed form, the model gives it."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import expm
from worlds import altered, assumed

import sim
from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.scenario.census import warnings

# -- Richardson's two nations


def race(scenario):
    """Return reactions and fatigues as a matrix, resentments and opening spending of two states."""
    own = [
        {
            name: (state.parameters[f"match_rival_linearly.{name}"].value)
            for name in ("reaction", "fatigue", "resentment")
        }
        for state in scenario.states.values()
    ]
    matrix = np.array([[-own[0]["fatigue"], own[0]["reaction"]], [own[1]["reaction"], -own[1]["fatigue"]]])
    opening = np.array([state.quantities["milex"].value for state in scenario.states.values()])
    return matrix, np.array([one["resentment"] for one in own]), opening


def path(shot):
    """Return ``(step, state)`` spending, the same in all runs."""
    milex = shot["milex"]
    assert np.ptp(milex, axis=-1).max() == 0.0, "there is no luck in a textbook race"
    return milex[..., 0]


def solution(scenario, times):
    """Return ``(time, state)`` spending by the matrix exponential."""
    matrix, resentment, opening = race(scenario)
    rest = -np.linalg.solve(matrix, resentment)
    return np.array([rest + expm(matrix * t) @ (opening - rest) for t in times])


def test_the_race_settles_at_richardsons_equilibrium(richardson, film):
    long = altered(richardson, end="2099-12")
    matrix, resentment, opening = race(long)
    rest = -np.linalg.solve(matrix, resentment)
    assert (np.abs(opening / rest - 1.0) > 0.1).all(), "it starts somewhere else"
    np.testing.assert_allclose(path(film(long, "milex"))[-1], rest, rtol=1e-6)


def test_the_race_follows_the_exponential_of_its_matrix_within_the_step(richardson, film):
    five_years = altered(richardson, end="2004-12")
    gaps = []
    for steps in (12, 24, 48):
        found = path(film(altered(five_years, steps_per_year=steps), "milex"))
        expected = solution(five_years, np.arange(1, 5 * steps + 1) / steps)
        gaps.append(np.abs(found / expected - 1.0).max())
    assert gaps[0] < 0.05
    for coarse, fine in pairwise(gaps):  # of first order: half the step, half the error
        assert 0.4 < fine / coarse < 0.6


UNSTABLE = {"match_rival_linearly.reaction": 0.8}  # above both fatigues


def test_a_race_beyond_richardsons_condition_has_no_level_and_check_says_so(richardson, film):
    assert not list(warnings(richardson))
    wild = altered(richardson, actors={"north": UNSTABLE, "south": UNSTABLE})
    matrix, _, _ = race(wild)
    assert np.linalg.eigvals(matrix).real.max() > 0.0
    assert any("no stable level" in text for text in warnings(wild))
    milex = path(film(wild, "milex"))
    growth = np.log(milex[-1] / milex[-13])
    np.testing.assert_allclose(growth, np.linalg.eigvals(matrix).real.max(), rtol=0.05)


def test_richardsons_condition_is_where_the_warning_begins(richardson):
    north, south = (s.parameters["match_rival_linearly.fatigue"].value for s in richardson.states.values())
    at_the_edge = np.sqrt(north * south)
    for factor, warned in ((0.99, False), (1.01, True)):
        reaction = {"match_rival_linearly.reaction": at_the_edge * factor}
        found = list(warnings(altered(richardson, actors={"north": reaction, "south": reaction})))
        assert bool(found) == warned


# -- the logarithmic race


@pytest.fixture(scope="module")
def logarithmic(richardson):
    """Two states with a lasting reason of their own: output doubled here, halved there, in the second year."""

    def arrange(north, south, end="2069-12", outputs=(2.0, 0.5)):
        states = {}
        for (key, state), reaction, factor in zip(richardson.states.items(), (north, south), outputs, strict=True):
            later = dict.fromkeys(range(2001, 2100), 1e5 * factor)
            output = assumed(1e5).model_copy(update={"by_year": {2000: 1e5, **later}})
            states[key] = state.model_copy(
                update={
                    "rules": [
                        "answer_the_rival", "adjust_spending_gradually", "keep_pace_with_economy",
                        "grow_economy",
                    ],
                    "parameters": {
                        "answer_the_rival.reaction": assumed(reaction),
                        "keep_pace_with_economy.elasticity": assumed(0.5),
                    },
                    "quantities": {**state.quantities, "gdp": output},
                }
            )  # fmt: skip
        return altered(richardson, states=states, end=end)

    return arrange


@pytest.mark.parametrize("reactions", [(0.6, 0.3), (0.9, 0.9), (0.0, 0.5)])
def test_the_logarithmic_race_settles_where_its_elasticities_say(logarithmic, film, reactions):
    r = np.array(reactions)
    milex = path(film(logarithmic(*reactions), "milex"))
    a = 0.5 * np.log([2.0, 0.5])  # own reasons, as deviations from the opening
    rest = (a + r * a[::-1]) / (1.0 - r.prod())
    np.testing.assert_allclose(np.log(milex[-1] / milex[0]), rest, atol=0.02 if r.prod() > 0.5 else 1e-6)


def test_without_a_reason_of_its_own_a_logarithmic_race_stays_at_the_opening(logarithmic, film):
    milex = path(film(logarithmic(0.6, 0.3, end="2000-12"), "milex"))
    np.testing.assert_allclose(milex, milex[[0]].repeat(len(milex), 0), rtol=1e-9)


def test_a_logarithmic_race_with_elasticities_above_one_runs_away_and_check_says_so(logarithmic, film):
    calm, wild = logarithmic(0.6, 0.3), logarithmic(1.2, 1.1, end="2039-12", outputs=(2.0, 2.0))
    assert not any("no stable level" in text for text in warnings(calm))
    assert any("no stable level" in text for text in warnings(wild))
    risen = np.log(path(film(wild, "milex"))[[0, 239, 359, 479]])
    decades = np.diff(risen, axis=0)[1:]
    assert (decades[1] > 1.2 * decades[0]).all(), "each decade adds more than the one before"


# -- clashes and tension


def default(mechanism, parameter):
    """Return the default of a parameter."""
    found = CATALOGUE[mechanism] if mechanism in CATALOGUE else ENTRIES[mechanism]
    return float(found.parameters[parameter])


@pytest.mark.parametrize("tension", [0.0, 1.0, 3.0])
def test_a_clash_leads_to_less_than_one_further_clash_tension_included(tension):
    directly = default("settle_tension", "branching")
    base, response = (default("clash_along_the_line", name) for name in ("base", "response"))
    raised = default("let_clashes_raise_tension", "weight") * directly / default("settle_tension", "calming")
    by_tension = raised * base * response * np.exp(response * tension)
    assert directly + by_tension < 0.8


def test_clashes_settle_at_the_rate_of_a_branching_process(richardson, film):
    rules = ["clash_along_the_line"]
    region = richardson.region.model_copy(update={"rules": rules, "quantities": {"tension": assumed(0.0)}})
    shot = film(richardson.model_copy(update={"region": region}), "clashes", "tension")
    assert not shot["tension"].any()
    found = shot["clashes"][60:].mean() * 12
    expected = default("clash_along_the_line", "base") / (1.0 - default("settle_tension", "branching"))
    assert found == pytest.approx(expected, rel=0.1)


def test_the_shipped_scenarios_have_stable_races(hindcast, richardson):
    for scenario in (hindcast, richardson):
        assert not any("no stable level" in text for text in warnings(scenario))
    assert sim.load("richardson").digest() == richardson.digest()
