"""The two cases of a comparison: which each of them is, what it is called, and whether their runs are pairs.

A case of a designed result is written ``DIR@scenario=NAME,point=LABEL``, or with one of the two where the
result has only one of the other.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import xarray as xr

from sim.measures.run_outcomes import ended
from sim.model.mistakes import Mistake
from sim.model.outcomes import CASE
from sim.model.world import Array
from sim.results.files import file_name
from sim.results.manifest import directory, provenance, study_of
from sim.results.open import case, of_scenario, open_result
from sim.study.study import Study

CODE = ("version", "code", "rules", "numpy")  # what else than the case may make two results differ
SHOWN = 4  # labels of cases in a sentence
FIRST = 8  # paths that are looked at to see who is in a scenario
TOLD = 6  # settings that are told one by one; of more, their number


class SeveralCases(Mistake):
    """One case is needed, and there are several from which none is chosen."""


@dataclass(frozen=True)
class CaseName:
    """A result directory, and which of its cases: by name or number, None where there is one only."""

    directory: Path
    scenario: str | None = None
    point: str | None = None


# -- which case


def case_named(text: str | os.PathLike[str]) -> CaseName:
    """Return a directory and what is chosen from it; a directory whose own name has an ``@`` is itself.

    Examples
    --------
    >>> case_named("answer@scenario=status_quo,point=price 60, scale 2").point
    'price 60, scale 2'

    Raises
    ------
    Mistake
        If what follows the ``@`` chooses no case.
    """
    said = os.fspath(text)
    place, mark, choice = said.rpartition("@")
    if not mark or Path(said).is_dir():
        return CaseName(Path(said))
    chosen: dict[str, str] = {}
    for part in re.split(r",(?=\s*\w+\s*=)", choice):
        axis, equals, name = (piece.strip() for piece in part.partition("="))
        if axis not in CASE or not equals or not name or axis in chosen:
            raise Mistake(
                f"'@{choice}' chooses no case; write {place}@scenario=NAME, {place}@point=NAME or "
                f"{place}@scenario=NAME,point=NAME"
            )
        chosen[axis] = name
    return CaseName(Path(place), **chosen)


def is_result(one: object) -> bool:
    """Whether something is a result, in memory or written as a directory with or without a choice from it."""
    if isinstance(one, xr.Dataset):
        return True
    return isinstance(one, str | os.PathLike) and (Path(one).is_dir() or "@" in os.fspath(one))


def open_case(named: CaseName) -> xr.Dataset:
    """Open a case of a result lazily, with what its provenance says about the code behind it."""
    data, about = open_result(named.directory), provenance(named.directory)
    _refuse_several(data, named)
    try:
        data = case(data, named.scenario, named.point)
    except Mistake as mistake:
        raise Mistake(f"{named.directory}: {mistake}") from None
    return _own(data).assign_attrs({key: about[key] for key in CODE if key in about and key not in data.attrs})


def as_case(result: xr.Dataset | CaseName | str | os.PathLike[str]) -> xr.Dataset:
    """Return one case: a dataset as it is, a directory opened.

    Raises
    ------
    Mistake
        If there are several cases and none is chosen.
    """
    if isinstance(result, xr.Dataset):
        _refuse_several(result, None)
        return _own(result)
    return open_case(result if isinstance(result, CaseName) else case_named(result))


def every_case(result: xr.Dataset | str | os.PathLike[str], most: int) -> list[xr.Dataset]:
    """Return each case of a result, or of what is chosen from it, in the order of the study.

    Raises
    ------
    Mistake
        If there are more than so many.
    """
    named = None if isinstance(result, xr.Dataset) else case_named(result)
    data = result if isinstance(result, xr.Dataset) else open_result(case_named(result).directory)
    axes = [axis for axis in CASE if axis in data.dims and getattr(named, axis, None) is None]
    count = math.prod(data.sizes[axis] for axis in axes)
    if count > most:
        raise Mistake(f"this result has {count:,} cases and a figure of several has room for {most}; choose a few of "
                      "them, each as DIR@scenario=NAME,point=LABEL")  # fmt: skip
    chosen = [dict(zip(axes, which, strict=True)) for which in product(*(map(str, data[axis].values) for axis in axes))]
    if named is None:
        return [as_case(case(data, **one)) for one in chosen]
    return [
        open_case(CaseName(named.directory, one.get("scenario", named.scenario), one.get("point", named.point)))
        for one in chosen
    ]


def designed(result: xr.Dataset | str | os.PathLike[str]) -> tuple[xr.Dataset, Study | None]:
    """Return a result with all its points, of one scenario where it is chosen, and the study behind a directory."""
    if isinstance(result, xr.Dataset):
        return result, None
    named = case_named(result)
    if named.point is not None:
        raise Mistake(f"this is about all points together; leave out point={named.point}")
    data = open_result(named.directory)
    return data if named.scenario is None else of_scenario(data, named.scenario), study_of(directory(named.directory))


def _own(data: xr.Dataset) -> xr.Dataset:
    """Leave out actors and places that only other scenarios of the same result have: nothing of theirs is known."""
    if "scenario" not in data.coords:
        return data
    start = data.isel(time=0, member=slice(0, FIRST))
    followed = bool(start["milex"].notnull().any())  # without a path only the histograms of states tell
    for axis in ("state", "origin", "supplier", "zone") if followed else ("state",):
        known = np.zeros(data.sizes[axis], bool)
        for array in start.data_vars.values():
            if axis in array.dims and array.size:
                there = array > 0 if array.dtype.kind in "iu" else array.notnull()
                known |= there.any([dim for dim in array.dims if dim != axis]).values
        data = data.isel({axis: np.flatnonzero(known)}) if known.any() or axis != "state" else data
    return data


def _refuse_several(data: xr.Dataset, named: CaseName | None) -> None:
    """Stop where there are several cases along an axis from which none is chosen; a dataset has no name yet."""
    chosen = {axis: getattr(named, axis, None) for axis in CASE if axis in data.dims}
    split = [axis for axis, name in chosen.items() if name is None]
    if not split:
        return
    full = {axis: name or ("0" if axis == "point" else str(data[axis].values[0])) for axis, name in chosen.items()}
    if named is None:
        example = f"sim.case(result, {', '.join(f'{axis}={name!r}' for axis, name in full.items())})"
    else:
        example = f"{named.directory}@{','.join(f'{axis}={name}' for axis, name in full.items())}"
    there = " and ".join(f"{data.sizes[axis]} {axis}s ({_some(data[axis].values)})" for axis in split)
    raise SeveralCases(f"this result has {there}; choose one case by name or number, for example {example}")


def _some(labels: Array) -> str:
    """Return the first labels, and that there are more."""
    return "; ".join(map(str, labels[:SHOWN])) + ("; ..." if len(labels) > SHOWN else "")


# -- what a case is called


def label(result: xr.Dataset) -> str:
    """Return the name of what was played: scenario, point, the rules left out."""
    name = result["scenario"].item() if "scenario" in result.coords else result.attrs.get("scenario", "unnamed")
    point = str(result["point"].item()) if "point" in result.coords else ""
    at = f" (point {int(point)})" if point.isdigit() else f" ({point})" if point else ""
    without = [str(rule) for rule in result.attrs.get("without", [])]
    return f"{name}{at}" + (f" without {', '.join(without)}" if without else "")


def names_in_print(cases: Sequence[xr.Dataset]) -> list[str]:
    """Return what cases are called in print: their titles without what all begin with, else their labels."""
    titles = [str(one.attrs.get("title", "")).partition(", ") for one in cases]
    names = [rest for _, _, rest in titles]
    if len({start for start, _, _ in titles}) > 1 or not all(names) or len(set(names)) < len(names):
        names = [label(one).replace("_", " ") for one in cases]
    return [name[:1].upper() + name[1:] for name in names]


def digest(result: xr.Dataset) -> str:
    """Return the digest of the scenario; that of a case chosen from several stands in its coordinates."""
    if "scenario_digest" in result.coords and not result["scenario_digest"].dims:
        return str(result["scenario_digest"].item())
    return str(result.attrs.get("digest", "unknown"))


def stem(
    figure: str, data: xr.Dataset, named: CaseName, other: xr.Dataset | None = None, against: CaseName | None = None
) -> str:
    """Return what the files of a figure are called: after what it shows, so that nothing else has these files.

    Cases of one result are called by scenario and point, other results by their directory too, and one that
    does not lie beside the first by the way there.
    """
    parts = [figure]
    if other is None or against is None:
        parts += _chosen(data, named)
    else:
        here, there = named.directory.resolve(), against.directory.resolve()
        parts += _chosen(data, named) if here == there else [here.name, *_chosen(data, named)]
        parts += _chosen(other, against) if here == there else [*_way(here, there), *_chosen(other, against)]
    if len(parts) == 1 and against is not None:
        parts += [named.directory.resolve().name] * 2
    return file_name(*parts)


def stem_of_several(figure: str, named: CaseName, others: Sequence[CaseName]) -> str:
    """Return what the files of a figure of several cases, or of all points, are called: after every result in it."""
    here = named.directory.resolve()
    parts = [part for one in (named, *others) for part in _beside(here, one)]
    return file_name(figure, *([here.name] if others else []), *parts)


def _beside(here: Path, named: CaseName) -> list[str]:
    """Return the way to a result unless it is this one, and what is chosen from it."""
    there = named.directory.resolve()
    chosen = [name for axis in CASE if (name := getattr(named, axis)) is not None]
    return [*([] if there == here else _way(here, there)), *chosen]


def _chosen(data: xr.Dataset, named: CaseName) -> list[str]:
    """Return scenario and point as the result spells them, where they were chosen."""
    return [str(data.attrs[axis]) for axis in CASE if getattr(named, axis) is not None]


def _way(here: Path, there: Path) -> list[str]:
    """Return the way from beside one directory to another, as words."""
    try:
        way = Path(os.path.relpath(there, here.parent))
    except ValueError:  # another drive
        way = there
    return ["up" if part == ".." else part for part in way.parts]


# -- in what they differ


def settings_apart(one: xr.Dataset, two: xr.Dataset) -> list[str]:
    """Say which factors of the designs are set otherwise, first against second."""
    each = [_settings(result) for result in (one, two)]
    names = dict.fromkeys([*each[0], *each[1]])
    unlike = [name for name in names if each[0].get(name) != each[1].get(name)]
    told = [f"{name} {' against '.join(_value(settings, name) for settings in each)}" for name in unlike[:TOLD]]
    return [*told, f"{len(unlike) - TOLD} factors more"] if len(unlike) > TOLD else told


def _settings(result: xr.Dataset) -> dict[str, float]:
    """Return the factors that are set at a point; one that is missing there is left as the scenario has it."""
    if "factor_values" not in result or result["factor_values"].dims != ("factor",):
        return {}
    pairs = zip(result["factor"].values, result["factor_values"].values.tolist(), strict=True)
    return {str(name): value for name, value in pairs if value == value}


def _value(settings: Mapping[str, float], name: str) -> str:
    """Return a setting as a reader would write it."""
    return f"{settings[name]:g}" if name in settings else "as in the scenario"


def actors_apart(one: xr.Dataset, two: xr.Dataset) -> list[str]:
    """Name the actors that only one case has, and what becomes incomparable by it."""
    said = []
    for dim in ("state", "origin"):
        here, there = (list(map(str, result[dim].values)) for result in (one, two))
        lonely = sorted(set(here) ^ set(there))
        if lonely:
            said.append(f"{'states' if dim == 'state' else 'suppliers'} of one case only: {', '.join(lonely)}")
        if dim == "state" and here != there:
            said.append("balances, which are between other states")
    return said


# -- which runs are pairs


def refuse_unpaired(one: xr.Dataset, two: xr.Dataset) -> None:
    """Stop where two results hold no pairs of runs."""
    seeds = [result.attrs.get("seed") for result in (one, two)]
    if seeds[0] != seeds[1]:
        raise Mistake(
            f"the results have different luck, seeds {seeds[0]} and {seeds[1]}, so their runs are no pairs; "
            "sweep both with the same --seed"
        )
    spans = [result["time"].values.astype("datetime64[M]") for result in (one, two)]
    if not np.array_equal(spans[0], spans[1]):
        said = [f"{span[0]} to {span[-1]} in {len(span)} steps" for span in spans]
        raise Mistake(
            f"the results cover different months, {said[0]} and {said[1]}; "
            "compare scenarios with the same start, end and step"
        )


def common_runs(one: xr.Dataset, two: xr.Dataset) -> tuple[Array, int]:
    """Return the numbers of the runs that are sound in both results, and how many others they share.

    Raises
    ------
    Mistake
        If there are not two such runs.
    """
    shared = np.intersect1d(one["run"].values, two["run"].values)
    whole = np.ones(len(shared), bool)
    for result in (one, two):
        whole &= ended(result).sel(run=shared).values
    if whole.sum() < 2:
        raise Mistake(
            f"the results have {int(whole.sum())} sound runs in common, a comparison needs at least 2; "
            "sweep both with more --runs"
        )
    return shared[whole], int((~whole).sum())


def common_members(one: xr.Dataset, two: xr.Dataset, runs: Array) -> Array:
    """Return the sound runs whose path was kept in both results."""
    shared = np.intersect1d(one["member"].values, two["member"].values)
    return np.intersect1d(shared, runs)
