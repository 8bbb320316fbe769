"""Complaints: the Abuse Reporting Format (RFC 5965), and what Microsoft sends instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.mail.letters.letter import Said
from feedsvc.mail.letters.opened import fields_of
from feedsvc.model import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.mail.letters.opened import Opened

_ADDRESS = re.compile(r"""[^\s<>()\[\],;:"]+@[^\s<>()\[\],;:"]+""")
# By Feedback-Type (RFC 5965, section 7.3). Not a complaint: "not-spam" takes one back, "auth-failure" (RFC 6591)
# tells that a signature didn't hold, "virus" of what was found in a message.
_KINDS = {
    "abuse": AnswerKind.COMPLAINT,
    "fraud": AnswerKind.COMPLAINT,
    "other": AnswerKind.COMPLAINT,
    "opt-out": AnswerKind.COMPLAINT,
    "opt-out-list": AnswerKind.COMPLAINT,
    "not-spam": AnswerKind.AUTOMATIC,
    "auth-failure": AnswerKind.OURS,
    "virus": AnswerKind.OURS,
}


def complaint(letter: Opened) -> Said | None:
    """Give the complaint that a letter is, if it is a report of that form."""
    part = letter.part("message/feedback-report")
    if part is None:
        return _microsofts(letter)
    fields = {name: value for group in fields_of(part) for name, value in group.items()}
    kind = _KINDS.get(fields.get("feedback-type", "abuse").split(" ")[0].lower(), AnswerKind.UNCLEAR)
    named = "\n".join(fields.get(name, "") for name in ("original-rcpt-to", "removal-recipient"))
    addresses = (*_ADDRESS.findall(named), *_recipients_of(letter.returned))
    who = fields.get("source-domain") or fields.get("user-agent", "")
    return Said(
        kind=kind,
        addresses=tuple(dict.fromkeys(addresses)),
        words=f"{fields.get('feedback-type', '')} {who}".strip()[:200],
    )


def _microsofts(letter: Opened) -> Said | None:
    """Outlook.com's feedback loop forwards the message with a header of its own in it."""
    returned = letter.returned
    if returned is None or not letter.header("subject").lower().startswith("complaint about message from"):
        return None
    addresses = _ADDRESS.findall(returned.header("x-hmxmroriginalrecipient"))
    return Said(kind=AnswerKind.COMPLAINT, addresses=(*addresses, *_recipients_of(returned)), words="abuse")


def _recipients_of(returned: Opened | None) -> Iterator[str]:
    """Give whom the message was to; some who report hide it."""
    for value in returned.headers("to") if returned else ():
        yield from _ADDRESS.findall(value)
