"""A text as a flat row of blocks, and blocks as HTML again.

    <ul><li>One<p>Two<br>Three</ul>    the block  Two  is the HTML "Two" in the containers ul, li, p
    <div>Four <b>five</b></div>        a container has a number: what stands in the same one belongs together

A block is what stands on a line of its own, so that a row of them can be cut anywhere: `html_reader` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.captions import caption

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


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
    `link`: the address, where all of it is one link; `picture`: whether one is in it, `alternative`: what stands
    for it in words. `mark` is set on the beginning of a list item. `glue` is what stands between it and another
    line before it in the same container.
    """

    html: str
    paragraphs: tuple[str, ...]
    path: tuple[Container, ...]
    line: int
    last_line: int
    bold: bool = False
    link: str = ""
    picture: bool = False
    alternative: str = ""
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
        return HEADINGS.index(tag) + 1 if tag in HEADINGS else 0

    @property
    def is_wrapped(self) -> bool:
        """Whether the text of the line before only goes on here, as there was no more room on it."""
        return self.glue == " "


def write_blocks(blocks: Sequence[Block]) -> str:
    """Give the HTML of blocks, each in its containers."""
    parts: list[str] = []
    path: tuple[Container, ...] = ()
    for block in blocks:
        if block.path and block.path == path:
            parts.append(block.glue)
        else:
            same = _shared(path, block.path)
            opened = block.path[same:]
            parts += [f"</{container.written}>" for container in reversed(path[same:])]
            parts += ["\n"] if parts and not same else []
            parts += [_opening(*pair) for pair in zip(opened, (*opened[1:], None), strict=False)]
        parts.append(block.html)
        path = block.path
    return "".join([*parts, *(f"</{container.written}>" for container in reversed(path))])


def plain_paragraphs(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Give blocks as plain text: wrapped lines joined, items with their marks, what a picture shows in brackets."""
    paragraphs: list[str] = []
    path: tuple[Container, ...] | None = None
    for block in blocks:
        if block.is_wrapped and block.path == path and paragraphs:
            paragraphs[-1] = f"{paragraphs[-1]} {block.text}"
        elif block.paragraphs:
            first, *others = block.paragraphs
            paragraphs += [f"{block.mark}{first}", *others]
        elif block.alternative:
            paragraphs.append(caption(block.alternative))
        path = block.path
    return tuple(paragraphs)


def _shared(one: Sequence[Container], other: Sequence[Container]) -> int:
    """Tell how many containers two blocks have in common."""
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
