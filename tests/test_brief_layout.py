"""The sheet of a brief: pictures in rows, columns as wide as what stands in them."""

import pytest
from briefing import picture

from sim.briefs import layout
from sim.briefs.blocks import Number, Paragraph, Picture, Table, Text


def test_pictures_that_follow_each_other_stand_together():
    one, told = picture("curves"), Paragraph(Text("told"))
    assert list(layout.gathered([one, one, told, one])) == [(one, one), told, (one,)]


def test_a_picture_has_the_size_it_was_drawn_in():
    assert layout.extent(picture("curves", 86.0, 56.0)) == pytest.approx((86.0, 56.0), abs=0.1)
    with pytest.raises(ValueError, match="no width and height in points"):
        layout.extent(Picture("endless", b'<svg width="100%" height="3pt"/>', b"", Text(""), ""))


def test_a_column_of_numbers_is_as_wide_as_its_longest():
    rows = [[Text("a"), Text("{n}", {"n": Number(1.0, "1,000,000,000")})]]
    table = Table(Text(""), [Text("one"), Text("two")], rows, Text(""), [False, True])
    assert layout.weights(table)[1] >= len("1,000,000,000")
