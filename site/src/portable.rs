//! The site as one zip that works from a folder, by `file://`, without a server. Browsers refuse there what a server
//! makes possible: module scripts, `fetch`, addresses that begin with `/`. So the site is rendered once more below a
//! path that stands nowhere else ([`BASE`]), and then
//!
//! - addresses in pages become relative ones, each naming its file;
//! - modules become one plain script, in which each is a function (`portable.js` runs them);
//! - what scripts fetch gets a twin that is a script itself and carries the bytes as base64.
//!
//! What only a server needs is left out.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::assets::Assets;
use crate::date::Date;
use crate::render::Files;

/// Path in front of every address of the site while it is rendered for the zip.
pub(crate) const BASE: &str = "/resep-portable-root";
/// Runs the modules and gives them what they fetch.
const RUNTIME: &str = include_str!("../assets/portable.js");
/// Stands in it for the address of the site online.
const ONLINE: &str = "/resep-portable-online/";
/// The script that holds the runtime and all modules, beside the other assets.
const BUNDLE: &str = "portable.js";

/// The files of the zip. `files` were rendered below [`BASE`]; `origin` and `base` are those of the site online.
pub(crate) fn files(files: &Files, assets: &Assets<'_>, origin: &str, base: &str) -> Files {
    let mut out = Files::new();
    let code = assets.folder.as_str();
    for (path, bytes) in files.iter().filter(|(path, _)| is_carried(path)) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            if is_fetched(path) {
                out.insert(format!("{path}.js"), carrier(path, bytes));
            } else {
                out.insert(path.clone(), bytes.clone());
            }
            continue;
        };
        // Addresses with a host are those of the site online: canonical ones, links of the twins.
        let text = text.replace(&format!("{origin}{BASE}"), &format!("{origin}{base}"));
        if path.ends_with(".html") {
            out.insert(path.clone(), page(path, &text, base).into_bytes());
        } else if is_fetched(path) {
            out.insert(format!("{path}.js"), carrier(path, text.as_bytes()));
        } else if !(path.starts_with(code) && is_module(path)) {
            out.insert(path.clone(), text.replace(BASE, base).into_bytes());
        }
    }
    let mut bundle = RUNTIME.replace(ONLINE, &format!("{origin}{base}/"));
    let modules = || assets.files.iter().filter(|(name, _)| is_module(name));
    for (name, bytes) in modules() {
        bundle.push_str(&module(name, &String::from_utf8_lossy(bytes)));
    }
    out.insert(format!("{code}/{BUNDLE}"), bundle.into_bytes());
    for (name, _) in modules() {
        let run = format!("globalThis.resepPortable.run({name:?});\n");
        out.insert(format!("{code}/run-{name}"), run.into_bytes());
    }
    out
}

/// Whether a copy in a folder has use for it.
fn is_carried(path: &str) -> bool {
    let servers = [
        "_headers",
        "_redirects",
        ".nojekyll",
        "robots.txt",
        "sitemap.xml",
        "llms.txt",
        "sw.js",
        "404.html",
        "offline.html",
    ];
    let endings = [".webmanifest", "feed.xml", ".br", ".gz"];
    !servers.contains(&path) && !endings.iter().any(|end| path.ends_with(end))
}

/// Whether a script asks for it.
fn is_fetched(path: &str) -> bool {
    (path.starts_with("assets/")
        && [".json", ".pack", ".wasm"]
            .iter()
            .any(|end| path.ends_with(end)))
        || path.ends_with("/search/index.json")
}

/// All scripts but the one that runs before the first paint, which is a plain one already.
fn is_module(path: &str) -> bool {
    path.ends_with(".js") && path.rsplit('/').next() != Some("theme.js")
}

/// A script that hands over a file.
fn carrier(path: &str, bytes: &[u8]) -> Vec<u8> {
    format!(
        "globalThis.resepPortable.file({path:?}, \"{}\");\n",
        base64(bytes)
    )
    .into_bytes()
}

/// A page with addresses relative to it and plain scripts.
fn page(path: &str, html: &str, base: &str) -> String {
    let up = match path.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    };
    let mut out = String::with_capacity(html.len());
    let mut bundled = false;
    for line in html.split_inclusive('\n') {
        let online_only = ["rel=\"manifest\"", "application/atom+xml"];
        if line.starts_with("<link") && online_only.iter().any(|mark| line.contains(mark)) {
            continue;
        }
        if let Some(rest) = line.strip_prefix("<script type=\"module\" src=\"")
            && let Some((address, tail)) = rest.split_once('"')
            && let Some((folder, name)) = address.rsplit_once('/')
        {
            if !bundled {
                bundled = true;
                relative(
                    &format!("<script defer src=\"{folder}/{BUNDLE}\"></script>\n"),
                    &up,
                    base,
                    &mut out,
                );
            }
            let script = format!("<script defer src=\"{folder}/run-{name}\"{tail}");
            relative(&script, &up, base, &mut out);
            continue;
        }
        relative(line, &up, base, &mut out);
    }
    out
}

/// Appends `text` with every address below [`BASE`] as one relative to a page that lies `up` from the top.
fn relative(text: &str, up: &str, base: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(BASE) {
        out.push_str(&rest[..at]);
        let shown = out.ends_with('>');
        rest = &rest[at + BASE.len()..];
        let end = rest
            .find(|c: char| matches!(c, '"' | '\'' | ' ' | '#' | '?' | '<' | '&') || c.is_control())
            .unwrap_or(rest.len());
        let path = rest[..end].trim_start_matches('/');
        if shown {
            // Read and not followed: the address online.
            out.push_str(base);
            out.push_str(&rest[..end]);
        } else {
            out.push_str(up);
            out.push_str(path);
            if path.is_empty() || path.ends_with('/') {
                out.push_str("index.html");
            }
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
}

/// A module as a function. Ours and the glue's keep to what is handled here; a test runs them all.
fn module(name: &str, text: &str) -> String {
    let mut body = String::with_capacity(text.len());
    let mut exports: BTreeMap<String, String> = BTreeMap::new();
    let mut rest = text;
    while !rest.is_empty() {
        let line_end = rest.find('\n').map_or(rest.len(), |n| n + 1);
        let line = &rest[..line_end];
        if line.starts_with("import ") || line.starts_with("import{") {
            // May go over several lines.
            let end = rest.find(';').map_or(rest.len(), |n| n + 1);
            body.push_str(&import(&rest[..end]));
            rest = &rest[end..];
            continue;
        }
        if let Some(list) = line
            .strip_prefix("export {")
            .or_else(|| line.strip_prefix("export{"))
        {
            for item in list.split('}').next().unwrap_or_default().split(',') {
                let (local, public) = item.split_once(" as ").unwrap_or((item, item));
                if !local.trim().is_empty() {
                    exports.insert(public.trim().to_owned(), local.trim().to_owned());
                }
            }
        } else if let Some(value) = line.strip_prefix("export default ") {
            exports.insert("default".to_owned(), "resepDefault".to_owned());
            body.push_str("const resepDefault = ");
            body.push_str(value);
        } else if let Some(declared) = line.strip_prefix("export ") {
            let name = declared
                .trim_start_matches("async ")
                .split_once(' ')
                .map_or("", |(_, rest)| rest.trim_start_matches("* "));
            let end = name
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .unwrap_or(name.len());
            exports.insert(name[..end].to_owned(), name[..end].to_owned());
            body.push_str(declared);
        } else {
            body.push_str(line);
        }
        rest = &rest[line_end..];
    }
    let body = body
        .replace("import.meta", "resepMeta")
        .replace("import(", "resepImport(");
    let exports: Vec<String> = exports
        .iter()
        .map(|(public, local)| format!("{public}: {local}"))
        .collect();
    format!(
        "globalThis.resepPortable.module({name:?}, function (resepLoad, resepImport, resepMeta, fetch) {{\n\"use strict\";\n\
         {body}\nreturn {{ {} }};\n}});\n",
        exports.join(", ")
    )
}

/// `import { a, b as c } from "./x.js";` as a declaration.
fn import(statement: &str) -> String {
    let from = statement.rsplit('"').nth(1).unwrap_or_default();
    match (statement.find('{'), statement.find('}')) {
        (Some(start), Some(end)) => {
            let names = statement[start + 1..end].replace(" as ", ": ");
            format!("const {{{names}}} = resepLoad({from:?});")
        }
        _ => format!("resepLoad({from:?});"),
    }
}

/// Base64 with padding (RFC 4648): the form that `atob` reads.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut word = [0_u8; 3];
        word[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, word[0], word[1], word[2]]);
        for n in 0..4 {
            if n <= chunk.len() {
                let digit = (bits >> (18 - 6 * n)) & 63;
                out.push(char::from(DIGITS[digit as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// The zip as bytes: the same for the same files and date.
///
/// # Errors
/// If the files are more than a zip can hold.
pub(crate) fn zip(
    files: &Files,
    folder: &str,
    date: Date,
) -> Result<Vec<u8>, zip::result::ZipError> {
    let text = date.to_string();
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap_or(1));
    let (year, month, day) = (
        parts.next().unwrap_or(1980),
        parts.next().unwrap_or(1),
        parts.next().unwrap_or(1),
    );
    // A zip knows no day before 1980.
    let time = DateTime::from_date_and_time(year, month as u8, day as u8, 0, 0, 0)
        .unwrap_or_else(|_| DateTime::default());
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(format!("{folder}/{path}"), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_base64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn addresses_become_relative() {
        let html = format!(
            "<link rel=\"manifest\" href=\"{BASE}/id/manifest.webmanifest\">\n<a href=\"{BASE}/id/guides/#x\">a</a>\n\
             <html data-go=\"id={BASE}/id/ en={BASE}/en/ \">\n<code>{BASE}/e/kling-1102/</code>\n\
             <script type=\"module\" src=\"{BASE}/assets/1/site.js\"></script>\n"
        );
        assert_eq!(
            page("id/index.html", &html, "/repo"),
            "<a href=\"../id/guides/index.html#x\">a</a>\n\
             <html data-go=\"id=../id/index.html en=../en/index.html \">\n<code>/repo/e/kling-1102/</code>\n\
             <script defer src=\"../assets/1/portable.js\"></script>\n\
             <script defer src=\"../assets/1/run-site.js\"></script>\n"
        );
    }

    #[test]
    fn modules_become_functions() {
        let text = "import { a, b as c } from \"./x.js\";\nexport const D = 1;\nexport async function f() {\nawait import(\"./y.js\");\n\
                    }\nexport { D as default };\nconst u = import.meta.url;\n";
        assert_eq!(
            module("m.js", text),
            "globalThis.resepPortable.module(\"m.js\", function (resepLoad, resepImport, resepMeta, fetch) {\n\"use strict\";\n\
             const { a, b: c } = resepLoad(\"./x.js\");\nconst D = 1;\nasync function f() {\nawait resepImport(\"./y.js\");\n}\n\
             const u = resepMeta.url;\n\nreturn { D: D, default: D, f: f };\n});\n"
        );
    }

    #[test]
    fn the_zip_is_the_same_each_time() {
        let files: Files = [("a.txt".to_owned(), b"a".to_vec())].into();
        let date: Date = "2026-11-20".parse().unwrap();
        let zip = |files| super::zip(files, "site", date).unwrap();
        assert_eq!(zip(&files), zip(&files));
        assert!(zip(&files).starts_with(b"PK"));
    }
}
