"""A feed's items are entries, with the day the feed writes; broken feeds are read, hostile ones do no harm."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins import read as read_any
from feedsvc.bulletins.formats.feed_file import read_feed
from feedsvc.errors import BulletinError
from feedsvc.model import Reading

HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>'
)
TAIL = "</channel></rss>"


def rss(*items, head=HEAD, tail=TAIL):
    return (head + "".join(f"<item>{item}</item>" for item in items) + tail).encode()


def read(data, **fields):
    return read_feed(data, manner(**fields))


def only(data, **fields):
    found = read(data, **fields)
    assert found.problems == ()
    (draft,) = found.drafts
    return draft


def test_an_rss_item_is_an_entry():
    draft = only(
        rss(
            "<title>Migración &amp; salud</title><link>https://example.org/1</link><guid isPermaLink='false'>7</guid>"
            "<pubDate>Sat, 01 Jun 2019 01:35:42 +0200</pubDate><description>Uno.</description>"
            "<content:encoded><![CDATA[<p>Uno <b>dos</b>.</p><p>Tres.</p>]]></content:encoded>"
        )
    )
    assert draft.title == "Migración & salud"
    assert (draft.link, draft.guid) == ("https://example.org/1", "7")
    assert draft.paragraphs == ("Uno dos.", "Tres.")
    assert draft.html == "<p>Uno <strong>dos</strong>.</p>\n<p>Tres.</p>"


def test_an_atom_entry_is_an_entry():
    draft = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es-MX" xml:base="https://example.org/"><entry>'
        b'<title type="html">Uno &amp;amp; &lt;b&gt;dos&lt;/b&gt;</title><id>tag:x</id><link href="a/b"/>'
        b"<published>2019-06-01T01:35:42+02:00</published><updated>2020-01-01T00:00:00Z</updated>"
        b'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hola <a href="c">ah\xc3\xad</a></p></div></content>'
        b"</entry></feed>"
    )
    assert (draft.title, draft.guid, draft.date) == ("Uno & dos", "tag:x", date(2019, 6, 1))
    assert draft.link == "https://example.org/a/b"
    assert draft.html == '<p>Hola <a href="https://example.org/c">ahí</a></p>'
    assert draft.language == "es"


@pytest.mark.parametrize(
    "feed",
    [
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item rdf:about="x"><title>Uno</title>'
            "<dc:date>2019-06-01</dc:date></item></rdf:RDF>"
        ),
        '<rss version="0.91"><channel><item><title>Uno</title><pubDate>Sat, 1 Jun 19 00:00:00 GMT</pubDate></item></channel></rss>',
        (
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Uno</title>'
            "<issued>2019-06-01T23:00:00-06:00</issued></entry></feed>"
        ),
        '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "Uno", "date_published": "2019-06-01T23:00:00-06:00"}]}',
    ],
    ids=["RSS 1.0", "RSS 0.91", "Atom 0.3", "JSON Feed"],
)
def test_every_kind_of_feed_is_read(feed):
    draft = only(feed.encode())
    assert (draft.title, draft.date) == ("Uno", date(2019, 6, 1))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Sat, 01 Jun 2019 01:35:42 +0200", date(2019, 6, 1)),
        ("Fri, 31 May 2019 23:35:42 GMT", date(2019, 5, 31)),
        ("Fri, 31 May 2019 23:35:42 -0600", date(2019, 5, 31)),
        ("01 Jun 2019 00:00 CST", date(2019, 6, 1)),
        ("2019-06-01T00:10:00+14:00", date(2019, 6, 1)),
        ("2019-06-01", date(2019, 6, 1)),
        ("1 de junio de 2019", date(2019, 6, 1)),
        ("sáb, 01 jun 2019 01:35:42 +0200", date(2019, 6, 1)),
        ("", None),
        ("pronto", None),
        ("2019-13-45", None),
        ("Mon, 99 Jun 2019 00:00:00 +0000", None),
        ("Mon, 3 Jun 20190603201906032019 00:00:00 +0000", None),
        ("2999-01-01", None),
    ],
)
def test_the_date_is_the_day_as_written(written, day):
    draft = only(rss(f"<title>Uno</title><pubDate>{written}</pubDate>"))
    assert draft.date == day
    assert bool(draft.notes) == (bool(written) and day is None)


@pytest.mark.parametrize(
    ("written", "language"), [("es", "es"), ("es-ES", "es"), ("EN_us", "en"), ("fr", ""), ("", "")]
)
def test_a_language_counts_if_it_is_one_of_the_sites(written, language):
    assert only(rss("<title>Uno</title>", head=f"{HEAD}<language>{written}</language>")).language == language


def test_an_item_without_a_title_gets_one_from_its_text():
    assert only(rss("<description>Una frase corta.</description>")).title == "Una frase corta."
    long = only(rss(f"<description>{'palabra ' * 100}</description>")).title
    assert len(long) <= 100
    assert long.endswith("…")


def test_an_item_with_nothing_in_it_is_a_problem_at_its_line():
    found = read(rss("<title>Uno</title>", "\n<link>https://example.org/2</link>"))
    assert [draft.title for draft in found.drafts] == ["Uno"]
    (problem,) = found.problems
    assert (problem.line, problem.text) == (1, "https://example.org/2")
    assert "neither a title nor a text" in problem.reason


def test_one_item_that_cannot_be_read_is_a_problem_and_the_others_are_read():
    found = read(rss("<title>Uno</title>", "<title>Dos</title>", "<title>Tres</title><description><![CDATA[" + "&lt;" * 150_000 + "]]></description>"))  # fmt: skip
    assert [draft.title for draft in found.drafts] == ["Uno", "Dos"]
    (problem,) = found.problems
    assert problem.text == "Tres"
    assert "Split it" in problem.reason


def test_items_know_their_lines():
    found = read(rss("<title>Uno</title>\n", "\n\n<title>Dos</title>\n"))
    assert [(draft.line, draft.last_line) for draft in found.drafts] == [(1, 1), (2, 5)]


def test_an_enclosed_picture_stands_under_the_text_once():
    enclosure = '<enclosure url="https://example.org/a.jpg" type="image/jpeg" length="1"/>'
    assert only(rss(f"<title>Uno</title><description>Hola.</description>{enclosure}{enclosure}")).html == (
        '<p>Hola.</p>\n<figure><img src="https://example.org/a.jpg" alt=""></figure>'
    )
    inside = '<description>&lt;p&gt;Hola &lt;img src="https://example.org/a.jpg"&gt;&lt;/p&gt;</description>'
    assert only(rss(f"<title>Uno</title>{inside}{enclosure}")).html.count("a.jpg") == 1


def test_nothing_that_runs_survives():
    draft = only(rss("<title>Uno&lt;script&gt;x&lt;/script&gt;</title><link>javascript:alert(1)</link>"
                     "<description><![CDATA[<p onclick=x>a<script>b</script></p>]]></description>"))  # fmt: skip
    assert draft.link is None
    assert "script" not in draft.title + draft.html
    assert "onclick" not in draft.html


@pytest.mark.parametrize(
    "feed",
    [
        rss("<title>Uno & dos</title>"),
        rss("<title>Uno &amp; dos</title>"),
        rss("<title><![CDATA[Uno & dos]]></title>"),
        rss("<title><![CDATA[Uno &amp; dos]]></title>"),
        rss("<title>Uno&nbsp;&amp; dos</title>"),
        b"\n\n \n" + rss("<title>Uno &amp; dos</title>"),
        b"\xef\xbb\xbf" + rss("<title>Uno &amp; dos</title>"),
        b"<br />\n<b>Warning</b>: x in y\n" + rss("<title>Uno &amp; dos</title>"),
        rss("<title>Uno &amp; dos</title>", tail=""),
        rss("<title>Uno &amp; dos</title><description>a < b <br> c <img src=x> &foo; &</description>"),
        rss("<title>Uno &amp; dos</title><media:thumbnail xyz:a='1'/><unknown:x>y</unknown:x>"),
        rss("<title>Uno &amp; dos</title><x a=1>y</x>"),
        rss("<title>Uno &amp; dos\x0b</title>"),
        b'<?xml version="1.0" encoding="utf-16"?>' + rss("<title>Uno &amp; dos</title>"),
        b'<!DOCTYPE rss [<!ENTITY x "y">]>' + rss("<title>Uno &amp; dos</title>"),
        rss("<title>Uno &amp; dos</title>").decode().encode("utf-16"),
    ],
)
def test_a_feed_that_is_not_well_formed_is_read(feed):
    assert only(feed).title == "Uno & dos"


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_wrong_declaration_of_its_encoding_spoils_nothing(declared, encoding):
    feed = f'<?xml version="1.0" encoding="{declared}"?>'.encode() + rss("<title>Migración: “niñez”</title>")
    assert only(feed.decode().encode(encoding)).title == "Migración: “niñez”"


def test_undeclared_prefixes_mean_what_they_always_mean():
    head = "<rss><channel>"
    draft = only(
        rss(
            "<title>Uno</title><dc:date>2019-06-01</dc:date><content:encoded>Hola</content:encoded>",
            head=head,
        )
    )
    assert (draft.date, draft.paragraphs) == (date(2019, 6, 1), ("Hola",))


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)),
        '<!ENTITY j "' + "a" * 100_000 + '">',
        '<!ENTITY j SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
    ],
    ids=["billion laughs", "quadratic", "file", "parameter"],
)
def test_entities_of_its_own_stay_as_they_stand(declarations):
    draft = only(f"<!DOCTYPE rss [{declarations}]>".encode() + rss(f"<title>Uno {'&j;' * 1000}</title>"))
    assert draft.title == "Uno " + "&j;" * 1000


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        (rss("<a/>" * 70_000), "tags and entities"),
        (rss("<a>" * 200), "deep"),
        (rss("<a " + "b='c' " * 10_000 + "/>"), "longer than"),
        (rss("\n" * 500_000), "lines"),
        (rss(*["<description><![CDATA[" + "<p>" * 3_000 + "]]></description>"] * 100), "texts of this feed"),
        (rss(*["<title>x</title>"] * 10_001), "items"),
        (b'{"items": [', "can't be read"),
        (b'{"items": ' + b"[" * 100_000, "can't be read"),
        (b'{"items": [' + b"[]," * 500_000, "too many"),
        (b'{"items": [' + b"1," * 20_000 + b"1]}", "items"),
        (b'{"items": 3}', "no list of items"),
        (b'{"items": [1' + b"1" * 10_000 + b"]}", "can't be read"),
    ],
    ids=str,
)
def test_what_is_no_feed_or_one_made_to_do_harm_is_refused_at_once(feed, reason):
    with pytest.raises(BulletinError, match=reason):
        read(feed)


def test_a_json_feed_has_it_all():
    item = {
        "id": 7,
        "url": "/a",
        "title": "Uno <dos>",
        "content_html": "<p>Hola <em>ahí</em></p>",
        "date_published": "2019-06-01T23:59:00-06:00",
        "language": "es",
        "image": "/a.png",
        "attachments": [
            {"url": "b.jpg", "mime_type": "image/jpeg"},
            {"url": "c.mp3", "mime_type": "audio/mpeg"},
            3,
        ],
    }
    text = {"id": "8", "content_text": "Uno.\n\nDos.", "title": None, "tags": {}}
    feed = {"version": "https://jsonfeed.org/version/1.1", "language": "en", "items": [item, text, "x"]}
    found = read(json.dumps(feed).encode(), address="https://example.org/feed.json")
    first, second = found.drafts
    assert (first.title, first.guid, first.link) == ("Uno <dos>", "7", "https://example.org/a")
    assert (first.date, first.language) == (date(2019, 6, 1), "es")
    assert first.html.count("<figure>") == 2
    assert "https://example.org/b.jpg" in first.html
    assert (second.paragraphs, second.html, second.language) == (("Uno.", "Dos."), "", "en")
    assert len(found.problems) == 1


PIECES = [
    "<item>",
    "<title>",
    "</item>",
    "<description>",
    "<![CDATA[",
    "]]>",
    "<br>",
    "<!--",
    "<?x",
    "&amp;",
    "&#",
    "&#0;",
]


@given(st.lists(st.sampled_from([*PIECES, *"<>&;/\"'= abñ![]-?:\n"])))
def test_any_markup_is_read_or_refused(pieces):
    try:
        read(rss("".join(pieces), "<title>Uno</title>"))
    except BulletinError:
        assert "<" in pieces


def test_a_feed_without_items_is_empty_and_no_error():
    assert read(rss()) == Reading()


def item_with(description):
    return (
        '<rss version="2.0"><channel><item><title>Panama meets</title>'
        f"<description>{description}</description></item></channel></rss>"
    )


@pytest.mark.parametrize(
    "description",
    [
        "&lt;p&gt;Countries: PA&lt;/p&gt;&lt;p&gt;Publish: 1 December 2026&lt;/p&gt;&lt;p&gt;It met.&lt;/p&gt;",
        "&lt;p&gt;Countries: PA&lt;br&gt;Publish: 1 December 2026&lt;/p&gt;&lt;p&gt;It met.&lt;/p&gt;",
        "Countries: PA\n\nPublish: 1 December 2026\n\nIt met.",
    ],
)
def test_fields_at_the_head_of_an_item_are_no_text(description):
    found = read(item_with(description).encode())
    (draft,) = found.drafts
    assert (draft.paragraphs, draft.stated.countries) == (("It met.",), ("PA",))
    assert draft.publish_at == datetime(2026, 12, 1, 6, tzinfo=UTC)


def test_a_description_without_tags_keeps_its_paragraphs():
    (draft,) = read(item_with("Plain &amp;amp; more.\n\nSecond.").encode()).drafts
    assert draft.paragraphs == ("Plain & more.", "Second.")


def test_a_feed_whose_items_can_not_be_found_is_a_problem():
    data = (
        '<rss version="2.0"><chann<title>Office</title><item><title>Plan</title>'
        "<description>It met.</description></item></channel></rss>"
    )
    found = read(data.encode())
    assert found.drafts or found.problems


@pytest.mark.parametrize(
    "namespace",
    ["http://www.w3.org/2&#xD800;005/Atom", "http://a b\tc\xad\x0c", "http://www.w3.org/2005/Atom\ud800"],
)
def test_a_feed_whose_namespace_is_no_name_is_a_problem_or_read_but_never_a_crash(namespace):
    text = f'<feed xmlns="{namespace}"><title>Office</title><entry><title>Walk</title></entry></feed>'
    found = read_any(text.encode("utf-8", "surrogatepass"), manner(bulletin="feed"))
    assert found.drafts or found.problems
    assert not any("was taken for" in problem.reason for problem in found.problems)


def test_an_address_holds_no_line_breaks_that_could_go_into_a_header():
    item = '{"id": "1", "title": "A", "content_text": "B", "date_published": "2017-09-03T00:00:00Z", "url": "https://a.example/a\\r\\nSet-Cookie: a=b"}'
    text = '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [' + item + "]}"
    (draft,) = read_feed(text.encode(), manner()).drafts
    assert draft.link == "https://a.example/aSet-Cookie: a=b"
