//! What `diagnose` and `triage` read: a file or standard input, and no packed one, in which nothing would be found;
//! UTF-16 becomes text.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use crate::cli::Failure;
use crate::utf16::utf8;

/// How packed files begin, what they are called, and what unpacks them.
const PACKED: [(&[u8], &str, &str); 5] = [
    (b"\x1f\x8b", "gzip", "zcat"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstdcat"),
    (b"BZh", "bzip2", "bzcat"),
    (b"\xfd7zXZ\0", "xz", "xzcat"),
    (b"PK\x03\x04", "zip", "unzip -p"),
];

/// What standard input is called in messages.
pub(crate) const STDIN: &str = "standard input";

/// Opens a file, or standard input where the path is `-`; gives its name for messages too.
///
/// # Errors
/// A sentence, if it cannot be read or is packed.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read + Send>, String), Failure> {
    let (mut input, name): (Box<dyn Read + Send>, String) = if path.as_os_str() == "-" {
        (Box::new(io::stdin()), STDIN.to_owned())
    } else {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| format!("cannot read {name}: {e}"))?;
        (Box::new(file), name)
    };
    let longest = PACKED.iter().map(|(sign, ..)| sign.len()).max();
    let mut head = Vec::new();
    input
        .by_ref()
        .take(longest.unwrap_or_default() as u64)
        .read_to_end(&mut head)
        .map_err(|e| format!("cannot read {name}: {e}"))?;
    // The mark alone: a log into which nothing was written.
    if matches!(head.as_slice(), b"\xff\xfe" | b"\xfe\xff") {
        head.clear();
    }
    match PACKED.iter().find(|(sign, ..)| head.starts_with(sign)) {
        Some((_, kind, unpack)) => Err(format!(
            "{name} is packed ({kind}), and nothing can be found in it; unpack it on the way: `{unpack} FILE | resep ...`"
        )),
        None => Ok((Box::new(utf8(Cursor::new(head).chain(input))), name)),
    }
}
