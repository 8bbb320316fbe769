"""What an office says of an entry in lines among its text on a page: `Países: Panamá`, `Publicar: 1 de diciembre …`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedsvc.bulletins.inline_labels import HELD_BACK, Said, take
from feedsvc.model import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedsvc.bulletins.listings.dates import Dates
    from feedsvc.bulletins.listings.page import Span
    from feedsvc.model import Draft

# A line of fewer words, without a colon, is the name of a section, of an author, or a button.
_FEW_WORDS = 4


def read_fields(dates: Dates, lines: Iterable[Span]) -> tuple[Said, list[Span]]:
    """Read the fields that lines begin with, and an embargo wherever it stands; give them, and which lines they are.

    A page of the web may speak of what is no term here; only an embargo that can't be read is a problem there.
    """
    page = dates.page
    asked = [line for line in lines if _may_be_field(dates, line)]
    said = take(((page.source_line(line), page.text(line)) for line in asked), dates.manner)
    if dates.manner.address and said.publish_at != HELD_BACK:
        said = replace(said, problems=())
    return said, [asked[at] for at in said.taken]


def held_by_page(drafts: Iterable[Draft], above: Iterable[Span], dates: Dates) -> Reading:
    """Give the entries of a page, held back by an embargo that stands above them all."""
    said, _ = read_fields(dates, above)
    until = said.publish_at
    if until is None:
        return Reading(tuple(drafts))
    held = tuple(replace(draft, publish_at=max(until, draft.publish_at or until)) for draft in drafts)
    return Reading(held, said.problems)


def _may_be_field(dates: Dates, line: Span) -> bool:
    page = dates.page
    text = page.text(line)
    if any(piece.node.side for piece in page.pieces[line.lo : line.hi]) or dates.is_date(text):
        return False
    return ":" in text or len(text.split()) >= _FEW_WORDS
