"""The books: every entry keeps one contract, and what goes in comes out."""

import ast
import inspect
from statistics import geometric_mean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import a_world, altered, assert_close, assumed, made_alone, one, peaceful, renamed, shapes, unlikely

from sim import observed
from sim.engine.ensemble import ask_everybody, play
from sim.model.accounting import ENTRIES
from sim.model.accounting.entry import DAYS_PER_YEAR
from sim.model.accounting.money import harden, soften
from sim.model.rule import CATALOGUE
from sim.model.streams import pick
from sim.model.turn import OPENING, TURN, play_turn
from sim.model.variables import VARIABLES
from sim.model.world import evaluate, sight
from sim.scenario.initial import opening

BOOKED = [ENTRIES[name] for name in sorted(ENTRIES)]
BEFORE_THE_TURN = (*OPENING.before, *OPENING.after)
EACH = pytest.mark.parametrize("entry", BOOKED, ids=lambda entry: entry.name)

# Where a uniform number falls on an axis depends on the order along it, so other luck wins after a renaming.
# Their frequencies have tests of their own below.
ORDERED = {"choose_class": {"weapon"}, "sign_contracts": {"supplier"}, "set_onset_time": {"zone"}}
# Codes are places on an axis, or on several, the last counted fastest.
CODED = {
    "wanted_class": ("weapon",),
    "order_origin": ("origin",),
    "choice": ("zone", "scale"),
    "contract_place": ("origin", "weapon"),
}

# -- the contract


def adjustable(entry):
    """Return the parameters an entry is called with, its own and those it borrows."""
    lent = {name: key.partition(".") for name, key in entry.borrows.items()}
    owners = {**ENTRIES, **CATALOGUE}
    return {**entry.parameters, **{name: owners[lender].parameters[p] for name, (lender, _, p) in lent.items()}}


class Booking:
    """One entry made in one world: what it sees, its parameters, its luck."""

    def __init__(self, entry, shape, seed):
        rng = np.random.default_rng(seed)
        world = a_world(shape, rng)
        self.entry, self.world = entry, world
        self.actors, self.runs = world.size(entry.actor), world.runs
        self.seen = {word: world.see(entry.actor, word) for word in entry.reads if word != "draws"}
        self.axes = {word: sight(entry.actor, word).axes for word in self.seen}
        self.axes["draws"] = ("draw", *([entry.per] if entry.per else []))
        if entry.draws:
            per = [world.size(entry.per)] if entry.per else []
            self.seen["draws"] = unlikely(rng.uniform(size=(entry.draws, *per, self.actors, self.runs)), rng)
            self.seen["draws"].flags.writeable = False
        self.settings = {
            name: float(rng.uniform(*p.between))
            if rng.uniform() < 0.5
            else rng.uniform(*p.between, (self.actors, self.runs))
            for name, p in adjustable(entry).items()
        }

    def made(self, seen=None, settings=None, runs=None):
        """Make the entry; nothing may overflow, divide by zero or be undefined.

        What opens alike in all runs is repeated over them, as `sim.model.turn.open_books` does.
        """
        seen = self.seen if seen is None else seen
        settings = self.settings if settings is None else settings
        with np.errstate(all="raise", under="ignore"):
            made = evaluate(self.entry.function, self.entry.reads, seen.__getitem__, settings, seen.get("draws"))
        if self.entry not in BEFORE_THE_TURN:
            return made
        return {name: np.broadcast_to(array, (*array.shape[:-1], runs or self.runs)) for name, array in made.items()}

    def alone(self, actor, run):
        """Make it for one actor in one run, padded to ``(..., 1, 2)``."""
        seen = {word: one(array, actor, run) for word, array in self.seen.items()}
        seen = {word: np.broadcast_to(array, (*array.shape[:-1], 2)) for word, array in seen.items()}
        settings = {k: v if isinstance(v, float) else one(v, actor, run) for k, v in self.settings.items()}
        return self.made(seen, settings, runs=2)

    def with_actors_renamed(self, order):
        """Make it after the actors have changed places."""
        seen = {word: array[..., order, :] if array.shape[-2] > 1 else array for word, array in self.seen.items()}
        settings = {k: v if isinstance(v, float) else v[order] for k, v in self.settings.items()}
        return self.made(seen, settings)

    def with_axis_renamed(self, orders):
        """Make it after the entries along one axis, or two that go together, have changed places."""
        seen = {word: renamed(array, self.axes[word], orders) for word, array in self.seen.items()}
        return self.made({word: self.recoded(word, array, orders) for word, array in seen.items()})

    def recoded(self, word, array, orders):
        """Return codes after the places they stand for have changed."""
        axes = CODED.get(word, ())
        if not set(axes) & set(orders):
            return array
        lengths = [self.world.size(axis) for axis in axes]
        places = np.unravel_index(array.astype(int), lengths)
        moved = [np.argsort(orders[a])[p] if a in orders else p for a, p in zip(axes, places, strict=True)]
        return np.ravel_multi_index(moved, lengths).astype(float)


@EACH
@settings(max_examples=8, derandomize=True, deadline=None, database=None)
@given(shape=shapes().filter(lambda shape: shape["state"] >= 3), seed=st.integers(0, 2**32 - 1))
def test_an_entry_treats_every_actor_alike_and_stays_within_bounds(entry, shape, seed):
    booking = Booking(entry, shape, seed)
    before = {word: array.copy() for word, array in booking.seen.items()}
    made = booking.made()

    # declared shapes and bounds
    for name, array in made.items():
        variable = VARIABLES[name]
        assert variable.actor == entry.actor, f"{name} belongs to another kind of actor"
        assert variable.kind != "given" or entry in BEFORE_THE_TURN, f"{name} is given"
        assert array.shape == booking.world.shape(variable), name
        assert np.isfinite(array).all(), f"{name} is not finite"
        assert array.min() >= variable.low, f"{name} below {variable.low}"
        assert array.max() <= variable.high, f"{name} above {variable.high}"

    # one actor and run at a time
    for actor in range(booking.actors):
        for run in {0, booking.runs - 1, seed % booking.runs}:
            for name, array in booking.alone(actor, run).items():
                expected = made[name][..., actor : actor + 1, run : run + 1]
                assert_close(array, np.broadcast_to(expected, array.shape))

    # names do not matter
    rng = np.random.default_rng(seed)
    order = rng.permutation(booking.actors)
    for name, array in booking.with_actors_renamed(order).items():
        assert_close(array, made[name][..., order, :])
    for axis in {"supplier", "client", "weapon", "rival", "zone", "state"} - ORDERED.get(entry.name, set()):
        orders = {axis: rng.permutation(booking.world.size(axis))}
        if axis == "supplier":  # origins start with the suppliers, and change places with them
            others = np.arange(booking.world.size("supplier"), booking.world.size("origin"))
            orders["origin"] = np.concat([orders["supplier"], others])
        for name, array in booking.with_axis_renamed(orders).items():
            expected = booking.recoded(name, renamed(made[name], VARIABLES[name].axes, orders), orders)
            assert_close(array, expected)

    # nothing mutated
    for word, array in booking.seen.items():
        np.testing.assert_array_equal(array, before[word], err_msg=word)


@EACH
def test_an_entry_copes_with_decisions_that_are_the_same_in_all_runs(entry):
    shape = {"state": 3, "supplier": 5, "mediator": 4, "weapon": 7, "zone": 6, "run": 9}
    booking = Booking(entry, shape, 1)
    decided = {rule.writes for rule in CATALOGUE.values()}
    alike, spread = dict(booking.seen), dict(booking.seen)
    for word, array in booking.seen.items():
        if word.removeprefix("their_") in decided:
            alike[word] = array[..., :1]
            spread[word] = np.repeat(alike[word], array.shape[-1], axis=-1)
    expected = booking.made(spread)
    for name, array in booking.made(alike).items():
        np.testing.assert_array_equal(np.broadcast_to(array, expected[name].shape), expected[name], err_msg=name)


@EACH
def test_an_entry_is_made_once_before_the_first_turn_or_in_every_turn(entry):
    made = [e.name for phase in (OPENING, *TURN) for e in (*phase.before, *phase.after)]
    assert made.count(entry.name) == 1


@EACH
def test_an_entry_says_what_it_does_and_why_its_numbers(entry):
    assert inspect.getdoc(entry.function).partition("\n\n")[0].endswith(".")
    assert all(p.because or p.source for p in entry.parameters.values())


def test_the_books_use_no_function_whose_bits_change_with_the_processor():
    modules = {inspect.getmodule(entry.function) for entry in BOOKED}
    assert len(modules) == 8
    trees = [ast.parse(inspect.getsource(books)) for books in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    called = {function.attr for function in functions if isinstance(function, ast.Attribute)}
    assert not called & {"tanh", "sin", "cos", "tan", "dot", "matmul", "einsum"}
    assert not any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult) for node in nodes)


# -- where luck falls on an axis

GRID = (np.arange(20_000) + 0.5) / 20_000  # every luck there is, in order


@settings(max_examples=30, derandomize=True, deadline=None, database=None)
@given(weights=st.lists(st.floats(0.0, 1e6), min_size=1, max_size=9).filter(lambda w: max(w) > 1e-3))
def test_what_is_picked_has_its_share_of_the_weight(weights):
    weight = np.array(weights)[:, None]
    picked = pick(np.broadcast_to(weight, (len(weights), GRID.size)), GRID)
    shares = np.bincount(picked.astype(int), minlength=len(weights)) / GRID.size
    np.testing.assert_allclose(shares, weight[:, 0] / weight.sum(), atol=2 / GRID.size)
    assert not shares[weight[:, 0] == 0.0].any(), "what weighs nothing is never picked"


def test_a_state_carries_out_its_plan_at_its_pace_and_chooses_by_share():
    hazards = np.array([[0.3, 0.1], [0.6, 0.0], [0.2, 0.8]])  # zone, scale: 2 a year in all
    month = {"dt": 1 / 12, "attack_hazard": hazards, "plan": 2.0}
    luck = np.stack([GRID, GRID, GRID])
    made = made_alone("set_onset_time", luck, fighting=0.0, pace=6.0, **month)
    strikes = made["onset_time"] < 1 / 12
    assert strikes.mean() == pytest.approx(1 - np.exp(-6 / 12), abs=1e-4)
    shares = np.bincount(made["choice"][0].astype(int), minlength=6) / GRID.size
    np.testing.assert_allclose(shares, hazards.ravel() / 2.0, atol=1e-4)
    assert not (made_alone("set_onset_time", luck, fighting=1.0, **month)["onset_time"] < 1).any()


def test_talks_leave_a_stage_at_the_rates_of_its_exits():
    rates = {"stalling": 1.4, "progress": 0.3, "dt": 0.5, "talks_progress": 0.0, "fighting": 0.0, "treaty": 0.0}
    talks = made_alone("advance_talks", GRID[None], talks=1.0, **rates)["talks"][0]
    leave = 1 - np.exp(-0.5 * 1.7)
    assert (talks == 1.0).mean() == pytest.approx(1 - leave, abs=1e-4)
    assert (talks == 2.0).mean() == pytest.approx(leave * 1.4 / 1.7, abs=1e-4)
    assert (talks == 3.0).mean() == pytest.approx(leave * 0.3 / 1.7, abs=1e-4)


@pytest.mark.parametrize(("talks", "after"), [(1.0, 0.0), (3.0, 0.0), (4.0, 4.0)])
def test_fighting_breaks_all_talks_but_a_treaty(talks, after):
    made = made_alone("advance_talks", GRID[None], talks=talks, fighting=2.0, dt=1 / 12, talks_progress=0.0, treaty=0.0)
    assert (made["talks"] == after).all()


# -- spending


wide = st.floats(1e-2, 1e7)


@given(limit=wide, first=wide, second=wide)
def test_spending_rises_with_what_is_wanted_and_stays_below_its_limit(limit, first, second):
    low, high = sorted((first, second))
    spent = [float(soften(np.array(x), np.array(limit))) for x in (low, high)]
    assert spent[0] <= spent[1] * (1 + 1e-12)
    assert spent[1] <= min(high, limit) * (1 + 1e-9)


def test_of_a_further_reason_the_part_still_tells_that_is_left_below_the_limit():
    wanted, limit = np.linspace(0.01, 5.0, 50) * 100.0, np.array(100.0)
    spent = soften(wanted, limit)
    told = np.log(soften(wanted * np.exp(1e-5), limit) / spent) / 1e-5
    np.testing.assert_allclose(told, 1.0 - spent / limit, rtol=1e-4)


@given(limit=wide, share=st.floats(1e-6, 0.999))
def test_harden_is_the_inverse_of_soften(limit, share):
    spent = np.array(share * limit)
    back = soften(harden(spent, np.array(limit)), np.array(limit))
    assert float(back) == pytest.approx(float(spent), rel=1e-9)


def test_spending_adjusts_by_the_same_share_of_the_gap_whatever_the_step():
    def after_a_year(steps):
        milex = np.array([[100.0, 100.0]])
        for _ in range(steps):
            seen = {"milex": milex, "milex_target": np.array([[200.0, 50.0]])}
            rest = {"milex_adjustment": 0.4, "milex_shock": 0.0, "milex_change": 0.0, "january": 0.0, "dt": 1 / steps}
            rest |= {"special_milex": 0.0, "special_programme": 0.0}
            seen |= {name: np.array([[number]]) for name, number in rest.items()}
            entry = ENTRIES["adjust_spending"]
            milex = evaluate(entry.function, entry.reads, seen.__getitem__, {}, None)["milex"]
        return milex

    gap_left = np.log(after_a_year(12) / np.array([[200.0, 50.0]]))
    np.testing.assert_allclose(gap_left, np.exp(-0.4) * np.log([[0.5, 2.0]]), rtol=1e-12)
    np.testing.assert_allclose(after_a_year(24), after_a_year(12), rtol=1e-12)


def test_special_projects_are_paid_in_full_as_they_come_beside_the_regular_budget():
    none = {"milex_adjustment": 0.4, "milex_shock": 0.0, "milex_change": 0.0, "january": 0.0, "dt": 1 / 12}
    plain = none | {"milex": 100.0, "milex_target": 200.0, "special_milex": 0.0, "special_programme": 0.0}
    begun = plain | {"milex_target": 230.0, "special_programme": 30.0}
    over = plain | {"milex": 130.0, "special_milex": 30.0}
    spent = [made_alone("adjust_spending", GRID[None, :2], **seen)["milex"][0, 0] for seen in (plain, begun, over)]
    assert spent == pytest.approx([spent[0], spent[0] + 30.0, spent[0]], rel=1e-12)


@pytest.mark.parametrize(("state", "code"), [("azerbaijan", "AZE"), ("armenia", "ARM")])
def test_the_burden_under_observed_spending_is_the_observed_burden_on_the_average(hindcast, film, state, code):
    gdp = film(altered(hindcast, end="2024-12"), "gdp").of("gdp", state)[:, 0]
    spending = observed.annual("military_expenditure", "milex_usd2023_m", code)
    burden = observed.annual("military_expenditure", "milex_pct_gdp", code)
    years = range(max(burden) - 9, max(burden) + 1)
    found = [100.0 * spending[year] / gdp[12 * (year - 2010) + 6] for year in years]
    assert geometric_mean(found) == pytest.approx(geometric_mean(burden[year] for year in years), rel=1e-6)


@pytest.mark.parametrize(("state", "code"), [("azerbaijan", "AZE"), ("armenia", "ARM")])
def test_before_the_first_step_the_target_is_the_observed_spending(hindcast, state, code):
    table = opening(hindcast).game([0])
    place = table.world.labels["state"].index(state)
    spending = observed.annual("military_expenditure", "milex_usd2023_m", code)[2010]
    np.testing.assert_allclose(table.world["milex"][place], spending, rtol=1e-12)
    np.testing.assert_allclose(table.world["milex_target"][place], spending, rtol=1e-12)


def test_the_first_budget_aims_at_the_observed_spending_and_the_gap_that_is_stated(hindcast):
    table = opening(hindcast, without="spend_oil_money").game([0])  # else the first month of oil counts, too
    opened, gap = table.world["milex"], table.world["spending_gap"]
    assert gap.any(), "nobody aims higher than it spends"
    assert not gap.all(), "everybody aims higher than it spends"
    play_turn(table, ask_everybody)
    assert table.world["january"].all()
    limit = table.world["milex_limit"]
    aimed = soften(harden(opened, limit) * np.exp(gap), limit)  # aiming higher, it comes nearer to its limit
    np.testing.assert_allclose(table.world["milex_target"], aimed, rtol=1e-6)


# -- orders and stocks

# Quantities taken down after every step, and over which axes they are summed.
SUMS = {
    "stock": (0, 1), "worth": (0,), "contract_volume": (0,), "contract_money": (0,), "on_order": (0,),
    "deliveries": (0,), "residents": (0,), "order_volume": (), "order_value": (), "fund": (), "milex": (),
    "displaced": (), "deaths": (), "killed": (), "procurement": (), "special_milex": (),
    "days_fought": (), "fought": (), "war_begins": (), "war_ends": (), "war_days_left": (), "fighting": (),
}  # fmt: skip


class Ledger:
    """Sums taken down after every step, and every quantity compared with its declared bounds."""

    def __init__(self):
        self.sums = {name: [] for name in SUMS}
        self.beyond, self.control, self.least, self.astray = set(), [], np.inf, 0.0

    def __call__(self, table):
        world = table.world
        for name, axes in SUMS.items():
            total = world[name].sum(axes)
            self.sums[name].append(np.broadcast_to(total, (*total.shape[:-1], world.runs)))
        for name, variable in VARIABLES.items():
            array = world[name]
            if array.size and not (array.min() >= variable.low and array.max() <= variable.high):
                self.beyond.add(name)
        self.control.append(world["control"].sum(1))
        self.astray = max(self.astray, np.abs(owed_by_origin(world) - world["on_order"]).max())
        self.least = min(self.least, *(world[name].min() for name in ("stock", "worth", "contract_volume", "on_order")))

    def __getitem__(self, name):
        return np.stack(self.sums[name])


def owed_by_origin(world):
    """Return ``(origin, state, run)``: what is not yet delivered of contracts, by the origin in their place."""
    origin = world["contract_place"].astype(int) // world.size("weapon")
    owed = [(world["contract_volume"] * (origin == place)).sum(0) for place in range(world.size("origin"))]
    return np.stack(owed)


@pytest.fixture(scope="module")
def ledger(hindcast):
    """The books of 256 runs of the hindcast, the opening first."""
    taken = Ledger()
    play(opening(hindcast), [0], taken)
    assert taken["deaths"].any(), "no war in any run"
    return taken


@pytest.fixture(scope="module")
def nothing_lost(hindcast):
    """The books of a world in which nothing ages and nobody fights."""
    quantities = {**hindcast.weapons.quantities, "decay": assumed(0.0)}
    weapons = hindcast.weapons.model_copy(update={"quantities": quantities})
    taken = Ledger()
    play(opening(peaceful(altered(hindcast, weapons=weapons, end="2016-12"))), [0], taken)
    assert not taken["deaths"].any()
    return taken


def test_what_was_ordered_is_on_order_or_delivered_and_what_was_delivered_is_held(nothing_lost):
    books = nothing_lost
    ordered, delivered = (books[name].copy() for name in ("order_volume", "deliveries"))
    assert ordered.sum() > 0.0
    ordered[0] = delivered[0] = 0.0  # the opening is no step
    ordered, delivered = ordered.cumsum(0), delivered.cumsum(0)
    np.testing.assert_allclose(ordered + books["on_order"][0], books["on_order"] + delivered, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(books["on_order"], books["contract_volume"], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(books["stock"], books["stock"][0] + delivered, rtol=1e-9)


def test_what_is_on_order_from_every_origin_is_what_its_contracts_still_owe(ledger):
    assert ledger["on_order"].max() > 100.0
    assert ledger.astray < 1e-6


PROJECT_SHARE = float(ENTRIES["set_money_aside"].parameters["project_share"])


def test_money_for_arms_has_all_that_special_projects_give_it_and_is_no_more_than_spending(ledger):
    special = ledger["special_milex"]
    assert special.any()
    assert (ledger["procurement"][1:] >= PROJECT_SHARE * special[1:] - 1e-9).all()
    assert (ledger["procurement"] <= ledger["milex"]).all()


def test_money_set_aside_is_paid_or_owed_or_at_hand(nothing_lost):
    """What comes in is in the fund, or was paid: on signature, or as arms came."""
    fund, owed, signed = (nothing_lost[name] for name in ("fund", "contract_money", "order_value"))
    income, paid = nothing_lost["procurement"][1:] / 12, signed[1:] - np.diff(owed, axis=0)
    assert (signed[1:] > 0.0).mean() > 0.02
    np.testing.assert_allclose(np.diff(fund, axis=0), income - paid, rtol=1e-7, atol=1e-6)


def test_no_quantity_ever_leaves_its_declared_bounds(ledger):
    assert not ledger.beyond


def test_stocks_and_orders_are_never_negative(ledger):
    assert ledger.least >= 0.0


def test_control_of_every_zone_always_sums_to_one(ledger):
    np.testing.assert_allclose(np.stack(ledger.control), 1.0, rtol=1e-12)


def test_people_displaced_are_people_who_lived_there(ledger):
    lost = ledger["residents"][0] - ledger["residents"]
    np.testing.assert_allclose(ledger["displaced"], lost, rtol=1e-9, atol=1e-9)
    assert ledger["displaced"].any()


def test_the_dead_are_counted_once(ledger):
    np.testing.assert_allclose(ledger["deaths"][1:], ledger["killed"][1:].cumsum(0), rtol=1e-9)


def test_days_of_war_never_exceed_the_step(ledger):
    days = ledger["days_fought"]
    assert days.max() <= DAYS_PER_YEAR / 12 * (1 + 1e-12)
    assert days.max() > 20.0
    assert not days[ledger["fought"] == 0.0].any(), "days are fought in war only"


def test_every_war_that_begins_ends_or_is_still_fought(ledger):
    begun, ended = (ledger[name][1:].sum(0) for name in ("war_begins", "war_ends"))
    np.testing.assert_array_equal(begun - ended, ledger["fighting"][-1] > 0.0)
    assert (ledger["war_days_left"][-1] > 0.0).sum() == (ledger["fighting"][-1] > 0.0).sum()


# -- land


def handed_over(control, taken, rivalry):
    """Hand over land among states on the actor axis, one zone and run."""
    states = len(control)
    rival = [[(i + k) % states for i in range(states)] for k in range(1, states)]
    seen = {
        "control": control[None, :, None],
        "their_control": control[rival][:, None, :, None],
        "taken_share": taken[None, :, None],
        "their_taken_share": taken[rival][:, None, :, None],
        "rivalry": rivalry[..., None],
    }
    entry = ENTRIES["hand_over_land"]
    return {k: v[0, :, 0] for k, v in evaluate(entry.function, entry.reads, seen.__getitem__, {}, None).items()}


@given(
    control=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=5).filter(lambda c: sum(c) > 0.01),
    taken=st.floats(0.0, 1.0),
)
def test_land_taken_by_one_attacker_is_land_lost_by_the_others(control, taken):
    shares = np.array(control) / sum(control)
    attack = np.zeros(len(control))
    attack[0] = taken
    made = handed_over(shares, attack, np.ones((len(control) - 1, len(control))))
    assert made["control"].sum() == pytest.approx(1.0, abs=1e-12)
    assert made["land_won"][0] == pytest.approx(made["land_lost"].sum(), abs=1e-12)
    assert made["land_lost"][0] == 0.0


def test_one_war_at_a_time_even_if_two_strike_in_the_same_step():
    nobody = np.zeros((3, 2))
    onset = np.array([[0.02, 1e9], [0.01, 1e9], [1e9, 1e9]])
    theirs = np.stack([np.roll(onset, -k, axis=0) for k in (1, 2)])
    made = ENTRIES["start_war"].function(onset, theirs, nobody, nobody, np.zeros((1, 2, 3, 2)))
    assert made["attacking"][:, 0].tolist() == [0.0, 1.0, 0.0]
    assert not made["attacking"][:, 1].any()


# -- clashes, tension and memory


@pytest.mark.parametrize("steps_per_year", [12, 24])
def test_a_clash_leads_to_its_share_of_further_clashes_whatever_the_step(steps_per_year):
    dt, excitement, further = 1.0 / steps_per_year, 0.0, 0.0
    none = {"tension": 0.0, "tension_push": 0.0, "dt": dt, "branching": 0.45, "forgetting": 4.0}
    for step in range(20 * steps_per_year):
        seen = none | {"clash_excitement": excitement, "clashes": float(step == 0)}
        excitement = made_alone("settle_tension", GRID[None, :2], **seen)["clash_excitement"][0, 0]
        further += excitement * dt
    assert further == pytest.approx(0.45, rel=0.01)


def test_tension_settles_where_what_pushes_it_balances_its_calming():
    tension = 5.0
    for _ in range(600):
        seen = {"tension": tension, "tension_push": 1.4, "clash_excitement": 0.0, "clashes": 0.0, "dt": 1 / 12}
        tension = made_alone("settle_tension", GRID[None, :2], calming=0.7, **seen)["tension"][0, 0]
    assert tension == pytest.approx(1.4 / 0.7)
