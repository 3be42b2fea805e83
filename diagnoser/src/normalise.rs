//! Folds a raw paste into canonical text, the one form that patterns are written for, and keeps the
//! way back from every canonical byte to the raw bytes it came from.
//!
//! The folding is a stream. What a byte means depends on what went before (a few words of state) and on
//! at most 512 bytes from it on, so any cutting of the input gives the same text and the same map,
//! and time grows linearly with the input. Nothing here knows a rule or a pattern, and no input is refused:
//! bytes that are not UTF-8 are copied as they are.

use alloc::vec::Vec;

use crate::Span;

/// How far ahead a unit (an escape, an entity, a colour sequence...) may look. Fewer bytes than this are held
/// back between two pieces; a unit that does not end within them is not one.
const WINDOW: usize = 512;

/// Longest operating system command (ESC `]`) that is removed, in bytes after its introducer.
const COMMAND: usize = 256;

/// Most parameter bytes of a colour or cursor sequence.
const PARAMETERS: usize = 64;

/// Canonical text with the way back. Offsets are absolute: they count from the start of the paste even
/// after [`forget`](Canonical::forget).
#[derive(Debug, Default)]
pub struct Canonical {
    /// What is held, after `dead` bytes that are forgotten but not yet given back.
    text: Vec<u8>,
    dead: usize,
    /// Absolute offset of `text[dead]`.
    base: usize,
    /// The way back, in order of both offsets, after `spent` pieces that are forgotten.
    map: Vec<Piece>,
    spent: usize,
}

/// Where canonical text came from, from one offset to the next piece's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Absolute canonical offset of its first byte.
    at: usize,
    /// Raw offset of its first byte.
    raw: usize,
    /// Raw bytes of one unit; 0 for a run in which each canonical byte came from one raw byte.
    unit: usize,
}

impl Canonical {
    /// The text that is held now.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.text.get(self.dead..).unwrap_or_default()
    }

    /// Absolute offset of the first byte of [`text`](Canonical::text).
    #[must_use]
    pub fn base(&self) -> usize {
        self.base
    }

    /// Absolute offset one past the last byte of [`text`](Canonical::text).
    #[must_use]
    pub fn end(&self) -> usize {
        self.base + self.text().len()
    }

    /// The raw bytes behind the canonical bytes `start..end` (absolute offsets within `base()..end()`): from
    /// the first raw byte of the first unit to one past the last raw byte of the last one.
    ///
    /// It begins and ends on characters of the paste where `start` and `end` are on characters of the
    /// canonical text. Offsets outside are clamped; an empty range gives an empty span.
    #[must_use]
    pub fn raw_span(&self, start: usize, end: usize) -> Span {
        let start = start.clamp(self.base, self.end());
        let end = end.clamp(start, self.end());
        let (from, first_len) = self.raw_unit(start);
        if end == start {
            return Span {
                start: from,
                end: from,
            };
        }
        let (to, last_len) = if end - start == 1 {
            (from, first_len)
        } else {
            self.raw_unit(end - 1)
        };
        Span {
            start: from,
            end: to + last_len,
        }
    }

    /// Raw offset and raw length of the unit that holds the canonical byte at `at`.
    fn raw_unit(&self, at: usize) -> (usize, usize) {
        let pieces = self.pieces();
        let after = pieces.partition_point(|piece| piece.at <= at);
        match pieces.get(after.saturating_sub(1)) {
            None => (0, 0),
            Some(piece) if piece.unit == 0 => (piece.raw + at.saturating_sub(piece.at), 1),
            Some(piece) => (piece.raw, piece.unit),
        }
    }

    /// The pieces of the map that are not forgotten.
    fn pieces(&self) -> &[Piece] {
        self.map.get(self.spent..).unwrap_or_default()
    }

    /// Drops the text and the map before the absolute canonical offset `before`. Offsets stay what they were.
    /// Memory is given back when half of it is dead, so that forgetting little and often stays cheap.
    pub fn forget(&mut self, before: usize) {
        let before = before.clamp(self.base, self.end());
        self.dead += before - self.base;
        self.base = before;
        if self.dead * 2 >= self.text.len() {
            self.text.drain(..self.dead.min(self.text.len()));
            self.dead = 0;
        }
        let begun = self.pieces().partition_point(|piece| piece.at <= before);
        self.spent += begun.saturating_sub(1);
        if self.spent * 2 >= self.map.len() {
            self.map.drain(..self.spent.min(self.map.len()));
            self.spent = 0;
        }
    }

    /// Notes that the canonical bytes from `at` on came one by one from the raw bytes from `raw` on.
    fn map_run(&mut self, at: usize, raw: usize) {
        if let Some(last) = self.map.last()
            && last.unit == 0
            && last.raw + (at - last.at) == raw
        {
            return;
        }
        self.map.push(Piece { at, raw, unit: 0 });
    }

    /// Adds bytes that stand in the paste as they are, at `raw`.
    fn push_run(&mut self, bytes: &[u8], raw: usize) {
        self.map_run(self.end(), raw);
        self.text.extend_from_slice(bytes);
    }

    /// Adds the bytes that one unit of `unit` raw bytes at `raw` folds to.
    fn push_unit(&mut self, bytes: &[u8], raw: usize, unit: usize) {
        if unit == 1 && bytes.len() == 1 {
            self.push_run(bytes, raw);
            return;
        }
        self.map.push(Piece {
            at: self.end(),
            raw,
            unit,
        });
        self.text.extend_from_slice(bytes);
    }
}

/// The folding as a stream; any cutting of the input gives the same canonical text and the same map.
#[derive(Debug, Default)]
pub struct Folder {
    /// Raw bytes whose meaning depends on what follows; fewer than [`WINDOW`].
    held: Vec<u8>,
    /// Offset in the paste of the next byte to fold.
    pos: usize,
    /// White space that is read and not written yet: its raw bytes so far.
    blank: Option<Span>,
    /// Something other than white space was written.
    started: bool,
    /// Something other than white space and quote markers was written since the last line break.
    mid_line: bool,
    /// The canonical byte written last.
    last: u8,
}

impl Folder {
    /// Folds the next bytes of the paste into `out`, which must be the same for all of one paste. Holds back
    /// fewer than 512 raw bytes, those whose meaning may depend on what follows, and the white space before.
    pub fn feed(&mut self, raw: &[u8], out: &mut Canonical) {
        let mut rest = raw;
        if !self.held.is_empty() {
            // Only the seam is copied: with that many bytes behind it everything held can be decided.
            let (seam, beyond) = rest.split_at_checked(2 * WINDOW).unwrap_or((rest, &[]));
            let mut held = core::mem::take(&mut self.held);
            let before = held.len();
            held.extend_from_slice(seam);
            let used = self.fold(&held, false, out);
            if beyond.is_empty() {
                held.drain(..used.min(held.len()));
                self.held = held;
                return;
            }
            rest = rest.get(used.saturating_sub(before)..).unwrap_or_default();
            held.clear();
            self.held = held;
        }
        let used = self.fold(rest, false, out);
        self.held
            .extend_from_slice(rest.get(used..).unwrap_or_default());
    }

    /// Ends the paste: folds what was held back.
    pub fn finish(&mut self, out: &mut Canonical) {
        let held = core::mem::take(&mut self.held);
        self.fold(&held, true, out);
        self.write_blank(out);
    }

    /// Folds units for as long as a whole window is in sight, or to the end if the paste `ends` here.
    /// Gives the number of bytes folded.
    fn fold(&mut self, buf: &[u8], ends: bool, out: &mut Canonical) -> usize {
        let stop = if ends {
            buf.len()
        } else {
            (buf.len() + 1).saturating_sub(WINDOW)
        };
        out.text.reserve(stop);
        let mut at = 0;
        while at < stop {
            at = self.plain(buf, at, stop, out);
            if at < stop {
                let window = buf.get(at..buf.len().min(at + WINDOW)).unwrap_or_default();
                at += self.unit(window, self.pos + at, out).max(1);
            }
        }
        self.pos += at;
        at
    }

    /// Copies the run of plain bytes at `at` that begins before `stop`, and gives where it ends.
    ///
    /// What it copies, [`Folder::unit`] would have copied byte by byte, with the same map.
    fn plain(&mut self, buf: &[u8], at: usize, stop: usize, out: &mut Canonical) -> usize {
        let Some(&first) = buf.get(at) else { return at };
        if fold_byte(first) == STOP || first == b' ' || (first == b'>' && !self.mid_line) {
            return at;
        }
        self.write_blank(out);
        let from = out.end();
        let body = buf.get(..stop).unwrap_or(buf);
        let mut end = at;
        'run: loop {
            end = copy_blocks(body, end, &mut out.text);
            // What stopped the blocks is within the next one.
            for _ in 0..BLOCK {
                let Some(&byte) = body.get(end) else {
                    break 'run;
                };
                let next = buf.get(end + 1).copied().unwrap_or_default();
                let folded = match byte {
                    b'[' if !starts_colour(next) => byte,
                    b' ' if next == b' ' || out.text.last() == Some(&b' ') => STOP,
                    _ => fold_byte(byte),
                };
                if folded == STOP {
                    break 'run;
                }
                out.text.push(folded);
                end += 1;
            }
        }
        // With what comes next, a space may be part of more white space, and a hyphen may join a word.
        if end > at && matches!(out.text.last(), Some(b' ' | b'-')) {
            out.text.pop();
            end -= 1;
        }
        if end > at {
            out.map_run(from, self.pos + at);
            self.wrote(out);
        }
        end
    }

    /// Folds the one unit at the start of `w`, which stands at `pos` in the paste, and gives its raw length.
    /// `w` is a window: at most [`WINDOW`] bytes, fewer only at the end of the paste.
    fn unit(&mut self, w: &[u8], pos: usize, out: &mut Canonical) -> usize {
        match w {
            [b'\t'..=b'\r' | b' ', ..] => {
                let run = w.iter().take_while(|b| matches!(b, b'\t'..=b'\r' | b' '));
                let len = run.clone().count();
                if run.clone().any(|b| matches!(b, b'\n' | b'\r')) {
                    self.mid_line = false;
                }
                self.read_blank(pos, len);
                len
            }
            [0x1b, ..] => terminal_sequence(w),
            [0..=0x1f | 0x7f, ..] | [] => 1,
            [b'\\', ..] => self.backslash(w, pos, out),
            [b'%', ..] => self.percent(w, pos, out),
            [b'&', after @ ..] => match entity(after) {
                Some((c, len)) => self.write(w, c, 1 + len, pos, out),
                None => self.write(w, '&', 1, pos, out),
            },
            [b'+', b'a'..=b'z' | b'A'..=b'Z' | b'%', ..] if self.behind_text() => {
                self.read_blank(pos, 1);
                1
            }
            [b'*', ..] => self.asterisk(w, pos, out),
            [b'[', after @ ..] => match colour_without_escape(after) {
                Some(len) => 1 + len,
                None => self.write(w, '[', 1, pos, out),
            },
            [0x80..=0xff, ..] => self.beyond_ascii(w, pos, out),
            [byte, ..] => self.write(w, char::from(*byte), 1, pos, out),
        }
    }

    /// What begins with a backslash, or with several: an escape, or nothing.
    fn backslash(&mut self, w: &[u8], pos: usize, out: &mut Canonical) -> usize {
        let run = backslashes(w);
        if run > WINDOW / 2 {
            // What the run escapes may be out of sight, so only its first half goes now.
            let half = backslashes(w.get(..WINDOW / 2).unwrap_or(w));
            return if half == 0 { run } else { half };
        }
        let rest = w.get(run..).unwrap_or_default();
        match rest {
            [letter @ (b'n' | b'r' | b't'), ..] => {
                if *letter != b't' {
                    self.mid_line = false;
                }
                self.read_blank(pos, run + 1);
                run + 1
            }
            [b'u', after @ ..] => match (unicode_escape(rest), hex(after, 4)) {
                (Some(('\u{1b}', len)), _) => match rest.get(len..) {
                    Some([b'[', sequence @ ..]) => run + len + 1 + control_sequence(sequence),
                    _ => run + len,
                },
                (Some((c, len)), _) => self.ampersand_or(w, c, run + len, pos, out),
                (None, Some(_)) => run + 5, // half of a surrogate pair
                (None, None) => run,
            },
            [b'x', b'1', b'b' | b'B', b'[', sequence @ ..]
            | [b'0', b'3', b'3', b'[', sequence @ ..] => run + 4 + control_sequence(sequence),
            [b'e', b'[', sequence @ ..] => run + 2 + control_sequence(sequence),
            _ => self.escaped_byte(w, pos, out).max(run),
        }
    }

    /// What begins with an asterisk: marks of bold and slanted text are nothing, a single one between spaces or digits is a sign.
    fn asterisk(&mut self, w: &[u8], pos: usize, out: &mut Canonical) -> usize {
        let run = w.iter().take_while(|b| **b == b'*').count();
        let next = w.get(run).copied().unwrap_or(b' ');
        let apart = !self.behind_text() && next.is_ascii_whitespace();
        if run == 1 && (apart || (self.last.is_ascii_digit() && next.is_ascii_digit())) {
            return self.write(w, '*', 1, pos, out);
        }
        run
    }

    /// What begins with an escaped byte of printed text or of a character beyond ASCII; 0 if it is neither.
    fn escaped_byte(&mut self, w: &[u8], pos: usize, out: &mut Canonical) -> usize {
        match escaped_byte(w) {
            Some((byte @ (b'\t' | b'\n' | b'\r' | b' '..=b'~'), len)) => {
                self.ampersand_or(w, char::from(byte), len, pos, out)
            }
            Some((0x80.., _)) => match escaped_character(w) {
                Some((c, len)) => self.write(w, c, len, pos, out),
                None => 0,
            },
            _ => 0,
        }
    }

    /// What begins with a percent sign.
    fn percent(&mut self, w: &[u8], pos: usize, out: &mut Canonical) -> usize {
        if percent_byte(w).is_some_and(|(byte, _)| byte == b'\\') {
            return self.backslash(w, pos, out);
        }
        let len = self.escaped_byte(w, pos, out);
        if len > 0 {
            return len;
        }
        // An escaped percent sign that escapes nothing itself.
        let len = if w.starts_with(b"%25") { 3 } else { 1 };
        self.write(w, '%', len, pos, out)
    }

    /// Writes a decoded character of `len` raw bytes, together with the rest of an entity if it is the sign
    /// that begins one.
    fn ampersand_or(
        &mut self,
        w: &[u8],
        c: char,
        len: usize,
        pos: usize,
        out: &mut Canonical,
    ) -> usize {
        if c == '&'
            && let Some((decoded, rest)) = entity(w.get(len..).unwrap_or_default())
        {
            return self.write(w, decoded, len + rest, pos, out);
        }
        self.write(w, c, len, pos, out)
    }

    /// What begins with a byte beyond ASCII.
    fn beyond_ascii(&mut self, w: &[u8], pos: usize, out: &mut Canonical) -> usize {
        let han = han_run(w);
        if han > 0 {
            self.write_blank(out);
            out.push_run(w.get(..han).unwrap_or_default(), pos);
            self.wrote(out);
            return han;
        }
        if let Some((c, len)) = utf8(w) {
            return self.write(w, c, len, pos, out);
        }
        self.write_blank(out);
        out.push_run(w.get(..1).unwrap_or_default(), pos);
        self.wrote(out);
        1
    }

    /// Writes what the character folds to that the first `len` bytes of `w` stand for, once it is put right if
    /// it was misread. Gives the raw length, which is then more than `len`.
    fn write(&mut self, w: &[u8], c: char, len: usize, pos: usize, out: &mut Canonical) -> usize {
        let (c, len) = if may_be_misread(c, w.get(len)) {
            put_right(w, MISREADINGS).unwrap_or((c, len))
        } else {
            (c, len)
        };
        if matches!(c, '-' | '\u{ad}' | '\u{2010}')
            && self.in_word()
            && let Some(rest) = broken_word(w.get(len..).unwrap_or_default())
        {
            return len + rest;
        }
        match fold_character(c) {
            Folded::Nothing => {}
            Folded::Blank => self.read_blank(pos, len),
            Folded::Break => {
                self.mid_line = false;
                self.read_blank(pos, len);
            }
            Folded::Text('>') if !self.mid_line => self.read_blank(pos, len),
            Folded::Text(c) => {
                let beside_latin =
                    self.in_word() || w.get(len).is_some_and(u8::is_ascii_alphabetic);
                let c = latin_twin(c).filter(|_| beside_latin).unwrap_or(c);
                self.write_blank(out);
                let mut utf8 = [0; 4];
                let bytes = c.encode_utf8(&mut utf8).as_bytes();
                if w.get(..len) == Some(bytes) {
                    out.push_run(bytes, pos);
                } else {
                    out.push_unit(bytes, pos, len);
                }
                self.wrote(out);
            }
        }
        len
    }

    /// Notes white space of `len` raw bytes at `pos`.
    fn read_blank(&mut self, pos: usize, len: usize) {
        let start = self.blank.map_or(pos, |blank| blank.start);
        self.blank = Some(Span {
            start,
            end: pos + len,
        });
    }

    /// Writes the white space that was read, before something else is written.
    fn write_blank(&mut self, out: &mut Canonical) {
        self.mid_line = true;
        if let Some(Span { start, end }) = self.blank.take()
            && self.started
        {
            out.push_unit(b" ", start, end - start);
            self.last = b' ';
        }
    }

    /// Notes that something was written.
    fn wrote(&mut self, out: &Canonical) {
        self.started = true;
        self.last = out.text.last().copied().unwrap_or_default();
    }

    /// Whether something other than white space stands right before.
    fn behind_text(&self) -> bool {
        self.started && self.blank.is_none()
    }

    /// Whether an ASCII letter stands right before.
    fn in_word(&self) -> bool {
        self.blank.is_none() && self.last.is_ascii_alphabetic()
    }
}

/// Folds a whole paste.
#[must_use]
pub fn canonical(text: &[u8]) -> Canonical {
    let mut out = Canonical::default();
    let mut folder = Folder::default();
    folder.feed(text, &mut out);
    folder.finish(&mut out);
    out
}

// --- the plain bytes

/// What [`PLAIN`] says of a byte that needs attention.
const STOP: u8 = 0x80;

/// Bytes that are copied at once.
const BLOCK: usize = 8;

/// What each byte folds to when it needs no attention, whatever stands beside it; a single space is one of those.
const PLAIN: [u8; 256] = {
    let mut table = [STOP; 256];
    let mut byte = b' ';
    while byte < 0x7f {
        if !matches!(byte, b'\\' | b'%' | b'&' | b'+' | b'[' | b'*') {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// What a byte folds to if it is plain, else [`STOP`].
fn fold_byte(byte: u8) -> u8 {
    PLAIN[usize::from(byte)]
}

/// Copies whole blocks of plain bytes from `at` on, and gives where it stopped: before a block that holds a byte
/// that needs attention, or two spaces in a row, or that is not whole.
fn copy_blocks(body: &[u8], at: usize, text: &mut Vec<u8>) -> usize {
    let mut end = at;
    let mut space_before = if text.last() == Some(&b' ') {
        STOP.into()
    } else {
        0
    };
    let (blocks, _) = body.get(at..).unwrap_or_default().as_chunks::<BLOCK>();
    for block in blocks {
        let mut attention = 0;
        let folded = block.map(|byte| {
            let folded = fold_byte(byte);
            attention |= folded;
            folded
        });
        let spaces = spaces(u64::from_le_bytes(*block));
        if attention & STOP != 0 || spaces & (spaces << 8 | space_before) != 0 {
            break;
        }
        space_before = spaces >> 56;
        text.extend_from_slice(&folded);
        end += BLOCK;
    }
    end
}

/// The high bit of each byte of `word` that is a space.
fn spaces(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let zero_where_space = word ^ 0x2020_2020_2020_2020;
    !(((zero_where_space & LOW) + LOW) | zero_where_space | LOW)
}

// --- reading units: each function looks at the start of what it is given, and gives lengths in raw bytes

/// Length of the run of ideographs that are copied as they are (U+4000..U+9FFF: no page of misread text has them).
fn han_run(w: &[u8]) -> usize {
    let (characters, _) = w.as_chunks::<3>();
    let han = |c: &&[u8; 3]| matches!(c, [0xe4..=0xe9, 0x80..=0xbf, 0x80..=0xbf]);
    3 * characters.iter().take_while(han).count()
}

/// A character beyond ASCII in UTF-8.
fn utf8(w: &[u8]) -> Option<(char, usize)> {
    let (lead, rest) = w.split_first()?;
    let len = utf8_len(*lead)?;
    let rest = rest.get(..len - 1)?;
    let value = rest
        .iter()
        .try_fold(u32::from(lead & (0x7f >> len)), |value, byte| {
            (byte & 0xc0 == 0x80).then_some(value << 6 | u32::from(byte & 0x3f))
        });
    let c = char::from_u32(value?)?;
    // No more bytes than it needs.
    (c.len_utf8() == len).then_some((c, len))
}

/// How many bytes a character has that begins with this byte, if one beyond ASCII can.
fn utf8_len(lead: u8) -> Option<usize> {
    match lead {
        0xc2..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        0xf0..=0xf4 => Some(4),
        _ => None,
    }
}

/// The number in the first `digits` bytes, if they are hexadecimal digits.
fn hex(w: &[u8], digits: usize) -> Option<u32> {
    let digits = w.get(..digits)?;
    digits.iter().try_fold(0, |number, &digit| {
        Some(number << 4 | char::from(digit).to_digit(16)?)
    })
}

/// Length of a run of backslashes, each as it is or escaped in its turn (`%5C`, and within a run `u005c`).
fn backslashes(w: &[u8]) -> usize {
    let mut len = 0;
    loop {
        len += match w.get(len..).unwrap_or_default() {
            [b'\\', ..] => 1,
            rest @ [b'%', ..] => match percent_byte(rest) {
                Some((b'\\', escape)) => escape,
                _ => return len,
            },
            [b'u', rest @ ..] if len > 0 && hex(rest, 4) == Some(0x5c) => 5,
            _ => return len,
        }
    }
}

/// `uXXXX` after its backslashes; two of them if they are a surrogate pair.
fn unicode_escape(w: &[u8]) -> Option<(char, usize)> {
    let [b'u', after @ ..] = w else { return None };
    let high = hex(after, 4)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 5));
    }
    let second = after.get(4..)?;
    let run = backslashes(second);
    let [b'u', after @ ..] = second.get(run..)? else {
        return None;
    };
    let low = hex(after, 4)?;
    if run == 0 || !(0xd800..0xdc00).contains(&high) || !(0xdc00..0xe000).contains(&low) {
        return None;
    }
    let c = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
    Some((c, 5 + run + 5))
}

/// `%XX`, and `%25XX` at any depth: an escaped byte.
fn percent_byte(w: &[u8]) -> Option<(u8, usize)> {
    let [b'%', ..] = w else { return None };
    let mut at = 1;
    while let Some([b'2', b'5', inner @ ..]) = w.get(at..)
        && hex(inner, 2).is_some()
    {
        at += 2;
    }
    let byte = hex(w.get(at..)?, 2)?;
    Some((u8::try_from(byte).ok()?, at + 2))
}

/// A byte escaped as `%XX`, or as backslashes and `xXX`.
fn escaped_byte(w: &[u8]) -> Option<(u8, usize)> {
    let run = backslashes(w);
    if run == 0 {
        return percent_byte(w);
    }
    let [b'x', digits @ ..] = w.get(run..)? else {
        return None;
    };
    Some((u8::try_from(hex(digits, 2)?).ok()?, run + 3))
}

/// A character whose bytes are escaped one by one.
fn escaped_character(w: &[u8]) -> Option<(char, usize)> {
    let (lead, mut at) = escaped_byte(w)?;
    if lead < 0x80 {
        return Some((char::from(lead), at));
    }
    let mut bytes = [lead, 0, 0, 0];
    let bytes = bytes.get_mut(..utf8_len(lead)?)?;
    for slot in bytes.iter_mut().skip(1) {
        let (byte, len) = escaped_byte(w.get(at..)?)?;
        *slot = byte;
        at += len;
    }
    utf8(bytes).map(|(c, _)| (c, at))
}

/// What follows an `&`: an entity whose own `&` may be escaped as an entity, at any depth.
fn entity(after: &[u8]) -> Option<(char, usize)> {
    let mut at = 0;
    loop {
        let rest = after.get(at..).unwrap_or_default();
        match one_entity(rest) {
            Some(('&', len)) => at += len,
            Some((c, len)) => return Some((c, at + len)),
            None if at > 0 => return Some(('&', at)),
            None => return None,
        }
    }
}

/// One entity without its `&`.
fn one_entity(after: &[u8]) -> Option<(char, usize)> {
    const NAMED: [(&[u8], char); 6] = [
        (b"quot;", '"'),
        (b"apos;", '\''),
        (b"amp;", '&'),
        (b"lt;", '<'),
        (b"gt;", '>'),
        (b"nbsp;", ' '),
    ];
    if let [b'#', number @ ..] = after {
        let (radix, digits, most) = match number {
            [b'x' | b'X', digits @ ..] => (16, digits, 6),
            digits => (10, digits, 7),
        };
        let len = digits
            .iter()
            .take(most)
            .take_while(|b| char::from(**b).is_digit(radix))
            .count();
        if len == 0 || digits.get(len) != Some(&b';') {
            return None;
        }
        let value = digits.iter().take(len).try_fold(0, |value, digit| {
            Some(value * radix + char::from(*digit).to_digit(radix)?)
        });
        let c = char::from_u32(value?)?;
        return Some((c, after.len() - digits.len() + len + 1));
    }
    NAMED.iter().find_map(|(name, c)| {
        let found = after.get(..name.len())?;
        found.eq_ignore_ascii_case(name).then_some((*c, name.len()))
    })
}

/// ESC and what it controls.
fn terminal_sequence(w: &[u8]) -> usize {
    match w {
        [_, b'[', rest @ ..] => 2 + control_sequence(rest),
        [_, b']', rest @ ..] => 2 + command(rest),
        [_, b'!'..=b'/', b'0'..=b'~', ..] => 3,
        [_, b'!'..=b'~', ..] => 2,
        _ => 1,
    }
}

/// The rest of a sequence after ESC `[`: parameters and a final byte. 0 if it does not end as one.
fn control_sequence(w: &[u8]) -> usize {
    let parameters = w
        .iter()
        .take(PARAMETERS)
        .take_while(|b| matches!(b, 0x20..=0x3f))
        .count();
    match w.get(parameters) {
        Some(0x40..=0x7e) => parameters + 1,
        _ => 0,
    }
}

/// The rest of an operating system command after ESC `]`, to BEL or ESC `\`. 0 if it does not end, or not on its line.
fn command(w: &[u8]) -> usize {
    let body = w
        .iter()
        .take(COMMAND)
        .take_while(|b| !matches!(b, 0x07 | 0x1b | b'\n' | b'\r'))
        .count();
    match w.get(body..) {
        Some([0x07, ..]) => body + 1,
        Some([0x1b, b'\\', ..]) => body + 2,
        _ => 0,
    }
}

/// Whether a byte after `[` may belong to a colour whose ESC was lost.
fn starts_colour(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b';')
}

/// The rest of a colour whose ESC was lost on copying, as in `[31m`.
fn colour_without_escape(after: &[u8]) -> Option<usize> {
    let len = after
        .iter()
        .take(9)
        .take_while(|b| starts_colour(**b))
        .count();
    ((1..=8).contains(&len) && after.get(len) == Some(&b'm')).then_some(len + 1)
}

/// A line break after a hyphen, with the quote markers and the indent of the next line, if a letter follows.
fn broken_word(w: &[u8]) -> Option<usize> {
    let feed = match (escapable(w, b'\r', b'r'), escapable(w, b'\n', b'n')) {
        (Some(cr), _) => cr + escapable(w.get(cr..)?, b'\n', b'n').unwrap_or(0),
        (None, lf) => lf?,
    };
    let indent = w
        .get(feed..)?
        .iter()
        .take_while(|b| matches!(b, b'>' | b' ' | b'\t'))
        .count();
    let len = feed + indent;
    w.get(len)?.is_ascii_alphabetic().then_some(len)
}

/// A control character as it is, or escaped as backslashes and its letter, or as a percent code.
fn escapable(w: &[u8], byte: u8, letter: u8) -> Option<usize> {
    if w.first() == Some(&byte) {
        return Some(1);
    }
    if let Some((code, len)) = percent_byte(w)
        && code == byte
    {
        return Some(len);
    }
    let run = backslashes(w);
    (run > 0 && w.get(run) == Some(&letter)).then_some(run + 1)
}

// --- characters

/// What a character folds to.
enum Folded {
    /// Nothing: it is taken out.
    Nothing,
    /// White space within a line.
    Blank,
    /// White space that ends a line.
    Break,
    /// A character.
    Text(char),
}

/// Folds one character, however it was written.
fn fold_character(c: char) -> Folded {
    Folded::Text(match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => return Folded::Break,
        '\t'
        | '\u{0b}'
        | '\u{0c}'
        | ' '
        | '\u{a0}'
        | '\u{3000}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        // The frames that terminals draw around text.
        | '\u{2500}'..='\u{259f}' => return Folded::Blank,
        '\0'..='\u{1f}'
        | '\u{7f}'
        | '\\'
        | '\u{ad}'
        | '\u{feff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}' => return Folded::Nothing,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '‘' | '’' | '‚' | '‛' | '′' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '「' | '」' | '『' | '』' | '《' | '》' => {
            '"'
        }
        '。' => '.',
        '、' => ',',
        // Full-width ASCII is ASCII at a fixed distance; what it gives is folded as that.
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(u32::from(c) - 0xfee0) {
            Some('\\') | None => return Folded::Nothing,
            Some(narrow) => narrow.to_ascii_lowercase(),
        },
        // Marks that stand apart from their letter.
        '\u{300}'..='\u{36f}' => return Folded::Nothing,
        'А'..='Я' | 'Α'..='Ω' => moved(c, 0x20),
        'Ѐ'..='Џ' => fold_letter(moved(c, 0x50)),
        c => fold_letter(c),
    })
}

/// What canonical text has in the place of a character: another one or itself; none if it has a space or nothing.
#[cfg(feature = "build")]
pub(crate) fn folded_character(c: char) -> Option<char> {
    match fold_character(c) {
        Folded::Text(c) => Some(c),
        Folded::Nothing | Folded::Blank | Folded::Break => None,
    }
}

/// The character so far on in the table of all.
fn moved(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// A letter in small and without its accents, which many leave out: Latin ones of the European languages and of
/// Vietnamese, and the Russian `ё`.
fn fold_letter(c: char) -> char {
    match c {
        'À'..='Æ' | 'à'..='æ' | 'Ā'..='ą' | 'Ạ'..='ặ' => 'a',
        'Ç' | 'ç' | 'Ć'..='č' => 'c',
        'Ð' | 'ð' | 'Ď'..='đ' => 'd',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' => 'e',
        'Ĝ'..='ģ' => 'g',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => 'i',
        'Ĺ'..='ł' => 'l',
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => 'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='œ' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => 'o',
        'Ŕ'..='ř' => 'r',
        'ß' | 'Ś'..='š' => 's',
        'Ţ'..='ŧ' => 't',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => 'u',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => 'y',
        'Ź'..='ž' => 'z',
        'ё' => 'е',
        c => c.to_ascii_lowercase(),
    }
}

/// The Latin letter that looks like this Cyrillic or Greek one. Whoever wants to pass a filter writes one for the other.
fn latin_twin(c: char) -> Option<char> {
    const TWINS: &str = "авекмнорстухіѕјοαειυρ";
    const LATIN: &[u8; 21] = b"abekmhopctyxisjoaeiup";
    if !matches!(c, 'α'..='ј') {
        return None;
    }
    let at = TWINS.chars().position(|twin| twin == c)?;
    LATIN.get(at).map(|letter| char::from(*letter))
}

// --- text that was read in the wrong code page

/// How many times in a row a text may have been misread and still be put right.
const MISREADINGS: u32 = 2;

/// The characters of the bytes 80..9F in Windows-1252; bytes it leaves undefined stand for themselves, as all beyond do.
const WINDOWS_1252: [u16; 32] = [
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
];

/// The characters of the bytes 80..FF in Mac Roman.
const MAC_ROMAN: [u16; 128] = [
    0x00c4, 0x00c5, 0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00dc, 0x00e1, 0x00e0, 0x00e2, 0x00e4, 0x00e3,
    0x00e5, 0x00e7, 0x00e9, 0x00e8, 0x00ea, 0x00eb, 0x00ed, 0x00ec, 0x00ee, 0x00ef, 0x00f1, 0x00f3,
    0x00f2, 0x00f4, 0x00f6, 0x00f5, 0x00fa, 0x00f9, 0x00fb, 0x00fc, 0x2020, 0x00b0, 0x00a2, 0x00a3,
    0x00a7, 0x2022, 0x00b6, 0x00df, 0x00ae, 0x00a9, 0x2122, 0x00b4, 0x00a8, 0x2260, 0x00c6, 0x00d8,
    0x221e, 0x00b1, 0x2264, 0x2265, 0x00a5, 0x00b5, 0x2202, 0x2211, 0x220f, 0x03c0, 0x222b, 0x00aa,
    0x00ba, 0x03a9, 0x00e6, 0x00f8, 0x00bf, 0x00a1, 0x00ac, 0x221a, 0x0192, 0x2248, 0x2206, 0x00ab,
    0x00bb, 0x2026, 0x00a0, 0x00c0, 0x00c3, 0x00d5, 0x0152, 0x0153, 0x2013, 0x2014, 0x201c, 0x201d,
    0x2018, 0x2019, 0x00f7, 0x25ca, 0x00ff, 0x0178, 0x2044, 0x20ac, 0x2039, 0x203a, 0xfb01, 0xfb02,
    0x2021, 0x00b7, 0x201a, 0x201e, 0x2030, 0x00c2, 0x00ca, 0x00c1, 0x00cb, 0x00c8, 0x00cd, 0x00ce,
    0x00cf, 0x00cc, 0x00d3, 0x00d4, 0xf8ff, 0x00d2, 0x00da, 0x00db, 0x00d9, 0x0131, 0x02c6, 0x02dc,
    0x00af, 0x02d8, 0x02d9, 0x02da, 0x00b8, 0x02dd, 0x02db, 0x02c7,
];

/// The character at the start of `w`, raw or escaped.
pub(crate) fn character(w: &[u8]) -> Option<(char, usize)> {
    match w {
        [0x80..=0xff, ..] => utf8(w),
        [b'&', after @ ..] => entity(after).map(|(c, len)| (c, 1 + len)),
        [b'\\' | b'%', ..] => escaped_character(w).or_else(|| {
            let run = backslashes(w);
            match unicode_escape(w.get(run..)?) {
                Some((c, len)) => Some((c, run + len)),
                None => percent_byte(w)
                    .filter(|_| run > 0)
                    .map(|(_, len)| ('\\', len)),
            }
        }),
        [byte, ..] => Some((char::from(*byte), 1)),
        [] => None,
    }
}

/// The character at the start of `w`; where it and the next ones are the bytes of one UTF-8 character in a code page,
/// that character. Looks through `times` such misreadings.
fn put_right(w: &[u8], times: u32) -> Option<(char, usize)> {
    let Some(times) = times.checked_sub(1) else {
        return character(w).filter(|(c, _)| !c.is_ascii());
    };
    let first = put_right(w, times)?;
    if !may_be_misread(first.0, w.get(first.1)) {
        return Some(first);
    }
    let windows = misread(w, first, times, Page::Windows1252);
    let mac = misread(w, first, times, Page::MacRoman);
    let Some(longer) = mac.filter(|mac| windows.is_none_or(|windows| mac.1 > windows.1)) else {
        return Some(windows.unwrap_or(first));
    };
    // The more characters fit a page the less can it be chance, unless those left over begin a misread one again.
    let again = windows.filter(|windows| {
        let rest = w.get(windows.1..).unwrap_or_default();
        matches!(character(rest), Some(('Å' | 'Æ' | 'â'..='ð', _)))
            && character(rest)
                .is_some_and(|next| misread(rest, next, times, Page::Windows1252).is_some())
    });
    Some(again.unwrap_or(longer))
}

/// The character whose UTF-8 bytes are what `page` shows as `first` and the characters after it.
fn misread(w: &[u8], first: (char, usize), times: u32, page: Page) -> Option<(char, usize)> {
    let lead = page
        .byte(first.0)
        .filter(|lead| begins_likely_text(*lead))?;
    let mut bytes = [lead, 0, 0, 0];
    let bytes = bytes.get_mut(..utf8_len(lead)?)?;
    let mut at = first.1;
    for slot in bytes.iter_mut().skip(1) {
        let (c, len) = put_right(w.get(at..)?, times)?;
        *slot = page.byte(c).filter(|byte| matches!(byte, 0x80..=0xbf))?;
        at += len;
    }
    let (c, _) = utf8(bytes)?;
    let likely = match lead {
        // Signs of the pages themselves, in text that was misread twice.
        0xc6 | 0xcb => matches!(c, 'ƒ' | 'ˆ' | '˜'),
        // A private use character is no likelier than what stands there.
        _ => !matches!(c, '\u{e000}'..='\u{f8ff}'),
    };
    likely.then_some((c, at))
}

/// Whether the character may be the first of a misread one, `next` being the byte after it. It may say yes to others:
/// it is there to spare nearly all text the closer look.
fn may_be_misread(c: char, next: Option<&u8>) -> bool {
    matches!(
        c,
        '¬' | 'À'..='ð' | 'ƒ' | '‚' | '„' | '‰' | '√' | '∆' | '≈' | '\u{f8ff}'
    ) && matches!(next, Some(0x80..|b'\\'| b'%' | b'&'))
}

/// Whether the characters that begin with this byte are ones that occur in pastes: Latin letters and signs up to
/// U+017F, and from U+2000 on, short of the planes that hold nothing yet. The other scripts between are not worth
/// taking two genuine letters for one.
fn begins_likely_text(lead: u8) -> bool {
    matches!(lead, 0xc2..=0xc6 | 0xcb | 0xe2..=0xf0)
}

/// A code page in which UTF-8 was read by mistake.
#[derive(Clone, Copy)]
enum Page {
    /// Windows-1252, or Latin-1.
    Windows1252,
    MacRoman,
}

impl Page {
    /// The byte that the page shows as this character, if it is beyond ASCII.
    fn byte(self, c: char) -> Option<u8> {
        match self {
            Page::Windows1252 => match u8::try_from(u32::from(c)) {
                Ok(byte) => (!byte.is_ascii()).then_some(byte),
                Err(_) => byte_of(&WINDOWS_1252, c),
            },
            // The ohm sign is what some systems show in place of omega.
            Page::MacRoman => byte_of(&MAC_ROMAN, if c == '\u{2126}' { '\u{3a9}' } else { c }),
        }
    }
}

/// The byte that `page` shows as this character.
fn byte_of(page: &[u16], c: char) -> Option<u8> {
    let code = u16::try_from(u32::from(c)).ok()?;
    let index = page.iter().position(|shown| *shown == code)?;
    u8::try_from(0x80 + index).ok()
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::collections::BTreeSet;
    use std::format;
    use std::string::String;
    use std::vec;

    use super::*;

    /// What is pasted, and what patterns see.
    const CASES: &[(&str, &str)] = &[
        // letters, digits, punctuation
        (
            "Account Balance NOT enough (1102)",
            "account balance not enough (1102)",
        ),
        ("a|b <c> {d} ~e~ 2026-11-20", "a|b <c> {d} ~e~ 2026-11-20"),
        ("ÉTÉ Straße Ünïcode", "ete strase unicode"),
        (
            "KHÔNG ĐỦ Số dư, não disponível, Łódź İstanbul",
            "khong du so du, nao disponivel, lodz istanbul",
        ),
        ("e\u{301}te\u{301} 3 × 4 ÷ 2", "ete 3 × 4 ÷ 2"),
        ("НЕ УДАЛОСЬ, Ёлка, Σφάλμα", "не удалось, елка, σφάλμα"),
        ("", ""),
        // full width, Chinese punctuation
        ("ＨＴＴＰ／１．１　４２９！", "http/1.1 429!"),
        (
            "余额不足，请充值：（1102）；好？",
            "余额不足,请充值:(1102);好?",
        ),
        ("失败。原因、时间", "失败.原因,时间"),
        ("「余额」『不足』《充值》", "\"余额\"\"不足\"\"充值\""),
        ("＼ｎ＞", "n>"),
        // quotes, dashes, spaces, invisible characters
        ("‘a’ ‚b‛ c′", "'a' 'b' c'"),
        ("“a” „b‟ «c» 3″", "\"a\" \"b\" \"c\" 3\""),
        ("a‐b‑c‒d–e—f―g−h", "a-b-c-d-e-f-g-h"),
        (
            "a\u{a0}b\u{2000}c\u{200a}d\u{202f}e\u{205f}f\u{3000}g",
            "a b c d e f g",
        ),
        (
            "a\u{200b}b\u{200f}c\u{2060}d\u{feff}e\u{ad}f\u{202a}g\u{202e}h\u{2066}i\u{2069}j",
            "abcdefghij",
        ),
        ("wait…", "wait…"),
        // white space
        (
            "a  b\t\tc\r\nd\n\n\ne\u{b}f\u{c}g\u{85}h\u{2028}i\u{2029}j",
            "a b c d e f g h i j",
        ),
        (" \r\n\t a", "a"),
        ("a \u{1b}[0m\u{200b} b", "a b"),
        ("a\u{a0} \u{3000}\n b", "a b"),
        ("a \n", "a "),
        (" \n\t\u{feff}\\n ", ""),
        // quoted mail
        (
            "> > Halo\n> > saldo habis\r\n>\r\n>>> kode > 1102",
            "halo saldo habis kode > 1102",
        ),
        ("\u{feff}> a", "a"),
        ("a > b\t> c", "a > b > c"),
        ("a\n | > b", "a | > b"),
        ("a\\n> b\n&gt; c\n＞ d%0A%3E e", "a b c d e"),
        // escapes
        (r"a\nb\\nc\\\\nd\re\tf\r\ng", "a b c d e f g"),
        (r#"{\"a\":\"b\\\"c\"}"#, r#"{"a":"b"c"}"#),
        (r"https:\/\/example.com\\/x", "https://example.com/x"),
        (r"\u4f59\\u989d\\\\u4E0D\u8db3", "余额不足"),
        (r"\u201cA\u201d\u00a0\u2014\u0022", "\"a\" -\""),
        (r"\uD83D\uDE00 \\ud83d\\\ude00", "😀 😀"),
        (r"a\ud83db\ude00c\ud83d\u0041", "abca"),
        (r"\u12 \u12g4 \u", "u12 u12g4 u"),
        (
            r"a\u000ab\u0009c\u0000d\u005ce\u005cnf\\u005C\u005c\u005cng",
            "a b cde f g",
        ),
        ("a\\\nb\\\\\r\nc", "a b c"),
        (r"C:\dir\\sub", "c:dirsub"),
        ("a\\", "a"),
        // terminals
        (
            "\u{1b}[31mERROR\u{1b}[0m \u{1b}[1;38;5;208mx\u{1b}[K\u{1b}[2J",
            "error x",
        ),
        (
            "\u{1b}]8;;https://example.com\u{1b}\\link\u{1b}]8;;\u{7} \u{1b}]0;title\u{7}x",
            "link x",
        ),
        ("\u{1b}]0;no end\nx", "0;no end x"),
        ("\u{1b}(Ba\u{1b}=b\u{1b}Mc\u{1b} d\u{1b}é\u{1b}", "abc de"),
        ("a\u{1b}[12", "a12"),
        ("a\u{1b}\u{1b}[31mb", "ab"),
        (
            r"\u001b[31ma\x1b[0mb\x1B[1;2mc\033[0md\e[31me\\u001B[0mf",
            "abcdef",
        ),
        (r"a\u001b b\x1b c\033 d\e", "a bx1b c033 de"),
        (
            "[31mred[0m[39m [1;31mx [12] [m] [123456789m] [1;2 [4",
            "red x [12] [m] [123456789m] [1;2 [4",
        ),
        ("a\0b\u{1}c\u{7f}d\u{8}", "abcd"),
        // entities
        (
            "&quot;a&apos;b&lt;c&gt;d&nbsp;e&amp;f&#39;g&#x27;h&#34;i&#x22;j",
            "\"a'b<c>d e&f'g'h\"i\"j",
        ),
        ("&amp;quot;&amp;amp;lt;&amp;amp;amp; &#38;gt;", "\"<& >"),
        ("&#20313;&#x989D;&#128512;&#65;&#8220;", "余额😀a\""),
        (
            "&copy; &unknown; &lt &; && &#; &#x; &#xD800; &#99999999; &#1114112;",
            "&copy; &unknown; &lt &; && &#; &#x; &#xd800; &#99999999; &#1114112;",
        ),
        ("a&QUOT;b&Amp;c", "a\"b&c"),
        ("?a=1&b=2&amp;c=3", "?a=1&b=2&c=3"),
        (r"\u0026lt;%26gt;\u0026amp;quot;", "<>\""),
        // percent codes
        ("%7B%22code%22%3a1102%7D", "{\"code\":1102}"),
        ("a%0Ab%0D%0Ac%09d%20e", "a b c d e"),
        ("%E4%BD%99%e9%a2%9d %25E4%25BD%2599", "余额 余"),
        (
            "%E4%BD %FF %00 %1b[0m %C0%80 %ED%A0%80",
            "%e4%bd %ff %00 %1b %c0%80 %ed%a0%80",
        ),
        ("%2522a%252522 %2520b%25 %25zz %25E4", "\"a\" b% %zz %e4"),
        ("100% %zz %4 %", "100% %zz %4 %"),
        (r"%5Cn%5C%22a%5c%5Cu4f59%255Cnb", "\"a余 b"),
        // bytes behind backslashes, as Python and web servers write them
        (
            r"b'\xe4\xbd\x99\\xe9\\xa2\\x9d \x22code\x22:1102\x0d\x0Aa'",
            "b'余额 \"code\":1102 a'",
        ),
        (
            r"\xe4\xbd \xff \x00 \x4 \xzz \x5cn",
            "xe4xbd xff x00 x4 xzz n",
        ),
        (r"\xc3\xa4\xc2\xbd\xc2\x99", "余"),
        // plus
        ("Account+balance+not+enough", "account balance not enough"),
        (
            "429+balance,+please+%28top+up%29",
            "429 balance, please (top up)",
        ),
        (
            "1+1 a+1 +a a+ +00:00 a ++ b C++ a +b",
            "1+1 a+1 +a a+ +00:00 a ++ b c++ a +b",
        ),
        // marks of bold and slanted text
        (
            "**Account** balance *not* en**ough** (***1102***)",
            "account balance not enough (1102)",
        ),
        ("2 * 3 2*3 ** a\n* b\n*****\nc *", "2 * 3 2*3 a * b c *"),
        // letters of other scripts that look Latin, among Latin ones
        (
            "A\u{441}count b\u{430}l\u{430}nce n\u{43e}t en\u{3bf}ugh, API-\u{43a}люч для Kling, Veoш\u{43a}\u{430}",
            "account balance not enough, api-ключ для kling, veoшка",
        ),
        // frames
        (
            "┌────┐\n│ Account balance │\n│ not enough │\n└────┘ ████▌",
            "account balance not enough ",
        ),
        // words broken at the end of a line
        ("bal-\nance", "balance"),
        ("bal-\r\n> >  ance bal-\rance", "balance balance"),
        ("bal\u{2010}\n\tance bal\u{ad}\nance", "balance balance"),
        (
            r"bal-\nance bal-\\r\\nance bal-%0D%0Aance",
            "balance balance balance",
        ),
        (
            "a-\n\nb 1-\na a -\nb c-\n1 d- \ne -\n",
            "a- b 1- a a - b c- 1 d- e - ",
        ),
        // text misread as Windows-1252, Latin-1, Mac Roman, twice as Windows-1252
        ("ä½™é¢\u{9d}ä¸\u{8d}è¶³ï¼Œè¯·å……å€¼", "余额不足,请充值"),
        (
            "ä½\u{99}é¢\u{9d}ä¸\u{8d}è¶³ï¼\u{8c}è¯·å\u{85}\u{85}å\u{80}¼",
            "余额不足,请充值",
        ),
        ("Ë¥¶Êà∑‰ΩôÈ¢ù‰∏çË∂≥ÔºåËØ∑ÂÖÖÂÄº", "账户余额不足,请充值"),
        ("Ë∞ÉÁî®Â§±Ë¥•ÔºöËµÑÊ∫êÂåÖÂ∑≤ËÄóÂ∞Ω", "调用失败:资源包已耗尽"),
        ("Ã¤Â½â„¢Ã©Â¢Â\u{9d}Ã¤Â¸Â\u{8d}Ã¨Â¶Â³", "余额不足"),
        ("donâ€™t â€“ â€œstopâ€\u{9d} â€¦", "don't - \"stop\" …"),
        ("don‚Äôt ‚Äì ‚Äústop‚Äù ‚Ä¶", "don't - \"stop\" …"),
        ("donÃ¢â‚¬â„¢t", "don't"),
        (
            "âš\u{a0}ï¸\u{8f} ðŸ˜€ ‚ö†Ô∏è \u{f8ff}üòÄ Ã°Å¸Ëœâ‚¬",
            "⚠\u{fe0f} 😀 ⚠\u{fe0f} 😀 😀",
        ),
        (
            "cafÃ© Â½ â‚¬5 â„¢ Â»a caf√© ¬Ω ‚Ç¨5 ‚Ñ¢",
            "cafe ½ €5 ™ \"a cafe ½ €5 ™",
        ),
        ("cafÃƒÂ© Å¡ Ä‡ ≈° ƒá", "cafe s c s c"),
        (
            "ï½†ï½\u{81}ï½‰ï½Œ ÔΩÜÔΩÅÔΩâÔΩå ï»¿x aÂ\u{a0}b",
            "fail fail x a b",
        ),
        (
            r"\u00e4\u00bd\u0099 %C3%A4%C2%BD%C2%99 &#228;&#189;&#153;",
            "余 余 余",
        ),
        // genuine letters of the same pages
        (
            "« déjà » Ångström, naïve, über, ¿qué?, São, Ã1",
            "\" deja \" angstrom, naive, uber, ¿que?, sao, a1",
        ),
        (
            "Số dư không đủ; żółć; Žluťoučký; œuvre; ‚ein„",
            "so du khong du; zolc; zlutoucky; ouvre; 'ein\"",
        ),
        (
            "Недостаточно средств / クレジット / 잔액 부족",
            "недостаточно средств / クレジット / 잔액 부족",
        ),
        ("√2 ≈ 1.41 ƒ(x) ¬a é© Ë", "√2 ≈ 1.41 ƒ(x) ¬a e© e"),
    ];

    /// Bytes that are not UTF-8, and what they fold to.
    const INVALID: &[(&[u8], &[u8])] = &[
        (b"A\xff\xfeB", b"a\xff\xfeb"),
        (b"\xe4\xbd", b"\xe4\xbd"),
        (b"a \xe4\xbdB\xc3 \n\xc3\xa9", b"a \xe4\xbdb\xc3 e"),
        (
            b"\xed\xa0\x80\xc0\x80\xf5\x80\x80\x80",
            b"\xed\xa0\x80\xc0\x80\xf5\x80\x80\x80",
        ),
        (b"\xc3\xa4\xc2\xbd\xc2", b"a\xc2\xbd\xc2"),
        (
            b"\x80-\n\x80\xe4\xbd\x99\xe4\xbd",
            b"\x80- \x80\xe4\xbd\x99\xe4\xbd",
        ),
    ];

    /// The characters of the bytes 80..FF, as Python decodes them (an undefined byte as itself).
    const PYTHON_CP1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
    const PYTHON_MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

    /// Numbers that look random and are the same in every run.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % end
        }
    }

    fn show(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).escape_debug().collect()
    }

    /// Every text of the tables.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        let valid = CASES.iter().map(|(raw, _)| raw.as_bytes().to_vec());
        valid.chain(INVALID.iter().map(|(raw, _)| raw.to_vec()))
    }

    /// Long text in which everything stands beside everything, and long runs of what may be held back.
    fn mixed() -> Vec<u8> {
        let mut lcg = Lcg(11);
        let texts: Vec<Vec<u8>> = texts().collect();
        let long = [
            "\\",
            " ",
            "&amp;",
            "%25",
            "%5C",
            "\n> ",
            "é",
            "\u{200b}",
            "a-",
            "[1",
            "\u{1b}]a",
            "plain words ",
        ];
        let mut all = Vec::new();
        while all.len() < 60_000 {
            match lcg.below(20) {
                0 => all.extend(long[lcg.below(long.len())].repeat(lcg.below(700)).bytes()),
                1 => all.push(u8::try_from(lcg.below(256)).unwrap()),
                2..5 => all.extend(b" "),
                _ => all.extend(&texts[lcg.below(texts.len())]),
            }
        }
        all
    }

    fn in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Canonical {
        let mut out = Canonical::default();
        let mut folder = Folder::default();
        for piece in pieces {
            folder.feed(piece, &mut out);
            assert!(folder.held.len() < WINDOW);
        }
        folder.finish(&mut out);
        out
    }

    #[track_caller]
    fn check_same(found: &Canonical, whole: &Canonical, what: &str) {
        assert_eq!(show(found.text()), show(whole.text()), "{what}");
        assert_eq!(found.text(), whole.text(), "{what}");
        assert_eq!(found.map, whole.map, "{what}");
    }

    /// Spans lie inside the paste and never go back.
    #[track_caller]
    fn check_spans(raw: &[u8], out: &Canonical) {
        let mut last = Span { start: 0, end: 0 };
        for at in out.base()..out.end() {
            let span = out.raw_span(at, at + 1);
            assert!(
                span.start < span.end && span.end <= raw.len(),
                "{span:?} in {}",
                show(raw)
            );
            assert!(
                span == last || span.start >= last.end,
                "{last:?} {span:?} in {}",
                show(raw)
            );
            last = span;
        }
        let all = out.raw_span(out.base(), out.end());
        assert!(all.start <= all.end && all.end <= raw.len());
    }

    #[test]
    fn folds_as_the_table_says() {
        for (raw, text) in CASES {
            assert_eq!(
                show(canonical(raw.as_bytes()).text()),
                show(text.as_bytes()),
                "{raw:?}"
            );
            // What stands before does not matter, but for what only the start of a paste has.
            let later = canonical(format!("0\n{raw}").as_bytes());
            assert_eq!(
                show(later.text()),
                show(format!("0 {text}").trim_end_matches(' ').as_bytes())
                    + if text.ends_with(' ') || text.is_empty() {
                        " "
                    } else {
                        ""
                    },
                "{raw:?}"
            );
        }
        for (raw, text) in INVALID {
            assert_eq!(canonical(raw).text(), *text, "{}", show(raw));
        }
    }

    #[test]
    fn folds_the_same_however_it_is_cut() {
        let pad = "Some plain words, as in a log. ".repeat(20).into_bytes();
        for text in texts() {
            let whole = canonical(&text);
            for cut in 0..=text.len() {
                let (a, b) = text.split_at(cut);
                check_same(
                    &in_pieces([a, b]),
                    &whole,
                    &format!("{} cut at {cut}", show(&text)),
                );
            }
            check_same(&in_pieces(text.chunks(1)), &whole, &show(&text));
            // With so much behind it that the cut decides where folding has to wait.
            let raw = [b"Some plain words. ", text.as_slice(), &pad].concat();
            let whole = canonical(&raw);
            for cut in WINDOW..=text.len() + WINDOW + 40 {
                let (a, b) = raw.split_at(cut);
                check_same(
                    &in_pieces([a, b]),
                    &whole,
                    &format!("{} cut at {cut}", show(&text)),
                );
            }
        }
    }

    #[test]
    fn folds_a_long_text_the_same_however_it_is_cut() {
        let raw = mixed();
        let whole = canonical(&raw);
        check_spans(&raw, &whole);
        let mut lcg = Lcg(3);
        for round in 0..60 {
            let longest = [1, 3, 40, 600, 1500, 5000][round % 6];
            let mut rest = raw.as_slice();
            let mut pieces = Vec::new();
            while !rest.is_empty() {
                let (piece, after) = rest.split_at((1 + lcg.below(longest)).min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            check_same(
                &in_pieces(pieces),
                &whole,
                &format!("pieces up to {longest}"),
            );
        }
    }

    #[test]
    fn the_fast_path_does_what_unit_after_unit_would() {
        for raw in texts().chain([mixed()]) {
            let mut out = Canonical::default();
            let mut folder = Folder::default();
            let mut at = 0;
            while at < raw.len() {
                at += folder.unit(&raw[at..raw.len().min(at + WINDOW)], at, &mut out);
            }
            assert_eq!(at, raw.len());
            folder.write_blank(&mut out);
            check_same(&out, &canonical(&raw), "unit after unit");
        }
    }

    #[test]
    fn spans_read_back_as_what_they_fold_to() {
        for (raw, _) in CASES {
            let out = canonical(raw.as_bytes());
            check_spans(raw.as_bytes(), &out);
            let text = std::str::from_utf8(out.text()).unwrap();
            for (at, c) in text.char_indices() {
                let span = out.raw_span(at, at + c.len_utf8());
                let slice = raw
                    .get(span.start..span.end)
                    .unwrap_or_else(|| panic!("{raw:?}: {c:?} {span:?} cuts a character"));
                if matches!(slice, "+" | "*") || slice.chars().any(|c| latin_twin(c).is_some()) {
                    continue; // what it gives depends on what stands beside it
                }
                let back = canonical(format!("1{slice}1").as_bytes());
                assert_eq!(
                    show(back.text()),
                    show(format!("1{c}1").as_bytes()),
                    "{raw:?} at {at}"
                );
            }
        }
    }

    #[test]
    fn spans_cover_whole_units() {
        let raw = "> A\r\n \u{1b}[0m\n b &amp;quot;\\\\u4f59\u{feff}%E9%A2%9D ä½\u{99}c-\nd";
        let out = canonical(raw.as_bytes());
        assert_eq!(show(out.text()), show("a b \"余额 余cd".as_bytes()));
        let slice = |start, end| {
            let Span { start, end } = out.raw_span(start, end);
            &raw[start..end]
        };
        assert_eq!(slice(0, 1), "A");
        assert_eq!(slice(1, 2), "\r\n \u{1b}[0m\n ");
        assert_eq!(slice(2, 4), "b ");
        assert_eq!(slice(4, 5), "&amp;quot;");
        assert_eq!(slice(5, 8), "\\\\u4f59");
        assert_eq!(slice(6, 7), "\\\\u4f59", "a part of a unit is the unit");
        assert_eq!(slice(5, 11), "\\\\u4f59\u{feff}%E9%A2%9D");
        assert_eq!(slice(12, 15), "ä½\u{99}");
        assert_eq!(slice(15, 16), "c");
        assert_eq!(slice(15, 17), "c-\nd");
        assert_eq!(slice(0, 17), &raw[2..]);
        assert_eq!(
            out.raw_span(0, 99),
            Span {
                start: 2,
                end: raw.len()
            },
            "clamped"
        );
        assert_eq!(
            out.raw_span(99, 3),
            Span {
                start: raw.len(),
                end: raw.len()
            },
            "clamped"
        );
        assert_eq!(out.raw_span(2, 2).start, out.raw_span(2, 2).end, "empty");
        assert_eq!(
            Canonical::default().raw_span(0, 5),
            Span { start: 0, end: 0 }
        );
    }

    #[test]
    fn the_map_grows_with_changes_only() {
        let out = canonical(
            "2026-11-20 12:41 [INFO] Worker-3: GET /v1/Videos\n"
                .repeat(100)
                .as_bytes(),
        );
        assert_eq!(
            out.map,
            [Piece {
                at: 0,
                raw: 0,
                unit: 0
            }]
        );
        let out = canonical("余额不足 resource pack\r\n".repeat(100).as_bytes());
        assert_eq!(
            out.map.len(),
            200,
            "a piece for each line break and one for what follows it"
        );
    }

    #[test]
    fn a_run_of_white_space_is_one_unit_however_long() {
        let raw = ["a", &" \n\t> ".repeat(10_000), "b"].concat();
        let out = in_pieces(raw.as_bytes().chunks(777));
        assert_eq!(out.text(), b"a b");
        assert_eq!(
            out.raw_span(1, 2),
            Span {
                start: 1,
                end: raw.len() - 1
            }
        );
    }

    #[test]
    fn backslashes_escape_however_many_they_are() {
        for count in [1, 2, 255, 256, 257, 511, 512, 513, 5000] {
            for backslash in ["\\", "%5C", "%255C"] {
                let run = backslash.repeat(count);
                let raw = format!("A{run}nB{run}u4f59{run}\"");
                assert_eq!(
                    show(canonical(raw.as_bytes()).text()),
                    show("a b余\"".as_bytes()),
                    "{count} {backslash}"
                );
            }
        }
    }

    #[test]
    fn forgetting_changes_no_offset() {
        let raw = mixed();
        let whole = canonical(&raw);
        let mut lcg = Lcg(5);
        let mut out = Canonical::default();
        let mut folder = Folder::default();
        let mut check = |out: &Canonical| {
            let (base, end) = (out.base(), out.end());
            assert_eq!(out.text(), &whole.text()[base..end]);
            for _ in 0..20.min(end - base) {
                let at = base + lcg.below(end - base);
                let to = at + 1 + lcg.below(end - at);
                assert_eq!(out.raw_span(at, to), whole.raw_span(at, to));
            }
            lcg.below(900)
        };
        for piece in raw.chunks(300) {
            folder.feed(piece, &mut out);
            let keep = check(&out);
            out.forget(out.end().saturating_sub(keep));
            let keep = check(&out);
            out.forget(out.base() + keep / 9);
            check(&out);
        }
        folder.finish(&mut out);
        check(&out);
        assert_eq!(out.end(), whole.end());
        assert!(
            out.text.len() < 4000 && out.map.len() < 4000,
            "memory is given back"
        );
        out.forget(usize::MAX);
        assert_eq!((out.base(), out.text().len()), (whole.end(), 0));
        out.forget(0);
        assert_eq!(out.base(), whole.end());
        let last = out.raw_span(0, usize::MAX);
        assert!(last.start == last.end && last.end <= raw.len());
    }

    #[test]
    fn any_bytes_are_answered() {
        let marks = b"\\\\\\%&[]-+>;# \n\r\t\x1b\x07\0umnrte0123456789abcdfxDCmM\"'\xc3\xa4\xc2\xbd\x99\xe4\xe2\x80\xf0\x9f\xef\xbc";
        let words: [&[u8]; 12] = [
            b"\\u",
            b"amp;",
            b"&#",
            b"%25",
            b"%5C",
            b"\\ud83d",
            b"\x1b[",
            b"\x1b]",
            b"quot;",
            b"u005c",
            b"-\n",
            b"\xc3\xa2",
        ];
        let mut lcg = Lcg(1);
        let mut seen = BTreeSet::new();
        for round in 0..6000 {
            let mut raw = Vec::new();
            let len = lcg.below(if round % 50 == 0 { 3000 } else { 60 });
            while raw.len() < len {
                match (round % 3, lcg.below(4)) {
                    (0, _) => raw.push(u8::try_from(lcg.below(256)).unwrap()),
                    (1, 0) => raw.extend(words[lcg.below(words.len())]),
                    _ => raw.push(marks[lcg.below(marks.len())]),
                }
            }
            let whole = canonical(&raw);
            check_spans(&raw, &whole);
            assert!(
                !whole.text().windows(2).any(|two| two == b"  "),
                "{}",
                show(&raw)
            );
            let cut = lcg.below(raw.len() + 1);
            let (a, b) = raw.split_at(cut);
            check_same(&in_pieces([a, b]), &whole, &show(&raw));
            if round % 10 == 0 {
                check_same(&in_pieces(raw.chunks(1)), &whole, &show(&raw));
            }
            seen.extend(whole.text().iter().copied());
        }
        let missing: Vec<u8> = (0..=255).filter(|byte| !seen.contains(byte)).collect();
        let never: Vec<u8> = (0..=255)
            .filter(|byte: &u8| {
                matches!(byte, 0..=0x1f | 0x7f | b'\\') || byte.is_ascii_uppercase()
            })
            .collect();
        assert_eq!(missing, never, "what canonical text never holds");
    }

    #[test]
    fn canonical_text_stays_as_it_is() {
        // Not all does: a `+` that was escaped, or a colour that only folding brings about, would fold once more.
        let changes = ["%2522", "&amp;quot;", "Ã¤Â½", "> > Halo"];
        for (raw, _) in CASES
            .iter()
            .filter(|(raw, _)| !changes.iter().any(|sign| raw.contains(sign)))
        {
            let once = canonical(raw.as_bytes());
            let twice = canonical(once.text());
            assert_eq!(show(twice.text()), show(once.text()), "{raw:?}");
        }
        let log =
            "2026-11-20 [INFO] GET /v1/x?a=1&b=2 \"account balance not enough\" 余额不足 a\\b c\n"
                .repeat(30);
        let once = canonical(log.as_bytes());
        assert_eq!(canonical(once.text()).text(), once.text());
    }

    /// The text as a program shows it that takes its UTF-8 bytes for those of `page`.
    fn misread_in(page: &str, text: &str) -> String {
        let shown: Vec<char> = page.chars().collect();
        assert_eq!(shown.len(), 128);
        let show_byte = |byte: u8| {
            if byte < 0x80 {
                char::from(byte)
            } else {
                shown[usize::from(byte - 0x80)]
            }
        };
        text.bytes().map(show_byte).collect()
    }

    #[test]
    fn the_pages_are_the_published_ones() {
        let signs = |page: &[u16]| -> String {
            let signs = page.iter();
            signs
                .map(|code| char::from_u32(u32::from(*code)).unwrap())
                .collect()
        };
        assert!(PYTHON_CP1252.starts_with(&signs(&WINDOWS_1252)));
        assert_eq!(signs(&MAC_ROMAN), PYTHON_MAC_ROMAN);
        for (index, byte) in (0x80..=0xff).enumerate() {
            assert_eq!(
                Page::Windows1252.byte(PYTHON_CP1252.chars().nth(index).unwrap()),
                Some(byte)
            );
            assert_eq!(
                Page::Windows1252.byte(char::from(byte)),
                Some(byte),
                "Latin-1"
            );
            assert_eq!(
                Page::MacRoman.byte(PYTHON_MAC_ROMAN.chars().nth(index).unwrap()),
                Some(byte)
            );
        }
        assert_eq!(
            (
                Page::Windows1252.byte('a'),
                Page::MacRoman.byte('a'),
                Page::Windows1252.byte('余')
            ),
            (None, None, None)
        );
        // Nothing that begins a misread character is passed over for speed.
        for c in PYTHON_CP1252.chars().chain(PYTHON_MAC_ROMAN.chars()) {
            let begins = [Page::Windows1252.byte(c), Page::MacRoman.byte(c)]
                .into_iter()
                .flatten()
                .any(begins_likely_text);
            assert!(!begins || may_be_misread(c, Some(&0x80)), "{c:?}");
        }
    }

    #[test]
    fn misread_text_is_put_right() {
        let latin_1: String = (0x80..=0xff).map(char::from).collect();
        let ranges = [
            0xa1..=0x17f,
            0x2010..=0x2bff,
            0x3001..=0x30ff,
            0x4e00..=0x9fff,
            0xac00..=0xac80,
            0xff01..=0xff5e,
            0x1f300..=0x1f64f,
        ];
        let mut wrong = vec![String::new(); 4];
        for c in ranges.into_iter().flatten().filter_map(char::from_u32) {
            let text = format!("0{c}{c}0");
            let right = canonical(text.as_bytes());
            let twice = misread_in(PYTHON_CP1252, &misread_in(PYTHON_CP1252, &text));
            let pages =
                [PYTHON_CP1252, &latin_1, PYTHON_MAC_ROMAN].map(|page| misread_in(page, &text));
            for (wrong, raw) in wrong.iter_mut().zip(pages.iter().chain([&twice])) {
                if canonical(raw.as_bytes()).text() != right.text() {
                    wrong.push(c);
                }
            }
        }
        assert_eq!(wrong, ["", "", "", ""]);
    }
}
