//! Interface words: that every word is there that templates, tables and rules ask for, the same ones in every language,
//! with the same placeholders. And the limits of titles, summaries and runbook steps.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::each_text;
use crate::assets::{STATIC, TEMPLATES};
use crate::charts::CHARTS;
use crate::diag::{Diag, Severity, did_you_mean};
use crate::load::Source;
use crate::parse::function_words::{count, foreign, primary};
use crate::parse::{At, Docs, PageKind};
use crate::tables;
use crate::theme;

/// Words that code asks for by name, by section. A test holds this list against the code.
pub(super) const ASKED: &[(&str, &[&str])] = &[
    (
        "callout",
        &["caution", "important", "note", "tip", "warning"],
    ),
    ("ask", &["heading"]),
    ("date", &["format", "months"]),
    (
        "diagnose",
        &[
            "actor",
            "also_found",
            "could_be",
            "evidence",
            "likelihood_certain",
            "likelihood_certain_text",
            "likelihood_likely",
            "likelihood_likely_text",
            "likelihood_possible",
            "likelihood_possible_text",
            "mask_by_issuer",
            "mask_by_jwt",
            "mask_by_label",
            "mask_by_login",
            "mask_by_mixture",
            "mask_by_shape",
            "mask_email",
            "mask_id",
            "mask_key",
            "mask_phone",
            "mask_user",
            "provider",
            "provider_unknown",
            "retry",
            "shared_newer",
            "shared_unknown",
            "steps",
            "summary",
            "title",
            "unit_coins",
            "unit_credits",
            "unit_points",
            "unit_units",
            "verdict_ambiguous",
            "verdict_ambiguous_next",
            "verdict_ambiguous_text",
            "verdict_empty",
            "verdict_empty_next",
            "verdict_empty_text",
            "verdict_guess",
            "verdict_match",
            "verdict_none",
            "verdict_none_next",
            "verdict_none_text",
            "verdict_opaque",
            "verdict_opaque_next",
            "verdict_opaque_text",
            "wallet",
            "wallet_none",
        ],
    ),
    (
        "errors",
        &[
            "actor",
            "cause",
            "codes",
            "generic",
            "generic_text",
            "http_status",
            "looks_like",
            "provider",
            "retry",
            "summary",
            "title",
            "wallet",
        ],
    ),
    ("glossary", &["summary", "title"]),
    (
        "home",
        &[
            "count_errors",
            "guides_text",
            "runbooks_text",
            "summary",
            "title",
        ],
    ),
    ("incident", &["runbook", "text", "title"]),
    ("matrix", &["alone", "of", "summary", "times", "title"]),
    (
        "nav",
        &[
            "diagnose",
            "errors",
            "glossary",
            "guides",
            "home",
            "internal",
            "reference",
            "runbooks",
            "search",
            "wallets",
        ],
    ),
    ("notfound", &["text", "title"]),
    ("offline", &["text", "title"]),
    (
        "page",
        &[
            "note",
            "note_back",
            "outdated",
            "permalink",
            "source_report",
            "source_reports",
            "source_seed",
            "sources",
            "untranslated",
        ],
    ),
    ("paid", &["heading", "intro", "none", "none_text"]),
    ("per", &["clip", "second"]),
    ("runbook", &["expected", "otherwise"]),
    ("search", &["summary", "title"]),
    ("search", crate::search::WORDS),
    ("status", &["active", "retired"]),
    (
        "table",
        &[
            "amount",
            "avoid",
            "checked",
            "clips",
            "computed",
            "concurrency",
            "disputed",
            "field",
            "figure",
            "model",
            "never_pays_for",
            "not_applicable",
            "not_stated",
            "note",
            "package",
            "pays_for",
            "pays_in",
            "per",
            "price",
            "price_10s",
            "price_5s",
            "price_per_unit",
            "provider",
            "replaced_by",
            "retired_on",
            "say",
            "seen_by",
            "source",
            "state",
            "stated_by",
            "units",
            "units_per_clip",
            "units_per_second",
            "usd",
            "validity",
            "validity_days",
            "value",
            "wallet",
            "where",
            "why",
            "wide",
        ],
    ),
    (
        "tools",
        &[
            "alert_after",
            "alert_below",
            "balance",
            "below_list",
            "buy",
            "caption_cost_packs",
            "caption_cost_providers",
            "caption_lasting_common",
            "caption_offer_known",
            "cheapest",
            "claim",
            "claim_fails",
            "claim_follows",
            "days_at_most",
            "days_left",
            "decimal_sign",
            "fee_short",
            "fires_after",
            "fires_at_once",
            "job",
            "job_10s",
            "jobs_left",
            "left_over",
            "list_per_unit",
            "needed",
            "not_on_sale",
            "option_audio",
            "option_input",
            "option_resolution",
            "others",
            "package",
            "per_unit",
            "price",
            "seconds_short",
            "stale",
            "summary",
            "title",
            "units",
            "units_vendor",
            "verdict-above-list",
            "verdict-at-list",
            "verdict-below-list",
            "verdict-claim-false",
            "verdict-claim-true",
            "verdict-no-list",
            "verdict-other-unit",
            "verdict-too-cheap",
            "videos",
            "worth",
        ],
    ),
    (
        "triage",
        &[
            "bars",
            "chart",
            "first",
            "last",
            "nothing",
            "standard_input",
            "summary",
            "title",
            "unreadable",
            "unsure",
        ],
    ),
    ("unit", &["seconds", "tasks"]),
    (
        "wallets",
        &[
            "map_empty",
            "map_words",
            "never_pays_for",
            "pays_for",
            "pays_in",
            "seen_by",
            "summary",
            "title",
            "where",
        ],
    ),
];

pub(super) fn check(docs: &Docs, diags: &mut Vec<Diag>) {
    limits(docs, diags);
    runbooks(docs, diags);
}

/// That the words of the interface are all there. Looks at no article.
pub(super) fn interface(source: &Source, docs: &Docs, diags: &mut Vec<Diag>) {
    let mut asked = asked(source, docs);
    let mut everywhere: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (code, ui) in &docs.ui {
        for (section, words) in &ui.words {
            for key in words.keys() {
                everywhere.entry((section, key)).or_insert(code);
            }
        }
    }
    for (name, text) in theme::templates(source) {
        let new = in_template(text).filter(|(_, section, key)| {
            !everywhere.contains_key(&(*section, *key)) && !docs.ui.is_empty()
        });
        for (at, section, key) in new {
            diags.push(in_no_language(docs, name, at, (section, key)));
            asked.remove(&(section.to_owned(), key.to_owned()));
        }
    }
    for code in docs.config.codes() {
        let file = format!("ui/{code}.toml");
        let Some(ui) = docs.ui.get(code) else {
            diags.push(
                Diag::new("missing-file", &file, None, "is not there")
                    .help("copy the file of another language and translate its words"),
            );
            continue;
        };
        for ((section, key), who) in &asked {
            if ui.find(section, key).is_none() {
                let near = ui
                    .words
                    .get(section)
                    .into_iter()
                    .flat_map(|w| w.keys().map(String::as_str));
                diags.push(
                    Diag::new(
                        "missing-word",
                        &file,
                        None,
                        format!("lacks `{key}` in [{section}], which {who} asks for"),
                    )
                    .help(
                        did_you_mean(key, near)
                            .unwrap_or_else(|| format!("add a line `{key} = \"...\"`")),
                    ),
                );
            }
        }
        for ((section, key), other) in &everywhere {
            let asked = asked.contains_key(&((*section).to_owned(), (*key).to_owned()));
            if ui.find(section, key).is_none() && !asked {
                diags.push(
                    Diag::new(
                        "missing-word",
                        &file,
                        None,
                        format!("lacks `{key}` in [{section}], which ui/{other}.toml has"),
                    )
                    .help(format!(
                        "add a line `{key} = \"...\"`, or take it out of ui/{other}.toml"
                    )),
                );
            }
        }
    }
    placeholders(docs, diags);
    untranslated(docs, diags);
}

/// What is shown in one place: the words in a language, and where they stand.
struct Shown<'d> {
    words: &'d str,
    file: String,
    span: &'d Range<usize>,
}

impl<'d> Shown<'d> {
    fn of(file: &str, word: &'d At<String>) -> Shown<'d> {
        Shown {
            words: &word.value,
            file: file.to_owned(),
            span: &word.span,
        }
    }
}

/// Words of the interface and of data that were copied and not translated: in another language of the site by their words, or as
/// another language has them. No page can do without them, so a site may be written while somebody still translates them.
fn untranslated(docs: &Docs, diags: &mut Vec<Diag>) {
    let original = &docs.config.default_language;
    let mut places: BTreeMap<(&str, &str), Vec<(&str, Shown<'_>)>> = BTreeMap::new();
    for code in docs.config.codes() {
        let sections = docs.ui.get(code).into_iter().flat_map(|ui| &ui.words);
        for (section, words) in sections {
            for (key, word) in words {
                // A list holds names, such as those of months.
                if let [words] = &word.value[..] {
                    let file = format!("ui/{code}.toml");
                    let span = &word.span;
                    let shown = Shown { words, file, span };
                    places
                        .entry((section, key))
                        .or_default()
                        .push((code, shown));
                }
            }
        }
    }
    let mut places: Vec<_> = places.into_values().collect();
    let of_data = docs.data.said.iter().map(|(file, said)| {
        let said = said.iter();
        let shown = said.map(|(code, word)| (&**code, Shown::of(file, word)));
        shown.collect()
    });
    places.extend(of_data);
    let incident = docs.config.incident.iter().map(|incident| {
        let said = incident.text.iter();
        let shown = said.map(|(code, word)| (&**code, Shown::of("site.toml", word)));
        shown.collect()
    });
    places.extend(incident);
    for of_place in &mut places {
        of_place.sort_by_key(|(code, _)| code != original);
    }
    let of_site = |language: &&str| docs.config.codes().any(|code| primary(code) == *language);
    for of_place in &places {
        let mut known: Vec<&(&str, Shown<'_>)> = Vec::new();
        for place in of_place {
            let (code, shown) = place;
            let same = || {
                let mut known = known.iter();
                known.find(|(_, known)| known.words == shown.words && says_something(known.words))
            };
            if let Some(other) = foreign(shown.words, code).filter(of_site) {
                let message = format!("this is in `{other}`, by its words");
                diags.push(left(message, code, shown));
            } else if let Some(first) = same() {
                // The one whose everyday words it holds is not to blame.
                let own = |code: &str| count(shown.words, primary(code));
                let ((wrong, at), (right, _)) = if own(code) > own(first.0) {
                    (*first, place)
                } else {
                    (place, *first)
                };
                let message = format!("this stands word for word in `{right}` too");
                diags.push(left(message, wrong, at));
            } else {
                known.push(place);
            }
        }
    }
}

fn left(message: String, code: &str, shown: &Shown<'_>) -> Diag {
    let diag = Diag::new(
        "untranslated-text",
        &shown.file,
        shown.span.clone(),
        message,
    );
    Diag {
        level: Some(Severity::Warning),
        ..diag.help(format!("write it in `{code}`"))
    }
}

/// Whether there is something in it to be translated: names, which are written large, units and formulas are the same in two languages.
fn says_something(words: &str) -> bool {
    let bare = words
        .split_whitespace()
        .map(|word| word.trim_matches(['.', ',', ':', ';', '!', '?', '(', ')', '"']));
    let bare = bare.filter(|word| word.len() > 1 && word.chars().all(char::is_alphabetic));
    let is_small = |word: &&str| !word.starts_with(char::is_uppercase);
    let (small, large): (Vec<&str>, Vec<&str>) = bare.partition(is_small);
    small.len() >= 2 && small.len() + large.len() >= 4
}

/// A template of the theme asks for a word that no language has: most often a slip of the template.
fn in_no_language(docs: &Docs, name: &str, at: usize, (section, key): (&str, &str)) -> Diag {
    let sections = || docs.ui.values().flat_map(|ui| &ui.words);
    let keys = sections()
        .filter(|(known, _)| *known == section)
        .flat_map(|(_, words)| words.keys().map(String::as_str));
    let names = sections().map(|(known, _)| known.as_str());
    let hint = did_you_mean(key, keys).or_else(|| {
        let is_known = names.clone().any(|known| known == section);
        did_you_mean(section, names).filter(|_| !is_known)
    });
    Diag::new(
        "missing-word",
        format!("{}{name}", theme::TEMPLATES_FOLDER),
        at..at + section.len() + 1 + key.len(),
        format!("no language has `{key}` in [{section}]"),
    )
    .help(hint.unwrap_or_else(|| {
        format!("add a line `{key} = \"...\"` to [{section}] of each file in ui/")
    }))
}

/// By section and key: who asks for the word. Of several it is the first that was found.
type Asked = BTreeMap<(String, String), String>;

fn ask(asked: &mut Asked, section: &str, key: &str, who: &str) {
    asked
        .entry((section.to_owned(), key.to_owned()))
        .or_insert_with(|| who.to_owned());
}

/// Every word that something asks for.
fn asked(source: &Source, docs: &Docs) -> Asked {
    let mut asked = Asked::new();
    by_templates(source, &mut asked);
    by_program(&mut asked);
    by_scripts(&mut asked);
    by_content(docs, &mut asked);
    asked
}

/// Those of the theme, and of ours the ones that it does not take the place of.
fn by_templates(source: &Source, asked: &mut Asked) {
    let themed: BTreeMap<&str, &str> = theme::templates(source)
        .map(|(name, text)| (name, &**text))
        .collect();
    let ours = TEMPLATES
        .iter()
        .copied()
        .filter(|(name, _)| !themed.contains_key(name));
    for (name, template) in ours.chain(themed.iter().map(|(name, text)| (*name, *text))) {
        for (_, section, key) in in_template(template) {
            ask(asked, section, key, &format!("the template {name}"));
        }
    }
}

/// What is asked for by name, and the words of what the program lists, such as causes and tables.
fn by_program(asked: &mut Asked) {
    for (section, keys) in ASKED {
        for key in *keys {
            ask(asked, section, key, "the program");
        }
    }
    for cause in diagnoser::CAUSES {
        ask(asked, "cause", cause, "the list of causes");
        ask(asked, "ask", cause, "the list of causes");
    }
    for actor in ["end-user", "operator", "provider"] {
        ask(asked, "actor", actor, "the list of actors");
    }
    for retry in ["no", "after-wait", "yes"] {
        let text = format!("{retry}_text");
        ask(asked, "retry", retry, "`retry` of a rule");
        ask(asked, "retry", &text, "`retry` of a rule");
    }
    for tool in crate::tools::TOOLS {
        for part in ["title", "summary", "common"] {
            ask(asked, "tools", &format!("{tool}_{part}"), "a tool");
        }
    }
    for reason in calculator::REASONS {
        let key = format!("refuse-{reason}");
        ask(asked, "tools", &key, "a refusal of the calculator");
    }
    for confidence in crate::parse::rule::CONFIDENCE {
        ask(asked, "confidence", confidence, "`confidence` of a source");
    }
    for table in tables::names() {
        ask(asked, "caption", table, "the table of that name");
    }
    for chart in CHARTS {
        ask(asked, "caption", chart, "the chart of that name");
    }
    ask(asked, "kind", "generic", "the catalogue");
}

fn by_scripts(asked: &mut Asked) {
    for (script, section) in SCRIPTS {
        for key in in_script(script) {
            // Words of other sections come to the answers under the section's name.
            let (section, key) = ["ask", "paid"]
                .into_iter()
                .filter(|_| section == "diagnose")
                .find_map(|other| Some((other, key.strip_prefix(other)?.strip_prefix('_')?)))
                .unwrap_or((section, key));
            ask(asked, section, key, &format!("the script {script}"));
        }
    }
}

/// What `site.toml` and the data say by the key of a word.
fn by_content(docs: &Docs, asked: &mut Asked) {
    let (config, data) = (&docs.config, &docs.data);
    for wallet in &data.wallets {
        if let Some(payer) = wallet.payer {
            ask(asked, "payer", payer, "`payer` of a wallet");
        }
        for check in &wallet.checks {
            let text = format!("{check}_text");
            ask(asked, "paid", check, "`checks` of a wallet");
            ask(asked, "paid", &text, "`checks` of a wallet");
        }
    }
    for provider in &data.providers {
        ask(asked, "kind", provider.kind, "`kind` of a provider");
    }
    for section in &config.navigation {
        let who = "the navigation of site.toml";
        ask(asked, "nav", &section.section.value, who);
    }
    for example in &config.examples {
        let who = "an example of site.toml";
        ask(asked, "diagnose", &example.word.value, who);
    }
    for figure in &data.figures {
        let who = "a figure of data/credits.toml";
        ask(asked, "unit", &figure.unit.value, who);
    }
    for rate in data.models.iter().flat_map(|m| &m.rates) {
        let who = "a rate of data/models.toml";
        ask(asked, "unit", &rate.unit.value, who);
        for (section, key) in [
            ("mode", rate.mode),
            ("audio", rate.audio),
            ("input", rate.input),
        ] {
            if let Some(key) = key {
                ask(asked, section, key, who);
            }
        }
    }
    for unit in data.packages.iter().filter_map(|p| p.unit.as_ref()) {
        let who = "a package of data/packages.toml";
        ask(asked, "unit", &unit.value, who);
    }
    for disputed in data.packages.iter().flat_map(|p| &p.disputed) {
        let who = "a dispute of data/packages.toml";
        ask(asked, "field", disputed.field.value, who);
    }
    if data.figures.iter().any(|f| !f.disputed.is_empty()) {
        ask(asked, "field", "value", "a dispute of data/credits.toml");
    }
}

/// Scripts that ask for words by name, and the section that their words are of.
const SCRIPTS: [(&str, &str); 4] = [
    ("answer.js", "diagnose"),
    ("diagnose.js", "diagnose"),
    ("secret.js", "diagnose"),
    ("tools.js", "tools"),
];

/// Each `words.key` and `words["key"]` in a script.
fn in_script(name: &str) -> impl Iterator<Item = &'static str> {
    let script = STATIC
        .iter()
        .find(|(known, _)| *known == name)
        .and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
        .unwrap_or_default();
    ["words.", "words[\""].into_iter().flat_map(move |mark| {
        script.match_indices(mark).filter_map(move |(at, mark)| {
            let rest = &script[at + mark.len()..];
            let part =
                |c: char| c.is_ascii_lowercase() || c == '_' || c == '-' && mark.ends_with('"');
            let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
            (end > 0).then(|| &rest[..end])
        })
    })
}

/// Each `ui.section.key` in a template: where its section stands, section and key.
fn in_template(template: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word = move |text: &'_ str| text.find(|c| !name(c)).unwrap_or(text.len());
    // `all_ui[language.lang].section.key` is asked of every language too.
    let plain = template.match_indices("ui.").filter_map(move |(at, mark)| {
        let before = template[..at].chars().next_back();
        (!before.is_some_and(|c| name(c) || c == '.')).then_some(at + mark.len())
    });
    let all = template
        .match_indices("lang].")
        .map(|(at, mark)| at + mark.len());
    plain.chain(all).filter_map(move |at| {
        let rest = &template[at..];
        let section = &rest[..word(rest)];
        let rest = rest[section.len()..].strip_prefix('.')?;
        let key = &rest[..word(rest)];
        (!section.is_empty() && !key.is_empty()).then_some((at, section, key))
    })
}

/// `{name}` stands in each language or in none.
fn placeholders(docs: &Docs, diags: &mut Vec<Diag>) {
    let Some(base) = docs.ui.get(&docs.config.default_language) else {
        return;
    };
    for (code, ui) in docs
        .ui
        .iter()
        .filter(|(code, _)| **code != docs.config.default_language)
    {
        for (section, words) in &ui.words {
            for (key, word) in words {
                let Some(original) = base.words.get(section).and_then(|w| w.get(key)) else {
                    continue;
                };
                let (mine, theirs) = (names(&word.value), names(&original.value));
                if mine != theirs {
                    let show = |set: &BTreeSet<String>| {
                        if set.is_empty() {
                            "none".to_owned()
                        } else {
                            set.iter().cloned().collect::<Vec<_>>().join(" ")
                        }
                    };
                    diags.push(
                        Diag::new(
                            "unequal-placeholders",
                            format!("ui/{code}.toml"),
                            word.span.clone(),
                            format!(
                                "`{key}` has the placeholders {}, not {}",
                                show(&mine),
                                show(&theirs)
                            ),
                        )
                        .help(format!(
                            "ui/{}.toml says: {}",
                            docs.config.default_language,
                            original.value.join(" ")
                        )),
                    );
                }
            }
        }
    }
}

fn names(words: &[String]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for word in words {
        for (at, _) in word.match_indices('{') {
            if let Some(end) = word[at..].find('}') {
                out.insert(word[at..=at + end].to_owned());
            }
        }
    }
    out
}

fn limits(docs: &Docs, diags: &mut Vec<Diag>) {
    let config = &docs.config;
    each_text(docs, |_, _, text| {
        for (key, value, limit) in [
            ("title", &text.front.title, config.title_limit),
            ("summary", &text.front.summary, config.summary_limit),
        ] {
            let length = value.value.chars().count();
            if length > limit {
                diags.push(
                    Diag::new(
                        "too-long",
                        &text.file,
                        value.span.clone(),
                        format!(
                            "the {key} has {length} characters; the limit of site.toml is {limit}"
                        ),
                    )
                    .help(format!("leave out at least {}", length - limit)),
                );
            }
        }
    });
}

/// Each step with a checkbox, what to expect, and what to do otherwise.
fn runbooks(docs: &Docs, diags: &mut Vec<Diag>) {
    for page in docs.pages.values().filter(|p| p.kind == PageKind::Runbook) {
        for (code, text) in &page.texts {
            // Without the words of a language nothing can be compared, and that is reported already.
            let Some(ui) = docs.ui.get(code) else {
                continue;
            };
            for step in text.steps.iter().filter(|s| s.task) {
                let lacking: Vec<&str> = ["expected", "otherwise"]
                    .iter()
                    // A word that is not there is told of itself.
                    .filter_map(|key| ui.find("runbook", key))
                    .filter(|word| !step.labels.iter().any(|label| label == word))
                    .collect();
                if !lacking.is_empty() {
                    diags.push(
                        Diag::new(
                            "wrong-step",
                            &text.file,
                            step.span.start..step.span.start + 1,
                            format!(
                                "this step has no paragraph that begins with {}",
                                lacking.join(" or ")
                            ),
                        )
                        .help(format!(
                            "write `**{}:** ...` in a paragraph of its own",
                            lacking[0]
                        )),
                    );
                }
            }
            if !text.steps.iter().any(|s| s.task) {
                diags.push(
                    Diag::new(
                        "wrong-step",
                        &text.file,
                        None,
                        "a runbook without any step that begins with `[ ]`",
                    )
                    .help("write `1. [ ] ...`"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_words_of_a_template() {
        let found: Vec<_> =
            in_template("{{ ui.page.skip }} {% if ui.nav.menu %} {{ all_ui[l.lang].home.title }} {{ x.ui.a.b }} gui.c.d")
                .collect();
        assert_eq!(
            found,
            [
                (6, "page", "skip"),
                (28, "nav", "menu"),
                (58, "home", "title")
            ]
        );
    }

    /// Our languages have no word that nothing asks for: it would be translated for nobody.
    #[test]
    fn every_word_is_asked_for() {
        let content = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../content"));
        let source = crate::load::load(content, crate::load::Edition::Internal).unwrap();
        let (docs, _) = crate::parse::parse(&source);
        let asked = asked(&source, &docs);
        let is_asked = |section: &str, key: &str| {
            asked.contains_key(&(section.to_owned(), key.to_owned()))
                || match section {
                    // The headings of a new rule.
                    "section" => crate::scaffold::SECTIONS.iter().any(|(id, _)| *id == key),
                    // What the data may say, though ours does not.
                    "field" => crate::parse::data::DISPUTABLE.contains(&key),
                    "kind" => crate::parse::data::KINDS.contains(&key),
                    _ => false,
                }
        };
        let mut idle = Vec::new();
        for (section, words) in docs.ui.values().flat_map(|ui| &ui.words) {
            for key in words.keys() {
                let of = match section.as_str() {
                    "unit_one" => "unit",
                    other => other,
                };
                if !is_asked(of, key) {
                    idle.push(format!("{section}.{key}"));
                }
            }
        }
        assert!(docs.ui.len() >= 2 && asked.len() > 400, "{}", asked.len());
        assert!(idle.is_empty(), "{idle:?}");
    }

    #[test]
    fn reads_the_words_of_a_script() {
        let of = |name| in_script(name).collect::<BTreeSet<_>>();
        assert!(of("answer.js").contains("map_text"));
        assert!(of("secret.js").contains("mask_why"));
        assert!(of("tools.js").contains("refuse-no-price"));
        let is_there = |name| STATIC.iter().any(|(known, _)| *known == name);
        assert!(SCRIPTS.iter().all(|(name, _)| is_there(*name)));
    }

    /// Every word that the code asks for by two literals is in the list.
    #[test]
    fn the_list_is_complete() {
        let call =
            regex::Regex::new(r#"(?:word|fill|find)\(\s*"([a-z]+)",\s*"([a-z0-9_]+)"\s*[,)]"#)
                .unwrap();
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let mut lacking = Vec::new();
        for entry in walkdir::WalkDir::new(root) {
            let entry = entry.unwrap();
            if entry.path().extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap();
            for hit in call.captures_iter(&text) {
                let known = ASKED
                    .iter()
                    .any(|(section, keys)| *section == &hit[1] && keys.contains(&&hit[2]));
                if !known && &hit[1] != "kind" && &hit[1] != "unit_one" {
                    lacking.push(format!("{}.{}", &hit[1], &hit[2]));
                }
            }
        }
        assert!(lacking.is_empty(), "{lacking:?}");
    }
}
