"""From a letter's bytes to what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.mail.letters import automatic, dsn, prose
from feedsvc.mail.letters.complaints import complaint
from feedsvc.mail.letters.letter import Letter, Said
from feedsvc.mail.letters.opened import REPORTS, Opened, fields_of
from feedsvc.mail.tokens import BOUNCE_TOKEN_LENGTH
from feedsvc.model import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

# Who the letter came to; hosts note it in different ways.
_TO = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "resent-to",
)
# "+" is what we write; hosts with another delimiter put theirs.
_TOKEN = re.compile(rf"[+=_-]([a-z2-7]{{{BOUNCE_TOKEN_LENGTH}}})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_WRITTEN_MESSAGE_ID = re.compile(r"^[\s>]*message-id:\s*(<[^<>\s]+@[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
# What people write of their own accord, too; "baja" alone, since there are news of Baja California.
_UNSUBSCRIBE = re.compile(
    r"""^\s*(?:(?:re|rv|aw|fwd?):\s*)*(?:
    (?:please\s+|por\s+favor,?\s+)?
        (?:unsubscribe|d[aeé][rn]?me\s+de\s+baja|(?:cancelar|anular)\s+(?:(?:la|mi|esta)\s+)?suscripci[oó]n)
        (?:[\s:=_-]+(?P<token>[\w-]+\.[\w-]+))?(?:\W.{0,60})?
    | baja(?:\W+por\s+favor)?\W*)\s*$""",
    re.IGNORECASE | re.VERBOSE,
)


def read_letter(data: bytes) -> Letter:
    """Read a message that came to the bounce mailbox. Never raises: what makes no sense is unclear."""
    try:
        return _read(Opened.of(data))
    # Messages in messages without end are a RecursionError of the standard library's parser. Whatever else it trips
    # over in a letter that a stranger wrote must not keep the letters behind it from being read.
    except Exception as error:  # noqa: BLE001
        return Letter(said=(Said(kind=AnswerKind.UNCLEAR, words=type(error).__name__),))


def _read(letter: Opened) -> Letter:
    asked = _UNSUBSCRIBE.match(letter.header("subject"))
    return Letter(
        said=_said(letter, asked),
        tokens=tuple(dict.fromkeys(_tokens(letter))),
        message_ids=tuple(dict.fromkeys(_message_ids(letter))),
        unsubscribe=(asked["token"] or "") if asked else "",
    )


def _said(letter: Opened, asked: re.Match[str] | None) -> tuple[Said, ...]:
    if complained := complaint(letter):
        return (complained,)
    if failed := dsn.recipients(letter):
        return failed
    # The token was signed for this one purpose; without it, a program's own letter is no wish of a person's.
    if asked and (asked["token"] or not automatic.is_automatic(letter)):
        return (Said(kind=AnswerKind.UNSUBSCRIBE),)
    if disposed := automatic.disposition(letter):
        return (disposed,)
    if automatic.is_automatic(letter) and not letter.header("x-failed-recipients"):
        # Exim and others call their bounces automatic replies as well.
        failed = prose.failed(letter) if automatic.is_from_a_daemon(letter) else ()
        return failed or (Said(kind=AnswerKind.AUTOMATIC),)
    return prose.failed(letter) or (Said(kind=AnswerKind.UNCLEAR),)


def _tokens(letter: Opened) -> Iterator[str]:
    for value in letter.headers(*_TO):
        yield from _TOKEN.findall(value)
    report = letter.part(*REPORTS)
    for group in fields_of(report) if report else ():
        for value in group.values():
            yield from _TOKEN.findall(value)
    if letter.returned:
        for value in letter.returned.headers("return-path", "x-envelope-from", "sender"):
            yield from _TOKEN.findall(value)


def _message_ids(letter: Opened) -> Iterator[str]:
    if letter.returned:
        for value in letter.returned.headers("message-id"):
            yield from _MESSAGE_ID.findall(value)
    else:
        yield from _WRITTEN_MESSAGE_ID.findall(letter.text)
    for value in letter.headers("x-original-message-id", "in-reply-to", "references"):
        yield from _MESSAGE_ID.findall(value)
