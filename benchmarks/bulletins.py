"""Made-up bulletins of any size: the same number gives the same text."""

import random
from datetime import date, timedelta

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


def bulletin(entries: int, words: int = 300) -> str:
    """Give a bulletin with so many entries of so many words, newest first, over a few years."""
    rng = random.Random(entries)
    blocks = []
    for number in range(entries):
        day = date(2026, 1, 1) - timedelta(days=number // 10)
        country, topic = rng.choice(COUNTRIES), rng.choice(TOPICS)
        text = " ".join(rng.choice(WORDS) for _ in range(words - 12))
        blocks.append(
            f"{day.day} {day:%B}, {day.year}\n\n{country} acts on {topic}, number {number}\n\n"
            f"Officials in {country} met about {topic}. {text.capitalize()}.\n\n"
        )
    return "".join(blocks)
