"""From bytes to entries: finding bulletins, reading them, cleaning their text, knowing entries again.

`folder` finds files and `web` visits pages; `detection` tells what a bulletin is, `decoding` makes text of bytes,
and `reading` gives it to the reader of its format. `dates` reads dates, `inline_labels` what stands under a title,
`content` makes what is published of a draft, `identity` tells which entry it is.
"""

from feedsvc.bulletins.content import body_html, clean, slug, summary
from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.detection import Format, detect
from feedsvc.bulletins.folder import FoundFile, Listing, list_bulletins
from feedsvc.bulletins.identity import KnownEntry, Match, identify
from feedsvc.bulletins.keys import link_key, mint_key, text_key, title_key
from feedsvc.bulletins.listings.proposals import as_toml, propose
from feedsvc.bulletins.manner import SIZE_LIMIT, Manner
from feedsvc.bulletins.reading import read
from feedsvc.bulletins.web.fetching import Fetcher
from feedsvc.bulletins.web.robots import Hosts
from feedsvc.bulletins.web.visit import WebBulletin, look_at_page

__all__ = [
    "SIZE_LIMIT",
    "Fetcher",
    "Format",
    "FoundFile",
    "Hosts",
    "KnownEntry",
    "Listing",
    "Manner",
    "Match",
    "WebBulletin",
    "as_toml",
    "body_html",
    "clean",
    "decode",
    "detect",
    "identify",
    "link_key",
    "list_bulletins",
    "look_at_page",
    "mint_key",
    "propose",
    "read",
    "slug",
    "summary",
    "text_key",
    "title_key",
]
