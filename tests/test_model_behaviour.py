"""The model as a whole does what its rules say: what matters moves, what does not matter does not."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats
from worlds import altered, assumed, peaceful

from sim.engine.ensemble import play
from sim.engine.record import Record
from sim.model.streams import BLOCK
from sim.model.variables import VARIABLES
from sim.scenario.initial import opening
from sim.scenario.schema import Event, Scenario

WAR_PRONE = {"weigh_attacks.operation_rate": 0.4, "weigh_attacks.campaign_rate": 0.13}
DEVIATIONS = 4.0  # standard errors two means may lie apart if they are the same


def apart(one, other):
    """Return how many standard errors of the difference two independent means lie apart."""
    error = np.sqrt(np.var(one) / np.size(one) + np.var(other) / np.size(other))
    return abs(np.mean(one) - np.mean(other)) / max(error, 1e-300)


def outcomes(scenario, blocks=1, seed=0, without=()):
    """Return outcomes by name, one number for each run."""
    position = opening(scenario, seed, without)
    record = Record(position, blocks * BLOCK, 0)
    play(position, range(blocks), record)
    return record.outcomes


# -- no luck, no variance; no war, no losses

QUIET = {
    "surprise_the_budget.spread": 0.0,
    "misjudge_rival.error": 0.0,
    "grow_economy.volatility": 0.0,
    "follow_oil_price.volatility": 0.0,
    "answer_the_rival.alarm": 0.0,  # what the rival orders is luck
}


def without_own(scenario, *names):
    """Return a scenario whose actors have no settings of their own for some parameters."""
    return altered(scenario, actors={key: dict.fromkeys(names) for key in scenario.states})


def test_without_luck_and_war_all_runs_spend_the_same(hindcast, film):
    quiet = altered(without_own(peaceful(hindcast), *QUIET), parameters=QUIET)
    spending = film(quiet, "milex", "misperception", without=["arm_against_a_threat"])  # suspicion sees what luck buys
    assert np.ptp(spending["milex"], axis=-1).max() == 0.0
    assert np.abs(spending["misperception"]).max() == 0.0
    lucky = film(peaceful(hindcast), "milex")["milex"]
    assert (lucky.std(-1)[-1] > 0.05 * lucky.mean(-1)[-1]).all(), "with luck they would not"


WARLIKE = ("campaigns", "operations", "war_days", "deaths", "displaced")


def test_without_war_nobody_dies_flees_or_loses_land(hindcast, film):
    quiet = film(peaceful(hindcast), "deaths", "displaced", "control", "days_fought", "loss_rate", "defeat", "abuse")
    for name in ("deaths", "displaced", "days_fought", "loss_rate", "defeat", "abuse"):
        assert not quiet[name].any(), name
    assert np.ptp(quiet["control"], axis=0).max() == 0.0
    assert outcomes(hindcast)["deaths"].any(), "with war they would"


def test_where_no_land_is_claimed_there_is_no_war(hindcast):
    content = {key: {"claim": dict.fromkeys(hindcast.zones, 0.0)} for key in hindcast.states}
    found = outcomes(altered(hindcast, end="2012-12", parameters=WAR_PRONE, actors=content))
    assert not any(found[name].any() for name in WARLIKE)


# -- mirrored rivals mirror outcomes


@pytest.fixture(scope="module")
def twins(hindcast):
    """Two states that differ in name only, each with half of every zone, and two suppliers that serve both."""
    data = copy.deepcopy(hindcast.canonical())
    twin = data["states"]["armenia"] | {"name": "Twin", "rules": data["states"]["azerbaijan"]["rules"]}
    twin.pop("iso3")
    twin.pop("from_record")
    zones = list(data["zones"])
    for name in ("control", "claim", "treaty_cover", "residents", "recognised"):
        number = {"control": 0.5, "claim": 1.0, "residents": 50.0}.get(name, 0.0)
        twin["quantities"][name]["values"] = dict.fromkeys(zones, number)
    for name, number in {"milex": 1000.0, "gdp": 30_000.0, "oil_revenue": 5000.0}.items():
        twin["quantities"][name] = assumed(number).model_dump(exclude_none=True)
    data["states"] = {"ada": copy.deepcopy(twin), "bob": copy.deepcopy(twin)}
    data["suppliers"] = {key: data["suppliers"][key] for key in ("russia", "israel")}
    for supplier in data["suppliers"].values():
        by_client = ("affinity", "access_ceiling", "presence", "ally", "entry_rate", "detection")
        for name in (*by_client, "oil_share", "shared_rival", "airlift_rate", "agreement"):
            values = supplier["quantities"].get(name, {}).get("values")
            if values:
                supplier["quantities"][name]["values"] = dict.fromkeys(("ada", "bob"), max(values.values()))
    data |= {"timeline": [], "end": "2019-12"}
    return altered(Scenario.model_validate({**data, "name": "twins"}), parameters=WAR_PRONE)


MIRRORED = ("milex", "stock_total", "deaths", "displaced", "grievance", "balance", "control", "order_rate")


def test_mirrored_rivals_mirror_outcomes(twins, film):
    shot = film(twins, *MIRRORED, "stock_balance", "attacking", blocks=2)
    for name in MIRRORED:
        ada, bob = (shot.of(name, key)[-1] for key in ("ada", "bob"))
        while ada.ndim > 1:
            ada, bob = ada.mean(0), bob.mean(0)
        assert np.ptp(ada) > 0.0, name
        assert apart(ada, bob) < DEVIATIONS, name
        assert stats.ks_2samp(ada, bob).pvalue > 1e-4, name
    ada, bob = (shot.of("stock_balance", key) for key in ("ada", "bob"))
    np.testing.assert_allclose(ada, -bob, rtol=1e-9, atol=1e-12)
    begun = [(shot.of("attacking", key) > 0.0).any(0) for key in ("ada", "bob")]
    assert apart(*begun) < DEVIATIONS
    assert min(np.mean(begun, axis=1)) > 0.03


def test_the_order_in_which_states_are_written_does_not_matter(hindcast, film):
    forth = altered(hindcast, end="2014-12", parameters=WAR_PRONE)
    back = altered(forth, states=dict(reversed(forth.states.items())))
    one, other = (film(scenario, *MIRRORED) for scenario in (forth, back))
    assert one.labels["state"] == other.labels["state"][::-1]
    for name in MIRRORED:
        for key in forth.states:
            np.testing.assert_allclose(one.of(name, key), other.of(name, key), rtol=1e-9, atol=1e-9, err_msg=name)


def test_the_order_in_which_suppliers_and_zones_are_written_matters_to_luck_only(hindcast):
    forth = altered(hindcast, end="2014-12")
    back = altered(
        forth,
        suppliers=dict(reversed(forth.suppliers.items())),
        zones=dict(reversed(forth.zones.items())),
    )
    one, other = (outcomes(scenario, blocks=2) for scenario in (forth, back))
    for name in ("operations", "deaths", "final_balance", "final_stock_balance"):
        assert apart(one[name], other[name]) < DEVIATIONS, name


# -- the length of a step does not matter


@pytest.mark.slow
def test_halving_the_step_leaves_the_results_alone(hindcast, film):
    wanted = ("milex", "deliveries", "deaths", "stock_total", "grievance", "war_begins", "fought", "talks")
    monthly, fortnightly = (
        film(altered(hindcast, steps_per_year=n, end="2019-12"), *wanted, blocks=4) for n in (12, 24)
    )

    def compared(shot):
        for key in ("azerbaijan", "armenia"):
            yield f"spending of {key}", shot.of("milex", key).mean(0)
            yield f"deliveries to {key}", shot.of("deliveries", key).sum((0, 1))
            yield f"arms of {key}", shot.of("stock_total", key)[-1]
            yield f"dead of {key}", shot.of("deaths", key)[-1]
            yield f"grievance of {key}", shot.of("grievance", key)[-1]
        begins, scale = shot.of("war_begins", "region"), shot.of("fought", "region")
        yield "a campaign", ((begins > 0.0) & (scale == 2.0)).any(0)
        yield "operations", ((begins > 0.0) & (scale == 1.0)).sum(0)
        yield "talks", (shot.of("talks", "region") >= 3.0).mean(0)

    for (what, one), (_, other) in zip(compared(monthly), compared(fortnightly), strict=True):
        assert apart(one, other) < DEVIATIONS, f"{what}: {np.mean(one):.4g} and {np.mean(other):.4g}"


# -- minimally different worlds


def test_a_change_has_no_effect_before_it_and_none_on_what_does_not_depend_on_it(hindcast, film):
    everything = sorted(name for name in VARIABLES if len(VARIABLES[name].axes) < 2)
    as_it_was = altered(hindcast, end="2016-12")
    refuses = Event(
        date="2014-07", what="refuses", basis="assumed", because="for a test",
        set={"embargo": {"israel": {"azerbaijan": 1.0}}},
    )  # fmt: skip
    refused = altered(as_it_was, timeline=[*as_it_was.timeline, refuses])
    one, other = (film(scenario, *everything) for scenario in (as_it_was, refused))
    before = 12 * 4 + 6
    for name in everything:
        np.testing.assert_array_equal(one[name][:before], other[name][:before], err_msg=name)
    israel = one.labels["origin"].index("israel")
    ordered = [shot.of("recent_order", "azerbaijan")[-1, israel] for shot in (one, other)]
    assert ordered[1].mean() < 0.8 * ordered[0].mean()
    assert np.abs(one["deliveries"] - other["deliveries"]).max() > 0.0
    for name in ("oil_price", "gdp", "oil_revenue", "milex_shock"):  # what arms do not touch has the same luck
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def test_a_supplier_that_never_was_present_changes_nothing_before_its_first_contract(hindcast, film):
    known = altered(hindcast, end="2012-12")
    unrecorded = known.suppliers["israel"].model_copy(update={"from_record": ["exports"]})
    suppliers = {**known.suppliers, "israel": unrecorded}
    unknown = altered(known, suppliers=suppliers, actors={"israel": {"presence": 0.0, "entry_rate": 0.0}})
    one, other = (
        film(scenario, "order_origin", "order_volume", "milex", "war_begins") for scenario in (known, unknown)
    )
    signed, without = (shot["order_volume"] > 0.0 for shot in (one, other))
    np.testing.assert_array_equal(signed[:12, one.place("armenia")], without[:12, other.place("armenia")])
    differ = (signed != without) | (one["order_origin"] != other["order_origin"])
    first = np.flatnonzero(differ.reshape(len(signed), -1).any(1))[0]
    israel = one.labels["origin"].index("israel")
    assert ((one["order_origin"] == israel) & signed).any()
    assert not ((other["order_origin"] == israel) & (other["order_volume"] > 0.0)).any()
    np.testing.assert_array_equal(one["milex"][: first + 1], other["milex"][: first + 1])


# -- every rule of the hindcast moves what it is about

SHOT = (
    "gdp", "oil_price", "misperception", "effectiveness", "milex", "class_stock", "class_mass", "wanted_class",
    "willingness", "access", "presence", "price_factor", "order_volume", "order_value", "order_origin",
    "deliveries", "flights", "sanctions", "origin_stock", "stock_total", "recent_order", "trust", "reputation",
    "talks", "tension",
    "clashes", "war_begins", "days_fought", "fought", "war_ends", "war_gain", "land_lost", "aim", "attacking",
    "deaths", "displaced", "grievance", "milex_limit", "attack_score", "talks_progress",
    "calls_honoured", "mediation_rate", "rung", "exit_score", "supplier_appeal", "suspicion", "offence",
    "perceived_balance", "shown",
)  # fmt: skip

Measure = Callable[[object], np.ndarray]


@dataclass(frozen=True)
class Effect:
    """What a rule moves: a number for each run, and whether the rule makes it larger (1), smaller (-1) or other (0).

    Of a rule that waits for a war, or works slowly, nothing clear is seen within two years.
    """

    sign: int
    measure: Measure
    waits: bool = False


def mean(quantity, key=None, label=None):
    """Mean over time of a quantity, of one actor or of all, at one label of its first axis or of all."""

    def measure(shot):
        array = shot[quantity] if key is None else shot.of(quantity, key)[..., None, :]
        if label is not None:
            axis = VARIABLES[quantity].axes[0]
            array = array[:, [shot.labels[axis].index(label)]]
        return array.reshape(len(array), -1, array.shape[-1]).mean((0, 1))

    return measure


def onsets(shot):
    """Wars started."""
    return shot.of("war_begins", "region").sum(0)


def in_spring_or_autumn(shot):
    """Share of wars that start in the months with a push over those without, over all runs alike."""
    month = np.arange(len(shot["war_begins"])) % 12
    pushed = np.isin(month, (3, 4, 5, 6, 7, 8, 9))
    begins = shot.of("war_begins", "region")
    return begins[pushed].sum(0) - begins[~pushed].sum(0)


def aimed_at(zone):
    """Steps in which somebody fights for a zone."""
    return lambda shot: shot["aim"][:, shot.labels["zone"].index(zone)].sum((0, 1, 2))


def concentration(quantity, key):
    """Mean over time of the Herfindahl index of a quantity over its first axis."""

    def measure(shot):
        array = shot.of(quantity, key)
        total = array.sum(1)
        share = array / np.maximum(total[:, None], 1e-9)
        return (share * share).sum(1).mean(0)

    return measure


def stage_reached(shot):
    """Share of time with a framework or a treaty."""
    return (shot.of("talks", "region") >= 3.0).mean(0)


def war_gains(shot):
    """Gains of all wars that ended."""
    return (shot.of("war_gain", "region") * shot.of("war_ends", "region")).sum(0)


def cheapness(key):
    """Volume bought with a million."""
    return lambda shot: shot.of("order_volume", key).sum(0) / shot.of("order_value", key).sum(0)


def defensive(key):
    """Share of the classes with a weight in defence in the arms held at the end."""

    def measure(shot):
        weight = np.array(
            [shot.position.arrays["denial_weight"][k, 0, 0] > 0.5 for k in range(shot["class_stock"].shape[1])]
        )
        held = shot.of("class_stock", key)[-1]
        return held[weight].sum(0) / held.sum(0)

    return measure


def quality(key):
    """Quality-weighted over all arms held at the end."""
    return lambda shot: shot.of("class_mass", key)[-1].sum(0) / shot.of("class_stock", key)[-1].sum(0)


def spread_over_time(quantity):
    """Mean absolute change from step to step."""
    return lambda shot: np.abs(np.diff(shot[quantity], axis=0)).reshape(len(shot[quantity]) - 1, -1, BLOCK).mean((0, 1))


def size(quantity):
    """Mean absolute value."""
    return lambda shot: np.abs(shot[quantity]).reshape(len(shot[quantity]), -1, BLOCK).mean((0, 1))


EFFECTS = {
    # the economy
    "grow_economy": Effect(1, mean("gdp"), waits=True),
    "follow_oil_price": Effect(0, mean("oil_price")),
    # perception
    "misjudge_rival": Effect(1, size("misperception")),
    "face_air_defence": Effect(-1, mean("effectiveness")),
    "strike_from_above": Effect(1, mean("effectiveness")),
    "suffer_mixed_origins": Effect(-1, mean("offence", "azerbaijan")),
    "suspect_fast_arming": Effect(0, mean("suspicion")),
    "read_arms_for_intent": Effect(0, mean("suspicion")),
    "distrust_the_victor": Effect(1, mean("suspicion", "armenia"), waits=True),
    "doubt_assurances": Effect(-1, mean("suspicion")),
    "be_impressed_by_displays": Effect(-1, mean("perceived_balance"), waits=True),
    "read_displays_as_threats": Effect(0, mean("suspicion")),
    "make_a_show_of_strength": Effect(1, mean("shown")),
    # spending
    "arm_against_a_threat": Effect(0, mean("milex")),
    "answer_the_rival": Effect(0, mean("milex", "azerbaijan")),
    "spend_oil_money": Effect(0, mean("milex", "azerbaijan")),
    "keep_pace_with_economy": Effect(1, mean("milex"), waits=True),
    "share_in_growth": Effect(1, mean("milex")),
    "rearm_after_defeat": Effect(1, mean("milex", "armenia"), waits=True),
    "guard_what_is_at_stake": Effect(0, mean("milex"), waits=True),
    "surprise_the_budget": Effect(1, spread_over_time("milex")),
    "feel_the_burden": Effect(-1, mean("milex")),
    "adjust_spending_gradually": Effect(0, mean("milex")),
    "follow_service_mix": Effect(0, mean("class_stock", "armenia", "naval")),
    "buy_denial": Effect(1, defensive("armenia")),
    # supply
    "sell_to_friends": Effect(0, mean("deliveries")),
    "mind_the_clients_record": Effect(-1, mean("willingness"), waits=True),
    "keep_word_to_clients": Effect(1, mean("willingness")),
    "withhold_newest_technology": Effect(-1, quality("azerbaijan")),
    "enter_new_market": Effect(1, mean("presence")),
    "balance_two_clients": Effect(1, mean("willingness", "russia", "armenia")),
    "discount_allies": Effect(1, cheapness("armenia"), waits=True),
    "court_the_drifting_client": Effect(1, mean("willingness", "russia", "azerbaijan")),
    "face_sanctions": Effect(1, mean("sanctions"), waits=True),
    "join_sanctions": Effect(-1, mean("willingness"), waits=True),
    "repay_oil": Effect(1, mean("willingness", "israel", "azerbaijan")),
    "arm_a_shared_enemys_rival": Effect(1, mean("willingness", "israel", "azerbaijan")),
    # purchases
    "buy_capability": Effect(1, quality("azerbaijan")),
    "buy_more_after_defeat": Effect(0, mean("deliveries", "armenia")),
    "stay_with_known_suppliers": Effect(1, concentration("recent_order", "azerbaijan")),
    "diversify_origins": Effect(-1, concentration("origin_stock", "azerbaijan")),
    "trust_reliable_suppliers": Effect(0, mean("deliveries")),
    "avoid_long_waits": Effect(0, mean("deliveries")),
    "buy_battle_proven": Effect(0, mean("deliveries"), waits=True),
    "buy_from_large_exporters": Effect(0, mean("deliveries")),
    "leave_beaten_supplier": Effect(0, mean("deliveries", "armenia"), waits=True),
    "buy_what_it_helps_make": Effect(1, mean("deliveries", "azerbaijan", "israel"), waits=True),
    "trust_prompt_deliverers": Effect(0, mean("trust")),
    # cargo flights
    "fly_in_arms_before_an_attack": Effect(1, mean("flights")),
    "fly_in_arms_under_tension": Effect(1, mean("flights")),
    "fly_in_arms_in_wartime": Effect(1, mean("flights"), waits=True),
    # talks
    "stall_while_arming": Effect(-1, stage_reached, waits=True),
    "settle_after_defeat": Effect(1, mean("talks_progress"), waits=True),
    "nurse_grievance": Effect(-1, stage_reached, waits=True),
    "broker_talks": Effect(1, mean("talks_progress")),
    # escalation
    "clash_along_the_line": Effect(1, mean("clashes")),
    "let_clashes_raise_tension": Effect(1, mean("tension")),
    "let_talks_calm": Effect(-1, mean("tension")),
    "let_grievance_smoulder": Effect(1, mean("tension")),
    "expect_gain": Effect(1, onsets),
    "strike_before_window_closes": Effect(1, mean("attack_score", "azerbaijan"), waits=True),
    "act_under_tension": Effect(1, onsets, waits=True),
    "fear_losses": Effect(-1, onsets),
    "reckon_with_outsiders": Effect(-1, aimed_at("syunik"), waits=True),
    "misread_each_other": Effect(0, mean("attack_score")),
    "weigh_treaty_duty": Effect(1, mean("calls_honoured", "armenia"), waits=True),
    "stop_at_the_patrons_word": Effect(1, mean("mediation_rate"), waits=True),
    "turn_from_failed_patron": Effect(1, mean("rung", "armenia"), waits=True),
    "resent_unfilled_orders": Effect(0, mean("exit_score", "armenia")),
    "turn_from_abandoning_ally": Effect(-1, mean("supplier_appeal", "armenia", "russia"), waits=True),
    "count_on_ally": Effect(1, onsets, waits=True),
    "hold_back_during_talks": Effect(-1, onsets, waits=True),
    "tire_of_war": Effect(-1, mean("attack_score"), waits=True),
    "await_the_season": Effect(1, in_spring_or_autumn, waits=True),
    "heed_lessons_of_other_wars": Effect(0, mean("deliveries"), waits=True),
    "trade_passage_for_peace": Effect(-1, mean("attack_score", "azerbaijan"), waits=True),
    "lean_on_foreign_base": Effect(0, mean("attack_score", "armenia")),
    # war
    "break_through": Effect(1, war_gains),
    "run_out_of_steam": Effect(-1, war_gains, waits=True),
    "halt_the_fighting": Effect(-1, mean("days_fought"), waits=True),
    "lose_soldiers": Effect(1, mean("deaths"), waits=True),
    "lose_equipment": Effect(-1, mean("stock_total"), waits=True),
    # aftermath
    "flee_lost_land": Effect(1, mean("displaced"), waits=True),
    "mourn_losses": Effect(1, mean("grievance"), waits=True),
    "take_heart_from_gains": Effect(-1, mean("grievance"), waits=True),
    "learn_from_battle": Effect(1, size("reputation")),
}  # fmt: skip


CLEARLY = (0.05, 4.0)  # share of runs moved and standard errors, within two years
AT_LAST = (0.01, 1.5)  # and within six


@pytest.fixture(scope="module")
def spans(hindcast, film):
    """Two years, then six, with enough wars that what follows from them can be seen; both with every rule."""
    warlike = {"weigh_attacks.campaign_rate": 0.1}
    scenarios = [altered(hindcast, end=end, parameters=warlike) for end in ("2011-12", "2015-12")]
    return [(scenario, film(scenario, *SHOT)) for scenario in scenarios]


def test_every_rule_of_the_hindcast_is_known_to_move_something(hindcast):
    followed = {rule for _, _, actor in hindcast.actors() for rule in actor.rules}
    assert followed == set(EFFECTS)


@pytest.mark.slow
@pytest.mark.parametrize("rule", EFFECTS)
def test_switching_a_rule_off_moves_what_it_is_about(spans, film, rule):
    """Most rules show within two years; those that wait are given six."""
    effect = EFFECTS[rule]
    difference = moved_by(rule, *spans[effect.waits], film)
    assert np.isfinite(difference).all()
    said = (
        f"{difference.mean():.3g} on average, in {(difference != 0.0).mean():.1%} of the runs; does it wait for a war?"
    )
    assert shows(effect.sign, difference, *(AT_LAST if effect.waits else CLEARLY)), said


def moved_by(rule, scenario, with_every_rule, film):
    """Return by how much a rule moves what it is about in each run."""
    with_every_rule.asked.clear()
    with np.errstate(invalid="ignore"):  # in two years not everybody has bought something at a price
        with_it = EFFECTS[rule].measure(with_every_rule)
        return with_it - EFFECTS[rule].measure(film(scenario, *with_every_rule.asked, without=[rule]))


def shows(sign, difference, share, errors):
    """Tell whether enough runs are moved, and in the direction that is stated if one is."""
    error = difference.std() / np.sqrt(difference.size)
    moved = np.isfinite(difference).all() and (difference != 0.0).mean() > share
    return moved and (not sign or sign * difference.mean() > errors * error)


# -- signs the articles state


def year_by_year(first, last, number):
    """Return a figure that holds one number in every year of a span."""
    years = dict.fromkeys(range(first, last + 1), float(number))
    return assumed(number).model_copy(update={"value": None, "by_year": years})


@pytest.fixture(scope="module")
def crash(hindcast):
    """Peace, and oil revenue at half its level of 2014 from 2015 on."""
    quiet = peaceful(altered(hindcast, end="2017-12"))
    azerbaijan = quiet.states["azerbaijan"]
    revenue = opening(quiet).changes[48]["oil_revenue_observed"][0].item()
    flat, halved = (year_by_year(2015, 2017, share * revenue) for share in (1.0, 0.5))

    def with_revenue(figure):
        state = azerbaijan.model_copy(update={"quantities": {**azerbaijan.quantities, "oil_revenue": figure}})
        return altered(quiet, states={**quiet.states, "azerbaijan": state})

    return with_revenue(flat), with_revenue(halved)


def test_an_oil_crash_lowers_azerbaijani_spending(crash, film):
    before, after = (film(scenario, "milex").of("milex", "azerbaijan") for scenario in crash)
    np.testing.assert_array_equal(after[:60], before[:60])
    assert (after[-1] < before[-1]).all()
    assert 0.4 < (after[-1] / before[-1]).mean() < 0.9


def test_an_oil_crash_leaves_armenian_spending_alone_but_for_the_race(crash, film):
    both = [film(scenario, "milex") for scenario in crash]
    lost = [
        1.0 - np.mean(both[1].of("milex", key)[-1] / both[0].of("milex", key)[-1]) for key in ("azerbaijan", "armenia")
    ]
    assert 0.0 < lost[1] < 0.2 * lost[0]
    race = ["answer_the_rival", "arm_against_a_threat"]
    alone = [film(scenario, "milex", without=race).of("milex", "armenia") for scenario in crash]
    np.testing.assert_array_equal(alone[0], alone[1])


def test_more_willing_turkish_supply_does_not_raise_russian_deliveries_to_armenia(hindcast, film):
    scenario = peaceful(altered(hindcast, end="2019-12"))  # the luck of war would hide what is asked
    willing = altered(
        scenario, actors={"turkey": {"sell_to_friends.baseline": 3.0, "access_ceiling": {"azerbaijan": 1.0}}}
    )
    russia = opening(scenario).labels["origin"].index("russia")
    turkey = opening(scenario).labels["origin"].index("turkey")
    one, other = (film(s, "deliveries") for s in (scenario, willing))
    more = other.of("deliveries", "azerbaijan")[:, turkey].sum(0) - one.of("deliveries", "azerbaijan")[:, turkey].sum(0)
    assert more.mean() > 0.0, "Turkey does not deliver more"
    gained = other.of("deliveries", "armenia")[:, russia].sum(0) - one.of("deliveries", "armenia")[:, russia].sum(0)
    error = gained.std() / np.sqrt(gained.size)
    assert gained.mean() <= 2.0 * error


def test_victory_does_not_bring_spending_below_three_fifths_of_what_it_would_be(hindcast, film):
    scenario = altered(hindcast, end="2024-12")
    war, peace = (film(s, "milex", "control").of for s in (scenario, peaceful(scenario)))
    karabakh = opening(scenario).labels["zone"].index("karabakh")
    held = war("control", "azerbaijan")[:, karabakh]
    won_long_ago = held[-36] > 0.5
    assert won_long_ago.sum() > 20
    ratio = war("milex", "azerbaijan")[-1, won_long_ago] / peace("milex", "azerbaijan")[-1, won_long_ago]
    assert np.median(ratio) > 0.6
    assert (ratio > 0.6).mean() > 0.9


def test_war_brings_new_suppliers_and_never_fewer(hindcast, film):
    scenario = altered(hindcast, end="2019-12", parameters=WAR_PRONE)
    war, peace = (film(s, "presence")["presence"][-1] for s in (scenario, peaceful(scenario)))
    assert (war >= peace).all(), "the same luck, and entry at least as likely"
    assert (war - peace).sum((0, 1)).mean() > 0.1


# -- fifty years


@pytest.mark.slow
def test_fifty_years_bring_no_drift_and_no_explosion(hindcast, film):
    shot = film(
        altered(hindcast, end="2059-12"),
        "tension", "grievance", "milex", "gdp", "stock_total", "clashes", "outrage", "trust", "reputation", "abuse",
        "oil_price", "milex_target", "milex_limit",
    )  # fmt: skip
    for name in shot.quantities:
        assert np.isfinite(shot[name]).all(), name
    thirties, fifties = (shot_between(shot, start) for start in (2030, 2050))
    for name, most in {"tension": 5.0, "grievance": 10.0, "outrage": 10.0, "abuse": 10.0, "clashes": 4.0}.items():
        assert fifties(name).mean() < max(1.5 * thirties(name).mean(), 0.1), f"{name} drifts"
        assert np.quantile(fifties(name), 0.99) < most, name
    assert (shot["tension"] >= 10.0).mean() < 0.001, "tension sits at its limit"
    assert (np.abs(shot["reputation"]) >= 3.0).mean() < 0.01, "reputation sits at its limit"
    trust = shot["trust"][-1]
    assert ((trust <= 0.0) | (trust >= 1.0)).mean() < 0.05, "trust sits at its limits"
    for key in ("azerbaijan", "armenia"):
        burden = shot.of("milex", key) / shot.of("gdp", key)
        assert burden.max() < 0.25, f"{key} spends more than it has"
        aimed, spent = (
            shot.of(name, key)[-120:] / shot.of("milex_limit", key)[-120:] for name in ("milex_target", "milex")
        )
        assert aimed.max() < 1.25, f"{key} aims at more than it can bear"  # output falls after a budget, too
        # Surprises of 0.18 a year, made good by a third: one in a hundred lies a factor of 1.75 above what is aimed at.
        assert np.median(spent) < 1.0, f"{key} spends more than it can bear"
        assert np.quantile(spent, 0.99) < 2.0, f"{key} spends twice what it can bear"
        assert np.median(burden[-1]) > 0.003, f"{key} has stopped spending"
        arms = shot.of("stock_total", key)
        assert np.quantile(arms[-1], 0.99) < 50.0 * np.median(arms[180])
        assert np.median(arms[-1]) > 0.02 * np.median(arms[180])
    assert 20.0 < np.median(shot["oil_price"][-1]) < 200.0


def shot_between(shot, start):
    """Return quantities within the decade from a year on."""
    first = 12 * (start - 2010)
    return lambda name: shot[name][first : first + 120]
