"""What a user gets wrong on the command line is one sentence and exit code 2, never a traceback."""

import shutil
import signal
import sys
from pathlib import Path

import pytest
from sweeping import race, said
from worlds import altered

import sim
from sim.cli import main
from sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def swept(richardson: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two batches of runs, three whole paths, of two years."""
    out = tmp_path_factory.mktemp("cli") / "result"
    sim.sweep(altered(richardson, end="2001-12"), 1030, out=out, kept_paths=3)
    return out


@pytest.fixture
def result(swept: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(swept, tmp_path / "result"))


# -- what is asked for


@pytest.mark.parametrize("runs", [0, -3])
def test_a_sweep_needs_at_least_one_run(refused, runs: int) -> None:
    said = refused("sweep", "richardson", "--runs", runs, "--out", "new")
    assert said == f"runs: write 1 or more, not {runs}"
    assert not Path("new").exists()


def test_a_negative_number_of_kept_paths_is_refused(refused) -> None:
    assert refused("sweep", "richardson", "--kept-paths", -1, "--out", "new") == ("kept_paths: write 0 or more, not -1")


def test_a_misspelt_scenario_is_answered_with_a_suggestion(refused) -> None:
    assert "did you mean 'richardson'?" in refused("check", "richardsen")


def test_a_missing_scenario_file_is_answered_with_the_files_there_are(refused) -> None:
    Path("war.yaml").write_text("extends: richardson\n", encoding="utf-8")
    assert refused("check", "wra.yaml") == "wra.yaml:1: there is no such file: did you mean war.yaml?"


def test_a_folder_is_no_scenario(refused) -> None:
    Path("wars").mkdir()
    assert refused("check", "wars") == "wars:1: this is a folder: name a file in it"


def test_nothing_to_check_is_said_in_a_sentence(refused) -> None:
    assert "write the name of a scenario" in refused("check")


def test_a_misspelt_rule_to_switch_off_is_answered_with_a_suggestion(refused) -> None:
    said = refused("sweep", "richardson", "--out", "new", "--without", "match_rival_linarly")
    assert "did you mean 'match_rival_linearly'?" in said


def test_a_rule_nobody_follows_cannot_be_switched_off(refused) -> None:
    assert "nobody in 'richardson' follows" in refused("run", "richardson", "--without", "broker_talks")


def test_runs_are_numbered_from_zero(refused) -> None:
    assert refused("run", "richardson", "--run", -1) == "run: write 0 or more, not -1"


def test_a_kind_that_cannot_be_listed_is_answered_with_a_suggestion(refused) -> None:
    assert refused("list", "rule").startswith("unknown kind of things to list 'rule', did you mean 'rules'?")


def test_what_cannot_be_cited_is_answered_with_a_suggestion(refused) -> None:
    assert "did you mean 'richardson'?" in refused("cite", "richardsen")


def test_a_name_that_cannot_be_shown_is_answered_with_a_suggestion(refused) -> None:
    assert "did you mean 'milex'?" in refused("show", "milx")


# -- where a result is to go


def test_a_directory_in_use_is_not_overwritten(refused, result: Path) -> None:
    before = sorted(result.rglob("*"))
    assert "write --force to replace" in refused("sweep", "richardson", "--out", result)
    assert sorted(result.rglob("*")) == before


def test_force_does_not_empty_a_directory_that_holds_something_else(refused) -> None:
    Path("letters").mkdir()
    Path("letters/dear").touch()
    assert "choose another --out" in refused("sweep", "richardson", "--out", "letters", "--force")
    assert Path("letters/dear").exists()


def test_a_file_is_no_result_directory(refused) -> None:
    Path("notes").touch()
    assert "notes is a file" in refused("sweep", "richardson", "--out", "notes")
    assert Path("notes").is_file()


def test_a_directory_below_a_file_cannot_be_made(refused) -> None:
    Path("notes").touch()
    assert "check the path" in refused("sweep", "richardson", "--out", "notes/new")


# -- results that are not there, or not whole


@pytest.mark.parametrize("verb", ["replay", "plot"])
def test_a_missing_result_is_named(refused, verb: str) -> None:
    assert refused(verb, "nowhere") == "there is no result directory nowhere; `armsrace sweep` makes one"


@pytest.mark.parametrize("verb", ["replay", "plot"])
def test_a_directory_without_provenance_is_no_result(refused, verb: str) -> None:
    Path("empty").mkdir()
    assert "is not a result directory" in refused(verb, "empty")


@pytest.mark.parametrize("verb", ["replay", "plot"])
def test_an_interrupted_sweep_is_no_whole_result(refused, result: Path, verb: str) -> None:
    max((result / "blocks").glob("*.json")).unlink()
    assert "1 of 2 batches are finished; `armsrace resume" in refused(verb, result)


@pytest.mark.parametrize("verb", ["replay", "plot"])
def test_a_truncated_provenance_is_noticed(refused, result: Path, verb: str) -> None:
    file = result / "provenance.json"
    file.write_text(file.read_text(encoding="utf-8")[:100], encoding="utf-8")
    assert "provenance.json is damaged" in refused(verb, result)


@pytest.mark.parametrize("array", ["deaths", "milex", "balance_histogram"])
def test_a_lost_array_is_named(refused, result: Path, array: str) -> None:
    shutil.rmtree(result / "runs.zarr" / array)
    assert f"{array}/zarr.json is missing; `armsrace verify" in refused("plot", result, "fan")


def test_lost_arrays_altogether_are_noticed(refused, result: Path) -> None:
    shutil.rmtree(result / "runs.zarr")
    assert "runs.zarr/zarr.json is missing" in refused("plot", result)


def test_a_lost_scenario_is_noticed_by_a_replay(refused, result: Path) -> None:
    (result / "scenario.lock.yaml").unlink()
    assert "scenario.lock.yaml is missing; put it back" in refused("replay", result)


def test_only_runs_of_the_sweep_can_be_replayed(refused, swept: Path) -> None:
    assert refused("replay", swept, "--run", 1030).endswith("result has no run 1030; it has runs 0 to 1029")
    assert refused("replay", swept, "--run", -1) == "run: write 0 or more, not -1"


def test_only_kept_paths_have_a_timeline(refused, result: Path) -> None:
    said = refused("plot", result, "timeline", "--run", 3)
    assert said == "the path of run 3 was not kept; kept are runs 0 to 2"


@pytest.mark.parametrize("figure", ["timeline", "suppliers"])
def test_a_figure_of_paths_is_not_drawn_blank_where_none_was_kept(refused, figure: str, tmp_path: Path) -> None:
    import sim

    sim.sweep(race(tmp_path), 2, kept_paths=0, out=tmp_path / "pathless")
    said = refused("plot", tmp_path / "pathless", figure)
    assert said == f"'{figure}' shows whole paths and none was kept; sweep with --kept-paths, or 'keep: trajectories'"


def test_a_misspelt_figure_is_answered_with_a_suggestion(refused, result: Path) -> None:
    assert "did you mean 'timeline'?" in refused("plot", result, "timelin")
    assert not (result / "figures").exists()


# -- signals and words of before


@pytest.fixture
def fresh_signals():
    """Signals as a new process finds them; those of the tests come back afterwards."""
    fresh = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in fresh.items()}
    yield fresh
    for number, handler in before.items():
        signal.signal(number, handler)


def handlers() -> dict[int, object]:
    return {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}


@pytest.mark.parametrize(("words", "code"), [(("list",), 0), (("list", "rule"), 2)], ids=["well", "mistaken"])
def test_the_command_gives_back_the_signals_it_took(monkeypatch, capsys, fresh_signals, words, code) -> None:
    during = []
    listed = main.look.sim.list
    monkeypatch.setattr(sim, "list", lambda what: [during.append(handlers()), listed(what)][1], raising=False)
    monkeypatch.setattr(sys, "argv", ["armsrace", *words])
    for _ in range(2):
        with pytest.raises(SystemExit) as end:
            main.main()
        assert (end.value.code or 0) == code
        assert handlers() == fresh_signals
    assert [set(taken.values()) for taken in during] == [{main._interrupt}] * 2
    capsys.readouterr()


def test_an_interrupted_command_gives_back_the_signals_and_leaves_those_of_others(
    monkeypatch, capsys, fresh_signals
) -> None:
    def own(number: int, frame: object) -> None: ...

    signal.signal(signal.SIGTERM, own)
    monkeypatch.setattr(sim, "list", lambda what: signal.raise_signal(signal.SIGINT), raising=False)
    monkeypatch.setattr(sys, "argv", ["armsrace", "list"])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == main.INTERRUPTED
    assert capsys.readouterr().err.startswith("interrupted; ")
    assert handlers() == {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: own}


@pytest.mark.parametrize(("word", "now"), main.RENAMED.items())
def test_a_word_of_before_is_understood_and_not_shown(capsys, monkeypatch, word: str, now: str) -> None:
    old, new, every = (said(capsys, monkeypatch, *words) for words in ((word, "--help"), (now, "--help"), ("--help",)))
    assert old.replace(f" {word} ", f" {now} ", 1) == new
    assert f"  {now} " in every
    assert f"  {word} " not in every


def test_members_are_kept_paths_and_not_shown(capsys, monkeypatch, tmp_path: Path) -> None:
    assert "--members" not in said(capsys, monkeypatch, "sweep", "--help")
    said(capsys, monkeypatch, "sweep", race(tmp_path), "--runs", 4, "--members", 2, "--out", tmp_path / "r")
    assert sim.open_result(tmp_path / "r").sizes["member"] == 2
