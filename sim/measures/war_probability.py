"""The probability of war, month by month, and the risk of its start, period by period."""

from __future__ import annotations

import numpy as np
import xarray as xr

from sim.measures.intervals import wilson
from sim.measures.register import credit, recorded_outbreaks, recorded_scale
from sim.measures.runs import ends_of, provenance, without_broken

PERIODS = (1, 5, 10, 25, 50, 100)  # years of a period
MOST_PERIODS = 16  # of which there is room beside a curve


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
        within the run.
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
    years, first = _periods(result["time"])
    after = np.append(first[1:], steps)
    before = np.where(first > 0, counts[:, first - 1], 0)
    out = xr.Dataset(
        _with_interval("", ("kind", "time"), counts, np.full_like(counts, trials))
        | _with_interval("risk", ("kind", "period"), counts[:, after - 1] - before, trials - before)
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
        | {"trials": trials, "years": years, "credit": credit("events", "conflict") if seen else ""},
    )
    for name, words in (("", "runs with fighting by then"), ("risk", "runs without any before in which it starts")):
        for part, key in _parts(name).items():
            out[key].attrs = {"units": "share", "long_name": f"{words}: {part}"}
    return out


def _cumulative(onset: np.ndarray, steps: int) -> np.ndarray:
    """Count the runs whose onset has come by the end of each step; NaN means it never came."""
    come = onset[np.isfinite(onset)].astype(int)
    return np.bincount(come[come < steps], minlength=steps)[:steps].cumsum()


def _periods(time: xr.DataArray) -> tuple[int, np.ndarray]:
    """Return the years of a period and the first step of each; one begins with each year that its length divides."""
    year = time.dt.year.values
    length = next((n for n in PERIODS if year[-1] // n - year[0] // n < MOST_PERIODS), PERIODS[-1])
    return length, np.unique(year // length, return_index=True)[1]


def _parts(name: str) -> dict[str, str]:
    """Return what an estimate and the ends of its interval are called."""
    return {"probability": name or "probability"} | {end: f"{name}_{end}".lstrip("_") for end in ("low", "high")}


def _with_interval(
    name: str, dims: tuple[str, ...], counts: np.ndarray, trials: np.ndarray
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Return shares and their intervals, each pair of numbers reckoned once; NaN where nothing was tried."""
    known = {(n, of): (n / of, *wilson(n, of)) for n, of in set(zip(counts.flat, trials.flat, strict=True)) if of}
    table = [known.get(pair, (np.nan,) * 3) for pair in zip(counts.flat, trials.flat, strict=True)]
    values = np.array(table).reshape(*counts.shape, 3)
    return {key: (dims, values[..., place]) for place, key in enumerate(_parts(name).values())}
