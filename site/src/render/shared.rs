//! What all pages share: the values of the templates, made once, and the parts that several kinds of pages show (links,
//! navigation, cards).

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tera::{Context, Value};

use super::context::{
    Alternate, DiagnoserContext, ExampleContext, Link, NavContext, NavPage, PageContext, RuleCard,
    SiteContext, Switch, TocEntry, WalletContext, When,
};
use super::matrix::Confusion;
use super::{RenderError, Templates, structured, support};
use crate::already_paid;
use crate::answers;
use crate::assets;
use crate::date::Date;
use crate::freshness::behind;
use crate::images::SOCIAL;
use crate::load::Edition;
use crate::model::{Site, is_draft};
use crate::parse::data::Wallet;
use crate::parse::markdown::Markdown;
use crate::parse::{PageDoc, RuleDoc};
use crate::tools;
use crate::wallet_map;

/// Everything is refused but what the site itself serves.
pub(super) const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
                   connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

/// The compiled rules in the data folder.
pub(super) const PACK: &str = "rules.pack";

/// How many articles the navigation beside a page shows at most, and how many errors, whose titles are longer.
const ARTICLES_BESIDE: usize = 24;
const ERRORS_BESIDE: usize = 14;

/// The site with what is the same on every page.
pub(super) struct Shared<'s> {
    pub(super) site: &'s Site<'s>,
    templates: &'s Templates,
    pack: &'s [u8],
    site_value: Value,
    /// By language; made when the first page in it asks.
    ui: BTreeMap<String, OnceLock<Value>>,
    /// Path of the data folder in the target, if it was made from the same.
    standing: Option<String>,
    data: OnceLock<DataFolder>,
    confusion: OnceLock<Confusion>,
}

/// The compiled rules and the words of the answers. They have a folder of their own, named by their bytes: a new rule
/// leaves every page as it was but those with the box.
pub(super) struct DataFolder {
    /// Path below the target folder.
    pub(super) path: String,
    /// By name.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl<'s> Shared<'s> {
    pub(super) fn new(site: &'s Site<'s>, templates: &'s Templates, pack: &'s [u8]) -> Shared<'s> {
        let context = SiteContext {
            title: site.docs.config.title.clone(),
            base: site.base.clone(),
            origin: site.origin.clone(),
            assets: format!("{}/{}", site.base, site.assets.folder),
            files: site
                .assets
                .files
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            internal: site.edition == Edition::Internal,
            default_language: site.default_language().to_owned(),
            repository: site.docs.config.repository.clone(),
            feedback: site.docs.config.feedback.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            csp: CSP.to_owned(),
            incident: support::incident(site),
        };
        let ui = site
            .languages()
            .iter()
            .map(|l| (l.code.clone(), OnceLock::new()))
            .collect();
        Shared {
            site,
            templates,
            pack,
            site_value: value(&context),
            ui,
            standing: None,
            data: OnceLock::new(),
            confusion: OnceLock::new(),
        }
    }

    /// The same over a target in which the data folder stands at `standing` as it would be made.
    pub(super) fn over(self, standing: Option<String>) -> Shared<'s> {
        Shared { standing, ..self }
    }

    /// Path of the data folder below the target folder.
    pub(super) fn data_path(&self) -> &str {
        match &self.standing {
            Some(path) => path,
            None => &self.data().path,
        }
    }

    /// Names of the files in the data folder.
    pub(super) fn data_files(&self) -> impl Iterator<Item = String> {
        let languages = self.site.languages().iter();
        let of_language = languages
            .flat_map(|l| [answers_file, explanations_file, tools_file].map(|name| name(&l.code)));
        iter::once(PACK.to_owned()).chain(of_language)
    }

    /// Made when the first page asks.
    pub(super) fn data(&self) -> &DataFolder {
        self.data.get_or_init(|| {
            let mut files = BTreeMap::new();
            files.insert(PACK.to_owned(), self.pack.to_vec());
            for language in self.site.languages() {
                files.insert(
                    answers_file(&language.code),
                    answers::answers(self.site, &language.code).into_bytes(),
                );
                files.insert(
                    explanations_file(&language.code),
                    answers::explanations(self.site, &language.code).into_bytes(),
                );
                files.insert(
                    tools_file(&language.code),
                    tools::asset(self.site, &language.code).into_bytes(),
                );
            }
            let digest = assets::digest(files.iter().map(|(n, b)| (n.as_str(), b.as_slice())));
            DataFolder {
                path: format!("assets/{digest}"),
                files,
            }
        })
    }

    /// The rules against the examples of the rules. Made when the first page asks.
    pub(super) fn confusion(&self) -> &Confusion {
        self.confusion
            .get_or_init(|| Confusion::new(self.site, self.pack))
    }

    /// Renders `template`; `extra` is what this kind of page has beside `site`, `ui`, `page` and `nav`.
    pub(super) fn render(
        &self,
        template: &str,
        page: &PageContext,
        extra: &[(&'static str, Value)],
    ) -> Result<String, RenderError> {
        let mut context = Context::new();
        context.insert_value("site", self.site_value.clone());
        if let Some(ui) = self.ui(&page.lang) {
            context.insert_value("ui", ui.clone());
        }
        context.insert("page", page);
        context.insert("structured", &structured::of(self.site, page)?);
        context.insert("social", &self.social(&page.lang));
        context.insert("nav", &self.nav(page));
        for (name, value) in extra {
            context.insert_value(*name, value.clone());
        }
        self.templates.render(template, &context)
    }

    /// The picture that a link to the site is shown with; none where the content has none.
    fn social(&self, language: &str) -> Option<Social> {
        let (site, path) = (self.site, social_image(language));
        let picture = site.source.pictures.get(&path)?;
        Some(Social {
            href: format!("{}{}/media/{path}", site.origin, site.base),
            width: picture.width,
            height: picture.height,
        })
    }

    /// The interface words of a language.
    fn ui(&self, language: &str) -> Option<&Value> {
        let ui = self.ui.get(language)?;
        Some(ui.get_or_init(|| ui_value(self.site, language)))
    }

    /// The interface words of all languages, for a page without a language of its own.
    pub(super) fn all_ui(&self) -> Value {
        let all: BTreeMap<&str, Value> = self
            .ui
            .keys()
            .filter_map(|l| Some((l.as_str(), self.ui(l)?.clone())))
            .collect();
        value(&all)
    }

    /// What every page has.
    pub(super) fn base(
        &self,
        kind: &str,
        language: &str,
        path: &str,
        title: &str,
        summary: &str,
    ) -> PageContext {
        let site = self.site;
        let internal = site.edition == Edition::Internal;
        PageContext {
            kind: kind.to_owned(),
            title: title.to_owned(),
            summary: summary.to_owned(),
            lang: language.to_owned(),
            text_lang: language.to_owned(),
            path: path.to_owned(),
            url: site.href(language, path),
            canonical: site.absolute(language, path),
            alternates: site
                .languages()
                .iter()
                .map(|l| Alternate {
                    lang: l.code.clone(),
                    href: site.absolute(&l.code, path),
                })
                .collect(),
            x_default: if path == "/" {
                format!("{}{}/", site.origin, site.base)
            } else {
                site.absolute(site.default_language(), path)
            },
            languages: site
                .languages()
                .iter()
                .map(|l| Switch {
                    lang: l.code.clone(),
                    label: l.label.clone(),
                    href: site.href(&l.code, path),
                    current: l.code == language,
                })
                .collect(),
            markdown: format!("{}index.md", site.href(language, path)),
            noindex: internal,
            ..PageContext::default()
        }
    }

    /// Says where a page has no words in its own language, and asks search engines to keep the original; or by how much its
    /// words are behind the original. `folder` is the page's in the content, `texts` its words in all languages.
    pub(super) fn translation(
        &self,
        page: &mut PageContext,
        folder: &str,
        texts: &BTreeMap<String, Arc<Markdown>>,
        text_language: &str,
    ) {
        let site = self.site;
        let ui = site.ui(&page.lang);
        let label = |code: &str| -> String {
            site.languages()
                .iter()
                .find(|l| l.code == code)
                .map_or_else(|| code.to_owned(), |l| l.label.clone())
        };
        if text_language == page.lang {
            let changed = behind(site.docs, site.source, folder, texts, text_language).len();
            if changed > 0 {
                page.translation = ui.fill(
                    "page",
                    "outdated",
                    &[
                        ("count", &changed.to_string()),
                        ("language", &label(site.default_language())),
                    ],
                );
            }
            return;
        }
        page.translation = ui.fill(
            "page",
            "untranslated",
            &[("language", &label(text_language))],
        );
        page.text_lang = text_language.to_owned();
        page.canonical = self.site.absolute(text_language, &page.path);
        page.noindex = true;
        page.alternates.retain(|a| a.lang != page.lang);
    }

    fn nav(&self, page: &PageContext) -> Vec<NavContext> {
        let site = self.site;
        let ui = site.ui(&page.lang);
        let mut out = Vec::new();
        for section in &site.docs.config.navigation {
            let id = section.section.value.as_str();
            let pages = || {
                let listed = section.pages.iter().map(|p| p.value.as_str());
                listed.filter(|path| !site.docs.pages.get(*path).is_some_and(is_draft))
            };
            let index = format!("/{id}/");
            let articles = matches!(id, "guides" | "runbooks");
            let own_index = articles || matches!(id, "errors" | "diagnose" | "tools");
            let href = if own_index {
                index.clone()
            } else {
                pages().next().unwrap_or("/").to_owned()
            };
            let current = !page.internal
                && ((own_index && page.path.starts_with(&index))
                    || (!articles && pages().any(|p| page.path.starts_with(p))));
            // Only the pages of the section one is in: a page must not grow with the site.
            let (pages, more) = match (current, articles) {
                (false, _) => (Vec::new(), false),
                (true, true) => self.nav_articles(page, &index),
                (true, false) => (self.nav_pages(page, pages()), false),
            };
            out.push(NavContext {
                id: id.to_owned(),
                label: ui.word("nav", id),
                href: site.href(&page.lang, &href),
                current,
                pages,
                more,
            });
        }
        if site.edition == Edition::Internal {
            let mut pages = site
                .guides
                .iter()
                .chain(&site.runbooks)
                .filter(|p| p.internal)
                .map(|p| p.path.as_str())
                .peekable();
            if let Some(first) = pages.peek().copied() {
                out.push(NavContext {
                    id: "internal".to_owned(),
                    label: ui.word("nav", "internal"),
                    href: site.href(&page.lang, first),
                    current: page.internal,
                    pages: if page.internal {
                        self.nav_pages(page, pages)
                    } else {
                        Vec::new()
                    },
                    more: false,
                });
            }
        }
        out
    }

    /// The articles beside a page, after the section that holds them; of a section's own page, those in it. `root` is
    /// the list of the kind.
    fn nav_articles(&self, page: &PageContext, root: &str) -> (Vec<NavPage>, bool) {
        let site = self.site;
        let own = site.groups.contains_key(page.path.as_str());
        let (group, at) = match site.place(&page.path) {
            Some(place) if !own => place,
            _ if own => (page.path.as_str(), 0),
            _ => (root, 0),
        };
        let all = site.groups.get(group).map_or(&[][..], Vec::as_slice);
        let shown = around(all, at, ARTICLES_BESIDE);
        let section = (group != root).then_some(group);
        let paths = section
            .into_iter()
            .chain(shown.iter().map(|p| p.path.as_str()));
        (self.nav_pages(page, paths), shown.len() < all.len())
    }

    /// The errors beside one of a provider, as [`Self::nav_articles`] has the articles.
    pub(super) fn nav_errors(&self, page: &PageContext, rules: &[&RuleDoc]) -> Vec<NavPage> {
        let at = rules.iter().position(|r| r.path() == page.path);
        let paths: Vec<String> = around(rules, at.unwrap_or(0), ERRORS_BESIDE)
            .iter()
            .map(|r| r.path())
            .collect();
        self.nav_pages(page, paths.iter().map(String::as_str))
    }

    fn nav_pages<'p>(
        &self,
        page: &PageContext,
        paths: impl Iterator<Item = &'p str>,
    ) -> Vec<NavPage> {
        paths
            .map(|path| NavPage {
                title: self.title(path, &page.lang),
                href: self.site.href(&page.lang, path),
                current: page.path == path,
            })
            .collect()
    }

    /// The title of any page.
    pub(super) fn title(&self, path: &str, language: &str) -> String {
        let site = self.site;
        let ui = site.ui(language);
        if let Some(page) = site.docs.pages.get(path)
            && let Some((_, words)) = site.words(&page.texts, language)
        {
            return words.front.title.value.clone();
        }
        let inner = path.trim_matches('/');
        match inner {
            "" => ui.word("nav", "home"),
            "diagnose" | "guides" | "runbooks" | "errors" | "wallets" | "glossary" | "search"
            | "tools" => ui.word("nav", inner),
            _ if let Some(tool) = inner.strip_prefix("tools/") => {
                ui.word("tools", &format!("{tool}_title"))
            }
            "errors/matrix" => ui.word("matrix", "title"),
            _ if let Some(provider) = inner.strip_prefix("errors/matrix/") => {
                let provider = site.section_name(provider, language);
                ui.fill("matrix", "of", &[("provider", &provider)])
            }
            _ => match inner.strip_prefix("errors/") {
                Some(id) => match site.rule(id).and_then(|r| site.words(&r.texts, language)) {
                    Some((_, words)) => words.front.title.value.clone(),
                    None => site.section_name(id, language),
                },
                None => inner.to_owned(),
            },
        }
    }

    pub(super) fn link(&self, path: &str, language: &str) -> Link {
        let summary = self
            .site
            .docs
            .pages
            .get(path)
            .map(|p| &p.texts)
            .or_else(|| {
                let id = path.trim_matches('/').strip_prefix("errors/")?;
                self.site.rule(id).map(|r| &r.texts)
            })
            .and_then(|texts| self.site.words(texts, language))
            .map(|(_, words)| words.front.summary.value.clone())
            .or_else(|| {
                let tool = path.trim_matches('/').strip_prefix("tools/")?;
                let word = format!("{tool}_summary");
                Some(self.site.ui(language).word("tools", &word))
            })
            .unwrap_or_default();
        Link {
            title: self.title(path, language),
            href: self.site.href(language, path),
            summary,
        }
    }

    pub(super) fn crumbs(&self, language: &str, paths: &[&str]) -> Vec<Link> {
        std::iter::once("/")
            .chain(paths.iter().copied())
            .map(|path| self.link(path, language))
            .collect()
    }

    pub(super) fn diagnoser(&self, language: &str) -> DiagnoserContext {
        let site = self.site;
        let ui = site.ui(language);
        let examples = site
            .docs
            .config
            .examples
            .iter()
            .filter_map(|example| {
                let rule = site.rule(&example.rule.value)?;
                let first = || Some(&rule.rule.examples.iter().find(|e| e.hit)?.paste.value);
                let paste = example.paste.get(language).or_else(first)?;
                Some(ExampleContext {
                    label: ui.word("diagnose", &example.word.value),
                    paste: paste.clone(),
                })
            })
            .collect();
        let data = |file: &str| format!("{}/{}/{file}", site.base, self.data_path());
        DiagnoserContext {
            pack: data(PACK),
            answers: data(&answers_file(language)),
            explanations: data(&explanations_file(language)),
            catalogue: site.href(language, "/errors/"),
            page: site.href(language, "/diagnose/"),
            map_html: wallet_map::svg(site, language),
            examples,
        }
    }
    /// Links to the articles, of which none is internal.
    pub(super) fn list(&self, pages: &[&PageDoc], language: &str) -> Vec<Link> {
        pages.iter().map(|p| self.link(&p.path, language)).collect()
    }
    pub(super) fn card(&self, rule: &RuleDoc, language: &str) -> RuleCard {
        let site = self.site;
        let ui = site.ui(language);
        let r = &rule.rule;
        let words = site.words(&rule.texts, language).map(|(_, w)| w);
        let cause = r.cause.as_ref().map_or("", |c| c.value);
        let actor = r.actor.as_ref().map_or("", |a| a.value);
        let wallet = r.wallet.as_ref().map_or("", |w| w.value.as_str());
        RuleCard {
            id: rule.id.clone(),
            title: words
                .map(|w| w.front.title.value.clone())
                .unwrap_or_default(),
            summary: words
                .map(|w| w.front.summary.value.clone())
                .unwrap_or_default(),
            href: site.href(language, &rule.path()),
            codes: r.codes.iter().map(|c| c.value.clone()).collect(),
            http_status: answers::statuses(rule)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            cause: cause.to_owned(),
            cause_label: ui.word("cause", cause),
            section: rule.section.clone(),
            provider_name: site.section_name(&rule.section, language),
            provider_href: site.href(language, &format!("/errors/{}/", rule.section)),
            wallet: wallet.to_owned(),
            wallet_name: site
                .wallet_name(rule, language)
                .map(str::to_owned)
                .unwrap_or_default(),
            actor: actor.to_owned(),
            actor_label: ui.word("actor", actor),
            retired: r.is_retired(),
        }
    }
    pub(super) fn wallet(
        &self,
        wallet: &Wallet,
        language: &str,
        with_rules: bool,
    ) -> Option<WalletContext> {
        let words = wallet.words.get(language)?;
        let id = &wallet.id.value;
        let rules = self
            .site
            .rules
            .iter()
            .filter(|r| with_rules && r.rule.wallet.as_ref().is_some_and(|w| w.value == *id))
            .map(|r| self.link(&r.path(), language))
            .collect();
        Some(WalletContext {
            id: id.clone(),
            name: words.name.clone(),
            pays_in: words.pays_in.clone(),
            seen_by: words.seen_by.clone(),
            where_: words.where_.clone(),
            pays_for: words.pays_for.clone(),
            never_pays_for: words.never_pays_for.clone(),
            href: self.site.href(language, &format!("/wallets/#{id}")),
            provider_name: wallet
                .provider
                .as_ref()
                .map(|p| self.site.section_name(&p.value, language))
                .unwrap_or_default(),
            rules,
            checks: already_paid::checks(self.site, wallet, language),
        })
    }

    /// Says when the facts of a page were last checked: of facts of several days the first and the last, since the page is as old as
    /// the oldest of them. Nothing is said of no fact.
    pub(super) fn checked(&self, page: &mut PageContext, dates: impl IntoIterator<Item = Date>) {
        let days: BTreeSet<Date> = dates.into_iter().collect();
        let ui = self.site.ui(&page.lang);
        let ends = [days.first(), days.last().filter(|_| days.len() > 1)];
        let ends: Vec<When> = ends
            .into_iter()
            .flatten()
            .map(|day| When::new(ui, *day))
            .collect();
        if !ends.is_empty() {
            page.checked = ends;
        }
    }

    /// Where `file`, a path below the content folder, is edited; empty without a public repository.
    pub(super) fn edit(&self, file: &str) -> String {
        match &self.site.docs.config.repository {
            // The content folder lies in the repository's root, as in the project that `resep init` begins.
            Some(repository) => format!(
                "{}/edit/main/content/{file}",
                repository.trim_end_matches('/')
            ),
            None => String::new(),
        }
    }

    pub(super) fn wallet_list(&self, language: &str, with_rules: bool) -> Vec<WalletContext> {
        self.site
            .data()
            .wallets
            .iter()
            .filter_map(|w| self.wallet(w, language, with_rules))
            .collect()
    }
}

/// Name of the file with the prices and the words of the tools.
pub(super) fn tools_file(language: &str) -> String {
    format!("tools.{language}.json")
}

/// Name of the words of the answers in a language.
fn answers_file(language: &str) -> String {
    format!("answers.{language}.json")
}

/// At most `count` of `all`, with number `at` in their middle where it can be.
fn around<T>(all: &[T], at: usize, count: usize) -> &[T] {
    let from = at
        .saturating_sub(count / 2)
        .min(all.len().saturating_sub(count));
    &all[from..(from + count).min(all.len())]
}

/// Name of what the answers have to say besides, in a language.
fn explanations_file(language: &str) -> String {
    format!("explanations.{language}.json")
}

pub(super) fn value<T: Serialize + ?Sized>(of: &T) -> Value {
    Value::from_serializable(of)
}

fn ui_value(site: &Site<'_>, language: &str) -> Value {
    let words: BTreeMap<&str, BTreeMap<&str, String>> = site
        .ui(language)
        .words
        .iter()
        .map(|(section, words)| {
            let words = words
                .iter()
                .map(|(key, word)| (key.as_str(), word.value.join(" ")))
                .collect();
            (section.as_str(), words)
        })
        .collect();
    value(&words)
}

/// The picture that a link to the site is shown with.
#[derive(Serialize)]
struct Social {
    /// Whole address.
    href: String,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
}

/// Path of a language's picture for links, below the content folder; 1200 by 630 pixels are what most places show.
pub(super) fn social_image(language: &str) -> String {
    format!("{SOCIAL}{language}.png")
}

pub(super) fn toc(words: &Markdown) -> Vec<TocEntry> {
    words
        .headings
        .iter()
        .filter(|h| matches!(h.level, 2 | 3))
        .map(|h| TocEntry {
            id: h.id.clone(),
            title: h.text.clone(),
            level: h.level,
        })
        .collect()
}

/// The address if readers can open it, else nothing.
pub(super) fn public(url: &str) -> String {
    if url.starts_with("https://") {
        url.to_owned()
    } else {
        String::new()
    }
}

pub(super) fn split_anchor(path: &str) -> (&str, &str) {
    match path.find('#') {
        Some(at) => path.split_at(at),
        None => (path, ""),
    }
}
