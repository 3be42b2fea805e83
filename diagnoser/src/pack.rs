//! The pack: the rules as bytes, without a word of prose. One reader, which trusts nothing, and one writer beside it.
//!
//! Layout, after eight bytes of magic and a version byte; numbers are LEB128 unless a width is said:
//! sets · programs · literals with their targets · values · items of each atom · alternatives · rules · providers.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::vm::ByteSet;
use crate::{Likelihood, PackError};

pub(crate) const MAGIC: &[u8; 8] = b"RESEPPAK";
pub(crate) const VERSION: u8 = 1;

/// What the automaton's literals lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A pattern (also its atom), and where its two programs begin.
    Pattern {
        atom: u16,
        forward: u32,
        backward: u32,
    },
    /// A number that must stand alone: its atom.
    Number { atom: u16 },
}

impl Target {
    /// What is found where it matches.
    pub(crate) fn atom(self) -> u16 {
        match self {
            Target::Pattern { atom, .. } | Target::Number { atom } => atom,
        }
    }
}

/// One alternative of a rule: all items must be near each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) rule: u16,
    pub(crate) likelihood: Likelihood,
    /// Words alone: names nobody.
    pub(crate) nameless: bool,
    pub(crate) within: u32,
    pub(crate) items: Box<[u16]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) cause: u8,
    /// 0: generic; else the provider's number plus one.
    pub(crate) provider: u16,
    pub(crate) opaque: bool,
    pub(crate) ambiguous: bool,
    pub(crate) candidates: Box<[u16]>,
    pub(crate) vetoes: Box<[u16]>,
    pub(crate) adds: Box<[u16]>,
}

/// What an item weighs in a score, and how far it may stand from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Words,
    Family,
    Code,
    Status,
    Number,
    Proven(u8),
    Named(u8),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    pub(crate) sets: Vec<ByteSet>,
    pub(crate) programs: Vec<u8>,
    pub(crate) literals: Vec<(Box<[u8]>, Vec<Target>)>,
    pub(crate) atoms: usize,
    /// Values behind a key, sorted, with their atoms: error codes.
    pub(crate) codes: Vec<(Box<[u8]>, u16)>,
    /// The same for HTTP statuses.
    pub(crate) statuses: Vec<(Box<[u8]>, u16)>,
    /// Items of each atom.
    pub(crate) items_of: Vec<Box<[u16]>>,
    /// Providers that each atom proves or names: `(provider, proven, host)`.
    pub(crate) senders_of: Vec<Option<(u8, bool, bool)>>,
    pub(crate) items: Vec<ItemKind>,
    pub(crate) whens: Vec<When>,
    pub(crate) rules: Vec<Rule>,
    /// 0 vendor, 1 reseller, 2 platform, 3 gateway, 4 app.
    pub(crate) layers: Vec<u8>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, PackError> {
        let byte = *self.bytes.get(self.at).ok_or(PackError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], PackError> {
        let end = self.at.checked_add(count).ok_or(PackError::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(PackError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, PackError> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            let part = u32::from(byte & 0x7f);
            if shift == 28 && part > 0xf {
                return Err(PackError::Malformed("a number"));
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(PackError::Malformed("a number"))
    }

    /// A count of things that take at least one byte each, so that a damaged count cannot ask for memory.
    fn count(&mut self) -> Result<usize, PackError> {
        let count = self.number()? as usize;
        if count > self.bytes.len() - self.at {
            Err(PackError::Truncated)
        } else {
            Ok(count)
        }
    }

    fn index(&mut self, below: usize, what: &'static str) -> Result<u16, PackError> {
        let value = self.number()?;
        if (value as usize) < below {
            u16::try_from(value).map_err(|_| PackError::Malformed(what))
        } else {
            Err(PackError::Malformed(what))
        }
    }

    /// Sorted indices, stored as differences.
    fn indices(&mut self, below: usize, what: &'static str) -> Result<Box<[u16]>, PackError> {
        let count = self.count()?;
        let mut out = Vec::with_capacity(count);
        let mut value = 0u32;
        for i in 0..count {
            let step = self.number()?;
            value = if i == 0 {
                step
            } else {
                value.checked_add(step).ok_or(PackError::Malformed(what))?
            };
            if value as usize >= below {
                return Err(PackError::Malformed(what));
            }
            out.push(u16::try_from(value).map_err(|_| PackError::Malformed(what))?);
        }
        Ok(out.into_boxed_slice())
    }
}

impl Tables {
    pub(crate) fn read(bytes: &[u8]) -> Result<Tables, PackError> {
        let mut r = Reader { bytes, at: 0 };
        if r.take(MAGIC.len()).ok() != Some(&MAGIC[..]) {
            return Err(PackError::NotAPack);
        }
        match r.byte()? {
            VERSION => {}
            other => return Err(PackError::Version(other)),
        }
        let mut t = Tables::default();
        for _ in 0..r.count()? {
            let mut set = ByteSet::default();
            for word in &mut set.0 {
                let raw = r.take(4)?;
                *word = u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]);
            }
            t.sets.push(set);
        }
        let length = r.count()?;
        t.programs = r.take(length)?.to_vec();
        let (patterns, atoms) = (r.number()? as usize, r.number()? as usize);
        if patterns > atoms || atoms > usize::from(u16::MAX) || atoms > bytes.len() {
            return Err(PackError::Malformed("atoms"));
        }
        t.atoms = atoms;
        let mut literal: Vec<u8> = Vec::new();
        let mut forward = 0u32;
        for _ in 0..r.count()? {
            let shared = r.number()? as usize;
            let fresh = r.count()?;
            if shared > literal.len() || shared + fresh == 0 || shared + fresh > 255 {
                return Err(PackError::Malformed("a literal"));
            }
            literal.truncate(shared);
            literal.extend_from_slice(r.take(fresh)?);
            let count = r.count()?;
            let mut targets = Vec::with_capacity(count);
            for _ in 0..count {
                let atom = r.index(atoms, "a literal's atom")?;
                if usize::from(atom) < patterns {
                    // Programs of neighbouring targets lie near each other.
                    let step = r.number()?;
                    forward = forward.wrapping_add((step >> 1) ^ (step & 1).wrapping_neg());
                    let backward = r.number()?;
                    if forward as usize >= t.programs.len() || backward as usize >= t.programs.len()
                    {
                        return Err(PackError::Malformed("a program"));
                    }
                    targets.push(Target::Pattern {
                        atom,
                        forward,
                        backward,
                    });
                } else {
                    targets.push(Target::Number { atom });
                }
            }
            t.literals
                .push((literal.clone().into_boxed_slice(), targets));
        }
        for statuses in [false, true] {
            let mut values = Vec::new();
            for _ in 0..r.count()? {
                let length = r.count()?;
                let value = r.take(length)?.to_vec().into_boxed_slice();
                values.push((value, r.index(atoms, "a value's atom")?));
            }
            if !values.is_sorted() {
                return Err(PackError::Malformed("values out of order"));
            }
            if statuses {
                t.statuses = values
            } else {
                t.codes = values
            }
        }
        for _ in 0..r.count()? {
            t.layers.push(r.byte()?);
        }
        if t.layers.len() > 128 {
            return Err(PackError::Malformed("more than 128 providers"));
        }
        let providers = t.layers.len();
        for _ in 0..r.count()? {
            let kind = match r.byte()? {
                0 => ItemKind::Words,
                1 => ItemKind::Family,
                2 => ItemKind::Code,
                3 => ItemKind::Status,
                4 => ItemKind::Number,
                kind @ (5 | 6) => {
                    let provider = r.byte()?;
                    if usize::from(provider) >= providers {
                        return Err(PackError::Malformed("an item's provider"));
                    }
                    if kind == 5 {
                        ItemKind::Proven(provider)
                    } else {
                        ItemKind::Named(provider)
                    }
                }
                _ => return Err(PackError::Malformed("an item")),
            };
            t.items.push(kind);
        }
        let items = t.items.len();
        for _ in 0..atoms {
            t.items_of.push(r.indices(items, "an atom's items")?);
            let sender = r.byte()?;
            t.senders_of.push(if sender == 0 {
                None
            } else {
                let provider = r.byte()?;
                if usize::from(provider) >= providers || sender > 3 {
                    return Err(PackError::Malformed("an atom's sender"));
                }
                Some((provider, sender >= 2, sender == 3))
            });
        }
        let rules = r.number()? as usize;
        if rules > usize::from(u16::MAX) || rules > bytes.len() {
            return Err(PackError::Malformed("rules"));
        }
        for rule in 0..rules {
            let cause = r.byte()?;
            let provider = r.number()?;
            if usize::from(cause) >= crate::CAUSES.len() || provider as usize > providers {
                return Err(PackError::Malformed("a rule"));
            }
            let flags = r.byte()?;
            t.rules.push(Rule {
                cause,
                provider: provider as u16,
                opaque: flags & 1 != 0,
                ambiguous: flags & 2 != 0,
                candidates: {
                    // In the order given: the first is the likeliest.
                    let count = r.count()?;
                    let mut list = Vec::with_capacity(count);
                    for _ in 0..count {
                        list.push(r.index(rules, "a candidate")?);
                    }
                    list.into_boxed_slice()
                },
                vetoes: r.indices(items, "a rule's vetoes")?,
                adds: r.indices(items, "a rule's additions")?,
            });
            for _ in 0..r.count()? {
                let flags = r.byte()?;
                let likelihood = match flags & 3 {
                    0 => Likelihood::Possible,
                    1 => Likelihood::Likely,
                    2 => Likelihood::Certain,
                    _ => return Err(PackError::Malformed("a likelihood")),
                };
                let within = r.number()?;
                let list = r.indices(items, "an alternative's items")?;
                if list.is_empty() {
                    return Err(PackError::Malformed("an alternative without evidence"));
                }
                t.whens.push(When {
                    rule: rule as u16,
                    likelihood,
                    nameless: flags & 4 != 0,
                    within,
                    items: list,
                });
            }
        }
        if t.whens.len() > usize::from(u16::MAX) {
            return Err(PackError::Malformed("alternatives"));
        }
        if r.at == bytes.len() {
            Ok(t)
        } else {
            Err(PackError::Malformed("bytes after the end"))
        }
    }

    #[cfg(feature = "build")]
    pub(crate) fn write(&self, patterns: usize) -> Vec<u8> {
        let mut w = Vec::new();
        w.extend_from_slice(MAGIC);
        w.push(VERSION);
        number(&mut w, self.sets.len());
        for set in &self.sets {
            for word in set.0 {
                w.extend_from_slice(&word.to_le_bytes());
            }
        }
        number(&mut w, self.programs.len());
        w.extend_from_slice(&self.programs);
        number(&mut w, patterns);
        number(&mut w, self.atoms);
        number(&mut w, self.literals.len());
        let mut before: &[u8] = &[];
        let mut last = 0u32;
        for (literal, targets) in &self.literals {
            let shared = before
                .iter()
                .zip(literal.iter())
                .take_while(|(a, b)| a == b)
                .count();
            number(&mut w, shared);
            number(&mut w, literal.len() - shared);
            w.extend_from_slice(&literal[shared..]);
            before = literal;
            number(&mut w, targets.len());
            for target in targets {
                match target {
                    Target::Pattern {
                        atom,
                        forward,
                        backward,
                    } => {
                        number(&mut w, usize::from(*atom));
                        let step = forward.wrapping_sub(last);
                        last = *forward;
                        number(&mut w, ((step << 1) ^ (step >> 31).wrapping_neg()) as usize);
                        number(&mut w, *backward as usize);
                    }
                    Target::Number { atom } => number(&mut w, usize::from(*atom)),
                }
            }
        }
        for values in [&self.codes, &self.statuses] {
            number(&mut w, values.len());
            for (value, atom) in values {
                number(&mut w, value.len());
                w.extend_from_slice(value);
                number(&mut w, usize::from(*atom));
            }
        }
        number(&mut w, self.layers.len());
        w.extend_from_slice(&self.layers);
        number(&mut w, self.items.len());
        for item in &self.items {
            match item {
                ItemKind::Words => w.push(0),
                ItemKind::Family => w.push(1),
                ItemKind::Code => w.push(2),
                ItemKind::Status => w.push(3),
                ItemKind::Number => w.push(4),
                ItemKind::Proven(provider) => w.extend_from_slice(&[5, *provider]),
                ItemKind::Named(provider) => w.extend_from_slice(&[6, *provider]),
            }
        }
        for (items, sender) in self.items_of.iter().zip(&self.senders_of) {
            indices(&mut w, items);
            match sender {
                None => w.push(0),
                Some((provider, proven, host)) => {
                    w.extend_from_slice(&[1 + u8::from(*proven) + u8::from(*host), *provider])
                }
            }
        }
        number(&mut w, self.rules.len());
        for (at, rule) in self.rules.iter().enumerate() {
            w.push(rule.cause);
            number(&mut w, usize::from(rule.provider));
            w.push(u8::from(rule.opaque) | u8::from(rule.ambiguous) << 1);
            number(&mut w, rule.candidates.len());
            for candidate in &rule.candidates {
                number(&mut w, usize::from(*candidate));
            }
            indices(&mut w, &rule.vetoes);
            indices(&mut w, &rule.adds);
            let whens: Vec<&When> = self
                .whens
                .iter()
                .filter(|when| usize::from(when.rule) == at)
                .collect();
            number(&mut w, whens.len());
            for when in whens {
                w.push(when.likelihood as u8 | u8::from(when.nameless) << 2);
                number(&mut w, when.within as usize);
                indices(&mut w, &when.items);
            }
        }
        w
    }
}

#[cfg(feature = "build")]
fn number(out: &mut Vec<u8>, value: usize) {
    let mut value = value as u32;
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(feature = "build")]
fn indices(out: &mut Vec<u8>, list: &[u16]) {
    number(out, list.len());
    let mut last = 0;
    for value in list {
        number(out, usize::from(*value - last));
        last = *value;
    }
}
