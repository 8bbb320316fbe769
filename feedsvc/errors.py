"""The error tree. Every error says what was wrong, where, and what to do.

FeedsvcError                  anything feedsvc raises on purpose; the command line prints it, never a traceback
├── ConfigError               one or more mistakes in the site's files; carries every `Mistake` found
├── TemplateError             a template that can't be read or rendered; carries the `Mistake` in it
├── BulletinError             a bulletin that can't be read at all (it becomes a Problem)
├── StoreError                the store can't be reached, is from a newer version, or is locked by another
├── MessageError              a message that must not leave the house: a header or line no mail server would take
├── InboxError                the bounce mailbox can't be read
├── ExportError               a place that the site is mirrored to, which can't be reached or written
├── NotFoundError             a name the user gave that the store or the config doesn't know
├── ServiceError              a service that can't start
└── TokenError                an unsubscribe link that is not ours or was altered
"""

from dataclasses import dataclass


class FeedsvcError(Exception):
    """Anything that feedsvc raises on purpose. `str()` is a sentence for a person."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong in a file that a person edits.

    `file` is relative to the site, `line` counts from 1 (0: the file as a whole),
    `key` is the dotted way to the value (empty: none), `remedy` says what to write instead.
    """

    file: str
    line: int
    key: str
    what: str
    remedy: str = ""

    @property
    def where(self) -> str:
        """Where it stands: the file, and the line if one is known."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.where}:{key} {self.what}{remedy}"


class ConfigError(FeedsvcError):
    """One or more mistakes in the site's files."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class TemplateError(FeedsvcError):
    """A template that can't be read or rendered, or doesn't make what it is for; carries the `Mistake` in it."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake
        super().__init__(mistake)


class BulletinError(FeedsvcError):
    """A bulletin that can't be read as a whole; the message is a problem's reason."""


class StoreError(FeedsvcError):
    """The store can't be reached, or is not one that this version can use."""


class MessageError(FeedsvcError):
    """A message that no mail server would take as it is; it is refused before it is queued."""


class InboxError(FeedsvcError):
    """The bounce mailbox can't be reached or read; nothing in it is lost."""


class ExportError(FeedsvcError):
    """A place that the site is mirrored to can't be reached or written; no secret is shown."""


class NotFoundError(FeedsvcError):
    """A name given by the user that is not in the store or the config."""


class ServiceError(FeedsvcError):
    """A service that can't start, such as on a port that is taken."""


class TokenError(FeedsvcError):
    """A token that was not made by this site, or was altered on its way."""
