//! The native matcher against the `regex` crate: on random texts made of pieces of the patterns, each pattern of the
//! project's content must be found by both or by neither.

// Content that cannot be read must stop the test, also in its helpers.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use diagnoser::compile::Probe;
use diagnoser::normalise::canonical;
use regex::bytes::{Regex, RegexBuilder};

/// Every pattern under `content/`, whatever the key: found by the names of the keys that hold patterns.
fn patterns() -> Vec<String> {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let mut all = Vec::new();
    for entry in walkdir::WalkDir::new(content).sort_by_file_name() {
        let entry = entry.expect("the content folder can be walked");
        let name = entry.file_name().to_string_lossy();
        if !matches!(&*name, "rule.toml" | "families.toml" | "providers.toml") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("a content file can be read");
        let table: toml::Table = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", entry.path().display()));
        collect(&toml::Value::Table(table), "", &mut all);
    }
    all.sort();
    all.dedup();
    all
}

fn collect(value: &toml::Value, key: &str, all: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => table
            .iter()
            .for_each(|(key, value)| collect(value, key, all)),
        toml::Value::Array(list) => list.iter().for_each(|value| collect(value, key, all)),
        toml::Value::String(text)
            if [
                "phrase", "also", "unless", "marks", "names", "en", "id", "zh", "other",
            ]
            .contains(&key) =>
        {
            all.push(text.clone())
        }
        _ => {}
    }
}

/// A small generator of numbers: the same texts on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// A text that the pattern might match: its own letters with groups chosen and gaps filled by guess, then damaged.
    fn text(&mut self, patterns: &[String]) -> Vec<u8> {
        let mut text = String::new();
        for _ in 0..1 + self.below(3) {
            text.push_str([" ", "x ", "the ", "\"", ": ", "error ", "不"][self.below(7)]);
            let pattern = &patterns[self.below(patterns.len())];
            self.instance(
                &regex_syntax::Parser::new()
                    .parse(pattern)
                    .expect("checked before"),
                &mut text,
            );
            text.push_str(["", " ", ".", "s", " and more"][self.below(5)]);
        }
        let mut bytes = text.into_bytes();
        for _ in 0..self.below(3) {
            let at = self.below(bytes.len());
            match self.below(3) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, b"a 1_-\xe4"[self.below(6)]),
                _ => bytes[at] = b"a 1_-\xe4"[self.below(6)],
            }
            if bytes.is_empty() {
                bytes.push(b' ');
            }
        }
        canonical(&bytes).text().to_vec()
    }

    fn instance(&mut self, hir: &regex_syntax::hir::Hir, out: &mut String) {
        use regex_syntax::hir::{Class, HirKind};
        match hir.kind() {
            HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(Class::Unicode(class)) => {
                let ranges: Vec<_> = class
                    .ranges()
                    .iter()
                    .filter(|r| r.start() < '\u{7f}')
                    .collect();
                if !ranges.is_empty() {
                    let range = ranges[self.below(ranges.len())];
                    let (low, high) = (
                        u32::from(range.start()).max(32),
                        u32::from(range.end()).min(126),
                    );
                    out.push(
                        char::from_u32(low + self.below((high.max(low) - low + 1) as usize) as u32)
                            .unwrap_or('x'),
                    );
                }
            }
            HirKind::Repetition(repetition) => {
                let most = repetition
                    .max
                    .unwrap_or(repetition.min)
                    .min(repetition.min + 12);
                for _ in 0..repetition.min + self.below((most - repetition.min + 1) as usize) as u32
                {
                    self.instance(&repetition.sub, out);
                }
            }
            HirKind::Capture(capture) => self.instance(&capture.sub, out),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.instance(part, out)),
            HirKind::Alternation(parts) => {
                let chosen = self.below(parts.len());
                self.instance(&parts[chosen], out);
            }
            _ => {}
        }
    }
}

#[test]
fn agrees_with_regex_on_every_pattern_of_the_content() {
    let mut refused = Vec::new();
    let mut taken: Vec<(String, Probe, Regex)> = Vec::new();
    for pattern in patterns() {
        match Probe::new(&pattern) {
            Ok(probe) => {
                let oracle = RegexBuilder::new(&pattern)
                    .unicode(false)
                    .build()
                    .expect("what the engine takes, regex takes");
                taken.push((pattern, probe, oracle));
            }
            Err(error) => refused.push(format!("{pattern}: {} ({})", error.message, error.code)),
        }
    }
    assert!(
        refused.is_empty(),
        "{} patterns are refused:\n{}",
        refused.len(),
        refused.join("\n")
    );
    assert!(taken.len() > 500, "the content has patterns");

    let texts: Vec<String> = taken
        .iter()
        .map(|(pattern, _, _)| pattern.clone())
        .collect();
    let mut random = Random(7);
    let (mut compared, mut positive) = (0, 0);
    for (number, (pattern, probe, oracle)) in taken.iter().enumerate() {
        for round in 0..24 {
            // Half the texts hold an instance of this very pattern.
            let pool = if round % 2 == 0 {
                &texts[number..=number]
            } else {
                &texts[..]
            };
            let text = random.text(pool);
            let ours = probe.find(&text);
            let theirs = oracle.find(&text);
            assert_eq!(
                ours.is_some(),
                theirs.is_some(),
                "{pattern}\non {:?}\nours {ours:?}, regex {theirs:?}",
                String::from_utf8_lossy(&text)
            );
            if let Some((start, end)) = ours {
                assert!(
                    oracle.is_match(&text[start.saturating_sub(1)..(end + 1).min(text.len())]),
                    "{pattern}: {start}..{end} is not a match"
                );
                positive += 1;
            }
            compared += 1;
        }
    }
    assert!(
        positive * 5 > compared,
        "too few positives to mean anything: {positive} of {compared}"
    );
}
