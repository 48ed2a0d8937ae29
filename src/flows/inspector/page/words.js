// What is said where there is nothing to show, and the help.

import { $, copy, fill, h } from "./dom.js";
import { problem, worst } from "./sessions.js";
import { MARK, counted, grouped } from "./text.js";

/** @param {string} text */
const command = (text) => h("div.with-copy", {}, h("pre.command", {}, text), h("button", { type: "button", onclick: () => copy(text, "the command") }, "Copy"));

/** @param {any} page @param {string} query @param {number} total */
export function empty(page, query, total) {
  const status = page.status();
  if (query && total) return [h("strong", {}, "No capture matches."), h("p", {}, `There are ${counted(total, "capture")}.`), h("a.button", { href: "#/" }, "Clear the filter")];
  if (!status.index.ready) return [h("strong", {}, "The log is being read…")];
  if (status.relay) return [h("strong", {}, "Nothing has arrived yet."), h("p", {}, "What listeners publish to ", h("code", {}, status.relay), " is shown at once.")];
  if (!status.listener) {
    return [h("strong", {}, "There are no captures."), h("p", {}, `${(status.inputs ?? []).join(", ")} is empty so far. What arrives is shown at once.`),
      command("enx-hook listen --port 3000 --inspect")];
  }
  return [
    h("strong", {}, "Nothing has arrived yet."),
    h("p", {}, "This machine receives at ", h("code", {}, status.listener), ". To receive from the provider, open a tunnel, and set its https URL as the webhook of your project:"),
    command(`ngrok http ${new URL(status.listener).port || 80}`),
    page.canSend() && [h("p", {}, "Or try it without the provider:"),
      h("div.actions", {}, h("a.button.primary", { href: "#/send" }, "Send a sample"), h("a.button", { href: "#/send/scenario/" }, "Simulate a session"))],
  ];
}

/**
 * What is worth a look.
 * @typedef {{ sessions: any[], invalid: number, duplicates: number }} Problems sessions, and captures without a session
 */

/** Captures that belong to no session. */
export const LOOSE = { invalid: "verdict:invalid -session:*", duplicates: "is:duplicate -session:*" };

/**
 * Captures that are worth a look and that no session with problems leads to, the worst first.
 * @param {any} status @param {Problems} problems @returns {{ tone: string, mark: string, href: string, text: string }[]}
 */
function loose({ verdicts = {} }, { invalid, duplicates }) {
  const found = (count = 0, tone, query, text) => ({ count, tone, mark: MARK[tone], href: `#/?q=${encodeURIComponent(query)}`, text });
  return [
    found(invalid, "invalid", LOOSE.invalid, `${counted(invalid, "invalid capture")} without a session`),
    found(duplicates, "warning", LOOSE.duplicates, `${counted(duplicates, "duplicate")} without a session`),
    found(verdicts.unknown, "unknown", "verdict:unknown", counted(verdicts.unknown, "unknown event")),
    found(verdicts.warning, "warning", "verdict:warning", `${counted(verdicts.warning, "capture")} with a warning`),
  ].filter((one) => one.count > 0);
}

/** The same in few words, above the list of a narrow window. @param {any} status @param {Problems} problems */
export function worth(status, problems) {
  const sessions = status.sessions?.problems ?? 0;
  if (sessions) return h("a.button.narrow.problems", { href: "#/sessions/problems" }, h("span.invalid", { "aria-hidden": "true" }, "!"), counted(sessions, "problem"));
  return loose(status, problems).slice(0, 1).map((one) => h("a.narrow", { class: one.tone, href: one.href }, one.text));
}

/** The sessions with problems, each with what is wrong. @param {number} count @param {any[]} sessions */
function troubled(count, sessions) {
  if (!count) return h("p", {}, h("span.valid", {}, MARK.valid), " No session has a problem.");
  return [
    h("p", {}, h("a.all", { href: "#/sessions/problems" }, `${counted(count, "session")} with problems`)),
    h("ul.worth", {}, sessions.map((session) => {
      const [tone, mark] = worst(session);
      return h("li", {}, h("span", { class: tone, "aria-hidden": "true" }, mark),
        h("a", { href: `#/s/${encodeURIComponent(session.session)}` }, h("span.mono", {}, session.session), " ", h("span", { class: tone }, problem(session))));
    }), count > sessions.length && sessions.length > 0 && h("li", {}, h("span"), h("a", { href: "#/sessions/problems" }, `${grouped(count - sessions.length)} more`))),
  ];
}

/** The screen beside the list while no capture is open. @param {any} page */
export function home(page) {
  const status = page.status();
  const problems = page.problems();
  return h("div.home", {},
    status.captures > 0 && h("section", {}, h("h2", {}, "Worth a look"),
      status.sessions?.sessions > 0 && troubled(status.sessions.problems, problems.sessions),
      h("ul.worth", {},
        loose(status, problems).map((one) => h("li", {}, h("span", { class: one.tone, "aria-hidden": "true" }, one.mark), h("a", { href: one.href }, one.text))),
        h("li", {}, h("span.valid", { "aria-hidden": "true" }, MARK.valid), h("span", {}, `${grouped(status.verdicts?.valid ?? 0)} of ${counted(status.captures, "capture")} valid`)))),
    status.captures > 0 && h("p.dim", {}, page.onCaptures() ? "Pick a capture to see it here." : "Pick a session to see what came, and what is missing."),
    h("section", {}, h("h2", {}, "Keys"), areOff() && h("p.warning", {}, "Letter keys are off. Press ? to turn them on again."), keys()),
    page.onCaptures() && h("section", {}, h("h2", {}, "Filter"), filters()));
}

const filters = () => h("dl.keys", {}, [
  ["event:roomdrop", "one event; * stands for anything"], ["verdict:invalid,unknown", "by verdict"], ["session:4821*", "by session"],
  ["is:duplicate", "also is:out-of-order, has:missing"], ["/file_size>1000", "a field of the payload"], ["body:\"text\"", "any text"], ["since:2h -event:x", "a time; - negates; or, ( ) join"],
].map(([term, about]) => [h("dt", {}, h("a.mono", { href: `#/?q=${encodeURIComponent(term)}` }, term)), h("dd", {}, about)]));

/** Whether the user turned letter keys off. */
export const areOff = () => localStorage.getItem("enx-hook.keys") === "off";

const keys = () => h("dl.keys", {}, [
  ["j k", "next, previous (also the arrows)"], ["Enter", "open; Esc goes back to the list, and once more closes it"], ["r", "replay"], ["e", "edit and send"], ["d", "compare with the one before, or the two that are marked"],
  ["t", "timeline of its session"], ["x", "mark (also Space, Ctrl+click)"], ["c", "copy as curl"], ["/", "filter"], ["?", "this help"],
].map(([key, about]) => [h("dt", {}, key.split(" ").map((one, at) => [at > 0 && " ", h("kbd", {}, one)])), h("dd", {}, about)]));

/** @param {any} status @param {() => void} closed */
export function help(status, closed) {
  const box = h("input", { type: "checkbox", checked: !areOff(), onchange: () => localStorage.setItem("enx-hook.keys", box.checked ? "on" : "off") });
  const close = h("button.primary", {}, "Close");
  const dialog = h("dialog", { "aria-labelledby": "help-title" },
    h("h1", { id: "help-title" }, "Keys"), keys(),
    h("label.check", {}, box, "letter keys"),
    h("p", {}, Object.entries(MARK).map(([name, mark]) => [h(`span.${name}`, {}, `${mark} ${name}`), "   "])),
    h("p.dim", {}, `enx-hook ${status.version ?? ""}. The letters work while the list, or the screen beside it, has the focus. ? always works.`),
    h("form", { method: "dialog" }, close));
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  // Not the first control: Space would turn the keys off.
  close.focus();
}

/** Nobody gets in without the token. */
export function token() {
  document.body.classList.remove("detail");
  const input = h("input", { type: "text", "aria-label": "URL with the token", placeholder: "http://127.0.0.1:4050/#token=…", spellcheck: false, autocomplete: "off" });
  fill($("main"), h("div.token", {},
    h("h1", {}, "Open the URL that enx-hook printed"),
    h("p", {}, "It ends with ", h("code", {}, "#token=…"), ", which proves that you may read what arrives here. Or paste it:"),
    h("form.actions", { onsubmit: (event) => {
      event.preventDefault();
      const found = /([0-9a-f]{64})/i.exec(input.value);
      if (found) {
        location.hash = `#token=${found[1]}`;
      }
    } }, input, h("button.primary", {}, "Open"))));
}
