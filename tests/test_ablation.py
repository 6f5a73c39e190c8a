"""Each rule switched off in turn: paired, sharp, and honest about what does nothing."""

import csv

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import altered

import sim
from sim.analysis import ablate
from sim.cli.main import app
from sim.model.mistakes import Mistake

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


def one(result, rule, measure):
    sub = result.sel(rule=rule)
    return sub.isel(outcome=int(np.flatnonzero(sub["measure"].values == measure)[0]))


@pytest.fixture(scope="module")
def whole(scenario):
    return sim.sweep(scenario, 64, seed=1, kept_paths=0).load()


@pytest.mark.parametrize("rule", RULES)
def test_a_difference_is_that_of_two_sweeps_of_the_same_runs(result, whole, scenario, rule):
    apart = sim.sweep(scenario, 64, seed=1, kept_paths=0, without=[rule]).load() - whole
    for measure, outcome in (
        ("balance at the end", "final_balance"),
        ("deaths", "deaths"),
        ("operations", "operations"),
    ):
        found, paired = one(result, rule, measure), apart[outcome].values
        assert np.isclose(found["baseline"], whole[outcome].mean())
        assert np.isclose(found["difference"], paired.mean())
        assert np.isclose(found["high"] - found["low"], 2 * 1.959964 * paired.std(ddof=1) / 8.0, rtol=1e-5)


def test_the_size_of_the_chunks_changes_nothing(race):
    few = ablate.ablate(race, 300, rules=["match_rival_linearly"], chunk_blocks=1)
    many = ablate.ablate(race, 300, rules=["match_rival_linearly"], chunk_blocks=2)
    for name in ("difference", "low", "high", "baseline"):
        assert np.allclose(few[name], many[name], rtol=1e-7, atol=1e-9), name


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


def test_families_of_outcomes_have_wider_intervals(result):
    family = result["family"].values
    outcomes = [ablate.Outcome("", "", "", str(name)) for name in family]
    width = ablate._widths(outcomes)
    assert np.allclose(width[family == "headline"], 1.959964)
    assert (width[family != "headline"] > 2.5).all()


def test_rows_hold_the_headlines_then_the_largest_share_and_stock(result):
    rows = ablate.rows(result)
    for rule in RULES:
        mine = [row for row in rows if row["rule"] == rule]
        assert [row["measure"] for row in mine[:5]] == [
            "balance at the end", "war probability", "operations", "deaths", "displaced",
        ]  # fmt: skip
        assert mine[-2]["measure"] == "supplier share"


def test_a_rule_that_nobody_follows_is_refused_with_a_hint():
    with pytest.raises(Mistake, match=r"strike_from_abov'.*strike_from_above"):
        ablate.ablate("south_caucasus_2010", 2, rules=["strike_from_abov"])


def test_one_run_has_no_interval():
    with pytest.raises(Mistake, match="at least 2"):
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
