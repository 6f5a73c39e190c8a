"""Cases of designed results compared: named the same way everywhere, paired by luck, drawn into files of their own."""

import csv
import shutil

import numpy as np
import pytest
from sweeping import complaint, said
from worlds import altered

import sim
from sim.analysis import cases
from sim.analysis.compare import compare
from sim.model.mistakes import Mistake
from sim.results.files import LONGEST
from sim.results.manifest import write_documents
from sim.results.open import case, open_result
from sim.results.store import Store
from sim.study.experiment import Experiment
from sim.study.study import study_of_experiment
from sim.sweeps.play import ExecutionOptions, play_batches

RUNS, KEPT_PATHS, END = 300, 20, "2011-06"
FACTOR = "weigh_attacks.operation_rate"


@pytest.fixture(scope="module")
def scenarios(hindcast):
    """One, and the same in more danger."""
    one = altered(hindcast, end=END)
    return one, altered(one, parameters={"let_grievance_smoulder.weight": 0.5}).model_copy(update={"name": "tense"})


def played(out, scenarios, runs, **more):
    """Play a designed sweep of scenarios that are not shipped."""
    asked = {
        "question": "?",
        "scenarios": [one.name for one in scenarios],
        "replicates": runs,
        "kept_paths": KEPT_PATHS,
    }
    experiment = Experiment.model_validate(asked | {"keep": "trajectories"} | more)
    study = study_of_experiment(experiment, scenarios)
    out.mkdir()
    store = Store(study, out)
    write_documents(study, out)
    play_batches(store, out, list(study.layout.batches()), ExecutionOptions())
    return out


@pytest.fixture(scope="module")
def designed(scenarios, tmp_path_factory):
    """Two scenarios at three points of one factor."""
    three = {FACTOR: {"values": [0.1, 0.2, 0.4]}}
    return played(tmp_path_factory.mktemp("cases") / "answer", scenarios, RUNS, uncertainties=three, design="grid")


@pytest.fixture(scope="module")
def plain(scenarios, tmp_path_factory):
    """What the last point of the first scenario and the first of the second are, each swept alone."""
    place = tmp_path_factory.mktemp("plain")
    for scenario, rate, name in ((scenarios[0], 0.4, "calm"), (scenarios[1], 0.1, "tense")):
        changed = altered(scenario, parameters={FACTOR: rate})
        sim.sweep(changed, RUNS, out=place / name, kept_paths=KEPT_PATHS)
    return place


# -- pairs


def test_cases_of_one_result_are_compared_as_if_each_were_swept_alone(designed, plain):
    found = compare(
        f"{designed}@scenario=south_caucasus_2010,point=2", f"{designed}@scenario=tense,point=0", precision=0.01
    )
    alone = compare(plain / "calm", plain / "tense", precision=0.01)
    assert (found["differing"] > 0).any()
    assert found.drop_attrs().identical(alone.drop_attrs())
    assert (found.attrs["runs"], found.attrs["members"]) == (RUNS, KEPT_PATHS)
    assert found.attrs["settings"] == [f"{FACTOR} 0.4 against 0.1"]
    assert found.attrs["changed_code"] == []


def test_a_case_and_a_plain_result_are_the_same_runs(designed, plain):
    found = compare(f"{designed}@point=2,scenario=south_caucasus_2010", plain / "calm")
    assert (found["differing"] == 0).all()
    assert found.attrs["settings"] == [f"{FACTOR} 0.4 against as in the scenario"]


def test_cases_of_two_designed_results_are_compared(designed, tmp_path):
    copy = shutil.copytree(designed, tmp_path / "copy")
    across = compare(f"{designed}@scenario=tense,point=0", f"{copy}@scenario=tense,point=1")
    within = compare(f"{designed}@scenario=tense,point=0", f"{designed}@scenario=tense,point=1")
    assert (within["differing"] > 0).any()
    assert across.identical(within)


def test_a_chosen_dataset_and_a_written_case_are_one_thing(designed):
    result = open_result(designed)
    chosen = compare(case(result, "tense", 0), case(result, "tense", "operation_rate 0.4"))
    written = compare(f"{designed}@scenario=tense,point=0", f"{designed}@scenario=tense,point=operation_rate 0.4")
    assert chosen.identical(written)
    assert chosen.attrs["scenario"] == "tense (operation_rate 0.1)"


def test_actors_of_other_scenarios_are_no_side_of_a_case(scenarios, richardson, tmp_path):
    elsewhere = altered(richardson, start=scenarios[0].start, end=END)
    mixed = played(tmp_path / "mixed", (scenarios[1], elsewhere), 20, design="fixed")
    found = compare(f"{mixed}@scenario=tense", f"{mixed}@scenario=richardson")
    assert found.attrs["states"] == ["azerbaijan", "armenia"]
    assert "states of one case only: armenia, azerbaijan, north, south" in found.attrs["not_compared"]
    assert not [name for name in found["name"].values if "balance" in name]
    assert np.isfinite(found["value"]).all()
    alone = cases.as_case(f"{mixed}@scenario=richardson")
    assert alone["state"].values.tolist() == ["north", "south"]
    assert alone.sizes["zone"] == 0


# -- what is written


@pytest.mark.parametrize(
    ("text", "scenario", "point"),
    [
        ("x", None, None),
        ("x@scenario=a_b", "a_b", None),
        ("x@point=price 60, scale 2", None, "price 60, scale 2"),
        ("x@point=price 60, scale 2,scenario=a", "a", "price 60, scale 2"),
        ("some@where/x@scenario=a, point=0003", "a", "0003"),
    ],
)
def test_a_case_is_read(text, scenario, point):
    side = cases.case_named(text)
    assert (side.scenario, side.point) == (scenario, point)
    assert side.directory.as_posix().endswith("x")


def test_a_directory_with_the_sign_in_its_name_is_itself(tmp_path):
    odd = tmp_path / "a@scenario=b"
    odd.mkdir()
    assert cases.case_named(odd) == cases.CaseName(odd)
    assert cases.case_named(f"{odd}@scenario=c") == cases.CaseName(odd, "c")


@pytest.mark.parametrize("choice", ["tense", "scenari=tense", "scenario=", "scenario=a,scenario=b", ""])
def test_what_chooses_no_case_is_refused(choice):
    with pytest.raises(Mistake, match="chooses no case; write x@scenario=NAME, x@point=NAME or x@scenario=NAME,point="):
        cases.case_named(f"x@{choice}")


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ("", r"2 scenarios \(south_caucasus_2010; tense\) and 3 points \(operation_rate 0.1; .*\); choose one case by "
             r"name or number, for example .*answer@scenario=south_caucasus_2010,point=0$"),
        ("@point=1", r"has 2 scenarios \(.*\); choose one case .*@scenario=south_caucasus_2010,point=1$"),
        ("@scenario=tense", r"has 3 points \(operation_rate 0.1; .*\); choose one case .*@scenario=tense,point=0$"),
        ("@scenario=tens,point=0", "answer: this result has no scenario 'tens', did you mean 'tense'"),
        ("@scenario=zzz,point=0", "no scenario 'zzz', it has south_caucasus_2010; tense$"),
        ("@scenario=tense,point=7", "no point '7', it has operation_rate 0.1; operation_rate 0.2; operation_rate 0.4$"),
    ],
)  # fmt: skip
def test_a_case_that_is_not_one_is_a_sentence_with_the_choices(choice, sentence, designed):
    with pytest.raises(Mistake, match=sentence):
        compare(f"{designed}{choice}", f"{designed}@scenario=tense,point=0")


def test_a_plain_result_has_one_case_only(plain):
    one = compare(f"{plain / 'tense'}@scenario=tense", plain / "tense")
    assert one.attrs["runs"] == RUNS
    with pytest.raises(Mistake, match="no scenario 'calm'; it has one only, tense"):
        cases.as_case(f"{plain / 'tense'}@scenario=calm")
    with pytest.raises(Mistake, match="no point '1'; it has one only, so leave out the point"):
        cases.as_case(f"{plain / 'tense'}@point=1")


# -- the command line


def test_the_command_compares_two_cases_to_a_precision(designed, capsys, monkeypatch, tmp_path):
    out = tmp_path / "rows.csv"
    first, second = (f"{designed}@scenario=tense,point={point}" for point in (0, 2))
    printed = said(capsys, monkeypatch, "compare", first, second, "--precision", 0.05, "--out", out)
    lines = printed.splitlines()
    assert lines[0] == "A tense (operation_rate 0.1), B tense (operation_rate 0.4): 300 pairs of runs, seed 0"
    assert lines[1] == f"settings, A against B: {FACTOR} 0.1 against 0.4"
    with out.open(encoding="utf-8") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    found = compare(first, second, precision=0.05).sel(measure="fighting_probability")
    assert float(rows["fighting_probability"]["runs_common"]) == found["runs_common"]
    assert float(rows["fighting_probability"]["half_width"]) == 0.05


def test_the_command_says_what_there_is_to_choose(designed, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(designed.parent)
    for words in (("compare", "answer", "answer"), ("plot", "answer", "fan")):
        assert "for example answer@scenario=south_caucasus_2010,point=0" in complaint(capsys, monkeypatch, *words)
    assert "there is no result directory nowhere" in complaint(
        capsys, monkeypatch, "compare", "nowhere@point=1", "answer@point=1"
    )
    assert "richardson is not" in complaint(capsys, monkeypatch, "compare", "answer@point=1", "richardson")


# -- files


def figures(folder):
    return {path.name for path in (folder / "figures").glob("*.txt")}


def test_a_second_comparison_leaves_the_first_alone_and_the_same_pair_overwrites_itself(
    designed, plain, capsys, monkeypatch, tmp_path
):
    answer, calm = (shutil.copytree(place, tmp_path / place.name) for place in (designed, plain / "calm"))
    first, name = f"{answer}@scenario=tense,point=0", "tense_operation_rate_0.1"
    plot = ("plot", first, "--format", "svg")
    pairs = {
        f"{answer}@scenario=tense,point=1": f"versus_{name}_tense_operation_rate_0.2.txt",
        f"{answer}@scenario=tense,point=operation_rate 0.4": f"versus_{name}_tense_operation_rate_0.4.txt",
        calm: f"versus_answer_{name}_calm.txt",
    }
    for number, (against, name) in enumerate(pairs.items(), 1):
        printed = said(capsys, monkeypatch, *plot, "versus", "--against", against)
        assert printed.splitlines()[-1].endswith(name)
        assert len(figures(answer)) == number
    before = (answer / "figures" / pairs[calm]).read_bytes()
    said(capsys, monkeypatch, *plot, "versus", "--against", calm)
    assert figures(answer) == set(pairs.values())
    assert (answer / "figures" / pairs[calm]).read_bytes() == before
    assert "operation_rate 0.1 against as in the scenario" in before.decode()
    said(capsys, monkeypatch, *plot, "fan")
    assert "fan_tense_operation_rate_0.1.txt" in figures(answer)


def test_figures_are_named_after_what_they_show(tmp_path):
    import xarray as xr

    near, far, other = tmp_path / "quo", tmp_path / "more" / "embargo", tmp_path / "embargo"
    bare = xr.Dataset(attrs={"scenario": "status_quo", "point": "price 60, scale 2"})

    def stem(figure, one, two=None):
        return cases.stem(figure, bare, one, *(() if two is None else (bare, two)))

    quo = cases.CaseName(near)
    assert stem("fan", quo) == "fan"
    assert stem("fan", cases.CaseName(near, "status_quo")) == "fan_status_quo"
    assert stem("fan", cases.CaseName(near, point="0")) == "fan_price_60_scale_2"
    names = [stem("versus", quo, cases.CaseName(place)) for place in (far, other, near, tmp_path.parent / "embargo")]
    assert names == ["versus_quo_more_embargo", "versus_quo_embargo", "versus_quo_quo", "versus_quo_up_embargo"]
    long = [stem("versus", quo, cases.CaseName(tmp_path / ("x" * 150 + end))) for end in "ab"]
    assert long[0] != long[1]
    assert max(map(len, long)) <= LONGEST


# -- the figure's words


def test_the_figure_says_in_which_settings_its_sides_differ(designed):
    from sim.plots import alt_text, draw, versus

    found = compare(f"{designed}@scenario=tense,point=0", f"{designed}@scenario=tense,point=2")
    assert f"Settings, first against second: {FACTOR} 0.1 against 0.4." in versus._note(found)
    assert f"{FACTOR} 0.1 against 0.4" in alt_text("versus", found)
    figure = draw("versus", found)
    page, words = figure.bbox, [*figure.texts, *(text for ax in figure.axes for text in ax.texts)]
    figure.draw_without_rendering()
    assert [
        text.get_text() for text in words if " ".join(text.get_text().split()).startswith("Tense (operation rate 0.4) ")
    ]
    for text in words:
        box = text.get_window_extent()
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text


def test_numbers_beside_each_other_have_the_same_decimals():
    from sim.plots.effects import alike

    assert alike(0.0, -0.4, 0.4) == ("0.0", "−0.4", "+0.4")
    assert alike(1.0, 0.0004, 2.0) == ("+1.000", "0.000", "+2.000")


def test_the_figure_says_how_many_runs_are_left_out(designed):
    from sim.plots import draw, versus

    one, other = (cases.as_case(f"{designed}@scenario=tense,point={point}").load() for point in (0, 1))
    broken = other["failed"].copy()
    broken[[2, 5]] = 3.0
    found = compare(one, other.assign(failed=broken))
    assert found.attrs["runs"] == RUNS - 2
    assert "298 runs (2 runs left out)" in " ".join(text.get_text() for text in draw("versus", found).texts)
    assert "2 runs failed on either side and are left out." in versus._note(found)
