// Reads the HTML of the built site far enough for following links: tags, attributes, ids.

const TAG = /<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*)\s*\/?>/g;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g;
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (text) => text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (whole, hex, decimal, name) => (
  name ? NAMED[name] ?? whole : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal))));

/** Every element with its attributes, in the order of the file. */
export function elements(html) {
  const found = [];
  for (const [, name, attributes] of html.replace(/<!--[^]*?-->/g, '').matchAll(TAG)) {
    const of = {};
    for (const [, key, a, b, c] of attributes.matchAll(ATTRIBUTE)) of[key.toLowerCase()] = decode(a ?? b ?? c ?? '');
    found.push({ name: name.toLowerCase(), of });
  }
  return found;
}

/** What a page says of itself, and every address it holds. */
export function readPage(html) {
  const all = elements(html);
  const links = all.filter(({ name }) => name === 'link');
  const rel = (value) => links.filter(({ of }) => of.rel === value);
  return {
    lang: all.find(({ name }) => name === 'html')?.of.lang,
    kind: all.find(({ name }) => name === 'body')?.of.class.replace(/^page-/, ''),
    title: decode(html.match(/<title>([^<]*)<\/title>/)?.[1] ?? ''),
    noindex: all.some(({ name, of }) => name === 'meta' && of.name === 'robots' && of.content.includes('noindex')),
    canonical: rel('canonical').map(({ of }) => of.href),
    alternates: Object.fromEntries(rel('alternate').filter(({ of }) => of.hreflang).map(({ of }) => [of.hreflang, of.href])),
    ids: all.map(({ of }) => of.id).filter((id) => id !== undefined),
    anchors: all.filter(({ name, of }) => name === 'a' && of.href !== undefined).map(({ of }) => of.href),
    addresses: all.flatMap(({ of }) => [
      ...['href', 'src', 'srcset', 'action', 'poster', 'data-pack', 'data-answers', 'data-explanations', 'data-catalogue'].filter((key) => key in of).map((key) => of[key]),
      ...(of['data-go'] ?? '').split(' ').filter((way) => way.includes('=')).map((way) => way.slice(way.indexOf('=') + 1)),
    ]),
  };
}

/** The addresses of Markdown: links and images outside code. */
export function markdownLinks(text) {
  const words = text.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[^]*?^ *\2`*[ \t]*$/gm, '').replace(/(`+)[^]*?\1/g, '');
  return [...words.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, address]) => address);
}
