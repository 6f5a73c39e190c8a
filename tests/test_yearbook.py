"""What public tables would show of runs, year by year: the same as a sweep keeps, told apart by class."""

import numpy as np
import pytest

import sim
from sim.scenario.initial import opening
from sim.validation.yearbook import yearbook


@pytest.fixture(scope="module")
def both():
    scenario = sim.load("south_caucasus_2010").model_copy(update={"end": "2013-12"})
    return yearbook(opening(scenario, 3), 256), sim.sweep(scenario, 256, seed=3, kept_paths=256, double=True)


def test_spending_is_what_a_data_set_would_show(both):
    book, swept = both
    yearly = swept["recorded_milex"].groupby("time.year").mean().transpose("member", "year", "state").values
    assert book.years == (2010, 2011, 2012, 2013)
    np.testing.assert_allclose(book.spending, yearly, rtol=1e-12)


def test_classes_add_up_to_what_a_register_shows_of_each_supplier(both):
    book, swept = both
    yearly = swept["recorded_deliveries"].groupby("time.year").sum().transpose("member", "year", "origin", "state")
    np.testing.assert_allclose(book.deliveries.sum(3), yearly.values, atol=1e-6)
    assert (book.deliveries.sum((0, 1, 2, 4)) > 0.0).sum() > 5  # several classes, not one
