//! `internal/replies/<slug>/reply.toml` and `internal/do-not-say.toml`: what support staff may send and what they may
//! not. Read in the internal edition only, as everything under `internal/`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::data::plain_words;
use super::markdown::Markdown;
use super::toml_table::{At, Sink, Table, document};
use crate::diag::Diag;

/// Where the list of forbidden terms lies.
pub(crate) const DO_NOT_SAY: &str = "internal/do-not-say.toml";
/// The parts of a reply, by the ids of their headings.
pub(crate) const PARTS: [&str; 3] = ["reply", "escalation", "do-not-say"];

/// A reply in all languages.
#[derive(Clone, Debug, Default)]
pub struct ReplyDoc {
    /// Folder below the content folder.
    pub folder: String,
    /// What it answers.
    pub reply: ReplyFile,
    /// By language code.
    pub texts: BTreeMap<String, Arc<Markdown>>,
}

/// `reply.toml`: which answers a reply belongs to. The narrowest one is shown: by rule, then by wallet, then by cause.
#[derive(Clone, Debug, Default)]
pub struct ReplyFile {
    /// Path of the file; empty where it is not there.
    pub file: String,
    /// Causes.
    pub causes: Vec<At<String>>,
    /// Wallet ids.
    pub wallets: Vec<At<String>>,
    /// Rule ids.
    pub rules: Vec<At<String>>,
}

/// Something that no reply may say: a row of the table `do-not-say`, and what replies are held to.
#[derive(Clone, Debug)]
pub struct Forbidden {
    /// Unique id.
    pub id: At<String>,
    /// What a check finds in a reply; nothing where only a person can tell.
    pub refused: Option<Refused>,
    /// What staff should not say, as the table shows it, by language code.
    pub shown: BTreeMap<String, String>,
    /// Why not, by language code.
    pub why: BTreeMap<String, String>,
    /// What to say in its place, by language code.
    pub say: BTreeMap<String, String>,
}

/// By what a reply is known to say something forbidden.
#[derive(Clone, Debug)]
pub struct Refused {
    /// `words`, `providers` or `time`.
    pub kind: &'static str,
    /// Regular expressions by language code.
    pub patterns: BTreeMap<String, At<Vec<String>>>,
}

pub(crate) fn reply(file: &str, text: &str) -> (ReplyFile, Vec<Diag>) {
    let sink = Sink::new(file);
    let out = ReplyFile {
        file: file.to_owned(),
        ..read_reply(&sink, text)
    };
    (out, sink.into_diags())
}

pub(crate) fn read_reply(sink: &Sink<'_>, text: &str) -> ReplyFile {
    let mut t = document(sink, text);
    let out = ReplyFile {
        file: String::new(),
        causes: t.strings("causes"),
        wallets: t.strings("wallets"),
        rules: t.strings("rules"),
    };
    t.finish();
    out
}

pub(crate) fn do_not_say(
    file: &str,
    text: &str,
    languages: &[String],
) -> (Vec<Forbidden>, Vec<Diag>) {
    let sink = Sink::new(file);
    let out = read_do_not_say(&sink, text, languages);
    (out, sink.into_diags())
}

pub(crate) fn read_do_not_say(sink: &Sink<'_>, text: &str, languages: &[String]) -> Vec<Forbidden> {
    let mut out = Vec::new();
    {
        let mut document = document(sink, text);
        for mut t in document.tables("term") {
            let id = t.required_string("id");
            let refused = t.together(&["kind", "patterns"], |t| refused(t, languages));
            let [shown, why, say] = ["shown", "why", "say"].map(|key| {
                if !t.has(key) {
                    t.missing(key);
                }
                plain_words(&mut t, key, languages)
            });
            t.finish();
            if let Some(id) = id {
                out.push(Forbidden {
                    id,
                    refused,
                    shown,
                    why,
                    say,
                });
            }
        }
        document.finish();
    }
    out
}

fn refused(t: &mut Table<'_>, languages: &[String]) -> Option<Refused> {
    let kind = t.required_word("kind", &["words", "providers", "time"]);
    let mut patterns = BTreeMap::new();
    if let Some(mut table) = t.required_table("patterns") {
        for language in languages {
            match table.words_at(language) {
                Some(found) => {
                    patterns.insert(language.clone(), found);
                }
                None => table.missing(language),
            }
        }
        table.finish();
    }
    Some(Refused {
        kind: kind?.value,
        patterns,
    })
}
