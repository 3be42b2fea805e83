// @ts-check
/* The internal edition: one click copies a reply, and the answer in the box gets its reply beside it. Loaded there only.
 */
import { copyFrom, markup } from "./dom.js";

/** @typedef {{version: number, rules: Record<string, number>, html: string[]}} Support HTML of our own build */

const { support: file, copied = "", copyFailed = "" } = document.body.dataset;
/** @type {Promise<Support> | null} */
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
  });
  const support = await loading;
  const html = support.html[support.rules[rule]];
  // Another answer may have come in the meantime.
  if (html === undefined || !card.isConnected || card.querySelector("[data-support]")) return;
  card.append(markup("div", "slip-support", html));
});
