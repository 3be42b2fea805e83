//! Ids that point to other files: sources, providers, wallets, models, pages, figures, tables. And ids that stand twice.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::each_text;
use crate::charts::{self, CHARTS};
use crate::diag::{Diag, did_you_mean};
use crate::html::Reader;
use crate::load::Source;
use crate::model::{Site, addresses, is_draft};
use crate::parse::data::{
    Data, Disputed, DisputedValue, FAMILIES, FIGURES, GLOSSARY, MODELS, PACKAGES, PROVIDERS,
    Provider, SOURCES, SYNONYMS, TABLES_FOLDER, WALLETS,
};
use crate::parse::markdown::Markdown;
use crate::parse::toml_table::listed;
use crate::parse::{At, Docs, PageDoc};
use crate::tables::{self, DO_NOT_SAY};

const SETTINGS: &str = "site.toml";

/// Tables that a single figure may stand in.
const FIGURE_TABLES: [&str; 2] = ["unit-prices", "concurrency"];

/// So many ids are named where none is near what was written.
const MOST_LISTED: usize = 15;

pub(super) fn check(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let data = &docs.data;
    unique(diags, SOURCES, data.sources.iter().map(|x| &x.id));
    unique(diags, FAMILIES, data.families.iter().map(|x| &x.id));
    unique(diags, PROVIDERS, data.providers.iter().map(|x| &x.id));
    senders(&data.providers, diags);
    unique(diags, WALLETS, data.wallets.iter().map(|x| &x.id));
    unique(diags, MODELS, data.models.iter().map(|x| &x.id));
    unique(diags, PACKAGES, data.packages.iter().map(|x| &x.id));
    unique(diags, FIGURES, data.figures.iter().map(|x| &x.id));
    unique(diags, GLOSSARY, data.terms.iter().map(|x| &x.id));

    let known = Known::new(docs);
    wallets(data, &known, diags);
    providers(data, &known, diags);
    models(data, &known, diags);
    packages(data, &known, diags);
    figures(data, &known, diags);
    pages(docs, diags);
    settings(docs, &known, diags);
    examples(docs, diags);
    own_tables(data, &known, diags);
    texts(docs, &known, diags);
    // Pages that this edition does not open may show the others.
    if !source.unopened {
        unused_tables(docs, diags);
    }
}

fn wallets(data: &Data, known: &Known<'_>, diags: &mut Vec<Diag>) {
    for wallet in &data.wallets {
        if let Some(id) = &wallet.provider {
            known.provider(diags, WALLETS, id);
        }
        for id in &wallet.never {
            known.wallet(diags, WALLETS, id);
        }
        for rate in &wallet.rates {
            known.figure(diags, WALLETS, &rate.figure);
            if let Some(id) = &rate.provider {
                known.provider(diags, WALLETS, id);
            }
        }
        if let Some(provenance) = &wallet.provenance {
            known.source(diags, WALLETS, &provenance.source);
        }
    }
}

fn providers(data: &Data, known: &Known<'_>, diags: &mut Vec<Diag>) {
    for provider in &data.providers {
        let figures = [
            &provider.monthly_fee,
            &provider.parallel,
            &provider.balance_delay,
        ];
        for id in figures.into_iter().flatten() {
            known.figure(diags, PROVIDERS, id);
        }
    }
}

fn models(data: &Data, known: &Known<'_>, diags: &mut Vec<Diag>) {
    for model in &data.models {
        known.provider(diags, MODELS, &model.provider);
        known.source(diags, MODELS, &model.provenance.source);
        for rate in &model.rates {
            known.source(diags, MODELS, &rate.provenance.source);
        }
        for id in model.replaced_by.iter().chain(&model.resells) {
            dangling(diags, MODELS, id, "model", &known.models);
        }
    }
}

fn packages(data: &Data, known: &Known<'_>, diags: &mut Vec<Diag>) {
    for package in &data.packages {
        known.provider(diags, PACKAGES, &package.provider);
        known.source(diags, PACKAGES, &package.provenance.source);
        known.wallet(diags, PACKAGES, &package.wallet);
        for disputed in &package.disputed {
            let of = (&disputed.values[..], disputed.written);
            known.disputed(diags, PACKAGES, disputed.span(), of);
        }
        repeated(diags, &package.disputed);
    }
}

fn figures(data: &Data, known: &Known<'_>, diags: &mut Vec<Diag>) {
    for figure in &data.figures {
        let id = &figure.id;
        known.source(diags, FIGURES, &figure.provenance.source);
        if figure.disputed_written > 0 {
            let of = (&figure.disputed[..], figure.disputed_written);
            known.disputed(diags, FIGURES, id.span.clone(), of);
        }
        let Some(table) = &figure.table else {
            continue;
        };
        dangling(
            diags,
            FIGURES,
            table,
            "table of figures",
            &FIGURE_TABLES.into(),
        );
        if figure.name.is_empty() {
            let message = format!(
                "the figure `{}` stands in a table but has no `name`",
                id.value
            );
            diags.push(
                Diag::new("missing-key", FIGURES, id.span.clone(), message)
                    .help("write `name = { id = \"...\", en = \"...\" }`"),
            );
        }
    }
}

/// Ids in `site.toml` but for those of the navigation, which [`pages`] has.
fn settings(docs: &Docs, known: &Known<'_>, diags: &mut Vec<Diag>) {
    let config = &docs.config;
    if let Some(incident) = &config.incident {
        let pages = docs.pages.keys().map(String::as_str).collect();
        dangling(diags, SETTINGS, &incident.runbook, "page", &pages);
    }
    for id in &config.provider_order {
        if id.value != "generic" {
            known.provider(diags, SETTINGS, id);
        }
    }
    let offered = config.examples.iter().map(|e| &e.rule);
    for id in config.common.iter().chain(offered) {
        refer(diags, "unknown-rule", SETTINGS, id, "rule", &known.rules);
    }
}

/// That what `site.toml` offers to try is an example of the rule that it names.
fn examples(docs: &Docs, diags: &mut Vec<Diag>) {
    for example in &docs.config.examples {
        let Some(rule) = docs.rules.get(&example.rule.value) else {
            continue;
        };
        let has = |paste: &String| {
            let mut examples = rule.rule.examples.iter();
            examples.any(|e| e.hit && e.paste.value == *paste)
        };
        for paste in example.paste.values().filter(|paste| !has(paste)) {
            diags.push(
                Diag::new(
                    "dangling-reference",
                    SETTINGS,
                    Some(example.rule.span.clone()),
                    format!("`{}` has no example `{paste}`", rule.id),
                )
                .help("offer a paste of the rule that must be recognised: an [[example]] with expect = \"hit\""),
            );
        }
    }
}

/// Tables of the site's own: that each has a name for itself, and a source that is known.
fn own_tables(data: &Data, known: &Known<'_>, diags: &mut Vec<Diag>) {
    for name in data.tables.keys().filter(|name| is_program_table(name)) {
        diags.push(
            Diag::new(
                "duplicate-id",
                table_file(name),
                None,
                format!("the program has a table `{name}` already"),
            )
            .help("give the file another name"),
        );
    }
    for (name, table) in &data.tables {
        if let Some(provenance) = &table.provenance {
            known.source(diags, &table_file(name), &provenance.source);
        }
    }
}

/// The file of a table of the site's own.
fn table_file(name: &str) -> String {
    format!("{TABLES_FOLDER}{name}.toml")
}

fn is_program_table(name: &str) -> bool {
    tables::names().contains(&name)
}

/// Sources, tables, charts and figures that texts name.
fn texts(docs: &Docs, known: &Known<'_>, diags: &mut Vec<Diag>) {
    each_text(docs, |_, _, text| {
        let file = text.file.as_str();
        for id in &text.front.sources {
            known.source(diags, file, id);
        }
        for id in &text.tables {
            table(docs, known, text, id, diags);
        }
        for id in &text.charts {
            dangling(diags, file, id, "chart", &CHARTS.into());
        }
        for id in &text.figures {
            known.figure(diags, file, id);
        }
    });
}

/// A table that a text shows.
fn table(docs: &Docs, known: &Known<'_>, text: &Markdown, id: &At<String>, diags: &mut Vec<Diag>) {
    let name = id.value.as_str();
    if name.contains(['/', '\\']) || name.contains("..") {
        let message = format!("a table has a name, and `{name}` is a path");
        diags.push(
            Diag::new("dangling-reference", &text.file, id.span.clone(), message)
                .help("put the table into data/tables/NAME.toml and write `{{table:NAME}}`"),
        );
    } else if name == DO_NOT_SAY {
        diags.extend(for_staff(docs, text, id));
    } else {
        dangling(diags, &text.file, id, "table", &known.tables);
    }
}

/// Tables of the site's own that no text shows.
fn unused_tables(docs: &Docs, diags: &mut Vec<Diag>) {
    let mut shown = BTreeSet::new();
    each_text(docs, |_, _, text| {
        shown.extend(text.tables.iter().map(|id| id.value.as_str()));
    });
    let own = docs.data.tables.keys().map(String::as_str);
    for name in own.filter(|name| !shown.contains(name) && !is_program_table(name)) {
        diags.push(
            Diag::new(
                "unused-table",
                table_file(name),
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

/// The ids that may be named, by what they are of.
struct Known<'d> {
    sources: BTreeSet<&'d str>,
    providers: BTreeSet<&'d str>,
    wallets: BTreeSet<&'d str>,
    models: BTreeSet<&'d str>,
    figures: BTreeSet<&'d str>,
    rules: BTreeSet<&'d str>,
    /// Those of the program and those of the site.
    tables: BTreeSet<&'d str>,
}

impl<'d> Known<'d> {
    fn new(docs: &'d Docs) -> Known<'d> {
        let data = &docs.data;
        let own_tables = data.tables.keys().map(String::as_str);
        Known {
            sources: known(docs, data.sources.iter().map(|x| &x.id)),
            providers: known(docs, data.providers.iter().map(|x| &x.id)),
            wallets: known(docs, data.wallets.iter().map(|x| &x.id)),
            models: known(docs, data.models.iter().map(|x| &x.id)),
            figures: known(docs, data.figures.iter().map(|x| &x.id)),
            rules: docs.rules.keys().map(String::as_str).collect(),
            tables: tables::names().into_iter().chain(own_tables).collect(),
        }
    }

    fn source(&self, diags: &mut Vec<Diag>, file: &str, id: &At<String>) {
        refer(diags, "unknown-source", file, id, "source", &self.sources);
    }

    fn provider(&self, diags: &mut Vec<Diag>, file: &str, id: &At<String>) {
        let known = &self.providers;
        refer(diags, "unknown-provider", file, id, "provider", known);
    }

    fn wallet(&self, diags: &mut Vec<Diag>, file: &str, id: &At<String>) {
        refer(diags, "unknown-wallet", file, id, "wallet", &self.wallets);
    }

    fn figure(&self, diags: &mut Vec<Diag>, file: &str, id: &At<String>) {
        dangling(diags, file, id, "figure", &self.figures);
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

/// Pages that the navigation, synonyms and the glossary name, and pages that nothing names.
fn pages(docs: &Docs, diags: &mut Vec<Diag>) {
    let addresses = addresses(docs);
    let mut known: BTreeSet<&str> = addresses.keys().map(String::as_str).collect();
    // A draft may have its place already; until it is published, it is left out.
    let drafts = docs.pages.values().filter(|p| is_draft(p));
    known.extend(drafts.map(|p| p.path.as_str()));
    navigation(docs, &known, diags);
    orphans(docs, diags);
    for page in docs.data.synonyms.iter().flat_map(|group| &group.pages) {
        refer(diags, "broken-link", SYNONYMS, page, "page", &known);
    }
    for see in docs.data.terms.iter().flat_map(|term| &term.see) {
        glossary(&addresses, &known, see, diags);
    }
}

/// Pages that the navigation names, each once.
fn navigation(docs: &Docs, known: &BTreeSet<&str>, diags: &mut Vec<Diag>) {
    let mut named = BTreeSet::new();
    let mut sections = BTreeSet::new();
    for section in &docs.config.navigation {
        let name = &section.section;
        if !sections.insert(name.value.as_str()) {
            let message = format!("the section `{}` stands here twice", name.value);
            diags.push(
                Diag::new("duplicate-id", SETTINGS, name.span.clone(), message)
                    .help("put all its pages into one"),
            );
        }
        for page in &section.pages {
            dangling(diags, SETTINGS, page, "page", known);
            if !named.insert(page.value.as_str()) {
                let message = format!("the page `{}` stands in the navigation twice", page.value);
                diags.push(
                    Diag::new("duplicate-id", SETTINGS, page.span.clone(), message)
                        .help("take one of them away"),
                );
            }
        }
    }
}

/// Pages to which nothing leads: neither the navigation nor the page of a section, which lists what lies in it.
fn orphans(docs: &Docs, diags: &mut Vec<Diag>) {
    let sections = docs.config.navigation.iter();
    let named: BTreeSet<&str> = sections
        .flat_map(|section| &section.pages)
        .map(|page| page.value.as_str())
        .collect();
    let public = |p: &&PageDoc| !p.internal && !is_draft(p);
    for page in docs.pages.values().filter(public) {
        // Where the slash at its end is missing, the navigation is told of it.
        let is_named = [page.path.as_str(), page.path.trim_end_matches('/')]
            .iter()
            .any(|path| named.contains(path));
        if !is_named && !in_section(docs, page) {
            let text = page.texts.values().next();
            let file = text.map_or(page.folder.as_str(), |t| &t.file);
            let message = format!("the navigation does not name `{}`", page.path);
            diags.push(
                Diag::new("orphan-page", file, None, message)
                    .help("add it to [[navigation]] of site.toml"),
            );
        }
    }
}

/// A page, or a heading of one, to which a term of the glossary sends its reader.
fn glossary(
    addresses: &BTreeMap<String, BTreeSet<String>>,
    known: &BTreeSet<&str>,
    see: &At<String>,
    diags: &mut Vec<Diag>,
) {
    let (path, anchor) = match see.value.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (see.value.as_str(), None),
    };
    let page = At::new(path.to_owned(), see.span.clone());
    refer(diags, "broken-link", GLOSSARY, &page, "page", known);
    if let (Some(ids), Some(anchor)) = (addresses.get(path), anchor)
        && !ids.contains(anchor)
    {
        let message = format!("no heading `#{anchor}` on `{path}`");
        let ids = ids.iter().map(String::as_str);
        diags.push(
            Diag::new("broken-anchor", GLOSSARY, see.span.clone(), message)
                .help(super::links::anchors(anchor, ids)),
        );
    }
}

/// Ids that no provider may have, and what they are instead.
const NO_PROVIDER: [(&str, &str); 2] = [
    ("generic", "stands for rules of no provider"),
    (
        "matrix",
        "is the address, /errors/matrix/, of what is mistaken for what",
    ),
];

/// That a host, a mark and a name each tell of one sender, and that no sender is called what is something else.
fn senders(providers: &[Provider], diags: &mut Vec<Diag>) {
    let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for provider in providers {
        let taken = NO_PROVIDER.iter().find(|(id, _)| provider.id.value == *id);
        if let Some((id, what)) = taken {
            let span = provider.id.span.clone();
            let message = format!("`{id}` {what}");
            diags.push(Diag::new("bad-value", PROVIDERS, span, message).help("give it another id"));
        }
        for (what, signs, help) in [
            (
                "host",
                &provider.hosts,
                "leave it with the one who answers there",
            ),
            (
                "mark",
                &provider.marks,
                "leave it with the one whose answers hold it; what those of several hold is no mark",
            ),
            (
                "name",
                &provider.names,
                "leave it with the one that people mean by it",
            ),
        ] {
            for sign in signs {
                let known = owners.insert((what, &sign.value), &provider.id.value);
                if let Some(other) = known {
                    let message = format!("`{}` is a {what} of `{other}` already", sign.value);
                    diags.push(
                        Diag::new("duplicate-id", PROVIDERS, sign.span.clone(), message).help(help),
                    );
                }
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
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(&id.value) {
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

/// Reports `id` if it is not among the known ones, where no lint is about ids of just this kind.
fn dangling(
    diags: &mut Vec<Diag>,
    file: &str,
    id: &At<String>,
    what: &str,
    known: &BTreeSet<&str>,
) {
    refer(diags, "dangling-reference", file, id, what, known);
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
    let diag = Diag::new(
        code,
        file,
        id.span.clone(),
        format!("no {what} `{}`", id.value),
    );
    // An address that lacks its last slash, between simple quotes.
    let slashed = format!("{}/", id.value);
    if known.contains(slashed.as_str()) && id.span.len() == id.value.len() + 2 {
        let end = id.span.end - 1;
        diags.push(diag.help(format!("write `{slashed}`")).fix(end..end, "/"));
        return;
    }
    diags.push(diag.help(
        did_you_mean(&id.value, known.iter().copied()).unwrap_or_else(|| {
            if (1..=MOST_LISTED).contains(&known.len()) {
                let known: Vec<&str> = known.iter().copied().collect();
                format!("write one of {}, or add this one", listed(&known))
            } else {
                format!("write the id of a {what} that is there, or add this one")
            }
        }),
    ));
}
