"""Pages: the site's HTML, for people. What a page says is in `templates/web/`."""

from feedsvc.pages.mail_pages import MailPages
from feedsvc.pages.pages import FOUND_ON_A_PAGE, LISTED_IN_A_SITEMAP, Pages

__all__ = ["FOUND_ON_A_PAGE", "LISTED_IN_A_SITEMAP", "MailPages", "Pages"]
