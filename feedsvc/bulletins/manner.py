"""How a bulletin is to be read: by what its source, the site and the day say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.model import Problem

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from feedsvc.model import Source, Vocabulary

# The largest bulletin that is read unless the settings say otherwise, in bytes.
SIZE_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What every reader of a format is given beside the text.

    `bulletin` names the bulletin in its source, `address` is the web address it was got from (empty: a file);
    relative addresses in it start there. `languages` are the site's, `vocabulary` has the terms that in-line
    labels may name, `timezone` is the one that moments without one are in. From `today`'s year on a date is far
    ahead. `size_limit` is in bytes.
    """

    source: Source
    bulletin: str
    languages: tuple[str, ...]
    vocabulary: Vocabulary
    timezone: ZoneInfo
    today: date
    address: str = ""
    size_limit: int = SIZE_LIMIT

    def problem(self, line: int, reason: str, text: str = "") -> Problem:
        """Make a problem of this bulletin; line 0: the bulletin as a whole."""
        return Problem(self.source.name, self.bulletin, line, reason, text)
