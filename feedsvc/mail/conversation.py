"""The talk with a relay over an open connection: one message after the other, one recipient each.

    RSET?  MAIL  RCPT  DATA  ──replies──►  content and final dot  ──reply──►  outcome

Where the relay offers PIPELINING (RFC 2920), what stands left of the first arrow goes out in one piece; elsewhere each
command waits for the reply to the one before. `stage` is at every moment the furthest thing the relay can have
seen of the message: `feedsvc.mail.replies` says what follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedsvc.mail.replies import Stage, broken, described, is_in_step, replied
from feedsvc.model import DeliveryState, Outcome

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from feedsvc.mail.wire import Wire
    from feedsvc.model import Message


class _Command(NamedTuple):
    """A command before the content, and the first two digits of the reply that lets it go on."""

    stage: Stage
    line: bytes
    wanted: int


class Conversation:
    """Carries one message at a time over a wire; `is_in_step` tells whether it can carry another.

    `offers` are the extensions that the relay named, in lower case.
    """

    def __init__(self, wire: Wire, offers: Container[str], timeout: float, dot_timeout: float) -> None:
        self._wire = wire
        self._offers = offers
        self._timeout = timeout
        self._dot_timeout = dot_timeout
        self._stage = Stage.MAIL
        self._envelope_open = False
        self._used_before = False
        self.is_in_step = True

    async def send(self, message: Message) -> Outcome | None:
        """Carry one message; None when a wire used before turns out to be closed, before anything was said.

        The relay may close a connection at any time between two messages: that is no answer to this one.
        """
        used_before, self._used_before = self._used_before, True
        self._stage = Stage.MAIL
        self.is_in_step = False
        try:
            outcome = await self._transact(message)
        except Exception as error:  # noqa: BLE001 (whatever it was, the stage says what is known of the message)
            outcome = broken(self._furthest(), error)
        unheard = self._stage in (Stage.RSET, Stage.MAIL) and not self.is_in_step
        return None if used_before and unheard else outcome

    def _furthest(self) -> Stage:
        """Give the stage, after something broke off. The dot is the last of what is written with the content."""
        return Stage.DOT if self._stage is Stage.CONTENT and self._wire.is_sent else self._stage

    async def _transact(self, message: Message) -> Outcome:
        if not self._wire.is_quiet:
            raise ConnectionResetError("Connection lost")
        obstacle = _obstacle(message, self._offers)
        if obstacle:
            self.is_in_step = True
            return obstacle
        for group in self._groups(message):
            self._wire.write(b"".join(command.line for command in group))
            for number, command in enumerate(group, 1):
                self._stage = command.stage
                reply = await self._wire.reply(self._timeout)
                if reply.code // 10 != command.wanted:
                    await self._refused(command, reply.code, group[number:])
                    return replied(command.stage, *reply)
                self._envelope_open = command.stage is not Stage.RSET
        return await self._give_content(message.data)

    async def _refused(self, command: _Command, code: int, rest: list[_Command]) -> None:
        """Come back into step after a refusal: the replies to what went out behind it are its consequences.

        If that fails, the refusal stands all the same.
        """
        if command.stage is Stage.RSET or not is_in_step(code):
            return
        try:
            codes = [await self._consequence(each) for each in rest]
        except (OSError, ValueError):  # TimeoutError is an OSError
            return
        # 503 is what these commands deserve now.
        self.is_in_step = all(each == 503 or is_in_step(each) for each in codes)

    async def _consequence(self, command: _Command) -> int:
        code = (await self._wire.reply(self._timeout)).code
        if command.stage is Stage.DATA and code // 10 == command.wanted:
            # RFC 2920, section 3.1: it wants a message for nobody, so an empty one ends it.
            self._wire.write(b".\r\n")
            return (await self._wire.reply(self._timeout)).code
        return code

    async def _give_content(self, data: bytes) -> Outcome:
        if not self._wire.is_quiet:  # what came couldn't be told from the reply to the message
            raise ConnectionResetError("The relay said more than it was asked, or closed the connection.")
        self._stage = Stage.CONTENT
        self._wire.write(_stuffed(data))
        await self._wire.sent(self._timeout)
        self._stage = Stage.DOT
        reply = await self._wire.reply(self._dot_timeout)
        self._envelope_open = False
        self.is_in_step = is_in_step(reply.code)
        return replied(Stage.DOT, *reply)

    def _groups(self, message: Message) -> Iterator[list[_Command]]:
        commands = list(self._commands(message))
        if "pipelining" in self._offers:
            yield commands
        else:
            yield from ([command] for command in commands)

    def _commands(self, message: Message) -> Iterator[_Command]:
        options = b""
        if not message.data.isascii():
            options += b" BODY=8BITMIME"
        if not (message.sender + message.recipient).isascii():
            options += b" SMTPUTF8"
        if self._envelope_open:
            yield _Command(Stage.RSET, b"RSET\r\n", 25)
        yield _Command(Stage.MAIL, b"MAIL FROM:<%b>%b\r\n" % (message.sender.encode(), options), 25)
        yield _Command(Stage.RCPT, b"RCPT TO:<%b>\r\n" % message.recipient.encode(), 25)
        yield _Command(Stage.DATA, b"DATA\r\n", 35)


def _obstacle(message: Message, offers: Container[str]) -> Outcome | None:
    """Tell what the relay doesn't offer and the message can't do without."""
    if not message.recipient.isascii() and "smtputf8" not in offers:
        words = "the relay takes no address with letters beyond ASCII before the @ (SMTPUTF8)"
        return Outcome(DeliveryState.FAILED, described(Stage.MAIL, words))
    if not message.sender.isascii() and "smtputf8" not in offers:
        words = "the relay takes no sender with letters beyond ASCII before the @ (SMTPUTF8)"
        return Outcome(DeliveryState.DEFERRED, described(Stage.MAIL, words))
    if not message.data.isascii() and "8bitmime" not in offers:
        words = "the relay takes no message with bytes beyond ASCII (8BITMIME)"
        return Outcome(DeliveryState.DEFERRED, described(Stage.MAIL, words))
    return None


def _stuffed(data: bytes) -> bytes:
    """Double the dots that begin lines (RFC 5321, section 4.5.2), and add the final one. `data` ends in CRLF."""
    return b"".join((b"." if data.startswith(b".") else b"", data.replace(b"\r\n.", b"\r\n.."), b".\r\n"))
