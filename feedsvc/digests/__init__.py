"""Digests: when editions fall due (`schedule`), who gets what (`planning`), and what it looks like (`rendering`)."""

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
from feedsvc.digests.schedule import INSTANT, latest_due, next_due

__all__ = [
    "INSTANT",
    "DigestRenderer",
    "DueEdition",
    "Guard",
    "Mailing",
    "edition_at",
    "is_its_own",
    "latest_due",
    "mailings",
    "message_id",
    "newest_first",
    "next_due",
    "next_edition",
    "to_record",
]
