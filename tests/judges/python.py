"""Feed parsers written in Python: what each finds of the entries of a document."""

from datetime import UTC, datetime
from html import unescape

import atoma
import fastfeedparser
import feedparser


def utc(moment):
    """Write a moment, as parsed by whatever, as Node.js does."""
    if moment is None:
        return None
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    elif not isinstance(moment, datetime):
        moment = datetime(*moment[:6], tzinfo=UTC)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def by_feedparser(kind, body):
    if kind == "json":
        return None
    # What is in the document, not what feedparser would let be shown.
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.bozo_exception
    return [
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "via": next((link.href for link in entry.links if link.rel == "via"), None),
            "published": utc(entry.get("published_parsed")),
            "updated": utc(entry.updated_parsed),
            "language": entry.content[0].language if kind == "atom" else entry.language,
            "categories": [(tag.scheme, tag.term) for tag in entry.get("tags", [])],
            "summary": entry.summary if kind == "atom" else unescape(entry.summary),
            "html": next(each.value for each in entry.content if each.type == "text/html"),
        }
        for entry in parsed.entries
    ]


def by_fastfeedparser(kind, body):
    return [
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "updated": utc(entry.get("updated")),
            # It strips schemes from the tags of JSON Feed, which has none.
            "categories": [
                (tag["scheme"], tag["term"]) if tag["scheme"] else tag["term"]
                for tag in entry.get("tags", [])
            ],
            "html": entry.content[0]["value"],
        }
        for entry in fastfeedparser.parse(body).entries
    ]


def by_atoma(kind, body):
    if kind == "atom":
        return [
            {
                "id": entry.id_,
                "title": entry.title.value,
                "link": next(link.href for link in entry.links if link.rel == "alternate"),
                "via": next((link.href for link in entry.links if link.rel == "via"), None),
                "published": utc(entry.published),
                "updated": utc(entry.updated),
                "language": next(link.hreflang for link in entry.links if link.rel == "alternate"),
                "categories": [(each.scheme, each.term) for each in entry.categories],
                "summary": entry.summary.value,
                "html": entry.content.value,
            }
            for entry in atoma.parse_atom_bytes(body).entries
        ]
    if kind == "rss":
        return [
            {
                "id": item.guid,
                "title": item.title,
                "link": item.link,
                "published": utc(item.pub_date),
                "summary": unescape(item.description),
                "html": item.content_encoded,
            }
            for item in atoma.parse_rss_bytes(body).items
        ]
    return [
        {
            "id": item.id_,
            "title": item.title,
            "link": item.url,
            "via": item.external_url,
            "published": utc(item.date_published),
            "updated": utc(item.date_modified),
            "categories": item.tags,
            "summary": item.summary,
            "html": item.content_html,
        }
        for item in atoma.parse_json_feed_bytes(body).items
    ]


READERS = {"feedparser": by_feedparser, "fastfeedparser": by_fastfeedparser, "atoma": by_atoma}
