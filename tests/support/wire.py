"""The wire between a browser and the server, which can be cut at any point: the faults of a phone with one bar."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE = 60
OF_THE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class Fault(Enum):
    """What becomes of a request."""

    CUT = "the connection ends before the server has heard of it"
    LOST = "the server has done it, and its answer is lost"
    UNAVAILABLE = "the server has done it, and something on the way answers 503"
    BUSY = "the server hasn't heard of it, and something on the way answers 503"


class Wire:
    """Passes requests on to one server. `faults` says of each what becomes of it; None: it is passed on."""

    def __init__(self, server_url: str) -> None:
        self.server = urlsplit(server_url)
        self.faults: Callable[[str, str], Fault | None] = lambda _method, _path: None
        self.rewrite: Callable[[str, bytes], bytes] = lambda _path, content: content
        """What the answer for a path becomes on its way, as if another version of the server had given it."""
        self.held = ""
        self._let_go = threading.Event()
        self.passed: list[tuple[str, str]] = []
        """Method and path of what the server has answered."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Passing", (_Passing,), {"wire": self}))
        self._http.daemon_threads = True
        self.url = f"http://localhost:{self._http.server_port}"

    def mend(self) -> None:
        """From now on all is passed on, also what was held."""
        self.faults = lambda _method, _path: None
        self.held = ""
        self._let_go.set()

    def hold(self, path: str) -> None:
        """From now on requests for this path are neither passed on nor answered, until it is mended."""
        self._let_go.clear()
        self.held = path

    def wait_if_held(self, path: str) -> None:
        """Return once a request for this path may go on."""
        if path == self.held:
            self._let_go.wait(PATIENCE)

    def cut(self) -> None:
        """From now on nothing is."""
        self.faults = lambda _method, _path: Fault.CUT

    def fail(self, fault: Fault, method: str, path: str) -> None:
        """From now on this becomes of such requests, and all others are passed on."""
        self.faults = lambda m, p: fault if (m, p) == (method, path) else None

    def fail_once(self, fault: Fault, method: str, path: str) -> None:
        """The same, for the next such request only."""
        left = [fault]
        self.faults = lambda m, p: left.pop() if (m, p) == (method, path) and left else None

    def serve(self) -> None:
        self._http.serve_forever(poll_interval=0.05)

    def end(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def wired(server_url: str) -> Iterator[Wire]:
    """A wire to this server, on loopback."""
    wire = Wire(server_url)
    thread = threading.Thread(target=wire.serve, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.end()
        thread.join(PATIENCE)


class _Passing(BaseHTTPRequestHandler):
    """One connection of the browser's; `wire` says what becomes of each request on it."""

    protocol_version = "HTTP/1.1"
    wire: Wire

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        self.wire.wait_if_held(path)
        fault = self.wire.faults(self.command, path)
        if fault is Fault.CUT:
            self.close_connection = True
        elif fault is Fault.BUSY:
            self._answer(503, [], b"")
        else:
            self._pass_on(path, body, fault)

    do_GET = do_POST = do_HEAD = handle_any  # noqa: N815  # as http.server calls them

    def _pass_on(self, path: str, body: bytes, fault: Fault | None) -> None:
        status, headers, content = self._ask(body)
        self.wire.passed.append((self.command, path))
        if fault is Fault.LOST:
            self.close_connection = True
        elif fault is Fault.UNAVAILABLE:
            self._answer(503, [], b"")
        else:
            self._answer(status, headers, self.wire.rewrite(path, content))

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        server = self.wire.server
        connection = HTTPConnection(server.hostname or "", server.port, timeout=PATIENCE)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_THE_HOP}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in OF_THE_HOP]
        content = answer.read()
        connection.close()
        return answer.status, kept, content

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
