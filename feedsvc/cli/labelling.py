"""The commands that label items and measure labels, without a store."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from feedsvc.cli.console import Json, fail, open_app, out, print_json
from feedsvc.cli.nouns import counts_json, terms_json
from feedsvc.cli.root import cli

if TYPE_CHECKING:
    from feedsvc.app import Parts
    from feedsvc.model import Labels

ITEM = '{"id": …, "title": …, "body": …, "lang": "es"} (lang may be left out).'


@cli.command()
def label() -> None:
    """Label items from standard input, one JSON object {id, title, body, lang?} a line; answers likewise."""
    parts = open_app().parts
    for _where, item in _items(sys.stdin, "standard input"):
        labels = _label_item(parts, item)
        sys.stdout.write(
            json.dumps(
                {"id": item.get("id"), **terms_json(labels), "language": labels.language}, ensure_ascii=False
            )
            + "\n"
        )


@cli.command()
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Items labelled by hand.")],
    as_json: Json = False,
) -> None:
    """Measure the labels against items labelled by hand: one {id, title, body, lang, countries, topics} a line."""
    from feedsvc.labels import Gold, evaluate

    parts = open_app().parts
    pairs = []
    for where, item in _items_of(file):
        try:
            pairs.append((Gold.of(item), _label_item(parts, item)))
        except ValueError as error:
            fail(f"{where}: {error}", 2)
    if not pairs:
        fail(f"{file}: holds no items. Write one object a line: {ITEM}", 2)
    evaluation = evaluate(pairs)
    if as_json:
        print_json(
            {
                facet: {name: counts_json(counts) for name, counts in found.rows()}
                for facet, found in evaluation.facets.items()
            }
        )
    else:
        out.print(escape(str(evaluation)), soft_wrap=True)


def _items_of(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the items of a file."""
    try:
        with file.open(encoding="utf-8") as lines:
            yield from _items(lines, str(file))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} can't be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}.", 2)


def _items(lines: Iterable[str], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read items, one a line, each with where it stands."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield f"{name}:{number}", _item(line, f"{name}:{number}")


def _item(line: str, where: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError:
        fail(f"{where}: is not JSON. Write one object a line: {ITEM}", 2)
    missing = [key for key in ("id", "title", "body") if not isinstance(item, dict) or key not in item]
    if missing:
        fail(f"{where}: has no {missing[0]}. Write one object a line: {ITEM}", 2)
    for key in ("title", "body"):
        if not isinstance(item[key], str):
            fail(f"{where}: {key} is no text. Write one object a line: {ITEM}", 2)
    return dict(item)


def _label_item(parts: Parts, item: dict[str, Any]) -> Labels:
    """Label an item by its text alone; a language that the site doesn't have is found out."""
    paragraphs = [part for part in item["body"].split("\n") if part.strip()]
    known = item.get("lang") in parts.configuration.site.languages
    return parts.labeller.label(item["title"], paragraphs, item["lang"] if known else None)
