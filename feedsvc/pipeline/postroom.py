"""From a delivery to the message that goes out: who sends it, and how its recipient gets off the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from feedsvc import mail

if TYPE_CHECKING:
    from feedsvc.model import Delivery, Digest, Message


@dataclass(frozen=True)
class Postroom:
    """Makes messages; the same delivery always gives the same bytes.

    `site_url` has no slash at its end, `secret` signs the unsubscribe links, `message_id_domain` stands at the
    right of every Message-ID, `signer` signs the messages, if there is one.
    """

    sender: mail.Sender
    site_url: str
    secret: str
    message_id_domain: str
    signer: mail.Signer | None = None

    def message(self, digest: Digest, delivery: Delivery) -> Message:
        """Make the message of a delivery. Raises MessageError for one that can't be made."""
        token = mail.unsubscribe_token(self.secret, delivery.recipient.address)
        message = _composer(digest, self.sender).message(
            delivery, f"{self.site_url}/unsubscribe/{token}", self.view_url(digest.id)
        )
        if not self.signer:
            return message
        return replace(message, data=self.signer.signed(message.data, delivery.dated_at))

    def view_url(self, digest: str) -> str:
        """Give the address at which a digest is shown in the browser, by its id."""
        return f"{self.site_url}/digests/{mail.digest_token(self.secret, digest)}"

    def check(self, digest: Digest, delivery: Delivery) -> None:
        """Raise MessageError for a digest that no mail server would take as it is."""
        mail.lint(self.message(digest, delivery))


@lru_cache(maxsize=32)
def _composer(digest: Digest, sender: mail.Sender) -> mail.Composer:
    """Keep the composers of the digests at hand: what their recipients share is encoded once."""
    return mail.Composer(digest, sender)
