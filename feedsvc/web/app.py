"""The ASGI application: routes, and what all answers have in common."""

from __future__ import annotations

from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feedsvc.errors import StoreError, TokenError
from feedsvc.metrics import CONTENT_TYPE
from feedsvc.web import mail
from feedsvc.web.documents import Documents
from feedsvc.web.negotiation import preferred_language
from feedsvc.web.representations import OPEN_TO_ALL, SECURITY_HEADERS, lines

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from feedsvc.model import Document
    from feedsvc.web.desk import Desk

log = structlog.get_logger(__name__)

_UNSUBSCRIBE = "/unsubscribe/"
_NO_STORE = {"cache-control": "no-store"}
_SECURITY = lines(SECURITY_HEADERS)


def create_app(desk: Desk) -> ASGIApp:
    """Make the ASGI application."""
    handlers, documents = _Handlers(desk), Documents(desk)
    app = Starlette(
        routes=[
            Route("/healthz", handlers.healthz),
            Route("/metrics", handlers.metrics),
            Route(f"{_UNSUBSCRIBE}{{token}}", handlers.unsubscribe, methods=["GET", "POST"]),
            *mail.routes(desk),
        ],
        exception_handlers={
            HTTPException: handlers.on_http_error,
            StoreError: handlers.on_store_error,
            Exception: handlers.on_http_error,
        },
    )
    # Everything else is for documents to answer, `OPTIONS *` too, which no route would match.
    app.router.default, app.router.redirect_slashes = documents, False
    return _Door(desk, documents, app)


class _Door:
    """What every request comes in by: documents at hand are handed out here, all else is passed on.

    Every answer leaves with a date, and with what keeps a page from running anything of others.
    """

    def __init__(self, desk: Desk, documents: Documents, app: ASGIApp) -> None:
        self._desk = desk
        self._documents = documents
        self._app = app
        self._date: tuple[datetime | None, tuple[bytes, bytes]] = (None, (b"", b""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif answer := self._documents.at_hand(scope):
            body = b"" if scope["method"] == "HEAD" else answer.body
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": [self.date(), *answer.lines],
                }
            )
            await send({"type": "http.response.body", "body": body})
        else:
            await self._app(scope, receive, self._sending(scope, send))

    def _sending(self, scope: Scope, send: Send) -> Send:
        """Give a way to send that completes the answer."""

        async def complete(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                theirs = list(message["headers"])
                named = {name for name, _ in theirs}  # what shows mail has a policy of its own
                ours = [line for line in _SECURITY if line[0] not in named]
                message["headers"] = [self.date(), *theirs, *ours]
            elif scope["method"] == "HEAD":
                message["body"] = b""
            await send(message)

        return complete

    def date(self) -> tuple[bytes, bytes]:
        """Give the date of an answer (RFC 9110, section 6.6.1): no Last-Modified may be after it."""
        second = self._desk.clock().replace(microsecond=0)
        if self._date[0] != second:
            self._date = (second, (b"date", format_datetime(second, usegmt=True).encode()))
        return self._date[1]


class _Handlers:
    """What answers requests for anything but documents; all that may block is done in threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def unsubscribe(self, request: Request) -> Response:
        token, pages = request.path_params["token"], self._desk.pages
        language = preferred_language(request.headers.get("accept-language", ""), pages.languages)
        try:
            # Mail scanners open every link they see: only a POST, from the button or from the mail program
            # by RFC 8058, changes anything.
            if request.method == "POST":
                address = await run_in_threadpool(self._desk.unsubscribe, token)
                page = pages.unsubscribed(address, language)
            else:
                address = await run_in_threadpool(self._desk.address_of, token)
                if await run_in_threadpool(self._desk.has_unsubscribed, address):
                    page = pages.unsubscribed_already(address, language)
                else:
                    page = pages.unsubscribe(address, token, language)
        except TokenError:
            return _fresh(pages.unsubscribe_invalid(language), HTTPStatus.NOT_FOUND)
        return _fresh(page, HTTPStatus.OK)

    async def healthz(self, _request: Request) -> Response:
        try:
            health = await run_in_threadpool(self._desk.health)
        except StoreError as error:
            log.error(
                "not healthy", reason=str(error)
            )  # which may name hosts and folders, so not for all to read
            return JSONResponse({"status": "down"}, HTTPStatus.SERVICE_UNAVAILABLE, _NO_STORE)
        return JSONResponse(health, headers=_NO_STORE)

    async def metrics(self, _request: Request) -> Response:
        figures = await run_in_threadpool(self._desk.metrics)
        return Response(figures, headers={**_NO_STORE, "content-type": CONTENT_TYPE})

    async def on_http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        return self._error(request, int(status), getattr(error, "headers", None) or {})

    async def on_store_error(self, request: Request, error: Exception) -> Response:
        path = request.scope["path"]
        # A token of an unsubscribe link holds an address, and is as good as the link.
        shown = f"{_UNSUBSCRIBE}…" if path.startswith(_UNSUBSCRIBE) else path
        log.error("request failed", path=shown, reason=str(error))
        return self._error(request, int(HTTPStatus.SERVICE_UNAVAILABLE), {"retry-after": "60"})

    def _error(self, request: Request, status: int, headers: Mapping[str, str]) -> Response:
        """Make the page for a request that failed, in the language of the address, else of the browser."""
        pages, path = self._desk.pages, request.scope["path"]
        language = path[1:].partition("/")[0]
        if language not in pages.languages[1:]:
            language = preferred_language(request.headers.get("accept-language", ""), pages.languages)
        # A script that may read a feed may read why there is none.
        shared = {} if path.startswith(_UNSUBSCRIBE) else OPEN_TO_ALL
        return _fresh(pages.error(status, path, language), status, {**headers, **shared})


def _fresh(page: Document, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a page that no cache may keep, and that speaks the language of the browser."""
    return Response(
        page.body,
        status,
        media_type=page.media_type,
        headers={**(headers or {}), **_NO_STORE, "vary": "accept, accept-encoding, accept-language"},
    )
