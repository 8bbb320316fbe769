"""Telling a hub, over HTTP: what it is sent, and what its answers mean."""

import time

import pytest
from hubs import fake_hub
from sites import free_port

from feedsvc.websub import LINES, Hub

TOPIC = "https://bulletin.example.org/feeds/all.atom"
MANY = [f"{TOPIC}?{number}" for number in range(10)]


@pytest.fixture
def server():
    with fake_hub() as server:
        yield server


@pytest.fixture
def hub(server):
    with Hub(server.url, "feedsvc/1 (+https://bulletin.example.org/)", timeout=0.5) as hub:
        yield hub


def test_a_hub_is_told_of_a_feed_in_a_form_that_all_hubs_take(hub, server):
    assert hub.tell(TOPIC).reason == ""
    ((headers, form),) = server.requests
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["User-Agent"].startswith("feedsvc/")
    assert form == {"hub.mode": ["publish"], "hub.url": [TOPIC], "hub.topic": [TOPIC]}


def test_each_feed_has_a_request_of_its_own_and_a_reply_in_its_place(hub, server):
    server.refuse = lambda topic: 400 if topic.endswith("3") else None
    replies = hub.tell_all(MANY)
    assert [bool(reply.reason) for reply in replies] == [number == 3 for number in range(10)]
    assert sorted(form["hub.url"][0] for _, form in server.requests) == MANY
    assert all(len(form["hub.url"]) == 1 for _, form in server.requests)


@pytest.mark.parametrize(
    ("status", "taken", "of_hub"),
    [
        (200, True, False),
        (202, True, False),
        (204, True, False),
        (301, False, True),
        (307, False, True),
        (400, False, False),
        (404, False, False),
        (422, False, False),
        (408, False, True),
        (429, False, True),
        (500, False, True),
        (503, False, True),
    ],
)
def test_what_its_answers_mean(hub, server, status, taken, of_hub):
    server.refuse = lambda topic: status
    reply = hub.tell(TOPIC)
    assert (not reply.reason, reply.of_hub) == (taken, of_hub)
    assert taken or f"127.0.0.1 answered {status}." == reply.reason


def test_what_a_hub_says_of_a_refusal_is_quoted_but_no_page(hub, server):
    server.refuse = lambda topic: 400
    server.body = b" no such\n topic " + b"x" * 1_000_000
    assert hub.tell(TOPIC).reason.startswith("127.0.0.1 answered 400: no such topic xxx")
    assert len(hub.tell(TOPIC).reason) < 200
    server.body = b"<html>no</html>"
    assert hub.tell(TOPIC).reason == "127.0.0.1 answered 400."


def test_a_hub_that_is_away_or_slow_is_asked_once_for_all(server):
    with Hub(f"http://127.0.0.1:{free_port()}/", "feedsvc", timeout=0.5) as hub:
        (reply,) = hub.tell_all(MANY)
        assert reply.of_hub
        assert "can't be reached" in reply.reason
    server.seconds = 1
    with Hub(server.url, "feedsvc", timeout=0.2) as hub:
        began = time.monotonic()
        (reply,) = hub.tell_all(MANY)
        assert time.monotonic() - began < 1
        assert reply.of_hub
        assert reply.reason == "127.0.0.1 did not answer within 0.2 seconds."


def test_what_is_told_to_stop_finishes_what_is_on_the_way_and_no_more(hub, server):
    replies = hub.tell_all(MANY, lambda: len(server.requests) > 1)
    assert len(replies) == len(server.requests) == 1 + LINES
