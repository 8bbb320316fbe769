"""All of a site's config as one value."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from feedsvc.config.layers import read_settings
from feedsvc.config.mistakes import Collected, InvalidError
from feedsvc.config.overrides import load_overrides
from feedsvc.config.pictures import read_picture
from feedsvc.config.site import default_site
from feedsvc.config.subscriptions import load_subscriptions
from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.errors import ConfigError, Mistake
from feedsvc.looks import Look, Palette, Phrases, dark_for
from feedsvc.model import Selectors, Site, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from feedsvc.config.settings import Settings
    from feedsvc.model import LabelRules, Override, Picture, Subscription, Vocabulary


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a site's files and the environment say, checked."""

    settings: Settings
    site: Site
    sources: tuple[Source, ...]
    vocabulary: Vocabulary
    label_rules: LabelRules
    subscriptions: tuple[Subscription, ...]
    overrides: Mapping[str, Override]

    def zone_of(self, subscription: str) -> ZoneInfo:
        """Give the time zone that a subscription goes by; of one that is no more, the site's."""
        zones = (each.timezone for each in self.subscriptions if each.id == subscription)
        return next(zones, self.site.timezone)

    @property
    def look(self) -> Look:
        """How digests look, and what they say."""
        said = self.settings.digests.look
        light = Palette(**said.model_dump(exclude={"dark", "words"}))
        phrases = {
            language: Phrases(**words.model_dump(exclude_none=True)) for language, words in said.words.items()
        }
        return Look(
            light=light, dark=dark_for(light, said.dark.model_dump(exclude_none=True)), phrases=phrases
        )


def load(root: Path, environ: Mapping[str, str] | None = None) -> Configuration:
    """Read all of a site's config. Raises ConfigError with every mistake found in any of its files.

    A site without a table of countries or topics has the default site's.
    """
    settings, mistakes = read_settings(root, os.environ if environ is None else environ)
    if settings is None:
        raise ConfigError(mistakes)
    return _load(root, root, settings, mistakes)


def load_or_last_good(
    root: Path, environ: Mapping[str, str] | None = None
) -> tuple[Configuration, tuple[Mistake, ...]]:
    """Read all of a site's config for a service that must start: with the mistakes in it that it can live with.

    What admins edit (all but `feedsvc.toml`) is kept in `var/last-good` whenever it is right; while it is broken,
    what was kept is in force. Raises ConfigError for broken settings, and when nothing was kept yet.
    """
    kept = last_good(root)
    try:
        configuration = load(root, environ)
    except ConfigError as error:
        settings, mistakes = read_settings(root, os.environ if environ is None else environ)
        if settings is None or mistakes or not kept.is_dir():
            raise
        try:
            return _load(root, kept, settings, []), tuple(error.mistakes)
        except ConfigError:  # what was kept doesn't fit the settings any more
            raise error from None
    keep_last_good(root)
    return configuration, ()


def last_good(root: Path) -> Path:
    """Give the folder of the copy of what admins edit."""
    return root / "var" / "last-good"


def keep_last_good(root: Path) -> None:
    """Keep a copy of what admins edit, which was just read and found right.

    A precaution, so it must stop nothing: where the disk can't be written, or another process does the same at
    this moment, the copy that is there stays.
    """
    kept = last_good(root)
    with contextlib.suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix="last-good.") as folder:
            new, old = Path(folder, "new"), Path(folder, "old")
            shutil.copytree(root / "config", new / "config", ignore=shutil.ignore_patterns("feedsvc.toml"))
            if kept.exists():
                kept.rename(old)
            new.rename(kept)


def _load(root: Path, edited: Path, settings: Settings, mistakes: list[Mistake]) -> Configuration:
    """Read the files that admins edit from the site's folder, or from a copy of it, under settings read before."""
    found = Collected()
    found.mistakes += mistakes
    folders = (edited / "config", default_site() / "config")
    terms = found.attempt(load_vocabulary, folders, settings.site.languages)
    subscriptions = found.attempt(load_subscriptions, edited, settings, terms[0] if terms else None)
    overrides = found.attempt(load_overrides, edited, terms[0] if terms else None)
    found.raise_any()
    assert terms is not None
    assert subscriptions is not None
    assert overrides is not None
    site = _site(root, settings)
    return Configuration(settings, site, _sources(root, settings), *terms, subscriptions, overrides)


def _site(root: Path, settings: Settings) -> Site:
    said = settings.site
    titles = _in_each(said.title, said.languages)
    descriptions = _in_each(said.description, said.languages)
    return Site(
        root=root.resolve(),
        title=titles[said.languages[0]],
        url=said.url,
        id_authority=said.id_authority,
        languages=said.languages,
        timezone=said.timezone,
        titles=tuple(sorted(titles.items())),
        description=descriptions[said.languages[0]],
        descriptions=tuple(sorted(descriptions.items())),
        contact=(settings.mail.reply_to or settings.mail.from_).address,
        schedules=tuple(settings.digests.schedules),
        favicon=_picture(root, said.favicon, "favicon"),
        logo=_picture(root, said.logo, "logo"),
    )


def _in_each(texts: str | dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Give a text by language; one for all is each one's."""
    return dict.fromkeys(languages, texts) if isinstance(texts, str) else texts


def _picture(root: Path, path: Path | None, name: str) -> Picture | None:
    """Read a picture that was found right with the settings, unless it has changed since."""
    try:
        return read_picture(root, path, name) if path else None
    except InvalidError as error:
        raise ConfigError([Mistake(str(path), 0, f"site.{name}", error.what, error.remedy)]) from None


def _sources(root: Path, settings: Settings) -> tuple[Source, ...]:
    return tuple(
        Source(
            name=said.name,
            path=root.resolve() / said.path if said.path else None,
            url=said.url,
            day_first=said.day_first,
            language=said.language or "",
            countries=said.countries,
            selectors=Selectors(**said.selectors.model_dump()),
            pages=said.pages,
            follow=said.follow,
            every=said.every,
            private=said.private,
            largest=said.largest_mb * 1_000_000,
        )
        for said in settings.sources
    )
