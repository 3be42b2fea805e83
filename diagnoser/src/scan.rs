//! The automaton: finds every literal of every rule in one pass, one table look-up a byte.
//!
//! Built when a pack is read. Bytes are folded into 64 classes, so a row is 128 bytes; what the folding confuses (the bytes
//! of characters beyond ASCII) the verifier tells apart.

use alloc::vec;
use alloc::vec::Vec;

use crate::PackError;

const CLASSES: usize = 64;

/// The class of each byte of canonical text.
const CLASS_OF: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    // 0: in no literal worth telling apart. 1..=26 letters, 27..=36 digits, then punctuation, the last eight for the rest.
    let punctuation = b" _-.:\"'/()[{,=|?!$%";
    let mut out = [0u8; 256];
    let mut byte = 0usize;
    while byte < 256 {
        out[byte] = match byte as u8 {
            b @ b'a'..=b'z' => b - b'a' + 1,
            b @ b'A'..=b'Z' => b - b'A' + 1,
            b @ b'0'..=b'9' => b - b'0' + 27,
            b @ 0x80.. => 56 + (b & 7),
            _ => 0,
        };
        byte += 1;
    }
    let mut i = 0;
    while i < punctuation.len() {
        out[punctuation[i] as usize] = 37 + i as u8;
        i += 1;
    }
    // What readers of screenshots confuse is one class, so that the same automaton serves a second, blurred look.
    out[b'0' as usize] = out[b'o' as usize];
    out[b'O' as usize] = out[b'o' as usize];
    let mut alike = 0;
    while alike < 6 {
        out[b"1iI|jJ"[alike] as usize] = out[b'l' as usize];
        alike += 1;
    }
    // The punctuation must end below the eight classes of the rest.
    assert!(37 + punctuation.len() <= 56);
    out
}

/// Rows of `CLASSES` next states; states that end a literal come last, so that a hit is one comparison.
pub(crate) struct Automaton {
    next: Vec<u16>,
    first_hit: u16,
    /// For each hit state, where its outputs begin in `outputs`.
    starts: Vec<u32>,
    /// Numbers of literals that end in a state, its own and those of its suffixes.
    outputs: Vec<u16>,
    lengths: Vec<u8>,
}

impl core::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Automaton")
            .field("states", &(self.next.len() / CLASSES))
            .finish_non_exhaustive()
    }
}

impl Automaton {
    /// Builds the automaton; literal `i` is reported as `i`.
    pub(crate) fn new(literals: &[&[u8]]) -> Result<Automaton, PackError> {
        const NONE: u16 = u16::MAX;
        const TOO_MANY: PackError = PackError::Malformed("too many literals");
        if literals.len() >= usize::from(NONE) {
            return Err(TOO_MANY);
        }
        // The trie, rows of children by class.
        let mut child: Vec<u16> = vec![NONE; CLASSES];
        let mut own: Vec<Vec<u16>> = vec![Vec::new()];
        for (number, literal) in literals.iter().enumerate() {
            let mut state = 0usize;
            for byte in *literal {
                let slot = state * CLASSES + usize::from(CLASS_OF[usize::from(*byte)]);
                if child[slot] == NONE {
                    let fresh = own.len();
                    if fresh >= usize::from(NONE) {
                        return Err(TOO_MANY);
                    }
                    child[slot] = fresh as u16;
                    child.resize(child.len() + CLASSES, NONE);
                    own.push(Vec::new());
                }
                state = usize::from(child[slot]);
            }
            if state == 0 {
                return Err(PackError::Malformed("an empty literal"));
            }
            own[state].push(number as u16);
        }
        let states = own.len();
        // Breadth first: a missing child is that of the longest suffix, whose row is complete by then.
        let mut fail = vec![0u16; states];
        let mut order = Vec::with_capacity(states);
        let mut hits = vec![false; states];
        for slot in &mut child[..CLASSES] {
            match *slot {
                NONE => *slot = 0,
                state => order.push(state),
            }
        }
        let mut at = 0;
        while at < order.len() {
            let state = usize::from(order[at]);
            at += 1;
            let suffix = usize::from(fail[state]);
            hits[state] = !own[state].is_empty() || hits[suffix];
            for class in 0..CLASSES {
                let through_suffix = child[suffix * CLASSES + class];
                let slot = state * CLASSES + class;
                if child[slot] == NONE {
                    child[slot] = through_suffix;
                } else {
                    fail[usize::from(child[slot])] = through_suffix;
                    order.push(child[slot]);
                }
            }
        }
        // Number the states anew, hits last, keeping breadth-first order within each part.
        let mut renumbered = vec![0u16; states];
        let quiet = 1 + order.iter().filter(|s| !hits[usize::from(**s)]).count();
        let (mut low, mut high) = (1u16, quiet as u16);
        for state in &order {
            let counter = if hits[usize::from(*state)] {
                &mut high
            } else {
                &mut low
            };
            renumbered[usize::from(*state)] = *counter;
            *counter += 1;
        }
        let mut next = vec![0u16; states * CLASSES];
        for state in 0..states {
            let to = usize::from(renumbered[state]) * CLASSES;
            for class in 0..CLASSES {
                next[to + class] = renumbered[usize::from(child[state * CLASSES + class])];
            }
        }
        let mut starts = Vec::with_capacity(states - quiet + 1);
        let mut outputs = Vec::new();
        for state in order.iter().filter(|s| hits[usize::from(**s)]) {
            starts.push(outputs.len() as u32);
            let mut walk = usize::from(*state);
            while walk != 0 {
                outputs.extend_from_slice(&own[walk]);
                walk = usize::from(fail[walk]);
            }
        }
        starts.push(outputs.len() as u32);
        let lengths = literals.iter().map(|l| l.len().min(255) as u8).collect();
        Ok(Automaton {
            next,
            first_hit: quiet as u16,
            starts,
            outputs,
            lengths,
        })
    }

    /// States in the table, for measurements.
    pub(crate) fn states(&self) -> usize {
        self.next.len() / CLASSES
    }

    /// Reads `text[from..to]`, starting in `state`, and calls `found(literal, start)` for each literal that ends there, in
    /// the order of their ends. Returns the state to go on with. `start` may lie before `from`.
    #[inline(always)]
    pub(crate) fn scan(
        &self,
        state: u16,
        text: &[u8],
        from: usize,
        to: usize,
        mut found: impl FnMut(u16, usize),
    ) -> u16 {
        let mut state = state;
        let Some(part) = text.get(from..to) else {
            return state;
        };
        for (i, byte) in part.iter().enumerate() {
            let slot = usize::from(state) * CLASSES + usize::from(CLASS_OF[usize::from(*byte)]);
            state = self.next[slot];
            if state >= self.first_hit {
                let hit = usize::from(state - self.first_hit);
                let outputs =
                    &self.outputs[self.starts[hit] as usize..self.starts[hit + 1] as usize];
                for literal in outputs {
                    let end = from + i + 1;
                    if let Some(start) =
                        end.checked_sub(usize::from(self.lengths[usize::from(*literal)]))
                    {
                        found(*literal, start);
                    }
                }
            }
        }
        state
    }
}
