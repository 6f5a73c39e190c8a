"""What `sim.plots.plot` does, until it is written there: the figures of a result, drawn into its folder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sim.model.mistakes import Mistake, suggest

if TYPE_CHECKING:
    import xarray as xr

PAIRED = "versus"  # the figure of two results
FROM_PATHS = ("suppliers", "timeline")  # figures of runs whose whole path was kept


def plot(
    result: str, figures: Collection[str] | None = None, *, run: int = 0, against: str | None = None
) -> list[Path]:
    """Draw figures of a result into its folder.

    Parameters
    ----------
    result : str
        A result directory, or ``DIR@scenario=NAME,point=LABEL`` for one case of several.
    figures : collection of str, optional
        Which figures; all that can be drawn unless named.
    run : int
        Which run the timeline shows.
    against : str, optional
        A second result or case, for the figure that shows two.

    Returns
    -------
    list of Path
        PNG, SVG, the plotted numbers and a description, for each figure.

    Raises
    ------
    Mistake
        If there is no such figure, or what it shows was not kept.
    """
    from sim.analysis.cases import case_named, open_case, stem
    from sim.plots import figures as catalogue

    names = [*(figures or ())] or [name for name in catalogue() if name != PAIRED or against is not None]
    for name in names:
        if name not in catalogue():
            raise Mistake(
                f"there is no figure '{name}'{suggest(name, catalogue())}; `armsrace list figures` names them"
            )
    if against is None and PAIRED in names:
        raise Mistake(f"'{PAIRED}' shows two results; name the second with --against DIR")
    if against is not None and PAIRED not in names:
        raise Mistake(f"--against is for the figure '{PAIRED}'; name it too, or leave out --against")
    side, second = case_named(result), None if against is None else case_named(against)
    data, other = open_case(side), None if second is None else open_case(second)
    if not figures and not data.sizes["member"]:
        names = [name for name in names if name not in FROM_PATHS]
        print(f"no whole path was kept, so there is no {' and no '.join(FROM_PATHS)}")
    folder = side.directory / "figures"
    folder.mkdir(exist_ok=True)
    drawn: list[Path] = []
    for name in names:
        pair = (other, second) if name == PAIRED else (None, None)
        drawn += draw(name, data, folder / stem(name, data, side, *pair), run, other)
    return drawn


def draw(name: str, data: xr.Dataset, stem: Path, number: int, other: xr.Dataset | None = None) -> list[Path]:
    """Draw one figure and what goes with it into files of one stem; return the files."""
    from sim import measures
    from sim.analysis.compare import compare
    from sim.answers import write_rows
    from sim.plots import alt_text, figures, style
    from sim.plots import table as rows_of

    if name in FROM_PATHS and not data.sizes["member"]:
        raise Mistake(f"'{name}' shows whole paths and none was kept; sweep with --kept-paths, or 'keep: trajectories'")
    if name == "timeline":
        if not 0 <= number < data.sizes["member"]:
            raise Mistake(f"the path of run {number} was not kept; kept are runs 0 to {data.sizes['member'] - 1}")
        measured = measures.timeline(data.isel(member=number, run=number))
    elif name == PAIRED:
        assert other is not None
        measured = compare(data, other)
    else:
        measured = getattr(measures, name)(data)
    text = alt_text(name, measured)
    drawn = figures()[name](measured)
    paths = [stem.with_name(f"{stem.name}.{form}") for form in ("png", "svg", "csv", "txt")]
    for path in paths[:2]:
        style.save(drawn, path, measured, alt=text)
    write_rows(rows_of(name, measured), paths[2])
    paths[3].write_text(text + "\n", encoding="utf-8")
    return paths
