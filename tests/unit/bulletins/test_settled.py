"""Half-written files are not read: the rule alone, without files."""

from datetime import UTC, datetime, timedelta

import pytest

from feedsvc.bulletins.folder import SETTLE, is_settled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(offset=timedelta()):
    return int((NOW + offset).timestamp() * 1e9)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("modified", "changed", "settled"),
    [
        pytest.param(at(), at(), False, id="written just now"),
        pytest.param(at(-SETTLE + SECOND), at(-SETTLE + SECOND), False, id="written a moment ago"),
        pytest.param(at(-SETTLE), at(-SETTLE), True, id="left alone long enough"),
        pytest.param(at(-SECOND), at(), True, id="renamed into its place"),
        pytest.param(at(-1000 * SECOND), at(), True, id="copied with its time"),
        pytest.param(
            at(1000 * SECOND), at(1000 * SECOND), True, id="of another clock, or now is asked about"
        ),
    ],
)
def test_a_file_is_settled_when_nobody_writes_to_it(modified, changed, settled):
    assert is_settled(modified, changed, NOW) == settled
