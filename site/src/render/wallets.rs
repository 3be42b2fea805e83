//! `/id/wallets/`.

use std::collections::BTreeMap;

use super::RenderError;
use super::context::{SourceContext, TocEntry, When};
use super::piece::{Page, Piece};
use super::shared::{Shared, public, value};
use crate::html::title_language;
use crate::parse::data::{Provenance, WALLETS};
use crate::twin;
use crate::wallet_map;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    shared
        .site
        .languages()
        .iter()
        .map(|l| Piece::page(&l.code, "/wallets/", |shared| page(shared, &l.code)))
        .collect()
}

fn page(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let ui = shared.site.ui(language);
    let (title, summary) = (ui.word("wallets", "title"), ui.word("wallets", "summary"));
    let mut page = shared.base("wallets", language, "/wallets/", &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    let wallets = shared.wallet_list(language, true);
    let data = shared.site.data();
    let stated = || data.wallets.iter().filter_map(|w| w.provenance.as_ref());
    shared.checked(&mut page, stated().map(|p| p.checked));
    page.sources = sources(shared, stated(), language);
    page.edit = shared.edit(WALLETS);
    page.toc = wallets
        .iter()
        .map(|w| TocEntry {
            id: w.id.clone(),
            title: w.name.clone(),
            level: 2,
        })
        .collect();
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    twin.push_str(&wallet_map::words(shared.site, language));
    for w in &wallets {
        twin.push_str(&format!("\n## {}\n\n", w.name));
        for (key, text) in [
            ("pays_in", &w.pays_in),
            ("seen_by", &w.seen_by),
            ("where", &w.where_),
            ("pays_for", &w.pays_for),
            ("never_pays_for", &w.never_pays_for),
        ] {
            twin.push_str(&format!("- {}: {text}\n", ui.word("wallets", key)));
        }
    }
    let extra = [
        ("wallets", value(&wallets)),
        ("map_html", value(&wallet_map::svg(shared.site, language))),
    ];
    let html = shared.render("wallets.html", &page, &extra)?;
    Ok(Page { html, twin })
}

/// The sources that the wallets name, each once, with the last day it was read.
fn sources<'s>(
    shared: &Shared<'s>,
    stated: impl Iterator<Item = &'s Provenance>,
    language: &str,
) -> Vec<SourceContext> {
    let ui = shared.site.ui(language);
    let mut newest = BTreeMap::new();
    for provenance in stated {
        let seen = newest
            .entry(provenance.source.value.as_str())
            .or_insert((provenance.checked, provenance.confidence));
        *seen = (*seen).max((provenance.checked, provenance.confidence));
    }
    newest
        .into_iter()
        .filter_map(|(id, (checked, confidence))| {
            let source = shared.site.figure_source(id)?;
            Some(SourceContext {
                title: format!("{}: {}", source.publisher, source.title),
                lang: title_language(language),
                href: public(&source.url.value),
                checked: Some(When::new(ui, checked)),
                confidence: ui.word("confidence", confidence),
            })
        })
        .collect()
}
