"""Selectors proposed for a page: those with which it gives the same entries as by its structure.

    entries by structure ──► their common tags and classes ──► short selectors ──► read the page with them ──► the same?

What a person sees in the config they can mend; so classes with a name come before tags, and positions never.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from itertools import islice
from typing import TYPE_CHECKING

from feedsvc.bulletins.listings.blocks import date_of, find_blocks
from feedsvc.bulletins.listings.dates import Dates, Kind
from feedsvc.bulletins.listings.listing import read_listing
from feedsvc.bulletins.listings.page import parse, read_page, select
from feedsvc.model import Selectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedsvc.bulletins.listings.dates import EntryDate
    from feedsvc.bulletins.listings.page import Node, Page
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Reading

# A class that a person named: without the numbers and hashes that programs put into them.
_NAMED = re.compile(r"[a-zA-Z][a-zA-Z_-]*(?:\d(?!\d))?[a-zA-Z_-]*")
# A class that says how something looks rather than what it is.
_LOOK = re.compile(
    r"(?:[a-z]+-)?col(?:-.*)?"
    r"|(?:row|grid|flex|d|m|p|mb|mt|pb|pt|w|h|bg|text|align|justify|is|has|left|right|relative)(?:-.*)?"
)
# Tags that say what they are without a class.
_TELLING = frozenset({"article", "tr", "dd"})
# How many elements around the entries are looked at for a name, and how many selectors are tried on a page.
_AROUND = 6
_TRIES = 80
_READINGS = 5


def propose(html: str, manner: Manner) -> Selectors | None:
    """Give selectors that find just the entries that the page has by its structure; None if there are no short ones.

    What they leave empty is found by structure within an entry. Raises BulletinError as `read_listing` does.
    """
    by_structure = replace(manner, source=replace(manner.source, selectors=Selectors()))
    wanted, root = read_listing(html, by_structure), parse(html)
    if wanted is None or root is None:
        return None
    page = read_page(root)
    dates = Dates(page, by_structure)
    blocks = find_blocks(page, dates)
    nodes = [block.node for block in blocks if block.node is not None]
    if not blocks or len(nodes) < len(blocks):
        return None
    title = _inside(page, nodes, [block.title.node for block in blocks])
    date = _inside(page, nodes, [_date_node(page, date_of(block, dates)) for block in blocks])
    for entry in islice(_entry_selectors(page, nodes), _READINGS):
        for found in (Selectors(entry=entry, title=title, date=date), Selectors(entry=entry, title=title)):
            if _is_same(
                read_listing(html, replace(manner, source=replace(manner.source, selectors=found))), wanted
            ):
                return found
    return None


def as_toml(selectors: Selectors) -> str:
    """Give selectors as the table for `config/feedsvc.toml`, to be put below the source they belong to."""
    given = ((it.name, getattr(selectors, it.name)) for it in fields(selectors))
    # A string of JSON is one of TOML as well (TOML 1.0, basic strings).
    lines = [f"{name} = {json.dumps(css, ensure_ascii=False)}" for name, css in given if css]
    return "\n".join(["[sources.selectors]", *lines, ""])


def _is_same(found: Reading | None, wanted: Reading) -> bool:
    def entries(reading: Reading) -> list[object]:
        return [(draft.title, draft.date, draft.link) for draft in reading.drafts]

    return found is not None and not found.problems and entries(found) == entries(wanted)


def _entry_selectors(page: Page, nodes: Sequence[Node]) -> Iterator[str]:
    """Give selectors that find all entries: first those that find nothing else, the shorter before the longer."""
    wanted = set(nodes)
    around = ["", *_names_around(nodes)]
    names = [
        (outer, own)
        for own in sorted(_common_names(nodes), key=lambda name: _is_look(name) or name[0] != ".")
        for outer in around
        if own[0] == "." or own in _TELLING or (outer and own not in {"div", "span"})
    ]
    loose = []
    for outer, own in names[:_TRIES]:
        css = f"{outer} {own}".strip()
        found = _seen(page, css)
        if found == wanted:
            yield css
        elif found > wanted:
            loose.append((len(found), css))
    yield from (css for _, css in sorted(loose))


def _is_look(name: str) -> bool:
    return bool(_LOOK.fullmatch(name.removeprefix(".")))


def _seen(page: Page, css: str) -> set[Node]:
    return {page.by_element[it] for it in select(page.root, css) if it in page.by_element}


def _common_names(nodes: Sequence[Node]) -> list[str]:
    """Give what all of some elements are called: their named classes, then their tag."""
    shared = set(_classes(nodes[0])).intersection(*(_classes(node) for node in nodes[1:]))
    names = [f".{name}" for name in _classes(nodes[0]) if name in shared]
    tags = {node.tag for node in nodes}
    return [*names, *tags] if len(tags) == 1 else names


def _classes(node: Node) -> list[str]:
    return [name for name in node.element.get("class", "").split() if _NAMED.fullmatch(name)]


def _names_around(nodes: Sequence[Node]) -> list[str]:
    """Give the names of what stands around all entries, inside out."""
    names: list[str] = []
    for outer in islice(nodes[0].ancestors(), 1, _AROUND + 1):
        if outer.hi < nodes[-1].hi:
            continue
        identity = outer.element.get("id", "")
        names += [f"#{identity}"] if _NAMED.fullmatch(identity) else []
        names += [f".{name}" for name in _classes(outer)[:2]]
        names += (
            [outer.tag] if outer.tag in {"main", "article", "section", "ul", "ol", "table", "tbody"} else []
        )
    return names


def _date_node(page: Page, date: EntryDate | None) -> Node | None:
    """Give the element that is a date, if it is one."""
    if date is None or date.kind is Kind.DATELINE:
        return None
    return next((node for node in page.nodes_in(date.span) if node.span == date.span), None)


def _inside(page: Page, entries: Sequence[Node], parts: Sequence[Node | None]) -> str:
    """Give a selector of the same part of all entries that have it, or nothing if there is none as short."""
    pairs = [(entry, part) for entry, part in zip(entries, parts, strict=True) if part is not None]
    if not pairs:
        return ""
    same = [[node for node in page.nodes_in(part.span) if node.span == part.span] for _, part in pairs]
    named = [{name for node in chain for name in _common_names([node])} for chain in same]
    order = [name for node in same[0] for name in _common_names([node])]
    for name in sorted(dict.fromkeys(order), key=_rank):
        if all(name in names for names in named) and all(_finds(page, name, *pair) for pair in pairs):
            return name
    return ""


def _rank(name: str) -> int:
    """Put headings and <time> first, then classes, then other tags."""
    if name == "time" or re.fullmatch(r"h[1-6]", name):
        return 0
    return 1 if name.startswith(".") and not _is_look(name) else 2


def _finds(page: Page, css: str, entry: Node, part: Node) -> bool:
    first = next((page.by_element[it] for it in select(entry.element, css) if it in page.by_element), None)
    return first is not None and first.span == part.span
