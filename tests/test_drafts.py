"""What a drafted rivalry promises, in sentences."""

import csv
import shutil

import numpy as np
import pytest

import sim
from sim.drafts.imports import imports
from sim.drafts.rivalry import draft_rivalry
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.observed import panel
from sim.scenario.census import warnings
from sim.scenario.check import load
from sim.scenario.document import DocumentError
from sim.scenario.initial import opening

FEW = [("DZA", "MAR", 1990), ("ARM", "AZE", 2010), ("IRN", "IRQ", 2010), ("SGP", "GRC", 1995), ("RUS", "UKR", 2000)]
USUAL = ("usable years", "the last usable spending")


@pytest.fixture(scope="module")
def maghreb(tmp_path_factory):
    file = tmp_path_factory.mktemp("draft") / "maghreb.yaml"
    sim.new_rivalry("DZA", "MAR", 1990, 1999, file)
    return file


def plays(scenario):
    """Whether a block of runs goes through without one that breaks."""
    data = sim.sweep(scenario, 256, kept_paths=0)
    return bool(np.isfinite(data["final_balance"]).all())


def test_a_draft_is_checked_clean_and_is_the_scenario_without_a_file(maghreb):
    scenario = load(maghreb)
    assert scenario.digest() == draft_rivalry("DZA", "MAR", 1990, 1999).digest()
    assert not list(warnings(scenario))
    assert scenario.as_of == scenario.start == "1990-01"


@pytest.mark.parametrize(("a", "b", "start"), FEW)
def test_a_draft_of_any_two_states_is_clean_and_plays(tmp_path, a, b, start):
    sim.new_rivalry(a, b, start, start + 4, tmp_path / "draft.yaml")
    assert not list(warnings(load(tmp_path / "draft.yaml")))
    assert plays(tmp_path / "draft.yaml")


def test_what_is_expected_is_as_much_as_lately_and_a_quarter_goes_as_all_exports_do():
    record = imports("MAR", 2000)
    lately, expected = record.by_supplier(5), record.expected({"Utopia": 3.0, "France": 1.0})
    assert sum(expected.values()) == pytest.approx(sum(lately.values()))
    assert expected["Utopia"] == pytest.approx(0.75 / 4 * sum(lately.values()))
    assert imports("MAR", 2000).expected({"France": 1.0}).keys() >= record.by_supplier(10).keys()
    scenario = draft_rivalry("DZA", "MAR", 2000, 2004)
    booked = scenario.states["morocco"].quantities["order_book"].values
    assert sum(supplier not in scenario.states["morocco"].quantities["recent_order"].values for supplier in booked) >= 3


def test_what_is_on_order_stays_with_who_has_to_deliver_it_where_places_are_few():
    scenario = draft_rivalry("IND", "PAK", 2000, 2004)
    position = opening(scenario)
    money = scenario.states["pakistan"].quantities["order_book"].values
    assert len(money) * len(position.labels["weapon"]) > len(position.labels["contract"])
    ordered = dict(zip(position.labels["origin"], position.arrays["on_order"][:, 1, 0], strict=True))
    assert {origin for origin, volume in ordered.items() if volume > 0.0} == set(money)
    price = {key: scenario.suppliers[key].quantities["price"].value for key in money}
    for supplier, value in money.items():
        assert ordered[supplier] == pytest.approx(value / price[supplier], rel=1e-6)
    place = position.arrays["contract_place"][:, 1, 0] // len(position.labels["weapon"])
    volume = position.arrays["contract_volume"][:, 1, 0]
    for number, origin in enumerate(position.labels["origin"]):
        assert volume[place == number].sum() == pytest.approx(ordered[origin])


@pytest.mark.slow
@pytest.mark.parametrize(("place", "start"), list(enumerate([1990, 2005, 2015])))
def test_every_rivalry_of_the_panel_is_drafted_or_refused_in_a_sentence(tmp_path, place, start):
    refused, tried = [], panel.rivalries()[place::3]
    for rivalry in tried:
        try:
            sim.new_rivalry(rivalry.a, rivalry.b, start, start + 1, tmp_path / "draft.yaml", force=True)
        except Mistake as mistake:
            refused.append(str(mistake))
            continue
        assert plays(tmp_path / "draft.yaml"), rivalry
    assert all(any(reason in told for reason in USUAL) for told in refused)
    assert len(tried) - len(refused) >= 4


def test_nothing_of_the_opening_year_or_later_decides_a_draft(tmp_path):
    for name, column in (("spending", "milex_usd2023_m"), ("deliveries", "tiv_m"), ("exports", "tiv_exports_m")):
        rows = [row | ({column: "9999.9"} if int(row["year"]) >= 2000 else {}) for row in panel.rows(name)]
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    assert draft_rivalry("IND", "PAK", 2000, 2004, tables=tmp_path) == draft_rivalry("IND", "PAK", 2000, 2004)
    assert draft_rivalry("IND", "PAK", 2001, 2005, tables=tmp_path) != draft_rivalry("IND", "PAK", 2001, 2005)


def test_later_output_stands_by_year_and_is_not_given_unless_asked_for():
    scenario = draft_rivalry("DZA", "MAR", 1990, 1994)
    given = scenario.model_copy(update={"given_later": ["output"]})
    later = scenario.states["algeria"].quantities["gdp"].by_year
    assert {year: round(value, -2) for year, value in panel.output("DZA").items() if year in range(1990, 1995)} == (
        pytest.approx(later, rel=1e-2)
    )
    drawn, known = (sim.sweep(one, 256, kept_paths=8)["gdp"].sel(state="algeria") for one in (scenario, given))
    assert float(drawn.isel(time=-1).std()) > 0.0
    assert float(known.isel(time=-1).std()) == pytest.approx(0.0, abs=1e-6)


def test_the_arsenal_is_what_is_left_of_recorded_deliveries():
    scenario = draft_rivalry("DZA", "MAR", 1990, 1994)
    none = dict.fromkeys(scenario.weapons.classes, 0.0)
    held = imports("DZA", 1990).left(none)
    assert sum(sum(parts.values()) for parts in held.values()) == pytest.approx(
        sum(line.tiv_m for line in panel.deliveries("DZA", before=1990))
    )
    state = scenario.states["algeria"]
    stated = [state.opening_arms, *state.opening_arms_from.values()]
    position = sim.scenario.initial.opening(scenario)
    assert position.arrays["stock"][:, :, 0].sum() == pytest.approx(sum(sum(arms.values.values()) for arms in stated))


def test_suppliers_have_their_names_of_the_time():
    assert "soviet_union" in draft_rivalry("IND", "PAK", 1990, 1994).suppliers
    later = draft_rivalry("IND", "PAK", 1995, 1999).suppliers
    assert "russia" in later
    assert "soviet_union" not in later


def test_closeness_follows_the_record():
    of_russia = draft_rivalry("IND", "PAK", 2000, 2004).suppliers["russia"].quantities
    assert of_russia["presence"].values["india"] == 1
    assert of_russia["affinity"].values["india"] > of_russia["affinity"].values["pakistan"]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (("SYR", "ISR", 1995, 1999), r"Syria \(SYR\) has 0 usable years .* before 1995, and 5 are needed"),
        (("SAU", "YEM", 2020, 2021), r"the last usable spending and output of Yemen \(YEM\) before 2020 are of 2014"),
        (("DZA", "MOR", 1990, 1999), "no state 'MOR'"),
        (("DZA", "DZA", 1990, 1999), "no rival of itself"),
        (("DZA", "MAR", 1999, 1990), "in order"),
        (("DZA", "MAR", 1960, 1990), "from 1975 on"),
    ],
)
def test_what_cannot_be_drafted_is_refused_in_a_sentence(asked, complaint):
    with pytest.raises(Mistake, match=complaint) as caught:
        sim.new_rivalry(*asked)
    assert "\n" not in str(caught.value)


def test_a_folder_without_tables_is_refused_and_a_file_is_not_replaced(tmp_path, maghreb):
    with pytest.raises(Mistake, match=r"no spending\.csv; `armsrace import sipri`"):
        sim.new_rivalry("DZA", "MAR", 1990, 1999, tables=tmp_path)
    shutil.copy(maghreb, tmp_path / "mine.yaml")
    with pytest.raises(Mistake, match="is there already"):
        sim.new_rivalry("DZA", "MAR", 1990, 1999, tmp_path / "mine.yaml")


def test_arms_by_supplier_are_of_suppliers_and_classes_that_there_are(tmp_path, maghreb):
    text = maghreb.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(
        text.replace("      soviet_union: {values:", "      atlantis: {values:", 1), "utf-8"
    )
    with pytest.raises(DocumentError, match=r"opening_arms_from.atlantis: unknown supplier 'atlantis'"):
        load(tmp_path / "a.yaml")


# -- something to fill in


def test_a_new_scenario_is_clean_and_plays(tmp_path):
    sim.new_scenario('A "race": of two', tmp_path / "mine.yaml")
    scenario = load(tmp_path / "mine.yaml")
    assert scenario.title == 'A "race": of two'
    assert not list(warnings(scenario))
    assert plays(tmp_path / "mine.yaml")


def test_a_new_experiment_is_checked_and_plays(tmp_path):
    sim.new_experiment("Which?", tmp_path / "mine.yaml")
    assert "3 points" in str(sim.check(tmp_path / "mine.yaml"))


@pytest.fixture
def rulebook():
    """What is filed in a test is out of the rulebook after it."""
    before = dict(CATALOGUE)
    yield
    for name in CATALOGUE.keys() - before.keys():
        CATALOGUE.pop(name)


def test_a_new_rule_is_read_and_followed(tmp_path, rulebook):
    sim.new_rule("spend_when_it_is_tense", tmp_path / "mine.py")
    sim.read_rules(tmp_path / "mine.py")
    text = "extends: south_asia_2000\nstates: {india: {rules: [standard, spend_when_it_is_tense]}}\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "mine.yaml").states["india"].rules[-1] == "spend_when_it_is_tense"


@pytest.mark.parametrize("name", ["Spend More", "class", "answer_the_rival"])
def test_what_cannot_be_the_name_of_a_rule_is_refused(name):
    with pytest.raises(Mistake, match=r"name of a rule|already"):
        sim.new_rule(name)
