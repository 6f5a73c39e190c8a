"""The scenario gallery: outlooks that differ in what they say and nothing else, and a rivalry elsewhere."""

from functools import cache

import numpy as np
import pytest
from worlds import altered

import sim
from sim import plots
from sim.engine.ensemble import ask_everybody
from sim.engine.model import ArmsRace
from sim.model.streams import BLOCK
from sim.model.turn import play_turn
from sim.scenario.changes import step_of
from sim.scenario.files import scenario_file
from sim.scenario.initial import opening
from sim.scenario.schema import day

BASE = "status_quo"
OUTLOOKS = (
    "french_surge", "russia_returns", "turkish_base", "corridor_deal", "peace_treaty",
    "oil_crash", "iran_israel_escalation", "western_sanctions", "israeli_embargo", "mutual_cap", "no_arms_to_either",
)  # fmt: skip
ELSEWHERE = "south_asia_2000"
GALLERY = (BASE, *OUTLOOKS, ELSEWHERE)
TITLES = ("title", "question")
BELIEFS = {"priors", "posterior"}  # no part of what is played; an outlook may know other numbers
GROUNDS = {"basis", "because", "source", "claims", "between"}  # what a number rests on; it goes with the number
FEW_LEAVES = 22  # numbers and words in which an outlook may differ from its base (nine suppliers, two clients)
OPENS_OTHERWISE = {"western_sanctions": {"sanctions"}}  # in force from the start: the question is how far they reach
MONTHS = 24

load = cache(sim.load)


def leaves(part, path=()):
    """Return every number and word of a document by its place."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else None
    if inside is None:
        return {path: part}
    return {place: leaf for key, item in inside for place, leaf in leaves(item, (*path, key)).items()}


@pytest.fixture(scope="module")
def base():
    return load(BASE)


# -- outlooks


@pytest.mark.parametrize("name", OUTLOOKS)
def test_an_outlook_differs_from_its_base_in_a_few_numbers_only(name, base):
    outlook = load(name)
    assert outlook.digest() != base.digest()
    ours, theirs = leaves(outlook.canonical()), leaves(base.canonical())
    ours, theirs = ({k: v for k, v in said.items() if not (GROUNDS | BELIEFS) & set(k)} for said in (ours, theirs))
    changed = {place for place in ours.keys() | theirs.keys() if ours.get(place) != theirs.get(place)}
    assert set(theirs) <= set(ours), "nothing is removed"
    assert 0 < len(changed - {(title,) for title in TITLES}) <= FEW_LEAVES
    assert all((title,) in changed for title in TITLES), "it has a title and a question of its own"
    assert outlook.question.endswith("?")


@pytest.mark.parametrize("name", OUTLOOKS)
def test_an_outlook_is_its_base_until_its_first_change(name, base):
    outlook = load(name)
    news = [event.date for event in outlook.timeline if event not in base.timeline]
    first = min((step_of(base, day(date)) for date in news), default=3 * 12)  # oil falls in January 2025
    assert first >= 12, "the base has a year of its own"
    one, other = opening(base), opening(outlook)
    otherwise = {name for name, array in one.arrays.items() if not np.array_equal(array, other.arrays[name])}
    assert otherwise == OPENS_OTHERWISE.get(name, set())
    for step in range(first):
        mine, theirs = one.changes.get(step, {}), other.changes.get(step, {})
        assert mine.keys() == theirs.keys()
        for quantity, array in mine.items():
            np.testing.assert_array_equal(array, theirs[quantity], err_msg=quantity)


def test_what_happened_before_the_start_is_part_of_the_opening(base):
    past = [event for event in base.timeline if event.date[:7] < base.start]
    assert past
    position = opening(base)
    israel, azerbaijan = position.labels["supplier"].index("israel"), position.labels["state"].index("azerbaijan")
    assert position.arrays["backing"][azerbaijan, 0] == 0.8
    assert position.arrays["detection"][azerbaijan, israel, 0] == 0.05
    assert not any(step < 0 for step in position.changes)


def test_a_start_after_the_last_recorded_year_opens_with_that_year(base):
    position = opening(base)
    for key, state in base.states.items():
        column = position.labels["state"].index(key)
        spent = sim.observed.annual("military_expenditure", "milex_usd2023_m", state.iso3)
        assert max(spent) == 2021, "later spending is held back"
        assert position.arrays["milex"][column, 0] == spent[2021]
        assert not sim.observed.arsenal.open_orders(state.iso3, 2022, ["other"], tuple(base.weapons), {}), "held back"
        stated = state.quantities["order_book"].values if "order_book" in state.quantities else {}
        on_order = position.arrays["on_order"][:, column, 0]
        where = {position.labels["origin"][place] for place in on_order.nonzero()[0]}
        assert where == set(stated), "contracts of 2022 are those that the scenario states"
    price = sim.observed.oil_price()
    assert position.arrays["oil_price"][0, 0] == price[2022]
    assert position.arrays["oil_price_lately"][0, 0] == price[2021], "revenue of 2021 follows the price into 2022"


def test_a_cap_that_halves_what_both_buy_abroad_halves_it(base):
    position = opening(load("mutual_cap"))
    (capped,) = [
        changes["procurement_share"] for changes in position.changes.values() if "procurement_share" in changes
    ]
    np.testing.assert_allclose(capped, 0.5 * opening(base).arrays["procurement_share"])


# -- elsewhere


def test_a_rivalry_elsewhere_has_nothing_of_the_first_one():
    text = scenario_file(ELSEWHERE).read_text(encoding="utf-8").lower()
    assert not any(word in text for word in ("azerbaijan", "armenia", "karabakh"))
    position = opening(load(ELSEWHERE))
    held = position.arrays["stock"][..., 0].sum((0, 1))
    assert (held > 0.0).all()
    worth = position.arrays["worth"][..., 0].sum(0)
    assert (worth > 0.0).all()
    assert (worth < held).all()


def test_figures_of_a_rivalry_without_recorded_arms_can_be_drawn():
    scenario = altered(load(ELSEWHERE), end="2004-12")
    result = sim.sweep(scenario, 32, kept_paths=32, seed=2).load()
    for name in ("fan", "war_probability"):
        assert plots.draw(name, plots.measured(name, result)).axes


# -- all of them


@pytest.mark.parametrize("name", GALLERY)
def test_a_short_sweep_of_the_gallery_is_finite(name):
    scenario = load(name)
    short = altered(scenario, end=f"{int(scenario.start[:4]) + 2}-12")
    result = sim.sweep(short, 64, kept_paths=8, seed=1).load()
    for variable in ("milex", "stock_total", "deaths", "displaced", "campaigns", "operations", "final_balance"):
        assert np.isfinite(result[variable].values).all(), variable
    assert (result["milex"].values > 0.0).all()


@pytest.mark.parametrize("name", GALLERY)
def test_agents_and_core_play_the_gallery_alike(name):
    position = opening(load(name), 3)
    table, model = position.game([0]), ArmsRace(position, 5)
    for _ in range(MONTHS):
        play_turn(table, ask_everybody)
        model.step()
    for quantity, array in table.world.arrays.items():
        mine = model.game.world[quantity][..., 0]
        theirs = array[..., 5 % BLOCK] if array.shape[-1] > 1 else array[..., 0]
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=quantity)
    model.forget()
