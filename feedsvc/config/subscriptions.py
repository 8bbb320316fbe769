"""`config/subscriptions.yaml`, the file that admins edit: who gets what, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from feedsvc.config.addresses import folded
from feedsvc.config.mistakes import Collected, InvalidError, explain, nearest
from feedsvc.config.recipients import read_recipients
from feedsvc.config.subscription import WrittenSubscription, list_path, rules_of
from feedsvc.config.yaml_file import YamlFile
from feedsvc.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from feedsvc.config.mistakes import Way
    from feedsvc.config.recipients import Row
    from feedsvc.config.settings import Settings
    from feedsvc.config.subscription import Rules
    from feedsvc.model import Subscription, Vocabulary

_SHOWN = "config/subscriptions.yaml"
_TOP = "subscriptions"


def load_subscriptions(
    root: Path, settings: Settings, vocabulary: Vocabulary | None
) -> tuple[Subscription, ...]:
    """Read a site's subscriptions and the lists of recipients they name, in the order of the file.

    Without a vocabulary any country and topic will do. Raises ConfigError with every mistake found.
    """
    file = YamlFile(root / _SHOWN, _SHOWN)
    items = _items(file)
    rules = rules_of(root, settings, vocabulary)
    found = Collected()
    subscriptions = [
        found.attempt(_subscription, file, (_TOP, index), item, rules) for index, item in enumerate(items)
    ]
    found.mistakes += _repeated_ids(file, items)
    found.raise_any()
    return tuple(filter(None, subscriptions))


def _items(file: YamlFile) -> Sequence[object]:
    """Give what stands under `subscriptions:`, one by one."""
    top = file.value
    if top is None:
        # An editor that is saving the file may leave it empty for a moment; that must not end all digests.
        raise ConfigError(
            [file.mistake((), "is empty.", "For no subscription at all write: subscriptions: []")]
        )
    if not isinstance(top, dict) or _TOP not in top:
        raise ConfigError(
            [file.mistake((), "has no subscriptions.", "Begin it with the line: subscriptions:")]
        )
    if astray := [key for key in top if key != _TOP]:
        raise ConfigError([file.mistake((key,), *_astray(key)) for key in astray])
    items = top[_TOP] or []
    if not isinstance(items, list):
        remedy = "Begin each subscription with a hyphen: - id: panama-partners"
        raise ConfigError([file.mistake((_TOP,), "must be a list.", remedy)])
    return items


def _astray(key: str) -> tuple[str, str]:
    what = "does not belong at the beginning of a line."
    if key in WrittenSubscription.model_fields:
        return what, "Indent it like the id of its subscription."
    return what, nearest(key, [_TOP])


def _subscription(file: YamlFile, way: Way, item: object, rules: Rules) -> Subscription:
    found = Collected()
    written = found.attempt(_checked, file, way, item, rules)
    rows = found.attempt(_rows, item, rules) or ()
    if written:
        found.mistakes += _repeated_recipients(file, way, written, rows)
    found.raise_any()
    assert written
    return written.subscription([row.recipient for row in rows], rules.settings)


def _checked(file: YamlFile, way: Way, item: object, rules: Rules) -> WrittenSubscription:
    try:
        return WrittenSubscription.model_validate(item, context=rules)
    except ValidationError as error:
        raise ConfigError([*explain(error, WrittenSubscription, file, way)]) from None


def _rows(item: object, rules: Rules) -> tuple[Row, ...]:
    """Read a subscription's list of recipients, also when something else in it is wrong."""
    name = item.get("recipients_file") if isinstance(item, dict) else None
    try:
        path = list_path(name, rules) if isinstance(name, str) else None
    except InvalidError:
        return ()
    return read_recipients(path, f"config/{name}", rules.settings.site.languages) if path else ()


def _repeated_ids(file: YamlFile, items: Sequence[object]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        id_ = item.get("id") if isinstance(item, dict) else None
        way = (_TOP, index, "id")
        if isinstance(id_, str) and id_ in first:
            yield file.mistake(
                way, f'"{id_}" is taken by the subscription on line {first[id_]}.', "Choose another."
            )
        elif isinstance(id_, str):
            first[id_] = file.line(*way)


def _repeated_recipients(
    file: YamlFile, way: Way, written: WrittenSubscription, rows: Sequence[Row]
) -> Iterator[Mistake]:
    """Find who would stand in one subscription twice, in small letters or in capitals."""
    what = "stands here twice."
    listed = [
        *(
            (person.address, file.mistake((*way, "recipients", index), what))
            for index, person in enumerate(written.recipients)
        ),
        *(
            (row.recipient.address, Mistake(f"config/{written.recipients_file}", row.line, "email", what))
            for row in rows
        ),
    ]
    first: dict[str, Mistake] = {}
    for address, place in listed:
        earlier = first.setdefault(folded(address), place)
        if earlier is not place:
            remedy = f"Keep one; the other is at {earlier.file}:{earlier.line}."
            yield replace(place, what=f"{address} {what}", remedy=remedy)
