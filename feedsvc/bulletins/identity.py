"""Which entry a draft is: an entry is one entry for ever (design, section 4, promise 2).

An entry is known by its title, text, date and place in its bulletin, by the bulletin's name and by the host it comes
from; any of them may be edited. Two more signs help where they are given: the guid, by which the source itself knows
the entry, and the link. Drafts and known entries are paired one to one, by the surest signs first; what a step has
paired is out of reach of the next:

    1. title, text and date are equal
    2. the guid is equal: everything else was edited
    3. two of title, text and date are equal: the third was edited
    4. the link is equal, and the date, or about half of the words of title or text
    5. the text alone, the title alone, or the date and nearly all words
    6. the place: the entries around it are the same, and the date and half of the words, or nearly all words

Of two mistakes one is worse. Taking an edited entry for a new one shows it twice; taking a new one for an edited one
loses it, for nobody is told of it. So where it can't be told, a draft is new. What is decided when only two of the six
signs are kept and the other four are new, that is, have nothing in common with what stood there:

    title and text          the same: only its frame changed
    title and date          the same, unless several entries of that day have the title and nothing else tells which
    text and date           the same, unless a text of a few words stands under several titles of that day
    title and place, file   the same, if it is the only one ever seen under that title, the title is one of four words
      name or host          or more or its date is no later than the latest of its bulletin, and it isn't the next of a
                            series: `_Pairing.is_next`
    text and place, file    the same, if it is the only one ever seen with that text, the text has six words or more, it
      name or host          isn't the next of a series, and the title didn't only change a number
    date and place          new: yesterday's notice was replaced by another one. The same if half of the title (three
                            words at least) or half of the text still stands and the entries around it do too
    date and file name, date and host, place and file name, place and host, file name and host
                            new: all the other entries of the bulletin have these in common, too

The host is no sign of its own: no step looks at it, so that a new one changes nothing. The name of the bulletin is
one only through the entries that were last seen there together.

Titles and texts are equal when their words are, whatever their case, accents and punctuation. No step compares
everything with everything: a draft is compared with the few entries that have a sign in common with it, and of very
many of these with those that have rare words in common, so the cost grows with the number of drafts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import product, zip_longest
from typing import TYPE_CHECKING

from feedsvc.bulletins.keys import link_key
from feedsvc.bulletins.likeness import (
    COMPARED,
    TELLING_TITLE,
    has_another_number,
    have_same_numbers,
    is_alike,
    is_telling,
    ratio,
    share_half,
    share_half_of_title,
)
from feedsvc.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from feedsvc.model import Draft

# How many pairs with a sign in common are all compared. Of more, a draft is compared with the entries that share
# most of its rare words: those that so many entries have, at most.
_FEW_PAIRS = 36
_RARE = 8
_MOST_COMPARED = 3
_SKETCHED = 16

# The ids of the entries above and below; empty at either end.
_Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """An entry of the store that a draft could be.

    `date` is the one it has in its bulletin (None: it came without), `bulletin` where it was last seen and `line`
    where in it. `guid` is by what name its source knows it (empty: none).
    `elsewhere` says that it still stands in another bulletin: then a draft that differs from it may only differ
    a little, and not in its date, for a notice that comes every week is a new one.
    """

    id: str
    date: date | None
    title: str
    text: str
    bulletin: str
    elsewhere: bool = False
    link: str | None = None
    guid: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A draft and the entry it is; None: it is new."""

    draft: Draft
    entry_id: str | None


def identify(
    drafts: Sequence[Draft],
    known: Sequence[KnownEntry],
    bulletin: str,
    words: Callable[[str], str] = words_of,
) -> tuple[Match, ...]:
    """Tell for the drafts of a bulletin which known entries they are, each at most once.

    `known` are all entries last seen in that bulletin, and all that have a title, text, link or guid in common with
    a draft. A draft that repeats another one of the same bulletin is no entry of its own and has no Match; the first
    one in the bulletin stands for both. `words` gives a text's words: `words_of`, or what keeps them.
    """
    signed = [(_signs_of_draft(draft, words), draft) for draft in drafts]
    distinct: dict[Hashable, _Signs] = {}
    for signs, _ in sorted(signed, key=lambda each: each[0].line):
        distinct.setdefault(signs.content, signs)
    # Of entries that are equal, the one that was last seen here goes first.
    olds = sorted(
        (_signs_of_entry(entry, bulletin, words) for entry in known),
        key=lambda signs: (not signs.here, signs.line, signs.id),
    )
    pairs = _paired(list(distinct.values()), olds)
    return tuple(
        Match(draft, pairs[signs].id if signs in pairs else None)
        for signs, draft in signed
        if distinct[signs.content] is signs
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Signs:
    """What a draft or an entry is known by; title and text as their words, link and guid as their keys.

    Of an entry, `here` says that it was last seen in the bulletin of the drafts and stands in no other.
    """

    date: date | None
    title: str
    text: str
    link: str
    guid: str
    line: int
    id: str = ""
    bulletin: str = ""
    here: bool = False
    elsewhere: bool = False

    @property
    def content(self) -> Hashable:
        """What is equal for a draft and its repetition: entries that are hardly more than a link differ by it."""
        told_apart = () if is_telling(self.text) else (self.link, self.guid)
        return (self.date, self.title, self.text, *told_apart)


def _signs_of_draft(draft: Draft, words: Callable[[str], str]) -> _Signs:
    return _Signs(
        draft.date,
        words(draft.title),
        words(draft.text),
        link_key(draft.link or ""),
        _guid_key(draft.guid),
        draft.line,
    )


def _signs_of_entry(entry: KnownEntry, bulletin: str, words: Callable[[str], str]) -> _Signs:
    return _Signs(
        entry.date,
        words(entry.title),
        words(entry.text),
        link_key(entry.link or ""),
        _guid_key(entry.guid),
        entry.line,
        entry.id,
        entry.bulletin,
        here=entry.bulletin == bulletin and not entry.elsewhere,
        elsewhere=entry.elsewhere,
    )


def _guid_key(guid: str) -> str:
    """Give what a guid keeps when the source moves to another host: many guids are links."""
    return link_key(guid) if guid.lower().startswith(("http:", "https:")) else guid.strip()


class _Pairing:
    """Drafts and entries, and which of them have turned out to be one so far.

    The methods named `same_…` tell whether a draft and an entry that have that sign in common are one; `alone` says
    that no other draft and no other entry has it.
    """

    def __init__(self, news: Sequence[_Signs], olds: Sequence[_Signs]) -> None:
        self.news = news
        self.olds = olds
        self.pairs: dict[_Signs, _Signs] = {}
        self.paired_olds: set[_Signs] = set()
        self._places: dict[_Signs, _Place] | None = None
        self._guids_hold = True
        # By bulletin: the latest date of its entries, and the oldest of those that are paired.
        self._latest: dict[str, date] = {}
        self._oldest_held: dict[str, date] = {}
        for old in olds:
            self._latest[old.bulletin] = max(old.date or date.min, self._latest.get(old.bulletin, date.min))

    def take(self, pairs: Mapping[_Signs, _Signs]) -> None:
        """Take the pairs of a step for settled."""
        self.pairs.update(pairs)
        self.paired_olds.update(pairs.values())
        self._places = None
        for new, old in pairs.items():
            oldest = self._oldest_held.get(old.bulletin, date.max)
            self._oldest_held[old.bulletin] = min(old.date or date.max, oldest)
            # Some sources number their entries anew each time.
            self._guids_hold &= not (_are_equal(new, old) and _differ(new.guid, old.guid))

    def goes_on(self, old: _Signs) -> bool:
        """Tell whether the bulletin in which an entry was last seen is this one, perhaps under another name."""
        return old.here or (not old.elsewhere and old.bulletin in self._oldest_held)

    def is_next(self, new: _Signs, old: _Signs) -> bool:
        """Tell whether a draft may be the next entry of a series that the entry is of: “Weekly report”.

        A series goes on to later dates. An entry leaves a list from its old end: where another as old as this one
        still stands, or the draft stands where the entry stood, the entry didn't leave but was edited. Where all of
        the bulletin is new, a draft that is no newer than what it had is edited. Without dates, anything that still
        stands says so.
        """
        held = old.bulletin in self._oldest_held
        if not (new.date and old.date):
            return not held
        if not held:
            return not self._is_no_news(new, old)
        same_place = self.place(new) == self.place(old)
        return new.date > old.date and self._oldest_held[old.bulletin] > old.date and not same_place

    def is_other(self, new: _Signs, old: _Signs) -> bool:
        """Tell whether the source itself says that they are two, or the entry stands in another bulletin."""
        return old.elsewhere or (self._guids_hold and _differ(new.guid, old.guid))

    # --- the signs, the surest first ---

    def same_words_and_date(self, new: _Signs, old: _Signs, _alone: bool) -> bool:
        """Say yes, but “Press release” may lead to one in this bulletin and to another one in that."""
        return not (old.elsewhere and _lead_apart(new, old))

    def guid(self, signs: _Signs) -> Hashable:
        """Give the guid, unless it has been seen to change with the place."""
        return self._guids_hold and signs.guid

    def same_guid(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask for more in another bulletin: two sources may give the same number to two entries."""
        same_day = _are_of_one_day(new, old) and not old.elsewhere
        return alone and (old.here or same_day or _is_rewritten(new, old))

    def same_words(self, new: _Signs, old: _Signs, _alone: bool) -> bool:
        """Ask that nothing tell them apart where the words say little: “Press release”, “Read more”."""
        told_apart = _lead_apart(new, old) or self.is_other(new, old)
        return not old.elsewhere and (is_telling(new.text) or not told_apart)

    def same_text_and_date(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask that the text say something or be the only one: “Read more” stands under many of one day."""
        if not old.elsewhere and (alone or is_telling(new.text)):
            return True
        return _is_alike_title(new, old) and not _lead_apart(new, old)

    def same_title_and_date(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask that the title be the only one of that day: of two “Press releases”, either may be it."""
        if old.elsewhere:
            return is_alike(new.text, old.text) and not _lead_apart(new, old)
        return alone

    def same_link(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask for more: two may cite one page, and the page of the latest report shows another every week."""
        if not alone or has_another_number(new.title, old.title):
            return False
        same_day, rewritten = _are_of_one_day(new, old), _is_rewritten(new, old)
        if old.elsewhere:
            return same_day and rewritten
        return same_day or (rewritten and not self.is_next(new, old)) or _is_mended(new, old)

    def same_text(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask that it be the only one with that text, and not the next of a series."""
        if self.is_other(new, old) or has_another_number(new.title, old.title):
            return False
        telling = is_telling(new.text)
        is_next = self.is_next(new, old) and bool(new.date or old.date)
        if is_alike(new.title, old.title):
            return telling or not (is_next or _lead_apart(new, old))
        return alone and telling and not is_next

    def same_title(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask that much of the text be left, or it be the only one with that title and not the next of a series."""
        if self.is_other(new, old):
            return False
        lead_apart = _lead_apart(new, old)
        if new.text and _is_mended(new, old) and not lead_apart:
            return True
        if self.is_next(new, old):
            return False
        if (share_half(new.text, old.text) or not (new.text or old.text)) and not lead_apart:
            return True
        in_its_place = old.here and self._is_no_news(new, old) and not _differ(new.link, old.link)
        return alone and (in_its_place or is_telling(new.title, TELLING_TITLE))

    def same_date(self, new: _Signs, old: _Signs, _alone: bool) -> bool:
        """Ask that title and text differ only a little."""
        return _is_mended(new, old) and not self.is_other(new, old)

    def date_and_place(self, signs: _Signs) -> Hashable:
        """Give date and place of what is not paired yet."""
        place = self.place(signs)
        return place and signs.date and (signs.date, place)

    def same_date_and_place(self, new: _Signs, old: _Signs, alone: bool) -> bool:
        """Ask that half of title or text be left."""
        return alone and self._may_be_edited(new, old) and _is_rewritten(new, old)

    def place(self, signs: _Signs) -> _Place | None:
        """Give the place of what is not paired yet: the entries above and below it that are."""
        if self._places is None:
            self._places = self._find_places()
        return self._places.get(signs)

    def same_place(self, new: _Signs, old: _Signs, _alone: bool) -> bool:
        """Ask that title and text differ only a little, for the date does, too."""
        return _is_mended(new, old) and self._may_be_edited(new, old) and not self.is_next(new, old)

    def _may_be_edited(self, new: _Signs, old: _Signs) -> bool:
        told_apart = self.is_other(new, old) or _lead_apart(new, old)
        return self.goes_on(old) and not (told_apart or has_another_number(new.title, old.title))

    def _is_no_news(self, new: _Signs, old: _Signs) -> bool:
        """Tell whether a draft is no newer than its bulletin was; what has no date is not newer than what has none."""
        if new.date and old.date:
            return new.date <= self._latest[old.bulletin]
        return new.date is old.date

    def _find_places(self) -> dict[_Signs, _Place]:
        places = _places(self.news, {new: old.id for new, old in self.pairs.items()})
        by_bulletin: dict[str, list[_Signs]] = defaultdict(list)
        for old in self.olds:
            by_bulletin[old.bulletin].append(old)
        ids = {old: old.id for old in self.paired_olds}
        for olds in by_bulletin.values():
            places.update(_places(sorted(olds, key=lambda old: old.line), ids))
        return places


def _places(many: Sequence[_Signs], ids: Mapping[_Signs, str]) -> dict[_Signs, _Place]:
    """Tell for all that have no id yet between which ids they stand; there is none above the first."""
    above: dict[_Signs, str] = {}
    below: dict[_Signs, str] = {}
    for found, ordered in ((above, many), (below, reversed(many))):
        last = ""
        for signs in ordered:
            last = ids.get(signs, last)
            if signs not in ids:
                found[signs] = last
    return {signs: (above[signs], below[signs]) for signs in above}


@dataclass(frozen=True, slots=True)
class _Step:
    """A way to know an entry again: by a sign that draft and entry have in common, and a condition.

    A sign that is empty is none.
    """

    sign: Callable[[_Pairing, _Signs], Hashable]
    same: Callable[[_Pairing, _Signs, _Signs, bool], bool]


_STEPS = (
    _Step(lambda _, signs: (signs.date, signs.title, signs.text), _Pairing.same_words_and_date),
    _Step(_Pairing.guid, _Pairing.same_guid),
    _Step(lambda _, signs: signs.text and (signs.title, signs.text), _Pairing.same_words),
    _Step(
        lambda _, signs: signs.date and signs.text and (signs.date, signs.text), _Pairing.same_text_and_date
    ),
    _Step(
        lambda _, signs: signs.date and signs.title and (signs.date, signs.title),
        _Pairing.same_title_and_date,
    ),
    _Step(lambda _, signs: signs.link, _Pairing.same_link),
    _Step(lambda _, signs: signs.text, _Pairing.same_text),
    _Step(lambda _, signs: signs.title, _Pairing.same_title),
    _Step(lambda _, signs: signs.date, _Pairing.same_date),
    _Step(_Pairing.date_and_place, _Pairing.same_date_and_place),
    _Step(_Pairing.place, _Pairing.same_place),
)


def _paired(news: Sequence[_Signs], olds: Sequence[_Signs]) -> dict[_Signs, _Signs]:
    """Pair drafts with entries, step by step."""
    pairing = _Pairing(news, olds)
    for step in _STEPS:
        if len(pairing.pairs) < min(len(news), len(olds)):
            pairing.take(_pairs_of_step(pairing, step))
    return pairing.pairs


def _pairs_of_step(pairing: _Pairing, step: _Step) -> dict[_Signs, _Signs]:
    pairs: dict[_Signs, _Signs] = {}
    olds_by_sign = _by_sign(pairing, pairing.olds, step)
    for sign, news in _by_sign(pairing, pairing.news, step).items():
        free_news = [new for new in news if new not in pairing.pairs]
        olds = olds_by_sign.get(sign, []) if free_news else []
        free_olds = [old for old in olds if old not in pairing.paired_olds]
        alone = len(news) == len(olds) == 1
        candidates = [
            (new, old)
            for new, old in _comparable(free_news, free_olds)
            if step.same(pairing, new, old, alone)
        ]
        pairs.update(_best(candidates))
    return pairs


def _by_sign(pairing: _Pairing, many: Iterable[_Signs], step: _Step) -> dict[Hashable, list[_Signs]]:
    groups: dict[Hashable, list[_Signs]] = defaultdict(list)
    for signs in many:
        if sign := step.sign(pairing, signs):
            groups[sign].append(signs)
    return groups


def _comparable(news: Sequence[_Signs], olds: Sequence[_Signs]) -> Iterable[tuple[_Signs, _Signs]]:
    """Give the pairs that are worth a look: all of a few; of many those that share rare words or stand in order."""
    if len(news) * len(olds) <= _FEW_PAIRS:
        return product(news, olds)
    return _of_many(news, olds)


def _of_many(news: Sequence[_Signs], olds: Sequence[_Signs]) -> Iterator[tuple[_Signs, _Signs]]:
    olds_with: dict[str, list[_Signs]] = defaultdict(list)
    for old in olds:
        for word in _sketch(old):
            olds_with[word].append(old)
    for new, partner in zip_longest(sorted(news, key=_in_time), sorted(olds, key=_in_time)[: len(news)]):
        rare = (found for word in _sketch(new) if len(found := olds_with.get(word, ())) <= _RARE)
        sharing = Counter(old for found in rare for old in found)
        for old in {partner: 0, **dict(sharing.most_common(_MOST_COMPARED))}:
            if old:
                yield new, old


def _sketch(signs: _Signs) -> set[str]:
    words = (*signs.title.split(), *signs.text[:COMPARED].split(maxsplit=_SKETCHED)[:_SKETCHED])
    return {*words, signs.link, signs.guid} - {""}


def _in_time(signs: _Signs) -> tuple[date, int]:
    return signs.date or date.min, signs.line


def _best(candidates: list[tuple[_Signs, _Signs]]) -> dict[_Signs, _Signs]:
    """Pair each once, the most alike first; of pairs that are equally alike, as they stand."""
    chosen = dict(candidates)
    if len(chosen) == len(set(chosen.values())) == len(candidates):
        return chosen  # none is asked for twice
    candidates.sort(key=_likeness, reverse=True)
    pairs: dict[_Signs, _Signs] = {}
    gone = set()
    for new, old in candidates:
        if new not in pairs and old not in gone:
            pairs[new] = old
            gone.add(old)
    return pairs


def _likeness(pair: tuple[_Signs, _Signs]) -> tuple[bool, bool, float, int]:
    new, old = pair
    days = abs((new.date - old.date).days) if new.date and old.date else 0
    return (
        bool(new.guid) and new.guid == old.guid,
        bool(new.link) and new.link == old.link,
        ratio(new.title, old.title) + ratio(new.text, old.text),
        -days,
    )


def _differ(one: str, other: str) -> bool:
    """Tell whether both are there and say different things."""
    return bool(one and other) and one != other


def _are_equal(new: _Signs, old: _Signs) -> bool:
    return (new.date, new.title, new.text) == (old.date, old.title, old.text)


def _are_of_one_day(new: _Signs, old: _Signs) -> bool:
    return new.date is not None and new.date == old.date


def _lead_apart(new: _Signs, old: _Signs) -> bool:
    """Tell whether they are hardly more than links to two pages."""
    return not is_telling(new.text) and _differ(new.link, old.link)


def _is_alike_title(new: _Signs, old: _Signs) -> bool:
    return is_alike(new.title, old.title) and have_same_numbers(new.title, old.title)


def _is_mended(new: _Signs, old: _Signs) -> bool:
    """Tell whether title and text differ a little. Another number is no typo: “Bulletin 12” and “13”."""
    return (
        _is_alike_title(new, old)
        and is_alike(new.text, old.text)
        and (new.date == old.date or have_same_numbers(new.text, old.text))
    )


def _is_rewritten(new: _Signs, old: _Signs) -> bool:
    """Tell whether about half of the title or half of the text still stands."""
    return (
        new.title == old.title != ""
        or share_half_of_title(new.title, old.title)
        or share_half(new.text, old.text)
    )
