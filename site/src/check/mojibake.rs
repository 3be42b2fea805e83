//! UTF-8 that was read as Windows-1252 or Mac Roman and saved again: `â€"` for a dash, `√©` for é. And U+FFFD, which stands where a
//! character could not be read at all.

use std::ops::Range;

use memchr::memmem;

use crate::diag::Diag;
use crate::parse::Docs;

/// U+FFFD in UTF-8.
const LOST: &str = "\u{fffd}";

/// Characters of Windows-1252 from 0x80 on; what it leaves open is the control character of the same number.
const CP1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Characters of Mac Roman from 0x80 on.
const MAC_ROMAN: [char; 128] = [
    'Ä', 'Å', 'Ç', 'É', 'Ñ', 'Ö', 'Ü', 'á', 'à', 'â', 'ä', 'ã', 'å', 'ç', 'é', 'è', 'ê', 'ë', 'í',
    'ì', 'î', 'ï', 'ñ', 'ó', 'ò', 'ô', 'ö', 'õ', 'ú', 'ù', 'û', 'ü', '†', '°', '¢', '£', '§', '•',
    '¶', 'ß', '®', '©', '™', '´', '¨', '≠', 'Æ', 'Ø', '∞', '±', '≤', '≥', '¥', 'µ', '∂', '∑', '∏',
    'π', '∫', 'ª', 'º', 'Ω', 'æ', 'ø', '¿', '¡', '¬', '√', 'ƒ', '≈', '∆', '«', '»', '…', '\u{a0}',
    'À', 'Ã', 'Õ', 'Œ', 'œ', '–', '—', '“', '”', '‘', '’', '÷', '◊', 'ÿ', 'Ÿ', '⁄', '€', '‹', '›',
    'ﬁ', 'ﬂ', '‡', '·', '‚', '„', '‰', 'Â', 'Ê', 'Á', 'Ë', 'È', 'Í', 'Î', 'Ï', 'Ì', 'Ó', 'Ô',
    '\u{f8ff}', 'Ò', 'Ú', 'Û', 'Ù', 'ı', 'ˆ', '˜', '¯', '˘', '˙', '˚', '¸', '˝', '˛', 'ˇ',
];

/// So many lost characters are told one by one; a file that has more was read in the wrong encoding.
const MANY_LOST: usize = 20;

pub(super) fn check(path: &str, text: &str, docs: &Docs, diags: &mut Vec<Diag>) {
    // Pastes of a rule hold what users send, and users send this.
    let pastes: Vec<Range<usize>> = path
        .strip_prefix("errors/")
        .and_then(|p| p.strip_suffix("/rule.toml"))
        .and_then(|id| docs.rules.get(id))
        .into_iter()
        .flat_map(|rule| &rule.rule.examples)
        .map(|example| example.paste.span.clone())
        .collect();
    for (span, meant, page) in find(text) {
        if pastes.iter().any(|p| p.contains(&span.start)) {
            continue;
        }
        diags.push(
            Diag::new(
                "mojibake",
                path,
                span.clone(),
                format!("`{}` is UTF-8 that was read as {page}", &text[span]),
            )
            .help(format!("write `{meant}`")),
        );
    }
    let mut lost = memmem::find_iter(text.as_bytes(), LOST)
        .filter(|at| !pastes.iter().any(|p| p.contains(at)));
    for at in lost.by_ref().take(MANY_LOST) {
        diags.push(
            Diag::new(
                "mojibake",
                path,
                at..at + LOST.len(),
                "a character that could not be read was lost here (U+FFFD)",
            )
            .help("write what stood here; an earlier version of the file may still have it"),
        );
    }
    let more = lost.count();
    if more > 0 {
        diags.push(
            Diag::new(
                "mojibake",
                path,
                None,
                format!("{more} more characters were lost"),
            )
            .help("take an earlier version of the file, or save it as UTF-8"),
        );
    }
}

/// Every stretch that decodes to something sensible: where, what was meant, which code page.
fn find(text: &str) -> Vec<(Range<usize>, String, &'static str)> {
    let mut out: Vec<(Range<usize>, String, &'static str)> = Vec::new();
    if text.is_ascii() {
        return out;
    }
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_ascii() {
            continue;
        }
        let mut run = vec![(start, c)];
        while let Some((at, c)) = chars.peek().copied().filter(|(_, c)| !c.is_ascii()) {
            run.push((at, c));
            chars.next();
        }
        for (page, byte) in [
            ("Windows-1252", cp1252_byte as fn(char) -> Option<u8>),
            ("Mac Roman", mac_byte),
        ] {
            out.extend(
                in_run(text, &run, byte)
                    .into_iter()
                    .map(|(span, meant)| (span, meant, page)),
            );
        }
    }
    // Where both code pages explain a stretch, the longer explanation is the right one.
    out.sort_by_key(|(span, ..)| (span.start, usize::MAX - span.end));
    let mut end = 0;
    out.retain(|(span, ..)| {
        let keep = span.start >= end;
        if keep {
            end = span.end;
        }
        keep
    });
    out
}

fn in_run(
    text: &str,
    run: &[(usize, char)],
    byte: fn(char) -> Option<u8>,
) -> Vec<(Range<usize>, String)> {
    let bytes: Vec<Option<u8>> = run.iter().map(|(_, c)| byte(*c)).collect();
    let mut out: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Some((size, c)) = decode(&bytes[at..]) else {
            at += 1;
            continue;
        };
        let start = run[at].0;
        let end = run.get(at + size).map_or_else(
            || run.last().map_or(text.len(), |(n, c)| n + c.len_utf8()),
            |(n, _)| *n,
        );
        match out.last_mut() {
            Some((span, meant)) if span.end == start => {
                span.end = end;
                meant.push(c);
            }
            _ => out.push((start..end, c.to_string())),
        }
        at += size;
    }
    out
}

/// The character whose UTF-8 the bytes begin with, if it is one that texts hold.
fn decode(bytes: &[Option<u8>]) -> Option<(usize, char)> {
    let lead = (*bytes.first()?)?;
    let size = match lead {
        0xc2..=0xc5 => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let whole: Vec<u8> = bytes.get(..size)?.iter().copied().collect::<Option<_>>()?;
    let c = std::str::from_utf8(&whole).ok()?.chars().next()?;
    (!c.is_control()).then_some((size, c))
}

fn cp1252_byte(c: char) -> Option<u8> {
    match u32::from(c) {
        n @ 0x80..=0xff => u8::try_from(n).ok(),
        _ => CP1252
            .iter()
            .position(|x| *x == c)
            .and_then(|n| u8::try_from(n + 0x80).ok()),
    }
}

fn mac_byte(c: char) -> Option<u8> {
    MAC_ROMAN
        .iter()
        .position(|x| *x == c)
        .and_then(|n| u8::try_from(n + 0x80).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(meant: &str, table: impl Fn(u8) -> char) -> String {
        meant
            .bytes()
            .map(|b| if b < 0x80 { char::from(b) } else { table(b) })
            .collect()
    }

    fn cp1252(b: u8) -> char {
        if b < 0xa0 {
            CP1252[usize::from(b - 0x80)]
        } else {
            char::from(b)
        }
    }

    fn mac(b: u8) -> char {
        MAC_ROMAN[usize::from(b - 0x80)]
    }

    #[test]
    fn finds_both_code_pages() {
        for meant in [
            "a — b",
            "❗ x",
            "“é”",
            "余额不足",
            "✅",
            "💡 tip",
            "Σ\u{301}",
        ] {
            let in_cp = find(&wrong(meant, cp1252));
            let in_mac = find(&wrong(meant, mac));
            if meant.starts_with('Σ') {
                // Greek letters alone are too like ordinary text to be sure.
                continue;
            }
            assert!(!in_cp.is_empty() && !in_mac.is_empty(), "{meant}");
            let back: String = in_cp.iter().map(|(_, m, _)| m.as_str()).collect();
            let plain: String = meant.chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(back, plain);
        }
    }

    #[test]
    fn leaves_good_text_alone() {
        for good in [
            "“Saldo” – tidak… ‘cukup’ — é è ü ß Ä 10 × 5 ≥ 3 ± 1 °C",
            "余额不足，请充值。账户“余额”——不足",
            "Ça va? Größe, Übung, naïve, São Paulo, Ångström",
            "недостаточно средств, 残高が不足しています, 잔액이 부족합니다",
            "✅ ❗ ⚠️ 💡 → ← ✓ © ® ™ € £ ½ ²",
        ] {
            assert_eq!(find(good), [], "{good}");
        }
    }

    #[test]
    fn names_the_place() {
        let text = "ok â€” no";
        let found = find(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].0.clone()], "â€”");
    }
}
