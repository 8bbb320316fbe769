"""Feed readers that others wrote, against the running service: nothing lost, nothing twice."""

import feedparser
from judges.clients import Newsboat, newsboat_needed
from sites import wait_until

BACK_DATED = "1 January, 2010\n\nPanama found an old notice\n\nA notice from Panama that was found late.\n\n"


@newsboat_needed
def test_newsboat_sees_every_entry_once_back_dated_and_mended_ones_too(site, tmp_path):
    with site.serving() as service:
        wait_until(lambda: len(service.titles("/feeds/country/pa.atom")) == 5, what="five entries")
        newsboat = Newsboat(tmp_path, f"{service.url}/feeds/country/pa.atom")
        first = newsboat.reload()
        assert len(first) == 5
        assert newsboat.reload() == first
        text = site.bulletin.read_text().replace("Panama prepare to assume", "Panama prepares to assume")
        site.bulletin.write_text(text + "\n\n" + BACK_DATED)
        wait_until(lambda: len(service.titles("/feeds/country/pa.atom")) == 6, what="the sixth entry")
        second = newsboat.reload()
        assert len(second) == 6
        assert set(first) < set(second)
        assert "Panama found an old notice" in {title for title, _ in second.values()}


def test_feedparser_finds_what_the_entries_are(site):
    site.run("ingest")
    with site.serving("web") as service:
        parsed = feedparser.parse(service.get("/feeds/country/pa.atom")[2])
        assert not parsed.bozo
        assert len({entry.updated for entry in parsed.entries}) == len(parsed.entries) == 5
        stored = {entry["id"]: entry for entry in site.json("entries", "list")}
        for entry in parsed.entries:
            ours = stored[entry.id]
            assert entry.title == ours["title"]
            assert entry.published.startswith(ours["date"])
            schemes = {(tag.scheme.rsplit("/", 1)[-1], tag.term) for tag in entry.tags}
            assert {("country", term) for term in ours["countries"]} <= schemes
            assert {("topic", term) for term in ours["topics"]} <= schemes
            assert entry.content[0].value.startswith("<p>")
