from zoneinfo import ZoneInfo

import pytest
from paths import REPOSITORY

from feedsvc.config import load
from feedsvc.errors import ConfigError

SUBSCRIPTIONS = """\
subscriptions:
  - id: panama-partners
    title: Panama
    recipients: [ana@example.org]
    countries: [PA]
    topics: [trafficking]
"""


def test_the_site_that_ships_is_right():
    configuration = load(REPOSITORY, {})
    assert configuration.site.languages == ("en", "es")
    assert "PA" in configuration.vocabulary.countries
    assert "trafficking" in configuration.vocabulary.topics
    assert {subscription.id for subscription in configuration.subscriptions} >= {"panama-partners"}


def test_the_site_that_ships_says_what_it_is_in_each_of_its_languages():
    site = load(REPOSITORY, {}).site
    assert (site.titled("en"), site.titled("es")) == (site.title, "Migración en Mesoamérica")
    assert site.described("en").startswith("News")
    assert site.described("es").startswith("Noticias")
    assert site.described("fr") == site.description == site.described("en")


def test_one_title_is_that_of_all_languages(site):
    site.write("subscriptions.yaml", SUBSCRIPTIONS)
    found = load(site.root, {}).site
    assert found.title == found.titled("en") == found.titled("es") == "Migration in Mesoamerica"


def test_a_topic_that_was_called_otherwise_is_known_by_both_names(site):
    topics = (REPOSITORY / "config/topics.yaml").read_text()
    site.write("topics.yaml", topics.replace("  trafficking:\n", "  trade:\n    was: [trafficking]\n", 1))
    site.write("subscriptions.yaml", SUBSCRIPTIONS)
    configuration = load(site.root, {})
    assert configuration.vocabulary.former_topics == {"trafficking": "trade"}
    assert configuration.subscriptions[0].selection.topics == {"trade"}


@pytest.mark.parametrize("taken", ["gender", "trade"])
def test_a_former_name_belongs_to_one_topic(site, taken):
    topics = (REPOSITORY / "config/topics.yaml").read_text()
    topics = topics.replace("  trafficking:\n", f"  trade:\n    was: [{taken}]\n", 1)
    site.write("topics.yaml", topics.replace("  smuggling:\n", "  smuggling:\n    was: [trade]\n", 1))
    site.write("subscriptions.yaml", "subscriptions: []\n")
    with pytest.raises(ConfigError, match=f'"{taken}" belongs to {taken}|"trade" belongs to trade'):
        load(site.root, {})


def test_a_site_without_tables_of_its_own_has_those_that_ship(site):
    site.write("subscriptions.yaml", SUBSCRIPTIONS)
    configuration = load(site.root, {"FEEDSVC_SITE__URL": "https://bulletin.example.org/"})
    assert configuration.site.root == site.root.resolve()
    assert configuration.site.url == "https://bulletin.example.org"
    assert configuration.site.timezone == ZoneInfo("America/Costa_Rica")
    assert configuration.subscriptions[0].selection.countries == {"PA"}
    assert configuration.vocabulary == load(REPOSITORY, {}).vocabulary


def test_mistakes_in_all_files_are_told_at_once(site):
    site.write("feedsvc.toml", site.short + "[web]\nport = 99999\n")
    site.write("subscriptions.yaml", SUBSCRIPTIONS.replace("trafficking", "traficking"))
    with pytest.raises(ConfigError) as caught:
        load(site.root, {"FEEDSVC_FEEDS__SIZE": "many"})
    assert [(mistake.file, mistake.line, mistake.key) for mistake in caught.value.mistakes] == [
        ("config/feedsvc.toml", 12, "web.port"),
        ("config/subscriptions.yaml", 6, "panama-partners: topics, the 1st"),
        ("environment", 0, "FEEDSVC_FEEDS__SIZE"),
    ]


def test_subscriptions_are_checked_though_the_tables_are_broken(site):
    site.write("topics.yaml", "topics: [\n")
    site.write("subscriptions.yaml", SUBSCRIPTIONS.replace("ana@", "ana"))
    with pytest.raises(ConfigError) as caught:
        load(site.root, {})
    assert {mistake.file for mistake in caught.value.mistakes} == {
        "config/topics.yaml",
        "config/subscriptions.yaml",
    }


@pytest.mark.parametrize("wrong", ['languages = ["en", "xx"]', 'timezone = "Panama"', "languages = 3"])
def test_nothing_is_held_against_subscriptions_that_a_wrong_setting_explains(site, wrong):
    key = wrong.split(" ")[0]
    lines = [wrong if line.startswith(key) else line for line in site.short.splitlines()]
    site.write("feedsvc.toml", "\n".join(lines))
    site.write("subscriptions.yaml", SUBSCRIPTIONS + "    language: es\n")
    with pytest.raises(ConfigError) as caught:
        load(site.root, {})
    assert {mistake.file for mistake in caught.value.mistakes} == {"config/feedsvc.toml"}


def test_a_missing_subscriptions_file_is_told(site):
    with pytest.raises(ConfigError, match=r"config/subscriptions.yaml: there is no such file."):
        load(site.root, {})
