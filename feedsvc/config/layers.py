"""The layers of settings, of which the upper ones win.

- environment variables
- files that hold one secret each
- `config/feedsvc.toml`
- the defaults in `feedsvc.config.settings`
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import InitSettingsSource

from feedsvc.config.destination import destination, folders_of
from feedsvc.config.environment import Environment
from feedsvc.config.mistakes import InvalidError, explain
from feedsvc.config.pictures import read_picture
from feedsvc.config.settings import ExportSettings, Settings, StoreSettings
from feedsvc.config.text_file import read_text
from feedsvc.config.toml_file import TomlFile
from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from feedsvc.config.mistakes import Way

_SHOWN = "config/feedsvc.toml"
_SECRETS = (
    ("mail", "smtp", "password"),
    ("mail", "dkim", "key"),
    ("mail", "dkim", "ed25519_key"),
    ("web", "secret"),
)
_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@")
_LEANED_ON = (("site", "languages"), ("site", "timezone"), ("digests", "schedules"))
# Groups whose values make sense together alone: one is left out with all of them.
_TOGETHER = (("digests", "look"),)
_STAND_IN = {
    "site": {"title": "-", "id_authority": "example.org,2017"},
    "sources": [{"name": "stand-in", "path": "-"}],
    "mail": {"from": "stand-in@example.org"},
}


def read_settings(root: Path, environ: Mapping[str, str]) -> tuple[Settings | None, list[Mistake]]:
    """Read a site's settings, and say what is wrong with them.

    With mistakes, the settings are what is left without the wrong ones: good for checking other files by, and
    for nothing else. They are None when those files could not be checked by them.
    """
    try:
        toml = TomlFile(
            root / _SHOWN, _SHOWN, "Make a new site with `feedsvc init`, or choose one with --site."
        )
    except ConfigError as error:
        return None, error.mistakes
    given = _Given(Environment(environ), toml)
    secrets, mistakes = _secret_files(root, given)
    mistakes += _open_secrets(given)
    layers = [*given.environment_layers(), *secrets, toml.value]
    try:
        settings = _merged(layers)
    except ValidationError as error:
        # A secret that could not be read is a mistake already, whatever stands in for it.
        unread = {mistake.key.removesuffix("_file") for mistake in mistakes}
        mistakes += [mistake for mistake in explain(error, Settings, given) if mistake.key not in unread]
        return _sound(layers, [detail["loc"] for detail in error.errors()]), mistakes
    mistakes += _pictures(root, settings, given)
    export, wrong = _export(root, settings, given)
    mistakes += wrong
    changed = {"store": _absolute(settings.store, root), "export": export}
    return settings.model_copy(update=changed), mistakes


class _Given:
    """Where each setting is given: in the environment, else in the file."""

    def __init__(self, environment: Environment, toml: TomlFile) -> None:
        self.environment = environment
        self.toml = toml

    def get(self, way: tuple[str, ...]) -> object:
        """Give the value of a setting, None when it isn't given."""
        variable = self.environment.variables.get(way)
        return variable.value if variable else self.toml.get(way)

    def environment_layers(self) -> Iterator[dict[str, Any]]:
        """Give the environment's settings, a layer each."""
        for way, variable in self.environment.variables.items():
            yield _nested(way, variable.value)

    def mistake(self, way: Way, what: str, remedy: str = "") -> Mistake:
        """Make a Mistake about the setting at the end of a way."""
        place = self.environment if self.environment.gives(way) else self.toml
        return place.mistake(way, what, remedy)


def _merged(layers: Sequence[dict[str, Any]]) -> Settings:
    """Lay the layers over each other, the first on top, and check the outcome."""
    sources = tuple(InitSettingsSource(Settings, init_kwargs=layer) for layer in layers)
    return Settings(_build_sources=(sources, {}))


def _nested(way: Sequence[str], value: str) -> dict[str, Any]:
    """Give a value in the groups that its way leads through."""
    key, *rest = way
    return {key: _nested(rest, value) if rest else value}


def _secret_files(root: Path, given: _Given) -> tuple[list[dict[str, Any]], list[Mistake]]:
    """Read the secrets that stand in files of their own, such as `password` in `password_file`."""
    layers: list[dict[str, Any]] = []
    mistakes: list[Mistake] = []
    for secret in _SECRETS:
        way = (*secret[:-1], f"{secret[-1]}_file")
        file = given.get(way)
        if not isinstance(file, str):
            continue
        try:
            layers.append(_nested(secret, read_text(root / file, file).strip()))
        except ConfigError as error:
            mistakes += (given.mistake(way, f"{file}: {mistake.what}") for mistake in error.mistakes)
            # Or the missing secret would be held against its username as well.
            layers.append(_nested(secret, "a secret that could not be read"))
    return layers, mistakes


def _open_secrets(given: _Given) -> Iterator[Mistake]:
    """Find secrets in the file that everyone reads and that is often under version control."""
    what = "is a secret, and this file is no place for one."
    for way in _SECRETS:
        if given.toml.get(way) is not None:
            variable = "FEEDSVC_" + "__".join(way).upper()
            remedy = f"Give it as the environment variable {variable}, or in a file named by {way[-1]}_file."
            yield given.toml.mistake(way, what, remedy)
    url = given.toml.get(("store", "url"))
    if isinstance(url, str) and _PASSWORD.search(url):
        remedy = "Give the whole address as the environment variable DATABASE_URL."
        yield given.toml.mistake(
            ("store", "url"), "holds a password, and this file is no place for one.", remedy
        )


def _pictures(root: Path, settings: Settings, given: _Given) -> Iterator[Mistake]:
    """Find pictures that are not there, or are none."""
    for name, path in (("favicon", settings.site.favicon), ("logo", settings.site.logo)):
        try:
            if path:
                read_picture(root, path, name)
        except InvalidError as error:
            yield given.mistake(("site", name), error.what, error.remedy)


def _export(root: Path, settings: Settings, given: _Given) -> tuple[ExportSettings, list[Mistake]]:
    """Make the place of the mirror, which is relative to the site, absolute."""
    if not settings.export.url:
        return settings.export, []
    try:
        url = destination(settings.export.url, root.resolve(), folders_of(root.resolve(), settings))
    except InvalidError as error:
        return settings.export, [given.mistake(("export", "url"), error.what, error.remedy)]
    return settings.export.model_copy(update={"url": url}), []


def _sound(layers: Sequence[dict[str, Any]], wrong: Sequence[Way]) -> Settings | None:
    """Give the settings without the wrong ones; None if other files can't be checked without these."""
    if any(way == key[: len(way)] or way[: len(key)] == key for way in wrong for key in _LEANED_ON):
        return None
    left_out = [
        next((together for together in _TOGETHER if way[: len(together)] == together), way) for way in wrong
    ]
    try:
        return _merged([*(_without(layer, left_out) for layer in layers), _STAND_IN])
    except ValidationError as error:  # what is left of a group makes no sense without the rest
        groups = [detail["loc"] for detail in error.errors()]
        return _sound(layers, [*wrong, *groups]) if all(groups) and not set(groups) <= set(wrong) else None


def _without(values: dict[str, Any], wrong: Sequence[Way]) -> dict[str, Any]:
    """Leave out what stands at the end of a wrong way; of a list with something wrong in it, all."""
    sound = {}
    for key, value in values.items():
        inner = [way[1:] for way in wrong if way[0] == key]
        if not inner:
            sound[key] = value
        elif all(inner) and isinstance(value, dict):
            sound[key] = _without(value, inner)
    return sound


def _absolute(store: StoreSettings, root: Path) -> StoreSettings:
    """Make the path of an SQLite store, which is relative to the site, absolute."""
    scheme, _, path = store.url.get_secret_value().partition(":///")
    if scheme != "sqlite" or not path or path.startswith((":memory:", "file:")):
        return store
    return StoreSettings(url=SecretStr(f"sqlite:///{root.resolve() / path}"))
