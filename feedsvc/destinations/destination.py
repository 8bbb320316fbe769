"""What a destination is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class File(NamedTuple):
    """A file of the mirror: its path there, without a slash at its start, and what a web server says of it."""

    path: str
    media_type: str
    body: bytes


class Destination(Protocol):
    """A place for files. It can be sent to another process. All methods raise ExportError."""

    @property
    def name(self) -> str:
        """Its address, by which the store and people know it. It holds no secret."""

    @property
    def manner(self) -> str:
        """Stands for all but the bytes that goes into its files: in another manner all have to be put anew."""

    def holds(self, path: str) -> bool:
        """Tell whether there is a file of a path."""

    def put(self, files: Sequence[File]) -> None:
        """Lay files there, in the place of those that have their paths. Nobody sees a half of one."""

    def delete(self, paths: Sequence[str]) -> None:
        """Take files away; those that aren't there are no mistake."""
