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
    /// It ends with `/>`, which closes it inside of a drawing or a formula only (`closes_itself`).
    pub slash: bool,
    /// Attributes that no page may have, in order.
    pub refused: Vec<At<String>>,
    /// Its `id`.
    pub id: Option<At<String>>,
    /// The whole tag.
    pub span: Range<usize>,
}

/// Elements that no page gets: they run or load something, send what is typed, change the page around them, or hold what browsers
/// read as text and [`tags`] does not.
const NEVER: [&str; 27] = [
    "applet",
    "base",
    "body",
    "button",
    "embed",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "iframe",
    "input",
    "link",
    "meta",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "template",
    "textarea",
    "title",
    "video",
    "xmp",
];
/// Whether no page may hold the element.
pub(crate) fn is_never(name: &str) -> bool {
    NEVER.contains(&name)
}

/// Elements without an end.
const VOID: [&str; 8] = ["area", "br", "col", "hr", "img", "source", "track", "wbr"];

/// The tags in `raw`, a piece of HTML that begins at byte `base` of its file, as browsers find them: what they would run must not pass
/// for the text of something else.
pub(crate) fn tags(raw: &str, base: usize) -> Vec<RawTag> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = raw[at..].find('<') {
        let start = at + found;
        let (tag, length) = tag(&raw[start..], base + start);
        at = start + length;
        out.extend(tag);
    }
    out
}

/// The tag that `text` begins with, and how long it is. Nothing for a `<` that begins none.
fn tag(text: &str, base: usize) -> (Option<RawTag>, usize) {
    let behind = &text[1..];
    let (closes, inside) = match behind.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, behind),
    };
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
        if !behind.starts_with(['!', '?', '/']) {
            return (None, 1);
        }
        let length = comment(text);
        let tag = RawTag {
            name: "!".to_owned(),
            closes: false,
            empty: true,
            slash: false,
            refused: Vec::new(),
            id: None,
            span: base..base + length,
        };
        return (Some(tag), length);
    }
    let start = text.len() - inside.len();
    let size = inside
        .find(|c| is_space(c) || matches!(c, '/' | '>'))
        .unwrap_or(inside.len());
    let name = inside[..size].to_ascii_lowercase();
    let (attributes, length) = attributes(text, start + size);
    let place = |part: &Range<usize>| {
        At::new(
            text[part.clone()].to_owned(),
            base + part.start..base + part.end,
        )
    };
    let unquoted_end = attributes
        .last()
        .and_then(|(_, value)| value.as_ref())
        .is_some_and(|value| value.end + 1 == length);
    let (mut refused, mut id) = (Vec::new(), None);
    for (named, value) in attributes {
        let word = text[named.clone()].to_ascii_lowercase();
        if is_refused(&word, value.as_ref().map(|value| &text[value.clone()])) {
            refused.push(place(&named));
        }
        if word == "id" && id.is_none() {
            id = value.as_ref().map(place);
        }
    }
    let tag = RawTag {
        empty: VOID.contains(&name.as_str()),
        // The slash of `<a href=/x/>` is part of the address.
        slash: text[..length].ends_with("/>") && !unquoted_end,
        closes,
        refused,
        id,
        name,
        span: base..base + length,
    };
    (Some(tag), length)
}

/// Whether `/>` closes an element called `name` where those in `open` are open, the last one innermost: browsers ignore the slash but for
/// drawings, formulas and what stands in them.
pub(crate) fn closes_itself<'n>(
    name: &str,
    open: impl DoubleEndedIterator<Item = &'n str>,
) -> bool {
    let is_foreign = |name: &str| match name {
        "svg" | "math" => Some(true),
        "desc" => Some(false),
        _ if name.eq_ignore_ascii_case("foreignobject") => Some(false),
        _ => None,
    };
    is_foreign(name) == Some(true) || open.rev().find_map(is_foreign) == Some(true)
}

/// How long the comment is, or the declaration, that `text` begins with.
fn comment(text: &str) -> usize {
    let ends_at = |from: usize, mark: &str| {
        let rest = text.get(from..)?;
        Some(from + rest.find(mark)? + mark.len())
    };
    // `<!-->` is a whole one.
    let end = match text.starts_with("<!--") {
        true if text.starts_with("<!-->") => Some("<!-->".len()),
        true => ends_at("<!-".len(), "-->"),
        false => ends_at(0, ">"),
    };
    end.unwrap_or(text.len())
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

/// White space between attributes.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// An attribute of a tag: where its name stands, and its value without quotes.
type Attribute = (Range<usize>, Option<Range<usize>>);

/// The attributes from byte `at` of `text` on, which is behind the name of a tag, and where the tag ends. A quote is one only where a
/// value begins.
fn attributes(text: &str, mut at: usize) -> (Vec<Attribute>, usize) {
    let mut out = Vec::new();
    let behind = |at: usize, passed: fn(char) -> bool| {
        text.len() - text[at..].trim_start_matches(passed).len()
    };
    let up_to = |at: usize, ends: fn(char) -> bool| {
        text[at..]
            .find(ends)
            .map_or(text.len(), |length| at + length)
    };
    loop {
        at = behind(at, |c| is_space(c) || c == '/');
        let Some(first) = text[at..].chars().next() else {
            return (out, at);
        };
        if first == '>' {
            return (out, at + 1);
        }
        // A `=` that begins it is part of the name.
        let name_end = up_to(at + first.len_utf8(), |c| {
            is_space(c) || matches!(c, '/' | '>' | '=')
        });
        let named = at..name_end;
        at = name_end;
        let sign = behind(at, is_space);
        let mut value = None;
        if text[sign..].starts_with('=') {
            let begin = behind(sign + 1, is_space);
            let quote = text[begin..].chars().next();
            (value, at) = match quote.filter(|c| matches!(c, '"' | '\'')) {
                Some(quote) => {
                    let end = text[begin + 1..].find(quote);
                    let end = end.map_or(text.len(), |length| begin + 1 + length);
                    (Some(begin + 1..end), (end + 1).min(text.len()))
                }
                None => {
                    let end = up_to(begin, |c| is_space(c) || c == '>');
                    (Some(begin..end), end)
                }
            };
        }
        out.push((named, value));
    }
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
            ("<b a='1'onx='2'>", "onx"),
            ("<b title=it's onx=it's>", "onx"),
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
    fn nothing_hides_a_tag_that_browsers_see() {
        for raw in [
            "1 < 2 it's <script src=x></script> it's <br>",
            "<b title=it's><script></script><b title=it's>",
            "<b it's><script></script><b it's>",
            "<b =\"><script></script><b =\">",
            "<!--><script></script>-->",
            "<!---><script></script>-->",
            "<!x \"><script></script><!x \">",
            "<?x '><script></script><?x '>",
            "</ '><script></script></ '>",
        ] {
            let found = tags(raw, 0);
            let scripts = found.iter().filter(|tag| tag.name == "script");
            assert_eq!(scripts.count(), 2, "{raw}: {found:?}");
        }
        for (raw, name) in [
            ("<!-- <script> -->", "!"),
            ("<!--> x", "!"),
            ("<b title='<script>'>", "b"),
            ("<b title = \"<script>\">", "b"),
            ("<b title=<script>", "b"),
        ] {
            let found: Vec<_> = tags(raw, 0).into_iter().map(|tag| tag.name).collect();
            assert_eq!(found, [name], "{raw}");
        }
        assert!(tags("1 < 2 <= 3 <", 0).is_empty());
    }

    #[test]
    fn a_slash_closes_only_what_browsers_close() {
        for (raw, slash) in [
            ("<kbd/>", true),
            ("<kbd />", true),
            ("<a href='/x'/>", true),
            ("<a hidden/>", true),
            ("<a href=/x/>", false),
            ("<a href=x />", true),
            ("<kbd>", false),
        ] {
            let tag = tags(raw, 0).remove(0);
            assert_eq!((tag.slash, tag.empty), (slash, false), "{raw}");
        }
        for (name, open, closes) in [
            ("kbd", &[][..], false),
            ("kbd", &["p", "b"], false),
            ("svg", &["p"], true),
            ("path", &["p", "svg", "g"], true),
            ("mi", &["math"], true),
            ("p", &["svg", "foreignObject", "b"], false),
            ("path", &["svg", "foreignObject", "svg"], true),
        ] {
            assert_eq!(closes_itself(name, open.iter().copied()), closes, "{name}");
        }
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
