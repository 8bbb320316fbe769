"""Feed readers that take a feed's address from a link. A page only links there: nothing is asked of them before."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Reader(NamedTuple):
    """A feed reader, and what stands before a feed's address in the address of its page for new feeds."""

    name: str
    before: str

    def subscribing(self, address: str) -> str:
        """Give the address of the page that offers to subscribe to a feed."""
        return self.before + quote(address, safe="")


READERS = (
    Reader("Feedly", "https://feedly.com/i/subscription/feed%2F"),
    Reader("Inoreader", "https://www.inoreader.com/?add_feed="),
    Reader("NewsBlur", "https://www.newsblur.com/?url="),
    Reader("The Old Reader", "https://theoldreader.com/feeds/subscribe?url="),
)
