//! A pattern as the engine reads it: bytes and signs (see [`crate::vm`]), with the anchors from which it is found.
//!
//! An anchor stands where a few literals begin of which every match must hold one. The filter looks for those, and the
//! pattern is run from there forwards and backwards; so it costs nothing until one of its literals is seen.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use alloc::{format, string};

use regex_syntax::hir::{Hir, HirKind, Look};

use super::background::Background;
use super::pattern::{
    MAX_LINKS, Refusal, class_bytes, class_characters, parse, parse_signed, repeat_too_large,
};
use crate::scan::length_of;
use crate::vm::{ByteSet, MAX_LITERAL, MAX_LITERALS, MAX_UNITS, Patterns, Unit, is_unit, sign};

const MIN_LITERAL: usize = 3;

/// Writes down one pattern, its anchors set, and tells how often it is likely to be found in a log that means nothing. New units
/// are added to those that are known.
pub(super) fn compile(text: &str, units: &mut Vec<Unit>, background: &Background) -> Compiled {
    write(&parse(text)?, units, background)
}

/// Writes down one of [`super::status`].
pub(super) fn compile_status(
    text: &str,
    units: &mut Vec<Unit>,
    background: &Background,
) -> Compiled {
    write(&parse_signed(text)?, units, background)
}

/// A pattern's signs, and how often it is likely to be found in vain.
pub(super) type Compiled = Result<(Vec<u8>, u64), Refusal>;

fn write(hir: &Hir, units: &mut Vec<Unit>, background: &Background) -> Compiled {
    let shortest = hir.properties().minimum_len().unwrap_or(0);
    let mut code = vec![sign::END];
    emit(hir, units, &mut code)?;
    code.push(sign::END);
    let patterns = Patterns::new(code, core::mem::take(units)).ok_or_else(repeat_too_large)?;
    let cover = match statuses(&patterns) {
        None => cover(&patterns, 1, background),
        status => status,
    };
    let mut code;
    (code, *units) = patterns.into_parts();
    let Some(cover) = cover else {
        return Err(Refusal {
            code: "no-literal",
            message: format!("no text of {MIN_LITERAL} bytes or more must occur in every match"),
            help: "add a distinctive word to the pattern, or to the alternative that lacks one"
                .to_string(),
        });
    };
    if cover.literals > MAX_LINKS {
        return Err(Refusal {
            code: "too-many-alternatives",
            message: format!("the pattern multiplies out to more than {MAX_LINKS} alternatives"),
            help: "cut it into several patterns".to_string(),
        });
    }
    for anchor in cover.anchors.iter().rev() {
        code.insert(*anchor, sign::ANCHOR);
    }
    // A literal that is nearly all of a match is one whenever it is seen, and then all around it must be read.
    let alone = shortest < MAX_LITERAL + 2;
    let cost = cover.cost * if alone { 400 } else { 1 };
    Ok((code[1..code.len() - 1].to_vec(), cost))
}

/// Anchors that every match of a sequence passes, ascending.
#[derive(Clone, Debug)]
struct Cover {
    /// How often their literals are likely to be seen in vain.
    cost: u64,
    anchors: Vec<usize>,
    literals: usize,
}

impl Cover {
    /// What is less is better; too many literals are no good at any cost.
    fn rank(&self) -> (bool, u64) {
        (self.literals > MAX_LINKS, self.cost)
    }

    /// Nothing is seen less often than one literal that the sample does not hold.
    fn is_best(&self) -> bool {
        self.cost <= 1
    }
}

/// The better of two; the first one if they are alike.
fn better(one: Option<Cover>, other: Option<Cover>) -> Option<Cover> {
    match (one, other) {
        (Some(one), Some(other)) if other.rank() < one.rank() => Some(other),
        (one, other) => one.or(other),
    }
}

/// The best anchors of the sequence that begins at `at` and ends with the alternative or the pattern.
fn cover(patterns: &Patterns, mut at: usize, background: &Background) -> Option<Cover> {
    let mut best: Option<Cover> = None;
    loop {
        best = better(best, anchor(patterns, at, background));
        if best.as_ref().is_some_and(Cover::is_best) {
            return best;
        }
        match patterns.sign(at) {
            sign::END | sign::OR | sign::CLOSE => return best,
            sign::OPEN => {
                best = better(best, cover_each(patterns, at, background));
                at = patterns.close(at);
            }
            sign if sign::MORE_UNITS.contains(&sign) => at += 1,
            _ => {}
        }
        at += 1;
    }
}

/// Anchors in each of the alternatives that open at `at`.
fn cover_each(patterns: &Patterns, at: usize, background: &Background) -> Option<Cover> {
    let mut all = Cover {
        cost: 0,
        anchors: Vec::new(),
        literals: 0,
    };
    let mut before = at;
    loop {
        let one = cover(patterns, before + 1, background)?;
        all.cost += one.cost;
        all.anchors.extend(one.anchors);
        all.literals += one.literals;
        before = patterns.separator(before);
        if patterns.sign(before) != sign::OR {
            return Some(all);
        }
    }
}

/// One anchor at `at`, if few literals, all long enough, begin there.
fn anchor(patterns: &Patterns, at: usize, background: &Background) -> Option<Cover> {
    let literals = patterns.literals(at);
    let words = literals.words();
    let shortest = words.iter().map(|word| length_of(*word)).min()?;
    if words.len() > MAX_LITERALS || shortest < MIN_LITERAL {
        return None;
    }
    let mut words = words.to_vec();
    words.sort_unstable();
    words.dedup();
    let count = words.len();
    Some(Cover {
        cost: words
            .iter()
            .map(|word| background.cost_of_word(*word))
            .sum(),
        anchors: vec![at],
        literals: count,
    })
}

/// A pattern of statuses is found by these.
fn statuses(patterns: &Patterns) -> Option<Cover> {
    let at = patterns
        .code()
        .iter()
        .position(|byte| *byte == sign::STATUS)?;
    Some(Cover {
        cost: 0,
        anchors: vec![at],
        literals: 0,
    })
}

/// Appends the signs of one part.
fn emit(part: &Hir, units: &mut Vec<Unit>, out: &mut Vec<u8>) -> Result<(), Refusal> {
    match part.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => {
            for byte in &literal.0 {
                let plain = *byte >= b' ' && !byte.is_ascii_uppercase() || *byte == sign::STATUS;
                if plain {
                    out.push(*byte);
                } else {
                    emit_unit(set_of(&[*byte]), 1, 1, units, out)?;
                }
            }
        }
        HirKind::Class(class) => match class_bytes(class) {
            Some(bytes) => emit_unit(set_of(&bytes), 1, 1, units, out)?,
            None => {
                let characters = class_characters(class).ok_or_else(not_ascii)?;
                emit_choice(&characters, out, |character, out| {
                    out.extend_from_slice(character);
                    Ok(())
                })?;
            }
        },
        HirKind::Look(look) => out.push(if *look == Look::WordAscii {
            sign::WORD_EDGE
        } else {
            sign::NO_WORD_EDGE
        }),
        HirKind::Capture(capture) => emit(&capture.sub, units, out)?,
        HirKind::Repetition(repetition) => {
            let (min, max) = (repetition.min, repetition.max.unwrap_or(repetition.min));
            let set = single_byte(&repetition.sub);
            match set {
                // What can be absent is written as alternatives where that lets literals go on.
                Some(set) if (min, max) != (0, 1) || set.len() > 6 => {
                    let width = |n: u32| u8::try_from(n).map_err(|_| repeat_too_large());
                    emit_unit(set, width(min)?, width(max)?, units, out)?;
                }
                _ => {
                    for _ in 0..min {
                        emit(&repetition.sub, units, out)?;
                    }
                    let optional = max - min;
                    for _ in 0..optional {
                        out.push(sign::OPEN);
                        emit(&repetition.sub, units, out)?;
                    }
                    for _ in 0..optional {
                        out.extend_from_slice(&[sign::OR, sign::CLOSE]);
                    }
                }
            }
        }
        HirKind::Concat(parts) => {
            for part in parts {
                emit(part, units, out)?;
            }
        }
        HirKind::Alternation(alternatives) => {
            emit_choice(alternatives, out, |alternative, out| {
                emit(alternative, units, out)
            })?;
        }
    }
    if out.len() > MAX_CODE {
        return Err(repeat_too_large());
    }
    Ok(())
}

/// Longest pattern, so that finding the end of its alternatives stays cheap.
const MAX_CODE: usize = 2000;

/// Appends alternatives, the first to be tried first.
fn emit_choice<T>(
    alternatives: &[T],
    out: &mut Vec<u8>,
    mut one: impl FnMut(&T, &mut Vec<u8>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    for (i, alternative) in alternatives.iter().enumerate() {
        out.push(if i == 0 { sign::OPEN } else { sign::OR });
        one(alternative, out)?;
    }
    out.push(sign::CLOSE);
    Ok(())
}

/// Appends so many bytes of a set; one byte that can only be one as itself.
fn emit_unit(
    set: ByteSet,
    least: u8,
    most: u8,
    units: &mut Vec<Unit>,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    if let (Some(byte), 1, 1) = (set.only(), least, most)
        && byte >= b' '
        && !byte.is_ascii_uppercase()
    {
        out.push(byte);
        return Ok(());
    }
    let unit = Unit { set, least, most };
    let number = units
        .iter()
        .position(|known| *known == unit)
        .unwrap_or(units.len());
    if number == units.len() {
        units.push(unit);
    }
    if number >= MAX_UNITS {
        return Err(Refusal {
            code: "pack-too-large",
            message: format!("the rules have more than {MAX_UNITS} different classes and gaps"),
            help: "use a class, or a gap, that another pattern has".to_string(),
        });
    }
    out.extend_from_slice(&signs_of_unit(number));
    Ok(())
}

/// The signs of a unit.
pub(super) fn signs_of_unit(number: usize) -> Vec<u8> {
    let letter = sign::UNITS.start() + (number % 26) as u8;
    match number / 26 {
        0 => vec![letter],
        page => vec![sign::MORE_UNITS.start() + (page - 1) as u8, letter],
    }
}

/// The pattern with other numbers for its units.
pub(super) fn with_units(code: &[u8], number_of: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(code.len());
    let mut page = 0;
    for byte in code {
        if sign::MORE_UNITS.contains(byte) {
            page = usize::from(byte - sign::MORE_UNITS.start()) + 1;
        } else if is_unit(*byte) {
            let number = 26 * page + usize::from(byte - sign::UNITS.start());
            out.extend_from_slice(&signs_of_unit(number_of(number)));
            page = 0;
        } else {
            out.push(*byte);
        }
    }
    out
}

fn set_of(bytes: &[u8]) -> ByteSet {
    let mut set = ByteSet::default();
    for byte in bytes {
        set.insert(*byte);
    }
    set
}

/// The set of a part that is always exactly one byte.
fn single_byte(part: &Hir) -> Option<ByteSet> {
    match part.kind() {
        HirKind::Capture(capture) => single_byte(&capture.sub),
        HirKind::Class(class) => class_bytes(class).map(|bytes| set_of(&bytes)),
        HirKind::Literal(literal) if literal.0.len() == 1 => Some(set_of(&literal.0)),
        _ => None,
    }
}

fn not_ascii() -> Refusal {
    Refusal {
        code: "bad-pattern",
        message: string::String::from("a class holds a character that is not ASCII"),
        help: "write the characters as alternatives, `(a|b)`".to_string(),
    }
}
