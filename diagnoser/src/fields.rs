//! Reads what stands behind a key: codes, HTTP statuses, request ids. Works on canonical text, where JSON at any depth of
//! escaping, Python and JavaScript dumps, form dumps, HTTP heads and log lines look alike, so no parser is needed.

use crate::vm::is_word;

/// What a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// `code`, and what stands before it decides: an error code, an HTTP status or either.
    Code,
    /// `status`, `http`, `状态码`: an HTTP status.
    Status,
    /// `error 402`: an HTTP status if it has three digits and tells of an error.
    Error,
    /// `errno`, `ret`, `kode`, `错误码`: an error code.
    Number,
    /// An id of the request.
    Request,
}

/// The literals of the keys. They stand behind the literals of the pack in the filter.
pub(crate) const KEYS: [(&str, Key); 18] = [
    ("code", Key::Code),
    ("status", Key::Status),
    ("http", Key::Status),
    ("error", Key::Error),
    ("errno", Key::Number),
    ("\"ret\"", Key::Number),
    ("ret=", Key::Number),
    ("kode", Key::Number),
    ("codigo", Key::Code),
    ("错误码", Key::Number),
    ("错误代码", Key::Number),
    ("状态码", Key::Status),
    ("return code", Key::Number),
    ("request_id", Key::Request),
    ("request id", Key::Request),
    ("requestid", Key::Request),
    ("request-id", Key::Request),
    ("replicate-request", Key::Request),
];

/// What was read behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A code of the sender.
    Code,
    /// An HTTP status.
    Status,
    /// `Error code: 402` says either.
    Either,
    /// An id of the request.
    Request,
}

/// A value: its kind and where it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// Where the key begins.
    pub(crate) key: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Value {
    /// The same value in a text that begins at `base` of another.
    pub(crate) fn moved(self, base: usize) -> Value {
        Value {
            kind: self.kind,
            key: base + self.key,
            start: base + self.start,
            end: base + self.end,
        }
    }
}

/// What may stand between a key and its value; the first that fits is taken.
const FILLERS: &[u8] = b"is |code |code: |error |error: |of |was |de error: |de erro: ";

/// The words of a list.
fn words(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| *byte == b'|')
}

/// Whether the text ends with one of the words of a list.
#[inline(never)]
fn ends_with(text: &[u8], list: &[u8]) -> bool {
    words(list).any(|word| text.ends_with(word))
}

/// Longest value that is read.
const MAX_VALUE: usize = 64;

/// Reads the value behind the key that stands at `start..end` of `text`.
pub(crate) fn read(text: &[u8], key: Key, start: usize, end: usize) -> Option<Value> {
    let (kind, key_start) = kind_of(text, key, start)?;
    let mut at = end;
    if key == Key::Status && text.get(at) == Some(&b'/') {
        // HTTP/1.1 429
        at += 1;
        while text
            .get(at)
            .is_some_and(|b| b.is_ascii_digit() || *b == b'.')
        {
            at += 1;
        }
    }
    if text.get(at..).is_some_and(|rest| rest.starts_with(b"nya")) {
        // `kodenya 5001`, as Indonesians write it
        at += 3;
    }
    let from = at;
    // `status` in `status_code`, `http` in `https`, `code` in `codec`: another key, or none.
    if text.get(at).is_some_and(|b| is_word(*b))
        && text.get(start).is_some_and(u8::is_ascii)
        && text.get(end - 1) != Some(&b'=')
    {
        return None;
    }
    while at - from < 8
        && text
            .get(at)
            .is_some_and(|b| b"\"'`: =([{->#*|,".contains(b))
    {
        // `if (code === 1102)` asks for a code and gives none.
        if text.get(at..at + 2) == Some(b"==") {
            return None;
        }
        at += 1;
    }
    if key != Key::Request {
        let rest = text.get(at..).unwrap_or_default();
        let filler = words(FILLERS).find(|filler| rest.starts_with(filler));
        at += filler.map_or(0, <[u8]>::len);
    }
    let separated =
        at > from || text.get(end - 1) == Some(&b'=') || !text.get(start).is_some_and(u8::is_ascii);
    let mut stop = at;
    while stop - at < MAX_VALUE
        && text.get(stop).is_some_and(|b| {
            is_word(*b)
                || *b == b'-'
                || (*b == b'.' && text.get(stop + 1).is_some_and(u8::is_ascii_alphanumeric))
        })
    {
        stop += 1;
    }
    let value = text.get(at..stop)?;
    if !separated || value.is_empty() {
        return None;
    }
    let kind = match kind {
        Kind::Status if !is_status(value) => return None,
        Kind::Either if !is_status(value) => Kind::Code,
        Kind::Request if value.len() < 3 => return None,
        kind => kind,
    };
    if key == Key::Error && !matches!(value.first(), Some(b'4' | b'5')) {
        return None;
    }
    Some(Value {
        kind,
        key: key_start,
        start: at,
        end: stop,
    })
}

fn is_status(value: &[u8]) -> bool {
    value.len() == 3 && value.iter().all(u8::is_ascii_digit) && matches!(value[0], b'1'..=b'5')
}

/// What the key means where it stands, and where it begins; none if it is part of another word.
fn kind_of(text: &[u8], key: Key, start: usize) -> Option<(Kind, usize)> {
    let word_to = |end: usize| {
        let part = |b: &&u8| is_word(**b) || **b == b'-';
        let text = text.get(end.saturating_sub(16)..end).unwrap_or_default();
        end - text.iter().rev().take_while(part).count()
    };
    let from = word_to(start);
    let before = text.get(from..start)?;
    let before = before
        .strip_suffix(b"_")
        .or_else(|| before.strip_suffix(b"-"))
        .unwrap_or(before);
    let word_before = |list| ends_with(text.get(..start).unwrap_or_default(), list);
    let alone_or = |list| before.is_empty() || ends_with(before, list);
    let (kind, at) = match key {
        Key::Code if before.is_empty() => {
            let word = word_to(start.saturating_sub(1));
            if word_before(b"status |http |response ") {
                (Kind::Status, word)
            } else if word_before(b"error ") {
                (Kind::Either, word)
            } else {
                (Kind::Code, start)
            }
        }
        // `status_code` is HTTP for most and the sender's own code for some, so its value counts as both.
        Key::Code if ends_with(before, b"status|http|response") => (Kind::Either, from),
        Key::Code if ends_with(before, b"err|error|fail|failure|biz|result|res|ret|sub|api") => {
            (Kind::Code, from)
        }
        Key::Status if alone_or(b"http|error|response|err|api") => (Kind::Status, from),
        Key::Error if alone_or(b"api|http|client|server") => (Kind::Status, from),
        Key::Number if text.get(start).is_some_and(u8::is_ascii) && !before.is_empty() => {
            return None;
        }
        Key::Number => (Kind::Code, start),
        Key::Request => (Kind::Request, start),
        Key::Code | Key::Status | Key::Error => return None,
    };
    Some((kind, at))
}

/// Whether the digits at `start..end` stand as a number of their own: not part of a longer number, a time, an amount, a path, a
/// word or the value of something else than an error.
pub(crate) fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let before = |n: usize| start.checked_sub(n).and_then(|i| text.get(i)).copied();
    let after = |n: usize| text.get(end + n).copied();
    let digit = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_digit());
    let joins = |b: Option<u8>| b.is_some_and(|b| b".,:-/".contains(&b));
    let free_before = match before(1) {
        None => true,
        Some(b'$' | b'*' | b'/') => false,
        // What a log gives by a name is a code only if the name says so.
        Some(b'=') => named_error(text.get(..start - 1).unwrap_or_default()),
        Some(b) if b.is_ascii_alphanumeric() => false,
        // A comma groups digits by three; before four of them it is punctuation.
        Some(b',') if end - start != 3 => true,
        b if joins(b) => !digit(before(2)),
        Some(_) => true,
    };
    let free_after = match after(0) {
        None => true,
        Some(b) if b.is_ascii_alphanumeric() || b == b'_' || b == b'%' => false,
        b if joins(b) => !digit(after(1)),
        Some(b' ') => !counts(text.get(end + 1..).unwrap_or_default()),
        Some(_) => true,
    };
    free_before && free_after
}

/// Whether the text begins with what a number counts or measures: `429 videos` is no status.
fn counts(text: &[u8]) -> bool {
    let word = text
        .iter()
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    COUNTED
        .split(|b| *b == b' ')
        .any(|counted| text.get(..word) == Some(counted))
}

/// Units, and what is bought, made and sent, in words of canonical text.
const COUNTED: &[u8] = b"ms mb kb ks sec seconds minutes credits units points coins tokens videos clips images tasks jobs requests \
users times koin kredit unit poin menit detik";

/// Whether the text ends with what errors are named by.
fn named_error(text: &[u8]) -> bool {
    let names: [&[u8]; 3] = [b"code", b"err", b"errno"];
    names.iter().any(|name| text.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(Kind, &str)> {
        let mut found: Option<(Kind, &str)> = None;
        for at in 0..text.len() {
            for (literal, key) in KEYS {
                if found.is_none() && text.as_bytes()[at..].starts_with(literal.as_bytes()) {
                    found = read(text.as_bytes(), key, at, at + literal.len())
                        .map(|v| (v.kind, &text[v.start..v.end]));
                }
            }
        }
        found
    }

    #[test]
    fn reads_codes_and_statuses_in_the_shapes_they_come_in() {
        for (text, expected) in [
            (r#"{"code":1102,"message":"x"}"#, Some((Kind::Code, "1102"))),
            ("{'code': '1102'}", Some((Kind::Code, "1102"))),
            ("error code: 402 - {", Some((Kind::Status, "402"))),
            ("error code=1201 message=x", Some((Kind::Code, "1201"))),
            ("status_code: 429", Some((Kind::Either, "429"))),
            ("http/1.1 429 too many", Some((Kind::Status, "429"))),
            ("http/2 402", Some((Kind::Status, "402"))),
            ("http 412: not", Some((Kind::Status, "412"))),
            ("failcode\":\"501\"", Some((Kind::Code, "501"))),
            ("api error (401)", Some((Kind::Status, "401"))),
            ("error 1102 (42000)", None),
            ("错误码1303", Some((Kind::Code, "1303"))),
            ("(错误码: 4013)", Some((Kind::Code, "4013"))),
            ("postcode 12345", None),
            ("https://x", None),
            (
                "code: insufficient_user_quota,",
                Some((Kind::Code, "insufficient_user_quota")),
            ),
            ("request id: abc-123)", Some((Kind::Request, "abc-123"))),
            ("kode 1102", Some((Kind::Code, "1102"))),
            ("codigo de erro: 1102", Some((Kind::Code, "1102"))),
            ("codigo: 1102", Some((Kind::Code, "1102"))),
        ] {
            assert_eq!(first(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_inside_another_does_not_stand_alone() {
        for (text, expected) in [
            ("kling 1102", true),
            ("(1102)", true),
            ("报1102,", true),
            ("503,1102 x", true),
            ("1102.", true),
            ("11:02:1102", false),
            ("1102,5", false),
            ("x1102", false),
            ("$1102", false),
            ("port=1102 idle", false),
            ("errno=1102", true),
            ("error_code=1102", true),
            ("=1102", false),
            ("/assets/1102", false),
            ("took 1102 ms", false),
            ("1102 mb of", false),
            ("1102 msg", true),
            ("1102 videos left", false),
            ("1102 video failed", true),
            ("2026-1102", false),
            ("11020", false),
        ] {
            let start = text.find("1102").unwrap();
            assert_eq!(
                stands_alone(text.as_bytes(), start, start + 4),
                expected,
                "{text}"
            );
        }
    }
}
