//! The HTML that would be written: every element closed where it was opened, no id twice, and no page too large to load on a
//! slow line. A template of a theme can break each of these.

use memchr::{memchr, memchr2};
use rustc_hash::FxHashSet;

use crate::diag::Diag;
use crate::model::Site;

/// Elements that have no end.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose text is not markup.
fn is_raw(name: &str) -> bool {
    matches!(name, "script" | "style" | "textarea" | "title")
}

/// Looks at one page.
pub(super) fn check(site: &Site<'_>, path: &str, bytes: &[u8], diags: &mut Vec<Diag>) {
    let limit = site.docs.config.page_limit;
    if bytes.len() > limit {
        diags.push(
            Diag::new(
                "oversize-page",
                format!("output:{path}"),
                None,
                format!(
                    "has {} KiB; `page_kib` of [limits] allows {}",
                    bytes.len().div_ceil(1024),
                    limit / 1024
                ),
            )
            .help("split the page, or raise the limit in site.toml"),
        );
    }
    if let Some((at, what)) =
        std::str::from_utf8(bytes).map_or(Some((0, "is not UTF-8".to_owned())), fault)
    {
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        diags.push(
            Diag::new(
                "invalid-html",
                format!("output:{path}"),
                None,
                format!("line {line}: {what}"),
            )
            .help("mend the template that made it"),
        );
    }
}

/// Images as they lie in the content.
pub(super) fn images(site: &Site<'_>, diags: &mut Vec<Diag>) {
    let limit = site.docs.config.image_limit;
    for (path, bytes) in site.source.images.iter().filter(|(_, b)| b.len() > limit) {
        diags.push(
            Diag::new(
                "oversize-image",
                path,
                None,
                format!(
                    "has {} KiB; `image_kib` of [limits] allows {}",
                    bytes.len().div_ceil(1024),
                    limit / 1024
                ),
            )
            .help("make it smaller, or raise the limit in site.toml"),
        );
    }
}

/// The first thing that is wrong, and where.
fn fault(html: &str) -> Option<(usize, String)> {
    let mut open: Vec<&str> = Vec::new();
    let mut ids: FxHashSet<&str> = FxHashSet::default();
    let mut at = 0;
    while let Some(found) = memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + found;
        let rest = &html[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            let Some(end) = comment.find("-->") else {
                return Some((start, "a comment has no end".to_owned()));
            };
            at = start + 4 + end + 3;
            continue;
        }
        let Some((end, id)) = tag_end(rest) else {
            return Some((start, "a tag has no end".to_owned()));
        };
        let tag = &rest[..end];
        at = start + 1 + end + 1;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let name = name.trim_end();
            match open.pop() {
                Some(last) if last == name => {}
                Some(last) => {
                    return Some((start, format!("`</{name}>` closes `<{last}>`")));
                }
                None => return Some((start, format!("`</{name}>` closes nothing"))),
            }
            continue;
        }
        let name = &tag[..tag
            .bytes()
            .position(|b| b.is_ascii_whitespace() || b == b'/')
            .unwrap_or(tag.len())];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Some((
                start,
                "`<` stands where it must be written `&lt;`".to_owned(),
            ));
        }
        if let Some(id) = id
            && !ids.insert(id)
        {
            return Some((start, format!("the id `{id}` stands twice")));
        }
        if tag.ends_with('/') || is_void(name) {
            continue;
        }
        if is_raw(name) {
            let close = format!("</{name}>");
            let Some(end) = html[at..].find(&close) else {
                return Some((start, format!("`<{name}>` has no end")));
            };
            at += end + close.len();
            continue;
        }
        open.push(name);
    }
    open.last()
        .map(|name| (html.len(), format!("`<{name}>` is never closed")))
}

/// Where the tag ends, which is at the first `>` outside of quotes, and its id.
fn tag_end(rest: &str) -> Option<(usize, Option<&str>)> {
    let bytes = rest.as_bytes();
    let mut id = None;
    let mut at = 0;
    loop {
        let next = at + memchr2(b'"', b'>', &bytes[at..])?;
        if bytes[next] == b'>' {
            return Some((next, id));
        }
        let from = next + 1;
        let to = from + memchr(b'"', &bytes[from..])?;
        if id.is_none() && bytes[..next].ends_with(b" id=") {
            id = Some(&rest[from..to]);
        }
        at = to + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_pages_are_left_alone() {
        for good in [
            "<!doctype html><html><head><title>a < b</title></head><body><p id=\"a\">x<br>y</p></body></html>",
            "<p title=\"a > b\">x</p><!-- <b> --><svg><path d=\"M0\"/></svg>",
            "<textarea id=\"t\">\n<b></textarea><script src=\"x\"></script>",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (bad, word) in [
            ("<p><b>x</p></b>", "`</p>` closes `<b>`"),
            ("<p>x", "`<p>` is never closed"),
            ("x</p>", "closes nothing"),
            ("<i id=\"a\"></i><i id=\"a\"></i>", "stands twice"),
            ("<p>1 < 2</p>", "&lt;"),
            ("<p class=\"a>x</p>", "no end"),
            ("<!-- x", "no end"),
        ] {
            let (_, found) = fault(bad).unwrap();
            assert!(found.contains(word), "{bad}: {found}");
        }
    }
}
