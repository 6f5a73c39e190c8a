"""What several test files share: scenarios with something changed, runs filmed step by step, golden numbers."""

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.ensemble import play
from sim.model.world import World
from sim.scenario.initial import opening
from sim.scenario.schema import Figure

GOLDEN = Path(__file__).parent / "golden"
NO_WAR = 1e-30  # attacks per year


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden numbers anew instead of comparing with them; review the difference",
    )


@pytest.fixture
def golden(request):
    """Compare numbers by name with those kept in a file, or write the file when asked."""

    def compare(name, found, *, rtol, atol):
        file = GOLDEN / f"{name}.json"
        if request.config.getoption("--update-golden"):
            file.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        if not file.exists():
            pytest.fail(f"{file} is missing; write it with pytest --update-golden")
        kept = json.loads(file.read_text(encoding="utf-8"))
        assert sorted(found) == sorted(kept), "other numbers than those kept"
        moved = {
            key: (kept[key], number)
            for key, number in found.items()
            if not np.isclose(number, kept[key], rtol=rtol, atol=atol, equal_nan=True)
        }
        assert not moved, f"kept and found differ: {moved}; if intended, write anew with --update-golden"

    return compare


# -- scenarios


def assumed(number):
    """Return a figure of a number, or of numbers by label, or of a distribution."""
    form = (
        "values"
        if isinstance(number, dict) and not {"normal", "uniform"} & set(number)
        else ("distribution" if isinstance(number, dict) else "value")
    )
    return Figure.model_validate({form: number, "basis": "assumed", "because": "for a test"})


def altered(scenario, *, parameters=None, actors=None, region=None, **fields):
    """Return a scenario with something changed; events after an earlier end are left out.

    `parameters` are for everybody; `actors` maps an actor's key to quantities and
    ``rule.parameter`` settings of its own; `region` likewise; `fields` replace fields as they are.
    """
    everybody = {**scenario.parameters, **{key: assumed(x) for key, x in (parameters or {}).items()}}
    update = {"parameters": everybody, **fields}
    for section in ("states", "suppliers", "mediators"):
        group = dict(fields.get(section, getattr(scenario, section)))
        for key, settings in (actors or {}).items():
            if key in group:
                group[key] = set_for(group[key], settings)
        update[section] = group
    if region:
        update["region"] = set_for(fields.get("region", scenario.region), region)
    end = fields.get("end", scenario.end)
    update.setdefault("timeline", [event for event in scenario.timeline if event.date[:7] <= end])
    return scenario.model_copy(update=update)


def set_for(actor, settings):
    """Return an actor's document with settings of its own, and without its own settings that are None."""
    quantities, parameters = dict(actor.quantities), dict(actor.parameters)
    for name, number in settings.items():
        group = parameters if "." in name else quantities
        if number is None:
            group.pop(name, None)
        else:
            group[name] = assumed(number)
    return actor.model_copy(update={"quantities": quantities, "parameters": parameters})


def peaceful(scenario):
    """Return a scenario in which nobody ever attacks: the rates of attack are all but nil."""
    return altered(scenario, parameters={"covet_land.operation_rate": NO_WAR, "covet_land.campaign_rate": NO_WAR})


@pytest.fixture(scope="session")
def hindcast():
    """The shipped hindcast as it is."""
    return sim.load("south_caucasus_2010")


@pytest.fixture(scope="session")
def richardson():
    """The shipped textbook race as it is."""
    return sim.load("richardson")


# -- runs


class Film:
    """Arrays by name, ``(step, *axes, actor, run)``, with the labels they go by."""

    def __init__(self, position, quantities):
        self.position = position
        self.labels = position.labels
        self.quantities = quantities
        self.frames = {name: [] for name in quantities}
        self.asked = set()  # for which quantities

    def __call__(self, table):
        if table.step:
            for name in self.quantities:
                array = table.world[name]
                self.frames[name].append(np.broadcast_to(array, (*array.shape[:-1], table.world.runs)).copy())

    def __getitem__(self, name):
        self.asked.add(name)
        if isinstance(self.frames[name], list):
            self.frames[name] = np.stack(self.frames[name])
        return self.frames[name]

    def place(self, key):
        """Return where an actor stands on the axis of its kind."""
        kinds = ("state", "supplier", "mediator", "region")
        return next(self.labels[kind].index(key) for kind in kinds if key in self.labels[kind])

    def of(self, name, key):
        """Return ``(step, *axes, run)`` of one actor."""
        return self[name][..., self.place(key), :]


@pytest.fixture(scope="session")
def film():
    """Play blocks of 256 runs with the numpy core and keep some quantities after every step."""

    def shoot(scenario, *quantities, blocks=1, seed=0, without=()):
        position = opening(scenario, seed, without)
        taken = Film(position, quantities)
        play(position, range(blocks), taken)
        return taken

    return shoot


def all_alike(left: World, right: World, column=slice(None)):
    """Return names of the quantities in which two worlds differ by more than 1e-9, on some runs of the right."""
    names = []
    for name, array in left.arrays.items():
        other = right[name]
        other = other if other.shape[-1] == 1 else other[..., column]
        if not np.allclose(array, other, rtol=1e-9, atol=1e-9, equal_nan=True):
            names.append(name)
    return names
