// A webhook handler in Express.
//
//     npm install express
//     node express.js 8080
//     enx-hook check --url http://127.0.0.1:8080/hook
//
// Set RECEIVER_USER and RECEIVER_PASSWORD to require Basic Auth. GET /effects counts the effects
// of the events for each session, for `check --verify`. Remove it in production.
//
// It downloads the files that events name into DOWNLOADS, if that is set, with FILES_USER and
// FILES_PASSWORD.

const { createHash, timingSafeEqual } = require("node:crypto");
const { mkdir, rename, writeFile } = require("node:fs/promises");
const path = require("node:path");
const { setTimeout: pause } = require("node:timers/promises");
const express = require("express");

const { RECEIVER_USER: user, RECEIVER_PASSWORD: password = "" } = process.env;
const sha256 = (data) => createHash("sha256").update(data).digest();
const expected = user && sha256("Basic " + Buffer.from(`${user}:${password}`).toString("base64"));

const app = express();

function authenticate(request, response, next) {
  // Comparing hashes takes the same time for every wrong guess.
  if (expected && !timingSafeEqual(sha256(request.get("authorization") ?? ""), expected)) {
    return response.set("www-authenticate", 'Basic realm="webhooks"').sendStatus(401);
  }
  next();
}

// Read the body as bytes, whatever its content type: express.json() answers 400 before your
// code sees the body, and it skips bodies without `application/json`.
const rawBody = express.raw({ type: () => true, limit: "16mb" });

app.post("/hook", authenticate, rawBody, (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  // Store the body first, for example in a table or a queue. Then answer. Work later.
  const id = store(body);
  response.sendStatus(200);
  setImmediate(() => work(id));
});
app.get("/effects", (_request, response) => response.json(Object.fromEntries(effects)));
app.all("/hook", (_request, response) => response.set("allow", "POST").sendStatus(405));

// In memory here. In production: INSERT … ON CONFLICT DO NOTHING, with the hash as the key.
const bodies = new Map();
const effects = new Map();

function store(body) {
  const id = sha256(body).toString("hex");
  // The whole body is the key against duplicates: a session can have several events of a type.
  if (!bodies.has(id)) bodies.set(id, { body, done: false });
  return id;
}

function work(id) {
  const entry = bodies.get(id);
  if (entry.done) return;
  entry.done = true;
  let event;
  try {
    event = JSON.parse(entry.body.toString("utf8"));
  } catch {
    return; // Not JSON. The body is stored: look at it later.
  }
  switch (event?.type) {
    // Add your code here, one case for each event that you use.
    case "recording":
      downloadAll(event.recording);
      break;
    case "transcoded":
      downloadAll([event.recording]);
      break;
    case "live_recording":
    case "chatdata":
    case "metadata":
    case "transcription":
      downloadAll([event.url]);
      break;
    case "file_transfer":
    case "file-transfer":
      // These stand on your own storage: the credentials of the provider must not go there.
      downloadAll(event.files?.map((file) => file.url), {});
      break;
  }
  // Also unknown events: the provider may add some.
  if (typeof event?.conf_num === "string") {
    effects.set(event.conf_num, (effects.get(event.conf_num) ?? 0) + 1);
  }
}

const { DOWNLOADS, FILES_USER = "", FILES_PASSWORD = "" } = process.env;
const credentials = Buffer.from(`${FILES_USER}:${FILES_PASSWORD}`).toString("base64");

async function downloadAll(urls, headers = { authorization: `Basic ${credentials}` }) {
  if (!DOWNLOADS || !Array.isArray(urls)) return;
  for (const url of urls) {
    try {
      await download(url, headers);
    } catch (error) {
      console.error(`${url}: ${error.message}`); // Keep it, and try again later.
    }
  }
}

// Stores a file when all of it came. Errors that can pass are tried again.
async function download(url, headers) {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { headers });
      if (!response.ok) {
        const error = new Error(`answered ${response.status}`);
        error.isFinal = response.status < 500 && response.status !== 429;
        throw error;
      }
      // fetch fails if the connection breaks off before Content-Length bytes came.
      const bytes = Buffer.from(await response.arrayBuffer());
      const file = path.join(DOWNLOADS, sha256(url).toString("hex"));
      await mkdir(DOWNLOADS, { recursive: true });
      await writeFile(`${file}.part`, bytes);
      return await rename(`${file}.part`, file);
    } catch (error) {
      if (error.isFinal || attempt === 5) throw error;
      await pause(100 * 2 ** attempt);
    }
  }
}

const server = app.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/hook`);
});
