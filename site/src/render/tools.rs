//! `/id/tools/` and the tools below it.

use super::RenderError;
use super::context::{Link, SourceContext, When};
use super::piece::{Page, Piece};
use super::shared::{Shared, tools_file, value};
use crate::date::Date;
use crate::html::title_language;
use crate::tables;
use crate::tools::{self, Drawn, common};
use crate::twin;

/// Where the figures of a tool are edited: prices of models, or packs for whoever judges an offer.
const DATA: [&str; 2] = ["data/models.toml", "data/packages.toml"];

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let mut out = Vec::new();
    let tools = tools::of(shared.site.docs);
    if tools.is_empty() {
        return out;
    }
    for l in shared.site.languages() {
        out.push(Piece::page(&l.code, "/tools/", |shared| {
            index(shared, &l.code)
        }));
        for tool in tools.iter().copied() {
            let path = format!("/tools/{tool}/");
            out.push(Piece::page(&l.code, &path, move |shared| {
                page(shared, &l.code, tool)
            }));
        }
    }
    out
}

fn index(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let ui = shared.site.ui(language);
    let (title, summary) = (ui.word("tools", "title"), ui.word("tools", "summary"));
    let mut page = shared.base("tools", language, "/tools/", &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    let links: Vec<Link> = tools::of(shared.site.docs)
        .iter()
        .map(|tool| shared.link(&format!("/tools/{tool}/"), language))
        .collect();
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    for link in &links {
        let address = format!("{}{}index.md", shared.site.origin, link.href);
        twin::item(&mut twin, &link.title, &address, &link.summary);
    }
    let html = shared.render("list.html", &page, &[("pages", value(&links))])?;
    Ok(Page { html, twin })
}

fn page(shared: &Shared<'_>, language: &str, tool: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let path = format!("/tools/{tool}/");
    let title = ui.word("tools", &format!("{tool}_title"));
    let summary = ui.word("tools", &format!("{tool}_summary"));
    let mut page = shared.base("tool", language, &path, &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &["/tools/"]);
    let common = common(site, language, tool);
    let stale = ui.word("tools", "stale");
    let read = |drawn: &Drawn| drawn.checked.to_string().parse::<Date>().ok();
    page.sources = common
        .sources
        .iter()
        .map(|drawn| {
            let source = site.figure_source(&drawn.source);
            let confidence = ui.word("confidence", &drawn.confidence);
            SourceContext {
                title: source.map_or_else(
                    || drawn.source.clone(),
                    |s| format!("{}: {}", s.publisher, s.title),
                ),
                lang: title_language(language),
                href: source
                    .filter(|s| s.url.value.starts_with("https://"))
                    .map(|s| s.url.value.clone())
                    .unwrap_or_default(),
                checked: read(drawn).map(|date| When::new(ui, date)),
                confidence: if drawn.stale {
                    format!("{confidence}, {stale}")
                } else {
                    confidence
                },
            }
        })
        .collect();
    // As on pages of errors: what anybody can read decides.
    let public = |drawn: &&Drawn| {
        site.figure_source(&drawn.source)
            .is_some_and(|s| s.url.value.starts_with("https://"))
    };
    let all = common.sources.iter().filter(public);
    shared.checked(&mut page, all.filter_map(read));
    page.edit = shared.edit(DATA[usize::from(tool == "offer")]);
    let tools = tools::of(site.docs);
    let place = tools.iter().position(|other| *other == tool);
    let beside = |n: Option<usize>| {
        let other = tools.get(n?)?;
        Some(shared.link(&format!("/tools/{other}/"), language))
    };
    page.previous = beside(place.and_then(|n| n.checked_sub(1)));
    page.next = beside(place.map(|n| n + 1));
    let note = ui.word("tools", &format!("{tool}_common"));
    let mut twin = twin::head(&title, &summary);
    twin.push_str(&format!("\n{note}\n"));
    let mut html = String::new();
    for (name, table) in &common.tables {
        html.push_str(&tables::to_html(table, name));
        twin.push_str(&format!(
            "\n## {}\n\n{}",
            table.caption,
            tables::to_markdown(table)
        ));
    }
    page.html = html;
    let data = format!(
        "{}/{}/{}",
        site.base,
        shared.data_path(),
        tools_file(language)
    );
    let extra = [
        ("tool", value(tool)),
        ("data", value(&data)),
        ("common", value(&note)),
    ];
    let html = shared.render("tool.html", &page, &extra)?;
    Ok(Page { html, twin })
}
