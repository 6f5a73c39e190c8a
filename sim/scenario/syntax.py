"""PyYAML's complaints about broken syntax, each in one sentence that says what to do."""

from __future__ import annotations

import yaml

from sim.scenario.document import Mark, Problem

# Part of the complaint and our sentence: first those told where the broken part begins, then where it breaks.
BEGUN = {
    "while scanning a quoted scalar: found unexpected": "the quote opened here is never closed: close it",
    "expected ',' or": "the bracket opened here lacks a comma between items or its closing bracket: add it",
    "while scanning an a": "text that begins with * or & must stand in quotes: add them",
    "could not find expected ':'": "this is not a 'key: value' line: add the colon",
    "while scanning a directive": "a line that begins with % is a YAML directive: remove or quote it",
}
BROKEN = {
    "while scanning a double-quoted scalar": "\\ has a meaning in double quotes: use single quotes",
    "tag": "text that begins with ! must stand in quotes: add them",
    "cannot start any token": "no value can begin with this character: put the value in quotes",
    "mapping values are not allowed": "a colon is too many: quote the text, or correct this or the last line",
    "expected <block end>": "this does not line up with what is above: indent alike, and quote whole values",
    "while scanning a block scalar": "text after | or > must begin on the next line: move it",
    "expected the node content": "a value is missing here: write it, or quote what stands here",
    "sequence entries are not allowed": "no list item can begin here: put '- ' on a line of its own",
    "expected '<document start>'": "nothing can follow here: correct the indentation or the brackets",
}


def syntax_problem(error: Exception, text: str, reached: Mark) -> Problem:
    """Say in one sentence what PyYAML found wrong, having read as far as `reached`."""
    file = reached.file
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position].split("\n")
        message = f"the character U+{ord(text[error.position]):04X} is not allowed: remove it"
        return Problem(Mark(file, len(before), len(before[-1]) + 1), (), message)
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(reached, (), f"this or what follows is not YAML: correct it ({error})")
    complaint = ": ".join(part for part in (error.context, error.problem) if part)
    begun = next((BEGUN[part] for part in BEGUN if part in complaint), "")
    broken = next((BROKEN[part] for part in BROKEN if part in complaint), complaint)
    place = (begun and error.context_mark) or error.problem_mark or error.context_mark
    mark = Mark(file, place.line + 1, place.column + 1) if place else reached
    return Problem(mark, (), begun or broken)
