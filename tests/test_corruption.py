"""Whatever becomes of a file of a result, nobody is given other numbers: a sentence names it, what can be is mended.

Every kind of file is damaged in every way and shown to every verb. Of the thousands of combinations a sample is tried;
`ARMSRACE_CORRUPTION_MINUTES=60 pytest tests/test_corruption.py -s` tries as many as it can and prints how they went.
"""

import contextlib
import io
import os
import random
import re
import shutil
import time
import warnings
from collections import Counter

import pytest
from sweeping import content, designed

import sim
from sim.cli import main
from sim.engine.record import KEPT
from sim.model.mistakes import Mistake
from sim.model.outcomes import OUTCOMES
from sim.results.files import digest_of_file
from sim.results.frame import SUMMARY
from sim.results.manifest import provenance

MINUTES = float(os.environ.get("ARMSRACE_CORRUPTION_MINUTES", 0))
SAMPLE = 30
DOCUMENT = """\
question: What becomes of a damaged result?
scenario: mine.yaml
design: grid
replicates: 12
kept_paths: 3
keep: trajectories
uncertainties:
  north.match_rival_linearly.fatigue: {values: [0.1, 0.2]}
"""
SCENARIO = """\
extends: richardson
end: 2000-06
states:
  north: {rules: [match_rival_linearly, surprise_the_budget]}
  south: {rules: [match_rival_linearly, surprise_the_budget]}
"""
HARMLESS = {"status.jsonl", ".lock"}  # what happened when; and who holds the directory

READING = {
    "compare": lambda out, beside: ("compare", f"{out}@point=0", f"{beside}@point=0"),
    "plot": lambda out, beside: ("plot", f"{out}@point=0", "fan"),
    "export": lambda out, beside: ("export", out, "--csv"),
    "failures": lambda out, beside: ("failures", out),
    "cite": lambda out, beside: ("cite", out),
    "replay": lambda out, beside: ("replay", out, "--point", "0"),
    "sensitivity": lambda out, beside: ("sensitivity", out),
    "verify": lambda out, beside: ("verify", out, "--seed", "1", "--sample", "1"),
}
MENDING = {
    "resume": lambda out, beside: ("resume", out),
    "repair": lambda out, beside: ("verify", out, "--repair", "--seed", "1", "--sample", "1"),
    "merge": lambda out, beside: ("merge", out.with_name("merged"), out),
}
VERBS = READING | MENDING


# -- damage


def flipped(body, rng):
    place = rng.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :]


DAMAGE = {
    "emptied": lambda body, rng: b"",
    "cut off": lambda body, rng: body[: rng.randrange(len(body))],
    "one bit": flipped,
    "noise": lambda body, rng: rng.randbytes(len(body)),
    "longer": lambda body, rng: body + b"\n\n",
    "a list": lambda body, rng: b"[]",
    "null": lambda body, rng: b"null",
    "a number": lambda body, rng: b"1" * 5000,
    "nested": lambda body, rng: b"[" * 10**5,
    "nested mapping": lambda body, rng: b'{"a":' * 10**5,
    "not Unicode": lambda body, rng: b"\xff\xfe" + body,
    "half a character": lambda body, rng: b'{"files": {"\\ud800": "0"}}',
}


def damage(file, how, rng, others):
    """Damage a file; tell whether it has become another."""
    before = file.read_bytes()
    if how == "deleted":
        file.unlink()
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    else:
        body = rng.choice(others).read_bytes() if how == "another file" else DAMAGE[how](before or b"x", rng)
        file.write_bytes(body)
        return body != before
    return True


WAYS = (*DAMAGE, "deleted", "a folder", "another file")


def kind_of(name):
    """Return what kind of file this is, so that new ones are tried as well."""
    array = name.split("/")[1] if name.startswith("runs.zarr/") and name.count("/") > 1 else ""
    what = ("outcome" if array in OUTCOMES else "path" if array in KEPT else
            "histogram" if array.endswith("_histogram") else "label" if array else "")  # fmt: skip
    return re.sub(r"\d+", "0", name.replace(f"/{array}/", f"/{what}/") if array else name)


# -- verbs


def told(out, *words):
    """Return exit code, output and complaint of a command in this process, and the warnings it gave."""
    said, err = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(record=True) as warned, pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("default")
        warnings.simplefilter("ignore", DeprecationWarning)
        patch.setattr("sys.argv", ["armsrace", *map(str, words)])
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
            main.main()
    text = said.getvalue().replace(str(out), "DIR")
    return end.value.code or 0, text, err.getvalue(), [str(one.message) for one in warned]


def made(out):
    """Return what a reading verb has left in a directory, by name."""
    files = [path for folder in ("figures", "export") for path in (out / folder).rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): digest_of_file(path) for path in files if path.suffix in (".csv", ".txt")}


def finding(out, verb, name, how, answers, sound, beside):
    """Return what is wrong with how a verb takes a damaged file; empty where nothing is."""
    before = everything(out)
    code, said, err, warned = told(out, *VERBS[verb](out, beside))
    lines = [line for line in err.splitlines() if "/s]" not in line and "?, ?" not in line and line.strip()]
    if warned:
        return f"warns: {warned[0]}"
    if code not in (0, 2) or "Traceback" in err:
        return f"ends with {code}: {err[-300:]}"
    if code == 2 and verb != "verify" and verb != "repair" and len(lines) != 1:
        return f"says {len(lines)} lines: {err[-300:]}"
    if verb == "verify":
        if everything(out) != before:
            return "writes"
        if code == 0 and name not in HARMLESS:
            return "finds nothing"
    reads = verb in READING and verb != "verify" and "is incomplete" not in said
    if code == 0 and reads and (said, made(out)) != answers[verb]:
        return f"answers otherwise: {said[:200]}"
    if verb in ("resume", "repair") and code == 0:
        if content(out) != content(sound) or (out / SUMMARY).read_bytes() != (sound / SUMMARY).read_bytes():
            return "leaves other bytes"
        if not sim.verify(out, 1).good:
            return "leaves damage"
    joined = verb == "merge" and "missing" not in said
    if code == 0 and joined and content(out.with_name("merged")) != content(sound):
        return "merges other bytes"
    return ""


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A small result that has every kind of file."""
    return designed(tmp_path_factory.mktemp("sound"), SCENARIO, DOCUMENT)


@pytest.fixture(scope="module")
def answers(sound, tmp_path_factory):
    """What every reading verb says of it."""
    found = {}
    for verb, words in READING.items():
        out = shutil.copytree(sound, tmp_path_factory.mktemp("answers") / "r")
        code, said, err, _ = told(out, *words(out, sound))
        assert code == 0, (verb, err)
        found[verb] = said, made(out)
    return found


def test_no_damage_goes_unnoticed_and_what_can_be_is_mended(sound, answers, tmp_path):
    rng = random.Random(MINUTES or 10)
    kinds = {}
    for path in sorted(path for path in sound.rglob("*") if path.is_file()):
        kinds.setdefault(kind_of(path.relative_to(sound).as_posix()), []).append(path.relative_to(sound).as_posix())
    every = [(kind, how, verb) for kind in kinds for how in WAYS for verb in VERBS]
    rng.shuffle(every)
    cases = iter(every if MINUTES else every[:SAMPLE])
    tried, wrong, until = Counter(), [], time.monotonic() + 60 * MINUTES
    for number, (kind, how, verb) in enumerate(cases):
        if MINUTES and time.monotonic() > until:
            break
        out = shutil.copytree(sound, tmp_path / str(number) / "r")
        name = rng.choice(kinds[kind])
        if damage(out / name, how, rng, [sound / other for other in rng.choice(list(kinds.values()))]) and not (
            name == "provenance.json" and how in ("longer", "one bit") and harmless(out, sound)
        ):
            complaint = finding(out, verb, name, how, answers, sound, sound)
            tried[kind] += 1
            if complaint:
                wrong.append(f"{verb} of {name}, {how}: {complaint}")
                if MINUTES:
                    print(wrong[-1], flush=True)
        shutil.rmtree(tmp_path / str(number))
    if MINUTES:
        for kind in sorted(tried):
            print(f"{kind:40} {tried[kind]:5} tried")
        print(f"{sum(tried.values())} of {len(every)} combinations tried, {len(wrong)} fell")
    assert not wrong, "\n".join(wrong)


def harmless(out, sound):
    """Tell whether a provenance says the same, place and moment aside, which it need not say."""
    try:
        ours, theirs = provenance(out), provenance(sound)
    except Mistake:
        return False
    return ours["seal"] == theirs["seal"]


def test_to_the_last_bit_is_said_only_where_everything_is_as_it_was_written(sound, tmp_path):
    assert "to the last bit" in str(sim.verify(sound, 1))
    assert "to the last bit" not in str(sim.verify(sound, 0))
    for name in ("sources.bib", SUMMARY, "scenario.lock.yaml", "runs.zarr/state/c/0", "runs.zarr/milex/zarr.json"):
        out = shutil.copytree(sound, tmp_path / name.replace("/", "_"))
        (out / name).write_bytes((out / name).read_bytes() + b"\n")
        assert f"damaged: {name}" in str(sim.verify(out, 1))


def test_a_sound_result_is_read_and_verified_without_being_touched(sound, tmp_path):
    out = shutil.copytree(sound, tmp_path / "r")
    before = everything(out)
    for path in (*out.rglob("*"), out):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert sim.verify(out).good
        sim.open_result(out).load()
    finally:
        for path in (out, *out.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert everything(out) == before


def everything(out):
    """Return every file and folder with its time and what is in it."""
    return {path: (path.stat().st_mtime_ns, path.is_dir() or path.read_bytes()) for path in (out, *out.rglob("*"))}
