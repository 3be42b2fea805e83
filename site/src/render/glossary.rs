//! `/id/glossary/`.

use super::RenderError;
use super::context::TermContext;
use super::piece::{Page, Piece};
use super::shared::{Shared, split_anchor, value};
use crate::twin;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    shared
        .site
        .languages()
        .iter()
        .map(|l| Piece::page(&l.code, "/glossary/", |shared| page(shared, &l.code)))
        .collect()
}

fn page(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let (title, summary) = (ui.word("glossary", "title"), ui.word("glossary", "summary"));
    let mut page = shared.base("glossary", language, "/glossary/", &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    page.edit = shared.edit(crate::parse::data::GLOSSARY);
    let mut terms: Vec<TermContext> = site
        .data()
        .terms
        .iter()
        .filter_map(|term| {
            let words = term.words.get(language)?;
            Some(TermContext {
                id: term.id.value.clone(),
                name: words.name.value.clone(),
                text: words.text.value.clone(),
                see: term
                    .see
                    .iter()
                    .map(|path| {
                        let (page, anchor) = split_anchor(&path.value);
                        let mut link = shared.link(page, language);
                        link.href.push_str(anchor);
                        link
                    })
                    .collect(),
            })
        })
        .collect();
    terms.sort_by_key(|t| (t.name.to_lowercase(), t.id.clone()));
    let mut twin = twin::head(&title, &summary);
    for term in &terms {
        twin.push_str(&format!("\n## {}\n\n{}\n", term.name, term.text));
    }
    let html = shared.render("glossary.html", &page, &[("terms", value(&terms))])?;
    Ok(Page { html, twin })
}
