// A webhook handler in Express.
//
//     npm install express
//     node express.js 8080
//     enx-hook check --url http://127.0.0.1:8080/hook
//
// Set RECEIVER_USER and RECEIVER_PASSWORD to require Basic Auth. GET /effects counts the effects
// of the events for each session, for `check --verify`. Remove it in production.

const { createHash, timingSafeEqual } = require("node:crypto");
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
    default: // Also unknown events: the provider may add some.
      if (typeof event?.conf_num === "string") {
        effects.set(event.conf_num, (effects.get(event.conf_num) ?? 0) + 1);
      }
  }
}

const server = app.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/hook`);
});
