"""Colours: contrast as WCAG counts it, and colours that are always read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.looks import DARK, LEAST_CONTRAST, LIGHT, contrast, dark_for, mixed, readable_on, with_contrast

COLOURS = st.binary(min_size=3, max_size=3).map(lambda channels: f"#{channels.hex()}")
HARDEST = "#757575"


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0b5b68", "#0b5b68", 1.0)],
)
def test_contrast_is_that_of_wcag(one, other, found):
    assert contrast(one, other) == pytest.approx(found, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


def test_colours_are_mixed():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"


@given(COLOURS)
def test_black_or_white_is_read_on_anything(ground):
    assert contrast(readable_on(ground), ground) >= 4.2
    assert contrast(readable_on(HARDEST), HARDEST) >= 4.2


@given(COLOURS)
def test_a_colour_that_is_read_stays_and_any_other_is_brought_there(colour):
    for ground in (LIGHT.paper, DARK.paper):
        nearer = with_contrast(colour, ground)
        assert contrast(nearer, ground) >= LEAST_CONTRAST
        assert (nearer == colour) == (contrast(colour, ground) >= LEAST_CONTRAST)


def pairs(palette):
    """What text stands on, in each of its colours."""
    return [
        (palette.ink, palette.paper),
        (palette.quiet, palette.paper),
        (palette.quiet, palette.ground),
        (palette.accent, palette.paper),
        (palette.ink, palette.shade),
        (palette.on_tint, palette.tint),
        (palette.on_band, palette.band),
        (palette.quiet_on_band, palette.band),
        (palette.on_accent, palette.accent),
    ]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_all_of_our_own_is_read(palette):
    assert [pair for pair in pairs(palette) if contrast(*pair) < LEAST_CONTRAST] == []


@given(accent=COLOURS, band=COLOURS, mark=COLOURS)
def test_what_goes_with_any_light_colours_is_read_in_the_dark(accent, band, mark):
    dark = dark_for(replace(LIGHT, accent=accent, band=band, mark=mark), {})
    # No colour of text is as far as that from some greys: black and white on a band are the best there is.
    assert [pair for pair in pairs(dark) if contrast(*pair) < 4.2] == []


def test_what_is_given_for_the_dark_is_taken():
    assert dark_for(LIGHT, {"accent": "#ffcc00"}).accent == "#ffcc00"
    assert dark_for(LIGHT, {}) == DARK
