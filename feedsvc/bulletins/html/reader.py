"""HTML of any kind, well-formed or not, as blocks: of every element only what `html_elements` says it means.

One walk over the document, without recursion, in time that follows its length. Tags are written only where there
is text for them, so that nothing empty comes out; a text outside of paragraphs gets one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, NamedTuple, cast

from lxml import etree

from feedsvc.bulletins.content import clean, scrub
from feedsvc.bulletins.html import elements
from feedsvc.bulletins.html.blocks import Block, Container
from feedsvc.bulletins.html.tables import layout_tables, with_tables
from feedsvc.captions import joined
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.bulletins.html.elements import Inline

# How many signs that begin a tag a document may have, and how many lines: each costs some microseconds.
TAGS = 150_000
# How deep lists, quotations and tables may stand in each other; deeper ones dissolve.
_DEPTH = 12
# libxml2 keeps the line of an element in 16 bits.
_LAST_SOURCE_LINE = 65_535
_LINE = re.compile(r"[0-9]{1,9}")
# White space that XML 1.0 forbids, or that would end a line elsewhere.
_NOT_XML = re.compile("[\x0b\x0c\r\x85\u2028\u2029]")
_TOO_MUCH = f"This has more than {TAGS:,} tags or lines of HTML. Split it into smaller files."
_TOO_DEEP = "This HTML has thousands of elements inside each other, as only a broken program writes it."


def read_blocks(html: str, base: str = "") -> list[Block]:
    """Give the blocks of a document or a part of one; relative addresses begin at `base`.

    Lines are those that attributes `data-line` and `data-last-line` say, else those of the HTML itself.
    Raises BulletinError for a document that is too large, or nested as no person nests.
    """
    if html.count("<") > TAGS:
        raise BulletinError(_TOO_MUCH)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    data = html.replace("\0", "").encode("utf-8", "ignore")
    root = etree.fromstring(data, parser) if data.strip() else None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise BulletinError(_TOO_DEEP)
    if root is None:  # nothing but comments
        return []
    return with_tables(_Reader(base, layout_tables(root) if "<table" in html.lower() else set()).read(root))


class _Opened(NamedTuple):
    """An element that is open, and how much there was when it began."""

    is_block: bool
    frames: int
    inlines: int
    blocks: int


@dataclass(slots=True)
class _Line:
    """The block that is being read."""

    path: tuple[Container, ...]
    line: int
    parts: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    inlines: list[Inline] = field(default_factory=list)  # those whose tags are open in `parts`
    links: set[str] = field(default_factory=set)  # where its words lead; "" for words that are no link
    bold: bool = True
    picture: bool = False

    def write(self, html: str, text: str, inlines: Sequence[Inline], space: str) -> None:
        """Add a piece inside of inline elements, the space before it outside of them."""
        before = space if self.parts else ""
        self.turn_to(inlines if html else (), before)
        self.parts.append(html)
        self.texts += [before, text]
        if text.strip():
            self.bold = self.bold and any(it.tag == "strong" for it in inlines)
            self.links.add(next((it.address for it in inlines if it.tag == "a"), ""))

    def turn_to(self, inlines: Sequence[Inline], space: str) -> None:
        """Close the inline elements that end before the next piece, and open those that begin."""
        same = 0
        if inlines or self.inlines:
            while same < len(inlines) and same < len(self.inlines) and inlines[same] == self.inlines[same]:
                same += 1
        self.parts += [f"</{it.tag}>" for it in reversed(self.inlines[same:])]
        self.parts += [space] if space else []
        self.parts += [f"<{it.tag}{it.attributes}>" for it in inlines[same:]]
        self.inlines = list(inlines)

    def block(self, last_line: int, mark: str, glue: str) -> Block:
        """Give it as a block."""
        self.turn_to((), "")
        text = clean("".join(self.texts))
        return Block(
            html="".join(self.parts),
            paragraphs=(text,) if text else (),
            path=self.path,
            line=self.line,
            last_line=max(self.line, last_line),
            bold=bool(text) and self.bold,
            link=next(iter(self.links)) if len(self.links) == 1 else "",
            picture=self.picture,
            alternative=joined(self.alternatives),
            mark=mark,
            glue=glue,
        )


class _Reader:
    """Walks over a document and notes its blocks."""

    def __init__(self, base: str, layout_tables: set[etree._Element]) -> None:
        self.base = base
        self.layout_tables = layout_tables
        self.blocks: list[Block] = []
        self.frames: list[Container] = []  # the containers that are open
        self.inlines: list[Inline] = []  # the inline elements that are open
        self.line: _Line | None = None
        self.buffer: list[
            str
        ] = []  # text that nothing has cut yet: letters and their accents may come in two nodes
        self.space = ""  # what stands before the next word
        self.implicit: Container | None = None  # the paragraph of text that has none
        self.word_list: Container | None = None  # the list that Word wrote as paragraphs
        self.counted: dict[int, int] = {}  # how far numbered lists have come
        self.mark = ""  # of the item that begins
        self.glue = "<br>"
        self.numbers = 0
        self.here = self.last = 1  # the lines of what is read now
        self.says_lines = False

    def read(self, root: etree._Element) -> list[Block]:
        opened: list[_Opened | None] = []
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self.end(opened.pop())
                self.text(element.tail)
            elif elements.is_left_out(element) or (self.word_list and elements.is_word_mark(element)):
                opened.append(None)
                walk.skip_subtree()
            else:
                is_block = elements.name(element) in elements.BLOCKS
                opened.append(_Opened(is_block, len(self.frames), len(self.inlines), len(self.blocks)))
                self.start(element, is_block=is_block)
                self.text(element.text)
        self.end_line()
        return self.blocks

    # -- elements

    def start(self, element: etree._Element, *, is_block: bool) -> None:
        if element.tag == "br":  # ends the line before the next one is noted
            self.line_break(soft=element.get("data-soft") is not None)
        self.note_line(element)
        if is_block:
            self.boundary()
            self.open_block(elements.name(element), element)
        match element.tag:
            case "hr":
                self.rule()
            case "img":
                self.image(element)
            case "base":
                self.base = elements.base_address(element, self.base)
        for inline in elements.inlines(element, self.base):
            if all(inline.tag != it.tag for it in self.inlines):
                self.flush()
                self.inlines.append(inline)

    def end(self, opened: _Opened | None) -> None:
        if opened is None:
            return
        if opened.is_block:
            self.boundary()
            if len(self.frames) > opened.frames:
                self.end_container(self.frames[-1], opened)
                del self.frames[opened.frames :]
                self.boundary()
        if len(self.inlines) > opened.inlines:
            self.flush()
            del self.inlines[opened.inlines :]

    def end_container(self, container: Container, opened: _Opened) -> None:
        """Keep empty cells, as the other cells of a row depend on them, and no empty lines at the end of a text."""
        if container.tag in {"td", "th"} and len(self.blocks) == opened.blocks:
            self.add(Block(html="", paragraphs=(), path=(*self.frames,), line=self.here, last_line=self.last))
        if container.tag == "pre":
            while len(self.blocks) > opened.blocks and not (self.blocks[-1].text or self.blocks[-1].picture):
                self.blocks.pop()

    def note_line(self, element: etree._Element) -> None:
        said = element.get("data-line", "")
        if _LINE.fullmatch(said):
            last = element.get("data-last-line", "")
            self.says_lines = True
            self.here = int(said)
            self.last = max(self.here, int(last) if _LINE.fullmatch(last) else 0)
            return
        line = cast("int | None", element.sourceline)
        if not self.says_lines and line is not None and line < _LAST_SOURCE_LINE:
            self.here = self.last = line

    def boundary(self) -> None:
        """End the line; what follows begins a paragraph of its own."""
        self.end_line()
        self.implicit = None
        self.glue = self.new_line()
        if self.frames and self.frames[-1].tag in elements.HOLDERS:
            self.frames[-1] = self.frames[-1]._replace(number=self.number())

    def new_line(self) -> str:
        """Give what ends a line here, where another follows in the same container."""
        return "\n" if self.frames and self.frames[-1].tag == "pre" else "<br>"

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    # -- blocks

    def open_block(self, tag: str, element: etree._Element) -> None:
        around = self.frames[-1].tag if self.frames else ""
        if tag == "p" and not around and elements.is_word_item(element):
            self.open_word_item(element)
        elif tag in elements.HOLDERS:
            if around not in elements.HOLDERS | elements.TABLE_PARTS | {"pre", "ul", "ol"}:
                self.push("h1" if elements.is_word_title(element) else tag)
        elif tag in elements.CONTAINERS and around != "pre" and element not in self.layout_tables:
            self.open_container(tag, around, element)

    def open_container(self, tag: str, around: str, element: etree._Element) -> None:
        if len(self.frames) >= _DEPTH:
            return
        if tag in elements.PARENTS:
            if around in elements.PARENTS[tag]:
                self.push(tag, elements.cell_attributes(element))
        elif around not in elements.TABLE_PARTS:
            if around in {"ul", "ol"}:
                self.push("li")
            self.push(tag)
            start = elements.number(element, "start") if tag == "ol" else None
            self.counted[self.frames[-1].number] = 0 if start is None else start - 1

    def push(self, tag: str, attributes: str = "") -> None:
        mark = ""
        if tag == "li":
            mark = self.mark = self.next_mark(self.frames[-1])
        self.frames.append(Container(tag, self.number(), attributes, mark))

    def next_mark(self, items: Container) -> str:
        if items.tag == "ul":
            return "- "
        self.counted[items.number] = self.counted.get(items.number, 0) + 1
        return f"{self.counted[items.number]}. "

    def open_word_item(self, element: etree._Element) -> None:
        """Take for an item of a list what Word writes as a paragraph with a bullet or number of its own."""
        mark = next((text for text in element.itertext() if not text.isspace()), "")
        tag = "ol" if mark.strip()[:1].isalnum() else "ul"
        if self.word_list is None or self.word_list.tag != tag:
            self.word_list = Container(tag, self.number())
        self.frames.append(self.word_list)
        self.push("li")

    def line_break(self, *, soft: bool) -> None:
        if self.line is None:  # the second in a row ends the paragraph
            self.boundary()
        self.end_line()
        self.glue = " " if soft else self.new_line()

    def rule(self) -> None:
        self.boundary()
        around = tuple(it for it in self.frames if it.tag not in elements.HOLDERS)
        if all(it.tag == "blockquote" for it in around):
            self.add(
                Block(html="<hr>", paragraphs=(), path=around, line=self.here, last_line=self.last, glue="")
            )

    def image(self, element: etree._Element) -> None:
        picture = elements.picture(element, self.base)
        if picture and picture.html:
            line = self.write(picture.html)
            line.picture = True
            line.alternatives += [picture.alternative] if picture.alternative else []
        elif picture and picture.alternative:
            self.begin_line()
            self.buffer.append(f" {picture.alternative} ")

    # -- text

    def text(self, text: str | None) -> None:
        if not text:
            return
        lines = 0 if self.says_lines else text.count("\n")
        if self.frames and self.frames[-1].tag == "pre":
            self.preformatted(text)
        elif self.buffer or not text.isspace():
            if self.line is None:
                blank = text[: len(text) - len(text.lstrip())]
                self.begin_line(blank.count("\n") if lines else 0)
            self.buffer.append(text)
        else:
            self.space = " "
        self.here += lines
        self.last = max(self.here, self.last)

    def begin_line(self, after: int = 0) -> _Line:
        """Begin a line so many lines further down, if there is none yet."""
        self.line = self.line or _Line(self.path(), self.here + after)
        return self.line

    def preformatted(self, text: str) -> None:
        first, *others = _NOT_XML.sub(" ", scrub(text)).split("\n")
        for index, piece in enumerate((first, *others)):
            if index:
                self.end_line()
                self.glue = "\n"
            begun = self.line or (self.blocks and self.blocks[-1].path == self.path())
            if piece or (begun and index < len(others)):
                self.write(escape(piece, quote=False), piece).line = self.here + index

    def flush(self) -> None:
        """Write the text that has come together."""
        if not self.buffer:
            return
        text = scrub("".join(self.buffer))
        self.buffer.clear()
        words = " ".join(text.split())
        if text[:1].isspace():
            self.space = " "
        if words:
            self.write(escape(words, quote=False), words)
            self.space = " " if text[-1].isspace() else ""

    def write(self, html: str, text: str = "") -> _Line:
        self.flush()
        line = self.begin_line()
        line.write(html, text, self.inlines, self.space)
        self.space = ""
        return line

    def path(self) -> tuple[Container, ...]:
        """Give the containers of the text that follows, with those that HTML wants and the document left out."""
        path = [it for it in self.frames[:-1] if it.tag not in elements.HOLDERS] + self.frames[-1:]
        around = path[-1].tag if path else ""
        if around in {"", "blockquote"}:
            self.implicit = self.implicit or Container("p", self.number())
            path.append(self.implicit)
        elif around in {"ul", "ol"}:
            path.append(Container("li", self.number()))
        elif around in elements.TABLE_PARTS:
            missing = ("td",) if around == "tr" else ("tr", "td")
            path += [Container(tag, self.number()) for tag in missing]
        return tuple(path)

    def end_line(self) -> None:
        self.flush()
        line, self.line, self.space = self.line, None, ""
        if line is not None and line.parts:
            self.add(line.block(self.last, self.mark, self.glue))

    def add(self, block: Block) -> None:
        if len(self.blocks) >= TAGS:
            raise BulletinError(_TOO_MUCH)
        self.mark = ""
        if self.word_list not in block.path:
            self.word_list = None
        self.blocks.append(block)
