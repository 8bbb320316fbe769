"""The entries of a digest in groups: each entry once, under what it is about or for whom it is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedsvc.model import Category, Scheme
from feedsvc.templating import alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedsvc.model import DigestSection, Entry, Vocabulary

# With fewer entries than this under a heading, on average, headings are in the way of reading.
WORTH_A_HEADING = 2


class Group(NamedTuple):
    """Entries under a title; without a title, what concerns several of the others or none.

    `total` counts those that are not shown, too.
    """

    title: str
    entries: tuple[Entry, ...]
    total: int


def grouped(sections: Sequence[DigestSection], vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under titles, each entry once, in the order given.

    Several subscriptions: each has its own title, and an entry stands under the first that has it. One
    subscription: by country, or by topic where it is about one country, unless that would be all headings.
    """
    if len(sections) > 1:
        return by_subscription(sections, language)
    section = sections[0]
    by_kind = by_topic if len(section.subscription.selection.countries) == 1 else by_country
    groups = by_kind(section, vocabulary, language)
    if len(groups) * WORTH_A_HEADING > len(section.entries):
        return [Group("", tuple(section.entries), len(section.entries))]
    return groups


def by_subscription(sections: Sequence[DigestSection], language: str) -> list[Group]:
    """Put entries under the titles of the subscriptions that they come by."""
    seen: set[str] = set()
    groups = []
    for section in sections:
        fresh = tuple(entry for entry in section.entries if entry.id not in seen)
        seen.update(entry.id for entry in fresh)
        groups.append(Group(section.subscription.titled(language), fresh, len(fresh)))
    return [group for group in groups if group.entries]


def by_country(section: DigestSection, vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under the one country that is wanted and that they are about; first what concerns several."""
    wanted = section.subscription.selection.countries
    titled: dict[str, list[Entry]] = {}
    for entry in section.entries:
        about = {label.term for label in entry.labels.countries if not wanted or label.term in wanted}
        title = vocabulary.label(Category(Scheme.COUNTRY, *about), language) if len(about) == 1 else ""
        titled.setdefault(title, []).append(entry)
    return _alphabetically(titled)


def by_topic(section: DigestSection, vocabulary: Vocabulary, language: str) -> list[Group]:
    """Put entries under the topic that is wanted and that they are most about; first what is about none."""
    wanted = section.subscription.selection.topics
    titled: dict[str, list[Entry]] = {}
    for entry in section.entries:
        about = [
            label
            for label in entry.labels.topics
            if (not wanted or label.term in wanted) and label.term in vocabulary.topics
        ]
        main = max(about, key=lambda label: (label.score, -vocabulary.topics.index(label.term)), default=None)
        title = vocabulary.label(Category(Scheme.TOPIC, main.term), language) if main else ""
        titled.setdefault(title, []).append(entry)
    return _alphabetically(titled)


def first(groups: Iterable[Group], number: int) -> list[Group]:
    """Give the groups with no more than a number of entries in all."""
    shown = []
    for group in groups:
        entries = group.entries[:number]
        number -= len(entries)
        if entries:
            shown.append(group._replace(entries=entries))
    return shown


def _alphabetically(titled: dict[str, list[Entry]]) -> list[Group]:
    return [
        Group(title, tuple(titled[title]), len(titled[title])) for title in sorted(titled, key=alphabetical)
    ]
