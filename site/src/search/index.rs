//! The inverted index of one language: terms to pages with weights, cut into files.
//!
//! What a word more or less in one page changes is little: a file or two, since where a file ends, how long a page is and how
//! long they all are is not taken more exactly than it matters.
//!
//! | file | holds |
//! |---|---|
//! | `t<n>.json` | `{"terms": "a b", "posts": [[...], [...]]}`: terms in order, and the pages of each |
//! | `p<n>.json` | `[[path, title, summary], ...]`: [`ROWS`] pages |
//! | `l<n>.json` | `"0akun 2tif"`: of each term the word met most often, for finding what a mistyped word meant; the digit (base 36) is how many letters are those of the word before |
//!
//! A term `!n` stands for the n-th group of synonyms: its pages are those of all its phrases, put together here so that
//! a browser need not fetch each.
//!
//! A page of a term is one number: the distance from the page before it, times 16, plus its weight of 1 to 15. A list
//! that begins with 0 is that of a term which more than half of the pages have: only pages that have it in their
//! title or a heading are named, and it tells little.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};

use super::words::{Stemmer, tokens};

/// Pages in a `p<n>.json`.
pub(super) const ROWS: usize = 8;
/// About how many bytes a `t<n>.json` holds; a term is never cut, so a common one may make it longer.
const TERMS: usize = 6 << 10;
/// About how many bytes an `l<n>.json` holds.
const LEXICON: usize = 32 << 10;

/// For how many words there is room at first: of a small site. More would be memory that one never fills.
const WORDS: usize = 800;

/// How often a word counts, by where it stands. A body's word counts once.
const TITLE: u8 = 12;
const SUMMARY: u8 = 3;
const HEADING: u8 = 4;
/// How soon counting on adds nothing (`k1` of BM25), and how much a long page is held back (its `b`).
const SATURATION: f32 = 6.0;
const LENGTH: f32 = 0.5;

/// Words of the pages added so far.
pub(super) struct Index {
    stemmer: Stemmer,
    /// Number of each word, as it stands: of short ones by their bytes in one number, which is sooner hashed and compared.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Box<str>, u32>,
    words: Vec<Word>,
    /// The words themselves.
    spelt: Vec<Box<str>>,
    /// Stem to its term.
    stems: FxHashMap<Box<str>, u32>,
    terms: Vec<Term>,
    /// Of each term the count on the page being added.
    counts: Vec<u32>,
    pages: Vec<Page>,
    /// Words of the page being added, and then its terms.
    touched: Vec<u32>,
    /// Words of the page that was added last.
    counted: Vec<Counted>,
}

struct Word {
    term: u32,
    /// How often it was met.
    met: u32,
    /// How often on the page being added, and what that counts for.
    here: (u32, u32),
}

/// The words of all pages, which notes on a page name by number.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Vocabulary<'n> {
    #[serde(borrow)]
    pub(super) stems: Vec<&'n str>,
    /// Each with the number of its stem.
    #[serde(borrow)]
    pub(super) words: Vec<(&'n str, u32)>,
}

/// A word of a page.
#[derive(Clone, Copy)]
struct Counted {
    number: u32,
    /// How often it was met there.
    met: u32,
    /// What that counts for.
    count: u32,
}

/// What a page is found by, and shown as.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Address without language.
    pub(super) path: &'a str,
    pub(super) title: &'a str,
    pub(super) summary: &'a str,
    /// What its words are worth beside those of any other page.
    pub(super) boost: f32,
}

struct Term {
    stem: Box<str>,
    /// Page times 256 plus count, in order.
    posts: Vec<u32>,
}

struct Page {
    path: Box<str>,
    title: Box<str>,
    summary: Box<str>,
    /// Words counted by where they stand.
    length: u32,
    boost: f32,
}

/// A group of synonyms.
#[derive(Default)]
pub(super) struct Group {
    /// Each a list of stems.
    pub(super) phrases: Vec<Vec<String>>,
    /// Addresses without language of the pages that are meant by them; without any it is the pages that have one of the phrases.
    pub(super) pages: Vec<String>,
}

/// What [`Index::finish`] makes.
pub(super) struct Finished {
    /// The files of each kind, `t`, `p` and `l`, in order.
    pub(super) files: [(char, Vec<Vec<u8>>); 3],
    /// First term of each `t<n>.json`.
    pub(super) terms: Vec<String>,
    /// First word of each `l<n>.json`.
    pub(super) lexicon: Vec<String>,
}

impl Index {
    pub(super) fn new(language: &str) -> Index {
        Index {
            stemmer: Stemmer::new(language),
            short: FxHashMap::with_capacity_and_hasher(WORDS, FxBuildHasher),
            long: FxHashMap::default(),
            words: Vec::new(),
            spelt: Vec::new(),
            stems: FxHashMap::with_capacity_and_hasher(WORDS, FxBuildHasher),
            terms: Vec::new(),
            counts: Vec::new(),
            pages: Vec::new(),
            touched: Vec::new(),
            counted: Vec::new(),
        }
    }

    /// Gives words the numbers that they had in an earlier build.
    pub(super) fn begin_with(&mut self, vocabulary: &Vocabulary<'_>) {
        for stem in &vocabulary.stems {
            self.term(stem);
        }
        for (word, term) in &vocabulary.words {
            self.word(word, as_number(word.as_bytes()), *term);
        }
    }

    /// All words, for [`Index::begin_with`]. Nothing if many of the words stand on no page any more.
    pub(super) fn vocabulary(&self) -> Option<Vocabulary<'_>> {
        let gone = self.words.iter().filter(|word| word.met == 0).count();
        let stems = self.terms.iter().map(|term| &*term.stem);
        let words = self.spelt.iter().zip(&self.words);
        (gone * 4 <= self.words.len()).then(|| Vocabulary {
            stems: stems.collect(),
            words: words.map(|(spelt, word)| (&**spelt, word.term)).collect(),
        })
    }

    pub(super) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Adds a page; `body` is Markdown.
    pub(super) fn add(&mut self, entry: Entry<'_>, body: &str) {
        self.count(entry.title, TITLE);
        self.count(entry.summary, SUMMARY);
        self.count_markdown(body);
        let mut counted = std::mem::take(&mut self.counted);
        counted.clear();
        counted.extend(self.touched.drain(..).map(|number| {
            let (met, count) = std::mem::take(&mut self.words[number as usize].here);
            Counted { number, met, count }
        }));
        self.place(entry, &counted);
        self.counted = counted;
    }

    /// The words of the page that was added last, for [`Index::add_counted`].
    pub(super) fn counted(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(3 * self.counted.len());
        for word in &self.counted {
            // Most words stand once on a page and in its body.
            let once = word.met == 1 && word.count == 1;
            push_varint(&mut out, word.number << 1 | u32::from(!once));
            if !once {
                push_varint(&mut out, word.met);
                push_varint(&mut out, word.count);
            }
        }
        out
    }

    /// Adds a page of which an earlier build, whose words this one began with, counted the words. They have to be such as
    /// [`fits`] says.
    pub(super) fn add_counted(&mut self, entry: Entry<'_>, noted: &[u8]) {
        let mut counted = std::mem::take(&mut self.counted);
        counted.clear();
        counted.extend(each_counted(noted).map_while(|word| word));
        self.place(entry, &counted);
        self.counted = counted;
    }

    fn place(&mut self, entry: Entry<'_>, counted: &[Counted]) {
        let mut length = 0;
        for Counted { number, met, count } in counted {
            let word = &mut self.words[*number as usize];
            word.met += met;
            length += count;
            let of_term = &mut self.counts[word.term as usize];
            if *of_term == 0 {
                self.touched.push(word.term);
            }
            *of_term += count;
        }
        let page = u32::try_from(self.pages.len()).unwrap_or(u32::MAX >> 8);
        for term in self.touched.drain(..) {
            let count = std::mem::take(&mut self.counts[term as usize]);
            self.terms[term as usize]
                .posts
                .push((page << 8) | count.min(255));
        }
        self.pages.push(Page {
            path: entry.path.into(),
            title: entry.title.into(),
            summary: entry.summary.into(),
            length,
            boost: entry.boost,
        });
    }

    /// Counts the words of `text`, each `weight` times.
    fn count(&mut self, text: &str, weight: u8) {
        tokens(text, |word| {
            let short = as_number(word.as_bytes());
            let known = match short {
                Some(number) => self.short.get(&number),
                None => self.long.get(word),
            };
            let number = match known {
                Some(number) => *number,
                None => {
                    let stem = self.stemmer.stem(word);
                    let term = match self.stems.get(&*stem) {
                        Some(term) => *term,
                        None => self.term(&stem),
                    };
                    self.word(word, short, term)
                }
            };
            let (met, count) = &mut self.words[number as usize].here;
            if *met == 0 {
                self.touched.push(number);
            }
            *met += 1;
            *count += u32::from(weight);
        });
    }

    /// The number of a new term.
    fn term(&mut self, stem: &str) -> u32 {
        let term = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.stems.insert(stem.into(), term);
        self.terms.push(Term {
            stem: stem.into(),
            posts: Vec::new(),
        });
        self.counts.push(0);
        term
    }

    /// The number of a new word; `short` is the word [`as_number`].
    fn word(&mut self, word: &str, short: Option<u128>, term: u32) -> u32 {
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        match short {
            Some(short) => self.short.insert(short, number),
            None => self.long.insert(word.into(), number),
        };
        self.words.push(Word {
            term,
            met: 0,
            here: (0, 0),
        });
        self.spelt.push(word.into());
        number
    }

    /// Counts the words of Markdown but not where its links lead.
    fn count_markdown(&mut self, text: &str) {
        static LINK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("]("));
        let mut fenced = false;
        for line in text.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
                continue;
            }
            let heading = !fenced && line.starts_with('#');
            let weight = if heading { HEADING } else { 1 };
            let mut rest = line;
            while let Some(at) = LINK.find(rest.as_bytes()).filter(|_| !fenced) {
                self.count(&rest[..at], weight);
                rest = &rest[at + 2..];
                rest = &rest[rest.find(')').map_or(rest.len(), |end| end + 1)..];
            }
            self.count(rest, weight);
        }
    }

    pub(super) fn finish(mut self, synonyms: &[Group]) -> Finished {
        let spelt = self.spellings();
        // An earlier build may have had terms that no page has now.
        self.terms.retain(|term| !term.posts.is_empty());
        self.terms.sort_unstable_by(|a, b| a.stem.cmp(&b.stem));
        let total: u32 = self.pages.iter().map(|p| p.length).sum();
        let pages = u32::try_from(self.pages.len()).unwrap_or(u32::MAX);
        let average = rough(total / pages.max(1), 2).max(1) as f32;
        let held: Vec<f32> = self
            .pages
            .iter()
            .map(|p| SATURATION * (1.0 - LENGTH + LENGTH * rough(p.length, 3) as f32 / average))
            .collect();

        let mut shards = Shards::default();
        // "!" is before every letter and digit of any script, so the order holds; the zeros keep it among themselves.
        for (n, group) in synonyms.iter().enumerate() {
            let pages = self.group(group, &held);
            shards.add(&format!("!{n:03}"), false, pages.into_iter());
        }
        for term in &self.terms {
            let common = self.is_common(term);
            shards.add(&term.stem, common, self.weights(term, &held));
        }
        let (terms, shards) = shards.finish();

        let rows = self.pages.chunks(ROWS).map(|pages| {
            let rows: Vec<[&str; 3]> = pages
                .iter()
                .map(|p| [&*p.path, &*p.title, &*p.summary])
                .collect();
            serde_json::json!(rows).to_string().into_bytes()
        });
        let rows = rows.collect();

        let (mut lexicon, mut words) = (Vec::new(), Vec::new());
        let (mut names, mut before) = (String::new(), "");
        for word in &spelt {
            if ends(names.len(), LEXICON, word) {
                words.push(format!("\"{names}\"").into_bytes());
                names.clear();
            }
            let same = if names.is_empty() {
                lexicon.push(word.clone());
                0
            } else {
                names.push(' ');
                shared_start(before, word)
            };
            names.push(char::from_digit(same, 36).unwrap_or('0'));
            names.push_str(&word[same as usize..]);
            before = word;
        }
        if !names.is_empty() {
            words.push(format!("\"{names}\"").into_bytes());
        }
        Finished {
            files: [('t', shards), ('p', rows), ('l', words)],
            terms,
            lexicon,
        }
    }

    /// Of each term the word that is met most often, sorted.
    fn spellings(&mut self) -> Vec<String> {
        let spelt = self.spelt.drain(..).zip(self.words.drain(..));
        let mut words: Vec<(Box<str>, Word)> = spelt.filter(|(_, word)| word.met > 0).collect();
        words.sort_unstable_by(|(a, word_a), (b, word_b)| {
            (word_a.term, word_b.met, a).cmp(&(word_b.term, word_a.met, b))
        });
        words.dedup_by_key(|(_, word)| word.term);
        let mut out: Vec<String> = words.into_iter().map(|(word, _)| word.into()).collect();
        out.sort_unstable();
        out
    }

    /// More than half of the pages have it.
    fn is_common(&self, term: &Term) -> bool {
        self.pages.len() >= 20 && term.posts.len() * 2 > self.pages.len()
    }

    /// Pages of a term with their weights of 1 to 15; of a common one those that have it in a title or a heading.
    fn weights(&self, term: &Term, held: &[f32]) -> impl Iterator<Item = (u32, u32)> {
        let least = if self.is_common(term) {
            u32::from(HEADING)
        } else {
            0
        };
        term.posts
            .iter()
            .map(|post| (post >> 8, post & 255))
            .filter(move |(_, count)| *count >= least)
            .map(|(page, count)| {
                let count = count as f32;
                let share = count / (count + held[page as usize]);
                let weight = share * self.pages[page as usize].boost * 15.0;
                (page, weight.round().clamp(1.0, 15.0) as u32)
            })
    }

    /// The pages that are meant, with the best weight there is; else those that have all words of one of the phrases, each with the
    /// best of its weights. Terms are sorted by now.
    fn group(&self, group: &Group, held: &[f32]) -> BTreeMap<u32, u32> {
        if !group.pages.is_empty() {
            let numbered = (0..).zip(&self.pages);
            let meant =
                numbered.filter(|(_, page)| group.pages.iter().any(|path| **path == *page.path));
            return meant.map(|(number, _)| (number, 15)).collect();
        }
        let pages_of = |stem: &String| -> BTreeMap<u32, u32> {
            match self.terms.binary_search_by(|t| (*t.stem).cmp(stem)) {
                Ok(n) => self.weights(&self.terms[n], held).collect(),
                Err(_) => BTreeMap::new(),
            }
        };
        let mut out = BTreeMap::new();
        for phrase in &group.phrases {
            let mut words = phrase.iter().map(pages_of);
            let mut pages = words.next().unwrap_or_default();
            for word in words {
                pages.retain(|page, weight| match word.get(page) {
                    Some(other) => {
                        *weight = (*weight + other) / 2;
                        true
                    }
                    None => false,
                });
            }
            for (page, weight) in pages {
                let best = out.entry(page).or_insert(weight);
                *best = weight.max(*best);
            }
        }
        out
    }
}

/// Whether these are words of a page as [`Index::counted`] gives them, where there are as many words as `all`.
pub(super) fn fits(noted: &[u8], all: usize) -> bool {
    each_counted(noted).all(|word| word.is_some_and(|word| (word.number as usize) < all))
}

/// The words that [`Index::counted`] wrote; nothing in the place of one that is cut.
fn each_counted(mut noted: &[u8]) -> impl Iterator<Item = Option<Counted>> {
    std::iter::from_fn(move || (!noted.is_empty()).then(|| take_counted(&mut noted)))
}

fn take_counted(noted: &mut &[u8]) -> Option<Counted> {
    let first = take_varint(noted)?;
    let (met, count) = match first & 1 {
        0 => (1, 1),
        _ => (take_varint(noted)?, take_varint(noted)?),
    };
    let number = first >> 1;
    Some(Counted { number, met, count })
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn push_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// What [`push_varint`] wrote, taken from the beginning of `bytes`.
fn take_varint(bytes: &mut &[u8]) -> Option<u32> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = *bytes.split_off_first()?;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

/// The bytes of a short word as one number; no word has a zero byte, so each has its own.
fn as_number(word: &[u8]) -> Option<u128> {
    if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
        let behind = 8 * 16_u32.checked_sub(u32::try_from(word.len()).ok()?)?;
        let [first, last] = [first, last].map(|half| u64::from_le_bytes(*half));
        let last = last.checked_shr(behind).unwrap_or(0);
        return Some(u128::from(last) << 64 | u128::from(first));
    }
    if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
        let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
        return Some(u128::from(last >> (8 * (8 - word.len())) << 32 | first));
    }
    let bytes = word.iter().rev();
    Some(bytes.fold(0, |number, byte| number << 8 | u128::from(*byte)))
}

/// The first binary digits of a number; the others are zeros.
fn rough(number: u32, digits: u32) -> u32 {
    let others = (u32::BITS - number.leading_zeros()).saturating_sub(digits);
    number >> others << others
}

/// Whether a file of about `goal` bytes that has `size` ends before the term `next`. That is for the term to say, one in eight,
/// so that a file which grew moves no other's end.
fn ends(size: usize, goal: usize, next: &str) -> bool {
    let digest = next.bytes().fold(0x811c_9dc5_u32, |digest, byte| {
        (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    size > 2 * goal || size > goal * 3 / 4 && digest >> 29 == 0
}

/// The `t<n>.json` being filled, and those before it.
#[derive(Default)]
struct Shards {
    done: Vec<Vec<u8>>,
    firsts: Vec<String>,
    names: String,
    posts: String,
}

impl Shards {
    fn add(&mut self, name: &str, common: bool, pages: impl Iterator<Item = (u32, u32)>) {
        if ends(self.names.len() + self.posts.len(), TERMS, name) {
            self.flush();
        }
        if self.names.is_empty() {
            self.firsts.push(name.to_owned());
        } else {
            self.names.push(' ');
            self.posts.push(',');
        }
        self.names.push_str(name);
        self.posts.push('[');
        let mut gap = "";
        if common {
            self.posts.push('0');
            gap = ",";
        }
        // The first distance is counted from a page before the first.
        let mut before = u32::MAX;
        for (page, weight) in pages {
            self.posts.push_str(gap);
            gap = ",";
            push_number(&mut self.posts, (page.wrapping_sub(before) << 4) | weight);
            before = page;
        }
        self.posts.push(']');
    }

    fn flush(&mut self) {
        if self.names.is_empty() {
            return;
        }
        let text = format!(
            "{{\"terms\":\"{}\",\"posts\":[{}]}}",
            self.names, self.posts
        );
        self.done.push(text.into_bytes());
        self.names.clear();
        self.posts.clear();
    }

    /// The first term of each file, and the files.
    fn finish(mut self) -> (Vec<String>, Vec<Vec<u8>>) {
        self.flush();
        (self.firsts, self.done)
    }
}

/// How many bytes two terms begin with alike, 35 at most, whole characters only.
fn shared_start(a: &str, b: &str) -> u32 {
    let same = a
        .bytes()
        .zip(b.bytes())
        .take(35)
        .take_while(|(a, b)| a == b);
    let mut length = same.count();
    while !b.is_char_boundary(length) {
        length -= 1;
    }
    // JavaScript counts in other units beyond ASCII, so only plain beginnings are shared.
    if b.as_bytes()[..length].is_ascii() {
        length as u32
    } else {
        0
    }
}

/// Decimal digits, without the machinery of `format!`: there is one for each word of each page.
fn push_number(out: &mut String, mut number: u32) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_short_word_is_a_number_of_its_own() {
        let text = "abcdefghijklmnopq";
        let words: Vec<&str> = (0..16)
            .flat_map(|from| (from + 1..=16).map(move |to| &text[from..to]))
            .chain([
                "aa",
                "aaa",
                "aaaaaaaa",
                "aaaaaaaaa",
                "aaaaaaaaaaaaaaaa",
                "\u{4f59}",
            ])
            .collect();
        let mut numbers: Vec<u128> = words
            .iter()
            .map(|word| as_number(word.as_bytes()).unwrap())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), words.len());
        assert_eq!(as_number(text.as_bytes()), None);
    }

    fn add(index: &mut Index, path: &str, title: &str, summary: &str, body: &str, boost: f32) {
        let entry = Entry {
            path,
            title,
            summary,
            boost,
        };
        index.add(entry, body);
    }

    #[test]
    fn a_page_of_an_earlier_build_is_found_as_if_it_were_read_again() {
        let bodies = [
            "Balances and units. A longer text: the balance of units is empty empty empty.",
            "## Units\n\nWhat was bought expires; what expires is gone.",
        ];
        let entry = |n: usize| Entry {
            path: ["/a/", "/b/"][n],
            title: "Balance",
            summary: "Words that nobody else has.",
            boost: 1.0,
        };
        let mut first = Index::new("en");
        add(&mut first, "/gone/", "Gone", "", "gone", 1.0);
        first.add(entry(0), bodies[0]);
        let noted = first.counted();
        first.add(entry(1), bodies[1]);
        let mut second = Index::new("en");
        second.begin_with(&first.vocabulary().unwrap());
        second.add_counted(entry(0), &noted);
        assert_eq!(second.counted(), noted);
        second.add(entry(1), "Another text about expiring units.");
        let mut anew = Index::new("en");
        anew.add(entry(0), bodies[0]);
        anew.add(entry(1), "Another text about expiring units.");
        let (second, anew) = (second.finish(&[]), anew.finish(&[]));
        assert_eq!(second.files, anew.files);
        assert_eq!((second.terms, second.lexicon), (anew.terms, anew.lexicon));
    }

    #[test]
    fn notes_that_name_words_which_are_not_there_are_not_used() {
        for noted in [&[2_u8][..], &[0x80], &[1], &[0xff; 9]] {
            assert!(!fits(noted, 1), "{noted:?}");
        }
        assert!(fits(&[0], 1) && fits(&[1, 2, 3], 1) && fits(&[], 0));
    }

    #[test]
    fn words_that_are_mostly_gone_are_forgotten() {
        let mut index = Index::new("en");
        index.begin_with(&Vocabulary {
            stems: vec!["a", "b"],
            words: vec![("as", 0), ("bs", 1)],
        });
        assert!(index.vocabulary().is_none());
        add(&mut index, "/a/", "as bs", "", "", 1.0);
        assert!(index.vocabulary().is_some());
    }

    fn file<'f>(done: &'f Finished, name: &str) -> &'f str {
        let number = name[1..].strip_suffix(".json").unwrap();
        let (_, files) = done
            .files
            .iter()
            .find(|(kind, _)| name.starts_with(*kind))
            .unwrap();
        std::str::from_utf8(&files[number.parse::<usize>().unwrap()]).unwrap()
    }

    #[test]
    fn a_term_names_its_pages_with_weights() {
        let mut index = Index::new("en");
        add(&mut index, "/a/", "Balance empty", "Buy units.", "", 1.0);
        add(
            &mut index,
            "/b/",
            "Limits",
            "Wait.",
            "The [balances](/balance/hidden/) hold.",
            1.0,
        );
        let done = index.finish(&[]);
        let terms: serde_json::Value = serde_json::from_str(file(&done, "t0.json")).unwrap();
        let names: Vec<&str> = terms["terms"].as_str().unwrap().split(' ').collect();
        assert!(names.is_sorted());
        assert!(
            !names.contains(&"hidden"),
            "where a link leads is not searched"
        );
        let at = names.iter().position(|n| *n == "balanc").unwrap();
        let posts: Vec<u64> = terms["posts"][at]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .collect();
        assert_eq!(posts.iter().map(|p| p >> 4).collect::<Vec<_>>(), [1, 1]);
        assert!(posts[0] & 15 > posts[1] & 15, "a title weighs more");
        assert_eq!(done.terms, [names[0]]);
        assert_eq!(
            file(&done, "p0.json"),
            r#"[["/a/","Balance empty","Buy units."],["/b/","Limits","Wait."]]"#
        );
    }

    #[test]
    fn a_term_of_most_pages_names_those_that_are_about_it() {
        let mut index = Index::new("en");
        for n in 0..20 {
            let title = if n == 7 { "Video" } else { "Other" };
            add(&mut index, &format!("/{n}/"), title, "", "A video.", 1.0);
        }
        let done = index.finish(&[]);
        let terms: serde_json::Value = serde_json::from_str(file(&done, "t0.json")).unwrap();
        let at = terms["terms"]
            .as_str()
            .unwrap()
            .split(' ')
            .position(|n| n == "video")
            .unwrap();
        assert_eq!(terms["posts"][at][0], 0);
        assert_eq!(terms["posts"][at][1].as_u64().unwrap() >> 4, 8);
        assert_eq!(terms["posts"][at].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_group_has_the_pages_of_all_its_phrases() {
        let mut index = Index::new("xx");
        add(&mut index, "/0/", "saldo", "", "", 1.0);
        add(&mut index, "/1/", "isi", "", "", 1.0);
        add(&mut index, "/2/", "isi ulang", "", "", 1.0);
        let phrases = ["saldo", "isi ulang", "nowhere"];
        let group = phrases.map(|p| p.split(' ').map(str::to_owned).collect());
        let group = Group {
            phrases: group.to_vec(),
            pages: Vec::new(),
        };
        let meant = Group {
            phrases: group.phrases.clone(),
            pages: vec!["/1/".to_owned()],
        };
        let done = index.finish(&[group, meant]);
        let terms: serde_json::Value = serde_json::from_str(file(&done, "t0.json")).unwrap();
        assert_eq!(terms["terms"], "!000 !001 isi saldo ulang");
        let posts = terms["posts"][0].as_array().unwrap();
        let distances: Vec<u64> = posts.iter().map(|p| p.as_u64().unwrap() >> 4).collect();
        assert_eq!(distances, [1, 2]);
        assert_eq!(terms["posts"][1], serde_json::json!([2 << 4 | 15]));
    }

    #[test]
    fn large_indexes_are_cut() {
        let mut index = Index::new("xx");
        for n in 0..3000 {
            add(
                &mut index,
                &format!("/{n}/"),
                &format!("word{n:05} shared{}", n % 7),
                "",
                "",
                1.0,
            );
        }
        let done = index.finish(&[]);
        assert!(done.terms.len() > 3 && done.terms.is_sorted());
        assert!(file(&done, "l0.json").starts_with("\"0shared0 61 62 63 "));
        for (kind, bytes) in done
            .files
            .iter()
            .flat_map(|(k, f)| f.iter().map(move |b| (k, b)))
        {
            assert!(bytes.len() < 3 * LEXICON, "{kind}: {}", bytes.len());
            let _: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        }
    }

    #[test]
    fn a_word_more_changes_few_files() {
        let finished = |changed: bool| {
            let mut index = Index::new("xx");
            for n in 0..2000_usize {
                let mut body: String = (0..60)
                    .map(|m| format!("word{:04} ", (n * 61 + m * 97) % 3000))
                    .collect();
                if changed && n == 700 {
                    body.push_str("word0001 another");
                }
                add(
                    &mut index,
                    &format!("/{n}/"),
                    &format!("title{n}"),
                    "",
                    &body,
                    1.0,
                );
            }
            index.finish(&[])
        };
        let (before, after) = (finished(false), finished(true));
        let all = before
            .files
            .iter()
            .map(|(_, files)| files.len())
            .sum::<usize>();
        let known: Vec<&Vec<u8>> = before.files.iter().flat_map(|(_, files)| files).collect();
        let new = after.files.iter().flat_map(|(_, files)| files);
        let changed = new.filter(|file| !known.contains(file)).count();
        assert!(
            all > 100 && (1..=6).contains(&changed),
            "{changed} of {all}"
        );
    }

    /// The browser looks for the file by the first terms, so they have to be in order whatever scripts the words are in.
    #[test]
    fn a_group_is_found_beside_words_of_every_script() {
        let mut index = Index::new("xx");
        for n in 0..3000 {
            let word = ["word", "\u{4f59}\u{989d}", "\u{431}\u{430}"][n % 3];
            add(
                &mut index,
                &format!("/{n}/"),
                &format!("{word}{n:05}"),
                "",
                "",
                1.0,
            );
        }
        let groups: Vec<Group> = (0..900)
            .map(|n| Group {
                phrases: vec![vec![format!("word{:05}", n * 3)]],
                pages: Vec::new(),
            })
            .collect();
        let done = index.finish(&groups);
        assert!(done.terms.len() > 3 && done.terms.is_sorted());
        for n in 0..groups.len() {
            let name = format!("!{n:03}");
            let covering = done.terms.partition_point(|first| *first <= name) - 1;
            let terms: serde_json::Value =
                serde_json::from_str(file(&done, &format!("t{covering}.json"))).unwrap();
            let at = terms["terms"]
                .as_str()
                .unwrap()
                .split(' ')
                .position(|t| t == name);
            assert_eq!(
                terms["posts"][at.unwrap()][0].as_u64().unwrap() >> 4,
                n as u64 * 3 + 1
            );
        }
    }

    #[test]
    fn rough_numbers_keep_their_first_digits() {
        let roughly = [0, 1, 7, 8, 9, 700, 703, 767, 768, u32::MAX].map(|n| rough(n, 3));
        assert_eq!(roughly, [0, 1, 7, 8, 8, 640, 640, 640, 768, 0xe000_0000]);
    }

    #[test]
    fn numbers_are_decimal() {
        for n in [0, 7, 10, 4_294_967_295] {
            let mut out = String::new();
            push_number(&mut out, n);
            assert_eq!(out, n.to_string());
        }
    }
}
