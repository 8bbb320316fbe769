"""What may be published of HTML that someone else wrote, and what of it never is."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.html.reader import TAGS
from feedsvc.bulletins.html.rich_text import blocks, clean_html, plain
from feedsvc.errors import BulletinError

MEDIUM = f"/media/{'0123456789abcdef' * 2}.png"


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("Only text", "<p>Only text</p>"),
        ("<p>One<p>Two", "<p>One</p>\n<p>Two</p>"),
        ("<div>One<br>and<br><br>Two</div>", "<p>One<br>and</p>\n<p>Two</p>"),
        ("<h1>Title</h1><h2>Part</h2><h4>Piece</h4>", "<h3>Title</h3>\n<h3>Part</h3>\n<h4>Piece</h4>"),
        ("<b>Bold</b>, <i>not</i> so", "<p><strong>Bold</strong>, <em>not</em> so</p>"),
        ("<b><b>x</b></b><i> </i><b>y</b>", "<p><strong>x y</strong></p>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<ul>a<ul><li>b</ul></ul>", "<ul><li>a</li><li><ul><li>b</li></ul></li></ul>"),
        ("<ol start=3><li>c<li>d</ol>", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("<blockquote>a<p>b</blockquote>c", "<blockquote><p>a</p><p>b</p></blockquote>\n<p>c</p>"),
        ("<pre>\n a\n\n  <b>b</b>\n</pre>", "<pre> a\n\n  <strong>b</strong></pre>"),
        ("H<sub>2</sub>O, m<sup>2</sup>, <tt>x</tt>", "<p>H<sub>2</sub>O, m<sup>2</sup>, <code>x</code></p>"),
        ("a<hr>b", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("<a href=/n>a</a> <a href='mailto:a@b.org'>b</a>", '<p>a <a href="mailto:a@b.org">b</a></p>'),
        ("<a href='https://a.org/?b=1&c=2'>x</a>", '<p><a href="https://a.org/?b=1&amp;c=2">x</a></p>'),
        ("<a href='https://a.org'><p>x</p></a>", '<p><a href="https://a.org">x</a></p>'),
        ("<p>a\u00a0\n b</p>", "<p>a b</p>"),
        ("mi\u00adgra\u200bcio\u0301n \u202ex\u202c", "<p>migración x</p>"),
        ("<span style='font-weight:700'>a</span><b style='font-weight:normal'>b</b>", "<p><strong>a</strong>b</p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)  # fmt: skip
def test_text_keeps_its_shape(written, published):
    assert clean_html(written) == published


class TestTables:
    def test_a_table_of_facts_stays_one(self):
        assert clean_html(
            "<table class=x border=1><caption>T</caption><tr><th scope=col colspan=2>a<tr><td>b<td></table>"
        ) == (
            '<table><caption>T</caption><tbody><tr><th colspan="2" scope="col">a</th></tr>'
            "<tr><td>b</td><td></td></tr></tbody></table>"
        )

    @pytest.mark.parametrize(
        "written",
        [
            "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>",
            "<table role=presentation><tr><td>a</td><td>b</td></tr></table>",
            "<table><tr><td><table><tr><td>a</table><td><table><tr><td>b</table></table>",
        ],
    )
    def test_a_table_that_only_places_text_goes(self, written):
        assert clean_html(written) == "<p>a</p>\n<p>b</p>"

    def test_columns_of_text_are_read_one_after_the_other(self):
        assert plain("<table><tr><td><h2>a</h2><p>b</p><td><p>c<p>d<p>e</table>") == ("a", "b", "c", "d", "e")

    def test_a_row_is_a_line(self):
        assert plain("<table><tr><th>Year<th>Persons<tr><td>2017<td>1,200<tr><td><td></table>") == (
            "Year | Persons",
            "2017 | 1,200",
        )

    def test_parts_of_tables_outside_of_one_dissolve(self):
        assert (
            clean_html("<tr><td>a</td></tr><li>b</li><caption>c</caption>") == "<p>a</p>\n<p>b</p>\n<p>c</p>"
        )


class TestPictures:
    def test_a_picture_keeps_its_alternative_text_and_size(self):
        assert (
            clean_html(
                '<figure><img src="https://a.org/b.jpg" alt="A &quot;b&quot;" width=60px><figcaption>c</figure>'
            )
            == '<figure><img src="https://a.org/b.jpg" alt="A &quot;b&quot;" width="60"><figcaption>c</figcaption></figure>'
        )

    def test_a_picture_that_can_not_be_shown_leaves_its_alternative_text(self):
        assert (
            clean_html("<p>A <img src=image001.png alt='map of Panama'> here")
            == "<p>A map of Panama here</p>"
        )
        assert clean_html("<img src='data:image/png;base64,AAAA'>") == ""

    def test_a_picture_of_the_bulletin_stays(self):
        assert clean_html(f"<img src={MEDIUM}>") == f'<p><img src="{MEDIUM}" alt=""></p>'
        assert clean_html(f"<img src={MEDIUM}>", "https://a.org/") == (
            f'<p><img src="https://a.org{MEDIUM}" alt=""></p>'
        )
        assert clean_html("<img src=/media/../admin alt=a>") == "<p>a</p>"

    def test_a_picture_that_is_fetched_late_has_its_address_elsewhere(self):
        assert (
            clean_html("<img src='data:image/gif;base64,R0' data-src=/a.jpg>", "https://a.org")
            == '<p><img src="https://a.org/a.jpg" alt=""></p>'
        )

    @pytest.mark.parametrize(
        "size", ["width=1 height=1", "height=0", "style='width:1px;height:1px'", "style='HEIGHT: 0'"]
    )
    def test_a_tracking_pixel_goes_with_all_it_says(self, size):
        assert clean_html(f"<img src=https://a.org/p.gif alt=x {size}>") == ""

    @pytest.mark.parametrize("size", ["width=100%", "style='width:1%'", "style='max-width:1px'", "width=10"])
    def test_a_picture_of_any_other_size_is_none(self, size):
        assert "<img" in clean_html(f"<img src=https://a.org/p.gif {size}>")

    def test_in_plain_text_a_picture_says_what_it_shows(self):
        assert plain(f"<p><img src={MEDIUM} alt='A map'></p><p>b <img src={MEDIUM} alt=c></p>") == (
            "[A map]",
            "b",
        )


class TestAddresses:
    @pytest.mark.parametrize(
        ("written", "published"),
        [
            ("b", "https://a.org/n/b"),
            ("/b", "https://a.org/b"),
            ("//c.org/", "https://c.org/"),
            ("?p=2", "https://a.org/n/?p=2"),
            (" HTTPS://c.org ", "https://c.org"),
        ],
    )
    def test_relative_addresses_begin_at_the_base(self, written, published):
        assert (
            clean_html(f"<a href='{written}'>x</a>", "https://a.org/n/")
            == f'<p><a href="{published}">x</a></p>'
        )

    def test_a_document_may_say_its_base(self):
        page = "<html><head><base href='https://a.org/n/'></head><body><base href='https://a.org/n/'><a href=b>x</a>"
        assert clean_html(page) == '<p><a href="https://a.org/n/b">x</a></p>'

    @pytest.mark.parametrize(
        "address",
        ["#top", "", "javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "JaVaScRiPt:alert(1)",
         "data:text/html,x", "vbscript:x", "file:///etc/passwd", "http://[::1", "blob:x", "&#106;avascript:alert(1)"],
    )  # fmt: skip
    @pytest.mark.parametrize("base", ["", "https://a.org/"])
    def test_what_is_no_address_of_the_web_is_no_link(self, address, base):
        assert clean_html(f'<a href="{address}">x</a>', base) == "<p>x</p>"


class TestWord:
    def test_what_word_leaves_behind_goes(self):
        page = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0}</style>
        <!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body lang=ES>
        <div class=WordSection1><p class=MsoNormal><b><span style='font-size:14.0pt;mso-bidi'>Migración en
        <st1:place w:st="on">Panamá</st1:place><o:p></o:p></span></b></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
        <p class=MsoNormal><font color=red>Texto</font><![if !vml]><img src=image001.png v:shapes=x alt=Mapa><![endif]>
        </p></div></body></html>"""
        assert clean_html(page) == "<p><strong>Migración en Panamá</strong></p>\n<p>Texto Mapa</p>"

    def test_items_written_as_paragraphs_are_a_list(self):
        def item(mark, text):
            return (
                "<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
                f"<span style='mso-list:Ignore'>{mark}<span>&nbsp;&nbsp; </span></span><![endif]>{text}<o:p></o:p></p>\n"
            )

        page = f"{item('·', 'a')}{item('·', 'b')}<p>c</p>{item('1.', 'd')}{item('2.', 'e')}"
        assert clean_html(page) == "<ul><li>a</li><li>b</li></ul>\n<p>c</p>\n<ol><li>d</li><li>e</li></ol>"
        assert plain(page) == ("- a", "- b", "c", "1. d", "2. e")

    def test_its_style_for_titles_is_a_heading(self):
        (block,) = blocks("<p class=MsoTitle>Title</p>")
        assert block.level == 1


class TestBlocks:
    def test_they_are_flat_and_in_order(self):
        found = blocks(
            "<h2>a</h2><div><p><b>b</b><br>c</div><ul><li>d<ul><li>e</ul></ul><table><tr><td>f<td>g</table>"
        )
        assert [(block.text, block.level, block.bold, block.mark) for block in found] == [
            ("a", 2, False, ""),
            ("b", 0, True, ""),
            ("c", 0, False, ""),
            ("d", 0, False, "- "),
            ("e", 0, False, "- "),
            ("f | g", 0, False, ""),
        ]

    def test_they_know_their_lines(self):
        found = blocks("<p>a\nb</p>\n\n<p\n  class=x>c</p>\n<!--\n-->\n<pre>d\ne</pre>text\n\n<br>\nf")
        assert [(block.text, block.line, block.last_line) for block in found] == [
            ("a b", 1, 2), ("c", 5, 5), ("d", 8, 8), ("e", 9, 9), ("text", 9, 11), ("f", 12, 12),
        ]  # fmt: skip

    def test_a_document_may_say_its_lines(self):
        found = blocks("<p data-line=7 data-last-line=9>a\n<br>b</p><ul><li data-line=12>c</li></ul>")
        assert [(block.line, block.last_line) for block in found] == [(7, 9), (7, 9), (12, 12)]

    def test_lines_go_on_where_the_parser_has_no_number_for_them(self):
        *_, last = blocks("<p>x</p>\n" * 70_000)
        assert last.line == 70_000

    @pytest.mark.parametrize(
        ("written", "address"),
        [
            ("<a href=https://a.org>a <b>b</b></a>", "https://a.org"),
            ("<b><a href=https://a.org>a</a></b>\n", "https://a.org"),
            ("<a href=https://a.org>a</a>.", ""),
            ("<a href=https://a.org>a</a><a href=https://b.org>b</a>", ""),
            ("<a href=https://a.org><img src=https://a.org/b.png></a>", ""),
        ],
    )
    def test_one_that_is_wholly_a_link_says_where_it_leads(self, written, address):
        assert [block.link for block in blocks(written)] == [address]


HOSTILE = [
    "<script>alert(1)</script>", "<scr<script>ipt>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>", "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<a href='javascript:alert(1)'>x</a>",
    "<iframe src='javascript:alert(1)'></iframe>", "<body onload=alert(1)>x", "<p style='background:url(javascript:1)'>x",
    "<a href=\"https://a.org/\" onclick='alert(1)'>x</a>", "<a href='https://a.org/\"><script>alert(1)</script>'>x</a>",
    "<img src=https://a.org/x alt='\"><script>alert(1)</script>'>", "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[<script>]]>",
    "<table><td><a href=javascript:1>x</table><style>@import 'x'</style>", "<base href='javascript:/a/'>", "<plaintext>x<b>",
    "<textarea></textarea><script>alert(1)</script>", "<select><script>alert(1)</script></select>", "<p\x0conclick=x>y",
    "<meta http-equiv=refresh content='0;url=javascript:x'>", "<object data=x><embed src=y></object>", "\u2028<\x00script>x",
]  # fmt: skip
ALLOWED = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    **{key: set() for key in (
        "p", "br", "h3", "h4", "h5", "h6", "ul", "li", "em", "strong", "blockquote", "code", "pre", "sup", "sub", "table",
        "caption", "thead", "tbody", "tfoot", "tr", "figure", "figcaption", "hr",
    )},
}  # fmt: skip
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(HOSTILE),
    st.sampled_from(
        [f"<{slash}{tag}>" for slash in ("", "/") for tag in (*ALLOWED, "div", "b", "i", "h1", "span", "font", "menu",
         "article", "svg", "math", "style", "title", "listing", "body", "td align=x", "ol start=7", "p data-line=3")]
    ),
    st.sampled_from(["&nbsp;", " ", "\n", "\n\n", "&amp;lt;b&gt;", "<a href=/x>", "<img src=/a.png alt=b>",
         f"<img src={MEDIUM} alt=' c '>", "<p style='mso-list:l0 level1'>", "<td colspan=3>", "e", "\u0301", "\u0338", "<!-- "]),
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(["", "https://a.org/n/"]))
@example("<p>a<b>\u0338b</b>", "")
@example("<pre>\n\n\na</pre>", "")
@settings(max_examples=400)
def test_of_any_text_only_what_is_harmless_comes_out_and_cleaning_twice_changes_nothing(written, base):
    cleaned = clean_html(written, base)
    assert clean_html(cleaned, base) == cleaned
    assert plain(cleaned) == tuple(map(clean, plain(cleaned)))
    root = html.fragment_fromstring(cleaned, create_parent="body")
    for element in root.iterdescendants():
        assert set(element.keys()) <= ALLOWED[element.tag]
        for address in (element.get("href"), element.get("src")):
            assert address is None or re.match(r"https?://|mailto:|tel:|/media/[0-9a-f]{32}\.png$", address)


@given(st.lists(st.sampled_from(HOSTILE), max_size=5).map("".join))
def test_nothing_that_runs_survives(written):
    cleaned = clean_html(written, "https://a.org/")
    root = html.fragment_fromstring(cleaned, create_parent="body")
    assert not any(re.match("on|style", key) for element in root.iter() for key in element.attrib)
    assert not etree.XPath("//script|//style|//svg|//math|//iframe|//*[starts-with(@href, 'j')]")(root)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_word_of_a_text_is_lost_or_said_twice(written):
    words = "".join(paragraph.removeprefix("- ") for paragraph in plain(clean_html(written)))
    assert "".join("".join(block.text for block in blocks(written)).split()) in {
        "".join(words.split()),
        "".join("".join(block.text for block in blocks(clean_html(written))).split()),
    }


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("<p>x" * (TAGS + 1), "more than 150,000 tags or lines"),
        ("<pre>" + "x\n" * (TAGS + 1), "more than 150,000 tags or lines"),
        ("<div>" * 5_000 + "x", "inside each other"),
        ("&amp;" * 100_001, "100,000 signs"),
    ],
)
def test_what_only_a_machine_writes_is_refused_in_a_sentence(written, reason):
    with pytest.raises(BulletinError, match=reason):
        clean_html(written)
