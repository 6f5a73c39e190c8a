"""Results to and from disk, with everything needed to trust them and to run them again.

A result directory holds ``runs.zarr`` (labelled arrays), ``scenario.lock.yaml``,
``provenance.json``, ``sources.bib``, ``summary.csv``, one marker per finished
block of 256 runs, and figures. Each answers one question a reader may have.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
import zarr

import sim
from sim import evidence
from sim.accounting import ENTRIES
from sim.initial import Position
from sim.record import OUTCOMES, Record, edges, histogrammed, kept_axes
from sim.rule import CATALOGUE
from sim.scenario import Scenario
from sim.streams import BLOCK
from sim.variables import Mistake

STORE = "runs.zarr"
MARKERS = "blocks"
PROVENANCE = "provenance.json"
LOCK = "scenario.lock.yaml"
AGAIN = "run the sweep again with --force"


class Store:
    """A result being written: arrays in blocks of 256 runs, a marker for each finished block.

    Parameters
    ----------
    position : Position
        What is swept.
    runs, members : int
        Runs in all; runs whose trajectories are kept.
    out : Path or None
        Directory, or None to keep the result in memory.
    """

    def __init__(self, position: Position, runs: int, members: int, out: Path | None) -> None:
        self.out = out
        self.runs, self.members = runs, members
        place = zarr.storage.MemoryStore() if out is None else zarr.storage.LocalStore(out / STORE)
        self._group: Any = zarr.create_group(store=place, attributes=attributes(position, runs))
        self._coordinates(position)
        self._lay_out(position)
        if out is not None:
            (out / MARKERS).mkdir()

    def _array(self, name: str, shape: tuple[int, ...], chunks: tuple[int, ...], dtype: str, dims: tuple[str, ...],
               **about: str) -> None:  # fmt: skip
        """Create one array."""
        self._group.create_array(
            name, shape=shape, chunks=tuple(max(c, 1) for c in chunks), dtype=dtype, dimension_names=dims,
            attributes=about, fill_value=0 if dtype.startswith("int") else np.nan,
        )  # fmt: skip

    def _values(self, name: str, values: Any, dim: str, **about: str) -> None:
        """Create and fill one array along one dimension."""
        data = np.asarray(values)
        text = data.dtype.kind in "UO" or data.size == 0
        self._group.create_array(
            name, shape=data.shape, chunks=(max(data.size, 1),), dtype=str if text else data.dtype,
            dimension_names=(dim,), attributes=about,
        )  # fmt: skip
        if data.size:
            self._group[name][:] = data.astype(object) if text else data

    def _coordinates(self, position: Position) -> None:
        """Write labels, names and codes along every dimension."""
        labels, scenario = position.labels, position.scenario
        self._values("run", np.arange(self.runs), "run", long_name="number of the run")
        self._values("member", np.arange(self.members), "member", long_name="number of a run whose path is kept")
        first = np.datetime64(scenario.start, "D")
        days = np.array([np.datetime64(position.date(step), "D") for step in range(position.steps)])
        self._values("time", (days - first).astype(np.int64), "time", units=f"days since {first}", long_name="month")
        for dim in ("state", "origin", "weapon", "zone"):
            self._values(dim, list(labels[dim]), dim)
            self._values(f"{dim}_name", [position.titles[key] for key in labels[dim]], dim)
        actors = {**scenario.states, **scenario.suppliers}
        codes: dict[str, str] = {key: getattr(actor, "iso3", None) or "" for key, actor in actors.items()}
        self._values("state_iso3", [codes[key] for key in labels["state"]], "state")
        self._values("origin_iso3", [codes.get(key, "") for key in labels["origin"]], "origin")
        for variable in histogrammed():
            assert variable.bins is not None
            self._values(f"{variable.name}_edges", edges(variable.bins), f"{variable.name}_edge", units=variable.unit)

    def _lay_out(self, position: Position) -> None:
        """Create the arrays to be filled, chunked by blocks of runs."""
        steps, labels = position.steps, position.labels
        for name, (unit, meaning) in OUTCOMES.items():
            self._array(name, (self.runs,), (BLOCK,), "float64", ("run",), units=unit, long_name=meaning)
        for name, variable, axes in kept_axes():
            sizes = tuple(len(labels[axis]) for axis in axes)
            self._array(
                name, (self.members, steps, *sizes), (BLOCK, steps, *sizes), "float32", ("member", "time", *axes),
                units=variable.unit, long_name=variable.meaning,
            )  # fmt: skip
        for variable in histogrammed():
            assert variable.bins is not None
            shape = (steps, len(labels["state"]), variable.bins.count)
            self._array(f"{variable.name}_histogram", shape, shape, "int64", ("time", "state", f"{variable.name}_bin"),
                        units="count", long_name=f"runs by {variable.meaning}")  # fmt: skip

    def write(self, record: Record, first: int) -> None:
        """Write the runs of one record, from run `first` on, then mark their blocks as finished."""
        last = first + record.runs
        for name, values in record.outcomes.items():
            self._group[name][first:last] = values
        if record.members:
            for name, path in record.trajectories.items():
                self._group[name][first : first + record.members] = np.moveaxis(path, -1, 0)
        for name, counts in record.histograms.items():
            array = self._group[f"{name}_histogram"]
            array[...] = array[...] + counts
        if self.out is not None:
            for block in range(first // BLOCK, -(-last // BLOCK)):
                _mark(self.out / MARKERS, block, record, first)

    def dataset(self) -> xr.Dataset:
        """Open what has been written."""
        return _opened(self._group.store)


def _mark(folder: Path, block: int, record: Record, first: int) -> None:
    """Leave the marker of a finished block: a digest of its outcomes, renamed into place."""
    rows = slice(block * BLOCK - first, min((block + 1) * BLOCK - first, record.runs))
    body = {"block": block, "runs": rows.stop - rows.start, "outcomes": digest_of(record.outcomes, rows)}
    aside = folder / f".{block:06d}"
    aside.write_text(json.dumps(body))
    os.replace(aside, folder / f"{block:06d}.json")


def digest_of(outcomes: Mapping[str, Any], rows: slice) -> str:
    """Return a hash of the outcomes of some runs."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(outcomes):
        digest.update(np.ascontiguousarray(outcomes[name][rows]).tobytes())
    return digest.hexdigest()


def attributes(position: Position, runs: int) -> dict[str, Any]:
    """Return what identifies a result."""
    scenario = position.scenario
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "digest": scenario.digest(),
        "seed": position.seed,
        "runs": runs,
        "without": list(position.without),
        "version": sim.__version__,
        "steps_per_year": scenario.steps_per_year,
        "start": scenario.start,
        "end": scenario.end,
    }


# -- the directory around the arrays


def prepare(out: Path, *, force: bool) -> None:
    """Make an empty directory; one that holds a result is replaced only when asked.

    Raises
    ------
    Mistake
        If there is something in the way.
    """
    if out.exists() and not out.is_dir():
        raise Mistake(f"{out} is a file; name a directory that does not exist yet")
    if out.is_dir() and any(out.iterdir()):
        ours = (out / PROVENANCE).exists() or (out / STORE).exists()
        if not force:
            raise Mistake(f"{out} is not empty; choose another --out, or write --force to replace the result in it")
        if not ours:
            raise Mistake(f"{out} holds no result of ours, so --force will not empty it; choose another --out")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def describe(position: Position, out: Path, runs: int, members: int) -> None:
    """Write lock file, provenance and bibliography beside the arrays."""
    (out / LOCK).write_text(position.scenario.lock(), encoding="utf-8")
    (out / "sources.bib").write_text(evidence.bibliography(sorted(cited(position.scenario))), encoding="utf-8")
    body = {**attributes(position, runs), "members": members, "block": BLOCK, **machine()}
    (out / PROVENANCE).write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """Return what bits depend on: versions, processor features, our own code."""
    core: Any = np._core  # the only place where numpy tells what the processor can do
    features = core._multiarray_umath.__cpu_features__
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "cpu_features": sorted(name for name, there in features.items() if there),
        "code": code_digest(),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": sys.argv,
    }


def code_digest() -> str:
    """Return a hash of every source file of the package."""
    digest = hashlib.blake2b(digest_size=16)
    here = Path(sim.__file__).parent
    for path in sorted(here.rglob("*.py")):
        digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def cited(scenario: Scenario) -> Iterator[str]:
    """Yield the evidence keys a scenario rests on, those of its rules included."""
    seen: set[str] = set()
    figures: list[Any] = [
        *scenario.parameters.values(),
        *scenario.weapons.quantities.values(),
        *scenario.timeline,
    ]
    rules: set[str] = set()
    for _, _, actor in scenario.actors():
        figures += [*actor.quantities.values(), *actor.parameters.values()]
        rules.update(actor.rules)
        if getattr(actor, "from_record", None):
            seen.update(("sipri_milex_2025", "sipri_arms_transfers_2025", "worldbank_wdi", "eia_brent"))
    for mechanism in (*ENTRIES.values(), *(CATALOGUE[name] for name in rules)):
        seen.update(parameter.source for parameter in mechanism.parameters.values() if parameter.source)
        seen.update(getattr(mechanism, "evidence", ()))
    seen.update(figure.source for figure in figures if figure.source)
    yield from sorted(seen)


def _opened(store: Any) -> xr.Dataset:
    """Open a store as a labelled dataset."""
    data = xr.open_zarr(store, consolidated=False)
    names = [name for name in data.data_vars if str(name).endswith(("_name", "_iso3"))]
    return data.set_coords(names)


def open_result(path: str | os.PathLike[str]) -> xr.Dataset:
    """Open a result directory lazily.

    Returns
    -------
    xarray.Dataset
        Dimensions ``run``, ``member``, ``time``, ``state``, ``origin``, ``weapon``, ``zone``.

    Raises
    ------
    Mistake
        If the directory is missing, incomplete or damaged.
    """
    out = Path(path)
    if not out.is_dir():
        raise Mistake(f"there is no result directory {out}; `armsrace sweep` makes one")
    about = provenance(out)
    done = len(list((out / MARKERS).glob("*.json"))) if (out / MARKERS).is_dir() else 0
    wanted = -(-about["runs"] // about["block"])
    if done < wanted:
        raise Mistake(f"{out} is incomplete, {done} of {wanted} blocks of runs are finished; {AGAIN}")
    try:
        data = _opened(zarr.storage.LocalStore(out / STORE, read_only=True))
        missing = [name for name in expected() if name not in data]
        damaged = [] if missing else _damaged(data, out / MARKERS)
    except Exception as error:
        raise Mistake(f"{out / STORE} cannot be read ({type(error).__name__}); {AGAIN}") from error
    if missing:
        raise Mistake(f"{out / STORE} lacks {', '.join(missing)}; {AGAIN}")
    if damaged:
        raise Mistake(f"{out / STORE} has changed since it was written, block {damaged[0]} first; {AGAIN}")
    return data


def expected() -> Iterator[str]:
    """Yield the names of the arrays a complete result holds."""
    yield from OUTCOMES
    yield from (name for name, _, _ in kept_axes())
    yield from (f"{variable.name}_histogram" for variable in histogrammed())


def _damaged(data: xr.Dataset, markers: Path) -> list[int]:
    """Return the blocks whose outcomes are not those their markers vouch for."""
    outcomes = {name: data[name].to_numpy() for name in OUTCOMES}
    vouched = (json.loads(path.read_text()) for path in sorted(markers.glob("*.json")))
    return [
        marker["block"]
        for marker in vouched
        if marker["outcomes"] != digest_of(outcomes, slice(marker["block"] * BLOCK, (marker["block"] + 1) * BLOCK))
    ]


def provenance(out: Path) -> Mapping[str, Any]:
    """Return what a result says about its origin."""
    try:
        body = json.loads((out / PROVENANCE).read_text(encoding="utf-8"))
        if not all(isinstance(body[name], int) for name in ("runs", "block", "seed")):
            raise TypeError
    except FileNotFoundError:
        raise Mistake(
            f"{out} is not a result directory, it has no {PROVENANCE}; name one that `armsrace sweep` made"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Mistake(f"{out / PROVENANCE} is damaged; {AGAIN}") from None
    return dict(body)
