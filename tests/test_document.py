"""Scenario files: what is read, what is refused, and whether every complaint points at the right line."""

import math
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.model.mistakes import suggest
from sim.scenario import strict_yaml
from sim.scenario.document import Document, DocumentError, Mark, Problem, graft, merge
from sim.scenario.files import folder
from sim.scenario.strict_yaml import parse, read_document

SHIPPED = [path.read_text(encoding="utf-8") for path in sorted(folder().rglob("*.yaml"))]


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as caught:
        parse(text, "war.yaml")
    return caught.value.problems


def complaint_about(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(path)
    return str(caught.value)


def value_of(word: str) -> Any:
    data = parse(f"key: {word}").data
    assert isinstance(data, dict)
    return data["key"]


# -- words and numbers


@pytest.mark.parametrize("word", ["NO", "no", "No", "on", "off", "yes", "y", "n", "TRUE", "Null", "NULL", "None"])
def test_words_that_yaml_1_1_turns_into_something_else_stay_text(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    "word", ["2010-01-31", "2010-01", "12:30:00", "12:30", "1.5.2", "5 %", "1 000", "--", "e5", "."]
)
def test_dates_times_and_other_near_numbers_stay_text(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("1e-3", 0.001),
        ("1.5E3", 1500.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-.5e+1", -5.0),
        ("1e5", 1e5),
        ("0.05", 0.05),
    ],
)
def test_decimal_and_scientific_numbers_are_floats(word: str, number: float) -> None:
    assert value_of(word) == number
    assert type(value_of(word)) is float


@pytest.mark.parametrize(("word", "number"), [("0", 0), ("10", 10), ("-7", -7), ("+5", 5)])
def test_whole_numbers_are_ints(word: str, number: int) -> None:
    assert value_of(word) == number
    assert type(value_of(word)) is int


def test_only_true_and_false_are_booleans() -> None:
    assert [value_of(word) for word in ("true", "True", "false", "False")] == [True, True, False, False]


def test_null_tilde_and_nothing_are_none() -> None:
    assert [value_of(word) for word in ("null", "~", "")] == [None, None, None]


@pytest.mark.parametrize(
    ("word", "fix"),
    [
        ("010", "10"),
        ("-010", "-10"),
        ("00", "0"),
        ("007.50", "7.50"),
        ("0x10", "16"),
        ("0o10", "8"),
        ("1_000", "1000"),
        ("1_000.5", "1000.5"),
        ("1,000", "1000"),
        ("1,000,000.5", "1000000.5"),
        ("3,5", "3.5"),
        ("−5", "-5"),
        ("–.5", "-.5"),
    ],
)
def test_what_looks_like_a_number_is_refused_with_the_number_to_write(word: str, fix: str) -> None:
    (problem,) = problems_of(f"# trap\nkey: {word}")
    assert problem.message.startswith(word)
    assert f"write {fix}, or quote it" in problem.message
    assert (problem.mark.line, problem.path) == (2, ("key",))


@pytest.mark.parametrize("word", [".nan", ".NaN", ".inf", "-.INF", "nan", "inf", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_are_not_finite_are_refused(word: str) -> None:
    (problem,) = problems_of(f"key: {word}")
    assert problem.path == ("key",)
    assert "quote it" in problem.message


@pytest.mark.parametrize("word", ["010", "1_000", ".nan", "1,000", "true", "null", "12", "*x", "&x", "!x", "<<", "- x"])
def test_quotes_make_anything_text(word: str) -> None:
    assert value_of(f"'{word}'") == word
    assert value_of(f'"{word}"') == word


def test_text_blocks_are_text() -> None:
    assert value_of("|\n  010\n") == "010\n"


# -- keys


def test_years_may_be_keys_and_stay_whole_numbers() -> None:
    assert parse("milex:\n  2010: 1.5\n  2011: 2\nNO: 1").data == {"milex": {2010: 1.5, 2011: 2}, "NO": 1}


@pytest.mark.parametrize("key", ["true", "null", "~", "1.5", "1e3", ".5"])
def test_keys_that_read_as_something_else_are_refused(key: str) -> None:
    (problem,) = problems_of(f"a: 1\n{key}: 2")
    assert f"the key '{key}' reads as" in problem.message
    assert problem.mark.line == 2


def test_an_empty_key_is_refused() -> None:
    assert "put it in quotes" in problems_of("?\n: 2")[0].message


def test_a_trap_in_a_key_is_refused() -> None:
    assert "leading zero" in problems_of("010: 2")[0].message


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}"])
def test_a_list_or_mapping_as_key_is_refused(key: str) -> None:
    assert "cannot be a key" in problems_of(f"? {key}\n: 1\n")[0].message


def test_equal_keys_are_refused_and_both_lines_named() -> None:
    (problem,) = problems_of("states:\n  ARM: 1\n  AZE: 2\n  ARM: 3\n")
    assert "line 2" in problem.message
    assert "line 4" in problem.message
    assert (problem.mark, problem.path) == (Mark("war.yaml", 4, 3), ("states", "ARM"))


def test_a_year_and_its_quoted_spelling_are_equal_keys() -> None:
    assert "keep one" in problems_of("2010: 1\n'2010': 2\n")[0].message


def test_equal_keys_in_different_mappings_are_no_problem() -> None:
    assert parse("a: {x: 1}\nb: {x: 1}\n").data == {"a": {"x": 1}, "b": {"x": 1}}


# -- what YAML can do and a scenario must not


def test_aliases_and_anchors_are_refused_each_in_its_line() -> None:
    anchor, alias = problems_of("a: &x {b: 1}\nc: *x\n")
    assert "'&x' is an anchor" in anchor.message
    assert "'*x' is an alias" in alias.message
    assert [anchor.mark.line, alias.mark.line] == [1, 2]


def test_an_expansion_bomb_does_not_expand() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 40))
    assert len(problems_of(f"l0: &l0 boom\n{levels}")) > 400


def test_a_recursive_document_is_refused() -> None:
    assert any("alias" in problem.message for problem in problems_of("a: &a [*a]"))


def test_merge_keys_are_refused_with_a_hint_to_extends() -> None:
    (problem,) = problems_of("a: 1\n<<: {b: 2}\n")
    assert "extends" in problem.message
    assert problem.mark.line == 2


@pytest.mark.parametrize(
    "tagged", ["!!str 5", "!!python/object/apply:os.system ['ls']", "!mine {a: 1}", "! x", "!a!b x", "!<x"]
)
def test_every_tag_is_refused(tagged: str) -> None:
    (problem,) = problems_of(f"a: 1\nkey: {tagged}")
    assert "!" in problem.message
    assert problem.mark.line == 2


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_bottomless_nesting_is_refused_and_not_followed(opening: str) -> None:
    assert "levels are nested" in problems_of(opening * 3000)[-1].message


def test_tabs_are_refused_in_every_line_that_has_one() -> None:
    problems = problems_of("a:\n\tb: 1\nc: 2\nd: \t3\n")
    assert [(problem.mark.line, problem.mark.column) for problem in problems] == [(2, 1), (4, 4)]
    assert all("spaces" in problem.message for problem in problems)


def test_a_second_document_is_refused_where_it_starts() -> None:
    (problem,) = problems_of("---\na: 1\n---\nb: 010\n---\nc: 1\n")
    assert "second document" in problem.message
    assert problem.mark.line == 3


def test_all_problems_of_a_file_come_at_once_with_the_broken_syntax_last() -> None:
    problems = problems_of("a: 010\nb: .nan\na: 2\nc: [1_000, 2\n")
    assert [problem.mark.line for problem in problems] == [1, 2, 3, 4, 4]


# -- broken syntax in one sentence


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a: 1\nb: 'x\nc: 1\n", 2, "never closed"),
        ("a: 1\nb: [1, 2\nc: 3\n", 2, "closing bracket"),
        ("a: 1\nb: {x: 1\n", 2, "closing bracket"),
        ("a: 1\nb: c: d\n", 2, "a colon is too many"),
        ("a: 1\nb\nc: 1\n", 2, "add the colon"),
        ("a:\n  b: 1\n c: 2\n", 3, "does not line up"),
        ('a: 1\nb: "x" y\n', 2, "quote whole values"),
        ("a: 1\nb: *important*\n", 2, "must stand in quotes"),
        ("a: 1\nb: @x\n", 2, "put the value in quotes"),
        ("a: 1\nb: 5\nc: %x\n", 3, "put the value in quotes"),
        ('a: 1\nb: "c:\\data"\n', 2, "single quotes"),
        ("a: 1\nb: - c\n", 2, "line of its own"),
        ("a: 1\nb: ]\n", 2, "a value is missing"),
        ("a: 1\nb: |text\n", 2, "on the next line"),
        ("a: 1\nb: \x07\n", 2, "U+0007"),
        ('a: 1\nb: "\\UFFFFFFFF"\n', 2, "not YAML"),
    ],
)
def test_broken_syntax_is_explained_in_one_sentence(text: str, line: int, sentence: str) -> None:
    (problem,) = problems_of(text)
    assert sentence in problem.message
    assert "\n" not in problem.message
    assert problem.mark.line == line


@given(
    st.one_of(
        st.text(st.sampled_from("ab01 \n:-[]{}'\"&*!%#?|>,.~\\Ué\x85\u2028\ufeff"), max_size=30),
        st.tuples(st.sampled_from(SHIPPED), st.integers(0, 1000), st.sampled_from("?#|\"'{[:-\n&!")).map(
            lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] :]
        ),
    )
)
def test_the_fast_parser_reads_what_the_other_reads(text: str) -> None:
    assert read_by(strict_yaml.FAST, text) == read_by(None, text)


def read_by(fast: Any, text: str) -> tuple[Any, ...]:
    """Return what a parser makes of a text: data, and where it stands, or what is wrong."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_yaml, "FAST", fast)
        try:
            document = parse(text)
        except DocumentError as error:
            return error.problems
    return repr(document.data), document.marks


def test_the_fast_parser_is_used_for_what_we_ship(monkeypatch) -> None:
    monkeypatch.setattr(strict_yaml, "_by_pyyaml", lambda text, file: pytest.fail(text[:80]))
    for text in SHIPPED:
        parse(text)


@given(st.text(st.sampled_from("ab01 \n:-[]{}'\"&*!%#?|>,.~<@\\\tU_é\x00"), max_size=40))
def test_whatever_the_text_it_is_read_or_refused_with_a_place(text: str) -> None:
    document: Document | None = None
    problems: tuple[Problem, ...] = ()
    try:
        document = parse(text)
    except DocumentError as error:
        problems = error.problems
    assert (document is None) == bool(problems)
    assert all(1 <= problem.mark.line <= text.count("\n") + 2 and problem.message for problem in problems)


# -- files


def test_a_missing_file_suggests_files_with_similar_names(tmp_path: Path) -> None:
    (tmp_path / "caucasus_2010.yaml").touch()
    (tmp_path / "z.yaml").touch()
    for wrong in ("caucasus_2011.yaml", "caucasus_2010", "caucasus_2010.yml"):
        assert complaint_about(tmp_path / wrong).endswith("did you mean caucasus_2010.yaml?")
    assert complaint_about(tmp_path / "z").endswith("did you mean z.yaml?")
    assert "check the name" in complaint_about(tmp_path / "q")


def test_a_missing_folder_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "folder" in complaint_about(tmp_path / "nowhere" / "war.yaml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert "this is a folder" in complaint_about(tmp_path)


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n", "---\n", "~", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "war.yaml").write_text(content, encoding="utf-8")
    assert "the file is empty" in complaint_about(tmp_path / "war.yaml")


def test_a_file_in_another_encoding_is_refused_with_byte_and_line(tmp_path: Path) -> None:
    (tmp_path / "war.yaml").write_bytes("a: 1\nb: Türkiye\n".encode("latin-1"))
    complaint = complaint_about(tmp_path / "war.yaml")
    assert "war.yaml:2: byte 10 (0xfc) is not UTF-8" in complaint


def test_windows_line_ends_and_byte_order_mark_are_read_over(tmp_path: Path) -> None:
    (tmp_path / "war.yaml").write_bytes("\ufeffa: ü\r\nb: x\r\n".encode())
    document = read_document(tmp_path / "war.yaml")
    assert document.data == {"a": "ü", "b": "x"}
    assert [(document.mark((key,)).line, document.mark((key,)).column) for key in "ab"] == [(1, 1), (2, 1)]


def test_files_are_shown_relative_to_the_current_folder_only_when_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")
    outside = tmp_path / "war.yaml"
    assert str(Problem(Mark(str(tmp_path / "inside" / "war.yaml"), 3, 1), (), "x")) == "war.yaml:3: x"
    assert str(Problem(Mark(str(outside), 3, 1), (), "x")) == f"{outside}:3: x"
    assert str(Problem(Mark("../war.yaml", 3, 1), (), "x")) == "../war.yaml:3: x"


# -- problems and positions


def test_a_problem_reads_as_file_line_path_message() -> None:
    document = parse("timeline:\n  - date: 2016-04\n    effect: 1\n", "war.yaml")
    problem = document.problem(("timeline", 0, "effect"), "unknown key")
    assert str(problem) == "war.yaml:3: timeline[0].effect: unknown key"


def test_an_error_shows_twenty_problems_and_counts_the_rest() -> None:
    error = DocumentError(Problem(Mark("war.yaml", n, 1), (), "x") for n in range(1, 26))
    lines = str(error).splitlines()
    assert (len(lines), lines[19], lines[20]) == (21, "war.yaml:20: x", "... and 5 more")
    assert len(error.problems) == 25
    assert str(DocumentError(error.problems[:20])).splitlines() == lines[:20]


def test_an_error_survives_the_way_back_from_a_worker_process() -> None:
    error = DocumentError([Problem(Mark("war.yaml", 1, 1), ("a",), "x")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_marks_stand_at_keys_and_list_items() -> None:
    marks = parse("# title\na: 1\nb:\n  - x\n  - c: 2\n", "f").marks
    assert {path: (mark.line, mark.column) for path, mark in marks.items()} == {
        (): (2, 1),
        ("a",): (2, 1),
        ("b",): (3, 1),
        ("b", 0): (4, 5),
        ("b", 1): (5, 5),
        ("b", 1, "c"): (5, 5),
    }


def test_an_unknown_path_has_the_mark_of_its_nearest_parent() -> None:
    document = parse("# title\na:\n  b: 1\n", "f")
    assert document.mark(("a", "b", "c", 3)) == document.marks["a", "b"]
    assert document.mark(("z",)) == document.marks[()] == Mark("f", 2, 1)
    assert Document({}, {}, "f").mark(("z",)) == Mark("f", 1, 1)


words = st.text("abcdgklmopqrsuvwxz", min_size=1, max_size=8)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.integers(1900, 2100), inner, max_size=4),
    max_leaves=20,
)


def same(one: Any, two: Any) -> bool:
    if isinstance(one, dict):
        return type(two) is dict and list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return type(two) is list and len(one) == len(two) and all(map(same, one, two))
    return type(one) is type(two) and one == two


@given(plain.filter(lambda data: data is not None), st.booleans())
def test_plain_data_comes_back_as_it_was_written(data: Any, flow: bool) -> None:
    text = yaml.safe_dump(data, sort_keys=False, default_flow_style=flow, allow_unicode=True)
    assert same(data, parse(text).data)


@given(st.dictionaries(words, st.dictionaries(words, numbers | words, min_size=1), min_size=1), st.integers(0, 3))
def test_marks_point_at_the_line_their_key_stands_in(data: dict[str, dict[str, Any]], comments: int) -> None:
    text = "# x\n" * comments + yaml.safe_dump(data, sort_keys=False)
    lines = text.split("\n")
    document = parse(text)
    for outer, entries in data.items():
        mark = document.marks[(outer,)]
        assert lines[mark.line - 1] == f"{outer}:"
        for inner in entries:
            mark = document.marks[outer, inner]
            assert lines[mark.line - 1][mark.column - 1 :].startswith(f"{inner}:")


# -- documents made of documents

BASE = """\
title: base
states:
  ARM: {milex: 1, army: 2}
  AZE: {milex: 3}
weapons: [tank, drone]
timeline:
  - first
"""

OVER = """\
title: over
# a comment
states:
  ARM: {milex: 5}
  AZE: null
  GEO: {milex: 7}
weapons: [gun]
timeline:
  - second
"""


def merged() -> Document:
    return merge(parse(BASE, "base.yaml"), parse(OVER, "over.yaml"))


def test_merging_goes_into_mappings_and_replaces_the_rest() -> None:
    assert merged().data == {
        "title": "over",
        "states": {"ARM": {"milex": 5, "army": 2}, "GEO": {"milex": 7}},
        "weapons": ["gun"],
        "timeline": ["first", "second"],
    }


def test_after_merging_every_mark_follows_the_value_that_won() -> None:
    document = merged()
    where = {
        ("title",): ("over.yaml", 1),
        ("states",): ("over.yaml", 3),
        ("states", "ARM", "milex"): ("over.yaml", 4),
        ("states", "ARM", "army"): ("base.yaml", 3),
        ("states", "GEO"): ("over.yaml", 6),
        ("weapons", 0): ("over.yaml", 7),
        ("timeline", 0): ("base.yaml", 7),
        ("timeline", 1): ("over.yaml", 9),
    }
    assert {path: (document.marks[path].file, document.marks[path].line) for path in where} == where
    assert not any("AZE" in path or path == ("weapons", 1) for path in document.marks)
    assert document.file == "over.yaml"


def test_lists_below_timeline_are_appended_and_lists_elsewhere_are_not() -> None:
    base, over = (
        parse("timeline: {wars: [a]}\nx: {timeline: [a]}"),
        parse("timeline: {wars: [b]}\nx: {timeline: [b]}"),
    )
    assert merge(base, over).data == {"timeline": {"wars": ["a", "b"]}, "x": {"timeline": ["b"]}}


def test_a_null_with_nothing_to_remove_stays_for_validation_to_see() -> None:
    document = merge(parse("title: a"), parse("titel: null", "over.yaml"))
    assert document.data == {"title": "a", "titel": None}
    assert document.mark(("titel",)).file == "over.yaml"


@given(plain.filter(lambda data: isinstance(data, dict)), plain.filter(lambda data: isinstance(data, dict)))
def test_merging_changes_neither_document_and_marks_exactly_what_remains(low: Any, high: Any) -> None:
    base, over = (parse(yaml.safe_dump(data), name) for data, name in ((low, "base"), (high, "over")))
    document = merge(base, over)
    assert same(base.data, parse(yaml.safe_dump(low)).data)
    assert same(over.data, parse(yaml.safe_dump(high)).data)
    assert set(document.marks) == set(places(document.data))
    assert merge(document, parse("{}")).data == document.data


def places(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, item in entries for place in places(item, (*path, key)))]


def test_a_grafted_file_keeps_its_own_positions() -> None:
    scenario = parse("title: x\nstates:\n  ARM: armenia.yaml\n  AZE: 1\n", "war.yaml")
    document = graft(scenario, ("states", "ARM"), parse("# Armenia\nmilex:\n  2010: 4\n", "armenia.yaml"))
    assert document.data == {"title": "x", "states": {"ARM": {"milex": {2010: 4}}, "AZE": 1}}
    assert document.mark(("states", "ARM", "milex", 2010)) == Mark("armenia.yaml", 3, 3)
    assert document.mark(("states", "AZE")) == Mark("war.yaml", 4, 3)
    assert scenario.data == {"title": "x", "states": {"ARM": "armenia.yaml", "AZE": 1}}
    assert set(document.marks) == set(places(document.data))


def test_grafting_forgets_the_positions_of_what_it_replaces() -> None:
    document = graft(parse("a: [{old: 1}, 2]"), ("a", 0), parse("[new]", "sub.yaml"))
    assert document.data == {"a": [["new"], 2]}
    assert set(document.marks) == set(places(document.data))


def test_a_graft_may_add_a_key_and_may_replace_everything() -> None:
    document, sub = parse("a: 1", "war.yaml"), parse("b: 2", "sub.yaml")
    assert graft(document, ("new",), sub).data == {"a": 1, "new": {"b": 2}}
    assert graft(document, (), sub) == sub


# -- suggestions


def test_a_near_miss_is_suggested_as_it_is_spelled_and_a_far_one_is_not() -> None:
    choices = ["parameters", "Timeline"]
    assert suggest("paramters", choices) == ", did you mean 'parameters'?"
    assert suggest("TIMELINE", choices) == ", did you mean 'Timeline'?"
    assert suggest("us", ["US", "USA"]) == ", did you mean 'US'?"
    assert suggest("zebra", choices) == ""
    assert suggest("zebra", []) == ""


def test_no_number_that_was_read_is_infinite() -> None:
    assert math.isfinite(value_of("1e308"))


def test_a_figure_replaces_a_figure_whole_so_that_no_old_range_binds_it():
    base = parse("oil: {value: 0.7, between: [0.6, 1.1], basis: derived, source: a}", "base.yaml")
    over = parse("oil: {value: 0.0, basis: assumed, because: b}", "over.yaml")
    assert merge(base, over).data == {"oil": {"value": 0.0, "basis": "assumed", "because": "b"}}
