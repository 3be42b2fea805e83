//! `/id/diagnose/`: the box alone.

use super::RenderError;
use super::piece::{Page, Piece};
use super::shared::{Shared, value};
use crate::twin;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    shared
        .site
        .languages()
        .iter()
        .map(|l| Piece::page(&l.code, "/diagnose/", |shared| page(shared, &l.code)))
        .collect()
}

fn page(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let (title, summary) = (ui.word("diagnose", "title"), ui.word("diagnose", "summary"));
    let mut page = shared.base("diagnose", language, "/diagnose/", &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    let address = format!("{}index.md", site.absolute(language, "/errors/"));
    twin::item(&mut twin, &shared.title("/errors/", language), &address, "");
    let extra = [("diagnoser", value(&shared.diagnoser(language)))];
    Ok(Page {
        html: shared.render("diagnose.html", &page, &extra)?,
        twin,
    })
}
