"""Mail: what a message consists of, and how it leaves the house. The only place that knows aiosmtplib.

Messages are made by `composing` of headers by `headers`, and judged by `linting`. They leave by a
`Transport`: `smtp`, whose replies `replies` understands, or `maildir`. `retry` says when again, `tokens`
sign the unsubscribe links and the envelope senders. What comes back lies in `inboxes`, is read by `letters`, and borne
by `patience`.
"""

from feedsvc.mail.composing import Composer, Sender
from feedsvc.mail.inboxes import ImapInbox, Inbox, MaildirInbox, SingleLetter
from feedsvc.mail.letters import Letter, Said, read_letter
from feedsvc.mail.linting import lint
from feedsvc.mail.maildir import MaildirTransport
from feedsvc.mail.patience import Patience
from feedsvc.mail.retry import next_due
from feedsvc.mail.smtp import SmtpTransport
from feedsvc.mail.tokens import (
    address_of,
    bounce_token,
    claimed_delivery,
    is_genuine,
    is_stand_in,
    stand_in,
    unsubscribe_token,
)
from feedsvc.mail.transport import Transport

__all__ = [
    "Composer",
    "ImapInbox",
    "Inbox",
    "Letter",
    "MaildirInbox",
    "MaildirTransport",
    "Patience",
    "Said",
    "Sender",
    "SingleLetter",
    "SmtpTransport",
    "Transport",
    "address_of",
    "bounce_token",
    "claimed_delivery",
    "is_genuine",
    "is_stand_in",
    "lint",
    "next_due",
    "read_letter",
    "stand_in",
    "unsubscribe_token",
]
