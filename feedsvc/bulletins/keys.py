"""Short names for what an entry is known by: equal for equal titles, texts and links."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from feedsvc.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedsvc.model import Draft

_KEY_LENGTH = 12
_HOME_PAGE = re.compile(r"/(?:(?:index|default)\.\w{2,5})?$")
_SLASHES = re.compile(r"//+")
# Parts of a query that tell who clicked, not what is shown.
_TRACKING = re.compile(
    r"utm_\w*|mtm_\w*|pk_\w*|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|_hs\w+|_ga|phpsessid|jsessionid"
)


@lru_cache(maxsize=65536)  # it is asked for some times in the course of a pass
def title_key(title: str) -> str:
    """Give a short name for a title that is equal for equal words; empty for an empty title."""
    return short_hash(words_of(title))


def text_key(text: str, words: Callable[[str], str] = words_of) -> str:
    """Give a short name for a text that is equal for equal words; empty for an empty text.

    `words` gives a text's words: `words_of`, or what keeps them.
    """
    return short_hash(words(text))


def link_key(link: str) -> str:
    """Give a short name for a link that is equal for equal pages; empty for none, and for the front page of a host.

    The page is told by path and query, whatever the host and the scheme, case, the order of the query and what was
    added to it to count clicks. What is no address of a page, like `mailto:`, has no key.
    """
    if not link:
        return ""
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


def short_hash(text: str) -> str:
    """Give a hash of a text in the letters and digits of base32 (RFC 4648, section 6); of no text, none."""
    if not text:
        return ""
    digest = hashlib.blake2b(text.encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()
