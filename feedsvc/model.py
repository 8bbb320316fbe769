"""The nouns, and the few rules that belong to a noun alone. Standard library only.

Every moment is an aware `datetime` in UTC; every bulletin date is a `date`.
Countries are ISO 3166-1 alpha-2 in upper case, topics and regions the keys of
`config/topics.yaml` and `config/countries.yaml`, languages ISO 639-1 in lower case.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import parse_qs, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo


# --- what an entry is about -------------------------------------------------


class Scheme(StrEnum):
    """The scheme of a category (RFC 4287, section 4.2.2.2)."""

    COUNTRY = "country"
    TOPIC = "topic"
    REGION = "region"


@dataclass(frozen=True, slots=True, order=True)
class Category:
    """What an entry is about, exactly Atom's category.

    The third part of Atom's category, the label, depends on the reader's language: `Vocabulary.label` gives it.
    """

    scheme: Scheme
    term: str


class Evidence(NamedTuple):
    """Words of an entry that speak for a label.

    `words` stand as in the text, `place` is `title`, `dateline`, `lead` or `body`, `kind` says what they are
    (`name`, `people`, `city`, `keyword`, …), `weight` is what they add to the score. Of what a person says,
    `kind` is `stated` (in the `bulletin`), `source` or `override` (in the `config`); of a country that has its label
    as a member of a region, it is `member`.
    """

    words: str
    place: str
    kind: str
    weight: float


@dataclass(frozen=True, slots=True)
class Label:
    """One term given to an entry, and why. `score` is how much is said for it; 1 is enough."""

    term: str
    score: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def confidence(self) -> float:
        """How sure it is, from 0 to 1: a half where just enough is said; each further 1 halves the doubt."""
        return round(1 - math.exp2(-max(self.score, 0.0)), 2)


@dataclass(frozen=True, slots=True)
class Labels:
    """All that was found out about an entry.

    `countries`: where it happens or whom it is about. `mentions`: countries named, but not what it is about.
    Each tuple is sorted by term.
    """

    language: str
    countries: tuple[Label, ...] = ()
    mentions: tuple[Label, ...] = ()
    regions: tuple[Label, ...] = ()
    topics: tuple[Label, ...] = ()

    def categories(self) -> tuple[Category, ...]:
        """Give the categories that feeds and digests go by: countries, regions, topics; mentions are none."""
        return (
            *(Category(Scheme.COUNTRY, label.term) for label in self.countries),
            *(Category(Scheme.REGION, label.term) for label in self.regions),
            *(Category(Scheme.TOPIC, label.term) for label in self.topics),
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms a site knows and what they are called in each language.

    `countries`: the site's own countries, which have feeds even while empty, in the order of the config.
    `topics`: all topics, in the order of the config. `regions`: region to member countries.
    `names`: language to category to name; holds every ISO country. `languages`: what each language of the site calls
    itself. `former_topics`: what a topic was once called, to what it is called now.
    """

    countries: tuple[str, ...]
    topics: tuple[str, ...]
    regions: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Mapping[Category, str]]
    languages: Mapping[str, str] = field(default_factory=dict)
    former_topics: Mapping[str, str] = field(default_factory=dict)

    def label(self, category: Category, language: str) -> str:
        """Name a category in a language, else in any language that has a name for it, else by its term."""
        for names in (self.names.get(language, {}), *self.names.values()):
            if category in names:
                return names[category]
        return category.term

    def knows(self, category: Category) -> bool:
        """Tell whether a category still is one of the site's: entries keep the topics and regions given up."""
        terms = {Scheme.TOPIC: self.topics, Scheme.REGION: self.regions}
        return category.scheme not in terms or category.term in terms[category.scheme]

    def feed_title(self, feed: Feed, language: str) -> str:
        """Name a feed: `Panama`, `Panama: Gender`, `Panama (español)`; nothing for the feed of all entries."""
        title = ": ".join(self.label(category, language) for category in feed.categories)
        own = self.languages.get(feed.language, feed.language)
        return f"{title} ({own})" if title and own else title or own


# --- sources ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Where on a page its entries and their parts are, as CSS selectors; empty: found by structure.

    `entry` is one block of an entry; `title`, `date`, `text`, `link` and `labels` (the editors' own line of
    countries or topics) are looked for inside it. `next` is the link to the next page of the list.
    `article` is the text on an entry's own page.
    """

    entry: str = ""
    title: str = ""
    date: str = ""
    text: str = ""
    link: str = ""
    labels: str = ""
    next: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where bulletins come from: a folder (`path`), or a web page or feed (`url`); the other one is empty.

    `day_first`: whether 3/9/2017 is in September. `language`: of all its entries; empty finds it out for each.
    `countries`: what an entry is about in which no country is found. For a `url`: `pages` is how many pages of
    the list are read, `follow` whether entries are read on their own pages, `every` how many minutes lie between
    two visits, `private` whether it may be in a private network. A bulletin of more than `largest` bytes is refused.
    """

    name: str
    path: Path | None = None
    url: str = ""
    day_first: bool = True
    language: str = ""
    countries: tuple[str, ...] = ()
    selectors: Selectors = Selectors()
    pages: int = 1
    follow: bool = False
    every: int = 30
    private: bool = False
    largest: int = 20_000_000


# --- bulletins and entries --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stated:
    """What a bulletin itself says an entry is about, in a line under the title or in front matter.

    It wins over everything found by rule; a facet that is empty says nothing.
    """

    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether it says anything."""
        return bool(self.countries or self.topics or self.regions)


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture that came inside a bulletin. `name` follows from its bytes: `3f2a….png`."""

    name: str
    media_type: str
    data: bytes

    @property
    def path(self) -> str:
        """Its address on the site."""
        return f"/media/{self.name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as a bulletin gives it, before it has an identity.

    `date` is None when neither the entry nor its page has one. `paragraphs` are plain text; `html` is the same as
    clean HTML, empty where there is nothing to add to the paragraphs. `line` and `last_line` count from 1 and
    bound the entry in its bulletin. `link` is where the original stands, `guid` by what name its source knows it
    (empty: none). `language` is set only where the bulletin or the source says it. Before `publish_at`, an
    embargo, it must show nowhere. `notes` are for a person: what was read in one of two ways. `media` are the
    pictures that its HTML shows.
    """

    date: date | None
    title: str
    paragraphs: tuple[str, ...]
    line: int
    last_line: int
    link: str | None = None
    html: str = ""
    language: str = ""
    stated: Stated = Stated()
    publish_at: datetime | None = None
    guid: str = ""
    notes: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()

    @property
    def text(self) -> str:
        """The body as plain text, paragraphs apart by an empty line."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of a bulletin that could not be read, kept whole until someone mends it.

    `source` names the source, `bulletin` the file in it; `line` counts from 1 (0: the file as a whole).
    """

    source: str
    bulletin: str
    line: int
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An entry of a bulletin that is under embargo: it is kept out of the store until `publish_at`."""

    source: str
    bulletin: str
    line: int
    title: str
    publish_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one bulletin gives: every line of it is in a draft or in a problem."""

    drafts: tuple[Draft, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One dated item, with an identity that never changes.

    `id` is a tag URI (RFC 4151), minted once. `seq` is the order of arrival, from 1.
    `published` is the date it first had in its bulletin and never moves, `bulletin_date` the one it has there now;
    `updated_at` moves when what readers see changes.
    Of an entry that came without a date, `published` is the day it was found, and `dated` False.
    `body` is clean HTML, `text` the same as plain text, `slug` the last part of its page's address.
    `guid` is by what name its source knows it (empty: none), `stated` and `stated_language` what its bulletin
    says of its labels; rules only fill what that leaves open. `publication` is the number of the Publication that
    last changed what the site shows of it, `relabelled` that of the last since it came to change which selections
    match it: by other labels, or by being withdrawn or restored (0: none).
    """

    id: str
    seq: int
    title: str
    body: str
    text: str
    summary: str
    published: date
    bulletin_date: date
    added_at: datetime
    updated_at: datetime
    labels: Labels
    slug: str
    source: str
    bulletin: str
    line: int
    link: str | None = None
    dated: bool = True
    guid: str = ""
    stated: Stated = Stated()
    stated_language: str = ""
    withdrawn_at: datetime | None = None
    publication: int = 0
    relabelled: int = 0

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.labels.language

    @property
    def key(self) -> str:
        """The short part of the id, for people: `feedsvc entries show KEY`."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def path(self) -> str:
        """The address of its page on the site."""
        return entry_path(self.published, self.slug)

    @property
    def categories(self) -> tuple[Category, ...]:
        """What it is about."""
        return self.labels.categories()


def entry_path(published: date, slug: str) -> str:
    """Give the address of an entry's page."""
    return f"/entries/{published.year:04}/{published.month:02}/{slug}"


# --- selections, feeds, documents -------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries someone wants: within one facet any, across facets all, an empty facet means everything."""

    countries: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def matches(self, entry: Entry) -> bool:
        """Tell whether an entry is wanted. The one matching rule, for feeds and subscriptions alike."""
        labels = entry.labels
        return (
            (not self.countries or any(label.term in self.countries for label in labels.countries))
            and (not self.topics or any(label.term in self.topics for label in labels.topics))
            and (not self.languages or labels.language in self.languages)
        )


class FeedFormat(NamedTuple):
    """A format that every feed is published in; its address is the feed's path and a dot and the extension."""

    extension: str
    media_type: str
    name: str


ATOM = FeedFormat("atom", "application/atom+xml", "Atom")
RSS = FeedFormat("rss", "application/rss+xml", "RSS")
JSON_FEED = FeedFormat("json", "application/feed+json", "JSON Feed")
FORMATS = (ATOM, RSS, JSON_FEED)


class Feed(NamedTuple):
    """A published Selection of at most one country, one topic and one language."""

    country: str = ""
    topic: str = ""
    language: str = ""

    @property
    def selection(self) -> Selection:
        """The entries it shows."""
        return Selection(
            countries=frozenset({self.country} - {""}),
            topics=frozenset({self.topic} - {""}),
            languages=frozenset({self.language} - {""}),
        )

    @property
    def name(self) -> str:
        """Its part of ids and addresses: `all`, `country/pa`, `topic/gender/lang/es`, `country/pa/topic/gender`."""
        parts = []
        if self.country:
            parts.append(f"country/{self.country.lower()}")
        if self.topic:
            parts.append(f"topic/{self.topic}")
        parts = parts or ["all"]
        if self.language:
            parts.append(f"lang/{self.language}")
        return "/".join(parts)

    @property
    def path(self) -> str:
        """The address of its page; each format's is this and an extension."""
        return f"/feeds/{self.name}"

    @property
    def categories(self) -> tuple[Category, ...]:
        """What it is about, country first."""
        return (
            *((Category(Scheme.COUNTRY, self.country),) if self.country else ()),
            *((Category(Scheme.TOPIC, self.topic),) if self.topic else ()),
        )


def feeds_of(entry: Entry) -> frozenset[Feed]:
    """Give every feed that shows an entry: all, its countries, its topics, each with each, and all in its language."""
    labels = entry.labels
    countries, topics = (
        tuple([label.term for label in facet]) for facet in (labels.countries, labels.topics)
    )
    return _feeds_about(countries, topics, entry.language)


@lru_cache(maxsize=4096)  # many entries are about the same
def _feeds_about(countries: tuple[str, ...], topics: tuple[str, ...], language: str) -> frozenset[Feed]:
    return frozenset(map(Feed._make, product(("", *countries), ("", *topics), ("", language))))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What someone looks for: words, a Selection, and days of publication, both included. `page` counts from 1.

    A query without words asks for all entries of its selection and time.
    """

    words: str = ""
    selection: Selection = Selection()
    since: date | None = None
    until: date | None = None
    page: int = 1

    @classmethod
    def read(cls, parameters: str) -> Self:
        """Read what a form or a link sends; what makes no sense is left out."""
        sent = {
            name: " ".join(values[-1].split())[:MOST_SEARCHED]
            for name, values in parse_qs(parameters.removeprefix("?"), errors="replace").items()
        }
        page = sent.get("page", "")
        return cls(
            words=sent.get("q", ""),
            selection=Selection(
                countries=frozenset({sent.get("country", "").upper()} - {""}),
                topics=frozenset({sent.get("topic", "").lower()} - {""}),
                languages=frozenset({sent.get("lang", "").lower()} - {""}),
            ),
            since=_day(sent.get("since", "")),
            until=_day(sent.get("until", "")),
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    @property
    def parameters(self) -> str:
        """The query in the one form that addresses have it in: `?q=walk&country=pa&page=2`; empty if it is empty."""
        pairs = [
            ("q", self.words),
            *(("country", term.lower()) for term in sorted(self.selection.countries)),
            *(("topic", term) for term in sorted(self.selection.topics)),
            *(("lang", term) for term in sorted(self.selection.languages)),
            ("since", self.since.isoformat() if self.since else ""),
            ("until", self.until.isoformat() if self.until else ""),
            ("page", str(self.page) if self.page > 1 else ""),
        ]
        written = urlencode([(name, value) for name, value in pairs if value])
        return f"?{written}" if written else ""

    @property
    def name(self) -> str:
        """What ids call the found set: the same for each of its pages, and for ever."""
        return hashlib.sha256(self.on_page(1).parameters.encode()).hexdigest()[:16]

    def on_page(self, page: int) -> Self:
        """Give the same query, on another page of what is found."""
        return replace(self, page=page)

    def __bool__(self) -> bool:
        """Tell whether it asks for anything."""
        return bool(self.on_page(1).parameters)


# Where one searches.
SEARCH = "/search"
# The longest text that is searched for. Nobody types more, and a database need not think about it.
MOST_SEARCHED = 200


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedContent:
    """What one document of a feed shows, in whatever format: its current document, an archive, or a found set.

    `name` is the permanent part of the feed's id, `title` what it is called besides the site's title (empty: the
    feed of all entries), `path` its address without extension and `query` what follows the extension, for a search.
    `language` is its own, or the site's first. `entries` stand newest first; `updated_at` never goes back.

    Archives (RFC 5005, section 4) are numbered from 1, the oldest; `archives` is how many are full, `archive` the
    number of this one, and 0 for the current document, whose entries are in no full archive. `withdrawn` are
    entries that the feed once showed and that were taken back (RFC 6721), the latest first.
    """

    name: str
    title: str
    path: str
    language: str
    entries: Sequence[Entry]
    updated_at: datetime
    query: str = ""
    categories: tuple[Category, ...] = ()
    archive: int = 0
    archives: int = 0
    withdrawn: Sequence[Entry] = ()

    @property
    def is_announced(self) -> bool:
        """Whether a hub is told when it changes: that is a feed's current document, not an archive or a found set."""
        return not self.archive and self.path != SEARCH

    def address(self, kind: FeedFormat, archive: int | None = None) -> str:
        """Give the path of this document in a format, or of the feed's archive of a number (0: its current one)."""
        number = self.archive if archive is None else archive
        return f"{self.path}{f'/archive/{number}' if number else ''}.{kind.extension}{self.query}"


@dataclass(frozen=True, slots=True, order=True)
class Publication:
    """One change of what the site shows. `number` counts from 1; `at`, in whole seconds, is another for each."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Announcement:
    """The hub is to be told that the document at a path changed by a publication, made at `published_at` (WebSub)."""

    path: str
    publication: int
    attempts: int
    published_at: datetime


# Feeds and pages change at any time, and a reader asks with a validator: it may keep a copy for a while, and an
# old one for a day when we can't be reached (RFC 5861).
CACHE_CONTROL = "public, max-age=300, stale-if-error=86400"


@dataclass(frozen=True, slots=True)
class Document:
    """What the site publishes at one address.

    `gone` when it says that nothing stands there any more (410); `moved_to` is the path that took its place (301),
    or for now (307, `for_now`). `links` are those that HTTP names too (RFC 8288): relation to address.
    """

    path: str
    media_type: str
    body: bytes
    gone: bool = False
    moved_to: str = ""
    for_now: bool = False
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document of one state of the store, with the validators of RFC 9110, section 8.8.

    `etag` is strong, with its quotes, and depends on the body and the media type alone. `publication` is the one
    that last changed it (0: none yet), and `changed_at` its moment, in whole seconds, which rises with every change.
    """

    document: Document
    etag: str
    changed_at: datetime | None
    publication: int


# --- the site ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the site's own, published beside its pages. `name` is its address: `favicon.svg`, `logo.png`."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What everything published says about itself.

    `url` is the public address without a slash at its end. `id_authority` is what tag URIs are minted under
    (RFC 4151: a domain and a date on which it was ours) and never changes. The first language is the default.
    `titles` and `descriptions` are by language, for a site that has several; `title` and `description` are those of the
    first.
    `contact` is the address people write to (empty: none is shown), `schedules` are the names of those that
    digests are offered in. Without a `favicon` and a `logo` the templates' own are shown.
    """

    root: Path
    title: str
    url: str
    id_authority: str
    languages: tuple[str, ...]
    timezone: ZoneInfo
    titles: tuple[tuple[str, str], ...] = ()
    description: str = ""
    descriptions: tuple[tuple[str, str], ...] = ()
    contact: str = ""
    schedules: tuple[str, ...] = ()
    favicon: Picture | None = None
    logo: Picture | None = None

    @property
    def language(self) -> str:
        """The default language."""
        return self.languages[0]

    @property
    def begun_at(self) -> datetime:
        """The first moment of the authority's date (RFC 4151, section 2.1): a year, a month or a day."""
        year, month, day = (*self.id_authority.rpartition(",")[2].split("-"), "1", "1")[:3]
        return datetime(int(year), int(month), int(day), tzinfo=UTC)

    def titled(self, language: str) -> str:
        """Give what the site is called in a language, else in its first."""
        return dict(self.titles).get(language, self.title)

    def described(self, language: str) -> str:
        """Give what the site says of itself in a language, else in its first."""
        return dict(self.descriptions).get(language, self.description)

    def speaks(self, language: str) -> str:
        """Give the language in which a reader of a language is spoken to: that one, else the default."""
        return language if language in self.languages else self.language

    def localized(self, path: str, language: str) -> str:
        """Give the path of a page in a language: as it is in the default one, below `/es` in another."""
        return path if language == self.language else f"/{language}{path}"

    def unlocalized(self, path: str) -> tuple[str, str]:
        """Take the language off a path: `/es/feeds/all` is `/feeds/all` in `es`."""
        _, first, *rest = path.split("/", 2) if path.startswith("/") else ("", "", "")
        if first in self.languages[1:]:
            return "/" + "".join(rest), first
        return path, self.language

    def tag(self, specific: str) -> str:
        """Mint a tag URI (RFC 4151) under the site's authority."""
        return f"tag:{self.id_authority}:{specific}"


# --- digests and mail -------------------------------------------------------


def mailbox(address: str) -> str:
    """Give what all spellings of one person's address have in common: small letters, the domain as DNS has it.

    RFC 5321 lets a host tell `Ana` from `ana`; no host that people use does, and nobody wants two mails.
    """
    spelled = address.strip().lower()
    if spelled.isascii():
        return spelled
    local, at, domain = spelled.rpartition("@")
    try:
        return f"{local}{at}{a_labels(domain)}"
    except UnicodeError:
        return spelled


# The local part of an address, as it stands in words about it.
_LOCAL_PART = re.compile(r"""(?:\w'|[^\s<>@"“”'(,;:=])+@(?=\w)""")


def without_addresses(text: str) -> str:
    """Shorten the addresses in a text for eyes that they are not for, such as those in a relay's reply."""
    return _LOCAL_PART.sub("…@", text)


# What may stand between the labels of an international domain (RFC 3490, section 3.1).
_FULL_STOPS = re.compile("[.\u3002\uff0e\uff61]")


def a_labels(domain: str) -> str:
    """Give a domain in small letters as DNS knows it (RFC 5890). Raises UnicodeError for what can't be one."""
    return ".".join(_a_label(label) for label in _FULL_STOPS.split(domain.lower()))


def _a_label(label: str) -> str:
    # The standard library keeps to IDNA 2003, which made fussball.de of fußball.de: someone else's domain.
    if "ß" in label or "ς" in label:
        return "xn--" + unicodedata.normalize("NFC", label).encode("punycode").decode()
    return label.encode("idna").decode()


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person a subscription goes to. `language` is empty when the subscription's holds."""

    address: str
    name: str = ""
    language: str = ""


# What a digest may be laid out as; the templates of each stand in `templates/email/<layout>/`. `digest` tells of
# each entry, `compact` has titles only, `single` has room for one entry alone.
DIGEST, COMPACT, SINGLE = "digest", "compact", "single"
LAYOUTS = (DIGEST, COMPACT, SINGLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A Selection with a schedule and recipients. `id` is permanent: the digest's memory hangs on it.

    `title` is by language. `schedule` is a five-field crontab line, or `instant`. `since` makes the first
    edition reach back to entries published on that date or later; without it nothing older than the
    subscription is sent. `layout` is one of `LAYOUTS`; empty lets the digest itself decide.
    """

    id: str
    title: Mapping[str, str]
    selection: Selection
    schedule: str
    timezone: ZoneInfo
    language: str
    recipients: tuple[Recipient, ...]
    since: date | None = None
    layout: str = ""

    def titled(self, language: str) -> str:
        """Give the title in a language, else in the subscription's own, else in any."""
        return self.title.get(language) or self.title.get(self.language) or next(iter(self.title.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of one subscription: the entries after `from_seq`, up to and with `to_seq`, that match.

    Beside them are older ones that have come to match since the last edition. Unique on (subscription, due_at).
    `entries` is how many there were when it was planned; 0 means that nothing was new and no mail was sent. `since`
    is set on a first edition that reaches back to a date. `publication` is the last it knows of: what was relabelled
    by a later one is for the next edition. One that was `dropped` went to nobody.
    """

    subscription: str
    due_at: datetime
    from_seq: int
    to_seq: int
    planned_at: datetime
    entries: int
    since: date | None = None
    publication: int = 0
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """By which schedule, read in which time zone, the editions of a subscription fall due, and from when on.

    `overdue` is what fell due by an earlier schedule and was not planned by then.
    """

    schedule: str
    timezone: str
    counts_from: datetime
    overdue: datetime | None = None


class Stand(NamedTuple):
    """How far someone was served: up to which entry, and up to which publication's labels."""

    seq: int
    publication: int


@dataclass(frozen=True, slots=True)
class Move:
    """Someone who left a list and is on another, whose subscription has had no edition since.

    `mark` stands for the mailbox. The subscription is empty while they are on no list; `since` when it was noticed.
    """

    subscription: str
    mark: bytes
    stand: Stand
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A subscription whose editions wait until a person lets them go, and why.

    `entries` is how many there were when it was held for being too large, 0 when a person held it (`by_hand`).
    """

    subscription: str
    since: datetime
    reason: str
    entries: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether a person holds it."""
        return not self.entries


class DeliveryState(StrEnum):
    """Where a delivery stands. "Sent" means accepted by the relay."""

    PENDING = "pending"
    ATTEMPTING = "attempting"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One message's content, frozen when it was rendered; shared by all recipients it is the same for.

    `subject`, `html` and `text` hold the placeholders of `feedsvc.digests.rendering` where recipients differ.
    """

    id: str
    language: str
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest to one recipient in the outbox.

    `message_id` (with its angle brackets) and `dated_at` are fixed when it is written, so that every retry
    gives the same bytes. `due_at` is when it may be tried next, `reply` what the relay said last.
    """

    id: int
    digest: str
    recipient: Recipient
    message_id: str
    dated_at: datetime
    state: DeliveryState
    attempts: int
    due_at: datetime
    reply: str = ""


class SuppressionReason(StrEnum):
    """Why an address must not be written to."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that must not be written to, and why."""

    address: str
    reason: SuppressionReason
    since: datetime
    note: str = ""


class AnswerKind(StrEnum):
    """What a message that came to the bounce mailbox says of one delivery, or the relay's reply to its address."""

    HARD = "hard"  # the address takes no mail, and won't
    SOFT = "soft"  # it didn't take this one
    OURS = "ours"  # refused for who we are or what we wrote: never the address's fault
    DELAYED = "delayed"  # not yet; how it ends will be told
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    AUTOMATIC = "automatic"  # out of office, a receipt: nothing to do
    FOREIGN = "foreign"  # a bounce or complaint about no mail of ours
    UNCLEAR = "unclear"  # kept for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back about one delivery, or of a kind that has nothing to do with any (`mailbox` is empty then).

    `status` is RFC 3463's, `words` are the remote host's, on one line.
    """

    kind: AnswerKind
    read_at: datetime
    mailbox: str = ""
    delivery: int | None = None
    status: str = ""
    words: str = ""


# A message that went out so often, and whose acceptance was never read, waits for a person: it may have come each time.
MOST_DOUBTS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt at a delivery ended: accepted, deferred, failed or in_doubt, and the relay's words.

    `patience`: it was put off by a reply that asks for patience with the recipient's domain. `blame`: the address was
    refused, and this is what that says of it, as a bounce would, if the delivery fails for it. `unreached`: there was
    no relay to talk to; `refuses_all`: there was one, and it takes nothing from us. Neither says anything of the
    recipient.
    """

    state: DeliveryState
    reply: str
    patience: bool = False
    blame: AnswerKind | None = None
    unreached: bool = False
    refuses_all: bool = False


class Ended(NamedTuple):
    """An attempt at a delivery that is over, and how it ended."""

    delivery: Delivery
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is written down of an attempt: its outcome, when the delivery may be tried again, and whether it counts.

    `doubts` is how many times more nobody knows whether the message arrived.
    """

    delivery: Delivery
    outcome: Outcome
    due_at: datetime
    counts: bool = True
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message ready for the wire: the envelope (RFC 5321) and its bytes (RFC 5322), lines ending in CRLF.

    `envelope_id` is what a bounce is to call it (RFC 3461, section 4.4); empty: nothing. `has_dots`: whether a line may
    begin with a dot, which SMTP wants doubled.
    """

    sender: str
    recipient: str
    data: bytes
    envelope_id: str = ""
    has_dots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedMail:
    """A message that went into the Maildir, read back: what a mail program shows of it.

    `name` is that of its file, `date` and the addresses stand as in its headers, `size` is in bytes.
    """

    name: str
    subject: str
    sender: str
    recipient: str
    date: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedParts:
    """A captured mail as a whole: its two parts, and its bytes."""

    mail: CapturedMail
    html: str
    text: str
    source: bytes


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The part of a digest that comes from one subscription."""

    subscription: Subscription
    entries: Sequence[Entry] = field(default_factory=tuple)


class Placeholder(StrEnum):
    """What stands in a rendered digest where recipients differ; mail puts the recipient's own value there.

    Letters, digits and hyphens only, so that neither HTML escaping nor CSS inlining nor URL quoting touches it.
    """

    NAME = "feedsvc-placeholder-recipient-name"
    UNSUBSCRIBE_URL = "feedsvc-placeholder-unsubscribe-url"
    # The same for all recipients, but it names the digest, whose name follows from its content.
    VIEW_URL = "feedsvc-placeholder-view-url"


# --- label rules ------------------------------------------------------------


class WordKind(StrEnum):
    """What a word of the vocabulary is; decides how much it says."""

    NAME = "name"
    PEOPLE = "people"
    PROVINCE = "province"
    CITY = "city"
    INSTITUTION = "institution"
    UNSURE = "unsure"
    SEAT = "seat"
    REGION = "region"
    KEYWORD = "keyword"
    HINT = "hint"
    PERSON = "person"
    GIVEN = "given"
    OFFICE = "office"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase that speaks for a category.

    `text` is as it is written in its language; a `*` at its end stands for any ending of the word. It may stand
    in an entry without its accents, but not without its capitals. It counts in entries in its language; without
    one, in all. A `NOT` only keeps shorter words inside it from being found. A `PERSON` says that the nationality
    beside it is one person's, a `GIVEN` that a country's name may be a person's, an `OFFICE` that the countries after
    it are only someone's district; they have no term.
    """

    text: str
    kind: WordKind
    scheme: Scheme
    term: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class LabelRules:
    """What labels are given by: the words of `countries.yaml`, `places.yaml`, `phrases.yaml` and `topics.yaml`.

    `languages` are the site's, the default first: an entry is in one of them. `links` are the small words that
    may stand between the countries of a list, and inside a dateline. `members`: the countries of those regions of which
    news is news of each country, too.
    """

    languages: tuple[str, ...]
    words: tuple[Word, ...]
    links: frozenset[str] = frozenset()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What an admin says of an entry's labels, over all that rules and the bulletin say.

    A facet that is None is left as it was found; an empty one is emptied. `where` is where it is written:
    `config/overrides.yaml:12`.
    """

    countries: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    language: str = ""
    where: str = ""
