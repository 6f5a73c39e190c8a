"""What a run can come to: said once, complete, and what every table and figure calls it."""

import numpy as np
from synthetic import synthetic

from sim.measures.run_outcomes import path_measures, run_measures
from sim.model.outcomes import MEASURES, OUTCOMES, complete, measures_to_stop_at
from sim.model.variables import VARIABLES
from sim.plots.effects import WORDS
from sim.results.store import Store
from sim.study.request import study_for


def test_every_outcome_says_all_that_is_asked_of_it():
    for key, outcome in MEASURES.items():
        assert key == outcome.key
        assert all((outcome.words, outcome.unit, outcome.meaning, outcome.more)), key
        assert f"{1234.5:{outcome.form}}", key
        assert outcome.share <= (outcome.unit == "share"), key
        assert all(not MEASURES[first].complete for first in outcome.of_runs), key
    assert MEASURES["final_milex"].unit == VARIABLES["milex"].unit
    assert len({outcome.words for outcome in MEASURES.values()}) == len(MEASURES)


def test_what_is_measured_of_a_run_is_what_the_table_holds():
    result = synthetic()
    zero = np.zeros(result.sizes["run"])
    whole = result.assign({name: ("run", zero) for name in complete() if name not in result})
    measured = {measure.name for measure in (*run_measures(whole), *path_measures(whole))}
    assert measured == {key for key, outcome in MEASURES.items() if outcome.complete}


def test_a_sweep_may_stop_at_shares_of_runs_and_at_means_over_every_run():
    assert measures_to_stop_at() == ["war_probability", "fighting_probability", *complete()]


def test_figures_call_an_outcome_as_the_table_does():
    assert WORDS.items() <= {key: outcome.words for key, outcome in MEASURES.items()}.items()


def test_files_say_what_the_table_says():
    import zarr

    group = zarr.open_group(store=Store(study_for("richardson", 2, kept_paths=0)).place, mode="r")
    for key, outcome in OUTCOMES.items():
        about = group[key].attrs
        assert (about["units"], about["long_name"]) == (outcome.unit, outcome.meaning)
