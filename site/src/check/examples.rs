//! Every paste of every rule through the engine: what should hit is this rule's first, what should miss is not.

use diagnoser::{Engine, Finding, Report};
use rayon::prelude::*;

use crate::diag::Diag;
use crate::model::diagnosed;
use crate::parse::{Docs, RuleDoc};

pub(super) fn check(docs: &Docs, pack: &[u8], diags: &mut Vec<Diag>) {
    let engine = match Engine::from_pack(pack).and_then(Engine::for_many) {
        Ok(engine) => engine,
        Err(e) => {
            diags.push(
                Diag::new(
                    "bad-rule",
                    "errors",
                    None,
                    format!("the engine refuses the pack that the rules were compiled to: {e}"),
                )
                .help("this is a fault of the program: please report it"),
            );
            return;
        }
    };
    let rules = diagnosed(docs);
    // The pastes are independent of each other; findings are sorted afterwards.
    diags.par_extend(
        rules
            .par_iter()
            .flat_map_iter(|rule| one(&engine, &rules, rule)),
    );
}

fn one(engine: &Engine, rules: &[&RuleDoc], rule: &RuleDoc) -> Vec<Diag> {
    let mut diags = Vec::new();
    for example in &rule.rule.examples {
        let report = engine.diagnose(example.paste.value.as_bytes());
        let first = report
            .findings
            .first()
            .and_then(|f| rules.get(usize::from(f.rule)).map(|r| (r.id.as_str(), f)));
        let is_this = first.is_some_and(|(id, _)| id == rule.id);
        let leads_here = is_this || first_candidate(&report, rules).is_some_and(|id| id == rule.id);
        let evidence = |spans: &[diagnoser::Span]| {
            let parts: Vec<&str> = spans
                .iter()
                .filter_map(|s| example.paste.value.get(s.start..s.end))
                .collect();
            parts.join(" … ")
        };
        if example.hit && !leads_here {
            let (message, help) = match first {
                Some((id, finding)) => (
                    format!(
                        "this paste should hit, but `{id}` comes first ({})",
                        finding.likelihood.as_str()
                    ),
                    format!("`{id}` matched on: {}", evidence(&finding.evidence)),
                ),
                None => (
                    "this paste should hit, but nothing is found in it".to_owned(),
                    "write a [[when]] whose every key is found in the paste".to_owned(),
                ),
            };
            diags.push(
                Diag::new(
                    "example-missed",
                    &rule.file,
                    example.paste.span.clone(),
                    message,
                )
                .help(help),
            );
        } else if let (false, true, Some((_, finding))) = (example.hit, is_this, first) {
            diags.push(
                Diag::new(
                    "example-hit",
                    &rule.file,
                    example.paste.span.clone(),
                    format!(
                        "this paste should miss, but the rule matches it ({})",
                        finding.likelihood.as_str()
                    ),
                )
                .help(format!("it matched on: {}", evidence(&finding.evidence))),
            );
        }
    }
    diags
}

/// Where several senders use the same words and nothing tells which it was, the general rule of the cause answers and the
/// senders' rules follow as candidates. The first of them is where the paste leads.
fn first_candidate<'r>(report: &Report, rules: &[&'r RuleDoc]) -> Option<&'r str> {
    let [general, candidate, ..] = &report.findings[..] else {
        return None;
    };
    let of = |finding: &Finding| rules.get(usize::from(finding.rule)).copied();
    let (first, second) = (of(general)?, of(candidate)?);
    let nobody = general.provider.is_none() && candidate.provider.is_none();
    let same_cause = first.rule.cause.as_ref()?.value == second.rule.cause.as_ref()?.value;
    let kinds = first.rule.provider.is_none() && second.rule.provider.is_some();
    (nobody && same_cause && kinds).then_some(second.id.as_str())
}
