"""The short way in which the vocabulary's files write a word and its forms."""

from __future__ import annotations

import re
import unicodedata

from feedsvc.config.mistakes import InvalidError

_WORD = re.compile(r"[^()/*]+(?:\([^\W\d_]+\)[^()/*]*)*(?:/[^()/*]+)*\*?")
_SHORTEST_STEM = 3


def forms(text: object) -> tuple[str, ...]:
    """Spell out a word: `panameño/a` is four, `shelter(s)` two, `joven/jóvenes` two, `migrat*` itself.

    Raises InvalidError for what can't be a word.
    """
    if not isinstance(text, str):
        raise InvalidError("must be a text.", "Put it in quotes.")
    if not _WORD.fullmatch(text) or not all(map(_has_letters, text.split("/"))):
        raise InvalidError(
            f'"{text}" is not a word.',
            "Write it like Panamá, panameño/a, shelter(s) or, with a * at the very end, migrat*.",
        )
    if text.endswith("*") and len(text.split()[-1]) <= _SHORTEST_STEM:
        raise InvalidError(
            f'"{text}" would match too much.', f"Give at least {_SHORTEST_STEM} letters before the *."
        )
    first, *others = text.split("/")
    if others == ["a"]:
        return _genders(first)
    return tuple(form for part in (first, *others) for form in _endings(part))


def _has_letters(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _endings(text: str) -> tuple[str, ...]:
    """Give a text without and with the endings that it has in brackets."""
    return tuple(dict.fromkeys((re.sub(r"\(\w+\)", "", text), re.sub(r"[()]", "", text))))


def _genders(masculine: str) -> tuple[str, ...]:
    """Give the four forms of a Spanish noun: panameño, francés, español."""
    if masculine.endswith("o"):
        stem = masculine[:-1]
        return masculine, f"{stem}a", f"{masculine}s", f"{stem}as"
    # With a syllable more, the stress falls where the accent put it: francés, francesa.
    stem = masculine[:-2] + "".join(unicodedata.normalize("NFD", char)[0] for char in masculine[-2:])
    return masculine, f"{stem}a", f"{stem}es", f"{stem}as"
