// @ts-check
/* The words of the answers in one language. They come in two files: what a first answer shows (`answers.<lang>.json`), and what
 * there is to say besides (`explanations.<lang>.json`), fetched when that answer stands. Both hold their rules in columns, which
 * compress to less; here they become one object a rule, in the order in which the engine numbers them.
 */
import { get } from "./engine.js";

/**
 * @typedef {object} Rule
 * @property {string} id
 * @property {string} cause
 * @property {string} causeTitle
 * @property {string | null} provider
 * @property {string | null} wallet
 * @property {string | null} walletName
 * @property {string} actor
 * @property {string} actorText
 * @property {string} retry
 * @property {string} retryText
 * @property {string} title
 * @property {string} summary
 * @property {string[]} steps HTML of our own build, one a step
 * @property {string | null} ask_html the question that would settle it; without it that of the cause
 * @property {string} page
 * @property {string[]} codes none before the explanations are there, as all below
 * @property {string | null} [cause_html]
 * @property {string | null} [verify_html]
 * @property {string | null} [already_paid_html]
 * @property {string | null} [not_this_html]
 */
/** `checks`: what somebody who paid already looks at, with how; of the explanations, as the words for it. */
/** @typedef {{name: string, pays_in: string, where: string, pays_for: string, never_pays_for: string, never: string[], checks?: [string, string][], rates: Rate[]}} Wallet */
/** @typedef {{provider: string | null, usd: string, units: string | null, name: string, source: string, checked: string}} Rate what one unit of a wallet costs;
 *   `units` names several of them, `name` one */
/** @typedef {{explained: boolean, rules: Rule[], providers: {id: string, name: string}[], wallets: Record<string, Wallet>, models: [string, string][], moved: Record<string, string>, users: string | null, words: Record<string, string>}} Answers
 *   `users`: the page for customers of an app */

/** The version of both files that this script reads. */
const VERSION = 3;

/**
 * @param {string} address
 * @returns {Promise<Answers>}
 */
export async function loadAnswers(address) {
  const { rules, pages, causes, actors, retries, providers, wallets, models, moved, users, words } = await file(address);
  let section = "";
  const whole = (/** @type {string} */ id) => {
    if (!id.includes("/")) return `${section}/${id}`;
    [section] = id.split("/");
    return id;
  };
  const named = rows(rules).map((row) => ({ ...row, id: whole(row.id) }));
  return {
    explained: false,
    rules: named.map(({ cause, actor, retry, provider, wallet, ...rest }) => ({
      ...rest,
      cause: causes[cause][0],
      causeTitle: causes[cause][1],
      actor: actors[actor][0],
      actorText: actors[actor][1],
      retry: retries[retry][0],
      retryText: retries[retry][1],
      provider: provider === null ? null : providers[provider].id,
      wallet,
      walletName: wallets[wallet]?.name ?? null,
      page: `${pages}${rest.id}/`,
      codes: [],
    })),
    providers,
    wallets,
    models,
    moved,
    users,
    words,
  };
}

/**
 * Adds the explanations to the rules.
 * @param {Answers} answers
 * @param {string} address
 */
export async function explain(answers, address) {
  const { rules, checks, words } = await file(address);
  rows(rules).forEach((row, index) => Object.assign(answers.rules[index], row));
  for (const [id, wallet] of Object.entries(answers.wallets)) wallet.checks = checks[id];
  Object.assign(answers.words, words);
  answers.explained = true;
}

/** @param {string} address */
async function file(address) {
  const found = await (await get(address)).json();
  if (found.version !== VERSION) throw new Error(`${address}: version ${found.version}`);
  return found;
}

/**
 * @param {Record<string, any[]>} columns of one length
 * @returns {any[]}
 */
function rows(columns) {
  const all = Object.entries(columns);
  return all[0][1].map((_, index) => Object.fromEntries(all.map(([name, values]) => [name, values[index]])));
}
