"""How sure and how large a difference is: the four rungs from which a brief chooses its words."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.measures.paired import Estimate

# A difference is large from five percentage points on: one history in twenty, the fewest that a reader of "n of 100
# histories" would act upon. Of a number, from half a standard deviation over runs on: by then the change is as
# plain beside what luck does to a history as a grown person's height beside the spread of heights (Cohen: medium).
LARGE_SHARE, LARGE_DEVIATIONS = 0.05, 0.5
ROUNDING = 1e-6  # relative; runs that differ by less share all their luck
# Where fewer pairs differ, the model hardly lets the outcome answer at all: it cannot show an effect, nor its absence.
SHOWN = 0.01


class Rung(IntEnum):
    """What may be said of a difference."""

    CANNOT_SHOW = 0
    NOT_TOLD_FROM_LUCK = 1
    CLEAR_SMALL = 2
    CLEAR_LARGE = 3


WORDS = {
    Rung.CANNOT_SHOW: "cannot show",
    Rung.NOT_TOLD_FROM_LUCK: "not told from luck",
    Rung.CLEAR_SMALL: "clear but small",
    Rung.CLEAR_LARGE: "clear and large",
}


def rung(found: Estimate, *, share: bool) -> Rung:
    """Return what may be said of a difference of pairs; `share` says that the outcome is one."""
    if not found.pairs or found.differing < SHOWN * found.pairs or not np.isfinite(found.difference):
        return Rung.CANNOT_SHOW
    if not (found.low > 0.0 or found.high < 0.0):
        return Rung.NOT_TOLD_FROM_LUCK
    return Rung.CLEAR_LARGE if _is_large(found, share=share) else Rung.CLEAR_SMALL


def _is_large(found: Estimate, *, share: bool) -> bool:
    if share:
        return abs(found.difference) >= LARGE_SHARE
    spread = abs(found.difference / found.standardised) if found.standardised else np.nan  # over runs
    if spread > ROUNDING * abs(found.first):
        return abs(found.standardised) >= LARGE_DEVIATIONS
    return abs(found.difference) >= LARGE_SHARE * abs(found.first)  # no luck at all to stand beside
