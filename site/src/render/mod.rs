//! The site as files in memory: pages, twins, catalogue, sitemap and the rest. Writes nothing to the disk, reads
//! nothing from it, decides nothing about content.
//!
//! A site is a list of `piece::Piece`s: each names the files it makes and makes them from the documents and from
//! what all pages share (`shared::Shared`), and from nothing else. So pieces are rendered in any order and on any
//! number of threads to the same bytes, or one alone when somebody asks for it.
//!
//! A new kind of page is one module with `pieces`, and its line in `KINDS`.

mod articles;
mod bare;
mod context;
mod diagnose;
mod errors;
mod feed;
mod files;
mod glossary;
mod home;
mod hosting;
mod matrix;
mod offline;
mod piece;
mod search;
mod shared;
mod structured;
mod support;
mod tools;
mod wallets;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use tera::{Context, ErrorKind, Tera};

use crate::assets;
use crate::model::Site;
use crate::past::{Common, Kept, KeptPages, Key, Notes, Past};
use crate::search as full_text;
use piece::Piece;
use shared::{PACK, Shared};

/// Every kind of page or file. The order is of no matter: files are sorted by path.
const KINDS: &[for<'s> fn(&Shared<'s>) -> Vec<Piece<'s>>] = &[
    articles::pieces,
    bare::pieces,
    diagnose::pieces,
    errors::pieces,
    feed::pieces,
    files::pieces,
    glossary::pieces,
    home::pieces,
    hosting::pieces,
    matrix::pieces,
    offline::pieces,
    search::pieces,
    support::pieces,
    tools::pieces,
    wallets::pieces,
];

/// The template of the pages of articles.
pub(crate) const ARTICLE: &str = "article.html";

/// Files by path below the target folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A site: what was made, and what need not be made.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// What was made.
    pub(crate) files: Files,
    /// What lies on the disk already.
    pub(crate) kept: KeptPages,
    /// Of each file, made or kept, what it is made from; not of the worker, which is made of all files.
    pub(crate) keys: BTreeMap<String, Key>,
}

/// What a build does over an earlier one: `past` is what that left, `notes` those on the texts.
pub(crate) struct Over<'a> {
    pub(crate) past: &'a Past,
    pub(crate) notes: &'a Notes,
    /// Words of pages.
    pub(crate) known: full_text::Known<'a>,
    /// Where files go as soon as they are made; nothing if they are to stay in memory.
    pub(crate) sink: Option<&'a dyn Sink>,
}

/// Takes files off the memory.
pub(crate) trait Sink: Sync {
    /// Puts files, each a path and its bytes, where they last; one result for each, nothing for one that is to stay in
    /// memory. `exists` says of most files whether the site has them; those that are made of all pages it does not know.
    fn take(&self, files: &[(&str, &[u8])], exists: &dyn Fn(&str) -> bool) -> Vec<Option<Kept>>;

    /// Puts what is `kept` where it is to be, while the last files are made.
    fn keep(&self, kept: &KeptPages);

    /// Keeps what the search counted for the next build.
    fn note_words(&self, notes: &[u8]);
}

/// Templates that cannot be rendered.
#[derive(Debug)]
pub struct RenderError {
    /// In the order of the pages, each once.
    pub(crate) faults: Vec<Fault>,
}

/// Something wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Its name; empty if it is about no single one.
    pub(crate) template: String,
    /// Bytes of it.
    pub(crate) span: Option<Range<usize>>,
    /// The same by line and column, where that is all that is known.
    pub(crate) spot: Option<Spot>,
    pub(crate) message: String,
    /// All that can be said, with the line.
    report: String,
}

impl Fault {
    /// A fault of a template that is not Tera's to find.
    pub(crate) fn new(template: &str, span: Range<usize>, message: String) -> Fault {
        Fault {
            template: template.to_owned(),
            span: Some(span),
            spot: None,
            report: format!("{message} ({template})"),
            message,
        }
    }

    fn is_at(&self, other: &Fault) -> bool {
        self.template == other.template && self.span == other.span && self.spot == other.spot
    }
}

/// A place of a text within one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    /// In characters.
    width: usize,
}

impl Spot {
    /// Its bytes in `text`; nothing if that is too short.
    pub(crate) fn span(self, text: &str) -> Option<Range<usize>> {
        let mut lines = text.split_inclusive('\n');
        let above = lines.by_ref().take(self.line.checked_sub(1)?);
        let before: usize = above.map(str::len).sum();
        let line = lines.next()?;
        let mut places = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        let start = places.nth(self.column.checked_sub(1)?)?;
        let end = places.nth(self.width.checked_sub(1)?)?;
        Some(before + start..before + end)
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{}", if n > 0 { "; " } else { "" }, fault.report)?;
        }
        Ok(())
    }
}

impl std::error::Error for RenderError {}

impl From<tera::Error> for RenderError {
    fn from(error: tera::Error) -> RenderError {
        let mut report = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            report.push_str(": ");
            report.push_str(&next.to_string());
            cause = next.source();
        }
        let (template, span, message) = match error.kind() {
            ErrorKind::SyntaxError(at) | ErrorKind::RenderingError(at) => (
                at.filename(),
                Some(at.span().range.clone()),
                at.message().to_owned(),
            ),
            ErrorKind::MissingParent { current, parent } => (
                current.as_str(),
                None,
                format!("there is no template `{parent}` to extend"),
            ),
            ErrorKind::CircularExtend {
                tpl,
                inheritance_chain: chain,
            }
            | ErrorKind::CircularInclude {
                tpl,
                include_chain: chain,
            } => {
                let next = chain.iter().skip_while(|name| *name != tpl).nth(1);
                (
                    tpl.as_str(),
                    None,
                    format!(
                        "`{}` leads back here: {}",
                        next.unwrap_or(tpl),
                        chain.join(" -> ")
                    ),
                )
            }
            _ => return RenderError::of_report(report),
        };
        RenderError {
            faults: vec![Fault {
                template: template.to_owned(),
                span,
                spot: None,
                message,
                report,
            }],
        }
    }
}

impl RenderError {
    /// Several in one text, as Tera tells of templates that are not there: `error: what`, ` --> name:line:column`, the line, and
    /// marks under the place.
    fn of_report(report: String) -> RenderError {
        let faults: Vec<Fault> = report
            .split("\n\n")
            .filter_map(|part| {
                let (message, rest) = part.strip_prefix("error: ")?.split_once('\n')?;
                let (_, rest) = rest.split_once("--> ")?;
                let place = rest.lines().next()?.trim();
                let marks = rest.lines().nth(3);
                let mut parts = place.rsplitn(3, ':');
                let (column, line) = (parts.next()?, parts.next()?);
                Some(Fault {
                    template: parts.next()?.to_owned(),
                    span: None,
                    spot: Some(Spot {
                        line: line.parse().ok()?,
                        column: column.parse().ok()?,
                        width: marks.map_or(1, |marks| marks.matches('^').count().max(1)),
                    }),
                    message: message.to_owned(),
                    report: format!("{message} ({place})"),
                })
            })
            .collect();
        if faults.is_empty() {
            return RenderError::of_program(report);
        }
        RenderError { faults }
    }

    /// One that no template is to blame for.
    fn of_program(report: String) -> RenderError {
        RenderError {
            faults: vec![Fault {
                template: String::new(),
                span: None,
                spot: None,
                message: report.clone(),
                report,
            }],
        }
    }

    /// The errors of several pages as one, each fault once.
    fn of_all(errors: Vec<RenderError>) -> Option<RenderError> {
        let mut faults: Vec<Fault> = Vec::new();
        for fault in errors.into_iter().flat_map(|error| error.faults) {
            if !faults.iter().any(|known| known.is_at(&fault)) {
                faults.push(fault);
            }
        }
        (!faults.is_empty()).then_some(RenderError { faults })
    }
}

/// Templates, parsed.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    /// Of a part of the program's own: their names, and all of them once another one is asked for.
    part: Option<(FxHashSet<&'static str>, OnceLock<Tera>)>,
}

impl Templates {
    /// Parses the templates inside the program.
    ///
    /// # Errors
    /// With the template's name and line.
    pub fn new() -> Result<Templates, RenderError> {
        Templates::with([])
    }

    /// The same, with `others` by name in their place or beside them.
    ///
    /// # Errors
    /// As [`Templates::new`].
    pub(crate) fn with<'t>(
        others: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Templates, RenderError> {
        let others: BTreeMap<&str, &str> = others.into_iter().collect();
        let ours = assets::TEMPLATES
            .iter()
            .copied()
            .filter(|(name, _)| !others.contains_key(name));
        let tera = parsed(ours.chain(others.iter().map(|(name, text)| (*name, *text))))?;
        Ok(Templates { tera, part: None })
    }

    /// The template inside the program of this name with those that it names; the others are parsed when one of them is asked for.
    /// For a build that makes little but pages of one kind.
    ///
    /// # Errors
    /// As [`Templates::new`].
    pub(crate) fn beginning_with(name: &'static str) -> Result<Templates, RenderError> {
        let mut names = FxHashSet::default();
        let mut next = vec![name];
        while let Some(name) = next.pop() {
            let text = assets::TEMPLATES.iter().find(|(known, _)| *known == name);
            if let Some((_, text)) = text
                && names.insert(name)
            {
                // Each stands in quotes, and so may other words.
                next.extend(text.split('"').filter(|word| word.ends_with(".html")));
            }
        }
        let all = assets::TEMPLATES.iter().copied();
        Ok(Templates {
            tera: parsed(all.filter(|(name, _)| names.contains(name)))?,
            part: Some((names, OnceLock::new())),
        })
    }

    /// Those among which the template of this name is.
    fn of(&self, name: &str) -> Result<&Tera, RenderError> {
        match &self.part {
            Some((names, all)) if !names.contains(name) => match all.get() {
                Some(all) => Ok(all),
                None => {
                    let parsed = parsed(assets::TEMPLATES.iter().copied())?;
                    Ok(all.get_or_init(|| parsed))
                }
            },
            _ => Ok(&self.tera),
        }
    }

    /// Renders the template of this name.
    fn render(&self, name: &str, context: &Context) -> Result<String, RenderError> {
        Ok(self.of(name)?.render(name, context)?)
    }

    /// What the template of this name asks its page for.
    pub(crate) fn variables(&self, name: &str) -> Vec<&str> {
        let found = self.of(name).ok();
        let found = found.and_then(|tera| tera.get_template_variables(name).ok());
        let mut out: Vec<&str> = found.into_iter().flatten().collect();
        out.sort_unstable();
        out
    }

    /// What is wrong with a template before it is known which others there are.
    pub(crate) fn syntax_fault(name: &str, text: &str) -> Option<Fault> {
        let error = Tera::new().add_raw_template(name, text).err()?;
        matches!(error.kind(), ErrorKind::SyntaxError(_))
            .then(|| RenderError::from(error).faults.into_iter().next())
            .flatten()
    }
}

fn parsed<'t>(templates: impl Iterator<Item = (&'t str, &'t str)>) -> Result<Tera, RenderError> {
    let mut tera = Tera::new();
    tera.add_raw_templates(templates)?;
    Ok(tera)
}

/// Everything the site consists of. Nothing is rendered yet.
fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let mut out: Vec<Piece<'s>> = KINDS.iter().flat_map(|pieces| pieces(shared)).collect();
    // They list the pages, so they come last.
    let llms = files::llms(&out);
    out.push(llms);
    if let Some(sitemap) = files::sitemap(shared, &out) {
        out.push(sitemap);
    }
    out
}

/// Renders the whole site, on all cores. `pack` is the compiled rules. Files that stand in the target folder as they would
/// be made are kept, and what goes into the sink of `over` is not among the files.
///
/// # Errors
/// If a template asks for what its page does not have.
pub(crate) fn render(
    site: &Site<'_>,
    templates: &Templates,
    pack: &[u8],
    over: Option<Over<'_>>,
) -> Result<Rendered, RenderError> {
    let (shared, common) = rayon::join(
        || Shared::new(site, templates, pack),
        || {
            over.map(|over| {
                let common = Common::new(site, over.notes);
                (over, common)
            })
        },
    );
    let standing = common
        .as_ref()
        .and_then(|(over, common)| over.past.folder_with(PACK, &common.others()));
    let shared = shared.over(standing);
    let sink = common.as_ref().and_then(|(over, _)| over.sink);
    let pieces = pieces(&shared);
    let paths: FxHashSet<&str> = if sink.is_some() {
        let paths = pieces.iter().flat_map(|piece| &piece.files);
        paths.map(String::as_str).collect()
    } else {
        FxHashSet::default()
    };
    let exists = |path: &str| paths.contains(path);
    // Few pieces are not worth more than an even share of the cores, and each task is one that an idle core may take: else the
    // last ones are all of the same.
    let together = TOGETHER
        .min(pieces.len() / (32 * rayon::current_num_threads()))
        .max(1);
    let results: Vec<Result<Made, RenderError>> = pieces
        .par_chunks(together)
        .with_max_len(1)
        .flat_map_iter(|pieces| make_some(&shared, pieces, common.as_ref(), &exists))
        .collect();
    let mut errors = Vec::new();
    let made: Vec<Made> = results
        .into_iter()
        .filter_map(|made| made.map_err(|error| errors.push(error)).ok())
        .collect();
    if let Some(error) = RenderError::of_all(errors) {
        return Err(error);
    }
    let (mut files, mut kept, mut keys, mut twins) = (vec![], vec![], vec![], vec![]);
    for (piece, made) in pieces.into_iter().zip(made) {
        for (path, file) in piece.files.into_iter().zip(made.files) {
            keys.extend(made.key.map(|key| (path.clone(), key)));
            match file {
                MadeFile::New(bytes) => files.push((path, bytes)),
                MadeFile::Kept(there, twin) => {
                    twins.extend(twin.map(|bytes| (path.clone(), bytes)));
                    kept.push((path, there));
                }
            }
        }
    }
    let mut out = Rendered {
        files: files.into_iter().collect(),
        kept: kept.into_iter().collect(),
        keys: keys.into_iter().collect(),
    };
    let twins = twins.into_iter().collect();
    late(site, &mut out, &twins, common.as_ref());
    Ok(out)
}

/// Everything that can be told of templates when pages are made of them. A page tells of its first fault alone, so `without` gives
/// templates that lack those of the last round, and the pages that had one are made again, until no new one is found or nothing
/// can be left out any more. `known` are those that were found before, if any page was made.
pub(crate) fn all_faults(
    site: &Site<'_>,
    pack: &[u8],
    known: RenderError,
    mut without: impl FnMut(&[Fault]) -> Option<Templates>,
) -> RenderError {
    /// Of faults on one page, and then on the next run.
    const ROUNDS: usize = 50;
    let mut all = known.faults;
    let mut last = all.clone();
    let mut wrong: Option<Vec<usize>> = None;
    for _ in 0..ROUNDS {
        let Some(templates) = without(&last) else {
            break;
        };
        let shared = Shared::new(site, &templates, pack);
        let pieces = pieces(&shared);
        let numbers = wrong.unwrap_or_else(|| (0..pieces.len()).collect());
        let errors: Vec<(usize, RenderError)> = numbers
            .into_par_iter()
            .filter_map(|n| Some((n, pieces[n].make(&shared).err()?)))
            .collect();
        let (numbers, errors): (Vec<usize>, Vec<RenderError>) = errors.into_iter().unzip();
        wrong = Some(numbers);
        let found = RenderError::of_all(errors).map_or_else(Vec::new, |error| error.faults);
        last = found
            .into_iter()
            .filter(|fault| !all.iter().any(|known| known.is_at(fault)))
            .collect();
        if last.is_empty() {
            break;
        }
        all.extend(last.iter().cloned());
    }
    RenderError { faults: all }
}

/// How many pieces are made before the next stage looks at them: that many pages lie in the processor's cache, and its tables
/// and those of the next stage do not drive out each other.
const TOGETHER: usize = 16;

/// Makes a few pieces, and hands on what is new.
fn make_some<'s>(
    shared: &Shared<'s>,
    pieces: &[Piece<'s>],
    over: Option<&(Over<'_>, Common<'_>)>,
    exists: &dyn Fn(&str) -> bool,
) -> Vec<Result<Made, RenderError>> {
    let mut made: Vec<Result<Made, RenderError>> = pieces
        .iter()
        .map(|piece| make(shared, piece, over))
        .collect();
    if let Some(sink) = over.and_then(|(over, _)| over.sink) {
        let mut new: Vec<(&str, &mut MadeFile)> = pieces
            .iter()
            .zip(&mut made)
            .filter_map(|(piece, made)| Some((piece, made.as_mut().ok()?)))
            .flat_map(|(piece, made)| piece.files.iter().map(String::as_str).zip(&mut made.files))
            .filter(|(_, file)| matches!(file, MadeFile::New(_)))
            .collect();
        let listed: Vec<(&str, &[u8])> = new
            .iter()
            .filter_map(|(path, file)| match file {
                MadeFile::New(bytes) => Some((*path, bytes.as_slice())),
                MadeFile::Kept(..) => None,
            })
            .collect();
        let taken = sink.take(&listed, exists);
        for ((path, file), taken) in new.iter_mut().zip(taken) {
            if let (MadeFile::New(bytes), Some(there)) = (&mut **file, taken) {
                let twin = full_text::is_twin(path).then(|| std::mem::take(bytes));
                **file = MadeFile::Kept(there, twin);
            }
        }
    }
    made
}

/// What came of a piece.
struct Made {
    /// One for each of its files.
    files: Vec<MadeFile>,
    /// What they are made from.
    key: Option<Key>,
}

/// What came of a file.
enum MadeFile {
    New(Vec<u8>),
    /// It lies on the disk. A twin is there all the same, for the search.
    Kept(Kept, Option<Vec<u8>>),
}

fn make<'s>(
    shared: &Shared<'s>,
    piece: &Piece<'s>,
    over: Option<&(Over<'_>, Common<'_>)>,
) -> Result<Made, RenderError> {
    let key = over.and_then(|(_, common)| match &piece.article {
        Some(article) => common.page(article.language, article.texts),
        None => Some(common.others()),
    });
    let kept = over
        .zip(key)
        .and_then(|((over, _), key)| kept(shared, piece, over, &key));
    let files = match kept {
        Some(files) => files,
        None => piece.make(shared)?.into_iter().map(MadeFile::New).collect(),
    };
    Ok(Made { files, key })
}

/// The files of a piece as they lie in the target; nothing unless all of them are there as they would be made.
fn kept<'s>(
    shared: &Shared<'s>,
    piece: &Piece<'s>,
    over: &Over<'_>,
    key: &Key,
) -> Option<Vec<MadeFile>> {
    let kept: Option<Vec<Kept>> = piece
        .files
        .iter()
        .map(|path| over.past.file(path, key))
        .collect();
    piece
        .files
        .iter()
        .zip(kept?)
        .map(|(path, kept)| {
            let read = full_text::is_twin(path)
                && full_text::reads(shared.site, &over.known, path, &kept.sha256);
            let twin = match &piece.article {
                _ if !read => None,
                // To make it costs less than to read it.
                Some(article) => Some(article.twin(shared)),
                None => Some(over.past.bytes(path, &kept)?),
            };
            Some(MadeFile::Kept(kept, twin))
        })
        .collect()
}

/// A site of which every file can be had at once, and nothing is rendered before it is asked for.
pub(crate) struct Plan<'s> {
    shared: Shared<'s>,
    pieces: Vec<Piece<'s>>,
    /// Piece, and which of its files, by path.
    places: HashMap<String, (usize, usize)>,
    made: Vec<OnceLock<Vec<Vec<u8>>>>,
    late: OnceLock<Files>,
}

/// What is made of all pages comes after them. `twins` are those of pages that are kept and whose words are not known.
fn late(site: &Site<'_>, out: &mut Rendered, twins: &Files, over: Option<&(Over<'_>, Common<'_>)>) {
    let nothing = full_text::Known::default();
    let known = over.map_or(&nothing, |(over, _)| &over.known);
    let past = over.map(|(over, common)| (over.past, common));
    let sink = over.and_then(|(over, _)| over.sink);
    let make = || {
        let made = full_text::files(site, &out.files, &out.kept, twins, known, past);
        if let Some(sink) = sink {
            sink.note_words(&made.words);
        }
        let (files, kept) = ([&out.files, &made.files], [&out.kept, &made.kept]);
        let worker = offline::worker(site, files, kept);
        (made, worker)
    };
    let keep = || {
        if let Some(sink) = sink {
            sink.keep(&out.kept);
        }
    };
    let ((mut made, worker), ()) = rayon::join(make, keep);
    out.files.append(&mut made.files);
    out.kept.append(&mut made.kept);
    out.keys.append(&mut made.keys);
    out.files.insert(offline::WORKER_FILE.to_owned(), worker);
}

/// Whether a file of this name may be one of those.
fn is_late(path: &str) -> bool {
    path == offline::WORKER_FILE
        || path.starts_with("assets/")
        || path.ends_with("/search/index.json")
}

impl<'s> Plan<'s> {
    pub(crate) fn new(site: &'s Site<'s>, templates: &'s Templates, pack: &'s [u8]) -> Plan<'s> {
        let shared = Shared::new(site, templates, pack);
        let pieces = pieces(&shared);
        let places = pieces
            .iter()
            .enumerate()
            .flat_map(|(n, piece)| {
                let files = piece.files.iter().enumerate();
                files.map(move |(of, path)| (path.clone(), (n, of)))
            })
            .collect();
        Plan {
            shared,
            made: pieces.iter().map(|_| OnceLock::new()).collect(),
            pieces,
            places,
            late: OnceLock::new(),
        }
    }

    fn piece(&self, n: usize) -> Result<&[Vec<u8>], RenderError> {
        if let Some(made) = self.made[n].get() {
            return Ok(made);
        }
        let made = self.pieces[n].make(&self.shared)?;
        Ok(self.made[n].get_or_init(|| made))
    }

    /// Everything is rendered when the first of them is asked for.
    fn late(&self) -> Result<&Files, RenderError> {
        if let Some(late) = self.late.get() {
            return Ok(late);
        }
        (0..self.pieces.len())
            .into_par_iter()
            .try_for_each(|n| self.piece(n).map(|_| ()))?;
        let files = self
            .rendered()
            .into_iter()
            .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))
            .collect();
        let mut out = Rendered {
            files,
            ..Rendered::default()
        };
        late(self.shared.site, &mut out, &Files::new(), None);
        let mut files = out.files;
        files.retain(|path, _| !self.places.contains_key(path));
        Ok(self.late.get_or_init(|| files))
    }

    /// Whether the site has this file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
            || (is_late(path) && self.late().is_ok_and(|late| late.contains_key(path)))
    }

    /// How many files the site has.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The bytes of a file; nothing if the site has none of that name.
    pub(crate) fn file(&self, path: &str) -> Option<Result<&[u8], RenderError>> {
        let Some((n, of)) = self.places.get(path).copied() else {
            return match self.late.get().map(|late| late.get(path)) {
                Some(found) => found.map(|bytes| Ok(bytes.as_slice())),
                None if is_late(path) => self
                    .late()
                    .map(|late| late.get(path).map(Vec::as_slice))
                    .transpose(),
                None => None,
            };
        };
        Some(self.piece(n).map(|files| files[of].as_slice()))
    }

    /// Renders some more of the pieces on all cores, from number `from`; returns where to go on, or nothing at the end.
    pub(crate) fn some(&self, from: usize) -> Result<Option<usize>, RenderError> {
        /// As many as take some milliseconds.
        const SOME: usize = 48;
        if self.is_last(from) {
            self.late()?;
            return Ok(None);
        }
        let to = (from + SOME).min(self.pieces.len());
        (from..to)
            .into_par_iter()
            .try_for_each(|n| self.piece(n).map(|_| ()))?;
        Ok(Some(to))
    }

    /// Whether [`Plan::some`] has nothing left from there on but what is made of all others at once, which takes long.
    pub(crate) fn is_last(&self, from: usize) -> bool {
        from >= self.pieces.len()
    }

    /// Every file that was rendered so far, sorted by path.
    pub(crate) fn rendered(&self) -> Vec<(&str, &[u8])> {
        let mut out: Vec<(&str, &[u8])> = self
            .pieces
            .iter()
            .zip(&self.made)
            .filter_map(|(piece, made)| Some((piece, made.get()?)))
            .flat_map(|(piece, made)| {
                let paths = piece.files.iter().map(String::as_str);
                paths.zip(made.iter().map(Vec::as_slice))
            })
            .collect();
        let late = self.late.get().into_iter().flatten();
        out.extend(late.map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        out.sort_unstable_by_key(|(path, _)| *path);
        out
    }
}
