"""Bulletins of every format, whole, damaged at random, and made to do harm."""

import io
import json
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


WORD = word_file(
    word_paragraph("3 September, 2017")
    + word_paragraph("Walk on the border", bold=True)
    + word_paragraph("The walk took place.")
    + word_paragraph("28 de julio de 2017")
    + word_paragraph("Plan nacional", bold=True)
    + word_paragraph("La Comisión se reunió.")
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
    """The same bytes with a few things done to them."""
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


def bombs():
    """Documents made to take all the time or memory there is, each under the size limit: its name, how to make it."""
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
    yield "a hundred thousand dates", lambda: b"3 September, 2017\n" * 100_000
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
