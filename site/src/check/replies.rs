//! Replies to customers, in the internal edition: that each answer has one, that each has all its parts, and that none says
//! what the list of forbidden terms forbids, names a provider, or promises a time.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use crate::diag::{Diag, did_you_mean};
use crate::load::Source;
use crate::model::{published, reply_for};
use crate::parse::Docs;
use crate::parse::markdown::Markdown;
use crate::parse::support::{DO_NOT_SAY, PARTS};

/// What a reply, or the banner of an incident, must not hold.
struct Ban<'d> {
    language: &'d str,
    code: &'static str,
    pattern: Regex,
    say: &'d str,
}

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let bans = bans(docs, diags);
    for (slug, doc) in &docs.replies {
        if doc.reply.file.is_empty() {
            diags.push(
                Diag::new(
                    "missing-file",
                    format!("{}/reply.toml", doc.folder),
                    None,
                    "is not there",
                )
                .help("write `causes = [\"...\"]`: the causes that this reply is for"),
            );
        }
        for (language, words) in &doc.texts {
            parts(words, diags);
            let text = source.texts.get(&words.file).map_or("", |text| &**text);
            let reply = words
                .sections
                .iter()
                .find(|s| s.id.as_deref() == Some("reply"));
            let span = reply.map_or(0..0, |s| s.span.clone());
            // The heading is not sent.
            let start = text
                .get(span.clone())
                .and_then(|t| t.find('\n'))
                .map_or(span.start, |n| span.start + n);
            if let Some(part) = text.get(start..span.end) {
                say(&bans, language, part, diags, |hit| {
                    (&words.file, start + hit.start..start + hit.end)
                });
            }
        }
        references(docs, slug, diags);
    }
    if let Some(incident) = &docs.config.incident {
        let file = source.texts.get("site.toml").map_or("", |text| &**text);
        for (language, words) in &incident.text {
            say(&bans, language, &words.value, diags, |hit| {
                ("site.toml", words.place(file, hit))
            });
        }
    }
    if docs.replies.is_empty() {
        return;
    }
    for rule in published(docs) {
        if reply_for(docs, rule).is_none() {
            let cause = rule.rule.cause.as_ref().map_or("", |c| c.value);
            diags.push(
                Diag::new(
                    "missing-reply",
                    &rule.file,
                    None,
                    "has no reply to a customer",
                )
                .help(match narrowed(docs, cause) {
                    Some(file) => format!(
                        "{file} names the cause `{cause}`, but is for the rules or wallets named beside it alone: add this one, or write \
                         a reply for the cause"
                    ),
                    None => format!(
                        "name the cause `{cause}` in the reply.toml of a folder in internal/replies/"
                    ),
                }),
            );
        }
    }
}

/// A reply that names the cause, and rules or wallets besides.
fn narrowed<'d>(docs: &'d Docs, cause: &str) -> Option<&'d str> {
    let mut replies = docs.replies.values().map(|doc| &doc.reply);
    let found = replies.find(|reply| reply.causes.iter().any(|c| c.value == cause));
    found.map(|reply| &*reply.file)
}

/// Forbidden terms with the names of providers; patterns that cannot be read are reported.
fn bans<'d>(docs: &'d Docs, diags: &mut Vec<Diag>) -> Vec<Ban<'d>> {
    let mut out = Vec::new();
    for term in &docs.forbidden {
        let Some(refused) = &term.refused else {
            continue;
        };
        let code = match refused.kind {
            "providers" => "provider-in-reply",
            "time" => "promised-time",
            _ => "do-not-say",
        };
        for (language, patterns) in &refused.patterns {
            let say = term.say.get(language).map_or("", String::as_str);
            // `KIE.ai` and `Kling AI` go by their first word too; `Image Router` does not.
            let names = docs.data.providers.iter().map(|p| {
                let short = p.name.strip_suffix(" AI").unwrap_or(&p.name);
                let short = short.split('.').next().unwrap_or(short);
                regex::escape(short)
            });
            let names: Vec<String> = if refused.kind == "providers" {
                names.collect()
            } else {
                Vec::new()
            };
            for pattern in patterns.value.iter().chain(&names) {
                // Whole words: `your balance` is not `our balance`.
                let whole = format!(r"\b(?:{})\b", pattern.replace(' ', r"\s+"));
                let built = RegexBuilder::new(&whole).case_insensitive(true).build();
                match built {
                    Ok(pattern) => out.push(Ban {
                        language,
                        code,
                        pattern,
                        say,
                    }),
                    Err(_) => diags.push(
                        Diag::new(
                            "bad-value",
                            DO_NOT_SAY,
                            patterns.span.clone(),
                            format!("`{pattern}` is no regular expression"),
                        )
                        .help("close every bracket, and write a literal sign with a backslash"),
                    ),
                }
            }
        }
    }
    out
}

fn say<'f>(
    bans: &[Ban<'_>],
    language: &str,
    part: &str,
    diags: &mut Vec<Diag>,
    place: impl Fn(Range<usize>) -> (&'f str, Range<usize>),
) {
    let mut seen: Vec<(Range<usize>, &str)> = Vec::new();
    for ban in bans.iter().filter(|b| b.language == language) {
        for hit in ban.pattern.find_iter(part) {
            let at = hit.range();
            // Two patterns that overlap are one fault.
            if seen
                .iter()
                .any(|(s, code)| *code == ban.code && s.start < at.end && at.start < s.end)
            {
                continue;
            }
            seen.push((at.clone(), ban.code));
            let words = hit
                .as_str()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let message = match ban.code {
                "promised-time" => format!("`{words}` promises a time"),
                "provider-in-reply" => format!("`{words}` names who works behind the scenes"),
                _ => format!("`{words}` is on the list of what not to say"),
            };
            let (file, at) = place(at);
            diags.push(Diag::new(ban.code, file, at, message).help(format!("say `{}`", ban.say)));
        }
    }
}

/// Each part once, in order.
fn parts(words: &Markdown, diags: &mut Vec<Diag>) {
    for part in PARTS {
        if !words.broken && !words.sections.iter().any(|s| s.id.as_deref() == Some(part)) {
            diags.push(
                Diag::new(
                    "missing-section",
                    &words.file,
                    None,
                    format!("lacks the section `{part}`"),
                )
                .help(format!("add `## ... {{#{part}}}`")),
            );
        }
    }
}

fn references(docs: &Docs, slug: &str, diags: &mut Vec<Diag>) {
    let Some(doc) = docs.replies.get(slug) else {
        return;
    };
    let reply = &doc.reply;
    let rules: Vec<&str> = docs.rules.keys().map(String::as_str).collect();
    let wallets: Vec<&str> = docs
        .data
        .wallets
        .iter()
        .map(|w| w.id.value.as_str())
        .collect();
    for (list, known, code, what) in [
        (
            &reply.causes,
            &diagnoser::CAUSES[..],
            "unknown-cause",
            "cause",
        ),
        (&reply.wallets, &wallets[..], "unknown-wallet", "wallet"),
        (&reply.rules, &rules[..], "unknown-rule", "rule"),
    ] {
        for id in list.iter().filter(|id| !known.contains(&id.value.as_str())) {
            diags.push(
                Diag::new(
                    code,
                    &reply.file,
                    id.span.clone(),
                    format!("no {what} `{}`", id.value),
                )
                .help(
                    did_you_mean(&id.value, known.iter().copied())
                        .unwrap_or_else(|| format!("write the id of a {what} that exists")),
                ),
            );
        }
    }
}
