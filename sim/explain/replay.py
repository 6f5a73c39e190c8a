"""One run of a sweep, re-enacted by the Mesa agents and held against what the sweep recorded."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import xarray as xr

from sim.explain.happening import History
from sim.explain.history import played, until_it_broke
from sim.explain.systems import Offer
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake
from sim.results.manifest import provenance, study_of
from sim.results.open import case, failures, open_result

TOLERANCE = 1e-9  # the two engines agree to this, relative or absolute


def replay(
    result: str | os.PathLike[str],
    run: int = 0,
    systems: tuple[Offer, ...] | None = None,
    *,
    scenario: str | None = None,
    point: int | str | None = None,
) -> History:
    """Re-enact one run of a sweep with Mesa agents, and check that it is the same run.

    A run that broke is re-enacted up to the step in which it did.

    Parameters
    ----------
    result : path
        A result directory.
    run : int
        Number of the run.
    systems : tuple of Offer, optional
        As for `run`.
    scenario, point : str, optional
        Which case, where the result has several.

    Raises
    ------
    Mistake
        If there is no such result or run, or the run differs from what the sweep recorded.
    """
    out = Path(result)
    every, about, run = open_result(out), provenance(out), whole_number(run, "run")
    if not 0 <= run < about["runs"]:
        raise Mistake(f"{out} has no run {run}; it has runs 0 to {about['runs'] - 1}")
    data, study = case(every, scenario, point), study_of(out)
    place = (
        [one.name for one in study.scenarios].index(data.attrs.get("scenario", study.scenarios[0].name)),
        study.points.labels.index(data.attrs["point"]) if study.points and "point" in data.attrs else 0,
    )
    position = study.position(*place, run)
    for failure in failures(out):
        if (failure["scenario"], failure["point"], failure["run"]) == (study.scenarios[place[0]].name, place[1],
                                                                       run):  # fmt: skip
            return until_it_broke(position, failure, systems)
    history = played(position, run, systems)
    different = differences(history, data)
    if different:
        raise Mistake(
            f"run {run} of {out} is not what these rules play now ({', '.join(different)} differ); "
            f"the result was made by code {about['code'][:8]}, version {about['version']}"
        )
    return history


def differences(history: History, data: xr.Dataset) -> list[str]:
    """Return the outcomes in which a re-enacted run differs from the recorded one."""
    recorded = data.isel(run=history.run)
    names = [str(n) for n in history.dataset.data_vars if history.dataset[n].dims == ("run",)]
    return [
        name
        for name in names
        if not np.allclose(history.dataset[name][0], recorded[name], rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    ]
