//! Rule engine of Resep: text in, report out. No files, no clock, no HTML, no language.
#![no_std]

extern crate alloc;

#[cfg(feature = "build")]
pub mod compile;
mod report;

use core::fmt;

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
pub struct Engine {}

impl Engine {
    /// Reads a pack and builds the automaton from it.
    ///
    /// # Errors
    /// A [`PackError`] if the bytes are not a whole pack of this version.
    pub fn from_pack(bytes: &[u8]) -> Result<Engine, PackError> {
        let _ = bytes;
        Ok(Engine {})
    }

    /// Reads one paste, whole.
    #[must_use]
    pub fn diagnose(&self, text: &[u8]) -> Report {
        let mut stream = self.stream();
        stream.feed(text);
        stream.finish()
    }

    /// Begins a paste that comes in pieces; any cutting gives the same report.
    #[must_use]
    pub fn stream(&self) -> Stream<'_> {
        Stream { _engine: self }
    }
}

/// A paste being read.
#[derive(Debug)]
pub struct Stream<'e> {
    _engine: &'e Engine,
}

impl Stream<'_> {
    /// Reads the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        let _ = bytes;
    }

    /// Ends the paste.
    #[must_use]
    pub fn finish(self) -> Report {
        Report {
            verdict: Verdict::None,
            facts: Facts::default(),
            findings: alloc::vec::Vec::new(),
            masked: 0,
        }
    }
}
