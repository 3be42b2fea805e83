//! Files that are no pages: assets, data, the catalogue as JSON, what crawlers read.

use super::piece::Piece;
use super::shared::{Shared, social_image};
use crate::html::escape;
use crate::load::Edition;
use crate::model::Site;
use crate::{answers, twin};

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let mut out = vec![
        Piece::file("errors.json", |shared| {
            Ok(answers::catalogue(shared.site).into_bytes())
        }),
        Piece::file("robots.txt", |shared| Ok(robots(shared.site).into_bytes())),
    ];
    let site = shared.site;
    let folder = &site.assets.folder;
    out.extend(
        site.assets
            .files
            .iter()
            .map(|(name, bytes)| Piece::file(format!("{folder}/{name}"), |_| Ok(bytes.to_vec()))),
    );
    out.extend(site.languages().iter().filter_map(|l| {
        let path = social_image(&l.code);
        let bytes = site.source.published(&path, site.source.images.get(&path)?);
        Some(Piece::file(format!("media/{path}"), |_| Ok(bytes.to_vec())))
    }));
    let data = shared.data_path();
    out.extend(shared.data_files().map(|name| {
        Piece::file(format!("{data}/{name}"), move |shared| {
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

/// For language models: the Markdown of every page, by language (<https://llmstxt.org>).
pub(super) fn llms<'s>(pieces: &[Piece<'s>]) -> Piece<'s> {
    let mut twins: Vec<String> = pieces
        .iter()
        .flat_map(|piece| &piece.files)
        .filter_map(|file| file.strip_suffix("index.md"))
        // The further pages of a list name nothing that is not here.
        .filter(|path| !path.contains('~'))
        .map(str::to_owned)
        .collect();
    // The way in first, then what explains, then the catalogue.
    let rank = |path: &str| {
        let rest = path.split_once('/').map_or("", |(_, rest)| rest);
        let first = ["", "guides", "runbooks", "tools", "wallets", "glossary"];
        let section = rest.split('/').next().unwrap_or_default();
        first
            .iter()
            .position(|f| *f == section)
            .unwrap_or(first.len())
    };
    twins.sort_by(|a, b| (rank(a), a).cmp(&(rank(b), b)));
    Piece::file("llms.txt", move |shared| {
        Ok(llms_txt(shared, &twins).into_bytes())
    })
}

fn llms_txt(shared: &Shared<'_>, twins: &[String]) -> String {
    let site = shared.site;
    let ui = site.ui(site.default_language());
    let mut out = format!(
        "# {}\n\n> {}\n",
        site.docs.config.title,
        ui.word("home", "summary")
    );
    for language in site.languages() {
        out.push_str(&format!("\n## {}\n\n", language.label));
        for twin in twins {
            let Some(path) = twin.strip_prefix(language.code.as_str()) else {
                continue;
            };
            let link = shared.link(path, &language.code);
            let address = format!("{}index.md", site.absolute(&language.code, path));
            twin::item(&mut out, &link.title, &address, &link.summary);
        }
    }
    out.push_str(&format!(
        "\n## JSON\n\n- [errors.json]({}{}/errors.json)\n",
        site.origin, site.base
    ));
    out
}
