//! `ui/<language>.toml`: the words of the interface, in sections.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::toml_table::{At, Sink, document};
use crate::diag::Diag;

/// Stands for the title of the site in any word.
const SITE: &str = "{site}";

/// Interface words: section, key, word or list of words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ui {
    /// By section and key.
    pub words: BTreeMap<String, BTreeMap<String, At<Vec<String>>>>,
}

impl Ui {
    /// The word, or its own name where it is missing (which `check` reports).
    #[must_use]
    pub fn word(&self, section: &str, key: &str) -> String {
        self.find(section, key)
            .map_or_else(|| format!("{section}.{key}"), str::to_owned)
    }

    /// The word, if it is there.
    #[must_use]
    pub fn find(&self, section: &str, key: &str) -> Option<&str> {
        self.words
            .get(section)?
            .get(key)?
            .value
            .first()
            .map(String::as_str)
    }

    /// The word before its value on a line: with a colon, unless it is a question.
    #[must_use]
    pub fn label(&self, section: &str, key: &str) -> String {
        let word = self.word(section, key);
        if word.ends_with('?') {
            word
        } else {
            word + ":"
        }
    }

    /// With the name of the site where the words have `{site}`, so that one set of words serves every site.
    pub(crate) fn of_site(self: Arc<Ui>, title: &str) -> Arc<Ui> {
        let words = || self.words.values().flat_map(BTreeMap::values);
        if !words().any(|word| word.value.iter().any(|w| w.contains(SITE))) {
            return self;
        }
        let mut named = Ui::clone(&self);
        for word in named.words.values_mut().flat_map(BTreeMap::values_mut) {
            for text in &mut word.value {
                *text = text.replace(SITE, title);
            }
        }
        Arc::new(named)
    }

    /// The word with `{name}` replaced by its value.
    #[must_use]
    pub fn fill(&self, section: &str, key: &str, values: &[(&str, &str)]) -> String {
        let mut word = self.word(section, key);
        for (name, value) in values {
            word = word.replace(&format!("{{{name}}}"), value);
        }
        word
    }
}

pub(crate) fn parse(file: &str, text: &str) -> (Ui, Vec<Diag>) {
    let sink = Sink::new(file);
    let ui = read(&sink, text);
    (ui, sink.into_diags())
}

pub(crate) fn read(sink: &Sink<'_>, text: &str) -> Ui {
    let mut ui = Ui::default();
    {
        let mut table = document(sink, text);
        for section in table.keys() {
            let Some(mut words) = table.table_at(&section.value) else {
                continue;
            };
            let entries = ui.words.entry(section.value).or_default();
            for key in words.keys() {
                if let Some(word) = words.words_at(&key.value) {
                    if word.value.iter().all(|w| w.trim().is_empty()) {
                        sink.report(
                            "bad-value",
                            word.span.clone(),
                            format!("`{}` is empty", key.value),
                            Some("write the word that is to be shown".to_owned()),
                        );
                    }
                    entries.insert(key.value, word);
                }
            }
            words.finish();
        }
        table.finish();
    }
    ui
}
