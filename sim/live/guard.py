"""Who gets in: nobody without the token but to a seat; and what a browser may do with what it is given."""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.live.address import TOKEN
from sim.live.seats import open_to_a_class

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Guard:
    """Lets in who has the token, and says to browsers what the page may do.

    Parameters
    ----------
    app : callable
        What is guarded.
    token : str
        What an address must have once; afterwards a cookie stands for it. Empty for nothing.
    """

    def __init__(self, app: ASGIApp, token: str = "") -> None:
        self._app, self._token = app, token
        self._secret = secrets.token_urlsafe(24)  # of this start; the token itself need not stay in any address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it be answered."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refusal(Request(scope)) if scope["type"] == "http" else None
        await (refused or self._app)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        """Return what is told to who has no cookie yet, or nothing to who may come in."""
        known = not self._token or _same(request.cookies.get(TOKEN, ""), self._secret)
        if known or open_to_a_class(request.scope["path"]):
            return None
        if not _same(request.query_params.get(TOKEN, ""), self._token):
            return PlainTextResponse("Open the whole address that was given to you, with its token.", 403)
        response = RedirectResponse(str(request.url.remove_query_params(TOKEN)), 303)
        response.set_cookie(TOKEN, self._secret, httponly=True, samesite="strict")
        return response


def _same(one: str, other: str) -> bool:
    """Tell whether two texts are the same, in a time that does not say where they begin to differ."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
