//! Guides and runbooks with their lists, and the images beside them.

use super::context::{Link, SourceContext, When};
use super::piece::{Page, Piece, images};
use super::shared::{Shared, public, toc, value};
use super::{ARTICLE, RenderError};
use crate::html::{self, Reader, title_language};
use crate::model::Site;
use crate::parse::markdown::Markdown;
use crate::parse::{PageDoc, PageKind};
use crate::tables::date_in_words;
use crate::twin;

/// How many articles a page of a list names.
const LISTED: usize = 20;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let site = shared.site;
    let mut out = Vec::new();
    for kind in [PageKind::Guide, PageKind::Runbook] {
        for language in site.languages() {
            let language = language.code.as_str();
            out.push(Piece::page(language, kind.root(), move |shared| {
                list(shared, kind, kind.root(), 0, language)
            }));
            for (n, doc) in all(site, kind).iter().enumerate() {
                if let Some((text_language, words)) = site.words(&doc.texts, language) {
                    let piece = Piece::page(language, &doc.path, move |shared| {
                        article(shared, n, doc, language, text_language, words)
                    })
                    .article(language, &doc.texts, move |shared| {
                        let children = children(shared, doc, language);
                        article_twin(shared, doc, language, words, &children)
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
    // The first page of a list is that of its kind or its section.
    for (group, pages) in &site.groups {
        let kind = pages.first().map_or(PageKind::Guide, |p| p.kind);
        for (n, language) in (1..pages.len().div_ceil(LISTED))
            .flat_map(|n| site.languages().iter().map(move |l| (n, l.code.as_str())))
        {
            out.push(Piece::page(language, &list_path(group, n), move |shared| {
                list(shared, kind, group, n, language)
            }));
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

/// Address of page `n` of a list, from 0. No folder of the content has a tilde in its name.
fn list_path(group: &str, n: usize) -> String {
    if n == 0 {
        group.to_owned()
    } else {
        format!("{group}~{}/", n + 1)
    }
}

/// The articles on page `n` of the list of a group, and how many pages it has.
fn listed<'s>(site: &'s Site<'s>, group: &str, n: usize) -> (&'s [&'s PageDoc], usize) {
    let all = site.groups.get(group).map_or(&[][..], Vec::as_slice);
    let from = (n * LISTED).min(all.len());
    let to = (from + LISTED).min(all.len());
    (&all[from..to], all.len().div_ceil(LISTED))
}

/// Page `n` of the list of a kind or of a section.
fn list<'s>(
    shared: &Shared<'s>,
    kind: PageKind,
    group: &str,
    n: usize,
    language: &str,
) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let mut title = shared.title(group, language);
    if n > 0 {
        title = format!("{title} ({})", n + 1);
    }
    let summary = if group == kind.root() {
        ui.word("home", &format!("{}_text", kind.folder()))
    } else {
        shared.link(group, language).summary
    };
    let path = list_path(group, n);
    let mut page = shared.base(kind.folder(), language, &path, &title, &summary);
    let mut above = site.ancestors(group);
    if n > 0 {
        above.push(group);
    }
    page.breadcrumbs = shared.crumbs(language, &above);
    let (pages, count) = listed(site, group, n);
    let links = shared.list(pages, language);
    let at = |n: usize| Link {
        title: format!("{} / {count}", n + 1),
        href: site.href(language, &list_path(group, n)),
        summary: String::new(),
    };
    page.previous = n.checked_sub(1).map(at);
    page.next = (n + 1 < count).then(|| at(n + 1));
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    list_twin(site, &mut twin, &links, page.next.as_ref());
    let html = shared.render("list.html", &page, &[("pages", value(&links))])?;
    Ok(Page { html, twin })
}

/// The links of a list, and the one to its next page.
fn list_twin(site: &Site<'_>, out: &mut String, links: &[Link], next: Option<&Link>) {
    for link in links.iter().chain(next) {
        let address = format!("{}{}index.md", site.origin, link.href);
        twin::item(out, &link.title, &address, &link.summary);
    }
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
    shared.translation(&mut page, &doc.folder, &doc.texts, text_language);
    page.internal = doc.internal;
    page.breadcrumbs = if doc.internal {
        shared.crumbs(language, &[])
    } else {
        shared.crumbs(language, &site.ancestors(&doc.path))
    };
    page.toc = toc(words);
    page.html = html::whole(&reader, words);
    page.tasks = words.steps.iter().filter(|s| s.task).count();
    let pages = all(site, doc.kind);
    let beside = |n: Option<usize>| {
        n.and_then(|n| pages.get(n))
            .filter(|other| other.internal == doc.internal)
            .map(|other| shared.link(&other.path, language))
    };
    page.previous = beside(n.checked_sub(1));
    page.next = beside(Some(n + 1));
    if let Some(date) = &front.updated {
        page.updated = date_in_words(ui, date.value);
        page.updated_iso = date.value.to_string();
    }
    page.sources = sources(site, words, language);
    shared.checked(
        &mut page,
        front
            .sources
            .iter()
            .flat_map(|id| site.data().days(&id.value)),
    );
    page.edit = shared.edit(&words.file);
    let children = children(shared, doc, language);
    let twin = article_twin(shared, doc, language, words, &children);
    let (children, more) = &children;
    let mut extra = vec![("children", value(children)), ("more", value(more))];
    if page.tasks > 0 {
        // The engine masks what goes into the record of a checklist.
        extra.push(("diagnoser", value(&shared.diagnoser(language))));
    }
    let html = shared.render(ARTICLE, &page, &extra)?;
    Ok(Page { html, twin })
}

/// Of a section's page, what lies in it, and the link to the rest.
fn children(shared: &Shared<'_>, doc: &PageDoc, language: &str) -> (Vec<Link>, Option<Link>) {
    let site = shared.site;
    let (pages, count) = if doc.internal {
        (&[][..], 0)
    } else {
        listed(site, &doc.path, 0)
    };
    let more = (count > 1).then(|| Link {
        title: format!("2 / {count}"),
        href: site.href(language, &list_path(&doc.path, 1)),
        summary: String::new(),
    });
    (shared.list(pages, language), more)
}

/// The twin of [`article`]; `children` is what [`children`] gives.
fn article_twin(
    shared: &Shared<'_>,
    doc: &PageDoc,
    language: &str,
    words: &Markdown,
    (children, more): &(Vec<Link>, Option<Link>),
) -> String {
    let reader = Reader {
        site: shared.site,
        language,
        path: &doc.path,
    };
    let mut twin = twin::head(&words.front.title.value, &words.front.summary.value);
    twin.push_str(&twin::body(&reader, words));
    if !children.is_empty() {
        twin.push('\n');
        list_twin(shared.site, &mut twin, children, more.as_ref());
    }
    twin
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
            lang: title_language(language),
            href: public(&source.url.value),
            checked: site
                .data()
                .days(&source.id.value)
                .max()
                .map(|date| When::new(ui, date)),
            confidence: match source.url.value.strip_prefix("resep:") {
                Some(rest) if rest.starts_with("reports/") => ui.word("page", "source_report"),
                Some(_) => ui.word("page", "source_seed"),
                None => String::new(),
            },
        })
        .collect()
}
