// Large pastes are read in a worker. Where none can start, the page reads them itself, and the answer is the same.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answerTo, dropFile, open, paste, start } from './harness.js';

const ERROR = '2026-11-20 10:00:01 ERROR POST https://api.klingai.com/v1/videos 429 {"code":1102,"message":"Account balance not enough"} é';
const NOISE = '2026-11-20 10:00:00 INFO worker-3 GET /v1/items/abc123 200 132ms ✓\n';
const SMALL = NOISE.repeat(20) + ERROR;
const LARGE = NOISE.repeat(2_000) + ERROR + '\n' + NOISE.repeat(2_000);

let site;
before(async () => { site = await start(); });
after(() => site?.close());

/** What the card shows. */
const answered = async (page) => ({
  rule: await page.getByTestId('answer').getAttribute('data-rule'),
  marks: await page.getByTestId('evidence').allTextContents(),
});

for (const [way, send] of [
  ['pasted', (page, text) => paste(page, text)],
  ['dropped as a file', (page, text) => answerTo(page, () => dropFile(page, { bytes: Buffer.from(text) }))],
]) {
  describe(`a large log, ${way}`, () => {
    let expected;
    let shown;

    test('is read in a worker, and a small one is not', async () => {
      const page = await open(site, 'en/diagnose/');
      await send(page, SMALL);
      assert.equal(page.workers().length, 0);
      const workers = [];
      page.on('worker', (worker) => workers.push(worker.url()));
      expected = await send(page, LARGE);
      assert.equal(workers.length, 1);
      assert.match(workers[0], /\/assets\/[^/]+\/reader\.js$/);
      assert.equal(expected.findings[0].evidence.length > 0, true);
      shown = await answered(page);
      assert.equal(shown.rule, 'kling/resource-package-depleted');
      assert.ok(shown.marks.join(' ').includes('Account balance not enough'));
      // The same worker reads the next one.
      await send(page, LARGE);
      assert.equal(workers.length, 1);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    for (const [why, options, prepare] of [
      ['without workers', { init: () => { delete globalThis.Worker; } }],
      ['where a policy or a folder forbids them', { init: () => { globalThis.Worker = class { constructor() { throw new DOMException('no', 'SecurityError'); } }; } }],
      ['where the script of the worker does not arrive', { allow: [/reader\.js/, /ERR_FAILED/] }, (page) => page.route('**/reader.js', (route) => route.abort())],
    ]) {
      test(`is answered in the same way ${why}`, async () => {
        const page = await open(site, 'en/diagnose/', options);
        await prepare?.(page);
        assert.deepEqual(await send(page, LARGE), expected);
        assert.deepEqual(await answered(page), shown);
        assert.equal(page.workers().length, 0);
        // The next one too.
        assert.deepEqual(await send(page, LARGE), expected);
        assert.deepEqual(page.faults, []);
        await page.context().close();
      });
    }
  });
}

test('a newer paste overtakes one that a worker reads', async () => {
  const page = await open(site, 'en/diagnose/');
  await answerTo(page, async () => {
    await dropFile(page, { bytes: Buffer.from(LARGE.repeat(4)) });
    await page.getByTestId('paste').fill('{"code":402,"msg":"The current credits are insufficient. Please top up.","data":null}');
    await page.locator('[data-testid="answer"][data-rule="kie/credits-insufficient"]').waitFor();
  });
  // What was overtaken says nothing any more.
  await page.waitForTimeout(300);
  assert.equal((await answered(page)).rule, 'kie/credits-insufficient');
  // And the worker answers again.
  assert.equal((await paste(page, LARGE)).verdict, 'match');
  assert.equal((await answered(page)).rule, 'kling/resource-package-depleted');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
