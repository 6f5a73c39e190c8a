"""The live page's server: what it answers, how it shares work, and what it refuses."""

import asyncio
import hashlib
import json
import os
import signal
import time

import numpy as np
import pytest
import yaml
from starlette.testclient import TestClient

import sim
from sim.briefs.effects import effects
from sim.briefs.headline import headline
from sim.live.briefed import briefed
from sim.live.levers import levers, moved
from sim.live.pool import Pool
from sim.live.server import PAGE, server
from sim.live.setting import setting_of
from sim.model.mistakes import Mistake
from sim.scenario.check import load
from sim.scenario.files import shipped_scenarios

HERE = "http://127.0.0.1"
EMBARGO = "lever.israel.embargo.azerbaijan=1"
ASKED = "scenario=status_quo&runs=8&seed=4"
READY = "ARMSRACE_TEST_IS_READY"
LISTED = yaml.safe_load((PAGE.parent / "levers.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def client():
    """A client of one server with one process."""
    with TestClient(server(Pool(1)), base_url=HERE) as client:
        yield client


def told(response):
    """Return the messages of an answer."""
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture(scope="module")
def answered(client):
    """Status quo with and without an embargo, as the page hears it."""
    return told(client.get(f"/api/what-if?{ASKED}")), told(client.get(f"/api/what-if?{ASKED}&{EMBARGO}"))


def test_an_answer_is_that_of_a_sweep(answered):
    plain, changed = answered
    data = sim.sweep("status_quo", 8, seed=4, kept_paths=8)
    last = plain[-2]
    assert last["war"] == int((data["campaigns"] > 0).sum())
    spending = data["milex"].transpose("time", "state", "member").values[-1]
    assert np.allclose(last["milex"], np.quantile(spending, (0.1, 0.5, 0.9), axis=-1).T, rtol=1e-3)
    taken = data["deliveries"].sum("time").mean("member").transpose("state", "origin").values
    assert np.allclose(last["arms"], taken, rtol=1e-3, atol=1e-6)
    assert plain[-1]["differences"] == []

    without = load("status_quo")
    with_it = moved(without, {"israel.embargo.azerbaijan": 1.0})
    found = effects(data, sim.sweep(with_it, 8, seed=4, kept_paths=8))
    assert changed[-1]["headline"] == str(headline(found))
    assert [row["second"] for row in changed[-1]["differences"]] == [one.sides[1].shown for one in found.told]
    assert not any(row["first"].startswith(("+", "×")) for row in changed[-1]["differences"]), "a level has no sign"
    assert "Israel's share of Azerbaijan's arms" in [row["words"] for row in changed[-1]["differences"]]


def test_equal_questions_are_played_once(client, answered):
    played = client.app.state.pool.played
    assert told(client.get(f"/api/what-if?seed=4&runs=8&scenario=status_quo&{EMBARGO}"))[-1] == answered[1][-1]
    assert client.app.state.pool.played == played


def counting(name, most, memory):
    """Say numbers, slowly."""
    for number in range(most):
        time.sleep(0.01)
        yield {"name": name, "number": number}


def test_those_who_ask_at_once_share_and_who_leaves_frees_the_process():
    async def play():
        pool = Pool(1)
        try:

            async def all_of(key, most):
                return [line async for lines in pool.ask(key, counting, key, most) for line in lines.splitlines()]

            first, second = await asyncio.gather(all_of("equal", 3), all_of("equal", 3))
            assert first == second
            assert (len(first), pool.played) == (3, 1)

            leaving = pool.ask("long", counting, "long", 100_000)
            await anext(leaving)
            await leaving.aclose()
            assert len(await asyncio.wait_for(all_of("next", 2), 20)) == 2
        finally:
            pool.close()

    asyncio.run(play())


def get_ready():
    """Take a while."""
    time.sleep(0.5)
    os.environ[READY] = "yes"


def whether_ready(memory):
    yield {"ready": READY in os.environ, "process": os.getpid()}


def test_processes_answer_until_those_that_get_ready_take_their_places():
    async def ask(pool, key):
        return json.loads(b"".join([lines async for lines in pool.ask(key, whether_ready)]))

    async def play():
        pool = Pool(1, get_ready)
        try:
            pool.warm()
            first = await ask(pool, "at once")
            assert not first["ready"]
            for moment in range(200):
                await asyncio.sleep(0.1)
                then = await ask(pool, f"moment {moment}")
                if then["ready"]:
                    break
            assert then["ready"]
            assert then["process"] != first["process"]
            os.kill(then["process"], signal.SIGKILL)
            await asyncio.sleep(0.5)
            assert (await ask(pool, "its follower"))["ready"]
        finally:
            pool.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("scenario=nowhere", "there is no scenario 'nowhere'"),
        ("scenario=../../etc/passwd", "there is no scenario"),
        ("scenario=%00", "there is no scenario"),
        ("scenario=" + "x" * 60_000, "there is no scenario"),
        ("runs=1", "runs"),
        ("runs=1000000000", "runs"),
        ("runs=many", "is no whole number"),
        ("seed=-1", "seed"),
        ("run=x", "is no whole number"),
        ("run=-1", "run"),
        ("lever.israel.embargo.azerbaijan=x", "is no number"),
        ("lever.israel.embargo.azerbaijan=7", "israel.embargo.azerbaijan"),
        ("lever.israel.embargo.azerbaijan=nan", "israel.embargo.azerbaijan"),
        ("lever.israel.kindness=1", "kindness"),
    ],
)
def test_what_cannot_be_played_is_said_in_a_sentence(client, query, words):
    response = client.get(f"/api/history?{query if 'scenario' in query else 'scenario=status_quo&' + query}")
    sentence = response.json()["sentence"] if response.status_code == 400 else told(response)[-1]["sentence"]
    assert words in sentence
    assert len(sentence) < 600


def test_scenarios_are_offered_by_their_titles(client):
    names = {one["name"]: one["title"] for one in client.get("/api/about").json()["scenarios"]}
    assert list(names) == shipped_scenarios()
    assert names["israeli_embargo"] == load("israeli_embargo").title


def test_nobody_calls_it_by_another_name(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/").status_code == 200


def test_a_token_is_asked_for_once():
    with TestClient(server(Pool(1), ["class.local"], "open-sesame"), base_url="http://class.local") as client:
        assert client.get("/").status_code == client.get("/?token=wrong").status_code == 403
        assert client.get("/?token=%C3%B6ffne-dich").status_code == client.get("/api/about").status_code == 403
        assert "default-src 'self'" in client.get("/").headers["Content-Security-Policy"]
        opened = client.get("/?token=open-sesame&scenario=status_quo")
        assert opened.status_code == 200
        assert "token" not in str(opened.url)
        assert client.get("/api/scenario").status_code == 200


@pytest.mark.parametrize("path", ["/../server.py", "/%2e%2e/levers.yaml", "/..%2fserver.py", "/vendor/../../pool.py"])
def test_nothing_but_the_page_is_served(client, path):
    assert client.get(path).status_code == 404


@pytest.fixture
def brief(tmp_path):
    """A brief of two nations of which one answers twice as much, being made."""
    asked = [("scenario", "richardson"), ("runs", "4"), ("lever.north.match_rival_linearly.reaction", "0.6")]
    return briefed(setting_of(asked), tmp_path)


def test_a_brief_is_made_of_both_sides_and_says_how_far_it_is(brief, monkeypatch):
    # What it rests on costs minutes; that and its track record have tests of their own.
    for section in ("rests_on", "track_record"):
        monkeypatch.setattr(f"sim.briefs.pages.{section}", lambda *asked: [])
    *stages, made = brief
    assert [(one["stage"], one["played"], one["histories"]) for one in stages] == [(1, 4, 4), (2, 4, 4)]
    assert made["file"] == "brief_richardson.html"
    assert "How far North matches South&#x27;s spending: 0.6 per yr, not 0.3" in made["html"]


def test_whoever_does_not_wait_for_a_brief_ends_it(brief, monkeypatch):
    went_on = []

    def slowly(asked, place):
        for month in range(2000):
            place.options.progress(month, 2000)
            time.sleep(0.001)
        went_on.append(month)

    monkeypatch.setattr("sim.live.briefed.pages", slowly)
    next(brief)
    brief.close()
    assert not went_on


def test_a_brief_of_nothing_moved_is_refused(tmp_path):
    with pytest.raises(Mistake, match="nothing is moved"):
        next(briefed(setting_of([("scenario", "richardson")]), tmp_path))


def test_letters_and_cards_are_served(client):
    letters = client.get("/letters/normal.woff")
    assert letters.content[:4] == b"wOFF"
    assert len(letters.content) < 40_000
    assert client.get("/letters/italic.woff").status_code == 404
    card = client.get("/api/card?rule=misjudge_rival").json()
    assert [one["name"] for one in card["numbers"]] == ["persistence", "error", "opacity"]
    assert "unknown rule 'guess'" in client.get("/api/card?rule=guess").json()["sentence"]


def test_vendored_files_are_those_that_were_checked():
    vendor = PAGE / "vendor"
    for line in (vendor / "SHA256SUMS").read_text("utf-8").splitlines():
        checksum, name = line.split()
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == checksum, name
    assert sum(path.stat().st_size for path in PAGE.rglob("*") if path.is_file()) < 700_000


@pytest.fixture(scope="module")
def offered():
    """Of each listed lever, the first shipped scenario that has it."""
    found = {}
    for name in ("status_quo", "richardson", *shipped_scenarios()):
        for lever in levers(load(name)):
            found.setdefault(lever.path, (name, lever))
        if len(found) == len(LISTED):
            break
    return found


@pytest.mark.parametrize("path", [entry["path"] for entry in LISTED])
def test_each_lever_moves_something_at_both_ends(offered, path):
    assert path in offered, "no shipped scenario has this number"
    name, lever = offered[path]
    for end in {lever.low, lever.high} - {lever.value}:
        played = [sim.watch(scenario, 32, seed=0) for scenario in (load(name), moved(load(name), {path: end}))]
        # Until the first month in which a pair differs.
        assert any(differs(*steps) for steps in zip(*played, strict=True)), f"{path} at {end:g}"


def differs(one, other):
    """Return whether a history differs between two steps, in what is drawn of them."""
    drawn = [[step["milex"], step["balance"], step["deliveries"], step.outcome("campaigns")] for step in (one, other)]
    return not all(map(np.array_equal, *drawn))
