"""The talk with a relay over an open connection: one recipient a message.

    RSET?  MAIL  RCPT  DATA  ──replies──►  content and final dot  ──reply──►  outcome
                                           RSET?  MAIL  RCPT  DATA  ──replies──►  content …

Where the relay offers PIPELINING (RFC 2920), what stands left of an arrow goes out in one piece, and the next message's
commands right behind the final dot (section 3.1 there); elsewhere each command waits for the reply to the one before.
So there are two turns: to speak, which a message has until its dot is out, and to listen, which it has until its last
reply is in. Its `stage` is at every moment the furthest thing the relay can have seen of it: `feedsvc.mail.replies`
says what follows from that.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from feedsvc.mail.replies import Stage, broken, described, is_in_step, replied
from feedsvc.model import DeliveryState, Outcome

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from feedsvc.mail.wire import Wire
    from feedsvc.model import Message


_PLAIN = re.compile(r"[!-*,-<>-~]+")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class _Command(NamedTuple):
    """A command before the content, and the first two digits of the reply that lets it go on."""

    stage: Stage
    line: bytes
    wanted: int


_RSET = _Command(Stage.RSET, b"RSET\r\n", 25)
_DATA = _Command(Stage.DATA, b"DATA\r\n", 35)


class _Turns:
    """One has the turn; the others wait for it, in the order they came."""

    def __init__(self) -> None:
        self.are_taken = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def mine(self, within: float | None) -> None:
        """Wait for the turn. Raises TimeoutError. An `asyncio.timeout` costs more than all the rest of it."""
        if not self.are_taken:
            self.are_taken = True
            return
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(within, _be_late, turn) if within is not None else None
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and not turn.exception():  # it came at the same moment
                self.over()
            raise
        finally:
            if timer:
                timer.cancel()

    def over(self) -> None:
        """Give the turn to the next."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.are_taken = False


def _be_late(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError())


class _Turn:
    """A turn among others: it has to `come`, and is `over` at the end of a `with` block at the latest."""

    def __init__(self, turns: _Turns) -> None:
        self._turns = turns
        self._is_on = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.over()

    async def come(self, within: float | None = None) -> None:
        """Wait for it. Raises TimeoutError."""
        if not self._is_on:
            await self._turns.mine(within)
            self._is_on = True

    def over(self) -> None:
        """Let the next have theirs."""
        if self._is_on:
            self._is_on = False
            self._turns.over()


@dataclass(slots=True, eq=False)
class _Carriage:
    """How far a message came; after what left relay and client apart, it isn't `is_in_step`."""

    stage: Stage = Stage.MAIL
    is_in_step: bool = True


class Conversation:
    """Carries messages over a wire, each behind the one before; once it `is_broken`, none after those under way.

    `offers` are the extensions that the relay named, in lower case.
    """

    def __init__(self, wire: Wire, offers: Container[str], timeout: float, dot_timeout: float) -> None:
        self._wire = wire
        self._offers = offers
        self._timeout = timeout
        self._dot_timeout = dot_timeout
        self._to_speak = _Turns()
        self._to_listen = _Turns()
        self._envelope_open = False
        self._used_before = False
        self.is_broken = False

    async def send(self, message: Message) -> Outcome | None:
        """Carry one message; None when a wire used before turns out to be closed, before anything was heard of it.

        The relay may close a connection at any time between two messages: that is no answer to this one. Nor is it
        one that the message before is not answered yet.
        """
        used_before, self._used_before = self._used_before, True
        carriage = _Carriage()
        try:
            outcome = await self._carry(message, carriage)
        except Exception as error:  # noqa: BLE001 (whatever it was, the stage says what is known of the message)
            carriage.is_in_step = False
            outcome = broken(self._furthest(carriage), error)
        finally:
            self.is_broken = self.is_broken or not carriage.is_in_step
        unheard = carriage.stage in (Stage.RSET, Stage.MAIL) and not carriage.is_in_step
        return None if used_before and unheard else outcome

    def _furthest(self, carriage: _Carriage) -> Stage:
        """Give the stage, after something broke off. The dot is the last of what is written with the content."""
        dotted = carriage.stage is Stage.CONTENT and self._wire.is_sent
        return Stage.DOT if dotted else carriage.stage

    async def _carry(self, message: Message, carriage: _Carriage) -> Outcome:
        obstacle = _obstacle(message, self._offers)
        if obstacle:
            return obstacle
        with _Turn(self._to_speak) as speaking, _Turn(self._to_listen) as listening:
            await speaking.come()
            self._raise_if_broken()
            carriage.is_in_step = False
            for group in self._groups(message):
                self._wire.write(b"".join(command.line for command in group))
                await listening.come(self._timeout)
                self._raise_if_broken()
                for number, command in enumerate(group, 1):
                    carriage.stage = command.stage
                    reply = await self._wire.reply(self._timeout)
                    if reply.code // 10 != command.wanted:
                        carriage.is_in_step = await self._refused(command, reply.code, group[number:])
                        return replied(command.stage, *reply)
                    self._envelope_open = command.stage is not Stage.RSET
            return await self._give_content(message, carriage, speaking)

    def _raise_if_broken(self) -> None:
        """Raise ConnectionError if no message can follow, as when something came that nobody asked for."""
        if self.is_broken or not (self._to_listen.are_taken or self._wire.is_quiet):
            raise ConnectionResetError("Connection lost")

    async def _refused(self, command: _Command, code: int, rest: list[_Command]) -> bool:
        """Come back into step after a refusal: the replies to what went out behind it are its consequences.

        Tells whether it worked; the refusal stands all the same.
        """
        if command.stage is Stage.RSET or code // 100 not in (4, 5) or not is_in_step(code):
            return False
        try:
            codes = [await self._consequence(each) for each in rest]
        except (OSError, ValueError):  # TimeoutError is an OSError
            return False
        # 503 is what these commands deserve now.
        return all(each == 503 or is_in_step(each) for each in codes)

    async def _consequence(self, command: _Command) -> int:
        code = (await self._wire.reply(self._timeout)).code
        if command.stage is Stage.DATA and code // 10 == command.wanted:
            # RFC 2920, section 3.1: it wants a message for nobody, so an empty one ends it.
            self._wire.write(b".\r\n")
            return (await self._wire.reply(self._timeout)).code
        return code

    async def _give_content(self, message: Message, carriage: _Carriage, speaking: _Turn) -> Outcome:
        if not self._wire.is_quiet:  # what came couldn't be told from the reply to the message
            raise ConnectionResetError("The relay said more than it was asked, or closed the connection.")
        carriage.stage = Stage.CONTENT
        self._wire.write(_stuffed(message), b".\r\n")
        await self._wire.sent(self._timeout)
        carriage.stage = Stage.DOT
        self._envelope_open = False  # whatever the reply: RFC 5321, section 4.1.1.4
        if self._is_pipelining:
            speaking.over()
        reply = await self._wire.reply(self._dot_timeout)
        carriage.is_in_step = is_in_step(reply.code)
        return replied(Stage.DOT, *reply)

    @property
    def _is_pipelining(self) -> bool:
        return "pipelining" in self._offers

    def _groups(self, message: Message) -> Iterator[list[_Command]]:
        commands = list(self._commands(message))
        if self._is_pipelining:
            yield commands
        else:
            yield from ([command] for command in commands)

    def _commands(self, message: Message) -> Iterator[_Command]:
        options = b""
        if "8bitmime" in self._offers and not message.data.isascii():
            options += b" BODY=8BITMIME"
        if not (message.sender + message.recipient).isascii():
            options += b" SMTPUTF8"
        names = _named(message) if "dsn" in self._offers else (b"", b"")
        if self._envelope_open:
            yield _RSET
        yield _Command(
            Stage.MAIL, b"MAIL FROM:<%b>%b%b\r\n" % (message.sender.encode(), options, names[0]), 25
        )
        yield _Command(Stage.RCPT, b"RCPT TO:<%b>%b\r\n" % (message.recipient.encode(), names[1]), 25)
        yield _DATA


def _named(message: Message) -> tuple[bytes, bytes]:
    """Give what a bounce is to name the message and its recipient by (RFC 3461, sections 4.2 and 4.4).

    A bounce that comes by way of other addresses still says whom we wrote to, and which message it was.
    """
    envelope = b" ENVID=%b" % _xtext(message.envelope_id) if message.envelope_id else b""
    recipient = b" ORCPT=rfc822;%b" % _xtext(message.recipient) if message.recipient.isascii() else b""
    return envelope, recipient


def _xtext(text: str) -> bytes:
    """Write a text as RFC 3461, section 4, has it in parameters."""
    if _PLAIN.fullmatch(text):
        return text.encode()
    return b"".join(
        b"+%02X" % byte if byte in b"+=" or not 33 <= byte <= 126 else bytes((byte,))
        for byte in text.encode()
    )


def _obstacle(message: Message, offers: Container[str]) -> Outcome | None:
    """Tell what the relay doesn't offer and the message can't do without."""
    if not message.recipient.isascii() and "smtputf8" not in offers:
        words = "the relay takes no address with letters beyond ASCII before the @ (SMTPUTF8)"
        return Outcome(DeliveryState.FAILED, described(Stage.MAIL, words))
    if not message.sender.isascii() and "smtputf8" not in offers:
        words = "the relay takes no sender with letters beyond ASCII before the @ (SMTPUTF8)"
        return Outcome(DeliveryState.DEFERRED, described(Stage.MAIL, words))
    if "8bitmime" not in offers and not message.data.isascii():
        words = "the relay takes no message with bytes beyond ASCII (8BITMIME)"
        return Outcome(DeliveryState.DEFERRED, described(Stage.MAIL, words))
    return None


def _stuffed(message: Message) -> bytes:
    """Double the dots that begin lines (RFC 5321, section 4.5.2)."""
    return _LEADING_DOT.sub(b"..", message.data) if message.has_dots else message.data
