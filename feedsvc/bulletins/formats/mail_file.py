"""A bulletin that came by mail, saved as a message (RFC 5322).

    message ──► its own text ──► the dated entries in it, else one entry with the subject as its title
            ├─► attached documents, forwarded messages ──► their own entries and problems
            └─► pictures ──► where the text shows them, else under it

The text above an attached bulletin that is only some lines long is a covering note: no entry, but a note to those
of the bulletin. A signature, below a line of two dashes (RFC 3676, section 4.3), is left out; what is quoted stays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from email.utils import parsedate_tz
from html import escape
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from feedsvc.bulletins.content import body_html, clean, summary
from feedsvc.bulletins.dates import AHEAD, find_date
from feedsvc.bulletins.detection import Format, detect
from feedsvc.bulletins.formats.mail_parts import field_of, parsed, parts_of
from feedsvc.bulletins.formats.plain_text import read_plain_entry, read_plain_text
from feedsvc.bulletins.formats.rich_documents import read_rich_text
from feedsvc.bulletins.html.rich_text import plain
from feedsvc.errors import BulletinError
from feedsvc.model import Draft, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import Message

    from feedsvc.bulletins.formats.mail_parts import Attachment, Parts, Picture, Text
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Medium

# How many messages may be forwarded in each other.
_DEPTH = 5
# How much text beside an attached bulletin is only a covering note, in characters.
_NOTE = 600
# How long a title may be that is made of a text, in characters.
_TITLE = 100

_PREFIX = re.compile(
    r"(?:\[(?:external|externo|ext)\]|(?:fwd?|re|rv|rm|tr|wg|aw|enc|res|reenv(?:iado|iar)?)\s?(?:\[\d{1,3}\])?\s?:)\s*",
    re.IGNORECASE,
)
_CID = re.compile(r"cid:([^\"'<>\s)]{1,500})", re.IGNORECASE)
_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*+(?:\n\s*+)++")
# How many paragraphs a plain text has at most; the last holds the rest.
_PARAGRAPHS = 10_000

_ENCRYPTED = "This message is encrypted. Save it unencrypted, or save its text as plain text."
_TOO_DEEP = f"It is forwarded in more than {_DEPTH} others. Save it on its own, as .eml."
_EMPTY = "There is nothing in this message that can be read. Save what it says as plain text."
_NO_TITLE = "There are only pictures in this message. Give it a subject, or write what they say as text."
_NO_DATE = "The message has no date that can be read."


class Reader(Protocol):
    """What reads an attached document: `reading.read`."""

    def __call__(self, data: bytes, manner: Manner, *, media_type: str = "", charset: str = "") -> Reading:
        """Read it."""


def read_mail(data: bytes, manner: Manner, read: Reader) -> Reading:
    """Read a message with what is attached to it, which `read` reads; problems of that begin with its name.

    Raises BulletinError if it is empty, encrypted, or made up of more parts and lines than any message.
    """
    found = _read_message(parsed(data), manner, read, _DEPTH)
    if not found.drafts and not found.problems:
        raise BulletinError(_EMPTY)
    return found


def _read_message(message: Message, manner: Manner, read: Reader, depth: int) -> Reading:
    """Read a message, and those forwarded in it down to a depth."""
    parts = parts_of(message)
    if parts.is_encrypted:
        raise BulletinError(_ENCRYPTED)
    documents = [part for part in parts.attachments if not _is_message(part)]
    forwarded = [*parts.forwarded, *(parsed(part.data) for part in parts.attachments if _is_message(part))]
    attached = _joined(
        [
            *(_read_attachment(part, manner, read) for part in documents),
            *(_read_forwarded(inner, manner, read, depth) for inner in forwarded),
        ]
    )
    own = _own_text(message, parts, manner)
    if attached.drafts and _is_covering_note(own) and not parts.pictures:
        note = f"The text of the message was taken for a covering note: {summary(own.drafts[0].paragraphs)}"
        attached = replace(
            attached, drafts=tuple(replace(draft, notes=(*draft.notes, note)) for draft in attached.drafts)
        )
        own = Reading(problems=own.problems)
    return _joined([own, attached])


def _is_message(attachment: Attachment) -> bool:
    return detect(attachment.data, attachment.name, attachment.media_type) is Format.MAIL


def _is_covering_note(own: Reading) -> bool:
    return len(own.drafts) == 1 and len(own.drafts[0].text) <= _NOTE


def _read_forwarded(message: Message, manner: Manner, read: Reader, depth: int) -> Reading:
    """Read a forwarded message; one that can't be read is a problem."""
    reason = _TOO_DEEP
    if depth:
        try:
            return _read_message(message, manner, read, depth - 1)
        except BulletinError as error:
            reason = str(error)
    name = field_of(message, "Subject") or "without a subject"
    return Reading(problems=(manner.problem(0, f"Forwarded message “{name}”: {reason}"),))


def _joined(readings: Sequence[Reading]) -> Reading:
    return Reading(
        tuple(draft for reading in readings for draft in reading.drafts),
        tuple(problem for reading in readings for problem in reading.problems),
    )


def _read_attachment(attachment: Attachment, manner: Manner, read: Reader) -> Reading:
    found = read(
        attachment.data,
        replace(manner, bulletin=attachment.name),
        media_type=attachment.media_type,
        charset=attachment.charset,
    )
    problems = [
        replace(
            problem,
            bulletin=manner.bulletin,
            line=0,
            reason=f"Attachment {attachment.name}{f', line {problem.line}' if problem.line else ''}: {problem.reason}",
        )
        for problem in found.problems
    ]
    return Reading(found.drafts, tuple(problems))


# --- the message's own text ------------------------------------------------------


def _own_text(message: Message, parts: Parts, manner: Manner) -> Reading:
    texts = [_without_signature(text) for text in parts.texts]
    if not any(text.content.strip() for text in texts) and not parts.pictures:
        return Reading()
    if texts and not any(text.is_html for text in texts) and not parts.pictures:
        series = read_plain_text("\n\n".join(text.content for text in texts), manner)
        if len(series.drafts) > 1 or (series.drafts and not series.problems):
            return series
    day, note = _day(field_of(message, "Date"), manner)
    title = title_of(field_of(message, "Subject"))
    if any(text.is_html for text in texts):
        html = _with_pictures("\n".join(map(_as_html, texts)), parts.pictures)
        found = read_rich_text(html, manner, title=title or summary(plain(html), _TITLE), day=day)
    else:
        found = _plain_entry("\n\n".join(text.content for text in texts), parts, manner, title, day)
    if any(not draft.title for draft in found.drafts):  # neither a subject nor words
        problem = manner.problem(0, _NO_TITLE, "\n".join(picture.name for picture in parts.pictures))
        return Reading(problems=(*found.problems, *((problem,) if parts.pictures else ())))
    guid = field_of(message, "Message-ID").strip("<> ") if len(found.drafts) == 1 else ""
    notes = (note,) if note and len(found.drafts) == 1 else ()
    drafts = [
        replace(
            draft,
            guid=draft.guid or guid,
            notes=(*draft.notes, *notes),
            media=(*draft.media, *_shown(draft, parts.pictures)),
        )
        for draft in found.drafts
    ]
    return Reading(tuple(drafts), found.problems)


def _plain_entry(text: str, parts: Parts, manner: Manner, title: str, day: date | None) -> Reading:
    """Read a text whose lines say what they are, and put the pictures under it."""
    draft, problems = read_plain_entry(text, manner, title=title, day=day)
    if parts.pictures:
        draft = replace(draft, html=_with_pictures(body_html(draft.paragraphs), parts.pictures))
    return Reading((draft,), problems)


def title_of(subject: str) -> str:
    """Give a subject without what mail programs put before it: `Fwd: RV: Boletín` is Boletín."""
    subject = clean(subject)
    while found := _PREFIX.match(subject):
        subject = subject[found.end() :]
    return subject


def _day(written: str, manner: Manner) -> tuple[date | None, str]:
    """Give the day that a message was sent, as its sender's clock had it; or none, and a note."""
    parts = parsedate_tz(written)
    try:
        day = date(*parts[:3]) if parts else None
    except (ValueError, OverflowError):
        day = None
    if day is None and (found := find_date(written, manner)):
        day = found.day
    if day is None or day > manner.today + AHEAD:
        return None, _NO_DATE
    return day, ""


def _without_signature(text: Text) -> Text:
    if text.is_html:
        return text
    lines = text.content.splitlines()
    return replace(text, content="\n".join(takewhile(lambda line: line not in {"-- ", "--"}, lines)))


def _as_html(text: Text) -> str:
    if text.is_html:
        return text.content
    return body_html([clean(part) for part in _BETWEEN_PARAGRAPHS.split(text.content.strip(), _PARAGRAPHS)])


def _with_pictures(html: str, pictures: Sequence[Picture]) -> str:
    """Give the text with its pictures in their places (RFC 2392), and after it those that it doesn't show."""
    by_cid = {picture.cid: picture for picture in pictures if picture.cid}
    shown = set()

    def address(found: re.Match[str]) -> str:
        picture = by_cid.get(unquote(found[1]))
        if picture is None:
            return found[0]
        shown.add(picture.cid)
        return picture.medium.path

    html = _CID.sub(address, html)
    return html + "".join(_figure(picture) for picture in pictures if picture.cid not in shown)


def _figure(picture: Picture) -> str:
    return f'<figure><img src="{picture.medium.path}" alt="{escape(picture.name)}"></figure>'


def _shown(draft: Draft, pictures: Sequence[Picture]) -> Iterator[Medium]:
    """Give the pictures that a draft shows, each once."""
    media = {picture.medium.name: picture.medium for picture in pictures}
    return (medium for medium in media.values() if medium.path in draft.html)
