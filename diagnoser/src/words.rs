//! Lists of words that are gone through by one function.

/// Small words with spaces between them.
pub(crate) struct Words {
    pub(crate) list: &'static [u8],
    /// With which letters they begin, a bit for each, by how long they are modulo 4.
    #[cfg(not(target_arch = "wasm32"))]
    first: [u32; 4],
}

impl Words {
    pub(crate) const fn new(list: &'static [u8]) -> Words {
        #[cfg(not(target_arch = "wasm32"))]
        let first = {
            let mut first = [0; 4];
            let mut at = 0;
            while at < list.len() {
                let start = at;
                while at < list.len() && list[at] != b' ' {
                    at += 1;
                }
                first[(at - start) % 4] |= 1 << (list[start] % 32);
                at += 1;
            }
            first
        };
        Words {
            list,
            #[cfg(not(target_arch = "wasm32"))]
            first,
        }
    }

    /// Whether it is one of them, whatever the case.
    pub(crate) fn has(&self, word: &[u8]) -> bool {
        self.number(word) > 0
    }

    /// Which one of them it is, whatever the case, from 1; 0 for none.
    pub(crate) fn number(&self, word: &[u8]) -> usize {
        // Going through the list is slow, and hardly any word is in it. But the module is to be small rather.
        #[cfg(not(target_arch = "wasm32"))]
        if word
            .first()
            .is_none_or(|first| self.first[word.len() % 4] >> (first % 32) & 1 == 0)
        {
            return 0;
        }
        let mut words = self.list.split(|b| *b == b' ');
        words
            .position(|known| same(known, word))
            .map_or(0, |n| n + 1)
    }
}

/// Whether they are the same but for the case.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether one of the words is a part of the text, whatever the case.
pub(crate) fn holds(text: &[u8], words: &[u8]) -> bool {
    words
        .split(|b| *b == b' ')
        .any(|word| text.windows(word.len()).any(|part| same(part, word)))
}
