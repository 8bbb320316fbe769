"""Where letters come from: one from standard input, a Maildir, or IMAP (RFC 9051).

    letters: key, bytes ──► read, written down, committed ──► file_away(key): handled, or kept for a person

A letter is filed away only once what it says is committed. Killed between the two, it is read once more and found
known; so none is lost and none counts twice. Nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
import imaplib
import os
import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import structlog

from feedsvc.errors import InboxError
from feedsvc.mail.letters.opened import LONGEST_LETTER

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    Letters = Generator[tuple[str, bytes], None, None]

log = structlog.get_logger(__name__)

# Folders inside a Maildir, as Maildir++ names them: mail programs show them beside the inbox.
_HANDLED, _KEPT = ".feedsvc-handled", ".feedsvc-kept"


class Inbox(Protocol):
    """Letters that wait to be read."""

    def letters(self) -> Letters:
        """Give each letter that isn't filed away yet, under a key; close it when done. Raises InboxError."""

    def file_away(self, key: str, *, kept: bool) -> None:
        """Put a letter where it isn't read again; `kept` where a person will look. Raises InboxError."""


@dataclass(frozen=True)
class SingleLetter:
    """A letter that was handed over; if it is for a person, it is put into a Maildir."""

    data: bytes
    kept_in: Path

    def letters(self) -> Letters:
        """Give it."""
        yield hashlib.sha256(self.data).hexdigest()[:32], self.data[:LONGEST_LETTER]

    def file_away(self, key: str, *, kept: bool) -> None:
        """Keep it for a person, if need be; whoever handed it over does with it as they like."""
        if not kept:
            return
        with _mapped_errors(str(self.kept_in)):
            for name in ("tmp", "new", "cur"):
                (self.kept_in / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.kept_in / "tmp" / key
            with draft.open("wb") as file:
                file.write(self.data)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self.kept_in / "new" / key)


@dataclass(frozen=True)
class MaildirInbox:
    """A Maildir that a mail server delivers into."""

    path: Path

    def letters(self) -> Letters:
        """Give what lies in `new` and `cur`, the oldest first as far as names tell."""
        with _mapped_errors(str(self.path)):
            if not (self.path / "new").is_dir():
                raise InboxError(f"There is no Maildir at {self.path}: it has no folder “new”.")
            entries = (each for name in ("cur", "new") for each in (self.path / name).glob("[!.]*"))
            found = [each for each in entries if each.is_file()]
        for file in sorted(found, key=lambda each: each.name):
            key = f"{file.parent.name}/{file.name}"
            try:
                with file.open("rb") as opened:
                    data = opened.read(LONGEST_LETTER)
            except FileNotFoundError:  # another took it meanwhile
                continue
            except OSError as error:  # which may be mended, so it stays; those behind it are read
                log.warning("letter can't be read", file=key, reason=error.strerror)
                continue
            yield key, data

    def file_away(self, key: str, *, kept: bool) -> None:
        """Move a letter into a folder of the Maildir; handled ones as seen."""
        folder = self.path / (_KEPT if kept else _HANDLED)
        name = key.partition("/")[2].partition(":")[0]
        with _mapped_errors(str(self.path)), suppress(FileNotFoundError):
            for each in ("tmp", "new", "cur"):
                (folder / each).mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / "maildirfolder").touch()
            (self.path / key).rename(folder / "new" / name if kept else folder / "cur" / f"{name}:2,S")


@dataclass(kw_only=True)
class ImapInbox:
    """A mailbox on an IMAP server. Letters are moved into `handled` or `kept`, which are made if they aren't there.

    Reading leaves no trace until then, and whether a person has looked at a letter makes no difference.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    handled: str = "feedsvc-handled"
    kept: str = "feedsvc-kept"
    timeout: float = 60.0
    _connection: imaplib.IMAP4 | None = field(default=None, init=False, repr=False)

    def letters(self) -> Letters:
        """Give the letters in the folder, the oldest first."""
        with self._mapped_errors():
            connection = self._connection = self._connected()
        try:
            with self._mapped_errors():
                uids = _ok(connection.uid("SEARCH", "UNDELETED"), "SEARCH")
            for uid in b" ".join(part for part in uids if isinstance(part, bytes)).split():
                with self._mapped_errors():
                    kind, parts = connection.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LONGEST_LETTER}>)")
                if kind != "OK":  # some servers can't give one that is damaged; those behind it are read
                    log.warning("letter can't be read", uid=uid.decode(), reason=kind)
                    continue
                # Nothing: someone else took it meanwhile.
                yield from ((uid.decode(), bytes(part[1])) for part in parts if isinstance(part, tuple))
        finally:
            self._connection = None
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()
            with suppress(OSError):
                connection.shutdown()  # which a log-out that fails leaves out

    def file_away(self, key: str, *, kept: bool) -> None:
        """Move a letter (RFC 6851), or copy it and mark it as deleted where the server can't."""
        connection = self._connection
        assert connection, "letters are filed away while they are gone through"
        folder = _quoted(self.kept if kept else self.handled)
        with self._mapped_errors():
            if "MOVE" in connection.capabilities:
                _ok(connection.uid("MOVE", key, folder), "MOVE")
                return
            _ok(connection.uid("COPY", key, folder), "COPY")
            _ok(connection.uid("STORE", key, "+FLAGS.SILENT", r"(\Deleted)"), "STORE")
            # A plain EXPUNGE would throw away what others have marked (RFC 4315).
            if "UIDPLUS" in connection.capabilities:
                connection.uid("EXPUNGE", key)

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        connection: imaplib.IMAP4
        if self.tls == "tls":
            connection = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=self.timeout)
        else:
            connection = imaplib.IMAP4(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                connection.starttls(context)
            self._log_in(connection)
            for folder in (self.handled, self.kept):
                connection.create(_quoted(folder))  # NO: it is there
            _ok(connection.select(_quoted(self.folder)), f"SELECT {self.folder}")
        except BaseException:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.shutdown()
            raise
        return connection

    def _log_in(self, connection: imaplib.IMAP4) -> None:
        if "AUTH=PLAIN" in connection.capabilities:  # which takes any character in a password (RFC 4616)
            secret = f"\0{self.username}\0{self.password}".encode()
            connection.authenticate("PLAIN", lambda _challenge: secret)
        else:
            connection.login(_quoted(self.username), self.password)
        # Servers tell all that they can do only to who has logged in.
        told = _ok(connection.capability(), "CAPABILITY")
        words = b" ".join(part for part in told if isinstance(part, bytes)).decode("ascii", "replace")
        connection.capabilities = (*connection.capabilities, *words.upper().split())

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        with _mapped_errors(f"{self.host}:{self.port}"):
            yield


def _ok(answer: tuple[str, Sequence[object]], command: str) -> Sequence[object]:
    """Give what an IMAP server answered; raises InboxError when it refused."""
    kind, data = answer
    if kind != "OK":
        words = b" ".join(part for part in data if isinstance(part, bytes)).decode(errors="replace")
        raise InboxError(f"The bounce mailbox's server refused {command}: {words or kind}")
    return data


def _quoted(text: str) -> str:
    """Give a quoted string (RFC 9051, section 4.3)."""
    return '"{}"'.format(re.sub(r'(["\\])', r"\\\1", text))


@contextmanager
def _mapped_errors(where: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except UnicodeError:
        raise InboxError(
            f"The bounce mailbox {where}: the names of user and folders must be ASCII."
        ) from None
    except (OSError, imaplib.IMAP4.error) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InboxError(f"The bounce mailbox {where} can't be read: {words}") from None
