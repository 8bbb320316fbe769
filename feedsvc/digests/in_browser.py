"""A digest as anybody may see it in the browser: without what is for the one recipient of a mail. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.model import Placeholder

if TYPE_CHECKING:
    from feedsvc.model import Digest

# Templates put what is for the recipient alone between these: a name, the way to unsubscribe.
_RECIPIENTS = re.compile(r"<!--recipient-->.*?<!--/recipient-->", re.DOTALL)
_LEFT = re.compile("|".join(Placeholder))
_HEAD = re.compile(r"<head\b[^>]*>")


def in_browser(digest: Digest) -> str:
    """Give the HTML of a digest as a page that is for whoever has its link, and for no search engine."""
    public = _LEFT.sub("", _RECIPIENTS.sub("", digest.html))
    return _HEAD.sub(lambda head: f'{head[0]}<meta name="robots" content="noindex">', public, count=1)
