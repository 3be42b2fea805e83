//! Findings for people: `file:line:col`, the line, carets under the place, what to write instead.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Diag, Severity, Texts, count, floor_boundary};
use crate::text::push;

/// Longest piece of a source line that is shown, in characters.
const WIDTH: usize = 110;
/// Most findings of one code in one file that are shown: whoever mends as many checks again.
const MOST: usize = 100;

/// File, severity and code.
type Kind<'d> = (&'d str, Severity, &'d str);

/// The findings that are shown to people, and how many there are of each kind.
pub(crate) fn few(diags: &[Diag]) -> (Vec<&Diag>, BTreeMap<Kind<'_>, usize>) {
    let mut of_kind: BTreeMap<Kind<'_>, usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for diag in diags {
        let count = of_kind
            .entry((&diag.file, diag.severity(), diag.code))
            .or_default();
        *count += 1;
        if *count <= MOST {
            shown.push(diag);
        }
    }
    (shown, of_kind)
}

/// The findings and, at the end, how many there are. Of very many of one kind in one file, the first are shown. `colour` adds ANSI
/// colours.
#[must_use]
pub fn text(diags: &[Diag], texts: &Texts, colour: bool) -> String {
    let mut out = String::new();
    let (shown, of_kind) = few(diags);
    for diag in shown {
        one(&mut out, diag, texts, colour);
        out.push('\n');
    }
    for ((file, severity, code), count) in of_kind {
        if let Some(more @ 1..) = count.checked_sub(MOST) {
            push(
                &mut out,
                format_args!(
                    "{}: {}[{code}]: {more} more like the {MOST} above; `resep check --format json` holds all\n\n",
                    plain(&texts.shown(file)),
                    severity.as_str(),
                ),
            );
        }
    }
    if !diags.is_empty() {
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let parts: Vec<String> = count(diags)
            .into_iter()
            .zip(["error", "warning", "note"])
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| plural(n, word))
            .collect();
        out.push_str(&parts.join(", "));
        out.push_str("; `resep explain CODE` tells more about the code in brackets\n");
        let mended = diags.iter().filter(|d| d.fix.is_some()).count();
        if mended > 0 {
            push(
                &mut out,
                format_args!("`resep check --fix` mends {mended} of these\n"),
            );
        }
    }
    out
}

/// The same with notes counted by their code: they tell what to look at some day, and would bury what fails.
#[must_use]
pub fn text_without_notes(diags: &[Diag], texts: &Texts, colour: bool) -> String {
    let (notes, rest): (Vec<&Diag>, Vec<&Diag>) =
        diags.iter().partition(|d| d.severity() == Severity::Note);
    let rest: Vec<Diag> = rest.into_iter().cloned().collect();
    text(&rest, texts, colour) + &counted(notes, "check --notes")
}

/// The same for a build: without notes, and with warnings counted where one code has more than ten. That facts grew old happens to
/// many of them on one day.
#[must_use]
pub fn text_of_build(diags: &[Diag], texts: &Texts, colour: bool) -> String {
    let mut of_code: BTreeMap<&str, usize> = BTreeMap::new();
    for diag in diags {
        *of_code.entry(diag.code).or_default() += 1;
    }
    let (many, rest): (Vec<&Diag>, Vec<&Diag>) = diags
        .iter()
        .filter(|d| d.severity() != Severity::Note)
        .partition(|d| d.severity() == Severity::Warning && of_code[d.code] > 10);
    let rest: Vec<Diag> = rest.into_iter().cloned().collect();
    text(&rest, texts, colour) + &counted(many, "check")
}

/// A line for each code, with the command that shows where they stand.
fn counted(diags: Vec<&Diag>, command: &str) -> String {
    let mut counts: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for diag in diags {
        *counts.entry((diag.severity(), diag.code)).or_default() += 1;
    }
    let mut out = String::new();
    for ((severity, code), count) in counts {
        let places = if count == 1 { "place" } else { "places" };
        push(
            &mut out,
            format_args!(
                "{}[{code}]: {count} {places}; `resep {command}` shows them\n",
                severity.as_str()
            ),
        );
    }
    out
}

fn one(out: &mut String, diag: &Diag, texts: &Texts, colour: bool) {
    let paint = |code: &'static str| if colour { code } else { "" };
    let (mark, reset) = match diag.severity() {
        Severity::Error => (paint("\x1b[1;31m"), paint("\x1b[0m")),
        Severity::Warning => (paint("\x1b[1;33m"), paint("\x1b[0m")),
        Severity::Note => (paint("\x1b[1;36m"), paint("\x1b[0m")),
    };
    let (bold, blue) = (paint("\x1b[1m"), paint("\x1b[34m"));
    let source = texts.get(&diag.file);
    out.push_str(&plain(&texts.shown(&diag.file)));
    let at = diag
        .span
        .as_ref()
        .zip(source)
        .map(|(span, text)| (text.place(span.start), span, text.as_str()));
    if let Some((place, ..)) = &at {
        push(out, format_args!(":{}:{}", place.line, place.column));
    }
    push(
        out,
        format_args!(
            ": {mark}{}[{}]{reset}{bold}: {}{reset}\n",
            diag.severity().as_str(),
            diag.code,
            plain(&diag.message)
        ),
    );
    if let Some((place, span, text)) = at {
        let start = floor_boundary(text, span.start);
        let from = place.column - 1;
        // No more of the line is looked at than is shown: it may be as long as the file.
        let near = floor_boundary(text, start + 4 * (WIDTH + 1));
        let rest = text[start..near].lines().next().unwrap_or_default();
        let is_long = from + rest.chars().count() > WIDTH;
        // A long line is cut around the place.
        let before = if from > WIDTH / 2 && is_long {
            WIDTH / 3
        } else {
            from
        };
        let begin = text[..start]
            .char_indices()
            .rev()
            .take(before)
            .last()
            .map_or(start, |(n, _)| n);
        let before = &text[begin..start];
        let shown: String = before.chars().chain(rest.chars()).take(WIDTH).collect();
        let cut = before.len() + rest.len() > shown.len();
        let shown: String = shown.chars().map(printable).collect();
        let number = place.line.to_string();
        let gutter = " ".repeat(number.len());
        let pad: String = before
            .chars()
            .map(|c| if is_wide(c) { "  " } else { " " })
            .collect();
        let carets: usize = rest
            .char_indices()
            .take_while(|(n, _)| *n == 0 || start + n < span.end)
            .take(WIDTH)
            .map(|(_, c)| if is_wide(c) { 2 } else { 1 })
            .sum::<usize>()
            .max(1);
        push(
            out,
            format_args!(
                "{blue}{gutter} |{reset}\n{blue}{number} |{reset} {shown}{}\n",
                if cut { "…" } else { "" }
            ),
        );
        push(
            out,
            format_args!(
                "{blue}{gutter} |{reset} {pad}{mark}{}{reset}\n",
                "^".repeat(carets)
            ),
        );
    }
    if let Some(help) = &diag.help {
        for (n, line) in help.lines().enumerate() {
            let word = if n == 0 { "help:" } else { "     " };
            push(out, format_args!("  {word} {}\n", plain(line)));
        }
    }
}

/// The same of words that may quote a text or name a file.
fn plain(words: &str) -> Cow<'_, str> {
    if words.contains(char::is_control) {
        words.chars().map(printable).collect()
    } else {
        words.into()
    }
}

/// Control characters would move the carets, or do worse to a terminal.
fn printable(c: char) -> char {
    if c == '\t' {
        ' '
    } else if c.is_control() {
        '\u{fffd}'
    } else {
        c
    }
}

/// Characters that terminals draw two cells wide: CJK, Hangul, full-width forms, emoji.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
        | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_line_with_carets() {
        let mut texts = Texts::new("content/");
        texts.insert("a.md", "one\nsee [units](/guides/unit/) now\n");
        let diag = Diag::new("broken-link", "a.md", 16..29, "no page `/guides/unit/`")
            .help("did you mean `/guides/units/`?");
        let shown = text(&[diag], &texts, false);
        assert_eq!(
            shown,
            "content/a.md:2:13: error[broken-link]: no page `/guides/unit/`\n  |\n\
             2 | see [units](/guides/unit/) now\n  |             ^^^^^^^^^^^^^\n  \
             help: did you mean `/guides/units/`?\n\n\
             1 error; `resep explain CODE` tells more about the code in brackets\n"
        );
    }

    /// A page of broken links says so a hundred times and not twenty thousand times.
    #[test]
    fn of_very_many_of_one_kind_the_first_are_shown() {
        let mut texts = Texts::new("content/");
        texts.insert("a.md", "x\n".repeat(300));
        let found = |code, count: usize| {
            (0..count).map(move |n| Diag::new(code, "a.md", 2 * n..2 * n + 1, "m"))
        };
        let all: Vec<Diag> = found("broken-link", 250)
            .chain(found("placeholder", 100))
            .collect();
        let shown = text(&all, &texts, false);
        assert_eq!(shown.matches("error[broken-link]: m\n").count(), 100);
        assert_eq!(shown.matches("error[placeholder]: m\n").count(), 100);
        assert!(
            shown.ends_with(
                "content/a.md: error[broken-link]: 150 more like the 100 above; `resep check --format json` holds all\n\n\
                 350 errors; `resep explain CODE` tells more about the code in brackets\n"
            ),
            "{shown}"
        );
    }

    #[test]
    fn of_a_long_line_the_surroundings_are_shown() {
        let shown_at = |before: usize, behind: usize| {
            let mut texts = Texts::new("");
            let line = format!("{}>X<{}", "é".repeat(before), "额".repeat(behind));
            texts.insert("a", format!("one\n{line}\r\ntwo\n"));
            let at = "one\n".len() + 2 * before + 1;
            let shown = text(
                &[Diag::new("mojibake", "a", at..at + 1, "m")],
                &texts,
                false,
            );
            let mut lines = shown.lines().skip(2).map(str::to_owned);
            [(); 2].map(|()| lines.next().unwrap())
        };
        let whole = |line: String, caret: usize| {
            [format!("2 | {line}"), format!("  | {}^", " ".repeat(caret))]
        };
        assert_eq!(shown_at(40, 2), whole("é".repeat(40) + ">X<额额", 41));
        assert_eq!(
            shown_at(40, 90_000),
            whole(format!("{}>X<{}…", "é".repeat(40), "额".repeat(67)), 41)
        );
        assert_eq!(
            shown_at(90_000, 90_000),
            whole(format!("{}>X<{}…", "é".repeat(35), "额".repeat(72)), 36)
        );
        assert_eq!(
            shown_at(90_000, 2),
            whole(format!("{}>X<额额", "é".repeat(35)), 36)
        );
    }

    /// What a stranger wrote or named steers no terminal.
    #[test]
    fn no_control_character_is_printed() {
        let mut texts = Texts::new("content/");
        texts.insert("a\u{1b}[2J.md", "\u{1b}]0;x\u{7}\n");
        let diag = Diag::new(
            "broken-link",
            "a\u{1b}[2J.md",
            0..1,
            "no page `\u{1b}[31m\r`",
        )
        .help("two\nlines \u{9b}");
        let shown = text(&[diag], &texts, false);
        assert!(
            !shown.contains(|c: char| c.is_control() && c != '\n'),
            "{shown:?}"
        );
        assert_eq!(shown.lines().count(), 8, "{shown}");
    }

    #[test]
    fn carets_stay_below_wide_characters() {
        let mut texts = Texts::new("");
        texts.insert("a", "余额 x");
        let shown = text(&[Diag::new("mojibake", "a", 7..8, "m")], &texts, false);
        assert!(shown.contains("1 | 余额 x\n  |      ^\n"), "{shown}");
    }
}
