"""A web server on this machine that answers as a test says, and notes what it was asked."""

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from feedsvc.bulletins.web.fetching import Fetcher
from feedsvc.bulletins.web.network import Sockets
from feedsvc.bulletins.web.robots import Hosts

AGENT = "feedsvc/1.0"


class Lab(Sockets):
    """A network of our own: names have the addresses that a test says, and each address leads to this machine."""

    def __init__(self, **names):
        self.names = {name.replace("_", "."): list(addresses) for name, addresses in names.items()}
        self.looked_up = []
        self.connected = []

    def addresses(self, host, port):
        self.looked_up.append(host)
        return self.names.get(host) or super().addresses(host, port)

    def connect_tcp(self, host, port, *args, **options):
        self.connected.append(host)
        return super().connect_tcp("127.0.0.1", port, *args, **options)


class Time:
    """A clock that only goes on while someone sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Page:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, request):
        body = self.body.encode() if isinstance(self.body, str) else self.body
        request.send_response(self.status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **self.headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


def moved(location, status=302):
    return Page(status=status, headers={"Location": location})


class WebServer:
    """`pages` by path and query: each is a Page or a function of the request. What isn't there is not found."""

    def __init__(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.asked.append((self.path, dict(self.headers)))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    server.pages.get(self.path, Page(b"There is no such page.", 404))(self)

            def log_message(self, *_args):
                pass

        self.pages = {}
        self.asked = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self):
        return self._server.server_port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self):
        """What was asked for, but for robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextlib.contextmanager
def web_server():
    server = WebServer()
    with contextlib.closing(server):
        yield server


def fetcher(time=None, **options):
    """A fetcher that may visit this machine, and waits only on a clock of its own."""
    time = time or Time()
    return Fetcher(AGENT, **{"private": True, "hosts": Hosts(time.clock, time.sleep), **options})
