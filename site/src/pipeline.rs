//! The stages in order. Reads and writes nothing itself.

use std::collections::BTreeSet;

use crate::check;
use crate::diag::{self, Diag};
use crate::load::Source;
use crate::model::{Options, Site, diagnosed};
use crate::pack;
use crate::parse::{self, Docs};
use crate::render::{Files, RenderError, Templates, render};
use crate::timings::Timings;

/// What came of a content folder.
#[derive(Debug)]
pub struct Outcome {
    /// The documents, whatever is wrong with them.
    pub docs: Docs,
    /// The site; nothing if a finding is an error.
    pub files: Option<Files>,
    /// Everything that was found, sorted.
    pub diags: Vec<Diag>,
    /// Where the time went.
    pub timings: Timings,
}

/// Runs every stage but reading and writing. Lints of the output run only where there is an output.
///
/// # Errors
/// If a template cannot be rendered, which is a fault of the program and not of the content.
pub fn run(
    source: &Source,
    options: &Options,
    templates: &Templates,
) -> Result<Outcome, RenderError> {
    let mut timings = Timings::default();
    let (docs, found) = timings.stage("parse", || parse::parse(source));
    let mut diags = source.diags.clone();
    diags.extend(found);
    let compiled = timings.stage("compile the rules", || compile(&docs));
    let pack = match compiled {
        Ok(pack) => Some(pack),
        Err(found) => {
            // Ids that lead nowhere are found by `check` too, at the id itself and with the nearest one.
            diags.extend(found.into_iter().filter(|d| {
                !matches!(
                    d.code,
                    "unknown-provider" | "unknown-family" | "unknown-rule"
                )
            }));
            None
        }
    };
    diags.extend(check::sources(
        source,
        &docs,
        pack.as_deref(),
        options.today,
        &mut timings,
    ));
    set_levels(&docs, &mut diags);
    let mut files = None;
    if !diag::has_errors(&diags)
        && let Some(pack) = pack
    {
        let site = timings.stage("model", || Site::new(&docs, source, options));
        let rendered = timings.stage("render", || render(&site, templates, &pack))?;
        diags.extend(timings.stage("check the output", || check::output(&site, &rendered)));
        set_levels(&docs, &mut diags);
        if !diag::has_errors(&diags) {
            files = Some(rendered);
        }
    }
    // What the pastes of a rule do says nothing while its file is read only in part.
    let unread: BTreeSet<String> = diags
        .iter()
        .filter(|d| d.code == "toml-syntax")
        .map(|d| d.file.clone())
        .collect();
    diags.retain(|d| {
        !(matches!(d.code, "example-missed" | "example-hit") && unread.contains(&d.file))
    });
    diag::sort(&mut diags);
    Ok(Outcome {
        docs,
        files,
        diags,
        timings,
    })
}

/// Gives findings the severity that site.toml wants, and drops those of lints that it turns off.
pub(crate) fn set_levels(docs: &Docs, diags: &mut Vec<Diag>) {
    diags.retain_mut(|diag| match docs.config.lints.get(diag.code) {
        None => true,
        Some(level) => {
            diag.level = *level;
            level.is_some()
        }
    });
}

/// The pack of the published rules that are not retired.
fn compile(docs: &Docs) -> Result<Vec<u8>, Vec<Diag>> {
    pack::specification(docs, &diagnosed(docs)).compile()
}
