"""A hub is told of the feeds that changed, after they are published, and whatever happens to it."""

import threading
import time
from datetime import timedelta

import pytest
from hubs import fake_hub
from sites import free_port

PANAMA = "3 September, 2017\n\nPanama opens an office\n\nMigrants in Panama have an office.\n\n"
HONDURAS = "4 September, 2017\n\nHonduras opens a shelter\n\nA shelter for migrants in Honduras.\n\n"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub():
    with fake_hub() as hub:
        yield hub


def use(at, url):
    at.write("config/feedsvc.toml", toml(at).replace('# hub = ""', f'hub = "{url}"'))
    at.app.store.close()
    at.open()


def toml(at):
    return (at.root / "config" / "feedsvc.toml").read_text()


def later(at, by=MINUTE):
    at.now += by
    return at.app.announce()


def pending(at):
    return at.app.status().announcements


def in_all_formats(*feeds):
    return sorted(f"{feed}.{kind}" for feed in feeds for kind in ("atom", "rss", "json"))


def test_only_feeds_that_changed_are_announced_in_each_format(at, hub):
    use(at, hub.url)
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    assert hub.requests == []
    assert at.app.announce().told == len(hub.told) > 0
    assert pending(at) == 0
    first = hub.paths()
    assert set(in_all_formats("/feeds/all", "/feeds/country/pa", "/feeds/all/lang/en")) <= set(first)
    assert not any("/country/hn" in path or "/lang/es" in path or "archive" in path for path in first)
    assert later(at).told == 0

    at.write("bulletins/b.txt", HONDURAS)
    at.ingest()
    assert later(at).told > 0
    second = hub.paths()
    assert set(in_all_formats("/feeds/all", "/feeds/country/hn")) <= set(second)
    assert not any("/country/pa" in path for path in second)


def test_the_addresses_announced_are_the_feeds_own(at, hub):
    use(at, hub.url)
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    at.app.announce()
    for topic in hub.told:
        document = at.app.document(topic.removeprefix("http://localhost:8000")).document
        assert document.links == (("self", topic), ("hub", hub.url))
        assert hub.url.encode().replace(b"&", b"&amp;") in document.body


def test_a_page_that_changed_is_nothing_to_a_hub_and_a_feed_in_another_guise_is(at, hub):
    use(at, hub.url)
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    at.app.announce()
    everything = hub.paths()
    at.write("templates/web/style.css", "body { color: green }")
    at.open()
    assert at.ingest().documents > 0
    assert pending(at) == 0
    at.write("config/feedsvc.toml", toml(at).replace('content = "full"', 'content = "summary"'))
    at.open()
    at.ingest()
    later(at)
    assert hub.paths() == everything


def test_a_withdrawn_entry_is_announced(at, hub):
    use(at, hub.url)
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    at.app.announce()
    everything = hub.paths()
    at.app.set_withdrawn(at.entries()[0].id, withdrawn=True)
    later(at)
    assert hub.paths() == everything


def test_what_publishing_anew_sets_right_is_announced_and_nothing_else(at, hub):
    use(at, hub.url)
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    at.app.announce()
    at.app.publish()
    assert pending(at) == 0


def test_without_a_hub_nothing_is_noted_and_what_was_is_forgotten(at, hub):
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    assert pending(at) == 0
    use(at, hub.url)
    at.ingest()
    assert pending(at) > 0
    at.write("config/feedsvc.toml", toml(at).replace(f'hub = "{hub.url}"', 'hub = ""'))
    at.open()
    at.app.announce()
    assert pending(at) == 0
    assert hub.requests == []


def test_a_hub_that_is_down_delays_nothing_and_is_told_when_it_is_back(at):
    port = free_port()
    use(at, f"http://127.0.0.1:{port}/hub/?of=ours")
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    waiting = pending(at)
    report = at.app.announce()
    assert (report.told, report.put_off) == (0, waiting)
    assert b"Panama opens an office" in at.document("/feeds/all.atom").body
    assert "can't be reached" in at.app.status().hub_failure
    assert later(at, timedelta()).put_off == 0, "not again at once"
    with fake_hub(port) as hub:
        at.write("bulletins/b.txt", HONDURAS)
        at.ingest()
        at.app.announce()
        assert not any("/country/pa" in path for path in hub.paths()), "what is new is told at once"
        later(at, 2 * MINUTE)
        assert any("/country/pa" in path for path in hub.paths())
    assert pending(at) == 0
    assert at.app.status().hub_failure is None


def test_a_hub_that_stays_away_is_given_up_after_three_days(at):
    use(at, f"http://127.0.0.1:{free_port()}/")
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    waiting = pending(at)
    tried = gone = 0
    began = at.now
    while pending(at):
        report = later(at, timedelta(minutes=30))
        tried += report.put_off > 0
        gone += report.given_up
    assert gone == waiting
    assert 25 < tried < 50
    assert timedelta(days=3) <= at.now - began < timedelta(days=4)


def test_a_feed_that_the_hub_refuses_does_not_hold_up_the_others(at, hub):
    use(at, hub.url)
    hub.refuse = lambda topic: 404 if topic.endswith("/all.rss") else None
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    report = at.app.announce()
    assert (report.put_off, pending(at)) == (1, 1)
    assert report.told > 3
    hub.refuse = lambda topic: None
    hub.paths()
    later(at, 2 * MINUTE)
    assert hub.paths() == ["/feeds/all.rss"]


def test_what_was_claimed_by_a_process_that_was_killed_is_announced_in_a_minute_or_so(at, hub):
    use(at, hub.url)
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    waiting = pending(at)
    from feedsvc.pipeline.announce import CLAIM

    with at.app.store.writing() as tx:
        tx.announcements.claim(at.now, at.now + CLAIM)  # and here it is killed
    at.app.store.close()
    at.open()
    assert at.app.announce().told == 0
    assert later(at, CLAIM).told == waiting
    assert timedelta(minutes=2) > CLAIM


def test_what_is_published_while_the_hub_thinks_is_published_at_once_and_announced_after(at, hub):
    use(at, hub.url)
    hub.seconds = 0.3
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    announcing = threading.Thread(target=at.app.announce)
    announcing.start()
    while not hub.requests:
        time.sleep(0.01)
    began = time.monotonic()
    at.write("bulletins/b.txt", HONDURAS)
    at.app.ingest_folders()
    at.now += MINUTE
    at.ingest()
    assert b"Honduras" in at.document("/feeds/all.atom").body
    assert time.monotonic() - began < 10
    announcing.join()
    later(at)
    assert pending(at) == 0
    assert hub.told.count("http://localhost:8000/feeds/all.atom") == 2
