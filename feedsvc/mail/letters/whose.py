"""Whose a message is, by whole addresses: to be shown to them or erased, and nobody else's with it. Pure.

An address inside a longer one (`ana@` in `mariana@`) is another person's. All spellings count that
`feedsvc.model.mailbox` takes for one, in whatever encoding they stand.
"""

from __future__ import annotations

import email
import html
import re
import unicodedata
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from feedsvc.mail.letters.automatic import is_from_a_daemon
from feedsvc.mail.letters.opened import REPORTS, Opened, decoded, fields_of, text_of
from feedsvc.model import mailbox as mailbox_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

_SENDERS = {"from", "sender", "reply-to", "return-path"}
_HEADERS = BytesHeaderParser()


def is_to(message: bytes, mailbox: str) -> bool:
    """Tell whether a message of ours is to a mailbox."""
    return _stands_in(mailbox, _values(_HEADERS.parsebytes(message), {"to"}))


def is_about(letter: bytes, mailbox: str) -> bool:
    """Tell whether a letter is from a mailbox, or is what a mail system writes about it.

    What a person writes of someone else stays the writer's, and so does a report that returns a mail which tells of
    them.
    """
    try:
        opened = Opened.of(letter)
        report = opened.part(*REPORTS)
        if report is None and not is_from_a_daemon(opened):
            return _stands_in(mailbox, _values(opened.message, _SENDERS))
        returned = opened.returned.message if opened.returned else None
    except RecursionError:  # as in `read_letter`: only a person can tell
        return False
    fields = [value for group in (fields_of(report) if report else ()) for value in group.values()]
    headers = [value for each in (opened.message, returned) if each for value in _values(each)]
    return _stands_in(mailbox, [*headers, *fields, opened.text])


def names(message: bytes, mailbox: str) -> bool:
    """Tell whether a mailbox is named anywhere in a message."""
    if _stands_in(mailbox, [message.decode(errors="replace")]):
        return True
    try:
        return _stands_in(mailbox, _everything(email.message_from_bytes(message)))
    except RecursionError:
        return False


def _everything(message: Message) -> Iterator[str]:
    for part in message.walk():
        yield from _values(part)
        if part.get_content_maintype() == "text":
            text = text_of(part)
            yield html.unescape(text) if part.get_content_subtype() == "html" else text


def _values(message: Message, wanted: set[str] | None = None) -> Iterator[str]:
    """Give headers, decoded. As they are raw: the parser gives bytes beyond ASCII away."""
    for name, value in message.raw_items():
        if wanted is None or name.lower() in wanted:
            yield decoded(value)


def _stands_in(mailbox: str, texts: Iterable[str]) -> bool:
    local = re.escape(mailbox.rpartition("@")[0])
    # What may stand inside an address continues it; an apostrophe does so only after a letter (d'ana).
    address = re.compile(rf"""(?<![\w.+%&/~-])(?<!\w'){local}"?@(?P<domain>[\w.。．｡-]+)""", re.IGNORECASE)  # noqa: RUF001
    return any(
        mailbox_of(f"{mailbox.rpartition('@')[0]}@{found['domain'].rstrip('.')}") == mailbox
        for text in texts
        for found in address.finditer(unicodedata.normalize("NFC", text))
    )
