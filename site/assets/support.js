// @ts-check
/* The internal edition: one click copies a reply, and the answer in the box gets its reply beside it. Loaded there only.
 */
import { copyFrom, el, icon, markup } from "./dom.js";

/** @typedef {{version: number, rules: Record<string, number>, html: string[]}} Support HTML of our own build */

const { support: file, supportFailed = "", copied = "", copyFailed = "", copyText = "" } = document.body.dataset;
/** @type {Promise<Support | null> | null} */
let loading = null;

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-copy-part]")) : null;
  const text = button?.closest("[data-copy-item]")?.querySelector(".support-text")?.textContent;
  if (button && text) copyFrom(button, text, { copied, failed: copyFailed });
});

document.addEventListener("resep:answer", async () => {
  const card = document.querySelector("[data-answer] [data-rule]");
  const rule = card?.getAttribute("data-rule");
  if (!card || !rule || !file) return;
  loading ??= fetch(file).then((response) => {
    if (!response.ok) throw new Error(`${file}: HTTP ${response.status}`);
    return response.json();
  }).catch(() => {
    loading = null; // The next answer asks again.
    return null;
  });
  const support = await loading;
  // Another answer may have come in the meantime.
  if (!card.isConnected || card.querySelector("[data-support]")) return;
  if (!support) {
    const page = el("a", { href: file.replace("support.json", `errors/${rule}/`) }, supportFailed);
    card.append(el("p", { class: "callout callout-warning", "data-testid": "reply-failed" }, page));
    return;
  }
  const html = support.html[support.rules[rule]];
  if (html === undefined) return;
  const block = markup("div", "slip-support", html);
  card.append(block);
  // The answer is long: two presses, one to the reply and one that copies it.
  const heading = block.querySelector("h2");
  if (!heading) return;
  const jump = el("a", { class: "button", href: `#${heading.id}`, "data-testid": "to-reply" }, heading.firstChild?.textContent?.trim(), icon("next"));
  card.querySelector(".slip-head")?.append(el("p", { class: "slip-actions" }, jump));
});

// On pages for staff, what is quoted is there to be sent.
for (const quote of document.querySelectorAll("[data-internal] .prose blockquote")) {
  const button = el("button", { class: "button", type: "button", "data-testid": "copy-quote" }, icon("copy"), el("span", { "data-label": true, "aria-live": "polite" }, copyText));
  button.addEventListener("click", () => copyFrom(button, quote.textContent?.trim() ?? "", { copied, failed: copyFailed }));
  quote.after(el("p", {}, button));
}
