"""What is wrong with a value, in words for the people who write it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, get_args

from pydantic import BaseModel

from feedsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from feedsvc.errors import Mistake

T = TypeVar("T")

# The keys and positions that lead to a part of a file.
Way = tuple[str | int, ...]

# What pydantic's errors are called here: https://docs.pydantic.dev/latest/errors/validation_errors/
_WORDS = {
    "missing": ("is missing.", "Add it."),
    "string_type": ("must be a text.", "Put it in quotes."),
    "path_type": ("must be a text.", "Put it in quotes."),
    "int_type": ("must be a whole number.", ""),
    "int_parsing": ("must be a whole number.", ""),
    "int_from_float": ("must be a whole number.", ""),
    "bool_type": ("must be true or false.", ""),
    "bool_parsing": ("must be true or false.", ""),
    "tuple_type": ("must be a list.", "Write it in square brackets: [one, another]."),
    "dict_type": ("must be a group of keys with values.", ""),
    "model_type": ("must be a group of keys with values.", ""),
    "greater_than_equal": ("must be at least {ge}.", ""),
    "less_than_equal": ("must be at most {le}.", ""),
    "too_short": ("must not be empty.", "Give at least one."),
    "string_too_short": ("must not be empty.", "Write something here."),
}


class InvalidError(ValueError):
    """A value that can't be taken: what is wrong with it, and what to write instead."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class Collected:
    """Mistakes collected on the way through several parts, and raised together."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def attempt(self, read: Callable[..., T], *arguments: object) -> T | None:
        """Read a part; None when it has mistakes."""
        try:
            return read(*arguments)
        except ConfigError as error:
            self.mistakes += error.mistakes
            return None

    def raise_any(self) -> None:
        """Raise what was collected, each mistake once."""
        if self.mistakes:
            raise ConfigError([*dict.fromkeys(self.mistakes)])


class File(Protocol):
    """A file, or what stands in for one, that knows where each part of it is."""

    def mistake(self, way: Way, what: str, remedy: str = "") -> Mistake:
        """Make a Mistake about the part at the end of a way."""
        ...


def way_in_words(way: Way, value: object) -> str:
    """Say which part of a file's value a way leads to: `pa-es: schedule`, `the 2nd source: url`, `site.languages`.

    A group in a list goes by its id or name, else by its place there; so does what else is in a list.
    """
    said, words = "", ""
    for part, further in pairwise((*way, None)):
        value = _part(value, part)
        if isinstance(part, str):
            words += f".{part}"
        elif isinstance(part, int) and (isinstance(value, dict) or isinstance(further, str)):
            said += _own_name(value) or f"the {_ordinal(part)} {words.lstrip('.').removesuffix('s')}"
            said, words = f"{said}: ", ""
        elif isinstance(part, int):
            words += f", the {_ordinal(part)}"
    return (said + words.lstrip("., ")).removesuffix(": ")


def _part(value: object, part: str | int | None) -> object:
    """Give what is under a key or at a position, None where nothing is."""
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None


def _own_name(group: object) -> str:
    name = (group.get("id") or group.get("name")) if isinstance(group, dict) else None
    return name if isinstance(name, str) and name.isprintable() else ""


def _ordinal(position: int) -> str:
    """Count as people do, from the first."""
    number = position + 1
    is_teen = number // 10 % 10 == 1
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def nearest(value: str, choices: Iterable[str], otherwise: str = "") -> str:
    """Give a remedy: the choice that was probably meant, else all of them, and what else will do."""
    known = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(value.casefold(), known, n=1)
    if close:
        return f'Did you mean "{known[close[0]]}"?'
    if len(known) > 1 or otherwise:
        return f"Write one of: {', '.join([*known.values(), otherwise]).removesuffix(', ')}."
    return "".join(f'Write "{only}".' for only in known.values())


def explain(error: ValidationError, model: type[BaseModel], file: File, above: Way = ()) -> Iterator[Mistake]:
    """Turn pydantic's errors about a part of a file into Mistakes. `above` is the way to that part."""
    details = error.errors(include_url=False)
    wrong = [detail["loc"] for detail in details]
    for detail in details:
        way = detail["loc"]
        if detail["type"] == "too_short" and any(way == other[: len(way)] for other in wrong if other != way):
            continue  # what is wrong is not counted, though it is there
        path = tuple(part for part in way if part != "[key]")
        yield file.mistake((*above, *path), *_words(detail, model))


def _words(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Say what is wrong, and what to write instead."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error" and isinstance(wrong := context["error"], InvalidError):
        return wrong.what, wrong.remedy
    if kind == "extra_forbidden":
        *way, key = detail["loc"]
        return "is not a key that belongs here.", nearest(str(key), _keys(model, way))
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        return f'can\'t be "{detail["input"]}".', nearest(str(detail["input"]), choices)
    what, remedy = _WORDS.get(kind, (f"can't be used: {detail['msg']}.", ""))
    return what.format_map(context), remedy


def _keys(model: type[BaseModel], way: Iterable[str | int]) -> list[str]:
    """Give the keys that the part of a model at the end of a way has."""
    for part in way:
        # A part that is no field is a position in a list, or a key of an admin's own choice, such as a language.
        if isinstance(part, str) and part in _fields(model):
            model = next(_models(_fields(model)[part]))
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 (annotations have no common type)
    """Find the models in an annotation such as `tuple[SourceSettings, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
