"""The bytes of an SMTP connection: what was written and is out, and whole replies in the order they came.

aiosmtplib waits for the reply to each command before it writes the next, and drops what comes beyond it. Once it
has opened a connection, a `Wire` takes its transport over, so that several commands can be under way.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 5321, section 4.5.3.1.5, allows 512 bytes for a line; a reply of more than this is not one.
_LONGEST_REPLY = 32 * 1024
# Most relays hold a reply back until the one before is acknowledged (Nagle's algorithm), and we have nothing to say
# with which an acknowledgement could go: without this it goes 40 ms later. The system forgets it time and again.
_QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class Reply(NamedTuple):
    """A reply (RFC 5321, section 4.2): its code, and the words of all its lines."""

    code: int
    text: str


class Wire(asyncio.Protocol):
    """One connection's transport, from the moment it is handed over.

    Whatever ends it is kept and raised to whoever asks it for more than came before: ConnectionError, or
    ValueError for bytes that are no reply.
    """

    def __init__(self, transport: asyncio.WriteTransport, *, encrypted: bool) -> None:
        self._transport = transport
        # One of our own: uvloop's stand-in for it makes a new one for every option that is set.
        self._socket = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
        self._unread = b""
        self._lines: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._end: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._is_late = False
        self._loop = asyncio.get_running_loop()
        self.is_sent = True
        # So that `pause_writing` is called whenever anything is left to write, and `resume_writing` when all is
        # out. Under TLS, asyncio would hold an empty buffer for a full one at 0.
        transport.set_write_buffer_limits(high=1 if encrypted else 0, low=0)
        transport.set_protocol(self)

    @property
    def is_quiet(self) -> bool:
        """Whether the connection stands and nothing came that nobody asked for."""
        return not (self._end or self._replies or self._unread or self._lines or self._transport.is_closing())

    def write(self, *pieces: bytes) -> None:
        """Write at once; `is_sent` is true again when the operating system has all of it.

        Under TLS that is a little earlier: when all of it is encrypted.
        """
        if not self._transport.is_closing():
            self._transport.writelines(pieces)
        if self._transport.is_closing():
            self.is_sent = False
            raise self._end or ConnectionResetError("Connection lost")

    async def sent(self, within: float) -> None:
        """Wait until all that was written is out. Raises TimeoutError."""
        if not self.is_sent:
            await self._news(within, lambda: self.is_sent)

    async def reply(self, within: float) -> Reply:
        """Give the next reply. Raises TimeoutError when there is none in time."""
        if not self._replies:
            await self._news(within, lambda: bool(self._replies))
        return self._replies.popleft()

    def abort(self) -> None:
        """Close at once; what is still unsent stays so."""
        self._socket.close()
        self._transport.abort()

    # --- asyncio calls these ---

    def data_received(self, data: bytes) -> None:
        """Take in bytes, and make replies of whole lines."""
        if _QUICK_ACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        *lines, self._unread = (self._unread + data).split(b"\n")
        try:
            for line in lines:
                self._take(line.rstrip(b"\r"))
        except ValueError as error:
            self._end = self._end or error
        if len(self._unread) + sum(map(len, self._lines)) > _LONGEST_REPLY:
            self._end = self._end or ValueError("The reply is too long.")
        self._wake()

    def eof_received(self) -> None:
        """Take note that the relay will say no more; the transport closes by itself."""
        self._end = self._end or ConnectionResetError("Connection lost")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note of the end."""
        self._socket.close()
        self._end = self._end or exc or ConnectionResetError("Connection lost")
        self._wake()

    def pause_writing(self) -> None:
        """Take note that something is left to write."""
        self.is_sent = False

    def resume_writing(self) -> None:
        """Take note that all is out."""
        self.is_sent = True
        self._wake()

    def _take(self, line: bytes) -> None:
        if self._end:
            return
        found = _LINE.fullmatch(line)
        if not found or (self._lines and self._lines[0][:3] != found[1]):
            raise ValueError(f"This is no reply: {line.decode(errors='replace')}")
        if not self._lines and found[2] == b" ":  # as nearly all are
            self._replies.append(Reply(int(found[1]), found[3].strip().decode(errors="replace")))
            return
        self._lines.append(line)
        if found[2] != b"-":
            words = b" ".join([each[4:].strip() for each in self._lines])
            self._replies.append(Reply(int(found[1]), words.decode(errors="replace")))
            self._lines.clear()

    def _raise_end(self) -> None:
        if self._end:
            raise self._end

    async def _news(self, within: float, has_come: Callable[[], bool]) -> None:
        """Wait until something has come. A timer of its own: `asyncio.timeout` costs more than the reply does."""
        self._is_late = False
        timer = self._loop.call_later(within, self._expire)
        try:
            while not has_come():
                self._raise_end()
                if self._is_late:
                    raise TimeoutError
                self._waiting = self._loop.create_future()
                await self._waiting
        finally:
            self._waiting = None
            timer.cancel()

    def _expire(self) -> None:
        self._is_late = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)
