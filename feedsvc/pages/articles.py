"""What machines read on an entry's page: schema.org's NewsArticle as JSON-LD, and the picture that stands for it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.model import Entry, Site

# What could end the element that holds the data, or begin another; in JSON's strings each can be written so.
_ESCAPES = {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
_PICTURE = re.compile(r'<img[^>]*\ssrc="(/media/[0-9a-z]+\.[a-z]+)"')
# Longer ones are cut by those who show them; a page need not carry them thrice.
_MOST = 300


def picture(entry: Entry, site: Site) -> str:
    """Give the whole address of the first picture of an entry, empty where it has none."""
    found = _PICTURE.search(entry.body) if "<img" in entry.body else None
    return site.url + found[1] if found else ""


def news_article(entry: Entry, site: Site, keywords: Sequence[str], image: str) -> Markup:
    """Give the data about an entry, safe to stand in a page's `script`."""
    address = site.url + entry.path
    title = site.titled(entry.language)
    publisher: dict[str, object] = {"@type": "Organization", "name": title, "url": f"{site.url}/"}
    if site.logo:
        publisher["logo"] = {"@type": "ImageObject", "url": f"{site.url}/{site.logo.name}"}
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": entry.id,
        "url": address,
        "mainEntityOfPage": address,
        "headline": entry.title[:_MOST],
        "description": entry.summary[:_MOST],
        "image": image,
        "datePublished": entry.published.isoformat(),
        "dateModified": entry.updated_at.isoformat(timespec="seconds"),
        "inLanguage": entry.language,
        "keywords": list(keywords),
        "isBasedOn": entry.link if is_web_address(entry.link) else "",
        "isAccessibleForFree": True,
        "author": publisher,
        "publisher": publisher,
    }
    written = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    for char, escaped in _ESCAPES.items():
        written = written.replace(char, escaped)
    return Markup(written)  # noqa: S704 (nothing that HTML reads is left in it)


def is_web_address(link: str | None) -> bool:
    """Tell whether a link is one that a page may have: no script, no file."""
    return bool(link) and str(link).partition(":")[0].lower() in ("http", "https")
