//! Tables and single figures from `data/`, as HTML and as Markdown. A page never types them again. Computes prices from
//! exact decimals; invents nothing: what a source does not state is shown as not stated.

use std::collections::{BTreeMap, BTreeSet};

use calculator::number;
use rust_decimal::Decimal;

use crate::date::Date;
use crate::html::{Reader, escape, external, title_language};
use crate::parse::data::{
    DisputedValue, FIGURES, Figure, MODELS, Model, PACKAGES, Package, Provenance, Rate, Source,
    WALLETS,
};
use crate::parse::markdown::{directive, next_directive};
use crate::parse::ui::Ui;
use crate::text::push;

/// A table that the program makes.
struct Known {
    /// As `{{table:NAME}}` has it.
    name: &'static str,
    /// The files whose records are its rows.
    data: &'static [&'static str],
    rows: fn(&Reader<'_, '_>) -> Rows,
}

const KNOWN: [Known; 12] = [
    Known {
        name: "models-kling",
        data: &[MODELS],
        rows: |reader| rates(reader, "kling"),
    },
    Known {
        name: "models-kling-clips",
        data: &[MODELS],
        rows: |reader| clips(reader, "kling"),
    },
    Known {
        name: "models-retired",
        data: &[MODELS],
        rows: retired,
    },
    Known {
        name: "models-kie",
        data: &[MODELS],
        rows: |reader| amounts(reader, "kie"),
    },
    Known {
        name: "models-useapi",
        data: &[MODELS],
        rows: |reader| amounts(reader, "useapi"),
    },
    Known {
        name: "what-100-units-buy",
        data: &[MODELS],
        rows: hundred,
    },
    Known {
        name: "packages-kling",
        data: &[PACKAGES],
        rows: |reader| packages(reader, "kling"),
    },
    Known {
        name: "packages-disputed",
        data: &[PACKAGES, FIGURES],
        rows: disputed,
    },
    Known {
        name: "unit-prices",
        data: &[FIGURES],
        rows: |reader| (figure_heads(reader), figures(reader, "unit-prices")),
    },
    Known {
        name: "wallets",
        data: &[WALLETS],
        rows: wallets,
    },
    Known {
        name: "concurrency",
        data: &[PACKAGES, FIGURES],
        rows: concurrency,
    },
    Known {
        name: DO_NOT_SAY,
        // The edition that does not open the list of staff cannot tell whether it is empty.
        data: &[],
        rows: do_not_say,
    },
];

/// The table of what staff do not say. The internal edition alone has it.
pub(crate) const DO_NOT_SAY: &str = "do-not-say";

/// Names of the program's tables.
pub(crate) fn names() -> [&'static str; KNOWN.len()] {
    KNOWN.map(|table| table.name)
}

fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|table| table.name == name)
}

/// A cell: what it says, where it leads, how it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Language of the text where it is not that of the page.
    pub(crate) lang: &'static str,
    pub(crate) href: Option<String>,
    /// Small print after the text.
    pub(crate) note: String,
    pub(crate) number: bool,
    pub(crate) disputed: bool,
    /// A day that text or note names, in words.
    pub(crate) date: Option<(String, Date)>,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }

    pub(crate) fn number(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            number: true,
            ..Cell::default()
        }
    }

    fn day(ui: &Ui, date: Date) -> Cell {
        let words = date_in_words(ui, date);
        Cell {
            text: words.clone(),
            date: Some((words, date)),
            ..Cell::default()
        }
    }

    /// The cell as HTML; `tag` is `td`, or `th` for the head of its row. `column` is the name that it states where its row may
    /// be shown as a list.
    fn html(&self, out: &mut String, tag: &str, column: Option<&String>) {
        let scope = if tag == "th" { " scope=\"row\"" } else { "" };
        let class = match (self.number, self.disputed) {
            (true, true) => " class=\"number disputed\"",
            (true, false) => " class=\"number\"",
            (false, true) => " class=\"disputed\"",
            (false, false) => "",
        };
        let head = column.map_or_else(String::new, |name| {
            format!(" data-head=\"{}\"", escape(name))
        });
        push(out, format_args!("<{tag}{scope}{class}{head}>"));
        let lang = match self.lang {
            "" => String::new(),
            lang => format!(" lang=\"{lang}\""),
        };
        match &self.href {
            Some(href) => push(
                out,
                format_args!(
                    "<a{lang} {}href=\"{}\">{}</a>",
                    external(href),
                    escape(href),
                    escape(&self.text)
                ),
            ),
            None if lang.is_empty() => out.push_str(&self.with_day(&self.text)),
            None => push(
                out,
                format_args!("<span{lang}>{}</span>", self.with_day(&self.text)),
            ),
        }
        if !self.note.is_empty() {
            push(
                out,
                format_args!(" <small>{}</small>", self.with_day(&self.note)),
            );
        }
        push(out, format_args!("</{tag}>"));
    }

    /// `text` of this cell as HTML, its day for programs too.
    fn with_day(&self, text: &str) -> String {
        let html = escape(text);
        match &self.date {
            Some((words, date)) => {
                let words = escape(words);
                html.replacen(
                    &*words,
                    &format!("<time datetime=\"{date}\">{words}</time>"),
                    1,
                )
            }
            None => html,
        }
    }
}

/// A table before it is HTML or Markdown. Columns without any text are left out when it is made.
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// The files whose records are rows of the program's table `name`; none for the site's own and for the list of staff.
pub(crate) fn data_of(name: &str) -> &'static [&'static str] {
    known(name).map_or(&[], |table| table.data)
}

/// Whether the program's table `name` has no row on this site.
pub(crate) fn is_empty(reader: &Reader<'_, '_>, name: &str) -> bool {
    table(reader, name).is_some_and(|table| table.rows.is_empty())
}

/// The table as HTML; empty if there is no such table.
pub(crate) fn html(reader: &Reader<'_, '_>, name: &str) -> String {
    table(reader, name).map_or_else(String::new, |table| to_html(&table, name))
}

/// `table` as HTML; `name` goes into its class.
pub(crate) fn to_html(table: &Table, name: &str) -> String {
    // Many cells of words: on a phone each row is a list, its cells behind the names of their columns.
    let stacks = table.head.len() > 4 && !table.rows.iter().flatten().any(|cell| cell.number);
    let mut out = format!(
        "<div class=\"table{stacks}\" role=\"group\" tabindex=\"0\" aria-label=\"{caption}\"><table class=\"data data-{name}\">\n<caption>{caption}</caption>\n<thead><tr>",
        stacks = if stacks { " stacks" } else { "" },
        caption = escape(&table.caption),
    );
    for (n, head) in table.head.iter().enumerate() {
        // A head stands over its figures even where a row has words instead.
        let cells = || {
            table
                .rows
                .iter()
                .filter_map(|r| r.get(n))
                .filter(|c| !c.text.is_empty())
        };
        let number = 2 * cells().filter(|c| c.number).count() > cells().count();
        push(
            &mut out,
            format_args!(
                "<th scope=\"col\"{}>{}</th>",
                if number { " class=\"number\"" } else { "" },
                escape(head)
            ),
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (n, cell) in row.iter().enumerate() {
            let column = table.head.get(n).filter(|_| stacks && n > 0);
            cell.html(&mut out, if n == 0 { "th" } else { "td" }, column);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    out
}

/// The table as Markdown; empty if there is no such table.
pub(crate) fn markdown(reader: &Reader<'_, '_>, name: &str) -> String {
    table(reader, name).map_or_else(String::new, |table| to_markdown(&table))
}

/// `table` as Markdown.
pub(crate) fn to_markdown(table: &Table) -> String {
    let mut out = String::new();
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    for head in &table.head {
        push(&mut out, format_args!("| {} ", cell(head)));
    }
    out.push_str("|\n");
    for n in 0..table.head.len() {
        let number = table
            .rows
            .iter()
            .all(|r| r.get(n).is_some_and(|c| c.number));
        out.push_str(if number { "|---:" } else { "|---" });
    }
    out.push_str("|\n");
    for row in &table.rows {
        for c in row {
            let text = match &c.href {
                Some(href) => format!("[{}]({href})", cell(&c.text)),
                None => cell(&c.text),
            };
            let note = if c.note.is_empty() {
                String::new()
            } else {
                format!(" ({})", cell(&c.note))
            };
            push(&mut out, format_args!("| {text}{note} "));
        }
        out.push_str("|\n");
    }
    out
}

/// A figure with its unit, linked to its source.
pub(crate) fn figure_html(reader: &Reader<'_, '_>, id: &str) -> String {
    let Some(figure) = reader.site.figure(id) else {
        return escape(id);
    };
    let text = escape(&figure_text(reader, figure));
    let title = escape(&provenance_text(reader, &figure.provenance));
    let href = source_href(reader, &figure.provenance);
    let mut out = match href {
        Some(href) => format!(
            "<a class=\"figure\" rel=\"noopener\" href=\"{}\" title=\"{title}\">{text}</a>",
            escape(&href)
        ),
        None => format!("<span class=\"figure\" title=\"{title}\">{text}</span>"),
    };
    if !figure.disputed.is_empty() {
        push(
            &mut out,
            format_args!(
                " <small class=\"disputed\">({})</small>",
                escape(&disputed_text(reader, figure))
            ),
        );
    }
    out
}

/// A figure with its unit as plain text.
pub(crate) fn figure_plain(reader: &Reader<'_, '_>, id: &str) -> String {
    let Some(figure) = reader.site.figure(id) else {
        return id.to_owned();
    };
    let text = figure_text(reader, figure);
    if figure.disputed.is_empty() {
        text
    } else {
        format!("{text} ({})", disputed_text(reader, figure))
    }
}

/// Plain text with every `{{figure:ID}}` replaced.
pub(crate) fn fill_figures(reader: &Reader<'_, '_>, text: &str) -> String {
    let mut out = String::new();
    each_piece(text, |piece| match piece {
        Piece::Words(words) => out.push_str(words),
        Piece::Figure(id) => out.push_str(&figure_plain(reader, id)),
    });
    out
}

/// A piece of a text in which figures are named.
pub(crate) enum Piece<'t> {
    Words(&'t str),
    /// The id of one.
    Figure(&'t str),
}

/// Gives `put` the pieces of `text` in order.
pub(crate) fn each_piece<'t>(text: &'t str, mut put: impl FnMut(Piece<'t>)) {
    let mut from = 0;
    while let Some(range) = next_directive(text, from) {
        put(Piece::Words(&text[from..range.start]));
        let written = &text[range.clone()];
        put(directive(written, "figure").map_or(Piece::Words(written), Piece::Figure));
        from = range.end;
    }
    put(Piece::Words(&text[from..]));
}

fn ui<'a>(reader: &Reader<'_, 'a>) -> &'a Ui {
    reader.site.ui(reader.language)
}

fn figure_text(reader: &Reader<'_, '_>, figure: &Figure) -> String {
    with_unit(ui(reader), &figure.text, &figure.unit.value)
}

fn with_unit(ui: &Ui, value: &str, unit: &str) -> String {
    let value = localised(ui, value);
    let one = (value == "1").then(|| ui.find("unit_one", unit)).flatten();
    let word = one.map_or_else(|| ui.word("unit", unit), str::to_owned);
    match unit {
        "percent" => format!("{value}{word}"),
        "usd" => format!("${value}"),
        _ => match word.strip_prefix("USD ") {
            Some(rest) => format!("${value} {rest}"),
            None => format!("{value} {word}"),
        },
    }
}

fn disputed_text(reader: &Reader<'_, '_>, figure: &Figure) -> String {
    let mut values: Vec<&str> = Vec::new();
    for value in &figure.disputed {
        if !values.contains(&value.text.as_str()) {
            values.push(&value.text);
        }
    }
    let ui = ui(reader);
    let values: Vec<String> = values.iter().map(|v| localised(ui, v)).collect();
    format!(
        "{}: {}",
        ui.word("table", "disputed").to_lowercase(),
        values.join(" / ")
    )
}

fn source_href(reader: &Reader<'_, '_>, provenance: &Provenance) -> Option<String> {
    address_of(reader.site.figure_source(&provenance.source.value)?)
}

/// The address of a source, if it has one that others can open.
fn address_of(source: &Source) -> Option<String> {
    let url = &source.url.value;
    url.starts_with("https://").then(|| url.clone())
}

fn provenance_text(reader: &Reader<'_, '_>, provenance: &Provenance) -> String {
    let ui = ui(reader);
    // A text that shows when it is pointed at cannot say that a part of it is in another language.
    let source = match reader.site.figure_source(&provenance.source.value) {
        Some(source) if title_language(reader.language).is_empty() => source.title.clone(),
        _ => publisher(reader, provenance),
    };
    format!(
        "{source}; {} {}; {}",
        ui.word("table", "checked").to_lowercase(),
        date_in_words(ui, provenance.checked),
        ui.word("confidence", provenance.confidence)
    )
}

/// Who states it: a name, which is the same in every language, or what we call those whose names were not kept.
fn publisher(reader: &Reader<'_, '_>, provenance: &Provenance) -> String {
    match reader.site.figure_source(&provenance.source.value) {
        Some(source) if source.url.value.starts_with("resep:reports/") => {
            ui(reader).word("page", "source_reports")
        }
        Some(source) => source.publisher.clone(),
        None => provenance.source.value.clone(),
    }
}

fn source_cell(reader: &Reader<'_, '_>, provenance: &Provenance) -> Cell {
    let ui = ui(reader);
    let checked = date_in_words(ui, provenance.checked);
    Cell {
        text: publisher(reader, provenance),
        href: source_href(reader, provenance),
        note: format!(
            "{checked}, {}",
            ui.word("confidence", provenance.confidence)
        ),
        date: Some((checked, provenance.checked)),
        ..Cell::default()
    }
}

fn table(reader: &Reader<'_, '_>, name: &str) -> Option<Table> {
    let Some(known) = known(name) else {
        return own(reader, name);
    };
    let (head, rows) = (known.rows)(reader);
    Some(compact(Table {
        caption: ui(reader).word("caption", name),
        head,
        rows,
    }))
}

/// A table of the site's own, as it stands in its file.
fn own(reader: &Reader<'_, '_>, name: &str) -> Option<Table> {
    let own = reader.site.data().tables.get(name)?;
    let said =
        |words: &BTreeMap<String, String>| words.get(reader.language).cloned().unwrap_or_default();
    let rows = own
        .rows
        .iter()
        .map(|row| {
            let cells = row.get(reader.language).into_iter().flatten();
            cells
                .zip(&own.columns)
                .map(|(text, column)| Cell {
                    number: column.number,
                    ..Cell::text(text)
                })
                .collect()
        })
        .collect();
    let mut caption = said(&own.caption);
    if let Some(provenance) = &own.provenance {
        caption = format!("{caption} ({})", provenance_text(reader, provenance));
    }
    Some(Table {
        caption,
        head: own
            .columns
            .iter()
            .map(|column| said(&column.name))
            .collect(),
        rows,
    })
}

/// Leaves out columns that say nothing in any row.
pub(crate) fn compact(mut table: Table) -> Table {
    let used: Vec<bool> = (0..table.head.len())
        .map(|n| {
            table
                .rows
                .iter()
                .any(|r| r.get(n).is_some_and(|c| !c.text.is_empty()))
        })
        .collect();
    let keep = |n: usize| used.get(n).copied().unwrap_or(false);
    let mut n = 0;
    table.head.retain(|_| {
        n += 1;
        keep(n - 1)
    });
    for row in &mut table.rows {
        let mut n = 0;
        row.retain(|_| {
            n += 1;
            keep(n - 1)
        });
    }
    table
}

type Rows = (Vec<String>, Vec<Vec<Cell>>);

fn heads(reader: &Reader<'_, '_>, keys: &[&str]) -> Vec<String> {
    keys.iter()
        .map(|key| ui(reader).word("table", key))
        .collect()
}

/// Price of one unit in dollars, where a figure states it.
fn dollars(reader: &Reader<'_, '_>, unit: &str) -> Option<Decimal> {
    reader
        .site
        .figure(unit)
        .filter(|f| f.unit.value.starts_with("usd-per-"))
        .map(|f| f.value)
}

fn money(ui: &Ui, amount: Decimal) -> String {
    let text = amount.normalize().to_string();
    format!("${}", number::format(&text, 2, comma(ui)))
}

/// A figure by the habit of the language, with the digits that it is stated with. What is no decimal stays as it is.
pub(crate) fn localised(ui: &Ui, text: &str) -> String {
    let digits = text
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    number::format(text, u32::try_from(digits).unwrap_or(0), comma(ui))
}

fn comma(ui: &Ui) -> bool {
    ui.word("tools", "decimal_sign") == ","
}

fn models<'a>(reader: &Reader<'_, 'a>, provider: &str) -> impl Iterator<Item = &'a Model> {
    let models = reader.site.data().models.iter();
    models.filter(move |m| m.provider.value == provider)
}

fn active_models<'a>(reader: &Reader<'_, 'a>, provider: &str) -> impl Iterator<Item = &'a Model> {
    models(reader, provider).filter(|m| m.status == "active")
}

/// What a rate is for: the model and, as small print, its options. Four columns of them would push the figures out of sight.
fn job_cell(reader: &Reader<'_, '_>, model: &Model, rate: &Rate) -> Cell {
    let ui = ui(reader);
    let word = |section: &str, key: Option<&str>| key.map(|k| ui.word(section, k));
    let options = [
        rate.resolution.clone(),
        word("mode", rate.mode),
        word("audio", rate.audio),
        word("input", rate.input),
    ];
    Cell {
        note: options.into_iter().flatten().collect::<Vec<_>>().join(", "),
        ..Cell::text(&model.name)
    }
}

/// Rates by the second of the active models, with what five and ten seconds cost.
fn rates(reader: &Reader<'_, '_>, provider: &str) -> Rows {
    let ui = ui(reader);
    let head = heads(
        reader,
        &[
            "model",
            "units_per_second",
            "price_5s",
            "price_10s",
            "source",
        ],
    );
    let mut rows = Vec::new();
    for model in active_models(reader, provider) {
        for rate in model.rates.iter().filter(|r| r.per == "second") {
            let price = dollars(reader, &rate.unit.value);
            let cost = |seconds: i64| {
                Cell::number(
                    price
                        .map(|p| money(ui, rate.amount * p * Decimal::from(seconds)))
                        .unwrap_or_default(),
                )
            };
            rows.push(vec![
                job_cell(reader, model, rate),
                Cell::number(localised(ui, &rate.amount_text)),
                cost(5),
                cost(10),
                source_cell(reader, &rate.provenance),
            ]);
        }
    }
    (head, rows)
}

/// Rates by the clip, one column for each length.
fn clips(reader: &Reader<'_, '_>, provider: &str) -> Rows {
    let ui = ui(reader);
    let lengths: BTreeSet<Option<u32>> = models(reader, provider)
        .flat_map(|m| &m.rates)
        .filter(|r| r.per == "clip")
        .map(|r| r.seconds)
        .collect();
    let mut head = heads(reader, &["model"]);
    for length in &lengths {
        head.push(match length {
            Some(seconds) => format!("{seconds} {}", ui.word("unit", "seconds")),
            None => ui.word("table", "units_per_clip"),
        });
    }
    head.extend(heads(reader, &["state", "source"]));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for model in models(reader, provider) {
        let state = match (model.status, model.retired_on) {
            ("retired", Some(date)) => {
                let day = Cell::day(ui, date);
                Cell {
                    text: format!("{} {}", ui.word("status", "retired"), day.text),
                    ..day
                }
            }
            (status, _) => Cell::text(ui.word("status", status)),
        };
        let mut done: Vec<(Option<&str>, [Option<&str>; 3])> = Vec::new();
        for rate in model.rates.iter().filter(|r| r.per == "clip") {
            let kind = |r: &Rate| [r.mode, r.audio, r.input];
            let key = (rate.resolution.as_deref(), kind(rate));
            if done.contains(&key) {
                continue;
            }
            done.push(key);
            let mut row = vec![job_cell(reader, model, rate)];
            for length in &lengths {
                let same = model.rates.iter().find(|r| {
                    r.per == "clip"
                        && r.seconds == *length
                        && r.resolution == rate.resolution
                        && kind(r) == kind(rate)
                });
                row.push(Cell::number(
                    same.map(|r| localised(ui, &r.amount_text))
                        .unwrap_or_default(),
                ));
            }
            row.push(state.clone());
            row.push(source_cell(reader, &rate.provenance));
            rows.push(row);
        }
    }
    (head, rows)
}

fn retired(reader: &Reader<'_, '_>) -> Rows {
    let ui = ui(reader);
    let head = heads(
        reader,
        &["model", "provider", "retired_on", "replaced_by", "source"],
    );
    let models = &reader.site.data().models;
    let rows = models
        .iter()
        .filter(|m| m.status == "retired")
        .map(|model| {
            let next = model.replaced_by.as_ref().map(|id| {
                models
                    .iter()
                    .find(|m| m.id.value == id.value)
                    .map_or_else(|| id.value.clone(), |m| m.name.clone())
            });
            vec![
                Cell::text(&model.name),
                Cell::text(
                    reader
                        .site
                        .section_name(&model.provider.value, reader.language),
                ),
                model.retired_on.map_or_else(
                    || Cell::text(ui.word("table", "not_stated")),
                    |date| Cell::day(ui, date),
                ),
                Cell::text(next.unwrap_or_else(|| ui.word("table", "not_applicable"))),
                source_cell(reader, &model.provenance),
            ]
        })
        .collect();
    (head, rows)
}

/// Every rate of the active models of a reseller, as it states it.
fn amounts(reader: &Reader<'_, '_>, provider: &str) -> Rows {
    let ui = ui(reader);
    let head = heads(reader, &["model", "per", "amount", "usd", "source"]);
    let mut rows = Vec::new();
    for model in active_models(reader, provider) {
        for rate in &model.rates {
            let per = match (rate.per, rate.seconds) {
                ("clip", Some(n)) => format!(
                    "{}, {n} {}",
                    ui.word("per", "clip"),
                    ui.word("unit", "seconds")
                ),
                (per, _) => ui.word("per", per),
            };
            let usd = match rate.unit.value.as_str() {
                "usd" => Some(rate.amount),
                // A disputed price of one credit would make every row look exact.
                unit => reader
                    .site
                    .figure(unit)
                    .filter(|f| f.disputed.is_empty())
                    .and_then(|_| dollars(reader, unit))
                    .map(|price| price * rate.amount),
            };
            rows.push(vec![
                job_cell(reader, model, rate),
                Cell::text(per),
                Cell::number(with_unit(ui, &rate.amount_text, &rate.unit.value)),
                Cell::number(usd.map(|usd| money(ui, usd)).unwrap_or_default()),
                source_cell(reader, &rate.provenance),
            ]);
        }
    }
    (head, rows)
}

/// How many clips of five and of ten seconds 100 video units pay for.
fn hundred(reader: &Reader<'_, '_>) -> Rows {
    let ui = ui(reader);
    let clips_of = |seconds: u32| {
        let (clips, unit) = (ui.word("table", "clips"), ui.word("unit", "seconds"));
        format!("{clips} ({seconds} {unit})")
    };
    let mut head = heads(reader, &["model", "units_per_second"]);
    head.extend([5, 10].map(clips_of));
    let in_video_units = |rate: &&Rate| {
        rate.per == "second" && rate.unit.value == "kling-video-unit" && !rate.amount.is_zero()
    };
    let mut rows = Vec::new();
    for model in active_models(reader, "kling") {
        for rate in model.rates.iter().filter(in_video_units) {
            let clips = |seconds: i64| {
                let count = Decimal::from(100)
                    .checked_div(rate.amount * Decimal::from(seconds))
                    .unwrap_or_default()
                    .floor();
                Cell::number(count.normalize().to_string())
            };
            rows.push(vec![
                job_cell(reader, model, rate),
                Cell::number(localised(ui, &rate.amount_text)),
                clips(5),
                clips(10),
            ]);
        }
    }
    (head, rows)
}

fn packages(reader: &Reader<'_, '_>, provider: &str) -> Rows {
    let ui = ui(reader);
    let head = heads(
        reader,
        &[
            "package",
            "price",
            "units",
            "price_per_unit",
            "validity",
            "concurrency",
            "source",
        ],
    );
    let rows = reader
        .site
        .data()
        .packages
        .iter()
        .filter(|p| p.provider.value == provider)
        .map(|package| {
            let cell = |field: &str, value: Option<String>, show: &dyn Fn(&str) -> String| {
                field_cell(reader, package, field, value, show)
            };
            let plain = |v: &str| localised(ui, v);
            let priced = |v: &str| currency(ui, &package.currency, v);
            vec![
                Cell {
                    note: package.captured.clone(),
                    ..Cell::text(&package.name)
                },
                cell("price", Some(package.price_text.clone()), &priced),
                cell("units", package.units_text.clone(), &plain),
                cell(
                    "price_per_unit",
                    package.price_per_unit_text.clone(),
                    &priced,
                ),
                cell(
                    "validity_days",
                    package.validity_days.map(|d| d.to_string()),
                    &|v| ui.fill("table", "validity_days", &[("days", v)]),
                ),
                cell(
                    "concurrency",
                    package.concurrency.map(|c| c.to_string()),
                    &plain,
                ),
                source_cell(reader, &package.provenance),
            ]
        })
        .collect();
    (head, rows)
}

fn currency(ui: &Ui, code: &str, value: &str) -> String {
    let value = localised(ui, value);
    match code {
        "USD" => format!("${value}"),
        other => format!("{value} {other}"),
    }
}

/// The value of a field; all values where sources disagree.
fn field_cell(
    reader: &Reader<'_, '_>,
    package: &Package,
    field: &str,
    value: Option<String>,
    show: &dyn Fn(&str) -> String,
) -> Cell {
    let ui = ui(reader);
    let disputed = package.disputed.iter().find(|d| d.field.value == field);
    match (disputed, value) {
        (Some(disputed), stated) => {
            let mut values: Vec<String> = Vec::new();
            for text in stated.iter().chain(disputed.values.iter().map(|v| &v.text)) {
                let shown = show(text);
                if !values.contains(&shown) {
                    values.push(shown);
                }
            }
            Cell {
                // A line does not begin with the slash.
                text: values.join("\u{a0}/ "),
                note: ui.word("table", "disputed").to_lowercase(),
                number: true,
                disputed: true,
                ..Cell::default()
            }
        }
        (None, Some(value)) => Cell::number(show(&value)),
        (None, None) => Cell::text(ui.word("table", "not_stated")),
    }
}

/// One row for each value of each disputed field.
fn disputed(reader: &Reader<'_, '_>) -> Rows {
    let ui = ui(reader);
    let head = heads(reader, &["package", "field", "value", "stated_by", "note"]);
    let mut rows = Vec::new();
    let mut add = |name: &str, field: &str, value: &DisputedValue, shown: String| {
        let source = reader.site.figure_source(&value.source.value);
        rows.push(vec![
            Cell::text(name),
            Cell::text(ui.word("field", field)),
            Cell {
                disputed: true,
                ..Cell::number(shown)
            },
            if value.source.value == "computed" {
                Cell::text(ui.word("table", "computed"))
            } else {
                Cell {
                    text: source.map_or_else(|| value.source.value.clone(), |s| s.title.clone()),
                    lang: title_language(reader.language),
                    href: source.and_then(address_of),
                    ..Cell::default()
                }
            },
            Cell::text(value.note.get(reader.language).cloned().unwrap_or_default()),
        ]);
    };
    for package in &reader.site.data().packages {
        for field in &package.disputed {
            for value in &field.values {
                let shown = match field.field.value {
                    "price" | "price_per_unit" => currency(ui, &package.currency, &value.text),
                    "validity_days" => ui.fill("table", "validity_days", &[("days", &value.text)]),
                    _ => localised(ui, &value.text),
                };
                add(&package.name, field.field.value, value, shown);
            }
        }
    }
    for figure in &reader.site.data().figures {
        let Some(name) = figure.name.get(reader.language) else {
            continue;
        };
        for value in &figure.disputed {
            add(
                name,
                "value",
                value,
                with_unit(ui, &value.text, &figure.unit.value),
            );
        }
    }
    (head, rows)
}

fn figure_heads(reader: &Reader<'_, '_>) -> Vec<String> {
    heads(reader, &["figure", "value", "source"])
}

/// Figures that name the table `name`.
fn figures(reader: &Reader<'_, '_>, name: &str) -> Vec<Vec<Cell>> {
    let names_it = |figure: &&Figure| figure.table.as_ref().is_some_and(|t| t.value == name);
    let figures = reader.site.data().figures.iter();
    figures
        .filter(names_it)
        .map(|figure| {
            let mut value = Cell::number(figure_text(reader, figure));
            if !figure.disputed.is_empty() {
                value.note = disputed_text(reader, figure);
                value.disputed = true;
            }
            let name = figure.name.get(reader.language);
            vec![
                Cell::text(name.unwrap_or(&figure.id.value)),
                value,
                source_cell(reader, &figure.provenance),
            ]
        })
        .collect()
}

/// Jobs at once: what packages state, then the figures that name this table.
fn concurrency(reader: &Reader<'_, '_>) -> Rows {
    let ui = ui(reader);
    let states_it = |package: &&Package| {
        let mut disputed = package.disputed.iter();
        package.concurrency.is_some() || disputed.any(|d| d.field.value == "concurrency")
    };
    let packages = reader.site.data().packages.iter();
    let mut rows: Vec<Vec<Cell>> = packages
        .filter(states_it)
        .map(|package| {
            let provider = reader
                .site
                .section_name(&package.provider.value, reader.language);
            vec![
                Cell::text(format!("{provider}: {}", package.name)),
                field_cell(
                    reader,
                    package,
                    "concurrency",
                    package.concurrency.map(|c| c.to_string()),
                    &|v| with_unit(ui, v, "tasks"),
                ),
                source_cell(reader, &package.provenance),
            ]
        })
        .collect();
    rows.extend(figures(reader, "concurrency"));
    (figure_heads(reader), rows)
}

fn wallets(reader: &Reader<'_, '_>) -> Rows {
    let head = heads(
        reader,
        &[
            "wallet",
            "pays_in",
            "pays_for",
            "never_pays_for",
            "where",
            "seen_by",
        ],
    );
    let rows = reader
        .site
        .data()
        .wallets
        .iter()
        .filter_map(|wallet| {
            let words = wallet.words.get(reader.language)?;
            Some(vec![
                Cell {
                    text: words.name.clone(),
                    href: Some(
                        reader
                            .site
                            .href(reader.language, &format!("/wallets/#{}", wallet.id.value)),
                    ),
                    ..Cell::default()
                },
                Cell::text(&words.pays_in),
                Cell::text(&words.pays_for),
                Cell::text(&words.never_pays_for),
                Cell::text(&words.where_),
                Cell::text(&words.seen_by),
            ])
        })
        .collect();
    (head, rows)
}

/// What staff do not say, why, and the words in its place, in quotation marks: they are said as they stand.
fn do_not_say(reader: &Reader<'_, '_>) -> Rows {
    let head = heads(reader, &["avoid", "why", "say"]);
    let rows = reader
        .site
        .docs
        .forbidden
        .iter()
        .filter_map(|term| {
            let say = term.say.get(reader.language)?;
            Some(vec![
                Cell::text(term.shown.get(reader.language)?),
                Cell::text(term.why.get(reader.language)?),
                Cell::text(format!("\"{say}\"")),
            ])
        })
        .collect();
    (head, rows)
}

/// A date in words of the language, such as `20 November 2026`.
pub(crate) fn date_in_words(ui: &Ui, date: Date) -> String {
    let (year, month, day) = date.parts();
    let name = ui
        .words
        .get("date")
        .and_then(|d| d.get("months"))
        .and_then(|m| m.value.get(usize::from(month) - 1));
    match (name, ui.find("date", "format")) {
        (Some(name), Some(format)) => format
            .replace("{day}", &day.to_string())
            .replace("{month}", name)
            .replace("{year}", &year.to_string()),
        _ => date.to_string(),
    }
}
