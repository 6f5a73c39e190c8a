"""A run as it was played and taken down: its steps, what happened in them, what it came to. Data only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from sim.answers import Answer, Shortened, aligned
from sim.engine.chunk import Chunk
from sim.engine.model import ArmsRace, Reason
from sim.engine.record import KEPT, Record
from sim.explain.systems import Offer
from sim.model.variables import VARIABLES
from sim.model.world import Array
from sim.scenario.initial import Position

if TYPE_CHECKING:
    import xarray as xr

    from sim.plots import Drawings

TOLD_OF_STATES = ("milex", "balance", "stock_balance")  # paths whose ends a run is summed up by
TOLD_OF_RUNS = ("operations", "campaigns", "deaths", "displaced")


@dataclass(frozen=True, repr=False)
class Happening(Shortened):
    """Something worth telling, with the reasons of the decision behind it.

    Attributes
    ----------
    date : datetime.date
        Month in which it happened.
    kind : str
        What kind of event, one of `sim.explain.kinds`.
    actor, other : str
        Keys of who acted and of what or whom it was about ("" if nobody).
    what : str
        One sentence.
    reasons : tuple of Reason
        All reasons behind it.
    place : tuple of int
        Index of the event on the axes of the quantity decided.
    """

    date: dt.date
    kind: str
    actor: str
    other: str
    what: str
    reasons: tuple[Reason, ...] = ()
    place: tuple[int, ...] = ()


@dataclass(frozen=True, repr=False)
class Moment(Shortened):
    """One step as it was played: all that was decided, and the world after it.

    Attributes
    ----------
    date : datetime.date
        Month of the step.
    reasons : mapping of str to list of Reason
        Reasons by quantity decided.
    arrays : mapping of str to ndarray
        Every quantity at the end of the step, ``(*axes, actor, run)``; nothing is ever changed in place.
    """

    date: dt.date
    reasons: Mapping[str, list[Reason]]
    arrays: Mapping[str, Array]


@dataclass(repr=False)
class History(Answer):
    """One run as it was played; shows what it came to.

    Attributes
    ----------
    position : Position
        What was played.
    run : int
        Number of the run.
    model : ArmsRace
        The agents as they were at the end.
    opening : mapping of str to ndarray
        Every quantity before the first step.
    systems : tuple of Offer
        Named systems with which orders are told.
    record : Record or None
        What was taken down of it as of a run of a sweep.
    happenings : list of Happening
        What is worth telling, in order.
    moments : list of Moment
        Every step, so that any decision can be asked for its reasons (`sim.explain.why`).
    broke : str
        Where and why the run broke, up to where it is told; empty if it did not.
    """

    position: Position
    run: int
    model: ArmsRace
    opening: Mapping[str, Array]
    systems: tuple[Offer, ...] = ()
    record: Record | None = None
    happenings: list[Happening] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    broke: str = ""

    def __str__(self) -> str:
        """Return what was played and what it came to."""
        broke = [self.broke] if self.broke else []
        return "\n".join([f"{self.title()}, {len(self.happenings)} happenings", *broke, *came_to(self)])

    @cached_property
    def dataset(self) -> xr.Dataset:
        """The run's path, one value per month, and its outcomes, as the Dataset of a sweep."""
        made: xr.Dataset = import_module("sim.results.dataset").dataset_of(  # only now, since it brings xarray
            self.position, [Chunk(0, self.record, [])] if self.record else []
        )
        return made

    def narrate(self) -> Story:
        """Tell the run in dated sentences, each with its largest reasons (`sim.explain.narrative.narrate`)."""
        told: Story = import_module("sim.explain.narrative").narrate(self)  # which tells histories, and comes after
        return told

    def why(self, query: str) -> Story:
        """Explain one happening, or why it did not come, ``"war 2016-04"`` (`sim.explain.why.why`)."""
        told: Story = import_module("sim.explain.why").why(self, query)
        return told

    def plot(self, *, width: str | float = "7.2in") -> Drawings:
        """Draw its path from beginning to end.

        Parameters
        ----------
        width : str or float
            Of the figure, such as ``"160mm"``, or a number [inches].

        Returns
        -------
        Drawings
            Shown in a notebook; a figure of matplotlib under ``figures["timeline"]``, and its description in words.
        """
        from sim.plots import plot  # only now, since it brings matplotlib

        played = self.dataset.isel(time=slice(0, len(self.moments)))
        return plot(played.assign_coords(member=[self.run]), "timeline", width=width)

    def title(self) -> str:
        """Return which run of which scenario this is."""
        return f"{self.position.scenario.title}: run {self.run} of seed {self.position.seed}"


class Story(Answer, tuple[str, ...]):
    """Paragraphs to read, in a terminal or in a notebook.

    Examples
    --------
    >>> Story(["2020-03  A war begins.", "2020-05  It ends."])
    2020-03  A war begins.
    <BLANKLINE>
    2020-05  It ends.
    """

    def __str__(self) -> str:
        """Return the paragraphs with an empty line between them."""
        return "\n\n".join(self)


def came_to(history: History) -> list[str]:
    """Return what a run came to as lines: spending and balances at both ends, fighting and its victims."""
    if not history.moments:
        return []
    rows: list[tuple[str, ...]] = [("", "first month", "last month", "unit")]
    for name in TOLD_OF_STATES:
        variable = VARIABLES[KEPT[name]]
        for place, state in enumerate(history.position.labels["state"]):
            # As results keep it.
            ends = (np.float32(history.moments[i].arrays[variable.name][place, 0]) for i in (0, -1))
            rows.append((f"{name}, {history.position.titles[state]}", *(f"{end:,.2f}" for end in ends), variable.unit))
    if history.broke or history.record is None:
        return aligned(rows)
    outcomes = history.record.outcomes
    return [*aligned(rows), ", ".join(f"{name} {outcomes[name][0]:,.0f}" for name in TOLD_OF_RUNS)]


def before_step(history: History, step: int) -> Mapping[str, Array]:
    """Return every quantity as it was before a step."""
    return history.moments[step - 1].arrays if step else history.opening


def steps_of(history: History, date: dt.date) -> list[int]:
    """Return the steps of a month; a scenario may have several in one."""
    return [step for step, moment in enumerate(history.moments) if moment.date == date]


def reasons_for(history: History, step: int, quantity: str, actor: str | None = None) -> tuple[Reason, ...]:
    """Return the reasons of a step behind a quantity, of one actor or of all."""
    given = history.moments[step].reasons.get(quantity, ())
    return tuple(reason for reason in given if actor is None or reason.actor == actor)
