"""Which entry a person means: by its key, id or number, the address of its page, or the link to its original."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedsvc.bulletins import link_key
from feedsvc.errors import NotFoundError

if TYPE_CHECKING:
    from feedsvc.model import Entry, Site
    from feedsvc.store import Transaction


def handle_of(name: str, site: Site) -> str:
    """Bring a name to the form that entries are looked up by: a path for an address on the site, a key for a link."""
    name = name.strip()
    if name.startswith((f"{site.url}/", "/")):
        return urlsplit(name).path.rstrip("/")
    return link_key(name) if "://" in name else name


def handles(entry: Entry) -> tuple[str, ...]:
    """Give all that an entry is called."""
    return entry.id, entry.key, str(entry.seq), entry.path, link_key(entry.link or "")


def find_entry(tx: Transaction, name: str, site: Site) -> Entry:
    """Give the one entry that a name means. Raises NotFoundError for none, and for several, which it lists."""
    found = tx.entries.named(handle_of(name, site))
    if not found:
        raise NotFoundError(f"There is no entry {name!r}; `feedsvc entries list` shows those there are.")
    if len(found) > 1:
        keys = ", ".join(entry.key for entry in found)
        raise NotFoundError(f"{len(found)} entries have the link {name}: name one by its key: {keys}.")
    return found[0]
