"""Mail: what a message consists of, and how it leaves the house. The only place that knows aiosmtplib.

Messages are made by `composing` of headers by `headers`, judged by `linting` and signed by `dkim`. They leave by a
`Transport`: `maildir`, or `smtp`, a pool of connections; on each `wire` of them a `conversation` is led, after a
`greeting`, and `replies` says what its replies mean. `retry` says when again, `pace` how fast, `tokens` sign the links
in mail and the envelope senders, and `captured` reads back what went into the Maildir. What comes back lies in
`inboxes`, is read by `letters`, and borne by `patience`.
"""

from feedsvc.mail.captured import captured, captured_parts
from feedsvc.mail.composing import Composer, Sender
from feedsvc.mail.dkim import Signer
from feedsvc.mail.greeting import own_name
from feedsvc.mail.inboxes import ImapInbox, Inbox, MaildirInbox, SingleLetter
from feedsvc.mail.letters import Letter, Said, is_about, is_to, names, read_letter, status_of
from feedsvc.mail.linting import lint
from feedsvc.mail.maildir import MaildirTransport
from feedsvc.mail.pace import CLAIMED, FIRST_REST_OF_RELAY, Domains, Pace, Relay, Throttle
from feedsvc.mail.patience import Patience
from feedsvc.mail.retry import next_due
from feedsvc.mail.smtp import SmtpTransport
from feedsvc.mail.tokens import (
    address_of,
    admission_token,
    bounce_token,
    claimed_delivery,
    digest_of,
    digest_token,
    fingerprint,
    is_admitted,
    is_genuine,
    is_stand_in,
    stand_in,
    unsubscribe_token,
)
from feedsvc.mail.transport import Transport

__all__ = [
    "CLAIMED",
    "FIRST_REST_OF_RELAY",
    "Composer",
    "Domains",
    "ImapInbox",
    "Inbox",
    "Letter",
    "MaildirInbox",
    "MaildirTransport",
    "Pace",
    "Patience",
    "Relay",
    "Said",
    "Sender",
    "Signer",
    "SingleLetter",
    "SmtpTransport",
    "Throttle",
    "Transport",
    "address_of",
    "admission_token",
    "bounce_token",
    "captured",
    "captured_parts",
    "claimed_delivery",
    "digest_of",
    "digest_token",
    "fingerprint",
    "is_about",
    "is_admitted",
    "is_genuine",
    "is_stand_in",
    "is_to",
    "lint",
    "names",
    "next_due",
    "own_name",
    "read_letter",
    "stand_in",
    "status_of",
    "unsubscribe_token",
]
