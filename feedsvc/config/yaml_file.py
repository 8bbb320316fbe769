"""YAML files as admins write them, with the line of everything in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from pathlib import Path


class _Yaml12(yaml.CSafeLoader):
    """PyYAML with the scalars of YAML 1.2's core schema: `NO` is Norway and `on` is a word."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own shape)


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
):
    _Yaml12.add_implicit_resolver(_tag, re.compile(_pattern), [*_first, *([""] if "\0" in _first else [])])


class YamlFile:
    """One YAML file: its value, and the line that each part of it stands on.

    `shown` is what the file is called in messages, relative to the site. Raises ConfigError for a file that
    can't be read, isn't YAML, or gives one key twice.
    """

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self._lines: dict[tuple[str | int, ...], int] = {}
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise ConfigError([Mistake(shown, 0, "", "there is no such file.")]) from None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ConfigError([Mistake(shown, line, "", "is not UTF-8.", "Save the file as UTF-8.")]) from None
        except OSError as error:
            raise ConfigError([Mistake(shown, 0, "", f"can't be read: {error.strerror}.")]) from None
        try:
            loader = _Yaml12(text)
            node = loader.get_single_node()
            self.value: object = None if node is None else self._plain(loader, node, ())
        except yaml.MarkedYAMLError as error:
            raise ConfigError([self._syntax_mistake(error)]) from None
        except yaml.YAMLError as error:
            raise ConfigError([Mistake(shown, 0, "", f"is not YAML: {error}")]) from None

    def line(self, *path: str | int) -> int:
        """Give the line of the part at `path`, else of the nearest part above it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def mistake(self, path: tuple[str | int, ...], what: str, remedy: str = "") -> Mistake:
        """Make a Mistake about the part at `path`."""
        return Mistake(self.shown, self.line(*path), ".".join(map(str, path)), what, remedy)

    def _plain(self, loader: _Yaml12, node: yaml.Node, path: tuple[str | int, ...]) -> object:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            value: dict[str, object] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                here = (*path, key)
                line = key_node.start_mark.line + 1
                if key in value:
                    first = self._lines[here]
                    raise ConfigError(
                        [Mistake(self.shown, line, ".".join(map(str, here)), f"stands here again, first on line {first}.", "Keep one of them.")]
                    )
                self._lines[here] = line
                value[key] = self._plain(loader, value_node, here)
            return value
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(loader, item, (*path, index)) for index, item in enumerate(node.value)]
        return loader.construct_object(node)

    def _syntax_mistake(self, error: yaml.MarkedYAMLError) -> Mistake:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        remedy = "Check that the lines around it begin in the same column as their neighbours, with spaces and no tabs."
        return Mistake(self.shown, line, "", f"can't be read: {error.problem or error.context}.", remedy)
