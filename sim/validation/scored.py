"""One forecast of one thing, held against what came: a row of a hindcast, whoever made the forecast."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from sim.model.world import Array
from sim.validation import scores

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
QUANTILES = tuple(f"q{round(100 * level):02d}" for level in LEVELS)
MODEL, ABLATED, NAIVE, INFORMED = "model", "ablated", "naive", "informed"  # kinds of forecasters


@dataclass(frozen=True)
class Scored:
    """One forecast and its score.

    Attributes
    ----------
    subject : str
        ``spending``, ``shares``, ``outbreaks``, ``deaths``, ``disputes`` or ``wars``.
    of : str
        Whose: a state, or two.
    origin, until : int
        From the beginning of which year it was foretold, and the last year it is about.
    mode : str
        What of later years was given.
    forecaster, kind : str
        Who foretold: the model by its parameters or by what it lacks, or a baseline; ``model``, ``ablated``, ``naive``
        or ``informed``.
    score : float
        Loss: CRPS of the log, energy score, log score or Brier score.
    seen : float
        What came; NaN for shares.
    chance : float
        What an event was given; NaN for numbers.
    inside, rank, pit : float
        Whether what came lay in the middle 80 %; the share of the forecast below it; randomised PIT. NaN for others.
    q05, ..., q95 : float
        Of the forecast, in the unit of what came; NaN for others.
    """

    subject: str
    of: str
    origin: int
    until: int
    mode: str
    forecaster: str
    kind: str
    score: float
    seen: float = np.nan
    chance: float = np.nan
    inside: float = np.nan
    rank: float = np.nan
    pit: float = np.nan
    q05: float = np.nan
    q10: float = np.nan
    q25: float = np.nan
    q50: float = np.nan
    q75: float = np.nan
    q90: float = np.nan
    q95: float = np.nan

    @property
    def ahead(self) -> int:
        """How many years ahead, from 1."""
        return self.until - self.origin + 1

    @property
    def case(self) -> tuple[str, str, int, int]:
        """What was foretold, whoever did."""
        return self.subject, self.of, self.origin, self.until


@dataclass(frozen=True)
class Question:
    """What is foretold, in which mode and by whom: what a row says beside its numbers."""

    subject: str
    of: str
    origin: int
    until: int
    mode: str
    forecaster: str
    kind: str

    def number(self, logs: Array, seen: float) -> Scored:
        """Score a forecast of a positive number, its log ``(member,)``, by the CRPS of the log."""
        came = float(np.log(seen))
        luck = np.random.default_rng(zlib.crc32(repr((self.subject, self.of, self.origin, self.until)).encode()))
        within = np.exp(np.quantile(logs, LEVELS))
        return Scored(
            **vars(self),
            score=float(scores.crps(logs, came)),
            seen=seen,
            inside=float(scores.inside(logs, came)),
            rank=float(scores.rank(logs, came)),
            pit=float(scores.pit(logs, came, luck.random())),
            **dict(zip(QUANTILES, within.tolist(), strict=True)),
        )

    def parts(self, shares: Array, seen: Array) -> Scored:
        """Score a forecast of shares, ``(member, part)``, by the energy score."""
        return Scored(**vars(self), score=float(scores.energy_score(shares, seen)))

    def steps(self, chances: Array, happened: Array) -> Scored:
        """Score the chances of an event in each step, ``(step,)``, by the sum of log scores."""
        score = float(scores.log_score(chances, happened).sum())
        return Scored(**vars(self), score=score, seen=float(happened.sum()), chance=float(1 - np.prod(1 - chances)))

    def event(self, chance: float, happened: float) -> Scored:
        """Score the chance of an event by the Brier score."""
        return Scored(**vars(self), score=float(scores.brier_score(chance, happened)), seen=happened, chance=chance)


def read(rows: Iterable[dict[str, str]]) -> list[Scored]:
    """Return rows as they were before they were written to a CSV file."""
    kinds = {field.name: {"int": int, "float": float}.get(str(field.type), str) for field in fields(Scored)}
    return [Scored(**{name: kinds[name](cell or "nan") for name, cell in row.items()}) for row in rows]
