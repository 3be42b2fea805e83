// The diagnoser as a reader meets it: what is pasted, typed, dropped or picked, and what the card says to it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answersOf, answerTo, dropFile, evidenceOf, fold, LANGUAGES, open, paste, start } from './harness.js';

let site;
let catalogue;
const answers = {};

before(async () => {
  site = await start();
  catalogue = new Map(site.json('errors.json').errors.map((error) => [error.id, error]));
  for (const lang of LANGUAGES) answers[lang] = await answersOf(site, lang);
});
after(() => site?.close());

/** What each wallet and each actor is called, in the words readers see. */
const WALLET = {
  'kling-video-units': { id: 'Unit video API Kling', en: 'Kling API video units' },
  'reseller-balance': { id: 'Saldo di reseller atau vendor', en: 'Reseller or vendor balance' },
};
const OPERATOR = { id: /Pemegang akun API/, en: /Whoever holds the API account/ };

/** The errors of the project's first documents, as people paste them. `evidence` must be among the marks. */
const SEEDS = [
  {
    name: 'the message of an app that calls Kling', paste: '429 Account balance not enough',
    rule: 'kling/resource-package-depleted', wallet: 'kling-video-units', sender: null, evidence: ['Account balance not enough'],
  },
  {
    name: 'message and code as a help page quotes them', paste: 'Error: `429 Account balance not enough` atau `code: 1102`',
    rule: 'kling/resource-package-depleted', wallet: 'kling-video-units', sender: 'Kling AI', level: 'certain',
    evidence: ['Account balance not enough', 'code: 1102'],
  },
  {
    name: 'the body of Kling', paste: '{"code":1102,"message":"Account balance not enough","request_id":"FAKE-0001"}',
    rule: 'kling/resource-package-depleted', wallet: 'kling-video-units', sender: 'Kling AI', level: 'certain',
    evidence: ['code":1102', 'Account balance not enough'], facts: ['1102'],
  },
  {
    name: 'the sentence of KIE, which others send too', paste: 'Error: The current credits are insufficient. Please top up.',
    rule: 'generic/insufficient-credits', wallet: 'reseller-balance', sender: null, others: ['kie/credits-insufficient'],
    evidence: ['credits are insufficient'],
  },
  {
    name: 'the stack trace of a server that calls KIE',
    paste: 'Error: The current credits are insufficient. Please top up.\r\n    at c.createClip (/srv/app/.next/server/app/api/v1/clips/route.js:4:1190)\r\n    at async submit (/srv/app/lib/kie/kie-api.ts:88:11)',
    rule: 'kie/credits-insufficient', wallet: 'reseller-balance', sender: 'KIE.ai', evidence: ['The current credits are insufficient. Please top up'],
  },
  {
    name: 'the body of KIE', paste: '{"code":402,"msg":"The current credits are insufficient. Please top up.","data":null}',
    rule: 'kie/credits-insufficient', wallet: 'reseller-balance', sender: 'KIE.ai', facts: ['402'], evidence: ['code":402'],
  },
  {
    name: 'website credits taken for API credits', paste: 'I have 513 credits on the Kling AI website but the API still says Account balance not enough',
    rule: 'kling/website-credits-not-api', wallet: 'kling-video-units', sender: 'Kling AI', evidence: [],
  },
  {
    name: 'website credits taken for API credits, in Indonesian', paste: 'Kenapa kredit web Kling tidak bisa dipakai untuk API? Saldo 513 masih ada 🙏',
    rule: 'kling/website-credits-not-api', wallet: 'kling-video-units', sender: 'Kling AI', evidence: [],
  },
  {
    name: 'coins of the app taken for the balance at the provider', paste: 'Saya sudah top up koin di aplikasi, kenapa videonya masih gagal?',
    rule: 'generic/paid-but-still-failing', wallet: 'reseller-balance', sender: null, evidence: [],
  },
];

/** The card as its reader sees it, one level of possibilities included. */
function card(page) {
  return page.getByTestId('answer').evaluate((root) => {
    const one = (element, id) => element.querySelector(`[data-testid="${id}"]`);
    const texts = (element, selector) => [...element.querySelectorAll(selector)].map((found) => found.innerText.trim());
    const part = (element) => ({
      rule: element.dataset.rule,
      actor: one(element, 'actor')?.innerText,
      retry: one(element, 'retry')?.innerText,
      steps: texts(element, 'ol.steps > li'),
      sections: texts(element, 'section > h3'),
    });
    return {
      ...part(root),
      verdict: root.dataset.verdict,
      title: root.querySelector('h2').innerText,
      head: root.querySelector('.slip-head').innerText,
      chip: root.querySelector('.slip-head .chip')?.innerText ?? null,
      level: one(root, 'likelihood')?.dataset.level,
      wallet: { id: one(root, 'wallet')?.dataset.wallet, text: one(root, 'wallet')?.innerText ?? '' },
      facts: texts(root, '[data-testid="facts"] dd'),
      marks: [...root.querySelectorAll('mark')].map((mark) => mark.textContent),
      others: [...root.querySelectorAll('[data-testid="other"]')].map((link) => link.dataset.rule),
      possibilities: [...root.querySelectorAll('[data-testid="possibility"]')].map((fold) => ({
        ...part(fold), open: fold.open, name: fold.querySelector('summary').innerText,
      })),
      text: root.innerText,
    };
  });
}

for (const lang of LANGUAGES) {
  describe(`each seed error is answered (${lang})`, () => {
    let page;
    before(async () => { page = await open(site, `${lang}/diagnose/`); });
    after(() => page.context().close());

    for (const seed of SEEDS) {
      test(seed.name, async () => {
        const report = await paste(page, seed.paste);
        const got = await card(page);
        const error = catalogue.get(seed.rule);
        assert.equal(await page.getByTestId('paste').inputValue(), seed.paste.replaceAll('\r\n', '\n'), 'the box holds the paste');
        assert.equal(got.verdict, 'match');
        assert.equal(got.rule, seed.rule);
        assert.equal(got.title, error.title[lang]);
        assert.ok(fold(got.head).includes(fold(error.summary[lang])), 'the cause in one sentence');

        // Which wallet, in words: its name, who fills it, and what it never pays for.
        const wallet = answers[lang].wallets[seed.wallet];
        assert.equal(got.wallet.id, seed.wallet);
        for (const words of [WALLET[seed.wallet][lang], wallet.pays_in, wallet.where, wallet.pays_for, wallet.never_pays_for]) {
          assert.ok(fold(got.wallet.text).includes(fold(words)), `the wallet says "${words}"`);
        }

        assert.match(got.actor, OPERATOR[lang], 'who can fix it');
        assert.match(got.retry, /\S+\n+\S+/, 'whether a retry helps');
        assert.deepEqual(got.steps.map(fold), error.steps[lang].map(fold), 'the steps, as the catalogue has them');
        assert.ok(got.steps.length >= 2);
        assert.equal(got.chip, seed.sender, 'the sender is named only where the paste shows it');
        if (seed.level) assert.equal(got.level, seed.level);
        for (const value of seed.facts ?? []) assert.ok(got.facts.includes(value), `what was read holds ${value}`);
        assert.deepEqual(got.others.slice(0, seed.others?.length ?? 0), seed.others ?? [], 'what it could be as well, likeliest first');

        // The marks are the evidence, and the evidence is a slice of the paste.
        assert.deepEqual(got.marks, evidenceOf(seed.paste, report.findings[0].evidence));
        assert.ok(got.marks.length > 0);
        for (const words of seed.evidence) assert.ok(got.marks.some((mark) => mark.includes(words)), `"${words}" is marked`);
        assert.deepEqual(page.faults, []);
      });
    }
  });

  describe(`verdicts that are no match say what to do next (${lang})`, () => {
    let page;
    before(async () => { page = await open(site, `${lang}/`); });
    after(() => page.context().close());

    test('none: another product with the same number', async () => {
      await paste(page, "ERROR 1102 (42000): Incorrect database name 'shop.'");
      const got = await card(page);
      assert.equal(got.verdict, 'none');
      assert.equal(got.rule, undefined);
      assert.equal(got.title, { id: 'Tidak dikenali', en: 'Not recognised' }[lang]);
      assert.match(got.head, { id: /Tempel isi respons yang lengkap/, en: /Paste the complete response body/ }[lang]);
      assert.equal(await page.getByTestId('answer').locator('ul > li').count(), 5, 'what to collect');
      await page.getByTestId('answer').getByRole('link', { name: /katalog|catalogue/i }).click();
      await page.waitForURL(site.url(`${lang}/errors/`));
      await page.goBack();
    });

    for (const text of ['HTTP 429', '429 Too Many Requests', 'AxiosError: Request failed with status code 429']) {
      test(`ambiguous: ${text}`, async () => {
        const report = await paste(page, text);
        const got = await card(page);
        assert.equal(got.verdict, 'ambiguous');
        assert.equal(got.title, { id: 'Ada beberapa kemungkinan penyebab', en: 'More than one cause is possible' }[lang]);
        assert.match(got.head, { id: /Bandingkan kemungkinan/, en: /Compare the possibilities/ }[lang]);
        const rules = report.findings.map((finding) => answers[lang].rules[finding.rule]);
        assert.deepEqual(got.possibilities.map(({ rule }) => rule), rules.map(({ id }) => id), 'all of them, in order');
        assert.ok(new Set(rules.map(({ cause }) => cause)).size >= 3, 'a 429 may be speed, concurrency or an empty wallet');
        assert.deepEqual(got.possibilities.map(({ open }) => open), rules.map((_, index) => index === 0));
        await page.getByTestId('possibility').evaluateAll((folds) => folds.forEach((fold) => { fold.open = true; }));
        for (const possibility of (await card(page)).possibilities) {
          assert.deepEqual(possibility.steps.map(fold), catalogue.get(possibility.rule).steps[lang].map(fold));
          assert.ok(possibility.actor.length > 10);
        }
        const tell = { id: 'Cara membedakannya', en: 'How to tell them apart' }[lang];
        assert.ok((await card(page)).possibilities.some(({ sections }) => sections.includes(tell)), 'what would tell them apart');
        assert.deepEqual(got.marks, evidenceOf(text, report.findings[0].evidence));
      });
    }

    test('opaque: a gateway hides the cause', async () => {
      const text = '{"error":{"message":"当前分组上游负载已饱和，请稍后再试","type":"new_api_error"}}';
      const report = await paste(page, text);
      const got = await card(page);
      assert.equal(got.verdict, 'opaque');
      assert.equal(got.title, { id: 'Pesan ini menutupi penyebab sebenarnya', en: 'This message hides the real cause' }[lang]);
      assert.match(got.head, { id: /Jangan isi ulang dahulu/, en: /Do not top up anything yet/ }[lang]);
      assert.ok(got.possibilities.length >= 2, 'what may be behind it');
      assert.ok(got.possibilities[0].sections.includes({ id: 'Yang perlu dikumpulkan', en: 'What to collect' }[lang]));
      assert.ok(got.possibilities[0].steps.length >= 1);
      assert.deepEqual(got.marks, evidenceOf(text, report.findings[0].evidence));
      assert.ok(got.marks.join('').includes('上游负载已饱和'));
    });

    for (const [name, text] of [['white space', '  \n\t \u00a0\r\n'], ['a line end', '\n']]) {
      test(`empty: ${name}`, async () => {
        await paste(page, text);
        const got = await card(page);
        assert.equal(got.verdict, 'empty');
        assert.equal(got.title, { id: 'Belum ada yang dibaca', en: 'Nothing read yet' }[lang]);
        assert.match(got.head, { id: /pilih salah satu contoh/, en: /pick one of the examples/ }[lang]);
      });
    }

    test('nothing went wrong on the way', () => assert.deepEqual(page.faults, []));
  });

  test(`each example of the box is answered (${lang})`, async () => {
    const page = await open(site, `${lang}/`);
    const expected = [
      ['match', 'kling/resource-package-depleted'], ['match', 'kie/credits-insufficient'], ['match', 'generic/paid-but-still-failing'],
      ['ambiguous', 'generic/http-429-alone'], ['opaque', 'generic/gateway-hides-cause'],
    ];
    const buttons = page.getByTestId('example');
    await buttons.first().waitFor();
    assert.equal(await buttons.count(), expected.length);
    for (const [index, [verdict, rule]] of expected.entries()) {
      const report = await answerTo(page, () => buttons.nth(index).click());
      const got = await card(page);
      assert.deepEqual([got.verdict, got.rule], [verdict, rule]);
      const text = await page.getByTestId('paste').inputValue();
      assert.deepEqual(got.marks, evidenceOf(text, report.findings[0].evidence), 'the box shows what was read');
      // The headline of the project, and words in the language of the page.
      if (index === 0) assert.match(text, /"code":1102,"message":"Account balance not enough"/);
      if (index === 2) assert.match(text, { id: /^Koin di aplikasi masih banyak/, en: /^Coins are left in the app/ }[lang]);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test('a short text without a known error gets the pages that the search has for its code or its words', async () => {
  for (const [lang, text, path] of [
    ['en', '{"code":1102,"mess', 'errors/kling/resource-package-depleted/'], ['id', 'code 1102', 'errors/kling/resource-package-depleted/'],
    ['en', '429', 'errors/generic/http-429-alone/'], ['id', 'isi saldo', null], ['id', 'saldo kling', null], ['en', 'resource packs', null],
  ]) {
    const page = await open(site, `${lang}/diagnose/`);
    assert.ok(!page.requests.some((url) => /nearest|lookup|search\/index/.test(url)), 'nothing before it is needed');
    await paste(page, text);
    const links = page.getByTestId('nearest').locator('li a');
    await links.first().waitFor();
    const found = await links.evaluateAll((all) => all.map(({ href }) => href));
    assert.ok(found.length > 1 || path, text);
    if (path) assert.ok(found.includes(site.url(`${lang}/${path}`)), `${text}: ${found}`);
    await page.getByTestId('nearest').locator('p a').click();
    await page.getByTestId('results').getByRole('link').first().waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
  // Another product's error, and a long text, are no words to look up.
  for (const text of ["ERROR 1102 (42000): Incorrect database name 'shop.'", 'nothing of ours here, line after line. '.repeat(20)]) {
    const page = await open(site, 'en/diagnose/');
    await paste(page, text);
    await page.waitForTimeout(500);
    assert.equal(await page.getByTestId('nearest').count(), 0);
    await page.context().close();
  }
});

test('of two errors in a text the second is named at the top, too, with a way to it', async () => {
  const page = await open(site, 'en/diagnose/');
  const kie = '{"code":402,"msg":"The current credits are insufficient. Please top up.","data":null} https://api.kie.ai/api/v1/jobs/createTask';
  await paste(page, `POST https://api.klingai.com/v1/videos/text2video 429\n{"code":1102,"message":"Account balance not enough"}\n\n${kie}`);
  const card = page.getByTestId('answer');
  const others = await card.getByTestId('other').locator('span').allTextContents();
  const besides = card.getByTestId('besides');
  assert.equal(fold(await besides.textContent()), `${answers.en.words.also_found}: ${others.at(-1)}`);
  await besides.getByRole('link').click();
  assert.ok(await page.locator('#also-found').isVisible());
  assert.equal(await card.getAttribute('data-verdict'), 'match', 'the answer stays');
  await paste(page, kie);
  assert.equal(await besides.count(), 0);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a request id is shown under its masked name, and as it was spelt where its reader asks', async () => {
  const page = await open(site, 'en/diagnose/');
  await paste(page, '{"code":1102,"message":"Account balance not enough","request_id":"CJbXyZ12-AbC-FAKE"}');
  const id = page.getByTestId('facts').getByTestId('secret');
  assert.equal(await id.innerText(), '[id-1]');
  assert.doesNotMatch(await page.getByTestId('answer').innerText(), /cjbxyz12/i);
  await id.click();
  assert.equal(await id.innerText(), 'CJbXyZ12-AbC-FAKE');
  await page.context().close();
});

describe('a secret that the engine reads as a fact is masked wherever the fact is told', () => {
  const hex = '0123456789abcdef0123456789abcdef01234567';
  for (const [name, fact, secret, text] of [
    ['a key behind a code', 'Code', 'sk-FAKEabcdefghij1234567890abcd', 'kling 1102 error code: sk-FAKEabcdefghij1234567890abcd'],
    ['the code of a sign-in', 'Code', hex, `kling https://app.example.com/cb?code=${hex}`],
    ['a token behind a code', 'Code', 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJGQUtFIn0.c2lnbmF0dXJlRkFLRQ', 'kling error code: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJGQUtFIn0.c2lnbmF0dXJlRkFLRQ'],
    ['a key whose capitals tell', 'Request id', 'AKIAFAKEQWERTYUIOPAS', '{"code":1102,"message":"Account balance not enough","request_id":"AKIAFAKEQWERTYUIOPAS"}'],
    ['a key beyond what is shown', 'Code', 'sk-FAKEabcdefghij1234567890abcd', `${'line of a log\n'.repeat(200)}error code: sk-FAKEabcdefghij1234567890abcd\n${'line of a log\n'.repeat(2_000)}`],
  ]) {
    test(name, async () => {
      const page = await open(site, 'en/diagnose/');
      // The box reads its settings once, when it starts: the page has to arrive with them.
      await page.route('**/en/diagnose/', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace(' data-diagnoser', ' data-diagnoser data-feedback="https://example.com/issues/new"') });
      });
      await page.reload();
      await paste(page, text);
      const answer = page.getByTestId('answer');
      const holds = (where, what) => assert.ok(!what.toLowerCase().includes(secret.toLowerCase()), `${where}: ${what}`);
      holds('card', await answer.innerText());
      const list = page.getByTestId('facts');
      if (await list.count()) {
        const shown = await list.evaluate((all, title) => [...all.querySelectorAll('dt')].find((dt) => dt.textContent === title)?.nextElementSibling.textContent, fact);
        assert.match(shown, /^\[(key|id)-1\]$/);
      }
      holds('issue', decodeURIComponent(await page.getByTestId('feedback').first().getAttribute('href')));
      await answer.getByRole('button', { name: 'Copy masked report' }).first().click();
      await page.waitForFunction(() => navigator.clipboard.readText().then((now) => now.includes('```')));
      const report = await page.evaluate(() => navigator.clipboard.readText());
      holds('report', report);
      if (fact === 'Code') assert.match(report, /^Code: \[key-1\]$/m);
      const link = answer.getByRole('button', { name: 'Copy link to this answer' });
      if (await link.count()) {
        await link.first().click();
        await page.waitForFunction(() => navigator.clipboard.readText().then((now) => now.includes('#answer=')));
        holds('link', await page.evaluate(() => navigator.clipboard.readText()));
      }
      for (const other of await answer.locator('a').evaluateAll((all) => all.map(({ href }) => href))) holds('links', decodeURIComponent(other));
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('a code and a host that are none are told as they are written', async () => {
    const page = await open(site, 'en/diagnose/');
    await paste(page, 'POST https://api.klingai.com/v1/videos Authorization: Bearer sk-FAKEabcdefghij1234567890abcd\n429 {"code":"RateLimit.Exceeded"}');
    const list = await page.getByTestId('facts').innerText();
    for (const words of ['RateLimit.Exceeded', 'api.klingai.com']) assert.ok(list.includes(words), list);
    await page.context().close();
  });
});

test('a link to an error that has no provider says that it names no sender', async () => {
  const page = await open(site, 'en/diagnose/#generic/http-429-alone');
  await page.getByTestId('shared').waitFor();
  const list = await page.getByTestId('facts').innerText();
  assert.ok(list.includes(answers.en.words.provider_unknown), list);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

describe('ways in', () => {
  let page;
  before(async () => { page = await open(site, 'en/diagnose/'); });
  after(() => page.context().close());

  test('typing is answered without a button, and follows what is typed', async () => {
    const box = page.getByTestId('paste');
    await box.pressSequentially('code 1102: Account balance not enough');
    await page.locator('[data-testid="answer"][data-rule="kling/resource-package-depleted"]').waitFor();
    await box.press('ControlOrMeta+A');
    await box.pressSequentially('{"code":1303,"message":"parallel task over resource pack limit"}');
    await page.locator('[data-testid="answer"][data-rule="kling/concurrency-limit"]').waitFor();
    await box.press('ControlOrMeta+A');
    await box.press('Delete');
    await page.locator('[data-testid="answer"][data-verdict="empty"]').waitFor();
    assert.equal(await page.getByTestId('answer').count(), 1);
  });

  test('a paste into the middle of what is there is read as a whole', async () => {
    const box = page.getByTestId('paste');
    await answerTo(page, () => box.fill('{"code":1102,"message":""}'));
    await box.evaluate((area) => area.setSelectionRange(24, 24));
    await page.evaluate(() => navigator.clipboard.writeText('Account balance not enough'));
    await answerTo(page, () => box.press('ControlOrMeta+V'));
    assert.equal(await box.inputValue(), '{"code":1102,"message":"Account balance not enough"}');
    assert.equal((await card(page)).level, 'certain');
  });

  test('Clear empties box and answer, and the next paste is answered', async () => {
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    await page.getByTestId('clear').click();
    assert.equal(await page.getByTestId('answer').count(), 0);
    assert.equal(await page.getByTestId('paste').inputValue(), '');
    assert.ok(await page.getByTestId('paste').evaluate((area) => area === document.activeElement), 'the box has the focus');
    await paste(page, '{"code":1102,"message":"Account balance not enough"}');
    assert.equal((await card(page)).rule, 'kling/resource-package-depleted');
  });

  test('a paste that no field takes is meant for the box, in place of what is there; the search keeps its own', async () => {
    const box = page.getByTestId('paste');
    const copy = (text) => page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await answerTo(page, () => box.fill('HTTP 429'));
    await page.evaluate(() => document.activeElement.blur());
    const first = '{"code":1102,"message":"Account balance not enough"}';
    await copy(first);
    await answerTo(page, () => page.keyboard.press('ControlOrMeta+V'));
    assert.equal(await box.inputValue(), first);
    assert.equal((await card(page)).rule, 'kling/resource-package-depleted');
    const second = '{"code":1303,"message":"parallel task over resource pack limit"}';
    await copy(second);
    await page.locator('[data-answer] button').first().focus();
    await answerTo(page, () => page.keyboard.press('ControlOrMeta+V'));
    assert.equal(await box.inputValue(), second);
    assert.equal((await card(page)).rule, 'kling/concurrency-limit');
    await copy('saldo');
    await page.keyboard.press('/');
    await page.getByTestId('search-field').press('ControlOrMeta+V');
    assert.equal(await page.getByTestId('search-field').inputValue(), 'saldo');
    await page.keyboard.press('Escape');
    assert.equal(await box.inputValue(), second);
  });

  const log = '2026-11-20T03:04:05Z worker-2 INFO start\r\n2026-11-20T03:04:06Z worker-2 ERROR {"code":1102,"message":"Account balance not enough"} ✗\r\n';

  test('a dropped file', async () => {
    const report = await answerTo(page, () => dropFile(page, { bytes: Buffer.from(log) }));
    const got = await card(page);
    assert.equal(got.rule, 'kling/resource-package-depleted');
    assert.deepEqual(got.marks, evidenceOf(log, report.findings[0].evidence));
    assert.equal(await page.locator('[data-drop]').count(), 0, 'the sign to drop is gone');
  });

  test('dropped text', async () => {
    await page.getByTestId('clear').click();
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'KIE: {"code":402,"msg":"The current credits are insufficient. Please top up."}');
      return data;
    });
    await answerTo(page, () => page.getByTestId('diagnoser').dispatchEvent('drop', { dataTransfer: transfer }));
    assert.equal((await card(page)).rule, 'kie/credits-insufficient');
  });

  test('a chosen file, and the same again', async () => {
    const file = { name: 'app.log', mimeType: '', buffer: Buffer.from(log) };
    for (let round = 0; round < 2; round += 1) {
      await page.getByTestId('clear').click();
      await answerTo(page, () => page.getByTestId('file').setInputFiles(file));
      assert.equal((await card(page)).rule, 'kling/resource-package-depleted');
    }
  });

  for (const [encoding, mark] of [['utf-16le', [0xff, 0xfe]], ['utf-16be', [0xfe, 0xff]]]) {
    test(`a file in ${encoding}, as Windows writes logs`, async () => {
      const units = Buffer.from(log, 'utf16le');
      const bytes = Buffer.concat([Buffer.from(mark), encoding === 'utf-16be' ? units.swap16() : units]);
      await answerTo(page, () => dropFile(page, { bytes }));
      const got = await card(page);
      assert.equal(got.rule, 'kling/resource-package-depleted');
      assert.ok(got.marks.includes('Account balance not enough'));
    });
  }

  test('an image or a document is refused with a word about it, and nothing is read', async () => {
    const before = await page.evaluate(() => globalThis.reports.length);
    await dropFile(page, { name: 'error.png', type: 'image/png', bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47]) });
    await page.getByTestId('not-text').waitFor();
    assert.equal(await page.getByTestId('answer').count(), 0);
    await paste(page, 'HTTP 429');
    assert.equal(await page.evaluate(() => globalThis.reports.length), before + 1);
    assert.equal(await page.getByTestId('not-text').count(), 0);
    for (const [name, type] of [['error.pdf', 'application/pdf'], ['error.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'], ['logs.zip', 'application/zip']]) {
      await dropFile(page, { bytes: Buffer.from(`${'x'.repeat(200)}\n`.repeat(15_000)) });
      await dropFile(page, { name, type, bytes: Buffer.from([0x50, 0x4b, 3, 4]) });
      await page.getByTestId('not-text').waitFor();
      // Nor does it look as if the text before were still being read.
      assert.equal(await page.locator('[aria-busy]').count(), 0, name);
      await paste(page, 'HTTP 429');
    }
  });

  test('what is pasted is text: markup in it stays words', async () => {
    const text = '<img src="x.png" onerror="globalThis.hurt=1"><script>globalThis.hurt=1</script> </mark><b>{"code":1102,"message":"Account balance not enough"}</b>';
    await paste(page, text);
    const answer = page.getByTestId('answer');
    assert.equal(await answer.locator('img, script, b').count(), 0);
    assert.ok((await answer.locator('.excerpt').innerText()).includes('<img src="x.png"'));
    assert.equal(await page.evaluate(() => globalThis.hurt), undefined);
  });

  test('the order of several pastes does not matter: the newest is what is answered', async () => {
    const big = Buffer.from(`${'x'.repeat(200)}\n`.repeat(15_000) + '{"code":1303,"message":"parallel task over resource pack limit"}\n');
    const before = await page.evaluate(() => globalThis.reports.length);
    await answerTo(page, async () => {
      await dropFile(page, { bytes: big });
      // In the same turn as a reader who thinks better of it while the file is still being read.
      await page.evaluate(() => document.querySelector('[data-testid="example"]').click());
      await page.locator('[data-testid="answer"][data-rule="kling/resource-package-depleted"]').waitFor();
    });
    await paste(page, 'HTTP 429');
    const verdicts = await page.evaluate((from) => globalThis.reports.slice(from).map(({ verdict }) => verdict), before);
    assert.deepEqual(verdicts.slice(-2), ['match', 'ambiguous']);
    assert.equal((await card(page)).verdict, 'ambiguous');
  });

  test('nothing went wrong on the way', () => assert.deepEqual(page.faults, []));
});

/** The lines of copied steps without the addresses behind their links, which the catalogue's plain words lack. */
const copied = (text) => text.replace(/ \(https?:[^)]*\)/g, '').split('\n');

describe('copying', () => {
  for (const lang of LANGUAGES) {
    test(`the steps and the link (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`);
      const secret = 'FAKE-SECRET-7c1d';
      await paste(page, `{"code":1102,"message":"Account balance not enough","request_id":"${secret}"}`);
      const error = catalogue.get('kling/resource-package-depleted');
      const address = site.url(`${lang}/errors/kling/resource-package-depleted/`);
      const button = (name) => page.getByTestId('answer').getByRole('button', { name });

      await button({ id: 'Salin langkah', en: 'Copy steps' }[lang]).click();
      await button({ id: 'Tersalin', en: 'Copied' }[lang]).waitFor();
      const steps = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(steps, / \(https:\/\/kling\.ai\S*\)/);
      const lines = copied(steps);
      assert.equal(lines[0], error.title[lang]);
      error.steps[lang].forEach((step, index) => assert.ok(lines.includes(`${index + 1}. ${fold(step)}`), `step ${index + 1} of ${steps}`));
      assert.ok(steps.includes(WALLET['kling-video-units'][lang]));
      assert.equal(lines.at(-1), address);
      assert.ok(!steps.includes(secret), 'nothing of the paste is in it');
      await button({ id: 'Salin langkah', en: 'Copy steps' }[lang]).waitFor();

      await button({ id: 'Salin tautan jawaban', en: 'Copy link to this answer' }[lang]).click();
      const link = `${site.url(`${lang}/diagnose/`)}#answer=1&rule=kling/resource-package-depleted&code=1102`;
      await page.waitForFunction((text) => navigator.clipboard.readText().then((now) => now === text), link);
      assert.equal((await fetch(address)).status, 200);

      // The report is for a ticket: it has the paste, but none of its secrets.
      await button({ id: 'Salin laporan yang disamarkan', en: 'Copy masked report' }[lang]).click();
      await page.waitForFunction(() => navigator.clipboard.readText().then((now) => now.includes('```')));
      const masked = await page.evaluate(() => navigator.clipboard.readText());
      for (const words of [error.title[lang], 'kling/resource-package-depleted', WALLET['kling-video-units'][lang], '"message":"Account balance not enough"', address]) assert.ok(masked.includes(words), `${words} in ${masked}`);
      assert.ok(!masked.includes(secret), 'no id of the paste is in it');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('a step with a block of code keeps it apart from its words', async () => {
    const page = await open(site, 'en/diagnose/');
    await paste(page, '{"code":402,"msg":"The current credits are insufficient. Please top up.","data":null}');
    await page.getByRole('button', { name: 'Copy steps' }).first().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const lines = copied(await page.evaluate(() => navigator.clipboard.readText()));
    const { steps } = catalogue.get('kie/credits-insufficient');
    assert.ok(steps.en.some((step) => / curl /.test(step)));
    steps.en.forEach((step, index) => assert.ok(lines.includes(`${index + 1}. ${fold(step)}`), step));
    await page.context().close();
  });

  test('where the browser refuses, the button says so', async () => {
    const page = await open(site, 'en/diagnose/', { init: () => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); } });
    await answerTo(page, () => page.getByTestId('paste').fill('{"code":1102,"message":"Account balance not enough"}'));
    await page.getByRole('button', { name: 'Copy steps' }).click();
    await page.getByRole('button', { name: /^Could not copy/ }).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

describe('a log of 5 MB', () => {
  const lines = [];
  for (let size = 0, index = 0; size < 5_000_000; index += 1) {
    const line = `2026-11-20T03:${String(Math.floor(index / 60) % 60).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}.123Z `
      + `[worker-${index % 7}] INFO render request=${(index * 2654435761 % 0xffffffff).toString(16)} status=200 ukuran=${index} ✓`;
    lines.push(line);
    size += Buffer.byteLength(line) + 1;
  }
  const fault = '2026-11-20T03:30:00.500Z [worker-3] ERROR POST https://api.klingai.com/v1/videos/text2video 429 {"code":1102,"message":"Account balance not enough","request_id":"FAKE-5"}';
  lines.splice(Math.floor(lines.length / 2), 0, fault);
  const log = lines.join('\n');
  const LIMIT = 65_536;

  /** Counts turns of the event loop, long tasks and the most text that the page ever held, from now on. */
  const watch = () => {
    const seen = { turns: 0, ticks: 0, frames: 0, longest: 0, gap: 0, most: 0, box: 0, running: true };
    globalThis.seen = seen;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.longest = Math.max(seen.longest, entry.duration);
    }).observe({ type: 'longtask' });
    const measure = () => {
      seen.box = Math.max(seen.box, document.querySelector('textarea').value.length);
      seen.most = Math.max(seen.most, document.querySelector('[data-answer]').textContent.length);
    };
    new MutationObserver(measure).observe(document.body, { childList: true, subtree: true, characterData: true });
    new MutationObserver(() => { if (seen.running) seen.turns += 1; }).observe(document.querySelector('[data-state]'), { childList: true });
    let last = performance.now();
    const tick = () => {
      if (!seen.running) return;
      seen.ticks += 1;
      seen.gap = Math.max(seen.gap, performance.now() - last);
      last = performance.now();
      measure();
      setTimeout(tick);
    };
    const frame = () => { if (seen.running) { seen.frames += 1; requestAnimationFrame(frame); } };
    tick();
    requestAnimationFrame(frame);
    for (const way of ['paste', 'drop']) {
      addEventListener(way, () => Object.assign(seen, { turns: 0, ticks: 0, frames: 0, from: performance.now() }), { capture: true });
    }
    addEventListener('resep:answer', () => { measure(); seen.running = false; seen.took = performance.now() - seen.from; });
  };

  for (const [way, send] of [
    ['pasted', (page) => paste(page, log)],
    ['dropped as a file', (page) => answerTo(page, () => dropFile(page, { bytes: Buffer.from(log) }))],
  ]) {
    test(`${way}: answered, never in the page, and the page goes on meanwhile`, async (t) => {
      const page = await open(site, 'en/diagnose/');
      await answerTo(page, () => page.getByTestId('example').first().click()); // The engine is loaded.
      await page.getByTestId('clear').click();
      await page.evaluate(watch);
      const report = await send(page);
      const seen = await page.evaluate(() => globalThis.seen);
      t.diagnostic(`${way}: ${Math.round(seen.took)} ms for ${log.length} characters in ${seen.turns} turns, ${seen.ticks} timers and ${seen.frames} frames meanwhile, longest task ${Math.round(seen.longest)} ms, longest gap ${Math.round(seen.gap)} ms`);

      const got = await card(page);
      assert.equal(got.rule, 'kling/resource-package-depleted');
      assert.equal(got.chip, 'Kling AI');
      const start = Buffer.byteLength(lines.slice(0, lines.indexOf(fault)).join('\n')) + 1;
      for (const span of report.findings[0].evidence) {
        assert.ok(span.start >= start && span.end <= start + fault.length, 'the evidence lies in the one line that holds the error');
      }
      const marks = evidenceOf(log, report.findings[0].evidence);
      assert.ok(marks.includes('Account balance not enough'));
      assert.deepEqual(got.marks, marks);
      assert.ok(got.text.includes('5 MB'), 'the card says how much was read');

      assert.ok(seen.box < LIMIT, `the box held ${seen.box}`);
      assert.ok(seen.most < LIMIT, `the card held ${seen.most}`);
      assert.ok((await page.content()).length < 4 * LIMIT);
      // How often depends on the machine; that a timer or a frame came between does not, for a worker reads.
      assert.ok(seen.ticks + seen.frames >= 1, 'nothing else ran while it was read');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('Clear gives it up', async () => {
    const page = await open(site, 'en/diagnose/');
    await answerTo(page, () => page.getByTestId('example').first().click());
    const before = await page.evaluate(() => globalThis.reports.length);
    await dropFile(page, { bytes: Buffer.from(log) });
    await page.evaluate(() => document.querySelector('[data-clear]').click());
    await paste(page, 'HTTP 429');
    assert.equal(await page.evaluate(() => globalThis.reports.length), before + 1, 'the log was never answered');
    assert.equal(await page.locator('[aria-busy]').count(), 0);
    await page.context().close();
  });
});

describe('nothing is kept and nothing is sent', () => {
  /** With the worker that keeps the site, and with all that moves. */
  const AS_VISITORS = { reducedMotion: 'no-preference', serviceWorkers: 'allow' };
  const TOKEN = 'FAKE-TOKEN-51f0c2';
  const text = `{"code":1102,"message":"Account balance not enough","request_id":"${TOKEN}"}`;

  test('after pastes, a theme and a language: only these two are stored', async () => {
    const page = await open(site, 'id/diagnose/', AS_VISITORS);
    await paste(page, text);
    await page.locator('button.theme').click();
    await page.locator('a[data-language="en"]').click();
    await page.waitForURL((url) => url.pathname.endsWith('/en/diagnose/'));
    await paste(page, text);
    const kept = await page.evaluate(async () => ({
      local: Object.entries(localStorage), session: Object.entries(sessionStorage), cookie: document.cookie,
      databases: await indexedDB.databases(),
      cached: (await Promise.all((await caches.keys()).map(async (name) => {
        const cache = await caches.open(name);
        const found = await cache.matchAll();
        return Promise.all(found.map(async (response) => response.url + (await response.text())));
      }))).flat(),
      files: await navigator.storage.getDirectory().then((root) => Array.fromAsync(root.keys())),
    }));
    assert.deepEqual(kept.local.sort(), [['resep-language', 'en'], ['resep-theme', 'light']]);
    assert.deepEqual(kept.session, []);
    assert.equal(kept.cookie, '');
    assert.deepEqual(kept.databases, []);
    assert.deepEqual(kept.files, []);
    assert.ok(!kept.cached.some((entry) => entry.includes(TOKEN)));
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('a paste asks for nothing once the engine is there, and changes no address', async () => {
    const page = await open(site, 'en/diagnose/', AS_VISITORS);
    await paste(page, 'HTTP 429');
    const before = page.requests.length;
    const history = await page.evaluate(() => globalThis.history.length);
    await paste(page, text);
    await answerTo(page, () => dropFile(page, { bytes: Buffer.from(text) }));
    assert.deepEqual(page.requests.slice(before), []);
    assert.equal(page.url(), site.url('en/diagnose/'));
    assert.equal(await page.evaluate(() => globalThis.history.length), history);
    await page.context().close();
  });

  for (const way of ['a reload', 'a way there and back']) {
    test(`${way} shows an empty box`, async () => {
      const page = await open(site, 'en/diagnose/', AS_VISITORS);
      await paste(page, text);
      if (way === 'a reload') {
        await page.reload();
      } else {
        await page.goto(site.url('en/glossary/'));
        await page.goBack();
      }
      await page.getByTestId('clear').waitFor(); // The script has taken the form over.
      assert.equal(await page.getByTestId('paste').inputValue(), '');
      assert.equal(await page.getByTestId('answer').count(), 0);
      assert.ok(!(await page.content()).includes(TOKEN));
      await page.context().close();
    });
  }
});

describe('what must not be shown', () => {
  // None of these was ever anybody's.
  const SECRETS = {
    'a key': 'sk-FAKEfake0123456789FAKEfake0123456789',
    'a token': ['{"alg":"HS256","typ":"JWT"}', '{"iss":"FAKE","exp":1700000000}', 'FAKE-signature-FAKE-signature']
      .map((part) => Buffer.from(part).toString('base64url')).join('.'),
    'an address': 'somebody.fake@example.org',
    'a telephone number': '+62 812-0000-1234',
  };
  const text = `POST https://api.klingai.com/v1/videos/text2video\nAuthorization: Bearer ${SECRETS['a token']}\nX-Api-Key: ${SECRETS['a key']}\n`
    + `user=${SECRETS['an address']} phone ${SECRETS['a telephone number']}\n{"code":1102,"message":"Account balance not enough"}`;

  for (const lang of LANGUAGES) {
    test(`keys, tokens, addresses and numbers are left out of the card (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`);
      await paste(page, text);
      const got = await card(page);
      assert.equal(got.rule, 'kling/resource-package-depleted', 'masking changes no verdict');
      assert.equal(got.level, 'certain');
      const whole = await page.locator('[data-answer]').evaluate((element) => element.outerHTML);
      for (const [name, secret] of Object.entries(SECRETS)) assert.ok(!whole.includes(secret), `${name} is shown`);
      assert.ok(!whole.includes(SECRETS['a token'].split('.')[2]), 'the signature of the token is shown');
      assert.ok(got.text.includes('api.klingai.com/v1/videos/text2video'), 'the rest is');
      assert.ok(got.marks.includes('Account balance not enough'));
      await page.getByTestId('key-warning').waitFor();
      await page.getByRole('button', { name: { id: 'Salin langkah', en: 'Copy steps' }[lang] }).click();
      await page.getByRole('button', { name: { id: 'Tersalin', en: 'Copied' }[lang] }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      for (const secret of Object.values(SECRETS)) assert.ok(!copied.includes(secret));
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('one of them is shown to who asks, by keyboard, with the reason, and the same key has the same name', async () => {
    const page = await open(site, 'en/diagnose/');
    const key = SECRETS['a key'];
    await paste(page, `failed with ${key} again ${key} and ${SECRETS['an address']}\n{"code":1102,"message":"Account balance not enough"}`);
    const buttons = page.getByTestId('secret');
    assert.deepEqual(await buttons.allTextContents(), ['[key-1]', '[key-1]', '[email-1]']);
    assert.match(await buttons.first().getAttribute('title'), /Key: .*provider/);
    await buttons.first().focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await buttons.allTextContents(), [key, '[key-1]', '[email-1]']);
    assert.equal(await buttons.first().getAttribute('aria-pressed'), 'true');
    await page.evaluate(() => getSelection().selectAllChildren(document.querySelector('.excerpt')));
    assert.ok(!(await page.evaluate(() => getSelection().toString())).includes(key), 'what is shown is not copied');
    await page.keyboard.press('Enter');
    assert.equal(await buttons.first().textContent(), '[key-1]');
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

describe('nothing but words', () => {
  for (const [lang, asked] of [['id', /kode 1102/], ['en', /code 1102/]]) {
    test(`are answered with the question that would settle it (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`);
      await paste(page, 'saldo kling habis padahal koin masih ada');
      assert.equal((await card(page)).rule, 'kling/resource-package-depleted');
      assert.match(await page.getByTestId('ask').innerText(), asked);
      await paste(page, '{"code":1102,"message":"Account balance not enough"}');
      await page.locator('[data-answer] [data-level="certain"]').waitFor();
      assert.equal(await page.getByTestId('ask').count(), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});

describe('when the engine cannot run, the page says so and leads to the catalogue', () => {
  const SAMPLE = '{"code":1102,"message":"Account balance not enough"}';

  for (const lang of LANGUAGES) {
    for (const file of ['diagnoser_bg.wasm', 'rules.pack', `answers.${lang}.json`]) {
      test(`${file} does not arrive, then does (${lang})`, async () => {
        const page = await open(site, `${lang}/diagnose/`, { allow: [new RegExp(file.replaceAll('.', '\\.')), /ERR_FAILED/] });
        await page.route(`**/${file}*`, (route) => route.abort());
        await page.getByTestId('paste').fill(SAMPLE);
        const note = page.getByTestId('failure');
        await note.waitFor();
        assert.match(await note.innerText(), { id: /Data diagnosis tidak dapat dimuat/, en: /The diagnosis data could not be loaded/ }[lang]);
        assert.ok((await page.locator('[data-status]').textContent()).length > 10, 'it is announced');
        assert.equal(await note.getByRole('link').getAttribute('href'), `${site.base}${lang}/errors/`);
        await page.unroute(`**/${file}*`);
        const report = await answerTo(page, () => note.getByRole('button').click());
        assert.equal(report.verdict, 'match');
        assert.equal(await page.getByTestId('failure').count(), 0);
        assert.deepEqual(page.faults, []);
        await page.context().close();
      });
    }

    test(`the explanations do not arrive: the answer stands, and the next one has them (${lang})`, async () => {
      const page = await open(site, `${lang}/diagnose/`, { allow: [/explanations\./, /ERR_FAILED/] });
      await page.route('**/explanations.*', (route) => route.abort());
      await page.getByTestId('paste').fill(SAMPLE);
      const note = page.getByTestId('rest-failed');
      await note.waitFor();
      assert.ok(await page.getByTestId('steps').getByRole('listitem').count() >= 2);
      assert.equal(await note.getByRole('link').getAttribute('href'), `${site.base}${lang}/errors/kling/resource-package-depleted/`);
      await page.unroute('**/explanations.*');
      await answerTo(page, () => page.getByTestId('paste').fill(`${SAMPLE} `));
      assert.equal(await page.getByTestId('rest-failed').count(), 0);
      assert.ok(await page.getByTestId('not-this').isVisible());
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    for (const [name, options] of [
      ['a browser without WebAssembly', { init: () => { delete globalThis.WebAssembly; } }],
      ['a pack that is none', { pack: 'not a pack' }],
      ['a module that is none', { wasm: 'not a module' }],
    ]) {
      test(`${name} (${lang})`, async () => {
        const page = await open(site, `${lang}/diagnose/`, { init: options.init });
        if (options.pack) await page.route('**/rules.pack', (route) => route.fulfill({ body: options.pack }));
        if (options.wasm) await page.route('**/*.wasm', (route) => route.fulfill({ body: options.wasm, contentType: 'application/wasm' }));
        await page.getByTestId('paste').fill(SAMPLE);
        const note = page.getByTestId('failure');
        await note.waitFor();
        assert.match(await note.innerText(), { id: /tidak dapat dijalankan di browser ini/, en: /cannot run in this browser/ }[lang]);
        const link = note.getByRole('link');
        assert.equal((await fetch(new URL(await link.getAttribute('href'), site.origin))).status, 200);
        await link.click();
        await page.waitForURL(site.url(`${lang}/errors/`));
        assert.deepEqual(page.faults, []);
        await page.context().close();
      });
    }

    test(`the script of the box does not arrive (${lang})`, async () => {
      const page = await open(site, `${lang}/glossary/`, { allow: [/diagnose\.js/, /ERR_FAILED/] });
      await page.route('**/diagnose.js', (route) => route.abort());
      await page.goto(site.url(`${lang}/diagnose/`));
      const note = page.getByTestId('boot-note');
      assert.ok(!(await note.isVisible()), 'not at once: most of the time the script is only slow');
      await note.evaluate((element) => element.getAnimations().forEach((animation) => animation.finish()));
      assert.ok(await note.isVisible());
      assert.equal(await note.getByRole('link').getAttribute('href'), `${site.base}${lang}/errors/`);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});
