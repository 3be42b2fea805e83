//! `resep build --check-published`: compares a new site with the one that is online. An address that people have linked to
//! must not be lost: each page and permalink of the old site must be there, or lead on by an alias.
//!
//! Reads `sitemap.xml` (all pages), `errors.json` (all permalinks) and, where it can be seen, `_redirects` (all former addresses) of the
//! published site, from a folder or over HTTP.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use crate::diag::Diag;
use crate::render::Files;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest list that is read.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Hosts that obey it do not show it.
const REDIRECTS: &str = "_redirects";

/// What is online.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Addresses below the site's root, such as `id/guides/units/` and `e/kling-1102/`.
    pub addresses: BTreeSet<String>,
}

/// Reads the lists of the published site; nothing if nothing is published there yet.
///
/// # Errors
/// A sentence, if the site cannot be reached or its lists cannot be read.
pub fn read(place: &str) -> Result<Option<Published>, String> {
    let Some(sitemap) = list(place, "sitemap.xml")? else {
        return Ok(None);
    };
    let catalogue = list(place, "errors.json")?;
    let moved = list(place, REDIRECTS)?;
    parse(&sitemap, catalogue.as_deref(), moved.as_deref())
        .map(Some)
        .map_err(|why| format!("cannot compare with {place}: {why}"))
}

/// What the new site lacks: a finding for each address of the old one at which it has no page.
#[must_use]
pub fn lost(published: &Published, files: &Files) -> Vec<Diag> {
    published
        .addresses
        .iter()
        .filter(|address| !files.contains_key(&format!("{address}index.html")))
        .map(|address| {
            let lost = Diag::new(
                "lost-address",
                format!("output:{address}index.html"),
                None,
                format!("`/{address}` is online and the new site has nothing there"),
            );
            match address.split_once('/') {
                Some(("e", _)) => lost.help(
                    "keep the code in the `codes` of a rule, or keep the old rule with status = \"retired\" and replaced_by",
                ),
                Some((_, rest)) => lost.help(format!(
                    "write `aliases = [\"/{rest}\"]` into the front matter of the page that takes its place, \
                     or bring the page back"
                )),
                None => lost,
            }
        })
        .collect()
}

/// One list of the published site; nothing if there is none.
fn list(place: &str, name: &str) -> Result<Option<String>, String> {
    if place.starts_with("https://") || place.starts_with("http://") {
        fetch(&format!("{}/{name}", place.trim_end_matches('/')))
    } else {
        if !Path::new(place).is_dir() {
            return Err(format!(
                "there is no folder {place}; name the published site as a folder or as an address with https://"
            ));
        }
        let path = Path::new(place).join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(format!("cannot read {}: {e}", path.display())),
        }
    }
}

fn fetch(url: &str) -> Result<Option<String>, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("resep/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    match agent.get(url).call() {
        Ok(mut answer) => answer
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_string()
            .map(Some)
            .map_err(|e| format!("cannot read {url}: {e}")),
        Err(ureq::Error::StatusCode(404 | 410)) => Ok(None),
        Err(ureq::Error::StatusCode(401 | 403)) if url.ends_with(REDIRECTS) => Ok(None),
        Err(e) => Err(format!("cannot fetch {url}: {e}")),
    }
}

/// The addresses that the lists name, without scheme, host and base path.
fn parse(sitemap: &str, catalogue: Option<&str>, moved: Option<&str>) -> Result<Published, String> {
    let location = Regex::new(r"<loc>\s*([^<\s]+)\s*</loc>").map_err(|e| e.to_string())?;
    let pages: Vec<&str> = location
        .captures_iter(sitemap)
        .filter_map(|found| found.get(1))
        .map(|url| url.as_str())
        .collect();
    // Every sitemap lists the home page of each language; the shortest address is one, and what stands before its last
    // folder is the root of the site.
    let root = pages
        .iter()
        .min_by_key(|url| url.len())
        .and_then(|home| home.trim_end_matches('/').rsplit_once('/'))
        .map(|(root, _)| format!("{root}/"))
        .ok_or("its sitemap.xml lists no page")?;
    let mut addresses = BTreeSet::new();
    for page in pages {
        let address = page
            .strip_prefix(&root)
            .ok_or_else(|| format!("its sitemap.xml lists {page}, which is not below {root}"))?;
        addresses.insert(address.to_owned());
    }
    if let Some(catalogue) = catalogue {
        let catalogue: Value =
            serde_json::from_str(catalogue).map_err(|e| format!("its errors.json: {e}"))?;
        let permalinks = catalogue["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["permalinks"].as_array())
            .flatten()
            .filter_map(Value::as_str);
        for permalink in permalinks {
            let address = permalink.strip_prefix(&root).ok_or_else(|| {
                format!("its errors.json lists {permalink}, which is not below {root}")
            })?;
            addresses.insert(address.to_owned());
        }
    }
    // Some hosts answer with a page where a file is missing: no line of that is one of these.
    let base = root.splitn(4, '/').nth(3).unwrap_or_default();
    for line in moved.into_iter().flat_map(str::lines) {
        let former = match line.split(' ').collect::<Vec<_>>()[..] {
            [from, _, "301"] => from
                .strip_prefix('/')
                .and_then(|from| from.strip_prefix(base)),
            _ => None,
        };
        addresses.extend(former.map(str::to_owned));
    }
    Ok(Published { addresses })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITEMAP: &str = "<urlset><url><loc>https://h.example/r/id/</loc></url>\
        <url><loc>https://h.example/r/id/guides/a/</loc></url><url><loc>https://h.example/r/en/</loc></url></urlset>";
    const CATALOGUE: &str = r#"{"errors":[{"permalinks":["https://h.example/r/e/acme-1/"]}]}"#;

    #[test]
    fn addresses_are_read_whatever_the_base_path() {
        let moved =
            "/r/en/guides/b/ /r/en/guides/a/ 301\n<p>/r/x/ is gone</p>\n/elsewhere/ /r/en/ 301\n";
        let read = parse(SITEMAP, Some(CATALOGUE), Some(moved)).unwrap();
        let found: Vec<&str> = read.addresses.iter().map(String::as_str).collect();
        let expected = ["e/acme-1/", "en/", "en/guides/b/", "id/", "id/guides/a/"];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_gone_is_found_with_a_way_out() {
        let read = parse(SITEMAP, Some(CATALOGUE), None).unwrap();
        let new: Files = ["id/index.html", "en/index.html"]
            .map(|path| (path.to_owned(), Vec::new()))
            .into();
        let lost = lost(&read, &new);
        let shown: Vec<&str> = lost.iter().map(|d| d.file.as_str()).collect();
        assert_eq!(
            shown,
            [
                "output:e/acme-1/index.html",
                "output:id/guides/a/index.html"
            ]
        );
        assert!(lost[1].help.as_ref().unwrap().contains("\"/guides/a/\""));
    }

    #[test]
    fn lists_that_make_no_sense_are_refused() {
        assert!(parse("<urlset></urlset>", None, None).is_err());
        assert!(parse(SITEMAP, Some("{"), None).is_err());
        let elsewhere = SITEMAP.replace(
            "https://h.example/r/id/guides/a/",
            "https://other.example/x/id/guides/a/",
        );
        assert!(parse(&elsewhere, None, None).is_err());
    }
}
