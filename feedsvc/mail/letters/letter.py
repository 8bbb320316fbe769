"""What a letter says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedsvc.model import AnswerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a letter says of one recipient.

    `addresses` are all it calls them by, the one we wrote to first if it knows; empty when it names nobody. `failed`
    are the spellings of the one of them that didn't take it, which may be another that mail was handed on to.
    """

    kind: AnswerKind
    addresses: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    status: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that came to the bounce mailbox.

    `tokens` are what may name the delivery it is about: of the addresses it came to, and of the envelope sender
    that the report or the returned part shows. `message_ids` are of the message it is about, the surest first.
    `unsubscribe` is the token of a request to unsubscribe. All are still to be checked.
    """

    said: tuple[Said, ...]
    tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    unsubscribe: str = ""
