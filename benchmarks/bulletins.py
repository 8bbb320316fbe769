"""Made-up bulletins of any size: the same number gives the same text."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

COUNTRIES = (
    "Panama",
    "Costa Rica",
    "El Salvador",
    "Guatemala",
    "Honduras",
    "Mexico",
    "Nicaragua",
    "Belize",
    "Colombia",
)
TOPICS = (
    "human trafficking",
    "migrant smuggling",
    "unaccompanied children",
    "labour migration",
    "border officers",
    "returned migrants",
    "asylum seekers",
    "a hurricane",
)
TEXT = """\
the programme met with local partners and authorities to review how people on the move are received and what each
office needs for its work in the coming months while communities along the route share what they know"""
WORDS = TEXT.split()


class MadeUp(NamedTuple):
    """An entry as its office writes it, and what it is about."""

    day: date
    country: str
    topic: str
    title: str
    text: str


def made_up(entries: int, words: int = 300) -> Iterator[MadeUp]:
    """Give so many entries of so many words, newest first, over a few years."""
    rng = random.Random(entries)
    for number in range(entries):
        day = date(2026, 1, 1) - timedelta(days=number // 10)
        country, topic = rng.choice(COUNTRIES), rng.choice(TOPICS)
        text = " ".join(rng.choice(WORDS) for _ in range(words - 12))
        yield MadeUp(
            day,
            country,
            topic,
            f"{country} acts on {topic}, number {number}",
            f"Officials in {country} met about {topic}. {text.capitalize()}.",
        )


def bulletin(entries: int, words: int = 300) -> str:
    """Give a bulletin with these entries."""
    return "".join(
        f"{each.day.day} {each.day:%B}, {each.day.year}\n\n{each.title}\n\n{each.text}\n\n"
        for each in made_up(entries, words)
    )
