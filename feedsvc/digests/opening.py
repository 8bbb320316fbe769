"""How an entry begins, for a mail that has room for more than its summary. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedsvc.captions import without_captions

if TYPE_CHECKING:
    from feedsvc.model import Entry

# Whole paragraphs are taken up to this many characters: about what fits on a screen or two.
ENOUGH = 1_800


class Opening(NamedTuple):
    """The first paragraphs of an entry, and whether there are more."""

    paragraphs: tuple[str, ...]
    cut: bool


def opening_of(entry: Entry) -> Opening:
    """Give the first paragraphs of an entry, its pictures apart; of one that is too long by itself, its beginning."""
    paragraphs = without_captions([part.strip() for part in entry.text.split("\n\n")], entry.body)
    taken: list[str] = []
    room = ENOUGH
    for paragraph in filter(None, paragraphs):
        if len(paragraph) > room:
            if not taken:
                taken.append(paragraph[: ENOUGH - 1].rstrip() + "…")
            return Opening(tuple(taken), cut=True)
        taken.append(paragraph)
        room -= len(paragraph)
    return Opening(tuple(taken), cut=False)
