"""Short names for what an entry is known by: equal for equal titles, texts and links."""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
import unicodedata
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedsvc.model import Draft

_KEY_LENGTH = 12
_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_HOME_PAGE = re.compile(r"/(?:(?:index|default)\.\w{2,5})?$")
_SLASHES = re.compile(r"//+")
# Parts of a query that tell who clicked, not what is shown.
_TRACKING = re.compile(
    r"utm_\w*|mtm_\w*|pk_\w*|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|_hs\w+|_ga|phpsessid|jsessionid"
)


def title_key(title: str) -> str:
    """Give a short name for a title that is equal for equal words; empty for an empty title."""
    return short_hash(words_of(title))


def text_key(text: str) -> str:
    """Give a short name for a text that is equal for equal words; empty for an empty text."""
    return short_hash(words_of(text))


def link_key(link: str) -> str:
    """Give a short name for a link that is equal for equal pages; empty for none, and for the front page of a host.

    The page is told by path and query, whatever the host and the scheme, case, the order of the query and what was
    added to it to count clicks. What is no address of a page, like `mailto:`, has no key.
    """
    try:
        parts = urlsplit(link.strip())
    except ValueError:  # brackets in the host that hold no address
        return ""
    if parts.scheme.lower() not in ("http", "https", ""):
        return ""
    path = _HOME_PAGE.sub("", _SLASHES.sub("/", unquote(parts.path).casefold()))
    asked = sorted((name.casefold(), value.casefold()) for name, value in _query(parts.query))
    query = urlencode([each for each in asked if not _TRACKING.fullmatch(each[0])])
    # Some sites keep the name of the page behind “#/” or “#!”; other fragments are places in a page.
    route = parts.fragment.casefold() if parts.fragment.startswith(("/", "!")) else ""
    return short_hash("#".join(filter(None, ("?".join(filter(None, (path, query))), route))))


def _query(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def mint_key(draft: Draft, taken: Callable[[str], bool]) -> str:
    """Give a new entry's key: short, of lower-case letters and digits, and not taken.

    It depends on the draft alone, so that a store rebuilt from the same bulletins gives the same keys: on date
    (where it has one) and title, and if that key is taken on the text too, and then on a number.
    """
    keys = (short_hash(material)[:_KEY_LENGTH] for material in _materials(draft))
    return next(key for key in keys if not taken(key))


def _materials(draft: Draft) -> Iterator[str]:
    dated = f"{draft.date} " if draft.date else ""
    yield f"{dated}{title_key(draft.title)}"
    for number in count(1):
        yield f"{dated}{title_key(draft.title)} {text_key(draft.text)} {number}"


def words_of(text: str) -> str:
    """Give a text's words alone, folded; of a text without words (nothing but an emoji) the text."""
    try:
        folded = _in_latin_1(text)
    except UnicodeEncodeError:
        folded = " ".join(_WORD.findall(_folded(text)))
    return " ".join(folded.split()) or text.strip()


def _folded(text: str) -> str:
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))


def short_hash(text: str) -> str:
    """Give a hash of a text in the letters and digits of base32 (RFC 4648, section 6); of no text, none."""
    if not text:
        return ""
    digest = hashlib.blake2b(text.encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()


# --- words by way of Latin-1: nearly all the cost of a large bulletin is here ---------

_ERRORS = "feedsvc.bulletins.keys"
_MORE_THAN_ONE = 0


def _in_latin_1(text: str) -> str:
    """Fold a text, and make spaces of all that is no word: one byte a character, ten times as fast as by Unicode.

    Raises UnicodeEncodeError for a text with letters that have no place in Latin-1.
    """
    data = text.encode("latin-1", _ERRORS).translate(_BARE)
    if _MORE_THAN_ONE in data:
        raise UnicodeEncodeError("latin-1", text, 0, len(text), "a letter that folds to several")
    return data.decode("latin-1")


def _bare(char: str) -> str:
    return "".join(each if _WORD.match(each) else " " for each in _folded(char))


def _table() -> bytes:
    """Give what each character of Latin-1 is folded, or `_MORE_THAN_ONE` for the few that have no single one."""
    bare = [_bare(chr(code)) for code in range(256)]
    return bytes(
        ord(each) if len(each) == 1 and each <= "\xff" else _MORE_THAN_ONE if each.strip() else ord(" ")
        for each in bare
    )


_BARE = _table()


@lru_cache(10_000)
def _way(char: str) -> str | None:
    """Give what goes by way of Latin-1 in the place of a character beyond it; None if nothing can."""
    bare = _bare(char)
    return bare if max(bare, default="") <= "\xff" and "".join(map(_bare, bare)) == bare else None


def _bare_in_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Let dashes, quotation marks and letters like ş go by way of Latin-1; other scripts can't."""
    assert isinstance(error, UnicodeEncodeError)
    ways = [_way(char) for char in error.object[error.start : error.end]]
    if None in ways:
        raise error
    return "".join(filter(None, ways)), error.end


codecs.register_error(_ERRORS, _bare_in_latin_1)
