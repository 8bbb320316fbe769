"""Tables: which of them say something, and which only place text on a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree

from feedsvc.bulletins.html.blocks import HEADINGS, Block, write_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

# A cell with more paragraphs is no cell of a table but a column of a page.
_PARAGRAPHS = 2


@dataclass(slots=True)
class _Shape:
    """What tells one kind of table from the other; `cells` and `paragraphs` count in a row and in a cell."""

    layout: bool
    cells: int = 0
    widest: int = 0
    paragraphs: int = 0

    def see(self, tag: str) -> None:
        """Take an element in the table into account."""
        if tag == "tr":
            self.cells = 0
        elif tag in {"td", "th"}:
            self.cells += 1
            self.paragraphs = 0
            self.widest = max(self.widest, self.cells)
        elif tag == "p":
            self.paragraphs += 1
        self.layout = self.layout or tag in HEADINGS or self.paragraphs > _PARAGRAPHS


def layout_tables(root: etree._Element) -> set[etree._Element]:
    """Find the tables that only place text: with tables, headings or whole texts in them, or with one column."""
    found: set[etree._Element] = set()
    shapes: list[_Shape] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag == "table" and event == "end":
            shape = shapes.pop()
            if shape.layout or shape.widest <= 1:
                found.add(element)
        elif element.tag == "table":
            if shapes:
                shapes[-1].layout = True
            shapes.append(_Shape(element.get("role") in {"presentation", "none"}))
        elif shapes and event == "start":
            shapes[-1].see(element.tag)
    return found


def with_tables(blocks: Sequence[Block]) -> list[Block]:
    """Make one block of all that is in the same table; a table without any content goes."""
    joined: list[Block] = []
    for depth_and_number, group in groupby(blocks, key=_table):
        cells = list(group)
        if depth_and_number is None:
            joined += cells
        elif any(cell.paragraphs or cell.picture for cell in cells):
            joined.append(_as_table(cells, depth_and_number[0]))
    return joined


def _table(block: Block) -> tuple[int, int] | None:
    """Tell in which table a block is: how deep that stands, and its number."""
    return next(((depth, it.number) for depth, it in enumerate(block.path) if it.tag == "table"), None)


def _as_table(cells: Sequence[Block], depth: int) -> Block:
    rows = (" | ".join(_texts(list(row))) for _, row in groupby(cells, key=_row))
    return Block(
        html=write_blocks([replace(cell, path=cell.path[depth:]) for cell in cells]),
        paragraphs=tuple(filter(None, rows)),
        path=cells[0].path[:depth],
        line=min(cell.line for cell in cells),
        last_line=max(cell.last_line for cell in cells),
        picture=any(cell.picture for cell in cells),
        glue="",
    )


def _texts(row: Sequence[Block]) -> list[str]:
    texts = (" ".join(block.text for block in cell) for _, cell in groupby(row, key=_cell))
    return [text.strip() for text in texts if text.strip()]


def _row(block: Block) -> int:
    return next((it.number for it in block.path if it.tag in {"tr", "caption"}), 0)


def _cell(block: Block) -> int:
    return next((it.number for it in block.path if it.tag in {"td", "th", "caption"}), 0)
