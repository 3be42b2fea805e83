// @ts-check
/* Small helpers for building page parts. Text always goes in as text; `markup` alone takes HTML, and only HTML that
 * our own build wrote.
 */

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] null, undefined and false are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * An element whose content is HTML of our own build (answers.<lang>.json), never of a paste.
 * @param {string} tag
 * @param {string} className
 * @param {string} html
 */
export function markup(tag, className, html) {
  const element = el(tag, { class: className });
  element.innerHTML = html;
  return element;
}

/**
 * `{name}` in a word of the interface replaced by its value.
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Outlines on a grid of 24 units; the stroke comes from the style sheet. */
const ICONS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  doubt: "M12 8v5M12 16.5v.01M12 3l9.5 17h-19z",
  empty: "M4 7h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h10v3M9.5 11.5l4 4M13.5 11.5l-4 4",
  info: "M12 11v6M12 7.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5",
  next: "M5 12h14M13 6l6 6-6 6",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Puts text on the clipboard. False where the browser refuses, so that the caller can say so.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // No permission, or a page without https.
  }
}

/**
 * Runs `copyText` for a button and says on it, and to screen readers, how it went.
 * @param {HTMLElement} button
 * @param {string} text
 * @param {{copied: string, failed: string}} words
 */
export async function copyFrom(button, text, words) {
  const done = await copyText(text);
  const label = button.querySelector("[data-label]");
  if (!label) return;
  const before = button.dataset.before ?? label.textContent ?? "";
  button.dataset.before = before;
  label.textContent = done ? words.copied : words.failed;
  button.toggleAttribute("data-done", done);
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = String(
    setTimeout(() => {
      label.textContent = before;
      button.removeAttribute("data-done");
    }, done ? 2000 : 6000),
  );
}
