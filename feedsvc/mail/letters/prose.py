"""Bounces in words: qmail, old sendmail, Exim and Exchange, and all who never read RFC 3464.

A letter is one when a mailer-daemon wrote it and it says that something wasn't delivered. Whom it is about are the
addresses that begin its lines; what follows each, up to the next, is why.

    Hi. This is the qmail-send program at mail.example.com.
    <ana@example.com>:                                         ◄─ whom
    Sorry, no mailbox here by that name. (#5.1.1)              ◄─ why
    --- Below this line is a copy of the message.              ◄─ the end
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.mail.letters.blame import blame, status_of
from feedsvc.mail.letters.letter import Said
from feedsvc.model import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.mail.letters.opened import Opened

_ADDRESS = r"""[^\s<>()\[\],;:"'@]+@[^\s<>()\[\],;:"'@]+\.[^\s<>()\[\],;:"'@.]+"""
_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_. ]?(?:delivery|daemon|administrator)|postmaster|mdaemon|microsoftexchange|maildelivery"
    r"|mail[-_. ]?system|bounce",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"""undeliver | (?:could|can)\ ?(?:not|n't)\ (?:be\ )?deliver
    | (?:was|were|has)\ ?(?:not|n't)\ (?:yet\ )?(?:been\ )?deliver
    | delivery\b.{0,60}\b(?:fail|problem|error|abort|unsuccessful) | fail\w*\ (?:\w+\ )?(?:delivery|recipient)
    | failure\ notice | returned\ (?:mail|to\ sender|message)
    | mail\ (?:delivery\ )?(?:failed|failure|error) | unable\ to\ deliver
    | did\ not\ reach | could\ not\ be\ reached | (?:was|been|automatically)\ (?:rejected|refused)
    | permanent\ (?:fatal\ )?errors?
    | message\ status\b.{0,20}undeliver | not\ been\ delivered | message\ you\ sent\b.{0,60}\bcould\ not
    | no\ se\ (?:pudo|ha\ podido|puede)\ entregar | no\ (?:pudo|ha\ podido|puede)\ (?:ser\ )?entrega | no\ entregad[oa]
    | error\ (?:de|en\ la)\ entrega | devuelto | unzustellbar | konnte\ nicht\ zugestellt
    | non\ remis | n'a\ pas\ pu\ [eê]tre | n[aã]o\ (?:p[oô]de\ ser\ )?entregue
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WARNING = re.compile(
    r"will (?:be retried|keep trying|continue|retry)|still (?:being )?(?:trying|retried|attempt)|not yet been"
    r"|temporary problem"
    r"|delivery (?:is |has been )?delayed|do not need to re-?send|this is (?:only )?a warning|warning only",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"""^\W*(?:below\ (?:this|the\ next)\ line|original\ message|this\ is\ a\ copy|(?:here\ is\ )?a\ copy\ of
    |included\ (?:below\ )?is\ a\ copy|unsent\ message|(?:the\ )?(?:message\ )?headers?\ (?:of|follow)
    |message\ (?:text|headers?)\ follows?|returned\ (?:mail|message)|your\ (?:original\ )?message\ (?:reads|follows)
    |start\ of\ returned|mensaje\ original|old\ message|diagnostic\ information|------\ message
    |return-path:|received:\ from)""",
    re.IGNORECASE | re.VERBOSE,
)
_LEADS = re.compile(
    rf"""^[\s>*|-]{{0,12}}
    (?:(?:failed\ recipient|recipient|rcpt\ to|to|error-for|undeliverable\ address|intended\ recipient|user|address
      |final-recipient:\ rfc822;)\s*:?\s*)?
    [<'"\[(]*(?:smtp:|mailto:)?(?P<address>{_ADDRESS})[>'"\])]*(?=[\s:,;.]|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_INLINE = re.compile(
    rf"""\b(?:to|recipient|user|address|for|account)\W{{1,4}}(?P<address>{_ADDRESS})""", re.IGNORECASE
)
_LONGEST_REASON = 12


def failed(letter: Opened) -> tuple[Said, ...]:
    """Give what a bounce in words says of each recipient; nothing for what is no bounce.

    One that names nobody gives one thing said of nobody: a token or a Message-ID may still tell.
    """
    named = re.findall(_ADDRESS, " ".join(letter.headers("x-failed-recipients")))
    text = _before_the_copy(letter.text)
    if not named and not _is_bounce(letter, text):
        return ()
    reasons = dict(_reasons(text))
    everything = " ".join(text.split())
    if not named:
        named = list(reasons) or [match["address"] for match in _INLINE.finditer(everything)]
    people = [address for address in dict.fromkeys(named) if not _DAEMON.match(address)]
    if not people:
        return (_said((), everything, everything),)
    return tuple(_said((address,), reasons.get(address) or everything, everything) for address in people)


def _is_bounce(letter: Opened, text: str) -> bool:
    subject = letter.header("subject")
    from_daemon = bool(_DAEMON.search(letter.header("from"))) or letter.header("return-path").strip() == "<>"
    says = (
        bool(_FAILURE.search(subject)),
        bool(_FAILURE.search(text) or status_of(text).startswith(("4", "5"))),
    )
    return any(says) if from_daemon else all(says)


def _said(addresses: tuple[str, ...], reason: str, everything: str) -> Said:
    status = status_of(reason, everything)
    delayed = _WARNING.search(everything) and not status.startswith("5")
    kind = AnswerKind.DELAYED if delayed else blame(status, reason)
    return Said(kind=kind, addresses=addresses, failed=addresses, status=status, words=reason[:500])


def _before_the_copy(text: str) -> str:
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if _COPY.match(line)), len(lines))
    # A copy at the very top is none: some begin their own words so.
    return "\n".join(lines[:end]) if any(line.strip() for line in lines[:end]) else text


def _reasons(text: str) -> Iterator[tuple[str, str]]:
    """Give each address that begins a line, with what follows it up to the next."""
    lines = text.splitlines()
    leads = [(number, match) for number, line in enumerate(lines) if (match := _LEADS.match(line))]
    ends = [*(number for number, _ in leads), len(lines)][1:]
    for (number, match), end in zip(leads, ends, strict=False):
        rest = [lines[number][match.end() :], *lines[number + 1 : min(end, number + _LONGEST_REASON)]]
        yield match["address"], " ".join(" ".join(rest).split()).lstrip(":>; ")
