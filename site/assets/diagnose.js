// @ts-check
/* The box that takes a paste: typing, pasting, dropping or picking a file, picking an example; one run at a time, the
 * newest wins. A large paste is read but never put into the page. Keeps nothing: a reload is empty.
 *
 * Tests listen for `resep:answer` on the form; its detail is the report of the engine.
 */
import { announcement, answerCard, bytes } from "./answer.js";
import { el, fill } from "./dom.js";
import { loadEngine, Unreachable } from "./engine.js";
import { excerpt, pasteOfFile, SHOWN_WHOLE, TextPaste } from "./paste.js";

/** @typedef {import("./engine.js").Paste} Paste */

/** Milliseconds without a key before the text is read. */
const QUIET = 80;

for (const form of document.querySelectorAll("form[data-diagnoser]")) setUpDiagnoser(/** @type {HTMLFormElement} */ (form));

/** @param {HTMLFormElement} form */
function setUpDiagnoser(form) {
  const root = /** @type {HTMLElement} */ (form.parentElement);
  const box = /** @type {HTMLElement} */ (form.querySelector(".paste-box"));
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const target = /** @type {HTMLElement} */ (root.querySelector("[data-answer]"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[data-status]"));
  const { words, examples } = JSON.parse(form.querySelector("script[data-words]")?.textContent ?? "{}");
  const lang = document.documentElement.lang;
  if (!box || !area || !target || !status || !words) return;

  /** @type {Promise<import("./engine.js").Engine> | null} */
  let loading = null;
  let running = new AbortController();
  let timer = 0;

  const controls = addControls(form, words, examples ?? []);
  form.querySelector("[data-boot-note]")?.remove();

  const load = () => {
    loading ??= loadEngine(lang).catch((reason) => {
      loading = null;
      throw reason;
    });
    return loading;
  };
  // Loading ahead is only a kindness: a failure is told when an answer is asked for.
  const loadAhead = () => load().catch(() => undefined);

  /**
   * @param {Paste} paste
   * @param {boolean} deliberate pasted, dropped or picked, not typed: the answer is brought into view
   */
  async function diagnose(paste, deliberate) {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    const { signal } = running;
    box.setAttribute("aria-busy", "true");
    say(words.loading);
    try {
      const engine = await load();
      if (signal.aborted) return;
      say(words.reading);
      const report = await engine.run(paste, signal, (share) => say(fill(words.reading_progress, { percent: Math.round(share * 100) })));
      if (!report) return;
      const pieces = await excerpt(paste, report.findings[0]?.evidence ?? []);
      if (signal.aborted) return;
      show(answerCard({ report, answers: engine.answers, words, pieces, size: paste.size, lang }), deliberate);
      say(report.verdict === "empty" ? "" : fill(words.done, { size: bytes(paste.size, lang) }));
      announce(announcement(report, engine.answers, words));
      form.dispatchEvent(new CustomEvent("resep:answer", { bubbles: true, detail: report }));
    } catch (reason) {
      if (!signal.aborted) fail(reason, paste);
    } finally {
      if (!signal.aborted) box.removeAttribute("aria-busy");
    }
  }

  /** @param {string} text */
  function say(text) {
    controls.state.textContent = text;
  }

  /** @param {string} text */
  function announce(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  /** @param {HTMLElement} card @param {boolean} deliberate */
  function show(card, deliberate) {
    target.replaceChildren(card);
    if (!deliberate) return;
    const { top } = target.getBoundingClientRect();
    if (top > innerHeight * 0.6 || top < 0) target.scrollIntoView({ block: "start" });
  }

  /**
   * @param {unknown} reason
   * @param {Paste} paste
   */
  function fail(reason, paste) {
    const message = reason instanceof Unreachable ? words.pack_failed : words.wasm_failed;
    const text = reason instanceof Error ? reason.message : String(reason);
    const again = el("button", { class: "button", type: "button" }, words.retry_load);
    again.addEventListener("click", () => void diagnose(paste, true));
    target.replaceChildren(
      el(
        "div",
        { class: "callout callout-warning", "data-testid": "failure" },
        el("p", { class: "callout-title" }, message),
        el("p", {}, el("code", {}, text)),
        el("p", { class: "slip-actions" }, el("a", { class: "button primary", href: words.catalogue }, words.open_catalogue), again),
      ),
    );
    say("");
    announce(message);
  }

  function clear() {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    box.removeAttribute("aria-busy");
    area.value = "";
    target.replaceChildren();
    say("");
    announce("");
    area.focus();
  }

  /**
   * Text from anywhere but single keys. Small enough, it is put into the box; else it is only read.
   * @param {string} text
   */
  function take(text) {
    area.value = text.length > SHOWN_WHOLE ? "" : text;
    void diagnose(new TextPaste(text), true);
  }

  /** @param {File} file */
  async function takeFile(file) {
    if (/^(image|video|audio)\//.test(file.type)) {
      running.abort();
      target.replaceChildren(el("p", { class: "callout callout-warning", "data-testid": "not-text" }, words.not_text));
      say("");
      announce(words.not_text);
      return;
    }
    area.value = "";
    void diagnose(await pasteOfFile(file), true);
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["focusin", "pointerenter", "dragenter"]) form.addEventListener(name, loadAhead, { once: true });
  const thrifty = /** @type {{saveData?: boolean} | undefined} */ (Reflect.get(navigator, "connection"))?.saveData;
  if (!thrifty && "requestIdleCallback" in window) requestIdleCallback(() => void loadAhead(), { timeout: 5000 });

  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (area.value.length > SHOWN_WHOLE) {
      // Some keyboards put in a whole clipboard as if it were typed.
      take(area.value);
      return;
    }
    const text = area.value;
    timer = setTimeout(() => void diagnose(new TextPaste(text), false), QUIET);
  });

  area.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data) return;
    const text = data.getData("text/plain");
    if (!text && data.files.length) {
      event.preventDefault();
      void takeFile(data.files[0]);
      return;
    }
    const { selectionStart: start, selectionEnd: end, value } = area;
    const whole = value.slice(0, start) + text + value.slice(end);
    if (whole.length > SHOWN_WHOLE) {
      event.preventDefault();
      take(whole);
      return;
    }
    // The box takes it in by itself; only the answer need not wait for a pause.
    requestAnimationFrame(() => void diagnose(new TextPaste(area.value), true));
  });

  let depth = 0;
  form.addEventListener("dragenter", () => {
    depth += 1;
    box.dataset.drop = words.drop_active;
  });
  form.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) delete box.dataset.drop;
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    delete box.dataset.drop;
    const data = event.dataTransfer;
    if (data?.files.length) void takeFile(data.files[0]);
    else if (data) take(data.getData("text/plain"));
  });

  controls.file.addEventListener("change", () => {
    const file = controls.file.files?.[0];
    controls.file.value = ""; // The same file may be picked again.
    if (file) void takeFile(file);
  });
  controls.clear.addEventListener("click", clear);
  controls.examples.forEach((button, index) => button.addEventListener("click", () => take(examples[index].paste)));
}

/**
 * What is of use only with a script: file, clear, state, examples.
 * @param {HTMLFormElement} form
 * @param {import("./answer.js").Words} words
 * @param {{label: string, paste: string}[]} examples
 */
function addControls(form, words, examples) {
  const file = /** @type {HTMLInputElement} */ (el("input", { type: "file" }));
  const clear = el("button", { class: "tool", type: "button" }, words.clear);
  const state = el("span", { class: "state" });
  form
    .querySelector(".paste-box")
    ?.append(el("div", { class: "paste-bar" }, el("label", { class: "tool file-button" }, words.choose_file, file), clear, state));
  const buttons = examples.map((example) => el("button", { type: "button", "data-testid": "example" }, example.label));
  if (buttons.length) form.append(el("div", { class: "examples" }, el("p", {}, words.examples), ...buttons));
  return { file, clear, state, examples: buttons };
}
