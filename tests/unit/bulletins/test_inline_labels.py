"""What an office itself says of an entry, in lines under its title and in front matter."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import VOCABULARY, manner

from feedsvc.bulletins.inline_labels import HELD_BACK, Said, from_fields, read_value, take
from feedsvc.model import Category, Scheme, Stated

NAMES = {
    "en": {
        **VOCABULARY.names["en"],
        Category(Scheme.COUNTRY, "TT"): "Trinidad & Tobago",
        Category(Scheme.COUNTRY, "VC"): "St. Vincent & Grenadines",
        Category(Scheme.COUNTRY, "CI"): "Côte d’Ivoire",
        Category(Scheme.COUNTRY, "NO"): "Norway",
    },
    "es": {
        **VOCABULARY.names["es"],
        Category(Scheme.COUNTRY, "TT"): "Trinidad y Tobago",
        Category(Scheme.COUNTRY, "VC"): "San Vicente y las Granadinas",
        Category(Scheme.COUNTRY, "BA"): "Bosnia y Herzegovina",
    },
}
MANNER = manner(vocabulary=replace(VOCABULARY, names=NAMES))


def said(*lines):
    return take(list(enumerate(lines, 1)), MANNER)


def only_reason(found):
    (problem,) = found.problems
    return problem.reason


class TestTerms:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("Countries: PA, CR", Stated(countries=("PA", "CR"))),
            ("Países: Panamá y Costa Rica", Stated(countries=("PA", "CR"))),
            ("PAISES: panama Y costa rica.", Stated(countries=("PA", "CR"))),
            ("País: Belice", Stated(countries=("BZ",))),
            ("  Country : Belize", Stated(countries=("BZ",))),
            ("Countries: Panama; Costa Rica / Belize, and NO", Stated(countries=("PA", "CR", "BZ", "NO"))),
            ("Countries: Panama (PA), CR", Stated(countries=("PA", "CR"))),
            ("Countries: PA, Panama, Panamá", Stated(countries=("PA",))),
            ("Topics: gender, Trata de personas", Stated(topics=("gender", "trafficking"))),
            ("Temas: Género e trafficking", Stated(topics=("gender", "trafficking"))),
            ("Tema: género", Stated(topics=("gender",))),
            ("Regiones: Mesoamérica", Stated(regions=("mesoamerica",))),
            ("Region: mesoamerica", Stated(regions=("mesoamerica",))),
        ],
    )
    def test_terms_are_named_by_code_key_or_name_in_any_language(self, line, expected):
        found = said(line)
        assert (found.stated, found.count, found.problems) == (expected, 1, ())

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            ("Trinidad and Tobago", ("TT",)),
            ("Trinidad y Tobago y Panamá", ("TT", "PA")),
            ("Panama and Trinidad & Tobago", ("PA", "TT")),
            ("Saint Vincent and the Grenadines, Belize", ("VC", "BZ")),
            ("San Vicente y las Granadinas", ("VC",)),
            ("Bosnia y Herzegovina", ("BA",)),
            ("Cote d'Ivoire", ("CI",)),
        ],
    )
    def test_a_name_that_holds_a_separator_is_found_whole(self, names, expected):
        found = said(f"Countries: {names}")
        assert (found.stated.countries, found.problems) == (expected, ())

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("Countries: Panma, CR", "“Panma” is no country. Did you mean Panama (PA)?"),
            ("País: Costa Ricca", "“Costa Ricca” is no country. Did you mean Costa Rica (CR)?"),
            ("Topics: gendre", "“gendre” is no topic. Did you mean Gender (gender)?"),
            ("Temas: trata", "“trata” is no topic. Did you mean Trafficking in persons (trafficking)?"),
            ("País: Herzegovina", "“Herzegovina” is no country. Did you mean Bosnia y Herzegovina (BA)?"),
            ("Topics: salud mental", "“salud mental” is no topic. There are: trafficking, gender."),
            ("Regions: Andes", "“Andes” is no region. There are: mesoamerica."),
            ("Countries: QQ", "“QQ” is no country. Write its name or its two letters, such as PA."),
        ],
    )
    def test_a_value_that_is_none_is_a_problem_that_says_what_was_meant(self, line, reason):
        found = said("", line)
        assert only_reason(found) == reason
        assert (found.problems[0].line, found.problems[0].text) == (2, line)
        assert found.count == 2

    def test_a_line_with_one_term_is_a_field_and_what_else_is_in_it_a_problem(self):
        found = said("Countries: Panama, according to the report of the office, must act")
        assert (found.stated.countries, found.taken, len(found.problems)) == (("PA",), (0,), 2)
        assert said("Países: República Bolivariana de Venezuela, Panamá").stated.countries == ("PA",)

    def test_a_place_in_a_country_is_in_it(self):
        assert said("Countries: CR, Panama (Darién, Colón)").stated.countries == ("CR", "PA")

    def test_the_valid_values_beside_one_that_is_none_count(self):
        assert said("Countries: Panma, CR").stated == Stated(countries=("CR",))

    @pytest.mark.parametrize(
        "line",
        [
            "Countries: a new report says Panama must act",
            "Países: cómo trabajan juntos contra la trata",
            "Temas: la migración y el desarrollo en tiempos de crisis",
            "Topics: what we know, what we do not, whom we ask, when we meet, where we go",
            "Country roads: PA",
            "Countries",
            "Countries:",
            "Fecha: PA",
            "Embargo: what it means for people on the move",
            "Link: see the page of the office",
            "Language: the words we use matter",
            "Countries: " + "PA, " * 1_000,
            "A sentence.",
        ],
    )
    def test_a_sentence_stays_text(self, line):
        assert said(line) == Said()


class TestOtherFields:
    @pytest.mark.parametrize("name", ["Link", "enlace", "URL"])
    def test_a_link_is_a_web_address(self, name):
        assert said(f"{name}: https://example.org/a?b=c:d").link == "https://example.org/a?b=c:d"

    @pytest.mark.parametrize(
        "value", ["javascript:alert(1)", "www.example.org", "https://", "http://[::1", "ftp://example.org/"]
    )
    def test_another_address_is_a_problem(self, value):
        found = said(f"Link: {value}")
        assert found.link is None
        assert value in only_reason(found)

    @pytest.mark.parametrize("value", ["es", "ES", "Español", "espanol", "Spanish"])
    def test_a_language_is_named_by_its_letters_or_its_name(self, value):
        assert said(f"Idioma: {value}").language == "es"

    def test_an_unknown_language_is_a_problem(self):
        found = said("Language: Klingonish")
        assert found.language == ""
        assert "“Klingonish” is no language" in only_reason(found)

    @pytest.mark.parametrize("name", ["Publish", "Publicar", "PUBLICAR", "Embargo"])
    def test_an_embargo_is_a_moment(self, name):
        assert said(f"{name}: 2026-12-01 08:00").publish_at == datetime(2026, 12, 1, 14, tzinfo=UTC)

    def test_an_embargo_that_may_be_another_day_is_noted(self):
        (note,) = said("Publish: 1/12/2026 8:00").notes
        assert "“1/12/2026” was read as 1 December 2026" in note

    @pytest.mark.parametrize(
        "value",
        [
            "mañana",
            "2026-13-01 08:00",
            "when the minister says so",
            "not before the minister has said a few words on it to the press and to the house",
            "2026-12-01 8 o'clock",
        ],
    )
    def test_an_entry_whose_embargo_can_not_be_read_is_held_back(self, value):
        found = said(f"Publish: {value}")
        assert found.publish_at == HELD_BACK == datetime(9999, 1, 1, tzinfo=UTC)
        assert "held back until the line is mended" in only_reason(found)

    def test_of_two_embargoes_the_longer_one_counts(self):
        two = ["Publish: 2026-12-02 08:00", "Publish: 2026-12-01 08:00"]
        assert (
            said(*two)
            == said(*reversed(two))
            == Said(count=2, publish_at=datetime(2026, 12, 2, 14, tzinfo=UTC), taken=(0, 1))
        )

    @pytest.mark.parametrize(
        "line",
        [
            "Publicar el: 1 de diciembre de 2026",
            "Publicar: el 1 de diciembre de 2026",
            "Publicar el 1 de diciembre de 2026",
            "Para publicar el 1 de diciembre de 2026",
            "No publicar antes del 1 de diciembre de 2026",
            "Embargado hasta el martes 1 de diciembre de 2026",
            "BAJO EMBARGO HASTA EL 1 DE DICIEMBRE DE 2026",
            "EMBARGOED UNTIL 1 DECEMBER 2026",
            "(Embargoed until: 1 December 2026)",
            "Embargo - 1 December 2026",
            "Publish - 1 December 2026",
            "Not before: 1 December 2026",
            "Do not publish before 1 December 2026",
            "For release on 1 December 2026",
            "**Publish:** 1 December 2026",
            "**Publish: 1 December 2026**",
        ],
    )
    def test_an_embargo_is_said_in_the_words_of_offices_and_counts_anywhere(self, line):
        moment = datetime(2026, 12, 1, 6, tzinfo=UTC)
        assert said(line) == Said(count=1, publish_at=moment, taken=(0,))
        assert said("The Commission met.", "", line, "It agreed.") == Said(publish_at=moment, taken=(2,))

    @pytest.mark.parametrize(
        "line",
        [
            "Publicar: 1 de diciembre",
            "Embargado hasta el 31 de febrero de 2027",
            "Publish: 2026-13-01 08:00",
            "Publicar el 1 de diciembre de 2026 a las ocho de la mañana",
            "EMBARGOED UNTIL 1 December 2026 at noon",
        ],
    )
    def test_an_embargo_anywhere_that_can_not_be_read_holds_back_and_is_a_problem(self, line):
        found = said("The Commission met.", line)
        assert (found.publish_at, found.taken) == (HELD_BACK, (1,))
        assert "held back until the line is mended" in only_reason(found)

    @pytest.mark.parametrize(
        "line",
        [
            "The embargo of 3 September 2017",
            "Embargo 1962",
            "Embargo: the vote of 3 September 2017 and what it means for all of those who were on the move",
            "Publish 5 reports",
            "Published: 3 September 2017",
            "Publicado el 3 de septiembre de 2017",
            "Publish what you know of the plan of 2017",
            "Fecha de publicación: 3 de septiembre de 2017",
        ],
    )
    def test_a_text_that_speaks_of_embargoes_is_none(self, line):
        assert said("The Commission met.", line) == Said()


class TestTake:
    def test_fields_end_at_the_first_line_that_is_none(self):
        found = said("Países: PA", "", "Temas: gender", "Text: more", "Link: https://example.org/")
        assert found == Said(count=3, stated=Stated(countries=("PA",), topics=("gender",)), taken=(0, 2))

    @pytest.mark.parametrize(
        "above",
        [
            ["By Ana Gómez"],
            ["Por: María Gómez, Oficina de Comunicación"],
            ["Dear all,"],
            ["Estimados colegas:", "", "San José, 3 de septiembre de 2017", "Por Ana Gómez"],
        ],
    )
    def test_fields_may_stand_under_a_greeting_and_who_wrote_it(self, above):
        found = said(*above, "Países: PA", "", "Temas: gender", "Text.", "Countries: CR")
        at = len(above)
        assert found == Said(stated=Stated(countries=("PA",), topics=("gender",)), taken=(at, at + 2))

    @pytest.mark.parametrize(
        "above", ["By land and by sea they came.", "Dear friends came from Panama.", "Por eso"]
    )
    def test_fields_under_a_sentence_are_text(self, above):
        assert said(above, "Países: PA") == Said()

    def test_more_than_some_lines_above_are_text(self):
        assert said(*["By Ana Gómez"] * 4, "Países: PA") == Said()

    def test_blank_lines_after_the_last_field_are_not_its_own(self):
        assert said("", "Countries: PA", "", "", "Text").count == 2

    def test_lines_of_one_kind_add_up(self):
        assert said("Country: PA", "Country: CR").stated.countries == ("PA", "CR")

    def test_an_empty_field_among_others_says_nothing(self):
        assert said("Countries: PA", "Topics:", "Link: ", "Text").count == 3

    def test_an_empty_field_above_another_says_nothing(self):
        found = said("Countries:", "", "Temas:", "Link: https://example.org/", "Text")
        assert (found.count, found.taken, found.link) == (4, (0, 2, 3), "https://example.org/")

    def test_a_heading_over_text_stays_and_so_does_all_under_it(self):
        assert said("Countries:", "Those of the region", "Topics: gender") == Said()
        assert said("Countries:", "Topics:") == Said()
        assert said("Countries:", "Those of the region", "Publish: 2026-12-01 08:00").taken == (2,)

    def test_nothing_is_nothing(self):
        assert said() == said("", " ") == Said()

    @given(
        st.lists(
            st.text(max_size=40) | st.sampled_from(["Countries: PA", "Publish: x", "Topics: a and b", ""])
        )
    )
    def test_any_lines_are_answered(self, lines):
        found = said(*lines)
        assert 0 <= found.count <= len(lines)
        assert not [index for index in found.taken if not lines[index].strip()]
        assert found.count in {0, *(index + 1 for index in found.taken)}
        assert not found.count or lines[found.count - 1].strip()


class TestFrontMatter:
    def test_values_are_texts_or_lists(self):
        fields = {
            "title": "A title",
            "Países": ["Panamá", "Trinidad and Tobago"],
            "topics": "gender, trafficking",
            "link": "https://example.org/",
            "lang": "es",
            "draft": None,
            "regions": None,
            2026: "a year",
        }
        assert from_fields(fields, MANNER, 1) == Said(
            stated=Stated(countries=("PA", "TT"), topics=("gender", "trafficking")),
            link="https://example.org/",
            language="es",
        )

    def test_norway_is_norway(self):
        assert from_fields({"countries": ["PA", False]}, MANNER, 1).stated.countries == ("PA", "NO")

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("2026-12-01 08:00", datetime(2026, 12, 1, 14, tzinfo=UTC)),
            (date(2026, 12, 1), datetime(2026, 12, 1, 6, tzinfo=UTC)),
            (datetime.fromisoformat("2026-12-01 08:00"), datetime(2026, 12, 1, 14, tzinfo=UTC)),
            (
                datetime(2026, 12, 1, 8, tzinfo=timezone(timedelta(hours=1))),
                datetime(2026, 12, 1, 7, tzinfo=UTC),
            ),
            (datetime.fromisoformat("9999-12-31 20:00"), HELD_BACK),
            ("soon", HELD_BACK),
            (True, HELD_BACK),
        ],
    )
    def test_an_embargo_may_be_what_yaml_makes_of_it(self, value, expected):
        assert from_fields({"publish": value}, MANNER, 1).publish_at == expected

    def test_every_value_that_is_none_is_a_problem_for_nothing_here_is_a_sentence(self):
        found = from_fields({"countries": ["a new report says Panama must act", "Panma"]}, MANNER, 7)
        assert [problem.line for problem in found.problems] == [7, 7]
        assert "Did you mean Panama (PA)?" in found.problems[1].reason


class TestLineOfAWebPage:
    @pytest.mark.parametrize(
        ("key", "text", "expected"),
        [
            ("countries", "Panamá, Costa Rica", Stated(countries=("PA", "CR"))),
            ("countries", "País: Panamá | Noticias | Belice", Stated(countries=("PA", "BZ"))),
            ("topics", "Noticias / Trata de\u00a0personas", Stated(topics=("trafficking",))),
            ("regions", "", Stated()),
        ],
    )
    def test_words_that_are_no_terms_say_nothing(self, key, text, expected):
        assert read_value(key, text, MANNER) == expected
