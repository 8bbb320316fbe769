"""What is published of a draft: clean text, HTML, a summary, the name of its page."""

from __future__ import annotations

import re
import unicodedata
from html import escape
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
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]»”\u2019]")
_SENTENCE_END = re.compile(r"[.!?…][»”\"')\]]*(?=\s)")


def scrub(text: str) -> str:
    """Bring a text to NFC and take out what can't be published; its lines stay as they are."""
    return unicodedata.normalize("NFC", text if _is_printable(text) else _UNWANTED.sub("", text))


def clean(text: str) -> str:
    """Give a text as one line that can be published: scrubbed, white space of any kind as single spaces."""
    return clean_line(text)[1]


def clean_line(text: str) -> tuple[str, str]:
    """Give a line scrubbed, and clean."""
    if not _is_printable(text):
        scrubbed = scrub(text)
        return scrubbed, " ".join(scrubbed.split())
    # Spaces are its only white space, and most lines have nothing to change.
    composed = unicodedata.normalize("NFC", text)
    return composed, " ".join(composed.split()) if "  " in composed else composed.strip(" ")


def _is_printable(text: str) -> bool:
    """Tell, much sooner than a pattern would, that there is nothing to take out: so it is with most text."""
    return text.isprintable() and "\ufffc" not in text


def body_html(paragraphs: Sequence[str]) -> str:
    """Give plain paragraphs as safe HTML. Web addresses in them become links."""
    return "\n".join(f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs)


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
