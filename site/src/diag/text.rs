//! Findings for people: `file:line:col`, the line, carets under the place, what to write instead.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Diag, Severity, Texts, count, floor_boundary, place};

/// Longest piece of a source line that is shown, in characters.
const WIDTH: usize = 110;

/// All findings and, at the end, how many there are. `colour` adds ANSI colours.
#[must_use]
pub fn text(diags: &[Diag], texts: &Texts, colour: bool) -> String {
    let mut out = String::new();
    for diag in diags {
        one(&mut out, diag, texts, colour);
        out.push('\n');
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
    out.push_str(&texts.shown(&diag.file));
    let at = diag
        .span
        .as_ref()
        .zip(source)
        .map(|(span, text)| (place(text, span.start), span, text));
    if let Some((place, ..)) = &at {
        push(out, format_args!(":{}:{}", place.line, place.column));
    }
    push(
        out,
        format_args!(
            ": {mark}{}[{}]{reset}{bold}: {}{reset}\n",
            diag.severity().as_str(),
            diag.code,
            diag.message
        ),
    );
    if let Some((place, span, text)) = at {
        let start = floor_boundary(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |n| n + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        let from = place.column - 1;
        let end = floor_boundary(text, span.end.max(span.start)).min(line_start + line.len());
        let marked = text.get(start..end).map_or(0, |s| s.chars().count()).max(1);
        // A long line is cut around the place.
        let skip = if from > WIDTH / 2 && line.chars().count() > WIDTH {
            from - WIDTH / 3
        } else {
            0
        };
        let shown: String = line.chars().skip(skip).take(WIDTH).map(printable).collect();
        let cut = line.chars().count() > skip + WIDTH;
        let number = place.line.to_string();
        let gutter = " ".repeat(number.len());
        let pad: String = line
            .chars()
            .skip(skip)
            .take(from - skip)
            .map(|c| if is_wide(c) { "  " } else { " " })
            .collect();
        let carets: usize = line
            .chars()
            .skip(from)
            .take(marked.min(WIDTH))
            .map(|c| if is_wide(c) { 2 } else { 1 })
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
            push(out, format_args!("  {word} {line}\n"));
        }
    }
}

fn push(out: &mut String, args: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(args);
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

    #[test]
    fn carets_stay_below_wide_characters() {
        let mut texts = Texts::new("");
        texts.insert("a", "余额 x");
        let shown = text(&[Diag::new("mojibake", "a", 7..8, "m")], &texts, false);
        assert!(shown.contains("1 | 余额 x\n  |      ^\n"), "{shown}");
    }
}
