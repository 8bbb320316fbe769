"""Mail over SMTP: some connections to one relay, one recipient per transaction.

aiosmtplib opens connections: TCP, TLS, EHLO, AUTH. From then on a `Wire` has the connection and a `Conversation`
leads the talk, because only so it is known at every moment whether the final dot is out (`replies` says why that
matters), because aiosmtplib doesn't pipeline, and because an envelope that it leaves open would fail the next,
innocent recipient.

A connection carries another message only if relay and client agree on where they stand; after anything else, a
cancellation too, it is thrown away and another one is opened in its place.

While none is open, nobody knows whether the relay is there. Then one tries at a time, and when `TRIES` have failed, all
who still wait at the door fail with the last. That says nothing of their recipients (`Outcome.unreached`).

While another is open, a connection that is refused only means that the relay wants no more of them: the message goes
over one that is there, and for `REST` seconds no other is tried in its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, cast

import aiosmtplib

from feedsvc.mail.conversation import Conversation
from feedsvc.mail.pace import AT_ONCE
from feedsvc.mail.replies import Stage, broken
from feedsvc.mail.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.model import Message, Outcome

# RFC 5321, section 4.5.3.2.6: who waits shorter for the last reply sends twice.
DOT_TIMEOUT = 600.0
# How often it is tried to reach a relay by those who wait for it; `feedsvc.mail.pace` says when again.
TRIES = 3
REST = 60.0
_UNDER_WAY = attrgetter("under_way")
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
        self._door = _Door(lambda: any(channel.is_open for channel in self._channels))
        self._channels = [_Channel(self._new_connection, self._door) for _ in range(self.connections)]
        self._waiting: list[asyncio.Future[None]] = []

    async def send(self, message: Message) -> Outcome:
        """Hand over one message, as soon as a connection is free."""
        while True:
            channel = await self._free_channel()
            channel.under_way += 1
            try:
                return await channel.send(message)
            except _NoConnectionError as refused:  # the message never left
                if not self._door.has_come_through():
                    return replace(broken(Stage.CONNECT, refused.reason), unreached=True)
                channel.rest()
            finally:
                channel.under_way -= 1
                self._let_look_again()

    async def _free_channel(self) -> _Channel:
        """Wait for a channel: a connection of its own rather than a place behind another message."""
        # Nearly always this is it, and what follows costs more than all the rest of it.
        least = min(self._channels, key=_UNDER_WAY)
        if least.is_open and least.under_way < AT_ONCE:
            return least
        while True:
            free = [channel for channel in self._channels if channel.under_way < AT_ONCE]
            usable = [channel for channel in free if channel.is_usable]
            if usable or (free and not self._door.has_come_through()):
                return min(usable or free, key=lambda channel: (channel.under_way, not channel.is_open))
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn

    def _let_look_again(self) -> None:
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)

    async def close(self) -> None:
        """Say goodbye on the idle connections."""
        await asyncio.gather(*(channel.quit() for channel in self._channels))

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


class _Door:
    """Where connections to the relay are opened; `has_come_through` tells whether one is open now."""

    def __init__(self, has_come_through: Callable[[], bool]) -> None:
        self.has_come_through = has_come_through
        self._lock = asyncio.Lock()
        self._failures = 0
        self._failure: Exception = ConnectionError()

    async def open(self, connection: _Connection) -> None:
        """Open a connection. Raises whatever is in the way."""
        if not self.has_come_through():
            if not self._lock.locked():
                self._failures = 0
            async with self._lock:
                if not self.has_come_through():  # nor has who was at the door before
                    await self._knock(connection)
                    return
        await connection.open()

    async def _knock(self, connection: _Connection) -> None:
        if self._failures >= TRIES:
            raise self._failure
        try:
            await connection.open()
        except Exception as error:
            self._failures += 1
            self._failure = error
            raise


class _NoConnectionError(Exception):
    """No connection could be opened, for some reason."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Channel:
    """A place for one connection: opened when it is first needed, and anew after it broke.

    `under_way` is how many messages it was given and is not through with.
    """

    def __init__(self, new_connection: Callable[[], _Connection], door: _Door) -> None:
        self._new_connection = new_connection
        self._door = door
        self._connection: _Connection | None = None
        self._opening = asyncio.Lock()
        self._rests_until = 0.0
        self.under_way = 0

    @property
    def is_open(self) -> bool:
        """Whether the next message needs no new connection."""
        return self._connection is not None and not self._connection.is_broken

    @property
    def is_usable(self) -> bool:
        """Whether it is open, or may be opened: a relay that refused it a while ago is not asked again yet."""
        return self.is_open or asyncio.get_running_loop().time() >= self._rests_until

    async def send(self, message: Message) -> Outcome:
        """Carry one message, behind those that are under way. Raises _NoConnectionError."""
        while True:
            try:
                connection = await self._opened()
            except Exception as error:
                raise _NoConnectionError(error) from error
            outcome = await connection.send(message)
            if outcome:
                return outcome

    def rest(self) -> None:
        """Try to open no connection for a while."""
        self._rests_until = asyncio.get_running_loop().time() + REST

    async def quit(self) -> None:
        """Take leave, if it is open and idle."""
        if self._connection and self.is_open and not self.under_way:
            await self._connection.quit()
        self._connection = None

    async def _opened(self) -> _Connection:
        async with self._opening:
            if not self._connection or self._connection.is_broken:
                self._connection = None
                if not self.is_usable:  # it was refused to the message before
                    raise ConnectionRefusedError("The relay wants no more connections.")
                connection = self._new_connection()
                await self._door.open(connection)
                self._connection = connection
            return self._connection


class _Connection:
    """One connection to the relay. The last message on one that broke closes it."""

    def __init__(self, client: aiosmtplib.SMTP, timeout: float, dot_timeout: float) -> None:
        self._client = client
        self._timeout = timeout
        self._dot_timeout = dot_timeout
        self._wire: Wire | None = None
        self._conversation: Conversation | None = None
        self._under_way = 0

    @property
    def is_broken(self) -> bool:
        """Whether it can carry no other message."""
        return self._conversation is None or self._conversation.is_broken

    async def open(self) -> None:
        """Open it, as far as the log-in. Raises whatever hinders it; it is closed then."""
        try:
            await self._open()
        except BaseException:
            self._discard()
            raise

    async def send(self, message: Message) -> Outcome | None:
        """Carry one message; None when it turns out to be closed, before anything was heard of the message."""
        assert self._conversation
        self._under_way += 1
        try:
            return await self._conversation.send(message)
        finally:
            self._under_way -= 1
            if self.is_broken and not self._under_way:
                self._discard()

    async def quit(self) -> None:
        """Take leave as RFC 5321, section 4.1.1.10 asks, and close."""
        assert self._wire
        with contextlib.suppress(OSError, ValueError):  # TimeoutError is an OSError
            self._wire.write(b"QUIT\r\n")
            await self._wire.reply(QUIT_TIMEOUT)
        self._discard()

    def _discard(self) -> None:
        """Close at once; what is still unsent stays so."""
        if self._wire:
            self._wire.abort()
        self._client.close()

    async def _open(self) -> None:
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
