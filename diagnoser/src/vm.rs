//! Runs one pattern from one place of the text, forwards or backwards. Nothing in a pattern repeats without a bound, so a run
//! ends; a budget of steps keeps the sum over a text linear whatever the text holds.
//!
//! A pattern is kept as it is written down in the pack, and run from there: a string of bytes that stand for themselves and of
//! signs below that stand for something else (no pattern holds a control character or a capital, for canonical text has none).
//! It reads the same both ways, which is why one form serves both directions.

use alloc::vec::Vec;

use crate::bytes;

/// The signs. What is neither one of these nor of a [`Unit`] is a byte of the text.
pub(crate) mod sign {
    /// The end of a pattern, and the beginning of the next one.
    pub(crate) const END: u8 = b'\n';
    /// Alternatives: `OPEN a OR b CLOSE`.
    pub(crate) const OPEN: u8 = 1;
    pub(crate) const OR: u8 = 2;
    pub(crate) const CLOSE: u8 = 3;
    /// Between a word byte and something else.
    pub(crate) const WORD_EDGE: u8 = 4;
    /// Not there.
    pub(crate) const NO_WORD_EDGE: u8 = 5;
    /// Here a literal begins that the filter looks for. Every way through a pattern passes one.
    pub(crate) const ANCHOR: u8 = 6;
    /// Three digits that are a status which some rule asks for.
    pub(crate) const STATUS: u8 = 7;
    /// A unit by one capital letter,
    pub(crate) const UNITS: core::ops::RangeInclusive<u8> = b'A'..=b'Z';
    /// or by one of these and a capital letter.
    pub(crate) const MORE_UNITS: core::ops::RangeInclusive<u8> = 0x0e..=0x1f;
}

/// Most units that the signs can name.
pub(crate) const MAX_UNITS: usize = 26 + 26 * 18;
/// Longest literal; longer ones would hardly find less.
pub(crate) const MAX_LITERAL: usize = 7;
/// Most literals of one anchor.
pub(crate) const MAX_LITERALS: usize = 24;
/// Bytes of a literal that find little enough where more would multiply the literals.
const ENOUGH: usize = 4;

/// Bytes of a set, as many as possible first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) set: ByteSet,
    pub(crate) least: u8,
    pub(crate) most: u8,
}

/// The patterns of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patterns {
    /// The patterns, an [`sign::END`] before, between and after them.
    code: Vec<u8>,
    units: Vec<Unit>,
    /// From each OPEN and OR how far it is to the next OR or CLOSE of the same alternatives, from each CLOSE how far back to the
    /// OPEN. In a pattern that lacks these, to its END.
    jumps: Vec<u16>,
}

impl Patterns {
    /// Patterns from their signs, which begin and end with an [`sign::END`]. None if one is too long to be one.
    pub(crate) fn new(code: Vec<u8>, units: Vec<Unit>) -> Option<Patterns> {
        let mut jumps = alloc::vec![0; code.len()];
        // For all alternatives that are open: their OPEN, and the last sign that needs to know where the next one is.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, byte) in code.iter().enumerate() {
            // Most are plain.
            if *byte > sign::END {
                continue;
            }
            let distance = |from: usize| u16::try_from(at - from).ok();
            match *byte {
                sign::END => {
                    for (_, last) in open.drain(..) {
                        jumps[last] = distance(last)?;
                    }
                    open.push((at, at));
                }
                sign::OPEN => open.push((at, at)),
                sign::OR | sign::CLOSE => {
                    let (begin, last) = open.last_mut()?;
                    jumps[*last] = distance(*last)?;
                    *last = at;
                    if *byte == sign::CLOSE {
                        jumps[at] = distance(*begin)?;
                        if open.len() > 1 {
                            open.pop();
                        }
                    }
                }
                _ => {}
            }
        }
        Some(Patterns { code, units, jumps })
    }

    /// The signs and the units, for those who write patterns down.
    #[cfg(feature = "build")]
    pub(crate) fn into_parts(self) -> (Vec<u8>, Vec<Unit>) {
        (self.code, self.units)
    }

    pub(crate) fn code(&self) -> &[u8] {
        &self.code
    }

    pub(crate) fn sign(&self, at: usize) -> u8 {
        self.code.get(at).copied().unwrap_or(sign::END)
    }

    fn jump(&self, at: usize) -> usize {
        self.jumps.get(at).copied().unwrap_or(0).into()
    }

    /// The unit whose last sign, a capital, stands at `at`, and where its first sign stands.
    fn unit_to(&self, at: usize) -> Option<(&Unit, usize)> {
        let letter = usize::from(self.sign(at).wrapping_sub(*sign::UNITS.start()));
        let lead = self.sign(at.wrapping_sub(1));
        let (number, first) = if sign::MORE_UNITS.contains(&lead) {
            let page = usize::from(lead - sign::MORE_UNITS.start());
            (26 + 26 * page + letter, at - 1)
        } else {
            (letter, at)
        };
        Some((self.units.get(number)?, first))
    }

    /// The next OR or CLOSE after the OPEN or OR at `at`.
    pub(crate) fn separator(&self, at: usize) -> usize {
        at + self.jump(at)
    }

    /// The CLOSE of the alternatives whose OPEN or OR stands at `at`.
    pub(crate) fn close(&self, mut at: usize) -> usize {
        loop {
            at = self.separator(at);
            if self.sign(at) != sign::OR {
                return at;
            }
        }
    }

    /// The OPEN of the alternatives whose OR or CLOSE stands at `at`.
    fn open(&self, at: usize) -> usize {
        let close = if self.sign(at) == sign::OR {
            self.close(at)
        } else {
            at
        };
        close - self.jump(close)
    }

    /// The literals that a match may go on with from the sign at `at`, as [`word_of`](crate::scan::word_of) gives them. One that
    /// begins with a status is the empty literal. Where there are too many, they end before the first choice that comes after a
    /// few bytes.
    pub(crate) fn literals(&self, at: usize) -> FewLiterals {
        let mut few = FewLiterals::default();
        self.expand(at, 0, 0, MAX_LITERAL, &mut few);
        if few.full() {
            few.count = 0;
            self.expand(at, 0, 0, ENOUGH, &mut few);
        }
        few
    }

    /// The same after the `length` bytes that `literal` holds, the first one lowest. Follows choices below so many bytes.
    fn expand(
        &self,
        mut at: usize,
        mut literal: u64,
        mut length: usize,
        choose_below: usize,
        found: &mut FewLiterals,
    ) {
        while length < MAX_LITERAL {
            let byte = self.sign(at);
            match byte {
                sign::END | sign::STATUS => break,
                sign::OPEN if length >= choose_below => break,
                sign::OPEN => {
                    let mut end = at;
                    loop {
                        self.expand(end + 1, literal, length, choose_below, found);
                        end = self.separator(end);
                        if self.sign(end) != sign::OR || found.full() {
                            return;
                        }
                    }
                }
                sign::OR => at = self.close(at),
                sign::CLOSE | sign::WORD_EDGE | sign::NO_WORD_EDGE | sign::ANCHOR => {}
                byte if is_unit(byte) => {
                    at += usize::from(!sign::UNITS.contains(&byte));
                    let few = self.unit_to(at).filter(|(unit, _)| {
                        (unit.least, unit.most) == (1, 1) && unit.set.len() <= 6
                    });
                    let Some((unit, _)) = few else {
                        break;
                    };
                    let mut set = unit.set;
                    while let Some(byte) = set.pop() {
                        let longer = literal | u64::from(byte) << (8 * length);
                        self.expand(at + 1, longer, length + 1, choose_below, found);
                    }
                    return;
                }
                byte => {
                    literal |= u64::from(byte) << (8 * length);
                    length += 1;
                }
            }
            at += 1;
        }
        found.push(literal | (length as u64) << 56);
    }
}

/// Literals of one anchor, no more than make it known that there are too many.
#[derive(Default)]
pub(crate) struct FewLiterals {
    words: [u64; MAX_LITERALS + 1],
    count: usize,
}

impl FewLiterals {
    pub(crate) fn words(&self) -> &[u64] {
        self.words.get(..self.count).unwrap_or_default()
    }

    fn full(&self) -> bool {
        self.count == self.words.len()
    }

    fn push(&mut self, word: u64) {
        if let Some(slot) = self.words.get_mut(self.count) {
            *slot = word;
            self.count += 1;
        }
    }
}

pub(crate) fn is_unit(byte: u8) -> bool {
    sign::UNITS.contains(&byte) || sign::MORE_UNITS.contains(&byte)
}

/// Whether the sign is a byte of the text.
fn is_plain(code: u8) -> bool {
    code >= b' ' && !sign::UNITS.contains(&code)
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ByteSet(pub(crate) [u32; 8]);

impl ByteSet {
    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 5)] |= 1 << (byte & 31);
    }

    fn add(&mut self, other: &ByteSet) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// The only byte of the set.
    #[cfg(feature = "build")]
    pub(crate) fn only(&self) -> Option<u8> {
        (0..=255)
            .find(|byte| self.has(*byte))
            .filter(|_| self.len() == 1)
    }

    /// Takes the lowest byte out of the set.
    fn pop(&mut self) -> Option<u8> {
        let (number, word) = self
            .0
            .iter_mut()
            .enumerate()
            .find(|(_, word)| **word != 0)?;
        let bit = word.trailing_zeros();
        *word &= *word - 1;
        Some((32 * number) as u8 | bit as u8)
    }

    /// The set as ranges, both ends part of it.
    #[cfg(feature = "build")]
    pub(crate) fn ranges(&self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in (0..=255).filter(|byte| self.has(*byte)) {
            match ranges.last_mut() {
                Some((_, to)) if *to + 1 == byte => *to = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }

    pub(crate) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 5)] >> (byte & 31) & 1 != 0
    }

    fn accepts(&self, byte: u8, sight: Sight) -> bool {
        self.has(byte)
            || sight == Sight::Blurred && {
                let alike: &[u8] = match blurred(byte) {
                    b'o' => b"0o",
                    b'l' => b"1il|j",
                    _ => b"",
                };
                alike.iter().any(|byte| self.has(*byte))
            }
    }
}

/// What a byte may have been before a screenshot was read by a machine: the letters and digits that such readers confuse
/// are one.
#[inline]
pub(crate) fn blurred(byte: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' | b'i' | b'|' | b'j' => b'l',
        other => other,
    }
}

/// Whether bytes must be the same or may be confused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sight {
    #[default]
    Sharp,
    Blurred,
}

impl Sight {
    fn same(self, a: u8, b: u8) -> bool {
        a == b || self == Sight::Blurred && blurred(a) == blurred(b)
    }

    /// Whether `text` begins with `want`.
    pub(crate) fn begins(self, text: &[u8], want: &[u8]) -> bool {
        match self {
            Sight::Sharp => text.starts_with(want),
            Sight::Blurred => {
                text.len() >= want.len() && text.iter().zip(want).all(|(a, b)| self.same(*a, *b))
            }
        }
    }
}

/// `0` to `9`.
const DIGITS: ByteSet = ByteSet([0, 0x03ff_0000, 0, 0, 0, 0, 0, 0]);

/// Which way a pattern is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// Where to go on when a way through the pattern leads nowhere.
struct Choice {
    pc: usize,
    /// Places of the text left to try, from the outermost `at` to the innermost `least`.
    least: usize,
    at: usize,
    kind: Kind,
}

enum Kind {
    /// At `pc` stands the OR or CLOSE before an alternative that is to be tried, when the pattern is read that way.
    Alternative,
    /// A unit took what lies before the places; nothing is known yet of what may come after it.
    Unit,
    /// The same, and only these bytes may come after it; any, if none are given.
    UnitBefore(Option<ByteSet>),
}

/// The stack of a run, kept between runs so that it is allocated once.
#[derive(Default)]
pub(crate) struct Machine {
    stack: Vec<Choice>,
    /// How exactly bytes are compared.
    pub(crate) sight: Sight,
}

/// Puts numbers right in which a reader took digits for letters, such as `13o3` and `4o1`. Lengths stay as they are.
pub(crate) fn repair_numbers(text: &mut [u8]) {
    for word in text.split_mut(|b| !b.is_ascii_alphanumeric()) {
        let digits = word.iter().filter(|b| b.is_ascii_digit()).count();
        if digits * 2 >= word.len()
            && word
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(blurred(*b), b'o' | b'l'))
        {
            for byte in word {
                *byte = match blurred(*byte) {
                    b'o' => b'0',
                    b'l' => b'1',
                    digit => digit,
                };
            }
        }
    }
}

pub(crate) fn is_word(byte: u8) -> bool {
    bytes::is(byte, bytes::ALPHANUMERIC | bytes::LOW_LINE)
}

/// A pattern and a text, read one way.
struct Reading<'a> {
    patterns: &'a Patterns,
    text: &'a [u8],
    forward: bool,
    sight: Sight,
}

impl Reading<'_> {
    /// The sign after the one at `pc`.
    fn step(&self, pc: usize) -> usize {
        if self.forward {
            pc + 1
        } else {
            pc.wrapping_sub(1)
        }
    }

    /// The byte that comes after the place `at` of the text.
    fn byte(&self, at: usize) -> Option<u8> {
        let at = if self.forward { at } else { at.wrapping_sub(1) };
        self.text.get(at).copied()
    }

    /// The place `count` bytes on.
    fn on(&self, at: usize, count: usize) -> usize {
        if self.forward {
            at + count
        } else {
            at.wrapping_sub(count)
        }
    }

    /// The unit at `pc`, and its last sign this way.
    fn unit(&self, pc: usize) -> Option<(&Unit, usize)> {
        if self.forward {
            let last = pc + usize::from(!sign::UNITS.contains(&self.patterns.sign(pc)));
            Some((self.patterns.unit_to(last)?.0, last))
        } else {
            self.patterns.unit_to(pc)
        }
    }

    /// Adds the bytes that the pattern may go on with from `pc`. Tells whether these are all: it may end there, or go on with more
    /// choices than are worth a look.
    fn follow(&self, mut pc: usize, set: &mut ByteSet, depth: u8) -> bool {
        let patterns = self.patterns;
        let (opens, closes) = if self.forward {
            (sign::OPEN, sign::CLOSE)
        } else {
            (sign::CLOSE, sign::OPEN)
        };
        loop {
            let code = patterns.sign(pc);
            match code {
                sign::END => return false,
                sign::OR => pc = self.end_of_choice(pc),
                sign::WORD_EDGE | sign::NO_WORD_EDGE | sign::ANCHOR => {}
                sign::STATUS => {
                    set.add(&DIGITS);
                    return true;
                }
                _ if code == closes => {}
                _ if code == opens => {
                    let Some(depth) = depth.checked_sub(1) else {
                        return false;
                    };
                    let mut before = if self.forward { pc } else { patterns.open(pc) };
                    loop {
                        let end = patterns.separator(before);
                        if !self.follow(self.entry(before, end), set, depth) {
                            return false;
                        }
                        if patterns.sign(end) != sign::OR {
                            return true;
                        }
                        before = end;
                    }
                }
                _ if is_unit(code) => {
                    let Some((unit, last)) = self.unit(pc) else {
                        return false;
                    };
                    set.add(&unit.set);
                    if unit.least > 0 {
                        return true;
                    }
                    pc = last;
                }
                byte => {
                    set.insert(byte);
                    return true;
                }
            }
            pc = self.step(pc);
        }
    }

    /// The last sign this way of the alternatives to which the OR at `pc` belongs.
    fn end_of_choice(&self, pc: usize) -> usize {
        if self.forward {
            self.patterns.close(pc)
        } else {
            self.patterns.open(pc)
        }
    }

    /// The first sign this way of the alternative between the signs `before` and `end`.
    fn entry(&self, before: usize, end: usize) -> usize {
        if self.forward {
            before + 1
        } else {
            end.wrapping_sub(1)
        }
    }

    /// Whether the sign at `pc` may take this byte, as far as one can tell without looking on.
    fn may_take(&self, pc: usize, byte: Option<u8>) -> bool {
        let code = self.patterns.sign(pc);
        if is_plain(code) {
            return byte.is_some_and(|byte| self.sight.same(byte, code));
        }
        if is_unit(code)
            && let Some((unit, _)) = self.unit(pc)
        {
            return unit.least == 0 || byte.is_some_and(|b| unit.set.accepts(b, self.sight));
        }
        true
    }

    /// How many bytes from `at` on the unit takes.
    fn count(&self, unit: &Unit, at: usize) -> usize {
        let most = usize::from(unit.most);
        let accepts = |byte: &&u8| unit.set.accepts(**byte, self.sight);
        if self.forward {
            let rest = self.text.get(at..).unwrap_or_default();
            rest.iter().take(most).take_while(accepts).count()
        } else {
            let rest = self.text.get(..at).unwrap_or_default();
            rest.iter().rev().take(most).take_while(accepts).count()
        }
    }

    /// Whether a word begins or ends at the place `at`.
    fn edge(&self, at: usize) -> bool {
        let word = |at: usize| self.text.get(at).is_some_and(|byte| is_word(*byte));
        word(at.wrapping_sub(1)) != word(at)
    }
}

impl Machine {
    /// Whether what stands just before the anchor at `pc` allows a match at `at`; told from one sign, so that most runs need not
    /// begin.
    pub(crate) fn may_match(&self, patterns: &Patterns, pc: usize, text: &[u8], at: usize) -> bool {
        let reading = Reading {
            patterns,
            text,
            forward: false,
            sight: self.sight,
        };
        let before = pc.wrapping_sub(1);
        match patterns.sign(before) {
            sign::WORD_EDGE => reading.edge(at),
            _ => reading.may_take(before, reading.byte(at)),
        }
    }

    /// Runs a pattern from the anchor at `pc`, at `start` of `text`. Returns where the match ends (or begins, when backward).
    /// Takes its steps from `budget` and gives up, without a match, when none are left.
    #[inline(never)]
    pub(crate) fn run(
        &mut self,
        patterns: &Patterns,
        pc: usize,
        text: &[u8],
        start: usize,
        direction: Direction,
        budget: &mut u64,
    ) -> Option<usize> {
        self.stack.clear();
        let forward = direction == Direction::Forward;
        let reading = Reading {
            patterns,
            text,
            forward,
            sight: self.sight,
        };
        let mut pc = reading.step(pc);
        let mut at = start;
        // The OPEN or OR before an alternative of which it is to be seen whether it can be entered.
        let mut alternative = None;
        loop {
            *budget = budget.checked_sub(1)?;
            if let Some(mut before) = alternative.take() {
                let byte = reading.byte(at);
                let mut tried = 0;
                let entry = loop {
                    let end = patterns.separator(before);
                    let entry = reading.entry(before, end);
                    let more = patterns.sign(end) == sign::OR;
                    tried += 1;
                    if reading.may_take(entry, byte) {
                        if more {
                            self.stack.push(Choice {
                                pc: end,
                                least: at,
                                at,
                                kind: Kind::Alternative,
                            });
                        }
                        break Some(entry);
                    }
                    if !more {
                        break None;
                    }
                    before = end;
                };
                *budget = budget.saturating_sub(tried / 4);
                match entry {
                    Some(entry) => pc = entry,
                    None => (pc, at, alternative) = self.back(&reading, budget)?,
                }
                continue;
            }
            let code = patterns.sign(pc);
            let alive = match code {
                sign::END => return Some(at),
                sign::OPEN if forward => {
                    alternative = Some(pc);
                    continue;
                }
                sign::CLOSE if !forward => {
                    alternative = Some(patterns.open(pc));
                    continue;
                }
                sign::OR => {
                    pc = reading.end_of_choice(pc);
                    true
                }
                sign::OPEN | sign::CLOSE | sign::ANCHOR => true,
                sign::WORD_EDGE => reading.edge(at),
                sign::NO_WORD_EDGE => !reading.edge(at),
                sign::STATUS => {
                    let digit = |n| {
                        reading
                            .byte(reading.on(at, n))
                            .is_some_and(|b| b.is_ascii_digit())
                    };
                    let digits = (0..3).all(digit);
                    at = reading.on(at, 3);
                    digits
                }
                code if is_unit(code) => {
                    let (unit, last) = reading.unit(pc)?;
                    pc = last;
                    let count = reading.count(unit, at);
                    let least = usize::from(unit.least);
                    *budget = budget.saturating_sub(count as u64 / 8);
                    if count > least {
                        self.stack.push(Choice {
                            pc: reading.step(pc),
                            least: reading.on(at, least),
                            at: reading.on(at, count),
                            kind: Kind::Unit,
                        });
                        (pc, at, alternative) = self.back(&reading, budget)?;
                        continue;
                    }
                    at = reading.on(at, count);
                    count == least
                }
                _ => loop {
                    let same = |byte| self.sight.same(byte, patterns.sign(pc));
                    let taken = reading.byte(at).is_some_and(same);
                    at = reading.on(at, 1);
                    let next = reading.step(pc);
                    if !taken || !is_plain(patterns.sign(next)) {
                        break taken;
                    }
                    pc = next;
                },
            };
            if alive {
                pc = reading.step(pc);
            } else {
                (pc, at, alternative) = self.back(&reading, budget)?;
            }
        }
    }

    /// The next way to try: the sign, the place, and the sign before an alternative if it is one. None if there is none left.
    fn back(
        &mut self,
        reading: &Reading<'_>,
        budget: &mut u64,
    ) -> Option<(usize, usize, Option<usize>)> {
        loop {
            let choice = self.stack.last_mut()?;
            let (pc, mut at, least) = (choice.pc, choice.at, choice.least);
            if let Kind::Unit = choice.kind {
                let mut follow = ByteSet::default();
                let all = reading.follow(pc, &mut follow, 4);
                choice.kind = Kind::UnitBefore(all.then_some(follow));
            }
            let Kind::UnitBefore(follow) = &choice.kind else {
                self.stack.pop();
                return Some((pc, at, Some(pc)));
            };
            let farthest = at;
            let inward = |at: usize| if reading.forward { at - 1 } else { at + 1 };
            let fits = |at: usize| {
                let takes = |set: &ByteSet| {
                    let byte = reading.byte(at);
                    byte.is_some_and(|byte| set.accepts(byte, reading.sight))
                };
                follow.as_ref().is_none_or(takes)
            };
            while at != least && !fits(at) {
                at = inward(at);
            }
            *budget = budget.saturating_sub(at.abs_diff(farthest) as u64 / 8);
            let found = fits(at);
            if at == least {
                self.stack.pop();
            } else {
                choice.at = inward(at);
            }
            if found {
                return Some((pc, at, None));
            }
        }
    }
}
