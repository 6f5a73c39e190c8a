"""Hindcasts: what is scored is what came, the table says who wins on the same cases, files give back what they hold."""

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim import observed
from sim.answers import write_rows
from sim.calibration.refit import freed
from sim.cli.main import app
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.observed import panel
from sim.plots import hindcast as figure
from sim.scenario.document import DocumentError
from sim.validation.hindcast import hindcast, read_hindcast, read_tables
from sim.validation.origins import Origin, from_table, refitted
from sim.validation.panel import VARIANTS, panelled
from sim.validation.records import market_with_orders, spending_of_states, world_market
from sim.validation.runs import runs_of
from sim.validation.scored import ABLATED, INFORMED, MODEL, NAIVE, Question, Scored
from sim.validation.table import Group, against, table

RUNS = 64


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A hindcast from two origins, and where it lies."""
    out = tmp_path_factory.mktemp("hindcast")
    return hindcast(origins=(2016, 2019), mode=("nothing", "inputs"), runs=RUNS, out=out), out


def rows_of(found, **asked):
    return [row for row in found.rows if all(getattr(row, name) == wanted for name, wanted in asked.items())]


# -- what is scored


def test_what_is_scored_is_what_came(found):
    spent = observed.annual("military_expenditure", "milex_usd2023_m", "ARM")
    rows = rows_of(found[0], subject="spending", of="ARM")
    assert {row.until for row in rows} == {2016, 2017, 2018, 2019, 2020, 2021}
    assert all(row.seen == spent[row.until] for row in rows)
    outbreaks = rows_of(found[0], subject="outbreaks", forecaster="shipped", mode="nothing")
    assert {row.until for row in outbreaks if row.seen > 0} == {2016, 2020, 2022, 2023}


def test_everybody_foretells_the_same_cases_and_knows_what_the_mode_gives(found):
    for subject in ("spending", "outbreaks", "deaths", "shares"):
        cases = {
            name: {row.case for row in rows_of(found[0], subject=subject, mode="nothing", forecaster=name)}
            for name in {row.forecaster for row in rows_of(found[0], subject=subject, mode="nothing")}
        }
        assert len(set(map(frozenset, cases.values()))) == 1, cases
    assert not rows_of(found[0], mode="nothing", kind=INFORMED)
    assert rows_of(found[0], mode="inputs", kind=INFORMED)


def test_shares_are_scored_over_windows_that_are_on_record(found):
    rows = rows_of(found[0], subject="shares", kind=MODEL)
    assert {(row.origin, row.until) for row in rows} == {(2016, 2020)}  # from 2019 on, two years are none


def test_a_better_forecast_has_a_better_row():
    question = Question("spending", "XXX", 2000, 2001, "nothing", "shipped", MODEL)
    luck = np.random.default_rng(1).normal(size=500)
    near, far = question.number(7.0 + 0.1 * luck, np.exp(7.0)), question.number(8.0 + 0.1 * luck, np.exp(7.0))
    assert near.score < far.score
    assert (near.inside, far.inside, far.rank) == (1.0, 0.0, 0.0)
    assert near.q10 < near.q50 < near.q90
    assert far.pit < 0.01
    months = np.array([0.0, 1.0])
    assert question.steps(np.array([0.1, 0.6]), months).score < question.steps(np.array([0.3, 0.3]), months).score


def test_the_record_is_laid_out_once_and_whole():
    market = market_with_orders(["AZE", "ARM"], ["RUS", "ISR", "other"], "other")
    lines = observed.deliveries("AZE")
    assert market.delivered[0].sum() > sum(line.tiv_m for line in lines) - 1e-6
    israeli = sum(line.tiv_m for line in lines if line.supplier == "ISR")
    assert market.sums(1995, 2021)[0, 1] == pytest.approx(israeli)
    assert market.ordered.sum(2)[0, 1] == pytest.approx(market.delivered[0, 1])
    assert len(world_market(1995).recipients) > 60
    real, derived = (spending_of_states(real_output=real).output for real in (True, False))
    assert np.nanmax(np.abs(np.diff(real, axis=1) - np.diff(derived, axis=1))) > 0.01


def test_an_origin_reopens_a_scenario_for_its_years():
    again = Origin(2014).reopened(sim.load("south_caucasus_2010"), "nothing")
    assert (again.start, again.end, again.as_of) == ("2014-01", "2018-12", "2014-01")


def test_a_posterior_is_played_over_what_is_fitted_anew_and_refused_where_it_does_not_fit(tmp_path):
    file = tmp_path / "posterior.csv"
    file.write_text("azerbaijan.surprise_the_budget.spread,weight\n0.01,1\n0.02,3\n", encoding="utf-8")
    again = Origin(2014).reopened(sim.load("south_caucasus_2010"), "nothing")
    _, fitted = refitted(again, 2014, 400)
    scenario, draws = from_table(file)(again, 2014, 400)
    spread = draws["azerbaijan.surprise_the_budget.spread"]
    assert np.mean(spread == 0.02) == pytest.approx(0.75, abs=0.08)
    assert draws.keys() == fitted.keys()
    assert np.array_equal(draws["armenia.spending_gap"], fitted["armenia.spending_gap"])
    sure = runs_of(scenario, 256, 0, draws)
    doubtful = runs_of(*(freed(again, fitted), 256, 0, fitted))
    assert np.log(sure.spending[:, 0, 0]).std() < 0.8 * np.log(doubtful.spending[:, 0, 0]).std()
    file.write_text("azerbaijan.surprise_the_budget.spread\n7\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"posterior.csv:2: .*out of range"):
        from_table(file)(again, 2014, 4)


def test_only_what_is_on_record_of_the_states_is_scored():
    south_asia = sim.load("south_asia_2000")
    found = hindcast(south_asia, origins=[2010], mode="nothing", runs=4)
    assert {(row.subject, row.of) for row in found.rows} == {("spending", "IND"), ("spending", "PAK")}
    assert "nan" not in str(found)


# -- the table


def row_of(name, kind, origin, until, score, subject="spending"):
    return Scored(subject, "XXX", origin, until, "inputs", name, kind, score, inside=1.0)


def test_the_table_says_who_wins_on_the_same_cases():
    rows = []
    for origin in (2000, 2005, 2010):
        for until in (origin, origin + 1):
            rows += [row_of("refitted", MODEL, origin, until, 0.10), row_of("shipped", MODEL, origin, until, 0.9),
                     row_of("last value", NAIVE, origin, until, 0.20), row_of("drift", NAIVE, origin, until, 0.25),
                     row_of("regression", INFORMED, origin, until, 0.08)]  # fmt: skip
    rows.append(row_of("scarce", NAIVE, 2000, 2000, 0.01))  # foretells one case of six, and is nobody's rival
    (line,) = table(rows, [Group("all", lambda row: True, lambda row: row.origin)])
    assert (line["best naive"], line["naive verdict"], line["best informed"]) == ("last value", "win", "regression")
    assert line["skill on naive"] == pytest.approx(0.5)
    assert line["informed verdict"] == "lose"
    assert (line["cases"], line["clusters"], line["covered"]) == (6, 3, "6 of 6")
    cases = [(row.origin, row.until) for row in rows if row.forecaster == "refitted"]
    rows += [row_of("without x", ABLATED, *case, 0.11) for case in cases]
    beside = {row["forecaster"]: row for row in against(rows, [Group("all", lambda row: True, lambda row: row.origin)])}
    assert beside.keys() == {"last value", "drift", "regression", "without x"}
    assert beside["drift"]["skill"] == pytest.approx(0.6)
    assert (beside["regression"]["better in"], beside["without x"]["better in"]) == ("0 of 3", "3 of 3")


def test_an_empty_comparison_is_an_error():
    with pytest.raises(Mistake, match="nothing to score"):
        table([], [])


# -- the panel


@pytest.fixture(scope="module")
def foretold():
    """Two rivalries of the panel from 2000, few runs."""
    pairs = {("DZA", "MAR"), ("IND", "PAK"), ("ISR", "SYR")}
    few = [rivalry for rivalry in panel.rivalries() if (rivalry.a, rivalry.b) in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panel, "rivalries", lambda **more: tuple(few))
        return panelled([2000], ["nothing", "inputs"], RUNS)


def test_the_panel_scores_states_and_pairs_and_counts_what_it_leaves_out(foretold):
    rows, left_out = foretold
    assert {row.of for row in rows if row.subject == "spending"} == {"DZA", "MAR", "IND", "PAK"}
    assert {row.of for row in rows if row.subject == "disputes"} == {"DZA-MAR", "IND-PAK"}
    assert left_out["rivalries with too few usable years before an origin"] == 1  # of Syria nothing usable is on record
    for row in rows:
        if row.subject == "spending":
            assert row.seen == panel.spending(row.of)[row.until]
        if row.subject == "disputes":
            year = panel.conflict(*row.of.split("-")).get(row.until)
            assert row.seen == float(bool(year and year.onsets))


def test_the_panel_plays_every_variant_once_and_they_differ(foretold):
    spending = [row for row in foretold[0] if row.subject == "spending" and row.mode == "inputs"]
    scores = {name: tuple(row.score for row in spending if row.forecaster == name) for name in VARIANTS}
    assert len(set(map(len, scores.values()))) == 1
    assert len({scores[name] for name in ("prior", "without output", "without the rival")}) == 3
    assert {row.kind for row in spending if row.forecaster in VARIANTS} == {MODEL, ABLATED}
    assert not [row for row in foretold[0] if row.mode == "nothing" and row.kind == ABLATED]


def test_the_panel_is_foretold_by_tables_of_one_s_own(tmp_path, monkeypatch):
    """Twice as much spending by tables of one's own is foretold, and held against, twice as much."""
    few = tuple(rivalry for rivalry in panel.rivalries() if (rivalry.a, rivalry.b) == ("DZA", "MAR"))
    monkeypatch.setattr(panel, "rivalries", lambda **more: few)
    for name in ("spending", "deliveries", "exports"):
        rows = [dict(row) for row in panel.rows(name)]
        for row in rows if name == "spending" else ():
            row["milex_usd2023_m"] = str(2.0 * float(row["milex_usd2023_m"])) if row["milex_usd2023_m"] else ""
        write_rows(rows, tmp_path / f"{name}.csv")
    own, shipped = (
        sim.hindcast(panel=True, origins=[2000], mode="nothing", runs=16, tables=tables) for tables in (tmp_path, None)
    )
    seen = [
        {(row.of, row.until): row.seen for row in found.rows if row.subject == "spending"} for found in (own, shipped)
    ]
    assert seen[0]
    assert seen[0] == {key: pytest.approx(2.0 * value) for key, value in seen[1].items()}
    assert own.about["tables"].keys() == {"spending.csv", "deliveries.csv", "exports.csv"}
    assert "tables" not in shipped.about
    with pytest.raises(Mistake, match="add --panel"):
        sim.hindcast(tables=tmp_path)


def test_every_rule_that_a_variant_leaves_out_is_in_the_catalogue():
    assert {rule for variant in VARIANTS.values() for rule in variant.without} <= CATALOGUE.keys()


# -- files


def test_what_was_written_is_read_and_what_was_changed_is_refused(found, tmp_path):
    told, out = found
    again = read_hindcast(out)
    assert str(again) == str(told)
    assert list(map(repr, again.rows)) == list(map(repr, told.rows))
    about, lines, beside = read_tables(out)
    assert about["digests"].keys() == {"hindcast.csv", "against.csv", "forecasts.csv"}
    assert str(lines) == str(told.table)
    assert str(beside) == str(told.against)
    for path in out.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "forecasts.csv"
    path.write_text(path.read_text().replace("spending,ARM,2016,2016", "spending,ARM,2016,2017", 1))
    with pytest.raises(Mistake, match="is not what was written"):
        read_hindcast(tmp_path)
    with pytest.raises(Mistake, match="holds no hindcast"):
        read_hindcast(tmp_path / "nowhere")


def test_the_figure_shows_every_spending_that_was_foretold(found, tmp_path):
    told, _ = found
    dataset = figure.fans(told)
    assert dataset.attrs["parameters"] == "refitted"
    assert int(np.isfinite(dataset["q50"].values).sum()) == 2 * (5 + 3)
    files = figure.draw(told, tmp_path)
    assert [path.name for path in files] == ["fans.png", "fans.svg", "fans.csv", "fans.txt"]
    before = [path.read_bytes() for path in files]
    assert before == [path.read_bytes() for path in figure.draw(told, tmp_path)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mode", "input"], "did you mean 'inputs'"),
        (["--panel", "--mode", "timeline"], "has no timeline"),
        (["--panel", "--posterior", "draws.csv"], "a posterior is of one scenario"),
        (["south_caucasus_2010", "--panel"], "leave out"),
        (["--runs", "1"], "write 2 or more"),
        (["richardson"], "nothing is on record of"),
        (["--origin", "2030"], "from 1998 to 2023"),
    ],
)
def test_what_cannot_be_is_one_sentence(words, told, capfd):
    answer = CliRunner().invoke(app, ["hindcast", "--runs", "2", *words])
    assert answer.exit_code != 0
    assert told in str(answer.exception)
