"""Asking web servers for pages and feeds: politely, with an end to everything, and never inside a private network.

    the address      http or https, no password, no disguised IP address   addresses
    robots.txt       read once a day, kept to; a pause between requests    robots
    the connection   to the IP address that was checked, until a deadline  network
    the answer       not changed, moved (the same steps again), or bytes up to a limit

A page that moved is asked for where it moved to, and every hop goes through all of these steps.
"""

from __future__ import annotations

import math
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlencode

import httpcore2
import httpx2

from feedsvc.bulletins.manner import SIZE_LIMIT
from feedsvc.bulletins.web.addresses import web_address
from feedsvc.bulletins.web.network import Network, Sockets
from feedsvc.bulletins.web.robots import LONGEST_REST, PAUSE, ROBOTS_LIMIT, Hosts, Robots
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

# How many seconds one request may take, from the look-up of the name to the last byte.
TIMEOUT = 30.0
# How often a page may have moved (RFC 9309, section 2.3.1.2, asks for five for robots.txt).
REDIRECTS = 5

_MOVED = frozenset({301, 302, 303, 307, 308})
_FOUND = frozenset({200, 203})
_BUSY = frozenset({429, 503})
_ACCEPT = "text/html, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_ENCODINGS = frozenset({"gzip", "deflate", "identity"})
# Validators (RFC 9110, section 8.8) that are longer than this, in characters, are left unused.
_VALIDATOR_LIMIT = 300
_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a web server answered.

    `url` is where it was found in the end; relative addresses in it start there (RFC 7231, appendix B: whatever a
    Content-Location says). `media_type` and `charset` are as the server says, in lower case, or empty.
    `validators` is what `Fetcher.fetch` takes the next time; empty when the server gives none.
    """

    url: str
    data: bytes
    media_type: str
    charset: str
    validators: str


@dataclass(frozen=True, slots=True)
class _Answer:
    url: httpx2.URL
    status: int
    headers: httpx2.Headers
    data: bytes


class Fetcher:
    """Asks web servers for pages. One for each visit of a source; a context manager.

    `user_agent` is what it says it is; robots.txt knows it by the part before the slash. `private` allows private
    networks. Of more than `size_limit` bytes, unpacked, nothing is taken. A request takes `timeout` seconds at most.
    `hosts` is what visits remember for each other, `sockets` the network that is there.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        private: bool = False,
        size_limit: int = SIZE_LIMIT,
        timeout: float = TIMEOUT,
        hosts: Hosts | None = None,
        sockets: Sockets | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._private = private
        self._size_limit = size_limit
        self._timeout = timeout
        self._hosts = hosts or Hosts()
        self._network = Network(sockets or Sockets(), self._hosts.clock, private=private)
        self._client = httpx2.Client(
            transport=_Transport(self._network),
            headers={
                "User-Agent": user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
                "Connection": "close",  # a second between requests is long for a server to keep a line open
            },
            trust_env=False,
        )
        self._began = self._hosts.clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def elapsed(self) -> float:
        """How many seconds ago the visit began."""
        return self._hosts.clock() - self._began

    def fetch(self, url: str, validators: str = "") -> Fetched | None:
        """Ask for a page; None when it is still the one that `validators` came with.

        Raises BulletinError, with a sentence for the one who runs the site, for all that can go wrong.
        """
        conditions = _conditions(validators)
        answer = self._follow(url, conditions, self._size_limit, mannerly=True)
        if answer.status == 304 and conditions:
            return None
        if answer.status not in _FOUND:
            raise BulletinError(_refusal(answer))
        return Fetched(
            url=str(answer.url),
            data=answer.data,
            media_type=answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            charset=_charset(answer.headers),
            validators=_validators(answer.headers),
        )

    def _follow(self, address: str, headers: Mapping[str, str], limit: int, *, mannerly: bool) -> _Answer:
        """Ask for a page, and where it moved to; `mannerly`, robots.txt is asked first."""
        url = web_address(address, private=self._private)
        for _hop in range(REDIRECTS + 1):
            if rest := self._hosts.rests(url.host):
                raise BulletinError(f"{url.host} is too busy for us. {_come_again(rest)}")
            pause = self._pause(url) if mannerly else PAUSE
            self._hosts.take_turn(url.host, pause)
            answer = self._ask(url, headers, limit, whole=mannerly)
            if answer.status in _BUSY:
                self._hosts.rest(url.host, _retry_after(answer.headers))
            if answer.status not in _MOVED or "Location" not in answer.headers:
                return answer
            url = web_address(_joined(url, answer.headers["Location"]), private=self._private)
        raise BulletinError(
            f"{address} is moved on and on, more than {REDIRECTS} times. Is the address right?"
        )

    def _pause(self, url: httpx2.URL) -> float:
        """Give the pause that a host asks for. Raises BulletinError if its robots.txt forbids an address."""
        robots = self._robots(f"{url.scheme}://{url.netloc.decode('ascii')}")
        if not robots.allows(str(url)):
            raise BulletinError(
                f"The robots.txt of {url.host} forbids {url}. Ask those who run it to allow {self._user_agent}."
            )
        return robots.pause

    def _robots(self, site: str) -> Robots:
        """Give the robots.txt of a site. One that isn't there allows everything (RFC 9309, section 2.3.1)."""
        robots = self._hosts.robots(site)
        if robots is None:
            answer = self._follow(f"{site}/robots.txt", {}, ROBOTS_LIMIT, mannerly=False)
            if answer.status in _BUSY or answer.status >= 500:
                raise BulletinError(
                    f"The robots.txt of {site} can't be read, so nothing else may be asked for: {_refusal(answer)}"
                )
            text = answer.data.decode(errors="replace") if answer.status in _FOUND else ""
            robots = Robots(text, self._user_agent)
            self._hosts.remember(site, robots)
        return robots

    def _ask(self, url: httpx2.URL, headers: Mapping[str, str], limit: int, *, whole: bool) -> _Answer:
        """Make one request. Of what is larger than the limit either nothing is taken or, not `whole`, the beginning."""
        self._network.begin(self._timeout)
        with self._told(url):
            response = self._client.send(self._client.build_request("GET", url, headers=headers), stream=True)
            try:
                data = _read(response, limit, whole=whole) if response.status_code in _FOUND else b""
                return _Answer(url, response.status_code, response.headers, data)
            finally:
                response.close()

    @contextmanager
    def _told(self, url: httpx2.URL) -> Iterator[None]:
        """Turn what can go wrong on the way into sentences."""
        try:
            yield
        except httpx2.TimeoutException as error:
            raise BulletinError(
                f"{url.host} did not answer in full within {self._timeout:g} seconds."
            ) from error
        except httpx2.ConnectError as error:
            raise BulletinError(_no_connection(url, error)) from error
        except httpx2.DecodingError as error:
            raise BulletinError(f"What {url.host} sent is packed in a way that can't be unpacked.") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, UnicodeError) as error:
            raise BulletinError(
                f"{url.host} broke off its answer, or sent none that is HTTP: {error}."
            ) from error


class _Transport(httpx2.HTTPTransport):
    """HTTP over our own network. It has no option for one, but keeps all its connections in this pool."""

    def __init__(self, network: Network) -> None:
        trust = httpx2.create_ssl_context()
        super().__init__(verify=trust)
        self._pool = httpcore2.ConnectionPool(trust, max_keepalive_connections=0, network_backend=network)


def _read(response: httpx2.Response, limit: int, *, whole: bool) -> bytes:
    """Read an answer as it is unpacked, so that a small packet can't become a large one unseen."""
    encodings = {
        encoding.strip().lower()
        for encoding in response.headers.get("Content-Encoding", "identity").split(",")
    }
    if not encodings <= _ENCODINGS:
        raise BulletinError(f"{response.url.host} packs its pages in a way that can't be unpacked.")
    data = bytearray()
    for piece in response.iter_bytes():
        data += piece
        if len(data) > limit:
            if not whole:
                break
            raise BulletinError(f"{response.url} is larger than {_size(limit)}. Nothing of it was taken.")
    return bytes(data[:limit])


def _size(limit: int) -> str:
    return f"{limit / 1_000_000:g} MB" if limit >= 1_000_000 else f"{limit:,} bytes"


def _joined(url: httpx2.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx2.InvalidURL, ValueError, UnicodeError) as error:
        raise BulletinError(f"{url} is moved to an address that is none.") from error


def _no_connection(url: httpx2.URL, error: httpx2.ConnectError) -> str:
    reason: BaseException | None = error
    while reason:
        if isinstance(reason, ssl.SSLCertVerificationError):
            return f"The certificate of {url.host} can't be trusted: {reason.verify_message}."
        if isinstance(reason, ssl.SSLError):
            return f"No safe connection to {url.host} could be made: {reason.reason or reason}."
        if isinstance(reason, ConnectionRefusedError):
            return f"{url.host} refuses the connection. Is its web server running, and the port right?"
        reason = reason.__cause__ or reason.__context__
    return f"{url.host} can't be reached: {error}."


# --- what an answer says -----------------------------------------------------------


def _refusal(answer: _Answer) -> str:
    """Say why there is no page in an answer."""
    url, status = answer.url, answer.status
    match status:
        case 401 | 403 | 407 | 451:
            return f"{url.host} doesn't show {url} to us ({status}). Ask those who run it to let feedsvc in."
        case 404 | 410:
            gone = "no longer" if status == 410 else "not"
            return f"{url} is {gone} there ({status}). Mend the address if the page has another one now."
        case 429 | 503:
            rest = _retry_after(answer.headers)
            return f"{url.host} is too busy for us ({status}).{f' {_come_again(rest)}' if rest else ''}"
        case _ if status >= 500:
            return f"{url.host} has a fault and can't show {url} now ({status})."
    return f"{url.host} answers {url} with {status}, which is no page."


def _retry_after(headers: httpx2.Headers) -> float:
    """Give the seconds that Retry-After asks for (RFC 9110, section 10.2.3), by the server's own clock; 0: none."""
    asked = headers.get("Retry-After", "").strip()
    try:
        if asked.isascii() and asked.isdigit():
            seconds = float(asked[:9])
        else:
            until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
            seconds = (until - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # no dates, or one with a zone and one without
        return 0
    return min(max(seconds, 0), LONGEST_REST)


def _come_again(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"It asks us to come again in {minutes} minute{'s' if minutes != 1 else ''}."


def _charset(headers: httpx2.Headers) -> str:
    """Give the charset of a Content-Type (RFC 9110, section 8.3.2)."""
    for parameter in headers.get("Content-Type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").strip().lower()
    return ""


def _validators(headers: httpx2.Headers) -> str:
    return urlencode({name: headers[name] for name in _CONDITIONS if _is_usable(headers.get(name, ""))})


def _conditions(validators: str) -> dict[str, str]:
    """Give the headers that ask for a page only if it is another one (RFC 9110, section 13.1)."""
    return {
        _CONDITIONS[name]: value
        for name, value in parse_qsl(validators)
        if name in _CONDITIONS and _is_usable(value)
    }


def _is_usable(value: str) -> bool:
    return 0 < len(value) <= _VALIDATOR_LIMIT and value.isascii() and value.isprintable()
