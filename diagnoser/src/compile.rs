//! Host side: rules in, pack out (feature `build`). Every fault is reported in one go, with the caller's own
//! `origin` key, so that it can be shown with file, line and column. Reads no files.

use alloc::string::String;
use alloc::vec::Vec;

use crate::report::Likelihood;

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
    /// Kind reseller, gateway or platform: ranks below what it wraps.
    pub wrapper: bool,
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
    /// Values of a keyed code.
    pub code: Vec<Pattern>,
    /// HTTP status values.
    pub status: Vec<Pattern>,
    /// Values that stand as a token of their own, keyed or not.
    pub number: Vec<Pattern>,
    /// What must be known about the sender.
    pub sender: Option<Sender>,
    /// Window in bytes of canonical text; 600 if absent.
    pub within: Option<u32>,
    /// The caller's key.
    pub origin: u32,
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
    /// Families that rule it out near a match.
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

/// Compiles the rules to a pack for [`crate::Engine::from_pack`].
///
/// # Errors
/// All refusals at once, in the order of the specification.
pub fn compile(spec: &PackSpec) -> Result<Vec<u8>, Vec<CompileError>> {
    let _ = spec;
    Ok(Vec::new())
}

/// Every pattern text of the specification, sorted, without duplicates, in the order in which the engine numbers them.
#[must_use]
pub fn patterns(spec: &PackSpec) -> Vec<String> {
    let _ = spec;
    Vec::new()
}
