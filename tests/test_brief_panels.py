"""The small pictures of a brief draw its comparison at the width of the page, and say in words what they show."""

import dataclasses
import re

import numpy as np
import pytest
from synthetic import milder, synthetic

from sim.briefs.effects import effects
from sim.briefs.layout import FULL, HALF, extent
from sim.briefs.panels import panels


@pytest.fixture(scope="module")
def told():
    return effects(synthetic(), milder(synthetic()))


@pytest.fixture(scope="module")
def found(told):
    return told.comparison


@pytest.fixture(scope="module")
def drawn(told):
    return {picture.name: picture for picture in panels(told)}


def test_three_pictures_are_as_wide_as_the_page_has_room(drawn):
    assert list(drawn) == ["war_probability", "versus", "suppliers"]
    assert [extent(picture)[0] for picture in drawn.values()] == pytest.approx([HALF, HALF, FULL], abs=0.1)
    assert sum(extent(picture)[1] for picture in list(drawn.values())[1:]) < 120  # mm: a table has room beneath


def test_the_same_comparison_gives_the_same_bytes(told, drawn):
    for picture in panels(told):
        assert (picture.svg, picture.png) == (drawn[picture.name].svg, drawn[picture.name].png)


def test_who_does_not_see_a_picture_is_told_its_numbers(found, drawn):
    ends = found["probability"].sel(kind="campaign").isel(time=-1).values * 100
    said = re.findall(r"(\d+) of 100", drawn["war_probability"].alt)
    assert [int(number) for number in said] == pytest.approx(ends, abs=0.5)
    factor = np.exp(found["balance_difference_median"].values[-1])
    assert f"{factor:.2f} times" in drawn["versus"].alt


def test_the_suppliers_drawn_are_those_of_the_table(told, drawn):
    shares = {effect.names: (effect.found.first, effect.found.second) for effect in told.of("supplier_share")}
    assert len(shares) > 4
    rows = {(row["supplier"], row["state"]): (row["without"], row["with"]) for row in drawn["suppliers"].rows}
    assert rows == {names: pytest.approx((100 * one, 100 * other)) for names, (one, other) in shares.items()}


def test_what_a_comparison_does_not_hold_is_not_drawn(told, found):
    def named(comparison, which=told.told):
        return [picture.name for picture in panels(dataclasses.replace(told, comparison=comparison, told=which))]

    bare = found.drop_vars([name for name in found if str(name).startswith("balance_difference")])
    assert named(bare) == ["war_probability", "suppliers"]
    assert named(found.assign(probability=found["probability"] * 0)) == ["versus", "suppliers"]
    assert named(found, ()) == ["war_probability", "versus"]


def test_names_of_any_kind_are_drawn(told):
    odd = "<b>$x_{$ " + "Donaudampfschiff" * 5 + " Ցեղ \u65e5"
    renamed = [dataclasses.replace(effect, names=(odd, odd)) for effect in told.told]
    for picture in panels(dataclasses.replace(told, told=tuple(renamed)), ("\u202e<i>", "b" * 60)):
        assert extent(picture)[0] in (pytest.approx(HALF, abs=0.1), pytest.approx(FULL, abs=0.1))
