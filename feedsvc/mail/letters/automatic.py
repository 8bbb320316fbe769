"""Letters that programs send and that call for nothing: out of office, received, read (RFC 3834, RFC 8098)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.mail.letters.blame import blame, status_of
from feedsvc.mail.letters.letter import Said
from feedsvc.mail.letters.opened import fields_of
from feedsvc.model import AnswerKind

if TYPE_CHECKING:
    from feedsvc.mail.letters.opened import Opened

_NOTIFICATION = ("message/disposition-notification", "message/global-disposition-notification")
_ADDRESS = re.compile(r"""[^\s<>()\[\],;:"]+@[^\s<>()\[\],;:"]+""")
_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-vacation",
)
_DAEMON = re.compile(r"mailer[-_.]?daemon|postmaster|mail[-_. ]delivery", re.IGNORECASE)
_PRECEDENCES = ("auto_reply", "auto-reply", "autoreply")
_SUBJECT = re.compile(
    r"""^\W*(?:(?:re|aw|rv|sv):\s*)?(?:auto(?:matic|matische|mated)?[\ -]?(?:reply|response|antwort|:)
    | auto(?:reply|responder|antwort):? | out\ of\ (?:the\ )?office | ooo\b
    | (?:on|away\ on|i'm\ on)\ (?:vacation|leave|holiday)
    | vacation\ (?:reply|response|message) | respuesta\ autom[aá]tica | fuera\ de\ (?:la\ )?oficina
    | ausente\b | ausencia\b
    | abwesenheit | absen(?:t|ce)\b | r[eé]ponse\ automatique | resposta\ autom[aá]tica | ausência)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_REJECTED = re.compile(
    r"automatically (?:rejected|refused)|was (?:rejected|refused)|over ?quota|quota exceeded", re.IGNORECASE
)


def is_automatic(letter: Opened) -> bool:
    """Tell whether a program wrote the letter by itself, and not because a delivery failed."""
    sent_by = letter.header("auto-submitted").lower()
    return (
        sent_by.startswith(("auto-replied", "auto-notified"))
        or any(letter.header(name) for name in _HEADERS)
        or letter.header("precedence").lower() in _PRECEDENCES
        or bool(_SUBJECT.match(letter.header("subject")))
    )


def disposition(letter: Opened) -> Said | None:
    """Give what a disposition notification says: read or displayed, which is nothing; or thrown away unread.

    Dovecot and Sieve refuse a message by one, for want of an envelope to refuse it in (RFC 5429, section 2.1).
    """
    part = letter.part(*_NOTIFICATION)
    if part is None:
        return None
    fields = {name: value for group in fields_of(part) for name, value in group.items()}
    words = " ".join(letter.text.split())
    deleted = "deleted" in fields.get("disposition", "").lower() and _REJECTED.search(words)
    named = "\n".join(fields.get(name, "") for name in ("original-recipient", "final-recipient"))
    status = status_of(words)
    kind = blame(status, words) if deleted else AnswerKind.AUTOMATIC
    return Said(kind=kind, addresses=tuple(_ADDRESS.findall(named)), status=status, words=words[:500])


def is_from_a_daemon(letter: Opened) -> bool:
    """Tell whether the letter is from a mail system, not from a person's own mailbox."""
    return bool(_DAEMON.search(letter.header("from")))
