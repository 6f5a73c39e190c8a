"""What a run can come to, in which cases, and which of it a sweep may stop at."""

from __future__ import annotations

from sim.model.mistakes import Mistake, suggest

CASE = ("scenario", "point")  # axes of the cases of a designed sweep

OUTCOMES: dict[str, tuple[str, str]] = {
    "first_campaign": ("steps", "step in which the first campaign starts, from 0; missing if none does"),
    "first_operation": (
        "steps",
        "step in which the first limited operation starts, from 0; missing if none does",
    ),
    "campaigns": ("count", "campaigns started"),
    "operations": ("count", "limited operations started"),
    "war_days": ("days", "days of fighting above clash level"),
    "deaths": ("persons", "soldiers killed"),
    "displaced": ("thousand persons", "people displaced"),
    "final_balance": ("log ratio", "balance of the first state at the end"),
    "failed": ("steps", "step in which the run broke and from which it is left out; missing if it is sound"),
    "final_stock_balance": ("log ratio", "ratio of arms held at the end, first state over its rival"),
}

SHARES = {
    "war_probability": ("first_campaign",),
    "fighting_probability": ("first_campaign", "first_operation"),
}  # of runs in which any of these came


def measures_to_stop_at() -> list[str]:
    """Return what a stop rule can look at: probabilities of war, and the mean of any outcome that every run has."""
    return [*SHARES, *(name for name in OUTCOMES if not name.startswith(("first_", "failed")))]


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
