"""The look of mails: their colours, in light and in dark, and the words that a site puts in place of feedsvc's own.

Contrast is that of WCAG 2.2, section 1.4.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What text must have at least, and what colours that are chosen here are given.
LEAST_CONTRAST = 4.5
GOOD_CONTRAST = 7.0
BLACK, WHITE = "#0b1417", "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of a mail, each as `#rrggbb`.

    `paper` is what text stands on, `ground` what is around it; `ink` is text, `quiet` what matters less. `accent`
    is for links and buttons, `band` for the head, `mark` for the line above it. All others follow from these.
    """

    ground: str
    paper: str
    ink: str
    quiet: str
    accent: str
    band: str
    mark: str

    @property
    def on_accent(self) -> str:
        """Text on a button."""
        return readable_on(self.accent)

    @property
    def on_band(self) -> str:
        """Text in the head."""
        return readable_on(self.band)

    @property
    def quiet_on_band(self) -> str:
        """Text in the head that matters less."""
        return with_contrast(mixed(self.on_band, self.band, 0.2), self.band)

    @property
    def rule(self) -> str:
        """Lines between entries."""
        return mixed(self.ink, self.paper, 0.85)

    @property
    def tint(self) -> str:
        """What the name of a country stands on."""
        return mixed(self.accent, self.paper, 0.88)

    @property
    def on_tint(self) -> str:
        """The name of a country."""
        return with_contrast(self.accent, self.tint)

    @property
    def shade(self) -> str:
        """What the name of a topic stands on."""
        return mixed(self.ink, self.paper, 0.93)


LIGHT = Palette(
    ground="#f1efea",
    paper="#ffffff",
    ink="#1b2428",
    quiet="#55626a",
    accent="#0b5b68",
    band="#0e4a55",
    mark="#f2b34c",
)
DARK = Palette(
    ground="#11181b",
    paper="#192327",
    ink="#e8ecec",
    quiet="#a2b0b5",
    accent="#86d0d0",
    band="#0c3038",
    mark="#c98f36",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What a site says in its mails, in one language; what is empty is said in feedsvc's own words, or not at all.

    `greeting_by_name` holds `{name}`, `why` holds `{titles}`. `intro` follows the greeting, `closing` ends the mail.
    """

    greeting: str = ""
    greeting_by_name: str = ""
    intro: str = ""
    read_more: str = ""
    why: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a site's mails look, and what they say, by language."""

    light: Palette = LIGHT
    dark: Palette = DARK
    phrases: Mapping[str, Phrases] = field(default_factory=dict)


def dark_for(light: Palette, given: Mapping[str, str]) -> Palette:
    """Give the colours in the dark: those that are given, and for the others what goes with the light ones."""
    paper = given.get("paper", DARK.paper)
    fitting: dict[str, str] = {}
    if light.accent != LIGHT.accent:
        fitting["accent"] = with_contrast(light.accent, paper, GOOD_CONTRAST)
    if light.band != LIGHT.band:
        fitting["band"] = mixed(light.band, BLACK, 0.4)
    if light.mark != LIGHT.mark:
        fitting["mark"] = light.mark
    if "paper" in given:
        fitting["accent"] = with_contrast(fitting.get("accent", DARK.accent), paper)
    return replace(DARK, **{**fitting, **given})


# --- colours ------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Mix a share of another colour into one."""
    return _written(a + (b - a) * share for a, b in zip(_channels(one), _channels(other), strict=True))


def readable_on(ground: str) -> str:
    """Give white or black, whichever is read better; one of them always is read well."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, ground))


@lru_cache(maxsize=256)  # every digest asks for the same few
def with_contrast(colour: str, ground: str, least: float = LEAST_CONTRAST) -> str:
    """Give the colour nearest to one that is read on a ground: itself, or a darker or lighter one."""
    for step in range(101):
        nearer = mixed(colour, readable_on(ground), step / 100)
        if contrast(nearer, ground) >= least:
            return nearer
    return readable_on(ground)


def _luminance(colour: str) -> float:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _written(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)
