"""Documents of a result, read as a stranger's: whatever is wrong with one is a sentence that names the file.

A document is read here or not at all: its text by `read_json`, its form by one of the models below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.model.mistakes import Mistake
from sim.model.streams import BLOCK
from sim.study.experiment import Stop
from sim.study.layout import LARGEST

DECIDED = "put it back as it was written, or sweep again into another --out"  # of what nothing else can tell
MOST_BATCHES = 10**6  # of a sweep; more would only be counted by who reads them
MOST_CASES = 10**6


@contextmanager
def reading(path: Path, remedy: str) -> Iterator[None]:
    """Turn whatever goes wrong while a document is read, decoded and understood into one sentence.

    Raises
    ------
    Mistake
        With the file, what is wrong with it, and the remedy.
    """
    try:
        yield
    except Mistake:
        raise
    except FileNotFoundError:
        raise Mistake(f"{path} is missing; {remedy}") from None
    except OSError as error:
        raise Mistake(f"{path} cannot be read ({error.strerror}); check it, or {remedy}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:80]
        raise Mistake(f"{path} is damaged, {where}: {first['msg'].lower()}; {remedy}") from None
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError):
        raise Mistake(f"{path} is damaged; {remedy}") from None


def read_json(path: Path, *, nan: bool = False) -> Any:
    """Return what a JSON file says; nothing that JSON or Unicode does not know, and no key twice.

    Raises
    ------
    OSError, ValueError, RecursionError
        To be met by `reading`.
    """
    text = path.read_text(encoding="utf-8")
    body = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=float if nan else _refuse_constant)
    json.dumps(body, ensure_ascii=False).encode("utf-8")  # half a character, written as \ud800, is none
    return body


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise ValueError("a key twice")
    return body


def _refuse_constant(word: str) -> float:
    raise ValueError(word)


# -- what a document must be

Count = Annotated[int, Field(ge=0, le=2**53)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32,64}$")]


class Document(BaseModel):
    """A document that says what it should and nothing else, every word of the type it should be."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Cut(Document):
    """How a sweep is cut: small enough for a stranger's to be gone through."""

    scenarios: int = Field(ge=1, le=MOST_CASES)
    points: int = Field(ge=1, le=MOST_CASES)
    runs: int = Field(ge=1, le=2**53)
    span: int = Field(ge=BLOCK, le=LARGEST * BLOCK, multiple_of=BLOCK)
    reach: int = Field(ge=1, le=LARGEST)

    @model_validator(mode="after")
    def _bounded(self) -> Cut:
        if self.scenarios * -(-self.points // self.reach) * -(-self.runs // self.span) > MOST_BATCHES:
            raise ValueError(f"more than {MOST_BATCHES:,} batches")
        return self


class Named(Document):
    """A scenario as a manifest names it."""

    scenario: str
    title: str
    digest: Digest


class Manifest(BaseModel):
    """What `provenance.json` says as far as it is read; of machine and moment there may be more."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    seed: int = Field(ge=-(2**63), lt=2**64)
    runs: Count
    without: list[str]
    version: str
    steps_per_year: int
    start: str
    end: str
    members: Count
    block: int
    scenarios: list[Named] = Field(min_length=1)
    layout: Cut
    double: bool
    stop: Stop | None
    design: dict[Literal["experiment.lock.yaml", "points.json"], Digest] | None
    shard: str | None
    numpy: str
    cpu_features: list[str]
    engine: Literal["numpy", "jax", "jax-float32"] = "numpy"
    code: str
    rules: str

    @model_validator(mode="after")
    def _agreed(self) -> Manifest:
        if (self.runs, len(self.scenarios)) != (self.layout.runs, self.layout.scenarios) or self.members > self.runs:
            raise ValueError("its entries contradict each other")
        if self.design is not None and len(self.design) != 2:
            raise ValueError("half a design")
        if self.design is not None and not isinstance((self.model_extra or {}).get("experiment"), str):
            raise ValueError("a design of no experiment")
        return self


class Piece(Document):
    """Which batch a marker vouches for."""

    scenario: Count
    point: Count
    points: Count
    run: Count
    runs: Count
    round: Count


class Broken(Document):
    """A run that broke."""

    scenario: str
    point: Count
    run: Count
    month: str
    step: Count
    phase: str
    message: str
    settings: dict[str, float]


class Marker(Document):
    """What a batch leaves when it is finished, `seal` a digest of all the rest."""

    piece: Piece
    content: Digest
    files: dict[str, Digest]
    failures: list[Broken]
    seal: Digest


class Rectangle(Document):
    """Numbers of factors, row by row."""

    factors: list[str]
    roles: list[Literal["uncertainty", "lever"]]
    units: list[str]
    values: list[list[float]]

    @model_validator(mode="after")
    def _rectangular(self) -> Rectangle:
        if len({len(self.factors), len(self.roles), len(self.units), *map(len, self.values)}) > 1:
            raise ValueError("its rows are of unlike length")
        return self


class Along(Rectangle):
    """A sample along the runs, and the first point that has it."""

    since: int = Field(0, ge=0, le=MOST_CASES)


class Table(Rectangle):
    """The points of a design, and the sample along the runs of each if there is one."""

    labels: list[str] = Field(max_length=MOST_CASES)
    about: dict[str, Any]
    sample: Along | None = None

    @model_validator(mode="after")
    def _labelled(self) -> Table:
        if len(self.values) != len(self.labels) or (self.sample is not None and not self.sample.values):
            raise ValueError("its rows are of unlike number")
        return self


class Vouched(Document):
    """What `digests.json` vouches for: every file that no marker does."""

    files: dict[str, Digest]


# -- the metadata of an array


class Codec(Document):
    """A step between numbers and bytes."""

    name: Literal["bytes", "blosc", "zstd", "vlen-utf8", "crc32c"]
    configuration: dict[str, str | int | bool] = {}


class Shards(Document):
    """How the chunks of a batch are put into one file."""

    chunk_shape: list[Count]
    codecs: list[Codec]
    index_codecs: list[Codec]
    index_location: Literal["start", "end"] = "end"


class Sharding(Document):
    """The one codec of an array whose files hold several chunks."""

    name: Literal["sharding_indexed"]
    configuration: Shards


class GridShape(Document):
    """How large the part of a file is."""

    chunk_shape: list[Count]


class Grid(Document):
    """How an array is cut into files."""

    name: Literal["regular"]
    configuration: GridShape


class ArrayMetadata(Document):
    """An array as we write them: numbers or text, in Zarr format 3, through codecs that only compress."""

    zarr_format: Literal[3]
    node_type: Literal["array"]
    shape: list[Count]
    data_type: Literal["float64", "float32", "int64", "uint32", "string"]
    chunk_grid: Grid
    chunk_key_encoding: dict[str, Any]
    fill_value: Any
    codecs: list[Codec | Sharding]
    attributes: dict[Literal["units", "long_name"], str]
    dimension_names: list[str]
    storage_transformers: list[Any] = Field(max_length=0, default=[])

    @model_validator(mode="after")
    def _of_one_rank(self) -> ArrayMetadata:
        cells = [codec.configuration.chunk_shape for codec in self.codecs if isinstance(codec, Sharding)]
        if {len(self.shape), len(self.dimension_names), len(self.parts), *map(len, cells)} != {len(self.shape)}:
            raise ValueError("its axes do not fit its files")
        return self

    @property
    def parts(self) -> list[int]:
        """The shape of what one file holds."""
        return self.chunk_grid.configuration.chunk_shape


class GroupMetadata(Document):
    """The folder of all arrays, with what identifies the sweep."""

    zarr_format: Literal[3]
    node_type: Literal["group"]
    attributes: dict[str, Any]


def plain(model: type[BaseModel], body: Any) -> dict[str, Any]:
    """Return a document as plain data once it has the form of a model."""
    model.model_validate(body)
    if not isinstance(body, Mapping):
        raise TypeError("no mapping")
    return dict(body)
