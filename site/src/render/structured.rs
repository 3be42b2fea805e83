//! What a page is, for search engines (JSON-LD, schema.org).
//!
//! Articles are `TechArticle` with a `BreadcrumbList`, the trail being the one thing of these that Google still shows. It
//! no longer shows `HowTo` (since September 2023) nor `FAQPage` for sites such as this (since August 2023), and steps
//! and questions marked up as something else than they are would only be weight.

use serde_json::{Value, json};

use super::context::PageContext;
use crate::model::Site;

/// The JSON of a page, safe inside `<script>`; empty for a page that is not to be found.
pub(super) fn of(site: &Site<'_>, page: &PageContext) -> String {
    if page.noindex || page.canonical.is_empty() || page.kind == "permalink" {
        return String::new();
    }
    let publisher = json!({
        "@type": "Organization",
        "name": site.docs.config.title,
        "url": format!("{}{}/", site.origin, site.base),
    });
    let kind = match page.kind.as_str() {
        "guide" | "runbook" | "rule" => "TechArticle",
        "guides" | "runbooks" | "errors" | "provider" => "CollectionPage",
        "home" | "choose" => "WebSite",
        _ => "WebPage",
    };
    let mut main = json!({
        "@type": kind,
        "@id": page.canonical,
        "url": page.canonical,
        "name": page.title,
        "description": page.summary,
        "inLanguage": page.text_lang,
        "publisher": publisher,
    });
    if kind == "TechArticle"
        && let Some(main) = main.as_object_mut()
    {
        main.insert("headline".to_owned(), json!(page.title));
        if !page.updated_iso.is_empty() {
            let date = if page.kind == "rule" {
                "datePublished"
            } else {
                "dateModified"
            };
            main.insert(date.to_owned(), json!(page.updated_iso));
        }
    }
    let mut graph = vec![main];
    if !page.breadcrumbs.is_empty() {
        graph.push(trail(site, page));
    }
    let whole = json!({ "@context": "https://schema.org", "@graph": graph });
    // "</script>" in a title would end the element.
    whole.to_string().replace('<', "\\u003c")
}

/// From the home page to the page itself.
fn trail(site: &Site<'_>, page: &PageContext) -> Value {
    let parents = page
        .breadcrumbs
        .iter()
        .map(|link| (link.title.as_str(), format!("{}{}", site.origin, link.href)));
    let all = parents.chain([(page.title.as_str(), page.canonical.clone())]);
    let items: Vec<Value> = all
        .enumerate()
        .map(|(n, (name, address))| {
            json!({ "@type": "ListItem", "position": n + 1, "name": name, "item": address })
        })
        .collect();
    json!({ "@type": "BreadcrumbList", "itemListElement": items })
}
