"""The folder that bulletins are dropped into: which files are bulletins, and which are still being written."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from feedsvc.bulletins.manner import SIZE_LIMIT
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long a file must be left alone before what was written to it is taken for the whole.
SETTLE = timedelta(seconds=2)

# What editors, browsers, synchronisers and desktops leave beside the files that people mean.
_TEMPORARY = (
    ".swp",
    ".swo",
    ".swx",
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".crdownload",
    ".download",
    ".bak",
    "~",
)
_FOREIGN = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A bulletin in a folder.

    `name` is its path inside the folder, with slashes. `signature` changes whenever the file does, and is
    cheap to get; it may also change when the bytes stay the same.
    """

    path: Path
    name: str
    signature: str

    def read(self, limit: int = SIZE_LIMIT) -> bytes | None:
        """Give its bytes, of a file over the limit only so many that it is seen to be; None if it changed meanwhile.

        Raises BulletinError if it may not be read.
        """
        try:
            with self.path.open("rb") as file:
                data = file.read(limit + 1)
                return data if _signature(os.fstat(file.fileno())) == self.signature else None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BulletinError(f"{self.name} can't be read: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class Listing:
    """The bulletins of a folder, by name: those that may be read, and those still being written."""

    settled: tuple[FoundFile, ...]
    unsettled: tuple[FoundFile, ...]


def list_bulletins(folder: Path, now: datetime) -> Listing:
    """Find the bulletins in a folder and the folders in it.

    Hidden and temporary files are none, nor is what a symbolic link outside the folder leads to.
    Raises BulletinError if there is no such folder.
    """
    if not folder.is_dir():
        raise BulletinError(f"There is no folder {folder}. Make it, or mend `path` of the source.")
    settled: list[FoundFile] = []
    unsettled: list[FoundFile] = []
    for path, status in sorted(_files(folder)):
        name = os.fsencode(path.relative_to(folder).as_posix()).decode(errors="backslashreplace")
        file = FoundFile(path, name, _signature(status))
        (settled if is_settled(status.st_mtime_ns, status.st_ctime_ns, now) else unsettled).append(file)
    return Listing(tuple(settled), tuple(unsettled))


def is_settled(modified: int, changed: int, now: datetime) -> bool:
    """Tell whether a file is written to its end, from the times of its content and its inode, in nanoseconds.

    Writing sets both to one moment. When the inode changed later, the last that was done to the file was not
    writing: it was renamed into its place, or a copying program set its time, which both come at the end.
    Otherwise it is settled when it has been left alone for a while; a time in the future, by a clock that
    isn't ours, tells nothing.
    """
    last = datetime.fromtimestamp(max(modified, changed) / 1e9, UTC)
    return changed > modified or abs(now - last) >= SETTLE


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    real = folder.resolve()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(parent, name) for name in names if _is_bulletin(name)):
            try:
                status = path.stat()
                inside = path.resolve().is_relative_to(real)
            except (OSError, RuntimeError):  # gone by now, or a link that leads nowhere or to itself
                continue
            if inside and stat.S_ISREG(status.st_mode):
                yield path, status


def _signature(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def _is_bulletin(name: str) -> bool:
    lower = PurePath(name).name.lower()
    return not (lower.startswith((".", "~", "#")) or lower.endswith(_TEMPORARY) or lower in _FOREIGN)
