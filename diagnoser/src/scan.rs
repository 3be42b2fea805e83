//! The filter: finds where literals may begin, one look-up a byte, and says which do.
//!
//! The first three bytes of a literal choose an entry of a table, the fourth one a bit of it. A set bit is a candidate; the
//! list of literals that begin with such bytes is then compared, each whole at once as a number of eight bytes. No step waits
//! for the one before, and building a table is a few stores a literal.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::PackError;
use crate::vm::MAX_LITERAL;

/// Bits of the hash of three bytes.
const BITS: u32 = 13;
/// Bits of the hash by which literals are listed.
const LIST_BITS: u32 = 12;

/// A table over literals.
pub(crate) struct Filter {
    /// Where literals may begin.
    may_begin: Box<[u16; 1 << BITS]>,
    /// Where the list of each hash begins in `words`; one more for the end of the last.
    starts: Box<[u16; (1 << LIST_BITS) + 1]>,
    /// The bytes of a literal, the first one lowest, and its length in the topmost byte.
    words: Vec<u64>,
    /// Their numbers, in the same order.
    numbers: Vec<u16>,
}

impl core::fmt::Debug for Filter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Filter")
            .field("literals", &self.len())
            .finish_non_exhaustive()
    }
}

/// The hash of the first three bytes of `head`, its topmost bits first.
#[inline(always)]
fn hash(head: u32) -> u32 {
    (head << 8).wrapping_mul(0x9e37_79b1)
}

/// The place of that hash among the lists.
#[inline(always)]
fn list_of(head: u64) -> usize {
    (hash(head as u32) >> (32 - LIST_BITS)) as usize
}

/// Eight bytes of the text; zeros beyond its end.
#[inline(always)]
fn word_at(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => word_at_end(rest),
    }
}

#[cold]
fn word_at_end(rest: &[u8]) -> u64 {
    let bytes = rest.iter().take(8).rev();
    bytes.fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A literal as a number: its bytes, of which the first [`MAX_LITERAL`] count, the first one lowest, and in the topmost byte how
/// many they are.
pub(crate) fn word_of(literal: &[u8]) -> u64 {
    const { assert!(MAX_LITERAL == 7) };
    let literal = literal.get(..MAX_LITERAL).unwrap_or(literal);
    word_at_end(literal) | (literal.len() as u64) << 56
}

/// How many bytes a literal has that stands as a number.
pub(crate) fn length_of(word: u64) -> usize {
    (word >> 56) as usize
}

/// Whether a text that goes on with `seen` begins with the literal.
#[inline(always)]
fn begins(seen: u64, literal: u64) -> bool {
    // What is left of the difference when all beyond the literal is shifted out.
    (seen ^ literal) << (64 - 8 * (literal >> 56)) == 0
}

impl Filter {
    /// Lists literals, each of three bytes or more as [`word_of`] gives it, with their numbers. Those that begin alike are found
    /// in the order in which they are given.
    pub(crate) fn new(literals: &[(u64, u16)]) -> Result<Filter, PackError> {
        const REFUSED: PackError = PackError::Malformed("literals");
        let mut filter = Filter {
            may_begin: Box::try_from(vec![0; 1 << BITS].into_boxed_slice()).map_err(|_| REFUSED)?,
            starts: Box::try_from(vec![0; (1 << LIST_BITS) + 1].into_boxed_slice())
                .map_err(|_| REFUSED)?,
            words: vec![0; literals.len()],
            numbers: vec![0; literals.len()],
        };
        if u16::try_from(literals.len()).is_err() {
            return Err(REFUSED);
        }
        for (word, _) in literals {
            let bits = match word >> 56 {
                0..3 => return Err(REFUSED),
                3 => 0xffff,
                _ => 1 << (word >> 24 & 15),
            };
            filter.may_begin[(hash(*word as u32) >> (32 - BITS)) as usize] |= bits;
            filter.starts[list_of(*word)] += 1;
        }
        let mut end = 0;
        for start in filter.starts.iter_mut() {
            end += *start;
            *start = end;
        }
        // Each list is filled from its end, which leaves its beginning behind.
        for (word, number) in literals.iter().rev() {
            let at = &mut filter.starts[list_of(*word)];
            *at -= 1;
            filter.words[usize::from(*at)] = *word;
            filter.numbers[usize::from(*at)] = *number;
        }
        Ok(filter)
    }

    /// Literals that are listed, for measurements.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The first place in `text[from..to]` where a literal may begin.
    #[inline(never)]
    pub(crate) fn find(&self, text: &[u8], mut from: usize, to: usize) -> Option<usize> {
        let table = &*self.may_begin;
        let to = to.min(text.len());
        let may_begin = |head: u32| {
            u32::from(table[(hash(head) >> (32 - BITS)) as usize]) >> (head >> 24 & 15) & 1
        };
        // Five places with each load, as long as eight bytes are there.
        while from + 5 <= to
            && let Some(eight) = text.get(from..).and_then(|rest| rest.first_chunk())
        {
            let word = u64::from_le_bytes(*eight);
            let found = may_begin(word as u32)
                | may_begin((word >> 8) as u32) << 1
                | may_begin((word >> 16) as u32) << 2
                | may_begin((word >> 24) as u32) << 3
                | may_begin((word >> 32) as u32) << 4;
            if found != 0 {
                return Some(from + found.trailing_zeros() as usize);
            }
            from += 5;
        }
        (from..to).find(|at| may_begin(word_at(text, *at) as u32) != 0)
    }

    /// The literals that `text` has at `at`.
    #[inline]
    pub(crate) fn at(&self, text: &[u8], at: usize) -> impl Iterator<Item = u16> {
        let seen = word_at(text, at);
        let list = list_of(seen);
        let range = self.starts[list].into()..self.starts[list + 1].into();
        let words = self.words.get::<core::ops::Range<usize>>(range);
        let first = usize::from(self.starts[list]);
        words
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter(move |(_, word)| begins(seen, **word))
            .filter_map(move |(place, _)| self.numbers.get(first + place).copied())
    }
}
