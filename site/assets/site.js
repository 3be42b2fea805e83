// @ts-check
/* What scripts add to every page: theme, remembered language, copy buttons, the section one reads. Each part returns at
 * once where its element is absent, and no page needs any.
 */
import { copyFrom, el, icon } from "./dom.js";

/** The section that one reads, as a place behind "#"; empty above the first one, and on pages without contents. */
let section = "";

setUpTheme();
setUpLanguage();
setUpFolds();
setUpMenu();
setUpSearch();
setUpCopy();
setUpContents();
setUpOffline();

/** @param {string} key @param {string | null} value */
function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden; the choice then holds for this page.
  }
}

/** One button that goes through: as the system, light, dark. */
function setUpTheme() {
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-theme-toggle]"));
  if (!button) return;
  const root = document.documentElement;
  const order = ["system", "light", "dark"];
  const show = () => {
    const now = root.dataset.theme ?? "system";
    button.dataset.now = now;
    button.setAttribute("aria-label", `${button.dataset.label}: ${button.getAttribute(`data-word-${now}`)}`);
    button.title = button.getAttribute("aria-label") ?? "";
  };
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(root.dataset.theme ?? "system") + 1) % order.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    store("resep-theme", next === "system" ? null : next);
    show();
  });
  show();
}

/**
 * The language one switches to is the one that `/` opens next time. The answer that is shown goes along, as its link names it;
 * else what stands behind "#", as the page now has it, else the section that one reads.
 */
function setUpLanguage() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-language]"))) {
    const along = () => (link.hash = document.querySelector("[data-link]")?.getAttribute("data-link") ?? (location.hash || section));
    link.addEventListener("pointerdown", along);
    link.addEventListener("click", () => {
      along();
      store("resep-language", link.getAttribute("data-language"));
    });
  }
}

/**
 * Side navigation, contents and menu are <details>: open in a window wide enough, closed in a narrow one. Style shows
 * them in a wide window without this, in browsers that can; here they are open for all, and for screen readers too.
 */
function setUpFolds() {
  /** @type {[string, string][]} */
  const folds = [
    [".menu", "75rem"],
    [".side > details", "60rem"],
    [".toc > details", "76rem"],
  ];
  for (const [selector, width] of folds) {
    const wide = matchMedia(`(min-width: ${width})`);
    const set = () => {
      for (const fold of document.querySelectorAll(selector)) fold.toggleAttribute("open", wide.matches);
    };
    wide.addEventListener("change", set);
    set();
  }
}

/** Escape, or a press elsewhere, closes the menu where it lies over the page. */
function setUpMenu() {
  const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector("details.menu"));
  const button = menu?.querySelector("summary");
  if (!menu || !button) return;
  const covers = () => menu.open && button.offsetParent !== null;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !covers()) return;
    menu.open = false;
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (covers() && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}

/** The search opens over the page, by its link, by "/" and by Ctrl-K; its script comes with the first use. */
function setUpSearch() {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-search]"));
  if (!link) return;
  const open = () =>
    import("./search.js").then(
      ({ openSearch }) => openSearch(link),
      () => location.assign(link.href),
    );
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void open();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!slash && !k) return;
    event.preventDefault();
    void open();
  });
}

/** A copy button on every block of code. */
function setUpCopy() {
  const { copyCode, copied, copyFailed } = document.body.dataset;
  if (!copyCode) return;
  for (const pre of document.querySelectorAll(".code > pre")) {
    const label = el("span", { class: "visually-hidden", "data-label": true, "aria-live": "polite" }, copyCode);
    const button = el("button", { class: "copy", type: "button", title: copyCode }, icon("copy"), label);
    button.addEventListener("click", () =>
      copyFrom(button, pre.textContent ?? "", { copied: copied ?? "", failed: copyFailed ?? "" }),
    );
    pre.parentElement?.append(button);
  }
}

/** Marks in the table of contents the section one reads. */
function setUpContents() {
  const links = new Map(
    [...document.querySelectorAll(".toc a[href^='#']")].map((link) => [decodeURIComponent(link.getAttribute("href")?.slice(1) ?? ""), link]),
  );
  const heads = [...links.keys()].map((id) => document.getElementById(id)).filter((head) => head !== null);
  if (!heads.length) return;
  const mark = () => {
    const line = innerHeight * 0.3;
    const passed = heads.filter((head) => head.getBoundingClientRect().top < line);
    const last = passed[passed.length - 1];
    const now = last ?? heads[0];
    section = last ? `#${last.id}` : "";
    for (const [id, link] of links) {
      if (id === now.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", later, { passive: true });
  mark();
}

/**
 * The service worker keeps the site on the device. It starts when the page has long been ready, and never between somebody who
 * has turned to the box and their answer: what it fetches would come before what they wait for.
 */
function setUpOffline() {
  // Not while somebody writes (`resep serve`): there every page is to come fresh.
  if (!("serviceWorker" in navigator) || document.querySelector('script[src="/__resep/reload.js"]')) return;
  const worker = navigator.serviceWorker;
  const thrifty = /** @type {{saveData?: boolean} | undefined} */ (Reflect.get(navigator, "connection"))?.saveData;
  /** @type {ServiceWorker | null} */
  let told = null;
  /** @param {ServiceWorker | null} active */
  const tell = (active) => {
    if (thrifty || !active || active === told) return;
    told = active;
    active.postMessage({ language: document.documentElement.lang });
  };
  worker.addEventListener("controllerchange", () => tell(worker.controller));
  const start = async () => {
    try {
      const registration = await worker.register(new URL("../../sw.js", import.meta.url), { updateViaCache: "none" });
      const known = registration.active !== null;
      tell((await worker.ready).active);
      // A new deployment has a worker of its own: it knows no language yet, and Chromium may leave it waiting for ever
      // though it asked to take over while it was installed.
      const successor = () => tell(registration.waiting);
      registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", successor));
      successor();
      // A browser looks for a newer deployment when it pleases, which may be after this page is closed.
      if (known) await registration.update();
    } catch {
      // A browser that forbids it, a site on plain http, or no network now: what is kept already is not touched.
    }
  };
  const later = () => {
    const asked = document.querySelector("form[data-diagnoser]:focus-within, form[data-diagnoser] [aria-busy]");
    if (asked) addEventListener("resep:answer", () => void start(), { once: true });
    else void start();
  };
  addEventListener("load", () => setTimeout(later, 2000));
}
