"""What a run can come to: every outcome once, with its words, its unit and what a sweep may stop at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.model.mistakes import Mistake, suggest

CASE = ("scenario", "point")  # axes of the cases of a designed sweep


@dataclass(frozen=True)
class Outcome:
    """One number of a run, and all that is said of it anywhere.

    Attributes
    ----------
    key : str
        What it is called in results, tables and options.
    words : str
        What it is called in figures.
    unit : str
        Of its value; a ``share`` of ``of_runs`` is one over runs, each of which says yes or no.
    meaning : str
        What it is, in full; stands in the files of a result.
    more : str
        What it means that one number is higher than another.
    form : str
        Format in which its value is shown.
    kind : {"recorded", "derived", "path", "window", "stock"}
        Kept of every run; worked out from what is kept; worked out from whole paths, or from their part in some
        years; a quantity at the end.
    of : {"", "first", "state", "pair"}
        Of whom it is: the region, the first state, each state, or a supplier's deliveries to each state.
    of_runs : tuple of str
        For a share of runs: the outcomes of which any must have come.
    complete : bool
        Whether every sound run has one.
    main : bool
        Whether it is shown where there is room for a few.
    """

    key: str
    words: str
    unit: str
    meaning: str
    more: str
    form: str = ",.4g"
    kind: str = "recorded"
    of: str = ""
    of_runs: tuple[str, ...] = ()
    complete: bool = True
    main: bool = False

    @property
    def share(self) -> bool:
        """Whether its mean is a share of runs."""
        return bool(self.of_runs)

    @property
    def stops(self) -> bool:
        """Whether a sweep may stop once it is known well enough: shares of runs, and means over every run."""
        return self.share or (self.kind == "recorded" and self.complete)


_FIRST = "step in which the first {} starts, from 0; missing if none does"

MEASURES: dict[str, Outcome] = {
    outcome.key: outcome
    for outcome in (
        Outcome("war_probability", "campaign (share of runs)", "share", "runs with a campaign",
                "more runs see a campaign", ".4g", "derived",
                of_runs=("first_campaign",), main=True),
        Outcome("fighting_probability", "any fighting (share of runs)", "share",
                "runs with a campaign or a limited operation", "more runs see fighting", ".4g", "derived",
                of_runs=("first_campaign", "first_operation")),
        Outcome("years_before_campaign", "years before a campaign", "yr",
                "years before the first campaign, counted up to the horizon", "a campaign comes later", kind="derived"),
        Outcome("first_campaign", "first campaign", "steps", _FIRST.format("campaign"), "it comes later",
                complete=False),
        Outcome("first_operation", "first limited operation", "steps", _FIRST.format("limited operation"),
                "it comes later", complete=False),
        Outcome("campaigns", "campaigns", "count", "campaigns started", "more of them"),
        Outcome("operations", "limited operations", "count", "limited operations started", "more of them", main=True),
        Outcome("war_days", "days of fighting", "days", "days of fighting above clash level", "more of them"),
        Outcome("deaths", "battle deaths", "persons", "soldiers killed", "more of them", main=True),
        Outcome("displaced", "people displaced", "thousand persons", "people displaced", "more of them", main=True),
        Outcome("final_balance", "balance at the end", "log ratio", "balance of the first state at the end",
                "the first state is stronger", of="first", main=True),
        Outcome("failed", "step of failure", "steps",
                "step in which the run broke and from which it is left out; missing if it is sound", "it broke later",
                complete=False),
        Outcome("final_stock_balance", "ratio of arms at the end", "log ratio",
                "ratio of arms held at the end, first state over its rival", "the first state holds more",
                of="first"),
        Outcome("final_milex", "spending at the end", "US$2023 m per yr", "military expenditure in the last month",
                "the state spends more", kind="path", of="state", main=True),
        Outcome("mean_milex", "mean spending", "US$2023 m per yr", "mean of military expenditure over the window",
                "the state spends more", kind="window", of="state"),
        Outcome("mean_balance", "mean balance", "log ratio", "mean balance of a state over the window",
                "the state is stronger", kind="window", of="state"),
        Outcome("campaign_rate", "campaigns a year", "per yr", "campaigns begun in the window, a year",
                "more of them", kind="window"),
        Outcome("operation_rate", "limited operations a year", "per yr",
                "limited operations begun in the window, a year; what follows at once on other fighting is not told "
                "apart from it", "more of them", kind="window"),
        Outcome("supplier_share", "share of deliveries", "share",
                "share of a supplier in all deliveries to a state over the window",
                "the state gets more of its arms there", kind="window", of="pair"),
    )
}  # fmt: skip

OUTCOMES = {key: outcome for key, outcome in MEASURES.items() if outcome.kind == "recorded"}  # as they lie on a disk


def complete(names: Iterable[str] = tuple(OUTCOMES)) -> list[str]:
    """Return the recorded outcomes that every sound run has, in one order.

    Examples
    --------
    >>> complete(("deaths", "failed", "first_campaign"))
    ['deaths']
    """
    there = set(names)
    return [key for key, outcome in OUTCOMES.items() if outcome.complete and key in there]


def measures_to_stop_at() -> list[str]:
    """Return what a stop rule can look at: probabilities of war, and the mean of any outcome that every run has."""
    return [key for key, outcome in MEASURES.items() if outcome.stops]


def refuse_measure(name: str) -> None:
    """Refuse a stop rule that looks at nothing there is.

    Raises
    ------
    Mistake
        With what it can look at.
    """
    known = measures_to_stop_at()
    if name not in known:
        raise Mistake(f"a sweep cannot stop at '{name}'{suggest(name, known) or '; choose ' + ', '.join(known)}")


def window_of(text: str, years: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last year of a window, written ``2025-2029``.

    Parameters
    ----------
    text : str
        The window, or one year.
    years : sequence of int
        The years there are, in their order.

    Raises
    ------
    Mistake
        If it is no window, or reaches beyond the years there are.

    Examples
    --------
    >>> window_of("2025-2029", range(2022, 2037))
    (2025, 2029)
    """
    told = f"write two years within {years[0]} to {years[-1]}, for example {years[0]}-{years[-1]}"
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if not found:
        raise Mistake(f"'{text}' is no window of years; {told}")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last or first not in years or last not in years:
        raise Mistake(f"there is no window {text} here; {told}")
    return first, last
