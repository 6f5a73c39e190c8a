"""The processes behind the page: what they do, and the compiled engine in them as soon as its program is there.

Until then numpy answers. Both engines play the same events, and nobody has to wait for a compiler. What plays is
imported by the processes that play and not by the server, and they are begun before it has imported anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sim.live.pool import Message, Pool
from sim.model.engines import NUMPY

if TYPE_CHECKING:
    from sim.live.setting import Setting

OPENS_WITH = "status_quo"  # the scenario that the page shows first

_begun: set[str] = set()  # engines whose program this process has, or has tried to have


def pool_for(processes: int, engine: str = NUMPY) -> Pool:
    """Return processes that answer with an engine as soon as they can."""
    return Pool(processes, None if engine == NUMPY else partial(compile_first, engine))


def compile_first(engine: str) -> None:
    """Play no more of the first scenario than it takes to have its program; whoever asks is told what fails."""
    from sim.live.setting import RUNS
    from sim.scenario.check import load
    from sim.sweeps.watch import watch

    _begun.add(engine)
    for _ in islice(watch(load(OPENS_WITH), RUNS, engine=engine), 2):
        pass


# -- what a process does


def play(setting: Setting, memory: Path, engine: str) -> Iterator[Message]:
    """Play a setting, with the engine asked for in a process that has begun with it, else with numpy."""
    from sim.live.answer import answer

    return answer(setting, memory, engine if engine in _begun else NUMPY)


def tell(setting: Setting, run: int, memory: Path) -> Iterator[Message]:
    """Tell one history month by month."""
    from sim.live.history import told

    return told(setting, run, memory)


def say_why(setting: Setting, run: int, asked: str, memory: Path) -> Iterator[Message]:
    """Say why something happened in one history."""
    from sim.live.history import why_text

    return why_text(setting, run, asked, memory)


def make_a_brief(setting: Setting, memory: Path) -> Iterator[Message]:
    """Make a brief of a setting."""
    from sim.live.briefed import briefed

    return briefed(setting, memory)
