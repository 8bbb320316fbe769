"""The way to a web server: to the very IP address that was checked, and until a deadline.

A name is looked up once and the connection goes to what was found, so that a name server that gives another
answer the second time (DNS rebinding) gains nothing. The deadline holds for all of a request: a server that sends a
byte now and then keeps each single wait short, but not their sum.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from httpcore2 import (
    ConnectError,
    ConnectTimeout,
    NetworkBackend,
    NetworkStream,
    ReadTimeout,
    SyncBackend,
)

from feedsvc.bulletins.web.addresses import ip_of, is_public, private_host
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from httpcore2 import SOCKET_OPTION

# How many of a host's IP addresses are tried.
_TRIED = 4


class Sockets(SyncBackend):
    """This machine's sockets and its resolver, which look at nothing."""

    def addresses(self, host: str, port: int) -> list[str]:
        """Look up the IP addresses of a host, the best first. Raises OSError, or UnicodeError for no possible name."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Network(NetworkBackend):
    """Connects to web servers; in private networks only if that is allowed.

    The resolver can't be interrupted: the time it takes is its own, and counts.
    """

    def __init__(self, sockets: Sockets, clock: Callable[[], float], *, private: bool) -> None:
        self._sockets = sockets
        self._clock = clock
        self._private = private
        self._until = 0.0

    def begin(self, seconds: float) -> None:
        """Begin a request, which must be over in so many seconds."""
        self._until = self._clock() + seconds

    def left(self) -> float:
        """Give the seconds that are left for the request. Raises ReadTimeout if there are none."""
        left = self._until - self._clock()
        if left <= 0:
            raise ReadTimeout
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect to a host. Raises BulletinError if it has no address, or one in a private network."""
        failure: Exception = ConnectError()
        for address in self._addresses(host, port)[:_TRIED]:
            try:
                stream = self._sockets.connect_tcp(address, port, self.left(), local_address, socket_options)
            except (ConnectError, ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._sockets.addresses(host, port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise BulletinError(f"The name {host} can't be looked up just now.") from error
            raise BulletinError(f"There is no web server called {host}. Is the address right?") from error
        except (OSError, UnicodeError) as error:
            raise BulletinError(f"The name {host} can't be looked up: {error}.") from error
        # One private address among public ones is an attempt, or a mistake that someone should know of.
        if not self._private and not all((ip := ip_of(address)) and is_public(ip) for address in addresses):
            raise BulletinError(private_host(host))
        return addresses


class _Stream(NetworkStream):
    """A connection that is read from and written to until its network's deadline."""

    def __init__(self, stream: NetworkStream, network: Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline rules
        self._stream.write(buffer, self._network.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
    ) -> NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._network.left())
        return _Stream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as in NetworkStream
        return self._stream.get_extra_info(info)
