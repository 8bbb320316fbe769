"""Delivery status notifications (RFC 3464, RFC 6533)."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from feedsvc.mail.letters.blame import blame, status_of
from feedsvc.mail.letters.letter import Said
from feedsvc.mail.letters.opened import fields_of
from feedsvc.model import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedsvc.mail.letters.opened import Opened

DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")

# From the address as we wrote it to the one that failed.
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_LONGEST_WORDS = 500
_ADDRESS = re.compile(r"""[^\s<>()\[\],;:"]+@[^\s<>()\[\],;:"]+""")
# Needless quotes (RFC 5321, section 4.1.2).
_QUOTED = re.compile(r"""\"([^\s"\\<>()\[\],;:@]+)"(?=@)""")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461, section 4
_UTF_8_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")  # RFC 6533, section 3
# RFC 3464, section 2.3.3, and what programs write instead.
_FAILED = ("fail", "error")
_DELAYED = ("delay",)
_NO_FAILURE = ("deliver", "relay", "expand")


def recipients(letter: Opened) -> tuple[Said, ...]:
    """Give what the letter's delivery status says of each recipient; nothing when it has none, or says nothing."""
    part = letter.part(*DELIVERY_STATUS)
    if part is None:
        return ()
    groups = fields_of(part)
    return tuple(_said(group, letter.text) for group in groups if _is_of_a_recipient(group))


def _is_of_a_recipient(group: Mapping[str, str]) -> bool:
    return any(name in group for name in (*_RECIPIENT_FIELDS, "action"))


def _said(group: Mapping[str, str], text: str) -> Said:
    diagnostic = group.get("diagnostic-code", "")
    words = diagnostic or " ".join(text.split())
    status = status_of(group.get("status", ""), diagnostic)
    named = [spellings for name in _RECIPIENT_FIELDS if (spellings := _spellings(group.get(name, "")))]
    return Said(
        kind=_kind(group.get("action", "").lower(), status, words),
        addresses=tuple(dict.fromkeys(chain(*named))),
        failed=named[-1] if named else (),
        status=status,
        words=words[:_LONGEST_WORDS],
    )


def _kind(action: str, status: str, words: str) -> AnswerKind:
    if action.startswith(_DELAYED):
        return AnswerKind.DELAYED
    if action.startswith(_NO_FAILURE) or (status.startswith("2") and not action.startswith(_FAILED)):
        return AnswerKind.AUTOMATIC
    return blame(status, words)


def _spellings(field: str) -> tuple[str, ...]:
    """Give what an address may be: `rfc822; ana@example.org`, or as programs write it, without the type."""
    value = _UTF_8_XTEXT.sub(lambda match: _character(match[1]), field)
    found = _ADDRESS.search(_QUOTED.sub(r"\1", value.rpartition(";")[2]))
    if not found:
        return ()
    return found[0], *({_XTEXT.sub(lambda match: _character(match[1]), found[0])} - {found[0]})


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if 0 < number < 0xD800 or 0xE000 <= number < 0x110000 else ""
