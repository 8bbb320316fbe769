"""A WebSub hub on this machine that answers as a test says, and notes what it was told."""

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class FakeHub:
    """`refuse` gives the status for a topic; None: 202. `seconds` is how long an answer takes."""

    def __init__(self, port=0):
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                hub.requests.append((self.headers, form))
                time.sleep(hub.seconds)
                status = hub.refuse(form["hub.url"][0]) or 202
                if status == 202:
                    hub.told.append(form["hub.url"][0])
                body = hub.body
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_args):
                pass

        self.requests = []
        self.told = []
        self.refuse = lambda topic: None
        self.seconds = 0.0
        self.body = b""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self):
        return self._server.server_port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hub/?of=ours"

    def paths(self):
        """The paths it was told of since it was last asked, without the site's address."""
        told, self.told = self.told, []
        return sorted("/" + topic.split("/", 3)[3] for topic in told)

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextlib.contextmanager
def fake_hub(port=0):
    with contextlib.closing(FakeHub(port)) as hub:
        yield hub
