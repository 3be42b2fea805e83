//! Cuts a log into records and reads their times.
//!
//! A plain record is a line with those that go on with it: lines that are blank, begin with white space or begin with a closing
//! bracket. A record of more than 64 KiB is cut. With a text field each line is one record.

use std::borrow::Cow;
use std::io::{self, Read};

use serde_json::Value;

use crate::cli::Failure;

/// Bytes that one worker gets at a time; also the most that one record may have, within a little.
const BLOCK: usize = 256 * 1024;
/// Greatest size of a record.
const LONGEST: usize = 64 * 1024;

/// The fields of lines of JSON; dots lead into objects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records<'f> {
    pub(super) text: Option<&'f str>,
    pub(super) time: Option<&'f str>,
}

/// Whole records, as they were read.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    pub(super) name: String,
    /// Number of the first line.
    first: u64,
}

/// A record.
#[derive(Debug)]
pub(super) struct Record<'b> {
    pub(super) text: Cow<'b, [u8]>,
    /// Seconds since 1970, as if the time were written in UTC.
    pub(super) time: Option<i64>,
}

/// Reads an input in batches that end where a record does.
pub(super) struct Reader {
    input: Box<dyn Read + Send>,
    name: String,
    by_line: bool,
    rest: Vec<u8>,
    line: u64,
    ended: bool,
}

impl Reader {
    pub(super) fn new(input: Box<dyn Read + Send>, name: String, by_line: bool) -> Reader {
        Reader {
            input,
            name,
            by_line,
            rest: Vec::new(),
            line: 1,
            ended: false,
        }
    }

    /// The next records, none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, Failure> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let size = bytes.len();
            if !self.ended {
                bytes.resize(size + BLOCK, 0);
                let read = loop {
                    match self.input.read(&mut bytes[size..]) {
                        Ok(read) => break read,
                        Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                        Err(e) => return Err(format!("cannot read {}: {e}", self.name)),
                    }
                };
                bytes.truncate(size + read);
                self.ended = read == 0;
            }
            let cut = if self.ended {
                bytes.len()
            } else if bytes.len() < BLOCK {
                continue;
            } else {
                match self.cut(&bytes) {
                    Some(cut) => cut,
                    // A line without an end: what can be held of it is a record.
                    None if !self.by_line && bytes.len() > 4 * BLOCK => bytes.len(),
                    None if bytes.len() > 64 * 1024 * 1024 => bytes.len(),
                    None => continue,
                }
            };
            self.rest = bytes.split_off(cut);
            if bytes.is_empty() {
                return Ok(None);
            }
            let first = self.line;
            self.line += bytes.iter().filter(|b| **b == b'\n').count() as u64;
            return Ok(Some(Batch {
                bytes,
                name: self.name.clone(),
                first,
            }));
        }
    }

    /// Where the last record that has ended for certain ends.
    fn cut(&self, bytes: &[u8]) -> Option<usize> {
        let mut end = bytes.len();
        loop {
            let line = bytes[..end].iter().rposition(|b| *b == b'\n')?;
            let next = bytes.get(line + 1..).unwrap_or_default();
            if self.by_line || !next.is_empty() && !goes_on(next) || bytes.len() - line > LONGEST {
                return Some(line + 1);
            }
            end = line;
        }
    }
}

/// Whether a line goes on with the record before it.
fn goes_on(line: &[u8]) -> bool {
    matches!(
        line.first(),
        None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'}' | b']' | b')')
    )
}

impl Batch {
    /// The records one by one; for a line that has no such field, its number.
    pub(super) fn records<'b>(
        &'b self,
        fields: Records<'b>,
    ) -> impl Iterator<Item = Result<Record<'b>, u64>> {
        let mut rest = self.bytes.as_slice();
        let mut line = self.first;
        std::iter::from_fn(move || {
            loop {
                if rest.is_empty() {
                    return None;
                }
                let size = match fields.text {
                    Some(_) => line_length(rest),
                    None => record_length(rest),
                };
                let (record, after) = rest.split_at(size);
                let number = line;
                rest = after;
                line += record.iter().filter(|b| **b == b'\n').count() as u64;
                let Some(text) = fields.text else {
                    return Some(Ok(Record {
                        text: Cow::Borrowed(record),
                        time: time_in(record),
                    }));
                };
                if record.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                return Some(of_json(record, text, fields.time).ok_or(number));
            }
        })
    }
}

fn line_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|b| *b == b'\n')
        .map_or(bytes.len(), |end| end + 1)
}

fn record_length(bytes: &[u8]) -> usize {
    let mut end = line_length(bytes);
    while end < bytes.len() && end < LONGEST && goes_on(&bytes[end..]) {
        end += line_length(&bytes[end..]);
    }
    end
}

/// The record of a line of JSON. A field that holds no text is taken as it is written.
fn of_json(line: &[u8], text: &str, time: Option<&str>) -> Option<Record<'static>> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let field = |name: &str| {
        value.get(name).or_else(|| {
            name.split('.')
                .try_fold(&value, |value, key| value.get(key))
        })
    };
    let text = match field(text)? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let time = match time {
        Some(name) => match field(name) {
            Some(Value::String(text)) => time_in(text.as_bytes()),
            Some(Value::Number(number)) => number.as_f64().map(epoch),
            _ => None,
        },
        None => time_in(line),
    };
    Some(Record {
        text: Cow::Owned(text.into_bytes()),
        time,
    })
}

/// Seconds of a number that counts seconds, or thousandths, millionths or billionths of them.
fn epoch(number: f64) -> i64 {
    let mut seconds = number;
    while seconds.abs() >= 1e11 {
        seconds /= 1000.0;
    }
    seconds as i64
}

/// The first time in the first 200 bytes, `2026-11-02T08:14:55` or with other signs between its parts.
fn time_in(text: &[u8]) -> Option<i64> {
    let head = &text[..text.len().min(200)];
    (0..head.len().saturating_sub(18)).find_map(|at| {
        if !head[at].is_ascii_digit() || at > 0 && head[at - 1].is_ascii_digit() {
            return None;
        }
        let number = |from: usize, size: usize| {
            head.get(at + from..at + from + size)?
                .iter()
                .try_fold(0_i64, |sum, b| {
                    b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'))
                })
        };
        let sign =
            |from: usize, signs: &[u8]| head.get(at + from).is_some_and(|b| signs.contains(b));
        if !(sign(4, b"-/")
            && sign(7, b"-/")
            && sign(10, b"T _:")
            && sign(13, b":")
            && sign(16, b":"))
        {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
        let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
        let fits = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 61;
        fits.then(|| {
            calculator::days_of(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        })
    })
}

/// A time as it is shown: `2026-11-02 08:14:55`.
pub(super) fn written(time: i64) -> String {
    let (days, second) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    let (year, month, day) = calculator::date_of(days);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, expected) in [
            ("2026-11-02T08:14:55.120Z x", "2026-11-02 08:14:55"),
            ("[worker] 2024/02/29 23:59:59 y", "2024-02-29 23:59:59"),
            ("{\"t\":\"2000-03-01 00:00:00\"}", "2000-03-01 00:00:00"),
            ("1969-12-31 23:59:59", "1969-12-31 23:59:59"),
        ] {
            assert_eq!(
                time_in(text.as_bytes()).map(written).as_deref(),
                Some(expected)
            );
        }
        for text in [
            "",
            "2026-13-02 08:14:55",
            "version 2026-11-02",
            "12026-11-02 08:14:55",
        ] {
            assert_eq!(time_in(text.as_bytes()), None, "{text}");
        }
        assert_eq!(epoch(1.762e9), 1_762_000_000);
        assert_eq!(epoch(1.762e12), 1_762_000_000);
    }

    #[test]
    fn lines_that_go_on_belong_to_the_record_before() {
        let text = "a\n  at b\n\n}\nc\nd\n";
        let whole = |input: &'static [u8]| {
            let mut reader = Reader::new(Box::new(input), "x".to_owned(), false);
            let mut out = Vec::new();
            while let Some(batch) = reader.next().unwrap() {
                for record in batch.records(Records {
                    text: None,
                    time: None,
                }) {
                    out.push(String::from_utf8(record.unwrap().text.into_owned()).unwrap());
                }
            }
            out
        };
        assert_eq!(whole(text.as_bytes()), ["a\n  at b\n\n}\n", "c\n", "d\n"]);
        // However it falls into blocks.
        let long: &'static str = Box::leak(
            format!("{}z", "line of a log\n  and more of it\n".repeat(60_000)).into_boxed_str(),
        );
        let records = whole(long.as_bytes());
        assert_eq!(records.len(), 60_001);
        assert!(
            records[..60_000]
                .iter()
                .all(|r| r == "line of a log\n  and more of it\n")
        );
    }

    #[test]
    fn fields_lead_into_objects_and_bad_lines_are_numbered() {
        let lines = "{\"a\":{\"m\":\"x\"},\"t\":1762000000}\nnonsense\n\n{\"a\":{\"m\":{\"code\":1}}}\n{\"b\":1}\n";
        let batch = Batch {
            bytes: lines.into(),
            name: "x".to_owned(),
            first: 7,
        };
        let found: Vec<Result<(String, Option<i64>), u64>> = batch
            .records(Records {
                text: Some("a.m"),
                time: Some("t"),
            })
            .map(|r| r.map(|r| (String::from_utf8(r.text.into_owned()).unwrap(), r.time)))
            .collect();
        assert_eq!(
            found,
            [
                Ok(("x".to_owned(), Some(1_762_000_000))),
                Err(8),
                Ok(("{\"code\":1}".to_owned(), None)),
                Err(11),
            ]
        );
    }
}
