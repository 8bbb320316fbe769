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
    ("text", "encoding"),
    [
        ("ホンジュラス\n移民\nホンジュラス\n九月三日", "euc_jp"),
        ("이주\n소식\n중앙아메리카\n중앙아메리카", "cp949"),
        ("Америке сделать сам", "cp866"),
    ],
)
def test_what_is_by_chance_half_utf_8_is_recognised(text, encoding):
    assert decode(text.encode(encoding)) == text
    assert decode(text.encode(encoding), encoding) == text


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


# Scripts that Windows-1252 has no letters of, an accent on its own, and what turns text round: nothing brings them
# back once they are read in another encoding.
SCRIPTS = """3 de septiembre de 2017

Migración y niñez: “el camino” – dijo Núñez
مرحبا Panama migration
日本語 Honduras
Cafe\u0301 con pan
abc \u202edef
Миграция, μετανάστευση, 🙂
"""


@pytest.mark.parametrize(
    ("bad", "read"),
    [
        (b"a \xed\xa0\x80 b", "a \ufffd b"),
        (b"a\xed\xa0\x80b", "a\ufffdb"),
        (b"country\xe2\x80s", "country\ufffds"),
        (b"a \xf0\x9f\x99", "a \ufffd"),
        (b"a \xff b", "a \ufffd b"),
        (b"a\x81b", "a\ufffdb"),
        (b"\xf1", "\ufffd"),
        (b"migraci\xc3n", "migraci\ufffdn"),
        (b"migraci\xb3n", "migraci\ufffdn"),
        ("語".encode() + b"\xe6\x97" + "日".encode(), "語\ufffd日"),
        ("語".encode() + b"\xe6" + "日".encode(), "語\ufffd日"),
        ("Más niñez y ".encode() + b"m\xe1s ni\xf1ez, a\xfan", "Más niñez y más niñez, aún"),
        (b"MIGRACI\xd3N \xc1rea \xe9l caf\xe9", "MIGRACIÓN Área él café"),
        (b"Cura\xe7\xe3o, c\xe2mara", "Curação, câmara"),
        (
            b"the country\x92s \x93wall\x94 \x96 \xbfC\xf3mo? \xa1As\xed!",
            "the country’s “wall” \ufffd ¿Cómo? ¡Así!",
        ),
        (b"1.\xaa, \x93as\xed\x94", "1.\ufffd, “así”"),
    ],
    ids=str,
)
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1"])
def test_bytes_that_are_not_utf_8_cost_no_line_but_their_own(bad, read, declared):
    assert (
        decode(SCRIPTS.encode() + bad + b"\n" + SCRIPTS.encode(), declared) == SCRIPTS + read + "\n" + SCRIPTS
    )


@pytest.mark.parametrize(
    "text", ["Cafe\u0301 niñez", "abc \u202edef: niñez", "مرحبا", "日本語", "Migración y niñez en Panamá"]
)
@pytest.mark.parametrize(
    ("bad", "read"), [(b"\xff", "\ufffd"), (b"x\xe2\x80", "x\ufffd"), (b"a\xf1o", "año")]
)
def test_a_short_text_is_utf_8_where_other_readings_make_less_sense(text, bad, read):
    assert decode(text.encode() + b"\n" + bad) == f"{text}\n{read}"


@pytest.mark.parametrize(
    "text",
    [
        # “É”” and such are by chance characters of UTF-8.
        "É” “A",
        "«CAFÉ” y “SÍ” más»",
        "“CAFÉ” dijo “Ó”, “SÍ” y “NÓ”",
        "dijo “está…” y “esté…”: “NÓ”",
        "Migración y niñez en Panamá\n“PAPÁ, DIJO ÉL, DICE QUE SÍ”",
    ],
)
def test_a_text_in_windows_1252_may_have_what_looks_like_utf_8(text):
    assert decode(text.encode("cp1252")) == text


def test_a_text_half_of_which_was_pasted_in_windows_1252_is_read_line_by_line():
    line = "Más niñez en Panamá: “¿qué pasó?”, señora"
    assert decode((line + "\n").encode() * 5 + (line + "\n").encode("cp1252") * 5) == (line + "\n") * 10


LINES = [
    "Migración y niñez en Panamá: “así”",
    "مرحبا بالعالم Panama",
    "日本語のニュース Honduras",
    "Cafe\u0301 y n\u0303",
    "שלום עולם",
    "abc \u202edef\u202c",
    "Миграция в Центральной Америке",
    "नमस्ते दुनिया",
    "สวัสดีชาวโลก",
    "이주 소식",
    "plain words",
    "🙂 🇵🇦",
    "",
]
# Bytes that are no ASCII: others would be text, and end lines.
STRAY = st.binary(min_size=1, max_size=3).map(lambda data: bytes(byte | 0x80 for byte in data))


@given(
    st.lists(st.sampled_from(LINES)),
    st.lists(st.tuples(st.integers(0), st.integers(0), STRAY), max_size=3),
)
def test_lines_without_a_bad_byte_are_read_as_they_were_written(others, stray):
    lines = [*LINES, *others]
    data, hit = [[char.encode() for char in line] for line in lines], set()
    for place, at, bad in stray:
        line = 1 + place % (len(lines) - 1)  # two bytes may be a byte order mark at the beginning
        data[line].insert(at % (len(data[line]) + 1), bad)
        hit.add(line)
    found = decode(b"\n".join(b"".join(line) for line in data)).split("\n")
    assert len(found) == len(lines)
    assert [line for n, line in enumerate(found) if n not in hit] == [
        line for n, line in enumerate(lines) if n not in hit
    ]


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
