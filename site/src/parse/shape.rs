//! Which keys a file may have, as its own reader asks for them. A reader that is given a recording
//! [`Sink`](super::toml_table::Sink) reads nothing and leaves here what it asked for; `resep schema` prints that. So the
//! keys that are read and the keys that an editor offers are the same by construction.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Stands for a key that is not known beforehand, such as a language.
pub(crate) const ANY: &str = "*";

/// Shared with the tables that are being read.
pub(crate) type Shared = Rc<RefCell<Shape>>;

/// The keys of one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// In the order in which they are asked for.
    pub(crate) keys: Vec<(String, Kind)>,
    /// What every other key holds, where any may stand.
    pub(crate) any: Option<Kind>,
    /// Keys that must be there.
    pub(crate) required: BTreeSet<String>,
    /// Keys that need others.
    pub(crate) together: Vec<Together>,
}

/// If one of `keys` is there, all of `required` must be.
#[derive(Clone, Debug)]
pub(crate) struct Together {
    pub(crate) keys: Vec<String>,
    pub(crate) required: BTreeSet<String>,
}

/// What a key holds.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    Boolean,
    /// From 0 to `u32::MAX`.
    Integer,
    /// A day.
    Date,
    /// Digits and at most one point, in quotes.
    Decimal,
    /// A list of strings.
    Texts,
    /// A list of some of these words.
    Words(&'static [&'static str]),
    /// A string or a list of strings.
    TextOrTexts,
    Table(Shared),
    /// A list of tables; a single one is read as a list of one.
    Tables(Shared),
    /// A string, or a table.
    TextOrTable(Shared),
}

impl Shape {
    /// Notes that `key` was asked for.
    pub(crate) fn add(&mut self, key: &str, kind: Kind) {
        if key == ANY {
            self.any = Some(kind);
        } else if !self.keys.iter().any(|(known, _)| known == key) {
            self.keys.push((key.to_owned(), kind));
        }
    }

    /// Notes that `key` must be there.
    pub(crate) fn require(&mut self, key: &str) {
        if key != ANY {
            self.required.insert(key.to_owned());
        }
    }

    /// Notes that `key`, asked for as a string, is one of `words`.
    pub(crate) fn narrow(&mut self, key: &str, words: &'static [&'static str]) {
        for (_, kind) in self.keys.iter_mut().filter(|(known, _)| known == key) {
            *kind = Kind::Word(words);
        }
    }
}
