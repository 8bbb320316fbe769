"""Keys outlive versions: the quick way to a text's words gives what the plain way gives, for every character."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.keys import text_key, words_of


def plainly(text):
    folded = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(re.findall(r"[^\W_]+", folded)) or text.strip()


@given(st.text() | st.text(alphabet="aBñÑ é’“—…½ßªµﬁᴬø\u0301_-.,1 \n"))
def test_words_are_found_as_plainly(text):
    assert words_of(text) == plainly(text)


@pytest.mark.parametrize("plane", range(17))
def test_every_character_gives_the_words_that_it_plainly_gives(plane):
    characters = (chr(code) for code in range(plane << 16, (plane + 1) << 16) if not 0xD800 <= code < 0xE000)
    other = [ascii(each) for each in characters if words_of(f"a{each}B é") != plainly(f"a{each}B é")]
    assert other == []


def test_a_key_stays_for_ever():
    assert text_key("La Comisión – “niñez” y ½ migración…") == "ob5ywll3zqr6jxy2"
