//! Properties of reading a paste, on random texts that are made of what pastes are made of: evidence is always a sorted list of
//! slices of the paste that begin and end on characters, and any cutting gives the same report.
//!
//! `RESEP_FUZZ=SECONDS` reads random texts, packs and pieces for that long instead of a few seconds; a text that fails is
//! printed as bytes, with the seed that makes it again.

// A test stops where its texts cannot be made; helpers are not `#[test]`, so clippy has to be told.
#![allow(clippy::panic, clippy::expect_used)]

mod common;

use std::time::{Duration, Instant};

use common::{MANGLINGS, Random, engine, log, pack, pastes};
use diagnoser::{Engine, Report, SecretCount, secrets};
use proptest::prelude::*;

/// What the parts of a paste are: text that means something, and what breaks it.
const PARTS: [&str; 26] = [
    "code",
    "status",
    "\"",
    ":",
    "{\"",
    "\\",
    "\\u4f59",
    "\\ud83d",
    "&quot;",
    "&amp;amp;",
    "%25E4",
    "%0A",
    "+",
    "-\n",
    "> ",
    "\u{1b}[31m",
    "\u{1b}]0;",
    "[31m",
    "余额不足",
    "é",
    "\u{1f600}",
    "ä½",
    "\u{200b}",
    "  ",
    "\n",
    "402",
];

/// A paste made of rules' pastes, cut and mangled, and of parts.
fn strange(random: &mut Random, most: usize) -> Vec<u8> {
    let pastes = pastes();
    let mut out = Vec::new();
    while out.len() < most {
        match random.below(9) {
            0 | 1 => out.extend_from_slice(random.pick(&pastes).as_bytes()),
            2 => {
                let (_, mangle) = MANGLINGS[random.below(MANGLINGS.len())];
                out.extend_from_slice(mangle(random.pick(&pastes)).as_bytes());
            }
            3 => {
                let paste = random.pick(&pastes).as_bytes();
                let (a, b) = (random.below(paste.len()), random.below(paste.len()));
                out.extend_from_slice(&paste[a.min(b)..a.max(b)]);
            }
            4 => {
                let length = random.below(30);
                out.extend(random.bytes(length));
            }
            5 => {
                let part = random.pick(&PARTS);
                let times = 1 + random.below(60);
                out.extend_from_slice(part.repeat(times).as_bytes());
            }
            6 => {
                let size = random.below(6_000);
                let seed = random.below(1_000_000) as u64;
                out.extend_from_slice(log(size, seed, 0, |_| String::new()).as_bytes());
            }
            _ => out.extend_from_slice(random.pick(&PARTS).as_bytes()),
        }
        if random.below(5) == 0 {
            break;
        }
    }
    out
}

/// Evidence and facts are slices of the paste, on characters where the paste is UTF-8; evidence is sorted and merged.
fn check_places(paste: &[u8], report: &Report) {
    let text = core::str::from_utf8(paste).ok();
    let facts = &report.facts;
    let facts = [&facts.code, &facts.request_id, &facts.host];
    let spans = report.findings.iter().flat_map(|finding| &finding.evidence);
    for span in spans.chain(facts.into_iter().flatten().map(|fact| &fact.span)) {
        assert!(
            span.start < span.end && span.end <= paste.len(),
            "{span:?} of {}",
            paste.len()
        );
        if let Some(text) = text {
            assert!(
                text.get(span.start..span.end).is_some(),
                "{span:?} cuts a character"
            );
        }
    }
    for finding in &report.findings {
        assert!(!finding.evidence.is_empty());
        for pair in finding.evidence.windows(2) {
            assert!(
                pair[0].end < pair[1].start,
                "{pair:?} is not sorted or not merged"
            );
        }
    }
}

/// Secrets are slices of the paste, in order and apart.
fn check_secrets(paste: &[u8]) {
    let found = secrets(paste);
    for secret in &found {
        assert!(secret.span.start < secret.span.end && secret.span.end <= paste.len());
    }
    for pair in found.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?}");
    }
}

/// The report and the count of secrets of a paste that comes in pieces whose lengths `next` gives.
fn in_pieces(paste: &[u8], mut next: impl FnMut() -> usize) -> (Report, u32) {
    let mut stream = engine().stream();
    let mut count = SecretCount::default();
    let mut rest = paste;
    while !rest.is_empty() {
        let (piece, beyond) = rest.split_at(next().clamp(1, rest.len()));
        stream.feed(piece);
        count.feed(piece);
        rest = beyond;
    }
    (stream.finish(), count.finish())
}

fn check_all(paste: &[u8], cuts: &[usize]) {
    let whole = engine().diagnose(paste);
    check_places(paste, &whole);
    check_secrets(paste);
    let mut cut = cuts.iter().copied().cycle();
    let (mut report, masked) = in_pieces(paste, || cut.next().unwrap_or(1));
    report.masked = masked;
    assert_eq!(report, whole, "cut as {cuts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn strange_pastes_in_any_pieces(
        seed in any::<u64>(),
        most in 1usize..20_000,
        cuts in prop::collection::vec(1usize..4_000, 1..8),
    ) {
        check_all(&strange(&mut Random(seed), most), &cuts);
    }

    #[test]
    fn any_text_in_any_pieces(text in "\\PC{0,400}", cuts in prop::collection::vec(1usize..40, 1..5)) {
        check_all(text.as_bytes(), &cuts);
    }

    #[test]
    fn any_bytes_in_any_pieces(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        cuts in prop::collection::vec(1usize..40, 1..5),
    ) {
        check_all(&bytes, &cuts);
    }
}

/// How long to look for faults: a few seconds in the usual tests.
fn time() -> Duration {
    let seconds = std::env::var("RESEP_FUZZ").map_or(3, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("RESEP_FUZZ must be a number of seconds, not `{text}`"))
    });
    Duration::from_secs(seconds)
}

/// Runs `check` on seed after seed until the time is over; says which seed failed.
fn fuzz(first: u64, check: impl Fn(&mut Random) + std::panic::RefUnwindSafe) {
    let begun = Instant::now();
    let mut seed = first;
    while begun.elapsed() < time() {
        if let Err(panic) = std::panic::catch_unwind(|| check(&mut Random(seed))) {
            eprintln!("seed {seed} fails");
            std::panic::resume_unwind(panic);
        }
        seed += 1;
    }
    assert!(seed > first, "no text was read");
}

#[test]
fn fuzz_pastes_and_pieces() {
    fuzz(1, |random| {
        let most = [200, 5_000, 60_000][random.below(3)];
        let paste = strange(random, most);
        let cuts: Vec<usize> = (0..1 + random.below(6))
            .map(|_| 1 + random.below(9_000))
            .collect();
        check_all(&paste, &cuts);
    });
}

#[test]
fn fuzz_masking() {
    fuzz(1 << 32, |random| check_secrets(&strange(random, 20_000)));
}

#[test]
fn fuzz_packs() {
    fuzz(1 << 33, |random| {
        let mut bytes = pack().to_vec();
        for _ in 0..1 + random.below(8) {
            if bytes.is_empty() {
                break;
            }
            let at = random.below(bytes.len());
            match random.below(5) {
                0 => bytes.truncate(at + 1),
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, random.bytes(1)[0]),
                _ => bytes[at] = random.bytes(1)[0],
            }
        }
        // A refusal is as good as an engine that works.
        if let Ok(engine) = Engine::from_pack(&bytes) {
            let paste = strange(random, 2_000);
            check_places(&paste, &engine.diagnose(&paste));
        }
    });
}
