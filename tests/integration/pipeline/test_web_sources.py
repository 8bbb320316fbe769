"""Sources on the web as ingest takes them up: what several pages of one list show."""

from integration.bulletins.web_server import Page, web_server

ITEM = '<article><h2><a href="/n/{n}">Weekly bulletin</a></h2><time datetime="2026-11-{n:02}">{n} November 2026</time><p>The bulletin of the week is here, with news of all our offices in the region and their work.</p></article>'


def listing(*numbers, following=""):
    more = f'<a class="next" rel="next" href="{following}">Next</a>' if following else ""
    return Page(f"<html><body>{''.join(ITEM.format(n=n) for n in numbers)}{more}</body></html>")


def test_entries_alike_on_different_pages_of_a_list_are_different_entries(at):
    with web_server() as server:
        server.pages = {"/": listing(4, 3, following="/2"), "/2": listing(2, 1)}
        source = f'url = "{server.url}/"\npages = 2\nprivate = true\nselectors.entry = "article"\nselectors.next = "a.next"\n'
        toml = (at.root / "config/feedsvc.toml").read_text()
        at.write("config/feedsvc.toml", toml.replace('path = "bulletins"\n', source))
        at.app.store.close()
        at.open()
        report = at.ingest()
        assert (report.added, report.updated, report.problems) == (4, 0, ())
        assert sorted(entry.published.day for entry in at.entries()) == [1, 2, 3, 4]
        server.pages = {"/": listing(5, 4, following="/2"), "/2": listing(3, 2)}
        report = at.ingest()  # everything has scrolled on by one
        assert (report.added, len(at.entries())) == (1, 5)
