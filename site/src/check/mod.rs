//! Everything that may be wrong with content, in one list. Each submodule holds lints of one kind; each compares what
//! was parsed and reports with place and suggestion. Nothing here changes anything or stops early.

mod aliases;
mod arithmetic;
mod examples;
mod freshness;
mod links;
mod markup;
mod mojibake;
mod output;
mod parity;
mod prose;
mod references;
mod replies;
mod rules;
mod secrets;
mod stale;
mod words;

use crate::date::Date;
use crate::diag::{Diag, Severity};
use crate::load::Source;
use crate::model::Site;
use crate::parse::Docs;
use crate::parse::markdown::Markdown;
use crate::render::Files;
use crate::timings::Timings;

pub use lints::LINTS;

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

/// All lints of the sources. `pack` is the compiled rules where they could be compiled; the examples need it.
#[must_use]
pub fn sources(
    source: &Source,
    docs: &Docs,
    pack: Option<&[u8]>,
    today: Date,
    timings: &mut Timings,
) -> Vec<Diag> {
    let mut diags = Vec::new();
    let out = &mut diags;
    timings.stage("check aliases", || aliases::check(docs, out));
    timings.stage("check links", || links::check(source, docs, out));
    timings.stage("check translations", || parity::check(docs, out));
    timings.stage("check references", || references::check(docs, out));
    timings.stage("check replies", || replies::check(source, docs, out));
    timings.stage("check rules", || rules::check(docs, out));
    timings.stage("check words", || words::check(docs, out));
    timings.stage("check arithmetic", || arithmetic::check(docs, out));
    timings.stage("check secrets", || secrets::check(source, out));
    timings.stage("check mojibake", || mojibake::check(source, docs, out));
    timings.stage("check placeholders", || placeholders(source, out));
    timings.stage("check prose", || prose::check(docs, out));
    timings.stage("check freshness", || {
        freshness::check(source, docs, out);
        stale::check(docs, today, out);
    });
    if let Some(pack) = pack {
        timings.stage("check examples", || examples::check(docs, pack, out));
    }
    diags
}

/// All lints of the bytes that would be written.
#[must_use]
pub fn output(site: &Site<'_>, files: &Files) -> Vec<Diag> {
    let mut diags = output::check(site, files);
    markup::check(site, files, &mut diags);
    markup::images(site, &mut diags);
    diags
}

/// What `resep new` and `resep init` leave for the author to fill in.
pub(crate) const PLACEHOLDER: &str = "FILL-IN";

fn placeholders(source: &Source, diags: &mut Vec<Diag>) {
    for (path, text) in &source.texts {
        for (at, mark) in text.match_indices(PLACEHOLDER) {
            diags.push(
                Diag::new(
                    "placeholder",
                    path,
                    at..at + mark.len(),
                    "this was never filled in",
                )
                .help("replace the mark and what it asks for by the real text"),
            );
        }
    }
}

/// Every page in every language, rules included, with its folder and its language.
fn each_text(docs: &Docs, mut visit: impl FnMut(&str, &str, &Markdown)) {
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
