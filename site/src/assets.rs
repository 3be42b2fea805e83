//! The static files inside the program: styles, scripts, templates, and the browser modules that `build.rs` made.
//! One table; a file that is not here is not published.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use sha2::{Digest, Sha256};

use crate::load::Source;
use crate::theme;

/// The browser modules, and the JavaScript glue of the one that needs it, written by wasm-bindgen. Empty if the build was told to
/// leave them out.
const MODULES: [(&str, &[u8]); 3] = [
    (
        "calculator.js",
        include_bytes!(concat!(env!("OUT_DIR"), "/calculator.js")),
    ),
    (
        "calculator_bg.wasm",
        include_bytes!(concat!(env!("OUT_DIR"), "/calculator_bg.wasm")),
    ),
    (
        "diagnoser_bg.wasm",
        include_bytes!(concat!(env!("OUT_DIR"), "/diagnoser_bg.wasm")),
    ),
];

/// Styles and scripts by the name under `/assets/<digest>/`.
pub(crate) const STATIC: &[(&str, &[u8])] = &[
    ("answer.js", include_bytes!("../assets/answer.js")),
    ("answers.js", include_bytes!("../assets/answers.js")),
    ("checklist.js", include_bytes!("../assets/checklist.js")),
    ("diagnose.js", include_bytes!("../assets/diagnose.js")),
    ("dom.js", include_bytes!("../assets/dom.js")),
    ("engine.js", include_bytes!("../assets/engine.js")),
    ("icon-192.png", include_bytes!("../assets/icon-192.png")),
    ("icon-512.png", include_bytes!("../assets/icon-512.png")),
    (
        "icon-maskable.png",
        include_bytes!("../assets/icon-maskable.png"),
    ),
    ("icon.svg", include_bytes!("../assets/icon.svg")),
    ("lookup.js", include_bytes!("../assets/lookup.js")),
    ("offload.js", include_bytes!("../assets/offload.js")),
    ("paste.js", include_bytes!("../assets/paste.js")),
    ("reader.js", include_bytes!("../assets/reader.js")),
    ("secret.js", include_bytes!("../assets/secret.js")),
    ("share.js", include_bytes!("../assets/share.js")),
    ("search.css", include_bytes!("../assets/search.css")),
    ("search.js", include_bytes!("../assets/search.js")),
    ("site.css", include_bytes!("../assets/site.css")),
    ("site.js", include_bytes!("../assets/site.js")),
    ("stem.js", include_bytes!("../assets/stem.js")),
    ("support.css", include_bytes!("../assets/support.css")),
    ("support.js", include_bytes!("../assets/support.js")),
    ("theme.js", include_bytes!("../assets/theme.js")),
    ("tools.css", include_bytes!("../assets/tools.css")),
    ("tools.js", include_bytes!("../assets/tools.js")),
    ("values.js", include_bytes!("../assets/values.js")),
];

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

/// Files of the site's code with their bytes, by the name under [`folder`]. Scripts and styles go without their comments.
fn published() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    type File = (&'static str, Cow<'static, [u8]>);
    static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
        let files = STATIC.iter().copied().chain(MODULES);
        files
            .filter(|(_, bytes)| !bytes.is_empty())
            .map(|(name, bytes)| match std::str::from_utf8(bytes) {
                Ok(text) if name.ends_with(".js") || name.ends_with(".css") => {
                    (name, Cow::Owned(without_comments(text).into_bytes()))
                }
                _ => (name, Cow::Borrowed(bytes)),
            })
            .collect()
    });
    FILES.iter().map(|(name, bytes)| (*name, &**bytes))
}

/// A script or style without comments that have lines of their own, and without the types that stand as comments before
/// expressions. Our own files and the glue are written so that nothing else looks like one.
fn without_comments(text: &str) -> String {
    static TYPE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("/** @"));
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let mut rest = line.trim();
        if inside {
            inside = !rest.ends_with("*/");
            continue;
        }
        if rest.starts_with("/*") && !rest.contains("*/") {
            inside = true;
            continue;
        }
        if rest.starts_with("//") || rest.starts_with("/*") && rest.ends_with("*/") {
            continue;
        }
        let before = out.len();
        while let Some((at, (_, after))) = TYPE
            .find(rest.as_bytes())
            .and_then(|at| Some((at, rest[at..].split_once("*/")?)))
        {
            out.push_str(&rest[..at]);
            rest = after.trim_start();
        }
        out.push_str(rest);
        if out.len() > before {
            out.push('\n');
        }
    }
    out
}

/// `assets/<digest>`, where the digest is that of all [`published`] files.
fn folder() -> &'static str {
    static FOLDER: LazyLock<String> = LazyLock::new(|| format!("assets/{}", digest(published())));
    &FOLDER
}

/// Makes beforehand what [`of`] takes.
pub(crate) fn prepare() {
    folder();
}

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
    let mut files: Vec<(&str, &[u8])> = published().collect();
    let ours = files.len();
    for (name, bytes) in theme::assets(source) {
        match files[..ours].iter_mut().find(|(known, _)| *known == name) {
            Some((_, was)) => *was = bytes,
            None => files.push((name, bytes)),
        }
    }
    let folder = if theme::assets(source).next().is_none() {
        folder().to_owned()
    } else {
        format!("assets/{}", digest(files.iter().copied()))
    };
    Assets { folder, files }
}

/// Whether the browser modules were built in.
pub(crate) fn has_modules() -> bool {
    MODULES.iter().all(|(_, bytes)| !bytes.is_empty())
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

/// Two lower-case digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .map(|digit| DIGITS[usize::from(digit)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_left_out_and_code_is_kept() {
        let script = "// @ts-check\n/* What it\n * is for. */\nimport \"./a.js\";\n\n/** @param {string} x */\nfunction f(x) {\n  \
            const url = \"https://example.com/*\"; // kept\n  return /** @type {A} */ (g(/** @type {B} */ (x)));\n}\n";
        assert_eq!(
            without_comments(script),
            "import \"./a.js\";\nfunction f(x) {\nconst url = \"https://example.com/*\"; // kept\nreturn (g((x)));\n}\n"
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
