"""From a scenario to the position before the first step: world, settings, doctrines, changes to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

import sim.model.rules  # noqa: F401  (fills the catalogue)
from sim import observed
from sim.model.accounting import ENTRIES
from sim.model.accounting.arms import procurement_budget
from sim.model.accounting.money import harden
from sim.model.mistakes import Mistake
from sim.model.parameter import Parameter
from sim.model.rule import CATALOGUE, Mechanism, Rule
from sim.model.streams import BLOCK, Luck, normal
from sim.model.turn import Game, contribution, fold, spread
from sim.model.variables import EXTRA_ORIGINS, VARIABLES, Variable
from sim.model.world import Array, World, axis_labels
from sim.observed import arsenal
from sim.scenario.document import suggest
from sim.scenario.schema import Event, Figure, Scenario, StateActor, day

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

WORN = Parameter(
    0.85, "share", between=(0.6, 1.0), basis="assumed",
    because="what was held at the opening is older than what is on offer",
)  # fmt: skip
LEGACY_QUALITY = Parameter(
    0.30, "share", between=(0.15, 0.45), basis="assumed", because="Soviet designs of the 1970s and 1980s",
)  # fmt: skip
STRANGER = Parameter(
    0.3, "share", between=(0.2, 0.5), basis="assumed", because="trust in a supplier that has delivered nothing lately",
)  # fmt: skip

# Inputs that exist as an observed series with a flag that says where it is known.
OBSERVED_TWINS = {"oil_price": "region", "gdp": "state", "oil_revenue": "state"}

SMALLEST_BUDGET = 1e-6  # US$ m a year, so that every regular budget has a logarithm
MEMORY_YEARS = 5  # ties of the last five years, as in `accounting.sign_contracts`


@dataclass(frozen=True)
class Position:
    """Everything a game starts from.

    Attributes
    ----------
    scenario : Scenario
        What was asked for.
    seed : int
        Seed of all luck.
    without : tuple of str
        Rules switched off.
    labels, titles : mapping
        Names along every axis; display name of every actor, zone and class.
    arrays : mapping of str to ndarray
        Opening value of every quantity, ``(*axes, actor, 1)``.
    changes : mapping of int to mapping
        Step -> givens that change at its beginning.
    """

    scenario: Scenario
    seed: int
    without: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    arrays: Mapping[str, Array]
    changes: Mapping[int, Mapping[str, Array]] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self.scenario.steps

    def date(self, step: int) -> dt.date:
        """Return the first day of the month a step is in."""
        months = step * 12 // self.scenario.steps_per_year
        year, month = map(int, self.scenario.start.split("-"))
        return dt.date(year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1, 1)

    @cached_property
    def doctrines(self) -> dict[str, Array | None]:
        """Rule name -> mask ``(actor, 1)`` of those who follow it; None where all of a kind do."""
        followed: dict[str, set[str]] = {}
        for _, key, actor in self.scenario.actors():
            for name in actor.rules:
                followed.setdefault(name, set()).add(key)
        masks: dict[str, Array | None] = {}
        for name, who in sorted(followed.items()):
            if name not in self.without:
                keys = self.labels[CATALOGUE[name].actor]
                mask = np.array([[key in who] for key in keys])
                masks[name] = None if mask.all() else mask
        return masks

    def game(self, blocks: Iterable[int]) -> Game:
        """Set up the game for whole blocks of 256 runs."""
        return self._game(Luck(self.seed, tuple(blocks)))

    def game_of_one(self, run: int) -> Game:
        """Set up the game for one run, kept twice so that the run axis is never shorter than 2."""
        return self._game(Luck(self.seed, (run // BLOCK,), column=run % BLOCK))

    def _game(self, luck: Luck) -> Game:
        """Set up the game: opening arrays over the runs, parameters drawn, the spending intercept solved."""
        world = World(self.labels, luck.runs)
        for name, array in self.arrays.items():
            wide = array if VARIABLES[name].kind == "given" else np.repeat(array, luck.runs, axis=-1)
            world.arrays[name] = wide
        game = Game(world, luck, settings(self, luck), self.doctrines, self.changes)
        world.update(self.changes.get(0, {}))
        world.update(opening_budget(game))
        world.update({"milex_intercept": intercept(game)})
        return game


def opening(scenario: Scenario, seed: int = 0, without: Collection[str] = ()) -> Position:
    """Return the position before the first step.

    Parameters
    ----------
    scenario : Scenario
        A checked scenario (`sim.load`).
    seed : int
        Seed of all luck.
    without : collection of str
        Rules to switch off.

    Raises
    ------
    Mistake
        If a rule to switch off does not exist or nobody follows it.
    """
    followed = {name for _, _, actor in scenario.actors() for name in actor.rules}
    for name in without:
        if name not in followed:
            raise Mistake(f"nobody in this scenario follows a rule '{name}'{suggest(name, sorted(followed))}")
    labels = axis_labels(
        scenario.states,
        scenario.suppliers,
        scenario.mediators,
        scenario.weapons.classes,
        scenario.zones,
        EXTRA_ORIGINS,
    )
    arrays = opening_arrays(scenario, labels)
    changes = coming_changes(scenario, labels, arrays)
    return Position(scenario, int(seed), tuple(without), labels, _titles(scenario), arrays, changes)


def _titles(scenario: Scenario) -> dict[str, str]:
    """Return the display name of everything with a key."""
    titles = {key: actor.name for _, key, actor in scenario.actors()}
    titles |= {key: zone.name for key, zone in scenario.zones.items()}
    return titles | dict(scenario.weapons.classes) | {origin: origin for origin in EXTRA_ORIGINS}


# -- opening values


def opening_arrays(scenario: Scenario, labels: Mapping[str, tuple[str, ...]]) -> dict[str, Array]:
    """Return the opening value of every quantity, ``(*axes, actor, 1)``."""
    sizes = World(labels, 1)
    arrays = {name: np.full(sizes.shape(variable), variable.neutral) for name, variable in VARIABLES.items()}
    arrays["dt"][...] = 1.0 / scenario.steps_per_year
    arrays["ambition"][1] = 1.0
    for name, figure in scenario.weapons.quantities.items():
        place(arrays, labels, VARIABLES[name], "region", figure)
    for _, key, actor in scenario.actors():
        for name, figure in actor.quantities.items():
            place(arrays, labels, VARIABLES[name], key, figure)
    for step, name, key, value in _events(scenario):
        if step < 0:  # it has happened before the opening
            place(arrays, labels, VARIABLES[name], key, value)
    for key, state in scenario.states.items():
        _open_from_record(arrays, labels, scenario, key, state)
        if state.opening_arms is not None:
            _open_by_class(arrays, labels, labels["state"].index(key), state.opening_arms)
        if state.rivals is not None:
            _set_rivalries(arrays, labels, key, state.rivals)
    if "oil_price" in scenario.region.from_record:
        price = observed.oil_price()
        arrays["oil_price"][...] = price[recorded_year(price, scenario)]
    arrays = _opening_references(arrays)
    before = _first_year(scenario) - 1
    if "oil_price" in scenario.region.from_record and before in _revenue_years(scenario):
        arrays["oil_price_lately"][...] = price[before]  # so that revenue follows the price into the first year
    return arrays


def _set_rivalries(
    arrays: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]], key: str, rivals: Collection[str]
) -> None:
    """Mark who of the other states is a rival; counterparts stand in the order `World` shows them in."""
    states = labels["state"]
    place_of = states.index(key)
    for k in range(1, len(states)):
        other = states[(place_of + k) % len(states)]
        arrays["rivalry"][k - 1, place_of, 0] = float(other in rivals)


def place(arrays: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]], variable: Variable, actor: str,
          figure: Figure | float | Mapping[str, float]) -> None:  # fmt: skip
    """Write figures of one actor into an opening array."""
    column = labels[variable.actor].index(actor)
    target = arrays[variable.name][..., column, 0]
    if isinstance(figure, Figure):
        if figure.value is not None:
            target[...] = figure.value
        figure = figure.values or {}
    if isinstance(figure, Mapping):
        for label, number in figure.items():
            target[labels[variable.axes[0]].index(label)] = number
    else:
        target[...] = figure


def _first_year(scenario: Scenario) -> int:
    """Return the calendar year of the first step."""
    return int(scenario.start[:4])


def recorded_year(years: Collection[int], scenario: Scenario) -> int:
    """Return the year whose record opens a scenario: the first played, or the one before where that is the last."""
    year = _first_year(scenario)
    return year if year in years else year - 1


def _revenue_years(scenario: Scenario) -> set[int]:
    """Return the years whose recorded oil revenue opens the states' books."""
    asking = (state.iso3 for state in scenario.states.values() if "oil_revenue" in state.from_record)
    return {recorded_year(observed.oil_revenue_usd2023(code), scenario) for code in asking if code}


def _opening_references(arrays: dict[str, Array]) -> dict[str, Array]:
    """Set what is measured against the opening: spending, output, oil, grievance, claims held."""
    for name in ("milex", "gdp", "oil_revenue", "grievance"):
        arrays[f"{name}_opening"] = arrays[name].copy()
    arrays["milex_target"] = arrays["milex"].copy()
    worth = arrays["claim"].sum(0)
    arrays["claims_held_opening"] = (arrays["claim"] * arrays["control"]).sum(0) / np.maximum(worth, 1e-9)
    arrays["oil_price_lately"] = arrays["oil_price"].copy()
    return arrays


def _open_from_record(arrays: dict[str, Array], labels: Mapping[str, tuple[str, ...]], scenario: Scenario,
                      key: str, state: StateActor) -> None:  # fmt: skip
    """Take a state's opening values from the observed tables, as far as it asks for them."""
    if state.iso3 is None:
        return
    column = labels["state"].index(key)
    if "spending" in state.from_record:
        spending = observed.annual("military_expenditure", "milex_usd2023_m", state.iso3)
        arrays["milex"][column] = spending[recorded_year(spending, scenario)]
    if "economy" in state.from_record:
        gdp, population = observed.gdp_usd2023(state.iso3), observed.annual("economy", "population", state.iso3)
        year = recorded_year(gdp.keys() & population.keys(), scenario)
        arrays["gdp"][column] = gdp[year]
        arrays["population"][column] = population[year] / 1000.0
    if "oil_revenue" in state.from_record:
        revenue = observed.oil_revenue_usd2023(state.iso3)
        year = recorded_year(revenue, scenario)
        arrays["oil_revenue"][column] = revenue[year]
        arrays["oil_revenue_last_year"][column] = revenue[year - 1]
    if "trust" in state.from_record:
        _open_trust(arrays, labels, scenario, column, state.iso3)
    if "arsenal" in state.from_record:
        _open_arsenal(arrays, labels, scenario, column, state, _first_year(scenario))


def _open_trust(arrays: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]], scenario: Scenario,
                column: int, iso3: str) -> None:  # fmt: skip
    """Let a state trust those it has lately been served by: as `trust_prompt_deliverers` judges open orders."""
    year, much = _first_year(scenario), CATALOGUE["trust_prompt_deliverers"].parameters["much"]
    for s, key in enumerate(labels["supplier"]):
        code = scenario.suppliers[key].iso3
        served = sum(
            line.tiv_m
            for line in observed.deliveries(iso3)
            if line.supplier == code and year - MEMORY_YEARS <= line.delivery_year < year
        )
        yearly = served / MEMORY_YEARS
        arrays["trust"][s, column] = STRANGER + (1.0 - STRANGER) * yearly / (yearly + much)


def _open_arsenal(arrays: dict[str, Array], labels: Mapping[str, tuple[str, ...]], scenario: Scenario,
                  column: int, state: StateActor, year: int) -> None:  # fmt: skip
    """Fill stock, its worth, pipeline and recent orders by perpetual inventory from recorded deliveries."""
    assert state.iso3 is not None
    origins, weapons, suppliers = labels["origin"], labels["weapon"], labels["supplier"]
    codes = {s.iso3: key for key, s in scenario.suppliers.items() if s.iso3}
    decay = dict(zip(weapons, arrays["decay"][:, 0, 0].tolist(), strict=True))
    legacy = (state.legacy_1992.values if state.legacy_1992 else None) or {}
    stock = arsenal.opening_stock(state.iso3, year, origins, weapons, decay, codes, legacy, combat_only=False)
    arrays["stock"][..., column, 0] = stock
    arrays["pipeline"][..., column, 0] = arsenal.opening_pipeline(
        state.iso3, year, origins, weapons, codes, combat_only=False
    )
    arrays["worth"][..., column, 0] = stock * _opening_quality(arrays, labels, column)
    arrays["on_order"][:, column, 0] = arrays["pipeline"][..., column, 0].sum((0, 2))
    for delivery in observed.deliveries(state.iso3):
        if year - MEMORY_YEARS <= delivery.order_year < year:
            arrays["order_rate"][column] += delivery.tiv_m / MEMORY_YEARS
            origin = codes.get(delivery.supplier)
            if origin is not None:
                s = suppliers.index(origin)
                price = arrays["price"][weapons.index(delivery.weapon_class), s, 0]
                arrays["recent_order"][s, column] += delivery.tiv_m * price


def _open_by_class(arrays: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]], column: int,
                   figure: Figure) -> None:  # fmt: skip
    """Fill stock and its worth from what a scenario says; of suppliers it says nothing, so the origin is "other"."""
    origin = labels["origin"].index("other")
    for weapon, tiv_m in (figure.values or {}).items():
        arrays["stock"][origin, labels["weapon"].index(weapon), column, 0] = tiv_m
    arrays["worth"][..., column, 0] = arrays["stock"][..., column, 0] * _opening_quality(arrays, labels, column)


def _opening_quality(arrays: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]], column: int) -> Array:
    """Return ``(origin, weapon)`` quality at the opening: what is on offer, somewhat worn."""
    offered = arrays["frontier"][..., 0].T * arrays["access_ceiling"][column, :, None, 0]
    legacy = np.full((1, len(labels["weapon"])), LEGACY_QUALITY)
    other_quality = ENTRIES["deliver_orders"].parameters["other_quality"]
    rest = np.full((len(EXTRA_ORIGINS) - 1, len(labels["weapon"])), other_quality)
    return np.concat([offered * WORN, legacy, rest], axis=0)


# -- changes to come


def coming_changes(
    scenario: Scenario, labels: Mapping[str, tuple[str, ...]], arrays: Mapping[str, Array]
) -> dict[int, dict[str, Array]]:
    """Return, by step, the givens that change at its beginning: calendar, inputs, events in order."""
    current = {name: array for name, array in arrays.items() if VARIABLES[name].kind == "given"}
    edits: dict[int, list[tuple[str, str, Any]]] = {}
    for step, name, actor, value in (*_calendar(scenario), *_inputs(scenario), *_events(scenario)):
        edits.setdefault(step, []).append((name, actor, value))
    changes: dict[int, dict[str, Array]] = {}
    for step in sorted(edits):
        fresh: dict[str, Array] = {}
        for name, actor, value in edits[step]:
            fresh.setdefault(name, current[name].copy())
            place(fresh, labels, VARIABLES[name], actor, value)
        current.update(fresh)
        if 0 <= step < scenario.steps:
            changes[step] = fresh
    return changes


Edit = tuple[int, str, str, Any]


def step_of(scenario: Scenario, when: dt.date) -> int:
    """Return the step a date falls into (may lie outside the horizon)."""
    year, month = map(int, scenario.start.split("-"))
    per_month = scenario.steps_per_year // 12
    within = (when.day - 1) * per_month // 31
    return (12 * (when.year - year) + when.month - month) * per_month + within


def _calendar(scenario: Scenario) -> Iterator[Edit]:
    """Yield the flags of January and of a new year, and the season."""
    season = scenario.region.season
    for step in range(scenario.steps):
        months = step * 12 // scenario.steps_per_year
        month = (int(scenario.start[5:]) - 1 + months) % 12
        first = step * 12 % scenario.steps_per_year == 0
        january = month == 0 and first
        yield step, "january", "region", float(january)
        yield step, "new_year", "region", float(january and step > 0)
        if season is not None and season.values and first:
            yield step, "season", "region", season.values.get(MONTHS[month], 0.0)


def _inputs(scenario: Scenario) -> Iterator[Edit]:
    """Yield observed series year by year, and figures given by year; both hold from January on."""
    for name, actor, by_year in _series(scenario):
        last = max(by_year, default=0)
        first_year, final_year = _first_year(scenario), int(scenario.end[:4])
        for year in range(first_year, final_year + 1):
            step = max(step_of(scenario, dt.date(year, 1, 1)), 0)
            known = year in by_year
            if known:
                yield step, f"{name}_observed", actor, by_year[year]
            if known or year == last + 1 or year == first_year:
                yield step, f"{name}_known", actor, float(known)
    yield from _exports(scenario)
    for _, actor, document in scenario.actors():
        for name, figure in document.quantities.items():
            if figure.by_year and name not in OBSERVED_TWINS:
                for year, number in figure.by_year.items():
                    step = step_of(scenario, dt.date(year, 1, 1))
                    yield max(step, 0) if year == _first_year(scenario) else step, name, actor, number


def _exports(scenario: Scenario) -> Iterator[Edit]:
    """Yield what suppliers exported to others than the states: means of the five years before each year."""
    states = [state.iso3 for state in scenario.states.values() if state.iso3]
    for key, supplier in scenario.suppliers.items():
        if supplier.iso3 and "exports" in supplier.from_record:
            volume = observed.exports_to_others(supplier.iso3, states)
            for year in range(_first_year(scenario), int(scenario.end[:4]) + 1):
                known = [volume[y] for y in range(year - MEMORY_YEARS, year) if y in volume]
                if year - 1 in volume:
                    yield max(step_of(scenario, dt.date(year, 1, 1)), 0), "export_volume", key, float(np.mean(known))


def _series(scenario: Scenario) -> Iterator[tuple[str, str, dict[int, float]]]:
    """Yield quantity, actor and the years in which it is given, the scenario's figures on top of the record."""
    for name, kind in OBSERVED_TWINS.items():
        for of_kind, key, actor in scenario.actors():
            if of_kind == kind:
                figure = actor.quantities.get(name)
                stated = (figure.by_year if figure else None) or {}
                years = {**_recorded(name, actor), **stated}
                if years:
                    yield name, key, years


def _recorded(name: str, actor: Any) -> dict[int, float]:
    """Return the observed series an actor asks for."""
    if name == "oil_price":
        return observed.oil_price() if "oil_price" in actor.from_record else {}
    if actor.iso3 and name == "gdp" and "economy" in actor.from_record:
        return observed.gdp_usd2023(actor.iso3)
    if actor.iso3 and name == "oil_revenue" and "oil_revenue" in actor.from_record:
        return observed.oil_revenue_usd2023(actor.iso3)
    return {}


def _events(scenario: Scenario) -> Iterator[Edit]:
    """Yield what the timeline changes, in the order of its dates."""
    for event in sorted(scenario.timeline, key=lambda e: e.date):
        for name, change in event.set.items():
            for actor, value in change.items():
                yield _step_of_event(scenario, event), name, actor, value


def _step_of_event(scenario: Scenario, event: Event) -> int:
    """Return the step of an event."""
    return step_of(scenario, day(event.date))


# -- settings


def settings(position: Position, luck: Luck) -> dict[str, dict[str, Any]]:
    """Return mechanism -> parameter -> value: a float, or an array ``(actor, 1 or run)``.

    What an actor states for itself wins over the scenario, the scenario over the default.
    """
    chosen: dict[str, dict[str, Any]] = {}
    mechanisms: dict[str, Mechanism] = {**ENTRIES, **{name: CATALOGUE[name] for name in position.doctrines}}
    for name, mechanism in mechanisms.items():
        values: dict[str, Any] = {}
        for parameter, default in mechanism.parameters.items():
            values[parameter] = _setting(position, luck, mechanism, f"{name}.{parameter}", default)
        chosen[name] = values
    return chosen


def _setting(position: Position, luck: Luck, mechanism: Mechanism, key: str, default: Parameter) -> Any:
    """Return the value of one parameter for all actors of the mechanism's kind."""
    common = position.scenario.parameters.get(key)
    documents = {k: actor.parameters.get(key) for _, k, actor in position.scenario.actors()}
    actors = position.labels[mechanism.actor]
    figures = [documents.get(actor) or common for actor in actors]
    if all(figure is None for figure in figures):
        return float(default)
    rows = [_number(luck, figure, key, actor, default) for figure, actor in zip(figures, actors, strict=True)]
    if all(isinstance(row, float) for row in rows):
        return rows[0] if len(set(rows)) == 1 else np.array(rows)[:, None]
    return np.stack([np.broadcast_to(row, (luck.runs,)) for row in rows])


def _number(luck: Luck, figure: Figure | None, key: str, actor: str, default: Parameter) -> Any:
    """Return one parameter of one actor: a float, or one draw per run where it is uncertain."""
    if figure is None:
        return float(default)
    if figure.distribution is None:
        return float(figure.value if figure.value is not None else default)
    low, high = figure.between or default.between
    u = luck.draw(f"parameter\x1f{key}", (actor,), 2, 0)[:, 0]
    if figure.distribution.normal is not None:
        mean, spread = figure.distribution.normal
        return np.clip(mean + spread * normal(u[0], u[1]), low, high)
    assert figure.distribution.uniform is not None
    bottom, top = figure.distribution.uniform
    return bottom + (top - bottom) * u[0]


def opening_budget(game: Game) -> dict[str, Array]:
    """Return what of opening spending goes to special projects, and to arms from abroad, ``(state, run)`` each."""
    milex, special = game.world["milex"], np.minimum(game.world["special_programme"], game.world["milex"])
    share = game.settings["sign_contracts"]["project_share"]
    budget = procurement_budget(milex, special, game.world["procurement_share"], share)
    return {"special_milex": spread(special, milex.shape), "procurement": spread(budget, milex.shape)}


def intercept(game: Game) -> Array:
    """Return the log of spending aimed at when no reason has changed since the opening, ``(state, run)``.

    Solved so that the target at the opening lies above opening spending, under the soft
    ceiling, by the stated gap (none unless stated); where spending already exceeds the
    ceiling it starts just below it.
    """

    def folded(quantity: str) -> Array:
        rules = [rule for rule in _in_force(game) if rule.writes == quantity]
        return fold(game, quantity, [(rule, contribution(game, rule)) for rule in rules])

    ceiling = folded("milex_ceiling")
    sharpness = game.settings["adopt_budget"]["cap_sharpness"]
    regular = game.world["milex"] - game.world["special_milex"]
    capped = np.minimum(np.maximum(regular, SMALLEST_BUDGET), 0.999 * ceiling)
    aimed = np.log(harden(capped, ceiling, sharpness)) + game.world["spending_gap"]
    return aimed - folded("milex_target_log")


def _in_force(game: Game) -> Iterator[Rule]:
    """Yield the rules in force."""
    for rules in game.rules.values():
        yield from rules
