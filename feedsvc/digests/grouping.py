"""The entries of a digest in groups: each entry once, under what it is about or for whom it is. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.model import Category, Feed, Scheme
from feedsvc.templating import alphabetical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from feedsvc.model import DigestSection, Entry, Selection, Vocabulary

# With fewer entries than this under a heading, on average, headings are in the way of reading.
WORTH_A_HEADING = 2
# More headings than this are no help to anybody, and leave no room for what would stand under them.
MOST_HEADINGS = 20


class Group(NamedTuple):
    """Entries under a title, the newest first; without a title, what concerns several of the others or none.

    `total` counts those that are not shown, too; `feed` is one in which all of them are.
    """

    title: str
    entries: tuple[Entry, ...]
    total: int
    feed: Feed

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.entries)


def grouped(sections: Sequence[DigestSection], vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under titles, each entry once.

    Several subscriptions: each has its own title, and an entry stands under the first that has it. One
    subscription: by country, or by topic where it is about one country, unless that would be all headings.
    """
    if len(sections) > 1:
        groups = by_subscription(sections, language)
        if len(groups) > MOST_HEADINGS:
            return [_group("", chain.from_iterable(group.entries for group in groups), Feed())]
        return groups
    section = sections[0]
    by_kind = by_topic if len(section.subscription.selection.countries) == 1 else by_country
    groups = by_kind(section, vocabulary, language)
    if len(groups) > min(MOST_HEADINGS, len(section.entries) // WORTH_A_HEADING):
        return [_group("", section.entries, landing(section.subscription.selection))]
    return groups


def by_subscription(sections: Sequence[DigestSection], language: str) -> list[Group]:
    """Put entries under the titles of the subscriptions that they come by."""
    seen: set[str] = set()
    groups = []
    for section in sections:
        fresh = [entry for entry in section.entries if entry.id not in seen]
        seen.update(entry.id for entry in fresh)
        subscription = section.subscription
        groups.append(_group(subscription.titled(language), fresh, landing(subscription.selection)))
    return [group for group in groups if group.entries]


def by_country(section: DigestSection, vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under the one country that is wanted and that they are about; first what concerns several."""
    wanted = section.subscription.selection.countries

    def country(entry: Entry) -> str:
        about = {label.term for label in entry.labels.countries if not wanted or label.term in wanted}
        return about.pop() if len(about) == 1 else ""

    return _by_term(section, Scheme.COUNTRY, country, vocabulary, language)


def by_topic(section: DigestSection, vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under the topic that is wanted and that they are most about; first what is about none."""
    wanted, known = section.subscription.selection.topics, vocabulary.topics

    def topic(entry: Entry) -> str:
        about = [
            label
            for label in entry.labels.topics
            if (not wanted or label.term in wanted) and label.term in known
        ]
        main = max(about, key=lambda label: (label.score, -known.index(label.term)), default=None)
        return main.term if main else ""

    return _by_term(section, Scheme.TOPIC, topic, vocabulary, language)


def _by_term(
    section: DigestSection,
    scheme: Scheme,
    term_of: Callable[[Entry], str],
    vocabulary: Vocabulary,
    language: str,
) -> list[Group]:
    """Put entries under the names of their terms, in alphabetical order; first those without one."""
    found: dict[str, list[Entry]] = {}
    for entry in section.entries:
        found.setdefault(term_of(entry), []).append(entry)
    home = landing(section.subscription.selection)
    groups = [
        _group(
            vocabulary.label(Category(scheme, term), language) if term else "",
            entries,
            home._replace(**{scheme.value: term}),
        )
        for term, entries in found.items()
    ]
    return sorted(groups, key=lambda group: alphabetical(group.title))


def shared(groups: Sequence[Group], number: int) -> list[Group]:
    """Give the groups with no more than a number of entries in all: small ones whole, the others with as many each."""
    room, shown = number, list(groups)
    by_size = sorted(enumerate(groups), key=lambda pair: pair[1].total)
    for waiting, (place, group) in zip(range(len(groups), 0, -1), by_size, strict=True):
        shown[place] = group._replace(entries=group.entries[: room // waiting])
        room -= len(shown[place].entries)
    return shown


def landing(selection: Selection) -> Feed:
    """Give the narrowest feed that shows all a selection does; it may show more."""
    facets = (selection.countries, selection.topics, selection.languages)
    return Feed._make(next(iter(facet)) if len(facet) == 1 else "" for facet in facets)


def _group(title: str, entries: Iterable[Entry], feed: Feed) -> Group:
    newest = sorted(entries, key=lambda entry: (entry.published, entry.seq), reverse=True)
    return Group(title, tuple(newest), len(newest), feed)
