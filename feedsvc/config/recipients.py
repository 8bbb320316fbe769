"""Long lists of recipients: a CSV file beside the subscriptions, as spreadsheets save it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.config.addresses import address, person_name
from feedsvc.config.mistakes import InvalidError, nearest
from feedsvc.config.text_file import read_text
from feedsvc.config.values import site_language
from feedsvc.errors import ConfigError, Mistake
from feedsvc.model import Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_COLUMNS = ("email", "name", "language")
_HEADER = "Begin the file with the line: email,name,language"


class Row(NamedTuple):
    """A recipient, and the line of the file that has it."""

    line: int
    recipient: Recipient


def read_recipients(path: Path, shown: str, languages: Sequence[str]) -> tuple[Row, ...]:
    """Read a CSV file with the header `email,name,language`; name and language may be left out or empty.

    Commas, semicolons (as spreadsheets in Spanish write) or tabs may stand between the cells.
    `shown` is what the file is called in messages. Raises ConfigError with every mistake found.
    """
    rows = _rows(read_text(path, shown), shown)
    columns = _columns(*next(rows, (0, [])), shown)
    recipients: list[Row] = []
    mistakes: list[Mistake] = []
    for line, cells in rows:
        try:
            recipients.append(Row(line, _recipient(columns, cells, languages)))
        except _WrongCell as cell:
            mistakes.append(Mistake(shown, line, cell.column, cell.wrong.what, cell.wrong.remedy))
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(recipients)


class _WrongCell(Exception):  # noqa: N818 (never leaves this module)
    """A cell that can't be taken, and the column it is in."""

    def __init__(self, column: str, wrong: InvalidError) -> None:
        self.column = column
        self.wrong = wrong


def _rows(text: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that aren't blank, each with the line it begins on."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        mistake = Mistake(shown, line, "", f"can't be read: {error}.", "Look at its quotation marks.")
        raise ConfigError([mistake]) from None


def _columns(line: int, header: list[str], shown: str) -> list[str]:
    """Check the header."""
    columns = [name.casefold() for name in header]
    while columns and not columns[-1]:
        columns.pop()
    for name in columns:
        if name not in _COLUMNS:
            remedy = _HEADER if "@" in name else nearest(name, _COLUMNS)
            raise ConfigError([Mistake(shown, line, "", f'"{name}" is not a column.', remedy)])
    if "email" not in columns or len(set(columns)) < len(columns):
        raise ConfigError([Mistake(shown, line, "", "has no header, or one that can't be used.", _HEADER)])
    return columns


def _recipient(columns: Sequence[str], cells: Sequence[str], languages: Sequence[str]) -> Recipient:
    if any(cells[len(columns) :]):
        what = f"has {len(cells)} cells, and the header has {len(columns)}."
        raise _WrongCell("", InvalidError(what, 'Put a name with a comma in quotes: "Gómez, Ana".'))
    values = {**dict.fromkeys(_COLUMNS, ""), **dict(zip(columns, cells, strict=False))}
    return Recipient(
        address=_checked(address, "email", values),
        name=_checked(person_name, "name", values),
        language=_checked(lambda text: site_language(text, ("", *languages)), "language", values),
    )


def _checked(check: Callable[[str], str], column: str, values: Mapping[str, str]) -> str:
    try:
        return check(values[column])
    except InvalidError as wrong:
        raise _WrongCell(column, wrong) from None
