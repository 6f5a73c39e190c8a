"""What the observed series and the perpetual inventory promise, in sentences."""

import csv
import dataclasses
import re
from pathlib import Path
from statistics import geometric_mean

import numpy as np
import pytest

from sim import evidence, observed
from sim.observed import arsenal

FOLDER = Path(observed.__file__).parent
TABLES = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.csv"))
RIVALS = ("ARM", "AZE")
WEAPONS = (
    "armour",
    "anti_armour",
    "artillery",
    "long_range_strike",
    "drones",
    "air_defence",
    "aircraft",
    "naval",
    "sensors",
)
CODES = {"ISR": "israel", "TUR": "turkey", "RUS": "russia"}
ORIGINS = ("israel", "turkey", "russia", "legacy", "home", "other")
LEGACY = {"armour": 200.0, "artillery": 50.0, "air_defence": 50.0}


def decay(rate):
    return dict.fromkeys(WEAPONS, rate)


def stock(recipient, year, rate, legacy=LEGACY, **keywords):
    return arsenal.opening_stock(recipient, year, ORIGINS, WEAPONS, decay(rate), CODES, legacy, **keywords)


def order_book(recipient, year, origins=ORIGINS):
    return arsenal.open_orders(recipient, year, origins, WEAPONS, CODES)


def imported(supplier, recipient, first, last):
    recorded = arsenal.recorded_by_supplier(recipient, range(first, last + 1))
    return sum(tiv for (_, name), tiv in recorded.items() if supplier in (None, name))


# Sources


def test_every_table_names_its_sources_and_every_named_table_exists():
    assert sorted(observed._origins()) == TABLES


def test_every_source_of_a_table_is_in_the_register():
    keys = {key for table in TABLES for key in observed.file_sources(table)}
    assert keys <= set(evidence.sources())


def test_every_source_of_an_event_is_in_the_register():
    keys = {key for event in observed.events() for key in event.source_keys}
    assert keys <= set(evidence.sources())


def test_every_fact_an_event_cites_is_in_the_register_of_facts():
    facts = {fact.fact_id for fact in observed.known_facts()}
    cited = {fact for event in observed.events() for fact in re.findall(r"F\d{3}", event.source)}
    assert len(cited) >= 6
    assert cited <= facts


def test_a_fact_knows_its_months_and_whether_it_is_a_number():
    facts = {fact.fact_id: fact for fact in observed.known_facts()}
    for fact_id, months in {"F027": 87, "F037": 1, "F046": 60, "F071": 12, "F075": 1, "F023": 1, "F045": 48}.items():
        assert len(facts[fact_id].months) == months, fact_id
    assert divmod(facts["F023"].months[-1], 12) == (2016, 11)
    assert facts["F071"].number == 3825.0
    with pytest.raises(ValueError, match="could not convert"):
        facts["F040"].number  # noqa: B018
    with pytest.raises(dataclasses.FrozenInstanceError):
        facts["F071"].value = "1"


def test_tables_and_register_ask_for_the_same_credit():
    lines = " ".join(observed.credits())
    for name in ("SIPRI", "UCDP", "World Bank", "Energy Information", "Correlates of War", "Voeten"):
        assert name in lines


def test_credit_lines_are_not_repeated():
    assert len(set(observed.credits())) == len(observed.credits())


# Held back


@pytest.mark.parametrize("state", RIVALS)
def test_spending_of_the_rivals_after_2021_is_held_back(state):
    for column in ("milex_usd2023_m", "milex_pct_gdp", "milex_usd_current_m", "milex_usd2023_m_excl_special"):
        series = observed.annual("military_expenditure", column, state)
        assert max(series, default=2021) == 2021


def test_deliveries_and_orders_after_2021_are_held_back():
    for recipient in RIVALS:
        assert max(line.delivery_year for line in observed.deliveries(recipient)) <= 2021
        assert max(line.order_year for line in observed.deliveries(recipient)) <= 2021


def test_exports_after_2021_are_held_back():
    assert {int(row["year"]) for row in observed._rows("arms_exports_total")} == set(range(1992, 2022))


# Recorded shares


def test_israel_is_two_thirds_of_azerbaijani_imports_2016_to_2020():
    share = imported("ISR", "AZE", 2016, 2020) / imported(None, "AZE", 2016, 2020)
    assert share == pytest.approx(0.677, abs=5e-4)


def test_israel_is_three_fifths_of_azerbaijani_imports_2017_to_2020():
    share = imported("ISR", "AZE", 2017, 2020) / imported(None, "AZE", 2017, 2020)
    assert share == pytest.approx(0.593, abs=5e-4)


@pytest.mark.parametrize(("last", "share"), [(2020, 0.144), (2021, 0.117)])
def test_the_azerbaijani_share_of_israeli_exports_depends_on_the_window(last, share):
    total = sum(tiv for year, tiv in observed.exports("ISR").items() if 2017 <= year <= last)
    assert imported("ISR", "AZE", 2017, last) / total == pytest.approx(share, abs=5e-4)


def test_no_supplier_sends_the_rivals_more_than_it_exports():
    for supplier in ("ISR", "TUR", "RUS", "UKR", "BLR"):
        exports = observed.exports(supplier)
        for first in range(1995, 2017, 5):
            sent = sum(imported(supplier, recipient, first, first + 4) for recipient in RIVALS)
            assert sent <= sum(exports.get(year, 0.0) for year in range(first, first + 5))


def test_a_supplier_year_that_is_absent_is_zero_recorded_as_far_as_the_table_goes():
    recorded = {int(r["year"]) for r in observed._rows("arms_exports_total") if r["supplier"] == "PAK"}
    assert set(range(2010, 2016)).isdisjoint(recorded)
    exports = observed.exports("PAK")
    assert sorted(exports) == list(range(1992, 2022)), "zero on record, but nothing said of years that are held back"
    assert {year for year, volume in exports.items() if volume == 0.0} == set(exports) - recorded
    assert min(observed.exports_to_others("TUR", RIVALS).values()) == 0.0, "of absent years nothing is subtracted"


def test_nothing_is_recorded_from_israel_to_azerbaijan_after_2020():
    assert imported("ISR", "AZE", 2021, 2024) == 0


def test_the_early_aggregates_do_not_overlap_the_line_register():
    for recipient in RIVALS:
        early = max(line.year for line in observed.early_transfers(recipient))
        assert early < min(line.delivery_year for line in observed.deliveries(recipient))


def test_roles_and_classes_are_those_the_model_knows():
    lines = [line for recipient in RIVALS for line in observed.deliveries(recipient)]
    assert {line.weapon_class for line in lines} <= set(WEAPONS)
    assert {line.role for line in lines} == {"combat", "support", "component"}
    assert all(line.order_year <= line.delivery_year for line in lines)
    assert any(line.local_production for line in lines)


# Economies


@pytest.mark.parametrize("state", ["ARM", "AZE", "ISR", "RUS", "TUR"])
@pytest.mark.parametrize("before", [None, 2010])
def test_burden_under_observed_spending_equals_the_recorded_burden_on_the_average_of_ten_years(state, before):
    spending = observed.annual("military_expenditure", "milex_usd2023_m", state)
    recorded = observed.annual("military_expenditure", "milex_pct_gdp", state)
    gdp = observed.gdp_usd2023(state, before)
    years = [year for year in sorted(recorded) if before is None or year < before][-10:]
    burdens = (geometric_mean(100 * spending[year] / gdp[year] for year in years), [recorded[year] for year in years])
    assert burdens[0] == pytest.approx(geometric_mean(burdens[1]))


def test_spending_over_gdp_of_2015_would_overstate_the_armenian_burden():
    spending = observed.annual("military_expenditure", "milex_usd2023_m", "ARM")
    gdp = observed.annual("economy", "gdp_usd2015", "ARM")
    recorded = observed.annual("military_expenditure", "milex_pct_gdp", "ARM")
    assert 100 * spending[2020] / (gdp[2020] / 1e6) > 1.4 * recorded[2020]


@pytest.mark.parametrize("state", RIVALS)
def test_gdp_moves_with_real_growth_alone_also_where_spending_is_missing(state):
    gdp, growth = observed.gdp_usd2023(state), observed.annual("economy", "gdp_growth_pct", state)
    assert sorted(gdp) == list(range(1990, 2025))
    for year in range(1995, 2025):
        assert gdp[year] / gdp[year - 1] == pytest.approx(1 + growth[year] / 100, rel=1e-3), year


def test_the_level_of_gdp_needs_a_year_of_the_record():
    with pytest.raises(ValueError, match="no share of GDP is on record for 'ARM' before 1992; choose a later year"):
        observed.gdp_usd2023("ARM", 1992)


def test_oil_revenue_is_large_for_azerbaijan_and_ends_with_the_rents():
    oil = observed.oil_revenue_usd2023("AZE")
    assert max(oil) == 2021
    assert 1992 not in oil
    assert oil[2008] == pytest.approx(0.4304 * observed.gdp_usd2023("AZE")[2008])
    assert oil[2008] > 50 * observed.oil_revenue_usd2023("ARM")[2008]


def test_special_projects_touch_azerbaijani_spending_in_2011_to_2015_only():
    with_them = observed.annual("military_expenditure", "milex_usd2023_m", "AZE")
    without = observed.annual("military_expenditure", "milex_usd2023_m_excl_special", "AZE")
    assert {year for year in with_them if with_them[year] != without[year]} == set(range(2011, 2016))


# Reading


@pytest.mark.parametrize("table", observed.ANNUAL)
def test_a_missing_value_is_absent_and_never_zero_or_nan(table):
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in (name for name in rows[0] if name not in ("year", "state")):
        states = {row["state"] for row in rows}
        read = sum(len(observed.annual(table, column, state)) for state in states)
        assert read == sum(row[column] != "" for row in rows)


def test_a_year_without_counted_deaths_is_not_a_year_without_deaths():
    quiet = observed.conflict()[2019]
    assert (quiet.intensity, quiet.deaths) == (0, None)


def test_events_are_in_order_and_name_their_actors():
    dates = [event.date for event in observed.events()]
    assert dates == sorted(dates)
    assert all(re.fullmatch(r"[A-Z]{3}", actor) for event in observed.events() for actor in event.actors)


def test_what_a_caller_does_to_a_series_stays_with_the_caller():
    observed.gdp_usd2023("ARM").clear()
    observed.annual("cinc", "cinc", "ARM").clear()
    assert observed.gdp_usd2023("ARM")
    assert observed.annual("cinc", "cinc", "ARM")


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: observed.annual("econony", "population", "ARM"), "did you mean 'economy'"),
        (lambda: observed.annual("economy", "populaton", "ARM"), "did you mean 'population'"),
        (lambda: observed.annual("economy", "population", "AZB"), "did you mean 'AZE'.*ARM"),
        (lambda: observed.deliveries("FRA"), "choose from ARM, AZE"),
        (lambda: observed.early_transfers("FRA"), "choose from ARM, AZE"),
        (lambda: observed.exports("XXX"), "choose from ARM, BLR"),
        (lambda: observed.gdp_usd2023("USA"), "choose from ARM, AZE"),
        (lambda: observed.file_sources("oil_prices"), "did you mean 'oil_price'"),
    ],
)
def test_an_unknown_name_gets_one_sentence_with_the_choices(ask, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        ask()
    assert "\n" not in str(caught.value)


# The inventory


@pytest.mark.parametrize("recipient", RIVALS)
@pytest.mark.parametrize("year", [1992, 1995, 2008, 2020, 2022])
def test_without_decay_the_stock_is_the_sum_of_deliveries_and_legacy(recipient, year):
    recorded = arsenal.recorded_by_supplier(recipient, range(1992, year))
    everything = stock(recipient, year, 0.0)
    assert everything.sum() == pytest.approx(sum(recorded.values()) + sum(LEGACY.values()))


def test_without_decay_each_origin_holds_what_its_supplier_delivered():
    held = stock("AZE", 2021, 0.0)
    for code, origin in CODES.items():
        assert held[ORIGINS.index(origin)].sum() == pytest.approx(imported(code, "AZE", 1992, 2020))


@pytest.mark.parametrize("recipient", RIVALS)
def test_faster_decay_leaves_less_of_everything(recipient):
    slow, fast = stock(recipient, 2015, 0.04), stock(recipient, 2015, 0.10)
    assert np.all(fast <= slow)
    assert np.all(fast[slow > 0] < slow[slow > 0])


def test_decay_of_one_class_leaves_the_others_alone():
    rates = decay(0.05) | {"drones": 0.2}
    before = stock("AZE", 2020, 0.05)
    after = arsenal.opening_stock("AZE", 2020, ORIGINS, WEAPONS, rates, CODES, LEGACY)
    changed = np.flatnonzero((before != after).any(axis=0))
    assert [WEAPONS[index] for index in changed] == ["drones"]


def test_a_delivery_ages_from_the_middle_of_its_year():
    held = arsenal.opening_stock("ARM", 2022, ORIGINS, WEAPONS, decay(0.3), CODES | {"IND": "home"}, {})
    assert held[ORIGINS.index("home")].sum() == pytest.approx(32.0 * np.exp(-0.3 * 0.5))


def test_legacy_ages_from_january_1992():
    held = stock("AZE", 2002, 0.07)[ORIGINS.index("legacy")]
    assert held.sum() == pytest.approx(300.0 * np.exp(-0.7))


def test_transfers_before_the_register_are_spread_like_the_legacy():
    held = stock("AZE", 1995, 0.0)
    legacy, other = held[ORIGINS.index("legacy")], held[ORIGINS.index("other")]
    assert other.sum() == pytest.approx(75.0)
    assert other / other.sum() == pytest.approx(legacy / legacy.sum())


def test_transfers_before_the_register_age_from_the_middle_of_their_year_too():
    held = stock("AZE", 1995, 0.2)[ORIGINS.index("other")]
    assert held.sum() == pytest.approx(50.0 * np.exp(-0.2 * 1.5) + 25.0 * np.exp(-0.2 * 0.5))


def test_a_supplier_without_an_origin_is_kept_under_other():
    named = stock("AZE", 2021, 0.05)
    nameless = arsenal.opening_stock("AZE", 2021, ("legacy", "other"), WEAPONS, decay(0.05), {}, LEGACY)
    assert nameless.sum() == pytest.approx(named.sum())


def test_a_delivery_without_a_place_on_the_axes_is_refused_and_not_lost():
    with pytest.raises(ValueError, match="origin 'other'"):
        arsenal.opening_stock("AZE", 2020, ("legacy",), WEAPONS, decay(0.05), {}, LEGACY)
    with pytest.raises(ValueError, match="weapon class 'naval'"):
        arsenal.opening_stock("AZE", 2021, ORIGINS, [w for w in WEAPONS if w != "naval"], decay(0.05), CODES, LEGACY)
    with pytest.raises(ValueError, match="1991 is too early"):
        stock("AZE", 1991, 0.05)


@pytest.mark.parametrize("recipient", RIVALS)
def test_the_order_book_holds_every_order_under_way_once(recipient):
    for year in range(1996, 2022):
        book = order_book(recipient, year)
        assert len({(order.origin, order.weapon) for order in book}) == len(book)
        assert all(0 <= order.begins < order.ends for order in book)
        assert sum(order.tiv_m for order in book) == pytest.approx(
            sum(line.tiv_m for line in observed.deliveries(recipient) if line.order_year < year <= line.delivery_year)
        )


def test_the_expected_order_book_is_what_comes_in_a_year_times_how_long_it_waits():
    book = arsenal.expected_orders("AZE", 2014, ORIGINS, WEAPONS, CODES)
    lines = [d for d in observed.deliveries("AZE") if d.supplier == "ISR" and d.delivery_year < 2014]
    lag = sum(d.tiv_m * (d.delivery_year - d.order_year) for d in lines) / sum(d.tiv_m for d in lines)
    (drones,) = (order for order in book if (order.origin, order.weapon) == ("israel", "drones"))
    yearly = sum(d.tiv_m for d in lines if d.weapon_class == "drones" and d.delivery_year >= 2009) / 5
    assert drones.tiv_m == pytest.approx(lag * yearly)
    assert (drones.begins, drones.ends) == (0.0, pytest.approx(1.5 * lag))
    assert book == sorted(book, key=lambda order: -order.tiv_m)


def test_the_expected_order_book_misses_the_recorded_one_in_boom_and_slump_but_not_on_the_average():
    ratios = []
    for year in (2010, 2014, 2018):
        expected = sum(order.tiv_m for order in arsenal.expected_orders("AZE", year, ORIGINS, WEAPONS, CODES))
        ratios.append(expected / sum(order.tiv_m for order in order_book("AZE", year)))
    assert min(ratios) > 1 / 3
    assert max(ratios) < 3.0
    assert geometric_mean(ratios) == pytest.approx(1.0, abs=0.15)


def boats(year):
    """Return what was on order of ships from Israel: two missile boats ordered in 2013 came in 2018."""
    return next((o for o in order_book("AZE", year) if (o.origin, o.weapon) == ("israel", "naval")), None)


def test_an_order_comes_nearer_as_years_pass():
    assert [boats(year).ends for year in range(2014, 2019)] == [5, 4, 3, 2, 1]


def test_what_was_delivered_is_in_stock_and_no_longer_awaited():
    place = (ORIGINS.index("israel"), WEAPONS.index("naval"))
    gained = stock("AZE", 2019, 0.0)[place] - stock("AZE", 2018, 0.0)[place]
    assert gained >= 115.0
    assert boats(2018).tiv_m >= gained
    assert boats(2019) is None


def test_an_order_with_no_place_on_the_axes_is_an_error():
    with pytest.raises(ValueError, match="origin"):
        order_book("AZE", 2014, [origin for origin in ORIGINS if origin != "israel"])


def test_the_path_of_the_stock_is_the_opening_stock_year_by_year():
    path = arsenal.stock_path("AZE", range(1992, 2022), decay(0.07), legacy=LEGACY)
    assert path[2012] == pytest.approx(stock("AZE", 2012, 0.07).sum())
    assert list(path) == list(range(1992, 2022))


def test_the_import_fed_ratio_of_stocks_peaked_before_the_war_of_2020():
    paths = [arsenal.stock_path(state, range(2000, 2022), decay(0.07)) for state in RIVALS]
    ratio = {year: paths[1][year] / paths[0][year] for year in paths[0]}
    assert ratio[2000] < 1
    assert max(ratio, key=ratio.__getitem__) in range(2013, 2017)
    assert ratio[2021] < max(ratio.values())


def test_israel_is_a_third_of_the_azerbaijani_stock_of_2020_at_most():
    held = stock("AZE", 2021, 0.07, {})
    assert 0.25 < held[ORIGINS.index("israel")].sum() / held.sum() < 0.34
