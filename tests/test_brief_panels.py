"""The small pictures of a brief draw its comparison at the width of the page, and say in words what they show."""

import re

import numpy as np
import pytest
from synthetic import ORIGINS, STATES, milder, synthetic

from sim.analysis.compare import compare
from sim.briefs.layout import FULL, HALF, extent
from sim.briefs.panels import LEAST, panels

NAMED = {key: name for key, name, _ in (*ORIGINS, *STATES)}


@pytest.fixture(scope="module")
def found():
    return compare(synthetic(), milder(synthetic()))


@pytest.fixture(scope="module")
def drawn(found):
    return {picture.name: picture for picture in panels(found, NAMED)}


def test_three_pictures_are_as_wide_as_the_page_has_room(drawn):
    assert list(drawn) == ["war_probability", "versus", "suppliers"]
    assert [extent(picture)[0] for picture in drawn.values()] == pytest.approx([HALF, HALF, FULL], abs=0.1)
    assert sum(extent(picture)[1] for picture in list(drawn.values())[1:]) < 120  # mm: a table has room beneath


def test_the_same_comparison_gives_the_same_bytes(found, drawn):
    for picture in panels(found, NAMED):
        assert (picture.svg, picture.png) == (drawn[picture.name].svg, drawn[picture.name].png)


def test_who_does_not_see_a_picture_is_told_its_numbers(found, drawn):
    ends = found["probability"].sel(kind="campaign").isel(time=-1).values * 100
    said = re.findall(r"(\d+) of 100", drawn["war_probability"].alt)
    assert [int(number) for number in said] == pytest.approx(ends, abs=0.5)
    factor = np.exp(found["balance_difference_median"].values[-1])
    assert f"{factor:.2f} times" in drawn["versus"].alt


def test_suppliers_stand_in_the_order_of_their_shares(found, drawn):
    rows = drawn["suppliers"].rows
    for state in {row["state"] for row in rows}:
        most = [max(row["without"], row["with"]) for row in rows if row["state"] == state]
        assert most == sorted(most, reverse=True)
        assert most[-1] >= 100 * LEAST
    own = found.isel(measure=np.flatnonzero(found["who"].values == "israel to azerbaijan"))
    (row,) = (row for row in rows if (row["supplier"], row["state"]) == ("Israel", "Azerbaijan"))
    assert [row["without"], row["with"]] == pytest.approx(100 * own["value"].values[:, 0])


def test_what_a_comparison_does_not_hold_is_not_drawn(found):
    bare = found.drop_vars([name for name in found if str(name).startswith("balance_difference")])
    assert [picture.name for picture in panels(bare, NAMED)] == ["war_probability", "suppliers"]
    peace = found.assign(probability=found["probability"] * 0)
    assert [picture.name for picture in panels(peace, NAMED)] == ["versus", "suppliers"]


def test_names_of_any_kind_are_drawn():
    names = dict.fromkeys(NAMED, "<b>$x_{$ " + "Donaudampfschiff" * 5 + " Ցեղ \u65e5")
    for picture in panels(compare(synthetic(), milder(synthetic())), names, ("\u202e<i>", "b" * 60)):
        assert extent(picture)[0] in (pytest.approx(HALF, abs=0.1), pytest.approx(FULL, abs=0.1))
