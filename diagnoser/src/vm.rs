//! Runs one pattern from one place of the text, forwards or backwards. Nothing in a pattern repeats without a bound, so a run
//! ends; a budget of steps keeps the sum over a text linear whatever the text holds.
//!
//! A pattern is kept as it is written down in the pack, and run from there: a string of bytes that stand for themselves and of
//! signs below that stand for something else (no pattern holds a control character or a capital, for canonical text has none).
//! It reads the same both ways, which is why one form serves both directions.

use alloc::vec::Vec;

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
    /// Here a literal begins that the automaton looks for. Every way through a pattern passes one.
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
    pub(crate) code: Vec<u8>,
    pub(crate) units: Vec<Unit>,
}

impl Patterns {
    pub(crate) fn sign(&self, at: usize) -> u8 {
        self.code.get(at).copied().unwrap_or(sign::END)
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

    /// The next OR or CLOSE of the alternatives that `at` stands in; the end of a pattern that has none.
    pub(crate) fn separator(&self, mut at: usize) -> usize {
        let mut depth = 0usize;
        loop {
            match self.sign(at) {
                sign::END => return at,
                sign::OR | sign::CLOSE if depth == 0 => return at,
                sign::CLOSE => depth -= 1,
                sign::OPEN => depth += 1,
                _ => {}
            }
            at += 1;
        }
    }

    /// The CLOSE of the alternatives that `at` stands in.
    pub(crate) fn close(&self, mut at: usize) -> usize {
        loop {
            at = self.separator(at);
            if self.sign(at) != sign::OR {
                return at;
            }
            at += 1;
        }
    }

    /// The OPEN of the alternatives that `at` stands in.
    fn open(&self, mut at: usize) -> usize {
        let mut depth = 0usize;
        loop {
            match self.sign(at) {
                sign::END => return at,
                sign::OPEN if depth == 0 => return at,
                sign::OPEN => depth -= 1,
                sign::CLOSE => depth += 1,
                _ => {}
            }
            at = at.wrapping_sub(1);
        }
    }

    /// Gives each literal that a match may go on with from the sign at `at`. One that begins with a status is given as the empty
    /// literal. Where there are too many, they end before the first choice that comes after a few bytes.
    pub(crate) fn literals(&self, at: usize, found: &mut dyn FnMut(&[u8])) {
        let mut left = MAX_LITERALS + 1;
        self.expand(
            at,
            &mut [0; MAX_LITERAL],
            0,
            MAX_LITERAL,
            &mut left,
            &mut |_| {},
        );
        let choose_below = if left == 0 { ENOUGH } else { MAX_LITERAL };
        left = MAX_LITERALS + 1;
        self.expand(at, &mut [0; MAX_LITERAL], 0, choose_below, &mut left, found);
    }

    /// The same after the `length` bytes that `literal` holds. Follows choices below so many bytes; stops when `left` runs out.
    fn expand(
        &self,
        mut at: usize,
        literal: &mut [u8; MAX_LITERAL],
        mut length: usize,
        choose_below: usize,
        left: &mut usize,
        found: &mut dyn FnMut(&[u8]),
    ) {
        while let Some(slot) = literal.get_mut(length) {
            let byte = self.sign(at);
            match byte {
                sign::END | sign::STATUS => break,
                sign::OPEN if length >= choose_below => break,
                sign::OPEN => {
                    let mut end = at;
                    loop {
                        self.expand(end + 1, literal, length, choose_below, left, found);
                        end = self.separator(end + 1);
                        if self.sign(end) != sign::OR || *left == 0 {
                            return;
                        }
                    }
                }
                sign::OR => at = self.close(at + 1),
                sign::CLOSE | sign::WORD_EDGE | sign::NO_WORD_EDGE | sign::ANCHOR => {}
                byte if is_unit(byte) => {
                    at += usize::from(!sign::UNITS.contains(&byte));
                    let few = self.unit_to(at).filter(|(unit, _)| {
                        (unit.least, unit.most) == (1, 1) && unit.set.len() <= 6
                    });
                    let Some((unit, _)) = few else {
                        break;
                    };
                    for byte in (0..=255).filter(|byte| unit.set.has(*byte)) {
                        literal[length] = byte;
                        self.expand(at + 1, literal, length + 1, choose_below, left, found);
                    }
                    return;
                }
                byte => {
                    *slot = byte;
                    length += 1;
                }
            }
            at += 1;
        }
        if let Some(less) = left.checked_sub(1) {
            *left = less;
            found(literal.get(..length).unwrap_or_default());
        }
    }
}

pub(crate) fn is_unit(byte: u8) -> bool {
    sign::UNITS.contains(&byte) || sign::MORE_UNITS.contains(&byte)
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ByteSet(pub(crate) [u32; 8]);

impl ByteSet {
    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 5)] |= 1 << (byte & 31);
    }

    /// The only byte of the set.
    #[cfg(feature = "build")]
    pub(crate) fn only(&self) -> Option<u8> {
        (0..=255)
            .find(|byte| self.has(*byte))
            .filter(|_| self.len() == 1)
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

    #[inline]
    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 5)] >> (byte & 31) & 1 != 0
    }

    #[inline]
    fn accepts(&self, byte: u8, sight: Sight) -> bool {
        self.has(byte)
            || sight == Sight::Blurred
                && [&b"0o"[..], b"1il|j"]
                    .iter()
                    .any(|alike| alike.contains(&byte) && alike.iter().any(|b| self.has(*b)))
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
    #[inline]
    fn same(self, a: u8, b: u8) -> bool {
        a == b || self == Sight::Blurred && blurred(a) == blurred(b)
    }

    /// Whether `text` begins with `want`.
    #[inline]
    pub(crate) fn begins(self, text: &[u8], want: &[u8]) -> bool {
        match self {
            Sight::Sharp => text.starts_with(want),
            Sight::Blurred => {
                text.len() >= want.len() && text.iter().zip(want).all(|(a, b)| self.same(*a, *b))
            }
        }
    }
}

/// Which way a pattern is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

struct Choice {
    /// Where to go on.
    pc: usize,
    /// Positions left to try: from `at` down to `least`, counted in bytes read since the start.
    least: usize,
    at: usize,
    /// At `pc` stands the OR or CLOSE between two alternatives, of which the next one is tried.
    alternative: bool,
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
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Machine {
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
        let sight = self.sight;
        let forward = direction == Direction::Forward;
        let step = |pc: usize| {
            if forward { pc + 1 } else { pc.wrapping_sub(1) }
        };
        // The byte `read` places on from the start.
        let byte = |read: usize| {
            if forward {
                text.get(start + read)
            } else {
                start.checked_sub(read + 1).and_then(|i| text.get(i))
            }
            .copied()
        };
        let mut pc = step(pc);
        let mut read = 0usize;
        let mut alternative = None;
        loop {
            *budget = budget.checked_sub(1)?;
            // Which alternative to enter: the one after this OPEN, OR or CLOSE, in the order in which they are written.
            if let Some(before) = alternative.take() {
                let end = patterns.separator(before + 1);
                *budget = budget.saturating_sub((end - before) as u64 / 16);
                if patterns.sign(end) == sign::OR {
                    self.stack.push(Choice {
                        pc: end,
                        least: read,
                        at: read,
                        alternative: true,
                    });
                }
                pc = step(if forward { before } else { end });
            }
            let alive = match patterns.sign(pc) {
                sign::END => {
                    return if forward {
                        Some(start + read)
                    } else {
                        start.checked_sub(read)
                    };
                }
                sign::OPEN if forward => {
                    alternative = Some(pc);
                    continue;
                }
                sign::CLOSE if !forward => {
                    alternative = Some(patterns.open(step(pc)));
                    continue;
                }
                sign::OR => {
                    // The end of an alternative, whichever way.
                    pc = if forward {
                        patterns.close(pc + 1)
                    } else {
                        patterns.open(step(pc))
                    };
                    true
                }
                sign::OPEN | sign::CLOSE | sign::ANCHOR => true,
                edge @ (sign::WORD_EDGE | sign::NO_WORD_EDGE) => {
                    let (before, after) = if forward {
                        (
                            text.get((start + read).wrapping_sub(1)).copied(),
                            byte(read),
                        )
                    } else {
                        (byte(read), text.get(start.wrapping_sub(read)).copied())
                    };
                    (before.is_some_and(is_word) != after.is_some_and(is_word))
                        == (edge == sign::WORD_EDGE)
                }
                sign::STATUS => {
                    let digits = (0..3).all(|i| byte(read + i).is_some_and(|b| b.is_ascii_digit()));
                    read += 3;
                    digits
                }
                code if is_unit(code) => {
                    if forward && !sign::UNITS.contains(&code) {
                        pc += 1;
                    }
                    let (unit, first) = patterns.unit_to(pc)?;
                    if !forward {
                        pc = first;
                    }
                    let (least, most) = (usize::from(unit.least), usize::from(unit.most));
                    let mut count = 0;
                    while count < most
                        && byte(read + count).is_some_and(|b| unit.set.accepts(b, sight))
                    {
                        count += 1;
                    }
                    *budget = budget.saturating_sub(count as u64 / 8);
                    if count > least {
                        self.stack.push(Choice {
                            pc: step(pc),
                            least: read + least,
                            at: read + count - 1,
                            alternative: false,
                        });
                    }
                    read += count;
                    count >= least
                }
                code => {
                    let same = byte(read).is_some_and(|b| sight.same(b, code));
                    read += 1;
                    same
                }
            };
            pc = step(pc);
            if !alive {
                let choice = self.stack.last_mut()?;
                pc = choice.pc;
                read = choice.at;
                alternative = choice.alternative.then_some(pc);
                if choice.at > choice.least {
                    choice.at -= 1;
                } else {
                    self.stack.pop();
                }
            }
        }
    }
}
