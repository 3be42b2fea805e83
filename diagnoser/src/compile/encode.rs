//! Writes the pack that [`crate::pack`] reads. Things are numbered anew, in the order in which they are first used, so that a
//! first use costs a zero.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::code::with_units;
use super::{AtomRef, Lowering, Pattern};
use crate::pack::{
    COLUMN_NAMES, COLUMNS, Column, ItemKind, MAGIC, REF_EARLIER, REF_NAMED, REF_PROVEN, UNION,
    VERSION, WITHIN,
};
use crate::vm::{is_unit, sign};

/// The columns of a pack.
pub(super) struct Pack([Vec<u8>; COLUMNS]);

impl Pack {
    /// The columns as one.
    pub(super) fn join(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(VERSION);
        for column in &self.0 {
            push_number(&mut out, column.len());
        }
        out.extend(self.0.iter().flatten());
        out
    }

    /// The columns with their names.
    pub(super) fn named(self) -> Vec<(&'static str, Vec<u8>)> {
        COLUMN_NAMES.into_iter().zip(self.0).collect()
    }

    fn byte(&mut self, column: Column, byte: usize) {
        // What does not fit is refused before.
        self.0[column as usize].push(u8::try_from(byte).unwrap_or(u8::MAX));
    }

    fn number(&mut self, column: Column, number: usize) {
        push_number(&mut self.0[column as usize], number);
    }
}

fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Numbers in the order of first use.
struct Order<T> {
    number_of: BTreeMap<T, usize>,
    order: Vec<T>,
}

impl<T: Ord + Copy> Order<T> {
    fn new() -> Self {
        Order {
            number_of: BTreeMap::new(),
            order: Vec::new(),
        }
    }

    /// 0 for something new, else how far back it lies.
    fn reference(&mut self, thing: T) -> usize {
        let used = self.order.len();
        match self.number_of.get(&thing) {
            Some(number) => used - number,
            None => {
                self.number_of.insert(thing, used);
                self.order.push(thing);
                0
            }
        }
    }
}

/// What has been written so far.
struct Writer<'l, 's> {
    lowering: &'l Lowering<'s>,
    pack: Pack,
    /// Patterns, codes, statuses and numbers.
    atoms: [Order<usize>; 4],
    items: BTreeMap<u16, usize>,
    /// The next number of an item.
    next_item: usize,
    /// Items below are senders; then come families.
    first_family: usize,
    families_end: usize,
}

impl Lowering<'_> {
    /// The pack of what was lowered.
    pub(super) fn pack(&self) -> Pack {
        let mut writer = Writer {
            lowering: self,
            pack: Pack([const { Vec::new() }; COLUMNS]),
            atoms: [(); 4].map(|()| Order::new()),
            items: BTreeMap::new(),
            next_item: 0,
            first_family: 0,
            families_end: 0,
        };
        writer.providers();
        writer.first_family = writer.next_item;
        for family in &self.spec.families {
            if let Some(item) = self.families.get(family.id.as_str())
                && !writer.items.contains_key(item)
            {
                writer.item(*item);
            }
        }
        writer.families_end = writer.next_item;
        let families = writer.families_end - writer.first_family;
        writer.pack.number(Column::RuleCounts, families);
        for rule in 0..self.rules.len() {
            writer.rule(rule);
        }
        // A pattern on its own has an item that no rule asks for.
        for item in 0..self.kinds.len() {
            let item = u16::try_from(item).unwrap_or(u16::MAX);
            if self.rules.is_empty() && !writer.items.contains_key(&item) {
                writer.item(item);
            }
        }
        writer.patterns();
        writer.values(Column::Codes, 1, &self.codes);
        writer.values(Column::Statuses, 2, &self.statuses);
        writer.values(Column::Numbers, 3, &self.numbers);
        writer.pack
    }
}

impl Writer<'_, '_> {
    fn providers(&mut self) {
        for provider in self
            .lowering
            .spec
            .providers
            .iter()
            .take(super::MAX_PROVIDERS)
        {
            let mut seen = Vec::new();
            let mut fresh =
                |patterns: &[Pattern], text: &dyn Fn(&Pattern) -> alloc::string::String| {
                    let before = seen.len();
                    for pattern in patterns {
                        if let Some(atom) = self.lowering.patterns.get(&text(pattern))
                            && !seen.contains(atom)
                        {
                            seen.push(*atom);
                        }
                    }
                    seen.len() - before
                };
            let as_written = |pattern: &Pattern| pattern.text.clone();
            let counts = [
                fresh(&provider.hosts, &host_pattern),
                fresh(&provider.marks, &as_written),
                fresh(&provider.names, &as_written),
            ];
            self.pack
                .byte(Column::Providers, usize::from(provider.layer));
            for count in counts {
                self.pack.byte(Column::Providers, count);
            }
            for atom in seen {
                let back = self.atoms[0].reference(usize::from(atom));
                self.pack.number(Column::Senders, back);
            }
            if let Some((proven, named)) = self.lowering.provider_items.get(provider.id.as_str()) {
                self.items.insert(*proven, self.next_item);
                self.items.insert(*named, self.next_item + 1);
            }
            self.next_item += 2;
        }
    }

    /// Writes an item down and numbers it.
    fn item(&mut self, item: u16) {
        let lowering = self.lowering;
        let union = lowering.unions.get(&item);
        let kind = match lowering.kinds[usize::from(item)] {
            _ if union.is_some() => UNION,
            ItemKind::Words => 0,
            ItemKind::Family => 1,
            ItemKind::Code => 2,
            ItemKind::Status => 3,
            // Senders have items of their own.
            ItemKind::Number | ItemKind::Proven(_) | ItemKind::Named(_) => 4,
        };
        self.pack.byte(Column::ItemKinds, usize::from(kind));
        if let Some(families) = union {
            self.pack.number(Column::ItemCounts, families.len());
            for family in families {
                let number = self
                    .items
                    .get(family)
                    .map_or(0, |number| number - self.first_family);
                self.pack.number(Column::ItemRefs, number);
            }
        } else {
            let atoms = &lowering.item_atoms[usize::from(item)];
            self.pack.number(Column::ItemCounts, atoms.len());
            for atom in atoms {
                let (space, atom) = match *atom {
                    AtomRef::Pattern(atom) => (0, usize::from(atom)),
                    AtomRef::Code(number) => (1, number as usize),
                    AtomRef::Status(number) => (2, number as usize),
                    AtomRef::Number(number) => (3, number as usize),
                };
                let back = self.atoms[space].reference(atom);
                self.pack.number(Column::ItemRefs, back);
            }
        }
        self.items.insert(item, self.next_item);
        self.next_item += 1;
    }

    /// Writes a reference to an item, and the item if it is new.
    fn item_reference(&mut self, column: Column, item: u16, own: Option<usize>) {
        let number = match self.items.get(&item).copied() {
            None => {
                self.item(item);
                0
            }
            Some(known) if own == Some(known) => REF_PROVEN as usize,
            Some(known) if own.is_some_and(|own| own + 1 == known) => REF_NAMED as usize,
            Some(family) if family < self.families_end => {
                REF_EARLIER as usize + 2 * family.saturating_sub(self.first_family)
            }
            Some(earlier) => REF_EARLIER as usize + 2 * (self.next_item - earlier - 1) + 1,
        };
        self.pack.number(column, number);
    }

    fn rule(&mut self, number: usize) {
        let rule = &self.lowering.rules[number];
        let own = usize::from(rule.provider)
            .checked_sub(1)
            .map(|provider| 2 * provider);
        let whens: Vec<_> = self
            .lowering
            .whens
            .iter()
            .filter(|when| usize::from(when.rule) == number)
            .collect();
        let counts = [rule.candidates.len(), rule.vetoes.len(), rule.adds.len()];
        let mut flags = usize::from(rule.opaque) | usize::from(rule.ambiguous) << 1;
        for (bit, count) in [4, 8, 16].into_iter().zip(counts) {
            if count > 0 {
                flags |= bit;
                self.pack.number(Column::RuleCounts, count);
            }
        }
        self.pack.byte(Column::Causes, usize::from(rule.cause));
        self.pack.number(Column::Owners, usize::from(rule.provider));
        self.pack
            .byte(Column::RuleFlags, flags | whens.len().min(7) << 5);
        if let Some(rest) = whens.len().checked_sub(7) {
            self.pack.number(Column::RuleCounts, rest);
        }
        for candidate in &rule.candidates {
            let step = i32::from(*candidate) - i32::try_from(number).unwrap_or(0);
            self.pack
                .number(Column::RuleCounts, ((step << 1) ^ (step >> 31)) as usize);
        }
        for when in whens {
            let own_reach = when.within != WITHIN;
            let flags = when.likelihood as usize
                | usize::from(when.nameless) << 2
                | usize::from(own_reach) << 3
                | when.items.len() << 4;
            self.pack.byte(Column::WhenFlags, flags);
            if own_reach {
                self.pack.number(Column::Withins, when.within as usize);
            }
            // The first item of an alternative is what the engine looks for in all text.
            let mut items = when.items.to_vec();
            items.sort_by_cached_key(|item| self.lowering.item_cost(usize::from(*item)));
            for item in items {
                self.item_reference(Column::WhenItems, item, own);
            }
        }
        for item in rule.vetoes.iter().chain(&rule.adds) {
            self.item_reference(Column::RuleItems, *item, own);
        }
    }

    /// The patterns, and the units that they use, the most used first.
    fn patterns(&mut self) {
        for atom in 0..self.lowering.codes_of.len() {
            // Those of statuses are part of no item.
            self.atoms[0].reference(atom);
        }
        let codes: Vec<&Vec<u8>> = self.atoms[0]
            .order
            .iter()
            .map(|atom| &self.lowering.codes_of[*atom])
            .collect();
        let mut uses = vec![0usize; self.lowering.units.len()];
        for code in &codes {
            let mut page = 0;
            for byte in code.iter().filter(|byte| is_unit(**byte)) {
                if sign::MORE_UNITS.contains(byte) {
                    page = usize::from(byte - sign::MORE_UNITS.start()) + 1;
                } else {
                    uses[26 * page + usize::from(byte - sign::UNITS.start())] += 1;
                    page = 0;
                }
            }
        }
        let mut order: Vec<usize> = (0..uses.len()).filter(|unit| uses[*unit] > 0).collect();
        order.sort_by_key(|unit| core::cmp::Reverse(uses[*unit]));
        let mut number_of = vec![0; uses.len()];
        for (number, unit) in order.iter().enumerate() {
            number_of[*unit] = number;
            let unit = self.lowering.units[*unit];
            let ranges = unit.set.ranges();
            self.pack.byte(Column::Units, ranges.len());
            for (from, to) in ranges {
                self.pack.byte(Column::Units, usize::from(from));
                self.pack.byte(Column::Units, usize::from(to));
            }
            self.pack.byte(Column::Units, usize::from(unit.least));
            self.pack.byte(Column::Units, usize::from(unit.most));
        }
        let lines: Vec<Vec<u8>> = codes
            .iter()
            .map(|code| with_units(code, |unit| number_of[unit]))
            .collect();
        self.pack.0[Column::Patterns as usize] = lines.join(&sign::END);
    }

    fn values(
        &mut self,
        column: Column,
        space: usize,
        texts: &BTreeMap<alloc::string::String, u32>,
    ) {
        let mut by_number: Vec<(usize, &str)> = texts
            .iter()
            .map(|(text, number)| (*number as usize, &**text))
            .collect();
        by_number.sort_unstable();
        for (number, _) in &by_number {
            self.atoms[space].reference(*number);
        }
        let lines: Vec<&str> = self.atoms[space]
            .order
            .iter()
            .map(|number| by_number[*number].1)
            .collect();
        self.pack.0[column as usize] = lines.join("\n").into_bytes();
    }
}

/// The pattern of a host.
pub(super) fn host_pattern(host: &Pattern) -> alloc::string::String {
    format!("\\b{}\\b", regex_syntax::escape(&host.text))
}
