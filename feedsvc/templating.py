"""Templates: where they are found, the language they speak, and what goes wrong in one.

A template lives in the site's `templates/` and falls back, one by one, to the default site's. The words in them
are English; `feedsvc/locale/` has their translations.
"""

from __future__ import annotations

import re
import textwrap
import traceback
import unicodedata
from difflib import get_close_matches
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from html import unescape
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from markupsafe import Markup, escape

from feedsvc.errors import Mistake, TemplateError
from feedsvc.model import Feed, Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from datetime import date

    from feedsvc.model import Category, Site, Vocabulary

# A picture, and an attribute, of clean HTML.
_PICTURE = re.compile(r'<img(?:\s+[\w-]+="[^"]*")+\s*/?>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
# Files that are rendered, and all that is looked for in template folders.
_RENDERED = (".html", ".txt", ".xml")
_KINDS = (*_RENDERED, ".css", ".svg")
# How wide a line of plain text is (RFC 3676, section 4.2, asks for 78 at most).
TEXT_WIDTH = 72
# How many things said are kept of each kind: more than a page has, less than memory minds.
KEPT = 4096
# The controls of Unicode that set the direction of what follows (UAX 9, section 2).
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Templates:
    """A site's templates, each read once.

    `folders` are the template folders, searched in their order. Every template knows `site` and `language`,
    translates by `_()` and `{% trans %}`, and has the methods of `Words` as filters. `"web/piece.html"|once(x=1)`
    puts in a piece that is the same wherever its values are equal, and renders it once for all of those.
    """

    def __init__(self, folders: Sequence[Path], site: Site, vocabulary: Vocabulary) -> None:
        self._folders = tuple(folders)
        self._loader = FileSystemLoader(self._folders)
        self._site = site
        self._vocabulary = vocabulary
        self._environment = cache(self._new_environment)

    def render(self, name: str, language: str, /, **values: object) -> str:
        """Render a template in a language. Raises TemplateError."""
        try:
            return self._environment(language).get_template(name).render(values)
        except Exception as error:  # a site's own template may raise anything
            raise self._explained(error, name) from error

    def source(self, name: str) -> str:
        """Give the text of a file that is published as it stands. Raises TemplateError."""
        try:
            return self._loader.get_source(self._environment(self._site.language), name)[0]
        except Exception as error:
            raise self._explained(error, name) from error

    def check(self) -> None:
        """Raise TemplateError for the first template that can't be understood."""
        environment = self._environment(self._site.language)
        for name in environment.list_templates(filter_func=lambda name: name.endswith(_RENDERED)):
            try:
                environment.get_template(name)
            except Exception as error:
                raise self._explained(error, name) from error

    def lacks(self, name: str, variable: str) -> str:
        """Name the file to blame when what a template makes lacks a variable.

        It is the site's own that doesn't use it: the frame that the template extends, before the template itself.
        """
        own = self._names(self._folders[0])
        frames = [name]
        while (further := self._extended(frames[-1])) and further not in frames:
            frames.append(further)
        lacking = (each for each in reversed(frames) if each in own and variable not in self._variables(each))
        return f"templates/{next(lacking, name)}"

    def idle(self) -> Iterator[str]:
        """Tell of the site's own files that take the place of no template, and that no template of its own uses."""
        own, *defaults = map(self._names, self._folders)
        known = set().union(*defaults)
        used = {each for name in own for each in find_referenced_templates(self._parsed(name))}
        for name in sorted(own - known - used):
            close = get_close_matches(name, known, n=1, cutoff=0.8)
            meant = f" Did you mean templates/{close[0]}?" if close else ""
            yield f"templates/{name} is used nowhere: feedsvc has no template of that name.{meant}"

    def _names(self, folder: Path) -> set[str]:
        files = FileSystemLoader(folder).list_templates()
        return {name for name in files if name.endswith(_KINDS)}

    def _parsed(self, name: str) -> nodes.Template:
        environment = self._environment(self._site.language)
        source = self.source(name) if name.endswith(_RENDERED) else ""
        return environment.parse(source)

    def _variables(self, name: str) -> set[str]:
        return find_undeclared_variables(self._parsed(name))

    def _extended(self, name: str) -> str:
        """Name the template that one extends; nothing for one that extends none, or one that is chosen later."""
        extends = self._parsed(name).find(nodes.Extends)
        return str(extends.template.value) if extends and isinstance(extends.template, nodes.Const) else ""

    def _new_environment(self, language: str) -> Environment:
        environment = Environment(
            loader=self._loader,
            autoescape=select_autoescape(["html", "xml"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            extensions=["jinja2.ext.i18n"],
        )
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]

        @lru_cache(KEPT)
        def once(name: str, /, **values: Hashable) -> Markup:
            return Markup(environment.get_template(name).render(values))  # noqa: S704 (the piece is escaped)

        environment.globals.update(site=self._site, language=language)
        environment.filters.update(Words(self._site, self._vocabulary, language).filters(), once=once)
        return environment

    def _explained(self, error: Exception, name: str) -> TemplateError:
        file, line = next(self._places(error), (name, 0))
        where = self._shown(file) if line else f"templates/{name}"
        remedy = "Mend it, or delete it to have feedsvc's own."
        return TemplateError(Mistake(where, line, "", _sentence(error), remedy))

    def _places(self, error: Exception) -> Iterator[tuple[str, int]]:
        """Give the templates and lines that an error came through, the innermost first."""
        if isinstance(error, TemplateSyntaxError):
            yield error.filename or error.name or "", error.lineno
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self._folders):
                yield frame.filename, frame.lineno or 0

    def _shown(self, file: str) -> str:
        """Name a template as the site's owner does, or by its whole path when it is not the site's own."""
        own = self._folders[0].parent
        return Path(file).relative_to(own).as_posix() if Path(file).is_relative_to(own) else file


def _sentence(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template templates/{error.name}."
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8 text."
    return f"{str(error).rstrip('.') or type(error).__name__}."


@cache
def translations(language: str) -> NullTranslations:
    """Give the translations of the templates' words into a language; none where there is no file for it."""
    file = resources.files("feedsvc") / "locale" / f"{language}.po"
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def alphabetical(name: str) -> str:
    """Give what names are sorted by: letters without their accents, small and capital alike."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


class Words:
    """How a site says things in a language. Its public methods are the filters of templates.

    Thousands of pages say the same dates, names and addresses, so what is said of one of those is kept.
    """

    def __init__(self, site: Site, vocabulary: Vocabulary, language: str) -> None:
        self._site = site
        self._vocabulary = vocabulary
        self._language = language
        # The English of the world writes 3 September 2017; that of the United States September 3, 2017.
        self._locale = "en_001" if language == "en" else language
        self._mount = urlsplit(site.url).path

    def filters(self) -> Mapping[str, Callable[..., object]]:
        """Give the filters by name."""
        kept = (
            self.long_date,
            self.short_date,
            self.month,
            self.month_name,
            self.number,
            self.label,
            self.landing,
            self.known,
            self.feed_title,
            self.language_name,
            self.own_name,
        )
        plain = (
            self.period,
            self.months,
            self.href,
            self.localized,
            self.local,
            self.absolute,
            self.pictured,
            self.brief,
            self.mailto,
            self.wrapped,
        )
        return {
            **{method.__name__: lru_cache(KEPT)(method) for method in kept},
            **{method.__name__: method for method in plain},
        }

    def long_date(self, day: date) -> str:
        """Write a date with the month in full: `3 September 2017`."""
        return format_date(day, "long", locale=self._locale)

    def short_date(self, day: date) -> str:
        """Write a date with the month cut short: `3 Sept 2017`."""
        return format_date(day, "medium", locale=self._locale)

    def month(self, day: date) -> str:
        """Write the month of a date: `September 2017`."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def month_name(self, day: date) -> str:
        """Write the month of a date alone and cut short: `Sept`."""
        return format_date(day, "LLL", locale=self._locale)

    def period(self, days: Sequence[date]) -> str:
        """Write the time from the earliest of some dates to the latest: `28 Jul to 3 Sept 2017`."""
        return _interval(min(days), max(days), "yMMMMd", self._locale)

    def months(self, days: Sequence[date]) -> str:
        """Write the time from the month of the earliest of some dates to that of the latest: `Jul to Sept 2017`."""
        return _interval(min(days), max(days), "yMMMM", self._locale)

    def number(self, value: int) -> str:
        """Write a number with the separators of the language."""
        return format_decimal(value, locale=self._locale)

    def label(self, category: Category) -> str:
        """Name a category."""
        return self._vocabulary.label(category, self._language)

    def landing(self, category: Category) -> Feed | None:
        """Give the feed that shows what is about a category; regions have none."""
        if category.scheme is Scheme.COUNTRY:
            return Feed(country=category.term)
        return Feed(topic=category.term) if category.scheme is Scheme.TOPIC else None

    def known(self, category: Category) -> bool:
        """Tell whether a category still is one of the site's."""
        return self._vocabulary.knows(category)

    def feed_title(self, feed: Feed) -> str:
        """Name a feed; nothing for the feed of all entries."""
        return self._vocabulary.feed_title(feed, self._language)

    def language_name(self, code: str) -> str:
        """Name a language."""
        return Locale.parse(code).get_language_name(self._locale) or code

    def own_name(self, code: str) -> str:
        """Name a language as it calls itself, as a label of its own: `Español`."""
        name = self._vocabulary.languages.get(code) or Locale.parse(code).get_language_name(code) or code
        return name[:1].upper() + name[1:]

    def href(self, path: str) -> str:
        """Give the link to a path of the site from a page of the site, wherever the site is mounted."""
        return self._mount + path

    def localized(self, path: str) -> str:
        """Give the path of a page in the language of what links to it. An entry's page has one language, its own."""
        return self._site.localized(path, self._language)

    def local(self, path: str) -> str:
        """Give the link to the page of a path in the language of the page that links to it."""
        return self._mount + self.localized(path)

    def absolute(self, path: str) -> str:
        """Give the whole address of a path of the site."""
        return self._site.url + path

    def pictured(self, body: str, unnamed: str) -> Markup:
        """Show the site's own pictures in the HTML of an entry, and others as links: a page asks nobody else.

        `unnamed` is what a picture without alternative text is called. Attributes of clean HTML hold no quotation
        marks, so nothing inside of one is taken for a tag.
        """
        return Markup(_PICTURE.sub(lambda tag: self._picture(tag, unnamed), body))  # noqa: S704 (it is clean)

    def _picture(self, tag: re.Match[str], unnamed: str) -> str:
        said = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[0])}
        source = said.get("src", "")
        if source.startswith("/"):
            return tag[0].replace(f'src="{escape(source)}"', f'src="{escape(self.href(source))}"')
        if not source.startswith(("http://", "https://")):
            return tag[0]
        name = said.get("alt", "").strip() or unnamed
        return f'<a class="picture" rel="external noopener" href="{escape(source)}">{escape(name)}</a>'

    def brief(self, text: str, most: int = 300) -> str:
        """Cut a text to what a line of a list, or the head of a page, has room for.

        What turns the direction of writing round goes: beyond the page, in a tab or a search result, no markup
        keeps it to the text it is in.
        """
        shown = text if len(text) <= most else text[: most - 1].rstrip()
        shown = _TURNING.sub("", shown)
        return shown if len(text) <= most else f"{shown}…"

    def mailto(self, address: str, subject: str, body: str) -> str:
        """Give the link that opens a mail to an address, already written."""
        said = (part.unescape() if isinstance(part, Markup) else part for part in (subject, body))
        subject, body = (quote(part, safe="") for part in said)
        return f"mailto:{quote(address, safe='@')}?subject={subject}&body={body}"

    def wrapped(self, text: str) -> str:
        """Break a paragraph of plain text into lines; a longer word, such as a link, stays whole."""
        return _wrapped(text)


# Digests that are due together show the same entries.


@lru_cache(maxsize=4096)
def _interval(earliest: date, latest: date, skeleton: str, locale: Locale) -> str:
    return format_interval(earliest, latest, skeleton, locale=locale)


@lru_cache(maxsize=1024)
def _wrapped(text: str) -> str:
    return textwrap.fill(text, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)
