import pytest


def found(labeller, title, *paragraphs):
    labels = labeller.label(title, paragraphs)
    return [label.term for label in labels.countries], [label.term for label in labels.mentions]


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Talks in Panama", "PA"),
        ("Charlas en Panamá", "PA"),
        ("CHARLAS EN PANAMA", "PA"),
        ("Las mujeres salvadoreñas se organizan", "SV"),
        ("Llegan menores franceses", "FR"),
        ("A school in San Pedro Sula", "HN"),
        ("Norway and Sweden sign", "NO SE"),
        ("EE. UU. y México conversan", "MX US"),
        ("Elections in the U.S.", "US"),
        ("Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire asks for help", "CI"),
    ],
)
def test_names_peoples_and_places_give_the_country(labeller, title, countries):
    assert found(labeller, title) == (countries.split(), [])


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Shelters in New Mexico", "US"),
        ("Storm over the Gulf of Mexico", ""),
        ("Ciudad de México recibe a migrantes", "MX"),
        ("Guinea-Bissau and Equatorial Guinea meet", "GQ GW"),
        ("Papua New Guinea votes", "PG"),
        ("Work in the Dominican Republic", "DO"),
        ("Work in Dominica", "DM"),
        ("South Sudan votes", "SS"),
        ("The Paris Agreement at two", ""),
        ("Antigua Guatemala recibe visitantes", "GT"),
        ("British Virgin Islands rebuild", "VG"),
    ],
)
def test_the_longest_word_wins(labeller, title, countries):
    assert found(labeller, title) == (countries.split(), [])


@pytest.mark.parametrize(
    "title",
    [
        "Reunión de trabajo con las familias",
        "Mauricio López gana el premio",
        "Para todas las personas",
        "The chile harvest has begun",
        "Salvador Nasralla habla",
        "A woman from nowhere",
    ],
)
def test_what_only_looks_like_a_country_is_none(labeller, title):
    assert found(labeller, title) == ([], [])


def test_a_word_with_two_meanings_counts_beside_a_surer_one(labeller):
    assert found(labeller, "Inundación en Colón") == ([], [])
    assert found(labeller, "Inundación en Colón", "Las autoridades panameñas evacúan.") == (["PA"], [])


def test_a_word_that_two_countries_share_goes_to_the_one_spoken_for(labeller):
    assert found(labeller, "Dominican children", "Help reaches Roseau.") == (["DM"], [])
    assert found(labeller, "Dominican children", "Help reaches Santo Domingo.") == (["DO"], [])


def test_the_nationality_of_one_person_is_a_mention(labeller):
    assert found(labeller, "A film on migration", "It is directed by a Costa Rican filmmaker.") == (
        [],
        ["CR"],
    )
    assert found(labeller, "Una película", "La dirige el cineasta costarricense Miguel.") == ([], ["CR"])


def test_the_nationality_of_a_group_is_what_an_entry_is_about(labeller):
    assert found(labeller, "Asesinan a dos migrantes hondureñas")[0] == ["HN"]


@pytest.mark.parametrize(
    "dateline",
    ["Managua. ", "Managua \N{EM DASH} ", "Managua, 14 dic (AGN).- ", "MANAGUA, 18 de diciembre de 2017 - "],
)
def test_a_dateline_gives_the_country_that_nothing_else_gives(labeller, dateline):
    assert found(labeller, "Nueva ley", f"{dateline}El parlamento aprobó la ley.") == (["NI"], [])


def test_a_dateline_is_a_mention_beside_what_the_entry_is_about(labeller):
    lead = "Guatemala/San Salvador. Guatemala vive hoy un día de luto."
    assert found(labeller, "Luto en Guatemala por las víctimas", lead) == (["GT"], ["SV"])


def test_a_seat_of_organisations_in_a_dateline_is_a_mention(labeller):
    assert found(labeller, "A new app", "Geneva \N{EN DASH} It is free.") == ([], ["CH"])


def test_a_country_named_once_and_late_is_taken_if_it_is_the_only_one(labeller):
    assert found(labeller, "Taller", "Primero.", "Segundo.", "Se hizo en la Republica Dominicana.") == (
        ["DO"],
        [],
    )


def test_countries_named_in_passing_are_mentions(labeller):
    lead = f"Panama opens a school in Panama City, and the children are glad{', very glad' * 10}."
    assert found(labeller, "Panama opens a school", lead, "Chile did so, too.") == (["PA"], ["CL"])


def test_a_long_list_gives_all_the_parties(labeller):
    list_ = "Signed by Cameroon, Chad, Ethiopia, Niger, Nigeria, South Sudan and Uganda."
    countries, _ = found(labeller, "Canada helps", "Canada gives. Canada is glad.", list_)
    assert countries == ["CA", "CM", "ET", "NE", "NG", "SS", "TD", "UG"]


def test_the_evidence_says_which_words_where_and_how_much(labeller):
    (label,) = labeller.label("PANAMÁ: taller", ["Migrantes panameños aprenden."]).countries
    assert [(said.words, said.place, said.kind, said.weight) for said in label.evidence] == [
        ("PANAMÁ", "title", "name", 3.0),
        ("panameños", "lead", "people", 1.5),
    ]
    assert label.score == 4.5


def test_what_is_said_again_counts_less_each_time(labeller):
    (label,) = labeller.label("Cuba, Cuba, Cuba", []).countries
    assert [said.weight for said in label.evidence] == [3.0, 1.5, 1.0]


def test_the_lead_goes_on_after_a_byline(labeller):
    (label,) = labeller.label("Nuevo programa", ["REDACCIÓN", "Se presentó en Belice."]).countries
    assert [said.place for said in label.evidence] == ["lead"]


@pytest.mark.parametrize(
    ("text", "countries", "mentions"),
    [
        ("El INM atendió a personas de Honduras. Viajaban por México y México las recibe.", "MX HN", ""),
        ("Las oficinas de La Paz abren; Bolivia las pidió a Bolivia. México observa.", "BO MX", ""),
        ("Se aprobó el programa DACA.", "", ""),
        ("Se aprobó en Daca.", "BD", ""),
        ("SE APROBÓ EN DACA.", "BD", ""),
        ("DACA, 3 may (AFP) - Se aprobó.", "BD", ""),
    ],
)
def test_a_word_is_taken_for_what_the_words_around_it_say(labeller, text, countries, mentions):
    assert found(labeller, "Noticias", text) == (sorted(countries.split()), mentions.split())


def test_a_meeting_at_a_seat_of_organisations_is_a_mention(labeller):
    lead = "Minister Lee of Canada spoke in New York about the plans that Canada has."
    assert found(labeller, "Canada gives more", lead) == (["CA"], ["US"])


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Reunión con el embajador", ""),
        ("Mauricio pidió ayuda", ""),
        ("Trabajo para Pará", ""),
        ("Fiesta de Guadalupe", ""),
        ("Ayuda a las islas Turcas y Caicos", "TC"),
        ("Shelters in New Mexico", "US"),
        ("Antigua Guatemala, ciudad colonial", "GT"),
        ("The Mexico City Policy returns", ""),
        ("Refugio Gómez y Santiago Pérez cantan", ""),
        ("The country of Georgia votes", "GE"),
        ("Migrantes a EU", ""),
        ("Migrantes a EU: Estados Unidos los recibe", "US"),
        ("The EU and France help", "FR"),
        ("Conred vigila el volcán", "GT"),
        ("Sinapred vigila el volcán", "NI"),
        ("Copeco vigila el río", "HN"),
        ("Sinaproc vigila el río", "PA"),
    ],
)
def test_known_traps(labeller, text, countries):
    assert found(labeller, text)[0] == countries.split()


@pytest.mark.parametrize(
    ("lead", "countries", "mentions"),
    [
        ("Migrants cross Mexico, says the IOM Chief of Mission for El Salvador, Guatemala and Honduras.",
         "MX", "GT HN SV"),
        ("Migrantes cruzan México, dice la jefa de misión para El Salvador, Guatemala y Honduras.",
         "MX", "GT HN SV"),
        ("Migrants cross Mexico, says the Chief of Mission for Honduras. Guatemala waits.", "GT MX", "HN"),
        ("The workshop was opened by the Chief of Mission in Honduras.", "HN", ""),
    ],
)  # fmt: skip
def test_the_countries_of_an_office_are_mentions(labeller, lead, countries, mentions):
    assert found(labeller, "News", lead) == (countries.split(), mentions.split())


def test_a_word_for_one_language_is_not_found_in_another(labeller):
    def words(lead):
        labels = labeller.label("News", [lead])
        return [said.words for label in labels.countries for said in label.evidence]

    assert words("Los migrantes van a Estados Unidos, y la policía de EU los espera.") == [
        "Estados Unidos",
        "EU",
    ]
    assert words("The United States and the EU have signed it.") == ["United States"]


@pytest.mark.parametrize(
    ("title", "lead", "countries"),
    [
        ("Jordan Peterson and Chad Smith to speak at fundraiser", "", ""),
        ("Francia Márquez inaugura el encuentro", "", ""),
        ("Habla el autor", "Israel Hernández López dijo que vendrá.", ""),
        ("Jordan Opens Work Permits to Syrian Refugees", "", "JO SY"),
        ("JORDAN OPENS ITS DOORS", "", "JO"),
        ("Chad: Sudanese keep coming", "", "SD TD"),
        ("Help on its way", "The Chad Red Cross Society sends doctors.", "TD"),
        ("Help on its way", "Jordan Miles flew to Amman.", "JO"),
    ],
)
def test_a_country_s_name_before_a_surname_is_a_person_s(labeller, title, lead, countries):
    assert found(labeller, title, lead)[0] == countries.split()


@pytest.mark.parametrize(
    ("text", "countries", "mentions"),
    [
        ("Taller en San José", "CR", ""),
        ("Feria en la colonia San José", "", ""),
        ("Vecinos de San José Pinula se organizan", "GT", ""),
        ("Guatemala y México conversan; las delegaciones vuelven por San José a Guatemala.", "GT MX", "CR"),
    ],
)
def test_a_capital_that_has_namesakes_is_meant_where_nothing_else_is_said(
    labeller, text, countries, mentions
):
    assert found(labeller, "Noticias", text) == (countries.split(), mentions.split())


@pytest.mark.parametrize(
    "text", ["The film is by a Brazilian director and an Italian producer.", "Carteles en español y creole"]
)
def test_who_made_something_and_in_which_language_is_not_what_it_is_about(labeller, text):
    assert found(labeller, "News", text)[0] == []
