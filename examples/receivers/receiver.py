"""A receiver as the documents ask for it, in Python without packages.

    python3 examples/receivers/receiver.py 8080
    enx-hook check --url http://127.0.0.1:8080/hook

With RECEIVER_USER and RECEIVER_PASSWORD set it wants them. GET /effects tells how often the
events of each session took effect, for `check --verify`.
"""

import base64
import collections
import hmac
import json
import os
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The largest body that is taken: a session of thousands of streams fits.
MAX_BODY = 16 * 1024 * 1024

USER = os.environ.get("RECEIVER_USER")
PASSWORD = os.environ.get("RECEIVER_PASSWORD", "")
WANTED = b"Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()) if USER else None

bodies = queue.Queue()
effects = collections.Counter()


def work():
    """Each body takes effect once, and what is no event is left in the log."""
    seen = set()
    while True:
        body = bodies.get()
        try:
            event = json.loads(body)
            session = event["conf_num"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        # The whole body is the key: a session may have several events of one type.
        if isinstance(session, str) and body not in seen:
            seen.add(body)
            effects[session] += 1


class Broken(Exception):
    """The body broke off, or is not written as HTTP writes it."""


class Handler(BaseHTTPRequestHandler):
    # Keeps connections; the default is HTTP/1.0.
    protocol_version = "HTTP/1.1"
    # A sender that stays and says nothing is let go.
    timeout = 60

    def do_POST(self):
        try:
            body = self.body()
        except (Broken, ValueError):
            self.close_connection = True
            return self.answer(400)
        given = self.headers.get("Authorization", "").encode("latin-1")
        # In a time that does not tell how much of it was right.
        if WANTED and not hmac.compare_digest(given, WANTED):
            return self.answer(401, {"WWW-Authenticate": 'Basic realm="webhooks"'})
        # Kept as it came, whatever it is, and answered at once. The work comes later.
        bodies.put(body)
        self.answer(200)

    def do_GET(self):
        self.answer(200, text=json.dumps(effects))

    def do_PUT(self):
        self.close_connection = True
        self.answer(405, {"Allow": "POST, GET", "Connection": "close"})

    do_DELETE = do_PATCH = do_PUT

    def body(self):
        """The whole body, by its length or out of its chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            whole = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                whole += self.exactly(size)
                self.rfile.readline()
                if len(whole) > MAX_BODY:
                    raise Broken
            while self.rfile.readline().strip():
                pass
            return whole
        return self.exactly(int(self.headers.get("Content-Length", 0)))

    def exactly(self, size):
        if not 0 <= size <= MAX_BODY:
            raise Broken
        read = self.rfile.read(size)
        if len(read) < size:
            raise Broken
        return read

    def answer(self, status, headers=None, text=""):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    # Senders that may wait while others are let in: a burst is no error.
    request_queue_size = 128
    daemon_threads = True


if __name__ == "__main__":
    threading.Thread(target=work, daemon=True).start()
    server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}/hook", flush=True)
    server.serve_forever()
