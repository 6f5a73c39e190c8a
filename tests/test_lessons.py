"""Lessons: mistakes are told with their line, numbers come out as they say, sheets tell what each reader may know."""

import json
import re
import sys
from io import BytesIO
from urllib.parse import parse_qsl

import nbformat
import pypdf
import pytest
from nbclient import NotebookClient
from starlette.testclient import TestClient

import sim
from sim.cli import main
from sim.lessons import reading
from sim.lessons.lesson import FOR_TEACHER, HEADINGS
from sim.lessons.markdown import links
from sim.lessons.printing import printed
from sim.lessons.reading import lesson_files, read_lesson
from sim.lessons.replaying import replayed
from sim.live.answer import answer
from sim.live.levers import levers
from sim.live.pool import Pool
from sim.live.server import server
from sim.live.setting import setting_of
from sim.model.mistakes import Mistake
from sim.scenario.check import load
from sim.scenario.document import DocumentError

LESSONS = {number: read_lesson(file) for number, file in lesson_files().items()}
EACH = pytest.mark.parametrize("lesson", LESSONS.values(), ids=map(str, LESSONS))
PLAIN = f"""---
title: A small race
minutes: 40
about: Small.
opens: {{scenario: richardson, runs: 2}}
rests_on: [SF-01]
predict: [{{ask: "Where does it settle?", choices: [here, there]}}]
explain: [{{ask: "Why?"}}]
expected:
  rest: {{read: "North at the end", measure: final_milex, of: north, expected: 0.1625, tolerance: 0.001}}
---

{"".join(f"## {heading}{chr(10)}{chr(10)}Some words.{chr(10)}{chr(10)}" for heading in HEADINGS)}"""


@pytest.fixture
def written(tmp_path):
    """Write a lesson with something put in another's place."""

    def write(old="", new=""):
        assert old in PLAIN
        file = tmp_path / "1_small.md"
        file.write_text(PLAIN.replace(old, new, 1), encoding="utf-8")
        return file

    return write


def line(text):
    """Return on which line of the plain lesson a text stands."""
    return PLAIN[: PLAIN.index(text)].count("\n") + 1


# -- as they are written


def test_there_are_nine_in_their_order():
    assert list(LESSONS) == list(range(1, 10))
    assert [row["lesson"] for row in sim.lesson()] == list(LESSONS)


@EACH
def test_what_a_lesson_plays_can_be_played(lesson):
    opens = lesson.head.opens
    asked = [[("scenario", opens.scenario)]]
    for text in lesson.sections.values():
        for link in links(text):
            assert link.startswith("?"), "a lesson sends nobody elsewhere"
            query = [(name, value) for name, value in parse_qsl(link[1:]) if name not in ("part", "run")]
            asked.append(query if any(name == "scenario" for name, _ in query) else [*asked[0], *query])
    for query in asked:
        setting_of(query).played()
    offered = {
        lever.path for scenario in {dict(query)["scenario"] for query in asked} for lever in levers(load(scenario))
    }
    assert set(lesson.head.levers) <= offered
    moved = {path for query in asked for path, _ in setting_of(query).levers}
    assert moved <= set(lesson.head.levers), "a link moves a lever that the lesson does not show"


@EACH
def test_minutes_add_up(lesson):
    """The teacher's plan has as many minutes as the head says."""
    text = lesson.sections[FOR_TEACHER]
    plan = re.search(r"\*\*Time[^*]*\*\*(.*?)\.\s", text, re.DOTALL)[1]
    assert sum(map(int, re.findall(r"\d+", plan))) == lesson.head.minutes


@EACH
def test_numbers_come_out_as_the_lesson_says(lesson):
    assert lesson.head.expected, "a lesson without a number cannot be checked"
    assert not [row for row in replayed(lesson) if not row["within"]]


def test_the_notebook_runs():
    notebook = nbformat.read(LESSONS[9].notebook, 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs for cell in code)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    assert any("on paper" in output.get("text", "") for cell in code for output in cell.outputs)


# -- what is wrong with one


def test_a_sound_one_is_read(written):
    assert repr(read_lesson(written())) == "Lesson 1: A small race (40 minutes)"


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("---\n", "", "---", "a lesson begins with its head"),
        ("minutes: 40", "minutes: 20", "minutes", "40"),
        ("minutes: 40", "hours: 1", "minutes", "unknown key"),
        ("scenario: richardson", "scenario: richardsen", "opens", "did you mean 'richardson'?"),
        ("[SF-01]", "[SF-99]", "rests_on", "there is no claim 'SF-99'"),
        ("final_milex", "last_milex", "  rest:", "there is no measure 'last_milex', did you mean 'mean_milex'?"),
        ("of: north", "of: north, side: difference", "  rest:", "nothing is moved, so nothing differs"),
        ("Some words.", "At {{rst}}.", "Some words.", "there is no expected number 'rst', did you mean 'rest'?"),
        ("## Predict", "## Prediction", "## Predict", "here belongs '## Predict', not '## Prediction'"),
        ("## Play\n\nSome words.", "## Play", "## Play", "nothing stands under 'Play'"),
        ("## For the teacher", "## Further", "## For the teacher", "here belongs '## For the teacher'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(written, old, new, at, words):
    file = written(old, new)
    with pytest.raises(DocumentError) as refused:
        read_lesson(file)
    assert words in str(refused.value)
    assert line(at) in [problem.mark.line for problem in refused.value.problems]


def test_there_is_no_such_lesson():
    with pytest.raises(Mistake, match=r"there is no lesson 77; write one of 1, 2"):
        sim.lesson(77)
    with pytest.raises(Mistake, match=r"no lesson was named; write its number"):
        sim.lesson(sheet="student")


def test_a_number_out_of_tolerance_fails_the_check(written, monkeypatch, capsys):
    for expected, code in ((0.1625, 0), (0.1645, 1)):
        file = written("expected: 0.1625", f"expected: {expected}")
        monkeypatch.setattr(reading, "lesson_files", lambda file=file: {1: file})
        monkeypatch.setattr(sys, "argv", ["armsrace", "lesson", "1", "--check"])
        with pytest.raises(SystemExit) as end:
            main.main()
        assert end.value.code == code
        assert capsys.readouterr().out.split()[-1] == str(not code)


def test_a_number_that_nothing_tells_is_a_sentence(written):
    with pytest.raises(Mistake, match=r"expected.rest: 'final_milex west' cannot be read of 'richardson'"):
        replayed(read_lesson(written("of: north", "of: west")))


# -- on paper


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_student_is_not_told_what_comes_out(form, written, tmp_path):
    lesson = read_lesson(written("## Check\n\nSome words.", "## Check\n\n<script>alert(1)</script> *So* {{rest}}."))
    texts = {}
    for reader in ("student", "teacher"):
        page = printed(lesson, reader, tmp_path / f"sheet.{form}")
        texts[reader] = page.decode() if form == "html" else _text_of(page)
    for reader, text in texts.items():
        assert "A small race" in text
        assert "Where does it settle?" in text
        assert "<script" not in text or form == "pdf"
        assert (FOR_TEACHER in text) == (reader == "teacher")
        assert ("0.1625" in text) == (reader == "teacher")


def _text_of(page):
    return "\n".join(part.extract_text() for part in pypdf.PdfReader(BytesIO(page)).pages)


def test_a_sheet_and_a_notebook_are_written_once(tmp_path):
    for name, said_of in (("sheet.html", "One history proves nothing"), ("code.ipynb", "For coders: change a rule")):
        number = 9 if name.endswith("ipynb") else 2
        out = tmp_path / name
        assert said_of in str(sim.lesson(number, out=out))
        with pytest.raises(Mistake, match="is there already; write --force"):
            sim.lesson(number, out=out)
    for number, name, words in ((2, "n.ipynb", "has no notebook"), (2, "n.odt", r"has to end in .html or .pdf")):
        with pytest.raises(Mistake, match=words):
            sim.lesson(number, out=tmp_path / name)
    with pytest.raises(Mistake, match="there is no sheet for a 'pupil'"):
        sim.lesson(2, sheet="pupil", out=tmp_path / "other.html")


# -- on the page


def test_the_page_is_told_the_steps_and_not_what_is_for_the_teacher():
    with TestClient(server(Pool(1)), base_url="http://127.0.0.1") as client:
        listed = client.get("/api/lessons").json()["lessons"]
        told = client.get("/api/lesson?lesson=3")
        sheet = client.get("/sheet?lesson=3&for=teacher")
        assert client.get("/api/lesson?lesson=88").json()["sentence"].startswith("there is no lesson 88")
    assert [one["number"] for one in listed] == list(LESSONS)
    assert [step["name"] for step in told.json()["steps"]] == list(HEADINGS[:-1])
    assert FOR_TEACHER not in json.dumps(told.json())
    assert FOR_TEACHER in sheet.text
    assert "font-src data:" in sheet.headers["content-security-policy"]


def test_a_setting_may_be_held_against_another_scenario(tmp_path):
    base, other = tmp_path / "base.yaml", tmp_path / "other.yaml"
    base.write_text("extends: status_quo\nend: 2024-04\n", encoding="utf-8")
    other.write_text(
        "extends: base.yaml\nregion: {quantities: {tension: {value: 2.5, basis: assumed, because: '?'}}}\n"
    )
    asked = [("scenario", str(other)), ("against", str(base)), ("runs", "4")]
    setting = setting_of(asked, map(str, (base, other)))
    alone = setting_of([("scenario", str(base)), ("runs", "4")], [str(base)])
    assert setting.baseline == alone == alone.baseline
    assert dict(parse_qsl(setting.query()))["against"] == str(base)
    *_, end = answer(setting, tmp_path)
    *_, nothing = answer(alone, tmp_path)
    assert end["pairs"] == 4
    assert {row["words"] for row in end["differences"]} > {"Major war"}
    assert not nothing["differences"]
    with pytest.raises(Mistake, match="there is no scenario 'nowhere' here"):
        setting_of([*asked, ("against", "nowhere")], map(str, (base, other)))
