//! The catalogue: all errors, those of one provider, one error.

use super::context::{
    Link, Permalink, ProviderContext, RuleCard, RuleContext, Sample, SectionContext, SourceContext,
    When,
};
use super::piece::{Page, Piece, images};
use super::shared::{Shared, public, toc, value};
use super::{RenderError, support};
use crate::html::{self, Part, Reader};
use crate::model::{Section, Site, permalink_name};
use crate::parse::data::PROVIDERS;
use crate::parse::markdown::Markdown;
use crate::parse::rule::{RuleFile, RuleSource};
use crate::parse::ui::Ui;
use crate::parse::{At, RuleDoc};
use crate::tables::date_in_words;
use crate::twin;

pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let site = shared.site;
    let mut out = Vec::new();
    for language in site.languages() {
        let language = language.code.as_str();
        out.push(Piece::page(language, "/errors/", move |shared| {
            catalogue(shared, language)
        }));
        for section in &site.sections {
            let path = format!("/errors/{}/", section.id);
            out.push(Piece::page(language, &path, move |shared| {
                section_page(shared, section, language)
            }));
        }
        for rule in &site.rules {
            if let Some((text_language, words)) = site.words(&rule.texts, language) {
                out.push(Piece::page(language, &rule.path(), move |shared| {
                    error(shared, rule, language, text_language, words)
                }));
            }
        }
    }
    for rule in &site.rules {
        out.extend(images(site, &format!("errors/{}", rule.id), &rule.path()));
    }
    out
}

fn catalogue(shared: &Shared<'_>, language: &str) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let (title, summary) = (ui.word("errors", "title"), ui.word("errors", "summary"));
    let mut page = shared.base("errors", language, "/errors/", &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &[]);
    let providers = provider_list(shared, language, true);
    let mut twin = twin::head(&title, &summary);
    for provider in &providers {
        twin.push_str(&format!("\n## {}\n\n", provider.name));
        twin.push_str(&cards_twin(site, &provider.rules));
    }
    let causes: Vec<(String, String)> = diagnoser::CAUSES
        .iter()
        .filter(|c| {
            providers
                .iter()
                .any(|p| p.rules.iter().any(|r| r.cause == **c))
        })
        .map(|c| ((*c).to_owned(), ui.word("cause", c)))
        .collect();
    let extra = [
        ("providers", value(&providers)),
        ("causes", value(&causes)),
        ("error_count", value(&site.rules.len())),
    ];
    Ok(Page {
        html: shared.render("errors.html", &page, &extra)?,
        twin,
    })
}

/// The errors of one provider, or of unknown senders.
fn section_page(
    shared: &Shared<'_>,
    section: &Section<'_>,
    language: &str,
) -> Result<Page, RenderError> {
    let site = shared.site;
    let ui = site.ui(language);
    let provider = provider(shared, section, language, true);
    let path = format!("/errors/{}/", section.id);
    let title = format!(
        "{}: {}",
        provider.name,
        ui.word("errors", "title").to_lowercase()
    );
    let summary = if section.provider.is_none() {
        ui.word("errors", "generic_text")
    } else {
        ui.fill(
            "home",
            "count_errors",
            &[("count", &provider.count.to_string())],
        )
    };
    let mut page = shared.base("provider", language, &path, &title, &summary);
    page.breadcrumbs = shared.crumbs(language, &["/errors/"]);
    let mut twin = twin::head(&title, &summary);
    twin.push('\n');
    twin.push_str(&cards_twin(site, &provider.rules));
    shared.checked(
        &mut page,
        section
            .rules
            .iter()
            .flat_map(|r| &r.rule.sources)
            .map(|s| s.checked.value),
    );
    if section.provider.is_some() {
        page.edit = shared.edit(PROVIDERS);
    }
    let extra = [
        ("provider", value(&provider)),
        ("providers", value(&provider_list(shared, language, false))),
    ];
    Ok(Page {
        html: shared.render("provider.html", &page, &extra)?,
        twin,
    })
}

/// One error; its text may be in another language than its interface.
fn error(
    shared: &Shared<'_>,
    rule: &RuleDoc,
    language: &str,
    text_language: &str,
    words: &Markdown,
) -> Result<Page, RenderError> {
    let site = shared.site;
    let card = shared.card(rule, language);
    let mut page = shared.base("rule", language, &rule.path(), &card.title, &card.summary);
    page.updated_iso = rule
        .rule
        .since
        .as_ref()
        .map(|since| since.value.to_string())
        .unwrap_or_default();
    let folder = format!("errors/{}", rule.id);
    shared.translation(&mut page, &folder, &rule.texts, text_language);
    let section_path = format!("/errors/{}/", rule.section);
    page.breadcrumbs = shared.crumbs(language, &["/errors/", &section_path]);
    page.toc = toc(words);
    page.edit = shared.edit(&words.file);
    // What anybody can read decides; an early document of the project only where there is nothing else.
    let checked = |own: bool| {
        let of = move |s: &&RuleSource| public(&s.url.value).is_empty() == own;
        let sources = rule.rule.sources.iter().filter(of);
        sources.map(|s| s.checked.value)
    };
    shared.checked(&mut page, checked(true));
    shared.checked(&mut page, checked(false));
    let section = site.sections.iter().find(|s| s.id == rule.section);
    let rules = section.map_or(&[][..], |s| &s.rules);
    let beside = |n: Option<usize>| Some(shared.link(&rules.get(n?)?.path(), language));
    let place = rules.iter().position(|other| other.id == rule.id);
    page.previous = beside(place.and_then(|n| n.checked_sub(1)));
    page.next = beside(place.map(|n| n + 1));
    let extra = [
        ("rule", value(&context(shared, rule, language, words, card))),
        ("section", value(&shared.link(&section_path, language))),
        ("beside", value(&shared.nav_errors(&page, rules))),
        ("error_count", value(&rules.len())),
        ("support", support::beside(site, rule, language)),
    ];
    Ok(Page {
        html: shared.render("rule.html", &page, &extra)?,
        twin: twin::rule(site, rule, language, words),
    })
}

/// What the template of an error is given of its rule.
fn context(
    shared: &Shared<'_>,
    doc: &RuleDoc,
    language: &str,
    words: &Markdown,
    card: RuleCard,
) -> RuleContext {
    let site = shared.site;
    let ui = site.ui(language);
    let rule = &doc.rule;
    let reader = Reader {
        site,
        language,
        path: &doc.path(),
    };
    let body = html::body(&reader, words);
    let likelihood = rule
        .when
        .iter()
        .map(|w| w.likelihood)
        .max()
        .unwrap_or_default()
        .as_str();
    let retry = rule.retry.as_ref().map_or("", |x| x.value);
    let links = |ids: &[&str]| -> Vec<Link> {
        ids.iter()
            .filter(|id| site.rule(id).is_some())
            .map(|id| shared.link(&format!("/errors/{id}/"), language))
            .collect()
    };
    let one = |id: &Option<At<String>>| links(&named(id.as_slice())).into_iter().next();
    let lookalikes = shared.confusion().shown(&doc.id, &named(&rule.lookalikes));
    RuleContext {
        likelihood_label: ui.word("diagnose", &format!("likelihood_{likelihood}")),
        likelihood_text: ui.word("diagnose", &format!("likelihood_{likelihood}_text")),
        retry_label: ui.word("retry", retry),
        retry_text: ui.word("retry", &format!("{retry}_text")),
        wallet: site
            .wallet(&card.wallet)
            .and_then(|w| shared.wallet(w, language, false)),
        status: rule.status.as_ref().map_or("", |s| s.value).to_owned(),
        since: rule
            .since
            .as_ref()
            .map(|d| date_in_words(ui, d.value))
            .unwrap_or_default(),
        replaced_by: one(&rule.replaced_by),
        variant_of: one(&rule.variant_of),
        verdict: rule
            .verdict
            .as_ref()
            .map_or("match", |v| v.value)
            .to_owned(),
        candidates: links(&named(&rule.candidates)),
        lookalikes: links(&lookalikes),
        lead_html: body.lead,
        sections: body.sections.into_iter().map(section_context).collect(),
        examples: samples(rule, language),
        sources: rule.sources.iter().map(|s| source(ui, s)).collect(),
        permalinks: permalinks(site, doc),
        card,
    }
}

fn section_context(part: Part) -> SectionContext {
    SectionContext {
        id: part.id,
        title_html: part.title,
        html: part.html,
    }
}

/// Pastes that the rule is to recognise.
fn samples(rule: &RuleFile, language: &str) -> Vec<Sample> {
    let hits = rule.examples.iter().filter(|e| e.hit);
    hits.map(|e| Sample {
        text: e.paste.value.clone(),
        lang_html: html::lang_attribute(&e.paste.value, language).to_owned(),
    })
    .collect()
}

fn source(ui: &Ui, source: &RuleSource) -> SourceContext {
    SourceContext {
        title: match source.url.value.strip_prefix("https://") {
            Some(rest) => rest.trim_end_matches('/').to_owned(),
            None => ui.word("page", "source_seed"),
        },
        lang: "",
        href: public(&source.url.value),
        checked: Some(When::new(ui, source.checked.value)),
        confidence: ui.word("confidence", source.confidence),
    }
}

/// The address of each code of the error, which never changes.
fn permalinks(site: &Site<'_>, doc: &RuleDoc) -> Vec<Permalink> {
    let permalink = |code: &At<String>| {
        let name = permalink_name(&doc.section, &code.value);
        Permalink {
            code: code.value.clone(),
            href: format!("{}/e/{name}/", site.base),
        }
    };
    doc.rule.codes.iter().map(permalink).collect()
}

/// The ids as they stand.
fn named(ids: &[At<String>]) -> Vec<&str> {
    ids.iter().map(|id| id.value.as_str()).collect()
}

fn provider(
    shared: &Shared<'_>,
    section: &Section<'_>,
    language: &str,
    with_rules: bool,
) -> ProviderContext {
    let site = shared.site;
    let ui = site.ui(language);
    let kind = section.provider.map_or("generic", |p| p.kind);
    ProviderContext {
        id: section.id.to_owned(),
        name: site.section_name(section.id, language),
        kind: kind.to_owned(),
        kind_label: ui.word("kind", kind),
        url: section
            .provider
            .and_then(|p| p.url.as_ref())
            .map(|u| u.value.clone())
            .unwrap_or_default(),
        href: site.href(language, &format!("/errors/{}/", section.id)),
        count: section.rules.len(),
        rules: if with_rules {
            section
                .rules
                .iter()
                .map(|r| shared.card(r, language))
                .collect()
        } else {
            Vec::new()
        },
    }
}

pub(super) fn provider_list(
    shared: &Shared<'_>,
    language: &str,
    with_rules: bool,
) -> Vec<ProviderContext> {
    shared
        .site
        .sections
        .iter()
        .map(|s| provider(shared, s, language, with_rules))
        .collect()
}

fn cards_twin(site: &Site<'_>, cards: &[RuleCard]) -> String {
    let mut out = String::new();
    for card in cards {
        let codes = if card.codes.is_empty() {
            String::new()
        } else {
            format!("{}: ", card.codes.join(", "))
        };
        let address = format!("{}{}index.md", site.origin, card.href);
        twin::item(
            &mut out,
            &format!("{codes}{}", card.title),
            &address,
            &card.summary,
        );
    }
    out
}
