//! The cheapest packs that hold at least so many units.
//!
//! Packs that an account may buy only so often are tried in every number; the others are filled up by dynamic programming
//! over units, so the result is the cheapest there is and not a guess.

use alloc::vec;
use alloc::vec::Vec;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::catalogue::{Catalogue, Clock, Pack};
use crate::{Day, Money, Refusal, times};

/// Most steps of the greatest common size of all packs; more would take the page too long.
const STEPS: u64 = 200_000;
/// Most combinations of the packs that an account may buy only so often.
const COMBINATIONS: u64 = 4096;

/// Packs bought together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// In the order of the catalogue.
    pub items: Vec<Item>,
    /// For all of them.
    pub price: Money,
    /// In all of them.
    pub units: Decimal,
    /// What the job leaves over.
    pub left: Decimal,
}

/// How often a pack is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Pack id.
    pub pack: alloc::string::String,
    /// How often.
    pub count: u64,
    /// The day its units are void if it is bought today; nothing where no term is known.
    pub expires: Option<Day>,
    /// Whether its price or the reading of it is too old to pay by.
    pub stale: bool,
}

/// A pack in whole steps and whole ten-thousandths of a dollar.
struct Whole {
    index: usize,
    size: u64,
    price: u64,
    most: Option<u32>,
}

/// The packs on sale for `unit`, in the order of the catalogue.
pub(crate) fn on_sale<'c>(catalogue: &'c Catalogue, unit: &str) -> Vec<&'c Pack> {
    catalogue
        .packs
        .iter()
        .filter(|p| p.unit == unit && p.on_sale)
        .collect()
}

/// The cheapest way to hold at least `need` units; of several, the one with the fewest packs. Nothing where no pack of
/// `packs` has units at all, or where the limits per account do not suffice.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/acme.txt")); }
/// # use doc::acme;
/// // `acme()` is the catalogue that is shown at `Catalogue`.
/// use calculator::Day;
/// use calculator::packs::cheapest;
///
/// let acme = acme();
/// let packs: Vec<_> = acme.packs.iter().collect();
/// let clock = acme.clock(Day::parse("2026-11-20").ok_or("no day")?);
/// let plan = cheapest(&packs, 3400.into(), None, clock).map_err(|refusal| refusal.reason)?;
/// let plan = plan.ok_or("no packs")?;
/// let items: Vec<_> = plan.items.iter().map(|item| (item.pack.as_str(), item.count)).collect();
/// assert_eq!(items, [("mini", 1), ("large", 1)]);
/// assert_eq!(plan.left, 100.into());
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// `too-large` where the search would be too long, or a price or size is no multiple of 0.0001.
pub fn cheapest(
    packs: &[&Pack],
    need: Decimal,
    rate: Option<Decimal>,
    clock: Clock,
) -> Result<Option<Plan>, Refusal> {
    let too_large = || Refusal::new("videos", "too-large");
    let mut whole = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        let size = scaled(pack.units).ok_or_else(too_large)?;
        let price = scaled(pack.price).ok_or_else(too_large)?;
        if size > 0 {
            whole.push(Whole {
                index,
                size,
                price,
                most: pack.per_account,
            });
        }
    }
    let step = whole.iter().fold(0, |all, w| gcd(all, w.size));
    if step == 0 {
        return Ok(None);
    }
    // Rounded up: part of a step is covered by the next whole one.
    let scaled_need = need
        .checked_mul(Decimal::from(10_000))
        .and_then(|n| n.ceil().to_u64())
        .ok_or_else(too_large)?;
    let steps = scaled_need.div_ceil(step).max(1);
    if steps > STEPS {
        return Err(too_large());
    }
    let (limited, free): (Vec<&Whole>, Vec<&Whole>) = whole.iter().partition(|w| w.most.is_some());
    let filled = fill(&free, step, steps);
    let mut combinations: u64 = 1;
    for w in &limited {
        combinations = combinations
            .checked_mul(u64::from(w.most.unwrap_or(0)) + 1)
            .filter(|n| *n <= COMBINATIONS)
            .ok_or_else(too_large)?;
    }
    // (price, packs, number of the combination)
    let mut best: Option<(u64, u64, u64)> = None;
    for number in 0..combinations {
        let (mut price, mut count, mut covered) = (0_u64, 0_u64, 0_u64);
        for (w, n) in limited.iter().zip(digits(&limited, number)) {
            price = price.saturating_add(w.price.saturating_mul(n));
            covered = covered.saturating_add((w.size / step).saturating_mul(n));
            count += n;
        }
        let rest = usize::try_from(steps.saturating_sub(covered)).map_err(|_| too_large())?;
        let Some(Some(rest)) = filled.get(rest) else {
            continue;
        };
        let all = (price.saturating_add(rest.price), count + rest.count, number);
        if best.is_none_or(|b| all < b) {
            best = Some(all);
        }
    }
    let Some((_, _, number)) = best else {
        return Ok(None);
    };
    let mut counts = vec![0_u64; packs.len()];
    let mut covered = 0_u64;
    for (w, n) in limited.iter().zip(digits(&limited, number)) {
        counts[w.index] += n;
        covered = covered.saturating_add((w.size / step).saturating_mul(n));
    }
    let mut rest = steps.saturating_sub(covered);
    while rest > 0 {
        let last = usize::try_from(rest)
            .ok()
            .and_then(|n| filled.get(n).copied().flatten())
            .and_then(|f| free.get(f.last))
            .ok_or_else(too_large)?;
        counts[last.index] += 1;
        rest = rest.saturating_sub(last.size / step);
    }
    plan(packs, &counts, need, rate, clock).map(Some)
}

/// One kind of pack, as often as it takes; nothing where the account may not buy so many.
///
/// # Errors
/// `too-large`.
pub fn single(
    pack: &Pack,
    need: Decimal,
    rate: Option<Decimal>,
    clock: Clock,
) -> Result<Option<Plan>, Refusal> {
    if pack.units.is_zero() {
        return Ok(None);
    }
    let count = crate::quotient("videos", need, pack.units)?
        .ceil()
        .to_u64()
        .ok_or_else(|| Refusal::new("videos", "too-large"))?
        .max(1);
    if pack.per_account.is_some_and(|most| count > u64::from(most)) {
        return Ok(None);
    }
    plan(&[pack], &[count], need, rate, clock).map(Some)
}

fn plan(
    packs: &[&Pack],
    counts: &[u64],
    need: Decimal,
    rate: Option<Decimal>,
    clock: Clock,
) -> Result<Plan, Refusal> {
    let (mut price, mut units) = (Decimal::ZERO, Decimal::ZERO);
    let mut items = Vec::new();
    let add = |a: Decimal, b: Decimal| {
        a.checked_add(b)
            .ok_or_else(|| Refusal::new("videos", "too-large"))
    };
    for (pack, count) in packs.iter().zip(counts).filter(|(_, n)| **n > 0) {
        price = add(price, times("videos", pack.price, Decimal::from(*count))?)?;
        units = add(units, times("videos", pack.units, Decimal::from(*count))?)?;
        items.push(Item {
            pack: pack.id.clone(),
            count: *count,
            expires: pack.validity_days.map(|d| clock.today.plus(i64::from(d))),
            stale: clock.is_stale(&pack.proof),
        });
    }
    Ok(Plan {
        items,
        price: Money::new(price, rate),
        units: units.normalize(),
        left: (units - need).normalize(),
    })
}

/// How a number of steps is covered most cheaply.
#[derive(Clone, Copy)]
struct Filled {
    price: u64,
    count: u64,
    /// Place in the list of packs of the one bought last.
    last: usize,
}

fn fill(free: &[&Whole], step: u64, steps: u64) -> Vec<Option<Filled>> {
    let mut out: Vec<Option<Filled>> = vec![Some(Filled {
        price: 0,
        count: 0,
        last: usize::MAX,
    })];
    for n in 1..=steps {
        let mut best: Option<Filled> = None;
        for (last, w) in free.iter().enumerate() {
            let before = usize::try_from(n.saturating_sub(w.size / step)).unwrap_or(usize::MAX);
            let Some(Some(before)) = out.get(before) else {
                continue;
            };
            let now = Filled {
                price: before.price.saturating_add(w.price),
                count: before.count + 1,
                last,
            };
            if best.is_none_or(|b| (now.price, now.count) < (b.price, b.count)) {
                best = Some(now);
            }
        }
        out.push(best);
    }
    out
}

/// The combination `number` as how often each limited pack is bought.
fn digits(limited: &[&Whole], mut number: u64) -> Vec<u64> {
    limited
        .iter()
        .map(|w| {
            let base = u64::from(w.most.unwrap_or(0)) + 1;
            let digit = number % base;
            number /= base;
            digit
        })
        .collect()
}

/// Ten-thousandths; nothing for what is negative or finer.
fn scaled(value: Decimal) -> Option<u64> {
    let value = value.checked_mul(Decimal::from(10_000))?;
    value.fract().is_zero().then(|| value.to_u64()).flatten()
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
