"""Scenarios that are right: how files make one, and what stays the same however they are written."""

import copy
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import sim
from sim.model.mistakes import Mistake
from sim.scenario.census import census, warnings
from sim.scenario.document import DocumentError
from sim.scenario.files import folder, shipped_scenarios
from sim.scenario.initial import opening
from sim.scenario.json_schema import json_schema
from sim.scenario.schema import Scenario
from sim.scenario.strict_yaml import parse, read_document

NUMBERED = '{value: %s, basis: assumed, because: "a test"}'


def written(place: Path, text: str) -> Scenario:
    """Write a scenario file and load it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return sim.load(place)


# -- the shipped scenarios


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_loads_under_its_name(name: str) -> None:
    assert sim.load(name).name == name


def test_only_scenarios_are_shipped_as_such() -> None:
    assert {"richardson", "south_caucasus_2010"} <= set(shipped_scenarios())
    with pytest.raises(Mistake, match="no scenario 'weapons'"):
        sim.load("weapons")


def test_a_folder_of_the_same_name_does_not_hide_a_shipped_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("richardson").mkdir()
    assert sim.load("richardson").title == "Richardson's two nations"


# -- the lock file and the digest


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_lock_file_is_the_same_scenario(name: str, tmp_path: Path) -> None:
    scenario = sim.load(name)
    again = written(tmp_path / "scenario.lock.yaml", scenario.lock())
    assert again.digest() == scenario.digest()
    assert again.lock() == scenario.lock()


@pytest.mark.parametrize(
    "text", ["NO", "1,200", "0x10", "nan", "1e5", "true", "~", "a: b", "- a", "# a", "*a", "two\nlines"]
)
def test_a_lock_file_keeps_text_that_looks_like_something_else(text: str, tmp_path: Path) -> None:
    scenario = sim.load("richardson").model_copy(update={"title": text})
    assert written(tmp_path / "lock.yaml", scenario.lock()).title == text


def test_a_lock_file_keeps_numbers_by_year(tmp_path: Path) -> None:
    figure = '{by_year: {2012: 0.5, 2014: 1e-3}, basis: assumed, because: "a test"}'
    text = f"extends: south_caucasus_2010\nsuppliers: {{russia: {{quantities: {{capacity: {figure}}}}}}}\n"
    scenario = written(tmp_path / "years.yaml", text)
    again = written(tmp_path / "lock.yaml", scenario.lock())
    assert again.suppliers["russia"].quantities["capacity"].by_year == {2012: 0.5, 2014: 0.001}
    assert again.digest() == scenario.digest()


def shuffled(part: Any, order: random.Random) -> Any:
    """Return a copy with the keys of every mapping in another order."""
    if isinstance(part, dict):
        keys = list(part)
        order.shuffle(keys)
        return {key: shuffled(part[key], order) for key in keys}
    return [shuffled(item, order) for item in part] if isinstance(part, list) else part


def test_the_digest_depends_neither_on_the_file_nor_on_the_order_of_keys(tmp_path: Path) -> None:
    scenario = sim.load("richardson")
    text = yaml.safe_dump(shuffled(scenario.canonical(), random.Random(1)), sort_keys=False)
    assert text != scenario.lock()
    assert written(tmp_path / "other.yaml", text).digest() == scenario.digest()


def test_the_digest_depends_on_every_number_and_on_the_order_of_rules(tmp_path: Path) -> None:
    digest = sim.load("richardson").digest()
    changed = written(
        tmp_path / "a.yaml", "extends: richardson\nstates: {north: {quantities: {milex: {value: 101}}}}\n"
    )
    assert changed.digest() != digest
    state = sim.load("south_caucasus_2010").states["armenia"]
    turned = state.model_copy(update={"rules": state.rules[::-1]})
    scenario = sim.load("south_caucasus_2010")
    other = scenario.model_copy(update={"states": {**scenario.states, "armenia": turned}})
    assert other.digest() != scenario.digest()


# -- extends


def test_an_extension_changes_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    base = sim.load("richardson").canonical()
    text = "extends: richardson\nend: 2009-12\nstates: {north: {quantities: {milex: {value: 150}}}}\n"
    extended = written(tmp_path / "short.yaml", text).canonical()
    base["end"] = "2009-12"
    base["states"]["north"]["quantities"]["milex"]["value"] = 150.0
    assert extended == base


def test_an_extension_that_says_nothing_is_the_same_scenario(tmp_path: Path) -> None:
    same = written(tmp_path / "same.yaml", "extends: south_caucasus_2010\n")
    assert same.digest() == sim.load("south_caucasus_2010").digest()


def test_nothing_removes_what_the_base_has(tmp_path: Path) -> None:
    scenario = written(tmp_path / "less.yaml", "extends: south_caucasus_2010\nsuppliers: {france: null}\n")
    assert set(sim.load("south_caucasus_2010").suppliers) - set(scenario.suppliers) == {"france"}


def test_a_list_of_names_replaces_the_actors_of_the_base(tmp_path: Path) -> None:
    text = "extends: south_caucasus_2010\ntimeline: null\nsuppliers: [russia, turkey]\n"
    assert list(written(tmp_path / "two.yaml", text).suppliers) == ["russia", "turkey"]


def test_a_list_of_rules_replaces_the_doctrine_of_the_base(tmp_path: Path) -> None:
    scenario = written(tmp_path / "idle.yaml", "extends: richardson\nstates: {north: {rules: []}}\n")
    assert scenario.states["north"].rules == []
    assert scenario.states["south"].rules == ["match_rival_linearly"]


def test_the_timeline_of_an_extension_is_added_to_that_of_the_base(tmp_path: Path) -> None:
    event = '{date: 2015-06, what: embargo, basis: assumed, because: "a test", set: {capacity: {russia: 0}}}'
    base = sim.load("south_caucasus_2010").timeline
    scenario = written(tmp_path / "embargo.yaml", f"extends: south_caucasus_2010\ntimeline: [{event}]\n")
    assert [e.what for e in scenario.timeline] == [*(e.what for e in base), "embargo"]


def test_files_are_looked_for_beside_the_scenario_that_names_them(tmp_path: Path) -> None:
    weapons = (folder() / "weapons.yaml").read_text(encoding="utf-8")
    (tmp_path / "base" / "states").mkdir(parents=True)
    (tmp_path / "base" / "arms.yaml").write_text(weapons, encoding="utf-8")
    for name in ("east", "west"):
        (tmp_path / "base" / "states" / f"{name}.yaml").write_text(f"name: {name} of here\n", encoding="utf-8")
    head = "title: a\nquestion: b\nstart: 2000-01\nend: 2000-12\nweapons: arms.yaml\nstates: [east, west]\n"
    (tmp_path / "base" / "plain.yaml").write_text(head, encoding="utf-8")
    scenario = written(tmp_path / "mine" / "over.yaml", "extends: ../base/plain\ntitle: c\n")
    assert scenario.title == "c"
    assert [state.name for state in scenario.states.values()] == ["east of here", "west of here"]


def test_extensions_can_be_extended(tmp_path: Path) -> None:
    written(tmp_path / "first.yaml", "extends: richardson\ntitle: first\nend: 2009-12\n")
    second = written(tmp_path / "second.yaml", "extends: first\ntitle: second\n")
    assert (second.title, second.end, second.start) == ("second", "2009-12", "2000-01")


def test_a_mistake_in_a_base_is_located_in_the_base(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("extends: richardson\n\nparamters: {}\n", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        written(tmp_path / "over.yaml", "extends: base\n")
    (problem,) = caught.value.problems
    assert (Path(problem.mark.file).name, problem.mark.line) == ("base.yaml", 3)


# -- what YAML would have read otherwise


def test_a_small_number_in_scientific_notation_is_a_number(tmp_path: Path) -> None:
    text = "extends: richardson\nparameters: {match_rival_linearly.resentment: %s}\n" % (NUMBERED % "1e-3")
    assert written(tmp_path / "a.yaml", text).parameters["match_rival_linearly.resentment"].value == 0.001


def test_norway_stays_norway(tmp_path: Path) -> None:
    scenario = written(tmp_path / "a.yaml", "extends: richardson\nstates: {north: {name: NO}}\n")
    assert scenario.states["north"].name == "NO"


# -- counting and warning


def test_the_census_counts_every_number_of_the_scenario_and_of_its_rules(tmp_path: Path) -> None:
    before = census(sim.load("richardson"))
    more = written(
        tmp_path / "more.yaml",
        "extends: richardson\n"
        f"region: {{season: {{values: {{jan: 1}}, basis: derived, source: known_facts}}}}\n"
        f"states: {{north: {{quantities: {{grievance: {NUMBERED % 1}}}}}}}\n"
        "timeline: [{date: 2001-01, what: a, basis: reported, source: known_facts}]\n",
    )
    assert census(more) - before == Counter(reported=1, derived=1, assumed=1)
    assert not before - census(more)


def test_a_default_replaced_for_everybody_is_not_counted_twice(tmp_path: Path) -> None:
    text = f"extends: richardson\nparameters: {{match_rival_linearly.resentment: {NUMBERED % 1}}}\n"
    assert census(written(tmp_path / "a.yaml", text)).total() == census(sim.load("richardson")).total()


def test_a_race_without_a_level_is_warned_of(tmp_path: Path) -> None:
    assert list(warnings(sim.load("richardson"))) == []
    text = "extends: richardson\nstates: {north: {parameters: {match_rival_linearly.reaction: {value: 2}}}}\n"
    (warning,) = warnings(written(tmp_path / "a.yaml", text))
    assert "no stable level" in warning


def test_a_setting_for_a_rule_that_is_not_followed_is_warned_of(tmp_path: Path) -> None:
    text = f"extends: richardson\nparameters: {{answer_the_rival.reaction: {NUMBERED % 0.2}}}\n"
    (warning,) = warnings(written(tmp_path / "a.yaml", text))
    assert warning == "answer_the_rival.reaction is set, but nobody follows 'answer_the_rival'"


# -- the schema for editors


def plain(path: Path) -> Any:
    """Return a file's own content as JSON has it."""
    return json.loads(json.dumps(read_document(path).data))


def test_the_schema_file_is_current() -> None:
    said = (folder() / "scenario.schema.json").read_text(encoding="utf-8")
    assert said == json_schema(), "write it again: armsrace check --schema > scenarios/scenario.schema.json"


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_fits_the_schema(name: str) -> None:
    jsonschema.validate(plain(folder() / f"{name}.yaml"), json.loads(json_schema()))


TYPOS = (
    "unknown_key", "unknown_key_of_an_actor", "rules_as_a_word", "number_without_basis",
    "steps_that_do_not_fit_months", "two_bases",
)  # fmt: skip


@pytest.mark.parametrize("name", TYPOS)
def test_an_editor_sees_a_typo(name: str) -> None:
    content = plain(Path(__file__).parent / "bad_scenarios" / f"{name}.yaml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, json.loads(json_schema()))


def test_an_editor_accepts_an_extension() -> None:
    content = {
        "extends": "richardson",
        "states": {"north": {"quantities": {"milex": {"value": 3}}}},
        "suppliers": {"a": None},
    }
    jsonschema.validate(content, json.loads(json_schema()))


# -- whatever is written, the answer is a scenario or a complaint

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
ODD = [None, "", "word", "7", 7, -1, 0.5, 1e300, True, [], {}, [1], ["a", "a"], {"a": 1}, {2010: 1.0}, "2010-01", "1e5"]


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a document."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(place for key, item in inside for place in places(item, (*path, key)))]


@pytest.mark.parametrize("name", ["richardson", "south_caucasus_2010"])
def test_an_odd_value_anywhere_is_accepted_or_explained(name: str, tmp_path: Path) -> None:
    data = parse(sim.load(name).lock().replace("?", "")).data  # with these in it a text is read slowly
    choice = random.Random(name)
    explained = 0
    for place in choice.choices([p for p in places(data) if p], k=80):
        odd = copy.deepcopy(data)
        parent = odd
        for step in place[:-1]:
            parent = parent[step]
        parent[place[-1]] = choice.choice(ODD)
        try:
            opening(written(tmp_path / "odd.yaml", yaml.dump(odd, Dumper=DUMPER, sort_keys=False)))
        except DocumentError:
            explained += 1
    assert explained > 20


def test_a_parameter_that_actors_set_again_is_warned_of(tmp_path):
    text = (
        "extends: south_caucasus_2010\n"
        "parameters:\n"
        "  spend_oil_money.elasticity: {value: 0.0, basis: assumed, because: test}\n"
    )
    file = tmp_path / "again.yaml"
    file.write_text(text)
    told = list(warnings(sim.load(file)))
    assert any("spend_oil_money.elasticity" in line and "Azerbaijan" in line for line in told)


def test_a_bystander_is_nobodys_rival(tmp_path):
    text = (
        "extends: richardson\n"
        "states:\n"
        "  north: {rivals: [south]}\n"
        "  south: {rivals: [north]}\n"
        "  east:\n"
        "    name: East\n"
        "    rules: [match_rival_linearly]\n"
        "    rivals: []\n"
        "    quantities: {milex: {value: 500, basis: assumed, because: test}}\n"
    )
    file = tmp_path / "three.yaml"
    file.write_text(text)
    rest = sim.sweep(sim.load(file), 2, seed=0).milex[0, -1].to_numpy()
    assert rest[:2] == pytest.approx([162.5, 104.1667], rel=1e-4)
    assert rest[2] == pytest.approx(50 / 0.5, rel=1e-3)


# -- rules by the name of a set


def followed(tmp_path, rules):
    file = tmp_path / "mine.yaml"
    file.write_text(f"extends: south_asia_2000\nstates:\n  india:\n    rules: {rules}\n", encoding="utf-8")
    return sim.load(file).states["india"].rules


def test_a_set_of_rules_stands_for_its_rules_by_kind_of_actor():
    scenario = sim.load("south_asia_2000")
    sets = plain(folder() / "rule_sets.yaml")["standard"]
    assert scenario.states["india"].rules == scenario.states["pakistan"].rules == sets["state"]
    assert scenario.suppliers["france"].rules == sets["supplier"]
    assert scenario.region.rules == sets["region"]


def test_rules_are_left_out_of_a_set_and_added_to_it(tmp_path):
    standard = followed(tmp_path, "standard")
    changed = followed(tmp_path, "[standard, -stall_while_arming, spend_oil_money]")
    assert changed == [*(rule for rule in standard if rule != "stall_while_arming"), "spend_oil_money"]


def test_a_set_beside_the_scenario_comes_before_the_shipped_ones(tmp_path):
    (tmp_path / "rule_sets.yaml").write_text("standard:\n  state: [grow_economy]\n", encoding="utf-8")
    assert followed(tmp_path, "standard") == ["grow_economy"]


def test_what_a_set_does_not_hold_cannot_be_left_out_and_rules_are_located_in_the_file(tmp_path):
    with pytest.raises(DocumentError, match=r"mine.yaml:4: .*no rule 'stall_while_armin' before it to leave out, did"):
        followed(tmp_path, "[standard, -stall_while_armin]")
    with pytest.raises(DocumentError, match=r"mine.yaml:4: states.india.rules\[45\]: unknown rule 'grow_economi'"):
        followed(tmp_path, "[standard, grow_economi]")


# -- what lies between suppliers and clients


def of_france(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(f"extends: south_caucasus_2010\n{text}", encoding="utf-8")
    return sim.load(file).suppliers["france"].quantities["affinity"].values


NEARER = '{basis: assumed, because: "a test", values: {armenia: 0.9}}'


def test_a_file_of_a_supplier_names_no_client():
    base = sim.load("south_caucasus_2010")
    for file in (folder() / "suppliers").glob("*.yaml"):
        held = plain(file)["quantities"].values()
        assert not {label for figure in held for label in figure.get("values", ())} & set(base.states), file


def test_relations_of_an_extension_replace_those_of_the_base(tmp_path):
    assert of_france(tmp_path, f"relations: {{france: {{affinity: {NEARER}}}}}\n") == {"armenia": 0.9}


def test_what_an_extension_says_of_a_supplier_itself_comes_before_relations_of_the_base(tmp_path):
    assert of_france(tmp_path, f"suppliers: {{france: {{quantities: {{affinity: {NEARER}}}}}}}\n") == {"armenia": 0.9}


def test_relations_are_kept_where_the_suppliers_are_listed_anew_or_fewer(tmp_path):
    base = sim.load("south_caucasus_2010").suppliers["france"].quantities["affinity"].values
    assert of_france(tmp_path, "timeline: null\nsuppliers: [france]\n") == base


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("frence: {}", "mine.yaml:2: relations.frence: there is no supplier 'frence', did you mean 'france'"),
        ("france: {price: 1}", "relations.france.price: 'price' is no relation to a client"),
        ("france: [1]", "relations.france: write quantities by client"),
        (f"france: {{affinity: {NEARER.replace('armenia', 'armenai')}}}", "mine.yaml:2: .*unknown state 'armenai'"),
    ],
)
def test_a_slip_in_relations_is_located_in_the_file(tmp_path, text, complaint):
    with pytest.raises(DocumentError, match=complaint):
        of_france(tmp_path, f"relations: {{{text}}}\n")
