"""Handing out documents: what is at hand in a few dozen microseconds, everything else after a look into the store."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from feedsvc.errors import StoreError
from feedsvc.pipeline import CODINGS
from feedsvc.web.conditions import tags
from feedsvc.web.negotiation import accepts, preferred_coding, wants_delta
from feedsvc.web.representations import (
    OPEN_TO_ALL,
    Answer,
    Representation,
    lines,
    moved,
    plain_tag,
    standing_in,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from feedsvc.pipeline import Shelved
    from feedsvc.web.desk import Desk

READING = ("GET", "HEAD")
ALLOWED = {"allow": "GET, HEAD, OPTIONS"}
# What a script on a page of others may send with its request (Fetch standard, section 3.3.3).
_PREFLIGHT = {
    **OPEN_TO_ALL,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "A-IM, Accept, Cache-Control, If-Modified-Since, If-None-Match",
    "access-control-max-age": "86400",
}
# The headers that the answer to a request for a document may depend on.
_HEEDED = {
    name.encode(): name
    for name in (
        "a-im",
        "accept",
        "accept-encoding",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
    )
}


class Documents:
    """An ASGI application that answers for all documents; raises HTTPException for what ends in an error page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: WeakKeyDictionary[Shelved, dict[str, Representation]] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (ASGI)
        """Answer any request."""
        if scope["method"] == "OPTIONS":
            answer = Answer(HTTPStatus.NO_CONTENT, lines(ALLOWED | _PREFLIGHT))
        elif scope["method"] not in READING:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers=ALLOWED)
        else:
            answer = await self._answer(scope)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.lines})
        await send({"type": "http.response.body", "body": answer.body})

    def at_hand(self, scope: Scope) -> Answer | None:
        """Answer a request at once; None when it takes longer to answer, or has another kind of answer."""
        if scope["method"] not in READING or b"%" in scope["raw_path"]:
            return None
        try:
            shelved = self._desk.at_hand(scope["path"], scope["query_string"].decode("latin-1"))
        except StoreError:
            return None  # it is asked again, where there is an answer to that
        made = self._made.get(shelved) if shelved else None
        if not made or not shelved:
            return None
        headers = heeded(scope)
        coding = preferred_coding(headers.get("accept-encoding", ""), shelved.codings)
        if coding not in made or not _is_usual(headers, shelved):
            return None
        answer = made[coding].answer(headers, self._desk.clock())
        if answer is None or (answer.status == HTTPStatus.OK and "a-im" in headers):
            return None
        return answer

    async def _answer(self, scope: Scope) -> Answer:
        path, query = _path(scope), scope["query_string"].decode("latin-1")
        headers = heeded(scope)
        if not _has_one_host(headers, scope):
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        shelved = await run_in_threadpool(self._desk.document, path, query) if path else None
        if shelved is None:
            return await self._other_slash(path, query)
        return await self._answer_with(shelved, path, headers)

    async def _answer_with(self, shelved: Shelved, path: str, headers: Mapping[str, str]) -> Answer:
        document = shelved.document
        if other := standing_in(document, self._desk.prefix):
            return other
        accepted = accepts(headers.get("accept", ""), document.media_type)
        coding = _coding(headers, shelved)
        if not accepted or coding is None:
            raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)
        representation = await run_in_threadpool(self._representation, shelved, coding)
        answer = representation.answer(headers, self._desk.clock())
        if answer is None:
            raise HTTPException(HTTPStatus.PRECONDITION_FAILED)
        if answer.status == HTTPStatus.OK and wants_delta(headers.get("a-im", "")):
            return await self._delta(representation, path, headers, coding) or answer
        return answer

    def _representation(self, shelved: Shelved, coding: str) -> Representation:
        made = self._made.setdefault(shelved, {})
        if coding not in made:
            made[coding] = Representation.of(shelved, coding)
        return made[coding]

    async def _delta(
        self, representation: Representation, path: str, headers: Mapping[str, str], coding: str
    ) -> Answer | None:
        """Answer with what changed since the client's copy, if that is known."""
        for tag in tags(headers.get("if-none-match", "")):
            document = await run_in_threadpool(self._desk.changes, path, plain_tag(tag))
            if document is not None:
                return representation.delta(document, tag, coding)
        return None

    async def _other_slash(self, path: str, query: str) -> Answer:
        """Answer for an address with nothing there: it may have a slash too many or too few at its end."""
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        if path and other and await run_in_threadpool(self._desk.document, other, "") is not None:
            return moved(f"{self._desk.prefix}{other}{f'?{query}' if query else ''}")
        raise HTTPException(HTTPStatus.NOT_FOUND)


def heeded(scope: Scope) -> dict[str, str]:
    """Give the headers that matter; one that is there several times is a list (RFC 9110, section 5.3)."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name in _HEEDED:
            key, text = _HEEDED[name], value.decode("latin-1")
            found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _is_usual(headers: Mapping[str, str], shelved: Shelved) -> bool:
    """Tell whether a request is one that needs no other answer than a representation, or that there is no news."""
    document = shelved.document
    return (
        not (document.moved_to or document.gone)
        and "host" in headers
        and "," not in headers["host"]
        and accepts(headers.get("accept", ""), document.media_type)
    )


def _has_one_host(headers: Mapping[str, str], scope: Scope) -> bool:
    """Tell whether a request says once whom it is for, as it must since HTTP/1.1 (RFC 9112, section 3.2)."""
    return "," not in headers.get("host", "") and ("host" in headers or scope["http_version"] == "1.0")


def _path(scope: Scope) -> str:
    """Give the path that is asked for; empty for one at which nothing can stand.

    A slash that is written as %2F doesn't part segments (RFC 3986, section 2.2), and no address has control characters.
    """
    path: str = scope["path"]
    return path if path.isprintable() and b"%2f" not in scope["raw_path"].lower() else ""


def _coding(headers: Mapping[str, str], shelved: Shelved) -> str | None:
    """Give the coding to send a document in; what isn't worth coding is coded for who takes nothing else."""
    said = headers.get("accept-encoding", "")
    coding = preferred_coding(said, shelved.codings)
    return preferred_coding(said, tuple(CODINGS)) if coding is None else coding
