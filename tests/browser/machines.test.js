// What machines read of the site: the feed, structured data, pictures of links, llms.txt.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { KINDS, LANGUAGES, open, start } from './harness.js';
import { markdownLinks, readPage } from './html.js';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

describe('the feed of changes', () => {
  for (const lang of LANGUAGES) {
    test(`is Atom, newest first, and leads to pages (${lang})`, async () => {
      const page = await open(site, `${lang}/`);
      const feed = await page.evaluate((text) => {
        const doc = new DOMParser().parseFromString(text, 'application/xml');
        const space = 'http://www.w3.org/2005/Atom';
        const one = (node, name) => [...node.children].filter((child) => child.namespaceURI === space && child.localName === name);
        const text1 = (node, name) => one(node, name).map((child) => child.textContent);
        const root = doc.documentElement;
        return {
          broken: doc.querySelector('parsererror')?.textContent ?? null, root: [root.namespaceURI, root.localName, root.getAttribute('xml:lang')],
          id: text1(root, 'id'), title: text1(root, 'title'), updated: text1(root, 'updated'), author: one(root, 'author').length,
          self: one(root, 'link').filter((link) => link.getAttribute('rel') === 'self').map((link) => link.getAttribute('href')),
          entries: one(root, 'entry').map((entry) => ({
            id: text1(entry, 'id'), title: text1(entry, 'title'), updated: text1(entry, 'updated'), summary: text1(entry, 'summary'),
            link: one(entry, 'link').map((link) => link.getAttribute('href')),
          })),
        };
      }, site.read(`${lang}/feed.xml`));
      assert.equal(feed.broken, null);
      assert.deepEqual(feed.root, ['http://www.w3.org/2005/Atom', 'feed', lang]);
      for (const key of ['id', 'title', 'updated', 'self']) assert.equal(feed[key].length, 1, key);
      assert.equal(feed.author, 1);
      assert.deepEqual(feed.self, [site.url(`${lang}/feed.xml`)]);
      assert.ok(feed.entries.length > 10 && feed.entries.length <= 50);
      assert.equal(new Set(feed.entries.map(({ id }) => id[0])).size, feed.entries.length, 'ids are unique');
      const dates = feed.entries.map(({ updated }) => updated[0]);
      assert.deepEqual(dates, dates.toSorted().reverse());
      assert.deepEqual(feed.updated, dates.slice(0, 1));
      for (const entry of feed.entries) {
        for (const key of ['id', 'title', 'updated', 'summary', 'link']) assert.equal(entry[key].length, 1, key);
        assert.match(entry.updated[0], /^\d{4}-\d\d-\d\dT00:00:00Z$/);
        assert.ok(site.bytes(entry.link[0]).length > 0);
      }
      assert.equal(await page.locator('link[type="application/atom+xml"]').getAttribute('href'), `${site.base}${lang}/feed.xml`);
      await page.context().close();
    });
  }
});

describe('structured data and pictures', () => {
  const TYPES = { guide: 'TechArticle', runbook: 'TechArticle', rule: 'TechArticle', home: 'WebSite', errors: 'CollectionPage', provider: 'CollectionPage' };
  for (const { kind, paths } of KINDS) {
    for (const [lang, path] of Object.entries(paths)) {
      test(`${kind} (${lang})`, () => {
        const html = site.read(path.endsWith('.html') ? path : `${path}index.html`);
        const found = [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g)].map(([, json]) => JSON.parse(json));
        const page = readPage(html);
        if (page.noindex || kind === 'permalink') {
          assert.deepEqual(found, []);
          return;
        }
        assert.equal(found.length, 1);
        assert.equal(found[0]['@context'], 'https://schema.org');
        const [main, trail] = found[0]['@graph'];
        if (TYPES[kind]) assert.equal(main['@type'], TYPES[kind]);
        assert.equal(main.url, page.canonical[0]);
        assert.ok(main.name && main.description && main.inLanguage && main.publisher.name);
        if (main['@type'] === 'TechArticle') assert.match(main.dateModified ?? main.datePublished, /^\d{4}-\d\d-\d\d$/);
        if (trail) {
          assert.equal(trail['@type'], 'BreadcrumbList');
          assert.deepEqual(trail.itemListElement.map(({ position }) => position), trail.itemListElement.map((_, n) => n + 1));
          for (const { name, item } of trail.itemListElement) assert.ok(name && site.bytes(item).length > 0, item);
          assert.equal(trail.itemListElement.at(-1).item, page.canonical[0]);
        }
        const image = html.match(/property="og:image" content="([^"]*)"/)[1];
        const bytes = site.bytes(image);
        assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1200, 630]);
        assert.ok(bytes.length < 100_000);
      });
    }
  }
});

test('llms.txt names the Markdown of every page, once', () => {
  const named = markdownLinks(site.read('llms.txt')).filter((address) => address.endsWith('.md'));
  assert.equal(new Set(named).size, named.length);
  const twins = site.files().filter((file) => file.endsWith('index.md') && !file.includes('~')).map(site.url);
  assert.deepEqual(named.toSorted(), twins.toSorted());
  assert.match(site.read('llms.txt'), /^# Resep\n\n> \S/);
});
