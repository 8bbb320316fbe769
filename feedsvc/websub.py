"""The publisher's half of WebSub (W3C Recommendation of 23 January 2018): telling a hub which feeds changed.

    a feed changed ──► hub.mode=publish ──► the hub fetches the feed ──► and posts it to its subscribers

How a publisher tells its hub is left to the two of them (section 6.1); all hubs take what PubSubHubbub 0.4 had for it
(section 7.4), one feed in a request. Several at once are understood by some hubs only, and each in its own way:
others take the last of them, and say that all is well. So it is one request for each feed, on lines that are kept.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import httpx2

from feedsvc.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

# A hub that was away for days is told some two hours after it is back.
BACKOFF = Backoff(timedelta(seconds=15), timedelta(hours=2), timedelta(days=3))
# How many seconds a hub may take to answer.
TIMEOUT = 10.0
# How many requests are on their way at once.
LINES = 4
# How much of an answer is read, in bytes, to keep the line; and quoted, in characters, if it is a refusal.
_READ, _QUOTED = 16_384, 120

_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of telling a hub of a feed. `reason` is a sentence, empty when it was taken.

    `of_hub`: the reason has nothing to do with this feed, and it would be the same for any other now.
    """

    reason: str = ""
    of_hub: bool = False


class Hub:
    """A WebSub hub, by its address. A context manager; safe to share between threads.

    `user_agent` is what we say we are; an answer may take `timeout` seconds.
    """

    def __init__(self, address: str, user_agent: str, timeout: float = TIMEOUT) -> None:
        self._address = address
        self._host = httpx2.URL(address).host
        self._timeout = timeout
        self._client = httpx2.Client(
            headers={"User-Agent": user_agent},
            timeout=timeout,
            limits=httpx2.Limits(max_connections=LINES, max_keepalive_connections=LINES),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def tell_all(self, topics: Sequence[str], stopping: Callable[[], bool] = lambda: False) -> list[Reply]:
        """Tell the hub that these feeds, by their addresses, changed; gives a reply for each of the first of them.

        It ends early when the hub is away, or when `stopping()` comes true: the rest was not tried.
        """
        replies: list[Reply] = []
        with ThreadPoolExecutor(LINES, "hub") as lines:
            for some in _in_turns(topics):
                if stopping() or any(reply.of_hub for reply in replies):
                    break
                replies += lines.map(self.tell, some)
        return replies

    def tell(self, topic: str) -> Reply:
        """Tell the hub that a feed, by its address, changed."""
        # `hub.topic` is WebSub's word for what PubSubHubbub called `hub.url`; hubs know one of them or both.
        form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
        try:
            with self._client.stream("POST", self._address, data=form) as response:
                said = self._read(response)
        except httpx2.TimeoutException:
            return Reply(f"{self._host} did not answer within {self._timeout:g} seconds.", of_hub=True)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return Reply(f"{self._host} can't be reached: {error}.", of_hub=True)
        return _reply(self._host, response.status_code, said)

    def _read(self, response: httpx2.Response) -> str:
        """Read the beginning of an answer."""
        until = time.monotonic() + self._timeout
        data = bytearray()
        for piece in response.iter_raw():
            data += piece
            if len(data) > _READ or time.monotonic() > until:
                break
        return " ".join(data.decode(errors="replace").split())[:_QUOTED]


def _in_turns(topics: Sequence[str]) -> Iterable[Sequence[str]]:
    """Give the first alone, which shows whether the hub is there, then as many at a time as there are lines."""
    yield topics[:1]
    for start in range(1, len(topics), LINES):
        yield topics[start : start + LINES]


def _reply(host: str, status: int, said: str) -> Reply:
    if 200 <= status < 300:
        return Reply()
    quoted = f": {said}" if said.isprintable() and said and "<" not in said else ""
    return Reply(
        f"{host} answered {status}{quoted}.", of_hub=status not in range(400, 500) or status in _BUSY
    )
