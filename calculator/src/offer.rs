//! Is this offer right? What one unit costs, what it costs by the list, and whether what the offer claims follows.

use alloc::string::String;
use alloc::vec::Vec;

use rust_decimal::Decimal;

use crate::catalogue::{Catalogue, Unit, UnitPrice};
use crate::{Day, Money, Refusal, number, quotient, round, times};

/// The question. Numbers are as typed; what is optional may be empty.
#[derive(Clone, Debug)]
pub struct Question {
    /// Unit id.
    pub unit: String,
    /// What is asked, in `currency`.
    pub price: String,
    /// `usd`, or `idr` for rupiah, which need the rate in `idr`.
    pub currency: String,
    /// How many units.
    pub units: String,
    /// Optional: the discount that is claimed, in percent.
    pub discount: String,
    /// Optional: the price of a unit that is claimed, in dollars.
    pub per_unit: String,
    /// Optional: rupiah for one dollar.
    pub idr: String,
    /// The day of the question.
    pub today: Day,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Unit id.
    pub unit: String,
    /// The price in dollars.
    pub price: Money,
    /// Units.
    pub units: Decimal,
    /// Dollars for one unit, rounded to six decimals.
    pub per_unit: Decimal,
    /// Whether nothing was rounded away.
    pub exact: bool,
    /// Dollars for one unit by the list; nothing where it is unknown.
    pub list: Option<Decimal>,
    /// So many units by the list.
    pub list_price: Option<Money>,
    /// What the offer is below the list, in percent, rounded to one decimal; negative if it is dearer.
    pub discount: Option<Decimal>,
    /// The discount that is claimed.
    pub claimed: Option<Claim>,
    /// The price of a unit that is claimed.
    pub claimed_unit: Option<Claim>,
    /// In this order, as far as they apply: `claim-false`; `too-cheap`; `other-unit`; one of `no-list`, `at-list`,
    /// `above-list` and `below-list`; `claim-true`.
    pub verdicts: Vec<&'static str>,
    /// For `other-unit`: the unit of the same seller whose list it agrees with.
    pub other_unit: Option<String>,
    /// Packs of the same unit, cheapest unit first.
    pub known: Vec<Known>,
}

/// A claim and what would follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// As claimed.
    pub value: Decimal,
    /// Whether it follows from price and units.
    pub follows: bool,
    /// What the price would be if it were true.
    pub price: Option<Money>,
}

/// A pack that the data knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Pack id.
    pub pack: String,
    /// Dollars for one unit: price divided by units, rounded to six decimals.
    pub per_unit: Decimal,
    /// Whether its unit is cheaper than the offer's.
    pub cheaper: bool,
    /// Whether the price is too old to pay by.
    pub stale: bool,
}

/// Answers the question.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/acme.txt")); }
/// # use doc::acme;
/// // `acme()` is the catalogue that is shown at `Catalogue`.
/// use calculator::Day;
/// use calculator::offer::{Question, offer};
///
/// let question = Question {
///     unit: "acme-credit".into(),
///     price: "4".into(),
///     currency: "usd".into(),
///     units: "500".into(),
///     discount: "50".into(),
///     per_unit: String::new(),
///     idr: String::new(),
///     today: Day::parse("2026-11-20").ok_or("no day")?,
/// };
/// let offer = offer(&acme(), &question).map_err(|refusal| refusal.reason)?;
/// // A fifth below the list, not half.
/// assert_eq!(offer.discount, Some(20.into()));
/// assert_eq!(offer.verdicts, ["claim-false", "below-list"]);
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// What [`number`] refuses; `unknown-unit`; `unknown-currency`; `out-of-range` for a discount of 100 % or more; `empty` for `idr` where the
/// price is in rupiah.
pub fn offer(catalogue: &Catalogue, question: &Question) -> Result<Offer, Refusal> {
    let unit = catalogue
        .unit(&question.unit)
        .filter(|u| u.provider.is_some())
        .ok_or_else(|| Refusal::naming("unit", "unknown-unit", [&question.unit]))?;
    let idr = number::rate(&question.idr)?;
    let usd = price_in_dollars(question, idr)?;
    let units = number::in_thousands("units", &question.units)?;
    let claimed_discount = number::discount("discount", &question.discount)?;
    let claimed_unit = number::optional("per_unit", &question.per_unit)?;

    let per_unit = quotient("units", usd, units)?;
    let list = unit
        .price
        .as_ref()
        .map(|p| quotient("unit", p.usd, p.units))
        .transpose()?;
    let list_usd = catalogue.dollars(&unit.id, units)?;
    let discount = match list_usd {
        Some(list) if !list.is_zero() => {
            let ratio = quotient("units", usd, list)?;
            Some(times("units", Decimal::ONE - ratio, Decimal::ONE_HUNDRED)?)
        }
        _ => None,
    };
    let claimed = match claimed_discount {
        Some(value) => {
            let share = (Decimal::ONE_HUNDRED - value) / Decimal::ONE_HUNDRED;
            let price = list_usd.map(|l| times("discount", l, share)).transpose()?;
            Some(Claim {
                value,
                // Offers round their discount to whole percents.
                follows: discount.is_some_and(|real| (real - value).abs() <= HALF),
                price: price.map(|usd| Money::new(usd, idr)),
            })
        }
        None => None,
    };
    let claimed_unit = match claimed_unit {
        Some(value) => Some(Claim {
            value,
            follows: round(per_unit, value.scale().max(2)) == value.normalize(),
            price: Some(Money::new(times("per_unit", value, units)?, idr)),
        }),
        None => None,
    };
    let (known, cheapest) = known_packs(catalogue, question, per_unit)?;
    let too_cheap = cheapest.or(list).is_some_and(|c| per_unit < c * HALF);
    let other_unit = too_cheap
        .then(|| unit_that_agrees(catalogue, unit, per_unit))
        .flatten();
    let claims: Vec<bool> = [&claimed, &claimed_unit]
        .into_iter()
        .flatten()
        .map(|claim| claim.follows)
        .collect();
    let rounded = round(per_unit, 6);
    Ok(Offer {
        unit: unit.id.clone(),
        price: Money::new(usd, idr),
        units,
        exact: rounded == per_unit.normalize(),
        per_unit: rounded,
        list: list.map(|l| round(l, 6)),
        list_price: list_usd.map(|usd| Money::new(usd, idr)),
        discount: discount.map(|r| round(r, 1)),
        verdicts: verdicts(&claims, too_cheap, other_unit, discount),
        claimed,
        claimed_unit,
        other_unit: other_unit.map(|u| u.id.clone()),
        known,
    })
}

/// 0.5.
const HALF: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

fn price_in_dollars(question: &Question, idr: Option<Decimal>) -> Result<Decimal, Refusal> {
    let typed = number::in_thousands("price", &question.price)?;
    match (question.currency.as_str(), idr) {
        ("usd", _) => Ok(typed),
        ("idr", Some(rate)) => quotient("idr", typed, rate),
        ("idr", None) => Err(Refusal::new("idr", "empty")),
        (other, _) => Err(Refusal::naming("currency", "unknown-currency", [other])),
    }
}

/// Packs of the unit in question, and the least exact price of a unit among those on sale.
fn known_packs(
    catalogue: &Catalogue,
    question: &Question,
    per_unit: Decimal,
) -> Result<(Vec<Known>, Option<Decimal>), Refusal> {
    let mut known: Vec<Known> = Vec::new();
    let mut cheapest: Option<Decimal> = None;
    for pack in catalogue
        .packs
        .iter()
        .filter(|p| p.unit == question.unit && !p.units.is_zero())
    {
        let each = quotient("units", pack.price, pack.units)?;
        if pack.on_sale {
            cheapest = Some(cheapest.map_or(each, |c| c.min(each)));
        }
        known.push(Known {
            pack: pack.id.clone(),
            per_unit: round(each, 6),
            cheaper: pack.on_sale && each < per_unit,
            stale: catalogue.clock(question.today).is_stale(&pack.proof),
        });
    }
    known.sort_by_key(|k| k.per_unit);
    Ok((known, cheapest))
}

/// Another unit of the same seller that costs so much by the list, or up to twice as much.
fn unit_that_agrees<'c>(
    catalogue: &'c Catalogue,
    unit: &Unit,
    per_unit: Decimal,
) -> Option<&'c Unit> {
    let costs_so_much = |price: &UnitPrice| {
        let list = price.usd.checked_div(price.units);
        list.is_some_and(|list| per_unit <= list && per_unit >= list * HALF)
    };
    catalogue.units.iter().find(|other| {
        other.id != unit.id
            && other.provider == unit.provider
            && other.price.as_ref().is_some_and(costs_so_much)
    })
}

/// What [`Offer::verdicts`] says; `claims` are whether each claim follows.
fn verdicts(
    claims: &[bool],
    too_cheap: bool,
    other_unit: Option<&Unit>,
    discount: Option<Decimal>,
) -> Vec<&'static str> {
    let follow = claims.iter().all(|follows| *follows);
    let mut verdicts = Vec::new();
    if !follow {
        verdicts.push("claim-false");
    }
    if too_cheap {
        verdicts.push("too-cheap");
    }
    if other_unit.is_some() {
        verdicts.push("other-unit");
    }
    verdicts.push(match discount {
        None => "no-list",
        Some(real) if real.is_zero() => "at-list",
        Some(real) if real.is_sign_negative() => "above-list",
        Some(_) => "below-list",
    });
    if follow && !claims.is_empty() {
        verdicts.push("claim-true");
    }
    verdicts
}
