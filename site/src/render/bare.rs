//! Pages without a language of their own: `/`, `/404.html`, `/e/...`. Their interface is in the default language, their
//! words in all of them.

use serde::Serialize;
use tera::Value;

use super::RenderError;
use super::context::PageContext;
use super::piece::Piece;
use super::shared::{Shared, value};
use crate::parse::RuleDoc;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let mut out = vec![
        Piece::file("index.html", choose),
        Piece::file("404.html", |shared| aside(shared, "notfound", "404.html")),
        Piece::file("offline.html", |shared| {
            aside(shared, "offline", "offline.html")
        }),
    ];
    out.extend(shared.site.permalinks.iter().map(|(name, rule)| {
        Piece::file(format!("e/{name}/index.html"), |shared| {
            permalink(shared, name, rule)
        })
    }));
    out
}

fn base(shared: &Shared<'_>, kind: &str, title: &str, summary: &str) -> PageContext {
    let language = shared.site.default_language();
    let mut page = shared.base(kind, language, "/", title, summary);
    page.markdown = String::new();
    page
}

fn render(
    shared: &Shared<'_>,
    template: &str,
    page: &PageContext,
    extra: &[(&'static str, Value)],
) -> Result<Vec<u8>, RenderError> {
    let mut all = vec![("all_ui", shared.all_ui())];
    all.extend(extra.iter().cloned());
    Ok(shared.render(template, page, &all)?.into_bytes())
}

/// `/`: leads to the reader's language.
fn choose(shared: &Shared<'_>) -> Result<Vec<u8>, RenderError> {
    let site = shared.site;
    let ui = site.ui(site.default_language());
    let mut page = base(
        shared,
        "choose",
        &ui.word("home", "title"),
        &ui.word("home", "summary"),
    );
    page.url = format!("{}/", site.base);
    page.canonical = page.x_default.clone();
    for language in &mut page.languages {
        language.current = false;
    }
    render(shared, "choose.html", &page, &[])
}

/// What is shown instead of a page: by hosts for an address that leads nowhere, by the service worker for a page that it
/// has not kept. `kind` is also the section of its words.
fn aside(shared: &Shared<'_>, kind: &str, template: &str) -> Result<Vec<u8>, RenderError> {
    let ui = shared.site.ui(shared.site.default_language());
    let mut page = base(
        shared,
        kind,
        &ui.word(kind, "title"),
        &ui.word(kind, "text"),
    );
    page.noindex = true;
    page.alternates.clear();
    page.canonical = String::new();
    page.x_default = String::new();
    for language in &mut page.languages {
        language.current = false;
    }
    render(shared, template, &page, &[])
}

/// `/e/kling-1102/`: the error that a code stands for, in the reader's language.
fn permalink(shared: &Shared<'_>, name: &str, rule: &RuleDoc) -> Result<Vec<u8>, RenderError> {
    let site = shared.site;
    let default = site.default_language();
    let path = rule.path();
    let targets: Vec<PermalinkTarget> = site
        .languages()
        .iter()
        .filter_map(|l| {
            let (_, words) = site.words(&rule.texts, &l.code)?;
            Some(PermalinkTarget {
                lang: l.code.clone(),
                label: l.label.clone(),
                title: words.front.title.value.clone(),
                summary: words.front.summary.value.clone(),
                href: site.href(&l.code, &path),
            })
        })
        .collect();
    // Published rules have words in one language at least.
    let first = targets
        .iter()
        .find(|t| t.lang == default)
        .or(targets.first());
    let (title, summary) = first.map_or(("", ""), |t| (&t.title, &t.summary));
    let mut page = base(shared, "permalink", title, summary);
    page.url = format!("{}/e/{name}/", site.base);
    page.canonical = first.map_or_else(String::new, |t| site.absolute(&t.lang, &path));
    page.alternates.clear();
    page.x_default = String::new();
    for switch in &mut page.languages {
        switch.href = site.href(&switch.lang, &path);
        switch.current = false;
    }
    let extra = [("targets", value(&targets)), ("name", value(name))];
    render(shared, "permalink.html", &page, &extra)
}

#[derive(Serialize)]
struct PermalinkTarget {
    lang: String,
    label: String,
    title: String,
    summary: String,
    href: String,
}
