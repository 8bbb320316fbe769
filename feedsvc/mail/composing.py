"""From a digest to the messages it goes out as (RFC 5322, MIME), serialised once for all its recipients.

    shared headers │ To, Date, Message-ID, List-Unsubscribe │ text part │ HTML part
       once                    each recipient's             once, with a gap for each placeholder

Both parts are quoted-printable. Each gap stands on lines of its own, apart from its neighbours by soft line
breaks (RFC 2045, section 6.7), so a recipient's message is a joining of bytes: what was encoded stays valid
whatever the length of a name or a link.
"""

from __future__ import annotations

import binascii
import hashlib
import html
import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from feedsvc.errors import MessageError
from feedsvc.mail.headers import a_labels, address, header, name_address, one_line, text, token, web_address
from feedsvc.model import Message, Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from feedsvc.model import Delivery, Digest

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
# RFC 8058: a mail program's own button posts this to the address in List-Unsubscribe, which must be an https one.
_ONE_CLICK = header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
_PLACEHOLDERS = re.compile(f"({'|'.join(Placeholder)})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What every message says of who sends it.

    `address` is the header's, and the envelope's unless a message has one of its own. `list_id` names the
    list for ever (RFC 2919); without it, it follows from the address. `unsubscribe_mailto` is an address that
    takes people off the list (RFC 2369), `archive_url` where older entries can be read, `reply_to` an address
    without a name.
    """

    address: str
    name: str = ""
    reply_to: str = ""
    organisation: str = ""
    list_id: str = ""
    unsubscribe_mailto: str = ""
    archive_url: str = ""


@dataclass(frozen=True)
class Composer:
    """Makes a digest's messages; what they have in common is serialised once.

    All raise MessageError for what can't be a header: an address that is none, a name that no line can hold.
    """

    digest: Digest
    sender: Sender

    def message(
        self,
        delivery: Delivery,
        unsubscribe_url: str,
        view_url: str = "",
        *,
        mailto_subject: str = "unsubscribe",
        bounces: str = "",
    ) -> Message:
        """Make the message of one delivery.

        `unsubscribe_url` and `mailto_subject` are the recipient's own, `view_url` is the digest's. `bounces` is the
        envelope sender, the sender's address if it is empty.
        """
        recipient = delivery.recipient
        unsubscribe_url = web_address(unsubscribe_url)
        filling = {
            Placeholder.NAME: _filling(one_line(recipient.name)),
            Placeholder.UNSUBSCRIBE_URL: _filling(unsubscribe_url),
            Placeholder.VIEW_URL: _filling_of_all(web_address(view_url) if view_url else ""),
        }
        data = b"".join(
            (
                self._shared_headers,
                *self._own_headers(delivery, unsubscribe_url, mailto_subject),
                self._part("plain"),
                *(piece if isinstance(piece, bytes) else filling[piece].plain for piece in self._text),
                self._part("html"),
                *(piece if isinstance(piece, bytes) else filling[piece].html for piece in self._html),
                self._end,
            )
        )
        return Message(
            address(bounces or self.sender.address),
            address(recipient.address),
            data,
            envelope_id=delivery.message_id.strip("<>").partition("@")[0],
            has_dots=False,  # see `_encoded`; headers begin with their name
        )

    @cached_property
    def _shared_headers(self) -> bytes:
        return b"".join(self._headers())

    def _headers(self) -> Iterator[bytes]:
        sender, digest = self.sender, self.digest
        if _PLACEHOLDERS.search(digest.subject):
            raise MessageError("The subject holds a placeholder: a subject is the same for all recipients.")
        yield header("From", *name_address(sender.name, sender.address))
        if sender.reply_to:
            yield header("Reply-To", address(sender.reply_to))
        if sender.organisation:
            yield header("Organization", *text(sender.organisation))
        yield header("Subject", *text(digest.subject))
        yield header("Content-Language", token(digest.language))
        yield header("List-Id", f"<{token(a_labels(sender.list_id or sender.address.replace('@', '.')))}>")
        if sender.archive_url:
            yield header("List-Archive", f"<{web_address(sender.archive_url)}>")
        yield header("Auto-Submitted", "auto-generated")  # RFC 3834, section 5: no holiday replies
        yield header("Precedence", "bulk")
        # Gmail's campaign:customer:kind:sender, by which it reports complaints.
        yield header("Feedback-ID", f"{token(digest.id)[:16]}:{digest.language}:digest:feedsvc")
        yield header("MIME-Version", "1.0")
        yield header("Content-Type", "multipart/alternative;", f'boundary="{self._boundary}"')

    def _own_headers(self, delivery: Delivery, unsubscribe_url: str, mailto_subject: str) -> Iterator[bytes]:
        recipient = delivery.recipient
        ways = [f"<{unsubscribe_url}>"]
        if self.sender.unsubscribe_mailto:
            ways = [
                f"<{unsubscribe_url}>,",
                f"<mailto:{address(self.sender.unsubscribe_mailto)}?subject={quote(mailto_subject)}>",
            ]
        yield header("To", *name_address(recipient.name, recipient.address))
        yield _date(delivery.dated_at)
        yield header("Message-ID", token(delivery.message_id))
        yield header("List-Unsubscribe", *ways)
        if unsubscribe_url.startswith("https:"):
            yield _ONE_CLICK

    @cached_property
    def _boundary(self) -> str:
        # "=_" can't stand in quoted-printable, so no part holds the boundary (RFC 2045, section 6.7).
        return f"=_{hashlib.sha256(self.digest.id.encode()).hexdigest()[:24]}"

    def _part(self, subtype: str) -> bytes:
        return (
            f"\r\n--{self._boundary}\r\n"
            f"Content-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode()

    @cached_property
    def _end(self) -> bytes:
        return f"\r\n--{self._boundary}--\r\n".encode()

    @cached_property
    def _text(self) -> tuple[bytes | Placeholder, ...]:
        return _with_gaps(self.digest.text)

    @cached_property
    def _html(self) -> tuple[bytes | Placeholder, ...]:
        return _with_gaps(self.digest.html)


@lru_cache(maxsize=32)  # deliveries that are planned together have one date
def _date(moment: datetime) -> bytes:
    return header("Date", format_datetime(moment.astimezone(UTC)))


def _with_gaps(content: str) -> tuple[bytes | Placeholder, ...]:
    """Encode a part; its placeholders stay gaps to fill."""
    *pieces, last = _PLACEHOLDERS.split(content)
    gaps = (
        Placeholder(piece) if index % 2 else _quoted_to_go_on(piece) for index, piece in enumerate(pieces)
    )
    return (*gaps, _quoted(last))


class _Filling(NamedTuple):
    """What a gap is filled with in either part, encoded already."""

    plain: bytes
    html: bytes


def _filling(value: str) -> _Filling:
    plain, escaped = _quoted_to_go_on(value), html.escape(value)
    return _Filling(plain, plain if escaped == value else _quoted_to_go_on(escaped))


_filling_of_all = lru_cache(maxsize=32)(_filling)  # for what all of a digest's recipients have in common


def _quoted(content: str) -> bytes:
    """Encode a text as quoted-printable, lines of at most 76 characters, line breaks as CRLF."""
    return _wire_lines(_encoded(_canonical(content)))


def _quoted_to_go_on(content: str) -> bytes:
    """Encode a text after which more follows: it ends at the beginning of a line, by a soft break if need be."""
    # The hyphen stands for what follows: it keeps the room that the soft break's "=" needs.
    encoded = _encoded(_canonical(content) + b"-")[:-1]
    at_a_beginning = not encoded or encoded.endswith(b"\n")
    return _wire_lines(encoded if at_a_beginning else encoded + b"=\n")


def _encoded(content: bytes) -> bytes:
    """Encode as quoted-printable. No line begins with a dot, which SMTP would have to double for each recipient."""
    encoded = binascii.b2a_qp(content)
    while _LEADING_DOT.search(encoded):
        encoded = _LEADING_DOT.sub(b"=2E=\n", encoded)
    return encoded


def _canonical(content: str) -> bytes:
    return content.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace")


def _wire_lines(encoded: bytes) -> bytes:
    return encoded.replace(b"\n", b"\r\n")
