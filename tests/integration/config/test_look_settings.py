"""`[digests.look]`: colours that are read by everyone, and words in the site's languages."""

import pytest
from integration.config.conftest import SETTINGS

from feedsvc.looks import DARK, LEAST_CONTRAST, LIGHT, contrast


def wrong(site, text):
    _, mistakes = site.settings(SETTINGS + text)
    return mistakes


@pytest.mark.parametrize(
    ("text", "key", "line", "what", "remedy"),
    [
        ('[digests.look]\naccent = "yellow"\n', "digests.look.accent", 12, "is not a colour", "#0b5b68"),
        ('[digests.look]\naccent = "#f2b34c"\n', "digests.look.accent", 12, "of 1.9:1", "would do"),
        (
            '[digests.look]\npaper = "#222"\n',
            "digests.look.ink",
            11,
            '"#1b2428" on paper "#222222"',
            "would do",
        ),
        ('[digests.look.dark]\nink = "#333333"\n', "digests.look.dark.ink", 12, "too faint", "would do"),
        ('[digests.look]\nacent = "#0b5b68"\n', "digests.look.acent", 12, "not a key", '"accent"'),
        (
            '[digests.look.words.en]\ngreting = "Hi"\n',
            "digests.look.words.en.greting",
            12,
            "not a key",
            '"greeting"',
        ),
        (
            '[digests.look.words.en]\ngreeting_by_name = "Dear reader"\n',
            "digests.look.words.en.greeting_by_name",
            12,
            "must hold {name}",
            "Dear {name},",
        ),
        (
            '[digests.look.words.en]\nwhy = "{titles} {x}"\n',
            "digests.look.words.en.why",
            12,
            "must hold {titles}",
            "{titles}",
        ),
    ],
)
def test_a_mistake_is_said_with_its_line_and_what_to_write(site, text, key, line, what, remedy):
    mistakes = [each for each in wrong(site, text) if each.key == key]
    (mistake,) = mistakes
    assert (mistake.file, mistake.line) == ("config/feedsvc.toml", line)
    assert what in mistake.what
    assert remedy in mistake.remedy


def test_words_in_a_language_that_the_site_does_not_speak_are_a_mistake(site):
    (mistake,) = wrong(site, '[digests.look.words.fr]\nintro = "Voici."\n')
    assert '"fr"' in mistake.what


def test_the_colour_that_is_proposed_would_do(site):
    (mistake,) = wrong(site, '[digests.look]\naccent = "#f2b34c"\n')
    proposed = mistake.remedy.split('"')[1]
    assert contrast(proposed, LIGHT.paper) >= LEAST_CONTRAST
    assert wrong(site, f'[digests.look]\naccent = "{proposed}"\n') == []


def test_short_colours_and_those_of_the_environment_are_taken(site):
    settings, mistakes = site.settings(SETTINGS + '[digests.look]\naccent = "#063"\n')
    assert mistakes == []
    assert settings.digests.look.accent == "#006633"
    settings, mistakes = site.settings(FEEDSVC_DIGESTS__LOOK__ACCENT="#006633")
    assert settings.digests.look.accent == "#006633"


def test_without_a_word_all_is_feedsvcs_own(site):
    settings, _ = site.settings()
    look = settings.digests.look
    assert (look.accent, look.dark.accent, look.words) == (LIGHT.accent, None, {})
    assert DARK.paper != LIGHT.paper
