// Every page of the built site, not a sample: axe on each page once. The windows, themes and scripting of the runs take
// turns, so that each page kind is seen in every combination; a11y.test.js looks at one page of each kind, in two a language.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { start } from './harness.js';
import { readPage } from './html.js';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Width, theme, scripts. */
const SHAPES = [320, 1280].flatMap((width) => ['light', 'dark'].flatMap((colorScheme) => [true, false].map((javaScriptEnabled) => ({ width, colorScheme, javaScriptEnabled }))));
/** Pages at a time. */
const AT_ONCE = 3;
/** Contrast is the dearest rule. Of kinds with many pages, whose pages differ in their words alone, so many get it. */
const CONTRAST = 24;

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const pages = () => site.files().filter((file) => file.endsWith('.html'));

describe('axe has nothing against any page', () => {
  SHAPES.forEach((shape, turn) => {
    test(`each ${SHAPES.length}th page, ${shape.width} px, ${shape.colorScheme}, scripts ${shape.javaScriptEnabled ? 'on' : 'off'}`, async () => {
      // Of each kind every eighth page, and the next one in the next turn: all pages are seen once.
      const kinds = new Map();
      const plain = new Set();
      const mine = pages().filter((file) => {
        const { kind } = readPage(site.read(file));
        const count = kinds.get(kind) ?? 0;
        kinds.set(kind, count + 1);
        if (count >= CONTRAST) plain.add(file);
        return count % SHAPES.length === turn;
      });
      assert.ok(mine.length > 100, `${mine.length} pages`);
      const { width, colorScheme, javaScriptEnabled } = shape;
      const context = await site.browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce', locale: 'fr-FR' });
      const broken = [];
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        const page = await context.newPage();
        const chromium = await context.newCDPSession(page);
        // The page is made with scripts off, noscript and all; axe is a script, so they are on again when it looks.
        const scripts = (on) => chromium.send('Emulation.setScriptExecutionDisabled', { value: !on });
        for (let file = mine.pop(); file !== undefined; file = mine.pop()) {
          await scripts(javaScriptEnabled);
          await page.goto(site.url(file.replace(/(^|\/)index\.html$/, '$1')));
          await scripts(true);
          await page.evaluate(AXE);
          const { passes, violations, wide } = await page.evaluate(async (contrast) => {
            // A catalogue repeats one card hundreds of times: some of them are enough.
            const exclude = [...document.querySelectorAll('.error-list > li:nth-child(n + 6), [data-group]:nth-of-type(n + 4)')];
            const found = await globalThis.axe.run(exclude.length ? { include: document, exclude } : document, {
              resultTypes: ['violations'], runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
              rules: { 'color-contrast': { enabled: contrast } },
            });
            return {
              passes: found.passes.length,
              violations: found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].failureSummary.replace(/\s+/g, ' ')}`),
              wide: document.scrollingElement.scrollWidth,
            };
          }, !plain.has(file));
          assert.ok(passes > 10, `axe looked at ${file}`);
          broken.push(...violations.map((text) => `${file}: ${text}`));
          if (wide > width) broken.push(`${file}: ${wide} px wide`);
        }
        await page.close();
      }));
      await context.close();
      assert.deepEqual(broken.slice(0, 10), [], `${broken.length} faults`);
    });
  });
});
