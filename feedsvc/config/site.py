"""The site's folder: the one that ships with feedsvc, a new one made from it, and the secret it keeps."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from feedsvc.config.text_file import read_text
from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.config.settings import Settings

# By name: a repository's own folders also hold what an office that works from a clone has put there.
_COPIED = (
    "config/feedsvc.toml",
    "config/subscriptions.yaml",
    "config/partners.csv",
    "config/countries.yaml",
    "config/places.yaml",
    "config/phrases.yaml",
    "config/topics.yaml",
    "config/overrides.yaml",
    "bulletins/mesoamerica-2017.txt",
)
_TEMPLATES_README = """\
Templates of this site
======================

This folder may stay empty: feedsvc has templates of its own for pages (web/) and mail (email/).

To change one, put a file of the same name here, for example web/base.html or email/digest/body.html. It takes
the place of that one template; all others stay as they are. `feedsvc check` says whether it can be used.
"""


def default_site() -> Path:
    """Give the site that ships with feedsvc: inside the installed package, else the repository's root."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "default_site"
    return installed if installed.is_dir() else package.parent


def init_site(target: Path) -> list[Path]:
    """Make a new site and give its files. Raises ConfigError, and writes nothing, if one is there."""
    files = dict(_new_files())
    taken = [name for name in files if (target / name).exists()]
    if taken:
        what = f"is in {target} already, as are {len(taken) - 1} more files of a site."
        raise ConfigError([Mistake(taken[0], 0, "", what, "Choose another folder.")])
    try:
        return [_write(target / name, data) for name, data in files.items()]
    except OSError as error:
        mistake = Mistake(
            str(error.filename or target),
            0,
            "",
            f"can't be written: {error.strerror}.",
            "Choose another folder.",
        )
        raise ConfigError([mistake]) from None


def _new_files() -> Iterator[tuple[str, bytes]]:
    """Give the files of a new site, by their name in it."""
    for name in _COPIED:
        yield name, (default_site() / name).read_bytes()
    yield "templates/README.md", _TEMPLATES_README.encode()


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
    return path


def secret(settings: Settings, root: Path) -> str:
    """Give the secret that links in mail are signed with: the configured one, else the site's own.

    The site's own is made when it is first asked for and kept in `var/secret`, for its owner alone to read.
    Raises ConfigError when it can't be made or read.
    """
    if settings.web.secret:
        return settings.web.secret.get_secret_value()
    path = root / "var" / "secret"
    try:
        if not path.exists():
            _make_secret(path)
    except OSError as error:
        raise ConfigError([_no_secret(f"can't be made: {error.strerror}.")]) from None
    text = read_text(path, "var/secret").strip()
    if len(text) < 32:
        raise ConfigError([_no_secret("is damaged. Without it, links in mail already sent stop working.")])
    return text


def _no_secret(what: str) -> Mistake:
    return Mistake("var/secret", 0, "", what, "Restore it, or set FEEDSVC_WEB__SECRET.")


def _make_secret(path: Path) -> None:
    """Write a new secret, whole or not at all; of several processes that try at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret.") as file:  # mode 0600
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
