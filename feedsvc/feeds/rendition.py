"""What a document says, whatever its format: the one truth that Atom, RSS and JSON Feed write down.

A `Head` is what it says of the feed, a `Rendition` what it says of one entry. Both hold only text that any format
can carry. The formats take everything from them, so that no two can differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from feedsvc.feeds.text import absolute, allowed, web_address
from feedsvc.feeds.times import midnight, to_the_millisecond
from feedsvc.model import Category, Entry, Scheme, entry_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from feedsvc.model import FeedContent, FeedFormat, Site, Vocabulary

Content = Literal["full", "summary"]


class NamedCategory(NamedTuple):
    """A category with all three parts of Atom's (RFC 4287, section 4.2.2); the scheme is a tag URI."""

    scheme: str
    term: str
    label: str


class Withdrawal(NamedTuple):
    """An entry that was taken back, and when (RFC 6721)."""

    id: str
    at: datetime


def named(
    categories: Iterable[Category], language: str, site: Site, vocabulary: Vocabulary
) -> tuple[NamedCategory, ...]:
    """Name categories in a language. Their schemes are tag URIs, which outlive the domain of the site."""
    return tuple(
        NamedCategory(
            site.tag(f"scheme/{category.scheme}"),
            category.term,
            allowed(vocabulary.label(category, language)),
        )
        for category in categories
    )


# --- an entry ---------------------------------------------------------------


class Shown(NamedTuple):
    """All of an entry that a feed shows, as it stands in the store. Equal ones give equal renditions.

    A tuple of what is at hand, as it is made and compared for each entry of each document.
    """

    id: str
    slug: str
    title: str
    body: str
    summary: str
    link: str | None
    language: str
    published: date
    dated: bool
    updated_at: datetime
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    topics: tuple[str, ...]

    @classmethod
    def of(cls, entry: Entry) -> Shown:
        """Take from an entry what feeds show of it."""
        labels = entry.labels
        return cls(
            entry.id,
            entry.slug,
            entry.title,
            entry.body,
            entry.summary,
            entry.link,
            labels.language,
            entry.published,
            entry.dated,
            entry.updated_at,
            tuple([label.term for label in labels.countries]),
            tuple([label.term for label in labels.regions]),
            tuple([label.term for label in labels.topics]),
        )

    @property
    def categories(self) -> Iterable[Category]:
        """What the entry is about, in the order of `Labels.categories`."""
        for scheme, terms in (
            (Scheme.COUNTRY, self.countries),
            (Scheme.REGION, self.regions),
            (Scheme.TOPIC, self.topics),
        ):
            for term in terms:
                yield Category(scheme, term)


@dataclass(frozen=True, slots=True)
class Rendition:
    """What every format says of an entry.

    `address` is its page, `via` where the original stands (empty: nowhere on the web), `published` None when it came
    without a date, `summary` plain text, `html` its body with whole addresses (empty: none, or not to be given).
    """

    id: str
    title: str
    address: str
    via: str
    language: str
    published: datetime | None
    updated: datetime
    categories: tuple[NamedCategory, ...]
    summary: str
    html: str

    @classmethod
    def of(cls, shown: Shown, site: Site, vocabulary: Vocabulary, content: Content) -> Rendition:
        """Say what there is to say of an entry. One without a title is called by its page."""
        address = f"{site.url}{entry_path(shown.published, shown.slug)}"
        title = allowed(shown.title).strip() or shown.slug or shown.id
        summary = allowed(shown.summary).strip()
        html = absolute(shown.body, address) if shown.body and content == "full" else ""
        return cls(
            id=shown.id,
            title=title,
            address=address,
            via=web_address(shown.link or ""),
            language=shown.language,
            published=midnight(shown.published, site.timezone) if shown.dated else None,
            updated=to_the_millisecond(shown.updated_at),
            categories=named(shown.categories, shown.language, site, vocabulary),
            # Readers and validators make little of an entry without any text.
            summary=summary if summary or html else title,
            html=html,
        )


# --- a feed -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """What every format says of a feed, apart from its entries.

    `address` is this document's, `page` that of the page for people, `icon` the site's. `links` are the others that
    the feed names, relation to address: `current`, `prev-archive`, `next-archive` (RFC 5005, section 4), `hub`
    (WebSub). `archive`: this document is one.
    """

    id: str
    title: str
    description: str
    language: str
    author: str
    home: str
    icon: str
    address: str
    page: str
    updated: datetime
    categories: tuple[NamedCategory, ...]
    links: tuple[tuple[str, str], ...]
    archive: bool
    withdrawn: tuple[Withdrawal, ...]

    @classmethod
    def of(
        cls, content: FeedContent, kind: FeedFormat, site: Site, vocabulary: Vocabulary, hub: str = ""
    ) -> Head:
        """Say what there is to say of a feed's document in a format."""
        name, title = allowed(site.titled(content.language)), allowed(content.title)
        return cls(
            id=site.tag(f"feed/{content.name}"),
            title=f"{title} — {name}" if title else name,
            description=allowed(site.described(content.language)).strip(),
            language=content.language,
            author=name,
            home=f"{site.url}/",
            icon=f"{site.url}/{site.favicon.name if site.favicon else 'favicon.svg'}",
            address=f"{site.url}{content.address(kind)}",
            page=f"{site.url}{language_path(content.language, site)}{content.path}{content.query}",
            updated=_updated(content),
            categories=named(content.categories, content.language, site, vocabulary),
            links=tuple(_links(content, kind, site.url, hub)),
            archive=bool(content.archive),
            withdrawn=tuple(
                Withdrawal(entry.id, to_the_millisecond(entry.withdrawn_at or entry.updated_at))
                for entry in content.withdrawn
            ),
        )


def language_path(language: str, site: Site) -> str:
    """Give what the address of a page in a language begins with: nothing for the default one or one it has not."""
    return f"/{language}" if language in site.languages[1:] else ""


def _updated(content: FeedContent) -> datetime:
    """Say when a document last changed: of an archive, by its own entries, so that its bytes stay as they are."""
    if not content.archive:
        return to_the_millisecond(content.updated_at)
    moments = [entry.updated_at for entry in content.entries]
    moments += [entry.withdrawn_at for entry in content.withdrawn if entry.withdrawn_at]
    return to_the_millisecond(max(moments, default=content.updated_at))


def _links(content: FeedContent, kind: FeedFormat, url: str, hub: str) -> Iterable[tuple[str, str]]:
    def link(relation: str, archive: int) -> tuple[str, str]:
        return relation, f"{url}{content.address(kind, archive)}"

    previous = content.archive - 1 if content.archive else content.archives
    if content.archive:
        yield link("current", 0)
    if previous > 0:
        yield link("prev-archive", previous)
    if content.archive:
        # Whether that archive is there yet or not: what is full never changes again.
        yield link("next-archive", content.archive + 1)
    if hub:
        yield "hub", hub
