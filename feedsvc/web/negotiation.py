"""Which of what there is a client likes best (RFC 9110, section 12). Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from feedsvc.model import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

# What clients say is much the same all day: this many different sayings are remembered.
_SAYINGS = 512

# What feed readers ask for when they mean a feed of any kind.
FEED_TYPES = frozenset(kind.media_type for kind in FORMATS)
_FEED_LIKE = FEED_TYPES | {
    "application/xml",
    "text/xml",
    "application/rdf+xml",
    "application/json",
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/*",
    "text/*",
}
_WEIGHT = re.compile(r"[01]?\.?\d*")
# An old name of a coding that means the same (section 8.4.1.3).
_ALIASES = {"x-gzip": "gzip"}


@lru_cache(_SAYINGS)
def accepts(accept: str, media_type: str) -> bool:
    """Tell whether a client takes a media type (section 12.5.1): the range that is nearest to it decides.

    Feed readers name the types of feeds in all ways but the right one: who takes any feed or XML gets what is there,
    unless it refuses that very type.
    """
    ranges = dict(weighted(accept))
    kind = media_type.partition(";")[0]
    if not ranges:
        return True
    if kind in ranges:
        return ranges[kind] > 0
    if kind in FEED_TYPES and any(ranges.get(each, 0) > 0 for each in _FEED_LIKE):
        return True
    return ranges.get(f"{kind.partition('/')[0]}/*", ranges.get("*/*", 0)) > 0


@lru_cache(_SAYINGS)
def preferred_coding(accept_encoding: str, codings: tuple[str, ...]) -> str | None:
    """Give the coding that a client likes best, of those there are: the best first, empty for none.

    None when it takes nothing that can be had, not even the plain bytes (section 12.5.3).
    """
    weights = {_ALIASES.get(name, name): weight for name, weight in weighted(accept_encoding)}
    anything = weights.get("*", 0.0)
    best, best_weight = "", weights.get("identity", 0.0)
    for coding in codings:
        weight = weights.get(coding, anything)
        if weight > best_weight or (weight == best_weight > 0 and not best):
            best, best_weight = coding, weight
    if best or weights.get("identity", anything if "*" in weights else 1.0) > 0:
        return best
    return None


def preferred_language(accept_language: str, languages: tuple[str, ...]) -> str:
    """Give the site's language that a browser asks for most, else the site's first (section 12.5.4)."""
    best, best_weight = languages[0], 0.0
    for name, weight in weighted(accept_language):
        language = name.partition("-")[0]
        if language in languages and weight > best_weight:
            best, best_weight = language, weight
    return best


def wants_delta(a_im: str) -> bool:
    """Tell whether a client takes just what changed in a feed (RFC 3229, section 10.5.3)."""
    return dict(weighted(a_im)).get("feed", 0.0) > 0


def weighted(header: str) -> Iterator[tuple[str, float]]:
    """Give the members of a header with their weights (section 12.4.2), in small letters.

    A member whose weight makes no sense is left out.
    """
    for part in header.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        weight = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
        if name and _WEIGHT.fullmatch(weight) and weight.strip("."):
            yield name, min(float(weight), 1.0)
