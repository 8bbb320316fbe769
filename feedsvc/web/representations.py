"""Documents as they go out: a body in a coding, with the headers of its answers written out once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from feedsvc.model import CACHE_CONTROL
from feedsvc.pipeline import CODINGS
from feedsvc.web.conditions import verdict
from feedsvc.web.negotiation import FEED_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from feedsvc.model import Document
    from feedsvc.pipeline import Shelved

# Pages of others may read feeds with a script, and see whether they changed.
OPEN_TO_ALL = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, IM, Link, Retry-After",
}

# What keeps a page from running or embedding anything of others.
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
}

Lines = list[tuple[bytes, bytes]]
_LAST_MODIFIED = b"last-modified"


class Answer(NamedTuple):
    """What is sent but for the date."""

    status: int
    lines: Lines
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Representation:
    """A document in a coding (RFC 9110, section 3.2): its validators, and its two answers."""

    etag: str
    changed_at: datetime | None
    whole: Answer
    unchanged: Answer

    @classmethod
    def of(cls, shelved: Shelved, coding: str) -> Representation:
        """Write out the answers for a document in a coding; an empty one for its plain bytes."""
        document, published = shelved.document, shelved.published
        # A strong validator names bytes: coded ones have another (section 8.8.3.3).
        etag = f'{published.etag[:-1]}-{coding}"' if coding else published.etag
        common = {"etag": etag, "cache-control": CACHE_CONTROL, "vary": _vary(document)}
        if published.changed_at:
            common["last-modified"] = format_datetime(published.changed_at, usegmt=True)
        common |= OPEN_TO_ALL | SECURITY_HEADERS
        body = shelved.coded(coding)
        content = {"content-type": document.media_type, "content-length": str(len(body))}
        if coding:
            content["content-encoding"] = coding
        if document.links:
            content["link"] = ", ".join(
                f'<{in_a_header(href)}>; rel="{relation}"' for relation, href in document.links
            )
        return cls(
            etag,
            published.changed_at,
            Answer(HTTPStatus.OK, lines(content | common), body),
            # What has to be in it, and no more that says what is known already (section 15.4.5).
            Answer(HTTPStatus.NOT_MODIFIED, lines(common)),
        )

    def answer(self, headers: Mapping[str, str], now: datetime) -> Answer | None:
        """Answer a GET or HEAD by its preconditions; None when they fail (412)."""
        status = verdict(headers, self.etag, self.changed_at)
        if status == HTTPStatus.PRECONDITION_FAILED:
            return None
        answer = self.unchanged if status == HTTPStatus.NOT_MODIFIED else self.whole
        if self.changed_at and self.changed_at > now:
            # Of several changes within a second the last seem to be yet to come (section 8.8.2.1).
            date = format_datetime(now.replace(microsecond=0), usegmt=True).encode()
            return answer._replace(lines=_with(answer.lines, {_LAST_MODIFIED: date}))
        return answer

    def delta(self, document: Document, base: str, coding: str) -> Answer:
        """Answer with just what changed since the representation that `base` names (RFC 3229, section 10.4.1)."""
        body = CODINGS[coding](document.body) if coding else document.body
        changed = {
            b"im": b"feed",
            b"delta-base": base.encode("latin-1"),
            # Whoever doesn't know of deltas must not keep one for the whole.
            b"cache-control": b"no-store, im",
            b"content-length": str(len(body)).encode(),
        }
        return Answer(HTTPStatus.IM_USED, _with(self.whole.lines, changed), body)


def standing_in(document: Document, prefix: str) -> Answer | None:
    """Answer for a document that is gone or has moved, whatever the client has or likes; None for any other.

    What is gone may come back, and a redirect may be mended: nobody is to keep the answer longer than any other.
    """
    if document.moved_to:
        status = HTTPStatus.TEMPORARY_REDIRECT if document.for_now else HTTPStatus.MOVED_PERMANENTLY
        return moved(f"{prefix}{document.moved_to}", status)
    if document.gone:
        content = {"content-type": document.media_type, "content-length": str(len(document.body))}
        headers = content | {"cache-control": CACHE_CONTROL} | OPEN_TO_ALL | SECURITY_HEADERS
        return Answer(HTTPStatus.GONE, lines(headers), document.body)
    return None


def moved(location: str, status: int = HTTPStatus.MOVED_PERMANENTLY) -> Answer:
    """Answer that something is at another address."""
    headers = {"location": in_a_header(location), "content-length": "0", "cache-control": CACHE_CONTROL}
    return Answer(status, lines(headers | OPEN_TO_ALL | SECURITY_HEADERS))


def plain_tag(tag: str) -> str:
    """Give the validator of the plain bytes from that of any representation of the same document."""
    tag = tag.removeprefix("W/")
    plain, _, coding = tag.strip('"').rpartition("-")
    return f'"{plain}"' if plain and coding in CODINGS else tag


def lines(headers: Mapping[str, str]) -> Lines:
    """Write headers as they go out."""
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def in_a_header(address: str) -> str:
    """Write an address so that it can stand in a header, whatever letters are in it (RFC 3987, section 3.1)."""
    return quote(address, safe="%/:?#[]@!$&'()*+,;=~")


def _with(those: Iterable[tuple[bytes, bytes]], others: Mapping[bytes, bytes]) -> Lines:
    return [(name, value) for name, value in those if name not in others] + list(others.items())


def _vary(document: Document) -> str:
    """Name what of a request decides which representation of a document is sent (section 12.5.5)."""
    is_feed = document.media_type.partition(";")[0] in FEED_TYPES
    return "accept-encoding, a-im" if is_feed else "accept-encoding"
