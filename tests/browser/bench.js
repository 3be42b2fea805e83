// How fast a paste is read in Chromium, beside a loop of JavaScript's RegExp over the same patterns. `npm run bench`; each
// figure comes from browsers of their own, so cold is cold. Prints a table in Markdown; compare within one run only.
//
//   npm run bench [-- ROUNDS]        3 rounds if not said

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, ROOT, start } from './harness.js';

const ROUNDS = Number(process.argv[2] ?? 3);
const SLICE_MS = 5;

const ERRORS = [
  '{"code":1102,"message":"Account balance not enough","request_id":"FAKE-0001"}',
  'openai.RateLimitError: Error code: 429 - {"error": {"message": "You exceeded your current quota"}}',
  'Error: The current credits are insufficient. Please top up.',
  '{"code":1303,"message":"parallel task over resource pack limit"}',
];
const NOISE = [
  '2026-11-20T10:00:01.123Z INFO  worker-3 GET /v1/videos/text2video/abc123 200 132ms bytes=5123 user=42',
  '2026-11-20 10:00:01 DEBUG queue length 17, next poll in 5 s, task accepted, status ok',
  'at processTicksAndRejections (node:internal/process/task_queues:95:5)',
  '127.0.0.1 - - [20/Nov/2026:10:00:01 +0000] "POST /api/jobs HTTP/1.1" 200 812 "-" "curl/8.5.0"',
];

/** Lines in turn, one in `share` of them an error, to so many units. */
function log(units, share, noise = NOISE) {
  const lines = [];
  let length = 0;
  for (let n = 0; length < units; n += 1) {
    const line = n % share === share - 1 ? ERRORS[n % ERRORS.length] : noise[n % noise.length];
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n').slice(0, units);
}

const MB = 1_000_000;
const TEXTS = {
  '60 B': ERRORS[0].slice(0, 60),
  '2 KB': log(2000, 6),
  '100 KB': log(100_000, 300),
  '5 MB mixed': log(5 * MB, 300),
  '5 MB dense': log(5 * MB, 1),
  '5 MB CJK': log((5 * MB) / 2.4, 300, ['任务已经提交,请稍后查询结果 task accepted', '用户 42 的视频正在生成,预计还需 30 秒', ...NOISE.slice(0, 1)]),
};

/** Runs in the page: an engine made cold, one paste cold, then the same again. */
async function measure({ text, sliceMs, repeats }) {
  const script = [...document.querySelectorAll('script[type=module]')].find(({ src }) => src.endsWith('/diagnose.js'));
  const at = (name) => new URL(name, script.src).href;
  const { Engine } = await import(at('engine.js'));
  const { TextPaste, excerpt, ROOM } = await import(at('paste.js'));
  const bytes = async (url) => (await fetch(url)).arrayBuffer();
  const module = await bytes(at('diagnoser_bg.wasm'));
  const pack = new Uint8Array(await bytes(document.querySelector('[data-diagnoser]').dataset.pack));

  const began = performance.now();
  const { instance } = await WebAssembly.instantiate(module);
  const compiled = performance.now();
  const engine = new Engine(instance.exports, pack);
  const ready = performance.now();

  const nextTurn = () => new Promise((resolve) => { setTimeout(resolve); });
  // The engine's own way of reading, with each slice timed; what is shown is masked, as on the page.
  async function read() {
    const paste = new TextPaste(text);
    const slices = [];
    let turn = performance.now();
    const end = () => { slices.push(performance.now() - turn); };
    engine.diagnoser.open();
    await paste.read({
      room: () => engine.room(ROOM),
      push: (length) => engine.diagnoser.feed(length),
      pace: () => {
        if (performance.now() - turn < sliceMs) return undefined;
        end();
        return nextTurn().then(() => { turn = performance.now(); });
      },
    });
    const report = engine.report();
    await excerpt(paste, report.findings[0]?.evidence ?? [], (shown) => engine.secretsIn(shown));
    end();
    return { work: slices.reduce((sum, ms) => sum + ms, 0), slice: Math.max(...slices), verdict: report.verdict };
  }
  const cold = await read();
  let warm = await read();
  for (let n = 1; n < repeats; n += 1) {
    const again = await read();
    if (again.work < warm.work) warm = again;
  }
  return { compile: compiled - began, init: ready - compiled, cold, warm, memory: instance.exports.memory.buffer.byteLength };
}

/** Runs in the page: the patterns one after the other, each to its first match. */
function regExpLoop({ text, patterns }) {
  const list = [];
  for (const pattern of patterns) {
    try { list.push(new RegExp(pattern)); } catch { /* counted by the difference */ }
  }
  const once = () => {
    const began = performance.now();
    const lower = text.toLowerCase();
    let found = 0;
    for (const pattern of list) if (pattern.test(lower)) found += 1;
    return { ms: performance.now() - began, found };
  };
  return { cold: once().ms, warm: once().ms, taken: list.length };
}

function patternsOfContent() {
  const folder = mkdtempSync(join(tmpdir(), 'resep-bench-'));
  try {
    const file = join(folder, 'patterns.json');
    execFileSync('cargo', ['bench', '-q', '-p', 'diagnoser', '--features', 'build', '--bench', 'pack', '--', '--patterns', file], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const noWarmUp = () => { delete globalThis.requestIdleCallback; };

/** The same in a browser of its own. */
async function fresh(act) {
  const site = await start();
  try {
    const page = await open(site, 'en/diagnose/', { init: noWarmUp });
    return await act(page);
  } finally {
    await site.close();
  }
}

const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const spread = (values) => `${Math.min(...values).toFixed(2)} / ${middle(values).toFixed(2)}`;

const patterns = patternsOfContent();
console.log(`Milliseconds of the main thread, least / middle of ${ROUNDS} browsers; ${patterns.length} patterns. Masking of what is shown is included.\n`);
console.log('| paste | compile | init | cold | warm (best) | longest slice, cold | memory, MB | RegExp loop cold / warm |');
console.log('|---|---|---|---|---|---|---|---|');
for (const [name, text] of Object.entries(TEXTS)) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.push(await fresh((page) => page.evaluate(measure, { text, sliceMs: SLICE_MS, repeats: text.length > MB ? 5 : 50 })));
  }
  const loop = await fresh((page) => page.evaluate(regExpLoop, { text, patterns }));
  const column = (of) => runs.map(of);
  console.log(`| ${[
    name, spread(column((run) => run.compile)), spread(column((run) => run.init)), spread(column((run) => run.cold.work)),
    Math.min(...column((run) => run.warm.work)).toFixed(2), Math.max(...column((run) => run.cold.slice)).toFixed(1),
    (Math.max(...column((run) => run.memory)) / MB).toFixed(2), `${loop.cold.toFixed(1)} / ${loop.warm.toFixed(1)}`,
  ].join(' | ')} |`);
}
