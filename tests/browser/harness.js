// What the browser tests share: a site built into a scratch folder, a static server that puts it under a sub-path the way
// a project page is hosted, a Chromium, and pages that remember everything they should not have done.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const BASE = '/repo/';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.wasm': 'application/wasm', '.md': 'text/markdown; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8', '.txt': 'text/plain; charset=utf-8', '.svg': 'image/svg+xml',
};

/** The program under test. `tests/run` builds it; RESEP_BIN names another. */
export const RESEP = process.env.RESEP_BIN ?? join(ROOT, 'target', 'release', 'resep');

/** Builds the project's content for `base` (an absolute URL) and returns the folder. */
function build(base) {
  const folder = mkdtempSync(join(tmpdir(), 'resep-browser-'));
  const out = join(folder, 'site');
  execFileSync(RESEP, ['build', '--content', join(ROOT, 'content'), '--out', out, '--base-url', base, '--today', '2026-11-20'],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, out };
}

/** Serves what `files()` names below BASE; anything else is answered with the site's own 404 page. */
function serve(files) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    let file = path.startsWith(BASE) ? normalize(join(files(), path.slice(BASE.length))) : null;
    try {
      if (file && statSync(file).isDirectory()) file = join(file, 'index.html');
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

/** A built and served site with a browser; call `close()` when done. */
export async function start() {
  let out = null;
  const server = await serve(() => out);
  const origin = `http://127.0.0.1:${server.address().port}`;
  const built = build(origin + BASE);
  out = built.out;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  return {
    origin, out, browser,
    url: (path) => origin + BASE + path.replace(/^\//, ''),
    async close() {
      await browser.close();
      server.close();
      rmSync(built.folder, { recursive: true, force: true });
    },
  };
}

/**
 * Opens a page in a context of its own. `page.faults` collects what a page of ours must never do: log an error, throw,
 * ask another origin for anything, break its own policy.
 */
export async function open(site, path, options = {}) {
  const { allow = [], ...contextOptions } = options;
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'id-ID', ...contextOptions });
  const page = await context.newPage();
  page.faults = [];
  const fault = (text) => { if (!allow.some((pattern) => pattern.test(text))) page.faults.push(text); };
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') fault(`console: ${message.text()}`); });
  page.on('pageerror', (error) => fault(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== site.origin && !['data:', 'blob:', 'about:'].includes(url.protocol)) fault(`off origin: ${request.url()}`);
  });
  page.on('response', (response) => { if (response.status() >= 400) fault(`${response.status()}: ${response.url()}`); });
  await page.goto(site.url(path));
  return page;
}
