"""A service starts on the last good config where admins' files are broken."""

import pytest

from feedsvc.config import init_site, load_or_last_good
from feedsvc.errors import ConfigError


@pytest.fixture
def root(tmp_path):
    init_site(tmp_path / "site")
    return tmp_path / "site"


def spoil(root, name):
    (root / "config" / name).write_text("subscriptions:\n  - id: x\n   title: y\n")


def test_what_was_right_stays_in_force_while_the_files_are_broken(root):
    good, mistakes = load_or_last_good(root, {})
    assert mistakes == ()
    spoil(root, "subscriptions.yaml")
    spoil(root, "topics.yaml")
    again, mistakes = load_or_last_good(root, {})
    assert again == good
    assert {(each.file, each.line) for each in mistakes} == {
        ("config/subscriptions.yaml", 3),
        ("config/topics.yaml", 3),
    }


def test_the_copy_follows_the_files(root):
    load_or_last_good(root, {})
    (root / "config" / "subscriptions.yaml").write_text("subscriptions: []\n")
    load_or_last_good(root, {})
    spoil(root, "subscriptions.yaml")
    assert load_or_last_good(root, {})[0].subscriptions == ()


def test_a_site_that_was_never_right_does_not_start(root):
    spoil(root, "subscriptions.yaml")
    with pytest.raises(ConfigError):
        load_or_last_good(root, {})


def test_broken_settings_do_not_start(root):
    load_or_last_good(root, {})
    spoil(root, "feedsvc.toml")
    with pytest.raises(ConfigError):
        load_or_last_good(root, {})
