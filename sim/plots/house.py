"""matplotlib on its own: no settings file, no environment and no style of the user's has a say in a figure.

Everything that draws does so under `settings`; a `Page` sees to it that this holds whenever it is drawn again. This
module is imported before any other that imports matplotlib.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what matplotlib logs about settings files, caches and fonts from the terminal."""
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


def _imported() -> None:
    """Import matplotlib, if need be without the settings file or the backend that keep it from starting."""
    with _quiet():
        try:
            importlib.import_module("matplotlib.font_manager")
        except (ValueError, OSError):  # a backend nobody knows; a file that is not text, or not to be read
            spec = importlib.util.find_spec("matplotlib")
            assert spec is not None
            assert spec.submodule_search_locations
            for part in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
                del sys.modules[part]  # half of a package is worse than none
            named = os.environ.pop("MPLBACKEND", None)
            # A settings file of the working directory comes first, and here lies the one without a setting.
            with contextlib.chdir(Path(spec.submodule_search_locations[0]) / "mpl-data"):
                importlib.import_module("matplotlib.font_manager")
            if named is not None:
                os.environ["MPLBACKEND"] = named


_imported()

import matplotlib as mpl  # noqa: E402
from matplotlib import font_manager  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

SMALL, NORMAL, LARGE = 8.5, 9.5, 13.0  # points
INCH = 72  # points
WIDTH = 7.2  # inches of a page unless another width is asked for
LINE = 0.9  # of the room that matplotlib gives a line of this font: 1.2 times its size
FONTS = Path(__file__).parent / "fonts"
FILES = {"normal": FONTS / "SourceSans3-Regular.ttf", "bold": FONTS / "SourceSans3-Semibold.ttf"}  # by weight
FAMILY = "Source Sans 3 of armsrace"  # a name of its own: another version of this machine is not mistaken for it
FALLBACK = "DejaVu Sans"  # comes with matplotlib, and has letters that the other lacks
FAMILIES = (FAMILY, FALLBACK)

font_manager.fontManager.ttflist += [
    font_manager.FontEntry(fname=str(file), name=FAMILY, weight=weight) for weight, file in FILES.items()
]

SETTINGS: Any = {
    "timezone": "UTC",
    "text.parse_math": False,  # a name is no formula
    "svg.hashsalt": "armsrace",
    "svg.fonttype": "path",  # looks the same where the font is not
    "pdf.fonttype": 42,
    "font.family": list(FAMILIES),
    "font.size": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.titlesize": NORMAL,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": SMALL,
    "axes.titlepad": 5.0,
    "xtick.major.pad": 2.0,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.4,
}
HELD_ELSEWHERE = ("date.converter", "date.interval_multiples")  # matplotlib acts on these when they are set


@contextlib.contextmanager
def settings(families: Sequence[str] = FAMILIES, width: float = WIDTH) -> Iterator[None]:
    """Draw under the settings of matplotlib itself and of the house, whatever the user has set; give the user's back.

    Parameters
    ----------
    families : sequence of str
        Fonts in which letters are looked for, in this order.
    width : float
        Of pages that are made [inches].
    """
    with warnings.catch_warnings(), _quiet():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # `words.without_a_font` says it in a sentence
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update({**SETTINGS, "font.family": list(families), "figure.figsize": (width, width)})
            yield
        held: Any = mpl.rcParams
        held.update({key: held[key] for key in HELD_ELSEWHERE})


def in_force() -> tuple[str, ...]:
    """Return the fonts of the figure that is being drawn; those of the house where none is."""
    now = tuple(mpl.rcParams["font.family"])
    return now if FAMILY in now else FAMILIES


def across() -> float:
    """Return the width of the page that is being drawn [points]."""
    wide: float = mpl.rcParams["figure.figsize"][0]
    return wide * INCH


class _Layout(ConstrainedLayoutEngine):
    """A constrained layout without the last digits of its solver, which differ from time to time."""

    def execute(self, fig: Any) -> Any:
        """Place the axes."""
        grids = super().execute(fig)
        for ax in fig.axes:
            ax.set_position(Bbox(ax.get_position(original=True).get_points().round(4)))
            ax.set_in_layout(True)  # which placing it by hand has ended
        return grids


class Page(Figure):
    """A figure that is drawn under the settings of the house and in the fonts of its making, whoever draws it."""

    def __init__(self, width: float, height: float) -> None:
        self._families = tuple(mpl.rcParams["font.family"])
        super().__init__((width, height), layout=_Layout())

    def draw(self, renderer: Any) -> None:
        """Draw on a renderer; texts that are made only now, such as those at ticks, are made as the others."""
        with settings(self._families):
            super().draw(renderer)

    def savefig(self, fname: Any, **more: Any) -> None:
        """Write to a file or a stream, as `matplotlib.figure.Figure.savefig` does."""
        with settings(self._families):
            super().savefig(fname, **more)
