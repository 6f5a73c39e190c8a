"""A seat: what it perceives, what its rules advise, what its decisions move, and what came of them in the end."""

import dataclasses
import json

import numpy as np
import pytest
from worlds import altered

import sim
from sim.engine.ensemble import ask_everybody, play_out
from sim.engine.model import ArmsRace
from sim.explain import kinds
from sim.explain.deciding import WORDINGS
from sim.explain.perceived import OWN, PUBLIC
from sim.explain.terms import decided, terms
from sim.model.mistakes import Mistake
from sim.model.seats import DECIDABLE
from sim.model.turn import play_turn
from sim.scenario.decisions import decided_by_step
from sim.scenario.initial import opening
from sim.scenario.schema import Decision

SEATS = ("azerbaijan", "armenia", "turkey", "israel", "russia", "france", "iran")
MONTHS = 14


def taken(actor, decides, value, since="2010-02", until="2011-02"):
    return Decision.model_validate(
        {"actor": actor, "from": since, "until": until, "decides": decides, "value": value, "because": "so we chose"}
    )


@pytest.fixture(scope="module")
def short(hindcast):
    return altered(hindcast, end="2011-02")


# -- what a decision moves, beside the rules with the same luck

# What is decided, then what it moves down, and what it moves up, of what `Tally` counts.
MOVES = {
    "milex_target": ("armenia", 200.0, 2000.0, "milex"),
    "import_share": ("armenia", 0.0, 0.5, "money abroad"),
    "class_share": ("armenia", {"drones": 1}, {"air_defence": 1}, "air defence"),
    "supplier_share": ("armenia", {"ukraine": 1}, {"russia": 1}, "from russia"),
    "talks_pace": ("armenia", 0.0, 10.0, "agreements"),
    "operation_plan": ("azerbaijan", 0.0, {"districts": 1}, "operations"),
    "campaign_plan": ("azerbaijan", 0.0, {"karabakh": 1}, "campaigns"),
    "licence": ("russia", {"armenia": 0}, {"armenia": 1}, "from russia"),
    "price_factor": ("russia", {"azerbaijan": 4.0}, {"azerbaijan": 0.3}, "to azerbaijan"),
    "access": ("russia", {"armenia": 0.1}, {"armenia": 1.0}, "from russia"),
}


class Tally:
    """What 256 runs came to, each, where something is decided."""

    def __init__(self, position):
        self.labels, self.came, self.played = position.labels, {}, 0

    def __call__(self, game):
        if game.step > 1:  # in the first month nobody has decided anything yet
            world, (origin, weapon) = game.world, (self.labels["origin"], self.labels["weapon"])
            seller, ware, money = (world[name][1] for name in ("order_origin", "wanted_class", "order_value"))
            attacker = world["war_begins"][0] * (world["onset_time"][0] < world["onset_time"][1])
            for name, value in {
                "milex": world["milex"][1],
                "money abroad": money * (seller != origin.index("home")),
                "air defence": money * (ware == weapon.index("air_defence")),
                "from russia": seller == origin.index("russia"),
                "to azerbaijan": world["order_origin"][0] == origin.index("russia"),
                "agreements": world["talks"][0] >= 3,
                "operations": attacker * (world["fought"][0] == 1),
                "campaigns": attacker * (world["fought"][0] == 2),
            }.items():
                self.came[name] = self.came.get(name, 0.0) + value


def came_to(scenario, *decisions):
    position = opening(altered(scenario, decisions=list(decisions)), 5)
    tally = Tally(position)
    play_out(position.game([0]), position.steps, tally)
    return tally.came


@pytest.fixture(scope="module")
def by_rules(short):
    return came_to(short)


def test_everything_that_may_be_decided_is_tried_and_worded():
    assert set(MOVES) == set(DECIDABLE) == set(WORDINGS)


@pytest.mark.parametrize("name", MOVES)
def test_a_decision_moves_what_it_should_and_the_right_way(name, short, by_rules):
    actor, less, more, counted = MOVES[name]
    down, up = (came_to(short, taken(actor, name, value)) for value in (less, more))
    assert down[counted].mean() <= by_rules[counted].mean() <= up[counted].mean()
    assert down[counted].mean() < up[counted].mean()
    if name.endswith("_plan"):
        assert not down[counted].any(), "who decides not to attack does not"
        assert (up[counted] > 0).mean() > 0.8, "who decides to attack mostly does within a year"
    if name == "class_share":
        assert not down[counted].any(), "what gets no share is not bought"


def test_a_split_leaves_nothing_to_those_it_does_not_name(short):
    position = opening(altered(short, decisions=[taken("armenia", "supplier_share", {"israel": 1})]), 5)
    game, others = position.game([0]), set()
    for _ in range(position.steps):
        play_turn(game, ask_everybody)
        signed = game.world["order_value"][1] > 0
        others |= set(game.world["order_origin"][1][signed].tolist()) if game.step > 1 else set()
    named = {position.labels["origin"].index(key) for key in ("israel", "home", "other")}
    assert others <= named


def test_nothing_is_attacked_where_there_is_nothing_to_gain(short):
    held = altered(short, decisions=[taken("armenia", "campaign_plan", {"karabakh": 1})])  # which it holds already
    position = opening(held, 5)
    game = position.game([0])
    for _ in range(3):
        play_turn(game, ask_everybody)
    assert not game.world["attack_hazard"][position.labels["zone"].index("karabakh"), 1, 1].any()


# -- advice


@pytest.fixture(scope="module")
def asked(short):
    """A model half a year on, and what every seat was advised for the month to come."""
    model = ArmsRace(short, 3, seed=2)
    for _ in range(11):
        model.step()
    return model, {seat: sim.advice(model, seat) for seat in SEATS}


def test_to_ask_for_advice_changes_nothing(short):
    quiet, asking = (ArmsRace(short, 5, seed=2) for _ in range(2))
    for step in range(5):
        for seat in SEATS if step % 2 == 0 else ():
            sim.advice(asking, seat)
        quiet.step()
        asking.step()
        assert {key: len(given) for key, given in quiet.reasons.items()} == {
            key: len(given) for key, given in asking.reasons.items()
        }
    for name, array in quiet.game.world.arrays.items():
        np.testing.assert_array_equal(asking.game.world[name], array, err_msg=name)


def test_what_is_suggested_is_what_the_rules_then_do(asked):
    model, told = asked
    after, reasons = model.ahead("armenia")
    assert model.period == 11
    for seat in ("armenia", "russia"):
        kind = model.actor(seat).kind
        for one in told[seat].suggests:
            thing, place = DECIDABLE[one.decides], model.position.labels[kind].index(seat)
            labels = model.position.labels[thing.said.axes[0]] if one.about else ()
            if thing.made is not None:
                made = thing.made(after)[..., place, 0]
                assert one.value == (made[labels.index(one.about)] if one.about else made)
            assert one.low <= one.value <= one.high
    mine = [one.term for one in reasons["talks_progress"] if one.actor == "armenia"]
    pace = next(one for one in told["armenia"].suggests if one.decides == "talks_pace")
    assert pace.value == pytest.approx(np.exp(sum(mine)))
    model.forget()


def test_a_seat_is_advised_on_all_that_it_may_decide_and_shares_add_up(asked):
    _, told = asked
    for seat, advice in told.items():
        kind = "state" if seat in ("azerbaijan", "armenia") else "supplier"
        assert {one.decides for one in advice.suggests} == {n for n, o in DECIDABLE.items() if o.said.actor == kind}
        assert (advice.seat, advice.month) == (seat, "2010-12")
    for name in ("class_share", "supplier_share"):
        assert sum(one.value for one in told["armenia"].suggests if one.decides == name) == pytest.approx(1.0)


def test_advice_is_a_document(asked):
    for advice in asked[1].values():
        again = json.loads(json.dumps(dataclasses.asdict(advice), allow_nan=False))
        assert set(again["suggests"][0]) == {
            "decides", "about", "label", "value", "unit", "low", "high", "text", "reasons",
        }  # fmt: skip
        assert set(again["perceives"][0]) == {"name", "label", "about", "value", "unit", "text"}


def test_reasons_are_the_sentences_of_rules_with_their_sizes(asked):
    told = {(one.decides, one.about): one for one in asked[1]["russia"].suggests}
    cheap = "Russia sells below the market price to its treaty allies (times 0.60)"
    assert told["price_factor", "armenia"].reasons == (cheap,)
    assert told["price_factor", "azerbaijan"].reasons == ()
    assert (
        told["licence", "armenia"].reasons[0]
        == "By its rules a licence is open more than 99.99% of the time in the long run"
    )
    attack = next(one for one in asked[1]["azerbaijan"].suggests if one.decides == "campaign_plan")
    assert attack.reasons[0].startswith("By its rules such an attack would be started once in ")
    spending = next(one for one in asked[1]["armenia"].suggests if one.decides == "milex_target")
    assert spending.reasons[0].startswith("The last budget holds until January; one drawn up now would aim at US$ ")
    assert all(text.endswith(" beside the opening)") for text in spending.reasons[1:])


def test_a_seat_perceives_its_own_numbers_and_what_its_rules_read(asked):
    model, told = asked
    read = {word for given in model.reasons.values() for one in given if one.actor == "armenia" for word in one.seen}
    names = {one.name for one in told["armenia"].perceives}
    assert names <= read | set(OWN["state"]) | set(PUBLIC)
    assert "perceived_balance" in names
    assert not names & {"balance", "win_chance", "misperception"}, "what it misjudges it does not know"
    milex = next(one for one in told["armenia"].perceives if one.name == "milex")
    assert milex.value == model.actor("armenia").milex
    rival = next(one for one in told["armenia"].perceives if one.name == "their_stock_total")
    assert (rival.about, rival.label) == ("azerbaijan", "Arms held, all origins and classes, Azerbaijan")


def test_own_decisions_are_left_aside_and_those_of_others_hold(short):
    model = ArmsRace(short, seed=2)
    model.decide("russia", "price_factor", 2.0)
    model.decide("armenia", "talks_pace", 0.0)
    russia, armenia = (sim.advice(model, seat) for seat in ("russia", "armenia"))
    prices = {one.about: one.value for one in russia.suggests if one.decides == "price_factor"}
    assert prices == {"azerbaijan": 1.0, "armenia": 0.6}
    seen = next(one for one in armenia.perceives if (one.name, one.about) == ("price_factor", "russia"))
    assert seen.value == 2.0
    assert next(one.value for one in armenia.suggests if one.decides == "talks_pace") > 0.5


def test_who_has_nothing_to_decide_is_told_so(short):
    model = ArmsRace(altered(short, end="2010-01"))
    with pytest.raises(Mistake, match=r"'armenai' has nothing to decide.*armenia"):
        sim.advice(model, "armenai")
    with pytest.raises(Mistake, match="'region' has nothing to decide"):
        sim.advice(model, "region")
    model.step()
    with pytest.raises(Mistake, match="the run is over"):
        sim.advice(model, "armenia")


# -- a played history, told and reviewed

PLAYED = (
    ("armenia", "milex_target", 900.0),
    ("armenia", "class_share", {"drones": 0.5, "air_defence": 0.5}),
    ("armenia", "supplier_share", {"israel": 1}),
    ("armenia", "import_share", 0.4),
    ("armenia", "talks_pace", 0.0),
    ("azerbaijan", "operation_plan", {"districts": 1}),
    ("azerbaijan", "campaign_plan", 0.0),
    ("russia", "licence", {"azerbaijan": 0}),
    ("russia", "price_factor", 2.0),
    ("israel", "access", {"armenia": 0.9}),
)


@pytest.fixture(scope="module")
def played(hindcast):
    decisions = [taken(*one, since="2010-03", until="2010-08") for one in PLAYED]
    return altered(hindcast, end="2010-10", decisions=decisions)


@pytest.fixture(scope="module")
def reviewed(played):
    return sim.debrief(played, seed=1)


def test_what_a_person_decided_is_told_as_that_persons(played):
    history = sim.run(played, seed=1)
    found = [one for one in history.happenings if one.kind == "decision"]
    assert len(found) == len(PLAYED)
    assert found[0].what == "A person decides for Armenia, until 2010-08, to aim at US$ 900 m a year (so we chose)"
    story = {one.splitlines()[0][9:-1]: " ".join(one.split()) for one in history.narrate()[1:]}
    for happening in found:
        paragraph = story[happening.what]
        assert paragraph.count("a person decided so, in place of the rules (so we chose) [decisions") == 1
        assert happening.actor == "armenia" or paragraph.count("[") == 1, "no rule is named for it"
        for decision in kinds.of(happening).decisions(history, happening):
            weighed = terms(history, decision)
            assert sum(worth.now for worth in weighed) == pytest.approx(decided(history, decision), abs=1e-9)
    attack = str(history.why("war 2010"))
    assert "Because a person decided so, in place of the rules (so we chose)." in attack.replace("\n         ", " ")
    talks = " ".join(str(history.why("talks 2010-04")).split())
    assert "for Armenia a person decided so" in talks
    licence = " ".join(str(history.why("decision 2010-03 russia azerbaijan")).split())
    assert "Russia considers sales to Azerbaijan" in licence
    assert "a licence is open less than 0.01% of the time" in licence
    assert "whether its licence is open" not in licence, "luck has no part in it"


def test_one_luck_is_played_in_several_ways_at_once(played, reviewed):
    ways = [(), range(len(PLAYED)), {0}]
    position = opening(played, 1)
    together = position.game_of_one(0, copies=3)
    together.decisions = decided_by_step(played, position.labels, ways)
    alone = [opening(altered(played, decisions=[d for i, d in enumerate(played.decisions) if i not in out]), 1)
             for out in ways]  # fmt: skip
    games = [one.game_of_one(0) for one in alone]
    for _ in range(position.steps):
        for game in (together, *games):
            play_turn(game, ask_everybody)
    for name, array in together.world.arrays.items():
        for way, game in enumerate(games):
            mine = np.broadcast_to(array, (*array.shape[:-1], 3))[..., way]
            np.testing.assert_array_equal(mine, np.broadcast_to(game.world[name], (*array.shape[:-1], 2))[..., 0], name)
    spent = {one.of: one for one in reviewed.outcomes if one.measure == "final_milex"}
    for place, state in enumerate(position.labels["state"]):
        both = [game.world["milex"][place, 0] for game in games[:2]]
        assert (spent[state].played, spent[state].by_rules) == pytest.approx(both, rel=1e-6)


def test_every_decision_stands_beside_the_advice_of_the_rules(played, reviewed):
    assert [one.decides for one in reviewed.decisions] == [decides for _, decides, _ in PLAYED]
    by_name = {one.decides: one for one in reviewed.decisions}
    assert [(one.value, one.advised) for one in by_name["price_factor"].told] == [(2.0, 1.0), (2.0, pytest.approx(0.6))]
    assert by_name["licence"].told[0].text == "license no sales to Azerbaijan"
    assert by_name["licence"].told[0].advice == "license sales to Azerbaijan"
    assert by_name["licence"].told[0].reasons
    assert {one.seat for one in reviewed.seats} == {"armenia", "azerbaijan", "russia", "israel"}
    fought = {one.measure: one for one in by_name["operation_plan"].outcomes}
    assert (fought["operations"].played, fought["operations"].by_rules) == (1.0, 0.0)
    assert fought["deaths"].difference > 0.0
    assert not any(one.difference for one in by_name["access"].outcomes if one.measure == "operations")
    assert next(one for one in reviewed.paths if one.of == "armenia").played[-1] > 600.0
    assert json.loads(json.dumps(dataclasses.asdict(reviewed), allow_nan=False))["months"][-1] == "2010-10"
    assert "2010-03  Russia: license no sales to Azerbaijan; its rules: license sales to Azerbaijan" in str(reviewed)


def test_there_is_nothing_to_review_where_nobody_decides(short):
    with pytest.raises(Mistake, match="nobody decides anything in"):
        sim.debrief(short)
