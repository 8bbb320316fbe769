"""Where the entries of a page are, told by its structure alone.

    titles made alike ──► the largest element around each ──► rows of neighbours ──► the row most like news

Rows are judged by what news have: a date, a heading, a text, a link. Others of the same kind join the best one
unless they stand beside the content or only repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from math import log2
from statistics import median
from typing import TYPE_CHECKING

from feedsvc.bulletins.listings.page import Span
from feedsvc.bulletins.listings.rows import Block, Row, flows_of, rows_of
from feedsvc.bulletins.listings.titles import BOLD, HEIGHT, is_title, read_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedsvc.bulletins.listings.dates import Dates, EntryDate
    from feedsvc.bulletins.listings.page import Page

# How many entries of a row are looked at to judge it, and how many rows of a page.
_SAMPLE = 12
_ROWS = 100
# In how many lines of an entry its text is looked for, and how many characters more than a title it has.
_LINES = 20
_LEAD = 40
# More entries make a row no better.
_MANY = 40
# The least share of entries that have what makes a row one of news.
_SOME = 0.4
_HALF = 0.5
_MOST = 0.7
# How far apart, in elements, what is set off before a row may stand from it.
_NEAR = 4


@dataclass(frozen=True, slots=True)
class _Judgement:
    """How much a row is like news: which shares of its entries have what news have, and what that makes."""

    row: Row
    dated: float = 0
    headed: float = 0
    linked: float = 0
    told: float = 0
    score: float = 0


def find_blocks(page: Page, dates: Dates) -> list[Block]:
    """Give the entries of a page in its order; none if nothing that stands out on it is like a list of news."""
    rows, flows = list(rows_of(page, dates)), list(flows_of(page, dates))
    longest = sorted(
        (row for row in (*rows, *flows) if len(row.blocks) > 1), key=lambda row: -len(row.blocks)
    )
    judged = [_judge(row, page, dates) for row in longest[:_ROWS]]
    # Where elements hold the entries, they tell better where these end.
    scores = {it: it.score * (0.9 if it.row in flows else 1) for it in judged}
    least = max(scores.values(), default=0) * _HALF
    for best in sorted(judged, key=lambda it: -scores[it]):
        if scores[best] > max(0, least) and _is_news(best, page, dates):
            kin = _kin(best, rows, page, dates)
            return sorted((block for row in kin for block in row.blocks), key=lambda block: block.span)
    return []


def date_line(page: Page, span: Span, dates: Dates) -> Span | None:
    """Give the last line of a span that is there to tell a date, outside what stands beside the content."""
    for line in reversed(page.lines_of(span)):
        if page.pieces[line.lo].node.side is None and dates.of_line(line):
            return line
    return None


# --- judging ------------------------------------------------------------------------


def _judge(row: Row, page: Page, dates: Dates) -> _Judgement:
    step = max(1, len(row.blocks) // _SAMPLE)
    blocks = row.blocks[::step][:_SAMPLE]
    texts = [page.text(block.title.span) for block in blocks]
    if (
        _repeats(row, page)
        or _share(map(is_title, texts)) <= _HALF
        or _share(map(dates.is_date, texts)) > _HALF
    ):
        return _Judgement(row)
    dated = _share(date_of(block, dates) is not None for block in blocks)
    headed = _share(block.title.heading for block in blocks)
    linked = _share(block.title.link is not None for block in blocks)
    told = _share(_is_told(block, page) for block in blocks)
    strength = 3 * dated + 1.5 * headed + told + 0.7 * linked
    # The name of a section has one word or two; a whole text within a link is no title.
    short = row.made[0] not in BOLD and median(len(text.split()) for text in texts) < 3
    strength -= 1.5 * short + 2 * (median(map(len, texts)) > 200)
    score = strength * log2(1 + min(len(row.blocks), _MANY)) * (1.3 if row.parent.main else 1)
    return _Judgement(row, dated, headed, linked, told, score)


def date_of(block: Block, dates: Dates) -> EntryDate | None:
    """Give the date that an entry itself has, beside its title or within it."""
    return dates.of_entry(block.span, block.title.span) or read_title(block.title.span, dates)[1]


def _repeats(row: Row, page: Page) -> bool:
    """Tell whether titles are the same again and again, and lead to the same place."""
    different = {
        (page.text(it.title.span).casefold(), it.title.link and it.title.link.element.get("href"))
        for it in row.blocks
    }
    return len(different) < 0.8 * len(row.blocks)


def _share(answers: Iterable[bool]) -> float:
    given = list(answers)
    return sum(given) / len(given)


def _is_told(block: Block, page: Page) -> bool:
    """Tell whether an entry has a text beside its title."""
    return any(
        len(page.text(line)) >= _LEAD and not block.title.span.holds(line)
        for line in page.lines_of(block.span, _LINES)
    )


def _is_news(best: _Judgement, page: Page, dates: Dates) -> bool:
    """Tell whether the best row of a page is a list of news, and no menu, team or list of services."""
    if best.dated >= _SOME:
        return True
    row = best.row
    if _in_widget(row):
        return False
    above = Span(row.parent.main.lo if row.parent.main else 0, row.span.lo)
    prominent = best.headed >= _HALF or row.made[0] in BOLD
    if best.told >= _HALF and prominent and date_line(page, above, dates):
        return True
    if best.linked >= _MOST and _is_under_days(row, page, dates):
        return True
    return min(best.headed, best.told, best.linked) >= _MOST and len(row.blocks) > 2


def _is_under_days(row: Row, page: Page, dates: Dates) -> bool:
    """Tell whether dates stand among the entries of a row, each for those below it."""
    gaps = (Span(one.span.hi, other.span.lo) for one, other in pairwise(row.blocks[:_MANY]))
    return any(date_line(page, gap, dates) for gap in gaps)


def _in_widget(row: Row) -> bool:
    """Tell whether a row is what a website puts on all of its pages, such as WordPress's “Recent posts”."""
    return any("widget" in outer.classes.split() for outer in islice(row.parent.ancestors(), HEIGHT))


# --- what belongs to the best row ---------------------------------------------------


def _kin(best: _Judgement, rows: Iterable[Row], page: Page, dates: Dates) -> list[Row]:
    """Give the best row, those like it, and the few entries in front of it that are set off."""
    kin = [best.row]
    taken = bytearray(len(page.pieces))
    seen = _mark(best.row, page, taken)
    others = (_alike(row, best.row) or _set_off(row, best.row) for row in rows if row is not best.row)
    for row in islice(filter(None, others), _ROWS):
        titles = {page.text(block.title.span).casefold() for block in row.blocks}
        copies = 2 * len(titles & seen) > len(titles)
        overlaps = any(any(taken[block.span.lo : block.span.hi]) for block in row.blocks)
        if not copies and not overlaps and _is_as_good(row, best, dates):
            kin.append(row)
            seen |= _mark(row, page, taken)
    return kin


def _mark(row: Row, page: Page, taken: bytearray) -> set[str]:
    """Mark what the entries of a row take of the page, and give their titles."""
    for block in row.blocks:
        taken[block.span.lo : block.span.hi] = b"\1" * (block.span.hi - block.span.lo)
    return {page.text(block.title.span).casefold() for block in row.blocks}


def _alike(row: Row, best: Row) -> Row | None:
    """Give a row that is made like the best one and stands where the content is, too."""
    beside = row.parent.main is not best.parent.main or (_in_widget(row) and not _in_widget(best))
    return row if row.made == best.made and not beside else None


def _set_off(row: Row, best: Row) -> Row | None:
    """Give a row of few entries with headings that stands just before the best one."""
    first, last = row.blocks[0].title, row.blocks[-1].title
    if not first.heading or last.span.hi > best.span.lo or len(row.blocks) >= len(best.blocks):
        return None
    blocks = tuple(_before(block, best.span.lo) for block in row.blocks)
    around = set(islice(best.parent.ancestors(), _NEAR))
    near = not around.isdisjoint(islice(first.node.ancestors(), _NEAR + 2))
    return Row(blocks, row.parent, row.made) if near else None


def _before(block: Block, end: int) -> Block:
    """Give an entry as the largest element around its title that ends before the best row."""
    if block.span.hi <= end:
        return block
    node = block.title.node
    for outer in islice(node.ancestors(), 1, HEIGHT):
        if outer.hi > end:
            break
        node = outer
    return Block(node.span, block.title, node)


def _is_as_good(row: Row, best: _Judgement, dates: Dates) -> bool:
    """Tell whether a row has what the best one has: links and dates, or else no dates either."""
    if best.linked >= _HALF and any(block.title.link is None for block in row.blocks):
        return False
    dated = all(date_of(block, dates) for block in row.blocks[:_SAMPLE])
    return dated if best.dated >= _SOME or row.made != best.row.made else not dated
