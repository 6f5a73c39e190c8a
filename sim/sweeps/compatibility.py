"""What has changed since a result was begun, and whether it may go on here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.model.engines import NUMPY, libraries
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.results.documents import DECIDED
from sim.results.fingerprint import NUMBERS, code_digest, features
from sim.results.frame import DESIGN, POINTS, lock_of
from sim.results.manifest import locked_experiment, locked_scenario, stored_points
from sim.scenario.own_rules import digests_of_own
from sim.study.points import Points
from sim.sweeps.mending import points_again


def refuse_changes(out: Path, about: Mapping[str, Any], *, mixed: bool) -> None:
    """Refuse to mix runs that would not have been played alike.

    Raises
    ------
    Mistake
        With every reason.
    """
    reasons = [*texts_changed(out, about, points_again), *rules_changed(about)]
    unlike = [] if mixed else list(unlike_machines(about))
    if reasons:
        raise Mistake(f"{out} cannot go on: {'; '.join(reasons)}; {DECIDED}")
    if unlike:
        raise Mistake(
            f"{out} was begun on a machine whose last bits may differ: {'; '.join(unlike)}; go on there, or write "
            "--mixed to allow it"
        )


def changes_since(out: Path, about: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is no longer as it was when a result was begun."""
    yield from texts_changed(out, about)
    yield from rules_changed(about)


def rules_changed(about: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is no longer as it was of the rules."""
    rules = code_digest(NUMBERS)
    if about["rules"] != rules:
        yield f"the rules or the code that plays them have changed (then {about['rules'][:8]}, now {rules[:8]})"
    then = about.get("own_rules", {})
    now = digests_of_own(then)
    yield from (f"the rule '{name}' is not the one it was begun with" for name in then if then[name] != now.get(name))


def texts_changed(
    out: Path, about: Mapping[str, Any], points: Callable[[Path, Mapping[str, Any]], Points] = stored_points
) -> Iterator[str]:
    """Yield the scenarios and the design that are not those a result was begun with.

    Raises
    ------
    Mistake
        If they name rules of the user's own that nobody has read.
    """
    if unread := sorted(about.get("own_rules", {}).keys() - CATALOGUE.keys()):
        raise Mistake(f"{out} was played with the rule '{unread[0]}' of your own; name its file by --rules FILE")
    for number in range(len(about["scenarios"])):
        try:
            locked_scenario(out, about, number)
        except ValueError:  # missing, damaged, or another one
            name = lock_of(len(about["scenarios"]), number)
            yield f"the scenario in {name} is not the one it was begun with"
    for name, read in ((DESIGN, locked_experiment), (POINTS, points)) if about["design"] else ():
        try:
            read(out, about)
        except ValueError:
            yield f"the design in {name} is not the one it was begun with"


def unlike_machines(about: Mapping[str, Any]) -> Iterator[str]:
    """Yield in what this machine differs from the one a result was begun on."""
    now = features()
    if about["numpy"] != now["numpy"]:
        yield f"numpy {about['numpy']} then, {now['numpy']} now"
    if begun := about.get("begun_by"):
        yield f"the engine {begun} began it, {about['engine']} went on"
    then_jax, now_jax = about.get("jax"), libraries().get("jax")
    if about["engine"] != NUMPY and then_jax != now_jax:
        yield f"jax {then_jax} then, {now_jax or 'none'} now"
    then, has = set(about["cpu_features"]), set(now["cpu_features"])
    if then != has:
        yield f"processor features {', '.join(sorted(then ^ has)[:4])} on one of the two only"
