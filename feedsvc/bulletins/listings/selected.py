"""A page that lists entries where the selectors of its source say; what they leave open is found by structure."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from feedsvc.bulletins.listings.dates import Dates
from feedsvc.bulletins.listings.entry import Parts, once, read_entry
from feedsvc.bulletins.listings.fields import held_by_page
from feedsvc.bulletins.listings.page import Span, select
from feedsvc.bulletins.listings.titles import is_title, titles_of
from feedsvc.model import Problem, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedsvc.bulletins.listings.page import Node, Page
    from feedsvc.bulletins.manner import Manner

# How deep in an entry its parts may stand.
_DEPTH = 100
# The selectors of what is inside an entry.
_INSIDE = ("title", "date", "text", "link", "labels")


def read_selected(page: Page, manner: Manner, base: str) -> Reading:
    """Read the entries that the selectors find; a Problem for each selector that finds nothing on the whole page."""
    selectors = manner.source.selectors
    nodes = selected(page, selectors.entry)
    if not nodes:
        return Reading(problems=(_nothing("entry", selectors.entry, manner),))
    for node in nodes:
        _take_in(page, node)
    inside = {name: selected(page, css) for name in _INSIDE if (css := getattr(selectors, name))}
    firsts = {name: _firsts(found, nodes) for name, found in inside.items()}
    problems = [
        _nothing(name, getattr(selectors, name), manner) for name, found in inside.items() if not found
    ]
    dates = Dates(page, manner)
    drafts = []
    for node in nodes:
        parts = {name: first.get(node) for name, first in firsts.items()}
        draft, wrong = read_entry(dates, _parts(node, parts, dates), base)
        problems += wrong
        if draft is None:
            problems.append(
                manner.problem(page.source_line(node.span), "This entry has no title.", page.text(node.span))
            )
        else:
            drafts.append(draft)
    held = held_by_page(once(drafts), page.lines_of(Span(0, nodes[0].lo)), dates)
    return Reading(held.drafts, held.problems + tuple(problems))


def _take_in(page: Page, entry: Node) -> None:
    """Take for content what stands in an entry, though the entry itself stands beside the content."""
    side = entry.side
    if side is not None:
        for node in page.nodes_in(entry.span):
            node.side = None if node.side is side else node.side


def selected(page: Page, css: str) -> list[Node]:
    """Give the elements that a selector finds and a reader sees, in the order of the page."""
    return [page.by_element[it] for it in select(page.root, css) if it in page.by_element]


def _nothing(name: str, css: str, manner: Manner) -> Problem:
    return manner.problem(
        0, f"The selector `{name}` of the source, “{css}”, finds nothing on this page. Has the page changed?"
    )


def _firsts(found: Sequence[Node], entries: Sequence[Node]) -> dict[Node, Node]:
    """Give, by entry, the first of some elements that is in it."""
    known = set(entries)
    firsts: dict[Node, Node] = {}
    for node in found:
        entry = next((outer for outer in islice(node.ancestors(), _DEPTH) if outer in known), None)
        if entry is not None:
            firsts.setdefault(entry, node)
    return firsts


def _parts(entry: Node, inside: Mapping[str, Node | None], dates: Dates) -> Parts:
    title, date, text, labels, link = (
        inside.get(name) for name in ("title", "date", "text", "labels", "link")
    )
    if link is not None and link.link is None:
        link = next((it for it in dates.page.nodes_in(link.span) if it.link is it), None)
    return Parts(
        span=entry.span,
        title=title.span if title else _best_title(entry.span, dates),
        link=link.link if link else (title.link if title else None),
        date=dates.of_element(date) if date else None,
        text=text.span if text else None,
        labels=labels.span if labels else None,
    )


def _best_title(span: Span, dates: Dates) -> Span:
    """Give an entry's title: its heading, else its most prominent link, else its first line that is no date."""
    page = dates.page
    titles = [
        it for it in titles_of(page, span) if is_title(page.text(it.span)) and not dates.of_line(it.span)
    ]
    best = max(
        titles, key=lambda it: (it.heading, it.link is not None, len(page.text(it.span)) > 12), default=None
    )
    if best is not None:
        return best.span
    return next((it for it in page.lines_of(span) if not dates.of_line(it)), Span(span.lo, span.lo))
