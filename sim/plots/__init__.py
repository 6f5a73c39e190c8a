"""Figures, one per file: a result in, a picture, its numbers and its description out.

A file ``<name>.py`` in this folder is a figure. It holds

- ``SHOWS``: what it needs of a result, one of `ALL_RUNS`, `WHOLE_PATHS`, `ONE_PATH`, `TWO_RESULTS`, `SEVERAL_CASES`
  and `ANALYSIS` in `style`,
- ``MEASURE``: the function of `sim.measures` or `sim.analysis` whose Dataset it draws: of one case, of two, of a list
  of cases, or of a designed result and an outcome,
- ``<name>(dataset) -> Figure`` and ``alt_text(dataset) -> str``,
- if the generic table does not do, ``table(dataset) -> rows``,
- if there are results of which it would be empty, ``lacking(dataset) -> str``: why, as the beginning of a sentence.

The other files are what figures share: the `house` in which matplotlib is on its own, `style`, `scales` of their axes,
the `words` on a page, the `tables` beside it, the `effects` of a comparison in rows and the `files` it is written
in; the folder ``fonts`` holds the letters. `hindcast` is the figure of `sim.hindcast`, and none of a result. No
figure computes science, and nothing else knows a figure by name. `plot` draws them; what `files.save` writes re-runs
byte for byte.
"""

from __future__ import annotations

import base64
import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import xarray as xr

from sim.analysis import cases
from sim.answers import Answer, write_rows
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake, suggest
from sim.plots import files, house, style, tables, words  # the house first: it imports matplotlib
from sim.results.clearing import files_of_figure
from sim.results.files import refuse_links, replacing, write_whole
from sim.results.manifest import FIGURES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ResultLike: TypeAlias = xr.Dataset | str | os.PathLike[str]

MOST_CASES = 40  # of a figure that has a row or a line for each
ONE_CASE = "there is one case only"
# Of this folder, no figures of a result:
TOOLS = ("effects", "files", "hindcast", "house", "scales", "style", "tables", "words")


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
            bits = base64.b64encode(files.png(figure)).decode()
            shown.append(f'<img src="data:image/png;base64,{bits}" alt="{escape(self.texts[name])}">')
        return "\n".join(shown)


def plot(
    result: ResultLike,
    figures: str | Collection[str] | None = None,
    *,
    run: int = 0,
    against: ResultLike | Sequence[ResultLike] | None = None,
    measure: str | None = None,
    formats: str | Collection[str] = files.USUAL,
    width: str | float = f"{house.WIDTH}in",
) -> Drawings:
    """Draw the figures of a result.

    Parameters
    ----------
    result : Dataset, str or path
        A result, a directory, or ``DIR@scenario=NAME,point=LABEL`` for one case of several. Figures of a directory
        are written into its folder ``figures``: pictures, the plotted numbers and a description of each.
    figures : str or collection of str, optional
        Which figure or figures; all that can be drawn unless named.
    run : int
        Number of the run that a figure of one run shows.
    against : Dataset, str or path, or several of them, optional
        A second result or case, for the figures of two results; further ones, for those of several cases.
    measure : str, optional
        The outcome that a figure of a designed result is about; its own choice unless given.
    formats : str or collection of str
        Which pictures are written, of PNG (300 dots per inch), SVG (letters as outlines) and PDF (fonts embedded).
    width : str or float
        Of the page: ``"160mm"``, ``"8.5cm"``, ``"7.2in"``, or a number [inches]. Letters keep their size.

    Returns
    -------
    Drawings

    Raises
    ------
    Mistake
        If there is no such figure, format, width or result, or what a figure shows was not kept.
    """
    forms, wide = files.forms_of(formats), files.inches(width)
    others = _each(against)
    asked = [figures] if isinstance(figures, str) else list(figures or ())
    names = _asked(asked, others, measure)
    run, side = whole_number(run, "run"), _named(result)
    data = _one_case(result, required=any(_module(name).SHOWS in style.OF_ONE_CASE for name in asked))
    whole = result if data is None or side is None or side.point is None else data
    if side is not None:
        refuse_links(side.directory)
    pictures: dict[str, Figure] = {}
    texts, written, left_out = dict[str, str](), list[Path](), dict[str, list[str]]()
    for name in names:
        try:
            shown = whole if data is None or _module(name).SHOWS == style.ANALYSIS else data
            dataset = measured(name, shown, run=run, against=others, measure=measure)
            _refuse_empty(name, dataset)
        except style.Lacking as lacking:
            if asked or (name == names[-1] and not pictures):
                raise
            if lacking.reason != ONE_CASE:  # who has one case misses no figure of several
                left_out.setdefault(lacking.reason, []).append(name)
            for path in files_of_figure(side.directory / FIGURES / _stem(name, data, side, others)) if side else ():
                path.unlink()  # an earlier result had it
            continue
        pictures[name], texts[name] = draw(name, dataset, wide), alt_text(name, dataset)
        if side is not None:
            stem = side.directory / FIGURES / _stem(name, data, side, others)
            written += _written(stem, forms, name, dataset, pictures[name], texts[name])
    notes = [f"{reason}, so there is no {' and no '.join(missing)}" for reason, missing in left_out.items()]
    notes.append(words.without_a_font(words.lacking_in(pictures.values())))
    return Drawings(pictures, texts, tuple(written), "\n".join(filter(None, notes)))


def measured(
    name: str,
    result: ResultLike,
    *,
    run: int = 0,
    against: ResultLike | Sequence[ResultLike] | None = None,
    measure: str | None = None,
) -> xr.Dataset:
    """Return what a figure draws of a result, of one case of it, or of it and others.

    Raises
    ------
    Mistake
        If the result lacks what the figure shows.
    """
    shows: str = _module(name).SHOWS
    draws: Callable[..., xr.Dataset] = _module(name).MEASURE
    others = _each(against)
    if shows == style.ANALYSIS:
        data, study = cases.designed(result)
        if data.sizes.get("point", 1) < 2 and (study is None or study.points is None or study.points.sample is None):
            told = (
                f"'{name}' shows a design of several points and this result has one; sweep an experiment with several"
            )
            raise style.Lacking(told, ONE_CASE)
        return words.printed(draws(result, measure))
    if shows == style.SEVERAL_CASES:
        several = [words.printed(one) for each in (result, *others) for one in cases.every_case(each, MOST_CASES)]
        if len(several) < 2:
            raise style.Lacking(f"'{name}' shows several cases; name others with --against DIR", ONE_CASE)
        return draws(several)
    try:
        data = cases.as_case(result)
    except cases.SeveralCases as mistake:
        raise style.Lacking(str(mistake), "none of several cases was chosen") from None
    if shows == style.TWO_RESULTS:
        if len(others) != 1:
            told = f"'{name}' shows two results; name the second with --against DIR"
            raise style.Lacking(told, f"{1 + len(others)} results were named")
        return draws(words.printed(data), words.printed(cases.as_case(others[0])))
    kept = data.sizes["member"]
    if shows in style.OF_PATHS and not kept:
        told = f"'{name}' shows whole paths and none was kept; sweep with --kept-paths, or 'keep: trajectories'"
        raise style.Lacking(told, "no whole path was kept")
    if shows == style.ONE_PATH and not 0 <= run < kept:
        raise Mistake(f"the path of run {run} was not kept; kept are runs 0 to {kept - 1}")
    return draws(words.printed(data.isel(member=run, run=run) if shows == style.ONE_PATH else data))


def _refuse_empty(name: str, dataset: xr.Dataset) -> None:
    """Stop where a figure would show nothing."""
    reason = getattr(_module(name), "lacking", lambda _: "")(dataset)
    if reason:
        raise style.Lacking(f"{reason}, so '{name}' would be empty", reason)


def _asked(figures: list[str], others: Sequence[ResultLike], measure: str | None) -> list[str]:
    """Return the names of the figures asked for, or of all that so many results can have."""
    for name in figures:
        if name not in _names():
            raise Mistake(f"there is no figure '{name}'{suggest(name, _names())}; `armsrace list figures` names them")
    shown = {name: _module(name).SHOWS for name in _names()}
    paired = [name for name, shows in shown.items() if shows in (style.TWO_RESULTS, style.SEVERAL_CASES)]
    analysed = [name for name, shows in shown.items() if shows == style.ANALYSIS]
    names = figures or [name for name, shows in shown.items() if others or shows != style.TWO_RESULTS]
    for option, given, fit in (("--against", bool(others), paired), ("--measure", measure is not None, analysed)):
        if given and not set(names) & set(fit):
            said = " or ".join(f"'{name}'" for name in fit)
            raise Mistake(f"{option} is for the figure {said}; name it too, or leave out {option}")
    return names


def _each(against: ResultLike | Sequence[ResultLike] | None) -> Sequence[ResultLike]:
    """Return the further results as a sequence."""
    if against is None:
        return ()
    return (against,) if isinstance(against, xr.Dataset | str | os.PathLike) else tuple(against)


def _named(result: ResultLike) -> cases.CaseName | None:
    """Return which directory and choice a result is, where it lies on a disk."""
    return None if isinstance(result, xr.Dataset) else cases.case_named(result)


def _one_case(result: ResultLike, *, required: bool) -> xr.Dataset | None:
    """Return the one case of a result; nothing where there are several and no figure needs one."""
    try:
        return cases.as_case(result)
    except cases.SeveralCases:
        if required:
            raise
        return None


def _stem(name: str, data: xr.Dataset | None, side: cases.CaseName, others: Sequence[ResultLike]) -> str:
    """Return what the files of a figure are called."""
    shows = _module(name).SHOWS
    beside = [found for other in others if (found := _named(other)) is not None]
    if data is None or shows not in (*style.OF_ONE_CASE, style.TWO_RESULTS):
        return cases.stem_of_several(name, side, beside if shows == style.SEVERAL_CASES else ())
    if shows == style.TWO_RESULTS and beside:
        return cases.stem(name, data, side, cases.as_case(others[0]), beside[0])
    return cases.stem(name, data, side)


def _written(
    stem: Path, forms: Sequence[str], name: str, dataset: xr.Dataset, picture: Figure, text: str
) -> list[Path]:
    """Write a picture and what goes with it into files of one stem; return them."""
    stem.parent.mkdir(exist_ok=True)
    *pictures, numbers, description = (stem.with_name(f"{stem.name}.{form}") for form in (*forms, "csv", "txt"))
    for path in pictures:
        with replacing(path) as draft:
            files.save(picture, draft, dataset, alt=text)
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


def about(name: str) -> tuple[str, str]:
    """Return what a figure shows, and what it needs of a result."""
    module = _module(name)
    return inspect.getdoc(module) or "", module.SHOWS


def draw(name: str, dataset: xr.Dataset, width: float = house.WIDTH) -> Figure:
    """Return a figure of what `measured` returned, on a page of a width [inches]."""
    with house.settings(words.families(words.letters_of(dataset))[0], width):
        figure: Figure = getattr(_module(name), name)(dataset)
    return figure


def alt_text(name: str, dataset: xr.Dataset) -> str:
    """Return the description of a figure for readers who do not see it."""
    return str(_module(name).alt_text(dataset))


def table(name: str, dataset: xr.Dataset) -> list[tables.Row]:
    """Return the plotted numbers as tidy rows, for the CSV beside a figure."""
    rows: list[tables.Row] = getattr(_module(name), "table", tables.tidy)(dataset)
    return rows
