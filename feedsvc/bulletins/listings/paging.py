"""The next page of a list: as the page says to programs, or as it leads a reader on."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.listings.page import parse, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from feedsvc.model import Selectors

_NEXT = re.compile(
    r"[\s\W]{0,5}(?:(?:next|older|siguientes?|pr[óo]xim[ao]|anteriores|m[áa]s antigu[ao]s)"
    r"(?: (?:page|posts?|entries|news|articles|p[áa]gina|entradas|noticias|art[íi]culos))?"
    r"|(?:entradas|noticias) (?:anteriores|m[áa]s antiguas)|p[áa]gina siguiente)[\s\W]{0,5}|[»\u203a→>]{1,2}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,4}")
_CURRENT = re.compile(r"(?<![a-z])(?:current|active|selected|actual|is-active|on)(?![a-z])")


def next_page(html: str, address: str, selectors: Selectors) -> str | None:
    """Give the address of the next page of a list, None if it has none.

    It is what `selectors.next` leads to; else what the page says is next (RFC 8288: rel=next), a link that is called
    so, or the number after the one of this page.
    """
    root = parse(html)
    if root is None:
        return None
    base = urljoin(address, next((it.get("href", "") for it in root.iter("base")), ""))
    for href in _hrefs(root, selectors):
        try:
            target = urldefrag(urljoin(base, clean(href))).url
        except ValueError:
            continue
        if urlsplit(target).scheme in {"http", "https"} and target != urldefrag(address).url:
            return target
    return None


def _hrefs(root: etree._Element, selectors: Selectors) -> Iterator[str]:
    if selectors.next:
        for element in select(root, selectors.next):
            yield from _own(element)
        return
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            yield from _own(element)
    links = [(it, clean("".join(map(str, it.itertext())))) for it in root.iter("a") if it.get("href")]
    for element, text in links:
        said = text or element.get("aria-label") or element.get("title") or ""
        if len(said) <= 40 and _NEXT.fullmatch(said):
            yield from _own(element)
    yield from _numbered(root)


def _own(element: etree._Element) -> Iterator[str]:
    """Give the address of a link, or of the first link in an element."""
    for it in element.iter("a", "link"):
        if it.get("href"):
            yield it.get("href", "")
            return


def _numbered(root: etree._Element) -> Iterator[str]:
    """Give the link n+1 that follows this page's own number in a row of numbers."""
    texts = [
        ((it.text or "").strip(), it)
        for it in root.iter("a", "span", "strong", "b", "li", "em")
        if not len(it)
    ]
    numbers = [(int(text), element) for text, element in texts if _NUMBER.fullmatch(text)]
    for (one, here), (other, there) in pairwise(numbers):
        own = (
            not here.get("href")
            or _CURRENT.search((here.get("class") or "").lower())
            or here.get("aria-current")
        )
        if other == one + 1 and own and there.tag == "a" and there.get("href"):
            yield there.get("href", "")
