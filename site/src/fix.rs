//! `resep check --fix`: writes what findings say would mend them mechanically. Every file is written whole or not at all, and
//! only if it still is what was checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::diag::{Diag, Fix};
use crate::load::{Odd, Source, plain};
use crate::write::replace;

/// Mends the files below `content`. Returns how many places were mended.
///
/// # Errors
/// A sentence, if a file changed meanwhile or cannot be written; files before it are mended, each of them whole.
pub(crate) fn apply(content: &Path, source: &Source, diags: &[Diag]) -> Result<usize, String> {
    let mut by_file: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for diag in diags {
        if let Some(fix) = &diag.fix {
            by_file.entry(&diag.file).or_default().push(fix);
        }
    }
    let mut mended = 0;
    for (file, fixes) in by_file {
        let Some(text) = source.texts.get(file) else {
            continue;
        };
        let path = content.join(file);
        let now = fs::read(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        // A mark at the beginning and the like are no part of the text, and go with the first mending.
        let now = plain(now);
        if now.odd.iter().any(|odd| matches!(odd, Odd::NotUtf8(_))) {
            // Bytes would be lost.
            continue;
        }
        if now.text != **text {
            return Err(format!(
                "{} changed while it was checked, and was left as it is; run the command again",
                path.display()
            ));
        }
        let (fixed, count) = mend(text, fixes);
        replace(&path, fixed.as_bytes()).map_err(|e| e.to_string())?;
        mended += count;
    }
    Ok(mended)
}

/// The text with all fixes that do not overlap an earlier one, and how many those are.
fn mend(text: &str, mut fixes: Vec<&Fix>) -> (String, usize) {
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let mut out = String::with_capacity(text.len());
    let (mut at, mut count) = (0, 0);
    for fix in fixes {
        let kept = text.get(at..fix.span.start);
        if let (Some(kept), true) = (kept, text.is_char_boundary(fix.span.end)) {
            out.push_str(kept);
            out.push_str(&fix.text);
            at = fix.span.end;
            count += 1;
        }
    }
    out.push_str(&text[at..]);
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_mended_once() {
        let fix = |start: usize, end: usize, text: &str| Fix {
            span: start..end,
            text: text.to_owned(),
        };
        let fixes = [fix(4, 7, "TWO"), fix(0, 3, "ONE"), fix(0, 7, "never")];
        let (text, count) = mend("one two three", fixes.iter().collect());
        assert_eq!((text.as_str(), count), ("ONE TWO three", 2));
    }
}
