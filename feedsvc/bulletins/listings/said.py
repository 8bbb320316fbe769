"""What a page says of itself to programs: in <meta> and <title>, and in JSON-LD (W3C, JSON-LD 1.1, section 7)."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any

from feedsvc.bulletins.content import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

# More than this is no description of a page: characters, and objects and lists in each other.
_LONGEST = 500_000
_MOST = 10_000
_ARTICLES = frozenset({"Article", "NewsArticle", "BlogPosting", "Report"})


def said_by(root: etree._Element) -> dict[str, str]:
    """Give what a page says in <meta> elements, by their names in small letters, and as its `title`."""
    said: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if text := clean(element.get("content", "")):
            said.setdefault(name.lower(), text)
    title = next(root.iter("title"), None)
    if title is not None:
        said["title"] = clean("".join(map(str, title.itertext())))
    return said


def things_of(root: etree._Element) -> Iterator[dict[str, Any]]:
    """Give the objects that a page describes in JSON-LD, however deep they stand in each other."""
    for script in root.iter("script"):
        text = script.text or ""
        if script.get("type") != "application/ld+json" or len(text) > _LONGEST:
            continue
        try:
            waiting = deque([json.loads(text)])
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST):
            if not waiting:
                break
            thing = waiting.popleft()
            if isinstance(thing, dict):
                yield thing
                waiting.extend(thing.values())
            elif isinstance(thing, list):
                waiting.extend(thing)


def says_article(root: etree._Element) -> bool:
    """Tell whether a page says that it is one article; headings on it are parts of that then."""
    said = said_by(root)
    if said.get("og:type", "").lower() == "article" or "article:published_time" in said:
        return True
    kinds = [thing.get("@type") for thing in things_of(root)]
    return sum(isinstance(kind, str) and kind in _ARTICLES for kind in kinds) == 1
