//! Findings for programs: one JSON document.

use serde_json::{Value, json as value};

use super::{Diag, Texts, count, floor_boundary};

/// `{"diagnostics":[{severity, code, file, line, column, end_line, end_column, text, message, help, fix}], "errors", "warnings",
/// "notes"}`; `fix` is null or what `resep check --fix` would write, `{"start", "end", "text"}` in bytes of the file;
/// places are null where the finding is about a whole file.
#[must_use]
pub fn json(diags: &[Diag], texts: &Texts) -> String {
    let list: Vec<Value> = diags
        .iter()
        .map(|diag| {
            let at = diag.span.as_ref().zip(texts.get(&diag.file));
            let places = at.map(|(span, text)| (text.place(span.start), text.place(span.end)));
            let marked = at.and_then(|(span, text)| {
                let text = text.as_str();
                text.get(floor_boundary(text, span.start)..floor_boundary(text, span.end))
            });
            value!({
                "severity": diag.severity().as_str(),
                "code": diag.code,
                "file": texts.shown(&diag.file),
                "line": places.map(|(start, _)| start.line),
                "column": places.map(|(start, _)| start.column),
                "end_line": places.map(|(_, end)| end.line),
                "end_column": places.map(|(_, end)| end.column),
                "text": marked,
                "message": diag.message,
                "help": diag.help,
                "fix": diag.fix.as_ref().map(|fix| value!({
                    "start": fix.span.start, "end": fix.span.end, "text": fix.text,
                })),
            })
        })
        .collect();
    let [errors, warnings, notes] = count(diags);
    let mut out = format!(
        "{:#}",
        value!({ "diagnostics": list, "errors": errors, "warnings": warnings, "notes": notes })
    );
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_place_and_text() {
        let mut texts = Texts::new("content/");
        texts.insert("a.md", "x\nyz");
        let out = json(&[Diag::new("broken-link", "a.md", 2..4, "m")], &texts);
        let read: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(read["errors"], 1);
        assert_eq!(read["diagnostics"][0]["line"], 2);
        assert_eq!(read["diagnostics"][0]["text"], "yz");
    }
}
