"""The live page, opened: a port, a server until Ctrl-C, a browser."""

from __future__ import annotations

import os
import secrets
import sys
import webbrowser
from collections.abc import Collection
from pathlib import Path

import typer

from sim.live.address import HERE, TOKEN, is_here, listening_at
from sim.live.processes import pool_for
from sim.model.arguments import whole_number
from sim.model.engines import NUMPY, engine_named
from sim.scenario.check import load

MOST_WORKERS = 64


def app(
    scenarios: Collection[str | os.PathLike[str]] = (),
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    workers: int | None = None,
    engine: str = NUMPY,
    browser: bool = True,
    games: str | os.PathLike[str] | None = None,
    opens: str = "",
) -> None:
    """Serve the live page until it is interrupted.

    Parameters
    ----------
    scenarios : collection of str or path
        Scenario files of your own, offered beside the shipped ones.
    port : int
        Of the machine; one that is free unless given.
    host : str
        Address to be reached at; anything but this machine itself makes a token, which the printed address carries.
    workers : int, optional
        Processes that play; one for each processor unless given.
    engine : {"numpy", "jax", "jax-float32"}
        Who plays.
    browser : bool
        Open the page.
    games : path, optional
        Folder in which games of a class are kept, to be gone on with whatever happens; one of yours unless given.
    opens : str
        What it opens at, as the query of an address.

    Raises
    ------
    Mistake
        If the port or the host cannot be had, or a scenario is none.
    """
    import uvicorn

    names = [os.fspath(name) for name in scenarios]
    for name in names:
        load(name)
    engine_named(engine)
    processes = whole_number(workers or os.cpu_count() or 1, "workers", least=1, most=MOST_WORKERS)
    listening = listening_at(host, port)
    number = listening.getsockname()[1]
    token = "" if is_here(host) else secrets.token_urlsafe(12)
    query = "&".join(filter(None, [f"{TOKEN}={token}" if token else "", opens]))
    address = f"http://{f'[{host}]' if ':' in host else host}:{number}/{f'?{query}' if query else ''}"
    hosts = [*HERE, *([] if is_here(host) else [host])]
    if token:
        print(
            "Whoever has the address below can let this machine play; it goes over the network as plain text.",
            file=sys.stderr,
        )
    pool = pool_for(processes, engine)
    pool.start()
    print(f"{address}\nCtrl-C ends it.", flush=True)
    if browser:
        webbrowser.open(address)
    kept = Path(typer.get_app_dir("armsrace")) / "games" if games is None else Path(games)
    from sim.live.server import server  # only now: it imports as much as the processes do, at the same time

    settings = uvicorn.Config(server(pool, hosts, token, names, kept, engine), log_level="warning", lifespan="on")
    uvicorn.Server(settings).run([listening])
