"""A webhook handler in Flask.

    pip install flask
    python3 flask_app.py 8080
    enx-hook check --url http://127.0.0.1:8080/hook

Set RECEIVER_USER and RECEIVER_PASSWORD to require Basic Auth. GET /effects counts the effects of
the events for each session, for `check --verify`. Remove it in production.
"""

import base64
import collections
import hashlib
import hmac
import json
import os
import queue
import sys
import threading

from flask import Flask, Response, jsonify, request

USER = os.environ.get("RECEIVER_USER")
PASSWORD = os.environ.get("RECEIVER_PASSWORD", "")
EXPECTED = b"Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()) if USER else None

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024

# In memory here. In production, use a table or a queue that survives a restart.
bodies = queue.Queue()
effects = collections.Counter()


@app.post("/hook")
def hook():
    given = request.headers.get("Authorization", "").encode()
    if EXPECTED and not hmac.compare_digest(given, EXPECTED):
        return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="webhooks"'})
    # Read the body as bytes, whatever its content type: request.json answers 400 or 415 before
    # your code sees the body. Store it first. Then answer. Work later.
    bodies.put(request.get_data(cache=False))
    return Response(status=200)


@app.get("/effects")
def show_effects():
    return jsonify(effects)


def work():
    """Handles each stored body once."""
    seen = set()
    while True:
        body = bodies.get()
        # The whole body is the key against duplicates: a session can have several events of a type.
        key = hashlib.sha256(body).digest()
        if key in seen:
            continue
        seen.add(key)
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            continue  # Not JSON. In production, keep the body and look at it later.
        if not isinstance(event, dict):
            continue
        match event.get("type"):
            # Add your code here, one case for each event that you use.
            case _:  # Also unknown events: the provider may add some.
                if isinstance(event.get("conf_num"), str):
                    effects[event["conf_num"]] += 1


if __name__ == "__main__":
    # A server for development. In production: gunicorn or waitress.
    from werkzeug.serving import make_server

    threading.Thread(target=work, daemon=True).start()
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    server = make_server("127.0.0.1", port, app, threaded=True)
    print(f"listening on http://127.0.0.1:{server.port}/hook", flush=True)
    server.serve_forever()
