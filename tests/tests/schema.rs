//! `resep schema` against the reader of the files: our own content holds to it, and what one refuses the other refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};
use site::load::{Edition, Source, load};
use tests::{Project, our_content, root, run};
use toml::de::{DeTable, DeValue};

fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Integer(n) => json!(n.as_str().parse::<i64>().unwrap()),
        DeValue::Float(n) => json!(n.as_str().parse::<f64>().unwrap()),
        DeValue::Boolean(b) => json!(b),
        DeValue::Datetime(when) => json!(when.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json_of(item.get_ref())).collect(),
        DeValue::Table(table) => Value::Object(json_table(table)),
    }
}

fn json_table(table: &DeTable<'_>) -> Map<String, Value> {
    table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref())))
        .collect()
}

fn document(text: &str) -> Value {
    Value::Object(json_table(DeTable::parse(text).expect("TOML").get_ref()))
}

/// Every schema that there is, by name.
fn schemas() -> &'static BTreeMap<String, Validator> {
    static SCHEMAS: OnceLock<BTreeMap<String, Validator>> = OnceLock::new();
    SCHEMAS.get_or_init(printed)
}

fn printed() -> BTreeMap<String, Validator> {
    let list = run(root(), ["schema"]).quiet().out;
    let names = list
        .lines()
        .map(|line| line.split_whitespace().next().unwrap());
    names
        .map(|name| {
            let schema = run(root(), ["schema", name]).quiet().json();
            jsonschema::draft202012::meta::validate(&schema)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&schema)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            (name.to_owned(), validator)
        })
        .collect()
}

/// Our content, and a file of the kind that it has none of.
fn content() -> Source {
    let mut source = load(&our_content(), Edition::Internal).unwrap();
    let table =
        "caption = \"A\"\n\n[[column]]\nname = \"B\"\nnumber = true\n\n[[row]]\ncells = [\"1\"]\n";
    source
        .texts
        .insert("data/tables/own.toml".to_owned(), table.into());
    source
}

/// The schema of a file, and its TOML.
fn kind<'t>(path: &str, text: &'t str) -> (&'static str, &'t str) {
    let inside = path.strip_prefix("internal/").unwrap_or(path);
    let kind = match inside.split('/').collect::<Vec<_>>()[..] {
        ["site.toml"] => "site",
        ["translations.toml"] => "translations",
        ["do-not-say.toml"] => "do-not-say",
        ["ui", _] => "ui",
        ["data", "sources.toml"] => "sources",
        ["data", "families.toml"] => "families",
        ["data", "providers.toml"] => "providers",
        ["data", "wallets.toml"] => "wallets",
        ["data", "models.toml"] => "models",
        ["data", "packages.toml"] => "packages",
        ["data", "credits.toml"] => "credits",
        ["data", "glossary.toml"] => "glossary",
        ["data", "synonyms.toml"] => "synonyms",
        ["data", "tables", _] => "tables",
        [.., "rule.toml"] => "rule",
        [.., "reply.toml"] => "reply",
        _ if path.ends_with(".md") => "front-matter",
        _ => panic!("no schema for {path}"),
    };
    match kind {
        "front-matter" => (kind, text.split("+++\n").nth(1).unwrap()),
        _ => (kind, text),
    }
}

#[test]
fn our_content_holds_to_the_schemas() {
    let schemas = schemas();
    let source = content();
    let mut seen = BTreeSet::new();
    for (path, text) in &source.texts {
        let (kind, toml) = kind(path, text);
        let faults: Vec<String> = schemas[kind]
            .iter_errors(&document(toml))
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert_eq!(faults, [""; 0], "{path}");
        seen.insert(kind);
    }
    let unused: Vec<&String> = schemas
        .keys()
        .filter(|name| !seen.contains(name.as_str()))
        .collect();
    assert!(unused.is_empty(), "nothing was held against {unused:?}");
}

/// Every key at the beginning of a line with one letter too many, in texts of `toml` that stay TOML.
fn misspelt(toml: &str) -> String {
    let mut quoted = false;
    toml.split_inclusive('\n')
        .map(|line| {
            let inside = quoted;
            if !line.starts_with('#')
                && (line.matches("'''").count() + line.matches("\"\"\"").count()) % 2 == 1
            {
                quoted = !quoted;
            }
            match line.split_once(" = ") {
                Some((key, rest))
                    if !inside && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') =>
                {
                    format!("{key}x = {rest}")
                }
                _ => line.to_owned(),
            }
        })
        .collect()
}

/// The keys that the schema does not know.
fn unknown_to_schema(schema: &Validator, toml: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for error in schema.iter_errors(&document(toml)) {
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            out.extend(unexpected.iter().cloned());
        }
    }
    out
}

/// The keys of `path` that the reader does not know.
fn unknown_to_reader(source: &Source, path: &str) -> BTreeSet<String> {
    let (_, diags) = site::parse::parse(source);
    let text = &source.texts[path];
    diags
        .iter()
        .filter(|d| d.file == path && d.code == "unknown-key")
        .map(|d| text[d.span.clone().unwrap()].to_owned())
        .collect()
}

#[test]
fn a_misspelt_key_is_refused_by_both() {
    let schemas = schemas();
    let good = content();
    let mut tried = BTreeSet::new();
    for (path, text) in &good.texts {
        let (name, toml) = kind(path, text);
        // Any key may stand in these.
        if matches!(name, "ui" | "translations" | "synonyms") || !tried.insert(name) {
            continue;
        }
        let bad = misspelt(toml);
        // No more than is needed: the file, and the languages.
        let mut source = good.clone();
        source.texts.retain(|p, _| p == "site.toml" || p == path);
        let whole = text.replacen(toml, &bad, 1);
        source.texts.insert(path.clone(), whole.into());
        let by_schema = unknown_to_schema(&schemas[name], &bad);
        assert!(!by_schema.is_empty(), "{path}");
        assert!(
            by_schema.iter().all(|key| key.ends_with('x')),
            "{by_schema:?}"
        );
        assert_eq!(unknown_to_reader(&source, path), by_schema, "{path}");
    }
    assert_eq!(tried.len(), schemas.len() - 3);
}

#[test]
fn a_value_of_another_type_is_refused() {
    let schemas = schemas();
    for (name, toml) in [
        ("rule", "cause = \"no-such-cause\""),
        ("rule", "since = \"yesterday\""),
        ("rule", "codes = \"1102\""),
        ("site", "limits = { title = -1 }"),
        ("site", "lints = { orphan-page = \"loud\" }"),
        ("wallets", "[[wallet]]\nid = \"a\"\nsource = \"b\""),
        ("credits", "[[figure]]\nvalue = \"1,5\""),
        ("front-matter", "title = \" \""),
    ] {
        let document = document(toml);
        let beyond_missing = schemas[name]
            .iter_errors(&document)
            .filter(|e| {
                !matches!(e.kind(), ValidationErrorKind::Required { .. })
                    || e.to_string().contains("checked")
            })
            .count();
        assert!(beyond_missing > 0, "{name}: {toml}");
    }
}

#[test]
fn a_name_that_is_none_gets_the_nearest() {
    let project = Project::empty();
    let refused = project.run(&["schema", "wallet"]).exits(2);
    assert!(
        refused.err.contains("did you mean `wallets`?"),
        "{refused:?}"
    );
    assert_eq!(refused.out, "");
}
