"""Processes that answer, shared by all who ask.

Equal questions are played once: whoever asks while one is being played is told what has been said so far, then the
rest. Where nobody listens any more the play is ended, and the process is free.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, TypeAlias

from sim.model.mistakes import Mistake
from sim.scenario.document import DocumentError

Message: TypeAlias = dict[str, Any]
Before: TypeAlias = Callable[[], None]
Work: TypeAlias = Callable[..., Iterator[Message]]  # what a process does: called with a question and a folder

KEPT = 64_000_000  # bytes of answers that are kept for whoever asks next
END, READY, STOP, GO = b"", b"ready", "nobody listens any more", "nobody will ask any more"


class Job:
    """A question being answered: the lines said so far, and who listens."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.done = False
        self.listeners = 0
        self.news = asyncio.Condition()

    @property
    def size(self) -> int:
        """Bytes that were said."""
        return sum(map(len, self.lines))

    @property
    def failed(self) -> bool:
        """Whether it ended with a sentence about what went wrong, or before it said anything."""
        return self.done and (not self.lines or self.lines[-1].startswith(b'{"kind":"error"'))

    async def more_than(self, told: int) -> None:
        """Wait until more has been said than so many lines, or all."""
        async with self.news:
            await self.news.wait_for(lambda: len(self.lines) > told or self.done)

    async def say(self, lines: Iterable[bytes]) -> None:
        """Tell lines to all who listen."""
        async with self.news:
            self.lines.extend(lines)
            self.news.notify_all()

    async def end(self) -> None:
        """Tell all who listen that this was all."""
        async with self.news:
            self.done = True
            self.news.notify_all()


class Pool:
    """Processes that answer, and the answers of late.

    Parameters
    ----------
    processes : int
        How many.
    before : callable, optional
        What takes a process a while and lets it answer faster from then on, such as having a program compiled. Others
        answer meanwhile, whose places they take one after the other.
    """

    def __init__(self, processes: int, before: Before | None = None) -> None:
        self._memory = tempfile.TemporaryDirectory(prefix="armsrace-app-", ignore_cleanup_errors=True)
        self._free: asyncio.Queue[_Process] = asyncio.Queue()
        self._all, self._before = [_Process(Path(self._memory.name)) for _ in range(processes)], before
        for process in self._all:
            self._free.put_nowait(process)
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks = set[asyncio.Task[None]]()
        self._preparing: asyncio.Task[None] | None = None
        self.played = 0

    async def ask(self, key: str, work: Work, *question: Any) -> AsyncIterator[bytes]:
        """Yield the lines of an answer as they are said, those together that are there together.

        Parameters
        ----------
        key : str
            What is the same for equal questions.
        work : callable
            A function of a module, which a process can find by its name.
        *question
            What it is called with, before the folder.
        """
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = Job()
            task = asyncio.create_task(self._play(job, work, question))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._jobs.move_to_end(key)
        job.listeners += 1
        told = 0
        try:
            while not job.done or told < len(job.lines):
                await job.more_than(told)
                news = job.lines[told:]
                told += len(news)
                yield b"".join(news)
        finally:
            job.listeners -= 1
            if not job.listeners and not job.done and self._jobs.get(key) is job:
                del self._jobs[key]  # whoever asks from now on asks anew; the process hears of it after its next line

    async def _play(self, job: Job, work: Work, question: tuple[Any, ...]) -> None:
        """Let a free process answer, as long as somebody listens."""
        process = await self._free.get()
        try:
            if job.listeners:
                self.played += 1
                async for lines in process.work(work, question, lambda: job.listeners > 0):
                    await job.say(lines)
        finally:
            self._free.put_nowait(process)
            await job.end()
            self._forget()

    def _forget(self) -> None:
        """Forget the answers that were asked for longest ago, where they are too many; and those that failed."""
        for key in [key for key, job in self._jobs.items() if job.failed]:
            del self._jobs[key]
        while sum(job.size for job in self._jobs.values() if job.done) > KEPT:
            oldest = next(key for key, job in self._jobs.items() if job.done)
            del self._jobs[oldest]

    def start(self) -> None:
        """Start the processes, so that the first who asks does not wait for their imports."""
        for process in self._all:
            process.start()

    def warm(self) -> None:
        """Start the processes, and those that will take their places."""
        self.start()
        if self._before is not None:
            self._preparing = asyncio.create_task(self._prepare(self._before))

    async def _prepare(self, before: Before) -> None:
        """Prepare a process for each place, one at a time: what the first leaves on the disk, the others find."""
        for process in self._all:
            await process.prepare(before)

    def close(self) -> None:
        """End the processes."""
        if self._preparing is not None:
            self._preparing.cancel()  # or the end of one would be the beginning of the next
        for process in self._all:
            process.end()
        self._memory.cleanup()


class _Process:
    """A place in the pool: one process, started when it is first needed, and anew where it had to be ended."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._before: Before | None = None
        self._now: _Started | None = None
        self._next: _Started | None = None  # takes over as soon as it is ready and this one is free

    def start(self) -> None:
        """Start it unless it is there."""
        if self._now is None or not self._now.process.is_alive():
            self._now = _Started(self._memory, self._before)

    async def prepare(self, before: Before) -> None:
        """Start a process that does something first, to take over when it has."""
        coming = self._next = _Started(self._memory, before)
        if await coming.ready():
            self._before = before
        else:
            self._next = None
            coming.end()

    def _take_over(self) -> None:
        """Let the next process be this one, if it is ready."""
        if self._next is not None and self._before is not None:
            if self._now is not None:  # whose end nobody has to wait for
                asyncio.get_running_loop().run_in_executor(None, self._now.end)
            self._now, self._next = self._next, None

    async def work(
        self, work: Work, question: tuple[Any, ...], wanted: Callable[[], bool]
    ) -> AsyncIterator[list[bytes]]:
        """Yield lines as the process says them, as long as they are wanted."""
        self._take_over()
        self.start()
        assert self._now is not None
        pipe = self._now.pipe
        with suppress(OSError):  # of a process that has just died; nothing will be heard from it
            pipe.send((work, question))
        told = done = False
        while not done:
            try:
                lines = await asyncio.to_thread(_received, pipe)
            except (EOFError, OSError):
                yield [_line({"kind": "error", "sentence": "the process that played this has died; ask again"})]
                self.end()
                return
            done = lines[-1] == END
            if wanted():
                yield [line for line in lines if line not in (END, READY)]  # ready where it had to be started anew
            elif not told and not done:
                pipe.send(STOP)
                told = True

    def end(self) -> None:
        """End it."""
        for started in filter(None, (self._now, self._next)):
            started.end()
        self._now = self._next = None


class _Started:
    """A process that runs, and the pipe to it."""

    def __init__(self, memory: Path, before: Before | None) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self.process: SpawnProcess = spawn.Process(target=_serve, args=(theirs, memory, before), daemon=True)
        self.process.start()
        theirs.close()

    async def ready(self) -> bool:
        """Wait until it has done what comes before questions; tell whether it has."""
        try:
            return await asyncio.to_thread(self.pipe.recv_bytes) == READY
        except (EOFError, OSError):
            return False

    def end(self) -> None:
        """End it."""
        with suppress(OSError, ValueError):
            self.pipe.send(GO)
        self.process.join(0.5)  # one that waits goes by itself and leaves nothing behind
        self.process.terminate()
        self.process.join(2.0)
        self.pipe.close()


def _received(pipe: Connection) -> list[bytes]:
    """Wait for a line; return it with those that have come with it."""
    lines = [pipe.recv_bytes()]
    while lines[-1] != END and pipe.poll():
        lines.append(pipe.recv_bytes())
    return lines


def _serve(pipe: Connection, memory: Path, before: Before | None) -> None:
    """Answer questions as they come, until there is nobody at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who reads the terminal ends us
    if hasattr(os, "nice"):
        os.nice(5)
    import sim.live.answer  # noqa: F401  (so that the first question does not wait for it)

    if before is not None:
        with suppress(Exception):  # of which whoever asks is told
            before()
        pipe.send_bytes(READY)

    with suppress(EOFError, OSError, BrokenPipeError):
        while True:
            asked = pipe.recv()
            if asked == GO:
                return
            if asked == STOP:  # which came when all had been said
                continue
            work, question = asked
            for message in _sentences(work, question, memory):
                pipe.send_bytes(_line(message))
                if pipe.poll():
                    pipe.recv()
                    break
            pipe.send_bytes(END)


def _sentences(work: Work, question: tuple[Any, ...], memory: Path) -> Iterator[Message]:
    """Yield messages; a mistake is one of them, in its sentence."""
    try:
        yield from work(*question, memory)
    except (Mistake, DocumentError) as mistake:
        yield {"kind": "error", "sentence": str(mistake)}
    except Exception as error:
        yield {"kind": "error", "sentence": f"this could not be played: {type(error).__name__}: {error}"}


def _line(message: Message) -> bytes:
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"
