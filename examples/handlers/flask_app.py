"""A webhook handler in Flask.

    pip install flask
    python3 flask_app.py 8080
    enx-hook check --url http://127.0.0.1:8080/hook

Set RECEIVER_USER and RECEIVER_PASSWORD to require Basic Auth. GET /effects counts the effects of
the events for each session, for `check --verify`. Remove it in production.

It downloads the files that events name into DOWNLOADS, if that is set, with FILES_USER and
FILES_PASSWORD.
"""

import base64
import collections
import hashlib
import hmac
import http.client
import json
import os
import queue
import sys
import threading
import time
import urllib.request

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
        match event:
            # Add your code here, one case for each event that you use.
            case {"type": "recording", "recording": [*urls]}:
                download_all(urls)
            case {"type": "transcoded", "recording": url}:
                download_all([url])
            case {"type": "live_recording" | "chatdata" | "metadata" | "transcription", "url": url}:
                download_all([url])
            case {"type": "file_transfer" | "file-transfer", "files": [*files]}:
                # These stand on your own storage: the credentials of the provider must not go there.
                urls = [file.get("url") for file in files if isinstance(file, dict)]
                download_all(urls, authorization=None)
        # Also unknown events: the provider may add some.
        if isinstance(event.get("conf_num"), str):
            effects[event["conf_num"]] += 1


DOWNLOADS = os.environ.get("DOWNLOADS")
FILES = ":".join(os.environ.get(name, "") for name in ("FILES_USER", "FILES_PASSWORD"))
CREDENTIALS = "Basic " + base64.b64encode(FILES.encode()).decode()


def download_all(urls, authorization=CREDENTIALS):
    """Downloads in a thread of its own, so that a slow server does not delay other events."""
    if DOWNLOADS:
        threading.Thread(target=download_each, args=(urls, authorization), daemon=True).start()


def download_each(urls, authorization):
    for url in urls:
        try:
            download(url, {"Authorization": authorization} if authorization else {})
        except (OSError, ValueError, http.client.HTTPException) as error:
            print(f"{url}: {error}", file=sys.stderr)  # Keep it, and try again later.


def download(url, headers):
    """Stores a file when all of it came. Errors that can pass are tried again."""
    for attempt in range(1, 6):
        try:
            request = urllib.request.Request(url, headers=headers)
            with urllib.request.urlopen(request, timeout=60) as response:
                # This raises IncompleteRead if fewer than Content-Length bytes come.
                data = response.read()
            break
        except (OSError, http.client.HTTPException) as error:
            code = getattr(error, "code", 500)
            if attempt == 5 or (code < 500 and code != 429):
                raise
            time.sleep(0.1 * 2**attempt)
    os.makedirs(DOWNLOADS, exist_ok=True)
    path = os.path.join(DOWNLOADS, hashlib.sha256(url.encode()).hexdigest())
    with open(path + ".part", "wb") as file:
        file.write(data)
    os.replace(path + ".part", path)


if __name__ == "__main__":
    # A server for development. In production: gunicorn or waitress.
    from werkzeug.serving import make_server

    threading.Thread(target=work, daemon=True).start()
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    server = make_server("127.0.0.1", port, app, threaded=True)
    print(f"listening on http://127.0.0.1:{server.port}/hook", flush=True)
    server.serve_forever()
