"""Text comes out as it was written, whatever the encoding; what is no text is refused in a sentence."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.decoding import beginning, decode
from feedsvc.errors import BulletinError

TEXTS = [
    "3 de septiembre de 2017\n\nMigración y niñez: “el camino” – dijo.\n\n¿Cómo? ¡Así! El señor Núñez, de Perú.",
    "Migración\n",
    "México",
    "Más",
    "Niñez",
    "MIGRACIÓN Y NIÑEZ EN CENTROAMÉRICA",
    "El lago de Atitlán",
    "Número 5.º: «así» siguió en 1990–2000",
    "The country’s wall — “not built” – said d’Ivoire",
    "word—word and Paris–London",
    "São Tomé, où l’été coûte cher: à Besançon",
]
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "mac_roman", *WIDE])
def test_what_an_office_wrote_comes_out_as_it_was_written(text, encoding):
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("this text can't be written in this encoding")
    if encoding == "mac_roman" and text.isascii():
        pytest.skip("nothing tells it from others")
    assert decode(data) == text


def test_windows_1252_is_taken_where_nothing_tells_encodings_apart():
    assert decode("• uno".encode("cp1252")) == "• uno"


def test_whole_words_of_other_letters_are_recognised():
    text = "Миграция в Центральной Америке: сообщение для прессы, третье сентября."
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет"),
        (b"<meta charset=koi8-r>" + "Привет".encode("koi8-r"), "", "<meta charset=koi8-r>Привет"),
        (
            b"<?xml version='1.0' encoding='iso-8859-5'?>" + "Привет".encode("iso8859-5"),
            "",
            "<?xml version='1.0' encoding='iso-8859-5'?>Привет",
        ),
        ("“así”".encode("cp1252"), "iso-8859-1", "“así”"),
        ("“así”".encode("cp1252"), "us-ascii", "“así”"),
        ("así".encode(), "iso-8859-1", "así"),
        ("así".encode("cp1252"), "utf-8", "así"),
        ("así".encode("cp1252"), "nonsense", "así"),
        ("así".encode("cp1252"), "punycode", "así"),
        ("así".encode("cp1252"), "x\x00y", "así"),
        ("así".encode("cp1252"), "unicode_escape", "así"),
    ],
    ids=str,
)
def test_a_declaration_counts_where_the_bytes_are_in_it(data, declared, text):
    assert decode(data, declared) == text


def test_the_servers_declaration_comes_before_the_documents_own():
    page = b"<meta charset=windows-1252>" + "Привет".encode("koi8-r")
    assert decode(page, "koi8-r").endswith("Привет")


def test_the_right_line_of_a_file_is_repaired_and_no_other():
    broken = "Migración y niñez: “así”".encode().decode("cp1252", "replace").replace("\ufffd", "\x9d")
    others = [
        "“curly” and ‘single’",
        "ﬁne ligatures",
        "ＦＵＬＬ ｗｉｄｔｈ",
        "a\xa0b",
        "&amp;",
        "Dá à São Tomé ÂNGULO",
        "x\r",
        "n\u0303",
    ]
    assert decode("\n".join([*others, broken]).encode()).split("\n") == [
        *others,
        "Migración y niñez: “así”",
    ]


def test_a_broken_word_in_a_good_line_is_repaired():
    assert decode("La migraciÃ³n “es” una canción".encode()) == "La migración “es” una canción"


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_text_encoded_twice_is_repaired(encoding):
    text = "Más niñez en Panamá, señora: ¿qué pasó después?"
    assert decode(text.encode().decode(encoding).encode()) == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)),
        b"\x00" * 100,
        b"abc\x00" + bytes(range(1, 9)),
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00\xd8",
        codecs.BOM_UTF32_LE + b"ab",
    ],
    ids=str,
)
def test_what_is_no_text_is_refused_with_what_to_do(data):
    with pytest.raises(BulletinError, match=r"Save it as a Word document"):
        decode(data)


@pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE], ids=str)
def test_nothing_is_an_empty_text(data):
    assert decode(data) == ""


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="ÃÂâÄÅð√¬\ufeff")))
def test_text_in_utf_8_comes_back_equal(text):
    assert decode(text.encode()) == text


WORDS = [
    "migración",
    "Niñez",
    "MIGRACIÓN",
    "ESPAÑA",
    "¿Cómo?",
    "¡Así!",
    "«así»",
    "“así”",
    "‘él’",
    "l’âge",
    "São",
    "coração",
    "À",
    "ÂNGULO",
    "ÃO",
    "à",
    "d’où",
    "être",
    "Ça",
    "naïve",
    "Núñez,",
    "1.ª",
    "N.º",
    "20°",
    "€5",
    "£3",
    "—",
    "–",
    "…",
    "•",
    "güe",
    "VERGÜENZA",
    "français:",
    "œuvre",
    "Ångström",
    "Malmö",
    "Straße",
    "50%",
]


@given(st.lists(st.sampled_from(WORDS)), st.sampled_from([" ", "\n", "\xa0", ", "]))
def test_text_in_languages_of_western_europe_comes_back_equal(words, between):
    text = between.join(words)
    assert decode(text.encode()) == text


@given(st.binary(), st.text(max_size=20))
def test_any_bytes_are_text_or_refused(data, declared):
    try:
        assert isinstance(decode(data, declared), str)
    except BulletinError:
        assert data


def test_the_beginning_of_any_bytes_can_be_looked_at():
    assert beginning("<html>é".encode("utf-16-le"), 6) == "<html>"
    assert beginning(codecs.BOM_UTF8 + b"<html>\xe9") == "<html>\ufffd"
