//! `resep explain`: the long text of a lint; the rules, fixes and sources behind an error code. Writes nothing.

use std::path::Path;

use crate::answers::plain_steps;
use crate::check::{LINTS, Lint, lint};
use crate::cli::{DONE, FINDINGS, Failure, print, read, say};
use crate::diag::did_you_mean;
use crate::diagnose;
use crate::load::Edition;
use crate::model::{Site, permalink_name, permalink_names};
use crate::parse::{self, RuleDoc};
use crate::twin::{facts, source_line};

/// Characters of a line.
const WIDTH: usize = 88;

/// Explains `code`: a lint's id, an error code such as `1102` or `kling-1102`, or a rule's id.
pub(crate) fn run(content: &Path, code: &str, language: Option<&str>) -> Result<u8, Failure> {
    // Lints are known without any content.
    if let Some(lint) = lint(code) {
        print(&about_lint(lint))?;
        return Ok(DONE);
    }
    let source = match read(content, Edition::Public) {
        Ok(source) => source,
        // A lint that is misspelt needs no content either.
        Err(error) => {
            let hint = did_you_mean(code, LINTS.iter().map(|l| l.id)).ok_or(error)?;
            return Ok(unknown(code, &hint));
        }
    };
    let (docs, diags) = parse::parse(&source);
    // What is missing in the answer may stand there.
    diagnose::report(diagnose::of_rules(diags), &source);
    let site = Site::new(&docs, &source, &diagnose::options()?);
    let language = diagnose::language(&docs, &site, language)?;
    let rules = matching(&site, code);
    if rules.is_empty() {
        let names: Vec<String> = site
            .rules
            .iter()
            .flat_map(|r| permalink_names(r).chain([r.id.clone()]))
            .collect();
        let known = LINTS
            .iter()
            .map(|l| l.id)
            .chain(names.iter().map(String::as_str));
        let hint = did_you_mean(code, known).unwrap_or_else(|| {
            "name a lint (as shown in brackets by `resep check`), an error code such as kling-1102, or a rule such as \
             kling/rate-limit"
                .to_owned()
        });
        return Ok(unknown(code, &hint));
    }
    let texts: Vec<String> = rules
        .into_iter()
        .map(|rule| about_rule(&site, rule, &language))
        .collect();
    print(&texts.join("\n"))?;
    Ok(DONE)
}

/// Rules with this id, this code, or this provider and code; and variants of those.
fn matching<'s>(site: &Site<'s>, code: &str) -> Vec<&'s RuleDoc> {
    let wanted = permalink_name("", code);
    let owners: Vec<&RuleDoc> = site
        .rules
        .iter()
        .copied()
        .filter(|rule| {
            rule.id == code
                || permalink_names(rule).any(|name| wanted.strip_prefix('-') == Some(&name))
                || rule
                    .rule
                    .codes
                    .iter()
                    .any(|c| permalink_name("", &c.value) == wanted)
        })
        .collect();
    let mut out = Vec::new();
    for owner in owners {
        out.push(owner);
        // Whoever asks for a code wants all that it may mean; whoever names a rule wants that one.
        if owner.id != code {
            out.extend(site.rules.iter().copied().filter(|rule| {
                rule.rule
                    .variant_of
                    .as_ref()
                    .is_some_and(|v| v.value == owner.id)
            }));
        }
    }
    out
}

fn unknown(code: &str, hint: &str) -> u8 {
    say(&format!("nothing is known as `{code}`: {hint}\n"));
    FINDINGS
}

fn about_lint(lint: &Lint) -> String {
    format!(
        "{} ({}): {}\n\n{}",
        lint.id,
        lint.severity.as_str(),
        lint.summary,
        wrap(lint.explanation, "")
    )
}

fn about_rule(site: &Site<'_>, rule: &RuleDoc, language: &str) -> String {
    let ui = site.ui(language);
    let r = &rule.rule;
    let Some((_, words)) = site.words(&rule.texts, language) else {
        return String::new();
    };
    let mut out = format!("{}  {}\n\n", rule.id, words.front.title.value);
    out.push_str(&wrap(&words.front.summary.value, ""));
    out.push('\n');
    for (key, value) in facts(site, rule, language) {
        out.push_str(&format!("{} {value}\n", ui.label("errors", key)));
    }
    out.push_str(&format!("\n{}\n", ui.word("diagnose", "steps")));
    for (n, step) in plain_steps(site, rule, language).iter().enumerate() {
        out.push_str(&wrap(&format!("{}. {step}", n + 1), "   "));
    }
    out.push_str(&format!("\n{}\n", ui.word("page", "sources")));
    for source in &r.sources {
        out.push_str(&source_line(ui, source));
    }
    out.push_str(&format!("\n{}\n", site.absolute(language, &rule.path())));
    out
}

/// Lines of at most [`WIDTH`] characters; all but the first begin with `indent`.
fn wrap(text: &str, indent: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = indent.to_owned();
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped() {
        let long = "word ".repeat(40);
        let out = wrap(&long, "  ");
        assert!(out.lines().all(|l| l.chars().count() <= WIDTH));
        assert!(out.lines().skip(1).all(|l| l.starts_with("  word")));
        assert_eq!(out.split_whitespace().count(), 40);
    }
}
