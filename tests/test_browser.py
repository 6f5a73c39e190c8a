"""The live page in a real browser: clicked through, judged, pictures taken; on wide screens and on phones."""

import json

import pytest
from browsing import PHONE, WIDE

SIZES = pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("phone", PHONE)])
FEW = "scenario=status_quo&runs=8&seed=4"
EMBARGO = "lever.israel.embargo.azerbaijan"
ANSWERED = "section[aria-label=Differences] table"
FOCUS = """() => {
  const at = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(at);
  return { name: at.id || at.textContent.trim(), seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
}"""
# Run before a page: it keeps what the headline said.
TOLD = """addEventListener("DOMContentLoaded", () => {
  window.told = new Set();
  new MutationObserver(() => told.add(document.querySelector("h1")?.textContent))
    .observe(document.body, { childList: true, subtree: true });
})"""


def asked(page, name):
    """Return what the address says under a name."""
    return page.evaluate("name => new URLSearchParams(location.search).get(name)", name)


# -- what if


@SIZES
def test_what_if_is_asked_and_answered(address, visit, looked_at, name, size):
    page = visit(f"{address}?part=what-if&{FEW}&{EMBARGO}=1", size)
    page.wait_for_selector(ANSWERED)
    *_, last = page.request.get(f"{address}api/what-if?{FEW}&{EMBARGO}=1").text().splitlines()
    headline = page.locator("h1[aria-live=polite]")
    assert headline.inner_text() == json.loads(last)["headline"]
    assert headline.get_attribute("aria-busy") == "false"
    looked_at(page, f"what-if-{name}")

    charts = page.locator("figure:has(> .chart)")
    assert charts.count() == 4
    for i, summary in enumerate(charts.locator("summary").all()):
        summary.click()
        charts.nth(i).locator("details table").wait_for()
    assert [table.locator("tbody tr").count() > 2 for table in charts.locator("details table").all()] == [True] * 4
    looked_at(page, f"what-if-numbers-{name}")


def test_each_lever_is_moved_by_keyboard(address, visit):
    page = visit(f"{address}?part=what-if&{FEW}")
    levers = page.locator(".lever input[type=range]")
    levers.first.wait_for()
    assert page.locator(".controls > .lever").count() == 8
    page.locator(".more > summary").click()
    names = [slider.get_attribute("id").replace("-", ".") for slider in levers.all()]
    for slider, output in zip(levers.all(), page.locator(".lever output").all(), strict=True):
        before = output.inner_text()
        slider.press("ArrowRight")
        assert output.inner_text() == slider.get_attribute("aria-valuetext") != before
    assert all(asked(page, name) for name in names)
    page.wait_for_selector(f"{ANSWERED}, [role=alert]")
    assert page.locator("[role=alert]").count() == 0

    page.locator(".lever .ends button").first.click()
    assert asked(page, names[0]) is None
    page.get_by_role("button", name="Put all back").click()
    page.wait_for_selector("text=Nothing is moved")
    assert [name for name in names if asked(page, name)] == []


def test_whoever_has_no_mouse_reaches_everything(address, visit):
    page = visit(f"{address}?part=what-if&{FEW}")
    page.wait_for_selector("text=Nothing is moved")
    wanted = page.locator("main :is(button:enabled, input, select, summary):visible, header a").count()
    reached = []
    for _ in range(wanted + 1):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
    assert reached[0]["name"] == "Skip to the content"
    assert len({one["name"] for one in reached}) > 15
    assert [one["name"] for one in reached if not one["seen"]] == []
    assert reached[-1]["name"] == "Brief of this"


def test_an_answer_can_be_taken_away(address, visit):
    page = visit(f"{address}?part=what-if&{FEW}&{EMBARGO}=1", permissions=["clipboard-read", "clipboard-write"])
    page.wait_for_selector(ANSWERED)

    def taken(button):
        with page.expect_download() as found:
            page.get_by_role("button", name=button).click()
        return found.value.suggested_filename, found.value.path().read_text("utf-8")

    name, text = taken("Download CSV")
    head, *rows = text.splitlines()
    assert (name, len(rows)) == ("armsrace_status_quo.csv", 180)
    assert {len(row.split(",")) for row in (head, *rows)} == {len(head.split(","))}
    _, text = taken("Download JSON")
    assert json.loads(text)["end"]["pairs"] == 8

    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector("text=Address copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.get_by_role("button", name="Copy as YAML").click()
    page.wait_for_selector("text=Scenario copied")
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == page.request.get(f"{address}api/yaml?{FEW}&{EMBARGO}=1").text()
    )

    # A brief takes minutes; what makes it is tested beside the server.
    said = [
        {"kind": "stage", "stage": 2, "of": 4, "played": 5, "histories": 8},
        {"kind": "brief", "file": "a.html", "html": "<p>"},
    ]
    page.route("**/api/brief?*", lambda route: route.fulfill(body="".join(json.dumps(one) + "\n" for one in said)))
    assert taken("Brief of this") == ("a.html", "<p>")


def test_who_wants_less_motion_sees_the_end_alone(address, visit):
    page = visit("about:blank", reduced_motion="reduce")
    page.add_init_script(TOLD)
    page.goto(f"{address}?part=what-if&scenario=status_quo&runs=9&{EMBARGO}=1")
    page.wait_for_selector(ANSWERED)
    assert len(page.evaluate("[...told].filter(Boolean)")) <= 3  # being played, the baseline, the answer
    assert page.evaluate("getComputedStyle(document.querySelector('.progress i')).animationName") == "none"
    page.complaints.clear()  # which are of a page from nowhere


def test_what_cannot_be_played_is_said_in_the_page(address, visit):
    page = visit(f"{address}?part=what-if&scenario=nowhere")
    assert "there is no scenario 'nowhere'" in page.locator("[role=alert]").inner_text()
    page.complaints.clear()  # the browser notes a refusal


# -- one history


@SIZES
def test_a_history_is_played(address, visit, looked_at, name, size):
    page = visit(f"{address}?part=history&{FEW}&month=2029-05", size)

    def shows(month):
        page.wait_for_selector(f".player output:text('{month}')")

    shows("2029-05")
    looked_at(page, f"history-{name}")
    page.get_by_role("button", name="A month on").click()
    shows("2029-06")
    assert asked(page, "month") == "2029-06"
    page.get_by_role("slider", name="Month").press("ArrowLeft")
    shows("2029-05")
    page.get_by_role("button", name="Play").click()
    page.wait_for_selector(".player output:text-matches('2029-(0[7-9]|1)|203')")
    page.get_by_role("button", name="Pause").click()
    page.locator("figure summary").click()
    page.wait_for_selector("figure details table")
    assert page.locator("figure details th[scope=col]").all_inner_texts() == ["Supplier", "to Azerbaijan", "to Armenia"]


def test_events_lead_to_rules_and_questions_to_answers(address, visit, looked_at):
    page = visit(f"{address}?part=history&{FEW}")
    page.wait_for_selector(".player input[max='179']")
    page.get_by_role("slider", name="Month").press("End")
    page.wait_for_selector(".player output:text('2036-12')")
    rule = page.locator(".events .card-of").first
    rule.click()
    page.wait_for_selector("dialog[open] b:text('Formula')")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert rule.evaluate("one => one === document.activeElement")
    rule.press("Enter")
    page.wait_for_selector("dialog[open] b:text('Formula')")
    looked_at(page, "rule")
    page.get_by_role("button", name="Close").click()

    page.get_by_label("Why, or why not?").fill("war 2030")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("pre.answer:has-text('2030')")
    looked_at(page, "why")

    page.get_by_role("button", name="Another history").click()
    assert asked(page, "run") == "1"
    page.get_by_role("link", name="What if").click()
    page.wait_for_selector(".charts svg")
    page.go_back()
    page.wait_for_selector(".player")
