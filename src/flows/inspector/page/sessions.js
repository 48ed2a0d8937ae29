// Sessions: which are complete, and what the others lack.

import { fill, h, toast } from "./dom.js";
import { get } from "./api.js";
import { answer, inPlace } from "./detail.js";
import { cannot } from "./target.js";
import { RowWindow } from "./window.js";
import { MARK, clock, counted, day, duration, gap, grouped } from "./text.js";

const PAGE = 100;
const STATES = ["problems", "missing", "out-of-order", "open", "truncated", "complete"];
/** @type {Record<string, string>} */
const TONE = { problems: "invalid", missing: "invalid", "out-of-order": "warning", open: "", truncated: "", complete: "valid" };
/** @type {Record<string, string>} */
const GLYPH = { problems: "!", missing: "✕", "out-of-order": "⇅", open: "○", truncated: "◌", complete: "●" };

const TRUNCATED = "Its beginning is not in the log, so that nobody can tell what is missing";

/** @param {any} session */
const what = (session) => (session.missing.length ? `missing ${session.missing.map((name) => name.replaceAll("|", " or ")).join(", ")}` : session.state.replaceAll("-", " "));

/** What the states are called on their buttons. @type {Record<string, string>} */
const LABEL = { "": "all", problems: "with problems", "out-of-order": "out of order" };

/**
 * What is wrong with a session besides its state, the worst first.
 * @param {any} session
 */
const remarks = (session) => [
  session.invalid > 0 && `${grouped(session.invalid)} invalid`,
  session.state !== "out-of-order" && session.problems.includes("out-of-order") && "out of order",
  session.duplicates > 0 && counted(session.duplicates, "duplicate"),
  session.verdict === "unknown" && "unknown event",
  session.verdict === "warning" && "warning",
].filter((text) => text);

/** A session in words; what is complete needs none if there is something else to say. @param {any} session */
export function problem(session) {
  const words = remarks(session);
  return (session.state === "complete" && words.length ? words : [what(session), ...words]).join(" · ");
}

/** The worst about a session: the colour and the mark. @param {any} session @returns {[string, string]} */
export function worst(session) {
  if (session.state === "missing") return ["invalid", GLYPH.missing];
  if (session.invalid > 0) return ["invalid", MARK.invalid];
  if (session.problems.includes("out-of-order")) return ["warning", GLYPH["out-of-order"]];
  if (session.verdict === "unknown") return ["unknown", MARK.unknown];
  if (session.verdict === "warning" || session.duplicates > 0) return ["warning", MARK.warning];
  return [TONE[session.state], GLYPH[session.state]];
}

export class Sessions {
  /** @param {{ open: (session: any) => void, state: (state: string) => void, here: () => string | null, empty: () => any }} page */
  constructor(page) {
    this.page = page;
    /** @type {any[]} */
    this.rows = [];
    this.total = 0;
    this.state = "";
    this.text = "";
    this.round = 0;
    /** Whether the list gets the focus when it is there. */
    this.entered = false;
    /** @type {Set<number>} */
    this.asked = new Set();
    this.choice = h("div.bar", { role: "group", "aria-label": "State" });
    this.search = h("input", {
      type: "search", placeholder: "Session id", "aria-label": "Session id", spellcheck: false,
      oninput: () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
          this.text = this.search.value.trim();
          this.load();
        }, 150);
      },
      onkeydown: (event) => {
        if (event.key === "Enter") {
          this.entered = true;
          this.#seek(this.search.value);
        } else if (event.key === "Escape") {
          if (this.search.value) this.#seek("");
          else this.search.dispatchEvent(new CustomEvent("enx:done", { bubbles: true }));
        } else return;
        event.stopPropagation();
        event.preventDefault();
      },
    });
    this.empty = h("div.empty", { hidden: true });
    this.window = new RowWindow("Sessions, the latest first", "sessions", {
      count: () => this.total,
      at: (index) => this.rows[index],
      key: (row) => `${row.provider}/${row.session}`,
      cells: (row) => this.#cells(row),
      need: (from) => this.#need(from),
      look: (row) => ({ open: row.session === page.here(), marked: false }),
      size: () => this.total,
    }, { onopen: (row) => page.open(row) });
    this.elements = [h("h1.unseen", {}, "Sessions"), h("div.filter", { role: "search" }, this.search), this.choice, this.empty, this.window.element];
  }

  /** Lists the sessions with this text in their id. @param {string} text */
  #seek(text) {
    clearTimeout(this.timer);
    this.search.value = text;
    this.text = text.trim();
    this.load();
  }

  /** All sessions again. */
  #clear() {
    const state = this.state;
    this.search.focus();
    this.#seek("");
    if (state) this.page.state("");
  }

  async load() {
    const round = ++this.round;
    try {
      const page = await get("sessions", { state: this.state, text: this.text, limit: PAGE });
      if (round !== this.round) return;
      this.rows = page.sessions;
      this.#count(page);
      this.asked.clear();
      this.#choices(page.summary);
      this.window.element.hidden = this.total === 0;
      this.empty.hidden = this.total !== 0;
      if (!this.total) fill(this.empty, page.summary.sessions
        ? [h("strong", {}, "No session matches."), h("button", { type: "button", onclick: () => this.#clear() }, "Clear the filter")]
        : this.page.empty());
      this.window.refresh();
      if (this.entered) this.focus();
      this.entered = false;
    } catch (error) {
      if (round === this.round) toast(`The sessions could not be read: ${/** @type {Error} */ (error).message}`, "bad");
    }
  }

  /** How many there are: the summary knows, except for a part of an id. @param {any} page */
  #count({ summary, next }) {
    const least = this.rows.length + (next === null ? 0 : 1);
    const known = this.state ? summary[this.state.replaceAll("-", "_")] : summary.sessions;
    // The program counts sessions every two seconds, and lists what there is now.
    this.total = this.text ? least : Math.max(least, known ?? 0);
  }

  /** What comes changes sessions: they are read again, at most once a second. */
  changed() {
    this.later ??= setTimeout(() => {
      this.later = undefined;
      if (this.window.element.isConnected && this.window.atTop) this.load();
    }, 1000);
  }

  /** @param {number} from */
  async #need(from) {
    const offset = Math.floor(from / PAGE) * PAGE;
    if (this.asked.has(offset)) return;
    this.asked.add(offset);
    const round = this.round;
    const page = await get("sessions", { state: this.state, text: this.text, offset, limit: PAGE }).catch(() => null);
    if (!page || round !== this.round) return;
    page.sessions.forEach((row, at) => (this.rows[offset + at] = row));
    this.#count(page);
    this.window.draw();
  }

  /** @param {any} summary */
  #choices(summary) {
    // The buttons are made anew: the one with the focus keeps it.
    const focused = this.choice.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.state : undefined;
    const chip = (state, count) => h("button.plain", {
      type: "button", "data-state": state, title: state === "truncated" && TRUNCATED, class: this.state === state ? "chip" : "", "aria-pressed": String(this.state === state),
      onclick: () => this.page.state(state),
    }, state && h("span", { class: TONE[state], "aria-hidden": "true" }, GLYPH[state]), `${LABEL[state] ?? state} ${grouped(count)}`);
    fill(this.choice, chip("", summary.sessions), STATES.map((state) => {
      const count = summary[state.replaceAll("-", "_")] ?? 0;
      return count > 0 || this.state === state ? chip(state, count) : null;
    }));
    if (focused !== undefined) (this.choice.querySelector(`[data-state="${focused}"]`) ?? this.choice.firstChild)?.focus();
  }

  /** @param {any} row */
  #cells(row) {
    const words = [what(row), ...remarks(row)].join(" · ");
    const [tone, mark] = worst(row);
    return [
      h("span", { class: tone, "aria-hidden": "true" }, mark),
      h("span.mono.event", {}, row.session),
      h("span.what", { class: tone === "valid" ? "dim" : tone, title: words }, words),
      h("span.end.count", { title: counted(row.captures, "capture") }, `${grouped(row.captures)}`, h("span.unseen", {}, " captures")),
      h("span.end.time", {}, clock(row.first_at)),
    ];
  }

  get row() {
    return this.rows.find((row) => row && `${row.provider}/${row.session}` === this.window.current);
  }

  index() {
    return this.rows.findIndex((row) => row && `${row.provider}/${row.session}` === this.window.current);
  }

  /** @param {number} step */
  move(step) {
    if (!this.total) return;
    const at = this.index();
    const aim = at < 0 ? (step === Infinity ? this.total - 1 : this.window.range[0]) : at + step;
    this.window.focus(Math.min(this.total - 1, Math.max(0, aim)));
  }

  focus() {
    this.window.focus(Math.max(0, this.index()));
  }

  /** Gives the focus to the row of a session, if it is loaded. @param {string} id */
  show(id) {
    const index = this.rows.findIndex((row) => row?.session === id);
    if (index < 0) this.focus();
    else this.window.focus(index);
  }
}

/**
 * The timeline of a session, with rows for what has not come.
 * @param {any} page @param {string} id
 */
export async function timeline(page, id, here = 0) {
  const found = await get(`sessions/${encodeURIComponent(id)}`);
  return h("div", {}, found.timelines.map((one, at) => [
    heading(page, one.session, at === 0),
    h("ol.timeline", { "aria-label": `Timeline of session ${one.session.session}` }, inPlace(one.steps).map((step) => row(step, here, one.steps))),
  ]), found.left_out > 0 && h("p.dim", {}, `${counted(found.left_out, "capture")} more: enx-hook log timeline ${id}`));
}

/** @param {any} page @param {any} session @param {boolean} first */
function heading(page, session, first) {
  const query = `session:${/^[\w.-]+$/.test(session.session) ? session.session : JSON.stringify(session.session)}`;
  const other = h("input", { "aria-label": "Another session", placeholder: "another session", size: 14, spellcheck: false });
  const [tone, mark] = worst(session);
  const also = session.problems.filter((state) => state !== session.state && state !== "out-of-order");
  return [
    h("div.title", {}, first && page.back(),
      h("h1.mono", {}, session.session),
      h(`span.badge`, { class: tone, title: session.state === "truncated" && TRUNCATED }, `${mark} ${problem(session)}`),
      h("span.dim", {}, `${day(session.first_at)} ${clock(session.first_at)}${session.seconds === null ? "" : `, ${duration(session.seconds * 1000)}`}`)),
    h("div.facts", {},
      h("span", {}, counted(session.captures, "capture")),
      h("span", {}, "worst capture ", h(`b.${session.verdict}`, {}, `${MARK[session.verdict]} ${session.verdict}`)),
      also.length > 0 && h("span", {}, `also ${also.join(", ")}`)),
    h("div.actions", {},
      page.canSend() ? h("button.primary", { type: "button", onclick: () => page.replaySession(session) }, "Replay the session") : null,
      h("a.button", { href: `#/?q=${encodeURIComponent(query)}` }, "Its captures"),
      h("form.actions", { onsubmit: (event) => {
        event.preventDefault();
        const text = other.value.trim();
        if (text) location.hash = `/d/s/${encodeURIComponent(session.session)}..${encodeURIComponent(text)}`;
      } }, other, h("button", {}, "Compare")),
      first && !page.canSend() && cannot()),
  ];
}

/** @param {any} step @param {number} here @param {any[]} steps */
function row(step, here, steps) {
  if (step.id === null) {
    return h("li.ghost", { class: step.standing },
      h("span.when", {}, "…"),
      h("span.rail", { "aria-hidden": "true" }, h("b", {}, step.standing === "missing" ? "✕" : "○")),
      h("div.what", {}, h("strong", {}, (step.event ?? "").replaceAll("|", " or ")), ` ${step.why ?? step.standing}`));
  }
  const times = step.duplicates > 0 && h("span.warning", {}, ` ×${step.duplicates + 1}`);
  const later = step.out_of_order_after && steps.find((one) => one.id === step.out_of_order_after);
  return h("li", { class: step.id === here ? "here" : "" },
    h("span.when", {}, clock(step.at), h("br"), h("small", {}, step.offset_ms ? gap(step.offset_ms) : "")),
    h("span.rail", { "aria-hidden": "true" }, h(`b.${step.verdict}`, {}, MARK[step.verdict])),
    h("div.what", {},
      h("a", { href: `#/c/${step.id}` }, step.event ?? "(no event)"), h("span.dim", {}, ` #${step.id}`), times,
      step.verdict !== "valid" && h(`span.${step.verdict}`, {}, ` ${step.verdict}`),
      step.out_of_order && h("span.warning", {}, " out of order",
        step.out_of_order_after && [": arrived after ", h("a", { href: `#/c/${step.out_of_order_after}` }, `#${step.out_of_order_after}`), later?.event && ` ${later.event}`]),
      step.gap_ms > 1000 && h("small.dim", {}, `  ${duration(step.gap_ms)} later`),
      (step.deliveries ?? []).filter((d) => d.state !== "delivered").map(answer)));
}
