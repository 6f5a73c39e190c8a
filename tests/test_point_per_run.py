"""Designs whose every run plays a point of its own: run k is run k of its point, whoever plays it how."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from worlds import altered

import sim
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.model.streams import Luck
from sim.scenario.changes import step_of
from sim.scenario.schema import Distribution, Figure
from sim.study.experiment import Experiment
from sim.study.factors import present
from sim.study.request import study_for
from sim.study.slots import find_slot

SEVERAL = {
    "weigh_attacks.campaign_rate": (0.02, 0.1),  # for everybody
    "azerbaijan.spend_oil_money.elasticity": (0.7, 1.0),
    "sign_contracts.memory": (2.0, 8.0),  # borrowed by the opening of the books
    "armenia.skill": (-0.1, 0.2),
    "weapons.decay.drones": (0.05, 0.2),  # what is held at the opening follows from it, row by row
    "russia.price.armour": (0.5, 2.0),
    "israel.affinity.azerbaijan": (0.1, 0.5),
    "open_contracts.other_quality": (0.3, 0.7),
    "israel.detection": (0.5, 1.0),  # the timeline sets it anew
    "azerbaijan.special_programme": (0.0, 900.0),  # and this one, in the time of the test
}


@pytest.fixture(scope="module")
def short_hindcast(hindcast):
    return altered(hindcast, end="2011-06")


def asked(scenario, tmp_path, rows, **more):
    """Return an experiment of a table of points on a scenario in a file."""
    (tmp_path / "mine.yaml").write_text(scenario.lock())
    lines = [",".join(SEVERAL), *(",".join(map(repr, row)) for row in np.asarray(rows).tolist())]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n")
    return Experiment(
        question="What is each run?", scenario=str(tmp_path / "mine.yaml"),
        uncertainties={path: {} for path in SEVERAL},
        design={"table": str(tmp_path / "rows.csv")}, **more,
    )  # fmt: skip


def assert_alike(one, other):
    """Compare outcomes and paths of two results to the last bit."""
    for name in [*OUTCOMES, "milex", "deliveries", "balance"]:
        assert np.array_equal(one[name].values, other[name].values, equal_nan=True), name


def test_constant_factors_are_the_scenario_as_it_is(short_hindcast, tmp_path):
    base = [present(short_hindcast, find_slot(short_hindcast, path)) for path in SEVERAL]
    along = sim.sweep(asked(short_hindcast, tmp_path, [base] * 3, point_per_run=True, replicates=100, keep="full"))
    assert_alike(along, sim.sweep(short_hindcast, 300, kept_paths=300))


def test_a_run_is_the_same_run_of_its_point(short_hindcast, tmp_path):
    rng = np.random.default_rng(3)
    rows = [[low + (high - low) * u for (low, high), u in zip(SEVERAL.values(), rng.random(len(SEVERAL)), strict=True)]
            for _ in range(3)]  # fmt: skip
    along = sim.sweep(asked(short_hindcast, tmp_path, rows, point_per_run=True, replicates=100, keep="full"))
    apart = sim.sweep(asked(short_hindcast, tmp_path, rows, replicates=300, keep="full"))
    for row in range(3):
        mine = slice(row, 300, 3)
        assert_alike(along.isel(run=mine, member=mine), apart.isel(point=row, run=mine, member=mine))
    assert np.ptp(along["milex"].isel(time=6).values, axis=0).min() > 0.0  # rows do differ


def test_the_timeline_sets_a_whole_quantity_anew_in_every_run(short_hindcast, tmp_path):
    study = sim.study.request.study_for(
        asked(short_hindcast, tmp_path, list(zip(*SEVERAL.values(), strict=True))[::-1], point_per_run=True)
    )
    position = study.position(0, 0)
    assert position.arrays["special_programme"][0].tolist() == [900.0, 0.0]
    step = step_of(position.scenario, dt.date(2011, 1, 1))
    assert position.changes[step]["special_programme"][0].tolist() == [1300.0, 1300.0]


def test_the_sample_lies_in_the_result_and_a_run_can_be_played_again(short_hindcast, tmp_path):
    ends = list(zip(*SEVERAL.values(), strict=True))
    experiment = asked(short_hindcast, tmp_path, ends, point_per_run=True)
    sim.sweep(experiment, out=tmp_path / "r")
    data = sim.open_result(tmp_path / "r")
    assert data.sizes["run"] == 2
    assert data["run_factor_values"].sel(run_factor="russia.price.armour").values.tolist() == [0.5, 2.0]
    assert sim.verify(tmp_path / "r").good
    sim.replay(tmp_path / "r", 1)
    assert sim.resume(tmp_path / "r", 6).sizes["run"] == 6  # rows are played once more, under other luck


def test_levers_stay_points_and_the_sample_lies_along_each(short_hindcast, tmp_path):
    (tmp_path / "mine.yaml").write_text(short_hindcast.lock())
    experiment = Experiment(
        question="Which?", scenario=str(tmp_path / "mine.yaml"), uncertainties={"armenia.skill": {}},
        levers={"rules.repay_oil": {}}, design={"latin_hypercube": {"points": 40}}, point_per_run=True,
    )  # fmt: skip
    data = sim.sweep(experiment)
    assert (data.sizes["point"], data.sizes["run"]) == (2, 40)
    assert data["factor"].values.tolist() == ["rules.repay_oil"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"design": {"sobol": {"points": 4}}}, "a design 'sobol' is played point by point"),
        ({"stop": {"half_width": 0.1, "most": 300}}, "remove 'stop:'"),
        ({"uncertainties": {"rules.repay_oil": {}}}, "a rule is switched for all runs of a point"),
    ],
)
def test_what_cannot_lie_along_the_runs_is_refused(more, told):
    given = {"question": "Q?", "scenario": "status_quo", "uncertainties": {"armenia.skill": {}},
             "design": {"latin_hypercube": {"points": 4}}, "point_per_run": True}  # fmt: skip
    with pytest.raises(Mistake, match=told):
        sim.study.request.study_for(Experiment(**{**given, **more}))


def test_the_design_alone_says_how_many_runs_there_are():
    experiment = Experiment(question="Q?", scenario="status_quo", uncertainties={"armenia.skill": {}},
                            design={"prior": {"points": 4}}, point_per_run=True)  # fmt: skip
    assert sim.study.request.study_for(experiment).layout.runs == 4
    with pytest.raises(Mistake, match="the design says how many runs there are"):
        sim.sweep(experiment, runs=10)


def test_sensitivity_takes_each_run_for_a_point_and_an_export_has_its_numbers(hindcast, tmp_path):
    (tmp_path / "mine.yaml").write_text(altered(hindcast, end="2013-12").lock())
    experiment = Experiment(
        question="Which?", scenario=str(tmp_path / "mine.yaml"), point_per_run=True, keep="summary",
        uncertainties={"weigh_attacks.operation_rate": {"between": [0.05, 0.5]}, "armenia.skill": {}},
        design={"latin_hypercube": {"points": 300}}, levers={"rules.repay_oil": {}},
    )  # fmt: skip
    sim.sweep(experiment, out=tmp_path / "r")
    rows = {
        row["factor"]: row for row in sim.sensitivity(tmp_path / "r", "operations") if row["index"] == "rank regression"
    }
    assert rows["weigh_attacks.operation_rate"]["value"] > 0.25
    sim.export(tmp_path / "r", "csv")
    head, first, *_ = (tmp_path / "r" / "export" / "runs.csv").read_text().splitlines()
    told = dict(zip(head.split(","), first.split(","), strict=True))
    expected = sim.open_result(tmp_path / "r")["run_factor_values"].sel(run_factor="armenia.skill").values[0]
    assert float(told["armenia.skill"]) == pytest.approx(expected)
    assert [row["factor"] for row in sim.check(experiment).factors][:2] == [*experiment.uncertainties]


# -- beside the numbers as they stand


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """Return the directory of a small scenario that was played as it stands, and with draws of its priors beside it."""
    scenario = altered(sim.load("south_caucasus_2010"), end="2010-12")
    folder = tmp_path_factory.mktemp("beside")
    sim.sweep(scenario, 300, seed=3, kept_paths=20, uncertainty="prior", out=folder / "both")
    return scenario, folder / "both"


def test_the_numbers_as_they_stand_are_played_as_ever_and_the_draws_beside_them(beside):
    scenario, out = beside
    both, alone = sim.open_result(out), sim.sweep(scenario, 300, seed=3, kept_paths=20)
    assert [str(label) for label in both["point"].values] == ["stated", "prior"]
    for name in ("deaths", "milex", "milex_histogram"):
        np.testing.assert_array_equal(both[name].isel(point=0), alone[name])
        assert not np.array_equal(both[name].isel(point=1), alone[name])
    drawn = {str(name): both["run_factor_values"].values[:, place]
             for place, name in enumerate(both["run_factor"].values)}  # fmt: skip
    assert drawn.keys() == scenario.believed().keys()
    assert len(set(drawn["weigh_attacks.campaign_rate"])) == 300
    assert both.attrs["unknown"].startswith(f"{len(drawn)} numbers drawn for each run")


def test_a_result_of_both_goes_on_is_verified_compared_and_told_as_any(beside, tmp_path):
    scenario, out = beside
    assert sim.verify(out, 4).good
    rows = sim.compare(f"{out}@point=stated", f"{out}@point=prior")
    assert len(rows.to_dataframe() if hasattr(rows, "to_dataframe") else list(rows)) > 3
    sim.export(out, "csv")
    table = pd.read_csv(out / "export" / "runs.csv")
    filled = table.groupby("point")["weigh_attacks.campaign_rate"].count()
    assert (filled["prior"], filled.get("stated", 0)) == (300, 0)
    effects = sim.sensitivity(out, "deaths")
    assert {row["factor"] for row in effects} >= {*scenario.believed()}


def test_a_posterior_is_found_beside_a_scenario_before_the_shipped_one(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        'extends: status_quo\ntitle: "mine"\nquestion: "?"\nend: "2024-12"\nposterior: posterior_2021.csv\n'
    )
    shipped = study_for(tmp_path / "mine.yaml", 4, uncertainty="posterior").points
    assert len(shipped.sample.factors) == 16
    (tmp_path / "posterior_2021.csv").write_text("repay_oil.weight\n1.5\n2.5\n")
    mine = study_for(tmp_path / "mine.yaml", 4, uncertainty="posterior").points
    assert mine.sample.factors == ("repay_oil.weight",)
    assert sorted(mine.sample.values[:, 0]) == [1.5, 1.5, 2.5, 2.5]


def test_what_every_run_would_draw_is_held_in_the_middle_where_numbers_stand(hindcast):
    path = "guard_what_is_at_stake.weight"
    figure = Figure(distribution=Distribution(uniform=[0.2, 0.3]), basis="assumed", because="a test")
    scenario = hindcast.model_copy(update={"parameters": {**hindcast.parameters, path: figure}, "priors": {}})
    study = study_for(scenario, 8, uncertainty="prior")
    stated = study.position(0, 0).settings(Luck(0, (0,)))["guard_what_is_at_stake"]["weight"]
    assert np.unique(stated) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("what", "how", "told"),
    [
        ("richardson", "prior", "does not say what is believed"),
        ("no_arms_to_either", "posterior", "names no posterior; write --uncertainty prior"),
        ("status_quo", "priors", "did you mean 'prior'"),
        ("how_sure_are_we", "prior", "an experiment says itself what is not known"),
    ],
)
def test_what_cannot_be_played_beside_is_one_sentence(what, how, told):
    with pytest.raises(Mistake, match=told):
        study_for(what, 8, uncertainty=how)


def test_a_figure_of_both_says_which_band_is_what(beside):
    _, out = beside
    drawn = sim.plot(out, "fan")
    text = drawn.texts["fan"]
    assert "dark of luck alone" in text
    assert "numbers drawn for each run from the priors of the scenario" in text
    assert "with what is not known" in text
    words = {label.get_text().replace("\n", " ") for label in drawn.figures["fan"].findobj(Text)}
    assert {"luck alone", "luck and what is not known"} <= words
    assert "milex_both_high" in (out / "figures" / "fan.csv").read_text()
    alone = sim.plot(f"{out}@point=prior", "fan").texts["fan"]
    assert "luck and what is not known together" in alone
