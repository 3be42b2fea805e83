//! However a paste is cut into pieces, the report is the same; and what a report says of places in the paste is true.

mod common;

use common::{MANGLINGS, Random, content, engine, log, pastes};
use diagnoser::{Report, Span, Verdict};

/// The report of the paste cut at random, in pieces of at most `most` bytes; whole if there is no limit.
fn in_pieces(paste: &[u8], most: usize, random: &mut Random) -> Report {
    let mut stream = engine().stream();
    let mut rest = paste;
    while !rest.is_empty() {
        let size = if most == usize::MAX {
            most
        } else {
            1 + random.below(most)
        };
        let (piece, after) = rest.split_at(size.min(rest.len()));
        stream.feed(piece);
        rest = after;
    }
    stream.finish()
}

fn check_pieces(paste: &[u8], sizes: &[usize], random: &mut Random) {
    let whole = in_pieces(paste, usize::MAX, random);
    for most in sizes {
        let cut = in_pieces(paste, *most, random);
        assert_eq!(
            cut,
            whole,
            "in pieces of up to {most} bytes: {:?}",
            String::from_utf8_lossy(&paste[..paste.len().min(400)])
        );
    }
}

/// A log long enough to be forgotten on the way, with a paste of the rules now and then.
fn long_log(size: usize, seed: u64, every: usize) -> String {
    let pastes = pastes();
    log(size, seed, every, |random| random.pick(&pastes).to_owned())
}

#[test]
fn examples_in_pieces() {
    let mut random = Random(1);
    for paste in pastes() {
        check_pieces(paste.as_bytes(), &[1, 7, 60], &mut random);
    }
}

#[test]
fn logs_in_pieces() {
    let mut random = Random(2);
    for (size, every) in [(5_000, 3), (20_000, 40), (90_000, 7), (150_000, 300)] {
        let text = long_log(size, size as u64, every);
        check_pieces(text.as_bytes(), &[13, 700, 5_000, 70_000], &mut random);
    }
    // One line, so that no place is safer to cut than another; and nothing but errors.
    let pastes = pastes().join(" ");
    check_pieces(pastes.as_bytes(), &[3, 900, 40_000], &mut random);
}

#[test]
fn random_bytes_in_pieces() {
    let mut random = Random(3);
    let pastes = pastes();
    for round in 0..120 {
        let mut bytes = Vec::new();
        for _ in 0..1 + random.below(12) {
            let noise = random.below(400);
            bytes.extend(random.bytes(noise));
            let paste = random.pick(&pastes).as_bytes();
            let (from, to) = (random.below(paste.len()), random.below(paste.len() + 1));
            bytes.extend_from_slice(paste.get(from..to).unwrap_or(paste));
        }
        check_pieces(&bytes, &[1 + round % 40, 2_000], &mut random);
    }
}

// --- lines of a log

/// Whether the paste is an error, as a person pasted it and as a line of a log.
fn found(paste: &str) -> [bool; 2] {
    [engine().stream(), engine().stream().logged()].map(|mut stream| {
        stream.feed(paste.as_bytes());
        stream.finish().verdict == Verdict::Match
    })
}

#[test]
fn a_line_of_a_log_is_read_as_it_is_written() {
    assert_eq!(found("account balance not enough"), [true, true]);
    assert_eq!(found("insuff1cient cred1ts"), [true, false]);
    let told = "the wallet of our shop ran dry, so not one clip gets rendered since this morning";
    assert_eq!(found(told), [true, true]);
    let log = "2026-11-02 08:14:55 INFO  [shop] 14 clips rendered, balance of shards ok";
    assert_eq!(found(log), [false, false]);
}

// --- evidence

/// What must hold for the places of every report, whatever was pasted.
fn check_places(paste: &[u8], report: &Report, what: &str) {
    let text = core::str::from_utf8(paste).ok();
    let show = || String::from_utf8_lossy(&paste[..paste.len().min(600)]).into_owned();
    let check = |span: &Span| {
        assert!(
            span.start < span.end && span.end <= paste.len(),
            "{what}: {span:?} of {} bytes: {}",
            paste.len(),
            show()
        );
        if let Some(text) = text {
            assert!(
                text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
                "{what}: {span:?} cuts a character: {}",
                show()
            );
        }
    };
    assert!(report.findings.len() <= 8, "{what}: at most 8 findings");
    for finding in &report.findings {
        assert!(!finding.evidence.is_empty(), "{what}: {}", show());
        finding.evidence.iter().for_each(check);
        for pair in finding.evidence.windows(2) {
            assert!(
                pair[0].end < pair[1].start,
                "{what}: {pair:?} is not sorted or not merged: {}",
                show()
            );
        }
    }
    let facts = &report.facts;
    for fact in [&facts.code, &facts.request_id, &facts.host]
        .into_iter()
        .flatten()
    {
        check(&fact.span);
        assert!(!fact.value.is_empty(), "{what}: an empty fact: {}", show());
    }
}

#[test]
fn evidence_of_examples_is_a_slice_of_the_paste() {
    let mut found = 0;
    for paste in pastes() {
        let report = engine().diagnose(paste.as_bytes());
        found += report.findings.len();
        check_places(paste.as_bytes(), &report, "as it is");
        for (name, mangle) in MANGLINGS {
            let mangled = mangle(paste);
            check_places(
                mangled.as_bytes(),
                &engine().diagnose(mangled.as_bytes()),
                name,
            );
        }
    }
    assert!(
        found > content().examples.len(),
        "the pastes find something"
    );
}

#[test]
fn evidence_of_logs_is_a_slice_of_the_paste() {
    let text = long_log(60_000, 5, 9);
    check_places(
        text.as_bytes(),
        &engine().diagnose(text.as_bytes()),
        "a log",
    );
    for (name, mangle) in MANGLINGS {
        let mangled = mangle(&text);
        check_places(
            mangled.as_bytes(),
            &engine().diagnose(mangled.as_bytes()),
            name,
        );
    }
}

#[test]
fn evidence_of_broken_text_is_a_slice_of_the_paste() {
    let mut random = Random(11);
    let pastes = pastes();
    for _ in 0..600 {
        // Whole characters are taken out and put in, so that the text stays UTF-8 while words end in other letters.
        let mut letters: Vec<char> = random.pick(&pastes).chars().collect();
        for _ in 0..1 + random.below(12) {
            let at = random.below(letters.len());
            let strange = [
                'é',
                '余',
                '\u{1f600}',
                '\u{300}',
                '\0',
                '\u{feff}',
                'Ａ',
                '≤',
            ];
            match random.below(3) {
                0 => drop(letters.splice(at..letters.len().min(at + 1), None)),
                1 => letters.insert(at, strange[random.below(strange.len())]),
                _ => letters.extend(strange),
            }
        }
        let text: String = letters.into_iter().collect();
        check_places(
            text.as_bytes(),
            &engine().diagnose(text.as_bytes()),
            "strange letters",
        );
        let mut bytes = text.into_bytes();
        for _ in 0..random.below(8) {
            let at = random.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.bytes(1)[0];
            }
        }
        check_places(&bytes, &engine().diagnose(&bytes), "broken bytes");
    }
}
