//! The words of the diagnoser's answers: one JSON file a language for the page, and `errors.json` for other programs.
//! Both come from the same rules as the pages.

use serde_json::{Map, Value, json};

use crate::already_paid;
use crate::html::{self, Body, Reader};
use crate::model::Site;
use crate::parse::RuleDoc;
use crate::parse::data::WalletRate;

/// `answers.<language>.json`: `rules[i]` and `providers[i]` are what the numbers of a report mean.
#[must_use]
pub(crate) fn answers(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let rules: Vec<Value> = site
        .active
        .iter()
        .map(|rule| answer(site, rule, language))
        .collect();
    let providers: Vec<Value> = site
        .data()
        .providers
        .iter()
        .map(|p| json!({ "id": p.id.value, "name": p.name, "kind": p.kind }))
        .collect();
    let mut wallets = Map::new();
    for wallet in &site.data().wallets {
        if let Some(w) = wallet.words.get(language) {
            wallets.insert(
                wallet.id.value.clone(),
                json!({
                    "name": w.name,
                    "pays_in": w.pays_in,
                    "seen_by": w.seen_by,
                    "where": w.where_,
                    "pays_for": w.pays_for,
                    "never_pays_for": w.never_pays_for,
                    "never": wallet.never.iter().map(|id| &id.value).collect::<Vec<_>>(),
                    "checks": already_paid::checks(site, wallet, language)
                        .into_iter()
                        .map(|c| [c.title, c.text])
                        .collect::<Vec<_>>(),
                    "rates": wallet.rates.iter().filter_map(|r| rate(site, r, language)).collect::<Vec<_>>(),
                    "page": site.href(language, &format!("/wallets/#{}", wallet.id.value)),
                }),
            );
        }
    }
    let paid = ["heading", "intro", "none", "none_text"]
        .map(|key| (format!("paid_{key}"), Value::from(ui.word("paid", key))));
    let asks = ui.words.get("ask").into_iter().flatten();
    let asks = asks.map(|(key, word)| (format!("ask_{key}"), Value::from(word.value.join(" "))));
    let words: Map<String, Value> = ui
        .words
        .get("diagnose")
        .into_iter()
        .flatten()
        .map(|(key, word)| (key.clone(), Value::from(word.value.join(" "))))
        .chain(paid)
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
        "version": 1,
        "lang": language,
        "rules": rules,
        "providers": providers,
        "wallets": wallets,
        "models": models,
        "moved": moved,
        "words": words,
    })
    .to_string()
}

/// What one unit of a wallet costs, with where that stands; nothing where sources disagree, since a sum of money would look
/// exact.
fn rate(site: &Site<'_>, rate: &WalletRate, language: &str) -> Option<Value> {
    let figure = site
        .figure(&rate.figure.value)
        .filter(|f| f.disputed.is_empty() && f.unit.value.starts_with("usd-per-"))?;
    let source = site.figure_source(&figure.provenance.source.value)?;
    Some(json!({
        "provider": rate.provider.as_ref().map(|p| &p.value),
        "usd": figure.text,
        "name": figure.name.get(language),
        "source": source.title,
        "checked": figure.provenance.checked.to_string(),
    }))
}

fn answer(site: &Site<'_>, rule: &RuleDoc, language: &str) -> Value {
    let ui = site.ui(language);
    let path = rule.path();
    let reader = Reader {
        site,
        language,
        path: &path,
    };
    let Some((_, words)) = site.words(&rule.texts, language) else {
        return Value::Null;
    };
    let body = html::body(&reader, words);
    let cause = rule.rule.cause.as_ref().map_or("", |c| c.value);
    let actor = rule.rule.actor.as_ref().map_or("", |a| a.value);
    let retry = rule.rule.retry.as_ref().map_or("", |r| r.value);
    let provider = rule.rule.provider.as_ref().map(|p| &p.value);
    let wallet = rule.rule.wallet.as_ref().map(|w| &w.value);
    let lookalikes: Vec<usize> = rule
        .rule
        .lookalikes
        .iter()
        .filter_map(|id| site.active.iter().position(|r| r.id == id.value))
        .collect();
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("id", json!(rule.id));
    put("cause", json!(cause));
    put("causeTitle", json!(ui.word("cause", cause)));
    put("provider", json!(provider));
    put(
        "providerName",
        json!(provider.map(|id| site.section_name(id, language))),
    );
    put("wallet", json!(wallet));
    put(
        "walletName",
        json!(
            wallet
                .and_then(|id| site.wallet(id))
                .and_then(|w| w.words.get(language))
                .map(|w| &w.name)
        ),
    );
    put("actor", json!(actor));
    put("actorText", json!(ui.word("actor", actor)));
    put("retry", json!(retry));
    put("retryText", json!(ui.word("retry", retry)));
    put("title", json!(words.front.title.value));
    put("summary", json!(words.front.summary.value));
    put("codes", json!(codes(rule)));
    put("steps", json!(body.part("fix").map(|p| &p.steps)));
    for (key, section) in [
        ("cause_html", "cause"),
        ("verify_html", "verify"),
        ("already_paid_html", "already-paid"),
        ("not_this_html", "not-this"),
        ("ask_html", "ask"),
    ] {
        if let Some(part) = body.part(section) {
            put(key, json!(part.html.trim()));
        }
    }
    put("page", json!(site.href(language, &path)));
    put("lookalikes", json!(lookalikes));
    Value::Object(out)
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
    let path = rule.path();
    let reader = Reader {
        site,
        language,
        path: &path,
    };
    let Some((_, words)) = site.words(&rule.texts, language) else {
        return Vec::new();
    };
    let body: Body = html::body(&reader, words);
    body.part("fix")
        .map(|p| p.plain_steps.clone())
        .unwrap_or_default()
}

/// What would settle it where nothing but words speaks for this rule: its own question, or that of its cause. Plain text.
pub(crate) fn question(site: &Site<'_>, rule: &RuleDoc, language: &str) -> String {
    let path = rule.path();
    let reader = Reader {
        site,
        language,
        path: &path,
    };
    let own = site.words(&rule.texts, language).and_then(|(_, words)| {
        Some(
            html::body(&reader, words)
                .part("ask")?
                .plain
                .trim()
                .to_owned(),
        )
    });
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
