"""Where in an admin's files each recipient stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedsvc.config.addresses import mailbox
from feedsvc.config.mistakes import InvalidError
from feedsvc.config.recipients import read_recipients
from feedsvc.config.yaml_file import YamlFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SHOWN = "config/subscriptions.yaml"


class Place(NamedTuple):
    """A line of a file that has an address, and the subscription it is for."""

    address: str
    subscription: str
    file: str
    line: int


def recipient_places(root: Path, languages: Sequence[str]) -> Iterator[Place]:
    """Give every recipient of a site with where it stands, in the order of the files.

    For files that were found right; what is wrong in them is left out.
    """
    file = YamlFile(root / _SHOWN, _SHOWN)
    top = file.value if isinstance(file.value, dict) else {}
    for index, item in enumerate(top.get("subscriptions") or ()):
        name = str(item.get("id", ""))
        listed = item.get("recipients") or ()
        several = not isinstance(listed, str)
        for number, written in enumerate(listed if several else (listed,)):
            way = ("subscriptions", index, "recipients", *((number,) if several else ()))
            try:
                yield Place(mailbox(written).address, name, _SHOWN, file.line(*way))
            except InvalidError:
                continue
        path = item.get("recipients_file")
        for row in read_recipients(root / "config" / path, f"config/{path}", languages) if path else ():
            yield Place(row.recipient.address, name, f"config/{path}", row.line)
