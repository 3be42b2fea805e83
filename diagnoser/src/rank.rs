//! From pieces of evidence to findings: which alternatives of which rules have all they ask for near each other, how
//! specific that is, who sent it, what rules it out, and what the answer as a whole is.
//!
//! Evidence comes in the order in which it stands in the text. For each item only the last sighting is kept, for each rule
//! only fits that are better than what it has; so memory does not grow with the text.

use alloc::vec;
use alloc::vec::Vec;

use crate::fields::Kind;
use crate::lists::Lists;
use crate::pack::{ItemKind, Rule, Tables};
use crate::queue::Queue;
use crate::{Fact, Facts, Finding, Likelihood, Report, Span, Verdict, Wanted};

/// How far from the rest of the evidence a host or mark of the sender still tells who sent it, in canonical bytes.
pub(crate) const SENDER_WITHIN: usize = 4000;
/// The same for a mere name.
const NAME_WITHIN: usize = 1500;
/// How near what rules a match out, or adds weight, must be.
pub(crate) const NEAR: usize = 600;
/// How near to each other a loose number, what makes it a code and the name of the sender stand: a log is full of numbers.
pub(crate) const LOOSE_WITHIN: usize = 120;
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
    /// 0 where nothing was seen.
    pub(crate) end: usize,
    pub(crate) span: Span,
}

impl Sighting {
    const NONE: Sighting = Sighting {
        start: 0,
        end: 0,
        span: Span { start: 0, end: 0 },
    };
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
    /// Nothing but what many senders say, and a sender.
    everyday: bool,
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

/// A fit that is part of the answer.
#[derive(Clone, Copy, Debug)]
struct Found {
    order: (u32, usize, u16),
    fit: u32,
    provider: Option<u16>,
    likelihood: Likelihood,
}

/// Which lists an item is part of. Derived once from the tables.
#[derive(Debug)]
pub(crate) struct Index {
    whens_of: Lists,
    /// Those of which an item is the first, and so the rarest.
    leads: Lists,
    /// How far behind a rarest item an alternative may still become complete.
    reach: usize,
    /// Rules that an item rules out, or adds to.
    vetoes_of: Lists,
    adds_of: Lists,
    /// Providers by their layer: gateways, and all between a vendor and the user.
    gateways: u128,
    wrappers: u128,
    /// Providers that have a rule of their own. The others only keep an answer from naming the wrong one: there is no page to
    /// send anyone to.
    catalogued: u128,
}

impl Index {
    pub(crate) fn new(tables: &Tables) -> Index {
        let count = tables.items.len();
        let mut first = Lists::default();
        let mut within = 0;
        for (number, when) in tables.whens.iter().enumerate() {
            let items = tables.items_of_when.get(number as u16);
            items.first().into_iter().for_each(|item| first.push(*item));
            first.close();
            within = within.max(when.within as usize);
        }
        Index {
            whens_of: tables.items_of_when.inverted(count),
            leads: first.inverted(count),
            reach: within + SLACK + SENDER_WITHIN,
            vetoes_of: tables.vetoes.inverted(count),
            adds_of: tables.adds.inverted(count),
            gateways: set(tables.layers.iter().map(|layer| *layer == GATEWAY)),
            wrappers: set(tables.layers.iter().map(|layer| *layer > 0)),
            catalogued: tables
                .rules
                .iter()
                .filter_map(|rule| rule.provider.checked_sub(1))
                .fold(0, |set, provider| set | one(usize::from(provider))),
        }
    }

    /// Adds all items that matter to the alternatives of which an item of this atom is the rarest: their own, and what rules them
    /// out or adds to them. Tells whether there are any that were not known yet.
    pub(crate) fn want(&self, tables: &Tables, atom: u16, wanted: &mut Wanted) -> bool {
        let mut any = false;
        for item in tables.items_of.get(atom) {
            let leads = self.leads.get(*item);
            if leads.is_empty() || !wanted.rarest.insert(*item) {
                continue;
            }
            any = true;
            for number in leads {
                let rule = tables.whens[usize::from(*number)].rule;
                for list in [
                    tables.items_of_when.get(*number),
                    tables.vetoes.get(rule),
                    tables.adds.get(rule),
                ] {
                    for item in list {
                        wanted.items.insert(*item);
                    }
                }
            }
        }
        any
    }
}

/// Where hosts are noted, behind what stands behind a key.
const HOSTS: usize = 3;

/// Where values of this sort are noted.
fn place_of(kind: Kind) -> usize {
    match kind {
        Kind::Status | Kind::Either => 0,
        Kind::Code => 1,
        Kind::Request => 2,
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
    seen: Vec<Sighting>,
    /// Last end of a proof and of a name, for each provider; 0 for none.
    proven_at: Vec<usize>,
    named_at: Vec<usize>,
    /// Up to where an alternative may become complete whose rarest item was seen: any, and each but for its sender.
    armed_until: usize,
    live_until: Vec<usize>,
    fits: Vec<Fit>,
    /// Fits that what follows may still change, in the order in which they were found.
    open: Queue<u32>,
    /// For each rule its open fits, and the best of those that are closed.
    open_of: Vec<Vec<u32>>,
    best_of: Vec<Option<u32>>,
    free: Vec<u32>,
    /// By [`place_of`], and the hosts at [`HOSTS`].
    noted: [Vec<Noted>; HOSTS + 1],
    /// Whether anything but white space was there.
    pub(crate) any_text: bool,
    /// Whether the text is so short that what stands in it stands alone.
    pub(crate) alone: bool,
    /// Whether this is the second look at a text in which somebody may tell of an error.
    pub(crate) told: bool,
}

impl<'t> Ranking<'t> {
    pub(crate) fn new(tables: &'t Tables, index: &'t Index) -> Self {
        Ranking {
            tables,
            index,
            seen: Vec::new(),
            proven_at: Vec::new(),
            named_at: Vec::new(),
            armed_until: 0,
            live_until: Vec::new(),
            fits: Vec::new(),
            open: Queue::new(),
            open_of: Vec::new(),
            best_of: Vec::new(),
            free: Vec::new(),
            noted: [const { Vec::new() }; HOSTS + 1],
            any_text: false,
            alone: false,
            told: false,
        }
    }

    /// Makes room for what is seen. Most lines of a log have nothing, and clearing this would cost more than reading them.
    fn begin(&mut self) {
        let tables = self.tables;
        self.seen = vec![Sighting::NONE; tables.items.len()];
        self.proven_at = vec![0; tables.layers.len()];
        self.named_at = vec![0; tables.layers.len()];
        self.live_until = vec![0; tables.whens.len()];
        self.open_of = vec![Vec::new(); tables.rules.len()];
        self.best_of = vec![None; tables.rules.len()];
    }

    /// Takes one piece of evidence.
    pub(crate) fn atom(&mut self, atom: u16, sighting: Sighting) {
        if self.seen.is_empty() {
            self.begin();
        }
        self.close_before(sighting.end);
        if let Some(Some((provider, proven, _))) = self.tables.senders_of.get(usize::from(atom)) {
            self.sender(usize::from(*provider), *proven, sighting.end);
        }
        let (tables, index) = (self.tables, self.index);
        let items = tables.items_of.get(atom);
        // All items first, so that an alternative whose items share the atom sees them all.
        for item in items {
            self.seen[usize::from(*item)] = sighting;
            for when in index.leads.get(*item) {
                self.armed_until = self.armed_until.max(sighting.end + index.reach);
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
        self.noted[place_of(kind)].is_empty()
    }

    /// Whether no host is noted yet.
    pub(crate) fn wants_host(&self) -> bool {
        self.noted[HOSTS].is_empty()
    }

    /// Notes a value for the facts.
    pub(crate) fn value(&mut self, kind: Kind, value: &[u8], start: usize, span: Span) {
        note(&mut self.noted[place_of(kind)], value, start, span);
    }

    /// Notes a host of a known provider for the facts.
    pub(crate) fn host(&mut self, value: &[u8], start: usize, span: Span) {
        note(&mut self.noted[HOSTS], value, start, span);
    }

    fn sender(&mut self, provider: usize, proven: bool, end: usize) {
        let (last, reach) = if proven {
            (&mut self.proven_at, SENDER_WITHIN)
        } else {
            (&mut self.named_at, NAME_WITHIN)
        };
        // A log that names the sender in every line need not tell the open fits each time.
        let bit = one(provider);
        let fresh = last[provider] == 0
            || end.saturating_sub(last[provider]) > reach / 8
            || self.open.last().is_some_and(|f| {
                let fit = &self.fits[*f as usize];
                (if proven { fit.proven } else { fit.named }) & bit == 0
            });
        last[provider] = end;
        if fresh {
            for fit in self.open.iter() {
                let fit = &mut self.fits[*fit as usize];
                if end.saturating_sub(fit.end) <= reach {
                    *(if proven {
                        &mut fit.proven
                    } else {
                        &mut fit.named
                    }) |= bit;
                }
            }
        }
    }

    fn item(&mut self, item: u16, sighting: Sighting) {
        let (tables, index) = (self.tables, self.index);
        // What a rule names itself rules it out always; a family tells of another topic, which a log may well have beside a
        // message that is proven.
        let doubt = tables.items[usize::from(item)] == ItemKind::Family;
        for rule in index.vetoes_of.get(item) {
            for fit in &self.open_of[usize::from(*rule)] {
                let fit = &mut self.fits[*fit as usize];
                if sighting.start.saturating_sub(fit.end) <= NEAR {
                    fit.vetoed |= !(doubt && fit.firm);
                }
            }
        }
        for rule in index.adds_of.get(item) {
            // As many additions as there are bits to note them.
            let adds = tables.adds.get(*rule).iter().take(32);
            let Some(place) = adds.clone().position(|added| *added == item) else {
                continue;
            };
            for fit in &self.open_of[usize::from(*rule)] {
                let fit = &mut self.fits[*fit as usize];
                if sighting.start.saturating_sub(fit.end) <= NEAR {
                    add(fit, place as u8);
                }
            }
        }
        let (last, reach) = if tables.items[usize::from(item)].is_sender() {
            (sighting.start, SENDER_WITHIN)
        } else {
            (sighting.end, 0)
        };
        for number in index.whens_of.get(item) {
            if last > self.live_until[usize::from(*number)] + reach {
                continue;
            }
            let when = &tables.whens[usize::from(*number)];
            if when.alone && !self.alone || when.told && !self.told {
                continue;
            }
            let rule = usize::from(when.rule);
            let surer = |fit: u32| self.fits[fit as usize].likelihood > when.likelihood;
            if self.best_of[rule].is_some_and(surer) {
                continue;
            }
            let items = tables.items_of_when.get(*number);
            let Some((start, end)) = self.all_near(items, when.within as usize) else {
                continue;
            };
            let any =
                |is: fn(ItemKind) -> bool| items.iter().any(|i| is(tables.items[usize::from(*i)]));
            let firm = when.likelihood == Likelihood::Certain
                || any(|kind| matches!(kind, ItemKind::Proven(_)));
            let ruled_out = tables.vetoes.get(when.rule).iter().any(|item| {
                let doubt = tables.items[usize::from(*item)] == ItemKind::Family;
                !(doubt && firm) && self.seen_before(*item, start)
            });
            if ruled_out {
                continue;
            }
            let score = self.score(items, start, end);
            let key = (when.likelihood, score);
            if self.has_better(rule, key, end) {
                continue;
            }
            let evidence = self.evidence(items);
            let mut fit = Fit {
                rule: when.rule,
                likelihood: when.likelihood,
                nameless: when.nameless,
                by_name: any(|kind| matches!(kind, ItemKind::Named(_))),
                own_words: any(|kind| kind == ItemKind::Words),
                everyday: !any(|kind| {
                    !matches!(
                        kind,
                        ItemKind::Family | ItemKind::Named(_) | ItemKind::Proven(_)
                    )
                }),
                score,
                start,
                end,
                evidence,
                proven: near(&self.proven_at, start, SENDER_WITHIN),
                named: near(&self.named_at, start, NAME_WITHIN),
                added: 0,
                vetoed: false,
                firm,
            };
            for (place, item) in tables.adds.get(when.rule).iter().enumerate().take(32) {
                if self.seen_before(*item, start) {
                    add(&mut fit, place as u8);
                }
            }
            self.keep(fit);
        }
    }

    /// Whether the item was seen not far before `start`.
    fn seen_before(&self, item: u16, start: usize) -> bool {
        let end = self.seen[usize::from(item)].end;
        end > 0 && start.saturating_sub(end) <= NEAR
    }

    /// The stretch that the items cover, if each was seen and all lie within reach.
    fn all_near(&self, items: &[u16], within: usize) -> Option<(usize, usize)> {
        let loose = items
            .iter()
            .any(|item| self.tables.items[usize::from(*item)] == ItemKind::Number);
        let within = if loose { LOOSE_WITHIN } else { within + SLACK };
        let (mut start, mut end) = (usize::MAX, 0);
        for item in items {
            let sighting = self.seen[usize::from(*item)];
            if sighting.end == 0 {
                return None;
            }
            if !self.tables.items[usize::from(*item)].is_sender() {
                start = start.min(sighting.start);
                end = end.max(sighting.end);
                if end - start > within {
                    return None;
                }
            }
        }
        if start == usize::MAX {
            return None;
        }
        for item in items {
            let reach = match self.tables.items[usize::from(*item)] {
                ItemKind::Proven(_) if loose => 2 * LOOSE_WITHIN,
                ItemKind::Proven(_) => SENDER_WITHIN,
                ItemKind::Named(_) if loose => LOOSE_WITHIN,
                ItemKind::Named(provider) => {
                    let at = self.proven_at[usize::from(provider)];
                    if at > 0 && at + SENDER_WITHIN >= start {
                        SENDER_WITHIN
                    } else {
                        NAME_WITHIN
                    }
                }
                _ => continue,
            };
            let sighting = self.seen[usize::from(*item)];
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
                let seen = self.seen[usize::from(*item)];
                let length = (seen.end - seen.start).min(32) as u16;
                match self.tables.items[usize::from(*item)] {
                    ItemKind::Words => 8 + length,
                    ItemKind::Family => 6 + length * 3 / 4,
                    ItemKind::Code => 26,
                    ItemKind::Status => 8,
                    ItemKind::Number => 10,
                    ItemKind::Proven(_) => 22,
                    ItemKind::Named(provider) => {
                        // Of several senders that a text names, the nearest is meant.
                        let near = seen.start <= end + BESIDE && start <= seen.end + BESIDE;
                        match self.proven_at[usize::from(provider)] {
                            0 if near => 16,
                            0 => 12,
                            _ => 20,
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
            .map(|item| self.seen[usize::from(*item)].span)
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
        self.open.push(number);
        self.open_of[rule].push(number);
    }

    /// Closes the fits that nothing from `now` on can change.
    fn close_before(&mut self, now: usize) {
        while let Some(first) = self.open.first().copied() {
            if self.fits[first as usize].end + SENDER_WITHIN >= now {
                return;
            }
            self.open.pop_first();
            self.close(first);
        }
    }

    fn close(&mut self, number: u32) {
        let rule = usize::from(self.fits[number as usize].rule);
        self.open_of[rule].retain(|fit| *fit != number);
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
        while let Some(first) = self.open.pop_first() {
            self.close(first);
        }
        let mut found: Vec<Found> = Vec::new();
        for best in self.best_of.iter().flatten() {
            let fit = &self.fits[*best as usize];
            if let Some((provider, likelihood)) = self.judge(fit) {
                found.push(Found {
                    order: self.order(fit, provider, likelihood),
                    fit: *best,
                    provider,
                    likelihood,
                });
            }
        }
        crate::sort(&mut found, |a, b| a.order.cmp(&b.order));
        self.name_nobody(&mut found);
        let mut kept: Vec<Found> = Vec::new();
        for one in found {
            let (fit, rule) = self.fit_of(&one);
            // What a general rule makes of words that a better answer already explains is no news, nor what it makes of those
            // around them if it is the same cause, a guess, or one more wallet (`required: 60, remaining: 12` beside an empty
            // one). Nor is what a vendor's rule makes of them by a mere name, which is that of the model that the sender was
            // asked for. Nor is a status, nor the words behind it (`429 Too Many Requests`): an empty wallet may be what it was
            // sent for. Nor that a task failed, which whoever wraps an error says (`job 7 failed: ...`), beside the reason.
            let general = rule.provider == 0;
            let vague = usize::from(rule.cause) == crate::TASK_FAILED
                && one.likelihood < Likelihood::Certain;
            let of_model = fit.by_name && one.provider.is_some_and(|p| p + 1 != rule.provider);
            let of_status = rule.ambiguous
                || one.likelihood < Likelihood::Certain
                    && self.noted[place_of(Kind::Status)].iter().any(|status| {
                        let behind = |span: &Span| span.start == status.span.end + 1;
                        fit.evidence.iter().any(behind)
                    });
            let money = |rule: &Rule| usize::from(rule.cause) < crate::MONEY_CAUSES;
            let said = kept.iter().any(|other| {
                let (other_fit, explained) = self.fit_of(other);
                let certain = other.likelihood == Likelihood::Certain;
                let sure = certain && explained.provider != 0;
                let same = explained.cause == rule.cause;
                let near = fit.start.abs_diff(other_fit.start) <= NEAR;
                let over = fit.overlaps(other_fit);
                let guess =
                    one.likelihood == Likelihood::Possible || money(rule) && money(explained);
                let here = near && one.provider.is_none_or(|p| other.provider == Some(p));
                general && (over && (same || sure) || here && (same || certain && guess))
                    || vague && here && !same
                    || of_model && sure && (fit.everyday && near || over)
                    || of_status && sure && near
            });
            if !said {
                kept.push(one);
            }
        }
        self.report(&kept)
    }

    /// The fit of what was found, and its rule.
    fn fit_of(&self, found: &Found) -> (&Fit, &Rule) {
        let fit = &self.fits[found.fit as usize];
        (fit, &self.tables.rules[usize::from(fit.rule)])
    }

    /// What stands first has the lowest.
    fn order(&self, fit: &Fit, provider: Option<u16>, likelihood: Likelihood) -> (u32, usize, u16) {
        let rule = &self.tables.rules[usize::from(fit.rule)];
        let layer = provider.map_or(0, |p| self.tables.layers[usize::from(p)]);
        let vague = usize::from(rule.cause) == crate::TASK_FAILED;
        let rank = (Likelihood::Certain as u32 - likelihood as u32) << 30
            // A likely answer that knows the sender's own wording stands before a general one of the same likelihood.
            | u32::from(rule.provider == 0) << 29
            // That a task failed says less than why.
            | u32::from(vague) << 28
            | u32::from(!fit.score) << 8
            | u32::from(layer);
        (rank, fit.start, fit.rule)
    }

    /// Where several senders use the same words and nothing tells which it was, the general rule of that cause speaks first and
    /// those senders' rules are candidates.
    fn name_nobody(&self, found: &mut [Found]) {
        let Some(top) = found.first().filter(|top| top.provider.is_none()).copied() else {
            return;
        };
        let (top_fit, top_rule) = self.fit_of(&top);
        let shared = |one: &Found| {
            let (fit, rule) = self.fit_of(one);
            (one.provider.is_none() && rule.cause == top_rule.cause && fit.overlaps(top_fit))
                .then_some(rule.provider)
        };
        let own = top_rule.provider;
        let others = found
            .iter()
            .any(|one| shared(one).is_some_and(|provider| provider != own && provider != 0));
        let general = found.iter().position(|one| shared(one) == Some(0));
        let (true, true, Some(general)) = (own != 0, others, general) else {
            return;
        };
        for one in found.iter_mut() {
            if shared(one).is_some() {
                one.likelihood = Likelihood::Possible;
            }
        }
        found[general].likelihood = top.likelihood;
        for at in (0..general).rev() {
            found.swap(at, at + 1);
        }
    }

    /// Whom a fit names and how likely it is; nothing at all if another sender makes it implausible.
    fn judge(&self, fit: &Fit) -> Option<(Option<u16>, Likelihood)> {
        let rule = &self.tables.rules[usize::from(fit.rule)];
        let layers = &self.tables.layers;
        let Some(own) = rule.provider.checked_sub(1) else {
            return Some((self.sender_of(fit.proven, fit.named), fit.likelihood));
        };
        let own = usize::from(own);
        let mine = one(own);
        let mut others = fit.proven & !mine;
        if layers[own] == RESELLER && fit.by_name {
            // Gateway software is what a reseller runs on: its marks do not tell against the reseller that is named.
            others &= !self.index.gateways;
        }
        if fit.by_name && fit.proven & mine == 0 && others != 0 {
            // Named in the text, but somebody else sent it: a reseller that was asked for this vendor's model, say.
            let likelihood = match fit.likelihood {
                Likelihood::Certain => Likelihood::Likely,
                _ => Likelihood::Possible,
            };
            return Some((self.attributed(others, false), likelihood));
        }
        let wrappers = self.index.wrappers;
        let between = wrappers & (fit.proven | fit.named) & !mine;
        if fit.by_name
            && !fit.own_words
            && fit.likelihood < Likelihood::Certain
            && fit.proven & mine == 0
            && layers[own] == 0
            && between != 0
        {
            // Common words, the name of a vendor, and the name of one who resells it: the reseller is who speaks.
            return Some((self.attributed(between, true), Likelihood::Possible));
        }
        if !fit.nameless || (fit.proven | fit.named) & mine != 0 {
            return Some((Some(own as u16), fit.likelihood));
        }
        // Who only passes on what a vendor says may well have passed this on.
        if layers[own] == 0 {
            others &= !wrappers;
        }
        (others == 0).then_some((None, fit.likelihood))
    }

    /// Who sent what a general rule found. Beside somebody who has no page, who is only named made the model that was asked for.
    fn sender_of(&self, proven: u128, named: u128) -> Option<u16> {
        let sender = self.attributed(proven, false);
        if sender.is_none() && proven & !self.index.catalogued == 0 {
            return self.attributed(named, true);
        }
        sender
    }

    /// The one provider of a set that stands out: the vendor where senders are proven; where they are only named, whoever
    /// stands between the vendor and the user, for that is who sends messages.
    #[inline(never)]
    fn attributed(&self, set: u128, outermost: bool) -> Option<u16> {
        let index = self.index;
        let set = if outermost {
            set
        } else {
            set & index.catalogued
        };
        let mut members = set & index.wrappers;
        if !outermost && members != set || members == 0 {
            members = set & !index.wrappers;
        }
        let first = members.trailing_zeros() as usize;
        (members == one(first) & index.catalogued && members != 0).then_some(first as u16)
    }

    fn report(&self, kept: &[Found]) -> Report {
        let rule_of = |finding: &Finding| &self.tables.rules[usize::from(finding.rule)];
        let mut findings: Vec<Finding> = kept
            .iter()
            .take(MAX_FINDINGS)
            .map(|one| {
                let (fit, _) = self.fit_of(one);
                Finding {
                    rule: fit.rule,
                    provider: one.provider,
                    likelihood: one.likelihood,
                    evidence: fit.evidence.clone(),
                    score: fit.score,
                }
            })
            .collect();
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
            for candidate in self.tables.candidates.get(first.rule) {
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
        let evidence = top.map_or(&[][..], |finding| &finding.evidence);
        let fact = |place: usize| {
            nearest(&self.noted[place], evidence).map(|noted| Fact {
                value: noted.value.clone(),
                span: noted.span,
            })
        };
        let seen = |ends: &[usize]| near(ends, usize::MAX, usize::MAX);
        Facts {
            http_status: nearest(&self.noted[place_of(Kind::Status)], evidence)
                .map(|noted| number(&noted.value)),
            code: fact(place_of(Kind::Code)),
            provider: top.map_or_else(
                || self.sender_of(seen(&self.proven_at), seen(&self.named_at)),
                |f| f.provider,
            ),
            request_id: fact(place_of(Kind::Request)),
            host: fact(HOSTS),
        }
    }
}

/// Of noted values the first within the evidence, else the one nearest to where it begins; the first of all without any.
#[inline(never)]
fn nearest<'n>(list: &'n [Noted], evidence: &[Span]) -> Option<&'n Noted> {
    let inside = |noted: &&Noted| {
        let span = noted.span;
        let mut evidence = evidence.iter();
        evidence.any(|s| s.start < span.end && span.start < s.end)
    };
    let Some(Span { start, .. }) = evidence.first() else {
        return list.first();
    };
    let within = list.iter().find(inside);
    within.or_else(|| {
        list.iter()
            .min_by_key(|noted| noted.span.start.abs_diff(*start))
    })
}

fn note(list: &mut Vec<Noted>, value: &[u8], start: usize, span: Span) {
    if list.last().is_some_and(|last| last.start == start) {
        return;
    }
    // The last ones push the first out, the very first stays: a long log has its cause at either end.
    if list.len() >= MAX_VALUES {
        list.remove(1);
    }
    list.push(Noted {
        value: value.to_vec(),
        start,
        span,
    });
}

/// A number of few digits, as [`crate::fields::read`] checked it.
fn number(digits: &[u8]) -> u16 {
    digits
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit & 15))
}

/// The providers last seen at most `reach` before `start`.
fn near(seen: &[usize], start: usize, reach: usize) -> u128 {
    set(seen
        .iter()
        .map(|at| *at > 0 && start.saturating_sub(*at) <= reach))
}

/// The set of one provider; empty beyond the last that can be.
#[inline(never)]
fn one(provider: usize) -> u128 {
    1u128.checked_shl(provider as u32).unwrap_or(0)
}

/// The set of those providers of which this is true.
fn set(members: impl Iterator<Item = bool>) -> u128 {
    let numbers = members.enumerate().filter(|(_, member)| *member);
    numbers.fold(0, |set, (provider, _)| set | one(provider))
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
