//! The static files inside the program: templates, and what `build.rs` made of styles, scripts and browser modules.
//! A file that is not listed there is not published.

use sha2::{Digest, Sha256};

use crate::load::Source;
use crate::theme;

#[cfg(test)]
#[path = "../build/comments.rs"]
mod comments;
#[path = "../build/digest.rs"]
mod digest;

pub(crate) use digest::{digest, hex};

// Written by `build.rs`, so that nothing of it is made again with each build of a site.
//
// - `STATIC: &[(&str, &[u8])]`: styles and scripts as they were written, by name.
// - `PUBLISHED: &[(&str, &[u8])]`: what of them is published, without comments, and the browser modules with their glue.
// - `FOLDER: &str`: `assets/<digest>`, where the digest is that of all of the latter.
// - `HAS_MODULES: bool`: false if the build was told to leave the browser modules out.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Templates by name. The ending decides whether values are escaped as HTML.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("404.html", include_str!("../templates/404.html")),
    ("article.html", include_str!("../templates/article.html")),
    ("base.html", include_str!("../templates/base.html")),
    ("card.html", include_str!("../templates/card.html")),
    ("checked.html", include_str!("../templates/checked.html")),
    ("choose.html", include_str!("../templates/choose.html")),
    ("crumbs.html", include_str!("../templates/crumbs.html")),
    ("diagnose.html", include_str!("../templates/diagnose.html")),
    (
        "diagnoser.html",
        include_str!("../templates/diagnoser.html"),
    ),
    ("doc.html", include_str!("../templates/doc.html")),
    ("edit.html", include_str!("../templates/edit.html")),
    ("errors.html", include_str!("../templates/errors.html")),
    ("glossary.html", include_str!("../templates/glossary.html")),
    (
        "head-extra.html",
        include_str!("../templates/head-extra.html"),
    ),
    ("home.html", include_str!("../templates/home.html")),
    ("icons.html", include_str!("../templates/icons.html")),
    ("list.html", include_str!("../templates/list.html")),
    ("matrix.html", include_str!("../templates/matrix.html")),
    (
        "matrix-provider.html",
        include_str!("../templates/matrix-provider.html"),
    ),
    ("moved.html", include_str!("../templates/moved.html")),
    ("pager.html", include_str!("../templates/pager.html")),
    ("paid.html", include_str!("../templates/paid.html")),
    ("offline.html", include_str!("../templates/offline.html")),
    (
        "permalink.html",
        include_str!("../templates/permalink.html"),
    ),
    ("provider.html", include_str!("../templates/provider.html")),
    ("rule.html", include_str!("../templates/rule.html")),
    (
        "search-button.html",
        include_str!("../templates/search-button.html"),
    ),
    ("search.html", include_str!("../templates/search.html")),
    ("sources.html", include_str!("../templates/sources.html")),
    ("support.html", include_str!("../templates/support.html")),
    (
        "tool-cost.html",
        include_str!("../templates/tool-cost.html"),
    ),
    ("tool-job.html", include_str!("../templates/tool-job.html")),
    (
        "tool-lasting.html",
        include_str!("../templates/tool-lasting.html"),
    ),
    (
        "tool-offer.html",
        include_str!("../templates/tool-offer.html"),
    ),
    ("tool.html", include_str!("../templates/tool.html")),
    ("wallets.html", include_str!("../templates/wallets.html")),
];

/// What a site publishes of code, styles and icons.
#[derive(Clone, Debug)]
pub(crate) struct Assets<'a> {
    /// Path below the target folder, named by all bytes in it.
    pub(crate) folder: String,
    /// By name.
    pub(crate) files: Vec<(&'a str, &'a [u8])>,
}

/// Our files, with those of the theme in their place or beside them.
pub(crate) fn of(source: &Source) -> Assets<'_> {
    let mut files: Vec<(&str, &[u8])> = PUBLISHED.to_vec();
    let ours = files.len();
    for (name, bytes) in theme::assets(source) {
        match files[..ours].iter_mut().find(|(known, _)| *known == name) {
            Some((_, was)) => *was = bytes,
            None => files.push((name, bytes)),
        }
    }
    let folder = if theme::assets(source).next().is_none() {
        FOLDER.to_owned()
    } else {
        format!("assets/{}", digest(files.iter().copied()))
    };
    Assets { folder, files }
}

/// Whether the browser modules were built in.
pub(crate) fn has_modules() -> bool {
    HAS_MODULES
}

/// SHA-256 of `bytes`, 64 hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::comments::without_comments;
    use super::*;

    #[test]
    fn comments_are_left_out_and_code_is_kept() {
        let script = "// @ts-check\n/* What it\n * is for. */\nimport \"./a.js\";\n\n/** @param {string} x */\nfunction f(x) {\n  \
            const url = \"https://example.com/*\"; // kept\n  return /** @type {A} */ (g(/** @type {B} */ (x)));\n}\n";
        assert_eq!(
            without_comments(script),
            "import \"./a.js\";\nfunction f(x) {\nconst url = \"https://example.com/*\"; // kept\nreturn (g((x)));\n}\n"
        );
        let notice = "/*! Whose\n * it is. */\n";
        assert_eq!(
            without_comments(&format!("// @ts-check\n{notice}/* More. */\nf();\n")),
            "/*! Whose\n* it is. */\nf();\n"
        );
    }

    /// Lines are trimmed, so no text may go over several.
    #[test]
    fn no_script_has_a_text_of_several_lines() {
        for (name, bytes) in STATIC.iter().filter(|(name, _)| name.ends_with(".js")) {
            let text = String::from_utf8_lossy(bytes);
            let odd = text.lines().find(|line| {
                // A fence in quotes is no beginning of a text.
                line.replace("\"```\"", "").matches('`').count() % 2 == 1
                    && !line.trim_start().starts_with(['*', '/'])
            });
            assert_eq!(odd, None, "{name}");
        }
    }
}
