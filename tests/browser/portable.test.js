// The zip that works from a folder: unpacked and opened in Chromium by file://, nothing served.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { BROWSER, CONTENT, LANGUAGES, paste, RESEP } from './harness.js';

let folder;
let root;
let browser;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resep-portable-'));
  const zip = join(folder, 'site.zip');
  const build = () => execFileSync(RESEP, ['build', '--content', CONTENT, '--out', join(folder, 'dist'), '--zip', zip, '--base-url', 'https://example.com/help/', '--today', '2026-11-20'], { stdio: ['ignore', 'ignore', 'inherit'] });
  build();
  const first = readFileSync(zip);
  build();
  assert.ok(first.equals(readFileSync(zip)), 'the same zip each time');
  execFileSync('python3', ['-m', 'zipfile', '-e', zip, join(folder, 'unpacked')]);
  root = join(folder, 'unpacked', 'resep');
  browser = await chromium.launch(BROWSER);
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const url = (path) => pathToFileURL(join(root, path)).href;

async function openFile(path) {
  const context = await browser.newContext({ locale: 'id-ID', permissions: ['clipboard-read', 'clipboard-write'] });
  await context.addInitScript(() => {
    globalThis.reports = [];
    addEventListener('resep:answer', (event) => globalThis.reports.push(event.detail));
  });
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.faults.push(message.text()); });
  page.on('pageerror', (error) => page.faults.push(`thrown: ${error.message}`));
  page.on('request', (request) => { if (!/^(file|data|blob):/.test(request.url())) page.faults.push(`asks for ${request.url()}`); });
  page.on('requestfailed', (request) => page.faults.push(`failed: ${request.url()}`));
  await page.goto(url(path));
  return page;
}

describe('the zip', () => {
  test('holds nothing of a server, and no address that begins with "/"', () => {
    const files = readdirSync(root, { recursive: true }).map(String);
    for (const name of ['_headers', 'sw.js', 'robots.txt', 'sitemap.xml']) assert.ok(!files.includes(name), name);
    const pages = files.filter((file) => file.endsWith('.html'));
    assert.ok(pages.length > 200);
    const there = new Set(files.map((file) => file.replaceAll('\\', '/')));
    for (const file of pages) {
      const html = readFileSync(join(root, file), 'utf8');
      assert.ok(!html.includes('resep-portable-root'), file);
      for (const [, address] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
        if (/^(https:|#)/.test(address)) continue;
        assert.doesNotMatch(address, /^\//, file);
        const target = new URL(address, `http://x/${file}`).pathname.slice(1);
        assert.ok(there.has(decodeURIComponent(target)), `${file} leads to ${address}`);
      }
    }
  });
});

describe('by file://', () => {
  for (const lang of LANGUAGES) {
    test(`the diagnosis works (${lang})`, async () => {
      const page = await openFile(`${lang}/index.html`);
      const report = await paste(page, '{"code":1102,"message":"Account balance not enough","request_id":"FAKE"}');
      assert.equal(report.verdict, 'match');
      assert.ok(await page.evaluate(() => getComputedStyle(document.body).fontFamily.includes('system-ui')), 'with its styles');
      // What is copied leads to the site online, not into the reader's folder.
      for (const name of ['copy', 'report', 'link']) {
        await page.locator(`[data-answer] .slip-actions button:has(use[href="#i-${name}"])`).first().click();
        await page.waitForFunction(() => document.querySelector('[data-answer] [data-done]'));
        const text = await page.evaluate(() => navigator.clipboard.readText());
        assert.ok(text.includes(`https://example.com/help/${lang}/`) && !text.includes('file:'), text);
        await page.waitForFunction(() => !document.querySelector('[data-answer] [data-done]'));
      }
      // A link of the answer leads on within the folder.
      const link = page.locator('[data-answer] a[href*="/errors/kling/resource-package-depleted/"]').first();
      assert.match(await link.getAttribute('href'), /^file:/);
      await link.click();
      await page.waitForURL(/resource-package-depleted\/index\.html/);
      assert.ok((await page.locator('main').innerText()).length > 200);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('the search works: words, a pasted error, the page of all results', async () => {
    const page = await openFile('en/guides/units/index.html');
    await page.keyboard.press('/');
    await page.getByTestId('search-field').fill('token expired');
    await page.getByTestId('search-list').getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/token-expired\/index\.html/);
    await page.keyboard.press('/');
    await page.getByTestId('search-field').fill('{"code":1303,"message":"parallel task over resource pack limit"}');
    await page.getByTestId('search-list').getByText(/^Diagnosis/).first().waitFor();
    await page.getByTestId('search-field').fill('kling');
    await page.getByRole('link', { name: 'See all results' }).click();
    await page.waitForURL(/search\/index\.html#q=kling/);
    await page.getByTestId('results').getByRole('link').first().waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('the first page leads to the language of the reader', async () => {
    const page = await openFile('index.html');
    await page.waitForURL(/\/id\/index\.html/);
    await page.locator('a[data-language="en"]').click();
    await page.waitForURL(/\/en\/index\.html/);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});
