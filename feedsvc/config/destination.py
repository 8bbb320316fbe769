"""Where the site is to be mirrored: a folder or a bucket, as people write it."""

from __future__ import annotations

import re
from os.path import normpath
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from feedsvc.config.mistakes import InvalidError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from feedsvc.config.settings import Settings

_EXAMPLE = 'Write a folder, such as "public", or a bucket, such as "s3://bucket/prefix".'
_BUCKETS = ("s3", "gs", "az")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,221}[a-z0-9]|\$web")  # the latter is Azure's, for web sites
_PREFIX = re.compile(r"(?:/[\w.~-]+)*/?", re.ASCII)


def destination(text: str, base: Path, taken: Iterable[Path] = ()) -> str:
    """Give the whole address of a destination: `file:///…`, `s3://…`, `gs://…`, `az://…`. Raises InvalidError.

    A folder's path goes from `base`; it must keep clear of the folders that are `taken`.
    """
    scheme, colon, _ = text.strip().partition("://")
    if not colon or scheme == "file":
        return _folder(text.strip(), base, taken)
    if scheme not in _BUCKETS:
        raise InvalidError(
            f'"{scheme}" is no kind of place that a site can be mirrored to.',
            nearest(scheme, ("file", *_BUCKETS)),
        )
    return _bucket(text.strip(), scheme)


def folders_of(root: Path, settings: Settings) -> list[Path]:
    """Give the folders of a site that no mirror may be mixed with."""
    sources = (root / source.path for source in settings.sources if source.path)
    return [root / "config", root / "templates", *sources]


def _bucket(text: str, scheme: str) -> str:
    parts = urlsplit(text)
    if "@" in parts.netloc or parts.query:
        # It is not shown: it may hold a password.
        raise InvalidError(
            "holds more than a bucket and a prefix.",
            "Give credentials, region and endpoint in the environment: AWS_…, GOOGLE_… or AZURE_….",
        )
    prefix_is_clear = not {".", ".."}.intersection(parts.path.split("/"))
    if not (_BUCKET.fullmatch(parts.netloc) and _PREFIX.fullmatch(parts.path) and prefix_is_clear):
        raise InvalidError(
            f'"{text}" is not the address of a bucket.', f'Write it like "{scheme}://bucket/prefix".'
        )
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _folder(text: str, base: Path, taken: Iterable[Path]) -> str:
    parts = urlsplit(text) if text.startswith("file:") else None
    if not text or (parts and (parts.netloc not in ("", "localhost") or len(parts.path) < 2)):
        raise InvalidError(f'"{text}" is not the address of a folder.', _EXAMPLE)
    place = PurePath(normpath(base / (unquote(parts.path) if parts else text)))
    for folder in map(PurePath, taken):
        if place.is_relative_to(folder) or folder.is_relative_to(place):
            raise InvalidError(
                f'"{text}" is no folder for a mirror: {folder} would be mixed with it.',
                'Write a folder that holds nothing else, such as "public".',
            )
    return f"file://{quote(str(place))}"
