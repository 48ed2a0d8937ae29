// A payload: the lines that the program laid out, the same as in the terminal.

import { h } from "./dom.js";

const BLOCK = 200;

/**
 * @param {any[]} lines
 * @param {any[]} findings
 * @returns {HTMLElement}
 */
export function payload(lines, findings, label = "Payload") {
  const element = h("div.payload.wrap", { role: "region", "aria-label": label, tabIndex: 0 });
  const make = (line) => one(line, findings);
  element.append(...lines.slice(0, BLOCK).map(make));
  // The rest block by block, so that the first lines are seen at once.
  let at = BLOCK;
  const more = () => {
    if (at >= lines.length || (at > BLOCK && !element.isConnected)) return;
    const block = h("div.big", {}, lines.slice(at, at + BLOCK).map(make));
    element.append(block);
    at += BLOCK;
    requestAnimationFrame(more);
  };
  requestAnimationFrame(more);
  return element;
}

/** @param {any} line @param {any[]} findings */
function one(line, findings) {
  /** @type {any[]} */
  const beside = [];
  const spans = line.spans.map((span, index) => {
    const finding = span.finding === undefined ? null : findings[span.finding];
    if (finding && !beside.includes(finding)) beside.push(finding);
    if (!finding && span.role === "plain") return line.spans[index + 1]?.role === "remark" ? h("span.s-gap", {}, span.text) : span.text;
    return h(`span.s-${span.role}`, { class: finding && `under ${finding.severity}`, title: finding?.message, "data-finding": span.finding }, span.text);
  });
  const notes = beside.map((finding) => h(`span.beside.${finding.severity}`, { title: finding.message }, finding.code));
  return h("div", {}, spans, notes);
}

/** The text of lines, for the clipboard. @param {any[]} lines */
export const text = (lines) => lines.map((line) => line.spans.map((span) => span.text).join("")).join("\n");

/**
 * The findings, each with its place, which leads there.
 * @param {any[]} findings
 * @param {any[]} codes what is known of their codes
 * @param {(index: number) => void} go
 */
export function list(findings, codes, go) {
  return h("ul.findings", {}, findings.map((finding, index) => {
    const known = codes?.find((one) => one.code === finding.code);
    return h(`li.${finding.severity}`, {},
      h(`b.code.${finding.severity}`, {}, finding.code), " ",
      h("button.plain", { type: "button", title: "Show the place", onclick: () => go(index) }, finding.pointer || `line ${finding.line}`),
      h("p", {}, finding.message),
      finding.help && h("p.dim", {}, finding.help),
      known?.sources?.length > 0 && h("p.dim", {}, known.sources.join("; ")));
  }));
}

/** Scrolls to the place of a finding. @param {Element} root @param {number} index */
export function reveal(root, index) {
  const line = root.querySelector(`[data-finding="${index}"]`)?.closest(".payload > div, .big > div") ?? root.querySelector(".payload > div");
  if (!line) return;
  line.scrollIntoView({ block: "center" });
  line.classList.add("flash");
  setTimeout(() => line.classList.remove("flash"), 1500);
}
