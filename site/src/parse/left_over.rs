//! Markdown that is none: what a writer meant as a link, a note, a callout or a table, and what readers would see as it was
//! typed, or not at all.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr2;
use regex::Regex;

use super::toml_table::Sink;

/// The kinds of callouts, as GitHub has them.
const CALLOUTS: &str = "`[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]` or `[!CAUTION]`";

/// Whether no one sees the character: controls, and marks that turn the direction of what follows.
pub(crate) fn is_unseen(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Looks at a run of text of one line: `raw` as it was typed, from the byte `base` of the file on, and the `words` that it stands for.
pub(super) fn text(sink: &Sink<'_>, raw: &str, base: usize, words: &str) {
    // Nearly all texts hold neither.
    if !raw.starts_with('|') && memchr2(b'[', b'&', raw.as_bytes()).is_none() {
        return;
    }
    if raw.contains('&') && words.contains(is_unseen) && !raw.contains(is_unseen) {
        sink.report(
            "control-character",
            base..base + raw.len(),
            "an entity in here stands for a character that readers do not see",
            Some("delete it: it makes text look other than it is".to_owned()),
        );
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
