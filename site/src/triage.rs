//! `resep triage`: reads logs, puts a name to every error in them and counts them by cause and rule over time. Shows one masked
//! example of each, never a whole record.

mod html;
mod record;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use diagnoser::{CAUSES, Engine, Likelihood, Masker, Span};
use serde_json::{Value, json};

use crate::cli::{DONE, FINDINGS, Failure, print, read_rules, say};
use crate::diagnose::{Catalogue, language, options, shown};
use crate::input;
use crate::model::Site;
use crate::ordered;
use crate::parse::RuleDoc;
use crate::parse::{self};
use record::{Batch, Reader, Records};

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table for people
    Text,
    /// One JSON document
    Json,
    /// One page with a chart that needs nothing else
    Html,
}

/// The least likelihood that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Sure {
    /// Hints too
    Possible,
    /// Right in 90 of 100
    Likely,
    /// Right in 99 of 100
    Certain,
}

impl Sure {
    fn likelihood(self) -> Likelihood {
        match self {
            Sure::Possible => Likelihood::Possible,
            Sure::Likely => Likelihood::Likely,
            Sure::Certain => Likelihood::Certain,
        }
    }
}

/// What the command line asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) content: &'a Path,
    pub(crate) files: &'a [PathBuf],
    pub(crate) language: Option<&'a str>,
    pub(crate) format: Format,
    pub(crate) text_field: Option<&'a str>,
    pub(crate) time_field: Option<&'a str>,
    pub(crate) sure: Sure,
}

/// Bars of a chart.
const BARS: usize = 24;

/// Runs the command.
pub(crate) fn run(request: &Request<'_>) -> Result<u8, Failure> {
    if request.time_field.is_some() && request.text_field.is_none() {
        return Err("--time-field needs --text-field: plain logs have no fields".to_owned());
    }
    let source = read_rules(request.content)?;
    let (docs, diags) = parse::parse(&source);
    let catalogue = Catalogue::new(&docs, diags, &source)?;
    let site = Site::new(&docs, &source, &options()?);
    let language = language(&docs, &site, request.language)?;
    let mut total = Tally::default();
    let stdin = [PathBuf::from("-")];
    let files = if request.files.is_empty() {
        &stdin[..]
    } else {
        request.files
    };
    let mut progress = Progress::new(files);
    for path in files {
        let (input, name) = input::open(path)?;
        let mut reader = Reader::new(input, name, request.text_field.is_some());
        let mut last_time = None;
        ordered::run(
            || reader.next(),
            |batch: Batch| {
                let fields = Records {
                    text: request.text_field,
                    time: request.time_field,
                };
                tally(&catalogue.engine, &batch, fields, request.sure.likelihood())
            },
            |part: Tally| {
                progress.read(part.bytes);
                total.add(part, &mut last_time);
                Ok(true)
            },
        )?;
    }
    progress.end();
    if let Some(name) = request.time_field
        && total.records > 0
        && total.timed == 0
    {
        say(&format!(
            "resep: no record has a time in the field `{name}` (--time-field)\n"
        ));
    }
    let result = Outcome::new(&total, &catalogue.rules, &site, &language);
    print(&match request.format {
        Format::Text => result.text(),
        Format::Json => format!("{}\n", result.json()),
        Format::Html => html::page(&result),
    })?;
    Ok(if result.causes.is_empty() {
        FINDINGS
    } else {
        DONE
    })
}

/// How far reading has come, on a terminal only.
struct Progress {
    shown: bool,
    whole: u64,
    read: u64,
    last: Instant,
}

impl Progress {
    fn new(files: &[PathBuf]) -> Progress {
        let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |data| data.len());
        Progress {
            shown: io::stderr().is_terminal(),
            whole: files.iter().map(size).sum(),
            read: 0,
            last: Instant::now(),
        }
    }

    fn read(&mut self, bytes: u64) {
        self.read += bytes;
        if self.shown && self.last.elapsed().as_millis() >= 200 {
            self.last = Instant::now();
            let share = (self.read * 100).checked_div(self.whole);
            let share = share.map_or(String::new(), |percent| format!(" ({percent} %)"));
            say(&format!("\rresep: {} MB{share}  ", self.read / 1_000_000));
        }
    }

    fn end(&self) {
        if self.shown {
            say("\r                              \r");
        }
    }
}

/// Counts over time in steps that grow with the time covered, so that a year of log takes no more room than an hour.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    /// Seconds of a step: 60 times a power of two.
    step: i64,
    counts: BTreeMap<i64, u64>,
}

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline {
            step: 60,
            counts: BTreeMap::new(),
        }
    }
}

impl Timeline {
    const MOST: usize = 2048;

    fn add(&mut self, time: i64, count: u64) {
        *self.counts.entry(time.div_euclid(self.step)).or_default() += count;
        while self.counts.len() > Self::MOST {
            self.coarser();
        }
    }

    fn coarser(&mut self) {
        self.step *= 2;
        for (at, count) in std::mem::take(&mut self.counts) {
            *self.counts.entry(at.div_euclid(2)).or_default() += count;
        }
    }

    fn merge(&mut self, mut other: Timeline) {
        while other.step < self.step {
            other.coarser();
        }
        while self.step < other.step {
            self.coarser();
        }
        for (at, count) in other.counts {
            self.add(at * other.step, count);
        }
    }

    /// The counts in as many equal parts of the time from `from` to `to`, both in seconds.
    fn bars(&self, from: i64, to: i64) -> Vec<u64> {
        let mut bars = vec![0; BARS];
        let width = (to - from + 1).max(1);
        for (at, count) in &self.counts {
            let middle = (at * self.step + self.step / 2).clamp(from, to);
            let n = i128::from(middle - from) * BARS as i128 / i128::from(width);
            if let Some(bar) = usize::try_from(n).ok().and_then(|n| bars.get_mut(n)) {
                *bar += count;
            }
        }
        bars
    }
}

/// What was counted of one rule.
#[derive(Clone, Debug)]
struct Group {
    count: u64,
    first: Option<i64>,
    last: Option<i64>,
    likelihood: Likelihood,
    provider: Option<u16>,
    /// The first record's evidence with what stands around it, masked.
    example: String,
    times: Timeline,
    /// Records before the first time of a batch; they take the last time of the batch before.
    untimed: u64,
}

/// What was counted of some records.
#[derive(Debug, Default)]
struct Tally {
    groups: BTreeMap<u16, Group>,
    records: u64,
    recognised: u64,
    /// Records whose answer is less sure than what is counted.
    unsure: u64,
    bytes: u64,
    unreadable: u64,
    first_unreadable: Option<(String, u64)>,
    /// Records with a time of their own.
    timed: u64,
    last_time: Option<i64>,
}

impl Tally {
    /// Adds what came after it in the same file.
    fn add(&mut self, part: Tally, last_time: &mut Option<i64>) {
        self.records += part.records;
        self.recognised += part.recognised;
        self.unsure += part.unsure;
        self.bytes += part.bytes;
        self.unreadable += part.unreadable;
        self.timed += part.timed;
        if self.first_unreadable.is_none() {
            self.first_unreadable = part.first_unreadable;
        }
        for (rule, mut group) in part.groups {
            if let Some(time) = *last_time
                && group.untimed > 0
            {
                group.times.add(time, group.untimed);
                group.first = Some(group.first.map_or(time, |first| first.min(time)));
                group.last = Some(group.last.map_or(time, |last| last.max(time)));
            }
            group.untimed = 0;
            match self.groups.get_mut(&rule) {
                None => {
                    self.groups.insert(rule, group);
                }
                Some(known) => {
                    known.count += group.count;
                    known.first = known.first.into_iter().chain(group.first).min();
                    known.last = known.last.max(group.last);
                    known.likelihood = known.likelihood.max(group.likelihood);
                    known.provider = known.provider.or(group.provider);
                    known.times.merge(group.times);
                }
            }
        }
        *last_time = part.last_time.or(*last_time);
    }
}

/// Diagnoses the records of a batch.
fn tally(engine: &Engine, batch: &Batch, fields: Records<'_>, least: Likelihood) -> Tally {
    let mut out = Tally {
        bytes: batch.bytes.len() as u64,
        ..Tally::default()
    };
    for record in batch.records(fields) {
        let record = match record {
            Ok(record) => record,
            Err(line) => {
                out.unreadable += 1;
                out.first_unreadable
                    .get_or_insert_with(|| (batch.name.clone(), line));
                continue;
            }
        };
        out.records += 1;
        out.timed += u64::from(record.time.is_some());
        out.last_time = record.time.or(out.last_time);
        let mut stream = engine.stream();
        // A field may hold what a customer pasted from a screenshot.
        if fields.text.is_none() {
            stream = stream.logged();
        }
        stream.feed(&record.text);
        let report = stream.finish();
        let Some(finding) = report.findings.first() else {
            continue;
        };
        if finding.likelihood < least {
            out.unsure += 1;
            continue;
        }
        out.recognised += 1;
        let group = out.groups.entry(finding.rule).or_insert_with(|| Group {
            count: 0,
            first: None,
            last: None,
            likelihood: finding.likelihood,
            provider: finding.provider,
            example: example(&record.text, &finding.evidence),
            times: Timeline::default(),
            untimed: 0,
        });
        group.count += 1;
        group.likelihood = group.likelihood.max(finding.likelihood);
        group.provider = group.provider.or(finding.provider);
        match out.last_time {
            Some(time) => {
                group.first = Some(group.first.map_or(time, |first| first.min(time)));
                group.last = Some(group.last.map_or(time, |last| last.max(time)));
                group.times.add(time, 1);
            }
            None => group.untimed += 1,
        }
    }
    out
}

/// The first evidence with some of its record, without secrets.
fn example(text: &[u8], evidence: &[Span]) -> String {
    /// Bytes shown before the evidence.
    const BEFORE: usize = 60;
    let Some(first) = evidence.first() else {
        return String::new();
    };
    let mut start = first.start.saturating_sub(BEFORE);
    // Not from within a line before it, nor within a character.
    if let Some(line) = text[start..first.start].iter().rposition(|b| *b == b'\n') {
        start += line + 1;
    }
    while start < first.start && text[start] & 0xc0 == 0x80 {
        start += 1;
    }
    let begins_line = start == 0 || text[start - 1] == b'\n';
    let words = shown(
        text,
        Span {
            start,
            end: text.len().min(first.end + 400),
        },
        &mut Masker::default(),
    );
    let cut = if begins_line { "" } else { "…" };
    format!("{cut}{}", words.trim())
}

/// What is printed, in the order of printing: most first.
struct Outcome<'o> {
    total: &'o Tally,
    site: &'o Site<'o>,
    language: &'o str,
    from: Option<i64>,
    to: Option<i64>,
    causes: Vec<Cause<'o>>,
}

struct Cause<'o> {
    id: &'static str,
    title: String,
    count: u64,
    bars: Vec<u64>,
    rules: Vec<Row<'o>>,
}

struct Row<'o> {
    doc: &'o RuleDoc,
    title: String,
    group: &'o Group,
    provider: Option<&'o str>,
    bars: Vec<u64>,
}

impl<'o> Outcome<'o> {
    fn new(
        total: &'o Tally,
        rules: &[&'o RuleDoc],
        site: &'o Site<'o>,
        language: &'o str,
    ) -> Outcome<'o> {
        let from = total.groups.values().filter_map(|g| g.first).min();
        let to = total.groups.values().filter_map(|g| g.last).max();
        let mut by_cause: BTreeMap<&'static str, Vec<Row<'o>>> = BTreeMap::new();
        for (rule, group) in &total.groups {
            let Some(doc) = rules.get(usize::from(*rule)) else {
                continue;
            };
            let cause = doc.rule.cause.as_ref().map_or("", |cause| cause.value);
            let cause = CAUSES
                .iter()
                .find(|id| **id == cause)
                .copied()
                .unwrap_or("");
            by_cause.entry(cause).or_default().push(Row {
                doc,
                title: site
                    .words(&doc.texts, language)
                    .map(|(_, words)| words.front.title.value.clone())
                    .unwrap_or_default(),
                group,
                provider: group
                    .provider
                    .and_then(|n| site.data().providers.get(usize::from(n)))
                    .map(|provider| provider.id.value.as_str()),
                bars: match (from, to) {
                    (Some(from), Some(to)) => group.times.bars(from, to),
                    _ => Vec::new(),
                },
            });
        }
        let mut causes: Vec<Cause<'o>> = by_cause
            .into_iter()
            .map(|(id, mut rules)| {
                rules.sort_by(|a, b| {
                    b.group
                        .count
                        .cmp(&a.group.count)
                        .then_with(|| a.doc.id.cmp(&b.doc.id))
                });
                let mut bars = vec![0; rules.first().map_or(0, |row| row.bars.len())];
                for row in &rules {
                    bars.iter_mut()
                        .zip(&row.bars)
                        .for_each(|(sum, bar)| *sum += bar);
                }
                Cause {
                    id,
                    title: site.ui(language).word("cause", id),
                    count: rules.iter().map(|row| row.group.count).sum(),
                    bars,
                    rules,
                }
            })
            .collect();
        causes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(b.id)));
        Outcome {
            total,
            site,
            language,
            from,
            to,
            causes,
        }
    }

    fn word(&self, key: &str) -> String {
        self.site.ui(self.language).word("triage", key)
    }

    fn sure(&self, likelihood: Likelihood) -> String {
        let key = format!("likelihood_{}", likelihood.as_str());
        self.site.ui(self.language).word("diagnose", &key)
    }

    /// How much was read, in a sentence.
    fn summary(&self) -> String {
        self.site.ui(self.language).fill(
            "triage",
            "summary",
            &[
                ("records", &self.total.records.to_string()),
                ("recognised", &self.total.recognised.to_string()),
                (
                    "megabytes",
                    &format!("{:.1}", self.total.bytes as f64 / 1e6),
                ),
            ],
        )
    }

    /// From the first error that was counted to the last, where they have times.
    fn span(&self) -> Option<String> {
        let (from, to) = (self.from?, self.to?);
        Some(format!(
            "{} – {}",
            record::written(from),
            record::written(to)
        ))
    }

    /// How many records have an answer that is not counted, if any, in a sentence.
    fn unsure(&self) -> Option<String> {
        let count = self.total.unsure;
        (count > 0).then(|| {
            self.site
                .ui(self.language)
                .fill("triage", "unsure", &[("count", &count.to_string())])
        })
    }

    /// How sure a rule was, and the name of the wallet that it is about.
    fn about(&self, row: &Row<'_>, between: &str) -> String {
        let sure = self.sure(row.group.likelihood);
        match self.site.wallet_name(row.doc, self.language) {
            Some(wallet) => format!("{sure}{between}{wallet}"),
            None => sure,
        }
    }

    /// What the reader is to know about the counts: records that could not be read, and those that were not counted.
    fn notes(&self) -> impl Iterator<Item = String> {
        [self.unreadable(), self.unsure()].into_iter().flatten()
    }

    /// What could not be read, if anything, in a sentence.
    fn unreadable(&self) -> Option<String> {
        let (file, line) = self.total.first_unreadable.as_ref()?;
        let file = match &**file {
            input::STDIN => self.word("standard_input"),
            _ => file.clone(),
        };
        let values = [
            ("count", self.total.unreadable.to_string()),
            ("place", format!("{file}:{line}")),
        ];
        let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
        Some(
            self.site
                .ui(self.language)
                .fill("triage", "unreadable", &values),
        )
    }

    fn text(&self) -> String {
        let mut out = format!("{}\n", self.summary());
        for note in self.notes() {
            out.push_str(&format!("{note}\n"));
        }
        if let Some(span) = self.span() {
            out.push_str(&format!("{}: {span}\n", self.word("bars")));
        }
        if self.causes.is_empty() {
            out.push_str(&format!("{}\n", self.word("nothing")));
        }
        for cause in &self.causes {
            out.push_str(&format!(
                "\n{:>8}  {}  {}\n",
                cause.count,
                spark(&cause.bars),
                cause.title
            ));
            for row in &cause.rules {
                out.push_str(&format!(
                    "{:>8}  {}  {} ({}; {})\n",
                    row.group.count,
                    spark(&row.bars),
                    row.title,
                    self.about(row, "; "),
                    row.doc.id
                ));
                if let (Some(first), Some(last)) = (row.group.first, row.group.last) {
                    out.push_str(&format!(
                        "          {} {}  {} {}\n",
                        self.word("first"),
                        record::written(first),
                        self.word("last"),
                        record::written(last)
                    ));
                }
                out.push_str(&format!("          {}\n", row.group.example));
            }
        }
        out
    }

    fn json(&self) -> Value {
        let causes: Vec<Value> = self
            .causes
            .iter()
            .map(|cause| {
                let rules: Vec<Value> = cause.rules.iter().map(|row| self.row(row)).collect();
                json!({ "cause": cause.id, "title": cause.title, "count": cause.count, "bars": cause.bars, "rules": rules })
            })
            .collect();
        json!({
            "version": 1,
            "records": self.total.records,
            "recognised": self.total.recognised,
            "unsure": self.total.unsure,
            "bytes": self.total.bytes,
            "unreadable": self.total.unreadable,
            "from": self.from.map(record::written),
            "to": self.to.map(record::written),
            "causes": causes,
        })
    }

    fn row(&self, row: &Row<'_>) -> Value {
        json!({
            "rule": row.doc.id,
            "title": row.title,
            "provider": row.provider,
            "wallet": row.doc.rule.wallet.as_ref().map(|w| &w.value),
            "actor": row.doc.rule.actor.as_ref().map(|a| a.value),
            "likelihood": row.group.likelihood.as_str(),
            "count": row.group.count,
            "first": row.group.first.map(record::written),
            "last": row.group.last.map(record::written),
            "bars": row.bars,
            "example": row.group.example,
            "page": format!("/{}{}", self.language, row.doc.path()),
        })
    }
}

/// Bars of text, the highest for the greatest count.
fn spark(bars: &[u64]) -> String {
    let most = bars.iter().copied().max().unwrap_or(0).max(1);
    bars.iter()
        .map(|bar| match (bar * 8).div_ceil(most) {
            0 => ' ',
            n => char::from_u32(0x2580 + u32::try_from(n.min(8)).unwrap_or(8)).unwrap_or(' '),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_stays_small_and_counts_all() {
        let mut timeline = Timeline::default();
        for n in 0..100_000 {
            timeline.add(n * 61, 1);
        }
        assert!(timeline.counts.len() <= Timeline::MOST);
        let bars = timeline.bars(0, 99_999 * 61);
        assert_eq!(bars.iter().sum::<u64>(), 100_000);
        assert!(
            bars.iter().all(|bar| (3_900..4_500).contains(bar)),
            "{bars:?}"
        );
        let mut other = Timeline::default();
        other.add(30, 5);
        timeline.merge(other);
        assert_eq!(timeline.counts.values().sum::<u64>(), 100_005);
    }

    #[test]
    fn bars_show_the_greatest_highest_and_little_at_all() {
        assert_eq!(spark(&[0, 1, 500, 1000]), " ▁▄█");
        assert_eq!(spark(&[]), "");
    }
}
