"""A web page as what a reader sees of it: elements, the pieces of text in them, and the lines these make.

    <li><a href="/a">Title</a><br>3 May 2024</li>      pieces  Title · 3 May 2024      lines  0..1 · 1..2

Pieces are counted from 0, and a `Span` of them says where anything stands: an element, a line, an entry.
What nobody sees (scripts, hidden text, words for screen readers) and what only serves to type into is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from lxml import etree
from lxml.cssselect import CSSSelector

from feedsvc.bulletins.content import clean
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator

# How many tags a page may have: each costs some microseconds and half a kilobyte while it is read.
TAGS = 250_000

_LEFT_OUT = frozenset(
    """applet audio button canvas datalist embed frameset head iframe input map math meter noembed noframes noscript
    object progress script select style svg template textarea title video""".split()  # noqa: SIM905 (one on a line would fill a screen)
)
_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q ruby s samp
    small span strike strong sub sup time tt u var wbr""".split()  # noqa: SIM905
)
_FOR_EARS = frozenset(
    """screen-reader-text screen-reader sr-only visually-hidden visuallyhidden show-for-sr element-invisible
    elementor-screen-only assistive-text""".split()  # noqa: SIM905
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Parts of a page that are not its content, by element, role, or a word of its class or id.
_SIDE_TAGS = frozenset({"nav", "aside", "footer"})
_SIDE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "banner", "search", "menu", "dialog"})
_SIDE_WORDS = frozenset(
    """nav navbar navigation menu megamenu submenu footer sidebar breadcrumb breadcrumbs cookie cookies
    tweets tweet comments comment modal popup offcanvas pagination pager related relacionadas relacionados topbar
    masthead banner share sharing social sharedaddy sharethis addtoany addthis shareaholic relatedposts""".split()  # noqa: SIM905
)
# Where links lead that offer to send a page to others.
_SHARING = re.compile(
    r"https?://(?:[\w-]{1,40}\.){0,3}(?:facebook\.com/(?:share|dialog)|(?:twitter|x)\.com/(?:share|intent|home\?status)"
    r"|whatsapp\.com/send|wa\.me/\?|linkedin\.com/(?:share|cws)|t(?:elegram)?\.me/share|pinterest\.com/pin/create"
    r"|reddit\.com/submit|tumblr\.com/(?:share|widgets/share))|mailto:\?|whatsapp://",
    re.IGNORECASE,
)
_SIDE_NAMES = frozenset({"widget-area", "toc", "table-of-contents"})
_DATE_WORDS = re.compile(
    r"(?<![a-z])(?:date|datetime|datepublished|fecha|posted|published|publicado|timestamp|time)(?![a-z])"
)
_WORD = re.compile(r"[a-z]+")


class Span(NamedTuple):
    """Where something stands: from the piece `lo` up to, and without, the piece `hi`."""

    lo: int
    hi: int

    def holds(self, other: Span) -> bool:
        """Tell whether another span lies within this one."""
        return self.lo <= other.lo and other.hi <= self.hi


@dataclass(slots=True, eq=False)
class Node:
    """An element, and its place. `link` is the link it is or stands in; `side` the part around it that is no content.

    `main` is the part of the page that says it is the content, if it stands in one.
    """

    element: etree._Element
    tag: str
    parent: Node | None
    lo: int
    hi: int = 0
    link: Node | None = None
    side: Node | None = None
    main: Node | None = None

    @property
    def span(self) -> Span:
        """Its pieces of text."""
        return Span(self.lo, self.hi)

    @property
    def classes(self) -> str:
        """Its classes, in lower case."""
        return self.element.get("class", "").lower()

    def ancestors(self) -> Iterator[Node]:
        """Give itself and what it stands in, inside out."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


@dataclass(slots=True)
class Piece:
    """A text that no tag cuts, the element it stands in, and whether it follows one inside that (lxml's `tail`)."""

    text: str
    node: Node
    owner: etree._Element
    tail: bool
    begins_line: bool


@dataclass(slots=True)
class Page:
    """All of a page. `dated` are elements that say they hold a date. `nodes` are in the order of the page."""

    root: etree._Element
    nodes: list[Node] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    lines: list[Span] = field(default_factory=list)
    dated: list[Node] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    by_element: dict[etree._Element, Node] = field(default_factory=dict)

    def text(self, span: Span) -> str:
        """Give the text of a span, in one line that can be published."""
        return clean("".join(piece.text for piece in self.pieces[span.lo : span.hi]))

    def lines_of(self, span: Span, most: int | None = None) -> list[Span]:
        """Give the lines of a span, or the first of them; those that go on beyond it are cut."""
        if span.lo >= span.hi:
            return []
        first, last = self._line_number(span.lo), self._line_number(span.hi - 1) + 1
        last = last if most is None else min(last, first + most)
        return [Span(max(lo, span.lo), min(hi, span.hi)) for lo, hi in self.lines[first:last]]

    def line_at(self, piece: int) -> Span:
        """Give the line that a piece stands in."""
        return self.lines[self._line_number(piece)]

    def _line_number(self, piece: int) -> int:
        return bisect_right(self.starts, piece) - 1

    def dated_in(self, span: Span) -> list[Node]:
        """Give the elements of a span that say they hold a date."""
        at = bisect_left(self.dated, span.lo, key=lambda node: node.lo)
        found = []
        while at < len(self.dated) and self.dated[at].lo < span.hi:
            if self.dated[at].hi <= span.hi:
                found.append(self.dated[at])
            at += 1
        return found

    def nodes_in(self, span: Span) -> list[Node]:
        """Give the elements that lie within a span."""
        at = bisect_left(self.nodes, span.lo, key=lambda node: node.lo)
        found = []
        while at < len(self.nodes) and self.nodes[at].lo < span.hi:
            if self.nodes[at].hi <= span.hi:
                found.append(self.nodes[at])
            at += 1
        return found

    def is_whole_lines(self, span: Span) -> bool:
        """Tell whether a span begins and ends with a line."""
        return self.pieces[span.lo].begins_line and (
            span.hi == len(self.pieces) or self.pieces[span.hi].begins_line
        )

    def source_line(self, span: Span, *, last: bool = False) -> int:
        """Tell at which line of the HTML a span begins, or ends."""
        if not self.pieces or span.lo >= span.hi:
            return 1
        piece = self.pieces[span.hi - 1 if last else span.lo]
        # lxml doesn't say the line of a text: its element's is the nearest before it.
        return cast("int | None", piece.owner.sourceline) or 1


def parse(html: str) -> etree._Element | None:
    """Parse a page of any kind; None if there is nothing in it.

    Raises BulletinError for one that only a machine could have made: too many tags, or too deep in each other.
    """
    if html.count("<") > TAGS:
        raise BulletinError(f"This page has more than {TAGS:,} tags of HTML, so it was not read.")
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    data = html.replace("\0", "").encode("utf-8", "ignore")
    root = etree.fromstring(data, parser) if data.strip() else None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise BulletinError("This page has thousands of elements inside each other, so it was not read.")
    return root


def select(root: etree._Element, css: str) -> list[etree._Element]:
    """Give the elements that a selector finds, in the order of the page."""
    return cast("list[Any]", _selector(css)(root))


@lru_cache
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def read_page(root: etree._Element) -> Page:
    """Read a parsed page, in one pass."""
    page = _Reader(Page(root)).read()
    _mark_sides(page)
    return page


class _Reader:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: list[Node] = []
        self.space = ""
        self.breaks = True

    def read(self) -> Page:
        page = self.page
        walk = etree.iterwalk(page.root, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in walk:
            if event == "start":
                if _is_left_out(element):
                    skipped = element
                    walk.skip_subtree()
                    continue
                self.start(element)
                self.text(element.text, element, tail=False)
                continue
            if element is skipped:
                skipped = None
            else:
                self.end()
            if self.open:
                self.text(element.tail, element, tail=True)
        page.lines = _lines(page.pieces)
        page.starts = [line.lo for line in page.lines]
        return page

    def start(self, element: etree._Element) -> None:
        tag = element.tag
        parent = self.open[-1] if self.open else None
        node = Node(element, tag, parent, len(self.page.pieces))
        if parent is not None:
            node.link, node.main = parent.link, parent.main
        if tag == "a" and element.get("href") is not None:
            node.link = node
        if node.main is None and (tag == "main" or element.get("role") == "main"):
            node.main = node
        self.open.append(node)
        self.page.nodes.append(node)
        self.page.by_element[element] = node
        self.breaks = self.breaks or tag not in _INLINE
        if tag == "time" or _says_date(element):
            self.page.dated.append(node)

    def end(self) -> None:
        node = self.open.pop()
        node.hi = len(self.page.pieces)
        self.breaks = self.breaks or node.tag not in _INLINE

    def text(self, text: str | None, owner: etree._Element, *, tail: bool) -> None:
        if not text:
            return
        if text.isspace():
            self.space = " "
            return
        before = " " if self.breaks else self.space
        self.page.pieces.append(Piece(before + text, self.open[-1], owner, tail, self.breaks))
        self.space, self.breaks = "", False


def _is_left_out(element: etree._Element) -> bool:
    if element.tag in {"html", "body"}:
        return False
    style = element.get("style")
    return (
        element.tag in _LEFT_OUT
        or element.get("hidden") is not None
        or bool(style and _HIDDEN.search(style))
        or not _FOR_EARS.isdisjoint(element.get("class", "").split())
    )


def _says_date(element: etree._Element) -> bool:
    said = f"{element.get('class', '')} {element.get('itemprop', '')}"
    return len(said) > 1 and element.tag != "body" and bool(_DATE_WORDS.search(said.lower()))


def _lines(pieces: list[Piece]) -> list[Span]:
    starts = [at for at, piece in enumerate(pieces) if piece.begins_line]
    return [Span(lo, hi) for lo, hi in pairwise([*starts, len(pieces)])]


def _mark_sides(page: Page) -> None:
    """Mark what stands beside the content. What holds half of the page's text is no side, whatever it is called."""
    half = len(page.pieces) / 2
    for node in page.nodes:
        if node.parent is not None and node.parent.side is not None:
            node.side = node.parent.side
        elif node.hi - node.lo <= half and _is_side(node):
            node.side = node


def _is_side(node: Node) -> bool:
    element = node.element
    if node.tag in _SIDE_TAGS or element.get("role", "") in _SIDE_ROLES:
        return True
    if node.tag == "a":
        return bool(_SHARING.match(element.get("href", "").strip()))
    if node.tag in {"html", "body", "main", "article", "h1", "h2", "h3", "h4"}:
        return False
    if node.tag == "header":  # an entry may have its own
        return all(outer.tag not in {"article", "main", "section", "li"} for outer in node.ancestors())
    names = f"{node.classes} {element.get('id', '').lower()}".split()
    return any(name in _SIDE_NAMES or _is_side_name(_WORD.findall(name)) for name in names)


def _is_side_name(words: list[str]) -> bool:
    """Tell whether a class is named like a side: `main-menu`, `sidebar-left`, but not `teaser--has-menu-icon`."""
    return bool(words) and (words[0] in _SIDE_WORDS or words[-1] in _SIDE_WORDS)
