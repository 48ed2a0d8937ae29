// Sending: captures again, an edited one, a sample, a scenario; the answers beside it.

import { copy, fill, h, visible } from "./dom.js";
import { get, lines as stream } from "./api.js";
import { answer } from "./detail.js";
import { list, payload } from "./payload.js";
import { cannot, targets } from "./target.js";
import { MARK, counted } from "./text.js";

/**
 * Sends, and shows each answer as it comes.
 * @param {any} page
 * @param {any} order what is posted to `/v1/replays`, without the target
 * @param {Element} out
 * @param {AbortSignal} [signal]
 * @returns {Promise<any[]>} the deliveries
 */
export async function run(page, order, out, signal) {
  /** @type {any[]} */
  const deliveries = [];
  let ok = 0;
  let wanted = 0;
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Sent" });
  const head = h("p", {}, "Sending…");
  const command = h("div");
  const answers = h("div");
  const sum = h("div", { role: "status" });
  fill(out, h("h2", {}, "Answer"), head, command, answers, sum);
  try {
    await stream("replays", { ...order, target: page.target() }, (line) => {
      if (line.kind === "command") {
        wanted = line.requests ?? 0;
        if (wanted > 1) fill(head, bar);
        else fill(head);
        fill(command, equal(line.command));
      } else if (line.kind === "delivery") {
        deliveries.push(line);
        const good = line.status >= 200 && line.status < 300;
        if (good) ok++;
        bar.max = wanted;
        bar.value = deliveries.length;
        // Of many, those that went wrong are of interest.
        if (answers.childElementCount < 20 && (wanted <= 10 || !good)) {
          answers.append(h("div", {}, wanted !== 1 && h("p", {}, line.event ?? "(no event)", " ", line.of && h("a", { href: `#/c/${line.of}` }, `#${line.of}`)), answer(line)));
        }
      } else if (line.kind === "summary") {
        fill(head);
        if (wanted !== 1 || line.stopped) sum.append(`${counted(line.sent ?? deliveries.length, "request")} sent, ${ok} answered 2xx${line.stopped ? `; ${line.stopped}` : ""}`);
      } else if (line.kind === "error") {
        throw new Error(line.message);
      }
    }, signal);
  } catch (error) {
    if (/** @type {any} */ (error).name === "AbortError") return deliveries;
    fill(head, h("span.bad", {}, /** @type {Error} */ (error).message, /** @type {any} */ (error).help && ` ${/** @type {any} */ (error).help}`));
    throw error;
  }
  page.arrived(deliveries, sum);
  return deliveries;
}

/** @param {string} command */
export const equal = (command) => h("div.with-copy", {}, h("pre.command", { tabIndex: 0, "aria-label": "Equal command" }, command),
  h("button", { type: "button", onclick: () => copy(command, "the command") }, "Copy"));

/**
 * The editor: text on the left, what it would be judged on the right, and the answer.
 * @param {any} page
 * @param {{ title: any, text: string, extra?: any, note?: any, order: (body: string | null) => any, of?: any }} what `of`: the capture that is sent again
 */
export function editor(page, { title, text, extra, note, order, of }) {
  // A text area turns all line ends into line feeds; those of the original come back when it is sent.
  const ends = /\r\n/.test(text) && !/(^|[^\r])\n|\r(?!\n)/.test(text) ? "\r\n" : "\n";
  const plain = text.replaceAll("\r", "");
  const mixed = ends === "\n" && text.includes("\r");
  const area = h("textarea", { value: text, "aria-label": "Body", spellcheck: false, autocomplete: "off", wrap: "off", rows: 18 });
  const shown = area.value;
  const out = h("section", { "aria-live": "polite" });
  const verdict = h("section", { "aria-label": "Verdict" });
  const body = () => (area.value === shown ? null : area.value.replaceAll("\n", ends));
  const whole = () => body() ?? text;
  let timer = 0;
  let round = 0;
  const judge = async () => {
    const mine = ++round;
    try {
      const report = await get_verdict(whole());
      if (mine === round) fill(verdict, judged(report, area));
    } catch (error) {
      if (mine === round) fill(verdict, h("p.bad", {}, /** @type {Error} */ (error).message));
    }
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(judge, 150);
  });
  const head = request(of);
  const button = h("button.primary", { type: "button", onclick: () => send() }, "Send ", h("kbd.wide", {}, "Ctrl+Enter"));
  const send = async () => {
    button.disabled = true;
    await run(page, { ...order(body()), ...head.order() }, out).catch(() => {});
    button.disabled = false;
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  });
  judge();
  const root = h("div", {},
    h("div.title", {}, page.back(), h("h1", {}, title)),
    h("div.fields", {}, extra, page.canSend() ? [targets(page.status()), button] : cannot()),
    page.canSend() && head.element,
    mixed && h("p.warning", {}, "Its line ends are mixed. An edited body is sent with line feeds."),
    visible(plain) !== plain && h("p.warning", {}, "The text has characters that do not show, or change the order of others. The verdict shows them by their code points."),
    note,
    h("div.editor.two", {}, h("div", {}, area), h("div.editor", {}, out, verdict)));
  return { root, area, judge, set: (next) => {
    area.value = next;
    judge();
  } };
}

/** Fields that follow from the connection or the body, and those that `replay` never sends. */
const OWN = /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|authorization|proxy-.*|cookie)$/i;

/** Method, path and header fields of what is sent. @param {any} [of] the capture that is sent again */
function request(of) {
  const method = h("select", {}, ["POST", "PUT", "PATCH", "DELETE", "GET"].map((name) => h("option", {}, name)));
  const path = h("input", { type: "text", placeholder: "that of the target", size: 24, spellcheck: false, autocomplete: "off" });
  const logged = h("select", {}, [["provider", "as received, without those of proxies"], ["original", "as received, all"], ["none", "only those below"]].map(([value, label]) => h("option", { value }, label)));
  const fields = h("textarea", { rows: 4, placeholder: "X-Trace: 1", spellcheck: false, autocomplete: "off" });
  const take = h("button", { type: "button", onclick: () => {
    fields.value = of.headers.filter(([name]) => !OWN.test(name)).map(([name, value]) => (value ? `${name}: ${value}` : `${name};`)).join("\n");
    fields.rows = Math.min(12, fields.value.split("\n").length + 1);
    logged.value = "none";
    fields.focus();
  } }, "Edit those received");
  const element = h("details.request", {}, h("summary", {}, "Method, path and headers"),
    h("div.fields", {}, h("label", {}, "Method", method), h("label", {}, "Path and query", path), of && h("label", {}, "Headers", logged), of && take),
    h("label.fields", {}, "Further headers, one a line; they replace those of the same name", fields));
  return { element, order: () => {
    const order = {};
    const lines = fields.value.split("\n").filter((line) => line.trim());
    if (method.value !== "POST") order.method = method.value;
    if (path.value.trim()) order.path = path.value.trim();
    if (of && logged.value !== "provider") order.logged_headers = logged.value;
    if (lines.length) order.headers = lines;
    return order;
  } };
}

/** @param {string} body */
async function get_verdict(body) {
  /** @type {any} */
  let report = null;
  await stream("verdict", { body }, (line) => (report = line));
  return report;
}

/** @param {any} report @param {any} area */
function judged(report, area) {
  const go = (index) => {
    const finding = report.findings[index];
    const before = area.value.split("\n").slice(0, finding.line - 1);
    const at = before.join("\n").length + (before.length ? 1 : 0) + [...(area.value.split("\n")[finding.line - 1] ?? "")].slice(0, finding.column - 1).join("").length;
    area.focus();
    area.setSelectionRange(at, at + 1);
  };
  return [
    h("h2", {}, "Verdict"),
    h("p", { role: "status" }, h(`b.${report.verdict}`, {}, `${MARK[report.verdict]} ${report.verdict}`), " ", report.event ?? "(no event)", report.session && h("span.dim", {}, ` session ${report.session}`)),
    report.findings.length > 0 && list(report.findings, report.codes, go),
    payload(report.lines, report.findings),
  ];
}

/** An edited capture. @param {any} page @param {number} id */
export async function edit(page, id) {
  const found = await get(`captures/${id}`);
  if (typeof found.body !== "string") {
    const why = found.body_is_large ? "It is larger than 1 MiB" : "It is not UTF-8";
    return h("div", {}, h("div.title", {}, page.back(), h("h1", {}, `Edit #${found.name}`)),
      h("p", {}, `${why}, so it cannot be edited here. Download it, edit the file, and send it:`),
      equal(`enx-hook send capture-${id}.json --url ${page.targetUrl()}`),
      h("div.actions", {}, h("a.button", { href: `#/c/${id}` }, "Back to the capture")));
  }
  return editor(page, {
    title: ["Edit ", h("a", { href: `#/c/${id}` }, `#${found.name}`)],
    text: found.body,
    note: !page.canSend() && h("p.dim", {}, "The verdict on the text is live all the same."),
    order: (body) => (body === null ? { captures: [id] } : { body, of: id }),
    of: found,
  }).root;
}

/** A sample or a scenario. @param {any} page @param {string} chosen */
export async function sample(page, chosen) {
  const catalog = await get("catalog");
  const [kind, ...rest] = chosen.split("/");
  const name = rest.join("/");
  if (kind === "scenario") return scenario(page, catalog, name);
  const events = catalog.events;
  const found = events.find((one) => `${one.provider}/${one.event}` === chosen) ?? events[0];
  let fresh = true;
  const box = h("input", { type: "checkbox", checked: true, onchange: () => (fresh = box.checked) });
  return editor(page, {
    title: "Send a sample",
    text: found.sample,
    extra: [picker(page, catalog, `${found.provider}/${found.event}`),
      h("label.check", { title: "New ids and times, as for a new session; only for a sample that is not edited" }, box, "new ids and times")],
    note: h("p.dim", {}, found.title),
    order: (body) => (body === null && fresh ? { event: found.event, fresh: true } : { body: body ?? found.sample }),
  }).root;
}

/** @param {any} page @param {any} catalog @param {string} chosen */
function picker(page, catalog, chosen) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const one of catalog.events) groups.set(one.provider, [...(groups.get(one.provider) ?? []), one]);
  const select = h("select", { onchange: () => (location.hash = `/send/${select.value}`) },
    [...groups].map(([provider, events]) => h("optgroup", { label: provider }, events.map((one) => h("option", { value: `${provider}/${one.event}` }, one.event)))),
    h("optgroup", { label: "scenarios" }, catalog.scenarios.map((one) => h("option", { value: `scenario/${one.name}` }, one.name))));
  select.value = chosen;
  return h("label", {}, "What", select);
}

/** @param {any} page @param {any} catalog @param {string} name */
async function scenario(page, catalog, name) {
  const found = catalog.scenarios.find((one) => one.name === name) ?? catalog.scenarios[0];
  const out = h("section", { "aria-live": "polite" });
  const stop = h("button", { type: "button", hidden: true }, "Stop");
  const button = h("button.primary", { type: "button", onclick: async () => {
    const abort = new AbortController();
    stop.onclick = () => abort.abort();
    [button.disabled, stop.hidden] = [true, false];
    await run(page, { scenario: found.name }, out, abort.signal).catch(() => {});
    [button.disabled, stop.hidden] = [false, true];
  } }, "Run");
  return h("div", {},
    h("div.title", {}, page.back(), h("h1", {}, "Run a scenario")),
    h("div.fields", {}, picker(page, catalog, `scenario/${found.name}`), page.canSend() ? [targets(page.status()), button] : cannot(), stop),
    h("p", {}, found.title),
    out);
}
