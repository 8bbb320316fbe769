"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

What it has no words for stands in its extension `_feedsvc`: the feed's id, when it changed, and categories whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.feeds.rendition import Head, NamedCategory, Rendition

_VERSION = "https://jsonfeed.org/version/1.1"
_MAY_BE_EMPTY = {"items", "content_text"}
_ITEMS = b'"items": []}'


def json_document(head: Head, items: Sequence[bytes]) -> bytes:
    """Make the document of a feed around its items, each as `json_item` gives it."""
    links = dict(head.links)
    whole = {
        "version": _VERSION,
        "title": head.title,
        "home_page_url": head.page,
        "feed_url": head.address,
        "description": head.description,
        # It pages where the others link to their archives: to what is older.
        "next_url": links.get("prev-archive"),
        "favicon": head.icon,
        "authors": [{"name": head.author, "url": head.home}],
        "language": head.language,
        "hubs": [{"type": "WebSub", "url": links["hub"]}] if "hub" in links else None,
        "_feedsvc": {
            "id": head.id,
            "updated": head.updated.isoformat(),
            "categories": _dicts(head.categories),
        },
        "items": [],
    }
    start = _encoded(whole).removesuffix(_ITEMS)
    return start + b'"items": [\n' + b",\n".join(items) + b"\n]}"


def json_item(rendition: Rendition) -> bytes:
    """Make the object of an entry."""
    return _encoded(
        {
            "id": rendition.id,
            "url": rendition.address,
            "external_url": rendition.via,
            "title": rendition.title,
            "summary": rendition.summary,
            "date_published": rendition.published and rendition.published.isoformat(),
            "date_modified": rendition.updated.isoformat(),
            "language": rendition.language,
            "tags": [category.label for category in rendition.categories],
            "_feedsvc": {"categories": _dicts(rendition.categories)},
            "content_html": rendition.html,
            # An item has one of the two, and this may be empty.
            "content_text": None if rendition.html else rendition.summary,
        }
    )


def _dicts(categories: Sequence[NamedCategory]) -> list[dict[str, str]]:
    return [category._asdict() for category in categories]


def _encoded(members: dict[str, Any]) -> bytes:
    """Write an object without the members that say nothing."""
    said = {
        name: value
        for name, value in members.items()
        if value is not None and (value or name in _MAY_BE_EMPTY)
    }
    return json.dumps(said, ensure_ascii=False).encode()
