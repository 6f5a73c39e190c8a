"""What the claims of the articles do in the model, as ``experiments/claim_effects.py`` has measured it.

The table beside this file is written by that script and never typed; it holds the runs and the seed that made it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

COLUMNS = ("claim", "lever", "scenario", "outcome", "of", "sign", "difference", "low", "high", "unit", "runs", "seed")
NOT_CARRIED = "not carried"


@dataclass(frozen=True)
class Effect:
    """What one lever of a claim does.

    Attributes
    ----------
    claim : str
        Its number.
    lever : str
        What was pulled: a rule left out, or an outlook.
    scenario : str
        In which.
    outcome, of : str
        What it moves most, or what it was expected to move, and of whom.
    sign : str
        What was expected; empty where any effect will do.
    difference, low, high : float
        With the lever minus without it, and its 95 % interval.
    unit : str
        Of the difference.
    """

    claim: str
    lever: str
    scenario: str
    outcome: str
    of: str
    sign: str
    difference: float
    low: float
    high: float
    unit: str

    @property
    def there(self) -> bool:
        """Whether the effect is told from none, and has the sign expected."""
        seen = "up" if self.low > 0.0 else "down" if self.high < 0.0 else ""
        return bool(seen) and self.sign in ("", seen)

    def __str__(self) -> str:
        """Return lever, outcome and difference in a few words."""
        whose = f" of {self.of}" if self.of else ""
        return f"{self.lever}: {self.outcome}{whose} {self.difference:+.2g} ({self.low:+.2g} to {self.high:+.2g})"


def table() -> Path:
    """Return the file of the table."""
    return Path(str(files("sim.scenario").joinpath("claim_effects.csv")))


@cache
def effects() -> dict[str, tuple[Effect, ...]]:
    """Return what is measured of each claim, the surest effect first; claims without a lever are left out."""
    found: dict[str, list[Effect]] = {}
    with table().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said: dict[str, Any] = {key: row[key] for key in (*COLUMNS[:6], "unit")}
            said |= {key: float(row[key]) for key in ("difference", "low", "high")}
            effect = Effect(**said)
            found.setdefault(effect.claim, []).append(effect)
    return {claim: tuple(sorted(each, key=_doubt)) for claim, each in found.items()}


def _doubt(effect: Effect) -> tuple[bool, float]:
    """Return what sorts effects: those there first, the narrowest interval beside its size first."""
    return not effect.there, (effect.high - effect.low) / max(abs(effect.difference), 1e-12)


def told(claim: str) -> str:
    """Return the effect of a claim in a few words, that it has none, or nothing where no lever was tried."""
    found = effects().get(claim, ())
    known = [effect for effect in found if effect.sign] or found  # a sign that was foretold outweighs any effect
    if not known:
        return ""
    return str(known[0]) if known[0].there else f"{NOT_CARRIED} ({known[0]})"
