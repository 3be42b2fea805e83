// The search: opened from any page, words and pasted errors, both languages, by keyboard, what it fetches; and the
// script's half of the index (words, stems) against the generator's.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { LANGUAGES, open, ROOT, start } from './harness.js';
import { stemmer, tokens } from '../../site/assets/stem.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let site;
before(async () => { site = await start(); });
after(() => site?.close());

/** Opens the box on a page, searches for `text` and waits for its answer. */
async function searched(page, text) {
  if (!await page.getByTestId('search-dialog').isVisible()) await page.keyboard.press('/');
  const field = page.getByTestId('search-field');
  await field.waitFor();
  await field.fill(text);
  await settled(page);
  return options(page);
}

/** Waits until the results are those of what stands in the field. */
function settled(page) {
  return page.waitForFunction(() => {
    const field = document.querySelector('[data-testid=search-field]');
    return document.querySelector('[data-testid=search-list]').dataset.query === field.value;
  });
}

const options = (page) => page.getByTestId('search-list').getByRole('option').evaluateAll((all) => all.map((option) => ({
  title: option.querySelector('.result-title').textContent, kind: option.querySelector('.result-kind').textContent,
  path: new URL(option.href).pathname, lang: option.querySelector('.result-title').lang, test: option.dataset.testid,
})));
const under = (path) => new URL(site.url(path)).pathname;

describe('words', () => {
  for (const lang of LANGUAGES) {
    test(`every word of the site has the stem the index has (${lang})`, (t) => {
      const text = site.files().filter((file) => file.endsWith('.md')).map(site.read).join('\n');
      const words = [...new Set(tokens(text))];
      // `cargo test` has built it; alone, this test builds it itself.
      const built = join(ROOT, 'target', 'debug', 'examples', 'stems');
      const [command, ...rest] = existsSync(built) ? [built, lang] : ['cargo', 'run', '-q', '--locked', '-p', 'site', '--example', 'stems', '--', lang];
      const run = execFileSync(command, rest, { cwd: ROOT, input: text, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'inherit'] });
      const stems = new Map(run.toString().trimEnd().split('\n').map((line) => line.split(' ')));
      const stem = stemmer(lang);
      t.diagnostic(`${words.length} words`);
      assert.ok(words.length > 3000);
      assert.deepEqual(words.toSorted(), [...stems.keys()].sort(), 'the same words');
      assert.deepEqual(words.filter((word) => stem(word) !== stems.get(word)), []);
    });
  }
});

describe('the box over a page', () => {
  test('opens by its link, by "/" and by Ctrl-K, and not while one types', async () => {
    const page = await open(site, 'en/');
    const box = page.getByTestId('search-dialog');
    for (const way of [() => page.locator('a[data-search]').click(), () => page.keyboard.press('/'), () => page.keyboard.press('Control+k')]) {
      await page.evaluate(() => document.activeElement.blur());
      await way();
      await box.waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'search-field');
      await page.keyboard.press('Escape');
      await box.waitFor({ state: 'hidden' });
    }
    await page.getByTestId('paste').focus();
    await page.keyboard.press('/');
    assert.equal(await page.getByTestId('paste').inputValue(), '/');
    assert.ok(!await box.isVisible());
    await page.keyboard.press('Control+k');
    await box.waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  const FINDS = {
    id: [
      ['1102', 'id/errors/kling/resource-package-depleted/'],
      ['token kedaluwarsa', 'id/errors/kling/token-expired/'],
      ['paketnya sudah kedaluwarsa', 'id/errors/kling/resource-package-expired/'],
      ['biaya satu video', 'id/guides/units/'],
      ['dompet mana', 'id/guides/balance-types/'],
      ['topup', 'id/glossary/'],
      ['isi ulang', 'id/glossary/'],
    ],
    en: [
      ['1102', 'en/errors/kling/resource-package-depleted/'],
      ['expired pack', 'en/errors/kling/resource-package-expired/'],
      ['expiring packs', 'en/errors/kling/resource-package-expired/'],
      ['recharge', 'en/glossary/'],
      ['kling credits website', 'en/errors/kling/website-credits-not-api/'],
      ['authentication', 'en/guides/authentication/'],
    ],
  };
  /** What people type who do not know our words, and one of the pages that they mean: among the first three. */
  const EVERYDAY = {
    id: [
      ['saldo ga masuk', 'errors/generic/paid-but-still-failing/'], ['topup belum masuk', 'errors/generic/paid-but-still-failing/'],
      ['uang saya hilang', 'errors/generic/paid-but-still-failing/'], ['kok gagal terus', 'errors/generic/paid-but-still-failing/'],
      ['udah bayar tapi ga bisa', 'errors/generic/paid-but-still-failing/'], ['kredit ga nambah', 'errors/kling/website-credits-not-api/'],
      ['kredit ga nambah', 'guides/balance-types/'], ['berapa biaya satu video', 'tools/cost/'], ['peramban', 'errors/generic/browser-request-blocked/'],
      ['surel', 'errors/useapi/linked-login-wrong/'], ['berkas log', 'errors/kie/result-link-expired/'],
    ],
    en: [
      ['how much does a video cost', 'tools/cost/'], ['paid but nothing', 'errors/generic/paid-but-still-failing/'],
      ['my money is gone', 'errors/generic/paid-but-still-failing/'], ['refund', 'guides/balance-types/'],
      ['payment not showing', 'errors/generic/paid-but-still-failing/'], ['why does it keep failing', 'errors/generic/paid-but-still-failing/'],
      ['which wallet', 'guides/balance-types/'],
    ],
  };
  for (const lang of LANGUAGES) {
    test(`everyday words lead to the page that is meant, and never to a list of confusions (${lang})`, async () => {
      const page = await open(site, `${lang}/guides/units/`);
      for (const [words, path] of EVERYDAY[lang]) {
        const found = await searched(page, words);
        const first = found.slice(0, 3).map((option) => option.path);
        assert.ok(first.includes(under(`${lang}/${path}`)), `${words}: ${first}`);
        assert.ok(!found.some((option) => option.path.includes('/matrix/')), `${words}: ${JSON.stringify(found)}`);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`finds pages by inflected words and by other words for the same (${lang})`, async () => {
      const page = await open(site, `${lang}/guides/units/`);
      for (const [words, path] of FINDS[lang]) {
        const found = await searched(page, words);
        assert.ok(found.slice(0, 5).some((option) => option.path === under(path)), `${words}: ${JSON.stringify(found.slice(0, 5))}`);
        assert.match(await page.getByTestId('search-status').innerText(), /^\d+ /);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('bears typing mistakes and says which word it took', async () => {
    const page = await open(site, 'id/');
    const found = await searched(page, 'kedaluwarza tokn ');
    assert.ok(found.slice(0, 5).some(({ path }) => path.endsWith('/token-expired/')), JSON.stringify(found));
    assert.match(await page.getByTestId('search-status').innerText(), /Termasuk hasil untuk .*kedaluwarsa/);
    await page.context().close();
  });

  test('the words that were asked for are marked, by stem, as they are being typed, where one was mistyped, and in the other language', async () => {
    for (const [lang, words, marks, other] of [
      ['id', 'token kedaluwarsa', ['Token', 'kedaluwarsa']], ['en', 'expiring packs', ['pack', 'expired']], ['en', 'concurr', ['concurrency']],
      ['id', 'kedaluwarza tokn ', ['token', 'kedaluwarsa']], ['en', 'kedaluwarsa hangus', ['kedaluwarsa'], 'id'], ['id', '1102', ['1102']],
    ]) {
      const page = await open(site, `${lang}/guides/units/`);
      const found = await searched(page, words);
      const marked = await page.getByTestId('search-list').locator(other ? `[lang=${other}] mark` : 'mark').allTextContents();
      for (const mark of marks) assert.ok(marked.some((text) => text.toLowerCase().includes(mark.toLowerCase())), `${words}: ${mark} is not in ${marked}`);
      // Whole words, next to each other in one mark, and no others.
      assert.ok(marked.every((text) => /^[\p{L}\p{N}]+( [\p{L}\p{N}]+)*$/u.test(text)), `${words}: ${marked}`);
      assert.ok(!marked.some((text) => /\b(dan|and|di|the)\b/i.test(text)), `${words}: ${marked}`);
      // Read as one sentence, and the mark is not told.
      assert.equal(await page.getByTestId('search-list').getByRole('mark').count(), 0);
      await page.getByTestId('search-list').getByRole('option', { name: found[0].title }).first().waitFor();
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test("marks are seen in both themes and with the system's colours", async () => {
    for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }]) {
      const page = await open(site, 'id/search/#q=saldo', options);
      const mark = page.getByTestId('results').locator('mark').first();
      await mark.waitFor();
      const seen = await mark.evaluate((element) => {
        const [own, around] = [element, element.parentElement].map((one) => getComputedStyle(one));
        return { line: own.textDecorationLine, other: own.backgroundColor !== around.backgroundColor, same: own.color === around.color };
      });
      assert.deepEqual(seen, options.forcedColors ? { line: 'none', other: true, same: false } : { line: 'underline', other: false, same: true });
      await page.context().close();
    }
  });

  test("the other language comes after one's own, and is marked", async () => {
    const page = await open(site, 'en/guides/units/');
    const found = await searched(page, 'kedaluwarsa hangus');
    const foreign = found.filter(({ lang }) => lang === 'id');
    assert.ok(foreign.length > 0, JSON.stringify(found));
    const first = found.findIndex(({ lang }) => lang === 'id');
    assert.ok(found.slice(first).every(({ lang, test: id }) => lang === 'id' || id === 'search-diagnose'), 'after all others');
    for (const { kind, path } of foreign) {
      assert.match(kind, /Bahasa Indonesia/);
      assert.ok(path.startsWith(under('id/')));
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('nothing found: the nearest pages and the diagnoser', async () => {
    const page = await open(site, 'en/');
    const found = await searched(page, 'xqzvk wwrtq ');
    assert.ok(found.length > 1, 'nearest pages');
    assert.equal(found.at(-1).test, 'search-diagnose');
    assert.equal(found.at(-1).path, under('en/diagnose/'));
    assert.match(await page.getByTestId('search-status').innerText(), /^No page contains all of these words · [^,]+$/, 'words that are not alike are not offered');
    assert.equal(await page.getByTestId('search-list').locator('mark').count(), 0);
    await page.context().close();
  });

  test('a pasted error is diagnosed, not looked up', async () => {
    const page = await open(site, 'en/guides/units/');
    await page.keyboard.press('/');
    const text = 'HTTP 429\n{"code":1102,"message":"Account balance not enough","request_id":"FAKE-1"}';
    await page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await page.getByTestId('search-field').focus();
    await page.keyboard.press('ControlOrMeta+V');
    await settled(page);
    const [{ kind, path, title }] = await options(page);
    assert.match(kind, /^Diagnosis/);
    assert.equal(path, under('en/errors/kling/resource-package-depleted/'));
    assert.match(title, /1102/);
    assert.ok(page.requests.every((url) => !url.includes('FAKE')), 'the paste is in no address');
    await page.keyboard.press('Enter');
    await page.waitForURL(site.url('en/errors/kling/resource-package-depleted/'));
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a pasted sentence that the engine knows is diagnosed; the same words typed, and others pasted, are looked up', async () => {
    for (const lang of LANGUAGES) {
      const page = await open(site, `${lang}/guides/units/`);
      const pasted = async (text) => {
        await page.evaluate((value) => navigator.clipboard.writeText(value), text);
        if (!await page.getByTestId('search-dialog').isVisible()) await page.keyboard.press('/');
        await page.getByTestId('search-field').focus();
        await page.keyboard.press('ControlOrMeta+A');
        await page.keyboard.press('ControlOrMeta+V');
        await page.waitForTimeout(100);
        await settled(page);
        return (await options(page))[0];
      };
      const first = await pasted('Account balance not enough');
      assert.match(first.kind, /^Diagnosis/);
      assert.equal(first.path, under(`${lang}/errors/kling/resource-package-depleted/`));
      assert.doesNotMatch((await pasted('kling')).kind, /^Diagnosis/);
      const [typed] = await searched(page, 'Account balance not enough');
      assert.doesNotMatch(typed.kind, /^Diagnosis/);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('the tools are found, and a guess is told', async () => {
    for (const [lang, word] of [['en', 'calculator'], ['id', 'kalkulator'], ['id', 'penghitung']]) {
      const page = await open(site, `${lang}/guides/units/`);
      const found = await searched(page, word);
      assert.ok(found.slice(0, 5).some(({ path }) => path.startsWith(under(`${lang}/tools/`))), `${word}: ${JSON.stringify(found)}`);
      await searched(page, lang === 'en' ? 'calculater' : 'kalkulatur');
      assert.match(await page.getByTestId('search-status').innerText(), /calculator|kalkulator/);
      await page.context().close();
    }
  });

  test('counts what it shows', async () => {
    for (const [lang, words] of [['en', 'saldo habis'], ['en', 'concurrency video kling'], ['id', 'uang saya hilang'], ['id', 'saldo koin aplikasi kling kie'], ['en', '1102'], ['en', 'recharge wallet refund']]) {
      const page = await open(site, `${lang}/search/#q=${encodeURIComponent(words)}`);
      await page.getByTestId('results').getByRole('link').first().waitFor();
      const status = await page.locator('[data-search-page] [role=status]').innerText();
      const shown = (await page.getByTestId('results').getByRole('link').count()) - (await page.getByTestId('search-diagnose').count());
      const count = Number(/^(\d+)/.exec(status)?.[1] ?? 0);
      const partly = status.includes(' · ');
      const right = !count || partly ? shown > count : await page.getByTestId('search-more').isVisible() ? shown < count : shown === count;
      assert.ok(right, `${words}: "${status}", ${shown} shown`);
      await page.context().close();
    }
  });

  test('one line of an error is diagnosed as well; words with a code are looked up', async () => {
    const page = await open(site, 'en/guides/units/');
    const [line] = await searched(page, '{"code":1303,"message":"parallel task over resource pack limit"}');
    assert.match(line.kind, /^Diagnosis/);
    const [word] = await searched(page, 'code 1303');
    assert.doesNotMatch(word.kind, /^Diagnosis/);
    assert.equal(word.path, under('en/errors/kling/concurrency-limit/'));
    await page.context().close();
  });

  test('works by keyboard as a combobox', async () => {
    const page = await open(site, 'en/guides/units/');
    await searched(page, 'token expired');
    const field = page.getByTestId('search-field');
    assert.equal(await field.getAttribute('role'), 'combobox');
    assert.equal(await field.getAttribute('aria-expanded'), 'true');
    assert.equal(await field.getAttribute('aria-activedescendant'), null);
    const chosen = async () => page.evaluate(() => {
      const id = document.activeElement.getAttribute('aria-activedescendant');
      const option = id && document.getElementById(id);
      return option && { selected: option.getAttribute('aria-selected'), index: [...option.parentElement.children].indexOf(option) };
    });
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(await chosen(), { selected: 'true', index: 0 });
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(await chosen(), { selected: 'true', index: 1 });
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await chosen(), null, 'back in the field');
    await page.keyboard.press('ArrowUp');
    const count = (await options(page)).length;
    assert.deepEqual(await chosen(), { selected: 'true', index: count - 1 }, 'around');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const [{ path }] = await options(page);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === path);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('Enter without a choice opens the page of all results with the words after "#"', async () => {
    const page = await open(site, 'id/guides/units/');
    await searched(page, 'saldo habis');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === under('id/search/'));
    assert.equal(new URL(page.url()).hash, '#q=saldo%20habis');
    await page.getByTestId('results').getByRole('link').first().waitFor();
    assert.ok(await page.getByTestId('results').getByRole('link').count() >= 15);
    await page.context().close();
  });

  test('Enter before the results are there opens what was typed by then, and nothing where it was typed on or closed', async () => {
    const page = await open(site, 'id/guides/units/');
    await searched(page, 'saldo habis');
    const field = page.getByTestId('search-field');
    for (const away of ['x', 'Escape']) {
      await field.fill('paket');
      await page.keyboard.press('Enter');
      await page.keyboard.press(away);
      await page.waitForTimeout(600);
      assert.ok(page.url().endsWith('/guides/units/'), away);
    }
    await page.keyboard.press('/');
    await field.fill('paket');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === under('id/search/') && url.hash === '#q=paket');
    await page.context().close();
  });

  test('a search that takes its time says so, in the box and on its page', async () => {
    const page = await open(site, 'id/guides/units/');
    await page.keyboard.press('/');
    const field = page.getByTestId('search-field');
    const status = page.getByTestId('search-status');
    await status.getByText('Kata-kata dicari').waitFor();
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route('**/assets/search-*/**', async (route) => { await held; await route.continue(); });
    await field.fill('token');
    await status.getByText('Mencari …').waitFor();
    release();
    await status.getByText(/^\d+ hasil/).waitFor();
    await page.unroute('**/assets/search-*/**');
    // Before the index is there the word for it is not, either.
    let come;
    const late = new Promise((resolve) => { come = resolve; });
    await page.route('**/search/index.json', async (route) => { await late; await route.continue(); });
    await page.goto(site.url('id/search/#q=saldo'));
    await page.getByTestId('search-page-status').getByText('…').waitFor();
    come();
    await page.getByTestId('search-page-status').getByText(/^\d+ hasil/).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a failing network is told, and trying again works', async () => {
    const page = await open(site, 'en/guides/units/', { allow: [/index\.json/, /Failed to load resource/] });
    await page.route('**/search/index.json', (route) => route.abort());
    await page.keyboard.press('/');
    await page.getByTestId('search-field').fill('token');
    await page.getByTestId('search-status').getByRole('button').waitFor();
    await page.unroute('**/search/index.json');
    await page.getByTestId('search-status').getByRole('button').click();
    await page.getByTestId('search-list').getByRole('option').first().waitFor();
    await page.context().close();
  });

  test('the first search fetches 40 KB at most, scripts and data together', async (t) => {
    for (const [lang, words] of [['id', 'saldo habis'], ['id', 'isi ulang kling'], ['en', 'balance empty'], ['en', 'expird token'], ['id', 'konkurensi']]) {
      const page = await open(site, `${lang}/guides/units/`);
      await page.waitForLoadState('networkidle');
      const before = page.requests.length;
      await searched(page, words);
      const fetched = page.requests.slice(before);
      const sizes = fetched.map((url) => brotliCompressSync(site.bytes(url)).length);
      const sum = sizes.reduce((all, size) => all + size, 0);
      t.diagnostic(`${words}: ${sum} bytes (brotli) in ${fetched.length} files`);
      assert.ok(fetched.length > 4 && sum <= 40_000, `${words}: ${fetched.map((url, n) => `${sizes[n]} ${url}`).join('\n')}`);
      await page.context().close();
    }
  });
});

describe('the page of all results', () => {
  test('shows the words of its address, more on demand, and keeps the address true', async () => {
    const page = await open(site, 'en/search/#q=kling');
    const results = page.getByTestId('results').getByRole('link');
    await results.first().waitFor();
    assert.equal(await page.getByTestId('search-page-field').inputValue(), 'kling');
    const before = await results.count();
    await page.getByTestId('search-more').click();
    await page.waitForFunction((count) => document.querySelectorAll('[data-testid=results] a').length > count, before);
    await page.getByTestId('search-page-field').fill('token expired');
    await page.waitForFunction(() => location.hash === '#q=token%20expired');
    await page.keyboard.press('Control+k');
    assert.ok(!await page.getByTestId('search-dialog').isVisible(), 'the box of the page is the one');
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('without scripts it says where else to look', async () => {
    const page = await open(site, 'id/search/', { javaScriptEnabled: false });
    assert.ok(await page.getByTestId('search-no-js').isVisible());
    assert.ok(await page.locator('main a[href$="/errors/"]').isVisible());
    await page.context().close();
  });

  test('axe finds nothing, in the box and on the page', async () => {
    for (const colorScheme of ['light', 'dark']) {
      for (const [path, ready] of [['en/guides/units/', (page) => searched(page, 'saldo token')], ['id/search/#q=saldo', (page) => page.getByTestId('results').getByRole('link').first().waitFor()]]) {
        const page = await open(site, path, { colorScheme, viewport: { width: 360, height: 740 } });
        await ready(page);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`), []);
        await page.context().close();
      }
    }
  });
});
