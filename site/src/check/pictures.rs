//! Drawings (SVG) that do more than draw: they would run or load it when somebody opens them by their address, or tell whose they are.

use std::sync::LazyLock;

use regex::Regex;

use crate::diag::Diag;
use crate::load::Source;

use super::secrets;

pub(super) fn check(source: &Source, diags: &mut Vec<Diag>) {
    for (path, bytes) in &source.images {
        if !path.to_ascii_lowercase().ends_with(".svg") {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        let line = |at| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
        if let Some(at) = secrets::user_in(&text) {
            let message = format!("line {}: the name of a user would be published", line(at));
            diags.push(Diag::new("personal-data", path, None, message).help(
                "save it as plain SVG: drawing programs write down in which folder a file lay",
            ));
        }
        if let Some((at, what)) = active(&text) {
            let line = line(at);
            diags.push(
                Diag::new(
                    "active-picture",
                    path,
                    None,
                    format!("line {line}: `{what}` does more than draw"),
                )
                .help(
                    "save it as plain SVG, without scripts, handlers and addresses of other files",
                ),
            );
        }
    }
}

/// The first thing in a drawing that runs or loads something, and where.
fn active(text: &str) -> Option<(usize, &str)> {
    static RUNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            // A prefix may be any word, and elements of web pages may stand in a drawing. An animation may set an address, and a
            // declaration of attributes a handler. No text holds NUL or ESC: the drawing is written in an encoding that is not read here.
            r#"(?i)<(?:[^\s<>/:"'=]+:)?(?:script|foreignobject|iframe|embed|object|handler|listener)\b|<!(?:entity|attlist)\b|<\?xml-stylesheet\b|\son[a-z]+\s*=|@import\b|\battributename\s*=\s*["']\s*(?:[^\s"']*:)?(?:href\b|[^"']*&)|\bxmlns(?::[^\s=]+)?\s*=\s*["'][^"']*(?:1999/xhtml|&)|[\x00\x1b]"#,
        )
        .ok()
    });
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)\b(?:href|src)\s*=\s*["']?\s*([^"'\s>]*)|\burl\(\s*["']?\s*([^"')]*)"#)
            .ok()
    });
    let (Some(runs), Some(address)) = (RUNS.as_ref(), ADDRESS.as_ref()) else {
        // Nobody looked, so nothing may pass.
        return Some((0, "<svg"));
    };
    let runs = runs.find(text).map(|m| (m.start(), m.as_str().trim()));
    let loads = address.captures_iter(text).find_map(|captures| {
        let whole = captures.get(0)?;
        let address = captures.get(1).or_else(|| captures.get(2))?.as_str();
        let picture = "data:image/";
        let own = address.is_empty()
            || address.starts_with('#')
            || address
                .get(..picture.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(picture))
                && !address.to_ascii_lowercase().starts_with("data:image/svg");
        (!own).then_some((whole.start(), whole.as_str()))
    });
    [runs, loads].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_that_only_draw_are_left_alone() {
        for (body, found) in [
            (
                "<path d='M0'/><use href='#a'/><image href='data:image/png;base64,AA'/>",
                None,
            ),
            (
                "<g fill='url(#grad)'/><style>.a { fill: url(#b) }</style>",
                None,
            ),
            ("<title>The once popular script</title>", None),
            ("<script>x</script>", Some("<script")),
            ("<svg:SCRIPT/>", Some("<svg:SCRIPT")),
            ("<g onload='x'/>", Some("onload=")),
            (
                "<image xlink:href='https://x.example/a.png'/>",
                Some("href='https://x.example/a.png"),
            ),
            (
                "<a href='&#106;avascript:x'/>",
                Some("href='&#106;avascript:x"),
            ),
            ("<style>@import 'x.css';</style>", Some("@import")),
            (
                "<animate attributeName='opacity' to='1'/><set attributeName='fill' to='red'/>",
                None,
            ),
            (
                "<a><animate attributeName=\"href\" to=\"javascript:x\"/></a>",
                Some("attributeName=\"href"),
            ),
            (
                "<a><set attributeName = 'xlink:href' to='javascript:x'/></a>",
                Some("attributeName = 'xlink:href"),
            ),
            (
                "<set attributeName='hr&#101;f' to='javascript:x'/>",
                Some("attributeName='hr&"),
            ),
            ("<a.b:script xmlns:a.b='x'/>", Some("<a.b:script")),
            (
                "<h:p xmlns:h='http://www.w3.org/1999/xhtml'/>",
                Some("xmlns:h='http://www.w3.org/1999/xhtml"),
            ),
            ("<p xmlns='&#104;ttp:'/>", Some("xmlns='&")),
            ("<!ATTLIST svg onload CDATA 'x'>", Some("<!ATTLIST")),
            ("<scr\u{1b}(Bipt/>", Some("\u{1b}")),
            (
                "<g fill=\"url('//x.example/y')\"/>",
                Some("url('//x.example/y"),
            ),
            (
                "<image href='data:image/svg+xml;base64,AA'/>",
                Some("href='data:image/svg+xml;base64,AA"),
            ),
        ] {
            let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{body}</svg>");
            assert_eq!(active(&text).map(|(_, what)| what), found, "{body}");
        }
    }
}
