"""A result directory, opened and checked.

It holds ``runs.zarr`` (labelled arrays, see `sim.results.store`), ``scenario.lock.yaml`` (of several scenarios
``scenario_0.lock.yaml`` and so on, everything inlined), ``provenance.json``, ``sources.bib``, ``summary.csv``, one
marker per finished batch, ``digests.json`` (of every file that no marker vouches for), ``status.jsonl`` (what happened
when), and figures. A designed sweep has ``experiment.lock.yaml`` and ``points.json`` too. Each answers one question a
reader may have.
"""

from __future__ import annotations

import os
from pathlib import Path

import xarray as xr

from sim.answers import Rows
from sim.model.mistakes import Mistake, command, find, suggest
from sim.model.outcomes import OUTCOMES
from sim.results.arrays import ARRAYS
from sim.results.checked import CheckedStore, refuse_unknown_form, vouchers
from sim.results.dataset import open_store
from sim.results.documents import reading
from sim.results.frame import frame_digests
from sim.results.manifest import PROVENANCE, directory, missing, provenance
from sim.results.store import batch_of, marker_files, marker_in
from sim.study.layout import Layout


def open_result(path: str | os.PathLike[str]) -> xr.Dataset:
    """Open a result directory lazily.

    Returns
    -------
    xarray.Dataset
        Dimensions ``run``, ``member``, ``time``, ``state``, ``origin``, ``weapon``, ``zone``; before them
        ``scenario`` and ``point`` where there are several (`case` chooses one).

    Raises
    ------
    Mistake
        If the directory is missing, incomplete or damaged.
    """
    out = directory(path)
    about = provenance(out)
    cut = Layout(**about["layout"])
    if left := what_is_left(out):
        raise Mistake(left)
    known = vouchers(out, cut, frame_digests(out))
    refuse_unknown_form(out, cut, about["members"], known)
    place = CheckedStore(out, known)
    for key, voucher in known.items():  # all but paths and histograms, which are looked at when they are read
        if voucher.batch is None or key.split("/")[0] in OUTCOMES:
            place.check(key)
    with reading(out / ARRAYS, f"{command('verify', out, '--repair')} lays out again what can be"):
        data = open_store(place)
    unlike = ", ".join(f"'{name}'" for name, value in data.attrs.items() if about.get(name) != value)
    if unlike:  # also when a sweep was killed while a stop rule ended it
        raise Mistake(f"{out / ARRAYS} and {PROVENANCE} do not agree on {unlike}; {command('resume', out)} mends it")
    return data.assign_attrs(failed=len(failures(out)))


def what_is_left(out: Path) -> str:
    """Return one sentence on the batches that a result lacks; empty when there are none."""
    cut = Layout(**provenance(out)["layout"])
    todo = len(missing(out, cut))
    if not todo:
        return ""
    wanted = sum(1 for _ in cut.batches())
    return f"{out} is incomplete, {wanted - todo} of {wanted} batches are finished; {command('resume', out)} goes on"


def failures(out: str | os.PathLike[str]) -> Rows:
    """Return the runs that broke and are left out of a result, as their batches' markers have them.

    Parameters
    ----------
    out : path
        A result directory; it may be unfinished.

    Returns
    -------
    Rows
        One for each run: scenario, point, run, month, step (from 0), phase after which it was seen, message,
        settings of the factors at that point.

    Raises
    ------
    Mistake
        If it is no result directory, or a marker is damaged, which may have had more of them.
    """
    place = directory(out)
    cut = Layout(**provenance(place)["layout"])
    # A stop rule or a crash may have left markers beyond the end.
    done = (marker for marker in map(marker_in, marker_files(place)) if cut.has(batch_of(marker)))
    return Rows(failure for marker in done for failure in marker["failures"])


def case(result: xr.Dataset, scenario: str | None = None, point: int | str | None = None) -> xr.Dataset:
    """Choose one case of a result, so that every measure and figure can be made of it.

    Parameters
    ----------
    result : Dataset
        What `sim.open_result` or `sim.sweep` return.
    scenario : str, optional
        Name of the scenario, or its number from 0; needed where there are several.
    point : int or str, optional
        Number of the parameter point from 0, or its label; needed where there are several.

    Returns
    -------
    xarray.Dataset
        The same arrays without the axes ``scenario`` and ``point``; which case it is stands in the attributes.

    Raises
    ------
    Mistake
        If there are several and none is chosen, or there is no such case.
    """
    result = of_scenario(result, scenario)
    if "point" in result.dims:
        result = _chosen(result, "point", point)
        result = result.assign_attrs(point=str(result["point"].item()))
    elif point is not None and str(point) != result.attrs.get("point"):
        raise Mistake(f"this result has no point '{point}'; it has one only, so leave out the point")
    return result


def of_scenario(result: xr.Dataset, scenario: str | None) -> xr.Dataset:
    """Return one scenario of a result with all its points; with one scenario only, none needs to be named."""
    if "scenario" in result.dims:
        result = _chosen(result, "scenario", scenario)
        parts = {part: str(result[f"scenario_{part}"].item()) for part in ("title", "digest")}
        return result.assign_attrs(scenario=str(result["scenario"].item()), **parts)
    if scenario is not None and scenario != result.attrs.get("scenario"):
        raise Mistake(f"this result has no scenario '{scenario}'; it has one only, {result.attrs.get('scenario')}")
    return result


def _chosen(result: xr.Dataset, axis: str, choice: int | str | None) -> xr.Dataset:
    """Select along an axis by label or number."""
    labels = [str(label) for label in result[axis].values]
    some = "; ".join(labels[:4]) + ("; ..." if len(labels) > 4 else "")  # a label of a point has commas
    if choice is None:
        raise Mistake(f"this result has {len(labels)} {axis}s; choose one with --{axis}: {some}")
    if found := find(str(choice), labels):
        return result.isel({axis: labels.index(found)})
    if str(choice).isdigit() and int(choice) < len(labels):
        return result.isel({axis: int(choice)})
    raise Mistake(f"this result has no {axis} '{choice}'{suggest(str(choice), labels) or f', it has {some}'}")
