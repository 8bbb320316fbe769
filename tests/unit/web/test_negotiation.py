"""What a client likes best, and what it makes of a header that nobody should send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.web.negotiation import accepts, preferred_coding, preferred_language, wants_delta, weighted

CODINGS = ("br", "zstd", "gzip")
ATOM, JSON, HTML, PNG = (
    "application/atom+xml",
    "application/feed+json",
    "text/html; charset=utf-8",
    "image/png",
)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip, zstd", "zstd"),
        ("deflate", ""),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0", ""),
        ("gzip; q=0.000", ""),
        ("gzip ; q=1.000 , br ;q=0", "gzip"),
        ("identity;q=1, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=1", "gzip"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0.1, gzip", "gzip"),
        ("*;q=0, gzip", "gzip"),
        ("*;q=0, identity", ""),
        ("*;q=0, identity;q=0.1", ""),
        ("br;q=0, *", "zstd"),
        ("*;q=0", None),
        ("identity;q=0", None),
        ("identity;q=0, deflate", None),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0, *;q=0.5", "br"),
        ("gzip;q=x", ""),
        ("gzip;q=nan", ""),
        ("gzip;q=-1", ""),
        ("gzip;q=", ""),
        ("gzip;q=2", "gzip"),
        (",, ,gzip,,", "gzip"),
        (";q=1", ""),
    ],
)
def test_the_coding_that_is_sent(header, coding):
    assert preferred_coding(header, CODINGS) == coding


@pytest.mark.parametrize(
    ("header", "coding"),
    [("br, gzip", ""), ("*", ""), ("*;q=0, identity;q=0.3", ""), ("identity;q=0", None), ("*;q=0, br", None)],
)
def test_what_is_not_worth_coding_is_sent_as_it_is(header, coding):
    assert preferred_coding(header, ()) == coding


@pytest.mark.parametrize(
    ("header", "kind", "taken"),
    [
        ("", ATOM, True),
        ("*/*", ATOM, True),
        ("*/*;q=0", ATOM, False),
        ("application/atom+xml", ATOM, True),
        ("Application/Atom+XML;q=0.3", ATOM, True),
        ("application/atom+xml;type=feed", ATOM, True),
        ("application/atom+xml;q=0, */*", ATOM, False),
        ("application/rss+xml, application/rdf+xml;q=0.8", ATOM, True),
        ("application/xml", ATOM, True),
        ("text/html", ATOM, True),
        ("text/*", JSON, True),
        ("application/json", JSON, True),
        ("image/png", ATOM, False),
        ("image/*, audio/ogg", ATOM, False),
        ("text/html", HTML, True),
        ("text/html;q=0, */*", HTML, False),
        ("text/*;q=0, */*", HTML, False),
        ("text/html, */*;q=0", HTML, True),
        ("text/*", HTML, True),
        ("application/xhtml+xml", HTML, False),
        ("application/atom+xml", HTML, False),
        ("image/avif,image/webp,image/apng,*/*;q=0.8", PNG, True),
        ("image/*", PNG, True),
        ("image/jpeg", PNG, False),
        ("garbage", HTML, False),
        ("text/html;q=banana", HTML, True),
    ],
)
def test_the_types_that_are_taken(header, kind, taken):
    assert accepts(header, kind) is taken


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-CR,es;q=0.9,en;q=0.8", "es"),
        ("es-MX;q=0.3,en;q=0.4", "en"),
        ("fr, es;q=0.1", "es"),
        ("de", "en"),
        ("es;q=0", "en"),
        (";;q=,", "en"),
    ],
)
def test_the_language_that_a_browser_wants_most_of_those_there_are(header, language):
    assert preferred_language(header, ("en", "es")) == language


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", False),
        ("feed", True),
        ("Feed", True),
        ("gzip, feed", True),
        ("feed;q=0", False),
        ("vcdiff", False),
    ],
)
def test_who_takes_what_changed(header, wanted):
    assert wants_delta(header) is wanted


@given(st.text(alphabet=st.sampled_from('abgzip*/;=q,.01-+ "\t'), max_size=60))
def test_nothing_that_is_sent_is_a_surprise(header):
    assert all(0 <= weight <= 1 for _, weight in weighted(header))
    assert preferred_coding(header, CODINGS) in {"br", "zstd", "gzip", "", None}
    assert accepts(header, ATOM) in {True, False}
