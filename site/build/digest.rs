//! The digest that names a folder of files by what is in it. Used by `build.rs` for the program's own files and by the generator
//! for all others.

use sha2::{Digest, Sha256};

/// Twelve hexadecimal digits that change when any name or byte does.
pub(crate) fn digest<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        // Lengths keep a byte from moving between name, file and next name unnoticed.
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hex(&hash.finalize()[..6])
}

/// Two lower-case digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut out = String::with_capacity(2 * bytes.len());
    for digit in bytes.iter().flat_map(|b| [b >> 4, b & 15]) {
        out.push(DIGITS[usize::from(digit)]);
    }
    out
}
