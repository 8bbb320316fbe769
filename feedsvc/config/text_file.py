"""Text files as admins save them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from pathlib import Path


def read_text(path: Path, shown: str, if_missing: str = "") -> str:
    """Read a UTF-8 file, with or without a byte order mark.

    `shown` is what the file is called in messages, `if_missing` what to do when it isn't there.
    Raises ConfigError for a file that can't be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError([Mistake(shown, 0, "", "there is no such file.", if_missing)]) from None
    except OSError as error:
        raise ConfigError([Mistake(shown, 0, "", f"can't be read: {error.strerror}.")]) from None
    except ValueError:  # a NUL in its name
        raise ConfigError([Mistake(shown, 0, "", "has a name that no file can have.")]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError([Mistake(shown, line, "", "is not UTF-8.", "Save the file as UTF-8.")]) from None
