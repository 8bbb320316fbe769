"""The web server: documents from the store, the unsubscribe pages, and the state of health."""

from __future__ import annotations

from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from feedsvc.errors import StoreError, TokenError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from feedsvc.model import Document, PublishedDocument
    from feedsvc.pages import Pages

log = structlog.get_logger(__name__)

# Feeds and pages change at any time, and a reader asks with a validator: it may keep a copy for a while, and an
# old one for a day when we can't be reached (RFC 5861).
CACHE_CONTROL = "public, max-age=300, stale-if-error=86400"

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
}


class Desk(Protocol):
    """What the web server needs of the rest; `feedsvc.app` has it. All may block."""

    @property
    def pages(self) -> Pages:
        """The site's pages, as configured now."""

    def document(self, path: str) -> PublishedDocument | None:
        """Give what is published at an address."""

    def address_of(self, token: str) -> str:
        """Give the address that an unsubscribe link is for; raises TokenError."""

    def unsubscribe(self, token: str) -> str:
        """Write no more to the address that an unsubscribe link is for, and give it; raises TokenError."""

    def health(self) -> Mapping[str, object]:
        """Tell what is going on; `status` is `ok` or `degraded`."""


def create_app(desk: Desk) -> ASGIApp:
    """Make the ASGI application."""
    handlers = _Handlers(desk)
    app = Starlette(
        routes=[
            Route("/healthz", handlers.healthz),
            Route("/unsubscribe/{token}", handlers.unsubscribe, methods=["GET", "POST"]),
            Route("/{path:path}", handlers.document),
        ],
        exception_handlers={
            HTTPException: handlers.on_http_error,
            StoreError: handlers.on_store_error,
            Exception: handlers.on_http_error,
        },
    )
    return SecurityHeaders(app)


class _Handlers:
    """What answers requests; all that may block is done in threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def document(self, request: Request) -> Response:
        path = request.url.path
        found = await run_in_threadpool(self._desk.document, path)
        if found is not None:
            return conditional(request, found)
        plain = path.rstrip("/")
        if plain not in ("", path) and await run_in_threadpool(self._desk.document, plain) is not None:
            return RedirectResponse(plain, HTTPStatus.MOVED_PERMANENTLY)
        raise HTTPException(HTTPStatus.NOT_FOUND)

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
            return JSONResponse({"status": "down"}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse(health, headers={"cache-control": "no-store"})

    async def on_http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        headers = getattr(error, "headers", None) or {}
        return _fresh(self._desk.pages.error(int(status), request.url.path), status, headers)

    async def on_store_error(self, request: Request, error: Exception) -> Response:
        log.error("request failed", path=request.url.path, reason=str(error))
        page = self._desk.pages.error(int(HTTPStatus.SERVICE_UNAVAILABLE), request.url.path)
        return _fresh(page, HTTPStatus.SERVICE_UNAVAILABLE, {"retry-after": "60"})


def conditional(request: Request, document: PublishedDocument) -> Response:
    """Answer a GET or HEAD for a document, with 304 where the client has it (RFC 9110, section 13.2.2)."""
    gzipped = accepts_gzip(request.headers.get("accept-encoding", ""))
    # A strong validator names bytes: the compressed ones have another (RFC 9110, section 8.8.3.3).
    etag = f'{document.etag[:-1]}-gzip"' if gzipped else document.etag
    if document.gone:
        # What is gone may come back: nobody is to keep the answer longer than any other.
        return Response(
            document.body,
            HTTPStatus.GONE,
            media_type=document.media_type,
            headers={"cache-control": CACHE_CONTROL},
        )
    headers = {
        "etag": etag,
        "last-modified": format_datetime(document.changed_at, usegmt=True),
        "cache-control": CACHE_CONTROL,
        "vary": "accept-encoding",
    }
    if not_modified(request.headers, etag, document.changed_at):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if gzipped:
        headers["content-encoding"] = "gzip"
    body = document.gzip if gzipped else document.body
    return Response(body, media_type=document.media_type, headers=headers)


def not_modified(headers: Mapping[str, str], etag: str, changed_at: datetime) -> bool:
    """Tell whether a client's copy is good: `If-None-Match`, compared weakly, rules over `If-Modified-Since`."""
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in tags or etag in tags
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and changed_at <= since


def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether a client takes gzip (RFC 9110, section 12.5.3)."""
    quality = {"gzip": 0.0}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=") if parameter else "1"
        quality[coding.strip()] = float(weight) if _is_number(weight) else 0.0
    if "gzip" in accept_encoding.lower():
        return quality["gzip"] > 0
    return quality.get("*", 0.0) > 0


def preferred_language(accept_language: str, languages: tuple[str, ...]) -> str:
    """Give the site's language that a browser asks for most, else the site's first (RFC 9110, section 12.5.4)."""
    best, best_weight = languages[0], 0.0
    for part in accept_language.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=") if parameter else "1"
        language = name.strip().partition("-")[0]
        if language in languages and _is_number(weight) and float(weight) > best_weight:
            best, best_weight = language, float(weight)
    return best


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _fresh(page: Document, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a page that no cache may keep."""
    return Response(
        page.body,
        status,
        media_type=page.media_type,
        headers={**(headers or {}), "cache-control": "no-store"},
    )


class SecurityHeaders:
    """Adds what keeps a page from running or embedding anything of others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the start of the answer."""

        async def add(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)
