"""HTML of any kind as a flat row of blocks, and blocks as HTML again.

    <ul><li>One<p>Two<br>Three</ul>    the block  Two  is the HTML "Two" in the containers ul, li, p
    <div>Four <b>five</b></div>        a container has a number: what stands in the same one belongs together

A block is what stands on a line of its own. Only what may be published gets into one: other elements dissolve,
and what programs leave behind (scripts, styles, hidden text, tracking pixels, Word's own markup) goes.
Everything here is done in one pass, without recursion, in time that follows the length of the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urljoin

from lxml import etree

from feedsvc.bulletins.content import clean, scrub
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# How many tags a document may have: each costs some microseconds and half a kilobyte while it is read.
TAGS = 250_000
# How deep lists, quotations and tables may stand in each other; deeper ones dissolve.
_DEPTH = 12

_DROPPED = frozenset(
    """applet audio button canvas datalist embed frameset head iframe map math meter noembed noframes noscript
    object progress script select style svg template textarea title video xml""".split()  # noqa: SIM905 (one on a line would fill a screen)
)
_INLINE = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "sup": "sup",
    "sub": "sub",
}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HOLDERS = frozenset({"p", *_HEADINGS})
# What a container must stand in directly; those that aren't here may stand anywhere.
_PARENTS = {
    "li": frozenset({"ul", "ol"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}),
    "tr": frozenset({"table", "thead", "tbody", "tfoot"}),
    "th": frozenset({"tr"}),
    "td": frozenset({"tr"}),
    "figcaption": frozenset({"figure"}),
}
_CONTAINERS = frozenset({"ul", "ol", "blockquote", "figure", "table", "pre", *_PARENTS})
_TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
_DISSOLVED = frozenset(
    """address article aside body center dd details dialog div dl dt fieldset footer form header hgroup html legend
    main nav option search section summary""".split()  # noqa: SIM905
)
_BLOCKS = _HOLDERS | _CONTAINERS | _DISSOLVED
_OTHER_NAMES = {"menu": "ul", "dir": "ul", "listing": "pre", "xmp": "pre", "plaintext": "pre"}

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_PIXEL = re.compile(r"(?<![-\w])(?:width|height)\s*:\s*[01](?:px|pt)?\s*(?:;|!|$)", re.IGNORECASE)
_WORD_ITEM = re.compile(r"mso-list\s*:\s*l\d", re.IGNORECASE)
_WORD_MARK = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d{1,4})(?:px)?\s*")
_LINE = re.compile(r"\d{1,9}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_LAZY = ("src", "data-src", "data-lazy-src", "data-original")
# How a picture that came inside a bulletin is addressed: see `media`.
_MEDIUM = re.compile(r"/media/[0-9a-f]{32}\.[a-z]{3,4}")
_LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_IMAGE_SCHEMES = frozenset({"http", "https"})
# Browsers don't see these in an address.
_UNSEEN = dict.fromkeys(map(ord, "\t\n\r"))
# White space that XML 1.0 forbids, or that would end a line elsewhere.
_NOT_XML = re.compile("[\x0b\x0c\r\x85\u2028\u2029]")
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
# libxml2 keeps the line of an element in 16 bits.
_LAST_SOURCE_LINE = 65_535


class Container(NamedTuple):
    """An element around blocks. Those with the same number are one; `mark` is what a list item begins with."""

    tag: str
    number: int
    attributes: str = ""
    mark: str = ""

    @property
    def written(self) -> str:
        """The tag it is published with: a page's own title is its only h1 and h2."""
        return "h3" if self.tag in {"h1", "h2"} else self.tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What stands on a line of its own: a line of a paragraph, heading or list item, a table, a picture, a rule.

    `html` is what stands inside its `path` of containers, outermost first. `paragraphs` are the same as plain text:
    one line, the rows of a table, or nothing. `line` and `last_line` are those of the document. `bold`: wholly so;
    `link`: the address, where all of it is one link; `picture`: whether one is in it. `mark` is set on the
    beginning of a list item. `glue` is what stands between it and another line before it in the same container.
    """

    html: str
    paragraphs: tuple[str, ...]
    path: tuple[Container, ...]
    line: int
    last_line: int
    bold: bool = False
    link: str = ""
    picture: bool = False
    mark: str = ""
    glue: str = "<br>"

    @property
    def text(self) -> str:
        """Its plain text in one line."""
        return " ".join(self.paragraphs)

    @property
    def level(self) -> int:
        """How important a heading it is, 1 to 6; 0 if it is none."""
        tag = self.path[-1].tag if self.path else ""
        return _HEADINGS.index(tag) + 1 if tag in _HEADINGS else 0

    @property
    def goes_on(self) -> bool:
        """Whether a text was only wrapped before it."""
        return self.glue == " "


def read_blocks(html: str, base: str = "") -> list[Block]:
    """Give the blocks of a document or a part of one; relative addresses begin at `base`.

    Lines are those that `data-line` and `data-last-line` say, else those of the HTML itself.
    Raises BulletinError for one that only a machine could have made: too many tags, or too deep in each other.
    """
    if html.count("<") > TAGS:
        raise BulletinError(f"This has more than {TAGS:,} tags of HTML. Split it into smaller files.")
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    data = html.replace("\0", "").encode("utf-8", "ignore")
    root = etree.fromstring(data, parser) if data.strip() else None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise BulletinError("This HTML has thousands of elements inside each other, so it was not read.")
    return [] if root is None else _with_tables(_Reader(base, _layout_tables(root)).read(root))


def write_blocks(blocks: Sequence[Block]) -> str:
    """Give the HTML of blocks, each in its containers."""
    parts: list[str] = []
    path: tuple[Container, ...] = ()
    for block in blocks:
        if block.path and block.path == path:
            parts.append(block.glue)
        else:
            same = _shared(path, block.path)
            parts += [f"</{container.written}>" for container in reversed(path[same:])]
            parts += ["\n"] if parts and not same else []
            parts += [
                _opening(*pair)
                for pair in zip(block.path[same:], (*block.path[same + 1 :], None), strict=False)
            ]
        parts.append(block.html)
        path = block.path
    return "".join([*parts, *(f"</{container.written}>" for container in reversed(path))])


def paragraphs_of(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Give blocks as plain text: wrapped lines joined, items with their marks, nothing for an empty block."""
    paragraphs: list[str] = []
    path: tuple[Container, ...] | None = None
    for block in blocks:
        if block.goes_on and block.path == path and paragraphs:
            paragraphs[-1] = f"{paragraphs[-1]} {block.text}"
        else:
            first, *others = block.paragraphs or ("",)
            paragraphs += [text for text in (f"{block.mark}{first}" if first else "", *others) if text]
        path = block.path
    return tuple(paragraphs)


def _shared(one: Sequence[Container], other: Sequence[Container]) -> int:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left.number != right.number:
            break
        same += 1
    return same


def _opening(container: Container, inner: Container | None) -> str:
    """Give the opening tag; a list that was cut goes on counting."""
    attributes = container.attributes
    if container.tag == "ol" and inner and inner.mark and inner.mark != "1. ":
        attributes = f' start="{inner.mark.removesuffix(". ")}"'
    return f"<{container.written}{attributes}>"


def _with_tables(lines: Sequence[Block]) -> list[Block]:
    """Make one block of each table."""
    blocks: list[Block] = []
    for depth_and_number, group in groupby(lines, key=_table):
        cells = list(group)
        if depth_and_number is None:
            blocks += cells
        elif any(cell.paragraphs or cell.picture for cell in cells):
            blocks.append(_table_block(cells, depth_and_number[0]))
    return blocks


def _table(block: Block) -> tuple[int, int] | None:
    """Tell in which table a block is: how deep that stands, and its number."""
    return next(((depth, it.number) for depth, it in enumerate(block.path) if it.tag == "table"), None)


def _table_block(cells: Sequence[Block], depth: int) -> Block:
    rows = []
    for _row, group in groupby(
        cells, key=lambda cell: [it.number for it in cell.path if it.tag in {"tr", "caption"}]
    ):
        texts = [" ".join(cell.text for cell in column) for _, column in groupby(group, key=_cell)]
        rows.append(" | ".join(text.strip() for text in texts if text.strip()))
    return Block(
        html=write_blocks([replace(cell, path=cell.path[depth:]) for cell in cells]),
        paragraphs=tuple(filter(None, rows)),
        path=cells[0].path[:depth],
        line=min(cell.line for cell in cells),
        last_line=max(cell.last_line for cell in cells),
        picture=any(cell.picture for cell in cells),
        glue="",
    )


def _cell(block: Block) -> int:
    return next((it.number for it in reversed(block.path) if it.tag in {"td", "th", "caption"}), 0)


@dataclass(slots=True)
class _TableShape:
    """What tells a table of facts from one that only places text on a page."""

    layout: bool
    cells: int = 0
    widest: int = 0
    blocks: int = 0


def _layout_tables(root: etree._Element) -> set[etree._Element]:
    """Find the tables that place text: with tables, headings or whole texts inside, or with one column."""
    found: set[etree._Element] = set()
    shapes: list[_TableShape] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if tag == "table" and event == "end":
            shape = shapes.pop()
            if shape.layout or shape.widest < 2:
                found.add(element)
        elif tag == "table":
            if shapes:
                shapes[-1].layout = True
            shapes.append(_TableShape(element.get("role") in {"presentation", "none"}))
        elif shapes and event == "start":
            _look(shapes[-1], tag)
    return found


def _look(shape: _TableShape, tag: str) -> None:
    match tag:
        case "tr":
            shape.cells = 0
        case "td" | "th":
            shape.cells += 1
            shape.blocks = 0
            shape.widest = max(shape.widest, shape.cells)
        case "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            shape.blocks += 1
            shape.layout = shape.layout or tag != "p" or shape.blocks > 2


class _Inline(NamedTuple):
    tag: str
    attributes: str = ""
    address: str = ""


class _Open(NamedTuple):
    """What was open when an element began."""

    block: bool
    frames: int
    inlines: int
    blocks: int


@dataclass(slots=True)
class _Line:
    """The block that is being read. Tags of inline elements are written when there is text for them."""

    path: tuple[Container, ...]
    line: int
    parts: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    open: list[_Inline] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    bold: bool = True
    picture: bool = False
    alternatives: list[str] = field(default_factory=list)

    def go_into(self, inlines: Sequence[_Inline], space: str) -> None:
        same = 0
        while same < min(len(inlines), len(self.open)) and inlines[same] == self.open[same]:
            same += 1
        self.parts += [f"</{inline.tag}>" for inline in reversed(self.open[same:])]
        self.parts.append(space)
        self.parts += [f"<{inline.tag}{inline.attributes}>" for inline in inlines[same:]]
        self.open = list(inlines)


class _Reader:
    """Walks over a document and notes its blocks."""

    def __init__(self, base: str, layout_tables: set[etree._Element]) -> None:
        self.base = base
        self.layout_tables = layout_tables
        self.blocks: list[Block] = []
        self.frames: list[Container] = []  # the containers that are open
        self.inlines: list[_Inline] = []  # the inline elements that are open
        self.line: _Line | None = None
        self.buffer: list[str] = []  # text that no tag has cut yet
        self.space = ""  # what stands before the next word
        self.implicit: Container | None = None  # the paragraph of text that has none
        self.word_list: Container | None = None  # the list that Word wrote as paragraphs
        self.counters: dict[int, int] = {}
        self.mark = ""
        self.glue = "<br>"
        self.numbers = 0
        self.here = self.last = 1
        self.given = False  # whether the document says its lines

    def read(self, root: etree._Element) -> list[Block]:
        opened: list[_Open] = []
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in walk:
            if event == "start":
                if self.is_left_out(element):
                    skipped = element
                    walk.skip_subtree()
                    continue
                opened.append(
                    _Open(_name(element) in _BLOCKS, len(self.frames), len(self.inlines), len(self.blocks))
                )
                self.start(element)
                self.text(element.text)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self.end(opened.pop())
                self.text(element.tail)
        self.end_line()
        return self.blocks

    def is_left_out(self, element: etree._Element) -> bool:
        style = element.get("style", "")
        if element.tag in {"html", "body"}:
            return False
        if (
            _name(element) in _DROPPED
            or element.get("hidden") is not None
            or (style and _HIDDEN.search(style))
        ):
            return True
        return bool(self.word_list and _WORD_MARK.search(style))

    # -- elements

    def start(self, element: etree._Element) -> None:
        self.note_line(element)
        tag = _name(element)
        if tag in _BLOCKS:
            self.boundary()
            self.open_container(tag, element)
        elif tag == "br":
            self.line_break(soft=element.get("data-soft") is not None)
        elif tag == "hr":
            self.rule()
        elif tag == "img":
            self.image(element)
        elif tag == "base":
            self.base = _address(element.get("href", ""), self.base, _IMAGE_SCHEMES) or self.base
        self.open_inlines(tag, element)

    def end(self, opened: _Open) -> None:
        if opened.block:
            self.boundary()
            if len(self.frames) > opened.frames:
                self.end_container(self.frames[-1], opened)
            del self.frames[opened.frames :]
            self.boundary()
        if len(self.inlines) > opened.inlines:
            self.flush()
            del self.inlines[opened.inlines :]

    def end_container(self, container: Container, opened: _Open) -> None:
        """Keep empty cells, as the other cells of a row depend on them, and no empty lines at the end of a text."""
        if container.tag in {"td", "th"} and len(self.blocks) == opened.blocks:
            self.add(Block(html="", paragraphs=(), path=(*self.frames,), line=self.here, last_line=self.last))
        while (
            container.tag == "pre" and len(self.blocks) > opened.blocks and not self.blocks[-1].html.strip()
        ):
            self.blocks.pop()

    def note_line(self, element: etree._Element) -> None:
        said = element.get("data-line", "")
        if _LINE.fullmatch(said):
            last = element.get("data-last-line", "")
            self.given = True
            self.here = int(said)
            self.last = max(self.here, int(last) if _LINE.fullmatch(last) else 0)
            return
        line = cast("int | None", element.sourceline)
        if not self.given and line is not None and line < _LAST_SOURCE_LINE:
            self.here = self.last = line

    def boundary(self) -> None:
        """End what stands on this line; what follows begins a paragraph of its own."""
        self.end_line()
        self.implicit = None
        self.glue = "<br>"
        if self.frames and self.frames[-1].tag in _HOLDERS:
            self.frames[-1] = self.frames[-1]._replace(number=self.number())

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def open_container(self, tag: str, element: etree._Element) -> None:
        if tag in _HOLDERS:
            self.open_holder(tag, element)
        elif tag in _CONTAINERS and element not in self.layout_tables and len(self.frames) < _DEPTH:
            around = self.frames[-1].tag if self.frames else ""
            if around in {"ul", "ol"} and tag != "li":
                self.push("li")
                around = "li"
            if around == "pre" or (around in _TABLE_PARTS and tag not in _PARENTS):
                return
            if around in _PARENTS.get(tag, {around}):
                self.push(tag, _attributes(tag, element))
            if tag == "ol" and _NUMBER.fullmatch(element.get("start", "")):
                self.counters[self.frames[-1].number] = int(element.get("start", "")) - 1

    def open_holder(self, tag: str, element: etree._Element) -> None:
        around = self.frames[-1].tag if self.frames else ""
        if tag == "p" and _WORD_ITEM.search(element.get("style", "")) and not self.frames:
            self.open_word_item(element)
        elif around not in _HOLDERS | {"pre", "ul", "ol"} | _TABLE_PARTS:
            self.push("h1" if "MsoTitle" in element.get("class", "") else tag)

    def open_word_item(self, element: etree._Element) -> None:
        """Take for an item of a list what Word writes as a paragraph with a bullet or number of its own."""
        mark = next((text for text in element.itertext() if text.strip()), "").strip()
        tag = "ol" if mark[:1].isalnum() else "ul"
        if self.word_list is None or self.word_list.tag != tag:
            self.word_list = Container(tag, self.number())
        self.frames.append(self.word_list)
        self.push("li")

    def push(self, tag: str, attributes: str = "") -> None:
        mark = self.mark = self.next_mark() if tag == "li" else self.mark
        self.frames.append(Container(tag, self.number(), attributes, mark if tag == "li" else ""))

    def next_mark(self) -> str:
        items = self.frames[-1]
        self.counters[items.number] = self.counters.get(items.number, 0) + 1
        return f"{self.counters[items.number]}. " if items.tag == "ol" else "- "

    def open_inlines(self, tag: str, element: etree._Element) -> None:
        style = element.get("style", "")
        bold = (_INLINE.get(tag) == "strong" and not _NOT_BOLD.search(style)) or bool(
            style and _BOLD.search(style)
        )
        if bold:
            self.open_inline(_Inline("strong"))
        if style and _ITALIC.search(style):
            self.open_inline(_Inline("em"))
        if tag in _INLINE and _INLINE[tag] != "strong":
            self.open_inline(_Inline(_INLINE[tag]))
        if tag == "a" and (address := _address(element.get("href", ""), self.base, _LINK_SCHEMES)):
            self.open_inline(_Inline("a", _written({"href": address}), address))

    def open_inline(self, inline: _Inline) -> None:
        if all(inline.tag != it.tag for it in self.inlines):
            self.flush()
            self.inlines.append(inline)

    def line_break(self, *, soft: bool) -> None:
        if self.line is None:  # the second in a row ends the paragraph
            self.boundary()
        self.end_line()
        self.glue = " " if soft else "<br>"

    def rule(self) -> None:
        self.boundary()
        around = tuple(it for it in self.frames if it.tag not in _HOLDERS)
        if all(it.tag == "blockquote" for it in around):
            self.add(
                Block(html="<hr>", paragraphs=(), path=around, line=self.here, last_line=self.last, glue="")
            )

    def image(self, element: etree._Element) -> None:
        alternative = clean(element.get("alt", ""))
        sizes = {name: _NUMBER.fullmatch(element.get(name, "")) for name in ("width", "height")}
        written = {name: found[1] for name, found in sizes.items() if found}
        if not {"0", "1"}.isdisjoint(written.values()) or _PIXEL.search(element.get("style", "")):
            return
        candidates = (_address(element.get(name, ""), self.base, _IMAGE_SCHEMES) for name in _LAZY)
        if source := next(filter(None, candidates), ""):
            attributes = {"src": source, "alt": alternative, **written}
            line = self.write(f"<img{_written(attributes)}>")
            line.picture = True
            line.alternatives += [alternative] if alternative else []
        elif alternative:
            self.text(f" {alternative} ", counted=False)

    # -- text

    def text(self, text: str | None, *, counted: bool = True) -> None:
        if not text:
            return
        if self.frames and self.frames[-1].tag == "pre":
            self.preformatted(text)
        elif self.buffer or not text.isspace():
            self.start_line_at(text, counted=counted)
            self.buffer.append(text)
        elif self.line and not self.space:
            self.space = " "
        if counted and not self.given:
            self.here += text.count("\n")
            self.last = self.here

    def start_line_at(self, text: str, *, counted: bool) -> None:
        """Begin a line where its first word stands."""
        if self.line is None:
            before = text[: len(text) - len(text.lstrip())].count("\n") if counted and not self.given else 0
            self.line = _Line(self.path(), self.here + before)

    def preformatted(self, text: str) -> None:
        first, *others = _NOT_XML.sub(" ", scrub(text)).split("\n")
        for index, piece in enumerate((first, *others)):
            if index:
                self.end_line()
                self.glue = "\n"
            begun = self.line or (self.blocks and self.blocks[-1].path[-1:] == (self.frames[-1],))
            if piece or (begun and index < len(others)):
                self.write(escape(piece, quote=False), piece)

    def flush(self) -> None:
        """Write the text that has come together."""
        if not self.buffer:
            return
        text = scrub("".join(self.buffer))
        self.buffer.clear()
        words = " ".join(text.split())
        if not words:
            self.space = " " if text else self.space
            return
        if text[0].isspace():
            self.space = " "
        self.write(escape(words, quote=False), words)
        self.space = " " if text[-1].isspace() else ""

    def write(self, html: str, text: str = "") -> _Line:
        self.flush()
        line = self.line = self.line or _Line(self.path(), self.here)
        space = self.space if line.parts else ""
        line.go_into(self.inlines, space)
        self.space = ""
        line.parts.append(html)
        line.texts += [space, text]
        if text.strip():
            line.bold = line.bold and any(inline.tag == "strong" for inline in self.inlines)
            line.addresses.add(next((inline.address for inline in self.inlines if inline.tag == "a"), ""))
        return line

    def path(self) -> tuple[Container, ...]:
        """Give the containers of the text that follows, with those that HTML wants and the document left out."""
        path = [it for it in self.frames[:-1] if it.tag not in _HOLDERS] + self.frames[-1:]
        around = path[-1].tag if path else ""
        if around in {"", "blockquote"}:
            self.implicit = self.implicit or Container("p", self.number())
            path.append(self.implicit)
        elif around in {"ul", "ol"}:
            path.append(Container("li", self.number()))
        elif around in _TABLE_PARTS:
            path += [Container(tag, self.number()) for tag in (("td",) if around == "tr" else ("tr", "td"))]
        return tuple(path)

    def end_line(self) -> None:
        self.flush()
        line, self.line, self.space = self.line, None, ""
        if line is None or not (line.parts or line.picture):
            return
        line.go_into((), "")
        text = " ".join("".join(line.texts).split())
        alternative = f"[{'; '.join(line.alternatives)}]" if line.alternatives and not text else ""
        (address,) = line.addresses if len(line.addresses) == 1 else ("",)
        self.add(
            Block(
                html="".join(line.parts),
                paragraphs=(text or alternative,) if text or alternative else (),
                path=line.path,
                line=line.line,
                last_line=max(line.line, self.last),
                bold=bool(text) and line.bold,
                link=address,
                picture=line.picture,
                mark=self.mark,
                glue=self.glue,
            )
        )

    def add(self, block: Block) -> None:
        self.mark = ""
        if self.word_list not in block.path:
            self.word_list = None
        self.blocks.append(block)


def _name(element: etree._Element) -> str:
    return _OTHER_NAMES.get(element.tag, element.tag)


def _attributes(tag: str, element: etree._Element) -> str:
    """Write the attributes of a cell that tell a reader what it belongs to."""
    if tag not in {"td", "th"}:
        return ""
    spans = {name: _NUMBER.fullmatch(element.get(name, "")) for name in ("colspan", "rowspan")}
    kept = {
        name: found[1] for name, found in spans.items() if found and found[1].lstrip("0") not in {"", "1"}
    }
    scope = element.get("scope", "").lower()
    if tag == "th" and scope in _SCOPES:
        kept["scope"] = scope
    return _written(kept)


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def _address(written: str, base: str, schemes: frozenset[str]) -> str:
    """Give an address as it can be published, or nothing if it leads nowhere from here."""
    text = scrub(written).translate(_UNSEEN).strip()
    if not text or text.startswith("#"):
        return ""
    if not base and _MEDIUM.fullmatch(text):
        return text
    try:
        address = urljoin(base, text)
    except ValueError:
        return ""
    found = _SCHEME.match(address)
    return address if found and found[1].lower() in schemes else ""
