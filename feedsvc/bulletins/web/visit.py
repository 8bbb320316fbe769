"""Visiting a page or feed on the web: its pages, and the pages of its entries.

    page 1 ── not changed ──► nothing
       │ read
       ├─ entries ── with `follow`, new ones are read on their own pages; known ones were, and are left out,
       │             for the list knows less of them
       └─ next page, up to `pages`, while there are entries that are not known

Each page is one bulletin. Nobody takes an entry back by leaving it out of a list: lists scroll on.

A visit may have to leave something for the next one: entries beyond what one visit asks for, a page that could not
be read. Then page 1 gets a signature that begins with `again=`, and the next visit asks for all pages anew. Behind
it stand marks of entries that were taken as listed because their own pages failed, each with the number of failures
(`again=3f0c1a5b7e:2`): these are tried again, some times.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from feedsvc.bulletins.keys import link_key
from feedsvc.bulletins.web.addresses import page_name, same_site
from feedsvc.bulletins.web.pages import next_address, with_own_page
from feedsvc.errors import BulletinError
from feedsvc.model import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedsvc.bulletins.manner import Manner
    from feedsvc.bulletins.web.fetching import Fetched, Fetcher
    from feedsvc.model import Draft, Problem, Source

# How many entries a visit reads on their own pages, and of those that failed before, how many it tries again; and
# after how many visits an entry stays as it is listed.
ENTRY_PAGES = 50
RETRIES = 5
TRIES = 5
# After so many failures in a row, no more entries' pages are asked for: the server has troubles enough.
FAILURES = 3
# After so many seconds a visit asks for nothing more; others are waiting.
LONGEST_VISIT = 300.0

_AGAIN = "again="
# What stands for the validators that a server doesn't give.
_NO_VALIDATORS = "-"


class Read(Protocol):
    """What reads a bulletin in any format: `feedsvc.bulletins.read`."""

    def __call__(self, data: bytes, manner: Manner, *, media_type: str = "", charset: str = "") -> Reading:
        """Read a bulletin; `media_type` and `charset` are what its server says."""


@dataclass(frozen=True, slots=True)
class WebBulletin:
    """A page of a source, as a bulletin.

    `name` is its path and query. `signature` is what the next visit must know of this one. `data` is what the reading
    follows from: the same data, the same reading.
    """

    name: str
    signature: str
    data: bytes
    reading: Reading


def look_at_page(
    source: Source,
    known: Mapping[str, str],
    fetcher: Fetcher,
    manner_of: Callable[[str, str], Manner],
    read: Read,
    is_known: Callable[[str], bool],
) -> list[WebBulletin]:
    """Visit a source on the web, and give its pages that may have changed.

    `known` are the signatures of its pages as the last visit gave them, by name; without page 1's, all are read.
    `manner_of` says how the bulletin of a name and an address is to be read, `is_known` whether an entry is by
    its link.

    Raises BulletinError if page 1 can't be got; of what fails after it, a problem is made.
    """
    return _Visit(source, known, fetcher, manner_of, read, is_known).bulletins()


@dataclass
class _Page:
    """A page of the list. `left` are the addresses on it that are left for the next visit."""

    name: str
    fetched: Fetched
    manner: Manner
    drafts: list[Draft]
    problems: list[Problem]
    left: list[str] = field(default_factory=list)

    def bulletin(self, signature: str) -> WebBulletin:
        data = b"\n".join([self.fetched.data, *(address.encode() for address in self.left)])
        return WebBulletin(self.name, signature, data, Reading(tuple(self.drafts), tuple(self.problems)))


class _Visit:
    """One visit of a source."""

    def __init__(
        self,
        source: Source,
        known: Mapping[str, str],
        fetcher: Fetcher,
        manner_of: Callable[[str, str], Manner],
        read: Read,
        is_known: Callable[[str], bool],
    ) -> None:
        self._source = source
        self._fetcher = fetcher
        self._manner_of = manner_of
        self._read = read
        self._is_known = is_known
        last = known.get(page_name(source.url), _AGAIN)
        self._thorough = not last or last.startswith(_AGAIN)
        self._known = {} if self._thorough else known
        self._failed_before = _counts(last.removeprefix(_AGAIN)) if self._thorough else {}
        self._pages: list[_Page] = []
        self._seen: set[str] = set()
        self._tries: Counter[bool] = Counter()
        self._failures = 0
        self._failed: dict[str, int] = {}

    def bulletins(self) -> list[WebBulletin]:
        """Make the visit."""
        address: str | None = self._source.url
        while address and len(self._pages) < self._source.pages:
            page = self._page(address)
            if page is None:
                break
            self._pages.append(page)
            address = self._next(page) if self._take_up(page) else None
        return [page.bulletin(self._signature(page)) for page in self._pages]

    def _signature(self, page: _Page) -> str:
        if page is self._pages[0] and any(each.left for each in self._pages):
            return _AGAIN + ".".join(f"{mark}:{count}" for mark, count in self._failed.items())
        return page.fetched.validators or _NO_VALIDATORS

    # --- the list -------------------------------------------------------------------

    def _page(self, address: str) -> _Page | None:
        """Read a page of the list; None if it isn't there, didn't change, or is one that was read in this visit."""
        name = page_name(address)
        if name in {page.name for page in self._pages}:
            return None
        try:
            fetched = self._ask_for_page(address, name)
        except BulletinError as error:
            if not self._pages:
                raise
            last = self._pages[-1]
            last.left.append(address)
            last.problems.append(last.manner.problem(0, f"The next page of the list can't be read. {error}"))
            return None
        if fetched is None or any(_is_same(fetched, page.fetched) for page in self._pages):
            return None
        manner = self._manner_of(name, fetched.url)
        reading = self._read(fetched.data, manner, media_type=fetched.media_type, charset=fetched.charset)
        return _Page(name, fetched, manner, list(reading.drafts), list(reading.problems))

    def _ask_for_page(self, address: str, name: str) -> Fetched | None:
        if self._pages and self._is_late:
            raise BulletinError("The visit took too long; the next one goes on.")
        return self._fetcher.fetch(address, self._known.get(name, ""))

    def _next(self, page: _Page) -> str | None:
        try:
            return next_address(page.fetched, self._source.selectors)
        except BulletinError as error:
            page.problems.append(page.manner.problem(0, f"Where the list goes on can't be told. {error}"))
            return None

    @property
    def _is_late(self) -> bool:
        return self._fetcher.elapsed > LONGEST_VISIT

    def _take_up(self, page: _Page) -> bool:
        """Complete a page's entries by their own pages, if that is wished, and tell whether the next page matters."""
        links = {draft.link or "" for draft in page.drafts}
        is_news = any(link_key(link) not in self._seen and not self._is_known(link) for link in links)
        if self._source.follow:
            self._follow(page)
        self._seen |= {link_key(link) for link in links} - {""}
        return self._thorough or is_news

    # --- entries on pages of their own --------------------------------------------------

    def _follow(self, page: _Page) -> None:
        """Read entries on their own pages, but not those that are known, or stand on an earlier page, too."""
        times = Counter(link_key(draft.link or "") for draft in page.drafts)
        listed, page.drafts = page.drafts, []
        for draft in listed:
            link = draft.link or ""
            # A page that several entries lead to is none of a single one.
            if times[link_key(link)] > 1 or not self._is_inside(link, page):
                page.drafts.append(draft)
            elif link_key(link) not in self._seen:
                self._follow_entry(draft, link, page)

    def _is_inside(self, link: str, page: _Page) -> bool:
        key = link_key(link)
        return key not in ("", link_key(page.fetched.url)) and same_site(link, page.fetched.url)

    def _follow_entry(self, draft: Draft, link: str, page: _Page) -> None:
        count = self._failed_before.get(_mark(link), 0)
        if self._is_known(link) and not count:
            return
        if not self._may_ask(is_retry=bool(count)):
            self._leave(link, page, count)
            return
        self._tries[bool(count)] += 1
        try:
            page.drafts.append(self._own_page(draft, link, page))
            self._failures = 0
        except BulletinError as error:
            self._failures += not count
            if count + 1 < TRIES:
                self._leave(link, page, count + 1)
            page.drafts.append(draft)
            reason = f"The page of “{draft.title}” could not be read, so it stands as it is listed. {error}"
            page.problems.append(page.manner.problem(draft.line, reason, link))

    def _leave(self, link: str, page: _Page, failures: int) -> None:
        """Leave an entry's page for the next visit."""
        page.left.append(link)
        if failures:
            self._failed[_mark(link)] = failures

    def _may_ask(self, *, is_retry: bool) -> bool:
        enough = RETRIES if is_retry else ENTRY_PAGES
        return self._tries[is_retry] < enough and self._failures < FAILURES and not self._is_late

    def _own_page(self, draft: Draft, link: str, page: _Page) -> Draft:
        fetched = self._fetcher.fetch(link)
        if fetched is None:
            raise BulletinError("Its server says that it did not change, which was not asked.")
        return with_own_page(draft, fetched, self._manner_of(page.name, fetched.url))


def _is_same(one: Fetched, other: Fetched) -> bool:
    """Tell whether two pages are one, as when a server gives the first page for any number beyond the last."""
    return one.url == other.url or one.data == other.data


def _counts(marks: str) -> dict[str, int]:
    """Read how often which entries' pages failed, from behind `again=`."""
    pairs = (each.partition(":") for each in marks.split(".") if each)
    return {mark: int(count) for mark, _, count in pairs if count.isdecimal()}


def _mark(link: str) -> str:
    """Give a short name for a link that failed; no name comes twice by chance among the few of one source."""
    return hashlib.sha256(link_key(link).encode()).hexdigest()[:10]
