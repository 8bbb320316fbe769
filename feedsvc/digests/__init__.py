"""Digests: when editions fall due (`schedule`), who gets what (`planning`), and what it looks like (`rendering`)."""

from feedsvc.digests.planning import (
    DueEdition,
    Mailing,
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
    "latest_due",
    "mailings",
    "message_id",
    "newest_first",
    "next_due",
    "next_edition",
    "to_record",
]
