"""A letter opened: its headers and texts, whatever the state they are in.

Bounces are written by programs that keep to no standard, and quote bytes of others. The standard library's older
policy takes all of them; what it leaves as it was is decoded here.
"""

from __future__ import annotations

import binascii
import email
import html
import re
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Letters are cut here: what a bounce has to say stands at its beginning.
LONGEST_LETTER = 500_000
_LONGEST_TEXT = 50_000
_LONGEST_HEADER = 5_000
_DEEPEST = 6

REPORTS = (
    "message/feedback-report",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/global-disposition-notification",
)
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_BLOCK_END = re.compile(r"<\s*(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(?:!--|(style|script|head)\b)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Opened:
    """A message of a letter: the outermost that holds a report, else the letter itself."""

    message: Message

    @classmethod
    def of(cls, data: bytes) -> Opened:
        """Open a letter."""
        message = email.message_from_bytes(data[:LONGEST_LETTER].lstrip(b"\r\n \t"))
        return cls(_holder(message) or message)

    def header(self, name: str) -> str:
        """Give a header, decoded; empty when there is none."""
        return next(self.headers(name), "")

    def headers(self, *names: str) -> Iterator[str]:
        """Give all headers of these names, decoded."""
        for name in names:
            for value in self.message.get_all(name, []):
                yield decoded(value)

    def part(self, *kinds: str) -> Message | None:
        """Give the first part of one of these media types; not from inside what was returned."""
        return next((part for part in _own_parts(self.message) if part.get_content_type() in kinds), None)

    @cached_property
    def returned(self) -> Opened | None:
        """The message that came back, or its headers; nothing else of it can be relied on."""
        part = self.part(*_RETURNED)
        return Opened(_inner(part)) if part else None

    @cached_property
    def text(self) -> str:
        """What it says to people: its plain text, else its HTML without tags."""
        texts = {"text/plain": "", "text/html": ""}
        for part in _own_parts(self.message):
            kind = part.get_content_type()
            if kind in texts and not texts[kind]:
                texts[kind] = text_of(part)[:_LONGEST_TEXT]
        return texts["text/plain"] or _without_tags(texts["text/html"])


def decoded(value: object) -> str:
    """Decode a header: encoded words, and bytes beyond ASCII, which have no place there and stand there anyway."""
    text = _sound(str(value)[:_LONGEST_HEADER])
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return _one_line(text)
    return _one_line(
        "".join(piece if isinstance(piece, str) else _in(piece, charset) for piece, charset in pieces)
    )


def text_of(part: Message) -> str:
    """Give a part's text, in whatever encoding it is."""
    payload = part.get_payload(decode=True)
    return _in(payload, _charset_of(part)) if isinstance(payload, bytes) else ""


def _charset_of(part: Message) -> str | None:
    with suppress(
        ValueError
    ):  # it says what charset the name of its charset is in (RFC 2231), and that has a NUL
        return part.get_content_charset()
    return None


def fields_of(part: Message) -> list[dict[str, str]]:
    """Give the groups of fields of a report (RFC 3464, section 2.1; RFC 5965, section 3), names in small letters.

    Of a field that stands there twice, all values are kept, a line each.
    """
    blocks = _inside(part)
    groups = [_fields(block) for block in blocks]
    # The parser knows the groups of one media type alone; of others the further ones are a body to it. A body may
    # also be what is encoded, which RFC 6522 forbids.
    rest = "".join(map(text_of, blocks)) if blocks else text_of(part)
    decoded_rest = rest if any(groups) else _decoded_base64(rest).decode(errors="replace")
    groups += [_fields(email.message_from_string(block)) for block in decoded_rest.split("\n\n")]
    return [group for group in groups if group]


def _fields(block: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in block.items():
        line = decoded(value)
        key = name.lower().strip()
        found[key] = f"{found[key]}\n{line}" if key in found else line
    return found


def _holder(message: Message, depth: int = 0) -> Message | None:
    """Find the message that holds a report, itself or forwarded in another."""
    if depth > _DEEPEST:
        return None
    if any(part.get_content_type() in REPORTS for part in _own_parts(message)):
        return message
    for part in _own_parts(message):
        if part.get_content_type() == "message/rfc822" and (found := _holder(_inner(part), depth + 1)):
            return found
    return None


def _own_parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """Give a message's parts, but not those of messages inside it."""
    parts = _inside(message)
    if message.get_content_maintype() == "multipart" and parts and depth < _DEEPEST:
        for part in parts:
            yield from _own_parts(part, depth + 1)
    else:
        yield message


def _inner(part: Message) -> Message:
    """Give the message inside a part, or the headers that it holds."""
    for inner in _inside(part):
        if inner.keys():
            return inner
        raw = text_of(inner)  # encoded, which RFC 2046 forbids
        return email.message_from_bytes(_decoded_base64(raw) or raw.encode())
    return email.message_from_string(text_of(part).lstrip())


def _inside(part: Message) -> list[Message]:
    """Give the parts or messages directly inside a part.

    The payload of one that has none is left alone: the standard library decodes it by any charset that it claims.
    """
    payload = part.get_payload() if part.is_multipart() else []
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _decoded_base64(text: str) -> bytes:
    with suppress(binascii.Error, ValueError):
        return binascii.a2b_base64(text.encode("ascii", "ignore")).replace(b"\r\n", b"\n")
    return b""


def _in(data: bytes, charset: str | None) -> str:
    """Decode bytes by the charset they are said to be in, if they are."""
    for name in (charset or "utf-8", "utf-8"):
        with suppress(LookupError, UnicodeError, ValueError):
            return _storable(data.decode(name))
    return _storable(data.decode("latin-1"))


def _storable(text: str) -> str:
    """Leave out what no database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _sound(text: str) -> str:
    """Decode the bytes that the parser has left in a header."""
    try:
        return _in(text.encode("ascii", "surrogateescape"), "utf-8")
    except UnicodeEncodeError:
        return text


def _one_line(text: str) -> str:
    return " ".join(_storable(text).split())


def _seen(text: str) -> str:
    """Leave out of HTML what is not shown; one that has no end goes to the end."""
    pieces, at, small = [], 0, text.lower()
    for match in _UNSEEN.finditer(text):
        if match.start() < at:
            continue
        pieces.append(text[at : match.start()])
        end = small.find(f"</{match[1].lower()}" if match[1] else "--", match.end())
        at = small.find(">", end) + 1 if end >= 0 else 0
        if not at:
            return " ".join(pieces)
    return " ".join((*pieces, text[at:]))


def _without_tags(text: str) -> str:
    plain = _TAG.sub(" ", _BLOCK_END.sub("\n", _seen(text)))
    return html.unescape(plain).replace("\xa0", " ")
