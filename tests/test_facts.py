"""The targets: what is on record meets them, a wrong history does not, and nothing typed stands for a value."""

import dataclasses

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import altered

import sim
from sim.analysis import targets
from sim.analysis.targets import blocks
from sim.analysis.targets import clock as clocks
from sim.analysis.targets.text import targets_text
from sim.cli.main import app
from sim.engine.ensemble import play
from sim.engine.yearly import SCALES, WARS, Yearly
from sim.measures.target_statistics import MEASURES, arms, course_like, spending, statistics
from sim.measures.target_statistics.course import recorded, simulated
from sim.model.mistakes import Mistake
from sim.scenario.initial import opening

RUNS = 64


@pytest.fixture(scope="module")
def result():
    return sim.sweep("south_caucasus_2010", RUNS, seed=1)


LOOKED_AT = ("deliveries", "flights", "order_value", "order_origin", "killed", "war_begins", "fought", "contract_money",
             "contract_place")  # fmt: skip


@pytest.fixture(scope="module")
def played():
    """The same runs year by year, and month by month ``(month, ...)``."""
    position = opening(sim.load("south_caucasus_2010"), 1)
    yearly, months = Yearly(position, RUNS), {name: [] for name in LOOKED_AT}

    def observe(game):
        if game.step:
            yearly(game.world, game.step - 1)
            for name, seen in months.items():
                seen.append(game.world[name][..., :RUNS].copy())

    play(position, (0,), observe)
    return simulated(course_like(position), yearly), {name: np.stack(seen) for name, seen in months.items()}


@pytest.fixture(scope="module")
def course(played):
    return played[0]


def judged(course):
    return targets.judge(course, statistics(course))


@pytest.fixture(scope="module")
def record(course):
    """The observed series as if two runs had played them."""
    once = recorded(course)
    arrays = {field.name: getattr(once, field.name) for field in dataclasses.fields(once)}
    twice = {name: np.repeat(value, 2, axis=0) for name, value in arrays.items() if isinstance(value, np.ndarray)}
    by_scale = {
        name: {kind: np.repeat(wars, 2, axis=0) for kind, wars in value.items()}
        for name, value in arrays.items()
        if isinstance(value, dict)
    }
    return dataclasses.replace(once, **twice, **by_scale)


def by_code(rows, code):
    return [row for row in rows if row.code == code]


def test_the_observed_record_meets_every_target(record):
    rows = judged(record)
    failed = [(row.code, row.what, row.on_record, row.value) for row in rows if row.verdict == "fail"]
    assert not failed
    assert sum(row.verdict == "pass" for row in rows) >= 30


def test_only_talks_are_missing_from_what_the_record_can_be_judged_by(record, course):
    able = {(row.code, row.what) for row in judged(course) if row.verdict}
    lost = able - {(row.code, row.what.split(":")[0]) for row in judged(record) if row.verdict}
    lost -= {(row.code, row.what) for row in judged(record) if row.verdict}
    assert {code for code, _ in lost} <= {"T-29", "T-42"}  # no days of operations and no talks on record


def test_every_code_of_the_list_is_answered_for(course):
    codes = {row.code for row in judged(course)}
    assert codes == {f"T-{number:02d}" for number in range(1, 48)} - {"T-07"}  # the list has no T-07


def test_every_row_has_a_verdict_or_a_reason_and_a_simulated_number_with_it(course):
    for row in judged(course):
        assert bool(row.verdict) != bool(row.why), row
        assert not row.verdict or np.isfinite(row.value), row


def test_values_are_computed_and_only_tolerances_are_written():
    allowed = {
        "code",
        "what",
        "why",
        "between",
        "measure",
        "given",
        "path",
        "last",
        "estimate",
        "apart",
        *targets.RULES,
    }
    for target in targets.validation_targets():
        assert set(target) <= allowed, target
        assert "why" in target or sum(rule in target for rule in targets.RULES) == 1, target
        assert target.get("measure", "ratio") in MEASURES


def test_no_window_goes_beyond_what_is_held_back():
    for target in targets.validation_targets():
        given = target.get("given", {})
        years = [given.get(key, 0) for key in ("year", "first", "last", "after")] + list(given.get("window", []))
        assert max([*years, target.get("last", 0)]) <= 2021, target


def test_what_is_held_back_is_not_in_the_observed_course(record):
    late = [year > 2021 for year in record.years]
    assert np.isnan(record.milex[:, late]).all()
    assert np.isnan(record.imports[:, late]).all()


def test_a_history_that_spends_twice_the_record_fails_on_the_path_and_the_ratio(record):
    wrong = record.milex.copy()
    wrong[:, 1:, 0] *= 2.0
    rows = judged(dataclasses.replace(record, milex=wrong))
    assert {row.verdict for row in by_code(rows, "T-03") if row.verdict} == {"fail"}
    coverage = by_code(rows, "T-01")[1]
    assert coverage.verdict == "fail"
    assert {row.verdict for row in by_code(rows, "T-02")} == {"pass"}


def test_a_history_without_war_fails_on_wars_and_cannot_be_dated(record):
    peace = dataclasses.replace(
        record,
        campaigns=np.zeros_like(record.campaigns),
        operations=np.zeros_like(record.operations),
    )
    rows = judged(peace)
    assert {row.verdict for row in by_code(rows, "T-21")} == {"fail"}
    assert by_code(rows, "T-23")[0].why


def test_a_scenario_of_other_states_says_that_they_are_missing():
    rows = targets.targets("richardson", 2)
    assert all(row["why"] for row in rows)


def test_wars_add_up_to_what_the_sweep_counts(result, course):
    assert np.array_equal(course.campaigns.sum(1), result["campaigns"])
    assert np.array_equal(course.operations.sum(1), result["operations"])
    few = (course.campaigns + course.operations).sum(1) <= WARS
    assert few.mean() > 0.9
    for name, wars in (("war_days", course.lengths), ("deaths", course.deaths)):
        total = sum(np.nansum(of_kind, axis=1) for of_kind in wars.values())
        after_war = few & ((course.campaigns + course.operations).sum(1) > 0)
        assert np.allclose(total[after_war], result[name].values[after_war], rtol=0.3 if name == "deaths" else 1e-9)


def test_years_are_the_sums_of_kept_paths(result, course):
    for name, years in (("recorded_deliveries", course.imports), ("recorded_milex", course.milex * 12)):
        path = result[name].groupby("time.year").sum().transpose("member", "year", ..., "state")
        assert np.allclose(path, years, rtol=1e-5)


def test_contracts_and_flights_of_a_year_are_those_of_its_months(played):
    course, months = played
    value, origin = months["order_value"], months["order_origin"]
    for place in range(len(course.origins)):
        by_year = np.where(origin == place, value, 0.0).reshape(len(course.years), 12, *value.shape[1:]).sum(1)
        assert np.allclose(course.signed[:, :, place], np.moveaxis(by_year, -1, 0))
    august = months["contract_money"][7::12]
    assert np.allclose(course.owed.sum(2), np.moveaxis(august.sum(1), -1, 0))
    weapons = len(opening(sim.load("south_caucasus_2010"), 1).labels["weapon"])
    first = np.where(months["contract_place"][7::12] // weapons == 1, august, 0.0).sum(1)
    assert np.allclose(course.owed[:, :, 1], np.moveaxis(first, -1, 0))
    flights = months["flights"].reshape(len(course.years), 12, *months["flights"].shape[1:]).sum(1)
    assert np.allclose(course.flights, np.moveaxis(flights, -1, 0))
    assert flights.max() > 0.0


def test_a_run_up_is_three_months_beside_the_ten_before_them_and_losses_are_those_of_the_war(played):
    course, months = played
    begun = (months["war_begins"][:, 0] > 0.0) & (months["fought"][:, 0] == SCALES["campaign"])
    told = 0
    for run in range(RUNS):
        started = np.flatnonzero(months["war_begins"][:, 0, run] > 0.0)
        for war, month in enumerate(started[:WARS]):
            following = started[war + 1] if war + 1 < len(started) else None
            if begun[month, run]:
                lost = months["killed"][month:following, :, run].sum(0)
                assert np.allclose(course.losses["campaign"][run, war], lost)
                assert np.isclose(course.deaths["campaign"][run, war], lost.sum())
            came = months["deliveries"][max(month - 12, 0) : month + 1, :, :, run]
            found = course.gathered["campaign"][run, war]
            known = came.any(0) & begun[month, run] & (month >= 12)
            assert np.array_equal(np.isfinite(found), known)
            if known.any():
                lately, usual = came[-3:].mean(0)[known], came[:-3].mean(0)[known]
                assert np.allclose(found[known], lately / (lately + usual))
            told += known.sum()
    assert told > 20


def test_single_facts_say_what_their_rows_say(record):
    value = {row.code: row.on_record for row in judged(record) if row.code in ("T-26", "T-30", "T-46", "T-47")}
    assert np.isclose(value["T-30"], 3825 / 2906)
    assert np.isclose(by_code(judged(record), "T-24")[0].on_record, 92 / 87)
    usual = (20.7 + 123 - 36 - 77.1) / 16
    lately = (36 + 77.1) / 2
    assert np.isclose(value["T-26"], lately / (lately + usual))
    assert 0.8 < value["T-46"] / 5000 < 1.2
    assert 1.1 < value["T-47"] / 2000 < 1.4


# -- of a result


def test_a_result_is_judged_as_its_scenario_is(result, course):
    for ours, theirs in zip(targets.targets(result), judged(course), strict=True):
        assert (ours["code"], ours["verdict"], ours["why"]) == (theirs.code, theirs.verdict, theirs.why)
        assert np.isclose(ours["value"], theirs.value, rtol=1e-5, equal_nan=True)


def test_each_case_of_a_design_can_be_held_against_the_record(hindcast, tmp_path):
    (tmp_path / "half.yaml").write_text(altered(hindcast, end="2016-12").lock(), encoding="utf-8")
    experiment = sim.Experiment(
        question="Which?", scenario=str(tmp_path / "half.yaml"), design="grid",
        uncertainties={"weigh_attacks.campaign_rate": {"values": [0.02, 0.1]}}, replicates=20,
    )  # fmt: skip
    sim.sweep(experiment, out=tmp_path / "r")
    first, second = (targets.targets(f"{tmp_path / 'r'}@point={point}") for point in (0, 1))
    assert [row["value"] for row in first] != [row["value"] for row in second]
    assert sim.verify(tmp_path / "r").good
    done = CliRunner().invoke(app, ["targets", f"{tmp_path / 'r'}@point=1"])
    assert done.exit_code == 0
    assert "season alone" not in done.output  # the clock imposes its own wars
    with pytest.raises(Mistake, match="a result has its own"):
        sim.targets(tmp_path / "r", 10)


def test_a_result_without_statistics_says_so(result):
    with pytest.raises(Mistake, match="keeps not all statistics"):
        sim.targets(result.drop_vars("target_statistics"))
    with pytest.raises(Mistake, match="keeps not all statistics"):
        sim.targets(result.isel(statistic=slice(1, None)))


# -- where the record lies, and which rows say the same


def test_a_record_in_the_middle_is_ordinary_and_one_that_no_run_reaches_is_not(record, course):
    table = statistics(course)
    for row in targets.judge(course, table):
        assert np.isfinite(row.rank) <= bool(row.verdict), row
        if np.isfinite(row.on_record) and row.verdict:
            assert 0.0 <= row.rank <= 1.0
    ratio = by_code(targets.judge(course, table * 1e3), "T-03")[2]
    assert ratio.rank == 0.0
    assert all(np.isnan(row.rank) or 0.0 <= row.rank <= 1.0 for row in judged(record))


def test_a_rank_counts_half_of_the_ties_of_a_count_and_all_wars_of_a_row_that_is_of_each(course):
    rows, campaigns = judged(course), course.campaigns.sum(1)
    wars = by_code(rows, "T-21")[0]
    assert np.isclose(wars.rank, (campaigns < 1).mean() + (campaigns == 1).mean() / 2)
    length = by_code(rows, "T-28")[0]
    fought = course.lengths["campaign"][np.isfinite(course.lengths["campaign"])]
    assert np.isclose(length.rank, (fought < length.on_record).mean())
    late = by_code(rows, "T-22")[1]  # one number of each run, as the recorded one is of the whole record
    assert late.rank > late.value


def test_rows_that_go_together_are_one_block_and_hold_one_number():
    rng = np.random.default_rng(5)
    first, second = rng.normal(size=(2, 400))
    rare = np.where(np.arange(400) < 10, first, np.nan)
    numbers = [first, -first + 0.1 * second, second, np.zeros(400), rare]
    alike = blocks.likeness(numbers)
    assert blocks.blocks(alike) == [1, 1, 2, 3, 4]  # what ten runs have in common with others tells nothing
    assert np.isclose(blocks.independent(blocks.overlaps(alike)), 25 / 7, rtol=0.02)  # eigenvalues 2, 1, 1, 1, 0
    assert blocks.blocks(blocks.likeness([])) == []
    assert blocks.independent([]) == 0.0


def test_what_is_told_counts_blocks_by_most_of_their_rows_and_marks_a_surprise():
    def row(verdict, block, rank, overlap=1.0, apart=False):
        return dataclasses.asdict(
            targets.Target("T-00", "it", 1.0, 0.0, 2.0, 1.0, verdict=verdict, block=block, rank=rank,
                           overlap=overlap, apart=apart)
        )  # fmt: skip

    said = targets_text([
        row("pass", 1, 0.5, 2.0), row("fail", 1, 0.96, 2.0), row("pass", 2, np.nan), row("fail", 3, 0.05),
        row("pass", 0, 0.99, np.nan, True),
    ])  # fmt: skip
    assert "2 of 4 pass; 1 more" in said
    assert "in blocks: 1 of 3 met; the rows hold about 3 independent numbers" in said
    assert "for 2 of 3 rows" in said
    assert "0.96 *" in said
    assert "0.05 *" not in said


# -- slopes and shares


def test_growth_that_follows_the_rival_has_that_slope(record):
    rng = np.random.default_rng(2)
    other = np.cumsum(rng.normal(0, 0.2, (3, len(record.years))), axis=1)
    own = np.zeros_like(other)
    own[:, 1:] = 0.4 * other[:, :-1]
    both = dataclasses.replace(record, milex=np.exp(np.stack([other, own], -1)))
    first, second = record.states
    slope = spending.reaction(both, second, first, record.years[0], record.years[-1])
    assert np.allclose(slope, 0.4)


def test_shares_of_all_suppliers_sum_to_one(course):
    total = sum(arms.share(course, course.states[0], code, [2011, 2020]) for code in course.origins)
    assert np.allclose(total, 1.0)


# -- the clock


@pytest.fixture(scope="module")
def eve():
    position = opening(sim.load("south_caucasus_2010"), 1)
    return position, clocks.dated_outbreaks(position)


def test_only_the_dated_wars_take_place_and_the_land_goes_to_whom_it_went(eve):
    position, outbreaks = eve
    forced = clocks.Forced({outbreak.step: outbreak for outbreak in outbreaks})
    begun, held, days = [], [], []

    def observe(game):
        forced.observe(game)
        if game.step:
            begun.append(game.world["war_begins"][0].mean())
            days.append(game.world["days_fought"][0].mean())
            held.append(game.world["control"][:, 0].min(-1))

    play(position, (0,), observe, forced.ask)
    assert np.flatnonzero(begun).tolist() == [outbreak.step for outbreak in outbreaks]
    assert set(np.array(begun)[np.flatnonzero(begun)]) == {1.0}
    assert np.isclose(sum(days), sum(outbreak.days for outbreak in outbreaks))
    zone = position.labels["zone"].index("karabakh")
    assert np.isclose(held[-1][zone], 1.0)
    assert np.isclose(held[outbreaks[1].step + 3][zone], 0.32)


def test_a_forecast_that_knows_scores_nothing_and_one_that_knows_nothing_scores_its_rate(eve):
    outbreaks = eve[1]
    steps = max(outbreak.step for outbreak in outbreaks) + 1
    risk = np.full((steps, 2, 1), 1e-9)
    for outbreak in outbreaks:
        risk[outbreak.step, outbreak.scale] = 30.0
    found = {
        name: clocks._scores(chance, outbreaks)[-2:]
        for name, chance in clocks.forecasts(risk, np.zeros(steps) + 1.0, outbreaks).items()
    }
    assert np.allclose(found["model"], 0.0, atol=1e-6)
    n, rate = len(outbreaks), len(outbreaks) / steps
    assert np.allclose(found["constant rate"][0], n * np.log(rate) + (steps - n) * np.log1p(-rate), atol=1e-3)
    assert np.allclose(found["season alone"], found["constant rate"])


def test_the_clock_has_a_row_for_each_dated_outbreak_and_none_where_nothing_is_dated(eve):
    rows = clocks.clock("south_caucasus_2010", 64)
    assert len(rows) == len(eve[1]) + 3
    assert np.isclose(sum(row["model"] for row in rows[:-2]), rows[-2]["model"])
    assert rows[-2]["model"] <= rows[-2]["model at its best level"] + 1e-6
    assert rows[-2]["error"] > 0.0
    assert clocks.clock("richardson", 2) == []


# -- the command


def test_the_command_shows_failures_and_ends_well():
    done = CliRunner().invoke(app, ["targets", "south_caucasus_2010", "--runs", "64"])
    assert done.exit_code == 0
    for words in ("verdict", "fail", "not computed:", "reported apart", "pass;", "season alone", "rank:", "in blocks:"):
        assert words in done.output
