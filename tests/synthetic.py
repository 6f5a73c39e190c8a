"""Results and samples made by hand, of which the truth is known because it was put in."""

from functools import cache
from typing import Any

import numpy as np
import xarray as xr

import sim
from sim import plots
from sim.engine.record import kept_axes
from sim.measures.target_statistics import columns as target_columns
from sim.measures.target_statistics.course import blank
from sim.model.outcomes import OUTCOMES
from sim.model.variables import VARIABLES
from sim.plots import style, words
from sim.study.experiment import Experiment
from sim.study.points import Points, points

# -- results

STATES = [("azerbaijan", "Azerbaijan", "AZE"), ("armenia", "Armenia", "ARM")]
ORIGINS = [
    ("israel", "Israel", "ISR"),
    ("russia", "Russia", "RUS"),
    ("turkey", "Turkey", "TUR"),
    ("france", "France", "FRA"),
    ("india", "India", "IND"),
    ("belarus", "Belarus", "BLR"),
    ("iran", "Iran", "IRN"),
    ("legacy", "inherited", ""),
    ("home", "own production", ""),
    ("other", "other", ""),
]
SUPPLIERS = ORIGINS[:7]
ZONES = [("karabakh", "Karabakh"), ("districts", "seven districts"), ("syunik", "Syunik")]
RUNS, KEPT_PATHS, STEPS, BINS = 600, 150, 192, 256
UNITS = {variable.keep: variable.unit for variable in VARIABLES.values() if variable.keep}
UNITS |= {key: outcome.unit for key, outcome in OUTCOMES.items()}


def walk(luck, first, drift, noise, shape):
    """Random walks over time (axis 0) from given starts."""
    return np.asarray(first) + np.cumsum(drift / 12 + noise / np.sqrt(12) * luck.standard_normal(shape), axis=0)


def all_trajectories(luck):
    """Return per-run arrays (time, state, run) of what histograms are made of."""
    shape = (STEPS, 2, RUNS)
    slope = np.array([0.05, 0.035])[:, None] + luck.normal(0, 0.02, (2, RUNS))
    milex = np.exp(walk(luck, np.log([1485.0, 584.0])[:, None], slope, 0.06, shape))
    ratio = walk(luck, 0.9, 0.06 + luck.normal(0, 0.03, RUNS), 0.12, (STEPS, RUNS))
    balance = walk(luck, -0.7, 0.08, 0.15, (STEPS, RUNS))
    both = {"stock_balance": ratio, "balance": balance, "perceived_balance": balance + 0.1}
    return {"milex": milex} | {name: np.stack([x, -x], axis=1) for name, x in both.items()}


def war_history(luck):
    """Return onset months (NaN if none) and the monthly code of fighting (run, time)."""
    draw = luck.exponential([[400], [130]], (2, RUNS))
    first = np.where(draw < STEPS, np.floor(draw), np.nan)
    fighting = np.zeros((RUNS, STEPS), np.int8)
    for code, onset, length in ((1, first[1], 1), (2, first[0], 2)):
        for run in np.flatnonzero(np.isfinite(onset)):
            fighting[run, int(onset[run]) : int(onset[run]) + length] = code
    return first, fighting


def deliveries(luck):
    """Return lumpy deliveries (member, time, origin, state) with Israel overtaking Russia in one state."""
    year = np.arange(STEPS) / 12
    weight = np.zeros((STEPS, len(ORIGINS), 2))
    weight[:, 0, 0], weight[:, 1, 0] = 2 + 4 * (year > 5), 9 - 8 * (year > 5)
    weight[:, 2, 0], weight[:, 5, 0] = 0.4 + 0.2 * year, 0.6
    weight[:, 6, 0], weight[:, 8, 0], weight[:, 9, 0] = 0.05, 0.3, 0.2
    weight[:, 1, 1], weight[:, 4, 1] = np.maximum(3 - 0.15 * year, 0.3), 0.1 * np.maximum(year - 9, 0)
    weight[:, 3, 1], weight[:, 9, 1] = 0.12 * np.maximum(year - 11, 0), 0.1
    lumps = luck.gamma(0.15, 1 / 0.15, (KEPT_PATHS, *weight.shape))
    return 4 * weight * lumps


def other_paths(known):
    """Return a path for every other quantity that is kept, within its bounds: a new one is here once it is declared."""
    luck = np.random.default_rng(2)
    lengths = {"state": len(STATES), "origin": len(ORIGINS), "zone": len(ZONES), "supplier": len(SUPPLIERS)}
    made = {}
    for name, variable, axes in kept_axes():
        if name not in known:
            low = max(variable.low, -1.0)
            shape = (KEPT_PATHS, STEPS, *(lengths[axis] for axis in axes))
            made[name] = (("member", "time", *axes), luck.uniform(low, min(variable.high, low + 1.0), shape))
    return made


def histogram(values, edges):
    """Count runs (last axis) into bins, clipping into the end bins."""
    inside = np.clip(values, edges[0], edges[-1])
    return np.apply_along_axis(lambda x: np.histogram(x, edges)[0], -1, inside)


def synthetic(seed=1):
    """Return a sweep-shaped Dataset with invented numbers and true labels, the caller's own."""
    return _synthetic(seed).copy(deep=True)


@cache
def _synthetic(seed):
    luck = np.random.default_rng(seed)
    paths, (first, fighting) = all_trajectories(luck), war_history(luck)
    tensions = luck.gamma(2, 1, (KEPT_PATHS, STEPS))
    talks = np.repeat(luck.integers(0, 5, (KEPT_PATHS, STEPS // 24)), 24, axis=1)
    share = np.broadcast_to(np.linspace(0.1, 0.9, len(ZONES))[:, None], (KEPT_PATHS, STEPS, len(ZONES), 1))
    true = deliveries(luck)
    seen = true * np.where(np.arange(len(ORIGINS)) == 8, 0, 0.85)[:, None]
    member = ("member", "time")
    data = {name: ((*member, "state"), x[:, :, :KEPT_PATHS].transpose(2, 0, 1)) for name, x in paths.items()}
    data |= {
        "tension": (member, tensions),
        "talks": (member, talks),
        "fighting": (member, fighting[:KEPT_PATHS]),
        "control": ((*member, "zone", "state"), np.concatenate([share, 1 - share], -1)),
        "deliveries": ((*member, "origin", "state"), true),
        "recorded_deliveries": ((*member, "origin", "state"), seen),
    }
    data |= other_paths(data)
    wars = np.isfinite(first).astype(int)
    data |= {
        "first_campaign": ("run", first[0]),
        "first_operation": ("run", first[1]),
        "campaigns": ("run", wars[0]),
        "operations": ("run", wars[1] * luck.integers(1, 4, RUNS)),
        "deaths": ("run", luck.gamma(2, 2500, RUNS) * wars[0]),
        "displaced": ("run", luck.gamma(2, 40, RUNS) * wars[0]),
    }
    for name, x in paths.items():
        edges = np.geomspace(10, 1e5, BINS + 1) if name == "milex" else np.linspace(-4, 6, BINS + 1)
        data[f"{name}_histogram"] = (("time", "state", f"{name}_bin"), histogram(x, edges))
        data[f"{name}_edges"] = (f"{name}_edge", edges)
    result = xr.Dataset(data, coords=coordinates(), attrs=about())
    for name in result.data_vars:
        quantity = str(name).removesuffix("_histogram").removesuffix("_edges")
        result[name].attrs = {"units": UNITS.get(quantity, "count"), "long_name": quantity.replace("_", " ")}
    return result.assign_attrs(about())


def coordinates():
    """Return the coordinates of the synthetic sweep."""
    out = {"run": np.arange(RUNS), "member": np.arange(KEPT_PATHS)}
    out["time"] = (np.datetime64("2010-01") + np.arange(STEPS)).astype("datetime64[ns]")
    for axis, rows in (("state", STATES), ("origin", ORIGINS), ("supplier", SUPPLIERS), ("zone", ZONES)):
        for suffix, column in zip(("", "_name", "_iso3"), zip(*rows, strict=True), strict=False):
            out[axis + suffix] = (axis, np.array(column, np.dtypes.StringDType()))  # as zarr gives them
    return out


def about():
    """Return the provenance of the synthetic sweep."""
    return {
        "scenario": "synthetic",
        "title": "Invented numbers",
        "digest": "0123456789abcdef",
        "seed": 1,
        "runs": RUNS,
        "version": "0.1.0",
        "steps_per_year": 12,
        "start": "2010-01",
    }


def fictitious(result):
    """Return the same sweep with states nobody records."""
    names = ["Ardania", "Borvia"]
    return result.assign_coords(
        state=["ardania", "borvia"], state_name=("state", names), state_iso3=("state", ["", ""])
    )


def milder(result):
    """Return the same sweep with fewer wars and more arms on the first side."""
    late = result["first_campaign"].where(result["run"] % 5 > 0)
    armed = result["balance"] + 0.1 * (result["state"] == result["state"][0])
    return result.assign(first_campaign=late, deaths=result["deaths"] * 0.9, balance=armed).assign_attrs(
        scenario="milder", digest="fedcba9876543210"
    )


def designed(result, points=4, scenarios=0, levers=()):
    """Return a designed sweep: the same runs at every point, deaths and balances shifted by the point."""
    growing = [n for n, a in result.data_vars.items() if {"run", "member"} & set(a.dims) or n.endswith("_histogram")]
    one = result[growing]
    each = [one.assign(deaths=one["deaths"] + 1000.0 * p, milex=one["milex"] * (1 + p)) for p in range(points)]
    out = result.drop_vars(growing).merge(xr.concat(each, "point")).assign_coords(point=np.arange(points))
    if scenarios:
        again = [out[growing].assign(deaths=out["deaths"] * (1 + s)) for s in range(scenarios)]
        joined = xr.concat(again, "scenario")
        out = out.drop_vars(growing).merge(joined).assign_coords(scenario=[f"s{i}" for i in range(scenarios)])
    settings = np.stack([np.arange(points, dtype=float), np.arange(points) % 2 if levers else np.zeros(points)], -1)
    out["factor_values"] = (("point", "factor"), settings)
    out = out.assign_coords(factor=["weight", "embargo"])
    out["factor_role"] = ("factor", ["prior", "lever" if levers else "prior"])
    return out.assign_attrs(result.attrs)


# -- samples of a design

HINDCAST = sim.load("south_caucasus_2010")
THREE = {
    "repay_oil.weight": {"between": [0.0, 4.0]},
    "israel.affinity.azerbaijan": {"between": [0.1, 0.5]},
    "sell_to_friends.weight": {"between": [1.0, 3.0]},
}


def made(design: Any, uncertainties: Any = THREE, levers: Any = None) -> Points:
    return points(Experiment(question="?", scenario="south_caucasus_2010", design=design, uncertainties=uncertainties,
                             levers=levers or {}), HINDCAST)  # fmt: skip


def unit(sample: Points) -> np.ndarray:
    """Return the sample with every factor scaled to 0 to 1."""
    ends = np.array([THREE[path]["between"] for path in list(THREE)])
    return (sample.values[:, :3] - ends[:, 0]) / (ends[:, 1] - ends[:, 0])


# -- what figures draw


def what_is_drawn(name, result, run=0):
    """Return what a figure draws of a result: of it and a milder one, of a design of it, of it held to the record."""
    module = plots._module(name)
    if module.SHOWS == style.ANALYSIS:
        design = made({"one_at_a_time": {}})
        points = words.printed(designed(result, points=len(design)))
        return module.MEASURE(points, **({"experiment": design} if name == "tornado" else {}))
    result = with_statistics(result) if name == "targets" else result
    return plots.measured(name, result, run=run, against=milder(result))


def with_statistics(result):
    """Return a sweep with the statistics of its runs that targets are judged by, drawn at random."""
    codes = (map(str, np.where(result[f"{axis}_iso3"] != "", result[f"{axis}_iso3"], result[axis])) for axis in
             ("state", "origin"))  # fmt: skip
    years, months = np.unique(result["time"].dt.year.values, return_counts=True)
    like = blank(tuple(years[months == 12].tolist()), *map(tuple, codes))
    names = [name for columns in target_columns(like).values() for name in columns]
    values = np.random.default_rng(2).gamma(2, 0.5, (result.sizes["run"], len(names)))
    return result.assign(target_statistics=(("run", "statistic"), values)).assign_coords(statistic=names)
