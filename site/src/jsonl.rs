//! Reads one line of `diagnose --ndjson`: `{"id": ..., "text": "..."}`. Written by hand because offsets are bytes of the
//! text as given: invalid UTF-8 and lone surrogates, which JSON libraries refuse, must come through with their size.

/// A line that is an object with an id and a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The id as it stands in the line: a JSON string or number.
    pub(crate) id: String,
    /// The text; a lone surrogate is its three bytes, as in WTF-8.
    pub(crate) text: Vec<u8>,
}

/// Why a line cannot be answered, and its id where that much could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadLine {
    pub(crate) id: Option<String>,
    pub(crate) why: &'static str,
}

/// Longest line of JSON that is read, here and by `triage`, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024 * 1024;

/// A byte order mark in UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a line. Other keys are skipped; of equal keys the last counts. A byte order mark, which stands before the first line of what
/// some programs write, is no part of it.
pub(crate) fn read(line: &[u8]) -> Result<Line, BadLine> {
    let bytes = line.strip_prefix(MARK).unwrap_or(line);
    let mut reader = Reader { bytes, at: 0 };
    let (mut id, mut text) = (None, None);
    match reader.object(&mut id, &mut text) {
        Err(why) => Err(BadLine { id, why }),
        Ok(()) => match (id, text) {
            (Some(id), Some(text)) => Ok(Line { id, text }),
            (None, _) => Err(BadLine {
                id: None,
                why: "the object has no `id`",
            }),
            (id, None) => Err(BadLine {
                id,
                why: "the object has no `text`",
            }),
        },
    }
}

struct Reader<'l> {
    bytes: &'l [u8],
    at: usize,
}

type Step<T> = Result<T, &'static str>;

impl Reader<'_> {
    fn object(&mut self, id: &mut Option<String>, text: &mut Option<Vec<u8>>) -> Step<()> {
        self.expect(b'{', "the line is no JSON object")?;
        if self.next_is(b'}') {
            return self.end();
        }
        loop {
            self.space();
            let key = self.string()?;
            self.expect(b':', "a key without `:`")?;
            self.space();
            match key.as_slice() {
                b"id" => *id = Some(self.id()?),
                b"text" => {
                    if self.peek() != Some(b'"') {
                        return Err("`text` is no string");
                    }
                    *text = Some(self.string()?);
                }
                _ => self.skip()?,
            }
            if self.next_is(b',') {
                continue;
            }
            self.expect(b'}', "the object does not end")?;
            return self.end();
        }
    }

    fn end(&mut self) -> Step<()> {
        self.space();
        if self.at < self.bytes.len() {
            return Err("something follows the object");
        }
        Ok(())
    }

    fn id(&mut self) -> Step<String> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => drop(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.skip()?,
            _ => return Err("`id` is neither a string nor a number"),
        }
        let raw = &self.bytes[start..self.at];
        // What is written back must be JSON, so what is no UTF-8 or no JSON for others is not taken as an id.
        let text = std::str::from_utf8(raw).map_err(|_| "`id` is not UTF-8")?;
        serde_json::from_str::<serde_json::Value>(text)
            .map(|_| text.to_owned())
            .map_err(|_| "`id` is neither a string nor a number")
    }

    fn string(&mut self) -> Step<Vec<u8>> {
        if self.peek() != Some(b'"') {
            return Err("a string was expected");
        }
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let rest = &self.bytes[self.at..];
            let run = rest
                .iter()
                .position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f))
                .ok_or("a string does not end")?;
            out.extend_from_slice(&rest[..run]);
            self.at += run + 1;
            match rest[run] {
                b'"' => return Ok(out),
                b'\\' => self.escape(&mut out)?,
                _ => return Err("a control character stands in a string"),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Step<()> {
        let kind = self.peek().ok_or("a string does not end")?;
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' => out.push(kind),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => {
                let high = self.hex()?;
                let mut code = high;
                if (0xd800..0xdc00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
                    let back = self.at;
                    self.at += 2;
                    let low = self.hex()?;
                    if (0xdc00..0xe000).contains(&low) {
                        code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    } else {
                        self.at = back;
                    }
                }
                match char::from_u32(code) {
                    Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    // A lone surrogate: the bytes that UTF-8 would have for it.
                    None => out.extend([
                        0xe0 | low_bits(code >> 12),
                        0x80 | low_bits(code >> 6),
                        0x80 | low_bits(code),
                    ]),
                }
            }
            _ => return Err("an unknown escape stands in a string"),
        }
        Ok(())
    }

    fn hex(&mut self) -> Step<u32> {
        let digits = self
            .bytes
            .get(self.at..self.at + 4)
            .filter(|d| d.iter().all(u8::is_ascii_hexdigit))
            .and_then(|d| std::str::from_utf8(d).ok())
            .ok_or("`\\u` without four hexadecimal digits")?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| "`\\u` without four hexadecimal digits")
    }

    /// Passes over a value of any kind, however deep.
    fn skip(&mut self) -> Step<()> {
        let mut depth = 0_usize;
        loop {
            self.space();
            match self.peek().ok_or("the object does not end")? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    let plain =
                        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.');
                    self.at += self.bytes[self.at..]
                        .iter()
                        .take_while(|b| plain(b))
                        .count();
                }
                _ => return Err("a value was expected"),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next_is(&mut self, byte: u8) -> bool {
        self.space();
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, byte: u8, why: &'static str) -> Step<()> {
        if self.next_is(byte) { Ok(()) } else { Err(why) }
    }
}

/// The lowest six bits. Two more are in the first byte of three, where they are zero for a surrogate.
fn low_bits(code: u32) -> u8 {
    (code & 0x3f).to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &[u8]) -> Vec<u8> {
        read(line).unwrap().text
    }

    #[test]
    fn reads_what_json_allows() {
        let line = read(
            br#" {"x": [1, {"text": "no"}], "id": "a\"b", "text": "\u4f59\ud83d\ude00\n\/"} "#,
        )
        .unwrap();
        assert_eq!(line.id, r#""a\"b""#);
        assert_eq!(line.text, "余😀\n/".as_bytes());
        assert_eq!(read(br#"{"id":7,"text":""}"#).unwrap().id, "7");
        assert_eq!(text(b"\xef\xbb\xbf{\"id\":7,\"text\":\"a\"}"), b"a");
    }

    #[test]
    fn keeps_the_size_of_what_is_no_unicode() {
        assert_eq!(text(br#"{"id":"a","text":"x\ud800y"}"#), b"x\xed\xa0\x80y");
        assert_eq!(
            text(br#"{"id":"a","text":"\udc00\ud800\ud800\udc00"}"#).len(),
            3 + 3 + 4
        );
        assert_eq!(
            text(b"{\"id\":\"a\",\"text\":\"x\xff\xed\xa0\x80\xe2\x80\xa8\"}"),
            b"x\xff\xed\xa0\x80\xe2\x80\xa8"
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let why = |line: &[u8]| read(line).unwrap_err();
        assert_eq!(why(b"nonsense").why, "the line is no JSON object");
        assert_eq!(why(b"").why, "the line is no JSON object");
        assert_eq!(
            why(br#"{"id":"a"}"#),
            BadLine {
                id: Some("\"a\"".to_owned()),
                why: "the object has no `text`"
            }
        );
        assert_eq!(why(br#"{"text":"a"}"#).why, "the object has no `id`");
        assert_eq!(why(br#"{"id":"a","text":5}"#).why, "`text` is no string");
        assert_eq!(
            why(br#"{"id":"a","text":"b"} x"#).why,
            "something follows the object"
        );
        assert_eq!(why(br#"{"id":"a","text":"b"#).why, "a string does not end");
        assert_eq!(
            why(br#"{"id":null,"text":"b"}"#).why,
            "`id` is neither a string nor a number"
        );
        assert_eq!(
            why(br#"{"id":-,"text":"b"}"#).why,
            "`id` is neither a string nor a number"
        );
    }

    #[test]
    fn deep_nesting_is_skipped_without_recursion() {
        let line = format!(
            "{{\"x\":{}{},\"id\":1,\"text\":\"t\"}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(text(line.as_bytes()), b"t");
    }

    #[test]
    fn no_prefix_of_a_line_panics() {
        let line = br#"{"id":"a","y":{"b":[true,null,1.5e3]},"text":"\ud83d\ude00\n"}"#;
        for n in 0..line.len() {
            assert!(read(&line[..n]).is_err());
        }
    }
}
