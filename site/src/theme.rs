//! `theme/` of the content folder: templates and assets that stand in the place of ours of the same name, or beside them.
//! Says what is wrong with them with file, line and column.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use memchr::memchr;
use regex::Regex;

use crate::assets::{self, STATIC, TEMPLATES};
use crate::cli::{DONE, Failure, print};
use crate::diag::{Diag, did_you_mean};
use crate::load::Source;
use crate::model::Site;
use crate::parse::listed;
use crate::render::{Fault, RenderError, Templates, all_faults};

const FOLDER: &str = "theme/";
/// Where templates lie in the content folder.
pub(crate) const TEMPLATES_FOLDER: &str = "theme/templates/";
/// Where assets lie.
pub(crate) const ASSETS_FOLDER: &str = "theme/assets/";
/// Endings of theme files that are read as text.
pub(crate) const TEXTS: [&str; 3] = ["css", "html", "js"];
/// Endings of theme files that are carried as they are, beside images.
pub(crate) const BINARIES: [&str; 2] = ["ico", "woff2"];

/// What may stand in the folder, for messages.
pub(crate) const MAY_STAND: &str = "theme/templates/<name>.html and theme/assets/<name>";

/// Whether the file of the content folder is one of the theme's.
pub(crate) fn holds(file: &str) -> bool {
    file.starts_with(FOLDER)
}

/// Whether the file is one of the theme's that is neither text nor a picture: a font, or the icon of old browsers.
pub(crate) fn is_other(file: &str) -> bool {
    let ending = Path::new(file).extension().and_then(|e| e.to_str());
    holds(file) && ending.is_some_and(|e| BINARIES.iter().any(|b| e.eq_ignore_ascii_case(b)))
}

/// Whether a path of parts below `theme/` is one that is read.
pub(crate) fn is_read(parts: &[&str]) -> bool {
    match parts {
        ["templates", name] => name.ends_with(".html"),
        ["assets", name] => !name.ends_with(".html"),
        _ => false,
    }
}

fn below<'s, T>(
    files: &'s BTreeMap<String, T>,
    folder: &'static str,
) -> impl Iterator<Item = (&'s str, &'s T)> {
    files
        .range(folder.to_owned()..)
        .map_while(move |(path, file)| Some((path.strip_prefix(folder)?, file)))
}

/// The templates of the theme by name.
pub(crate) fn templates(source: &Source) -> impl Iterator<Item = (&str, &Arc<str>)> {
    below(&source.texts, TEMPLATES_FOLDER)
}

/// The assets of the theme by name.
pub(crate) fn assets(source: &Source) -> impl Iterator<Item = (&str, &[u8])> {
    let texts = below(&source.texts, ASSETS_FOLDER).map(|(name, text)| (name, text.as_bytes()));
    let others = below(&source.images, ASSETS_FOLDER).map(|(name, bytes)| {
        let path = format!("{ASSETS_FOLDER}{name}");
        (name, source.published(&path, bytes))
    });
    texts.chain(others)
}

/// Our templates with those of the theme over them; nothing if it has none.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn compile(source: &Source) -> Result<Option<Templates>, Vec<Diag>> {
    if templates(source).next().is_none() {
        return Ok(None);
    }
    // Each by itself first, so that all mistakes are shown at once.
    let faults: Vec<Fault> = templates(source)
        .flat_map(|(name, text)| syntax_faults(name, text))
        .collect();
    // Of those Tera tells the first alone.
    let faults = if faults.is_empty() {
        orphans(source)
    } else {
        faults
    };
    let error = if faults.is_empty() {
        match Templates::with(templates(source).map(|(name, text)| (name, &**text))) {
            Ok(templates) => return Ok(Some(templates)),
            Err(error) => error,
        }
    } else {
        RenderError { faults }
    };
    Err(diags(source, &error).unwrap_or_default())
}

/// What is wrong with a template before it is known which others there are. Where a tag is not closed, Tera is at a loss at some tag
/// far below, and what it says of that is left out.
fn syntax_faults(name: &str, text: &str) -> Vec<Fault> {
    let Some(fault) = Templates::syntax_fault(name, text) else {
        return Vec::new();
    };
    let mut faults = unbalanced(name, text);
    let first = faults.iter().filter_map(|fault| fault.span.as_ref());
    let first = first.map(|span| span.start).min();
    let is_earlier = |span: &Range<usize>| first.is_none_or(|first| span.start < first);
    if fault.span.as_ref().is_none_or(is_earlier) {
        faults.push(fault);
    }
    faults
}

/// Templates that extend one that is not there.
fn orphans(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, text) in templates(source) {
        for tag in tera_tags(text) {
            let parent = tag.extends();
            if let Some(parent) = parent.filter(|parent| text_of(source, parent).is_none()) {
                let message = format!("There is no template `{parent}` to extend");
                faults.push(Fault::new(name, tag.span, message));
            }
        }
    }
    faults
}

/// A tag of Tera: what it begins with, such as `endif`, and where it stands.
struct TeraTag<'t> {
    word: &'t str,
    span: Range<usize>,
    inside: &'t str,
}

impl<'t> TeraTag<'t> {
    /// The template that it extends.
    fn extends(&self) -> Option<&'t str> {
        if self.word != "extends" {
            return None;
        }
        self.inside.split(['"', '\'', '`']).nth(1)
    }

    /// What it opens, such as `if`, if it opens something.
    fn opens(&self) -> Option<&'t str> {
        match self.word {
            "if" | "for" | "block" | "filter" | "component" => Some(self.word),
            "set" | "set_global" => {
                // With a value behind `=` it needs no end.
                let name = self.inside.split(['|', '(']).next()?;
                (!name.contains('=')).then_some("set")
            }
            _ => None,
        }
    }

    /// What it closes.
    fn closes(&self) -> Option<&'t str> {
        self.word.strip_prefix("end")
    }
}

/// The tags `{% ... %}` of a template in order; those in comments, values and raw text are none.
fn tera_tags(text: &str) -> Vec<TeraTag<'_>> {
    let mut out: Vec<TeraTag<'_>> = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr(b'{', &text.as_bytes()[at..]).map(|n| at + n) {
        let Some(end) = tera_end(&text.as_bytes()[start..]) else {
            at = start + 1;
            continue;
        };
        at = start + 2;
        let mut quote = None;
        let rest = text.as_bytes()[at..].windows(2).position(|pair| {
            let b = pair[0];
            match quote {
                Some(open) if open == b => quote = None,
                None if matches!(b, b'"' | b'\'' | b'`') && end != "#}" => quote = Some(b),
                _ => {}
            }
            quote.is_none() && pair == end.as_bytes()
        });
        let Some(length) = rest else {
            // What is never closed is for Tera to say.
            return out;
        };
        let inside = text[at..at + length].trim_matches('-').trim();
        at += length + 2;
        if end != "%}" {
            continue;
        }
        let word = inside
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map_or(inside, |n| &inside[..n]);
        if word == "raw" {
            let closed = text[at..].find("endraw").and_then(|n| {
                let close = text[at + n..].find("%}")?;
                Some(at + n + close + 2)
            });
            at = closed.unwrap_or(text.len());
            continue;
        }
        out.push(TeraTag {
            word,
            span: start..at,
            inside,
        });
    }
    out
}

/// Tags that are never closed, and those that close nothing.
fn unbalanced(name: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let unclosed = |(what, span): (&str, Range<usize>)| {
        let message = format!("`{}` lacks its `{{% end{what} %}}`", &text[span.clone()]);
        Fault::new(name, span, message)
    };
    let mut open: Vec<(&str, Range<usize>)> = Vec::new();
    for tag in tera_tags(text) {
        if let Some(what) = tag.opens() {
            open.push((what, tag.span));
        } else if let Some(closed) = tag.closes() {
            match open.iter().rposition(|(what, _)| *what == closed) {
                Some(n) => {
                    faults.extend(open.drain(n + 1..).map(unclosed));
                    open.pop();
                }
                None => {
                    let message = format!("`{}` closes nothing", &text[tag.span.clone()]);
                    faults.push(Fault::new(name, tag.span, message));
                }
            }
        }
    }
    faults.extend(open.into_iter().map(unclosed));
    faults
}

/// Everything that is wrong with the templates of the theme, where something is: `known` is what is known of it already, from a first
/// rendering of the site. The program's own error comes back as it is.
pub(crate) fn faults(
    source: &Source,
    site: &Site<'_>,
    pack: &[u8],
    known: RenderError,
) -> RenderError {
    let mut texts: BTreeMap<&str, String> = templates(source)
        .map(|(name, text)| (name, text.to_string()))
        .collect();
    if texts.is_empty() {
        return known;
    }
    all_faults(site, pack, known, |last| {
        let mut left_out = last.is_empty();
        for fault in last {
            let text = texts.get_mut(&*fault.template);
            if let (Some(text), Some(span)) = (text, &fault.span)
                && let Some(without) = without(text, span)
            {
                *text = without;
                left_out = true;
            }
        }
        let all = texts.iter().map(|(name, text)| (*name, text.as_str()));
        left_out.then(|| Templates::with(all).ok()).flatten()
    })
}

/// A template without the value at `span`, or without all that a condition or a loop at it stands around: blanks are put there, so that
/// every place stays. Nothing if that could make other things wrong, as where the value is given a name.
fn without(text: &str, span: &Range<usize>) -> Option<String> {
    let before = text.get(..span.start)?;
    let (value, tag) = (before.rfind("{{"), before.rfind("{%"));
    let gone = if value > tag {
        let start = value?;
        start..span.end + text.get(span.end..)?.find("}}")? + 2
    } else {
        let start = tag?;
        let mut tags = tera_tags(text).into_iter();
        let tag = tags.find(|tag| tag.span.start == start)?;
        let what = tag.opens().filter(|what| matches!(*what, "if" | "for"))?;
        let mut depth = 1;
        let end = tags.find(|tag| {
            depth += i32::from(tag.opens() == Some(what));
            depth -= i32::from(tag.closes() == Some(what));
            depth == 0
        })?;
        start..end.span.end
    };
    let blank: String = text[gone.clone()]
        .bytes()
        .map(|b| if b == b'\n' { '\n' } else { ' ' })
        .collect();
    Some(format!(
        "{}{blank}{}",
        &text[..gone.start],
        &text[gone.end..]
    ))
}

/// What a template error says about the theme; nothing if there is no theme, and the error is the program's own.
pub(crate) fn diags(source: &Source, error: &RenderError) -> Option<Vec<Diag>> {
    templates(source).next()?;
    let mut out = Vec::new();
    // Blocks that templates of ours fill, by the template of the theme that does not have them.
    let mut lacking: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fault in &error.faults {
        let is_ours = text_of(source, &fault.template).is_some_and(|(_, is_ours)| is_ours);
        let parent = parents(source, &fault.template)
            .into_iter()
            .find(|(_, _, is_ours)| !is_ours);
        match (missing_block(&fault.message), parent) {
            (Some(block), Some((parent, ..))) if is_ours => {
                lacking.entry(parent).or_default().insert(block);
            }
            _ => out.push(diag(source, fault)),
        }
    }
    out.extend(lacking.into_iter().map(|(name, blocks)| {
        let blocks: Vec<&str> = blocks.into_iter().collect();
        let all: String = blocks
            .iter()
            .map(|block| format!("{{% block {block} %}}{{% endblock %}}"))
            .collect();
        Diag::new(
            "broken-template",
            format!("{TEMPLATES_FOLDER}{name}"),
            None,
            format!(
                "lacks what templates of the program fill: the block{} {}",
                if blocks.len() == 1 { "" } else { "s" },
                listed(&blocks)
            ),
        )
        .help(format!(
            "write `{all}` where they belong; `resep theme {name}` prints the program's own"
        ))
    }));
    Some(out)
}

/// The block that a message says is in no parent.
fn missing_block(message: &str) -> Option<&str> {
    let block = message.strip_prefix("Block `")?;
    block.strip_suffix("` is not defined in any parent template")
}

/// The text of a template by its name, and whether it is one of ours.
fn text_of<'s>(source: &'s Source, name: &str) -> Option<(&'s str, bool)> {
    let themed = source.texts.get(&format!("{TEMPLATES_FOLDER}{name}"));
    let ours = TEMPLATES.iter().find(|(known, _)| *known == name);
    themed
        .map(|text| (&**text, false))
        .or_else(|| ours.map(|(_, text)| (*text, true)))
}

/// What a template extends, the nearest first: name, text and whether it is one of ours.
fn parents<'s>(source: &'s Source, name: &str) -> Vec<(&'s str, &'s str, bool)> {
    let mut out: Vec<(&str, &str, bool)> = Vec::new();
    let mut next = text_of(source, name);
    while let Some((text, _)) = next {
        let parent = tera_tags(text).iter().find_map(TeraTag::extends);
        next = parent.and_then(|name| {
            let (text, is_ours) = text_of(source, name)?;
            // A circle is for Tera to say.
            let is_new = !out.iter().any(|(known, ..)| *known == name);
            is_new.then(|| out.push((name, text, is_ours)))?;
            Some((text, is_ours))
        });
    }
    out
}

fn diag(source: &Source, fault: &Fault) -> Diag {
    let file = format!("{TEMPLATES_FOLDER}{}", fault.template);
    let text = source.texts.get(&file).map_or("", |text| &**text);
    let fault = &whole_path(fault, text);
    let (message, wrong, names) = taken_apart(fault, text);
    let mut diag = Diag::new("broken-template", &file, None, message)
        .help(help(source, fault, &wrong, &names));
    if source.texts.contains_key(&file) {
        let span = fault.span.clone();
        let span = span.or_else(|| fault.spot.and_then(|spot| spot.span(text)));
        diag.span = match span {
            // The name without the quotes around it.
            Some(span) => {
                let at = text.get(span.clone()).and_then(|at| at.find(&wrong));
                match at.filter(|_| !wrong.is_empty()) {
                    Some(at) => Some(span.start + at..span.start + at + wrong.len()),
                    None => Some(span),
                }
            }
            None => named(text, &wrong),
        };
    } else {
        // A template of ours, which is given something else by one of the theme.
        diag.message = format!("does not fit the theme: {}", diag.message);
    }
    diag
}

/// Where a tag that includes or extends names a template.
fn named(text: &str, name: &str) -> Option<Range<usize>> {
    tera_tags(text)
        .into_iter()
        .filter(|tag| matches!(tag.word, "extends" | "include"))
        .find_map(|tag| {
            let raw = &text[tag.span.clone()];
            let mut places = raw.match_indices(name).map(|(at, _)| at);
            let at = places.find(|at| raw[..*at].ends_with(['"', '\'', '`']))?;
            let start = tag.span.start + at;
            Some(start..start + name.len())
        })
}

/// A fault of something undefined that a loop or a filter is given, at all of what is written: Tera's place is the first name of it.
fn whole_path(fault: &Fault, text: &str) -> Fault {
    let mut whole = fault.clone();
    if let (Some(span), true) = (&mut whole.span, fault.message.contains("`undefined`")) {
        let rest = text.get(span.end..).unwrap_or_default();
        let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        if rest.starts_with('.') {
            span.end += rest.find(|c| !is_path(c)).unwrap_or(rest.len());
        }
    }
    whole
}

/// What is wrong in our words, the name that is wrong, and the names that there are.
fn taken_apart(fault: &Fault, text: &str) -> (String, String, Vec<String>) {
    let at = fault.span.clone().and_then(|span| text.get(span));
    if let (Some(at), true) = (at, fault.message.contains("`undefined`")) {
        let root = at.split(['.', '[', ' ']).next().unwrap_or(at);
        // What the program's own template of that name asks for is what the page has.
        let names = Templates::new().map_or_else(
            |_| Vec::new(),
            |ours| {
                let names = ours.variables(&fault.template);
                names.into_iter().map(str::to_owned).collect()
            },
        );
        let message = format!("`{at}` is not defined");
        return match names.iter().any(|name| name == root) {
            // A field of what is there.
            true => (message, at.to_owned(), Vec::new()),
            false => (message, root.to_owned(), names),
        };
    }
    // "Variable `x` is not defined. Available variables: a, b"
    let (message, names) = fault
        .message
        .split_once(". Available ")
        .unwrap_or((&fault.message, ""));
    let names = names.split_once(": ").map_or("", |(_, names)| names);
    let mut message = message.trim_end_matches('.').replace('\n', " ");
    if let Some(first) = message.get(..1).map(str::to_lowercase) {
        message.replace_range(..1, &first);
    }
    let wrong = message.split('`').nth(1).unwrap_or_default().to_owned();
    let names = names.split(", ").filter(|name| !name.is_empty());
    (message, wrong, names.map(str::to_owned).collect())
}

fn help(source: &Source, fault: &Fault, wrong: &str, names: &[String]) -> String {
    let message = &fault.message;
    if message.contains("leads back here") {
        return "take one of the lines out that include or extend".to_owned();
    }
    if message.contains(" lacks its `") {
        return "write that where it ends".to_owned();
    }
    if message.ends_with(" closes nothing") {
        return "take it out, or write what it closes above it".to_owned();
    }
    if message.contains("end of input") {
        return "close what is open: `{% endif %}`, `{% endfor %}`, `{% endblock %}` or `}}`"
            .to_owned();
    }
    if let Some(block) = missing_block(message) {
        let parents = parents(source, &fault.template);
        let tags = parents.iter().flat_map(|(_, text, _)| tera_tags(text));
        let blocks: BTreeSet<&str> = tags
            .filter(|tag| tag.word == "block")
            .filter_map(|tag| tag.inside.split_whitespace().nth(1))
            .collect();
        let blocks: Vec<&str> = blocks.into_iter().collect();
        return did_you_mean(block, blocks.iter().copied())
            .unwrap_or_else(|| format!("what it extends has the blocks {}", listed(&blocks)));
    }
    let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
    if wrong.ends_with(".html") {
        known = TEMPLATES.iter().map(|(name, _)| *name).collect();
        known.extend(templates(source).map(|(name, _)| name));
    }
    if let Some(hint) = did_you_mean(wrong, known.iter().copied()) {
        return hint;
    }
    if names.is_empty() {
        return "compare with the program's own template: `resep theme NAME` prints it".to_owned();
    }
    format!("there are {}", names.join(", "))
}

/// Files of the theme that stand in the place of nothing and that nothing refers to: most often a misspelt name.
pub(crate) fn unused(source: &Source, out: &mut Vec<Diag>) {
    let texts = || templates(source).map(|(_, text)| &**text);
    let referring = || {
        let assets = below(&source.texts, ASSETS_FOLDER).map(|(_, text)| &**text);
        texts().chain(assets)
    };
    let mut report = |folder: &str, name: &str, known: Vec<&str>| {
        out.push(
            Diag::new(
                "unused-theme-file",
                format!("{folder}{name}"),
                None,
                "stands in the place of no file of the program, and nothing names it",
            )
            .help(did_you_mean(name, known).unwrap_or_else(|| {
                "`resep theme` lists the names; a file beside them must be named by one of yours"
                    .to_owned()
            })),
        );
    };
    for (name, _) in templates(source) {
        let ours: Vec<&str> = TEMPLATES.iter().map(|(name, _)| *name).collect();
        if !ours.contains(&name) && !texts().any(|text| text.contains(name)) {
            report(TEMPLATES_FOLDER, name, ours);
        }
    }
    for (name, _) in assets(source) {
        let ours: Vec<&str> = STATIC.iter().map(|(name, _)| *name).collect();
        if !ours.contains(&name) && !referring().any(|text| text.contains(name)) {
            report(ASSETS_FOLDER, name, ours);
        }
    }
}

/// Templates that pages are made of and that make none, such as the empty file that a shell leaves where `resep theme NAME > FILE`
/// failed: every page of them would be published like that.
pub(crate) fn frameless(source: &Source, out: &mut Vec<Diag>) {
    let is_page = |text: &str| {
        tera_tags(text).iter().any(|tag| tag.extends().is_some()) || text.contains("<html")
    };
    for (name, text) in templates(source) {
        let tags = tera_tags(text);
        // What is put together elsewhere is looked at there.
        let is_whole = |tag: &TeraTag<'_>| matches!(tag.word, "extends" | "include");
        if text.contains("<html") || tags.iter().any(is_whole) {
            continue;
        }
        let ours = TEMPLATES.iter().find(|(known, _)| *known == name);
        let help = match ours {
            Some((_, ours)) if is_page(ours) => {
                format!("`resep theme {name}` prints the program's own, to begin with")
            }
            None if templates(source).any(|(_, text)| {
                tera_tags(text)
                    .iter()
                    .any(|tag| tag.extends() == Some(name))
            }) =>
            {
                "write the whole page into it, as `resep theme base.html` does".to_owned()
            }
            _ => continue,
        };
        if Templates::syntax_fault(name, text).is_some() {
            // Told by itself, and the tags cannot be trusted.
            continue;
        }
        out.push(
            Diag::new(
                "broken-template",
                format!("{TEMPLATES_FOLDER}{name}"),
                None,
                "makes no page: it has no `<html>`, and extends no template that has one",
            )
            .help(help),
        );
    }
}

/// Files that a style or a script of the theme loads from beside it, and that are not there.
pub(crate) fn lost(source: &Source, out: &mut Vec<Diag>) {
    static STYLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?is)/\*.*?\*/|@namespace[^;]*|(?:\burl\(\s*["']?|@import\s*["'])\s*([^"'()\s]+)"#,
        )
        .ok()
    });
    static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"\b(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"'\n]+)["']"#).ok()
    });
    if assets(source).next().is_none() {
        return;
    }
    let all = assets::of(source);
    let names: BTreeSet<&str> = all.files.iter().map(|(name, _)| *name).collect();
    for (file, text) in below(&source.texts, ASSETS_FOLDER) {
        let pattern = if file.ends_with(".css") {
            &STYLE
        } else {
            &SCRIPT
        };
        let Some(pattern) = pattern.as_ref() else {
            continue;
        };
        for address in pattern.captures_iter(text).filter_map(|found| found.get(1)) {
            let written = address.as_str();
            // What names its place itself is no file beside this one.
            if written.starts_with(['/', '#']) || written.contains(':') {
                continue;
            }
            let name = written.split(['?', '#']).next().unwrap_or(written);
            let name = name.trim_start_matches("./");
            if names.contains(name) {
                continue;
            }
            out.push(
                Diag::new(
                    "dangling-reference",
                    format!("{ASSETS_FOLDER}{file}"),
                    address.range(),
                    format!("no file `{name}` beside this one"),
                )
                .help(did_you_mean(name, names.iter().copied()).unwrap_or_else(|| {
                    format!("put it into {ASSETS_FOLDER}, where no folders are, and write its name alone")
                })),
            );
        }
    }
}

/// What the Content-Security-Policy of the pages forbids, in the text of templates and styles.
pub(crate) fn policy(source: &Source, out: &mut Vec<Diag>) {
    for (name, text) in below(&source.texts, ASSETS_FOLDER) {
        if name.ends_with(".css") {
            let file = format!("{ASSETS_FOLDER}{name}");
            out.extend(loaded(text).into_iter().map(|span| {
                Diag::new(
                    "other-origin",
                    &file,
                    span,
                    "something from another origin, which the Content-Security-Policy forbids",
                )
                .help("put the file into theme/assets/, and write its name")
            }));
        }
    }
    for (name, text) in templates(source) {
        let file = format!("{TEMPLATES_FOLDER}{name}");
        for found in forbidden(text, None) {
            let message = format!("{}, which the Content-Security-Policy forbids", found.what);
            out.push(
                Diag::new(found.lint, &file, found.span, message)
                    .help("put it into a file in theme/assets/, and load that"),
            );
        }
    }
}

/// Addresses of other origins that a style loads.
fn loaded(style: &str) -> Vec<Range<usize>> {
    static LOADED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?is)/\*.*?\*/|@namespace[^;]*|(?:\burl\(\s*["']?|@import\s*["']|image-set\(\s*["'])\s*((?:https?:)?//[^"')\s]*)"#,
        )
        .ok()
    });
    let Some(pattern) = LOADED.as_ref() else {
        // Nobody looked, so nothing may pass.
        return std::iter::once(0..0).collect();
    };
    let address = |found: regex::Captures<'_>| Some(found.get(1)?.range());
    pattern.captures_iter(style).filter_map(address).collect()
}

/// Something that browsers would refuse to run, apply or load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    pub(crate) span: Range<usize>,
    /// The lint that says so.
    pub(crate) lint: &'static str,
    pub(crate) what: &'static str,
}

/// The value of these is loaded as soon as the page is seen, whatever element they stand on.
const LOADING: [&str; 5] = ["src", "srcset", "poster", "data", "background"];
/// What a `<link>` loads or connects to.
const LINKED: [&str; 9] = [
    "stylesheet",
    "icon",
    "apple-touch-icon",
    "preload",
    "modulepreload",
    "manifest",
    "prefetch",
    "preconnect",
    "dns-prefetch",
];

/// Whether an attribute makes a browser ask another origin than `own`.
fn asks_others(
    element: &str,
    attribute: &str,
    value: &str,
    rel: Option<&str>,
    own: Option<&str>,
) -> bool {
    let loads = match attribute {
        "href" | "xlink:href" => match element {
            "use" | "image" | "feimage" => true,
            "link" => rel.is_some_and(|rel| {
                let mut kinds = rel.split_ascii_whitespace();
                kinds.any(|kind| LINKED.contains(&&*kind.to_ascii_lowercase()))
            }),
            _ => false,
        },
        "action" | "formaction" => true,
        _ => LOADING.contains(&attribute),
    };
    let is_other = |address: &str| {
        let address = address.trim_start().to_ascii_lowercase();
        ["http:", "https:", "//"]
            .iter()
            .any(|far| address.starts_with(far))
            && own
                .and_then(|own| address.strip_prefix(own))
                .is_none_or(|rest| !(rest.is_empty() || rest.starts_with(['/', '?', '#'])))
    };
    loads && value.split(',').any(is_other)
}

/// What browsers would refuse to run, apply or load, in order; `own` is the origin of the site, if it is known.
pub(crate) fn forbidden(text: &str, own: Option<&str>) -> Vec<Forbidden> {
    let code = |span, what| Forbidden {
        span,
        lint: "inline-code",
        what,
    };
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr(b'<', &bytes[at..]).map(|n| at + n) {
        at = start + 1;
        let rest = &text[at..];
        if rest.starts_with("!--") {
            at += rest.find("-->").unwrap_or(rest.len());
            continue;
        }
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let length = rest.bytes().take_while(|b| is_name(*b)).count();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name = rest[..length].to_ascii_lowercase();
        at += length;
        let mut attributes = Vec::new();
        at = attributes_of(text, at, &mut attributes);
        let value = |wanted: &str| {
            let found = attributes.iter().find(|(_, name, _)| name == wanted);
            found.map(|(_, _, value)| *value)
        };
        // Only scripts run; a block of data does not.
        let runs = value("type").is_none_or(|kind| kind == "module" || kind.contains("javascript"));
        match &*name {
            "style" => found.push(code(start..start + 1 + length, "a style within the page")),
            "script" if value("src").is_none() && runs => {
                found.push(code(start..start + 1 + length, "a script within the page"));
            }
            _ => {}
        }
        for (span, attribute, content) in &attributes {
            if attribute == "style" {
                found.push(code(span.clone(), "a style on an element"));
            } else if attribute.starts_with("on") {
                found.push(code(span.clone(), "a handler on an element"));
            } else if asks_others(&name, attribute, content, value("rel"), own) {
                found.push(Forbidden {
                    span: span.clone(),
                    lint: "other-origin",
                    what: "something from another origin",
                });
            }
        }
        if matches!(&*name, "script" | "style") {
            // Their text is no markup.
            at += text[at..].find("</").unwrap_or(text.len() - at);
        }
    }
    found
}

/// Reads the attributes of a tag from `at` on: where each name stands, the name in small letters, and the value. Returns where the
/// tag ends. What Tera puts in is passed over.
fn attributes_of<'t>(
    text: &'t str,
    mut at: usize,
    out: &mut Vec<(Range<usize>, String, &'t str)>,
) -> usize {
    let bytes = text.as_bytes();
    let past = |at: usize, end: &str| {
        at + text[at..]
            .find(end)
            .map_or(text.len() - at, |n| n + end.len())
    };
    while at < bytes.len() && bytes[at] != b'>' {
        if let Some(end) = tera_end(&bytes[at..]) {
            at = past(at, end);
            continue;
        }
        let name_ends = |b: u8| {
            b.is_ascii_whitespace() || matches!(b, b'=' | b'>' | b'/' | b'{' | b'"' | b'\'')
        };
        let from = at;
        while at < bytes.len() && !name_ends(bytes[at]) {
            at += 1;
        }
        if from == at {
            at += 1;
            continue;
        }
        let name = text[from..at].to_ascii_lowercase();
        let span = from..at;
        let rest = text[at..].trim_start();
        let mut value = "";
        if let Some(rest) = rest.strip_prefix('=').map(str::trim_start) {
            at = text.len() - rest.len();
            match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let from = at + 1;
                    at = from;
                    while at < bytes.len() && bytes[at] != *quote {
                        // Tera has quotes of its own.
                        at = tera_end(&bytes[at..]).map_or(at + 1, |end| past(at, end));
                    }
                    value = text.get(from..at).unwrap_or_default();
                    at += 1;
                }
                _ => {
                    let length = rest
                        .find(|c: char| c.is_ascii_whitespace() || c == '>')
                        .unwrap_or(rest.len());
                    value = &rest[..length];
                    at += length;
                }
            }
        }
        out.push((span, name, value));
    }
    at.min(text.len())
}

/// What ends the expression, statement or comment of Tera that `bytes` begin with; nothing if they begin with none.
fn tera_end(bytes: &[u8]) -> Option<&'static str> {
    match bytes.get(..2)? {
        b"{{" => Some("}}"),
        b"{%" => Some("%}"),
        b"{#" => Some("#}"),
        _ => None,
    }
}

/// `resep theme`: the names that a theme may take the place of, or one file as it stands in the program.
pub(crate) fn run(name: Option<&str>) -> Result<u8, Failure> {
    let Some(name) = name else {
        let templates = TEMPLATES.iter().map(|(name, _)| (TEMPLATES_FOLDER, name));
        let assets = STATIC.iter().map(|(name, _)| (ASSETS_FOLDER, name));
        let all: String = templates
            .chain(assets)
            .map(|(folder, name)| format!("{folder}{name}\n"))
            .collect();
        print(&all)?;
        return Ok(DONE);
    };
    let short = name.rsplit('/').next().unwrap_or(name);
    let template = TEMPLATES.iter().find(|(known, _)| *known == short);
    let bytes = match (template, STATIC.iter().find(|(known, _)| *known == short)) {
        (Some((_, text)), _) => text.as_bytes(),
        (None, Some((_, bytes))) => bytes,
        (None, None) => {
            let templates = TEMPLATES.iter().map(|(name, _)| *name);
            let names = templates.chain(STATIC.iter().map(|(name, _)| *name));
            let hint = did_you_mean(short, names.collect::<Vec<_>>())
                .unwrap_or_else(|| "`resep theme` lists them".to_owned());
            return Err(format!("the program has no file `{name}`: {hint}"));
        }
    };
    crate::cli::print_bytes(bytes)?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_load_nothing_from_elsewhere() {
        for (style, found) in [
            (
                "@import url(\"https://x.example/a.css\");",
                "https://x.example/a.css",
            ),
            ("@IMPORT '//x.example/a.css';", "//x.example/a.css"),
            (
                "a { background: URL( http://x.example/a ) }",
                "http://x.example/a",
            ),
            (
                "a { background: image-set('https://x.example/a' 1x) }",
                "https://x.example/a",
            ),
            ("/* url(//a) */ b { src: url('//b') }", "//b"),
            ("@namespace url(http://www.w3.org/2000/svg);", ""),
            (
                "a::after { content: \" // https://x.example\"; background: url(/a.png) }",
                "",
            ),
        ] {
            let all: Vec<&str> = loaded(style).into_iter().map(|span| &style[span]).collect();
            assert_eq!(all.concat(), found, "{style}");
        }
        for (name, bytes) in STATIC {
            let text = String::from_utf8_lossy(bytes);
            assert!(
                !name.ends_with(".css") || loaded(&text).is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_forbidden_is_found_and_nothing_else() {
        let good = "<!-- <style> --><p title=\"a style=b onclick=c\" data-on=\"x\" {% if a > \"b\" %}id='{{ \"onclick=\" }}'{% endif %}>style=x</p>\
            <script src=x.js></script><script type=\"application/ld+json\">{}</script><br><stylesheet>";
        assert_eq!(forbidden(good, None), []);
        for (bad, wrong) in [
            ("<p><STYLE>p {}</STYLE>", "<STYLE"),
            ("<script>x < \"</p style=\"</script>", "<script"),
            ("<script type=module>x</script>", "<script"),
            (
                "<b class=\"{{ a | replace(from=\"x\", to=\">\") }}\" style = 'x'>",
                "style",
            ),
            ("<b\n{% if a > b %}onClick=x{% endif %}>", "onClick"),
        ] {
            let found: Vec<&str> = forbidden(bad, None)
                .into_iter()
                .map(|found| &bad[found.span])
                .collect();
            assert_eq!(found, [wrong], "{bad}");
        }
        for (element, others) in [
            ("<script src=\"https://evil.example/x.js\"></script>", true),
            (
                "<link rel=\"stylesheet\" href=\"//cdn.example/x.css\">",
                true,
            ),
            (
                "<link rel=\"canonical\" href=\"https://evil.example/\">",
                false,
            ),
            (
                "<img srcset=\"/a.png 1w, https://evil.example/a.png 2w\">",
                true,
            ),
            ("<a href=\"https://evil.example/\">x</a>", false),
            ("<img src=\"https://own.example/a.png\">", false),
            ("<img src=\"/a.png\">", false),
        ] {
            let found = forbidden(element, Some("https://own.example"));
            assert_eq!(
                found.iter().any(|f| f.lint == "other-origin"),
                others,
                "{element}"
            );
        }
        for (name, text) in TEMPLATES {
            assert_eq!(forbidden(text, None), [], "{name}");
        }
        // Cut anywhere, and in other scripts.
        for odd in [
            "<p a=\"{{ x \u{e9}\u{e9}<b style='\u{1f600}' onx=\u{e9}>{# ",
            "<p title=\"\u{e9} \u{2014} {{ x }}\u{1f600}\" \u{e9}=\u{e9} lang='\u{4f59}'>",
        ] {
            for (end, _) in odd.char_indices() {
                let _ = forbidden(&odd[..end], None);
            }
        }
    }
}
