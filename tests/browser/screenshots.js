// Pictures of every page kind and of each form of the answer, to be looked at: screenshots/<kind>-<lang>-<theme>-<width>.png
// `npm run screenshots [part of a name]...` writes those whose names hold one of the parts; `npm run screenshots readme` makes the
// picture of the README again, docs/answer.png (then give it 256 colours, with pngquant say: a third of the bytes).

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, open, PAGES, paste, ROOT, start } from './harness.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots');
/** A picture longer than this shows nothing new. */
const LONGEST = 4_000;

const ANSWERS = {
  'answer-match': 'POST https://api.klingai.com/v1/videos/text2video HTTP/1.1\nAuthorization: Bearer sk-FAKEfake0123456789FAKEfake0123456789\n\nHTTP/1.1 429 Too Many Requests\n{"code":1102,"message":"Account balance not enough","request_id":"FAKE-0001"}',
  'answer-reseller': 'Error: The current credits are insufficient. Please top up.\n    at c.createClip (/srv/app/.next/server/app/api/v1/clips/route.js:4:1190)',
  'answer-ambiguous': 'HTTP 429',
  'answer-opaque': '{"error":{"message":"当前分组上游负载已饱和，请稍后再试","type":"new_api_error"}}',
  'answer-amounts': '{"code":402,"msg":"The current credits are insufficient. Please top up. Required: 60, remaining: 12.5","data":null,"model":"kling-2.6/text-to-video"} https://api.kie.ai/api/v1/jobs/createTask',
  'answer-none': "ERROR 1102 (42000): Incorrect database name ''",
};

/** What the README shows an answer to. */
const README = '[worker-3] POST https://api-singapore.klingai.com/v1/videos/image2video -> HTTP 429\n{"code":1102,"message":"Account balance not enough","request_id":"FAKE-REQUEST-ID"}';

/** The other tools, by the names of their pictures. */
const TOOLS = { 'tool-lasting': 'tools/lasting/', 'tool-offer': 'tools/offer/' };
const SHOWN = PAGES.concat(Object.entries(TOOLS).flatMap(([kind, path]) => LANGUAGES.map((lang) => ({ kind, lang, path: `${lang}/${path}` }))));

const wanted = process.argv.slice(2);
const meant = (name) => !wanted.length || wanted.some((part) => part.includes(name) || name.includes(part));
const site = await start();
mkdirSync(FOLDER, { recursive: true });
let count = 0;

async function shoot(page, name) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const theme of ['light', 'dark']) {
      const file = `${name}-${theme}-${width}.png`;
      if (wanted.length && !wanted.some((part) => file.includes(part))) continue;
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.evaluate(() => scrollTo(0, 0));
      const height = Math.min(LONGEST, await page.evaluate(() => document.documentElement.scrollHeight));
      await page.screenshot({ path: join(FOLDER, file), fullPage: true, clip: { x: 0, y: 0, width, height } });
      count += 1;
    }
  }
}

try {
  for (const { kind, lang, path } of SHOWN) {
    if (!meant(`${kind}-${lang}`) && !meant(kind)) continue;
    const page = await open(site, path, { locale: 'fr-FR' });
    await shoot(page, lang === 'any' ? kind : `${kind}-${lang}`);
    await page.context().close();
  }
  if (wanted.includes('readme')) {
    const page = await open(site, 'en/', { colorScheme: 'light' });
    await paste(page, README);
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.screenshot({ path: join(ROOT, 'docs', 'answer.png'), fullPage: true, clip: { x: 0, y: 0, width: 1280, height: 1560 } });
    count += 1;
    await page.context().close();
  }
  for (const lang of LANGUAGES) {
    for (const [name, text] of Object.entries(ANSWERS)) {
      if (!meant(`${name}-${lang}`) && !meant(name)) continue;
      // Without scrolling that takes its time: a picture is taken at once.
      const page = await open(site, `${lang}/diagnose/`, { reducedMotion: 'reduce' });
      await paste(page, text);
      await shoot(page, `${name}-${lang}`);
      await page.context().close();
    }
  }
} finally {
  await site.close();
}

if (meant('internal')) {
  const internal = await start(['--edition', 'internal']);
  try {
    for (const lang of LANGUAGES) {
      const page = await open(internal, `${lang}/errors/kie/credits-insufficient/`);
      await shoot(page, `internal-rule-${lang}`);
      await page.goto(internal.url(`${lang}/diagnose/`));
      await paste(page, ANSWERS['answer-amounts']);
      await page.getByTestId('answer').getByTestId('support').waitFor();
      await shoot(page, `internal-answer-${lang}`);
      await page.context().close();
    }
  } finally {
    await internal.close();
  }
}
console.log(`${count} pictures`);
