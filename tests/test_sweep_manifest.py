"""A manifest that was edited by hand is noticed by everybody who reads it, and the entry is named."""

import json
import shutil

import pytest
from sweeping import short

import sim
from sim.model.mistakes import Mistake
from sim.results.manifest import CIRCUMSTANCES, PROVENANCE, provenance
from sim.results.open import open_result
from sim.study.experiment import Experiment
from sim.study.study import study_of_experiment
from sim.sweeps.shards import COMMON


@pytest.fixture(scope="module")
def scenario(hindcast):
    return short(hindcast)


@pytest.fixture(scope="module")
def designed(scenario, tmp_path_factory):
    """Both shards of an experiment that uses every entry a manifest has."""
    three = {"weigh_attacks.operation_rate": {"values": [0.1, 0.2, 0.4]}}
    experiment = Experiment.model_validate(
        {"question": "?", "scenario": scenario.name, "replicates": 20, "keep": "trajectories", "kept_paths": 5,
         "uncertainties": three, "design": "grid", "without": ["surprise_the_budget"], "seed": 3},
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("designed")
    study = study_of_experiment(experiment, (scenario,))
    for number in (1, 2):
        sim.sweep(study, out=folder / f"{number}", shard=f"{number}/2")
    sim.merge(folder / "whole", [folder / "1", folder / "2"])
    return folder


@pytest.fixture
def copied(designed, tmp_path):
    return shutil.copytree(designed, tmp_path / "r")


def edit(out, name, value):
    about = json.loads((out / PROVENANCE).read_text())
    assert about[name] != value
    (out / PROVENANCE).write_text(json.dumps(about | {name: value}))


def of_a_grown_layout(out):
    return provenance(out)["layout"] | {"runs": 21}


def of_another_scenario(out):
    first, *others = provenance(out)["scenarios"]
    return [first | {"digest": "0" * 32}, *others]


ENTRIES = {
    "seed": 4, "runs": 21, "without": [], "end": "2010-06", "start": "2009-12", "steps_per_year": 4, "members": 4,
    "double": True, "design": None, "scenarios": of_another_scenario, "layout": of_a_grown_layout, "rules": "0" * 32,
    "version": "0.0.9", "shard": "2/3", "block": 128, "stop": {"measure": "deaths", "half_width": 1.0, "most": 9},
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_edited_by_hand_is_named_by_everybody(copied, name):
    out = copied / "whole"
    value = ENTRIES[name](out) if callable(ENTRIES[name]) else ENTRIES[name]
    edit(out, name, value)
    said = rf"provenance\.json has been edited: '{name}' does not fit what was written; put it back as"
    for verb in (sim.resume, sim.verify, open_result):
        with pytest.raises(Mistake, match=said):
            verb(out)
    with pytest.raises(Mistake, match=said):
        sim.merge(copied / "again", [out, copied / "1"])


def test_every_entry_that_parts_of_one_sweep_share_is_tried(designed):
    about = provenance(designed / "whole")
    assert set(COMMON) - set(ENTRIES) == set()
    assert set(about["seal"]) == set(about) - set(CIRCUMSTANCES) - {"seal"}


def test_entries_taken_away_or_added_are_named_too(copied):
    out = copied / "whole"
    about = json.loads((out / PROVENANCE).read_text())
    (out / PROVENANCE).write_text(json.dumps({**{k: v for k, v in about.items() if k != "without"}, "stopped": 1}))
    with pytest.raises(Mistake, match="has been edited: 'without', 'stopped' does not fit"):
        open_result(out)


def test_what_is_said_of_machine_and_moment_is_not_sealed(copied):
    for name in ("command", "platform", "written"):
        edit(copied / "whole", name, "elsewhere")
    assert open_result(copied / "whole").sizes["run"] == 20


def test_a_result_without_a_seal_is_of_an_older_version(copied):
    about = json.loads((copied / "whole" / PROVENANCE).read_text())
    del about["seal"]
    (copied / "whole" / PROVENANCE).write_text(json.dumps(about))
    with pytest.raises(Mistake, match=r"provenance\.json has no seal, an older version wrote it; put it back"):
        open_result(copied / "whole")


def test_the_command_line_says_it_in_one_sentence(copied, refused):
    edit(copied / "whole", "seed", 5)
    for verb in ("resume", "plot"):
        assert "'seed' does not fit" in refused(verb, copied / "whole")


@pytest.mark.parametrize("file", ["scenario.lock.yaml", "experiment.lock.yaml", "points.json"])
def test_shards_with_an_edited_text_are_not_merged(copied, file):
    path = copied / "2" / file
    path.write_text(path.read_text() + "\n# looked at\n" if file != "scenario.lock.yaml" else
                    path.read_text().replace("question:", "question: Really,", 1))  # fmt: skip
    with pytest.raises(Mistake, match=f"{file} is not the one it was begun with"):
        sim.merge(copied / "again", [copied / "1", copied / "2"])
    assert not (copied / "again" / PROVENANCE).exists()


def test_arrays_that_say_otherwise_are_noticed_and_mended(copied):
    out = copied / "whole"
    file = out / "runs.zarr" / "zarr.json"
    file.write_text(file.read_text().replace('"seed": 3', '"seed": 4'))
    with pytest.raises(Mistake, match=r"runs\.zarr/zarr\.json is not what was written; `armsrace verify .*` mends it"):
        open_result(out)
    assert sim.resume(out).attrs["seed"] == 3


def test_growing_and_merging_seal_anew(copied):
    assert provenance(copied / "whole")["shard"] is None
    sim.resume(copied / "whole", 30)
    assert provenance(copied / "whole")["runs"] == 30
    edit(copied / "whole", "runs", 20)
    with pytest.raises(Mistake, match="'runs' does not fit"):
        sim.resume(copied / "whole", 40)
