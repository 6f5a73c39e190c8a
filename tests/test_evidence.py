"""What the register of sources promises, in sentences."""

import calendar
import dataclasses
import re
from pathlib import Path

import pytest

from sim import evidence
from sim.explain.citation import cite
from sim.model.accounting import ENTRIES

ARTICLES = {
    "voa_arms_race": range(1, 16),
    "ap_israeli_arms_2023-10": range(16, 44),
    "forbes_turkey_azerbaijan_2021": range(44, 63),
    "cnn_israel_arms_trade_2023-10": range(63, 86),
    "baykar_agreement_2024-03": range(86, 93),
}

# Where the first name stands, the second must stand too.
PAIRED = (
    ("Shusha", "Shushi"),
    ("Shushi", "Shusha"),
    ("Stepanakert", "Khankendi"),
    ("Khankendi", "Stepanakert"),
    ("Artsakh", "Karabakh"),
    ("Syunik", "Zangezur"),
    ("Zangezur", "Syunik"),
    ("Nakhchivan", "Nakhijevan"),
)


def test_claims_cover_sf_01_to_sf_92_exactly_once():
    stated = [claim.id for source in evidence.sources().values() for claim in source.claims]
    assert sorted(stated) == [f"SF-{number:02d}" for number in range(1, 93)]


def test_every_claim_stands_with_its_article():
    found = {(source.key, id) for id, (source, _) in evidence.claims().items()}
    assert found == {(key, f"SF-{number:02d}") for key, numbers in ARTICLES.items() for number in numbers}


def test_only_articles_make_claims():
    assert {source.kind for source, _ in evidence.claims().values()} == {"article"}


def test_keys_are_file_stems_in_order():
    keys = list(evidence.sources())
    assert keys == sorted(keys)
    assert all(source.key == key for key, source in evidence.sources().items())


def test_every_paper_and_book_names_an_author_and_a_year():
    for source in evidence.sources().values():
        assert re.match(r"(19|20)\d\d(-\d\d){0,2}$", source.date), source.key
        if source.kind in ("paper", "book", "report"):
            assert source.authors, source.key
            assert source.date[:4] == source.key[-4:], source.key


def test_every_figure_of_a_claim_has_a_unit():
    figures = [figure for _, claim in evidence.claims().values() for figure in claim.figures.values()]
    assert len(figures) > 30
    assert all(figure.unit for figure in figures)


def test_figures_carry_their_window():
    _, claim = evidence.claims()["SF-67"]
    assert (claim.figures["first_year"].value, claim.figures["last_year"].value) == (2017, 2020)


def test_a_place_with_two_names_is_never_given_one_side_s_name_alone():
    for _, claim in evidence.claims().values():
        for one, other in PAIRED:
            assert (one in claim.says) <= (other in claim.says), claim.id


def test_no_file_carries_a_machine_path_or_a_nickname_of_an_article():
    for source in evidence.sources().values():
        text = repr(source)
        assert "/work" not in text, source.key
        assert not re.search(r"\bs00\d\b", text), source.key


def test_an_unknown_key_proposes_the_nearest():
    with pytest.raises(KeyError, match="did you mean 'jervis_1978'"):
        evidence.source("jervis_1987")


def test_an_unknown_key_reads_as_a_sentence_and_not_as_a_quoted_string():
    with pytest.raises(evidence.UnknownSourceError) as caught:
        evidence.source("nothing like it at all")
    assert str(caught.value).startswith("no evidence file")


def test_the_bibliography_ignores_order_and_repetition():
    once = evidence.bibliography(["jervis_1978", "bove_2018"])
    assert once == evidence.bibliography(["bove_2018", "jervis_1978", "bove_2018"])
    assert once.index("bove_2018") < once.index("jervis_1978")


def test_every_source_has_a_balanced_bibtex_entry():
    text = evidence.bibliography(evidence.sources())
    assert text.count("{") == text.count("}")
    assert len(re.findall(r"^@", text, flags=re.MULTILINE)) == len(evidence.sources())
    assert not re.search(r"(?<!\\)[&%#]", text)


def test_bibtex_does_not_split_the_name_of_a_body():
    assert "author = {{World Bank}}" in evidence.bibliography(["worldbank_wdi"])


def test_what_was_not_read_says_so_in_the_bibliography():
    assert "from memory" in evidence.bibliography(["powell_2006"])
    assert "from memory" not in evidence.bibliography(["leeds_2003"])


def test_nobody_can_alter_the_register():
    with pytest.raises(TypeError):
        evidence.sources()["invented_2030"] = evidence.source("jervis_1978")
    with pytest.raises(dataclasses.FrozenInstanceError):
        evidence.source("jervis_1978").title = "another"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("key: a\nkind: paper\nverification: read\ndate: 1960\n", "'date' must be text"),
        ("key: b\nkind: paper\nverification: read\n", "key must equal the name of the file"),
        ("key: a\nkind: poem\nverification: read\n", "kind 'poem' is unknown"),
        ("key: a\nkind: book\nverification: maybe\n", "verification 'maybe' is unknown"),
        ("key: a\nkind: book\nverification: read\noutlet: b\ntitle: c\n", "'date' is missing"),
        ("key: a\nautor: x\n", "unknown field 'autor'"),
    ],
)
def test_a_malformed_file_is_refused_by_name(text, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        evidence._source("a.yaml", text)
    assert "a.yaml" in str(caught.value)


OUTLETS = {"AP", "Baykar", "CNN", "Forbes", "VOA"}  # articles go by their outlets and have claims of their own
OF_THE_FORM = {("Grimm", "2020"), ("Müller", "2013")}  # of the model page itself, which lists them at its end
ROOT = Path(__file__).parents[1]


def test_a_work_that_the_model_names_by_author_and_year_is_in_the_register():
    families = [(author.split(",")[0], s.date[:4]) for s in evidence.sources().values() for author in s.authors]
    works = {(family.split()[-1], year) for family, year in families}
    places = [
        ROOT / "MODEL.md",
        *(ROOT / "sim/model/rules").rglob("*.py"),
        *(ROOT / "sim/model/accounting").glob("*.py"),
    ]
    cited = {place.stem: named(place.read_text(encoding="utf-8")) for place in places}
    assert len(cited["MODEL"] & works) > 15
    assert {
        place: sorted(names - works - OF_THE_FORM) for place, names in cited.items() if names - works - OF_THE_FORM
    } == {}


def test_what_an_entry_of_the_books_rests_on_is_in_the_register_and_in_every_bibliography():
    behind = {key for entry in ENTRIES.values() for key in entry.evidence}
    assert {"tullock_1980", "bueno_de_mesquita_1981"} <= behind <= set(evidence.sources())
    assert behind <= {source.key for source in cite("richardson").sources}


def named(text):
    """Return the last author and the year of every work named, as of "Levy 1996" and "Kahneman and Tversky (1979)"."""
    found = re.findall(r"\b([A-Z]\w+)(?: et al\.)?,? \(?((?:18|19|20)\d\d)\b", " ".join(text.split()))
    return {(name, year) for name, year in found if name not in {*OUTLETS, *calendar.month_name, "In"}}
