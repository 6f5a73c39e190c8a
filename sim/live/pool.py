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
from collections.abc import AsyncIterator, Callable, Iterator
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
END, STOP, GO = b"", "nobody listens any more", "nobody will ask any more"


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

    async def say(self, line: bytes) -> None:
        """Tell a line to all who listen."""
        async with self.news:
            self.lines.append(line)
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
        What each of them does before the first question, such as having a program compiled.
    """

    def __init__(self, processes: int, before: Before | None = None) -> None:
        self._memory = tempfile.TemporaryDirectory(prefix="armsrace-app-", ignore_cleanup_errors=True)
        self._free: asyncio.Queue[_Process] = asyncio.Queue()
        self._all = [_Process(Path(self._memory.name), before) for _ in range(processes)]
        for process in self._all:
            self._free.put_nowait(process)
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks = set[asyncio.Task[None]]()
        self.played = 0

    async def ask(self, key: str, work: Work, *question: Any) -> AsyncIterator[bytes]:
        """Yield the lines of an answer as they are said.

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
                for line in job.lines[told:]:
                    told += 1
                    yield line
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
                async for line in process.work(work, question, lambda: job.listeners > 0):
                    await job.say(line)
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

    def warm(self) -> None:
        """Start the processes, so that the first who asks does not wait for their imports."""
        for process in self._all:
            process.start()

    def close(self) -> None:
        """End the processes."""
        for process in self._all:
            process.end()
        self._memory.cleanup()


class _Process:
    """One process, started when it is first needed, and anew where it had to be ended."""

    def __init__(self, memory: Path, before: Before | None) -> None:
        self._memory, self._before = memory, before
        self._process: SpawnProcess | None = None
        self._pipe: Any = None

    def start(self) -> None:
        """Start it unless it is there."""
        if self._process is None or not self._process.is_alive():
            spawn = multiprocessing.get_context("spawn")
            self._pipe, theirs = spawn.Pipe()
            self._process = spawn.Process(target=_serve, args=(theirs, self._memory, self._before), daemon=True)
            self._process.start()
            theirs.close()

    async def work(self, work: Work, question: tuple[Any, ...], wanted: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Yield lines as the process says them, as long as they are wanted."""
        self.start()
        self._pipe.send((work, question))
        told = False
        while True:
            try:
                line = await asyncio.to_thread(self._pipe.recv_bytes)
            except (EOFError, OSError):
                yield _line({"kind": "error", "sentence": "the process that played this has died; ask again"})
                self.end()
                return
            if line == END:
                return
            if wanted():
                yield line
            elif not told:
                self._pipe.send(STOP)
                told = True

    def end(self) -> None:
        """End it."""
        if self._process is not None:
            with suppress(OSError, ValueError):
                self._pipe.send(GO)
            self._process.join(0.5)  # one that waits goes by itself and leaves nothing behind
            self._process.terminate()
            self._process.join(2.0)
            self._pipe.close()
        self._process = None


def _serve(pipe: Connection, memory: Path, before: Before | None) -> None:
    """Answer questions as they come, until there is nobody at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who reads the terminal ends us
    if hasattr(os, "nice"):
        os.nice(5)
    import sim.live.answer  # noqa: F401  (so that the first question does not wait for it)

    if before is not None:
        with suppress(Exception):  # of which whoever asks is told
            before()

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
