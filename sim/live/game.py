"""A class plays: in each round persons decide in the place of rules, then its months are played by all.

Everything is here and nothing on a page: who sits where, what is chosen so far, what has been decided. What has been
decided is in the scenario that is played, so a game is a scenario and the number of rounds that are over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sim.engine.model import ArmsRace, month
from sim.explain.advice import Advice, advice
from sim.explain.debrief import debrief
from sim.explain.debriefing import Debriefing
from sim.explain.happening import History
from sim.explain.history import take_down
from sim.explain.systems import shipped_systems
from sim.model.mistakes import Mistake
from sim.scenario.check_decisions import with_decision
from sim.scenario.schema import Scenario
from sim.terminal import clean

LONGEST = 300  # letters of a reason

Choice = tuple[str, str | None]  # what is decided, and about whom or what
Document = dict[str, Any]


@dataclass
class Seat:
    """An actor, and what its group has chosen for the present round.

    Attributes
    ----------
    actor : str
        Its key.
    code : str
        By which a group takes it; empty where nobody does and its rules decide.
    group : str
        What the group is called.
    choices : dict
        From what is decided, and about whom, to a number. What is not in it the rules decide.
    because : str
        Why, in the words of the group.
    done : bool
        Whether the group waits for the others.
    """

    actor: str
    code: str = ""
    group: str = ""
    choices: dict[Choice, float] = field(default_factory=dict)
    because: str = ""
    done: bool = False


class ClassGame:
    """A game in its present round.

    Parameters
    ----------
    scenario : Scenario
        What is played, with all that has been decided; it ends with the last round.
    seed : int
        Of its luck.
    months, rounds : int
        Length of a round, and how many there are.
    seats : sequence of Seat
        Of every actor that decides.
    facilitator : str
        Token of who ends the rounds.
    played : int
        Rounds that are over; they are played again, which gives the same history.
    """

    def __init__(
        self, scenario: Scenario, seed: int, months: int, rounds: int, seats: Sequence[Seat], facilitator: str,
        played: int = 0,
    ) -> None:  # fmt: skip
        self.seed, self.months, self.rounds, self.facilitator = seed, months, rounds, facilitator
        self.seats = {seat.actor: seat for seat in seats}
        self.played, self.playing = 0, False
        model = ArmsRace(scenario, seed=seed)
        self.history = History(model.position, 0, model, dict(model.game.world.arrays), shipped_systems())
        self.advice: dict[str, Advice] = {}
        self.before: dict[str, Advice] = {}  # of the round that was over last
        self.debriefing: Debriefing | None = None  # after the last round, where anybody decided anything
        for _ in range(played):
            self._play()
        self._advise()

    @property
    def scenario(self) -> Scenario:
        """What is played, with all that has been decided so far."""
        return self.history.model.as_scenario()

    @property
    def over(self) -> bool:
        """Whether all rounds are."""
        return self.played == self.rounds

    @property
    def period(self) -> tuple[str, str]:
        """First and last month of the present round, or of the last."""
        first = count(self.scenario.start) + min(self.played, self.rounds - 1) * self.months
        return month(first), month(first + self.months - 1)

    # -- a seat

    def choose(self, actor: str, round_: int, choices: Any, because: Any = "", done: bool = False) -> None:
        """Keep what a group has chosen for its seat, in the place of what it chose before.

        Parameters
        ----------
        actor : str
            Whose seat it is.
        round_ : int
            The round for which it is chosen, from 1 on.
        choices : list of mapping
            Each has ``decides``, ``about`` (or None) and ``value``.
        because : str
            Why.
        done : bool
            Whether the group waits for the others now.

        Raises
        ------
        Mistake
            If that cannot be decided, or the round is over; then nothing changes.
        """
        self._refuse_late(round_)
        if not isinstance(choices, list):
            raise Mistake("there have to be choices, if only an empty list; load the page anew")
        chosen = dict(self._chosen(actor, one) for one in choices)
        if not isinstance(because, str) or len(because) > LONGEST:
            raise Mistake(f"a reason has at most {LONGEST} letters; shorten yours")
        draft = Seat(actor, choices=chosen, because=clean(" ".join(because.split())))
        scenario = self.scenario
        for decision in self._decisions(draft):  # what the range of each does not tell
            scenario = with_decision(scenario, decision)
        seat = self.seats[actor]
        seat.choices, seat.because, seat.done = draft.choices, draft.because, bool(done)

    def _chosen(self, actor: str, one: Any) -> tuple[Choice, float]:
        """Return a choice and its number if the seat has it and the number is in its range."""
        if not isinstance(one, Mapping) or {"decides", "value"} - one.keys():
            raise Mistake("a choice has 'decides', 'about' and 'value'; load the page anew")
        about, value = one.get("about"), one["value"]
        offered = [
            each for each in self.advice[actor].suggests if (each.decides, each.about) == (one["decides"], about)
        ]
        if not offered:
            raise Mistake("that is not for this seat to decide; load the page anew")
        between = f"{offered[0].low:g} and {offered[0].high:g}"
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise Mistake(f"{offered[0].label}: a number is needed; write one between {between}")
        if not offered[0].low <= value <= offered[0].high:
            raise Mistake(f"{offered[0].label}: {value:g} is out of range; choose between {between}")
        return (offered[0].decides, offered[0].about), float(value)

    def _decisions(self, seat: Seat) -> list[Document]:
        """Return what a seat has chosen as decisions of a scenario, one for each quantity."""
        first, last = self.period
        found: dict[str, Any] = {}
        for (decides, about), value in seat.choices.items():
            if about is None:
                found[decides] = value
            else:
                found.setdefault(decides, {})[about] = value
        return [
            {"actor": seat.actor, "from": first, "until": last, "decides": decides, "value": value,
             "because": seat.because or None}
            for decides, value in found.items()
        ]  # fmt: skip

    # -- the facilitator

    def end_round(self, round_: int) -> None:
        """Decide what all have chosen, and play the months of the round.

        Raises
        ------
        Mistake
            If it is not the present round.
        """
        self._refuse_late(round_)
        model = self.history.model
        with self._busy():
            for seat in self.seats.values():
                for one in self._decisions(seat):
                    model.decide(seat.actor, one["decides"], one["value"], self.months, one["because"] or "")
                seat.choices, seat.because, seat.done = {}, "", False
            self.history.position = model.position  # with what has been decided, which is told of it
            self.before = self.advice
            self._play()
            self._advise()

    def end(self) -> None:
        """Let the last round that was played be the last of the game.

        Raises
        ------
        Mistake
            If none has been.
        """
        if not self.played:
            raise Mistake("no round has been played yet; end one, or leave the game as it is")
        self._refuse_late(self.played + 1)
        with self._busy():
            self.rounds = self.played
            self._advise()

    def record(self) -> Scenario:
        """Return the history that was played as a scenario: the same seed plays it again."""
        last = month(count(self.scenario.start) + self.played * self.months - 1)
        title = f"{self.scenario.title}, as a class played it"
        return shortened(self.scenario, last).model_copy(update={"title": title})

    def _refuse_late(self, round_: int) -> None:
        """Refuse what was meant for another round."""
        if self.playing or self.over or round_ != self.played + 1:
            raise Mistake(f"round {round_} is over; look at what has come of it")

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """Let nobody choose anything in the meantime."""
        self.playing = True
        try:
            yield
        finally:
            self.playing = False

    # -- the model

    def _play(self) -> None:
        """Play the months of a round."""
        with np.errstate(all="ignore"):  # what ceases to be a number says so by what it becomes
            for _ in range(self.months * self.scenario.steps_per_year // 12):
                take_down(self.history)
        self.played += 1

    def _advise(self) -> None:
        """Ask the rules of all seats what they would do now; after the last round, what they would have done."""
        if not self.over:
            self.advice = {actor: advice(self.history.model, actor) for actor in self.seats}
        elif self.scenario.decisions:
            self.debriefing = debrief(self.record(), self.seed)

    # -- kept

    def document(self) -> Document:
        """Return all that is needed to go on, as JSON can hold it."""
        seats = [{**asdict(seat), "choices": listed(seat.choices)} for seat in self.seats.values()]
        return {
            "name": self.scenario.name, "seed": self.seed, "months": self.months, "rounds": self.rounds,
            "facilitator": self.facilitator, "played": self.played, "seats": seats,
            "scenario": self.scenario.canonical(),
        }  # fmt: skip


def listed(choices: Mapping[Choice, float]) -> list[Document]:
    """Return choices as a page sends them."""
    return [{"decides": decides, "about": about, "value": value} for (decides, about), value in choices.items()]


def restored(document: Document) -> ClassGame:
    """Return the game of a document, in the round in which it was."""
    scenario = Scenario.model_validate({**document["scenario"], "name": document["name"]})
    seats = [
        Seat(**{**seat, "choices": {(one["decides"], one["about"]): one["value"] for one in seat["choices"]}})
        for seat in document["seats"]
    ]
    return ClassGame(
        scenario, document["seed"], document["months"], document["rounds"], seats, document["facilitator"],
        document["played"],
    )  # fmt: skip


def shortened(scenario: Scenario, end: str) -> Scenario:
    """Return a scenario that ends earlier, without what would have come after."""
    timeline = [event for event in scenario.timeline if event.date[:7] <= end]
    return scenario.model_copy(update={"end": end, "timeline": timeline})


def count(text: str) -> int:
    """Return a month ``YYYY-MM`` as `month` counts them."""
    year, number = map(int, text.split("-"))
    return 12 * year + number - 1
