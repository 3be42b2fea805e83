// @ts-check
/* The worker of offload.js: the engine on a thread of its own. One paste at a time, the newest wins. */
import { loadEngine } from "./engine.js";
import { FilePaste, TextPaste } from "./paste.js";

/** @type {Promise<import("./engine.js").Engine> | null} */
let loading = null;
let running = new AbortController();

addEventListener("message", async ({ data: { id, pack, source } }) => {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  try {
    loading ??= loadEngine(pack);
    const engine = await loading;
    const paste = typeof source === "string" ? new TextPaste(source) : new FilePaste(source);
    const report = await engine.run(paste, signal, (share) => postMessage({ id, share }));
    if (report) postMessage({ id, report, places: paste instanceof TextPaste ? { size: paste.size, slices: paste.slices } : {} });
  } catch {
    // The page reads the same on its own thread then, and tells what fails there.
    loading = null;
    postMessage({ id, failed: true });
  }
});
