"""A line with a long round trip: a relay of bytes on 127.0.0.1 that hands each on half a round trip later."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def slow_line(port: int, round_trip: float) -> Iterator[int]:
    """Give a port that leads to another, through a process of its own."""
    command = [sys.executable, "-m", "benchmarks.slow_line", str(port), str(round_trip / 2)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def _serve(port: int, delay: float) -> None:
    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_hand_on(reader, far_writer, delay), _hand_on(far_reader, writer, delay))

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Write what was read, later; how much is under way meanwhile has no limit."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(2**16):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
