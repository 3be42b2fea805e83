// @ts-check
/* The search box, over any page and on /<language>/search/: words are looked up in the index, a pasted error goes to
 * the rule engine. Everything happens in this browser. A paste is never put into an address.
 */
import { el, fill, icon } from "./dom.js";
import { Lookup } from "./lookup.js";
import { parted } from "./stem.js";

/** @typedef {import("./lookup.js").Row & {kind: string, lead?: boolean}} Result */
/** @typedef {{results: Result[], status: string, more: boolean, none: boolean}} Outcome */

/** Milliseconds without a key before the text is looked up. */
const QUIET = 90;
/** Milliseconds after which somebody is told that the search still runs: of a quick one a screen reader says the result alone. */
const SLOW = 400;
/** Results over a page, and at a time on the page of their own. */
const FEW = 8;
const MANY = 20;
/** Pages of the other language that are shown after those of one's own. */
const FOREIGN = 4;
/** With fewer results than this in one's own language the other is asked as well. */
const SPARSE = 5;
/** Pages with part of it that are shown beside those of the other language. */
const PARTLY = 3;
/** A longer text is no query, and not put into an address. */
const LONG = 100;

/** @type {Promise<Lookup> | null} */
let opening = null;
/** @type {Map<string, Promise<Lookup>>} */
const foreign = new Map();

/** @param {HTMLAnchorElement} link */
function index(link, anew = false) {
  if (!opening || anew) {
    opening = Lookup.open(new URL("index.json", link.href).href);
    opening.catch(() => (opening = null));
  }
  return opening;
}

/** @param {string} url */
function otherIndex(url) {
  const lookup = foreign.get(url) ?? Lookup.open(url);
  foreign.set(url, lookup);
  lookup.catch(() => foreign.delete(url));
  return lookup;
}

/**
 * Whether a text looks like an error, a log or a response rather than words to look up.
 * @param {string} text
 */
function isPaste(text) {
  const trimmed = text.trim();
  const words = trimmed.split(/\s+/).length;
  return (
    /\S\s*\n\s*\S/.test(trimmed) ||
    trimmed.length > LONG ||
    /[{}[\]<>]|["']\s*:|\bHTTP\/\d|\w=\S|https?:\/\//.test(trimmed) ||
    (words > 2 && /\b[1-5]\d\d\b|\b\d{4,}\b|error\b|exception\b|failed\b|denied\b|exceeded\b/i.test(trimmed)) ||
    words > 7
  );
}

/**
 * @param {Lookup} lookup
 * @param {string} query
 * @param {number} limit
 * @returns {Promise<Outcome>}
 */
async function look(lookup, query, limit) {
  const { words } = lookup.root;
  let found = await lookup.find(query, "exact");
  /** @type {import("./lookup.js").Row[]} */
  let more = [];
  if (found.whole < SPARSE) {
    more = await inOthers(lookup, query);
    // A word that neither language knows may be mistyped.
    if (!found.whole && !more.length) found = await lookup.find(query, "near");
  }
  const whole = found.hits.filter((hit) => hit.whole);
  // What has everything comes first; what has part of it only where there is little of that.
  const hits = whole.length < SPARSE ? [...whole, ...found.hits.filter((hit) => !hit.whole)] : whole;
  const rows = await lookup.rows(hits.slice(0, limit), found.asked);
  const known = new Set(rows.map(({ path }) => path));
  const fresh = more.filter(({ path }) => !known.has(path)).slice(0, FOREIGN);
  const exact = (whole.length || fresh.length) && !found.corrected.length && !found.far;
  const own = rows.slice(0, Math.min(whole.length, limit));
  // Beside pages of the other language that have all, a few of one's own that have part of it.
  const partly = fresh.length ? rows.slice(own.length, own.length + PARTLY) : rows.slice(own.length);
  const status = [];
  if (exact) status.push(counted(words, whole.length + fresh.length));
  else status.push(words.none);
  if (found.corrected.length) status.push(fill(words.corrected, { words: found.corrected.join(", ") }));
  else if (partly.length || (found.far && own.length)) status.push(exact ? words.partly : words.nearest);
  return {
    results: [...own, ...partly, ...fresh].map((row) => ({ ...row, kind: kindOf(row, words) })),
    status: status.join(" · "),
    more: !fresh.length && hits.length > limit,
    none: !exact,
  };
}

/**
 * Pages of the other languages that have everything. They are an extra: where they cannot be had, there are none.
 * @param {Lookup} lookup
 * @param {string} query
 */
async function inOthers(lookup, query) {
  const all = lookup.root.others.map(async ({ index }) => {
    const other = await otherIndex(index);
    const { hits, asked } = await other.find(query, "exact");
    return other.rows(hits.filter(({ whole }) => whole).slice(0, FOREIGN + 2), asked);
  });
  const settled = await Promise.allSettled(all);
  return settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** The engine and its answers, once a text was looked up that may be a paste.
 * @type {Promise<[import("./engine.js").Engine, import("./answers.js").Answers]> | null} */
let known = null;

/**
 * What the rule engine says of a paste; nothing where it knows none of it or cannot be had.
 * @param {Lookup} lookup
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<Result[]>}
 */
async function diagnose(lookup, text, signal) {
  const { diagnoser, words, language, label } = lookup.root;
  if (!diagnoser.pack || !diagnoser.answers) return [];
  const [{ loadEngine }, { loadAnswers }, { TextPaste }] = await Promise.all([import("./engine.js"), import("./answers.js"), import("./paste.js")]);
  known ??= Promise.all([loadEngine(diagnoser.pack), loadAnswers(diagnoser.answers)]).catch((reason) => {
    known = null;
    throw reason;
  });
  const [engine, answers] = await known;
  const report = await engine.run(new TextPaste(text), signal, () => undefined);
  return (report?.findings ?? []).map(({ rule, likelihood }) => {
    const { title, page, walletName, causeTitle } = answers.rules[rule];
    const summary = [walletName ?? causeTitle, words[likelihood]].filter(Boolean).join(" · ");
    return { path: page, href: page, title, summary, language, label, kind: words.diagnosis, lead: true };
  });
}

/**
 * @param {import("./lookup.js").Row} row
 * @param {Record<string, string>} words
 */
function kindOf({ path }, words) {
  return words[`kind_${path.split("/")[1].replace(/#.*/, "")}`] ?? words.kind_page;
}

/** @param {Record<string, string>} words @param {number} count */
function counted(words, count) {
  return fill(count === 1 ? words.count_one : words.count, { count });
}

/**
 * One search for a text: both halves, the right one first.
 * @param {HTMLAnchorElement} link
 * @param {string} text
 * @param {boolean} pasted from the clipboard: an error may be made of plain words
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function search(link, text, pasted, limit, signal) {
  const run = async (/** @type {Lookup} */ lookup) => {
    if (pasted || isPaste(text)) {
      // Without the engine a paste is still made of words.
      const results = await diagnose(lookup, text, signal).catch(() => []);
      if (results.length) return { results, status: counted(lookup.root.words, results.length), more: false, none: false };
    }
    return look(lookup, text.slice(0, 4 * LONG), limit);
  };
  try {
    return await run(await index(link));
  } catch (reason) {
    if (signal.aborted) throw reason;
    // After a new deployment the old files are gone: once more from the beginning.
    return run(await index(link, true));
  }
}

/**
 * A field that searches while one types.
 * @param {HTMLInputElement} field
 * @param {HTMLAnchorElement} link
 * @param {object} on
 * @param {(text: string) => void} on.clear
 * @param {(text: string) => void} on.waiting
 * @param {(outcome: Outcome, words: Record<string, string>, text: string) => void} on.found
 * @param {(retry: () => void) => void} on.failed
 * @param {() => number} on.limit
 */
function listen(field, link, on) {
  let timer = 0;
  let running = new AbortController();
  /** What was pasted; the field, which has one line, may not hold it all. */
  let pasted = "";
  /** What the field holds of it. */
  let held = "";

  async function run() {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const whole = pasted !== "" && field.value.trim() === held;
    const text = whole ? pasted : field.value;
    if (!text.trim()) {
      on.clear(text);
      return;
    }
    let open = true;
    const waiting = setTimeout(() => {
      on.waiting("…");
      // The word for it comes with the index.
      index(link).then(({ root: { words } }) => open && !signal.aborted && on.waiting(words.loading), () => undefined);
    }, SLOW);
    signal.addEventListener("abort", () => clearTimeout(waiting));
    try {
      const outcome = await search(link, text, whole, on.limit(), signal);
      const { words } = (await index(link)).root;
      if (!signal.aborted) on.found(outcome, words, text);
    } catch {
      if (!signal.aborted) on.failed(() => void run());
    } finally {
      open = false;
      clearTimeout(waiting);
    }
  }

  field.addEventListener("paste", (event) => {
    pasted = event.clipboardData?.getData("text/plain") ?? "";
    held = pasted.trim();
    // One line goes into the field by itself, perhaps amid what is there; then it is no paste but words.
    if (!/[\r\n]/.test(held)) return;
    event.preventDefault();
    held = held.replace(/\s+/g, " ").slice(0, 4 * LONG).trim();
    field.value = held;
    void run();
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), QUIET);
  });
  return run;
}

/** @param {HTMLAnchorElement} link */
function style(link) {
  if (document.querySelector("link[data-search-style]")) return;
  const href = new URL("search.css", import.meta.url).href;
  document.head.append(el("link", { rel: "stylesheet", href, "data-search-style": true }));
}

/**
 * @param {Result} result
 * @param {Record<string, string>} attributes
 */
function entry(result, attributes) {
  const own = document.documentElement.lang;
  const lang = result.language === own ? undefined : result.language;
  // Words that were asked for are marked for the eye; a screen reader would say so of each.
  const marked = (/** @type {string} */ text) =>
    result.asked ? parted(text, result.asked).map((part, n) => (n % 2 ? el("mark", { role: "none" }, part) : part)) : [text];
  return el(
    "a",
    { ...attributes, href: result.href, class: result.lead ? "result lead" : "result", hreflang: lang },
    el("span", { class: "result-title", lang }, ...marked(result.title)),
    el("span", { class: "result-kind" }, lang ? `${result.kind} · ${result.label}` : result.kind),
    el("span", { class: "result-summary", lang }, ...marked(result.summary)),
  );
}

/** @type {HTMLDialogElement | null} */
let dialog = null;

/**
 * Opens the box over the page.
 * @param {HTMLAnchorElement} link the page's link to its search page
 */
export function openSearch(link) {
  const page = document.querySelector("[data-search-page] input");
  if (page instanceof HTMLInputElement) {
    page.focus();
    page.select();
    return;
  }
  dialog ??= makeDialog(link);
  if (!dialog.open) dialog.showModal();
  const field = dialog.querySelector("input");
  field?.focus();
  field?.select();
}

/** @param {HTMLAnchorElement} link */
function makeDialog(link) {
  style(link);
  const name = link.textContent?.trim() ?? "";
  const field = /** @type {HTMLInputElement} */ (
    el("input", {
      id: "search-field", class: "search-field", role: "combobox", "aria-expanded": "false", "aria-controls": "search-list",
      "aria-autocomplete": "list", "aria-label": name, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      enterkeyhint: "search", "data-testid": "search-field",
    })
  );
  const list = el("div", { id: "search-list", class: "search-list", role: "listbox", "aria-label": name, "data-testid": "search-list" });
  const status = el("p", { class: "search-status", role: "status", "data-testid": "search-status" });
  const all = /** @type {HTMLAnchorElement} */ (el("a", { class: "search-all", href: link.href, hidden: true }));
  const hint = el("p", { class: "search-hint" });
  const close = el("button", { class: "tool", type: "button" }, "×");
  const box = /** @type {HTMLDialogElement} */ (
    el(
      "dialog",
      { class: "search-dialog", "aria-label": name, "data-testid": "search-dialog" },
      el("div", { class: "search-bar" }, icon("search"), field, close),
      status,
      list,
      el("div", { class: "search-foot" }, hint, all),
    )
  );
  document.body.append(box);

  /** @returns {HTMLElement[]} */
  const options = () => [...list.querySelectorAll("[role=option]")].map((option) => /** @type {HTMLElement} */ (option));
  const active = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "");
  /** @param {HTMLElement | null} option */
  function activate(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }
  /** @param {Node[]} entries */
  function show(...entries) {
    list.replaceChildren(...entries);
    field.setAttribute("aria-expanded", String(options().length > 0));
    activate(null);
  }

  void index(link).then(
    ({ root: { words } }) => {
      field.placeholder = words.placeholder;
      field.setAttribute("aria-label", words.label);
      close.setAttribute("aria-label", words.close);
      close.title = words.close;
      hint.textContent = words.keys;
      all.textContent = words.all;
      if (!field.value) status.textContent = words.hint;
    },
    () => undefined, // Told when something is looked up.
  );

  /** Enter came before the results that it is about. */
  let entered = false;
  /** Opens what is chosen, else all results, else the only one there is. */
  const go = () => {
    const chosen = active() ?? box.querySelector("a.search-all:not([hidden])") ?? options()[0];
    if (chosen instanceof HTMLElement) chosen.click();
  };
  field.addEventListener("input", () => (entered = false));

  listen(field, link, {
    limit: () => FEW,
    clear() {
      show();
      all.hidden = true;
      status.textContent = "";
    },
    waiting: (text) => (status.textContent = text),
    found(outcome, words, text) {
      const entries = outcome.results.map((result, n) =>
        entry(result, { id: `search-option-${n}`, role: "option", tabindex: "-1", "aria-selected": "false", "data-testid": "search-option" }),
      );
      if (outcome.none) entries.push(lastResort(words, link, entries.length));
      show(...entries);
      status.textContent = outcome.status;
      list.dataset.query = field.value;
      all.hidden = !outcome.results.length || outcome.results[0].lead === true;
      all.href = isPaste(text) ? link.href : address(link, text);
      if (entered) go();
      entered = false;
    },
    failed(retry) {
      show();
      entered = false;
      all.hidden = true;
      failure(status, link, retry);
    },
  });

  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option === active());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Beyond the last, and before the first, is the field itself.
      activate(all[((at + 1 + step + all.length + 1) % (all.length + 1)) - 1] ?? null);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (active() || (list.childElementCount && list.dataset.query === field.value)) go();
      else entered = field.value.trim() !== "";
    }
  });
  list.addEventListener("click", (event) => {
    // On this very page the link only moves within it.
    if (event.target instanceof Element && event.target.closest("a")) box.close();
  });
  close.addEventListener("click", () => box.close());
  box.addEventListener("close", () => (entered = false));
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  return box;
}

/**
 * The diagnoser, where nothing was found.
 * @param {Record<string, string>} words
 * @param {HTMLAnchorElement} link
 * @param {number} n
 */
function lastResort(words, link, n) {
  const href = new URL("../diagnose/", link.href).href;
  const result = { path: "", href, title: words.diagnose, summary: words.diagnose_text, language: document.documentElement.lang, label: "", kind: words.kind_tools };
  return entry(result, { id: `search-option-${n}`, role: "option", tabindex: "-1", "aria-selected": "false", "data-testid": "search-diagnose" });
}

/**
 * @param {HTMLElement} status
 * @param {HTMLAnchorElement} link
 * @param {() => void} retry
 */
function failure(status, link, retry) {
  const { searchFailed = "", searchRetry = "" } = link.dataset;
  const button = el("button", { class: "button", type: "button" }, searchRetry);
  button.addEventListener("click", retry);
  status.replaceChildren(searchFailed, " ", button);
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string} text
 */
function address(link, text) {
  return `${link.href}#q=${encodeURIComponent(text.trim())}`;
}

for (const root of document.querySelectorAll("[data-search-page]")) setUpPage(/** @type {HTMLElement} */ (root));

/**
 * The page of all results. Its address holds the words looked for, after "#": it is never sent to a server.
 * @param {HTMLElement} root
 */
function setUpPage(root) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-search]"));
  if (!link) return;
  const form = root.querySelector("form");
  const field = root.querySelector("input");
  const status = /** @type {HTMLElement | null} */ (root.querySelector("[role=status]"));
  const list = root.querySelector("ol");
  const more = root.querySelector("button");
  if (!form || !field || !status || !list || !more) return;
  let limit = MANY;

  const run = listen(field, link, {
    limit: () => limit,
    clear() {
      list.replaceChildren();
      more.hidden = true;
      status.textContent = "";
      history.replaceState(null, "", location.pathname);
    },
    waiting: (text) => (status.textContent = text),
    found(outcome, words, text) {
      const entries = outcome.results.map((result) => el("li", {}, entry(result, {})));
      if (outcome.none) {
        const last = lastResort(words, link, 0);
        for (const name of ["id", "role", "tabindex", "aria-selected"]) last.removeAttribute(name);
        entries.push(el("li", {}, last));
      }
      list.replaceChildren(...entries);
      list.dataset.query = field.value;
      status.textContent = outcome.status;
      more.hidden = !outcome.more;
      more.textContent = words.more;
      history.replaceState(null, "", isPaste(text) ? location.pathname : address(link, text));
    },
    failed(retry) {
      list.replaceChildren();
      more.hidden = true;
      failure(status, link, retry);
    },
  });
  void index(link).catch(() => undefined); // Told when something is looked up.
  const read = () => {
    const text = new URLSearchParams(location.hash.slice(1)).get("q");
    if (text === null || text === field.value.trim()) return;
    field.value = text;
    limit = MANY;
    void run();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
  field.addEventListener("input", () => (limit = MANY));
  more.addEventListener("click", () => {
    limit += MANY;
    void run();
  });
  addEventListener("hashchange", read);
  read();
  if (!location.hash) field.focus();
}
