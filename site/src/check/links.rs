//! Links and images: that they lead somewhere, in a form that survives moving and translating.

use std::collections::{BTreeMap, BTreeSet};

use super::each_text;
use crate::diag::{Diag, did_you_mean, nearest};
use crate::load::{IMAGES, Source};
use crate::model::{addresses, aliases, is_draft};
use crate::parse::Docs;
use crate::parse::markdown::Link;

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let known = addresses(docs);
    let moved = aliases(docs);
    let drafts = docs.pages.values().filter(|page| is_draft(page));
    let mut pages = Pages {
        known: &known,
        moved: &moved,
        drafts: drafts.map(|page| page.path.as_str()).collect(),
        languages: docs.config.codes().collect(),
        hints: BTreeMap::new(),
    };
    each_text(docs, |folder, _, text| {
        let ids: BTreeSet<&str> = text.headings.iter().map(|h| h.id.as_str()).collect();
        for link in &text.links {
            let found = if link.image {
                [image(source, folder, link), alternative(link)]
            } else {
                [pages.target(&ids, link), None]
            };
            for (code, message, help) in found.into_iter().flatten() {
                let span = link.dest.span.clone();
                let diag = Diag::new(code, &text.file, span.clone(), message);
                // Where the address is written with escapes, the place is that of the whole link, which must stay.
                let written = source.texts.get(&text.file);
                let stands =
                    written.and_then(|file| file.get(span.clone())) == Some(&*link.dest.value);
                let mend = |diag: Diag, address: String| {
                    if stands {
                        diag.fix(span, address)
                    } else {
                        diag
                    }
                };
                diags.push(match help {
                    Help::Write(address) => mend(diag.help(format!("write `{address}`")), address),
                    Help::WriteForReaders(address) => mend(
                        diag.help(format!(
                            "write `{address}`; the generator adds the reader's language"
                        )),
                        address,
                    ),
                    Help::Say(help) => diag.help(help),
                });
            }
        }
    });
}

/// The lint, what is wrong, and what to do.
type Found = (&'static str, String, Help);

/// What to do about a link.
enum Help {
    /// The address to write, and nothing to think about.
    Write(String),
    /// The same, where the language was wrongly part of it.
    WriteForReaders(String),
    /// Something to decide.
    Say(String),
}

fn image(source: &Source, folder: &str, link: &Link) -> Option<Found> {
    let dest = &link.dest.value;
    let has = |name: &str| source.images.contains_key(&format!("{folder}/{name}"));
    let bare = dest.strip_prefix("./").unwrap_or(dest);
    let bare = bare.split(['?', '#']).next().unwrap_or_default();
    if bare != dest && has(bare) {
        return Some((
            "missing-image",
            format!("`{dest}` is more than the name of the image beside the page"),
            Help::Write(bare.to_owned()),
        ));
    }
    if dest.contains(':') || dest.contains('/') {
        return Some((
            "missing-image",
            format!("the image `{dest}` does not lie beside its page"),
            Help::Say("put the file into the page's folder and write its name alone".to_owned()),
        ));
    }
    let ending = bare.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    if !ending.is_some_and(|ending| IMAGES.contains(&&*ending)) {
        return Some((
            "missing-image",
            format!("`{dest}` is no kind of image that pages show"),
            Help::Say(format!("save it as one of {}", IMAGES.join(", "))),
        ));
    }
    if !has(dest) {
        let prefix = format!("{folder}/");
        let beside: Vec<&str> = source
            .images
            .range(prefix.clone()..)
            .map_while(|(path, _)| path.strip_prefix(&prefix))
            .collect();
        return Some((
            "missing-image",
            format!("no image `{dest}` in this folder"),
            Help::Say(
                did_you_mean(dest, beside)
                    .unwrap_or_else(|| "put the file into the page's folder".to_owned()),
            ),
        ));
    }
    None
}

/// Whether an image says nothing to who does not see it.
fn alternative(link: &Link) -> Option<Found> {
    let dest = &link.dest.value;
    link.text.trim().is_empty().then(|| {
        (
            "image-text",
            format!("the image `{dest}` has no alternative text"),
            Help::Say(format!("write `![what one sees]({dest})`")),
        )
    })
}

/// The pages of the site, as links are looked up among them.
struct Pages<'d> {
    /// The ids of each, by address.
    known: &'d BTreeMap<String, BTreeSet<String>>,
    /// Where each former address leads now.
    moved: &'d BTreeMap<&'d str, String>,
    drafts: BTreeSet<&'d str>,
    languages: BTreeSet<&'d str>,
    /// What was said about each address that leads nowhere: a lost page is often linked from many places.
    hints: BTreeMap<String, String>,
}

impl Pages<'_> {
    /// What is wrong with a link of a text that has these ids.
    fn target(&mut self, ids: &BTreeSet<&str>, link: &Link) -> Option<Found> {
        let dest = link.dest.value.as_str();
        if link.text.trim().is_empty() {
            return Some((
                "link-form",
                format!("the link to `{dest}` has no words"),
                Help::Say(format!("write `[where it leads]({dest})`")),
            ));
        }
        if dest.starts_with("https://") || dest == "/errors.json" {
            return None;
        }
        if let Some(anchor) = dest.strip_prefix('#') {
            let known = ids.iter().copied();
            return (!ids.contains(anchor)).then(|| no_anchor(anchor, "this page", known));
        }
        if dest.starts_with('/') && !dest.starts_with("//") {
            return self.page(dest);
        }
        let is_scheme = |scheme: &str| scheme.chars().all(|c| c.is_ascii_alphanumeric());
        let help = match dest.strip_prefix("http://") {
            Some(rest) => Help::Write(format!("https://{rest}")),
            None if dest
                .split_once(':')
                .is_some_and(|(scheme, _)| is_scheme(scheme)) =>
            {
                Help::Say(
                    "a page leads to pages and to https addresses alone; say it in words instead"
                        .to_owned(),
                )
            }
            None => Help::Say(
                "write the address from the root, such as `/guides/units/`, or `https://...`"
                    .to_owned(),
            ),
        };
        Some((
            "link-form",
            format!("`{dest}` is neither an address of this site nor an https address"),
            help,
        ))
    }

    /// What is wrong with an address from the root.
    fn page(&mut self, dest: &str) -> Option<Found> {
        let (path, anchor) = match dest.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (dest, None),
        };
        if let Some(rest) = self.behind_language(dest, path) {
            return Some((
                "language-in-link",
                format!("`{dest}` names its language"),
                Help::WriteForReaders(rest.to_owned()),
            ));
        }
        if let Some(folder) = path.strip_suffix("/index.html") {
            return Some((
                "link-form",
                format!("`{dest}` names the file and not the page"),
                Help::Write(with_anchor(&format!("{folder}/"), anchor)),
            ));
        }
        if let Some((page, _)) = path.split_once('?') {
            let kept = with_anchor(page, anchor);
            return Some((
                "link-form",
                format!("`{dest}` has a `?`, and no page of this site reads what stands behind it"),
                Help::Say(format!(
                    "write `{kept}`; what a tool begins with stands behind `#`, as in the links that it makes"
                )),
            ));
        }
        let Some(ids) = self.known.get(path) else {
            return Some(self.no_page(dest, path, anchor));
        };
        let anchor = anchor?;
        let known = ids.iter().map(String::as_str);
        (!ids.contains(anchor)).then(|| no_anchor(anchor, &format!("`{path}`"), known))
    }

    /// The rest of an address that begins with a language, from its slash on.
    fn behind_language<'l>(&self, dest: &'l str, path: &str) -> Option<&'l str> {
        let inner = path.trim_start_matches('/');
        let first = inner.split('/').next().unwrap_or_default();
        if !self.languages.contains(first) {
            return None;
        }
        let rest = dest.trim_start_matches('/').strip_prefix(first)?;
        Some(if rest.is_empty() { "/" } else { rest })
    }

    /// Why there is no page at `path`.
    fn no_page(&mut self, dest: &str, path: &str, anchor: Option<&str>) -> Found {
        let with_slash = format!("{path}/");
        if self.known.contains_key(&with_slash) {
            return (
                "link-form",
                format!("`{dest}` does not end with `/`"),
                Help::Write(with_anchor(&with_slash, anchor)),
            );
        }
        let spellings = [path, with_slash.as_str()];
        if let Some(now) = spellings.iter().find_map(|path| self.moved.get(path)) {
            return (
                "broken-link",
                format!("`{path}` is a former address"),
                Help::Write(with_anchor(now, anchor)),
            );
        }
        if spellings.iter().any(|path| self.drafts.contains(path)) {
            let help =
                "publish it (take `draft = true` out of it), or leave the link out until then";
            return (
                "broken-link",
                format!("`{path}` is a draft, which is not published"),
                Help::Say(help.to_owned()),
            );
        }
        (
            "broken-link",
            format!("no page `{path}`"),
            Help::Say(self.hint(path).to_owned()),
        )
    }

    /// What to write instead of an address that leads nowhere.
    fn hint(&mut self, path: &str) -> &str {
        let known = self.known;
        self.hints.entry(path.to_owned()).or_insert_with(|| {
            suggestion(path, known.keys().map(String::as_str), "")
                .or_else(|| same_slug(path, known))
                .unwrap_or_else(|| {
                    "write the address of a page that is there, or write the page".to_owned()
                })
        })
    }
}

fn no_anchor<'a>(
    anchor: &str,
    place: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Found {
    (
        "broken-anchor",
        format!("no heading `#{anchor}` on {place}"),
        Help::Say(anchors(anchor, known)),
    )
}

fn with_anchor(path: &str, anchor: Option<&str>) -> String {
    anchor.map_or_else(|| path.to_owned(), |anchor| format!("{path}#{anchor}"))
}

fn suggestion<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
    before: &str,
) -> Option<String> {
    nearest(wrong, known).map(|name| format!("did you mean `{before}{name}`?"))
}

/// Most headings that are named where none is near.
const MOST_NAMED: usize = 20;

/// For an anchor: the nearest, or those there are.
pub(super) fn anchors<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    suggestion(wrong, known.clone(), "#").unwrap_or_else(|| {
        let mut known = known.into_iter();
        let first: Vec<String> = known
            .by_ref()
            .take(MOST_NAMED)
            .map(|id| format!("`#{id}`"))
            .collect();
        match (first.is_empty(), known.count()) {
            (true, _) => "link to the page without `#`: it has no headings".to_owned(),
            (false, 0) => format!("its headings are {}", first.join(", ")),
            (false, more) => format!("its headings are {} and {more} more", first.join(", ")),
        }
    })
}

/// A page with the same last part in another folder, which is what a moved page looks like.
fn same_slug(path: &str, known: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let slug = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .filter(|s| !s.is_empty())?;
    known
        .keys()
        .find(|k| k.trim_end_matches('/').rsplit('/').next() == Some(slug))
        .map(|k| format!("did you mean `{k}`?"))
}
