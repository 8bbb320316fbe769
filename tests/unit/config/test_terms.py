import pytest

from feedsvc.config.mistakes import InvalidError
from feedsvc.config.terms import StrictTerms
from feedsvc.model import Category, Scheme, Vocabulary


def country(code):
    return Category(Scheme.COUNTRY, code)


VOCABULARY = Vocabulary(
    countries=("CR", "PA"),
    topics=("trafficking", "children-youth"),
    regions={"mesoamerica": ("CR", "PA")},
    names={
        "en": {
            country("PA"): "Panama",
            country("NO"): "Norway",
            Category(Scheme.TOPIC, "trafficking"): "Trafficking in persons",
        },
        "es": {
            country("PA"): "Panamá",
            country("NO"): "Noruega",
            Category(Scheme.TOPIC, "trafficking"): "Trata de personas",
        },
    },
)


@pytest.mark.parametrize(
    ("scheme", "written", "term"),
    [
        (Scheme.COUNTRY, "PA", "PA"),
        (Scheme.COUNTRY, "pa", "PA"),
        (Scheme.COUNTRY, "NO", "NO"),
        (Scheme.TOPIC, "children-youth", "children-youth"),
        (Scheme.TOPIC, "Trafficking", "trafficking"),
    ],
)
def test_a_term_is_known_in_capitals_or_not(scheme, written, term):
    assert StrictTerms(VOCABULARY, scheme).term(written) == term


@pytest.mark.parametrize(
    ("scheme", "written", "remedy"),
    [
        (Scheme.COUNTRY, "Panama", "Write PA."),
        (Scheme.COUNTRY, "PANAMÁ", "Write PA."),
        (Scheme.COUNTRY, "Noruga", "Did you mean NO (Noruega)?"),
        (Scheme.COUNTRY, "mesoamerica", "Write its countries: [CR, PA]."),
        (Scheme.COUNTRY, "XX", "Write its two letters (ISO 3166-1), such as CR."),
        (Scheme.TOPIC, "traficking", "Did you mean trafficking?"),
        (Scheme.TOPIC, "trata de personas", "Write trafficking."),
        (Scheme.TOPIC, "childrenyouth", "Did you mean children-youth?"),
        (Scheme.TOPIC, "weather", "Write one of: trafficking, children-youth."),
    ],
)
def test_an_unknown_term_is_refused_with_what_was_probably_meant(scheme, written, remedy):
    with pytest.raises(InvalidError) as caught:
        StrictTerms(VOCABULARY, scheme).term(written)
    assert caught.value.remedy == remedy
