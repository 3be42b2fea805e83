//! Links from the findings that `resep serve` shows over the page to the place in the editor.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use crate::diag::{Diag, Texts, few};

/// A place as the text of the findings names it, and the address that opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct EditorLink {
    /// `content/guides/units/en.md:14:9`.
    place: String,
    href: String,
}

/// A link for each finding that is shown and stands in a file of the content. `root` is the folder by its true name, `template` an address with
/// `{path}` (from the root of the disk), `{line}` and `{column}`.
pub(super) fn links(diags: &[Diag], texts: &Texts, root: &Path, template: &str) -> Vec<EditorLink> {
    let mut out: Vec<EditorLink> = Vec::new();
    let mut known = BTreeSet::new();
    let (all, _) = few(diags);
    for diag in all.iter().filter(|d| !d.file.starts_with("output:")) {
        let text = texts.get(&diag.file);
        let shown = texts.shown(&diag.file);
        let (line, column, shown) = match diag.span.as_ref().zip(text) {
            Some((span, text)) => {
                let at = text.place(span.start);
                let shown = format!("{shown}:{}:{}", at.line, at.column);
                (at.line, at.column, shown)
            }
            None => (1, 1, shown),
        };
        let path = root.join(&diag.file).to_string_lossy().replace('\\', "/");
        // With a drive of Windows too the path of an address begins with a slash.
        let path = format!("/{}", encoded(path.trim_start_matches('/')));
        let link = EditorLink {
            place: shown,
            href: template
                .replace("{path}", &path)
                .replace("{line}", &line.to_string())
                .replace("{column}", &column.to_string()),
        };
        if known.insert(link.place.clone()) {
            out.push(link);
        }
    }
    out
}

/// A path as a part of an address.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped() {
        assert_eq!(encoded("/a b/é#?.md"), "/a%20b/%C3%A9%23%3F.md");
        assert_eq!(encoded("C:/x_y-z.toml"), "C:/x_y-z.toml");
    }
}
