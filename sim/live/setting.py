"""What was asked of the page: a scenario, levers, how many histories, which luck. It fits into an address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import urlencode

from sim.live.levers import moved
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake, suggest
from sim.scenario.check import load
from sim.scenario.files import shipped_scenarios
from sim.scenario.schema import Scenario

LEVER = "lever."  # before the path of a lever, in an address
SHOWN = 60  # letters of what was asked that are said back
RUNS, MOST_RUNS = 256, 2048  # histories of an answer


@dataclass(frozen=True)
class Setting:
    """A question that can be played, and mailed as a link.

    Attributes
    ----------
    scenario : str
        Name of a scenario that is offered.
    levers : tuple of (str, float)
        Paths and numbers, sorted.
    runs, seed : int
        How many histories, and their luck.
    against : str
        The scenario that it is held against; empty for itself with nothing moved.
    """

    scenario: str
    levers: tuple[tuple[str, float], ...] = ()
    runs: int = RUNS
    seed: int = 0
    against: str = ""

    @property
    def key(self) -> str:
        """What is the same for equal questions."""
        told = json.dumps([self.scenario, self.levers, self.runs, self.seed, self.against])
        return blake2b(told.encode(), digest_size=12).hexdigest()

    @property
    def baseline(self) -> Setting:
        """What it is held against, with the same luck: another scenario, or the same with no lever moved."""
        return replace(self, scenario=self.against or self.scenario, levers=(), against="")

    def query(self) -> str:
        """Return it as the query of an address."""
        plain = [("scenario", self.scenario), ("runs", self.runs), ("seed", self.seed)]
        plain += [("against", self.against)] if self.against else []
        return urlencode([*plain, *((LEVER + path, f"{number:g}") for path, number in self.levers)])

    def played(self) -> Scenario:
        """Return the scenario with its levers moved.

        Raises
        ------
        Mistake
            If a lever is none, or out of range.
        """
        return moved(load(self.scenario), dict(self.levers))


def setting_of(query: Iterable[tuple[str, str]], offered: Iterable[str] | None = None) -> Setting:
    """Return what an address asks for.

    Parameters
    ----------
    query : iterable of (str, str)
        Names and values, as they came.
    offered : iterable of str, optional
        Scenarios that may be played; the shipped ones unless given. A file is never read because an address names it.

    Raises
    ------
    Mistake
        If it asks for what there is not.
    """
    given, numbers = dict[str, str](), dict[str, float]()
    for name, value in query:
        if name.startswith(LEVER):
            numbers[name.removeprefix(LEVER)] = _number(name, value)
        else:
            given[name] = value
    scenarios = list(shipped_scenarios() if offered is None else offered)
    scenario = given.get("scenario", scenarios[0])
    against = given.get("against", "")
    for name in filter(None, (scenario, against)):
        if name not in scenarios:
            raise Mistake(f"there is no scenario '{name[:SHOWN]}' here{suggest(name[:SHOWN], scenarios)}")
    runs = whole_number(whole("runs", given.get("runs", str(RUNS))), "runs", least=2, most=MOST_RUNS)
    seed = whole("seed", given.get("seed", "0"))
    return Setting(scenario, tuple(sorted(numbers.items())), runs, seed, "" if against == scenario else against)


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise Mistake(f"'{name}={value[:SHOWN]}' is no number; write one such as 0.5") from None
    return number


def whole(name: str, value: str) -> int:
    """Return a whole number from zero on that an address has.

    Raises
    ------
    Mistake
        If it is none.
    """
    try:
        return whole_number(int(value), name)
    except ValueError:
        raise Mistake(f"'{name}={value[:SHOWN]}' is no whole number; write one such as 1") from None
