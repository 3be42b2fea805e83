// @ts-check
/* Large pastes are read in a worker, so that the page never waits for them; fetched for the first of them. Where none can start (a copy in a folder, an old
 * browser, a policy), nothing is answered here, and the caller reads on the page's own thread.
 */

/** @typedef {import("./engine.js").Paste} Paste */
/** @typedef {import("./engine.js").Report} Report */

/** @type {Worker | null} */
let worker = null;
let refused = false;
let runs = 0;

/**
 * @param {Paste} paste
 * @param {string} pack address of the rules
 * @param {AbortSignal} signal a newer paste has come
 * @param {(share: number) => void} progress 0 to 1
 * @returns {Promise<Report | null | undefined>} null when given up for a newer paste, nothing where it must be read here
 */
export async function readElsewhere(paste, pack, signal, progress) {
  if (refused) return undefined;
  try {
    worker ??= new Worker(new URL("reader.js", import.meta.url), { type: "module" });
  } catch {
    refused = true;
    return undefined;
  }
  const reader = worker;
  runs += 1;
  const id = runs;
  const end = new AbortController();
  /** @type {Promise<Report | null | undefined>} */
  const answer = new Promise((resolve) => {
    const on = { signal: end.signal };
    const giveUp = () => {
      reader.terminate();
      worker = null;
      resolve(undefined);
    };
    reader.addEventListener("message", ({ data }) => {
      if (data.id !== id) return;
      if (data.report) {
        // Where the slices of the text lie, without which nothing of it can be shown.
        Object.assign(paste, data.places);
        resolve(data.report);
      } else if (data.failed) giveUp();
      else progress(data.share);
    }, on);
    // Its script did not arrive, or may not run.
    reader.addEventListener("error", () => {
      refused = true;
      giveUp();
    }, on);
    signal.addEventListener("abort", () => resolve(null), on);
    reader.postMessage({ id, pack: new URL(pack, location.href).href, source: paste.source });
  });
  return answer.finally(() => end.abort());
}
