//! The site without a network: the service worker with the list of files it keeps, the page it shows for what it does
//! not have, and the manifests that make the site installable.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::json;

use super::Files;
use super::piece::Piece;
use super::shared::Shared;
use crate::assets;
use crate::model::Site;
use crate::past::KeptPages;
use crate::search as full_text;

/// Name of the service worker.
pub(super) const WORKER_FILE: &str = "sw.js";
/// Comes after the list of files.
const WORKER: &str = include_str!("../../assets/sw.js");
/// How much of a language is kept, in bytes as they lie on the disk. Pages come in the order of their use; what is over
/// is kept when it is visited.
const ROOM: usize = 8 << 20;
/// How many files of a language are kept beforehand.
const MOST: usize = 1500;
/// Digits of a file's SHA-256 in the list.
const DIGITS: usize = 16;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    shared
        .site
        .languages()
        .iter()
        .map(|l| {
            Piece::file(
                format!("{}/manifest.webmanifest", l.code),
                |shared: &Shared<'_>| Ok(manifest(shared.site, &l.code).into_bytes()),
            )
        })
        .collect()
}

fn manifest(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let folder = format!("{}/{}", site.base, site.assets.folder);
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": format!("{folder}/{name}"), "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "name": site.docs.config.title,
        "short_name": site.docs.config.title,
        "description": ui.word("home", "summary"),
        "lang": language,
        // One application, whichever language it was installed from.
        "id": format!("{}/", site.base),
        "start_url": site.href(language, "/"),
        "scope": format!("{}/", site.base),
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#00695c",
        "icons": [
            icon("icon.svg", "any", "image/svg+xml", "any"),
            icon("icon-192.png", "192x192", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "any"),
            icon("icon-maskable.png", "512x512", "image/png", "maskable"),
        ],
        "shortcuts": [
            { "name": ui.word("nav", "diagnose"), "url": site.href(language, "/diagnose/") },
            { "name": ui.word("nav", "search"), "url": site.href(language, "/search/") },
        ],
    });
    format!("{manifest:#}\n")
}

/// `sw.js`, from all other files: those of pages, and those of the search.
pub(super) fn worker(site: &Site<'_>, files: [&Files; 2], kept: [&KeptPages; 2]) -> Vec<u8> {
    let hash = |path: &str| {
        let made = files.iter().find_map(|files| files.get(path));
        let made = made.map(|bytes| assets::sha256(bytes));
        let kept = || kept.iter().find_map(|kept| kept.get(path));
        let whole = made.or_else(|| Some(kept()?.sha256.clone()))?;
        Some(whole[..DIGITS].to_owned())
    };
    let listed = |paths: Vec<&str>| -> BTreeMap<String, String> {
        paths
            .into_par_iter()
            .filter_map(|path| Some((path.to_owned(), hash(path)?)))
            .collect()
    };
    let code = format!("{}/", site.assets.folder);
    let core: Vec<&str> = files
        .into_iter()
        .flat_map(BTreeMap::keys)
        .chain(kept.into_iter().flat_map(BTreeMap::keys))
        .map(String::as_str)
        .filter(|path| {
            path.starts_with(&code)
                || path.ends_with("/rules.pack")
                || matches!(*path, "index.html" | "offline.html")
        })
        .collect();
    let languages: BTreeMap<&str, BTreeMap<String, String>> = site
        .languages()
        .iter()
        .map(|l| (l.code.as_str(), listed(of_language(files, kept, &l.code))))
        .collect();
    let core = listed(core);
    let permalinks: BTreeMap<&str, &str> = site
        .permalinks
        .iter()
        .map(|(name, rule)| (name.as_str(), rule.id.as_str()))
        .collect();
    let all = json!({ "core": core, "languages": languages, "permalinks": permalinks }).to_string();
    let list = json!({
        "version": &assets::sha256(format!("{all}{WORKER}").as_bytes())[..DIGITS],
        "base": format!("{}/", site.base),
        "core": core,
        "languages": languages,
        "permalinks": permalinks,
    });
    format!("self.SITE = {list};\n\n{WORKER}").into_bytes()
}

/// What is kept for readers of a language, the most useful first, as far as there is room.
fn of_language<'f>(
    files: [&'f Files; 2],
    kept: [&'f KeptPages; 2],
    language: &str,
) -> Vec<&'f str> {
    let prefix = format!("{language}/");
    let index = full_text::folder(language);
    let words = ["answers", "explanations", "tools"].map(|name| format!("/{name}.{language}.json"));
    let rank = |path: &str| {
        let data = path.starts_with(&index)
            || (path.starts_with("assets/") && words.iter().any(|name| path.ends_with(name)));
        if data {
            return Some(0);
        }
        rank(path.strip_prefix(&prefix)?)
    };
    let kept = kept.into_iter().flatten();
    let sizes = files
        .into_iter()
        .flatten()
        .map(|(path, bytes)| (path, bytes.len()))
        .chain(kept.map(|(path, kept)| (path, kept.len())));
    let mut paths: Vec<(usize, &str, usize)> = sizes
        .filter_map(|(path, size)| Some((rank(path)?, path.as_str(), size)))
        .collect();
    paths.sort_unstable();
    let mut room = ROOM;
    paths
        .into_iter()
        .take(MOST)
        .take_while(|(_, _, size)| {
            let fits = *size <= room;
            room = room.saturating_sub(*size);
            fits
        })
        .map(|(_, path, _)| path)
        .collect()
}

/// Place of a language's file in the order of keeping; nothing for what is not kept.
fn rank(path: &str) -> Option<usize> {
    if matches!(path, "search/index.json" | "manifest.webmanifest") {
        return Some(0);
    }
    let page = path.strip_suffix("index.html")?;
    Some(match page {
        "" | "diagnose/" | "search/" => 0,
        "guides/" | "runbooks/" | "errors/" | "wallets/" | "glossary/" | "tools/" => 1,
        page if page.starts_with("errors/") => 3,
        _ => 2,
    })
}
