//! Guides and runbooks with their lists, and the images beside them.

use super::RenderError;
use super::context::SourceContext;
use super::piece::{Page, Piece, images};
use super::shared::{Shared, public, toc, value};
use crate::html::{self, Reader};
use crate::model::Site;
use crate::parse::markdown::Markdown;
use crate::parse::{PageDoc, PageKind};
use crate::tables::date_in_words;
use crate::twin;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let site = shared.site;
    let mut out = Vec::new();
    for kind in [PageKind::Guide, PageKind::Runbook] {
        for language in site.languages() {
            let language = language.code.as_str();
            out.push(Piece::page(
                language,
                &format!("/{}/", kind.folder()),
                move |shared| list(shared, kind, language),
            ));
            for (n, doc) in all(site, kind).iter().enumerate() {
                if let Some((text_language, words)) = site.words(&doc.texts, language) {
                    let piece = Piece::page(language, &doc.path, move |shared| {
                        article(shared, n, doc, language, text_language, words)
                    });
                    out.push(if doc.internal {
                        piece.unlisted()
                    } else {
                        piece
                    });
                }
            }
        }
        // They are shared by all languages.
        for doc in all(site, kind) {
            out.extend(images(site, &doc.folder, &doc.path));
        }
    }
    out
}

fn all<'s>(site: &'s Site<'s>, kind: PageKind) -> &'s [&'s PageDoc] {
    match kind {
        PageKind::Guide => &site.guides,
        PageKind::Runbook => &site.runbooks,
    }
}

fn list(shared: &Shared<'_>, kind: PageKind, language: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let folder = kind.folder();
    let (title, summary) = (
        ui.word("nav", folder),
        ui.word("home", &format!("{folder}_text")),
    );
    let mut page = shared.base(folder, language, &format!("/{folder}/"), &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    let links = shared.list(all(site, kind), language);
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    for link in &links {
        twin::item(
            &mut twin,
            &link.title,
            &format!("{}{}index.md", site.origin, link.href),
            &link.summary,
        );
    }
    let html = shared.render("list.html", &page, &[("pages", value(&links))])?;
    Ok(Page { html, twin })
}

/// Page `n` of its kind; its text may be in another language than its interface.
fn article(
    shared: &Shared<'_>,
    n: usize,
    doc: &PageDoc,
    language: &str,
    text_language: &str,
    words: &Markdown,
) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let reader = Reader {
        site,
        language,
        path: &doc.path,
    };
    let front = &words.front;
    let kind = match doc.kind {
        PageKind::Guide => "guide",
        PageKind::Runbook => "runbook",
    };
    let mut page = shared.base(
        kind,
        language,
        &doc.path,
        &front.title.value,
        &front.summary.value,
    );
    shared.fallback(&mut page, text_language);
    page.internal = doc.internal;
    page.breadcrumbs = if doc.internal {
        shared.crumbs(language, &[])
    } else {
        shared.crumbs(language, &[&format!("/{}/", doc.kind.folder())])
    };
    page.toc = toc(words);
    page.html = html::body(&reader, words).html(&reader);
    page.tasks = words.steps.iter().filter(|s| s.task).count();
    let pages = all(site, doc.kind);
    let beside = |n: Option<usize>| {
        n.and_then(|n| pages.get(n))
            .filter(|other| other.internal == doc.internal)
            .map(|other| shared.link(&other.path, language))
    };
    page.previous = beside(n.checked_sub(1));
    page.next = beside(Some(n + 1));
    if let Some(date) = front.updated {
        page.updated = date_in_words(ui, date);
        page.updated_iso = date.to_string();
    }
    page.sources = sources(site, words, language);
    let mut twin = twin::head(&front.title.value, &front.summary.value);
    twin.push_str(&twin::body(&reader, words));
    let html = shared.render("article.html", &page, &[])?;
    Ok(Page { html, twin })
}

/// The sources that the front matter names.
fn sources(site: &Site<'_>, words: &Markdown, language: &str) -> Vec<SourceContext> {
    let ui = site.ui(language);
    words
        .front
        .sources
        .iter()
        .filter_map(|id| site.figure_source(&id.value))
        .map(|source| SourceContext {
            title: format!("{}: {}", source.publisher, source.title),
            href: public(&source.url.value),
            checked: String::new(),
            confidence: if public(&source.url.value).is_empty() {
                ui.word("page", "source_seed")
            } else {
                String::new()
            },
        })
        .collect()
}
