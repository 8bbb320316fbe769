"""Pages: the site's HTML, for people. What a page says is in `templates/web/`."""

from feedsvc.pages.pages import ATOM, FeedFormat, Pages

__all__ = ["ATOM", "FeedFormat", "Pages"]
