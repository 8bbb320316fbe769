"""What is in the Maildir that takes the place of a relay, read back for people to look at."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

from feedsvc.model import CapturedMail, CapturedParts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

# What `maildir` calls its files. A name that comes from a request leads to nothing else.
_NAME = re.compile(r"[0-9a-f]{32}")


def captured(maildir: Path, most: int) -> list[CapturedMail]:
    """List the messages in a Maildir, the last to arrive first."""
    files = sorted(_files(maildir), key=lambda file: (-_arrived(file), file.name))
    return [_mail(file, _parsed(file.read_bytes()), file.stat().st_size) for file in files[:most]]


def captured_parts(maildir: Path, name: str) -> CapturedParts | None:
    """Give one message by its name; None when there is none."""
    if not _NAME.fullmatch(name):
        return None
    for file in _files(maildir):
        if file.name[:32] == name:
            source = file.read_bytes()
            message = _parsed(source)
            mail = _mail(file, message, len(source))
            return CapturedParts(
                mail=mail, html=_part(message, "html"), text=_part(message, "plain"), source=source
            )
    return None


def _files(maildir: Path) -> Iterator[Path]:
    for folder in (maildir / "new", maildir / "cur"):
        if folder.is_dir():
            yield from (file for file in folder.iterdir() if _NAME.match(file.name))


def _arrived(file: Path) -> int:
    return file.stat().st_mtime_ns


def _parsed(source: bytes) -> EmailMessage:
    return email.message_from_bytes(source, policy=email.policy.default)


def _mail(file: Path, message: EmailMessage, size: int) -> CapturedMail:
    return CapturedMail(
        name=file.name[:32],
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipient=str(message.get("To", "")),
        date=str(message.get("Date", "")),
        size=size,
    )


def _part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    return str(body.get_content()) if body else ""
