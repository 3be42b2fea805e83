//! The result as one page that needs nothing else: no script, no request, its chart drawn as SVG.

use crate::html::escape;

use super::{BARS, Outcome, record};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:light-dark(#1c1b19,#ece9e2);--soft:light-dark(#5d5a52,#b3aea2);--line:light-dark(#d8d3c7,#45423b);\
--bar:light-dark(#a8401f,#f0906c);--paper:light-dark(#fbf9f4,#1b1a17)}\
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{margin:.25rem 0}.soft{color:var(--soft)}\
article{border-top:1px solid var(--line);padding:.75rem 0}h3{font-size:1rem;margin:0}\
code{font:.85rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere}svg{display:block;width:100%;height:3rem}rect{fill:var(--bar)}\
line{stroke:var(--line)}@media print{body{margin:0}}";

/// The page.
pub(super) fn page(outcome: &Outcome<'_>) -> String {
    let mut body = format!(
        "<h1>{}</h1>\n<p>{}</p>\n",
        escape(&outcome.word("title")),
        escape(&outcome.summary())
    );
    if let Some(span) = outcome.span() {
        body.push_str(&format!("<p class=\"soft\">{span}</p>\n"));
    }
    for note in outcome.notes() {
        body.push_str(&format!("<p>{}</p>\n", escape(&note)));
    }
    if outcome.causes.is_empty() {
        body.push_str(&format!("<p>{}</p>\n", escape(&outcome.word("nothing"))));
    }
    for cause in &outcome.causes {
        body.push_str(&format!(
            "<section>\n<h2>{} · {}</h2>\n{}",
            cause.count,
            escape(&cause.title),
            chart(outcome, &cause.bars)
        ));
        for row in &cause.rules {
            body.push_str(&format!(
                "<article>\n<h3>{} · {}</h3>\n<p class=\"soft\">{} · {}",
                row.group.count,
                escape(&row.title),
                escape(&row.doc.id),
                escape(&outcome.about(row, " · "))
            ));
            if let (Some(first), Some(last)) = (row.group.first, row.group.last) {
                body.push_str(&format!(
                    " · {} {} · {} {}",
                    escape(&outcome.word("first")),
                    record::written(first),
                    escape(&outcome.word("last")),
                    record::written(last)
                ));
            }
            body.push_str("</p>\n");
            if cause.rules.len() > 1 {
                body.push_str(&chart(outcome, &row.bars));
            }
            body.push_str(&format!(
                "<p><code translate=\"no\">{}</code></p>\n</article>\n",
                escape(&row.group.example)
            ));
        }
        body.push_str("</section>\n");
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape(outcome.language),
        escape(&outcome.word("title"))
    )
}

/// Bars over the time of the log.
fn chart(outcome: &Outcome<'_>, bars: &[u64]) -> String {
    const HEIGHT: u64 = 48;
    const WIDTH: usize = 20;
    let most = bars.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let words =
        outcome
            .site
            .ui(outcome.language)
            .fill("triage", "chart", &[("most", &most.to_string())]);
    let mut out = format!(
        "<svg viewBox=\"0 0 {} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        BARS * WIDTH,
        escape(&words)
    );
    for (n, bar) in bars.iter().enumerate() {
        let height = (bar * (HEIGHT - 2)).div_ceil(most);
        if height > 0 {
            out.push_str(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\"><title>{bar}</title></rect>",
                n * WIDTH + 1,
                HEIGHT - 1 - height,
                WIDTH - 2
            ));
        }
    }
    out.push_str(&format!(
        "<line x1=\"0\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\"/></svg>\n",
        HEIGHT - 1,
        BARS * WIDTH
    ));
    out
}
