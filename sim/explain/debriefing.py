"""A played history beside what the rules would have done: nouns only, that go into a document as they are."""

from __future__ import annotations

from dataclasses import dataclass

from sim.answers import Answer, aligned


@dataclass(frozen=True)
class Beside:
    """One outcome as played, and with something left to the rules, under the same luck.

    Attributes
    ----------
    measure, of, label, unit : str
        Its key, whose it is (a key, "" for the region), what it is called, its unit.
    played, by_rules, difference : float
        As played, with something left to the rules, and the first less the second.
    """

    measure: str
    of: str
    label: str
    unit: str
    played: float
    by_rules: float
    difference: float


@dataclass(frozen=True)
class Told:
    """What a person decided for one label, beside what the rules advised.

    Attributes
    ----------
    about, label, unit : str or None, str, str
        The label, None where it is one number; what is decided in words; its unit.
    value, advised : float
        What the person decided, and what the rules would have, in the first month of the decision.
    text, advice : str
        Both in words.
    reasons : tuple of str
        Of the rules.
    """

    about: str | None
    label: str
    unit: str
    value: float
    advised: float
    text: str
    advice: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Reviewed:
    """One decision, beside the advice of the rules, and what came of it.

    Attributes
    ----------
    seat, since, until, decides, because : str
        Who decided, from which month to which, what, and the reason given ("" for none).
    text : str
        What was decided, in words.
    told : tuple of Told
        Label by label, beside what the rules advised.
    outcomes : tuple of Beside
        Where the history would have come to something else with this decision alone left to the rules.
    """

    seat: str
    since: str
    until: str
    decides: str
    because: str
    text: str
    told: tuple[Told, ...]
    outcomes: tuple[Beside, ...]


@dataclass(frozen=True)
class Seat:
    """What the history came to, beside the same with all decisions of one seat left to its rules."""

    seat: str
    title: str
    outcomes: tuple[Beside, ...]


@dataclass(frozen=True)
class Path:
    """One quantity month by month, as played and by the rules alone."""

    quantity: str
    of: str
    label: str
    unit: str
    played: tuple[float, ...]
    by_rules: tuple[float, ...]


@dataclass(frozen=True, repr=False)
class Debriefing(Answer):
    """A played history beside what the rules would have done with the same luck; shows what it came to.

    Attributes
    ----------
    title, seed, run : str, int, int
        What was played.
    months : tuple of str
        Those played, ``YYYY-MM``.
    outcomes : tuple of Beside
        What it came to, beside the same with every decision left to the rules.
    seats : tuple of Seat
        The same with the decisions of one seat left to its rules, seat by seat.
    decisions : tuple of Reviewed
        Every decision.
    paths : tuple of Path
        Spending, balance and tension month by month.
    """

    title: str
    seed: int
    run: int
    months: tuple[str, ...]
    outcomes: tuple[Beside, ...]
    seats: tuple[Seat, ...]
    decisions: tuple[Reviewed, ...]
    paths: tuple[Path, ...]

    def __str__(self) -> str:
        """Return what the history came to, then every decision beside the advice of the rules."""
        rows: list[tuple[str, ...]] = [("", "as played", "by rules alone", "difference", "unit")]
        rows += [(o.label, *(f"{x:,.4g}" for x in (o.played, o.by_rules, o.difference)), o.unit) for o in self.outcomes]
        head = f"{self.title}: run {self.run} of seed {self.seed}. One history, told twice with the same luck."
        told = ((one, label) for one in self.decisions for label in one.told)
        names = {one.seat: one.title for one in self.seats}
        lines = [f"{one.since}  {names[one.seat]}: {label.text}; its rules: {label.advice}" for one, label in told]
        return "\n".join([head, *aligned(rows), *lines])
