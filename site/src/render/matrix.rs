//! `/en/errors/matrix/`: the rules against the examples of the rules. Every example must be recognised by its own rule
//! first, or the build fails; what other rules see in it as well is where a diagnosis could go astray. One table shows
//! the providers, and one page for each of them its errors: only cells off the diagonal, none for what nobody else
//! recognises. Each error's list of look-alikes comes from the same count.

use std::collections::{BTreeMap, BTreeSet};

use diagnoser::Engine;
use rayon::prelude::*;
use serde::Serialize;

use super::RenderError;
use super::context::Link;
use super::piece::{Page, Piece};
use super::shared::{Shared, value};
use crate::model::{Section, Site, diagnosed};
use crate::twin;

const PATH: &str = "/errors/matrix/";
/// Other rules shown for one error, and look-alikes added to its page: the most frequent.
const SHOWN: usize = 6;

/// For each rule, the others that recognise one of its examples too, with the number of examples.
#[derive(Debug, Default)]
pub(super) struct Confusion {
    /// Rules with the number of their examples.
    examples: BTreeMap<String, usize>,
    others: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Confusion {
    /// Runs every example that must hit through the pack. An engine that refuses the pack finds nothing; the check of the
    /// examples says so before anything is rendered.
    pub(super) fn new(site: &Site<'_>, pack: &[u8]) -> Confusion {
        let Ok(engine) = Engine::from_pack(pack).and_then(Engine::for_many) else {
            return Confusion::default();
        };
        let rules = diagnosed(site.docs);
        let counted: Vec<(&str, usize, BTreeMap<String, usize>)> = rules
            .par_iter()
            .map(|rule| {
                let mut others = BTreeMap::new();
                let mut count = 0;
                for example in rule.rule.examples.iter().filter(|e| e.hit) {
                    count += 1;
                    for finding in engine.diagnose(example.paste.value.as_bytes()).findings {
                        let Some(other) = rules.get(usize::from(finding.rule)) else {
                            continue;
                        };
                        // What an ambiguous signal may be is listed on its page by its author, and no confusion.
                        if other.id != rule.id && finding.score > 0 {
                            *others.entry(other.id.clone()).or_default() += 1;
                        }
                    }
                }
                (rule.id.as_str(), count, others)
            })
            .collect();
        let mut out = Confusion::default();
        for (rule, count, others) in counted {
            if !others.is_empty() {
                out.others.insert(rule.to_owned(), others);
            }
            out.examples.insert(rule.to_owned(), count);
        }
        out
    }

    /// The rules that see something in this one's examples, the most frequent first.
    pub(super) fn lookalikes(&self, rule: &str) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> = self
            .others
            .get(rule)
            .into_iter()
            .flatten()
            .map(|(id, count)| (id.as_str(), *count))
            .collect();
        all.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        all
    }

    /// The look-alikes that a page shows: those its author named, then the most frequent of the others.
    pub(super) fn shown<'c>(&'c self, rule: &str, named: &[&'c str]) -> Vec<&'c str> {
        let mut out: Vec<&str> = named.to_vec();
        for (id, _) in self.lookalikes(rule).into_iter().take(SHOWN) {
            if !out.contains(&id) {
                out.push(id);
            }
        }
        out
    }
}

#[derive(Serialize)]
struct Row {
    link: Link,
    /// Examples that must be recognised.
    examples: usize,
    others: Vec<Cell>,
    /// Further rules that are not shown.
    more: usize,
}

#[derive(Serialize)]
struct Cell {
    link: Link,
    count: usize,
    /// `count` in words.
    label: String,
}

#[derive(Serialize)]
struct Summary {
    name: String,
    href: String,
    errors: usize,
    examples: usize,
    alone: usize,
    others: Vec<Cell>,
}

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let site = shared.site;
    let mut out = Vec::new();
    for language in site.languages() {
        let language = language.code.as_str();
        out.push(Piece::page(language, PATH, move |shared| {
            overview(shared, language)
        }));
        for section in &site.sections {
            let path = format!("{PATH}{}/", section.id);
            out.push(Piece::page(language, &path, move |shared| {
                of_section(shared, section, language)
            }));
        }
    }
    out
}

fn overview(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let (title, summary) = (ui.word("matrix", "title"), ui.word("matrix", "summary"));
    let mut page = shared.base("matrix", language, PATH, &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &["/errors/"]);
    let confusion = shared.confusion();
    let sections: Vec<Summary> = site
        .sections
        .iter()
        .map(|section| summary_of(shared, confusion, section, language))
        .collect();
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    for section in &sections {
        twin_item(
            &mut twin,
            site,
            &section.name,
            &section.href,
            &section.others,
        );
    }
    let html = shared.render("matrix.html", &page, &[("sections", value(&sections))])?;
    Ok(Page { html, twin })
}

fn summary_of(
    shared: &Shared<'_>,
    confusion: &Confusion,
    section: &Section<'_>,
    language: &str,
) -> Summary {
    let site = shared.site;
    let mut by_section: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut examples, mut alone) = (0, 0);
    for rule in &section.rules {
        examples += confusion.examples.get(&rule.id).copied().unwrap_or(0);
        let others = confusion.lookalikes(&rule.id);
        alone += usize::from(others.is_empty());
        let seen: BTreeSet<&str> = others
            .iter()
            .filter_map(|(id, _)| id.split('/').next())
            .collect();
        for other in seen {
            *by_section.entry(other).or_default() += 1;
        }
    }
    let mut others: Vec<Cell> = by_section
        .into_iter()
        .filter(|(id, _)| site.sections.iter().any(|s| s.id == *id))
        .map(|(id, count)| {
            cell(
                shared,
                shared.link(&format!("/errors/{id}/"), language),
                count,
                language,
            )
        })
        .collect();
    others.sort_by_key(|cell| std::cmp::Reverse(cell.count));
    others.truncate(SHOWN);
    Summary {
        name: site.section_name(section.id, language),
        href: site.href(language, &format!("{PATH}{}/", section.id)),
        errors: section.rules.len(),
        examples,
        alone,
        others,
    }
}

fn of_section(
    shared: &Shared<'_>,
    section: &Section<'_>,
    language: &str,
) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let path = format!("{PATH}{}/", section.id);
    let title = shared.title(&path, language);
    let confusion = shared.confusion();
    let mut alone = 0;
    let mut rows = Vec::new();
    for rule in &section.rules {
        let others = confusion.lookalikes(&rule.id);
        if others.is_empty() {
            alone += 1;
            continue;
        }
        rows.push(Row {
            link: shared.link(&rule.path(), language),
            examples: confusion.examples.get(&rule.id).copied().unwrap_or(0),
            more: others.len().saturating_sub(SHOWN),
            others: others
                .into_iter()
                .take(SHOWN)
                .map(|(id, count)| {
                    cell(
                        shared,
                        shared.link(&format!("/errors/{id}/"), language),
                        count,
                        language,
                    )
                })
                .collect(),
        });
    }
    let summary = ui.fill(
        "matrix",
        "alone",
        &[
            ("count", &alone.to_string()),
            ("total", &section.rules.len().to_string()),
        ],
    );
    let mut page = shared.base("matrix", language, &path, &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &["/errors/", PATH]);
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    for row in &rows {
        twin_item(
            &mut twin,
            site,
            &row.link.title,
            &row.link.href,
            &row.others,
        );
    }
    let html = shared.render("matrix-provider.html", &page, &[("rows", value(&rows))])?;
    Ok(Page { html, twin })
}

/// A line of the Markdown twin: what stands in the row, and what it is mistaken for.
fn twin_item(twin: &mut String, site: &Site<'_>, name: &str, href: &str, others: &[Cell]) {
    let others: Vec<String> = others
        .iter()
        .map(|cell| format!("{} ({})", cell.link.title, cell.count))
        .collect();
    let address = format!("{}{href}index.md", site.origin);
    twin::item(twin, name, &address, &others.join(", "));
}

fn cell(shared: &Shared<'_>, link: Link, count: usize, language: &str) -> Cell {
    Cell {
        link,
        count,
        label: shared
            .site
            .ui(language)
            .fill("matrix", "times", &[("count", &count.to_string())]),
    }
}
