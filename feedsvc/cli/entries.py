"""The commands about single entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from feedsvc.cli.console import Json, new_table, open_app, out, print_json, print_table
from feedsvc.cli.nouns import entry_json, titled
from feedsvc.cli.root import cli

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from feedsvc.model import Entry

entries_cli = typer.Typer(help="The store's entries, and why each has its labels.", no_args_is_help=True)
cli.add_typer(entries_cli, name="entries")


def _listed(entry: Entry, zone: ZoneInfo) -> str:
    more = [] if entry.dated else ["undated, shown under the day it was found"]
    if entry.withdrawn_at:
        more.append(f"withdrawn on {entry.withdrawn_at.astimezone(zone):%Y-%m-%d}")
    return titled(entry.title, entry.labels, *more)


EntryName = Annotated[
    str,
    typer.Argument(metavar="ENTRY", help="An entry's key or number (`entries list`), or an address of it."),
]


@entries_cli.command("list")
def entries_list(as_json: Json = False) -> None:
    """List all entries, those that arrived last first."""
    app = open_app(service=True)
    zone = app.parts.configuration.site.timezone
    with app.store.reading() as tx:
        if as_json:
            print_json([entry_json(entry) for entry in tx.entries.all()])
            return
        table = new_table("key", "date", "title")
        for entry in tx.entries.all():
            table.add_row(entry.key, entry.published.isoformat(), _listed(entry, zone))
    print_table(table, "There are no entries yet; `feedsvc ingest` reads the bulletins.")


@entries_cli.command("show")
def entries_show(name: EntryName, as_json: Json = False) -> None:
    """Show one entry, whole."""
    app = open_app(service=True)
    entry = app.entry(name)
    if as_json:
        print_json(
            {
                **entry_json(entry),
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
    entry = open_app(service=True).entry(name)
    out.print(f"[bold]{escape(entry.title)}[/] ({entry.language})")
    table = new_table("label", "term", "sure", "because of")
    for kind in ("countries", "mentions", "regions", "topics"):
        for found in getattr(entry.labels, kind):
            because = ", ".join(
                f"“{escape(e.words)}” ({e.kind} in the {e.place}, {round(e.weight, 2):g})"
                for e in found.evidence
            )
            table.add_row(kind, found.term, f"{found.confidence:.0%}", because)
    print_table(table, "No words spoke for any label.")


@entries_cli.command("withdraw")
def entries_withdraw(name: EntryName) -> None:
    """Take an entry back: it leaves all feeds, and its page says that it is gone."""
    entry = open_app(service=True).set_withdrawn(name, withdrawn=True)
    out.print(
        f"Withdrawn: {escape(entry.title)}\nIt stays away, whatever its bulletin shows; "
        f"`feedsvc entries restore {entry.key}` brings it back."
    )


@entries_cli.command("restore")
def entries_restore(name: EntryName) -> None:
    """Bring back an entry that was withdrawn."""
    entry = open_app(service=True).set_withdrawn(name, withdrawn=False)
    out.print(f"There again: {escape(entry.title)}")
