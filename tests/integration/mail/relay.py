"""A relay that plays the faults real ones have, one reply at a time."""

import asyncio

DROP, HANG = "drop", "hang"
GARBAGE = "\x00\xff what?"

REPLIES = {
    "connect": "220 relay.example",
    "RSET": "250 2.0.0 reset",
    "MAIL": "250 2.1.0 sender",
    "RCPT": "250 2.1.5 recipient",
    "DATA": "354 go on",
    ".": "250 2.0.0 queued",
    "QUIT": "221 2.0.0 bye",
    "AUTH": "235 2.7.0 welcome",
    "STARTTLS": "220 2.0.0 go on",
}


class Relay:
    """Listens on 127.0.0.1. `faults` gives replies to be used up, by command, before the usual one is given.

    "connect" is the greeting, "content" what happens instead of reading a message, "." the end of one.
    `manner`: "prompt", "late" (nothing before the client falls silent), or "in pieces" of a few bytes.
    `commands` keeps what clients said, `messages` what they sent, `connections` counts.
    """

    def __init__(self, faults=None, offers=("8BITMIME",), manner="prompt"):
        self.manner = manner
        self.faults = {stage: list(replies) for stage, replies in (faults or {}).items()}
        self.offers = offers
        self.commands, self.messages, self.connections = [], [], 0
        self.hanging = asyncio.Event()
        self._leaving = asyncio.Event()
        self._talks, self._writers = set(), set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**24)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._leaving.set()
        self.disconnect_all()
        self._server.close()
        await self._server.wait_closed()
        await asyncio.gather(*self._talks)

    def disconnect_all(self):
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        self._talks.add(asyncio.current_task())
        self._writers.add(writer)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader, writer):
        going_on = await self._answer("connect", writer)
        while going_on and (line := await reader.readline()):
            command = line.decode("utf-8", "replace").strip()
            self.commands.append(command)
            verb = command.partition(" ")[0].upper()
            going_on = await self._answer(verb, writer)
            if verb == "DATA" and going_on == REPLIES["DATA"]:
                going_on = await self._content(reader, writer)

    async def _content(self, reader, writer):
        if "content" in self.faults:
            writer.transport.pause_reading()
            return await self._answer("content", writer)
        first = await reader.readline()
        self.messages.append(first if first == b".\r\n" else first + await reader.readuntil(b"\r\n.\r\n"))
        return await self._answer(".", writer)

    async def _answer(self, stage, writer):
        reply = self._reply(stage)
        if reply == HANG:
            self.hanging.set()
            await self._leaving.wait()
        if reply in (DROP, HANG):
            return ""
        await self._say(writer, reply.encode("latin-1") + b"\r\n")
        return reply

    async def _say(self, writer, reply):
        if self.manner == "late":
            await asyncio.sleep(0.02)
        size = 3 if self.manner == "in pieces" else len(reply)
        for start in range(0, len(reply), size):
            writer.write(reply[start : start + size])
            await writer.drain()
            if size < len(reply):
                await asyncio.sleep(0.001)

    def _reply(self, stage):
        if self.faults.get(stage):
            return self.faults[stage].pop(0)
        if stage == "EHLO":
            lines = ["relay.example", *self.offers]
            return "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        return REPLIES.get(stage, "500 5.5.2 what?")
