//! Languages against each other: the same sections, steps, code blocks, numbers, links, tables and figures.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::diag::Diag;
use crate::load::Source;
use crate::parse::Docs;
use crate::parse::markdown::Markdown;

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let languages: Vec<&str> = docs.config.codes().collect();
    for page in docs.pages.values() {
        missing(source, &page.folder, &page.texts, &languages, None, diags);
        compare(&page.texts, docs, diags);
    }
    for reply in docs.replies.values() {
        missing(source, &reply.folder, &reply.texts, &languages, None, diags);
        compare(&reply.texts, docs, diags);
    }
    for rule in docs.rules.values() {
        let folder = format!("errors/{}", rule.id);
        let default = &*docs.config.default_language;
        missing(
            source,
            &folder,
            &rule.texts,
            &languages,
            Some(default),
            diags,
        );
        compare(&rule.texts, docs, diags);
    }
}

/// Reports what is not written; in the language that is `needed` there would be nothing to fall back to.
fn missing(
    source: &Source,
    folder: &str,
    texts: &BTreeMap<String, Arc<Markdown>>,
    languages: &[&str],
    needed: Option<&str>,
    diags: &mut Vec<Diag>,
) {
    for language in languages {
        if !texts.contains_key(*language) {
            let file = format!("{folder}/{language}.md");
            let (message, help) = if source.texts.contains_key(&file) {
                let help = "take `draft = true` out when it is ready";
                (
                    "is a draft: its readers get another language".to_owned(),
                    help,
                )
            } else {
                let message = format!("is not there: `{language}` is missing");
                (message, "write the page in this language too")
            };
            let code = if needed == Some(language) {
                "rule-language"
            } else {
                "missing-translation"
            };
            diags.push(Diag::new(code, file, None, message).help(help));
        }
    }
}

/// Every language against the default one, or against the first that is there.
fn compare(texts: &BTreeMap<String, Arc<Markdown>>, docs: &Docs, diags: &mut Vec<Diag>) {
    let base = texts
        .get_key_value(&docs.config.default_language)
        .or_else(|| texts.iter().next());
    let Some((base_code, base)) = base else {
        return;
    };
    for (code, text) in texts
        .iter()
        .filter(|(code, text)| *code != base_code && !base.broken && !text.broken)
    {
        let unclosed = [base, text].into_iter().filter_map(|text| text.unclosed);
        let pair = Pair {
            base,
            text,
            sections: unclosed.min().unwrap_or(usize::MAX),
            names: [format!("{base_code}.md"), format!("{code}.md")],
        };
        if pair.headings(diags) {
            // Where the sections differ, what stands in them cannot be compared.
            pair.steps(diags);
            pair.numbers(diags);
        }
        pair.codes(diags);
        pair.links(diags);
        pair.directives(diags);
    }
}

struct Pair<'d> {
    base: &'d Markdown,
    text: &'d Markdown,
    /// How many sections can be compared: nobody knows what belongs to those with a code block that was never closed, and behind them.
    sections: usize,
    names: [String; 2],
}

impl Pair<'_> {
    /// Whether what begins there in this text can be compared.
    fn knows(&self, text: &Markdown, span: &Range<usize>) -> bool {
        let first_unknown = text.sections.get(self.sections);
        first_unknown.is_none_or(|section| span.start < section.span.start)
    }

    /// Both sides with the name of the other.
    fn sides(&self) -> [(&Markdown, &Markdown, &str); 2] {
        [
            (self.base, self.text, &self.names[1]),
            (self.text, self.base, &self.names[0]),
        ]
    }

    fn headings(&self, diags: &mut Vec<Diag>) -> bool {
        let mut equal = true;
        for (here, there, name) in self.sides() {
            let ids: BTreeSet<&str> = there.headings.iter().map(|h| h.id.as_str()).collect();
            for heading in here
                .headings
                .iter()
                .filter(|h| !ids.contains(h.id.as_str()) && self.knows(here, &h.span))
            {
                equal = false;
                diags.push(
                    Diag::new(
                        "unequal-sections",
                        &here.file,
                        heading.span.clone(),
                        format!("the section `{}` is not in {name}", heading.id),
                    )
                    .help_if(
                        crate::diag::did_you_mean(
                            &heading.id,
                            there.headings.iter().map(|h| h.id.as_str()),
                        )
                        .or_else(|| Some(format!("add it to {name}, or give both the same id"))),
                    ),
                );
            }
        }
        if !equal {
            return false;
        }
        let pairs = self.base.headings.iter().zip(&self.text.headings);
        for (a, b) in pairs.filter(|(_, b)| self.knows(self.text, &b.span)) {
            if (&a.id, a.level) != (&b.id, b.level) {
                diags.push(
                    Diag::new(
                        "unequal-sections",
                        &self.text.file,
                        b.span.clone(),
                        format!(
                            "`{}` (level {}) stands where {} has `{}` (level {})",
                            b.id, b.level, self.names[0], a.id, a.level
                        ),
                    )
                    .help("give both files the same order and levels"),
                );
                return false;
            }
        }
        true
    }

    fn steps(&self, diags: &mut Vec<Diag>) {
        let [base, text] = [self.base, self.text].map(|words| &words.steps);
        if base.len() == text.len() {
            // Of a runbook without any the whole is told.
            let some = |text: &Markdown| text.steps.iter().any(|step| step.task);
            let sides = self.sides().into_iter().filter(|(here, ..)| some(here));
            for (here, there, name) in sides {
                let pairs = here.steps.iter().zip(&there.steps);
                let lost = pairs.filter(|(a, b)| !a.task && b.task && self.knows(here, &a.span));
                diags.extend(lost.map(|(step, _)| {
                    Diag::new(
                        "unequal-steps",
                        &here.file,
                        first_line(&step.span),
                        format!("this step has a checkbox in {name} and none here"),
                    )
                    .help("write `[ ]` before its words, or take it away there")
                }));
            }
        }
        let sections = self.base.sections.iter().zip(&self.text.sections);
        for (a, b) in sections.take(self.sections) {
            if a.steps != b.steps {
                diags.push(
                    Diag::new(
                        "unequal-steps",
                        &self.text.file,
                        first_line(&b.span),
                        format!(
                            "{} has {} here and {} in {}",
                            section_name(b.id.as_deref()),
                            steps(b.steps),
                            a.steps,
                            self.names[0]
                        ),
                    )
                    .help("one of the lists lost or gained an item"),
                );
            }
        }
    }

    fn numbers(&self, diags: &mut Vec<Diag>) {
        for (here, there, name) in self.sides() {
            for n in 0..here.sections.len().min(self.sections) {
                let mut rest: BTreeMap<&str, usize> = BTreeMap::new();
                for number in there.numbers.iter().filter(|x| x.section == n) {
                    *rest.entry(&number.text.value).or_default() += 1;
                }
                for number in here.numbers.iter().filter(|x| x.section == n) {
                    match rest.get_mut(number.text.value.as_str()) {
                        Some(left) if *left > 0 => *left -= 1,
                        known => {
                            let often = if known.is_some() {
                                "stands less often"
                            } else {
                                "does not stand"
                            };
                            diags.push(
                                Diag::new(
                                    "unequal-numbers",
                                    &here.file,
                                    number.text.span.clone(),
                                    format!(
                                        "the number `{}` {often} in {} of {name}",
                                        number.text.value,
                                        section_name(here.sections[n].id.as_deref())
                                    ),
                                )
                                .help("write figures with the same digits, as often, in every language"),
                            );
                        }
                    }
                }
            }
        }
    }

    fn codes(&self, diags: &mut Vec<Diag>) {
        let (a, b) = (&self.base.codes, &self.text.codes);
        for (x, y) in a.iter().zip(b).filter(|(_, y)| y.section < self.sections) {
            if (&x.lang, &x.text) != (&y.lang, &y.text) {
                diags.push(
                    Diag::new(
                        "unequal-code",
                        &self.text.file,
                        y.span.clone(),
                        format!("this code block differs from the one in {}", self.names[0]),
                    )
                    .help(first_difference(&x.text, &y.text)),
                );
            }
        }
        for (here, there, name) in self.sides() {
            let more = here.codes.iter().skip(there.codes.len());
            for code in more.filter(|code| code.section < self.sections) {
                diags.push(
                    Diag::new(
                        "unequal-code",
                        &here.file,
                        code.span.clone(),
                        format!("{name} has no such code block"),
                    )
                    .help(format!("copy it to {name}, or take it away here")),
                );
            }
        }
    }

    fn links(&self, diags: &mut Vec<Diag>) {
        for (here, there, name) in self.sides() {
            let mut rest: BTreeMap<&str, usize> = BTreeMap::new();
            for link in there.links.iter().filter(|l| !l.image) {
                *rest.entry(&link.dest.value).or_default() += 1;
            }
            for link in here.links.iter().filter(|l| !l.image) {
                match rest.get_mut(link.dest.value.as_str()) {
                    Some(left) if *left > 0 => *left -= 1,
                    _ if link.section >= self.sections => {}
                    _ => diags.push(
                        Diag::new(
                            "unequal-links",
                            &here.file,
                            link.dest.span.clone(),
                            format!("{name} does not link to `{}` as often", link.dest.value),
                        )
                        .help(format!(
                            "link to it in {name} too, or take the link away here"
                        )),
                    ),
                }
            }
        }
    }

    fn directives(&self, diags: &mut Vec<Diag>) {
        for (here, there, name) in self.sides() {
            for (kind, mine, theirs) in [
                ("table", &here.tables, &there.tables),
                ("chart", &here.charts, &there.charts),
                ("figure", &here.figures, &there.figures),
            ] {
                let mut rest: BTreeMap<&str, usize> = BTreeMap::new();
                for item in theirs {
                    *rest.entry(&item.value).or_default() += 1;
                }
                for item in mine {
                    match rest.get_mut(item.value.as_str()) {
                        Some(left) if *left > 0 => *left -= 1,
                        _ if !self.knows(here, &item.span) => {}
                        _ => diags.push(
                            Diag::new(
                                "unequal-numbers",
                                &here.file,
                                item.span.clone(),
                                format!(
                                    "{name} does not show the {kind} `{}` as often",
                                    item.value
                                ),
                            )
                            .help(format!("show it in {name} too, or take it away here")),
                        ),
                    }
                }
            }
        }
    }
}

fn section_name(id: Option<&str>) -> String {
    match id {
        Some(id) => format!("the section `{id}`"),
        None => "the text before the first heading".to_owned(),
    }
}

fn steps(n: usize) -> String {
    format!("{n} step{}", if n == 1 { "" } else { "s" })
}

fn first_line(span: &Range<usize>) -> Range<usize> {
    span.start..(span.start + 1).min(span.end.max(span.start))
}

fn first_difference(a: &str, b: &str) -> String {
    for (n, (x, y)) in a.lines().zip(b.lines()).enumerate() {
        if x != y {
            return format!("line {}: `{}` there, `{}` here", n + 1, x.trim(), y.trim());
        }
    }
    "one of them has more lines, or another language after the fence".to_owned()
}
