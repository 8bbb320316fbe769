"""A page that lists news, as drafts: told by its structure, or by the selectors of its source.

    HTML ──► page (`listing_page`) ──► blocks (`listing_blocks`, or selectors) ──► drafts (`listing_entry`)

The date of an entry is its own, else the one that stands above it in the list, else the one of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.bulletins.listing_blocks import date_line, find_blocks
from feedsvc.bulletins.listing_dates import Dates
from feedsvc.bulletins.listing_entry import Parts, base_of, read_entry
from feedsvc.bulletins.listing_page import Span, parse, read_page
from feedsvc.bulletins.listing_paging import next_page
from feedsvc.bulletins.listing_selected import read_selected
from feedsvc.model import Draft, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedsvc.bulletins.listing_dates import EntryDate
    from feedsvc.bulletins.listing_rows import Block
    from feedsvc.bulletins.manner import Manner

__all__ = ["is_page", "next_page", "read_listing"]


def read_listing(html: str, manner: Manner) -> Reading | None:
    """Read a page that lists entries; None if it is no such page.

    Raises BulletinError for a page that only a machine could have made.
    """
    root = parse(html)
    if root is None:
        return None
    page = read_page(root)
    base = base_of(root, manner.address)
    if manner.source.selectors.entry:
        return read_selected(page, manner, base)
    dates = Dates(page, manner)
    blocks = find_blocks(page, dates)
    if not blocks:
        return None
    own = [dates.of_entry(block.span, block.title.span) for block in blocks]
    drafts = [
        read_entry(dates, Parts(block.span, block.title.span, block.title.link, day), base, above)
        for block, day, above in zip(blocks, own, _dates_above(blocks, own, dates), strict=True)
    ]
    return Reading(tuple(_once(draft for draft in drafts if draft)))


def is_page(html: str) -> bool:
    """Tell a page of a website, with its menu, header and footer, from a document that was written as HTML."""
    root = parse(html)
    if root is None:
        return False
    page = read_page(root)
    tags = {node.tag for node in page.nodes}
    signs = [
        any(node.side is node for node in page.nodes),
        bool(tags & {"nav", "header", "footer", "main", "aside"}),
        next(root.iter("script"), None) is not None,
        next(root.iter("form", "button", "input"), None) is not None,
        any(it.get("rel") in {"stylesheet", "canonical", "next"} for it in root.iter("link")),
        any((it.get("property") or "").startswith("og:") for it in root.iter("meta")),
    ]
    return sum(signs) >= 2


def _dates_above(
    blocks: Sequence[Block], own: Sequence[EntryDate | None], dates: Dates
) -> list[EntryDate | None]:
    """Give what stands above each entry as its date: among the entries, or for all of them if none has its own."""
    if all(own):
        return [None] * len(blocks)
    first, main = blocks[0], blocks[0].title.node.main
    start = first.span.lo if any(own) else (main.lo if main else 0)
    current: EntryDate | None = None
    above = []
    for block in blocks:
        if line := date_line(dates.page, Span(start, block.span.lo), dates):
            current = dates.of_line(line)
        above.append(current)
        start = max(start, block.span.hi)
    return above


def _once(drafts: Iterable[Draft]) -> list[Draft]:
    """Give each entry once: of two with one title, the second only if it leads elsewhere or has another date."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for draft in drafts:
        title = draft.title.casefold()
        keys = {(title, draft.link), (title, draft.date)} if draft.link is None else {(title, draft.link)}
        if seen.isdisjoint(keys):
            kept.append(draft)
        seen |= keys
    return kept
