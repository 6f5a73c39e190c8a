"""The server of the live page: what may be asked, and who may ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sim.live.address import HERE
from sim.live.card import card_of
from sim.live.guard import Guard
from sim.live.kept_games import Games
from sim.live.lesson_pages import ROUTES as LESSONS
from sim.live.levers import levers
from sim.live.pool import Pool
from sim.live.processes import make_a_brief, play, say_why, tell
from sim.live.seats import JOIN, routes
from sim.live.setting import Setting, setting_of, whole
from sim.model.engines import NUMPY
from sim.model.mistakes import Mistake
from sim.scenario.check import load
from sim.scenario.document import DocumentError
from sim.scenario.files import folder, named_file, shipped_scenarios
from sim.scenario.strict_yaml import read_document
from sim.version import VERSION

PAGE = Path(__file__).parent / "page"
NDJSON = "application/x-ndjson"


def server(
    pool: Pool,
    hosts: Sequence[str] = HERE,
    token: str = "",
    scenarios: Sequence[str] = (),
    games: Path | None = None,
    engine: str = NUMPY,
) -> Starlette:
    """Return the application.

    Parameters
    ----------
    pool : Pool
        Processes that play; closed with the application.
    hosts : sequence of str
        Names under which it may be called; any other is refused, so that no page of a stranger can reach it.
    token : str
        What an address must have once, where others than this machine may call; empty for nothing.
    scenarios : sequence of str
        Files of the user's own that are offered beside the shipped scenarios.
    games : path, optional
        Folder in which games of a class are kept; nowhere unless given.
    engine : str
        Who plays (`sim.model.engines`).
    """
    kept = Games(games)
    offered = [*scenarios, *shipped_scenarios()]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pool.warm()
        yield
        pool.close()
        kept.close()

    app = Starlette(
        routes=[
            Route("/", page),
            Route(JOIN, page),
            *routes(),
            Route("/api/about", about),
            Route("/api/scenario", scenario),
            Route("/api/what-if", what_if),
            Route("/api/history", history),
            Route("/api/why", why),
            Route("/api/yaml", as_yaml),
            *LESSONS,
            Route("/api/brief", brief),
            Route("/api/card", card),
            Route("/letters/{weight}.woff", font),
            Mount("/", StaticFiles(directory=PAGE)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(Guard, token=token),
            Middleware(GZipMiddleware, minimum_size=2000),
        ],
        exception_handlers={Mistake: _sentence, DocumentError: _sentence},
        lifespan=lifespan,
    )
    app.state.pool, app.state.offered, app.state.games = pool, offered, kept
    app.state.answer = partial(play, engine=engine)
    return app


async def _sentence(request: Request, mistake: Exception) -> Response:
    """Answer a mistake with its sentence."""
    return JSONResponse({"sentence": str(mistake)}, 400)


# -- what may be asked


async def page(request: Request) -> Response:
    """Give the page."""
    return FileResponse(PAGE / "index.html")


async def about(request: Request) -> Response:
    """Tell the scenarios that are offered."""
    names = [{"name": name, "title": _title(name)} for name in request.app.state.offered]
    return JSONResponse({"version": VERSION, "scenarios": names})


@cache
def _title(name: str) -> str:
    """Return the title of a scenario, which costs seconds for all of them if each is checked as it is read."""
    found = named_file(name, folder(), shipped_scenarios())
    title = read_document(found).data.get("title") if found else None
    return str(title or load(name).title)


async def scenario(request: Request) -> Response:
    """Tell the levers of a scenario."""
    setting = _setting(request)
    found = levers(load(setting.scenario))
    return JSONResponse({"scenario": setting.scenario, "levers": [asdict(lever) for lever in found]})


async def what_if(request: Request) -> Response:
    """Play a setting; a line of JSON for each month as it is played."""
    setting = _setting(request)
    return StreamingResponse(_pool(request).ask(setting.key, request.app.state.answer, setting), media_type=NDJSON)


async def history(request: Request) -> Response:
    """Tell one history, month by month."""
    setting, run = _setting(request), _run(request)
    return StreamingResponse(_pool(request).ask(f"{setting.key} {run}", tell, setting, run), media_type=NDJSON)


async def why(request: Request) -> Response:
    """Say why something happened in one history, or did not."""
    setting, run = _setting(request), _run(request)
    asked = request.query_params.get("event", "")
    said = _pool(request).ask(f"{setting.key} {run} {asked}", say_why, setting, run, asked)
    return StreamingResponse(said, media_type=NDJSON)


async def as_yaml(request: Request) -> Response:
    """Give a setting as a scenario document that `armsrace sweep` plays."""
    return PlainTextResponse(_setting(request).played().lock(), media_type="application/yaml")


async def brief(request: Request) -> Response:
    """Make a brief of a setting against what it is held against; a line of JSON for all that is played for it."""
    setting = _setting(request)
    return StreamingResponse(_pool(request).ask(f"{setting.key} brief", make_a_brief, setting), media_type=NDJSON)


async def card(request: Request) -> Response:
    """Tell what a rule says, on what it rests, and its numbers."""
    return JSONResponse(card_of(request.query_params.get("rule", "")))


def font(request: Request) -> Response:
    """Give the font of the house, as far as pages use its letters."""
    from sim.live.font import WEIGHTS, woff  # brings matplotlib, which the server itself does without

    weight = request.path_params["weight"]
    if weight not in WEIGHTS:
        return PlainTextResponse("Not Found", 404)
    return Response(woff(weight), media_type="font/woff", headers={"Cache-Control": "max-age=86400"})


def _setting(request: Request) -> Setting:
    return setting_of(request.query_params.multi_items(), request.app.state.offered)


def _run(request: Request) -> int:
    return whole("run", request.query_params.get("run", "0"))


def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.pool
    return pool
