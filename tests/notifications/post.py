"""A post office on this machine: an SMTP server and an SMS gateway that really listen."""

from __future__ import annotations

import json
import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mailbox(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs; refuses recipients that the server refuses."""

    def handle(self):
        self.say("220 post.test ready")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "DATA":
                self.take()
            elif verb.upper() == "RCPT" and rest[3:].strip("<>") in self.server.refused:
                self.say("550 no such person")
            elif verb.upper() == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def take(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.received.append(letter)
        self.say("250 taken")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Gateway(BaseHTTPRequestHandler):
    """Takes messages as JSON, or answers with the status that the server was given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.end_headers()
        if self.server.status == 200:
            self.server.received.append({**json.loads(body), "by": self.headers["Authorization"]})

    def log_message(self, *_args):
        """Quiet."""


@contextmanager
def running(server):
    server.received, server.refused, server.status = [], set(), 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def smtp_server():
    return running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox))


def sms_gateway():
    return running(ThreadingHTTPServer(("127.0.0.1", 0), Gateway))
