//! `/id/wallets/`.

use super::RenderError;
use super::context::TocEntry;
use super::piece::{Page, Piece};
use super::shared::{Shared, value};
use crate::twin;

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
    page.toc = wallets
        .iter()
        .map(|w| TocEntry {
            id: w.id.clone(),
            title: w.name.clone(),
            level: 2,
        })
        .collect();
    let mut twin = twin::head(&title, &summary);
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
    let html = shared.render("wallets.html", &page, &[("wallets", value(&wallets))])?;
    Ok(Page { html, twin })
}
