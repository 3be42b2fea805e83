// @ts-check
/* A paste as bytes of UTF-8: read in slices for the engine, and handed out again in small pieces by byte offset for
 * showing. Knows nothing of rules, words or the page, and never hands out a large text whole: a text box takes
 * seconds over what the engine reads in milliseconds.
 */

/** @typedef {{start: number, end: number}} Span bytes of the paste, start < end */
/** @typedef {{room(): Uint8Array, push(length: number): void, pace(): Promise<void> | undefined}} Sink */
/** @typedef {Span & {kind: string, reason: string}} Secret what must not be shown: a key, an address, a number, an id, a name */
/** @typedef {{text: string, marked: boolean, secret: string | null, reason?: string, hidden?: string}} Part of a secret `text` is its name, `secret` its kind, `hidden` what it is: only for who asks to see it */
/** @typedef {{number: number | null, parts: Part[]}} Line `number` counts from 1; null where it is not known */
/** @typedef {{skipped: number, lines: Line[]}} Piece lines after `skipped` bytes that are not shown */
/** @typedef {{pieces: Piece[], secrets: string[], facts: Part[][]}} Excerpt `secrets`: the kind of each one among the lines; `facts`: what
 *   stands at each place that was asked for besides */

/** Code units of one slice of text; in UTF-8 at most three bytes each. */
const SLICE_UNITS = 65536;
/** Bytes that the engine must have room for. */
export const ROOM = 3 * SLICE_UNITS;
/** Above this a paste is not put into the page. */
export const SHOWN_WHOLE = 16384;

/** Bytes of context on each side of evidence; of the first and the last lines of a large paste. */
const CONTEXT = 180;
const ENDS = 280;
/** How far around what is shown secrets are looked for: one that is cut in two may not look like one. */
const EDGE = 1024;
/** A paste up to this size is shown whole beside the answer. */
const SMALL = 1600;
const MOST_PIECES = 8;
/** Lines shown on each side of evidence, and at either end of a large paste, where lines are short. */
const LINES = 3;

/** @type {Part} */
const DOTS = { text: "…", marked: false, secret: null };

const encoder = new TextEncoder();

/** Text from the clipboard, a key, a drop or an example. */
export class TextPaste {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    /** Bytes; known once it was read. */
    this.size = 0;
    /** Where each slice begins, in units and in bytes: the map back, without an array as long as the text.
     * @type {{unit: number, byte: number}[]} */
    this.slices = [];
  }

  /** Bytes before reading, for showing progress. */
  get expected() {
    return this.text.length;
  }

  /** What it is made of, for a worker. */
  get source() {
    return this.text;
  }

  /** @param {Sink} sink */
  async read(sink) {
    const { text } = this;
    this.slices = [];
    this.size = 0;
    for (let unit = 0; unit < text.length; ) {
      let end = Math.min(unit + SLICE_UNITS, text.length);
      // A pair of surrogates is one character: cut apart, each half would be read as a broken one.
      if (end < text.length && isHigh(text.charCodeAt(end - 1))) end -= 1;
      const { written } = encoder.encodeInto(text.slice(unit, end), sink.room());
      this.slices.push({ unit, byte: this.size });
      this.size += written;
      unit = end;
      sink.push(written);
      const wait = sink.pace();
      if (wait) await wait;
    }
  }

  /**
   * Where bytes of the paste lie in the text; an offset inside a character goes back to its beginning.
   * @param {number[]} offsets ascending
   */
  places(offsets) {
    let slice = 0;
    let at = { unit: 0, byte: 0 };
    return offsets.map((offset) => {
      while (slice + 1 < this.slices.length && this.slices[slice + 1].byte <= offset) slice += 1;
      const start = this.slices[slice] ?? { unit: 0, byte: 0 };
      if (start.byte > at.byte) at = { ...start };
      at = walk(this.text, at, offset);
      return at;
    });
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  async bytes(start, end) {
    const [from, to] = this.places([start, end]);
    return { base: from.byte, bytes: encoder.encode(this.text.slice(from.unit, to.unit)) };
  }

  /**
   * The text between each two neighbouring cuts, and the line number at the first.
   * @param {number[]} cuts bytes, ascending
   */
  async between(cuts) {
    const units = this.places(cuts).map((place) => place.unit);
    return {
      texts: units.slice(1).map((end, index) => this.text.slice(units[index], end)),
      line: lineNumber(this.text, units[0]),
    };
  }
}

/** A file, read from the disk in blocks and never held whole. */
export class FilePaste {
  /** @param {File} file */
  constructor(file) {
    this.file = file;
    this.size = file.size;
  }

  get expected() {
    return this.file.size;
  }

  get source() {
    return this.file;
  }

  /** @param {Sink} sink */
  async read(sink) {
    for (let start = 0; start < this.file.size; ) {
      const block = new Uint8Array(await this.file.slice(start, start + 8 * ROOM).arrayBuffer());
      if (!block.length) break;
      for (let at = 0; at < block.length; at += ROOM) {
        const part = block.subarray(at, at + ROOM);
        sink.room().set(part);
        sink.push(part.length);
        const wait = sink.pace();
        if (wait) await wait;
      }
      start += block.length;
    }
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  async bytes(start, end) {
    return { base: start, bytes: new Uint8Array(await this.file.slice(start, end).arrayBuffer()) };
  }

  /** @param {number[]} cuts */
  async between(cuts) {
    const from = cuts[0];
    const bytes = new Uint8Array(await this.file.slice(from, cuts[cuts.length - 1]).arrayBuffer());
    let skip = 0;
    while (from > 0 && skip < 3 && (bytes[skip] & 0xc0) === 0x80) skip += 1;
    const texts = cuts.slice(1).map((end, index) => {
      const last = index === cuts.length - 2;
      const piece = bytes.subarray(Math.max(skip, cuts[index] - from), end - from);
      return new TextDecoder().decode(piece, { stream: last });
    });
    return { texts, line: null };
  }
}

/**
 * A file as something to read: most are taken as bytes; one in UTF-16, as Windows writes logs, is turned into text.
 * @param {File} file
 */
export async function pasteOfFile(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const utf16 = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  if (!utf16) return new FilePaste(file);
  return new TextPaste(new TextDecoder(utf16).decode(await file.arrayBuffer()));
}

/**
 * What to show of a paste: the lines around the evidence, of a large one also its beginning and end, without secrets.
 * @param {TextPaste | FilePaste} paste after it was read
 * @param {Span[]} spans evidence, sorted, apart from each other
 * @param {(bytes: Uint8Array) => Secret[]} secretsIn
 * @param {Span[]} [places] what is shown by itself, too
 * @returns {Promise<Excerpt>}
 */
export async function excerpt(paste, spans, secretsIn, places = []) {
  /** @type {Piece[]} */
  const pieces = [];
  const names = namer();
  let shown = 0;
  /** @param {Span & {spans: Span[]}} window */
  const read = async ({ start, end, spans: marks }) => {
    const { base, bytes } = await paste.bytes(Math.max(0, start - EDGE), Math.min(paste.size, end + EDGE));
    // What was masked before it was pasted keeps its names for itself.
    const given = new TextDecoder().decode(bytes).matchAll(/\[(key|email|phone|id|user)-(\d{1,9})/g);
    for (const [, kind, number] of given) names.counts[kind] = Math.max(names.counts[kind] ?? 0, Number(number));
    const secrets = secretsIn(bytes)
      .map((secret) => {
        const hidden = new TextDecoder().decode(bytes.subarray(secret.start, secret.end));
        return { ...secret, hidden, start: Math.max(start, secret.start + base), end: Math.min(end, secret.end + base) };
      })
      .filter((secret) => secret.start < secret.end);
    // A secret stays in one piece, however much of it is evidence.
    const inside = (/** @type {number} */ at) => secrets.some((secret) => secret.start < at && at < secret.end);
    const ends = [...marks, ...secrets].flatMap((span) => [span.start, span.end]).filter((at) => !inside(at));
    const cuts = [...new Set([start, end, ...ends])].sort((a, b) => a - b);
    const { texts, line } = await paste.between(cuts);
    const parts = texts.map((text, index) => {
      const marked = marks.some((span) => span.start < cuts[index + 1] && cuts[index] < span.end);
      const secret = secrets.find((span) => span.start <= cuts[index] && cuts[index] < span.end);
      if (!secret) return { text, marked, secret: null };
      const { kind, reason, hidden } = secret;
      return { text: names.of(kind, hidden), marked, secret: kind, reason, hidden };
    });
    return { parts, line };
  };
  for (const window of windows(paste.size, spans)) {
    const { start, end } = window;
    const { parts, line } = await read(window);
    const lines = toLines(parts, line, start > 0, end < paste.size);
    pieces.push({ skipped: start - shown, lines: paste.size > SMALL ? trim(lines, start === 0) : lines });
    shown = end;
  }
  if (pieces.length && shown < paste.size) pieces.push({ skipped: paste.size - shown, lines: [] });
  const parts = pieces.flatMap((piece) => piece.lines).flatMap((line) => line.parts);
  const facts = [];
  for (const place of places) facts.push(place.start < place.end ? (await read({ ...place, spans: [] })).parts : []);
  return { pieces, secrets: parts.flatMap((part) => part.secret ?? []), facts };
}

/** Names for secrets: the same one has the same name, such as `[key-1]`, as in diagnoser/src/mask.rs. */
function namer() {
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {Record<string, number>} */
  const counts = {};
  const of = (/** @type {string} */ kind, /** @type {string} */ secret) => {
    const key = `${kind} ${secret}`;
    let name = names.get(key);
    if (!name) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      name = `[${kind}-${counts[kind]}]`;
      names.set(key, name);
    }
    return name;
  };
  return { of, counts };
}

/**
 * Which bytes to show. Windows that touch become one.
 * @param {number} size
 * @param {Span[]} spans
 * @returns {{start: number, end: number, spans: Span[]}[]}
 */
export function windows(size, spans) {
  if (size === 0) return [];
  if (size <= SMALL) return [{ start: 0, end: size, spans }];
  const wanted = spans.map((span) => ({
    start: Math.max(0, span.start - CONTEXT),
    end: Math.min(size, span.end + CONTEXT),
    spans: [span],
  }));
  if (size > SHOWN_WHOLE) {
    wanted.unshift({ start: 0, end: ENDS, spans: [] });
    wanted.push({ start: size - ENDS, end: size, spans: [] });
  }
  wanted.sort((a, b) => a.start - b.start);
  /** @type {typeof wanted} */
  const merged = [];
  for (const next of wanted) {
    const last = merged[merged.length - 1];
    if (last && next.start <= last.end) {
      last.end = Math.max(last.end, next.end);
      last.spans.push(...next.spans);
    } else {
      merged.push(next);
    }
  }
  if (merged.length <= MOST_PIECES) return merged;
  return [...merged.slice(0, MOST_PIECES - 1), merged[merged.length - 1]];
}

/**
 * Parts cut into lines. A first or last line that is only part of one is left out if it holds no mark, else it shows
 * by dots that it goes on.
 * @param {Part[]} parts
 * @param {number | null} number of the first line
 * @param {boolean} cutBefore
 * @param {boolean} cutAfter
 * @returns {Line[]}
 */
function toLines(parts, number, cutBefore, cutAfter) {
  /** @type {Part[][]} */
  const rows = [[]];
  for (const part of parts) {
    part.text.split(/\r\n|\r|\n/).forEach((text, index) => {
      if (index > 0) rows.push([]);
      if (text) rows[rows.length - 1].push({ ...part, text });
    });
  }
  const bare = (/** @type {Part[]} */ row) => !row.some((part) => part.marked);
  let first = number;
  if (cutBefore && rows.length > 1 && bare(rows[0])) {
    rows.shift();
    if (first !== null) first += 1;
  } else if (cutBefore) {
    rows[0].unshift(DOTS);
  }
  if (cutAfter && rows.length > 1 && bare(rows[rows.length - 1])) rows.pop();
  else if (cutAfter) rows[rows.length - 1].push(DOTS);
  while (rows.length > 1 && rows[rows.length - 1].length === 0) rows.pop();
  return rows.map((row, index) => ({ number: first === null ? null : first + index, parts: row }));
}

/**
 * The lines near the marks; of lines without a mark the first or the last few.
 * @param {Line[]} lines
 * @param {boolean} head
 */
function trim(lines, head) {
  const marked = lines.map((line) => line.parts.some((part) => part.marked));
  const first = marked.indexOf(true);
  if (first < 0) return head ? lines.slice(0, LINES) : lines.slice(-LINES);
  return lines.slice(head ? 0 : Math.max(0, first - LINES), marked.lastIndexOf(true) + LINES + 1);
}

/** @param {number} unit */
function isHigh(unit) {
  return (unit & 0xfc00) === 0xd800;
}

/**
 * From one place in a text to the unit at byte `offset`.
 * @param {string} text
 * @param {{unit: number, byte: number}} from
 * @param {number} offset
 */
function walk(text, from, offset) {
  let { unit, byte } = from;
  while (byte < offset && unit < text.length) {
    const code = text.charCodeAt(unit);
    const pair = isHigh(code) && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : pair ? 4 : 3;
    if (byte + bytes > offset) break;
    byte += bytes;
    unit += pair ? 2 : 1;
  }
  return { unit, byte };
}

/**
 * @param {string} text
 * @param {number} unit
 */
function lineNumber(text, unit) {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < unit; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
