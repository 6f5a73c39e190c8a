"""Comparison under common luck: paired intervals that are honest, and pairs that are pairs."""

import csv
import shutil

import numpy as np
import pytest
from scipy import stats
from sweeping import complaint, rewritten, said, saved
from synthetic import milder, synthetic
from worlds import altered

import sim
from sim import measures
from sim.analysis.compare import compare
from sim.analysis.text import comparison_text
from sim.measures import paired
from sim.model.mistakes import Mistake

# -- the score interval of a difference of shares


def test_the_score_interval_is_the_published_one():
    low, high = paired.score_interval(1, 7, 21)  # Fagerland, Lydersen and Laake (2014), airway example: 1 and 7 of 21
    assert (float(low), float(high)) == pytest.approx((-0.517, -0.026), abs=5e-4)


def test_no_disagreement_bounds_a_difference_but_does_not_rule_it_out():
    z2 = stats.norm.ppf(0.975) ** 2
    for pairs in (10, 1000):
        low, high = paired.score_interval(0, 0, pairs)
        assert (low, high) == pytest.approx((-z2 / (pairs + z2), z2 / (pairs + z2)))


@pytest.mark.parametrize(("up", "down"), [(0.1, 0.05), (0.02, 0.02), (0.3, 0.0), (0.5, 0.2)])
def test_the_score_interval_covers_the_truth_nineteen_times_in_twenty(up, down):
    pairs = 60
    ups, downs = (grid.ravel() for grid in np.meshgrid(np.arange(pairs + 1), np.arange(pairs + 1)))
    ups, downs = (x[ups + downs <= pairs] for x in (ups, downs))
    chance = stats.multinomial.pmf(np.stack([ups, downs, pairs - ups - downs], -1), pairs, [up, down, 1 - up - down])
    assert chance.sum() == pytest.approx(1.0)
    low, high = paired.score_interval(ups, downs, pairs)
    covered = chance[(low <= up - down) & (up - down <= high)].sum()
    assert 0.93 <= covered <= 0.99


def test_swapping_the_sides_turns_the_interval_round():
    one, other = (paired.score_interval(up, down, 50) for up, down in ((9, 2), (2, 9)))
    assert one == pytest.approx((-other[1], -other[0]))


# -- paired means


def luck(runs=2000, rho=0.9, seed=1):
    """Return correlated normal outcomes of two scenarios, the second higher by 0.1."""
    draws = np.random.default_rng(seed).normal(size=(2, runs))
    return draws[0], 0.1 + rho * draws[0] + np.sqrt(1 - rho * rho) * draws[1]


def test_the_interval_of_a_mean_is_that_of_the_paired_t_test():
    one, two = luck()
    found = paired.estimate(one, two, share=False)
    expected = stats.ttest_rel(two, one).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.method == paired.MEAN
    assert found.standardised == pytest.approx(found.difference / np.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95])
def test_the_variance_reduction_is_what_the_correlation_gives(rho):
    found = paired.estimate(*luck(200_000, rho), share=False)
    assert found.variance_reduction == pytest.approx(1 / (1 - rho), rel=0.02)
    assert found.correlation == pytest.approx(rho, abs=0.01)


def test_the_runs_said_to_be_needed_give_the_precision_wanted():
    together, apart = paired.runs_needed(paired.estimate(*luck(50_000), share=False), 0.01)
    again = paired.estimate(*luck(int(together), seed=2), share=False)
    assert (again.high - again.low) / 2 == pytest.approx(0.01, rel=0.05)
    assert apart / together == pytest.approx(10, rel=0.05)
    one, two = luck(int(apart), rho=0.0, seed=3)
    independent = paired.estimate(one, two, share=False)
    assert (independent.high - independent.low) / 2 == pytest.approx(0.01, rel=0.05)


def test_shares_without_any_difference_still_need_runs():
    calm = paired.estimate(np.zeros(100), np.zeros(100), share=True)
    together, _ = paired.runs_needed(calm, 0.01)
    low, high = paired.score_interval(0, 0, int(together))
    assert high <= 0.01 < paired.score_interval(0, 0, int(together) - 2)[1]
    assert low == pytest.approx(-high)


def test_pairs_that_all_agree_are_not_certain():
    one = luck()[0]
    same = paired.estimate(one, one.copy(), share=False)
    assert (same.difference, same.differing, same.method) == (0.0, 0, paired.BOUND)
    assert same.low < 0 < same.high
    assert same.variance_reduction == np.inf
    fewer = paired.estimate(one[:100], one[:100].copy(), share=False)
    assert fewer.high / fewer.size > same.high / same.size


def test_what_never_varies_has_no_interval():
    nothing = paired.estimate(np.ones(50), np.ones(50), share=False)
    assert np.isnan([nothing.low, nothing.high, nothing.variance_reduction, nothing.correlation]).all()
    assert nothing.method == paired.NONE


def test_rounding_is_no_difference():
    one = luck()[0]
    assert paired.estimate(one, one * (1 + 1e-12), share=False).differing == 0


def test_rare_differences_are_covered():
    generator, hits, bare = np.random.default_rng(5), 0, 0
    for _ in range(400):
        one = generator.uniform(0, 2, 300)
        two = one + (generator.uniform(size=300) < 0.005)
        found = paired.estimate(one, two, share=False)
        hits += found.low <= 0.005 <= found.high
        apart = two - one
        reach = 1.97 * apart.std(ddof=1) / np.sqrt(300)
        bare += apart.mean() - reach <= 0.005 <= apart.mean() + reach
    assert bare / 400 < 0.85, "the plain interval of the mean fails here, or this tests nothing"
    assert hits / 400 >= 0.95


def test_pairs_with_a_missing_value_are_left_out():
    one, two = luck(50)
    one[3], two[7] = np.nan, np.nan
    kept = np.delete(np.arange(50), [3, 7])
    assert paired.estimate(one, two, share=False) == paired.estimate(one[kept], two[kept], share=False)
    assert paired.estimate(one[:1], two[:1], share=False).method == paired.NONE


# -- two sweeps


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """An outlook and one that differs from it, with the same luck."""
    place = tmp_path_factory.mktemp("pairs")
    for name, members in (("status_quo", 60), ("israeli_embargo", 50)):
        sim.sweep(altered(sim.load(name), end="2028-12"), 300, out=place / name, kept_paths=members)
    return place


@pytest.fixture(scope="module")
def sides(swept):
    return [sim.open_result(swept / name).load() for name in ("status_quo", "israeli_embargo")]


@pytest.fixture(scope="module")
def found(sides):
    return compare(*sides, precision=0.01)


def test_runs_with_the_same_luck_are_alike(found):
    war = found.sel(measure="war_probability")
    assert war["correlation"] > 0.5
    assert war["variance_reduction"] > 2
    assert war["runs_common"] < war["runs_independent"] / 2


def test_a_scenario_does_not_differ_from_itself_and_says_how_surely(sides):
    same = compare(sides[0], sides[0])
    assert (same["difference"] == 0).all()
    assert (same["differing"] == 0).all()
    known = np.isfinite(same["low"].values)
    assert known.sum() > 10
    assert (same["low"].values[known] < 0).all()
    assert (same["high"].values[known] > 0).all()
    assert (same["probability_difference_high"] > 0).all()
    assert same.attrs["scenario"] != same.attrs["against"]


def test_a_measure_is_the_mean_over_the_runs(sides, found):
    a, b = sides
    war = found.sel(measure="war_probability")
    assert war["value"].values.tolist() == [float(s["first_campaign"].notnull().mean()) for s in sides]
    deaths = found.sel(measure="deaths")
    assert deaths["difference"].item() == pytest.approx(float((b["deaths"] - a["deaths"]).mean()))
    years = found.sel(measure="years_before_campaign")["value"].sel(case="a").item()
    assert years == pytest.approx(float(a["first_campaign"].fillna(84).mean()) / 12)
    share = found.sel(measure="supplier_share israel to azerbaijan")
    volume = a["deliveries"].isel(member=slice(0, 50)).sel(state="azerbaijan").sum("time").astype(float)
    assert share["pairs"] == 50
    assert share["value"].sel(case="a").item() == pytest.approx(
        float((volume.sel(origin="israel") / volume.sum("origin")).mean()), rel=1e-6
    )


def test_the_difference_by_month_is_counted_run_by_run(sides, found):
    come = [s["first_campaign"].fillna(np.inf).values[:, None] <= np.arange(84) for s in sides]
    expected = come[1].mean(0) - come[0].mean(0)
    np.testing.assert_allclose(found["probability_difference"].sel(kind="campaign"), expected, atol=1e-12)
    low, high = paired.score_interval((come[1] & ~come[0]).sum(0), (come[0] & ~come[1]).sum(0), 300)
    np.testing.assert_allclose(found["probability_difference_low"].sel(kind="campaign"), low)
    np.testing.assert_allclose(found["probability_difference_high"].sel(kind="campaign"), high)
    alone = measures.war_probability(sides[1])["probability"]
    np.testing.assert_array_equal(found["probability"].sel(case="b"), alone)


def test_the_paired_interval_is_narrower_than_those_of_the_two_sides(found):
    last = found.isel(time=-1).sel(kind="campaign")
    sides_wide = (last["probability_high"] - last["probability_low"]).sum("case")
    assert last["probability_difference_high"] - last["probability_difference_low"] < sides_wide / 2


def test_the_other_way_round_every_difference_is_reversed(sides, found):
    back = compare(*sides[::-1]).sel(measure=found["measure"])
    np.testing.assert_allclose(back["difference"], -found["difference"], atol=1e-12)
    np.testing.assert_allclose(back["low"], -found["high"], atol=1e-9)
    np.testing.assert_allclose(back["balance_difference_median"], -found["balance_difference_median"], atol=1e-6)


def test_largest_effects_come_first(found):
    size = np.abs(found["standardised"].values)
    known = np.isfinite(size)
    assert known.sum() > 10
    assert (np.diff(size[known]) <= 0).all()


def test_only_runs_of_both_sides_are_pairs(sides):
    fewer = compare(sides[0], sides[1].isel(run=slice(100, None)))
    both = compare(*[side.isel(run=slice(100, None)) for side in sides])
    assert fewer.attrs["runs"] == 200
    np.testing.assert_array_equal(fewer["difference"], both["difference"])


def test_runs_that_failed_are_left_out_in_pairs(sides):
    broken = sides[1]["first_campaign"] * np.nan
    broken[[2, 60]] = 5.0
    b = sides[1].assign(failed=broken)
    b["deaths"] = b["deaths"].where(broken.isnull())
    found = compare(sides[0], b)
    kept = np.delete(np.arange(300), [2, 60])
    assert found.attrs["failed"] == 2
    assert found.attrs["runs"] == 298
    assert found.attrs["members"] == 49
    expected = compare(*[side.isel(run=kept) for side in sides])
    np.testing.assert_array_equal(found["difference"], expected["difference"])


def test_without_paths_the_outcomes_are_compared(sides):
    bare = compare(sides[0].isel(member=slice(0, 0)), sides[1])
    assert "balance_difference_median" not in bare
    assert "final_milex" not in bare["name"].values
    assert "war_probability" in bare["name"].values


# -- what is no pair


def test_different_luck_is_refused(sides):
    with pytest.raises(Mistake, match="seeds 0 and 7, so their runs are no pairs; sweep both with the same --seed"):
        compare(sides[0], sides[1].assign_attrs(seed=7))


def test_different_months_are_refused(sides):
    with pytest.raises(Mistake, match="2022-01 to 2028-12 in 84 steps and 2022-01 to 2026-12 in 60 steps"):
        compare(sides[0], sides[1].isel(time=slice(0, 60)))


def test_no_common_run_is_refused(sides):
    a, b = sides[0].isel(run=slice(0, 100)), sides[1].isel(run=slice(100, 300))
    with pytest.raises(Mistake, match="0 sound runs in common"):
        compare(a, b)


def test_a_designed_sweep_is_not_one_result(sides):
    with pytest.raises(Mistake, match=r"3 points \(0; 1; 2\); choose one case .* sim.case\(result, point="):
        compare(sides[0], sides[1].expand_dims(point=3))


def test_one_point_of_a_designed_sweep_is_one_result(sides, found):
    whole = sides[1].expand_dims(scenario=["elsewhere"], point=[4])
    whole = whole.assign_coords(scenario_digest=("scenario", ["abc"])).assign_attrs(digest="of another case")
    one = compare(sides[0], whole.isel(scenario=0, point=0))
    assert (one.attrs["against"], one.attrs["against_digest"]) == ("elsewhere (point 4)", "abc")
    np.testing.assert_array_equal(one["difference"], found["difference"])


def test_a_precision_must_be_positive(sides):
    with pytest.raises(Mistake, match="write a positive half-width"):
        compare(*sides, precision=0.0)


def test_a_supplier_of_one_side_only_is_named_and_the_others_compared(sides):
    found = compare(sides[0], sides[1].drop_sel(origin="turkey"))
    assert found.attrs["not_compared"] == ["suppliers of one case only: turkey"]
    assert "supplier_share israel to azerbaijan" in found["measure"].values
    assert "supplier_share turkey to azerbaijan" not in found["measure"].values
    assert "final_balance azerbaijan" in found["measure"].values


def test_balances_between_other_states_are_not_compared(sides):
    other = sides[1].assign_coords(state=["azerbaijan", "elsewhere"])
    found = compare(sides[0], other)
    assert "balances" in " ".join(found.attrs["not_compared"])
    assert "balance_difference_median" not in found
    assert not [name for name in found["name"].values if "balance" in name]
    assert "final_milex azerbaijan" in found["measure"].values


def test_different_code_is_said(sides, found):
    assert found.attrs["changed_code"] == []
    one, other = (side.assign_attrs(code=code) for side, code in zip(sides, "xy", strict=True))
    assert compare(one, other).attrs["changed_code"] == ["code"]


# -- the command line


def test_the_command_prints_and_writes_the_same_rows(swept, found, capsys, monkeypatch, tmp_path):
    out = tmp_path / "rows.csv"
    printed = said(capsys, monkeypatch, "compare", swept / "status_quo", swept / "israeli_embargo", "--out", out)
    lines = printed.splitlines()
    assert lines[0] == "A status_quo, B israeli_embargo: 300 pairs of runs, seed 0"
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["measure"] for row in rows] == found["name"].values.tolist()
    assert [line.split()[0] for line in lines[2 : 2 + len(rows)]] == [row["measure"] for row in rows]
    assert float(rows[0]["difference"]) == found["difference"].values[0]
    assert "each interval is a 95 % interval of its own" in printed
    assert "over 50 runs whose path both kept" in printed
    assert "warning" not in printed


def test_the_command_warns_of_different_code(swept, capsys, monkeypatch, tmp_path):
    copy = shutil.copytree(swept / "israeli_embargo", tmp_path / "copy")
    rewritten(copy, code="0")
    printed = said(capsys, monkeypatch, "compare", swept / "status_quo", copy)
    assert "warning: the two differ in code too" in printed


def test_two_scenarios_are_swept_and_compared(hindcast, capsys, monkeypatch, tmp_path):
    file = saved(hindcast, tmp_path)
    printed = said(capsys, monkeypatch, "compare", file, file, "--runs", 10, "--seed", 3)
    assert "A short (A), B short (B): 10 pairs of runs, seed 3" in printed


def test_scenarios_are_named_or_given_and_swept_with_one_seed(hindcast, tmp_path):
    file = saved(hindcast, tmp_path)
    named = compare(str(file), str(file), runs=4, seed=3)
    assert (named.attrs["runs"], named.attrs["seed"]) == (4, 3)
    assert compare(sim.load(file), file, runs=4, seed=3).identical(named)
    with pytest.raises(Mistake, match="short is a result and status_quo is not; name two results or two scen"):
        compare(sim.sweep(file, 4), "status_quo")


def test_old_words_of_the_command_still_work(capsys, monkeypatch):
    for word in ("facts", "parts"):
        assert "Usage" in said(capsys, monkeypatch, word, "--help")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status_quo/", "richardson"), "is a result and richardson is not"),
        (("status_quo/", "israeli_embargo/", "--runs", 10), "leave out --runs, --seed and --engine"),
        (("richardson", "richardsen"), "did you mean 'richardson'?"),
    ],
)
def test_a_comparison_that_cannot_be_is_one_sentence(words, sentence, swept, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    named = [swept / word[:-1] if str(word).endswith("/") else word for word in words]
    assert sentence in complaint(capsys, monkeypatch, "compare", *named)


def test_the_figure_of_two_results_needs_the_second(swept, capsys, monkeypatch, tmp_path):
    copy = shutil.copytree(swept / "status_quo", tmp_path / "copy")
    assert "--against" in complaint(capsys, monkeypatch, "plot", copy, "versus")
    other = shutil.copytree(swept / "israeli_embargo", tmp_path / "other")
    assert "name it too" in complaint(capsys, monkeypatch, "plot", copy, "fan", "--against", other)
    said(capsys, monkeypatch, "plot", copy, "versus", "--against", other, "--format", "svg")
    assert "Israeli embargo compared" in (copy / "figures" / "versus_copy_other.txt").read_text(encoding="utf-8")


# -- the figure's words


def test_the_headline_claims_nothing_that_the_interval_does_not():
    from sim.plots import versus

    result = synthetic()
    sure = compare(result, result.assign(first_campaign=result["first_campaign"] * np.nan))
    assert ": major war by Dec 2025 in 0 of 100 histories, not " in versus.headline(sure)
    same = compare(result, result)
    assert versus.headline(same) == "Nothing that tells Synthetic (B) from Synthetic (A) but luck"
    assert "nan" not in versus.alt_text(same)
    assert versus.versus(same).axes


def test_the_headline_names_what_changed_most_of_what_is_clear_in_all_rows_at_once():
    from sim.plots import effects, versus

    result = synthetic()
    origin = result["origin"] == "israel"
    embargo = result.assign(deliveries=result["deliveries"].where(~origin, 0.0))
    said = versus.headline(compare(result, embargo))
    assert ": arms from Israel to Azerbaijan 0.0%, not " in said
    assert said.endswith("no difference in war to be told from luck")
    found = compare(result, embargo)
    israel = effects.effects(effects.shares(found))[0]
    assert israel.sides[1] == "0.0"
    assert israel.sure
    unsure = found.assign(high=found["high"] + 2 * abs(found["difference"]), low=found["low"] - 1e9)
    assert versus.headline(unsure).startswith("Nothing that tells ")


def test_effects_are_told_in_units_of_readers():
    from sim.plots import effects

    result = synthetic().assign(final_balance=("run", np.linspace(0.0, 1.0, synthetic().sizes["run"])))
    found = compare(result, milder(result).assign(final_balance=result["final_balance"] + 0.1))
    rows = {row.label: row for row in effects.effects(effects.main(found))}
    assert rows["campaign"].unit == "of 100"
    assert float(rows["campaign"].sides[0]) == pytest.approx(100 * rows["campaign"].values[0], abs=0.5)
    balance = rows["balance at the end, Azerbaijan"]
    assert balance.sides == (f"{np.exp(0.5):.2f}:1", f"{np.exp(0.6):.2f}:1")
    assert balance.difference.startswith(f"×{np.exp(0.1):.2f} ")
    assert "times fewer" not in " ".join(row.told() for row in rows.values())


def test_a_difference_that_whole_per_cents_hide_is_shown_with_a_decimal():
    from sim.plots import versus

    result = synthetic()
    first = int(np.flatnonzero(result["first_campaign"].notnull().values)[0])
    fewer = result["first_campaign"].where(result["run"] != first)
    shown = versus._of_hundred(compare(result, result.assign(first_campaign=fewer)))
    assert shown[0] != shown[1]


# -- windows of years


@pytest.fixture(scope="module")
def in_memory():
    both = (altered(sim.load(name), end="2026-12") for name in ("status_quo", "israeli_embargo"))
    return [sim.sweep(one, 64, seed=1, kept_paths=64).load() for one in both]


def test_means_and_rates_over_a_window_are_those_of_its_years(in_memory):
    quo, other = in_memory
    found = compare(quo, other, window="2023-2024")
    spent = quo["milex"].isel(time=slice(12, 36)).mean("time").sel(state="azerbaijan")
    assert np.isclose(found.sel(measure="mean_milex azerbaijan", case="a")["value"], spent.mean(), rtol=1e-6)
    assert "means, rates and supplier shares: over 2023-2024" in comparison_text(found)
    whole = compare(quo, other)
    rates = sum(whole.sel(measure=f"{scale}_rate", case="a")["value"] for scale in ("campaign", "operation"))
    assert np.isclose(rates, (quo["campaigns"] + quo["operations"]).mean() / 5.0, rtol=0.02)


@pytest.mark.parametrize("window", ["2020-2024", "2029-2025", "2025-2050", "soon"])
def test_a_window_outside_the_years_is_refused_with_one_that_is_not(in_memory, window):
    with pytest.raises(Mistake, match="write two years within 2022 to 2026"):
        compare(*in_memory, window=window)


def test_a_window_may_be_one_year(in_memory):
    assert compare(*in_memory, window="2025").attrs["window"] == "2025"
