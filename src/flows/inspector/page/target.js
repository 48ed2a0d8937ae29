// Where to send: the targets that were named, and any URL of this machine.

import { h } from "./dom.js";

const TARGET = "enx-hook.target";

/** @param {any} status @returns {string} the chosen target: a name or a URL */
export function target(status) {
  const kept = localStorage.getItem(TARGET) ?? "";
  const known = status.targets.some((one) => one.name === kept);
  if (known || (kept && status.any_loopback && LOOPBACK.test(kept))) return kept;
  return (status.targets.find((one) => one.default) ?? status.targets[0])?.name ?? "";
}

const LOOPBACK = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])([:/]|$)/i;

/** Why there is nothing to send with. */
export const cannot = () => h("span.dim", {}, "Nothing can be sent: start with ", h("code", {}, "--url URL"), " to send.");

/** The choice of a target. @param {any} status @param {string} [label] */
export function targets(status, label = "Target") {
  const chosen = target(status);
  const named = status.targets.some((one) => one.name === chosen);
  const url = h("input", {
    type: "text", value: named ? "" : chosen, "aria-label": "URL on this machine", placeholder: "http://localhost:8080/hook", size: 30, spellcheck: false,
    hidden: named, oninput: () => localStorage.setItem(TARGET, url.value.trim()),
  });
  const select = h("select", {
    "aria-label": "Target", onchange: () => {
      url.hidden = select.value !== "";
      localStorage.setItem(TARGET, select.value || url.value);
      if (!url.hidden) url.focus();
    },
  }, status.targets.map((one) => h("option", { value: one.name }, one.name === "listener" ? `this listener, ${one.url}` : one.name === one.url ? one.url : `${one.name}, ${one.url}`)),
  status.any_loopback && h("option", { value: "" }, "another URL on this machine…"));
  select.value = named ? chosen : "";
  return h("label", {}, label, h("span.actions", {}, select, url));
}
