"""What is listed, shown, checked and cited without anything being played."""

import importlib
import os
import re
import shutil
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from worlds import altered

import sim
from sim import evidence
from sim.answers import LINES, Files, Rows
from sim.explain.catalogue import KINDS
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.model.variables import VARIABLES
from sim.results import citations
from sim.results.citations import cited
from sim.scenario import claims, files, strict_yaml
from sim.scenario.document import DocumentError
from sim.scenario.strict_yaml import read_document
from sim.study import experiment

ROOT = Path(__file__).resolve().parent.parent
PLAIN = [kind for kind in KINDS if kind != "claims"]  # for whose homes every scenario is read: tests/test_claims.py


# -- listed and shown


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_listed_can_be_shown(kind):
    rows = sim.list(kind)
    names = [row.get("name", row.get("key")) for row in rows]
    assert sorted(names) == sorted(KINDS[kind].names())
    shown = sim.show(names[-1])
    assert (shown.kind, shown.name) == (kind, names[-1])
    assert shown.text == str(shown)
    assert len(shown.text.split()) > 3


def test_a_list_can_be_taken_further():
    rows = sim.list("rules")
    assert {row["name"]: row["writes"] for row in rows} == {rule.name: rule.writes for rule in CATALOGUE.values()}
    assert [row["unit"] for row in sim.list("quantities")] == [v.unit for v in VARIABLES.values()]


def test_a_figure_is_told_from_its_file():
    told = {row["name"]: (row["shows"], row["needs"]) for row in sim.list("figures")}
    assert len(set(told.values())) == len(told)
    for name, (shows, needs) in told.items():
        assert shows == importlib.import_module(f"sim.plots.{name}").__doc__.partition("\n")[0]
        shown = KINDS["figures"].text(name)  # an experiment may have the same name, and is shown first
        assert shown.startswith(shows)
        assert needs in shown


def test_an_actor_is_shown_as_what_others_extend_has_it():
    text = sim.show("israel").text
    assert text.startswith("Israel, a supplier in south_caucasus_2010; also in ")
    assert yaml.safe_load(text.partition("\n\n")[2])["name"] == "Israel"
    assert "India, a state in south_asia_2000\n" in sim.show("india").text
    assert {row["name"]: row["kind"] for row in sim.list("actors")}["india"] == "supplier, state"


def test_a_parameter_is_listed_and_shown_with_its_range_and_basis():
    p = CATALOGUE["spend_oil_money"].parameters["elasticity"]
    (row,) = (row for row in sim.list("parameters") if row["name"] == "spend_oil_money.elasticity")
    assert (row["value"], row["basis"]) == (f"{float(p):g}", p.basis)
    assert f"{p.between[0]:g} to {p.between[1]:g}, {p.basis}" in sim.show(row["name"]).text
    assert "is an entry of the books" in sim.show("set_onset_time.pace").text


def test_a_list_of_scenarios_checks_none_and_reads_no_text_twice(monkeypatch):
    monkeypatch.setattr("sim.explain.catalogue.load", lambda name: pytest.fail("checked"))
    strict_yaml._parsed.cache_clear()
    assert len(sim.list("scenarios")) == len(files.shipped_scenarios())
    assert strict_yaml._parsed.cache_info().misses <= len(files.shipped_scenarios())


def test_scenarios_are_listed_unless_another_kind_is_named():
    assert sim.list() == sim.list("scenarios")


def test_a_rule_is_shown_with_the_numbers_it_has():
    text = sim.show("match_rival_linearly").text
    for name, parameter in CATALOGUE["match_rival_linearly"].parameters.items():
        assert f"  {name} = {float(parameter):g} {parameter.unit}" in text


def test_a_file_is_shown_as_what_it_is(tmp_path):
    (tmp_path / "mine.yaml").write_text("extends: richardson\n", encoding="utf-8")
    (tmp_path / "asked.yaml").write_text("question: '?'\nscenario: richardson\ndesign: fixed\n", encoding="utf-8")
    assert sim.show(str(tmp_path / "mine.yaml")).kind == "scenarios"
    assert sim.show(str(tmp_path / "asked.yaml")).kind == "experiments"


@pytest.mark.parametrize("name", ["MILEX", "sf-61", "Richardson", "Fear_Losses"])
def test_a_name_is_found_in_whatever_letters_it_is_typed(name):
    found = sim.show(name)
    assert found.name.casefold() == name.casefold()
    if found.kind != "quantities":  # which rest on nothing
        assert sim.cite(name) == sim.cite(found.name)


def test_a_file_with_blanks_in_its_name_is_shown(tmp_path):
    file = tmp_path / "my own.yaml"
    file.write_text("extends: richardson\n", encoding="utf-8")
    assert sim.show(str(file)).kind == "scenarios"


@pytest.mark.parametrize("name", ["", "   ", "milx"])
def test_what_is_not_there_is_not_shown(name):
    with pytest.raises(Mistake, match="there is no scenario, rule, quantity, source, claim or actor"):
        sim.show(name)


# -- one bad file beside the shipped ones


@pytest.fixture
def own(monkeypatch, tmp_path):
    """The shipped folders, copied so that files can be put beside what is there."""
    places = {name: Path(shutil.copytree(ROOT / name, tmp_path / name)) for name in ("scenarios", "experiments")}
    monkeypatch.setattr(files, "folder", lambda: places["scenarios"])
    monkeypatch.setattr(experiment, "folder", lambda: places["experiments"])
    return places


def half_written(file):
    file.write_text('extends: status_quo\ntitle: "half\n', encoding="utf-8")


def circular(file):
    file.write_text(f"extends: {file.stem}\n", encoding="utf-8")


def forbidden(file):
    file.write_text("extends: richardson\n", encoding="utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):  # whoever may read everything
        half_written(file)


BAD = {
    "half written": half_written,
    "binary": lambda file: file.write_bytes(b"\0\5\x16\7\xff\xfe"),
    "empty": lambda file: file.touch(),
    "a list": lambda file: file.write_text("- a\n- b\n", encoding="utf-8"),
    "a folder": lambda file: file.mkdir(),
    "gone": lambda file: file.symlink_to("nowhere.yaml"),
    "not ours to read": forbidden,
    "of nobody": lambda file: file.write_text("extends: nobody\nscenario: nobody\n", encoding="utf-8"),
    "circular": circular,
}


@pytest.mark.parametrize("kind", ["scenarios", "experiments"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_one_bad_file_is_listed_as_such_and_hides_no_other(own, kind, bad):
    sound = sim.list(kind)
    bad(own[kind] / "mine.yaml")
    (told,) = [row for row in sim.list(kind) if row not in sound]
    assert [row for row in sim.list(kind) if row in sound] == sound
    assert told["name"] == "mine"
    assert told["question"].startswith("cannot be read: ")
    assert "mine.yaml:" in told["question"]
    assert len(str(sim.list(kind)).splitlines()) == len(sound) + 2


@pytest.mark.parametrize("kind", ["scenarios", "experiments"])
def test_what_editors_and_systems_hide_is_no_document(own, kind):
    sound = sim.list(kind)
    (own[kind] / ".#status_quo.yaml").symlink_to("me@host.1:2")
    (own[kind] / "._status_quo.yaml").write_bytes(b"\0\5\x16\7")
    (own[kind] / ".status_quo.yaml.swp").write_bytes(b"b0VIM")
    assert sim.list(kind) == sound
    with pytest.raises(Mistake) as caught:
        sim.show("status_quoo")
    assert "'status_quo'" in str(caught.value)


def test_a_draft_hides_no_claim_and_no_other_scenario(own):
    half_written(own["scenarios"] / "mine.yaml")
    assert claims._readable().keys() == set(files.shipped_scenarios()) - {"mine"}
    assert sim.check("status_quo").scenario.name == "status_quo"


def test_a_list_reads_each_scenario_once_and_the_one_it_extends(own, monkeypatch):
    read = []
    monkeypatch.setattr(files, "read_document", lambda path: [read.append(path), read_document(path)][1])
    sim.list("scenarios")
    assert len(read) <= 3 * len(files.shipped_scenarios())
    assert {path.parent.name for path in read} == {"scenarios"}


# -- how an answer shows itself


def test_rows_alone_on_a_line_are_shown_from_the_top_and_printed_whole():
    rows = Rows({"number": str(i)} for i in range(LINES + 9))
    assert str(rows).splitlines() == ["number", *(str(i) for i in range(LINES + 9))]
    assert repr(rows).splitlines()[LINES - 1 :] == [str(LINES - 2), "... 10 lines more; print() shows them"]
    assert repr(Rows()) == "no rows"
    assert rows._repr_html_().count("<tr>") == LINES + 10


def test_html_holds_what_is_said_and_not_what_it_would_do():
    assert "<script>" not in Rows([{"what": "<script>"}])._repr_html_()
    assert "&lt;script&gt;" in Files([Path("<script>")])._repr_html_()


# -- checked


def test_a_scenario_is_checked_by_name_by_file_and_as_it_is(tmp_path):
    loaded = sim.load("south_caucasus_2010")
    file = tmp_path / "south_caucasus_2010.yaml"
    file.write_text(loaded.lock(), encoding="utf-8")
    answers = [sim.check(what) for what in ("south_caucasus_2010", loaded, file)]
    assert answers[0].numbers == answers[1].numbers == answers[2].numbers
    assert all(count > 0 for count in answers[0].numbers.values())
    assert str(answers[0]) == str(answers[1])


def test_what_is_without_effect_is_a_warning(tmp_path):
    file = tmp_path / "idle.yaml"
    file.write_text(
        "extends: richardson\nparameters:\n"
        "  repay_oil.weight: {value: 0.5, basis: assumed, because: nobody follows it}\n",
        encoding="utf-8",
    )
    found = sim.check(file)
    assert found.warnings
    assert f"warning: {found.warnings[0]}" in str(found)


def test_an_experiment_is_checked_with_its_points():
    found = sim.check("what_drives_war")
    assert found.study.layout.points == 180
    assert [row["role"] for row in found.factors] == ["uncertainty"] * len(found.factors)
    assert all(row["from"] < row["to"] for row in found.factors)


def test_a_mistake_is_raised_and_not_answered(tmp_path):
    (tmp_path / "bad.yaml").write_text("extends: richardson\nstrat: 2000-01\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"bad.yaml:2: .*did you mean 'start'"):
        sim.check(tmp_path / "bad.yaml")


# -- cited


@pytest.fixture(scope="module")
def result(richardson, tmp_path_factory):
    out = tmp_path_factory.mktemp("cited") / "result"
    sim.sweep(altered(richardson, end="2000-12"), 4, seed=7, kept_paths=0, out=out)
    return out


def keys(found):
    return {source.key for source in found.sources}


def test_the_software_is_cited_as_the_citation_file_says():
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    found = sim.cite()
    assert found.software.title == said["title"]
    assert f"Version {sim.__version__}" in str(found)
    assert said["authors"][0]["name"] in found.bibtex
    assert keys(found) == set()


def test_an_installed_package_cites_itself_without_the_checkout(monkeypatch, tmp_path):
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert [f"extra_metadata/{name}" for name in wheel["extra-metadata"].values()] == [citations.PACKED]
    packed = tmp_path / "armsrace-0.1.0.dist-info" / citations.PACKED
    packed.parent.mkdir(parents=True)
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace("armsrace contributors", "somebody else")
    packed.write_text(f"{text}repository-code: https://example.org/armsrace\n", encoding="utf-8")
    monkeypatch.setattr(citations, "__file__", str(tmp_path / "sim" / "results" / "citations.py"))
    monkeypatch.setattr(citations, "distribution", lambda _: metadata.PathDistribution(packed.parents[1]))
    found = citations.software.__wrapped__()
    assert found.authors == ("somebody else",)
    assert "https://example.org/armsrace" in evidence.reference(found)
    assert "https://example.org/armsrace" in evidence.bibtex(found)
    packed.unlink()
    with pytest.raises(Mistake, match="install armsrace again"):
        citations.software.__wrapped__()


def test_a_scenario_rests_on_what_its_results_carry(result):
    assert keys(sim.cite("south_caucasus_2010")) == set(cited(sim.load("south_caucasus_2010")))
    written = set(re.findall(r"^@\w+\{([\w-]+),$", (result / "sources.bib").read_text(encoding="utf-8"), re.MULTILINE))
    assert keys(sim.cite(result)) == keys(sim.cite("richardson")) == written - {"armsrace"}


def test_a_result_cites_the_software_that_played_it(result):
    text = (result / "sources.bib").read_text(encoding="utf-8")
    assert text.startswith("@misc{armsrace,\n")
    assert f"howpublished = {{Version {sim.__version__}}}," in text.partition("\n}\n")[0]
    assert text == sim.cite(result).bibtex


def test_a_result_is_named_so_that_it_can_be_played_again(result):
    (sentence,) = sim.cite(result).results
    assert re.fullmatch(rf"richardson: 4 runs, seed 7, by version {sim.__version__}, code \w+\.", sentence)


def test_an_experiment_rests_on_its_scenarios_and_on_its_ranges():
    experiment = sim.study.experiment.read_experiment("embargo_contrast")
    found = keys(sim.cite("embargo_contrast"))
    for name in experiment.scenarios:
        assert set(cited(sim.load(name))) <= found
    assert {factor.source for factor in experiment.factors.values() if factor.source} <= found


def test_a_rule_a_source_and_a_claim_are_cited():
    rule = CATALOGUE["spend_oil_money"]
    assert set(rule.evidence) <= keys(sim.cite("spend_oil_money"))
    assert keys(sim.cite("fearon_1995", "sf-24")) == {"fearon_1995", evidence.claims()["SF-24"][0].key}


def test_bibtex_has_an_entry_for_everything_cited():
    found = sim.cite("south_caucasus_2010", "south_asia_2000", "richardson")
    entries = re.findall(r"^@\w+\{([\w-]+),$", found.bibtex, re.MULTILINE)
    assert entries == ["armsrace", *sorted(keys(found))]
    assert found.bibtex.count("{") == found.bibtex.count("}")


@pytest.mark.parametrize("key", evidence.sources())
def test_a_reference_is_one_sentence_after_another(key):
    source = evidence.source(key)
    line = evidence.reference(source)
    assert source.title in line
    assert source.date in line
    assert "\n" not in line
    assert not re.search(r"\.\.|\?\.|  | ,|\(\)", line)
    assert ("cited from memory" in line) == (source.verification == "from_memory")


def test_what_cannot_be_cited_is_a_sentence_with_a_remedy():
    with pytest.raises(Mistake, match="there is no scenario, experiment, result, rule, source or claim 'qqq'; "):
        sim.cite("qqq")
