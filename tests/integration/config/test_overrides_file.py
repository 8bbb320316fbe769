"""`overrides.yaml`: what it may say, what it is refused for."""

import pytest
from makers import VOCABULARY

from feedsvc.config.overrides import load_overrides
from feedsvc.errors import ConfigError


@pytest.fixture
def overrides(tmp_path):
    (tmp_path / "config").mkdir()

    def load(text):
        (tmp_path / "config" / "overrides.yaml").write_text(text, encoding="utf-8")
        return load_overrides(tmp_path, VOCABULARY)

    return load


def test_a_site_need_not_have_any(tmp_path):
    assert load_overrides(tmp_path, VOCABULARY) == {}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_a_file_may_say_nothing(overrides, text):
    assert overrides(text) == {}


def test_an_entry_is_named_by_its_key_or_by_the_address_of_its_page(overrides):
    found = overrides(
        "k3vq2m7xw4ta:\n  countries: [pa, CR]\n"
        "https://bulletin.example.org/entries/2017/09/a-title/:\n  topics: []\n"
        "https://elsewhere.example.com/news/7:\n  language: es\n"
    )
    assert sorted(found) == [
        "https://bulletin.example.org/entries/2017/09/a-title/",
        "https://elsewhere.example.com/news/7",
        "k3vq2m7xw4ta",
    ]
    assert found["k3vq2m7xw4ta"].countries == ("PA", "CR")


def test_what_is_left_out_is_not_what_is_empty(overrides):
    override = overrides("k3vq2m7xw4ta:\n  topics: []\n")["k3vq2m7xw4ta"]
    assert (override.topics, override.countries, override.regions) == ((), None, None)
    assert override.where == "config/overrides.yaml:1"


def test_a_key_of_digits_alone_is_a_name_too(overrides):
    assert set(overrides("12:\n  countries: PA\n")) == {"12"}


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("abc:\n  countries: [Panama]\n", 2, "abc.countries, the 1st", "Write PA."),
        ("abc:\n  topics: [traficking]\n", 2, "abc.topics, the 1st", "Did you mean trafficking?"),
        ("abc:\n  regions: [mesoamerca]\n", 2, "abc.regions, the 1st", "Did you mean mesoamerica"),
        ("abc:\n  country: [PA]\n", 2, "abc.country", 'Did you mean "countries"?'),
        ("abc:\n  language: Spanish\n", 2, "abc.language", "its two letters"),
        ("abc: PA\n", 1, "abc", "must be a group"),
        ("- abc\n", 1, "", "must be a group of entries"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(overrides, text, line, key, said):
    with pytest.raises(ConfigError) as caught:
        overrides(text)
    (mistake,) = caught.value.mistakes
    assert (mistake.file, mistake.line, mistake.key) == ("config/overrides.yaml", line, key)
    assert said in f"{mistake.what} {mistake.remedy}"
