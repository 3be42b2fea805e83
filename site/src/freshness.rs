//! Which original a translation was made from. `translations.toml` records a digest of every section of the original, so that
//! a later change of the original shows which translations are behind, and by how many sections. `resep renew` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};
use std::sync::Arc;

use crate::assets::sha256;
use crate::diag::Diag;
use crate::load::Source;
use crate::parse::markdown::Markdown;
use crate::parse::toml_table::{Sink, document};
use crate::parse::{At, Docs};

/// Beside site.toml; a second one under `internal/` holds what the public edition must not know of.
pub(crate) const FILE: &str = "translations.toml";
/// The same for pages under `internal/`.
pub(crate) const INTERNAL_FILE: &str = "internal/translations.toml";

const HEAD: &str = "# Which original each translation was made from: a digest of each of its sections. Written by `resep renew`.\n";

/// Digests of the sections of an original, in order: id and digest.
pub type Sections = Vec<(String, String)>;

/// By folder of the page, then by language of the translation.
pub type Records = BTreeMap<String, BTreeMap<String, At<Sections>>>;

/// The sections of `words` as they are now. `text` is the whole file. Spaces and line breaks do not count.
fn sections(words: &Markdown, text: &str) -> Sections {
    let digest = |text: &str| {
        let plain: Vec<&str> = text.split_whitespace().collect();
        sha256(plain.join(" ").as_bytes())[..8].to_owned()
    };
    let front = format!("{} {}", words.front.title.value, words.front.summary.value);
    std::iter::once(("front".to_owned(), digest(&front)))
        .chain(words.sections.iter().filter_map(|section| {
            let body = text.get(section.span.clone())?;
            let id = section.id.clone().unwrap_or_else(|| "lead".to_owned());
            (!body.trim().is_empty()).then(|| (id, digest(body)))
        }))
        .collect()
}

/// Ids of the sections that differ between two versions of an original: changed, new or gone.
fn changed(then: &Sections, now: &Sections) -> Vec<String> {
    let then: BTreeSet<_> = then.iter().collect();
    let now: BTreeSet<_> = now.iter().collect();
    let ids: BTreeSet<&String> = then.symmetric_difference(&now).map(|(id, _)| id).collect();
    ids.into_iter().cloned().collect()
}

/// The sections of the original that changed since the page in `folder` was translated into `language`; nothing if they are
/// the same, if it is the original itself, or if nobody recorded what it was made from.
#[must_use]
pub fn behind(
    docs: &Docs,
    source: &Source,
    folder: &str,
    texts: &BTreeMap<String, Arc<Markdown>>,
    language: &str,
) -> Vec<String> {
    let original_language = &docs.config.default_language;
    let then = docs
        .translations
        .get(folder)
        .and_then(|languages| languages.get(language));
    match (then, texts.get(original_language)) {
        (Some(then), Some(original)) if language != original_language => {
            let text = source.texts.get(&original.file).map_or("", |text| &**text);
            changed(&then.value, &sections(original, text))
        }
        _ => Vec::new(),
    }
}

/// Every page and rule: folder and words.
pub(crate) fn folders(
    docs: &Docs,
) -> impl Iterator<Item = (String, &BTreeMap<String, Arc<Markdown>>)> {
    let pages = docs
        .pages
        .values()
        .map(|page| (page.folder.clone(), &page.texts));
    let rules = docs
        .rules
        .values()
        .map(|rule| (format!("errors/{}", rule.id), &rule.texts));
    pages.chain(rules)
}

/// Reads a `translations.toml`.
pub(crate) fn parse(file: &str, text: &str) -> (Records, Vec<Diag>) {
    let sink = Sink::new(file);
    let records = read(&sink, text);
    let diags = sink.into_diags().into_iter();
    (records, diags.map(|diag| diag.help(ANEW)).collect())
}

/// Nobody writes this file by hand, and what it holds is in no other.
const ANEW: &str = "put back the file as it was (it is kept in git), or take out what is wrong; `resep renew` does not write over a record \
that it cannot read. With the file removed, it writes a new one, which takes every translation for up to date";

pub(crate) fn read(sink: &Sink<'_>, text: &str) -> Records {
    let mut records = Records::new();
    {
        let mut t = document(sink, text);
        for folder in t.keys() {
            let Some(mut languages) = t.table_at(&folder.value) else {
                continue;
            };
            let entry = records.entry(folder.value).or_default();
            for language in languages.keys() {
                let Some(words) = languages.words_at(&language.value) else {
                    continue;
                };
                let read: Option<Sections> = words
                    .value
                    .iter()
                    .flat_map(|word| word.split(' '))
                    .map(|pair| {
                        pair.split_once(':')
                            .map(|(id, digest)| (id.to_owned(), digest.to_owned()))
                    })
                    .collect();
                match read {
                    Some(sections) => {
                        entry.insert(language.value, At::new(sections, words.span));
                    }
                    None => sink.report(
                        "bad-value",
                        words.span,
                        "this is no list of `section:digest`",
                        None,
                    ),
                }
            }
            languages.finish();
        }
        t.finish();
    }
    records
}

/// What `resep renew` is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// A folder of pages; all of them, if it is empty.
    folder: String,
    /// One translation of the page in it.
    language: Option<String>,
}

impl Wanted {
    /// From how people name a page: as a folder below the content folder, or as the path of the folder or of a file in it, which a
    /// shell completes. Nothing if no page is there.
    pub(crate) fn named(docs: &Docs, content: &Path, named: &Path) -> Option<Wanted> {
        let below = |path: &Path| -> Option<String> {
            let parts = path.components().filter(|c| *c != Component::CurDir);
            let parts: Option<Vec<&str>> = parts
                .map(|c| match c {
                    Component::Normal(part) => part.to_str(),
                    _ => None,
                })
                .collect();
            Some(parts?.join("/"))
        };
        let from_here = || {
            let (root, full) = (content.canonicalize().ok()?, named.canonicalize().ok()?);
            below(full.strip_prefix(root).ok()?)
        };
        let as_is = below(named).filter(|path| !path.is_empty());
        [as_is, from_here()]
            .into_iter()
            .flatten()
            .find_map(|path| Wanted::of(docs, &path))
    }

    fn of(docs: &Docs, path: &str) -> Option<Wanted> {
        let has = |above: &str| folders(docs).any(|(folder, _)| is_below(&folder, above));
        if has(path) {
            return Some(Wanted {
                folder: path.to_owned(),
                language: None,
            });
        }
        let (folder, file) = path.rsplit_once('/')?;
        let (stem, ending) = file.rsplit_once('.')?;
        if !has(folder) || !matches!(ending, "md" | "toml") {
            return None;
        }
        // Whoever names the original, or what has no language, means all that was made from it.
        let translations = docs.config.codes();
        let language = translations
            .filter(|code| *code != docs.config.default_language)
            .find(|code| ending == "md" && *code == stem);
        Some(Wanted {
            folder: folder.to_owned(),
            language: language.map(str::to_owned),
        })
    }

    fn holds(&self, folder: &str, language: &str) -> bool {
        is_below(folder, &self.folder) && self.language.as_ref().is_none_or(|l| l == language)
    }
}

/// Every translation as made from its original as it is now: the text of the two files, public and internal. Only what is in `only`
/// is renewed (all, if there is nothing); the others keep what is recorded.
pub(crate) fn renewed(
    docs: &Docs,
    source: &Source,
    only: &[Wanted],
) -> [(&'static str, String); 2] {
    let mut out = [(FILE, HEAD.to_owned()), (INTERNAL_FILE, HEAD.to_owned())];
    let all: BTreeMap<String, &BTreeMap<String, Arc<Markdown>>> = folders(docs).collect();
    let original_language = &docs.config.default_language;
    for (folder, texts) in all {
        let now = texts.get(original_language).map(|original| {
            let text = source.texts.get(&original.file).map_or("", |text| &**text);
            sections(original, text)
        });
        let mut lines = String::new();
        for language in texts.keys().filter(|l| *l != original_language) {
            let wanted = only.is_empty() || only.iter().any(|o| o.holds(&folder, language));
            let recorded = docs
                .translations
                .get(&folder)
                .and_then(|languages| languages.get(language));
            let record = match (&now, recorded) {
                (Some(now), _) if wanted => now,
                // An original that is not there now may have been moved away for a moment.
                (_, Some(record)) => &record.value,
                (_, None) => continue,
            };
            let pairs: Vec<String> = record
                .iter()
                .map(|(id, digest)| format!("{id}:{digest}"))
                .collect();
            lines.push_str(&format!("{language} = \"{}\"\n", pairs.join(" ")));
        }
        if !lines.is_empty() {
            let part = usize::from(folder.starts_with("internal/"));
            out[part].1.push_str(&format!("\n[\"{folder}\"]\n{lines}"));
        }
    }
    out
}

/// Whether `folder` is `above` or lies in it. Everything lies in the empty one.
fn is_below(folder: &str, above: &str) -> bool {
    folder
        .strip_prefix(above)
        .is_some_and(|rest| above.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;

    fn page(body: &str) -> Sections {
        let text = format!("+++\ntitle = \"T\"\nsummary = \"S\"\n+++\n{body}");
        let (words, _) = markdown::parse("a.md", &text);
        sections(&words, &text)
    }

    #[test]
    fn only_what_changed_is_named() {
        let then = page("Lead.\n\n## A {#a}\n\none\n\n## B {#b}\n\ntwo\n");
        assert_eq!(changed(&then, &then), Vec::<String>::new());
        let wrapped = page("Lead.\n## A {#a}\none\n## B {#b}\ntwo");
        assert_eq!(changed(&then, &wrapped), Vec::<String>::new());
        let now = page("Lead.\n\n## A {#a}\n\nanother\n\n## C {#c}\n\nthree\n");
        assert_eq!(changed(&then, &now), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (records, diags) = parse(
            FILE,
            &format!("{HEAD}\n[\"guides/a\"]\nen = \"front:12345678 a:9abcdef0\"\n"),
        );
        assert!(diags.is_empty(), "{diags:?}");
        assert_eq!(
            records["guides/a"]["en"].value,
            [
                ("front".to_owned(), "12345678".to_owned()),
                ("a".to_owned(), "9abcdef0".to_owned())
            ]
        );
        let (_, diags) = parse(FILE, "[\"guides/a\"]\nen = \"front\"\n");
        assert_eq!(diags[0].code, "bad-value");
    }

    #[test]
    fn a_folder_holds_what_lies_below_it_and_no_more() {
        assert!(is_below("guides/units", ""));
        assert!(is_below("guides/units", "guides"));
        assert!(is_below("guides/units", "guides/units"));
        assert!(!is_below("guides/units-old", "guides/units"));
    }
}
