//! Facts that nobody has checked for long, by the date of the build, and those of a day that has not come yet.

use std::ops::Range;

use crate::date::Date;
use crate::diag::{Diag, Severity};
use crate::model::{Options, is_draft};
use crate::parse::data::{FIGURES, MODELS, PACKAGES, TABLES_FOLDER, WALLETS};
use crate::parse::{At, Docs};

pub(super) fn check(docs: &Docs, options: &Options, diags: &mut Vec<Diag>) {
    let age = |checked: Date| options.today.days_since(checked);
    let (stale, expired) = (
        i64::from(docs.config.stale_days),
        i64::from(docs.config.expired_days),
    );
    // A commit that passed must not fail by the clock alone.
    let level = options.by_clock.then_some(Severity::Note);
    let old = |file: &str, checked: &Range<usize>, days| {
        let code = match days {
            _ if days > expired => "expired-fact",
            _ if days > stale => "stale-fact",
            _ => return None,
        };
        Some(Diag {
            level,
            ..finding(code, file, checked, days)
        })
    };
    // A day that was asked for may be one before the content was written; the clock's is none. It may be tomorrow already somewhere.
    let to_come = |file: &str, checked: &Range<usize>, days: i64| {
        (options.by_clock && days < -1).then(|| not_yet(file, checked, -days))
    };
    for rule in docs.rules.values().filter(|r| !r.rule.is_retired()) {
        // A fact is as fresh as the last look at any of its sources.
        let asked = || rule.rule.sources.iter().filter(|s| !s.historical);
        for source in &rule.rule.sources {
            diags.extend(to_come(
                &rule.file,
                &source.checked.span,
                age(source.checked.value),
            ));
        }
        let freshest = asked().map(|s| age(s.checked.value)).min();
        for source in asked() {
            let days = age(source.checked.value);
            if Some(days) == freshest {
                diags.extend(old(&rule.file, &source.checked.span, days));
            } else if days > stale {
                diags.push(Diag {
                    level: Some(Severity::Note),
                    ..finding("stale-fact", &rule.file, &source.checked.span, days)
                });
            }
        }
    }
    let data = &docs.data;
    let wallets = data.wallets.iter().filter_map(|w| w.provenance.as_ref());
    let provenances = data
        .models
        .iter()
        .filter(|m| m.status != "retired")
        .flat_map(|m| {
            std::iter::once(&m.provenance).chain(m.rates.iter().map(|rate| &rate.provenance))
        })
        .map(|p| (MODELS, p))
        .chain(data.packages.iter().map(|p| (PACKAGES, &p.provenance)))
        .chain(data.figures.iter().map(|f| (FIGURES, &f.provenance)))
        .chain(wallets.map(|p| (WALLETS, p)))
        .map(|(file, provenance)| (file.to_owned(), provenance))
        .chain(data.tables.iter().filter_map(|(name, table)| {
            let provenance = table.provenance.as_ref()?;
            Some((format!("{TABLES_FOLDER}{name}.toml"), provenance))
        }));
    for (file, provenance) in provenances {
        let days = age(provenance.checked);
        let checked = &provenance.checked_span;
        diags.extend(to_come(&file, checked, days));
        if !provenance.historical {
            diags.extend(old(&file, checked, days));
        }
    }
    if options.by_clock {
        told(docs, options.today, diags);
    }
}

/// Days that readers are told, and that have not come yet.
fn told(docs: &Docs, today: Date, diags: &mut Vec<Diag>) {
    let mut report = |file: &str, key: &str, day: &At<Date>| {
        let days = day.value.days_since(today);
        if days > 1 {
            let message = format!("readers are told a day that comes in {days} days");
            diags.push(
                Diag::new("future-date", file, day.span.clone(), message).help(format!(
                    "write as `{key}` the day on which it was so, today at the latest"
                )),
            );
        }
    };
    if let Some(incident) = &docs.config.incident {
        report("site.toml", "since", &incident.since);
    }
    for rule in docs.rules.values().filter(|rule| !rule.rule.is_draft()) {
        if let Some(since) = &rule.rule.since {
            report(&rule.file, "since", since);
        }
    }
    // A draft may have the day on which it is to be published.
    let pages = docs.pages.values().filter(|page| !is_draft(page));
    for text in pages.flat_map(|page| page.texts.values()) {
        if let Some(updated) = &text.front.updated {
            report(&text.file, "updated", updated);
        }
    }
}

fn not_yet(file: &str, checked: &Range<usize>, days: i64) -> Diag {
    let message = format!("this was checked {days} days from now");
    Diag::new("future-date", file, checked.clone(), message)
        .help("write the day on which somebody looked at the source")
}

fn finding(code: &'static str, file: &str, checked: &Range<usize>, days: i64) -> Diag {
    Diag::new(
        code,
        file,
        checked.clone(),
        format!("this was last checked {days} days ago"),
    )
    .help("look at the source again, correct what changed, and write the day as `checked`")
}
