"""What one run looked like, month by month."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import xarray as xr

from sim.measures.runs import contested, ends_of, provenance, rivals
from sim.measures.suppliers import fold, group_names, largest


def timeline(record: xr.Dataset) -> xr.Dataset:
    """Return what one run looked like, month by month.

    Parameters
    ----------
    record : Dataset
        One run: ``milex``, ``balance (time, state)``, ``deliveries (time, origin, state)``, ``talks`` and
        ``fighting (time)``; for example ``result.sel(member=17)``. ``attrs["events"]`` may hold its events.

    Returns
    -------
    Dataset
        ``milex (time, state)``; ``balance (time)`` of the first state; ``deliveries (quarter, group, state)``
        [TIV m per quarter], at most six groups; ``fighting_start``, ``_end`` and ``_code (spell)`` of each
        spell of fighting, ``talks_start``, ``_end`` and ``_code (stage)``, none where there is nothing to talk about;
        ``events`` as JSON in attrs.
    """
    if "member" in record.dims:
        raise ValueError("timeline shows one run: choose it first, for example result.sel(member=0)")
    volume = record["deliveries"].load()
    folded = fold(volume, largest([volume])).resample(time="QS").sum().rename(time="quarter")
    begin, end = record["time"].values.astype("datetime64[ns]"), ends_of(record["time"])
    war = _spells(record["fighting"].values.astype(int), begin, end)
    talks = _spells(record["talks"].values.astype(int), begin, end)
    out = xr.Dataset(
        {
            "milex": record["milex"],
            "balance": record["balance"]
            .isel(state=0, drop=True)
            .drop_vars(["state_name", "state_iso3"], errors="ignore"),
            "deliveries": folded,
            **{f"fighting_{part}": ("spell", war[i][war[2] > 0]) for i, part in enumerate(("start", "end", "code"))},
            **{
                f"talks_{part}": ("stage", talks[i][: None if contested(record) else 0])
                for i, part in enumerate(("start", "end", "code"))
            },
        }
    ).assign_coords(group_name=("group", group_names(record, folded["group"].values)))
    out["deliveries"].attrs = {"units": "TIV m per quarter", "long_name": "arms delivered, by supplier"}
    events = record.attrs.get("events", [])
    run = record["member"].item() if "member" in record.coords else record.attrs.get("run", "")
    return out.drop_vars(["member", "run"], errors="ignore").assign_attrs(
        provenance(record) | rivals(record) | {"contested": contested(record)},
        run=run,
        events=events if isinstance(events, str) else json.dumps(events, default=_plain),
    )


def _spells(codes: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, end and code of each stretch in which a code stays the same.

    Examples
    --------
    >>> _spells(np.array([0, 2, 2, 1]), np.arange(4), np.arange(1, 5))
    (array([0, 1, 3]), array([1, 3, 4]), array([0, 2, 1]))
    """
    change = np.flatnonzero(np.diff(codes)) + 1
    first, after = np.append(0, change), np.append(change, len(codes))
    return begin[first], end[after - 1], codes[first]


def _plain(value: object) -> str:
    """Write dates, which JSON does not know, as text."""
    return value.isoformat() if isinstance(value, date) else str(value)
