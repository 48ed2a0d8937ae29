// What differs between two captures, or two sessions.

import { h } from "./dom.js";
import { get } from "./api.js";
import { counted } from "./text.js";

/**
 * @param {any} page
 * @param {{ a?: number, b?: number, sample?: number, session?: string, other?: string }} which
 */
export async function diff(page, which, exact = false) {
  const found = await get("diff", { ...which, exact: exact ? 1 : "" });
  const isSession = which.session !== undefined;
  const [a, b] = isSession ? [which.session, which.other] : [`#${which.a}`, which.sample ? "its sample" : `#${which.b}`];
  const link = (name) => name === "its sample" ? name : h("a", { href: isSession ? `#/s/${encodeURIComponent(name)}` : `#/c/${name.slice(1)}` }, name);
  const rows = found.differences;
  const toggle = h("input", { type: "checkbox", checked: exact, onchange: () => page.exact(toggle.checked) });
  const flip = isSession ? `#/d/s/${encodeURIComponent(which.other ?? "")}..${encodeURIComponent(which.session ?? "")}` : `#/d/${which.b}..${which.a}`;
  return h("div", {},
    h("div.title", {}, page.back(), h("h1", {}, "Compare ", link(a), " with ", link(b))),
    h("div.actions", {},
      h("label.check", {}, toggle, "include fields that always differ (ids, times)"),
      !which.sample && h("a.button", { href: flip }, "Swap")),
    h("p", { role: "status" }, found.identical && "The bodies are identical. ",
      rows.length ? `${counted(rows.length, "difference")}${found.identical ? " in the headers." : ""}`
        : found.identical ? "" : exact ? "No difference." : "No difference, apart from fields that always differ (ids, times)."),
    rows.length > 0 && h("table.diff", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Place"), h("th", { scope: "col" }, a), h("th", { scope: "col" }, b))),
      h("tbody", {}, rows.map(row))));
}

/** @param {any} one */
function row(one) {
  const place = one.part === "header" ? `header ${one.pointer.slice(1)}` : one.pointer || "(the whole body)";
  const side = (name, /** @type {string | null} */ text, /** @type {boolean} */ absent) =>
    absent ? h("td.none", {}, "not there") : h(`td.${name}`, {}, h("span.unseen", {}, name === "a" ? "first: " : "second: "), text ?? "null");
  return h("tr", {},
    h("th", { scope: "row" }, one.event && `${one.event} `, place),
    side("a", one.a_text, one.change === "added"),
    side("b", one.b_text, one.change === "removed"));
}
