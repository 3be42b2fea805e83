// @ts-check
/* Reads the search index of one language (`site/src/search/index.rs` says what its files hold) and ranks pages for a
 * query. Fetches only the files that a query needs. Knows nothing of the page it runs on.
 */
import { stemmer, tokens } from "./stem.js";

/** @typedef {{terms: string[], weight: number}} Way one way to say a thing: pages have to have all of its terms */
/** @typedef {{page: number, score: number, whole: boolean}} Hit `whole`: the page has everything that was asked for */
/** @typedef {(word: string) => boolean} Asked whether a word of a text is one that was asked for */
/** @typedef {{hits: Hit[], whole: number, corrected: string[], far: boolean, asked: Asked}} Found
 *   `corrected`: words taken for mistyped ones; `far`: no word is like those of any page, and the hits are for the nearest */
/** @typedef {{path: string, href: string, title: string, summary: string, language: string, label: string, asked?: Asked}} Row */
/**
 * @typedef {object} Root
 * @property {number} version
 * @property {string} language
 * @property {string} label
 * @property {number} pages
 * @property {string} home
 * @property {string} folder
 * @property {Record<string, string[]>} names of each kind of file the digits in the names of all
 * @property {number} rows
 * @property {string[]} terms
 * @property {string[]} lexicon
 * @property {string[][][]} synonyms
 * @property {Record<string, string>} spelling words as some write them, with how the pages do
 * @property {string[]} idle words that tell nothing of what is looked for
 * @property {{language: string, index: string}[]} others
 * @property {{pack: string | null, answers: string | null, page: string}} diagnoser
 * @property {Record<string, string>} words
 */

/** The version of the format that this script reads. */
const VERSION = 3;
/** Heaviest weight of a page in a list. */
const HEAVIEST = 15;
/** What a page found by another word is worth beside one that has the word itself. */
const SYNONYM = 0.6;
const BEGUN = 0.7;
const MISTYPED = 0.5;
/** How many terms that begin alike, or are spelt alike, are looked up at most. */
const BEGINNINGS = 24;
const CORRECTIONS = 3;

export class Lookup {
  /** @param {Root} root */
  constructor(root) {
    this.root = root;
    this.stem = stemmer(root.language);
    /** @type {Map<string, Promise<any>>} */
    this.files = new Map();
    /** Terms that most pages have: their lists name only pages that are about them. @type {Set<string>} */
    this.common = new Set();
  }

  /**
   * @param {string} url address of index.json
   * @returns {Promise<Lookup>}
   */
  static async open(url) {
    // It is asked for anew on every page, so that a new deployment is found; all it names can be kept.
    const root = await get(url, "no-cache");
    if (root.version !== VERSION) throw new Error(`${url}: version ${root.version}`);
    return new Lookup(root);
  }

  /**
   * Pages for a query, best first.
   * @param {string} query
   * @param {"exact" | "near"} spelling whether words that no page has stand for words spelt alike
   * @returns {Promise<Found>}
   */
  async find(query, spelling) {
    const words = this.words(query);
    const stems = words.map(this.stem);
    // The last word may still be being typed.
    const begun = /[\p{Alphabetic}\p{N}]$/u.test(query);
    /** @type {Set<string>} */
    const corrected = new Set();
    const asked = this.concepts(words, stems, begun);
    const concepts = await Promise.all(asked.map((concept) => this.pagesOf(concept)));
    /** @param {number} n @param {boolean} however */
    const correct = async (n, however) => {
      const near = await this.near(asked[n].word, however);
      concepts[n] = await this.union(near.map((word) => ({ terms: [this.stem(word)], weight: MISTYPED })));
      // Of words that are not alike nobody wants to hear.
      if (!however) for (const word of near) corrected.add(word);
    };
    let far = false;
    if (spelling !== "exact") {
      await Promise.all(concepts.map((pages, n) => (pages.size ? undefined : correct(n, false))));
      // Nothing at all: the nearest there is, however far.
      far = concepts.every((pages) => !pages.size);
      if (far) await Promise.all(concepts.map((_, n) => correct(n, true)));
    }
    // What most pages have need not be in the title of one for it to have everything.
    const common = asked.map(({ ways }) => ways.every(({ terms }) => terms.every((term) => this.common.has(term))));
    const asks = common.map((one) => (one && common.includes(false) ? 0 : 1));
    /** @type {Map<number, {score: number, parts: number}>} */
    const scores = new Map();
    concepts.forEach((pages, n) => {
      const tells = Math.log(1 + (this.root.pages - pages.size + 0.5) / (pages.size + 0.5));
      for (const [page, weight] of pages) {
        const so = scores.get(page) ?? { score: 0, parts: 0 };
        scores.set(page, { score: so.score + weight * tells, parts: so.parts + asks[n] });
      }
    });
    const all = asks.reduce((sum, one) => sum + one, /** @type {number} */ (0));
    const hits = [...scores]
      .map(([page, { score, parts }]) => ({ page, score: score * (parts / all) ** 2, whole: parts === all }))
      .sort((a, b) => b.score - a.score || a.page - b.page);
    const wanted = new Set([...stems, ...[...corrected].map(this.stem)]);
    const beginning = begun ? words.at(-1) : undefined;
    return {
      hits,
      whole: hits.filter((hit) => hit.whole).length,
      corrected: [...corrected],
      far,
      asked: (word) => wanted.has(this.stem(word)) || (beginning !== undefined && word.startsWith(beginning)),
    };
  }

  /**
   * The words of a query as pages write them, without those that tell nothing unless there are no others.
   * @param {string} query
   */
  words(query) {
    const { spelling, idle } = this.root;
    const all = tokens(query).map((word) => (Object.hasOwn(spelling, word) ? spelling[word] : word));
    const telling = all.filter((word) => !idle.includes(word));
    return telling.length ? telling : all;
  }

  /**
   * What is asked for, one entry for each word or known phrase.
   * @param {string[]} words
   * @param {string[]} stems
   * @param {boolean} begun
   */
  concepts(words, stems, begun) {
    /** @type {{word: string, ways: Way[], begun: string | null, last: boolean}[]} */
    const out = [];
    for (let at = 0; at < stems.length; ) {
      let length = 1;
      /** @type {number[]} */
      let groups = [];
      this.root.synonyms.forEach((group, n) => {
        for (const phrase of group) {
          if (phrase.length < length || !phrase.every((term, n) => term === stems[at + n])) continue;
          if (phrase.length > length) groups = [];
          length = phrase.length;
          groups.push(n);
        }
      });
      // The index has the pages of each group together.
      const others = groups.map((n) => ({ terms: [`!${String(n).padStart(3, "0")}`], weight: SYNONYM }));
      const last = at + length === stems.length;
      out.push({
        word: words[at + length - 1],
        ways: [{ terms: stems.slice(at, at + length), weight: 1 }, ...others],
        begun: last && begun ? words[stems.length - 1] : null,
        last,
      });
      at += length;
    }
    return out;
  }

  /**
   * @param {{ways: Way[], begun: string | null}} concept
   */
  async pagesOf({ ways, begun }) {
    const beginnings = begun ? await this.beginning(begun) : [];
    return this.union([...ways, ...beginnings.map((term) => ({ terms: [term], weight: BEGUN }))]);
  }

  /**
   * Pages that have all terms of one of the ways, each with its best weight of 0 to 1.
   * @param {Way[]} ways
   * @returns {Promise<Map<number, number>>}
   */
  async union(ways) {
    const found = await Promise.all(
      ways.map(async ({ terms, weight }) => {
        const lists = await Promise.all(terms.map((term) => this.posts(term)));
        let [pages, ...rest] = lists;
        for (const list of rest) {
          pages = new Map([...pages].flatMap(([page, w]) => (list.has(page) ? [[page, (w + (list.get(page) ?? 0)) / 2]] : [])));
        }
        return [...pages].map(([page, w]) => /** @type {[number, number]} */ ([page, w * weight]));
      }),
    );
    /** @type {Map<number, number>} */
    const out = new Map();
    for (const [page, weight] of found.flat()) out.set(page, Math.max(weight, out.get(page) ?? 0));
    return out;
  }

  /**
   * Pages of a term, with weights of 0 to 1.
   * @param {string} term
   * @returns {Promise<Map<number, number>>}
   */
  async posts(term) {
    const { terms, posts } = await this.shard(covering(this.root.terms, term));
    const list = posts[terms.indexOf(term)] ?? [];
    if (list[0] === 0) this.common.add(term);
    /** @type {Map<number, number>} */
    const out = new Map();
    let page = -1;
    for (const number of list) {
      if (number === 0) continue;
      page += number >> 4;
      out.set(page, (number & 15) / HEAVIEST);
    }
    return out;
  }

  /**
   * Terms that begin with what was typed so far.
   * @param {string} word
   */
  async beginning(word) {
    const first = covering(this.root.terms, word);
    const last = covering(this.root.terms, `${word}\uffff`);
    // A single letter would fetch too much; its first file is enough.
    const shards = await Promise.all(
      Array.from({ length: Math.min(last - first + 1, 2) }, (_, n) => this.shard(first + n)),
    );
    return shards.flatMap(({ terms }) => terms.filter((term) => term.startsWith(word))).slice(0, BEGINNINGS);
  }

  /**
   * Words spelt like one that no page has.
   * @param {string} word
   * @param {boolean} however take the nearest, however far it is
   */
  async near(word, however) {
    const stem = this.stem(word);
    const { lexicon } = this.root;
    if (!lexicon.length) return [];
    // Large sites have several files: those that begin with the same letter are read.
    const first = Math.max(0, covering(lexicon, word[0]));
    const last = Math.max(0, covering(lexicon, `${word[0]}\uffff`));
    const names = await Promise.all(
      Array.from({ length: last - first + 1 }, (_, n) => this.file("l", first + n)),
    );
    const limit = however ? Infinity : word.length < 4 ? 0 : word.length < 6 ? 1 : word.length < 10 ? 2 : 3;
    let best = limit;
    /** @type {string[]} */
    let out = [];
    for (const term of names.flatMap(unfold)) {
      if (Math.abs(term.length - word.length) > best && Math.abs(term.length - stem.length) > best) continue;
      if (/\d/.test(term) !== /\d/.test(word)) continue; // Another code is another error.
      const far = Math.min(distance(word, term), distance(stem, this.stem(term)));
      if (far > best || far === 0) continue;
      if (far < best) out = [];
      best = far;
      out.push(term);
    }
    // Of those equally near, the ones with the same first letter: it is seldom the wrong one.
    return out.sort((a, b) => Number(b[0] === word[0]) - Number(a[0] === word[0])).slice(0, CORRECTIONS);
  }

  /**
   * What is shown of pages.
   * @param {Hit[]} hits
   * @param {Asked} [asked]
   * @returns {Promise<Row[]>}
   */
  rows(hits, asked) {
    const { rows, home, language, label } = this.root;
    return Promise.all(
      hits.map(async ({ page }) => {
        const list = await this.file("p", Math.floor(page / rows));
        const [path, title, summary] = list[page % rows];
        return { path, href: home + path, title, summary, language, label, asked };
      }),
    );
  }

  /**
   * @param {number} n
   * @returns {Promise<{terms: string[], posts: number[][]}>}
   */
  async shard(n) {
    if (n < 0) return { terms: [], posts: [] };
    const shard = await this.file("t", n);
    if (typeof shard.terms === "string") shard.terms = shard.terms.split(" ");
    return shard;
  }

  /**
   * @param {"t" | "p" | "l"} kind
   * @param {number} n
   */
  file(kind, n) {
    const { folder, names } = this.root;
    const url = `${folder}${kind}${n}.${names[kind][n]}.json`;
    let file = this.files.get(url);
    if (!file) {
      file = get(url, "default");
      this.files.set(url, file);
      // A file that did not come is asked for again next time.
      file.catch(() => this.files.delete(url));
    }
    return file;
  }
}

/**
 * @param {string} url
 * @param {RequestCache} cache
 */
async function get(url, cache) {
  const response = await fetch(url, { cache });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return response.json();
}

/**
 * The last entry that is not after `word`: the file that would hold it. Before the first it is -1, and an empty file.
 * @param {string[]} firsts
 * @param {string} word
 */
function covering(firsts, word) {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firsts[middle] <= word) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The terms of a list in which each names how many letters are those of the one before.
 * @param {string} list
 */
function unfold(list) {
  let term = "";
  return list.split(" ").map((part) => (term = term.slice(0, parseInt(part[0], 36)) + part.slice(1)));
}

/**
 * How many letters must be put in, left out, changed or swapped with their neighbour to make one word of the other.
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  let before = /** @type {number[]} */ ([]);
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
