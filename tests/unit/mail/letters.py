"""Makers of what mail is made from, for tests that care about one or two fields."""

from datetime import UTC, datetime

from feedsvc.mail import Composer, Sender
from feedsvc.model import Delivery, DeliveryState, Digest, Placeholder, Recipient

WRITTEN = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
URL = "https://bulletin.example.org/unsubscribe/ImFuYSI.c2lnbmF0dXJl"


def compose(content, to, by, unsubscribe_url):
    """Make one message from nothing, as a composer does that knows no other recipient."""
    return Composer(content, by).message(to, unsubscribe_url)


def digest(**fields):
    return Digest(
        **{
            "id": "0123456789abcdef0123456789abcdef",
            "language": "es",
            "subject": "Migración en Panamá: 5 novedades",
            "html": f'<p>Hola, {Placeholder.NAME}:</p><a href="{Placeholder.UNSUBSCRIBE_URL}">Baja</a>',
            "text": f"Hola, {Placeholder.NAME}:\n\nDarse de baja:\n{Placeholder.UNSUBSCRIBE_URL}\n",
            **fields,
        }
    )


def delivery(address="ana@example.org", name="Ana", **fields):
    return Delivery(
        **{
            "id": 1,
            "digest": "0123456789abcdef0123456789abcdef",
            "recipient": Recipient(address, name),
            "message_id": "<0a1b2c3d@example.org>",
            "dated_at": WRITTEN,
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "due_at": WRITTEN,
            **fields,
        }
    )


def sender(**fields):
    return Sender(**{"address": "bulletin@example.org", "name": "Migration bulletin", **fields})


def message(address="ana@example.org", number=1, **fields):
    return compose(digest(**fields), delivery(address, message_id=f"<{number}@example.org>"), sender(), URL)
