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

/** When what was just put into the page is on the screen. @returns {Promise<void>} */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/**
 * `{name}` in a word of the interface replaced by its value.
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * An icon of the page's sprite (templates/icons.html).
 * @param {string} name
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
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

/**
 * The address of a page as others can open it: in a copy of the site in a folder (`portable.js`) the one online.
 * @param {string} address
 * @returns {string}
 */
export function online(address) {
  const { href } = new URL(address, location.href);
  return Reflect.get(globalThis, "resepPortable")?.online(href) ?? href;
}
