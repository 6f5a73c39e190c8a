"""The capitals: a class decides in rounds, each seat knows what it may, and nothing that was decided is lost."""

import json

import numpy as np
import pytest
import yaml
from starlette.testclient import TestClient

import sim
from sim.live.pool import Pool
from sim.live.seats import PAUSE
from sim.live.server import server

HERE = {"base_url": "http://127.0.0.1", "client": ("127.0.0.1", 50_000)}
MONTHS, ROUNDS, SEED = 2, 3, 5
LEAD = "/api/game"


@pytest.fixture(scope="module", autouse=True)
def _nobody_waits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.live.seats.PAUSE", 0.0)
        yield


def served(folder, **how):
    """Return a client of a server that keeps games in a folder and plays nothing else."""
    return TestClient(server(Pool(0), games=folder, **how), **HERE)


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def sent(suggested, value):
    return {"decides": suggested["decides"], "about": suggested["about"], "value": value}


class Class:
    """A facilitator and seven groups, each of which notes all that its page was told while the game went on."""

    def __init__(self, client):
        self.client = client
        offered = client.get("/api/seats?scenario=status_quo").json()["seats"]
        groups = {seat["key"]: f"group of {seat['key']}" for seat in offered if seat["taken"]}
        asked = {"scenario": "status_quo", "seed": SEED, "months": MONTHS, "rounds": ROUNDS, "groups": groups}
        self.lead = bearer(client.post("/api/games", json=asked).json()["facilitator"])
        self.codes = {seat["key"]: seat["code"] for seat in self.all()["seats"] if seat["code"]}
        self.heard = {actor: [] for actor in self.codes}

    def all(self):
        return self.client.get(LEAD, headers=self.lead).json()

    def look(self, actor):
        response = self.client.get("/api/seat/", headers=bearer(self.codes[actor]))
        assert response.status_code == 200
        self.heard[actor].append(response.text)
        return response.json()

    def choose(self, actor, **what):
        document = {"round": 1, "choices": [], "because": "", "done": True} | what
        return self.client.put("/api/seat/", headers=bearer(self.codes[actor]), json=document)

    def play_round(self, number):
        """Let each group move what it is first advised on half-way to an end of its range, and end the round."""
        for place, actor in enumerate(self.codes):
            told = self.look(actor)
            assert (told["seat"], told["round"]) == (actor, number)
            first = told["suggests"][0]
            if first["unit"] == "flag":
                value = 1.0 - round(first["value"])
            else:
                value = first["value"] + (0.21 + place / 100) * (first["high"] - first["value"])
            answer = self.choose(actor, round=number, choices=[sent(first, value)], because=secret(actor, number))
            assert answer.status_code == 200, answer.text
            self.heard[actor].append(answer.text)
        ended = self.client.post(f"{LEAD}/round", headers=self.lead, json={"round": number})
        assert ended.status_code == 200, ended.text


def secret(actor, number):
    return f"what {actor} thinks in round {number}"


def game_of(client):
    """Return the game that a server plays."""
    (running,) = client.app.state.games._running.values()
    return running.game


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A game of seven seats, played to its end, over two servers; what the first knew, and the second picked up."""
    folder = tmp_path_factory.mktemp("games")
    with served(folder) as client:
        group = Class(client)
        group.play_round(1)
        suggested = group.look("armenia")["suggests"][0]
        group.choose(
            "armenia", round=2, choices=[sent(suggested, suggested["value"] * 1.1)], because="a draft", done=False
        )
        group.before = group.all(), group.look("armenia"), game_of(client).history
    with served(folder) as client:
        group.client = client
        group.after = group.all(), group.look("armenia"), game_of(client).history
        group.play_round(2)
        group.play_round(3)
        group.game = game_of(client)
        group.end = group.all(), {actor: group.client.get("/api/seat/", headers=bearer(code)).json()
                                  for actor, code in group.codes.items()}  # fmt: skip
        group.yaml = client.get(f"{LEAD}/yaml", headers=group.lead).text
        group.text = client.get("/api/seat/text", headers=bearer(group.codes["iran"])).text
    return group


def test_a_server_that_is_started_again_goes_on_with_the_game(played):
    (all_before, seat_before, history), (all_after, seat_after, again) = played.before, played.after
    for before, after in ((all_before, all_after), (seat_before, seat_after)):
        for told in (before, after):
            told.pop("version"), told.pop("here", None)
            for seat in (told, *told.get("seats", ())):
                for perceived in seat.get("perceives", ()):
                    perceived.pop("before")
        assert before == after
    assert seat_after["because"] == "a draft"
    assert len(seat_after["choices"]) == 1
    for name, array in history.moments[MONTHS - 1].arrays.items():
        np.testing.assert_array_equal(again.moments[MONTHS - 1].arrays[name], array, err_msg=name)


def test_the_played_history_is_a_scenario_that_plays_the_same(played, tmp_path):
    path = tmp_path / "played.yaml"
    path.write_text(played.yaml, encoding="utf-8")
    again = sim.run(sim.load(path), seed=SEED)
    assert len(again.moments) == MONTHS * ROUNDS == len(played.game.history.moments)
    for moment, other in zip(again.moments, played.game.history.moments, strict=True):
        for name, array in moment.arrays.items():
            np.testing.assert_array_equal(other.arrays[name], array, err_msg=f"{moment.date} {name}")
    decisions = yaml.safe_load(played.yaml)["decisions"]
    assert len(decisions) == len(played.codes) * ROUNDS
    assert {one["because"] for one in decisions} == {
        secret(actor, number) for actor in played.codes for number in (1, 2, 3)
    }


def test_a_seat_is_told_what_it_perceives_and_no_secret_of_another(played):
    lead = played.lead["authorization"].split()[1]
    for actor, heard in played.heard.items():
        text = "\n".join(heard)
        assert secret(actor, 1) in text
        assert lead not in text
        for other in played.codes.keys() - {actor}:
            assert not any(secret(other, number) in text for number in (1, 2, 3)), (actor, other)
            assert played.codes[other] not in text
            assert not telling(played.heard[other]) & numbers(text), (actor, other)
    assert all(len(telling(played.heard[state])) > 20 for state in ("azerbaijan", "armenia"))


def telling(heard):
    """Return the numbers that only a seat's own page has: those with so many digits that they tell it apart."""
    told = [one["value"] for each in map(json.loads, heard) for part in ("suggests", "choices") for one in each[part]]
    return {number for number in told if len(f"{number!r}") > 10}


def numbers(text):
    """Return all numbers in lines of JSON."""
    found = set()
    for line in text.splitlines():
        json.loads(line, parse_float=lambda one: found.add(float(one)))
    return found


def test_after_the_last_round_all_is_told_to_all(played):
    everything, seats = played.end
    assert everything["over"]
    assert all(told["over"] for told in seats.values())
    assert secret("armenia", 2) in played.text


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A game in its first round."""
    with served(tmp_path_factory.mktemp("begun")) as client:
        yield Class(client)


def test_what_a_seat_cannot_decide_is_refused_with_a_sentence(begun):
    first = begun.look("armenia")["suggests"][0]
    other = begun.look("russia")["suggests"][0]
    for what, words in (
        ({"choices": [sent(first, first["high"] * 2)]}, "is out of range; choose between"),
        ({"choices": [sent(first, "much")]}, "a number is needed"),
        ({"choices": [sent(other, 1.0)]}, "not for this seat to decide"),
        ({"choices": [sent(first | {"about": "mars"}, 1.0)]}, "not for this seat to decide"),
        ({"choices": [sent(first | {"decides": []}, 1.0)]}, "not for this seat to decide"),
        ({"choices": "all"}, "there have to be choices"),
        ({"choices": ["all"]}, "a choice has"),
        ({"because": "x" * 1000}, "a reason has at most"),
        ({"round": 2}, "round 2"),
        ({"round": None}, "round"),
    ):
        answer = begun.choose("armenia", **what)
        assert answer.status_code == 400, what
        assert words in answer.json()["sentence"]
    whole = begun.client.put("/api/seat/", headers=bearer(begun.codes["armenia"]), content=b"[" * 70_000)
    assert "has to be JSON" in whole.json()["sentence"]
    assert begun.look("armenia")["choices"] == []


def test_who_has_no_code_is_refused_and_a_seat_ends_no_round(begun):
    code = bearer(begun.codes["armenia"])
    for headers in ({}, bearer("aaaa-aaaa"), begun.lead):
        assert begun.client.get("/api/seat/", headers=headers).status_code == 403
    for path in ("round", "end"):
        assert begun.client.post(f"{LEAD}/{path}", headers=code, json={"round": 1}).status_code == 403
    for path in ("", "/yaml", "/text"):
        assert begun.client.get(LEAD + path, headers=code).status_code == 403
    for path in ("yaml", "text"):
        assert "not over yet" in begun.client.get(f"/api/seat/{path}", headers=code).json()["sentence"]
    ended = begun.client.post(f"{LEAD}/end", headers=begun.lead, json={})
    assert "no round has been played yet" in ended.json()["sentence"]
    assert begun.all()["round"] == 1
    assert PAUSE > 0


def test_games_are_listed_to_whoever_sits_at_the_machine(begun):
    (listed,) = begun.client.get("/api/games").json()["games"]
    assert bearer(listed["facilitator"]) == begun.lead
    elsewhere = TestClient(begun.client.app, base_url="http://127.0.0.1", client=("192.168.1.9", 1))
    assert elsewhere.get("/api/games").json() == {"games": []}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rounds": 40, "months": 24}, "play at most 7 rounds of 24 months"),
        ({"rounds": 0}, "rounds: write 1 or more"),
        ({"groups": {}}, "nobody sits anywhere"),
        ({"groups": {"armenai": ""}}, "nobody decides for 'armenai'"),
        ({"groups": {"region": ""}}, "nobody decides for 'region'"),
        ({"groups": ["armenia"]}, "needs a scenario and groups"),
        ({"scenario": "../x"}, "needs a scenario and groups"),
        ({"seed": "luck"}, "seed"),
    ],
)
def test_a_game_that_cannot_be_played_is_refused(begun, change, words):
    asked = {"scenario": "status_quo", "groups": {"armenia": ""}} | change
    answer = begun.client.post("/api/games", json=asked)
    assert answer.status_code == 400
    assert words in answer.json()["sentence"]


def test_a_link_of_a_seat_opens_from_any_device_and_nothing_else(tmp_path):
    app = server(Pool(0), ["class.local"], "open-sesame", games=tmp_path)
    with TestClient(app, base_url="http://class.local") as lead:
        lead.get("/?token=open-sesame")
        code = Class(lead).codes["iran"]
        student = TestClient(app, base_url="http://class.local")
        opened = student.get(f"/join/{code.upper()}")
        assert opened.status_code == 200
        assert opened.url.path == "/join"
        assert dict(opened.url.params) == {"seat": code}
        for path in ("/join", "/main.js", "/style.css", "/vendor/d3.min.js", "/letters/normal.woff"):
            assert student.get(path).status_code == 200
        assert student.get("/api/seat/", headers=bearer(code)).json()["seat"] == "iran"
        for path in (
            "/",
            "/api/about",
            "/api/what-if",
            "/api/games",
            "/api/seats",
            LEAD,
            "//api/about",
            "/./api/about",
        ):
            assert student.get(path, headers=bearer(code)).status_code in (403, 404), path


def test_another_server_does_not_write_into_the_same_games(tmp_path):
    with served(tmp_path) as one, served(tmp_path) as other:
        Class(one)
        assert "another process is writing" in other.get("/api/games").json()["sentence"]


def test_what_is_no_game_is_left_alone_and_one_that_cannot_be_played_is_a_sentence(tmp_path):
    with served(tmp_path) as client:
        lead = Class(client).lead
    (path,) = tmp_path.glob("*.json")
    (tmp_path / "notes.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "half.json").write_text('{"facilitator": ', encoding="utf-8")
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(document | {"scenario": {"title": "x"}}), encoding="utf-8")
    with served(tmp_path) as client:
        answer = client.get(LEAD, headers=lead)
        assert answer.status_code == 400
        assert "cannot be gone on with" in answer.json()["sentence"]
