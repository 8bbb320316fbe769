"""Digests: when editions fall due (`schedule`), who gets what (`planning`), and what it looks like (`rendering`).

Who was moved from one subscription to another (`moving`) goes on there where they were served last. What it looks
like is a matter of `grouping` entries, of their `pictures` and their `opening`, of the templates, and of who sees it: a
recipient, or whoever has the link to see it `in_browser`.
"""

from feedsvc.digests.in_browser import in_browser
from feedsvc.digests.moving import Lists, Roster, marked, marker
from feedsvc.digests.planning import (
    DueEdition,
    Guard,
    Mailing,
    edition_at,
    is_its_own,
    mailings,
    message_id,
    newest_first,
    next_edition,
    to_record,
)
from feedsvc.digests.rendering import DigestRenderer
from feedsvc.digests.schedule import INSTANT, latest_due, next_due, timed

__all__ = [
    "INSTANT",
    "DigestRenderer",
    "DueEdition",
    "Guard",
    "Lists",
    "Mailing",
    "Roster",
    "edition_at",
    "in_browser",
    "is_its_own",
    "latest_due",
    "mailings",
    "marked",
    "marker",
    "message_id",
    "newest_first",
    "next_due",
    "next_edition",
    "timed",
    "to_record",
]
