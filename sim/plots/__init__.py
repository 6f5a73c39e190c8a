"""Figures, one per file: a result in, a picture, its numbers and its description out.

A file ``<name>.py`` in this folder is a figure. It holds

- ``SHOWS``: what it needs of a result, one of `ALL_RUNS`, `WHOLE_PATHS`, `ONE_PATH` and `TWO_RESULTS` in `style`,
- ``MEASURE``: the function of `sim.measures` or `sim.analysis` whose Dataset it draws,
- ``<name>(dataset) -> Figure`` and ``alt_text(dataset) -> str``,
- if the generic table does not do, ``table(dataset) -> rows``,
- if a result can have nothing of it, ``lacking(dataset) -> str``: why there is nothing to draw, empty if there is.

The other files are what figures share: the `house` in which matplotlib is on its own, `style`, `scales` of their axes,
the `words` on a page and the `tables` beside it; `hindcast` is the figure of `sim.hindcast`, and none of a result. No
figure computes science, and nothing else knows a figure by name.
`plot` draws them; what `style.save` writes re-runs byte for byte.
"""

from __future__ import annotations

import base64
import importlib
import os
import pkgutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import xarray as xr

from sim.analysis import cases
from sim.answers import Answer, write_rows
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake, suggest
from sim.plots import house, style, tables, words  # the house first: it imports matplotlib
from sim.results.files import refuse_links, replacing, write_whole
from sim.results.manifest import FIGURES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMS = ("png", "svg")  # of a picture on disk
TOOLS = ("hindcast", "house", "scales", "style", "tables", "words")  # of this folder, none of them a figure of a result


@dataclass(frozen=True, repr=False)
class Drawings(Answer):
    """Figures drawn of a result: shown in a notebook, named in a terminal.

    Attributes
    ----------
    figures : dict of str to matplotlib.figure.Figure
        The pictures by the names of the figures.
    texts : dict of str to str
        Their descriptions for readers who do not see them.
    files : tuple of Path
        What was written; nothing where the result has no directory.
    note : str
        What could not be drawn, and why: a line for figures, one for letters; empty if all was.
    """

    figures: dict[str, Figure]
    texts: dict[str, str]
    files: tuple[Path, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        """Return the note, then a line for each file, or for each figure where there are no files."""
        return "\n".join([*([self.note] if self.note else []), *map(str, self.files or self.figures)])

    def _repr_html_(self) -> str:
        """Return the pictures, each with its description as the alternative text."""
        shown = [f"<p>{escape(self.note)}</p>"] if self.note else []
        for name, figure in self.figures.items():
            bits = base64.b64encode(style.png(figure)).decode()
            shown.append(f'<img src="data:image/png;base64,{bits}" alt="{escape(self.texts[name])}">')
        return "\n".join(shown)


def plot(
    result: xr.Dataset | str | os.PathLike[str],
    figures: str | Collection[str] | None = None,
    *,
    run: int = 0,
    against: xr.Dataset | str | os.PathLike[str] | None = None,
) -> Drawings:
    """Draw the figures of a result.

    Parameters
    ----------
    result : Dataset, str or path
        A result, a directory, or ``DIR@scenario=NAME,point=LABEL`` for one case of several. Figures of a directory
        are written into its folder ``figures``: PNG, SVG, the plotted numbers and a description of each.
    figures : str or collection of str, optional
        Which figure or figures; all that can be drawn unless named.
    run : int
        Number of the run that a figure of one run shows.
    against : Dataset, str or path, optional
        A second result or case, for the figures of two results.

    Returns
    -------
    Drawings

    Raises
    ------
    Mistake
        If there is no such figure or result, or what a figure shows was not kept.
    """
    run = whole_number(run, "run")
    names = _asked([figures] if isinstance(figures, str) else figures, against is not None)
    data, side = _case(result)
    other, second = (None, None) if against is None else _case(against)
    missing: dict[str, list[str]] = {}
    if not figures and not data.sizes["member"]:
        of_paths = [name for name in names if _module(name).SHOWS in style.OF_PATHS]
        names = [name for name in names if name not in of_paths]
        missing["no whole path was kept"] = of_paths
    if side is not None:
        refuse_links(side.directory)
    pictures: dict[str, Figure] = {}
    texts, files = dict[str, str](), list[Path]()
    for name in names:
        dataset = measured(name, data, run=run, against=other)
        if not figures and (lack := lacking(name, dataset)):
            missing.setdefault(lack, []).append(name)
            continue
        pictures[name], texts[name] = draw(name, dataset), alt_text(name, dataset)
        if side is not None:
            pair = (other, second) if _module(name).SHOWS == style.TWO_RESULTS else (None, None)
            stem = side.directory / FIGURES / cases.stem(name, data, side, *pair)
            files += _written(stem, name, dataset, pictures[name], texts[name])
    notes = (
        *(f"{why}, so there is no {' and no '.join(these)}" for why, these in missing.items()),
        words.without_a_font(words.lacking_in(pictures.values())),
    )
    return Drawings(pictures, texts, tuple(files), "\n".join(filter(None, notes)))


def measured(name: str, result: xr.Dataset, *, run: int = 0, against: xr.Dataset | None = None) -> xr.Dataset:
    """Return what a figure draws of one case of a result.

    Raises
    ------
    Mistake
        If the result lacks what the figure shows.
    """
    shows: str = _module(name).SHOWS
    measure: Callable[..., xr.Dataset] = _module(name).MEASURE
    if shows == style.TWO_RESULTS:
        assert against is not None
        return measure(words.printed(result), words.printed(against))
    kept = result.sizes["member"]
    if shows in style.OF_PATHS and not kept:
        raise Mistake(f"'{name}' shows whole paths and none was kept; sweep with --kept-paths, or 'keep: trajectories'")
    if shows == style.ONE_PATH and not 0 <= run < kept:
        raise Mistake(f"the path of run {run} was not kept; kept are runs 0 to {kept - 1}")
    return measure(words.printed(result.isel(member=run, run=run) if shows == style.ONE_PATH else result))


def _asked(figures: Collection[str] | None, two: bool) -> list[str]:
    """Return the names of the figures asked for, or of all that one result or two can have."""
    paired = [name for name in _names() if _module(name).SHOWS == style.TWO_RESULTS]
    names = list(figures or [name for name in _names() if two or name not in paired])
    for name in names:
        if name not in _names():
            raise Mistake(f"there is no figure '{name}'{suggest(name, _names())}; `armsrace list figures` names them")
    of_two = [name for name in names if name in paired]
    if of_two and not two:
        raise Mistake(f"'{of_two[0]}' shows two results; name the second with --against DIR")
    if two and not of_two:
        raise Mistake(f"--against is for the figure '{' or '.join(paired)}'; name it too, or leave out --against")
    return names


def _case(result: xr.Dataset | str | os.PathLike[str]) -> tuple[xr.Dataset, cases.CaseName | None]:
    """Return one case and, where it lies on a disk, which directory and choice that is."""
    if isinstance(result, xr.Dataset):
        return cases.as_case(result), None
    named = cases.case_named(result)
    return cases.open_case(named), named


def _written(stem: Path, name: str, dataset: xr.Dataset, picture: Figure, text: str) -> list[Path]:
    """Write a picture and what goes with it into files of one stem; return them."""
    stem.parent.mkdir(exist_ok=True)
    *pictures, numbers, description = (stem.with_name(f"{stem.name}.{form}") for form in (*FORMS, "csv", "txt"))
    for path in pictures:
        with replacing(path) as draft:
            style.save(picture, draft, dataset, alt=text)
    with replacing(numbers) as draft:
        write_rows(table(name, dataset), draft)
    write_whole(description, text + "\n")
    return [*pictures, numbers, description]


# -- the catalogue


def _names() -> list[str]:
    """Return the names of the figures: every module of this folder but what they share."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name not in TOOLS)


def _module(name: str) -> ModuleType:
    """Return the file of a figure, or an error that lists the figures there are."""
    if name not in _names():
        raise KeyError(f"no figure is called '{name}'; there are {', '.join(_names())}")
    return importlib.import_module(f"{__name__}.{name}")


def figures() -> dict[str, Callable[[xr.Dataset], Figure]]:
    """Return the catalogue of figures by name, discovered from this folder.

    Examples
    --------
    >>> "war_probability" in figures()
    True
    """
    return {name: partial(draw, name) for name in _names()}


def draw(name: str, dataset: xr.Dataset) -> Figure:
    """Return a figure of what `measured` returned.

    Raises
    ------
    Mistake
        If it holds nothing to draw.
    """
    if lack := lacking(name, dataset):
        raise Mistake(f"{lack}, so there is no {name}; leave it out")
    with house.settings(words.families(words.letters_of(dataset))[0]):
        figure: Figure = getattr(_module(name), name)(dataset)
    return figure


def lacking(name: str, dataset: xr.Dataset) -> str:
    """Return why what `measured` returned holds nothing to draw, empty if it does."""
    module = _module(name)
    return str(module.lacking(dataset)) if hasattr(module, "lacking") else ""


def alt_text(name: str, dataset: xr.Dataset) -> str:
    """Return the description of a figure for readers who do not see it."""
    return str(_module(name).alt_text(dataset))


def table(name: str, dataset: xr.Dataset) -> list[tables.Row]:
    """Return the plotted numbers as tidy rows, for the CSV beside a figure."""
    rows: list[tables.Row] = getattr(_module(name), "table", tables.tidy)(dataset)
    return rows
