//! `data/*.toml`: sources, families, providers, wallets, models, packages, single figures, glossary, synonyms. Typed; money and
//! units are exact decimals. Ids are only collected here; whether they point anywhere is for `check`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rust_decimal::Decimal;

use super::rule::CONFIDENCE;
use super::toml_table::{At, Said, Sink, Table, TextOrTable, document};
use crate::date::Date;
use crate::diag::Diag;
use crate::load::Source as Loaded;

/// Everything under `data/`, each list in the order of its file.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// `sources.toml`.
    pub sources: Vec<Source>,
    /// `families.toml`.
    pub families: Vec<Family>,
    /// `providers.toml`.
    pub providers: Vec<Provider>,
    /// `wallets.toml`.
    pub wallets: Vec<Wallet>,
    /// `models.toml`.
    pub models: Vec<Model>,
    /// `packages.toml`.
    pub packages: Vec<Package>,
    /// `credits.toml`.
    pub figures: Vec<Figure>,
    /// `glossary.toml`.
    pub terms: Vec<Term>,
    /// `synonyms.toml`.
    pub synonyms: Vec<Synonyms>,
    /// `tables/*.toml`, by name.
    pub tables: BTreeMap<String, OwnTable>,
    /// What says the same in several languages, with the file that it stands in.
    pub said: Vec<(String, Said)>,
    /// Ids of what is there but could not be read, which was reported: whoever names them is not wrong.
    pub unread: BTreeSet<String>,
}

impl Data {
    fn note_said(&mut self, path: &str, sink: &Sink<'_>) {
        let said = sink.said().into_iter();
        self.said.extend(said.map(|said| (path.to_owned(), said)));
    }

    /// The days on which figures were read from this source, in no order.
    pub fn days(&self, source: &str) -> impl Iterator<Item = Date> {
        let models = self.models.iter().flat_map(|m| {
            std::iter::once(&m.provenance).chain(m.rates.iter().map(|r| &r.provenance))
        });
        let packages = self.packages.iter().map(|p| &p.provenance);
        let figures = self.figures.iter().map(|f| &f.provenance);
        let wallets = self.wallets.iter().filter_map(|w| w.provenance.as_ref());
        models
            .chain(packages)
            .chain(figures)
            .chain(wallets)
            .filter(move |p| p.source.value == source)
            .map(|p| p.checked)
    }
}

/// Path of each data file, by what it holds.
pub(crate) const SOURCES: &str = "data/sources.toml";
pub(crate) const FAMILIES: &str = "data/families.toml";
pub(crate) const PROVIDERS: &str = "data/providers.toml";
pub(crate) const WALLETS: &str = "data/wallets.toml";
pub(crate) const MODELS: &str = "data/models.toml";
pub(crate) const PACKAGES: &str = "data/packages.toml";
pub(crate) const FIGURES: &str = "data/credits.toml";
pub(crate) const GLOSSARY: &str = "data/glossary.toml";
pub(crate) const SYNONYMS: &str = "data/synonyms.toml";

/// Where figures come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Unique id.
    pub id: At<String>,
    /// Its title.
    pub title: String,
    /// `https://...`, or `resep:...` where no public address can be given.
    pub url: At<String>,
    /// Who published it.
    pub publisher: String,
}

/// Phrases that say the same thing.
#[derive(Clone, Debug)]
pub struct Family {
    /// Unique id (key `name` in the file, as `id` is a language there).
    pub id: At<String>,
    /// Patterns of all languages, in the order of the file's lists.
    pub patterns: Vec<At<String>>,
}

/// Someone who sends errors.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Unique id.
    pub id: At<String>,
    /// Proper name.
    pub name: String,
    /// `vendor`, `reseller`, `gateway`, `platform` or `app`.
    pub kind: &'static str,
    /// Public address.
    pub url: Option<At<String>>,
    /// Host names.
    pub hosts: Vec<At<String>>,
    /// Patterns that prove it.
    pub marks: Vec<At<String>>,
    /// Patterns that name it in prose.
    pub names: Vec<At<String>>,
    /// Figure id: dollars a month beside every job.
    pub monthly_fee: Option<At<String>>,
    /// Figure id: jobs at once, where the account and not a pack decides it.
    pub parallel: Option<At<String>>,
    /// Figure id: hours by which the balance that it shows may be late.
    pub balance_delay: Option<At<String>>,
}

/// Something that can run out.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// Unique id.
    pub id: At<String>,
    /// Provider id, where only one company runs it.
    pub provider: Option<At<String>>,
    /// Who pays into it, one of [`PAYERS`]. A wallet without one is not on the wallet map.
    pub payer: Option<&'static str>,
    /// Wallet ids that people take it for, and whose bills it never pays.
    pub never: Vec<At<String>>,
    /// What to look at when it was topped up and the error stays, of [`PAID_CHECKS`], in that order.
    pub checks: Vec<&'static str>,
    /// The price of what it holds, where one is documented.
    pub rates: Vec<WalletRate>,
    /// Where what is said of it comes from.
    pub provenance: Option<Provenance>,
    /// Words by language code.
    pub words: BTreeMap<String, WalletWords>,
}

/// Who pays into a wallet: the user of an app, whoever holds the API account, whoever owns the account of a website.
/// Each is a key of the interface words' section `payer`.
pub const PAYERS: [&str; 3] = ["end-user", "operator", "member"];

/// Why money that was paid may not be there. Each is a key of the interface words' section `paid`, and so is
/// `<check>_text`.
pub const PAID_CHECKS: [&str; 7] = [
    "wallet", "key", "account", "region", "pack", "delay", "locked",
];

/// What one unit of a wallet costs.
#[derive(Clone, Debug)]
pub struct WalletRate {
    /// Only at this provider; else at any.
    pub provider: Option<At<String>>,
    /// Figure id, whose unit is money for one unit of the wallet.
    pub figure: At<String>,
}

/// What a wallet is, in one language. Plain text.
#[derive(Clone, Debug, Default)]
pub struct WalletWords {
    /// Its name.
    pub name: String,
    /// Who pays into it.
    pub pays_in: String,
    /// Who can see it.
    pub seen_by: String,
    /// Where it is seen and filled.
    pub where_: String,
    /// What it pays for.
    pub pays_for: String,
    /// What it never pays for.
    pub never_pays_for: String,
    /// What it pays for in some words, for the wallet map; empty where it is not on it.
    pub map_pays: String,
    /// What it never pays for, likewise.
    pub map_never: String,
}

/// Where a figure comes from, when it was read, how sure it is.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// Source id.
    pub source: At<String>,
    /// When it was read.
    pub checked: Date,
    /// Where the date stands.
    pub checked_span: std::ops::Range<usize>,
    /// `documented`, `observed` or `inferred`.
    pub confidence: &'static str,
    /// What was so on that day and is not asked again, such as last year's price; it does not expire.
    pub historical: bool,
}

/// A model and its rates.
#[derive(Clone, Debug)]
pub struct Model {
    /// Unique id.
    pub id: At<String>,
    /// Provider id.
    pub provider: At<String>,
    /// Proper name.
    pub name: String,
    /// `active` or `retired`.
    pub status: &'static str,
    /// Day it was retired.
    pub retired_on: Option<Date>,
    /// Model id that took its place.
    pub replaced_by: Option<At<String>>,
    /// Id of the vendor's own model, where another provider passes it on.
    pub resells: Option<At<String>>,
    /// Where its state comes from.
    pub provenance: Provenance,
    /// What it costs.
    pub rates: Vec<Rate>,
}

/// What a model costs under some options.
#[derive(Clone, Debug)]
pub struct Rate {
    /// `720p`, `1080p`, `4K` and the like.
    pub resolution: Option<String>,
    /// `std`, `pro` or `master`.
    pub mode: Option<&'static str>,
    /// `none`, `native` or `voice`.
    pub audio: Option<&'static str>,
    /// `none`, `image` or `video`.
    pub input: Option<&'static str>,
    /// `second` or `clip`.
    pub per: &'static str,
    /// Length of the clip.
    pub seconds: Option<u32>,
    /// Exact amount.
    pub amount: Decimal,
    /// The amount as written.
    pub amount_text: String,
    /// Key of the interface words' section `unit`.
    pub unit: At<String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A pack for sale.
#[derive(Clone, Debug)]
pub struct Package {
    /// Unique id.
    pub id: At<String>,
    /// Provider id.
    pub provider: At<String>,
    /// Wallet id it fills.
    pub wallet: At<String>,
    /// What the tools count in: a key of the interface words' section `unit`.
    pub unit: Option<At<String>>,
    /// Name.
    pub name: String,
    /// Price.
    pub price: At<Decimal>,
    /// Price as written.
    pub price_text: String,
    /// `USD`, `CNY` ...
    pub currency: String,
    /// How many units it holds.
    pub units: Option<At<Decimal>>,
    /// Units as written.
    pub units_text: Option<String>,
    /// Price of one unit as the source states it.
    pub price_per_unit: Option<At<Decimal>>,
    /// The same as written, with its precision.
    pub price_per_unit_text: Option<String>,
    /// How long it lasts.
    pub validity_days: Option<u32>,
    /// Whether its units are void some day; `false` only where a source says that they never are.
    pub expires: bool,
    /// Tasks at a time.
    pub concurrency: Option<u32>,
    /// How many of them one account may buy, where a source says so.
    pub per_account: Option<u32>,
    /// Whether the latest lists still have it.
    pub on_sale: bool,
    /// Year of the price list.
    pub captured: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Fields on which sources disagree.
    pub disputed: Vec<Disputed>,
}

/// A field with every value that a source gives.
#[derive(Clone, Debug)]
pub struct Disputed {
    /// Name of the field.
    pub field: At<&'static str>,
    /// The values that could be read.
    pub values: Vec<DisputedValue>,
    /// How many were written.
    pub written: usize,
}

/// One value and who says so.
#[derive(Clone, Debug)]
pub struct DisputedValue {
    /// Exact value.
    pub value: At<Decimal>,
    /// The value as written.
    pub text: String,
    /// Source id, or `computed`.
    pub source: At<String>,
    /// By language code, or the same for all.
    pub note: BTreeMap<String, String>,
}

/// A single figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Unique id.
    pub id: At<String>,
    /// Exact value.
    pub value: Decimal,
    /// The value as written.
    pub text: String,
    /// Key of the interface words' section `unit`.
    pub unit: At<String>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Table it also stands in.
    pub table: Option<At<String>>,
    /// Row head by language code.
    pub name: BTreeMap<String, String>,
    /// Every value that a source gives, where they disagree, as far as they could be read.
    pub disputed: Vec<DisputedValue>,
    /// How many were written.
    pub disputed_written: usize,
}

/// A word and its meaning.
#[derive(Clone, Debug)]
pub struct Term {
    /// Unique id.
    pub id: At<String>,
    /// Name and text by language code.
    pub words: BTreeMap<String, TermWords>,
    /// Addresses without language.
    pub see: Vec<At<String>>,
}

/// A term in one language. Plain text.
#[derive(Clone, Debug, Default)]
pub struct TermWords {
    /// The term.
    pub name: At<String>,
    /// What it means.
    pub text: At<String>,
    /// Other words for it, which no page is to use.
    pub avoid: Vec<At<String>>,
}

/// A table that pages show with `{{table:NAME}}`, by the name of its file.
#[derive(Clone, Debug)]
pub struct OwnTable {
    /// What it shows, by language code.
    pub caption: BTreeMap<String, String>,
    /// In order.
    pub columns: Vec<OwnColumn>,
    /// Cells by language code, one for each column.
    pub rows: Vec<BTreeMap<String, Vec<String>>>,
    /// Where its figures come from, if it says so.
    pub provenance: Option<Provenance>,
}

/// A column of such a table.
#[derive(Clone, Debug)]
pub struct OwnColumn {
    /// Its head, by language code.
    pub name: BTreeMap<String, String>,
    /// Its cells are numbers.
    pub number: bool,
}

/// How the words of a group of [`Synonyms`] are taken, where not one for the other.
pub const SYNONYM_KINDS: [&str; 2] = ["spelling", "idle"];

/// Words and phrases that readers use for one and the same thing; the search takes one for the other.
#[derive(Clone, Debug)]
pub struct Synonyms {
    /// One of [`SYNONYM_KINDS`]: `spelling`, single words of which the pages write the first, or `idle`, words that tell nothing of
    /// what is looked for.
    pub kind: Option<&'static str>,
    /// Addresses without language of the pages that are meant by them; without any it is the pages that have one of the words.
    pub pages: Vec<At<String>>,
    /// By language code, two or more in each; a group with a kind may be of some languages alone.
    pub words: BTreeMap<String, Vec<At<String>>>,
}

impl<T: Default> Default for At<T> {
    fn default() -> At<T> {
        At::new(T::default(), 0..0)
    }
}

/// The data files in the order of the handbook.
pub(crate) const FILES: [&str; 9] = [
    SOURCES, FAMILIES, PROVIDERS, WALLETS, MODELS, PACKAGES, FIGURES, GLOSSARY, SYNONYMS,
];

/// Where tables of a site's own lie, one a file.
pub(crate) const TABLES_FOLDER: &str = "data/tables/";

pub(crate) fn parse(loaded: &Loaded, languages: &[String]) -> (Data, Vec<Diag>) {
    let mut data = Data::default();
    let mut diags = Vec::new();
    for (path, text) in loaded.texts.range("data/".to_owned().."data0".to_owned()) {
        if let Some(name) = path
            .strip_prefix(TABLES_FOLDER)
            .and_then(|file| file.strip_suffix(".toml"))
        {
            super::bad_slug(&mut diags, path, "name of a table", name);
            let sink = Sink::new(path);
            let table = own_table(&sink, text, languages);
            data.note_said(path, &sink);
            diags.extend(sink.into_diags());
            data.tables.insert(name.to_owned(), table);
            continue;
        }
        if !FILES.contains(&path.as_str()) {
            diags.push(
                Diag::new("unexpected-file", path, None, "nothing reads this file").help(
                    crate::diag::did_you_mean(path, FILES)
                        .unwrap_or_else(|| format!("data files are {}", super::listed(&FILES))),
                ),
            );
            continue;
        }
        let sink = Sink::new(path);
        read(&sink, path, text, languages, &mut data);
        data.note_said(path, &sink);
        data.unread.extend(sink.unread());
        diags.extend(sink.into_diags());
    }
    (data, diags)
}

/// Reads one of [`FILES`] into `data`.
pub(crate) fn read(sink: &Sink<'_>, path: &str, text: &str, languages: &[String], data: &mut Data) {
    let mut document = document(sink, text);
    let t = &mut document;
    match path {
        SOURCES => data.sources = list(t, "source", |t| source(t, sink)),
        FAMILIES => data.families = list(t, "family", family),
        PROVIDERS => data.providers = list(t, "provider", |t| provider(t, sink)),
        WALLETS => data.wallets = list(t, "wallet", |t| wallet(t, languages)),
        MODELS => data.models = list(t, "model", model),
        PACKAGES => data.packages = list(t, "package", |t| package(t, languages)),
        FIGURES => data.figures = list(t, "figure", |t| figure(t, languages)),
        GLOSSARY => data.terms = list(t, "term", |t| term(t, languages)),
        _ => data.synonyms = list(t, "synonyms", |t| Some(synonyms(t, languages, sink))),
    }
    document.finish();
}

/// Reads a table of a site's own.
pub(crate) fn own_table(sink: &Sink<'_>, text: &str, languages: &[String]) -> OwnTable {
    let mut t = document(sink, text);
    if !t.has("caption") {
        t.missing("caption");
    }
    let caption = plain_words(&mut t, "caption", languages);
    if !t.has("column") {
        t.missing_tables("column");
    }
    let columns = list(&mut t, "column", |t| {
        if !t.has("name") {
            t.missing("name");
        }
        Some(OwnColumn {
            name: plain_words(t, "name", languages),
            number: t.boolean("number").is_some_and(|b| b.value),
        })
    });
    let rows = list(&mut t, "row", |t| {
        Some(own_row(t, languages, columns.len()))
    });
    let provenance = t.together(
        &["source", "checked", "confidence", "historical"],
        provenance,
    );
    t.finish();
    OwnTable {
        caption,
        columns,
        rows,
        provenance,
    }
}

fn own_row(
    t: &mut Table<'_>,
    languages: &[String],
    columns: usize,
) -> BTreeMap<String, Vec<String>> {
    let span = t.span.clone();
    let cells = t.strings("cells").into_iter();
    let cells: Vec<String> = cells
        .inspect(|cell| t.plain(&cell.value, &cell.span))
        .map(|cell| cell.value)
        .collect();
    let mut row: BTreeMap<String, Vec<String>> = languages
        .iter()
        .map(|language| (language.clone(), cells.clone()))
        .collect();
    if let Some(mut words) = t.table("words") {
        let mut first: Option<(&str, Vec<String>)> = None;
        let mut said: Vec<Said> = vec![Said::new(); columns];
        for language in languages {
            let Some(cells) = words.words_at(language) else {
                words.missing(language);
                row.remove(language);
                continue;
            };
            for cell in &cells.value {
                words.plain(cell, &cells.span);
            }
            for (said, cell) in said.iter_mut().zip(&cells.value) {
                said.push((language.clone(), At::new(cell.clone(), cells.span.clone())));
            }
            let found: Vec<String> = cells.value.iter().map(|cell| figures(cell)).collect();
            match &first {
                Some((other, there)) if *there != found => words.report(
                    "unequal-numbers",
                    cells.span,
                    format!("the figures differ from those of `{other}`"),
                    "write figures with the same digits in every language",
                ),
                Some(_) => {}
                None => first = Some((language, found)),
            }
            row.insert(language.clone(), cells.value);
        }
        said.into_iter().for_each(|said| words.say(said));
        words.finish();
    }
    if let Some((language, cells)) = row.iter().find(|(_, cells)| cells.len() != columns) {
        t.report(
            "bad-value",
            span,
            format!(
                "in `{language}` the row has {} cells; columns of the table: {columns}",
                cells.len()
            ),
            "write `cells = [...]` with a cell for each column, or `words = { id = [...], en = [...] }` where languages differ",
        );
    }
    row
}

/// The figures of a cell in order of their digits, which the order of words does not change.
fn figures(cell: &str) -> String {
    let mut all: Vec<&str> = cell
        .split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .map(|figure| figure.trim_matches(['.', ',']))
        .filter(|figure| !figure.is_empty())
        .collect();
    all.sort_unstable();
    all.join(" ")
}

/// Reads each table under `key`; what lacks something necessary is left out, having been reported.
fn list<'s, T>(
    t: &mut Table<'s>,
    key: &'static str,
    mut read: impl FnMut(&mut Table<'s>) -> Option<T>,
) -> Vec<T> {
    let mut out = Vec::new();
    for mut table in t.tables(key) {
        let id = ["id", "name"].iter().find_map(|key| table.peek_string(key));
        let item = read(&mut table);
        if let (None, Some(id)) = (&item, id) {
            table.note_unread(id);
        }
        table.finish();
        out.extend(item);
    }
    out
}

fn source(t: &mut Table<'_>, sink: &Sink<'_>) -> Option<Source> {
    let (id, title, url, publisher) = (
        t.required_string("id"),
        t.required_string("title"),
        t.required_string("url"),
        t.required_string("publisher"),
    );
    if let Some(url) = &url
        && !url.value.starts_with("resep:")
    {
        super::rule::source_url(sink, url);
    }
    Some(Source {
        id: id?,
        title: title?.value,
        url: url?,
        publisher: publisher?.value,
    })
}

fn family(t: &mut Table<'_>) -> Option<Family> {
    let id = t.required_string("name");
    let _about = t.string("about");
    let mut patterns = Vec::new();
    for language in ["en", "id", "zh", "other"] {
        patterns.extend(t.strings(language));
    }
    Some(Family { id: id?, patterns })
}

/// What a provider may be.
pub(crate) const KINDS: [&str; 5] = ["vendor", "reseller", "gateway", "platform", "app"];

fn provider(t: &mut Table<'_>, sink: &Sink<'_>) -> Option<Provider> {
    let (id, name, kind) = (
        t.required_string("id"),
        t.required_string("name"),
        t.required_word("kind", &KINDS),
    );
    let (url, hosts, marks, names) = (
        t.string("url"),
        t.strings("hosts"),
        t.strings("marks"),
        t.strings("names"),
    );
    if let Some(url) = &url {
        super::rule::public_url(sink, url, "write `https://...`");
    }
    for host in &hosts {
        if let Some(help) = no_host(&host.value) {
            let message = format!("`{}` is no name of a host", host.value);
            t.report("bad-value", host.span.clone(), message, &help);
        }
    }
    let (monthly_fee, parallel, balance_delay) = (
        t.string("monthly_fee"),
        t.string("parallel"),
        t.string("balance_delay"),
    );
    Some(Provider {
        id: id?,
        name: name?.value,
        kind: kind?.value,
        url,
        hosts,
        marks,
        names,
        monthly_fee,
        parallel,
        balance_delay,
    })
}

/// What to write in the place of `written`, if it is no name of a host, as which it would never be found. Capitals, and letters that no
/// text holds after folding, are told of as in any pattern.
fn no_host(written: &str) -> Option<String> {
    let is_part = |part: &str| {
        let is_inner = |c: char| c.is_alphanumeric() || c == '-';
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(is_inner)
    };
    let is_host = |name: &str| name.contains('.') && name.split('.').all(is_part);
    // Of an empty one the rule engine says so.
    if written.is_empty() || is_host(written) {
        return None;
    }
    let rest = written.split_once("://").map_or(written, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#', ':']).next().unwrap_or(rest);
    let name = rest.trim_start_matches("*.");
    Some(if is_host(name) {
        format!("write `{name}`, without anything around it; its subdomains count too")
    } else {
        "write it as in an address, such as `api.example.com`; its subdomains count too".to_owned()
    })
}

fn wallet(t: &mut Table<'_>, languages: &[String]) -> Option<Wallet> {
    let id = t.required_string("id");
    let provider = t.string("provider");
    let payer = t.word("payer", &PAYERS).map(|p| p.value);
    let never = t.strings("never");
    let checks = t.words("checks", &PAID_CHECKS);
    let mut rates = Vec::new();
    for mut rate in t.tables("rate") {
        let (provider, figure) = (rate.string("provider"), rate.required_string("figure"));
        rate.finish();
        if let Some(figure) = figure {
            rates.push(WalletRate { provider, figure });
        }
    }
    // Either all of it or nothing: a date without a source says as little as a source without a date.
    let provenance = t.together(
        &["source", "checked", "confidence", "historical"],
        provenance,
    );
    let words = by_language(t, "words", languages, |t| {
        let mut word = |key| t.required_plain(key).map(|w| w.value).unwrap_or_default();
        let words = WalletWords {
            name: word("name"),
            pays_in: word("pays_in"),
            seen_by: word("seen_by"),
            where_: word("where"),
            pays_for: word("pays_for"),
            never_pays_for: word("never_pays_for"),
            ..WalletWords::default()
        };
        if payer.is_some() {
            return WalletWords {
                map_pays: word("map_pays"),
                map_never: word("map_never"),
                ..words
            };
        }
        for key in ["map_pays", "map_never"] {
            if let Some(word) = t.string(key) {
                t.report(
                    "bad-value",
                    word.span,
                    format!("`{key}` is for the map, and this wallet is not on it"),
                    "give the wallet a `payer`, or take the line away",
                );
            }
        }
        words
    });
    Some(Wallet {
        id: id?,
        provider,
        payer,
        never,
        checks,
        rates,
        provenance,
        words,
    })
}

fn provenance(t: &mut Table<'_>) -> Option<Provenance> {
    let (source, checked, confidence) = (
        t.required_string("source"),
        t.required_date("checked"),
        t.required_word("confidence", &CONFIDENCE),
    );
    let historical = t.boolean("historical").is_some_and(|h| h.value);
    let checked = checked?;
    Some(Provenance {
        source: source?,
        checked: checked.value,
        checked_span: checked.span,
        confidence: confidence?.value,
        historical,
    })
}

fn model(t: &mut Table<'_>) -> Option<Model> {
    let (id, provider, name) = (
        t.required_string("id"),
        t.required_string("provider"),
        t.required_string("name"),
    );
    let status = t.required_word("status", &["active", "retired"]);
    let retired_on = t.date("retired_on");
    if let (Some(status), Some(day)) = (&status, &retired_on)
        && status.value == "active"
    {
        t.report(
            "bad-value",
            day.span.clone(),
            "`retired_on` in a model that is not retired",
            "write `status = \"retired\"`, or take the line away",
        );
    }
    let replaced_by = t.string("replaced_by");
    let resells = t.string("resells");
    let provenance = provenance(t);
    let rates = list(t, "rate", rate);
    Some(Model {
        id: id?,
        provider: provider?,
        name: name?.value,
        status: status?.value,
        retired_on: retired_on.map(|d| d.value),
        replaced_by,
        resells,
        provenance: provenance?,
        rates,
    })
}

fn rate(t: &mut Table<'_>) -> Option<Rate> {
    let resolution = t.string("resolution").map(|r| r.value);
    let mode = t.word("mode", &["std", "pro", "master"]).map(|w| w.value);
    let audio = t
        .word("audio", &["none", "native", "voice"])
        .map(|w| w.value);
    let input = t
        .word("input", &["none", "image", "video"])
        .map(|w| w.value);
    let per = t.required_word("per", &["second", "clip"]);
    let seconds = t.integer("seconds").map(|n| n.value);
    let amount_text = t.peek_string("amount");
    let amount = t.required_decimal("amount");
    let unit = t.required_string("unit");
    let provenance = provenance(t);
    Some(Rate {
        resolution,
        mode,
        audio,
        input,
        per: per?.value,
        seconds,
        amount: amount?.value,
        amount_text: amount_text?,
        unit: unit?,
        provenance: provenance?,
    })
}

/// Fields of a package on which sources may disagree.
pub(crate) const DISPUTABLE: [&str; 5] = [
    "price",
    "units",
    "price_per_unit",
    "validity_days",
    "concurrency",
];

fn package(t: &mut Table<'_>, languages: &[String]) -> Option<Package> {
    let (id, provider, wallet, name) = (
        t.required_string("id"),
        t.required_string("provider"),
        t.required_string("wallet"),
        t.required_string("name"),
    );
    let unit = t.string("unit");
    let price_text = t.peek_string("price");
    let price = t.required_decimal("price");
    let currency = t.required_string("currency");
    let units_text = t.peek_string("units");
    let units = t.decimal("units");
    let price_per_unit_text = t.peek_string("price_per_unit");
    let price_per_unit = t.decimal("price_per_unit");
    let validity_days = t.integer("validity_days").map(|n| n.value);
    let expires = t.boolean("expires").is_none_or(|b| b.value);
    let concurrency = t.integer("concurrency").map(|n| n.value);
    let per_account = t.integer("per_account").map(|n| n.value);
    let on_sale = t.boolean("on_sale").is_none_or(|b| b.value);
    let captured = t.required_string("captured");
    let provenance = provenance(t);
    let disputed = list(t, "disputed", |t| {
        let field = t.required_word("field", &DISPUTABLE);
        let mut written = 0;
        let values = list(t, "values", |t| {
            written += 1;
            disputed_value(t, languages)
        });
        Some(Disputed {
            field: field?,
            values,
            written,
        })
    });
    Some(Package {
        id: id?,
        provider: provider?,
        wallet: wallet?,
        unit,
        name: name?.value,
        price: price?,
        price_text: price_text?,
        currency: currency?.value,
        units,
        units_text,
        price_per_unit,
        price_per_unit_text,
        validity_days,
        expires,
        concurrency,
        per_account,
        on_sale,
        captured: captured?.value,
        provenance: provenance?,
        disputed,
    })
}

fn disputed_value(t: &mut Table<'_>, languages: &[String]) -> Option<DisputedValue> {
    let text = t.peek_string("value");
    let value = t.required_decimal("value");
    let source = t.required_string("source");
    let note = plain_words(t, "note", languages);
    Some(DisputedValue {
        value: value?,
        text: text?,
        source: source?,
        note,
    })
}

fn figure(t: &mut Table<'_>, languages: &[String]) -> Option<Figure> {
    let id = t.required_string("id");
    let text = t.peek_string("value");
    let value = t.required_decimal("value");
    let unit = t.required_string("unit");
    let provenance = provenance(t);
    let table = t.string("table");
    let name = plain_words(t, "name", languages);
    let mut disputed_written = 0;
    let disputed = list(t, "disputed", |t| {
        disputed_written += 1;
        disputed_value(t, languages)
    });
    Some(Figure {
        id: id?,
        value: value?.value,
        text: text?,
        unit: unit?,
        provenance: provenance?,
        table,
        name,
        disputed,
        disputed_written,
    })
}

fn term(t: &mut Table<'_>, languages: &[String]) -> Option<Term> {
    let id = t.required_string("id");
    let words = by_language(t, "words", languages, |t| TermWords {
        name: t.required_plain("name").unwrap_or_default(),
        text: t.required_plain("text").unwrap_or_default(),
        avoid: t.strings("avoid"),
    });
    let see = t.strings("see");
    Some(Term {
        id: id?,
        words,
        see,
    })
}

fn synonyms(t: &mut Table<'_>, languages: &[String], sink: &Sink<'_>) -> Synonyms {
    let kind = t.word("kind", &SYNONYM_KINDS).map(|kind| kind.value);
    let pages = t.strings("pages");
    let mut words = BTreeMap::new();
    for language in languages {
        let Some(phrases) = t.words_at(language) else {
            if kind.is_none() {
                t.missing(language);
            }
            continue;
        };
        if phrases.value.len() < 2 {
            sink.report(
                "bad-value",
                phrases.span.clone(),
                format!("`{language}` holds no two words that could stand for one another"),
                Some("write a list of two or more, or take the group out".to_owned()),
            );
        }
        let phrases = phrases
            .value
            .into_iter()
            .map(|phrase| At::new(phrase, phrases.span.clone()))
            .collect();
        words.insert(language.clone(), phrases);
    }
    Synonyms { kind, pages, words }
}

/// `[key.<language>]` for every language of the site.
fn by_language<'s, T>(
    t: &mut Table<'s>,
    key: &'static str,
    languages: &[String],
    mut read: impl FnMut(&mut Table<'s>) -> T,
) -> BTreeMap<String, T> {
    let mut out = BTreeMap::new();
    let Some(mut tables) = t.required_table(key) else {
        return out;
    };
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    for language in languages {
        if let Some(mut table) = tables.required_table_at(language) {
            for (key, text) in table.texts() {
                let said = said.entry(key.to_owned()).or_default();
                said.push((language.clone(), text));
            }
            let words = read(&mut table);
            table.finish();
            out.insert(language.clone(), words);
        }
    }
    said.into_values().for_each(|said| tables.say(said));
    tables.finish();
    out
}

/// `key = "the same in all languages"` or `key = { id = "...", en = "..." }`.
pub(super) fn words(
    t: &mut Table<'_>,
    key: &'static str,
    languages: &[String],
) -> BTreeMap<String, String> {
    without_places(placed_words(t, key, languages))
}

/// The same, of words that are shown as they are typed: Markdown in them is reported.
pub(super) fn plain_words(
    t: &mut Table<'_>,
    key: &'static str,
    languages: &[String],
) -> BTreeMap<String, String> {
    let placed = placed_words(t, key, languages);
    for word in placed.values() {
        t.plain(&word.value, &word.span);
    }
    without_places(placed)
}

fn without_places(words: BTreeMap<String, At<String>>) -> BTreeMap<String, String> {
    let values = words.into_iter();
    values
        .map(|(language, word)| (language, word.value))
        .collect()
}

/// The words with the place of each.
pub(super) fn placed_words(
    t: &mut Table<'_>,
    key: &'static str,
    languages: &[String],
) -> BTreeMap<String, At<String>> {
    let mut out = BTreeMap::new();
    match t.text_or_table(key) {
        None => {}
        Some(TextOrTable::Text(text)) => {
            for language in languages {
                out.insert(language.clone(), text.clone());
            }
        }
        Some(TextOrTable::Table(mut table)) => {
            for language in languages {
                match table.words_at(language) {
                    Some(word) => {
                        out.insert(language.clone(), word.map(|words| words.join(" ")));
                    }
                    None => table.missing(language),
                }
            }
            let said = out.iter();
            table.say(said.map(|(l, word)| (l.clone(), word.clone())).collect());
            table.finish();
        }
    }
    out
}

impl Disputed {
    /// Where the field is named.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.field.span.clone()
    }
}
