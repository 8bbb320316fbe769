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

Whose delivery it is about, and what becomes of that, `feedsvc.pipeline` decides: it knows the deliveries. `whose` tells
by addresses alone whom a message belongs to, ours included, for those who ask what is held about them.
"""

from feedsvc.mail.letters.blame import blame, status_of
from feedsvc.mail.letters.letter import Letter, Said
from feedsvc.mail.letters.reading import read_letter
from feedsvc.mail.letters.whose import is_about, is_to, names

__all__ = ["Letter", "Said", "blame", "is_about", "is_to", "names", "read_letter", "status_of"]
