"""A proxy on this machine between a client and a service, which notes what was asked for and how it was answered."""

import contextlib
import http.client
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What is between two neighbours only (RFC 9110, section 7.6.1), and what the server of this proxy writes itself.
_NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "date", "server", "host"}


@dataclass(frozen=True)
class Exchange:
    path: str
    status: int
    asked: dict
    answered: dict


class Proxy:
    """Where it listens, and what went through it."""

    def __init__(self, url):
        self.url = url
        self.exchanges = []

    def take(self):
        """Give the status of each exchange since the last time, by path."""
        taken, self.exchanges = self.exchanges, []
        return {each.path: each.status for each in taken}


@contextlib.contextmanager
def counting_proxy(upstream):
    """Listen, until the end of the block, for an HTTP service on this machine."""
    host = upstream.removeprefix("http://")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked = {name.lower(): value for name, value in self.headers.items()}
            connection = http.client.HTTPConnection(host, timeout=30)
            passed = {name: value for name, value in asked.items() if name not in _NOT_PASSED_ON}
            connection.request("GET", self.path, headers=passed)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            answered = {name.lower(): value for name, value in answer.getheaders()}
            proxy.exchanges.append(Exchange(self.path, answer.status, asked, answered))
            self.send_response(answer.status)
            for name, value in answered.items():
                if name not in _NOT_PASSED_ON:
                    self.send_header(name, value)
            if answer.status != 304 and "content-length" not in answered:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = Proxy(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
