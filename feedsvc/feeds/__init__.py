"""What a feed shows, as documents in Atom, RSS and JSON Feed, one module per format, and the list of all feeds.

The only package that knows feedgen. Nothing here reads the clock, a file or the locale.
"""

from feedsvc.feeds.builder import FeedBuilder
from feedsvc.feeds.opml import opml

__all__ = ["FeedBuilder", "opml"]
