"""Mail: what a message consists of, and how it leaves the house. The only place that knows aiosmtplib.

Messages are made by `composing` of headers by `headers`, and judged by `linting`. They leave by a
`Transport`: `smtp`, whose replies `replies` understands, or `maildir`. `retry` says when again, `tokens`
sign the links in mail. `captured` reads back what went into the Maildir.
"""

from feedsvc.mail.captured import captured, captured_parts
from feedsvc.mail.composing import Composer, Sender
from feedsvc.mail.linting import lint
from feedsvc.mail.maildir import MaildirTransport
from feedsvc.mail.retry import next_due
from feedsvc.mail.smtp import SmtpTransport
from feedsvc.mail.tokens import (
    address_of,
    admission_token,
    digest_of,
    digest_token,
    is_admitted,
    unsubscribe_token,
)
from feedsvc.mail.transport import Transport

__all__ = [
    "Composer",
    "MaildirTransport",
    "Sender",
    "SmtpTransport",
    "Transport",
    "address_of",
    "admission_token",
    "captured",
    "captured_parts",
    "digest_of",
    "digest_token",
    "is_admitted",
    "lint",
    "next_due",
    "unsubscribe_token",
]
