// What support staff have: a reply beside each answer in the internal edition, and the checklist of a runbook with its record.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fold, LANGUAGES, open, paste, start } from './harness.js';

let site;
before(async () => { site = await start(['--edition', 'internal']); });
after(() => site?.close());

const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

test('the header has room for the section of staff', async () => {
  for (const lang of LANGUAGES) {
    const page = await open(site, `${lang}/`, { viewport: { width: 1280, height: 800 } });
    const { height, row } = await page.locator('.site-header > .wrap').evaluate((wrap) => ({ height: wrap.offsetHeight, row: parseFloat(getComputedStyle(wrap).minBlockSize) }));
    assert.ok(height <= row + 1, `${height} px high`);
    await page.context().close();
  }
});

describe('replies', () => {
  test('credits of the customer\'s own account at a video site have a reply of their own, which speaks of no fault of ours', async () => {
    const page = await open(site, 'en/diagnose/');
    await paste(page, 'kredit di web kling saya habis, harus nunggu jatah bulan depan?');
    const support = page.getByTestId('answer').getByTestId('support');
    await support.waitFor();
    assert.equal(await support.getAttribute('data-support'), 'site-credits');
    await page.context().close();
  });

  // Rules of one cause whose customers need another reply: a finished video did not fail, and nobody chooses a path or a task id.
  for (const [text, reply] of [
    ['Video yang kemarin aku bikin tidak bisa di-download, linknya 403 Forbidden', 'result'],
    ['GET https://api.kie.ai/api/v1/jobs/recordInfo?taskId=FAKE {"code":422,"msg":"recordInfo is null"}', 'app-fault'],
    ['{"code":1201,"message":"prompt size must be between 0 and 2500","request_id":"FAKE-1201"}', 'description'],
    ['{"task_status":"failed","task_status_msg":"The source video exceeds the 500MB size limit."}', 'source-video'],
    ['ComfyUI: Payment Required: Please add credits to your account to use this node.', 'site-credits'],
  ]) {
    test(`the reply "${reply}" belongs to: ${text.slice(0, 60)}`, async () => {
      const page = await open(site, 'id/diagnose/');
      await paste(page, text);
      const support = page.getByTestId('answer').getByTestId('support');
      await support.waitFor();
      assert.equal(await support.getAttribute('data-support'), reply);
      await page.context().close();
    });
  }

  for (const lang of LANGUAGES) {
    test(`an answer in the box has its reply in both languages, copied with one click (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`);
      await paste(page, '{"code":402,"msg":"The current credits are insufficient. Please top up.","data":null} https://api.kie.ai/api/v1/jobs/createTask');
      const support = page.getByTestId('answer').getByTestId('support');
      await support.waitFor();
      assert.equal(await support.getAttribute('data-support'), 'disrupted-balance');
      for (const [code, hello] of [['id', 'Halo [nama],'], ['en', 'Hello [name],']]) {
        await support.getByTestId(`reply-${code}`).getByRole('button').click();
        const text = await copied(page);
        assert.ok(text.startsWith(hello), text);
        assert.doesNotMatch(text, /KIE|Kling|{#|\*\*/);
      }
      // The page's own language comes first.
      assert.equal(await support.locator('.support-item').first().getAttribute('data-testid'), `reply-${lang}`);
      await support.getByTestId('escalation').locator('summary').click();
      await support.getByTestId('escalation').getByRole('button').click();
      assert.match(await copied(page), lang === 'id' ? /^Kepada pemegang akun API/ : /^To the holder of the API account/);
      assert.ok(await support.getByTestId('avoid').locator('li').count() >= 2);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`the reply is two presses away, also from a link that somebody sent (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/#answer=1&rule=kie/credits-insufficient&code=402`, { viewport: { width: 360, height: 740 } });
      await page.getByTestId('to-reply').click();
      const reply = page.getByTestId('answer').getByTestId(`reply-${lang}`).getByRole('button');
      await page.waitForFunction((code) => document.querySelector(`[data-answer] [data-testid=reply-${code}]`).getBoundingClientRect().top < innerHeight, lang);
      await reply.click();
      assert.match(await copied(page), lang === 'id' ? /^Halo/ : /^Hello/);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`a reply that does not arrive is on the page of the error, and the next answer has its own (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`, { allow: [/support\.json/, /ERR_FAILED/] });
      await page.route('**/support.json', (route) => route.abort());
      await paste(page, 'HTTP 402 from api.kie.ai');
      const note = page.getByTestId('reply-failed');
      const rule = await page.locator('[data-answer] [data-rule]').first().getAttribute('data-rule');
      assert.equal(await note.getByRole('link').getAttribute('href'), `${site.base}${lang}/errors/${rule}/`);
      await page.unroute('**/support.json');
      await paste(page, 'HTTP 402 from api.kie.ai again');
      await page.getByTestId('answer').getByTestId('support').waitFor();
      assert.equal(await note.count(), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`each text of the page of replies is copied with one press (${lang})`, async () => {
      const page = await open(site, `${lang}/guides/support-replies/`);
      const quotes = page.locator('.prose blockquote');
      assert.equal(await page.getByTestId('copy-quote').count(), await quotes.count());
      await page.getByTestId('copy-quote').nth(1).click();
      assert.equal(fold(await copied(page)), fold(await quotes.nth(1).innerText()));
      await page.context().close();
    });

    test(`the page of an error has the same reply, without scripts too (${lang})`, async () => {
      const page = await open(site, `${lang}/errors/kie/credits-insufficient/`, { javaScriptEnabled: false });
      assert.equal(await page.getByTestId('support').getAttribute('data-support'), 'disrupted-balance');
      assert.ok(await page.getByTestId(`reply-${lang}`).isVisible());
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});

describe('the checklist of a runbook', () => {
  test('is one in all tabs and in both languages', async () => {
    const first = await open(site, 'en/runbooks/kie-credits-exhausted/');
    const second = await first.context().newPage();
    await second.goto(first.url());
    await first.locator('.step input').nth(0).check();
    await second.waitForFunction(() => document.querySelector('.step input').checked);
    await second.locator('.step input').nth(1).check();
    await first.reload();
    const ticked = (page) => page.locator('.step input').evaluateAll((all) => all.flatMap((box, n) => (box.checked ? [n] : [])));
    assert.deepEqual(await ticked(first), [0, 1]);
    await first.goto(site.url('id/runbooks/kie-credits-exhausted/'));
    assert.deepEqual(await ticked(first), [0, 1]);
    await first.locator('.step input').nth(0).uncheck();
    await second.reload();
    assert.deepEqual(await ticked(second), [1]);
    assert.deepEqual([...first.faults], []);
    await first.context().close();
  });

  test('knows two steps of the same words apart', async () => {
    const page = await open(site, 'en/runbooks/kie-credits-exhausted/');
    await page.route('**/en/runbooks/kie-credits-exhausted/', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/(class="step"[^]*?<strong>)[^]*?(<\/strong>)/g, '$1Wait.$2') });
    });
    await page.reload();
    assert.ok(await page.locator('.step strong', { hasText: /^Wait\.$/ }).count() > 1);
    await page.locator('.step input').nth(1).check();
    await page.reload();
    assert.deepEqual(await page.locator('.step input').evaluateAll((all) => all.flatMap((box, n) => (box.checked ? [n] : []))), [1]);
    assert.deepEqual([...page.faults], []);
    await page.context().close();
  });

  test('keeps its ticks, and makes a masked record with times', async () => {
    const page = await open(site, 'en/runbooks/kie-credits-exhausted/');
    const boxes = page.locator('.step input');
    await boxes.nth(0).check();
    await page.reload();
    assert.equal(await boxes.nth(0).isChecked(), true);
    const key = ['sk', 'a1B2c3D4e5F6g7H8i9J0k1L2'].join('-');
    await page.getByTestId('record').locator('summary').click();
    await page.locator('#check-note').fill(`Balance read with Authorization: Bearer ${key}`);
    await page.locator('[data-copy-record]').click();
    await page.waitForFunction(() => document.querySelector('[data-copy-record]').hasAttribute('data-done'));
    const record = await copied(page);
    assert.match(record, /^# /);
    assert.match(record, /- \[x\] .+ \(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d\)/);
    assert.match(record, /- \[ \] /);
    assert.match(fold(record), /Balance read with/);
    assert.ok(!record.includes(key), record);
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    assert.doesNotMatch(stored, /Balance read/);
    const download = page.waitForEvent('download');
    await page.locator('[data-save-record]').click();
    assert.match((await download).suggestedFilename(), /^kie-credits-exhausted-\d{4}-\d\d-\d\d\.md$/);
    await page.locator('[data-clear]').click();
    assert.equal(await page.locator('.step input:checked').count(), 0);
    assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('resep-checks')).length), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});
