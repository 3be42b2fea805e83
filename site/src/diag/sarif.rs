//! Findings as SARIF 2.1.0, which code scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value, json as value};

use super::{Diag, Severity, Text, Texts};
use crate::check::LINTS;

/// One run, with the lints that found something as its rules.
#[must_use]
pub fn sarif(diags: &[Diag], texts: &Texts) -> String {
    let found: BTreeSet<&str> = diags.iter().map(|d| d.code).collect();
    let rules: Vec<Value> = LINTS
        .iter()
        .filter(|lint| found.contains(lint.id))
        .map(|lint| {
            value!({
                "id": lint.id,
                "shortDescription": { "text": lint.summary },
                "fullDescription": { "text": lint.explanation },
                "defaultConfiguration": { "level": level(lint.severity) },
            })
        })
        .collect();
    let results: Vec<Value> = diags.iter().map(|diag| result(diag, texts)).collect();
    let mut out = format!(
        "{:#}",
        value!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "resep",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        })
    );
    out.push('\n');
    out
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn result(diag: &Diag, texts: &Texts) -> Value {
    let (file, message) = texts.attached(diag);
    let mut physical = value!({ "artifactLocation": { "uri": uri(&file) } });
    if let Some((span, text)) = diag.span.as_ref().zip(texts.get(&diag.file)) {
        physical["region"] = region(span, text);
    }
    let mut out = value!({
        "ruleId": diag.code,
        "level": level(diag.severity()),
        "message": { "text": message },
        "locations": [{ "physicalLocation": physical }],
    });
    if let Some((fix, text)) = diag.fix.as_ref().zip(texts.get(&diag.file)) {
        out["fixes"] = value!([{
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(&texts.shown(&diag.file)) },
                "replacements": [{
                    "deletedRegion": region(&fix.span, text),
                    "insertedContent": { "text": fix.text },
                }],
            }],
        }]);
    }
    out
}

fn region(span: &std::ops::Range<usize>, text: &Text) -> Value {
    let (start, end) = (text.place(span.start), text.place(span.end));
    value!({
        "startLine": start.line, "startColumn": start.column,
        "endLine": end.line, "endColumn": end.column,
    })
}

/// A path as a relative reference: what has a meaning in addresses is written as percent escapes.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_rule_place_and_fix() {
        let mut texts = Texts::new("content/");
        texts.insert("a b.md", "x\ny/z");
        let diag = Diag::new("link-form", "a b.md", 2..5, "m")
            .help("h")
            .fix(5..5, "/");
        let read: Value = serde_json::from_str(&sarif(&[diag], &texts)).unwrap();
        let run = &read["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "link-form");
        let result = &run["results"][0];
        assert_eq!(result["level"], "error");
        assert_eq!(result["message"]["text"], "m\nh");
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "content/a%20b.md");
        assert_eq!(physical["region"]["startLine"], 2);
        assert_eq!(physical["region"]["endColumn"], 4);
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["insertedContent"]["text"], "/");
    }
}
