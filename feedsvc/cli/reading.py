"""The commands from bulletins to published entries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from feedsvc.cli.console import Json, Now, many, new_table, open_app, out, print_json, print_table, spinner
from feedsvc.cli.nouns import change_json, draft_json, draft_text, label_changes, print_problems, problem_json
from feedsvc.cli.root import cli


@cli.command()
def ingest(as_json: Json = False, now: Now = "") -> None:
    """Do one pass over the sources and publish what changed."""
    app = open_app(now)
    with spinner("reading bulletins", quiet=as_json) as tell:
        report = app.ingest(tell, wait=True)
        if report.documents:
            tell("making it searchable")
            app.make_searchable()
    if as_json:
        print_json(
            {
                "added": report.added,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "problems": [problem_json(problem) for problem in report.problems],
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
    print_problems(report.problems)


@cli.command()
def parse(
    place: Annotated[
        str, typer.Argument(metavar="FILE", help="A bulletin: a file, or the address of a page or feed.")
    ],
    private: Annotated[
        bool, typer.Option("--private", help="The address may be in a private network.")
    ] = False,
    as_json: Json = False,
    now: Now = "",
) -> None:
    """Show how a bulletin would be read: entries, labels, problems. Stores nothing."""
    app = open_app(now)
    with spinner(f"reading {place}", quiet=as_json):
        parsed = app.parse(place, private=private)
    if as_json:
        print_json(
            {
                "entries": [draft_json(draft, labels) for draft, labels in parsed.entries],
                "problems": [problem_json(problem) for problem in parsed.problems],
            }
        )
        return
    zone = app.parts.configuration.site.timezone
    table = new_table("line", "date", "title")
    for draft, labels in parsed.entries:
        day = draft.date.isoformat() if draft.date else "undated"
        table.add_row(f"{draft.line}-{draft.last_line}", day, draft_text(draft, labels, zone))
    print_table(table, "No entries.")
    out.print(f"{many(len(parsed.entries), 'entry', 'entries')}, {many(len(parsed.problems), 'problem')}.")
    print_problems(parsed.problems)
    if parsed.selectors:
        out.print(
            "\nThe same entries are found by these selectors; to rely on them, put them under the source:"
        )
        out.print(escape(parsed.selectors), soft_wrap=True)


@cli.command()
def publish() -> None:
    """Make every document anew."""
    app = open_app()
    with spinner("publishing"):
        changed = app.publish()
    out.print(f"{changed} documents changed.")


@cli.command()
def export(
    place: Annotated[
        str,
        typer.Argument(metavar="URL", help="A folder, or a bucket: s3://…, gs://… or az://bucket/prefix."),
    ],
    anew: Annotated[
        bool, typer.Option("--anew", help="Write everything, whatever is thought to stand there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Mirror the site to a folder or bucket: only what changed since the last time."""
    from feedsvc import config

    app = open_app()
    folders = config.folders_of(app.root, app.parts.configuration.settings)
    try:
        url = config.destination(place, Path.cwd(), folders)
    except config.InvalidError as error:
        raise typer.BadParameter(f"{error.what} {error.remedy}", param_hint="URL") from None
    with spinner("exporting", quiet=as_json) as tell:
        report = app.export(url, anew=anew, progress=tell)
    if as_json:
        print_json(asdict(report))
        return
    out.print(
        f"{report.written} files written, {report.deleted} deleted, {report.unchanged} unchanged.",
    )


@cli.command()
def relabel(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Give all entries the labels they have by today's rules and corrections, and publish what that changes."""
    app = open_app()
    with spinner("labelling", quiet=as_json):
        report = app.preview_relabel() if dry_run else app.relabel()
    if as_json:
        print_json(
            {
                "entries": report.entries,
                "changes": [change_json(change) for change in report.changes],
                "documents": report.documents,
            }
        )
        return
    table = new_table("key", "date", "title")
    for change in report.changes:
        entry = change.after
        table.add_row(
            entry.key, entry.published.isoformat(), f"{escape(entry.title)}\n{label_changes(change)}"
        )
    print_table(table, "No entry's labels differ.")
    done = "would change" if dry_run else "changed"
    out.print(
        f"{len(report.changes)} of {many(report.entries, 'entry', 'entries')} {done}"
        + ("." if dry_run else f"; {report.documents} documents changed.")
    )
