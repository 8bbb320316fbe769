"""TOML files as admins write them, with the line of everything in them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING

from feedsvc.config.mistakes import way_in_words
from feedsvc.config.text_file import read_text
from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SECTION = re.compile(r"\s*(\[\[?[^\[\]]+\]\]?)\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*'|[ \t])+)=""")
_POSITION = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)


class TomlFile:
    """One TOML file: its value, and the line that each section and key of it stands on.

    `shown` is what the file is called in messages, relative to the site. Raises ConfigError for a file that
    can't be read or isn't TOML.
    """

    def __init__(self, path: Path, shown: str, if_missing: str = "") -> None:
        self.shown = shown
        text = read_text(path, shown, if_missing)
        try:
            self.value = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError([self._syntax_mistake(str(error), text)]) from None
        except RecursionError:
            raise ConfigError([Mistake(shown, 0, "", "is nested too deeply.")]) from None
        self._lines: dict[tuple[str | int, ...], int] = {}
        for path_, line in _places(text):
            self._lines.setdefault(path_, line)

    def get(self, path: tuple[str | int, ...]) -> object:
        """Give the value at `path`, None when it isn't given."""
        value: object = self.value
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def line(self, *path: str | int) -> int:
        """Give the line of the part at `path`, else of the nearest part above it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def mistake(self, path: tuple[str | int, ...], what: str, remedy: str = "") -> Mistake:
        """Make a Mistake about the part at `path`."""
        return Mistake(self.shown, self.line(*path), way_in_words(path, self.value), what, remedy)

    def _syntax_mistake(self, message: str, text: str) -> Mistake:
        found = _POSITION.match(message)
        what = found["what"] if found else message
        line = int(found["line"]) if found and found["line"] else len(text.splitlines())
        if "overwrite" in what or "twice" in what:
            return Mistake(self.shown, line, "", "gives again what stands above.", "Keep one.")
        remedy = 'Write `key = value`, with texts in quotes: title = "Our bulletin".'
        return Mistake(self.shown, line, "", f"can't be read: {what[:1].lower()}{what[1:]}.", remedy)


def _places(text: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Give the path and line of every section and key.

    Values are not followed: a line of a multi-line value that looks like a key can only be met after the keys
    of its own section, and the first place of a path is the one that counts.
    """
    section: tuple[str | int, ...] = ()
    tables: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _SECTION.match(line):
            names = _names(header[1])
            section = names
            if header[1].startswith("[["):
                section = (*names, tables[names])
                tables[names] += 1
                yield names, number
            yield section, number
        elif key := _KEY.match(line):
            yield (*section, *_names(f"{key[1]}= 0")), number


def _names(toml: str) -> tuple[str, ...]:
    """Give the names in a section's header or a key, as TOML itself reads them."""
    try:
        value: object = tomllib.loads(toml)
    except tomllib.TOMLDecodeError:
        return ()
    names = []
    while isinstance(value, dict) and value:
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)
