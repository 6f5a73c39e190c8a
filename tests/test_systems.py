"""Named systems: years and classes from the register, names that depend on access, mistakes with their line."""

import re

import pytest

from sim import evidence, observed
from sim.explain import systems
from sim.explain.history import run
from sim.scenario.document import DocumentError
from sim.scenario.files import folder
from sim.scenario.strict_yaml import read_document

BODY = """\
reach:
  older: {value: 0.0, basis: assumed, because: "anybody"}
  current: {value: 0.5, basis: assumed, because: "half"}
  latest: {value: 0.85, basis: assumed, because: "friends"}
systems:
"""


def written(tmp_path, *lines):
    path = tmp_path / "systems.yaml"
    path.write_text(BODY + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    return path


def by_key():
    return {offer.key: offer for offer in systems.shipped_systems()}


def test_years_and_classes_agree_with_the_register_line_by_line():
    document = read_document(folder() / "systems.yaml").data["systems"]
    lines = [line for code in ("ARM", "AZE") for line in observed.deliveries(code)]
    recorded = {key: entry for key, entry in document.items() if "recorded_as" in entry}
    assert len(recorded) > 50
    for key, entry in recorded.items():
        own = [x for x in lines if x.supplier == entry["supplier"] and x.designation in entry["recorded_as"]]
        assert {x.designation for x in own} == set(entry["recorded_as"]), key
        assert {x.weapon_class for x in own} == {entry["weapon_class"]}, key
        assert by_key()[key].since == min(x.order_year for x in own), key


def test_no_year_of_a_recorded_system_is_later_than_the_record_that_is_not_held_back():
    document = read_document(folder() / "systems.yaml").data["systems"]
    assert max(offer.since for offer in systems.shipped_systems() if "recorded_as" in document[offer.key]) <= 2021


def test_the_register_agrees_with_the_article_on_the_first_purchase_of_lora():
    _, claim = evidence.claims()["SF-77"]
    assert by_key()["lora"].since == claim.figures["lora_first_order"].value


def test_a_supplier_that_keeps_its_latest_back_is_told_with_an_older_system():
    offers = systems.shipped_systems()
    assert systems.newest(offers, "TUR", "drones", 0.72, 2021).name == "Bayraktar TB2"
    assert systems.newest(offers, "TUR", "drones", 0.90, 2021).name == "Akinci"
    assert systems.newest(offers, "TUR", "drones", 0.30, 2021) is None
    assert systems.newest(offers, "TUR", "drones", 0.72, 2019) is None
    assert systems.newest(offers, None, "drones", 1.0, 2021) is None


def test_of_the_same_year_the_first_by_name_is_named_and_nothing_after_its_last_year(tmp_path):
    year = '{value: 2010, basis: assumed, because: "made up"}'
    last = '{value: 2012, basis: assumed, because: "made up"}'
    common = f"weapon_class: naval, supplier: XXX, tier: older, since: {year}"
    lines = (f'b: {{name: "Beta", {common}}}', f'a: {{name: "Alpha", {common}, until: {last}}}')
    offers = systems.read_systems(written(tmp_path, *lines))
    assert [systems.newest(offers, "XXX", "naval", 0.1, y).name for y in (2010, 2012, 2013)] == [
        "Alpha",
        "Alpha",
        "Beta",
    ]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            'x: {name: X, weapon_class: drones, supplier: TUR, tier: current, recorded_as: ["Bayraktar TB2"]}',
            "6: systems.x.recorded_as[0]: the register has no 'Bayraktar TB2' from TUR, did you mean 'Bayraktar TB-2'?",
        ),
        (
            'x: {name: X, weapon_class: naval, supplier: TUR, tier: current, recorded_as: ["Bayraktar TB-2"]}',
            "6: systems.x.recorded_as[0]: the register counts 'Bayraktar TB-2' as drones; correct 'weapon_class'",
        ),
        (
            "x: {name: X, weapon_class: naval, supplier: TUR, tier: current}",
            "6: systems.x: write 'recorded_as:', its designations in the register, or else 'since:', a first year",
        ),
        (
            "x: {name: X, weapon_class: naval, supplier: TUR, tier: newest, recorded_as: [SOM]}",
            "6: systems.x.tier: 'newest' is not allowed; write older, current or latest",
        ),
        (
            "x: {name: X, weapon_class: naval, supplier: TUR, tier: older, named_in: [SF-999], "
            "since: {value: 2010, basis: reported, source: forbs}}",
            "6: systems.x.since.source: unknown source 'forbs'",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path, entry, sentence):
    with pytest.raises(DocumentError) as caught:
        systems.read_systems(written(tmp_path, entry))
    assert sentence in str(caught.value)


def test_a_run_is_the_same_with_and_without_names_but_for_what_is_told():
    plain, named = (run("south_caucasus_2010", run=0, steps=96, systems=offers) for offers in ((), None))
    assert plain.dataset.equals(named.dataset)
    pairs = list(zip(plain.happenings, named.happenings, strict=True))
    different = [(a.what, b.what) for a, b in pairs if a.what != b.what]
    assert different
    assert all(b.kind == "order" for a, b in pairs if a.what != b.what)
    assert ("for example", False) in {("for example", "for example" in a) for a, _ in different}
    told = {re.search(r"\(for example ([^)]+)\)", b)[1] for _, b in different}
    assert told
    assert told <= {offer.name for offer in named.systems}


def test_a_textbook_world_without_known_suppliers_is_told_without_names():
    assert not any("for example" in h.what for h in run("richardson", steps=120).happenings)
