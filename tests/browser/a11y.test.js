// Whether everybody can use it: axe on each page kind, the keyboard, a screen reader's live region, a window of 320 px.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { BROWSER, fold, LANGUAGES, open, PAGES, paste, start } from './harness.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Widths and themes, two of the four for each language: a kind of page is seen in all of them. */
const SHAPES = {
  id: [[360, 'light'], [1280, 'dark']],
  en: [[360, 'dark'], [1280, 'light']],
  any: [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']],
};

/** The shapes in words. */
const named = (lang) => SHAPES[lang].map(([width, theme]) => `${width} px ${theme}`).join(', ');

/** What the box answers, so that every form of the card is looked at. */
const ANSWERS = {
  match: '{"code":1102,"message":"Account balance not enough","request_id":"FAKE-1"} Authorization: Bearer sk-FAKEfake0123456789FAKEfake0123456789',
  ambiguous: 'HTTP 429',
  opaque: '当前分组上游负载已饱和，请稍后再试',
  amounts: '{"code":402,"msg":"The current credits are insufficient. Please top up. Required: 60, remaining: 12.5","model":"kling-2.6"} https://api.kie.ai/api/v1/jobs/createTask',
  none: "ERROR 1102 (42000): Incorrect database name ''",
  empty: ' ',
};

let site;
before(async () => { site = await start(); });
after(() => site?.close());

/** The rules that the page breaks now, each with the places. */
async function violations(page, where) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  // Everything that can be opened is, but for the menu, which lies over the page.
  await page.evaluate(() => { for (const fold of document.querySelectorAll('details:not(.menu)')) fold.open = true; });
  const found = await page.evaluate(async () => {
    // The catalogue repeats one card hundreds of times: two groups of it are enough.
    const exclude = [...document.querySelectorAll('[data-group]')].slice(2);
    const { violations, passes } = await globalThis.axe.run(exclude.length ? { include: document, exclude } : document, {
      resultTypes: ['violations'], rules: { 'target-size': { enabled: true } },
    });
    return { passes: passes.length, broken: violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`) };
  });
  assert.ok(found.passes > 10, `axe looked at ${where}`);
  return found.broken.map((text) => `${where}: ${text.replace(/\s+/g, ' ')}`);
}

/** The page in the shapes of its language. */
async function inItsShapes(page, name, lang) {
  const broken = [];
  for (const [width, colorScheme] of SHAPES[lang]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    broken.push(...await violations(page, `${name}, ${colorScheme}, ${width} px`));
  }
  return broken;
}

describe('axe finds nothing', { concurrency: 2 }, () => {
  for (const { kind, lang, path } of PAGES) {
    test(`${kind} (${lang}), ${named(lang)}`, async () => {
      const page = await open(site, path, { locale: 'fr-FR' });
      assert.deepEqual(await inItsShapes(page, kind, lang), []);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  for (const lang of LANGUAGES) {
    test(`each form of the answer (${lang}), ${named(lang)}`, async () => {
      const page = await open(site, `${lang}/diagnose/`);
      for (const [verdict, text] of Object.entries(ANSWERS)) {
        const box = page.getByTestId('paste');
        await box.fill('');
        await box.fill(text);
        await page.locator(`[data-testid="answer"][data-verdict="${verdict === 'amounts' ? 'match' : verdict}"]`).waitFor();
        assert.equal(await page.getByTestId('amounts').count(), verdict === 'amounts' ? 1 : 0);
        assert.deepEqual(await inItsShapes(page, verdict, lang), []);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`the note of a failure and an open menu (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`, { allow: [/rules\.pack|ERR_FAILED/], init: () => { delete globalThis.requestIdleCallback; } });
      await page.route('**/rules.pack', (route) => route.abort());
      await page.getByTestId('paste').fill('HTTP 429');
      await page.getByTestId('failure').waitFor();
      assert.deepEqual(await inItsShapes(page, 'failure', lang), []);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.locator('.top-nav summary').click();
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page, `menu, ${colorScheme}`), []);
      }
      await page.context().close();
    });
  }
});

describe('by keyboard alone', () => {
  /** What has the focus, and whether one can see that. */
  const focus = (page) => page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    // The ring may lie around the control that stands for a hidden one, as around a file picker.
    const rings = [element, element.parentElement].map((at) => getComputedStyle(at));
    const box = (element.matches('input[type=file]') ? element.parentElement : element).getBoundingClientRect();
    // Of a table that is taller than the window the browser shows the middle.
    const at = box.top < 0 && box.height > innerHeight ? innerHeight / 2 : box.top + Math.min(box.height, 20) / 2;
    return {
      name: (element.id || element.innerText || element.getAttribute('aria-label') || element.tagName).trim().slice(0, 60),
      ring: rings.some(({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none'),
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      // Where a sticky head covers it, another element is found at its place.
      covered: !element.contains(document.elementFromPoint(box.left + box.width / 2, at))
        && !element.parentElement.contains(document.elementFromPoint(box.left + box.width / 2, at)),
    };
  });

  for (const lang of LANGUAGES) {
    test(`from the address bar to the answer and on into it (${lang})`, async () => {
      const page = await open(site, `${lang}/`);
      await page.keyboard.press('Tab');
      const first = await focus(page);
      assert.equal(first.name, { id: 'Langsung ke isi', en: 'Skip to content' }[lang], 'the first stop leads past the head');
      assert.ok(first.seen, 'and is seen once it has the focus');
      const stops = [first];
      while (stops.length < 20 && stops.at(-1).name !== 'paste') {
        await page.keyboard.press('Tab');
        stops.push(await focus(page));
      }
      assert.equal(stops.at(-1).name, 'paste', `the box is reached: ${stops.map((stop) => stop?.name).join(', ')}`);
      for (const stop of stops) assert.ok(stop.ring && stop.seen && !stop.covered, `${JSON.stringify(stop)}`);

      const region = page.locator('[role=status][data-status]');
      await region.evaluate((element) => { element.mine = true; });
      assert.equal(await region.innerText(), '');
      await page.keyboard.type('{"code":1102,"message":"Account balance not enough"}');
      const error = site.json('errors.json').errors.find(({ id }) => id === 'kling/resource-package-depleted');
      await page.locator('[data-testid="answer"][data-rule="kling/resource-package-depleted"]').waitFor();
      await page.waitForFunction((title) => document.querySelector('[data-status]').textContent.includes(title), error.title[lang]);
      const said = fold(await region.textContent());
      assert.ok(said.startsWith({ id: 'Penyebabnya ditemukan', en: 'Cause found' }[lang]), said);
      assert.ok(said.includes({ id: 'Unit video API Kling', en: 'Kling API video units' }[lang]), 'with the wallet');
      assert.ok(await region.evaluate((element) => element.mine), 'in the region that was there before');
      assert.equal((await focus(page)).name, 'paste', 'typing goes on where it was');

      const seen = new Set();
      for (let stop = 0; stop < 25; stop += 1) {
        await page.keyboard.press('Tab');
        const now = await focus(page);
        assert.ok(now && now.ring && now.seen && !now.covered, JSON.stringify(now));
        seen.add(now.name);
        if (now.name === { id: 'Salin langkah', en: 'Copy steps' }[lang]) break;
      }
      assert.ok(seen.has({ id: 'Salin langkah', en: 'Copy steps' }[lang]), `reached: ${[...seen].join(', ')}`);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: { id: 'Tersalin', en: 'Copied' }[lang] }).waitFor();
      await page.getByTestId('already-paid').locator('summary').focus();
      const before = await page.getByTestId('already-paid').evaluate((element) => element.open);
      await page.keyboard.press('Space');
      assert.notEqual(await page.getByTestId('already-paid').evaluate((element) => element.open), before);
      await page.context().close();
    });
  }

  test('the skip link moves the focus into the text', async () => {
    const page = await open(site, 'en/errors/kling/resource-package-depleted/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal((await focus(page)).name, 'main');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
    await page.context().close();
  });

  for (const [width, path] of [[1280, 'en/errors/kling/resource-package-depleted/'], [360, 'id/errors/kling/resource-package-depleted/'], [1280, 'id/runbooks/kie-credits-exhausted/'], [360, 'en/diagnose/']]) {
    test(`every stop of ${path} is seen, at ${width} px, and none holds the focus`, async () => {
      const page = await open(site, path, { viewport: { width, height: 740 } });
      let stops = 0;
      for (; stops < 300; stops += 1) {
        await page.keyboard.press('Tab');
        const now = await focus(page);
        if (!now) break;
        assert.ok(now.ring && now.seen && !now.covered, `stop ${stops}: ${JSON.stringify(now)}`);
      }
      assert.ok(stops >= 10 && stops < 300, `${stops} stops, then the browser's own`);
      await page.context().close();
    });
  }
});

describe('the answer is announced', () => {
  for (const [verdict, text] of Object.entries(ANSWERS)) {
    test(verdict, async () => {
      const page = await open(site, 'en/diagnose/');
      await paste(page, text);
      const title = await page.getByTestId('verdict').innerText();
      assert.ok((await page.locator('[role=status][data-status]').textContent()).startsWith(title));
      await page.getByTestId('clear').click();
      assert.equal(await page.locator('[role=status][data-status]').textContent(), '');
      await page.context().close();
    });
  }
});

describe('on paper and with the system\'s own colours', () => {
  // A4 without its margins, in CSS pixels.
  const PAPER = { viewport: { width: 672, height: 1000 } };

  for (const path of ['en/runbooks/kie-credits-exhausted/', 'id/guides/pricing-packages/', 'en/guides/units/', 'id/errors/kling/resource-package-depleted/', 'en/wallets/']) {
    test(`${path} prints what one would hand over`, async () => {
      const page = await open(site, path, PAPER);
      await page.emulateMedia({ media: 'print' });
      const seen = (selector) => page.locator(selector).evaluateAll((all) => all.filter((element) => element.getClientRects().length > 0).length);
      for (const gone of ['.site-header', '.site-footer', '.side', '.toc', '.pager', '.copy', '.skip', '.anchor']) assert.equal(await seen(gone), 0, `${gone} is not printed`);
      assert.ok((await page.locator('.printed').innerText()).includes(site.url(path)), 'the address of the page is');
      assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), PAPER.viewport.width, 'as wide as the paper, so that it is not set smaller');
      assert.ok((await page.pdf({ format: 'A4', preferCSSPageSize: true })).length > 10_000);
      await page.context().close();
    });
  }

  test('an answer prints without what stands around it', async () => {
    const page = await open(site, 'en/', PAPER);
    const around = page.locator('.hero-words, .trio-slip, .home-part');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await around.filter({ visible: true }).count(), await around.count(), 'without an answer the page itself is printed');
    await page.emulateMedia({ media: 'screen' });
    await paste(page, ANSWERS.match);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.slip .steps').isVisible());
    assert.equal(await around.filter({ visible: true }).count(), 0);
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), PAPER.viewport.width);
    await page.context().close();
  });

  test('the lit wallet and the bars are told apart without our colours', async () => {
    const page = await open(site, 'en/diagnose/', { forcedColors: 'active' });
    await paste(page, ANSWERS.match);
    const stroke = (selector) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).strokeWidth);
    assert.notEqual(await stroke('.lit .map-box'), await stroke('.map-wallet:not(.lit) .map-box'));
    assert.ok(await page.locator('.lit .map-sign').isVisible());
    await page.goto(site.url('en/guides/units/'));
    const fill = (selector) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).fill);
    assert.notEqual(await fill('.bar-sure'), await fill('.bar-rest'));
    await page.context().close();
  });
});

test('nothing runs out of a phone whose letters are twice as large', async () => {
  const browser = await chromium.launch({ ...BROWSER, args: [...BROWSER.args, '--blink-settings=defaultFontSize=32,defaultFixedFontSize=26'] });
  const broken = [];
  try {
    const page = await open({ ...site, browser }, '', { viewport: { width: 360, height: 740 }, locale: 'fr-FR' });
    for (const { kind, lang, path } of PAGES) {
      await page.goto(site.url(path));
      const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
      if (width > 360) broken.push(`${kind} (${lang}): ${width} px`);
    }
  } finally {
    await browser.close(); // Else the test process would wait for it for ever.
  }
  assert.deepEqual(broken, []);
});

test('nothing runs out of a window of 320 px', async () => {
  const page = await open(site, '', { viewport: { width: 320, height: 640 }, locale: 'fr-FR' });
  const wide = async (name) => {
    await page.evaluate(() => { for (const fold of document.querySelectorAll('details:not(.menu)')) fold.open = true; });
    const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
    return width > 320 ? [`${name}: ${width} px`] : [];
  };
  const broken = [];
  for (const { kind, lang, path } of PAGES) {
    await page.goto(site.url(path));
    broken.push(...await wide(`${kind} (${lang})`));
  }
  for (const lang of LANGUAGES) {
    await page.goto(site.url(`${lang}/diagnose/`));
    for (const [verdict, text] of Object.entries({ ...ANSWERS, long: `${'x'.repeat(400)} {"code":1102,"message":"Account balance not enough"} ${'y'.repeat(400)}` })) {
      await paste(page, text);
      broken.push(...await wide(`${verdict} (${lang})`));
    }
  }
  assert.deepEqual(broken, []);
  await page.context().close();
});
