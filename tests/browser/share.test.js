// Links to an answer: what they hold, that links of every version ever made still open, and what the page makes of them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readLink, writeLink } from '../../site/assets/share.js';
import { localised, minus, times, valuesIn } from '../../site/assets/values.js';
import { answerTo, LANGUAGES, open, paste, start } from './harness.js';

/** Answers as far as links and values read them. */
const ANSWERS = {
  rules: [{ id: 'kling/rate-limit', codes: ['1302'] }, { id: 'kie/credits-insufficient', codes: ['402'] }],
  models: [['kling-2-6', 'Kling 2.6'], ['kling-3-0-turbo', 'Kling 3.0 Turbo']],
  moved: { 'kling/too-fast': 'kling/rate-limit', 'kling/older': 'kling/too-fast', 'a/a': 'b/b', 'b/b': 'a/a' },
};

/**
 * Links of each version as they were sent out. Never change one, and add those of a new version: people keep them in
 * tickets for years.
 */
const MADE = [
  { version: 0, hash: '#kling/rate-limit', rule: 'kling/rate-limit', values: {} },
  { version: 0, hash: '#kling/too-fast', rule: 'kling/rate-limit', values: {} },
  { version: 1, hash: '#answer=1&rule=kling/rate-limit', rule: 'kling/rate-limit', values: {} },
  { version: 1, hash: '#answer=1&rule=kling/rate-limit&code=1302&status=429', rule: 'kling/rate-limit', values: { code: '1302', status: '429' } },
  { version: 1, hash: '#answer=1&rule=kling/older&code=1302', rule: 'kling/rate-limit', values: { code: '1302' } },
  {
    version: 1, hash: '#answer=1&rule=kie/credits-insufficient&code=402&status=200&model=kling-2-6&needed=60&left=12.5',
    rule: 'kie/credits-insufficient', values: { code: '402', status: '200', model: 'kling-2-6', needed: '60', left: '12.5' },
  },
  {
    version: 1, hash: '#answer=1&rule=kie/credits-insufficient&needed=60&left=12.5&unit=credits',
    rule: 'kie/credits-insufficient', values: { needed: '60', left: '12.5', unit: 'credits' },
  },
  // With how sure the answer is, and with all of a choice: what an older reader leaves out, so the version stayed.
  { version: 1, hash: '#answer=1&rule=kling/rate-limit&sure=possible&words=1', rule: 'kling/rate-limit', values: { sure: 'possible', words: '1' } },
  {
    version: 1, hash: '#answer=1&rule=kling/older&rule=kie/credits-insufficient&rule=kling/nothing&status=429&sure=likely&verdict=ambiguous',
    rule: ['kling/rate-limit', 'kie/credits-insufficient'], values: { status: '429', sure: 'likely', verdict: 'ambiguous' },
  },
  // Of two errors that are one by now.
  { version: 1, hash: '#answer=1&rule=kling/older&rule=kling/rate-limit&verdict=ambiguous', rule: 'kling/rate-limit', values: { verdict: 'ambiguous' } },
];

describe('the format of links', () => {
  for (const { version, hash, rule, values } of MADE) {
    test(`version ${version} opens: ${hash}`, () => assert.deepEqual(readLink(hash, ANSWERS), { rules: [rule].flat(), values }));
  }

  test('what is written is read again', () => {
    const shared = {
      rules: ['kie/credits-insufficient', 'kling/rate-limit'],
      values: { code: '402', status: '402', model: 'kling-2-6', needed: '$1.50', left: '$0.02', unit: 'coins', sure: 'likely', verdict: 'opaque', words: '1' },
    };
    assert.deepEqual(readLink(writeLink(shared, ANSWERS), ANSWERS), shared);
    const version = Number(new URLSearchParams(writeLink(shared, ANSWERS).slice(1)).get('answer'));
    assert.ok(MADE.some((made) => made.version === version), 'links of the version that is written are kept above');
    assert.equal(Math.max(...MADE.map((made) => made.version)), version);
  });

  test('a link of a newer site, of no rule, of a circle, or of something else', () => {
    assert.equal(readLink('#answer=2&rule=kling/rate-limit', ANSWERS), 'newer');
    assert.equal(readLink('#answer=1&rule=kling/nothing', ANSWERS), 'unknown');
    assert.equal(readLink('#answer=1', ANSWERS), 'unknown');
    assert.equal(readLink('#answer=1&rule=a/a', ANSWERS), 'unknown');
    assert.equal(readLink('#answer=1&rule=__proto__', ANSWERS), 'unknown');
    for (const hash of ['', '#', '#main', '#evidence-title']) assert.equal(readLink(hash, ANSWERS), null);
  });

  test('values that are not of a known form are left out, in both directions', () => {
    const secret = 'sk-FAKEfake0123456789';
    const values = { code: secret, status: '4290', model: secret, needed: '1e9', left: '<b>', unit: 'constructor', sure: secret, verdict: 'match', words: secret, paste: secret };
    assert.equal(writeLink({ rules: ['kling/rate-limit'], values }, ANSWERS), '#answer=1&rule=kling/rate-limit');
    const hash = `#answer=1&rule=kling/rate-limit&${new URLSearchParams(values)}`;
    assert.deepEqual(readLink(hash, ANSWERS), { rules: ['kling/rate-limit'], values: {} });
  });
});

describe('values of a paste', () => {
  const read = (text) => {
    const { model, needed, left, unit } = valuesIn({ pieces: [{ skipped: 0, lines: text.split('\n').map((line) => ({ number: 1, parts: [{ text: line, marked: false, secret: null }] })) }], secrets: [] }, ANSWERS);
    return [needed, left, model?.id ?? null, unit];
  };
  for (const [text, ...expected] of [
    ['Not enough credits: requested 35, available 0', '35', '0', null, 'credits'],
    ['You need 40 credits to generate this video. You currently have 12.', '40', '12', null, 'credits'],
    ['pre-consumed quota failed, user quota: $0.000000, need quota: $0.060000', '$0.060000', '$0.000000', null, null],
    ['预扣费额度失败, 用户剩余额度: $0.10, 需要预扣费额度: $0.25', '$0.25', '$0.10', null, null],
    ['Butuh 100 kredit, saldo 20', '100', '20', null, 'credits'],
    ['required: 1,200 credits; remaining: 1,150.5', '1200', '1150.5', null, 'credits'],
    ['{"model_name":"kling-v2-6"} requires 3', null, null, 'kling-2-6', null],
    ['model: Kling 3.0', null, null, null, null],
    // What the amounts count, where the text near them says one thing.
    ['The current credits are insufficient. Please top up. Required: 60, remaining: 12.5', '60', '12.5', null, 'credits'],
    ['koin tidak cukup: perlu 30, sisa 4', '30', '4', null, 'coins'],
    ['video units: need 12, have 3', '12', '3', null, 'units'],
    ['need 300, have 120 points', '300', '120', null, 'points'],
    ['need 60, have 12', '60', '12', null, null],
    ['need 60 credits, have 12 coins', '60', '12', null, null],
    ['credits are bought in USD: need 60, have 12', '60', '12', null, null],
    [`credits ${'. '.repeat(80)}need 60, have 12`, '60', '12', null, null],
    // Words of both before one number.
    ['Insufficient balance: need 50, have 12', '50', '12', null, null],
    ['Cost exceeds balance 12; need 50 credits', '50', '12', null, 'credits'],
    ['Account balance not enough, need 5000', null, null, null, null],
    // Enough is left, one is missing, currencies differ, or 1.234 may be two numbers: nothing is said.
    ['need 5, have 10', null, null, null, null],
    ['need 5, have 5', null, null, null, null],
    ['need 5 credits', null, null, null, null],
    ['need $5, have 3', null, null, null, null],
    ['need 1.234, have 100', null, null, null, null],
    ['balance is below 20% and needs 5', null, null, null, null],
  ]) test(text, () => assert.deepEqual(read(text), expected));

  test('sums are exact', () => {
    assert.equal(minus('0.3', '0.1'), '0.2');
    assert.equal(minus('60', '12.5'), '47.5');
    assert.equal(minus('1.05', '1'), '0.05');
    for (const [a, b] of [['1', '1.05'], ['5', '5.0']]) assert.equal(minus(a, b), null);
    assert.equal(times('47.5', '0.005'), '0.2375');
    assert.equal(times('123456789012345678', '0.1'), '12345678901234567.8');
    assert.equal(minus('x', '1'), null);
  });

  test('amounts are written as the language writes numbers', () => {
    assert.equal(localised('$1234567.250', 'id'), '$1.234.567,250');
    assert.equal(localised('$1234567.250', 'en'), '$1,234,567.250');
    assert.equal(localised('999', 'id'), '999');
  });
});

describe('in the page', () => {
  let site;
  before(async () => { site = await start(); });
  after(() => site?.close());

  for (const lang of LANGUAGES) {
    test(`a link opens the answer with its values, and a paste takes its place (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/#answer=1&rule=kie/credits-insufficient&code=402&model=kling-2-6&needed=60&left=12.5&paste=FAKE-NOT-ALLOWED`);
      const card = page.locator('[data-testid="answer"][data-rule="kie/credits-insufficient"]');
      await card.waitFor();
      await page.getByTestId('shared').waitFor();
      const text = await card.innerText();
      assert.ok(!text.includes('FAKE-NOT-ALLOWED'));
      const numbers = ['60', '12.5', '47.5', '$0.2375', '$0.005'].map((number) => (lang === 'id' ? number.replace('.', ',') : number));
      for (const value of [...numbers, lang === 'id' ? '9 Juni 2026' : '9 June 2026', 'Kling 2.6']) assert.ok(text.includes(value), `${value} in ${text}`);
      assert.equal(await page.getByTestId('paste').inputValue(), '', 'there is no paste');
      await paste(page, '{"code":1102,"message":"Account balance not enough"}');
      assert.equal(await page.getByTestId('answer').getAttribute('data-rule'), 'kling/resource-package-depleted');
      assert.equal(await page.getByTestId('shared').count(), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('what was needed is said with its unit: of the wallet, of the text, or of the balance whatever it counts', async () => {
    const link = 'diagnose/#answer=1&needed=60&left=12.5&rule=';
    const of = { id: ['kredit', 'kredit KIE', 'koin', 'satuan saldo ini'], en: ['credits', 'KIE credits', 'coins', "in this balance's own units"] };
    for (const lang of LANGUAGES) {
      const [credits, kie, coins, any] = of[lang];
      for (const [what, counted, money] of [
        ['kie/credits-insufficient', kie, true], ['kie/credits-insufficient&unit=credits', kie, true], ['kie/credits-insufficient&unit=coins', coins, false],
        ['generic/insufficient-credits&unit=credits', credits, false], ['generic/insufficient-credits', any, false],
      ]) {
        const page = await open(site, `${lang}/${link}${what}`);
        const amounts = page.getByTestId('amounts');
        await amounts.waitFor();
        const text = await amounts.innerText();
        assert.ok(text.includes(` 60 ${counted}, `), `${what}: ${text}`);
        assert.equal(text.includes('$'), money, `${what}: ${text}`);
        // The title of the source is English on both pages.
        assert.deepEqual(await amounts.locator('[lang]').allInnerTexts(), money && lang === 'id' ? ['KIE price list'] : []);
        assert.doesNotMatch(text, /undefined|null|[{}]/);
        await page.context().close();
      }
    }
  });

  test('the letters of the wallet map are 12 px and more on a phone, in the answer and on its own page', async () => {
    for (const lang of LANGUAGES) {
      const page = await open(site, `${lang}/diagnose/`, { viewport: { width: 360, height: 740 } });
      await paste(page, '{"code":1102,"message":"Account balance not enough"}');
      for (const path of [null, `${lang}/wallets/`, `${lang}/`]) {
        if (path) await page.goto(site.url(path));
        const drawn = await page.locator('main .wallet-map').first().evaluate((map) => {
          const scale = map.getBoundingClientRect().width / map.viewBox.baseVal.width;
          const text = [...map.querySelectorAll('text')].filter((one) => one.getClientRects().length);
          const outside = text.filter((one) => one.getBBox().x < 0 || one.getBBox().x + one.getBBox().width > map.viewBox.baseVal.width);
          // A name that is wider than its box.
          const wide = [...map.querySelectorAll('.map-wallet')].filter((group) => group.querySelector('.map-name').getBBox().width > group.querySelector('.map-box').getBBox().width - 4);
          return { least: Math.min(...text.map((one) => parseFloat(getComputedStyle(one).fontSize) * scale)), outside: outside.map((one) => one.textContent), wide: wide.map((one) => one.dataset.wallet) };
        });
        assert.ok(drawn.least >= 12, `${path}: ${drawn.least} px`);
        assert.deepEqual([drawn.outside, drawn.wide], [[], []], path);
      }
      await page.context().close();
    }
  });

  for (const [name, text] of [
    ['sure', '{"code":402,"msg":"The current credits are insufficient. Required: 60, remaining: 12.5","model":"kling-2.6"} https://api.kie.ai/api/v1/jobs/createTask'],
    ['a choice', 'HTTP 429'], ['a text that hides its cause', '{"error":{"message":"当前分组上游负载已饱和，请稍后再试","type":"new_api_error"}}'],
    ['a complaint', 'saldo kling habis padahal koin masih ada'],
  ]) {
    test(`the other language shows the same answer (${name}), without the paste`, async () => {
      const page = await open(site, 'id/');
      const shown = () => page.getByTestId('answer').evaluate((card) => ({
        rule: card.dataset.rule, verdict: card.dataset.verdict, tone: card.dataset.tone, level: card.querySelector('.sure[data-level]')?.dataset.level ?? null,
        choice: [...card.querySelectorAll('[data-testid=possibility]')].map((one) => one.dataset.rule),
        users: card.querySelectorAll('[data-testid=users]').length, ask: card.querySelectorAll('[data-testid=ask]').length,
        amounts: card.querySelectorAll('[data-testid=amounts]').length,
      }));
      await paste(page, text);
      const before = await shown();
      await page.locator('header a[data-language]').click();
      await page.waitForURL((url) => url.pathname.endsWith('/en/'));
      await page.getByTestId('shared').waitFor();
      assert.deepEqual(await shown(), before);
      assert.equal(await page.getByTestId('paste').inputValue(), '');
      assert.ok(page.requests.every((url) => !url.includes('remaining') && !url.includes('padahal')));
      assert.deepEqual(await page.evaluate(() => [...Object.values({ ...sessionStorage }), ...Object.values({ ...localStorage })]), ['en']);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('what a link opened is not taken along once another text has been read', async () => {
    const page = await open(site, 'id/diagnose/#answer=1&rule=kling/rate-limit');
    await page.getByTestId('shared').waitFor();
    await paste(page, "ERROR 1102 (42000): Incorrect database name ''");
    await page.locator('header a[data-language]').click();
    await page.waitForURL((url) => url.pathname.endsWith('/en/diagnose/'));
    assert.equal(new URL(page.url()).hash, '');
    await page.context().close();
  });

  test('the address stops naming the answer of a link when another text is read, or the box is cleared', async () => {
    const link = '#answer=1&rule=kling/rate-limit&code=1302';
    const page = await open(site, `id/diagnose/${link}`);
    const hash = () => page.evaluate(() => location.hash);
    await page.getByTestId('shared').waitFor();
    assert.equal(await hash(), link);
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    assert.equal(await hash(), '');
    // The same link once more is one to another answer, and what was said of the text before is not said of this one.
    await page.evaluate((again) => { location.hash = again; }, link);
    await page.locator('[data-testid="answer"][data-rule="kling/rate-limit"]').waitFor();
    assert.equal(await page.locator('[data-state]').textContent(), '');
    await page.getByRole('button', { name: 'Kosongkan' }).click();
    assert.equal(await hash(), '');
    await page.reload();
    await page.getByTestId('paste').fill('HTTP 429');
    await page.getByTestId('answer').waitFor();
    assert.equal(await page.getByTestId('shared').count(), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a complaint in plain words is answered to customers of an app first, and not as a fact', async () => {
    for (const [lang, text, guess] of [['id', 'saldo saya habis', 'Baru dugaan'], ['en', 'my balance is empty', 'A guess, not certain']]) {
      const page = await open(site, `${lang}/diagnose/`);
      const report = await paste(page, text);
      assert.ok(report.words, JSON.stringify(report));
      assert.equal(await page.getByTestId('answer').getAttribute('data-tone'), 'doubt');
      const [first] = await page.locator('.slip-main > *').all();
      assert.equal(await first.getAttribute('data-testid'), 'users');
      const href = await first.getByRole('link').getAttribute('href');
      assert.ok(href.endsWith(`/${lang}/guides/balance-types/#for-users`));
      assert.equal(await page.getByTestId('verdict').innerText(), guess);
      assert.equal(await page.locator('.map-sign:visible').count(), 0, 'nothing on the map is called empty');
      await first.getByRole('link').click();
      await page.locator('#for-users').waitFor();
      await page.context().close();
    }
  });

  test('a link that names nothing, or comes from a newer site, says so', async () => {
    const page = await open(site, 'en/diagnose/#answer=1&rule=kling/no-such-thing');
    await page.getByTestId('link-problem').getByText('does not name an error').waitFor();
    await page.evaluate(() => { location.hash = '#answer=99&rule=kling/rate-limit'; });
    await page.getByTestId('link-problem').getByText('newer version').waitFor();
    await page.evaluate(() => { location.hash = '#kling/rate-limit'; });
    await page.locator('[data-testid="answer"][data-rule="kling/rate-limit"]').waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('the empty wallet is lit on the map, and each piece of evidence is reached by its button', async () => {
    const page = await open(site, 'en/diagnose/');
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    const map = page.getByTestId('map');
    assert.deepEqual(await map.locator('.lit').evaluateAll((lit) => lit.map((group) => group.dataset.wallet)), ['kling-video-units']);
    assert.ok((await map.locator('svg').getAttribute('aria-label')).includes('does not reach Kling API video units'));
    const buttons = page.getByTestId('marks').getByRole('button');
    const marks = page.getByTestId('evidence');
    assert.equal(await buttons.count(), await marks.count());
    for (let n = 0; n < await buttons.count(); n += 1) {
      await buttons.nth(n).focus();
      await page.keyboard.press('Enter');
      assert.ok(await marks.nth(n).evaluate((mark) => mark === document.activeElement), `evidence ${n + 1} has the focus`);
    }
    await page.context().close();
  });

  test('"already topped up" goes through the reasons of this wallet, in order', async () => {
    const page = await open(site, 'en/diagnose/');
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    await page.getByTestId('already-paid').locator('summary').click();
    assert.deepEqual(await page.getByTestId('already-paid').locator('.paid-steps strong').allInnerTexts(), [
      'Wrong wallet', 'Key of another account', 'Other region', 'Kind and state of the pack', 'Figures that lag', 'Locked account', 'None of these',
    ]);
    await page.context().close();
  });

  test('without a target in site.toml nobody is asked for word', async () => {
    const page = await open(site, 'en/diagnose/');
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    assert.equal(await page.getByTestId('feedback').count(), 0);
    await page.context().close();
  });

  for (const [target, subject] of [['https://example.com/issues/new', 'title'], ['mailto:help@example.com', 'subject']]) {
    test(`with ${target} the text is filled in, and masked`, async () => {
      const page = await open(site, 'en/diagnose/');
      // The box reads its settings once, when it starts: the page has to arrive with them.
      await page.route('**/en/diagnose/', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace(' data-diagnoser', ` data-diagnoser data-feedback="${target}"`) });
      });
      await page.reload();
      const secret = `sk-FAKE${'fake0123456789'.repeat(2)}`;
      await paste(page, `{"code":1102,"message":"Account balance not enough"} Authorization: Bearer ${secret}`);
      const link = page.getByTestId('feedback').first();
      await link.waitFor();
      const address = new URL(await link.getAttribute('href'));
      assert.ok(address.href.startsWith(`${target}?${subject}=`));
      assert.equal(address.searchParams.get(subject), 'Wrong answer: kling/resource-package-depleted');
      const body = address.searchParams.get('body');
      assert.ok(body.includes('Account balance not enough') && body.includes('What would have been right?'));
      assert.ok(!body.includes(secret));
      // Half of a character, as a clipboard may hold and no address can.
      await answerTo(page, () => page.getByTestId('paste').evaluate((box) => {
        box.value += ' cut \ud83d';
        box.dispatchEvent(new Event('input', { bubbles: true }));
      }));
      assert.match(new URL(await link.getAttribute('href')).searchParams.get('body'), /cut \ufffd/);
      await page.context().close();
    });
  }
});
