"""Set up armsrace and run it, with nothing but Python.

    python3 start.py run          10,000 simulated histories of the South Caucasus, each played as the scenario states
                                  it and with what is not known drawn at random, and their figures; what has been
                                  played stays (run --force plays all of it anew)
    python3 start.py test         every check the project has; more arguments go to pytest
    python3 start.py docs         the documentation as a site, in build/site
    python3 start.py list         any other words go to the armsrace command

On Windows write `py` for `python3`.

The first call makes a virtual environment in `.venv` (or where ARMSRACE_VENV says) and installs the
project into it; later calls find it ready. ARMSRACE_CONSTRAINTS names a pip constraints file.

Only the standard library, and nothing an old Python could not read: it has to get as far as the refusal.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
STUDY = "south_caucasus_2010"
RESULTS = Path("results") / STUDY
UNKNOWN = "prior"  # from which what is not known is drawn for a second play of each history
ASKED = {"scenario": STUDY, "runs": 10000, "seed": 1, "without": [], "shard": None, "stated_points": 1}  # by provenance
STAMP = "armsrace-stamp.json"

CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
    ["pytest", "-n", "auto", "--dist", "worksteal"],  # neighbours stay together: what they share is made once
]
SITE = Path("build") / "site"
LEVERS = [
    "armsrace",
    "explore",
    "docs/making/explorer.yaml",
    "-o",
    "build/explorer.html",
    "--histories",
    "3",
    "--force",
]
DOCS = ["sphinx-build", "-q", "-W", "--keep-going", "-j", "2", "-d", str(SITE) + "_read", "docs", str(SITE)]
CHECKED_DOCS = [*DOCS, "-D", "plays=0"]  # all but the pictures for which every scenario is played


def main(arguments):
    refuse_old_python(sys.version_info)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    testing = arguments[0] in ("test", "docs")
    folder = environment_folder()
    prepare(folder, testing)
    if arguments[0] == "test":
        return test(folder, arguments[1:])
    if arguments == ["docs"]:
        return docs(folder)
    if arguments in (["run"], ["run", "--force"]):
        return run(folder, arguments[1:])
    return call(folder, ["armsrace", *arguments])


def refuse_old_python(version):
    if tuple(version[:2]) < OLDEST:
        newer = "py -3.11" if os.name == "nt" else "python3.11"
        needs = "armsrace needs Python {}.{} or newer, this is {}.{}: try {} start.py"
        stop(needs.format(*OLDEST, *version[:2], newer))


def stop(message):
    print(message, file=sys.stderr)
    raise SystemExit(2)


# --------------------------------------------------------------------------------------- what to run


def run(folder, force):
    """Simulate, or go on where an earlier call ended, then draw; say where the figures are."""
    numbers = ["--uncertainty", UNKNOWN, "--runs", str(ASKED["runs"]), "--seed", str(ASKED["seed"])]
    sweep = ["sweep", STUDY, *numbers, "--out", str(RESULTS), *force]
    begun = not force and is_begun(ROOT / RESULTS)
    for words in (["resume", str(RESULTS)] if begun else sweep, ["plot", str(RESULTS)]):
        code = call(folder, ["armsrace", *words], cwd=str(ROOT))
        if code == 2 and not force:
            print("to play everything anew: python3 start.py run --force", file=sys.stderr)
        if code:
            return code
    figures = [path for kind in ("png", "svg", "pdf") for path in (ROOT / RESULTS).rglob("*." + kind)]
    for place in sorted({path.parent for path in figures}):
        count = sum(path.parent == place for path in figures)
        print(f"figures: {count} files in {place.relative_to(ROOT)}")
    return 0


def is_begun(result):
    """Tell whether a folder holds this very sweep, finished or not; whether it may go on is for armsrace to say."""
    try:
        about = json.loads((result / "provenance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(about, dict) and all(about.get(key, key) == value for key, value in ASKED.items())


def docs(folder):
    """Make the page with levers, build the site around it, and say where it is."""
    (ROOT / SITE).parent.mkdir(exist_ok=True)
    code = call(folder, LEVERS, cwd=str(ROOT)) or call(folder, DOCS, cwd=str(ROOT))
    if not code:
        print("site: {}".format(SITE / "index.html"))
    return code


def test(folder, pytest_arguments):
    """Run every check, also after one has failed, and say which did; the site is built beside them."""
    failed = []
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there are as many processes as processors already
    with ThreadPoolExecutor(1) as beside:
        print("==> beside the others: " + " ".join(CHECKED_DOCS), flush=True)
        site = beside.submit(call, folder, CHECKED_DOCS, cwd=str(ROOT))
        for check in CHECKS:
            command = check + (pytest_arguments if check[0] == "pytest" else [])
            print("==> " + " ".join(command), flush=True)
            if call(folder, command, cwd=str(ROOT)):
                failed.append(" ".join(check))
    if site.result():
        failed.append(" ".join(CHECKED_DOCS))
    print("failed: " + ", ".join(failed) if failed else "all checks passed")
    return 1 if failed else 0


def call(folder, command, cwd=None):
    """Call a program of the environment and hand back its exit code."""
    program = shutil.which(command[0], path=str(programs(folder)))
    if program is None:
        stop(f"{command[0]} is missing from {folder}: delete that folder and try again")
    return subprocess.call([program, *command[1:]], cwd=cwd, env=clean_environ(folder))


def clean_environ(folder):
    """Drop the settings that would mix another Python into ours."""
    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    environ["VIRTUAL_ENV"] = str(folder)
    environ["PATH"] = str(programs(folder)) + os.pathsep + environ.get("PATH", "")
    return environ


# --------------------------------------------------------------------------------------- where to run it


def environment_folder():
    return Path(os.environ.get("ARMSRACE_VENV") or ROOT / ".venv").expanduser().absolute()


def programs(folder):
    return folder / ("Scripts" if os.name == "nt" else "bin")


def prepare(folder, testing):
    """Make the environment, unless its stamp says that it is ready.

    The stamp is written twice: as unfinished before anything else, as finished at the very end. So an
    environment whose set-up was interrupted gives itself away, and is made again from nothing. One we did
    not make (it has no stamp) is installed into but never deleted.
    """
    wanted = stamp(folder, testing)
    found = read_stamp(folder)
    if found and is_ready(found, wanted):
        return
    known = bool(found)
    ours = found.get("ours", False) if found else not (folder.exists() and any(folder.iterdir()))
    if not ours and not (folder / "pyvenv.cfg").exists():
        stop(f"{folder} is not a virtual environment: empty it, or set ARMSRACE_VENV to another folder")

    print(f"setting up {folder} (about a minute, once)", file=sys.stderr, flush=True)
    reusable = known and found["finished"] and found["home"] == wanted["home"]
    if ours and not reusable:
        write_stamp(folder, dict(wanted, ours=True, finished=False))
        clear(folder)
        pip = create(folder)
    else:
        write_stamp(folder, dict(wanted, ours=ours, finished=False))
        pip = [str(python_of(folder)), "-m", "pip"]
    install(pip, folder, testing)
    write_stamp(folder, dict(wanted, ours=ours, finished=True))


def stamp(folder, testing):
    """What an environment depends on: the interpreter, the places, the project's list of packages."""
    constraints = constraints_file()
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    project.update(constraints.read_bytes() if constraints else b"")
    home = [sys.version.split()[0], getattr(sys, "_base_executable", sys.executable), str(ROOT), str(folder)]
    return {"home": home, "project": project.hexdigest(), "testing": testing}


def is_ready(found, wanted):
    """An environment for testing will also do for running."""
    same = all(found[key] == wanted[key] for key in ("home", "project"))
    return found["finished"] and same and (found["testing"] or not wanted["testing"])


def read_stamp(folder):
    try:
        return json.loads((folder / STAMP).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def write_stamp(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / (STAMP + ".new")
    draft.write_text(json.dumps(content, indent=1), encoding="ascii")
    draft.replace(folder / STAMP)  # in one piece, or not at all


def clear(folder):
    """Delete everything but the stamp, which has to outlive an interruption."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(str(path))
        elif path.name != STAMP:
            path.unlink()


def constraints_file():
    name = os.environ.get("ARMSRACE_CONSTRAINTS")
    if not name:
        return None
    path = Path(name).expanduser().absolute()
    if not path.is_file():
        stop(f"ARMSRACE_CONSTRAINTS: there is no file {name}")
    return path


def create(folder):
    """Make a virtual environment; return the command for its pip.

    Debian packs ensurepip apart from Python. Without it, a pip outside can still install into the
    environment; without that either, only the reader can help.
    """
    has_own_pip = importlib.util.find_spec("ensurepip") is not None
    if has_own_pip or importlib.util.find_spec("pip") is not None:
        flags = [] if has_own_pip else ["--without-pip"]
        made = subprocess.run(
            [sys.executable, "-m", "venv", *flags, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if made.returncode == 0:
            outside = [sys.executable, "-m", "pip", "--python", str(python_of(folder))]
            return [str(python_of(folder)), "-m", "pip"] if has_own_pip else outside
    stop(
        "this Python cannot make a virtual environment with pip; on Debian or Ubuntu: "
        "sudo apt install python{}.{}-venv".format(*sys.version_info[:2])
    )


def python_of(folder):
    return programs(folder) / ("python.exe" if os.name == "nt" else "python")


def install(pip, folder, testing):
    constraints = constraints_file()
    command = [*pip, "install", "-qq", "--disable-pip-version-check"]
    command += ["--constraint", str(constraints)] if constraints else []
    command += ["--editable", str(ROOT) + ("[dev,docs]" if testing else "")]
    if subprocess.call(command, env=clean_environ(folder)):
        stop("pip could not install armsrace (its reason is above); the same command tries again")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
