// A list of which only the visible part is in the document, however long it is.

import { h } from "./dom.js";

/** The tallest element that all browsers lay out exactly; a longer list scrolls faster. */
const TALLEST = 12_000_000;
const SPARE = 12;

/**
 * @typedef {object} Source
 * @property {() => number} count rows, loaded or not
 * @property {(index: number) => any} at the row, or undefined while it is not loaded
 * @property {(row: any) => string | number} key
 * @property {(row: any) => any[]} cells what stands in a row
 * @property {(from: number, to: number) => void} need these rows are seen and not loaded
 * @property {(row: any) => { open: boolean, marked: boolean, fresh?: boolean }} look
 * @property {() => number} size for aria-setsize; -1 if it is not known
 */

export class RowWindow {
  /**
   * @param {string} label
   * @param {string} kind
   * @param {Source} source
   * @param {{ onopen: (row: any, event: MouseEvent) => void, onscroll?: () => void, many?: boolean }} events
   */
  constructor(label, kind, source, events) {
    this.source = source;
    this.events = events;
    /** @type {Map<string | number, HTMLElement>} */
    this.shown = new Map();
    /** @type {string | number | null} the row with the focus, or that would get it */
    this.current = null;
    this.spacer = h("div", { role: "presentation" });
    this.element = h("div.rows", {
      class: kind, role: "listbox", "aria-label": label, "aria-multiselectable": events.many && "true", tabIndex: -1,
      onscroll: () => this.#soon(), onclick: (event) => this.#click(event),
      onfocusin: (event) => this.#focused(event.target),
    }, this.spacer);
    this.frame = 0;
    /** Where it was scrolled to when it was taken out of the document. */
    this.scroll = 0;
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  get height() {
    return parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || 30;
  }

  /** Real pixels for one pixel of a list that is not squeezed. */
  get #ratio() {
    const all = this.source.count() * this.height;
    const room = this.element.clientHeight;
    return all <= TALLEST ? 1 : (TALLEST - room) / (all - room);
  }

  get atTop() {
    return this.element.scrollTop < this.height / 2;
  }

  /** The first and last index that is seen. */
  get range() {
    const top = this.element.scrollTop / this.#ratio;
    const first = Math.floor(top / this.height);
    return [first, Math.min(first + Math.ceil(this.element.clientHeight / this.height), this.source.count() - 1)];
  }

  keep() {
    this.scroll = this.element.scrollTop;
  }

  #soon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
      this.events.onscroll?.();
    });
  }

  /** Rows came in front: what is seen stays where it is. @param {number} rows */
  shift(rows) {
    this.element.scrollTop += rows * this.height * this.#ratio;
  }

  draw() {
    const { source, height } = this;
    const count = source.count();
    const ratio = this.#ratio;
    this.spacer.style.height = `${Math.min(count * height, TALLEST)}px`;
    const scroll = this.element.scrollTop;
    const offset = scroll - scroll / ratio;
    const [first, last] = this.range;
    const from = Math.max(0, first - SPARE);
    const to = Math.min(count - 1, last + SPARE);
    const seen = new Set();
    let missing = -1;
    let until = -1;
    let behind = this.spacer;
    for (let index = from; index <= to; index++) {
      const row = source.at(index);
      if (row === undefined) {
        if (missing < 0) missing = index;
        until = index;
        continue;
      }
      const key = source.key(row);
      seen.add(key);
      const element = this.#row(key, row);
      this.#place(element, row, index, index * height + offset);
      // In the order in which they are read; a row that is moved would lose the focus.
      if (behind.nextSibling !== element) {
        const focused = element === document.activeElement;
        behind.after(element);
        if (focused) element.focus({ preventScroll: true });
      }
      behind = element;
    }
    for (const [key, element] of this.shown) {
      if (seen.has(key)) continue;
      if (element === document.activeElement) {
        // The row with the focus stays, out of sight, so that the focus does.
        element.style.transform = "translateY(-9999px)";
        continue;
      }
      element.remove();
      this.shown.delete(key);
    }
    if (missing >= 0) source.need(missing, until);
    this.#tabStop(seen, from);
  }

  /** @param {string | number} key @param {any} row */
  #row(key, row) {
    let element = this.shown.get(key);
    if (!element) {
      element = h("div.row", { role: "option", tabIndex: -1, "data-key": key }, ...this.source.cells(row));
      this.shown.set(key, /** @type {HTMLElement} */ (element));
    }
    return /** @type {HTMLElement} */ (element);
  }

  /** @param {HTMLElement} element @param {any} row @param {number} index @param {number} top */
  #place(element, row, index, top) {
    const look = this.source.look(row);
    element.style.transform = `translateY(${top}px)`;
    element.classList.toggle("open", look.open);
    element.classList.toggle("fresh", look.fresh === true);
    element.setAttribute("aria-selected", String(look.marked));
    if (look.open) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
    element.setAttribute("aria-setsize", String(this.source.size()));
    element.setAttribute("aria-posinset", String(index + 1));
  }

  /** One row can be reached with Tab. @param {Set<string | number>} seen @param {number} from */
  #tabStop(seen, from) {
    const first = this.source.at(Math.max(from, this.range[0]));
    const key = this.current !== null && (seen.has(this.current) || this.shown.has(this.current)) ? this.current : first && this.source.key(first);
    for (const [other, element] of this.shown) element.tabIndex = other === key ? 0 : -1;
  }

  /** The content of all rows is made anew. */
  refresh() {
    const focus = this.hasFocus;
    for (const element of this.shown.values()) element.remove();
    this.shown.clear();
    this.draw();
    if (focus && this.current !== null) this.shown.get(this.current)?.focus({ preventScroll: true });
  }

  /** One row is made anew, if it is seen. @param {string | number} key */
  renew(key) {
    const old = this.shown.get(key);
    if (!old) return;
    const focus = old === document.activeElement;
    old.remove();
    this.shown.delete(key);
    this.draw();
    if (focus) this.shown.get(key)?.focus({ preventScroll: true });
  }

  get hasFocus() {
    return this.element.contains(document.activeElement);
  }

  /** Scrolls until a row is seen. @param {number} index */
  reveal(index, middle = false) {
    const ratio = this.#ratio;
    const room = this.element.clientHeight;
    const top = index * this.height;
    const seen = this.element.scrollTop / ratio;
    if (top >= seen && top + this.height <= seen + room) return;
    const aim = middle ? top - room / 2 : top < seen ? top : top + this.height - room;
    this.element.scrollTop = aim * ratio;
    this.draw();
  }

  /** @param {number} index @returns {boolean} whether it could get the focus */
  focus(index) {
    const row = this.source.at(index);
    this.reveal(index);
    if (row === undefined) return false;
    this.current = this.source.key(row);
    this.draw();
    this.shown.get(this.current)?.focus({ preventScroll: true });
    return true;
  }

  /** The row that got the focus, by whatever way. @param {any} target */
  #focused(target) {
    for (const [key, element] of this.shown) if (element === target) this.current = key;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const element = /** @type {HTMLElement} */ (event.target).closest?.(".row");
    if (!(element instanceof HTMLElement)) return;
    for (let index = Math.max(0, this.range[0] - SPARE); index <= this.range[1] + SPARE; index++) {
      const row = this.source.at(index);
      if (row === undefined || String(this.source.key(row)) !== element.dataset.key) continue;
      this.current = this.source.key(row);
      element.focus({ preventScroll: true });
      this.events.onopen(row, event);
      return;
    }
  }
}
