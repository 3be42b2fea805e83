//! Markdown that is none: what a writer meant as a link, a note, a callout or a table, and what readers would see as it was
//! typed, or not at all.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Tag};
use regex::Regex;

use super::markdown::is_inline;
use super::toml_table::Sink;

/// The kinds of callouts, as GitHub has them.
const CALLOUTS: &str = "`[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]` or `[!CAUTION]`";

/// What stands between double braces, before a colon.
const DIRECTIVES: [&str; 3] = ["table", "chart", "figure"];

/// Whether no one sees the character: controls, and marks that turn the direction of what follows.
pub(crate) fn is_unseen(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Where the next run of text stands, as the events before it tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// At the beginning of a paragraph or the like.
    Block,
    /// At the beginning of an item of a list.
    Item,
    /// At the beginning of a later line.
    Line,
    /// Behind something on the same line.
    #[default]
    Within,
    /// The same, on a line of which all was said.
    Told,
}

impl Place {
    /// What stands behind `event`.
    pub(super) fn after(self, event: &Event<'_>) -> Place {
        match event {
            Event::Start(Tag::Item) => Place::Item,
            Event::Start(Tag::Paragraph) if self == Place::Item => self,
            Event::Start(
                Tag::Paragraph | Tag::DefinitionListTitle | Tag::DefinitionListDefinition,
            ) => Place::Block,
            Event::SoftBreak | Event::HardBreak => Place::Line,
            Event::End(tag) if !is_inline(tag) => Place::Within,
            // The run itself is looked at first.
            Event::Text(_) => self,
            _ if self == Place::Told => self,
            _ => Place::Within,
        }
    }
}

/// Looks at a run of text of one line: `raw` as it was typed, from the byte `base` of the file on, and the `words` that it stands for.
/// `next` is the byte behind it. Returns where what follows stands.
pub(super) fn text(
    sink: &Sink<'_>,
    raw: &str,
    base: usize,
    words: &str,
    (place, next): (Place, Option<u8>),
) -> Place {
    if let Some(found) = beginning(raw, next, place) {
        report(sink, base..base + raw.len(), found.what, &found.help);
        return Place::Told;
    }
    let after = match place {
        Place::Told => Place::Told,
        _ => Place::Within,
    };
    // Nearly all texts hold none of them, and a look at bytes is quick.
    let odd = |byte: u8| matches!(byte, b'[' | b']' | b'&' | b'{' | b'*' | b'`');
    if !raw.starts_with('|') && !raw.bytes().fold(false, |any, byte| any | odd(byte)) {
        return after;
    }
    if raw.contains('&') && words.contains(is_unseen) && !raw.contains(is_unseen) {
        for span in unseen_entities(raw) {
            sink.report(
                "control-character",
                base + span.start..base + span.end,
                "this stands for a character that readers do not see",
                Some("delete it: it makes text look other than it is".to_owned()),
            );
        }
    }
    if raw.starts_with('|') && raw.len() > 1 && raw.trim_end().ends_with('|') {
        report(
            sink,
            base..base + raw.len(),
            "this line of a table stands in no table",
            "put a line such as `|---|---|` below the first one, with as many columns as that has, and an empty line before it",
        );
    }
    if raw.contains('[') {
        references(sink, raw, base);
    }
    if place != Place::Told {
        marks(sink, raw, base);
    }
    after
}

/// What a line was meant to be.
struct Meant {
    what: &'static str,
    help: String,
}

/// A line that was meant to begin a heading or an item of a list.
fn beginning(raw: &str, next: Option<u8>, place: Place) -> Option<Meant> {
    if matches!(place, Place::Within | Place::Told) {
        return None;
    }
    let marks = raw.len() - raw.trim_start_matches('#').len();
    // One alone is the sign of a number more often than that of a heading.
    if marks >= 2 || marks == 1 && raw.contains(" {#") {
        let words = raw[marks..].trim();
        let words = if words.is_empty() { "..." } else { words };
        return Some(Meant {
            what: "this line is no heading",
            help: format!(
                "write `{} {words}`: two to six marks and a space",
                "#".repeat(marks.clamp(2, 6))
            ),
        });
    }
    let item = |mark: &str, words: &str| {
        let words = words.trim();
        let words = if words.is_empty() { "..." } else { words };
        Some(Meant {
            what: "this line is no item of a list",
            help: format!("write `{mark} {words}`, with a space behind each mark"),
        })
    };
    if place == Place::Line {
        return None;
    }
    // What stands directly behind a mark, in this run or in the element after it.
    let begins_words = |rest: &str| match rest.chars().next() {
        Some(c) => c.is_alphabetic(),
        None => matches!(next, Some(b'*' | b'_' | b'`' | b'[')),
    };
    for ticked in ["[ ]", "[x]", "[X]", "[]"] {
        let boxed = raw.strip_prefix('-').unwrap_or(raw);
        if let Some(rest) = boxed.strip_prefix(ticked)
            && (rest.is_empty() || rest.starts_with(' ') || begins_words(rest))
        {
            let ticked = if ticked == "[]" { "[ ]" } else { ticked };
            let bullet = if place == Place::Item { "" } else { "- " };
            return item(&format!("{bullet}{ticked}"), rest);
        }
    }
    // In an item it is part of a word, as in `-nya`.
    if let Some(rest) = raw.strip_prefix('-')
        && place == Place::Block
        && begins_words(rest)
    {
        return item("-", rest);
    }
    let digits = raw.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = raw.split_at(digits);
    let rest = rest.strip_prefix(['.', ')'])?;
    // `1.x` is a version, and `1.example.com` an address.
    let word = rest.chars().take_while(|c| c.is_alphabetic()).count();
    let is_word = rest
        .chars()
        .nth(word)
        .is_none_or(|c| !c.is_alphanumeric() && c != '.');
    let is_item = digits > 0 && begins_words(rest) && (rest.is_empty() || word >= 2 && is_word);
    is_item.then(|| item(&format!("{number}."), rest))?
}

/// Marks that Markdown did not take for any: of links, ids, directives, bold words and code.
fn marks(sink: &Sink<'_>, raw: &str, base: usize) {
    let unescaped = |at: usize| !raw[..at].ends_with('\\');
    let at = |span: Range<usize>| base + span.start..base + span.end;
    let found = |mark: &str| raw.find(mark).filter(|at| unescaped(*at));
    for (from, _) in raw.match_indices("{#").filter(|(at, _)| unescaped(*at)) {
        let id = raw[from + 2..].split('}').next().unwrap_or_default();
        let end = from + 2 + id.len() + 1;
        if end <= raw.len() && is_id(id) {
            report(
                sink,
                at(from..end),
                &format!("`{{#{id}}}` is the id of nothing here"),
                &format!(
                    "an id ends a heading, as in `## Words {{#{id}}}`; put `` ` `` around it to show it"
                ),
            );
        }
    }
    for (from, _) in raw.match_indices(']').filter(|(at, _)| unescaped(*at)) {
        let rest = &raw[from + 1..];
        let address = rest.trim_start();
        let Some(inner) = address.strip_prefix('(') else {
            continue;
        };
        let parted = address.len() < rest.len();
        if parted
            && !["/", "#", "http://", "https://"]
                .iter()
                .any(|a| inner.starts_with(a))
        {
            continue;
        }
        let start = raw[..from].rfind('[').unwrap_or(from);
        if !unescaped(start) {
            continue;
        }
        let close = inner.find(')');
        let end = raw.len() - close.map_or(0, |close| inner.len() - close - 1);
        report(
            sink,
            at(start..end),
            "this is no link",
            match close {
                None => "close it with `)`; put `` ` `` around what is no link",
                Some(_) if parted => "write `[words](ADDRESS)`, with nothing between `]` and `(`",
                Some(_) => {
                    "write `[words](ADDRESS)`, the address without spaces; put `` ` `` around what is no link"
                }
            },
        );
        break;
    }
    braces(sink, raw, base);
    let bold = raw.match_indices("**").map(|(at, _)| at).find(|at| {
        let before = raw[..*at].chars().next_back();
        let behind = raw[at + 2..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // A longer row of stars hides something, and one between two words is arithmetic.
        before != Some('*')
            && behind != Some('*')
            && before != Some('\\')
            && is_word(before) != is_word(behind)
    });
    if let Some(from) = bold {
        report(
            sink,
            at(from..from + 2),
            "these two stars make nothing bold",
            "write `**words**`, with no space inside either mark; put `` ` `` around stars that are to be seen",
        );
    }
    if let Some(from) = found("`") {
        report(
            sink,
            at(from..from + 1),
            "no other `` ` `` ends what begins here",
            "write one at both ends of what is code",
        );
    }
}

fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    !text.is_empty() && text.bytes().all(plain)
}

/// Directives that lack a brace.
fn braces(sink: &Sink<'_>, raw: &str, base: usize) {
    for (from, _) in raw.match_indices('{') {
        if raw[..from].ends_with(['{', '\\']) {
            continue;
        }
        let braces = |text: &str, brace: char| text.len() - text.trim_start_matches(brace).len();
        let open = braces(&raw[from..], '{');
        let rest = &raw[from + open..];
        let inner = rest.split(['{', '}']).next().unwrap_or_default();
        let close = braces(&rest[inner.len()..], '}');
        let Some((kind, words)) = inner.split_once(':') else {
            continue;
        };
        let kind = kind.trim();
        if open > 2 || open == 2 && close >= 2 || !DIRECTIVES.contains(&kind) {
            continue;
        }
        let name = words.split_whitespace().next();
        // Where nothing closes it, the words behind its name are the sentence's own.
        let end = match name {
            Some(name) if close == 0 => {
                let at = words.find(name).unwrap_or_default();
                from + open + inner.len() - words.len() + at + name.len()
            }
            _ => from + open + inner.len() + close,
        };
        let name = name.unwrap_or("NAME");
        sink.report(
            "unknown-directive",
            base + from..base + end,
            format!("`{}` lacks a brace", &raw[from..end]),
            Some(format!("write `{{{{{kind}:{name}}}}}`")),
        );
    }
}

/// Markdown in words that are shown as they are typed, such as a title or the cell of a table of data.
pub(super) fn plain(sink: &Sink<'_>, words: &str, span: &Range<usize>) {
    static MARKUP: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
        Regex::new(
            r"\[[^\[\]]+\]\([^()\s]*\)|\{\{[^{}]*\}\}|\{#[\w-]+\}|\B\*\*[^*\s][^*]*\*\*|</?(?:a|b|br|code|em|i|kbd|p|span|strong|sub|sup|u)\b[^<>]*>",
        )
    });
    let odd = |byte: u8| matches!(byte, b'[' | b'{' | b'*' | b'<');
    if !words.bytes().fold(false, |any, byte| any | odd(byte)) {
        return;
    }
    let found = match &*MARKUP {
        Ok(markup) => markup.find(words).map(|found| found.as_str()),
        // Nobody looked, so nothing may pass.
        Err(_) => Some(words),
    };
    if let Some(found) = found {
        report(
            sink,
            span.clone(),
            &format!("`{found}` is shown as it is typed: no Markdown is read here"),
            "write the words alone, and put what is more into the text of a page",
        );
    }
}

/// The entities in `raw` that stand for characters that no one sees; all of it, if none is written as a number.
fn unseen_entities(raw: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, mark) in raw.match_indices("&#") {
        let digits = &raw[at + mark.len()..];
        let Some((number, _)) = digits.split_once(';') else {
            continue;
        };
        let value = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        let character = value.ok().and_then(char::from_u32);
        if character.is_some_and(is_unseen) && !raw[..at].ends_with('\\') {
            found.push(at..at + mark.len() + number.len() + 1);
        }
    }
    if found.is_empty() {
        found.push(0..raw.len());
    }
    found
}

/// Says of a part of a page that there is nothing in it.
pub(super) fn empty(sink: &Sink<'_>, span: Range<usize>, what: &str) {
    report(
        sink,
        span,
        &format!("{what} without words"),
        "write what it is to say, or take it away",
    );
}

/// Says of a note that no sign in the text leads to it.
pub(super) fn unused_note(sink: &Sink<'_>, span: Range<usize>, name: &str) {
    report(
        sink,
        span,
        &format!("nothing on this page leads to the note `[^{name}]`"),
        &format!("write `[^{name}]` behind the words that it is about, or take it away"),
    );
}

fn references(sink: &Sink<'_>, raw: &str, base: usize) {
    static REFERENCE: LazyLock<Result<Regex, regex::Error>> =
        LazyLock::new(|| Regex::new(r"\[(!?)([^\[\]]+)\]\[([^\[\]]*)\]|\[([\^!])([^\[\]\s]+)\]"));
    let reference = match &*REFERENCE {
        Ok(reference) => reference,
        Err(error) => {
            // Nobody looked, so nothing may pass.
            report(
                sink,
                base..base + raw.len(),
                &format!("nothing can be said of the brackets in this text: {error}"),
                "this is a fault of the program: please report it",
            );
            return;
        }
    };
    for captures in reference.captures_iter(raw) {
        let part = |n: usize| captures.get(n).map(|m| m.as_str());
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let escaped = raw
            .get(..whole.start())
            .is_some_and(|before| before.ends_with('\\'));
        if escaped {
            continue;
        }
        let span = base + whole.start()..base + whole.end();
        match (part(2), part(3), part(4), part(5)) {
            (Some(words), label, _, _) => {
                let label = label.filter(|label| !label.is_empty()).unwrap_or(words);
                report(
                    sink,
                    span,
                    &format!("no line of this page says where `[{label}]` leads"),
                    &format!(
                        "write `[{words}](ADDRESS)`, or a line `[{label}]: ADDRESS`; put `` ` `` around what is no link"
                    ),
                );
            }
            (_, _, Some("^"), Some(name)) => report(
                sink,
                span,
                &format!("this page has no note `[^{name}]`"),
                &format!(
                    "write the note, `[^{name}]: ...` on a line of its own, or take the sign away"
                ),
            ),
            (_, _, _, Some(name)) if whole.start() == 0 => report(
                sink,
                span,
                &format!("`[!{name}]` begins no callout"),
                &format!("write {CALLOUTS} alone on the first line of the quote"),
            ),
            _ => {}
        }
    }
}

/// Looks at a row of a table that has so many columns: cells beyond them are not shown.
pub(super) fn row(sink: &Sink<'_>, raw: &str, base: usize, columns: usize) {
    let line = raw.trim_end();
    let inner = line.strip_prefix('|').unwrap_or(line);
    let mut cells = 1;
    let mut escaped = false;
    for (at, byte) in inner.bytes().enumerate() {
        if byte == b'|' && !escaped && at + 1 < inner.len() {
            cells += 1;
            if cells > columns {
                let from = base + line.len() - inner.len() + at;
                report(
                    sink,
                    from..base + line.len(),
                    &format!("this cell is not shown: the table has {columns} columns"),
                    "name the column in the first row, or write `\\|` for a bar that is no border",
                );
                return;
            }
        }
        escaped = byte == b'\\' && !escaped;
    }
}

fn report(sink: &Sink<'_>, span: Range<usize>, message: &str, help: &str) {
    sink.report("left-over-markdown", span, message, Some(help.to_owned()));
}
