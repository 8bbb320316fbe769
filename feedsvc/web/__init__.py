"""The web server: documents, the unsubscribe pages, and the state of health, as RFC 9110 has HTTP.

    request ──► is the document at hand? ── yes ──► negotiate, compare validators ──► answer     documents
                     │ no                                        ▲
                     └──► routes ──► make it, in a thread ───────┘                               app
                            ├──► unsubscribe, health
                            └──► error pages

`negotiation` and `conditions` read what a client asks for; they and `representations` are pure.
"""

from feedsvc.web.app import create_app
from feedsvc.web.desk import Desk
from feedsvc.web.representations import SECURITY_HEADERS

__all__ = ["SECURITY_HEADERS", "Desk", "create_app"]
