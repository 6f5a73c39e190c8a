"""Who arms whom: what each supplier delivers to each state in a few years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from sim.measures.register import STOCK_UNTIL, credit
from sim.measures.runs import provenance, without_broken, yearly, years_of
from sim.measures.suppliers import REST, REST_NAME, recorded_volume
from sim.model.mistakes import Mistake

OTHER = "other"  # the origin to which the register's further suppliers belong
ESTIMATES = {"median": 0.5, "low": 0.1, "high": 0.9}


def flows(result: xr.Dataset, years: Sequence[int] | None = None) -> xr.Dataset:
    """Return what is delivered by whom to whom in the twelve months of some years, simulated and recorded.

    Parameters
    ----------
    result : Dataset
        A sweep with kept paths.
    years : sequence of int, optional
        Calendar years; unless given the first in which anything is delivered in most histories, the last, and the
        middle between them.

    Returns
    -------
    Dataset
        ``volume (year, origin, state, estimate)`` [TIV m]: median and the bounds of the middle 80 % over members
        (spread), of all deliveries, whether or not a register sees them. ``recorded (year, origin, state)`` [TIV m]:
        recorded by SIPRI, NaN for a state or a year that the register does not know. Every supplier of the scenario is
        there, and further origins that deliver anything.

    Raises
    ------
    Mistake
        If a year lies outside the run.
    """
    result = without_broken(result)
    played = years_of(result)
    asked = sorted(set(years or _three(result, played)))
    if outside := [year for year in asked if year not in played]:
        raise Mistake(f"the run has no year {outside[0]}; choose years from {played[0]} to {played[-1]}")
    volume = yearly(result["deliveries"].isel(time=result["time"].dt.year.isin(asked).values))
    out = xr.Dataset({"volume": _over_members(volume), "recorded": _recorded(result, asked)})
    origins = result["origin"].values.tolist()
    there = (out["volume"].max(["year", "state", "estimate"]) > 0) | (out["recorded"].max(["year", "state"]) > 0)
    suppliers = origins[: result.sizes["supplier"]]  # they come first
    kept = [key for key in origins if key in suppliers or bool(there.sel(origin=key))]
    names = dict(zip(origins, map(str, result["origin_name"].values), strict=True)) | {OTHER: REST_NAME}
    out = out.sel(origin=kept).assign_coords(
        origin_name=("origin", [names[key] for key in kept]),
        state_name=("state", [str(name) for name in result["state_name"].values]),
    )
    for name, what in (("volume", "delivered"), ("recorded", "recorded by SIPRI")):
        out[name].attrs = {"units": "TIV m per yr", "long_name": f"arms {what}, by supplier and state"}
    known = bool(out["recorded"].notnull().any())
    return out.assign_attrs(provenance(result), credit=credit("arms_deliveries") if known else "")


def _three(result: xr.Dataset, played: Sequence[int]) -> tuple[int, int, int]:
    """Return the first year in which anything is delivered in most histories, the middle, and the last."""
    volume = yearly(result["deliveries"].sum(["origin", "state"]))
    some = (volume.median("member") > 0).values if volume.sizes["member"] else np.zeros(len(played), bool)
    first = int(np.argmax(some))  # of the run, where there is none
    return played[first], played[(first + len(played)) // 2], played[-1]


def _over_members(volume: xr.DataArray) -> xr.DataArray:
    """Return median and bounds of the middle 80 % over members."""
    volume = volume if volume.sizes["member"] else volume.reindex(member=[0], fill_value=0.0)  # nothing kept
    found = volume.quantile(list(ESTIMATES.values()), "member").drop_vars("quantile").rename(quantile="estimate")
    return found.assign_coords(estimate=list(ESTIMATES)).transpose("year", "origin", "state", "estimate")


def _recorded(result: xr.Dataset, years: Sequence[int]) -> xr.DataArray:
    """Return recorded deliveries, NaN where the register knows nothing of a state or a year."""
    states = [str(key) for key in result["state"].values]
    played = [year for year in years_of(result) if year < STOCK_UNTIL]
    each = []
    for state in states:
        volume = recorded_volume(result, state, played)
        if OTHER in volume["origin"].values:
            volume.loc[OTHER] += volume.sel(origin=REST)
        known = float(volume.sum()) > 0
        wanted = volume.sel(origin=result["origin"].values).reindex(year=list(years))
        each.append(wanted if known else wanted * np.nan)
    together = xr.concat(each, "state").assign_coords(state=states)
    return together.transpose("year", "origin", "state")
