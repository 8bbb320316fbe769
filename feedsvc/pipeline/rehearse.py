"""Everything that templates make, made once with made-up entries: a broken template is found before it matters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from feedsvc.errors import Mistake, TemplateError
from feedsvc.model import (
    LAYOUTS,
    SINGLE,
    CapturedMail,
    CapturedParts,
    DigestSection,
    Entry,
    Feed,
    Label,
    Labels,
    Recipient,
    SearchQuery,
    Selection,
    Subscription,
)

if TYPE_CHECKING:
    from feedsvc.digests import DigestRenderer
    from feedsvc.model import Digest, Site, Vocabulary
    from feedsvc.pages import MailPages, Pages

MOMENT = datetime(2017, 9, 3, tzinfo=UTC)
# More entries than any layout shows.
MANY = 130
# The beginning of a picture that is 300 pixels wide and 200 high.
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x2c\0\0\0\xc8"


def rehearse(
    site: Site, vocabulary: Vocabulary, pages: Pages, mail_pages: MailPages, renderer: DigestRenderer
) -> None:
    """Make every page, and a digest of every layout, in every language. Raises TemplateError for what can't be made."""
    entries = [_entry(site, vocabulary, seq) for seq in (2, 1)]
    feed = Feed(*(terms[0] if terms else "" for terms in (vocabulary.countries, vocabulary.topics)))
    pages.assets()
    pages.robots()
    pages.sitemap_index([("1", MOMENT)])
    pages.sitemap("1", [(entry.path, entry.updated_at) for entry in entries])
    pages.entry(entries[0])
    for language in site.languages:
        _rehearse_pages(pages, feed, entries, language)
        for layout in LAYOUTS:
            _rehearse_digests(renderer, site, layout, entries, language)
    _rehearse_captured(mail_pages)


def _rehearse_digests(
    renderer: DigestRenderer, site: Site, layout: str, entries: list[Entry], language: str
) -> None:
    """Make digests of one entry, of two subscriptions, and of more entries than are shown."""

    def made(*sections: DigestSection, named: bool) -> Digest:
        return renderer.render(sections, language, named=named, due_at=MOMENT, data_at=lambda _path: PICTURE)

    one, other = (
        DigestSection(_subscription(site, name, layout), [entry])
        for name, entry in zip("ab", entries, strict=True)
    )
    _must_show(entries[0], made(one, named=True), layout)
    renderer.as_trial(made(one, other, named=False))
    if layout != SINGLE and language == site.language:
        made(DigestSection(one.subscription, MANY * entries[:1]), named=False)


def _must_show(entry: Entry, digest: Digest, layout: str) -> None:
    """Refuse templates of a layout that leave out the one entry there is."""
    for name, body in (("body.html", digest.html), ("body.txt", digest.text)):
        if entry.title not in body and entry.path not in body:
            file, what = f"templates/email/{layout}/{name}", "it shows no entry, neither title nor address."
            raise TemplateError(Mistake(file, 0, "", what, "Mend it, or delete it to have feedsvc's own."))


def _rehearse_captured(mail_pages: MailPages) -> None:
    mail = CapturedMail(name="0", subject="Subject", sender="a@b", recipient="b@a", date="Sun, 3 Sep", size=1)
    for mails in ([], [mail]):
        mail_pages.captured(mails)
    mail_pages.mail(CapturedParts(mail=mail, html="<p>Text.</p>", text="Text.", source=b""))


def _rehearse_pages(pages: Pages, feed: Feed, entries: list[Entry], language: str) -> None:
    months = {entries[0].published.replace(day=1): 2}
    pages.home(entries, {Feed(): 2, feed: 2}, {feed.country: months}, language)
    for shown in ([], entries):
        pages.feed(feed, shown, len(shown), {}, months if shown else {}, language)
        pages.search(SearchQuery(words="text"), shown, len(shown), language)
    pages.feed(Feed(), entries, 2, {feed: 2}, months, language, 1)
    pages.error(404, "/nowhere", language)
    pages.retired("/feeds/topic/nowhere", language)
    pages.unsubscribe("ana@example.org", "token", language)
    pages.unsubscribed("ana@example.org", language)
    pages.unsubscribe_invalid(language)


def _entry(site: Site, vocabulary: Vocabulary, seq: int) -> Entry:
    def first(terms: tuple[str, ...]) -> tuple[Label, ...]:
        return tuple(Label(term, 1.0) for term in terms[:1])

    return Entry(
        id=site.tag(f"entry/rehearsal-{seq}"),
        seq=seq,
        title=f"Entry {seq}",
        body='<p><img src="/media/rehearsal.png" alt="">Text.</p>',
        text="Text.",
        summary="Text.",
        published=date(2017, 9, seq),
        bulletin_date=date(2017, 9, seq),
        added_at=MOMENT,
        updated_at=MOMENT,
        labels=Labels(
            site.languages[-1],
            countries=first(vocabulary.countries),
            regions=first(tuple(vocabulary.regions)),
            topics=first(vocabulary.topics),
        ),
        slug=f"entry-{seq}",
        source="rehearsal",
        bulletin="rehearsal.txt",
        line=1,
        link="https://example.org/",
    )


def _subscription(site: Site, name: str, layout: str) -> Subscription:
    return Subscription(
        id=name,
        title={site.language: name},
        selection=Selection(),
        schedule="0 8 * * mon",
        timezone=site.timezone,
        language=site.language,
        recipients=(Recipient("ana@example.org"),),
        layout=layout,
    )
