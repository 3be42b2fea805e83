// One engine, two faces: what the page answers (WASM, through the page's own reading of a paste) and what the command
// answers (native) must be the same, to the byte. And what the page marks must be what the engine named.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { answersOf, CONTENT, evidenceOf, LANGUAGES, open, RESEP, start } from './harness.js';

const ERROR = '{"code":1102,"message":"Account balance not enough","request_id":"FAKE-é-1102"}';
const KIE = 'Error: The current credits are insufficient. Please top up.';
const SLICE = 65_536;

let site;
let page;

before(async () => {
  site = await start();
  page = await open(site, 'id/diagnose/');
  // The engine with its answers, loaded by the page's own module.
  await page.evaluate(async () => {
    const script = [...document.querySelectorAll('script[type=module]')].find(({ src }) => src.endsWith('/diagnose.js'));
    const { loadEngine } = await import(new URL('engine.js', script.src).href);
    const { TextPaste, FilePaste, excerpt } = await import(new URL('paste.js', script.src).href);
    const { loadAnswers } = await import(new URL('answers.js', script.src).href);
    const { dataset } = document.querySelector('[data-diagnoser]');
    const [engine, answers] = await Promise.all([loadEngine(dataset.pack), loadAnswers(dataset.answers)]);
    globalThis.read = async (paste) => {
      const report = await engine.run(paste, new AbortController().signal, () => undefined);
      // Marks are compared with the paste itself, so nothing is taken for a secret here.
      const { pieces } = await excerpt(paste, report.findings[0]?.evidence ?? [], () => []);
      const provider = (index) => (index === null || index === undefined ? null : answers.providers[index].id);
      return {
        verdict: report.verdict,
        facts: {
          http_status: report.facts.http_status ?? null, code: report.facts.code ?? null,
          provider: provider(report.facts.provider), request_id: report.facts.request_id ?? null,
        },
        findings: report.findings.map((finding) => {
          const rule = answers.rules[finding.rule];
          return {
            rule: rule.id, cause: rule.cause, provider: provider(finding.provider), wallet: rule.wallet ?? null, actor: rule.actor,
            retry: rule.retry, likelihood: finding.likelihood, evidence: finding.evidence, title: rule.title,
            page: rule.page.slice(rule.page.indexOf('/id/')),
          };
        }),
        size: paste.size,
        marks: pieces.flatMap(({ lines }) => lines.flatMap(({ parts }) => parts.filter(({ marked }) => marked).map(({ text }) => text))),
      };
    };
    globalThis.readTexts = async (json) => {
      const read = [];
      for (const text of JSON.parse(json)) read.push(await globalThis.read(new TextPaste(text)));
      return JSON.stringify(read);
    };
    globalThis.readBytes = (base64) => globalThis.read(new FilePaste(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], 'x.log')));
  });
});
after(() => site?.close());

/** JSON in ASCII: lone surrogates and NUL reach both sides as they are. */
const ascii = (value) => JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const inPage = async (texts) => JSON.parse(await page.evaluate((json) => globalThis.readTexts(json), ascii(texts)));

/** Runs the command; it ends with 1 where nothing was found, which is an answer too. */
function command(args, input) {
  try {
    return execFileSync(RESEP, ['diagnose', '--content', CONTENT, '--lang', 'id', ...args], { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  } catch (error) {
    if (error.status === 1) return error.stdout;
    throw error;
  }
}

// `masked` is not compared: the command counts the secrets of the whole paste, the page those of what it shows.
const ofCommand = ({ verdict, facts, findings }) => ({ verdict, facts, findings: findings.map(({ steps, ...finding }) => finding) });
const ofPage = ({ verdict, facts, findings }) => ({ verdict, facts, findings });

/** By the command, in the order given. */
function byCommand(texts) {
  const lines = command(['--ndjson'], texts.map((text, index) => `{"id":"${index}","text":${ascii(text)}}\n`).join('')).trimEnd().split('\n');
  assert.equal(lines.length, texts.length);
  return lines.map((line, index) => {
    const report = JSON.parse(line);
    assert.equal(report.error, undefined, `line ${index + 1}: ${report.error}`);
    assert.equal(report.id, String(index));
    return ofCommand(report);
  });
}

/** Every paste answered equally on both sides, and marked in the page as named. */
async function equal(named) {
  const texts = named.map(([, text]) => text);
  const native = byCommand(texts);
  const wasm = await inPage(texts);
  named.forEach(([name, text], index) => {
    assert.deepEqual(ofPage(wasm[index]), native[index], name);
    // `encodeInto` reads a lone surrogate as U+FFFD, which is three bytes like it.
    const whole = text.toWellFormed();
    assert.equal(wasm[index].size, Buffer.byteLength(whole), `${name}: size`);
    if (native[index].findings.length && wasm[index].size <= 1600) {
      assert.deepEqual(wasm[index].marks, evidenceOf(whole, native[index].findings[0].evidence), `${name}: marks`);
    }
  });
  return native;
}

/** The pastes of every `rule.toml`. Literal strings of three quotes are taken as they are; others are JSON enough. */
function examples() {
  const found = [];
  for (const entry of readdirSync(join(CONTENT, 'errors'), { recursive: true })) {
    if (!entry.endsWith('rule.toml')) continue;
    const toml = readFileSync(join(CONTENT, 'errors', entry), 'utf8');
    const expected = toml.match(/^\[\[example\]\]/gm)?.length ?? 0;
    const rule = entry.replaceAll('\\', '/').replace(/\/rule\.toml$/, '');
    const pastes = [...toml.matchAll(/^\[\[example\]\]\s*expect = "(hit|miss)"\s*(?:[a-z_]+ = .*\n)*?paste = (?:'''\n?([^]*?)'''|("(?:[^"\\]|\\.)*"))/gm)]
      .map(([, expect, literal, quoted]) => ({ rule, expect, text: literal ?? JSON.parse(quoted.replace(/\\e/g, '\\u001b').replace(/\\x([0-9a-f]{2})/gi, '\\u00$1')) }));
    assert.equal(pastes.length, expected, `${entry}: every example is read`);
    found.push(...pastes);
  }
  return found;
}

describe('the page and the command give one answer', () => {
  test('to every example of the rules', async (t) => {
    const all = examples();
    t.diagnostic(`${all.length} examples`);
    assert.ok(all.length >= 1000);
    const native = await equal(all.map(({ rule, expect, text }) => [`${rule} (${expect}): ${text}`, text]));
    // Against a comparison of nothing with nothing; `resep check` holds each example to its rule.
    const hits = native.filter((_, index) => all[index].expect === 'hit');
    assert.ok(hits.filter(({ findings }) => findings.length).length >= hits.length * 0.95);
  });

  const odd = [
    ['nothing', ''],
    ['white space', ' \n\t\r\n '],
    ['emoji before, inside and after', `🙏🏽👨‍👩‍👧 ${ERROR} 🇮🇩`],
    ['emoji between the words', 'Account 💳 balance 🪙 not enough'],
    ['a character of two bytes at each side', `é${KIE}é`],
    ['characters of three bytes', `余额不足 ${ERROR} 当前分组上游负载已饱和`],
    ['combining marks', `e\u0301\u0323 ${ERROR}`],
    ['a lone high surrogate', `\ud83d ${ERROR}`],
    ['a lone low surrogate', `${ERROR} \udc4d`],
    ['surrogates the wrong way round', `\udc4d\ud83d${KIE}`],
    ['a surrogate inside the words', 'Account bal\ud83dance not enough'],
    ['NUL before', `\0\0${ERROR}`],
    ['NUL between letters', ERROR.split('').join('\0')],
    ['a byte-order mark', `\ufeff${ERROR}`],
    ['zero-width characters', `${KIE.replace('credits', 'cre\u200bdits')} \u2060`],
    ['other line ends', `a\u2028b\u2029${ERROR}\u0085${KIE}\v\f`],
    ['CRLF', `HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n\r\n${ERROR}\r\n`],
    ['CR alone', `first\r${KIE}\rlast`],
    ['words over two lines of CRLF', 'The current credits are\r\n   insufficient. Please top up.'],
    ['JSON in JSON', JSON.stringify({ body: ERROR })],
    ['JSON in JSON in JSON', JSON.stringify({ error: JSON.stringify({ body: ERROR }) })],
    ['escapes of JSON', '{"code":1102,"message":"\\u0041ccount\\u0020balance\\tnot\\nenough"}'],
    ['escapes that are none', '{"code":1102,"message":"Account \\q\\u12 \\uZZZZ balance not enough\\'],
    ['an escaped surrogate pair', '{"msg":"\\ud83d\\ude4f The current credits are insufficient. Please top up."}'],
    ['an escaped lone surrogate', '{"msg":"\\ud83d The current credits are insufficient. Please top up."}'],
    ['entities of HTML', '&lt;p&gt;{&quot;code&quot;:1102,&quot;message&quot;:&quot;Account&nbsp;balance&#32;not&#x20;enough&quot;}&lt;/p&gt;'],
    ['entities that are none', `&; &#; &#x; &#99999999; &unknown; ${ERROR} &am`],
    ['percent', encodeURIComponent(ERROR)],
    ['percent that is none', `%%% %4 %zz ${KIE} %`],
    ['colours of a terminal', `\u001b[31;1mError:\u001b[0m \u001b[2mThe current \u001b[4mcredits\u001b[0m are insufficient. Please top up.`],
    ['colours cut off', `${KIE}\u001b[31`],
    ['full width', 'ｃｏｄｅ：１１０２　Ａｃｃｏｕｎｔ　ｂａｌａｎｃｅ　ｎｏｔ　ｅｎｏｕｇｈ'],
    ['read in the wrong code page', Buffer.from('❌ 余额不足 ' + ERROR, 'utf8').toString('latin1')],
    ['capitals', ERROR.toUpperCase()],
    ['letters whose size changes with their case', `İSTANBUL ẞ ŉ ${KIE} \u212a`],
    ['quotes of a typesetter', '“code”: 1102, “message”: “Account balance not enough”'],
    ['a key twice', '{"code":200,"code":1102,"message":"ok","message":"Account balance not enough"}'],
    ['deep nesting', `${'{"a":['.repeat(2_000)}${ERROR}${']}'.repeat(2_000)}`],
    ['brackets that never close', '{'.repeat(5_000) + KIE],
    ['many errors', [ERROR, KIE, 'HTTP 429', '{"code":1303,"message":"parallel task over resource pack limit"}', '当前分组上游负载已饱和'].join('\n---\n')],
    ['the same error a thousand times', `${ERROR}\n`.repeat(1_000)],
    ['a very long line before', 'x'.repeat(300_000) + ' ' + ERROR],
    ['a very long line around', 'a,'.repeat(150_000) + ERROR + ',a'.repeat(150_000)],
    ['a very long word of digits', '1102'.repeat(50_000)],
    ['only spaces between', `Account${' '.repeat(100_000)}balance not enough`],
    ['an Indonesian message', 'Saldo kling habis padahal koin masih ada 😭 tolong'],
    ['another product', "ERROR 1102 (42000): Incorrect database name ''"],
  ];
  test(`to ${odd.length} odd pastes`, async () => {
    const native = await equal(odd);
    assert.ok(native.filter(({ verdict }) => verdict === 'match').length >= odd.length / 2, 'most of them hold an error after all');
  });

  test('to an error that a slice of the page cuts in two, wherever it cuts', async () => {
    const named = [];
    for (let before = 0; before <= ERROR.length; before += 3) {
      named.push([`cut ${before} units into the error`, 'y'.repeat(SLICE - before - 1) + ' ' + ERROR]);
    }
    // A character of two units, so that the slice is one shorter, and of three bytes, so that bytes and units differ.
    for (const lead of ['😀', '余', 'é']) {
      for (const before of [1, 2, 9, 10, 30]) {
        named.push([`${lead} and cut ${before} units in`, lead.repeat((SLICE - before - 2) / lead.length) + ' '.repeat((SLICE - before) % lead.length) + ` ${ERROR}`]);
      }
    }
    for (const { findings: [first] } of await equal(named)) assert.equal(first.rule, 'kling/resource-package-depleted');
  });

  test('to files, whatever their bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'resep-bytes-'));
    const error = Buffer.from(ERROR);
    const files = {
      'plain': error,
      'broken UTF-8 before': Buffer.concat([Buffer.from([0xff, 0xfe + 1, 0xc3, 0x28, 0xe2, 0x82]), error]),
      'broken UTF-8 inside': Buffer.concat([error.subarray(0, 30), Buffer.from([0x80, 0xf0, 0x9f]), error.subarray(30)]),
      'a character cut off at the end': Buffer.concat([error, Buffer.from('🙏').subarray(0, 3)]),
      'every byte there is': Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => (byte + 1) % 256)), error]),
      'NUL': Buffer.concat([Buffer.alloc(1_000), error]),
      'past several slices': Buffer.concat([Buffer.from('余'.repeat(3 * SLICE)), error, Buffer.from('✓\n'.repeat(SLICE))]),
    };
    try {
      for (const [name, bytes] of Object.entries(files)) {
        const path = join(folder, 'paste.log');
        writeFileSync(path, bytes);
        const native = JSON.parse(command(['--format', 'json', path]));
        const wasm = await page.evaluate((base64) => globalThis.readBytes(base64), bytes.toString('base64'));
        assert.deepEqual(ofPage(wasm), ofCommand(native), name);
        assert.equal(wasm.size, bytes.length);
        if (name !== 'broken UTF-8 inside') assert.equal(wasm.findings[0].rule, 'kling/resource-package-depleted', name);
        for (const { start, end } of native.findings[0]?.evidence ?? []) assert.ok(start >= 0 && start < end && end <= bytes.length, name);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('evidence is a slice of the paste that says what the rule is about', () => {
  for (const [text, cause, words] of [
    [`🙏 ${ERROR}`, 'api-package-depleted', 'Account balance not enough'],
    [`余额 ${KIE}\r\n`, 'provider-balance', 'credits are insufficient'],
    ['é 当前分组上游负载已饱和，请稍后再试', 'rate-limit', '上游负载已饱和'],
  ]) {
    const [{ findings }] = byCommand([text]);
    assert.equal(findings[0].cause, cause);
    assert.ok(evidenceOf(text, findings[0].evidence).some((mark) => mark.includes(words)), text);
  }
});

test('the answers of both languages are of the same rules, in the same order', async () => {
  const [a, b] = await Promise.all(LANGUAGES.map((lang) => answersOf(site, lang)));
  assert.deepEqual(a.rules.map(({ id }) => id), b.rules.map(({ id }) => id));
  assert.deepEqual(a.providers.map(({ id }) => id), b.providers.map(({ id }) => id));
  assert.deepEqual(a.rules.map(({ id }) => id), [...a.rules.map(({ id }) => id)].sort(), 'no rule twice, none out of place');
  assert.deepEqual(Object.keys(a.wallets), Object.keys(b.wallets));
  a.rules.forEach((rule, index) => {
    const twin = b.rules[index];
    for (const key of ['cause', 'provider', 'wallet', 'actor', 'retry']) assert.equal(rule[key], twin[key], `${rule.id}: ${key}`);
    assert.equal(rule.steps.length, twin.steps.length, `${rule.id}: steps`);
    assert.deepEqual(rule.codes, twin.codes, `${rule.id}: codes`);
    for (const part of ['cause_html', 'verify_html']) assert.ok(rule[part] && rule[part] !== twin[part], `${rule.id}: ${part}`);
    assert.notEqual(rule.title, twin.title, `${rule.id}: its title is translated`);
    if (rule.wallet) assert.ok(a.wallets[rule.wallet], `${rule.id}: its wallet is described`);
  });
});
