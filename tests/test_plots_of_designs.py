"""Figures over several cases or of a whole design: what they say, of numbers that can be worked out by hand."""

import numpy as np
import pytest
from sweeping import race
from synthetic import designed, made, milder, synthetic, with_statistics

import sim
from sim import plots
from sim.analysis.factor_words import factor_words, given_names
from sim.analysis.outlooks import outlooks
from sim.analysis.targets.table import judged
from sim.analysis.tornado import tornado
from sim.model.mistakes import Mistake
from sim.plots import style
from sim.plots import tornado as drawn_tornado
from sim.scenario.settings import MECHANISMS

ENDS = made({"one_at_a_time": {}})  # the base, then each of three numbers at either end: seven points
REACTION = "north.match_rival_linearly.reaction"


def words(figure):
    """Return the words of a figure as one string."""
    inside = [text for ax in figure.axes for text in [*ax.texts, ax._left_title]]
    return " ".join(" ".join(text.get_text() for text in [*figure.texts, *inside]).split())


# -- several cases


def test_outlooks_are_differences_from_the_first_within_runs_in_the_order_of_war():
    base, mild = synthetic(), milder(synthetic()).assign_attrs(title="Invented numbers, mild")
    same = base.assign_attrs(scenario="again", title="Invented numbers, the same")
    found = outlooks([base.assign_attrs(title="Invented numbers, as they are"), mild, same])
    war = found.sel(measure="war_probability")
    assert found["outlook_name"].values.tolist() == ["The same", "Mild"]  # rises first
    assert war["difference"].values.tolist()[0] == 0.0
    came = base["first_campaign"].notnull().values
    lost = came & (base["run"].values % 5 == 0)
    assert war["difference"].values[1] == pytest.approx(-lost.mean())
    assert war["baseline"].item() == pytest.approx(came.mean())
    assert found["name"].values.tolist().count("supplier_share") == 1


def test_the_figure_of_outlooks_fills_what_is_clear_of_luck_and_its_headline_counts_it():
    base, mild = synthetic(), milder(synthetic())
    dataset = plots.measured("outlooks", base, against=[mild, base.assign_attrs(scenario="again")])
    assert "1 of 2 outlooks change how often major war comes by Dec 2025" in words(plots.draw("outlooks", dataset))
    war = plots.draw("outlooks", dataset).axes[0]
    assert [line.get_markerfacecolor() for line in war.lines if line.get_marker() == "o"] == ["white", style.BLACK]
    alone = plots.measured("outlooks", base, against=base.assign_attrs(scenario="again"))
    assert "No outlook is told apart" in words(plots.draw("outlooks", alone))


def test_the_cases_of_one_result_are_those_of_the_figure_and_too_many_are_refused():
    several = designed(synthetic(), points=2, scenarios=2)
    several = several.assign_coords({f"scenario_{part}": ("scenario", ["", ""]) for part in ("title", "digest")})
    assert plots.measured("outlooks", several).sizes["outlook"] == 3
    with pytest.raises(Mistake, match="has 41 cases and a figure of several has room for 40"):
        plots.measured("outlooks", designed(synthetic()[["deaths", "milex"]], points=41))
    with pytest.raises(Mistake, match="'outlooks' shows several cases; name others with --against"):
        plots.plot(synthetic(), "outlooks")


# -- what moves an outcome


def test_a_tornado_has_both_ends_of_each_number_and_the_largest_first():
    found = tornado(designed(synthetic(), points=7), "deaths", experiment=ENDS)  # 1,000 more deaths at each point
    assert found["factor"].values.tolist() == list(ENDS.factors)[::-1]
    assert found["effect"].sel(factor="repay_oil.weight").values.tolist() == pytest.approx([1000.0, 2000.0])
    assert found["setting"].sel(factor="repay_oil.weight").values.tolist() == [0.0, 4.0]
    assert found["sure"].values.all()
    assert found["sentence"].sel(factor="repay_oil.weight").item().startswith("A supplier")
    assert found["whose"].sel(factor="israel.affinity.azerbaijan").item() == "Israel"
    figure = plots.draw("tornado", found)
    said = words(figure)
    assert "moves battle deaths most; clear of luck: 3 of 3 numbers tried" in said
    assert " 0 " in said and " 4 " in said  # noqa: PT018


def test_a_tornado_of_a_sample_marks_what_luck_alone_could_make():
    sample = made({"morris": {"trajectories": 2, "levels": 4}})
    flat = designed(synthetic(), points=1).isel(point=[0] * len(sample)).assign_coords(point=np.arange(len(sample)))
    found = tornado(flat, experiment=sample)
    assert not found["sure"].any()
    assert "Nothing that was tried is told from luck" in words(plots.draw("tornado", found))
    assert "mean change over the whole range" in words(plots.draw("tornado", found))


def test_more_numbers_than_have_a_row_are_counted():
    found = tornado(designed(synthetic(), points=7), "deaths", experiment=ENDS)
    many = found.isel(factor=[0, 1, 2] * 6)
    assert "Not shown: 3 more, which move it less." in drawn_tornado._note(many)


def test_a_design_that_moves_nothing_alone_is_no_tornado():
    with pytest.raises(Mistake, match="are no factors moved one by one"):
        tornado(designed(synthetic(), points=4), experiment=made({"list": [
            {"repay_oil.weight": number, "israel.affinity.azerbaijan": 0.2, "sell_to_friends.weight": 1.0}
            for number in range(4)
        ]}))  # fmt: skip
    with pytest.raises(Mistake, match="'tornado' shows a design of several points and this result has one"):
        plots.plot(synthetic(), "tornado")


def test_every_kind_of_factor_has_words():
    names = {"israel": "Israel"}
    assert factor_words("rules.repay_oil", names).number == "not followed (0) or followed (1)"
    assert factor_words("israel.rules.repay_oil", names).whose == "Israel"
    assert factor_words("weapons.decay.drones", names).number == "Drones"
    assert factor_words("armenia.grievance", names).sentence


def test_every_number_has_a_name_for_readers_and_no_name_is_of_none():
    numbers = {(rule, name) for rule, mechanism in MECHANISMS.items() for name in mechanism.parameters}
    names = {(rule, number): name for rule, named in given_names().items() for number, name in named.items()}
    assert set(names) == {one for one in numbers if MECHANISMS[one[0]].function.__module__.startswith("sim.model")}
    assert all(20 > len(name.split()) > 1 and len(name) < 80 for name in names.values())
    assert len(set(names.values())) == len(names)


# -- parts of variance


def test_parts_of_variance_fill_each_bar_and_one_outcome_can_be_chosen():
    shifted = designed(synthetic(), points=4)
    dataset = plots.measured("variance_parts", shifted, measure="deaths")
    assert dataset["name"].values.tolist() == ["deaths"]
    ax = plots.draw("variance_parts", dataset).axes[0]
    widths = [bar.get_width() for bar in ax.patches[:3]]
    assert sum(widths) == pytest.approx(1.0)
    assert widths == pytest.approx(
        dataset["share"].sel(component=["parameters", "interaction", "chance"]).values.ravel()
    )
    with pytest.raises(Mistake, match="there is no measure 'death', did you mean 'deaths'"):
        plots.measured("variance_parts", shifted, measure="death")
    with pytest.raises(Mistake, match="--measure is for the figure 'tornado' or 'variance_parts'"):
        plots.plot(synthetic(), "fan", measure="deaths")


# -- the record


def test_a_target_is_drawn_on_the_scale_of_its_tolerance_with_its_verdict_as_a_word():
    dataset = judged(with_statistics(synthetic()))
    both = np.isfinite(dataset["low"].values) & np.isfinite(dataset["high"].values)
    met = dataset["verdict"].values == "pass"
    judged_by_value = both & np.array(["share" in text for text in dataset["what"].values.tolist()])
    inside = np.abs(dataset["scaled_value"].values) <= 1 + 1e-9
    assert (met == inside)[judged_by_value].all()
    figure = plots.draw("targets", dataset)
    cells = [text.get_text() for text in figure.axes[0].texts]
    assert (cells.count("met"), cells.count("missed")) == (met.sum(), (~met).sum())
    assert f"{dataset.attrs['met']} of {dataset.attrs['rows']} targets on record are met" in words(figure)
    blocks = dataset["block"].values[dataset["block"].values > 0]
    assert (np.diff(blocks) != 0).sum() + 1 == len(set(blocks))  # the same side by side


# -- from a directory


def test_a_designed_result_has_its_own_figures_and_says_which_need_one_case(tmp_path):
    experiment = sim.Experiment(question="?", scenario=str(race(tmp_path)), replicates=8, design={"one_at_a_time": {}},
                                uncertainties={REACTION: {"between": [0.1, 0.2]}})  # fmt: skip
    out = tmp_path / "answer"
    sim.sweep(experiment, out=out)
    drawn = sim.plot(out, formats="svg")
    assert {"outlooks", "tornado", "variance_parts"} <= set(drawn.figures)
    assert not {"fan", "timeline", "versus"} & set(drawn.figures)
    assert drawn.note.startswith("none of several cases was chosen, so there is no fan and no ")
    assert {path.stem for path in drawn.files} == set(drawn.figures)
    beside = sim.plot(f"{out}@point=0", "outlooks", against=[f"{out}@point=1", f"{out}@point=2"], formats="svg")
    assert {path.stem for path in beside.files} == {"outlooks_answer_0_1_2"}


def test_a_design_swept_without_paths_can_be_read_again(tmp_path):
    experiment = sim.Experiment(question="?", scenario=str(race(tmp_path)), replicates=8, design={"grid": {}},
                                uncertainties={REACTION: {"values": [0.1, 0.2]}})  # fmt: skip
    sim.sweep(experiment, kept_paths=0, out=tmp_path / "answer")
    assert sim.sensitivity(tmp_path / "answer")
