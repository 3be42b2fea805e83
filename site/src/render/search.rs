//! `/id/search/`: the box and all results. The results come with `assets/search.js`; without scripts the page says where
//! else to look.

use super::RenderError;
use super::piece::{Page, Piece};
use super::shared::{Shared, value};
use crate::twin;

/// Lists to look through where nothing can be searched.
const LISTS: [&str; 5] = [
    "/errors/",
    "/guides/",
    "/runbooks/",
    "/wallets/",
    "/glossary/",
];

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    shared
        .site
        .languages()
        .iter()
        .map(|l| Piece::page(&l.code, "/search/", |shared| page(shared, &l.code)))
        .collect()
}

fn page(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let ui = shared.site.ui(language);
    let (title, summary) = (ui.word("search", "title"), ui.word("search", "summary"));
    let mut page = shared.base("search", language, "/search/", &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    let lists = LISTS.map(|path| shared.link(path, language));
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    for (path, list) in LISTS.iter().zip(&lists) {
        let address = format!("{}index.md", shared.site.absolute(language, path));
        twin::item(&mut twin, &list.title, &address, "");
    }
    let html = shared.render("search.html", &page, &[("lists", value(&lists))])?;
    Ok(Page { html, twin })
}
