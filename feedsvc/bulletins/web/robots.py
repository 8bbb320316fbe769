"""What web servers ask of robots (RFC 9309), and what is remembered of them between requests."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from protego import Protego

if TYPE_CHECKING:
    from collections.abc import Callable

# How much of a robots.txt is read (RFC 9309, section 2.5: 500 KiB at least), and how many seconds it holds
# (section 2.4: a day at most).
ROBOTS_LIMIT = 500 * 1024
ROBOTS_HOLD = 24 * 3600
# How many seconds lie between two requests to one host, unless its Crawl-delay asks for more; at most so many.
PAUSE = 1.0
LONGEST_PAUSE = 30.0
# How many seconds a server that is too busy is left alone at most, however long it asks for.
LONGEST_REST = 24 * 3600.0

# How many servers' robots.txt are remembered at once: the largest take 15 MB when they are read.
_REMEMBERED = 8
_USER_AGENT = re.compile(r"\s*user(?:-|\s+)?agent\s*:?(.*)", re.IGNORECASE)


class Robots:
    """The rules of one robots.txt for one user agent. Text that is none allows everything."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._name = product(user_agent)
        self._rules = Protego.parse(_ours(text, self._name))

    def allows(self, url: str) -> bool:
        """Tell whether an address may be asked."""
        return self._rules.can_fetch(url, self._name)

    @property
    def pause(self) -> float:
        """How many seconds must lie between two requests."""
        return min(max(PAUSE, self._rules.crawl_delay(self._name) or 0), LONGEST_PAUSE)


def product(user_agent: str) -> str:
    """Give the name that robots.txt calls a user agent by (RFC 9309, section 2.2.1)."""
    return user_agent.partition("/")[0].strip().lower()


def _ours(text: str, name: str) -> str:
    """Give a robots.txt in which all other agents are one.

    Protego keeps each rule once for each agent that it names, so that thousands of both would fill the memory.
    """
    return "\n".join(_our_line(line, name) for line in text.splitlines())


def _our_line(line: str, name: str) -> str:
    found = _USER_AGENT.match(line.lstrip("\ufeff"))
    if not found:
        return line
    agent = product(found[1].partition("#")[0])
    return f"User-agent: {agent if agent in (name, '*') else '-'}"


class Hosts:
    """What is remembered of web servers: their robots.txt, when they were asked last, and until when they rest.

    One may serve many visits, one after the other. `clock` counts seconds and never goes back.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.clock = clock
        self._sleep = sleep
        self._asked: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._robots: dict[str, tuple[Robots, float]] = {}

    def take_turn(self, host: str, pause: float) -> None:
        """Wait until a host may be asked again."""
        asked = self._asked.get(host)
        if asked is not None and (wait := asked + pause - self.clock()) > 0:
            self._sleep(wait)
        now = self.clock()
        self._asked = {name: at for name, at in self._asked.items() if now - at < LONGEST_PAUSE}
        self._asked[host] = now

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long, for it said that it is too busy."""
        now = self.clock()
        self._resting = {name: until for name, until in self._resting.items() if until > now}
        self._resting[host] = now + seconds

    def rests(self, host: str) -> float:
        """Give the seconds for which a host is still to be left alone."""
        return max(0, self._resting.get(host, 0) - self.clock())

    def robots(self, site: str) -> Robots | None:
        """Give the robots.txt of a site (`https://example.org`), if one is remembered that still holds."""
        robots, read_at = self._robots.get(site, (None, 0.0))
        return robots if self.clock() - read_at < ROBOTS_HOLD else None

    def remember(self, site: str, robots: Robots) -> None:
        """Remember the robots.txt of a site; of many sites, the ones that were read last."""
        self._robots.pop(site, None)
        self._robots[site] = (robots, self.clock())
        if len(self._robots) > _REMEMBERED:
            del self._robots[next(iter(self._robots))]
