"""The workers of a Dask scheduler: what may go wrong between here and there is a sentence.

Workers may die, come late or be cut off. A batch whose worker died is played again by another; one who
comes late is looked at before it plays; one who is cut off does not write any more, since only who
knows the token of the sweep that is on may.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sim.model.mistakes import Mistake, command
from sim.results.files import write_whole
from sim.results.fingerprint import code_digest, features
from sim.results.manifest import ON_DUTY
from sim.results.store import MARKERS, batch_of, marker_in
from sim.scenario.own_rules import RulesFile, read_there
from sim.study.layout import Batch
from sim.sweeps.batch import Progress, play_batch
from sim.sweeps.workers import Report, Workers, store_at

ANSWER_WITHIN = "10s"  # what a scheduler is given
DESERTED = 60.0  # seconds without any worker: enough for new ones to be started in the place of dead ones
GLANCE = 0.05  # seconds between two looks at what has come
FETCH = 10.0  # seconds for an answer to arrive
INQUIRY = 1.0  # seconds between two questions who is there
STAND_DOWN = 30.0  # seconds to wait for what is being played


def dask_cluster(address: str, rules: tuple[RulesFile, ...] = ()) -> Workers:
    """Return the workers of a Dask scheduler; they must see the result directory and `rules` under the same path.

    Raises
    ------
    Mistake
        If Dask is not installed, the scheduler does not answer or is lost, or its workers die or would not
        play the same.
    """
    try:
        import distributed
    except ImportError:
        raise Mistake("a Dask scheduler needs a package more; pip install 'armsrace[dask]'") from None

    def play(out: Path, batches: Sequence[Batch], progress: Progress) -> Iterator[Report]:
        with _quiet(), _client(distributed, address) as client, _on_duty(out) as token:
            place = str(out.resolve())
            ours = identity(place)
            _refuse_strangers(client, place, ours)
            # Sent as plain tuples in order, and not pure: who plays a batch writes files.
            asked = client.map(
                play_on_cluster, [tuple(p) for p in batches], pure=False, out=place, token=token, ours=ours,
                rules=tuple(map(tuple, rules)),
            )  # fmt: skip
            waiting = {future.key: future for future in asked}
            sizes = {future.key: p.runs * p.points for future, p in zip(asked, batches, strict=True)}
            asked.clear()  # who holds what has been answered makes Dask play it again when its worker dies
            try:
                for key, report in _answers(distributed, client, address, waiting):
                    progress(sizes[key])
                    yield report
            except distributed.KilledWorker:
                why = f"workers of {address} keep dying, perhaps for want of memory"
                raise Mistake(f"{why}; {command('resume', out)} goes on") from None
            except _GoneError as gone:
                raise Mistake(f"{gone}; start it again, then {command('resume', out)} goes on") from None
            finally:
                _stand_down(client, list(waiting.values()))

    return play


class _GoneError(Exception):
    """Nobody is left to play."""


def _answers(distributed: Any, client: Any, address: str, waiting: dict[str, Any]) -> Iterator[tuple[str, Report]]:
    """Yield what workers send back, and take it off what is waited for; notice when nobody is left to send anything."""
    coming = distributed.as_completed(list(waiting.values()))
    here = _someone_here(client, address)
    while not coming.is_empty():
        batch = coming.next_batch(block=False)
        for future in batch:
            answer = _answer(future, address)
            if answer is None:
                here()
                coming.add(future)
                continue
            del waiting[future.key]
            yield future.key, answer
        if not batch:
            here()
            time.sleep(GLANCE)


def _answer(future: Any, address: str) -> Report | None:
    """Fetch an answer; None if its worker took it along, so that it is being worked out again."""
    try:
        report: Report = future.result(timeout=FETCH)
    except Exception as error:
        if future.status == "error":  # on the other side
            _refuse_bare(address, error)
            raise
        if isinstance(error, TimeoutError):
            return None
        raise _GoneError(f"the connection to {address} is lost") from None
    return report


def _refuse_bare(address: str, error: BaseException) -> None:
    """Refuse a cluster on which our package is not; Dask wraps what Python says of it in several ways."""
    if isinstance(error, ImportError) or isinstance(error.__cause__, ImportError) or "ModuleNotFound" in str(error):
        raise Mistake(
            f"the scheduler at {address} or a worker that came later cannot import what plays "
            f"({error.__cause__ or error}); install the same armsrace on all of them"
        )


def _someone_here(client: Any, address: str) -> Callable[[], None]:
    """Return a question, to be put often and passed on seldom, whether scheduler and workers are there."""
    asked = seen = time.monotonic()

    def ask() -> None:
        nonlocal asked, seen
        now = time.monotonic()
        if now - asked < INQUIRY:
            return
        try:
            workers = client.scheduler_info()["workers"] if client.status == "running" else None
        except (OSError, TimeoutError):
            workers = None
        if workers is None:
            raise _GoneError(f"nobody answers at {address} any more")
        asked = time.monotonic()
        seen = asked if workers else seen
        if asked - seen > DESERTED:
            raise _GoneError(f"no worker is left at {address}")

    return ask


def _stand_down(client: Any, waiting: Sequence[Any]) -> None:
    """Call off what has not begun, and wait for what has: nobody writes after the sweep has ended."""
    if not waiting or client.status != "running":
        return
    with suppress(Exception):  # a scheduler that is gone has nothing to call off
        client.cancel(waiting)
        until = time.monotonic() + STAND_DOWN
        while time.monotonic() < until and any(client.run(_busy, on_error="ignore").values()):
            time.sleep(2 * GLANCE)


def _busy(dask_worker: Any) -> int:
    """Return how many batches a worker is playing."""
    return len(dask_worker.state.executing)


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    """Connect to a scheduler that has workers."""
    try:
        client = distributed.Client(address, timeout=ANSWER_WITHIN)
    except (OSError, ValueError, TimeoutError) as error:
        why = type(error).__name__
        raise Mistake(f"no Dask scheduler answers at {address} ({why}); start one with `dask scheduler`") from None
    try:
        if not client.scheduler_info()["workers"]:
            raise Mistake(f"the Dask scheduler at {address} has no workers; start some with `dask worker {address}`")
        yield client
    finally:
        with suppress(Exception):  # there may be nobody to take leave of
            client.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what Dask prints of a connection that is lost: who sweeps is told in a sentence."""
    libraries = ("distributed", "tornado", "asyncio")
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.split(".")[0] in libraries]
    for logger in loggers:
        logger.addFilter(_nothing)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:
    return False


@contextmanager
def _on_duty(out: Path) -> Iterator[str]:
    """Leave a token in a directory; a worker writes only while it is there."""
    token = uuid.uuid4().hex
    write_whole(out / ON_DUTY, token)
    try:
        yield token
    finally:
        (out / ON_DUTY).unlink(missing_ok=True)


def _is_on_duty(out: Path, token: str) -> bool:
    """Tell whether the sweep that gave a token is still the one that may write."""
    with suppress(FileNotFoundError):
        return (out / ON_DUTY).read_text(encoding="utf-8") == token
    return False


# -- on the other side


def play_on_cluster(
    batch: Sequence[int], *, out: str, token: str, ours: Mapping[str, Any], rules: Sequence[Sequence[str]] = ()
) -> Report:
    """Play one batch as a worker of a cluster.

    Raises
    ------
    Mistake
        If this worker would not play the same, or the sweep has ended meanwhile.
    """
    _refuse_unlike("a worker that came later", identity(out), ours)
    one, place = Batch(*batch), Path(out)
    with suppress(Mistake):  # a cluster may ask twice, as when the answer was lost with the worker
        done = marker_in(place / MARKERS / f"{one.name}.json")
        if batch_of(done) == one:
            return done
    read_there(tuple(RulesFile(*file) for file in rules))
    store = store_at(out)
    output = play_batch(store.study, one)
    if not _is_on_duty(place, token):
        raise Mistake(f"the sweep of {out} has ended; it goes on elsewhere or by {command('resume', place)}")
    return store.write(one, output)


def _refuse_strangers(client: Any, out: str, ours: Mapping[str, Any]) -> None:
    """Refuse workers with other code, numpy or processor features, or without the directory."""
    for worker, theirs in client.run(identity, out, on_error="return").items():
        if isinstance(theirs, OSError):
            continue  # one that dies while it is asked does not play
        if isinstance(theirs, Exception):
            raise Mistake(f"worker {worker} cannot say what it is ({theirs}); install the same armsrace there")
        _refuse_unlike(f"worker {worker}", theirs, ours)


def _refuse_unlike(who: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Refuse a worker that would not play the same."""
    what = {"there": "does not see the result directory", "code": "has other code", "numpy": "has another numpy"}
    for name, value in ours.items():
        if theirs[name] != value:
            raise Mistake(f"{who} {what.get(name, 'has a processor with other features')}; make them alike")


def identity(out: str) -> dict[str, Any]:
    """Return what must be the same on every worker."""
    return {"there": Path(out).is_dir(), **_ourselves()}


@cache
def _ourselves() -> dict[str, Any]:
    """Return what does not change while a worker lives."""
    return {"code": code_digest(), **features()}
