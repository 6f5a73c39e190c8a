"""What is no mistake in a scenario, but should be known: its numbers by basis, and settings without effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.model.accounting import ENTRIES
from sim.model.rule import CATALOGUE
from sim.scenario.changes import is_history, overwriting
from sim.scenario.schema import Scenario
from sim.scenario.settings import MECHANISMS, central


def census(scenario: Scenario) -> Counter[str]:
    """Count the figures of a scenario, and the parameters in force, by basis."""
    count: Counter[str] = Counter()
    for _, _, actor in scenario.actors():
        count.update(figure.basis for figure in (*actor.quantities.values(), *actor.parameters.values()))
    everybodys = (*scenario.weapons.quantities.values(), *scenario.parameters.values())
    arms = (
        figure
        for state in scenario.states.values()
        for figure in (state.legacy_1992, state.opening_arms, *state.opening_arms_from.values())
    )
    alone = (scenario.region.season, *arms)
    count.update(figure.basis for figure in (*everybodys, *alone) if figure)
    count.update(event.basis for event in scenario.timeline)
    followed = {name for _, _, actor in scenario.actors() for name in actor.rules}
    for name in (*sorted(followed), *ENTRIES):
        for parameter, default in MECHANISMS[name].parameters.items():
            if f"{name}.{parameter}" not in scenario.parameters:
                count[default.basis] += 1
    return count


def warnings(scenario: Scenario) -> Iterator[str]:
    """Yield what is allowed but should be known: settings without effect, races without a level.

    The log rule of spending has the equilibrium ``ln x* = (a1 + r1 a2) / (1 - r1 r2)``
    and is stable only if ``r1 r2 < 1``; Richardson's linear one only if the product
    of reactions is below the product of fatigues.
    """
    yield from _idle(scenario)
    yield from _overtaken(scenario)
    states = list(scenario.states)
    for i, first in enumerate(states):
        for second in states[i + 1 :]:
            yield from _unstable(scenario, first, second)


def _idle(scenario: Scenario) -> Iterator[str]:
    """Yield parameters that are set for a rule which is not followed, or set again nearer by."""
    everybody = {name for _, _, actor in scenario.actors() for name in actor.rules}
    owners = [("nobody follows", everybody, scenario.parameters)]
    for _, _, actor in scenario.actors():
        owners.append((f"{actor.name} does not follow", set(actor.rules), actor.parameters))
    for complaint, followed, settings in owners:
        for key in settings:
            rule = key.partition(".")[0]
            if rule in CATALOGUE and rule not in followed:
                yield f"{key} is set, but {complaint} '{rule}'"
    for key in scenario.parameters:
        rule = key.partition(".")[0]
        own = [actor.name for _, _, actor in scenario.actors() if rule in actor.rules and key in actor.parameters]
        if own:
            yield f"{key} of the whole scenario does not hold for {' and '.join(own)}, where it is set again"


def _overtaken(scenario: Scenario) -> Iterator[str]:
    """Yield the numbers of actors that never hold, since an event has set them anew by the opening."""
    lost = []
    for _, key, actor in scenario.actors():
        for name, figure in actor.quantities.items():
            for label in figure.values or ("",):
                event = overwriting(scenario, key, name, label)
                if event is not None and is_history(scenario, event):
                    lost.append(f"{'.'.join(filter(None, (key, name, label)))} ({event.date})")
    if lost:
        yield f"stated, but set anew by an event before the opening: {', '.join(lost)}"


def _unstable(scenario: Scenario, first: str, second: str) -> Iterator[str]:
    """Yield the races between two states that have no stable level."""

    def product(rule: str, parameter: str) -> float:
        return _value(scenario, first, rule, parameter) * _value(scenario, second, rule, parameter)

    pair = f"{scenario.states[first].name} and {scenario.states[second].name}"
    gain = product("answer_the_rival", "reaction")
    if gain >= 1.0:
        yield (f"spending of {pair} has no stable level: their reactions multiply to {gain:.2f}, which is not below 1")
    gain, brake = (product("match_rival_linearly", parameter) for parameter in ("reaction", "fatigue"))
    if gain >= brake > 0.0:
        yield (
            f"Richardson's race of {pair} has no stable level: "
            f"reactions multiply to {gain:.2f}, fatigues to {brake:.2f}"
        )


def _value(scenario: Scenario, state: str, rule: str, parameter: str) -> float:
    """Return a state's central value of a parameter, zero where it does not follow the rule."""
    actor, key = scenario.states[state], f"{rule}.{parameter}"
    if rule not in actor.rules or rule not in CATALOGUE:
        return 0.0
    figure = actor.parameters.get(key) or scenario.parameters.get(key)
    return central(figure, CATALOGUE[rule].parameters[parameter])
