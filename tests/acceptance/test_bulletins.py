"""Bulletins of every kind, by the command line: what they give, what an admin corrects, what can't be read."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from damage import word_file, word_paragraph

LISTING = """\
<!doctype html><html lang="en"><head><title>News</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li><li><a href="/contact">Contact</a></li></ul></nav>
<main><h1>News</h1>
{items}
</main><footer><p>Ministry of Migration, 12 Central Street</p></footer></body></html>"""
ITEM = """<article><h2><a href="/news/{n}.html">{title}</a></h2><time datetime="2017-09-{n:02}">{n} September 2017</time>
<p>Officials in {country} met about the reception of migrants and agreed on what each office needs.</p></article>"""


FILES = {
    "bulletin.docx": word_file(
        word_paragraph("3 de septiembre de 2017")
        + word_paragraph("Taller en Panamá", bold=True)
        + word_paragraph("Oficiales de migración se reunieron.")
    ),
    "bulletin.md": b"---\ntitle: Taller en Panam\xc3\xa1\ndate: 2017-09-03\n---\n\nOficiales de migraci\xc3\xb3n se reunieron.\n",
    "bulletin.html": "<html><body><p>3 de septiembre de 2017</p><p><b>Taller en Panamá</b></p><p>Oficiales se reunieron.</p></body></html>".encode(),
    "bulletin.eml": "From: Oficina <oficina@example.org>\nSubject: Taller en Panamá\nDate: Sun, 03 Sep 2017 10:00:00 -0600\nContent-Type: text/plain; charset=utf-8\n\nOficiales de migración se reunieron.\n".encode(),
    "windows.txt": "3 de septiembre de 2017\n\nTaller en Panamá\n\nOficiales de migración se reunieron.\n".encode("cp1252"),
    "feed.xml": '<rss version="2.0"><channel><title>Oficina</title><item><title>Taller en Panamá</title><pubDate>Sun, 03 Sep 2017 10:00:00 -0600</pubDate><description>Oficiales de migración se reunieron.</description></item></channel></rss>'.encode(),
    "feed.json": json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Oficina", "items": [{"id": "1", "title": "Taller en Panamá", "date_published": "2017-09-03T10:00:00-06:00", "content_text": "Oficiales se reunieron."}]}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_bulletin_of_any_kind_gives_its_entry_whatever_it_is_called(site, tmp_path, name):
    for called in (name, "bulletin"):
        file = tmp_path / called
        file.write_bytes(FILES[name])
        parsed = site.json("parse", str(file))
        assert parsed["problems"] == []
        assert [(each["date"], each["title"], each["countries"]) for each in parsed["entries"]] == [
            ("2017-09-03", "Taller en Panamá", ["PA"])
        ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"{\\rtf1 text}", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"PK\x03\x04" + bytes(50), ""),
    ],
)
def test_what_can_not_be_read_is_a_problem_that_says_what_to_do(site, data, said):
    (site.root / "bulletins" / "odd.txt").write_bytes(data)
    report = site.json("ingest")
    assert report["added"] == 10
    (problem,) = report["problems"]
    assert said in problem["reason"]
    assert len(problem["reason"].split()) > 6


def configure(site, addition):
    """Add to a site's settings, ahead of the section that follows its sources."""
    file = site.root / "config" / "feedsvc.toml"
    file.write_text(file.read_text().replace("[feeds]\n", f"{addition}\n[feeds]\n", 1))


@pytest.fixture
def pages(tmp_path):
    """A web server with a news page of three entries, and how to change it."""
    root = tmp_path / "www"
    (root / "news").mkdir(parents=True)

    def write(*numbers):
        items = "\n".join(
            ITEM.format(n=n, title=f"Officials in Panama meet for the {n}. time", country="Panama")
            for n in numbers
        )
        (root / "news" / "index.html").write_text(LISTING.format(items=items))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    write(3, 2, 1)
    yield f"http://127.0.0.1:{server.server_port}/news/", write
    server.shutdown()
    server.server_close()


def test_a_page_on_the_web_is_a_source_that_scrolls_on(site, pages):
    address, write = pages
    configure(site, f'[[sources]]\nname = "ministry"\nurl = "{address}"\nprivate = true\n')
    parsed = site.json("parse", address)
    assert [each["date"] for each in parsed["entries"]] == ["2017-09-03", "2017-09-02", "2017-09-01"]
    assert "[sources.selectors]" in site.run("parse", address)
    assert site.json("ingest")["added"] == 13
    assert site.json("ingest")["added"] == 0
    write(5, 4, 3)
    assert site.json("ingest")["added"] == 2
    entries = [each for each in site.json("entries", "list") if each["source"] == "ministry"]
    assert len(entries) == 5
    assert all(each["link"].startswith(address) for each in entries)


def test_a_private_address_is_not_visited_unless_the_source_allows_it(site, pages):
    address, _ = pages
    configure(site, f'[[sources]]\nname = "ministry"\nurl = "{address}"\n')
    report = site.json("ingest")
    assert report["added"] == 10
    (problem,) = report["problems"]
    assert "private" in problem["reason"]
    assert problem["source"] == "ministry"


def test_labels_are_corrected_explained_and_measured(site, tmp_path):
    site.run("ingest")
    entry = site.json("entries", "list")[0]
    key = entry["id"].rsplit("/", 1)[-1]
    (site.root / "config" / "overrides.yaml").write_text(f"{key}:\n  countries: [IS]\n")
    assert site.json("ingest")["updated"] == 1
    assert site.json("entries", "list")[0]["countries"] == ["IS"]
    assert "config/overrides.yaml:1" in site.run("entries", "explain", key)
    assert site.json("relabel", "--dry-run")["changes"] == []
    items = tmp_path / "items.jsonl"
    item = {
        "id": "1",
        "title": "Workshop in Panama",
        "body": "Held in Panama.",
        "lang": "en",
        "countries": ["PA"],
        "topics": [],
    }
    items.write_text(json.dumps(item) + "\n")
    assert site.json("evaluate", str(items))["countries"]["all"]["f1"] == 1.0
    assert "countries" in site.run("evaluate", str(items))


def test_an_entry_is_withdrawn_and_restored(site):
    site.run("ingest")
    key = site.json("entries", "list")[0]["id"].rsplit("/", 1)[-1]
    assert "brings it back" in " ".join(site.run("entries", "withdraw", key).split())
    assert site.json("entries", "list")[0]["withdrawn"]
    assert site.json("ingest")["updated"] == 0
    site.run("entries", "restore", key)
    assert not site.json("entries", "list")[0]["withdrawn"]


def test_an_unknown_label_under_a_title_names_what_was_meant(site):
    (site.root / "bulletins" / "a.txt").write_text(
        "3 September, 2017\n\nA notice\nCountries: Panma, CR\n\nThe notice is here.\n"
    )
    report = site.json("ingest")
    assert report["added"] == 11
    (problem,) = report["problems"]
    assert problem["line"] == 4
    assert "Panama" in problem["reason"]
    notice = next(each for each in site.json("entries", "list") if each["title"] == "A notice")
    assert notice["countries"] == ["CR"]
