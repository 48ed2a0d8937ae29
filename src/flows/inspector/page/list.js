// The captures, newest first: what is loaded, what comes, what is marked.

import { $, fill, h, say, toast } from "./dom.js";
import { Refusal, get, save } from "./api.js";
import { Filter } from "./filter.js";
import { RowWindow } from "./window.js";
import { MARK, clock, counted, duration, gap, grouped } from "./text.js";

const PAGE = 100;

/**
 * Rows are kept by rank, counted from the oldest one, so that those which arrive move nothing.
 * If a filter has to read bodies, the number of matches is not known: then ranks begin at 0
 * with the newest row and go down as far as was read.
 */
export class Captures {
  query = "";
  /** All captures, up to this id. */
  total = 0;
  last = 0;
  /** Rows that came above those that are seen. */
  fresh = 0;
  /** @type {Set<number>} */
  marks = new Set();
  /** @type {Map<number, any>} the last delivery of a capture, as the stream told */
  deliveries = new Map();
  /** @type {Map<number, any>} by rank */
  rows = new Map();
  /** @type {Map<number, number>} rank by id */
  ranks = new Map();
  top = -1;
  bottom = 0;
  /** @type {number | null} where reading goes on, if matches are not counted */
  next = null;
  counted = true;
  /** @type {Set<number>} chunks on their way */
  asked = new Set();
  round = 0;
  /** @type {number | undefined} */
  frame;
  /** @type {number | undefined} how far back bodies were read */
  scanned;
  /** @type {any[] | null} what came while the list was loading */
  held = null;

  /**
   * @param {{ filter: (query: string, entered: boolean) => void, open: (id: number) => void, here: () => number | null,
   *   act: (what: string, ids: number[]) => void, worth: () => any, canSend: () => boolean, empty: (query: string, total: number) => any }} page
   */
  constructor(page) {
    this.page = page;
    this.filter = new Filter(page.filter);
    this.bar = h("div.bar");
    this.empty = h("div.empty", { hidden: true });
    this.window = new RowWindow("Captures, newest first", "captures", {
      count: () => this.top - this.bottom + 1 + (this.next === null ? 0 : 1),
      at: (index) => this.rows.get(this.top - index),
      key: (row) => row.id,
      cells: (row) => this.#cells(row),
      need: (from, to) => this.#need(from, to),
      look: (row) => ({ open: row.id === page.here(), marked: this.marks.has(row.id), fresh: row.fresh }),
      size: () => (this.next === null ? this.top - this.bottom + 1 : -1),
    }, {
      many: true,
      onopen: (row, event) => (event.ctrlKey || event.metaKey || event.shiftKey ? this.mark(row.id) : page.open(row.id)),
      onscroll: () => {
        if (this.fresh && this.window.atTop) this.#seen();
      },
    });
    this.elements = [h("h1.unseen", {}, "Captures"), this.filter.element, this.filter.fault, this.bar, this.empty, this.window.element];
  }

  #clear() {
    this.rows.clear();
    this.ranks.clear();
    this.asked.clear();
    this.held = null;
    this.round++;
  }

  /** The newest id that is known. */
  get newest() {
    return this.rows.get(this.top)?.id ?? 0;
  }

  /**
   * Lists anew. @param {string} query
   * @returns {Promise<boolean>} whether there is a list
   */
  async load(query) {
    const before = this.query;
    const same = query === before;
    this.query = query;
    this.filter.set(query);
    const held = (this.held ??= []);
    const round = ++this.round;
    let page;
    try {
      page = await get("captures", { q: query, limit: PAGE });
    } catch (error) {
      if (round !== this.round) return false;
      this.held = null;
      if (error instanceof Refusal && error.code === "query") {
        this.query = before;
        this.filter.wrong(error);
      } else toast(`The list could not be read: ${/** @type {Error} */ (error).message}`, "bad");
      return false;
    }
    if (round !== this.round) return false;
    const scroll = same ? this.window.element.scrollTop : 0;
    this.#clear();
    this.counted = page.matched !== null;
    this.top = this.counted ? page.matched - 1 : page.rows.length - 1;
    this.bottom = 0;
    this.next = this.counted ? null : page.next;
    this.total = page.total;
    if (!query) this.last = page.rows[0]?.id ?? 0;
    this.#keep(page.rows, this.top);
    this.window.refresh();
    this.window.element.scrollTop = scroll;
    if (!same || this.window.atTop) this.fresh = 0;
    for (const row of held) this.take(row);
    this.status();
    if (this.filter.entered) this.focus();
    this.filter.entered = false;
    performance.mark("enx:list");
    return true;
  }

  /** @param {any[]} rows newest first @param {number} rank of the first */
  #keep(rows, rank) {
    for (const row of rows) {
      if (rank > this.top) { rank--; continue; }
      this.rows.set(rank, row);
      this.ranks.set(row.id, rank--);
    }
    if (this.rows.size > 20_000) this.#forget();
  }

  /** Rows far from those that are seen are loaded again when they are. */
  #forget() {
    const [first, last] = this.window.range;
    for (const [rank, row] of this.rows) {
      const index = this.top - rank;
      if (index === 0 || (index > first - 2000 && index < last + 2000)) continue;
      this.rows.delete(rank);
      this.ranks.delete(row.id);
    }
    this.asked.clear();
  }

  /** @param {number} from @param {number} to indexes */
  #need(from, to) {
    if (!this.counted) return this.#further();
    for (let chunk = Math.floor((this.top - to) / PAGE); chunk <= Math.floor((this.top - from) / PAGE); chunk++) {
      if (this.asked.has(chunk) || this.asked.size >= 3) continue;
      const offset = Math.max(0, this.top - (chunk * PAGE + PAGE - 1));
      this.#fetch(chunk, { q: this.query, limit: PAGE, offset }, (page) => {
        if (page.matched > 0) this.#keep(page.rows, page.matched - 1 - offset);
      });
    }
  }

  #further() {
    if (this.next === null || this.asked.has(0)) return;
    this.#fetch(0, { q: this.query, limit: PAGE, before: this.next }, (page) => {
      this.#keep(page.rows, this.bottom - 1);
      this.bottom -= page.rows.length;
      this.next = page.next;
      this.scanned = page.next;
      this.status();
    });
  }

  /** @param {number} chunk @param {any} query @param {(page: any) => void} then */
  async #fetch(chunk, query, then) {
    const round = this.round;
    this.asked.add(chunk);
    try {
      const page = await get("captures", query);
      if (round === this.round) then(page);
    } catch {
      // The stream says that the program is away; what is missing is asked for again then.
      await new Promise((done) => setTimeout(done, 1000));
    }
    if (round !== this.round) return;
    this.asked.delete(chunk);
    this.window.draw();
  }

  /** A capture arrived. @param {any} row */
  take(row) {
    if (row.id > this.last) {
      this.total++;
      this.last = row.id;
    }
    if (this.held) return void this.held.push(row);
    if (row.id <= this.newest) return;
    const follow = this.window.atTop;
    row.fresh = true;
    setTimeout(() => (row.fresh = false), 1600);
    this.top++;
    this.#keep([row], this.top);
    if (!follow) {
      this.fresh++;
      this.window.shift(1);
    }
    say(`${row.event ?? "a capture"} arrived, ${row.verdict}`);
    this.soon();
  }

  /** @param {number} total @param {number | null} last how many captures there are, up to which */
  count(total, last) {
    this.total = total;
    this.last = last ?? 0;
    this.soon();
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.status();
      this.window.draw();
    });
  }

  /** @param {any} delivery of the stream */
  delivered(delivery) {
    this.deliveries.set(delivery.seq, delivery);
    if (this.deliveries.size > 5000) this.deliveries.delete([...this.deliveries.keys()][0]);
    this.window.renew(delivery.seq);
  }

  /** It is known now what a row was made of. @param {any} replay of the stream */
  replayed(replay) {
    const row = this.rows.get(this.ranks.get(replay.id) ?? -1);
    if (!row) return;
    row.replay_of = replay.replay_of;
    this.window.renew(row.id);
  }

  #seen() {
    this.fresh = 0;
    this.status();
  }

  /** The line above the rows. */
  status() {
    const count = this.top - this.bottom + 1;
    const nothing = count <= 0 && this.next === null;
    this.window.element.hidden = nothing;
    this.empty.hidden = !nothing;
    if (nothing) fill(this.empty, this.page.empty(this.query, this.total));
    const marks = [...this.marks].sort((a, b) => a - b);
    this.bar.classList.toggle("marked", marks.length > 0);
    if (marks.length) return this.#marked(marks);
    const more = this.next !== null;
    const text = !this.query ? counted(this.total, "capture")
      : `${grouped(Math.max(0, count))}${more ? " so far" : ""} of ${counted(this.total, "capture")} match${count === 1 ? "es" : ""}`;
    fill(this.bar,
      h("span", {}, text, more && this.scanned && ` (searched back to #${this.scanned})`),
      this.fresh > 0 && h("button.chip", { type: "button", onclick: () => this.newestFirst() }, `${grouped(this.fresh)} new ↑`),
      // In a narrow window, the first screen is not beside the list.
      !this.query && this.page.worth(),
      h("span.grow"),
      !nothing && h("button.plain", { type: "button", title: this.query ? "Save what matches as a HAR file" : "Save all captures as a HAR file", onclick: () => this.#har({ q: this.query }) }, "HAR"));
  }

  /** @param {number[]} ids */
  #marked(ids) {
    fill(this.bar,
      h("b", {}, `${grouped(ids.length)} marked`),
      this.page.canSend() && h("button", { type: "button", onclick: () => this.page.act("replay", ids) }, "Replay ", h("kbd.wide", {}, "r")),
      ids.length === 2 && h("button", { type: "button", onclick: () => this.page.act("diff", ids) }, "Compare ", h("kbd.wide", {}, "d")),
      h("button", { type: "button", onclick: () => this.#har({ ids: ids.join(",") }) }, "HAR"),
      h("button.plain", { type: "button", onclick: () => this.unmark() }, "Clear"));
  }

  /** @param {Record<string, string>} query */
  #har(query) {
    save(`/v1/har?${new URLSearchParams(query)}`, "captures.har").then(() => toast("Saved captures.har"), (error) => toast(error.message, "bad"));
  }

  newestFirst() {
    this.window.element.scrollTop = 0;
    this.window.draw();
    this.#seen();
    this.window.focus(0);
  }

  /** @param {any} id */
  mark(id) {
    if (!this.marks.delete(id)) this.marks.add(id);
    this.status();
    this.window.draw();
  }

  unmark() {
    this.marks.clear();
    this.status();
    this.window.draw();
    this.window.focus(this.index(this.window.current));
  }

  /** Where a capture stands. @param {any} id */
  index(id) {
    const rank = this.ranks.get(id);
    if (rank !== undefined) return this.top - rank;
    // Without a filter the numbers of a log have no gaps, in general.
    return this.query || id === null || !this.newest ? 0 : Math.min(this.top, Math.max(0, this.newest - id));
  }

  /** The row that keys are about. */
  get row() {
    const rank = this.ranks.get(/** @type {number} */ (this.window.current));
    return rank === undefined ? undefined : this.rows.get(rank);
  }

  /** Shows the row of a capture and gives it the focus, if asked. @param {number} id */
  show(id, focus = false) {
    if (!this.ranks.has(id) && (this.query || !this.counted)) {
      this.window.draw();
      return focus ? this.focus() : undefined;
    }
    this.window.current = id;
    this.window.reveal(this.index(id), true);
    this.window.draw();
    if (focus) this.#reach(this.index(id));
  }

  focus() {
    const index = this.window.current === null ? this.window.range[0] : this.index(this.window.current);
    if (!this.window.focus(Math.max(0, index))) $("side").querySelector(".row")?.focus();
  }

  /** Moves the focus by rows, or to an end. @param {number} step */
  move(step) {
    const count = this.top - this.bottom + 1;
    if (count <= 0) return;
    const has = this.window.current !== null && this.ranks.has(/** @type {number} */ (this.window.current));
    const index = has ? this.index(this.window.current) + step : step === Infinity ? count - 1 : this.window.range[0];
    this.#reach(Math.min(count - 1, Math.max(0, index)));
  }

  /** Gives the focus to a row. @param {number} aim its index */
  #reach(aim) {
    if (this.window.focus(aim)) return;
    // Not loaded yet: it gets the focus when it is.
    const round = this.round;
    const wait = setInterval(() => {
      if (round !== this.round || this.window.focus(aim)) clearInterval(wait);
    }, 50);
  }

  /** What is worth a word about a row, the worst first. @param {any} row @returns {[string, string]} */
  #what(row) {
    const delivery = this.deliveries.get(row.id) ?? row.delivery;
    if (delivery && delivery.state !== "delivered") return [`forward: ${delivery.status ?? delivery.state}`, "bad"];
    const parts = row.verdict === "valid" ? [] : [(row.verdict !== "unknown" && row.codes?.[0]) || row.verdict];
    if (row.replay_of) parts.push(`replay of #${row.replay_of}`);
    else if (row.duplicate_of) parts.push(`duplicate of #${row.duplicate_of}`);
    if (row.same_key_as) parts.push(`same key as #${row.same_key_as}`);
    if (row.out_of_order_after) parts.push("out of order");
    if (row.missing_before?.length) parts.push(`no ${row.missing_before.join(", ")} before it`);
    if (parts.length) return [parts.join(" · "), row.verdict !== "valid" ? row.verdict : row.replay_of && parts.length === 1 ? "" : "warning"];
    return delivery ? [`${delivery.status} in ${duration(delivery.took_ms)}`, ""] : ["valid", ""];
  }

  /** @param {any} row */
  #cells(row) {
    const [what, tone] = this.#what(row);
    return [
      h(`span.${row.verdict}`, { "aria-hidden": "true" }, MARK[row.verdict]),
      h("span.event", {}, row.event ?? "(no event)"),
      h("span.session.mono", {}, row.session ?? ""),
      h("span.end.gap", {}, row.since_previous_ms === null ? "" : gap(row.since_previous_ms)),
      h("span.what", { class: tone || "dim", title: what }, what !== row.verdict && h("span.unseen", {}, `${row.verdict} `), what),
      h("span.end.time", {}, clock(row.received_at)),
      h("span.end.seq", {}, `#${row.name}`),
    ];
  }
}
