//! Logs in UTF-16, as Windows writes them (`>` of PowerShell 5), turned into UTF-8 while they are read, so that everything
//! behind, the masker first of all, sees text.

use std::io::{self, Read};

/// How an input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Not known yet: the first two bytes tell.
    New,
    /// As it is to be given on.
    Bytes,
    LittleEndian,
    BigEndian,
}

/// An input whose text is UTF-8 if it was UTF-16 with a byte order mark; anything else comes through as it is. What is no
/// UTF-16 becomes U+FFFD.
pub(crate) struct Utf8<R> {
    input: R,
    form: Form,
    /// Read, but not turned into text.
    raw: Vec<u8>,
    /// Text that nobody has taken, from `at` on.
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Utf8<R> {
    pub(crate) fn new(input: R) -> Utf8<R> {
        Utf8 {
            input,
            form: Form::New,
            raw: Vec::new(),
            text: Vec::new(),
            at: 0,
            ended: false,
        }
    }

    /// Reads more into `raw`.
    fn more(&mut self) -> io::Result<()> {
        let size = self.raw.len();
        self.raw.resize(size + 64 * 1024, 0);
        let read = self.input.read(&mut self.raw[size..]);
        self.raw
            .truncate(size + read.as_ref().copied().unwrap_or(0));
        self.ended |= read? == 0;
        Ok(())
    }

    /// Tells the form by the mark, and takes the mark off.
    fn begin(&mut self) -> io::Result<()> {
        while self.raw.len() < 2 && !self.ended {
            self.more()?;
        }
        let (form, mark) = match self.raw.as_slice() {
            [0xff, 0xfe, ..] => (Form::LittleEndian, 2),
            [0xfe, 0xff, ..] => (Form::BigEndian, 2),
            _ => {
                self.text = std::mem::take(&mut self.raw);
                (Form::Bytes, 0)
            }
        };
        self.form = form;
        self.raw.drain(..mark);
        Ok(())
    }

    /// Turns what was read into text; half a character waits for the rest of it.
    fn decode(&mut self) {
        let unit = match self.form {
            Form::BigEndian => u16::from_be_bytes,
            _ => u16::from_le_bytes,
        };
        let (pairs, _) = self.raw.as_chunks::<2>();
        let mut units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        if !self.ended && units.last().is_some_and(|last| last & 0xfc00 == 0xd800) {
            units.pop();
        }
        let used = if self.ended {
            self.raw.len()
        } else {
            2 * units.len()
        };
        let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.text = text.collect::<String>().into_bytes();
        self.at = 0;
        self.raw.drain(..used);
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.form == Form::New {
            self.begin()?;
        }
        loop {
            let rest = &self.text[self.at..];
            if !rest.is_empty() || to.is_empty() {
                let size = rest.len().min(to.len());
                to[..size].copy_from_slice(&rest[..size]);
                self.at += size;
                return Ok(size);
            }
            if self.form == Form::Bytes {
                return self.input.read(to);
            }
            if self.ended {
                return Ok(0);
            }
            // What came with the mark is text by itself: a slow input is not waited for.
            if self.raw.len() < 2 {
                self.more()?;
            }
            self.decode();
            if self.text.is_empty() && !self.ended {
                self.more()?;
                self.decode();
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
        Utf8::new(Slow(bytes, step)).read_to_end(&mut out).unwrap();
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
            assert_eq!(read(b"\xff\xfe", step), b"");
            // A character cut in two at the end.
            assert_eq!(read(b"\xff\xfea\0\x3d\xd8", step), "a\u{fffd}".as_bytes());
        }
    }
}
