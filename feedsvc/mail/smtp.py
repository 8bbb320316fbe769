"""Mail over SMTP: a pool of connections to one relay, one recipient per transaction.

aiosmtplib opens connections: TCP, TLS, EHLO, AUTH. The transaction is our own, command by command, because
only so it is known at every moment whether the final dot is out (`replies` says why that matters), and
because an envelope that aiosmtplib leaves open would fail the next, innocent recipient.

A connection goes back into the pool only if relay and client agree on where they stand; after anything
else, a cancellation too, it is thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

import aiosmtplib

from feedsvc.mail.replies import Stage, broken, described, is_in_step, replied
from feedsvc.model import DeliveryState, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.model import Message

# RFC 5321, section 4.5.3.2.6: who waits shorter for the last reply sends twice.
DOT_TIMEOUT = 600.0
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

    async def send(self, message: Message) -> Outcome:
        """Hand over one message, as soon as a connection is free."""
        async with self._free:
            while self._idle:
                outcome = await self._send_over(self._idle.pop(), message)
                if outcome:
                    return outcome
            outcome = await self._send_over(self._new_connection(), message)
            assert outcome, "a new connection always has something to tell"
            return outcome

    async def close(self) -> None:
        """Say goodbye on the idle connections."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))

    async def _send_over(self, connection: _Connection, message: Message) -> Outcome | None:
        try:
            return await connection.send(message)
        finally:
            if connection.is_in_step:
                self._idle.append(connection)
            else:
                connection.discard()

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
        self._writer: asyncio.StreamWriter | None = None
        self._envelope_open = False
        self._stage = Stage.CONNECT
        self.is_in_step = False

    async def send(self, message: Message) -> Outcome | None:
        """Carry one message; None when a connection used before turns out to be closed, before anything was said.

        The relay may close a connection at any time between two messages: that is no answer to this one.
        """
        used_before = self._writer is not None
        self._stage = Stage.MAIL
        self.is_in_step = False
        try:
            writer = self._writer or await self._open()
            outcome = await self._transact(writer, message)
        except Exception as error:  # noqa: BLE001 (whatever it was, the stage says what is known of the message)
            outcome = broken(self._stage, error)
        unheard = self._stage in (Stage.RSET, Stage.MAIL) and not self.is_in_step
        return None if used_before and unheard else outcome

    async def quit(self) -> None:
        """Take leave as RFC 5321, section 4.1.1.10 asks, and close."""
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            async with asyncio.timeout(QUIT_TIMEOUT):
                await self._client.quit()
        self.discard()

    def discard(self) -> None:
        """Close at once; what is still unsent stays so."""
        if self._writer:
            self._writer.transport.abort()
        self._client.close()

    async def _open(self) -> asyncio.StreamWriter:
        self._stage = Stage.CONNECT
        async with asyncio.timeout(self._timeout):
            await self._client.connect()
            if self._client.is_ehlo_or_helo_needed:
                await self._client.ehlo()
        assert self._client.transport
        assert self._client.protocol
        transport = cast("asyncio.WriteTransport", self._client.transport)
        # So that `drain` waits until all is out, not until little enough is left. Not 0: under TLS, asyncio
        # would hold an empty buffer for a full one.
        transport.set_write_buffer_limits(high=1, low=0)
        loop = asyncio.get_running_loop()
        self._writer = asyncio.StreamWriter(transport, self._client.protocol, None, loop)
        return self._writer

    async def _transact(self, writer: asyncio.StreamWriter, message: Message) -> Outcome:
        self._check_connected()
        obstacle = self._obstacle(message)
        if obstacle:
            self.is_in_step = True
            return obstacle
        for stage, command, wanted in self._commands(message):
            self._stage = stage
            async with asyncio.timeout(self._timeout):
                reply = await self._client.execute_command(command)
            if reply.code // 10 != wanted:
                self.is_in_step = stage is not Stage.RSET and is_in_step(reply.code)
                return replied(stage, *reply)
            self._envelope_open = stage is not Stage.RSET
        return await self._give_content(writer, message.data)

    async def _give_content(self, writer: asyncio.StreamWriter, data: bytes) -> Outcome:
        self._stage = Stage.CONTENT
        writer.write(_stuffed(data))
        async with asyncio.timeout(self._timeout):
            await writer.drain()
        self._check_connected()
        self._stage = Stage.DOT
        async with asyncio.timeout(self._dot_timeout):
            reply = await self._client.execute_command(b".")
        self._envelope_open = False
        self.is_in_step = is_in_step(reply.code)
        return replied(Stage.DOT, *reply)

    def _check_connected(self) -> None:
        if not self._client.is_connected:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")

    def _obstacle(self, message: Message) -> Outcome | None:
        """Tell what the relay doesn't offer and the message can't do without."""
        offers = self._client.supports_extension
        if not message.recipient.isascii() and not offers("SMTPUTF8"):
            words = "the relay takes no address with letters beyond ASCII before the @ (SMTPUTF8)"
            return Outcome(DeliveryState.FAILED, described(Stage.MAIL, words))
        if not message.sender.isascii() and not offers("SMTPUTF8"):
            words = "the relay takes no sender with letters beyond ASCII before the @ (SMTPUTF8)"
            return Outcome(DeliveryState.DEFERRED, described(Stage.MAIL, words))
        if not message.data.isascii() and not offers("8BITMIME"):
            words = "the relay takes no message with bytes beyond ASCII (8BITMIME)"
            return Outcome(DeliveryState.DEFERRED, described(Stage.MAIL, words))
        return None

    def _commands(self, message: Message) -> Iterator[tuple[Stage, bytes, int]]:
        """Give the commands before the content, with the first two digits of the reply that lets it go on."""
        options = b""
        if not message.data.isascii():
            options += b" BODY=8BITMIME"
        if not (message.sender + message.recipient).isascii():
            options += b" SMTPUTF8"
        if self._envelope_open:
            yield Stage.RSET, b"RSET", 25
        yield Stage.MAIL, b"MAIL FROM:<%b>%b" % (message.sender.encode(), options), 25
        yield Stage.RCPT, b"RCPT TO:<%b>" % message.recipient.encode(), 25
        yield Stage.DATA, b"DATA", 35


def _stuffed(data: bytes) -> bytes:
    """Double the dots that begin lines (RFC 5321, section 4.5.2). `data` ends in CRLF."""
    return (b"\r\n" + data).replace(b"\r\n.", b"\r\n..")[2:]
