"""What tests build: scenarios with something changed, worlds of any shape, runs filmed step by step.

Builders that several test files share live in modules without ``test_`` in their name, and only there: this one,
`synthetic` (results and samples made by hand) and `sweeping` (result directories and commands).
"""

import numpy as np
from hypothesis import strategies as st

from sim.model.accounting import ENTRIES
from sim.model.variables import EXTRA_ORIGINS, LOOKBACKS, SCALES, VARIABLES
from sim.model.world import World, axis_labels, evaluate
from sim.scenario.schema import Figure

NO_WAR = 1e-30  # attacks per year
NEGLIGIBLE = 1e-12  # relative to the largest number in the answer, for sums taken in another order

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
    return altered(scenario, parameters={"weigh_attacks.operation_rate": NO_WAR, "weigh_attacks.campaign_rate": NO_WAR})


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


def all_alike(left: World, right: World, column=slice(None)):
    """Return names of the quantities in which two worlds differ by more than 1e-9, on some runs of the right."""
    names = []
    for name, array in left.arrays.items():
        other = right[name]
        other = other if other.shape[-1] == 1 else other[..., column]
        if not np.allclose(array, other, rtol=1e-9, atol=1e-9, equal_nan=True):
            names.append(name)
    return names


# -- worlds of any shape

# What a quantity without upper or lower bound is drawn from; by name before unit.
HIGHEST = {
    "dt": 1.0,
    "war_days_left": 365.0,
    "days_fought": 365.0,
    "US$2023 m per yr": 1e5,
    "US$2023 m": 1e5,
    "US$ per barrel": 400.0,
    "TIV m": 5e3,
    "TIV m per yr": 2e3,
    "thousand persons": 5e3,
    "persons": 1e5,
    "count": 20.0,
    "log": 6.0,
    "log ratio": 12.0,
    "log-odds": 12.0,
    "log per yr": 5.0,
    "yr": 10.0,
    "per yr": 12.0,
    "index": 10.0,
    "US$2023 m per TIV m": 20.0,
}  # fmt: skip
# Money and prices a logarithm is taken of, and the length of a step, are never nothing.
NEVER_NOTHING = {
    "dt": 1e-3, "milex": 1e-3, "milex_opening": 1e-3, "milex_target": 1e-3, "milex_limit": 1e-3,
    "gdp": 1e-3, "gdp_opening": 1e-3, "gdp_budgeted": 1e-3,
    "oil_revenue": 1e-3, "oil_revenue_opening": 1e-3, "oil_revenue_lately": 1e-3,
    "oil_price": 1.0,
}  # fmt: skip
WHOLE = ("flag", "code", "count")


@st.composite
def shapes(draw):
    """Lengths of all axes, of the actors of every kind, and of the run axis."""
    states = draw(st.sampled_from([2, 3, 5, 6]))
    taken = {len(SCALES), len(LOOKBACKS), states, states - 1}
    free = [length for length in range(4, 13) if length not in taken]
    suppliers = draw(st.sampled_from([n for n in free if n + len(EXTRA_ORIGINS) not in taken]))
    free = [n for n in free if n not in (suppliers, suppliers + len(EXTRA_ORIGINS))]
    weapons, zones, mediators, runs = draw(st.permutations(free))[:4]
    return {
        "state": states,
        "supplier": suppliers,
        "mediator": mediators,
        "weapon": weapons,
        "zone": zones,
        "run": runs,
    }


def a_world(shape, rng):
    """Return a world in which every quantity has some value within its bounds, often an extreme one."""
    names = {kind: [f"{kind} {i}" for i in range(shape[kind])] for kind in shape}
    labels = axis_labels(
        names["state"], names["supplier"], names["mediator"], names["weapon"], names["zone"], EXTRA_ORIGINS
    )
    world = World(labels, shape["run"])
    world.update({variable.name: values_of(variable, world, rng) for variable in VARIABLES.values()})
    world.update(in_keeping(world, rng))
    for array in world.arrays.values():
        array.flags.writeable = False
    return world


def values_of(variable, world, rng):
    """Draw one quantity; what is given does not differ between runs."""
    cap = HIGHEST.get(variable.name, HIGHEST.get(variable.unit, 3.0))
    low = NEVER_NOTHING.get(variable.name, variable.low if np.isfinite(variable.low) else -cap)
    high = variable.high if np.isfinite(variable.high) else cap
    *axes, _ = world.shape(variable)
    size = (*axes, 1 if variable.kind == "given" else world.runs)
    if variable.unit in WHOLE:
        values = rng.integers(int(low), int(high), size, endpoint=True).astype(float)
    elif high - low > 100.0:  # small numbers as often as large ones
        values = low + (high - low) * np.exp(-9.0 * rng.uniform(size=size))
    else:
        values = rng.uniform(low, high, size)
    extreme = rng.uniform(size=size)
    values = np.where(extreme < 0.1, low, np.where(extreme > 0.9, high, values))
    nothing_at_all = rng.uniform(size=size[-2:]) < 0.15  # an empty arsenal, no orders, no rival
    return np.where(nothing_at_all, low, values)


def in_keeping(world, rng):
    """Quantities that belong together: shares that sum to one, at most one attacker with one aim."""
    control = rng.uniform(size=world["control"].shape) + 1e-9
    mix = rng.uniform(size=world["service_mix"].shape) + 1e-9
    attacker = rng.integers(-1, world.size("state"), world.runs)
    zones, scales, states, runs = world["aim"].shape
    option = np.arange(zones * scales)[:, None, None]
    aim = option == rng.integers(zones * scales, size=(states, runs))
    contracts = world["contract_money"].shape
    begins = rng.uniform(-2.0, 12.0, contracts)
    open_now = world["contract_money"] > 0.0
    return {
        "control": control / control.sum(1, keepdims=True),
        "service_mix": mix / mix.sum(0),
        "attacking": (np.arange(states)[:, None] == attacker).astype(float),
        "aim": aim.reshape(zones, scales, states, runs).astype(float),
        "contract_place": rng.integers(world.size("origin") * world.size("weapon"), size=contracts).astype(float),
        "contract_volume": np.where(open_now, world["contract_volume"], 0.0),
        "contract_begins": begins,
        "contract_ends": begins + rng.uniform(0.05, 6.0, contracts),
        "wanted_class": rng.integers(world.size("weapon"), size=(states, runs)).astype(float),
        "order_origin": rng.integers(world.size("origin"), size=(states, runs)).astype(float),
        "choice": rng.integers(zones * scales, size=(states, runs)).astype(float),
    }


# -- what is asked in them


def unlikely(uniform, rng):
    """Put in the smallest and largest uniforms there are."""
    least = 2.0**-54
    extreme = rng.uniform(size=uniform.shape)
    return np.where(extreme < 0.05, least, np.where(extreme > 0.95, 1.0 - 2.0 * least, uniform))


def one(array, actor, run):
    """Return the slice of one actor and run, both axes kept."""
    actor, run = min(actor, array.shape[-2] - 1), min(run, array.shape[-1] - 1)
    return array[..., actor : actor + 1, run : run + 1]


def renamed(array, axes, orders):
    """Return an array with its entries reordered along the axes that are named."""
    for place, axis in enumerate(axes):
        if axis in orders:
            array = np.take(array, orders[axis], axis=place)
    return array


def made_alone(name, luck, **seen):
    """Make an entry for one actor in as many runs as there is luck; parameters by their names."""
    entry = ENTRIES[name]
    settings = {k: float(seen.pop(k, p)) for k, p in entry.parameters.items()}
    wide = {k: np.asarray(v, float)[..., None, None] for k, v in seen.items()}
    runs = {k: np.broadcast_to(v, (*v.shape[:-1], luck.shape[-1])) for k, v in wide.items()}
    return evaluate(entry.function, entry.reads, runs.__getitem__, settings, luck[:, None])


def assert_close(found, expected):
    """Compare to rounding error: sums are taken in another order, and terms may cancel."""
    scale = float(np.max(np.abs(expected), initial=0.0))
    np.testing.assert_allclose(found, expected, rtol=NEGLIGIBLE, atol=NEGLIGIBLE * scale)
