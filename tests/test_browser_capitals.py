"""The capitals in a real browser: seven groups play a game to its end; one of them loses its connection."""

import pytest
import yaml
from browsing import PHONE, WIDE, serving

from sim.live.pool import Pool
from sim.live.server import server

ROUNDS, MONTHS = 2, 3
DRAFT = "a draft that is not lost"


@pytest.fixture(scope="module")
def class_room(browser, tmp_path_factory):
    """The address of a server that keeps games."""
    with serving(server(Pool(0), games=tmp_path_factory.mktemp("games"))) as address:
        yield address


def begun(visit, address):
    """Return the facilitator's page of a new game, and the links of its seats."""
    lead = visit(f"{address}?part=seats", WIDE)
    lead.wait_for_selector("input[type=checkbox]")
    for name, value in (("months", MONTHS), ("rounds", ROUNDS), ("seed", 3), ("group-armenia", "Group one")):
        lead.fill(f"[name={name}]", str(value))
    return lead


def decide(page, why):
    """Decide the first thing otherwise than the rules, and say why."""
    first = page.locator(".decision").first
    first.get_by_label("We decide this ourselves").check()
    if first.get_by_role("radio").count():
        first.get_by_label("yes" if first.get_by_label("no", exact=True).is_checked() else "no", exact=True).check()
    else:
        slider = first.get_by_role("slider")
        slider.focus()
        slider.press("ArrowRight")
    page.fill("#because", why)


def test_seven_groups_play_a_game_to_its_end(class_room, visit, looked_at):
    lead = begun(visit, class_room)
    looked_at(lead, "seats-begin-wide")
    lead.get_by_role("button", name="Begin").click()
    lead.wait_for_selector(".seats a")
    links = [link.get_attribute("href") for link in lead.locator(".seats a").all()]
    assert len(links) == 7
    seats = [visit(link, PHONE if place % 2 else WIDE) for place, link in enumerate(links)]
    for number in range(1, ROUNDS + 1):
        for place, page in enumerate(seats):
            page.get_by_text(f"Round {number} of {ROUNDS}").wait_for()
            decide(page, DRAFT if (number, place) == (1, 1) else f"round {number}")
        for place, page in enumerate(seats):
            page.get_by_text("Saved", exact=True).wait_for()
            if number == 1 and place in (0, 1, 4, 5):
                looked_at(
                    page, f"seats-{('azerbaijan-wide', 'armenia-phone', '', '', 'russia-wide', 'france-phone')[place]}"
                )
        if number == 1:
            seats[1] = reconnected(visit, seats[1], links[1])
        for page in seats:
            page.get_by_role("button", name="Done").click()
            page.get_by_text("wait for the others").wait_for()
        lead.wait_for_function("() => document.querySelectorAll('.seats tr.done').length === 7")
        for name, (width, height) in (("phone", PHONE), ("wide", WIDE)) if number == 1 else ():
            lead.set_viewport_size({"width": width, "height": height})
            looked_at(lead, f"seats-lead-{name}")
        lead.get_by_role("button", name="End the round").click()
    lead.get_by_role("heading", name="The debriefing").wait_for()
    for page in seats:
        page.get_by_text("The game is over").wait_for()
    looked_at(lead, "seats-debriefing-wide")
    looked_at(seats[1], "seats-debriefing-phone")
    with seats[1].expect_download() as download:
        seats[1].get_by_role("button", name="Download as a scenario").click()
    decisions = yaml.safe_load(download.value.path().read_text("utf-8"))["decisions"]
    assert len(decisions) == 7 * ROUNDS
    assert DRAFT in [one["because"] for one in decisions]


def reconnected(visit, page, link):
    """Lose the connection and find it again, then close the page and come back; what was drafted is there."""
    page.context.set_offline(True)
    page.fill("#because", f"{DRAFT} yet")
    page.get_by_text("Not saved yet").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Saved", exact=True).wait_for()
    page.fill("#because", DRAFT)
    page.get_by_text("Saved", exact=True).wait_for()
    page.complaints[:] = [one for one in page.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    page.close()
    again = visit(link, PHONE)
    again.wait_for_selector("#because")
    assert again.input_value("#because") == DRAFT
    assert again.locator(".decision").first.get_by_label("We decide this ourselves").is_checked()
    return again


def test_a_code_that_is_typed_opens_its_seat_and_another_is_refused(class_room, visit, looked_at):
    lead = begun(visit, class_room)
    lead.get_by_role("button", name="Begin").click()
    code = lead.locator(".seats a").first.inner_text()
    page = visit(f"{class_room}join", PHONE)
    page.fill("#code", "aaaa-aaaa")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("No seat has this code").wait_for()
    page.complaints[:] = [one for one in page.complaints if "403" not in one]
    looked_at(page, "seats-join-phone")
    page.fill("#code", code.upper())
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Azerbaijan", exact=True).wait_for()
