"""The countries of ISO 3166-1, by CLDR."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

# The two-letter codes of CLDR that are no country of ISO 3166-1: reserved, user-assigned, groups.
_NOT_ISO = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)


def iso_countries(language: str) -> dict[str, str]:
    """Name every country, by its code: in English where CLDR doesn't know the language."""
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return {code: name for code, name in names.items() if len(code) == 2 and code not in _NOT_ISO}
