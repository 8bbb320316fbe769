"""Processes that work side by side, all on one state of the store.

Documents are made by Python, of which threads would take turns. Each process opens the store by itself and tells
which publication it sees before there is any work: whoever leads them knows that they see what it sees.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from contextlib import suppress
from multiprocessing.connection import wait
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, cast

from feedsvc.errors import FeedsvcError, StoreError
from feedsvc.garbage import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from types import TracebackType

    from feedsvc.store import Snapshot, Store

# No plain fork, for the service has threads; and no new Python for each, which would read all the code again.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])

Work = TypeVar("Work")
Done = TypeVar("Done")
Work_contra = TypeVar("Work_contra", contravariant=True)
Done_co = TypeVar("Done_co", covariant=True)


class Worker(Protocol[Work_contra, Done_co]):
    """What does a piece of work on a state of the store. It can be sent to another process, as can both."""

    def __call__(self, tx: Snapshot, work: Work_contra, /) -> Done_co:
        """Do it. Raises FeedsvcError."""


class Crew(Generic[Work, Done]):
    """As many processes as there are processors, or `size`, for the length of a `with` block."""

    def __init__(self, store: Store, worker: Worker[Work, Done], size: int = os.cpu_count() or 1) -> None:
        self._members = [_Member(store, worker) for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member in self._members:
            member.dismiss(at_once=kind is not None)

    def sees(self, publication: int) -> bool:
        """Tell whether all see the state of a publication; asked once, before there is work."""
        return {member.result() for member in self._members} == {publication}

    def do(self, work: Sequence[Work]) -> Iterator[Done]:
        """Do pieces of work, and give what comes of each when it is done. Raises what a worker raises.

        Neighbours are done by the same process as far as can be: they have much in common.
        """
        share = -(-len(work) // len(self._members))
        for number, member in enumerate(self._members):
            member.share = deque(work[number * share :][:share])
        busy = {member for member in self._members if self._give(member)}
        while busy:
            by_connection: dict[Any, _Member] = {member.connection: member for member in busy}
            for connection in wait(by_connection):
                member = by_connection[connection]
                done = cast("Done", member.result())
                if not self._give(member):
                    busy.remove(member)
                yield done

    def _give(self, member: _Member) -> bool:
        """Give a process the next of its share, or else the last of the longest; tells whether there was any."""
        longest = max((each.share for each in self._members), key=len)
        if member.share or longest:
            member.connection.send(member.share.popleft() if member.share else longest.pop())
            return True
        return False


class _Member:
    """A process, and what it has yet to do."""

    def __init__(self, store: Store, worker: Worker[Work, Done]) -> None:
        self.share: deque[object] = deque()
        self.connection, theirs = _CONTEXT.Pipe()
        alive, self._alive = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_work, args=(theirs, alive, store, worker), daemon=True)
        self._process.start()
        theirs.close()
        alive.close()

    def result(self) -> object:
        """Take what it sends. Raises what it raised."""
        try:
            result: object = self.connection.recv()
        except EOFError:
            raise StoreError("A process of the export was ended. Is there enough memory?") from None
        if isinstance(result, FeedsvcError):
            raise result
        return result

    def dismiss(self, *, at_once: bool) -> None:
        """Let it end, in the middle of its work if it must be."""
        self.connection.close()
        if at_once:
            self._process.terminate()
        self._process.join()
        self._alive.close()


def _work(
    connection: Connection[object, object],
    alive: Connection[object, object],
    store: Store,
    worker: Worker[object, object],
) -> None:
    """Work until the other end of the connection is closed, and no longer than who leads is alive."""
    collect_seldom()
    Thread(target=_die_with, args=(alive,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for who leads
    with suppress(EOFError, BrokenPipeError), store.snapshot() as tx:
        last = tx.publications.last()
        connection.send(last.number if last else 0)
        while True:
            work = connection.recv()
            try:
                connection.send(worker(tx, work))
            except FeedsvcError as error:
                connection.send(error)


def _die_with(leader: Connection[object, object]) -> None:
    """End this process with its leader: what it still wrote would meet what the next leader lets be written."""
    with suppress(EOFError):
        leader.recv()
    os._exit(1)
