"""The register of everything the model cites: one YAML file per source.

An article carries numbered claims (``SF-01`` and on), in our own words; rules and
parameters name the file's key, never the text. Bibliographies are computed from here.

``verification`` says how far the use we make of a source was checked: ``read``
against a document or the data itself, ``from_memory`` not yet. Look the latter up
before printing them in a paper.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from sim.answers import Shortened

KINDS: tuple[str, ...] = ("article", "paper", "dataset", "book", "report")
CLAIM_KINDS: tuple[str, ...] = ("parameter", "target", "quality", "context")
VERIFICATIONS: tuple[str, ...] = ("read", "from_memory")

# What BibTeX calls a source, and the field in which it wants the outlet.
_ENTRY = {
    "article": ("misc", "howpublished"),
    "paper": ("article", "journal"),
    "dataset": ("misc", "howpublished"),
    "book": ("book", "publisher"),
    "report": ("techreport", "institution"),
    "software": ("misc", "howpublished"),  # this one: no file of evidence is of that kind
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIAL = str.maketrans({c: "\\" + c for c in "&%$#_"})
_LETTERS = re.compile(r"\(([A-Z]{2,})\)$")  # by which a body is known
_EDITION = re.compile(r", (version \S+|release of .*|\d{4} edition|annual)$")
_DETAILS = ("volume", "number", "pages")
_TEXTS = (
    "key",
    "kind",
    "outlet",
    "title",
    "date",
    "verification",
    "licence",
    "credit",
    "note",
    "booktitle",
    *_DETAILS,
)


class UnknownSourceError(KeyError):
    """A key that no evidence file carries; reads as a sentence."""

    def __str__(self) -> str:
        """Show the sentence; a bare KeyError would show its quoted form."""
        return str(self.args[0])


@dataclass(frozen=True)
class Figure:
    """A number as an article states it, with its unit."""

    value: float
    unit: str


@dataclass(frozen=True)
class Claim:
    """One statement of an article, in our words.

    Parameters
    ----------
    id : str
        ``SF-`` and two digits, unique over all articles.
    kind : {"parameter", "target", "quality", "context"}
        Taken as given, a number to reproduce, a sign to reproduce, or background.
    says : str
        Our paraphrase.
    figures : Mapping of str to Figure
        The numbers in it.
    """

    id: str
    kind: str
    says: str
    figures: Mapping[str, Figure] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, repr=False)
class Source(Shortened):
    """An article, paper, data set, book or report.

    Parameters
    ----------
    key : str
        Stem of its YAML file; what rules and parameters cite.
    kind : {"article", "paper", "dataset", "book", "report"}
        What it is.
    authors : tuple of str
        ``Family, Given``, or the name of a body; empty where no byline is known.
    outlet : str
        Journal, publisher, news outlet or institution.
    title : str
        Title as published.
    date : str
        As far as known: ``"1960"``, ``"2023-10"``, ``"2024-03-08"``.
    verification : {"read", "from_memory"}
        How far our use of it was checked.
    licence, credit, note : str
        Terms and credit line of a data set; a remark. Empty if none.
    booktitle, volume, number, pages : str
        Bibliographic details. Empty if none.
    claims : tuple of Claim
        What an article states.
    """

    key: str
    kind: str
    authors: tuple[str, ...]
    outlet: str
    title: str
    date: str
    verification: str
    licence: str = ""
    credit: str = ""
    note: str = ""
    booktitle: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    claims: tuple[Claim, ...] = ()


@cache
def sources() -> Mapping[str, Source]:
    """Return every source, sorted by key.

    Raises
    ------
    ValueError
        If an evidence file is malformed; names the file and the field.

    Examples
    --------
    >>> sources()["richardson_1960"].title
    'Arms and Insecurity: A Mathematical Study of the Causes and Origins of War'
    """
    found = {
        entry.name.removesuffix(".yaml"): _source(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".yaml") and not entry.name.startswith(".")  # what an editor hides
    }
    return MappingProxyType(dict(sorted(found.items())))


def source(key: str) -> Source:
    """Return one source.

    Raises
    ------
    UnknownSourceError
        A KeyError that proposes the nearest keys.

    Examples
    --------
    >>> source("richardson_1690")
    Traceback (most recent call last):
    ...
    sim.evidence.UnknownSourceError: no evidence file 'richardson_1690'; did you mean 'richardson_1960'?
    """
    register = sources()
    if key in register:
        return register[key]
    near = difflib.get_close_matches(key, register, n=1)
    hint = f"did you mean '{near[0]}'?" if near else "see sim/evidence/"
    raise UnknownSourceError(f"no evidence file '{key}'; {hint}")


@cache
def _claims() -> Mapping[str, tuple[Source, Claim]]:
    found: dict[str, tuple[Source, Claim]] = {}
    for origin in sources().values():
        for claim in origin.claims:
            if claim.id in found:
                first = found[claim.id][0].key
                raise ValueError(f"claim {claim.id} stands in {first}.yaml and {origin.key}.yaml")
            found[claim.id] = (origin, claim)
    return MappingProxyType(dict(sorted(found.items())))


def claims() -> dict[str, tuple[Source, Claim]]:
    """Return every claim with the article it comes from, sorted by id.

    Examples
    --------
    >>> article, claim = claims()["SF-24"]
    >>> article.outlet, claim.figures["enclave_area"]
    ('Associated Press', Figure(value=4400.0, unit='km2'))
    """
    return dict(_claims())


def bibliography(keys: Iterable[str]) -> str:
    """Return BibTeX for the given keys, each once, sorted by key.

    Parameters
    ----------
    keys : iterable of str
        Evidence keys, in any order.

    Raises
    ------
    UnknownSourceError
        If a key has no file.

    Examples
    --------
    >>> print(bibliography(["fearon_1995"]))
    @article{fearon_1995,
      author = {Fearon, James D.},
      title = {{Rationalist Explanations for War}},
      journal = {International Organization},
      volume = {49},
      number = {3},
      pages = {379--414},
      year = {1995},
      note = {Cited from memory; check before printing},
    }
    <BLANKLINE>
    """
    return "\n".join(bibtex(source(key)) for key in sorted(set(keys)))


def reference(entry: Source) -> str:
    """Return a source as one line of plain text.

    Examples
    --------
    >>> print(reference(source("fearon_1995")))
    Fearon, James D. (1995). Rationalist Explanations for War. International Organization 49(3), 379-414. [cited from \
memory; check before printing]
    """
    by = "; ".join(entry.authors) or entry.outlet
    place = f"{entry.outlet} {entry.volume}" + (f"({entry.number})" if entry.number else "")
    where = ", ".join(part.strip() for part in (place, entry.pages.replace("--", "-")) if part)
    within = f"In: {entry.booktitle}" if entry.booktitle else ""
    head = f"{by} ({entry.date})" if entry.date else by
    said = [head, *(part for part in (entry.title, within, where, entry.credit) if part not in ("", by))]
    line = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in said)
    return line + (" [cited from memory; check before printing]" if entry.verification == "from_memory" else "")


def named(entry: Source) -> str:
    """Return a source as it is named under a figure: who and when.

    A data set is called by the letters of the body that keeps it, or by its title; a work by its authors.

    Examples
    --------
    >>> [named(source(key)) for key in ("sipri_milex_2025", "ucdp_brd_24_1", "fearon_1995", "biddle_2004")]
    ['SIPRI (2025)', 'UCDP Battle-Related Deaths Dataset (2024)', 'Fearon (1995)', 'Biddle (2004)']
    """
    letters = [found[1] for name in entry.authors if (found := _LETTERS.search(name))]
    if letters:
        who = " and ".join(letters)
    elif entry.kind == "dataset" or not entry.authors:
        who = _EDITION.sub("", entry.title)
    else:
        first, *others = (name.partition(",")[0] for name in entry.authors)
        who = f"{first} et al." if len(others) > 1 else " and ".join([first, *others])
    return f"{who} ({entry.date[:4]})" if entry.date else who


def bibtex(entry: Source) -> str:
    """Return a source as an entry of a BibTeX file."""
    style, outlet = _ENTRY[entry.kind]
    if entry.booktitle:
        style, outlet = "incollection", "publisher"
    year, _, rest = entry.date.partition("-")
    remarks = [entry.credit, entry.note]
    if entry.verification == "from_memory":
        remarks.append("Cited from memory; check before printing")
    written = {
        "author": " and ".join(_author(name) for name in entry.authors),
        "title": "{" + _escaped(entry.title) + "}",
        "booktitle": _escaped(entry.booktitle),
        outlet: _escaped(entry.outlet),
        **{name: _escaped(getattr(entry, name)) for name in _DETAILS},
        "year": year,
        "note": _escaped(". ".join(remark.rstrip(".") for remark in remarks if remark)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in written.items() if value]
    if rest:
        # Month names are BibTeX macros and stand without braces.
        lines.append(f"  month = {_MONTHS[int(rest[:2]) - 1]},")
    return "\n".join([f"@{style}{{{entry.key},", *lines, "}", ""])


def _author(name: str) -> str:
    # Braces keep BibTeX from taking the last word of a body for a family name.
    return _escaped(name) if "," in name else "{" + _escaped(name) + "}"


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)


def shipped(text: str) -> Any:
    """Return what a YAML file of ours says; of others it has to be told where (`sim.scenario.strict_yaml`)."""
    return yaml.load(text, Loader=_LOADER)


def _source(file: str, text: str) -> Source:
    raw = shipped(text)
    if not isinstance(raw, dict):
        raise ValueError(f"{file}: expected fields such as 'key:' and 'title:'")
    unknown = set(raw) - {*_TEXTS, "authors", "claims"}
    if unknown:
        raise ValueError(f"{file}: unknown field '{min(unknown)}'; fields are {', '.join(_TEXTS)}")
    texts = {name: _text(file, raw, name) for name in _TEXTS if name in raw}
    if texts.get("key") != file.removesuffix(".yaml"):
        raise ValueError(f"{file}: key must equal the name of the file")
    _chosen(file, "kind", texts.get("kind"), KINDS)
    _chosen(file, "verification", texts.get("verification"), VERIFICATIONS)
    missing = [name for name in ("outlet", "title", "date") if not texts.get(name)]
    if missing:
        raise ValueError(f"{file}: field '{missing[0]}' is missing")
    return Source(
        **texts,
        authors=tuple(str(name) for name in raw.get("authors") or ()),
        claims=tuple(_claim(file, entry) for entry in raw.get("claims") or ()),
    )


def _claim(file: str, raw: dict[str, Any]) -> Claim:
    place = f"{file}, claim {raw.get('id', '?')}"
    _chosen(place, "kind", raw.get("kind"), CLAIM_KINDS)
    figures = {
        name: Figure(float(entry["value"]), _text(place, entry, "unit"))
        for name, entry in (raw.get("figures") or {}).items()
    }
    return Claim(
        id=_text(place, raw, "id"),
        kind=_text(place, raw, "kind"),
        says=_text(place, raw, "says"),
        figures=MappingProxyType(figures),
    )


def _text(place: str, raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        # YAML reads an unquoted 1960 as a number and 2024-03-08 as a date.
        raise ValueError(f"{place}: '{name}' must be text; put it in quotes")
    return value.strip()


def _chosen(place: str, name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{place}: {name} '{value}' is unknown; write {', '.join(choices)}")
