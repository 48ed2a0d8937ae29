// A receiver as the documents ask for it, in Node without packages.
//
//     node examples/receivers/receiver.mjs 8080
//     enx-hook check --url http://127.0.0.1:8080/hook
//
// With RECEIVER_USER and RECEIVER_PASSWORD set it wants them. GET /effects tells how often
// the events of each session took effect, for `check --verify`.

import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

// The largest body that is taken: a session of thousands of streams fits.
const MAX_BODY = 16 * 1024 * 1024;

const { RECEIVER_USER: user, RECEIVER_PASSWORD: password } = process.env;
const wanted =
  user === undefined
    ? undefined
    : "Basic " + Buffer.from(`${user}:${password ?? ""}`).toString("base64");

const sha256 = (data) => createHash("sha256").update(data).digest();
// Hashes are equally long, so that even the length of a guess tells nothing.
const isWanted = (given) => timingSafeEqual(sha256(given), sha256(wanted));

const seen = new Set();
const effects = new Map();

// The work: each body takes effect once, and what is no event is left in the log.
function work(body) {
  let event;
  try {
    event = JSON.parse(body.toString("utf8"));
  } catch {
    return;
  }
  const session = event?.conf_num;
  // The whole body is the key: a session may have several events of one type.
  const key = sha256(body).toString("hex");
  if (typeof session !== "string" || seen.has(key)) return;
  seen.add(key);
  effects.set(session, (effects.get(session) ?? 0) + 1);
}

const server = createServer((request, response) => {
  const answer = (status, headers = {}, text = "") => {
    response.writeHead(status, { "content-length": Buffer.byteLength(text), ...headers });
    response.end(text);
  };
  const chunks = [];
  let size = 0;
  request.on("data", (chunk) => {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  });
  // A sender that breaks off gets no answer, and there is nothing to work on.
  request.on("error", () => response.destroy());
  request.on("end", () => {
    if (request.method === "GET") {
      return answer(200, {}, JSON.stringify(Object.fromEntries(effects)));
    }
    if (request.method !== "POST") return answer(405, { allow: "POST, GET" });
    if (wanted !== undefined && !isWanted(request.headers.authorization ?? "")) {
      return answer(401, { "www-authenticate": 'Basic realm="webhooks"' });
    }
    if (size > MAX_BODY) return answer(413);
    // Kept as it came, whatever it is, and answered at once. The work comes later.
    const body = Buffer.concat(chunks);
    answer(200);
    setImmediate(() => work(body));
  });
});

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", 511, () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/hook`);
});
