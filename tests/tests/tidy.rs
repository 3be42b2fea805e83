//! Rules of the project, held by a test and not by memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::Value;
use sha2::{Digest, Sha256};
use site::load::Edition;
use site::model::permalink_names;
use tests::{CAUSES, our_docs, root};
use walkdir::WalkDir;

/// What lies in the repository, as text: path with `/`, text.
fn texts() -> Vec<(String, String)> {
    let leave = [
        ".git",
        "target",
        "dist",
        "dist-internal",
        "node_modules",
        "screenshots",
    ];
    WalkDir::new(root())
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_str().unwrap();
            // What a killed build left beside dist.
            !leave.contains(&name) && !name.contains(".resep-")
        })
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(root()).unwrap();
            let path: Vec<_> = path.iter().map(|p| p.to_str().unwrap()).collect();
            Some((path.join("/"), fs::read_to_string(entry.path()).ok()?))
        })
        .collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn metadata() -> Value {
    let mut cargo =
        std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = cargo
        .current_dir(root())
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
            "--locked",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

// Dependencies

#[test]
fn each_dependency_says_why_it_is_there() {
    let manifest = read("Cargo.toml");
    let list = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    let list = list.split("\n[").next().unwrap();
    let mut seen = 0;
    for line in list
        .lines()
        .filter(|l| l.contains(" = ") && !l.starts_with('#'))
    {
        // Our own crates are explained by themselves.
        if line.contains("{ path = ") {
            continue;
        }
        seen += 1;
        let why = line
            .split_once(" # ")
            .or(line.split_once("\t# "))
            .map_or("", |(_, why)| why.trim());
        assert!(why.len() >= 10, "why is this there? {line}");
        assert!(line.contains('"') && !line.contains("\"*\""), "{line}");
    }
    assert!(seen > 15);
}

#[test]
fn members_take_versions_from_the_workspace() {
    let version = Regex::new(r#"= "\d|version = ""#).unwrap();
    for package in metadata()["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let text = fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        for line in text
            .lines()
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            assert!(!version.is_match(line), "{name}: {line}");
        }
        // A crate can only tighten what the workspace forbids, so the one that manages memory copies the list.
        if name == MANAGES_MEMORY {
            let shared = read("Cargo.toml");
            let lints = shared
                .lines()
                .skip_while(|l| !l.starts_with("[workspace.lints"))
                .take_while(|l| !l.starts_with("[profile"))
                .filter(|l| l.contains(" = ") && !l.contains("unsafe_code"));
            for lint in lints {
                assert!(text.contains(lint), "{name} lacks the lint {lint}");
            }
            assert!(text.contains("unsafe_code = \"deny\""), "{name}");
        } else {
            assert!(
                text.contains("[lints]\nworkspace = true"),
                "{name} has lints of its own"
            );
        }
        for key in ["edition", "license", "publish", "rust-version", "version"] {
            assert!(
                text.contains(&format!("{key}.workspace = true")),
                "{name}: {key}"
            );
        }
    }
}

/// The one crate that may say `unsafe`: the browser module, which has an allocator of its own.
const MANAGES_MEMORY: &str = "diagnoser-wasm";

/// Text in, report out: the engine depends on nothing when it runs, and its browser face on nothing but the glue.
#[test]
fn the_engine_depends_on_nothing() {
    let metadata = metadata();
    let package = |name: &str| {
        metadata["packages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["name"] == name)
            .unwrap()
    };
    let needed = |name: &str| -> Vec<String> {
        package(name)["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["kind"].is_null() && d["optional"] == false)
            .map(|d| d["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(needed("diagnoser"), [""; 0]);
    assert!(
        package("diagnoser")["features"].get("default").is_none(),
        "features on by default"
    );
    assert_eq!(needed("diagnoser-wasm"), ["diagnoser", "wasm-bindgen"]);
    let glue = package("diagnoser-wasm");
    for dependency in glue["dependencies"].as_array().unwrap() {
        assert_eq!(
            dependency["features"],
            Value::Array(Vec::new()),
            "{dependency}"
        );
    }
    assert_eq!(needed("calculator"), ["rust_decimal"]);
    for core in ["calculator", "diagnoser"] {
        let core = read(&format!("{core}/src/lib.rs"));
        assert!(
            core.lines().any(|l| l == "#![no_std]"),
            "not no_std without condition"
        );
        assert_eq!(core.matches("extern crate std").count(), 0);
    }
}

/// Money and units never pass through a float.
#[test]
fn the_calculator_knows_no_floats() {
    let float = Regex::new(r"\bf(32|64)\b|\.(to|from)_f|parseFloat|Number\(|toFixed").unwrap();
    let mut seen = 0;
    for (path, text) in texts() {
        let whole = path.starts_with("calculator") && path.ends_with(".rs");
        if whole || path == "site/src/tools.rs" || path == "site/assets/tools.js" {
            seen += 1;
            assert!(!float.is_match(&text), "{path}");
        }
    }
    assert!(seen > 8, "{seen}");
}

#[test]
fn nothing_is_unsafe() {
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    let word = Regex::new(r"\bunsafe\b").unwrap();
    let mut seen = 0;
    for (path, text) in texts().iter().filter(|(path, _)| path.ends_with(".rs")) {
        seen += 1;
        if path == "tests/tests/tidy.rs" {
            continue;
        }
        if path.starts_with(&format!("{MANAGES_MEMORY}/")) {
            // Each use says why, in the lines above it.
            let lines: Vec<&str> = text.lines().collect();
            for (n, line) in lines.iter().enumerate() {
                let code = line.split("//").next().unwrap();
                if code.contains("unsafe {") || code.contains("unsafe impl") {
                    let above = &lines[n.saturating_sub(4)..n];
                    assert!(
                        above.iter().any(|l| l.trim_start().starts_with("//")),
                        "{path}:{}: no reason given for `{}`",
                        n + 1,
                        line.trim()
                    );
                }
            }
            continue;
        }
        for line in text.lines() {
            let code = line.split("//").next().unwrap();
            // In strings it stands as `unsafe-inline` and the like, and as a word of a language that is coloured.
            let code = ["unsafe-", "-unsafe", "\"unsafe\""]
                .iter()
                .fold(code.to_owned(), |code, known| code.replace(known, ""));
            assert!(!word.is_match(&code), "{path}: {line}");
        }
        assert!(!text.contains("allow(unsafe_code"), "{path}");
    }
    assert!(seen > 40);
}

// Sources

#[test]
fn every_source_file_says_what_it_is_for() {
    for (path, text) in texts() {
        let says = match path.rsplit_once('.').map(|(_, end)| end) {
            Some("rs") => text.starts_with("//!"),
            Some("js") => text.starts_with("//") || text.starts_with("/*"),
            Some("css") => text.starts_with("/*"),
            _ => true,
        };
        assert!(says, "{path} does not begin with what it is for");
    }
}

#[test]
fn nothing_is_left_for_later_or_tells_of_a_machine() {
    // Put together here, so that this file does not hold them.
    let later = format!(
        "{}|{}",
        r"\bTO".to_owned() + r"DO\b",
        r"\bFIX".to_owned() + r"ME\b"
    );
    let macros = format!(
        "{}|{}",
        "to".to_owned() + r"do!\(",
        "unimple".to_owned() + r"mented!\("
    );
    let never = Regex::new(&format!("{later}|{macros}")).unwrap();
    let here = root().to_str().unwrap();
    for (path, text) in texts() {
        if let Some(found) = never.find(&text) {
            panic!("{path} holds {}", found.as_str());
        }
        assert!(!text.contains(here), "{path} names {here}");
    }
}

/// The documents that the project began from named apps and customers. Their names are kept here as digests only.
#[test]
fn no_name_from_the_first_documents_remains() {
    let names = [
        "97832b88261442ee632e3bfed9c97cef7d905dc8c6bdd96332c99883e3172fd9",
        "455a1fb0fbe975894369e917927c77ca668b06a6b87549617bbb7c2b7c0538ab",
    ];
    let word = Regex::new("[a-z]+").unwrap();
    let mut seen = BTreeSet::new();
    for (path, text) in texts() {
        let text = text.to_lowercase();
        for found in word
            .find_iter(&text)
            .filter(|w| (5..=12).contains(&w.len()))
        {
            if seen.insert(found.as_str().to_owned()) {
                let digest = Sha256::digest(found.as_str());
                let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
                assert!(
                    !names.contains(&digest.as_str()),
                    "{path} holds a name: {}",
                    found.as_str()
                );
            }
        }
    }
    assert!(seen.len() > 1000);
}

/// Lints look at content; this looks at everything else.
#[test]
fn no_key_or_address_lies_in_the_repository() {
    let shapes = [
        r"\bsk-[A-Za-z0-9_-]{20,}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{30,}\b",
        r"\bAKIA[A-Z0-9]{16}\b",
        r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.",
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\b[a-z0-9._]+@(?:gmail|yahoo|outlook|hotmail|qq|163)\.com\b",
    ]
    .map(|shape| Regex::new(shape).unwrap());
    // What the tests of masking must hold is obviously made up.
    let made_up = Regex::new(r"(?i)fake|example|test|dummy|abcdef|123456|a1b2c3|x{4}").unwrap();
    for (path, text) in texts() {
        for shape in &shapes {
            for found in shape.find_iter(&text) {
                assert!(
                    made_up.is_match(found.as_str()),
                    "{path}: {}…",
                    &found.as_str()[..8]
                );
            }
        }
    }
}

#[test]
fn what_a_newcomer_needs_is_there() {
    let readme = read("README.md");
    for part in [
        "cargo run --release -- build",
        "cargo run --release -- serve --open",
        "tests/run",
        "new rule",
        "docs/rules.md",
        "![",
    ] {
        assert!(readme.contains(part), "README.md lacks {part}");
    }
    for part in ["author", "rules", "translator", "hosting", "architecture"] {
        let part = format!("({part}.md)");
        assert!(
            read("docs/README.md").contains(&part),
            "docs/README.md lacks {part}"
        );
    }
    // Every file that they show or link to, and every heading.
    let code = Regex::new(r"(?s)\n```.*?\n```|`[^`\n]+`").unwrap();
    let link = Regex::new(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)").unwrap();
    let documents = texts()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".md") && (path.starts_with("docs/") || !path.contains('/')));
    for path in documents {
        let folder = Path::new(&path).parent().unwrap();
        let text = read(&path);
        for found in link.captures_iter(&code.replace_all(&text, "")) {
            if found[1].contains("://") || found[1].starts_with('/') {
                continue;
            }
            let to = match &found[1] {
                "" => root().join(&path),
                to => root().join(folder).join(to),
            };
            assert!(to.exists(), "{path} links to {}", &found[0]);
            if let Some(anchor) = found.get(2) {
                let there = fs::read_to_string(&to).unwrap();
                let known = there
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| anchor_of(line) == anchor.as_str());
                assert!(known, "{path}: no heading for {}", &found[0]);
            }
        }
    }
    let changes = read("CHANGELOG.md");
    assert!(
        changes.contains("\n## [Unreleased]\n"),
        "no section for what is not released"
    );
    for file in [
        "LICENSE",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "rust-toolchain.toml",
        ".ci/run",
        "tests/run",
    ] {
        assert!(root().join(file).exists(), "{file}");
    }
    let license = read("LICENSE");
    assert!(license.contains("MIT") && license.contains("Apache"));
    let toolchain = read("rust-toolchain.toml");
    assert!(toolchain.contains("\"stable\"") && toolchain.contains("wasm32-unknown-unknown"));
    assert!(read(".ci/run").contains("tests/run"));
}

/// The anchor that code hosts give to a heading.
fn anchor_of(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(unix)]
#[test]
fn scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    for script in [".ci/run", "tests/run"] {
        let mode = fs::metadata(root().join(script))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o111, 0o111, "{script}");
    }
}

// Content

/// Codes of Kling's official table.
const KLING: [&str; 22] = [
    "0", "1000", "1001", "1002", "1003", "1004", "1100", "1101", "1102", "1103", "1200", "1201",
    "1202", "1203", "1300", "1301", "1302", "1303", "1304", "5000", "5001", "5002",
];

#[test]
fn each_code_of_kling_has_a_rule_of_its_own() {
    let docs = our_docs(Edition::Public);
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, rule) in docs.rules.iter().filter(|(_, r)| r.section == "kling") {
        for code in &rule.rule.codes {
            assert!(
                owners.insert(&code.value, id).is_none(),
                "{} twice",
                code.value
            );
        }
    }
    let rules: BTreeSet<&str> = KLING
        .iter()
        .map(|code| {
            *owners
                .get(code)
                .unwrap_or_else(|| panic!("nobody owns {code}"))
        })
        .collect();
    assert_eq!(
        rules.len(),
        KLING.len(),
        "a rule owns two codes of the table"
    );
    // One code, many causes: 1201 is told apart.
    let variants = |of: &str| {
        docs.rules
            .values()
            .filter(|r| r.rule.variant_of.as_ref().is_some_and(|v| v.value == of))
            .count()
    };
    assert!(variants(owners["1201"]) >= 5 && variants(owners["1102"]) >= 1);
}

#[test]
fn there_are_enough_rules_and_all_are_whole() {
    let docs = our_docs(Edition::Public);
    assert!(docs.rules.len() >= 60, "{} rules", docs.rules.len());
    let languages: Vec<&str> = docs.config.codes().collect();
    assert_eq!(languages, ["id", "en"]);
    let mut causes = BTreeSet::new();
    for (id, rule) in &docs.rules {
        let written: Vec<&str> = rule.texts.keys().map(String::as_str).collect();
        assert_eq!(written, ["en", "id"], "{id}");
        let hits = rule.rule.examples.iter().filter(|e| e.hit).count();
        let misses = rule.rule.examples.len() - hits;
        assert!(
            hits >= 2 && misses >= 2,
            "{id}: {hits} hits, {misses} misses"
        );
        assert!(!rule.rule.sources.is_empty(), "{id} has no source");
        causes.extend(rule.rule.cause.as_ref().map(|c| c.value));
    }
    let without: Vec<_> = CAUSES.into_iter().filter(|c| !causes.contains(c)).collect();
    assert!(without.is_empty(), "causes without any rule: {without:?}");
    for provider in ["kling", "kie", "useapi", "cometapi", "generic"] {
        let count = docs
            .rules
            .values()
            .filter(|r| r.section == provider)
            .count();
        assert!(count >= 5, "{count} rules of {provider}");
    }
    for page in docs.pages.values() {
        assert_eq!(page.texts.len(), languages.len(), "{}", page.path);
    }
}

#[test]
fn permalinks_are_unique() {
    let docs = our_docs(Edition::Public);
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for (id, rule) in &docs.rules {
        for name in permalink_names(rule) {
            if let Some(other) = owners.insert(name.clone(), id) {
                panic!("/e/{name}/ leads to {other} and to {id}");
            }
        }
    }
    assert!(owners.len() > 60);
}

/// Nothing is said twice: no two rules have the same title or the same paste that must hit.
#[test]
fn rules_do_not_repeat_each_other() {
    let docs = our_docs(Edition::Public);
    let (mut titles, mut pastes) = (BTreeMap::new(), BTreeMap::new());
    for (id, rule) in &docs.rules {
        for (language, text) in &rule.texts {
            let title = (language, &text.front.title.value);
            if let Some(other) = titles.insert(title, id) {
                panic!("{id} and {other} have the title {title:?}");
            }
        }
        for example in rule.rule.examples.iter().filter(|e| e.hit) {
            if let Some(other) = pastes.insert(example.paste.value.trim(), id) {
                panic!(
                    "{id} and {other} hit the same paste: {}",
                    example.paste.value
                );
            }
        }
    }
}
