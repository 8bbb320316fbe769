"""HTML as it goes into a feed."""

from __future__ import annotations

from functools import lru_cache

import nh3


@lru_cache(maxsize=1024)  # an entry is in many feeds
def absolute(html: str, address: str) -> str:
    """Make relative addresses absolute, as from a page at `address`; feed readers have no page to start from.

    What may not stand in published HTML is taken out on the way.
    """
    return nh3.clean(html, url_relative=("rewrite_with_base", address), link_rel=None)
