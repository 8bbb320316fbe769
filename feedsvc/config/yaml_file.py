"""YAML files as admins write them, with the line of everything in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import yaml

from feedsvc.config.mistakes import way_in_words
from feedsvc.config.text_file import read_text
from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The scalars of YAML 1.2's core schema, section 10.3.2: `NO` is Norway, `010` ten, and a date a text.
_SCALARS: dict[str, Callable[[str], object]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:null": lambda _: None,
}
_PATTERNS = (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", [*"tTfF"]),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", [*"-+0123456789"]),
    (
        "tag:yaml.org,2002:float",
        r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
        [*"-+.0123456789"],
    ),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", [*"~nN", ""]),
)

_COLUMNS = (
    "Check that it and the lines around it begin in the column of their neighbours, with spaces, not tabs."
)
_SYNTAX = (
    ("mapping values are not allowed", "has a colon where none may be, or begins in the wrong column.",
     f"{_COLUMNS} Put a text that holds a colon in quotes."),
    ("cannot start any token", "begins with a tab, or with a sign such as @ or % that has a meaning in YAML.",
     "Indent with spaces, and put such a text in quotes."),
    ("found unexpected end of stream", "a quotation mark is opened above and never closed.", "Close it."),
    ("',' or ']'", "a bracket [ is opened here or above and not closed.", "Close it with ]."),
    ("',' or '}'", "a brace { is opened here or above and not closed.", "Close it with }."),
    ("another document", "a second document begins.", "Remove the line ---."),
    ("found undefined alias", "begins with *, which has a meaning in YAML.", "Put the text in quotes."),
)  # fmt: skip
_MISALIGNED = ("is out of line with the lines before it.", _COLUMNS)
_TRAILING = ("goes on after a text that is complete.", "Put the whole of it in one pair of quotes: '…'.")


class _Loader(yaml.CSafeLoader):
    """PyYAML that composes nodes and knows the scalars of `_SCALARS` alone."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own shape)


for _tag, _pattern, _first in _PATTERNS:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)


class YamlFile:
    """One YAML file: its value, and the line that each part of it stands on.

    `shown` is what the file is called in messages, relative to the site. Raises ConfigError for a file that
    can't be read, isn't YAML, gives one key twice, or has what a config file has no need for (anchors, tags).
    """

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self._lines: dict[tuple[str | int, ...], int] = {}
        self._seen: set[int] = set()
        self.value: object = None
        text = read_text(path, shown)
        try:
            node = _Loader(text).get_single_node()
            self.value = None if node is None else self._plain(node, ())
        except yaml.MarkedYAMLError as error:
            raise ConfigError([self._syntax_mistake(error, text)]) from None
        except yaml.reader.ReaderError as error:
            line = text.encode()[: error.position].count(b"\n") + 1
            what = f"holds a character that can't be in a text file (U+{error.character:04X})."
            raise ConfigError([Mistake(shown, line, "", what, "Remove it.")]) from None
        except RecursionError:
            raise ConfigError([Mistake(shown, 0, "", "is nested too deeply.")]) from None

    def line(self, *path: str | int) -> int:
        """Give the line of the part at `path`, else of the nearest part above it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def mistake(self, path: tuple[str | int, ...], what: str, remedy: str = "") -> Mistake:
        """Make a Mistake about the part at `path`."""
        return Mistake(self.shown, self.line(*path), way_in_words(path, self.value), what, remedy)

    def _plain(self, node: yaml.Node, path: tuple[str | int, ...]) -> object:
        # An alias gives the node of its anchor again: endlessly, or a billion times, if it is followed.
        if id(node) in self._seen:
            what = "repeats another part of the file by its anchor (& and *)."
            raise ConfigError([self.mistake(path, what, "Write it out.")])
        self._seen.add(id(node))
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...]) -> dict[str, object]:
        value: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(
                    key_node,
                    path,
                    "has a list or a group where a key belongs.",
                    "Write one word and a colon.",
                )
            key = str(key_node.value)
            here = (*path, key)
            if key in value:
                self._refuse(
                    key_node, here, f"stands here again, first on line {self._lines[here]}.", "Keep one."
                )
            self._lines[here] = key_node.start_mark.line + 1
            value[key] = self._plain(value_node, here)
        return value

    def _scalar(self, node: yaml.Node, path: tuple[str | int, ...]) -> object:
        try:
            return _SCALARS[node.tag](node.value)
        except (KeyError, ValueError):
            return self._refuse(node, path, "can't be read as a value.", "Put it in quotes if it is a text.")

    def _refuse(self, node: yaml.Node, path: tuple[str | int, ...], what: str, remedy: str) -> NoReturn:
        line = node.start_mark.line + 1
        raise ConfigError([Mistake(self.shown, line, way_in_words(path, self.value), what, remedy)])

    def _syntax_mistake(self, error: yaml.MarkedYAMLError, text: str) -> Mistake:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            return Mistake(self.shown, 0, "", f"can't be read: {error}.")
        lines = text.split("\n")
        before = lines[mark.line][: mark.column] if mark.line < len(lines) else ""
        known = (words for sign, *words in _SYNTAX if sign in str(error.problem or error.context))
        what, remedy = next(known, _TRAILING if before.strip(" -") else _MISALIGNED)
        return Mistake(self.shown, mark.line + 1, "", what, remedy)
