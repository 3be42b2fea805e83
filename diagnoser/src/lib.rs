//! Rule engine of Resep: text in, report out. No files, no clock, no HTML, no language.
//!
//! ```text
//! paste -> normalise (canonical text + way back) -> scan (where literals may begin)
//!       -> vm (verifies patterns) and fields (reads keyed values) -> rank (alternatives, senders, vetoes) -> Report
//! ```
//!
//! Most of a log means nothing, so it is read in two steps. Each alternative of a rule has a rarest item; all text is looked
//! through for these, for senders and for keyed values. Only the windows around a rarest item are read for all the rest.
//!
//! Invariants, each held by a test:
//! - a finding has evidence, and evidence is a slice of the paste as given;
//! - however a paste is cut into pieces, the report is the same;
//! - work and memory are bounded by the length of the paste, whatever it holds; no input panics;
//! - the engine returns numbers and byte ranges; names and words are looked up by the caller.
//!
//! The feature `build` adds the host side, which compiles rules to a pack.
//!
//! ```
//! # #[cfg(feature = "build")] {
//! use diagnoser::compile::{PackSpec, Pattern, RuleSpec, WhenSpec, compile};
//! use diagnoser::{Engine, Likelihood, Verdict};
//!
//! let when = WhenSpec {
//!     likelihood: Likelihood::Likely,
//!     phrase: vec![Pattern { text: "balance not enough".to_owned(), origin: 0 }],
//!     ..WhenSpec::default()
//! };
//! let rule = RuleSpec { id: "generic/empty".to_owned(), when: vec![when], ..RuleSpec::default() };
//! let pack = compile(&PackSpec { rules: vec![rule], ..PackSpec::default() }).unwrap();
//!
//! let engine = Engine::from_pack(&pack).unwrap();
//! let paste = b"task failed: Account balance NOT enough";
//! let report = engine.diagnose(paste);
//! assert_eq!(report.verdict, Verdict::Match);
//! let evidence = &report.findings[0].evidence[0];
//! assert_eq!(&paste[evidence.start..evidence.end], b"balance NOT enough");
//! # }
//! ```
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

use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use fields::{KEYS, Kind};
use normalise::{Canonical, Folder};
use pack::{ItemKind, Tables, Target};
use rank::{Index, Ranking, Sighting};
use scan::{Filter, Scope};
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
    /// Reads a pack and builds the filter from it.
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
            looked: 0,
            ranked: 0,
            pending: VecDeque::new(),
            windows: VecDeque::new(),
            numbers: VecDeque::new(),
            sender_at: None,
            looking: Work::default(),
            reading: Work::default(),
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
        stream.look(stream.canonical.end());
        stream.rank(stream.canonical.end());
        let (a, b) = (stream.looking.effort, stream.reading.effort);
        Effort {
            literals: a.literals + b.literals,
            steps: stream.looking.steps + stream.reading.steps,
            evidence: a.evidence + b.evidence,
            window: b.window,
        }
    }

    /// Literals in the filter, for measurements.
    #[must_use]
    pub fn literals(&self) -> usize {
        self.matcher.filter.len()
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
    /// Pieces of evidence that were found.
    pub evidence: u64,
    /// Bytes of canonical text that were read for everything.
    pub window: u64,
}

/// A paste being read.
#[derive(Debug)]
pub struct Stream<'e> {
    engine: &'e Engine,
    folder: Folder,
    canonical: Canonical,
    /// Absolute canonical offsets up to which rarest items were looked for, and evidence was ranked.
    looked: usize,
    ranked: usize,
    /// What was found between the two, where it was found.
    pending: VecDeque<(usize, Event)>,
    /// What must be read for everything, in order, apart from each other.
    windows: VecDeque<(usize, usize)>,
    /// Loose numbers that mean something if a sender is near (from where to where), and the last sender.
    numbers: VecDeque<(usize, usize)>,
    sender_at: Option<usize>,
    looking: Work,
    reading: Work,
    ranking: Ranking<'e>,
}

impl Stream<'_> {
    /// Reads the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(BLOCK) {
            self.folder.feed(block, &mut self.canonical);
            self.look(self.canonical.end().saturating_sub(CONTEXT));
            self.rank(self.looked.saturating_sub(self.engine.matcher.lag()));
            if self.looked > WHOLE {
                self.canonical
                    .forget(self.ranked.saturating_sub(2 * CONTEXT));
            }
        }
    }

    /// Ends the paste. A short one in which nothing was found is looked at once more, for what a machine misread in a
    /// screenshot: `insuff1cient`, `13O3`.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.folder.finish(&mut self.canonical);
        let end = self.canonical.end();
        self.look(end);
        self.rank(end);
        self.ranking.any_text |=
            self.canonical.base() > 0 || self.canonical.text().iter().any(|byte| *byte != b' ');
        let Stream {
            engine,
            canonical,
            ranking,
            ..
        } = self;
        let report = ranking.finish();
        if report.verdict != Verdict::None || end > WHOLE {
            return report;
        }
        let mut text = canonical.text().to_vec();
        vm::repair_numbers(&mut text);
        let alike: Vec<u8> = text.iter().map(|byte| vm::blurred(*byte)).collect();
        let mut work = Work::default();
        work.machine.sight = Sight::Blurred;
        let mut ranking = Ranking::new(&engine.tables, &engine.index);
        ranking.any_text = true;
        let texts = Texts {
            seen: &alike,
            written: &text,
            base: 0,
        };
        let tables = &engine.tables;
        engine.matcher.candidates(
            tables,
            Scope::Window,
            texts,
            0..text.len(),
            &mut work,
            |_, event| {
                take(
                    tables,
                    &canonical,
                    texts,
                    event,
                    Where::Window,
                    &mut ranking,
                )
            },
        );
        ranking.finish().doubted()
    }

    /// Looks for rarest items, senders and values up to the absolute offset `to`.
    fn look(&mut self, to: usize) {
        let matcher = &self.engine.matcher;
        let (reach, far) = (matcher.reach, matcher.far());
        let (pending, windows) = (&mut self.pending, &mut self.windows);
        let (numbers, sender_at) = (&mut self.numbers, &mut self.sender_at);
        if to <= self.looked {
            return;
        }
        matcher.candidates(
            &self.engine.tables,
            Scope::Anywhere,
            Texts::of(&self.canonical),
            self.looked..to,
            &mut self.looking,
            |at, event| {
                if let Event::Atom { atom, .. } = event
                    && Matcher::is_sender(&self.engine.tables, atom)
                {
                    *sender_at = Some(at);
                    while let Some((number, _)) = numbers.pop_front() {
                        if at - number <= far {
                            open(windows, number, reach);
                        }
                    }
                }
                let opens = matcher.opens(&self.engine.tables, &self.canonical, event);
                if opens == Opens::Window
                    || opens == Opens::NearSender
                        && sender_at.is_some_and(|sender| at - sender <= far)
                {
                    open(windows, at, reach);
                } else if opens == Opens::NearSender {
                    numbers.push_back((at, at));
                }
                pending.push_back((at, event));
            },
        );
        // Those that no sender came near.
        while numbers.front().is_some_and(|(number, _)| number + far < to) {
            numbers.pop_front();
        }
        self.looked = to;
    }

    /// Hands on what was found up to the absolute offset `to`, and all that stands in windows. No window begins before `to`
    /// that is not known yet.
    fn rank(&mut self, to: usize) {
        let engine = self.engine;
        let (canonical, ranking) = (&self.canonical, &mut self.ranking);
        let texts = Texts::of(canonical);
        while self.ranked < to {
            let (low, high) = self.windows.front().copied().unwrap_or((to, to));
            let inside = low <= self.ranked;
            let stop = if inside { high } else { low }.min(to);
            while let Some((_, event)) = self.pending.pop_front_if(|(at, _)| *at < stop) {
                if !inside {
                    take(
                        &engine.tables,
                        canonical,
                        texts,
                        event,
                        Where::Between,
                        ranking,
                    );
                }
            }
            if inside {
                #[cfg(feature = "build")]
                {
                    self.reading.effort.window += (stop - self.ranked) as u64;
                }
                engine.matcher.candidates(
                    &engine.tables,
                    Scope::Window,
                    texts,
                    self.ranked..stop,
                    &mut self.reading,
                    |_, event| {
                        take(
                            &engine.tables,
                            canonical,
                            texts,
                            event,
                            Where::Window,
                            ranking,
                        )
                    },
                );
                if stop == high {
                    self.windows.pop_front();
                }
            }
            self.ranked = stop;
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

/// Adds the window of this reach around `at` to those that are known, and joins what it meets.
#[inline(never)]
fn open(windows: &mut VecDeque<(usize, usize)>, at: usize, reach: usize) {
    let (mut low, mut high) = (at.saturating_sub(reach), at + reach);
    while let Some(last) = windows.back().copied()
        && low <= last.1
    {
        low = low.min(last.0);
        high = high.max(last.1);
        windows.pop_back();
    }
    windows.push_back((low, high));
}

/// The text that is held, as the filter sees it and as the verifier does: the two differ at the second look only.
#[derive(Clone, Copy)]
struct Texts<'t> {
    seen: &'t [u8],
    written: &'t [u8],
    /// Absolute offset of their first byte.
    base: usize,
}

impl<'t> Texts<'t> {
    fn of(canonical: &'t Canonical) -> Self {
        Texts {
            seen: canonical.text(),
            written: canonical.text(),
            base: canonical.base(),
        }
    }
}

/// Where evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// In a window.
    Window,
    /// Far from everything that may be an error.
    Between,
}

/// Hands a piece of evidence on, with the bytes of the paste that it covers. Values far from errors are noted only where
/// there is none yet.
fn take(
    tables: &Tables,
    canonical: &Canonical,
    texts: Texts<'_>,
    event: Event,
    place: Where,
    ranking: &mut Ranking<'_>,
) {
    let (text, base) = (texts.written, texts.base);
    let sighting = |start: usize, end: usize| {
        let (from, to) = whole_characters(text, start - base, end - base);
        Sighting {
            start,
            end,
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
                && (place == Where::Window || ranking.wants_host())
            {
                ranking.host(
                    host_around(text, start - base, end - base),
                    seen.start,
                    seen.span,
                );
            }
            ranking.atom(atom, seen);
        }
        Event::Value(value) => {
            let Some(written) = text.get(value.start - base..value.end - base) else {
                return;
            };
            if place == Where::Window || ranking.wants(value.kind) {
                ranking.value(
                    value.kind,
                    written,
                    value.start,
                    canonical.raw_span(value.start, value.end),
                );
            }
            for atom in atoms_of(tables, value.kind, written) {
                ranking.atom(atom, sighting(value.key, value.end));
            }
        }
    }
}

/// The atoms of a value: a code, a status or both.
fn atoms_of(tables: &Tables, kind: Kind, written: &[u8]) -> impl Iterator<Item = u16> {
    [&tables.codes, &tables.statuses]
        .into_iter()
        .filter(move |_| kind != Kind::Request)
        .filter_map(move |values| values.atom(written))
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

/// Something found in the text, at absolute canonical offsets.
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

/// What an event means for the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Opens {
    Nothing,
    /// It tells who sent a message.
    Sender,
    /// A loose number: the text around it matters if a sender is near.
    NearSender,
    /// The text around it matters.
    Window,
}

/// The filter over the literals of a pack and the keys of the engine.
#[derive(Debug)]
struct Matcher {
    filter: Filter,
    /// What each atom means for the text around it; what means nothing is looked for in windows only.
    opens: Vec<Opens>,
    /// How far from a rarest item anything can stand that matters to its alternative, in bytes of canonical text.
    reach: usize,
}

impl Matcher {
    fn new(tables: &Tables) -> Result<Matcher, PackError> {
        let mut of_item = vec![Opens::Nothing; tables.items.len()];
        let kind = |item: &u16| tables.items[usize::from(*item)];
        let mut within = 0;
        for when in &tables.whens {
            // The rarest comes first.
            if let Some(first) = when.items.first() {
                let sent = |item| matches!(kind(item), ItemKind::Proven(_) | ItemKind::Named(_));
                let opens = if kind(first) == ItemKind::Number && when.items.iter().any(sent) {
                    Opens::NearSender
                } else {
                    Opens::Window
                };
                let slot = &mut of_item[usize::from(*first)];
                *slot = opens.max(*slot);
            }
            within = within.max(when.within as usize);
        }
        let opens: Vec<Opens> = tables
            .items_of
            .iter()
            .zip(&tables.senders_of)
            .map(|(items, sender)| {
                let own = sender.map_or(Opens::Nothing, |_| Opens::Sender);
                items
                    .iter()
                    .fold(own, |most, item| most.max(of_item[usize::from(*item)]))
            })
            .collect();
        let looked_for =
            |target: Target| opens.get(usize::from(target.atom())) > Some(&Opens::Nothing);
        let keys = KEYS.iter().map(|(literal, _)| (literal.as_bytes(), true));
        let literals = tables
            .literals
            .iter()
            .map(|literal| (literal.bytes(), looked_for(literal.target)))
            .chain(keys);
        let filter = Filter::new(literals)?;
        Ok(Matcher {
            filter,
            opens,
            reach: within + rank::SLACK + rank::NEAR + 2 * CONTEXT,
        })
    }

    /// How far from a loose number a sender may stand.
    fn far(&self) -> usize {
        rank::SENDER_WITHIN + self.reach
    }

    /// How far the look is ahead of the ranking: no window begins farther back.
    fn lag(&self) -> usize {
        self.far() + self.reach
    }

    fn is_sender(tables: &Tables, atom: u16) -> bool {
        matches!(tables.senders_of.get(usize::from(atom)), Some(Some(_)))
    }

    fn opens_of(&self, atom: u16) -> Opens {
        let known = self.opens.get(usize::from(atom));
        known.copied().unwrap_or(Opens::Nothing)
    }

    /// What this means for the text around it.
    fn opens(&self, tables: &Tables, canonical: &Canonical, event: Event) -> Opens {
        match event {
            Event::Atom { atom, .. } => self.opens_of(atom),
            Event::Value(value) => {
                let base = canonical.base();
                let written = canonical.text().get(value.start - base..value.end - base);
                atoms_of(tables, value.kind, written.unwrap_or_default())
                    .map(|atom| self.opens_of(atom))
                    .max()
                    .unwrap_or(Opens::Nothing)
            }
        }
    }

    /// The first match of whatever patterns there are.
    #[cfg(feature = "build")]
    fn first(&self, tables: &Tables, text: &[u8]) -> Option<(usize, usize)> {
        let mut found = None;
        let texts = Texts {
            seen: text,
            written: text,
            base: 0,
        };
        let work = &mut Work::default();
        let range = 0..text.len();
        self.candidates(tables, Scope::Window, texts, range, work, |_, event| {
            if let Event::Atom { start, end, .. } = event {
                found = found.or(Some((start, end)));
            }
        });
        found
    }

    /// Finds what begins with literals that stand at the absolute offsets `range`, verified against the whole of the text, in
    /// the order of these places. The verifier's allowance depends on the place alone, not on how the paste was cut.
    fn candidates(
        &self,
        tables: &Tables,
        scope: Scope,
        texts: Texts<'_>,
        range: core::ops::Range<usize>,
        work: &mut Work,
        mut found: impl FnMut(usize, Event),
    ) {
        let (text, base) = (texts.written, texts.base);
        let (mut from, to) = (range.start - base, range.end - base);
        while let Some(start) = self.filter.find(scope, texts.seen, from, to) {
            from = start + 1;
            for literal in self.filter.at(scope, texts.seen, start) {
                let literal = usize::from(literal);
                let mut found = |event| {
                    #[cfg(feature = "build")]
                    {
                        work.effort.evidence += 1;
                    }
                    found(base + start, event);
                };
                #[cfg(feature = "build")]
                {
                    work.effort.literals += 1;
                }
                let rest = text.get(start..).unwrap_or_default();
                let Some(known) = tables.literals.get(literal) else {
                    if let Some((key, kind)) = KEYS.get(literal - tables.literals.len())
                        && work.machine.sight.begins(rest, key.as_bytes())
                        && let Some(value) = fields::read(text, *kind, start, start + key.len())
                    {
                        found(Event::Value(value.moved(base)));
                    }
                    continue;
                };
                let bytes = known.bytes();
                if !work.machine.sight.begins(rest, bytes)
                    || scope == Scope::Anywhere
                        && self.opens_of(known.target.atom()) == Opens::Nothing
                {
                    continue;
                }
                let end = start + bytes.len();
                match known.target {
                    Target::Number { atom } => {
                        if rest.starts_with(bytes) && fields::stands_alone(text, start, end) {
                            found(Event::Atom {
                                atom,
                                start: base + start,
                                end: base + end,
                            });
                        }
                    }
                    Target::Pattern { atom, anchor } => {
                        let allowed = STEPS + STEPS_A_BYTE * (base + end) as u64;
                        let mut budget = allowed.saturating_sub(work.steps).min(20_000);
                        let before = budget;
                        let machine = &mut work.machine;
                        let mut run = |direction| {
                            machine.run(
                                &tables.patterns,
                                anchor as usize,
                                text,
                                start,
                                direction,
                                &mut budget,
                            )
                        };
                        let matched = run(Direction::Forward)
                            .and_then(|end| Some((run(Direction::Backward)?, end)));
                        work.steps += before - budget;
                        if let Some((start, end)) = matched.filter(|(start, end)| start < end) {
                            found(Event::Atom {
                                atom,
                                start: base + start,
                                end: base + end,
                            });
                        }
                    }
                }
            }
        }
    }
}
