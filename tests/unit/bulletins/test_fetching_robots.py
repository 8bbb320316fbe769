"""What robots.txt asks, and what is remembered of it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.web.robots import PAUSE, ROBOTS_HOLD, ROBOTS_LIMIT, Hosts, Robots

AGENT = "feedsvc/1.0"
PAGE = "https://example.org/news/2017?page=2"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news", False),
        ("User-agent: *\nDisallow: /new\nAllow: /news", True),
        ("User-agent: *\nDisallow: /*?page=", False),
        ("User-agent: *\nDisallow: /2017", True),
        ("User-agent: FEEDSVC\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: feedsvc/9 # ours\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User agent feedsvc\nDisallow: /", False),
        ("User-agent: a\nUser-agent: *\nUser-agent: b\nDisallow: /", False),
        ("User-agent: svc\nDisallow: /", True),
        ("User-agent: feed\nDisallow: /", True),
        ("Disallow: /", True),
        ("<html><body>User-agent: *<br>Disallow: /</body></html>", True),
    ],
)
def test_what_is_allowed(text, allowed):
    assert Robots(text, AGENT).allows(PAGE) == allowed


@given(st.text(), st.text())
def test_any_text_is_read(text, page):
    robots = Robots(text, AGENT)
    robots.allows(f"https://example.org/{page}")
    assert robots.pause >= PAUSE


@pytest.mark.parametrize(
    "lines",
    [
        [f"User-agent: a{number}\n" for number in range(15_000)] + ["Allow: /x\n"] * 20_000,
        [f"User-agent: feedsvc/{number}\n" for number in range(10_000)] + ["Allow: /x\n"] * 20_000,
        [f"User  agent a{number}\n" for number in range(15_000)] + ["Allow: /x\n"] * 20_000,
        ["User-agent: *\n"] + [f"Disallow: /{number}\n" for number in range(30_000)],
        ["User-agent: *\nDisallow: /", "*n" * 200_000, "\n"],
        ["User-agent: *\n", "Disallow: /*q\n" * 35_000],
        ["user" + " " * 400_000 + "agent"],
    ],
)
def test_a_robots_txt_made_to_keep_us_busy_does_not(lines):
    text = "".join(lines)[:ROBOTS_LIMIT]
    began = time.process_time()
    assert Robots(text, AGENT).allows(PAGE + "n" * 5000)
    assert time.process_time() - began < 3


def test_of_many_sites_the_last_ones_are_remembered_and_for_a_day_at_most():
    now = [0.0]
    hosts = Hosts(lambda: now[0])
    sites = [f"https://{number}.example" for number in range(20)]
    for site in sites:
        hosts.remember(site, Robots("", AGENT))
    remembered = [site for site in sites if hosts.robots(site)]
    assert remembered == sites[-len(remembered) :]
    assert 1 < len(remembered) < 20
    now[0] = ROBOTS_HOLD
    assert not any(hosts.robots(site) for site in sites)


def test_hosts_are_waited_for_one_by_one():
    now, slept = [0.0], []
    hosts = Hosts(lambda: now[0], slept.append)
    hosts.take_turn("a.example", 1)
    hosts.take_turn("b.example", 1)
    now[0] = 0.25
    hosts.take_turn("a.example", 1)
    hosts.take_turn("b.example", 30)
    now[0] = 100
    hosts.take_turn("a.example", 30)
    assert slept == [0.75, 29.75]
