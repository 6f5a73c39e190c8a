"""Each rule switched off in turn: paired, sharp, and honest about what does nothing."""

import csv

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner
from worlds import altered

import sim
from sim.analysis import ablate
from sim.analysis.compare import compare
from sim.cli.main import app
from sim.engine.ensemble import play
from sim.model.mistakes import Mistake
from sim.scenario.initial import opening

RULES = ("strike_from_above", "await_the_season")


@pytest.fixture(scope="module")
def scenario(hindcast):
    """Three years: the rules that are switched off here show in the first."""
    return altered(hindcast, end="2012-12")


@pytest.fixture(scope="module")
def race(richardson):
    return altered(richardson, end="2002-12")


@pytest.fixture(scope="module")
def result(scenario):
    return ablate.ablate(scenario, 64, seed=1, rules=RULES)


@pytest.fixture(scope="module")
def whole(scenario):
    return sim.sweep(scenario, 64, seed=1, kept_paths=64).load()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_left_out_is_a_comparison_of_two_sweeps_to_the_last_digit(result, whole, scenario, rule):
    compared = compare(whole, sim.sweep(scenario, 64, seed=1, kept_paths=64, without=[rule]))
    left_out, missing = result.sel(rule=rule), set(compared["measure"].values) - set(result["measure"].values)
    assert not missing
    assert compared.sizes["measure"] > 20
    found = left_out.sel(measure=compared["measure"].values)
    for name in ("difference", "low", "high", "standardised"):
        np.testing.assert_array_equal(found[name].values, compared[name].values, err_msg=name)
    np.testing.assert_allclose(found["baseline"], compared["value"].sel(case="a"))


def test_the_interval_is_wider_than_two_standard_errors_where_few_pairs_differ(scenario, whole):
    """What decorative rests on: that few runs differ bounds what a rule does, and does not measure it."""
    found = ablate.ablate(scenario, 64, seed=1, rules=["trade_passage_for_peace"]).isel(rule=0)
    apart = sim.sweep(scenario, 64, seed=1, kept_paths=0, without=["trade_passage_for_peace"]).load()
    pairs = (apart["campaigns"] - whole["campaigns"]).values
    assert np.count_nonzero(pairs) < 10
    campaigns = found.sel(measure="campaigns")
    assert campaigns["high"] - campaigns["low"] > 2 * 1.96 * pairs.std(ddof=1) / 8.0


def test_a_run_that_breaks_is_left_out_of_the_pairs(scenario, monkeypatch):
    usual = ablate.Watchman.__call__

    def stern(self, game):
        usual(self, game)
        self.sound[[3, 7]] = False

    rule, kept = "await_the_season", np.delete(np.arange(64), [3, 7])
    both = [sim.sweep(scenario, 64, seed=1, kept_paths=0, without=out).isel(run=kept) for out in ((), (rule,))]
    compared = compare(*both).sel(measure="deaths")
    monkeypatch.setattr(ablate.Watchman, "__call__", stern)
    found = ablate.ablate(scenario, 64, seed=1, rules=[rule]).isel(rule=0).sel(measure="deaths")
    np.testing.assert_array_equal(found["low"], compared["low"])


def test_the_size_of_the_chunks_changes_nothing(race):
    few = ablate.ablate(race, 300, rules=["match_rival_linearly"], chunk_blocks=1)
    many = ablate.ablate(race, 300, rules=["match_rival_linearly"], chunk_blocks=2)
    for name in ("difference", "low", "high", "baseline"):
        np.testing.assert_allclose(few[name], many[name], rtol=1e-7, atol=1e-9, err_msg=name)


def test_a_rule_that_matters_is_not_decorative(result):
    assert not bool(result["decorative"].sel(rule="strike_from_above"))
    assert float(result["changed_runs"].sel(rule="strike_from_above")) == 1.0


def test_a_rule_of_no_weight_is_decorative_and_changes_no_run(scenario):
    weightless = altered(scenario, parameters={"act_under_tension.weight": 0.0})
    found = ablate.ablate(weightless, 64, rules=["act_under_tension"])
    assert bool(found["decorative"][0])
    assert float(found["changed_runs"][0]) == 0.0
    assert float(np.abs(found["difference"]).max()) == 0.0


def test_all_followed_rules_are_switched_off_unless_named(race):
    found = ablate.ablate(race, 2)
    followed = {name for _, _, actor in race.actors() for name in actor.rules}
    assert set(found["rule"].values) == followed


def test_a_family_is_judged_at_a_level_at_which_it_holds_together(result):
    excluded = (result["low"] > 0) | (result["high"] < 0)
    main = result["family"].values == "main"
    np.testing.assert_array_equal(result["clear"][:, main], excluded[:, main])
    assert not (result["clear"] & ~excluded).any()
    assert (~result["clear"] & excluded).any(), "a family is judged as each of its measures alone"
    one = result.sel(rule="await_the_season")
    for name in ("share", "other"):
        part = one.sel(measure=one["measure"][(one["family"] == name).values])
        level = stats.t.ppf(1 - 0.025 / part.sizes["measure"], 63) / stats.t.ppf(0.975, 63)
        far = np.abs(part["difference"]) > level * (part["high"] - part["low"]) / 2
        of_means = (part["difference"] != 0) & excluded.sel(rule="await_the_season", measure=part["measure"])
        np.testing.assert_array_equal(part["clear"][of_means], far[of_means])


def test_rows_hold_what_is_main_then_the_largest_share_and_stock(result):
    rows = ablate.ablation_rows(result)
    for rule in RULES:
        mine = [row for row in rows if row["rule"] == rule]
        assert [row["measure"] for row in mine[:-2]] == [
            "war_probability", "operations", "deaths", "displaced", "final_balance", "final_milex", "final_milex",
        ]  # fmt: skip
        assert mine[-2]["measure"] == "supplier_share"


def test_a_rule_that_nobody_follows_is_refused_with_a_hint():
    with pytest.raises(Mistake, match=r"strike_from_abov'.*strike_from_above"):
        ablate.ablate("south_caucasus_2010", 2, rules=["strike_from_abov"])


def test_one_run_has_no_interval():
    with pytest.raises(Mistake, match="runs: write 2 or more, not 1"):
        ablate.ablate("south_caucasus_2010", 1)


def test_the_command_prints_a_table_and_writes_all_rows(tmp_path):
    out = tmp_path / "rules.csv"
    done = CliRunner().invoke(
        app,
        ["ablate", "south_caucasus_2010", "--runs", "64", "--rule", "await_the_season", "--out", str(out)],
    )
    assert done.exit_code == 0, done.output
    assert "await_the_season" in done.output
    assert "decorative in this scenario" in done.output
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert {row["rule"] for row in rows} == {"await_the_season"}
    assert {"difference", "low", "high", "decorative"} <= set(rows[0])


# -- a rule held at its mean


def test_a_rule_held_keeps_its_level_and_loses_what_it_knows(scenario):
    position = opening(scenario, 1)
    means = ablate.Means({"await_the_season"})
    play(position, (0,), lambda game: None, means.ask)
    seasons = [position.changes[step]["season"].item() for step in range(position.steps)]
    seen = []

    def ask(game, phase):
        terms = means.holding("await_the_season")(game, phase)
        seen.extend(term for rule, term in terms.get("attack_score", ()) if rule.name == "await_the_season")
        return terms

    play(position, (0,), lambda game: None, ask)
    assert len(seen) == position.steps
    assert np.allclose([np.unique(term) for term in seen], np.mean(seasons))


def test_a_rule_that_never_differs_is_held_without_effect_though_it_is_missed(scenario):
    steady = altered(scenario, parameters={"await_the_season.weight": 0.0})
    found = ablate.ablate(steady, 64, seed=1, rules=["await_the_season"], hold=True)
    assert found["changed_runs"] == 0.0
    assert found.attrs["held"] == 1
    known = ablate.ablate(scenario, 64, seed=1, rules=["await_the_season"], hold=True)
    assert known["changed_runs"] > 0.0
