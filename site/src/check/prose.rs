//! What is in the text of pages beyond links: paragraphs that nobody translated, code in a language that nobody knows,
//! tables whose columns have no names.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHasher;

use super::{PLACEHOLDER, each_text};
use crate::diag::{Diag, did_you_mean, nearest};
use crate::highlight::{knows, names};
use crate::load::Source;
use crate::parse::function_words::{foreign, primary};
use crate::parse::markdown::{Markdown, letters};
use crate::parse::raw_html::{RawTag, closes_itself, is_never};
use crate::parse::site_toml::Config;
use crate::parse::{At, Docs};

/// Names that people write for languages that go by another.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("py", "python"),
    ("shell", "sh"),
    ("typescript", "ts"),
    ("yml", "yaml"),
    ("txt", "text"),
    ("plaintext", "text"),
    ("c++", "cpp"),
    ("c#", "cs"),
    ("rs", "rust"),
];

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    each_text(docs, |_, _, text| {
        for code in &text.codes {
            if !code.lang.is_empty() && !knows(&code.lang) {
                let block = source
                    .texts
                    .get(&text.file)
                    .and_then(|written| written.get(code.span.clone()))
                    .unwrap_or_default();
                diags.push(code_language(text, &code.lang, block, code.span.start));
            }
        }
        raw_html(docs, text, diags);
        for cell in &text.empty_headers {
            diags.push(
                Diag::new(
                    "table-header",
                    &text.file,
                    cell.clone(),
                    "a column of this table has no name",
                )
                .help("write what stands in the column; who hears the table read has nothing else to go by"),
            );
        }
    });
    let pages = docs.pages.values().map(|page| &page.texts);
    let replies = docs.replies.values().map(|reply| &reply.texts);
    let rules = docs.rules.values().map(|rule| &rule.texts);
    for texts in pages.chain(replies).chain(rules) {
        untranslated(source, texts, &docs.config, diags);
    }
}

/// Elements that nobody allowed, attributes that no page may have, and elements that are not closed in their order.
fn raw_html(docs: &Docs, text: &Markdown, diags: &mut Vec<Diag>) {
    let allowed = [&text.front.html[..], &docs.config.html[..]];
    diags.extend(
        text.html
            .iter()
            .flat_map(|tag| refused(text, tag, &allowed)),
    );
    // Of what has to go, the order is of no interest.
    let stays = |tag: &&RawTag| !tag.empty && tag.is_allowed(&allowed);
    let tags: Vec<&RawTag> = text.html.iter().filter(stays).collect();
    unclosed(text, &tags, diags);
}

fn refused(text: &Markdown, tag: &RawTag, allowed: &[&[At<String>]]) -> Vec<Diag> {
    let report = |span: &Range<usize>, message: String, help: String| {
        Diag::new("raw-html", &text.file, span.clone(), message).help(help)
    };
    let mut out = Vec::new();
    if tag.name == "!" {
        let message = "this would be published, though no reader sees it".to_owned();
        out.push(report(&tag.span, message, "take it out".to_owned()));
    } else if is_never(&tag.name) {
        // Its attributes go with it.
        let message = format!("the element `{}` is on no page", tag.name);
        let help = "write it in Markdown, or put `` ` `` around it to show it".to_owned();
        return vec![report(&tag.span, message, help)];
    } else if !tag.is_allowed(allowed) {
        let message = format!("the element `{}` is not published", tag.name);
        let help = format!(
            "write it in Markdown, put `` ` `` around it to show it, or allow it: `html = [\"{}\"]` in the front matter",
            tag.name
        );
        out.push(report(&tag.span, message, help));
    }
    out.extend(tag.refused.iter().map(|attribute| {
        let message = format!("the attribute `{}` is not published", attribute.value);
        let help = "take it out: pages hold no scripts and no styles of their own";
        report(&attribute.span, message, help.to_owned())
    }));
    out
}

/// What is wrong with the order of `tags`, of which none is empty.
fn unclosed(text: &Markdown, tags: &[&RawTag], diags: &mut Vec<Diag>) {
    let report = |tag: &RawTag, message: String| {
        Diag::new("unclosed-html", &text.file, tag.span.clone(), message)
            .help("close each element where it ends, the one that was opened last first")
    };
    let never = |tag: &RawTag| report(tag, format!("`<{}>` is never closed", tag.name));
    let mut open: Vec<&RawTag> = Vec::new();
    for (n, tag) in tags.iter().enumerate() {
        // Whether what `opened` begins is closed further on.
        let ends_later = |opened: &&RawTag| {
            let next = tags[n + 1..].iter().find(|other| other.name == opened.name);
            next.is_some_and(|other| other.closes)
        };
        let closes =
            |last: &RawTag| report(tag, format!("`</{}>` closes `<{}>`", tag.name, last.name));
        if !tag.closes {
            let around = open.iter().map(|opened| opened.name.as_str());
            if !(tag.slash && closes_itself(&tag.name, around)) {
                open.push(tag);
            }
        } else if let Some(at) = open.iter().rposition(|opened| opened.name == tag.name) {
            let (later, lost): (Vec<_>, Vec<_>) = open.drain(at..).skip(1).partition(ends_later);
            diags.extend(lost.into_iter().map(never));
            diags.extend(later.last().map(|last| closes(last)));
            open.extend(later);
        } else if let Some(last) = open.last().copied() {
            diags.push(closes(last));
            // It is the end of that element, misspelt, or one too many.
            if !ends_later(&last) {
                open.pop();
            }
        } else {
            diags.push(report(tag, format!("`</{}>` closes nothing", tag.name)));
        }
    }
    diags.extend(open.into_iter().map(never));
}

/// `block` is the code block as it is written, from `start` on.
fn code_language(text: &Markdown, lang: &str, block: &str, start: usize) -> Diag {
    let other = OTHER_NAMES
        .iter()
        .find(|(name, _)| lang.eq_ignore_ascii_case(name))
        .map(|(_, known)| *known)
        .or_else(|| names().find(|known| known.eq_ignore_ascii_case(lang)));
    let name = block.trim_start_matches(['`', '~']).trim_start();
    let at = start + block.len() - name.len();
    // What is written with an entity or a backslash is not the name letter by letter.
    let length = if name.starts_with(lang) {
        lang.len()
    } else {
        0
    };
    let diag = Diag::new(
        "code-language",
        &text.file,
        at..at + length,
        format!("`{lang}` is no language that code is highlighted for"),
    );
    match other.or_else(|| nearest(lang, names())) {
        Some(known) if length > 0 => diag
            .help_if(did_you_mean(known, [known]))
            .fix(at..at + length, known),
        Some(known) => diag.help_if(did_you_mean(known, [known])),
        None => diag.help("write `text`, or one that `resep explain code-language` lists"),
    }
}

/// Paragraphs, titles and summaries that are in another language of the site by their words, and those that stand in one language as
/// they stand in another: said of the one that is not the original.
fn untranslated(
    source: &Source,
    texts: &BTreeMap<String, Arc<Markdown>>,
    config: &Config,
    diags: &mut Vec<Diag>,
) {
    // What is still a skeleton says in both languages what to write.
    let is_skeleton = |text: &Markdown| {
        source
            .texts
            .get(&text.file)
            .is_some_and(|words| words.contains(PLACEHOLDER))
    };
    let original = &config.default_language;
    let mut known: BTreeMap<u64, &str> = BTreeMap::new();
    let first = texts.get_key_value(original).into_iter();
    let others = texts
        .iter()
        .filter(|(language, text)| *language != original && !is_skeleton(text));
    for (language, text) in first.chain(others) {
        let foreign = if is_skeleton(text) {
            Vec::new()
        } else {
            foreign_parts(text, config)
        };
        diags.extend(foreign.iter().map(|(span, other)| {
            Diag::new(
                "untranslated-text",
                &text.file,
                (*span).clone(),
                format!("this is in `{other}`, by its words"),
            )
            .help(format!("write it in `{language}`; {MARK}"))
        }));
        // Whoever left it is known by the language, and is told.
        let is_told = |span: &Range<usize>| foreign.iter().any(|(told, _)| *told == span);
        let front =
            [&text.front.title, &text.front.summary].map(|words| (&words.value, &words.span));
        let front = front
            .into_iter()
            .filter(|(words, _)| words.split_whitespace().count() >= LEAST);
        let front = front.map(|(words, span)| (digest(words), span));
        let body = text.paragraphs.iter().map(|p| (p.digest, &p.span));
        let all: Vec<_> = front
            .chain(body)
            .filter(|(_, span)| !is_told(span))
            .collect();
        for (digest, span) in &all {
            if let Some(other) = known.get(digest) {
                diags.push(
                    Diag::new(
                        "untranslated-text",
                        &text.file,
                        (*span).clone(),
                        format!("this stands word for word in {other}.md too"),
                    )
                    .help(format!("translate it; {MARK}")),
                );
            }
        }
        for (digest, _) in all {
            known.entry(digest).or_insert(language);
        }
    }
}

const MARK: &str = "put `` ` `` around what must not be translated";

/// Where `text` is in another language of the site, and in which.
fn foreign_parts<'t>(text: &'t Markdown, config: &Config) -> Vec<(&'t Range<usize>, &'t str)> {
    let front = [&text.front.title, &text.front.summary]
        .into_iter()
        .filter_map(|words| Some((&words.span, foreign(&words.value, text.language())?)));
    let body = text.foreign.iter().map(|at| (&at.span, &*at.value));
    front
        .chain(body)
        .filter(|(_, other)| config.codes().any(|code| primary(code) == *other))
        .collect()
}

/// Titles and summaries with fewer words may be names, which are the same in two languages.
const LEAST: usize = 4;

/// The same for words with other marks between them.
fn digest(words: &str) -> u64 {
    let mut hasher = FxHasher::default();
    let words = words.split_whitespace().map(letters);
    for word in words.filter(|word| !word.is_empty()) {
        word.hash(&mut hasher);
    }
    hasher.finish()
}
