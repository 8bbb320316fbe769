"""What visits need of a page that was fetched: where the list goes on, and the entry on a page of its own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from httpx2 import URL, InvalidURL
from lxml import etree

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.detection import Format, detect, refusal
from feedsvc.bulletins.identity import link_key
from feedsvc.bulletins.web_addresses import same_site
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedsvc.bulletins.fetching import Fetched
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Draft, Selectors

# How many bytes of a feed are searched for the link to its next page, which stands ahead of the items.
_FEED_HEAD = 200_000
# A key of JSON: in a text, its quotes would have backslashes.
_NEXT_URL = re.compile(rb'"next_url"\s{0,99}:\s{0,99}("(?:[^"\\]|\\.){1,8000}")')


def next_address(page: Fetched, selectors: Selectors) -> str | None:
    """Give the address of the next page of a list or a feed; None: there is none on the same site."""
    from feedsvc.bulletins.listing import next_page

    match _format(page):
        case Format.HTML:
            try:
                address = next_page(decode(page.data, page.charset), page.url, selectors)
            except BulletinError:
                return None  # what is wrong with the page, its reader says
        case Format.FEED:
            address = _next_of_feed(page)
        case _:
            return None
    return address if address and same_site(address, page.url) else None


def _format(page: Fetched) -> Format:
    return detect(page.data, URL(page.url).path, page.media_type)


def _next_of_feed(page: Fetched) -> str | None:
    """Give the next page of a feed: `rel="next"` (RFC 5005, section 3) or JSON Feed's `next_url`."""
    address = _next_of_json(page.data) if page.data.lstrip().startswith(b"{") else _next_of_xml(page.data)
    try:
        return str(URL(page.url).join(address)) if address else None
    except (InvalidURL, ValueError):
        return None


def _next_of_json(data: bytes) -> str | None:
    found = _NEXT_URL.search(data)
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError:
        return None


def _next_of_xml(data: bytes) -> str | None:
    parser = etree.XMLParser(target=_NextLink(), recover=True, resolve_entities=False, no_network=True)
    try:
        parser.feed(data.lstrip()[:_FEED_HEAD])
        found = parser.close()
    except (etree.XMLSyntaxError, ValueError):
        return None
    return str(found) if found else None


class _NextLink:
    """Hears a feed's elements as they come, so that no tree of them is kept, and gives its link to the next page."""

    def __init__(self) -> None:
        self._address: str | None = None
        self._open: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2].lower()
        is_of_feed = len(self._open) == 1 or (len(self._open) == 2 and self._open[1] == "channel")
        if is_of_feed and name == "link" and "next" in attributes.get("rel", "").lower().split():
            self._address = self._address or attributes.get("href")
        self._open.append(name)

    def end(self, _tag: str) -> None:
        del self._open[-1:]

    def close(self) -> str | None:
        return self._address


def with_own_page(draft: Draft, page: Fetched, manner: Manner) -> Draft:
    """Complete an entry as it is listed by the page it has of its own.

    Date and title stay as listed if they are; text, pictures and what it says of itself come from its page. So does
    the link, if it leads to the same page: by another one the entry would be taken for new.

    Raises BulletinError if the page is no web page, or there is no entry on it.
    """
    from feedsvc.bulletins.article import read_article

    found = _format(page)
    if found is not Format.HTML:
        raise BulletinError(refusal(found) or f"It is no web page, but {found.value}.")
    own = read_article(decode(page.data, page.charset), manner)
    if own is None or not own.paragraphs:
        raise BulletinError("It holds no text of an entry. If it does, say where with `selectors.article`.")
    canonical = (
        own.link and link_key(own.link) == link_key(draft.link or "") and same_site(own.link, page.url)
    )
    return replace(
        own,
        date=draft.date or own.date,
        title=draft.title or own.title,
        line=draft.line,
        last_line=draft.last_line,
        link=own.link if canonical else draft.link,
        language=draft.language or own.language,
        stated=own.stated or draft.stated,
        publish_at=own.publish_at or draft.publish_at,
        guid=draft.guid or own.guid,
        notes=(*draft.notes, *own.notes),
    )
