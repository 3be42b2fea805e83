// What a first visit downloads for an answer, compressed as hosts do it: more than the bound fails.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { LANGUAGES, open, paste, start } from './harness.js';

/**
 * Bytes of brotli. The goals of the project are 12,288 for the module with its driver, and 40 for a rule; where
 * these are not met yet, the bound is what was reached, so that nothing grows unseen. Lower it with every gain.
 */
const BOUNDS = { code: 42_750, packARule: 235 };
/**
 * The same of the whole home page: before somebody turns to the box, and until the first answer stands. The aim is 60,000 until
 * the answer; module and rules alone are more than that.
 */
const HOME = { unasked: 33_800, answered: 199_400 };

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const compressed = (path) => brotli(readFileSync(join(site.out, path)));

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

const find = (name) => {
  const found = site.files().filter((path) => path.endsWith(`/${name}`) && path.startsWith('assets/'));
  assert.equal(found.length, 1, name);
  return found[0];
};

test('module and driver, without glue between them', (t) => {
  const sizes = ['diagnoser_bg.wasm', 'engine.js'].map((name) => [name, compressed(find(name))]);
  const whole = sizes.reduce((sum, [, size]) => sum + size, 0);
  t.diagnostic(`${sizes.map(([name, size]) => `${name} ${size}`).join(', ')}: ${whole} bytes, at most ${BOUNDS.code}`);
  assert.ok(whole <= BOUNDS.code, `${whole} bytes, more than ${BOUNDS.code}`);
});

test('the rules', (t) => {
  const rules = site.json('errors.json').errors.filter(({ status }) => status !== 'retired');
  const size = compressed(find('rules.pack'));
  t.diagnostic(`${size} bytes for ${rules.length} rules, ${(size / rules.length).toFixed(1)} each, at most ${BOUNDS.packARule}`);
  assert.ok(size / rules.length <= BOUNDS.packARule, `${size} bytes for ${rules.length} rules`);
});

test('the answers of a language are two files, and a page names those of its own language alone', () => {
  for (const lang of ['id', 'en']) {
    const page = site.read(`${lang}/diagnose/index.html`);
    const named = [...page.matchAll(/(\w+)\.(\w+)\.json/g)].map(([, name, of]) => `${name} ${of}`);
    assert.deepEqual([...new Set(named)], [`answers ${lang}`, `explanations ${lang}`]);
  }
});

test('the answers carry no word that no script asks for', () => {
  const scripts = site.files().filter((path) => /^assets\/.*\.js$/.test(path)).map((path) => site.read(path)).join('\n');
  const asked = new Set([...scripts.matchAll(/\.words\.(\w+)|\bwords\.(\w+)/g)].map(([, a, b]) => a ?? b));
  // Words whose names are put together: by verdict, likelihood, cause, unit and the like.
  const made = /^(verdict|likelihood|ask|mask|shared|unit)_/;
  const { words } = site.json(find('answers.en.json'));
  assert.deepEqual(Object.keys(words).filter((word) => !asked.has(word) && !made.test(word)), []);
});

for (const lang of LANGUAGES) {
  test(`the home page: little before the box is used, no more than the bound until the first answer (${lang})`, async (t) => {
    // A worker would fetch the rest of the site; the page asks for one after two seconds, and is told that it may not.
    const page = await open(site, `${lang}/`);
    const sum = (what) => {
      const sizes = [...new Set(page.requests)].filter((url) => url.startsWith('http') && !url.includes('/explanations.'))
        .map((url) => ({ size: brotli(site.bytes(url)), name: url.split('/').pop() || 'index.html' }));
      const whole = sizes.reduce((all, { size }) => all + size, 0);
      t.diagnostic(`${what}: ${whole} bytes: ${sizes.toSorted((a, b) => b.size - a.size).map(({ size, name }) => `${name} ${size}`).join(', ')}`);
      return whole;
    };
    await page.waitForLoadState('networkidle');
    assert.ok(!page.requests.some((url) => /\.(wasm|pack|json)$/.test(url)), 'nothing of the engine yet');
    assert.ok(sum('unasked') <= HOME.unasked);
    // What an answer has to say besides does not keep it waiting.
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route('**/explanations.*', async (route) => { await held; await route.continue(); });
    await page.getByTestId('paste').fill('{"code":1102,"message":"Account balance not enough"}');
    const card = page.getByTestId('answer');
    await card.waitFor();
    assert.equal(await card.getAttribute('data-rule'), 'kling/resource-package-depleted');
    assert.ok(await page.getByTestId('steps').getByRole('listitem').count() >= 2);
    assert.ok(await page.getByTestId('wallet').isVisible() && await page.getByTestId('actor').isVisible());
    assert.ok(page.requests.some((url) => url.endsWith('.wasm')) && page.requests.some((url) => url.endsWith('rules.pack')));
    assert.ok(sum('answered') <= HOME.answered);
    assert.equal(await page.getByTestId('already-paid').count(), 0);
    release();
    await page.getByTestId('already-paid').waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
