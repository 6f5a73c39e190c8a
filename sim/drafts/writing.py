"""A draft as an answer: its text, and the file it was written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.answers import Answer
from sim.model.mistakes import Mistake


@dataclass(frozen=True, repr=False)
class Drafted(Answer):
    """A text to go on from, and the file it was written to, if any."""

    text: str
    file: Path | None
    next: str

    def __str__(self) -> str:
        """Return where it was written and what to do next; the text itself where it was not written."""
        return self.text.rstrip("\n") if self.file is None else f"{self.file} written; next: {self.next}"


def written(text: str, out: Path | str | None, *, force: bool, then: str = "armsrace check {file}") -> Drafted:
    """Write a draft, if a file is named.

    Raises
    ------
    Mistake
        If the file is there and is not to be replaced.
    """
    if out is None:
        return Drafted(text, None, "")
    file = Path(out)
    if file.exists() and not force:
        raise Mistake(f"{file} is there already; write another name, or --force to replace it")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return Drafted(text, file, then.format(file=file))
