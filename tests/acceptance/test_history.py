"""What a feed ever had: archives (RFC 5005, section 4) walked by their links, and what is taken back (RFC 6721)."""

import json

import feedparser
import pytest
from busy import SIZE, URL, Office, notices
from lxml import etree

FEEDS = ("/feeds/all", "/feeds/country/pa", "/feeds/country/pa/topic/trafficking/lang/es")
ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


class History:
    """A site with two archives full, and how to walk them as a client does."""

    def __init__(self, office, service):
        self.office = office
        self.service = service

    def get(self, address):
        status, _, body = self.service.get(address.removeprefix(URL))
        assert status == 200, address
        return body

    def walk(self, address):
        """Give the documents from the current one to the oldest archive, as (address, parsed), by their links."""
        walked = []
        while address:
            parsed = feedparser.parse(self.get(address))
            assert not parsed.bozo
            assert links(parsed)["self"] == f"{URL}{address.removeprefix(URL)}"
            walked.append((address.removeprefix(URL), parsed))
            address = links(parsed).get("prev-archive")
        return walked

    def ids(self, address):
        return [entry.id for _, parsed in self.walk(address) for entry in parsed.entries]

    def wanted(self, feed):
        return {
            entry.id
            for entry in self.office.entries()
            if not entry.withdrawn_at
            and ("/country/pa" not in feed or "PA" in [label.term for label in entry.labels.countries])
            and ("/lang/es" not in feed or entry.language == "es")
            and ("/topic/" not in feed or "trafficking" in [label.term for label in entry.labels.topics])
        }

    def archives(self, feed):
        """Give the bytes of each archive that is full, by its address, in every format."""
        return {
            address: self.get(address)
            for kind in ("atom", "rss", "json")
            for address in [f"{feed}/archive/{number}.{kind}" for number in range(1, self.full(feed) + 1)]
        }

    def full(self, feed):
        return len(self.walk(f"{feed}.atom")) - 1

    def tombstones(self, address):
        root = etree.fromstring(self.get(address))
        return [each.get("ref") for each in root.iter(DELETED)]


def links(parsed):
    return {link.rel: link.href for link in parsed.feed.links}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("history") / "site")
    office.write("notices.txt", notices(range(230)))
    office.ingest()
    with office.site.serving("web") as service:
        yield History(office, service)
    office.close()


@pytest.mark.parametrize("kind", ["atom", "rss"])
@pytest.mark.parametrize("feed", FEEDS)
def test_a_walk_from_the_current_document_to_the_oldest_meets_every_entry_once(history, feed, kind):
    ids = history.ids(f"{feed}.{kind}")
    assert len(ids) == len(set(ids))
    assert set(ids) == history.wanted(feed)
    assert len(history.walk(f"{feed}.{kind}")[0][1].entries) >= SIZE


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_each_archive_says_what_it_is_and_where_its_neighbours_are(history, kind):
    walked = history.walk(f"/feeds/all.{kind}")
    assert len(walked) > 4
    current, parsed = walked[0]
    assert "fh_archive" not in parsed.feed
    assert not {"current", "next-archive"} & links(parsed).keys()
    for (address, parsed), later in zip(walked[1:], [None, *walked[1:]], strict=False):
        assert "fh_archive" in parsed.feed, address
        assert links(parsed)["current"] == f"{URL}{current}"
        if later:
            assert links(parsed)["next-archive"] == f"{URL}{later[0]}"
    # The next one after the newest is not full yet: whoever asks is sent to what is current.
    status, headers, _ = history.service.get(
        links(walked[1][1])["next-archive"].removeprefix(URL), redirect=False
    )
    assert (status, headers["Location"]) == (307, current)


def test_pages_of_json_feed_meet_every_entry_once(history):
    address, ids = "/feeds/all.json", []
    while address:
        page = json.loads(history.get(address))
        ids += [item["id"] for item in page["items"]]
        address = page.get("next_url")
    assert len(ids) == len(set(ids))
    assert set(ids) == history.wanted("/feeds/all")


@pytest.mark.parametrize("feed", FEEDS)
def test_an_archive_that_is_full_stays_as_it_is_while_more_comes(history, feed):
    before = history.archives(feed)
    validators = {address: history.service.get(address)[1]["ETag"] for address in before}
    assert before
    name = f"more-{FEEDS.index(feed)}.txt"
    first = 1000 * (FEEDS.index(feed) + 1)
    more = notices(range(first, first + 60)).replace("Language: en", "Language: es")
    history.office.write(name, more)
    assert history.office.ingest(days=1).added == 60
    assert len(history.archives(feed)) == len(before)  # for two days all that is new stays where readers look
    history.office.write(f"later-{name}", notices([first + 999]).replace("Language: en", "Language: es"))
    assert history.office.ingest(days=4).added == 1
    after = history.archives(feed)
    assert len(after) > len(before)
    assert {address: after[address] for address in before} == before
    for address, etag in validators.items():
        status, headers, _ = history.service.get(address, **{"If-None-Match": etag})
        assert (status, headers["ETag"]) == (304, etag)
    ids = history.ids(f"{feed}.atom")
    assert len(ids) == len(set(ids))
    assert set(ids) == history.wanted(feed)


def test_what_is_withdrawn_leaves_its_archive_with_a_tombstone_and_may_come_back(history):
    address, archive = history.walk("/feeds/country/pa.atom")[-1]
    gone = [entry.id for entry in archive.entries[3:5]]
    page = archive.entries[3].link.removeprefix(URL)
    others = history.archives("/feeds/country/pa")
    everything = history.ids("/feeds/country/pa.atom")

    history.office.withdraw(*gone)
    assert set(history.ids("/feeds/country/pa.atom")) == set(everything) - set(gone)
    assert set(gone) <= set(history.tombstones("/feeds/country/pa.atom"))
    assert set(gone) <= set(history.tombstones("/feeds/all.atom"))
    assert not history.tombstones("/feeds/country/bz.atom")
    after = history.archives("/feeds/country/pa")
    changed = {other for other in others if after[other] != others[other]}
    assert changed == {f"{address.removesuffix('.atom')}.{kind}" for kind in ("atom", "rss", "json")}
    for name in gone:
        assert not any(name.encode() in body for body in after.values())
    assert history.service.get(page)[0] == 410

    history.office.restore(*gone)
    ids = history.ids("/feeds/country/pa.atom")
    assert sorted(ids) == sorted(everything)
    assert not set(gone) & set(history.tombstones("/feeds/country/pa.atom"))
    assert history.service.get(page)[0] == 200
