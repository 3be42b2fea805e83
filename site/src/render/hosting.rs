//! What hosts read: `_headers`, `_redirects`, and pages at former addresses for hosts that read neither.

use super::RenderError;
use super::piece::Piece;
use super::shared::{CSP, Shared};
use crate::load::Edition;
use crate::model::Site;

/// For files whose address changes with their bytes.
const IMMUTABLE: &str = "Cache-Control: public, max-age=31536000, immutable";

/// With every answer, beside the Content-Security-Policy. The samples in docs/hosting/ say the same, held by a test.
const HEADERS: [&str; 5] = [
    "Strict-Transport-Security: max-age=31536000",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: no-referrer",
    "Permissions-Policy: camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy: same-origin",
];

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let site = shared.site;
    let mut out = vec![
        // Else GitHub Pages would leave out names with a low line.
        Piece::file(".nojekyll", |_| Ok(Vec::new())),
        Piece::file("_headers", |shared| Ok(headers(shared.site).into_bytes())),
        Piece::file("_redirects", |shared| {
            Ok(redirects(shared.site).into_bytes())
        }),
    ];
    for language in site.languages() {
        out.extend(site.aliases.iter().map(|(alias, path)| {
            Piece::file(format!("{}{alias}index.html", language.code), |shared| {
                moved(shared, &language.code, path)
            })
        }));
    }
    out
}

fn headers(site: &Site<'_>) -> String {
    let base = &site.base;
    let mut out = format!("/*\n  Content-Security-Policy: {CSP}; frame-ancestors 'none'\n");
    for header in HEADERS {
        out.push_str(&format!("  {header}\n"));
    }
    if site.edition == Edition::Internal {
        out.push_str("  X-Robots-Tag: noindex, nofollow\n");
    }
    out.push_str(&format!("\n/assets/*\n  {IMMUTABLE}\n"));
    // Hosts match these against the path they serve, which may or may not hold the base path.
    if !base.is_empty() {
        out.push_str(&format!("\n{base}/assets/*\n  {IMMUTABLE}\n"));
    }
    out
}

/// A line for each former address: `from to 301`.
fn redirects(site: &Site<'_>) -> String {
    site.languages()
        .iter()
        .flat_map(|l| site.aliases.iter().map(move |moved| (l, moved)))
        .map(|(l, (alias, path))| {
            format!(
                "{} {} 301\n",
                site.href(&l.code, alias),
                site.href(&l.code, path)
            )
        })
        .collect()
}

/// The page at a former address: leads on by itself, and by a link.
fn moved(shared: &Shared<'_>, language: &str, path: &str) -> Result<Vec<u8>, RenderError> {
    let link = shared.link(path, language);
    let mut page = shared.base("moved", language, path, &link.title, &link.summary);
    page.noindex = true;
    page.alternates.clear();
    page.x_default = String::new();
    page.markdown = String::new();
    Ok(shared.render("moved.html", &page, &[])?.into_bytes())
}
