"""A page that lists news, as drafts: told by its structure, or by the selectors of its source.

    HTML ──► page (`listing_page`) ──► blocks (`listing_blocks`, or selectors) ──► drafts (`listing_entry`)

The date of an entry is its own, else the one that stands above it in the list, else the one of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.bulletins.listings.blocks import date_line, date_of, find_blocks
from feedsvc.bulletins.listings.dates import Dates
from feedsvc.bulletins.listings.entry import Parts, base_of, once, read_entry
from feedsvc.bulletins.listings.fields import held_by_page
from feedsvc.bulletins.listings.page import Span, parse, read_page
from feedsvc.bulletins.listings.paging import next_page
from feedsvc.bulletins.listings.said import says_article
from feedsvc.bulletins.listings.selected import read_selected
from feedsvc.model import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.bulletins.listings.dates import EntryDate
    from feedsvc.bulletins.listings.page import Page
    from feedsvc.bulletins.listings.rows import Block
    from feedsvc.bulletins.manner import Manner

__all__ = ["is_page", "next_page", "read_listing"]

# Of how many entries the text is given as HTML, too, where that says more; each costs a third of a millisecond.
_MOST_RICH = 2_000
# More links to places on the page itself are a table of contents.
_MANY_ANCHORS = 4
# How many characters a line of a text has that is no lead, and how many a text that is an article.
_LONG_LINE = 100
_LONG_TEXT = 1500
# In how many lines of an entry its text is measured.
_LINES = 40


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
    if not blocks or _is_one_text(page, blocks):
        return None
    if not _is_linked(blocks) and (says_article(root) or not _is_page(page)):
        return None
    own = [date_of(block, dates) for block in blocks]
    found = [
        read_entry(
            dates,
            Parts(block.span, block.title.span, block.title.link, day, rich=at < _MOST_RICH),
            base,
            above,
        )
        for at, (block, day, above) in enumerate(
            zip(blocks, own, _dates_above(blocks, own, dates), strict=True)
        )
    ]
    drafts = once(draft for draft, _ in found if draft)
    held = held_by_page(drafts, page.lines_of(Span(0, blocks[0].span.lo)), dates)
    return Reading(held.drafts, held.problems + tuple(problem for _, wrong in found for problem in wrong))


def is_page(html: str) -> bool:
    """Tell a page of a website, with its menu, header and footer, from a document that was written as HTML.

    Raises BulletinError for a page that only a machine could have made.
    """
    root = parse(html)
    return root is not None and _is_page(read_page(root))


def _is_page(page: Page) -> bool:
    """Tell a page by at least two of the signs that its text stands in the frame of a website."""
    root, tags = page.root, {node.tag for node in page.nodes}
    tables = (node for node in page.nodes if node.tag == "table")
    anchors = sum(it.get("href", "").startswith("#") for it in root.iter("a"))
    signs = (
        any(node.side for node in page.nodes),
        not tags.isdisjoint({"nav", "header", "footer", "main", "aside"}),
        next(root.iter("script"), None) is not None,
        next(root.iter("form", "button", "input"), None) is not None,
        any(
            it.get("rel") in {"canonical", "next", "alternate", "shortcut icon", "icon"}
            for it in root.iter("link")
        ),
        any((it.get("property") or "").startswith("og:") for it in root.iter("meta")),
        any(2 * (node.hi - node.lo) > len(page.pieces) for node in tables),
        anchors > _MANY_ANCHORS,
        any(it.get("leftmargin") or it.get("marginwidth") for it in root.iter("body")),
    )
    return sum(signs) > 1


def _is_linked(blocks: Sequence[Block]) -> bool:
    """Tell whether entries lead elsewhere, as those of a list do and those of a document don't."""
    return 2 * sum(block.title.link is not None for block in blocks) > len(blocks)


def _is_one_text(page: Page, blocks: Sequence[Block]) -> bool:
    """Tell whether most of a page is a text beside the entries: an article, with others below it."""
    inside = sum(_length(page, line) for block in blocks for line in page.lines_of(block.span, _LINES))
    first, last = blocks[0].span.lo, blocks[-1].span.hi
    around = (*page.lines_of(Span(0, first)), *page.lines_of(Span(last, len(page.pieces))))
    outside = sum(
        length
        for line in around
        if not page.pieces[line.lo].node.side and (length := _length(page, line)) >= _LONG_LINE
    )
    return outside > max(_LONG_TEXT, 2 * inside)


def _length(page: Page, line: Span) -> int:
    return sum(len(piece.text) for piece in page.pieces[line.lo : line.hi] if not piece.node.link)


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
