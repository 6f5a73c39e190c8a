"""Points lie where the document says, and a scenario at a point differs in nothing else."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sim
from sim.calibration.pooled import pooled
from sim.drafts.figures import rounded
from sim.model.mistakes import Mistake
from sim.model.streams import Luck
from sim.scenario.document import DocumentError
from sim.scenario.initial import opening
from sim.scenario.schema import Distribution, Figure, Scenario
from sim.study import experiment as experiments
from sim.study.experiment import Experiment, read_experiment
from sim.study.factors import present
from sim.study.points import at_point, count, points
from sim.study.sample_table import parse_sample_table, resampled
from sim.study.slots import find_slot

HINDCAST = sim.load("south_caucasus_2010")
UNKNOWN = {"repay_oil.weight": {}, "israel.affinity.azerbaijan": {"between": [0.1, 0.5]}}
LEVERS = {"israel.export_law": {"values": [0.0, 1.0]}, "rules.repay_oil": {}}
SAMPLED: dict[str, Any] = {
    "latin_hypercube": {"points": 12},
    "sobol": {"points": 8, "second_order": True},
    "morris": {"trajectories": 3, "levels": 4},
    "prior": {"points": 12, "sampler": "independent"},
}


def asked(design: Any, scenario: str = "south_caucasus_2010", **parts: Any) -> Experiment:
    return Experiment(question="?", scenario=scenario, design=design, **parts)


def uncertain(figures: dict[str, Distribution], scenario: Scenario = HINDCAST, **ranges: Any) -> Scenario:
    """Return a scenario whose parameters for everybody are uncertain."""
    added = {
        key: Figure(distribution=what, basis="assumed", because="a test", **ranges) for key, what in figures.items()
    }
    return scenario.model_copy(update={"parameters": {**scenario.parameters, **added}})


# -- sizes, ranges, order


@pytest.mark.parametrize("kind", SAMPLED)
def test_a_sample_lies_in_its_ranges_under_every_combination_of_levers(kind: str) -> None:
    made = points(asked({kind: SAMPLED[kind]}, uncertainties=UNKNOWN, levers=LEVERS), HINDCAST)
    assert made.factors == (*UNKNOWN, *LEVERS)
    assert made.roles == ("uncertainty", "uncertainty", "lever", "lever")
    assert made.units[0] == "log-odds per share"
    low, high = made.values.min(0), made.values.max(0)
    assert (low >= [0.0, 0.1, 0.0, 0.0]).all()
    assert (high <= [4.0, 0.5, 1.0, 1.0]).all()
    size = made.about["sample"]
    blocks = made.values.reshape(4, size, 4)
    assert (blocks[:, :, :2] == blocks[:1, :, :2]).all()
    assert np.ptp(blocks[0, :, 0]) > 1.0
    assert blocks[:, 0, 2:].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert [list(row.values()) for row in made.about["combinations"]] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert (blocks[:, :, 2:] == blocks[:, :1, 2:]).all()


@pytest.mark.parametrize("kind", [*SAMPLED, "grid", "one_at_a_time", "fixed"])
def test_the_number_of_points_is_known_before_sampling(kind: str) -> None:
    levers = {"israel.export_law": {"values": [0.0, 0.5, 1.0]}, "rules.repay_oil": {}}
    parts = {"levers": levers, "uncertainties": UNKNOWN} if kind in (*SAMPLED, "one_at_a_time") else {"levers": levers}
    if kind == "fixed":
        parts = {}
    experiment = asked({kind: SAMPLED.get(kind, {})}, **parts)
    assert count(experiment, HINDCAST) == len(points(experiment, HINDCAST)) == len(points(experiment, HINDCAST).labels)


@pytest.mark.parametrize("kind", SAMPLED)
def test_the_same_seed_makes_the_same_points_and_another_seed_others(kind: str) -> None:
    design = {kind: SAMPLED[kind]}
    one, again, other = (points(asked(design, uncertainties=UNKNOWN, seed=seed), HINDCAST) for seed in (3, 3, 4))
    assert (one.values == again.values).all()
    assert (one.values != other.values).any()
    assert one.about["sampler_seed"] != other.about["sampler_seed"]


@pytest.mark.parametrize("kind", SAMPLED)
def test_what_an_analysis_needs_is_plain_data(kind: str) -> None:
    made = points(asked({kind: SAMPLED[kind]}, uncertainties=UNKNOWN, levers=LEVERS), HINDCAST)
    assert json.loads(json.dumps(made.about)) == made.about


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.0]), min_size=1, max_size=4, unique=True),
       st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=3, unique=True))  # fmt: skip
def test_a_grid_is_every_combination_in_the_order_of_the_document(first: list[float], second: list[float]) -> None:
    levers = {"repay_oil.weight": {"values": first}, "israel.export_law": {"values": second}}
    made = points(asked("grid", levers=levers), HINDCAST)
    assert made.values.tolist() == [[a, b] for a in first for b in second]
    assert len(set(made.labels)) == len(made)


@settings(deadline=None, max_examples=25)
@given(st.floats(0, 3.9), st.floats(0.01, 4), st.integers(2, 40), st.integers(0, 2**31))
def test_a_latin_hypercube_has_one_point_in_each_slice(low: float, width: float, number: int, seed: int) -> None:
    high = min(low + width, 4.0)
    unknown = {"repay_oil.weight": {"between": [low, high]}, "weigh_attacks.campaign_rate": {}}
    made = points(asked({"latin_hypercube": {"points": number}}, uncertainties=unknown, seed=seed), HINDCAST).values[
        :, 0
    ]
    assert ((made >= low) & (made <= high)).all()
    slices = np.sort((made - low) / (high - low) * number)
    assert (np.abs(slices - np.arange(number) - 0.5) <= 0.5 + 1e-6).all()


def test_one_at_a_time_changes_one_number_of_the_base() -> None:
    made = points(asked("one_at_a_time", uncertainties=UNKNOWN, levers=LEVERS), HINDCAST)
    assert made.labels[0] == "base"
    assert made.values[0].tolist() == [1.0, 0.3, 0.0, 1.0]
    assert ((made.values[1:] != made.values[0]).sum(1) == 1).all()
    changed = [made.factors[int(np.argmax(row != made.values[0]))] for row in made.values[1:]]
    assert made.about["changed"] == ["", *changed]


def test_the_base_of_one_at_a_time_is_the_scenario_itself() -> None:
    made = points(asked("one_at_a_time", uncertainties=UNKNOWN, levers=LEVERS), HINDCAST)
    base, plain = opening(at_point(HINDCAST, made, 0)), opening(HINDCAST)
    assert all((base.arrays[name] == array).all() for name, array in plain.arrays.items())
    assert base.doctrines.keys() == plain.doctrines.keys()


def test_a_list_is_taken_as_it_is() -> None:
    rows = [{"repay_oil.weight": 1.0, "israel.export_law": 0.0}, {"israel.export_law": 1.0, "repay_oil.weight": 3.0}]
    levers = {"repay_oil.weight": {}, "israel.export_law": {}}
    assert points(asked({"list": rows}, levers=levers), HINDCAST).values.tolist() == [[1.0, 0.0], [3.0, 1.0]]


def test_a_table_is_taken_by_the_names_of_its_columns(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("israel.export_law,repay_oil.weight\n0,1\n1,3\n", encoding="utf-8")
    text = 'question: "?"\nscenario: south_caucasus_2010\nlevers:\n  repay_oil.weight:\n  israel.export_law:\n'
    (tmp_path / "q.yaml").write_text(text + "design: {table: t.csv}\n", encoding="utf-8")
    made = points(read_experiment(tmp_path / "q.yaml"), HINDCAST)
    assert made.factors == ("repay_oil.weight", "israel.export_law")
    assert made.values.tolist() == [[1.0, 0.0], [3.0, 1.0]]


# -- priors and posteriors


def test_prior_draws_have_the_distributions_believed() -> None:
    scenario = uncertain({"repay_oil.weight": Distribution(normal=[2.0, 0.4])})
    unknown = {"repay_oil.weight": {}, "weigh_attacks.campaign_rate": {}, "rules.rearm_after_defeat": {},
               "sell_to_friends.weight": {"distribution": {"normal": [3.0, 0.5]}}}  # fmt: skip
    for sampler in ("latin_hypercube", "independent"):
        made = points(asked({"prior": {"points": 2000, "sampler": sampler}}, uncertainties=unknown), scenario).values
        low, high = (
            find_slot(HINDCAST, "weigh_attacks.campaign_rate").low,
            find_slot(HINDCAST, "weigh_attacks.campaign_rate").high,
        )
        assert stats.kstest(made[:, 0], stats.norm(2.0, 0.4).cdf).pvalue > 0.01
        assert stats.kstest(made[:, 1], stats.loguniform(low, high).cdf).pvalue > 0.01
        assert made[:, 2].mean() == pytest.approx(0.5, abs=0.04)
        assert stats.kstest(made[:, 3], stats.norm(3.0, 0.5).cdf).pvalue > 0.01
        assert abs(np.corrcoef(made.T) - np.eye(4)).max() < 0.08


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol", "morris", "prior"])
def test_a_range_by_order_of_magnitude_is_even_in_logarithms(kind: str) -> None:
    plain = {"weigh_attacks.campaign_rate": {"between": [0.016, 0.128]}, **UNKNOWN}
    by_log = {**plain, "weigh_attacks.campaign_rate": {"between": [0.016, 0.128], "scale": "log"}}
    even, spread = (points(asked({kind: SAMPLED[kind]}, uncertainties=u), HINDCAST).values for u in (plain, by_log))
    share = (even[:, 0] - 0.016) / 0.112
    assert spread[:, 0] == pytest.approx(0.016 * 8.0**share)
    assert (spread[:, 1:] == even[:, 1:]).all()


def test_the_prior_design_takes_up_every_distribution_of_the_scenario() -> None:
    scenario = uncertain({"guard_what_is_at_stake.weight": Distribution(uniform=[0.15, 0.35])})
    followers = [key for key, state in scenario.states.items() if "guard_what_is_at_stake" in state.rules]
    made = points(asked({"prior": {"points": 64}}, uncertainties=UNKNOWN), scenario)
    assert set(made.factors) == {*UNKNOWN, *(f"{key}.guard_what_is_at_stake.weight" for key in followers)}
    assert len(followers) == 2
    named = points(asked({"prior": {"points": 64}}, uncertainties={"guard_what_is_at_stake.weight": {}}), scenario)
    assert named.factors == ("guard_what_is_at_stake.weight",)
    assert 0.15 <= named.values.min() < 0.16 < 0.34 < named.values.max() <= 0.35


def test_a_distribution_that_is_a_factor_is_no_longer_drawn_by_each_run() -> None:
    scenario = uncertain({"guard_what_is_at_stake.weight": Distribution(uniform=[0.15, 0.35])})
    made = points(asked({"prior": {"points": 4}}), scenario)
    luck = Luck(0, (0,))
    before = opening(scenario).settings(luck)["guard_what_is_at_stake"]["weight"]
    after = opening(at_point(scenario, made, 2)).settings(luck)["guard_what_is_at_stake"]["weight"]
    assert np.ptp(before, axis=1).min() > 0.1
    drawn = [place for place, path in enumerate(made.factors) if path.endswith("guard_what_is_at_stake.weight")]
    assert np.asarray(after).reshape(2).tolist() == made.values[2, drawn].tolist()


def test_a_factor_of_which_nothing_is_said_is_spread_as_the_scenario_believes() -> None:
    path = "weigh_attacks.campaign_rate"
    prior = HINDCAST.believed()[path].distribution
    assert prior is not None
    assert prior.log_uniform is not None
    for kind in ("latin_hypercube", "sobol", "prior"):
        open_, said = (
            points(asked({kind: SAMPLED[kind]}, uncertainties={path: stated}), HINDCAST)
            for stated in ({}, {"between": prior.log_uniform, "scale": "log"})
        )
        assert open_.factors == (path,), "a document that names what is not known draws nothing else"
        assert (open_.values == said.values).all()
    elsewhere = points(asked({"prior": {"points": 8}}, uncertainties={path: {"between": [0.02, 0.03]}}), HINDCAST)
    assert 0.02 <= elsewhere.values.min() <= elsewhere.values.max() <= 0.03
    everything = points(asked({"prior": {"points": 8}}), HINDCAST)
    assert set(everything.factors) == set(HINDCAST.believed())


@pytest.mark.parametrize("form", ["normal", "lognormal", "uniform", "log_uniform"])
def test_each_run_draws_what_a_design_draws_of_the_same_belief(form: str) -> None:
    believed = Distribution(**{form: [0.2, 0.35]})
    scenario = uncertain({"guard_what_is_at_stake.weight": believed}, between=[0.1, 0.4])
    runs = opening(scenario).settings(Luck(0, tuple(range(8))))["guard_what_is_at_stake"]["weight"]
    named = {"guard_what_is_at_stake.weight": {}}
    made = points(asked({"prior": {"points": 2048}}, uncertainties=named), scenario).values[:, 0]
    assert stats.ks_2samp(np.ravel(runs), made).pvalue > 0.01
    assert 0.1 <= made.min() < believed.middle < made.max() <= 0.4


def test_what_is_believed_changes_nothing_that_is_played() -> None:
    plain = HINDCAST.model_copy(update={"priors": {}, "posterior": None})
    states = {key: state.model_copy(update={"priors": {}}) for key, state in HINDCAST.states.items()}
    assert HINDCAST.believed().keys() - plain.model_copy(update={"states": states}).believed().keys()
    assert plain.model_copy(update={"states": states}).digest() == HINDCAST.digest()
    assert sim.load("status_quo").believed() == HINDCAST.believed()


@pytest.mark.parametrize(("scenario", "before"), [("south_caucasus_2010", 2022), ("south_asia_2000", 2000)])
def test_what_is_pooled_over_the_panel_is_what_the_scenario_believes(scenario: str, before: int) -> None:
    panel = pooled(before)
    said = {"share_in_growth.at_once": panel.at_once, "keep_pace_with_economy.elasticity": panel.elasticity,
            "india.surprise_the_budget.spread": panel.spread}  # fmt: skip
    found = {path: figure.distribution for path, figure in sim.load(scenario).believed().items() if path in said}
    assert found
    for path, believed in found.items():
        assert believed is not None
        assert believed.normal == [rounded(said[path].mean), rounded(said[path].error)]


def test_posterior_draws_are_taken_as_they_are_or_by_their_weights(tmp_path: Path) -> None:
    text = 'question: "?"\nscenario: south_caucasus_2010\nlevers:\n  rules.repay_oil:\n'
    (tmp_path / "q.yaml").write_text(text + "design: {posterior: {file: d.csv}}\n", encoding="utf-8")
    (tmp_path / "d.csv").write_text("repay_oil.weight\n1\n2\n3\n", encoding="utf-8")
    plain = points(read_experiment(tmp_path / "q.yaml"), HINDCAST)
    assert plain.values.tolist() == [[1, 0], [2, 0], [3, 0], [1, 1], [2, 1], [3, 1]]
    assert plain.roles == ("uncertainty", "lever")
    (tmp_path / "d.csv").write_text("weight,repay_oil.weight\n1,1\n0,2\n3,3\n", encoding="utf-8")
    (tmp_path / "q.yaml").write_text(text + "design: {posterior: {file: d.csv, points: 8}}\n", encoding="utf-8")
    experiment = read_experiment(tmp_path / "q.yaml")
    weighted = points(experiment, HINDCAST)
    assert weighted.values[:8, 0].tolist() == [1, 1, 3, 3, 3, 3, 3, 3]
    assert weighted.about["row"] == [0, 0, 2, 2, 2, 2, 2, 2]
    assert len(weighted) == count(experiment, HINDCAST) == 16


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20).filter(lambda w: sum(w) > 0.1), st.integers(1, 50),
       st.integers(0, 1000))  # fmt: skip
def test_systematic_resampling_takes_each_draw_as_often_as_it_weighs(
    weights: list[float], number: int, seed: int
) -> None:
    text = "weight,a\n" + "".join(f"{weight:.17f},{index}\n" for index, weight in enumerate(weights))
    _, rows = resampled(parse_sample_table(text), ["a"], number, seed)
    share = np.array(weights) / sum(weights)
    assert (abs(np.bincount(rows, minlength=len(weights)) - number * share) < 1 + 1e-6).all()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a\n", "<text>:1: write a first row with the names of factors and at least one row of numbers"),
        ("a,a\n1,2\n", "<text>:1: column 'a' stands twice; remove one"),
        ("a\n1\nnan\n", "<text>:3: a: write a number, not 'nan'"),
        ("a,weight\n1,-1\n", "<text>:2: weight: write a weight of 0 or more, not '-1'"),
        ("a,weight\n1,0\n", "<text>:1: weight: all weights are 0; correct them or remove the column"),
    ],
)
def test_a_mistake_in_a_file_of_draws_is_told_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_sample_table(text)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a;b\n0,1;0,2\n", "<text>:1: semicolons separate the cells here; write commas between cells, and points"),
        ("sep=;\na;b\n0,1;0,2\n", "<text>:1: 'sep=;' is no name of a factor"),
        ("a\tb\n1\t2\n", "<text>:1: tabs separate the cells here"),
        ("a|b\n1|2\n", "<text>:1: bars separate the cells here"),
        ('a,b\n1,2\n0.1,"0.2\n' + "1,2\n" * 50_000, "<text>:3: the quotes of this row do not pair"),
        ('a,b\n1,"2"x\n', "<text>:2: the quotes of this row do not pair"),
        ("a,b\r1,2\rx,3\r", "<text>:3: a: write a number, not 'x'"),
        ("a\n1\x00\n", "<text>:2: a: write a number, not '1\\x00'"),
        ("a\n" + "1" * 200_000 + "\n", "<text>:2: these are no cells"),
        ("a\n" + "x" * 100_000 + "\n", "<text>:2: a: write a number, not 'xxx"),
        ("root:x:0:0:root:/root:/bin/bash\nbin:x:1\n", "<text>:1: 'root:x:0:0:root:/root:/bin/bash' is no name of a"),
        ("\x7fELF\x02\n1\n", "<text>:1: '\\x7fELF\\x02' is no name of a factor"),
    ],
    ids=lambda text: f"{text:.20}",
)
def test_what_is_no_table_of_points_is_one_sentence(text: str, complaint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_sample_table(text)
    assert str(caught.value).startswith(complaint)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


# -- a scenario at a point

KEPT_PATHS = {
    "repay_oil.weight": 1.25,
    "israel.repay_oil.weight": 1.25,
    "remember_war.grievance_life": 10.0,
    "israel.affinity.azerbaijan": 0.15,
    "israel.western_ties": 0.25,
    "israel.embargo.azerbaijan": 1.0,
    "armenia.grievance": 0.75,
    "region.terrain.syunik": 1.5,
    "weapons.decay.drones": 0.2,
    "rules.repay_oil": 0.0,
    "israel.rules.repay_oil": 0.0,
    "israel.rules.balance_two_clients": 1.0,
}


@pytest.mark.parametrize("path", KEPT_PATHS)
def test_a_scenario_at_a_point_has_the_number_and_nothing_else_differs(path: str) -> None:
    made = points(asked({"list": [{path: KEPT_PATHS[path]}]}, levers={path: {}}), HINDCAST)
    there = at_point(HINDCAST, made, 0)
    if "rules." not in path:
        assert present(there, find_slot(there, path)) == KEPT_PATHS[path]
    before, after = _leaves(HINDCAST.canonical()), _leaves(there.canonical())
    places = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    ending = "rules" if "rules." in path else ".".join(path.split(".")[-2:])
    assert places
    assert all(place[-1] in (ending, *path.split(".")) for place in places)
    assert len(places) == 1
    assert there.name == HINDCAST.name
    position = opening(there)
    if path == "israel.embargo.azerbaijan":
        row, column = position.labels["state"].index("azerbaijan"), position.labels["supplier"].index("israel")
        assert position.arrays["embargo"][:, :, 0].sum() == position.arrays["embargo"][row, column, 0] == 1.0
    if "rules." in path:
        follow = {key for _, key, actor in there.actors() if path.rpartition(".")[2] in actor.rules}
        assert ("israel" in follow) == bool(KEPT_PATHS[path])


def _leaves(part: Any, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return figures, doctrines and words of a scenario by where they stand."""
    if not isinstance(part, dict) or "basis" in part:
        return {at: part}
    return {place: leaf for key, item in part.items() for place, leaf in _leaves(item, (*at, str(key))).items()}


def test_a_rule_switched_off_for_all_plays_like_without() -> None:
    made = points(asked({"list": [{"rules.repay_oil": 0.0}]}, levers={"rules.repay_oil": {}}), HINDCAST)
    assert opening(at_point(HINDCAST, made, 0)).doctrines.keys() == opening(HINDCAST, 0, ["repay_oil"]).doctrines.keys()


def test_numbers_that_make_no_scenario_together_are_refused_with_their_point() -> None:
    levers = {"azerbaijan.control.karabakh": {"values": [0.0, 0.5]}}
    made = points(asked("grid", levers=levers), HINDCAST)
    with pytest.raises(Mistake, match=r"^point 1 \(karabakh 0\.5\) makes no scenario: .*control"):
        at_point(HINDCAST, made, 1)


def test_the_numbers_of_a_point_are_looked_at_again_where_they_are_put() -> None:
    made = points(asked({"list": [{"repay_oil.weight": 1.0}]}, levers={"repay_oil.weight": {}}), HINDCAST)
    made.values[0, 0] = 99.0
    with pytest.raises(Mistake, match=r"^repay_oil\.weight: 99 is out of range; write 0 to 4"):
        at_point(HINDCAST, made, 0)


@pytest.mark.parametrize("name", experiments.shipped_experiments())
def test_a_shipped_experiment_has_points_that_make_scenarios(name: str) -> None:
    experiment = read_experiment(name)
    for which in experiment.scenarios:
        scenario = sim.load(experiment.file_of(which))
        made = points(experiment, scenario)
        assert len(made) == count(experiment, scenario)
        for index in {0, len(made) // 2, len(made) - 1}:
            at_point(scenario, made, index)
