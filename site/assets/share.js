// @ts-check
/* Links to an answer: `#answer=1&rule=kling/rate-limit&code=1302`. A link holds the id of a rule and values of known
 * forms, and never text of a paste. The format has a version; a link of any version ever made must open for ever, so a
 * change of the format adds a step to UPGRADES and never changes one (tests/browser/share.test.js keeps links of each).
 */

import { UNITS } from "./values.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {{code?: string, status?: string, model?: string, needed?: string, left?: string, unit?: string, sure?: string, verdict?: string, words?: string}} Values
 *   `sure`: a likelihood; `verdict`: where it is not "match"; `words`: "1" where nothing but words told */
/** @typedef {{rules: string[], values: Values}} Shared ids, several where the answer is a choice */

/** The version that is written. */
const VERSION = 1;

/** Parameters of version N made into those of N + 1.
 * @type {((old: URLSearchParams) => URLSearchParams)[]} */
const UPGRADES = [
  // 0: a bare `#kling/rate-limit`, as one writes by hand.
  (old) => new URLSearchParams({ rule: [...old.keys()][0] ?? "" }),
];

/** What a value may look like; anything else is left out, when a link is made and when it is read.
 * @type {Record<keyof Values, (value: string, answers: Answers, rule: import("./answers.js").Rule) => boolean>} */
const ALLOWED = {
  code: (value, _answers, rule) => rule.codes.includes(value),
  status: (value) => /^[1-5]\d\d$/.test(value),
  model: (value, answers) => answers.models.some(([id]) => id === value),
  needed: amount,
  left: amount,
  unit: (value) => UNITS.includes(value),
  sure: (value) => /^(certain|likely|possible)$/.test(value),
  verdict: (value) => /^(ambiguous|opaque)$/.test(value),
  words: (value) => value === "1",
};

/** @param {string} value */
function amount(value) {
  return /^\$?\d{1,12}(\.\d{1,9})?$/.test(value);
}

/**
 * The part of an address behind `#`, with it.
 * @param {Shared} shared
 * @param {Answers} answers
 */
export function writeLink({ rules, values }, answers) {
  const known = answers.rules.find(({ id }) => id === rules[0]);
  const parameters = new URLSearchParams([["answer", String(VERSION)], ...rules.map((rule) => ["rule", rule])]);
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const value = values[/** @type {keyof Values} */ (name)];
    if (known && value !== undefined && allowed(value, answers, known)) parameters.set(name, value);
  }
  // `/` needs no escape behind `#`, and a readable link is trusted more.
  return `#${parameters.toString().replaceAll("%2F", "/")}`;
}

/**
 * What a link names. Null where `hash` is no such link, a word where it is one that cannot be opened.
 * @param {string} hash
 * @param {Answers} answers
 * @returns {Shared | "unknown" | "newer" | null}
 */
export function readLink(hash, answers) {
  if (!looksLikeLink(hash)) return null;
  let parameters = new URLSearchParams(hash.slice(1));
  const version = parameters.has("answer") ? Number(parameters.get("answer")) : 0;
  if (!Number.isInteger(version) || version < 0) return "unknown";
  if (version > VERSION) return "newer";
  for (const upgrade of UPGRADES.slice(version)) parameters = upgrade(parameters);
  const found = parameters.getAll("rule").flatMap((id) => {
    // A rule that was replaced leads to the one in its place; the bound ends a circle.
    for (let hops = 0; hops < 8 && Object.hasOwn(answers.moved, id); hops += 1) id = answers.moved[id];
    return answers.rules.find((known) => known.id === id) ?? [];
  });
  const [rule] = found;
  if (!rule) return "unknown";
  /** @type {Values} */
  const values = {};
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const value = parameters.get(name);
    if (value !== null && allowed(value, answers, rule)) values[/** @type {keyof Values} */ (name)] = value;
  }
  // Two that were asked for may be one now.
  return { rules: [...new Set(found.map(({ id }) => id))], values };
}

/** Whether it is worth loading the answers for. @param {string} hash */
export function looksLikeLink(hash) {
  return /^#(answer=\d|[a-z0-9-]+\/[a-z0-9-]+$)/.test(hash);
}
