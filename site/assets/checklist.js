// @ts-check
/* The checklist of a runbook: ticks and their times stay in this browser until they are cleared, and become a Markdown record for the
 * report. A note is kept in the page only, and masked by the engine before it goes into the record.
 */
import { copyFrom, fill, online } from "./dom.js";

/** @typedef {{box: HTMLInputElement, name: string, at: string | null}} Step `at`: when it was ticked */

const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-checks]"));
if (bar) setUp(bar);

/** @param {HTMLElement} bar */
function setUp(bar) {
  // One checklist, in whatever language it is read.
  const key = `resep-checks ${location.pathname.replace(`/${document.documentElement.lang}/`, "/")}`;
  const output = bar.querySelector("output");
  const progress = bar.querySelector("progress");
  const note = bar.querySelector("textarea");
  if (!output || !progress || !note) return;
  /** @type {Step[]} */
  const steps = [...document.querySelectorAll(".step input")].map((box) => ({
    box: /** @type {HTMLInputElement} */ (box),
    name: nameOf(box),
    at: null,
  }));
  const names = counted(steps.map(({ name }) => name));
  /** Takes over what is kept, by this tab or another. */
  const read = () => {
    const times = placed(recall(key), names);
    steps.forEach((step, index) => {
      step.at = times[index] ?? null;
      step.box.checked = step.at !== null;
    });
    show();
  };
  /** Keeps one step; what another tab keeps meanwhile stays. @param {Step} changed */
  const keep = (changed) => {
    const { at } = changed;
    read();
    changed.at = at;
    changed.box.checked = at !== null;
    show();
    remember(key, steps, names);
  };
  for (const step of steps) {
    step.box.addEventListener("change", () => {
      step.at = step.box.checked ? now() : null;
      keep(step);
    });
  }
  addEventListener("storage", (event) => {
    if (event.key === key || event.key === null) read();
  });
  const show = () => {
    const done = steps.filter((step) => step.at !== null).length;
    progress.max = steps.length;
    progress.value = done;
    output.textContent = fill(output.dataset.text ?? "", { done, total: steps.length });
  };
  bar.querySelector("[data-clear]")?.addEventListener("click", () => {
    for (const step of steps) {
      step.at = null;
      step.box.checked = false;
    }
    note.value = "";
    remember(key, steps, names);
    show();
  });
  const copy = /** @type {HTMLButtonElement | null} */ (bar.querySelector("[data-copy-record]"));
  const save = bar.querySelector("[data-save-record]");
  const words = { copied: document.body.dataset.copied ?? "", failed: document.body.dataset.copyFailed ?? "" };
  copy?.addEventListener("click", async () => copyFrom(copy, await record(bar, steps, note.value), words));
  save?.addEventListener("click", async () => {
    const file = new Blob([await record(bar, steps, note.value)], { type: "text/markdown" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${location.pathname.split("/").filter(Boolean).pop()}-${now().slice(0, 10)}.md`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  read();
}

/** The first sentence of a step: its name in the record and in the store, the same as long as its words are. @param {Element} box */
function nameOf(box) {
  const step = box.closest(".step");
  return (step?.querySelector("strong")?.textContent ?? step?.querySelector(".task")?.textContent ?? "").trim().replace(/\s+/g, " ");
}

/** Names of which none is like another: the second of two that are alike says that it is. @param {string[]} names */
function counted(names) {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before ? `${name} (${before + 1})` : name;
  });
}

/** The time here with its zone, as 2026-11-28T09:30:00+07:00. */
function now() {
  const date = new Date();
  const two = (/** @type {number} */ part) => String(Math.floor(Math.abs(part))).padStart(2, "0");
  const zone = -date.getTimezoneOffset();
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${zone < 0 ? "-" : "+"}${two(zone / 60)}:${two(zone % 60)}`;
}

/** @param {HTMLElement} bar @param {Step[]} steps @param {string} note */
async function record(bar, steps, note) {
  const { title = "", made = "", noted = "" } = bar.dataset;
  const lines = [`# ${title}`, "", online(location.pathname), "", `${made} ${now()}`];
  let section = "";
  for (const { box, name, at } of steps) {
    const under = sectionOf(box);
    if (under !== section) lines.push("", `## ${under}`, "");
    section = under;
    lines.push(`- [${at === null ? " " : "x"}] ${name}${at === null ? "" : ` (${at})`}`);
  }
  if (note.trim()) lines.push("", `## ${noted}`, "", await masked(bar, note.trim()));
  return `${lines.join("\n")}\n`;
}

/** The heading that a step stands under. @param {Element} box */
function sectionOf(box) {
  let last = "";
  for (const head of document.querySelectorAll(".prose h2")) {
    if (head.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING) last = head.firstChild?.textContent?.trim() ?? "";
  }
  return last;
}

/** The note without keys, addresses and ids; a note that cannot be masked is left out and says so. @param {HTMLElement} bar @param {string} note */
async function masked(bar, note) {
  try {
    const { loadEngine } = await import("./engine.js");
    const engine = await loadEngine(bar.dataset.pack ?? "");
    const bytes = new TextEncoder().encode(note);
    const text = (/** @type {number} */ start, /** @type {number} */ end) => new TextDecoder().decode(bytes.subarray(start, end));
    let out = "";
    let from = 0;
    for (const { start, end } of engine.secretsIn(bytes)) {
      out += `${text(from, start)}•••`;
      from = end;
    }
    return out + text(from, bytes.length);
  } catch (error) {
    return `${bar.dataset.unmasked} (${error})`;
  }
}

/**
 * What is kept: times by place, and the names of all steps in each language in which the page was open, which tell the place of a
 * step when others have come or gone.
 * @typedef {{at: Record<number, string>, names: Record<string, string[]>}} Kept
 */

/**
 * Times by the places of today's steps. A step whose words have changed is not the one that was ticked.
 * @param {Kept} kept
 * @param {string[]} names
 */
function placed({ at, names: known }, names) {
  const own = known[document.documentElement.lang];
  /** @type {Record<number, string>} */
  const times = {};
  for (const [place, time] of Object.entries(at)) {
    // Read in another language so far: its steps are these ones, as long as there are as many.
    const same = !own && Object.values(known).every(({ length }) => length === names.length);
    const now = own ? names.indexOf(own[Number(place)]) : same ? Number(place) : -1;
    if (now >= 0) times[now] = time;
  }
  return times;
}

/** @param {string} key @returns {Kept} */
function recall(key) {
  try {
    const { at, names } = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (at && names) return { at, names };
  } catch {
    // Storage may be forbidden, or hold what another version wrote.
  }
  return { at: {}, names: {} };
}

/** @param {string} key @param {Step[]} steps @param {string[]} names */
function remember(key, steps, names) {
  const lang = document.documentElement.lang;
  const { names: known } = recall(key);
  const unchanged = !known[lang] || known[lang].join("\n") === names.join("\n");
  const at = Object.fromEntries(steps.flatMap((step, index) => (step.at === null ? [] : [[index, step.at]])));
  try {
    if (Object.keys(at).length) localStorage.setItem(key, JSON.stringify({ at, names: { ...(unchanged ? known : {}), [lang]: names } }));
    else localStorage.removeItem(key);
  } catch {
    // Storage may be forbidden; the ticks then hold for this page.
  }
}
