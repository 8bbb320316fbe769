"""From the bytes of a bulletin to its drafts and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.plain_text import read_plain_text
from feedsvc.errors import BulletinError
from feedsvc.model import Problem, Reading

if TYPE_CHECKING:
    from datetime import date


def read(
    data: bytes, *, source: str, bulletin: str, day_first: bool, languages: tuple[str, ...], today: date
) -> Reading:
    """Read a bulletin. What can't be read is a Problem; a file that can't be read at all is one of line 0.

    `source` and `bulletin` say where problems are, `day_first` whether 3/9/2017 is in September, `languages`
    in which languages dates are written, besides English and Spanish, `today` from when on a date is far ahead.
    """
    try:
        text = decode(data)
    except BulletinError as error:
        return Reading(problems=(Problem(source, bulletin, 0, str(error)),))
    return read_plain_text(
        text, source=source, bulletin=bulletin, day_first=day_first, languages=languages, today=today
    )
