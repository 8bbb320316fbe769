"""Letters: the messages that come to the bounce mailbox. Pure: bytes in, what they say out.

    bytes ─► opened (parts, headers, text)
               │ feedback report (RFC 5965)                 complaints
               ▼
             delivery status (RFC 3464)                     dsn ─────┐
               │ subject "unsubscribe …"                             ├─► blame: hard, soft or ours
               ▼                                                     │
             automatic (RFC 3834, RFC 8098, out of office)           │
               │ from a mailer-daemon, in words                      │
               ▼                                                     │
             prose (qmail, Exim, sendmail, Exchange …) ──────────────┘
               ▼
             unclear: for a person

Whose delivery it is about, and what becomes of that, `feedsvc.pipeline` decides: it knows the deliveries.
"""

from feedsvc.mail.letters.blame import blame, status_of
from feedsvc.mail.letters.letter import Letter, Said
from feedsvc.mail.letters.reading import read_letter

__all__ = ["Letter", "Said", "blame", "read_letter", "status_of"]
