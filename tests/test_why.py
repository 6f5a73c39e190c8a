"""A happening, or its absence, is explained by the reasons the agents gave, their sum and the luck that came."""

import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import altered

from sim.cli.main import app
from sim.explain import kinds
from sim.explain.contributions import contributions, step_back
from sim.explain.history import run
from sim.explain.kinds.order import OUTSIDE, order
from sim.explain.kinds.talks import talks
from sim.explain.kinds.war import attack
from sim.explain.lead import clause, leading, mainly
from sim.explain.narrative import narrate
from sim.explain.terms import Part, decided, terms
from sim.explain.why import parse, why
from sim.model.accounting import ENTRIES
from sim.model.accounting.escalation import LARGEST_RISE
from sim.model.mistakes import Mistake
from sim.model.variables import VARIABLES
from sim.scenario.files import read_scenario, shipped_scenarios


@pytest.fixture(scope="module")
def history():
    """A history with limited operations, campaigns, entries and orders."""
    return run("south_caucasus_2010", run=3)


def campaign(history):
    """Return the first campaign of Azerbaijan, its month as text, and the name of the zone."""
    war = next(h for h in history.happenings if h.kind == "war" and h.actor == "azerbaijan" and h.place[1] == 1)
    return war, f"{war.date:%Y-%m}", history.position.titles[war.other]


def happening(history, kind, month):
    return next(h for h in history.happenings if h.kind == kind and f"{h.date:%Y-%m}" == month)


def behind(history, happening):
    """Return the decisions behind a happening."""
    return kinds.of(happening).decisions(history, happening)


def told(history, query):
    return str(why(history, query))


# -- the numbers


def test_terms_of_every_kind_of_decision_add_up_to_what_was_decided_in_every_shipped_scenario():
    told = dict[str, int]()
    for scenario in shipped_scenarios():
        whole = not read_scenario(scenario)[0].extends
        for number in (0, 1) if whole else (0,):
            history = run(scenario, run=number, steps=30 if whole else 13)
            for decision in every_decision(history):
                here = scenario, number, decision.heading, f"{history.moments[decision.step].date:%Y-%m}"
                weighed = terms(history, decision)
                assert sum(worth.now for worth in weighed) == pytest.approx(on_record(history, decision), abs=1e-9), (
                    here
                )
                opening = sum(worth.opening for worth in weighed)
                assert opening == pytest.approx(decided(history, decision, 0), abs=1e-9), here
                assert [abs(w.now) for w in weighed] == sorted((abs(w.now) for w in weighed), reverse=True)
                told[decision.quantity] = told.get(decision.quantity, 0) + 1
    assert set(told) == {
        "milex_target_log", "milex_change", "milex", "import_push", "weapon_appeal", "supplier_appeal", "willingness",
        "presence", "attack_utility", "attack_score", "plan", "talks_progress", "exit_score",
        "objective_rate", "failure_rate", "mediation_rate",
    }  # fmt: skip


def test_a_budget_names_what_it_opened_with_and_what_the_economy_bears(history):
    budget = kinds.catalogue()["budget"].closest(history, ("azerbaijan",), [0])[0]
    found = {worth.name: worth for worth in terms(history, budget) if isinstance(worth, Part)}
    assert set(found) == {"milex_intercept", "spending_gap", "adopt_budget"}
    gap = float(history.position.scenario.states["azerbaijan"].quantities["spending_gap"].value)
    assert found["spending_gap"].now == pytest.approx(gap)
    assert found["adopt_budget"].now < 0
    assert mainly(history, budget).startswith("Mainly because, compared with the opening, more was aimed at than spent")


def test_what_mattered_is_what_has_moved_most_in_the_direction_of_what_came_about(history):
    war, _, _ = campaign(history)
    decision = leading(behind(history, war))
    assert decision.quantity == "attack_score"
    most = max(terms(history, decision), key=lambda worth: worth.change)
    sentence = mainly(history, decision)
    assert sentence.startswith(f"Mainly because, compared with the opening, {clause(history, decision, most, 1.0)}")
    order_ = leading(behind(history, next(h for h in history.happenings if h.kind == "order" and h.other == "russia")))
    assert mainly(history, order_).startswith("Mainly because, beside other suppliers, ")


def every_decision(history):
    """Yield the decisions behind all happenings, and those with which each kind came closest at the end."""
    for happening in history.happenings:
        yield from behind(history, happening)
    for kind in kinds.catalogue().values():
        yield from kind.closest(history, (), range(len(history.moments) - 12, len(history.moments)))


def on_record(history, decision):
    """Return what was decided as the world of the run has it: a quantity, or the logarithm of one."""
    arrays = history.moments[decision.step].arrays
    labels = history.position.labels[VARIABLES[decision.quantity].actor]
    here = (labels.index(decision.actor), 0)
    with np.errstate(divide="ignore"):
        if decision.quantity == "plan":  # what it makes of the month, a chance, is tested below
            return decided(history, decision)
        if decision.quantity == "import_push":
            regular, projects = (arrays[name][*here] for name in ("milex", "special_milex"))
            share = ENTRIES["set_money_aside"].parameters["project_share"]
            return np.log((arrays["procurement"][*here] - float(share) * projects) / (regular - projects))
        if decision.quantity == "weapon_appeal":
            weight = np.exp(arrays["weapon_appeal"][..., *here])
            return np.log(weight[decision.place] / weight.sum())
        if decision.quantity == "supplier_appeal":  # a share, known from draws to a part of ten thousand
            chance = decision.draws[1].chances()[history.position.titles[decision.other]]
            assert np.exp(decided(history, decision)) == pytest.approx(chance, abs=1e-4)
            return decided(history, decision)
        name = {"milex_target_log": "milex_target", "attack_score": "attack_hazard"}.get(decision.quantity)
        if name:
            return np.log(arrays[name][*decision.place, *here])
    return arrays[decision.quantity][*decision.place, *here]


def test_luck_asked_again_gives_what_came_about(history):
    labels = history.position.labels
    for war in (h for h in history.happenings if h.kind == "war"):
        strikes, which, _ = behind(history, war)[-1].draws
        assert strikes.result == "an attack"
        assert strikes.draw < strikes.chances()["an attack"] + 1e-4
        assert which.result.endswith(history.position.titles[labels["zone"][war.place[0]]])
        assert which.result in war.what


def test_the_chance_of_an_attack_is_that_of_its_plan_and_how_far_its_hazards_have_risen(history):
    planned = behind(history, campaign(history)[0])[-1]
    assert planned.quantity == "plan"
    arrays = history.moments[planned.step].arrays
    place = history.position.labels["state"].index(planned.actor)
    before = history.moments[planned.step - 1].arrays["plan"][place, 0]
    risen = min(arrays["attack_hazard"][..., place, 0].sum() / before, LARGEST_RISE)
    pace, hazards = sorted(terms(history, planned), key=lambda worth: worth.name, reverse=True)
    assert pace.now == pytest.approx(np.log(float(ENTRIES["set_onset_time"].parameters["pace"])))
    assert hazards.now == pytest.approx(np.log(risen))
    chance = 1 - np.exp(-np.exp(pace.now + hazards.now) * arrays["dt"][0, 0])
    assert planned.draws[0].chances()["an attack"] == pytest.approx(chance, abs=1e-4)


def test_every_months_luck_agrees_with_whether_an_order_was_signed_and_with_whom(history):
    labels, titles = history.position.labels, history.position.titles
    for step in range(0, len(history.moments), 17):
        arrays = history.moments[step].arrays
        for place, key in enumerate(labels["state"]):
            weighed = order(history, step, key)
            signs, whom = weighed[-1].draws[-2:]
            signed = arrays["order_value"][place, 0] > 0
            assert (signs.result == "some is committed") == signed
            if signed:
                origin = labels["origin"][int(arrays["order_origin"][place, 0])]
                assert whom.result == (OUTSIDE.get(origin) or titles[origin])
            assert sum(whom.chances().values()) == pytest.approx(1.0)


def test_every_entry_and_move_of_talks_is_what_its_draw_brings(history):
    entries = [h for h in history.happenings if h.kind == "entry"]
    assert entries
    for found in entries:
        assert behind(history, found)[0].draws[0].result.endswith(" sells")
    for step in range(0, len(history.moments), 5):
        fought = history.moments[step].arrays["fought"][0, 0] > 0
        now = ("none", "talks", "deadlock", "framework", "treaty")[int(history.moments[step].arrays["talks"][0, 0])]
        assert fought or talks(history, step).draws[0].result == now


def test_the_draws_of_a_wars_end_are_those_that_came(history):
    for end in (h for h in history.happenings if h.kind == "war end"):
        last = behind(history, end)[-1]
        length, fate = last.draws
        after = history.moments[last.step].arrays
        ends = {0.0: "the attack fails", 1.0: "the objective is reached"}
        assert fate.result == ends.get(after["war_gain"][0, 0], "others stop it half-way")
        days = after["days_fought"][0, 0] + after["war_days_left"][0, 0]
        assert (length.result == "less than a week") == (days < 7)
        assert (length.result == "more than three months") == (days >= 91)


def test_a_step_away_from_a_patron_is_told_and_is_what_its_draw_brings():
    history = run("south_caucasus_2010", run=1)
    steps = [h for h in history.happenings if h.kind == "alliance"]
    pairs = zip(history.moments, history.moments[1:], strict=False)
    assert len(steps) == sum((a.arrays["rung"] != b.arrays["rung"]).any() for a, b in pairs) > 0
    for found in steps:
        (decision,) = behind(history, found)
        assert f"to {decision.draws[0].result} in" in found.what


# -- the text


def test_a_war_is_explained_from_what_was_seen_to_the_draw(history):
    war, month, zone = campaign(history)
    text = told(history, f"war {month}")
    assert text.startswith(f"{month}  Azerbaijan starts a campaign over {zone}.")
    parts = ("Mainly because", "What was seen", "Reasons for", "Reasons against", "Together", "One step back", "Luck")
    positions = [text.index(part) for part in parts]
    assert positions == sorted(positions)
    rules = {reason.rule.name for reason in war.reasons}
    assert len(rules) > 10
    assert all(rule in text for rule in rules)
    assert "the balance as this state believes it" in text
    assert "combat stock of a class by what it is worth in a fight (mean over weapon classes)" in " ".join(text.split())
    assert "Voice of America" in text
    assert "(assumed)" in text
    assert "(derived)" in text


def test_one_step_back_names_the_event_behind_a_reason(history):
    text = " ".join(told(history, "entry france armenia").split())
    assert "enter_new_market rests on defeat (fresh memory of a lost war): 0 at the opening" in text
    assert re.search(r"The last marked step came with 20\d\d-\d\d: (Azerbaijan starts a |The fighting ends)", text)


def test_one_step_back_names_an_event_of_the_timeline():
    history = run("south_caucasus_2010", run=0)
    text = " ".join(told(history, "war 2018-01").split())
    assert "Nothing in this run matches" in text
    _, decision = attack(history, 96, "azerbaijan")[:2]
    reason = next(w for w in contributions(history, decision) if w.reason.rule.name == "count_on_ally")
    back = " ".join(step_back(history, decision, [reason]))
    assert "It was set in 2010-08: strategic partnership and mutual assistance treaty" in back


def test_a_war_that_did_not_come_is_explained_by_its_best_option_and_chance(history):
    text = told(history, "war 2014-07")
    assert "Nothing in this run matches 'war 2014-07'." in text
    assert "2014-07  What was weighed, and how close it came." in text
    assert "Azerbaijan weighs" in text
    assert "means: no attack." in text.replace("\n    ", " ")
    assert told(history, "war armenia 2014").count("Armenia weighs a") == 1


@pytest.mark.parametrize(
    "query", ["order armenia 2014-03", "budget armenia 2014", "entry 2012-05", "talks 2015-03", "alliance armenia 2018"]
)
def test_every_kind_that_did_not_come_has_an_answer(history, query):
    text = told(history, query)
    assert "how close it came." in text or not text.startswith("Nothing")
    assert "Together" in text


def test_several_matches_are_listed(history):
    war, month, zone = campaign(history)
    matches = sum(h.date.year == war.date.year for h in history.happenings)
    text = told(history, month[:4])
    assert re.search(rf"\d+ happenings match '{month[:4]}'", text)
    assert matches > 1
    assert f"{month}  war       Azerbaijan starts a campaign over {zone}" in text


def test_words_come_in_any_order_and_names_as_keys_or_titles(history):
    war, month, zone = campaign(history)
    asked = parse(history, f"{month} {zone.title()} attack")
    assert (asked.kind, asked.names, asked.date) == ("war", (war.other,), month)
    assert parse(history, "war end 2016").kind == "war end"
    assert told(history, f"{war.other} {month} war") == told(history, f"war {month}")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "there is nothing to explain; write a kind"),
        ("wra 2016", "'wra' is no kind, name or date of this run, did you mean 'war'?; write a kind"),
        ("war 2016-13", "'2016-13' is no kind, name or date of this run"),
        ("war 1999", "1999 is not played; this run goes from 2010-01 to 2024-12"),
        ("war talks 2016", "asks for talks and war; ask for one kind at a time"),
    ],
)
def test_a_query_that_is_not_understood_says_what_to_write(history, query, sentence):
    with pytest.raises(Mistake, match=re.escape(sentence)):
        told(history, query)


@pytest.mark.parametrize("name", ["Türkland", "Straße, die", "İzmir", "Ελλάς"])
def test_a_name_is_found_in_whatever_letters_it_is_typed(richardson, name):
    north, south = richardson.states.values()
    states = {"north": north.model_copy(update={"name": name}), "south": south}
    history = run(altered(richardson, end="2001-12", states=states))
    for form in ("NFC", "NFD"):
        for typed in (name, name.upper(), name.lower()):
            assert parse(history, f"2001 {unicodedata.normalize(form, typed)}").names == ("north",)


def test_the_textbook_world_has_answers_too():
    history = run("richardson", steps=84)
    assert "there is no disputed zone" in told(history, "war 2005-06")
    assert "there is no supplier" in told(history, "order 2005-06")
    assert "budgets are decided in January" in told(history, "budget 2005-06")
    assert "no rule of this scenario has a say" in told(history, "talks 2005-06")
    assert "match_rival_linearly (card R01)" in told(history, "budget north 2005")


def test_a_re_enacted_run_is_explained_and_its_story_left_out(tmp_path):
    out, file = tmp_path / "textbook", tmp_path / "short.yaml"
    file.write_text("extends: richardson\nend: 2006-12\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["sweep", str(file), "--runs", "2", "--out", str(out)]).exit_code == 0
    answer = CliRunner().invoke(app, ["replay", str(out), "--run", "1", "--why", "budget north 2005"])
    assert answer.exit_code == 0
    assert "the same outcomes as in the sweep" in answer.output
    assert "match_rival_linearly" in answer.output
    assert "One simulated history" not in answer.output


def test_the_command_line_explains_a_run(history):
    _, month, zone = campaign(history)
    answer = CliRunner().invoke(app, ["run", "south_caucasus_2010", "--run", "3", "--why", f"war {month}"])
    assert answer.exit_code == 0
    assert f"Azerbaijan starts a campaign over {zone}" in answer.output
    assert "milex" not in answer.output


# -- kinds of happening, and what a notebook shows

DISPLAY = '''
"""A state shows its strength."""

from sim.explain.decisions import Decision
from sim.explain.happening import Happening, reasons_for, steps_of
from sim.explain.kind import Kind


def notice(history, step):
    moment = history.moments[step]
    for place, key in enumerate(history.position.labels["state"]):
        shown = moment.arrays["displays"][place, 0]
        if shown > 0:
            what = f"{history.position.titles[key]} displays its strength"
            yield Happening(moment.date, "show of force", key, "", what, reasons_for(history, step, "displays", key))


def display(history, step, actor):
    heading = f"{history.position.titles[actor]} thinks of what to display"
    return [Decision(heading, step, actor, "", "displays", (), lambda count: f"{count:.0f} displays")]


def decisions(history, happening):
    return display(history, steps_of(history, happening.date)[0], happening.actor)


def closest(history, names, steps):
    return display(history, steps[0], history.position.labels["state"][0])


KIND = Kind(rank=8, notice=notice, decisions=decisions, closest=closest, other_words=("parade",), by_state=True)
'''


@pytest.fixture
def an_eighth_kind(tmp_path, monkeypatch):
    (tmp_path / "show_of_force.py").write_text(DISPLAY, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    kinds.catalogue.cache_clear()
    yield
    kinds.catalogue.cache_clear()


@pytest.mark.usefixtures("an_eighth_kind")
def test_an_eighth_kind_is_one_file():
    assert list(kinds.catalogue())[-1] == "show of force"
    history = run("south_caucasus_2010", run=3)
    shown = [found for found in history.happenings if found.kind == "show of force"]
    assert shown
    month = f"{shown[0].date:%Y-%m}"
    assert f"{month}  {shown[0].what}." in narrate(history)[1:][history.happenings.index(shown[0])]
    for query in (f"show of force {month} {shown[0].actor}", f"parade {month} {shown[0].actor}"):
        assert told(history, query).startswith(f"{month}  {shown[0].what}.")
        assert "displays.\n" in told(history, query)
    without = next(f"{m.date:%Y-%m}" for m in history.moments if m.date not in {found.date for found in shown})
    assert "Azerbaijan thinks of what to display" in told(history, f"parade {without}")
    with pytest.raises(Mistake, match="show of force, talks, war, war end"):
        told(history, "")


def test_no_other_file_of_the_room_names_a_kind():
    room = Path(kinds.__file__).parents[1]
    for file in room.glob("*.py"):
        named = [kind for kind in kinds.names() if f'"{kind}"' in file.read_text(encoding="utf-8")]
        assert not named, file.name


def test_every_file_of_a_kind_yields_happenings_of_its_name(history):
    assert {happening.kind for happening in history.happenings} <= set(kinds.names())
    for step in range(len(history.moments)):
        for name, kind in kinds.catalogue().items():
            assert {happening.kind for happening in kind.notice(history, step)} <= {name}


def test_a_run_and_an_answer_show_well_in_a_notebook(history):
    assert repr(history).startswith("South Caucasus 2010-2024, a hindcast: run 3 of seed 0, ")
    assert "milex, Azerbaijan" in repr(history)
    assert f"deaths {float(history.dataset['deaths'][0]):,.0f}" in repr(history).splitlines()[-1]
    assert len(repr(history)) < 1000
    assert history._repr_html_().startswith("<pre>South Caucasus 2010-2024, a hindcast: run 3 of seed 0, ")
    answer = why(history, f"war {campaign(history)[1]}")
    assert answer._repr_html_().startswith("<pre>")
    assert str(answer) == "\n\n".join(answer)
    assert history.why(f"war {campaign(history)[1]}") == answer
    assert history.narrate() == narrate(history)
