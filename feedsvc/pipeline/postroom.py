"""From a delivery to the message that goes out: who sends it, where it comes back to, how one gets off the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from feedsvc import mail
from feedsvc.digests import message_id

if TYPE_CHECKING:
    from feedsvc.digests import Mailing
    from feedsvc.model import Delivery, Digest, Message


@dataclass(frozen=True)
class Postroom:
    """Makes messages; a delivery gives the same bytes as long as sender, address of the site and keys stay the same.

    `site_url` has no slash at its end, `secret` signs all tokens, `message_id_domain` stands at the right of every
    Message-ID. `signer` signs the messages, if there is one. `bounces` is the mailbox that bounces come back to;
    empty: the sender's.
    """

    sender: mail.Sender
    site_url: str
    secret: str
    message_id_domain: str
    signer: mail.Signer | None = None
    bounces: str = ""

    def message(self, digest: Digest, delivery: Delivery) -> Message:
        """Make the message of a delivery. Raises MessageError for one that can't be made."""
        token = mail.unsubscribe_token(self.secret, delivery.recipient.address)
        # What comes to the bounce mailbox is read by us, so it says whose it is; another is read by people.
        ours = bool(self.bounces) and self.sender.unsubscribe_mailto == self.bounces
        message = _composer(digest, self.sender).message(
            delivery,
            f"{self.site_url}/unsubscribe/{token}",
            self.view_url(digest.id),
            mailto_subject=f"unsubscribe {token}" if ours else "unsubscribe",
            bounces=self._envelope_sender(delivery),
        )
        if not self.signer:
            return message
        return replace(message, data=self.signer.signed(message.data, delivery.dated_at))

    def view_url(self, digest: str) -> str:
        """Give the address at which a digest is shown in the browser, by its id."""
        return f"{self.site_url}/digests/{mail.digest_token(self.secret, digest)}"

    def stand_in(self, address: str) -> str:
        """Give what stands for an address once it was erased."""
        return mail.stand_in(self.secret, address)

    def message_id(self, mailing: Mailing) -> str:
        """Give the Message-ID of a mailing."""
        return message_id(mailing, self.message_id_domain, self.secret)

    def _envelope_sender(self, delivery: Delivery) -> str:
        """Give the address that bounces of this very delivery come back to (VERP)."""
        if not self.bounces:
            return ""
        local, _, domain = self.bounces.rpartition("@")
        token = mail.bounce_token(self.secret, delivery.id, delivery.message_id)
        return f"{local}+{token}@{domain}"

    def check(self, digest: Digest, delivery: Delivery) -> None:
        """Raise MessageError for a digest that no mail server would take as it is."""
        mail.lint(self.message(digest, delivery))


@lru_cache(maxsize=32)
def _composer(digest: Digest, sender: mail.Sender) -> mail.Composer:
    """Keep the composers of the digests at hand: what their recipients share is encoded once."""
    return mail.Composer(digest, sender)
