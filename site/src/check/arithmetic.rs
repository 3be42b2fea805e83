//! Money adds up: a stated price per unit follows from price and units, exactly, at the precision it is stated with.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::diag::Diag;
use crate::parse::Docs;
use crate::parse::data::{PACKAGES, Package};

pub(super) fn check(docs: &Docs, diags: &mut Vec<Diag>) {
    for package in &docs.data.packages {
        per_unit(package, diags);
    }
}

fn per_unit(package: &Package, diags: &mut Vec<Diag>) {
    let Some(units) = &package.units else { return };
    let Some(quotient) = package.price.value.checked_div(units.value) else {
        diags.push(
            Diag::new(
                "arithmetic",
                PACKAGES,
                units.span.clone(),
                format!(
                    "the package `{}` has no units to divide by",
                    package.id.value
                ),
            )
            .help("write how many units the price buys, or take `units` away where nobody says"),
        );
        return;
    };
    let dispute = package
        .disputed
        .iter()
        .find(|d| d.field.value == "price_per_unit");
    // A stated value that somebody disputes is one that somebody says.
    let said = |stated: Decimal| {
        dispute
            .is_some_and(|d| d.values.len() > 1 && d.values.iter().any(|v| v.value.value == stated))
    };
    if let Some(stated) = &package.price_per_unit
        && !said(stated.value)
        && !follows(quotient, stated.value)
    {
        diags.push(
            Diag::new(
                "arithmetic",
                PACKAGES,
                stated.span.clone(),
                format!(
                    "{} / {} is {}, not {}",
                    package.price.value,
                    units.value,
                    shown(quotient),
                    stated.value
                ),
            )
            .help(
                "correct the figure, or add [[package.disputed]] with `field = \"price_per_unit\"` and every value, this \
                 one too, with its source",
            ),
        );
    }
    for value in dispute.into_iter().flat_map(|d| &d.values) {
        if value.source.value == "computed" && !follows(quotient, value.value.value) {
            diags.push(
                Diag::new(
                    "arithmetic",
                    PACKAGES,
                    value.value.span.clone(),
                    format!(
                        "computed is {} / {} = {}, not {}",
                        package.price.value,
                        units.value,
                        shown(quotient),
                        value.value.value
                    ),
                )
                .help(format!("write \"{}\"", shown(quotient))),
            );
        }
    }
}

/// Whether `stated` is the quotient rounded to as many places as it has.
fn follows(quotient: Decimal, stated: Decimal) -> bool {
    [
        RoundingStrategy::MidpointAwayFromZero,
        RoundingStrategy::MidpointNearestEven,
    ]
    .into_iter()
    .any(|way| quotient.round_dp_with_strategy(stated.scale(), way) == stated)
}

/// At most six places, no zeros at the end.
fn shown(number: Decimal) -> Decimal {
    number.round_dp(6).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_the_stated_places() {
        let d = |text: &str| Decimal::from_str_exact(text).unwrap();
        assert!(follows(d("9.79") / d("100"), d("0.098")));
        assert!(follows(d("9.79") / d("100"), d("0.0979")));
        assert!(!follows(d("9.79") / d("100"), d("0.0980")));
        assert!(follows(d("8400") / d("60000"), d("0.14")));
        assert!(!follows(d("8400") / d("60000"), d("0.112")));
    }
}
