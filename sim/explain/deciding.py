"""What a person may decide in an actor's place, in words, and which reasons of its rules weigh on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sim.explain.sentences import percent
from sim.model.seats import DECIDABLE
from sim.scenario.schema import Decision as Taken

Titles = Mapping[str, str]


@dataclass(frozen=True)
class Wording:
    """How one thing that may be decided is told.

    Attributes
    ----------
    label : str
        What it is called, before its label if it has any.
    says : callable
        From a value and a title to words that follow "to".
    weighed : tuple of str
        The quantities whose reasons weigh on it.
    beside : str
        Beside what a reason is told: as it was at the opening, or its mean over the others; "" for what it is worth.
    high : float or None
        The most that is usually decided, where nothing bounds it.
    """

    label: str
    says: Callable[[float, str], str]
    weighed: tuple[str, ...]
    beside: str = ""
    high: float | None = None


def _plans(form: str) -> Callable[[float, str], str]:
    return lambda value, zone: f"{'prepare' if value else 'prepare no'} {form} over {zone}".replace("no a ", "no ")


WORDINGS: dict[str, Wording] = {
    "milex_target": Wording(
        "Spending", lambda value, _: f"aim at US$ {value:,.0f} m a year", ("milex_target_log",), "the opening"
    ),
    "import_share": Wording(
        "Money for arms from abroad",
        lambda value, _: f"set {percent(value)} of the regular budget aside for arms from abroad",
        ("import_push",), "the opening",
    ),
    "class_share": Wording(
        "Contracts for", lambda value, ware: f"give {percent(value)} of contracts to {ware}",
        ("weapon_appeal",), "the others",
    ),
    "supplier_share": Wording(
        "Tenders to", lambda value, seller: f"give {percent(value)} of tenders to {seller}",
        ("supplier_appeal",), "the others",
    ),
    "talks_pace": Wording(
        "Pace of talks",
        lambda value, _: f"let talks progress {value:.2f} times as fast for its part" if value else "block all talks",
        ("talks_progress",),
    ),
    "operation_plan": Wording(
        "A limited operation over", _plans("a limited operation"), ("attack_utility", "attack_score")
    ),
    "campaign_plan": Wording("A campaign over", _plans("a campaign"), ("attack_utility", "attack_score")),
    "licence": Wording(
        "Licence for", lambda value, client: f"license {'sales' if value else 'no sales'} to {client}", ("willingness",)
    ),
    "price_factor": Wording(
        "Price for", lambda value, client: f"ask {client} for {value:.2f} times the list price",
        ("price_factor",), high=3.0,
    ),
    "access": Wording(
        "Technology for", lambda value, client: f"offer {client} {percent(value)} of its best technology", ("access",)
    ),
}  # fmt: skip


def label_of(name: str, title: str = "", inside: bool = False) -> str:
    """Return what a thing to decide is called, alone or inside a sentence.

    Examples
    --------
    >>> label_of("licence", "Azerbaijan"), label_of("milex_target")
    ('Licence for Azerbaijan', 'Spending')
    """
    label = WORDINGS[name].label
    return f"{label[0].lower() + label[1:] if inside else label} {title}".rstrip()


def words(taken: Taken, titles: Titles) -> str:
    """Return what a person has decided, in words that follow "to"."""
    return " and ".join(WORDINGS[taken.decides].says(value, title) for title, value in parts(taken, titles))


def parts(taken: Taken, titles: Titles) -> Iterator[tuple[str, float]]:
    """Yield title and value of what a person has decided, one for each label."""
    if isinstance(taken.value, dict):
        yield from ((titles.get(label, label), value) for label, value in taken.value.items())
    else:
        axes = DECIDABLE[taken.decides].said.axes
        yield (f"every {'zone' if axes == ('zone',) else axes[0]}" if axes else "", taken.value)
