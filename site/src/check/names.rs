//! Names of files: the same on every disk. Folder names are held to more, where they are read, since they become addresses.

use std::collections::BTreeMap;

use super::secrets;
use crate::diag::Diag;
use crate::images::copy_name;
use crate::load::Source;
use crate::parse::LONGEST_NAME;

pub(super) fn check(source: &Source, diags: &mut Vec<Diag>) {
    leaks(source, diags);
    copies(source, diags);
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in source.texts.keys().chain(source.images.keys()) {
        let name = path
            .rsplit_once('/')
            .map_or(path.as_str(), |(_, name)| name);
        let escaped = || {
            // Names of pictures stand in addresses, which everybody writes and stores as they are only so.
            let strange = name
                .chars()
                .find(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c))?;
            source
                .images
                .contains_key(path)
                .then(|| format!("holds `{strange}`, which does not stand in an address as it is"))
        };
        if let Some(why) = refused(name).map(str::to_owned).or_else(escaped) {
            diags.push(
                Diag::new("file-name", path, None, format!("`{name}` {why}"))
                    .help("use letters, digits, hyphens and one dot, such as `map.png`"),
            );
        }
        if let Some(other) = seen.insert(path.to_lowercase(), path) {
            diags.push(
                Diag::new(
                    "file-name",
                    path,
                    None,
                    format!("differs from `{other}` in upper and lower case only"),
                )
                .help("give one of them another name: on many disks they are one file"),
            );
        }
    }
}

/// Pictures that are called as the copy of another one, which would take their place.
fn copies(source: &Source, diags: &mut Vec<Diag>) {
    for (path, picture) in &source.pictures {
        for width in picture.copies.iter().map(|copy| copy.width) {
            let copy = copy_name(path, width);
            if source.images.contains_key(&copy) {
                let message =
                    format!("is what the copy of `{path}` is called that is {width} pixels wide");
                diags.push(
                    Diag::new("file-name", copy, None, message).help(
                        "take it out, for such copies are made of each picture, or give it another name",
                    ),
                );
            }
        }
    }
}

/// A path is published as an address. All are looked at as one text, for which one search is enough.
fn leaks(source: &Source, diags: &mut Vec<Diag>) {
    let paths: Vec<&str> = source
        .texts
        .keys()
        .chain(source.images.keys())
        .map(String::as_str)
        .collect();
    let all = paths.join("\n");
    for found in secrets::find(all.as_bytes(), false) {
        let start = all[..found.span.start].rfind('\n').map_or(0, |n| n + 1);
        let path = all[start..].lines().next().unwrap_or_default();
        diags.push(
            Diag::new(
                "secret",
                path,
                None,
                format!("the name holds what looks like {}", found.what),
            )
            .help("revoke it if it is real, and give the file another name"),
        );
    }
}

/// Why some system cannot store a file of this name.
fn refused(name: &str) -> Option<&'static str> {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let numbered = |word: &str| {
        stem.strip_prefix(word)
            .is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    if matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
    {
        return Some("is a name that Windows keeps for devices");
    }
    if name.len() > LONGEST_NAME {
        return Some(
            "has more than 200 bytes, which not every disk stores with what the site adds to it",
        );
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Some("begins with a space, or ends with a space or a dot");
    }
    name.contains(|c: char| c.is_control() || "<>:\"|?*\\".contains(c))
        .then_some("holds a character that Windows does not store")
}
