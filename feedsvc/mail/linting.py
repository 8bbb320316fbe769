"""What a message must not be when it leaves: the faults that no other judge sees, or that no server forgives."""

from __future__ import annotations

import re
from collections import Counter
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from feedsvc.errors import MessageError
from feedsvc.mail.headers import address
from feedsvc.model import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as ParsedMessage

    from feedsvc.model import Message

# RFC 5322, section 2.1.1, without the CRLF.
LONGEST_LINE = 998
# RFC 2047, section 2.
LONGEST_ENCODED_WORD = 75
# Gmail clips a message whose HTML is longer than about this many bytes.
LARGEST_HTML = 100 * 1024

REQUIRED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Unsubscribe")

_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[^?\s]*\?[^?]*\?=")
# In these every mail program reads the bytes as they stand.
_STRUCTURED = re.compile(
    r"list-.*|date|message-id|feedback-id|auto-submitted|precedence|mime-version|content-.*"
)


# Of headers alone: over the lines of a digest the standard library's parser takes as long as its rendering took.
_HEADERS = BytesHeaderParser()


def lint(message: Message) -> None:
    """Refuse a message that no mail server or program would take as it is.

    Raises MessageError, which names every fault.
    """
    faults = list(_faults(message))
    if faults:
        raise MessageError(f"The message to {message.recipient} can't be sent. " + " ".join(faults))


def _faults(message: Message) -> Iterator[str]:
    yield from _line_faults(message.data)
    yield from _envelope_faults(message)
    parsed = _HEADERS.parsebytes(message.data.partition(b"\r\n\r\n")[0])
    yield from _header_faults(message)
    for name in REQUIRED:
        if not str(parsed.get(name, "")).strip():
            yield f"It has no {name}."
    yield from _part_faults(message.data)


def _line_faults(data: bytes) -> Iterator[str]:
    breaks = data.count(b"\r\n")
    if not data.count(b"\r") == data.count(b"\n") == breaks or not data.endswith(b"\r\n"):
        yield "A line doesn't end in CRLF."
    if b"\0" in data:
        yield "It holds a NUL byte."
    longest = max(map(len, data.split(b"\r\n")))
    if longest > LONGEST_LINE:
        yield f"A line is {longest} bytes long; {LONGEST_LINE} are allowed."


def _envelope_faults(message: Message) -> Iterator[str]:
    for mailbox in (message.sender, message.recipient):
        try:
            wire = address(mailbox)
        except MessageError as error:
            yield str(error)
        else:
            if wire != mailbox:
                yield f"The domain of {mailbox!r} is not as DNS knows it."


def _header_faults(message: Message) -> Iterator[str]:
    head = message.data.partition(b"\r\n\r\n")[0]
    # A message to or from an address beyond ASCII is an internationalised one (RFC 6532).
    encoding = "ascii" if (message.sender + message.recipient).isascii() else "utf-8"
    try:
        unfolded = re.sub(r"\r\n(?=[ \t])", "", head.decode(encoding))
    except UnicodeDecodeError:
        yield "A header holds bytes beyond ASCII."
        return
    fields = [line.partition(":") for line in unfolded.split("\r\n")]
    for name, number in Counter(name.lower() for name, _, _ in fields).items():
        if number > 1 and name.lower() != "dkim-signature":
            yield f"It has {number} headers called {name}."
    for name, _, value in fields:
        yield from _value_faults(name, value)


def _value_faults(name: str, value: str) -> Iterator[str]:
    words = _ENCODED_WORD.findall(value)
    if words and _STRUCTURED.fullmatch(name.lower()):
        yield f"{name} holds an encoded word, which no mail program reads there."
    if max(map(len, words), default=0) > LONGEST_ENCODED_WORD:
        yield f"{name} holds an encoded word of more than {LONGEST_ENCODED_WORD} characters."
    if any(placeholder in value for placeholder in Placeholder):
        yield f"{name} holds a placeholder."


def _part_faults(data: bytes) -> Iterator[str]:
    parts = {part.get_content_type(): part for part in _leaves(data)}
    contents = {}
    for kind, part in parts.items():
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        try:
            contents[kind] = body.decode(part.get_content_charset("ascii"))
        except (UnicodeDecodeError, LookupError):
            yield f"The part {kind} is not in the character set it says it is in."
    if not contents.get("text/plain", "").strip():
        yield "It has no text part."
    if "text/html" in contents and next(iter(parts)) != "text/plain":
        yield "Its text part doesn't come first."
    size = len(contents.get("text/html", "").encode())
    if size > LARGEST_HTML:
        yield f"Its HTML is {size:,} bytes long; mail programs cut it off after {LARGEST_HTML:,}."
    for kind, content in contents.items():
        if any(placeholder in content for placeholder in Placeholder):
            yield f"The part {kind} holds a placeholder."


def _leaves(data: bytes) -> Iterator[ParsedMessage]:
    """Give the parts that hold no others, in order (RFC 2046, section 5.1)."""
    head, _, body = data.partition(b"\r\n\r\n")
    parsed = _HEADERS.parsebytes(head)
    boundary = parsed.get_boundary()
    if parsed.get_content_maintype() != "multipart" or not boundary:
        parsed.set_payload(body.decode("ascii", "surrogateescape"))
        yield parsed
        return
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        if not part.startswith(b"--"):
            yield from _leaves(part.partition(b"\r\n")[2])
