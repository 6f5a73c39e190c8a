"""The probability of war, month by month."""

from __future__ import annotations

import numpy as np
import xarray as xr

from sim.measures.intervals import wilson
from sim.measures.register import credit, recorded_onsets
from sim.measures.runs import ends_of, provenance, without_broken


def _cumulative(onset: np.ndarray, steps: int) -> np.ndarray:
    """Count the runs whose onset has come by the end of each step; NaN means it never came."""
    come = onset[np.isfinite(onset)].astype(int)
    return np.bincount(come[come < steps], minlength=steps)[:steps].cumsum()


def war_probability(result: xr.Dataset) -> xr.Dataset:
    """Return the probability that fighting has started by the end of each month.

    Returns
    -------
    Dataset
        ``probability``, ``low`` and ``high (kind, time)`` [share], the interval being a 95 % Wilson
        interval over runs (Monte Carlo error); kind is ``campaign`` or ``any`` (campaign or limited
        operation). ``end (time)``: the moment each value refers to. ``onset (observed)`` and
        ``onset_what (observed)``: dates and names of the observed outbreaks within the run.
    """
    result = without_broken(result)
    campaign, operation = (result[f"first_{kind}"].values.astype(float) for kind in ("campaign", "operation"))
    steps, trials = result.sizes["time"], result.sizes["run"]
    counts = np.stack([_cumulative(campaign, steps), _cumulative(np.fmin(campaign, operation), steps)])
    interval = {count: wilson(count, trials) for count in set(counts.ravel().tolist())}
    low, high = (np.vectorize(lambda n, end=end: interval[n][end], otypes=[float])(counts) for end in (0, 1))
    ends = ends_of(result["time"])
    begin = result["time"].values[0].astype("datetime64[ns]")
    onsets = [row for row in recorded_onsets(map(str, result["state_iso3"].values)) if begin <= row[0] < ends[-1]]
    out = xr.Dataset(
        {
            "probability": (("kind", "time"), counts / trials),
            "low": (("kind", "time"), low),
            "high": (("kind", "time"), high),
            "onset": ("observed", np.array([when for when, _ in onsets], "datetime64[ns]")),
            "onset_what": ("observed", np.array([what for _, what in onsets], dtype="U")),
        },
        coords={"kind": ["campaign", "any"], "time": result["time"], "end": ("time", ends)},
        attrs=provenance(result) | {"trials": trials, "credit": credit("events") if onsets else ""},
    )
    for name in ("probability", "low", "high"):
        out[name].attrs = {"units": "share", "long_name": f"runs with fighting by then: {name}"}
    return out
