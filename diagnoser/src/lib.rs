//! Rule engine of Resep: text in, report out. No files, no clock, no HTML, no language.
//!
//! ```text
//! paste -> normalise (canonical text + way back) -> scan (automaton of all literals)
//!       -> vm (verifies patterns) and fields (reads keyed values) -> rank (alternatives, senders, vetoes) -> Report
//! ```
//!
//! Invariants, each held by a test:
//! - a finding has evidence, and evidence is a slice of the paste as given;
//! - however a paste is cut into pieces, the report is the same;
//! - work and memory are bounded by the length of the paste, whatever it holds; no input panics;
//! - the engine returns numbers and byte ranges; names and words are looked up by the caller.
//!
//! The feature `build` adds the host side, which compiles rules to a pack.
#![no_std]

extern crate alloc;

#[cfg(feature = "build")]
pub mod compile;
mod fields;
mod mask;
pub mod normalise;
mod pack;
mod rank;
mod report;
mod scan;
mod vm;

use alloc::vec::Vec;
use core::fmt;

use fields::{KEYS, Kind};
use normalise::{Canonical, Folder};
use pack::{Tables, Target};
use rank::{Index, Ranking, Sighting};
use scan::Automaton;
use vm::{Direction, Machine, Sight};

pub use mask::{Masker, Reason, Secret, SecretCount, SecretKind, secrets};
pub use report::{Fact, Facts, Finding, Likelihood, Report, Span, Verdict};

/// The ids of the causes, in the order of the index that rules carry.
pub const CAUSES: [&str; 20] = [
    "app-balance",
    "website-credits",
    "provider-balance",
    "api-package-depleted",
    "api-package-expired",
    "postpaid-arrears",
    "concurrency-limit",
    "rate-limit",
    "auth-key",
    "auth-token-time",
    "auth-permission",
    "region-blocked",
    "content-policy",
    "input-image",
    "input-parameter",
    "model-unavailable",
    "task-failed",
    "task-timeout",
    "provider-outage",
    "network",
];

/// Why a pack was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// The bytes do not begin as a pack does.
    NotAPack,
    /// A pack of another version of the engine.
    Version(u8),
    /// The bytes end early.
    Truncated,
    /// A value points outside its table; the word names the table.
    Malformed(&'static str),
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PackError::NotAPack => f.write_str("these bytes are not a rule pack"),
            PackError::Version(found) => write!(
                f,
                "the rule pack has version {found}, which this engine does not read"
            ),
            PackError::Truncated => f.write_str("the rule pack ends early"),
            PackError::Malformed(what) => write!(f, "the rule pack is damaged: {what}"),
        }
    }
}

impl core::error::Error for PackError {}

/// The rules, ready to read pastes.
#[derive(Debug)]
pub struct Engine {
    tables: Tables,
    index: Index,
    matcher: Matcher,
}

/// Bytes of canonical text that a match, a key with its value or a boundary may need on either side.
const CONTEXT: usize = 300;
/// A paste of at most so many canonical bytes is kept whole, for a second look.
const WHOLE: usize = 4096;
/// Raw bytes folded and scanned at a time.
const BLOCK: usize = 32 * 1024;
/// Steps of the verifier: so many at once, and so many more for each byte. A text made to be expensive gets no more.
const STEPS: u64 = 2_000_000;
const STEPS_A_BYTE: u64 = 96;

impl Engine {
    /// Reads a pack and builds the automaton from it.
    ///
    /// # Errors
    /// A [`PackError`] if the bytes are not a whole pack of this version.
    pub fn from_pack(bytes: &[u8]) -> Result<Engine, PackError> {
        let tables = Tables::read(bytes)?;
        let matcher = Matcher::new(&tables)?;
        let index = Index::new(&tables);
        Ok(Engine {
            tables,
            index,
            matcher,
        })
    }

    /// Reads one paste, whole.
    #[must_use]
    pub fn diagnose(&self, text: &[u8]) -> Report {
        let mut stream = self.stream();
        stream.feed(text);
        let mut report = stream.finish();
        let mut masked = SecretCount::default();
        masked.feed(text);
        report.masked = masked.finish();
        report
    }

    /// Begins a paste that comes in pieces; any cutting gives the same report.
    #[must_use]
    pub fn stream(&self) -> Stream<'_> {
        Stream {
            engine: self,
            folder: Folder::default(),
            canonical: Canonical::default(),
            scanned: 0,
            state: 0,
            work: Work::default(),
            ranking: Ranking::new(&self.tables, &self.index),
        }
    }

    /// What reading this text costs, in counts that no other load of the machine changes.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn effort(&self, text: &[u8]) -> Effort {
        let mut stream = self.stream();
        stream.feed(text);
        stream.folder.finish(&mut stream.canonical);
        stream.scan(stream.canonical.end());
        stream.work.effort
    }

    /// States of the automaton, for measurements: a state takes 128 bytes.
    #[must_use]
    pub fn states(&self) -> usize {
        self.matcher.automaton.states()
    }
}

/// What reading a text cost.
#[cfg(feature = "build")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Literals that were seen.
    pub literals: u64,
    /// Steps of the verifier.
    pub steps: u64,
    /// Pieces of evidence that went to the ranking.
    pub evidence: u64,
}

/// A paste being read.
#[derive(Debug)]
pub struct Stream<'e> {
    engine: &'e Engine,
    folder: Folder,
    canonical: Canonical,
    /// Absolute canonical offset up to which literals were looked for.
    scanned: usize,
    state: u16,
    work: Work,
    ranking: Ranking<'e>,
}

impl Stream<'_> {
    /// Reads the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(BLOCK) {
            self.folder.feed(block, &mut self.canonical);
            self.scan(self.canonical.end().saturating_sub(CONTEXT));
        }
    }

    /// Ends the paste. A short one in which nothing was found is looked at once more, for what a machine misread in a
    /// screenshot: `insuff1cient`, `13O3`.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.folder.finish(&mut self.canonical);
        self.scan(self.canonical.end());
        let Stream {
            engine,
            canonical,
            ranking,
            ..
        } = self;
        let report = ranking.finish();
        if report.verdict != Verdict::None || canonical.base() > 0 {
            return report;
        }
        let mut text = canonical.text().to_vec();
        vm::repair_numbers(&mut text);
        let mut work = Work::default();
        work.machine.sight = Sight::Blurred;
        let mut ranking = Ranking::new(&engine.tables, &engine.index);
        ranking.any_text = true;
        engine.matcher.candidates(
            &engine.tables,
            0,
            &text,
            0,
            text.len(),
            0,
            &mut work,
            |event| take(&engine.tables, &canonical, &text, event, &mut ranking),
        );
        ranking.finish().doubted()
    }

    fn scan(&mut self, to: usize) {
        let base = self.canonical.base();
        if to <= self.scanned {
            return;
        }
        let (canonical, ranking, tables) =
            (&self.canonical, &mut self.ranking, &self.engine.tables);
        let text = canonical.text();
        ranking.any_text |= text.iter().any(|b| *b != b' ');
        self.state = self.engine.matcher.candidates(
            tables,
            self.state,
            text,
            self.scanned - base,
            to - base,
            base,
            &mut self.work,
            |event| take(tables, canonical, text, event, ranking),
        );
        self.scanned = to;
        if to > WHOLE {
            self.canonical.forget(to.saturating_sub(2 * CONTEXT));
        }
    }
}

/// Sorts a short list in place, equal ones in the order they had. The sorts of the library are made for long lists, and each
/// of their copies is as large as the rest of a stage of this engine.
fn sort<T>(list: &mut [T], order: impl Fn(&T, &T) -> core::cmp::Ordering) {
    for end in 1..list.len() {
        let mut at = end;
        while at > 0 && order(&list[at], &list[at - 1]).is_lt() {
            list.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// Hands a piece of evidence on, with the bytes of the paste that it covers. `text` is what `canonical` holds, or a repaired
/// copy of it.
fn take(
    tables: &Tables,
    canonical: &Canonical,
    text: &[u8],
    event: Event,
    ranking: &mut Ranking<'_>,
) {
    let base = canonical.base();
    let sighting = |start: usize, end: usize| {
        let (from, to) = whole_characters(text, start, end);
        Sighting {
            start: base + start,
            end: base + end,
            span: canonical.raw_span(base + from, base + to),
        }
    };
    match event {
        Event::Atom { atom, start, end } => {
            let seen = sighting(start, end);
            if tables
                .senders_of
                .get(usize::from(atom))
                .is_some_and(|s| s.is_some_and(|(_, _, host)| host))
            {
                ranking.host(host_around(text, start, end), seen.start, seen.span);
            }
            ranking.atom(atom, seen);
        }
        Event::Value(value) => {
            let seen = sighting(value.key, value.end);
            let Some(written) = text.get(value.start..value.end) else {
                return;
            };
            ranking.value(
                value.kind,
                written,
                base + value.start,
                canonical.raw_span(base + value.start, base + value.end),
            );
            if value.kind != Kind::Request {
                for values in [&tables.codes, &tables.statuses] {
                    if let Ok(at) = values.binary_search_by(|(known, _)| (**known).cmp(written)) {
                        ranking.atom(values[at].1, seen);
                    }
                }
            }
        }
    }
}

/// `start..end` with the rest of the characters that it begins and ends in: a gap of a pattern counts bytes, so a match may
/// cut one.
fn whole_characters(text: &[u8], start: usize, end: usize) -> (usize, usize) {
    let continues = |at: usize| matches!(text.get(at), Some(0x80..=0xbf));
    let from = (start.saturating_sub(3)..=start)
        .rev()
        .find(|at| !continues(*at));
    let to = (end..end + 3).find(|at| !continues(*at));
    (from.unwrap_or(start), to.unwrap_or(end + 3).min(text.len()))
}

/// The whole host name that a known one is the end of.
fn host_around(text: &[u8], start: usize, end: usize) -> &[u8] {
    let part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'.';
    let mut from = start;
    while start - from < 64 && from > 0 && text.get(from - 1).is_some_and(part) {
        from -= 1;
    }
    text.get(from..end).unwrap_or_default()
}

/// Something found in the text, at offsets of the text that was given.
#[derive(Clone, Copy, Debug)]
enum Event {
    Atom { atom: u16, start: usize, end: usize },
    Value(fields::Value),
}

/// The verifier's machine and how many steps it took of this text.
#[derive(Default)]
struct Work {
    machine: Machine,
    steps: u64,
    #[cfg(feature = "build")]
    effort: Effort,
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

/// The automaton over the literals of a pack and the keys of the engine.
#[derive(Debug)]
struct Matcher {
    automaton: Automaton,
    /// Literals of the pack; keys have the numbers from here on.
    literals: usize,
}

impl Matcher {
    fn new(tables: &Tables) -> Result<Matcher, PackError> {
        let keys = KEYS.iter().map(|(literal, _)| literal.as_bytes());
        let literals: Vec<&[u8]> = tables
            .literals
            .iter()
            .map(|(literal, _)| &**literal)
            .chain(keys)
            .collect();
        Ok(Matcher {
            automaton: Automaton::new(&literals)?,
            literals: tables.literals.len(),
        })
    }

    /// The first match of whatever patterns there are.
    #[cfg(feature = "build")]
    fn first(&self, tables: &Tables, text: &[u8]) -> Option<(usize, usize)> {
        let mut found = None;
        self.candidates(
            tables,
            0,
            text,
            0,
            text.len(),
            0,
            &mut Work::default(),
            |event| {
                if let Event::Atom { start, end, .. } = event {
                    found = found.or(Some((start, end)));
                }
            },
        );
        found
    }

    /// Finds what begins literals that end in `text[from..to]`, verified against the whole of `text`. `base` is where `text`
    /// begins in the paste: the verifier's allowance depends on the place alone, not on how the paste was cut.
    #[allow(clippy::too_many_arguments)] // one call, from the stream; a struct would only rename them
    fn candidates(
        &self,
        tables: &Tables,
        state: u16,
        text: &[u8],
        from: usize,
        to: usize,
        base: usize,
        work: &mut Work,
        mut found: impl FnMut(Event),
    ) -> u16 {
        #[cfg(feature = "build")]
        let (mut literals, mut evidence) = (0, 0);
        #[cfg(feature = "build")]
        let mut found = |event: Event| {
            evidence += 1;
            found(event);
        };
        let state = self
            .automaton
            .scan(state, text, from, to, |literal, start| {
                #[cfg(feature = "build")]
                {
                    literals += 1;
                }
                let literal = usize::from(literal);
                let Some((bytes, targets)) = tables.literals.get(literal) else {
                    let Some((key, kind)) = KEYS.get(literal - self.literals) else {
                        return;
                    };
                    if text
                        .get(start..)
                        .is_some_and(|rest| work.machine.sight.begins(rest, key.as_bytes()))
                        && let Some(value) = fields::read(text, *kind, start, start + key.len())
                    {
                        found(Event::Value(value));
                    }
                    return;
                };
                let end = start + bytes.len();
                for target in targets {
                    match *target {
                        Target::Number { atom } => {
                            if text.get(start..end) == Some(bytes)
                                && fields::stands_alone(text, start, end)
                            {
                                found(Event::Atom { atom, start, end });
                            }
                        }
                        Target::Pattern {
                            atom,
                            forward,
                            backward,
                        } => {
                            let allowed = STEPS + STEPS_A_BYTE * (base + end) as u64;
                            let mut budget = allowed.saturating_sub(work.steps).min(20_000);
                            let before = budget;
                            let machine = &mut work.machine;
                            let matched = machine
                                .run(
                                    &tables.programs,
                                    &tables.sets,
                                    forward as usize,
                                    text,
                                    start,
                                    Direction::Forward,
                                    &mut budget,
                                )
                                .and_then(|end| {
                                    let begin = machine.run(
                                        &tables.programs,
                                        &tables.sets,
                                        backward as usize,
                                        text,
                                        start,
                                        Direction::Backward,
                                        &mut budget,
                                    )?;
                                    Some((begin, end))
                                });
                            work.steps += before - budget;
                            if let Some((start, end)) = matched.filter(|(start, end)| start < end) {
                                found(Event::Atom { atom, start, end });
                            }
                        }
                    }
                }
            });
        #[cfg(feature = "build")]
        {
            work.effort.literals += literals;
            work.effort.evidence += evidence;
            work.effort.steps = work.steps;
        }
        state
    }
}
