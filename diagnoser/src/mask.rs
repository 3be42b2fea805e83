//! Finds what must not be shown, copied or logged: keys, tokens, addresses, phone numbers, ids, names of users in paths.
//!
//! Works on the paste as given, in one pass, so that what it finds can be cut out of it. By default it denies: a long run of
//! mixed letters and digits is taken for a secret whoever made it. It leaves alone what a diagnosis needs: codes, statuses,
//! hosts, amounts, words of messages, names of error types and models.

use alloc::vec::Vec;

use crate::Span;

/// What a secret is, as far as its shape tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// An API key or token.
    Key,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// An id of an account, a request or a task.
    Id,
    /// The name of a user in a path.
    User,
}

impl SecretKind {
    /// The lower-case word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SecretKind::Key => "key",
            SecretKind::Email => "email",
            SecretKind::Phone => "phone",
            SecretKind::Id => "id",
            SecretKind::User => "user",
        }
    }
}

/// Something to be masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where it stands in the paste.
    pub span: Span,
    /// What it is.
    pub kind: SecretKind,
}

/// Longest run of bytes that is looked at as one; what is longer is a blob, and a secret as a whole.
const LONGEST: usize = 4096;

/// Beginnings of keys, by vendor. What follows counts as a key whatever it looks like.
const PREFIXES: [&[u8]; 16] = [
    b"sk-",
    b"sk_",
    b"pk_",
    b"rk_",
    b"api-key-",
    b"r8_",
    b"hf_",
    b"ghp_",
    b"gho_",
    b"github_pat_",
    b"xoxb-",
    b"xoxp-",
    b"AIza",
    b"AKIA",
    b"fal_",
    b"key_",
];

/// Words after which a value is a key, in headers, settings and URLs.
const LABELS: [&[u8]; 16] = [
    b"bearer",
    b"api_key",
    b"apikey",
    b"api-key",
    b"access_key",
    b"accesskey",
    b"access-key",
    b"secret_key",
    b"secretkey",
    b"secret",
    b"access_token",
    b"token",
    b"authorization",
    b"password",
    b"passwd",
    b"key",
];

/// Everything to be masked in a paste, in order, without overlaps.
#[must_use]
pub fn secrets(text: &[u8]) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    let mut at = 0;
    let mut label_until = 0usize;
    while at < text.len() {
        if !is_part(text[at]) {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < text.len() && is_part(text[end]) {
            end += 1;
        }
        let run = &text[at..end];
        if let Some(secret) = email(text, at, end) {
            push(&mut found, secret);
            at = end.max(secret.span.end);
            continue;
        }
        let labelled = label_until == at && at > 0;
        take_run(text, at, run, labelled, &mut found);
        if names_a_key(run) {
            // A separator, quotes and the word Bearer may stand between a label and its value.
            let mut next = end;
            while next < text.len() && next - end < 6 && b"\"'\\:= ".contains(&text[next]) {
                next += 1;
            }
            if next > end {
                label_until = next;
            }
        }
        at = end;
    }
    phones(text, &mut found);
    users(text, &mut found);
    found.sort_by_key(|secret| (secret.span.start, core::cmp::Reverse(secret.span.end)));
    let mut kept: Vec<Secret> = Vec::with_capacity(found.len());
    for secret in found {
        if kept
            .last()
            .is_none_or(|last| secret.span.start >= last.span.end)
        {
            kept.push(secret);
        }
    }
    kept
}

/// Counts the secrets of a paste that comes in pieces. Looks at whole lines, and at pieces of 64 KiB where a line is longer, so
/// the count does not depend on how the paste was cut.
#[derive(Clone, Debug, Default)]
pub struct SecretCount {
    tail: Vec<u8>,
    count: u32,
}

impl SecretCount {
    const PIECE: usize = 64 * 1024;

    /// Reads the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let mut from = 0;
        loop {
            let rest = &self.tail[from..];
            let piece = &rest[..rest.len().min(Self::PIECE)];
            let length = match piece.iter().rposition(|b| *b == b'\n') {
                Some(end) if piece.len() == Self::PIECE => end + 1,
                None if piece.len() == Self::PIECE => piece.len(),
                _ => break,
            };
            self.count = self
                .count
                .saturating_add(u32::try_from(secrets(&piece[..length]).len()).unwrap_or(u32::MAX));
            from += length;
        }
        self.tail.drain(..from);
    }

    /// Ends the paste: how many places must be masked before it is shown.
    #[must_use]
    pub fn finish(self) -> u32 {
        self.count
            .saturating_add(u32::try_from(secrets(&self.tail).len()).unwrap_or(u32::MAX))
    }
}

/// Bytes of keys, ids and words.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~' | b'+')
}

fn push(found: &mut Vec<Secret>, secret: Secret) {
    if secret.span.start < secret.span.end {
        found.push(secret);
    }
}

fn secret(start: usize, end: usize, kind: SecretKind) -> Secret {
    Secret {
        span: Span { start, end },
        kind,
    }
}

fn names_a_key(run: &[u8]) -> bool {
    LABELS.iter().any(|label| {
        run.len() >= label.len()
            && run[run.len() - label.len()..].eq_ignore_ascii_case(label)
            && boundary(run, run.len() - label.len())
    })
}

/// Whether a label that begins at `at` of the run is a word of its own or the last word of a name such as `KIE_API_KEY`.
fn boundary(run: &[u8], at: usize) -> bool {
    at == 0
        || matches!(run[at - 1], b'_' | b'-' | b'.')
        || run[at - 1].is_ascii_lowercase() && run[at].is_ascii_uppercase()
}

/// Judges one run of bytes.
fn take_run(text: &[u8], start: usize, run: &[u8], labelled: bool, found: &mut Vec<Secret>) {
    let trimmed = run.len()
        - run
            .iter()
            .rev()
            .take_while(|b| matches!(b, b'.' | b'-'))
            .count();
    let run = &run[..trimmed];
    if run.len() < 8 {
        return;
    }
    if is_jwt(run)
        || PREFIXES.iter().any(|prefix| {
            run.starts_with(prefix)
                && run.len() >= prefix.len() + 8
                && is_mixed(&run[prefix.len()..])
        })
    {
        push(found, secret(start, start + run.len(), SecretKind::Key));
        return;
    }
    // id:secret pairs, as fal's keys are written
    let before = start.checked_sub(1).and_then(|i| text.get(i));
    let pair = before == Some(&b':')
        && found.last().is_some_and(|last| {
            last.span.end + 1 == start && matches!(last.kind, SecretKind::Id | SecretKind::Key)
        });
    if pair && run.len() >= 16 {
        if let Some(last) = found.last_mut() {
            *last = secret(last.span.start, start + run.len(), SecretKind::Key);
        }
        return;
    }
    if labelled && looks_made_up(run) {
        push(found, secret(start, start + run.len(), SecretKind::Key));
        return;
    }
    if is_uuid(run) {
        push(found, secret(start, start + run.len(), SecretKind::Id));
        return;
    }
    // Default-deny, part by part: names of types and models fall apart into words and short numbers, secrets do not.
    let mut from = 0;
    for part in run.split(|b| matches!(b, b'.' | b'-' | b'_' | b'~' | b'+')) {
        let (at, end) = (from, from + part.len());
        from = end + 1;
        if part.len() > LONGEST || is_random(part) {
            // The separators inside a key belong to it: take the whole run unless it is a host or a path of words.
            let whole = !run.contains(&b'.') || is_random(run);
            let (low, high) = if whole { (0, run.len()) } else { (at, end) };
            let kind = if part.len() >= 32 {
                SecretKind::Key
            } else {
                SecretKind::Id
            };
            push(found, secret(start + low, start + high, kind));
            return;
        }
    }
}

/// Letters of both cases, or digits: not a word that happens to follow a prefix.
fn is_mixed(bytes: &[u8]) -> bool {
    has_digit(bytes)
        || bytes.iter().any(u8::is_ascii_uppercase) && bytes.iter().any(u8::is_ascii_lowercase)
}

fn has_digit(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit)
}

/// Three parts of base64url, the first of which is a JSON object.
fn is_jwt(run: &[u8]) -> bool {
    run.starts_with(b"eyJ") && run.len() > 20 && run.iter().filter(|b| **b == b'.').count() >= 1
}

fn is_uuid(run: &[u8]) -> bool {
    run.len() == 36
        && run.iter().enumerate().all(|(i, b)| {
            if matches!(i, 8 | 13 | 18 | 23) {
                *b == b'-'
            } else {
                b.is_ascii_hexdigit()
            }
        })
}

/// A value behind a label: not a word, not a placeholder, not a number.
fn looks_made_up(run: &[u8]) -> bool {
    run.len() >= 12 && has_digit(run) && run.iter().any(u8::is_ascii_alphabetic) || is_random(run)
}

/// Letters and digits mixed as no word, model name, time or number is.
fn is_random(part: &[u8]) -> bool {
    if part.len() < 16 {
        return false;
    }
    let digits = part.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = part.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let hex = part.iter().all(u8::is_ascii_hexdigit);
    if hex {
        return part.len() >= 20 && digits >= 4 && letters >= 2 || part.len() >= 32;
    }
    // How often the sort of letter changes: words do it seldom.
    let sort = |b: &u8| {
        if b.is_ascii_digit() {
            0
        } else if b.is_ascii_uppercase() {
            1
        } else if b.is_ascii_lowercase() {
            2
        } else {
            3
        }
    };
    let changes = part
        .windows(2)
        .filter(|pair| sort(&pair[0]) != sort(&pair[1]))
        .count();
    letters >= 6
        && (digits >= 3 && changes * 5 >= part.len()
            || part.len() >= 24 && digits >= 2 && changes * 4 >= part.len())
}

/// An address around the run that ends before an `@`, or holds one through `%40`.
fn email(text: &[u8], start: usize, end: usize) -> Option<Secret> {
    let at = if text.get(end) == Some(&b'@') {
        end + 1
    } else if text
        .get(end..end + 3)
        .is_some_and(|rest| rest.eq_ignore_ascii_case(b"%40"))
    {
        end + 3
    } else {
        return None;
    };
    let mut stop = at;
    while text
        .get(stop)
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
    {
        stop += 1;
    }
    while stop > at && matches!(text[stop - 1], b'.' | b'-') {
        stop -= 1;
    }
    let domain = text.get(at..stop)?;
    let dot = domain.iter().rposition(|b| *b == b'.')?;
    let top = &domain[dot + 1..];
    (top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic))
        .then(|| secret(start, stop, SecretKind::Email))
}

/// Phone numbers: an international one, or an Indonesian one that begins with 08.
fn phones(text: &[u8], found: &mut Vec<Secret>) {
    let mut at = 0;
    while at < text.len() {
        let plus = text[at] == b'+';
        let local = text[at] == b'0' && text.get(at + 1) == Some(&b'8');
        let fresh = at == 0
            || !(text[at - 1].is_ascii_alphanumeric()
                || matches!(text[at - 1], b'.' | b'-' | b'_' | b'/' | b':' | b'='));
        if !(plus || local) || !fresh {
            at += 1;
            continue;
        }
        let (mut end, mut digits, mut gap) = (at + 1, usize::from(!plus), false);
        while let Some(byte) = text.get(end) {
            if byte.is_ascii_digit() {
                digits += 1;
                gap = false;
            } else if matches!(byte, b' ' | b'-' | b'.' | b'(' | b')') && !gap {
                gap = true;
            } else {
                break;
            }
            end += 1;
        }
        let stop = end - usize::from(gap);
        let word_after = text.get(stop).is_some_and(|b| b.is_ascii_alphanumeric());
        if (if plus {
            (9..=15).contains(&digits)
        } else {
            (10..=13).contains(&digits)
        }) && !word_after
        {
            push(found, secret(at, stop, SecretKind::Phone));
        }
        at = end;
    }
}

/// Names of users in paths: `/home/NAME/`, `/Users/NAME/`, `C:\Users\NAME\`.
fn users(text: &[u8], found: &mut Vec<Secret>) {
    let mut at = 0;
    while at + 6 < text.len() {
        let rest = &text[at..];
        let length = if rest.starts_with(b"/home/") {
            6
        } else if rest[0] == b'/' && rest.starts_with(b"/Users/") {
            7
        } else if matches!(rest[0], b'\\' | b'/')
            && rest.len() > 7
            && rest[1..].starts_with(b"Users")
        {
            1 + 5
                + rest[6..]
                    .iter()
                    .take_while(|b| matches!(b, b'\\' | b'/'))
                    .count()
        } else {
            at += 1;
            continue;
        };
        let name = rest[length..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b' '))
            .count();
        let closed = rest
            .get(length + name)
            .is_some_and(|b| matches!(b, b'\\' | b'/'));
        if name > 0 && closed && length > 5 {
            push(
                found,
                secret(at + length, at + length + name, SecretKind::User),
            );
        }
        at += length.max(1) + name;
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use alloc::string::String;
    use std::format;

    /// Values of the shape of keys, made from a number: none of them is one.
    fn fake(seed: u64, alphabet: &[u8], length: usize) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        (0..length)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                char::from(alphabet[(state >> 33) as usize % alphabet.len()])
            })
            .collect()
    }

    const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const HEX: &[u8] = b"0123456789abcdef";

    #[test]
    fn keys_of_every_shape_are_found_wherever_they_stand() {
        let mut missed = Vec::new();
        for seed in 1..200 {
            let (a, h) = (fake(seed, ALPHANUMERIC, 40), fake(seed, HEX, 32));
            let keys = [
                format!("sk-{a}"),
                format!("api-key-kling-{}", &a[..24]),
                format!("r8_{}", &a[..37]),
                h.clone(),
                format!(
                    "{}-{}-{}-{}-{}:{}",
                    &h[..8],
                    &h[8..12],
                    &h[12..16],
                    &h[16..20],
                    &h[20..32],
                    fake(seed + 1, HEX, 32)
                ),
                format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", &a[..20], &a[20..]),
            ];
            for key in &keys {
                for context in [
                    format!("Authorization: Bearer {key}"),
                    format!("```\nKIE_API_KEY={key}\n```"),
                    format!("kunci saya {key} kenapa gagal"),
                    format!("my key is {key}, why does it fail?"),
                    format!("| key | {key} |"),
                    format!("{{\"api_key\":\"{key}\"}}"),
                    format!("https://query.example.com/user/quota?key={key}&x=1"),
                    format!("<td>{key}</td>"),
                    format!("(\"{key}\")"),
                ] {
                    let at = context.find(key.as_str()).unwrap();
                    let covered = secrets(context.as_bytes())
                        .iter()
                        .any(|s| s.span.start <= at && s.span.end >= at + key.len());
                    if !covered {
                        missed.push(context);
                    }
                }
            }
        }
        assert!(
            missed.is_empty(),
            "{} missed, such as {:?}",
            missed.len(),
            &missed[..missed.len().min(5)]
        );
    }

    #[test]
    fn what_a_diagnosis_needs_is_left_alone() {
        for text in [
            r#"{"code":1102,"message":"Account balance not enough"}"#,
            "HTTP/1.1 429 Too Many Requests",
            "video_genration_concurrency_exceeded",
            "InputImageSensitiveContentDetected.PrivacyInformation",
            "doubao-seedance-1-0-pro-fast-251015",
            "RateLimitExceeded.EndpointRPMExceeded",
            "https://api-singapore.klingai.com/v1/videos/image2video",
            "pre_consume_token_quota_failed",
            "organization_spend_limit_exceeded",
            "2026-11-02T08:14:55.120Z",
            "model/mode/duration(kling-v2-5-turbo/std/10) is not supported",
            "parallel task over resource pack limit",
            "user quota: $0.000000, need quota: $0.060000",
            "Bearer undefined",
            "token expired at 1767225600",
            "$6,300 for 45,000 units",
            "comfy_api_nodes/apis/client.py",
            "该令牌额度已用尽",
        ] {
            assert_eq!(secrets(text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn people_are_found_by_address_number_and_path() {
        for (text, kind, part) in [
            (
                "mail user@example.com now",
                SecretKind::Email,
                "user@example.com",
            ),
            (
                "GET /accounts/user%40example.com",
                SecretKind::Email,
                "user%40example.com",
            ),
            ("WA 0812-3456-7890 ya", SecretKind::Phone, "0812-3456-7890"),
            (
                "call +62 812 3456 7890.",
                SecretKind::Phone,
                "+62 812 3456 7890",
            ),
            ("/home/budi/app/x.py", SecretKind::User, "budi"),
            (r"C:\Users\siti\AppData\x", SecretKind::User, "siti"),
            (r"C:\\Users\\siti\\AppData", SecretKind::User, "siti"),
            (
                "request_id 2bbd7f2f-60bd-c5b0-e3c8-99cbd9219669",
                SecretKind::Id,
                "2bbd7f2f-60bd-c5b0-e3c8-99cbd9219669",
            ),
        ] {
            let found = secrets(text.as_bytes());
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(&text[found[0].span.start..found[0].span.end], part);
            assert_eq!(found[0].kind, kind, "{text}");
        }
    }

    #[test]
    fn counting_does_not_depend_on_how_the_paste_is_cut() {
        let line = format!(
            "user@example.com called with sk-{} at /home/budi/x\n",
            fake(3, ALPHANUMERIC, 40)
        );
        let text = line.repeat(3000);
        let count = |size: usize| {
            let mut counter = SecretCount::default();
            text.as_bytes()
                .chunks(size)
                .for_each(|piece| counter.feed(piece));
            counter.finish()
        };
        assert_eq!(count(usize::MAX), 9000);
        for size in [1000, 4096, 65536, 70000] {
            assert_eq!(count(size), 9000, "{size}");
        }
    }

    #[test]
    fn any_bytes_are_answered_in_order_and_without_overlap() {
        let mut state = 1u64;
        for length in 0..400 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    b"a0Z.-_@/\\+ :\"users=home8\xff"[(state >> 33) as usize % 24]
                })
                .collect();
            let found = secrets(&bytes);
            assert!(
                found
                    .windows(2)
                    .all(|pair| pair[0].span.end <= pair[1].span.start)
            );
            assert!(
                found
                    .iter()
                    .all(|s| s.span.start < s.span.end && s.span.end <= bytes.len())
            );
        }
    }
}
