//! `/id/`, `/en/`.

use super::context::RuleCard;
use super::piece::{Page, Piece};
use super::shared::{Shared, value};
use super::{RenderError, errors};
use crate::twin;

/// How many guides and runbooks the page names; its navigation leads to the lists of all.
const SHOWN: usize = 12;

/// Wallets that the first screen sets side by side, each with another level, where a site has them all.
const TRIO: [&str; 3] = ["app-coins", "reseller-balance", "kling-video-units"];

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    shared
        .site
        .languages()
        .iter()
        .map(|l| Piece::page(&l.code, "/", |shared| page(shared, &l.code)))
        .collect()
}

fn page(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let (title, summary) = (ui.word("home", "title"), ui.word("home", "summary"));
    let page = shared.base("home", language, "/", &title, &summary);
    let first = |root: &str| {
        let all = site.groups.get(root).map_or(&[][..], Vec::as_slice);
        shared.list(&all[..all.len().min(SHOWN)], language)
    };
    let (guides, runbooks) = (first("/guides/"), first("/runbooks/"));
    let common: Vec<RuleCard> = site
        .docs
        .config
        .common
        .iter()
        .filter_map(|id| site.rule(&id.value))
        .map(|r| shared.card(r, language))
        .collect();
    let mut twin = twin::head(&title, &summary);
    for (word, list) in [("guides", &guides), ("runbooks", &runbooks)] {
        twin.push_str(&format!("\n## {}\n\n", ui.word("nav", word)));
        for link in list {
            twin::item(
                &mut twin,
                &link.title,
                &format!("{}{}index.md", site.origin, link.href),
                &link.summary,
            );
        }
    }
    twin.push_str(&format!("\n## {}\n\n", ui.word("nav", "reference")));
    for path in ["/errors/", "/wallets/", "/glossary/"] {
        let address = format!("{}index.md", site.absolute(language, path));
        twin::item(&mut twin, &shared.title(path, language), &address, "");
    }
    let wallets = shared.wallet_list(language, false);
    let mut trio: Vec<_> = TRIO
        .iter()
        .filter_map(|id| wallets.iter().find(|wallet| wallet.id == *id))
        .collect();
    // Fewer than three would prove nothing.
    if trio.len() < TRIO.len() {
        trio.clear();
    }
    let extra = [
        ("guides", value(&guides)),
        ("runbooks", value(&runbooks)),
        ("common", value(&common)),
        ("wallets", value(&wallets)),
        ("trio", value(&trio)),
        (
            "providers",
            value(&errors::provider_list(shared, language, false)),
        ),
        ("error_count", value(&site.rules.len())),
        ("diagnoser", value(&shared.diagnoser(language))),
    ];
    Ok(Page {
        html: shared.render("home.html", &page, &extra)?,
        twin,
    })
}
