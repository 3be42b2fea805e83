// The site without a network, after a new deployment, and as an application: the service worker, the manifest, icons.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LANGUAGES, paste, start, TYPES } from './harness.js';

const BASE = '/repo/';
let built;
before(async () => { built = await start(); });
after(() => {
  for (const close of open) close();
  built?.close();
});
/** Ends the hosts of tests that failed, which would keep the run from ending. */
const open = new Set();

/** What the tests of deployments open; to keep the whole site for each of them would take most of their time. */
const FEW = ['id/index.html', 'id/guides/units/index.html', 'en/guides/units/index.html'];

/**
 * The site on an origin of its own, whose files can be changed and which can be cut off. Its worker keeps all that it is
 * to keep, or of each language FEW alone.
 */
async function host({ few = false } = {}) {
  /** What a later deployment changed: file -> bytes. All else is as it was built. */
  const changed = new Map();
  const read = (file) => changed.get(file) ?? readFileSync(join(built.out, file));
  let cut = false;
  const server = createServer((request, response) => {
    if (cut) {
      request.socket.destroy();
      return;
    }
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const file = path.startsWith(BASE) ? path.slice(BASE.length).replace(/(^|\/)$/, '$1index.html') : '';
    try {
      const body = read(file);
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'cache-control': file.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache' });
      response.end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end(read('404.html'));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    if (!open.delete(close)) return;
    server.closeAllConnections();
    server.close();
  };
  open.add(close);
  if (few) {
    const text = read('sw.js').toString();
    const { SITE } = worker(text);
    for (const files of Object.values(SITE.languages)) {
      for (const file of Object.keys(files)) if (!FEW.includes(file)) delete files[file];
    }
    changed.set('sw.js', listing(text, SITE));
  }
  return {
    url: (path) => origin + BASE + path,
    cut: (now) => { cut = now; if (now) server.closeAllConnections(); },
    read: (file) => read(file).toString(),
    write: (file, body) => { changed.set(file, Buffer.from(body)); },
    close,
  };
}

/** Opens a page, and waits until the worker has kept everything of its language. */
async function firstVisit(site, path) {
  const context = await built.browser.newContext({ locale: 'id-ID', permissions: ['clipboard-read', 'clipboard-write'] });
  await context.addInitScript(() => {
    globalThis.reports = [];
    addEventListener('resep:answer', (event) => globalThis.reports.push(event.detail));
  });
  const page = await context.newPage();
  await page.goto(site.url(path));
  await kept(page, path.slice(0, 2));
  return page;
}

/** Waits until the newest cache holds all files of the worker's list for a language; returns their number. */
async function kept(page, language) {
  const { SITE } = worker(await (await page.request.get(new URL(`${BASE}sw.js`, page.url()).href)).text());
  const wanted = Object.keys({ ...SITE.core, ...SITE.languages[language] });
  const have = () => page.evaluate(async (name) => ((await caches.has(name)) ? (await (await caches.open(name)).keys()).length : 0),
    `resep ${SITE.base} ${SITE.version}`);
  const last = Date.now() + 60_000;
  while (await have() < wanted.length) {
    assert.ok(Date.now() < last, `${await have()} of ${wanted.length} files were kept in a minute`);
    await page.waitForTimeout(200);
  }
  return wanted.length;
}

/**
 * Ends the workers that run, as Chromium does with idle ones after half a minute, save while a tool like this one is
 * attached: then the old worker may go on for ever, and its successor, though it asked to take over, waits for it.
 */
async function endWorkers(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

/** Ends the worker of the deployment before, and waits until the new one has taken over. */
async function takeOver(page) {
  await endWorkers(page);
  await page.waitForFunction(async () => {
    const { installing, waiting, active } = await navigator.serviceWorker.getRegistration();
    return !installing && !waiting && active?.state === 'activated';
  });
}

/** The list in front of the worker. */
function worker(text) {
  return { SITE: JSON.parse(text.match(/^self\.SITE = (.*);$/m)[1]) };
}

/** The worker with another list. */
function listing(text, SITE) {
  return Buffer.from(text.replace(/^self\.SITE = .*;$/m, () => `self.SITE = ${JSON.stringify(SITE)};`));
}

describe('the list of the worker', () => {
  test('names files that are there, by their digests, the code and the data among them', () => {
    const { SITE } = worker(built.read('sw.js'));
    assert.equal(SITE.base, BASE);
    assert.deepEqual(Object.keys(SITE.languages), LANGUAGES.toSorted());
    for (const [file, digest] of Object.entries({ ...SITE.core, ...SITE.languages.id, ...SITE.languages.en })) {
      const hash = createHash('sha256').update(readFileSync(join(built.out, file))).digest('hex');
      assert.ok(hash.startsWith(digest) && digest.length >= 16, file);
    }
    for (const lang of LANGUAGES) {
      const files = Object.keys({ ...SITE.core, ...SITE.languages[lang] });
      for (const end of ['site.css', 'diagnoser_bg.wasm', 'rules.pack', `answers.${lang}.json`, `explanations.${lang}.json`, `tools.${lang}.json`, 'offline.html', `${lang}/index.html`, `${lang}/diagnose/index.html`, `${lang}/search/index.json`, `${lang}/guides/units/index.html`]) {
        assert.ok(files.some((file) => file.endsWith(end)), `${lang}: ${end}`);
      }
      assert.ok(files.some((file) => file.startsWith(`assets/search-${lang}/t0.`)), `${lang}: search`);
    }
  });
});

describe('without a network', () => {
  test('after one visit to the home page everything opens: pages, diagnosis, search', async () => {
    const site = await host();
    const page = await firstVisit(site, 'id/');
    site.cut(true);
    await page.goto(site.url('id/'));
    const report = await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    assert.equal(report.verdict, 'match');
    await page.goto(site.url('id/guides/units/'));
    assert.match(await page.title(), /Unit/);
    assert.ok(await page.evaluate(() => getComputedStyle(document.body).fontFamily.includes('system-ui')), 'with its styles');
    await page.keyboard.press('/');
    await page.getByTestId('search-field').fill('token kedaluwarsa');
    await page.getByTestId('search-list').getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/token-expired/);
    assert.ok((await page.locator('main').innerText()).length > 200);
    for (const tool of ['cost', 'lasting', 'offer']) {
      await page.goto(site.url(`id/tools/${tool}/`));
      await page.locator('[data-details][data-answered]').waitFor({ state: 'attached' });
      assert.match(await page.getByTestId('summary').innerText(), tool === 'offer' ? /^Isi harga/ : /unit video/, tool);
    }
    await page.goto(site.url('e/kling-1102/'));
    assert.equal(page.url(), site.url('id/errors/kling/resource-package-depleted/'));
    assert.match(await page.locator('h1').innerText(), /1102/);
    // What was not kept says so, in both languages, with ways on.
    await page.goto(site.url('en/guides/units/'));
    assert.equal(await page.locator('body.page-offline').count(), 1);
    await page.context().close();
    site.close();
  });

  test('nothing is kept between somebody who turned to the box and their answer', async () => {
    const site = await host();
    const context = await built.browser.newContext({ locale: 'id-ID', permissions: ['clipboard-read', 'clipboard-write'] });
    await context.addInitScript(() => {
      globalThis.reports = [];
      addEventListener('resep:answer', (event) => globalThis.reports.push(event.detail));
    });
    const page = await context.newPage();
    await page.goto(site.url('id/'));
    await page.getByTestId('paste').focus();
    await page.waitForTimeout(3000);
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.close();
    site.close();
  });

  test('a visited page of the other language is kept as well', async () => {
    const site = await host({ few: true });
    const page = await firstVisit(site, 'id/');
    await page.goto(site.url('en/guides/units/'));
    await kept(page, 'en');
    site.cut(true);
    await page.goto(site.url('en/guides/units/'));
    assert.match(await page.title(), /Units/);
    await page.context().close();
    site.close();
  });
});

describe('a new deployment', () => {
  /** Changes a page and gives the worker its new list, as another build would. */
  function deploy(site, change) {
    const text = site.read('sw.js');
    const { SITE } = worker(text);
    for (const [file, edit] of Object.entries(change)) {
      const body = edit(site.read(file));
      site.write(file, body);
      for (const files of [SITE.core, ...Object.values(SITE.languages)]) {
        if (file in files) files[file] = createHash('sha256').update(body).digest('hex').slice(0, 16);
      }
    }
    SITE.version = createHash('sha256').update(JSON.stringify(SITE)).digest('hex').slice(0, 16);
    site.write('sw.js', listing(text, SITE));
  }
  const mark = (text) => text.replace(/<h1>/, '<h1>Baru: ');

  test('is shown at once while there is a network, and whole without one', async () => {
    const site = await host({ few: true });
    const page = await firstVisit(site, 'id/');
    deploy(site, { 'id/guides/units/index.html': mark, 'id/index.html': mark });
    await page.goto(site.url('id/guides/units/'));
    assert.match(await page.locator('h1').innerText(), /^Baru/, 'the network comes first');
    await kept(page, 'id');
    // A page that is asked for while Chromium ends the old worker can be lost with it, and waits for ever.
    await takeOver(page);
    site.cut(true);
    for (const path of ['id/guides/units/', 'id/']) {
      await page.goto(site.url(path));
      assert.match(await page.locator('h1').innerText(), /^Baru/, path);
    }
    await page.context().close();
    site.close();
  });

  test('that is not whole yet is never mixed in: without a network the old one stands', async () => {
    const site = await host({ few: true });
    const page = await firstVisit(site, 'id/');
    // A page is there already, the worker's list is not: as in the middle of an upload.
    site.write('id/guides/units/index.html', mark(site.read('id/guides/units/index.html')));
    await page.goto(site.url('id/guides/units/'));
    assert.match(await page.locator('h1').innerText(), /^Baru/);
    await page.waitForTimeout(500);
    site.cut(true);
    await page.goto(site.url('id/guides/units/'));
    assert.doesNotMatch(await page.locator('h1').innerText(), /^Baru/);
    await page.context().close();
    site.close();
  });

  test('caches of two deployments are left at most, and those of another site on the host alone', async () => {
    const site = await host({ few: true });
    const page = await firstVisit(site, 'id/');
    await page.evaluate(() => caches.open('resep /other/ 1'));
    for (let n = 0; n < 2; n += 1) {
      deploy(site, { 'id/index.html': (text) => text.replace(/<h1>/, `<h1>${n} `) });
      // Somebody who comes back: while its page is open, the worker before may stay as long as it likes.
      await page.goto('about:blank');
      await page.goto(site.url('id/'));
      await kept(page, 'id');
      await endWorkers(page);
    }
    const ours = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('resep /repo/ ')).length);
    const last = Date.now() + 20_000;
    while (await ours() > 2) {
      assert.ok(Date.now() < last, 'caches of old deployments are left');
      await page.waitForTimeout(200);
    }
    assert.ok(await page.evaluate(() => caches.has('resep /other/ 1')));
    await page.context().close();
    site.close();
  });
});

describe('as an application', () => {
  for (const lang of LANGUAGES) {
    test(`the manifest is complete and stays below the site (${lang})`, async () => {
      const manifest = built.json(`${lang}/manifest.webmanifest`);
      for (const key of ['name', 'short_name', 'description', 'id', 'background_color', 'theme_color']) assert.ok(manifest[key], key);
      assert.equal(manifest.lang, lang);
      assert.equal(manifest.scope, BASE);
      assert.equal(manifest.start_url, `${BASE}${lang}/`);
      for (const { src, sizes, type } of manifest.icons) {
        const bytes = built.bytes(new URL(src, built.origin).href);
        if (type !== 'image/png') continue;
        assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
      }
      assert.ok(manifest.icons.some(({ purpose }) => purpose === 'maskable'));
      for (const { url } of manifest.shortcuts) assert.ok(built.bytes(new URL(url, built.origin).href).length > 0);
    });
  }

  test('Chromium finds nothing that keeps it from being installed', async () => {
    const site = await host({ few: true });
    const page = await firstVisit(site, 'id/');
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // A context of a test is a private window, from which nothing is installed.
    assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
    await page.context().close();
    site.close();
  });
});
