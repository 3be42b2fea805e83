//! The HTML that would be written: every element closed where it was opened, no id twice, and no page too large to load on a
//! slow line; and no code within the page, which browsers would refuse. A template of a theme can break each of these.

use memchr::{memchr, memchr3};
use rustc_hash::FxHashSet;

use crate::diag::Diag;
use crate::model::Site;
use crate::parse::raw_html;
use crate::theme;

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
    let fault = match std::str::from_utf8(bytes) {
        Ok(html) => {
            let mut code = false;
            let fault = fault(html, &mut code);
            if code {
                forbidden(site, path, html, diags);
            }
            fault
        }
        Err(_) => Some((0, "is not UTF-8".to_owned())),
    };
    if let Some((at, what)) = fault {
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        diags.push(
            Diag::new(
                "invalid-html",
                format!("output:{path}"),
                None,
                format!("line {line}: {what}"),
            )
            .help(if site.source.texts.keys().any(|file| theme::holds(file)) {
                "mend the template in theme/, or the HTML in the page, that it comes from"
            } else {
                "mend the HTML in the page that it comes from; where an id stands twice, give the word, wallet or provider of that id \
                 another; if it is neither, please report this"
            }),
        );
    }
}

fn forbidden(site: &Site<'_>, path: &str, html: &str, diags: &mut Vec<Diag>) {
    for found in theme::forbidden(html, Some(&site.origin)) {
        let (what, code) = (found.what, &html[found.span]);
        diags.push(
            Diag::new(
                found.lint,
                format!("output:{path}"),
                None,
                format!("holds {what} (`{code}`), which the Content-Security-Policy forbids"),
            )
            .help(if found.lint == "other-origin" {
                "put the file beside the page or into theme/assets/, or lead there by a link"
            } else {
                "find the value that a template prints with `safe`, and leave that out of it"
            }),
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

/// The first thing that is wrong, and where. Tells whether there may be something forbidden in it, for [`theme::forbidden`] to say.
fn fault(html: &str, code: &mut bool) -> Option<(usize, String)> {
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
        let Some((end, id)) = tag_end(rest, code) else {
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
        // Of those that are given here, hardly any leads away.
        *code |= matches!(name.as_bytes(), [b'l' | b'u' | b'i' | b'f', ..])
            && matches!(name, "link" | "use" | "image" | "form")
            && leads_away(tag);
        if name == "img" && !tag.contains(" alt=") {
            return Some((start, "`<img>` has no `alt`".to_owned()));
        }
        if is_void(name)
            || tag.ends_with('/') && raw_html::closes_itself(name, open.iter().copied())
        {
            continue;
        }
        if is_raw(name) {
            let runs = name == "script" && !(tag.contains(" src=") || tag.contains("json"));
            *code |= runs || name == "style";
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

/// Whether the tag may make a browser ask another origin.
fn leads_away(tag: &str) -> bool {
    tag.contains("//") && !tag.contains("rel=\"canonical\"") && !tag.contains("rel=\"alternate\"")
}

/// Where the tag ends, which is at the first `>` outside of quotes, and its id. Tells of styles and handlers, and of values
/// without quotes, which it does not read.
fn tag_end<'h>(rest: &'h str, code: &mut bool) -> Option<(usize, Option<&'h str>)> {
    let bytes = rest.as_bytes();
    let mut id = None;
    let mut at = 0;
    loop {
        let next = at + memchr3(b'"', b'\'', b'>', &bytes[at..])?;
        let quote = bytes[next];
        if quote == b'>' {
            *code |= bytes[at..next].contains(&b'=');
            return Some((next, id));
        }
        let from = next + 1;
        let to = from + memchr(quote, &bytes[from..])?;
        let before = bytes[at..next].iter().rposition(u8::is_ascii_whitespace);
        let name = at + before.map_or(0, |space| space + 1);
        *code |= bytes[at..name].contains(&b'=');
        match &bytes[name..next] {
            b"id=" if id.is_none() => id = Some(&rest[from..to]),
            b"style=" | [b'o', b'n', ..] => *code = true,
            b"src=" | b"srcset=" | b"poster=" | b"data=" => *code |= rest[from..to].contains("//"),
            _ => {}
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
            "<abbr title='5\" disk'>x</abbr>",
            "<textarea id=\"t\">\n<b></textarea><script src=\"x\"></script>",
        ] {
            let mut code = false;
            assert_eq!(fault(good, &mut code), None, "{good}");
            assert!(!code, "{good}");
        }
    }

    #[test]
    fn code_within_a_page_is_noticed() {
        for (html, expected) in [
            (
                "<p class=\"style= onx\" data-on=\"x\">style=\"x\"</p>",
                false,
            ),
            ("<script type=\"application/ld+json\">{}</script>", false),
            ("<script src=\"x\"></script>", false),
            ("<script>x</script>", true),
            ("<script type=\"module\">x</script>", true),
            ("<style>x</style>", true),
            ("<p style=\"x\"></p>", true),
            ("<p style='x'></p>", true),
            ("<p onclick='x'></p>", true),
            ("<p onclick=x></p>", true),
            ("<p onclick=x class=\"y\"></p>", true),
            ("<p id=\"a\"\nonclick=\"x\"></p>", true),
            ("<img alt=\"\" src=\"//x.example/a.png\">", true),
            ("<link rel=\"icon\" href=\"https://x.example/a.png\">", true),
            (
                "<link rel=\"canonical\" href=\"https://x.example/\">",
                false,
            ),
        ] {
            let mut code = false;
            assert_eq!(fault(html, &mut code), None, "{html}");
            assert_eq!(code, expected, "{html}");
            assert_eq!(!theme::forbidden(html, None).is_empty(), expected, "{html}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (bad, word) in [
            ("<p><b>x</p></b>", "`</p>` closes `<b>`"),
            ("<p>x", "`<p>` is never closed"),
            ("<p><kbd/>x</p>", "`</p>` closes `<kbd>`"),
            ("<script src=\"x\"/><p>x</p>", "`<script>` has no end"),
            ("x</p>", "closes nothing"),
            ("<i id=\"a\"></i><i id=\"a\"></i>", "stands twice"),
            ("<p>1 < 2</p>", "&lt;"),
            ("<img src=\"/a.png\">", "no `alt`"),
            ("<p class=\"a>x</p>", "no end"),
            ("<!-- x", "no end"),
        ] {
            let (_, found) = fault(bad, &mut false).unwrap();
            assert!(found.contains(word), "{bad}: {found}");
        }
    }
}
