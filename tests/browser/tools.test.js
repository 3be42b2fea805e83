// The tools: answers by the calculator, links that reproduce them, what is refused and how, and what is left without scripts.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fold, LANGUAGES, open, start } from './harness.js';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

/** The day that the tests of stale figures and of dates count from. */
const clock = () => {
  const then = Date.parse('2026-11-28T12:00:00');
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...args) { super(...(args.length ? args : [then])); }
    static now() { return then; }
  };
};

async function openTool(path, options = {}) {
  const page = await open(site, path, { init: clock, ...options });
  await page.locator('[data-details][data-answered]').waitFor({ state: 'attached', timeout: 15000 });
  return page;
}

const summary = async (page) => fold(await page.getByTestId('summary').textContent());

/** Types into fields by name and waits for the answer to it. */
async function type(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`form[data-tool] [name="${name}"]`).first();
    if (await field.evaluate((element) => element.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
  // An answer to a part of it may have come already; the one to all of it comes after another touch.
  const before = await page.locator('[data-details]').getAttribute('data-answered');
  await page.locator('form[data-tool]').dispatchEvent('input');
  await page.waitForFunction((count) => document.querySelector('[data-details]').getAttribute('data-answered') !== count, before);
}

describe('what will it cost?', () => {
  test('units, money, packs and the same job elsewhere', async () => {
    const page = await openTool('en/tools/cost/');
    await type(page, { p: 'kling', m: 'kling-3-0', q: '1080p', a: 'native', s: '10', n: '20' });
    assert.match(await summary(page), /^20 × Kling 3\.0, 1080p, native audio, 10 s: 240 video units, which is \$33\.60/);
    const steps = fold(await page.getByTestId('arithmetic').textContent());
    assert.match(steps, /1\.2 video units a second × 10 seconds = 12 video units a video/);
    assert.match(steps, /12 video units × 20 = 240 video units/);
    assert.match(steps, /Kling AI: Kling API: video pricing, checked 30 September 2026, documented/);
    assert.match(fold(await page.getByTestId('cheapest').textContent()), /Cheapest: \$98\.00 for 1,000 video units, 760 left over/);
    const packs = fold(await page.getByTestId('cheapest-packs').textContent());
    assert.match(packs, /1 × Trial 1000 .*Expires 30 days after purchase: if bought today, on 28 December 2026\./);
    assert.match(packs, /sources disagree .*97\.99/);
    const beside = fold(await page.getByTestId('beside').textContent());
    assert.match(beside, /KIE\.ai5,400 KIE credits\$27\.00/);
    assert.match(beside, /fal.*\$33\.60/);
    assert.match(beside, /Replicate.*\$67\.20/);
    // KIE's list was read in June: too old to pay by.
    assert.ok(await page.getByTestId('beside').getByTestId('stale').count() > 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('titles of sources are English in Indonesian answers too, where sources disagree as well', async () => {
    for (const lang of LANGUAGES) {
      const page = await openTool(`${lang}/tools/cost/#v=1&p=kling&m=kling-3-0&q=1080p&a=native&s=10&n=20`);
      const titles = page.getByTestId('disputed').locator('[lang=en]');
      if (lang === 'id') {
        assert.ok((await titles.allTextContents()).includes('Atlas Cloud: Kling AI API pricing (2026)'), await titles.allTextContents());
        assert.equal(await page.getByTestId('proof').locator(':scope > :first-child:not([lang=en])').count(), 0);
      } else assert.equal(await titles.count(), 0);
      assert.match(fold(await page.getByTestId('disputed').first().textContent()), /: \$[\d.,]+ \(.+\) \/ \$[\d.,]+ \(/);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('a link reproduces the question in the other language', async () => {
    const page = await openTool('id/tools/cost/');
    await type(page, { p: 'kie', m: 'kie-kling-3-0', q: '720p', a: 'none', s: '5', n: '1.000,0', r: '16500', d: '2026-11-28' });
    const said = await summary(page);
    assert.match(said, /^1\.000 video Kling 3\.0, 720p, tanpa audio, 5 dtk: 70\.000 kredit KIE, setara \$350,00 \(Rp5\.775\.000\)/);
    assert.match(fold(await page.getByTestId('rupiah').textContent()), /kurs Anda: Rp16\.500 untuk 1 USD, tanggal 28 November 2026/);
    await page.getByTestId('copy-link').click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(new URL(link).hash, /^#v=1&p=kie&m=kie-kling-3-0&/);
    const other = await openTool(`en/tools/cost/${new URL(link).hash}`);
    assert.match(await summary(other), /^1,000 × Kling 3\.0, 720p, no audio, 5 s: 70,000 KIE credits, which is \$350\.00 \(Rp5,775,000\)/);
    assert.deepEqual([...page.faults, ...other.faults], []);
    await page.context().close();
    await other.context().close();
  });

  test('what is unknown or impossible is explained, never priced as nothing', async () => {
    for (const [hash, said] of [
      ['v=1&p=kling&m=kling-9', /do not know a model “kling-9”/],
      ['v=1&p=kling&m=kling-v1&q=std&s=5&n=1', /Kling V1 was retired on 15 September 2026, so it has no price\. Use Kling 2\.5 Turbo/],
      ['v=1&p=kling&m=kling-3-0&q=8K&a=none&s=5&n=1', /does not have this combination\. It has: 720p, no audio; 1080p, no audio/],
      ['v=1&p=kie&m=kie-kling-2-6&a=none&s=7&n=1', /Length in seconds: Sold in lengths of 5, 10 seconds only/],
      ['v=1&p=kling&m=kling-3-0&q=720p&a=none&s=5&n=0', /Number of videos: Must be more than zero/],
      ['v=1&p=kling&m=kling-3-0&q=720p&a=none&s=5&n=abc', /“abc” cannot be read as a number/],
    ]) {
      const page = await openTool(`en/tools/cost/#${hash}`);
      assert.match(await summary(page), said, hash);
      assert.doesNotMatch(fold(await page.getByTestId('details').textContent()), /\$0/);
      assert.equal(await page.locator('[aria-invalid="true"]').count(), 1, hash);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
    // Of a model whose last day nobody knows, too, what took its place is named.
    const undated = await openTool('en/tools/cost/');
    await undated.route('**/tools.en.json', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll(/"retired_on":"[^"]*",?/g, '') });
    });
    await undated.goto(site.url('en/tools/cost/#v=1&p=kling&m=kling-v1&q=std&s=5&n=1'));
    await undated.reload();
    await undated.locator('[data-details][data-answered]').waitFor({ state: 'attached', timeout: 15000 });
    assert.match(await summary(undated), /Kling V1 is no longer offered, so it has no price\. Use Kling 2\.5 Turbo/);
    await undated.context().close();
    const page = await openTool('en/tools/cost/#v=7&m=x');
    assert.match(fold(await page.getByTestId('note').textContent()), /version 7 of this tool, which this page does not know/);
    // It says that the fields are as at the beginning: so they are, whatever was there.
    await type(page, { n: '77' });
    await page.evaluate(() => { location.hash = '#v=8&n=5'; });
    await page.getByTestId('note').getByText('version 8').waitFor();
    assert.equal(await page.locator('[name="n"]').inputValue(), '10');
    for (const [lang, most] of [['id', 'Paling banyak 1.000.000'], ['en', 'At most 1,000,000']]) {
      await page.goto(site.url(`${lang}/tools/cost/#v=1&p=kling&m=kling-3-0&q=720p&a=none&s=5&n=2000000`));
      await page.getByTestId('summary').getByText(most).waitFor();
    }
    await page.context().close();
  });

  test('a length that the model chosen is not sold in gives way to one that it is', async () => {
    const page = await openTool('en/tools/cost/#v=1&p=kling&m=kling-3-0&q=720p&a=none&s=7&n=1');
    assert.match(await summary(page), /7 s/);
    await type(page, { p: 'kie', m: 'kie-kling-2-6' });
    assert.equal(await page.locator('[name="s"]').inputValue(), '5');
    await page.getByTestId('summary').getByText(/^1 × Kling 2\.6.* 5 s: /).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a rate of rupiah and a number of videos have one reading', async () => {
    const page = await openTool('id/tools/cost/');
    await type(page, { p: 'kling', m: 'kling-3-0', q: '720p', a: 'none', s: '5', n: '1.000', r: '16.500' });
    assert.match(await summary(page), /^1\.000 video Kling 3\.0.* \$420,00 \(Rp6\.930\.000\)/);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a number with two readings is asked about', async () => {
    const page = await openTool('id/tools/lasting/');
    await type(page, { b: '1.000' });
    assert.match(await summary(page), /Saldo sekarang: Angka ini bisa dibaca 1\.000 \(ribuan\) atau 1 \(di bawah seribu\)\. Yang mana\?/);
    await type(page, { b: '1.234' });
    assert.match(await summary(page), /bisa dibaca 1\.234 \(ribuan\) atau 1,234 \(di bawah seribu\)/);
    await page.getByTestId('reading').last().click();
    await page.waitForFunction(() => document.querySelector('[data-summary]').textContent.startsWith('1,234 unit'));
    assert.equal(await page.locator('[name="b"]').inputValue(), '1,2340');
    await type(page, { b: '1.000' });
    await page.getByTestId('reading').first().click();
    await page.waitForFunction(() => document.querySelector('[data-summary]').textContent.startsWith('1.000 unit'));
    assert.equal(await page.locator('[name="b"]').inputValue(), '1000');
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

describe('how long will it last?', () => {
  test('the alert of the incident note fires on the first video, ours does not', async () => {
    const page = await openTool('en/tools/lasting/');
    await type(page, { p: 'kie', m: 'kie-kling-3-0', q: '1080p', a: 'native', s: '10', n: '20', b: '10000', w: '10000', h: '12', t: '5' });
    assert.match(await summary(page), /^10,000 KIE credits last 1\.8 days, until 29 November 2026\./);
    assert.match(fold(await page.getByTestId('own-alert').textContent()), /fires after 1 of the most expensive videos\. An alert that fires on the first video will be ignored/);
    assert.match(fold(await page.getByTestId('alert').textContent()), /Set an alert at 20 videos left: 5,400 KIE credits, counted in the most expensive one \(Kling 3\.0, 1080p, native audio, 10 s\)/);
    assert.match(fold(await page.getByTestId('alert-fires').textContent()), /fires after 18 of the most expensive/);
    assert.match(fold(await page.getByTestId('parallel').textContent()), /Allowed: 100, which is enough for 1/);
    const chart = page.getByTestId('chart');
    assert.match(await chart.getAttribute('aria-label'), /10,000 KIE credits falls to nothing in 1\.8 days/);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('several kinds of video, packs held, units that are void some day; a link reproduces it', async () => {
    const page = await openTool('en/tools/lasting/');
    await type(page, { p: 'kling', m: 'kling-3-0', q: '720p', a: 'none', s: '5', n: '100', b: '5000', x: '2026-12-05', u: '60', t: '30' });
    await page.getByTestId('add-job').click();
    const second = page.locator('[data-job]').nth(1);
    await second.locator('[name="m"]').selectOption('kling-2-6');
    await second.locator('[name="q"]').selectOption('1080p');
    await second.locator('[name="a"]').selectOption('native');
    await second.locator('[name="n"]').fill('10');
    await page.getByLabel('Standard 5000').check();
    await page.getByLabel('Trial 1000').check();
    await page.waitForFunction(() => /Only 20/.test(document.querySelector('[data-testid="parallel"]')?.textContent ?? ''));
    assert.match(fold(await page.getByTestId('parallel').textContent()), /Only 20 are allowed where 30 are needed.*The largest pack decides, Standard 5000; packs do not add up/);
    assert.match(fold(await page.getByTestId('expiry').textContent()), /2,550 video units will expire on 5 December 2026\. To use them up before then takes 714\.29 video units a day/);
    const details = fold(await page.getByTestId('details').textContent());
    assert.match(details, /may be 12 hours late; that is included/);
    const said = await summary(page);
    const again = await openTool(`en/tools/lasting/${await page.evaluate(() => location.hash)}`);
    assert.equal(await summary(again), said);
    assert.equal(fold(await again.getByTestId('details').textContent()), details);
    assert.deepEqual([...page.faults, ...again.faults], []);
    await page.context().close();
    await again.context().close();
  });
});

describe('how long will it last, until the units are void?', () => {
  test('no longer than they are valid', async () => {
    for (const [expires, said] of [
      ['2026-12-01', /^1,000 video units last 3 days, until 1 December 2026: then 820 video units expire\.$/],
      ['2026-11-29', /^1,000 video units last 1 day, until 29 November 2026/],
      ['2026-11-01', /^These 1,000 video units have expired, so they last 0 days\.$/],
    ]) {
      const page = await openTool(`en/tools/lasting/#v=1&p=kling&b=1000&x=${expires}&m=kling-3-0&q=720p&a=none&s=5&n=20&h=12`);
      assert.match(await summary(page), said);
      if (expires < '2026-11-28') assert.match(fold(await page.getByTestId('jobs-left').textContent()), /3 video units200$/);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('without a day no longer than any pack that is known', async () => {
    const page = await openTool('en/tools/lasting/#v=1&p=kling&b=45000&m=kling-3-0&q=1080p&a=none&s=5&n=20&h=12');
    assert.match(await summary(page), /^45,000 video units last 180 days at most, until 27 May 2027: 30,600 video units not used by then will expire, because no known pack is valid for longer\.$/);
    const note = /Units not used within 180 days of purchase expire.*checked/;
    assert.match(fold(await page.getByTestId('expiry').textContent()), note);
    // Used up before: no more than the note.
    await type(page, { b: '1000' });
    assert.match(await summary(page), /^1,000 video units last 12\.5 days, until 10 December 2026\.$/);
    assert.match(fold(await page.getByTestId('expiry').textContent()), note);
    await type(page, { b: '45000', x: '2028-11-28' });
    assert.match(await summary(page), /^45,000 video units last 562\.5 days/);
    // Credits of KIE do not expire.
    await type(page, { x: '', p: 'kie', m: 'kie-kling-3-0', b: '10000000' });
    assert.equal(await page.getByTestId('expiry').count(), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
    const plain = await open(site, 'en/tools/lasting/', { javaScriptEnabled: false });
    const row = plain.locator('.calc-common tr').filter({ hasText: '60,000 video units' }).first();
    assert.match(fold(await row.textContent()), /180 ?at most; no known pack is valid for longer/);
    await plain.context().close();
  });

  test('nothing and less than nothing are said so, without a drawing', async () => {
    for (const [lang, balance, said] of [
      ['id', '-50', /^Saldo sudah habis \(kurang 50 unit video\)\.$/],
      ['en', '-50', /^The balance is used up \(50 video units short\)\.$/],
      ['id', '0', /^Saldo sudah habis\.$/],
    ]) {
      const page = await openTool(`${lang}/tools/lasting/#v=1&p=kling&b=${balance}&m=kling-3-0&q=720p&a=none&s=5&n=20&h=12`);
      assert.match(await summary(page), said);
      assert.equal(await page.getByTestId('chart').count(), 0);
      assert.equal(await page.getByTestId('expiry').count(), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('what is left but pays for no video is said so', async () => {
    for (const [lang, said] of [['id', '1 unit video tidak cukup untuk satu video pun.'], ['en', 'A balance of 1 video unit does not pay for a single video.']]) {
      const page = await openTool(`${lang}/tools/lasting/#v=1&p=kling&b=1&m=kling-3-0&q=720p&a=none&s=5&n=20&h=12`);
      assert.equal(await summary(page), said);
      assert.equal(await page.getByTestId('summary').getAttribute('data-tone'), 'doubt');
      await page.context().close();
    }
  });

  test('beginning again takes the ticks away, too', async () => {
    const page = await openTool('en/tools/lasting/');
    await page.locator('[name="k"]').first().check();
    await type(page, { b: '777' });
    await page.getByRole('button', { name: 'Start again' }).click();
    assert.equal(await page.locator('[name="b"]').inputValue(), '1000');
    assert.equal(await page.locator('[name="k"]:checked').count(), 0);
    await page.context().close();
  });

  test('an alert pays for as many videos as the table says of the same balance', async () => {
    const page = await openTool('en/tools/lasting/#v=1&p=kie&b=10000&m=kie-kling-3-0&q=1080p&a=native&s=10&n=20&h=12&w=10000');
    assert.match(fold(await page.getByTestId('own-alert').textContent()), /is 37 videos/);
    assert.match(fold(await page.getByTestId('jobs-left').textContent()), /2037$/);
    await page.context().close();
  });
});

describe('is this offer right?', () => {
  test('6,300 dollars for 45,000 units are no discount', async () => {
    for (const [lang, verdict, price] of [
      ['en', /does not follow from the price and the units\. One video unit comes to \$0\.14, exactly the list price: there is no discount/, /would make it \$5,670\.00 for 45,000 units: does not follow/],
      ['id', /tidak cocok dengan harga dan jumlah unitnya\. Satu unit video menjadi \$0,14, tepat harga daftar: tidak ada diskon/, /berarti harganya \$5\.670,00 untuk 45\.000 unit: tidak cocok/],
    ]) {
      const page = await openTool(`${lang}/tools/offer/`);
      const before = await page.locator('[data-details]').getAttribute('data-answered');
      await page.getByTestId('example').click();
      await page.waitForFunction((count) => document.querySelector('[data-details]').getAttribute('data-answered') !== count, before);
      assert.match(await summary(page), verdict);
      assert.match(fold(await page.getByTestId('arithmetic').textContent()), price);
      assert.ok(await page.getByTestId('warning').isVisible());
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('a price and a number of units are read as they are written', async () => {
    const page = await openTool('id/tools/offer/');
    await type(page, { u: 'kling-video-unit', c: '$6,300', n: '45,000', o: '10', e: '0.126' });
    assert.match(await summary(page), /Satu unit video menjadi \$0,14, tepat harga daftar/);
    await type(page, { y: 'idr', c: '700.000', n: '500', r: '10.000', o: '', e: '' });
    assert.match(await summary(page), /Satu unit video menjadi \$0,14, tepat harga daftar/);
    // One unit may be sold for a thousand rupiah in the wrong field, or for a dollar.
    await type(page, { e: '1.500' });
    assert.match(await summary(page), /1\.500 \(ribuan\) atau 1,5 \(di bawah seribu\)/);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a currency that is not known is refused', async () => {
    const page = await openTool('en/tools/offer/#v=1&u=kling-video-unit&c=700&y=eur&n=5000');
    assert.match(await summary(page), /^Currency: Only USD and IDR are known here, not “eur”\.$/);
    assert.equal(await page.locator('[name="y"][aria-invalid="true"]').count(), 1);
    await page.context().close();
  });

  test('what is too cheap is doubted, rupiah need a rate', async () => {
    const page = await openTool('en/tools/offer/');
    await type(page, { u: 'kling-video-unit', c: '2.39', n: '1000' });
    assert.match(await summary(page), /less than half the price of the cheapest known pack.*matches image units, which cannot be used for this/);
    await type(page, { y: 'idr', c: '82500' });
    assert.match(await summary(page), /Rupiah for 1 USD: Still empty/);
    await type(page, { u: 'kie-credit', r: '16500' });
    assert.match(await summary(page), /One KIE credit comes to \$0\.005, exactly the list price/);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

describe('everywhere', () => {
  test('a rounding makes no stale figure the cheapest', async () => {
    const page = await open(site, 'en/tools/cost/', { javaScriptEnabled: false });
    const cells = await page.locator('.calc-common table').first().locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    const price = (text) => Math.round(Number(/\$([\d.,]+)/.exec(text)[1].replace(',', '')) * 10000);
    assert.ok(cells.some(([, , cheapest]) => cheapest));
    for (const [job, , cheapest, others] of cells) {
      if (!cheapest.includes('†')) continue;
      for (const other of others.split(' · ').filter((text) => text && !/[†*]|month/.test(text))) {
        assert.ok((price(other) - price(cheapest)) * 1000 >= price(cheapest), `${job}: ${cheapest}, though ${other}`);
      }
    }
    await page.context().close();
  });

  test('without scripts there are tables of common cases with their sources, and no dead form', async () => {
    for (const lang of LANGUAGES) for (const tool of ['cost', 'lasting', 'offer']) {
      const page = await open(site, `${lang}/tools/${tool}/`, { javaScriptEnabled: false });
      assert.ok(await page.locator('.calc-common table').first().isVisible());
      assert.ok(await page.locator('.calc-common tbody tr').count() > 6);
      assert.ok(await page.locator('.sources time').count() > 1);
      assert.equal(await page.locator('form[data-tool]').isVisible(), false);
      assert.ok(await page.locator('noscript').count() > 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('the calculator is fetched on its own pages only, and the diagnoser is not fetched there', async () => {
    const tool = await openTool('en/tools/cost/');
    assert.ok(tool.requests.some((url) => url.endsWith('calculator_bg.wasm')));
    assert.ok(!tool.requests.some((url) => /diagnoser|rules\.pack/.test(url)));
    const home = await open(site, 'en/');
    assert.ok(!home.requests.some((url) => /calculator|tools\./.test(url)));
    await tool.context().close();
    await home.context().close();
  });

  test('the whole of it works by keyboard, and a screen reader hears the answer', async () => {
    const page = await openTool('en/tools/cost/');
    await page.locator('[name="n"]').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('7');
    await page.waitForFunction(() => document.querySelector('[data-summary]').textContent.startsWith('7 ×'));
    assert.equal(await page.getByTestId('summary').getAttribute('aria-live'), 'polite');
    assert.equal(await page.getByTestId('summary').evaluate((element) => element.tagName), 'OUTPUT');
    for (const field of await page.locator('form[data-tool] :is(input, select):visible').all()) {
      assert.ok(await field.evaluate((element) => element.labels.length > 0));
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('nothing is wider than a phone', async () => {
    for (const lang of LANGUAGES) for (const tool of ['cost', 'lasting', 'offer']) {
      const page = await openTool(`${lang}/tools/${tool}/`, { viewport: { width: 320, height: 700 } });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${lang} ${tool}: ${wide} px too wide`);
      await page.context().close();
    }
  });
});
