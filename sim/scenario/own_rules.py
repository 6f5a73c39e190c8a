"""Rules of one's own: files of them are read before a scenario is, and again by whoever plays elsewhere.

A rule that is written in a script or a notebook is filed as soon as it is defined; other processes know it only if it
stands in a file.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import sim.model.rules  # noqa: F401  (fills the catalogue)
from sim import evidence
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE, Rule

HERE = ("__main__", "__mp_main__")  # a script or a session, which no other process reads


class RulesFile(NamedTuple):
    """A file of rules as it was read: what it is called as a module, where it lies, and the digest of its text."""

    module: str
    path: str
    digest: str


_READ: dict[str, RulesFile] = {}  # by module


def read_rules(*files: str | os.PathLike[str]) -> tuple[str, ...]:
    """Read rules of your own, so that scenarios can name them.

    Parameters
    ----------
    *files : str or path
        Python files in which functions are filed as rules with `sim.rule`; one that was read before is read again.

    Returns
    -------
    tuple of str
        The names of the rules in them.

    Raises
    ------
    Mistake
        If a file is missing, is no Python, fails, holds no rule, or one whose name is taken.
    """
    return tuple(name for file in files for name in _read(file))


def _read(file: str | os.PathLike[str]) -> list[str]:
    """Read one file: all of its rules are filed, or none."""
    path = Path(file)
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Mistake(f"{path} cannot be read as rules ({error.strerror}); name a Python file") from None
    place = str(path.resolve())
    module = next((known.module for known in _READ.values() if known.path == place), f"rules in {place}")
    before = dict(CATALOGUE)
    for rule in own_rules(before):
        if rule.function.__module__ == module or _file_of(rule) == place:
            del CATALOGUE[rule.name]
    try:
        names = _file_rules(module, place, text)
        if not names:
            raise Mistake(f"{path} files no rule; write @sim.rule(...) above a function")
    except Mistake:
        CATALOGUE.clear()
        CATALOGUE.update(before)
        raise
    return names


def _file_rules(module: str, path: str, text: bytes) -> list[str]:
    """Run the text of a file as a module; return the rules it filed."""
    there = set(CATALOGUE)
    sys.modules[module] = ModuleType(module)
    sys.modules[module].__file__ = path
    try:
        exec(compile(text, path, "exec"), vars(sys.modules[module]))
    except SyntaxError as error:
        raise Mistake(f"{path}:{error.lineno or 1}: {error.msg}; correct it") from None
    except (Exception, SystemExit) as error:
        what = str(error) if isinstance(error, Mistake) else f"{type(error).__name__}: {error}; correct it"
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        raise Mistake(what if what.startswith(path) else f"{path}:{lines[-1] if lines else 1}: {what}") from None
    _READ[module] = RulesFile(module, path, _digest(text))
    return [name for name in CATALOGUE if name not in there]


def own_rules(names: Iterable[str]) -> Iterator[Rule]:
    """Yield those of some rules that are not of the rulebook."""
    for name in names:
        if name in CATALOGUE and not CATALOGUE[name].function.__module__.startswith("sim."):
            yield CATALOGUE[name]


def unknown_evidence(rule: Rule) -> list[str]:
    """Return what a rule of one's own rests on and nobody finds; tests ask for it in the rulebook."""
    if not any(own_rules([rule.name])):
        return []
    cited = (*rule.evidence, *(number.source for number in rule.parameters.values() if number.source))
    unclaimed = [number for number in rule.claims if number not in evidence.claims()]
    return [key for key in cited if key not in evidence.sources()] + unclaimed


def _file_of(rule: Rule) -> str | None:
    """Return the file that a rule is read from, if other processes can read it."""
    module = rule.function.__module__
    file = getattr(sys.modules.get(module), "__file__", None)
    return None if module in HERE or file is None else str(Path(file).resolve())


# -- told to others


def files_of(names: Iterable[str]) -> tuple[RulesFile, ...]:
    """Return the files that hold those of some rules that are not of the rulebook.

    Raises
    ------
    Mistake
        If one stands in no file that another process can read.
    """
    found: dict[str, RulesFile] = {}
    for rule in own_rules(sorted(names)):
        module, path = rule.function.__module__, _file_of(rule)
        if path is None:
            raise Mistake(
                f"other processes cannot know the rule '{rule.name}', which stands in this script or session; put it "
                "in a file and read that, with sim.read_rules('my_rules.py') or --rules my_rules.py, or play with one "
                "worker"
            )
        found[module] = _READ.get(module) or RulesFile(module, path, _digest(Path(path).read_bytes()))
    return tuple(found.values())


@lru_cache(maxsize=8)
def read_there(files: tuple[RulesFile, ...]) -> None:
    """Read in another process what `files_of` told.

    Raises
    ------
    Mistake
        If a file is not there, or has changed.
    """
    for module, path, digest in files:
        text = Path(path).read_bytes() if Path(path).is_file() else b""
        if _digest(text) != digest:
            raise Mistake(f"the rules in {path} have changed since they were read; read them again, and start again")
        if module not in sys.modules:
            _file_rules(module, path, text)


def digests_of_own(names: Iterable[str]) -> dict[str, str]:
    """Return a digest of each of some rules that is not of the rulebook: of its file, or of itself outside of any."""
    return {
        rule.name: files_of([rule.name])[0].digest if _file_of(rule) else _digest(_text_of(rule.function).encode())
        for rule in own_rules(sorted(names))
    }


def _text_of(function: Any) -> str:
    """Return the source of a function; what it is compiled to where nobody kept its source."""
    try:
        return inspect.getsource(function)
    except OSError:
        code, defaults = function.__code__, function.__kwdefaults__
        plain = [part for part in code.co_consts if isinstance(part, int | float | str)]
        return repr((code.co_code, plain, code.co_names, defaults))


def _digest(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=16).hexdigest()
