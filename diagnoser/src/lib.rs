//! Rule engine of Resep: text in, report out. No files, no clock, no HTML, no language.
//!
//! ```text
//! paste -> normalise (canonical text + way back) -> scan (where literals may begin)
//!       -> vm (verifies patterns) and fields (reads keyed values) -> rank (alternatives, senders, vetoes) -> Report
//! ```
//!
//! Most of a log means nothing, so it is read in two steps. Each alternative of a rule has a rarest item; all text is looked
//! through for these, for senders and for keyed values. Only the windows around a rarest item are read for the rest, and there
//! only for what its own alternatives ask for.
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

mod bytes;
#[cfg(feature = "build")]
pub mod compile;
mod fields;
mod lists;
mod mask;
pub mod normalise;
mod pack;
mod queue;
mod rank;
mod report;
mod scan;
mod told;
mod vm;
mod words;

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use fields::{KEYS, Kind};
use normalise::{Canonical, Folder};
use pack::{ItemKind, Tables};
use queue::Queue;
use rank::{Index, Ranking, Sighting};
use scan::{Filter, word_of};
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

/// How many of [`CAUSES`], the first, are about money: a wallet is empty, or what was bought is void.
pub const MONEY_CAUSES: usize = 6;

/// The one of [`CAUSES`] that says less than any other: that a task failed, and not why.
pub(crate) const TASK_FAILED: usize = 16;
const _: () = assert!(matches!(CAUSES[TASK_FAILED].as_bytes(), b"task-failed"));

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
    /// Over all literals as they are in a blurred text, where it was asked for ahead.
    #[cfg(feature = "build")]
    blurred: Option<Filter>,
}

/// Bytes of canonical text that a match, a key with its value or a boundary may need on either side.
const CONTEXT: usize = 300;
/// A paste of at most so many canonical bytes is kept whole, for a second look.
const WHOLE: usize = 4096;
/// In a paste whose canonical text is at most so many columns wide a sentence stands alone.
const LONGEST_ALONE: usize = 36;
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
        let index = Index::new(&tables);
        let matcher = Matcher::new(&tables)?;
        Ok(Engine {
            tables,
            index,
            matcher,
            #[cfg(feature = "build")]
            blurred: None,
        })
    }

    /// Makes ahead what each short text needs in which nothing is found: for whoever reads many, line by line.
    ///
    /// # Errors
    ///
    /// If the pack has literals that no filter can be made of.
    #[cfg(feature = "build")]
    pub fn for_many(mut self) -> Result<Engine, PackError> {
        self.blurred = Some(Matcher::blurred(&self.tables)?);
        Ok(self)
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
            pending: Queue::new(),
            windows: Queue::new(),
            openings: Queue::new(),
            wanted: Wanted::default(),
            numbers: Queue::new(),
            sender_at: None,
            looking: Work::default(),
            reading: Work::default(),
            ranking: Ranking::new(&self.tables, &self.index),
            #[cfg(feature = "build")]
            logged: false,
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

    /// Looks at a text in which nothing was found for what may have been misread and for what somebody tells: for the rarest items
    /// first, and only where there is one for what matters to its alternatives. None if there is none.
    fn look_again(&self, canonical: &Canonical, alone: bool) -> Option<Report> {
        let (tables, matcher) = (&self.tables, &self.matcher);
        let mut written = canonical.text().to_vec();
        vm::repair_numbers(&mut written);
        let seen: Vec<u8> = written.iter().map(|byte| vm::blurred(*byte)).collect();
        let told = told::is_told(&written);
        let texts = Texts {
            seen: &seen,
            written: &written,
            base: 0,
        };
        let mut work = Work::default();
        work.machine.sight = Sight::Blurred;
        #[cfg(feature = "build")]
        let ahead = self.blurred.as_ref();
        #[cfg(not(feature = "build"))]
        let ahead: Option<&Filter> = None;
        let made;
        let filter = match ahead {
            Some(filter) => filter,
            None => {
                made = Matcher::blurred(tables).ok()?;
                &made
            }
        };
        let mut look = |items, found: &mut dyn FnMut(usize, Event)| {
            let (all, items) = (0..written.len(), Some(items));
            matcher.candidates(tables, filter, texts, all, items, &mut work, found);
        };
        let mut wanted = Wanted::default();
        wanted.clear(tables);
        let mut any = false;
        look(&matcher.rarest[usize::from(told)], &mut |_, event| {
            event.atoms(tables, texts, &mut |atom| {
                any |= self.index.want(tables, atom, &mut wanted);
            });
        });
        if !any {
            return None;
        }
        for (item, kind) in (0..).zip(&tables.items) {
            if kind.is_sender() {
                wanted.items.insert(item);
            }
        }

        let mut ranking = Ranking::new(tables, &self.index);
        ranking.any_text = true;
        ranking.alone = alone;
        ranking.told = told;
        look(&wanted.items, &mut |_, event| {
            take(tables, canonical, texts, event, Where::Window, &mut ranking);
        });
        Some(ranking.finish().doubted())
    }

    /// Literals in the filter, for measurements.
    #[must_use]
    pub fn literals(&self) -> usize {
        self.matcher.anywhere.len() + self.matcher.windows.len()
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
    pending: Queue<(usize, Event)>,
    /// What must be read for everything, in order, apart from each other.
    windows: Queue<(usize, usize)>,
    /// What opened them, by the first place of each.
    openings: Queue<Opening>,
    wanted: Wanted,
    /// Loose numbers that open one if a sender is near, and the last sender.
    numbers: Queue<Opening>,
    sender_at: Option<usize>,
    looking: Work,
    reading: Work,
    ranking: Ranking<'e>,
    /// Whether a program wrote it, not a person.
    #[cfg(feature = "build")]
    logged: bool,
}

impl Stream<'_> {
    /// Takes the text for a line of a log: nobody read it from a screenshot, so nothing in it is misread. What somebody tells in
    /// their own words is still looked for.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn logged(mut self) -> Self {
        self.logged = true;
        self
    }

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
    /// screenshot (`insuff1cient`, `13O3`) and for what somebody tells in their own words.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.folder.finish(&mut self.canonical);
        let end = self.canonical.end();
        // Nothing of so short a text is ranked before its end.
        let alone = end < 4 * LONGEST_ALONE && columns(self.canonical.text()) <= LONGEST_ALONE;
        self.ranking.alone = alone;
        self.look(end);
        self.rank(end);
        self.ranking.any_text |=
            self.canonical.base() > 0 || self.canonical.text().iter().any(|byte| *byte != b' ');
        let Stream {
            engine,
            canonical,
            ranking,
            #[cfg(feature = "build")]
            logged,
            ..
        } = self;
        let report = ranking.finish();
        if report.verdict != Verdict::None || end > WHOLE {
            return report;
        }
        #[cfg(feature = "build")]
        if logged && !told::is_told(canonical.text()) {
            return report;
        }
        engine.look_again(&canonical, alone).unwrap_or(report)
    }

    /// Looks for rarest items, senders and values up to the absolute offset `to`.
    fn look(&mut self, to: usize) {
        if to <= self.looked {
            return;
        }
        let (tables, matcher) = (&self.engine.tables, &self.engine.matcher);
        let (texts, pending) = (Texts::of(&self.canonical), &mut self.pending);
        let (windows, openings) = (&mut self.windows, &mut self.openings);
        let (numbers, sender_at) = (&mut self.numbers, &mut self.sender_at);
        let far = matcher.far();
        let mut open = |at: usize, atom: u16| {
            Opening::add(openings, at, atom);
            widen(windows, at, matcher.reach);
        };
        matcher.candidates(
            tables,
            &matcher.anywhere,
            texts,
            self.looked..to,
            None,
            &mut self.looking,
            &mut |at, event| {
                event.atoms(tables, texts, &mut |atom| {
                    if Matcher::is_sender(tables, atom) {
                        *sender_at = Some(at);
                        while let Some(number) = numbers.pop_first() {
                            if at - number.from <= far {
                                open(number.from, number.atom);
                            }
                        }
                    }
                    let near = || sender_at.is_some_and(|sender| at - sender <= far);
                    match matcher.opens_of(atom) {
                        Opens::Window => open(at, atom),
                        Opens::NearSender if near() => open(at, atom),
                        Opens::NearSender => numbers.push(Opening::at(at, atom)),
                        Opens::Nothing | Opens::Sender => {}
                    }
                });
                pending.push((at, event));
            },
        );
        // Those that no sender came near.
        while numbers.first().is_some_and(|number| number.from + far < to) {
            numbers.pop_first();
        }
        self.looked = to;
    }

    /// Hands on what was found up to the absolute offset `to`, and what windows hold besides. No window begins before `to` that is
    /// not known yet, and none is opened that reaches into the segment of `to`.
    fn rank(&mut self, to: usize) {
        let engine = self.engine;
        let (tables, matcher) = (&engine.tables, &engine.matcher);
        while self.ranked < to {
            let (low, high) = self.windows.first().copied().unwrap_or((to, to));
            let inside = low <= self.ranked;
            let mut stop = if inside { high } else { low }.min(to);
            if inside {
                let segment = self.ranked / SEGMENT;
                stop = stop.min((segment + 1) * SEGMENT);
                self.want(segment);
            }
            let (canonical, pending) = (&self.canonical, &mut self.pending);
            let (texts, ranking) = (Texts::of(canonical), &mut self.ranking);
            let place = if inside {
                Where::Window
            } else {
                Where::Between
            };
            // What was found already and stands before `end`.
            let mut take_before = |end: usize, ranking: &mut Ranking<'_>| {
                while pending.first().is_some_and(|(at, _)| *at < end)
                    && let Some((_, event)) = pending.pop_first()
                {
                    take(tables, canonical, texts, event, place, ranking);
                }
            };
            if inside {
                #[cfg(feature = "build")]
                {
                    self.reading.effort.window += (stop - self.ranked) as u64;
                }
                matcher.candidates(
                    tables,
                    &matcher.windows,
                    texts,
                    self.ranked..stop,
                    Some(&self.wanted.items),
                    &mut self.reading,
                    &mut |at, event| {
                        take_before(at + 1, ranking);
                        take(tables, canonical, texts, event, place, ranking);
                    },
                );
            }
            take_before(stop, ranking);
            if inside && stop == high {
                self.windows.pop_first();
            }
            self.ranked = stop;
        }
    }

    /// Notes which items windows are read for in this segment: those of the alternatives whose rarest item was seen near.
    fn want(&mut self, segment: usize) {
        if self.wanted.segment == Some(segment) {
            return;
        }
        self.wanted.segment = Some(segment);
        let reach = self.engine.matcher.reach;
        let (low, high) = (segment * SEGMENT, (segment + 1) * SEGMENT);
        self.openings.keep(|opening| opening.to + reach >= low);
        self.wanted.clear(&self.engine.tables);
        for opening in self.openings.iter() {
            if opening.from < high + reach {
                self.engine
                    .index
                    .want(&self.engine.tables, opening.atom, &mut self.wanted);
            }
        }
    }
}

/// Windows are read in segments of so many bytes of canonical text, each for its own items.
const SEGMENT: usize = 1024;

/// A rarest item, and from where to where it was seen without a long gap.
#[derive(Clone, Copy, Debug)]
struct Opening {
    from: usize,
    to: usize,
    atom: u16,
}

impl Opening {
    /// How many of the last ones are looked at whether they are of the same atom.
    const RECENT: usize = 16;

    fn add(openings: &mut Queue<Opening>, at: usize, atom: u16) {
        let known = openings
            .iter_mut()
            .rev()
            .take(Opening::RECENT)
            .find(|opening| opening.atom == atom && at.abs_diff(opening.to) < SEGMENT);
        match known {
            Some(opening) => {
                opening.from = opening.from.min(at);
                opening.to = opening.to.max(at);
            }
            None => openings.push(Opening::at(at, atom)),
        }
    }

    fn at(at: usize, atom: u16) -> Opening {
        Opening {
            from: at,
            to: at,
            atom,
        }
    }
}

/// What a segment of a window is read for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The rarest items that were seen near.
    pub(crate) rarest: ItemSet,
    /// The items that matter to their alternatives.
    pub(crate) items: ItemSet,
    segment: Option<usize>,
}

impl Wanted {
    fn clear(&mut self, tables: &Tables) {
        for set in [&mut self.rarest, &mut self.items] {
            set.clear(tables.items.len());
        }
    }
}

/// A set of items.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemSet(Vec<u64>);

impl ItemSet {
    /// Makes it the empty set of so many items.
    fn clear(&mut self, items: usize) {
        self.0.clear();
        self.0.resize(items / 64 + 1, 0);
    }

    /// Adds an item; tells whether it is new.
    pub(crate) fn insert(&mut self, item: u16) -> bool {
        let bit = 1 << (item & 63);
        match self.0.get_mut(usize::from(item >> 6)) {
            Some(word) if *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn has(&self, item: u16) -> bool {
        let word = self.0.get(usize::from(item >> 6));
        word.is_some_and(|word| word >> (item & 63) & 1 != 0)
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
fn widen(windows: &mut Queue<(usize, usize)>, at: usize, reach: usize) {
    let (mut low, mut high) = (at.saturating_sub(reach), at + reach);
    while let Some(last) = windows.last().copied()
        && low <= last.1
    {
        low = low.min(last.0);
        high = high.max(last.1);
        windows.pop_last();
    }
    windows.push((low, high));
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
            let sender = tables.senders_of.get(usize::from(atom)).copied().flatten();
            if sender.is_some_and(|(_, proven, _)| !proven) && is_of_a_model(text, end - base) {
                return;
            }
            if sender.is_some_and(|(_, _, host)| host)
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

/// How wide a text is on a terminal, about: an ideograph, which says as much as two letters, takes two columns.
fn columns(text: &[u8]) -> usize {
    text.iter()
        .map(|byte| match byte {
            0x80..=0xbf => 0,
            0xe0.. => 2,
            _ => 1,
        })
        .sum()
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

/// Whether a name that ends at `end` is part of a model's, as in `kling-v2` and `veo-3`.
#[inline(never)]
fn is_of_a_model(text: &[u8], end: usize) -> bool {
    let at = |at: usize| text.get(at).copied().unwrap_or_default();
    matches!(at(end), b'-' | b'_') && (at(end + 1).is_ascii_digit() || at(end + 2).is_ascii_digit())
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

impl Event {
    /// Does something with each atom of this event: its own, or those of the value.
    #[inline(never)]
    fn atoms(self, tables: &Tables, texts: Texts<'_>, act: &mut dyn FnMut(u16)) {
        match self {
            Event::Atom { atom, .. } => act(atom),
            Event::Value(value) => {
                let Texts { written, base, .. } = texts;
                let written = written.get(value.start - base..value.end - base);
                atoms_of(tables, value.kind, written.unwrap_or_default()).for_each(act);
            }
        }
    }
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

/// The filters over the literals of a pack and the keys of the engine.
#[derive(Debug)]
struct Matcher {
    /// Over what means something for the text around it, and the keys.
    anywhere: Filter,
    /// Over all the rest, which is looked for in windows only.
    windows: Filter,
    /// What each atom means for the text around it.
    opens: Vec<Opens>,
    /// The items of which one is the rarest of an alternative, without and with those that count in a text that tells of something.
    rarest: [ItemSet; 2],
    /// How far from a rarest item anything can stand that matters to its alternative, in bytes of canonical text.
    reach: usize,
}

impl Matcher {
    fn new(tables: &Tables) -> Result<Matcher, PackError> {
        let mut of_item = vec![Opens::Nothing; tables.items.len()];
        let mut rarest = [const { ItemSet(Vec::new()) }; 2];
        for set in &mut rarest {
            set.clear(tables.items.len());
        }
        let kind = |item: &u16| tables.items[usize::from(*item)];
        let mut within = 0;
        for (number, when) in tables.whens.iter().enumerate() {
            let items = tables.items_of_when.get(number as u16);
            // The rarest comes first.
            if let Some(first) = items.first() {
                rarest[1].insert(*first);
                if when.told {
                    continue;
                }
                rarest[0].insert(*first);
                let sent = |item| kind(item).is_sender();
                let opens = if kind(first) == ItemKind::Number && items.iter().any(sent) {
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
            .senders_of
            .iter()
            .enumerate()
            .map(|(atom, sender)| {
                let own = sender.map_or(Opens::Nothing, |_| Opens::Sender);
                let items = tables.items_of.get(atom as u16).iter();
                items.fold(own, |most, item| most.max(of_item[usize::from(*item)]))
            })
            .collect();
        let (mut anywhere, mut windows) = (Vec::new(), Vec::new());
        for (literal, number) in tables.literals.iter().zip(0..) {
            let known = opens.get(usize::from(literal.atom));
            let list = if known > Some(&Opens::Nothing) {
                &mut anywhere
            } else {
                &mut windows
            };
            list.push((literal.word, number));
        }
        anywhere.extend(keys(tables.literals.len()));
        Ok(Matcher {
            anywhere: Filter::new(&anywhere)?,
            windows: Filter::new(&windows)?,
            opens,
            rarest,
            reach: within + rank::SLACK + rank::NEAR + 2 * CONTEXT,
        })
    }

    /// The filter over all literals as they are in a blurred text.
    fn blurred(tables: &Tables) -> Result<Filter, PackError> {
        let literals = tables.literals.iter().map(|literal| literal.word);
        let all: Vec<(u64, u16)> = literals
            .zip(0..)
            .chain(keys(tables.literals.len()))
            // A length is no byte that can be confused with another.
            .map(|(word, number)| {
                (
                    u64::from_le_bytes(word.to_le_bytes().map(vm::blurred)),
                    number,
                )
            })
            .collect();
        Filter::new(&all)
    }

    /// How far from a loose number a sender may stand.
    fn far(&self) -> usize {
        rank::SENDER_WITHIN + self.reach
    }

    /// How far the look is ahead of the ranking: no window begins farther back.
    fn lag(&self) -> usize {
        self.far() + self.reach + SEGMENT
    }

    fn is_sender(tables: &Tables, atom: u16) -> bool {
        matches!(tables.senders_of.get(usize::from(atom)), Some(Some(_)))
    }

    fn opens_of(&self, atom: u16) -> Opens {
        let known = self.opens.get(usize::from(atom));
        known.copied().unwrap_or(Opens::Nothing)
    }

    /// The first match of whatever patterns there are.
    #[cfg(feature = "build")]
    fn first(&self, tables: &Tables, text: &[u8]) -> Option<(usize, usize)> {
        let mut found: Option<(usize, (usize, usize))> = None;
        let texts = Texts {
            seen: text,
            written: text,
            base: 0,
        };
        for filter in [&self.anywhere, &self.windows] {
            let work = &mut Work::default();
            let range = 0..text.len();
            self.candidates(
                tables,
                filter,
                texts,
                range,
                None,
                work,
                &mut |at, event| {
                    if let Event::Atom { start, end, .. } = event
                        && found.is_none_or(|(first, _)| at < first)
                    {
                        found = Some((at, (start, end)));
                    }
                },
            );
        }
        found.map(|(_, span)| span)
    }

    /// Finds what begins with literals that stand at the absolute offsets `range`, verified against the whole of the text, in
    /// the order of these places; of atoms only those of `wanted` items, if that is given. The verifier's allowance depends on
    /// the place alone, not on how the paste was cut.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another thing, and all change from call to call"
    )]
    fn candidates(
        &self,
        tables: &Tables,
        filter: &Filter,
        texts: Texts<'_>,
        range: core::ops::Range<usize>,
        wanted: Option<&ItemSet>,
        work: &mut Work,
        found: &mut dyn FnMut(usize, Event),
    ) {
        let (text, base) = (texts.written, texts.base);
        let (mut from, to) = (range.start - base, range.end - base);
        let blurred = work.machine.sight == Sight::Blurred;
        while let Some(start) = filter.find(texts.seen, from, to) {
            from = start + 1;
            let rest = text.get(start..).unwrap_or_default();
            for literal in filter.at(texts.seen, start) {
                #[cfg(feature = "build")]
                {
                    work.effort.literals += 1;
                }
                let event = match tables.literals.get(usize::from(literal)) {
                    None => {
                        let Some((key, kind)) =
                            KEYS.get(usize::from(literal) - tables.literals.len())
                        else {
                            continue;
                        };
                        if !work.machine.sight.begins(rest, key.as_bytes()) {
                            continue;
                        }
                        fields::read(text, *kind, start, start + key.len())
                            .map(|value| Event::Value(value.moved(base)))
                    }
                    Some(known) => {
                        let atom = known.atom;
                        let bytes = known.word.to_le_bytes();
                        let bytes = bytes.get(..scan::length_of(known.word)).unwrap_or_default();
                        // A blurred text has more in common with a literal than what is written.
                        let unseen = blurred && !work.machine.sight.begins(rest, bytes);
                        let unwanted = wanted.is_some_and(|items| !tables.fires(atom, items));
                        if unseen || unwanted {
                            continue;
                        }
                        let end = start + bytes.len();
                        let span = if known.anchor == 0 {
                            (rest.starts_with(bytes) && fields::stands_alone(text, start, end))
                                .then_some((start, end))
                        } else {
                            let allowed = STEPS + STEPS_A_BYTE * (base + end) as u64;
                            let anchor = known.anchor as usize;
                            verify(&tables.patterns, anchor, text, start, allowed, work)
                        };
                        span.map(|(start, end)| Event::Atom {
                            atom,
                            start: base + start,
                            end: base + end,
                        })
                    }
                };
                if let Some(event) = event {
                    #[cfg(feature = "build")]
                    {
                        work.effort.evidence += 1;
                    }
                    found(base + start, event);
                }
            }
        }
    }
}

/// The match of the pattern that has this anchor at `start`, if it has one and the steps that are `allowed` are not all taken.
fn verify(
    patterns: &vm::Patterns,
    anchor: usize,
    text: &[u8],
    start: usize,
    allowed: u64,
    work: &mut Work,
) -> Option<(usize, usize)> {
    if !work.machine.may_match(patterns, anchor, text, start) {
        return None;
    }
    let mut budget = allowed.saturating_sub(work.steps).min(20_000);
    let before = budget;
    let machine = &mut work.machine;
    let mut run = |direction| machine.run(patterns, anchor, text, start, direction, &mut budget);
    let matched = run(Direction::Forward).and_then(|end| Some((run(Direction::Backward)?, end)));
    work.steps += before - budget;
    matched.filter(|(start, end)| start < end)
}

/// The keys as literals, numbered on from those of the pack.
fn keys(first: usize) -> impl Iterator<Item = (u64, u16)> {
    let words = KEYS.iter().map(|(key, _)| word_of(key.as_bytes()));
    words.zip(first as u16..)
}
