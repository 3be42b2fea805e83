// @ts-check
/* Loads the rule engine (WASM, beside this file) and its rules, and runs pastes through it in short turns. Sends nothing
 * anywhere and keeps nothing of a paste.
 */
import { ROOM } from "./paste.js";

/** @typedef {import("./paste.js").TextPaste | import("./paste.js").FilePaste} Paste */
/** @typedef {import("./paste.js").Span} Span */
/** @typedef {import("./paste.js").Secret} Secret */
/** @typedef {{rule: number, provider: number | null, likelihood: "certain" | "likely" | "possible", evidence: Span[]}} Finding */
/** @typedef {{http_status?: number | null, code?: string | null, provider?: number | null, request_id?: string | null, host?: string | null, places?: Span[]}} Facts as the engine folds them, which
 *   must not be shown: what masks goes by what stands at their `places`, those of code, request id and host */
/** @typedef {{verdict: "match" | "ambiguous" | "opaque" | "none" | "empty", facts: Facts, findings: Finding[], masked: number, words: boolean}} Report `words` where nothing but words tells, so that a question would settle it */
/** @typedef {{memory: WebAssembly.Memory, buffer(size: number): number, load(length: number): number, open(): void, feed(length: number): void, finish(): number, secrets(length: number): number}} Module functions of diagnoser-wasm/src/lib.rs, where the words of a report are listed */

/** Milliseconds of work after which the page gets its turn; with the slice that is then under way, no more than 8. */
const TURN = 5;

/** @type {Report["verdict"][]} */
const VERDICTS = ["match", "ambiguous", "opaque", "none", "empty"];
/** @type {Finding["likelihood"][]} */
const LIKELIHOODS = ["possible", "likely", "certain"];
const KINDS = ["key", "email", "phone", "id", "user"];
const REASONS = ["issuer", "jwt", "label", "mixture", "shape", "login"];
/** Why rules are not taken; above these, 256 and their version. */
const FAULTS = ["", "these bytes are not a rule pack", "the rule pack ends early", "the rule pack is damaged"];

/** What is read ahead at idle, so that the browser has compiled the engine for speed when a paste comes. */
const WARM_UP = '2026-01-01 12:00:00 ERROR {"code":1102,"message":"Account balance not enough","request_id":"x"} https://example.com/v1\n'.repeat(500);
const WARM_UPS = 8;

export class Engine {
  /** @param {Module} module @param {Uint8Array} pack */
  constructor(module, pack) {
    this.diagnoser = module;
    /** Whether a paste was read. */
    this.used = false;
    this.room(pack.length).set(pack);
    const fault = module.load(pack.length);
    if (fault) throw new Error(FAULTS[fault] ?? `the rule pack has version ${fault - 256}, which this engine does not read`);
  }

  /**
   * Memory of the engine to write into. A new view each time: the memory moves when it grows.
   * @param {number} size
   */
  room(size) {
    const at = this.diagnoser.buffer(size);
    return new Uint8Array(this.diagnoser.memory.buffer, at, size);
  }

  /**
   * @param {Paste} paste
   * @param {AbortSignal} signal a newer paste has come
   * @param {(share: number) => void} progress 0 to 1, called between turns
   * @returns {Promise<Report | null>} null when given up for a newer paste
   */
  async run(paste, signal, progress) {
    const { diagnoser } = this;
    let turn = performance.now();
    let read = 0;
    this.used = true;
    diagnoser.open();
    try {
      await paste.read({
        // Asked for before every slice, so a run that a newer one has overtaken stops before it writes into it.
        room: () => {
          signal.throwIfAborted();
          return this.room(ROOM);
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
    return this.report();
  }

  /** @returns {Report} of what was fed */
  report() {
    const at = this.diagnoser.finish();
    const { buffer } = this.diagnoser.memory;
    const words = new Uint32Array(buffer, at);
    let next = 0;
    const word = () => words[next++];
    const number = () => word() - 1;
    const perhaps = (/** @type {number} */ value) => (value < 0 ? null : value);
    /** @type {Span[]} */
    const places = [];
    const text = () => {
      const [from, length, start, end] = [word(), word(), word(), word()];
      // A host begins before what tells its provider.
      places.push({ start: Math.max(0, places.length < 2 ? start : start - length), end });
      return from && length ? new TextDecoder().decode(new Uint8Array(buffer, from, length)) : null;
    };
    const list = (/** @type {() => any} */ one) => Array.from({ length: word() }, one);
    const head = word();
    return {
      verdict: VERDICTS[head & 255],
      words: head > 255,
      facts: { http_status: word() || null, provider: perhaps(number()), code: text(), request_id: text(), host: text(), places },
      findings: list(() => ({
        rule: word(),
        provider: perhaps(number()),
        likelihood: LIKELIHOODS[word()],
        evidence: list(() => ({ start: word(), end: word() })),
      })),
      masked: 0,
    };
  }

  /**
   * What must not be shown of these bytes, at most {@link ROOM}.
   * @param {Uint8Array} bytes
   * @returns {Secret[]}
   */
  secretsIn(bytes) {
    this.room(ROOM).set(bytes);
    const at = this.diagnoser.secrets(bytes.length);
    const words = new Uint32Array(this.diagnoser.memory.buffer, at);
    return Array.from({ length: words[0] }, (_, index) => {
      const [start, end, kind, reason] = words.subarray(1 + 4 * index);
      return { start, end, kind: KINDS[kind], reason: REASONS[reason] };
    });
  }

  /** Reads invented lines at idle until a paste comes: the first calls of a module run in code compiled in haste. */
  warmUp(times = WARM_UPS) {
    // A worker has no idle time, and reads what comes at once.
    if (!("requestIdleCallback" in globalThis)) return;
    requestIdleCallback(() => {
      if (this.used) return;
      this.diagnoser.open();
      this.diagnoser.feed(new TextEncoder().encodeInto(WARM_UP, this.room(ROOM)).written);
      this.report();
      if (times > 1) this.warmUp(times - 1);
    });
  }
}

/** Something did not arrive; asking again may help. */
export class Unreachable extends Error {}

/**
 * @param {string} pack address of the rules
 * @returns {Promise<Engine>} rejected with {@link Unreachable}, or with the reason why the engine does not start
 */
export async function loadEngine(pack) {
  if (typeof WebAssembly !== "object") throw new Error("WebAssembly is not available");
  const [module, rules] = await Promise.all([
    get(new URL("diagnoser_bg.wasm", import.meta.url).href).then((response) => response.arrayBuffer()),
    get(pack).then(async (response) => new Uint8Array(await response.arrayBuffer())),
  ]);
  const { instance } = await WebAssembly.instantiate(module);
  const engine = new Engine(/** @type {Module} */ (/** @type {unknown} */ (instance.exports)), rules);
  engine.warmUp();
  return engine;
}

/**
 * A file of the site. Rejected with {@link Unreachable}.
 * @param {string} url
 */
export async function get(url) {
  const response = await fetch(url).catch((reason) => {
    throw reason instanceof TypeError ? new Unreachable(reason.message) : reason;
  });
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
