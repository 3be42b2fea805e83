// @ts-check
/*! The stemmers are those of Snowball, https://snowballstem.org:
 *
 * Copyright (c) 2001, Dr Martin Porter
 * Copyright (c) 2004,2005, Richard Boulton
 * Copyright (c) 2013, Yoshiki Shibukawa
 * All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions
 * are met:
 *
 * 1. Redistributions of source code must retain the above copyright notice,
 * this list of conditions and the following disclaimer.
 * 2. Redistributions in binary form must reproduce the above copyright notice,
 * this list of conditions and the following disclaimer in the documentation
 * and/or other materials provided with the distribution.
 * 3. Neither the name of the Snowball project nor the names of its contributors
 * may be used to endorse or promote products derived from this software
 * without specific prior written permission.
 *
 * THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND
 * ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED
 * WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
 * DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR
 * ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
 * (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
 * LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON
 * ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
 * (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
 * SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */
/* From text to terms, exactly as `site/src/search/words.rs` does when the index is built: what a word is, and the stem it
 * is reduced to. The stemmers are Snowball 3.0's for Indonesian and English (https://snowballstem.org), written out by
 * hand; a test compares them with the generator's own on every word of the site.
 */

/** Longer words are identifiers that nobody types. */
const LONGEST = 32;
const WORD = /[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])[\p{Alphabetic}\p{N}])+/gu;

/**
 * The words of a text in lower case: runs of letters and digits of two characters at least, and single ideographs.
 * @param {string} text
 * @returns {string[]}
 */
export function tokens(text) {
  return [...text.matchAll(WORD)].flatMap(([word]) => {
    const length = [...word].length;
    if (length === 1 && !/[\u3400-\u9fff]/.test(word)) return [];
    return length > LONGEST ? [] : [word.toLowerCase()];
  });
}

/**
 * A text in parts: those in odd places are words that were asked for, of which several beside each other are one part.
 * @param {string} text
 * @param {(word: string) => boolean} asked
 * @returns {string[]}
 */
export function parted(text, asked) {
  const parts = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!asked(word.toLowerCase())) continue;
    const between = text.slice(end, index);
    end = index + word.length;
    if (parts.length && /^ ?$/.test(between)) parts[parts.length - 1] += between + word;
    else parts.push(between, word);
  }
  return [...parts, text.slice(end)];
}

/**
 * The stemmer of a language; what it knows nothing of stays as it is.
 * @param {string} language
 * @returns {(word: string) => string}
 */
export function stemmer(language) {
  const stem = { id: indonesian, en: english }[language];
  return (word) => (stem && /^[a-z]+$/.test(word) ? stem(word) : word);
}

/** @param {string} word */
function indonesian(word) {
  let rest = word;
  let measure = word.replace(/[^aeiou]/g, "").length;
  /** What kind of prefix came off decides which suffixes may. */
  let prefix = 0;
  /** @param {RegExp} end */
  const cut = (end, to = "") => {
    const next = rest.replace(end, to);
    if (next === rest) return false;
    rest = next;
    measure -= 1;
    return true;
  };
  const suffix = () => {
    if (rest.endsWith("an")) {
      if (prefix !== 3 && prefix !== 2 && rest.endsWith("kan")) return cut(/kan$/);
      return prefix !== 1 && cut(/an$/);
    }
    return prefix <= 2 && cut(/(?<!s)i$/);
  };
  const second = () => {
    if (rest.startsWith("pe")) {
      if (!/^pelajar/.test(rest)) prefix = 2;
      return cut(/^(?:per|pel(?=ajar)|pe)/);
    }
    if (!cut(/^(?:ber|bel(?=ajar)|be(?=[^aeiou]er))/)) return false;
    prefix = 4;
    return true;
  };

  if (measure <= 2) return word;
  cut(/(?:kah|lah|pun)$/);
  if (measure <= 2) return rest;
  cut(/(?:nya|ku|mu)$/);
  if (measure <= 2) return rest;
  const first = rest.match(/^(?:meng|peng|mem|men|pem|pen|ter|di|ke|me)/)?.[0];
  if (first) {
    prefix = /^(?:ke|p)/.test(first) ? 3 : 1;
    // What nasals swallowed comes back, and is no prefix: menyewa is sewa, memakai is pakai.
    const swallowed = cut(/^[mp]eny(?=[aeiou])/, "s") || cut(/^[mp]em(?=[aeiou])/, "p");
    if (!swallowed) cut(new RegExp(`^${first}`));
    if (measure > 2 && suffix() && measure > 2 && !swallowed) second();
  } else {
    second();
    if (measure > 2) suffix();
  }
  return rest;
}

/** @type {Record<string, string>} */
const ENGLISH = {
  skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli", singly: "singl",
  sky: "sky", news: "news", howe: "howe", atlas: "atlas", cosmos: "cosmos", bias: "bias", andes: "andes",
};
/** @type {[string, string][]} Longer endings first. */
const STEP2 = [
  ["ization", "ize"], ["ational", "ate"], ["fulness", "ful"], ["ousness", "ous"], ["iveness", "ive"], ["tional", "tion"],
  ["biliti", "ble"], ["lessli", "less"], ["entli", "ent"], ["ation", "ate"], ["alism", "al"], ["aliti", "al"],
  ["ousli", "ous"], ["iviti", "ive"], ["fulli", "ful"], ["ogist", "og"], ["enci", "ence"], ["anci", "ance"],
  ["abli", "able"], ["izer", "ize"], ["ator", "ate"], ["alli", "al"], ["bli", "ble"], ["ogi", "og"], ["li", ""],
];
/** @type {[string, string][]} */
const STEP3 = [
  ["ational", "ate"], ["tional", "tion"], ["alize", "al"], ["icate", "ic"], ["iciti", "ic"], ["ative", ""], ["ical", "ic"],
  ["ness", ""], ["ful", ""],
];
const STEP4 = /(?:ement|ment|ance|ence|able|ible|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/;
/** Ends in a short syllable. */
const SHORT = /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$|past$/;

/** @param {string} word */
function english(word) {
  if (word.length < 3) return word;
  if (Object.hasOwn(ENGLISH, word)) return ENGLISH[word];
  // A "y" that is a consonant is written "Y" meanwhile.
  let rest = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
  const lead = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/;
  const region = /^.*?[aeiouy].*?[^aeiouy]/;
  const first = (rest.match(lead) ?? rest.match(region))?.[0].length;
  const p1 = first ?? rest.length;
  const p2 = first === undefined ? rest.length : p1 + (rest.slice(p1).match(region)?.[0].length ?? rest.length - p1);

  // 1a: plurals
  if (rest.endsWith("sses")) rest = rest.slice(0, -2);
  else if (/ie[ds]$/.test(rest)) rest = rest.slice(0, rest.length > 4 ? -2 : -1);
  else if (/[^su]s$/.test(rest) && /[aeiouy]./.test(rest.slice(0, -1))) rest = rest.slice(0, -1);

  // 1b: -ed, -ing
  const end = rest.match(/(?:eedly|ingly|edly|eed|ing|ed)$/)?.[0];
  if (end) {
    const stem = rest.slice(0, -end.length);
    if (end.startsWith("eed")) {
      if (stem.length >= p1 && !/^(?:succ|proc|exc)$/.test(stem)) rest = `${stem}ee`;
    } else if (end === "ing" && /^[^aeiouy]y$/.test(stem)) {
      rest = `${stem[0]}ie`;
    } else if (/[aeiouy]/.test(stem) && !(end === "ing" && /^(?:even|cann|inn|earr|herr|out)$/.test(stem))) {
      rest = stem;
      if (/(?:at|bl|iz)$/.test(rest)) rest += "e";
      else if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) {
        if (!/^[aeo]..$/.test(rest)) rest = rest.slice(0, -1);
      } else if (rest.length === p1 && SHORT.test(rest)) rest += "e";
    }
  }

  // 1c
  rest = rest.replace(/^(.+[^aeiouy])[yY]$/, "$1i");

  // 2 to 5: endings that make one kind of word from another
  const found = STEP2.find(([ending]) => rest.endsWith(ending));
  if (found) {
    const [ending, to] = found;
    const stem = rest.slice(0, -ending.length);
    const fits = ending === "ogi" ? stem.endsWith("l") : ending !== "li" || /[cdeghkmnrt]$/.test(stem);
    if (stem.length >= p1 && fits) rest = stem + to;
  }
  const more = STEP3.find(([ending]) => rest.endsWith(ending));
  if (more) {
    const [ending, to] = more;
    const stem = rest.slice(0, -ending.length);
    if (stem.length >= (ending === "ative" ? Math.max(p1, p2) : p1)) rest = stem + to;
  }
  const last = rest.match(STEP4)?.[0];
  if (last) {
    const stem = rest.slice(0, -last.length);
    if (stem.length >= p2 && (last !== "ion" || /[st]$/.test(stem))) rest = stem;
  }
  if (rest.endsWith("e")) {
    const stem = rest.slice(0, -1);
    if (stem.length >= p2 || (stem.length >= p1 && !SHORT.test(stem))) rest = stem;
  } else if (rest.endsWith("ll") && rest.length - 1 >= p2) {
    rest = rest.slice(0, -1);
  }
  return rest.replaceAll("Y", "y");
}
