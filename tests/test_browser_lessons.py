"""A lesson in a real browser: lesson 2 done to its end by keyboard and pointer, on wide screens and on phones."""

import pytest
from browsing import PHONE, WIDE

SIZES = pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("phone", PHONE)])


def test_lesson_2_is_done_to_its_end(address, visit, looked_at):
    page = visit(f"{address}?part=lesson")
    looked_at(page, "lessons-wide")
    page.get_by_role("link", name="One history proves nothing").click()
    page.get_by_role("button", name="Next: What you need to know").click()
    page.keyboard.press("Tab")  # from the heading, which has the focus
    assert page.evaluate("document.querySelector('.lesson-text').contains(document.activeElement)")
    page.get_by_role("button", name="Predict", exact=True).press("Enter")
    assert page.get_by_role("button", name="Play", exact=True).is_disabled()
    assert not page.locator(".controls").count(), "levers before a prediction"
    for choice in ("Three or four wars apart", "About a tenth as far"):
        page.get_by_label(choice).check()
    assert page.get_by_role("button", name="Next: Play").is_disabled()
    page.locator("textarea").fill("seven, since much is at stake")

    page.get_by_role("button", name="Next: Play").click()
    page.get_by_label("Luck (seed)").fill("2")
    page.get_by_label("Luck (seed)").press("Enter")
    told = page.locator(".lesson-play .soft").first
    told.get_by_text("10 histories, luck 2").wait_for()
    page.get_by_label("Histories", exact=True).select_option("50")
    told.get_by_text("50 histories, luck 2").wait_for()
    page.get_by_role("link", name="10 histories", exact=True).click()
    told.get_by_text("10 histories, luck 1").wait_for()
    looked_at(page, "lesson-play-wide")

    page.get_by_role("button", name="Next: Explain").click()
    for box in page.locator("textarea").all():
        box.fill("a sentence")
    page.get_by_role("button", name="Next: Check").click()
    for at, (text, verdict) in enumerate([("41", "yours fits"), ("12", "look again"), ("many", "Write a number")]):
        page.locator(".number input").nth(at).fill(text)
        page.locator(".number input").nth(at).press("Tab")
        assert verdict in page.locator(".number").nth(at).inner_text()
    page.reload()  # answers stay in the browser, and the step in the address
    page.get_by_role("heading", name="Check").wait_for()
    assert page.locator(".number input").first.input_value() == "41"
    looked_at(page, "lesson-check-wide")
    page.get_by_role("button", name="Next: What the model leaves out").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my answers as text").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert "1. In how many of your 10 histories" in text
    assert "   seven, since much is at stake" in text
    assert "   About a tenth as far" in text
    page.get_by_role("button", name="Forget my answers").click()
    assert page.get_by_role("button", name="Play", exact=True).is_disabled()


@SIZES
def test_a_lesson_is_easy_on_the_eye(address, visit, looked_at, name, size):
    page = visit(f"{address}?part=lesson&lesson=3&runs=10", size)
    page.get_by_role("button", name="Predict", exact=True).click()
    page.wait_for_selector(".charts svg")
    for field in page.locator("fieldset").all():
        field.locator("input").first.check()
    for box in page.locator("textarea").all():
        box.fill("a reason")
    looked_at(page, f"lesson-predict-{name}")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("link", name="Cut the supplier").click()
    page.wait_for_selector("section[aria-label=Differences] table")
    assert "israel.embargo" in page.url
    looked_at(page, f"lesson-levers-{name}")
    for reader in ("student", "teacher"):
        sheet = visit(f"{address}sheet?lesson=3&for={reader}", size)
        looked_at(sheet, f"sheet-{reader}-{name}")
