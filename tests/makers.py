"""Small makers of the nouns, for tests that care about one or two fields."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from feedsvc.bulletins import Manner
from feedsvc.model import (
    Category,
    Edition,
    Entry,
    Evidence,
    Label,
    Labels,
    Recipient,
    Scheme,
    Selection,
    Site,
    Source,
    Subscription,
    Vocabulary,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = Site(
    root=Path(),
    title="Migration in Mesoamerica",
    url="https://bulletin.example.org",
    id_authority="example.org,2017",
    languages=("en", "es"),
    timezone=ZoneInfo("America/Costa_Rica"),
    description="News of <people> & places.",
)


VOCABULARY = Vocabulary(
    countries=("BZ", "CR", "PA"),
    topics=("trafficking", "gender"),
    regions={"mesoamerica": ("BZ", "CR", "PA")},
    names={
        "en": {
            Category(Scheme.COUNTRY, "BZ"): "Belize",
            Category(Scheme.COUNTRY, "CR"): "Costa Rica",
            Category(Scheme.COUNTRY, "PA"): "Panama",
            Category(Scheme.TOPIC, "trafficking"): "Trafficking in persons",
            Category(Scheme.TOPIC, "gender"): "Gender",
            Category(Scheme.REGION, "mesoamerica"): "Mesoamerica",
        },
        "es": {
            Category(Scheme.COUNTRY, "BZ"): "Belice",
            Category(Scheme.COUNTRY, "CR"): "Costa Rica",
            Category(Scheme.COUNTRY, "PA"): "Panamá",
            Category(Scheme.TOPIC, "trafficking"): "Trata de personas",
            Category(Scheme.TOPIC, "gender"): "Género",
            Category(Scheme.REGION, "mesoamerica"): "Mesoamérica",
        },
    },
)


def manner(*, source=None, **fields):
    """The manner of a source that writes the day first, on a site in English and Spanish."""
    options = {
        name: fields.pop(name)
        for name in ("day_first", "language", "countries", "selectors")
        if name in fields
    }
    return Manner(
        **{
            "source": source or Source(name="mesoamerica", **options),
            "bulletin": "bulletin.txt",
            "languages": ("en", "es"),
            "vocabulary": VOCABULARY,
            "timezone": ZoneInfo("America/Costa_Rica"),
            "today": date(2026, 11, 23),
            **fields,
        }
    )


def labels(countries=(), topics=(), language="en", regions=(), mentions=()):
    def named(terms):
        return tuple(Label(term, 1.0, (Evidence(term, "title", "name", 1.0),)) for term in sorted(terms))

    return Labels(language, named(countries), named(mentions), named(regions), named(topics))


def entry(seq=1, **fields):
    title = fields.pop("title", f"Entry {seq}")
    about = {
        name: fields.pop(name) for name in ("countries", "topics", "language", "regions") if name in fields
    }
    return Entry(
        **{
            "id": f"tag:example.org,2017:entry/e{seq}",
            "seq": seq,
            "title": title,
            "body": f"<p>Body of {seq}.</p>",
            "text": f"Body of {seq}.",
            "summary": f"Body of {seq}.",
            "published": date(2017, 9, 3),
            "bulletin_date": date(2017, 9, 3),
            "added_at": NOON,
            "updated_at": NOON + timedelta(seconds=seq),
            "labels": labels(**about),
            "slug": f"entry-{seq}",
            "source": "mesoamerica",
            "bulletin": "a.txt",
            "line": seq,
            **fields,
        }
    )


def subscription(name="panama", **fields):
    return Subscription(
        **{
            "id": name,
            "title": {"en": name.title()},
            "selection": Selection(),
            "schedule": "0 8 * * mon",
            "timezone": ZoneInfo("America/Panama"),
            "language": "en",
            "recipients": (Recipient("ana@example.org", "Ana"),),
            **fields,
        }
    )


def edition(name="panama", **fields):
    return Edition(
        **{
            "subscription": name,
            "due_at": NOON,
            "from_seq": 0,
            "to_seq": 10,
            "planned_at": NOON,
            "entries": 2,
            **fields,
        }
    )
