// Talking to the program: one place that knows the token, errors, and the stream.

const KEY = "enx-hook.token";

/**
 * Takes the token from the address, if it stands there, and removes it from the address bar.
 * `#token=HEX&/c/17` goes on to `#/c/17`.
 */
export async function takeToken() {
  const found = /^#token=([0-9a-f]+)(?:&(.*))?$/i.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname + (found[2] ? `#${found[2]}` : "#/"));
  // A link from elsewhere with a wrong token must not take the right one away.
  const headers = { Authorization: `Bearer ${found[1]}` };
  const answer = localStorage.getItem(KEY) && (await fetch("/v1/status", { headers }).catch(() => null));
  if (!answer || answer.status !== 401) localStorage.setItem(KEY, found[1]);
}

/** An answer that is an error: its message is for people. */
export class Refusal extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    super(problem?.message ?? `the program answered ${status}`);
    this.status = status;
    this.code = problem?.code ?? "";
    this.help = problem?.help ?? null;
    this.column = problem?.column ?? null;
  }
}

/**
 * @param {string} path
 * @param {{ method?: string, json?: any, signal?: AbortSignal }} [options]
 * @returns {Promise<Response>}
 */
export async function request(path, { method, json, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${localStorage.getItem(KEY) ?? ""}` };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await fetch(path, {
    method: method ?? (json === undefined ? "GET" : "POST"),
    headers, body, signal, credentials: "omit", cache: "no-store", redirect: "error",
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  const refusal = new Refusal(response.status, problem);
  if (response.status === 401) dispatchEvent(new CustomEvent("enx:token"));
  throw refusal;
}

/**
 * @param {string} path
 * @param {Record<string, any>} [query]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function get(path, query = {}, signal) {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") text.set(name, String(value));
  }
  const tail = text.size ? `?${text}` : "";
  return (await request(`/v1/${path}${tail}`, { signal })).json();
}

/**
 * Posts, and calls back with each line of the answer as it comes.
 * @param {string} path
 * @param {any} json
 * @param {(object: any) => void} each
 * @param {AbortSignal} [signal]
 */
export async function lines(path, json, each, signal) {
  const response = await request(`/v1/${path}`, { json, signal });
  for await (const line of split(response, "\n")) if (line) each(JSON.parse(line));
}

/**
 * Saves what the program answers as a file.
 * @param {string} path
 * @param {string} name
 */
export async function save(path, name) {
  const url = URL.createObjectURL(await (await request(path)).blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * @param {Response} response
 * @param {string} end of a piece
 */
async function* split(response, end) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const pieces = (rest + decoder.decode(value, { stream: true })).split(end);
      rest = /** @type {string} */ (pieces.pop());
      yield* pieces;
    }
    if (rest) yield rest;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * The one stream of this tab. It is closed while the tab is hidden, and opened again where it
 * ended: no event is left out or comes twice. After a failure it waits, longer each time.
 */
export class Stream {
  /**
   * @param {(name: string, data: any) => void} each
   * @param {(state: "live" | "paused" | "waiting" | "connecting", wait?: number, why?: string) => void} tell
   */
  constructor(each, tell) {
    this.each = each;
    this.tell = tell;
    this.query = "";
    /** @type {number | null} */
    this.last = null;
    this.wait = 500;
    /** @type {AbortController | null} */
    this.open = null;
    this.timer = 0;
    this.stopped = true;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#close("paused");
      else this.#connect();
    });
    addEventListener("online", () => this.#connect());
  }

  /** @param {string} query @param {number | null} after */
  start(query, after) {
    this.#close();
    Object.assign(this, { query, last: after, stopped: false, wait: 500 });
    this.#connect();
  }

  stop() {
    this.stopped = true;
    this.#close();
  }

  /** @param {"paused"} [state] */
  #close(state) {
    clearTimeout(this.timer);
    this.open?.abort();
    this.open = null;
    if (state && !this.stopped) this.tell(state);
  }

  async #connect() {
    clearTimeout(this.timer);
    if (this.stopped || this.open || document.hidden) return;
    const open = (this.open = new AbortController());
    this.tell("connecting");
    let heard = false;
    let why;
    const text = new URLSearchParams();
    if (this.query) text.set("q", this.query);
    if (this.last !== null) text.set("after", String(this.last));
    try {
      const response = await request(`/v1/stream?${text}`, { signal: open.signal });
      for await (const block of split(response, "\n\n")) {
        if (this.open !== open) return;
        if (!heard) this.tell("live");
        heard = true;
        this.wait = 500;
        this.#take(block);
      }
    } catch (error) {
      if (this.open !== open) return;
      if (error instanceof Refusal && error.status === 401) return this.stop();
      if (error instanceof Refusal) why = error.message;
    }
    if (this.open !== open) return;
    this.open = null;
    const wait = this.wait * (0.7 + Math.random() * 0.6);
    this.wait = Math.min(this.wait * 2, 10_000);
    this.tell("waiting", wait, why);
    this.timer = setTimeout(() => this.#connect(), wait);
  }

  /** @param {string} block of lines */
  #take(block) {
    let name = "message";
    let data = "";
    let id = null;
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      else if (line.startsWith("data:")) data += line.slice(5).trim();
      else if (line.startsWith("id:")) id = Number(line.slice(3));
    }
    if (id !== null) this.last = id;
    if (data) this.each(name, JSON.parse(data));
  }
}
