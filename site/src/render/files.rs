//! Files that are no pages: assets, data, the catalogue as JSON, what crawlers read.

use super::piece::Piece;
use super::shared::Shared;
use crate::html::escape;
use crate::load::Edition;
use crate::model::Site;
use crate::{answers, assets, twin};

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let mut out = vec![
        Piece::file("errors.json", |shared| {
            Ok(answers::catalogue(shared.site).into_bytes())
        }),
        Piece::file("llms.txt", |shared| Ok(llms(shared).into_bytes())),
        Piece::file("robots.txt", |shared| Ok(robots(shared.site).into_bytes())),
    ];
    let folder = assets::folder();
    out.extend(
        assets::published()
            .map(|(name, bytes)| Piece::file(format!("{folder}/{name}"), |_| Ok(bytes.to_vec()))),
    );
    let data = shared.data();
    out.extend(data.files.keys().cloned().map(|name| {
        Piece::file(format!("{}/{name}", data.path), move |shared| {
            Ok(shared.data().files.get(&name).cloned().unwrap_or_default())
        })
    }));
    out
}

/// The addresses of all pages in all languages, from what the pages say of themselves. The internal edition has none.
pub(super) fn sitemap<'s>(shared: &Shared<'s>, pieces: &[Piece<'s>]) -> Option<Piece<'s>> {
    if shared.site.edition == Edition::Internal {
        return None;
    }
    let mut paths: Vec<String> = pieces.iter().filter_map(|p| p.listed.clone()).collect();
    paths.sort();
    paths.dedup();
    Some(Piece::file("sitemap.xml", move |shared| {
        Ok(sitemap_xml(shared.site, &paths).into_bytes())
    }))
}

fn robots(site: &Site<'_>) -> String {
    if site.edition == Edition::Internal {
        return "User-agent: *\nDisallow: /\n".to_owned();
    }
    format!(
        "User-agent: *\nAllow: /\n\nSitemap: {}{}/sitemap.xml\n",
        site.origin, site.base
    )
}

fn sitemap_xml(site: &Site<'_>, paths: &[String]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for path in paths {
        let alternates: String = site
            .languages()
            .iter()
            .map(|l| {
                format!(
                    "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                    l.code,
                    escape(&site.absolute(&l.code, path))
                )
            })
            .collect();
        let default = if path == "/" {
            format!("{}{}/", site.origin, site.base)
        } else {
            site.absolute(site.default_language(), path)
        };
        for language in site.languages() {
            out.push_str(&format!(
                "<url><loc>{}</loc>{alternates}<xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"{}\"/></url>\n",
                escape(&site.absolute(&language.code, path)),
                escape(&default)
            ));
        }
    }
    out.push_str("</urlset>\n");
    out
}

/// For language models: where the Markdown is.
fn llms(shared: &Shared<'_>) -> String {
    let site = shared.site;
    let default = site.default_language();
    let ui = site.ui(default);
    let mut out = format!(
        "# {}\n\n> {}\n",
        site.docs.config.title,
        ui.word("home", "summary")
    );
    for language in site.languages() {
        out.push_str(&format!("\n## {}\n\n", language.label));
        for path in [
            "/",
            "/guides/",
            "/runbooks/",
            "/errors/",
            "/wallets/",
            "/glossary/",
        ] {
            let address = format!("{}index.md", site.absolute(&language.code, path));
            twin::item(&mut out, &shared.title(path, &language.code), &address, "");
        }
    }
    out.push_str(&format!(
        "\n## JSON\n\n- [errors.json]({}{}/errors.json)\n",
        site.origin, site.base
    ));
    out
}
