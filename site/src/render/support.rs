//! What the internal edition has beside each answer (the reply to the customer, the text for whoever can fix it, what not to
//! say), and the banner of an incident, which all editions have.

use serde_json::{Map, Value as Json, json};
use tera::Value;

use super::RenderError;
use super::context::{IncidentContext, SupportContext, SupportText};
use super::piece::Piece;
use super::shared::{Shared, value};
use crate::load::Edition;
use crate::model::Site;
use crate::parse::RuleDoc;
use crate::parse::markdown::Markdown;
use crate::parse::support::ReplyDoc;
use crate::tables::date_in_words;

/// `<language>/support.json`: the part of a page for each rule, for the answer in the box. Only in the internal edition.
pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let site = shared.site;
    if site.edition != Edition::Internal || site.docs.replies.is_empty() {
        return Vec::new();
    }
    site.languages()
        .iter()
        .map(|l| {
            Piece::file(format!("{}/support.json", l.code), |shared| {
                Ok(answers(shared, &l.code)?.into_bytes())
            })
        })
        .collect()
}

fn answers(shared: &Shared<'_>, language: &str) -> Result<String, RenderError> {
    let site = shared.site;
    let mut html: Vec<String> = Vec::new();
    let mut slugs: Vec<&str> = Vec::new();
    let mut rules = Map::new();
    for rule in &site.rules {
        let Some((slug, reply)) = reply_for(site, rule) else {
            continue;
        };
        let at = match slugs.iter().position(|s| *s == slug) {
            Some(at) => at,
            None => {
                let page = shared.base("support", language, "/", "", "");
                let support = support(site, slug, reply, language);
                html.push(shared.render("support.html", &page, &[("support", value(&support))])?);
                slugs.push(slug);
                html.len() - 1
            }
        };
        rules.insert(rule.id.clone(), Json::from(at));
    }
    Ok(json!({ "version": 1, "rules": rules, "html": html }).to_string())
}

/// What the page of a rule shows of its reply; null where there is none.
pub(super) fn beside(site: &Site<'_>, rule: &RuleDoc, language: &str) -> Value {
    match reply_for(site, rule) {
        Some((slug, reply)) => value(&support(site, slug, reply, language)),
        None => Value::none(),
    }
}

/// The narrowest reply: by rule, then by wallet, then by cause.
pub(crate) fn reply_for<'a>(site: &Site<'a>, rule: &RuleDoc) -> Option<(&'a str, &'a ReplyDoc)> {
    crate::model::reply_for(site.docs, rule)
}

fn support(site: &Site<'_>, slug: &str, reply: &ReplyDoc, language: &str) -> SupportContext {
    let mut languages: Vec<_> = site.languages().iter().collect();
    // The page's own language first.
    languages.sort_by_key(|l| l.code != language);
    let texts = languages
        .into_iter()
        .filter_map(|l| {
            let words = reply.texts.get(&l.code)?;
            Some(SupportText {
                lang: l.code.clone(),
                label: l.label.clone(),
                text: part(site, words, "reply"),
            })
        })
        .collect();
    let own = site.words(&reply.texts, language).map(|(_, words)| words);
    let text = |id: &str| own.map(|w| part(site, w, id)).unwrap_or_default();
    SupportContext {
        id: slug.to_owned(),
        title: own.map(|w| w.front.title.value.clone()).unwrap_or_default(),
        texts,
        escalation: text("escalation"),
        avoid: text("do-not-say")
            .lines()
            .filter_map(|line| line.strip_prefix("- "))
            .map(str::to_owned)
            .collect(),
        list: site.href(language, "/guides/do-not-say/"),
        has_list: site.docs.pages.contains_key("/guides/do-not-say/"),
    }
}

/// The text under a heading, as it is written: it is copied into a message and not into a page.
fn part(site: &Site<'_>, words: &Markdown, id: &str) -> String {
    let text = site.text(words);
    words
        .sections
        .iter()
        .find(|s| s.id.as_deref() == Some(id))
        .and_then(|s| text.get(s.span.clone()))
        .and_then(|s| s.split_once('\n'))
        .map(|(_, body)| body.trim().to_owned())
        .unwrap_or_default()
}

/// The banner in each language; nothing where the switch in site.toml is off.
pub(super) fn incident(site: &Site<'_>) -> Vec<IncidentContext> {
    let Some(incident) = &site.docs.config.incident else {
        return Vec::new();
    };
    site.languages()
        .iter()
        .map(|l| {
            let ui = site.ui(&l.code);
            let date = date_in_words(ui, incident.since.value);
            IncidentContext {
                lang: l.code.clone(),
                title: ui.fill("incident", "title", &[("date", &date)]),
                text: match incident.text.get(&l.code) {
                    Some(text) => text.value.clone(),
                    None => ui.word("incident", "text"),
                },
                href: site.href(&l.code, &incident.runbook.value),
                link: ui.word("incident", "runbook"),
            }
        })
        .collect()
}
