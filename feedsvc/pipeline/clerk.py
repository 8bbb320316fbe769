"""From the drafts of a bulletin to changes of entries: what stays as it was, what is edited, what is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from feedsvc.bulletins import (
    KnownEntry,
    body_html,
    identify,
    link_key,
    mint_key,
    slug,
    summary,
    text_key,
    title_key,
)
from feedsvc.captions import without_captions
from feedsvc.model import Entry, Held, Labels, Problem, entry_path
from feedsvc.pipeline.changes import Change, stamped
from feedsvc.store import Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from feedsvc.bulletins import Match
    from feedsvc.model import Draft, Site
    from feedsvc.pipeline.changes import Stamp
    from feedsvc.pipeline.labelling import Labelling
    from feedsvc.pipeline.look import Found
    from feedsvc.store import Transaction

# Longer guids are kept as their hash.
_LONGEST_GUID = 500


@dataclass(frozen=True)
class Clerk:
    """Turns drafts into entries: what stays as it was, what is edited, what is new.

    `present` are the bulletins, as (source, name), that are there at all, `gone` those that were there at the last
    look, by source. `on_the_web` names the sources that are no folders. `words` as for `text_key`.
    """

    tx: Transaction
    site: Site
    labelling: Labelling
    now: datetime
    present: set[tuple[str, str]]
    gone: Mapping[str, Sequence[str]]
    on_the_web: AbstractSet[str]
    words: Callable[[str], str]

    @property
    def today(self) -> date:
        """The day at the site, for entries that come without one."""
        return self.now.astimezone(self.site.timezone).date()

    def changes(self, found: Found, moments: Iterator[Stamp]) -> Iterator[Change]:
        """Tell what one bulletin's drafts do to the store, in the order of arrival."""
        matches, by_id = self._identified(found, [each for each in found.drafts if not self._waits(each)])
        fresh = [match.draft for match in matches if match.entry_id not in by_id]
        names = _Names(self.tx, self.site, self.today, fresh)
        seq = count(self.tx.entries.last_seq() + 1)
        # Bulletins are written newest first, so what stands last on a day arrived first.
        for match in sorted(matches, key=lambda match: (match.draft.date or self.today, -match.draft.line)):
            before, media = by_id.get(match.entry_id or ""), match.draft.media
            if before:
                yield Change(before, self._edited(before, match.draft, found, moments), media)
            else:
                yield Change(None, self._new(match.draft, found, next(seq), names, next(moments)), media)

    def waiting(self, found: Found) -> tuple[list[Held], list[Problem]]:
        """Give the entries of a bulletin whose time has not come, and a problem for each that is public already.

        What a page on the web showed under embargo and shows no more is kept in view: nobody has read it.
        """
        drafts = [draft for draft in found.drafts if self._waits(draft)]
        source, bulletin = found.source, found.known.bulletin
        before = [
            each for each in self.tx.bulletins.held() if (each.source, each.bulletin) == (source, bulletin)
        ]
        titles = {draft.title for draft in found.drafts}
        held = [each for each in before if source in self.on_the_web and each.title not in titles]
        problems = []
        matches, by_id = self._identified(found, drafts) if drafts else ((), {})
        for match in matches:
            draft, entry = match.draft, by_id.get(match.entry_id or "")
            if entry and not entry.withdrawn_at:
                reason = (
                    f"This is under embargo, but published already; what was edited in it waits. "
                    f"`feedsvc entries withdraw {entry.key}` takes it back."
                )
                problems.append(Problem(source, bulletin, draft.line, reason, draft.title))
            elif draft.publish_at:
                held.append(Held(source, bulletin, draft.line, draft.title, draft.publish_at))
        return held, problems

    def _waits(self, draft: Draft) -> bool:
        return draft.publish_at is not None and draft.publish_at > self.now

    def _identified(
        self, found: Found, drafts: Sequence[Draft]
    ) -> tuple[tuple[Match, ...], dict[str, Entry]]:
        """Tell which entries drafts are, and give those they could be, by id."""
        drafts = [_with_short_guid(draft) for draft in drafts]
        # A bulletin that is new when others are gone may be one of them under a new name.
        called = {found.known.bulletin, *(self.gone.get(found.source, ()) if found.before is None else ())}
        known = self.tx.entries.candidates(found.source, called, self._keys(drafts))
        matches = identify(
            drafts, [self._known(entry, found) for entry in known], found.known.bulletin, self.words
        )
        return matches, {entry.id: entry for entry in known}

    def _keys(self, drafts: Sequence[Draft]) -> Keys:
        return Keys(
            title_key={title_key(draft.title) for draft in drafts},
            text_key={text_key(draft.text, self.words) for draft in drafts},
            link_key={link_key(draft.link or "") for draft in drafts},
            guid={draft.guid for draft in drafts},
        )

    def _known(self, entry: Entry, found: Found) -> KnownEntry:
        there = (entry.source, entry.bulletin)
        undated = not entry.dated and entry.bulletin_date == entry.published
        return KnownEntry(
            id=entry.id,
            date=None if undated else entry.bulletin_date,
            title=entry.title,
            text=entry.text,
            bulletin=entry.bulletin,
            line=entry.line,
            link=entry.link,
            guid=entry.guid,
            elsewhere=there != (found.source, found.known.bulletin) and there in self.present,
        )

    def _edited(self, before: Entry, draft: Draft, found: Found, moments: Iterator[Stamp]) -> Entry:
        """Take over what the draft says; id, page address and the bulletin's date stay for ever."""
        after = replace(
            before,
            **_content(draft),
            bulletin_date=draft.date or before.bulletin_date,
            source=found.source,
            bulletin=found.known.bulletin,
            line=draft.line,
        )
        if _about(after) != _about(before):
            after = self.labelling.labelled(after)
        return stamped(before, after, moments)

    def _new(self, draft: Draft, found: Found, seq: int, names: _Names, stamp: Stamp) -> Entry:
        day = draft.date or self.today
        unlabelled = Entry(
            id=names.id(draft),
            seq=seq,
            **_content(draft),
            published=day,
            bulletin_date=day,
            dated=draft.date is not None,
            added_at=self.now,
            **stamp._asdict(),
            labels=Labels(""),
            slug=names.slug(draft),
            source=found.source,
            bulletin=found.known.bulletin,
            line=draft.line,
        )
        return self.labelling.labelled(unlabelled)


def _with_short_guid(draft: Draft) -> Draft:
    """Give a draft a guid that an index takes: PostgreSQL's take 2,700 bytes."""
    return draft if len(draft.guid) <= _LONGEST_GUID else replace(draft, guid=text_key(draft.guid))


def _about(entry: Entry) -> tuple[object, ...]:
    """Give what an entry's labels follow from."""
    return entry.title, entry.text, entry.stated, entry.stated_language, entry.source


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "body": draft.html or body_html(draft.paragraphs),
        "text": draft.text,
        "summary": summary(without_captions(draft.paragraphs, draft.html)),
        "link": draft.link,
        "guid": draft.guid,
        "stated": draft.stated,
        "stated_language": draft.language,
    }


class _Names:
    """Gives new entries ids and page addresses that no other has, in the store or in this bulletin.

    What most entries get, their first choice, is looked up for all of them at once.
    """

    def __init__(self, tx: Transaction, site: Site, today: date, drafts: Sequence[Draft]) -> None:
        self._tx = tx
        self._site = site
        self._today = today
        first_ids = {self._id(mint_key(draft, lambda _key: False)) for draft in drafts}
        first_paths = {self._path(draft, slug(draft.title)) for draft in drafts}
        self._ids = tx.entries.taken_ids(first_ids)
        self._paths = tx.entries.taken_paths(first_paths)
        self._looked_up = first_ids | first_paths

    def id(self, draft: Draft) -> str:
        """Mint an id (RFC 4151)."""
        minted = self._id(mint_key(draft, lambda key: self._is_taken(self._id(key), self._ids)))
        self._ids.add(minted)
        return minted

    def slug(self, draft: Draft) -> str:
        """Give the last part of the page's address: the title's words, numbered when another has them."""
        first = slug(draft.title)
        names = chain([first], (f"{first}-{number}" for number in count(2)))
        name = next(name for name in names if not self._is_taken(self._path(draft, name), self._paths))
        self._paths.add(self._path(draft, name))
        return name

    def _path(self, draft: Draft, name: str) -> str:
        return entry_path(draft.date or self._today, name)

    def _id(self, key: str) -> str:
        return self._site.tag(f"entry/{key}")

    def _is_taken(self, name: str, taken: set[str]) -> bool:
        if name in taken or name in self._looked_up:
            return name in taken
        return bool(self._tx.entries.taken_ids([name]) or self._tx.entries.taken_paths([name]))
