//! From pieces of evidence to findings: which alternatives of which rules have all they ask for near each other, how
//! specific that is, who sent it, what rules it out, and what the answer as a whole is.
//!
//! Evidence comes in the order in which it stands in the text. For each item only the last sighting is kept, for each rule
//! only fits that are better than what it has; so memory does not grow with the text.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

use crate::fields::Kind;
use crate::pack::{ItemKind, Tables};
use crate::{Fact, Facts, Finding, Likelihood, Report, Span, Verdict, Wanted};

/// How far from the rest of the evidence a host or mark of the sender still tells who sent it, in canonical bytes.
pub(crate) const SENDER_WITHIN: usize = 4000;
/// The same for a mere name.
const NAME_WITHIN: usize = 1500;
/// How near what rules a match out, or adds weight, must be.
pub(crate) const NEAR: usize = 600;
/// How near a name stands to what it is said of, where a text names several senders.
const BESIDE: usize = 24;
/// How much farther apart than it says the evidence of an alternative may be: a pattern is counted with its gaps.
pub(crate) const SLACK: usize = 256;
/// Findings in a report.
const MAX_FINDINGS: usize = 8;
/// Fits of one rule that wait for what follows them.
const MAX_OPEN: usize = 6;
/// Values of one sort kept for the facts.
const MAX_VALUES: usize = 64;
/// Layers of [`Tables::layers`].
const RESELLER: u8 = 1;
const GATEWAY: u8 = 3;
/// Scores this near count as equal.
const TIE: u16 = 2;

/// One piece of evidence where it stands: canonical offsets for distances, raw bytes for showing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sighting {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) span: Span,
}

/// An alternative that found all it asks for.
#[derive(Clone, Debug)]
struct Fit {
    rule: u16,
    likelihood: Likelihood,
    nameless: bool,
    /// A mere name of the sender is part of it.
    by_name: bool,
    /// Words of the rule's own are part of it, not only what many senders say.
    own_words: bool,
    score: u16,
    start: usize,
    end: usize,
    evidence: Vec<Span>,
    /// Providers seen near: proven, merely named.
    proven: u128,
    named: u128,
    /// Additions already counted, by their place in the rule's list.
    added: u32,
    vetoed: bool,
    /// Certain, or by a host or mark of the sender: families of other topics do not rule it out.
    firm: bool,
    closed: bool,
}

impl Fit {
    fn key(&self) -> (Likelihood, u16) {
        (self.likelihood, self.score)
    }

    fn overlaps(&self, other: &Fit) -> bool {
        self.evidence.iter().any(|a| {
            other
                .evidence
                .iter()
                .any(|b| a.start < b.end && b.start < a.end)
        })
    }
}

/// Which lists an item is part of. Derived once from the tables.
#[derive(Debug)]
pub(crate) struct Index {
    whens_of: Vec<Box<[u16]>>,
    /// Those of which an item is the first, and so the rarest.
    leads: Vec<Box<[u16]>>,
    /// How far behind a rarest item an alternative may still become complete.
    reach: usize,
    vetoes_of: Vec<Box<[u16]>>,
    /// Rule, and the place in its list of additions.
    adds_of: Vec<Box<[(u16, u8)]>>,
    /// Providers that have a rule of their own. The others only keep an answer from naming the wrong one: there is no page to
    /// send anyone to.
    catalogued: u128,
}

impl Index {
    pub(crate) fn new(tables: &Tables) -> Index {
        let count = tables.items.len();
        let (mut whens, mut vetoes, mut adds) = (
            vec![Vec::new(); count],
            vec![Vec::new(); count],
            vec![Vec::new(); count],
        );
        let mut leads = vec![Vec::new(); count];
        let mut within = 0;
        for (number, when) in tables.whens.iter().enumerate() {
            if let Some(first) = when.items.first() {
                leads[usize::from(*first)].push(number as u16);
            }
            within = within.max(when.within as usize);
            for item in &when.items {
                whens[usize::from(*item)].push(number as u16);
            }
        }
        for (number, rule) in tables.rules.iter().enumerate() {
            for item in &rule.vetoes {
                vetoes[usize::from(*item)].push(number as u16);
            }
            for (place, item) in rule.adds.iter().enumerate().take(32) {
                adds[usize::from(*item)].push((number as u16, place as u8));
            }
        }
        Index {
            whens_of: whens.into_iter().map(Vec::into_boxed_slice).collect(),
            leads: leads.into_iter().map(Vec::into_boxed_slice).collect(),
            reach: within + SLACK + SENDER_WITHIN,
            vetoes_of: vetoes.into_iter().map(Vec::into_boxed_slice).collect(),
            adds_of: adds.into_iter().map(Vec::into_boxed_slice).collect(),
            catalogued: tables
                .rules
                .iter()
                .filter_map(|rule| rule.provider.checked_sub(1))
                .fold(0, |set, provider| set | 1 << provider),
        }
    }
}

impl Index {
    /// Adds all items that matter to the alternatives of which an item of this atom is the rarest: their own, and what rules them
    /// out or adds to them.
    pub(crate) fn want(&self, tables: &Tables, atom: u16, wanted: &mut Wanted) {
        let items = tables.items_of.get(usize::from(atom));
        for item in items.into_iter().flatten() {
            let leads = &self.leads[usize::from(*item)];
            if leads.is_empty() || !wanted.rarest.insert(*item) {
                continue;
            }
            for number in leads {
                let when = &tables.whens[usize::from(*number)];
                let rule = &tables.rules[usize::from(when.rule)];
                for item in when.items.iter().chain(&rule.vetoes).chain(&rule.adds) {
                    wanted.items.insert(*item);
                }
            }
        }
    }
}

/// Values read for the facts.
#[derive(Clone, Debug)]
struct Noted {
    value: Vec<u8>,
    start: usize,
    span: Span,
}

/// What has been seen of a text so far.
#[derive(Debug)]
pub(crate) struct Ranking<'t> {
    tables: &'t Tables,
    index: &'t Index,
    seen: Vec<Option<Sighting>>,
    /// Last end of a proof and of a name, for each provider.
    proven_at: Vec<Option<usize>>,
    named_at: Vec<Option<usize>>,
    /// Up to where an alternative may become complete whose rarest item was seen: any, and each but for its sender.
    armed_until: usize,
    live_until: Vec<usize>,
    fits: Vec<Fit>,
    /// Fits that what follows may still change, in the order in which they were found.
    open: VecDeque<u32>,
    /// For each rule its open fits, and the best of those that are closed.
    open_of: Vec<Vec<u32>>,
    best_of: Vec<Option<u32>>,
    free: Vec<u32>,
    statuses: Vec<Noted>,
    codes: Vec<Noted>,
    requests: Vec<Noted>,
    hosts: Vec<Noted>,
    /// Whether anything but white space was there.
    pub(crate) any_text: bool,
}

impl<'t> Ranking<'t> {
    pub(crate) fn new(tables: &'t Tables, index: &'t Index) -> Self {
        Ranking {
            tables,
            index,
            seen: vec![None; tables.items.len()],
            proven_at: vec![None; tables.layers.len()],
            named_at: vec![None; tables.layers.len()],
            armed_until: 0,
            live_until: vec![0; tables.whens.len()],
            fits: Vec::new(),
            open: VecDeque::new(),
            open_of: vec![Vec::new(); tables.rules.len()],
            best_of: vec![None; tables.rules.len()],
            free: Vec::new(),
            statuses: Vec::new(),
            codes: Vec::new(),
            requests: Vec::new(),
            hosts: Vec::new(),
            any_text: false,
        }
    }

    /// Takes one piece of evidence.
    pub(crate) fn atom(&mut self, atom: u16, sighting: Sighting) {
        self.close_before(sighting.end);
        if let Some(Some((provider, proven, _))) = self.tables.senders_of.get(usize::from(atom)) {
            self.sender(usize::from(*provider), *proven, sighting.end);
        }
        let tables = self.tables;
        let Some(items) = tables.items_of.get(usize::from(atom)) else {
            return;
        };
        // All items first, so that an alternative whose items share the atom sees them all.
        for item in items {
            self.seen[usize::from(*item)] = Some(sighting);
            for when in &self.index.leads[usize::from(*item)] {
                self.armed_until = self.armed_until.max(sighting.end + self.index.reach);
                let within = tables.whens[usize::from(*when)].within as usize;
                self.live_until[usize::from(*when)] =
                    if tables.items[usize::from(*item)].is_sender() {
                        usize::MAX - SENDER_WITHIN
                    } else {
                        sighting.start + within + SLACK
                    };
            }
        }
        if sighting.start > self.armed_until {
            return;
        }
        for item in items {
            self.item(*item, sighting);
        }
    }

    /// Whether no value of this sort is noted yet.
    pub(crate) fn wants(&self, kind: Kind) -> bool {
        match kind {
            Kind::Status | Kind::Either => &self.statuses,
            Kind::Code => &self.codes,
            Kind::Request => &self.requests,
        }
        .is_empty()
    }

    /// Whether no host is noted yet.
    pub(crate) fn wants_host(&self) -> bool {
        self.hosts.is_empty()
    }

    /// Notes a value for the facts.
    pub(crate) fn value(&mut self, kind: Kind, value: &[u8], start: usize, span: Span) {
        let list = match kind {
            Kind::Status | Kind::Either => &mut self.statuses,
            Kind::Code => &mut self.codes,
            Kind::Request => &mut self.requests,
        };
        note(list, value, start, span);
    }

    /// Notes a host of a known provider for the facts.
    pub(crate) fn host(&mut self, value: &[u8], start: usize, span: Span) {
        note(&mut self.hosts, value, start, span);
    }

    fn sender(&mut self, provider: usize, proven: bool, end: usize) {
        let (last, reach) = if proven {
            (&mut self.proven_at, SENDER_WITHIN)
        } else {
            (&mut self.named_at, NAME_WITHIN)
        };
        // A log that names the sender in every line need not tell the open fits each time.
        let fresh = last[provider].is_none_or(|at| end.saturating_sub(at) > reach / 8)
            || self.open.back().is_some_and(|f| {
                let fit = &self.fits[*f as usize];
                (if proven { fit.proven } else { fit.named }) >> provider & 1 == 0
            });
        last[provider] = Some(end);
        if fresh {
            for fit in &self.open {
                let fit = &mut self.fits[*fit as usize];
                if end.saturating_sub(fit.end) <= reach {
                    *(if proven {
                        &mut fit.proven
                    } else {
                        &mut fit.named
                    }) |= 1 << provider;
                }
            }
        }
    }

    fn item(&mut self, item: u16, sighting: Sighting) {
        let (tables, index) = (self.tables, self.index);
        // What a rule names itself rules it out always; a family tells of another topic, which a log may well have beside a
        // message that is proven.
        let doubt = tables.items[usize::from(item)] == ItemKind::Family;
        for rule in &index.vetoes_of[usize::from(item)] {
            for fit in &self.open_of[usize::from(*rule)] {
                let fit = &mut self.fits[*fit as usize];
                if sighting.start.saturating_sub(fit.end) <= NEAR {
                    fit.vetoed |= !(doubt && fit.firm);
                }
            }
        }
        for (rule, place) in &index.adds_of[usize::from(item)] {
            for fit in &self.open_of[usize::from(*rule)] {
                let fit = &mut self.fits[*fit as usize];
                if sighting.start.saturating_sub(fit.end) <= NEAR {
                    add(fit, *place);
                }
            }
        }
        let (last, reach) = if tables.items[usize::from(item)].is_sender() {
            (sighting.start, SENDER_WITHIN)
        } else {
            (sighting.end, 0)
        };
        for number in &index.whens_of[usize::from(item)] {
            if last > self.live_until[usize::from(*number)] + reach {
                continue;
            }
            let when = &tables.whens[usize::from(*number)];
            let rule = usize::from(when.rule);
            let surer = |fit: u32| self.fits[fit as usize].likelihood > when.likelihood;
            if self.best_of[rule].is_some_and(surer) {
                continue;
            }
            let Some((start, end)) = self.all_near(&when.items, when.within as usize) else {
                continue;
            };
            let firm = when.likelihood == Likelihood::Certain
                || when
                    .items
                    .iter()
                    .any(|i| matches!(tables.items[usize::from(*i)], ItemKind::Proven(_)));
            let ruled_out = tables.rules[rule].vetoes.iter().any(|item| {
                let doubt = tables.items[usize::from(*item)] == ItemKind::Family;
                !(doubt && firm)
                    && self.seen[usize::from(*item)]
                        .is_some_and(|s| start.saturating_sub(s.end) <= NEAR)
            });
            if ruled_out {
                continue;
            }
            let score = self.score(&when.items, start, end);
            let key = (when.likelihood, score);
            if self.has_better(rule, key, end) {
                continue;
            }
            let evidence = self.evidence(&when.items);
            let mut fit = Fit {
                rule: when.rule,
                likelihood: when.likelihood,
                nameless: when.nameless,
                by_name: when
                    .items
                    .iter()
                    .any(|i| matches!(tables.items[usize::from(*i)], ItemKind::Named(_))),
                own_words: when
                    .items
                    .iter()
                    .any(|i| tables.items[usize::from(*i)] == ItemKind::Words),
                score,
                start,
                end,
                evidence,
                proven: near(&self.proven_at, start, SENDER_WITHIN),
                named: near(&self.named_at, start, NAME_WITHIN),
                added: 0,
                vetoed: false,
                firm,
                closed: false,
            };
            for (place, item) in tables.rules[rule].adds.iter().enumerate().take(32) {
                if self.seen[usize::from(*item)]
                    .is_some_and(|s| start.saturating_sub(s.end) <= NEAR)
                {
                    add(&mut fit, place as u8);
                }
            }
            self.keep(fit);
        }
    }

    /// The stretch that the items cover, if each was seen and all lie within reach.
    fn all_near(&self, items: &[u16], within: usize) -> Option<(usize, usize)> {
        let (mut start, mut end) = (usize::MAX, 0);
        for item in items {
            let sighting = self.seen[usize::from(*item)]?;
            if !self.tables.items[usize::from(*item)].is_sender() {
                start = start.min(sighting.start);
                end = end.max(sighting.end);
                if end - start > within + SLACK {
                    return None;
                }
            }
        }
        if start == usize::MAX {
            return None;
        }
        for item in items {
            let reach = match self.tables.items[usize::from(*item)] {
                ItemKind::Proven(_) => SENDER_WITHIN,
                ItemKind::Named(provider) => {
                    if self.proven_at[usize::from(provider)]
                        .is_some_and(|at| at + SENDER_WITHIN >= start)
                    {
                        SENDER_WITHIN
                    } else {
                        NAME_WITHIN
                    }
                }
                _ => continue,
            };
            let sighting = self.seen[usize::from(*item)]?;
            let gap = if sighting.end <= start {
                start - sighting.end
            } else {
                sighting.start.saturating_sub(end)
            };
            if gap > reach {
                return None;
            }
        }
        Some((start, end))
    }

    /// How specific this evidence is. `start..end` is the stretch that all of it but the sender covers.
    fn score(&self, items: &[u16], start: usize, end: usize) -> u16 {
        items
            .iter()
            .map(|item| {
                let length =
                    self.seen[usize::from(*item)].map_or(0, |s| (s.end - s.start).min(32)) as u16;
                match self.tables.items[usize::from(*item)] {
                    ItemKind::Words => 8 + length,
                    ItemKind::Family => 6 + length * 3 / 4,
                    ItemKind::Code => 26,
                    ItemKind::Status => 8,
                    ItemKind::Number => 10,
                    ItemKind::Proven(_) => 22,
                    ItemKind::Named(provider) => {
                        if self.proven_at[usize::from(provider)].is_some() {
                            20
                        } else {
                            // Of several senders that a text names, the nearest is meant.
                            let near = self.seen[usize::from(*item)].is_some_and(|s| {
                                s.start <= end + BESIDE && start <= s.end + BESIDE
                            });
                            if near { 16 } else { 12 }
                        }
                    }
                }
            })
            .sum()
    }

    fn has_better(&self, rule: usize, key: (Likelihood, u16), end: usize) -> bool {
        let open = &self.open_of[rule];
        self.best_of[rule].is_some_and(|fit| self.fits[fit as usize].key() >= key)
            || open.iter().any(|fit| {
                let fit = &self.fits[*fit as usize];
                fit.key() >= key
                    && end.saturating_sub(fit.end) <= NEAR
                    && (!fit.vetoed || fit.end == end)
            })
            || open.len() >= MAX_OPEN
                && open.iter().all(|fit| self.fits[*fit as usize].key() >= key)
    }

    fn evidence(&self, items: &[u16]) -> Vec<Span> {
        let mut spans: Vec<Span> = items
            .iter()
            .filter_map(|item| self.seen[usize::from(*item)])
            .map(|s| s.span)
            .collect();
        merge(&mut spans);
        spans
    }

    fn keep(&mut self, fit: Fit) {
        let rule = usize::from(fit.rule);
        if self.open_of[rule].len() >= MAX_OPEN {
            // The weakest makes room; it stays in `open` until it is closed there.
            let weakest = (0..self.open_of[rule].len())
                .min_by_key(|i| self.fits[self.open_of[rule][*i] as usize].key());
            if let Some(weakest) = weakest {
                let gone = self.open_of[rule].swap_remove(weakest);
                self.fits[gone as usize].vetoed = true;
            }
        }
        let number = match self.free.pop() {
            Some(number) => {
                self.fits[number as usize] = fit;
                number
            }
            None => {
                self.fits.push(fit);
                (self.fits.len() - 1) as u32
            }
        };
        self.open.push_back(number);
        self.open_of[rule].push(number);
    }

    /// Closes the fits that nothing from `now` on can change.
    fn close_before(&mut self, now: usize) {
        while let Some(first) = self.open.front().copied() {
            if self.fits[first as usize].end + SENDER_WITHIN >= now {
                return;
            }
            self.open.pop_front();
            self.close(first);
        }
    }

    fn close(&mut self, number: u32) {
        let rule = usize::from(self.fits[number as usize].rule);
        self.open_of[rule].retain(|fit| *fit != number);
        self.fits[number as usize].closed = true;
        let fit = &self.fits[number as usize];
        let better = !fit.vetoed
            && self.best_of[rule].is_none_or(|best| self.fits[best as usize].key() < fit.key());
        let loser = if better {
            self.best_of[rule].replace(number)
        } else {
            Some(number)
        };
        self.free.extend(loser);
    }

    /// Ends the text.
    pub(crate) fn finish(mut self) -> Report {
        while let Some(first) = self.open.pop_front() {
            self.close(first);
        }
        let mut found: Vec<(Fit, Option<u16>)> = Vec::new();
        for best in self.best_of.iter().flatten() {
            let fit = &self.fits[*best as usize];
            if let Some((provider, likelihood)) = self.judge(fit) {
                found.push((
                    Fit {
                        likelihood,
                        ..fit.clone()
                    },
                    provider,
                ));
            }
        }
        let layer =
            |provider: Option<u16>| provider.map_or(0, |p| self.tables.layers[usize::from(p)]);
        crate::sort(&mut found, |(a, pa), (b, pb)| {
            let generic = |fit: &Fit| self.tables.rules[usize::from(fit.rule)].provider == 0;
            let vague = |fit: &Fit| {
                let cause = usize::from(self.tables.rules[usize::from(fit.rule)].cause);
                crate::CAUSES.get(cause) == Some(&"task-failed")
            };
            // A likely answer that knows the sender's own wording stands before a general one of the same likelihood.
            b.likelihood
                .cmp(&a.likelihood)
                .then(generic(a).cmp(&generic(b)))
                // That a task failed says less than why.
                .then(vague(a).cmp(&vague(b)))
                .then(b.score.cmp(&a.score))
                .then(layer(*pa).cmp(&layer(*pb)))
                .then(a.start.cmp(&b.start))
                .then(a.rule.cmp(&b.rule))
        });
        self.name_nobody(&mut found);
        let mut kept: Vec<(Fit, Option<u16>)> = Vec::new();
        for (fit, provider) in found {
            let rule = &self.tables.rules[usize::from(fit.rule)];
            // What a general rule makes of words that a better answer already explains is no news.
            let said = rule.provider == 0
                && kept.iter().any(|(other, _)| {
                    let explained = &self.tables.rules[usize::from(other.rule)];
                    let sure = other.likelihood == Likelihood::Certain && explained.provider != 0;
                    (explained.cause == rule.cause || sure) && fit.overlaps(other)
                });
            if !said {
                kept.push((fit, provider));
            }
        }
        self.report(kept)
    }

    /// Where several senders use the same words and nothing tells which it was, the general rule of that cause speaks first and
    /// those senders' rules are candidates.
    fn name_nobody(&self, found: &mut [(Fit, Option<u16>)]) {
        let rule = |fit: &Fit| &self.tables.rules[usize::from(fit.rule)];
        let Some((top, None)) = found.first() else {
            return;
        };
        let (top, cause, own) = (top.clone(), rule(top).cause, rule(top).provider);
        let shared = |(fit, provider): &(Fit, Option<u16>)| {
            provider.is_none() && rule(fit).cause == cause && fit.overlaps(&top)
        };
        let others = found
            .iter()
            .any(|f| shared(f) && rule(&f.0).provider != own && rule(&f.0).provider != 0);
        let general = found
            .iter()
            .position(|f| shared(f) && rule(&f.0).provider == 0);
        let (true, true, Some(general)) = (own != 0, others, general) else {
            return;
        };
        for (fit, _) in found.iter_mut().filter(|f| shared(f)) {
            fit.likelihood = Likelihood::Possible;
        }
        found[general].0.likelihood = top.likelihood;
        found[..=general].rotate_right(1);
    }

    /// Whom a fit names and how likely it is; nothing at all if another sender makes it implausible.
    fn judge(&self, fit: &Fit) -> Option<(Option<u16>, Likelihood)> {
        let rule = &self.tables.rules[usize::from(fit.rule)];
        let layers = &self.tables.layers;
        let Some(own) = rule.provider.checked_sub(1) else {
            return Some((self.sender_of(fit), fit.likelihood));
        };
        let mine = 1u128 << own;
        let mut others = fit.proven & !mine;
        if layers[usize::from(own)] == RESELLER && fit.by_name {
            // Gateway software is what a reseller runs on: its marks do not tell against the reseller that is named.
            others &= !(0..layers.len())
                .filter(|p| layers[*p] == GATEWAY)
                .fold(0, |set, p| set | 1 << p);
        }
        if fit.by_name && fit.proven & mine == 0 && others != 0 {
            // Named in the text, but somebody else sent it: a reseller that was asked for this vendor's model, say.
            let likelihood = match fit.likelihood {
                Likelihood::Certain => Likelihood::Likely,
                _ => Likelihood::Possible,
            };
            return Some((self.attributed(others, false), likelihood));
        }
        let between = (0..layers.len())
            .filter(|p| layers[*p] > 0)
            .fold(0, |set, p| set | 1 << p)
            & (fit.proven | fit.named)
            & !mine;
        if fit.by_name
            && !fit.own_words
            && fit.likelihood < Likelihood::Certain
            && fit.proven & mine == 0
            && layers[usize::from(own)] == 0
            && between != 0
        {
            // Common words, the name of a vendor, and the name of one who resells it: the reseller is who speaks.
            return Some((self.attributed(between, true), Likelihood::Possible));
        }
        if !fit.nameless || (fit.proven | fit.named) & mine != 0 {
            return Some((Some(own), fit.likelihood));
        }
        // Who only passes on what a vendor says may well have passed this on.
        let implausible = (0..layers.len()).any(|other| {
            others >> other & 1 != 0 && !(layers[usize::from(own)] == 0 && layers[other] > 0)
        });
        if implausible {
            None
        } else {
            Some((None, fit.likelihood))
        }
    }

    /// Who sent what a general rule found.
    fn sender_of(&self, fit: &Fit) -> Option<u16> {
        self.attributed(fit.proven, false)
            .or_else(|| self.attributed(fit.named, true))
    }

    /// The one provider of a set that stands out: the vendor where senders are proven; where they are only named, whoever
    /// stands between the vendor and the user, for that is who sends messages.
    fn attributed(&self, set: u128, outermost: bool) -> Option<u16> {
        let layers = &self.tables.layers;
        let only = |wrapper: bool| {
            let mut members =
                (0..layers.len()).filter(|p| set >> p & 1 != 0 && (layers[*p] > 0) == wrapper);
            match (members.next(), members.next()) {
                (Some(one), None) => Some(Some(one as u16)),
                (Some(_), Some(_)) => Some(None),
                _ => None,
            }
        };
        let one = only(outermost).or_else(|| only(!outermost)).flatten()?;
        (self.index.catalogued >> one & 1 != 0).then_some(one)
    }

    fn report(&self, kept: Vec<(Fit, Option<u16>)>) -> Report {
        let mut findings: Vec<Finding> = Vec::new();
        let rule_of = |finding: &Finding| &self.tables.rules[usize::from(finding.rule)];
        for (fit, provider) in kept {
            if findings.len() < MAX_FINDINGS {
                findings.push(Finding {
                    rule: fit.rule,
                    provider,
                    likelihood: fit.likelihood,
                    evidence: fit.evidence,
                    score: fit.score,
                });
            }
        }
        let verdict = match (findings.first(), findings.get(1)) {
            (None, _) if !self.any_text => Verdict::Empty,
            (None, _) => Verdict::None,
            (Some(first), _) if rule_of(first).opaque => Verdict::Opaque,
            (Some(first), _) if rule_of(first).ambiguous => Verdict::Ambiguous,
            (Some(first), Some(second))
                if rule_of(first).cause != rule_of(second).cause
                    && first.likelihood == second.likelihood
                    && first.likelihood < Likelihood::Certain
                    && first.score.abs_diff(second.score) <= TIE =>
            {
                Verdict::Ambiguous
            }
            _ => Verdict::Match,
        };
        if let Some(first) = findings
            .first()
            .filter(|f| rule_of(f).opaque || rule_of(f).ambiguous)
            .cloned()
        {
            let mut at = 1;
            for candidate in &rule_of(&first).candidates {
                if !findings.iter().any(|f| f.rule == *candidate) && findings.len() < MAX_FINDINGS {
                    let hint = Finding {
                        rule: *candidate,
                        provider: None,
                        likelihood: Likelihood::Possible,
                        evidence: first.evidence.clone(),
                        score: 0,
                    };
                    // Before findings that are not about this signal, after those that are surer.
                    while findings
                        .get(at)
                        .is_some_and(|f| f.likelihood > Likelihood::Possible || f.score == 0)
                    {
                        at += 1;
                    }
                    findings.insert(at, hint);
                }
            }
        }
        let facts = self.facts(findings.first());
        Report {
            verdict,
            facts,
            findings,
            masked: 0,
        }
    }

    fn facts(&self, top: Option<&Finding>) -> Facts {
        let inside = |noted: &Noted| {
            top.is_some_and(|f| {
                f.evidence
                    .iter()
                    .any(|s| s.start < noted.span.end && noted.span.start < s.end)
            })
        };
        let middle = top.and_then(|f| f.evidence.first()).map(|s| s.start);
        let nearest = |list: &[Noted]| -> Option<Noted> {
            list.iter()
                .find(|noted| inside(noted))
                .or_else(|| match middle {
                    Some(middle) => list
                        .iter()
                        .min_by_key(|noted| noted.span.start.abs_diff(middle)),
                    None => list.first(),
                })
                .cloned()
        };
        let fact = |noted: Noted| Fact {
            value: noted.value,
            span: noted.span,
        };
        let proven = self.set_of(&self.proven_at);
        Facts {
            http_status: nearest(&self.statuses).map(|noted| number(&noted.value)),
            code: nearest(&self.codes).map(fact),
            provider: top.map_or_else(
                || {
                    self.attributed(proven, false)
                        .or_else(|| self.attributed(self.set_of(&self.named_at), true))
                },
                |f| f.provider,
            ),
            request_id: nearest(&self.requests).map(fact),
            host: nearest(&self.hosts).map(fact),
        }
    }

    fn set_of(&self, seen: &[Option<usize>]) -> u128 {
        seen.iter()
            .enumerate()
            .filter(|(_, at)| at.is_some())
            .fold(0, |set, (provider, _)| set | 1 << provider)
    }
}

fn note(list: &mut Vec<Noted>, value: &[u8], start: usize, span: Span) {
    // The last ones push the first out, the very first stays: a long log has its cause at either end.
    if list.len() >= MAX_VALUES {
        list.remove(1);
    }
    if list.last().is_none_or(|last| last.start != start) {
        list.push(Noted {
            value: value.to_vec(),
            start,
            span,
        });
    }
}

/// A number of few digits, as [`crate::fields::read`] checked it.
fn number(digits: &[u8]) -> u16 {
    digits
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit & 15))
}

fn near(seen: &[Option<usize>], start: usize, reach: usize) -> u128 {
    seen.iter()
        .enumerate()
        .filter(|(_, at)| at.is_some_and(|at| start.saturating_sub(at) <= reach))
        .fold(0, |set, (provider, _)| set | 1 << provider)
}

fn add(fit: &mut Fit, place: u8) {
    let bit = 1u32 << (place & 31);
    if fit.added & bit == 0 {
        fit.added |= bit;
        fit.score = fit.score.saturating_add(4);
    }
}

/// Sorts spans and joins those that touch.
fn merge(spans: &mut Vec<Span>) {
    crate::sort(spans, Span::cmp);
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.drain(..) {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    *spans = merged;
}
