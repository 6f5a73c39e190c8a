"""What holds on Windows too, as far as it can be tried elsewhere: files, names, line ends, code pages."""

import ast
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sweeping import ROOT, assert_same
from worlds import altered

import sim
from sim.model.mistakes import Mistake
from sim.results import files
from sim.results.arrays import ARRAYS
from sim.results.fingerprint import code_digest
from sim.results.store import MARKERS
from sim.sweeps import workers

fcntl = pytest.importorskip("fcntl")  # on Windows itself every other test tries it

CODE = [*sorted((ROOT / "sim").rglob("*.py")), ROOT / "start.py"]


def in_use(path: str) -> bool:
    """Tell whether this process has a file open."""
    for link in Path("/dev/fd").iterdir():
        with suppress(OSError):  # closed since, or not there
            if os.path.samefile(path, link):
                return True
    return False


@pytest.fixture
def windows(monkeypatch):
    """Files as Windows has them: none synced that cannot be written, no folder opened, none replaced that is in use.

    We who rename are refused at first, as by a virus scanner that looks at every new file.
    """
    opened, synced, renamed = os.open, os.fsync, os.replace
    asked: set[str] = set()

    def open_file(path, flags, *more, **named):
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "a folder cannot be opened", str(path))
        return opened(path, flags, *more, **named)

    def sync(handle):
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        synced(handle)

    def replace(source, target, **named):
        ours = ".partial." in str(source)
        if in_use(target) or (ours and str(target) not in asked):
            asked.add(str(target))
            raise PermissionError(errno.EACCES, "it is used by another process", str(target))
        renamed(source, target, **named)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(files.os, "replace", replace)
    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(files, "PAUSES", (0.0, 0.0))
    return asked


def test_a_sweep_is_written_mended_and_exported_as_windows_has_files(richardson, tmp_path, request) -> None:
    scenario = altered(richardson, end="2001-12")
    sim.sweep(scenario, 600, out=tmp_path / "elsewhere")
    asked = request.getfixturevalue("windows")
    sim.sweep(scenario, 600, out=tmp_path / "there")
    assert asked
    next((tmp_path / "there" / MARKERS).iterdir()).unlink()
    sim.resume(tmp_path / "there")
    assert_same(tmp_path / "elsewhere", tmp_path / "there")
    assert sim.export(tmp_path / "there", "csv")


def test_who_has_a_file_open_for_good_is_told_and_nothing_is_lost(tmp_path, windows, monkeypatch) -> None:
    monkeypatch.setattr(files, "PAUSES", (0.0,))
    (tmp_path / "a.json").write_text("old", encoding="utf-8")
    with (tmp_path / "a.json").open(encoding="utf-8"), pytest.raises(PermissionError, match="used by another"):
        files.write_whole(tmp_path / "a.json", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "old"


# -- text and names


def unsaid(tree: ast.AST) -> Iterator[str]:
    """Yield calls that open text in the encoding, or write it with the line ends, of whatever system this is."""
    for call in ast.walk(tree):
        name = getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
        of = ast.unparse(call.func.value) if isinstance(getattr(call, "func", None), ast.Attribute) else ""
        if name not in ("open", "read_text", "write_text") or of in ("os", "h5netcdf"):
            continue
        said = {word.arg for word in call.keywords}
        text = ast.unparse(call)
        writes = name == "write_text" or (name == "open" and any(f"'{mode}'" in text for mode in "wax"))
        if "'rb'" not in text and "'wb'" not in text and not ("encoding" in said and ("newline" in said) >= writes):
            yield text


@pytest.mark.parametrize("line", ["p.open('a', encoding='utf-8')", "p.read_text()", "open(p)", "p.write_text('a')"])
def test_a_text_opened_as_the_system_likes_would_be_found(line: str) -> None:
    assert list(unsaid(ast.parse(line)))


def test_texts_have_the_same_bytes_on_every_system() -> None:
    kept = (
        "os.devnull",
        "PACKED",
        "METADATA",
        "STAMP",
        "draft.write_text(json.dumps",
        "webbrowser.open(",
        "Image.open(",
    )  # nothing that a result holds
    found = [text for file in CODE for text in unsaid(ast.parse(file.read_text(encoding="utf-8")))]
    assert [text for text in found if not any(word in text for word in kept)] == []


def test_line_ends_of_a_checkout_change_no_digest(tmp_path, monkeypatch) -> None:
    from sim.results import fingerprint

    digests = set()
    for name, ends in (("unix", b"\n"), ("windows", b"\r\n")):
        room = tmp_path / name / "model"
        room.mkdir(parents=True)
        (room / "rule.py").write_bytes(b"one = 1" + ends + b"two = 2" + ends)
        (room / ".#rule.py").symlink_to("me@host.1:2")
        monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / name / "results" / "fingerprint.py"))
        digests.add(code_digest(["model"]))
    assert len(digests) == 1


def test_a_directory_too_deep_for_its_files_is_refused_before_anything_is_played(richardson, tmp_path) -> None:
    deep = tmp_path
    while len(str(deep)) < 4096 - files.DEEPEST - 200:
        deep /= "d" * 100
    deep /= "d" * (4096 - files.DEEPEST - 1 - len(str(deep)))
    with pytest.raises(Mistake, match="name a shorter one"):
        sim.sweep(richardson, 2, out=deep)
    assert not (deep / ARRAYS).exists()


def test_no_path_of_a_result_is_longer_than_allowed_for(richardson, tmp_path) -> None:
    out = tmp_path / "out"
    sim.sweep(altered(richardson, end="2001-12"), 600, out=out)
    half_written = len(f".{'0' * 32}.partial")  # what zarr calls a file that it has not finished
    there = [path.relative_to(out).as_posix() for path in out.rglob("*")]
    assert max(map(len, there)) + half_written + len("0000000000") <= files.DEEPEST


def test_a_file_is_synced_as_what_may_be_written(tmp_path, monkeypatch) -> None:
    seen = {}
    monkeypatch.setattr(
        os, "fsync", lambda handle: seen.setdefault(
            stat.S_ISDIR(os.fstat(handle).st_mode), fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE
        ),
    )  # fmt: skip
    (tmp_path / "a").touch()
    for path in (tmp_path / "a", tmp_path):
        files.sync(path)
    assert seen == {False: os.O_RDWR, True: os.O_RDONLY}


def test_more_workers_than_windows_can_wait_for_are_not_asked_for(monkeypatch, tmp_path) -> None:
    asked = []
    monkeypatch.setattr(workers, "WINDOWS", True)
    monkeypatch.setattr(
        workers, "_pooled", lambda out, todo, number, *rest: [asked.append(number), todo.clear(), []][2]
    )
    assert list(workers.process_pool(200)(tmp_path, [None], print)) == []
    assert asked == [61]
