// What a first visit downloads for an answer, compressed as hosts do it: more than the bound fails.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { startSite } from './harness.js';

/**
 * Bytes of brotli. The goals of the project are 12,288 for the module with its glue and driver, and 40 for a rule; where
 * these are not met yet, the bound is what was reached, so that nothing grows unseen. Lower it with every gain. (It went up by 250
 * for numbers that ask for a sender before they open a window, and for keys that have the look of words.)
 */
const BOUNDS = { code: 40_750, packARule: 97 };

let site;
before(async () => { site = await startSite(); });
after(() => site?.close());

function compressed(path) {
  const bytes = readFileSync(join(site.out, path));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

const find = (name) => {
  const found = site.files().filter((path) => path.endsWith(`/${name}`) && path.startsWith('assets/'));
  assert.equal(found.length, 1, name);
  return found[0];
};

test('module, glue and driver', (t) => {
  const sizes = ['diagnoser_bg.wasm', 'diagnoser.js', 'engine.js'].map((name) => [name, compressed(find(name))]);
  const whole = sizes.reduce((sum, [, size]) => sum + size, 0);
  t.diagnostic(`${sizes.map(([name, size]) => `${name} ${size}`).join(', ')}: ${whole} bytes, at most ${BOUNDS.code}`);
  assert.ok(whole <= BOUNDS.code, `${whole} bytes, more than ${BOUNDS.code}`);
});

test('the rules', (t) => {
  const { rules } = site.json(site.files().find((path) => /answers\.id\.json$/.test(path)));
  const size = compressed(find('rules.pack'));
  t.diagnostic(`${size} bytes for ${rules.length} rules, ${(size / rules.length).toFixed(1)} each, at most ${BOUNDS.packARule}`);
  assert.ok(size / rules.length <= BOUNDS.packARule, `${size} bytes for ${rules.length} rules`);
});

test('the answers of a language are one file, and a page names that of its own language alone', () => {
  for (const lang of ['id', 'en']) {
    const page = site.read(`${lang}/diagnose/index.html`);
    const named = [...page.matchAll(/answers\.(\w+)\.json/g)].map(([, of]) => of);
    assert.deepEqual([...new Set(named)], [lang]);
  }
});
