//! What is written piece by piece into a string.

use std::fmt::{Arguments, Write};

/// Puts `args` at the end of `out`.
pub(crate) fn push(out: &mut String, args: Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(args);
}
