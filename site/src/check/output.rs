//! The bytes that would be written: nothing secret in them, and no link of the site's own to a file that is not there.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};
use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::secrets::{self, Found, find};
use crate::diag::Diag;
use crate::load::Source;
use crate::model::Site;

/// The name of a page that no site has, in which something is planted.
const CANARY: &str = "canary/index.html";

/// Reads the files of a site, and first a planted page: a scanner that does not see what lies there sees nothing elsewhere.
pub(super) fn check<'f>(
    site: &Site<'_>,
    files: &[(&'f str, &[u8])],
    kept: impl Iterator<Item = &'f str>,
) -> Vec<Diag> {
    let scan = |text: &str| read(site, &[(CANARY, text.as_bytes())], std::iter::empty());
    let mut diags: Vec<Diag> = secrets::blind(scan).into_iter().collect();
    diags.extend(read(site, files, kept));
    diags
}

fn read<'f>(
    site: &Site<'_>,
    files: &[(&'f str, &[u8])],
    kept: impl Iterator<Item = &'f str>,
) -> Vec<Diag> {
    let paths: HashSet<&str> = files.iter().map(|(path, _)| *path).chain(kept).collect();
    // Hardly any page holds anything suspicious, so the sources are hardly ever asked.
    let known = OnceLock::new();
    let known = || known.get_or_init(|| in_sources(site.source));
    files
        .par_iter()
        .flat_map_iter(|(path, bytes)| {
            let mut diags = Vec::new();
            // Images are carried as they are; compiled files are read for shapes that have an issuer only.
            let compiled = [
                ".wasm", ".pack", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif",
            ]
            .iter()
            .any(|e| path.ends_with(e));
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
                if !known().contains(text) {
                    diags.push(secret(path, &found, text));
                }
            }
            if path.ends_with(".html") {
                links(site, &paths, path, bytes, &mut diags);
            }
            diags
        })
        .collect()
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

/// `href` and `src` that begin with the site's base path.
fn links(site: &Site<'_>, paths: &HashSet<&str>, path: &str, bytes: &[u8], diags: &mut Vec<Diag>) {
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
        let exists = std::str::from_utf8(inner).is_ok_and(|inner| {
            if inner.is_empty() || inner.ends_with('/') {
                index.clear();
                index.push_str(inner);
                index.push_str("index.html");
                paths.contains(index.as_str())
            } else {
                paths.contains(inner)
            }
        });
        if !exists {
            missing.insert(String::from_utf8_lossy(inner).into_owned());
        }
    }
    for inner in missing {
        diags.push(
            Diag::new(
                "dead-link-in-output",
                format!("output:{path}"),
                None,
                format!("leads to `/{inner}`, which is not written"),
            )
            .help("this is a fault of the program: please report it"),
        );
    }
}
