//! Packs that are not as they were written: cut off, of another version, damaged. Each gives an error by name or an engine
//! that works; nothing panics, and no damaged number asks for memory.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::{Random, content, pack, pastes};
use diagnoser::compile::{PackSpec, compile};
use diagnoser::{Engine, PackError};

/// A pack of a few rules that has something in each of its tables.
fn small() -> Vec<u8> {
    let all = &content().spec;
    let mut spec = PackSpec {
        families: all.families.iter().take(3).cloned().collect(),
        providers: all.providers.iter().take(3).cloned().collect(),
        rules: Vec::new(),
    };
    let known = |id: &Option<String>| {
        id.as_ref()
            .is_none_or(|id| spec.providers.iter().any(|p| p.id == *id))
    };
    let mut rules: Vec<_> = all
        .rules
        .iter()
        .filter(|rule| known(&rule.provider))
        .take(4)
        .cloned()
        .collect();
    let families: Vec<String> = spec.families.iter().map(|f| f.id.clone()).collect();
    let first = rules[0].id.clone();
    for rule in &mut rules {
        let keep = |list: &mut Vec<(String, u32)>| list.retain(|(id, _)| families.contains(id));
        keep(&mut rule.unless_words_of);
        keep(&mut rule.unless_family);
        keep(&mut rule.adds.family);
        rule.unless.truncate(2);
        rule.candidates = vec![(first.clone(), 0)];
        rule.opaque = true;
        for when in &mut rule.when {
            keep(&mut when.family);
            keep(&mut when.also_family);
            keep(&mut when.told);
            when.phrase.truncate(2);
            if when.phrase.is_empty() {
                when.phrase.push(spec.families[0].patterns[0].clone());
            }
            when.number.extend(
                ["4711".to_owned()].map(|text| diagnoser::compile::Pattern { text, origin: 0 }),
            );
        }
    }
    for family in &mut spec.families {
        family.patterns.truncate(3);
    }
    for provider in &mut spec.providers {
        provider.marks.truncate(2);
    }
    spec.rules = rules;
    compile(&spec).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// Reads the bytes; an engine that comes of it must read pastes and be no larger than its pack allows.
fn load(bytes: &[u8], texts: &[&str]) -> Result<(), PackError> {
    let engine = Engine::from_pack(bytes)?;
    assert!(
        engine.literals() <= bytes.len() + 100,
        "{} literals from {} bytes",
        engine.literals(),
        bytes.len()
    );
    for text in texts {
        let report = engine.diagnose(text.as_bytes());
        for span in report.findings.iter().flat_map(|f| &f.evidence) {
            assert!(span.start < span.end && span.end <= text.len());
        }
    }
    Ok(())
}

#[test]
fn the_beginning_tells_what_it_is() {
    let good = small();
    assert!(Engine::from_pack(&good).is_ok());
    for bytes in [&b""[..], b"RESEP", b"not a pack at all", b"RESEPPAC\x01"] {
        assert_eq!(Engine::from_pack(bytes).err(), Some(PackError::NotAPack));
    }
    let mut other = good.clone();
    for (at, expected) in [
        (0, PackError::NotAPack),
        (8, PackError::Version(good[8] ^ 0x40)),
    ] {
        other[at] ^= 0x40;
        let error = Engine::from_pack(&other).expect_err("not this version");
        assert_eq!(error, expected);
        assert!(!error.to_string().is_empty());
        other[at] ^= 0x40;
    }
    let mut longer = good.clone();
    longer.push(0);
    assert_eq!(
        Engine::from_pack(&longer).err(),
        Some(PackError::Malformed("bytes after the end"))
    );
}

#[test]
fn every_truncation_is_refused() {
    let good = small();
    for length in 0..good.len() {
        let error = Engine::from_pack(&good[..length]).expect_err("cut off");
        if length < 8 {
            assert_eq!(error, PackError::NotAPack);
        }
    }
    // The whole content's, at places all over it.
    let all = pack();
    let mut random = Random(1);
    for _ in 0..60 {
        let length = random.below(all.len());
        assert!(Engine::from_pack(&all[..length]).is_err());
    }
}

#[test]
fn damaged_bytes_do_no_harm() {
    let good = small();
    let texts: Vec<&str> = pastes().into_iter().take(3).collect();
    let (mut refused, mut taken) = (0, 0);
    let mut count = |result: Result<(), PackError>| match result {
        Ok(()) => taken += 1,
        Err(_) => refused += 1,
    };
    // Every byte to its extremes, and a bit of each.
    let mut bytes = good.clone();
    for at in 0..good.len() {
        for value in [0, 0x7f, 0x80, 0xff, good[at] ^ 1 << (at % 8)] {
            bytes[at] = value;
            count(load(&bytes, if at % 7 == 0 { &texts } else { &[] }));
        }
        bytes[at] = good[at];
    }
    // Several at once; bytes taken out and put in.
    let mut random = Random(2);
    for round in 0..2_000 {
        let mut bytes = good.clone();
        for _ in 0..1 + random.below(6) {
            let at = 9 + random.below(bytes.len() - 9);
            match random.below(4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, random.bytes(1)[0]),
                2 => bytes[at] = random.bytes(1)[0],
                _ => bytes[at..].fill(0xff),
            }
            if bytes.len() < 20 {
                break;
            }
        }
        count(load(&bytes, if round % 5 == 0 { &texts } else { &[] }));
    }
    assert!(
        refused > 1_000 && taken > 200,
        "{refused} refused, {taken} taken"
    );
}

#[test]
fn a_damaged_pack_of_the_content_does_no_harm() {
    let good = pack();
    let texts: Vec<&str> = pastes().into_iter().take(2).collect();
    let mut random = Random(3);
    let mut bytes = good.to_vec();
    for _ in 0..60 {
        let at = 9 + random.below(bytes.len() - 9);
        bytes[at] = random.bytes(1)[0];
        // A refusal is as good as an engine that works.
        let _: Result<(), PackError> = load(&bytes, &texts);
        bytes[at] = good[at];
    }
    assert_eq!(load(&bytes, &texts), Ok(()));
}

#[test]
fn random_bytes_are_refused() {
    let mut random = Random(4);
    for round in 0..3_000 {
        let mut bytes = pack()[..9].to_vec();
        let length = random.below(60 + round);
        bytes.extend(random.bytes(length));
        assert!(load(&bytes, &[]).is_err());
    }
}

/// The greatest memory this test process ever had, in bytes.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|n| n.parse::<usize>().ok())
        .expect("a number")
        * 1024
}

#[test]
#[cfg(target_os = "linux")]
fn a_number_that_asks_for_memory_gets_none() {
    let good = small();
    let before = peak();
    for at in 9..good.len() {
        // Four thousand million of whatever is counted here.
        let mut bytes = good[..at].to_vec();
        bytes.extend([0xff, 0xff, 0xff, 0xff, 0x0f]);
        bytes.extend_from_slice(&good[at..]);
        let _: Result<(), PackError> = load(&bytes, &[]);
    }
    let grown = peak() - before;
    assert!(grown < 300 << 20, "{grown} bytes more than before");
}
