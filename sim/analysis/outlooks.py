"""Several cases held against the first of them, run by run: what each would change, outcome by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.cases import digest, label, names_in_print
from sim.analysis.compare import compare
from sim.model.mistakes import Mistake
from sim.model.variables import EXTRA_ORIGINS

SUPPLIERS = 1  # whose shares are compared: those that sell most
ESTIMATES = ("value", "difference", "low", "high", "pairs", "differing")


def outlooks(cases: Sequence[xr.Dataset]) -> xr.Dataset:
    """Compare every case with the first, in the outcomes that one looks at first.

    Parameters
    ----------
    cases : sequence of Dataset
        Two or more, the baseline first, swept with one seed over the same months.

    Returns
    -------
    Dataset
        ``baseline (measure)``, ``end`` (the last month); ``value``, ``difference`` (from the baseline, of pairs of
        runs), ``low`` and ``high`` (its 95 % interval), ``pairs`` and ``differing (measure, outlook)`` in the unit of
        each measure, NaN where an outlook has no such outcome. Measures: a campaign in the run, the balance of the
        first state at the end, its mean spending, and the share of the supplier that sells most to it under the
        baseline. Attribute ``beside``: keys and digests of the other cases. Outlooks: largest rise of the
        first measure first.

    Raises
    ------
    Mistake
        If there is one case only, or any has other luck or months than the first.
    """
    base, *others = cases
    if not others:
        raise Mistake("there is one case only; name others to hold against it")
    found = [_told(compare(base, other)) for other in others]
    measures = _chosen(base, found[0])
    names = [about["measure"] for about in measures]
    table = xr.concat([one.reindex(measure=names) for one in found], "outlook").transpose("measure", "outlook")
    table = table.assign(
        baseline=found[0]["baseline"].reindex(measure=names), end=base["time"].values[-1]
    ).assign_coords(
        {key: ("measure", [about[key] for about in measures]) for key in measures[0] if key != "measure"}
        | {
            "outlook": [label(other) for other in others],
            "outlook_name": ("outlook", names_in_print([base, *others])[1:]),
            "outlook_digest": ("outlook", [digest(other) for other in others]),
        }
    )
    order = np.argsort(-table["difference"].values[0], kind="stable")  # nothing known last
    kept = ("seed", "version", "title", "runs", "failed", "digest", "start", "steps_per_year")
    about = {key: base.attrs[key] for key in kept if key in base.attrs}
    return table.isel(outlook=order).assign_attrs(
        about, scenario=label(base), name=names_in_print([base, *others])[0],
        beside=", ".join(f"{label(other)} {digest(other)}" for other in others),
        members=int(min(one.attrs["members"] for one in found)),
    )  # fmt: skip


def _told(comparison: xr.Dataset) -> xr.Dataset:
    """Return the estimates of a comparison along ``measure``, and the value of the first case."""
    one = comparison[[name for name in ESTIMATES if name != "value"]].drop_vars(["name", "who", "unit"])
    each = comparison["value"].drop_vars(["name", "who", "unit"])
    one["baseline"], one["value"] = each.sel(case="a", drop=True), each.sel(case="b", drop=True)
    return one.assign_attrs(comparison.attrs)


def _chosen(base: xr.Dataset, found: xr.Dataset) -> list[dict[str, Any]]:
    """Return the measures that are compared: label, name, who, and their names in print."""
    states, origins = (
        dict(zip(map(str, base[axis].values), map(str, base[f"{axis}_name"].values), strict=True))
        for axis in ("state", "origin")
    )
    first = next(iter(states))
    wanted = [("war_probability", "", "share"), ("final_balance", first, "log ratio")]
    wanted += [("mean_milex", first, "US$2023 m per yr")]
    shares = {origin: f"supplier_share {origin} to {first}" for origin in origins if origin not in EXTRA_ORIGINS}
    known = {origin: found["baseline"].sel(measure=name).item() for origin, name in shares.items()
             if name in found["measure"].values}  # fmt: skip
    sellers = sorted(known, key=lambda origin: -known[origin])[:SUPPLIERS]
    wanted += [("supplier_share", f"{origin} to {first}", "share") for origin in sellers]
    there = set(found["measure"].values.tolist())
    out = []
    for name, who, unit in wanted:
        key = f"{name} {who}".strip()
        supplier, _, state = who.rpartition(" to ")
        printed = {"who": states.get(state, state), "supplier": origins.get(supplier, "")}
        if key in there:
            out.append({"measure": key, "name": name, "unit": unit, **printed})
    return out
