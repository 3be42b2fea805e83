// What the browser tests share: a site built into a scratch folder, a static server that puts it under a sub-path the way
// a project page is hosted, a Chromium, and pages that remember everything they should not have done.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { explain, loadAnswers } from '../../site/assets/answers.js';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const CONTENT = join(ROOT, 'content');
export const LANGUAGES = ['id', 'en'];

/** The sub-path of the site; the tests of links also build it at the root of a host. */
const BASE = '/repo/';

/** The program under test. `tests/run` builds it; RESEP_BIN names another. */
export const RESEP = process.env.RESEP_BIN ?? join(ROOT, 'target', 'release', 'resep');

export const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.wasm': 'application/wasm', '.md': 'text/markdown; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8', '.txt': 'text/plain; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json',
};

/**
 * One page of each kind; the kind is the class of its <body>. A test holds this list against the built site.
 * `paths` by language; a page that serves both languages has one, under `any`.
 */
export const KINDS = Object.entries({
  home: '', diagnose: 'diagnose/', guides: 'guides/', guide: 'guides/units/', runbooks: 'runbooks/',
  runbook: 'runbooks/kie-credits-exhausted/', errors: 'errors/', provider: 'errors/kling/',
  rule: 'errors/kling/resource-package-depleted/', matrix: 'errors/matrix/', wallets: 'wallets/', glossary: 'glossary/', search: 'search/', tools: 'tools/', tool: 'tools/cost/',
}).map(([kind, path]) => ({ kind, paths: { id: `id/${path}`, en: `en/${path}` } })).concat(
  { kind: 'choose', paths: { any: '' } },
  { kind: 'permalink', paths: { any: 'e/kling-1102/' } },
  { kind: 'notfound', paths: { any: '404.html' } },
  { kind: 'offline', paths: { any: 'offline.html' } },
);

/** Every page of KINDS as `{kind, lang, path}`; `lang` is `any` for the pages that serve both. */
export const PAGES = KINDS.flatMap(({ kind, paths }) => Object.entries(paths).map(([lang, path]) => ({ kind, lang, path })));

/** Builds the project's content for `base` (an absolute URL) and returns the folder. */
function build(base, args) {
  const folder = mkdtempSync(join(tmpdir(), 'resep-browser-'));
  const out = join(folder, 'site');
  try {
    execFileSync(RESEP, ['build', '--content', CONTENT, '--out', out, '--base-url', base, '--today', '2026-11-20', ...args],
      { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`resep build failed: ${error.message.split('\n')[0]}`);
  }
  return { folder, out };
}

/** Serves what `files()` names below `base`; anything else is answered with the site's own 404 page. */
function serve(files, base) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    let file = path.startsWith(base) ? normalize(join(files(), path.slice(base.length))) : null;
    try {
      if (file && statSync(file).isDirectory()) file = join(file, path.endsWith('/') ? 'index.html' : '/no/redirects');
      const body = readFileSync(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404, { 'content-type': TYPES['.html'] });
      try { response.end(readFileSync(join(files(), '404.html'))); } catch { response.end('not found'); }
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Builds the site and serves it: where it answers, its folder, and what takes both away. */
async function buildAndServe(base, args) {
  let out = null;
  const server = await serve(() => out, base);
  const origin = `http://127.0.0.1:${server.address().port}`;
  let built;
  try {
    built = build(origin + base, args);
  } catch (error) {
    server.close(); // Else the test process would wait for it for ever.
    throw error;
  }
  out = built.out;
  return {
    origin, out,
    async close() {
      server.closeAllConnections();
      server.close();
      rmSync(built.folder, { recursive: true, force: true });
    },
  };
}

/** The site that `run.js` has built and serves for all files, if it is the one that is asked for. */
function shared(base, args) {
  const site = base === BASE && args.length === 0 && process.env.RESEP_SITE;
  return site ? { ...JSON.parse(site), close: async () => {} } : null;
}

/** A built and served site without a browser, which nobody changes; call `close()` when done. */
export async function startSite(base = BASE, args = []) {
  const { origin, out, close } = shared(base, args) ?? await buildAndServe(base, args);
  return {
    origin, out, base, close,
    url: (path) => origin + base + path.replace(/^\//, ''),
    /** Every file as a path below the site, with `/` between parts. */
    files: () => readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(out, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
      .sort(),
    read: (path) => readFileSync(join(out, path), 'utf8'),
    /** The bytes behind an address of the site. */
    bytes: (url) => readFileSync(join(out, decodeURIComponent(new URL(url).pathname).slice(base.length).replace(/(^|\/)$/, '$1index.html'))),
    json: (path) => JSON.parse(readFileSync(join(out, path), 'utf8')),
  };
}

/** The words of all answers in a language, as the page reads them. */
export async function answersOf(site, lang) {
  const address = (name) => site.url(site.files().find((file) => file.endsWith(`/${name}.${lang}.json`)));
  const answers = await loadAnswers(address('answers'));
  await explain(answers, address('explanations'));
  return answers;
}

/** How Chromium is started. */
export const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
};

/** A built and served site with a browser; call `close()` when done. `args` go to `resep build`. */
export async function start(args = []) {
  const site = await startSite(BASE, args);
  let browser;
  try {
    browser = await chromium.launch(BROWSER);
  } catch (error) {
    await site.close();
    throw error;
  }
  return {
    ...site, browser,
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

/** What the test tool says where it lets no worker in. */
const BLOCKED = /Service Worker registration blocked/;
/** Nothing moves, and no worker fetches the whole site behind each page: both took a quarter of the time of these tests. */
const QUIET = { reducedMotion: 'reduce', serviceWorkers: 'block' };

/**
 * Opens a page in a context of its own. `page.faults` collects what a page of ours must never do: log an error, throw,
 * ask another origin for anything, get less than it asked for. `page.requests` holds every address asked for.
 * Options beyond those of a context: `allow` (faults that the test is about), `init` (runs before any script of the page).
 */
export async function open(site, path, options = {}) {
  const { allow = [], init, ...contextOptions } = { ...QUIET, ...options };
  const context = await site.browser.newContext({
    viewport: { width: 1280, height: 900 }, locale: 'id-ID', permissions: ['clipboard-read', 'clipboard-write'], ...contextOptions,
  });
  if (contextOptions.javaScriptEnabled !== false) {
    await context.addInitScript(() => {
      globalThis.reports = [];
      addEventListener('resep:answer', (event) => globalThis.reports.push(event.detail));
    });
  }
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  page.faults = [];
  page.requests = [];
  const fault = (text) => { if (![BLOCKED, ...allow].some((pattern) => pattern.test(text))) page.faults.push(text); };
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') fault(`console: ${message.text()}`); });
  page.on('pageerror', (error) => fault(`thrown: ${error.message}`));
  page.on('request', (request) => {
    page.requests.push(request.url());
    const url = new URL(request.url());
    if (url.origin !== site.origin && !['data:', 'blob:', 'about:'].includes(url.protocol)) fault(`off origin: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // What a page still waits for when it is left is given up.
    if (why !== 'net::ERR_ABORTED') fault(`failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => { if (response.status() >= 400) fault(`${response.status()}: ${response.url()}`); });
  await page.goto(site.url(path));
  return page;
}

/** The report of the answer that `action` brings about: the next one, however many came before, with its explanations. */
export async function answerTo(page, action) {
  const before = await page.evaluate(() => globalThis.reports.length);
  await action();
  await page.waitForFunction((count) => globalThis.reports.length > count && !document.querySelector('[data-later]'), before);
  return page.evaluate(() => globalThis.reports.at(-1));
}

/** Puts text on the clipboard and pastes it into the box as a reader does; returns the engine's report. */
export async function paste(page, text) {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  const box = page.getByTestId('paste');
  await box.focus();
  await page.keyboard.press('ControlOrMeta+A');
  return answerTo(page, () => page.keyboard.press('ControlOrMeta+V'));
}

/** Drops a file on the box. */
export async function dropFile(page, { name = 'app.log', type = 'text/plain', bytes }) {
  const transfer = await page.evaluateHandle(({ name, type, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], name, { type }));
    return data;
  }, { name, type, bytes: Buffer.from(bytes).toString('base64') });
  for (const event of ['dragenter', 'dragover', 'drop']) await page.getByTestId('diagnoser').dispatchEvent(event, { dataTransfer: transfer });
}

/** The texts of evidence that a report names: bytes of the paste, cut at line ends as the page shows them. */
export function evidenceOf(text, spans) {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text, 'utf8');
  return spans.flatMap(({ start, end }) => bytes.subarray(start, end).toString('utf8').split(/\r\n|\r|\n/)).filter(Boolean);
}

/** Text as a reader sees it, for comparing: white space folded. */
export const fold = (text) => text.replace(/\s+/g, ' ').trim();
