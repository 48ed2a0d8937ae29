// The filter: one line in the query grammar, completed from what was seen.

import { fill, h } from "./dom.js";
import { counted } from "./text.js";
import { get } from "./api.js";

/** The word before the caret, up to a space or a bracket. @param {string} text */
const word = (text) => /** @type {RegExpExecArray} */ (/[^\s()]*$/.exec(text))[0];

/** @param {string} value quoted if the grammar needs it */
const written = (value) => (/^[\w.*-]+$/.test(value) ? value : JSON.stringify(value));

export class Filter {
  /** @param {(query: string, entered: boolean) => void} apply */
  constructor(apply) {
    this.apply = apply;
    /** @type {any} */
    this.catalog = { keywords: [], seen: {} };
    /** @type {{ text: string, about: string }[]} */
    this.choices = [];
    this.chosen = -1;
    /** Whether the list gets the focus once it is there. */
    this.entered = false;
    this.input = h("input", {
      type: "text", placeholder: "Filter: event:roomdrop verdict:invalid   ( / )", "aria-label": "Filter", role: "combobox",
      "aria-expanded": "false", "aria-controls": "choices", "aria-autocomplete": "list", spellcheck: false,
      autocomplete: "off", autocapitalize: "off", maxlength: "2000",
      oninput: () => {
        this.#suggest();
        this.#remind();
      }, onfocus: () => this.#refresh(), onblur: () => this.#close(),
      onclick: () => this.#suggest(), onkeydown: (event) => this.#key(event),
    });
    this.popup = h("ul.choices", {
      id: "choices", role: "listbox", "aria-label": "Completions", hidden: true,
      onmousedown: (event) => {
        const item = /** @type {HTMLElement} */ (event.target).closest?.("li");
        event.preventDefault();
        if (item) this.#take([...this.popup.children].indexOf(item));
      },
    });
    this.clear = h("button", { type: "button", hidden: true, "aria-label": "Clear the filter", onclick: () => this.#apply("") }, "✕");
    // A filter is applied with Enter, which is to be seen while it is not.
    this.hint = h("span.hint", { hidden: true }, "Enter ↵");
    this.applied = "";
    this.element = h("div.filter", { role: "search" }, h("span.field", {}, this.input, this.hint), this.clear, this.popup);
    this.fault = h("div.fault", { role: "alert", hidden: true });
  }

  /** @param {string} query */
  set(query) {
    if (document.activeElement !== this.input || !query) this.input.value = query;
    this.clear.hidden = !query;
    this.applied = query;
    this.#remind();
    this.wrong(null);
  }

  /** Shows how to apply what was typed. */
  #remind() {
    this.hint.hidden = this.input.value.trim() === this.applied;
  }

  /** Says what is wrong with the query, below its place. @param {any} refusal */
  wrong(refusal) {
    this.input.setAttribute("aria-invalid", String(Boolean(refusal)));
    this.fault.hidden = !refusal;
    if (!refusal) return fill(this.fault);
    const at = refusal.column;
    const message = at ? refusal.message.replace(/^column \d+: /, "") : refusal.message;
    const text = this.input.value;
    const from = Math.max(0, (at ?? 1) - 25);
    const place = at && h("pre", {}, `${text.slice(from)}\n${" ".repeat(at - 1 - from)}^`);
    fill(this.fault, place, h("p", {}, message, refusal.help && ` ${refusal.help}`));
  }

  async #refresh() {
    try {
      this.catalog = await get("catalog");
      if (document.activeElement === this.input && this.input.value) this.#suggest();
    } catch { /* without completion, then */ }
  }

  /** @param {string} query */
  #apply(query, entered = false) {
    this.input.value = query;
    this.entered = entered;
    this.#close();
    this.apply(query.trim(), entered);
  }

  #close() {
    this.popup.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #suggest() {
    const at = this.input.selectionStart ?? 0;
    const typed = word(this.input.value.slice(0, at)).replace(/^-/, "");
    this.choices = this.#matching(typed).slice(0, 12);
    this.chosen = -1;
    if (!this.choices.length) return this.#close();
    fill(this.popup, this.choices.map(({ text, about }, index) =>
      h("li", { role: "option", id: `choice-${index}`, "aria-selected": "false" }, text, about && h("span", {}, about))));
    this.popup.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {string} typed */
  #matching(typed) {
    const { keywords, seen } = this.catalog;
    const colon = typed.indexOf(":");
    if (colon < 0) {
      return keywords.filter((k) => k.word.startsWith(typed) && k.word !== typed)
        .map((k) => ({ text: k.word, about: k.about }));
    }
    const name = typed.slice(0, colon + 1);
    const begun = typed.slice(colon + 1).split(",").pop() ?? "";
    const before = typed.slice(0, typed.length - begun.length);
    /** @type {Map<string, string>} */
    const values = new Map();
    const list = { "event:": seen.events, "code:": seen.codes, "session:": seen.sessions, "verdict:": seen.verdicts }[name];
    for (const entry of list ?? []) {
      if (typeof entry === "string") values.set(entry, "");
      else values.set(entry.value, counted(entry.count, "capture"));
    }
    const keyword = keywords.find((k) => k.word === name);
    for (const value of keyword?.values ?? []) if (!values.has(value)) values.set(value, "");
    return [...values].filter(([value]) => value.toLowerCase().includes(begun.toLowerCase()) && value !== begun)
      .map(([value, about]) => ({ text: before + written(value), about }));
  }

  /** @param {number} index */
  #take(index) {
    const choice = this.choices[index];
    if (!choice) return;
    const at = this.input.selectionStart ?? 0;
    const before = this.input.value.slice(0, at);
    const start = at - word(before).replace(/^-/, "").length;
    const tail = choice.text.endsWith(":") ? "" : " ";
    const rest = this.input.value.slice(at).trimStart();
    this.input.value = this.input.value.slice(0, start) + choice.text + tail + rest;
    const caret = start + choice.text.length + tail.length;
    this.input.setSelectionRange(caret, caret);
    this.#remind();
    if (choice.text.endsWith(":")) this.#suggest();
    else this.#apply(this.input.value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const open = !this.popup.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.#suggest();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const count = this.choices.length;
      this.chosen = this.chosen < 0 ? (step > 0 ? 0 : count - 1) : (this.chosen + step + count) % count;
      [...this.popup.children].forEach((item, index) => {
        item.setAttribute("aria-selected", String(index === this.chosen));
        if (index === this.chosen) item.scrollIntoView({ block: "nearest" });
      });
      this.input.setAttribute("aria-activedescendant", `choice-${this.chosen}`);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && this.chosen >= 0) this.#take(this.chosen);
      else this.#apply(this.input.value, true);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (open) this.#close();
      else if (this.input.value) this.#apply("");
      else this.input.dispatchEvent(new CustomEvent("enx:done", { bubbles: true }));
    }
  }
}
