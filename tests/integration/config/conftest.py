from pathlib import Path

import pytest

from feedsvc.config.layers import read_settings
from feedsvc.config.subscriptions import load_subscriptions
from feedsvc.errors import ConfigError
from feedsvc.model import Category, Scheme, Vocabulary

SETTINGS = """\
[site]
title = "Migration in Mesoamerica"
id_authority = "example.org,2017"
languages = ["en", "es"]
timezone = "America/Costa_Rica"
[[sources]]
name = "mesoamerica"
path = "bulletins"
[mail]
from = "bulletin@example.org"
"""


class SiteFolder:
    """A site in a folder of its own, whose files the tests write."""

    vocabulary = Vocabulary(
        countries=("CR", "PA"),
        topics=("trafficking", "gender"),
        regions={},
        names={
            "en": {
                Category(Scheme.COUNTRY, "CR"): "Costa Rica",
                Category(Scheme.COUNTRY, "NO"): "Norway",
                Category(Scheme.COUNTRY, "PA"): "Panama",
            }
        },
    )

    short = SETTINGS

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "config").mkdir()
        self.write("feedsvc.toml", SETTINGS)

    def write(self, name: str, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        (self.root / "config" / name).write_bytes(data)

    def settings(self, text: str = SETTINGS, **environ: str):
        """Read these settings, and what is wrong with them."""
        self.write("feedsvc.toml", text)
        return read_settings(self.root, environ)

    def subscriptions(self, text: str | bytes):
        """Read these subscriptions."""
        self.write("subscriptions.yaml", text)
        settings, _ = read_settings(self.root, {})
        return load_subscriptions(self.root, settings, self.vocabulary)

    def wrong_subscriptions(self, text: str | bytes):
        """Give what is wrong with these subscriptions."""
        with pytest.raises(ConfigError) as caught:
            self.subscriptions(text)
        return caught.value.mistakes


@pytest.fixture
def site(tmp_path):
    return SiteFolder(tmp_path)


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory):
    """One folder for all examples of a property."""
    return SiteFolder(tmp_path_factory.mktemp("site"))
