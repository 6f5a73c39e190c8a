"""Games that are being played, and their files: whatever happens to a connection or to the server, nothing is lost."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.live.game import ClassGame, Document, restored
from sim.model.mistakes import Mistake
from sim.results.files import hold, write_whole

HERE = 8.0  # seconds after a question in which somebody counts as being there


@dataclass
class Running:
    """A game, where it is kept, and what lasts only as long as the server.

    Attributes
    ----------
    game : ClassGame
        The game.
    file : path or None
        Where it is kept, if it is.
    changes : int
        How often it has changed.
    asked : dict of str to float
        When each seat asked last.
    """

    game: ClassGame
    file: Path | None
    changes: int = 0
    asked: dict[str, float] = field(default_factory=dict)
    _start: str = field(default_factory=lambda: secrets.token_hex(4))
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def here(self) -> list[str]:
        """The seats that somebody is looking at."""
        now = time.monotonic()
        return [actor for actor in self.game.seats if now - self.asked.get(actor, -HERE) < HERE]

    @property
    def version(self) -> str:
        """What is another once there is something new to tell."""
        played = len(self.game.history.moments)
        return f"{self._start}-{self.changes}-{played}-{self.game.playing:d}-{len(self.here)}"

    def look(self, actor: str) -> None:
        """Note that somebody looks at a seat."""
        self.asked[actor] = time.monotonic()

    async def change(self, what: Callable[..., None], *how: Any) -> None:
        """Change the game, one after the other, and keep it before anybody is told."""
        async with self._turn:
            try:
                await asyncio.to_thread(what, *how)
                await asyncio.to_thread(self.keep)
            finally:
                self.changes += 1

    def keep(self) -> None:
        """Write it."""
        if self.file is not None:
            write_whole(self.file, json.dumps(self.game.document(), ensure_ascii=False, separators=(",", ":")))


class Games:
    """All games of a server; those of before are read when somebody first asks, and gone on with when asked for.

    Parameters
    ----------
    folder : path, optional
        Where they are kept; nowhere unless given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held = ExitStack()
        self._documents: dict[str, tuple[Path, Document]] = {}  # by the token of the facilitator, as all that follow
        self._running: dict[str, Running] = {}
        self._seats: dict[str, tuple[str, str]] = {}  # code -> token and actor
        self._opened = False
        self._turn = asyncio.Lock()

    async def add(self, game: ClassGame) -> Running:
        """Begin to keep a game."""
        async with self._turn:
            await asyncio.to_thread(self._open)
            name = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{secrets.token_hex(3)}.json"
            running = Running(game, self._folder and self._folder / name)
            await asyncio.to_thread(running.keep)
            self._running[game.facilitator] = running
            self._index(game.document())
            return running

    async def led_by(self, token: str) -> Running | None:
        """Return the game of a facilitator's token."""
        async with self._turn:
            await asyncio.to_thread(self._open)
            if token in self._documents and token not in self._running:
                self._running[token] = await asyncio.to_thread(_restored, *self._documents[token])
            return self._running.get(token)

    async def of_seat(self, code: str) -> tuple[Running, str] | None:
        """Return the game and the actor of a seat's code."""
        if not self._opened:
            await self.led_by("")
        token, actor = self._seats.get(code, ("", ""))
        running = self._running.get(token) or (await self.led_by(token) if token else None)
        return (running, actor) if running else None

    async def kept(self) -> list[Document]:
        """Return title, day, round and token of all games, the latest first."""
        await self.led_by("")
        now = [(running.file, running.game.document()) for running in self._running.values()]
        before = [kept for token, kept in self._documents.items() if token not in self._running]
        told = [
            {"title": document["scenario"]["title"], "begun": path.name[: len("YYYY-MM-DD")] if path else "now",
             "facilitator": document["facilitator"], "played": document["played"], "rounds": document["rounds"],
             "groups": sum(bool(seat["code"]) for seat in document["seats"])}
            for path, document in [*before, *now]
        ]  # fmt: skip
        return sorted(told, key=lambda one: one["begun"], reverse=True)

    def close(self) -> None:
        """Let another server keep games there."""
        self._held.close()

    def _open(self) -> None:
        """Hold the folder and read what is in it."""
        if self._folder is not None and not self._opened:
            try:
                self._held.enter_context(hold(self._folder))
            except Mistake as mistake:
                raise Mistake(f"games cannot be kept: {mistake}") from None
            for path, document in _documents(self._folder):
                self._documents[document["facilitator"]] = path, document
                self._index(document)
        self._opened = True

    def _index(self, document: Document) -> None:
        """Note whose seats are taken by which code."""
        for seat in document["seats"]:
            if seat["code"]:
                self._seats[seat["code"]] = document["facilitator"], seat["actor"]


def _documents(folder: Path) -> Iterator[tuple[Path, Document]]:
    """Yield the games of a folder; what is none is left alone."""
    for path in sorted(folder.glob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if {"facilitator", "seats", "scenario"} <= document.keys():
                yield path, document
        except (OSError, ValueError, AttributeError):
            continue


def _restored(path: Path, document: Document) -> Running:
    """Return a game of before, in the round in which it was."""
    try:
        return Running(restored(document), path)
    except (Mistake, KeyError, TypeError, ValueError) as error:
        raise Mistake(f"{path}: this game cannot be gone on with ({error}); begin another") from None
