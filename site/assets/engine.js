// @ts-check
/* Loads the rule engine (WASM, beside this file), its rules and the answers of one language, and runs pastes through
 * it in short turns. Sends nothing anywhere and keeps nothing of a paste.
 */
import { ROOM } from "./paste.js";

/** @typedef {import("./paste.js").TextPaste | import("./paste.js").FilePaste} Paste */
/** @typedef {import("./paste.js").Span} Span */
/** @typedef {import("./paste.js").Secret} Secret */
/** @typedef {{rule: number, provider: number | null, likelihood: "certain" | "likely" | "possible", evidence: Span[]}} Finding */
/** @typedef {{http_status?: number | null, code?: string | null, provider?: number | null, request_id?: string | null, host?: string | null}} Facts */
/** @typedef {{verdict: "match" | "ambiguous" | "opaque" | "none" | "empty", facts: Facts, findings: Finding[], masked: number}} Report */
/**
 * @typedef {object} Rule
 * @property {string} id
 * @property {string} cause
 * @property {string} causeTitle
 * @property {string | null} [provider]
 * @property {string | null} [providerName]
 * @property {string | null} [wallet]
 * @property {string | null} [walletName]
 * @property {string} actor
 * @property {string} actorText
 * @property {string} retry
 * @property {string} retryText
 * @property {string} title
 * @property {string} summary
 * @property {string[]} steps HTML of our own build, one a step
 * @property {string} cause_html
 * @property {string} verify_html
 * @property {string | null} [already_paid_html]
 * @property {string | null} [not_this_html]
 * @property {string} page
 */
/** @typedef {{name: string, pays_in: string, seen_by: string, where: string, pays_for: string, never_pays_for: string, page: string}} Wallet */
/** @typedef {{version: number, rules: Rule[], providers: {id: string, name: string}[], wallets: Record<string, Wallet>, words: Record<string, string>}} Answers */
/** @typedef {{Diagnoser: new (pack: Uint8Array) => {open(): void, buffer(size: number): number, feed(length: number): void, finish(): string, secrets(length: number): string}, default: (options: object) => Promise<{memory: WebAssembly.Memory}>}} Glue */

/** The version of answers.<lang>.json that this script reads. */
const VERSION = 1;
/** Milliseconds of work after which the page gets its turn. */
const TURN = 8;

export class Engine {
  /** @param {Glue} glue @param {WebAssembly.Memory} memory @param {Uint8Array} pack @param {Answers} answers */
  constructor(glue, memory, pack, answers) {
    this.diagnoser = new glue.Diagnoser(pack);
    this.memory = memory;
    this.answers = answers;
  }

  /**
   * @param {Paste} paste
   * @param {AbortSignal} signal a newer paste has come
   * @param {(share: number) => void} progress 0 to 1, called between turns
   * @returns {Promise<Report | null>} null when given up for a newer paste
   */
  async run(paste, signal, progress) {
    const { diagnoser, memory } = this;
    let turn = performance.now();
    let read = 0;
    diagnoser.open();
    try {
      await paste.read({
        // Asked for before every slice, so a run that a newer one has overtaken stops before it writes into it.
        // A new view each time: the memory moves when it grows.
        room() {
          signal.throwIfAborted();
          return new Uint8Array(memory.buffer, diagnoser.buffer(ROOM), ROOM);
        },
        push(length) {
          diagnoser.feed(length);
          read += length;
        },
        pace() {
          if (performance.now() - turn < TURN) return undefined;
          progress(Math.min(1, read / Math.max(1, paste.expected)));
          return nextTurn().then(() => {
            turn = performance.now();
          });
        },
      });
      signal.throwIfAborted();
    } catch (reason) {
      if (signal.aborted) return null;
      throw reason;
    }
    return JSON.parse(diagnoser.finish());
  }

  /**
   * What must not be shown of these bytes, at most {@link ROOM}.
   * @param {Uint8Array} bytes
   * @returns {Secret[]}
   */
  secretsIn(bytes) {
    new Uint8Array(this.memory.buffer, this.diagnoser.buffer(ROOM), ROOM).set(bytes);
    return JSON.parse(this.diagnoser.secrets(bytes.length));
  }
}

/** Something did not arrive; asking again may help. */
export class Unreachable extends Error {}

/** How often loading was tried: a browser remembers that a module failed, and asks again only for another address. */
let tries = 0;

/**
 * @param {{pack: string, answers: string}} data addresses of the rules and of the answers
 * @returns {Promise<Engine>} rejected with {@link Unreachable}, or with the reason why the engine does not start
 */
export async function loadEngine(data) {
  if (typeof WebAssembly !== "object") throw new Error("WebAssembly is not available");
  const glueFile = new URL("diagnoser.js", import.meta.url);
  if (tries > 0) glueFile.search = `?${tries}`;
  tries += 1;
  const parts = Promise.all([
    import(glueFile.href).then(async (/** @type {Glue} */ module) => {
      const exports = await module.default({ module_or_path: new URL("diagnoser_bg.wasm", import.meta.url) });
      return /** @type {const} */ ([module, exports]);
    }),
    get(data.pack).then(async (response) => new Uint8Array(await response.arrayBuffer())),
    get(data.answers).then((response) => response.json()),
  ]);
  const [[glue, exports], pack, answers] = await parts.catch((reason) => {
    // What `fetch` and `import` throw where the network is at fault.
    throw reason instanceof TypeError ? new Unreachable(reason.message) : reason;
  });
  if (answers.version !== VERSION) throw new Error(`${data.answers}: version ${answers.version}`);
  return new Engine(glue, exports.memory, pack, answers);
}

/** @param {string} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Unreachable(`${url.split("/").pop()}: HTTP ${response.status}`);
  return response;
}

/**
 * Lets the page paint and take keys before the next slice. A message, and not `scheduler.yield`: what that puts off comes
 * before timers and other waiting tasks, and a large paste would keep them waiting to its end.
 * @returns {Promise<void>}
 */
function nextTurn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
