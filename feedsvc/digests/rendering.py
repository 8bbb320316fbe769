"""What a digest looks like: its entries in groups, and the words around them from `templates/email/<layout>/`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from css_inline import CSSInliner, InlineError

from feedsvc.digests.grouping import Group, grouped, landing, shared
from feedsvc.digests.opening import opening_of
from feedsvc.digests.pictures import EntryPicture, Size, picture_of, size_of
from feedsvc.digests.schedule import INSTANT
from feedsvc.errors import Mistake, TemplateError
from feedsvc.looks import Look, Phrases
from feedsvc.model import COMPACT, DIGEST, SINGLE, Digest, Feed, Placeholder
from feedsvc.templating import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from feedsvc.model import DigestSection, Entry, Site, Subscription, Vocabulary

# Gmail clips a mail at about 102 KB of HTML, and the way to unsubscribe with it. Some room is left for what
# takes the place of the placeholders.
MAX_HTML_BYTES = 96_000
# How many entries are shown at most: nobody reads more in a mail, and the rest is a link away.
MOST_SHOWN = {DIGEST: 40, COMPACT: 120, SINGLE: 1}
# To how many pages a mail leads on from its end.
MOST_ONWARD = 4
# The length that a subject is cut to: mail programs show less.
MAX_SUBJECT = 160
# The logo in the head of a mail. No mail program of note shows SVG, and few show WebP.
LOGO_TYPES = ("image/png", "image/jpeg")
LOGO_ROOM = Size(200, 48)


class Source(NamedTuple):
    """A subscription in a digest: its title, and the feed whose page shows all that it does.

    `exact`: the page shows nothing else, so that it may go under the subscription's title.
    """

    title: str
    feed: Feed
    exact: bool

    @property
    def path(self) -> str:
        """The path of that page."""
        return self.feed.path


class Logo(NamedTuple):
    """The site's mark: its path, and the size it is shown in."""

    path: str
    size: Size


def no_data(_path: str) -> None:
    """Give what stands at a path of a site without pictures."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What a digest is made of."""

    layout: str
    language: str
    groups: Sequence[Group]
    facts: Mapping[str, object]

    @property
    def total(self) -> int:
        return sum(len(group.entries) for group in self.groups)


class DigestRenderer:
    """Renders digests. Pure: equal arguments give equal digests, down to the byte.

    `templates` are the template folders, the site's own first; `postal_address` is shown at the foot.
    """

    def __init__(
        self,
        site: Site,
        vocabulary: Vocabulary,
        templates: Sequence[Path],
        postal_address: str = "",
        look: Look | None = None,
    ) -> None:
        self._site = site
        self._vocabulary = vocabulary
        self._templates = Templates(templates, site, vocabulary)
        self._postal_address = postal_address
        self._look = look or Look()
        self._logo = _logo(site)
        self._inliner = CSSInliner(load_remote_stylesheets=False)

    def render(
        self,
        sections: Sequence[DigestSection],
        language: str,
        *,
        named: bool,
        due_at: datetime,
        data_at: Callable[[str], bytes | None] = no_data,
    ) -> Digest:
        """Render the digest of the editions due to someone at one time, each entry in it once.

        There must be a section, and an entry in one. `named` says that the recipient's name is known, `data_at`
        gives the picture at a path of the site. The day that is shown is the first subscription's. Raises
        TemplateError for a broken template.
        """
        groups = grouped(sections, self._vocabulary, language)
        layout = layout_of(sections, sum(group.total for group in groups))
        facts = self._facts(sections, groups, language, named=named, due_at=due_at)
        content = _Content(layout, language, groups, {**facts, "picture_of": _pictures(data_at)})
        subject = _subject(
            f"{layout}/subject.txt", self._template(content, "subject.txt", {"groups": groups})
        )
        html, text = self._bodies(content)
        name = hashlib.sha256(f"{language}\0{subject}\0{html}\0{text}".encode()).hexdigest()
        return Digest(id=name, language=language, subject=subject, html=html, text=text)

    def as_trial(self, digest: Digest) -> Digest:
        """Give a digest whose subject says that it is a trial only."""
        subject = self._templates.render("email/_base/trial.txt", digest.language, subject=digest.subject)
        return replace(digest, subject=_subject("_base/trial.txt", subject))

    def _facts(
        self,
        sections: Sequence[DigestSection],
        groups: Sequence[Group],
        language: str,
        *,
        named: bool,
        due_at: datetime,
    ) -> dict[str, object]:
        """Give what templates know of a digest, besides how much of it is shown."""
        entries = [entry for group in groups for entry in group.entries]
        sources = [_source(section.subscription, language) for section in sections]
        return {
            "title": sources[0].title if len(sources) == 1 else self._site.titled(language),
            "total": len(entries),
            "days": [entry.published for entry in entries],
            "date": due_at.astimezone(sections[0].subscription.timezone).date(),
            "name": Placeholder.NAME.value if named else "",
            "sources": sources,
            "onward": _onward(sources),
            "unsubscribe_url": Placeholder.UNSUBSCRIBE_URL.value,
            "view_url": Placeholder.VIEW_URL.value,
            "postal_address": self._postal_address,
            "light": self._look.light,
            "dark": self._look.dark,
            "opening_of": opening_of,
            "phrases": self._look.phrases.get(language, Phrases()),
            "logo": self._logo,
        }

    def _bodies(self, content: _Content) -> tuple[str, str]:
        """Give HTML and text with as many entries as a mail may hold."""
        limit = min(content.total, MOST_SHOWN[content.layout])
        while True:
            shown = {"groups": shared(content.groups, limit)}
            html = self._inlined(content, self._template(content, "body.html", shown))
            size = len(html.encode())
            if size <= MAX_HTML_BYTES or limit == 0:
                break
            limit = min(limit - 1, limit * MAX_HTML_BYTES // size)
        text = tidy(self._template(content, "body.txt", shown))
        for name, body in (("body.html", html), ("body.txt", text)):
            if Placeholder.UNSUBSCRIBE_URL not in body:
                file = self._templates.lacks(f"email/{content.layout}/{name}", "unsubscribe_url")
                what = "it has no link to unsubscribe, which every mail must have."
                raise TemplateError(Mistake(file, 0, "", what, "Put {{ unsubscribe_url }} into it."))
        return html, text

    def _inlined(self, content: _Content, html: str) -> str:
        """Move the styles of HTML into its elements."""
        try:
            return self._inliner.inline(html)
        except InlineError as error:
            file, what = (
                f"templates/email/{content.layout}/body.html",
                "its styles can't be moved into its elements:",
            )
            raise TemplateError(Mistake(file, 0, "", what, str(error))) from error

    def _template(self, content: _Content, name: str, shown: Mapping[str, object]) -> str:
        values = {**content.facts, **shown}
        return self._templates.render(f"email/{content.layout}/{name}", content.language, **values)


def layout_of(sections: Sequence[DigestSection], total: int) -> str:
    """Choose the layout of a digest: what its subscriptions say, the fullest where they don't agree.

    One that is sent at once has room for its one entry, unless said otherwise.
    """
    said = {
        section.subscription.layout or (SINGLE if section.subscription.schedule == INSTANT else DIGEST)
        for section in sections
    }
    layout = said.pop() if len(said) == 1 else DIGEST
    return DIGEST if layout == SINGLE and total != 1 else layout


def _pictures(
    data_at: Callable[[str], bytes | None],
) -> Callable[[Entry, int, int], EntryPicture | None]:
    """Give what templates ask for a picture by: an entry, and the room that there is."""
    found: dict[tuple[str, Size], EntryPicture | None] = {}

    def fitting(entry: Entry, width: int, height: int) -> EntryPicture | None:
        key = entry.id, Size(width, height)
        if key not in found:
            found[key] = picture_of(entry, data_at, key[1])
        return found[key]

    return fitting


def _logo(site: Site) -> Logo | None:
    if site.logo is None or site.logo.media_type not in LOGO_TYPES:
        return None
    size = size_of(site.logo.data)
    return Logo(f"/{site.logo.name}", size.within(*LOGO_ROOM)) if size else None


def _source(subscription: Subscription, language: str) -> Source:
    feed = landing(subscription.selection)
    return Source(subscription.titled(language), feed, exact=feed.selection == subscription.selection)


def _onward(sources: Sequence[Source]) -> list[Source]:
    """Give each page that leads on from a digest once; in place of many, the page of all entries."""
    pages: dict[Feed, Source] = {}
    for source in sources:
        pages.setdefault(source.feed, source)
    return list(pages.values()) if len(pages) <= MOST_ONWARD else [Source("", Feed(), exact=False)]


def _subject(name: str, text: str) -> str:
    """Give what a template made as a subject. Raises TemplateError for one that no mail can have."""
    subject = one_line(text)
    if not subject:
        raise TemplateError(
            Mistake(
                f"templates/email/{name}",
                0,
                "",
                "it gives an empty subject, which no mail can have.",
                "Mend it, or delete it to have feedsvc's own.",
            )
        )
    if any(placeholder in subject for placeholder in Placeholder):
        raise TemplateError(
            Mistake(
                f"templates/email/{name}",
                0,
                "",
                "it puts what is for one recipient alone into the subject, which is the same for all.",
                "Take name, unsubscribe_url and view_url out of it.",
            )
        )
    return subject


def one_line(text: str) -> str:
    """Make a subject: one line without control characters, cut where mail programs have long stopped."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1].rstrip() + "…"


def tidy(text: str) -> str:
    """Take away the white space that templates leave: at the ends of lines, and more than two empty lines."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n") + "\n"
