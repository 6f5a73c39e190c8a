"""The page with its answers in it: they are those of a sweep, nothing is fetched, and impossible ones are refused."""

import base64
import gzip
import json
import re

import numpy as np
import pytest
from sweeping import saved

import sim
from sim.live.explorer import number_of_settings, packed
from sim.model.mistakes import Mistake

ASKED = """
question: 'What if?'
scenario: short.yaml
levers:
  follow_oil_price.mean: {values: [40, 110]}
  misjudge_rival.error: {values: [0.1]}
design: {grid: {}}
replicates: 8
"""


@pytest.fixture(scope="module")
def written(hindcast, tmp_path_factory):
    """A small explorer: folder, page, and what is packed in it."""
    folder = tmp_path_factory.mktemp("explorer")
    saved(hindcast, folder)
    (folder / "asked.yaml").write_text(ASKED)
    page = sim.explore(folder / "asked.yaml", folder / "page.html", histories=2, workers=1).read_text("utf-8")
    parcel = re.search(r'id="body">([^<]*)<', page)[1]
    return folder, page, json.loads(gzip.decompress(base64.b64decode(parcel)))


def test_every_combination_is_in_it_with_the_scenario_as_it_is(written):
    folder, _, body = written
    ((name, answers),) = body["answers"].items()
    oil, error = body["levers"][name]
    assert oil["values"] == sorted({40.0, 110.0, oil["value"]})
    assert error["values"] == sorted({0.1, error["value"]})
    assert number_of_settings(folder / "asked.yaml") == (6, 8) == (len(answers), 8)
    places = [(o, e) for o in oil["values"] for e in error["values"]]  # the order in which the page counts
    for (o, e), answer in zip(places, answers, strict=True):
        moved = {"follow_oil_price.mean": o, "misjudge_rival.error": e}
        own = {"follow_oil_price.mean": oil["value"], "misjudge_rival.error": error["value"]}
        assert answer["start"]["levers"] == {path: value for path, value in moved.items() if value != own[path]}
        assert bool(answer["end"]["differences"]) == bool(answer["start"]["levers"])


def test_an_answer_is_that_of_a_sweep(written):
    folder, _, body = written
    ((name, answers),) = body["answers"].items()
    oil, error = (lever["values"].index(lever["value"]) for lever in body["levers"][name])
    plain = answers[oil * len(body["levers"][name][1]["values"]) + error]
    data = sim.sweep(folder / "short.yaml", 8, kept_paths=8)
    spending = data["milex"].transpose("time", "state", "member").values[-1]
    assert np.allclose(plain["steps"][-1]["milex"], np.quantile(spending, (0.1, 0.5, 0.9), axis=-1).T, rtol=1e-3)
    assert plain["start"]["runs"] == 8
    assert [tale[0]["run"] for tale in body["histories"]] == [0, 1]


def test_a_year_is_shown_by_its_december(written):
    months = [f"20{year}-{month:02d}" for year in (10, 11) for month in range(1, 13)][:15]
    steps = [{"kind": "step", "step": number, "war": number} for number in range(16)]
    found = packed([{"kind": "start", "months": months}, *steps, {"kind": "end"}])
    assert found["start"]["months"] == ["2010-12", "2011-03"]
    assert [(step["step"], step["war"]) for step in found["steps"]] == [(0, 0), (1, 12), (2, 15)]


def test_nothing_is_fetched_and_no_module_is_missing(written):
    _, page, _ = written
    assert not re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="(?!data:)', page)
    modules = json.loads(re.search(r'<script type="importmap">(.*?)</script>', page)[1])["imports"]
    texts = {name: base64.b64decode(address.partition(",")[2]).decode() for name, address in modules.items()}
    asked = {other for text in texts.values() for other in re.findall(r'from "([^"]+)"', text)}
    assert asked <= set(texts)
    assert "armsrace/baked.js" in asked
    assert [name for name, text in texts.items() if 'from "armsrace/ask.js"' in text] == ["armsrace/baked.js"]
    assert len(page) < 900_000
    assert "connect-src" not in page  # so that default-src 'none' holds


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("levers:", "levers:\n  repay_oil.weight: {values: [1, 2]}"), "an explorer has 2 levers at most, not 3"),
        (("{grid: {}}", "{one_at_a_time: {}}"), "write 'design: {grid: {}}'"),
        (("replicates", "without: repay_oil\nreplicates"), "with all their rules; remove 'without'"),
    ],
)
def test_what_no_page_can_show_is_refused_before_it_is_played(written, change, sentence):
    folder, _, _ = written
    (folder / "odd.yaml").write_text(ASKED.replace(*change))
    with pytest.raises(Mistake, match=re.escape(sentence)):
        sim.explore(folder / "odd.yaml", folder / "odd.html")
    assert not (folder / "odd.html").exists()


def test_a_file_that_is_there_is_not_lost(written):
    folder, page, _ = written
    with pytest.raises(Mistake, match="is there already; write --force"):
        sim.explore(folder / "asked.yaml", folder / "page.html")
    with pytest.raises(Mistake, match=r"has to end in \.html"):
        sim.explore(folder / "asked.yaml", folder / "page.pdf")
    assert (folder / "page.html").read_text("utf-8") == page
