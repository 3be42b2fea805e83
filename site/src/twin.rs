//! The Markdown twin of every page: the same words for programs that read no HTML, with tables filled in and links as
//! whole addresses.

use std::fmt::Write;
use std::ops::Range;

use crate::charts;
use crate::html::Reader;
use crate::model::Site;
use crate::parse::RuleDoc;
use crate::parse::markdown::{Markdown, next_directive};
use crate::parse::rule::RuleSource;
use crate::parse::ui::Ui;
use crate::tables;

/// Title and summary as the head of a twin.
pub(crate) fn head(title: &str, summary: &str) -> String {
    format!("# {title}\n\n{summary}\n")
}

/// `- [title](address): summary`.
pub(crate) fn item(out: &mut String, title: &str, address: &str, summary: &str) {
    let gap = if summary.is_empty() { "" } else { ": " };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "- [{}]({address}){gap}{summary}",
        title.replace(['[', ']'], "")
    );
}

/// The body of `words` with addresses, tables and figures filled in.
pub(crate) fn body(reader: &Reader<'_, '_>, words: &Markdown) -> String {
    let text = reader.site.text(words);
    let site = reader.site;
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for link in &words.links {
        let dest = &link.dest.value;
        if text.get(link.dest.span.clone()) != Some(dest.as_str()) {
            continue;
        }
        let address = if link.image {
            Some(crate::html::image(reader, dest))
        } else if dest.starts_with('#') {
            // A twin has no anchors of its own: those of the page.
            Some(format!("{}{dest}", site.href(reader.language, reader.path)))
        } else {
            Some(crate::html::link(reader, dest))
        }
        .filter(|a| a.starts_with('/'));
        if let Some(address) = address {
            changes.push((link.dest.span.clone(), format!("{}{address}", site.origin)));
        }
    }
    for table in &words.tables {
        if let Some(whole) = around(text, table.span.start) {
            changes.push((
                whole,
                tables::markdown(reader, &table.value).trim_end().to_owned(),
            ));
        }
    }
    for chart in &words.charts {
        if let Some(whole) = around(text, chart.span.start) {
            changes.push((
                whole,
                charts::markdown(reader, &chart.value).trim_end().to_owned(),
            ));
        }
    }
    for figure in &words.figures {
        changes.push((
            figure.span.clone(),
            tables::figure_plain(reader, &figure.value),
        ));
    }
    for heading in &words.headings {
        if let Some(raw) = text.get(heading.span.clone())
            && let Some(at) = raw.rfind("{#")
        {
            let line_end = raw[at..].find('\n').map_or(raw.len(), |n| at + n);
            let start = heading.span.start + raw[..at].trim_end().len();
            changes.push((start..heading.span.start + line_end, String::new()));
        }
    }
    changes.sort_by_key(|(range, _)| range.start);
    let mut out = String::from("\n");
    let mut from = words.body;
    for (range, new) in changes {
        if range.start < from {
            continue;
        }
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(&new);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
    out.push('\n');
    out
}

/// The `{{...}}` that holds byte `at`.
fn around(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind("{{")?;
    next_directive(text, start).filter(|r| r.contains(&at))
}

/// The twin of a rule's page.
pub(crate) fn rule(site: &Site<'_>, rule: &RuleDoc, language: &str, words: &Markdown) -> String {
    let ui = site.ui(language);
    let path = rule.path();
    let reader = Reader {
        site,
        language,
        path: &path,
    };
    let mut out = head(&words.front.title.value, &words.front.summary.value);
    out.push('\n');
    let r = &rule.rule;
    for (key, value) in facts(site, rule, language) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "- {} {value}", ui.label("errors", key));
    }
    out.push_str(&body(&reader, words));
    let hits: Vec<&str> = r
        .examples
        .iter()
        .filter(|e| e.hit)
        .map(|e| e.paste.value.as_str())
        .collect();
    if !hits.is_empty() {
        let _ = writeln!(out, "\n## {}", ui.word("errors", "looks_like"));
        for hit in hits {
            let fence = fence(hit);
            let _ = write!(out, "\n{fence}text\n{}\n{fence}\n", hit.trim_end());
        }
    }
    if !r.sources.is_empty() {
        let _ = writeln!(out, "\n## {}\n", ui.word("page", "sources"));
        for source in &r.sources {
            out.push_str(&source_line(ui, source));
        }
    }
    out
}

/// Where a fact of a rule is read, when it was, and how sure it is.
pub(crate) fn source_line(ui: &Ui, source: &RuleSource) -> String {
    let place = match source.url.value.starts_with("https://") {
        true => source.url.value.clone(),
        false => ui.word("page", "source_seed"),
    };
    let confidence = ui.word("confidence", source.confidence);
    format!("- {place} ({}, {confidence})\n", source.checked.value)
}

/// What is known of a rule beside its text: the word of `[errors]` in ui/ that names it, and what it is. Leaves out what the rule does not say.
pub(crate) fn facts(
    site: &Site<'_>,
    rule: &RuleDoc,
    language: &str,
) -> Vec<(&'static str, String)> {
    let ui = site.ui(language);
    let r = &rule.rule;
    let codes: Vec<&str> = r.codes.iter().map(|c| c.value.as_str()).collect();
    let cause = r.cause.as_ref().map(|c| ui.word("cause", c.value));
    let wallet = site.wallet_name(rule, language);
    let actor = r.actor.as_ref().map(|a| ui.word("actor", a.value));
    let retry = r.retry.as_ref().map(|a| ui.word("retry", a.value));
    let mut facts = vec![
        ("provider", site.section_name(&rule.section, language)),
        ("codes", codes.join(", ")),
        ("http_status", crate::answers::statuses(rule).join(", ")),
        ("cause", cause.unwrap_or_default()),
        ("wallet", wallet.map(str::to_owned).unwrap_or_default()),
        ("actor", actor.unwrap_or_default()),
        ("retry", retry.unwrap_or_default()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// A fence longer than any inside the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}
