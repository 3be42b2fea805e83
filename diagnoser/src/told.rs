//! Whether somebody may tell of an error in their own words, which alternatives with `told` read.

use crate::bytes::{ALPHANUMERIC, leading};
use crate::words::{Words, holds};

/// A text of at most so many canonical bytes.
const LONGEST: usize = 600;
/// Of which so many in ten, at least, somebody wrote: the rest is what a log or JSON put around it.
const SHARE: usize = 3;
/// So many spaces between words, or twice as many characters that are not Latin, make more than a message.
const FEWEST: usize = 8;
/// What nobody types who tells of an error: it is of an answer, a log or code.
const OF_MACHINES: &[u8] = br#"{}<>=_|\`""#;
/// How a line of a log begins, and how a question about a product does; one about an error begins with `why` or with what went wrong.
const BEGINNINGS: Words = Words::new(
    b"info warn warning error debug trace fatal \
    what how do does should is are can could would will which where who apa apakah ada bisa cara gimana",
);
/// What asks for a number or for yes or no, wherever it stands.
const ASKING: &[u8] = "berapa 多少 吗".as_bytes();

/// A short text that is, for a good part, what somebody wrote who does not ask about a product; whatever is around it.
pub(crate) fn is_told(text: &[u8]) -> bool {
    let parts = text.split(|byte| OF_MACHINES.contains(byte));
    let written: usize = parts
        .filter(|part| is_of_somebody(part))
        .map(<[u8]>::len)
        .sum();
    text.len() <= LONGEST && written * 10 > text.len() * SHARE && !holds(text, ASKING)
}

fn is_of_somebody(part: &[u8]) -> bool {
    let part = part.trim_ascii_start();
    let spaces = part.iter().filter(|byte| **byte == b' ').count();
    // Three bytes a character.
    let characters = part.iter().filter(|byte| !byte.is_ascii()).count() / 3;
    let first = &part[..leading(part, ALPHANUMERIC)];
    spaces + characters / 2 >= FEWEST && !BEGINNINGS.has(first)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::is_told;

    #[test]
    fn people_tell_and_machines_do_not() {
        let complaint = "the wallet of our shop ran dry, so no clip gets rendered";
        for text in [
            complaint,
            "kenapa klip saya selalu ditolak padahal kemarin masih bisa dibuat?",
            "今天店里的短片全都做不出来，昨天还好好的，急用",
            &format!("2026-11-02t08:14:00z error [app] {complaint}"),
            &format!("{{\"level\": \"error\", \"detail\": \"{complaint}\"}}"),
        ] {
            assert!(is_told(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "the wallet ran dry",
            &format!("is it so that {complaint}?"),
            "klip sepanjang sepuluh detik dengan suara itu butuh berapa kredit ya kak",
            "这个额度够生成多少个十秒的短片，要不要再买一个大的套餐",
            "warn: the queue of clips is full and nothing gets rendered",
            "{\"queue\":\"full\",\"clips\":[1,2,3],\"next\":\"in an hour\"}",
            &format!("{complaint} {}", "=".repeat(200)),
            &format!("{complaint} {}", "again ".repeat(100)),
        ] {
            assert!(!is_told(text.as_bytes()), "{text}");
        }
    }
}
