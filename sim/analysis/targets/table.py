"""The targets of a case as one dataset, on the scale of their tolerances, the same by the same together."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import xarray as xr

from sim.analysis.targets import Target, judge, taken
from sim.analysis.targets.blocks import independent
from sim.analysis.targets.tally import tally
from sim.model.world import Array

NUMBERS = ("on_record", "low", "high", "value", "value_low", "value_high", "rank", "block", "overlap")
WORDS = ("code", "what", "interval", "verdict")
SCALED = ("on_record", "value", "value_low", "value_high")


def judged(result: xr.Dataset) -> xr.Dataset:
    """Return the targets that a result can be held against, those that say much the same side by side.

    Returns
    -------
    Dataset
        The numbers of `Target (target)`; ``scaled_on_record``, ``scaled_value``, ``scaled_value_low`` and
        ``scaled_value_high``: the same with the bounds of the tolerance at -1 and 1. Of a tolerance with one bound
        the record lies at the middle where there is one, or nothing does. Attributes: the counts of `tally` over
        all that is not reported apart, as how many ``independent`` numbers they count, and how many have no verdict
        (``not_computed``).

    Raises
    ------
    Mistake
        If no statistics of the runs were kept.
    """
    like, table = taken(result)
    found = judge(like, table) if like.years else []
    rows = [row for row in found if row.verdict]
    first: dict[int, int] = {}
    for place, row in enumerate(rows):
        first.setdefault(row.block or -1 - place, place)
    places = [first[row.block or -1 - place] for place, row in enumerate(rows)]
    rows = [rows[place] for place in sorted(range(len(rows)), key=lambda place: (places[place], place))]
    scaled = np.array([_scaled(row) for row in rows]).reshape(len(rows), len(SCALED))
    out = xr.Dataset(
        {name: ("target", np.array([getattr(row, name) for row in rows], float)) for name in NUMBERS}
        | {f"scaled_{name}": ("target", scaled[:, i]) for i, name in enumerate(SCALED)}
        | {"apart": ("target", np.array([row.apart for row in rows], bool))},
        coords={name: ("target", np.array([getattr(row, name) for row in rows], str)) for name in WORDS}
        | {"target": [f"{row.code} {row.what}" for row in rows]},
    )
    kept = ("scenario", "seed", "version", "digest", "runs", "failed", "point", "title")
    about = {key: result.attrs[key] for key in kept if key in result.attrs}
    main = [asdict(row) for row in rows if not row.apart]
    numbers = independent(row["overlap"] for row in main)
    return out.assign_attrs(about, **asdict(tally(main)), independent=numbers, not_computed=len(found) - len(rows))


def _scaled(row: Target) -> Array:
    """Return record, value and its interval with the bounds of the tolerance at -1 and 1."""
    low, high = row.low, row.high
    numbers = np.array([getattr(row, name) for name in SCALED], float)
    if np.isfinite([low, high]).all():
        half = (high - low) / 2.0
        return (numbers - (high + low) / 2.0) / half if half > 0.0 else np.sign(numbers - low)
    bound, side = (high, 1.0) if np.isfinite(high) else (low, -1.0)
    away = abs(bound - row.on_record) if np.isfinite(row.on_record) else abs(bound)
    scaled: Array = side + (numbers - bound) / (away or abs(bound) or 1.0)
    return scaled
