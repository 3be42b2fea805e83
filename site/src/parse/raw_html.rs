//! HTML in Markdown: which elements stand there, and whether they may. A site allows elements in site.toml, a page its own in
//! front matter; what runs, loads, or sends is allowed nowhere.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::toml_table::{At, Sink};

/// A tag, a comment or a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawTag {
    /// Name of the element in lower case; `!` for what is none.
    pub name: String,
    /// `</name>`.
    pub closes: bool,
    /// Nothing closes it.
    pub empty: bool,
    /// Attributes that no page may have, in order.
    pub refused: Vec<At<String>>,
    /// Its `id`.
    pub id: Option<At<String>>,
    /// The whole tag.
    pub span: Range<usize>,
}

/// Elements that no page gets: they run or load something, send what is typed, or change the page around them.
const NEVER: [&str; 22] = [
    "applet", "base", "body", "button", "embed", "form", "frame", "frameset", "head", "html",
    "iframe", "input", "link", "meta", "object", "script", "select", "style", "template",
    "textarea", "title", "video",
];
/// Whether no page may hold the element.
pub(crate) fn is_never(name: &str) -> bool {
    NEVER.contains(&name)
}

/// Elements without an end.
const VOID: [&str; 8] = ["area", "br", "col", "hr", "img", "source", "track", "wbr"];

/// The tags in `raw`, a piece of HTML that begins at byte `base` of its file.
pub(crate) fn tags(raw: &str, base: usize) -> Vec<RawTag> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = raw[at..].find('<') {
        let start = at + found;
        let length = length(&raw[start..]);
        let text = &raw[start..start + length];
        at = start + length;
        out.extend(tag(text, base + start));
    }
    out
}

/// How long what begins with `<` is.
fn length(text: &str) -> usize {
    if text.starts_with("<!--") {
        return text.find("-->").map_or(text.len(), |end| end + 3);
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '>') => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Nothing for a `<` that begins no tag.
fn tag(text: &str, base: usize) -> Option<RawTag> {
    let span = base..base + text.len();
    let inside = text.strip_prefix('<')?;
    let inside = inside.strip_suffix('>').unwrap_or(inside);
    if inside.starts_with(['!', '?']) {
        return Some(RawTag {
            name: "!".to_owned(),
            closes: false,
            empty: true,
            refused: Vec::new(),
            id: None,
            span,
        });
    }
    let (closes, inside) = match inside.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, inside),
    };
    let end = inside
        .find(|c: char| c.is_whitespace() || c == '/')
        .unwrap_or(inside.len());
    let name = inside[..end].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let behind = &inside[end..];
    let place = |part: &Range<usize>| {
        let from = base + 1 + usize::from(closes) + end;
        At::new(
            behind[part.clone()].to_owned(),
            from + part.start..from + part.end,
        )
    };
    let (mut bad, mut id) = (Vec::new(), None);
    for (named, value) in attributes(behind) {
        let word = behind[named.clone()].to_ascii_lowercase();
        if is_refused(&word, value.as_ref().map(|value| &behind[value.clone()])) {
            bad.push(place(&named));
        }
        if word == "id" && id.is_none() {
            id = value.as_ref().map(place);
        }
    }
    Some(RawTag {
        empty: inside.ends_with('/') || VOID.contains(&name.as_str()),
        closes,
        refused: bad,
        id,
        name,
        span,
    })
}

/// Whether the attribute `word`, in lower case, runs something, styles, or leads to something that runs.
fn is_refused(word: &str, value: Option<&str>) -> bool {
    let runs = |value: &str| {
        let plain: String = value
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect();
        let plain = plain.to_ascii_lowercase();
        // An entity can spell any of them.
        plain.contains("script:")
            || plain.starts_with("data:")
            || ["&#", "&colon;", "&tab;", "&newline;"]
                .iter()
                .any(|entity| plain.contains(entity))
    };
    word.starts_with("on") || matches!(word, "style" | "srcdoc") || value.is_some_and(runs)
}

/// Where the names of attributes stand in `text`, what is behind the name of a tag, and their values without quotes.
fn attributes(text: &str) -> Vec<(Range<usize>, Option<Range<usize>>)> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = text[at..].trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        at = text.len() - rest.len();
        let name = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '/'))
            .unwrap_or(rest.len());
        if name == 0 {
            // A stray `=`.
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let named = at..at + name;
        at = named.end;
        let value = text[at..].trim_start().strip_prefix('=');
        let value = value.map(str::trim_start).map(|value| {
            let begin = text.len() - value.len();
            match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let end = value[1..].find(quote).map_or(value.len(), |end| end + 1);
                    at = (begin + end + 1).min(text.len());
                    begin + 1..begin + end
                }
                _ => {
                    let end = value.find(char::is_whitespace).unwrap_or(value.len());
                    at = begin + end;
                    begin..begin + end
                }
            }
        });
        out.push((named, value));
    }
    out
}

impl RawTag {
    /// Whether its element may be published where the elements `allowed` are.
    pub(crate) fn is_allowed(&self, allowed: &[&[At<String>]]) -> bool {
        allowed
            .iter()
            .flat_map(|list| *list)
            .any(|name| name.value == self.name)
    }
}

/// Elements that a page or a site allows; what is never allowed is reported and left out.
pub(crate) fn allowed(sink: &Sink<'_>, names: Vec<At<String>>) -> Vec<At<String>> {
    let (good, bad): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| {
        !is_never(&name.value)
            && name.value.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .value
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    for name in bad {
        sink.report(
            "bad-value",
            name.span,
            format!("the element `{}` cannot be allowed", name.value),
            Some(
                "write lower-case names of elements that only hold text, such as \"kbd\" or \"details\""
                    .to_owned(),
            ),
        );
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_in(raw: &str) -> Vec<String> {
        tags(raw, 0)
            .into_iter()
            .flat_map(|tag| tag.refused)
            .map(|at| {
                assert_eq!(raw[at.span.clone()], at.value);
                at.value
            })
            .collect()
    }

    #[test]
    fn finds_tags_with_their_places() {
        let raw = "<details open><summary title='a > b'>x</SUMMARY><br/>1 < 2<!-- <b> -->";
        let shown: Vec<_> = tags(raw, 10)
            .into_iter()
            .map(|t| (t.name, t.closes, t.empty, t.span.start - 10))
            .collect();
        let expected = [
            ("details", false, false, 0),
            ("summary", false, false, 14),
            ("summary", true, false, 38),
            ("br", false, true, 48),
        ];
        assert_eq!(
            shown[..4],
            expected.map(|(n, c, e, at)| (n.to_owned(), c, e, at))
        );
    }

    #[test]
    fn what_runs_is_refused() {
        for (raw, attribute) in [
            ("<b onclick=x>", "onclick"),
            ("<b title=\"a\" ONload='x'>", "ONload"),
            ("<b style=color:red>", "style"),
            ("<a href=\"java\nscript:alert(1)\">", "href"),
            ("<a href=&#106;avascript:x>", "href"),
            ("<a href=\"java&Tab;script&colon;alert(1)\">", "href"),
            ("<img src='data:text/html,x'>", "src"),
            ("<b a=1 / onx>", "onx"),
        ] {
            assert_eq!(refused_in(raw), [attribute], "{raw}");
        }
        for raw in [
            "<a href=\"/x\" title='on x=1'>",
            "<abbr title=\"style=1\">",
            "</b>",
        ] {
            assert!(refused_in(raw).is_empty(), "{raw}");
        }
        let all = "<b onclick=\"x\" title='t' style=y SRCDOC='z'>";
        assert_eq!(refused_in(all), ["onclick", "style", "SRCDOC"]);
    }

    #[test]
    fn knows_the_id() {
        let ids = |raw| tags(raw, 7).into_iter().filter_map(|tag| tag.id);
        let found: Vec<_> = ids("<b id=x><i data-id='y' ID='z' id='a'><u id></u>").collect();
        assert_eq!(
            found.iter().map(|id| &*id.value).collect::<Vec<_>>(),
            ["x", "z"]
        );
        assert_eq!(found[0].span, 13..14);
    }

    #[test]
    fn nothing_odd_makes_it_panic() {
        let odd = "<é ='\"<!--/ on\u{4f59}= =>< a= id='";
        for (from, _) in odd.char_indices() {
            for (to, _) in odd[from..].char_indices() {
                let _ = tags(&odd[from..from + to], 0);
            }
        }
    }
}
