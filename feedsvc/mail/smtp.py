"""Mail over SMTP: a pool of connections to one relay, one recipient per transaction.

aiosmtplib opens connections: TCP, TLS, EHLO, AUTH. From then on a `Wire` has the connection and a `Conversation`
leads the talk, because only so it is known at every moment whether the final dot is out (`replies` says why that
matters), because aiosmtplib doesn't pipeline, and because an envelope that it leaves open would fail the next,
innocent recipient.

A connection goes back into the pool only if relay and client agree on where they stand; after anything
else, a cancellation too, it is thrown away.

While none is open, nobody knows whether the relay is there. Then one tries at a time, and when `TRIES` have failed, all
who still wait at the door fail with the last. That says nothing of their recipients (`Outcome.unreached`).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

import aiosmtplib

from feedsvc.mail.conversation import Conversation
from feedsvc.mail.replies import Stage, broken
from feedsvc.mail.wire import Wire

if TYPE_CHECKING:
    from feedsvc.model import Message, Outcome

# RFC 5321, section 4.5.3.2.6: who waits shorter for the last reply sends twice.
DOT_TIMEOUT = 600.0
# How often it is tried to reach a relay by those who wait for it; `feedsvc.mail.pace` says when again.
TRIES = 3
# For a goodbye that nobody needs.
QUIT_TIMEOUT = 2.0


@dataclass(kw_only=True, eq=False)
class SmtpTransport:
    """Hands messages to a relay over at most `connections` connections, each opened when it is first needed.

    `tls`: `none`, `starttls` (never without it, whatever the relay offers) or `tls` from the first byte;
    certificates are checked against the system's authorities. Without a `username` there is no log-in.
    `timeout` is in seconds, for each step but the reply to a whole message, which has `dot_timeout`.
    `local_hostname` is what EHLO says: a domain, or an address in brackets. To be used in one event loop.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    connections: int = 10
    timeout: float = 60.0
    dot_timeout: float = DOT_TIMEOUT
    local_hostname: str = "[127.0.0.1]"

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.connections)
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._door = asyncio.Lock()
        self._failures = 0
        self._failure: Exception = ConnectionError()

    async def send(self, message: Message) -> Outcome:
        """Hand over one message, as soon as a connection is free."""
        async with self._free:
            while self._idle:
                outcome = await self._send_over(self._idle.pop(), message)
                if outcome:
                    return outcome
            connection = self._new_connection()
            try:
                await self._reach(connection)
            except Exception as error:  # noqa: BLE001 (whatever it was, the message never left)
                return replace(broken(Stage.CONNECT, error), unreached=not self._open)
            finally:
                if connection not in self._open:
                    connection.discard()
            outcome = await self._send_over(connection, message)
            assert outcome, "a new connection always has something to tell"
            return outcome

    async def close(self) -> None:
        """Say goodbye on the idle connections."""
        idle, self._idle = self._idle, []
        self._open.difference_update(idle)
        await asyncio.gather(*(connection.quit() for connection in idle))

    async def _send_over(self, connection: _Connection, message: Message) -> Outcome | None:
        try:
            return await connection.send(message)
        finally:
            if connection.is_in_step:
                self._idle.append(connection)
            else:
                self._open.discard(connection)
                connection.discard()

    async def _reach(self, connection: _Connection) -> None:
        """Open a connection. Raises whatever is in the way."""
        if not self._open:
            if not self._door.locked():
                self._failures = 0
            async with self._door:
                if not self._open:  # nor has who was at the door before come through
                    await self._knock(connection)
                    return
        await connection.open()
        self._open.add(connection)

    async def _knock(self, connection: _Connection) -> None:
        if self._failures >= TRIES:
            raise self._failure
        try:
            await connection.open()
        except Exception as error:
            self._failures += 1
            self._failure = error
            raise
        self._open.add(connection)

    def _new_connection(self) -> _Connection:
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username or None,
            password=self.password or None,
            local_hostname=self.local_hostname,
            # No waiting by aiosmtplib: its wait_for can lose a cancellation (Python before 3.12).
            timeout=None,
            use_tls=self.tls == "tls",
            # Not None, by which aiosmtplib would go on in the clear where STARTTLS isn't offered.
            start_tls=self.tls == "starttls",
            tls_context=self._tls_context if self.tls != "none" else None,
        )
        return _Connection(client, self.timeout, self.dot_timeout)

    @cached_property
    def _tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _Connection:
    """One connection to the relay; carries one message at a time.

    `is_in_step` is true while it can carry another.
    """

    def __init__(self, client: aiosmtplib.SMTP, timeout: float, dot_timeout: float) -> None:
        self._client = client
        self._timeout = timeout
        self._dot_timeout = dot_timeout
        self._wire: Wire | None = None
        self._conversation: Conversation | None = None

    @property
    def is_in_step(self) -> bool:
        """Whether it is open, and relay and client agree on where they stand."""
        return self._conversation is not None and self._conversation.is_in_step

    async def send(self, message: Message) -> Outcome | None:
        """Carry one message; None when a connection used before turns out to be closed."""
        assert self._conversation, "it is open"
        return await self._conversation.send(message)

    async def quit(self) -> None:
        """Take leave as RFC 5321, section 4.1.1.10 asks, and close."""
        assert self._wire
        with contextlib.suppress(OSError, ValueError):  # TimeoutError is an OSError
            self._wire.write(b"QUIT\r\n")
            await self._wire.reply(QUIT_TIMEOUT)
        self.discard()

    def discard(self) -> None:
        """Close at once; what is still unsent stays so."""
        if self._wire:
            self._wire.abort()
        self._client.close()

    async def open(self) -> None:
        """Open it: TCP, TLS, EHLO, AUTH."""
        client = self._client
        async with asyncio.timeout(self._timeout):
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        if not client.transport:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        transport = cast("asyncio.WriteTransport", client.transport)
        self._wire = Wire(transport, encrypted=bool(transport.get_extra_info("sslcontext")))
        offers = frozenset(client.esmtp_extensions)
        self._conversation = Conversation(self._wire, offers, self._timeout, self._dot_timeout)
