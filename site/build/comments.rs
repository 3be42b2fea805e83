//! Takes the comments out of the scripts and styles that the site publishes.

/// A script or style without comments that have lines of their own, and without the types that stand as comments before
/// expressions. Our own files and the glue are written so that nothing else looks like one. What begins with `/*!` stays: it is
/// a notice that somebody's licence asks for.
pub(crate) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut inside, mut notice) = (false, false);
    for line in text.lines() {
        let mut rest = line.trim();
        if notice || rest.starts_with("/*!") {
            notice = !rest.ends_with("*/");
            out.push_str(rest);
            out.push('\n');
            continue;
        }
        if inside {
            inside = !rest.ends_with("*/");
            continue;
        }
        if rest.starts_with("/*") && !rest.contains("*/") {
            inside = true;
            continue;
        }
        if rest.starts_with("//") || rest.starts_with("/*") && rest.ends_with("*/") {
            continue;
        }
        let before = out.len();
        while let Some((at, (_, after))) = rest
            .find("/** @")
            .and_then(|at| Some((at, rest[at..].split_once("*/")?)))
        {
            out.push_str(&rest[..at]);
            rest = after.trim_start();
        }
        out.push_str(rest);
        if out.len() > before {
            out.push('\n');
        }
    }
    out
}
