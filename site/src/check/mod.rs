//! Everything that may be wrong with content, in one list. Each submodule holds lints of one kind; each compares what
//! was parsed and reports with place and suggestion. Nothing here changes anything or stops early.

mod aliases;
mod arithmetic;
mod examples;
mod freshness;
mod glossary;
mod links;
mod markup;
mod mojibake;
mod names;
mod output;
mod parity;
mod pictures;
mod prose;
mod references;
mod replies;
mod rules;
mod secrets;
mod stale;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use memchr::memmem;
use rayon::prelude::*;

use crate::diag::{Diag, Severity};
use crate::load::Source;
use crate::model::{Options, Site};
use crate::parse::Docs;
use crate::parse::left_over::is_unseen;
use crate::parse::markdown::Markdown;
use crate::past::Notes;
use crate::theme;
use crate::timings::Timings;

pub use lints::LINTS;
pub(crate) use output::Reader;

mod lints;

/// One thing that may be wrong.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// Kebab-case name of the problem, as shown in brackets.
    pub id: &'static str,
    /// Whether a site is written all the same.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// What it means, why it matters, what to do; for `resep explain`.
    pub explanation: &'static str,
}

/// The lint with this id.
#[must_use]
pub fn lint(id: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|l| l.id == id)
}

/// Findings of earlier runs: those in a file alone, by its text, and those of the examples, by all rules.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    files: BTreeMap<String, (Arc<str>, Vec<Diag>)>,
    examples: Option<Examples>,
    /// Of an earlier run of the program.
    noted: Arc<Notes>,
    /// Whether [`OF_FRAME`] and the examples showed nothing.
    frame_is_clean: bool,
}

/// What the examples showed with this pack and these rule files.
#[derive(Debug)]
struct Examples {
    pack: Arc<[u8]>,
    rules: Vec<(String, Arc<str>)>,
    found: Vec<Diag>,
}

/// What lints of the sources look at.
struct View<'v> {
    source: &'v Source,
    docs: &'v Docs,
    options: &'v Options,
}

/// Lints of one kind.
type Lints = for<'v> fn(&View<'v>, &mut Vec<Diag>);

/// The lints that need nothing but the sources. They do not know of each other and run at the same time.
const KINDS: &[(&str, Lints)] = &[
    ("check aliases", |v, out| aliases::check(v.docs, out)),
    ("check arithmetic", |v, out| arithmetic::check(v.docs, out)),
    ("check freshness", |v, out| {
        freshness::check(v.source, v.docs, out);
        stale::check(v.docs, v.options, out);
    }),
    ("check the glossary", |v, out| {
        glossary::check(v.source, v.docs, out);
    }),
    ("check links", |v, out| links::check(v.source, v.docs, out)),
    ("check names", |v, out| names::check(v.source, out)),
    ("check pictures", |v, out| pictures::check(v.source, out)),
    ("check prose", |v, out| prose::check(v.source, v.docs, out)),
    ("check references", |v, out| {
        references::check(v.source, v.docs, out);
    }),
    ("check replies", |v, out| {
        replies::check(v.source, v.docs, out);
    }),
    ("check rules", |v, out| rules::check(v.docs, out)),
    ("check the theme", |v, out| {
        theme::unused(v.source, out);
        theme::frameless(v.source, out);
        theme::lost(v.source, out);
        theme::policy(v.source, out);
    }),
    ("check translations", |v, out| {
        parity::check(v.source, v.docs, out);
    }),
    ("check words", |v, out| words::check(v.docs, out)),
];

/// The lints that need no article and take long, so that it is worth to know that they found nothing in the same frame.
const OF_FRAME: &[(&str, Lints)] = &[("check words of the interface", |v, out| {
    words::interface(v.source, v.docs, out);
})];

/// All lints of the sources. `pack` is the compiled rules where they could be compiled; the examples need it.
#[must_use]
pub(crate) fn sources(
    source: &Source,
    docs: &Docs,
    pack: Option<&Arc<[u8]>>,
    options: &Options,
    cache: &mut Cache,
    timings: &mut Timings,
) -> Vec<Diag> {
    let view = View {
        source,
        docs,
        options,
    };
    let known = cache.noted.pack().is_some();
    let more = if known { &[] } else { OF_FRAME };
    let lints = || KINDS.iter().chain(more);
    let (diags, parts) = timings.stage("check the sources", || {
        let (kinds, files) = rayon::join(
            || -> Vec<(Vec<Diag>, Duration)> {
                let lints: Vec<_> = lints().collect();
                lints
                    .into_par_iter()
                    .map(|(_, lints)| clocked(|out| lints(&view, out)))
                    .collect()
            },
            || clocked(|out| cache.files(source, docs, out)),
        );
        let examples = clocked(|out| {
            if let Some(pack) = pack.filter(|_| !known) {
                cache.examples(source, docs, pack, out);
            }
        });
        let mut diags = Vec::new();
        diags.extend(secrets::blind(|text| file("canary.md", text, docs)));
        let mut parts = Vec::new();
        cache.frame_is_clean = examples.0.is_empty()
            && kinds[KINDS.len()..]
                .iter()
                .all(|(found, _)| found.is_empty());
        let names = lints().map(|(name, _)| *name);
        let done = names
            .zip(kinds)
            .chain([("check each file", files), ("check examples", examples)]);
        for (name, (found, took)) in done {
            diags.extend(found);
            parts.push((name, took));
        }
        (diags, parts)
    });
    for (name, took) in parts {
        timings.part(name, took);
    }
    diags
}

/// What `lints` find, and how long they take.
fn clocked(lints: impl FnOnce(&mut Vec<Diag>)) -> (Vec<Diag>, Duration) {
    let begun = Instant::now();
    let mut found = Vec::new();
    lints(&mut found);
    (found, begun.elapsed())
}

/// Lints that look at nothing but one file, and at what was read from it.
fn file(path: &str, text: &str, docs: &Docs) -> Vec<Diag> {
    let mut diags = Vec::new();
    secrets::check(path, text, &mut diags);
    mojibake::check(path, text, docs, &mut diags);
    placeholders(path, text, &mut diags);
    controls(path, text, &mut diags);
    diags
}

/// Characters that no one sees: controls, and marks that turn the direction of what follows.
fn controls(path: &str, text: &str, diags: &mut Vec<Diag>) {
    // Hardly any text holds a byte that one of them begins with, and a look at bytes is quick.
    let odd = |byte: u8| {
        (byte < b' ') & (byte != b'\n') & (byte != b'\r') & (byte != b'\t')
            | matches!(byte, 0x7f | 0xc2 | 0xe2)
    };
    if !text.bytes().fold(false, |any, byte| any | odd(byte)) {
        return;
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_unseen(*c)) {
        diags.push(
            Diag::new(
                "control-character",
                path,
                at..at + c.len_utf8(),
                format!("U+{:04X} stands here, which no reader sees", u32::from(c)),
            )
            .help("take it out; in a paste of a rule, write it as an escape such as `\\u001B`"),
        );
    }
}

impl Cache {
    /// Begins with files of which an earlier run said nothing.
    pub(crate) fn new(noted: Arc<Notes>) -> Cache {
        Cache {
            noted,
            ..Cache::default()
        }
    }

    /// Whether the next run need not look at the frame while it is the same.
    pub(crate) fn frame_is_clean(&self) -> bool {
        self.frame_is_clean
    }

    /// Whether nothing was found in the file.
    pub(crate) fn is_clean(&self, path: &str) -> bool {
        self.files
            .get(path)
            .is_some_and(|(_, found)| found.is_empty())
    }

    /// [`file()`] for each that is new, on all cores; forgets those that are gone.
    fn files(&mut self, source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
        let old = std::mem::take(&mut self.files);
        let found: Vec<Vec<Diag>> = source
            .texts
            .par_iter()
            .map(|(path, text)| match old.get(path) {
                Some((was, found)) if was == text => found.clone(),
                None if self.noted.fits(path) => Vec::new(),
                _ => file(path, text, docs),
            })
            .collect();
        for ((path, text), found) in source.texts.iter().zip(found) {
            diags.extend(found.iter().cloned());
            self.files.insert(path.clone(), (Arc::clone(text), found));
        }
    }

    fn examples(&mut self, source: &Source, docs: &Docs, pack: &Arc<[u8]>, diags: &mut Vec<Diag>) {
        // All that a finding tells comes from the pack and from the rules' own files.
        let rules: Vec<(String, Arc<str>)> = source
            .texts
            .range("errors/".to_owned().."errors0".to_owned())
            .filter(|(path, _)| path.ends_with("/rule.toml"))
            .map(|(path, text)| (path.clone(), Arc::clone(text)))
            .collect();
        let known = self
            .examples
            .take()
            .filter(|known| known.pack == *pack && known.rules == rules);
        let Examples { found, .. } = self.examples.insert(known.unwrap_or_else(|| {
            let mut found = Vec::new();
            examples::check(docs, pack, &mut found);
            Examples {
                pack: Arc::clone(pack),
                rules,
                found,
            }
        }));
        diags.extend(found.iter().cloned());
    }
}

/// All lints of the bytes that would be written, given by path. `kept` are the paths of pages that were written before and in
/// which nothing was found.
#[must_use]
pub(crate) fn output<'f>(
    site: &Site<'_>,
    files: &[(&'f str, &[u8])],
    kept: impl Iterator<Item = &'f str>,
) -> Vec<Diag> {
    let mut diags = output::check(site, files, kept);
    markup::images(site, &mut diags);
    references::empty(site, &mut diags);
    diags
}

/// What `resep new` leaves for the author to fill in.
pub(crate) const PLACEHOLDER: &str = "FILL-IN";

fn placeholders(path: &str, text: &str, diags: &mut Vec<Diag>) {
    for at in memmem::find_iter(text.as_bytes(), PLACEHOLDER) {
        diags.push(
            Diag::new(
                "placeholder",
                path,
                at..at + PLACEHOLDER.len(),
                "this was never filled in",
            )
            .help("replace the mark and what it asks for by the real text"),
        );
    }
}

/// Every page in every language, rules included, with its folder and its language.
fn each_text<'d>(docs: &'d Docs, mut visit: impl FnMut(&str, &str, &'d Markdown)) {
    for page in docs.pages.values() {
        for (language, text) in &page.texts {
            visit(&page.folder, language, text);
        }
    }
    for reply in docs.replies.values() {
        for (language, text) in &reply.texts {
            visit(&reply.folder, language, text);
        }
    }
    for rule in docs.rules.values() {
        let folder = format!("errors/{}", rule.id);
        for (language, text) in &rule.texts {
            visit(&folder, language, text);
        }
    }
}
