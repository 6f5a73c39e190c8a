"""Names of modules of before still work until the next release, and say where they have gone."""

import importlib
import sys

import pytest

import sim
from sim.model.mistakes import Mistake


@pytest.mark.parametrize(
    ("module", "name", "now"), [("experiment", "Experiment", sim.Experiment), ("variables", "Mistake", Mistake)]
)
def test_an_old_name_warns_and_is_the_new_one(module, name, now):
    sys.modules.pop(f"sim.{module}", None)
    with pytest.warns(DeprecationWarning, match="has moved"):
        old = importlib.import_module(f"sim.{module}")
    assert getattr(old, name) is now
