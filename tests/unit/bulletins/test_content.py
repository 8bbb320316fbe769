"""What is published of a draft."""

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from feedsvc.bulletins import body_html, clean, slug, summary
from feedsvc.bulletins.content import clean_line, scrub

# What XML 1.0 forbids, what can't be seen, and what turns round the text after it.
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANYTHING)
def test_clean_text_is_one_line_that_any_xml_can_hold(text):
    cleaned = clean(text)
    assert cleaned == clean(cleaned) == unicodedata.normalize("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    etree.Element("p").text = cleaned  # refuses what XML 1.0 does
    cleaned.encode()


@given(ANYTHING)
@example("a \ufffc  b ")
@example("\xa0a")
def test_what_is_quick_changes_nothing(text):
    scrubbed = unicodedata.normalize("NFC", UNWANTED.sub("", text))
    assert scrub(text) == scrubbed
    assert clean_line(text) == (scrubbed, " ".join(scrubbed.split()))


@given(
    st.text(st.sampled_from("aé\u0301\u0316\u0344\u0958\U0001d164\u200b ")),
    st.sampled_from("\u0301\u0316\u0344\U0001d165"),
)
def test_no_letter_bears_more_than_thirty_marks(text, mark):
    scrubbed = scrub(f"a{mark * 40}{text}{mark * 40}")
    marks = "".join("x" if unicodedata.combining(char) else " " for char in scrubbed)
    assert max(map(len, marks.split())) <= 30
    assert scrub(scrubbed) == unicodedata.normalize("NFC", scrubbed) == scrubbed


def test_thirty_marks_stay():
    assert scrub("b" + "\u0316" * 30) == "b" + "\u0316" * 30


@pytest.mark.parametrize("text", ["a" + "\u0301\u0316" * 1_000_000, ("a" + "\u0316" * 30) * 50_000])
def test_many_marks_take_no_long_time(text):
    started = time.process_time()
    scrub(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a\u00a0 b\tc\r\nd\x85e\x0bf ", "a b c d e f"),
        ("a\x00b\x07c\x7fd\x9fe", "abcde"),
        ("a\ufffeb\uffffc\ufdd0d\ud800e", "abcde"),
        ("mi\u00adgra\u200bción\ufeff", "migración"),
        ("Panama\u0301", "Panamá"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("👩\u200d👧 \u0645\u06cc\u200c\u062e \u200f", "👩\u200d👧 \u0645\u06cc\u200c\u062e \u200f"),
    ],
)
def test_what_can_not_be_seen_goes_and_what_words_need_stays(text, cleaned):
    assert clean(text) == cleaned


@given(st.lists(ANYTHING.map(clean)))
def test_a_body_says_just_what_its_paragraphs_say(paragraphs):
    tree = etree.fromstring(f"<div>{body_html(paragraphs)}</div>")
    assert ["".join(p.itertext()) for p in tree] == paragraphs
    assert {element.tag for element in tree.iter()} <= {"div", "p", "a"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert('x')</script>", "<p>&lt;script&gt;alert('x')&lt;/script&gt;</p>"),
        (
            "See https://iom.int/a?b=1&c=2.",
            '<p>See <a href="https://iom.int/a?b=1&amp;c=2">https://iom.int/a?b=1&amp;c=2</a>.</p>',
        ),
        (
            '(http://x.org/"onclick=1)',
            '<p>(<a href="http://x.org/">http://x.org/</a>"onclick=1)</p>',
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ],
)
def test_only_web_addresses_become_markup(text, html):
    assert body_html([text]) == html


class TestSummary:
    def test_a_short_text_is_its_own_summary(self):
        assert summary(["One.", "Two."]) == "One. Two."
        assert summary([]) == ""

    def test_it_ends_with_a_sentence_where_one_ends_late_enough(self):
        assert summary(["First one. Second one. Third one."], limit=26) == "First one. Second one. …"

    def test_it_ends_with_a_word_otherwise(self):
        assert summary(["Yes. Panamá y Costa Rica, juntas siempre"], limit=26) == "Yes. Panamá y Costa Rica…"

    @given(st.lists(ANYTHING.map(clean)), st.integers(10, 300))
    def test_it_is_never_longer_than_its_limit(self, paragraphs, limit):
        assert len(summary(paragraphs, limit)) <= limit


class TestSlug:
    @pytest.mark.parametrize(
        ("title", "expected"),
        [
            ("Niñez y Migración: ¿qué sigue?", "ninez-y-migracion-que-sigue"),
            ("../../etc/passwd", "etc-passwd"),
            ("移民", "entry"),
            ("", "entry"),
            ("word " * 40, "-".join(["word"] * 16)),
            ("x" * 200, "x" * 80),
        ],
    )
    def test_it_is_the_words_of_the_title(self, title, expected):
        assert slug(title) == expected

    @given(ANYTHING)
    def test_any_title_gives_one_that_fits_an_address(self, title):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(title))
        assert len(slug(title)) <= 80


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_goes_by_without_being_normalised_has_nothing_to_normalise(encoding):
    text = bytes(code for code in range(256) if code not in b"\x81\x8d\x8f\x90\x9d").decode(encoding)
    assert unicodedata.is_normalized("NFC", text)
    assert not any(map(unicodedata.combining, text))
