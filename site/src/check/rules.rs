//! What every rule must have: wallet where money is involved, sections, examples, sources, codes of its own, and
//! references that lead somewhere. Whether its evidence is good enough is for the engine to say.

use std::collections::{BTreeMap, BTreeSet};

use diagnoser::{CAUSES, MONEY_CAUSES};

use super::references::{known, refer};
use crate::diag::Diag;
use crate::model::permalink_name;
use crate::parse::LONGEST_NAME;
use crate::parse::markdown::Markdown;
use crate::parse::{Docs, RuleDoc};

/// Sections of a rule's page in their order.
const SECTIONS: [&str; 6] = ["cause", "fix", "verify", "already-paid", "not-this", "ask"];

pub(super) fn check(docs: &Docs, diags: &mut Vec<Diag>) {
    let data = &docs.data;
    let known = Known {
        rules: docs.rules.keys().map(String::as_str).collect(),
        providers: known(docs, data.providers.iter().map(|p| &p.id)),
        wallets: known(docs, data.wallets.iter().map(|w| &w.id)),
        families: known(docs, data.families.iter().map(|f| &f.id)),
    };
    let mut owners: BTreeMap<String, &RuleDoc> = BTreeMap::new();
    for rule in docs.rules.values() {
        if rule.rule.span.is_empty() && rule.rule.actor.is_none() {
            diags.push(
                Diag::new(
                    "missing-file",
                    &rule.file,
                    None,
                    "is not there, or is empty",
                )
                .help(format!(
                    "`resep new rule {}` writes a skeleton of what is not there; take an empty file away first",
                    rule.id
                )),
            );
            continue;
        }
        ownership(rule, &known, diags);
        pointers(rule, &known, diags);
        proof(rule, diags);
        codes(rule, &mut owners, diags);
        for text in rule.texts.values() {
            sections(rule, text, diags);
        }
    }
}

struct Known<'d> {
    rules: BTreeSet<&'d str>,
    providers: BTreeSet<&'d str>,
    wallets: BTreeSet<&'d str>,
    families: BTreeSet<&'d str>,
}

/// The first line of the file, for what is missing altogether.
fn top() -> std::ops::Range<usize> {
    0..1
}

fn actor_of(rule: &RuleDoc) -> Option<&'static str> {
    rule.rule.actor.as_ref().map(|actor| actor.value)
}

fn is_money(rule: &RuleDoc) -> bool {
    let plain = rule
        .rule
        .verdict
        .as_ref()
        .is_none_or(|v| v.value == "match");
    plain
        && rule
            .rule
            .cause
            .as_ref()
            .is_some_and(|c| CAUSES[..MONEY_CAUSES].contains(&c.value))
}

fn ownership(rule: &RuleDoc, known: &Known<'_>, diags: &mut Vec<Diag>) {
    let file = &rule.file;
    match &rule.rule.provider {
        Some(provider) => {
            refer(
                diags,
                "unknown-provider",
                file,
                provider,
                "provider",
                &known.providers,
            );
            if provider.value != rule.section {
                let message = format!(
                    "a rule of `{}` lies in the folder `{}`",
                    provider.value, rule.section
                );
                let help = if rule.section == "generic" {
                    format!(
                        "move it to errors/{}/{}/, or take `provider` away",
                        provider.value, rule.slug
                    )
                } else {
                    format!("move it to errors/{}/{}/", provider.value, rule.slug)
                };
                diags.push(
                    Diag::new("wrong-folder", file, provider.span.clone(), message).help(help),
                );
            }
        }
        None if rule.section != "generic" => diags.push(
            Diag::new("missing-key", file, top(), "the file lacks `provider`").help(format!(
                "write `provider = \"{}\"`, or move the rule to errors/generic/",
                rule.section
            )),
        ),
        None => {}
    }
    match &rule.rule.wallet {
        Some(wallet) => refer(
            diags,
            "unknown-wallet",
            file,
            wallet,
            "wallet",
            &known.wallets,
        ),
        // What the provider has to fill is no wallet of whoever reads the answer.
        None if is_money(rule) && actor_of(rule) != Some("provider") => {
            let at = rule
                .rule
                .cause
                .as_ref()
                .map_or_else(top, |c| c.span.clone());
            diags.push(
                Diag::new(
                    "unknown-wallet",
                    file,
                    at,
                    "a cause about money names no wallet",
                )
                .help(format!(
                    "write `wallet = \"...\"`, one of {}, or `actor = \"provider\"` where it is no wallet of the reader's",
                    crate::parse::listed(&known.wallets.iter().copied().collect::<Vec<_>>())
                )),
            );
        }
        None => {}
    }
}

fn pointers(rule: &RuleDoc, known: &Known<'_>, diags: &mut Vec<Diag>) {
    let file = &rule.file;
    let r = &rule.rule;
    let others = r
        .lookalikes
        .iter()
        .chain(&r.candidates)
        .chain(&r.variant_of)
        .chain(&r.replaced_by);
    for id in others {
        if id.value == rule.id {
            diags.push(
                Diag::new(
                    "dangling-reference",
                    file,
                    id.span.clone(),
                    "the rule points to itself",
                )
                .help("write another rule, or take it away"),
            );
        } else {
            refer(diags, "unknown-rule", file, id, "rule", &known.rules);
        }
    }
    let families = r
        .when
        .iter()
        .flat_map(|w| w.family.iter().chain(&w.also_family).chain(&w.told))
        .chain(&r.adds.family)
        .chain(&r.unless_words_of)
        .chain(&r.unless_family);
    for family in families {
        refer(
            diags,
            "unknown-family",
            file,
            family,
            "family",
            &known.families,
        );
    }
    let verdict = r.verdict.as_ref().map_or("match", |v| v.value);
    if let (Some(first), "match") = (r.candidates.first(), verdict) {
        diags.push(
            Diag::new(
                "bad-value",
                file,
                first.span.clone(),
                "`candidates` without `verdict`",
            )
            .help("write `verdict = \"ambiguous\"` or `verdict = \"opaque\"`"),
        );
    }
    match (&r.status, &r.replaced_by) {
        (Some(status), None) if status.value == "retired" => diags.push(
            Diag::new(
                "missing-key",
                file,
                status.span.clone(),
                "a retired rule lacks `replaced_by`",
            )
            .help("write the id of the rule that took its place"),
        ),
        (Some(status), Some(by)) if status.value != "retired" => diags.push(
            Diag::new(
                "bad-value",
                file,
                by.span.clone(),
                "`replaced_by` in a rule that is not retired",
            )
            .help("write `status = \"retired\"`"),
        ),
        _ => {}
    }
    if let (Some(_), Some(code)) = (&r.variant_of, r.codes.first()) {
        diags.push(
            Diag::new(
                "bad-value",
                file,
                code.span.clone(),
                "`codes` and `variant_of` exclude each other",
            )
            .help("the owner of the code has `codes`, its variants have `variant_of`"),
        );
    }
}

fn proof(rule: &RuleDoc, diags: &mut Vec<Diag>) {
    let r = &rule.rule;
    if r.sources.is_empty() && r.sources_written == 0 {
        diags.push(
            Diag::new(
                "no-source",
                &rule.file,
                top(),
                "no [[source]] says where this comes from",
            )
            .help("add [[source]] with `url`, `checked` and `confidence`"),
        );
    }
    let hits = r.examples.iter().filter(|e| e.hit).count();
    let misses = r.examples.len() - hits;
    let unread = r.examples_written - r.examples.len();
    for (found, word) in [(hits, "hit"), (misses, "miss")] {
        if found + unread < 2 {
            diags.push(
                Diag::new(
                    "too-few-examples",
                    &rule.file,
                    top(),
                    format!(
                        "{found} example{} with `expect = \"{word}\"`, at least 2 are needed",
                        if found == 1 { "" } else { "s" }
                    ),
                )
                .help(match word {
                    "hit" => "add pastes of other shapes: a JSON body, a log line, words of a user",
                    _ => "add pastes of another rule or another product that look alike",
                }),
            );
        }
    }
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    for example in &r.examples {
        if seen.insert(example.paste.value.trim(), ()).is_some() {
            diags.push(
                Diag::new(
                    "duplicate-id",
                    &rule.file,
                    example.paste.span.clone(),
                    "the same paste stands here twice",
                )
                .help("write a paste of another shape, or take it away"),
            );
        }
    }
}

fn codes<'d>(rule: &'d RuleDoc, owners: &mut BTreeMap<String, &'d RuleDoc>, diags: &mut Vec<Diag>) {
    let mut own = BTreeSet::new();
    for code in &rule.rule.codes {
        let name = permalink_name(&rule.section, &code.value);
        let wrong = if name == rule.section {
            Some((
                "a code needs a letter or a digit",
                "write the code as the sender does",
            ))
        } else if name.len() > LONGEST_NAME {
            Some((
                "the code is too long for an address",
                "write the code alone; a message belongs into `phrase` of the evidence",
            ))
        } else {
            None
        };
        if let Some((message, help)) = wrong {
            let found = Diag::new("bad-value", &rule.file, code.span.clone(), message);
            diags.push(found.help(help));
            continue;
        }
        if !own.insert(name.clone()) {
            diags.push(
                Diag::new(
                    "duplicate-code",
                    &rule.file,
                    code.span.clone(),
                    format!("the code `{}` stands here twice", code.value),
                )
                .help("take one of them away"),
            );
            continue;
        }
        match owners.get(&name) {
            Some(owner) => diags.push(
                Diag::new(
                    "duplicate-code",
                    &rule.file,
                    code.span.clone(),
                    format!(
                        "the code `{}` stands in the `codes` of `{}`, too",
                        code.value, owner.id
                    ),
                )
                .help(format!(
                    "one of them owns it: write `variant_of = \"{}\"` instead of `codes` here, or `variant_of = \"{}\"` there",
                    owner.id, rule.id
                )),
            ),
            None => {
                owners.insert(name, rule);
            }
        }
    }
}

fn sections(rule: &RuleDoc, text: &Markdown, diags: &mut Vec<Diag>) {
    let ids: Vec<(&str, &crate::parse::markdown::Section)> = text
        .sections
        .iter()
        .filter_map(|s| s.id.as_deref().map(|id| (id, s)))
        .collect();
    let mut needed = vec!["cause", "fix", "verify"];
    if is_money(rule) {
        needed.push("already-paid");
    }
    for id in needed {
        if !ids.iter().any(|(found, _)| *found == id) {
            diags.push(
                Diag::new(
                    "missing-section",
                    &text.file,
                    None,
                    format!("lacks the section `{id}`"),
                )
                .help(format!("add `## ... {{#{id}}}`")),
            );
        }
    }
    let mut last = 0;
    for (id, section) in &ids {
        let at = section.span.start..section.span.start + 2;
        match SECTIONS.iter().position(|s| s == id) {
            None => diags.push(
                Diag::new(
                    "unknown-section",
                    &text.file,
                    at,
                    format!("a rule's page has no section `{id}`"),
                )
                .help_if(crate::diag::did_you_mean(id, SECTIONS).or_else(|| {
                    Some(format!(
                        "the sections are {}",
                        crate::parse::listed(&SECTIONS)
                    ))
                })),
            ),
            Some(n) if n < last => diags.push(
                Diag::new(
                    "unknown-section",
                    &text.file,
                    at,
                    format!("the section `{id}` stands too late"),
                )
                .help(format!("the order is {}", crate::parse::listed(&SECTIONS))),
            ),
            Some(n) => last = n,
        }
        if *id == "fix" && !(2..=6).contains(&section.steps) {
            diags.push(
                Diag::new(
                    "missing-section",
                    &text.file,
                    section.span.start..section.span.start + 2,
                    format!(
                        "`fix` has {} steps in an ordered list, not 2 to 6",
                        section.steps
                    ),
                )
                .help("write one action a step: `1. ...`"),
            );
        }
    }
}
