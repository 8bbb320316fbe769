"""What stands for pictures in plain text: `[What it shows]`, a paragraph of its own. Pure.

It belongs to an entry's text, by which it is searched, labelled and known again. Where the picture itself is shown, or
there is only room for how the text begins, it would be the first thing that is read, and once more.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The alternative text of a picture in clean HTML, whose attributes hold no quotation marks.
_ALTERNATIVE = re.compile(r'<img\s(?:[^>"]|"[^"]*")*?\balt="([^"]+)"')
# What stands between the words for several pictures in one place.
_BETWEEN = "; "


def caption(alternatives: str) -> str:
    """Give the paragraph that stands for pictures."""
    return f"[{alternatives}]"


def joined(alternatives: Sequence[str]) -> str:
    """Join what several pictures in one place show."""
    return _BETWEEN.join(alternatives)


def without_captions(paragraphs: Sequence[str], html: str) -> tuple[str, ...]:
    """Give paragraphs without those that stand for the pictures in their HTML; other brackets stay."""
    shown = {_plain(unescape(found)) for found in _ALTERNATIVE.findall(html)}
    return tuple(paragraph for paragraph in paragraphs if not (shown and _stands_for(paragraph, shown)))


def _stands_for(paragraph: str, shown: set[str]) -> bool:
    if not (paragraph.startswith("[") and paragraph.endswith("]")):
        return False
    said = _plain(paragraph[1:-1])
    return said in shown or shown.issuperset(said.split(_BETWEEN))


def _plain(text: str) -> str:
    return " ".join(text.split())
