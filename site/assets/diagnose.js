// @ts-check
/* The box that takes a paste: typing, pasting, dropping or picking a file, picking an example; one run at a time, the
 * newest wins. A large paste is read but never put into the page. Keeps nothing: a reload is empty.
 *
 * Tests listen for `resep:answer` on the form; its detail is the report of the engine.
 */
import { announcement, answerCard, bytes } from "./answer.js";
import { explain, loadAnswers } from "./answers.js";
import { el, fill, painted } from "./dom.js";
import { loadEngine, Unreachable } from "./engine.js";
import { looksLikeLink, readLink } from "./share.js";
import { valuesIn } from "./values.js";
import { excerpt, pasteOfFile, SHOWN_WHOLE, TextPaste } from "./paste.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./engine.js").Paste} Paste */

/** Milliseconds without a key before the text is read. */
const QUIET = 80;
/** Units of text, or bytes of a file, from which on a paste is large: it is read elsewhere. */
const LARGE = 100_000;

for (const form of document.querySelectorAll("form[data-diagnoser]")) setUpDiagnoser(/** @type {HTMLFormElement} */ (form));

/** @param {HTMLFormElement} form */
function setUpDiagnoser(form) {
  const root = /** @type {HTMLElement} */ (form.parentElement);
  const box = /** @type {HTMLElement} */ (form.querySelector(".paste-box"));
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const target = /** @type {HTMLElement} */ (root.querySelector("[data-answer]"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[data-status]"));
  const state = form.querySelector("[data-state]");
  const picker = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"));
  const { pack = "", answers: answersFile, explanations, catalogue = "", page = "", version = "", feedback = null, loading: loadingWord = "", reading = "", progress = "", done = "" } = form.dataset;
  const lang = document.documentElement.lang;
  if (!box || !area || !target || !status || !state || !picker || !pack || !answersFile || !explanations) return;

  form.querySelector("[data-boot-note]")?.remove();
  const place = { catalogue, page, version, feedback, map: /** @type {SVGElement | null} */ (/** @type {unknown} */ (part(form, "wallet-map"))) };

  /** @type {Promise<[import("./engine.js").Engine, Answers]> | null} */
  let loading = null;
  /** @type {Promise<void> | null} */
  let explaining = null;
  let running = new AbortController();
  let timer = 0;

  const load = () => {
    loading ??= Promise.all([loadEngine(pack), loadAnswers(answersFile)]).catch((reason) => {
      loading = null;
      throw reason;
    });
    return loading;
  };
  /** What an answer has to say besides; comes after it, so that nobody waits for it. @param {Answers} answers */
  const explained = (answers) => {
    explaining ??= painted()
      .then(() => explain(answers, explanations))
      .catch((reason) => {
        explaining = null;
        throw reason;
      });
    explaining.catch(() => undefined); // Told where it would be shown, which an answer may have no place for.
    return explaining;
  };
  // Loading ahead is only a kindness: a failure is told when an answer is asked for.
  const loadAhead = () => load().catch(() => undefined);

  /**
   * @param {Paste} paste
   * @param {boolean} deliberate pasted, dropped or picked, not typed: the answer is brought into view
   */
  async function diagnose(paste, deliberate) {
    const signal = anew();
    leaveLink();
    box.setAttribute("aria-busy", "true");
    say(loadingWord);
    try {
      const [engine, answers] = await load();
      if (signal.aborted) return;
      say(reading);
      const tell = (/** @type {number} */ share) => say(fill(progress, { percent: Math.round(share * 100) }));
      // Where the script does not arrive, the page reads by itself, as where no worker can start.
      const offload = paste.expected < LARGE ? null : await import("./offload.js").catch(() => null);
      let report = await offload?.readElsewhere(paste, pack, signal, tell);
      if (report === undefined) report = await engine.run(paste, signal, tell);
      if (!report) return;
      const shown = await excerpt(paste, report.findings[0]?.evidence ?? [], (bytes) => engine.secretsIn(bytes), report.facts.places);
      if (signal.aborted) return;
      const values = valuesIn(shown, answers);
      show(answerCard({ report, answers, explained: explained(answers), excerpt: shown, size: paste.size, lang, values, place, shared: false }), deliberate);
      say(report.verdict === "empty" ? "" : fill(done, { size: bytes(paste.size, lang) }));
      announce(announcement(report, answers));
      form.dispatchEvent(new CustomEvent("resep:answer", { bubbles: true, detail: report }));
    } catch (reason) {
      if (!signal.aborted) fail(reason, paste);
    } finally {
      if (!signal.aborted) box.removeAttribute("aria-busy");
    }
  }

  /** Shows the answer that the address names, as somebody sent it. */
  async function openLink() {
    if (!looksLikeLink(location.hash)) return;
    const signal = anew();
    try {
      const [, known] = await load();
      // Which codes a link may name stands there; without them it opens without its code.
      await explained(known).catch(() => undefined);
      if (signal.aborted) return;
      const link = readLink(location.hash, known);
      if (link === null) return;
      if (typeof link === "string") {
        const note = el("p", { class: "callout callout-warning", "data-testid": "link-problem" }, known.words[`shared_${link}`]);
        target.replaceChildren(note);
        announce(note.textContent ?? "");
        return;
      }
      const { code = null, status: http = null, model = null, needed = null, left = null, unit = null, sure, verdict = "match", words } = link.values;
      const report = /** @type {import("./engine.js").Report} */ ({
        verdict,
        facts: { code, http_status: http === null ? null : Number(http) },
        findings: link.rules.map((id) => {
          const rule = known.rules.findIndex((one) => one.id === id);
          const provider = known.providers.findIndex((one) => one.id === known.rules[rule].provider);
          return { rule, provider: provider < 0 ? null : provider, likelihood: sure, evidence: [] };
        }),
        masked: 0,
        words: words === "1",
      });
      const name = known.models.find(([id]) => id === model)?.[1] ?? null;
      const values = { model: model === null ? null : { literal: name ?? model, id: model, name }, needed, left, unit };
      show(answerCard({ report, answers: known, explained: explained(known), excerpt: { pieces: [], secrets: [], facts: [] }, size: 0, lang, values, place, shared: true }), true);
      announce(announcement(report, known));
      // As after a paste: the internal edition has its reply beside every answer.
      form.dispatchEvent(new CustomEvent("resep:answer", { bubbles: true, detail: report }));
    } catch {
      // The box loads the same again when a text comes, and tells then what failed.
    }
  }

  /** Ends what runs; what begins now is given up when the next does. */
  function anew() {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    box.removeAttribute("aria-busy");
    say("");
    return running.signal;
  }

  /** The address must not go on naming an answer that is no longer shown: it is reloaded, and shared. */
  function leaveLink() {
    if (looksLikeLink(location.hash)) history.replaceState(null, "", location.pathname);
  }

  /** @param {string} text */
  function say(text) {
    if (state) state.textContent = text;
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
    const note = part(form, "failure");
    if (!note) return;
    const why = reason instanceof Unreachable ? "unreachable" : "broken";
    for (const message of note.querySelectorAll("[data-why]")) {
      if (message.getAttribute("data-why") !== why) message.remove();
    }
    const detail = note.querySelector("[data-reason]");
    if (detail) detail.textContent = reason instanceof Error ? reason.message : String(reason);
    note.querySelector("button")?.addEventListener("click", () => void diagnose(paste, true));
    target.replaceChildren(note);
    say("");
    announce(note.querySelector("[data-why]")?.textContent ?? "");
  }

  function clear() {
    anew();
    leaveLink();
    area.value = "";
    target.replaceChildren();
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
    const signal = anew();
    if (/^(image|video|audio)\/|pdf|zip|office/.test(file.type)) {
      const note = part(form, "not-text");
      target.replaceChildren(note ?? "");
      announce(note?.textContent ?? "");
      return;
    }
    area.value = "";
    try {
      const paste = await pasteOfFile(file);
      // A newer paste may have come while the file was opened.
      if (!signal.aborted) void diagnose(paste, true);
    } catch (reason) {
      if (!signal.aborted) fail(reason, new TextPaste(""));
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  // When somebody turns to the box, and not before: who only reads does not pay for it.
  for (const name of ["focusin", "pointerenter", "dragenter"]) form.addEventListener(name, loadAhead, { once: true });

  addEventListener("hashchange", () => void openLink());
  void openLink();

  // A paste is read at once, by what "paste" does below, and not a second time as if it were typed.
  let pasted = false;
  area.addEventListener("input", () => {
    if (pasted) return;
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
    pasted = true;
    requestAnimationFrame(() => {
      pasted = false;
      void diagnose(new TextPaste(area.value), true);
    });
  });

  // A paste that no field takes is meant for the box, in place of what is there: one error after the other, without a click.
  document.addEventListener("paste", ({ target: at, clipboardData: data }) => {
    if (!data || (at instanceof Element && at.closest("input, textarea"))) return;
    const text = data.getData("text/plain");
    if (text) take(text);
    else if (data.files.length) void takeFile(data.files[0]);
  });

  let depth = 0;
  form.addEventListener("dragenter", () => {
    depth += 1;
    box.dataset.drop = box.dataset.dropWord;
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

  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = ""; // The same file may be picked again.
    if (file) void takeFile(file);
  });
  form.querySelector("[data-clear]")?.addEventListener("click", clear);
  for (const button of form.querySelectorAll("[data-paste]")) {
    button.addEventListener("click", () => take(button.getAttribute("data-paste") ?? ""));
  }
}

/**
 * A fresh copy of a part that the page holds in a <template>, because it is of use only with this script.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLElement | null}
 */
function part(form, name) {
  const template = /** @type {HTMLTemplateElement | null} */ (form.querySelector(`template[data-part="${name}"]`));
  return /** @type {HTMLElement | null} */ (template?.content.firstElementChild?.cloneNode(true) ?? null);
}
