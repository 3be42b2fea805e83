//! Reads TOML tables with places: every wrong type, missing key and unknown key becomes a finding, and reading goes
//! on. Knows no format of ours; the sibling modules do.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

use super::left_over;
use super::shape::{ANY, Kind, Shape, Shared, Together};
use crate::date::Date;
use crate::diag::{Diag, Text, did_you_mean};

/// Characters of a decimal number: prices, amounts and seconds of that length can be multiplied without losing a digit.
const LONGEST_DECIMAL: usize = 12;

/// Lines of a file on which broken TOML is told of.
const MOST_BROKEN_LINES: usize = 10;

/// A value and where it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file it was read from.
    pub span: Range<usize>,
}

impl<T> At<T> {
    /// The value with its place.
    pub fn new(value: T, span: Range<usize>) -> At<T> {
        At { value, span }
    }

    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At {
            value: f(self.value),
            span: self.span,
        }
    }
}

impl At<String> {
    /// Where a part of the value stands in `file`, the whole file it was read from. An escape moves what stands behind it;
    /// then the whole value is the place.
    pub(crate) fn place(&self, file: &str, part: Range<usize>) -> Range<usize> {
        let start = self.span.start + 1;
        if file.get(start..self.span.end.saturating_sub(1)) == Some(&self.value) {
            start + part.start..start + part.end
        } else {
            self.span.clone()
        }
    }
}

/// Collects the findings of one file.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    file: &'a str,
    diags: RefCell<Vec<Diag>>,
    /// Where the text is no TOML: what was read there is not what was written.
    broken: RefCell<Vec<Range<usize>>>,
    /// Ids of what is there but could not be read.
    unread: RefCell<BTreeSet<String>>,
    /// What says the same in several languages.
    said: RefCell<Vec<Said>>,
    /// Where a reader that records leaves what it asks for.
    shape: Option<Shared>,
}

/// Words that say one thing, each with its language.
pub type Said = Vec<(String, At<String>)>;

impl<'a> Sink<'a> {
    pub(crate) fn new(file: &'a str) -> Sink<'a> {
        Sink {
            file,
            diags: RefCell::default(),
            broken: RefCell::default(),
            unread: RefCell::default(),
            said: RefCell::default(),
            shape: None,
        }
    }

    /// A sink whose document reads nothing and notes the keys that are asked for.
    pub(crate) fn recording() -> Sink<'a> {
        Sink {
            shape: Some(Shared::default()),
            ..Sink::new("")
        }
    }

    /// The codes to ask for where a table holds one entry a language: those of the site, or any.
    pub(crate) fn languages(&self, codes: Vec<String>) -> Vec<String> {
        match self.shape {
            Some(_) => vec![ANY.to_owned()],
            None => codes,
        }
    }

    /// What a recording reader asked for.
    pub(crate) fn into_shape(self) -> Shape {
        self.shape
            .map(|shape| shape.borrow().clone())
            .unwrap_or_default()
    }

    pub(crate) fn push(&self, diag: Diag) {
        self.diags.borrow_mut().push(diag);
    }

    pub(crate) fn report(
        &self,
        code: &'static str,
        span: impl Into<Option<Range<usize>>>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.push(Diag::new(code, self.file, span, message).help_if(help));
    }

    /// Ids of tables that lack something without which they mean nothing.
    pub(crate) fn unread(&self) -> BTreeSet<String> {
        self.unread.borrow().clone()
    }

    /// What says the same in several languages. It is asked for once.
    pub(crate) fn said(&self) -> Vec<Said> {
        self.said.take()
    }

    pub(crate) fn into_diags(self) -> Vec<Diag> {
        let mut diags = self.diags.into_inner();
        let broken = joined(self.broken.into_inner());
        let is_in = |at: &Range<usize>| {
            // Of those that do not end before it, the first.
            let next = broken.partition_point(|broken| broken.end <= at.start);
            let first = broken.get(next);
            first.is_some_and(|broken| {
                broken.start < at.end || at.is_empty() && at.start == broken.start
            })
        };
        diags.retain(|diag| match (diag.code, &diag.span) {
            ("toml-syntax", _) => true,
            // It may be there, in what could not be read.
            ("missing-key", _) => broken.is_empty(),
            (_, Some(at)) => !is_in(at),
            (_, None) => true,
        });
        diags
    }
}

/// Sorted, with those that overlap or touch as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// One table being read. Call [`Table::finish`] at the end, which reports the keys that nobody asked for.
pub(crate) struct Table<'s> {
    sink: &'s Sink<'s>,
    /// By key: where that stands, and the value.
    entries: BTreeMap<String, (Range<usize>, At<DeValue<'s>>)>,
    asked: RefCell<Vec<Cow<'static, str>>>,
    /// What the table is called in messages, such as `[[model]]`.
    name: String,
    /// Its keys from the top of the file on, such as `term.words`; empty for the file.
    path: String,
    pub(crate) span: Range<usize>,
    /// Set while keys are recorded and nothing is read.
    shape: Option<Shared>,
}

/// A string, or a table in its place.
pub(crate) enum TextOrTable<'s> {
    Text(At<String>),
    Table(Table<'s>),
}

/// Reads a document. Places count from the first byte of `text`.
pub(crate) fn document<'s>(sink: &'s Sink<'s>, text: &'s str) -> Table<'s> {
    if let Some(shape) = &sink.shape {
        return Table::recording(sink, Rc::clone(shape));
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut lines = BTreeSet::new();
    let places = Text::new(if errors.is_empty() { "" } else { text });
    for error in errors {
        let span = error.span().map(|s| s.start..s.end.max(s.start + 1));
        sink.broken.borrow_mut().extend(span.clone());
        // What comes after the first on a line comes of it, and what comes after many lines of a file that is something else.
        let start = span.as_ref().map_or(0, |span| span.start);
        if lines.len() >= MOST_BROKEN_LINES || !lines.insert(places.place(start).line) {
            continue;
        }
        let message = error.message().trim().replace('\n', ", ");
        let mut message = message.trim_end_matches('.').to_owned();
        if let Some(first) = message.get(..1) {
            let lower = first.to_lowercase();
            message.replace_range(..1, &lower);
        }
        sink.report(
            "toml-syntax",
            span,
            &message,
            Some(syntax_help(&message, text.get(start..).unwrap_or_default()).to_owned()),
        );
    }
    // What the whole file lacks is shown at its beginning.
    let span = 0..text.len().min(1);
    Table::new(sink, table.into_inner(), span, "the file".to_owned())
}

/// What to write instead of `written`, about which the reader of TOML says `message`.
fn syntax_help(message: &str, written: &str) -> &'static str {
    let is_about = |word: &str| message.contains(word);
    let word = written
        .split([' ', ',', '\r', '\n'])
        .next()
        .unwrap_or_default();
    let is_day =
        word.split('/').count() == 3 && word.bytes().all(|b| b.is_ascii_digit() || b == b'/');
    if is_day || is_about("date") || is_about("month") || is_about("day ") {
        return "write a day that there is, such as 2026-11-20";
    }
    "look for a missing quote, a key that stands twice, or a backslash in double quotes (write patterns in single quotes)"
}

impl<'s> Table<'s> {
    fn new(sink: &'s Sink<'s>, table: DeTable<'s>, span: Range<usize>, name: String) -> Table<'s> {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                let (key_span, value_span) = (key.span(), value.span());
                let value = At::new(value.into_inner(), value_span);
                (key.into_inner().into_owned(), (key_span, value))
            })
            .collect();
        Table {
            sink,
            entries,
            asked: RefCell::new(Vec::new()),
            name,
            path: String::new(),
            span,
            shape: None,
        }
    }

    /// The table under `key` of this one, which is called `name`.
    fn inner(&self, key: &str, table: DeTable<'s>, span: Range<usize>, name: String) -> Table<'s> {
        Table {
            path: self.path_of(key),
            ..Table::new(self.sink, table, span, name)
        }
    }

    fn path_of(&self, key: &str) -> String {
        let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let key = if key.bytes().all(bare) {
            key.to_owned()
        } else {
            format!("\"{key}\"")
        };
        if self.path.is_empty() {
            key
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn recording(sink: &'s Sink<'s>, shape: Shared) -> Table<'s> {
        Table {
            shape: Some(shape),
            ..Table::new(sink, DeTable::new(), 0..0, String::new())
        }
    }

    /// Notes a key where keys are recorded.
    fn note(&self, key: &str, kind: impl FnOnce() -> Kind) {
        if let Some(shape) = &self.shape {
            shape.borrow_mut().add(key, kind());
        }
    }

    /// Notes a key that holds tables, and gives one that records theirs.
    fn note_table(&self, key: &str, kind: impl FnOnce(Shared) -> Kind) -> Option<Table<'s>> {
        let shape = self.shape.as_ref()?;
        let inner = Shared::default();
        shape.borrow_mut().add(key, kind(Rc::clone(&inner)));
        Some(Table::recording(self.sink, inner))
    }

    /// Reads a key that must be there.
    fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let there = self.has(key);
        let value = read(self);
        if !there {
            self.missing(key);
        }
        value
    }

    fn take(
        &mut self,
        key: &'static str,
        kind: impl FnOnce() -> Kind,
    ) -> Option<(Range<usize>, At<DeValue<'s>>)> {
        self.note(key, kind);
        self.asked.borrow_mut().push(Cow::Borrowed(key));
        self.entries.remove(key)
    }

    fn wrong_type(&self, key: &str, expected: &str, value: &At<DeValue<'_>>) {
        self.wrong(key, expected, article(&value.value), &value.span);
    }

    fn wrong(&self, key: &str, expected: &str, found: &str, span: &Range<usize>) {
        self.sink.report(
            "wrong-type",
            span.clone(),
            format!("`{key}` must be {expected}, not {found}"),
            example(expected).map(|e| format!("write `{key} = {e}`")),
        );
    }

    /// Reports that `key` is not there.
    pub(crate) fn missing(&self, key: &str) {
        self.missing_as(key, format!("write a line `{key} = ...` in it"));
    }

    /// The same of a table.
    pub(crate) fn missing_table(&self, key: &str) {
        self.missing_as(
            key,
            format!("write `[{}]` and what it holds", self.path_of(key)),
        );
    }

    /// The same of a list of tables.
    pub(crate) fn missing_tables(&self, key: &str) {
        self.missing_as(
            key,
            format!("write `[[{}]]` and what it holds", self.path_of(key)),
        );
    }

    fn missing_as(&self, key: &str, help: String) {
        if let Some(shape) = &self.shape {
            shape.borrow_mut().require(key);
            return;
        }
        let head = self.span.start..self.span.end.min(self.span.start + 1).max(self.span.start);
        self.sink.report(
            "missing-key",
            if head.is_empty() { None } else { Some(head) },
            format!("{} lacks `{key}`", self.name),
            Some(help),
        );
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The keys that are left, in the order of the file.
    pub(crate) fn keys(&self) -> Vec<At<String>> {
        if self.shape.is_some() {
            return vec![At::new(ANY.to_owned(), 0..0)];
        }
        self.left().collect()
    }

    /// The keys that nobody asked for yet, in the order of the file.
    fn left(&self) -> impl Iterator<Item = At<String>> {
        let mut left: Vec<At<String>> = self
            .entries
            .iter()
            .map(|(key, (span, _))| At::new(key.clone(), span.clone()))
            .collect();
        left.sort_by_key(|key| key.span.start);
        left.into_iter()
    }

    pub(crate) fn string(&mut self, key: &'static str) -> Option<At<String>> {
        let (_, value) = self.take(key, || Kind::Text)?;
        match value.value {
            DeValue::String(text) => Some(At::new(text.into_owned(), value.span)),
            _ => {
                self.wrong_type(key, "a string", &value);
                None
            }
        }
    }

    pub(crate) fn required_string(&mut self, key: &'static str) -> Option<At<String>> {
        let sink = self.sink;
        self.required(key, |t| t.string(key)).inspect(|text| {
            if text.value.trim().is_empty() {
                sink.report(
                    "bad-value",
                    text.span.clone(),
                    format!("`{key}` is empty"),
                    Some("write something, or take the line away".to_owned()),
                );
            }
        })
    }

    /// The same, of words that are shown as they are typed: Markdown in them is reported.
    pub(crate) fn required_plain(&mut self, key: &'static str) -> Option<At<String>> {
        let text = self.required_string(key);
        text.inspect(|text| self.plain(&text.value, &text.span))
    }

    /// The texts of this table by their keys.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, At<String>)> {
        self.entries.iter().filter_map(|(key, (_, value))| {
            let DeValue::String(text) = &value.value else {
                return None;
            };
            let text = text.clone().into_owned();
            Some((&**key, At::new(text, value.span.clone())))
        })
    }

    /// Notes words that say one thing, each with its language.
    pub(crate) fn say(&self, said: Said) {
        self.sink.said.borrow_mut().push(said);
    }

    /// Reports Markdown in words that are shown as they are typed.
    pub(crate) fn plain(&self, words: &str, span: &Range<usize>) {
        left_over::plain(self.sink, words, span);
    }

    pub(crate) fn boolean(&mut self, key: &'static str) -> Option<At<bool>> {
        let (_, value) = self.take(key, || Kind::Boolean)?;
        match value.value {
            DeValue::Boolean(b) => Some(At::new(b, value.span)),
            _ => {
                self.wrong_type(key, "true or false", &value);
                None
            }
        }
    }

    pub(crate) fn integer(&mut self, key: &'static str) -> Option<At<u32>> {
        let (_, value) = self.take(key, || Kind::Integer)?;
        if let DeValue::Integer(n) = &value.value
            && let Ok(n) = u32::from_str_radix(n.as_str(), n.radix())
        {
            return Some(At::new(n, value.span));
        }
        // A number below 0 and one that is too large are whole numbers as well.
        let what = match &value.value {
            DeValue::Integer(n) => format!("{n}"),
            other => article(other).to_owned(),
        };
        self.wrong(
            key,
            "a whole number from 0 to 4294967295",
            &what,
            &value.span,
        );
        None
    }

    pub(crate) fn date(&mut self, key: &'static str) -> Option<At<Date>> {
        let (_, value) = self.take(key, || Kind::Date)?;
        if let DeValue::Datetime(when) = &value.value
            && let (Some(date), None, None) = (when.date, when.time, when.offset)
            && let Some(date) = Date::new(date.year, date.month, date.day)
        {
            return Some(At::new(date, value.span));
        }
        let what = match &value.value {
            DeValue::Datetime(when) => format!("`{when}`"),
            other => article(other).to_owned(),
        };
        self.wrong(key, "a day without time", &what, &value.span);
        None
    }

    pub(crate) fn required_date(&mut self, key: &'static str) -> Option<At<Date>> {
        self.required(key, |t| t.date(key))
    }

    /// An exact number, written as a string so that no digit is lost.
    pub(crate) fn decimal(&mut self, key: &'static str) -> Option<At<Decimal>> {
        let (_, value) = self.take(key, || Kind::Decimal)?;
        let DeValue::String(text) = &value.value else {
            self.wrong_type(key, "a decimal number in quotes", &value);
            return None;
        };
        match Decimal::from_str_exact(text) {
            Ok(number)
                if text.len() <= LONGEST_DECIMAL
                    && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
            {
                Some(At::new(number, value.span))
            }
            _ => {
                self.sink.report(
                    "bad-value",
                    value.span,
                    format!("`{key}` is no decimal number: `{text}`"),
                    Some(format!(
                        "write at most {LONGEST_DECIMAL} digits and one point among them, such as \"0.14\""
                    )),
                );
                None
            }
        }
    }

    pub(crate) fn required_decimal(&mut self, key: &'static str) -> Option<At<Decimal>> {
        self.required(key, |t| t.decimal(key))
    }

    /// A list of strings; what is no string is reported and left out. Empty if the key is absent.
    pub(crate) fn strings(&mut self, key: &'static str) -> Vec<At<String>> {
        self.listed_strings(key, Kind::Texts)
    }

    fn listed_strings(&mut self, key: &'static str, kind: Kind) -> Vec<At<String>> {
        let Some((_, value)) = self.take(key, || kind) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.value else {
            self.wrong_type(key, "a list of strings", &value);
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items {
            let span = item.span();
            match item.into_inner() {
                DeValue::String(text) => out.push(At::new(text.into_owned(), span)),
                other => self.wrong_type(key, "a list of strings", &At::new(other, span)),
            }
        }
        out
    }

    /// A table, `[key]` or `key = { ... }`.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Table<'s>> {
        if let Some(recording) = self.note_table(key, Kind::Table) {
            return Some(recording);
        }
        let (key_span, value) = self.take(key, || Kind::Text)?;
        match value.value {
            DeValue::Table(table) => Some(self.inner(key, table, key_span, format!("[{key}]"))),
            _ => {
                self.wrong_type(key, "a table", &value);
                None
            }
        }
    }

    pub(crate) fn required_table(&mut self, key: &'static str) -> Option<Table<'s>> {
        let there = self.has(key);
        let table = self.table(key);
        if !there {
            self.missing_table(key);
        }
        table
    }

    /// A string, or a table in its place.
    pub(crate) fn text_or_table(&mut self, key: &'static str) -> Option<TextOrTable<'s>> {
        if let Some(recording) = self.note_table(key, Kind::TextOrTable) {
            return Some(TextOrTable::Table(recording));
        }
        let there = self.entries.get(key);
        let is_table = there.is_some_and(|(_, value)| matches!(value.value, DeValue::Table(_)));
        if is_table {
            self.table(key).map(TextOrTable::Table)
        } else {
            self.string(key).map(TextOrTable::Text)
        }
    }

    /// A table under a key that is not known beforehand, such as a language.
    pub(crate) fn table_at(&mut self, key: &str) -> Option<Table<'s>> {
        self.asked.borrow_mut().push(Cow::Owned(key.to_owned()));
        if let Some(recording) = self.note_table(key, Kind::Table) {
            return Some(recording);
        }
        let (key_span, value) = self.entries.remove(key)?;
        match value.value {
            DeValue::Table(table) => {
                let name = format!("[{key}]");
                Some(self.inner(key, table, key_span, name))
            }
            _ => {
                self.wrong_type(key, "a table", &value);
                None
            }
        }
    }

    /// The same where it must be there.
    pub(crate) fn required_table_at(&mut self, key: &str) -> Option<Table<'s>> {
        if !self.has(key) {
            self.missing_table(key);
        }
        self.table_at(key)
    }

    /// A string or a list of strings under a key that is not known beforehand.
    pub(crate) fn words_at(&mut self, key: &str) -> Option<At<Vec<String>>> {
        self.asked.borrow_mut().push(Cow::Owned(key.to_owned()));
        self.note(key, || Kind::TextOrTexts);
        let (_, value) = self.entries.remove(key)?;
        match value.value {
            DeValue::String(text) => Some(At::new(vec![text.into_owned()], value.span)),
            DeValue::Array(items) => {
                let mut out = Vec::new();
                for item in items {
                    match item.get_ref() {
                        DeValue::String(text) => out.push(text.clone().into_owned()),
                        other => self.wrong_type(
                            key,
                            "a list of strings",
                            &At::new(other.clone(), item.span()),
                        ),
                    }
                }
                Some(At::new(out, value.span))
            }
            _ => {
                self.wrong_type(key, "a string", &value);
                None
            }
        }
    }

    /// The text of a string without taking it: decimals are shown as they were written.
    pub(crate) fn peek_string(&self, key: &str) -> Option<String> {
        match &self.entries.get(key)?.1.value {
            DeValue::String(text) => Some(text.clone().into_owned()),
            _ => None,
        }
    }

    /// Where a list without anything in it stands at `key`.
    pub(crate) fn empty_list(&self, key: &str) -> Option<Range<usize>> {
        let (_, value) = self.entries.get(key)?;
        match &value.value {
            DeValue::Array(items) if items.is_empty() => Some(value.span.clone()),
            _ => None,
        }
    }

    /// A list of tables, `[[key]]` or `key = [{ ... }]`. Empty if the key is absent.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Table<'s>> {
        if let Some(recording) = self.note_table(key, Kind::Tables) {
            return vec![recording];
        }
        let Some((key_span, value)) = self.take(key, || Kind::Text) else {
            return Vec::new();
        };
        let items = match value.value {
            DeValue::Array(items) => items,
            DeValue::Table(table) => {
                // A single `[package.disputed]` is read as a list of one.
                return vec![self.inner(key, table, key_span, format!("[{key}]"))];
            }
            _ => {
                self.wrong_type(key, "a list of tables", &value);
                return Vec::new();
            }
        };
        let mut out = Vec::new();
        for item in items {
            let span = item.span();
            match item.into_inner() {
                DeValue::Table(table) => {
                    out.push(self.inner(key, table, span, format!("[[{key}]]")));
                }
                other => self.wrong_type(key, "a list of tables", &At::new(other, span)),
            }
        }
        out
    }

    /// One of a fixed set of words.
    pub(crate) fn word(
        &mut self,
        key: &'static str,
        known: &'static [&'static str],
    ) -> Option<At<&'static str>> {
        let text = self.string(key);
        self.values(key, known);
        let text = text?;
        match known.iter().find(|k| **k == text.value) {
            Some(word) => Some(At::new(*word, text.span)),
            None => {
                self.sink.report(
                    "bad-value",
                    text.span,
                    format!("`{key}` cannot be `{}`", text.value),
                    Some(match did_you_mean(&text.value, known.iter().copied()) {
                        Some(hint) => hint,
                        None => format!("write one of {}", listed(known)),
                    }),
                );
                None
            }
        }
    }

    /// A list of words of a fixed set; others are reported and left out. Empty if the key is absent.
    pub(crate) fn words(
        &mut self,
        key: &'static str,
        known: &'static [&'static str],
    ) -> Vec<&'static str> {
        let mut out = Vec::new();
        for text in self.listed_strings(key, Kind::Words(known)) {
            match known.iter().find(|k| **k == text.value) {
                Some(word) => out.push(*word),
                None => self.sink.report(
                    "bad-value",
                    text.span,
                    format!("`{key}` cannot hold `{}`", text.value),
                    Some(match did_you_mean(&text.value, known.iter().copied()) {
                        Some(hint) => hint,
                        None => format!("write some of {}", listed(known)),
                    }),
                ),
            }
        }
        out
    }

    pub(crate) fn required_word(
        &mut self,
        key: &'static str,
        known: &'static [&'static str],
    ) -> Option<At<&'static str>> {
        self.required(key, |t| t.word(key, known))
    }

    /// Notes that the string under `key` is one of `known`, where its reader says so in words of its own.
    pub(crate) fn values(&self, key: &str, known: &'static [&'static str]) {
        if let Some(shape) = &self.shape {
            shape.borrow_mut().narrow(key, known);
        }
    }

    /// Reads keys that must be there if one of `keys` is.
    pub(crate) fn together<T>(
        &mut self,
        keys: &[&str],
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Some(shape) = self.shape.clone() else {
            return keys.iter().any(|key| self.has(key)).then(|| read(self))?;
        };
        let before = shape.borrow().required.clone();
        read(self);
        let mut shape = shape.borrow_mut();
        let required = shape.required.difference(&before).cloned().collect();
        shape.together.push(Together {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            required,
        });
        shape.required = before;
        None
    }

    /// Notes that something of this id is there, though it could not be read.
    pub(crate) fn note_unread(&self, id: String) {
        self.sink.unread.borrow_mut().insert(id);
    }

    /// Reports something about this table.
    pub(crate) fn report(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: &str,
    ) {
        self.sink.report(code, span, message, Some(help.to_owned()));
    }

    /// Reports every key that is left.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.left() {
            let known: Vec<&str> = asked.iter().map(AsRef::as_ref).collect();
            let help = did_you_mean(&key.value, known.iter().copied()).unwrap_or_else(|| {
                if known.is_empty() {
                    "take it away: no key is known here".to_owned()
                } else {
                    format!("known keys here: {}", listed(&known))
                }
            });
            self.sink.report(
                "unknown-key",
                key.span.clone(),
                format!("{} has no key `{}`", self.name, key.value),
                Some(help),
            );
        }
    }
}

/// `` `a`, `b` `` and so on.
pub(crate) fn listed(words: &[&str]) -> String {
    words
        .iter()
        .map(|w| format!("`{w}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn example(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "a string" => "\"...\"",
        "a list of strings" => "[\"...\", \"...\"]",
        "a day without time" => "2026-11-20",
        "a decimal number in quotes" => "\"0.14\"",
        "true or false" => "true",
        "a whole number from 0 to 4294967295" => "20",
        "a table" => "{ ... }",
        "a list of tables" => "[{ ... }]",
        _ => return None,
    })
}
