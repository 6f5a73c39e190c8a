"""What is read of a result is a stranger's: labels, arrays, documents are what was written, and in our form.

Here somebody forges on purpose, digests and seals included; what befalls files by chance is in `test_corruption`.
"""

import json
import pickle
import shutil
import time

import pytest
import zarr
from sweeping import complaint, designed, rewritten

import sim
from sim.model.mistakes import Mistake
from sim.results.arrays import ARRAYS
from sim.results.dataset import open_store
from sim.results.files import digest_of_file
from sim.results.frame import DIGESTS, POINTS
from sim.results.manifest import provenance
from sim.results.open import open_result
from sim.results.store import MARKERS, seal_of

DOCUMENT = """\
question: Which of these is whose?
scenario: mine.yaml
design: grid
replicates: 8
kept_paths: 4
keep: trajectories
uncertainties:
  north.match_rival_linearly.fatigue: {values: [0.1, 0.2]}
"""
SCENARIO = "extends: richardson\nend: 2000-06\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return designed(tmp_path_factory.mktemp("made"), SCENARIO, DOCUMENT)


@pytest.fixture
def result(made, tmp_path):
    return shutil.copytree(made, tmp_path / "r")


def vouched_anew(out):
    """Make the digests of a frame those of what is there, as a forger would."""
    files = {name: digest_of_file(out / name) for name in json.loads((out / DIGESTS).read_text())["files"]}
    (out / DIGESTS).write_text(json.dumps({"files": files}))


# -- labels


def reversed_values(array):
    array[...] = array[...][::-1]


def times_16(array):
    array[...] = array[...] * 16


def another_unit(array):
    array.attrs["units"] = "US$ m per day"


LABELS = {
    "state": reversed_values, "point": reversed_values, "state_name": reversed_values, "run": reversed_values,
    "time": times_16, "factor_values": times_16, "milex_edges": times_16, "milex": another_unit,
}  # fmt: skip


@pytest.mark.parametrize("name", LABELS)
def test_labels_that_are_not_those_written_are_found_and_laid_again(result, name):
    whole = {path: path.read_bytes() for path in (result / ARRAYS / name).rglob("*") if path.is_file()}
    LABELS[name](zarr.open_group(result / ARRAYS, mode="r+")[name])
    found = sim.verify(result)
    assert not found.good
    assert all(f"{ARRAYS}/{name}/" in what for what in found.damaged)
    with pytest.raises(Mistake, match=rf"{name}.* is not what was written; `armsrace verify"):
        open_result(result)
    assert sim.verify(result, repair=True).good
    assert {path: path.read_bytes() for path in whole} == whole


@pytest.mark.parametrize("name", LABELS)
def test_labels_for_which_somebody_vouched_anew_are_not_those_of_the_study(result, name):
    LABELS[name](zarr.open_group(result / ARRAYS, mode="r+")[name])
    vouched_anew(result)
    assert any(f" {name}, which says otherwise than the study" in what for what in sim.verify(result).different)


def test_a_path_is_held_against_its_digest_when_it_is_read(result):
    file = next(path for path in (result / ARRAYS / "milex" / "c").rglob("*") if path.is_file())
    data = open_result(result)
    file.write_bytes(file.read_bytes()[:-9] + b"8" + file.read_bytes()[-8:])
    assert data["final_balance"].values.shape == (2, 8)
    with pytest.raises(Mistake, match=r"has changed since it was written, milex of batch .* first; `armsrace verify"):
        data["milex"].isel(member=0).load()
    for read in (lambda: sim.export(result, "csv", paths=True), lambda: sim.plot(f"{result}@point=0", "fan")):
        with pytest.raises(Mistake, match="has changed since it was written"):
            read()


@pytest.mark.parametrize("array", ["milex", "milex_histogram", "deaths"])
def test_lost_and_foreign_files_of_runs_are_damage(result, made, array):
    file = next(path for path in (result / ARRAYS / array / "c").rglob("*") if path.is_file())
    body = file.read_bytes()
    for lost in (True, False):
        if lost:
            file.unlink()
        else:
            marker = next((result / MARKERS).iterdir())
            said = json.loads(marker.read_text())
            del said["files"][array], said["seal"]
            marker.write_text(json.dumps(said | {"seal": seal_of(said)}))
            file.write_bytes(body)
        assert not sim.verify(result).good
        with pytest.raises(Mistake, match="--repair"):
            open_result(result).load()
    assert sim.verify(result, repair=True).good
    assert file.read_bytes() == body


# -- arrays


class Harm:
    """What runs when it is unpickled."""

    def __reduce__(self):
        return pytest.fail, ("code of a stranger has been run",)


def test_arrays_of_another_format_are_refused(result):
    (result / ARRAYS / "zarr.json").unlink()
    (result / ARRAYS / ".zgroup").write_text('{"zarr_format": 2}')
    with pytest.raises(Mistake, match="is in Zarr format 2"):
        open_result(result)
    place = result / ARRAYS / "milex"
    (place / "zarr.json").unlink()
    about = {"zarr_format": 2, "shape": [1], "chunks": [1], "dtype": "|O", "compressor": None, "fill_value": None,
             "order": "C", "filters": [{"id": "pickle"}]}  # fmt: skip
    (place / ".zarray").write_text(json.dumps(about))
    (place / "0").write_bytes(pickle.dumps(Harm()))
    with pytest.raises(FileNotFoundError):
        open_store(zarr.storage.LocalStore(result / ARRAYS, read_only=True))


@pytest.mark.parametrize(
    ("where", "what"),
    [(("codecs",), [{"name": "numcodecs.pickle", "configuration": {}}]), (("codecs",), [{"name": "bytes"}, []]),
     (("data_type",), "object"), (("data_type",), {"name": "null_terminated_bytes"}), (("zarr_format",), 2),
     (("shape",), [1, 2, 8, 6, 10**15]), (("shape",), [1, 2, 9, 6, 2]), (("shape",), [1, 2, 8, 6, -2]),
     (("shape",), "many"), (("attributes", "scale_factor"), 16), (("dimension_names",), None),
     (("chunk_grid", "configuration", "chunk_shape"), [1, 2, 10**12, 6, 2]),
     (("storage_transformers",), [{"name": "run"}])],
)  # fmt: skip
def test_arrays_of_a_form_that_is_not_ours_are_refused_before_they_are_read(result, where, what):
    file = result / ARRAYS / "milex" / "zarr.json"
    body = json.loads(file.read_text())
    inner = body
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = what
    file.write_text(json.dumps(body))
    vouched_anew(result)
    for look in (open_result, sim.verify):
        with pytest.raises(Mistake, match=r"milex/zarr\.json is damaged"):
            look(result)
    assert sim.verify(result, repair=True).good


# -- documents


@pytest.mark.parametrize(
    ("entry", "what"),
    [("layout", {"runs": 10**18}), ("layout", {"points": 10**18}), ("layout", {"span": 10**18}),
     ("layout", {"reach": 0}),
     ("layout", {"scenarios": -1}), ("layout", {"runs": "8"}), ("layout", {"runs": 8.5}), ("layout", {"runs": True}),
     ("layout", {"more": 1}), ("members", 10**400), ("members", 9), ("seed", "0"), ("without", "surprise"),
     ("scenarios", []), ("scenarios", {}), ("stop", {"measure": "peace"}), ("stop", 7), ("design", {}),
     ("design", {"../x": "0" * 32}), ("cpu_features", None), ("start", 2000)],
)  # fmt: skip
def test_a_provenance_that_means_nothing_is_refused_at_once(result, entry, what):
    about = provenance(result)
    rewritten(result, **{entry: about[entry] | what if entry == "layout" else what})
    began = time.monotonic()
    for look in (open_result, sim.verify, sim.resume, sim.cite):
        with pytest.raises(Mistake, match=r"provenance\.json is damaged.*put it back as it was written"):
            look(result)
    assert time.monotonic() - began < 5


NONSENSE = ('{"seed": 1, "seed": 2}', '{"seed": NaN}', "[" * 10**5, '{"a":' * 10**5, "9" * 5000, '"\\ud800"', "\0")


@pytest.mark.parametrize("name", ["provenance.json", POINTS, DIGESTS, f"{ARRAYS}/zarr.json", f"{ARRAYS}/run/zarr.json"])
def test_json_that_means_nothing_is_one_sentence(result, name, capsys, monkeypatch):
    for text in NONSENSE:
        (result / name).write_text(text)
        assert name in complaint(capsys, monkeypatch, "sensitivity", result)


def test_points_are_worked_out_again_where_the_provenance_confirms_them(result):
    whole = (result / POINTS).read_bytes()
    (result / POINTS).write_text("null")
    with pytest.raises(Mistake, match=r"points\.json.*`armsrace resume .*` works them out again"):
        sim.sensitivity(result)
    sim.resume(result)
    assert (result / POINTS).read_bytes() == whole
    assert sim.verify(result).good


def test_a_list_of_failures_that_was_altered_is_noticed(result):
    marker = next((result / MARKERS).iterdir())
    said = json.loads(marker.read_text())
    odd = {"scenario": "mine", "point": 0, "run": 3, "month": "2000-01", "step": 0, "phase": "budget", "message": "odd",
           "settings": {}}  # fmt: skip
    marker.write_text(json.dumps(said | {"failures": [odd]}))
    with pytest.raises(Mistake, match=r"is damaged; `armsrace resume"):
        sim.failures(result)
    assert any(what.startswith("marker of batch") for what in sim.verify(result).damaged)
    said["failures"] = [odd]
    marker.write_text(json.dumps(said | {"seal": seal_of(said)}))
    assert any("list of failures" in what for what in sim.verify(result).different)
