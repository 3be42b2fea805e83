//! Runs the program of one pattern from one place of the text, forwards or backwards. Programs only jump forward and
//! every repeat has a bound, so a run ends; a budget of steps keeps the sum over a text linear whatever the text holds.

use alloc::vec::Vec;

/// The instructions. Numbers after one are little-endian.
pub(crate) mod op {
    /// The end of the program: it matched.
    pub(crate) const MATCH: u8 = 0;
    /// A byte string: length u8, bytes.
    pub(crate) const BYTES: u8 = 1;
    /// One byte of a set: set u16.
    pub(crate) const SET: u8 = 2;
    /// Bytes of a set, as many as possible first: set u16, least u8, most u8.
    pub(crate) const REPEAT: u8 = 3;
    /// First what follows, then what stands u16 bytes further.
    pub(crate) const SPLIT: u8 = 4;
    /// Goes u16 bytes further.
    pub(crate) const JUMP: u8 = 5;
    /// Between a word byte and something else.
    pub(crate) const WORD_EDGE: u8 = 6;
    /// Not there.
    pub(crate) const NO_WORD_EDGE: u8 = 7;
    /// Bytes of a SPLIT.
    #[cfg(feature = "build")]
    pub(crate) const SPLIT_SIZE: usize = 3;
    /// Bytes of a JUMP.
    #[cfg(feature = "build")]
    pub(crate) const JUMP_SIZE: usize = 3;
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ByteSet(pub(crate) [u32; 8]);

impl ByteSet {
    #[cfg(feature = "build")]
    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 5)] |= 1 << (byte & 31);
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

/// Which way a program reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

struct Choice {
    pc: usize,
    /// Positions left to try: from `at` down to `least`, counted in bytes read since the start.
    least: usize,
    at: usize,
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
    /// Runs `code` from `pc` at `start` of `text`. Returns where the match ends (or begins, when backward). Takes its steps
    /// from `budget` and gives up, without a match, when none are left.
    #[inline(never)]
    #[allow(clippy::too_many_arguments)] // the tables, the place and the allowance of one run
    pub(crate) fn run(
        &mut self,
        code: &[u8],
        sets: &[ByteSet],
        pc: usize,
        text: &[u8],
        start: usize,
        direction: Direction,
        budget: &mut u64,
    ) -> Option<usize> {
        self.stack.clear();
        let sight = self.sight;
        let forward = direction == Direction::Forward;
        // The byte `read` places on from the start.
        let byte = |read: usize| {
            if forward {
                text.get(start + read)
            } else {
                start.checked_sub(read + 1).and_then(|i| text.get(i))
            }
            .copied()
        };
        let mut pc = pc;
        let mut read = 0usize;
        loop {
            if *budget == 0 {
                return None;
            }
            *budget -= 1;
            let alive = match *code.get(pc)? {
                op::MATCH => {
                    return if forward {
                        Some(start + read)
                    } else {
                        start.checked_sub(read)
                    };
                }
                op::BYTES => {
                    let length = usize::from(*code.get(pc + 1)?);
                    let want = code.get(pc + 2..pc + 2 + length)?;
                    let same = if forward {
                        text.get(start + read..)
                            .is_some_and(|rest| sight.begins(rest, want))
                    } else {
                        want.iter()
                            .enumerate()
                            .all(|(i, b)| byte(read + i).is_some_and(|t| sight.same(t, *b)))
                    };
                    read += length;
                    pc += 2 + length;
                    same
                }
                op::SET => {
                    let set = sets.get(number(code, pc + 1)?)?;
                    let has = byte(read).is_some_and(|b| set.accepts(b, sight));
                    read += 1;
                    pc += 3;
                    has
                }
                op::REPEAT => {
                    let set = sets.get(number(code, pc + 1)?)?;
                    let (least, most) = (
                        usize::from(*code.get(pc + 3)?),
                        usize::from(*code.get(pc + 4)?),
                    );
                    let mut count = 0;
                    while count < most && byte(read + count).is_some_and(|b| set.accepts(b, sight))
                    {
                        count += 1;
                    }
                    *budget = budget.saturating_sub(count as u64 / 8);
                    pc += 5;
                    if count > least {
                        self.stack.push(Choice {
                            pc,
                            least: read + least,
                            at: read + count - 1,
                        });
                    }
                    read += count;
                    count >= least
                }
                op::SPLIT => {
                    let other = pc + 3 + number(code, pc + 1)?;
                    self.stack.push(Choice {
                        pc: other,
                        least: read,
                        at: read,
                    });
                    pc += 3;
                    true
                }
                op::JUMP => {
                    pc += 3 + number(code, pc + 1)?;
                    true
                }
                edge @ (op::WORD_EDGE | op::NO_WORD_EDGE) => {
                    let (before, after) = if forward {
                        (
                            (start + read)
                                .checked_sub(1)
                                .and_then(|i| text.get(i))
                                .copied(),
                            byte(read),
                        )
                    } else {
                        (
                            byte(read),
                            start.checked_sub(read).and_then(|i| text.get(i)).copied(),
                        )
                    };
                    pc += 1;
                    (before.is_some_and(is_word) != after.is_some_and(is_word))
                        == (edge == op::WORD_EDGE)
                }
                _ => false,
            };
            if !alive {
                let choice = self.stack.last_mut()?;
                pc = choice.pc;
                read = choice.at;
                if choice.at > choice.least {
                    choice.at -= 1;
                } else {
                    self.stack.pop();
                }
            }
        }
    }
}

fn number(code: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes([
        *code.get(at)?,
        *code.get(at + 1)?,
    ])))
}
