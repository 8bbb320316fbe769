"""What a mail message holds: its fields decoded, and its parts told apart (RFC 2045 to 2047, 2183, 2392)."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from typing import TYPE_CHECKING

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.formats.media import medium
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from email.message import Message

    from feedsvc.model import Medium

# How many parts a message may have, with those of messages in it.
_PARTS = 200
# How many lines it may have, and in a field; a file of 20 MB is sent in 270,000. Python's parser asks each boundary
# about each line: how many questions it may ask, some three million a second.
_LINES = 500_000
_QUESTIONS = 5_000_000
_EXCESSIVE = re.compile(
    rb"^(?:content-[\w-]{1,30}:(?:[^\n]{4000}|[^\n]*+(?:\n[ \t][^\n]*+){100}))", re.IGNORECASE | re.MULTILINE
)
_HEAD = re.compile(rb"\r?\n\r?\n")
_HEAD_LINES = 10_000
# How much of a header field is read, in characters. RFC 5322, section 2.1.1, has 998 for a line.
_FIELD = 2_000

# What mail programs attach for each other.
_TECHNICAL = frozenset(
    """application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys
    text/calendar text/vcard text/x-vcard text/directory text/rfc822-headers message/delivery-status
    message/disposition-notification""".split()  # noqa: SIM905  # media types
)
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
# For a rough count: in linear time, so that it ends a tag at the next one.
_TAG = re.compile(r"<[^<>]*>")
_BROKEN = "The fields of this message are broken. Save its text as plain text."
_NAMELESS = "without a name"
_TOO_LARGE = "This message has more parts or lines than can be read. Save its text as plain text."


@dataclass(frozen=True, slots=True)
class Text:
    """A part of a message's own text; `is_html` tells whether it is HTML."""

    content: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: by what the text of its message knows it, and by what a person does."""

    cid: str
    name: str
    medium: Medium


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file, as it was before it was sent."""

    name: str
    data: bytes
    media_type: str
    charset: str


@dataclass(slots=True)
class Parts:
    """What a message holds, in its order."""

    texts: list[Text] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    forwarded: list[Message] = field(default_factory=list)
    is_encrypted: bool = False


def parsed(data: bytes) -> Message:
    """Parse a message. Raises BulletinError if it is broken, or made up of more parts and lines than any message."""
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    lower = data.lower()
    boundaries = lower.count(b"boundary") + lower.count(b"message/rfc822") + 1
    lines = data.count(b"\n") + data.count(b"\r")
    end = _HEAD.search(data)
    head_lines = data.count(b"\n", 0, end.start() if end else len(data))
    if (
        boundaries > _PARTS
        or lines > 2 * _LINES  # by both of its characters
        or boundaries * lines > 2 * _QUESTIONS
        or head_lines > _HEAD_LINES
        or _EXCESSIVE.search(data)
    ):
        raise BulletinError(_TOO_LARGE)
    # By the older policy: the newer one parses fields into their parts, and fails on many that are broken.
    try:
        return message_from_bytes(data)
    except ValueError:  # of a NUL in the name of an encoding, for a boundary
        raise BulletinError(_BROKEN) from None


def field_of(message: Message, name: str) -> str:
    """Give a field as a person reads it: in one line, its encoded words decoded, raw bytes in their likeliest text."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")[:_FIELD]
    try:
        words = decode_header("".join(raw.splitlines()))
    except (ValueError, LookupError):  # encoded words that are cut off
        words = [(raw, None)]
    return clean("".join(_word(word, charset or "") for word, charset in words))


def _word(word: bytes | str, charset: str) -> str:
    data = word if isinstance(word, bytes) else word.encode("utf-8", "surrogateescape")
    try:
        return decode(data, charset)
    except BulletinError:
        return ""


def parts_of(message: Message) -> Parts:
    """Tell apart what a message holds; of alternatives, the best one.

    Raises BulletinError if a part of its text is no text.
    """
    found = Parts()
    waiting = [message]
    for _ in range(_PARTS):
        if not waiting:
            return found
        part = waiting.pop()
        media_type = part.get_content_type()
        if media_type in _ENCRYPTED:
            found.is_encrypted = True
        elif media_type == "multipart/alternative":
            waiting += _best(_children(part))
        elif media_type == "message/rfc822" and part.is_multipart():
            found.forwarded += _children(part)
        elif part.is_multipart():
            waiting += reversed(_children(part))
        elif media_type not in _TECHNICAL:
            _add(part, media_type, found)
    raise BulletinError(_TOO_LARGE)


def _children(part: Message) -> list[Message]:
    # Of a part without others, `get_payload` gives its text, and fails on odd names of encodings.
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if not isinstance(child, str)] if isinstance(payload, list) else []


def _best(alternatives: list[Message]) -> list[Message]:
    """Choose among alternatives: plain text only where the others, which look better, say less than half of it."""
    plain = [part for part in alternatives if part.get_content_type() == "text/plain"]
    others = [part for part in alternatives if part.get_content_type() not in {"text/plain", *_TECHNICAL}]
    others.sort(key=_length)
    if plain and (not others or 2 * _length(others[-1]) < _length(plain[0])):
        return plain[:1]
    return others[-1:]


def _length(part: Message) -> int:
    """Tell how much text a part holds with those in it, in characters that aren't markup."""
    parts, length = [part], 0
    for _ in range(_PARTS):
        if not parts:
            break
        inner = parts.pop()
        parts += _children(inner)
        if inner.get_content_maintype() == "text" and not _is_attached(inner):
            length += len("".join(_TAG.sub("", _text(inner)).split()))
    return length


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _add(part: Message, media_type: str, found: Parts) -> None:
    """Add a part that has no others in it."""
    # A part that says it has others and has none is read as what it then is: text.
    is_text = media_type in {"text/plain", "text/html"} or part.get_content_maintype() in {
        "multipart",
        "message",
    }
    filename = _filename(part)
    if is_text and not _is_attached(part) and not filename:
        found.texts.append(Text(_text(part), media_type == "text/html"))
        return
    data, name = _data(part), _name(filename)
    if picture := medium(data):
        found.pictures.append(Picture(field_of(part, "Content-ID").strip("<> "), name, picture))
    elif data:
        found.attachments.append(Attachment(name, data, media_type, _charset(part)))


def _text(part: Message) -> str:
    return decode(_data(part), _charset(part))


def _data(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset("") or ""
    except ValueError:  # of a NUL in the name of an encoding
        return ""


def _filename(part: Message) -> str:
    try:
        return str(part.get_filename("") or "")
    except ValueError:
        return ""


def _name(filename: str) -> str:
    """Give the name of an attached file, without folders."""
    name = filename[:_FIELD]
    words = decode_header(name) if "=?" in name else [(name, None)]
    text = clean("".join(_word(word, charset or "") for word, charset in words))
    return text.replace("\\", "/").rpartition("/")[2] or _NAMELESS
