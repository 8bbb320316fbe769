"""What a digest looks like: its entries in groups, and the words around them from `templates/email/digest/`."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from css_inline import CSSInliner

from feedsvc.model import Category, Digest, Feed, Placeholder, Scheme
from feedsvc.templating import Templates, alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from feedsvc.model import DigestSection, Entry, Selection, Site, Vocabulary

# Gmail clips a mail at about 102 KB of HTML, and the way to unsubscribe with it. Some room is left for what
# takes the place of the placeholders.
MAX_HTML_BYTES = 96_000
# How many entries are tried to be shown, until the mail is small enough.
ENTRIES_SHOWN = (40, 20, 10, 5, 2, 1, 0)
# The length that a subject is cut to: mail programs show less.
MAX_SUBJECT = 160


class Group(NamedTuple):
    """Entries under a title; without a title, what concerns several countries or none.

    `total` counts those that are not shown, too.
    """

    title: str
    entries: tuple[Entry, ...]
    total: int


class Source(NamedTuple):
    """A subscription in a digest: its title, and the path of the page that shows what it does."""

    title: str
    path: str


class DigestRenderer:
    """Renders digests. Pure: equal arguments give equal digests, down to the byte.

    `templates` are the template folders, the site's own first; `postal_address` is shown at the foot.
    """

    def __init__(
        self, site: Site, vocabulary: Vocabulary, templates: Sequence[Path], postal_address: str = ""
    ) -> None:
        self._site = site
        self._vocabulary = vocabulary
        self._templates = Templates(templates, site, vocabulary)
        self._postal_address = postal_address
        self._inliner = CSSInliner(load_remote_stylesheets=False)

    def render(
        self, sections: Sequence[DigestSection], language: str, *, named: bool, due_at: datetime
    ) -> Digest:
        """Render the digest of the editions due to someone at one time, each entry in it once.

        There must be a section, and an entry in one. `named` says that the recipient's name is known. The day
        that is shown is the first subscription's. Raises TemplateError for a broken template.
        """
        groups = grouped(sections, self._vocabulary, language)
        entries = [entry for group in groups for entry in group.entries]
        sources = [
            Source(section.subscription.titled(language), _landing(section.subscription.selection).path)
            for section in sections
        ]
        facts = {
            "title": sources[0].title if len(sources) == 1 else self._site.title,
            "total": len(entries),
            "days": [entry.published for entry in entries],
            "date": due_at.astimezone(sections[0].subscription.timezone).date(),
            "name": Placeholder.NAME.value if named else "",
            "sources": sources,
            "unsubscribe_url": Placeholder.UNSUBSCRIBE_URL.value,
            "postal_address": self._postal_address,
        }
        subject = one_line(self._template("subject.txt", language, {**facts, "groups": groups}))
        html, text = self._bodies(groups, language, facts)
        content = f"{language}\0{subject}\0{html}\0{text}"
        digest = hashlib.sha256(content.encode()).hexdigest()
        return Digest(id=digest, language=language, subject=subject, html=html, text=text)

    def _bodies(self, groups: Sequence[Group], language: str, facts: Mapping[str, object]) -> tuple[str, str]:
        """Give HTML and text with as many entries as a mail may hold."""
        total = sum(len(group.entries) for group in groups)
        for limit in ENTRIES_SHOWN:
            shown = {**facts, "groups": first(groups, limit), "more": max(total - limit, 0)}
            html = self._inliner.inline(self._template("body.html", language, shown))
            if len(html.encode()) <= MAX_HTML_BYTES:
                break
        return html, tidy(self._template("body.txt", language, shown))

    def _template(self, name: str, language: str, values: Mapping[str, object]) -> str:
        return self._templates.render(f"email/digest/{name}", language, **values)


def grouped(sections: Sequence[DigestSection], vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under titles, each entry once, in the order given.

    Several subscriptions: each has its own title, and an entry stands under the first that has it. One
    subscription: under the one country it wants that an entry is about; first what concerns several or none.
    """
    if len(sections) == 1:
        return by_country(sections[0], vocabulary, language)
    seen: set[str] = set()
    groups = []
    for section in sections:
        fresh = tuple(entry for entry in section.entries if entry.id not in seen)
        seen.update(entry.id for entry in fresh)
        groups.append(Group(section.subscription.titled(language), fresh, len(fresh)))
    return [group for group in groups if group.entries]


def by_country(section: DigestSection, vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put the entries of one subscription under the countries it wants, in alphabetical order."""
    wanted = section.subscription.selection.countries
    titled: dict[str, list[Entry]] = {}
    for entry in section.entries:
        about = {label.term for label in entry.labels.countries if not wanted or label.term in wanted}
        title = vocabulary.label(Category(Scheme.COUNTRY, *about), language) if len(about) == 1 else ""
        titled.setdefault(title, []).append(entry)
    return [
        Group(title, tuple(titled[title]), len(titled[title])) for title in sorted(titled, key=alphabetical)
    ]


def first(groups: Iterable[Group], number: int) -> list[Group]:
    """Give the groups with no more than a number of entries in all."""
    shown = []
    for group in groups:
        entries = group.entries[:number]
        number -= len(entries)
        if entries:
            shown.append(group._replace(entries=entries))
    return shown


def _landing(selection: Selection) -> Feed:
    """Give the narrowest feed that shows all a selection does."""
    return Feed(
        *(next(iter(facet)) if len(facet) == 1 else "" for facet in (selection.countries, selection.topics))
    )


def one_line(text: str) -> str:
    """Make a subject: one line without control characters, cut where mail programs have long stopped."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1].rstrip() + "…"


def tidy(text: str) -> str:
    """Take away the white space that templates leave: at the ends of lines, and more than two empty lines."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n") + "\n"
