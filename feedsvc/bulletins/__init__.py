"""From bytes to entries: finding bulletins, reading them, cleaning their text, knowing entries again.

`folder` finds the files, `decoding` makes text of bytes, `plain_text` splits it into drafts and problems,
`dates` reads date lines, `content` makes what is published of a draft, `identity` tells which entry it is.
"""

from feedsvc.bulletins.content import body_html, clean, slug, summary
from feedsvc.bulletins.fetching import Fetcher
from feedsvc.bulletins.folder import FoundFile, Listing, list_bulletins
from feedsvc.bulletins.identity import KnownEntry, Match, identify, link_key, mint_key, text_key, title_key
from feedsvc.bulletins.manner import SIZE_LIMIT, Manner
from feedsvc.bulletins.reading import read
from feedsvc.bulletins.web import WebBulletin, look_at_page
from feedsvc.bulletins.web_robots import Hosts

__all__ = [
    "SIZE_LIMIT",
    "Fetcher",
    "FoundFile",
    "Hosts",
    "KnownEntry",
    "Listing",
    "Manner",
    "Match",
    "WebBulletin",
    "body_html",
    "clean",
    "identify",
    "link_key",
    "list_bulletins",
    "look_at_page",
    "mint_key",
    "read",
    "slug",
    "summary",
    "text_key",
    "title_key",
]
