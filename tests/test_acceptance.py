"""The table of acceptance: a row is met by its number or by its whole interval, and films hold what happened."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.initial import opening

FOLDER = Path(__file__).resolve().parent.parent / "experiments" / "acceptance"


@pytest.fixture
def script(monkeypatch):
    """Import a file of the table as it is when it runs: from its own folder."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


def test_a_row_is_met_by_its_number_or_where_it_says_so_by_its_whole_interval(script):
    accept = script("accept")
    sample = np.array([-1.0, -0.5, 0.2, -0.4])
    assert accept.of("", "", -9.0, 0.0, sample).met
    assert not accept.of("", "", -9.0, 0.0, sample, whole=True).met
    assert not accept.of("", "", 0.0, 9.0, sample).met
    halved = accept.change("", "", -0.6, -0.4, np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    assert halved.met
    assert halved.found == -0.5


def test_a_film_shows_wars_once_and_believing_weakness_ends_operations(script):
    films = script("films")
    cast = films.Films(32, 0)
    quo, scared = cast["status_quo"], cast[films.PESSIMISM]
    assert quo.campaigns.shape == (180, 32)
    assert not (quo.campaigns & quo.operations).any()
    assert quo.operations.any()
    assert scared.operation_hazard.mean() < 0.2 * quo.operation_hazard.mean()
    assert np.allclose(sum(quo.share(origin, 0, 0) for origin in quo.origins), 1.0, atol=1e-4)


def test_three_times_the_denial_of_the_second_state_lowers_the_balance_of_the_first(script):
    films = script("films")
    cast = films.Films(32, 0)
    assert cast[films.DENIAL].balance[0, 0].mean() < cast["status_quo"].balance[0, 0].mean()


@pytest.mark.parametrize("variant", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_a_variant_is_a_scenario_without_mistakes(script, variant):
    assert script("films").load(script("films").document(variant)).question


def test_five_times_the_imports_are_five_times_the_share_of_the_opening(script):
    more = opening(script("films").load(script("films").document("armenia_buys_five_times")))
    armenia = more.labels["state"].index("armenia")
    (bought,) = [changes["procurement_share"] for changes in more.changes.values() if "procurement_share" in changes]
    assert bought[armenia, 0] == pytest.approx(5.0 * more.arrays["procurement_share"][armenia, 0])
