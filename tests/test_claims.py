"""Every claim of the articles has a home, or an honest reason why it has none."""

import re
import sys
from pathlib import Path

import pytest

from sim import evidence, observed
from sim.cli import main
from sim.model.rule import CATALOGUE
from sim.scenario import claim_effects, claims
from sim.scenario.claims import homes
from sim.scenario.files import read_scenario, scenario_file, shipped_scenarios

ROOT = Path(__file__).parents[1]
CLAIMS = sorted(evidence.claims())


@pytest.fixture(scope="module")
def places():
    return homes()


@pytest.fixture
def said(places, capsys, monkeypatch):
    """Return what the command prints; the homes of all claims, for which all scenarios are read, are found once."""
    monkeypatch.setattr(claims, "homes", lambda: places)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["armsrace", *words])
        with pytest.raises(SystemExit) as end:
            main.main()
        return end.value.code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_has_a_home_or_a_reason_why_it_has_none(places, claim):
    found = places[claim]
    assert found, f"{claim} is carried by nothing; name it in a rule, a number or an event, or say why in claims.yaml"
    for home in found:
        assert home.kind in claims.KINDS
        assert len(home.says) > 10, home


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_claim_with_a_home_is_said_to_have_none(places, claim):
    kinds = {home.kind for home in places[claim]}
    assert "none" not in kinds or kinds == {"none"}, f"{claim} has a home now; remove its line from claims.yaml"


def test_the_homes_are_those_of_the_claims_of_the_articles(places):
    assert list(places) == CLAIMS


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.name)
def test_a_rule_carries_claims_that_exist_each_once(rule):
    assert set(rule.claims) <= set(CLAIMS)
    assert len(set(rule.claims)) == len(rule.claims)


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.name)
def test_a_rule_cites_the_articles_whose_claims_it_carries(rule):
    articles = {evidence.claims()[claim][0].key for claim in rule.claims}
    assert articles <= set(rule.evidence)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_numbers_and_events_of_a_scenario_carry_claims_that_exist(name):
    scenario, _ = read_scenario(name)
    named = [claim for _, figure in claims._figures(scenario) for claim in figure.claims]
    named += [claim for event in scenario.timeline for claim in event.claims]
    assert set(named) <= set(CLAIMS)


def test_every_written_claim_exists():
    assert set(claims._register()) <= set(CLAIMS)


def test_a_test_named_as_a_home_exists(places):
    named = [home.name for found in places.values() for home in found if home.kind == "test"]
    assert named
    for name in named:
        file, _, test = name.partition("::")
        assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), name


def test_a_rule_as_a_home_shows_its_sentence_and_formula(places):
    homes_of_rules = [home for found in places.values() for home in found if home.kind == "rule"]
    assert {home.name for home in homes_of_rules} == {rule.name for rule in CATALOGUE.values() if rule.claims}
    for home in homes_of_rules:
        assert home.says.endswith("."), home.name
        assert home.formula, home.name


def test_a_number_that_many_scenarios_share_is_one_home_of_the_scenario_it_comes_from(places):
    (law,) = [home for home in places["SF-40"] if home.name == "israel.export_law"]
    assert "extends:" not in scenario_file(law.scenario).read_text(encoding="utf-8")


def test_the_register_bears_out_that_germany_and_the_united_states_sold_azerbaijan_next_to_nothing():
    """Why claim SF-55 has no home."""
    arms = [d for d in observed.deliveries("AZE") if 2001 <= d.delivery_year <= 2020]
    west = sum(d.tiv_m for d in arms if d.supplier in ("DEU", "USA"))
    assert west < 0.03 * sum(d.tiv_m for d in arms)


# -- the command


def test_the_list_has_a_line_for_every_claim(said):
    code, out, _ = said("list", "claims")
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines] == CLAIMS
    shusha = next(line for line in lines if line.startswith("SF-44"))
    assert "forbes_turkey_azerbaijan_2021" in shusha
    assert "Shusha" in shusha


@pytest.mark.parametrize("words", [("SF-65",), ("claim", "SF-65"), ("sf-65",)])
def test_a_claim_is_shown_with_its_figures_article_and_homes(said, words):
    code, out, _ = said("show", *words)
    assert code == 0
    for part in ("120000 person", "CNN", "rule flee_lost_land", "response", "parameter armenia.residents"):
        assert part in out


def test_a_claim_without_a_home_is_shown_with_the_reason(said):
    _, out, _ = said("show", "SF-84")
    assert "no home: Context only" in out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("claim", "SF-930"), "there is no claim 'SF-930'"),
        (("rule", "expect_gain"), "show one thing at a time; remove 'rule'"),
        (("SF-93",), "there is no scenario, rule, quantity, source, claim or actor 'SF-93', did you mean"),
    ],
)
def test_what_cannot_be_shown_is_answered_in_one_sentence(said, words, complaint):
    code, out, err = said("show", *words)
    assert (code, out) == (2, "")
    assert err.startswith(complaint)
    assert len(err.splitlines()) == 1


def test_a_rule_is_shown_with_its_claims(said):
    _, out, _ = said("show", "settle_after_defeat")
    assert "claims: SF-43" in out


def test_a_written_entry_is_a_test_or_a_reason(monkeypatch, tmp_path):
    (tmp_path / "claims.yaml").write_text("SF-22: {because: nothing}\n", encoding="utf-8")
    monkeypatch.setattr(claims, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="SF-22: write 'test:' and 'says:', or 'why_not:'"):
        claims._register.__wrapped__()


# -- what claims do


TABLE = """claim,lever,scenario,outcome,of,sign,difference,low,high,unit,runs,seed
SF-05,french_surge,french_surge,final_balance,,down,0.2,0.1,0.3,log ratio,64,0
SF-05,without d,quo,deaths,,,-50,-55,-45,persons,64,0
SF-08,without a,quo,deaths,,,-5,-9,-1,persons,64,0
SF-08,without b,quo,deaths,,,-50,-55,-45,persons,64,0
SF-10,without c,quo,final_milex,armenia,,5,-1,11,US$2023 m per yr,64,0
"""


def test_an_effect_that_is_absent_or_reversed_is_not_carried(monkeypatch, tmp_path):
    (tmp_path / "claim_effects.csv").write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(claim_effects, "files", lambda package: tmp_path)
    monkeypatch.setattr(claim_effects, "effects", claim_effects.effects.__wrapped__)
    assert claim_effects.told("SF-05").startswith("not carried (french_surge: final_balance +0.2")
    assert claim_effects.told("SF-08") == "without b: deaths -50 (-55 to -45)"
    assert claim_effects.told("SF-10") == "not carried (without c: final_milex of armenia +5 (-1 to +11))"
    assert claim_effects.told("SF-11") == ""


def test_the_table_of_effects_has_every_claim_of_every_rule_and_nothing_else():
    measured = {(claim, effect.lever) for claim, found in claim_effects.effects().items() for effect in found}
    of_rules = {(claim, f"without {rule.name}") for rule in CATALOGUE.values() for claim in rule.claims}
    of_outlooks = {(claim, name) for name in shipped_scenarios() for one in read_scenario(name)[0].expects
                   for claim in one.claims}  # fmt: skip
    assert measured == of_rules | of_outlooks, "run experiments/claim_effects.py anew"
