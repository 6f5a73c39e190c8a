"""Measures: outcomes computed from a sweep, with their uncertainty."""

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from synthetic import RUNS, all_trajectories, fictitious, histogram, synthetic

from sim import measures, observed
from sim.measures.suppliers import MOST_GROUPS, REST
from sim.model.mistakes import Mistake
from sim.observed import arsenal


@pytest.fixture(scope="module")
def result():
    return synthetic()


def test_the_fixture_has_axes_of_different_lengths(result):
    sizes = [size for dim, size in result.sizes.items() if not dim.endswith(("_bin", "_edge"))]
    assert len(set(sizes)) == len(sizes)


# -- measures are found by name

NAMES = ("bands", "fan", "summary", "suppliers", "timeline", "war_probability")


IMPORTED_ANEW = """
import sys
for name in sys.argv[1:]:
    for first in ("", f"import sim.measures.{name}; from sim.measures.{name} import {name}"):
        for module in [module for module in sys.modules if module.startswith("sim.measures")]:
            del sys.modules[module]
        exec(first)
        import sim.measures
        found = getattr(sys.modules["sim.measures"], name)
        print(found.__name__, callable(found))
"""


def test_a_measure_is_the_function_whether_its_module_was_imported_before_or_not():
    done = subprocess.run([sys.executable, "-c", IMPORTED_ANEW, *NAMES], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [word for name in NAMES for word in (name, "True") * 2]


def test_what_is_no_measure_is_answered_with_those_there_are():
    assert set(NAMES) <= set(dir(measures))
    with pytest.raises(AttributeError, match="no measure 'fans'; there are bands, fan"):
        measures.fans  # noqa: B018


# -- bands


def test_bands_are_nested_around_the_median(result):
    for quantity in ("milex", "balance", "stock_balance", "perceived_balance"):
        band = measures.bands(result, quantity)
        assert (band["low"].diff("level") <= 0).all()
        assert (band["high"].diff("level") >= 0).all()
        assert (band["low"] <= band["median"]).all()
        assert (band["median"] <= band["high"]).all()


@pytest.mark.parametrize("quantity", ["milex", "balance"])
def test_quantiles_from_the_histogram_agree_with_the_runs_within_a_bin(quantity):
    luck = np.random.default_rng(1)
    runs, result = all_trajectories(luck)[quantity], synthetic()
    edges = result[f"{quantity}_edges"].values
    band = measures.bands(result, quantity, levels=(0.8,))
    for found, q in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
        exact = np.quantile(runs, q, axis=-1, method="inverted_cdf")
        place = np.searchsorted(edges, exact)
        width = edges[place] - edges[place - 1]
        assert (np.abs(band[found].squeeze().values - exact) <= width * (1 + 1e-9)).all()


def test_quantiles_of_which_only_the_histogram_is_known_are_those_of_scipy(result):
    result = result.isel(member=slice(0, 0))
    edges = result["milex_edges"].values
    counts = result["milex_histogram"].isel(time=40, state=1).values
    theirs = stats.rv_histogram((counts, edges), density=False).ppf([0.25, 0.75])
    ours = measures.bands(result, "milex", levels=(0.5,)).isel(time=40, state=1, level=0)
    np.testing.assert_allclose([ours["low"], ours["high"]], theirs, rtol=1e-12)


def kept_of_all(result, kept):
    """Return a sweep of as many runs as have a path, of which the first are kept."""
    every = result.isel(member=slice(0, kept))
    edges, paths = result["milex_edges"].values, result["milex"].transpose("time", "state", "member").values
    every["milex_histogram"] = (("time", "state", "milex_bin"), histogram(paths, edges))
    return every


def test_bands_of_runs_that_are_all_kept_are_their_quantiles(result):
    every = kept_of_all(result, 150)
    band = measures.bands(every, "milex", levels=(0.8,))
    for part, share in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
        theirs = every["milex"].quantile(share, "member").transpose("time", "state")
        np.testing.assert_allclose(band[part].squeeze().values, theirs, rtol=1e-12)
    assert (band["clipped"] == 0).all()


def test_kept_paths_say_where_in_a_bin_the_runs_lie(result):
    coarse = result.isel(member=slice(0, 60)).assign(milex_edges=("milex_edge", [10.0, 1e3, 1e4, 1e5]))
    paths = result["milex"].transpose("time", "state", "member").values
    coarse["milex_histogram"] = (("time", "state", "milex_bin"), histogram(paths, coarse["milex_edges"].values))
    for kept, near in ((60, True), (0, False)):
        found = measures.bands(coarse.isel(member=slice(0, kept)), "milex")["median"]
        assert (float(abs(found / np.median(paths, -1) - 1).mean()) < 0.06) == near


@pytest.mark.parametrize(("kept", "said"), [(150, 812.5), (20, 812.5), (0, None)])
def test_no_band_has_a_width_that_the_histogram_invented(result, kept, said):
    alike = kept_of_all(result.assign(milex=result["milex"] * 0 + 812.5), kept)
    band, edges = measures.bands(alike, "milex"), result["milex_edges"].values
    assert (band["low"] == band["high"]).all()
    place = np.searchsorted(edges, 812.5)
    assert (band["median"] == (said or edges[place - 1 : place + 1].mean())).all()


def test_a_broken_path_is_none_of_those_that_are_kept(result):
    every = kept_of_all(result, 150)
    broken = every["milex"].where(every["member"] != 3)
    fewer = kept_of_all(result.isel(member=np.flatnonzero(every["member"].values != 3)), 149)
    one = measures.bands(every.assign(milex=broken, milex_histogram=fewer["milex_histogram"]), "milex")
    xr.testing.assert_allclose(one["median"], measures.bands(fewer, "milex")["median"])


def test_a_band_beyond_the_histogram_is_announced(result):
    edges = np.linspace(-0.5, 0.5, 11)
    counts = histogram(np.full((3, 2, RUNS), 4.0), edges)
    tight = xr.Dataset(
        {
            "balance_histogram": (("time", "state", "balance_bin"), counts),
            "balance_edges": ("balance_edge", edges),
        }
    )
    assert (measures.bands(tight, "balance")["clipped"] == 1).all()
    assert (measures.bands(result, "balance")["clipped"] < 0.01).all()


def test_an_unknown_quantity_is_answered_with_those_there_are(result):
    with pytest.raises(KeyError, match="stock_balance"):
        measures.bands(result, "oil_price")


# -- fan


def test_the_fan_carries_recorded_spending_and_stops_where_it_is_held_back(result):
    fan = measures.fan(result)
    assert fan["milex_observed"].sel(year=2020, state="armenia") == 932
    assert fan["milex_observed"].sel(year=slice(2022, None)).isnull().all()
    assert fan["milex_observed"].attrs["series"] == fan.attrs["series"] == "milex_usd2023_m"
    plain = measures.fan(result, series="milex_usd2023_m_excl_special")
    assert plain["milex_observed"].sel(year=2012, state="azerbaijan") == 1641


def test_the_recorded_stock_ratio_rises_and_falls_and_ends_where_the_register_is_censored(result):
    fan = measures.fan(result)
    ratio = fan["stock_balance_observed"]
    assert np.exp(ratio.sel(year=2021)) == pytest.approx(5.2, abs=0.3)
    assert ratio.sel(year=2016) > ratio.sel(year=2010) + 1
    assert ratio.sel(year=slice(2022, None)).isnull().all()
    known = ratio.notnull()
    assert (fan["stock_balance_observed_low"] < ratio)[known].all()
    assert (fan["stock_balance_observed_high"] > ratio)[known].all()


def test_the_fan_of_fictitious_states_has_no_recorded_values(result):
    fan = measures.fan(fictitious(result))
    assert fan["milex_observed"].isnull().all()
    assert fan["stock_balance_observed"].isnull().all()


def test_the_growth_of_the_spending_ratio_comes_with_its_monte_carlo_error(result):
    growth = measures.fan(result)["milex_ratio_growth"]
    assert growth.sel(bound="low") < growth.sel(bound="value") < growth.sel(bound="high")
    few = measures.fan(result.isel(member=slice(0, 20)))["milex_ratio_growth"]
    assert few.diff("bound").sum() > growth.diff("bound").sum()


# -- war


def test_the_risk_of_a_year_is_of_the_runs_without_a_war_before(result):
    war, first = measures.war_probability(result), result["first_campaign"].values
    for place, year in enumerate(range(2010, 2026)):
        at_risk = ~(first < 12 * place)
        starts = at_risk & (first < 12 * (place + 1))
        assert war["risk"].sel(kind="campaign").values[place] == starts.sum() / at_risk.sum(), year
    assert (war["risk_low"] <= war["risk"]).all()
    assert (war["risk"] <= war["risk_high"]).all()
    left = (1 - war["risk"]).prod("period")
    np.testing.assert_allclose(1 - left, war["probability"].isel(time=-1))


def test_periods_are_longer_where_the_run_is(result):
    long = result.isel(time=np.arange(480) % 192).assign_coords(
        time=(np.datetime64("2000-01") + np.arange(480)).astype("datetime64[ns]")
    )
    war = measures.war_probability(long)
    assert war["begin"].dt.year.values.tolist() == list(range(2000, 2040, 5))
    assert war["until"].dt.year.values[:-1].tolist() == list(range(2005, 2040, 5))
    assert war.attrs["years"] == 5


def test_an_observed_outbreak_is_a_campaign_or_an_operation(result):
    war = measures.war_probability(result)
    assert war["onset_kind"].values.tolist() == ["operation", "campaign", "operation", "operation"]


def test_war_probability_rises_and_lies_within_its_interval(result):
    war = measures.war_probability(result)
    assert (war["probability"].diff("time") >= 0).all()
    assert (war["low"] <= war["probability"] + 1e-12).all()
    assert (war["probability"] <= war["high"] + 1e-12).all()
    assert (war["low"] >= 0).all()
    assert (war["high"] <= 1).all()
    assert (war["probability"].sel(kind="any") >= war["probability"].sel(kind="campaign")).all()


def test_war_probability_at_the_end_counts_the_runs_with_a_war(result):
    war = measures.war_probability(result)
    assert war["probability"].sel(kind="campaign").values[-1] == np.isfinite(result["first_campaign"]).mean()
    assert war["probability"].sel(kind="campaign").values[0] == (result["first_campaign"] == 0).mean()


def test_more_runs_narrow_the_interval(result):
    wide = measures.war_probability(result.isel(run=slice(0, 50))).isel(time=-1)
    narrow = measures.war_probability(result).isel(time=-1)
    assert (narrow["high"] - narrow["low"] < wide["high"] - wide["low"]).all()


def test_no_war_at_all_is_zero_with_an_interval_above_it(result):
    never = result.assign(first_campaign=result["first_campaign"] * np.nan)
    end = measures.war_probability(never).sel(kind="campaign").isel(time=-1)
    assert end["probability"] == 0
    assert 0 < end["high"] < 0.01


def test_observed_outbreaks_are_those_of_the_register_within_the_run(result):
    onset = measures.war_probability(result)["onset"].values.astype("datetime64[D]")
    register = {np.datetime64(event.date) for event in observed.events() if event.kind == "war"}
    assert set(onset) == {date for date in register if date < np.datetime64("2026-01-01")}
    assert measures.war_probability(fictitious(result)).sizes["observed"] == 0


# -- suppliers


@pytest.mark.parametrize("state", ["azerbaijan", "armenia"])
def test_mean_shares_and_observed_shares_sum_to_one(result, state):
    shares = measures.suppliers(result, state)
    mean = shares["share"].sel(estimate="mean")
    np.testing.assert_allclose(mean.sum("group"), 1, rtol=1e-9)
    known = shares["observed"].notnull().all("group")
    assert known.any()
    np.testing.assert_allclose(shares["observed"].sum("group")[known], 1, rtol=1e-9)


def test_at_most_six_groups_remain_and_none_is_lost(result):
    both = measures.suppliers(result)
    for state in ("azerbaijan", "armenia"):
        one = measures.suppliers(result, state)
        assert one.sizes["group"] <= MOST_GROUPS
        assert one["group"].values[-1] == REST
        xr.testing.assert_allclose(
            both["share"].sel(state=state, group=one["group"]),
            one["share"],
        )


def test_window_shares_are_ratios_of_sums(result):
    shares = measures.suppliers(result, "azerbaijan")
    volume = result["deliveries"].sel(state="azerbaijan", time=slice("2016", "2020")).sum("time")
    exact = (volume.sel(origin="israel") / volume.sum("origin")).median()
    found = shares["window_share"].sel(ledger="delivered", estimate="median", group="israel", window="2016-2020")
    assert found.item() == pytest.approx(exact.item())


def test_the_recorded_israeli_share_is_that_of_the_register(result):
    shares = measures.suppliers(result, "azerbaijan")
    assert shares["observed_window"].sel(group="israel", window="2016-2020").item() == pytest.approx(0.677, abs=0.002)


def test_shares_do_not_depend_on_the_order_of_origins(result):
    straight = measures.suppliers(result, "azerbaijan")
    turned = measures.suppliers(result.isel(origin=slice(None, None, -1)), "azerbaijan")
    xr.testing.assert_allclose(straight["share"], turned["share"].sel(group=straight["group"]))


def test_windows_outside_the_run_are_left_out(result):
    late = measures.suppliers(result.sel(time=slice("2014", None)), "armenia")
    assert late["window"].values.tolist() == ["2016-2020"]


def test_where_the_register_knows_nothing_windows_are_the_first_and_the_last_five_years(result):
    nobody = measures.suppliers(fictitious(result), "ardania")
    assert nobody["window"].values.tolist() == ["2010-2014", "2021-2025"]
    late = measures.suppliers(result.sel(time=slice("2018", None)), "armenia")
    assert late["window"].values.tolist() == ["2021-2025"]
    assert late["observed_window"].isnull().all()  # the register holds a part of these years
    assert "window_share" not in measures.suppliers(result.sel(time=slice("2022", None)), "armenia")


def test_the_largest_supplier_is_counted_over_runs(result):
    shares = measures.suppliers(result, "azerbaijan")
    volume = result["deliveries"].sel(state="azerbaijan", time=slice("2016", "2020")).sum("time")
    exact = (volume.sel(origin="israel") == volume.max("origin")).mean()
    found = shares["window_largest"].sel(ledger="delivered", group="israel", window="2016-2020")
    assert found.item() == pytest.approx(exact.item())


# -- flows


def test_flows_are_what_is_delivered_in_twelve_months(result):
    found = measures.flows(result)
    assert found["year"].values.tolist() == [2010, 2018, 2025]
    to = {"origin": "israel", "state": "azerbaijan"}
    volume = result["deliveries"].sel(**to, time="2018").sum("time")
    told = found["volume"].sel(**to, year=2018)
    np.testing.assert_allclose(told.sel(estimate=["low", "median", "high"]), volume.quantile([0.1, 0.5, 0.9], "member"))
    assert measures.flows(result, [2012])["year"].values.tolist() == [2012]
    with pytest.raises(Mistake, match="the run has no year 2009; choose years from 2010 to 2025"):
        measures.flows(result, [2009])


def test_recorded_flows_are_those_of_the_register_and_unknown_after_it(result):
    recorded = measures.flows(result, [2010, 2016, 2022])["recorded"]
    register = arsenal.recorded_by_supplier("AZE", [2016])
    assert recorded.sel(year=2016, state="azerbaijan", origin="israel").item() == register[2016, "ISR"]
    assert recorded.sel(year=2016, state="azerbaijan").sum().item() == pytest.approx(sum(register.values()))
    assert recorded.sel(year=2022).isnull().all()
    assert measures.flows(fictitious(result))["recorded"].isnull().all()


# -- summary


def test_the_summary_has_the_same_columns_in_every_row_and_ordered_bounds(result):
    rows = measures.summary(result)
    assert {tuple(row) for row in rows} == {("measure", "state", "value", "low", "high", "unit", "meaning")}
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
    keys = [(row["measure"], row["state"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {"war_probability", "deaths_given_campaign", "final_milex", "final_stock_balance"} <= {
        key for key, _ in keys
    }


def test_deaths_are_those_of_runs_with_a_campaign(result):
    fought = np.isfinite(result["first_campaign"].values)
    row = next(row for row in measures.summary(result) if row["measure"] == "deaths_given_campaign")
    assert row["value"] == np.quantile(result["deaths"].values[fought], 0.5, method="inverted_cdf")


def test_counts_in_the_summary_are_whole(result):
    counts = [row for row in measures.summary(result.isel(run=slice(0, 7))) if row["unit"] == "count"]
    assert counts
    assert all(float(row[part]).is_integer() for row in counts for part in ("value", "low", "high"))


# -- timeline


def test_a_timeline_shows_the_one_run_it_was_given(result):
    one = measures.timeline(result.sel(member=7))
    assert one.attrs["run"] == 7
    np.testing.assert_array_equal(one["milex"], result["milex"].sel(member=7))
    months = (one["fighting_end"] - one["fighting_start"]).values / np.timedelta64(30, "D")
    assert months.sum() == pytest.approx((result["fighting"].sel(member=7) > 0).sum().item(), rel=0.1)
    assert one["deliveries"].sum() == pytest.approx(result["deliveries"].sel(member=7).sum().item())


def test_a_timeline_of_many_runs_is_refused_with_the_remedy(result):
    with pytest.raises(ValueError, match="sel"):
        measures.timeline(result)


def test_events_travel_with_the_timeline(result):
    record = result.sel(member=3).assign_attrs(events=[{"date": observed.events()[0].date, "what": "ceasefire"}])
    assert json.loads(measures.timeline(record).attrs["events"])[0]["what"] == "ceasefire"


# -- luck and what is not known


def with_draws(result, factor=1.5):
    """Return a result beside whose runs others were played in which what is not known is drawn: here all spend more."""
    drawn = {name: result[name] for name in ("milex_histogram", "stock_balance_histogram", "balance_histogram")}
    drawn |= {name.removesuffix("_histogram"): result[name.removesuffix("_histogram")] for name in drawn}
    drawn["milex_histogram"] = drawn["milex_histogram"].shift(milex_bin=3, fill_value=0)
    drawn["milex"] = drawn["milex"] * factor
    return result.assign({f"drawn_{name}": array for name, array in drawn.items()}).assign_attrs(unknown="2 numbers")


def test_the_fan_holds_luck_alone_and_what_is_not_known_apart(result):
    plain, both = measures.fan(result), measures.fan(with_draws(result))
    for name in ("milex_median", "milex_low", "milex_high", "balance_median"):
        xr.testing.assert_equal(plain[name], both[name])
    assert (both["milex_both_high"] > both["milex_high"].sel(level=0.8)).all()
    assert (plain.attrs["stated"], both.attrs["stated"], both.attrs["unknown"]) == (0, 1, "2 numbers")
    assert "milex_both_high" not in plain


def test_spending_is_told_by_year_and_a_short_run_by_month(result):
    fan = measures.fan(result)
    months = measures.bands(result, "milex")["median"]
    assert fan["spell"].dt.year.values.tolist() == list(range(2010, 2026))
    np.testing.assert_allclose(fan["milex_median"].values, months.groupby("time.year").mean().values)
    short = measures.fan(result.isel(time=slice(0, 20)))
    assert short["spell"].size == 20


def test_an_event_is_told_where_spending_of_whom_it_concerns_jumps(result):
    jump = result["milex_histogram"].where(result["time"].dt.year < 2015, result["milex_histogram"].shift(
        milex_bin=40, fill_value=0))  # fmt: skip
    told = [{"date": f"{year}-03", "what": f"{who} in {year}", "sets": [who]}
            for year in (2014, 2015) for who in ("azerbaijan", "france")]  # fmt: skip
    jumped = result.isel(member=slice(0, 0)).assign(milex_histogram=jump.astype(int))
    fan = measures.fan(jumped.assign_attrs(dated_events=json.dumps(told)))
    assert fan["event_what"].values.tolist() == ["azerbaijan in 2015"]
    assert measures.fan(result.assign_attrs(dated_events=json.dumps(told))).sizes["event"] == 0
    about = [each | {"added": each["sets"] == ["france"]} for each in told]
    fan = measures.fan(result.assign_attrs(dated_events=json.dumps(about)))
    assert fan["event_what"].values.tolist() == ["france in 2014", "france in 2015"]
