"""A run that breaks is a datum: marked with where and why, left out and counted; no other run is touched."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from sweeping import assert_same
from worlds import altered

import sim
from sim import measures
from sim.analysis.targets import taken
from sim.cli import main
from sim.cli.sweep import failures as list_failures
from sim.engine import chunk
from sim.engine.chunk import play_chunk
from sim.engine.record import KEPT
from sim.engine.soundness import Watchman, failure_sentence, within
from sim.explain.why import why
from sim.measures.runs import without_broken
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.model.rule import CATALOGUE
from sim.model.variables import LARGEST, VARIABLES
from sim.plots import style
from sim.results.open import case, failures, open_result
from sim.scenario.initial import opening

RUNS, KEPT_PATHS = 1300, 600
RULE = "surprise_the_budget"  # has luck of its own, so that it can break in some runs


@pytest.fixture(scope="module")
def scenario(hindcast):
    return altered(hindcast, end="2010-06")


@pytest.fixture(scope="module")
def sound(scenario):
    return sim.sweep(scenario, RUNS, kept_paths=KEPT_PATHS).load()


def break_rule(monkeypatch, rule, spoil):
    """Let a rule return what `spoil` makes of its answer and its draws."""
    was = CATALOGUE[rule]
    place = was.reads.index("draws")

    def broken(*seen, **parameters):
        return spoil(was.function(*seen, **parameters), seen[place])

    broken.__module__ = was.function.__module__  # still of the rulebook
    monkeypatch.setitem(CATALOGUE, rule, replace(was, function=broken))


def nonsense(answer, draws):
    return np.where(draws[0] < 5e-4, np.nan, answer)


def overflow(answer, draws):
    return np.where(draws[0] < 5e-4, np.exp(1e3 + 0.0 * draws[0]), answer)


def outcry(answer, draws):
    if (draws[0] < 5e-5).any():
        raise ValueError("the treasury is closed")
    return answer


@pytest.mark.parametrize("spoil", [nonsense, overflow, outcry])
def test_broken_runs_are_marked_left_out_and_counted(scenario, sound, tmp_path, monkeypatch, spoil):
    break_rule(monkeypatch, RULE, spoil)
    found = sim.sweep(scenario, RUNS, kept_paths=KEPT_PATHS, out=tmp_path / "r").load()
    listed = failures(tmp_path / "r")
    runs = sorted(failure["run"] for failure in listed)
    assert 0 < len(runs) < RUNS - 256
    assert found.attrs["failed"] == len(runs)
    assert repr(listed).splitlines()[0].split() == [*listed[0]]
    assert listed._repr_html_().count("<tr>") == 1 + len(runs)
    for failure in listed:
        assert found["failed"][failure["run"]] == failure["step"]
        assert failure["month"] == f"2010-{failure['step'] + 1:02d}"
        assert failure["scenario"] == scenario.name
        assert failure["settings"] == {}
        assert failure["message"]
    if spoil is outcry:
        assert {failure["message"] for failure in listed} == {"ValueError: the treasury is closed"}
        assert not [run for run in range(RUNS) if run // 256 in {r // 256 for r in runs} and run not in runs]
    else:
        assert "is not a finite number" in listed[0]["message"]
    good = np.setdiff1d(np.arange(RUNS), runs)
    for name in OUTCOMES:
        np.testing.assert_array_equal(found[name][good], sound[name][good])
        assert name == "failed" or np.isnan(found[name][runs]).all()
    for name in KEPT:
        np.testing.assert_array_equal(found[name][good[good < KEPT_PATHS]], sound[name][good[good < KEPT_PATHS]])
    assert (found["milex_histogram"].sum("milex_bin") == len(good)).all()


def test_what_is_left_out_does_not_depend_on_what_was_played_together(scenario, tmp_path, monkeypatch):
    break_rule(monkeypatch, RULE, nonsense)
    for blocks in (1, 4):
        sim.sweep(scenario, RUNS, kept_paths=0, out=tmp_path / f"{blocks}", chunk_blocks=blocks)
    assert_same(tmp_path / "1", tmp_path / "4")


@pytest.fixture(scope="module")
def broken(scenario, tmp_path_factory):
    """A result in which some runs broke."""
    out = tmp_path_factory.mktemp("broken") / "r"
    with pytest.MonkeyPatch.context() as patch:
        break_rule(patch, RULE, nonsense)
        sim.sweep(scenario, RUNS, kept_paths=KEPT_PATHS, out=out)
    return out


def test_figures_and_summary_show_how_many_runs_are_left_out(broken, capsys):
    result = open_result(broken)
    count = result.attrs["failed"]
    assert f"{count} runs left out" in style.footnote(measures.war_probability(result))
    assert without_broken(result).sizes["run"] == RUNS - count
    assert f"{count} runs left out" not in style.footnote(measures.war_probability(case(result).assign_attrs(failed=0)))
    list_failures(broken)
    assert len(capsys.readouterr().out.splitlines()) == 1 + count


def test_strict_stops_at_the_first_broken_run_with_a_sentence(scenario, tmp_path, monkeypatch):
    break_rule(monkeypatch, RULE, nonsense)
    with pytest.raises(Mistake, match=r"^run \d+ broke in 2010-\d\d, \w+: .* is not a finite number"):
        sim.sweep(scenario, RUNS, kept_paths=0, out=tmp_path / "r", strict=True)


def test_a_broken_run_is_re_enacted_up_to_where_it_broke(broken, monkeypatch):
    break_rule(monkeypatch, RULE, nonsense)
    failure = max(failures(broken), key=lambda one: one["step"])
    history = sim.replay(broken, failure["run"])
    assert history.broke.startswith(f"run {failure['run']} broke in {failure['month']}, {failure['phase']}: ")
    path = history.dataset["milex"].isel(member=0, state=0)
    assert np.isfinite(path[: failure["step"]]).all()
    assert np.isnan(path[failure["step"] :]).all()
    good = next(run for run in range(RUNS) if np.isnan(open_result(broken)["failed"][run]))
    assert not sim.replay(broken, good).broke


def test_when_every_run_breaks_that_is_a_sentence(scenario, tmp_path, monkeypatch):
    break_rule(monkeypatch, RULE, lambda answer, draws: answer * np.nan)
    with pytest.raises(Mistake, match=rf"all 300 runs broke.*`armsrace failures {tmp_path / 'r'}`"):
        sim.sweep(scenario, 300, kept_paths=10, out=tmp_path / "r")
    with pytest.raises(Mistake, match=r"all 300 runs broke.*`armsrace failures DIR`"):
        measures.summary(sim.sweep(scenario, 300, kept_paths=10))
    assert len(failures(tmp_path / "r")) == 300


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, OSError, Mistake])
def test_what_is_not_the_models_fault_is_no_datum(scenario, tmp_path, monkeypatch, error):
    def fail(answer, draws):
        raise error("not a datum")

    break_rule(monkeypatch, RULE, fail)
    with pytest.raises(error):
        sim.sweep(scenario, 300, kept_paths=10, out=tmp_path / "r")
    assert failures(tmp_path / "r") == []


def test_a_quantity_of_nobody_is_within_its_bounds():
    assert within(np.empty((0, 2, 256)), VARIABLES["trust"])
    assert not within(np.array([[np.nan]]), VARIABLES["milex"])
    assert not within(np.array([[-1.0]]), VARIABLES["milex"])
    assert within(np.array([[-0.0, 5e-324, 0.9 * LARGEST]]), VARIABLES["milex"])
    assert not within(np.array([[1.1 * LARGEST]]), VARIABLES["milex"])
    assert Watchman(12).sound.size == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["richardson", "south_asia_2000", "south_caucasus_2010", "status_quo"])
def test_no_run_of_a_shipped_scenario_breaks_or_needs_a_second_look(name, monkeypatch):
    """Of an outlook `tests/test_signs.py` says it."""
    monkeypatch.delattr(chunk, "_second_look")
    (played,) = play_chunk(opening(sim.load(name), 0, ()), 0, 256, 0)
    assert played.failures == []


# -- numbers that cannot be kept

HUGE = {"stock": 1e30, "milex": 1e300, "gdp": 3.5e38, "grievance": 1e308}


@pytest.fixture(params=HUGE)
def huge(request, richardson):
    """A scenario in which every run comes to a number that cannot be kept."""
    return altered(richardson, end="2000-06", actors={"north": {request.param: HUGE[request.param]}})


def test_what_cannot_be_kept_marks_its_run_and_both_engines_say_so_alike(huge, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = sim.run(huge, run=2)
        for double in (False, True):
            with pytest.raises(Mistake, match="all 3 runs broke"):
                sim.sweep(huge, 3, out=tmp_path / f"{double}", double=double)
    assert not any(np.isinf(history.dataset[name]).any() for name in KEPT)
    assert history.broke in str(sim.replay(tmp_path / "False", 2))
    for double in (False, True):
        last, result = failures(tmp_path / f"{double}")[2], open_result(tmp_path / f"{double}")
        assert history.broke == failure_sentence(last)
        assert history.dataset["failed"].item() == result["failed"][2] == last["step"]
        assert not any(np.isinf(result[name]).any() for name in KEPT)


def test_what_is_kept_is_looked_at_in_every_step(scenario):
    game, watchman = opening(scenario, 0).game((0,)), Watchman(12)
    game.step = 1
    assert watchman.sound.size == 0
    for run, value in ((5, np.inf), (6, np.nan), (7, 1e19)):
        spoilt = game.world["deliveries"] * 1.0
        spoilt[0, 0, run] = value
        game.world.update({"deliveries": spoilt})
        watchman(game)
    assert np.flatnonzero(~watchman.sound).tolist() == [5, 6, 7]


def test_run_tells_a_run_that_broke_up_to_there_and_ends_as_a_sweep_does(huge, tmp_path, monkeypatch, capsys):
    (tmp_path / "huge.yaml").write_text(huge.lock())
    monkeypatch.setattr("sys.argv", ["armsrace", "run", str(tmp_path / "huge.yaml"), "--narrate"])
    with pytest.raises(SystemExit) as end:
        main.main()
    told = capsys.readouterr()
    assert end.value.code == 2
    assert told.err.startswith("run 0 broke in 2000-01, ")
    assert len(told.err.splitlines()) == 1
    assert "inf" not in told.out
    with pytest.raises(Mistake, match="no step of this run was played; run 0 broke in 2000-01"):
        why(sim.run(huge), "2000-01")


@pytest.mark.filterwarnings("error")
def test_targets_leave_out_what_broke(broken):
    result = open_result(broken)
    _, few = taken(result)
    assert 0 < RUNS - len(few) == result.attrs["failed"]
    assert np.isnan(result["target_statistics"][np.isfinite(result["failed"].values)]).all()
