//! The pack: the rules as bytes, without a word of prose. One reader, which trusts nothing; the writer is
//! `compile/encode.rs`.
//!
//! Layout: eight bytes of magic, a version byte, the lengths of the [`Column`]s as LEB128, then the columns. What is alike
//! stands together, for the pack is compressed on its way to the browser. Nothing is stored that can be derived: literals
//! come from the patterns, numbers of things from the order in which they are first used. A reference is 0 for the next one
//! that was not used before, else how far back it lies.

use alloc::vec;
use alloc::vec::Vec;

use crate::lists::Lists;
use crate::scan::{length_of, word_of};
use crate::vm::{MAX_LITERAL, MAX_UNITS, Patterns, Unit, sign};
use crate::{ItemSet, Likelihood, PackError};

pub(crate) const MAGIC: &[u8; 8] = b"RESEPPAK";
pub(crate) const VERSION: u8 = 3;

/// The parts of a pack, in their order. Numbers are LEB128 unless a byte is said.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    /// For each unit the number of ranges of its set, the ranges as bytes from and to, and as bytes the least and the most.
    Units,
    /// The patterns as [`Patterns`] has them, in the order of first use.
    Patterns,
    /// Error codes, one a line, in the order of first use; so the next two.
    Codes,
    Statuses,
    Numbers,
    /// For each provider as bytes its layer and the numbers of its hosts, marks and names.
    Providers,
    /// The patterns of those.
    Senders,
    /// For each item a byte: its kind.
    ItemKinds,
    /// How many references it has.
    ItemCounts,
    /// To patterns, codes, statuses or numbers; of a union, numbers of items.
    ItemRefs,
    /// Bytes: the cause of each rule.
    Causes,
    /// 0 for a generic rule, else the provider's number plus one.
    Owners,
    /// Bytes: 1 opaque, 2 ambiguous, 4 with candidates, 8 with vetoes, 16 with additions; in the other bits how many alternatives,
    /// where 7 means that the rest follows.
    RuleFlags,
    /// Counts that the flags announce, and the candidates as distances from the rule.
    RuleCounts,
    /// References to items that rule a match out or add to it.
    RuleItems,
    /// Bytes: likelihood, 4 nameless, 8 with its own reach; in the other bits how many items.
    WhenFlags,
    /// Reaches in bytes of canonical text; [`ALONE`] where nothing else may stand in the text, [`TOLD`] where nothing else may be found.
    Withins,
    /// References to the items of alternatives, the rarest first.
    WhenItems,
}

/// Number of columns.
pub(crate) const COLUMNS: usize = Column::WhenItems as usize + 1;

/// Names of the columns, for showing what costs.
#[cfg(feature = "build")]
pub(crate) const COLUMN_NAMES: [&str; COLUMNS] = [
    "units",
    "patterns",
    "codes",
    "statuses",
    "numbers",
    "providers",
    "senders",
    "item kinds",
    "item counts",
    "item references",
    "causes",
    "owners",
    "rule flags",
    "rule counts",
    "rule items",
    "alternative flags",
    "reaches",
    "alternative items",
];

/// How far the evidence of one alternative may be apart, in bytes of canonical text, where the rule does not say.
pub(crate) const WITHIN: u32 = 600;
/// In the place of a reach: the evidence is all that the text holds.
pub(crate) const ALONE: u32 = 0;
/// In the place of a reach: somebody tells of an error in a text in which nothing else is found.
pub(crate) const TOLD: u32 = 1;

/// References to items begin with the sender of the rule itself,
pub(crate) const REF_PROVEN: u32 = 1;
pub(crate) const REF_NAMED: u32 = 2;
/// then come families, each by twice its number, and other earlier items, counted back, as odd numbers.
pub(crate) const REF_EARLIER: u32 = 3;

/// A literal that the filter looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// The literal as [`word_of`] gives it.
    pub(crate) word: u64,
    /// Where in the patterns the anchor stands to run one from; 0 for a number, which must stand alone.
    pub(crate) anchor: u32,
    /// What is found where it matches.
    pub(crate) atom: u16,
}

/// One alternative of a rule: all items must be near each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) rule: u16,
    pub(crate) likelihood: Likelihood,
    /// Words alone: names nobody.
    pub(crate) nameless: bool,
    /// Counts only where the text holds hardly anything else.
    pub(crate) alone: bool,
    /// Counts only in the second look at a text in which somebody may tell of an error.
    pub(crate) told: bool,
    pub(crate) within: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) cause: u8,
    /// 0: generic; else the provider's number plus one.
    pub(crate) provider: u16,
    pub(crate) opaque: bool,
    pub(crate) ambiguous: bool,
}

/// What an item weighs in a score, and how far it may stand from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Words,
    Family,
    Code,
    Status,
    Number,
    Proven(u8),
    Named(u8),
}

impl ItemKind {
    /// Whether it tells who sent a message.
    pub(crate) fn is_sender(self) -> bool {
        matches!(self, ItemKind::Proven(_) | ItemKind::Named(_))
    }
}

/// Most references of items to what fires them, all together.
pub(crate) const MOST_REFERENCES: usize = 1 << 20;

/// Kind of an item that is fired by whatever fires one of several families.
pub(crate) const UNION: u8 = 5;

/// Values that may stand behind a key, with their atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values {
    text: Vec<u8>,
    /// Where each value ends in `text`; one byte lies between.
    ends: Vec<u32>,
    /// The numbers of those that are alike by [`Values::sort_of`].
    alike: Lists,
    first_atom: u16,
}

impl Values {
    fn read(text: &[u8], first_atom: usize) -> Values {
        let mut values = Values {
            text: text.to_vec(),
            first_atom: first_atom as u16,
            ..Values::default()
        };
        let mut sorts = Lists::default();
        let mut from = 0;
        for at in 1..=text.len() {
            if text.get(at).is_none_or(|byte| *byte == sign::END) {
                values.ends.push(at as u32);
                sorts.push(Values::sort_of(text.get(from..at).unwrap_or_default()));
                sorts.close();
                from = at + 1;
            }
        }
        values.alike = sorts.inverted(256);
        values
    }

    /// A number below 256 that tells most values apart.
    fn sort_of(value: &[u8]) -> u16 {
        let mix = |sort: u8, byte: &u8| sort.wrapping_mul(13).wrapping_add(*byte);
        value.iter().fold(0, mix).into()
    }

    fn get(&self, number: usize) -> &[u8] {
        let from = number
            .checked_sub(1)
            .and_then(|n| self.ends.get(n))
            .map_or(0, |end| end + 1);
        let to = self.ends.get(number).copied().unwrap_or(0);
        self.text
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    /// The atom of a value that some rule asks for.
    pub(crate) fn atom(&self, value: &[u8]) -> Option<u16> {
        let alike = self.alike.get(Values::sort_of(value)).iter();
        let number = alike
            .copied()
            .find(|number| self.get(usize::from(*number)) == value)?;
        Some(self.first_atom + number)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    pub(crate) patterns: Patterns,
    pub(crate) literals: Vec<Literal>,
    /// Values behind a key: error codes.
    pub(crate) codes: Values,
    /// The same for HTTP statuses.
    pub(crate) statuses: Values,
    /// Items of each atom.
    pub(crate) items_of: Lists,
    /// Providers that each atom proves or names: `(provider, proven, host)`.
    pub(crate) senders_of: Vec<Option<(u8, bool, bool)>>,
    pub(crate) items: Vec<ItemKind>,
    pub(crate) whens: Vec<When>,
    /// The items of each alternative, the rarest first.
    pub(crate) items_of_when: Lists,
    pub(crate) rules: Vec<Rule>,
    /// For each rule what it may really be, and the items that rule it out or add to it.
    pub(crate) candidates: Lists,
    pub(crate) vetoes: Lists,
    pub(crate) adds: Lists,
    /// 0 vendor, 1 reseller, 2 platform, 3 gateway, 4 app.
    pub(crate) layers: Vec<u8>,
}

/// A column being read. What goes wrong is noted and told at the end: until then zeros are read.
#[derive(Clone, Copy, Default)]
struct Reader<'a> {
    bytes: &'a [u8],
    failed: bool,
}

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => {
                self.failed = true;
                0
            }
        }
    }

    fn number(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
            if shift > 21 {
                self.failed = true;
                return 0;
            }
        }
    }

    /// A number below `end`.
    fn below(&mut self, value: usize, end: usize) -> usize {
        if value < end {
            value
        } else {
            self.failed = true;
            0
        }
    }

    /// A reference to the next of `used` things, of which there are `all`, or to an earlier one.
    fn reference(&mut self, used: &mut usize, all: usize) -> usize {
        let back = self.number();
        if back == 0 {
            *used += 1;
        }
        let number = used.wrapping_sub(back.max(1));
        self.below(number, all)
    }
}

const DAMAGED: PackError = PackError::Malformed("the tables");

impl Tables {
    pub(crate) fn read(bytes: &[u8]) -> Result<Tables, PackError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(PackError::NotAPack)?;
        let (version, rest) = rest.split_first().ok_or(PackError::Truncated)?;
        if *version != VERSION {
            return Err(PackError::Version(*version));
        }
        let mut head = Reader {
            bytes: rest,
            failed: false,
        };
        let lengths = [(); COLUMNS].map(|()| head.number());
        let mut rest = head.bytes;
        let mut columns = [Reader::default(); COLUMNS];
        for (column, length) in columns.iter_mut().zip(lengths) {
            let (own, others) = rest.split_at_checked(length).ok_or(PackError::Truncated)?;
            column.bytes = own;
            rest = others;
        }
        if head.failed {
            return Err(PackError::Truncated);
        }
        if !rest.is_empty() {
            return Err(PackError::Malformed("bytes after the end"));
        }
        let mut t = Tables::default();
        t.read_patterns(&mut columns)?;
        t.read_items(&mut columns);
        t.read_rules(&mut columns);
        let whole = columns
            .iter()
            .all(|column| !column.failed && column.bytes.is_empty());
        let indexed = [
            t.items.len(),
            t.whens.len(),
            t.rules.len(),
            t.literals.len(),
        ];
        if whole && indexed.iter().all(|count| *count < usize::from(u16::MAX)) {
            Ok(t)
        } else {
            Err(DAMAGED)
        }
    }

    /// Whether the atom is one of these items'.
    pub(crate) fn fires(&self, atom: u16, items: &ItemSet) -> bool {
        self.items_of.get(atom).iter().any(|item| items.has(*item))
    }

    /// Patterns, values and the literals that find them.
    fn read_patterns(&mut self, columns: &mut [Reader<'_>; COLUMNS]) -> Result<(), PackError> {
        let units = &mut columns[Column::Units as usize];
        let mut known = Vec::new();
        while !units.bytes.is_empty() && known.len() < MAX_UNITS {
            let mut unit = Unit::default();
            for _ in 0..units.byte() {
                for byte in units.byte()..=units.byte() {
                    unit.set.insert(byte);
                }
            }
            (unit.least, unit.most) = (units.byte(), units.byte());
            known.push(unit);
        }
        let mut take = |column: Column| core::mem::take(&mut columns[column as usize].bytes);
        let written = take(Column::Patterns);
        let mut code = Vec::with_capacity(written.len() + 2);
        code.push(sign::END);
        code.extend_from_slice(written);
        if !written.is_empty() {
            code.push(sign::END);
        }
        let patterns = code.iter().filter(|byte| **byte == sign::END).count() - 1;
        let codes = Values::read(take(Column::Codes), patterns);
        let first_status = patterns + codes.ends.len();
        let statuses = Values::read(take(Column::Statuses), first_status);
        let first_number = first_status + statuses.ends.len();
        let numbers = Values::read(take(Column::Numbers), first_number);
        let atoms = first_number + numbers.ends.len();
        if atoms >= usize::from(u16::MAX) {
            return Err(DAMAGED);
        }
        self.senders_of = vec![None; atoms];

        let patterns = Patterns::new(code, known).ok_or(DAMAGED)?;
        let literals = &mut self.literals;
        let mut short = false;
        let mut add = |word: u64, anchor: usize, atom: usize| {
            short |= !(3..=MAX_LITERAL).contains(&length_of(word));
            // A damaged pack may ask for any number.
            if literals.len() >= usize::from(u16::MAX) {
                short = true;
                return;
            }
            literals.push(Literal {
                word,
                anchor: anchor as u32,
                atom: atom as u16,
            });
        };
        // A value that is too long for a literal is none.
        let whole = |value: &[u8]| {
            if value.len() > MAX_LITERAL {
                0
            } else {
                word_of(value)
            }
        };
        let mut atom = 0;
        for (at, byte) in patterns.code().iter().enumerate().skip(1) {
            if *byte == sign::END {
                atom += 1;
            } else if *byte == sign::ANCHOR {
                for word in patterns.literals(at + 1).words() {
                    if *word == 0 {
                        for number in 0..statuses.ends.len() {
                            add(whole(statuses.get(number)), at, first_status + number);
                        }
                    } else {
                        add(*word, at, atom);
                    }
                }
            }
        }
        for number in 0..numbers.ends.len() {
            add(whole(numbers.get(number)), 0, first_number + number);
        }
        if short {
            return Err(PackError::Malformed("a literal"));
        }
        self.patterns = patterns;
        self.codes = codes;
        self.statuses = statuses;
        Ok(())
    }

    /// Providers and items: who fires them.
    fn read_items(&mut self, columns: &mut [Reader<'_>; COLUMNS]) {
        let patterns = usize::from(self.codes.first_atom);
        let atoms = self.senders_of.len();
        let mut used = [0; 4];
        // Where the atoms of patterns, codes, statuses and numbers begin, and those of nothing.
        let firsts = [
            0,
            patterns,
            usize::from(self.statuses.first_atom),
            usize::from(self.statuses.first_atom) + self.statuses.ends.len(),
            atoms,
        ];
        let mut atoms_of = Lists::default();
        while let [layer, hosts, marks, names, rest @ ..] =
            columns[Column::Providers as usize].bytes
        {
            columns[Column::Providers as usize].bytes = rest;
            let provider = self.layers.len() as u8;
            self.layers.push(*layer);
            self.items
                .extend([ItemKind::Proven(provider), ItemKind::Named(provider)]);
            let hosts = usize::from(*hosts);
            let proving = hosts + usize::from(*marks);
            let senders = &mut columns[Column::Senders as usize];
            let own: Vec<u16> = (0..proving + usize::from(*names))
                .map(|_| senders.reference(&mut used[0], patterns) as u16)
                .collect();
            for (number, atom) in own.iter().enumerate() {
                if let Some(sender) = self.senders_of.get_mut(usize::from(*atom))
                    && (number < proving || sender.is_none())
                {
                    *sender = Some((provider, number < proving, number < hosts));
                }
            }
            // What proves a sender names it, too.
            for list in [own.get(..proving).unwrap_or_default(), &own] {
                list.iter().for_each(|atom| atoms_of.push(*atom));
                atoms_of.close();
            }
        }
        let kinds = core::mem::take(&mut columns[Column::ItemKinds as usize].bytes);
        let base = self.items.len();
        for (number, kind) in kinds.iter().enumerate() {
            let refs = columns[Column::ItemCounts as usize].number();
            let column = &mut columns[Column::ItemRefs as usize];
            // Words and families name patterns, the others values.
            let space = usize::from(kind.saturating_sub(1));
            for _ in 0..refs.min(column.bytes.len()) {
                if *kind == UNION {
                    // It comes after the families of which it is one.
                    let family = column.number();
                    let family = column.below(family, number);
                    column.failed |= kinds.get(family) == Some(&UNION);
                    atoms_of.push_all_of((base + family) as u16);
                } else if let (Some(used), [first, end]) = (
                    used.get_mut(space),
                    firsts.get(space..space + 2).unwrap_or(&[]),
                ) {
                    atoms_of.push((first + column.reference(used, end - first)) as u16);
                } else {
                    column.failed = true;
                }
                // A damaged pack may name a long list time and again.
                column.failed |= atoms_of.total() > MOST_REFERENCES;
                if column.failed {
                    return;
                }
            }
            atoms_of.close();
            self.items.push(match kind {
                0 => ItemKind::Words,
                2 => ItemKind::Code,
                3 => ItemKind::Status,
                4 => ItemKind::Number,
                _ => ItemKind::Family,
            });
        }
        self.items_of = atoms_of.inverted(atoms);
        columns[Column::ItemKinds as usize].failed |= self.layers.len() > 128;
    }

    fn read_rules(&mut self, columns: &mut [Reader<'_>; COLUMNS]) {
        let causes = core::mem::take(&mut columns[Column::Causes as usize].bytes);
        let items = self.items.len();
        // Families are numbered before any rule refers to them, as are the senders.
        let first_family = 2 * self.layers.len();
        let mut used = first_family + columns[Column::RuleCounts as usize].number();
        let mut list = |lists: &mut Lists, column: &mut Reader<'_>, count: usize, own: usize| {
            for _ in 0..count.min(column.bytes.len()) {
                let number = match column.number() as u32 {
                    0 => {
                        used += 1;
                        used - 1
                    }
                    REF_PROVEN => own.wrapping_sub(2),
                    REF_NAMED => own.wrapping_sub(1),
                    number => match (number - REF_EARLIER) as usize {
                        family if family % 2 == 0 => first_family + family / 2,
                        back => used.wrapping_sub(back / 2 + 1),
                    },
                };
                lists.push(column.below(number, items) as u16);
            }
            lists.close();
        };
        for (rule, cause) in causes.iter().enumerate() {
            let owners = &mut columns[Column::Owners as usize];
            let owner = owners.number();
            let owner = owners.below(owner, self.layers.len() + 1);
            let flags = columns[Column::RuleFlags as usize].byte();
            let counts = &mut columns[Column::RuleCounts as usize];
            let mut count = |flag: u8| {
                if flags & flag == 0 {
                    0
                } else {
                    counts.number()
                }
            };
            let (candidates, vetoes, adds) = (count(4), count(8), count(16));
            let whens = usize::from(flags >> 5) + if flags >> 5 == 7 { counts.number() } else { 0 };
            for _ in 0..candidates.min(counts.bytes.len()) {
                let step = counts.number();
                let number = rule.wrapping_add((step >> 1) ^ (step & 1).wrapping_neg());
                self.candidates
                    .push(counts.below(number, causes.len()) as u16);
            }
            self.candidates.close();
            for _ in 0..whens {
                let flags = columns[Column::WhenFlags as usize].byte();
                let within = if flags & 8 == 0 {
                    WITHIN
                } else {
                    columns[Column::Withins as usize].number() as u32
                };
                let column = &mut columns[Column::WhenItems as usize];
                let before = self.items_of_when.total();
                list(
                    &mut self.items_of_when,
                    column,
                    usize::from(flags >> 4),
                    2 * owner,
                );
                column.failed |= self.items_of_when.total() == before
                    || self.whens.len() >= usize::from(u16::MAX);
                if column.failed {
                    return;
                }
                self.whens.push(When {
                    rule: rule as u16,
                    likelihood: match flags & 3 {
                        0 => Likelihood::Possible,
                        1 => Likelihood::Likely,
                        _ => Likelihood::Certain,
                    },
                    nameless: flags & 4 != 0,
                    alone: within == ALONE,
                    told: within == TOLD,
                    within: if within <= TOLD { WITHIN } else { within },
                });
            }
            let column = &mut columns[Column::RuleItems as usize];
            column.failed |= usize::from(*cause) >= crate::CAUSES.len();
            list(&mut self.vetoes, column, vetoes, 2 * owner);
            list(&mut self.adds, column, adds, 2 * owner);
            self.rules.push(Rule {
                cause: *cause,
                provider: owner as u16,
                opaque: flags & 1 != 0,
                ambiguous: flags & 2 != 0,
            });
        }
    }
}
