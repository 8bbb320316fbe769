"""From the bytes of a bulletin to its text.

    a byte order mark ──► UTF-8, if it is but for a few bytes ──► what is declared: by the web server, then by the
        text itself ──► the likeliest of what offices have used ──► lines that were encoded twice are repaired

UTF-8 comes before what is declared: text with accents in another encoding is by chance never valid UTF-8, while
declarations are often left from a program that was replaced. A few bytes in it that are no UTF-8 (a word pasted from
another file, a character cut in two) cost nothing but themselves. Of declarations the server's comes first (HTML,
section 13.2.3.2; RFC 7303, section 3), and each counts only if the bytes really are in it.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import charset_normalizer
import ftfy
from ftfy.badness import badness, is_bad

from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Ahead of UTF-16, whose mark begins it.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How much of a file is looked at to guess its encoding, and where a declaration may stand, in bytes.
_SAMPLE = 100_000
_HEAD = 4096

_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})"
    rb"|<meta\s[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[\w.:-]{2,40}", re.ASCII)
# What some declarations mean (https://encoding.spec.whatwg.org/#names-and-labels: whoever says Latin-1 means
# Windows-1252), and the encodings documents come in, by Python's names; UTF-7 or Punycode are none.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_DOCUMENTS = frozenset(
    {"utf-8", "big5", "big5hkscs", "cp437", "cp850", "cp866", "cp874", "cp932", "cp949", "euc_jp", "gb18030"}
    | {"iso2022_jp", "koi8-r", "koi8-u", "mac-cyrillic", "mac-roman"}
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)
# What offices that write with Latin letters have used, the likeliest first; all but the first read any byte.
_WESTERN = ("cp1252", "mac_roman", "cp850")
# What a wrong guess among them leaves in Spanish, French or Portuguese: “MŽxico”, “LeÛn”, “EDUCACIîN”, “M‡s”,
# “Migraci—n”, a dash for ñ, a letter with an accent on its own, letters that none of them has.
_ODD = re.compile(
    r"(?<=[a-z])[À-ÖØ-ÞŒŠŽŸ]|(?<=[A-Z])[À-ÖØ-ÞŒŠŽŸ](?=[a-z])|(?<=[A-Z])[ß-öø-ÿ](?=[A-Z])"
    r"|(?<=[A-Za-z])[^\w\s\x00-\x7f\u2018\u2019·\u2013—](?=[A-Za-z])|(?<=[a-z])—(?=n(?![a-z]))|(?<=[a-z])\u2013(?=[aeiou])"
    r"|(?<![^\W\d_])[À-ÖØ-öø-ÿŒœŠšŽž](?![^\W\d_])"
    r"|[ìÌıˇ˘˙˚˝\u02db\xb8\x80-\x9f]|(?<=[A-Za-z])\xa0(?=[a-z])"
)
# What other encodings by chance are in UTF-8: of “É”, “Í” and “Ó” before a quotation mark in Windows-1252, and of
# Korean, Japanese and Chinese, letters that hardly anybody uses; of “sí…” a word that goes on in another script.
_RARE = (
    "\u0180-\u019f\u01a2-\u01ae\u01b1-\u0217\u021c-\u02ff\u0340-\u036f"
    "\u0460-\u048f\u04c0-\u052f\u0700-\u085f\U000e0000-\U0010ffff"
)
_HARDLY_USED = re.compile(f"[{_RARE}]+")
_CHANCE = re.compile(rf"[{_RARE}]|(?<=[A-Za-z])[^\W\d_\x00-\u024f]")
_NEIGHBOURS = re.compile(r"[^\x00-\xa1]{2,}")

_HIGH = bytes(range(0x80, 0x100))
# How many times more of a text's bytes beyond ASCII are in characters of UTF-8 than are not: from the first number on
# it is UTF-8 whatever it declares, from the second if every Western reading makes less sense.
_SURE, _LIKELY = 5, 2
# Bytes that are no UTF-8, by Python's "surrogateescape".
_STRAY = re.compile("[\udc80-\udcff]+")
# What is pasted in Windows-1252: letters and marks, but none that is rather what is left of a character of UTF-8. The
# first byte of that reads as “Ã”, “Â” or “æ”, others as signs, among them “º”, “š” and quotation marks inside a word.
_SENSIBLE = (
    r"(?:[ÀÁÄÇÈÉÊÍÑÓÔÕÖÚÜßàáâãäçèéêëíîïñóôõöùúûü\u2019”»…\u2013—]|œ(?=[a-z])"
    r"|(?<=[A-Z])(?:Ã(?=[EO])|Â(?=[A-Z]))|(?<!\w)[“\u2018«¿¡])+"
)
_PASTED = re.compile(f"(?<=[A-Za-z]){_SENSIBLE}|(?<=[.,!?])[\u2019”»]|{_SENSIBLE}(?=[A-Za-z])")
# How many places are looked at for that, in about half a second; later ones are not.
_MENDED = 100_000

_CONTROLS = dict.fromkeys((*range(9), *range(14, 26), *range(28, 32)))
_SAVE = "Save it as a Word document (.docx), or as text with the encoding UTF-8."

# What every text begins its double encoding with, read as Windows-1252 or MacRoman: the first bytes of accents,
# signs, quotation marks, Central European letters and emoji.
_LEADS = ("Ã", "Â", "â", "Ä", "Å", "ð", "√", "¬")
# ftfy's encoding repair and nothing else, and of that nothing that guesses what was lost.
_REPAIR = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    restore_byte_a0=False,
    replace_lossy_sequences=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)
# How many characters of doubtful lines are repaired, and what a line costs beside its length. Beyond it, after about
# a second, lines stay as they are.
_REPAIRED = 2_000_000
_PER_LINE = 150


def decode(data: bytes, declared: str = "") -> str:
    """Give the text of a bulletin, whatever its encoding; `declared` is the one a web server or a mail names.

    Text that was encoded twice is repaired line by line; other text is given as it is.
    Raises BulletinError if it is no text.
    """
    text = _wide(data)
    if text is None:
        text = _narrow(data, declared)
    # Zero bytes and other controls have no place in text; a few of them are an accident.
    sample = text[:_SAMPLE]
    if len(sample) - len(sample.translate(_CONTROLS)) > len(sample) // 50:
        raise BulletinError(f"This is no text. {_SAVE}")
    return _repaired(text)


def beginning(data: bytes, size: int = _HEAD) -> str:
    """Give about the first `size` characters, of any bytes: what can't be decoded is replaced."""
    mark, encoding = _mark(data)
    return data[len(mark) : len(mark) + 4 * size].decode(encoding or "utf-8", "replace")[:size]


def _mark(data: bytes) -> tuple[bytes, str]:
    """Give the byte order mark and what it stands for; UTF-16 and UTF-32 also show without one."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    return b"", _wide_encoding(data)


def _wide(data: bytes) -> str | None:
    """Give the text of UTF-16 or UTF-32; None for others."""
    mark, encoding = _mark(data)
    if encoding in {"", "utf-8"}:
        return None
    text = _decoded(data[len(mark) :], encoding)
    if text is None:
        raise BulletinError(
            f"This begins like text in {encoding[:6].upper()}, but it is none to its end. {_SAVE}"
        )
    return text


def _wide_encoding(data: bytes) -> str:
    """Tell by its zero bytes which UTF-16 or UTF-32 it is; empty: none.

    Latin text has one in every second byte, or three in every four.
    """
    sample = data[: _SAMPLE // 4 * 4]
    if len(sample) < 2 or 0 not in sample:
        return ""
    zeros = [sample[start::4].count(0) * 8 > len(sample) for start in range(4)]
    match zeros:
        case [False, True, True, True]:
            return "utf-32-le"
        case [True, True, True, False]:
            return "utf-32-be"
        case [False, True, False, True] | [False, True, False, False]:
            return "utf-16-le"
        case [True, False, True, False] | [True, False, False, False]:
            return "utf-16-be"
    return ""


def _narrow(data: bytes, declared: str) -> str:
    """Give the text of an encoding that has ASCII in it."""
    data = data.removeprefix(codecs.BOM_UTF8)  # which lies if the rest is no UTF-8
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    good, bad = _in_utf_8(data)
    if good >= _SURE * bad:
        return _mended(data)
    for encoding in _declarations(data, declared):
        text = _decoded(data, encoding)
        if text is not None:
            return text
    return _guessed(data)


def _in_utf_8(data: bytes) -> tuple[int, int]:
    """Count the bytes beyond ASCII that are in characters of UTF-8, and those that are in none, or in rare ones."""
    bad = len(data) - len(_HARDLY_USED.sub("", data.decode("utf-8", "ignore")).encode())
    return len(data) - len(data.translate(None, _HIGH)) - bad, bad


def _mended(data: bytes) -> str:
    """Give a text in UTF-8 some bytes of which are none: what was pasted, or one sign for all that stand together."""
    text = data.decode("utf-8", "surrogateescape")
    return _STRAY.sub("\ufffd", _STRAY.sub(_pasted, text, count=_MENDED))


def _pasted(stray: re.Match[str]) -> str:
    """Give what the bytes are in Windows-1252 where that makes a word with the letters beside them."""
    start, end = stray.span()
    # As many characters as `_ODD` looks at.
    before, after = stray.string[max(0, start - 2) : start], stray.string[end : end + 2]
    signs = stray[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    around, places = before + signs + after, range(len(before), len(before) + len(signs))
    found = _PASTED.match(around, places.start)
    if not found or found.end() < places.stop or any(_ODD.match(around, place) for place in places):
        return "\ufffd"
    return signs


def _declarations(data: bytes, declared: str) -> Iterator[str]:
    """Give the encodings that are declared, by Python's names."""
    found = _DECLARED.search(data[:_HEAD])
    for label in (
        declared.strip().lower(),
        (found[1] or found[2]).decode("ascii", "ignore") if found else "",
    ):
        if _LABEL.fullmatch(label):
            try:
                name = codecs.lookup(label).name
            except LookupError:
                continue
            if (meant := _MEANT.get(name, name)) in _DOCUMENTS:
                yield meant


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _guessed(data: bytes) -> str:
    """Give the text in the likeliest encoding; Windows-1252 where nothing tells."""
    sample = b"\n".join(islice((line for line in data[:_SAMPLE].splitlines() if not line.isascii()), 2000))
    readings = {name: (sample or data[-_SAMPLE:]).decode(name, "replace") for name in _WESTERN}
    if _is_likelier_utf_8(sample, readings.values()):
        return _mended(data)
    if _is_foreign(readings["cp1252"]):
        best = charset_normalizer.from_bytes(sample).best()
        text = _decoded(data, best.encoding) if best else None
        if text is not None:
            return text
    return data.decode(min(_WESTERN, key=lambda name: _oddness(readings[name])), "replace")


def _is_likelier_utf_8(sample: bytes, readings: Iterable[str]) -> bool:
    """Tell whether UTF-8 with bytes that are none makes more sense than each of these readings."""
    good, bad = _in_utf_8(sample)
    if not good or good < _LIKELY * bad:
        return False
    text = _mended(sample)
    # Of Western text in UTF-8, another reading leaves pairs of signs, which `_ODD` sees only in part.
    return _oddness(text) + len(_CHANCE.findall(text)) < min(
        _oddness(each) + badness(each) for each in readings
    )


def _oddness(text: str) -> int:
    return len(_ODD.findall(text)) + text.count("\ufffd")


def _is_foreign(text: str) -> bool:
    """Tell whether a text has whole words of other letters: Western languages seldom put two accents together."""
    high = sum(count for character, count in Counter(text).items() if character > "\xa1")
    return high > 3 and 2 * sum(map(len, _NEIGHBOURS.findall(text))) > high


def _repaired(text: str) -> str:
    """Undo a double encoding, in the lines that have one."""
    if not any(lead in text for lead in _LEADS):
        return text
    room = _REPAIRED
    lines = text.split("\n")
    for index, line in enumerate(lines):
        cost = len(line) + _PER_LINE
        if cost > room or not any(lead in line for lead in _LEADS):
            continue
        room -= cost
        if is_bad(line):
            lines[index] = ftfy.fix_encoding(line, _REPAIR)
    return "\n".join(lines)
