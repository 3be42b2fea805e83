// @ts-check
/* Figures of a paste: model, what was needed and what was left. Reads the masked excerpt that is shown, so it can name
 * nothing that is hidden. Says nothing where it is not certain: two amounts count only together, in one currency, the
 * needed one larger. Sums are exact decimals, never floats.
 */

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./paste.js").Excerpt} Excerpt */
/** @typedef {{literal: string, id: string | null, name: string | null}} Model as the paste writes it; id and name where the data knows it */
/** @typedef {{model: Model | null, needed: string | null, left: string | null, unit: string | null}} Found `unit`: what is counted,
 * one of `UNITS` */

const NUMBER = String.raw`([$¥]?)\s?(\d{1,12}(?:[.,]\d{1,9})*)(?![\d.,]*\d|%|[a-z])`;
const NEED = String.raw`\b(?:need(?:s|ed)?|requires?|required|requested|costs?|perlu|butuh|membutuhkan|dibutuhkan)\b|需要`;
const REST = String.raw`\b(?:available|remaining|left|have|has|balance|user quota|saldo|sisa|tersisa|kredit anda)\b|剩余|余额`;
/** A word and its number, without a word of the other kind between: the nearer one tells what the number is. */
const [NEEDED, LEFT] = [[NEED, REST], [REST, NEED]].map(([word, other]) => new RegExp(String.raw`(?:${word})(?:(?!${other})[^\d\n$¥]){0,18}?${NUMBER}`, "i"));
/** What the text around two amounts says that they are; each is a word `unit_<unit>` of the answers. */
export const UNITS = ["credits", "coins", "units", "points"];
const UNIT = /\b(?:(credits|kredit)|(coins|koin)|(units)|(points|poin)|usd|dollars?)\b/gi;
/** How many characters before the amounts and after them are read for it. */
const AROUND = [100, 20];
const MODEL = /["']?\bmodel(?:_?(?:name|id))?["']?\s*[:=]\s*["']?([a-z0-9][a-z0-9._/:-]{1,60})/i;

/**
 * @param {Excerpt} excerpt
 * @param {Answers} answers
 * @returns {Found}
 */
export function valuesIn({ pieces }, answers) {
  const text = pieces.flatMap((piece) => piece.lines.map((line) => line.parts.map((part) => (part.secret ? "…" : part.text)).join(""))).join("\n");
  const literal = MODEL.exec(text)?.[1] ?? null;
  const known = literal === null ? undefined : answers.models.find(([id, name]) => [id, name].some((one) => plain(one) === plain(literal)));
  const found = { model: literal === null ? null : { literal, id: known?.[0] ?? null, name: known?.[1] ?? null }, needed: null, left: null, unit: null };
  const [need, rest] = [NEEDED.exec(text), LEFT.exec(text)];
  const [needed, left] = [amount(need), amount(rest)];
  if (!needed || !left || needed.sign !== left.sign || !minus(needed.value, left.value)) return found;
  return { ...found, needed: needed.sign + needed.value, left: left.sign + left.value, unit: needed.sign ? null : unitOf(text, need, rest) };
}

/**
 * What two amounts count; null where the text says nothing of it, or several things.
 * @param {string} text
 * @param {(RegExpExecArray | null)[]} amounts
 */
function unitOf(text, ...amounts) {
  const places = amounts.flatMap((match) => (match ? [match.index, match.index + match[0].length] : []));
  const around = text.slice(Math.max(0, Math.min(...places) - AROUND[0]), Math.max(...places) + AROUND[1]);
  const said = new Set([...around.matchAll(UNIT)].map((match) => UNITS[match.slice(1).findIndex(Boolean)] ?? null));
  return said.size === 1 ? [...said][0] : null;
}

/** "kling-v2-6", "Kling 2.6" and "kling_2.6" are one name. @param {string} name */
function plain(name) {
  return name.toLowerCase().replace(/\bv(?=\d)/g, "").replace(/[^a-z0-9]/g, "");
}

/** @param {RegExpExecArray | null} match */
function amount(match) {
  if (!match) return null;
  const [, sign, digits] = match;
  // 1,234.5 is plain. 1.234 may be a thousand or one: nothing is said then.
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)) return { sign, value: digits.replaceAll(",", "") };
  if (/^\d+(\.\d+)?$/.test(digits) && !/^[1-9]\d{0,2}\.\d{3}$/.test(digits)) return { sign, value: digits };
  return null;
}

/**
 * `a - b`; null where that is nothing or less, or one of them is no plain decimal.
 * @param {string} a
 * @param {string} b
 */
export function minus(a, b) {
  const [x, y] = [decimal(a), decimal(b)];
  if (!x || !y) return null;
  const places = Math.max(x.places, y.places);
  const units = x.units * 10n ** BigInt(places - x.places) - y.units * 10n ** BigInt(places - y.places);
  return units > 0n ? written(units, places) : null;
}

/**
 * `a * b`; null where one of them is no plain decimal.
 * @param {string} a
 * @param {string} b
 */
export function times(a, b) {
  const [x, y] = [decimal(a), decimal(b)];
  return x && y ? written(x.units * y.units, x.places + y.places) : null;
}

/** @param {string} text */
function decimal(text) {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  return match ? { units: BigInt(match[1] + (match[2] ?? "")), places: (match[2] ?? "").length } : null;
}

/** @param {bigint} units @param {number} places */
function written(units, places) {
  const digits = String(units).padStart(places + 1, "0");
  const sign = digits.length - places;
  return (digits.slice(0, sign) + "." + digits.slice(sign)).replace(/\.?0*$/, "");
}

/**
 * An amount as the language writes numbers: `$1234.5` is `$1.234,5` in Indonesian. What stands before the digits stays.
 * @param {string} amount plain decimal, with or without a sign of its currency
 * @param {string} lang
 */
export function localised(amount, lang) {
  const parts = new Intl.NumberFormat(lang).formatToParts(1_234_567.5);
  const sign = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.value ?? "";
  const [whole, rest] = amount.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, sign("group")) + (rest ? sign("decimal") + rest : "");
}
