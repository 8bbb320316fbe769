"""The site's own pictures, its favicon and its logo: files in the site's folder that anyone may see."""

from __future__ import annotations

from os.path import normpath
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.config.mistakes import InvalidError
from feedsvc.model import Picture

if TYPE_CHECKING:
    from pathlib import Path

# Every page shows them, so they have to be small.
LARGEST = 1_000_000


class _Kind(NamedTuple):
    """A kind of picture that browsers show: its media type, and what a file of it begins with, or soon holds."""

    media_type: str
    mark: bytes


_KINDS = {
    ".svg": _Kind("image/svg+xml", b"<svg"),
    ".png": _Kind("image/png", b"\x89PNG"),
    ".ico": _Kind("image/vnd.microsoft.icon", b"\0\0\1\0"),
    ".webp": _Kind("image/webp", b"WEBP"),
    ".jpg": _Kind("image/jpeg", b"\xff\xd8\xff"),
}
_EXAMPLE = 'Put the picture into the site\'s folder, and write its place there: "config/logo.svg".'


def picture_path(path: Path) -> Path:
    """Check where a picture is said to be, by the name alone. Raises InvalidError."""
    if path.is_absolute() or PurePath(normpath(path)).parts[:1] == ("..",):
        raise InvalidError(f'"{path}" is not in the site\'s folder.', _EXAMPLE)
    if path.suffix.lower() not in _KINDS:
        kinds = ", ".join(_KINDS)
        raise InvalidError(
            f'"{path}" is no picture of a kind that a site can have.', f"Give one of these: {kinds}."
        )
    return path


def read_picture(root: Path, path: Path, name: str) -> Picture:
    """Read a picture of a site, to be published under a name and its extension. Raises InvalidError."""
    kind = _KINDS[path.suffix.lower()]
    try:
        with (root / path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidError(f'"{path}" can\'t be read: {error.strerror}.', _EXAMPLE) from None
    if len(data) > LARGEST:
        raise InvalidError(f'"{path}" is larger than a megabyte.', "Every page shows it: make it smaller.")
    if kind.mark not in data[:4096]:
        raise InvalidError(
            f'"{path}" is not what its ending says.', "Save it anew, in the kind that its ending names."
        )
    return Picture(f"{name}{path.suffix.lower()}", kind.media_type, data)
