"""A register over HTTP that answers as a test tells it to; a real server in a thread."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Register(ThreadingHTTPServer):
    """Remembers what was asked; `says` gives status and body, or None to say nothing."""

    daemon_threads = True

    def __init__(self, says):
        super().__init__(("127.0.0.1", 0), Asked)
        self.says, self.asked, self.stopped = says, [], threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/match"


class Asked(BaseHTTPRequestHandler):
    """One question."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((dict(self.headers), json.loads(body)))
        said = self.server.says
        if callable(said):
            said = said(len(self.server.asked))
        if said is None:
            self.server.stopped.wait(5)
            return
        status, answer = said
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        for piece in answer if isinstance(answer, list) else [answer]:
            try:
                self.wfile.write(piece.encode())
                self.wfile.flush()
            except OSError:
                return
            if isinstance(answer, list):
                time.sleep(0.2)

    def log_message(self, *_args):
        """Tests are quiet."""


@contextmanager
def running(says):
    """A register that runs meanwhile."""
    server = Register(says)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
