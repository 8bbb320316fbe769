"""One real message of a digest, for somebody who wants to see it. It counts for nothing: no edition, no delivery.

Only the content is kept, for whoever follows the link to see it in the browser.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from feedsvc.errors import MessageError

if TYPE_CHECKING:
    from datetime import datetime

    from feedsvc.digests import DigestRenderer
    from feedsvc.mail import Transport
    from feedsvc.model import Outcome
    from feedsvc.pipeline.plan import Preview
    from feedsvc.pipeline.postroom import Postroom
    from feedsvc.store import Store


async def send_trial(
    store: Store,
    renderer: DigestRenderer,
    postroom: Postroom,
    transport: Transport,
    preview: Preview,
    now: datetime,
) -> Outcome:
    """Send what a preview shows to its recipient, with a subject that says it is a trial.

    Raises MessageError for a recipient who asked not to be written to, and for a message that can't be sent.
    """
    recipient = preview.delivery.recipient
    with store.reading() as tx:
        suppressed = tx.suppressions.find([recipient.address])
    if suppressed:
        raise MessageError(
            f"{recipient.address} must not be written to: `feedsvc suppressions list` says why."
        )
    digest = renderer.as_trial(preview.digest)
    # Each trial is a message of its own: a mail program that has one already would drop the next.
    unique = hashlib.sha256(f"{preview.delivery.message_id} {now.isoformat()}".encode()).hexdigest()[:32]
    delivery = replace(preview.delivery, message_id=f"<trial-{unique}@{postroom.message_id_domain}>")
    postroom.check(digest, delivery)
    with (
        store.writing() as tx
    ):  # its link to see it in the browser leads there; of subjects, the true one is kept
        tx.outbox.keep(preview.digest, ())
    return await transport.send(postroom.message(digest, delivery))
