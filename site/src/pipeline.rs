//! The stages in order. Reads and writes nothing itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use diagnoser::compile::PackSpec;

use crate::check;
use crate::diag::{self, Diag, Severity};
use crate::load::Source;
use crate::model::{Options, Site, diagnosed};
use crate::pack;
use crate::parse::data::{FAMILIES, FIGURES, GLOSSARY, MODELS, PROVIDERS, SOURCES, WALLETS};
use crate::parse::{self, Docs};
use crate::past::{Kept, KeptPages, Notes, Past, Present};
use crate::render::{ARTICLE, Files, Over, RenderError, Sink, Templates, render};
use crate::theme;
use crate::timings::Timings;
use crate::write::Staging;

/// What came of a content folder.
#[derive(Debug)]
pub struct Outcome {
    /// The documents, whatever is wrong with them.
    pub docs: Docs,
    /// The site; nothing if a finding is an error.
    pub files: Option<Files>,
    /// What [`run_over`] did not make, and what the next run over this one may rely on.
    pub present: Present,
    /// Everything that was found, sorted.
    pub diags: Vec<Diag>,
    /// Where the time went.
    pub timings: Timings,
}

/// What earlier runs found out, for content of which little has changed since. Everything in it is kept by what it was
/// made from, so it changes how long a run takes and nothing else.
#[derive(Debug, Default)]
pub struct Cache {
    parsed: parse::Cache,
    checked: check::Cache,
    pack: Option<(PackSpec, Arc<[u8]>)>,
    theme: Option<Theme>,
    /// Of an earlier run of the program.
    noted: Arc<Notes>,
}

impl Cache {
    /// What the next run of the program may know of the texts with which nothing is wrong; `pack` is the rules compiled.
    fn notes(&self, pack: &[u8]) -> Vec<u8> {
        let mut notes = self.parsed.notes(|path| self.checked.is_clean(path));
        if self.checked.frame_is_clean() {
            notes.extend(self.noted.note_frame(pack).unwrap_or_default());
        }
        notes
    }
}

/// The templates of a theme by name, and what came of them.
type Theme = (
    Vec<(String, Arc<str>)>,
    Result<Option<Arc<Templates>>, Vec<Diag>>,
);

/// Content that was read and checked, of which nothing is rendered yet.
#[derive(Debug)]
pub(crate) struct Analysis {
    pub(crate) docs: Docs,
    /// The compiled rules; nothing if they cannot be compiled.
    pub(crate) pack: Option<Arc<[u8]>>,
    /// The templates with those of the theme; nothing if there is none.
    pub(crate) templates: Option<Arc<Templates>>,
    /// Everything that was found in the sources, sorted.
    pub(crate) diags: Vec<Diag>,
    pub(crate) timings: Timings,
}

impl Analysis {
    /// The compiled rules, if there may be a site.
    pub(crate) fn publishable(&self) -> Option<&Arc<[u8]>> {
        self.pack
            .as_ref()
            .filter(|_| !diag::has_errors(&self.diags))
    }
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
    run_again(source, options, templates, &mut Cache::default())
}

/// The same, with the program's own templates, for a folder in which an earlier build left a site: what stands there as it would be
/// made is not made again. With `staging`, what is not made of all pages is put down there as soon as it was made and checked, and is not among the files.
///
/// # Errors
/// As [`run`].
pub fn run_over(
    source: &Source,
    options: &Options,
    past: &Past,
    staging: Option<&Staging>,
) -> Result<Outcome, RenderError> {
    let notes = past.notes(source);
    let cache = &mut Cache {
        parsed: parse::Cache::new(Arc::clone(&notes)),
        checked: check::Cache::new(Arc::clone(&notes)),
        noted: Arc::clone(&notes),
        ..Cache::default()
    };
    let run = Run {
        source,
        options,
        earlier: Some(Earlier {
            past,
            notes: &notes,
            staging,
        }),
    };
    run.stages(None, cache)
}

/// The same, with what the runs before this one found out.
///
/// # Errors
/// As [`run`].
pub fn run_again(
    source: &Source,
    options: &Options,
    templates: &Templates,
    cache: &mut Cache,
) -> Result<Outcome, RenderError> {
    let run = Run {
        source,
        options,
        earlier: None,
    };
    run.stages(Some(templates), cache)
}

/// One run over a content folder.
struct Run<'r> {
    source: &'r Source,
    options: &'r Options,
    earlier: Option<Earlier<'r>>,
}

/// What an earlier build left, for one that is made over it.
struct Earlier<'r> {
    past: &'r Past,
    /// On the texts of the source.
    notes: &'r Notes,
    staging: Option<&'r Staging>,
}

impl Run<'_> {
    /// Parses the program's own templates beside other work if it is given none.
    fn stages(
        &self,
        templates: Option<&Templates>,
        cache: &mut Cache,
    ) -> Result<Outcome, RenderError> {
        let past_is_known = self.earlier.as_ref().is_some_and(|e| !e.past.is_empty());
        let (analysis, ours) = rayon::join(
            || analyse(self.source, self.options, cache),
            || match templates {
                Some(_) => Ok(None),
                None if past_is_known => Templates::beginning_with(ARTICLE).map(Some),
                None => Templates::new().map(Some),
            },
        );
        let ours = ours?;
        let publishable = analysis.publishable().cloned();
        let Analysis {
            docs,
            pack,
            templates: themed,
            diags,
            timings,
        } = analysis;
        let mut outcome = Outcome {
            docs,
            files: None,
            present: Present::default(),
            diags,
            timings,
        };
        let templates_of_all = themed.as_deref().or(templates).or(ours.as_ref());
        if let (Some(pack), Some(templates)) = (publishable, templates_of_all) {
            self.make(templates, &pack, cache, &mut outcome)?;
        } else if let (Some(pack), Some(themed)) = (pack, &themed) {
            let found = self.beside_words(&outcome, &pack, themed);
            outcome.diags.extend(found);
            diag::sort(&mut outcome.diags);
        }
        Ok(outcome)
    }

    /// Renders the site and checks it; `outcome` has what came of the content.
    fn make(
        &self,
        templates: &Templates,
        pack: &[u8],
        cache: &Cache,
        outcome: &mut Outcome,
    ) -> Result<(), RenderError> {
        let Outcome {
            docs,
            files,
            present,
            diags,
            timings,
        } = outcome;
        let staging = self.earlier.as_ref().and_then(|earlier| earlier.staging);
        // All that wants the target later has it open by then: whoever waited for that might otherwise be given the work that it
        // waits for.
        let open = || staging.map(Staging::open);
        let model = || Site::new(docs, self.source, self.options);
        let (site, _) = timings.stage("model", || rayon::join(model, open));
        let outgoing = self.earlier.as_ref().zip(staging);
        let outgoing = outgoing.map(|(earlier, staging)| Outgoing {
            reader: check::Reader::new(&site),
            staging,
            past: earlier.past,
            found: Mutex::default(),
            dead: Mutex::default(),
        });
        let over = self.earlier.as_ref().map(|earlier| Over {
            past: earlier.past,
            notes: earlier.notes,
            known: earlier.past.words(),
            sink: outgoing.as_ref().map(|outgoing| outgoing as &dyn Sink),
        });
        // Notes are put down while pages are made, so that nobody waits for them at the end.
        let note = || match (&self.earlier, staging) {
            (None, _) => Vec::new(),
            (Some(_), None) => cache.notes(pack),
            (Some(_), Some(staging)) => {
                staging.note(&cache.notes(pack));
                Vec::new()
            }
        };
        let (rendered, notes) = timings.stage("render", || {
            rayon::join(|| render(&site, templates, pack, over), note)
        });
        present.notes = notes;
        let rendered = match rendered {
            Ok(rendered) => rendered,
            Err(error) => {
                let error = theme::faults(self.source, &site, pack, error);
                diags.extend(theme::diags(self.source, &error).ok_or(error)?);
                diag::sort(diags);
                return Ok(());
            }
        };
        let listed: Vec<(&str, &[u8])> = rendered
            .files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
            .collect();
        let mut found = timings.stage("check the output", || {
            check::output(&site, &listed, rendered.kept.keys().map(String::as_str))
        });
        if let Some(outgoing) = outgoing {
            let exists =
                |path: &str| rendered.files.contains_key(path) || rendered.kept.contains_key(path);
            found.extend(outgoing.found(exists));
        }
        present.keys = rendered.keys;
        for diag in &found {
            // It is to be found again.
            if let Some(path) = diag.file.strip_prefix("output:") {
                present.keys.remove(path);
            }
        }
        diags.extend(found);
        set_levels(docs, diags);
        diag::sort(diags);
        if !diag::has_errors(diags) {
            *files = Some(rendered.files);
            present.kept = rendered.kept;
        }
        Ok(())
    }

    /// What else is wrong with the templates of the theme where nothing was found but words that nobody wrote, of which pages can be
    /// made.
    fn beside_words(&self, outcome: &Outcome, pack: &[u8], themed: &Templates) -> Vec<Diag> {
        let Outcome { docs, diags, .. } = outcome;
        let is_word = |d: &Diag| d.code == "missing-word" || d.severity() != Severity::Error;
        if !diags.iter().all(is_word) {
            return Vec::new();
        }
        let site = Site::new(docs, self.source, self.options);
        let Err(error) = render(&site, themed, pack, None) else {
            return Vec::new();
        };
        let error = theme::faults(self.source, &site, pack, error);
        let mut found = theme::diags(self.source, &error).unwrap_or_default();
        // The word itself is told already.
        let told = |found: &Diag, known: &Diag| match (&found.span, &known.span) {
            (Some(a), Some(b)) => found.file == known.file && a.start < b.end && b.start < a.end,
            _ => false,
        };
        found.retain(|found| !diags.iter().any(|known| told(found, known)));
        set_levels(docs, &mut found);
        found
    }
}

/// Looks at files as soon as they are made, and puts them down.
struct Outgoing<'a> {
    reader: check::Reader<'a>,
    staging: &'a Staging,
    past: &'a Past,
    found: Mutex<Vec<Diag>>,
    /// Of links to files that are made of all pages, or not at all: the page, and where it leads.
    dead: Mutex<Vec<(String, String)>>,
}

impl Outgoing<'_> {
    /// Everything that was found; `exists` says which of the last files there are.
    fn found(self, exists: impl Fn(&str) -> bool) -> Vec<Diag> {
        let mut found = self
            .found
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let dead = self
            .dead
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let dead = dead.iter().filter(|(_, inner)| !exists(inner));
        found.extend(dead.map(|(path, inner)| self.reader.dead_link(path, inner)));
        found
    }
}

impl Sink for Outgoing<'_> {
    fn take(&self, files: &[(&str, &[u8])], exists: &dyn Fn(&str) -> bool) -> Vec<Option<Kept>> {
        for (path, bytes) in files {
            let (found, dead) = self.reader.file(path, bytes, exists);
            if !found.is_empty() {
                let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                all.extend(found);
            }
            if !dead.is_empty() {
                let mut all = self.dead.lock().unwrap_or_else(PoisonError::into_inner);
                all.extend(dead.into_iter().map(|inner| ((*path).to_owned(), inner)));
            }
        }
        files
            .iter()
            .map(|(path, bytes)| self.staging.take(path, bytes, self.past))
            .collect()
    }

    fn keep(&self, kept: &KeptPages) {
        self.staging.keep(kept);
    }

    fn note_words(&self, notes: &[u8]) {
        self.staging.note_words(notes);
    }
}

/// Everything up to the site: documents, compiled rules, findings in the sources.
pub(crate) fn analyse(source: &Source, options: &Options, cache: &mut Cache) -> Analysis {
    let mut timings = Timings::default();
    let (docs, found) = timings.stage("parse", || parse::parse_again(source, &mut cache.parsed));
    let mut diags = source.diags.clone();
    diags.extend(found);
    let compiled = timings.stage("compile the rules", || match cache.noted.pack() {
        Some(pack) => Ok(pack.into()),
        None => compile(&docs, &mut cache.pack),
    });
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
        pack.as_ref(),
        options,
        &mut cache.checked,
        &mut timings,
    ));
    let templates = match timings.stage("theme", || compile_theme(source, &mut cache.theme)) {
        Ok(templates) => templates,
        Err(found) => {
            diags.extend(found);
            None
        }
    };
    let of_config = |d: &Diag| d.file == "site.toml" && d.severity() == Severity::Error;
    if docs.config.languages_unread && diags.iter().any(of_config) {
        // Nobody knows the languages, and the rest would be about them.
        diags.retain(|d| d.file == "site.toml" || source.diags.contains(d));
    }
    set_levels(&docs, &mut diags);
    // What the pastes of a rule do says nothing while its file is read only in part.
    let unread = files_with(&diags, "toml-syntax");
    diags.retain(|d| {
        !(matches!(d.code, "example-missed" | "example-hit") && unread.contains(&d.file))
    });
    // What is there and cannot be read is not missing.
    let shut: BTreeSet<String> = UNREAD
        .iter()
        .flat_map(|code| files_with(&diags, code))
        .collect();
    diags.retain(|d| !ABSENT.contains(&d.code) || !shut.contains(&d.file));
    // A byte that is no UTF-8 reads as a lost character, and is there all the same.
    let undecoded: BTreeSet<String> = diags
        .iter()
        .filter(|d| d.code == "not-utf8" && d.span.is_some())
        .map(|d| d.file.clone())
        .collect();
    diags.retain(|d| d.code != "mojibake" || !undecoded.contains(&d.file) || !is_lost(source, d));
    // What is still to be filled in is no wrong id besides.
    let open: BTreeSet<(String, usize)> = diags
        .iter()
        .filter(|d| d.code == "placeholder")
        .filter_map(|d| Some((d.file.clone(), d.span.as_ref()?.start)))
        .collect();
    diags.retain(|d| match &d.span {
        Some(span) if d.code.starts_with("unknown-") => open
            .range((d.file.clone(), span.start)..(d.file.clone(), span.end))
            .next()
            .is_none(),
        _ => true,
    });
    // Nor is an id wrong that may stand in what could not be read.
    diags.retain(|d| {
        !NAMED
            .iter()
            .any(|(code, files)| d.code == *code && files.iter().any(|file| unread.contains(*file)))
    });
    diag::sort(&mut diags);
    Analysis {
        docs,
        pack,
        templates,
        diags,
        timings,
    }
}

/// What is said of a file that is there and was not read.
const UNREAD: [&str; 3] = ["file-too-large", "symbolic-link", "unreadable-file"];
/// What is said of a file that was not read.
const ABSENT: [&str; 3] = ["missing-file", "missing-translation", "rule-language"];

/// The files of which something is reported under `code`.
fn files_with(diags: &[Diag], code: &str) -> BTreeSet<String> {
    let found = diags.iter().filter(|d| d.code == code);
    found.map(|d| d.file.clone()).collect()
}

/// Whether what was found is U+FFFD, or that there is more of it.
fn is_lost(source: &Source, diag: &Diag) -> bool {
    let text = source.texts.get(&diag.file);
    let at = text.zip(diag.span.clone());
    at.is_none_or(|(text, span)| text.get(span) == Some("\u{fffd}"))
}

/// Lints of ids, and the files in which these stand.
const NAMED: [(&str, &[&str]); 6] = [
    ("broken-anchor", &[WALLETS, GLOSSARY]),
    ("dangling-reference", &[FIGURES, MODELS]),
    ("unknown-family", &[FAMILIES]),
    ("unknown-provider", &[PROVIDERS]),
    ("unknown-source", &[SOURCES]),
    ("unknown-wallet", &[WALLETS]),
];

/// The templates with those of the theme. The same theme is not compiled again.
fn compile_theme(
    source: &Source,
    last: &mut Option<Theme>,
) -> Result<Option<Arc<Templates>>, Vec<Diag>> {
    let texts: Vec<(String, Arc<str>)> = theme::templates(source)
        .map(|(name, text)| (name.to_owned(), Arc::clone(text)))
        .collect();
    if let Some((known, compiled)) = last
        && *known == texts
    {
        return compiled.clone();
    }
    let compiled = theme::compile(source).map(|templates| templates.map(Arc::new));
    last.insert((texts, compiled)).1.clone()
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

/// The pack of the published rules that are not retired. The same rules are not compiled again.
fn compile(docs: &Docs, last: &mut Option<(PackSpec, Arc<[u8]>)>) -> Result<Arc<[u8]>, Vec<Diag>> {
    let traced = pack::specification(docs, &diagnosed(docs));
    if let Some((spec, pack)) = last
        && *spec == traced.spec
    {
        return Ok(Arc::clone(pack));
    }
    let pack: Arc<[u8]> = traced.compile()?.into();
    *last = Some((traced.spec, Arc::clone(&pack)));
    Ok(pack)
}
