"""All of a site's config as one value."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.config.layers import read_settings
from feedsvc.config.mistakes import Collected
from feedsvc.config.site import default_site
from feedsvc.config.subscriptions import load_subscriptions
from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.errors import ConfigError
from feedsvc.model import Site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from feedsvc.config.settings import Settings
    from feedsvc.model import LabelRules, Subscription, Vocabulary


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a site's files and the environment say, checked."""

    settings: Settings
    site: Site
    vocabulary: Vocabulary
    label_rules: LabelRules
    subscriptions: tuple[Subscription, ...]


def load(root: Path, environ: Mapping[str, str] | None = None) -> Configuration:
    """Read all of a site's config. Raises ConfigError with every mistake found in any of its files.

    A site without a table of countries or topics has the default site's.
    """
    settings, mistakes = read_settings(root, os.environ if environ is None else environ)
    found = Collected()
    found.mistakes += mistakes
    if settings is None:
        raise ConfigError(mistakes)
    folders = (root / "config", default_site() / "config")
    terms = found.attempt(load_vocabulary, folders, settings.site.languages)
    subscriptions = found.attempt(load_subscriptions, root, settings, terms[0] if terms else None)
    found.raise_any()
    assert terms is not None
    assert subscriptions is not None
    return Configuration(settings, _site(root, settings), *terms, subscriptions)


def _site(root: Path, settings: Settings) -> Site:
    said = settings.site
    return Site(
        root=root.resolve(),
        title=said.title,
        url=said.url,
        id_authority=said.id_authority,
        languages=said.languages,
        timezone=said.timezone,
        description=said.description,
    )
