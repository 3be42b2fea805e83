//! Texts in, typed documents and findings out. Never fails early: what cannot be read is reported and left out.
//! Reads no disk and compares no two files; `check` does that.

pub mod data;
pub(crate) mod function_words;
pub(crate) mod left_over;
pub mod markdown;
pub mod raw_html;
pub mod rule;
pub(crate) mod shape;
pub mod site_toml;
pub mod support;
pub(crate) mod toml_table;
pub mod ui;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

pub(crate) use toml_table::listed;
pub use toml_table::{At, Said};

use crate::diag::Diag;
use crate::freshness;
use crate::load::Source;
use crate::past::Notes;
use crate::theme;
use data::Data;
use markdown::Markdown;
use rule::RuleFile;
use site_toml::Config;
use support::{Forbidden, ReplyDoc};
use ui::Ui;

/// Everything read from the content folder, as it stands there.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// `site.toml`.
    pub config: Config,
    /// `ui/<language>.toml` by language code.
    pub ui: BTreeMap<String, Arc<Ui>>,
    /// Guides and runbooks by address without language, such as `/guides/units/`.
    pub pages: BTreeMap<String, PageDoc>,
    /// Rules by id, such as `kling/rate-limit`.
    pub rules: BTreeMap<String, RuleDoc>,
    /// `data/*.toml`.
    pub data: Data,
    /// `internal/replies/` by slug; empty in the public edition.
    pub replies: BTreeMap<String, ReplyDoc>,
    /// `internal/do-not-say.toml`; empty in the public edition.
    pub forbidden: Vec<Forbidden>,
    /// `translations.toml`: what translations were made from.
    pub translations: freshness::Records,
}

/// Whether a page is read or worked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// Under `guides/`.
    Guide,
    /// Under `runbooks/`.
    Runbook,
}

impl PageKind {
    /// The name of its folder.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            PageKind::Guide => "guides",
            PageKind::Runbook => "runbooks",
        }
    }

    /// Address of the list of all, without language.
    #[must_use]
    pub fn root(self) -> &'static str {
        match self {
            PageKind::Guide => "/guides/",
            PageKind::Runbook => "/runbooks/",
        }
    }
}

/// A guide or a runbook in all its languages.
#[derive(Clone, Debug)]
pub struct PageDoc {
    /// Address without language, `/` at both ends.
    pub path: String,
    /// Folder below the content folder, without `/` at the end.
    pub folder: String,
    /// What it is.
    pub kind: PageKind,
    /// Only in the internal edition.
    pub internal: bool,
    /// By language code.
    pub texts: BTreeMap<String, Arc<Markdown>>,
}

/// A rule with its words in all languages.
#[derive(Clone, Debug)]
pub struct RuleDoc {
    /// `<provider>/<slug>`.
    pub id: String,
    /// The folder's first part: a provider id or `generic`.
    pub section: String,
    /// The folder's second part.
    pub slug: String,
    /// Path of `rule.toml`.
    pub file: String,
    /// `rule.toml`.
    pub rule: Arc<RuleFile>,
    /// By language code.
    pub texts: BTreeMap<String, Arc<Markdown>>,
}

impl RuleDoc {
    /// Address of its page without language.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/errors/{}/", self.id)
    }
}

/// What files were read as, by path. Each depends on nothing but its text, so a text that comes again need not be read
/// again.
#[derive(Debug, Default)]
pub struct Cache {
    read: BTreeMap<String, (Arc<str>, Leaf)>,
    /// Of an earlier run of the program.
    noted: Arc<Notes>,
}

/// A file and what is wrong with it.
#[derive(Clone, Debug)]
struct Leaf {
    content: Content,
    diags: Vec<Diag>,
}

#[derive(Clone, Debug)]
enum Content {
    Markdown(Arc<Markdown>),
    Rule(Arc<RuleFile>),
    Ui(Arc<Ui>),
}

/// Which of those a file is, by its path.
enum Kind {
    Markdown,
    Rule,
    Ui,
}

impl Kind {
    /// Nothing for files that are read together with others.
    fn of(path: &str) -> Option<Kind> {
        if path.ends_with(".md") {
            Some(Kind::Markdown)
        } else if path.ends_with("/rule.toml") {
            Some(Kind::Rule)
        } else if path.starts_with("ui/") && path.ends_with(".toml") {
            Some(Kind::Ui)
        } else {
            None
        }
    }
}

impl Leaf {
    /// What an earlier run read, and found nothing wrong with.
    fn noted(path: &str, notes: &Notes) -> Option<Leaf> {
        let content = match Kind::of(path)? {
            Kind::Markdown => Content::Markdown(Arc::new(notes.reading(path)?)),
            Kind::Ui => Content::Ui(Arc::new(notes.reading(path)?)),
            Kind::Rule => return None,
        };
        Some(Leaf {
            content,
            diags: Vec::new(),
        })
    }

    /// Nothing for files that are read together with others.
    fn read(path: &str, text: &str) -> Option<Leaf> {
        let (content, diags) = match Kind::of(path)? {
            Kind::Markdown => {
                let (page, diags) = markdown::parse(path, text);
                (Content::Markdown(Arc::new(page)), diags)
            }
            Kind::Rule => {
                let (rule, diags) = rule::parse(path, text);
                (Content::Rule(Arc::new(rule)), diags)
            }
            Kind::Ui => {
                let (ui, diags) = ui::parse(path, text);
                (Content::Ui(Arc::new(ui)), diags)
            }
        };
        Some(Leaf { content, diags })
    }
}

impl Cache {
    /// Begins with what an earlier run noted.
    pub(crate) fn new(noted: Arc<Notes>) -> Cache {
        Cache {
            read: BTreeMap::new(),
            noted,
        }
    }

    /// Notes what each text was read as, if nothing is wrong with it; `clean` says what other lints say.
    pub(crate) fn notes(&self, clean: impl Fn(&str) -> bool + Sync) -> Vec<u8> {
        let right = |path: &str, leaf: &Leaf| leaf.diags.is_empty() && clean(path);
        let notes: Vec<Vec<u8>> = self
            .read
            .par_iter()
            .filter_map(|(path, (_, leaf))| match &leaf.content {
                _ if !right(path, leaf) => None,
                Content::Markdown(page) => self.noted.note(path, &**page),
                Content::Ui(ui) => self.noted.note(path, &**ui),
                // Its words are looked at again where that is all.
                Content::Rule(_) => self.noted.note(path, &()),
            })
            .collect();
        notes.concat()
    }

    /// Reads what is new, on all cores, and forgets what is gone.
    fn update(&mut self, source: &Source) {
        let old = std::mem::take(&mut self.read);
        let known = |path: &str, text: &Arc<str>| {
            old.get(path)
                .filter(|(was, _)| Arc::ptr_eq(was, text) || was == text)
                .map(|(_, leaf)| leaf.clone())
        };
        let leaves: Vec<(&String, Arc<str>, Leaf)> = source
            .texts
            .par_iter()
            .filter_map(|(path, text)| {
                let leaf = known(path, text)
                    .or_else(|| Leaf::noted(path, &self.noted))
                    .or_else(|| Leaf::read(path, text))?;
                Some((path, Arc::clone(text), leaf))
            })
            .collect();
        self.read = leaves
            .into_iter()
            .map(|(path, text, leaf)| (path.clone(), (text, leaf)))
            .collect();
    }

    fn markdown(&self, path: &str, diags: &mut Vec<Diag>) -> Option<Arc<Markdown>> {
        let (_, leaf) = self.read.get(path)?;
        let Content::Markdown(page) = &leaf.content else {
            return None;
        };
        diags.extend(leaf.diags.iter().cloned());
        Some(Arc::clone(page))
    }

    fn rule(&self, path: &str, diags: &mut Vec<Diag>) -> Option<Arc<RuleFile>> {
        let (_, leaf) = self.read.get(path)?;
        let Content::Rule(rule) = &leaf.content else {
            return None;
        };
        diags.extend(leaf.diags.iter().cloned());
        Some(Arc::clone(rule))
    }

    fn ui(&self, path: &str, diags: &mut Vec<Diag>) -> Option<Arc<Ui>> {
        let (_, leaf) = self.read.get(path)?;
        let Content::Ui(ui) = &leaf.content else {
            return None;
        };
        diags.extend(leaf.diags.iter().cloned());
        Some(Arc::clone(ui))
    }
}

/// Reads all texts of the source.
#[must_use]
pub fn parse(source: &Source) -> (Docs, Vec<Diag>) {
    parse_again(source, &mut Cache::default())
}

/// The same, where most texts were read before.
pub(crate) fn parse_again(source: &Source, cache: &mut Cache) -> (Docs, Vec<Diag>) {
    let (first, ()) = rayon::join(|| site_and_data(source), || cache.update(source));
    let (docs, diags, languages) = first;
    let mut reading = Reading {
        docs,
        diags,
        languages,
        cache,
    };
    for (path, text) in &source.texts {
        reading.text(path, text);
    }
    let Reading {
        mut docs, diags, ..
    } = reading;
    // A draft beside a finished text is as if it were not there yet.
    for page in docs.pages.values_mut() {
        let drafts = page.texts.values().filter(|text| text.front.draft).count();
        if (1..page.texts.len()).contains(&drafts) {
            page.texts.retain(|_, text| !text.front.draft);
        }
    }
    (docs, diags)
}

/// What was read so far, with what more is read by.
struct Reading<'c> {
    docs: Docs,
    diags: Vec<Diag>,
    /// Codes of the languages of the site.
    languages: Vec<String>,
    cache: &'c Cache,
}

impl Reading<'_> {
    /// Puts a text where its path says that it belongs.
    fn text(&mut self, path: &str, text: &str) {
        let parts: Vec<&str> = path.split('/').collect();
        let (internal, rest) = match parts.as_slice() {
            ["internal", rest @ ..] => (true, rest),
            all => (false, all),
        };
        match (internal, rest) {
            // They were read before all others.
            (false, ["site.toml"] | ["data", ..]) => {}
            (_, ["translations.toml"]) => {
                let (records, found) = freshness::parse(path, text);
                self.docs.translations.extend(records);
                self.diags.extend(found);
            }
            (false, ["theme", inside @ ..]) => {
                if !theme::is_read(inside) {
                    self.diags.push(unexpected(path, theme::MAY_STAND));
                }
            }
            (false, ["ui", file]) => self.ui(path, file),
            (false, ["errors", section, slug, file]) => self.rule(path, section, slug, file),
            (true, ["do-not-say.toml"]) => {
                let (terms, found) = support::do_not_say(path, text, &self.languages);
                self.docs.forbidden = terms;
                self.diags.extend(found);
            }
            (true, ["replies", slug, "reply.toml"]) => {
                let (reply, found) = support::reply(path, text);
                self.reply_doc(path, slug).reply = reply;
                self.diags.extend(found);
            }
            (true, ["replies", slug, file]) => {
                let words = self.words(path, file, "reply.toml and <language>.md");
                self.reply_doc(path, slug).texts.extend(words);
            }
            (_, ["guides", folders @ .., file]) if !folders.is_empty() => {
                self.page(path, internal, PageKind::Guide, folders, file);
            }
            (_, ["runbooks", folders @ .., file]) if !folders.is_empty() => {
                self.page(path, internal, PageKind::Runbook, folders, file);
            }
            _ => self.diags.push(unexpected(
                path,
                "site.toml, translations.toml, ui/, data/, theme/, guides/<slug>/, runbooks/<slug>/ or \
                 errors/<provider>/<slug>/",
            )),
        }
    }

    fn ui(&mut self, path: &str, file: &str) {
        let code = self.language(path, file, ".toml", "ui/<language>.toml");
        let ui = code.and_then(|code| Some((code, self.cache.ui(path, &mut self.diags)?)));
        if let Some((code, ui)) = ui {
            let ui = ui.of_site(&self.docs.config.title);
            self.docs.ui.insert(code.to_owned(), ui);
        }
    }

    /// A file of `errors/<section>/<slug>/`.
    fn rule(&mut self, path: &str, section: &str, slug: &str, file: &str) {
        bad_slug(&mut self.diags, path, FOLDER_NAME, section);
        bad_slug(&mut self.diags, path, FOLDER_NAME, slug);
        let (mut rule, mut words) = (None, None);
        if file == "rule.toml" {
            rule = self.cache.rule(path, &mut self.diags);
        } else {
            words = self.words(path, file, "rule.toml and <language>.md");
        }
        let id = format!("{section}/{slug}");
        let doc = self
            .docs
            .rules
            .entry(id.clone())
            .or_insert_with(|| RuleDoc {
                file: format!("errors/{id}/rule.toml"),
                id,
                section: section.to_owned(),
                slug: slug.to_owned(),
                rule: Arc::default(),
                texts: BTreeMap::new(),
            });
        if let Some(rule) = rule {
            doc.rule = rule;
        }
        doc.texts.extend(words);
    }

    /// The reply of `internal/replies/<slug>/`, in which the file at `path` lies.
    fn reply_doc(&mut self, path: &str, slug: &str) -> &mut ReplyDoc {
        bad_slug(&mut self.diags, path, FOLDER_NAME, slug);
        let doc = self.docs.replies.entry(slug.to_owned()).or_default();
        doc.folder = format!("internal/replies/{slug}");
        doc
    }

    /// A file of a guide or a runbook, which lies in these `folders` below that of its kind.
    fn page(&mut self, path: &str, internal: bool, kind: PageKind, folders: &[&str], file: &str) {
        for folder in folders {
            bad_slug(&mut self.diags, path, FOLDER_NAME, folder);
        }
        let allowed = format!("{}/<slug>/<language>.md", kind.folder());
        let Some(words) = self.words(path, file, &allowed) else {
            return;
        };
        // The same address as a public page would have: whether it is published is not its readers' concern.
        let address = format!("{}{}/", kind.root(), folders.join("/"));
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let page = self
            .docs
            .pages
            .entry(address.clone())
            .or_insert_with(|| PageDoc {
                path: address,
                folder: folder.to_owned(),
                kind,
                internal,
                texts: BTreeMap::new(),
            });
        if page.internal == internal {
            page.texts.extend([words]);
            return;
        }
        self.diags.push(
            Diag::new(
                "duplicate-id",
                path,
                None,
                format!("has the address of a page in {}", page.folder),
            )
            .help("give one of them another folder name"),
        );
    }

    /// The words in the file at `path`, with the code of their language, which is its name. Nothing, and a finding, if it is no
    /// such file; `allowed` says then what may stand there.
    fn words(&mut self, path: &str, file: &str, allowed: &str) -> Option<(String, Arc<Markdown>)> {
        let code = self.language(path, file, ".md", allowed)?;
        let words = self.cache.markdown(path, &mut self.diags)?;
        Some((code.to_owned(), words))
    }

    /// The language whose code is the name of the file before its `ending`. Nothing, and a finding, if it is none of the site's.
    fn language<'f>(
        &mut self,
        path: &str,
        file: &'f str,
        ending: &str,
        allowed: &str,
    ) -> Option<&'f str> {
        let Some(code) = file.strip_suffix(ending) else {
            self.diags.push(unexpected(path, allowed));
            return None;
        };
        // Without a readable site.toml there is no list to hold it against, and that is reported already.
        if self.languages.is_empty() || self.languages.iter().any(|known| known == code) {
            return Some(code);
        }
        let known: Vec<&str> = self.languages.iter().map(String::as_str).collect();
        self.diags.push(
            Diag::new(
                "unexpected-file",
                path,
                None,
                format!("`{code}` is no language of this site"),
            )
            .help(format!("`languages` of site.toml holds {}", listed(&known))),
        );
        None
    }
}

/// `site.toml`, `data/*.toml` and the codes of the languages; the other documents are not read yet.
fn site_and_data(source: &Source) -> (Docs, Vec<Diag>, Vec<String>) {
    let mut docs = Docs::default();
    let mut diags = Vec::new();
    match source.texts.get("site.toml") {
        Some(text) => {
            let (config, found) = site_toml::parse("site.toml", text);
            docs.config = config;
            diags.extend(found);
        }
        None => diags.push(
            Diag::new("missing-file", "site.toml", None, "is not there")
                .help("`resep init DIR` writes a content folder to start from"),
        ),
    }
    let languages: Vec<String> = docs.config.codes().map(str::to_owned).collect();
    let (data, found) = data::parse(source, &languages);
    docs.data = data;
    diags.extend(found);
    (docs, diags, languages)
}

fn unexpected(path: &str, allowed: &str) -> Diag {
    Diag::new("unexpected-file", path, None, "nothing reads this file")
        .help(format!("what may stand here: {allowed}"))
}

/// Bytes of a name that any disk stores, with what the site adds to it.
pub(crate) const LONGEST_NAME: usize = 200;

/// Addresses are made of folder names, so these are held to what is the same on every disk and in every address.
pub(crate) fn is_slug(name: &str) -> bool {
    let kebab = (1..=LONGEST_NAME).contains(&name.len())
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    kebab && !is_device(name)
}

/// Names that Windows keeps for devices.
fn is_device(name: &str) -> bool {
    matches!(name, "con" | "prn" | "aux" | "nul")
        || (name.len() == 4
            && (name.starts_with("com") || name.starts_with("lpt"))
            && name.ends_with(|c: char| c.is_ascii_digit()))
}

/// What to do about a name that is no slug.
pub(crate) fn slug_help(name: &str) -> String {
    if name.len() > LONGEST_NAME {
        return TOO_LONG.to_owned();
    }
    if is_device(name) {
        return format!(
            "Windows keeps `{name}` for a device, and no file can have that name there; use another"
        );
    }
    let small = name.to_ascii_lowercase();
    let words = small.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let near = Some(words.join("-")).filter(|near| name.is_ascii() && is_slug(near));
    let near = near.as_deref().unwrap_or("rate-limit");
    format!("use lower-case letters, digits and single hyphens, such as `{near}`")
}

/// What pages and rules lie in.
const FOLDER_NAME: &str = "folder name";

/// `what` is what the name is of.
fn bad_slug(diags: &mut Vec<Diag>, path: &str, what: &str, name: &str) {
    if !is_slug(name) {
        diags.push(
            Diag::new(
                "bad-slug",
                path,
                None,
                format!("the {what} `{name}` cannot be an address"),
            )
            .help(slug_help(name)),
        );
    }
}

/// What to do about a name of more than [`LONGEST_NAME`].
pub(crate) const TOO_LONG: &str =
    "use at most 200 characters, which any disk stores with what the site adds to a name";
