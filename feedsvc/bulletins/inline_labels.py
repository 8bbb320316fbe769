"""What an office itself says of an entry, in lines under its title or in front matter.

    Países: Panamá y Costa Rica          Topics: gender, trafficking          Regions: mesoamerica
    Link: https://www.example.org/a      Language: es                         Publish: 2026-12-01 08:00

They may stand under a greeting or the author's name. Capitals and accents don't matter. Values are codes, keys or
names in any language of the site. A sentence that only begins like such a line stays text. A value that is none is
a Problem, and the valid ones count. One without a value, of a form that wasn't filled in, says nothing among others;
alone it may be a heading, and stays text. But an entry whose embargo can't be read is held back until the line is
mended, for it can't be called back. An embargo counts wherever it stands (see `embargo_lines`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.dates import find_date, in_utc, read_date_line, read_moment
from feedsvc.bulletins.embargo_lines import embargo_of
from feedsvc.bulletins.label_values import languages_named, values_of
from feedsvc.model import Category, Scheme, Stated
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from feedsvc.bulletins.label_values import Values
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Problem

# An entry with this `publish_at` appears only when its bulletin is mended. Not the last moment there is, which no
# other time zone could tell.
HELD_BACK = datetime(9999, 1, 1, tzinfo=UTC)
# How other programs' front matter says that an entry isn't ready.
_UNFINISHED = (("draft", True), ("borrador", True), ("published", False))

# What the lines are called, folded.
_CALLED = {
    "countries": ("country", "countries", "pais", "paises", "pays"),
    "topics": ("topic", "topics", "tema", "temas", "theme", "themes"),
    "regions": ("region", "regions", "regiones", "regiao", "regioes"),
    "link": ("link", "enlace", "url", "lien"),
    "language": ("language", "idioma", "lang", "langue"),
    "publish": ("publish", "publicar", "publier", "embargo"),
}
_KEYS = {name: key for key, names in _CALLED.items() for name in names}
_SCHEMES = {"countries": Scheme.COUNTRY, "topics": Scheme.TOPIC, "regions": Scheme.REGION}
_FIELD = re.compile(r"[\s*_]{0,8}+([^\W\d_]{3,9})[\s*_]{0,4}+[:\uff1a][\s*_]{0,4}+(.*)", re.DOTALL)
# What may stand above the fields and is none: who wrote it, whom it greets, where and when it was written.
_MOST_ABOVE = 3
_LONGEST_ABOVE = 100
_BYLINE = re.compile(
    r"(?i:by|por|par|texto|text|autora?|author|de|from|escrito por|written by|fuente|source)\b"
    r"(?: ?: ?| )(?=[^\W\d_a-z])"
)
_GREETING = re.compile(
    r"(?:dear|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?|hello|hi|hola|buen[oa]s|good|saludos|cher\w{0,3}|bonjour"
    r"|colleagues|colegas|compañer[oa]s|all|a tod[oa]s)\b[^.?!]{0,80}[,:!]",
    re.IGNORECASE,
)
# Of more words is a sentence: a whole line, and a value that is like no term.
_MOST_WORDS = 12
_MOST_WORDS_OF_VALUE = 3
# All countries of a continent, by their names, have fewer characters.
_LONGEST = 2_000
_SENTENCE_END = (".", "!", "?", "…", ",", ";")
_NO_TERMS = Stated()


@dataclass(frozen=True, slots=True)
class Said:
    """What the fields of one entry say; a field that isn't there is empty.

    `count` is how many lines they take that stand above all others, with blank ones; `taken` are the lines that are
    fields, wherever they stand, by index: they are no text. `publish_at` is the end of an embargo, HELD_BACK if it
    can't be read. `notes` say what was read in one of two ways.
    """

    count: int = 0
    stated: Stated = _NO_TERMS
    link: str | None = None
    publish_at: datetime | None = None
    language: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    taken: tuple[int, ...] = ()


_NOTHING = Said()


# --- the three ways in --------------------------------------------------------


def take(lines: Iterable[tuple[int, str]], manner: Manner, *, below: bool = True) -> Said:
    """Read the fields that lines, each with its number, begin with, and the embargoes anywhere among them.

    Blank lines between fields belong to them; some lines that are none may stand above and between them: a greeting,
    who wrote it. Without those `below` them only the fields are read that stand above all else.
    """
    taken: dict[int, Said] = {}
    empty: dict[int, Said] = {}
    count, above, at_head = 0, 0, True
    for index, (number, text) in enumerate(lines):
        if not text.strip():
            continue
        if at_head and not taken and _is_empty(text):
            empty[index] = _NOTHING  # a field if one follows; else a heading
            continue
        said = _said(text, number, manner, at_head=at_head)
        if said is not None:
            taken |= {**empty, index: said}
            empty = {}
            count = index + 1 if at_head and not above else count
        elif not below:
            break
        else:
            above += 1
            at_head = at_head and not empty and above <= _MOST_ABOVE and _may_stand_above(text, manner)
            empty = {}
    return _joined([*taken.values()], count, tuple(taken)) if taken else _NOTHING


def from_fields(fields: Mapping[str, object], manner: Manner, line: int) -> Said:
    """Read front matter: values as text, lists of text, or what YAML and TOML make of dates. Others are ignored."""
    return _joined(list(_fields(fields, manner, line)))


def read_value(key: str, text: str, manner: Manner) -> Stated:
    """Read the line of countries, topics or regions (`key`) that editors put on a web page.

    It may begin with what it is called. Pages mix such words with others: those that are no terms say nothing.
    """
    field = _split(text)
    value = clean(field[1] if field and field[0] == key else text)[:_LONGEST]
    found, _ = values_of(manner.vocabulary, _SCHEMES[key]).split(value)
    return _stated(key, found)


# --- one line -------------------------------------------------------------------


def _is_empty(text: str) -> bool:
    """Tell whether a line is a field without a value."""
    field = _split(text)
    return field is not None and not clean(field[1]).rstrip(" .*_")


def _said(text: str, number: int, manner: Manner, *, at_head: bool) -> Said | None:
    """Read one line, None if it is no field; below a line of text only an embargo is one."""
    if (until := embargo_of(text, manner)) is not None:
        return _read_embargo("publish", until, _At(manner, number, text))
    field = _split(text) if at_head else None
    return _line(*field, _At(manner, number, text)) if field else None


def _may_stand_above(text: str, manner: Manner) -> bool:
    """Tell whether fields may stand under a line: a byline, a greeting, a place and date."""
    if len(text) > _LONGEST_ABOVE:
        return False
    line = clean(text)
    if _GREETING.fullmatch(line):
        return True
    if _BYLINE.match(line):
        return not line.endswith(_SENTENCE_END)
    day_first, languages = manner.source.day_first, manner.languages
    return read_date_line(line, day_first=day_first, languages=languages) is not None


@dataclass(frozen=True, slots=True)
class _At:
    """Where a field stands."""

    manner: Manner
    line: int
    text: str

    def problem(self, reason: str) -> Problem:
        return self.manner.problem(self.line, reason, self.text)


def _split(text: str) -> tuple[str, str] | None:
    """Give the key of a line that begins like a field, and its value."""
    match = _FIELD.match(text)
    name = folded(match[1]) if match else ""
    # Titles begin with “Embargo:” too; it is a field where a date stands beside it.
    if not match or name not in _KEYS or (name == "embargo" and not any(map(str.isdecimal, match[2]))):
        return None
    return _KEYS[name], match[2]


def _line(key: str, value: str, at: _At) -> Said | None:
    """Read one line, None if it is a sentence. An empty field says nothing."""
    value = clean(value).rstrip(" .*_")
    if not value:
        return _NOTHING
    return None if _is_sentence(key, value, at.manner) else _READERS[key](key, value, at)


def _is_sentence(key: str, value: str, manner: Manner) -> bool:
    words = value.count(" ") + 1
    match key:
        case "publish":
            return False  # An embargo taken for text would be one that is broken.
        case "link":
            return words > 1
        case "language":
            return words > _MOST_WORDS_OF_VALUE
    if len(value) > _LONGEST:
        return True
    terms = values_of(manner.vocabulary, _SCHEMES[key])
    found, unknown = terms.split(value)
    words = sum(piece.count(" ") + 1 for piece in unknown)
    # Who names one term names terms.
    return not found and (
        words > _MOST_WORDS
        or any(piece.count(" ") >= _MOST_WORDS_OF_VALUE and not terms.meant(piece) for piece in unknown)
    )


def _read_terms(key: str, value: str, at: _At) -> Said:
    vocabulary, scheme = at.manner.vocabulary, _SCHEMES[key]
    terms = values_of(vocabulary, scheme)
    found, unknown = terms.split(value)
    problems = [at.problem(_no_term(piece, terms, at.manner)) for piece in unknown]
    return Said(stated=_stated(key, found), problems=tuple(problems))


def _no_term(piece: str, terms: Values, manner: Manner) -> str:
    """Say that a value is no term, and the nearest that is one, or where there is none near what may be written."""
    scheme, vocabulary = terms.scheme, manner.vocabulary
    if meant := terms.meant(piece):
        name = vocabulary.label(Category(scheme, meant), manner.languages[0])
        return f"“{piece}” is no {scheme}. Did you mean {name} ({meant})?"
    if scheme is Scheme.COUNTRY:
        return f"“{piece}” is no country. Write its name or its two letters, such as PA."
    known = vocabulary.topics if scheme is Scheme.TOPIC else vocabulary.regions
    return f"“{piece}” is no {scheme}. There are: {', '.join(known) or 'none'}."


def _read_link(_key: str, value: str, at: _At) -> Said:
    address = value.strip("<>")
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and parts.hostname and " " not in address
    except ValueError:
        valid = False
    if not valid:
        return Said(problems=(at.problem(f"“{value}” is no web address. Write it whole, with https://"),))
    return Said(link=address)


def _read_language(_key: str, value: str, at: _At) -> Said:
    language = languages_named(at.manner.languages).get(folded(value))
    if language is None:
        reason = f"“{value}” is no language. Write its name or its two letters (ISO 639-1), such as en or es."
        return Said(problems=(at.problem(reason),))
    return Said(language=language)


def _read_embargo(_key: str, value: str, at: _At) -> Said:
    if moment := read_moment(value, at.manner):
        day = find_date(value, at.manner)
        return Said(publish_at=moment, notes=(day.note,) if day and day.note else ())
    reason = (
        f"“{value}” is no date with a time. Write it such as 2026-12-01 08:00. "
        "The entry is held back until the line is mended."
    )
    return Said(publish_at=HELD_BACK, problems=(at.problem(reason),))


_READERS: dict[str, Callable[[str, str, _At], Said]] = {
    **dict.fromkeys(_SCHEMES, _read_terms),
    "link": _read_link,
    "language": _read_language,
    "publish": _read_embargo,
}


def _stated(key: str, terms: Iterable[str]) -> Stated:
    return Stated(**{key: tuple(dict.fromkeys(terms))})


def _joined(said: Sequence[Said], count: int = 0, taken: tuple[int, ...] = ()) -> Said:
    """Join what several fields say: all terms, the last link and language, the longest embargo."""
    return Said(
        count=count,
        taken=taken,
        stated=Stated(*(tuple(dict.fromkeys(_all(said, key))) for key in _SCHEMES)),
        link=next((each.link for each in reversed(said) if each.link), None),
        publish_at=max((each.publish_at for each in said if each.publish_at), default=None),
        language=next((each.language for each in reversed(said) if each.language), ""),
        notes=tuple(note for each in said for note in each.notes),
        problems=tuple(problem for each in said for problem in each.problems),
    )


def _all(taken: Iterable[Said], key: str) -> Iterator[str]:
    return (term for said in taken for term in getattr(said.stated, key))


# --- front matter ---------------------------------------------------------------


def _fields(fields: Mapping[str, object], manner: Manner, line: int) -> Iterator[Said]:
    for name, value in fields.items():
        if (folded(str(name)), value) in _UNFINISHED:
            reason = f"“{name}: {str(value).lower()}” holds this back. Take the line away when it may appear."
            yield Said(publish_at=HELD_BACK, problems=(manner.problem(line, reason),))
            continue
        key = _KEYS.get(folded(str(name)))
        if key == "publish" and isinstance(value, date):
            yield Said(publish_at=_moment(value, manner))
        elif key:
            for text in map(_plain, value if isinstance(value, list | tuple) else (value,)):
                if text:
                    yield _READERS[key](key, text, _At(manner, line, f"{name}: {text}"))


def _plain(value: object) -> str:
    """Give a value of front matter as text. YAML 1.1 takes the code of Norway, NO, for false."""
    if value is None:
        return ""
    return "NO" if value is False else clean(str(value))


def _moment(value: date, manner: Manner) -> datetime:
    """Give the moment that a date of YAML or TOML stands for; without a zone in the manner's."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    try:
        return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=manner.timezone))
    except OverflowError:  # The year 9999 ends later in the west.
        return HELD_BACK
