"""A Maildir in place of a relay: mail to look at before SMTP is configured.

    tmp/  written and synced  ──rename──►  new/  ──a mail program read it──►  cur/<name>:2,<flags>

A file's name follows from the Message-ID, so that a message sent again, after a crash say, is there once.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from feedsvc.model import DeliveryState, Outcome

if TYPE_CHECKING:
    from feedsvc.model import Message

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MaildirTransport:
    """Delivers into a Maildir, which is made if there is none."""

    path: Path

    async def send(self, message: Message) -> Outcome:
        """Write one message, unless it is there already; accepted once it is safe on the disk."""
        try:
            return await asyncio.to_thread(self._deliver, message.data)
        except OSError as error:
            return Outcome(DeliveryState.DEFERRED, f"Can't write into the Maildir {self.path}: {error}.")

    async def close(self) -> None:
        """Do nothing: no file stays open."""

    def _deliver(self, data: bytes) -> Outcome:
        for folder in ("tmp", "new", "cur"):
            (self.path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _file_name(data)
        if self._has(name):
            return Outcome(DeliveryState.ACCEPTED, f"{name} was in the Maildir already")
        self._write(name, data)
        return Outcome(DeliveryState.ACCEPTED, f"new/{name}")

    def _has(self, name: str) -> bool:
        # In this order: a mail program that moves the file meanwhile can't hide it.
        return (self.path / "new" / name).exists() or any((self.path / "cur").glob(f"{name}*"))

    def _write(self, name: str, data: bytes) -> None:
        handle, draft = tempfile.mkstemp(dir=self.path / "tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).rename(self.path / "new" / name)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _sync_folder(self.path / "new")


def _file_name(data: bytes) -> str:
    """Give the file name of a message: a hash, as a Message-ID may hold what no file name can."""
    head = data.partition(b"\r\n\r\n")[0]
    found = _MESSAGE_ID.search(head)
    return hashlib.sha256(found[1] if found else data).hexdigest()[:32]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
