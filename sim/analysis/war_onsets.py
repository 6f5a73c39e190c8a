"""When wars start in each of several cases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from sim.analysis.cases import digest, label, names_in_print
from sim.measures.intervals import shares
from sim.measures.runs import in_periods, provenance, without_broken

ESTIMATES = ("", "_low", "_high")


def war_onsets(cases: Sequence[xr.Dataset]) -> xr.Dataset:
    """Return when the first campaign starts, in each of several cases.

    Parameters
    ----------
    cases : sequence of Dataset
        Sweeps, of whatever months and luck.

    Returns
    -------
    Dataset
        ``starts``, ``starts_low`` and ``starts_high (case, period)`` [share]: of all runs, those in which the first
        campaign starts within a period, with its 95 % Wilson interval (Monte Carlo error); periods are calendar
        years, or five or more (``years`` in attrs) where the cases together are long; NaN outside a case. ``started``,
        ``started_low`` and ``started_high (case)``: the same within the whole run, which ends in the month ``until
        (case)``; ``without (case)``: runs without any.
    """
    sound = [without_broken(one) for one in cases]
    calendar = [one["time"].dt.year.values for one in sound]
    length, _ = in_periods(np.concatenate(calendar))
    periods = np.unique(np.concatenate(calendar) // length * length)
    starts, started = np.full((len(sound), len(periods), 3), np.nan), np.full((len(sound), 3), np.nan)
    for place, (one, years) in enumerate(zip(sound, calendar, strict=True)):
        first, trials = one["first_campaign"].values.astype(float), np.array(one.sizes["run"])
        come = years[first[first < len(years)].astype(int)] // length * length
        within = np.isin(periods, years // length * length)
        counts = (come[:, None] == periods[within]).sum(0)
        starts[place, within] = shares(counts, trials)
        started[place] = shares(np.array([come.size]), trials)[0]
    out = xr.Dataset(
        {f"starts{end}": (("case", "period"), starts[..., i]) for i, end in enumerate(ESTIMATES)}
        | {f"started{end}": ("case", started[:, i]) for i, end in enumerate(ESTIMATES)}
        | {"without": ("case", 1 - started[:, 0])},
        {
            "case": [label(one) for one in cases],
            "period": periods,
            "case_name": ("case", names_in_print(cases)),
            "until": ("case", [str(one["time"].values[-1].astype("datetime64[M]")) for one in cases]),
        },
        provenance(sound[0])
        | {"scenario": label(cases[0]), "years": length}
        | {"beside": ", ".join(f"{label(one)} {digest(one)}" for one in cases[1:])},
    )
    for name, array in out.items():
        array.attrs = {"units": "share", "long_name": f"runs by the start of the first campaign: {name}"}
    return out
