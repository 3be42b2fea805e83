//! Finds what must not be shown, copied or logged: keys, tokens, addresses, phone numbers, ids, names of users in paths.
//!
//! Works on the paste as given, in one pass, so that what it finds can be cut out of it. By default it denies: a long run of
//! mixed letters and digits is taken for a secret whoever made it. It leaves alone what a diagnosis needs: codes, statuses,
//! hosts, amounts, words of messages, names of error types and models.
//!
//! Blocks of 64 bytes are sorted into bits first, which the compiler turns into vector code. Only where those bits show a
//! trigger (a label's `:`, an `@`, a long run in which letters and digits take turns...) is the text read byte by byte:
//! forwards and backwards over everything that may stand inside a key without being part of it (soft line breaks,
//! characters without width, entities, percent signs). No byte is read so twice, so time grows linearly.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::Span;
use crate::bytes::{
    ALPHANUMERIC, DIGIT, DOT, HYPHEN, LETTER, LOW_LINE, LOWER, PLUS, SLASH, UPPER, all, any, class,
    count, first, is, last, leading, trailing,
};
use crate::normalise::character;
use crate::words::{Words, holds, same};

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

const KINDS: [SecretKind; 5] = [
    SecretKind::Key,
    SecretKind::Email,
    SecretKind::Phone,
    SecretKind::Id,
    SecretKind::User,
];

/// Why something is taken for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It begins as the keys of a company do.
    Issuer,
    /// It is a JSON web token.
    Jwt,
    /// A word before it says so: `api_key`, `password`, `task_id`.
    Label,
    /// Letters and digits are mixed as in no word.
    Mixture,
    /// It has the shape of a UUID, an address, a phone number or a path.
    Shape,
    /// It stands before the host in a URL.
    Login,
}

impl Reason {
    /// The lower-case word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Issuer => "issuer",
            Reason::Jwt => "jwt",
            Reason::Label => "label",
            Reason::Mixture => "mixture",
            Reason::Shape => "shape",
            Reason::Login => "login",
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
    /// What tells so.
    pub reason: Reason,
}

/// Everything to be masked in a paste, in order, without overlaps.
#[must_use]
pub fn secrets(text: &[u8]) -> Vec<Secret> {
    let mut pass = Pass {
        text,
        found: Vec::new(),
        done: 0,
        plain: Vec::new(),
        places: Vec::new(),
    };
    let mut at = 0;
    while at < text.len() {
        let mut padded = [0; WIDTH + 2];
        let window = match at
            .checked_sub(1)
            .and_then(|from| text.get(from..at + WIDTH + 1))
            .and_then(|whole| <&[u8; WIDTH + 2]>::try_from(whole).ok())
        {
            Some(window) => window,
            None => {
                let from = at.saturating_sub(1);
                let rest = &text[from..text.len().min(at + WIDTH + 1)];
                let gap = usize::from(at == 0);
                padded[gap..gap + rest.len()].copy_from_slice(rest);
                &padded
            }
        };
        let mut events = events(window);
        while events != 0 {
            pass.event(at + events.trailing_zeros() as usize);
            events &= events - 1;
        }
        at += STRIDE;
    }
    pass.found
}

/// Masks texts. The same secret has the same name, such as `[key-1]`, in all texts of one masker.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    names: BTreeMap<(SecretKind, Vec<u8>), String>,
    /// The highest number of each kind that has a name, or that a text came with.
    last: BTreeMap<SecretKind, u32>,
}

impl Masker {
    /// What stands in place of a secret: its kind and a number, from 1.
    pub fn name(&mut self, kind: SecretKind, secret: &[u8]) -> &str {
        let last = self.last.entry(kind).or_default();
        self.names
            .entry((kind, secret.to_vec()))
            .or_insert_with(|| {
                *last = last.saturating_add(1);
                format!("[{}-{last}]", kind.as_str())
            })
    }

    /// Keeps the names that stand in a text, which was masked before, from being given again.
    pub fn reserve(&mut self, text: &[u8]) {
        for name in text.split(|b| *b == b'[').skip(1) {
            for kind in KINDS {
                let number = name
                    .strip_prefix(kind.as_str().as_bytes())
                    .and_then(|rest| rest.strip_prefix(b"-"))
                    .map_or(&b""[..], |rest| first(&rest[..leading(rest, DIGIT)], 9));
                let number = number
                    .iter()
                    .fold(0, |sum, b| sum * 10 + u32::from(b - b'0'));
                let last = self.last.entry(kind).or_default();
                *last = number.max(*last);
            }
        }
    }

    /// The text with names in place of its secrets. Nothing is left to mask: what becomes one because its neighbour went is
    /// masked as well.
    pub fn mask(&mut self, text: &[u8]) -> Vec<u8> {
        self.reserve(text);
        let mut out = text.to_vec();
        loop {
            let found = secrets(&out);
            if found.is_empty() {
                return out;
            }
            let mut next = Vec::with_capacity(out.len());
            let mut at = 0;
            for Secret { span, kind, .. } in found {
                next.extend_from_slice(&out[at..span.start]);
                next.extend_from_slice(self.name(kind, &out[span.start..span.end]).as_bytes());
                at = span.end;
            }
            next.extend_from_slice(&out[at..]);
            out = next;
        }
    }
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

/// Beginnings of keys, by vendor. What follows counts as a key unless it is a word.
const ISSUERS: &[u8] = b"sk- sk_ pk- pk_ rk- rk_ api-key- r8_ hf_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- npm_ \
xoxb- xoxp- xoxa- xoxe- xoxr- xoxs- xapp- xnd_ Mid- SB-Mid- sb_ GOCSPX- AIza AKIA ASIA AKLT AKID LTAI ya29 fal_ key_ xai- gsk_ pplx- tgp_ tok_ whsec_ dapi";

/// The first three bytes of each.
const STARTS: [[u8; 3]; 45] = {
    let mut out = [[0; 3]; 45];
    let (mut n, mut at) = (0, 0);
    while at < ISSUERS.len() {
        out[n] = [ISSUERS[at], ISSUERS[at + 1], ISSUERS[at + 2]];
        while at < ISSUERS.len() && ISSUERS[at] != b' ' {
            at += 1;
        }
        (n, at) = (n + 1, at + 1);
    }
    assert!(n == out.len());
    out
};

/// Addresses that messages name and that are nobody's; `git@host:` is how repositories are named.
const ROLES: Words = Words::new(
    b"git support help contact info sales service hello noreply no-reply api business billing cs admin security layanan bantuan",
);

/// What labels end with, as words: those of keys, whatever they look like; of what may be a key; of passwords; and a header's,
/// which has names and values of its own.
const LABELS: Words = Words::new(
    b"apikey accesskey secretkey privatekey authtoken accesstoken clientsecret \
\xe5\xaf\x86\xe9\x92\xa5 \xe4\xbb\xa4\xe7\x89\x8c \
key token secret authorization bearer signature credential kunci session sid \
password passwd pwd pass sandi passphrase \xe5\xaf\x86\xe7\xa0\x81 cookie",
);
/// The numbers of the last one of each.
const ENDS: [usize; 4] = [9, 19, 26, 27];
/// The words before `key`, `token` and `secret` that make one for certain.
const SURE: Words = Words::new(b"api access secret private auth client");
/// The last three letters of each, of what may follow them, and of the owners that may stand behind their `ID`.
const TAILS: &[u8] = b"keykenretionrerureialnciordswdpwdassndiasekununagaskieayanyaapi";
/// What may follow a label, in this order: whose it is, and what of.
const MINE: &[u8] = b" saya|nya|-| | api";

/// Parts of what stands behind such labels in messages and examples.
const SAYINGS: &[u8] =
    b"your string undefined valid incorrect missing required expired match auth config suffic";
/// Parts of the names of amounts, codes and times.
const COUNTED: &[u8] = b"quota code total saldo timestamp";

/// What an id may be of. An id of a model, a plan or an error is no secret.
const OWNERS: Words = Words::new(b"request req task account acct user usr u trace order session customer org organization team job \
generation prediction invoice transaction trade client tenant workspace member device akun pengguna tugas permintaan pesanan");

/// Words that may stand before a value, with a blank behind them.
const SCHEMES: &[u8] = b"bearer basic token key";
/// Most bytes of a character, however it is written.
const ESCAPE: usize = 24;

/// Bytes sorted into bits at a time.
const WIDTH: usize = 64;
/// Least length of a run that is looked at without a label.
const RUN: usize = 8;
/// Blocks overlap, so that each such run lies in one of them whole or begins in it.
const STRIDE: usize = WIDTH - RUN + 1;
/// The bits of a block that are looked at; the others are those of the next one.
const REACH: u64 = (1 << STRIDE) - 1;
/// Most characters of a stretch that are judged. What is longer is a blob, of which the beginning tells what it is.
const LONGEST: usize = 4096;

/// Most characters of a name that are looked at.
const NAME: usize = 32;
/// Most characters that are looked at on either side of a line break.
const SEEN: usize = 128;

/// Whether the code is to be small rather than quick, as in the module.
const SMALL: bool = cfg!(target_arch = "wasm32");

/// Where in a block something may be found: one bit for each of its first [`STRIDE`] bytes. The window holds a byte more on
/// either side.
fn events(window: &[u8; WIDTH + 2]) -> u64 {
    let digits = of_class(window, DIGIT, is_digit);
    let letters = of_class(window, LETTER, |byte| is_upper(byte & 0xdf));
    let marks = bits(|i| {
        let (byte, after) = (window[i + 1], window[i + 2]);
        let sign = (byte == b'@') | (byte == b':') | (byte == b'=') | (byte == b'%');
        let before = window[i];
        let number = (byte == b'0') & (after.wrapping_sub(b'2') < 8) & (before != b'-')
            | (byte == b'6') & (after == b'2');
        let phone = (byte == b'+') | number & !is_digit(before);
        let path =
            ((byte == b'/') | (byte == b'\\')) & ((after | 0x20 == b'h') | (after | 0x20 == b'u'));
        let option = (byte == b'-') & (before == b' ');
        sign | phone | path | option | (byte == b'&') & (after == b'#')
    });
    // Hardly any of a page's stand between a name and a value.
    let closes = bits(|i| window[i + 1] == b'>')
        & (letters << 1 | u64::from(is(window[0], LETTER)))
        & ((letters | digits) >> 1);
    let mut events = 0;
    let mut rest = if SMALL {
        REACH
    } else {
        (marks | closes) & REACH
    };
    let thin = |i: usize| {
        let (before, byte, after) = (window[i], window[i + 1], window[i + 2]);
        (before == 0xe2) & (byte == 0x80) & (after.wrapping_sub(0x8b) < 5)
            | (before == 0xe2) & (byte == 0x81) & (after == 0xa0)
            | (before == 0xef) & (byte == 0xbb) & (after == 0xbf)
            | (before == 0xc2) & (byte == 0xad)
            // A wide colon.
            | (before == 0xef) & (byte == 0xbc) & (after == 0x9a)
    };
    while rest != 0 {
        let i = rest.trailing_zeros() as usize;
        let (before, after) = (window[i], window[i + 2]);
        let triggers = match window[i + 1] {
            b'@' => true,
            b':' | b'=' => may_be_labelled(&window[..=i]),
            b'%' => after.is_ascii_alphanumeric(),
            // Quotes are no more than they are when they stand as they are.
            b'&' => after == b'#' && !matches!(window[i + 3..i + 6], [b'3', b'4' | b'9', b';']),
            b'+' => is_digit(after),
            b'0' => {
                after.wrapping_sub(b'2') < 8 && before != b'-' && !before.is_ascii_alphanumeric()
            }
            b'6' => {
                after == b'2'
                    && !before.is_ascii_alphanumeric()
                    && !window[i + 3].is_ascii_alphanumeric()
            }
            b'/' => after | 0x20 == b'h' || after == b'U',
            // Of escapes those of ASCII.
            b'\\' => {
                after | 0x20 == b'h'
                    || after | 0x20 == b'u'
                        && matches!(window[i + 3..i + 5], [b'0', b'0'] | [b's' | b'S', _])
            }
            b'>' => closes >> i & 1 != 0 && may_be_labelled(&window[..=i]),
            b'-' => before == b' ' && (after == b'-' || after == b'u' && window[i + 3] == b' '),
            _ => SMALL && thin(i),
        };
        events |= u64::from(triggers) << i;
        rest &= rest - 1;
    }
    if !SMALL && window.iter().fold(0, |all, byte| all | byte) >= 0x80 {
        events |= bits(thin);
    }
    let alphanumeric = letters | digits;
    let words = alphanumeric
        | of_class(window, HYPHEN | LOW_LINE, |byte| {
            (byte == b'-') | (byte == b'_')
        });
    // A one where eight bytes of a run follow.
    let pairs = words & (words >> 1);
    let fours = pairs & (pairs >> 2);
    let starts = fours & (fours >> 4) & REACH;
    if starts != 0 {
        let capitals = of_class(window, UPPER, is_upper);
        let before = |bits: u64, first: bool| bits << 1 | u64::from(first);
        let turns = alphanumeric
            & before(alphanumeric, window[0].is_ascii_alphanumeric())
            & ((digits ^ before(digits, is_digit(window[0])))
                | (capitals ^ before(capitals, is_upper(window[0]))));
        let mut rest = starts & !(starts << 1);
        while rest != 0 {
            let first = rest.trailing_zeros();
            let run = words >> first;
            let length = run.trailing_ones();
            let inside = u64::MAX.checked_shl(length).map_or(u64::MAX, |m| !m) << first;
            // The letter of an escape is no part of the word behind it.
            let word = first as usize + 1 + usize::from(window[first as usize] == b'\\');
            if has_three(turns & inside)
                || may_be_issued([window[word], window[word + 1], window[word + 2]])
                || length >= 10 && (digits & inside).count_ones() >= 10
            {
                events |= 1 << first;
            }
            rest &= rest - 1;
        }
    }
    events & REACH
}

/// Of each byte the [`STARTS`] in which it is the first, second, third: a bit for each. The last bit is for JSON web tokens.
const IN_STARTS: [[u64; 256]; 3] = {
    let mut out = [[0; 256]; 3];
    let mut n = 0;
    while n <= STARTS.len() {
        let start = if n < STARTS.len() { STARTS[n] } else { *b"eyJ" };
        let mut at = 0;
        while at < start.len() {
            out[at][start[at] as usize] |= 1 << n;
            at += 1;
        }
        n += 1;
    }
    out
};

/// Whether keys of a company, or tokens, may begin with these bytes: cheap, and mostly no.
fn may_be_issued(start: [u8; 3]) -> bool {
    if SMALL {
        let mut starts = ISSUERS.split(|b| *b == b' ');
        return start == *b"eyJ" || starts.any(|issuer| issuer.starts_with(&start));
    }
    let [first, second, third] = start.map(usize::from);
    IN_STARTS[0][first] & IN_STARTS[1][second] & IN_STARTS[2][third] != 0
}

/// Whether what ends here may be the label of a value, for all that its last bytes tell: cheap, and mostly no.
fn may_be_labelled(text: &[u8]) -> bool {
    match text {
        _ if SMALL => true,
        [
            ..,
            b'"' | b'\'' | b'\\' | b' ' | b'`' | b'*' | b']' | b';' | 0x80..,
        ] => true,
        // The attribute that pages are full of ends as `pass` does.
        [.., b'l', b'a', b's', b's'] => false,
        [.., a, b, c] => is_tail([*a, *b, *c]),
        _ => true,
    }
}

/// Whether labels end with these three letters, or with the last two.
fn is_tail(mut tail: [u8; 3]) -> bool {
    const LAST: u32 = {
        let mut out = 1 << (b'd' - b'a');
        let mut at = 2;
        while at < TAILS.len() {
            out |= 1 << (TAILS[at] - b'a');
            at += 3;
        }
        out
    };
    tail.make_ascii_lowercase();
    let last = tail[2].wrapping_sub(b'a');
    last < 26
        && LAST >> last & 1 != 0
        && (tail[1..] == *b"id" || TAILS.as_chunks::<3>().0.contains(&tail))
}

/// Whether it may be of a letter of two bytes.
fn is_wide(byte: u8) -> bool {
    matches!(byte, 0x80..=0xbf | 0xc3..=0xdf)
}

fn has_three(bits: u64) -> bool {
    // Most processors have an instruction that counts, but not those that programs are compiled for.
    let but_lowest = |bits: u64| bits & bits.wrapping_sub(1);
    but_lowest(but_lowest(bits)) != 0
}

/// One bit for each byte of a block that is in one of the classes, which is what `is_in` says too.
#[cfg(target_arch = "wasm32")]
#[inline(never)]
fn of_class(window: &[u8; WIDTH + 2], classes: u8, _: fn(u8) -> bool) -> u64 {
    (0..WIDTH).fold(0, |out, i| out | u64::from(is(window[i + 1], classes)) << i)
}

/// One bit for each byte of a block that is in one of the classes, which is what `is_in` says too, for vector code.
#[cfg(not(target_arch = "wasm32"))]
fn of_class(window: &[u8; WIDTH + 2], _: u8, is_in: impl Fn(u8) -> bool) -> u64 {
    bits(|i| is_in(window[i + 1]))
}

/// One bit for each byte of a block, the first lowest.
fn bits(is: impl Fn(usize) -> bool) -> u64 {
    let mut flags = [0; WIDTH];
    for (i, flag) in flags.iter_mut().enumerate() {
        *flag = u8::from(is(i));
    }
    gathered(&flags)
}

/// The lowest bit of each byte, which are the only ones.
fn gathered(flags: &[u8; WIDTH]) -> u64 {
    let mut out = 0;
    for (n, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // Each byte is moved to a bit of its own in the highest byte.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        out |= gathered << (8 * n);
    }
    out
}

fn is_digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

fn is_upper(byte: u8) -> bool {
    byte.wrapping_sub(b'A') < 26
}

/// Bytes of keys, ids and words.
const WORD: u8 = ALPHANUMERIC | HYPHEN | LOW_LINE;

fn is_word(byte: u8) -> bool {
    is(byte, WORD)
}

/// Bytes that stand between the parts of a key, a path or a host.
fn is_joiner(byte: u8) -> bool {
    is(byte, PLUS | SLASH | DOT) || byte == b'~'
}

/// The last word of a name in camel case.
fn last_hump(name: &[u8]) -> &[u8] {
    if all(name, UPPER) {
        return name;
    }
    &name[name.iter().rposition(u8::is_ascii_uppercase).unwrap_or(0)..]
}

/// What a label says of the value behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Key,
    /// A key, whatever it looks like.
    Sure,
    Password,
    Id,
    /// A name and a password with a colon between them.
    Login,
    /// A header, with names and values of its own.
    Cookie,
}

struct Pass<'t> {
    text: &'t [u8],
    found: Vec<Secret>,
    /// What lies before was judged.
    done: usize,
    /// A stretch without what stands inside a key but is no part of it...
    plain: Vec<u8>,
    /// ... and where each of its characters begins and ends.
    places: Vec<(usize, usize)>,
}

impl Pass<'_> {
    fn at(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or_default()
    }

    /// A piece of the text; nothing where there is none.
    #[inline(never)]
    fn piece(&self, start: usize, end: usize) -> &[u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    /// What follows, up to so many bytes.
    #[inline(never)]
    fn after(&self, at: usize, most: usize) -> &[u8] {
        first(self.text.get(at..).unwrap_or_default(), most)
    }

    /// The character at `at`, however it is written, and its length.
    fn character(&self, at: usize) -> (char, usize) {
        character(self.after(at, ESCAPE))
            .unwrap_or((char::from(self.at(at)), usize::from(at < self.text.len())))
    }

    /// The character before `at`, however it is written, and its length, with what stands between and has no width.
    fn character_before(&self, at: usize) -> (char, usize) {
        let mut end = at;
        while end > 0 {
            let mut size = end.min(7);
            // Escapes end with a letter, a digit or `;`, and hardly ever does one begin, or what is not ASCII.
            let may_begin = |byte: &u8| *byte >= 0x80 || matches!(byte, b'&' | b'\\' | b'%');
            if matches!(self.before(end), b' ' | b'"' | b'\'' | b':' | b'`')
                || !self.piece(end - size, end).iter().any(may_begin)
            {
                size = 1;
            }
            while size > 1 && self.character(end - size).1 != size {
                size -= 1;
            }
            end -= size;
            let (sign, _) = self.character(end);
            if !is_thin(sign) || at - end > ESCAPE {
                return (sign, at - end);
            }
        }
        ('\0', at)
    }

    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |at| self.at(at))
    }

    fn starts(&self, at: usize, with: &[u8]) -> bool {
        self.at(at) | 0x20 == with[0] | 0x20
            && same(self.piece(at, at.wrapping_add(with.len())), with)
    }

    /// Looks at a place that the bits pointed out.
    fn event(&mut self, at: usize) {
        let (sign, size) = self.character(at);
        let after = at + size;
        match sign {
            '@' => self.address(at, after),
            ':' | '=' => self.label(at, after),
            '>' => {
                let name = trailing(self.piece(at.saturating_sub(NAME), at), WORD);
                if self.before(at - name) == b'<' {
                    self.label(at, after);
                }
            }
            '-' if at >= self.done && self.option(at) => {}
            '+' | '0' | '6' if self.phone(at, after) => {}
            '/' | '\\' if self.user(at, after, sign) || size == 1 => {}
            // The second byte of a wide colon, and of a character without width.
            _ if self.at(at) == 0xbc => self.label(at - 1, at + 2),
            _ => self.stretch(at - usize::from(self.at(at) >= 0x80)),
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: SecretKind, reason: Reason) {
        if start >= end {
            return;
        }
        let mut secret = Secret {
            span: Span { start, end },
            kind,
            reason,
        };
        // They come nearly in order; what overlaps becomes one.
        let mut place = self.found.len();
        while let Some(last) = place.checked_sub(1).and_then(|n| self.found.get(n)) {
            if last.span.end <= start {
                break;
            }
            place -= 1;
            if last.span.start < secret.span.end {
                secret.span.start = secret.span.start.min(last.span.start);
                secret.span.end = secret.span.end.max(last.span.end);
                secret.kind = secret.kind.min(last.kind);
                self.found.remove(place);
            }
        }
        self.found.insert(place, secret);
    }

    /// One character of a key that begins at `at`, if it is one, and its length; of what stands inside a key but is no part
    /// of it only the length.
    fn unit(&self, at: usize) -> Option<(Option<u8>, usize)> {
        let byte = self.at(at);
        if is_word(byte) || is_joiner(byte) {
            return Some((Some(byte), 1));
        }
        let rest = self.text.get(at..)?;
        match rest {
            // The colours of a terminal.
            [0x1b, b'[', code @ ..] => return Some((None, 2 + colour(code)?)),
            [b'\\', b'/', ..] => return Some((Some(b'/'), 2)),
            // Quoted-printable, and lines that a shell goes on with.
            [b'=', b'\n', after @ ..] if is_rest(after) => return Some((None, 2)),
            [b'=', b'\r', b'\n', after @ ..] if is_rest(after) => return Some((None, 3)),
            [b'\\', b'\n', ..] => return Some((None, 2)),
            [b'\\', b'\r', b'\n', ..] => return Some((None, 3)),
            // Padding, not the sign between a name and a value.
            [b'=', next, ..] if is_word(*next) => return None,
            _ if rest.starts_with(b"&shy;") || rest.starts_with(b"<wbr>") => {
                return Some((None, 5));
            }
            _ => {}
        }
        match self.character(at) {
            (sign, size) if is_thin(sign) => Some((None, size)),
            (c, size) => {
                let byte = u8::try_from(c).ok()?;
                (is_word(byte) || is_joiner(byte) || byte == b'=').then_some((Some(byte), size))
            }
        }
    }

    /// Length of a line break at `at` that cuts a key: what follows looks like the rest of one, and what was before it like the
    /// beginning.
    fn soft_break(&self, at: usize, before: &[u8], known: bool) -> Option<usize> {
        let size = 1 + usize::from(self.at(at) == b'\r');
        if self.at(at + size - 1) != b'\n' {
            return None;
        }
        let next = at + size;
        let rest = self.piece(next, self.text.len());
        let length = leading(first(rest, SEEN), WORD);
        let after = &rest[..length];
        // A name with its value, an address or a file begins a line of its own.
        if matches!(rest.get(length), Some(b':' | b'=' | b'@' | b'(' | b'\\'))
            && !ends_in_padding(&rest[length..])
        {
            return None;
        }
        let joins = if is_half(before) {
            is_half(after)
                || known && goes_on(after)
                || length >= 4 && turns(after) >= 2 && before.len() >= 16
        } else {
            known && goes_on(after)
        };
        joins.then_some(size)
    }

    /// Where the stretch around `at` begins. Never before what was judged.
    fn begin(&self, mut at: usize) -> usize {
        while at > self.done {
            let byte = self.before(at);
            if is_word(byte) || is_joiner(byte) {
                at -= 1;
                continue;
            }
            let from = at.saturating_sub(10).max(self.done);
            let unit = match byte {
                // The digits behind these were taken for characters.
                b'%' | b'\\' | b'#' => at - 1 - usize::from(byte == b'#' && at > from + 1),
                b';' | b'>' | b'\n' | 0x80..=0xff => {
                    let Some(unit) = (from..at).find(|start| {
                        self.unit(*start)
                            .is_some_and(|(_, size)| size > 1 && start + size == at)
                    }) else {
                        break;
                    };
                    unit
                }
                _ => break,
            };
            if self.unit(unit).is_none_or(|(_, size)| size < 2) {
                break;
            }
            at = unit;
        }
        // The rest of an escape is no part of the word behind it.
        match (self.before(at), self.at(at)) {
            (b'\\', b'n' | b'r' | b't' | b'b' | b'f') => at + 1,
            (b'\\', b'u') if self.unit(at - 1).is_none() => at + 5,
            (b'\\', b'x') | (b'%', b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                at + 2 + usize::from(self.at(at) == b'x')
            }
            (b'[', b'0'..=b'9') => {
                // A colour of a terminal.
                at + colour(self.after(at, NAME)).unwrap_or_default()
            }
            _ => at,
        }
    }

    /// Reads the stretch around `at` and judges it.
    fn stretch(&mut self, at: usize) {
        if at < self.done {
            return;
        }
        let start = self.begin(at);
        if self.read(start, false) == start {
            self.done = self.done.max(at + 1);
            return;
        }
        self.judge();
    }

    /// Reads the stretch that begins at `start` into `plain`, and gives where it ends.
    fn read(&mut self, start: usize, labelled: bool) -> usize {
        self.plain.clear();
        self.places.clear();
        let mut at = start;
        let mut end = start;
        loop {
            match self.unit(at) {
                Some((Some(byte), size)) => {
                    if self.plain.len() < LONGEST {
                        self.plain.push(byte);
                        self.places.push((at, at + size));
                    } else if let Some(last) = self.places.last_mut() {
                        last.1 = at + size;
                    }
                    at += size;
                    end = at;
                }
                Some((None, size)) if !self.plain.is_empty() => at += size,
                _ if matches!(self.at(at), b'\r' | b'\n') && at == end && at > start => {
                    let seen = &self.plain[self.plain.len().saturating_sub(SEEN)..];
                    let before = last(seen, trailing(seen, WORD));
                    let known = labelled || issuer(before) > 0;
                    match self.soft_break(at, before, known) {
                        Some(size) => at += size,
                        None => break,
                    }
                }
                _ => break,
            }
        }
        if end > start {
            self.done = self.done.max(end);
        }
        end
    }

    /// Finds the secrets of the stretch that was read; tells whether there are any.
    fn judge(&mut self) -> bool {
        let plain = core::mem::take(&mut self.plain);
        let places = core::mem::take(&mut self.places);
        let mut any = false;
        // A stretch may be made to look like base64 at each of its parts.
        let mut tries = 8_usize;
        let mut at = 0;
        while at < plain.len() {
            if !is_word(plain[at]) {
                at += 1;
                continue;
            }
            let size = leading(&plain[at..], WORD);
            let mut end = at + size;
            let cut_up = matches!(plain.get(end), Some(b'+' | b'/' | b'='))
                && (at == 0 || is_odd(&plain[at..end]))
                && tries > 0;
            tries -= usize::from(cut_up);
            if cut_up && let Some(length) = base64(&plain[at..], self.before(places[at].0), at == 0)
            {
                end = at + length;
                self.pair_or_push(
                    places[at].0,
                    places[end - 1].1,
                    SecretKind::Key,
                    Reason::Mixture,
                );
                any = true;
            } else if let Some((kind, reason)) = self.part(&plain, at, end, &places) {
                // What hangs on a key by the signs of base64, or of a token, belongs to it.
                loop {
                    let padding = padding(&plain[end..]);
                    if padding > 0 {
                        end += padding;
                        break;
                    }
                    let next = plain.get(end + 1..).unwrap_or_default();
                    let length = leading(next, WORD);
                    let joined = match plain.get(end) {
                        // An id and its secret, as Zhipu's keys are written.
                        Some(b'.') if kind == SecretKind::Key && length >= 16 => true,
                        Some(b'.') => matches!(reason, Reason::Jwt | Reason::Issuer),
                        Some(b'+' | b'/' | b'~') => !matches!(reason, Reason::Shape | Reason::Jwt),
                        _ => false,
                    };
                    let odd = length > 0 && (reason == Reason::Jwt || is_odd(&next[..length]));
                    if !joined || !odd {
                        break;
                    }
                    end += 1 + length;
                }
                let (start, mut stop) = (places[at].0, places[end - 1].1);
                if places.len() == LONGEST && end == plain.len() {
                    stop = places[LONGEST - 1].1;
                }
                let shown = if kind == SecretKind::Phone {
                    0
                } else {
                    stamp(&plain[at..end])
                };
                self.pair_or_push(places[at + shown].0.max(start), stop, kind, reason);
                any = true;
            }
            at = end;
        }
        self.plain = plain;
        self.places = places;
        any
    }

    /// A secret on its own, or the second half of `id:secret`, as fal's keys are written.
    fn pair_or_push(&mut self, start: usize, end: usize, kind: SecretKind, reason: Reason) {
        let (colon, sign) = self.character_before(start);
        // The number of a bot, as Telegram's keys are written.
        let mut bot = start.saturating_sub(sign);
        let mut digits = 0;
        while kind == SecretKind::Key
            && colon == ':'
            && digits < NAME
            && let ('0'..='9', size) = self.character_before(bot)
        {
            (bot, digits) = (bot - size, digits + 1);
        }
        if digits >= 8 {
            return self.push(bot, end, kind, reason);
        }
        if colon == ':'
            && let Some(last) = self.found.last_mut()
            && last.span.end + sign == start
            && matches!(last.kind, SecretKind::Id | SecretKind::Key)
        {
            last.span.end = end;
            last.kind = SecretKind::Key;
            last.reason = Reason::Issuer;
            return;
        }
        self.push(start, end, kind, reason);
    }

    /// What the part `at..end` of a stretch is, if it is a secret.
    fn part(
        &self,
        plain: &[u8],
        at: usize,
        end: usize,
        places: &[(usize, usize)],
    ) -> Option<(SecretKind, Reason)> {
        let part = &plain[at..end];
        if part.len() >= 12 && part.starts_with(b"eyJ") {
            return Some((SecretKind::Key, Reason::Jwt));
        }
        // Keys of useapi.net, `user:12-...`, and of bots of Telegram, `1234567890:AA...`.
        let is_owned = || {
            let (colon, size) = self.character_before(places[at].0);
            let owner = places[at].0.saturating_sub(size);
            colon == ':'
                && (is_digit(part[0]) && self.starts(owner.saturating_sub(4), b"user")
                    || part.starts_with(b"AA") && is_digit(self.before(owner)))
        };
        if part.len() >= 16 && is_owned() && is_mixed(part, 16) {
            return Some((SecretKind::Key, Reason::Issuer));
        }
        let prefix = issuer(part);
        let rest = &part[prefix..];
        if prefix > 0
            && (is_mixed(rest, 8)
                || rest
                    .split(|b| !is(*b, ALPHANUMERIC))
                    .any(|piece| piece.len() >= 16))
        {
            return Some((SecretKind::Key, Reason::Issuer));
        }
        if ends_in_uuid(part) {
            return Some((SecretKind::Id, Reason::Shape));
        }
        if all(part, DIGIT) {
            let phone = part.starts_with(b"628")
                && (11..=14).contains(&part.len())
                && !matches!(part[3], b'0' | b'4' | b'6');
            let owned = part.len() >= 8 && self.owner_before(places[at].0);
            if !(phone || owned || part.len() >= 15) || self.is_counted(places[at].0) {
                return None;
            }
            return Some(if phone {
                (SecretKind::Phone, Reason::Shape)
            } else if owned {
                (SecretKind::Id, Reason::Label)
            } else {
                (SecretKind::Id, Reason::Mixture)
            });
        }
        is_random(part).then_some((
            if part.len() >= 32 {
                SecretKind::Key
            } else {
                SecretKind::Id
            },
            Reason::Mixture,
        ))
    }

    /// Whether the words before the number at `at` make it an amount, a code or a time: `user_quota=`, `"timestampUs": `; or it is
    /// the fraction of one.
    fn is_counted(&self, at: usize) -> bool {
        let signs = self.piece(at.saturating_sub(4), at).iter().rev();
        let end = at - signs.take_while(|b| b" =:\"'`\\".contains(b)).count();
        let before = self.piece(end.saturating_sub(NAME), end);
        let name = last(before, trailing(before, LETTER | LOW_LINE));
        holds(name, COUNTED) || self.before(at) == b'.' && is_digit(self.before(at - 1))
    }

    /// Whether the words before the number at `at` say whose it is: `account 2100000000`, `user id 2100000000`.
    fn owner_before(&self, at: usize) -> bool {
        let Some(end) = at.checked_sub(1).filter(|end| self.at(*end) == b' ') else {
            return false;
        };
        OWNERS.has(self.piece(self.word_before(end), end))
            || matches!(self.label_of(end), Some(Label::Id))
    }

    /// Where the word of letters that ends at `end` begins.
    fn word_before(&self, end: usize) -> usize {
        end - trailing(self.piece(end.saturating_sub(20), end), LETTER)
    }

    /// What the words before the sign at `sign` say of the value behind it.
    #[inline(never)]
    fn label_of(&self, sign: usize) -> Option<Label> {
        let mut end = sign;
        while sign - end < 8
            && let (close, size) = self.character_before(end)
            && matches!(close, '"' | '\'' | '\\' | ' ' | '`' | '*' | ']')
        {
            end -= size;
        }
        // Most words are told from labels by their last letters.
        let tail = [
            self.before(end.saturating_sub(2)),
            self.before(end.saturating_sub(1)),
            self.before(end),
        ];
        if tail == *b" -u" {
            return Some(Label::Login);
        }
        if !is_tail(tail) && !matches!(tail[2], 0x81 | 0x8c | 0xa5) {
            return None;
        }
        // `kunci API saya: ...`, `kunci API-nya: ...`
        if matches!(tail[2] | 0x20, b'a' | b'i') {
            for word in MINE.split(|b| *b == b'|') {
                if end >= word.len() && self.starts(end - word.len(), word) {
                    end -= word.len();
                }
            }
        }
        let start = self.word_before(end);
        let mut word = self.piece(start, end);
        if word.is_empty() {
            // Chinese words are of two characters.
            word = self.piece(end.saturating_sub(6), end);
        }
        let last = last_hump(word);
        let mut before = end - last.len();
        if before == start && matches!(self.before(start), b'_' | b'-' | b' ') {
            before -= 1;
        }
        let previous = || last_hump(self.piece(self.word_before(before), before));
        // Also `ID akun: ...`.
        let id = |word: &[u8]| same(word, b"id");
        let own = if id(&tail[1..]) {
            OWNERS.has(&word[..word.len().saturating_sub(2)]) || id(last) && OWNERS.has(previous())
        } else {
            OWNERS.has(last) && id(previous())
        };
        if own {
            return Some(Label::Id);
        }
        let number = match LABELS.number(last) {
            0 => LABELS.number(word),
            number => number,
        };
        if number == 0 {
            return None;
        }
        Some(match ENDS.iter().position(|end| number <= *end) {
            Some(1) if !SURE.has(previous()) => Label::Key,
            Some(0 | 1) => Label::Sure,
            Some(2) => Label::Password,
            _ => Label::Cookie,
        })
    }

    /// Judges the value behind the sign at `sign`, if the words before it make it a secret.
    fn label(&mut self, sign: usize, after: usize) {
        let Some(label) = self.label_of(sign) else {
            return;
        };
        let mut start = after;
        let mut scheme = label == Label::Login;
        loop {
            let (sign, mut skipped) = self.character(start);
            if !(matches!(
                sign,
                '"' | '\'' | '\\' | ' ' | '\t' | '`' | '=' | ':' | '>' | '*'
            ) || sign == '[' && label == Label::Cookie)
            {
                let word = SCHEMES.split(|b| *b == b' ').find(|word| {
                    self.starts(start, word) && self.character(start + word.len()).0 == ' '
                });
                skipped = word.map_or(0, <[u8]>::len);
                scheme |= skipped > 0;
            }
            if skipped == 0 || start - after > 24 {
                break;
            }
            start += skipped;
        }
        if start < self.done {
            return;
        }
        if label == Label::Cookie {
            return self.cookies(start);
        }
        let end = self.value(start, false);
        let value = self.piece(start, end);
        let digits = any(value, DIGIT);
        let secret = match label {
            Label::Id => false,
            // As in `Bearer user:secret`.
            _ if scheme && value.contains(&b':') => value.len() >= 12 && !holds(value, b"//"),
            Label::Password if digits => value.len() >= 6,
            _ => !digits && self.is_chosen(label, start, end),
        };
        if secret {
            let end = self.value(start, digits);
            self.push(start, end, SecretKind::Key, Reason::Label);
            self.done = self.done.max(end);
            return;
        }
        if label == Label::Login {
            return;
        }
        let end = self.read(start, matches!(label, Label::Key | Label::Sure));
        if end == start {
            return;
        }
        let judged = self.judge();
        let size = self
            .plain
            .iter()
            .rposition(|b| is_word(*b) || matches!(b, b'=' | b'/' | b'+'))
            .map_or(0, |n| n + 1);
        // What holds a key is one as a whole, if its label says so; an id may have more to show.
        let near = self
            .found
            .last()
            .is_some_and(|last| last.span.start <= start + STAMP);
        if judged && label == Label::Id && near {
            return;
        }
        let value = &self.plain[..size];
        let kind = match label {
            Label::Id => {
                let first = first(value, leading(value, WORD));
                // What a name stands behind is what was left of an id.
                let own = first.len() >= 4
                    && first.len() == value.len()
                    && self.at(end) != b'['
                    && any(first, DIGIT);
                own.then_some(SecretKind::Id)
            }
            _ => {
                let cases = any(value, LOWER) && any(value, UPPER);
                (judged || is_mixed(value, 8) || scheme && cases && value.len() >= 16)
                    .then_some(SecretKind::Key)
            }
        };
        if let (Some(kind), Some((_, stop))) =
            (kind, size.checked_sub(1).and_then(|n| self.places.get(n)))
        {
            let stop = *stop;
            self.push(self.places[stamp(value)].0, stop, kind, Reason::Label);
        }
    }

    /// Where the value at `start` ends: before the quote that closes it, if one opens it, or before what is no part of it;
    /// between quotes it may hold blanks if it is to be read `whole`.
    fn value(&self, start: usize, whole: bool) -> usize {
        let quote = self.before(start);
        let quoted = matches!(quote, b'"' | b'\'' | b'`');
        let mut at = start;
        while at < start + SEEN {
            let byte = self.at(at);
            let inside = match byte {
                b'"' | b'\'' | b'`' => quoted && byte != quote,
                b'\\' => false,
                b'<' | b'[' => quoted && at > start,
                // What begins with a name is another value.
                b',' | b'&' | b';' => {
                    let rest = self.after(at + 1, NAME);
                    let size = leading(rest, WORD);
                    let next = rest.get(size).copied().unwrap_or_default();
                    size > 0 && !matches!(next, b'=' | b':' | b'%') && (byte, next) != (b'&', b';')
                }
                b' ' | 0x80.. => quoted && whole,
                _ => byte.is_ascii_graphic(),
            };
            if !inside {
                break;
            }
            at += 1;
        }
        at.min(self.text.len())
    }

    /// Whether the value `start..end`, which holds no digit, is a secret all the same behind such a label, and no word of a
    /// message, no name in a program and no example.
    fn is_chosen(&self, label: Label, start: usize, end: usize) -> bool {
        let value = self.piece(start, end);
        let next = self.at(end);
        let sign = self.before(start);
        // Of several words between quotes, or after a blank, the first is one of a message rather.
        let given = sign == b'=' || sign != b' ' && next != b' ';
        let least = match label {
            Label::Password => 12 - 6 * usize::from(given),
            Label::Sure if given => 8,
            Label::Key | Label::Sure => 16,
            _ => return false,
        };
        // Its last sign may be that of a sentence.
        let body = first(value, value.len().saturating_sub(1));
        if value.len() < least
            || matches!(next, b'(' | b'[')
            || body.iter().any(|b| b"$.(){}<*%".contains(b))
            || holds(value, SAYINGS)
        {
            return false;
        }
        // The name of a variable, and of a label, is no value.
        let name = last_hump(last(value, trailing(value, LETTER)));
        match label {
            Label::Password => LABELS.number(value) == 0,
            _ if LABELS.has(name) => false,
            Label::Sure if given => true,
            _ => all(body, LETTER) && turns(body) == 0,
        }
    }

    /// Takes the values of a header's cookies for one secret, whatever their names.
    fn cookies(&mut self, at: usize) {
        let start = at + leading(self.after(at, SEEN), WORD | DOT) + 1;
        if self.before(start) != b'=' {
            return;
        }
        let inside = |b: &&u8| **b >= b' ' && !b"\"'\\`<[".contains(b);
        let size = self.after(start, LONGEST).iter().take_while(inside).count();
        if size >= 6 {
            self.push(start, start + size, SecretKind::Key, Reason::Label);
            self.done = self.done.max(start + size);
        }
    }

    /// What a command is given by name at `at`: ` --password x`, or ` -u name:x` as curl takes it.
    fn option(&mut self, at: usize) -> bool {
        let end = at + leading(self.after(at, NAME), WORD);
        if self.at(end) == b' ' {
            self.label(end, end + 1);
        }
        end <= self.done
    }

    /// Where the name of an address that ends at `end` begins. Letters of two bytes belong to it, as in `josé`; those of three,
    /// as in Chinese, are words without a blank before it.
    fn local(&self, end: usize, floor: usize) -> usize {
        let part = |b: &&u8| {
            is(**b, ALPHANUMERIC | PLUS | HYPHEN | DOT | LOW_LINE) || **b == b'%' || is_wide(**b)
        };
        let mut at = end - self.piece(floor, end).iter().rev().take_while(part).count();
        while self.at(at) & 0xc0 == 0x80 {
            at += 1;
        }
        at
    }

    /// An address around the `@` at `sign..after`, or a login before the host of a URL.
    fn address(&mut self, sign: usize, after: usize) {
        let floor = sign.saturating_sub(128);
        let start = self.local(sign, floor);
        if ROLES.has(self.piece(start, sign)) {
            return;
        }
        let login = |b: &&u8| b.is_ascii_graphic() && !b"@/?#\"'`<>\\[](),".contains(b);
        let before = self.piece(floor, sign).iter().rev();
        let mut from = sign - before.take_while(login).count();
        // A password may hold the sign that ends it.
        let begun = self
            .found
            .last()
            .filter(|last| last.reason == Reason::Login && last.span.end + 1 == from);
        let follows = begun.is_some();
        from = begun.map_or(from, |last| last.span.start);
        if follows || from < sign && self.before(from) == b'/' && self.before(from - 1) == b'/' {
            self.push(from, sign, SecretKind::Key, Reason::Login);
            self.done = self.done.max(sign);
            return;
        }
        if start == sign {
            return;
        }
        let rest = self.after(after, 253);
        let part = |b: &&u8| is(**b, ALPHANUMERIC | HYPHEN | DOT) || is_wide(**b);
        let mut size = rest.iter().take_while(part).count();
        size -= trailing(&rest[..size], HYPHEN | DOT);
        let domain = &rest[..size];
        let top = domain.rsplit(|b| *b == b'.').next().unwrap_or_default();
        if top.len() >= 2 && top.len() < size && all(top, LETTER) {
            let end = after + size;
            self.push(start, end, SecretKind::Email, Reason::Shape);
            self.done = self.done.max(end);
        } else if size > 0 && matches!(rest[size..], [b':', b'~' | b'/', ..]) {
            // Where a command is typed.
            self.push(start, sign, SecretKind::User, Reason::Shape);
        }
    }

    /// A phone number at `at`, whose next sign is `after`: an international one, or an Indonesian one that begins with 08, 62-8 or
    /// the code of a town, (021).
    fn phone(&mut self, at: usize, after: usize) -> bool {
        let before = self.before(at);
        if before.is_ascii_alphanumeric()
            || matches!(before, b'.' | b'-' | b'_' | b'/' | b'+')
            // The seconds of a time.
            || before == b':' && is_digit(self.before(at - 1))
        {
            return false;
        }
        let plus = !is_digit(self.at(at));
        let (mut next, mut end, mut digits, mut gap) = (if plus { after } else { at }, at, 0, 0);
        // The first three digits, how many stand together at the beginning, and what ends them.
        let (mut head, mut lead, mut sign) = (0_u32, 0, 0);
        loop {
            let byte = self.at(next);
            next += 1;
            if is_digit(byte) {
                digits += 1;
                if digits <= 3 {
                    head = head * 10 + u32::from(byte & 15);
                }
                (end, gap) = (next, 0);
            } else if matches!(byte, b' ' | b'-' | b'.' | b'(' | b')')
                // The last bytes of dashes and of blanks that do not break.
                || matches!(byte, 0x90..=0x95 | 0xa0 | 0xaf)
            {
                if lead == 0 {
                    // A day and a month, or columns of figures.
                    if !plus && digits < 3 && head != 62 {
                        return false;
                    }
                    (lead, sign) = (digits, byte);
                }
                gap += 1;
            } else if !matches!(byte, 0xc2 | 0xe2 | 0x80) {
                // Those stand before them.
                break;
            }
            if digits > 15 {
                return false;
            }
            // So many stand apart from what follows: another number.
            if gap > if digits > 10 { 0 } else { 3 } {
                break;
            }
        }
        let range = if plus { 9..=15 } else { 10..=13 };
        let known = match head {
            // No country has such a code, but a time zone.
            _ if plus => self.at(after) != b'0',
            81..=83 | 85 | 87..=89 => true,
            // Not columns of figures.
            628 => lead != 2 || !is_digit(self.at(at + 6)) || is_digit(self.at(at + 11)),
            21..=79 => matches!(lead, 3..=4) && (head == 21 || sign != b' '),
            _ => false,
        };
        if !known
            || !range.contains(&digits)
            || is_word(self.at(end))
            || end <= self.done
            || !plus && self.is_counted(at)
        {
            return false;
        }
        self.push(at, end, SecretKind::Phone, Reason::Shape);
        self.done = end;
        true
    }

    /// The name of a user in a path whose part behind the `sign` at `at` is `after`: `/home/NAME/`, `/Users/NAME/`,
    /// `C:\Users\NAME\`.
    fn user(&mut self, at: usize, after: usize, sign: char) -> bool {
        let mut start = after;
        if self.starts(after, b"home") {
            // Not a page of a site, whether its host is masked or not.
            let before = self.before(at);
            if sign == '/'
                && (is_word(before)
                    || before == b'.'
                    || before == b']' && is_digit(self.before(at - 1)))
            {
                return false;
            }
            start += 4;
        } else if self.piece(after, after + 5) == b"Users"
            || sign == '\\' && self.starts(after, b"users")
        {
            start += 5;
        } else {
            return false;
        }
        let parts = start;
        while let ('/' | '\\', size) = self.character(start)
            && start - at < 24
        {
            start += size;
        }
        if start == parts {
            return false;
        }
        let mut end = self.name(start, true);
        if !matches!(self.character(end).0, '/' | '\\') {
            // Only before a further folder can a name hold spaces.
            end = self.name(start, false);
        }
        self.push(start, end, SecretKind::User, Reason::Shape);
        end > start
    }

    /// Where the name of a user that begins at `start` ends.
    fn name(&self, start: usize, spaces: bool) -> usize {
        let mut end = start;
        while let (sign, size) = self.character(end)
            && end - start < 64
            && (sign.is_ascii_alphanumeric()
                || matches!(sign, '-' | '_' | '.' | '\u{80}'..)
                || sign == ' ' && spaces)
        {
            end += size;
        }
        end
    }
}

/// How long the rest of a terminal's code for a colour is, behind its `[`.
#[inline(never)]
fn colour(code: &[u8]) -> Option<usize> {
    first(code, 8)
        .iter()
        .position(|b| *b == b'm')
        .map(|size| size + 1)
}

/// A character without width, which may stand anywhere.
fn is_thin(sign: char) -> bool {
    matches!(
        sign,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
    )
}

/// How many signs of padding there are at the beginning.
fn padding(rest: &[u8]) -> usize {
    rest.iter().take_while(|b| **b == b'=').count()
}

fn ends_in_padding(rest: &[u8]) -> bool {
    let padding = padding(rest);
    padding > 0 && rest.get(padding).is_none_or(|b| !is_word(*b))
}

/// Length of the beginning by which a key is known as one of a company's; 0 for none.
fn issuer(word: &[u8]) -> usize {
    let Some(start) = word.first_chunk() else {
        return 0;
    };
    if !SMALL && !may_be_issued(*start) {
        return 0;
    }
    ISSUERS
        .split(|b| *b == b' ')
        .find(|prefix| word.starts_with(prefix))
        .map_or(0, <[u8]>::len)
}

/// [`DIGIT`], [`UPPER`], [`LOWER`], or none of them.
fn sort(byte: u8) -> u8 {
    class(byte) & ALPHANUMERIC
}

/// How often the sort of character changes from one to the next. A capital that begins a word is no change.
fn turns(word: &[u8]) -> usize {
    word.windows(2)
        .filter(|pair| {
            let (a, b) = (sort(pair[0]), sort(pair[1]));
            a != b && a != 0 && b != 0 && (a, b) != (UPPER, LOWER)
        })
        .count()
}

/// Half of it and more lies outside words: runs of three and more small letters, or capitals.
fn is_loose(word: &[u8]) -> bool {
    let mut wordy = 0;
    for run in word.chunk_by(|a, b| sort(*a) == sort(*b)) {
        if run.len() >= 3 && is(run[0], LETTER) {
            wordy += run.len() + usize::from(is(run[0], LOWER));
        }
    }
    2 * wordy <= count(word, ALPHANUMERIC)
}

/// Little of it could be said: runs of three and more small letters with a vowel and without five consonants in a row, each
/// with its capital, or of four and more capitals. Names of classes without a digit are made of abbreviations at times
/// (`AddSetIamPolicyFlags`), so less of those may be spoken.
fn is_unspoken(word: &[u8], digits: bool) -> bool {
    let vowel = |b: &u8| b"aeiouy".contains(b);
    let mut spoken = 0;
    let mut before = 0;
    for run in word.chunk_by(|a, b| sort(*a) == sort(*b)) {
        let small = is(run[0], LOWER)
            && run.len() >= 3
            && run.iter().any(vowel)
            && run.split(vowel).all(|consonants| consonants.len() < 5);
        if small {
            spoken += run.len() + usize::from(before == UPPER);
        } else if is(run[0], UPPER) && run.len() >= 4 {
            spoken += run.len();
        }
        before = sort(run[0]);
    }
    // Of 200,000 random keys of 32 letters and digits, 0.3 in 100 are spoken more than that.
    spoken * 10 <= word.len() * if digits { 6 } else { 4 }
}

/// Digits that begin an id of Volcengine: a time. They prove the sender, and are nobody's secret.
const STAMP: usize = 12;

/// How much of an id may be shown.
fn stamp(id: &[u8]) -> usize {
    let shown = id.len() > STAMP && id.starts_with(b"02") && all(&id[..STAMP], DIGIT);
    if shown { STAMP } else { 0 }
}

/// Whether a line that a key was cut before begins with the rest of one.
fn goes_on(line: &[u8]) -> bool {
    let size = leading(first(line, SEEN), WORD);
    let rest = &line[..size];
    size >= 8 && (turns(rest) >= 2 || turns(rest) == 1 && any(rest, DIGIT))
}

/// Whether a line behind a soft break, which may as well be padding, begins with the rest of a key and not with a word, a number
/// or a header.
fn is_rest(line: &[u8]) -> bool {
    let size = leading(first(line, SEEN), WORD);
    let rest = &line[..size];
    let sorts = [DIGIT, UPPER, LOWER].map(|class| any(rest, class));
    size > 0
        && is_odd(rest)
        && sorts.iter().filter(|found| **found).count() > 1
        && !matches!(&line[size..], [b':', b' ', ..] | [b'(', ..])
}

/// Half a key on a line of its own.
fn is_half(word: &[u8]) -> bool {
    word.len() >= 8 && turns(word) >= 2 && is_loose(word)
}

/// Not a word of a path: neither small letters alone nor a version.
fn is_odd(word: &[u8]) -> bool {
    let small = all(word.get(1..).unwrap_or_default(), LOWER);
    !(word.len() > 2 && small || word.len() <= 3 && word[0] == b'v')
}

/// At least so long, with a part in which letters and digits, or capitals and small letters, are mixed as in no name.
fn is_mixed(value: &[u8], least: usize) -> bool {
    let digits = count(value, DIGIT);
    value.len() >= least
        && (turns(value) * 3 >= value.len()
            || value
                .split(|b| !is(*b, ALPHANUMERIC))
                .any(|part| part.len() >= 6 && turns(part) >= 1 && any(part, DIGIT))
            || digits >= 4 && digits < value.len() && value.len() >= 20
            || value.len() >= 16 && value.ends_with(b"="))
}

/// A UUID, alone or behind what it is of: `task-` or `video_`.
fn ends_in_uuid(word: &[u8]) -> bool {
    let Some(start) = word.len().checked_sub(36) else {
        return false;
    };
    (start == 0 || !is(word[start - 1], ALPHANUMERIC))
        && word[start..].iter().enumerate().all(|(i, b)| {
            if matches!(i, 8 | 13 | 18 | 23) {
                *b == b'-'
            } else {
                b.is_ascii_hexdigit()
            }
        })
}

/// Letters and digits mixed as no word, model name, time or number is, in one of its parts or as a whole.
fn is_random(word: &[u8]) -> bool {
    let mixed = |part: &[u8]| {
        let length = part.len();
        if length < 16 {
            return false;
        }
        let digits = count(part, DIGIT);
        let one_case = !any(part, UPPER) || !any(part, LOWER);
        let turns = turns(part);
        if one_case && part.iter().all(u8::is_ascii_hexdigit) {
            return digits == length || digits >= 3 && digits + 2 <= length || length >= 32;
        }
        turns >= 4
            && (is_loose(part)
                || turns * 3 >= length
                || one_case && digits >= 3
                || length >= 24 && is_unspoken(part, digits > 0))
            || length >= 28 && digits >= 3 && turns >= 2
    };
    word.len() >= 20 && turns(word) * 4 >= word.len() && is_loose(word)
        || word.split(|b| matches!(b, b'-' | b'_')).any(mixed)
}

/// Length of the base64 that `plain` begins with and that its own signs cut up. `before` stands before it, at the beginning of a
/// stretch or inside a path.
fn base64(plain: &[u8], before: u8, begins: bool) -> Option<usize> {
    let body = leading(plain, WORD | PLUS | SLASH);
    let padding = padding(&plain[body..]);
    let (size, whole) = (body + padding, &plain[..body]);
    let first = leading(whole, WORD);
    let sure = whole.contains(&b'+') || padding > 0;
    let begins = sure
        || begins
            && !matches!(before, b'/' | b'.' | b'\\' | b'@')
            && is_odd(&whole[..first.max(1)]);
    let host = plain.get(size) == Some(&b'.') && plain.get(size + 1).is_some_and(|b| is_word(*b));
    (size >= 24
        && begins
        && !host
        && whole.contains(&b'/') | sure
        && (turns(whole) * 4 >= body && is_loose(whole) || sure && turns(whole) * 5 >= body))
        .then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [`events`] as it is meant: each place looked at by itself.
    fn plain(window: &[u8; WIDTH + 2]) -> u64 {
        let at = |i: usize| window[i + 1];
        let turns = |i: usize| {
            let (before, byte) = (window[i], at(i));
            before.is_ascii_alphanumeric()
                && byte.is_ascii_alphanumeric()
                && (before.is_ascii_digit() != byte.is_ascii_digit()
                    || before.is_ascii_uppercase() != byte.is_ascii_uppercase())
        };
        let starts = |i: usize| i + RUN <= WIDTH && (i..i + RUN).all(|i| is_word(at(i)));
        let mut out = 0;
        for i in 0..STRIDE {
            let (before, byte, after) = (window[i], at(i), window[i + 2]);
            let mark = match (before, byte, after) {
                (_, b'@', _)
                | (_, b'+', b'0'..=b'9')
                | (_, b'/', b'h' | b'H' | b'U')
                | (_, b'\\', b'h' | b'H')
                | (0xef, 0xbc, 0x9a)
                | (_, b'%', b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')
                | (0xe2, 0x80, 0x8b..=0x8f)
                | (0xe2, 0x81, 0xa0)
                | (0xef, 0xbb, 0xbf)
                | (0xc2, 0xad, _) => true,
                (_, b':' | b'=', _) => may_be_labelled(&window[..=i]),
                (_, b'&', b'#') => !matches!(&window[i + 3..i + 6], b"34;" | b"39;"),
                (b'a'..=b'z' | b'A'..=b'Z', b'>', after) if after.is_ascii_alphanumeric() => {
                    may_be_labelled(&window[..=i])
                }
                (b' ', b'-', _) => after == b'-' || after == b'u' && at(i + 2) == b' ',
                (_, b'\\', b'u' | b'U') => {
                    matches!(at(i + 2), b's' | b'S') || [at(i + 2), at(i + 3)] == *b"00"
                }
                (before, b'0', b'2'..=b'9') => before != b'-' && !before.is_ascii_alphanumeric(),
                (before, b'6', b'2') => {
                    !before.is_ascii_alphanumeric() && !at(i + 2).is_ascii_alphanumeric()
                }
                _ => false,
            };
            let run = starts(i) && (i == 0 || !starts(i - 1)) && {
                let inside = || (i..WIDTH).take_while(|i| is_word(at(*i)));
                let word = i + usize::from(before == b'\\');
                inside().filter(|i| turns(*i)).count() >= 3
                    || inside().filter(|i| at(*i).is_ascii_digit()).count() >= 10
                    || may_be_issued([at(word), at(word + 1), at(word + 2)])
            };
            out |= u64::from(mark || run) << i;
        }
        out
    }

    #[test]
    fn blocks_show_the_places_that_a_look_at_each_byte_shows() {
        // Bytes that mean something, and few enough that runs come about.
        let alphabets: [&[u8]; 5] = [
            b"ab1",
            b"abcXY0189-_",
            b"sk-_ghptokAIza089aZ:=@%+/\\&#hU .",
            b"-u a>\\u0040/<keyn",
            b"\xe2\x80\x8b\x8f\x81\xa0\xef\xbb\xbf\xc2\xada0 \xbc\x9a\x90",
        ];
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 33) as usize
        };
        for n in 0..40_000 {
            let alphabet = alphabets[n % alphabets.len()];
            let mut window = [0; WIDTH + 2];
            for byte in &mut window {
                *byte = match random() % 50 {
                    0 => random().to_le_bytes()[0],
                    _ => alphabet[random() % alphabet.len()],
                };
            }
            assert_eq!(events(&window), plain(&window), "{}", window.escape_ascii());
        }
    }

    #[test]
    fn labels_are_of_their_sort() {
        let sorts: Vec<&str> = ENDS
            .iter()
            .map(|end| {
                core::str::from_utf8(LABELS.list.split(|b| *b == b' ').nth(end - 1).unwrap())
            })
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(sorts, ["令牌", "sid", "密码", "cookie"]);
        for word in LABELS
            .list
            .split(|b| *b == b' ')
            .filter(|word| word.is_ascii())
        {
            assert!(
                is_tail(*word.last_chunk().unwrap()),
                "{}",
                word.escape_ascii()
            );
        }
    }

    #[test]
    fn bits_are_gathered_in_order() {
        for n in 0..WIDTH {
            let mut flags = [0; WIDTH];
            flags[n] = 1;
            flags[n / 2] = 1;
            let bits = 1 << n | 1 << (n / 2);
            assert_eq!(gathered(&flags), bits);
        }
    }

    #[test]
    fn each_issuer_passes_the_quick_looks() {
        for prefix in ISSUERS.split(|b| *b == b' ') {
            let start: [u8; 3] = *prefix.first_chunk().unwrap();
            assert!(may_be_issued(start));
            let key = [prefix, b"0123456789abcdefABCD"].concat();
            assert_eq!(issuer(&key), prefix.len(), "{}", prefix.escape_ascii());
        }
        assert!(may_be_issued(*b"eyJ"));
        for start in [*b"spa", *b"dat", *b"sk1", *b"too", *b"hh_", *b"eyj"] {
            assert!(!may_be_issued(start));
        }
    }
}
