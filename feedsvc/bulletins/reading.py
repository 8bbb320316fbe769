"""From the bytes of a bulletin to its drafts and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.plain_text import read_plain_text
from feedsvc.errors import BulletinError
from feedsvc.model import Reading

if TYPE_CHECKING:
    from feedsvc.bulletins.manner import Manner


def read(data: bytes, manner: Manner) -> Reading:
    """Read a bulletin. What can't be read is a Problem; a file that can't be read at all is one of line 0."""
    try:
        text = decode(data)
    except BulletinError as error:
        return Reading(problems=(manner.problem(0, str(error)),))
    return read_plain_text(text, manner)
