"""Rows of neighbours on a page that are made alike, each around a title of its own.

<ul><li><h3>One</h3>…</li><li><h3>Two</h3>…</li></ul>     the entries are the items
<h3>One</h3><p>…</p><p>…</p><h3>Two</h3><p>…</p>          the entries go from one title to the next
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from feedsvc.bulletins.listings.page import Span
from feedsvc.bulletins.listings.titles import BOLD, HEADINGS, HEIGHT, Title, titles_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedsvc.bulletins.listings.dates import Dates
    from feedsvc.bulletins.listings.page import Node, Page

# How many entries are looked at to tell whether dates stand before titles or after them.
_SAMPLE = 12
# These are around a whole page, not around an entry.
_OUTERMOST = frozenset({"html", "body", "main"})


@dataclass(frozen=True, slots=True)
class Block:
    """One entry: its span, its title, and the element it is, if it is one."""

    span: Span
    title: Title
    node: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Entries that are neighbours and made alike, and the element around them."""

    blocks: tuple[Block, ...]
    parent: Node
    made: tuple[str, ...]

    @property
    def span(self) -> Span:
        """All its entries."""
        return Span(self.blocks[0].span.lo, self.blocks[-1].span.hi)


def rows_of(page: Page, dates: Dates) -> Iterator[Row]:
    """Give all rows of a page, and those of a single entry."""
    for made, titles in _groups(page).items():
        rows: dict[object, list[Block]] = defaultdict(list)
        for block in _evened(list(_largest(titles))):
            rows[_row_key(block)].append(block)
        for blocks in rows.values():
            parent = _parent(blocks[0])
            yield Row(tuple(_spread(blocks, parent, page, dates)), parent, made)


def flows_of(page: Page, dates: Dates) -> Iterator[Row]:
    """Give the texts below bold titles, in whatever elements these stand: old pages leave elements open."""
    for made, titles in _groups(page).items():
        if made[0] not in BOLD or len(titles) < 2:
            continue
        blocks = [Block(title.span, title, title.node) for title in titles]
        parent = _around_all(titles)
        yield Row(tuple(_between(blocks, parent, page, dates)), parent, made)


def _groups(page: Page) -> dict[tuple[str, ...], list[Title]]:
    """Give the titles of a page by how they are made."""
    groups: dict[tuple[str, ...], list[Title]] = defaultdict(list)
    for title in titles_of(page):
        groups[title.made].append(title)
    return groups


def _around_all(titles: Sequence[Title]) -> Node:
    """Give the innermost element that holds all titles."""
    return next(
        (it for it in titles[0].node.ancestors() if it.hi >= titles[-1].span.hi and it is not titles[0].node),
        titles[0].node,
    )


def _largest(titles: Sequence[Title]) -> Iterator[Block]:
    """Give each title's entry: the largest element around it that holds no other title of the kind."""
    befores = [0, *(title.span.hi for title in titles)]
    afters = [*(title.span.lo for title in titles[1:]), None]
    for title, before, after in zip(titles, befores, afters, strict=False):
        node = title.node
        for outer in islice(node.ancestors(), 1, HEIGHT):
            if outer.lo < before or (after is not None and outer.hi > after) or outer.tag in _OUTERMOST:
                break
            node = outer
        yield Block(node.span, title, node)


def _evened(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give entries as most of them are: one that stands alone below its day is the item there, not the list."""
    places = Counter(_place(block.node) for block in blocks if block.node)
    usual, many = places.most_common(1)[0]
    for block in blocks:
        inside = islice((block.title.link or block.title.node).ancestors(), HEIGHT) if many > 1 else ()
        like = next((it for it in inside if block.span.holds(it.span) and _place(it) == usual), None)
        yield replace(block, span=like.span, node=like) if like else block


def _place(node: Node) -> tuple[str, str, str]:
    """Tell what an element is and what it stands in."""
    parent = node.parent or node
    return node.tag, parent.tag, parent.classes


def _parent(block: Block) -> Node:
    node = block.node or block.title.node
    return node.parent or node


def _row_key(block: Block) -> object:
    """Tell rows of a grid, which are neighbours made alike, as one."""
    parent = _parent(block)
    if parent.parent is None or parent.tag in _OUTERMOST:
        return parent
    return (parent.parent, parent.tag, parent.classes)


def _spread(blocks: list[Block], parent: Node, page: Page, dates: Dates) -> list[Block]:
    """Give entries what stands between them, if that is how the page is written."""
    if len(blocks) < 2 or any(_parent(block) is not parent for block in blocks):
        return blocks
    gaps = [one.span.hi < other.span.lo for one, other in pairwise(blocks)]
    if 2 * sum(gaps) < len(gaps):
        return blocks
    return _between(blocks, parent, page, dates)


def _between(blocks: list[Block], parent: Node, page: Page, dates: Dates) -> list[Block]:
    """Give entries all up to the next one."""
    starts, ends = _bounds(blocks, parent, page, dates)
    ends = [*ends[1:], _end(blocks, parent, page)]
    return [
        replace(block, span=Span(lo, max(hi, block.span.hi)), node=None)
        for block, lo, hi in zip(blocks, starts, ends, strict=True)
    ]


def _bounds(blocks: Sequence[Block], parent: Node, page: Page, dates: Dates) -> tuple[list[int], list[int]]:
    """Tell where entries begin, and where what belongs to the one before each ends.

    They begin at the lines of their titles; or at the dates above those, if most have one. A date that is a heading,
    or that only some have above them, is the one of all entries up to the next.
    """
    ends = [parent.lo, *(block.span.hi for block in blocks)]
    at_titles = [max(page.line_at(block.span.lo).lo, end) for block, end in zip(blocks, ends, strict=False)]
    at_dates = [_date_above(lo, end, page, dates) or lo for lo, end in zip(at_titles, ends, strict=False)]
    nexts = [*at_titles[1:], parent.hi]
    sample = list(zip(blocks, at_titles, at_dates, nexts, strict=True))[:_SAMPLE]
    before = sum(lo != date_lo for _, lo, date_lo, _ in sample)
    after = sum(_is_dated(block, lo, following, page, dates) for block, lo, _, following in sample)
    if before <= after:
        return at_titles, at_titles
    heads = any(
        page.pieces[lo].node.tag in HEADINGS
        for title, lo in zip(at_titles, at_dates, strict=True)
        if lo < title
    )
    return (at_titles if heads or 2 * before <= len(sample) else at_dates), at_dates


def _date_above(lo: int, end: int, page: Page, dates: Dates) -> int | None:
    """Tell where a date begins that stands on the line above a title."""
    if lo <= end:
        return None
    line = page.line_at(lo - 1)
    return line.lo if line.lo >= end and dates.of_line(line) else None


def _is_dated(block: Block, lo: int, following: int, page: Page, dates: Dates) -> bool:
    """Tell whether an entry has its date in itself or on the line after it."""
    if dates.of_entry(Span(lo, block.span.hi), block.title.span):
        return True
    below = page.lines_of(Span(block.span.hi, following), 1)
    return bool(below and dates.of_line(below[0]))


def _end(blocks: Sequence[Block], parent: Node, page: Page) -> int:
    """Tell where the last entry ends: at what is like nothing that stands between the others."""
    between = page.pieces[blocks[0].span.lo : blocks[-1].span.hi]
    usual = {_child_tag(piece.node, parent) for piece in between}
    headings = {piece.node.tag for piece in between}
    for at in range(blocks[-1].span.hi, parent.hi):
        node = page.pieces[at].node
        new_heading = node.tag in HEADINGS and node.tag not in headings
        if node.side or new_heading or _child_tag(node, parent) not in usual:
            return at
    return parent.hi


def _child_tag(node: Node, parent: Node) -> str:
    """Give the tag of what an element stands in directly below another."""
    tag = ""
    for outer in islice(node.ancestors(), HEIGHT):
        if outer is parent:
            break
        tag = outer.tag
    return tag
