"""What reaches a terminal: words that do nothing there, and streams that may be closed, gone or of few letters.

A title, a name or a path may be a stranger's. The standard library only, and below all rooms.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Self, TextIO, TypeAlias

if TYPE_CHECKING:
    from tqdm import tqdm

Told: TypeAlias = Callable[[int, int], None]  # is called with how many so far, of how many
Shown: TypeAlias = bool | Literal["auto"] | Told  # of a progress bar

# Control characters but line feed and tab; marks, embeddings, overrides and isolates of direction; separators, what
# has no width, and tags. The two joiners stay: they move nothing, and Persian and Hindi are not written without them.
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    r"""Return text in which what would act upon a terminal, or hide in it, is spelled out.

    Examples
    --------
    >>> clean("a red\x1b[31m title")
    'a red\\x1b[31m title'
    """
    return ACTING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def width(text: str) -> int:
    r"""Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> [width(text) for text in ("Tu\u0308rkei", "日本")]
    [6, 4]
    """
    if text.isascii():
        return len(text)
    return sum((1 + (unicodedata.east_asian_width(c) in "WF")) * (not unicodedata.combining(c)) for c in text)


class Stream:
    """A stream of text that ends nobody's work: it takes what it can, and nothing once its reader has gone.

    Parameters
    ----------
    stream : TextIO
        What is written to; whatever else is asked of it is answered by it.
    spelled : callable
        What becomes of a text before it is written.

    Attributes
    ----------
    lost : OSError or ValueError or None
        Why it takes nothing any more.
    """

    def __init__(self, stream: TextIO, spelled: Callable[[str], str] = clean) -> None:
        self.stream = stream
        self.spelled = spelled
        self.lost: OSError | ValueError | None = None

    def write(self, text: str) -> int:
        """Write a text, letters that the stream has not as their numbers."""
        self._try(lambda: self._write(self.spelled(text)))
        return len(text)

    def flush(self) -> None:
        """Hand on what has been written."""
        self._try(self.stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
        except UnicodeEncodeError:
            letters = self.stream.encoding or "ascii"
            self.stream.write(text.encode(letters, "backslashreplace").decode(letters))

    def _try(self, act: Callable[[], object]) -> None:
        if self.lost is not None:
            return
        try:
            act()
        except (OSError, ValueError) as error:  # a ValueError: somebody has closed it
            self.lost = error
            with suppress(OSError, ValueError):  # what it still holds would be missed when the process ends
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.stream.fileno())
                os.close(nowhere)


def in_notebook() -> bool:
    """Tell whether a notebook is asking."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and "IPKernelApp" in shell.config


class Teller:
    """In place of a bar: tells how far something got to whoever asked."""

    def __init__(self, total: int, told: Told) -> None:
        self.total, self.n, self._told = total, 0, told

    def __enter__(self) -> Self:
        """Return itself, as a bar does."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""

    def update(self, n: float | None = 1) -> None:
        """Tell that so many more are done."""
        self.n += int(n or 0)
        self._told(self.n, self.total)


def progress_bar(total: int, unit: str, *, shown: Shown) -> tqdm[Any] | Teller:
    """Return a bar on standard error that tells how far something got, and never stands in its way.

    Parameters
    ----------
    total : int
        How many there will be.
    unit : str
        What is counted.
    shown : bool, "auto" or callable
        Whether anybody is to see it; ``auto`` is in a notebook and in a terminal, not where a script writes elsewhere.
        Something to be called is told how many so far, of how many, and no bar is shown.
    """
    if callable(shown):
        return Teller(total, shown)
    if shown == "auto" and in_notebook():
        from tqdm.auto import tqdm as bar_of_a_notebook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # without ipywidgets it is a bar of text, which is well
            return bar_of_a_notebook(total=total, unit=unit, smoothing=0.1)
    from tqdm import tqdm

    under = sys.stderr.stream if isinstance(sys.stderr, Stream) else sys.stderr
    seen = under is not None and (under.isatty() if shown == "auto" else shown)  # None under pythonw
    hidden = not seen
    file = None if hidden else Stream(under, str)  # its own carriage returns are to act
    return tqdm(total=total, unit=unit, disable=hidden, smoothing=0.1, file=file, dynamic_ncols=True)
