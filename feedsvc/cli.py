"""The command line. Exit codes: 0 done, 1 something failed, 2 bad usage or bad config."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO, cast
from urllib.parse import urlsplit

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from feedsvc import __version__
from feedsvc.errors import ConfigError, FeedsvcError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from feedsvc.app import App
    from feedsvc.model import Edition, Entry, Labels, Problem, Subscription

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

cli = typer.Typer(
    name="feedsvc",
    help="A bulletin's entries as a feed for every country and topic, and a digest in every partner's inbox.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
entries_cli = typer.Typer(help="The store's entries, and why each has its labels.", no_args_is_help=True)
digests_cli = typer.Typer(help="Upcoming and past editions.", no_args_is_help=True)
suppressions_cli = typer.Typer(help="The do-not-write list.", no_args_is_help=True)
cli.add_typer(entries_cli, name="entries")
cli.add_typer(digests_cli, name="digests")
cli.add_typer(suppressions_cli, name="suppressions")

ITEM = '{"id": …, "title": …, "body": …, "lang": "es"} (lang may be left out).'

# Columns of tables whose values are copied, or read at a glance.
WHOLE_COLUMNS = {"key", "date", "line", "next due", "was due (UTC)", "subscription", "since (UTC)"}

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Now = Annotated[
    str,
    typer.Option("--now", metavar="TIME", help="Do it as if it were then (ISO 8601; UTC unless it says)."),
]


# The folder that --site names.
SITE: ContextVar[Path] = ContextVar("site", default=Path())


def main() -> None:
    """Run the command line; an error is a sentence, never a traceback."""
    try:
        cli(standalone_mode=True)
    except ConfigError as error:
        _fail(str(error), 2)
    except FeedsvcError as error:
        _fail(str(error), 1)


def _say_version(asked: bool) -> None:
    if asked:
        out.print(f"feedsvc {__version__}")
        raise typer.Exit


@cli.callback()
def site_option(
    site: Annotated[
        Path,
        typer.Option("--site", metavar="DIR", envvar="FEEDSVC_SITE", help="The site's folder."),
    ] = Path(),
    _version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """Note which site the command is for."""
    SITE.set(site)
    _configure_log()


# --- the service ------------------------------------------------------------


@cli.command()
def run() -> None:
    """Run scheduler, sender and web server in one process."""
    from feedsvc import service

    app = _app(service=True)
    service.serve(app, lambda: _announce(app), working=True)


@cli.command()
def web() -> None:
    """Run the web server alone."""
    from feedsvc import service

    app = _app(service=True)
    service.serve(app, lambda: _announce(app), working=False)


@cli.command()
def worker() -> None:
    """Run the scheduler alone: it ingests, plans and delivers."""
    from feedsvc import service

    service.work(_app(service=True))


@cli.command()
def status(as_json: Json = False) -> None:
    """Tell what is going on."""
    found = _app().status()
    if as_json:
        _print_json(
            {
                "entries": found.entries,
                "problems": [_problem(problem) for problem in found.problems],
                "outbox": {state.value: number for state, number in found.outbox.items()},
                "suppressions": found.suppressions,
                "ingested_at": found.ingested_at,
                "planned_at": found.planned_at,
            }
        )
        return
    table = _table("", "")
    table.show_header = False
    table.add_row("entries", str(found.entries))
    table.add_row("problems", str(len(found.problems)))
    for state, number in found.outbox.items():
        table.add_row(f"mails {state.value.replace('_', ' ')}", str(number))
    table.add_row("suppressed addresses", str(found.suppressions))
    table.add_row("last pass over the sources", _ago(found.ingested_at))
    table.add_row("last look for due digests", _ago(found.planned_at))
    out.print(table)
    _print_problems(found.problems)


# --- bulletins and entries --------------------------------------------------


@cli.command()
def ingest(as_json: Json = False, now: Now = "") -> None:
    """Do one pass over the sources and publish what changed."""
    app = _app(now)
    with _spinner("reading bulletins", quiet=as_json) as tell:
        report = app.ingest(tell, wait=True)
    if as_json:
        _print_json(
            {
                "added": report.added,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "problems": [_problem(problem) for problem in report.problems],
                "documents": report.documents,
            }
        )
        return
    out.print(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged; "
        f"{report.documents} documents changed."
    )
    for name in report.unsettled:
        out.print(f"[yellow]{escape(name)} is still being written; it is read at the next pass.[/]")
    _print_problems(report.problems)


@cli.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A bulletin.", exists=True, dir_okay=False, readable=True)],
    as_json: Json = False,
) -> None:
    """Show how a bulletin would be read: entries, labels, problems. Stores nothing."""
    app = _app()
    reading, labelled = app.parts.parse(file, app.clock())
    if as_json:
        _print_json(
            {
                "entries": [
                    {
                        "date": draft.date.isoformat(),
                        "title": draft.title,
                        "paragraphs": list(draft.paragraphs),
                        "language": labels.language,
                        "line": draft.line,
                        **_terms(labels),
                    }
                    for draft, labels in labelled
                ],
                "problems": [_problem(problem) for problem in reading.problems],
            }
        )
        return
    table = _table("line", "date", "title")
    for draft, labels in labelled:
        lines = f"{draft.line}-{draft.last_line}"
        paragraphs = _many(len(draft.paragraphs), "paragraph")
        table.add_row(lines, draft.date.isoformat(), _titled(draft.title, labels, paragraphs))
    _print_table(table, "No entries.")
    out.print(f"{_many(len(labelled), 'entry', 'entries')}, {_many(len(reading.problems), 'problem')}.")
    _print_problems(reading.problems)


@cli.command()
def label() -> None:
    """Label items from standard input, one JSON object {id, title, body, lang?} a line; answers likewise."""
    labeller = _app().parts.labeller
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        item = _item(line, number)
        paragraphs = [part for part in str(item["body"]).split("\n") if part.strip()]
        labels = labeller.label(str(item["title"]), paragraphs, item.get("lang"))
        sys.stdout.write(
            json.dumps(
                {"id": item.get("id"), **_terms(labels), "language": labels.language}, ensure_ascii=False
            )
            + "\n"
        )


@cli.command()
def publish() -> None:
    """Make every document anew."""
    app = _app()
    with _spinner("publishing"):
        changed = app.publish()
    out.print(f"{changed} documents changed.")


@entries_cli.command("list")
def entries_list(as_json: Json = False) -> None:
    """List all entries, those that arrived last first."""
    with _app().store.reading() as tx:
        if as_json:
            _print_json([_entry(entry) for entry in tx.entries.all()])
            return
        table = _table("key", "date", "title")
        for entry in tx.entries.all():
            table.add_row(entry.key, entry.published.isoformat(), _titled(entry.title, entry.labels))
    _print_table(table, "There are no entries yet; `feedsvc ingest` reads the bulletins.")


EntryName = Annotated[
    str, typer.Argument(metavar="ENTRY", help="An entry's key, id or number (`entries list`).")
]


@entries_cli.command("show")
def entries_show(name: EntryName, as_json: Json = False) -> None:
    """Show one entry, whole."""
    app = _app()
    entry = _find_entry(app, name)
    if as_json:
        _print_json(
            {
                **_entry(entry),
                "summary": entry.summary,
                "body": entry.body,
                "updated_at": entry.updated_at.isoformat(),
            }
        )
        return
    out.print(f"[bold]{escape(entry.title)}[/]")
    out.print(f"{entry.published.isoformat()} · {entry.language} · {escape(entry.bulletin)}:{entry.line}")
    out.print(f"{app.parts.configuration.site.url}{entry.path}")
    out.print(f"{entry.id}\n")
    out.print(escape(entry.text))


@entries_cli.command("explain")
def entries_explain(name: EntryName) -> None:
    """Show which words gave an entry its labels."""
    entry = _find_entry(_app(), name)
    out.print(f"[bold]{escape(entry.title)}[/] ({entry.language})")
    table = _table("label", "term", "score", "because of")
    for kind in ("countries", "mentions", "regions", "topics"):
        for found in getattr(entry.labels, kind):
            because = ", ".join(
                f"“{escape(e.words)}” ({e.kind} in the {e.place}, {round(e.weight, 2):g})"
                for e in found.evidence
            )
            table.add_row(kind, found.term, f"{found.score:.2f}", because)
    _print_table(table, "No words spoke for any label.")


# --- digests and mail -------------------------------------------------------


@digests_cli.command("list")
def digests_list(as_json: Json = False, now: Now = "") -> None:
    """List the next edition of every subscription, and the last fifty of the past."""
    app = _app(now)
    upcoming = app.upcoming()
    with app.store.reading() as tx:
        past = tx.editions.newest(50)
    if as_json:
        _print_json(
            {
                "next": [
                    {"subscription": each.id, "due_at": due.isoformat() if due else None}
                    for each, due in upcoming
                ],
                "past": [_edition(edition) for edition in past],
            }
        )
        return
    _print_upcoming(upcoming)
    table = _table("was due (UTC)", "subscription", "entries", "seq")
    for edition in past:
        table.add_row(
            f"{edition.due_at:%Y-%m-%d %H:%M}",
            edition.subscription,
            str(edition.entries) if edition.entries else "nothing new",
            f"{edition.from_seq + 1}-{edition.to_seq}" if edition.to_seq > edition.from_seq else "",
        )
    _print_table(table, "No edition has been due yet.")


@digests_cli.command("plan")
def digests_plan(as_json: Json = False, now: Now = "") -> None:
    """Put the digests that are due into the outbox."""
    report = _app(now).plan()
    if as_json:
        _print_json({"editions": [_edition(edition) for edition in report.editions], "mails": report.mails})
        return
    for edition in report.editions:
        out.print(f"{edition.subscription}: {edition.entries or 'no'} entries")
    out.print(
        f"{_many(len(report.editions), 'edition')} due, {_many(report.mails, 'mail')} put into the outbox."
    )


@digests_cli.command("preview")
def digests_preview(
    subscription: Annotated[str, typer.Argument(help="The subscription's id.")],
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="As this recipient gets it.")] = "",
    html: Annotated[bool, typer.Option("--html", help="The HTML part alone.")] = False,
    text: Annotated[bool, typer.Option("--text", help="The text part alone.")] = False,
    now: Now = "",
) -> None:
    """Write the next digest of a subscription, as it would go out now, to standard output."""
    if html and text:
        raise typer.BadParameter("choose one of --html and --text.")
    shown = _app(now).preview(subscription, to)
    if shown.sample:
        err.print(
            "[yellow]Nothing is new for this subscription; shown with the newest entries that match it.[/]"
        )
    if html or text:
        sys.stdout.write(_part(shown.message.data, "html" if html else "plain"))
    else:
        sys.stdout.buffer.write(shown.message.data)


@cli.command()
def deliver(as_json: Json = False, now: Now = "") -> None:
    """Send what is due in the outbox, until nothing is."""
    from feedsvc.model import DeliveryState

    app = _app(now)
    due = 0 if as_json else app.outbox_due()
    with Progress(console=err, transient=True, disable=not due) as progress:
        task = progress.add_task("delivering", total=due)
        report = app.deliver(lambda _state: progress.advance(task))
    if as_json:
        _print_json(
            {state.value: report.outcomes[state] for state in DeliveryState if report.outcomes[state]}
        )
    else:
        words = [f"{number} {state.value.replace('_', ' ')}" for state, number in report.outcomes.items()]
        out.print((", ".join(words) or "Nothing is due") + ".")
    if report.outcomes[DeliveryState.FAILED]:
        raise typer.Exit(1)


@suppressions_cli.command("list")
def suppressions_list(as_json: Json = False) -> None:
    """List the addresses that must not be written to."""
    with _app().store.reading() as tx:
        found = tx.suppressions.all()
    if as_json:
        _print_json(
            [
                {
                    "address": each.address,
                    "reason": each.reason.value,
                    "since": each.since.isoformat(),
                    "note": each.note,
                }
                for each in found
            ]
        )
        return
    table = _table("address", "reason", "since (UTC)", "note")
    for each in found:
        table.add_row(
            escape(each.address), each.reason.value, f"{each.since:%Y-%m-%d %H:%M}", escape(each.note)
        )
    _print_table(table, "No address is suppressed.")


@suppressions_cli.command("add")
def suppressions_add(
    address: str,
    note: Annotated[str, typer.Option(help="Why, for whoever reads the list later.")] = "",
) -> None:
    """Write no more to an address."""
    from feedsvc.config import mail_address
    from feedsvc.model import Suppression, SuppressionReason

    app = _app()
    try:
        mail_address(address)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="ADDRESS") from None
    with app.store.writing() as tx:
        added = tx.suppressions.add(Suppression(address, SuppressionReason.UNSUBSCRIBED, app.clock(), note))
    out.print(f"{escape(address)} {'gets no more mail' if added else 'was on the list already'}.")


@suppressions_cli.command("remove")
def suppressions_remove(address: str) -> None:
    """Let an address be written to again."""
    with _app().store.writing() as tx:
        removed = tx.suppressions.remove(address)
    if not removed:
        raise NotFoundError(f"{address} is not on the list (`feedsvc suppressions list` shows it).")
    out.print(f"{escape(address)} gets mail again, from the next digest on.")


# --- config -----------------------------------------------------------------


@cli.command()
def check(as_json: Json = False, now: Now = "") -> None:
    """Validate all of config and templates, and list the next editions."""
    app = _app(now)
    app.parts.check_templates()
    upcoming = app.upcoming()
    if as_json:
        _print_json(
            {
                "next": [
                    {"subscription": each.id, "due_at": due.isoformat() if due else None}
                    for each, due in upcoming
                ]
            }
        )
        return
    _print_upcoming(upcoming)
    out.print("[green]All of config and templates is right.[/]")


@cli.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
) -> None:
    """Make a new site: config, a sample bulletin, a place for templates."""
    from feedsvc import config

    for path in config.init_site(folder):
        out.print(f"  {escape(str(path))}")
    out.print(f"Ready. Run it with: [bold]feedsvc --site {escape(str(folder))} run[/]")


# --- shared -----------------------------------------------------------------


def _app(now: str = "", *, service: bool = False) -> App:
    from feedsvc.app import App

    if service:
        _configure_log(logging.INFO)
    return App(SITE.get(), _moment(now), service=service)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time. Write it as 2026-11-23T08:00-06:00.", param_hint="--now"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _announce(app: App) -> None:
    """Say where everything is."""
    configuration = app.parts.configuration
    settings = configuration.settings
    host = "127.0.0.1" if settings.web.host in {"0.0.0.0", "::"} else settings.web.host  # noqa: S104
    here = f"http://{host}:{settings.web.port}"
    mail = (
        app.root / "var" / "mail"
        if settings.mail.transport == "maildir"
        else f"{settings.mail.smtp.host}:{settings.mail.smtp.port}"
    )
    out.print(f"[bold]{escape(configuration.site.title)}[/]")
    out.print(f"  site       {here}/")
    out.print(f"  feeds      {here}/feeds/all.atom")
    out.print(f"  health     {here}/healthz")
    if urlsplit(configuration.site.url).port != settings.web.port:
        out.print(
            f"  public     {escape(configuration.site.url)}/ (url under [site]: where feeds and mails link to)"
        )
    for source in settings.sources:
        out.print(f"  bulletins  {escape(str(app.root / source.path))}")
    out.print(f"  mail       {escape(str(mail))}")
    out.print("Stop with Ctrl-C.\n")


def _find_entry(app: App, name: str) -> Entry:
    with app.store.reading() as tx:
        entry = tx.entries.find(name)
    if entry is None:
        raise NotFoundError(f"There is no entry {name!r}; `feedsvc entries list` shows those there are.")
    return entry


def _part(data: bytes, subtype: str) -> str:
    """Give one part of a message as its reader's program would."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body((subtype,))
    return str(body.get_content()) if body else ""


def _item(line: str, number: int) -> dict[str, Any]:
    """Read one item of `label`."""
    try:
        item = json.loads(line)
    except ValueError:
        _fail(f"standard input:{number}: is not JSON. Write one object a line: {ITEM}", 2)
    missing = [key for key in ("id", "title", "body") if not isinstance(item, dict) or key not in item]
    if missing:
        _fail(f"standard input:{number}: has no {missing[0]}. Write one object a line: {ITEM}", 2)
    return dict(item)


def _terms(labels: Labels) -> dict[str, list[str]]:
    return {
        kind: [label.term for label in getattr(labels, kind)]
        for kind in ("countries", "mentions", "regions", "topics")
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "seq": entry.seq,
        "date": entry.published.isoformat(),
        "title": entry.title,
        "language": entry.language,
        **_terms(entry.labels),
        "link": entry.link,
        "source": entry.source,
        "line": entry.line,
        "withdrawn": entry.withdrawn_at is not None,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "source": problem.source,
        "bulletin": problem.bulletin,
        "line": problem.line,
        "reason": problem.reason,
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "subscription": edition.subscription,
        "due_at": edition.due_at.isoformat(),
        "from_seq": edition.from_seq,
        "to_seq": edition.to_seq,
        "entries": edition.entries,
    }


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        where = f"{problem.bulletin}:{problem.line}" if problem.line else problem.bulletin
        out.print(f"[yellow]{escape(where)}[/]: {escape(problem.reason)}")


def _print_upcoming(upcoming: Sequence[tuple[Subscription, datetime | None]]) -> None:
    table = _table("next due", "subscription", "recipients", "about")
    for subscription, due in upcoming:
        selection = subscription.selection
        about = ", ".join([*sorted(selection.countries), *sorted(selection.topics)]) or "everything"
        when = (
            f"{due.astimezone(subscription.timezone):%a %Y-%m-%d %H:%M %Z}" if due else "when there is news"
        )
        table.add_row(when, subscription.id, str(len(subscription.recipients)), about)
    _print_table(table, "There are no subscriptions.")


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _print_table(table: Table, nothing: str) -> None:
    if table.row_count:
        out.print(table)
    else:
        out.print(nothing)


def _ago(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M:%S} UTC" if moment else "never"


def _titled(title: str, labels: Labels, *more: str) -> str:
    """Give a title with what it is about under it."""
    kinds = (labels.countries, labels.regions, labels.topics)
    about = [labels.language, *(" ".join(label.term for label in kind) for kind in kinds), *more]
    return f"{escape(title)}\n[dim]{escape(' · '.join(part for part in about if part))}[/]"


def _table(*columns: str) -> Table:
    """Make a table in which what one copies stays whole and the rest takes the room that is left."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column in WHOLE_COLUMNS, overflow="fold")
    return table


@contextmanager
def _spinner(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=quiet) as progress:
        task = progress.add_task(what)
        yield lambda text: progress.update(task, description=escape(text))


def _configure_log(level: int = logging.WARNING) -> None:
    """Log to standard error: for eyes on a terminal, else one JSON object a line.

    The service tells what it does; a command says it by itself, so that only warnings are left to log.
    """
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if terminal else [structlog.processors.format_exc_info]),
            structlog.dev.ConsoleRenderer()
            if terminal
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Unfailing(sys.stderr))),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


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


def _fail(message: str, code: int) -> NoReturn:
    err.print(f"[red]{escape(message)}[/]", soft_wrap=True)
    raise SystemExit(code)
