"""What is published of a draft: clean text, HTML, a summary, the name of its page."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMMARY_LIMIT = 300
SLUG_LIMIT = 80

# What no published text may hold. XML 1.0, section 2.2, forbids most control characters, lone surrogates and
# some non-characters, and one of them makes a whole feed unreadable; the rest can't be seen but keeps words
# from being found, or (U+202A to 202E, U+2066 to 2069) turns round what stands after it on a page.
# Tabs and the characters that end lines stay: they are white space.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
# How many combining marks may follow each other: no language needs more (UAX 15, section 13, Stream-Safe Text
# Format), and the time to normalise a run of them grows with its square.
_MOST_MARKS = 30
# All marks are among these characters; so many of them in a row are rare, and quick to look for.
_FIRST_MARK, _PAST_MARKS = 0x300, 0x20000
_MAY_CROWD = re.compile(f"[{chr(_FIRST_MARK)}-{chr(_PAST_MARKS)}]{{{_MOST_MARKS + 1}}}")
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]»”\u2019]")
_SENTENCE_END = re.compile(r"[.!?…][»”\"')\]]*(?=\s)")


def scrub(text: str) -> str:
    """Bring a text to NFC and take out what can't be published; its lines stay as they are."""
    return _composed(text if _is_printable(text) else _UNWANTED.sub("", text))


def clean(text: str) -> str:
    """Give a text as one line that can be published: scrubbed, white space of any kind as single spaces."""
    return clean_line(text)[1]


def clean_line(text: str) -> tuple[str, str]:
    """Give a line scrubbed, and clean."""
    if not _is_printable(text):
        scrubbed = scrub(text)
        return scrubbed, " ".join(scrubbed.split())
    # Spaces are its only white space, and most lines have nothing to change.
    composed = _composed(text)
    return composed, " ".join(composed.split()) if "  " in composed else composed.strip(" ")


def _is_printable(text: str) -> bool:
    """Tell, much sooner than a pattern would, that there is nothing to take out: so it is with most text."""
    return text.isprintable() and "\ufffc" not in text


def _composed(text: str) -> str:
    """Bring a text to NFC, without the marks that no letter bears."""
    if text.isascii() or _is_latin(text):
        return text
    # NFC takes some marks apart, so that there may be too many again.
    return _uncrowded(unicodedata.normalize("NFC", _uncrowded(text)))


def _is_latin(text: str) -> bool:
    """Tell, much sooner than a pattern would, that a text has no mark apart from its letter.

    Latin-1 has none, nor has Windows-1252, which has the dashes and quotation marks of most other texts.
    """
    for encoding in ("latin-1", "cp1252"):
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def _uncrowded(text: str) -> str:
    return _crowd().sub(r"\1", text) if _MAY_CROWD.search(text) else text


@lru_cache
def _crowd() -> re.Pattern[str]:
    """Make the pattern of more marks than may follow each other; those in its group 1 may stay."""
    runs = groupby(range(_FIRST_MARK, _PAST_MARKS), lambda code: unicodedata.combining(chr(code)) > 0)
    marks = [list(codes) for is_mark, codes in runs if is_mark]
    one = f"[{''.join(f'{chr(codes[0])}-{chr(codes[-1])}' for codes in marks)}]"
    return re.compile(f"({one}{{{_MOST_MARKS}}}){one}++")


def body_html(paragraphs: Sequence[str]) -> str:
    """Give plain paragraphs as safe HTML. Web addresses in them become links."""
    return "\n".join([f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs])


def _linked(text: str) -> str:
    if "://" not in text:
        return escape(text, quote=False)
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = escape(found.group())
        parts += [escape(text[end : found.start()], quote=False), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*parts, escape(text[end:], quote=False)])


def summary(paragraphs: Sequence[str], limit: int = SUMMARY_LIMIT) -> str:
    """Give the beginning of a text, plain and in one line, at most `limit` characters.

    It ends with a sentence if one ends in its second half, else with a word, and then with an ellipsis.
    """
    text = " ".join(paragraphs)
    if len(text) <= limit:
        return text
    room = text[: limit - 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(room)]
    if ends and ends[-1] > limit // 2:
        return f"{room[: ends[-1]]} …"
    words = text[:limit].rpartition(" ")[0] or room
    return words.rstrip(" ,;:-\u2013\u2014") + "…"


def slug(title: str) -> str:
    """Give the last part of a page's address: lower-case ASCII words of the title, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(words) > SLUG_LIMIT:
        words = words[: SLUG_LIMIT + 1].rpartition("-")[0] or words[:SLUG_LIMIT]
    return words or "entry"
