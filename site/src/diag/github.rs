//! Findings as GitHub workflow commands, which become notes at the line in a pull request.

use super::{Diag, Severity, Texts};

/// One command a line.
#[must_use]
pub fn github(diags: &[Diag], texts: &Texts) -> String {
    let mut out = String::new();
    for diag in diags {
        out.push_str("::");
        out.push_str(match diag.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        });
        out.push_str(" file=");
        let (file, message) = texts.attached(diag);
        out.push_str(&property(&file));
        if let Some((span, text)) = diag.span.as_ref().zip(texts.get(&diag.file)) {
            let (start, end) = (text.place(span.start), text.place(span.end));
            out.push_str(&format!(",line={},col={}", start.line, start.column));
            // GitHub ignores the columns where a range spans lines.
            if end.line == start.line {
                out.push_str(&format!(",endLine={},endColumn={}", end.line, end.column));
            }
        }
        out.push_str(",title=");
        out.push_str(&property(diag.code));
        out.push_str("::");
        out.push_str(&data(&message));
        out.push('\n');
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_ends_a_command() {
        let mut texts = Texts::new("content/");
        texts.insert("a,b.md", "x\ny");
        let output = Diag::new("invalid-html", "output:en/index.html", None, "line 1: odd");
        assert_eq!(
            github(&[output], &texts),
            "::error file=content/site.toml,title=invalid-html::(output) en/index.html line 1: odd\n"
        );
        let diag = Diag::new("broken-link", "a,b.md", 2..3, "100 % wrong").help("a\nb");
        assert_eq!(
            github(&[diag], &texts),
            "::error file=content/a%2Cb.md,line=2,col=1,endLine=2,endColumn=2,title=broken-link::100 %25 wrong%0Aa%0Ab\n"
        );
    }
}
