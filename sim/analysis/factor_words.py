"""What the factors of a design are called by people: the sentence of the rule, the number in it, whose it is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import xarray as xr

from sim import evidence
from sim.model.rule import first_sentence
from sim.model.variables import VARIABLES
from sim.scenario.settings import MECHANISMS

SENTENCE = 72  # letters of what a rule says, behind the number of it
PAUSE = re.compile(r"(?<=.{30})[,;:] ")  # of a sentence that has said something by then
NAMED = ("state", "origin", "supplier")  # axes of a result that have names in print


class FactorWords(NamedTuple):
    """A factor in words.

    Attributes
    ----------
    sentence : str
        What the rule says, or what the quantity means; without a full stop.
    number : str
        Which number of it.
    whose : str
        The name of the actor whose it is; empty for everybody's.
    name : str
        What a reader calls it who does not know the rule; empty where nobody has given it one.
    """

    sentence: str
    number: str
    whose: str
    name: str = ""

    @property
    def said(self) -> str:
        """Its name; where it has none the number, then what the rule says as far as a line has room.

        Examples
        --------
        >>> factor_words("israel.act_under_tension.weight", {"israel": "Israel"}).said
        'How far tension makes readier to attack (Israel)'
        >>> factor_words("armenia.detection", {}).said.endswith("(Armenia)")
        True
        """
        whose = f" ({self.whose})" if self.whose else ""
        if self.name:
            return f"{self.name[:1].upper()}{self.name[1:]}{whose}"
        sentence = _as_far_as(self.sentence)
        if not self.number:
            return f"{sentence}{whose}"
        number = self.number[:1].upper() + self.number[1:]
        return f"{number}{whose}: {sentence[:1].lower()}{sentence[1:]}"


def factor_words(path: str, names: Mapping[str, str]) -> FactorWords:
    """Return what a factor is called by people.

    Parameters
    ----------
    path : str
        As written in an experiment.
    names : mapping of str to str
        The names of actors in print, by key.

    Examples
    --------
    >>> factor_words("israel.act_under_tension.weight", {"israel": "Israel"})
    FactorWords(sentence='A state is readier to attack while tension along the line is high', number='weight', \
whose='Israel', name='how far tension makes readier to attack')
    >>> factor_words("israel.affinity.azerbaijan", {"azerbaijan": "Azerbaijan"}).number
    'Azerbaijan'
    """
    first, *rest = path.split(".")
    owned = first not in MECHANISMS and first != "rules"
    word, *more = rest if owned else [first, *rest]
    whose = _printed(first, names) if owned else ""
    if word == "rules":
        return FactorWords(_said(more[0]), "not followed (0) or followed (1)", whose)
    if word in MECHANISMS:
        return FactorWords(_said(word), more[0].replace("_", " "), whose, given_names().get(word, {}).get(more[0], ""))
    meaning = VARIABLES[word].meaning if word in VARIABLES else word.replace("_", " ")
    return FactorWords(meaning[:1].upper() + meaning[1:], ", ".join(_printed(label, names) for label in more), whose)


@cache
def given_names() -> Mapping[str, Mapping[str, str]]:
    """Return what readers call the numbers of the rules and of the books, by rule and number."""
    text = files(__package__).joinpath("factor_names.yaml").read_text(encoding="utf-8")
    named: dict[str, Any] = evidence.shipped(text)
    return named


def names_of(result: xr.Dataset) -> dict[str, str]:
    """Return the names in print of the actors of a result, by key."""
    return {
        str(key): str(name)
        for axis in NAMED
        if f"{axis}_name" in result.coords
        for key, name in zip(result[axis].values, result[f"{axis}_name"].values, strict=True)
    }


def _said(mechanism: str) -> str:
    """Return what a rule or an entry of the books says, without a full stop."""
    return first_sentence(MECHANISMS[mechanism].function).rstrip(".")


def _as_far_as(sentence: str) -> str:
    """Return a sentence as far as a line has room, up to a pause if there is one."""
    if len(sentence) <= SENTENCE:
        return sentence
    pause = PAUSE.search(sentence, 0, SENTENCE)
    return f"{sentence[: pause.start()]}…" if pause else textwrap.shorten(sentence, SENTENCE, placeholder="…")


def _printed(key: str, names: Mapping[str, str]) -> str:
    """Return the name of an actor, or its key as words where it has none."""
    words = key.replace("_", " ")
    return names.get(key, words[:1].upper() + words[1:])
