//! Whether somebody may tell of an error in their own words, which alternatives with `told` read.

use crate::bytes::{ALPHANUMERIC, leading};
use crate::words::{Words, holds};

/// A text of at most so many canonical bytes.
const LONGEST: usize = 600;
/// What nobody types who tells of an error: it is of an answer, a log or code.
const OF_MACHINES: &[u8] = br"{}<>[]=_|\`";
/// How a line of a log begins, and how a question about a product does; one about an error begins with `why` or with what went wrong.
const BEGINNINGS: Words = Words::new(
    b"info warn warning error debug trace fatal \
    what how do does should is are can could would will which where who apa apakah ada bisa cara gimana",
);
/// What asks for a number or for yes or no, wherever it stands.
const ASKING: &[u8] = "berapa 多少 吗".as_bytes();

/// A short text that no machine wrote, and that does not ask about a product.
pub(crate) fn is_told(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let (first, rest) = text.split_at(leading(text, ALPHANUMERIC));
    // `2026-11-30`, `12:30:59`
    let day_or_time =
        matches!(first, [b'0'..=b'9', ..]) && matches!(rest, [b':' | b'-', b'0'..=b'9', ..]);
    text.len() <= LONGEST
        && !text.iter().any(|byte| OF_MACHINES.contains(byte))
        && !day_or_time
        && !BEGINNINGS.has(first)
        && !holds(text, ASKING)
}

#[cfg(test)]
mod tests {
    use super::is_told;

    #[test]
    fn people_tell_and_machines_do_not() {
        for text in [
            "the wallet ran dry, no clip gets rendered",
            "kenapa klip saya ditolak?",
            "",
        ] {
            assert!(is_told(text.as_bytes()), "{text}");
        }
        for text in [
            " apa kredit klip bisa kembali",
            "how many clips at once",
            "klip butuh berapa kredit",
            "额度够生成多少视频",
            "warn: queue of clips is full",
            "12:30:59 the queue of clips was full",
            "2026-11-30 queue of clips full",
            "{\"queue\":\"full\"}",
        ] {
            assert!(!is_told(text.as_bytes()), "{text}");
        }
        assert!(is_told(&[b'a'; 600]) && !is_told(&[b'a'; 601]));
    }
}
