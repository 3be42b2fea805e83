//! What the tools need: the catalogue of the calculator from `data/`, the file that the page reads, and tables of common
//! cases for pages without JavaScript. Computes nothing itself; the `calculator` does, here as in the browser.

use std::collections::{BTreeMap, BTreeSet};

use calculator::catalogue::{
    Catalogue, Disputed, Figure, Job, Model, Pack, Per, Proof, Provider, Rate, Stated, Unit,
    UnitPrice,
};
use calculator::{Day, Money, Refusal, by_price, cost, lasting, number, offer};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::date::Date;
use crate::model::Site;
use crate::parse::Docs;
use crate::parse::data::{self, DisputedValue, Provenance};
use crate::parse::ui::Ui;
use crate::tables::{Cell, Table, compact};

/// The tools, by the last part of their address.
pub(crate) const TOOLS: [&str; 3] = ["cost", "lasting", "offer"];

/// Those that the data of the site hold something for: without a price of a model or a pack there is nothing to choose.
pub(crate) fn of(docs: &Docs) -> Vec<&'static str> {
    let data = &docs.data;
    // Of what could not be read nobody knows whether it is there.
    let has = |is_empty: bool| !is_empty || !data.unread.is_empty();
    let (models, packages) = (has(data.models.is_empty()), has(data.packages.is_empty()));
    TOOLS
        .into_iter()
        .filter(|tool| if *tool == "offer" { packages } else { models })
        .collect()
}

/// What the common cases count with: length of a clip in seconds.
const CLIP: u32 = 10;
/// Numbers of videos in the table of packs.
const VIDEOS: [&str; 3] = ["10", "100", "1000"];
/// Balances in the table of days.
const BALANCES: [&str; 4] = ["100", "1000", "10000", "60000"];
/// Videos a day, hours to refill and minutes a video in the same table.
const DAILY: &str = "20";
const REFILL: &str = "12";
const MINUTES: &str = "5";

/// Everything that `data/` knows the price of. Remarks are in `language`.
pub(crate) fn catalogue(site: &Site<'_>, language: &str) -> Catalogue {
    let data = site.data();
    let packs: Vec<Pack> = data
        .packages
        .iter()
        .filter_map(|p| pack(p, language))
        .collect();
    let models: Vec<Model> = data.models.iter().map(model).collect();
    let mut units: BTreeMap<&str, &str> = BTreeMap::new();
    for m in &models {
        for r in &m.rates {
            units.entry(&r.unit).or_insert(&m.provider);
        }
    }
    for p in &packs {
        units.insert(&p.unit, &p.provider);
    }
    let units: Vec<Unit> = units
        .into_iter()
        .map(|(id, provider)| Unit {
            id: id.to_owned(),
            provider: (id != "usd").then(|| provider.to_owned()),
            price: unit_price(site, id, language),
        })
        .collect();
    let used: BTreeSet<&str> = models
        .iter()
        .map(|m| m.provider.as_str())
        .chain(packs.iter().map(|p| p.provider.as_str()))
        .collect();
    let providers = data
        .providers
        .iter()
        .filter(|p| used.contains(p.id.value.as_str()))
        .map(|p| {
            let one = |id: &Option<crate::parse::At<String>>| {
                let figure = site.figure(&id.as_ref()?.value)?;
                Some(Figure {
                    value: figure.value,
                    proof: proof(&figure.provenance),
                })
            };
            Provider {
                id: p.id.value.clone(),
                name: p.name.clone(),
                monthly_fee: one(&p.monthly_fee),
                parallel: one(&p.parallel),
                balance_delay: one(&p.balance_delay),
            }
        })
        .collect();
    Catalogue {
        providers,
        units,
        models,
        packs,
        stale_after_days: i64::from(site.docs.config.stale_days),
    }
}

/// A date of the content; the first of the calculator's where it lies before that.
fn day(date: Date) -> Day {
    Day::parse(&date.to_string()).unwrap_or(Day::FIRST)
}

fn proof(from: &Provenance) -> Proof {
    Proof {
        source: from.source.value.clone(),
        checked: day(from.checked),
        confidence: from.confidence.to_owned(),
    }
}

fn stated(values: &[DisputedValue], language: &str) -> Vec<Stated> {
    values
        .iter()
        .map(|v| Stated {
            value: v.value.value,
            source: v.source.value.clone(),
            note: v.note.get(language).cloned().unwrap_or_default(),
        })
        .collect()
}

/// Either so many dollars for one unit, or so many units for one dollar.
fn unit_price(site: &Site<'_>, id: &str, language: &str) -> Option<UnitPrice> {
    if id == "usd" {
        return Some(UnitPrice {
            usd: Decimal::ONE,
            units: Decimal::ONE,
            proof: None,
            disputed: Vec::new(),
        });
    }
    let figure = site.figure(id)?;
    let unit = figure.unit.value.as_str();
    let (usd, units) = if unit.starts_with("usd-per-") {
        (figure.value, Decimal::ONE)
    } else if unit.ends_with("-per-usd") {
        (Decimal::ONE, figure.value)
    } else {
        return None;
    };
    Some(UnitPrice {
        usd,
        units,
        proof: Some(proof(&figure.provenance)),
        disputed: stated(&figure.disputed, language),
    })
}

fn model(m: &data::Model) -> Model {
    let rate = |r: &data::Rate| Rate {
        resolution: r.resolution.clone(),
        mode: r.mode.map(str::to_owned),
        audio: r.audio.map(str::to_owned),
        input: r.input.map(str::to_owned),
        per: if r.per == "second" {
            Per::Second
        } else {
            Per::Clip
        },
        seconds: r.seconds,
        amount: r.amount,
        unit: r.unit.value.clone(),
        proof: proof(&r.provenance),
    };
    Model {
        id: m.id.value.clone(),
        provider: m.provider.value.clone(),
        name: m.name.clone(),
        retired: m.status == "retired",
        retired_on: m.retired_on.map(day),
        replaced_by: m.replaced_by.as_ref().map(|r| r.value.clone()),
        resells: m.resells.as_ref().map(|r| r.value.clone()),
        rates: m.rates.iter().map(rate).collect(),
    }
}

/// A pack that states its unit and how many, priced in dollars.
fn pack(p: &data::Package, language: &str) -> Option<Pack> {
    (p.currency == "USD").then_some(())?;
    Some(Pack {
        id: p.id.value.clone(),
        provider: p.provider.value.clone(),
        unit: p.unit.as_ref()?.value.clone(),
        name: p.name.clone(),
        price: p.price.value,
        units: p.units.as_ref()?.value,
        stated: p.price_per_unit.as_ref().map(|s| s.value),
        validity_days: p.validity_days,
        lasting: !p.expires,
        concurrency: p.concurrency,
        per_account: p.per_account,
        on_sale: p.on_sale,
        proof: proof(&p.provenance),
        disputed: p
            .disputed
            .iter()
            .map(|d| Disputed {
                field: d.field.value.to_owned(),
                values: stated(&d.values, language),
            })
            .collect(),
    })
}

// The file that the page reads

fn proof_json(p: &Proof) -> Value {
    json!({ "source": p.source, "checked": p.checked.to_string(), "confidence": p.confidence })
}

fn figure_json(f: Option<&Figure>) -> Value {
    f.map_or(
        Value::Null,
        |f| json!({ "value": f.value.to_string(), "proof": proof_json(&f.proof) }),
    )
}

fn stated_json(values: &[Stated]) -> Vec<Value> {
    values
        .iter()
        .map(|v| json!({ "value": v.value.to_string(), "source": v.source, "note": v.note }))
        .collect()
}

/// A list whose items leave out what is null: the reader takes both for the same.
fn objects(items: impl Iterator<Item = Value>) -> Vec<Value> {
    items
        .map(|item| match item {
            Value::Object(map) => map
                .into_iter()
                .filter(|(_, v)| !v.is_null())
                .collect::<Map<_, _>>()
                .into(),
            other => other,
        })
        .collect()
}

fn catalogue_json(c: &Catalogue) -> Value {
    json!({
        "stale_after_days": c.stale_after_days,
        "providers": objects(c.providers.iter().map(|p| json!({
            "id": p.id,
            "name": p.name,
            "monthly_fee": figure_json(p.monthly_fee.as_ref()),
            "parallel": figure_json(p.parallel.as_ref()),
            "balance_delay": figure_json(p.balance_delay.as_ref()),
        }))),
        "units": objects(c.units.iter().map(|u| json!({
            "id": u.id,
            "provider": u.provider,
            "price": u.price.as_ref().map(|p| json!({
                "usd": p.usd.to_string(),
                "units": p.units.to_string(),
                "proof": p.proof.as_ref().map(proof_json),
                "disputed": stated_json(&p.disputed),
            })),
        }))),
        "models": objects(c.models.iter().map(|m| json!({
            "id": m.id,
            "provider": m.provider,
            "name": m.name,
            "retired": m.retired.then_some(true),
            "retired_on": m.retired_on.map(|d| d.to_string()),
            "replaced_by": m.replaced_by,
            "resells": m.resells,
            "rates": objects(m.rates.iter().map(|r| json!({
                "resolution": r.resolution,
                "mode": r.mode,
                "audio": r.audio,
                "input": r.input,
                "per": match r.per { Per::Second => "second", Per::Clip => "clip" },
                "seconds": r.seconds,
                "amount": r.amount.to_string(),
                "unit": r.unit,
                "proof": proof_json(&r.proof),
            }))),
        }))),
        "packs": objects(c.packs.iter().map(|p| json!({
            "id": p.id,
            "provider": p.provider,
            "unit": p.unit,
            "name": p.name,
            "price": p.price.to_string(),
            "units": p.units.to_string(),
            "stated": p.stated.map(|s| s.to_string()),
            "validity_days": p.validity_days,
            "lasting": p.lasting,
            "concurrency": p.concurrency,
            "per_account": p.per_account,
            "on_sale": p.on_sale,
            "proof": proof_json(&p.proof),
            "disputed": p.disputed.iter().map(|d| json!({
                "field": d.field,
                "values": stated_json(&d.values),
            })).collect::<Vec<_>>(),
        }))),
    })
}

/// `tools.<language>.json`: the catalogue, its sources, and the words of the tools.
pub(crate) fn asset(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let catalogue = catalogue(site, language);
    let section = |name: &str| -> Map<String, Value> {
        ui.words
            .get(name)
            .into_iter()
            .flatten()
            .map(|(key, word)| (key.clone(), Value::from(word.value.join(" "))))
            .collect()
    };
    let sources: Map<String, Value> = used_sources(&catalogue)
        .into_iter()
        .filter_map(|id| {
            let source = site.figure_source(id)?;
            let url = source.url.value.as_str();
            let url = url.starts_with("https://").then_some(url);
            Some((
                id.to_owned(),
                json!({ "title": format!("{}: {}", source.publisher, source.title), "url": url }),
            ))
        })
        .collect();
    let units: Map<String, Value> = catalogue
        .units
        .iter()
        .map(|u| {
            let many = ui.word("unit", &u.id);
            let one = ui
                .find("unit_one", &u.id)
                .map_or(many.clone(), str::to_owned);
            (u.id.clone(), json!([one, many]))
        })
        .collect();
    json!({
        "version": 1,
        "lang": language,
        "catalogue": catalogue_json(&catalogue),
        "sources": sources,
        "words": section("tools"),
        "date": ui.words.get("date").map(|date| json!({
            "format": date.get("format").map(|w| w.value.join(" ")),
            "months": date.get("months").map(|w| &w.value),
        })),
        "units": units,
        "modes": section("mode"),
        "audio": section("audio"),
        "inputs": section("input"),
        "fields": section("field"),
        "confidence": section("confidence"),
    })
    .to_string()
}

fn used_sources(c: &Catalogue) -> BTreeSet<&str> {
    let mut out: BTreeSet<&str> = BTreeSet::new();
    for p in &c.providers {
        for figure in [&p.monthly_fee, &p.parallel, &p.balance_delay] {
            out.extend(figure.iter().map(|f| f.proof.source.as_str()));
        }
    }
    for price in c.units.iter().filter_map(|u| u.price.as_ref()) {
        out.extend(price.proof.iter().map(|p| p.source.as_str()));
        out.extend(price.disputed.iter().map(|d| d.source.as_str()));
    }
    for r in c.models.iter().flat_map(|m| &m.rates) {
        out.insert(&r.proof.source);
    }
    for p in &c.packs {
        out.insert(&p.proof.source);
        for d in p.disputed.iter().flat_map(|d| &d.values) {
            out.insert(&d.source);
        }
    }
    out
}

// Tables of common cases

/// A source that the tables draw on: id, the newest date it was read for them, how sure it is, whether that is too old.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) source: String,
    pub(crate) checked: Day,
    pub(crate) confidence: String,
    pub(crate) stale: bool,
}

/// What a page shows without JavaScript.
#[derive(Default)]
pub(crate) struct Common {
    /// Name for the style sheet, and the table.
    pub(crate) tables: Vec<(&'static str, Table)>,
    /// Where the figures come from, sorted.
    pub(crate) sources: Vec<Drawn>,
}

struct Words<'a> {
    ui: &'a Ui,
    comma: bool,
    today: Day,
}

impl Words<'_> {
    fn tool(&self, key: &str) -> String {
        self.ui.word("tools", key)
    }

    fn number(&self, value: Decimal) -> String {
        number::format(&value.normalize().to_string(), 0, self.comma)
    }

    fn usd(&self, value: Decimal) -> String {
        format!(
            "${}",
            number::format(&value.normalize().to_string(), 2, self.comma)
        )
    }

    fn money(&self, money: &Money) -> String {
        let about = if money.exact { "" } else { "≈ " };
        format!("{about}{}", self.usd(money.usd))
    }

    fn units(&self, value: Decimal, unit: &str) -> String {
        let one = (value == Decimal::ONE)
            .then(|| self.ui.find("unit_one", unit))
            .flatten();
        let word = one.map_or_else(|| self.ui.word("unit", unit), str::to_owned);
        format!("{} {word}", self.number(value))
    }

    /// `1080p, native audio`.
    fn options(&self, rate: &Rate) -> String {
        let word = |section: &str, key: Option<&str>| key.map(|k| self.ui.word(section, k));
        [
            rate.resolution.clone(),
            word("mode", rate.mode.as_deref()),
            word("audio", rate.audio.as_deref()),
            word("input", rate.input.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
    }

    fn heads(&self, keys: &[&str]) -> Vec<String> {
        keys.iter().map(|k| self.tool(k)).collect()
    }

    fn stale(&self, stale: bool) -> String {
        if stale {
            self.tool("stale")
        } else {
            String::new()
        }
    }
}

/// The tables of `tool` in `language`.
pub(crate) fn common(site: &Site<'_>, language: &str, tool: &str) -> Common {
    let ui = site.ui(language);
    let words = Words {
        ui,
        comma: ui.word("tools", "decimal_sign") == ",",
        today: day(site.today),
    };
    let catalogue = catalogue(site, language);
    let mut out = Common::default();
    let mut drawn: BTreeMap<&str, &Proof> = BTreeMap::new();
    let mut table = |name: &'static str, head: &[&str], rows: Vec<Vec<Cell>>| {
        if !rows.is_empty() {
            let table = Table {
                caption: words.tool(&format!("caption_{}", name.replace('-', "_"))),
                head: words.heads(head),
                rows,
            };
            out.tables.push((name, compact(table)));
        }
    };
    match tool {
        "cost" => {
            side_by_side(&words, &catalogue, &mut table, &mut drawn);
            table(
                "cost-packs",
                &["job", "videos", "needed", "buy", "price", "left_over"],
                packs_to_buy(&words, &catalogue, &mut drawn),
            );
        }
        "lasting" => table(
            "lasting-common",
            &[
                "balance",
                "job",
                "worth",
                "jobs_left",
                "days_left",
                "alert_below",
                "alert_after",
            ],
            balances(&words, &catalogue, &mut drawn),
        ),
        _ => table(
            "offer-known",
            &[
                "package",
                "price",
                "units",
                "per_unit",
                "list_per_unit",
                "below_list",
                "claim",
            ],
            offers(&words, &catalogue, &mut drawn),
        ),
    }
    out.sources = drawn
        .into_values()
        .map(|p| Drawn {
            source: p.source.clone(),
            checked: p.checked,
            confidence: p.confidence.clone(),
            stale: catalogue.clock(words.today).is_stale(p),
        })
        .collect();
    out
}

fn draw<'c>(drawn: &mut BTreeMap<&'c str, &'c Proof>, proof: &'c Proof) {
    let held = drawn.entry(&proof.source).or_insert(proof);
    if held.checked < proof.checked {
        *held = proof;
    }
}

fn draw_unit<'c>(drawn: &mut BTreeMap<&'c str, &'c Proof>, catalogue: &'c Catalogue, unit: &str) {
    let price = catalogue.unit(unit).and_then(|u| u.price.as_ref());
    if let Some(proof) = price.and_then(|p| p.proof.as_ref()) {
        draw(drawn, proof);
    }
}

fn job(model: &Model, rate: &Rate, seconds: u32) -> Job {
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    Job {
        model: model.id.clone(),
        quality: text(rate.quality()),
        audio: text(rate.audio.as_deref()),
        input: text(rate.input.as_deref()),
        seconds: seconds.to_string(),
    }
}

fn cost_of(
    words: &Words<'_>,
    catalogue: &Catalogue,
    job: Job,
    videos: &str,
) -> Result<cost::Cost, Refusal> {
    let question = cost::Question {
        job,
        videos: videos.to_owned(),
        idr: String::new(),
        today: words.today,
    };
    cost::cost(catalogue, &question)
}

/// The models that others pass on, by their rates for a second: what the common cases are about.
fn vendor_rates(catalogue: &Catalogue) -> Vec<(&Model, &Rate)> {
    let passed_on: BTreeSet<&str> = catalogue
        .models
        .iter()
        .filter_map(|m| m.resells.as_deref())
        .collect();
    catalogue
        .models
        .iter()
        .filter(|m| passed_on.contains(m.id.as_str()) && !m.retired)
        .flat_map(|m| m.rates.iter().map(move |r| (m, r)))
        .filter(|(_, r)| r.per == Per::Second && r.input.as_deref().is_none_or(|i| i == "none"))
        .collect()
}

/// A job at a provider, in the common cases.
struct Offered {
    comparable: bool,
    usd: Decimal,
    /// What decides between equal prices: whether the figure is stale, and whether others than the vendor sell.
    doubt: (bool, bool),
    text: String,
}

/// Takes a table by name: the keys of its head and its rows.
type PutTable<'t> = dyn FnMut(&'static str, &[&str], Vec<Vec<Cell>>) + 't;

/// One video of ten seconds at every provider, a column each.
fn side_by_side<'c>(
    words: &Words<'_>,
    catalogue: &'c Catalogue,
    table: &mut PutTable<'_>,
    drawn: &mut BTreeMap<&'c str, &'c Proof>,
) {
    let mut rows = Vec::new();
    for (model, rate) in vendor_rates(catalogue) {
        let Ok(own) = cost_of(words, catalogue, job(model, rate, CLIP), "1") else {
            continue;
        };
        draw(drawn, &rate.proof);
        draw_unit(drawn, catalogue, &rate.unit);
        let name = |provider: &str| {
            catalogue
                .provider(provider)
                .map_or_else(|| provider.to_owned(), |p| p.name.clone())
        };
        // What comes on top, or may not be the same job, is shown but never called the cheapest.
        let mut offers: Vec<Offered> = Vec::new();
        let fee = |provider: &str| {
            let fee = catalogue.provider(provider)?.monthly_fee.as_ref()?;
            let price = words.usd(fee.value);
            let text = words.ui.fill("tools", "fee_short", &[("price", &price)]);
            Some(format!(" + {text}"))
        };
        let disputed = |unit: &str| {
            let price = catalogue.unit(unit).and_then(|u| u.price.as_ref());
            price.is_some_and(|p| !p.disputed.is_empty())
        };
        if let Some(price) = &own.price {
            let old = if own.stale { "†" } else { "" };
            offers.push(Offered {
                comparable: true,
                usd: price.usd,
                doubt: (own.stale, false),
                text: format!("{} {}{old}", name(&model.provider), words.money(price)),
            });
        }
        for beside in &own.beside {
            let (Some(price), Some(other)) = (&beside.price, catalogue.model(&beside.model)) else {
                continue;
            };
            if let Some(rate) = beside.rate.and_then(|n| other.rates.get(n)) {
                draw(drawn, &rate.proof);
                draw_unit(drawn, catalogue, &rate.unit);
            }
            let mark = if beside.unstated.is_empty() { "" } else { "*" };
            let old = if beside.stale { "†" } else { "" };
            let doubt = match &beside.unit {
                Some(unit) if disputed(unit) => "‡",
                _ => "",
            };
            let fee = fee(&other.provider);
            offers.push(Offered {
                comparable: mark.is_empty() && fee.is_none(),
                usd: price.usd,
                doubt: (beside.stale, true),
                text: format!(
                    "{} {}{mark}{old}{doubt}{}",
                    name(&other.provider),
                    words.money(price),
                    fee.unwrap_or_default()
                ),
            });
        }
        let (mut offers, mut others): (Vec<_>, Vec<_>) =
            offers.into_iter().partition(|o| o.comparable);
        // Where none is comparable, none is the cheapest.
        by_price(&mut offers, |o| (o.usd, o.doubt));
        let mut offers = offers.into_iter();
        let cheapest = offers.next().map(|o| o.text).unwrap_or_default();
        others.extend(offers);
        by_price(&mut others, |o| (o.usd, o.doubt));
        let rest: Vec<String> = others.into_iter().map(|o| o.text).collect();
        rows.push(vec![
            Cell {
                note: words.options(rate),
                ..Cell::text(&model.name)
            },
            Cell::number(words.units(own.units, &own.unit)),
            Cell::text(cheapest),
            Cell::text(rest.join(" · ")),
        ]);
    }
    table(
        "cost-providers",
        &["job_10s", "units_vendor", "cheapest", "others"],
        rows,
    );
}

/// The cheapest and the dearest of the common jobs.
fn ends<'c>(words: &Words<'_>, catalogue: &'c Catalogue) -> Vec<(&'c Model, &'c Rate, Decimal)> {
    let mut all: Vec<(&Model, &Rate, Decimal)> = vendor_rates(catalogue)
        .into_iter()
        .filter_map(|(m, r)| {
            let cost = cost_of(words, catalogue, job(m, r, CLIP), "1").ok()?;
            Some((m, r, cost.units))
        })
        .collect();
    all.sort_by_key(|(_, _, units)| *units);
    all.dedup_by_key(|(_, _, units)| *units);
    match all.as_slice() {
        [first, .., last] => vec![*first, *last],
        other => other.to_vec(),
    }
}

fn job_cell(words: &Words<'_>, model: &Model, rate: &Rate) -> Cell {
    let length = words
        .ui
        .fill("tools", "seconds_short", &[("seconds", &CLIP.to_string())]);
    let options = words.options(rate);
    Cell {
        note: [options, length]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        ..Cell::text(&model.name)
    }
}

fn packs_to_buy<'c>(
    words: &Words<'_>,
    catalogue: &'c Catalogue,
    drawn: &mut BTreeMap<&'c str, &'c Proof>,
) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (model, rate, _) in ends(words, catalogue) {
        for videos in VIDEOS {
            let Ok(cost) = cost_of(words, catalogue, job(model, rate, CLIP), videos) else {
                continue;
            };
            let Some(plan) = &cost.cheapest else { continue };
            let buy: Vec<String> = plan
                .items
                .iter()
                .filter_map(|item| {
                    let pack = catalogue.packs.iter().find(|p| p.id == item.pack)?;
                    draw(drawn, &pack.proof);
                    Some(format!("{} × {}", item.count, pack.name))
                })
                .collect();
            rows.push(vec![
                job_cell(words, model, rate),
                Cell::number(words.number(Decimal::from(cost.videos))),
                Cell::number(words.units(cost.units, &cost.unit)),
                Cell::text(buy.join(" + ")),
                Cell::number(words.money(&plan.price)),
                Cell::number(words.number(plan.left)),
            ]);
        }
    }
    rows
}

fn balances<'c>(
    words: &Words<'_>,
    catalogue: &'c Catalogue,
    drawn: &mut BTreeMap<&'c str, &'c Proof>,
) -> Vec<Vec<Cell>> {
    let mut jobs: Vec<(&Model, &Rate)> = Vec::new();
    for (model, rate, _) in ends(words, catalogue) {
        jobs.push((model, rate));
        // The same at the first provider that passes it on and counts in units of its own.
        let other = cost_of(words, catalogue, job(model, rate, CLIP), "1")
            .ok()
            .and_then(|cost| {
                cost.beside
                    .iter()
                    .filter(|b| b.unit.as_deref().is_some_and(|u| u != "usd"))
                    .find_map(|b| {
                        let model = catalogue.model(&b.model)?;
                        Some((model, model.rates.get(b.rate?)?))
                    })
            });
        jobs.extend(other);
    }
    jobs.sort_by_key(|(_, rate)| &rate.unit);
    let mut rows = Vec::new();
    for (model, rate) in jobs {
        for balance in BALANCES {
            let question = lasting::Question {
                balance: balance.to_owned(),
                jobs: vec![lasting::Daily {
                    job: job(model, rate, CLIP),
                    per_day: DAILY.to_owned(),
                }],
                refill_hours: REFILL.to_owned(),
                busiest: String::new(),
                minutes: MINUTES.to_owned(),
                alert: String::new(),
                expires: String::new(),
                packs: Vec::new(),
                idr: String::new(),
                today: words.today,
            };
            let Ok(answer) = lasting::lasting(catalogue, &question) else {
                continue;
            };
            draw(drawn, &rate.proof);
            draw_unit(drawn, catalogue, &rate.unit);
            let left = answer.jobs.first().map_or(0, |j| j.left);
            // No day is given here: where there is one, it follows from how long the packs are valid.
            let mut at_most = String::new();
            if let (Some(_), Some(validity)) = (&answer.expiry, &answer.validity) {
                at_most = words.tool("days_at_most");
                if let Some(pack) = catalogue.packs.iter().find(|p| p.id == validity.pack) {
                    draw(drawn, &pack.proof);
                }
            }
            let after = match answer.alert.fires_after {
                0 => words.tool("fires_at_once"),
                n => words.ui.fill(
                    "tools",
                    "fires_after",
                    &[("count", &words.number(n.into()))],
                ),
            };
            rows.push(vec![
                Cell::text(words.units(answer.balance, &answer.unit)),
                Cell {
                    note: [
                        job_cell(words, model, rate).note,
                        words.stale(answer.jobs.iter().any(|j| j.stale)),
                    ]
                    .into_iter()
                    .filter(|t| !t.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
                    ..Cell::text(&model.name)
                },
                Cell::number(
                    answer
                        .worth
                        .as_ref()
                        .map(|m| words.money(m))
                        .unwrap_or_default(),
                ),
                Cell::number(words.number(left.into())),
                Cell {
                    note: at_most,
                    ..Cell::number(words.number(answer.days))
                },
                Cell::number(words.number(answer.alert.units)),
                Cell::text(after),
            ]);
        }
    }
    rows
}

fn offers<'c>(
    words: &Words<'_>,
    catalogue: &'c Catalogue,
    drawn: &mut BTreeMap<&'c str, &'c Proof>,
) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for pack in &catalogue.packs {
        let question = offer::Question {
            unit: pack.unit.clone(),
            price: spelled(pack.price),
            currency: "usd".to_owned(),
            units: spelled(pack.units),
            discount: String::new(),
            per_unit: pack.stated.map(spelled).unwrap_or_default(),
            idr: String::new(),
            today: words.today,
        };
        let Ok(answer) = offer::offer(catalogue, &question) else {
            continue;
        };
        draw(drawn, &pack.proof);
        draw_unit(drawn, catalogue, &pack.unit);
        let about = if answer.exact { "" } else { "≈ " };
        let disputed = pack.disputed.iter().any(|d| d.field == "price");
        let claim = answer.claimed_unit.as_ref().map(|claim| {
            let value = words.usd(claim.value);
            if claim.follows {
                words
                    .ui
                    .fill("tools", "claim_follows", &[("value", &value)])
            } else {
                words.ui.fill("tools", "claim_fails", &[("value", &value)])
            }
        });
        let mut notes = Vec::new();
        if !pack.on_sale {
            notes.push(words.tool("not_on_sale"));
        }
        if catalogue.clock(words.today).is_stale(&pack.proof) {
            notes.push(words.tool("stale"));
        }
        rows.push(vec![
            Cell {
                note: notes.join(", "),
                ..Cell::text(&pack.name)
            },
            Cell {
                note: if disputed {
                    words.ui.word("table", "disputed").to_lowercase()
                } else {
                    String::new()
                },
                disputed,
                ..Cell::number(words.money(&answer.price))
            },
            Cell::number(words.units(answer.units, &pack.unit)),
            Cell::number(format!("{about}{}", words.usd(answer.per_unit))),
            Cell::number(answer.list.map(|l| words.usd(l)).unwrap_or_default()),
            Cell::number(
                answer
                    .discount
                    .map(|d| format!("{}%", words.number(d)))
                    .unwrap_or_default(),
            ),
            Cell {
                disputed: answer.claimed_unit.as_ref().is_some_and(|c| !c.follows),
                ..Cell::text(claim.unwrap_or_default())
            },
        ]);
    }
    rows
}

/// A decimal such that it has one reading: with four digits behind the sign if it has any.
fn spelled(value: Decimal) -> String {
    let value = value.normalize();
    if value.scale() == 0 {
        value.to_string()
    } else {
        format!("{value}0000")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Edition, load};
    use crate::model::Options;
    use crate::parse::parse;

    /// What the generator writes is what the browser reads.
    #[test]
    #[allow(clippy::unwrap_used, reason = "a test")]
    fn the_catalogue_reads_back() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        let source = load(&root, Edition::Public).unwrap();
        let (docs, _) = parse(&source);
        let options = Options {
            edition: Edition::Public,
            base_url: None,
            today: Date::new(2026, 11, 20).unwrap(),
            by_clock: false,
        };
        let site = Site::new(&docs, &source, &options);
        for language in ["id", "en"] {
            let written = catalogue(&site, language);
            let read = calculator_wasm::shapes::catalogue(&catalogue_json(&written)).unwrap();
            assert_eq!(format!("{written:?}"), format!("{read:?}"));
            assert!(written.models.len() > 40 && written.packs.len() > 7);
            for tool in TOOLS {
                let common = common(&site, language, tool);
                assert!(!common.tables.is_empty() && !common.sources.is_empty());
            }
        }
    }
}
