// Colours as numbers: each ink on each ground it stands on, light and dark, from the custom properties of site.css.
// WCAG 2.2: 4.5 : 1 for text (1.4.3), 3 : 1 for the outlines of controls and for signs (1.4.11).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './harness.js';

const css = readFileSync(join(ROOT, 'site', 'assets', 'site.css'), 'utf8');
/** name -> [light, dark] */
const COLOURS = new Map([...css.matchAll(/^ {4}--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);$/gm)].map(([, name, ...pair]) => [name, pair]));

const GROUNDS = ['ground', 'ground-2', 'ground-3', 'raised'];
const TONES = ['empty', 'doubt', 'fine', 'info'];
/** Inks, grounds, least ratio. */
const PAIRS = [
  [['ink', 'ink-2', 'brand', 'brand-strong', ...TONES], GROUNDS, 4.5],
  [['ink', 'ink-2'], ['brand-soft', ...TONES.map((tone) => `${tone}-soft`)], 4.5],
  [['brand', 'brand-strong'], ['brand-soft', ...TONES.map((tone) => `${tone}-soft`)], 4.5],
  ...TONES.map((tone) => [[tone], [`${tone}-soft`], 4.5]),
  [['on-brand'], ['brand', 'brand-strong'], 4.5],
  [['on-marker'], ['marker'], 4.5],
  [['ground'], ['empty'], 4.5],
  [['edge', 'brand'], GROUNDS, 3],
];

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test('the measure itself', () => {
  assert.equal(ratio('#ffffff', '#000000'), 21);
  assert.equal(ratio('#777777', '#ffffff').toFixed(2), '4.48');
});

for (const [theme, at] of [['light', 0], ['dark', 1]]) {
  test(`each pair has contrast enough (${theme})`, () => {
    const weak = [];
    for (const [inks, grounds, least] of PAIRS) {
      for (const ink of inks) {
        for (const ground of grounds) {
          assert.ok(COLOURS.has(ink) && COLOURS.has(ground), `--${ink} and --${ground} are colours of site.css`);
          const is = ratio(COLOURS.get(ink)[at], COLOURS.get(ground)[at]);
          if (is < least) weak.push(`--${ink} on --${ground}: ${is.toFixed(2)}, not ${least}`);
        }
      }
    }
    assert.deepEqual(weak, []);
  });
}

test('a colour is written once: outside of the custom properties there is none', () => {
  const outside = css.split('\n').filter((line) => /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i.test(line) && !/^ {4}--/.test(line) && !line.includes('#000'));
  assert.deepEqual(outside, []);
});

test('code is coloured in inks that are among these', () => {
  const rules = [...css.matchAll(/((?:\s+\.h[a-z],?)+) \{\s+color: var\(--([a-z0-9-]+)\);/g)];
  const classes = rules.flatMap(([, selectors]) => selectors.match(/h[a-z]/g));
  assert.deepEqual(classes.sort(), ['hc', 'hd', 'hf', 'hi', 'hk', 'hn', 'hp', 'hs', 'hv']);
  for (const [, , ink] of rules) assert.ok(PAIRS[0][0].includes(ink), `--${ink}`);
});
