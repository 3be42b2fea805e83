//! What a page is, for search engines (JSON-LD, schema.org).
//!
//! Articles are `TechArticle` with a `BreadcrumbList`, the trail being the one thing of these that Google still shows. It
//! no longer shows `HowTo` (since September 2023) nor `FAQPage` for sites such as this (since August 2023), and steps
//! and questions marked up as something else than they are would only be weight.

use serde::Serialize;

use super::RenderError;
use super::context::PageContext;
use crate::model::Site;

#[derive(Serialize)]
struct Document<'p> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Node<'p>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Node<'p> {
    Page(Box<PageNode<'p>>),
    Trail(Trail<'p>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageNode<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'p str,
    url: &'p str,
    name: &'p str,
    description: &'p str,
    in_language: &'p str,
    publisher: Organization<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<&'p str>,
}

#[derive(Serialize)]
struct Organization<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'p str,
    url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trail<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    item_list_element: Vec<ListItem<'p>>,
}

#[derive(Serialize)]
struct ListItem<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'p str,
    item: String,
}

/// The JSON of a page, safe inside `<script>`; empty for a page that is not to be found.
///
/// # Errors
/// None that strings and numbers could cause.
pub(super) fn of(site: &Site<'_>, page: &PageContext) -> Result<String, RenderError> {
    if page.noindex || page.canonical.is_empty() || page.kind == "permalink" {
        return Ok(String::new());
    }
    let kind = match page.kind.as_str() {
        "guide" | "runbook" | "rule" => "TechArticle",
        "guides" | "runbooks" | "errors" | "provider" => "CollectionPage",
        "home" | "choose" => "WebSite",
        _ => "WebPage",
    };
    let article = kind == "TechArticle";
    let date = |published: bool| {
        let shown = article && !page.updated_iso.is_empty() && published == (page.kind == "rule");
        shown.then_some(page.updated_iso.as_str())
    };
    let main = PageNode {
        kind,
        id: &page.canonical,
        url: &page.canonical,
        name: &page.title,
        description: &page.summary,
        in_language: &page.text_lang,
        publisher: Organization {
            kind: "Organization",
            name: &site.docs.config.title,
            url: format!("{}{}/", site.origin, site.base),
        },
        headline: article.then_some(page.title.as_str()),
        date_published: date(true),
        date_modified: date(false),
    };
    let mut graph = vec![Node::Page(Box::new(main))];
    if !page.breadcrumbs.is_empty() {
        graph.push(Node::Trail(trail(site, page)));
    }
    let whole = serde_json::to_string(&Document {
        context: "https://schema.org",
        graph,
    })
    .map_err(|e| RenderError::of_program(e.to_string()))?;
    // "</script>" in a title would end the element.
    Ok(whole.replace('<', "\\u003c"))
}

/// From the home page to the page itself.
fn trail<'p>(site: &Site<'_>, page: &'p PageContext) -> Trail<'p> {
    let parents = page
        .breadcrumbs
        .iter()
        .map(|link| (link.title.as_str(), format!("{}{}", site.origin, link.href)));
    let all = parents.chain([(page.title.as_str(), page.canonical.clone())]);
    Trail {
        kind: "BreadcrumbList",
        item_list_element: all
            .enumerate()
            .map(|(n, (name, item))| ListItem {
                kind: "ListItem",
                position: n + 1,
                name,
                item,
            })
            .collect(),
    }
}
