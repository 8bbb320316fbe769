"""Feed readers follow a running site through a week of all that offices do: nothing lost, nothing twice, edits seen."""

from datetime import timedelta

import pytest
from busy import BEGUN, Office, notice, notices
from counting_proxy import counting_proxy
from judges.clients import Newsboat, Reader, newsboat_needed

ALL, PANAMA, NICARAGUA = "/feeds/all", "/feeds/country/pa", "/feeds/country/ni"


class Following:
    """A client on each of some feeds, and what it must have: every entry that its feed ever showed."""

    def __init__(self, office, proxy, client, folder, documents):
        self.office = office
        self.proxy = proxy
        self.clients = {
            path: client(folder / str(number), f"{proxy.url}{path}") for number, path in enumerate(documents)
        }
        self.ever = {path: set() for path in documents}

    def check(self):
        """Let everyone look for news, and say how they were answered, by feed."""
        self.proxy.take()
        now = {path: self.shown(path) for path in self.clients}
        for path, client in self.clients.items():
            found = client.reload()
            self.ever[path] |= now[path].keys()
            assert found.keys() == self.ever[path]
            for name, (title, html) in now[path].items():
                assert found[name][0] == title
                assert found[name][1].strip() == html
        answers = self.proxy.take()
        return {path.rpartition(".")[0]: status for path, status in answers.items()}

    def shown(self, path):
        feed = path.rpartition(".")[0]
        country = feed.removeprefix("/feeds/country/").upper() if "/country/" in feed else ""
        return {
            entry.id: (entry.title, entry.body)
            for entry in self.office.entries()
            if not entry.withdrawn_at
            and (not country or country in [label.term for label in entry.labels.countries])
        }


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path / "site", FEEDSVC_FEEDS__SIZE="50")
    office.ingest()
    yield office
    office.close()


@pytest.fixture
def proxy(office):
    with office.site.serving("web") as service, counting_proxy(service.url) as proxy:
        yield proxy


CLIENTS = [
    pytest.param(Newsboat, (".atom", ".rss", ".atom"), marks=newsboat_needed, id="newsboat"),
    pytest.param(Reader, (".atom", ".rss", ".json"), id="reader"),
]


@pytest.mark.parametrize(("client", "formats"), CLIENTS)
def test_a_week(office, proxy, tmp_path, client, formats):  # noqa: PLR0915 (it has seven days)
    documents = [f"{feed}{kind}" for feed, kind in zip((ALL, PANAMA, NICARAGUA), formats, strict=True)]
    following = Following(office, proxy, client, tmp_path, documents)
    answered = following.check()
    assert set(answered.values()) == {200}
    following.check()  # newsboat sends validators from its third visit on

    def unchanged():
        return following.check() == dict.fromkeys(answered, 304)

    def changed(*feeds):
        """Tell whether those had news, by a delta, and no others; and then no one has any."""
        return following.check() == {feed: 226 if feed in feeds else 304 for feed in answered} and unchanged()

    assert unchanged()

    # Saturday: three entries on one day, two now and one above them in the afternoon.
    saturday = BEGUN + timedelta(days=1)
    morning = notice(saturday, "the morning") + notice(saturday, "noon")
    office.write("saturday.txt", morning)
    assert office.ingest(days=1).added == 2
    assert changed(ALL, PANAMA)
    office.write("saturday.txt", notice(saturday, "the afternoon") + morning)
    assert office.ingest(hours=5).added == 1
    assert changed(ALL, PANAMA)

    # Sunday: something is found that is years old, and something for a feed that was empty.
    office.write("old.txt", notice(BEGUN - timedelta(days=5000), "long ago"))
    office.write("leon.txt", notice(BEGUN, "León", country="NI"))
    assert office.ingest(days=1).added == 2
    assert changed(ALL, PANAMA, NICARAGUA)

    # Monday: a title is mended, and a text.
    sample = office.site.bulletin.read_text()
    assert "Panama prepare to assume" in sample
    office.write(office.site.bulletin.name, sample.replace("Panama prepare to", "Panama prepares to"))
    office.write(
        "saturday.txt", notice(saturday, "the afternoon, mended", title="Notice the afternoon") + morning
    )
    assert office.ingest(days=1).updated == 2
    assert changed(ALL, PANAMA)

    # Tuesday: the files are sorted the other way and one gets a new name. Nobody need know.
    office.write("saturday.txt", notice(saturday, "noon") + notice(saturday, "the morning"))
    office.write("sábado.txt", notice(saturday, "the afternoon, mended", title="Notice the afternoon"))
    office.remove("old.txt")
    office.write("older.txt", notice(BEGUN - timedelta(days=5000), "long ago"))
    report = office.ingest(days=1)
    assert (report.added, report.updated) == (0, 0)
    assert unchanged()

    # Wednesday: two entries are taken back, and one of them returns.
    taken_back = office.titled("Notice noon", "Notice the morning")
    office.withdraw(*taken_back)
    following.check()
    following.check()  # reader, which finds nothing new in it, asks for this over and over
    office.restore(taken_back[0])
    assert changed(ALL, PANAMA)

    # Thursday: more at once than any feed has shown; then enough to fill an archive.
    office.write("many.txt", notices(range(60), BEGUN + timedelta(days=4)))
    assert office.ingest(days=1).added == 60
    assert changed(ALL, PANAMA)
    office.write("more.txt", notices(range(60, 100), BEGUN + timedelta(days=5)))
    assert office.ingest(hours=9).added == 40
    assert changed(ALL, PANAMA)

    # Friday: an entry turns out to be about another country too, and joins its feed, old as it is.
    (name,) = office.titled("Notice long ago")
    (office.root / "config" / "overrides.yaml").write_text(f"{name}:\n  countries: [PA, NI]\n")
    assert office.ingest(days=1).updated == 1
    following.check()
    assert name in following.ever[documents[2]]
