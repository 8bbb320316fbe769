"""The next page of a list, and whether something is a page at all."""

import pytest

from feedsvc.bulletins.listings.listing import is_page, next_page
from feedsvc.model import Selectors

HERE = "https://example.org/news?page=2"


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="next" href="/news?page=3">',
        '<a rel="nofollow next" href="?page=3">mehr</a>',
        '<a href="/news?page=1">« Prev</a> <a href="/news?page=3">Next »</a>',
        '<a href="/news?page=3">Siguiente</a>',
        '<a href="/news?page=3">Página siguiente &gt;</a>',
        '<a href="/news?page=3">Older posts</a>',
        '<a href="/news?page=3">← Entradas anteriores</a>',
        '<a href="/news?page=3" aria-label="Next page"><svg></svg></a>',
        '<a href="/news?page=1">«</a><a href="/news?page=3">»</a>',
        '<a href="?page=1">1</a> <span class="current">2</span> <a href="?page=3">3</a> <a href="?page=4">4</a>',
        '<li><a href="?page=1">1</a><li><a href="?page=2" class="active">2</a><li><a href="?page=3">3</a>',
        '<base href="https://example.org/"><a href="news?page=3#top">Next</a>',
    ],
)
def test_the_next_page_is_found(html):
    assert next_page(f"<body>{html}</body>", HERE, Selectors()) == "https://example.org/news?page=3"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>No links</p>",
        '<a href="/next-steps">The next steps of the programme</a>',
        '<a rel="next" href="#">Next</a>',
        '<a rel="next" href="javascript:go()">Next</a>',
        '<a href="/news?page=1">1</a> <span>2</span>',
        '<a href="/a">3</a> <a href="/b">4</a>',
        '<a rel="next" href="http://[broken">Next</a>',
    ],
)
def test_there_may_be_none(html):
    assert next_page(f"<body>{html}</body>" if html else "", HERE, Selectors()) is None


def test_a_selector_wins():
    html = '<a rel="next" href="/other">Next</a><div class="go"><a href="/news?page=3">more</a></div>'
    assert next_page(html, HERE, Selectors(next=".go")) == "https://example.org/news?page=3"


@pytest.mark.parametrize(
    ("html", "page"),
    [
        ("", False),
        ("<h1>Bulletin</h1><p>3 May 2024</p><h2>One</h2><p>Text</p>", False),
        ('<head><meta name="Generator" content="Microsoft Word 15"><style>p {}</style></head><p>A <a href="/">link</a>', False),
        ("<body><nav><ul><li><a href=/>Home</a></ul></nav><p>Text</p><script>1</script></body>", True),
        ('<head><link rel="canonical" href="/"><meta property="og:title" content="x"></head><p>Text</p>', True),
        ("<body><div id='menu'><a href=/>Home</a></div><form action=/s><input name=q></form><p>A text</p><p>B</p></body>", True),
    ],
)  # fmt: skip
def test_a_page_is_told_from_a_document(html, page):
    assert is_page(html) is page
