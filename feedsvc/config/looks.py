"""`[digests.look]`: the colours and words of a site's mails, each colour read well on what it stands on."""

from __future__ import annotations

import re
import string
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from feedsvc.config.mistakes import InvalidError
from feedsvc.config.values import language, line_of_text
from feedsvc.looks import DARK, LEAST_CONTRAST, LIGHT, contrast, with_contrast

_HEX = re.compile(r"#(?:[0-9a-f]{3}){1,2}")


def _colour(text: str) -> str:
    """Take a colour as designers write it, `#0b5b68` or `#abc`, and give it with six digits."""
    colour = text.strip().lower()
    if not _HEX.fullmatch(colour):
        raise InvalidError(f'"{text}" is not a colour.', 'Write it like "#0b5b68".')
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def _names_in(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"{"}


def _with_name(text: str) -> str:
    return _holding(text, "name", 'Write it like "Dear {name},".')


def _with_titles(text: str) -> str:
    return _holding(text, "titles", 'Write it like "You asked for: {titles}.".')


def _holding(text: str, name: str, example: str) -> str:
    if _names_in(text) != {name}:
        raise InvalidError(f"must hold {{{name}}}, and nothing else in braces.", example)
    return text


def _must_be_read(what: str, colour: str, grounds: dict[str, str]) -> None:
    """Refuse a colour of text that is too faint on what it stands on (WCAG 2.2, 1.4.3)."""
    for name, ground in grounds.items():
        found = contrast(colour, ground)
        if found < LEAST_CONTRAST:
            better = with_contrast(colour, ground)
            raise InvalidError(
                f'{what} "{colour}" on {name} "{ground}" has a contrast of {found:.1f}:1, too faint to be read '
                f"by everyone: {LEAST_CONTRAST}:1 is the least.",
                f'"{better}" would do.',
            )


def _grounds(name: str) -> tuple[str, ...]:
    """Give what text of a colour stands on."""
    return ("paper",) if name == "accent" else ("paper", "ground")


Colour = Annotated[str, AfterValidator(_colour)]
Line = Annotated[str, AfterValidator(line_of_text)]
Language = Annotated[str, AfterValidator(language)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class DarkSettings(_Part):
    """The colours where a reader's screen is dark; those left out go with the light ones."""

    ground: Colour | None = None
    paper: Colour | None = None
    ink: Colour | None = None
    quiet: Colour | None = None
    accent: Colour | None = None
    band: Colour | None = None
    mark: Colour | None = None

    @field_validator("ink", "quiet", "accent")
    @classmethod
    def _is_read(cls, colour: str | None, info: ValidationInfo) -> str | None:
        name = info.field_name or ""
        if {"ground", "paper"} <= info.data.keys():
            grounds = {each: info.data[each] or getattr(DARK, each) for each in _grounds(name)}
            # An accent that is left out is chosen to go with the paper.
            if colour or name != "accent":
                _must_be_read(name, colour or getattr(DARK, name), grounds)
        return colour


class PhraseSettings(_Part):
    """What a site says in its mails in one language, in place of feedsvc's own words; see `feedsvc.looks.Phrases`."""

    greeting: Line | None = None
    greeting_by_name: Annotated[str, AfterValidator(_with_name)] | None = None
    intro: Line | None = None
    read_more: Line | None = None
    why: Annotated[str, AfterValidator(_with_titles)] | None = None
    closing: Line | None = None


class LookSettings(_Part):
    """The colours and words of digests; see `feedsvc.looks.Palette`."""

    ground: Colour = LIGHT.ground
    paper: Colour = LIGHT.paper
    ink: Colour = LIGHT.ink
    quiet: Colour = LIGHT.quiet
    accent: Colour = LIGHT.accent
    band: Colour = LIGHT.band
    mark: Colour = LIGHT.mark
    dark: DarkSettings = DarkSettings()
    words: dict[Language, PhraseSettings] = Field(default_factory=dict)

    @field_validator("ink", "quiet", "accent")
    @classmethod
    def _is_read(cls, colour: str, info: ValidationInfo) -> str:
        name = info.field_name or ""
        if {"ground", "paper"} <= info.data.keys():
            _must_be_read(name, colour, {each: info.data[each] for each in _grounds(name)})
        return colour
