"""What people see of mail on the web: a digest whose link they have, and on a trial site all that was captured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from feedsvc import mail
from feedsvc.digests import in_browser

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from feedsvc.model import CapturedMail, CapturedParts
    from feedsvc.store import Store

# How long a link to the captured mail is good for.
ADMITTED_FOR = timedelta(hours=12)
# How many captured mails are listed.
MOST_LISTED = 200


@dataclass(frozen=True)
class Mailroom:
    """Shows mail. `maildir` is None where mail is really sent: then nothing is captured.

    `site_url` is the site's public address, `secret` signs what admits to the captured mail.
    """

    store: Store
    secret: str
    site_url: str
    maildir: Path | None

    def digest(self, token: str) -> str | None:
        """Give the HTML of the digest that a link is for; None when it isn't kept. Raises TokenError."""
        name = mail.digest_of(self.secret, token)
        with self.store.reading() as tx:
            digest = tx.digests.get(name)
        return in_browser(digest) if digest else None

    def captured(self) -> list[CapturedMail]:
        """List the newest captured mails."""
        return mail.captured(self.maildir, MOST_LISTED) if self.maildir else []

    def parts(self, name: str) -> CapturedParts | None:
        """Give one captured mail; None when there is none of that name."""
        return mail.captured_parts(self.maildir, name) if self.maildir else None

    def admission(self, now: datetime) -> str:
        """Give the token that admits to the captured mail, for some hours."""
        return mail.admission_token(self.secret, now + ADMITTED_FOR)

    def admits(self, token: str, now: datetime) -> bool:
        """Tell whether a token admits to the captured mail."""
        return mail.is_admitted(self.secret, token, now)
