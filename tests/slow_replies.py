"""A way to a mail server on which replies take their time: each comes whole and in its order, but later.

smtp-sink's own delays are of no use where a client goes on behind the final dot: it answers what follows first.
"""

import contextlib
import random
import socket
import socketserver
import threading
import time
from itertools import chain, repeat


@contextlib.contextmanager
def slow_replies(port, seconds):
    """Give a port that leads to another; each reply after those to the greeting waits for any one of `seconds`."""
    with _Relays(port, seconds) as relays:
        thread = threading.Thread(target=relays.serve_forever)
        thread.start()
        try:
            yield relays.server_address[1]
        finally:
            relays.shutdown()
            thread.join()


class _Relays(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port, seconds):
        super().__init__(("127.0.0.1", 0), _Relay)
        self.port = port
        self.seconds = seconds


class _Relay(socketserver.BaseRequestHandler):
    def handle(self):
        pauses = chain((0, 0), iter(lambda: random.choice(self.server.seconds), None))
        with socket.create_connection(("127.0.0.1", self.server.port)) as far:
            threading.Thread(target=_hand_on, args=(self.request, far, repeat(0)), daemon=True).start()
            _hand_on(far, self.request, pauses)


def _hand_on(source, target, pauses):
    with contextlib.suppress(OSError):  # either may be killed
        while data := source.recv(2**16):
            time.sleep(next(pauses))
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
