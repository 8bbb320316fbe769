"""Visits of pages and feeds on a real web server."""

import re
from datetime import date

import pytest
from integration.bulletins.web_server import Page, Time, fetcher, moved, web_server
from makers import manner

from feedsvc.bulletins import read
from feedsvc.bulletins.keys import link_key
from feedsvc.bulletins.web.visit import ENTRY_PAGES, FAILURES, LONGEST_VISIT, RETRIES, TRIES, look_at_page
from feedsvc.errors import BulletinError
from feedsvc.model import Draft, Reading, Selectors, Source, Stated


@pytest.fixture
def server():
    with web_server() as started:
        yield started


# --- a small site: lists of links, and entries on pages of their own ---------------------------


def listed(*names, next_page="", shared=""):
    """A list of links; an entry of the name `a` is on the page /a."""
    items = "".join(
        f'<li><a href="{shared or f"/{name}"}">Entry {name}</a> lead of {name}</li>\n' for name in names
    )
    more = f'<nav><a rel="next" href="{next_page}">Next</a></nav>' if next_page else ""
    return Page(f"<!DOCTYPE html><title>News</title><ul>{items}</ul>{more}")


SENTENCE = "Officials of five countries met in Panama City to talk about the work of consulates at borders. "


def article(name, day="2017-09-03", canonical=""):
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    text = "".join(f"<p>{number} of {name}. {SENTENCE * 4}</p>" for number in ("First", "Second", "Third"))
    return Page(
        f"<!DOCTYPE html><html><head><title>Page of {name}</title>{head}</head><body><article>"
        f'<h1>Page of {name}</h1><time datetime="{day}">{day}</time>{text}</article></body></html>'
    )


ITEM = re.compile(r'<li><a href="([^"]*)">([^<]*)</a>([^<]*)</li>')


class Visitor:
    """A source, what is known of it, and visits that keep to both as the service does."""

    def __init__(self, server, path="/news", **fields):
        self.source = Source(name="news", url=f"{server.url}{path}", **{"pages": 9, **fields})
        self.signatures = {}
        self.links = set()
        self.clock = Time()
        self.fetched_as = []

    def visit(self, *, remember=True):
        with fetcher(self.clock) as web:
            pages = look_at_page(
                self.source,
                dict(self.signatures),
                web,
                lambda bulletin, address: manner(source=self.source, bulletin=bulletin, address=address),
                self.read,
                lambda link: link_key(link) in self.links,
            )
        if remember:
            self.signatures |= {page.name: page.signature for page in pages}
            self.links |= {
                link_key(draft.link) for page in pages for draft in page.reading.drafts if draft.link
            }
        return pages

    def read(self, data, manner, *, media_type="", charset=""):
        self.fetched_as.append((media_type, charset))
        base = manner.address.split("/", 3)
        drafts = [
            Draft(None, title, (text.strip(),), line, line, link="/".join(base[:3]) + link)
            for line, text_line in enumerate(data.decode().splitlines(), 1)
            for link, title, text in ITEM.findall(text_line)
        ]
        return Reading(tuple(drafts))


def titles(pages):
    return {page.name: [draft.title for draft in page.reading.drafts] for page in pages}


def problems(pages):
    return [problem for page in pages for problem in page.reading.problems]


# --- the list ---------------------------------------------------------------------------------


def test_a_page_is_a_bulletin_named_without_its_host(server):
    server.pages["/news?lang=es"] = listed("a", "b")
    visitor = Visitor(server, "/news?lang=es#top")
    pages = visitor.visit()
    assert titles(pages) == {"/news?lang=es": ["Entry a", "Entry b"]}
    assert pages[0].data.startswith(b"<!DOCTYPE html>")
    assert visitor.fetched_as == [("text/html", "utf-8")]


def unless_known(page):
    """Give a page an ETag, and answer with it only those who don't have it."""
    page.headers["ETag"] = '"1"'

    def answer(request):
        known = request.headers.get("If-None-Match") == '"1"'
        (Page(status=304, headers=page.headers) if known else page)(request)

    return answer


def test_a_page_that_did_not_change_gives_nothing(server):
    server.pages["/news"] = unless_known(listed("a", next_page="/news?page=2"))
    server.pages["/news?page=2"] = listed("b")
    visitor = Visitor(server)
    assert titles(visitor.visit()) == {"/news": ["Entry a"], "/news?page=2": ["Entry b"]}
    assert visitor.visit() == []
    assert server.paths == ["/news", "/news?page=2", "/news"]


def test_a_page_without_validators_comes_again_the_same(server):
    server.pages["/news"] = listed("a")
    visitor = Visitor(server)
    assert visitor.visit() == visitor.visit()


def test_relative_links_start_where_the_page_was_found(server):
    server.pages["/news"] = moved("/es/noticias/")
    server.pages["/es/noticias/"] = listed("a", next_page="pagina2")
    server.pages["/es/noticias/pagina2"] = listed("b")
    pages = Visitor(server).visit()
    assert titles(pages) == {"/news": ["Entry a"], "/es/noticias/pagina2": ["Entry b"]}


def paginated(server, *lists):
    """Put a list of several pages on a server."""
    for number, names in enumerate(lists, 1):
        path = "/news" if number == 1 else f"/news?page={number}"
        server.pages[path] = listed(
            *names, next_page=f"/news?page={number + 1}" if number < len(lists) else ""
        )


def test_the_first_visit_reads_as_many_pages_as_it_may(server):
    paginated(server, "ab", "cd", "ef", "gh")
    assert list(titles(Visitor(server, pages=3).visit())) == ["/news", "/news?page=2", "/news?page=3"]
    assert list(titles(Visitor(server, pages=1).visit())) == ["/news"]


def test_later_visits_go_on_while_pages_bring_what_is_not_known(server):
    paginated(server, "cd", "ef", "gh")
    visitor = Visitor(server)
    visitor.visit()
    paginated(server, "bc", "de", "fg", "h")
    assert titles(visitor.visit()) == {
        "/news": ["Entry b", "Entry c"],
        "/news?page=2": ["Entry d", "Entry e"],
    }


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        ({"/news": listed("a", next_page="/news")}, 1),
        ({"/news": listed("a", next_page="/news#2")}, 1),
        ({"/news": listed("a", next_page="/news?p=2"), "/news?p=2": listed("b", next_page="/news?p=2")}, 2),
        ({"/news": listed("a", next_page="/news?p=2"), "/news?p=2": listed("b", next_page="/news")}, 2),
        ({"/news": listed("a", next_page="/news?p=2"), "/news?p=2": moved("/news")}, 3),
        ({"/news": listed("a", next_page="http://evil.example/")}, 1),
        ({"/news": listed("a", next_page="javascript:next()")}, 1),
        ({"/news": listed("a", next_page="http://[::1")}, 1),
    ],
)
def test_pages_that_lead_nowhere_new_end_the_visit(server, pages, asked):
    server.pages |= pages
    visitor = Visitor(server)
    found = visitor.visit()
    assert problems(found) == []
    assert len(server.paths) == asked


def test_a_page_that_is_never_the_same_twice_is_still_one(server):
    def answer(request):
        listed(f"n{len(server.asked)}", next_page="/news?p=2")(request)

    server.pages |= {"/news": answer, "/news?p=2": moved("/news")}
    assert list(titles(Visitor(server).visit())) == ["/news"]


def test_a_server_that_gives_one_page_for_every_number_is_asked_twice(server):
    same = listed("a", next_page="?page=2")
    server.pages |= {"/news": same, "/news?page=2": same}
    assert list(titles(Visitor(server).visit())) == ["/news"]
    assert server.paths == ["/news", "/news?page=2"]


def test_pages_without_end_end(server):
    def answer(request):
        number = int(request.path.partition("=")[2] or 1)
        listed(f"n{number}", next_page=f"/news?page={number + 1}")(request)

    server.pages |= {"/news": answer, **{f"/news?page={number}": answer for number in range(2, 30)}}
    assert len(Visitor(server, pages=5).visit()) == 5


def test_a_first_page_that_can_not_be_got_is_an_error(server):
    with pytest.raises(BulletinError, match="not there"):
        Visitor(server).visit()


def test_a_later_page_that_fails_is_a_problem_until_a_visit_can_read_it(server):
    paginated(server, "ab", "cd", "ef")
    second = server.pages.pop("/news?page=2")
    visitor = Visitor(server)
    broken = visitor.visit()
    assert titles(broken) == {"/news": ["Entry a", "Entry b"]}
    [problem] = problems(broken)
    assert problem.reason.startswith(
        f"The next page of the list can't be read. {server.url}/news?page=2 is not there"
    )
    server.pages["/news?page=2"] = second
    mended = visitor.visit()
    assert list(titles(mended)) == ["/news", "/news?page=2", "/news?page=3"]
    assert problems(mended) == []
    assert mended[0].data != broken[0].data  # so that it is read again, and its problem goes


def test_a_page_that_can_not_be_searched_for_the_next_one_is_a_problem(server):
    paginated(server, "ab", "cd")
    pages = Visitor(server, selectors=Selectors(next="a[")).visit()
    assert titles(pages) == {"/news": ["Entry a", "Entry b"]}
    [problem] = problems(pages)
    assert problem.reason.startswith(
        f"Where the list goes on can't be told. {server.url}/news can't be understood"
    )


def test_what_is_forgotten_is_read_anew(server):
    """The service forgets signatures when a source is to be read in another way."""
    paginated(server, "ab", "cd")
    visitor = Visitor(server)
    visitor.visit()
    visitor.signatures = dict.fromkeys(visitor.signatures, "")
    assert len(visitor.visit()) == 2


ATOM = """

<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/x"/><link rel="next" href="/feed?page=2"/></feed>
"""
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>/x</link>
<atom:link rel="next" href="?page=2"/><item>&nbsp;<b></item></channel></rss>
"""
JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": [], "next_url": "?page=2"}'


@pytest.mark.parametrize(
    ("kind", "body"), [("application/atom+xml", ATOM), ("text/html", RSS), ("application/json", JSON)]
)
def test_feeds_go_on_too(server, kind, body):
    server.pages["/feed"] = Page(body, headers={"Content-Type": kind})
    server.pages["/feed?page=2"] = Page("<rss><channel></channel></rss>")
    assert list(titles(Visitor(server, "/feed").visit())) == ["/feed", "/feed?page=2"]


LAUGHS = f"""<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "{"&a;" * 1000}"><!ENTITY c "{"&b;" * 1000}">
<!ENTITY d "{"&c;" * 1000}">]><rss><channel><link rel="next" href="&d;"/></channel></rss>
"""
FILE = """<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><link rel="next" href="&a;"/></channel>
</rss>
"""


@pytest.mark.parametrize(
    "body",
    [
        "",
        "%PDF-1.7",
        '{"version": "https://jsonfeed.org/version/1.1", "next_url": 5}',
        '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000,
        "<rss>" + "<a>" * 100_000,
        '<rss><channel><link xmlns="a" rel="next" href="http://[::1"/></channel></rss>',
        LAUGHS,
        FILE,
    ],
)
def test_what_is_broken_or_hostile_does_not_go_on(server, body):
    server.pages["/feed"] = Page(body)
    assert list(titles(Visitor(server, "/feed").visit())) == ["/feed"]
    assert server.paths == ["/feed"]


# --- entries on pages of their own ----------------------------------------------------------------


def test_new_entries_are_read_on_their_own_pages(server):
    paginated(server, "ab")
    server.pages |= {"/a": article("a"), "/b": article("b", day="2018-03-09")}
    [page] = Visitor(server, follow=True).visit()
    first, second = page.reading.drafts
    assert (first.title, first.date, first.link) == ("Entry a", date(2017, 9, 3), f"{server.url}/a")
    assert (second.title, second.date, second.link) == ("Entry b", date(2018, 3, 9), f"{server.url}/b")
    assert first.paragraphs[0].startswith("First of a.")
    assert first.paragraphs[-1].startswith("Third of a.")
    assert "Third of a." in first.html
    assert [draft.line for draft in (first, second)] == [1, 2]


def test_entries_are_followed_only_when_wished(server):
    paginated(server, "a")
    [page] = Visitor(server).visit()
    assert page.reading.drafts[0].paragraphs == ("lead of a",)
    assert server.paths == ["/news"]


def test_known_entries_are_left_as_their_own_pages_gave_them(server):
    paginated(server, "bc")
    server.pages |= {f"/{name}": article(name) for name in "abc"}
    visitor = Visitor(server, follow=True)
    visitor.visit()
    paginated(server, "abc")
    assert titles(visitor.visit()) == {"/news": ["Entry a"]}
    assert server.paths == ["/news", "/b", "/c", "/news", "/a"]


def test_an_entry_that_slid_to_the_next_page_is_read_once(server):
    paginated(server, "ab", "bc")
    server.pages |= {f"/{name}": article(name) for name in "abc"}
    assert titles(Visitor(server, follow=True).visit()) == {
        "/news": ["Entry a", "Entry b"],
        "/news?page=2": ["Entry c"],
    }


@pytest.mark.parametrize(
    "link", ["http://other.example/a", "http://127.0.0.1:1/a", "/news", "/", "mailto:ana@example.org", ""]
)
def test_links_that_lead_elsewhere_are_not_followed(server, link):
    def read(_data, manner, **_said):
        return Reading((Draft(None, "Entry", ("lead",), 1, 1, link=link),))

    server.pages["/news"] = listed("a")
    visitor = Visitor(server, follow=True)
    visitor.read = read
    [page] = visitor.visit()
    assert page.reading.drafts[0].paragraphs == ("lead",)
    assert page.reading.problems == ()
    assert server.paths == ["/news"]


@pytest.mark.parametrize("shared", ["/bulletin", "/bulletin#part"])
def test_a_page_of_several_entries_is_none_of_a_single_one(server, shared):
    server.pages["/news"] = listed("a", "b", shared=shared)
    server.pages["/bulletin"] = article("bulletin")
    [page] = Visitor(server, follow=True).visit()
    assert [draft.paragraphs for draft in page.reading.drafts] == [("lead of a",), ("lead of b",)]
    assert server.paths == ["/news"]


@pytest.mark.parametrize(
    ("canonical", "kept"),
    [
        ("{site}/a?utm_source=x", False),
        ("{site}/a/", False),
        ("{site}/node/17", True),
        ("https://evil.example/a", True),
    ],
)
def test_a_canonical_link_is_taken_when_it_names_the_same_page(server, canonical, kept):
    server.pages["/news"] = listed("a")
    canonical = canonical.format(site=server.url)
    server.pages["/a"] = article("a", canonical=canonical)
    [page] = Visitor(server, follow=True).visit()
    assert page.reading.drafts[0].link == (f"{server.url}/a" if kept else canonical)


@pytest.mark.parametrize(
    ("listed_as", "taken"),
    [
        ({"title": "Listed", "date": date(2019, 3, 8)}, {"title": "Listed", "date": date(2019, 3, 8)}),
        ({"title": "", "date": None}, {"title": "Page of a", "date": date(2017, 9, 3)}),
        (
            {"guid": "17", "language": "es", "notes": ("a note",)},
            {"guid": "17", "language": "es", "notes": ("a note",)},
        ),
        ({"stated": Stated(("PA",))}, {"stated": Stated(("PA",))}),
    ],
)
def test_what_the_list_says_of_an_entry_stays(server, listed_as, taken):
    fields = {"date": None, "title": "", "paragraphs": (), "line": 7, "last_line": 9, **listed_as}

    def read(_data, _manner, **_said):
        return Reading((Draft(**fields, link=f"{server.url}/a"),))

    server.pages |= {"/news": listed("a"), "/a": article("a")}
    visitor = Visitor(server, follow=True)
    visitor.read = read
    [page] = visitor.visit()
    [draft] = page.reading.drafts
    assert {name: getattr(draft, name) for name in taken} == taken
    assert (draft.line, draft.last_line) == (7, 9)
    assert draft.paragraphs[0].startswith("First of a.")


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (Page(status=404), "not there (404)"),
        (Page(status=410), "no longer there (410)"),
        (
            Page("<!DOCTYPE html><html><body><nav><a href='/'>Home</a></nav></body></html>"),
            "no text of an entry",
        ),
        (Page(b"%PDF-1.7\n", headers={"Content-Type": "application/pdf"}), "PDF"),
        (Page('{"version": "https://jsonfeed.org/version/1", "items": []}'), "It is no web page, but a feed"),
        (moved("file:///etc/passwd"), "no web address"),
    ],
)
def test_an_entry_whose_page_fails_stands_as_listed_with_a_problem(server, broken, sentence):
    paginated(server, "ab")
    server.pages |= {"/a": broken, "/b": article("b")}
    visitor = Visitor(server, follow=True)
    [page] = visitor.visit()
    first, second = page.reading.drafts
    assert (first.title, first.paragraphs) == ("Entry a", ("lead of a",))
    assert second.paragraphs[0].startswith("First of b.")
    [problem] = page.reading.problems
    assert problem.reason.startswith("The page of “Entry a” could not be read, so it stands as it is listed.")
    assert sentence in problem.reason
    assert (problem.bulletin, problem.line, problem.text) == ("/news", 1, f"{server.url}/a")


def test_a_page_that_failed_is_tried_again_until_it_is_read(server):
    paginated(server, "ab")
    server.pages |= {"/b": article("b")}
    visitor = Visitor(server, follow=True)
    [first] = visitor.visit()
    [second] = visitor.visit()
    assert second.data == first.data  # nothing new: the entry and its problem stay as they are
    server.pages["/a"] = article("a")
    [third] = visitor.visit()
    assert third.data != first.data
    assert third.reading.problems == ()
    assert [draft.paragraphs[0][:11] for draft in third.reading.drafts] == ["First of a."]
    visitor.visit()
    assert server.paths == ["/news", "/a", "/b", "/news", "/a", "/news", "/a", "/news"]


def test_a_page_that_always_fails_is_left_in_the_end(server):
    server.pages["/news"] = unless_known(listed("a"))
    visitor = Visitor(server, follow=True)
    visits = [visitor.visit() for _ in range(TRIES)]
    assert [len(page.reading.problems) for [page] in visits] == [1] * TRIES
    assert len({page.data for [page] in visits[:-1]}) == 1
    assert visitor.visit() == []
    assert server.paths == ["/news", "/a"] * TRIES + ["/news"]


def test_only_some_of_many_that_failed_are_tried_again(server):
    names = [f"n{number}" for number in range(FAILURES - 1)]
    rounds = 4
    visitor = Visitor(server, follow=True)
    for number in range(rounds):
        paginated(
            server,
            [f"{name}-{number}" for name in names] + [f"{n}-{r}" for r in range(number) for n in names],
        )
        visitor.visit()
    server.asked.clear()
    visitor.visit()
    assert len(server.paths) == 1 + min(RETRIES, rounds * len(names))


def test_a_visit_asks_for_so_many_entries_and_the_next_one_for_the_rest(server):
    names = [f"n{number}" for number in range(ENTRY_PAGES + 7)]
    paginated(server, names[:30], names[30:])
    server.pages |= {f"/{name}": article(name) for name in names}
    visitor = Visitor(server, follow=True)
    first, second, third = visitor.visit(), visitor.visit(), visitor.visit()
    assert sum(map(len, titles(first).values())) == ENTRY_PAGES
    assert sum(map(len, titles(second).values())) == 7
    assert sum(map(len, titles(third).values())) == 0
    assert problems([*first, *second, *third]) == []
    assert {draft.title for page in [*first, *second] for draft in page.reading.drafts} == {
        f"Entry {name}" for name in names
    }
    assert second[1].data != first[1].data  # so that it is read again
    assert [page.name for page in third] == ["/news"]


def test_a_server_in_trouble_is_left_alone(server):
    paginated(server, [f"n{number}" for number in range(10)])
    visitor = Visitor(server, follow=True)
    [page] = visitor.visit()
    assert len(page.reading.drafts) == len(page.reading.problems) == FAILURES
    assert len(server.paths) == 1 + FAILURES
    server.pages |= {f"/n{number}": article(f"n{number}") for number in range(10)}
    [page] = visitor.visit()
    assert len(page.reading.drafts) == 10
    assert page.reading.problems == ()


def test_a_server_that_fails_now_and_then_is_not_left_alone(server):
    names = [f"n{number}" for number in range(4 * FAILURES)]
    paginated(server, names)
    server.pages |= {f"/{name}": article(name) for name in names[::2]}
    [page] = Visitor(server, follow=True).visit()
    assert len(page.reading.drafts) == len(names)


def test_what_is_left_on_a_late_page_is_found_though_the_pages_before_did_not_change(server):
    paginated(server, "a", "b", "c")
    for path in ("/news", "/news?page=2", "/news?page=3"):
        server.pages[path] = unless_known(server.pages[path])
    server.pages |= {"/a": article("a"), "/b": article("b")}
    visitor = Visitor(server, follow=True)
    assert len(problems(visitor.visit())) == 1
    server.pages["/c"] = article("c")
    assert titles(visitor.visit())["/news?page=3"] == ["Entry c"]
    assert visitor.visit() == []


def test_a_visit_that_takes_long_leaves_the_rest_for_the_next_one(server):
    paginated(server, [f"n{number}" for number in range(20)], "z")
    server.pages |= {f"/n{number}": article(f"n{number}") for number in range(20)}
    server.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 30")
    visitor = Visitor(server, follow=True)
    began = visitor.clock.now
    pages = visitor.visit()
    assert list(titles(pages)) == ["/news"]
    assert 0 < len(pages[0].reading.drafts) < 20
    assert visitor.clock.now - began < LONGEST_VISIT + 60
    visitor.visit()
    assert list(titles(visitor.visit())) == ["/news", "/news?page=2"]


def test_pages_that_robots_forbid_are_not_asked_for(server):
    paginated(server, "a")
    server.pages |= {"/a": article("a"), "/robots.txt": Page("User-agent: *\nDisallow: /a")}
    [page] = Visitor(server, follow=True).visit()
    assert "forbids" in page.reading.problems[0].reason
    assert server.paths == ["/news"]


# --- with the service's own reader -------------------------------------------------------------------

ITEMS = [
    ("consulados", "Consulados de la región acuerdan trabajar juntos", "3 de septiembre de 2017"),
    ("trata", "Nueva guía contra la trata de personas en Costa Rica", "1 de septiembre de 2017"),
    ("retorno", "Un centro para personas retornadas abre en Honduras", "28 de agosto de 2017"),
    ("jovenes", "Jóvenes de Panamá hablan de lo que es migrar", "20 de agosto de 2017"),
]


def news_page(items, next_page=""):
    blocks = "".join(
        f'<div class="item"><h3><a href="/noticias/{path}">{title}</a></h3><p class="date">{day}</p>'
        f"<p>{SENTENCE}</p></div>"
        for path, title, day in items
    )
    more = f'<a rel="next" href="{next_page}">Siguiente</a>' if next_page else ""
    return Page(
        f"<!DOCTYPE html><html><head><title>Noticias</title></head><body><header><nav><a href='/'>Inicio</a>"
        f"<a href='/contacto'>Contacto</a></nav></header><main><h1>Noticias</h1>{blocks}{more}</main>"
        f"<footer>© 2017</footer></body></html>"
    )


def test_a_news_page_is_visited_and_its_entries_read_in_full(server):
    server.pages["/noticias"] = news_page(ITEMS[:2], "/noticias?p=2")
    server.pages["/noticias?p=2"] = news_page(ITEMS[2:])
    server.pages |= {f"/noticias/{path}": article(path) for path, _, _ in ITEMS}
    visitor = Visitor(server, "/noticias", follow=True)
    visitor.read = read
    pages = visitor.visit()
    assert problems(pages) == []
    drafts = [draft for page in pages for draft in page.reading.drafts]
    assert [(draft.title, draft.link) for draft in drafts] == [
        (title, f"{server.url}/noticias/{path}") for path, title, _ in ITEMS
    ]
    assert [str(draft.date) for draft in drafts] == ["2017-09-03", "2017-09-01", "2017-08-28", "2017-08-20"]
    assert all(len(draft.paragraphs) == 3 for draft in drafts)
    server.asked.clear()
    assert [page.reading.drafts for page in visitor.visit()] == [()]
    assert server.paths == ["/noticias"]
