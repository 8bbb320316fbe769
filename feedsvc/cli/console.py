"""What all commands have in common: the site they are for, the console, errors, the log."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO, cast

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from feedsvc import model

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from feedsvc.app import App

out = Console(highlight=False)


err = Console(stderr=True, highlight=False)


# Columns of tables whose values are copied, or read at a glance.
WHOLE_COLUMNS = {"key", "date", "line", "next due", "was due", "subscription", "since"}


Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]


Now = Annotated[
    str,
    typer.Option(
        "--now",
        metavar="TIME",
        help="Do it as if it were then (ISO 8601; on the site's clock unless it says).",
    ),
]


# Moments near the ends of the calendar can't be told in every time zone.
YEARS = range(1970, 3000)


# What has an @ and belongs to nobody.
_NOT_OF_PEOPLE = {"message_id", "timestamp", "level"}


# The folder that --site names.
SITE: ContextVar[Path] = ContextVar("site", default=Path())


def open_app(now: str = "", *, service: bool = False) -> App:
    """Open the site that the command is for; `now` as ISO 8601 stands still its clock, on which it is read."""
    from feedsvc.app import App

    if service:
        configure_log(logging.INFO)
    return App(SITE.get(), _moment(now), service=service)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.year in YEARS:
            return moment
    raise typer.BadParameter(
        f"{text!r} is no time. Write it as 2026-11-23T08:00, by the site's clock, or as 2026-11-23T08:00-06:00.",
        param_hint="--now",
    )


def print_json(value: object) -> None:
    """Answer a program."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(table: Table, nothing: str) -> None:
    """Print a table, or what is said when it is empty."""
    if table.row_count:
        out.print(table)
    else:
        out.print(nothing)


def new_table(*columns: str) -> Table:
    """Make a table in which what one copies stays whole and the rest takes the room that is left."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column in WHOLE_COLUMNS, overflow="fold")
    return table


def many(number: int, one: str, more: str = "") -> str:
    """Count in words: 1 entry, 2 entries."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def on_clock(moment: datetime, zone: ZoneInfo) -> str:
    """Give a moment for a person, on the clock of a time zone, which it names."""
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


@contextmanager
def spinner(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that something is being done; gives the way to say what."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=quiet) as progress:
        task = progress.add_task(what)
        yield lambda text: progress.update(task, description=escape(text))


def configure_log(level: int = logging.WARNING) -> None:
    """Log to standard error: for eyes on a terminal, else one JSON object a line.

    The service tells what it does; a command says it by itself, so that only warnings are left to log.
    """
    others = logging.StreamHandler()
    others.setFormatter(_WithoutAddresses("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[others])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_addresses,
            # Plain tracebacks: those that show variables show addresses and secrets.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if sys.stderr.isatty()
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Unfailing(sys.stderr))),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


def without_addresses(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Shorten the addresses in what is logged, such as those in a mistake of the config or in a relay's reply."""
    return {key: value if key in _NOT_OF_PEOPLE else _shortened(value) for key, value in event.items()}


def _shortened(value: object) -> object:
    if isinstance(value, str | BaseException):
        return model.without_addresses(str(value))
    if isinstance(value, Mapping):
        return {key: _shortened(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shortened(each) for each in value]
    return value


class _WithoutAddresses(logging.Formatter):
    """Shortens the addresses in what the libraries log, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return model.without_addresses(super().format(record))


class _Unfailing:
    """A stream that takes it silently when nobody reads it: a log must never stop the work it tells of."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong and end with an exit code."""
    err.print(f"[red]{escape(message)}[/]", soft_wrap=True)
    raise SystemExit(code)
