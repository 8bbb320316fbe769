"""From the bytes of a bulletin to its drafts and problems.

bytes ──► detection ──► decoding ──► plain_text | markdown | word | mail_file | feed_file
                   (saved_page ─►) └─► HTML: listing, else article of a page, else rich_documents
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.detection import Format, detect, refusal
from feedsvc.bulletins.formats.feed_file import read_feed
from feedsvc.bulletins.formats.mail_file import read_mail
from feedsvc.bulletins.formats.markdown import read_markdown
from feedsvc.bulletins.formats.plain_text import read_plain_text
from feedsvc.bulletins.formats.rich_documents import read_rich_text
from feedsvc.bulletins.formats.saved_page import read_saved_page
from feedsvc.bulletins.formats.word import read_word
from feedsvc.bulletins.listings.article import read_only_entry
from feedsvc.bulletins.listings.listing import is_page, read_listing
from feedsvc.errors import BulletinError
from feedsvc.model import Reading

if TYPE_CHECKING:
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Draft, Problem

# How much text makes a page the page of an entry, in characters: less may be a menu or a notice.
_ARTICLE = 200
# The same where somebody put the page into a folder, for what it says: a sentence.
_CHOSEN = 40
# How much makes one without a date more than what every page has, in characters.
_LONG_ARTICLE = 600

# As many bytes as a line must have on average in a file that is as large as the limit: shorter ones are more than
# any bulletin has.
_LINE = 50

# A web page may have no entries, and a feed no items; in these, something is said whenever there are words.
_SPEAKING = frozenset({Format.MARKDOWN, Format.MAIL, Format.WORD})
_WORD = re.compile(rb"[A-Za-z]{3}")
_SILENT = (
    "This is {kind}, but nothing in it looks like an entry. "
    "Write a date on a line of its own above each title: 3 September, 2017."
)


def read(data: bytes, manner: Manner, *, media_type: str = "", charset: str = "") -> Reading:
    """Read a bulletin of any format.

    `media_type` and `charset` are what a web server or a mail says of it; they decide what the content leaves open.
    What can't be read is a Problem; a bulletin that can't be read at all is one of line 0.
    """
    if len(data) > manner.size_limit:
        return _refused(
            manner, f"This is larger than {manner.size_limit / 1_000_000:g} MB. Split it into smaller files."
        )
    found = detect(data, manner.bulletin, media_type)
    if reason := refusal(found):
        return _refused(manner, reason)
    try:
        reading = _read_as(found, data, manner, charset)
    except BulletinError as error:
        return _refused(manner, str(error))
    # Readers say what they know to be wrong. Whatever else a library below trips over in a document that a
    # stranger made must not keep the bulletins after it from being read.
    except Exception as error:  # noqa: BLE001
        return _refused(
            manner,
            f"This was taken for {found.article} {found.value} and can't be read ({type(error).__name__}: {error}). "
            "Save it again, or as plain text.",
        )

    silent = not (reading.drafts or reading.problems) and found in _SPEAKING and bool(_WORD.search(data))
    return _refused(manner, _SILENT.format(kind=f"{found.article} {found.value}")) if silent else reading


def _refused(manner: Manner, reason: str) -> Reading:
    return Reading(problems=(manner.problem(0, reason),))


def _read_as(found: Format, data: bytes, manner: Manner, charset: str) -> Reading:
    match found:
        case Format.FEED:
            return read_feed(data, manner, charset)
        case Format.MAIL:
            return read_mail(data, manner, read)
        case Format.WORD:
            return read_word(data, manner)
        case Format.HTML | Format.SAVED_PAGE:
            html, address = (decode(data, charset), "") if found is Format.HTML else read_saved_page(data)
            return _read_html(html, replace(manner, address=address or manner.address))
        case Format.MARKDOWN:
            return read_markdown(decode(data, charset), manner)
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines * _LINE > manner.size_limit:
        raise BulletinError(f"This has {lines:,} lines. Split it into smaller files.")
    return read_plain_text(decode(data, charset), manner)


def _is_missed(draft: Draft, manner: Manner) -> bool:
    """Tell whether a file that gives nothing has the text of an entry, and not only the first words of several."""
    own = (it for it in draft.paragraphs if not it.startswith("- ") and not it.endswith(("...", "…")))
    return not manner.source.url and draft.date is None and sum(map(len, own)) >= _LONG_ARTICLE


def _undated(draft: Draft, manner: Manner) -> Problem:
    reason = f"“{draft.title}” was not taken: no date was found on this page. Write the date on a line under its title."
    return manner.problem(draft.line, reason, draft.text)


def _read_html(html: str, manner: Manner) -> Reading:
    """Read a page that lists entries, the page of one entry, or a document that was written as HTML.

    A page without entries is an empty list, which is no mistake: news pages begin and end as such.
    """
    if listed := read_listing(html, manner):
        return listed
    if is_page(html):
        found = read_only_entry(html, manner)
        enough = _ARTICLE if manner.source.url else _CHOSEN
        if any(it.date and len(it.text) >= enough for it in found.drafts):
            return found
        return Reading(problems=tuple(_undated(it, manner) for it in found.drafts if _is_missed(it, manner)))
    return read_rich_text(html, manner)
