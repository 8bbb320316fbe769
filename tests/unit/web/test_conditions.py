"""Preconditions by RFC 9110, section 13, in a table of what is sent and what it means."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.web.conditions import http_date, verdict

ETAG = '"abc-gzip"'
CHANGED = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
SAME, BEFORE, AFTER = (
    "Mon, 23 Nov 2026 12:00:05 GMT",
    "Mon, 23 Nov 2026 12:00:04 GMT",
    "Tue, 24 Nov 2099 12:00:04 GMT",
)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        # what a client has
        ({"if-none-match": ETAG}, 304),
        ({"if-none-match": f"W/{ETAG}"}, 304),
        ({"if-none-match": f'"x", {ETAG}'}, 304),
        ({"if-none-match": f'"x",W/"y" , W/{ETAG},'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": " * "}, 304),
        ({"if-none-match": '"abc"'}, 200),
        ({"if-none-match": '"x"'}, 200),
        ({"if-none-match": '"x, *, y"'}, 200),
        ({"if-none-match": '"*"'}, 200),
        ({"if-none-match": '"x", *'}, 200),
        ({"if-none-match": "abc-gzip"}, 200),
        ({"if-none-match": f"w/{ETAG}"}, 304),
        ({"if-none-match": ""}, 200),
        ({"if-none-match": f'"x{ETAG}'}, 200),
        # since when it has it
        ({"if-modified-since": SAME}, 304),
        ({"if-modified-since": BEFORE}, 200),
        ({"if-modified-since": AFTER}, 304),
        ({"if-modified-since": "Monday, 23-Nov-26 12:00:05 GMT"}, 304),
        ({"if-modified-since": "Mon Nov 23 12:00:05 2026"}, 304),
        ({"if-modified-since": "Mon, 23 Nov 2026 12:00:05 +0000"}, 200),
        ({"if-modified-since": "Mon, 23 Nov 2026 12:00:05"}, 200),
        ({"if-modified-since": "2026-11-23T12:00:05Z"}, 200),
        ({"if-modified-since": f"{AFTER}, {AFTER}"}, 200),
        ({"if-modified-since": "Mon, 31 Feb 2027 12:00:05 GMT"}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": ""}, 200),
        # both: the validator rules
        ({"if-none-match": '"x"', "if-modified-since": SAME}, 200),
        ({"if-none-match": ETAG, "if-modified-since": BEFORE}, 304),
        ({"if-none-match": "", "if-modified-since": SAME}, 200),
        # what it insists on
        ({"if-match": ETAG}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": f'"x", {ETAG}'}, 200),
        ({"if-match": f"W/{ETAG}"}, 412),
        ({"if-match": '"x"'}, 412),
        ({"if-match": '"x"', "if-none-match": ETAG}, 412),
        ({"if-match": ETAG, "if-none-match": ETAG}, 304),
        ({"if-match": ETAG, "if-unmodified-since": BEFORE}, 200),
        ({"if-unmodified-since": SAME}, 200),
        ({"if-unmodified-since": BEFORE}, 412),
        ({"if-unmodified-since": "yesterday"}, 200),
    ],
)
def test_the_status_by_what_is_asked(headers, status):
    assert verdict(headers, ETAG, CHANGED) == status


def test_what_has_no_date_is_not_compared_by_date():
    assert verdict({"if-modified-since": AFTER}, ETAG, None) == 200
    assert verdict({"if-unmodified-since": BEFORE}, ETAG, None) == 200


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Sunday, 06-Nov-94 08:49:37 GMT", 1994),
        ("Sunday, 06-Nov-76 08:49:37 GMT", 2076),
        ("Sunday, 06-Nov-77 08:49:37 GMT", 1977),
    ],
)
def test_a_year_of_two_digits_is_at_most_50_years_ahead(text, year):
    assert http_date(text, 2026).year == year


def test_a_leap_second_is_a_date():
    assert http_date("Sat, 31 Dec 2016 23:59:60 GMT", 2026) == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.text())
def test_nothing_that_is_sent_is_a_surprise(text):
    for name in ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since"):
        assert verdict({name: text}, ETAG, CHANGED) in {200, 304, 412}
