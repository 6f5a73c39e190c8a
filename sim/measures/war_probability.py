"""The probability of war, month by month, and the risk of its start, period by period."""

from __future__ import annotations

import numpy as np
import xarray as xr

from sim.measures.intervals import shares
from sim.measures.register import credit, recorded_outbreaks, recorded_scale
from sim.measures.runs import contested, ends_of, in_periods, provenance, without_broken

COME, RISK = ("probability", "low", "high"), ("risk", "risk_low", "risk_high")


def war_probability(result: xr.Dataset) -> xr.Dataset:
    """Return the probability that fighting has started by the end of each month, and the risk that it starts then.

    Returns
    -------
    Dataset
        ``probability``, ``low`` and ``high (kind, time)`` [share], the interval being a 95 % Wilson
        interval over runs (Monte Carlo error); kind is ``campaign`` or ``any`` (campaign or limited
        operation). ``end (time)``: the moment each value refers to. ``risk``, ``risk_low`` and ``risk_high
        (kind, period)`` [share]: of the runs without any before, those in which the first starts within a
        period of one calendar year, or of five or more where the run is long; NaN where no run is left.
        ``begin`` and ``until (period)``: its bounds, ``years`` in attrs its length. ``onset``, ``onset_what``
        and ``onset_kind (observed)``: dates, names and kinds (campaign or operation) of the observed outbreaks
        within the run. ``contested`` in attrs: whether anybody can fight.
    """
    result = without_broken(result)
    campaign, operation = (result[f"first_{kind}"].values.astype(float) for kind in ("campaign", "operation"))
    steps, trials = result.sizes["time"], result.sizes["run"]
    counts = np.stack([_cumulative(campaign, steps), _cumulative(np.fmin(campaign, operation), steps)])
    ends = ends_of(result["time"])
    begin = result["time"].values[0].astype("datetime64[ns]")
    dated = [
        (np.datetime64(event.date, "ns"), event) for event in recorded_outbreaks(map(str, result["state_iso3"].values))
    ]
    seen = [(when, event) for when, event in dated if begin <= when < ends[-1]]
    years, period = in_periods(result["time"].dt.year.values)
    first = np.unique(period, return_index=True)[1]
    after = np.append(first[1:], steps)
    before = np.where(first > 0, counts[:, first - 1], 0)
    come, risk = shares(counts, np.array(trials)), shares(counts[:, after - 1] - before, trials - before)
    out = xr.Dataset(
        {name: (("kind", "time"), come[..., place]) for place, name in enumerate(COME)}
        | {name: (("kind", "period"), risk[..., place]) for place, name in enumerate(RISK)}
        | {
            "onset": ("observed", np.array([when for when, _ in seen], "datetime64[ns]")),
            "onset_what": ("observed", np.array([event.what for _, event in seen], dtype="U")),
            "onset_kind": ("observed", np.array([recorded_scale(event) for _, event in seen], dtype="U")),
        },
        coords={
            "kind": ["campaign", "any"],
            "time": result["time"],
            "end": ("time", ends),
            "begin": ("period", np.append(begin, ends)[first]),
            "until": ("period", ends[after - 1]),
        },
        attrs=provenance(result)
        | {"trials": trials, "years": years, "contested": contested(result)}
        | {"credit": credit("events", "conflict") if seen else ""},
    )
    for names, words in ((COME, "runs with fighting by then"), (RISK, "runs without any before in which it starts")):
        for name in names:
            out[name].attrs = {"units": "share", "long_name": f"{words}: {name}"}
    return out


def _cumulative(onset: np.ndarray, steps: int) -> np.ndarray:
    """Count the runs whose onset has come by the end of each step; NaN means it never came."""
    come = onset[np.isfinite(onset)].astype(int)
    return np.bincount(come[come < steps], minlength=steps)[:steps].cumsum()
