"""What visits need of a page that was fetched: where the list goes on, and the entry on a page of its own."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from httpx2 import URL, InvalidURL
from lxml import etree

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.detection import Format, detect, refusal
from feedsvc.bulletins.keys import link_key
from feedsvc.bulletins.listings.article import read_article
from feedsvc.bulletins.listings.listing import next_page
from feedsvc.bulletins.web.addresses import same_site
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.bulletins.manner import Manner
    from feedsvc.bulletins.web.fetching import Fetched
    from feedsvc.model import Draft, Selectors

# How many bytes of a feed are searched for the link to its next page, which stands ahead of the items.
_FEED_HEAD = 200_000
# A key of JSON: in a text, its quotes would have backslashes.
_NEXT_URL = re.compile(rb'"next_url"\s{0,99}:\s{0,99}("(?:[^"\\]|\\.){1,8000}")')


def next_address(page: Fetched, selectors: Selectors) -> str | None:
    """Give the address of the next page of a list or a feed; None: there is none on the same site.

    Raises BulletinError if the page can't be searched for it.
    """
    with _understanding(page):
        match _format(page):
            case Format.HTML:
                address = next_page(decode(page.data, page.charset), page.url, selectors)
            case Format.FEED:
                address = _next_of_feed(page)
            case _:
                address = None
    return address if address and same_site(address, page.url) else None


@contextmanager
def _understanding(page: Fetched) -> Iterator[None]:
    """Turn whatever a library trips over in a stranger's page into a sentence, as `read` does for bulletins."""
    try:
        yield
    except BulletinError:
        raise
    except Exception as error:
        raise BulletinError(f"{page.url} can't be understood ({type(error).__name__}: {error}).") from error


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
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data.lstrip()[:_FEED_HEAD], parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    for parent in (root, *root.iterchildren("{*}channel")):
        for link in parent.iterchildren("{*}link"):
            if "next" in link.get("rel", "").lower().split():
                href: str | None = link.get("href")
                return href
    return None


def with_own_page(draft: Draft, page: Fetched, manner: Manner) -> Draft:
    """Complete an entry as it is listed by the page it has of its own.

    Date and title stay as listed if they are; text, pictures and what it says of itself come from its page. So does
    the link, if it leads to the same page: by another one the entry would be taken for new.

    Raises BulletinError if the page is no web page, or there is no entry on it.
    """
    found = _format(page)
    if found is not Format.HTML:
        raise BulletinError(refusal(found) or f"It is no web page, but {found.article} {found.value}.")
    with _understanding(page):
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
        publish_at=max(filter(None, (own.publish_at, draft.publish_at)), default=None),
        guid=draft.guid or own.guid,
        notes=(*draft.notes, *own.notes),
    )
