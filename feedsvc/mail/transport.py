"""What every way out of the house has in common."""

from typing import Protocol

from feedsvc.model import Message, Outcome


class Transport(Protocol):
    """A way out of the house for messages. Safe to call from several tasks at once."""

    async def send(self, message: Message) -> Outcome:
        """Hand over one message, and say what is known of it then.

        Never raises for what goes wrong on the way: that is an Outcome. A cancelled call leaves in doubt
        whether the message arrived.
        """

    async def close(self) -> None:
        """Give back all connections."""
