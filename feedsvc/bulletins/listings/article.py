"""An entry on a page of its own: what the page says of it to programs, else what it shows.

title   the heading that the page's own title agrees with         link   rel=canonical (RFC 6596)
date    article:published_time, JSON-LD datePublished, <time>, the lines around the title
body    the selector of the source, else <article> or <main>, else where the most text stands
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.dates import find_date, read_moment
from feedsvc.bulletins.html.rich_text import clean_html, plain
from feedsvc.bulletins.listings.dates import Dates, EntryDate, Kind
from feedsvc.bulletins.listings.entry import address_of, base_of, joined, stated
from feedsvc.bulletins.listings.fields import read_fields
from feedsvc.bulletins.listings.page import Page, Span, parse, read_page, select
from feedsvc.bulletins.listings.said import said_by, things_of
from feedsvc.bulletins.listings.titles import HEADINGS, HEIGHT, is_byline, is_furniture
from feedsvc.model import Draft, Reading, Stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from feedsvc.bulletins.listings.page import Node
    from feedsvc.bulletins.manner import Manner

# Names of <meta> elements that say when a page was published: Open Graph, schema.org, Dublin Core, parsely.
_PUBLISHED = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "dcterms.issued",
    "dcterms.date",
    "dcterms.created",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "date",
)
_SITE_NAME = re.compile(r"\s+(?:[|\u2013\u2014»·]|-|::)\s+")
# A line of so many characters is text; fewer may be a menu.
_LEAD = 40
# The share of a text that leaves out no more than its lead.
_NEARLY_ALL = 0.85
# What is a part of a text rather than around it.
_PARAGRAPHS = (
    frozenset(
        """p li a b i em strong span font u small sup sub td tr tbody ul ol blockquote figure figcaption html""".split()  # noqa: SIM905
    )
    | HEADINGS
)
# In how many lines above and below the title its date stands.
_ABOVE = 6
_BELOW = 8


def read_article(html: str, manner: Manner) -> Draft | None:
    """Read the entry that a page is about, what is wrong with its fields in its notes; None if there is none.

    Raises BulletinError for a page that only a machine could have made.
    """
    found = read_only_entry(html, manner)
    wrong = tuple(problem.reason for problem in found.problems)
    return replace(found.drafts[0], notes=found.drafts[0].notes + wrong) if found.drafts else None


def read_only_entry(html: str, manner: Manner) -> Reading:
    """Read the entry that a page is about, and problems of its fields; nothing if it has no title or no text.

    Raises BulletinError for a page that only a machine could have made.
    """
    root = parse(html)
    if root is None:
        return Reading()
    page = read_page(root)
    dates = Dates(page, manner)
    base = base_of(root, manner.address)
    meta = said_by(root)
    heading = _heading(page, meta)
    title = page.text(heading.span) if heading else _site_title(meta)
    body = _body(page, manner.source.selectors.article)
    if not title or body is None:
        return Reading()
    day = _published(page, meta, manner) or _shown(dates, heading, body)
    says = _labels(page, manner)  # may stand in the text, where it is hidden then
    said, fields = read_fields(dates, _lines(page, title, heading, body))
    _hide(dates, body, title, heading, day)
    for line in fields:
        _erase(page, line)
    text = clean_html(etree.tostring(body.element, encoding="unicode", with_tail=False), base)
    paragraphs = plain(text)
    if not paragraphs:
        return Reading()
    draft = Draft(
        date=day.day if day else None,
        title=title,
        paragraphs=paragraphs,
        html=text,
        link=said.link or _link(root, meta, base, manner.address),
        line=page.source_line(heading.span if heading else body.span),
        last_line=max(page.source_line(body.span, last=True), page.source_line(body.span)),
        language=said.language,
        stated=joined(says, said.stated),
        publish_at=said.publish_at,
        notes=((day.note,) if day and day.note else ()) + said.notes,
    )
    return Reading((draft,), said.problems)


# --- title and link -----------------------------------------------------------------


def _heading(page: Page, meta: dict[str, str]) -> Node | None:
    """Give the heading that is the page's own title: the one that its title for programs begins with, else its h1."""
    named = [meta[name].casefold() for name in ("og:title", "title") if name in meta]
    site = {meta.get("og:site_name", "").casefold(), ""}

    def rank(node: Node) -> tuple[bool, bool, bool, int]:
        text = page.text(node.span).casefold()
        return (
            any(it.startswith(text) for it in named),
            any(text in it for it in named),
            node.tag == "h1",
            len(text),
        )

    headings = [
        node
        for node in page.nodes
        if node.tag in HEADINGS and not node.side and page.text(node.span).casefold() not in site
    ]
    best = max(headings, key=rank, default=None)
    return best if best is not None and any(rank(best)[:3]) else None


def _site_title(meta: dict[str, str]) -> str:
    """Give the title that a page has for programs, without the name of the site."""
    if said := meta.get("og:title", ""):
        return said
    parts = _SITE_NAME.split(meta.get("title", ""))
    return next((part for part in parts if part.count(" ") > 1), parts[0])


def _link(root: etree._Element, meta: dict[str, str], base: str, address: str) -> str | None:
    canonical = (
        it.get("href", "") for it in root.iter("link") if "canonical" in (it.get("rel") or "").lower().split()
    )
    said = (next(canonical, ""), meta.get("og:url", ""))
    return next((link for it in said if (link := address_of(it, base))), address) or None


# --- date ---------------------------------------------------------------------------


def _published(page: Page, meta: dict[str, str], manner: Manner) -> EntryDate | None:
    """Give the date of publication that a page says to programs."""
    said = [meta[name] for name in _PUBLISHED if name in meta]
    for text in (*said[:1], *_json_dates(page), *said[1:]):
        if day := _day(text, manner):
            return EntryDate(day, Span(0, 0), Kind.SAID)
    return None


def _json_dates(page: Page) -> Iterator[str]:
    """Give the dates of publication in JSON-LD."""
    for thing in things_of(page.root):
        if isinstance(said := thing.get("datePublished"), str):
            yield clean(said[:200])


def _day(text: str, manner: Manner) -> date | None:
    """Give the day of a moment: the one that is written, but of one in UTC that of the site's own zone."""
    moment = read_moment(text, manner) if re.search(r"(?:[+-]00:?00|Z)$", text) else None
    if moment is not None:
        return moment.astimezone(manner.timezone).date()
    found = find_date(text[:200], manner)
    return found.day if found else None


def _shown(dates: Dates, heading: Node | None, body: Node) -> EntryDate | None:
    """Give the date that a reader sees: around the title, else where the text begins."""
    page = dates.page
    spans = []
    if heading is not None:
        below = page.lines_of(Span(heading.hi, len(page.pieces)), _BELOW)
        above = page.lines_of(Span(0, heading.lo))[-_ABOVE:]
        spans = [Span(it[0].lo, it[-1].hi) for it in (below, above) if it]
    first = page.lines_of(body.span, _BELOW)
    spans += [Span(first[0].lo, first[-1].hi)] if first else []
    title = heading.span if heading else Span(0, 0)
    found = [dates.of_entry(span, title) for span in spans]
    return next(
        (day for day in found if day and not page.pieces[min(day.span.lo, len(page.pieces) - 1)].node.side),
        None,
    )


# --- body ---------------------------------------------------------------------------


def _body(page: Page, css: str) -> Node | None:
    """Give the element with the text of a page."""
    if css:
        found = [page.by_element[it] for it in select(page.root, css) if it in page.by_element]
        if found:
            return found[0]
    scores: dict[Node, float] = defaultdict(float)
    texts: dict[Node, int] = defaultdict(int)
    for line in page.lines:
        length = _text_length(page, line)
        if length < _LEAD:
            continue
        for step, outer in enumerate(islice(_around(page.pieces[line.lo].node), HEIGHT)):
            texts[outer] += length
            scores[outer] += length / (1 + step) + (length if outer.tag in {"article", "main"} else 0)
    best = max(scores, key=lambda node: scores[node], default=None)
    return best and _narrowed(best, texts)


def _text_length(page: Page, line: Span) -> int:
    """Tell how many characters of text a line has; none if it stands beside the content or leads elsewhere."""
    pieces = page.pieces[line.lo : line.hi]
    if pieces[0].node.side or all(piece.node.link for piece in pieces):
        return 0
    return len(page.text(line))


def _around(node: Node) -> Iterator[Node]:
    """Give what stands around a paragraph, inside out, without the paragraph itself."""
    return (outer for outer in node.ancestors() if outer.tag not in _PARAGRAPHS)


def _narrowed(node: Node, texts: Mapping[Node, int]) -> Node:
    """Give the innermost element that has nearly all text of another: around it stands what is about the text."""
    least = _NEARLY_ALL * texts[node]
    inside = [it for it, length in texts.items() if length >= least and node.span.holds(it.span)]
    return min(inside, key=lambda it: (it.hi - it.lo, texts[it]))


def _lines(page: Page, title: str, heading: Node | None, body: Node) -> list[Span]:
    """Give the lines of a page in which fields may stand: from its title or text on, then those above."""
    start = heading.hi if heading is not None and heading.hi <= body.lo else body.lo
    lines = (*page.lines_of(Span(start, len(page.pieces))), *page.lines_of(Span(0, start)))
    return [line for line in lines if page.text(line) != title and not _is_hidden(page, line)]


def _is_hidden(page: Page, line: Span) -> bool:
    around = islice(page.pieces[line.lo].node.ancestors(), HEIGHT)
    return any(outer.element.get("hidden") is not None for outer in around)


def _erase(page: Page, line: Span) -> None:
    """Take a line out of a page, whatever it stands in."""
    for piece in page.pieces[line.lo : line.hi]:
        if piece.tail:
            piece.owner.tail = None
        else:
            piece.owner.text = None


def _hide(dates: Dates, body: Node, title: str, heading: Node | None, day: EntryDate | None) -> None:
    """Hide what of a body is no text: its title, its date, what stands beside it, what is to be pressed."""
    page = dates.page
    for node in page.nodes_in(body.span):
        if node.side is node or node is heading:
            node.element.set("hidden", "")
    begun = False
    for line in page.lines_of(body.span):
        text = page.text(line)
        is_head = not begun and (_is_head(dates, line) or is_byline(text))
        begun = begun or (not is_head and text != title and _text_length(page, line) >= _LEAD)
        if is_head or text == title or is_furniture(text) or (day and dates.is_same(text, day.day)):
            _hide_line(page, line, body)


def _is_head(dates: Dates, line: Span) -> bool:
    """Tell whether a line above a text is its date, or a link as of a menu or to where the page is."""
    page = dates.page
    if all(piece.node.link for piece in page.pieces[line.lo : line.hi]) or dates.of_line(line):
        return True
    within = [node for node in page.dated_in(line) if dates.of_element(node)]
    return sum(len(page.text(node.span)) for node in within) >= len(page.text(line)) > 0


def _hide_line(page: Page, line: Span, body: Node) -> None:
    """Hide the outermost element that holds just a line."""
    holder = None
    for outer in islice(page.pieces[line.lo].node.ancestors(), HEIGHT):
        if outer is body or not line.holds(outer.span):
            break
        holder = outer if outer.span == line else holder
    if holder is not None:
        holder.element.set("hidden", "")


def _labels(page: Page, manner: Manner) -> Stated:
    """Give what the editors' own line says, where the source tells where it is; it is no text then."""
    css = manner.source.selectors.labels
    nodes = [page.by_element[it] for it in select(page.root, css) if it in page.by_element] if css else []
    text = ", ".join(page.text(node.span) for node in nodes)
    for node in nodes:
        node.element.set("hidden", "")
    return stated(text, manner) if text else Stated()
