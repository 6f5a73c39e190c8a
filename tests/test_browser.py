"""The live page in a real browser: clicked through, judged, pictures taken; on wide screens and on phones."""

import pytest
from browsing import PHONE, WIDE

SIZES = pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("phone", PHONE)])
FEW = "scenario=status_quo&runs=32"


@SIZES
def test_what_if_is_asked_and_answered(address, visit, looked_at, name, size):
    page = visit(f"{address}?part=what-if&{FEW}&lever.israel.embargo.azerbaijan=1", size)
    page.wait_for_selector("section[aria-label=Differences] table")
    looked_at(page, f"what-if-{name}")


@SIZES
def test_a_history_is_played(address, visit, looked_at, name, size):
    page = visit(f"{address}?part=history&{FEW}&month=2029-05", size)
    page.wait_for_selector(".player output:text('2029-05')")
    looked_at(page, f"history-{name}")
