//! Ids that point to other files: sources, providers, wallets, models, pages, figures, tables. And ids that stand twice.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::each_text;
use crate::charts::{self, CHARTS};
use crate::diag::{Diag, did_you_mean};
use crate::html::Reader;
use crate::load::Source;
use crate::model::{Site, addresses, is_draft};
use crate::parse::data::TABLES_FOLDER;
use crate::parse::data::{
    Disputed, DisputedValue, FAMILIES, FIGURES, GLOSSARY, MODELS, PACKAGES, PROVIDERS, SOURCES,
    SYNONYMS, WALLETS,
};
use crate::parse::markdown::Markdown;
use crate::parse::toml_table::listed;
use crate::parse::{At, Docs, PageDoc};
use crate::tables::{self, DO_NOT_SAY, TABLES};

/// Tables that a single figure may stand in.
const FIGURE_TABLES: [&str; 2] = ["unit-prices", "concurrency"];

/// So many ids are named where none is near what was written.
const MOST_LISTED: usize = 15;

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let data = &docs.data;
    unique(diags, SOURCES, data.sources.iter().map(|x| &x.id));
    unique(diags, FAMILIES, data.families.iter().map(|x| &x.id));
    unique(diags, PROVIDERS, data.providers.iter().map(|x| &x.id));
    unique(diags, WALLETS, data.wallets.iter().map(|x| &x.id));
    unique(diags, MODELS, data.models.iter().map(|x| &x.id));
    unique(diags, PACKAGES, data.packages.iter().map(|x| &x.id));
    unique(diags, FIGURES, data.figures.iter().map(|x| &x.id));
    unique(diags, GLOSSARY, data.terms.iter().map(|x| &x.id));

    let known = Known {
        sources: known(docs, data.sources.iter().map(|x| &x.id)),
        providers: known(docs, data.providers.iter().map(|x| &x.id)),
        wallets: known(docs, data.wallets.iter().map(|x| &x.id)),
        models: known(docs, data.models.iter().map(|x| &x.id)),
        figures: known(docs, data.figures.iter().map(|x| &x.id)),
        rules: docs.rules.keys().map(String::as_str).collect(),
    };
    for wallet in &data.wallets {
        if let Some(id) = &wallet.provider {
            known.provider(diags, WALLETS, id);
        }
        for id in &wallet.never {
            refer(
                diags,
                "unknown-wallet",
                WALLETS,
                id,
                "wallet",
                &known.wallets,
            );
        }
        for rate in &wallet.rates {
            refer(
                diags,
                "dangling-reference",
                WALLETS,
                &rate.figure,
                "figure",
                &known.figures,
            );
            if let Some(id) = &rate.provider {
                known.provider(diags, WALLETS, id);
            }
        }
        if let Some(provenance) = &wallet.provenance {
            known.source(diags, WALLETS, &provenance.source);
        }
    }
    for provider in &data.providers {
        let figures = [
            &provider.monthly_fee,
            &provider.parallel,
            &provider.balance_delay,
        ];
        for id in figures.into_iter().flatten() {
            refer(
                diags,
                "dangling-reference",
                PROVIDERS,
                id,
                "figure",
                &known.figures,
            );
        }
    }
    for model in &data.models {
        known.provider(diags, MODELS, &model.provider);
        known.source(diags, MODELS, &model.provenance.source);
        for rate in &model.rates {
            known.source(diags, MODELS, &rate.provenance.source);
        }
        for id in model.replaced_by.iter().chain(&model.resells) {
            refer(
                diags,
                "dangling-reference",
                MODELS,
                id,
                "model",
                &known.models,
            );
        }
    }
    for package in &data.packages {
        known.provider(diags, PACKAGES, &package.provider);
        known.source(diags, PACKAGES, &package.provenance.source);
        refer(
            diags,
            "unknown-wallet",
            PACKAGES,
            &package.wallet,
            "wallet",
            &known.wallets,
        );
        for disputed in &package.disputed {
            let of = (&disputed.values[..], disputed.written);
            known.disputed(diags, PACKAGES, disputed.span(), of);
        }
        repeated(diags, &package.disputed);
    }
    for figure in &data.figures {
        known.source(diags, FIGURES, &figure.provenance.source);
        if figure.disputed_written > 0 {
            let of = (&figure.disputed[..], figure.disputed_written);
            known.disputed(diags, FIGURES, figure.id.span.clone(), of);
        }
        if let Some(table) = &figure.table {
            refer(
                diags,
                "dangling-reference",
                FIGURES,
                table,
                "table of figures",
                &FIGURE_TABLES.into(),
            );
            if figure.name.is_empty() {
                diags.push(
                    Diag::new(
                        "missing-key",
                        FIGURES,
                        figure.id.span.clone(),
                        format!(
                            "the figure `{}` stands in a table but has no `name`",
                            figure.id.value
                        ),
                    )
                    .help("write `name = { id = \"...\", en = \"...\" }`"),
                );
            }
        }
    }
    pages(docs, diags);
    if let Some(incident) = &docs.config.incident {
        refer(
            diags,
            "dangling-reference",
            "site.toml",
            &incident.runbook,
            "page",
            &docs.pages.keys().map(String::as_str).collect(),
        );
    }
    for id in &docs.config.provider_order {
        if id.value != "generic" {
            known.provider(diags, "site.toml", id);
        }
    }
    let rules = docs
        .config
        .common
        .iter()
        .chain(docs.config.examples.iter().map(|e| &e.rule));
    for id in rules {
        refer(diags, "unknown-rule", "site.toml", id, "rule", &known.rules);
    }
    for example in &docs.config.examples {
        let Some(rule) = docs.rules.get(&example.rule.value) else {
            continue;
        };
        let known = |paste: &&String| {
            rule.rule
                .examples
                .iter()
                .any(|e| e.hit && e.paste.value == **paste)
        };
        for paste in example.paste.values().filter(|paste| !known(paste)) {
            diags.push(
                Diag::new(
                    "dangling-reference",
                    "site.toml",
                    Some(example.rule.span.clone()),
                    format!("`{}` has no example `{paste}`", rule.id),
                )
                .help("offer a paste of the rule that must be recognised: an [[example]] with expect = \"hit\""),
            );
        }
    }
    for name in docs
        .data
        .tables
        .keys()
        .filter(|name| TABLES.contains(&name.as_str()))
    {
        diags.push(
            Diag::new(
                "duplicate-id",
                format!("{TABLES_FOLDER}{name}.toml"),
                None,
                format!("the program has a table `{name}` already"),
            )
            .help("give the file another name"),
        );
    }
    for (name, table) in &docs.data.tables {
        if let Some(provenance) = &table.provenance {
            let file = format!("{TABLES_FOLDER}{name}.toml");
            known.source(diags, &file, &provenance.source);
        }
    }
    let tables: BTreeSet<&str> = TABLES
        .into_iter()
        .chain(docs.data.tables.keys().map(String::as_str))
        .collect();
    let mut shown = BTreeSet::new();
    each_text(docs, |_, _, text| {
        for id in &text.front.sources {
            known.source(diags, &text.file, id);
        }
        for id in &text.tables {
            shown.insert(id.value.as_str());
            if id.value.contains(['/', '\\']) || id.value.contains("..") {
                diags.push(
                    Diag::new(
                        "dangling-reference",
                        &text.file,
                        id.span.clone(),
                        format!("a table has a name, and `{}` is a path", id.value),
                    )
                    .help("put the table into data/tables/NAME.toml and write `{{table:NAME}}`"),
                );
                continue;
            }
            if id.value == DO_NOT_SAY {
                diags.extend(for_staff(docs, text, id));
                continue;
            }
            refer(
                diags,
                "dangling-reference",
                &text.file,
                id,
                "table",
                &tables,
            );
        }
        for id in &text.charts {
            refer(
                diags,
                "dangling-reference",
                &text.file,
                id,
                "chart",
                &CHARTS.into(),
            );
        }
        for id in &text.figures {
            let inner = At::new(figure_id(&id.value), id.span.clone());
            refer(
                diags,
                "dangling-reference",
                &text.file,
                &inner,
                "figure",
                &known.figures,
            );
        }
    });
    // Pages that this edition does not open may show the others.
    let unused = docs.data.tables.keys().map(String::as_str);
    let unused = unused.filter(|_| !source.unopened);
    for name in unused.filter(|name| !shown.contains(name) && !TABLES.contains(name)) {
        diags.push(
            Diag::new(
                "unused-table",
                format!("{TABLES_FOLDER}{name}.toml"),
                None,
                "no page shows this table",
            )
            .help(format!(
                "write `{{{{table:{name}}}}}` where it belongs, or remove the file"
            )),
        );
    }
}

/// Tables and charts of which the data hold nothing: the page would show a caption over nothing, or not even that.
pub(super) fn empty(site: &Site<'_>, diags: &mut Vec<Diag>) {
    each_text(site.docs, |_, language, text| {
        let reader = Reader {
            site,
            language,
            path: "",
        };
        let mut report = |id: &At<String>, what: &str, files: &[&str]| {
            let (name, files) = (&id.value, files.join(" or "));
            let message = format!("the {what} `{name}` is empty: nothing for it is in {files}");
            diags.push(
                Diag::new("empty-data", &text.file, id.span.clone(), message).help(format!(
                    "remove `{{{{{what}:{name}}}}}`, or write into {files} what it shows"
                )),
            );
        };
        for id in &text.tables {
            let files = tables::data_of(&id.value);
            if !files.is_empty() && tables::is_empty(&reader, &id.value) {
                report(id, "table", files);
            }
        }
        for id in &text.charts {
            if charts::is_empty(&reader, &id.value) {
                report(id, "chart", charts::data_of(&id.value));
            }
        }
    });
}

/// What is wrong with the table of what staff do not say at this place: the page is public (so says also the edition that does
/// not open the list), or there is no list.
fn for_staff(docs: &Docs, text: &Markdown, id: &At<String>) -> Option<Diag> {
    let (message, help) = if !text.file.starts_with("internal/") {
        (
            format!("the table `{DO_NOT_SAY}` is for staff, and this page is public"),
            "show it on a page in internal/guides/ or internal/runbooks/",
        )
    } else if docs.forbidden.is_empty() {
        (
            format!("the table `{DO_NOT_SAY}` has no rows"),
            "write them into internal/do-not-say.toml; `resep schema do-not-say` has the keys",
        )
    } else {
        return None;
    };
    Some(Diag::new("dangling-reference", &text.file, id.span.clone(), message).help(help))
}

/// Ids that may be named: also of what is there but could not be read.
pub(super) fn known<'d>(
    docs: &'d Docs,
    ids: impl Iterator<Item = &'d At<String>>,
) -> BTreeSet<&'d str> {
    let unread = docs.data.unread.iter().map(String::as_str);
    ids.map(|id| id.value.as_str()).chain(unread).collect()
}

fn figure_id(id: &str) -> String {
    id.trim().to_owned()
}

struct Known<'d> {
    sources: BTreeSet<&'d str>,
    providers: BTreeSet<&'d str>,
    wallets: BTreeSet<&'d str>,
    models: BTreeSet<&'d str>,
    figures: BTreeSet<&'d str>,
    rules: BTreeSet<&'d str>,
}

impl Known<'_> {
    fn source(&self, diags: &mut Vec<Diag>, file: &str, id: &At<String>) {
        refer(diags, "unknown-source", file, id, "source", &self.sources);
    }

    fn provider(&self, diags: &mut Vec<Diag>, file: &str, id: &At<String>) {
        refer(
            diags,
            "unknown-provider",
            file,
            id,
            "provider",
            &self.providers,
        );
    }

    /// At least two values that differ, each with who says so: those that could be read, and how many were written.
    fn disputed(
        &self,
        diags: &mut Vec<Diag>,
        file: &str,
        span: Range<usize>,
        (values, written): (&[DisputedValue], usize),
    ) {
        let different: BTreeSet<_> = values.iter().map(|v| v.value.value.normalize()).collect();
        if different.len() + written - values.len() < 2 {
            diags.push(
                Diag::new(
                    "undocumented-dispute",
                    file,
                    span,
                    "a dispute needs at least two different values",
                )
                .help("list every value that a source gives, the stated one included"),
            );
        }
        for value in values.iter().filter(|v| v.source.value != "computed") {
            self.source(diags, file, &value.source);
        }
    }
}

fn repeated(diags: &mut Vec<Diag>, disputed: &[Disputed]) {
    let mut seen = BTreeSet::new();
    for field in disputed {
        if !seen.insert(field.field.value) {
            diags.push(
                Diag::new(
                    "duplicate-id",
                    PACKAGES,
                    field.span(),
                    format!("`{}` is disputed twice", field.field.value),
                )
                .help("put all values into one list"),
            );
        }
    }
}

/// Pages that the navigation and the glossary name, and pages that nothing names.
fn pages(docs: &Docs, diags: &mut Vec<Diag>) {
    let addresses = addresses(docs);
    let mut known: BTreeSet<&str> = addresses.keys().map(String::as_str).collect();
    // A draft may have its place already; until it is published, it is left out.
    let drafts = docs.pages.values().filter(|p| is_draft(p));
    known.extend(drafts.map(|p| p.path.as_str()));
    let mut named = BTreeSet::new();
    let mut sections = BTreeSet::new();
    for section in &docs.config.navigation {
        if !sections.insert(section.section.value.as_str()) {
            diags.push(
                Diag::new(
                    "duplicate-id",
                    "site.toml",
                    section.section.span.clone(),
                    format!("the section `{}` stands here twice", section.section.value),
                )
                .help("put all its pages into one"),
            );
        }
        for page in &section.pages {
            refer(
                diags,
                "dangling-reference",
                "site.toml",
                page,
                "page",
                &known,
            );
            if !named.insert(page.value.as_str()) {
                diags.push(
                    Diag::new(
                        "duplicate-id",
                        "site.toml",
                        page.span.clone(),
                        format!("the page `{}` stands in the navigation twice", page.value),
                    )
                    .help("take one of them away"),
                );
            }
        }
    }
    let public = |p: &&PageDoc| !p.internal && !is_draft(p);
    for page in docs.pages.values().filter(public) {
        // A section's page lists what lies in it.
        if !named.contains(page.path.as_str()) && !in_section(docs, page) {
            let file = page
                .texts
                .values()
                .next()
                .map_or(page.folder.as_str(), |t| &t.file);
            diags.push(
                Diag::new(
                    "orphan-page",
                    file,
                    None,
                    format!("the navigation does not name `{}`", page.path),
                )
                .help("add it to [[navigation]] of site.toml"),
            );
        }
    }
    for page in docs.data.synonyms.iter().flat_map(|group| &group.pages) {
        refer(diags, "broken-link", SYNONYMS, page, "page", &known);
    }
    for term in &docs.data.terms {
        for see in &term.see {
            let (path, anchor) = match see.value.split_once('#') {
                Some((path, anchor)) => (path, Some(anchor)),
                None => (see.value.as_str(), None),
            };
            let page = At::new(path.to_owned(), see.span.clone());
            refer(diags, "broken-link", GLOSSARY, &page, "page", &known);
            if let (Some(ids), Some(anchor)) = (addresses.get(path), anchor)
                && !ids.contains(anchor)
            {
                diags.push(
                    Diag::new(
                        "broken-anchor",
                        GLOSSARY,
                        see.span.clone(),
                        format!("no heading `#{anchor}` on `{path}`"),
                    )
                    .help(super::links::anchors(
                        anchor,
                        ids.iter().map(String::as_str),
                    )),
                );
            }
        }
    }
}

fn in_section(docs: &Docs, page: &PageDoc) -> bool {
    page.path
        .trim_end_matches('/')
        .match_indices('/')
        .any(|(at, _)| docs.pages.contains_key(&page.path[..=at]))
}

fn unique<'d>(diags: &mut Vec<Diag>, file: &str, ids: impl Iterator<Item = &'d At<String>>) {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    for id in ids {
        if seen.insert(&id.value, ()).is_some() {
            diags.push(
                Diag::new(
                    "duplicate-id",
                    file,
                    id.span.clone(),
                    format!("`{}` stands in this file twice", id.value),
                )
                .help("give one of them another id, or take it away"),
            );
        }
        let good = !id.value.is_empty()
            && id
                .value
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good {
            diags.push(
                Diag::new(
                    "bad-value",
                    file,
                    id.span.clone(),
                    format!("`{}` cannot be an id", id.value),
                )
                .help("use lower-case letters, digits and hyphens"),
            );
        }
    }
}

/// Reports `id` if it is not among the known ones.
pub(super) fn refer(
    diags: &mut Vec<Diag>,
    code: &'static str,
    file: &str,
    id: &At<String>,
    what: &str,
    known: &BTreeSet<&str>,
) {
    if known.contains(id.value.as_str()) {
        return;
    }
    diags.push(
        Diag::new(
            code,
            file,
            id.span.clone(),
            format!("no {what} `{}`", id.value),
        )
        .help(
            did_you_mean(&id.value, known.iter().copied()).unwrap_or_else(|| {
                if (1..=MOST_LISTED).contains(&known.len()) {
                    let known: Vec<&str> = known.iter().copied().collect();
                    format!("write one of {}, or add this one", listed(&known))
                } else {
                    format!("write the id of a {what} that is there, or add this one")
                }
            }),
        ),
    );
}
