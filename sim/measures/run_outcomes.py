"""What every run came to: the measures of single runs that comparisons and variance components rest on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from sim.measures import yearly
from sim.model.outcomes import OUTCOMES
from sim.model.world import Array


class Measure(NamedTuple):
    """One number of a run: what, of whom, in which unit; a share says yes or no of each run."""

    name: str
    who: str
    unit: str
    share: bool


def sound(result: xr.Dataset) -> xr.DataArray:
    """Return which runs came to an end, ``(..., run)``."""
    return result["failed"].isnull() if "failed" in result else xr.ones_like(result["first_campaign"], bool)


def run_measures(result: xr.Dataset) -> dict[Measure, xr.DataArray]:
    """Return what every run came to, ``(..., run)``; missing in a run that failed.

    Besides the outcomes on record: whether there was a campaign, whether there was any fighting,
    and the years before the first campaign, counted up to the horizon (a restricted mean needs no guess
    about what comes later).
    """
    kept = sound(result)
    campaign, operation = result["first_campaign"], result["first_operation"]
    horizon = result.sizes["time"]
    out = {
        Measure("war_probability", "", "share", True): campaign.notnull().astype(float),
        Measure("fighting_probability", "", "share", True): (campaign.notnull() | operation.notnull()).astype(float),
        Measure("years_before_campaign", "", "yr", False): campaign.fillna(horizon)
        / float(result.attrs["steps_per_year"]),
    }
    state = str(result["state"].values[0])
    for name, (unit, _) in OUTCOMES.items():
        if name in result and not name.startswith("first_") and name != "failed":
            out[Measure(name, state if name.startswith("final_") else "", unit, False)] = result[name]
    return {measure: values.where(kept) for measure, values in out.items()}


def path_measures(result: xr.Dataset) -> dict[Measure, Array]:
    """Return what is known of runs whose path was kept, ``(member,)``.

    Spending of each state in the last month, and the share of each supplier in all that was delivered to a
    state over the run; missing where nothing was delivered.
    """
    states, origins = (list(map(str, result[dim].values)) for dim in ("state", "origin"))
    unit = str(result["milex"].attrs.get("units", ""))
    spent = result["milex"].isel(time=-1).load().transpose("state", "member").values.astype(float)
    out = {Measure("final_milex", key, unit, False): spent[i] for i, key in enumerate(states)}
    volume = yearly(result["deliveries"]).sum("year").transpose("origin", "state", "member").values
    total = volume.sum(0)
    with np.errstate(invalid="ignore"):
        share = volume / np.where(total > 0.0, total, np.nan)
    for i, origin in enumerate(origins):
        for j, state in enumerate(states):
            out[Measure("supplier_share", f"{origin} to {state}", "share", False)] = share[i, j]
    return out
