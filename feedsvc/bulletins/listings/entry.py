"""An entry of a page as a draft: its title, date, text and link, each looked for where pages have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import groupby, islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.html.blocks import plain_paragraphs
from feedsvc.bulletins.html.rich_text import blocks as rich_blocks
from feedsvc.bulletins.html.rich_text import html_of
from feedsvc.bulletins.inline_labels import read_value
from feedsvc.bulletins.listings.dates import EntryDate, Kind
from feedsvc.bulletins.listings.fields import read_fields
from feedsvc.bulletins.listings.page import Span
from feedsvc.bulletins.listings.titles import HEIGHT, MORE, is_furniture, read_title
from feedsvc.model import Draft, Stated

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from lxml import etree

    from feedsvc.bulletins.listings.dates import Dates
    from feedsvc.bulletins.listings.page import Node, Page
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Problem

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Elements that make a text more than its paragraphs.
_RICH = frozenset(
    {"a", "b", "strong", "em", "i", "li", "table", "blockquote", "pre", "h2", "h3", "h4", "h5", "h6"}
)
_MOST_LINK_WORDS = 6
# What joins a text to the title or date before it on a line.
_JOINTS = " .,:;)|·•\u2013\u2014-"


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of an entry are; None: to be found. `rich`: its text is wanted as HTML, too."""

    span: Span
    title: Span
    link: Node | None = None
    date: EntryDate | None = None
    text: Span | None = None
    labels: Span | None = None
    rich: bool = True


def read_entry(
    dates: Dates, parts: Parts, base: str, fallback: EntryDate | None = None
) -> tuple[Draft | None, tuple[Problem, ...]]:
    """Make a draft of an entry, and problems of its fields; None if it has no title.

    `fallback` is the date it has if it says none.
    """
    page = dates.page
    title, inside = read_title(parts.title, dates)
    if not title:
        return None, ()
    said, fields = read_fields(dates, _around_title(page, parts))
    day = parts.date or dates.of_entry(parts.span, parts.title) or inside or fallback
    paragraphs, html = _body(dates, parts, day, title, base, fields)
    labelled = stated(page.text(parts.labels), dates.manner) if parts.labels else Stated()
    draft = Draft(
        date=day.day if day else None,
        title=title,
        paragraphs=paragraphs,
        html=html,
        link=said.link or _link(page, parts, base),
        line=page.source_line(parts.span),
        last_line=max(page.source_line(parts.span), page.source_line(parts.span, last=True)),
        language=said.language,
        stated=joined(labelled, said.stated),
        publish_at=said.publish_at,
        notes=((day.note,) if day and day.note else ()) + said.notes,
    )
    return draft, said.problems


def once(drafts: Iterable[Draft]) -> list[Draft]:
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


def stated(text: str, manner: Manner) -> Stated:
    """Give what the editors' own line says an entry is about: countries, topics and regions in any order."""
    said = [read_value(key, text, manner) for key in ("countries", "topics", "regions")]
    return Stated(said[0].countries, said[1].topics, said[2].regions)


def joined(first: Stated, second: Stated) -> Stated:
    """Give what one says, and of what it leaves open what the other does."""
    return Stated(
        first.countries or second.countries, first.topics or second.topics, first.regions or second.regions
    )


def address_of(href: str, base: str) -> str:
    """Give an address as it can be followed, beginning at `base`; nothing if it leads to no page."""
    href = clean(href).replace(" ", "%20")
    scheme = _SCHEME.match(href)
    if not href or href.startswith("#") or (scheme and scheme[1].lower() not in {"http", "https"}):
        return ""
    try:
        return urljoin(base, href) if base else href
    except ValueError:
        return ""


def base_of(root: etree._Element, address: str) -> str:
    """Give the address that relative ones on a page begin at."""
    said = next((it.get("href", "") for it in root.iter("base") if it.get("href")), "")
    return address_of(said, address) or address


# --- link -----------------------------------------------------------------------


def _link(page: Page, parts: Parts, base: str) -> str | None:
    """Give the link of the title, else the one around the entry, else the one that leads on, else the only one."""
    if parts.link is not None:
        return address_of(parts.link.element.get("href", ""), base) or None
    around = _links(page, parts.title)
    inside = _links(page, parts.span)
    onward = [node for node in inside if MORE.fullmatch(page.text(node.span))]
    addresses = dict.fromkeys(address_of(node.element.get("href", ""), base) for node in inside)
    only = inside if len([it for it in addresses if it]) == 1 else []
    for node in (*around, *onward, *only):
        if address := address_of(node.element.get("href", ""), base):
            return address
    return None


def _links(page: Page, span: Span) -> list[Node]:
    return list(dict.fromkeys(piece.node.link for piece in page.pieces[span.lo : span.hi] if piece.node.link))


# --- text -----------------------------------------------------------------------


def _around_title(page: Page, parts: Parts) -> list[Span]:
    """Give the lines of an entry without its title and its line of labels."""
    gone = _pieces_of([parts.title, parts.labels or Span(0, 0)])
    return [rest for line in page.lines_of(parts.span) for rest in _rests(line, gone)]


def _body(
    dates: Dates, parts: Parts, day: EntryDate | None, title: str, base: str, fields: Sequence[Span]
) -> tuple[tuple[str, ...], str]:
    """Give the text of an entry, as paragraphs and as HTML where that says more."""
    page = dates.page
    kept = _kept(dates, parts, day, title, fields)
    if not kept:
        return (), ""
    plain = tuple(filter(None, (_text(page, line) for line in kept)))
    if not parts.rich or not any(_is_rich(page, line, parts.span) for line in kept):
        return plain, ""
    written = rich_blocks(_written(page, kept, parts.span), base)
    paragraphs = plain_paragraphs(written)
    return (paragraphs, html_of(written)) if paragraphs else (plain, "")


def _text(page: Page, line: Span) -> str:
    """Give the text of a line, without what joined it to a title or date before it."""
    text = page.text(line)
    return text if page.pieces[line.lo].begins_line else text.lstrip(_JOINTS)


def _kept(
    dates: Dates, parts: Parts, day: EntryDate | None, title: str, fields: Sequence[Span]
) -> list[Span]:
    """Give the lines that are the text of an entry: not its title, date, links to press, or what is beside it."""
    page = dates.page
    dated = [node.span for node in page.dated_in(parts.span)] if parts.text is None else []
    told = day.span if day and day.kind is not Kind.DATELINE else Span(0, 0)
    short = (span for span in dated if span.hi - span.lo <= 4)
    gone = _pieces_of([parts.title, told, parts.labels or Span(0, 0), *fields, *short])
    kept = []
    for line in page.lines_of(parts.text or parts.span):
        for span in _rests(line, gone):
            again = day is not None and dates.is_same(page.text(span), day.day)  # as for phones
            if not again and (parts.text is not None or not _is_meta(page, span, title)):
                kept.append(_without_more(page, span))
    return [span for span in kept if span.lo < span.hi]


def _pieces_of(spans: Iterable[Span]) -> set[int]:
    return {at for span in spans for at in range(*span)}


def _rests(line: Span, gone: Container[int]) -> list[Span]:
    """Give what is left of a line without some pieces, such as those of the title and the date."""
    runs = (list(run) for is_gone, run in groupby(range(*line), gone.__contains__) if not is_gone)
    return [Span(run[0], run[-1] + 1) for run in runs]


def _without_more(page: Page, span: Span) -> Span:
    """Take “Read more” from the end of a line."""
    last = page.pieces[span.hi - 1]
    if last.node.link and MORE.fullmatch(page.text(last.node.link.span)):
        return Span(span.lo, max(span.lo, last.node.link.lo))
    return span


def _is_meta(page: Page, span: Span, title: str) -> bool:
    """Tell whether a line is about an entry rather than its text: its section, its author, a button."""
    text = page.text(span)
    if not any(map(str.isalnum, text)) or is_furniture(text) or text == title:
        return True
    pieces = page.pieces[span.lo : span.hi]
    if any(piece.node.side for piece in pieces):
        return True
    words = len(text.split())
    linked = all(piece.node.link or not any(map(str.isalnum, piece.text)) for piece in pieces)
    return (linked and words <= _MOST_LINK_WORDS) or (words <= 3 and text[-1] not in ".!?…:")


def _is_rich(page: Page, line: Span, span: Span) -> bool:
    for piece in page.pieces[line.lo : line.hi]:
        for node in islice(piece.node.ancestors(), HEIGHT):
            if node.lo < span.lo or node.hi > span.hi or (node.lo, node.hi) == span:
                break
            if node.tag in _RICH:
                return True
    return False


def _written(page: Page, kept: Sequence[Span], span: Span) -> str:
    """Write the pieces that are kept in their elements again."""
    parts: list[str] = []
    open_nodes: list[Node] = []
    for line in kept:
        if not (line.lo and page.pieces[line.lo].begins_line and parts):
            parts.append(" ")
        else:
            parts.append("<br>")
        begun = page.pieces[line.lo].begins_line
        for piece in page.pieces[line.lo : line.hi]:
            text = piece.text if begun else piece.text.lstrip(_JOINTS)
            begun = begun or bool(text)
            path = _path(piece.node, span)
            same = 0
            while same < min(len(path), len(open_nodes)) and path[same] is open_nodes[same]:
                same += 1
            parts += [f"</{node.tag}>" for node in reversed(open_nodes[same:])]
            parts += [_opening(node) for node in path[same:]]
            open_nodes = path
            parts.append(escape(text, quote=False))
    parts += [f"</{node.tag}>" for node in reversed(open_nodes)]
    return "".join(parts)


def _path(node: Node, span: Span) -> list[Node]:
    path = []
    for outer in islice(node.ancestors(), HEIGHT):
        if outer.lo < span.lo or outer.hi > span.hi:
            break
        path.append(outer)
    return path[::-1]


def _opening(node: Node) -> str:
    href = node.element.get("href") if node.tag == "a" else None
    return f'<{node.tag} href="{escape(href)}">' if href else f"<{node.tag}>"
