// The frame: what is shown where, the keys, the stream.

import { $, copy, fill, h, toast } from "./dom.js";
import { Refusal, Stream, get, takeToken } from "./api.js";
import { Captures } from "./list.js";
import { Sessions, timeline } from "./sessions.js";
import { capture } from "./detail.js";
import { diff } from "./diff.js";
import { edit, run, sample } from "./send.js";
import { target, targets } from "./target.js";
import { LOOSE, areOff, empty, help, home, token, worth } from "./words.js";
import { clock, counted, duration, size } from "./text.js";

await takeToken();

/** @type {any} */
let status = { targets: [], captures: 0, index: { ready: true } };
/** @typedef {{ screen: string, arg: string, query: string }} Route */
/** What the address says. @type {Route} */
let route = { screen: "", arg: "", query: "" };
/** What is worth a look. @type {import("./words.js").Problems} */
let problems = { sessions: [], invalid: 0, duplicates: 0 };
/** The answer to the last replay, and the capture beside which it stands. @type {{ id: number, element: Element } | null} */
let sent = null;
let exact = false;
let round = 0;

const canSend = () => !status.read_only && (status.targets.length > 0 || status.any_loopback === true);
/** @param {string} path @param {string} [query] @returns {string} */
const address = (path, query = captures.query) => `#${path}${query ? `?q=${encodeURIComponent(query)}` : ""}`;
/** @param {string} path @param {string} [query] */
const go = (path, query) => (location.hash = address(path, query));
const back = () => h("a.button.back", { href: address(route.screen === "s" ? sessionsPath() : "/") }, "←", h("span.unseen", {}, " Back to the list"));

const sessionsPath = () => (sessions.state ? `/sessions/${sessions.state}` : "/sessions");

/** What screens may ask for. */
const page = {
  back, act, canSend,
  onCaptures: () => onCaptures(),
  status: () => status,
  problems: () => problems,
  target: () => target(status),
  targetUrl: () => status.targets.find((one) => one.name === target(status))?.url ?? (target(status) || "URL"),
  link: address,
  sent: (id) => (sent && sent.id === id ? sent.element : null),
  full: (id) => screen(() => capture(page, id, true)),
  exact: (/** @type {boolean} */ on) => {
    exact = on;
    show();
  },
  replaySession: (session) => many({ session: session.session, provider: session.provider }, `Replay session ${session.session}`, counted(session.captures, "capture")),
  arrived,
};

const captures = new Captures({
  filter: (query, entered) => {
    if (entered && query === captures.query) captures.focus();
    // Without a query, the address of a capture keeps the filter.
    if (route.screen === "c") go(`/c/${route.arg}${query ? "" : "?q="}`, query);
    else go("/", query);
  },
  open: (id) => go(`/c/${id}`),
  here: () => (route.screen === "c" ? Number(route.arg) : null),
  act,
  canSend,
  worth: () => worth(status, problems),
  empty: (query, total) => empty(page, query, total),
});
const sessions = new Sessions({
  open: (session) => go(`/s/${encodeURIComponent(session.session)}`),
  state: (state) => go(state ? `/sessions/${state}` : "/sessions"),
  here: () => (route.screen === "s" ? route.arg : null),
  empty: () => (status.captures ? h("strong", {}, "There are no sessions yet.") : empty(page, "", 0)),
});
const progress = h("div.bar", { hidden: true });
const sides = { captures: h("div.side", {}, ...captures.elements), sessions: h("div.side", {}, ...sessions.elements) };
const onCaptures = () => !["sessions", "s"].includes(route.screen);
const side = () => (onCaptures() ? captures : sessions);

const stream = new Stream((name, data) => {
  if (name === "capture") {
    captures.take(data);
    changed(data.session);
  } else if (name === "delivery") {
    if (data.seq) captures.delivered(data);
  } else if (name === "replay") {
    captures.replayed(data);
  } else if (name === "lagged") {
    relist();
  } else if (name === "seen") {
    captures.count(data.captures, data.last_id);
    changed();
  } else if (name === "hello" || name === "status") {
    // Another log has taken the place of the one that was listed.
    if (name === "hello" && (data.last_id ?? 0) < captures.newest) {
      stream.last = data.last_id ?? 0;
      relist();
    }
    known(data);
  }
}, (state, wait, why = "offline") => {
  const words = { live: "live", paused: "paused", connecting: "connecting", waiting: `${why}, next try in ${duration(Math.max(1000, Math.ceil((wait ?? 0) / 1000) * 1000))}` };
  const tone = { live: "valid", paused: "dim", connecting: "dim", waiting: "invalid" }[state];
  fill($("state"), h("b", { class: tone }, state === "waiting" ? "✕ " : state === "live" ? "● " : "○ ", h("span", { class: state === "waiting" ? "" : "wide" }, words[state])));
  $("state").title = words[state];
});

/** @type {number | undefined} */
let looking;

/** What is worth a look changes with what comes. The program counts sessions every two seconds. */
function look(wait = 2100) {
  looking ??= setTimeout(async () => {
    looking = undefined;
    if (!$("pane").querySelector(".home")) return;
    await survey();
    if (!wait) look();
  }, wait);
}

/** Reads what is worth a look. */
async function survey() {
  const next = await get("status").catch(() => status);
  const count = async (query, of) => (of ? ((await get("captures", { q: query, limit: 1 })).matched ?? 0) : 0);
  const [sessions, invalid, duplicates] = await Promise.all([
    next.sessions?.problems ? get("sessions", { state: "problems", limit: 8 }).then((found) => found.sessions) : [],
    count(LOOSE.invalid, next.verdicts?.invalid), count(LOOSE.duplicates, next.duplicates),
  ]).catch(() => [problems.sessions, problems.invalid, problems.duplicates]);
  problems = { sessions, invalid, duplicates };
  known(next);
}

/** @type {number | undefined} */
let soon;

/** Sessions changed, or one of them: what is shown of it is read again. @param {string} [session] */
function changed(session) {
  sessions.changed();
  look();
  if (route.screen !== "s" || (session !== undefined && session !== route.arg)) return;
  soon ??= setTimeout(() => {
    soon = undefined;
    if (route.screen === "s" && !$("pane").contains(document.activeElement)) screen(make, true);
  }, 1000);
}

let listed = 0;
/** @type {number | undefined} */
let later;

/** Lists anew, at most once a second. */
function relist() {
  later ??= setTimeout(async () => {
    later = undefined;
    listed = Date.now();
    // It may have taken the place of the first list, with which the stream begins.
    if ((await captures.load(captures.query)) && stream.stopped) stream.start(captures.query, Math.max(captures.newest, stream.last ?? 0));
  }, Math.max(0, listed + 1000 - Date.now()));
}

/** @param {any} next the status of the program */
function known(next) {
  const before = status;
  status = next;
  // Another program answers at this address: its own page goes with it.
  if (before.version && next.version !== before.version) return location.reload();
  const index = next.index;
  captures.count(next.captures, next.last_id);
  if (loaded && (index.ready !== before.index.ready || !index.ready || (before.first_id && next.first_id !== before.first_id))) {
    relist();
    changed();
  }
  progress.hidden = index.ready;
  if (!index.ready) {
    fill(progress, h("span", {}, `Reading ${(next.inputs ?? []).join(", ")}: ${index.of ? `${size(index.bytes)} of ${size(index.of)}` : size(index.bytes)}`),
      h("progress", { max: index.of ?? 1, value: index.of ? index.bytes : undefined, "aria-label": "Reading the log" }));
  }
  const parts = [next.listener ? `listening on ${next.listener}` : next.relay ? `following ${next.relay}` : "no listener", (next.inputs ?? []).join(", ")];
  if (next.unread_count) parts.push(`${counted(next.unread_count, "line")} unreadable`);
  $("where").textContent = parts.join(" · ");
  $("where").title = (next.unread ?? []).map((one) => `${one.place}: ${one.why}`).join("\n");
  const shown = $("pane").querySelector(".home");
  if (shown && !shown.contains(document.activeElement)) fill($("pane"), home(page));
}

/** Reads the address. @returns {Route} */
function parse() {
  const [path, query] = location.hash.slice(1).split("?");
  const [, name = "", ...rest] = path.split("/");
  const q = new URLSearchParams(query ?? "").get("q");
  let arg = rest.join("/");
  try {
    if (name === "s") arg = decodeURIComponent(arg);
  } catch { /* as it is, then */ }
  return { screen: name, arg, query: q ?? (name ? captures.query : "") };
}

/** Shows what the address says. */
async function show() {
  const last = route;
  route = parse();
  const { screen: name, arg, query } = route;
  const detail = !["", "sessions"].includes(name);
  // Who follows a link of the first screen to a list goes on there.
  if (!detail && $("pane").contains(document.activeElement)) {
    if (name) sessions.entered = sessions.state !== arg || !sides.sessions.isConnected;
    else captures.filter.entered = query !== captures.query;
  }
  if (name === "sessions" && sessions.state !== arg) {
    sessions.state = arg;
    if (sides.sessions.isConnected) sessions.load();
  }
  document.body.classList.toggle("detail", detail);
  document.title = detail ? `${arg} · enx-hook` : "enx-hook";
  switchSide();
  if (!loaded || query !== captures.query) reload(query);
  else captures.filter.set(query);
  nav();
  // A text that is not a query stays in the box, to be corrected.
  const typing = document.activeElement === captures.filter.input;
  if (last.screen && !name && !typing) captures.focus();
  if (last.screen === "s" && name === "sessions" && !$("nav").contains(document.activeElement)) sessions.show(last.arg);
  const same = last.screen === name && last.arg === arg && last.query !== query;
  side().window.draw();
  if (!same) await screen(make);
  if (name === "c") captures.show(Number(arg));
}

/** @returns {Promise<Element> | Element} the screen of the address */
function make() {
  const { screen: name, arg } = route;
  const id = Number(arg);
  if (name === "c") return capture(page, id);
  if (name === "e") return edit(page, id);
  if (name === "s") return timeline(page, arg);
  if (name === "send") return sample(page, arg);
  if (name === "d") {
    const [a = "", b = ""] = arg.replace(/^s\//, "").split("..");
    if (arg.startsWith("s/")) return diff(page, { session: decodeURIComponent(a), other: decodeURIComponent(b) }, exact);
    return diff(page, b === "sample" ? { a: Number(a), sample: 1 } : { a: Number(a), b: Number(b) }, exact);
  }
  look(0);
  return home(page);
}

/** The focus goes back to the row of what is open. */
function toList() {
  if (["c", "e"].includes(route.screen)) captures.show(Number(route.arg), true);
  else if (route.screen === "s") sessions.show(route.arg);
  else side().focus();
}

/** Shows the list again, and nothing beside it. */
const closeDetail = () => go(onCaptures() ? "/" : sessionsPath());

const showHelp = () => help(status, () => known(status));

/** @param {() => Promise<Element> | Element} make @param {boolean} [again] the same as before, read anew */
async function screen(make, again = false) {
  const mine = ++round;
  const pane = $("pane");
  const scroll = again ? pane.scrollTop : 0;
  const focused = pane.contains(document.activeElement);
  pane.setAttribute("aria-busy", "true");
  let element;
  try {
    element = await make();
  } catch (error) {
    element = h("div", {}, h("div.title", {}, back(), h("h1", {}, "That could not be shown")),
      h("p.bad", {}, /** @type {Error} */ (error).message), h("p", {}, /** @type {any} */ (error).help ?? ""));
  }
  if (mine !== round) return;
  fill(pane, element);
  pane.removeAttribute("aria-busy");
  pane.scrollTop = scroll;
  const narrow = !$("side").offsetParent;
  if (focused || narrow || enter) pane.focus({ preventScroll: true });
  enter = false;
}

/** Whether the next screen gets the focus. */
let enter = false;

function switchSide() {
  const wanted = onCaptures() ? sides.captures : sides.sessions;
  if (wanted.isConnected) return;
  const scroll = side().window.scroll;
  (onCaptures() ? sessions : captures).window.keep();
  fill($("side"), progress, wanted);
  $("side").setAttribute("aria-label", onCaptures() ? "Captures" : "Sessions");
  side().window.element.scrollTop = scroll;
  if (!onCaptures()) sessions.load();
}

function nav() {
  const here = onCaptures() ? (route.screen === "send" ? "send" : "") : "sessions";
  const item = (name, href, text) => h("a", { href, "aria-current": here === name && "page" }, text);
  fill($("nav"), item("", address("/"), "Captures"), item("sessions", "#/sessions", "Sessions"), item("send", "#/send", "Send"));
}

/** Whether the list was asked for. */
let loaded = false;

/** @param {string} query */
async function reload(query) {
  loaded = true;
  if (!(await captures.load(query))) return;
  stream.start(query, Math.max(captures.newest, stream.last ?? 0));
  if (route.screen === "c") captures.show(Number(route.arg));
}

/** @param {string} what @param {number[]} [ids] */
async function act(what, ids) {
  if (!ids && !onCaptures()) {
    if (what === "replay" && sessions.row && canSend()) page.replaySession(sessions.row);
    else if (what === "timeline") open();
    return;
  }
  const row = captures.window.hasFocus ? captures.row : undefined;
  const shown = ["c", "e"].includes(route.screen) ? [Number(route.arg)] : [];
  ids ??= captures.marks.size ? [...captures.marks].sort((a, b) => a - b) : row ? [row.id] : shown;
  if (!ids.length) return;
  const id = ids[0];
  if (what === "replay" || what === "edit") {
    if (!canSend()) return toast("Nothing can be sent: start with --url URL to send.", "bad");
  }
  if (what === "edit") go(`/e/${id}`);
  else if (what === "replay") await (ids.length > 1 ? many({ captures: ids }, `Replay ${counted(ids.length, "capture")}`, ids.slice(0, 12).map((id) => `#${id}`).join(" ") + (ids.length > 12 ? " …" : "")) : again(id));
  else if (what === "diff") await compare(ids);
  else if (what === "timeline") {
    const session = row?.id === id ? row.session : (await get(`captures/${id}`)).session;
    if (session) go(`/s/${encodeURIComponent(session)}`);
    else toast("This capture belongs to no session.");
  } else if (what === "curl") {
    await copy((await get(`captures/${id}/request`, { as: "curl", target: target(status) })).text, "the curl command");
  }
}

/** Sends a capture again, at once. @param {number} id */
async function again(id) {
  const out = h("section.again", { "aria-live": "polite" });
  sent = { id, element: out };
  if (route.screen !== "c" || Number(route.arg) !== id) go(`/c/${id}`);
  else await screen(make);
  const deliveries = await run(page, { captures: [id] }, out).catch(() => []);
  const status = deliveries[0]?.status;
  if (status) toast(`Replayed #${id}: ${status} in ${duration(deliveries[0].took_ms)}`, status < 300 ? "" : "bad");
}

/** Sends several, when it is confirmed. @param {any} order @param {string} title @param {string} what */
function many(order, title, what) {
  const out = h("section", { "aria-live": "polite" });
  const abort = new AbortController();
  const stop = h("button", { type: "button", hidden: true, onclick: () => abort.abort() }, "Stop");
  const button = h("button.primary", { type: "button", onclick: async () => {
    [button.disabled, stop.hidden] = [true, false];
    await run(page, order, out, abort.signal).catch(() => {});
    stop.hidden = true;
  } }, "Send");
  enter = true;
  document.body.classList.add("detail");
  return screen(() => h("div", {}, h("div.title", {}, back(), h("h1", {}, title)), h("p.dim", {}, what),
    h("div.fields", {}, targets(status), button, stop), out));
}

/**
 * What was sent to our own listener is a capture now: leads there.
 * @param {any[]} deliveries @param {Element} out
 */
async function arrived(deliveries, out) {
  const ids = deliveries.map((one) => one.received).filter((id) => id);
  if (!ids.length) return;
  const link = (id) => h("a", { href: address(`/c/${id}`) }, `#${id}`);
  if (deliveries.length > 1 || !sent?.element.contains(out)) {
    return out.append(h("p", {}, "It arrived as ", link(ids[0]), ids.length > 1 && [" to ", link(ids[ids.length - 1])], "."));
  }
  // The log is read behind the listener, so that it may take a moment.
  for (let tries = 0; tries < 20 && !(await get(`captures/${ids[0]}`).catch(() => null)); tries++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  out.append(h("p", {}, "This is the replay of ", link(sent.id), "."));
  sent.id = captures.window.current = ids[0];
  go(`/c/${ids[0]}`);
}

/** @param {number[]} ids */
async function compare(ids) {
  if (ids.length > 1) return go(`/d/${ids[0]}..${ids[1]}`);
  const [id] = ids;
  const { event, ...row } = await get(`captures/${id}`);
  const query = event && `event:${/^[\w.-]+$/.test(event) ? event : JSON.stringify(event)}`;
  const before = query ? (await get("captures", { q: query, before: id, limit: 1 })).rows[0] : null;
  if (before) go(`/d/${before.id}..${id}`);
  else if (row.provider && event) go(`/d/${id}..sample`);
  else toast("There is no earlier capture to compare with; mark two with x.");
}

/** Letter keys work in the list and on the screen beside it, and can be turned off. @param {KeyboardEvent} event */
function key(event) {
  const at = event.target instanceof HTMLElement ? event.target : document.body;
  const typing = at.closest("input, textarea, select, dialog");
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    if (captures.marks.size && onCaptures()) captures.unmark();
    else if (["", "sessions"].includes(route.screen)) {
      if (at.closest("#side") && !typing) return;
      side().focus();
    } else if (!$("side").offsetParent || (at.closest("#side") && !typing)) closeDetail();
    else toList();
    return event.preventDefault();
  }
  if (event.key === "?" && !at.closest("dialog, textarea, input:not([type=checkbox])")) {
    event.preventDefault();
    return showHelp();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const inList = Boolean(at.closest(".rows"));
  const free = inList || at === document.body || at.id === "pane" || at.matches(".payload");
  const list = side();
  const screenful = Math.max(1, list.window.range[1] - list.window.range[0] - 1);
  /** @type {Record<string, () => any>} */
  const moves = { ArrowDown: () => list.move(1), ArrowUp: () => list.move(-1), Home: () => list.move(-Infinity), End: () => list.move(Infinity), PageDown: () => list.move(screenful), PageUp: () => list.move(-screenful), Enter: open, " ": mark };
  /** @type {Record<string, () => any>} */
  const letters = { j: () => list.move(1), k: () => list.move(-1), r: () => act("replay"), e: () => act("edit"), d: () => act("diff"), t: () => act("timeline"), c: () => act("curl"), x: mark, "/": () => (onCaptures() ? captures.filter.input : sessions.search).focus() };
  const does = (inList ? moves[event.key] : undefined) ?? (free && !areOff() ? letters[event.key] : undefined);
  if (!does) return;
  event.preventDefault();
  Promise.resolve(does()).catch((error) => toast(error.message, "bad"));
}

function mark() {
  if (onCaptures() && captures.row) captures.mark(captures.row.id);
}

function open() {
  enter = true;
  const row = side().row;
  if (!row) return;
  const wanted = onCaptures() ? `/c/${row.id}` : `/s/${encodeURIComponent(row.session)}`;
  if (location.hash === address(wanted)) show();
  else go(wanted);
}

const THEMES = ["auto", "light", "dark"];
const theme = () => {
  const now = localStorage.getItem("enx-hook.theme") ?? "auto";
  document.documentElement.dataset.theme = now;
  $("theme").textContent = { auto: "◐", light: "☀", dark: "☾" }[now] ?? "◐";
  $("theme").title = `Theme: ${now}`;
  $("theme").setAttribute("aria-label", `Theme: ${now}`);
};
$("theme").onclick = () => {
  const now = localStorage.getItem("enx-hook.theme") ?? "auto";
  localStorage.setItem("enx-hook.theme", THEMES[(THEMES.indexOf(now) + 1) % 3]);
  theme();
};
$("help").onclick = showHelp;

function refused() {
  stream.stop();
  token();
}

async function start() {
  theme();
  addEventListener("hashchange", () => {
    if (!location.hash.startsWith("#token=")) return show();
    takeToken().then(() => location.reload());
  });
  addEventListener("keydown", key);
  addEventListener("enx:token", refused);
  document.addEventListener("enx:done", () => side().focus());
  for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      const first = await get("status");
      known(first);
      stream.last = first.last_id ?? 0;
      route = { screen: "?", arg: "", query: "" };
      return await show();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return;
      fill($("state"), h("b.invalid", {}, "✕ offline"));
      await new Promise((done) => setTimeout(done, wait * (0.7 + Math.random() * 0.6)));
    }
  }
}

start();
