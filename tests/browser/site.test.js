// The site around the diagnoser: its links, its languages, its policy, and what is left of it without scripts.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { answersOf, fold, KINDS, LANGUAGES, open, PAGES, start, startSite } from './harness.js';
import { markdownLinks, readPage } from './html.js';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const other = (lang) => LANGUAGES.find((language) => language !== lang);

/** Runs `work` over `items`, a few at a time. */
async function each(items, work, atOnce = 16) {
  const queue = [...items];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  }));
}

/** Every HTML page of a site: address -> what it says. */
function pagesOf(where) {
  return new Map(where.files().filter((file) => file.endsWith('.html')).map((file) => {
    const path = file === 'index.html' || file.endsWith('/index.html') ? file.slice(0, -'index.html'.length) : file;
    return [where.url(path), readPage(where.read(file))];
  }));
}

describe('the built files', () => {
  for (const base of ['/repo/', '/']) {
    test(`every link and every anchor leads somewhere, below ${base}`, async (t) => {
      const where = base === '/repo/' ? site : await startSite(base);
      try {
        const pages = pagesOf(where);
        /** address -> first place that names it */
        const named = new Map();
        const name = (address, from) => {
          const url = new URL(address, from);
          if (url.origin === where.origin) named.set(url.href, named.get(url.href) ?? from);
          // A link that leaves the site is https, or it is a mistake. The tag of an SVG or a schema is no link.
          else assert.equal(url.protocol, 'https:', `${from} leads to ${address}`);
        };
        for (const [from, { addresses }] of pages) for (const address of addresses) name(address, from);
        for (const file of where.files()) {
          const from = where.url(file);
          if (file.endsWith('.md')) for (const address of markdownLinks(where.read(file))) name(address, from);
          if (file === 'llms.txt') for (const address of markdownLinks(where.read(file))) name(address, from);
          if (file === 'sitemap.xml') for (const [, address] of where.read(file).matchAll(/(?:<loc>|href=")([^<"]+)/g)) name(address, from);
          if (file === 'robots.txt') name(where.read(file).match(/^Sitemap: (\S+)$/m)[1], from);
          if (file === 'errors.json') for (const { page, permalinks } of where.json(file).errors) for (const address of [...Object.values(page), ...permalinks]) name(address, from);
        }
        for (const lang of LANGUAGES) {
          const { rules, wallets } = await answersOf(where, lang);
          for (const { page } of [...rules, ...Object.values(wallets)]) if (page) name(page, where.url(`${lang}/`));
          const { addresses } = readPage(rules.flatMap((rule) => [...rule.steps, rule.ask_html, rule.cause_html, rule.verify_html, rule.already_paid_html, rule.not_this_html]).join('\n'));
          assert.ok(addresses.length > rules.length, 'the answers hold links');
          // HTML of the answers is shown on pages of several addresses, so its links must not depend on one.
          for (const address of addresses) assert.match(address, /^(\/|https:)/, `the answers (${lang}) hold ${address}`);
          for (const address of addresses) name(address, where.url(`${lang}/`));
        }

        t.diagnostic(`${pages.size} pages, ${named.size} addresses`);
        assert.ok(pages.size > 100 && named.size > pages.size);

        const missing = [];
        const targets = new Map();
        for (const address of named.keys()) {
          const [page] = address.split('#');
          targets.set(page, [...(targets.get(page) ?? []), address]);
        }
        await each(targets.entries(), async ([address, all]) => {
          const answer = await fetch(address);
          const body = await answer.text();
          if (answer.status !== 200) missing.push(`${address} (${answer.status}), named by ${named.get(all[0])}`);
          const ids = new Set(pages.get(address)?.ids ?? (address.endsWith('.html') ? readPage(body).ids : []));
          for (const whole of all) {
            const id = decodeURIComponent(new URL(whole).hash.slice(1));
            if (id && !ids.has(id)) missing.push(`${whole} (no such anchor), named by ${named.get(whole)}`);
          }
        });
        assert.deepEqual(missing, []);
      } finally {
        if (where !== site) await where.close();
      }
    });
  }

  test('both languages have the same pages', () => {
    const files = site.files();
    const [id, en] = LANGUAGES.map((lang) => files.filter((file) => file.startsWith(`${lang}/`)).map((file) => file.slice(lang.length + 1)));
    assert.ok(id.length > 200);
    assert.deepEqual(id, en);
    for (const file of id.filter((name) => name.endsWith('.html'))) assert.ok(id.includes(file.replace(/\.html$/, '.md')), `${file} has a Markdown twin`);
  });

  test('each page names itself, its twin in the other language and the choice between them', () => {
    const pages = pagesOf(site);
    let twins = 0;
    for (const [url, page] of pages) {
      const path = url.slice(site.url('').length);
      const [lang, rest] = [path.slice(0, 2), path.slice(3)];
      if (page.kind === 'notfound' || page.kind === 'offline') {
        assert.ok(page.noindex, `${path} is not for search engines`);
        continue;
      }
      if (page.kind === 'permalink') {
        // It only leads on: not to be found itself, or found as the page that it leads to.
        assert.ok(page.noindex || (page.canonical.length === 1 && pages.get(page.canonical[0])?.kind === 'rule'), `${path} stands for an error page`);
        continue;
      }
      assert.ok(!page.noindex, `${path} may be found`);
      assert.deepEqual(page.canonical, [url], `${path}: canonical`);
      if (page.kind === 'choose') continue;
      twins += 1;
      assert.equal(page.lang, lang, `${path}: language`);
      assert.equal(page.alternates[lang], url, `${path}: hreflang of itself`);
      const twin = site.url(`${other(lang)}/${rest}`);
      assert.equal(page.alternates[other(lang)], twin, `${path}: hreflang of its twin`);
      assert.equal(pages.get(twin)?.alternates[lang], url, `${path}: and back`);
      assert.equal(pages.get(twin)?.kind, page.kind);
      assert.ok('x-default' in page.alternates, `${path}: x-default`);
      assert.notEqual(page.title, '');
    }
    assert.ok(twins > 200);
  });

  test('the site map holds every page that may be found, and no other', () => {
    const expected = [...pagesOf(site)].filter(([url, { noindex, canonical }]) => !noindex && canonical.includes(url)).map(([url]) => url);
    const listed = [...site.read('sitemap.xml').matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url);
    const choose = site.url('');
    assert.deepEqual(listed.filter((url) => url !== choose).sort(), expected.filter((url) => url !== choose).sort());
  });

  test('every page can be reached from the home page of its language', () => {
    const pages = pagesOf(site);
    for (const lang of LANGUAGES) {
      const reached = new Set([site.url(`${lang}/`)]);
      for (const url of reached) {
        for (const href of pages.get(url)?.anchors ?? []) {
          const [target] = new URL(href, url).href.split('#');
          if (target.startsWith(site.url(`${lang}/`)) && pages.has(target)) reached.add(target);
        }
      }
      const lost = [...pages.keys()].filter((url) => url.startsWith(site.url(`${lang}/`)) && !reached.has(url));
      assert.deepEqual(lost, []);
    }
  });

  test('no id stands twice on a page', () => {
    const twice = [...pagesOf(site)].flatMap(([url, { ids }]) => ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${url}#${id}`));
    assert.deepEqual(twice, []);
  });

  test('the tests know every kind of page', () => {
    const built = new Set([...pagesOf(site).values()].map(({ kind }) => kind));
    assert.deepEqual([...built].sort(), KINDS.map(({ kind }) => kind).sort());
    const pages = pagesOf(site);
    for (const { kind, path } of PAGES) assert.equal(pages.get(site.url(path))?.kind, kind, path);
  });

  test('the headers for a host that reads them carry the policy of the pages, and more', () => {
    const headers = site.read('_headers');
    const policy = (text) => new Map(text.split(';').map((part) => part.trim()).filter(Boolean).map((part) => [part.split(' ')[0], part]));
    const served = policy(headers.match(/Content-Security-Policy: (.*)/)[1]);
    for (const file of site.files().filter((name) => name.endsWith('.html'))) {
      const page = policy(site.read(file).match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)[1].replaceAll('&#39;', "'"));
      for (const [name, rule] of page) assert.equal(served.get(name), rule, `${file}: ${name}`);
      for (const name of ['default-src', 'script-src', 'style-src', 'connect-src', 'base-uri', 'form-action']) assert.ok(page.has(name), `${file}: ${name}`);
      for (const rule of page.values()) assert.doesNotMatch(rule, /'unsafe-inline'|'unsafe-eval'|\*|https?:/, file);
    }
    assert.ok(served.has('frame-ancestors'));
    assert.match(headers, /X-Content-Type-Options: nosniff/);
    assert.match(headers, /\/assets\/\*\n\s+Cache-Control: .*immutable/);
  });
});

describe('each kind of page in the browser', () => {
  for (const { kind, lang, path } of PAGES) {
    test(`${kind} (${lang}): complete, quiet, from its own origin`, async () => {
      // A browser of neither language, so that the pages that only lead on stay.
      const page = await open(site, path, { locale: 'fr-FR' });
      await page.waitForLoadState('networkidle');
      assert.equal(page.url(), site.url(path));
      assert.equal(await page.locator('h1').count(), 1);
      assert.match(await page.title(), /Resep/);
      assert.ok((await page.locator('main').innerText()).trim().length > 40);
      assert.equal(await page.evaluate(() => [...document.images].filter((image) => !image.naturalWidth).length), 0);
      assert.ok(page.requests.length >= 4, 'page, styles and scripts');
      assert.ok(page.requests.every((url) => url.startsWith(site.url(''))), 'nothing outside the sub-path either');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  for (const { kind, paths } of KINDS.filter(({ paths }) => paths.id)) {
    test(`${kind}: the language switch stays on the page, both ways`, async () => {
      const page = await open(site, paths.id);
      for (const lang of ['en', 'id']) {
        const title = await page.title();
        await page.locator(`a[data-language="${lang}"]`).click();
        await page.waitForURL(site.url(paths[lang]));
        assert.equal(await page.locator('html').getAttribute('lang'), lang);
        assert.equal(await page.locator('body').getAttribute('class'), `page-${kind}`);
        assert.notEqual(await page.title(), title, 'it is another text');
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});

describe('pages that only lead on', () => {
  for (const [path, target] of [['', ''], ['e/kling-1102/', 'errors/kling/resource-package-depleted/']]) {
    for (const [locale, lang] of [['id-ID', 'id'], ['en-GB', 'en'], ['in', 'id']]) {
      test(`/${path} in a browser set to ${locale} goes to ${lang}`, async () => {
        const page = await open(site, path, { locale });
        await page.waitForURL(site.url(`${lang}/${target}`));
        assert.deepEqual(page.faults, []);
        await page.context().close();
      });
    }

    test(`/${path}: a language once chosen is kept, and the anchor too`, async () => {
      const page = await open(site, `id/glossary/`, { locale: 'id-ID' });
      await page.locator('a[data-language="en"]').click();
      await page.waitForURL(site.url('en/glossary/'));
      await page.goto(site.url(`${path}#main`));
      await page.waitForURL(site.url(`en/${target}#main`));
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`/${path} offers both languages to a browser of neither, and to one without scripts`, async () => {
      for (const options of [{ locale: 'fr-FR' }, { javaScriptEnabled: false }]) {
        const page = await open(site, path, options);
        assert.equal(page.url(), site.url(path));
        for (const lang of LANGUAGES) {
          const link = page.locator(`main a[hreflang="${lang}"]`);
          assert.ok(await link.isVisible());
          assert.equal(await link.getAttribute('href'), `${site.base}${lang}/${target}`);
        }
        await page.locator('main a[hreflang="en"]').click();
        await page.waitForURL(site.url(`en/${target}`));
        assert.deepEqual(page.faults, []);
        await page.context().close();
      }
    });
  }
});

test('a former address leads to the new one whatever one reads, and the anchor too', async () => {
  const page = await open(site, 'en/', { locale: 'fr-FR' });
  const moved = site.read('en/guides/units/index.html').replace(/^(<!doctype html>\s*<html)[^>]*>/, `$1 lang="en" data-go="*=${site.base}en/guides/units/">`);
  await page.route('**/guides/former/', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: moved }));
  await page.goto(site.url('en/guides/former/#main'));
  await page.waitForURL(site.url('en/guides/units/#main'));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the header is one row in every window, in both languages and where both are offered', async () => {
  for (const path of ['id/', 'en/guides/units/', '404.html']) {
    const page = await open(site, path, { locale: 'fr-FR' });
    for (const width of [320, 360, 390, 414, 600, 959, 960, 1100, 1199, 1200, 1366]) {
      await page.setViewportSize({ width, height: 800 });
      const { height, row } = await page.locator('.site-header > .wrap').evaluate((wrap) => ({ height: wrap.offsetHeight, row: parseFloat(getComputedStyle(wrap).minBlockSize) }));
      assert.ok(height <= row + 1, `${path} at ${width} px: ${height} px high`);
    }
    await page.context().close();
  }
});

test('an address that does not exist gets the 404 page, styled and with ways on, however deep', async () => {
  for (const path of ['no-such-page/', 'en/errors/kling/no-such-error/', 'a/b/c/d/e.html']) {
    const page = await open(site, 'en/', { allow: [/404/] });
    const response = await page.goto(site.url(path));
    assert.equal(response.status(), 404);
    assert.equal(await page.locator('body.page-notfound').count(), 1);
    assert.notEqual(await page.locator('main').evaluate((main) => getComputedStyle(main).maxInlineSize), 'none', 'the style sheet is there');
    for (const lang of LANGUAGES) assert.ok(await page.locator(`section[lang="${lang}"]`).isVisible());
    await page.locator('section[lang="id"] a').first().click();
    await page.waitForURL(site.url('id/diagnose/'));
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test('tables of the guides show their figures, not only what they are figures of', async () => {
  for (const [lang, path] of [['en', 'guides/units/'], ['id', 'guides/units/'], ['en', 'guides/balance-types/'], ['id', 'guides/pricing-packages/']]) {
    for (const width of [1280, 1600]) {
      const page = await open(site, `${lang}/${path}`, { viewport: { width, height: 900 } });
      const hidden = await page.locator('main .table').evaluateAll((boxes) => boxes.flatMap((box) => {
        const { right } = box.getBoundingClientRect();
        // The source comes last and may be scrolled to.
        return [...box.querySelectorAll('thead th')].slice(0, -1).filter((head) => head.getBoundingClientRect().left + 12 > right).map((head) => `${box.ariaLabel}: ${head.innerText}`);
      }));
      assert.deepEqual(hidden, [], `${lang}/${path} at ${width} px`);
      await page.context().close();
    }
  }
});

test('a name of the chart of prices has room beside its figure', async () => {
  for (const lang of LANGUAGES) for (const width of [320, 360, 412, 1280]) {
    const page = await open(site, `${lang}/guides/pricing-packages/`, { viewport: { width, height: 740 } });
    const heights = await page.locator('.bar-name').evaluateAll((all) => all.map((name) => name.getBoundingClientRect().height / parseFloat(getComputedStyle(name).lineHeight)));
    assert.ok(heights.length > 3 && heights.every((lines) => lines < 2.5), `${lang} ${width}: ${heights}`);
    await page.context().close();
  }
});

test('the answer of a calculator is in sight while one types', async () => {
  for (const tool of ['cost', 'lasting', 'offer']) for (const viewport of [{ width: 1280, height: 900 }, { width: 360, height: 740 }]) {
    const page = await open(site, `en/tools/${tool}/`, { viewport });
    const field = page.locator('form[data-tool] input:visible').last();
    await page.getByTestId('summary').filter({ hasText: /./ }).waitFor();
    for (const name of [page.locator('form[data-tool] input:visible').first(), field]) {
      await name.focus();
      const seen = await page.evaluate(() => {
        const [box, now] = [document.activeElement.getBoundingClientRect(), document.querySelector('[data-summary]').getBoundingClientRect()];
        return { answer: now.top >= 0 && now.bottom <= innerHeight + 1, field: box.top >= 0 && box.bottom <= innerHeight && (box.bottom <= now.top || box.top >= now.bottom || box.right <= now.left), high: now.height };
      });
      assert.ok(seen.answer && seen.field, `${tool} ${viewport.width}: ${JSON.stringify(seen)}`);
    }
    await page.context().close();
  }
});

test('pages that state facts say when they were checked, and lead to their neighbours', async () => {
  for (const lang of LANGUAGES) for (const path of ['tools/cost/', 'tools/lasting/', 'tools/offer/', 'errors/kling/resource-package-depleted/', 'errors/kling/rate-limit/']) {
    const page = await open(site, `${lang}/${path}`);
    // One day, or the first and the last of them.
    const days = await page.locator('.page-head .checked time').evaluateAll((all) => all.map((time) => time.dateTime));
    assert.match(days.join(' '), /^2026-\d\d-\d\d( 2026-\d\d-\d\d)?$/, path);
    assert.deepEqual(days, [...new Set(days)].sort(), path);
    assert.ok(await page.locator('nav.pager a').count() >= 1, path);
    await page.context().close();
  }
  // Of the errors' sources those that anybody can read decide, not the project's own note of a later day.
  const page = await open(site, 'en/errors/kling/resource-package-depleted/');
  assert.equal(await page.locator('.page-head .checked time').last().getAttribute('datetime'), '2026-09-30');
  await page.context().close();
});

test('tables, sources and all that is marked as a time show a day as the language writes it', () => {
  for (const lang of LANGUAGES) for (const path of site.files().filter((file) => file.startsWith(`${lang}/`) && file.endsWith('.html'))) {
    const html = site.read(path);
    for (const [table] of html.matchAll(/<table[^]*?<\/table>/g)) assert.doesNotMatch(table, />[^<]*\b\d{4}-\d\d-\d\d\b/, path);
    for (const [, iso, words] of html.matchAll(/<time datetime="([\d-]+)">([^<]*)</g)) {
      const [year, month, day] = iso.split('-').map(Number);
      const shown = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { dateStyle: 'long', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, day));
      assert.equal(words, shown, path);
    }
  }
  assert.match(site.read('id/guides/units/index.html'), /<time datetime="2026-03-31">31 Maret 2026<\/time>, terdokumentasi/);
});

test('beside an error stand those of its provider around it, and the way to all', async () => {
  const page = await open(site, 'en/errors/kling/resource-package-depleted/');
  const beside = page.locator('.side li a');
  assert.equal(await beside.count(), 14);
  assert.equal(await page.locator('.side [aria-current=page]').textContent(), await page.locator('h1').textContent());
  await beside.first().click();
  assert.match(page.url(), /\/errors\/kling\/[\w-]+\/$/);
  await page.locator('.side .fold-title a').click();
  assert.match(page.url(), /\/errors\/kling\/$/);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the tables of what is taken for what need no scrolling on a phone, and lose no word of their heads', async () => {
  for (const path of ['id/errors/matrix/', 'en/errors/matrix/kling/']) {
    const page = await open(site, path, { viewport: { width: 320, height: 740 } });
    const table = page.locator('.stacks');
    assert.ok(await table.evaluate((box) => box.scrollWidth <= box.clientWidth), path);
    const heads = await page.locator('thead th').allTextContents();
    const row = page.locator('tbody tr', { has: page.locator('.pairs') }).first();
    assert.deepEqual(await row.locator('td').evaluateAll((cells) => cells.map((cell) => cell.dataset.head)), heads.slice(1));
    assert.match(await row.locator('td').first().evaluate((cell) => getComputedStyle(cell, '::before').content), /\w/);
    await page.context().close();
  }
});

test('the bars of a chart have one scale, however long a figure is', async () => {
  for (const width of [360, 640, 1280]) {
    const page = await open(site, 'en/guides/pricing-packages/', { viewport: { width, height: 740 } });
    const widths = await page.locator('.bars .bar').evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    assert.ok(widths.length > 1 && new Set(widths).size === 1, `${width}: ${widths}`);
    await page.context().close();
  }
});

test('what is in another language than the page is marked as such', async () => {
  const lang = (page, selector, text) => page.locator(selector, { hasText: text }).first().evaluate((element) => element.closest('[lang]').lang);
  const id = await open(site, 'id/guides/units/');
  assert.equal(await lang(id, '.sources li :is(a, .source-name)', 'video pricing'), 'en');
  // What shows when a figure is pointed at cannot be marked; nor is who has no name called something English.
  const told = await id.locator('main [title]').evaluateAll((all) => all.map((one) => one.title));
  assert.ok(told.length > 9, String(told.length));
  for (const text of told) assert.match(text, /^(Kling AI|KIE\.ai|useapi\.net|Laporan publik|Resep); diperiksa \d+ \S+ 20\d\d; \S+$/);
  await id.goto(site.url('id/guides/pricing-packages/'));
  const cells = await id.locator('td').allTextContents();
  assert.ok(cells.some((text) => text.startsWith('Laporan publik')) && !cells.some((text) => text.startsWith('Public reports')));
  await id.goto(site.url('id/tools/cost/'));
  await id.getByTestId('proof').first().waitFor();
  assert.equal(await lang(id, '[data-testid=proof] a', 'video pricing'), 'en');
  const en = await open(site, 'en/errors/kling/resource-package-depleted/');
  assert.equal(await lang(en, 'pre', 'sudah terpakai habis'), 'id');
  assert.equal(await lang(en, 'pre', 'on every call since'), 'en');
  await id.context().close();
  await en.context().close();
});

describe('without JavaScript', () => {
  for (const { kind, lang, path } of PAGES) {
    test(`${kind} (${lang}) is whole`, async () => {
      const page = await open(site, path, { javaScriptEnabled: false });
      assert.ok(await page.locator('h1').isVisible());
      const dead = page.locator('button, input:not([type=checkbox]), [role=search], progress');
      for (const control of await dead.all()) assert.ok(!(await control.isVisible()), `of no use: ${await control.evaluate((element) => element.outerHTML.slice(0, 120))}`);
      for (const link of await page.locator('.site-header a').all()) assert.notEqual(await link.getAttribute('href'), null);
      if (kind === 'home' || kind === 'diagnose') {
        // The note that stands in when a script is slow appears after some seconds; it must not double the other.
        await page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
        const notes = page.getByTestId('no-js').or(page.getByTestId('boot-note'));
        const visible = (await Promise.all((await notes.all()).map(async (note) => ((await note.isVisible()) ? note : null)))).filter(Boolean);
        assert.equal(visible.length, 1, 'one note, once');
        assert.match(await visible[0].innerText(), /JavaScript/);
        await visible[0].getByRole('link').click();
        await page.waitForURL(site.url(`${lang}/errors/`));
        assert.ok((await page.locator('details.group:visible').count()) > 30);
      }
      if (kind === 'rule') {
        const error = site.json('errors.json').errors.find(({ id }) => id === 'kling/resource-package-depleted');
        const steps = await page.locator('#fix ol > li').allInnerTexts();
        assert.deepEqual(steps.map(fold), error.steps[lang].map(fold));
        for (const step of await page.locator('#fix ol > li').all()) assert.ok(await step.isVisible());
        for (const id of ['cause', 'verify', 'already-paid', 'not-this']) assert.ok(await page.locator(`#${id}`).isVisible(), id);
      }
      if (kind === 'runbook') {
        const steps = page.locator('.step');
        assert.ok((await steps.count()) >= 10);
        for (const step of await steps.all()) assert.ok(await step.isVisible());
        await page.locator('.step input').first().check();
      }
      if (kind === 'errors') {
        // Closed groups, which open without a script.
        const group = page.locator('details.group').first();
        assert.ok(!await group.locator('[data-entry]').first().isVisible());
        await group.locator('summary').click();
        assert.ok(await group.locator('[data-entry]').first().isVisible());
      }
      await page.context().close();
    });
  }

  test('the menu of a narrow window opens and leads on', async () => {
    const page = await open(site, 'en/', { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    const link = page.locator('.top-nav a', { hasText: 'Glossary' });
    assert.ok(!(await link.isVisible()));
    await page.locator('.top-nav summary').click();
    await link.click();
    await page.waitForURL(site.url('en/glossary/'));
    await page.context().close();
  });
});

describe('the Content-Security-Policy is in force', () => {
  let elsewhere;
  let asked = 0;
  before(async () => {
    // Another origin that would gladly answer.
    elsewhere = createServer((_, response) => {
      asked += 1;
      response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' });
      response.end('globalThis.hurt = "script of another origin"');
    });
    await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });
  after(() => elsewhere.close());

  for (const { kind, lang, path } of PAGES.filter(({ lang }) => lang !== 'id')) {
    test(`${kind} (${lang})`, async () => {
      const page = await open(site, path, { locale: 'fr-FR', allow: [/Content Security Policy|violates|blocked by CSP|ERR_BLOCKED_BY_CSP|off origin|failed: .* csp$/] });
      const found = await page.evaluate(async (origin) => {
        const broken = [];
        addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
        const put = (tag, fields) => {
          const element = Object.assign(document.createElement(tag), fields);
          return new Promise((resolve) => {
            element.onload = () => resolve('loaded');
            element.onerror = () => resolve('refused');
            document.body.append(element);
            // An inline script runs, or does not, as it is put in, and tells nobody.
            if (tag === 'script' && !fields.src) resolve('done');
          });
        };
        await put('script', { textContent: 'globalThis.hurt = "inline script"' });
        const script = await put('script', { src: `${origin}/x.js` });
        const image = await put('img', { src: `${origin}/x.png` });
        const request = await fetch(`${origin}/x`).then(() => 'answered', () => 'refused');
        const beacon = navigator.sendBeacon(`${origin}/x`, 'text');
        document.body.insertAdjacentHTML('beforeend', '<p id="inline" style="color: rgb(1, 2, 3)" onclick="globalThis.hurt = \'handler\'">x</p>');
        document.querySelector('#inline').click();
        const style = getComputedStyle(document.querySelector('#inline')).color;
        let evaluated = 'refused';
        const timer = new Promise((resolve) => { setTimeout(resolve, 20); });
        // A string given to a timer is evaluated by the page itself, which a debugger's own evaluation does not show.
        setTimeout('globalThis.hurt = "evaluated"', 0);
        await timer;
        if (globalThis.hurt) evaluated = globalThis.hurt;
        return { broken: [...new Set(broken)].sort(), script, image, request, beacon, style, evaluated, hurt: globalThis.hurt ?? null };
      }, `http://127.0.0.1:${elsewhere.address().port}`);
      assert.equal(found.hurt, null);
      assert.equal(found.script, 'refused');
      assert.equal(found.image, 'refused');
      assert.equal(found.request, 'refused');
      assert.notEqual(found.style, 'rgb(1, 2, 3)');
      for (const directive of ['connect-src', 'img-src', 'script-src-attr', 'script-src-elem', 'style-src-attr']) assert.ok(found.broken.includes(directive), `${directive} in ${found.broken}`);
      assert.equal(asked, 0, 'nothing arrived');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});

describe('theme', () => {
  const colours = (page) => page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return `${backgroundColor} ${color}`;
  });
  const theme = (page) => page.locator('html').getAttribute('data-theme');

  test('follows the system, then the button, and is kept for the next page', async () => {
    const page = await open(site, 'en/glossary/', { colorScheme: 'light' });
    const button = page.locator('button.theme');
    const light = await colours(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colours(page);
    assert.notEqual(dark, light, 'the system decides');
    assert.equal(await theme(page), null);

    await button.click();
    assert.equal(await theme(page), 'light');
    assert.equal(await colours(page), light, 'light, although the system is dark');
    assert.match(await button.getAttribute('aria-label'), /Light/);
    await page.reload();
    assert.equal(await colours(page), light);
    await button.click();
    assert.equal(await theme(page), 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    for (const path of ['en/errors/', 'id/']) {
      await page.goto(site.url(path));
      assert.equal(await theme(page), 'dark');
      assert.equal(await colours(page), dark);
    }
    // Before the first paint: the theme does not wait for the module that holds the button.
    await page.route('**/site.js', () => undefined);
    await page.goto(site.url('en/'), { waitUntil: 'commit' });
    await page.waitForFunction(() => document.body && document.documentElement.dataset.theme === 'dark');
    await page.unroute('**/site.js');
    await page.goto(site.url('en/'));
    await button.click();
    assert.equal(await theme(page), null);
    await page.reload();
    assert.equal(await theme(page), null, 'as the system again');
    assert.equal(await colours(page), light);
    await page.context().close();
  });

  test('where storage is forbidden the pages work, and nothing is said', async () => {
    const page = await open(site, 'en/', {
      init: () => Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }),
    });
    await page.locator('button.theme').click();
    assert.equal(await theme(page), 'light');
    await page.locator('a[data-language="id"]').click();
    await page.waitForURL(site.url('id/'));
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

test('in print there is no navigation, and dark is not printed', async () => {
  const page = await open(site, 'en/', { colorScheme: 'dark' });
  await page.evaluate(() => localStorage.setItem('resep-theme', 'dark'));
  for (const [path, kept] of [
    ['en/errors/kling/resource-package-depleted/', ['#fix ol > li', '#verify', '#already-paid']],
    ['en/runbooks/kie-credits-exhausted/', ['.step', '.step input']],
    ['en/guides/units/', ['main table', 'main h2']],
  ]) {
    await page.emulateMedia({ media: 'screen' });
    await page.goto(site.url(path));
    assert.ok(await page.locator('.site-header').isVisible(), 'on the screen there is one');
    await page.emulateMedia({ media: 'print' });
    for (const selector of ['.site-header', '.site-footer', '.side', '.toc', '.crumbs', 'button', '.pager']) {
      for (const part of await page.locator(selector).all()) assert.ok(!(await part.isVisible()), `${path}: ${selector}`);
    }
    for (const selector of ['h1', ...kept]) assert.ok(await page.locator(selector).first().isVisible(), `${path}: ${selector}`);
    const light = await page.evaluate(() => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      const sum = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return a === 0 ? 765 : r + g + b;
      };
      return ['h1', 'main p', 'main li', 'main pre, main td'].flatMap((selector) => {
        const element = document.querySelector(selector);
        const { color } = getComputedStyle(element);
        const { backgroundColor } = getComputedStyle(document.body);
        return sum(color) < sum(backgroundColor) && sum(backgroundColor) > 600 ? [] : [`${selector}: ${color} on ${backgroundColor}`];
      });
    });
    assert.deepEqual(light, [], path);
  }
  await page.context().close();
});

describe('what scripts add', () => {
  test('the other language opens with what stands behind "#": a calculation, an answer, words looked for, a place', async () => {
    for (const [path, hash] of [
      ['id/tools/cost/', '#v=1&p=kling&m=kling-2-6&q=1080p&a=none&i=&s=10&n=7&r=&d='], ['id/diagnose/', '#answer=1&rule=kling/rate-limit&code=1302'],
      ['id/search/', '#q=saldo'], ['id/guides/units/', '#per-clip'],
    ]) {
      const page = await open(site, path + hash);
      await page.locator('header a[data-language]').click();
      await page.waitForURL((url) => url.pathname.endsWith(path.replace('id/', '/en/')));
      assert.equal(new URL(page.url()).hash, hash);
      if (path.includes('cost')) await page.waitForFunction(() => document.querySelector('[data-summary]').textContent.startsWith('7 ×'));
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('the other language opens at the section that one reads', async () => {
    const page = await open(site, 'id/runbooks/kie-credits-exhausted/', { viewport: { width: 360, height: 740 } });
    await page.locator('#verify').evaluate((head) => head.scrollIntoView());
    await page.waitForFunction(() => document.querySelector('.toc [aria-current]')?.hash === '#verify');
    // By the mouse: `click` scrolls to where a header that sticks would be without that, and another section is read then.
    const { x, y, width, height } = await page.locator('header a[data-language]').boundingBox();
    await page.mouse.click(x + width / 2, y + height / 2);
    await page.waitForURL(site.url('en/runbooks/kie-credits-exhausted/#verify'));
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('the headings of the catalogue count what the filter leaves', async () => {
    const page = await open(site, 'en/errors/');
    const counts = () => page.locator('[data-group]:not([hidden])').evaluateAll((all) => all.map((group) => [parseInt(group.querySelector('[data-count]').textContent, 10), group.querySelectorAll('[data-entry]:not([hidden])').length]));
    const before = await counts();
    await page.locator('#filter').fill('402');
    const after = await counts();
    assert.ok(after.length && after.length < before.length);
    assert.ok(await page.locator('[data-group][open]').count() === after.length, 'what is left is shown');
    for (const [said, shown] of [...before, ...after]) assert.equal(said, shown);
    await page.context().close();
  });

  for (const lang of LANGUAGES) {
    test(`the filter of the catalogue (${lang})`, async () => {
      const page = await open(site, `${lang}/errors/`);
      const all = site.json('errors.json').errors.length;
      const field = page.locator('#filter');
      const shown = page.locator('[data-entry]:visible');
      assert.equal(await shown.count(), 0, 'all groups are closed');
      assert.equal(await page.locator('[data-entry]').count(), all);
      await field.fill('1102');
      await page.waitForFunction((count) => document.querySelectorAll('[data-entry]:not([hidden])').length < count / 10, all);
      const titles = (await shown.allInnerTexts()).join('\n');
      assert.ok(titles.includes(site.json('errors.json').errors.find(({ id }) => id === 'kling/resource-package-depleted').title[lang]));
      assert.ok((await page.locator('[data-group]:visible').count()) < (await page.locator('[data-group]').count()), 'groups without a hit are gone');
      assert.match(await page.locator('form.filter output').innerText(), new RegExp(`${await shown.count()}\\D+${all}`));
      await field.fill('no such error at all');
      await page.waitForFunction(() => !document.querySelector('[data-entry]:not([hidden])'));
      assert.equal(await page.locator('form.filter output').innerText(), { id: 'Tidak ada yang cocok dengan saringan ini.', en: 'Nothing matches this filter.' }[lang]);
      await field.fill('');
      await page.waitForFunction((count) => document.querySelectorAll('[data-entry]:not([hidden])').length === count, all);
      assert.equal(await shown.count(), 0, 'closed again');
      await page.evaluate(() => { location.hash = '#100%'; });
      await page.evaluate(() => { location.hash = '#kie'; });
      await page.locator('#kie [data-entry]').first().waitFor();
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

    test(`ticks of a runbook are counted, and kept until they are cleared (${lang})`, async () => {
      const page = await open(site, `${lang}/runbooks/kie-credits-exhausted/`);
      const boxes = page.locator('.step input');
      const count = await boxes.count();
      assert.ok(count >= 10);
      await boxes.nth(0).check();
      await boxes.nth(2).check();
      assert.match(await page.locator('.check-progress output').innerText(), new RegExp(`^2\\D+${count}\\D`));
      await page.locator('.check-progress button').click();
      assert.equal(await page.locator('.step input:checked').count(), 0);
      await boxes.nth(1).check();
      await page.reload();
      assert.equal(await boxes.nth(1).isChecked(), true);
      assert.match(await page.locator('.check-progress output').innerText(), new RegExp(`^1\\D+${count}\\D`));
      await page.locator('.check-progress button').click();
      await page.reload();
      assert.equal(await page.locator('.step input:checked').count(), 0);
      assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('resep-checks')).length), 0);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }

  test('a block of code is copied as it stands', async () => {
    const page = await open(site, 'en/guides/authentication/');
    const block = page.locator('.code').first();
    await block.hover();
    await block.locator('button.copy').click();
    await page.locator('.code button[data-done]').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await block.locator('pre').evaluate((pre) => pre.textContent));
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('the menu of a narrow window opens, and closes by Escape and by a press elsewhere', async () => {
    const page = await open(site, 'en/', { viewport: { width: 360, height: 740 } });
    const button = page.locator('.top-nav summary');
    const link = page.locator('.top-nav a').first();
    await button.click();
    assert.ok(await link.isVisible());
    await page.keyboard.press('Escape');
    assert.ok(!(await link.isVisible()));
    assert.ok(await button.evaluate((element) => element === document.activeElement));
    await button.click();
    // The menu reaches down over the top of the footer; its foot is elsewhere.
    const { height } = await page.locator('.site-footer').boundingBox();
    await page.locator('.site-footer').click({ position: { x: 5, y: height - 5 }, force: true });
    assert.ok(!(await link.isVisible()));
    await page.context().close();
  });
});
