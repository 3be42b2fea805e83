//! The words of the diagnoser's answers: for the page two JSON files a language, of which the first alone is waited for before
//! an answer is shown, and `errors.json` for other programs. All come from the same rules as the pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::already_paid;
use crate::html::{self, Body, Reader};
use crate::model::Site;
use crate::parse::RuleDoc;
use crate::parse::data::WalletRate;
use crate::tables::date_in_words;

/// The version of both files that `answers.js` reads.
const VERSION: u8 = 3;

/// The id of the section of a guide that is for customers of an app.
const FOR_USERS: &str = "for-users";

/// Words of `[diagnose]` that stand in the page, as those of its examples: no script asks the answers for them.
const IN_THE_PAGE: [&str; 19] = [
    "choose_file",
    "clear",
    "could_be",
    "done",
    "drop_active",
    "hint",
    "label",
    "loading",
    "no_js",
    "not_text",
    "pack_failed",
    "placeholder",
    "privacy",
    "reading",
    "reading_progress",
    "retry_load",
    "summary",
    "title",
    "wasm_failed",
];

/// `answers.<language>.json`: what a first answer shows. Its rules lie in columns, which compress to less than rows; row `i`
/// of `rules` and of `providers` is what the number `i` of a report means. An id without `/` has the section of the one before. Causes, actors and words about trying again are
/// numbers of their lists.
#[must_use]
pub(crate) fn answers(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let mut lists = Lists::default();
    let mut columns: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut section = "";
    for rule in &site.active {
        for (column, value) in answer(site, rule, language, &mut lists) {
            columns.entry(column).or_default().push(value);
        }
        // The part before `/` is said once.
        let slug = rule
            .id
            .strip_prefix(section)
            .and_then(|id| id.strip_prefix('/'));
        let id = slug.unwrap_or(&rule.id);
        columns.entry("id").or_default().push(json!(id));
        section = &rule.section;
    }
    let providers: Vec<Value> = site
        .data()
        .providers
        .iter()
        .map(|p| json!({ "id": p.id.value, "name": p.name }))
        .collect();
    let mut wallets = Map::new();
    for wallet in &site.data().wallets {
        if let Some(w) = wallet.words.get(language) {
            wallets.insert(
                wallet.id.value.clone(),
                json!({
                    "name": w.name,
                    "pays_in": w.pays_in,
                    "where": w.where_,
                    "pays_for": w.pays_for,
                    "never_pays_for": w.never_pays_for,
                    "never": wallet.never.iter().map(|id| &id.value).collect::<Vec<_>>(),
                    "rates": wallet.rates.iter().filter_map(|r| rate(site, r, language)).collect::<Vec<_>>(),
                }),
            );
        }
    }
    let asks = ui.words.get("ask").into_iter().flatten();
    let asks = asks.map(|(key, word)| (format!("ask_{key}"), Value::from(word.value.join(" "))));
    let words: Map<String, Value> = ui
        .words
        .get("diagnose")
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.starts_with("example") && !IN_THE_PAGE.contains(&key.as_str()))
        .map(|(key, word)| (key.clone(), Value::from(word.value.join(" "))))
        .chain(asks)
        .collect();
    // A link made before a rule was replaced still opens: it leads to the one that took its place.
    let moved: Map<String, Value> = site
        .rules
        .iter()
        .filter_map(|r| {
            let by = r.rule.replaced_by.as_ref()?;
            Some((r.id.clone(), Value::from(by.value.clone())))
        })
        .collect();
    let models: Vec<[&str; 2]> = site
        .data()
        .models
        .iter()
        .map(|m| [m.id.value.as_str(), m.name.as_str()])
        .collect();
    json!({
        "version": VERSION,
        "lang": language,
        "rules": columns,
        "pages": site.href(language, "/errors/"),
        "causes": lists.causes.named(|id| ui.word("cause", id)),
        "actors": lists.actors.named(|id| ui.word("actor", id)),
        "retries": lists.retries.named(|id| ui.word("retry", id)),
        "providers": providers,
        "wallets": wallets,
        "models": models,
        "moved": moved,
        "users": users(site, language),
        "words": words,
    })
    .to_string()
}

/// Where customers of an app read what they can do: the first guide with a section `{#for-users}`.
fn users(site: &Site<'_>, language: &str) -> Option<String> {
    let guide = site
        .guides
        .iter()
        .filter(|guide| !guide.internal)
        .find(|guide| {
            let words = site.words(&guide.texts, language);
            words.is_some_and(|(_, words)| words.headings.iter().any(|h| h.id == FOR_USERS))
        })?;
    Some(site.href(language, &format!("{}#{FOR_USERS}", guide.path)))
}

/// `explanations.<language>.json`: what the same rules have to say besides, in the same order and in columns; the page fetches
/// it when the first answer is shown. `null` where a rule has no such section.
#[must_use]
pub(crate) fn explanations(site: &Site<'_>, language: &str) -> String {
    const SECTIONS: [(&str, &str); 4] = [
        ("cause", "cause_html"),
        ("verify", "verify_html"),
        ("already-paid", "already_paid_html"),
        ("not-this", "not_this_html"),
    ];
    let mut columns: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for rule in &site.active {
        let body = body(site, rule, language);
        for (section, column) in SECTIONS {
            let html = body.as_ref().and_then(|body| body.part(section));
            let html = html.map(|part| part.html.trim());
            columns.entry(column).or_default().push(json!(html));
        }
        columns.entry("codes").or_default().push(json!(codes(rule)));
    }
    let checks: Map<String, Value> = site
        .data()
        .wallets
        .iter()
        .filter(|wallet| wallet.words.contains_key(language))
        .map(|wallet| {
            let checks = already_paid::checks(site, wallet, language).into_iter();
            let checks: Vec<_> = checks.map(|c| [c.title, c.text]).collect();
            (wallet.id.value.clone(), json!(checks))
        })
        .collect();
    let ui = site.ui(language);
    let words: Map<String, Value> = ["heading", "intro", "none", "none_text"]
        .map(|key| (format!("paid_{key}"), Value::from(ui.word("paid", key))))
        .into_iter()
        .collect();
    json!({
        "version": VERSION,
        "lang": language,
        "rules": columns,
        "checks": checks,
        "words": words,
    })
    .to_string()
}

/// Ids in the order in which rules name them first.
#[derive(Debug, Default)]
struct List<'s>(Vec<&'s str>);

impl<'s> List<'s> {
    /// The number of an id.
    fn number(&mut self, id: &'s str) -> usize {
        let known = self.0.iter().position(|known| *known == id);
        known.unwrap_or_else(|| {
            self.0.push(id);
            self.0.len() - 1
        })
    }

    /// Each id with its name.
    fn named(&self, name: impl Fn(&str) -> String) -> Vec<[String; 2]> {
        let pair = |id: &&str| [(*id).to_owned(), name(id)];
        self.0.iter().map(pair).collect()
    }
}

#[derive(Debug, Default)]
struct Lists<'s> {
    causes: List<'s>,
    actors: List<'s>,
    retries: List<'s>,
}

/// What one unit of a wallet costs, with where that stands; nothing where sources disagree, since a sum of money would look
/// exact.
fn rate(site: &Site<'_>, rate: &WalletRate, language: &str) -> Option<Value> {
    let figure = site
        .figure(&rate.figure.value)
        .filter(|f| f.disputed.is_empty() && f.unit.value.starts_with("usd-per-"))?;
    let source = site.figure_source(&figure.provenance.source.value)?;
    let ui = site.ui(language);
    Some(json!({
        "provider": rate.provider.as_ref().map(|p| &p.value),
        "units": ui.find("unit", &rate.figure.value),
        "usd": figure.text,
        "name": ui.find("unit_one", &rate.figure.value).or_else(|| figure.name.get(language).map(|name| &**name)),
        "source": source.title,
        "checked": date_in_words(ui, figure.provenance.checked),
    }))
}

fn body(site: &Site<'_>, rule: &RuleDoc, language: &str) -> Option<Body> {
    let path = rule.path();
    let reader = Reader {
        site,
        language,
        path: &path,
    };
    let (_, words) = site.words(&rule.texts, language)?;
    Some(html::excerpt(&reader, words))
}

/// The columns of a rule.
fn answer<'s>(
    site: &Site<'_>,
    rule: &'s RuleDoc,
    language: &str,
    lists: &mut Lists<'s>,
) -> [(&'static str, Value); 9] {
    let r = &rule.rule;
    let words = site.words(&rule.texts, language).map(|(_, words)| words);
    let front = words.map(|words| &words.front);
    let body = body(site, rule, language);
    let part = |section: &str| body.as_ref().and_then(|body| body.part(section));
    let provider = r.provider.as_ref();
    let provider = provider.and_then(|id| {
        let mut all = site.data().providers.iter();
        all.position(|p| p.id.value == id.value)
    });
    [
        ("title", json!(front.map(|f| &f.title.value))),
        ("summary", json!(front.map(|f| &f.summary.value))),
        ("steps", json!(part("fix").map(|fix| &fix.steps))),
        ("ask_html", json!(part("ask").map(|ask| ask.html.trim()))),
        ("provider", json!(provider)),
        ("wallet", json!(r.wallet.as_ref().map(|w| &w.value))),
        (
            "cause",
            json!(
                lists
                    .causes
                    .number(r.cause.as_ref().map_or("", |c| c.value))
            ),
        ),
        (
            "actor",
            json!(
                lists
                    .actors
                    .number(r.actor.as_ref().map_or("", |a| a.value))
            ),
        ),
        (
            "retry",
            json!(
                lists
                    .retries
                    .number(r.retry.as_ref().map_or("", |r| r.value))
            ),
        ),
    ]
}

fn codes(rule: &RuleDoc) -> Vec<&str> {
    rule.rule.codes.iter().map(|c| c.value.as_str()).collect()
}

/// HTTP statuses that the rule's evidence names, sorted.
pub(crate) fn statuses(rule: &RuleDoc) -> Vec<&str> {
    let mut out: Vec<&str> = rule
        .rule
        .when
        .iter()
        .chain([&rule.rule.adds])
        .flat_map(|w| &w.status)
        .map(|s| s.value.as_str())
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The steps of a rule as plain text.
pub(crate) fn plain_steps(site: &Site<'_>, rule: &RuleDoc, language: &str) -> Vec<String> {
    body(site, rule, language)
        .and_then(|body| Some(body.part("fix")?.plain_steps.clone()))
        .unwrap_or_default()
}

/// What would settle it where nothing but words speaks for this rule: its own question, or that of its cause. Plain text.
pub(crate) fn question(site: &Site<'_>, rule: &RuleDoc, language: &str) -> String {
    let own =
        body(site, rule, language).and_then(|body| Some(body.part("ask")?.plain.trim().to_owned()));
    let cause = rule.rule.cause.as_ref().map_or("", |c| c.value);
    own.unwrap_or_else(|| site.ui(language).word("ask", cause))
}

/// `errors.json`: every published rule with its words in all languages.
#[must_use]
pub(crate) fn catalogue(site: &Site<'_>) -> String {
    let languages: Vec<&str> = site.languages().iter().map(|l| l.code.as_str()).collect();
    let by_language = |f: &dyn Fn(&str) -> Value| -> Value {
        languages
            .iter()
            .map(|l| ((*l).to_owned(), f(l)))
            .collect::<Map<_, _>>()
            .into()
    };
    let errors: Vec<Value> = site
        .rules
        .iter()
        .map(|rule| {
            let r = &rule.rule;
            let title = |l: &str| site.words(&rule.texts, l).map(|(_, w)| w.front.title.value.clone());
            let summary = |l: &str| site.words(&rule.texts, l).map(|(_, w)| w.front.summary.value.clone());
            let provider = r.provider.as_ref().map(|p| p.value.as_str());
            json!({
                "id": rule.id,
                "provider": provider,
                "provider_name": provider.and_then(|id| site.provider(id)).map(|p| &p.name),
                "codes": codes(rule),
                "variant_of": r.variant_of.as_ref().map(|v| &v.value),
                "http_status": statuses(rule),
                "cause": r.cause.as_ref().map(|c| c.value),
                "wallet": r.wallet.as_ref().map(|w| &w.value),
                "actor": r.actor.as_ref().map(|a| a.value),
                "retry": r.retry.as_ref().map(|a| a.value),
                "status": r.status.as_ref().map(|s| s.value),
                "since": r.since.as_ref().map(|d| d.value.to_string()),
                "replaced_by": r.replaced_by.as_ref().map(|v| &v.value),
                "lookalikes": r.lookalikes.iter().map(|l| &l.value).collect::<Vec<_>>(),
                "title": by_language(&|l| json!(title(l))),
                "summary": by_language(&|l| json!(summary(l))),
                "steps": by_language(&|l| json!(plain_steps(site, rule, l))),
                "page": by_language(&|l| json!(site.absolute(l, &rule.path()))),
                "permalinks": crate::model::permalink_names(rule)
                    .map(|n| format!("{}{}/e/{n}/", site.origin, site.base))
                    .collect::<Vec<_>>(),
                "examples": r.examples.iter().filter(|e| e.hit).map(|e| &e.paste.value).collect::<Vec<_>>(),
                "sources": r.sources.iter().map(|s| json!({
                    "url": s.url.value,
                    "checked": s.checked.value.to_string(),
                    "confidence": s.confidence,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut out = format!(
        "{:#}",
        json!({ "version": 1, "causes": diagnoser::CAUSES, "errors": errors })
    );
    out.push('\n');
    out
}
