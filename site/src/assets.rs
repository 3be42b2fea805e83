//! The static files inside the program: styles, scripts, templates, and the browser module that `build.rs` made.
//! One table; a file that is not here is not published.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// The module's JavaScript glue, written by wasm-bindgen. Empty if the build was told to leave it out.
const GLUE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/diagnoser.js"));
/// The browser module.
const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/diagnoser_bg.wasm"));

/// Styles and scripts by the name under `/assets/<digest>/`.
const STATIC: &[(&str, &[u8])] = &[
    ("answer.js", include_bytes!("../assets/answer.js")),
    ("diagnose.js", include_bytes!("../assets/diagnose.js")),
    ("dom.js", include_bytes!("../assets/dom.js")),
    ("engine.js", include_bytes!("../assets/engine.js")),
    ("icon.svg", include_bytes!("../assets/icon.svg")),
    ("paste.js", include_bytes!("../assets/paste.js")),
    ("site.css", include_bytes!("../assets/site.css")),
    ("site.js", include_bytes!("../assets/site.js")),
    ("theme.js", include_bytes!("../assets/theme.js")),
];

/// Templates by name. The ending decides whether values are escaped as HTML.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("404.html", include_str!("../templates/404.html")),
    ("article.html", include_str!("../templates/article.html")),
    ("base.html", include_str!("../templates/base.html")),
    ("card.html", include_str!("../templates/card.html")),
    ("choose.html", include_str!("../templates/choose.html")),
    ("crumbs.html", include_str!("../templates/crumbs.html")),
    ("diagnose.html", include_str!("../templates/diagnose.html")),
    (
        "diagnoser.html",
        include_str!("../templates/diagnoser.html"),
    ),
    ("doc.html", include_str!("../templates/doc.html")),
    ("errors.html", include_str!("../templates/errors.html")),
    ("glossary.html", include_str!("../templates/glossary.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("list.html", include_str!("../templates/list.html")),
    ("moved.html", include_str!("../templates/moved.html")),
    (
        "permalink.html",
        include_str!("../templates/permalink.html"),
    ),
    ("provider.html", include_str!("../templates/provider.html")),
    ("rule.html", include_str!("../templates/rule.html")),
    ("sources.html", include_str!("../templates/sources.html")),
    ("wallets.html", include_str!("../templates/wallets.html")),
];

/// Files of the site's code with their bytes, by the name under [`folder`].
pub(crate) fn published() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    STATIC
        .iter()
        .copied()
        .chain([("diagnoser.js", GLUE), ("diagnoser_bg.wasm", MODULE)])
        .filter(|(_, bytes)| !bytes.is_empty())
}

/// `assets/<digest>`, where the digest is that of all [`published`] files.
pub(crate) fn folder() -> &'static str {
    static FOLDER: LazyLock<String> = LazyLock::new(|| format!("assets/{}", digest(published())));
    &FOLDER
}

/// Whether the browser module was built in.
pub(crate) fn has_module() -> bool {
    !GLUE.is_empty() && !MODULE.is_empty()
}

/// Twelve hexadecimal digits that change when any name or byte does.
pub(crate) fn digest<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        // Lengths keep a byte from moving between name, file and next name unnoticed.
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hex(&hash.finalize())[..12].to_owned()
}

/// SHA-256 of `bytes`, 64 hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
