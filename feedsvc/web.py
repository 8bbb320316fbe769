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
from feedsvc.model import CACHE_CONTROL, FORMATS
from feedsvc.pipeline import CODINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from feedsvc.model import Document
    from feedsvc.pages import Pages
    from feedsvc.pipeline import Shelved

log = structlog.get_logger(__name__)

# Pages of others may read feeds with a script, and see whether they changed.
OPEN_TO_ALL = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Last-Modified, Link",
}

# What feed readers ask for when they mean a feed of any kind.
_FEED_TYPES = frozenset(kind.media_type for kind in FORMATS)
_FEED_LIKE = _FEED_TYPES | {
    "application/xml",
    "text/xml",
    "application/rdf+xml",
    "application/json",
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/*",
    "text/*",
}

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
}


class Desk(Protocol):
    """What the web server needs of the rest; `feedsvc.app` has it. All but `at_hand` may block."""

    @property
    def pages(self) -> Pages:
        """The site's pages, as configured now."""

    @property
    def prefix(self) -> str:
        """The path that the site is mounted at, without a slash at its end."""

    def at_hand(self, path: str, query: str) -> Shelved | None:
        """Give what stands at an address if that is known without waiting."""

    def document(self, path: str, query: str) -> Shelved | None:
        """Give what stands at an address; None when nothing ever did."""

    def changes(self, path: str, etag: str) -> Document | None:
        """Give a feed with just what changed since it had a validator; None when that isn't known."""

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
        path, query = request.url.path, request.url.query
        shelved = self._desk.at_hand(path, query)
        if shelved is None:
            shelved = await run_in_threadpool(self._desk.document, path, query)
        if shelved is not None:
            return await self._answer(request, shelved)
        # A slash too many or too few at the end of an address.
        for other in (path.rstrip("/"), f"{path}/"):
            if (
                other not in ("", path)
                and await run_in_threadpool(self._desk.document, other, "") is not None
            ):
                return RedirectResponse(self._desk.prefix + other, HTTPStatus.MOVED_PERMANENTLY)
        raise HTTPException(HTTPStatus.NOT_FOUND)

    async def _answer(self, request: Request, shelved: Shelved) -> Response:
        document = shelved.document
        if document.moved_to:
            status = HTTPStatus.TEMPORARY_REDIRECT if document.for_now else HTTPStatus.MOVED_PERMANENTLY
            headers = {"cache-control": CACHE_CONTROL, **OPEN_TO_ALL}
            return RedirectResponse(self._desk.prefix + document.moved_to, status, headers)
        if document.gone:
            # What is gone may come back: nobody is to keep the answer longer than any other.
            headers = {"cache-control": CACHE_CONTROL, **OPEN_TO_ALL}
            return Response(document.body, HTTPStatus.GONE, headers, document.media_type)
        if not accepts(request.headers.get("accept", ""), document.media_type):
            raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)
        if "feed" in _listed(request.headers.get("a-im", "")):
            delta = await self._delta(request, shelved)
            if delta is not None:
                return delta
        return await run_in_threadpool(conditional, request, shelved)

    async def _delta(self, request: Request, shelved: Shelved) -> Response | None:
        """Answer with what changed since the client's copy (RFC 3229, section 10.4.1), if that is known."""
        current = shelved.published.etag
        for tag in _listed(request.headers.get("if-none-match", "")):
            etag = _without_coding(tag)
            if etag == current:
                return None  # it has this very one
            document = await run_in_threadpool(self._desk.changes, request.url.path, etag)
            if document is not None:
                # Whoever doesn't know of deltas must not keep one for the whole.
                headers = validators(shelved, current) | {"im": "feed", "cache-control": "no-store, im"}
                return Response(document.body, HTTPStatus.IM_USED, headers, document.media_type)
        return None

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
        return _fresh(self._error(request, int(status)), status, headers)

    async def on_store_error(self, request: Request, error: Exception) -> Response:
        log.error("request failed", path=request.url.path, reason=str(error))
        page = self._error(request, int(HTTPStatus.SERVICE_UNAVAILABLE))
        return _fresh(page, HTTPStatus.SERVICE_UNAVAILABLE, {"retry-after": "60"})

    def _error(self, request: Request, status: int) -> Document:
        """Make the page for a request that failed, in the language of the address, else of the browser."""
        pages, path = self._desk.pages, request.url.path
        language = path[1:].partition("/")[0]
        if language not in pages.languages[1:]:
            language = preferred_language(request.headers.get("accept-language", ""), pages.languages)
        return pages.error(status, path, language)


def conditional(request: Request, shelved: Shelved) -> Response:
    """Answer a GET or HEAD for a document, with 304 where the client has it (RFC 9110, section 13.2.2)."""
    coding = preferred_coding(request.headers.get("accept-encoding", ""), shelved.codings)
    if coding is None:
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)
    etag = shelved.published.etag
    # A strong validator names bytes: coded ones have another (RFC 9110, section 8.8.3.3).
    headers = validators(shelved, f'{etag[:-1]}-{coding}"' if coding else etag)
    if not_modified(request.headers, headers["etag"], shelved.published.changed_at):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if coding:
        headers["content-encoding"] = coding
    return Response(shelved.coded(coding), headers=headers, media_type=shelved.document.media_type)


def validators(shelved: Shelved, etag: str) -> dict[str, str]:
    """Give the headers that an answer has in common with the 304 to who has it already (RFC 9110, section 15.4.5)."""
    headers = {"etag": etag, "cache-control": CACHE_CONTROL, "vary": "accept-encoding, a-im", **OPEN_TO_ALL}
    if shelved.published.changed_at:
        headers["last-modified"] = format_datetime(shelved.published.changed_at, usegmt=True)
    if shelved.document.links:
        headers["link"] = ", ".join(f'<{href}>; rel="{rel}"' for rel, href in shelved.document.links)
    return headers


def not_modified(headers: Mapping[str, str], etag: str, changed_at: datetime | None) -> bool:
    """Tell whether a client's copy is good: `If-None-Match`, compared weakly, rules over `If-Modified-Since`."""
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tags = {tag.removeprefix("W/") for tag in _listed(wanted)}
        return "*" in tags or etag in tags
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed_at is not None and since.tzinfo is not None and changed_at <= since


def accepts(accept: str, media_type: str) -> bool:
    """Tell whether a client takes a media type (RFC 9110, section 12.5.1).

    Feed readers name the types of feeds in all ways but the right one: who takes any feed or XML gets what is there.
    """
    ranges = {name for name, weight in _weighted(accept) if weight > 0}
    kind = media_type.partition(";")[0]
    wanted = {"*/*", kind, f"{kind.partition('/')[0]}/*"}
    if kind in _FEED_TYPES:
        wanted |= _FEED_LIKE
    return not ranges or bool(wanted & ranges)


def preferred_coding(accept_encoding: str, codings: tuple[str, ...]) -> str | None:
    """Give the coding that a client likes best, of those there are: the best first, empty for none.

    None when it takes nothing that can be had, not even the plain bytes (RFC 9110, section 12.5.3).
    """
    weights = dict(_weighted(accept_encoding))
    anything = weights.get("*", 0.0)
    best, best_weight = "", weights.get("identity", 0.0)
    for coding in codings:
        weight = weights.get(coding, anything)
        if weight > best_weight or (weight == best_weight > 0 and not best):
            best, best_weight = coding, weight
    if best or weights.get("identity", anything if "*" in weights else 1.0) > 0:
        return best
    return None


def preferred_language(accept_language: str, languages: tuple[str, ...]) -> str:
    """Give the site's language that a browser asks for most, else the site's first (RFC 9110, section 12.5.4)."""
    best, best_weight = languages[0], 0.0
    for name, weight in _weighted(accept_language):
        language = name.partition("-")[0]
        if language in languages and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """Give the values of a header with their weights (RFC 9110, section 12.4.2), in small letters."""
    for part in _listed(header.lower()):
        name, *parameters = (each.strip() for each in part.split(";"))
        weights = [each.removeprefix("q=").strip() for each in parameters if each.startswith("q=")]
        try:
            yield name, float(weights[0]) if weights else 1.0
        except ValueError:
            yield name, 0.0


def _listed(header: str) -> list[str]:
    """Give the members of a header that is a list (RFC 9110, section 5.6.1)."""
    return [part.strip() for part in header.split(",") if part.strip()]


def _without_coding(tag: str) -> str:
    """Give the validator of the plain bytes from that of coded ones."""
    tag = tag.removeprefix("W/")
    plain, _, coding = tag.strip('"').rpartition("-")
    return f'"{plain}"' if plain and coding in CODINGS else tag


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
