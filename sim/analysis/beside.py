"""What a case is shown beside: the same runs with what is not known drawn for each, and the dated events of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import xarray as xr

from sim.measures.fan import DRAWN
from sim.results.manifest import locked_scenario
from sim.scenario.files import scenario_file, shipped_scenarios
from sim.scenario.knowledge import known_events
from sim.scenario.schema import Event
from sim.scenario.strict_yaml import read_document


def as_it_stands(data: xr.Dataset) -> str | None:
    """Return the point at which a scenario is played as it stands, where that is one of two; else none is chosen."""
    return "0" if data.attrs.get("stated_points") == 1 and data.sizes.get("point") == 2 else None


def beside_draws(one: xr.Dataset, whole: xr.Dataset) -> xr.Dataset:
    """Return a case with what is summarised of the runs that differ from it in what is not known, if there are any.

    Parameters
    ----------
    one : Dataset
        A case.
    whole : Dataset
        All points of its scenario.
    """
    half = int(whole.attrs.get("stated_points", 0))
    if not half or "point" not in whole.dims or "point" not in one.coords:
        return one
    place = whole["point"].values.tolist().index(one["point"].item())
    if place >= half:
        return one
    names = [str(name) for name in whole.data_vars if str(name).endswith("_histogram")]
    names += [kept for name in names if (kept := name.removesuffix("_histogram")) in whole]
    drawn = whole[names].isel(point=place + half).drop_vars("point").sel(state=one["state"].values)
    return one.assign({f"{DRAWN}{name}": drawn[name] for name in names})


def dated_events(out: Path, about: Mapping[str, Any], scenario: str) -> str:
    """Return the events of a scenario of a result as JSON, each with the actors and labels whose numbers it sets.

    Those that no shipped history tells are ``added``: what the scenario is about.
    """
    number = [entry["scenario"] for entry in about["scenarios"]].index(scenario)
    events = known_events(locked_scenario(out, about, number))
    told = [
        {
            "date": event.date,
            "what": event.what,
            "sets": sorted(_set_by(event)),
            "added": event.what not in _histories(),
        }
        for event in events
    ]
    return json.dumps(told, ensure_ascii=False)


@cache
def _histories() -> frozenset[str]:
    """Return the events that shipped scenarios tell which change no other."""
    shipped = [read_document(scenario_file(name)).data for name in shipped_scenarios()]
    return frozenset(event["what"] for one in shipped if "extends" not in one for event in one.get("timeline", []))


def _set_by(event: Event) -> set[str]:
    changes = [(actor, value) for change in event.set.values() for actor, value in change.items()]
    return {actor for actor, _ in changes}.union(*(value for _, value in changes if isinstance(value, dict)))
