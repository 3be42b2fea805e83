//! Host side: rules in, pack out (feature `build`). Every fault is reported in one go, with the caller's own
//! `origin` key, so that it can be shown with file, line and column. Reads no files.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::pack::{ALONE, ItemKind, MOST_REFERENCES, TOLD, Tables, WITHIN};
use crate::rank::{LOOSE_WITHIN, SENDER_WITHIN};
use crate::report::Likelihood;
use crate::vm::{MAX_LITERAL, Unit};

mod background;
mod code;
mod encode;
mod pattern;
mod status;

use background::Background;
use code::Compiled;
use encode::host_pattern;

/// One pattern, or one plain value where the field says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// The pattern as written in the rule file.
    pub text: String,
    /// The caller's key to file and span; returned in errors.
    pub origin: u32,
}

/// A shared list of patterns that say the same thing in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilySpec {
    /// Unique id, such as `money-empty`.
    pub id: String,
    /// The patterns; any one of them is enough.
    pub patterns: Vec<Pattern>,
    /// The caller's key.
    pub origin: u32,
}

/// Someone who sends errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderSpec {
    /// Unique id, such as `kling`.
    pub id: String,
    /// How far it stands from the maker of the video: 0 vendor, 1 reseller, 2 platform, 3 gateway, 4 app. Who passes on what
    /// another says ranks below the other.
    pub layer: u8,
    /// Plain host names, matched as the suffix of a host: `klingai.com` hits `api.klingai.com`.
    pub hosts: Vec<Pattern>,
    /// Patterns that prove the sender.
    pub marks: Vec<Pattern>,
    /// Patterns that merely name it in prose.
    pub names: Vec<Pattern>,
    /// The caller's key.
    pub origin: u32,
}

/// What a `[[when]]` asks to know about the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A host or mark of the rule's provider stands near.
    Proven,
    /// A host, a mark or merely its name stands near.
    Named,
    /// Nothing is asked.
    Unknown,
}

/// One `[[when]]`: every key given must be found, any value of a key is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhenSpec {
    /// How sure this alternative is.
    pub likelihood: Likelihood,
    /// Patterns, one of which must match.
    pub phrase: Vec<Pattern>,
    /// A second set of patterns, one of which must match too.
    pub also: Vec<Pattern>,
    /// Family ids with the caller's key of each.
    pub family: Vec<(String, u32)>,
    /// A second set of families, a pattern of one of which must match too.
    pub also_family: Vec<(String, u32)>,
    /// Values of a keyed code.
    pub code: Vec<Pattern>,
    /// HTTP status values.
    pub status: Vec<Pattern>,
    /// Values that stand as a token of their own, keyed or not.
    pub number: Vec<Pattern>,
    /// What must be known about the sender.
    pub sender: Option<Sender>,
    /// Window in bytes of canonical text, 2 to 4,000, with the caller's key; 600 if absent. Not beside `number`, which has a window of its own.
    pub within: Option<(u32, u32)>,
    /// Counts only in a text whose canonical text is at most 36 columns wide, an ideograph being two: nothing else stands there that could tell what it is about.
    pub alone: bool,
    /// Families that tell what the talk is of, one of which must be there too. With them it counts only in a text of at most 600
    /// bytes of canonical text in which nothing else is found: somebody tells of an error in their own words. At most
    /// [`Likelihood::Possible`].
    pub told: Vec<(String, u32)>,
    /// The caller's key.
    pub origin: u32,
}

impl WhenSpec {
    /// Whether words are asked for.
    fn is_worded(&self) -> bool {
        let patterns = !(self.phrase.is_empty() && self.also.is_empty());
        patterns || !(self.family.is_empty() && self.also_family.is_empty())
    }

    /// Whether the sender is asked for.
    fn is_sent(&self) -> bool {
        matches!(self.sender, Some(Sender::Proven | Sender::Named))
    }
}

/// What raises the rank of a rule when it stands near, and never decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddsSpec {
    /// Patterns.
    pub phrase: Vec<Pattern>,
    /// Family ids with the caller's key of each.
    pub family: Vec<(String, u32)>,
    /// Values of a keyed code.
    pub code: Vec<Pattern>,
    /// HTTP status values.
    pub status: Vec<Pattern>,
}

/// What recognises one error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSpec {
    /// Unique id, such as `kling/rate-limit`.
    pub id: String,
    /// Index into [`crate::CAUSES`].
    pub cause: u8,
    /// Provider id; absent in a generic rule.
    pub provider: Option<String>,
    /// The text hides the cause.
    pub opaque: bool,
    /// One signal, several causes.
    pub ambiguous: bool,
    /// Rule ids it may really be, with the caller's key of each.
    pub candidates: Vec<(String, u32)>,
    /// Patterns that rule it out near a match.
    pub unless: Vec<Pattern>,
    /// Families whose patterns rule it out as those of `unless` do.
    pub unless_words_of: Vec<(String, u32)>,
    /// Families that rule it out near a match, unless that is certain or has a proven sender.
    pub unless_family: Vec<(String, u32)>,
    /// What raises its rank.
    pub adds: AddsSpec,
    /// The alternatives.
    pub when: Vec<WhenSpec>,
    /// The caller's key.
    pub origin: u32,
}

/// Everything that goes into a pack. The indices in a `Report` are indices into these vectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackSpec {
    /// Families, ids unique.
    pub families: Vec<FamilySpec>,
    /// Providers, ids unique.
    pub providers: Vec<ProviderSpec>,
    /// Rules, ids unique.
    pub rules: Vec<RuleSpec>,
}

/// One refusal: what, where (the caller's key), why, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// The caller's key of the offending value.
    pub origin: u32,
    /// Kebab-case name of the problem.
    pub code: &'static str,
    /// What is wrong: lower-case start, no final dot.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Greatest number of providers: the stream keeps who was seen as one bit each.
const MAX_PROVIDERS: usize = 128;
/// Greatest number of hosts, of marks and of names of one provider: the pack counts them with a byte each.
const MAX_SIGNS: usize = 255;
/// How far the evidence of one alternative may be apart where a loose number is part of it: numbers are everywhere.
const WITHIN_OF_NUMBER: u32 = 160;

/// Reaches that a rule may ask for: what is less means something else in a pack ([`ALONE`], [`TOLD`]), and over more than a sender's reach
/// nobody's evidence belongs together, while the stream would have to hold all of it.
const REACHES: core::ops::RangeInclusive<u32> = TOLD + 1..=SENDER_WITHIN as u32;

/// Compiles the rules to a pack for [`crate::Engine::from_pack`].
///
/// # Errors
/// All refusals at once, in the order of the specification.
pub fn compile(spec: &PackSpec) -> Result<Vec<u8>, Vec<CompileError>> {
    lower(spec).finish()
}

/// What each part of the pack of these rules takes, in bytes: for showing what costs.
///
/// # Errors
/// As [`compile`].
pub fn parts(spec: &PackSpec) -> Result<Vec<(&'static str, Vec<u8>)>, Vec<CompileError>> {
    let lowering = lower(spec);
    if lowering.errors.is_empty() {
        Ok(lowering.pack().named())
    } else {
        Err(lowering.errors)
    }
}

fn lower(spec: &PackSpec) -> Lowering<'_> {
    let mut lowering = Lowering::new(spec);
    for family in &spec.families {
        let atoms = lowering.atoms(&family.patterns);
        let item = lowering.item(ItemKind::Family, atoms);
        lowering.families.insert(&family.id, item);
    }
    if spec.providers.len() > MAX_PROVIDERS {
        lowering.refuse(
            spec.providers[MAX_PROVIDERS].origin,
            "too-many-providers",
            format!("there are more than {MAX_PROVIDERS} providers"),
            "remove those that no rule needs",
        );
    }
    for (number, provider) in spec.providers.iter().enumerate().take(MAX_PROVIDERS) {
        lowering.provider(u8::try_from(number).unwrap_or(u8::MAX), provider);
    }
    for (number, rule) in spec.rules.iter().enumerate() {
        lowering.rule(number, rule);
    }
    for text in status::patterns() {
        lowering.atom_of(&Pattern { text, origin: 0 }, code::compile_status);
    }
    lowering
}

/// Every pattern of the specification as the engine takes it, sorted, without duplicates: for comparing the engine with
/// another matcher. Patterns that are refused are left out.
#[must_use]
pub fn patterns(spec: &PackSpec) -> Vec<String> {
    let mut lowering = Lowering::new(spec);
    let rules = spec.rules.iter().flat_map(|rule| {
        let whens = rule
            .when
            .iter()
            .flat_map(|when| when.phrase.iter().chain(&when.also));
        whens.chain(&rule.unless).chain(&rule.adds.phrase)
    });
    let families = spec.families.iter().flat_map(|family| &family.patterns);
    let senders = spec
        .providers
        .iter()
        .flat_map(|provider| provider.marks.iter().chain(&provider.names));
    for pattern in families.chain(senders).chain(rules) {
        lowering.atom_of_pattern(pattern);
    }
    let mut all: Vec<String> = lowering.patterns.keys().cloned().collect();
    all.sort();
    all
}

/// One pattern compiled on its own: the differential test compares it with another matcher.
#[derive(Debug)]
pub struct Probe {
    tables: Tables,
    matcher: crate::Matcher,
}

impl Probe {
    /// Compiles the pattern.
    ///
    /// # Errors
    /// The refusal, if the pattern is not taken.
    pub fn new(pattern: &str) -> Result<Probe, CompileError> {
        let spec = PackSpec::default();
        let mut lowering = Lowering::new(&spec);
        let refusal = |code: &'static str| CompileError {
            origin: 0,
            code,
            message: String::new(),
            help: String::new(),
        };
        if lowering
            .atom_of_pattern(&Pattern {
                text: pattern.to_string(),
                origin: 0,
            })
            .is_none()
        {
            return Err(lowering
                .errors
                .pop()
                .unwrap_or_else(|| refusal("bad-pattern")));
        }
        let atom = lowering.patterns.values().copied().next();
        lowering.item(
            ItemKind::Words,
            atom.into_iter().map(AtomRef::Pattern).collect(),
        );
        let tables = Tables::read(&lowering.pack().join()).map_err(|_| refusal("bad-pattern"))?;
        let matcher = crate::Matcher::new(&tables).map_err(|_| refusal("pack-too-large"))?;
        Ok(Probe { tables, matcher })
    }

    /// A match in canonical text, as `(from, to)`.
    #[must_use]
    pub fn find(&self, canonical: &[u8]) -> Option<(usize, usize)> {
        self.matcher.first(&self.tables, canonical)
    }
}

/// The way from the specification to the tables of the pack.
struct Lowering<'s> {
    spec: &'s PackSpec,
    errors: Vec<CompileError>,
    units: Vec<Unit>,
    /// Patterns by text, with their atoms; what was refused is not among them.
    patterns: BTreeMap<String, u16>,
    /// The patterns as the engine reads them, by atom.
    codes_of: Vec<Vec<u8>>,
    /// How often each pattern is likely to be seen in a log that means nothing.
    pattern_costs: Vec<u64>,
    background: Background,
    codes: BTreeMap<String, u32>,
    statuses: BTreeMap<String, u32>,
    numbers: BTreeMap<String, u32>,
    /// Items by what they are and the atoms that fire them.
    items: BTreeMap<(u8, Vec<AtomRef>), u16>,
    kinds: Vec<ItemKind>,
    item_atoms: Vec<Vec<AtomRef>>,
    /// The families of an item that is several of them.
    unions: BTreeMap<u16, Vec<u16>>,
    senders: BTreeMap<u16, (u8, bool, bool)>,
    families: BTreeMap<&'s str, u16>,
    provider_items: BTreeMap<&'s str, (u16, u16)>,
    rule_numbers: BTreeMap<&'s str, u16>,
    rules: Vec<Rule>,
    whens: Vec<When>,
}

/// One alternative of a rule: all items must be near each other.
#[derive(Clone, Debug)]
struct When {
    rule: u16,
    likelihood: Likelihood,
    /// Words alone: names nobody.
    nameless: bool,
    within: u32,
    items: Box<[u16]>,
}

#[derive(Clone, Debug)]
struct Rule {
    cause: u8,
    /// 0: generic; else the provider's number plus one.
    provider: u16,
    opaque: bool,
    ambiguous: bool,
    candidates: Box<[u16]>,
    vetoes: Box<[u16]>,
    adds: Box<[u16]>,
}

/// An atom before the numbers are known: patterns come first in the pack, then values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum AtomRef {
    Pattern(u16),
    Code(u32),
    Status(u32),
    Number(u32),
}

impl<'s> Lowering<'s> {
    fn new(spec: &'s PackSpec) -> Self {
        let rule_numbers = spec
            .rules
            .iter()
            .enumerate()
            .map(|(i, rule)| (rule.id.as_str(), u16::try_from(i).unwrap_or(u16::MAX)))
            .collect();
        Lowering {
            spec,
            errors: Vec::new(),
            units: Vec::new(),
            patterns: BTreeMap::new(),
            codes_of: Vec::new(),
            pattern_costs: Vec::new(),
            background: Background::new(),
            codes: BTreeMap::new(),
            statuses: BTreeMap::new(),
            numbers: BTreeMap::new(),
            items: BTreeMap::new(),
            kinds: Vec::new(),
            item_atoms: Vec::new(),
            unions: BTreeMap::new(),
            senders: BTreeMap::new(),
            families: BTreeMap::new(),
            provider_items: BTreeMap::new(),
            rule_numbers,
            rules: Vec::new(),
            whens: Vec::new(),
        }
    }

    fn refuse(&mut self, origin: u32, code: &'static str, message: String, help: &str) {
        self.errors.push(CompileError {
            origin,
            code,
            message,
            help: help.to_string(),
        });
    }

    fn atom_of_pattern(&mut self, pattern: &Pattern) -> Option<u16> {
        self.atom_of(pattern, code::compile)
    }

    fn atom_of(
        &mut self,
        pattern: &Pattern,
        compile: fn(&str, &mut Vec<Unit>, &Background) -> Compiled,
    ) -> Option<u16> {
        if let Some(known) = self.patterns.get(&pattern.text) {
            return Some(*known);
        }
        match compile(&pattern.text, &mut self.units, &self.background) {
            Ok((code, cost)) => {
                let atom = u16::try_from(self.codes_of.len()).ok()?;
                self.codes_of.push(code);
                self.pattern_costs.push(cost);
                self.patterns.insert(pattern.text.clone(), atom);
                Some(atom)
            }
            Err(refusal) => {
                self.errors.push(CompileError {
                    origin: pattern.origin,
                    code: refusal.code,
                    message: refusal.message,
                    help: refusal.help,
                });
                None
            }
        }
    }

    fn atoms(&mut self, patterns: &[Pattern]) -> Vec<AtomRef> {
        patterns
            .iter()
            .filter_map(|pattern| self.atom_of_pattern(pattern))
            .map(AtomRef::Pattern)
            .collect()
    }

    fn item(&mut self, kind: ItemKind, mut atoms: Vec<AtomRef>) -> u16 {
        atoms.sort_unstable();
        atoms.dedup();
        let sort = match kind {
            ItemKind::Words => 0,
            ItemKind::Family => 1,
            ItemKind::Code => 2,
            ItemKind::Status => 3,
            ItemKind::Number => 4,
            ItemKind::Proven(_) => 5,
            ItemKind::Named(_) => 6,
        };
        let fresh = u16::try_from(self.kinds.len()).unwrap_or(u16::MAX);
        // Senders without any pattern yet would all look alike, so they are never shared.
        if sort < 5 {
            if let Some(known) = self.items.get(&(sort, atoms.clone())) {
                return *known;
            }
            self.items.insert((sort, atoms.clone()), fresh);
        }
        self.kinds.push(kind);
        self.item_atoms.push(atoms);
        fresh
    }

    fn provider(&mut self, number: u8, provider: &'s ProviderSpec) {
        for (what, signs) in [
            ("hosts", &provider.hosts),
            ("marks", &provider.marks),
            ("names", &provider.names),
        ] {
            if signs.len() > MAX_SIGNS {
                self.refuse(
                    provider.origin,
                    "pack-too-large",
                    format!(
                        "the provider `{}` has {} {what}, more than {MAX_SIGNS}",
                        provider.id,
                        signs.len()
                    ),
                    "write what several of them have in common as one, such as `(a|b) video`, or the domain above several hosts",
                );
            }
        }
        let mut proven = Vec::new();
        for host in &provider.hosts {
            let text = host_pattern(host);
            if let Some(atom) = self.atom_of_pattern(&Pattern {
                text,
                origin: host.origin,
            }) {
                self.senders.insert(atom, (number, true, true));
                proven.push(AtomRef::Pattern(atom));
            }
        }
        for mark in &provider.marks {
            if let Some(atom) = self.atom_of_pattern(mark) {
                self.senders.insert(atom, (number, true, false));
                proven.push(AtomRef::Pattern(atom));
            }
        }
        let mut named = proven.clone();
        for name in &provider.names {
            if let Some(atom) = self.atom_of_pattern(name) {
                self.senders.entry(atom).or_insert((number, false, false));
                named.push(AtomRef::Pattern(atom));
            }
        }
        let items = (
            self.item(ItemKind::Proven(number), proven),
            self.item(ItemKind::Named(number), named),
        );
        self.provider_items.insert(&provider.id, items);
    }

    fn values(&mut self, kind: ItemKind, values: &[Pattern]) -> Option<u16> {
        if values.is_empty() {
            return None;
        }
        let mut atoms = Vec::new();
        for value in values {
            let text = value.text.to_ascii_lowercase();
            let fits = match kind {
                ItemKind::Status => text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()),
                ItemKind::Number => {
                    (3..=MAX_LITERAL).contains(&text.len())
                        && text.bytes().all(|b| b.is_ascii_digit())
                }
                _ => {
                    !text.is_empty()
                        && text
                            .bytes()
                            .all(|b| crate::vm::is_word(b) || b == b'-' || b == b'.')
                }
            };
            if !fits {
                self.refuse(
                    value.origin,
                    "bad-value",
                    format!("`{}` cannot stand there", value.text),
                    "a status has three digits, a number three to seven, a code letters, digits, `_`, `-` and `.` only",
                );
                continue;
            }
            match kind {
                ItemKind::Status => {
                    atoms.push(AtomRef::Status(intern(&mut self.statuses, text)));
                }
                ItemKind::Number => atoms.push(AtomRef::Number(intern(&mut self.numbers, text))),
                _ => atoms.push(AtomRef::Code(intern(&mut self.codes, text))),
            }
        }
        Some(self.item(kind, atoms))
    }

    /// All families of a list as one item.
    fn family_item(&mut self, list: &[(String, u32)]) -> Option<u16> {
        if list.is_empty() {
            return None;
        }
        let items = self.family_items(list);
        let atoms = self.atoms_of(&items);
        let known = self.kinds.len();
        let item = self.item(ItemKind::Family, atoms);
        if usize::from(item) == known {
            self.unions.insert(item, items);
        }
        Some(item)
    }

    /// The item of each family; a name that no family has is refused.
    fn family_items(&mut self, list: &[(String, u32)]) -> Vec<u16> {
        let mut items = Vec::new();
        for (id, origin) in list {
            match self.families.get(id.as_str()) {
                Some(item) => items.push(*item),
                None => {
                    let near = nearest(id, self.families.keys().copied());
                    self.refuse(
                        *origin,
                        "unknown-family",
                        format!("no family `{id}`"),
                        &near,
                    );
                }
            }
        }
        items
    }

    fn atoms_of(&self, items: &[u16]) -> Vec<AtomRef> {
        items
            .iter()
            .flat_map(|item| self.item_atoms[usize::from(*item)].iter().copied())
            .collect()
    }

    fn words(&mut self, patterns: &[Pattern]) -> Option<u16> {
        let atoms = self.atoms(patterns);
        self.words_item(atoms)
    }

    fn words_item(&mut self, atoms: Vec<AtomRef>) -> Option<u16> {
        (!atoms.is_empty()).then(|| self.item(ItemKind::Words, atoms))
    }

    fn rule(&mut self, number: usize, rule: &'s RuleSpec) {
        let provider = match &rule.provider {
            None => 0,
            Some(id) => match self.spec.providers.iter().position(|p| p.id == *id) {
                Some(at) => u16::try_from(at + 1).unwrap_or(0),
                None => {
                    let near = nearest(id, self.spec.providers.iter().map(|p| p.id.as_str()));
                    self.refuse(
                        rule.origin,
                        "unknown-provider",
                        format!("no provider `{id}`"),
                        &near,
                    );
                    0
                }
            },
        };
        if rule.when.is_empty() {
            self.refuse(
                rule.origin,
                "no-evidence",
                "the rule has no `[[when]]`".to_string(),
                "say what recognises the error",
            );
        }
        for when in &rule.when {
            self.when(number, rule, when);
        }
        let mut candidates = Vec::new();
        for (id, origin) in &rule.candidates {
            match self.rule_numbers.get(id.as_str()) {
                Some(known) => candidates.push(*known),
                None => {
                    let near = nearest(id, self.rule_numbers.keys().copied());
                    self.refuse(*origin, "unknown-rule", format!("no rule `{id}`"), &near);
                }
            }
        }
        let mut unless = self.atoms(&rule.unless);
        let families = self.family_items(&rule.unless_words_of);
        unless.extend(self.atoms_of(&families));
        let mut vetoes: BTreeSet<u16> = self.words_item(unless).into_iter().collect();
        // A family each: a list of lists would make an item of its own for every rule, with all their patterns.
        for family in &rule.unless_family {
            vetoes.extend(self.family_item(core::slice::from_ref(family)));
        }
        let adds: BTreeSet<u16> = [
            self.words(&rule.adds.phrase),
            self.family_item(&rule.adds.family),
            self.values(ItemKind::Code, &rule.adds.code),
            self.values(ItemKind::Status, &rule.adds.status),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.rules.push(Rule {
            cause: rule.cause,
            provider,
            opaque: rule.opaque,
            ambiguous: rule.ambiguous,
            candidates: candidates.into_boxed_slice(),
            vetoes: vetoes.into_iter().collect(),
            adds: adds.into_iter().collect(),
        });
    }

    fn when(&mut self, number: usize, rule: &RuleSpec, when: &WhenSpec) {
        if !self.has_evidence(rule, when) {
            return;
        }
        self.refuse_reach(when);
        let sender = match (when.sender, rule.provider.as_deref()) {
            (Some(Sender::Proven), Some(id)) => self.provider_items.get(id).map(|items| items.0),
            (Some(Sender::Named), Some(id)) => self.provider_items.get(id).map(|items| items.1),
            _ => None,
        };
        let items: BTreeSet<u16> = [
            self.words(&when.phrase),
            self.words(&when.also),
            self.family_item(&when.family),
            self.family_item(&when.also_family),
            self.family_item(&when.told),
            self.values(ItemKind::Code, &when.code),
            self.values(ItemKind::Status, &when.status),
            self.values(ItemKind::Number, &when.number),
            sender,
        ]
        .into_iter()
        .flatten()
        .collect();
        // Its words with a code of its own tell who sent them.
        let own_code = !when.code.is_empty() && when.is_worded() && when.sender.is_none();
        self.whens.push(When {
            rule: u16::try_from(number).unwrap_or(u16::MAX),
            likelihood: when.likelihood,
            nameless: !(when.is_sent() || own_code),
            within: match when.within {
                _ if when.alone => ALONE,
                _ if !when.told.is_empty() => TOLD,
                Some((within, _)) => within,
                None if when.number.is_empty() => WITHIN,
                None => WITHIN_OF_NUMBER,
            },
            items: items.into_iter().collect(),
        });
    }

    /// Refuses an alternative whose evidence does not suffice for what it says. Whether it has any that means something.
    fn has_evidence(&mut self, rule: &RuleSpec, when: &WhenSpec) -> bool {
        let (worded, coded) = (when.is_worded(), !when.code.is_empty());
        if !worded && !coded && when.status.is_empty() && when.number.is_empty() {
            self.refuse(
                when.origin,
                "no-evidence",
                "a `[[when]]` names no evidence".to_string(),
                "add `phrase`, `family` or `code`; a sender alone is not an error",
            );
            return false;
        }
        let lone_status_allowed = rule.ambiguous
            && when.likelihood == Likelihood::Possible
            && !coded
            && when.number.is_empty();
        if !worded && !when.is_sent() && !lone_status_allowed {
            self.refuse(
                when.origin,
                "bare-number",
                "a code or a number is the sole evidence, and other products use the same"
                    .to_string(),
                "add `phrase`, `family` or `sender = \"named\"`",
            );
        } else if rule.provider.is_some() && when.sender.is_none() && !(coded && worded) {
            self.refuse(
                when.origin,
                "provider-on-words-alone",
                "words alone do not tell who sent them".to_string(),
                "add `code` or `sender = \"proven\"`, or write `sender = \"unknown\"` so that the answer names no provider",
            );
        }
        if rule.provider.is_none() && when.sender.is_some_and(|sender| sender != Sender::Unknown) {
            self.refuse(
                when.origin,
                "sender-in-generic-rule",
                "a generic rule has no sender".to_string(),
                "remove `sender`, or move the rule to the folder of its provider",
            );
            return false;
        }
        if !when.told.is_empty() && (when.alone || when.likelihood != Likelihood::Possible) {
            self.refuse(
                when.origin,
                "told-too-sure",
                "what somebody tells in their own words is `possible` at most, and no sentence that stands alone".to_string(),
                "write `likelihood = \"possible\"`, without `alone`",
            );
        }
        true
    }

    /// Refuses a reach that nothing has.
    fn refuse_reach(&mut self, when: &WhenSpec) {
        let Some((within, origin)) = when.within else {
            return;
        };
        let help = if when.alone || !when.told.is_empty() {
            "take the line away: the text itself is shorter than any reach".to_string()
        } else if !when.number.is_empty() {
            format!(
                "take the line away: evidence beside a loose number stands within {LOOSE_WITHIN} bytes of it; for the value of a key \
                 write `code` or `status`"
            )
        } else if REACHES.contains(&within) {
            return;
        } else {
            let message = format!(
                "`within` is {within}, and evidence reaches over {} to {} bytes",
                REACHES.start(),
                REACHES.end()
            );
            let help =
                "write how many bytes may lie between, such as 160; 600 holds without the line";
            return self.refuse(origin, "bad-value", message, help);
        };
        let message = "`within` has no effect beside `number`, `alone` or `told`".to_string();
        self.refuse(origin, "unused-within", message, &help);
    }

    /// How often an item is likely to be seen in a log that means nothing. A sender is in every line of some.
    fn item_cost<'a>(&'a self, item: usize) -> u64 {
        if self.kinds[item].is_sender() {
            return u64::MAX;
        }
        let written = |values: &'a BTreeMap<String, u32>, number| {
            let known = values.iter().find(|(_, known)| **known == number);
            known.map_or("", |(text, _)| text)
        };
        let cost = |atom: &AtomRef| match *atom {
            AtomRef::Pattern(pattern) => self.pattern_costs[usize::from(pattern)],
            AtomRef::Code(number) => background::code_cost(written(&self.codes, number)),
            // Behind a key, or in one of the shapes of `status.rs`.
            AtomRef::Status(_) => 2_000,
            AtomRef::Number(number) => {
                60 * self
                    .background
                    .cost(written(&self.numbers, number).as_bytes())
            }
        };
        self.item_atoms[item].iter().map(cost).sum()
    }

    fn finish(mut self) -> Result<Vec<u8>, Vec<CompileError>> {
        for (what, count) in [
            (
                "atoms",
                self.codes_of.len() + self.codes.len() + self.statuses.len() + self.numbers.len(),
            ),
            ("items", self.kinds.len()),
            ("rules", self.rules.len()),
            ("alternatives", self.whens.len()),
        ] {
            if count >= usize::from(u16::MAX) {
                self.refuse(
                    0,
                    "pack-too-large",
                    format!("the pack has {count} {what}, more than 65534"),
                    "remove rules or patterns",
                );
            }
        }
        let references = self.references();
        if references > MOST_REFERENCES {
            self.refuse(
                0,
                "pack-too-large",
                format!(
                    "lists of patterns and of families name {references} patterns in all, more than {MOST_REFERENCES}"
                ),
                "name fewer families together, or give those that are often named together a family of their own",
            );
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        Ok(self.pack().join())
    }

    /// How often items name what fires them, as the reader of the pack counts it: of several families all that each of them names.
    fn references(&self) -> usize {
        let size = |item: u16| self.item_atoms[usize::from(item)].len();
        (0..=u16::MAX)
            .take(self.kinds.len())
            .map(|item| match self.unions.get(&item) {
                Some(families) => families.iter().map(|family| size(*family)).sum(),
                None => size(item),
            })
            .sum()
    }
}

fn intern(map: &mut BTreeMap<String, u32>, text: String) -> u32 {
    let fresh = u32::try_from(map.len()).unwrap_or(u32::MAX);
    *map.entry(text).or_insert(fresh)
}

/// The known id that shares the most leading and trailing letters with the unknown one: a cheap "did you mean" that the
/// caller may improve on.
fn nearest<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> String {
    let likeness = |other: &str| {
        let lead = id
            .bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let tail = id
            .bytes()
            .rev()
            .zip(other.bytes().rev())
            .take_while(|(a, b)| a == b)
            .count();
        lead + tail
    };
    match known.max_by_key(|other| (likeness(other), core::cmp::Reverse(other.len()))) {
        Some(best) if likeness(best) >= 3 => format!("did you mean `{best}`?"),
        _ => "see the list of known ids".to_string(),
    }
}
