"""A site with everything that feeds and pages can show: archives, tombstones, both languages, rich and hostile text."""

import contextlib
import json
import os
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from sites import SiteFolder

from feedsvc.app import App
from feedsvc.config import init_site

URL = "https://bulletin.example.org"
# So few entries in a feed's current document that archives fill up soon.
SIZE = 5
BEGUN = datetime(2026, 11, 20, 8, tzinfo=UTC)
LONG = "x" * 1_000_000

RICH = [
    {
        "id": "https://office.example.org/?p=1&lang=es",
        "url": "https://office.example.org/noticias/1?a=1&b=2",
        "title": "La niñez migrante en Panamá & Costa Rica: “un camino” <largo>",
        "language": "es",
        "date_published": "2019-02-01T00:00:00-06:00",
        "content_html": """<h2>Un camino</h2><p>Véase <a href="../informe?x=1&amp;y=2#z">el informe</a> y
            <em>más</em>.</p><ul><li>uno</li><li>dos</li></ul><table><tr><th>País</th><td>5 &lt; 6</td></tr></table>
            <blockquote><p>«Cita» &amp; 🌎</p></blockquote><pre>a  b</pre>""",
    },
    {
        "id": "undated-1",
        "title": "A notice that says no day about Belize",
        "language": "en",
        "content_html": "<p>Officers in Belize met.</p>",
    },
]
HOSTILE_TEXTS = [
    "]]> <![CDATA[ --> <!-- -- &amp; &lt; &#0; <?xml version='1.0'?> %s %0d%0aSet-Cookie:a=b {{ 7*7 }} {% raw %}",
    "</title></entry></feed></item></channel></rss><script>top.ran=1</script>",
    "control \x00\x08\x1b\x7f\x9f and \ufffe\uffff \udc80 lone \ud800",
    "👩‍👩‍👧 emoji 🇵🇦 zero\u200bwidth",
    "مرحبا \u202eevil\u202c שלום \u2066isolate",
    "'\"><img src=x onerror=top.ran=1><svg onload=top.ran=1>",
    "one\r\ntwo\u2028three\x85four",
]
HOSTILE_HTML = """<p>Panama: {text}</p><script>top.ran=1</script><script src="https://evil.example/a.js"></script>
<svg onload="top.ran=1"><script>top.ran=1</script><foreignObject><iframe src="javascript:top.ran=1"></iframe></foreignObject></svg>
<p style="background:url(https://evil.example/a.png);width:expression(top.ran=1)" onclick="top.ran=1">styled</p>
<style>@import "https://evil.example/a.css"; body {{ display: none }}</style><link rel="stylesheet" href="https://evil.example/a.css">
<img src="https://evil.example/pixel.gif" onerror="top.ran=1"><img src="data:image/svg+xml,<svg onload=top.ran=1>">
<a href="javascript:top.ran=1">a</a> <a href="data:text/html,<script>top.ran=1</script>">b</a> <a href="vbscript:x">c</a>
<a href="java&#10;script:top.ran=1">d</a> <a href="https://ok.example/%0d%0aX: y&quot;&gt;">e</a><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/"><form action="https://evil.example/"><button>go</button></form>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=top.ran=1&gt;"></mglyph></table></mtext></math>
<object data="https://evil.example/"></object><embed src="https://evil.example/"><video src="https://evil.example/" onloadstart="top.ran=1"></video>"""
HOSTILE_LINKS = [
    "javascript:top.ran=1",
    "https://iom.example/a%0d%0aSet-Cookie:%20a=b?x=1&y=%3Cscript%3E",
    "https://iom.example/a\r\nSet-Cookie: a=b",
    "data:text/html,<script>top.ran=1</script>",
    "https://iom.example/'\"><script>top.ran=1</script>",
    "//evil.example/a",
    "https://iom.example/{{7*7}}/--/]]>",
]
HOSTILE = [
    {
        "id": f"{text[:40]}{number}",
        "url": link,
        "title": f"Panama: {text}",
        "date_published": f"2019-01-{number:02}T00:00:00-06:00",
        "tags": [text, "trafficking"],
        "content_html": HOSTILE_HTML.format(text=text),
    }
    for number, (text, link) in enumerate(zip(HOSTILE_TEXTS, HOSTILE_LINKS, strict=True), 1)
]
HUGE = {
    "id": "huge",
    "title": f"Panama {LONG}",
    "date_published": "2019-01-20T00:00:00-06:00",
    "content_html": f"<p>Panama {LONG}</p>",
}


def notice(day, text, *, title="", country="PA", language="en"):
    """One entry of a bulletin that is a plain text."""
    title = title or f"Notice {text}"
    return (
        f"{day:%d}/{day:%m}/{day:%Y}\n\n{title}\nCountries: {country}\nTopics: trafficking\nLanguage: {language}\n\n"
        f"The text of {text}.\n\n"
    )


def notices(numbers, begin=datetime(2018, 1, 1, tzinfo=UTC)):
    """Many entries, three on each day, the newest first, every fourth in Spanish."""
    return "".join(
        notice(begin + timedelta(days=each // 3), f"number {each}", language="en" if each % 4 else "es")
        for each in reversed(numbers)
    )


def json_feed(items):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Office", "items": items})


class Office:
    """A site, and those who write for it: what they do is taken up at once, on the day that the test sets."""

    def __init__(self, root: Path, *, made=False, **environment):
        if not made:
            init_site(root)
            (root / "config" / "subscriptions.yaml").write_text("subscriptions: []\n")
        self.site = SiteFolder(
            root, {"FEEDSVC_SITE__URL": URL, "FEEDSVC_FEEDS__SIZE": str(SIZE), **environment}
        )
        self.root = root
        self.now = BEGUN

    def write(self, name, text):
        """Put a bulletin into the folder, by renaming it into its place, as a careful program does."""
        path = self.root / "bulletins" / name
        beside = path.with_name(f".{name}")
        beside.write_text(text, encoding="utf-8")
        beside.rename(path)

    def remove(self, name):
        (self.root / "bulletins" / name).unlink()

    def configure(self, name, old, new):
        file = self.root / "config" / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    def ingest(self, **later):
        """Take up what was written, after some time."""
        self.now += timedelta(**later)
        with self._environment():
            return self._app.ingest(wait=True)

    def withdraw(self, *names, withdrawn=True):
        self.now += timedelta(hours=1)
        for name in names:
            self._app.set_withdrawn(name, withdrawn=withdrawn)

    def restore(self, *names):
        self.withdraw(*names, withdrawn=False)

    def entries(self):
        """Give all entries there are, the last that arrived first."""
        with self._app.store.reading() as tx:
            return sorted(tx.entries.all(), key=lambda entry: entry.seq, reverse=True)

    def titled(self, *titles):
        """Give the names of entries by their titles."""
        names = {entry.title: entry.id for entry in self.entries()}
        return [names[title] for title in titles]

    @property
    def secret(self):
        """What the site signs with."""
        return self._app.parts.postroom.secret

    def close(self):
        if "_app" in self.__dict__:
            self._app.store.close()
            del self._app

    @cached_property
    def _app(self):
        with self._environment():
            app = App(self.root, service=True)  # which reads config again when it changed
        app.clock = lambda: self.now
        return app

    @contextlib.contextmanager
    def _environment(self):
        before = {name: os.environ.get(name) for name in self.site.environment}
        os.environ.update(self.site.environment)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]


def make_busy(root, **environment):
    """Make the site: 112 plain notices, a rich and a hostile bulletin, and the sample; two entries withdrawn."""
    office = Office(root, **environment)
    office.write("notices.txt", notices(range(112)))
    office.write("rich.json", json_feed(RICH))
    office.write("hostile.json", json_feed(HOSTILE))
    office.write("huge.json", json_feed([HUGE]))
    office.ingest()
    office.withdraw(*office.titled("Notice number 111", "Notice number 40"))
    return office
