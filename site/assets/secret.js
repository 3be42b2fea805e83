// @ts-check
/* A masked place of the paste as a button: says what was masked and why, and shows it on this screen only, for as long as its
 * reader wants. What is copied from the page never holds it: copies are made of names, and a shown secret cannot be selected.
 */
import { el, fill } from "./dom.js";

/**
 * A part of the paste: its text, or where that is a secret its button.
 * @param {import("./paste.js").Part} part
 * @param {Record<string, string>} words
 */
export function shownPart({ text: name, secret: kind, reason, hidden }, words) {
  if (!kind) return name;
  const why = fill(words.mask_why, { kind: words[`mask_${kind}`], reason: words[`mask_by_${reason}`] });
  const button = el("button", { class: "secret", type: "button", "aria-pressed": "false", title: why, "aria-label": `${name} · ${why}`, "data-testid": "secret" }, name);
  button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(show));
    button.setAttribute("aria-label", `${show ? hidden : name} · ${why}`);
    button.textContent = show ? (hidden ?? name) : name;
  });
  return button;
}
