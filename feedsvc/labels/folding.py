"""Text as words are compared in it: without capitals, accents and punctuation, every character in its place."""

from __future__ import annotations

import re
import unicodedata

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


class _Bare(dict[str, str]):
    """What a character becomes; worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        base = unicodedata.normalize("NFD", char)[0].lower()
        self[char] = bare = base if len(base) == 1 and base.isalnum() else " "
        return bare


_BARE = _Bare()


def fold(text: str) -> str:
    """Fold a text; `fold(text)[i]` comes from `text[i]`. What is no letter or digit becomes a space."""
    # The few characters beyond ASCII by themselves: a text in ASCII translates ten times as fast.
    return _BEYOND_ASCII.sub(lambda match: _BARE[match[0]], text).translate(_ASCII)
