// One capture in full.

import { copy, fill, h, toast } from "./dom.js";
import { get, save } from "./api.js";
import { list, payload, reveal, text } from "./payload.js";
import { cannot, targets } from "./target.js";
import { MARK, clock, counted, day, duration, gap, size } from "./text.js";

/** @param {any} page @param {number} id */
export async function capture(page, id, full = false) {
  const found = await get(`captures/${id}`, { full: full ? 1 : "" });
  const root = h("div");
  fill(root,
    title(page, found),
    page.sent(id),
    actions(page, found),
    context(found),
    found.session && strip(found),
    found.findings.length > 0 && h("section", {}, h("h2", {}, counted(found.findings.length, "finding")), list(found.findings, found.codes, (index) => reveal(root, index))),
    body(page, found),
    deliveries(found.deliveries ?? []),
    headers(found));
  return root;
}

/** @param {any} page @param {any} found */
function title(page, found) {
  return h("div.title", {},
    page.back(),
    h("h1", {}, found.event ?? "(no event)"),
    h(`span.badge.${found.verdict}`, {}, `${MARK[found.verdict]} ${found.verdict}`),
    h("span.dim", { title: found.received_at }, `#${found.name}`),
    h("span.dim", { title: found.received_at }, `${day(found.received_at)} ${clock(found.received_at, true)}`),
    h("span.grow"), step(page, found.next_id, "Next capture", "↑"), step(page, found.previous_id, "Previous capture", "↓"));
}

/** @param {any} page @param {number | null} id @param {string} label @param {string} arrow */
const step = (page, id, label, arrow) => id && h("a.button", { href: page.link(`/c/${id}`), title: label, "aria-label": label }, arrow);

/** @param {any} page @param {any} found */
function actions(page, found) {
  const can = page.canSend();
  const copies = h("select.copies", {
    "aria-label": "Copy", onchange: async () => {
      const [as, label] = [copies.value, copies.selectedOptions[0].textContent];
      copies.value = "";
      try {
        if (as === "payload") await copy(text(found.lines), "the payload as shown");
        else if (as === "body") await copy(found.body, "the body as received");
        else await copy((await get(`captures/${found.id}/request`, { as, target: page.target() })).text, label);
      } catch (error) {
        toast(/** @type {Error} */ (error).message, "bad");
      }
    },
  },
  h("option", { value: "" }, "Copy…"),
  [["curl", "curl command"], ["command", "enx-hook command"], ["http", "HTTP request"], ["payload", "payload as shown"]]
    .map(([value, label]) => h("option", { value }, label)),
  typeof found.body === "string" && h("option", { value: "body" }, "body as received"));
  return h("div.actions", { role: "group", "aria-label": "Actions" },
    can && h("button.primary", { type: "button", onclick: () => page.act("replay", [found.id]) }, "Replay ", h("kbd.wide", {}, "r")),
    can && targets(page.status(), "to"),
    can && h("a.button", { href: page.link(`/e/${found.id}`) }, "Edit ", h("kbd.wide", {}, "e")),
    h("button", { type: "button", onclick: () => page.act("diff", [found.id]) }, "Diff ", h("kbd.wide", {}, "d")),
    copies,
    h("button", { type: "button", onclick: () => raw(found).catch((error) => toast(error.message, "bad")) }, "Download"),
    !can && cannot());
}

/** @param {any} found */
const raw = (found) => save(`/v1/captures/${found.id}/raw`, `capture-${found.id}.${typeof found.body === "string" ? "json" : "bin"}`);

/** @param {any} found */
function context(found) {
  const { duplicate_of, same_key_as, out_of_order_after, replay_of } = found.relations;
  const to = (id) => h("a", { href: `#/c/${id}` }, `#${id}`);
  const compare = (id) => h("a", { href: `#/d/${id}..${found.id}` }, "compare");
  return h("div.facts", {},
    h("span", {}, h("span.dim", {}, `${found.method ?? "POST"} `), h("code", {}, found.target)),
    h("span.dim", {}, `from ${found.peer}`),
    h("span.dim", {}, size(found.bytes)),
    found.content_encoding?.length > 0 && h("span.dim", {}, `unpacked from ${found.content_encoding.join(", ")}`),
    found.since_previous_ms !== null && h("span", {}, `${gap(found.since_previous_ms)} after `,
      found.previous_in_session ? to(found.previous_in_session) : "the previous event", " of its session"),
    replay_of && h("span", {}, "replay of ", to(replay_of)),
    duplicate_of && h("span.warning", {}, "duplicate of ", to(duplicate_of)),
    same_key_as && h("span.warning", {}, "same key as ", to(same_key_as), ", another body (", compare(same_key_as), ")"),
    out_of_order_after && h("span.warning", {}, "out of order: arrived after ", to(out_of_order_after)),
    found.missing_before?.length > 0 && h("span.warning", {}, `no ${found.missing_before.join(", ")} before it`));
}

/** The session in one line; it is filled when it is there. @param {any} found */
function strip(found) {
  const element = h("div.strip", {}, h("span.dim", {}, "…"));
  const href = `#/s/${encodeURIComponent(found.session)}`;
  get(`sessions/${encodeURIComponent(found.session)}`).then((answer) => {
    const all = inPlace((answer.timelines.find((one) => one.session.provider === found.provider) ?? answer.timelines[0])?.steps ?? []);
    // What may come and what nobody can tell stands in the timeline.
    const steps = all.filter((step) => step.id !== null || step.standing === "missing" || step.standing === "open");
    const at = steps.findIndex((step) => step.id === found.id);
    const from = Math.max(0, Math.min(at - 6, steps.length - 12));
    fill(element,
      from > 0 && h("span.dim", {}, `${from} earlier ·`),
      steps.slice(from, from + 12).map((step) => pill(step, found.id)),
      steps.length > from + 12 && h("span.dim", {}, `· ${steps.length - from - 12} more`),
      all.length > steps.length && h("a.rest", { href }, `${all.length - steps.length} more in the timeline`));
  }, () => fill(element));
  return h("section", {}, h("h2", {}, "Session ", h("a.mono", { href }, found.session)), element);
}

/** The steps of a session, with each missing event behind the capture that it follows. @param {any[]} steps */
export function inPlace(steps) {
  const rest = steps.filter((step) => !step.follows);
  return rest.flatMap((step) => [step, ...(step.id === null ? [] : steps.filter((one) => one.follows === step.id))]);
}

/** @param {any} step @param {number} here */
function pill(step, here) {
  const name = step.event ?? "(no event)";
  const times = step.duplicates > 0 ? ` ×${step.duplicates + 1}` : "";
  if (step.id === null) {
    const mark = step.standing === "missing" ? "✕ " : "○ ";
    return h("span.ghost", { class: step.standing, title: step.why ?? "" }, mark, name, h("span.unseen", {}, ` (${step.standing})`));
  }
  return h("a", { href: `#/c/${step.id}`, "aria-current": step.id === here && "step", title: `#${step.id} ${clock(step.at)}` },
    h(`span.${step.verdict}`, { "aria-hidden": "true" }, MARK[step.verdict]), ` ${name}${times}`);
}

/** @param {any} page @param {any} found */
function body(page, found) {
  const folded = !found.full && found.lines.some((line) => line.spans.some((span) => span.role === "fold"));
  const shown = payload(found.lines, found.findings);
  const wraps = localStorage.getItem("enx-hook.wrap") !== "off";
  shown.classList.toggle("wrap", wraps);
  const wrap = h("button.plain", { type: "button", "aria-pressed": String(wraps), onclick: () => {
    const on = shown.classList.toggle("wrap");
    localStorage.setItem("enx-hook.wrap", on ? "on" : "off");
    wrap.setAttribute("aria-pressed", String(on));
  } }, "Wrap lines");
  return h("section", {},
    h("h2", {}, "Payload", h("span.grow"), wrap,
      folded && h("button.plain", { type: "button", onclick: () => page.full(found.id) }, "Show all"),
      found.body_is_large && h("span", {}, "larger than 1 MiB: download it to see all")),
    shown);
}

/** What became of forwarding it. @param {any[]} deliveries */
export function deliveries(deliveries) {
  if (!deliveries.length) return null;
  return h("section", {}, h("h2", {}, "Deliveries"), deliveries.map(answer));
}

/** An answer of a target. @param {any} d a delivery */
export function answer(d) {
  const ok = d.status >= 200 && d.status < 300;
  const error = typeof d.error === "string" ? d.error : d.error?.message;
  const tries = d.attempts > 1 ? `, ${d.attempts} attempts` : "";
  return h("div.answer", {},
    h("p", {},
      h(`b.${ok ? "valid" : "bad"}`, {}, d.status ? `${d.status} ` : "no answer "),
      h("span.dim", {}, `${d.state && d.state !== "delivered" ? `${d.state}, ` : ""}in ${duration(d.took_ms)}${tries} from `), h("code", {}, d.target ?? d.url),
      d.at && h("span.dim", {}, ` at ${clock(d.at)}`)),
    error && h("p.bad", {}, error),
    d.answer && h("pre", {}, d.answer));
}

/** The request line and the header fields. @param {any} found */
const headers = (found) => h("section", {}, h("h2", {}, "Request"), payload(found.head, [], "Request line and headers"));
