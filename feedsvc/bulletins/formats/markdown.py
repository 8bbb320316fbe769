"""Markdown: CommonMark with tables, and front matter above it where the file is one entry.

    ---                                 title · título · date · fecha, and what `inline_labels` reads:
    title: Panama prepares              countries, topics, regions, link, language, publish
    date: 2017-09-03
    countries: [PA, CR]
    ---
    The text, in *Markdown*.

Text becomes HTML that knows its lines, and goes the way of all rich text; HTML in it is cleaned there. Lines that
are only wrapped stay lines until then, so that a date right above a title is still seen.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from feedsvc.bulletins.content import clean, scrub
from feedsvc.bulletins.dates import AHEAD, Misdate, read_date_line
from feedsvc.bulletins.formats.rich_documents import read_rich_text
from feedsvc.errors import BulletinError
from feedsvc.model import Reading
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from feedsvc.bulletins.manner import Manner

# How many lines and signs that may begin markup a file may have: each costs up to 40 microseconds.
MARKS = 50_000
_MARK = re.compile(r"[\n\[*_`<&\\~!|]")
# How many characters front matter may have, and how deep its lists may stand in each other.
_FRONT_MATTER = 10_000
_DEPTH = 5
_FENCE = re.compile(r"---[ \t]*\n(.*?\n|)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"[^\W\d][\w -]{0,40}:(?:\s|\Z)")
_TITLES = frozenset({"title", "titulo", "titre"})
_DATES = frozenset({"date", "fecha", "data", "published", "publicado"})
# What plain text never has: links, pictures, rows of a table's rule, bold words between asterisks.
_LINK = re.compile(
    r"!?\[[^\[\]\n]{0,300}\]\((?:https?://|/|mailto:|<)[^\s()]{1,2000}|^\[[^\[\]\n]{1,100}\]:\s+\S",
    re.MULTILINE,
)
_TABLE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*){1,50}\|?[ \t]*$", re.MULTILINE)
_BOLD = re.compile(r"(?<![*\w])\*\*[^\s*](?:[^*\n]{0,300}[^\s*])?\*\*(?![*\w])")
_HEADING = re.compile(r"#{1,6}[ \t]+[^\s#]")
# How much of a text is looked at, in characters.
_LOOKED_AT = 100_000


def read_markdown(text: str, manner: Manner) -> Reading:
    """Read Markdown, with front matter or without. Front matter that can't be read is a Problem with the whole text.

    Raises BulletinError for more marks than anyone writes, and as `rich_text.blocks` does.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if sum(1 for _ in _MARK.finditer(text)) > MARKS:
        raise BulletinError(
            f"This has more than {MARKS:,} lines and marks of Markdown. Split it into smaller files."
        )
    front = _front_matter(text)
    if front is None:
        return read_rich_text(_html(text, 0), manner)
    try:
        fields = _fields(front[1])
        title, day = _title(fields), _day(fields, manner)
    except BulletinError as error:
        return Reading(problems=(manner.problem(1, str(error), text),))
    body = _html(text[front.end() :], front.group().count("\n"))
    return read_rich_text(body, manner, title=title, day=day, fields=fields)


def looks_like_markdown(text: str) -> bool:
    """Tell whether a text has what plain text never has: front matter, headings after #, links, tables, bold words.

    Items after a dash, hashtags, and rows of dashes are plain text as well.
    """
    text = text[:_LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n")
    return bool(
        _front_matter(text)
        or _LINK.search(text)
        or any("--" in row.group() for row in _TABLE.finditer(text))
        or len(_BOLD.findall(text)) > 1
        or _has_heading(text.split("\n"))
    )


def _has_heading(lines: Sequence[str]) -> bool:
    """Tell whether a line that stands alone begins with # and a space, as no list does."""
    return any(
        _HEADING.match(line) and not before.strip() and not after.startswith("#")
        for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False)
    )


# --- front matter -----------------------------------------------------------------


def _front_matter(text: str) -> re.Match[str] | None:
    """Find the front matter that a text begins with: lines between two rows of dashes, the first with a key."""
    start = re.match(r"\ufeff?\s*", text)
    found = _FENCE.match(text[: _FRONT_MATTER + 1_000], start.end() if start else 0)
    if found is None:
        return None
    first = next((line for line in found[1].split("\n") if line.strip() and not line.startswith("#")), "")
    return found if _KEY.match(first) else None


def _fields(written: str) -> Mapping[str, object]:
    """Read front matter. Raises BulletinError, in a sentence, for what is none."""
    try:
        _check(written)
        fields = yaml.safe_load(scrub(written))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        reason = error.problem or "it is no YAML"
        raise BulletinError(
            f"The front matter can't be read: line {line}: {reason}. Put a text with a colon in quotation marks."
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # a date that is none
        raise BulletinError(f"The front matter can't be read: {error}. Mend it.") from None
    if not isinstance(fields, dict):
        raise BulletinError("The front matter can't be read. Write lines such as “title: Panama prepares”.")
    return {str(key): value for key, value in fields.items()}


def _check(written: str) -> None:
    """Refuse what makes a small file large or deep, before anything is made of it."""
    depth = 0
    for event in yaml.parse(written, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEPTH:
            raise BulletinError(
                "The front matter can't be read: it has aliases (*), or lists within lists. Write both out."
            )


def _title(fields: Mapping[str, object]) -> str:
    value = next((value for key, value in fields.items() if folded(key) in _TITLES), None)
    return "" if value is None or isinstance(value, list | dict) else clean(str(value))


def _day(fields: Mapping[str, object], manner: Manner) -> date | None:
    """Give the day that front matter says, as it is written there. Raises BulletinError for what is no date."""
    value = next((value for key, value in fields.items() if folded(key) in _DATES), None)
    if value is None:
        return None
    if isinstance(value, date):
        day: date | Misdate | None = value.date() if isinstance(value, datetime) else value
    else:
        day = read_date_line(str(value), day_first=manner.source.day_first, languages=manner.languages)
    if isinstance(day, Misdate):
        raise BulletinError(f"{day.reason} Mend it in the front matter.")
    if day is None:
        raise BulletinError(f"“{value}” in the front matter is no date. Write it such as 2017-09-03.")
    if day > manner.today + AHEAD:
        raise BulletinError(
            f"The date {day.isoformat()} in the front matter is more than a year ahead. Mend it."
        )
    return day


# --- HTML that knows its lines ------------------------------------------------------


def _html(text: str, lines_before: int) -> str:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(gfm_autolink_plugin)
    tokens = parser.parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.map:
            _number(token, before, lines_before + 1)
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered


def _number(token: Token, before: Token | None, first: int) -> None:
    """Write into a token the lines it comes from, those of its breaks into them."""
    start, end = token.map or (0, 0)
    if token.type == "html_block":
        token.content = f'<i data-line="{first + start}"></i>{token.content}'
        return
    if token.type != "inline":
        token.attrSet("data-line", str(first + start))
    if token.type in {"fence", "code_block"}:
        token.attrSet("data-last-line", str(first + end - 1))
    breaks = [child for child in token.children or () if child.type in {"softbreak", "hardbreak"}]
    for line, child in enumerate(breaks, first + start + 1):
        soft = " data-soft" if child.type == "softbreak" else ""  # for `html_reader`: the text only goes on
        child.type, child.content = "html_inline", f'<br{soft} data-line="{line}">\n'
    if token.type == "inline" and before and not breaks:
        before.attrSet("data-last-line", str(first + end - 1))
