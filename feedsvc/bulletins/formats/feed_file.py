"""Feeds as others publish them: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1, well-formed or not.

An item is an entry. Its date is the day its feed writes, in the feed's own zone: `Sat, 01 Jun 2019 01:35:42 +0200`
is 1 June, though in Greenwich it was still May. Nothing is fetched, and no entity but those of HTML is replaced.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_tz
from io import BytesIO
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import feedparser

from feedsvc.bulletins.content import body_html, clean, scrub, summary
from feedsvc.bulletins.dates import AHEAD, find_date
from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.formats.feed_markup import mended
from feedsvc.bulletins.formats.plain_text import split_lines
from feedsvc.bulletins.html.blocks import plain_paragraphs
from feedsvc.bulletins.html.rich_text import blocks, html_of, plain
from feedsvc.bulletins.inline_labels import take
from feedsvc.errors import BulletinError
from feedsvc.model import Draft, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from feedsvc.bulletins.inline_labels import Said
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Problem

# How many brackets, braces and quotation marks a JSON feed may have: each value costs up to half a kilobyte.
_SIGNS = 400_000
# How many items a feed may have. A feed with a year of news has some thousand.
_ITEMS = 10_000
# How many tags their texts may have: each costs some 20 microseconds.
_TAGS = 250_000
# How long a title may be that is made of a text, in characters.
_TITLE = 100
# How many paragraphs a plain text has at most; the last holds the rest.
_PARAGRAPHS = 10_000

_ITEM = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|&(?:#\w{1,8}|[a-zA-Z]\w{1,31});")
_ISO_DAY = re.compile(r"\s{0,99}(\d{4})-(\d\d?)-(\d\d?)(?!\d)")
_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*+(?:\n\s*+)++")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMPTY = "This item has neither a title nor a text."
_LOST = (
    "This feed has items, but its markup is so broken that none can be read. "
    "Save it again from its web address, or tell its publisher."
)
_NO_FEED = "This begins like a feed, but can't be read: {reason}. Save it again, or tell its publisher."


@dataclass(frozen=True, slots=True)
class _Item:
    """An item as its feed has it: `text` is HTML, or plain where `is_plain`; relative addresses begin at `base`."""

    title: str
    text: str
    is_plain: bool
    day: str
    link: str
    guid: str
    language: str
    base: str
    pictures: tuple[str, ...]


def read_feed(data: bytes, manner: Manner, charset: str = "") -> Reading:
    """Read the items of a feed; `charset` is the one its web server names.

    An item that can't be read, or has neither title nor text, is a Problem. Raises BulletinError if it is no feed,
    or one too large.
    """
    text = scrub(decode(data, charset)).lstrip()
    if text.startswith("{"):
        items = list(_json_items(text))
        lines = [(1, text.count("\n") + 1)] * len(items)
    else:
        items = list(_xml_items(text, manner.address))
        lines = _lines(text, len(items))
    _refuse_excess(items)
    drafts: list[Draft] = []
    problems = [] if items or not _ITEM.search(text) else [manner.problem(1, _LOST)]
    for item, (line, last_line) in zip(items, lines, strict=True):
        reason = _EMPTY
        try:
            draft, wrong = _draft(item, line, last_line, manner)
        except BulletinError as error:
            draft, wrong, reason = None, (), str(error)
        if draft and draft.title:
            drafts.append(draft)
            problems += wrong
        else:
            problems.append(manner.problem(line, reason, item.title or item.link or item.guid))
    return Reading(tuple(drafts), tuple(problems))


def _refuse_excess(items: Sequence[_Item]) -> None:
    if len(items) > _ITEMS:
        raise BulletinError(f"This feed has more than {_ITEMS:,} items. Leave out its older ones.")
    if sum(item.text.count("<") for item in items) > _TAGS:
        raise BulletinError(
            f"The texts of this feed have more than {_TAGS:,} tags. Leave out its older items."
        )


# --- from an item to a draft ----------------------------------------------------


def _draft(item: _Item, line: int, last_line: int, manner: Manner) -> tuple[Draft, tuple[Problem, ...]]:
    base = urljoin(manner.address, item.base)
    day, note = _day(item.day, manner)
    said, paragraphs, body = _text(item, base, line, manner)
    return Draft(
        date=day,
        title=_one_line(item.title) or summary(paragraphs, _TITLE),
        paragraphs=paragraphs,
        line=line,
        last_line=last_line,
        link=said.link or (_web_address(urljoin(base, item.link)) if item.link else None),
        html=body,
        language=said.language or _language(item.language, manner),
        guid=clean(item.guid),
        stated=said.stated,
        publish_at=said.publish_at,
        notes=(*((note,) if note else ()), *said.notes),
    ), said.problems


def _text(item: _Item, base: str, line: int, manner: Manner) -> tuple[Said, tuple[str, ...], str]:
    """Give what the fields in an item's text say, and the text without them, plain and as HTML."""
    if (item.is_plain or not item.text) and not item.pictures:
        lines = split_lines(item.text)
        said = take(((line, each.text) for each in lines), manner)
        taken = frozenset(said.taken)
        kept = (each.raw for index, each in enumerate(lines) if index not in taken)
        parted = _BETWEEN_PARAGRAPHS.split("\n".join(kept), _PARAGRAPHS)
        return said, tuple(filter(None, map(clean, parted))), ""
    parts = blocks(_with_pictures(item, base), base)
    said = take(((line, part.text) for part in parts), manner)
    taken = frozenset(said.taken)
    parts = [part for index, part in enumerate(parts) if index not in taken]
    body, paragraphs = html_of(parts), plain_paragraphs(parts)
    return said, paragraphs, "" if body == body_html(paragraphs) else body


def _with_pictures(item: _Item, base: str) -> str:
    """Give the text as HTML, and the pictures after it that are only enclosed."""
    text = body_html(_BETWEEN_PARAGRAPHS.split(item.text, _PARAGRAPHS)) if item.is_plain else item.text
    addresses = dict.fromkeys(urljoin(base, picture) for picture in item.pictures)
    return text + "".join(
        f'<figure><img src="{html.escape(address)}" alt=""></figure>'
        for address in addresses
        if address not in text
    )


def _one_line(text: str) -> str:
    """Give a title as plain text: feeds write it with markup, with entities, or plain."""
    return clean(" ".join(plain(text)) if _MARKUP.search(text) else text)


def _day(written: str, manner: Manner) -> tuple[date | None, str]:
    """Give the day that a feed writes, in its own zone; or none, and a note if it is not to be believed."""
    if not written.strip():
        return None, ""
    day, note = _written_day(written[:200], manner)
    if day is None:
        return None, f"“{clean(written[:80])}” is no date."
    if day > manner.today + AHEAD:
        return None, f"The date {day.isoformat()} is more than a year ahead; it was left out."
    return day, note


def _written_day(written: str, manner: Manner) -> tuple[date | None, str]:
    """Read a date of RFC 3339, RFC 5322 or RFC 822, else as people write dates."""
    iso, mail = _ISO_DAY.match(written), parsedate_tz(written)
    parts = [int(part) for part in iso.groups()] if iso else mail[:3] if mail else None
    if parts:
        try:
            return date(*parts), ""
        except (ValueError, OverflowError):
            return None, ""
    found = find_date(written, manner)
    return (found.day, found.note) if found else (None, "")


def _language(written: str, manner: Manner) -> str:
    """Give the language, if it is one of the site's: `es-MX` is Spanish (RFC 5646, section 2.1)."""
    language = re.split("[-_]", written.strip().lower(), maxsplit=1)[0]
    return language if language in manner.languages else ""


def _web_address(address: str) -> str | None:
    address = _CONTROL.sub("", address)  # as browsers do, which break addresses in lines no more
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.netloc else None


# --- RSS and Atom ----------------------------------------------------------------


def _xml_items(text: str, address: str) -> Iterator[_Item]:
    try:
        parsed = feedparser.parse(
            BytesIO(mended(text)),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": address},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    # Elements in places, and names of elements and namespaces, such as no feed has.
    except (LookupError, AttributeError, ValueError) as error:
        raise BulletinError(_NO_FEED.format(reason="its parts are in no order that feeds have")) from error
    if not parsed.entries and not parsed.version:
        raise BulletinError(_NO_FEED.format(reason="it has no items"))
    language = parsed.feed.get("language", "")
    for entry in islice(parsed.entries, _ITEMS + 1):
        yield _xml_item(entry, language)


def _xml_item(entry: dict[str, Any], feed_language: str) -> _Item:
    contents = [content for content in entry.get("content", ()) if content.get("value", "").strip()]
    # Of several contents the fullest; a description is used where there is none.
    content = max(contents, key=lambda each: len(each["value"]), default=entry.get("summary_detail", {}))
    detail = {**entry.get("title_detail", {}), **content}
    text = content.get("value", "")
    is_plain = content.get("type") == "text/plain"
    if (
        not is_plain and "<" not in text and _BETWEEN_PARAGRAPHS.search(text)
    ):  # Programs that write no tags part paragraphs by empty lines.
        text, is_plain = scrub(html.unescape(text)), True
    pictures = [*entry.get("enclosures", ()), *entry.get("media_content", ())]
    return _Item(
        title=entry.get("title", ""),
        text=text,
        is_plain=is_plain,
        # Asked as a dict: feedparser gives one date for the other, with a warning.
        day=next(filter(None, (dict.get(entry, key) for key in ("published", "updated", "created"))), ""),
        link=entry.get("link", ""),
        guid=entry.get("id", ""),
        language=content.get("language") or entry.get("language") or feed_language,
        base=detail.get("base", ""),
        pictures=tuple(filter(None, map(_picture, pictures))),
    )


def _picture(enclosure: Mapping[str, Any]) -> str:
    is_picture = enclosure.get("type", "").startswith("image/") or enclosure.get("medium") == "image"
    return str(enclosure.get("href") or enclosure.get("url") or "") if is_picture else ""


def _lines(text: str, count: int) -> list[tuple[int, int]]:
    """Tell where each item stands; all stand in the whole if that can't be told."""
    starts, line, end = [], 1, 0
    for found in _ITEM.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        starts.append(line)
    last = line + text.count("\n", end)
    if len(starts) != count:
        return [(1, last)] * count
    return [(start, max(start, following - 1)) for start, following in pairwise([*starts, last + 1])]


# --- JSON Feed ---------------------------------------------------------------------


def _json_items(text: str) -> Iterator[_Item]:
    """Read https://www.jsonfeed.org/version/1.1/; 1.0 differs in authors alone."""
    if text.count("{") + text.count("[") + text.count('"') > _SIGNS:
        raise BulletinError("This feed has too many items. Leave out its older ones.")
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BulletinError(_NO_FEED.format(reason=str(error).rstrip("."))) from error
    items = feed.get("items")
    if not isinstance(items, list):
        raise BulletinError(_NO_FEED.format(reason="it has no list of items"))
    for item in islice(items, _ITEMS + 1):
        yield _json_item(item if isinstance(item, dict) else {}, _string(feed, "language"))


def _json_item(item: Mapping[str, object], feed_language: str) -> _Item:
    content = _string(item, "content_html")
    attachments = item.get("attachments")
    enclosed = (
        [each for each in attachments if isinstance(each, dict)] if isinstance(attachments, list) else []
    )
    return _Item(
        title=html.escape(_string(item, "title"), quote=False),
        text=content or _string(item, "content_text") or _string(item, "summary"),
        is_plain=not content,
        day=_string(item, "date_published") or _string(item, "date_modified"),
        link=_string(item, "url") or _string(item, "external_url"),
        guid=_string(item, "id"),
        language=_string(item, "language") or feed_language,
        base="",
        pictures=tuple(
            filter(
                None,
                (
                    _string(item, "image"),
                    *(
                        _string(each, "url")
                        for each in enclosed
                        if _string(each, "mime_type").startswith("image/")
                    ),
                ),
            )
        ),
    )


def _string(item: Mapping[str, object], key: str) -> str:
    """Give a value as text; ids may be numbers, other values of other types are none."""
    value = item.get(key)
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_text else ""
