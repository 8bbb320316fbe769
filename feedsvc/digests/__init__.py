"""Digests: when editions fall due (`schedule`), who gets what (`planning`), and what it looks like (`rendering`).

What it looks like is a matter of `grouping` entries, of their `pictures` and their `opening`, of the templates, and of
who sees it: a recipient, or whoever has the link to see it `in_browser`.
"""

from feedsvc.digests.in_browser import in_browser
from feedsvc.digests.planning import (
    DueEdition,
    Mailing,
    edition_at,
    mailings,
    message_id,
    newest_first,
    next_edition,
    to_record,
)
from feedsvc.digests.rendering import DigestRenderer
from feedsvc.digests.schedule import INSTANT, latest_due, next_due

__all__ = [
    "INSTANT",
    "DigestRenderer",
    "DueEdition",
    "Mailing",
    "edition_at",
    "in_browser",
    "latest_due",
    "mailings",
    "message_id",
    "newest_first",
    "next_due",
    "next_edition",
    "to_record",
]
