//! What sort of byte one is, looked up in a table: a byte has the bits of the classes that it is in.

/// `0` to `9`.
pub(crate) const DIGIT: u8 = 1;
/// `A` to `Z`.
pub(crate) const UPPER: u8 = 2;
/// `a` to `z`.
pub(crate) const LOWER: u8 = 4;
pub(crate) const LETTER: u8 = UPPER | LOWER;
pub(crate) const ALPHANUMERIC: u8 = DIGIT | LETTER;
pub(crate) const HYPHEN: u8 = 8;
/// `_`.
pub(crate) const LOW_LINE: u8 = 16;
pub(crate) const DOT: u8 = 32;
pub(crate) const PLUS: u8 = 64;
/// `/`.
pub(crate) const SLASH: u8 = 128;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'-' => HYPHEN,
            b'_' => LOW_LINE,
            b'.' => DOT,
            b'+' => PLUS,
            b'/' => SLASH,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// The classes of a byte.
pub(crate) fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// Whether the byte is in one of the classes.
pub(crate) fn is(byte: u8, classes: u8) -> bool {
    class(byte) & classes != 0
}

/// How many bytes at the beginning are in one of the classes.
#[inline(never)]
pub(crate) fn leading(text: &[u8], classes: u8) -> usize {
    text.iter().take_while(|byte| is(**byte, classes)).count()
}

/// How many bytes at the end are in one of the classes.
#[inline(never)]
pub(crate) fn trailing(text: &[u8], classes: u8) -> usize {
    let bytes = text.iter().rev();
    bytes.take_while(|byte| is(**byte, classes)).count()
}

/// How many bytes are in one of the classes.
#[inline(never)]
pub(crate) fn count(text: &[u8], classes: u8) -> usize {
    text.iter().filter(|byte| is(**byte, classes)).count()
}

/// Whether a byte is in one of the classes.
#[inline(never)]
pub(crate) fn any(text: &[u8], classes: u8) -> bool {
    text.iter().any(|byte| is(*byte, classes))
}

/// Whether all bytes are in one of the classes.
pub(crate) fn all(text: &[u8], classes: u8) -> bool {
    leading(text, classes) == text.len()
}

/// The first so many bytes, or all.
pub(crate) fn first(text: &[u8], most: usize) -> &[u8] {
    text.get(..most).unwrap_or(text)
}

/// The last so many bytes, or all.
pub(crate) fn last(text: &[u8], most: usize) -> &[u8] {
    text.get(text.len().saturating_sub(most)..).unwrap_or(text)
}
