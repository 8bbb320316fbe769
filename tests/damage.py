"""Bulletins of every format, whole, damaged at random, and made to do harm."""

import io
import json
import re
import zipfile

TEXT = """\
3 September, 2017

Panama and Costa Rica walk against human trafficking
Countries: PA, CR

Trafficking in persons is a crime. The walk took place on the border; see https://example.org/walk.

- first, the officers
- then the schools

28 de julio de 2017

Panamá elabora su plan nacional

La Comisión Nacional contra la Trata de Personas se reunió en San José.
"""
MARKDOWN = """\
---
title: Bulletin
countries: [PA]
---

## Walk on the border

3 September, 2017

The **walk** took [place](https://example.org/walk).

| country | people |
|---|---|
| PA | 12 |

## Plan nacional

28 de julio de 2017

- uno
- dos
"""
HTML = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>News</title></head><body>
<nav><ul><li><a href="/">Home</a><li><a href="/about">About</a></ul></nav><main>
<article><h2><a href="/1">Walk on the border</a></h2><time datetime="2017-09-03">3 September 2017</time><p>The walk took place.</p></article>
<article><h2><a href="/2">Plan nacional</a></h2><time datetime="2017-07-28">28 de julio de 2017</time><p>La Comisión se reunió.</p></article>
<article><h2><a href="/3">Third notice</a></h2><time datetime="2017-07-27">27 July 2017</time><p>Text <img src="a.png" alt="map"> here.</p></article>
</main><aside><h3><a href="/1">Walk on the border</a></h3></aside><footer>12 Central Street</footer></body></html>
"""
DOCUMENT = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office"><body class=WordSection1><p class=MsoNormal>3 September, 2017<o:p></o:p></p>
<p class=MsoNormal><b>Walk on the border</b></p><p class=MsoNormal style='mso-x:y'>The walk <i>took</i> place.</p>
<table><tr><td>PA</td><td>12</td></tr></table><p>28 de julio de 2017</p><h2>Plan nacional</h2><ul><li>uno</li><li>dos</li></ul></body></html>
"""
MAIL = """\
From: Office <office@example.org>
Subject: =?utf-8?q?Bolet=C3=ADn?= de septiembre
Date: Sun, 03 Sep 2017 10:00:00 -0600
Message-ID: <a@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=b"

--=b
Content-Type: multipart/alternative; boundary="=c"

--=c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

La Comisi=F3n se reuni=F3 en Panam=E1.
--=c
Content-Type: text/html; charset=utf-8

<p>La Comisión se <b>reunió</b> en Panamá.</p>
--=c--
--=b
Content-Type: text/plain; name="bulletin.txt"
Content-Disposition: attachment; filename="bulletin.txt"

3 September, 2017

Walk on the border

The walk took place.
--=b--
"""
RSS = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Office</title><language>es</language>
<item><title>Walk &amp; talk</title><link>https://example.org/1</link><guid isPermaLink="false">1</guid>
<pubDate>Sun, 03 Sep 2017 10:00:00 -0600</pubDate><content:encoded><![CDATA[<p>The walk <b>took</b> place.</p>]]></content:encoded></item>
<item><title>Plan</title><link>https://example.org/2</link><pubDate>Fri, 28 Jul 2017 10:00:00 GMT</pubDate><description>Se reunió.</description></item>
</channel></rss>
"""
ATOM = """\
<feed xmlns="http://www.w3.org/2005/Atom"><title>Office</title><id>tag:example.org,2017:f</id><updated>2017-09-03T10:00:00Z</updated>
<entry><title>Walk</title><id>tag:example.org,2017:1</id><published>2017-09-03T10:00:00-06:00</published><updated>2017-09-03T10:00:00Z</updated>
<link href="https://example.org/1"/><content type="html">&lt;p&gt;The walk took place.&lt;/p&gt;</content></entry></feed>
"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Office",
        "items": [
            {
                "id": "1",
                "title": "Walk",
                "date_published": "2017-09-03T10:00:00Z",
                "content_html": "<p>The walk.</p>",
            }
        ],
    }
)
TYPES = """\
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
RELATIONS = """\
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""
WORD_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_paragraph(text, *, bold=False):
    return f"<w:p><w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}<w:t>{text}</w:t></w:r></w:p>"


def word_file(body, *, prolog="", more=()):
    """A Word document with this body; `more` are further members of the archive, as (name, data)."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr(
            "word/document.xml", f"{prolog}<w:document {WORD_NAMESPACE}><w:body>{body}</w:body></w:document>"
        )
        for name, content in more:
            archive.writestr(name, content)
    return data.getvalue()


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = word_file(
    word_paragraph("3 September, 2017")
    + word_paragraph("Walk on the border", bold=True)
    + word_paragraph("Countries: PA, CR")
    + "<w:p><w:r><w:t>The walk took </w:t></w:r>"
    + f'<w:hyperlink r:id="rId9" xmlns:r="{_RELATION}"><w:r><w:t>place</w:t></w:r></w:hyperlink>'
    + '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    + '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>first</w:t></w:r></w:p>'
    + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>PA</w:t></w:r></w:p></w:tc>"
    + "<w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    + word_paragraph("28 de julio de 2017")
    + '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Plan nacional</w:t></w:r></w:p>'
    + word_paragraph("La Comisión se reunió."),
    more=[
        (
            "word/_rels/document.xml.rels",
            (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId9" Type="{_RELATION}/hyperlink" Target="https://example.org/walk" TargetMode="External"/>'
                f'<Relationship Id="rId8" Type="{_RELATION}/footnotes" Target="footnotes.xml"/></Relationships>'
            ),
        ),
        (
            "word/footnotes.xml",
            f'<w:footnotes {WORD_NAMESPACE}><w:footnote w:id="2">{word_paragraph("A note.")}</w:footnote></w:footnotes>',
        ),
        ("word/media/image1.png", _PIXEL),
    ],
)

SEEDS = {
    "plain text": TEXT.encode(),
    "plain text in Windows-1252": TEXT.encode("cp1252"),
    "plain text in UTF-16": TEXT.encode("utf-16"),
    "Markdown": MARKDOWN.encode(),
    "HTML listing": HTML.encode(),
    "HTML document": DOCUMENT.encode(),
    "Word": WORD,
    "mail": MAIL.encode(),
    "RSS": RSS.encode(),
    "Atom": ATOM.encode(),
    "JSON Feed": JSON_FEED.encode(),
}

# What breaks readers: openings without ends, bytes of no encoding, numbers and dates at the edge.
_TOKENS = [
    b"<", b">", b"<![CDATA[", b"]]>", b"<!--", b"<!DOCTYPE a [", b"&#x0;", b"&#xD800;", b"&#1114112;", b"&amp", b"\x00", b"\xff\xfe",
    b"\xc3", b"\xed\xa0\x80", b"<div>" * 50, b"</div>" * 50, b"<table><tr><td>" * 20, b"<b><i><p>" * 20, b"<svg><script>", b"<a href='",
    b"- " * 60, b"> " * 60, b"[" * 60, b"**" * 60, b"`" * 60, b"|" * 60, b"\n# ", b"\n---\n", b"\n3 September, 2017\n", b"\n31/02/2017\n",
    b"\n99999999999999999999/1/1\n", b"0000-00-00", b"9999-12-31T23:59:60+99:99", b"Countries: ", b"Publish: 99:99", b"\r", b"\x85",
    b'\nContent-Type: multipart/mixed; boundary=""\n\n', b"=?utf-8?b?", b"=?x?q?=00?=", b"{", b"}", b'"', b"\\ud800", b"1e999",
    b"PK\x03\x04", b"<o:p>", b"<w:p>", b' xmlns:x="y"', b"encoding='utf-7'", b"charset=x-unknown", "\u202e\u2028".encode(), b"a" * 3000,
]  # fmt: skip


def damaged(data, rng):
    """The same document with a few things done to it; in an archive, to what is packed in it as a rule."""
    if data.startswith(b"PK") and rng.random() < 0.9:
        return _repacked(data, rng)
    if data.startswith(b"{") and rng.random() < 0.7:
        return _revalued(data, rng)
    return _mangled(data, rng)


def _mangled(data, rng):
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(out) + 1)
        end = min(len(out), at + rng.randint(1, 200))
        match rng.randrange(7):
            case 0:
                del out[at:end]
            case 1:
                out[at:at] = out[at:end] * rng.randint(1, 20)
            case 2:
                out[at:at] = rng.choice(_TOKENS)
            case 3:
                out[at:end] = rng.randbytes(end - at)
            case 4:
                del out[at:]
            case 5 if out:
                out[at % len(out)] ^= 1 << rng.randrange(8)
            case _:
                out[at:end] = reversed(out[at:end])
    return bytes(out)


def _repacked(data, rng):
    """Damage the members of an archive, mostly so that they stay XML: elements are moved, doubled, left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = old.read(name)
            if name.startswith("word/") and rng.random() < 0.7:
                member = _shuffled(member, rng) if rng.random() < 0.7 else _mangled(member, rng)
            new.writestr(name, member)
    return packed.getvalue()


def _shuffled(xml, rng):
    """Do a few things to whole elements, and to the text in them."""
    parts = re.split(rb"(<w:p>.*?</w:p>|<w:tbl>.*?</w:tbl>)", xml, flags=re.DOTALL)
    whole = [n for n, part in enumerate(parts) if part.startswith((b"<w:p>", b"<w:tbl>"))]
    for _ in range(rng.randint(1, 6) if whole else 0):
        one, other = rng.choice(whole), rng.choice(whole)
        match rng.randrange(5):
            case 0:
                parts[one], parts[other] = parts[other], parts[one]
            case 1:
                parts[one] *= rng.randint(0, 5)
            case 2:
                parts[one] = parts[one].replace(b"<w:r>", b"<w:r><w:br/>" + parts[other] * 2, 1)
            case 3:
                words = rng.choice(
                    [
                        b"3 September, 2017",
                        b"Publish: 1 December 2099",
                        b"x" * 500,
                        b"&#x202e;",
                        b"31/02/2017",
                    ]
                )
                parts[one] = re.sub(
                    rb"(<w:t[^>]*>)[^<]*", lambda found, words=words: found[1] + words, parts[one]
                )
            case _:
                parts[one] = parts[one].replace(
                    b"<w:b/>", b'<w:b w:val="0"/><w:i/><w:vertAlign w:val="superscript"/>'
                )
    return b"".join(parts)


def _revalued(data, rng):
    """Put odd values in the places of a JSON document's own."""
    document = json.loads(data)
    for _ in range(rng.randint(1, 5)):
        holder = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            key = rng.choice(keys)
            if not isinstance(holder[key], dict | list) or not holder[key] or rng.random() < 0.2:
                break
            holder = holder[key]
        holder[key] = rng.choice(
            [
                None,
                0,
                -1,
                1e308,
                "",
                "x" * 5000,
                [],
                {},
                [[]],
                True,
                "\ud800",
                "2017-99-99",
                "<p>a",
                "javascript:x",
                [None],
                {"a": []},
            ]
        )
        if not isinstance(document, dict) or not document:
            break
    return json.dumps(document).encode()


def bombs():
    """Documents made to take all the time or memory there is, each under the size limit: its name, how to make it.

    What is only much, and takes time in proportion, is of a size that leaves room within the second; were it the
    square, it would take many.
    """
    laughs = '<!DOCTYPE a [<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    blowup = f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]>'
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    million = 1_000_000
    yield "one line of 19 MB", lambda: b"a " * 9_500_000
    yield "one word of 19 MB", lambda: b"a" * 19_000_000
    yield "a million blank lines", lambda: b"\n" * million
    yield (
        "a million spaces before a line end",
        lambda: b"3 September, 2017\n\nTitle\n\n" + b" " * million + b"x\n" * 1000,
    )
    yield "fifty thousand dates", lambda: b"3 September, 2017\n" * 50_000
    yield "digits without end", lambda: b"1" * million
    yield "almost a date, again and again", lambda: b"3 September, 3 September, " * 40_000
    yield (
        "billion laughs in RSS",
        f"<?xml version='1.0'?>{laughs}]><rss><channel><item><title>&l9;</title></item></channel></rss>".encode,
    )
    yield (
        "quadratic blow-up in RSS",
        f"<?xml version='1.0'?>{blowup}<rss><channel><item><title>{'&x;' * 10_000}</title></item></channel></rss>".encode,
    )
    yield (
        "a file of the machine in RSS",
        f"<?xml version='1.0'?>{outside}<rss><channel><item><title>&x;</title></item></channel></rss>".encode,
    )
    yield (
        "billion laughs in Word",
        lambda: word_file("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", prolog=laughs + "]>"),
    )
    yield "deep HTML", lambda: b"<html><body>" + b"<div>" * 500_000
    yield "deep inline HTML", lambda: b"<html><body><p>" + b"<b><i>" * 250_000 + b"x"
    yield "deep tables", lambda: b"<html><body>" + b"<table><tr><td>" * 100_000
    yield "deep lists", lambda: b"<html><body>" + b"<ul><li>" * 200_000
    yield "wide HTML", lambda: b"<html><body>" + b"<p>3 September 2017</p><h2>T</h2><p>x</p>" * 100_000
    yield (
        "a listing of fifty thousand",
        lambda: (
            b"<html><body><main>"
            + b"<article><h2><a href='/1'>Title of it</a></h2><time>3 September 2017</time><p>Lead.</p></article>"
            * 50_000
        ),
    )
    yield "attributes without end", lambda: b"<html><body><p " + b"a=b " * 500_000 + b">x"
    yield "comments without end", lambda: b"<html><body>" + b"<!--" * million
    yield "entities without end", lambda: b"<html><body><p>" + b"&amp" * million
    yield "deep quotes in Markdown", lambda: b"---\ntitle: a\n---\n" + b">" * 100_000 + b" a\n"
    yield "brackets in Markdown", lambda: b"---\ntitle: a\n---\n" + b"[" * 100_000 + b"](x)" * 1000
    yield "stars in Markdown", lambda: b"---\ntitle: a\n---\n" + b"**a " * 100_000
    yield (
        "lists in Markdown",
        lambda: b"---\ntitle: a\n---\n" + b"".join(b" " * n + b"- a\n" for n in range(1000)),
    )
    yield (
        "aliases in front matter",
        lambda: (
            b"---\n"
            b"a0: &a0 [x]\n"
            + b"".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n".encode() for n in range(1, 12))
            + b"---\ntext\n"
        ),
    )
    yield "deep JSON", lambda: b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 200_000
    yield (
        "deep mail",
        lambda: (
            b"Subject: a\nMIME-Version: 1.0\n"
            + b"".join(
                f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'.encode() for n in range(5000)
            )
        ),
    )
    yield (
        "a mail of fifty thousand parts",
        lambda: (
            b'Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
            + b"--b\n\nx\n" * 50_000
        ),
    )
    yield "a mail of a million headers", lambda: b"Subject: a\n" + b"X: y\n" * million + b"\nx"
    yield "a zip bomb in Word", lambda: word_file("", more=[("word/media/bomb", b"\0" * 300_000_000)])
    yield "a text bomb in Word", lambda: word_file(word_paragraph("x" * 150_000_000))
    yield (
        "fifty thousand members in Word",
        lambda: word_file("", more=[(f"m{n}", b"") for n in range(50_000)]),
    )
    yield "deep Word", lambda: word_file("<w:tbl><w:tr><w:tc>" * 50_000)
    yield (
        "accents without end",
        lambda: b"3 September, 2017\n\nT\n\n" + ("a" + "\u0301\u0316" * 2_000_000).encode(),
    )
    yield "years without end", lambda: b"<html><body>" + (b"<h2>T</h2><p>" + b"2017 " * 14 + b"</p>") * 2_000
    yield (
        "countries that are none",
        lambda: b"".join(
            f"3 September, 2017\n\nTitle {n}\nCountries: Pnama{n}, Csta Rca{n}\n\nText.\n\n".encode()
            for n in range(2500)
        ),
    )
    yield (
        "text encoded twice",
        lambda: "Reunión en Panamá: “acción” – señal\n".encode().decode("cp1252", "replace").encode() * 5_000,
    )
    yield (
        "a stray byte in every line",
        lambda: "日本語 ni\udcf1a\n".encode("utf-8", "surrogateescape") * 50_000,
    )
    yield (
        "four thousand rows",
        lambda: b"<html><body><p>3 September 2017</p><h2>T</h2><table>" + b"<tr><td>a<td>b" * 4_000,
    )
    yield (
        "notes without end in Word",
        lambda: word_file("<w:p>" + '<w:r><w:footnoteReference w:id="2"/></w:r>' * 8_000 + "</w:p>"),
    )
