//! Translations whose original has changed since, and those of which nobody recorded what they were made from.

use crate::diag::Diag;
use crate::freshness::{behind, folders};
use crate::load::Source;
use crate::parse::Docs;

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    // A site that records nothing is not asked to.
    if docs.translations.is_empty() {
        return;
    }
    let original = &docs.config.default_language;
    for (folder, texts) in folders(docs) {
        // Of an original that could not be read nobody knows what changed.
        if texts.get(original).is_some_and(|text| text.broken) {
            continue;
        }
        for (language, text) in texts.iter().filter(|(l, t)| *l != original && !t.broken) {
            let recorded = docs
                .translations
                .get(&folder)
                .is_some_and(|languages| languages.contains_key(language));
            let report = |code, message: String| Diag::new(code, &text.file, None, message);
            if !recorded {
                let message = "nobody recorded which original this was translated from".to_owned();
                diags.push(report("unrecorded-translation", message).help(format!(
                    "if it says the same as its original, run `resep renew {folder}`"
                )));
                continue;
            }
            let changed = behind(docs, source, &folder, texts, language);
            if changed.is_empty() {
                continue;
            }
            let ids: Vec<String> = changed.iter().map(|id| format!("`{id}`")).collect();
            let message = format!(
                "{} section{} of {original}.md changed since this was translated: {}",
                changed.len(),
                if changed.len() == 1 { "" } else { "s" },
                ids.join(", ")
            );
            diags.push(report("outdated-translation", message).help(format!(
                "bring it up to date, then run `resep renew {folder}`"
            )));
        }
    }
}
