//! Arithmetic of the tools: what a job costs, how long a balance lasts, whether an offer is right.
//!
//! Exact decimals in, exact decimals out; no floating point anywhere, no I/O, no clock, no language. The page calls it through
//! `calculator-wasm`, the generator natively, so that a table without JavaScript and the form beside it cannot differ. What
//! cannot be priced is a [`Refusal`] with its reason, never zero.
//!
//! A [`Catalogue`] says what is sold; [`cost::cost`], [`lasting::lasting`] and [`offer::offer`] answer a question each, of which
//! the numbers are given as a person typed them.
//!
//! ```
//! # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/acme.txt")); }
//! # use doc::acme;
//! use calculator::Day;
//! use calculator::catalogue::Job;
//! use calculator::cost::{Question, cost};
//!
//! let question = Question {
//!     job: Job { model: "acme-video".into(), quality: "720p".into(), seconds: "10".into(), ..Job::default() },
//!     videos: "2,5".into(),
//!     idr: String::new(),
//!     today: Day::parse("2026-11-20").ok_or("no day")?,
//! };
//! // `acme()` is the catalogue that is shown at `Catalogue`. Nobody can make two and a half videos.
//! let refusal = cost(&acme(), &question).err().ok_or("an answer")?;
//! assert_eq!((refusal.field, refusal.reason), ("videos", "not-whole"));
//! # Ok::<(), &str>(())
//! ```

#![no_std]

extern crate alloc;

pub mod catalogue;
pub mod cost;
pub mod day;
pub mod lasting;
pub mod number;
pub mod offer;
pub mod packs;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use rust_decimal::{Decimal, RoundingStrategy};

pub use catalogue::Catalogue;
pub use day::{Day, date_of, days_of};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Field of the question.
    pub field: &'static str,
    /// Kebab-case reason; the page has a sentence for each.
    pub reason: &'static str,
    /// What the sentence names: the values that are possible, a date, the two readings of a number.
    pub values: Vec<String>,
}

/// Every reason that a [`Refusal`] can give. The interface words have a sentence for each.
pub const REASONS: &[&str] = &[
    "ambiguous-number",
    "clip-length",
    "empty",
    "malformed-number",
    "negative",
    "no-date",
    "no-option",
    "no-price",
    "no-rate",
    "not-whole",
    "other-unit",
    "out-of-range",
    "retired",
    "too-fine",
    "too-large",
    "unknown-currency",
    "unknown-model",
    "unknown-pack",
    "unknown-unit",
    "withdrawn",
    "zero",
];

impl Refusal {
    /// A refusal that names nothing.
    #[must_use]
    pub fn new(field: &'static str, reason: &'static str) -> Refusal {
        Refusal {
            field,
            reason,
            values: Vec::new(),
        }
    }

    /// With what its sentence names.
    #[must_use]
    pub fn naming<T: ToString>(
        field: &'static str,
        reason: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Refusal {
        Refusal {
            field,
            reason,
            values: values.into_iter().map(|v| v.to_string()).collect(),
        }
    }
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// US dollars, rounded to four decimals, half away from zero.
    pub usd: Decimal,
    /// Whether nothing was rounded away.
    pub exact: bool,
    /// Whole rupiah by the rate of the question; nothing without one.
    pub idr: Option<Decimal>,
}

impl Money {
    /// `usd` dollars, and rupiah where the person gave a rate (rupiah for one dollar).
    ///
    /// ```
    /// use calculator::Money;
    /// use rust_decimal::Decimal;
    ///
    /// let money = Money::new(Decimal::new(123_456, 5), Some(16_500.into()));
    /// assert_eq!((money.usd, money.exact), (Decimal::new(12_346, 4), false));
    /// assert_eq!(money.idr, Some(20_370.into()));
    /// ```
    #[must_use]
    pub fn new(usd: Decimal, rate: Option<Decimal>) -> Money {
        let rounded = round(usd, 4);
        Money {
            exact: rounded == usd,
            usd: rounded,
            idr: rate
                .and_then(|rate| usd.checked_mul(rate))
                .map(|idr| round(idr, 0)),
        }
    }
}

/// Half away from zero, as people round money; no zeros at the end.
///
/// ```
/// use calculator::round;
/// use rust_decimal::Decimal;
///
/// assert_eq!(round(Decimal::new(12_345, 3), 2), Decimal::new(1235, 2));
/// assert_eq!(round(Decimal::new(-5, 1), 0), Decimal::NEGATIVE_ONE);
/// assert_eq!(round(Decimal::new(1500, 3), 2).to_string(), "1.5");
/// ```
#[must_use]
pub fn round(value: Decimal, decimals: u32) -> Decimal {
    value
        .round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

/// Cheapest first. What is less than a thousandth dearer than the first of its like costs the same, as rounding alone may make
/// so much: of those the one with the least `K` comes first, so that no figure wins by a rounding.
///
/// ```
/// use calculator::by_price;
/// use rust_decimal::Decimal;
///
/// // Price, and whether the figure is stale.
/// let mut offers = [(Decimal::new(11_199, 4), true), (Decimal::new(112, 2), false), (Decimal::ONE, true)];
/// by_price(&mut offers, |offer| *offer);
/// assert_eq!(offers.map(|(_, stale)| stale), [true, false, true]);
/// assert_eq!(offers[1].0, Decimal::new(112, 2));
/// ```
pub fn by_price<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> (Decimal, K)) {
    items.sort_by_key(|item| key(item).0);
    let mut rest = items;
    while let Some(first) = rest.first() {
        let least = key(first).0;
        let margin = least / Decimal::ONE_THOUSAND;
        let same = rest
            .iter()
            .take_while(|item| key(item).0 == least || key(item).0 - least < margin)
            .count();
        let (like, dearer) = rest.split_at_mut(same);
        like.sort_by_key(|item| key(item).1);
        rest = dearer;
    }
}

/// `a * b`, refused where 28 digits do not hold it.
fn times(field: &'static str, a: Decimal, b: Decimal) -> Result<Decimal, Refusal> {
    a.checked_mul(b)
        .ok_or_else(|| Refusal::new(field, "too-large"))
}

/// `a / b`, refused where `b` is zero.
fn quotient(field: &'static str, a: Decimal, b: Decimal) -> Result<Decimal, Refusal> {
    if b.is_zero() {
        return Err(Refusal::new(field, "zero"));
    }
    a.checked_div(b)
        .ok_or_else(|| Refusal::new(field, "too-large"))
}
