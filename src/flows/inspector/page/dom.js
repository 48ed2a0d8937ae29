// The one way in which this page makes elements. Text only ever becomes text nodes.

/** @typedef {any} Child a node, text, a number, nothing, or a list of them */

/**
 * Text with the characters that act on the display, or cannot be seen, by their code point, as
 * the terminal shows them. All text of the page goes through it.
 * @param {string} text
 */
export const visible = (text) => text.replace(UNSAFE, (c) => `\\u{${/** @type {number} */ (c.codePointAt(0)).toString(16)}}`);
const UNSAFE = /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{13430}-\u{1345f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/**
 * Makes an element: `h("button.primary", { onclick }, "Send")`.
 *
 * A property that begins with `on` is a listener; `class`, `aria-*`, `data-*`, `role` and so on
 * are attributes; `value`, `checked`, `disabled` and their like are set as properties.
 *
 * @param {string} spec tag and classes
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {any}
 */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className += ` ${value}`;
    else if (PROPERTIES.has(name)) /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, value === true ? "" : visible(String(value)));
  }
  add(element, children);
  return element;
}

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "tabIndex", "readOnly", "open", "spellcheck"]);

/**
 * @param {Node} parent
 * @param {Child[]} children
 */
function add(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(visible(String(child))));
  }
}

/**
 * Replaces what an element holds.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
}

/** @param {string} id @returns {any} */
export const $ = (id) => document.getElementById(id);

let spoken = 0;
let waiting = "";

/**
 * Says something in the one live region, at most every three seconds; the latest wins.
 * @param {string} text
 */
export function say(text) {
  if (!waiting) {
    const wait = Math.max(0, spoken + 3000 - Date.now());
    setTimeout(() => {
      $("live").textContent = visible(waiting);
      waiting = "";
      spoken = Date.now();
    }, wait);
  }
  waiting = text;
}

let timer = 0;

/**
 * A short message at the edge of the page, which goes by itself.
 * @param {string} text
 * @param {"" | "bad"} [tone]
 */
export function toast(text, tone = "") {
  const element = $("toast");
  element.textContent = visible(text);
  element.className = tone;
  element.hidden = false;
  say(text);
  clearTimeout(timer);
  timer = setTimeout(() => (element.hidden = true), tone ? 8000 : 3500);
}

/**
 * @param {string} text
 * @param {string} what
 */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied ${what}`);
  } catch {
    // Without the permission or a secure context: select it, so that Ctrl+C takes it.
    const area = h("textarea", { value: text, readOnly: true, "aria-label": what });
    const dialog = h("dialog.copy", {}, h("p", {}, "Press Ctrl+C to copy."), area);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  }
}
