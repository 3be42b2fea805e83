//! Logs and content in UTF-16, as Windows writes them (`>` of PowerShell 5), turned into UTF-8 while they are read, so that
//! everything behind, the masker first of all, sees text.

use std::io::Read;

use encoding_rs_io::DecodeReaderBytesBuilder;

/// An input whose text is UTF-8 if it was UTF-16 with a byte order mark; anything else comes through as it is. What is no
/// UTF-16 becomes U+FFFD.
pub(crate) fn utf8(input: impl Read) -> impl Read {
    DecodeReaderBytesBuilder::new()
        .utf8_passthru(true)
        .build(input)
}

/// A whole file of UTF-16 as UTF-8, with or without its mark; nothing if it is none.
pub(crate) fn all(bytes: &[u8]) -> Option<Vec<u8>> {
    const MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
    let marked = MARKS.iter().any(|mark| bytes.starts_with(mark));
    let mark: &[u8] = match bytes {
        _ if marked => b"",
        // What a text begins with is a letter, a digit or a sign of ASCII.
        [1..=255, 0, 1..=255, 0, ..] => MARKS[0],
        [0, 1..=255, 0, 1..=255, ..] => MARKS[1],
        _ => return None,
    };
    let mut out = Vec::new();
    utf8(mark.chain(bytes)).read_to_end(&mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// Gives a few bytes at a time.
    struct Slow<'b>(&'b [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(self.0.len()).min(to.len());
            to[..size].copy_from_slice(&self.0[..size]);
            self.0 = &self.0[size..];
            Ok(size)
        }
    }

    fn read(bytes: &[u8], step: usize) -> Vec<u8> {
        let mut out = Vec::new();
        utf8(Slow(bytes, step)).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn utf16_with_a_mark_becomes_text_and_nothing_else_changes() {
        let text = "sk-FAKE 余额不足 😀\r\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(units.iter().flat_map(|u| u.to_le_bytes()))
            .collect();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(units.iter().flat_map(|u| u.to_be_bytes()))
            .collect();
        for step in [1, 2, 3, 7, 100] {
            assert_eq!(read(&little, step), text.as_bytes(), "{step}");
            assert_eq!(read(&big, step), text.as_bytes(), "{step}");
            assert_eq!(read(text.as_bytes(), step), text.as_bytes(), "{step}");
            assert_eq!(read(b"\xff", step), b"\xff");
            assert_eq!(read(b"", step), b"");
            assert_eq!(read(b"\xef\xbb\xbfa\xff", step), b"\xef\xbb\xbfa\xff");
            // With and without the mark, whole.
            assert_eq!(all(&little).as_deref(), Some(text.as_bytes()));
            assert_eq!(all(&big[2..]).as_deref(), Some(text.as_bytes()));
            assert_eq!(all(text.as_bytes()), None);
            // A character cut in two at the end.
            assert_eq!(read(b"\xff\xfea\0\x3d\xd8", step), "a\u{fffd}".as_bytes());
        }
    }
}
