//! Full-text search without a server: an inverted index of every page's words, one for each language, cut into small
//! files of which a browser fetches the few that a query needs. `assets/lookup.js` reads it, `assets/stem.js` reduces
//! words as [`Stemmer`] does, and a browser test holds the two against each other. Reads the Markdown twins, so that
//! what is searched is what a reader sees; knows no HTML and no disk.
//!
//! Why not a library: `docs/search.md` has the comparison and the figures.

mod index;
mod known;
mod words;

pub(crate) use known::Known;
pub use words::{Stemmer, tokens};

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::assets;
use crate::model::Site;
use crate::past::{Common, KeptPages, Key, Past};
use crate::render::Files;
use index::{Entry, Finished, Group, Index};
use known::Page;

/// The version of the format; `lookup.js` reads this one only.
const VERSION: u32 = 3;
/// The name of twins.
const TWIN: &str = "index.md";
/// Digits of a file's SHA-256 in its name.
const DIGITS: usize = 8;

/// Whether the search reads this file.
pub(crate) fn is_twin(path: &str) -> bool {
    path.strip_suffix(TWIN)
        .is_some_and(|folder| folder.ends_with('/'))
}

/// What came of the search.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) files: Files,
    /// Files that lie in the target as they would be made.
    pub(crate) kept: KeptPages,
    /// Of each of the two, what it is made from.
    pub(crate) keys: BTreeMap<String, Key>,
    /// What the next build may know.
    pub(crate) words: Vec<u8>,
}

/// The index files of every language, from the twins among `files`, and `twins`, which are those of the pages among `kept`
/// but for what `known` has of them. Those of a language of which no twin changed are kept, if `over` says what the last build left.
///
/// `<language>/search/index.json` is the way in, at an address that never changes. The others lie in [`folder`]; each has the
/// beginning of its SHA-256 in its name, can be kept for ever, and stays where it is while its bytes do. Pages name none of
/// them, so a change of content changes no other page.
pub(crate) fn files(
    site: &Site<'_>,
    files: &Files,
    kept: &KeptPages,
    twins: &Files,
    known: &Known<'_>,
    over: Option<(&Past, &Common<'_>)>,
) -> Made {
    let given = Given {
        site,
        files,
        kept,
        twins,
        known,
        over,
    };
    let done: Vec<Made> = site
        .languages()
        .par_iter()
        .map(|language| given.of_language(&language.code))
        .collect();
    let mut all = Made::default();
    for mut made in done {
        all.files.append(&mut made.files);
        all.kept.append(&mut made.kept);
        all.keys.append(&mut made.keys);
        all.words.append(&mut made.words);
    }
    all
}

/// The folder below the target folder that holds the index of a language, with a slash at its end.
pub(crate) fn folder(language: &str) -> String {
    format!("assets/search-{language}/")
}

fn root_file(language: &str) -> String {
    format!("{language}/search/index.json")
}

/// What of a page is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Everything.
    Whole,
    /// Title and summary: its body only lists other pages.
    Head,
    /// Title and summary, and its parts one by one.
    Parts,
    /// Nothing: whoever searches is not looking for it.
    None,
}

fn part(site: &Site<'_>, path: &str) -> Part {
    // The further pages of a list, and the list of a section.
    if path.contains('~') {
        return Part::None;
    }
    if site.groups.contains_key(path) && !site.docs.pages.contains_key(path) {
        return Part::Head;
    }
    match path.trim_matches('/').split('/').collect::<Vec<_>>()[..] {
        ["" | "search"] => Part::None,
        ["guides" | "runbooks" | "errors" | "tools" | "diagnose"]
        | ["errors", _]
        | ["errors", "matrix", _] => Part::Head,
        ["glossary" | "wallets"] => Part::Parts,
        _ => Part::Whole,
    }
}

/// Whether the search has to read the twin at `path`, which has this SHA-256.
pub(crate) fn reads(site: &Site<'_>, known: &Known<'_>, path: &str, sha256: &str) -> bool {
    let Some((language, file)) = path.split_once('/') else {
        return false;
    };
    let address = address(file);
    match part(site, &address) {
        Part::None => false,
        part => {
            translated(site, &address, language)
                && known.page(language, file, sha256, part).is_none()
        }
    }
}

/// Address without language of the page whose twin is `file` in the folder of a language.
fn address(file: &str) -> String {
    format!("/{}", &file[..file.len() - TWIN.len()])
}

/// What [`files`] was given.
#[derive(Clone, Copy)]
struct Given<'g, 'a> {
    site: &'g Site<'a>,
    files: &'g Files,
    kept: &'g KeptPages,
    twins: &'g Files,
    known: &'g Known<'g>,
    over: Option<(&'g Past, &'g Common<'g>)>,
}

/// The twin of a page.
#[derive(Clone, Copy)]
struct Twin<'g> {
    /// Path in the folder of its language.
    file: &'g str,
    /// Nothing where it need not be read.
    bytes: Option<&'g [u8]>,
    /// Of one that lies on the disk.
    sha256: Option<&'g str>,
}

impl<'g> Given<'g, '_> {
    fn of_language(&self, language: &str) -> Made {
        let site = self.site;
        let twins = self.twins(language);
        // Nothing while one of them is in memory alone.
        let lying: Option<Vec<(&str, &str)>> = twins
            .iter()
            .map(|twin| Some((twin.file, twin.sha256?)))
            .collect();
        let mut key = None;
        if let Some(((past, common), lying)) = self.over.zip(lying) {
            let made_from = common.search(language, lying.iter().copied());
            if let Some(made) = self.standing(past, language, &made_from, &lying) {
                return made;
            }
            key = Some(made_from);
        }
        let (index, notes) = self.index(language, &twins);
        let pages = index.pages();
        let synonyms = synonyms(site, language);
        let Finished {
            files,
            terms,
            lexicon,
        } = index.finish(&synonyms.groups);
        let (mut out, names) = named(language, files);
        let root = json!({
            "version": VERSION,
            "language": language,
            "label": label(site, language),
            "pages": pages,
            "home": site.href(language, ""),
            "folder": format!("{}/{}", site.base, folder(language)),
            "names": names,
            "rows": index::ROWS,
            "terms": terms,
            "lexicon": lexicon,
            "synonyms": synonyms.groups.iter().map(|group| &group.phrases).collect::<Vec<_>>(),
            "spelling": synonyms.spelling,
            "idle": synonyms.idle,
            "others": site.languages().iter().filter(|l| l.code != language).map(|l| json!({
                "language": l.code,
                "index": site.href(&l.code, "/search/index.json"),
            })).collect::<Vec<_>>(),
            "diagnoser": diagnoser(site, self.files.keys().chain(self.kept.keys()), language),
            "words": words(site, language),
        });
        out.insert(root_file(language), format!("{root}\n").into_bytes());
        let keys = key.into_iter().flat_map(|key| {
            let paths = out.keys().cloned();
            paths.map(move |path| (path, key))
        });
        Made {
            keys: keys.collect(),
            files: out,
            kept: KeptPages::new(),
            words: notes,
        }
    }

    /// The twins of a language, in order.
    fn twins(&self, language: &str) -> Vec<Twin<'g>> {
        let prefix = format!("{language}/");
        let made = below(self.files, &prefix).map(|(file, bytes)| Twin {
            file,
            bytes: Some(bytes.as_slice()),
            sha256: None,
        });
        let twins = self.twins;
        let lying = below(self.kept, &prefix).map(|(file, kept)| Twin {
            file,
            bytes: twins.get(&format!("{prefix}{file}")).map(Vec::as_slice),
            sha256: Some(kept.sha256.as_str()),
        });
        let mut all: Vec<_> = made.chain(lying).collect();
        all.sort_unstable_by_key(|twin| twin.file);
        all
    }

    /// The search of a language as the last build left it; nothing unless it was made from the same twins, and the words of each
    /// of them are known, so that the next build knows them too.
    fn standing(
        &self,
        past: &Past,
        language: &str,
        key: &Key,
        twins: &[(&str, &str)],
    ) -> Option<Made> {
        let counted = twins.iter().all(|(file, sha256)| {
            let path = address(file);
            match part(self.site, &path) {
                Part::None | Part::Parts => true,
                part => {
                    !translated(self.site, &path, language)
                        || self.known.page(language, file, sha256, part).is_some()
                }
            }
        });
        let words = self.known.notes(language).filter(|_| counted)?.to_vec();
        let (folder, root) = (folder(language), root_file(language));
        let kept = past.group(|path| path.starts_with(&folder) || path == root, key)?;
        Some(Made {
            files: Files::new(),
            keys: kept.keys().map(|path| (path.clone(), *key)).collect(),
            kept,
            words,
        })
    }

    /// The index of a language, and for the next build the words that were counted for it.
    fn index(&self, language: &str, twins: &[Twin<'_>]) -> (Index, Vec<u8>) {
        let mut index = Index::new(language);
        self.known.begin(language, &mut index);
        let mut noted = Vec::new();
        for twin in twins {
            let path = address(twin.file);
            let part = part(self.site, &path);
            if part == Part::None || !translated(self.site, &path, language) {
                continue;
            }
            let boost = boost(self.site, &path);
            let entry = |title, summary| Entry {
                path: &path,
                title,
                summary,
                boost,
            };
            let known = twin
                .sha256
                .and_then(|sha256| self.known.page(language, twin.file, sha256, part));
            if let Some(page) = known {
                index.add_counted(entry(page.title, page.summary), page.words);
                page.note(&mut noted);
                continue;
            }
            // Twins are our own and UTF-8.
            let Some(text) = twin.bytes.and_then(|text| std::str::from_utf8(text).ok()) else {
                continue;
            };
            let (title, summary, body) = split(text);
            let whole = part == Part::Whole;
            index.add(entry(title, summary), if whole { body } else { "" });
            if part == Part::Parts {
                for (anchor, title, text) in parts(self.site, &path, language) {
                    let entry = Entry {
                        path: &format!("{path}#{anchor}"),
                        title,
                        summary: &text,
                        boost,
                    };
                    index.add(entry, "");
                }
            } else if let Some(sha256) = twin.sha256 {
                let page = Page {
                    file: twin.file,
                    sha256,
                    whole,
                    title,
                    summary,
                    words: &index.counted(),
                };
                page.note(&mut noted);
            }
        }
        let notes = known::language(language, &index, &noted);
        (index, notes)
    }
}

/// The files of an index by their paths, and of each kind the digits of all its files, in order.
fn named(language: &str, files: [(char, Vec<Vec<u8>>); 3]) -> (Files, BTreeMap<char, Vec<String>>) {
    let folder = folder(language);
    let mut out = Files::new();
    let mut names: BTreeMap<char, Vec<String>> = BTreeMap::new();
    for (kind, files) in files {
        let all = names.entry(kind).or_default();
        for (n, bytes) in files.into_iter().enumerate() {
            let mut digits = assets::sha256(&bytes);
            digits.truncate(DIGITS);
            out.insert(format!("{folder}{kind}{n}.{digits}.json"), bytes);
            all.push(digits);
        }
    }
    (out, names)
}

/// The twins in a folder: the rest of the path, and what is known of them.
fn below<'f, T>(
    files: &'f BTreeMap<String, T>,
    prefix: &str,
) -> impl Iterator<Item = (&'f str, &'f T)> {
    files
        .range(prefix.to_owned()..)
        .map_while(move |(file, of)| Some((file.strip_prefix(prefix)?, of)))
        .filter(|(file, _)| file.ends_with(TWIN))
}

/// What a page is worth beside the others: what the site names first comes first.
fn boost(site: &Site<'_>, path: &str) -> f32 {
    let config = &site.docs.config;
    let inner = path.trim_matches('/');
    // They set errors beside one another that have pages of their own: whoever searches wants those.
    if inner == "errors/matrix" || inner.starts_with("errors/matrix/") {
        return 0.25;
    }
    let Some(error) = inner.strip_prefix("errors/") else {
        return if inner.contains('/') { 1.25 } else { 1.0 };
    };
    let section = error.split('/').next().unwrap_or_default();
    if config.common.iter().any(|id| id.value == error) {
        1.3
    } else if config.provider_order.iter().any(|id| id.value == section) {
        1.15
    } else {
        1.0
    }
}

/// Whether a page has words of its own in `language`; one that shows those of another is found there.
fn translated(site: &Site<'_>, path: &str, language: &str) -> bool {
    let texts = site.docs.pages.get(path).map(|p| &p.texts).or_else(|| {
        let id = path.trim_matches('/').strip_prefix("errors/")?;
        site.rule(id).map(|r| &r.texts)
    });
    texts.is_none_or(|texts| texts.contains_key(language))
}

/// Title, summary and body of a twin (`twin::head` wrote the first two).
fn split(twin: &str) -> (&str, &str, &str) {
    let (title, rest) = twin.split_once('\n').unwrap_or((twin, ""));
    let rest = rest.trim_start_matches('\n');
    let (summary, body) = rest.split_once('\n').unwrap_or((rest, ""));
    (title.trim_start_matches("# "), summary, body)
}

/// Anchor, name and text of what stands on a page of many small things.
fn parts<'a>(site: &Site<'a>, path: &str, language: &str) -> Vec<(&'a str, &'a str, String)> {
    let data = site.data();
    if path == "/glossary/" {
        let terms = data.terms.iter().filter_map(|term| {
            let words = term.words.get(language)?;
            Some((
                term.id.value.as_str(),
                words.name.value.as_str(),
                words.text.value.clone(),
            ))
        });
        return terms.collect();
    }
    let wallets = data.wallets.iter().filter_map(|wallet| {
        let words = wallet.words.get(language)?;
        let text = [&words.pays_for, &words.where_, &words.pays_in].map(String::as_str);
        Some((
            wallet.id.value.as_str(),
            words.name.as_str(),
            text.join(" · "),
        ))
    });
    wallets.collect()
}

fn label<'a>(site: &Site<'a>, language: &'a str) -> &'a str {
    site.languages()
        .iter()
        .find(|l| l.code == language)
        .map_or(language, |l| &l.label)
}

/// What `data/synonyms.toml` says of the words of a query in a language.
struct Synonyms {
    /// Words that people use for one another, reduced as the index is.
    groups: Vec<Group>,
    /// Words as some write them, with how the pages do.
    spelling: BTreeMap<String, String>,
    /// Words that tell nothing of what is looked for, as the pages write them.
    idle: BTreeSet<String>,
}

fn synonyms(site: &Site<'_>, language: &str) -> Synonyms {
    let words = |phrase: &str| {
        let mut out = Vec::new();
        tokens(phrase, |word| out.push(word.to_owned()));
        out
    };
    let of_kind = |kind: Option<&'static str>| {
        let all = site.data().synonyms.iter();
        let all = all.filter(move |group| group.kind == kind);
        all.filter_map(|group| Some((group, group.words.get(language)?)))
    };
    let mut spelling = BTreeMap::new();
    for (_, group) in of_kind(Some("spelling")) {
        let mut spelt = group.iter().flat_map(|word| words(&word.value));
        let Some(ours) = spelt.next() else {
            continue;
        };
        spelling.extend(spelt.map(|word| (word, ours.clone())));
    }
    let idle: BTreeSet<String> = of_kind(Some("idle"))
        .flat_map(|(_, words)| words)
        .flat_map(|word| words(&word.value))
        .collect();
    let stemmer = Stemmer::new(language);
    // As a query is read: in our spelling, and without what tells nothing.
    let stems = |phrase: &str| -> Vec<String> {
        let words = words(phrase).into_iter();
        let words = words.map(|word| spelling.get(&word).cloned().unwrap_or(word));
        words
            .filter(|word| !idle.contains(word))
            .map(|word| stemmer.stem(&word).into_owned())
            .collect()
    };
    let groups = of_kind(None).map(|(group, phrases)| {
        let phrases: BTreeSet<Vec<String>> = phrases
            .iter()
            .map(|phrase| stems(&phrase.value))
            .filter(|stems| !stems.is_empty())
            .collect();
        Group {
            phrases: phrases.into_iter().collect(),
            pages: group.pages.iter().map(|page| page.value.clone()).collect(),
        }
    });
    Synonyms {
        groups: groups.collect(),
        spelling,
        idle,
    }
}

/// Addresses of the compiled rules and the answers, for a query that is a pasted error.
fn diagnoser<'f>(
    site: &Site<'_>,
    paths: impl Iterator<Item = &'f String> + Clone,
    language: &str,
) -> Value {
    let find = |name: &str| {
        paths
            .clone()
            .find(|path| path.starts_with("assets/") && path.ends_with(name))
            .map(|path| format!("{}/{path}", site.base))
    };
    json!({
        "pack": find("/rules.pack"),
        "answers": find(&format!("/answers.{language}.json")),
        "page": site.href(language, "/diagnose/"),
    })
}

/// The interface words that the search box shows, of the section `search`.
pub(crate) const WORDS: &[&str] = &[
    "all",
    "certain",
    "close",
    "corrected",
    "count",
    "count_one",
    "diagnose",
    "diagnose_text",
    "diagnosis",
    "failed",
    "hint",
    "keys",
    "kind_errors",
    "kind_glossary",
    "kind_guides",
    "kind_page",
    "kind_runbooks",
    "kind_tools",
    "kind_wallets",
    "label",
    "likely",
    "loading",
    "more",
    "nearest",
    "none",
    "open",
    "pages",
    "partly",
    "placeholder",
    "possible",
    "retry",
];

fn words(site: &Site<'_>, language: &str) -> BTreeMap<&'static str, String> {
    let ui = site.ui(language);
    WORDS
        .iter()
        .map(|key| (*key, ui.word("search", key)))
        .collect()
}
