//! What the engine answers: plain values, indices and byte ranges.
//!
//! Nothing here decides anything, and nothing here knows a language: titles, steps and page addresses are
//! looked up by the caller from the indices.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What the paste as a whole turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One cause stands out.
    Match,
    /// Two or more causes stand equally; all are listed.
    Ambiguous,
    /// One of ours, but the text hides the cause.
    Opaque,
    /// Nothing of ours.
    None,
    /// Only white space.
    Empty,
}

impl Verdict {
    /// The lower-case word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Match => "match",
            Verdict::Ambiguous => "ambiguous",
            Verdict::Opaque => "opaque",
            Verdict::None => "none",
            Verdict::Empty => "empty",
        }
    }
}

/// How often a finding of this strength is right: 99 of 100, 90 of 100, or a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Likelihood {
    /// A hint.
    #[default]
    Possible,
    /// Right in 90 of 100.
    Likely,
    /// Right in 99 of 100.
    Certain,
}

impl Likelihood {
    /// The lower-case word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Likelihood::Certain => "certain",
            Likelihood::Likely => "likely",
            Likelihood::Possible => "possible",
        }
    }
}

/// Bytes `start..end` of the paste as given; `start < end`, both on character boundaries where the paste is UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A rule that matched, with what it matched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Index into the rules the pack was compiled from.
    pub rule: u16,
    /// Index into the providers, where something in the paste tells who sent it.
    pub provider: Option<u16>,
    /// How sure the best fitting alternative of the rule is.
    pub likelihood: Likelihood,
    /// Sorted, merged, never empty.
    pub evidence: Vec<Span>,
    /// Ranks findings of equal likelihood; of no meaning outside one report.
    pub score: u16,
}

/// A value read from the paste, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The value as canonical text, which is UTF-8 where the paste was.
    pub value: Vec<u8>,
    /// Where it stands in the paste.
    pub span: Span,
}

impl Fact {
    /// The value for showing.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.value)
    }
}

/// Structured facts, read once whatever the rules say.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Facts {
    /// HTTP status, 100 to 599.
    pub http_status: Option<u16>,
    /// The sender's own error code.
    pub code: Option<Fact>,
    /// Index of the provider that something in the paste proves or names.
    pub provider: Option<u16>,
    /// The sender's id of the request, as written in the paste.
    pub request_id: Option<Fact>,
    /// The host of a known provider.
    pub host: Option<Fact>,
}

/// The answer to one paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the paste turned out to be.
    pub verdict: Verdict,
    /// What could be read from it.
    pub facts: Facts,
    /// Best first, at most 8.
    pub findings: Vec<Finding>,
    /// How many places of the paste must be masked before it is shown; 0 until the caller, who holds the whole paste, has
    /// counted them with [`crate::secrets`].
    pub masked: u32,
}

impl Report {
    /// Whether the first finding rests on words alone: somebody told of an error, or pasted the sentence of one, without the code,
    /// the status or the host that would settle it. A question helps more than steps then.
    #[must_use]
    pub fn rests_on_words(&self) -> bool {
        let Facts {
            http_status,
            code,
            provider: _,
            request_id,
            host,
        } = &self.facts;
        let facts = [code, request_id, host];
        http_status.is_none()
            && facts.iter().all(|fact| fact.is_none())
            && self
                .findings
                .first()
                .is_some_and(|finding| finding.likelihood < Likelihood::Certain)
    }

    /// The same report one step less sure: what it rests on was read with a guess.
    pub(crate) fn doubted(mut self) -> Report {
        for finding in &mut self.findings {
            finding.likelihood = match finding.likelihood {
                Likelihood::Certain => Likelihood::Likely,
                _ => Likelihood::Possible,
            };
        }
        self
    }
}
