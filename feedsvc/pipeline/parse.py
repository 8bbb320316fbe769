"""How a bulletin would be read: its entries, their labels, its problems. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from feedsvc.bulletins import Format, Hosts, as_toml, decode, detect, look_at_page, propose, read
from feedsvc.errors import BulletinError, NotFoundError
from feedsvc.model import Source
from feedsvc.pipeline.look import manner_of, open_fetcher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedsvc.bulletins import Manner
    from feedsvc.config import Configuration
    from feedsvc.labels import Labeller
    from feedsvc.model import Draft, Labels, Problem, Reading, Selectors


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a bulletin gives. `selectors` are, in TOML, those that a listing on the web could be read by."""

    entries: tuple[tuple[Draft, Labels], ...]
    problems: tuple[Problem, ...]
    selectors: str = ""


def parse(
    configuration: Configuration, labeller: Labeller, place: str, now: datetime, *, private: bool = False
) -> Parsed:
    """Read the bulletin in a file, or at a web address, as its source says, and label its drafts.

    `private` allows a page in a private network that is no source yet. Raises NotFoundError for a file that isn't
    there, BulletinError for a page that can't be got.
    """
    scheme, is_address, _ = place.partition("://")
    if is_address and scheme.lower() not in {"http", "https"}:
        raise NotFoundError(f"{place} can't be read: pages are read from addresses with http or https.")
    if is_address:
        return _parse_page(configuration, labeller, place, now, private=private)
    file = Path(place)
    if file.is_dir():
        raise NotFoundError(f"{place} is a folder; name a file in it.")
    if not file.is_file():
        raise NotFoundError(f"There is no file {place}.")
    source = _source_of_file(file, configuration.sources)
    manner = manner_of(configuration, source, file.name, now)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BulletinError(f"{place} can't be read: {error.strerror}.") from None
    return _parsed([read(data, manner)], source, labeller)


def _parse_page(
    configuration: Configuration, labeller: Labeller, address: str, now: datetime, *, private: bool
) -> Parsed:
    sources = {source.url: source for source in configuration.sources}
    source = sources.get(address) or Source(name="", url=address, private=private)
    with open_fetcher(source, Hosts()) as fetcher:
        pages = look_at_page(
            source,
            {},
            fetcher,
            lambda bulletin, page: manner_of(configuration, source, bulletin, now, page),
            read,
            lambda _link: False,
        )
    readings = [page.reading for page in pages]
    manner = manner_of(configuration, source, "", now, address)
    selectors = None if source.selectors.entry or not pages else _proposed(pages[0].data, manner)
    return _parsed(readings, source, labeller, as_toml(selectors) if selectors else "")


def _proposed(data: bytes, manner: Manner) -> Selectors | None:
    try:
        return propose(decode(data), manner) if detect(data, "") is Format.HTML else None
    except BulletinError:  # which the reading told already
        return None


def _parsed(readings: Sequence[Reading], source: Source, labeller: Labeller, selectors: str = "") -> Parsed:
    return Parsed(
        tuple(
            (
                draft,
                labeller.label(
                    draft.title,
                    draft.paragraphs,
                    draft.language or None,
                    stated=draft.stated,
                    default_countries=source.countries,
                ),
            )
            for reading in readings
            for draft in reading.drafts
        ),
        tuple(chain.from_iterable(reading.problems for reading in readings)),
        selectors,
    )


def _source_of_file(file: Path, sources: Sequence[Source]) -> Source:
    """Give the source whose folder a file lies in, else the first."""
    inside = (each for each in sources if each.path and file.resolve().is_relative_to(each.path.resolve()))
    return next(inside, sources[0])
