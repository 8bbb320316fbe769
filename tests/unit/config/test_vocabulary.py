from pathlib import Path

import pytest

from feedsvc.config.mistakes import InvalidError
from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.config.words import forms
from feedsvc.errors import ConfigError
from feedsvc.model import Category, Scheme, Word, WordKind

DEFAULT = Path(__file__).parents[3] / "config"

COUNTRIES = """\
site: [PA]
regions:
  mesoamerica:
    name: {en: Mesoamerica, es: Mesoamérica}
    members: [PA, CR]
    words: [Mesoamérica]
    not: [Mesoamerica Program]
countries:
  PA:
    names: [Panamá]
    people: [panameño/a]
    unsure: [canalero/a]
    unsure_in: {es: [PTY]}
  CI:
    name: {en: Ivory Coast}
"""
PLACES = """\
countries:
  PA:
    provinces: [Chiriquí]
    cities: [Gualaca]
    institutions: [Sinaproc]
    unsure: [Colón]
  CH:
    seats: [Geneva]
"""
PHRASES = """\
not: [Panama Papers]
persons:
  en: [filmmaker]
links:
  en: [and]
  es: [y]
"""
TOPICS = """\
topics:
  gender:
    name: {en: Gender, es: Género}
    keywords:
      en: [gender]
      es: [mujer(es)]
    hints:
      en: [mothers]
    not:
      en: [gender identity]
"""


FILES = {
    "countries.yaml": COUNTRIES,
    "places.yaml": PLACES,
    "phrases.yaml": PHRASES,
    "topics.yaml": TOPICS,
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def mistakes(folder, languages=("en", "es")):
    with pytest.raises(ConfigError) as caught:
        load_vocabulary([folder], languages)
    return [str(mistake) for mistake in caught.value.mistakes]


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Panamá", "Panamá"),
        ("Panamanian(s)", "Panamanian Panamanians"),
        ("panameño/a", "panameño panameña panameños panameñas"),
        ("francés/a", "francés francesa franceses francesas"),
        ("español/a", "español española españoles españolas"),
        ("alemán/alemana", "alemán alemana"),
        ("joven/jóvenes", "joven jóvenes"),
        ("marroquí(es)", "marroquí marroquíes"),
        ("migrat*", "migrat*"),
        ("3x1", "3x1"),
    ],
)
def test_a_word_is_spelt_out(text, spelt):
    assert forms(text) == tuple(spelt.split())


def test_the_endings_of_a_phrase_go_together():
    assert forms("incendio(s) forestal(es)") == ("incendio forestal", "incendios forestales")


@pytest.mark.parametrize(
    "text", ["", "*", "-", "migr*ant", "shelter(s", "shelter)", "a//b", "/a", "mi*", 2017, None, True]
)
def test_what_can_t_be_a_word_is_refused(text):
    with pytest.raises(InvalidError):
        forms(text)


def test_a_vocabulary_holds_its_terms_and_their_names(folder):
    vocabulary, rules = load_vocabulary([folder], ("en", "es"))
    assert (vocabulary.countries, vocabulary.topics) == (("PA",), ("gender",))
    assert vocabulary.regions == {"mesoamerica": ("PA", "CR")}
    assert vocabulary.label(Category(Scheme.TOPIC, "gender"), "es") == "Género"
    assert vocabulary.label(Category(Scheme.REGION, "mesoamerica"), "es") == "Mesoamérica"
    assert vocabulary.label(Category(Scheme.COUNTRY, "NO"), "es") == "Noruega"
    assert rules.languages == ("en", "es")


def test_a_name_in_the_file_goes_before_the_usual_one(folder):
    vocabulary, _ = load_vocabulary([folder], ("en", "es"))
    assert vocabulary.label(Category(Scheme.COUNTRY, "CI"), "en") == "Ivory Coast"
    assert (
        vocabulary.label(Category(Scheme.COUNTRY, "CI"), "es")
        == "Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire"
    )


def test_every_word_keeps_its_kind_and_language(folder):
    _, rules = load_vocabulary([folder], ("en", "es"))
    assert set(rules.words) >= {
        Word("Panamá", WordKind.NAME, Scheme.COUNTRY, "PA"),
        Word("panameñas", WordKind.PEOPLE, Scheme.COUNTRY, "PA"),
        Word("canalera", WordKind.UNSURE, Scheme.COUNTRY, "PA"),
        Word("PTY", WordKind.UNSURE, Scheme.COUNTRY, "PA", "es"),
        Word("Chiriquí", WordKind.PROVINCE, Scheme.COUNTRY, "PA"),
        Word("Gualaca", WordKind.CITY, Scheme.COUNTRY, "PA"),
        Word("Sinaproc", WordKind.INSTITUTION, Scheme.COUNTRY, "PA"),
        Word("Colón", WordKind.UNSURE, Scheme.COUNTRY, "PA"),
        Word("Geneva", WordKind.SEAT, Scheme.COUNTRY, "CH"),
        Word("Panama Papers", WordKind.NOT, Scheme.COUNTRY),
        Word("filmmaker", WordKind.PERSON, Scheme.COUNTRY, "", "en"),
        Word("Mesoamérica", WordKind.REGION, Scheme.REGION, "mesoamerica"),
        Word("Mesoamerica Program", WordKind.NOT, Scheme.REGION, "mesoamerica"),
        Word("gender", WordKind.KEYWORD, Scheme.TOPIC, "gender", "en"),
        Word("mujeres", WordKind.KEYWORD, Scheme.TOPIC, "gender", "es"),
        Word("mothers", WordKind.HINT, Scheme.TOPIC, "gender", "en"),
        Word("gender identity", WordKind.NOT, Scheme.TOPIC, "gender", "en"),
    }


def test_the_links_of_all_languages_are_known(folder):
    _, rules = load_vocabulary([folder], ("en", "es"))
    assert rules.links == {"and", "y"}


def test_each_file_comes_from_the_first_folder_that_has_it(folder, tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    (site / "topics.yaml").write_text(TOPICS.replace("gender:", "women:"), encoding="utf-8")
    vocabulary, _ = load_vocabulary([site, folder], ("en", "es"))
    assert (vocabulary.countries, vocabulary.topics) == (("PA",), ("women",))


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "countries.yaml", "site: [PA]", "site: [PA, XX]",
            'config/countries.yaml:1: site, the 2nd: "XX" is not a country. Write its two letters (ISO 3166-1), such as AD.',
        ),
        (
            "countries.yaml", "site: [PA]", "site: [Panama]",
            'config/countries.yaml:1: site, the 1st: "Panama" is the name of a country. Write PA.',
        ),
        (
            "countries.yaml", "members: [PA, CR]", "members: [PA, Costa Rico]",
            'config/countries.yaml:5: regions.mesoamerica.members, the 2nd: "Costa Rico" is not a country. Did you mean CR (Costa Rica)?',
        ),
        (
            "countries.yaml", "  CI:", "  ZZ:",
            'config/countries.yaml:14: countries.ZZ: "ZZ" is not a country. Write its two letters (ISO 3166-1), such as AD.',
        ),
        (
            "countries.yaml", "    people:", "    peple:",
            'config/countries.yaml:11: countries.PA.peple: is not a key that belongs here. Did you mean "people"?',
        ),
        (
            "countries.yaml", "names: [Panamá]", "names: Panamá",
            "config/countries.yaml:10: countries.PA.names: must be a list. Write it in square brackets: [one, another].",
        ),
        (
            "phrases.yaml", "persons:", "person:",
            'config/phrases.yaml:2: person: is not a key that belongs here. Did you mean "persons"?',
        ),
        (
            "phrases.yaml", "en: [and]", "en: and",
            "config/phrases.yaml:5: links.en: must be a list. Write it in square brackets: [one, another].",
        ),
        (
            "places.yaml", "cities:", "city:",
            'config/places.yaml:4: countries.PA.city: is not a key that belongs here. Did you mean "cities"?',
        ),
        (
            "places.yaml", "  CH:", "  XX:",
            'config/places.yaml:7: countries.XX: "XX" is not a country. Write its two letters (ISO 3166-1), such as AD.',
        ),
        (
            "places.yaml", "seats: [Geneva]", "cities: [Chiriqui]",
            'config/places.yaml:8: countries.CH.cities, the 1st: "Chiriqui" is a word of PA, too. Move it to unsure: in one of them, or in both.',
        ),
        (
            "places.yaml", "seats: [Geneva]", "cities: [Panamá]",
            'config/places.yaml:8: countries.CH.cities, the 1st: "Panamá" is a word of PA, too. Move it to unsure: in one of them, or in both.',
        ),
        (
            "countries.yaml", "    name: {en: Ivory Coast}", "    names: [Panama]",
            'config/countries.yaml:15: countries.CI.names, the 1st: "Panama" is a word of PA, too. Move it to unsure: in one of them, or in both.',
        ),
        (
            "topics.yaml", "{en: Gender, es: Género}", "{en: Gender}",
            "config/topics.yaml:3: topics.gender.name: has no name in es. Add es: and the name.",
        ),
        (
            "topics.yaml", "  gender:", "  Gender!:",
            'config/topics.yaml:2: topics.Gender!: "Gender!" can\'t be a name. Use small letters a-z, digits and single hyphens, as in panama-partners.',
        ),
        (
            "topics.yaml", "[mujer(es)]", "[mujer(es]",
            'config/topics.yaml:6: topics.gender.keywords.es, the 1st: "mujer(es" is not a word. Write it like Panamá, panameño/a, shelter(s) or, with a * at the very end, migrat*.',
        ),
        (
            "topics.yaml", "[mujer(es)]", "[2017]",
            "config/topics.yaml:6: topics.gender.keywords.es, the 1st: must be a text. Put it in quotes.",
        ),
        (
            "topics.yaml", "    keywords:", "    keyword:",
            'config/topics.yaml:4: topics.gender.keyword: is not a key that belongs here. Did you mean "keywords"?',
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_with_its_line_and_remedy(folder, name, old, new, message):
    change(folder, name, old, new)
    assert message in mistakes(folder)


def test_the_mistakes_of_all_files_are_shown_together(folder):
    change(folder, "countries.yaml", "[PA]", "[XX]")
    change(folder, "places.yaml", "[Gualaca]", "[-]")
    change(folder, "phrases.yaml", "[filmmaker]", "[mi*]")
    change(folder, "topics.yaml", "[mujer(es)]", "[mi*]")
    assert [line.split(":")[0] for line in mistakes(folder)] == sorted(f"config/{name}" for name in FILES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    unsure: [canalero/a]", "    places: [Colón]",
            "config/countries.yaml:12: countries.PA.places: has moved to config/places.yaml. Move it there: countries: PA: provinces or cities.",
        ),
        (
            "    unsure: [canalero/a]", "    signs: [Sinaproc]",
            "config/countries.yaml:12: countries.PA.signs: has moved to config/places.yaml. Move it there: countries: PA: institutions.",
        ),
        (
            "    unsure: [canalero/a]", "    seats: [Colón]",
            "config/countries.yaml:12: countries.PA.seats: has moved to config/places.yaml. Move it there: countries: PA: seats.",
        ),
        (
            "countries:", "not: [Panama Papers]\ncountries:",
            "config/countries.yaml:8: not: has moved to config/phrases.yaml. Move it there: not.",
        ),
        (
            "countries:", "persons: {en: [filmmaker]}\ncountries:",
            "config/countries.yaml:8: persons: has moved to config/phrases.yaml. Move it there: persons.",
        ),
    ],
)  # fmt: skip
def test_what_an_older_site_s_countries_file_holds_is_refused_with_where_it_belongs(
    folder, old, new, message
):
    change(folder, "countries.yaml", old, new)
    assert mistakes(folder) == [message]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("text", ["[]", "words", "3"])
def test_a_file_that_is_no_group_is_a_mistake(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    assert mistakes(folder)
    assert all(line.startswith(f"config/{name}") for line in mistakes(folder))


@pytest.mark.parametrize("text", ["", "[]", "words", "topics: []", "topics:", "topics: {gender: 3}"])
def test_a_file_of_another_shape_is_a_mistake(folder, text):
    (folder / "topics.yaml").write_text(text, encoding="utf-8")
    assert all(line.startswith("config/topics.yaml") for line in mistakes(folder))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_a_mistake(folder, name):
    (folder / name).unlink()
    assert mistakes(folder) == [f"config/{name}: there is no such file."]


def test_a_language_that_cldr_doesn_t_know_has_english_country_names(folder):
    change(folder, "topics.yaml", "es: Género", "xx: Gender")
    change(folder, "countries.yaml", "es: Mesoamérica", "xx: Mesoamerica")
    vocabulary, _ = load_vocabulary([folder], ("en", "xx"))
    assert vocabulary.label(Category(Scheme.COUNTRY, "NO"), "xx") == "Norway"


def test_the_default_vocabulary_knows_every_country_and_the_twenty_topics():
    vocabulary, rules = load_vocabulary([DEFAULT], ("en", "es"))
    countries = {category.term for category in vocabulary.names["en"] if category.scheme is Scheme.COUNTRY}
    named = {word.term for word in rules.words if word.kind is WordKind.NAME}
    assert len(countries) == 249
    assert named <= countries
    assert countries - named <= {"AQ", "BL", "HM", "UM", "GS", "CC"}
    assert len(vocabulary.topics) == 20
    assert set(vocabulary.countries) == {"BZ", "CR", "SV", "GT", "HN", "MX", "NI", "PA"}


def test_only_regions_that_say_so_give_their_countries(folder):
    assert load_vocabulary([folder], ("en", "es"))[1].members == {}
    change(folder, "countries.yaml", "members: [PA, CR]", "members: [PA, CR]\n    for_members: true")
    assert load_vocabulary([folder], ("en", "es"))[1].members == {"mesoamerica": ("PA", "CR")}


def test_whether_a_region_gives_its_countries_is_yes_or_no(folder):
    change(folder, "countries.yaml", "members: [PA, CR]", "members: [PA, CR]\n    for_members: often")
    assert "config/countries.yaml:6: regions.mesoamerica.for_members" in mistakes(folder)[0]
