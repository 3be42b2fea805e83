//! The bytes that would be written: nothing secret in them, and no link of the site's own to a file that is not there.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};
use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::markup;
use super::secrets::{self, Found, find};
use crate::diag::Diag;
use crate::load::Source;
use crate::model::Site;
use crate::theme;

/// The name of a page that no site has, in which something is planted.
const CANARY: &str = "canary/index.html";

/// Reads the files of a site, and first a planted page: a scanner that does not see what lies there sees nothing elsewhere.
pub(super) fn check<'f>(
    site: &Site<'_>,
    files: &[(&'f str, &[u8])],
    kept: impl Iterator<Item = &'f str>,
) -> Vec<Diag> {
    let scan = |text: &str| scan(CANARY, text.as_bytes(), BTreeSet::new);
    let mut diags: Vec<Diag> = secrets::blind(scan).into_iter().collect();
    let paths: HashSet<&str> = files.iter().map(|(path, _)| *path).chain(kept).collect();
    let reader = Reader::new(site);
    diags.par_extend(files.par_iter().flat_map_iter(|(path, bytes)| {
        let (mut diags, dead) = reader.file(path, bytes, &|path| paths.contains(path));
        diags.extend(dead.iter().map(|inner| reader.dead_link(path, inner)));
        diags
    }));
    diags
}

/// Reads files of a site, each for itself.
pub(crate) struct Reader<'s> {
    site: &'s Site<'s>,
    /// What is suspicious in the sources.
    known: OnceLock<BTreeSet<Vec<u8>>>,
}

impl<'s> Reader<'s> {
    pub(crate) fn new(site: &'s Site<'s>) -> Reader<'s> {
        Reader {
            site,
            known: OnceLock::new(),
        }
    }

    /// What is wrong with a file, and where its links lead of which `exists` says that there is nothing (see [`Reader::dead_link`]).
    pub(crate) fn file(
        &self,
        path: &str,
        bytes: &[u8],
        exists: &dyn Fn(&str) -> bool,
    ) -> (Vec<Diag>, BTreeSet<String>) {
        // Hardly any page holds anything suspicious, so the sources are hardly ever asked.
        let known = || self.known.get_or_init(|| in_sources(self.site.source));
        let mut diags = scan(path, bytes, known);
        let mut dead = BTreeSet::new();
        if path.ends_with(".html") {
            markup::check(self.site, path, bytes, &mut diags);
            dead = links(self.site, exists, bytes);
        }
        (diags, dead)
    }

    /// What is to be said of a link of the page at `path` to a file that is not there: where it is written, or that nobody wrote it.
    pub(crate) fn dead_link(&self, path: &str, inner: &str) -> Diag {
        let message = format!("leads to `/{inner}`, which is not written");
        let written = self.site.source.texts.iter().find_map(|(file, text)| {
            let holds_html = theme::holds(file) || file.ends_with(".md");
            let at = holds_html.then(|| text.find(&format!("\"/{inner}")))??;
            Some((file, at + 1..at + 2 + inner.len()))
        });
        match written {
            Some((file, span)) => Diag::new("dead-link-in-output", file, span, message)
                .help("write an address that is there, with the base path and the language where they belong"),
            None => Diag::new("dead-link-in-output", format!("output:{path}"), None, message)
                .help("this is a fault of the program: please report it"),
        }
    }
}

/// Secrets in a file but those that `known` has, which are reported elsewhere.
fn scan<K: Borrow<BTreeSet<Vec<u8>>>>(
    path: &str,
    bytes: &[u8],
    known: impl Fn() -> K,
) -> Vec<Diag> {
    // Images are carried as they are; compiled files are read for shapes that have an issuer only.
    let compiled = [
        ".wasm", ".pack", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif",
    ]
    .iter()
    .any(|e| path.ends_with(e));
    let mut diags = Vec::new();
    for found in find(bytes, !compiled) {
        let text = &bytes[found.span.clone()];
        // The module masks keys, so their prefixes lie in it end to end and look like one.
        if path.ends_with(".wasm")
            && text
                .windows(3)
                .filter(|w| *w == b"sk-" || *w == b"sk_")
                .count()
                > 1
        {
            continue;
        }
        if !known().borrow().contains(text) {
            diags.push(secret(path, &found, text));
        }
    }
    diags
}

/// What is suspicious in the sources is reported there, at its line.
fn in_sources(source: &Source) -> BTreeSet<Vec<u8>> {
    source
        .texts
        .values()
        .flat_map(|text| {
            find(text.as_bytes(), true)
                .into_iter()
                .map(|f| text.as_bytes()[f.span].to_vec())
        })
        .collect()
}

fn secret(path: &str, found: &Found, text: &[u8]) -> Diag {
    let file = format!("output:{path}");
    // Enough to find it, not enough to use it.
    let start: String = String::from_utf8_lossy(text).chars().take(6).collect();
    if found.email {
        Diag::new(
            "address-in-output",
            file,
            None,
            format!("holds an e-mail address (`{start}…`)"),
        )
        .help("find the text it was put together from")
    } else {
        Diag::new(
            "secret-in-output",
            file,
            None,
            format!("holds what looks like {} (`{start}…`)", found.what),
        )
        .help("find the text it was put together from")
    }
}

/// Where `href` and `src` that begin with the site's base path lead, where nothing is.
fn links(site: &Site<'_>, exists: &dyn Fn(&str) -> bool, bytes: &[u8]) -> BTreeSet<String> {
    static OWN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("=\"/"));
    let mut missing = BTreeSet::new();
    let mut index = String::new();
    for at in OWN.find_iter(bytes) {
        if !(bytes[..at].ends_with(b" href") || bytes[..at].ends_with(b" src")) {
            continue;
        }
        let rest = &bytes[at + 2..];
        let address = &rest[..memchr(b'"', rest).unwrap_or(0)];
        let Some(inner) = address
            .strip_prefix(site.base.as_bytes())
            .and_then(|a| a.strip_prefix(b"/"))
            .filter(|a| !a.starts_with(b"/"))
        else {
            continue;
        };
        let inner = &inner[..memchr2(b'#', b'?', inner).unwrap_or(inner.len())];
        let found = std::str::from_utf8(inner).is_ok_and(|inner| {
            if inner.is_empty() || inner.ends_with('/') {
                index.clear();
                index.push_str(inner);
                index.push_str("index.html");
                exists(&index)
            } else {
                exists(inner)
            }
        });
        if !found {
            missing.insert(String::from_utf8_lossy(inner).into_owned());
        }
    }
    missing
}
