"""What an entry is about: what an admin corrects, over what its bulletin states, over what rules find."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from feedsvc.pipeline.naming import handle_of, handles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedsvc.config import Configuration
    from feedsvc.labels import Labeller
    from feedsvc.model import Entry, Override


@dataclass(frozen=True, slots=True)
class Labelling:
    """Gives entries their labels, for the first time or anew.

    `overrides` are by a handle of their entry (`naming`); `default_countries` by the name of the source.
    """

    labeller: Labeller
    overrides: Mapping[str, Override]
    default_countries: Mapping[str, tuple[str, ...]]

    @classmethod
    def by(cls, configuration: Configuration, labeller: Labeller) -> Labelling:
        """Give the labelling of a site."""
        defaults = {source.name: source.countries for source in configuration.sources}
        overrides = {
            handle_of(name, configuration.site): override
            for name, override in configuration.overrides.items()
        }
        return cls(labeller, overrides, defaults)

    def labelled(self, entry: Entry) -> Entry:
        """Give an entry with the labels that it has by all that is known now."""
        labels = self.labeller.label(
            entry.title,
            entry.text.split("\n\n"),
            entry.stated_language or None,
            stated=entry.stated,
            default_countries=self.default_countries.get(entry.source, ()),
            override=self._override(entry),
        )
        return replace(entry, labels=labels)

    def _override(self, entry: Entry) -> Override | None:
        names = handles(entry) if self.overrides else ()
        return next((self.overrides[name] for name in names if name in self.overrides), None)
