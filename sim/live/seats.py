"""Routes of a class: the facilitator makes a game and ends its rounds, groups join by a code and decide for a seat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sim.live.game import ClassGame, Document
from sim.live.kept_games import Games, Running
from sim.live.new_game import MONTHS, ROUNDS, new_game, sitting
from sim.live.seen import text, to_facilitator, to_seat
from sim.model.mistakes import Mistake, suggest
from sim.scenario.check import load

JOIN = "/join"
SEATS_OF_A_GAME = 7  # the first of a scenario's, which are ticked until somebody ticks others
FILES = (".js", ".css", ".woff")  # of the page, which are no secret
LARGEST = 64_000  # bytes that may be sent to us
PAUSE = 0.3  # seconds that whoever tries a code that is none has to wait

Answer = Callable[[Request], Awaitable[Response]]


def open_to_a_class(path: str) -> bool:
    """Whether a path is open without the token of an address: the page's own files, and what asks for a seat's code."""
    return path == JOIN or path.startswith((f"{JOIN}/", "/api/seat/")) or PurePosixPath(path).suffix in FILES


def seated(answer: Callable[[Request, Running, str], Awaitable[Response]]) -> Answer:
    """Let in whoever has the code of a seat."""

    async def asked(request: Request) -> Response:
        found = await _games(request).of_seat(_bearer(request).strip().lower())
        if found is None:
            return await _refused("No seat has this code; ask whoever leads the game for yours.")
        return await answer(request, *found)

    return asked


def led(answer: Callable[[Request, Running], Awaitable[Response]]) -> Answer:
    """Let in whoever leads a game."""

    async def asked(request: Request) -> Response:
        found = await _games(request).led_by(_bearer(request))
        if found is None:
            return await _refused("This is not the address of whoever leads a game here.")
        return await answer(request, found)

    return asked


# -- a seat


async def join(request: Request) -> Response:
    """Lead a code that was typed behind the address to the page of its seat."""
    return RedirectResponse(
        str(request.url.replace(path=JOIN, query=f"seat={request.path_params['code'].lower()}")), 303
    )


@seated
async def seat(request: Request, running: Running, actor: str) -> Response:
    """Tell a seat what it perceives, and nothing more; nothing at all where nothing has changed since."""
    running.look(actor)
    return _news(request, running, lambda: to_seat(running.game, actor))


@seated
async def choose(request: Request, running: Running, actor: str) -> Response:
    """Keep what a seat has chosen."""
    told = await _sent(request)
    await running.change(
        running.game.choose, actor, told.get("round"), told.get("choices"), told.get("because", ""), told.get("done")
    )
    return JSONResponse({"version": running.version} | to_seat(running.game, actor))


@seated
async def seat_yaml(request: Request, running: Running, actor: str) -> Response:
    """Give the played history to a seat, once it is over."""
    return _yaml(running.game)


@seated
async def seat_text(request: Request, running: Running, actor: str) -> Response:
    """Give the debriefing to a seat, once there is one."""
    return await _text(running.game)


# -- the facilitator


async def seats(request: Request) -> Response:
    """Tell who decides in a scenario, and how long it can be played."""
    offered = request.app.state.offered
    name = request.query_params.get("scenario", "")
    if name not in offered:
        raise Mistake(f"there is no such scenario here{suggest(name[:60], offered)}")
    scenario = load(name)
    kinds = {key: (kind, actor.name) for kind, key, actor in scenario.actors()}
    told = [
        {"key": key, "name": kinds[key][1], "kind": kinds[key][0], "taken": place < SEATS_OF_A_GAME}
        for place, key in enumerate(sitting(scenario))
    ]
    return JSONResponse(
        {"seats": told, "start": scenario.start, "end": scenario.end, "months": MONTHS, "rounds": ROUNDS}
    )


async def games(request: Request) -> Response:
    """Tell the games that are kept, to whoever sits at the machine itself."""
    client, server = request.client, request.scope.get("server") or ("",)
    here = client is not None and client.host in ("127.0.0.1", "::1", server[0])
    return JSONResponse({"games": await _games(request).kept() if here else []})


async def make(request: Request) -> Response:
    """Make a game."""
    told = await _sent(request)
    groups = told.get("groups")
    if told.get("scenario") not in request.app.state.offered or not isinstance(groups, dict):
        raise Mistake("a game needs a scenario and groups; load the page anew")

    def made() -> ClassGame:
        numbers = {name: told[name] for name in ("seed", "months", "rounds") if name in told}
        return new_game(load(told["scenario"]), groups, **numbers)

    running = await _games(request).add(await asyncio.to_thread(made))
    return JSONResponse({"facilitator": running.game.facilitator})


@led
async def game(request: Request, running: Running) -> Response:
    """Tell all of a game; nothing where nothing has changed since."""
    return _news(request, running, lambda: to_facilitator(running.game) | {"here": running.here})


@led
async def end_round(request: Request, running: Running) -> Response:
    """End a round and play its months."""
    told = await _sent(request)
    await running.change(running.game.end_round, told.get("round"))
    return JSONResponse({})


@led
async def end(request: Request, running: Running) -> Response:
    """End a game before its last round."""
    await _sent(request)
    await running.change(running.game.end)
    return JSONResponse({})


@led
async def game_yaml(request: Request, running: Running) -> Response:
    """Give the played history as a scenario document."""
    return _yaml(running.game)


@led
async def game_text(request: Request, running: Running) -> Response:
    """Give the debriefing as text."""
    return await _text(running.game)


def routes() -> list[Route]:
    """Return what a class may ask."""
    return [
        Route(f"{JOIN}/{{code}}", join),
        Route("/api/seat/", seat),
        Route("/api/seat/", choose, methods=["PUT"]),
        Route("/api/seat/yaml", seat_yaml),
        Route("/api/seat/text", seat_text),
        Route("/api/seats", seats),
        Route("/api/games", games),
        Route("/api/games", make, methods=["POST"]),
        Route("/api/game", game),
        Route("/api/game/round", end_round, methods=["POST"]),
        Route("/api/game/end", end, methods=["POST"]),
        Route("/api/game/yaml", game_yaml),
        Route("/api/game/text", game_text),
    ]


# -- how it is asked and answered


def _games(request: Request) -> Games:
    found: Games = request.app.state.games
    return found


def _bearer(request: Request) -> str:
    """Return the code or token of a question; not in its address, so that no list of addresses has it."""
    return request.headers.get("authorization", "").removeprefix("Bearer ")


async def _refused(sentence: str) -> Response:
    await asyncio.sleep(PAUSE)
    return JSONResponse({"sentence": sentence}, 403)


def _news(request: Request, running: Running, told: Callable[[], Document]) -> Response:
    """Answer what there is to tell, unless whoever asks has heard it."""
    if request.query_params.get("since") == running.version:
        return Response(status_code=204)
    return JSONResponse({"version": running.version} | told())


async def _sent(request: Request) -> dict[str, Any]:
    """Return the document that was sent; a form of another page cannot send one."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Mistake("what is sent has to be JSON")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Mistake("that is too much; send less")
    try:
        told = json.loads(body)
    except ValueError:
        raise Mistake("what was sent is no JSON; load the page anew") from None
    if not isinstance(told, dict):
        raise Mistake("what was sent is no choice; load the page anew")
    return told


def _yaml(game: ClassGame) -> Response:
    if not game.over:
        raise Mistake("the game is not over yet; its history can be taken away after the last round")
    return PlainTextResponse(game.record().lock(), media_type="application/yaml")


async def _text(game: ClassGame) -> Response:
    if not game.over:
        raise Mistake("the game is not over yet; its debriefing comes after the last round")
    return PlainTextResponse(await asyncio.to_thread(text, game))
