"""A site's config: files and environment in, checked values out; mistakes with file, line and remedy.

`load` reads all of it. `load_subscriptions` reads the file that admins edit again when it has changed.
"""

from feedsvc.config.addresses import Mailbox
from feedsvc.config.addresses import address as mail_address
from feedsvc.config.cautions import Caution, cautions, other_secret
from feedsvc.config.configuration import Configuration, keep_last_good, last_good, load, load_or_last_good
from feedsvc.config.destination import destination, folders_of
from feedsvc.config.mistakes import InvalidError
from feedsvc.config.places import Place, recipient_places
from feedsvc.config.settings import Settings
from feedsvc.config.site import default_site, init_site, secret
from feedsvc.config.subscriptions import load_subscriptions

__all__ = [
    "Caution",
    "Configuration",
    "InvalidError",
    "Mailbox",
    "Place",
    "Settings",
    "cautions",
    "default_site",
    "destination",
    "folders_of",
    "init_site",
    "keep_last_good",
    "last_good",
    "load",
    "load_or_last_good",
    "load_subscriptions",
    "mail_address",
    "other_secret",
    "recipient_places",
    "secret",
]
