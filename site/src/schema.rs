//! `resep schema`: JSON Schema (2020-12) of each kind of file, for editors. Made from what the reader of that file asks for
//! ([`crate::parse::shape`]), so a key that is refused here is refused there. What keys are for stands in [`about`].

mod about;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::cli::{DONE, Failure, print};
use crate::diag::did_you_mean;
use crate::freshness;
use crate::parse::shape::{ANY, Kind, Shape};
use crate::parse::toml_table::Sink;
use crate::parse::{data, listed, markdown, rule, site_toml, support, ui};

/// A kind of file.
struct File {
    /// What it is called on the command line.
    name: &'static str,
    /// Where such files lie in the content folder.
    place: &'static str,
    /// Asks for its keys.
    ask: fn(&Sink<'_>),
}

/// Every kind of file with keys, in the order of the list.
const FILES: &[File] = &[
    File {
        name: "site",
        place: "site.toml",
        ask: |sink| drop(site_toml::read(sink, "")),
    },
    File {
        name: "front-matter",
        place: "guides/<slug>/<language>.md, runbooks/<slug>/<language>.md, errors/<provider>/<slug>/<language>.md",
        ask: |sink| drop(markdown::front(sink, "")),
    },
    File {
        name: "rule",
        place: "errors/<provider>/<slug>/rule.toml",
        ask: |sink| drop(rule::read(sink, "")),
    },
    File {
        name: "ui",
        place: "ui/<language>.toml",
        ask: |sink| drop(ui::read(sink, "")),
    },
    File {
        name: "translations",
        place: freshness::FILE,
        ask: |sink| drop(freshness::read(sink, "")),
    },
    File {
        name: "reply",
        place: "internal/replies/<slug>/reply.toml",
        ask: |sink| drop(support::read_reply(sink, "")),
    },
    File {
        name: "do-not-say",
        place: support::DO_NOT_SAY,
        ask: |sink| drop(support::read_do_not_say(sink, "", &any())),
    },
    File {
        name: "sources",
        place: data::SOURCES,
        ask: |sink| ask_data(sink, data::SOURCES),
    },
    File {
        name: "families",
        place: data::FAMILIES,
        ask: |sink| ask_data(sink, data::FAMILIES),
    },
    File {
        name: "providers",
        place: data::PROVIDERS,
        ask: |sink| ask_data(sink, data::PROVIDERS),
    },
    File {
        name: "wallets",
        place: data::WALLETS,
        ask: |sink| ask_data(sink, data::WALLETS),
    },
    File {
        name: "models",
        place: data::MODELS,
        ask: |sink| ask_data(sink, data::MODELS),
    },
    File {
        name: "packages",
        place: data::PACKAGES,
        ask: |sink| ask_data(sink, data::PACKAGES),
    },
    File {
        name: "credits",
        place: data::FIGURES,
        ask: |sink| ask_data(sink, data::FIGURES),
    },
    File {
        name: "glossary",
        place: data::GLOSSARY,
        ask: |sink| ask_data(sink, data::GLOSSARY),
    },
    File {
        name: "synonyms",
        place: data::SYNONYMS,
        ask: |sink| ask_data(sink, data::SYNONYMS),
    },
    File {
        name: "tables",
        place: "data/tables/<name>.toml",
        ask: |sink| drop(data::own_table(sink, "", &any())),
    },
];

fn ask_data(sink: &Sink<'_>, path: &str) {
    data::read(sink, path, "", &any(), &mut data::Data::default());
}

fn any() -> [String; 1] {
    [ANY.to_owned()]
}

/// Prints the schema called `name`, or the list of them. Which languages a site has is not known here, so any may stand.
pub(crate) fn run(name: Option<&str>) -> Result<u8, Failure> {
    let Some(name) = name else {
        let lines: String = FILES
            .iter()
            .map(|file| format!("{:13}{}\n", file.name, file.place))
            .collect();
        print(&lines)?;
        return Ok(DONE);
    };
    let schema = schema(name).ok_or_else(|| {
        let names = FILES.iter().map(|file| file.name);
        let hint = did_you_mean(name, names.clone())
            .unwrap_or_else(|| format!("there are {}", listed(&names.collect::<Vec<_>>())));
        format!("no schema `{name}`: {hint}")
    })?;
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|e| format!("cannot write the schema: {e}"))?;
    print(&(text + "\n"))?;
    Ok(DONE)
}

/// The schema of a kind of file; nothing if there is no such kind.
fn schema(name: &str) -> Option<Value> {
    let file = FILES.iter().find(|file| file.name == name)?;
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!(file.place));
    let mut parts = Parts::default();
    let path = [file.name];
    let whole = parts.object(&path, &asked(file));
    schema.extend(whole);
    if !parts.0.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(parts.0));
    }
    Some(Value::Object(schema))
}

/// The keys that its reader asks for.
fn asked(file: &File) -> Shape {
    let sink = Sink::recording();
    (file.ask)(&sink);
    sink.into_shape()
}

/// The tables inside a file, each once.
#[derive(Default)]
struct Parts(Map<String, Value>);

impl Parts {
    fn object(&mut self, path: &[&str], shape: &Shape) -> Map<String, Value> {
        let mut out = Map::new();
        let names = |keys: &BTreeSet<String>| keys.iter().cloned().collect::<Vec<_>>();
        out.insert("type".to_owned(), json!("object"));
        let mut properties = Map::new();
        for (key, kind) in &shape.keys {
            let required = shape.required.contains(key);
            properties.insert(key.clone(), self.value(path, key, kind, required));
        }
        out.insert("properties".to_owned(), Value::Object(properties));
        if !shape.required.is_empty() {
            out.insert("required".to_owned(), json!(names(&shape.required)));
        }
        // A key may need what several groups ask for.
        let mut needs: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
        for group in &shape.together {
            for key in &group.keys {
                needs.entry(key).or_default().extend(&group.required);
            }
        }
        if !needs.is_empty() {
            out.insert("dependentRequired".to_owned(), json!(needs));
        }
        let others = match &shape.any {
            Some(kind) => self.value(path, ANY, kind, false),
            None => json!(false),
        };
        out.insert("additionalProperties".to_owned(), others);
        out
    }

    fn value(&mut self, path: &[&str], key: &str, kind: &Kind, required: bool) -> Value {
        // What must be there must not be empty either.
        let text = if required {
            json!({ "type": "string", "pattern": "\\S" })
        } else {
            json!({ "type": "string" })
        };
        let mut value = match kind {
            Kind::Text => text,
            Kind::Word(words) => json!({ "enum": words }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Integer => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
            Kind::Date => json!({ "type": "string", "format": "date" }),
            Kind::Decimal => json!({ "type": "string", "pattern": "^(\\d+\\.?\\d*|\\.\\d+)$" }),
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Words(words) => json!({ "type": "array", "items": { "enum": words } }),
            Kind::TextOrTexts => {
                json!({ "type": ["string", "array"], "items": { "type": "string" } })
            }
            Kind::Table(inner) => self.part(path, key, &inner.borrow()),
            // What is said of tables holds where there is one.
            Kind::Tables(inner) => {
                let item = self.part(path, key, &inner.borrow());
                json!({
                    "type": ["array", "object"],
                    "items": item,
                    "if": { "type": "object" },
                    "then": item,
                })
            }
            Kind::TextOrTable(inner) => {
                let table = self.part(path, key, &inner.borrow());
                json!({
                    "type": ["string", "object"],
                    "if": { "type": "object" },
                    "then": table,
                })
            }
        };
        if let (Some(about), Some(value)) = (about::key(path, key), value.as_object_mut()) {
            value.insert("description".to_owned(), json!(about));
        }
        value
    }

    fn part(&mut self, path: &[&str], key: &str, shape: &Shape) -> Value {
        let path = [path, &[key]].concat();
        // Of a key that may be any, the name says what it stands for.
        let name = path[1..].join(".").replace(ANY, "any");
        let object = self.object(&path, shape);
        self.0.insert(name.clone(), Value::Object(object));
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::shape::Together;

    #[test]
    fn a_key_of_two_groups_needs_what_both_ask_for() {
        let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let group = |keys: &[&str], required: &[&str]| Together {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            required: set(required),
        };
        let shape = Shape {
            together: vec![group(&["a", "b"], &["b"]), group(&["a", "c"], &["c"])],
            ..Shape::default()
        };
        let object = Parts::default().object(&["x"], &shape);
        assert_eq!(
            object["dependentRequired"],
            json!({ "a": ["b", "c"], "b": ["b"], "c": ["c"] })
        );
    }
}
