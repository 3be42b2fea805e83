//! One word for one thing: words that the glossary says to avoid, in the text of pages and in the interface words.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::each_text;
use crate::diag::Diag;
use crate::load::Source;
use crate::parse::Docs;
use crate::parse::markdown::options;

/// A word to avoid in one language, and the term to write.
struct Avoided<'d> {
    language: &'d str,
    /// In lower case.
    word: String,
    term: &'d str,
}

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let avoided: Vec<Avoided<'_>> = docs
        .data
        .terms
        .iter()
        .flat_map(|term| &term.words)
        .flat_map(|(language, words)| {
            words.avoid.iter().map(move |word| Avoided {
                language,
                word: word.value.to_lowercase(),
                term: &words.name.value,
            })
        })
        .collect();
    if avoided.is_empty() {
        return;
    }
    each_text(docs, |_, language, words| {
        let of_language = || avoided.iter().filter(|a| a.language == language);
        let Some(text) = source.texts.get(&words.file) else {
            return;
        };
        let body = text.get(words.body..).unwrap_or_default();
        let lower = body.to_lowercase();
        // Hardly any page holds one, so hardly any is read again.
        if of_language().any(|a| lower.contains(&a.word)) {
            for run in runs(body) {
                for (avoid, at) in of_language().flat_map(|a| found(&body[run.clone()], a)) {
                    let start = words.body + run.start + at;
                    let span = start..start + avoid.word.len();
                    diags.push(report(&words.file, span, avoid));
                }
            }
        }
        for field in [&words.front.title, &words.front.summary] {
            for (avoid, at) in of_language().flat_map(|a| found(&field.value, a)) {
                let span = field.place(text, at..at + avoid.word.len());
                diags.push(report(&words.file, span, avoid));
            }
        }
    });
    for (language, ui) in &docs.ui {
        for word in ui.words.values().flat_map(|section| section.values()) {
            for avoid in avoided.iter().filter(|a| a.language == language) {
                if word.value.iter().any(|w| found(w, avoid).next().is_some()) {
                    let file = format!("ui/{language}.toml");
                    diags.push(report(&file, word.span.clone(), avoid));
                }
            }
        }
    }
}

fn report(file: &str, span: Range<usize>, avoid: &Avoided<'_>) -> Diag {
    Diag::new(
        "glossary-word",
        file,
        span,
        format!("the glossary avoids `{}`", avoid.word),
    )
    .help(format!(
        "write `{}`, as everywhere else; what others say stands between `` ` ``",
        avoid.term
    ))
}

/// Text that is neither code nor an address.
fn runs(body: &str) -> Vec<Range<usize>> {
    let mut code = false;
    let mut out = Vec::new();
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(_) if !code => out.push(range),
            _ => {}
        }
    }
    out
}

/// Where the word stands as a word, whatever its capitals.
fn found<'a>(
    text: &'a str,
    avoid: &'a Avoided<'a>,
) -> impl Iterator<Item = (&'a Avoided<'a>, usize)> + 'a {
    let length = avoid.word.len();
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.char_indices().filter_map(move |(at, _)| {
        let here = text.get(at..at + length)?;
        let alone =
            !text[..at].ends_with(part_of_word) && !text[at + length..].starts_with(part_of_word);
        (alone && here.to_lowercase() == avoid.word).then_some((avoid, at))
    })
}
