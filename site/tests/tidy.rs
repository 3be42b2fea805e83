//! Rules of the project as tests: the list of lints is complete, sorted, and nothing in it is idle.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;
use site::check::LINTS;

fn sources(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|e| e.path().extension().is_some_and(|x| x == "rs") && e.file_name() != "lints.rs")
        .map(|e| std::fs::read_to_string(e.path()).unwrap())
        .collect()
}

#[test]
fn lints_are_sorted_and_told_apart() {
    let ids: Vec<&str> = LINTS.iter().map(|l| l.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
}

#[test]
fn lints_are_explained_in_the_house_style() {
    let name = Regex::new("^[a-z0-9]+(-[a-z0-9]+)*$").unwrap();
    for lint in LINTS {
        assert!(name.is_match(lint.id), "{}", lint.id);
        let first = lint.summary.chars().next().unwrap();
        assert!(
            !first.is_uppercase() || lint.summary.starts_with("HTML"),
            "{}: {}",
            lint.id,
            lint.summary
        );
        assert!(!lint.summary.ends_with('.'), "{}", lint.id);
        assert!(
            lint.explanation.ends_with('.') || lint.explanation.ends_with(')'),
            "{}",
            lint.id
        );
        assert!(
            lint.explanation.len() > 60,
            "{} explains too little",
            lint.id
        );
    }
}

/// Every id that code gives to a finding is listed, and every listed id is given by some code. Ids are string literals
/// in kebab-case, so what is no lint shows itself by not being listed and not standing where findings are made.
#[test]
fn every_lint_is_used_and_every_used_one_is_listed() {
    let listed: BTreeSet<&str> = LINTS.iter().map(|l| l.id).collect();
    let made =
        Regex::new(r#"(?:Diag::new\(|\.report\(|refer\(\s*diags,)\s*"([a-z0-9-]+)""#).unwrap();
    let engine = Regex::new(r#""([a-z0-9]+(?:-[a-z0-9]+)+)""#).unwrap();
    let ours = sources("src").join("\n");
    for hit in made.captures_iter(&ours) {
        assert!(
            listed.contains(&hit[1]),
            "`{}` is not in the list of lints",
            &hit[1]
        );
    }
    let theirs = sources("../diagnoser/src").join("\n");
    let literals: BTreeSet<&str> = engine
        .captures_iter(&ours)
        .chain(engine.captures_iter(&theirs))
        .chain(made.captures_iter(&ours))
        .filter_map(|c| c.get(1))
        .map(|m| m.as_str())
        .collect();
    for id in listed {
        assert!(literals.contains(id), "nothing reports `{id}`");
    }
}

/// What the engine calls its refusals must have an explanation.
#[test]
fn the_refusals_of_the_engine_are_listed() {
    let listed: BTreeSet<&str> = LINTS.iter().map(|l| l.id).collect();
    let text = sources("../diagnoser/src/compile").join("\n")
        + &std::fs::read_to_string("../diagnoser/src/compile.rs").unwrap();
    // Nothing else there is written so.
    let code = Regex::new(r#""([a-z]+(?:-[a-z]+)+)""#).unwrap();
    let codes: BTreeSet<&str> = code
        .captures_iter(&text)
        .filter_map(|hit| hit.get(1))
        .map(|m| m.as_str())
        .collect();
    assert!(codes.len() >= 16, "{codes:?}");
    for code in codes {
        assert!(
            listed.contains(code),
            "`{code}` of the engine has no explanation"
        );
    }
}
