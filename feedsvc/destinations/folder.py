"""A folder of this machine, such as the one that a web server shows.

Written by plain calls of the system: compressed copies lie beside files, and empty folders go, of which obstore has no
notion; it isn't faster either.
"""

from __future__ import annotations

import gzip
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import brotli

from feedsvc.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from feedsvc.destinations.destination import File

# How a file is compressed that is laid beside it, by what is added to its name: once for many who fetch it, but in a
# time that a large site can wait.
_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": lambda body: gzip.compress(body, 9, mtime=0),
    ".br": lambda body: brotli.compress(body, quality=9),
}
# What gains by it, by the first part of its media type, unless it fits a packet anyway.
_COMPRESSIBLE = ("text/", "application/", "image/svg")
_SHORTEST = 1000
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Folder:
    """A folder, made when it is first written to."""

    root: str
    compress: bool = False

    @classmethod
    def at(cls, url: str, *, compress: bool = False) -> Folder:
        """Give the folder of a `file:` address."""
        return cls(os.path.normpath(unquote(urlsplit(url).path)), compress)

    @property
    def name(self) -> str:
        """Its address."""
        return f"file://{self.root}"

    @property
    def manner(self) -> str:
        """Whether compressed copies lie beside its files."""
        return "compressed" if self.compress else "plain"

    def holds(self, path: str) -> bool:
        """Tell whether there is a file of a path."""
        return os.path.exists(self._place(path))  # noqa: PTH110 (as in the rest, a path is a plain text)

    def put(self, files: Sequence[File]) -> None:
        """Write files. Each appears whole: it is written under another name and then gets its own."""
        with self._mapped_errors():
            for file in files:
                place = self._place(file.path)
                copies = self._copies(file)
                for ending, body in copies.items():
                    _write(place + ending, body)
                _unlink(place + ending for ending in _CODINGS if ending not in copies)

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files with their compressed copies, and the folders that this leaves empty."""
        with self._mapped_errors():
            for path in paths:
                place = self._place(path)
                _unlink(place + ending for ending in ("", *_CODINGS))
                self._leave(os.path.dirname(place))  # noqa: PTH120

    def _copies(self, file: File) -> Mapping[str, bytes]:
        """Give what is to be written for a file, the compressed copies first: a web server prefers them."""
        codings = _CODINGS if self.compress and _is_worth_it(file) else {}
        return {**{ending: code(file.body) for ending, code in codings.items()}, "": file.body}

    def _leave(self, folder: str) -> None:
        """Remove a folder if it is empty, and those that it lies in."""
        with suppress(OSError):  # it is not empty
            while folder != self.root:
                os.rmdir(folder)  # noqa: PTH106
                folder = os.path.dirname(folder)  # noqa: PTH120

    def _place(self, path: str) -> str:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        return f"{self.root}/{path}"

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = error.filename or self.root
            raise ExportError(
                f"The folder {self.root} can't be written: {error.strerror} ({where})."
            ) from None


def _is_worth_it(file: File) -> bool:
    return len(file.body) > _SHORTEST and file.media_type.startswith(_COMPRESSIBLE)


def _unlink(places: Iterable[str]) -> None:
    for place in places:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(place)  # noqa: PTH108


def _write(place: str, body: bytes) -> None:
    folder, _, name = place.rpartition("/")
    # What a kill leaves behind is written over the next time.
    unready = f"{folder}/.{name}.part"
    try:
        descriptor = os.open(unready, _FLAGS, 0o666)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        descriptor = os.open(unready, _FLAGS, 0o666)
    with open(descriptor, "wb", buffering=0) as file:  # noqa: PTH123
        file.write(body)
    os.replace(unready, place)  # noqa: PTH105
