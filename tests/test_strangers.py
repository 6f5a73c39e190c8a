"""A result may be a stranger's, a directory somebody's: nothing is written outside, nothing of others is removed."""

import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from sweeping import events, rewritten
from worlds import altered

import sim
from sim.model.mistakes import Mistake
from sim.results.export import NEEDS
from sim.results.files import LONGEST, file_name
from sim.results.manifest import PROVENANCE, is_begun, provenance
from sim.results.open import open_result
from sim.results.store import seal_of
from sim.study.experiment import Experiment
from sim.sweeps import run

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="links are for administrators"),
    pytest.mark.filterwarnings("ignore:constrained_layout"),  # how the figures look is no matter here
]
FIGURE = "fan"
FORMS = [form for form, packages in NEEDS.items() if all(map(find_spec, packages))]


SHORT = altered(sim.load("richardson"), end="2001-12")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A result with figures and exports."""
    out = tmp_path_factory.mktemp("whole") / "r"
    sim.sweep(SHORT, 4, out=out)
    sim.plot(out, FIGURE)
    sim.plot(out, "versus", against=out)
    for form in FORMS:
        sim.export(out, form, paths=True)
    return out


@pytest.fixture
def result(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "r")


def snapshot(place):
    """Return what is at a place: every name with its bytes and when they were written."""
    return {str(p): p.is_dir() or (p.read_bytes(), p.stat().st_mtime_ns) for p in (place, *place.rglob("*"))}


# -- links


def sweep_anew(out):
    sim.sweep(SHORT, 3, out=out, force=True)


def grow(out):
    sim.resume(out, 300)


def repair(out):
    sim.verify(out, repair=True)


def merge_into(out):
    sim.merge(out, [out.with_name("shard")], force=True)


def merge_from(out):
    sim.merge(out.with_name("merged"), [out])


def plot(out):
    sim.plot(out, FIGURE)


def plot_against(out):
    sim.plot(out, "versus", against=out)


def export(form):
    def write(out):
        sim.export(out, form, force=True)

    write.__name__ = f"export_{form}"
    return write


def export_by_the_way(out):
    sim.export(out, FORMS[0], out / "blocks" / ".." / "export", force=True)


REPLACING = [sweep_anew, merge_into]
WRITING = [grow, repair, merge_from, plot, plot_against, *map(export, FORMS), export_by_the_way]
DOCUMENTS = [PROVENANCE, "status.jsonl", "summary.csv", "scenario.lock.yaml", "sources.bib", "points.json", ".on_duty"]
PARTS = ["blocks/00-000000-000000.json", "runs.zarr/zarr.json", "runs.zarr/run/zarr.json", "runs.zarr/deaths/c/0/0/0"]
DRAWN = [f"figures/{FIGURE}.csv", f"figures/{FIGURE}.png", "figures/versus_r_r.svg"]
EXPORTED = ["export/runs.csv", "export/runs.parquet", "export/runs.nc"]
DRAFTS = [f"figures/.{os.getpid()}.partial.{FIGURE}.txt", f".{os.getpid()}.partial.status.jsonl"]
FOLDERS = ["blocks", "runs.zarr", "figures", "export"]
FILES = [*DOCUMENTS, *PARTS, *DRAWN, *EXPORTED, *DRAFTS]


def linked(whole, place, names, damaged=False):
    """Return a result in which links lead to what was there, all of it outside."""
    out, outside = shutil.copytree(whole, place / "r"), place / "precious"
    outside.mkdir()
    if damaged:
        (out / "runs.zarr" / "operations" / "c" / "0" / "0" / "0").write_bytes(b"")
    for number, name in enumerate(names):
        lead_outside(out / name, outside / str(number))
    return out, outside


def lead_outside(path, elsewhere):
    """Move what is there, or something else, elsewhere, and put a link in its place."""
    if path.exists():
        shutil.move(path, elsewhere)
    else:
        elsewhere.write_text("precious")
    path.symlink_to(elsewhere)


@pytest.mark.parametrize("command", WRITING, ids=lambda command: command.__name__)
def test_nothing_is_written_through_a_link(command, whole, tmp_path):
    out, outside = linked(whole, tmp_path, [], damaged=command is repair)
    inside = snapshot(out)
    for name in [*FILES, *FOLDERS, "runs.zarr/deaths", "runs.zarr/deaths/c", ".lock", "notes"]:
        path, elsewhere, was_there = out / name, outside / "it", (out / name).exists()
        lead_outside(path, elsewhere)
        before = snapshot(outside)
        with pytest.raises(Mistake, match="is a link, and no result is written that has one"):
            command(out)
        assert snapshot(outside) == before, name
        path.unlink()
        if was_there:
            shutil.move(elsewhere, path)
        else:
            elsewhere.unlink()
        assert snapshot(out) == inside, name


@pytest.mark.parametrize(
    "names", [FILES, FOLDERS, ["runs.zarr/deaths", "runs.zarr/milex/c"]], ids=["files", "folders", "parts"]
)
@pytest.mark.parametrize("command", REPLACING, ids=lambda command: command.__name__)
def test_links_in_a_result_that_is_replaced_go_and_are_not_followed(command, names, whole, tmp_path):
    shutil.copytree(whole, tmp_path / "shard")
    out, outside = linked(whole, tmp_path, names)
    before = snapshot(outside)
    command(out)
    assert snapshot(outside) == before
    assert not [path for path in out.rglob("*") if path.is_symlink()]
    assert sim.verify(out).good


def test_what_leads_nowhere_or_is_no_file_is_named(result):
    os.mkfifo(result / "figures" / "suppliers.png")
    with pytest.raises(Mistake, match=r"suppliers\.png is neither a file nor a folder; remove it"):
        sim.plot(result, FIGURE)
    (result / "figures" / "suppliers.png").unlink()
    (result / "nowhere").symlink_to("gone")
    with pytest.raises(Mistake, match="nowhere is a link, and no result is written that has one"):
        sim.resume(result)
    (result.parent / "there").symlink_to("gone")
    with pytest.raises(Mistake, match="there is a file, or a link that leads nowhere"):
        sim.sweep(SHORT, 1, out=result.parent / "there")
    assert not (result.parent / "gone").exists()


def test_a_file_that_is_open_in_an_editor_is_in_nobodys_way(result):
    for name in ("notes.txt", f"figures/{FIGURE}.txt"):
        (result / name).with_name(f".#{Path(name).name}").symlink_to("somebody@somewhere.123:456")
    sim.plot(result, FIGURE)
    sim.resume(result, 300)
    sim.sweep(SHORT, 1, out=result, force=True)
    assert len([path for path in result.rglob(".#*") if path.is_symlink()]) == 2


def test_a_directory_that_is_itself_a_link_is_its_owners_choice(tmp_path):
    (tmp_path / "big").mkdir()
    (tmp_path / "r").symlink_to("big")
    sim.sweep(SHORT, 1, out=tmp_path / "r")
    sim.sweep(SHORT, 2, out=tmp_path / "r", force=True)
    assert open_result(tmp_path / "big").sizes["run"] == 2


def test_a_link_in_place_of_an_exported_file_is_replaced(whole, tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "runs.csv").symlink_to("precious")
    (tmp_path / "bands.csv").symlink_to("nowhere")
    with pytest.raises(Mistake, match="is in the way"):
        sim.export(whole, "csv", tmp_path)
    sim.export(whole, "csv", tmp_path, force=True)
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()
    assert not (tmp_path / "runs.csv").is_symlink()


def test_a_file_with_another_name_elsewhere_is_not_written_into(result, tmp_path):
    shutil.copytree(result, tmp_path / "copy", copy_function=os.link)
    (tmp_path / "copy" / ".lock").unlink(missing_ok=True)
    before = snapshot(tmp_path / "copy")
    sim.resume(result, 300)
    sim.plot(result, FIGURE)
    assert snapshot(tmp_path / "copy") == before
    assert events(result)[-1]["what"] == "finished"
    (tmp_path / "precious").write_text("precious")
    (result / ".lock").unlink(missing_ok=True)
    os.link(tmp_path / "precious", result / ".lock")
    with pytest.raises(Mistake, match=r"\.lock is not what is made when a result is written"):
        sim.resume(result)
    assert (tmp_path / "precious").read_text() == "precious"


# -- names


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/x", "..", "a\0b", "x" * 300, "\u0567" * 200, "\U0001f600", "a\\..\\b"]
)
def test_a_name_that_somebody_gave_is_no_path(name):
    for made in (file_name("fan", name), file_name(name)):
        assert Path(made).name == made
        assert made not in ("", ".", "..")
        assert len(made.encode()) <= LONGEST
        assert file_name("fan", name) != file_name("fan", f"{name}'")


@pytest.mark.parametrize("name", ["con", "NUL.txt", "com1", "aux", "prn.a.b"])
def test_names_of_devices_are_no_names_of_files(name):
    assert file_name(name).startswith("_")
    assert file_name("fan", name) == f"fan_{name}"


def test_an_axis_that_somebody_named_is_no_path_either(tmp_path):
    odd = "../../../outside"
    data = xr.Dataset(
        {"milex": (("member", "time", odd), np.zeros((2, 2, 1))), "deaths": (("run",), np.zeros(2))},
        {"run": [0, 1], "member": [0, 1], "time": [0, 1]},
    )  # fmt: skip
    (tmp_path / "a" / "b").mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    made = sim.export(data, "csv", tmp_path / "a" / "b")
    assert {path.parent for path in made} == {tmp_path / "a" / "b"}
    assert set(tmp_path.rglob("*")) - before == {*made}


BATCH_NAME = (("scenario", 2), ("point", 6), ("round", 6))


def test_merging_makes_no_path_of_what_a_shard_says(whole, tmp_path):
    shard = shutil.copytree(whole, tmp_path / "away" / "s")
    (tmp_path / "victim.txt").write_text("mine")
    (tmp_path / "away" / "victim.txt").write_text("theirs")
    marker = next((shard / "blocks").iterdir())
    said = json.loads(marker.read_text())
    for number in (-1, 10**18, "../../victim", 0.5, None, True, [0]):
        for name in ("scenario", "point", "round", "run", "runs", "points"):
            piece = said["piece"] | {name: number}
            stem = "-".join(str(piece[name]).zfill(digits) for name, digits in BATCH_NAME).replace("/", "_")
            if stem != marker.stem:
                (shard / "blocks" / f"{stem}.json").write_text(json.dumps(said | {"piece": piece}))
    assert sim.merge(tmp_path / "m", [shard]) == []
    assert [path.name for path in (tmp_path / "m" / "blocks").iterdir()] == [marker.name]
    assert sim.verify(tmp_path / "m").good
    rewritten(shard, scenario="../victim", scenarios=[provenance(shard)["scenarios"][0] | {"scenario": "../victim"}])
    sim.merge(tmp_path / "m", [shard], force=True)
    (shard / "sources.bib").rename(shard / "elsewhere")
    sim.merge(tmp_path / "m", [shard], force=True)
    assert (tmp_path / "m" / "sources.bib").read_text() == (shard / "elsewhere").read_text()
    forged = said | {"files": {"../../../victim.txt": "0", **said["files"]}}
    marker.write_text(json.dumps(forged | {"seal": seal_of(forged)}))
    assert len(sim.merge(tmp_path / "m", [shard], force=True)) == 1, "what no array has is no batch that is finished"
    assert (tmp_path / "victim.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["away", "m", "victim.txt"]


# -- what --force removes


def names(out):
    return {path.relative_to(out).as_posix() for path in out.rglob("*")}


def test_all_of_ours_goes_and_all_of_theirs_stays(tmp_path):
    out, fresh = tmp_path / "r", tmp_path / "fresh"
    tilts = {"north.match_rival_linearly.reaction": {"values": [0.1, 0.2]}}
    for name in ("one", "other"):
        (tmp_path / f"{name}.yaml").write_text(altered(SHORT, title=name).lock())
    scenarios = [str(tmp_path / f"{name}.yaml") for name in ("one", "other")]
    asked = {
        "question": "?",
        "scenarios": scenarios,
        "replicates": 2,
        "keep": "full",
        "levers": tilts,
        "design": "grid",
    }
    sim.sweep(Experiment.model_validate(asked), out=out)
    sim.plot(f"{out}@scenario=other,point=1", FIGURE)
    for form in FORMS:
        sim.export(out, form, paths=True)
    theirs = ["notes/mine.txt", "figures/mine.png", "figures/fan_retouched.png", "export/analysis.R", "blocks/why.md",
              "thesis.tex", "runs-zarr/zarr.json", ".git/index.partial.x", "figures/mine/fan.png"]  # fmt: skip
    for name in theirs:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(name)
    sim.sweep(SHORT, 3, out=out, force=True)
    sim.sweep(SHORT, 3, out=fresh)
    assert all((out / name).read_text() == name for name in theirs)
    folders = {parent.as_posix() for name in theirs for parent in Path(name).parents} - {"."}
    assert names(out) == names(fresh) | {*theirs} | folders
    assert sim.verify(out).good


def test_a_damaged_result_of_ours_is_known_by_its_log(result):
    (result / PROVENANCE).write_text("{")
    with pytest.raises(Mistake, match="is damaged; put it back"):
        open_result(result)
    sim.sweep(SHORT, 1, out=result, force=True)
    assert open_result(result).sizes["run"] == 1


def test_going_on_removes_nothing_of_others_either(result):
    theirs = ["thesis.partial", "notes/x.partial", ".notes.txt.swp", ".~lock.notes.odt#", "blocks/mine.json"]
    (result / "notes").mkdir()
    for name in theirs:
        (result / name).write_text("mine")
    sim.resume(result, 300)
    assert all((result / name).read_text() == "mine" for name in theirs)


@pytest.mark.parametrize("text", ["{}", "", "[]", '{"seal": {}}', '{"runs": 1, "block": 256, "seed": 0, "layout": {}}'])
def test_a_folder_is_not_ours_for_the_name_of_a_file(text, tmp_path):
    (tmp_path / PROVENANCE).write_text(text)
    (tmp_path / "status.jsonl").write_text(text)
    (tmp_path / "summary.csv").write_text("my own")
    (tmp_path / "runs.zarr").mkdir()
    before = names(tmp_path)
    for force in (True, False):
        with pytest.raises(Mistake, match="choose another --out"):
            sim.sweep(SHORT, 1, out=tmp_path, force=force)
    assert names(tmp_path) - {".lock"} == before
    assert (tmp_path / "summary.csv").read_text() == "my own"


def test_a_log_of_somebody_else_is_none_of_ours(tmp_path):
    for line in ("[" * 1000, "1", '{"what": "begun"}', '{"what": "started", "armsrace": 1}', "\0"):
        (tmp_path / "status.jsonl").write_text(line)
        assert not is_begun(tmp_path)


def in_the_way(out, name):
    if name.endswith("/"):
        (out / name).mkdir()
        (out / name / "mine").write_text("mine")
    elif name.startswith("->"):
        (out / name[2:]).symlink_to(out.parent)
    else:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text("mine")


@pytest.mark.parametrize("name", ["experiment.lock.yaml/", "runs.zarr/mine/", "runs.zarr/deaths/mine.txt",
                                  "runs.zarr/mine.txt", "->latest", "->blocks/latest"])  # fmt: skip
def test_what_cannot_stay_is_named_before_anything_is_removed(name, result):
    in_the_way(result, name)
    with pytest.raises(Mistake, match=r"(move it away|remove it)$"):
        sim.sweep(SHORT, 1, out=result, force=True)
    assert open_result(result).sizes["run"] == 4


def test_what_was_interrupted_at_any_moment_can_be_replaced(result, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(run, "write_documents", stop)
        with pytest.raises(KeyboardInterrupt):
            sim.sweep(SHORT, 1, out=result, force=True)
    assert not (result / PROVENANCE).exists()
    with pytest.raises(Mistake, match=r"write --force to replace it$"):
        sim.sweep(SHORT, 1, out=result)
    sim.sweep(SHORT, 1, out=result, force=True)
    real, left = Path.unlink, iter(range(40))

    def unlink(path, **more):
        if next(left, None) is None and path.suffix not in (".partial", ".json"):
            raise PermissionError(13, "no", str(path))
        real(path, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink)
        with pytest.raises(PermissionError):
            sim.sweep(SHORT, 2, out=result, force=True)
    with pytest.raises(Mistake, match=r"is not a result directory|interrupted before its first run"):
        open_result(result)
    sim.sweep(SHORT, 2, out=result, force=True)
    assert sim.verify(result).good


# -- what was mixed


def test_a_merge_of_unlike_machines_says_so_in_its_log(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "a")
    rewritten(shutil.copytree(whole, tmp_path / "b"), numpy="1.0")
    with pytest.raises(Mistake, match="write --mixed to allow it"):
        sim.merge(tmp_path / "m", [tmp_path / "a", tmp_path / "b"])
    sim.merge(tmp_path / "m", [tmp_path / "a", tmp_path / "b"], mixed=True)
    (mixed,) = [event for event in events(tmp_path / "m") if event["what"] == "mixed"]
    assert mixed["part"] == str(tmp_path / "b")
    assert mixed["numpy"] == {"from": np.__version__, "to": "1.0"}
