//! The filter: finds where literals may begin, one look-up a byte, and says which.
//!
//! The first three bytes of a literal choose a byte of a table, the fourth one a bit of it. A set bit is a candidate; the
//! list of literals of that byte then tells which it may be, and the caller compares the whole. No step waits for the one
//! before, and building the table is a store a literal.
//!
//! There are two tables, one for each [`Scope`]: every literal, and only those that are worth a look anywhere, so that most of
//! a log costs nothing but the look-up.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::PackError;
use crate::vm::blurred;

/// Bits of the hash of three bytes.
const BITS: u32 = 14;
/// Bits of the hash by which literals are listed.
const LIST_BITS: u32 = 11;
/// The end of a list.
const NONE: u16 = u16::MAX;

/// Which literals are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those that may open a window, tell who sent a message or name a value.
    Anywhere,
    /// All of them.
    Window,
}

/// A literal as it is listed.
#[derive(Clone, Copy)]
struct Entry {
    /// Its first four bytes; three and a zero if it has no more.
    head: u32,
    /// What of `head` counts.
    mask: u32,
    literal: u16,
    next: u16,
    anywhere: bool,
}

/// The tables over the literals.
pub(crate) struct Filter {
    anywhere: Box<[u8; 1 << BITS]>,
    window: Box<[u8; 1 << BITS]>,
    lists: Box<[u16; 1 << LIST_BITS]>,
    entries: Vec<Entry>,
}

impl core::fmt::Debug for Filter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Filter")
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

/// The hash of the first three bytes of `head`, its topmost bits first.
#[inline(always)]
fn hash(head: u32) -> u32 {
    (head << 8).wrapping_mul(0x9e37_79b1)
}

/// The bit for the fourth byte.
#[inline(always)]
fn bit(head: u32) -> u8 {
    1 << (head >> 24 & 7)
}

/// Four bytes of the text; zeros beyond its end.
fn head_at(text: &[u8], at: usize) -> u32 {
    let mut head = [0; 4];
    for (slot, byte) in head.iter_mut().zip(text.get(at..).unwrap_or_default()) {
        *slot = *byte;
    }
    u32::from_le_bytes(head)
}

impl Filter {
    /// Lists the literals, each of three bytes or more, in order; `(literal, whether it is looked for anywhere)`.
    ///
    /// Each is listed a second time as a reader of screenshots would take it, so that the same tables serve a second look
    /// at a text that was blurred: there the caller must compare with blurred sight.
    pub(crate) fn new<'l>(
        literals: impl Iterator<Item = (&'l [u8], bool)>,
    ) -> Result<Filter, PackError> {
        let mut filter = Filter {
            anywhere: table()?,
            window: table()?,
            lists: Box::try_from(vec![NONE; 1 << LIST_BITS].into_boxed_slice())
                .map_err(|_| PackError::Malformed("the filter"))?,
            entries: Vec::new(),
        };
        for (number, (literal, anywhere)) in literals.enumerate() {
            if literal.len() < 3 || number >= usize::from(NONE) / 2 {
                return Err(PackError::Malformed("literals"));
            }
            let sharp = head_at(literal, 0);
            let alike = u32::from_le_bytes(sharp.to_le_bytes().map(blurred));
            filter.list(sharp, literal.len(), number as u16, anywhere);
            if alike != sharp {
                filter.list(alike, literal.len(), number as u16, false);
            }
        }
        Ok(filter)
    }

    fn list(&mut self, head: u32, length: usize, literal: u16, anywhere: bool) {
        let (mask, bits) = if length == 3 {
            (0x00ff_ffff, 0xff)
        } else {
            (u32::MAX, bit(head))
        };
        let hash = hash(head);
        let slot = (hash >> (32 - BITS)) as usize;
        self.window[slot] |= bits;
        if anywhere {
            self.anywhere[slot] |= bits;
        }
        let list = &mut self.lists[(hash >> (32 - LIST_BITS)) as usize];
        let next = core::mem::replace(list, self.entries.len() as u16);
        self.entries.push(Entry {
            head: head & mask,
            mask,
            literal,
            next,
            anywhere,
        });
    }

    /// Literals that are listed, for measurements.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The first place in `text[from..to]` where a literal may begin.
    #[inline(never)]
    pub(crate) fn find(&self, scope: Scope, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let table = match scope {
            Scope::Anywhere => &self.anywhere,
            Scope::Window => &self.window,
        };
        let to = to.min(text.len());
        let may_begin = |head: u32| table[(hash(head) >> (32 - BITS)) as usize] & bit(head) != 0;
        let whole = text.get(from..text.len().min(to + 3)).unwrap_or_default();
        let inside = whole
            .windows(4)
            .position(|four| may_begin(u32::from_le_bytes([four[0], four[1], four[2], four[3]])));
        // The last three places of a text have fewer than four bytes behind them.
        inside.map(|at| from + at).or_else(|| {
            (from.max(text.len().saturating_sub(3))..to).find(|at| may_begin(head_at(text, *at)))
        })
    }

    /// The literals that may begin at `at`, in the order of their numbers.
    #[inline]
    pub(crate) fn at(&self, scope: Scope, text: &[u8], at: usize) -> impl Iterator<Item = u16> {
        let head = head_at(text, at);
        let mut next = self.lists[(hash(head) >> (32 - LIST_BITS)) as usize];
        core::iter::from_fn(move || {
            while let Some(entry) = self.entries.get(usize::from(next)) {
                next = entry.next;
                if head & entry.mask == entry.head && (entry.anywhere || scope == Scope::Window) {
                    return Some(entry.literal);
                }
            }
            None
        })
    }
}

fn table() -> Result<Box<[u8; 1 << BITS]>, PackError> {
    Box::try_from(vec![0; 1 << BITS].into_boxed_slice())
        .map_err(|_| PackError::Malformed("the filter"))
}
