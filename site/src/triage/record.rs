//! Cuts a log into records and reads their times.
//!
//! A plain record is a line with those that go on with it: lines that are blank, begin with white space or begin with a closing
//! bracket. Lines are joined up to 64 KiB. One line is cut at 1 MiB or a little more; with a text field, where each line is one record,
//! at 64 MiB.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::LazyLock;

use serde_json::Value;

use crate::cli::Failure;
use crate::date::Date;
use crate::jsonl::{LONGEST, MARK};

/// Bytes that one worker gets at a time, unless one line has more.
const BLOCK: usize = 256 * 1024;
/// Lines that go on with a record are joined to it up to so many bytes.
const JOINED: usize = 64 * 1024;
/// Where a line is cut that does not end, unless it is one JSON object ([`LONGEST`]).
const LONGEST_LINE: usize = 4 * BLOCK;

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
                let longest = if self.by_line { LONGEST } else { LONGEST_LINE };
                match self.cut(&bytes, size) {
                    Some(cut) => cut,
                    // A line without an end: what can be held of it is a record.
                    None if bytes.len() > longest => bytes.len(),
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

    /// Where the last record that has ended for certain ends. Those before `seen` were looked at before.
    fn cut(&self, bytes: &[u8], seen: usize) -> Option<usize> {
        if self.by_line {
            // Had there been an end of a line before, it would have been cut there.
            let end = bytes.get(seen..)?.iter().rposition(|b| *b == b'\n')?;
            return Some(seen + end + 1);
        }
        let mut end = bytes.len();
        loop {
            let line = bytes[..end].iter().rposition(|b| *b == b'\n')?;
            let next = bytes.get(line + 1..).unwrap_or_default();
            if !next.is_empty() && !goes_on(next) || bytes.len() - line > JOINED {
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
        let bytes = self.bytes.as_slice();
        let mut rest = bytes.strip_prefix(MARK).unwrap_or(bytes);
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
    while end < bytes.len() && end < JOINED && goes_on(&bytes[end..]) {
        end += line_length(&bytes[end..]);
    }
    end
}

/// The record of a line of JSON. A field that holds no text is taken as it is written.
fn of_json(line: &[u8], text: &str, time: Option<&str>) -> Option<Record<'static>> {
    let value: Value = serde_json::from_slice(line)
        .or_else(|_| serde_json::from_slice(&legible(line)))
        .ok()?;
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
            // Nothing is logged in 1970: a zero stands for no time.
            Some(Value::Number(number)) => number.as_f64().filter(|n| *n > 0.0).and_then(epoch),
            _ => None,
        },
        None => time_in(line),
    };
    Some(Record {
        text: Cow::Owned(text.into_bytes()),
        time,
    })
}

/// The line with U+FFFD for what is no Unicode: a text that was cut by bytes or by UTF-16 ends in half a character.
fn legible(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line);
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = rest.iter().position(|b| *b == b'\\') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let size = match unit(rest) {
            Some(0xd800..=0xdbff) if matches!(unit(&rest[6..]), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.extend_from_slice(b"\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // A backslash that is escaped begins nothing.
            _ => rest.len().min(2),
        };
        out.extend_from_slice(&rest[..size]);
        rest = &rest[size..];
    }
    out.extend_from_slice(rest);
    out
}

/// The unit of UTF-16 that `text` begins with as an escape of JSON.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Seconds of a number that counts seconds, or thousandths, millionths or billionths of them; none of one that is too large to be a
/// time in any of these.
fn epoch(number: f64) -> Option<i64> {
    [1.0, 1e3, 1e6, 1e9]
        .map(|parts| number / parts)
        .into_iter()
        .find(|seconds| seconds.abs() < 1e11)
        .map(|seconds| seconds as i64)
}

/// The first time in the first 200 bytes: `2026-11-02T08:14:55` or with other signs between its parts, `20261102T081455`,
/// `02-11-2026 08:14:55` (the day first where both may be), `02/Nov/2026:08:14:55`, `Nov  2 08:14:55` with the year behind it or
/// without; and at the beginning the seconds, or thousandths of them, since 1970.
fn time_in(text: &[u8]) -> Option<i64> {
    let head = &text[..text.len().min(200)];
    let digits = head.iter().take_while(|b| b.is_ascii_digit()).count();
    if matches!(digits, 10 | 13) && head[0] == b'1' {
        return number(head, 0, digits).and_then(|count| epoch(count as f64));
    }
    (0..head.len().saturating_sub(14)).find_map(|at| {
        let before = at.checked_sub(1).map_or(b' ', |at| head[at]);
        let rest = &head[at..];
        match rest[0] {
            b'0'..=b'9' if !before.is_ascii_digit() => year_first(rest).or_else(|| day_first(rest)),
            b'A'..=b'S' if !before.is_ascii_alphanumeric() => month_first(rest, today),
            _ => None,
        }
    })
}

/// The number of so many digits.
fn number(text: &[u8], from: usize, size: usize) -> Option<i64> {
    text.get(from..from + size)?
        .iter()
        .try_fold(0_i64, |sum, b| {
            b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'))
        })
}

fn has(text: &[u8], at: usize, signs: &[u8]) -> bool {
    text.get(at).is_some_and(|b| signs.contains(b))
}

/// Seconds since 1970 of a date and a time of day.
fn moment(year: i64, month: i64, day: i64, second: i64) -> Option<i64> {
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| calculator::days_of(year, month, day) * 86_400 + second)
}

/// Seconds of the day of three numbers of two digits that begin so far apart from each other.
fn clock(text: &[u8], at: usize, apart: usize) -> Option<i64> {
    if apart == 3 && !(has(text, at + 2, b":") && has(text, at + 5, b":")) {
        return None;
    }
    let part = |n: usize| number(text, at + n * apart, 2);
    let (hour, minute, second) = (part(0)?, part(1)?, part(2)?);
    (hour < 24 && minute < 60 && second < 61).then_some(hour * 3600 + minute * 60 + second)
}

fn year_first(text: &[u8]) -> Option<i64> {
    let year = number(text, 0, 4)?;
    if has(text, 4, b"-/") && has(text, 7, b"-/") && has(text, 10, b"T _:") {
        let (month, day) = (number(text, 5, 2)?, number(text, 8, 2)?);
        return moment(year, month, day, clock(text, 11, 3)?);
    }
    if !has(text, 8, b"T") || text.get(15).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let (month, day) = (number(text, 4, 2)?, number(text, 6, 2)?);
    moment(year, month, day, clock(text, 9, 2)?)
}

fn day_first(text: &[u8]) -> Option<i64> {
    if !has(text, 2, b"-/.") {
        return None;
    }
    let first = number(text, 0, 2)?;
    if let Some(month) = month(text.get(3..6)?) {
        let parted = has(text, 6, b"-/.") && has(text, 11, b": T");
        return moment(number(text, 7, 4)?, month, first, clock(text, 12, 3)?).filter(|_| parted);
    }
    let second = number(text, 3, 2)?;
    let year = number(text, 6, 4)?;
    if text.get(5) != text.get(2) || !has(text, 10, b" T:_,") {
        return None;
    }
    let (day, month) = if second > 12 {
        (second, first)
    } else {
        (first, second)
    };
    let at = 11 + usize::from(has(text, 11, b" "));
    moment(year, month, day, clock(text, at, 3)?)
}

/// `Nov  2 08:14:55 2026`; without a year it is the last such day until `today`.
fn month_first(text: &[u8], today: impl Fn() -> Option<i64>) -> Option<i64> {
    let month = month(text.get(..3)?)?;
    if !has(text, 3, b" ") || !has(text, 6, b" ") {
        return None;
    }
    let day = number(text, 4, 2).or_else(|| number(text, 5, 1).filter(|_| has(text, 4, b" ")))?;
    let second = clock(text, 7, 3)?;
    let year = number(text, 16, 4).filter(|_| has(text, 15, b" "));
    if let Some(year) = year.filter(|year| (1970..2200).contains(year)) {
        return moment(year, month, day, second);
    }
    let today = today()?;
    let (year, ..) = calculator::date_of(today);
    // The clocks of two machines may lie on two days.
    let past = |year: i64| calculator::days_of(year, month, day) <= today + 1;
    moment(if past(year) { year } else { year - 1 }, month, day, second)
}

/// The number of a month by the three letters that programs write.
fn month(name: &[u8]) -> Option<i64> {
    let names = b"JanFebMarAprMayJunJulAugSepOctNovDec".as_chunks::<3>().0;
    let number = names.iter().position(|known| known == name)?;
    i64::try_from(number + 1).ok()
}

/// Days since 1970 until today, or the day that stands for it.
fn today() -> Option<i64> {
    static TODAY: LazyLock<Option<i64>> = LazyLock::new(|| {
        let (date, _) = Date::from_environment(None).ok()?;
        let (year, month, day) = date.parts();
        Some(calculator::days_of(year.into(), month.into(), day.into()))
    });
    *TODAY
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
            (
                "1.2.3.4 - - [02/Nov/2026:10:14:55 +0000] \"GET / HTTP/1.1\" 402",
                "2026-11-02 10:14:55",
            ),
            ("1762081200.123 x", "2025-11-02 11:00:00"),
            ("1762081200123 some words", "2025-11-02 11:00:00"),
            ("02-11-2026 14:14:55 x", "2026-11-02 14:14:55"),
            ("02.11.2026, 14:14:55 x", "2026-11-02 14:14:55"),
            ("11/30/2026 14:14:55 x", "2026-11-30 14:14:55"),
            ("20261102T151455Z x", "2026-11-02 15:14:55"),
            ("Mon Nov 02 12:14:55 2026 x", "2026-11-02 12:14:55"),
            ("Nov  2 12:14:55 2026 x", "2026-11-02 12:14:55"),
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
            "May be 12:14:55 or not",
            "32-11-2026 14:14:55",
            "17620812001 x",
            "20261102T1514550 x",
            "Nov 2 at 12:14:55",
        ] {
            assert_eq!(time_in(text.as_bytes()), None, "{text}");
        }
        for number in [1.762e9, 1.762e12, 1.762e15, 1.762e18] {
            assert_eq!(epoch(number), Some(1_762_000_000));
        }
        for number in [1.762e21, 1e300, f64::INFINITY] {
            assert_eq!(epoch(number), None, "{number}");
        }
    }

    #[test]
    fn lines_without_an_end_are_cut() {
        let sizes = |by_line: bool, text: Vec<u8>| {
            let mut reader = Reader::new(Box::new(io::Cursor::new(text)), "x".to_owned(), by_line);
            let mut sizes = Vec::new();
            while let Some(batch) = reader.next().unwrap() {
                sizes.push(batch.bytes.len());
            }
            sizes
        };
        let long = vec![b'x'; 3 * LONGEST_LINE];
        let plain = sizes(false, long.clone());
        assert_eq!(plain.iter().sum::<usize>(), long.len());
        assert!(
            plain.iter().all(|size| *size <= LONGEST_LINE + BLOCK),
            "{plain:?}"
        );
        // An object is not: the end of its line, which is in a later block, is found.
        let first = [&long[..], b"\n"].concat();
        let two = [&first[..], b"{}\n"].concat();
        assert_eq!(sizes(true, two.clone()), [two.len()]);
        let many = [first.clone(), vec![b'y'; 2 * BLOCK]].concat();
        assert_eq!(sizes(true, many), [first.len(), 2 * BLOCK]);
    }

    #[test]
    fn a_time_without_a_year_is_of_the_last_one() {
        let read = |text: &str, year, month, day| {
            month_first(text.as_bytes(), || {
                Some(calculator::days_of(year, month, day))
            })
            .map(written)
        };
        let told = |text: &str| Some(text.to_owned());
        let line = "Nov  2 11:14:55 host app: x";
        assert_eq!(read(line, 2026, 11, 29), told("2026-11-02 11:14:55"));
        assert_eq!(read(line, 2026, 11, 1), told("2026-11-02 11:14:55"));
        assert_eq!(read(line, 2027, 1, 3), told("2026-11-02 11:14:55"));
        assert_eq!(
            read("Dec 31 23:59:59 host", 2027, 1, 1),
            told("2026-12-31 23:59:59")
        );
        assert_eq!(read("Now 31 23:59:59 host", 2027, 1, 1), None);
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
    fn a_cut_character_hides_no_record() {
        let text = |line: &[u8]| {
            let record = of_json(line, "m", None)?;
            String::from_utf8(record.text.into_owned()).ok()
        };
        let told = |text: &str| Some(text.to_owned());
        for (line, expected) in [
            (&br#"{"m":"empty \ud83d"}"#[..], "empty \u{fffd}"),
            (br#"{"m":"empty","x":"\udd11 cut"}"#, "empty"),
            (
                br#"{"m":"\ud83d\ude00 \ude00\ud83d"}"#,
                "😀 \u{fffd}\u{fffd}",
            ),
            (br#"{"m":"\ud83d\ud83d\ude00"}"#, "\u{fffd}😀"),
            (br#"{"m":"C:\\ud83d \ud83d"}"#, "C:\\ud83d \u{fffd}"),
            (b"{\"m\":\"empty \xf0\x9f\x98\"}", "empty \u{fffd}"),
        ] {
            assert_eq!(text(line), told(expected));
        }
        for line in [
            &br#"{"m":"\ud83"}"#[..],
            br#"{"m":"x\"#,
            br#"{"m":"\u"}"#,
            b"\\",
        ] {
            assert_eq!(text(line), None);
        }
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
