//! Pictures of the data, drawn at build: bars for what models and packs cost, and the wallet map. Lengths come from exact
//! decimals, and beside each bar stands its figure in words: a picture says nothing that the text does not.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::html::{Reader, escape};
use crate::parse::data::{MODELS, Model, PACKAGES, Package, WALLETS};
use crate::parse::ui::Ui;
use crate::tables::localised;
use crate::wallet_map;

/// Names that `{{chart:NAME}}` knows.
pub(crate) const CHARTS: [&str; 3] = ["units-per-second", "price-per-unit", "wallet-map"];

/// What a bar of full length measures, in the units of its drawing.
const FULL: u32 = 1000;

/// One bar: from nothing to `low`, and on to `high` in another shade.
struct Bar {
    name: String,
    low: Decimal,
    high: Decimal,
    /// Both ends as shown.
    value: String,
    /// Sources disagree: the two ends are what they say.
    disputed: bool,
}

/// The file that the chart `name` is drawn from.
pub(crate) fn data_of(name: &str) -> &'static [&'static str] {
    match name {
        "wallet-map" => &[WALLETS],
        "price-per-unit" => &[PACKAGES],
        _ => &[MODELS],
    }
}

/// Whether the chart `name` has nothing to draw on this site.
pub(crate) fn is_empty(reader: &Reader<'_, '_>, name: &str) -> bool {
    match name {
        "wallet-map" => wallet_map::words(reader.site, reader.language).is_empty(),
        _ => html(reader, name).is_empty(),
    }
}

/// The chart as HTML; empty if there is no such chart.
pub(crate) fn html(reader: &Reader<'_, '_>, name: &str) -> String {
    let ui = reader.site.ui(reader.language);
    let caption = escape(&ui.word("caption", name));
    if name == "wallet-map" {
        return format!(
            "<figure class=\"chart\">\n{}<figcaption>{caption}</figcaption>\n</figure>\n",
            wallet_map::svg(reader.site, reader.language)
        );
    }
    let bars = bars(reader, name);
    let most = bars.iter().map(|b| b.high).max().unwrap_or_default();
    if most.is_zero() {
        return String::new();
    }
    let mut out = format!(
        "<figure class=\"chart\">\n<figcaption>{caption}</figcaption>\n<ul class=\"bars\">\n"
    );
    for bar in &bars {
        let (low, high) = (length(bar.low, most), length(bar.high, most));
        let class = if bar.disputed {
            " class=\"disputed\""
        } else {
            ""
        };
        let rest = if high > low {
            format!(
                "<rect class=\"bar-rest\" x=\"{low}\" width=\"{}\" height=\"10\"/>",
                high - low
            )
        } else {
            String::new()
        };
        let note = if bar.disputed {
            format!(
                " <small>{}</small>",
                escape(&ui.word("table", "disputed").to_lowercase())
            )
        } else {
            String::new()
        };
        out.push_str(&format!(
            "<li{class}><span class=\"bar-name\">{}</span> <svg class=\"bar\" viewBox=\"0 0 {FULL} 10\" \
             preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"bar-sure\" width=\"{low}\" height=\"10\"/>{rest}</svg> \
             <span class=\"bar-value\">{}{note}</span></li>\n",
            escape(&bar.name),
            escape(&bar.value),
        ));
    }
    out.push_str("</ul>\n</figure>\n");
    out
}

/// The chart as a list in Markdown; empty if there is no such chart.
pub(crate) fn markdown(reader: &Reader<'_, '_>, name: &str) -> String {
    if name == "wallet-map" {
        return wallet_map::words(reader.site, reader.language);
    }
    let ui = reader.site.ui(reader.language);
    bars(reader, name)
        .iter()
        .map(|bar| {
            let note = if bar.disputed {
                format!(" ({})", ui.word("table", "disputed").to_lowercase())
            } else {
                String::new()
            };
            format!("- {}: {}{note}\n", bar.name, bar.value)
        })
        .collect()
}

fn bars(reader: &Reader<'_, '_>, name: &str) -> Vec<Bar> {
    let data = reader.site.data();
    let ui = reader.site.ui(reader.language);
    match name {
        "units-per-second" => data
            .models
            .iter()
            .filter_map(|m| per_second(ui, m))
            .collect(),
        "price-per-unit" => data
            .packages
            .iter()
            .filter_map(|p| per_unit(ui, p))
            .collect(),
        _ => Vec::new(),
    }
}

/// From the cheapest to the dearest way of making a second with an active model of Kling.
fn per_second(ui: &Ui, model: &Model) -> Option<Bar> {
    let amounts = model
        .rates
        .iter()
        .filter(|r| r.per == "second" && r.unit.value == "kling-video-unit")
        .map(|r| (r.amount, &r.amount_text));
    let (low, low_text) = amounts.clone().min()?;
    let (high, high_text) = amounts.max()?;
    (model.status == "active").then(|| Bar {
        name: model.name.clone(),
        low,
        high,
        value: if low == high {
            localised(ui, low_text)
        } else {
            format!("{} – {}", localised(ui, low_text), localised(ui, high_text))
        },
        disputed: false,
    })
}

/// The price of a unit of a video pack, with every value where sources disagree.
fn per_unit(ui: &Ui, package: &Package) -> Option<Bar> {
    if package.wallet.value != "kling-video-units" || package.currency != "USD" {
        return None;
    }
    let mut values: Vec<(Decimal, String)> = Vec::new();
    if let (Some(price), Some(text)) = (&package.price_per_unit, &package.price_per_unit_text) {
        values.push((price.value, text.clone()));
    }
    let disputed = package
        .disputed
        .iter()
        .find(|d| d.field.value == "price_per_unit");
    for value in disputed.iter().flat_map(|d| &d.values) {
        values.push((value.value.value, value.text.clone()));
    }
    values.sort();
    values.dedup_by_key(|(value, _)| *value);
    let (low, high) = (values.first()?.0, values.last()?.0);
    Some(Bar {
        name: package.name.clone(),
        low,
        high,
        value: values
            .iter()
            .map(|(_, text)| format!("${}", localised(ui, text)))
            .collect::<Vec<_>>()
            .join(" / "),
        disputed: disputed.is_some(),
    })
}

/// `value` as a share of `most`, in thousandths, rounded.
fn length(value: Decimal, most: Decimal) -> u32 {
    (value * Decimal::from(FULL))
        .checked_div(most)
        .and_then(|share| share.round().to_u32())
        .unwrap_or_default()
        .min(FULL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_shares_of_the_longest() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(length(d("0.126"), d("0.14")), 900);
        assert_eq!(length(d("3.0"), d("3.0")), FULL);
        assert_eq!(length(d("0"), d("3.0")), 0);
        assert_eq!(length(d("1"), d("0")), 0);
    }
}
