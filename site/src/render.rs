//! The site as files in memory: pages, twins, catalogue, sitemap and the rest. Templates are parsed once. Writes
//! nothing to the disk, reads nothing from it, decides nothing about content.

mod context;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use tera::{Context, Tera, Value};

use crate::answers;
use crate::assets;
use crate::html::{self, Reader, escape};
use crate::load::Edition;
use crate::model::{Section, Site};
use crate::parse::data::Wallet;
use crate::parse::markdown::Markdown;
use crate::parse::{PageDoc, PageKind, RuleDoc};
use crate::tables::date_in_words;
use crate::twin;
use context::{
    Alternate, DiagnoserContext, ExampleContext, Link, NavContext, NavPage, PageContext, Permalink,
    ProviderContext, RuleCard, RuleContext, SectionContext, SiteContext, SourceContext, Switch,
    TermContext, TocEntry, WalletContext,
};

/// Everything is refused but what the site itself serves.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
                   connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";

/// For files whose address changes with their bytes.
const IMMUTABLE: &str = "Cache-Control: public, max-age=31536000, immutable";

/// Files by path below the target folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A template that cannot be rendered.
#[derive(Debug)]
pub struct RenderError(String);

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenderError {}

impl From<tera::Error> for RenderError {
    fn from(error: tera::Error) -> RenderError {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            text.push_str(": ");
            text.push_str(&next.to_string());
            cause = next.source();
        }
        RenderError(text)
    }
}

/// Templates, parsed.
#[derive(Debug)]
pub struct Templates(Tera);

impl Templates {
    /// Parses the templates inside the program.
    ///
    /// # Errors
    /// With the template's name and line.
    pub fn new() -> Result<Templates, RenderError> {
        let mut tera = Tera::new();
        tera.add_raw_templates(assets::TEMPLATES.iter().copied())?;
        Ok(Templates(tera))
    }
}

/// Renders the whole site. `pack` is the compiled rules.
///
/// # Errors
/// If a template asks for what its page does not have.
pub fn render(site: &Site<'_>, templates: &Templates, pack: &[u8]) -> Result<Files, RenderError> {
    let mut out = Renderer::new(site, templates, pack);
    for language in site.languages() {
        out.language(&language.code)?;
    }
    out.choose()?;
    out.not_found()?;
    out.permalinks()?;
    out.plain_files();
    Ok(out.files)
}

struct Renderer<'s, 'a> {
    site: &'s Site<'a>,
    templates: &'s Templates,
    files: Files,
    site_value: Value,
    ui: BTreeMap<String, Value>,
    /// Pages for the sitemap: address without language, and whether search engines may keep it.
    listed: Vec<String>,
    /// Folder of the pack and the answers.
    data: String,
}

impl<'s, 'a> Renderer<'s, 'a> {
    fn new(site: &'s Site<'a>, templates: &'s Templates, pack: &[u8]) -> Self {
        let mut files = Files::new();
        // Code and data have folders of their own: a new rule leaves every page as it was but those with the box.
        let code: Vec<(&str, &[u8])> = assets::STATIC
            .iter()
            .copied()
            .chain([
                ("diagnoser.js", assets::GLUE),
                ("diagnoser_bg.wasm", assets::MODULE),
            ])
            .filter(|(_, bytes)| !bytes.is_empty())
            .collect();
        let folder = format!("assets/{}", assets::digest(code.iter().copied()));
        for (name, bytes) in &code {
            files.insert(format!("{folder}/{name}"), bytes.to_vec());
        }
        let mut data: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        data.insert("rules.pack".to_owned(), pack.to_vec());
        for language in site.languages() {
            data.insert(
                format!("answers.{}.json", language.code),
                answers::answers(site, &language.code).into_bytes(),
            );
        }
        let data_folder = format!(
            "assets/{}",
            assets::digest(data.iter().map(|(n, b)| (n.as_str(), b.as_slice())))
        );
        for (name, bytes) in data {
            files.insert(format!("{data_folder}/{name}"), bytes);
        }
        let context = SiteContext {
            title: site.docs.config.title.clone(),
            base: site.base.clone(),
            origin: site.origin.clone(),
            assets: format!("{}/{folder}", site.base),
            files: code.iter().map(|(name, _)| (*name).to_owned()).collect(),
            internal: site.edition == Edition::Internal,
            default_language: site.default_language().to_owned(),
            repository: site.docs.config.repository.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            csp: CSP.to_owned(),
        };
        let ui = site
            .languages()
            .iter()
            .map(|l| (l.code.clone(), ui_value(site, &l.code)))
            .collect();
        Renderer {
            site,
            templates,
            files,
            site_value: Value::from_serializable(&context),
            ui,
            listed: Vec::new(),
            data: format!("{}/{data_folder}", site.base),
        }
    }

    fn language(&mut self, language: &str) -> Result<(), RenderError> {
        self.home(language)?;
        self.diagnose(language)?;
        self.articles(language, PageKind::Guide)?;
        self.articles(language, PageKind::Runbook)?;
        self.errors(language)?;
        self.wallets(language)?;
        self.glossary(language)
    }

    /// Renders `template` to the page's address and puts its twin beside it.
    fn page(
        &mut self,
        template: &str,
        page: &PageContext,
        extra: &[(&'static str, Value)],
        twin: Option<String>,
    ) -> Result<(), RenderError> {
        let mut context = Context::new();
        context.insert_value("site", self.site_value.clone());
        if let Some(ui) = self.ui.get(&page.lang) {
            context.insert_value("ui", ui.clone());
        }
        context.insert("page", page);
        context.insert("nav", &self.nav(page));
        for (name, value) in extra {
            context.insert_value(*name, value.clone());
        }
        let html = self.templates.0.render(template, &context)?;
        let folder = format!("{}{}", page.lang, page.path);
        self.files
            .insert(format!("{folder}index.html"), html.into_bytes());
        if let Some(twin) = twin {
            self.files
                .insert(format!("{folder}index.md"), twin.into_bytes());
        }
        if page.lang == self.site.default_language() && !page.internal {
            self.listed.push(page.path.clone());
        }
        Ok(())
    }

    /// What every page has.
    fn base(
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

    /// Shows where a page has no words in its own language, and asks search engines to keep the original.
    fn fallback(&self, page: &mut PageContext, text_language: &str) {
        if text_language == page.lang {
            return;
        }
        let label = self
            .site
            .languages()
            .iter()
            .find(|l| l.code == text_language)
            .map_or(text_language, |l| &l.label);
        page.untranslated =
            self.site
                .ui(&page.lang)
                .fill("page", "untranslated", &[("language", label)]);
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
            let pages: Vec<&str> = match id {
                // Their lists hold all published pages, whether site.toml orders them or not.
                "guides" | "runbooks" => {
                    let list = if id == "guides" {
                        &site.guides
                    } else {
                        &site.runbooks
                    };
                    list.iter()
                        .filter(|p| !p.internal)
                        .map(|p| p.path.as_str())
                        .collect()
                }
                _ => section.pages.iter().map(|p| p.value.as_str()).collect(),
            };
            let index = format!("/{id}/");
            let own_index = matches!(id, "guides" | "runbooks" | "errors" | "diagnose");
            let href = if own_index {
                index.clone()
            } else {
                pages
                    .first()
                    .map_or_else(|| "/".to_owned(), |p| (*p).to_owned())
            };
            let current = !page.internal
                && ((own_index && page.path.starts_with(&index))
                    || pages.iter().any(|p| page.path.starts_with(p)));
            out.push(NavContext {
                id: id.to_owned(),
                label: ui.word("nav", id),
                href: site.href(&page.lang, &href),
                current,
                // Only the pages of the section one is in: a page must not grow with the site.
                pages: if current {
                    self.nav_pages(page, &pages)
                } else {
                    Vec::new()
                },
            });
        }
        if site.edition == Edition::Internal {
            let pages: Vec<&str> = site
                .guides
                .iter()
                .chain(&site.runbooks)
                .filter(|p| p.internal)
                .map(|p| p.path.as_str())
                .collect();
            if let Some(first) = pages.first() {
                let current = page.internal;
                out.push(NavContext {
                    id: "internal".to_owned(),
                    label: ui.word("nav", "internal"),
                    href: site.href(&page.lang, first),
                    current,
                    pages: if current {
                        self.nav_pages(page, &pages)
                    } else {
                        Vec::new()
                    },
                });
            }
        }
        out
    }

    fn nav_pages(&self, page: &PageContext, paths: &[&str]) -> Vec<NavPage> {
        paths
            .iter()
            .map(|path| NavPage {
                title: self.title(path, &page.lang),
                href: self.site.href(&page.lang, path),
                current: page.path == *path,
            })
            .collect()
    }

    /// The title of any page.
    fn title(&self, path: &str, language: &str) -> String {
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
            "diagnose" | "guides" | "runbooks" | "errors" | "wallets" | "glossary" => {
                ui.word("nav", inner)
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

    fn link(&self, path: &str, language: &str) -> Link {
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
            .unwrap_or_default();
        Link {
            title: self.title(path, language),
            href: self.site.href(language, path),
            summary,
        }
    }

    fn crumbs(&self, language: &str, paths: &[&str]) -> Vec<Link> {
        std::iter::once("/")
            .chain(paths.iter().copied())
            .map(|path| self.link(path, language))
            .collect()
    }

    fn diagnoser(&self, language: &str) -> DiagnoserContext {
        let site = self.site;
        let ui = site.ui(language);
        let examples = site
            .docs
            .config
            .examples
            .iter()
            .filter_map(|example| {
                let rule = site.rule(&example.rule.value)?;
                let paste = rule.rule.examples.iter().find(|e| e.hit)?;
                Some(ExampleContext {
                    label: ui.word("diagnose", &example.word.value),
                    paste: paste.paste.value.clone(),
                })
            })
            .collect();
        DiagnoserContext {
            pack: format!("{}/rules.pack", self.data),
            answers: format!("{}/answers.{language}.json", self.data),
            catalogue: site.href(language, "/errors/"),
            examples,
        }
    }

    fn home(&mut self, language: &str) -> Result<(), RenderError> {
        let site = self.site;
        let ui = site.ui(language);
        let (title, summary) = (ui.word("home", "title"), ui.word("home", "summary"));
        let page = self.base("home", language, "/", &title, &summary);
        let guides = self.list(&site.guides, language);
        let runbooks = self.list(&site.runbooks, language);
        let common: Vec<RuleCard> = site
            .docs
            .config
            .common
            .iter()
            .filter_map(|id| site.rule(&id.value))
            .map(|r| self.card(r, language))
            .collect();
        let mut twin = twin::head(&title, &summary);
        for (word, list) in [("guides", &guides), ("runbooks", &runbooks)] {
            twin.push_str(&format!("\n## {}\n\n", ui.word("nav", word)));
            for link in list {
                twin::item(
                    &mut twin,
                    &link.title,
                    &format!("{}{}index.md", site.origin, link.href),
                    &link.summary,
                );
            }
        }
        twin.push_str(&format!("\n## {}\n\n", ui.word("nav", "reference")));
        for path in ["/errors/", "/wallets/", "/glossary/"] {
            let address = format!("{}index.md", site.absolute(language, path));
            twin::item(&mut twin, &self.title(path, language), &address, "");
        }
        let extra = [
            ("guides", value(&guides)),
            ("runbooks", value(&runbooks)),
            ("common", value(&common)),
            ("wallets", value(&self.wallet_list(language, false))),
            ("providers", value(&self.provider_list(language, false))),
            ("error_count", value(&site.rules.len())),
            ("diagnoser", value(&self.diagnoser(language))),
        ];
        self.page("home.html", &page, &extra, Some(twin))
    }

    fn diagnose(&mut self, language: &str) -> Result<(), RenderError> {
        let ui = self.site.ui(language);
        let (title, summary) = (ui.word("diagnose", "title"), ui.word("diagnose", "summary"));
        let mut page = self.base("diagnose", language, "/diagnose/", &title, &summary);
        page.breadcrumbs = self.crumbs(language, &[]);
        let mut twin = twin::head(&title, &summary);
        twin.push('\n');
        let address = format!("{}index.md", self.site.absolute(language, "/errors/"));
        twin::item(&mut twin, &self.title("/errors/", language), &address, "");
        let extra = [("diagnoser", value(&self.diagnoser(language)))];
        self.page("diagnose.html", &page, &extra, Some(twin))
    }

    fn list(&self, pages: &[&PageDoc], language: &str) -> Vec<Link> {
        pages
            .iter()
            .filter(|p| !p.internal)
            .map(|p| self.link(&p.path, language))
            .collect()
    }

    fn articles(&mut self, language: &str, kind: PageKind) -> Result<(), RenderError> {
        let site = self.site;
        let ui = site.ui(language);
        let folder = kind.folder();
        let pages = if kind == PageKind::Guide {
            &site.guides
        } else {
            &site.runbooks
        };
        let index = format!("/{folder}/");
        let (title, summary) = (
            ui.word("nav", folder),
            ui.word("home", &format!("{folder}_text")),
        );
        let mut page = self.base(folder, language, &index, &title, &summary);
        page.breadcrumbs = self.crumbs(language, &[]);
        let links = self.list(pages, language);
        let mut twin = twin::head(&title, &summary);
        twin.push('\n');
        for link in &links {
            twin::item(
                &mut twin,
                &link.title,
                &format!("{}{}index.md", site.origin, link.href),
                &link.summary,
            );
        }
        self.page("list.html", &page, &[("pages", value(&links))], Some(twin))?;

        for (n, doc) in pages.iter().enumerate() {
            let Some((text_language, words)) = site.words(&doc.texts, language) else {
                continue;
            };
            let reader = Reader {
                site,
                language,
                path: &doc.path,
            };
            let front = &words.front;
            let mut page = self.base(
                if kind == PageKind::Guide {
                    "guide"
                } else {
                    "runbook"
                },
                language,
                &doc.path,
                &front.title.value,
                &front.summary.value,
            );
            self.fallback(&mut page, text_language);
            page.internal = doc.internal;
            page.breadcrumbs = if doc.internal {
                self.crumbs(language, &[])
            } else {
                self.crumbs(language, &[&index])
            };
            page.toc = toc(words);
            page.html = html::body(&reader, words).html(&reader);
            page.tasks = words.steps.iter().filter(|s| s.task).count();
            let same = |other: &&&PageDoc| other.internal == doc.internal;
            page.previous = n
                .checked_sub(1)
                .and_then(|n| pages.get(n))
                .filter(same)
                .map(|p| self.link(&p.path, language));
            page.next = pages
                .get(n + 1)
                .filter(same)
                .map(|p| self.link(&p.path, language));
            if let Some(date) = front.updated {
                page.updated = date_in_words(ui, date);
                page.updated_iso = date.to_string();
            }
            page.sources = self.sources(words, language);
            let mut twin = twin::head(&front.title.value, &front.summary.value);
            twin.push_str(&twin::body(&reader, words));
            self.page("article.html", &page, &[], Some(twin))?;
        }
        // Images lie beside the texts and are shared by all languages.
        if language == site.default_language() {
            for doc in pages {
                self.images(&doc.folder, &doc.path);
            }
        }
        Ok(())
    }

    fn images(&mut self, folder: &str, path: &str) {
        let prefix = format!("{folder}/");
        for (file, bytes) in self.site.source.images.range(prefix.clone()..) {
            let Some(name) = file.strip_prefix(&prefix) else {
                break;
            };
            self.files
                .insert(format!("media{path}{name}"), bytes.clone());
        }
    }

    /// The sources that the front matter names.
    fn sources(&self, words: &Markdown, language: &str) -> Vec<SourceContext> {
        let ui = self.site.ui(language);
        words
            .front
            .sources
            .iter()
            .filter_map(|id| self.site.figure_source(&id.value))
            .map(|source| SourceContext {
                title: format!("{}: {}", source.publisher, source.title),
                href: public(&source.url.value),
                checked: String::new(),
                confidence: if public(&source.url.value).is_empty() {
                    ui.word("page", "source_seed")
                } else {
                    String::new()
                },
            })
            .collect()
    }

    fn card(&self, rule: &RuleDoc, language: &str) -> RuleCard {
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
                .wallet(wallet)
                .and_then(|w| w.words.get(language))
                .map(|w| w.name.clone())
                .unwrap_or_default(),
            actor: actor.to_owned(),
            actor_label: ui.word("actor", actor),
            retired: r.is_retired(),
        }
    }

    fn provider(&self, section: &Section<'_>, language: &str, with_rules: bool) -> ProviderContext {
        let ui = self.site.ui(language);
        let kind = section.provider.map_or("generic", |p| p.kind);
        ProviderContext {
            id: section.id.to_owned(),
            name: self.site.section_name(section.id, language),
            kind: kind.to_owned(),
            kind_label: ui.word("kind", kind),
            url: section
                .provider
                .and_then(|p| p.url.as_ref())
                .map(|u| u.value.clone())
                .unwrap_or_default(),
            href: self
                .site
                .href(language, &format!("/errors/{}/", section.id)),
            count: section.rules.len(),
            rules: if with_rules {
                section
                    .rules
                    .iter()
                    .map(|r| self.card(r, language))
                    .collect()
            } else {
                Vec::new()
            },
        }
    }

    fn provider_list(&self, language: &str, with_rules: bool) -> Vec<ProviderContext> {
        self.site
            .sections
            .iter()
            .map(|s| self.provider(s, language, with_rules))
            .collect()
    }

    fn errors(&mut self, language: &str) -> Result<(), RenderError> {
        let site = self.site;
        let ui = site.ui(language);
        let (title, summary) = (ui.word("errors", "title"), ui.word("errors", "summary"));
        let mut page = self.base("errors", language, "/errors/", &title, &summary);
        page.breadcrumbs = self.crumbs(language, &[]);
        let providers = self.provider_list(language, true);
        let mut twin = twin::head(&title, &summary);
        for provider in &providers {
            twin.push_str(&format!("\n## {}\n\n", provider.name));
            twin.push_str(&self.cards_twin(&provider.rules));
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
        self.page("errors.html", &page, &extra, Some(twin))?;

        for section in &site.sections {
            let provider = self.provider(section, language, true);
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
            let mut page = self.base("provider", language, &path, &title, &summary);
            page.breadcrumbs = self.crumbs(language, &["/errors/"]);
            let mut twin = twin::head(&title, &summary);
            twin.push('\n');
            twin.push_str(&self.cards_twin(&provider.rules));
            let extra = [
                ("provider", value(&provider)),
                ("providers", value(&self.provider_list(language, false))),
            ];
            self.page("provider.html", &page, &extra, Some(twin))?;
            for rule in &section.rules {
                self.rule(rule, language)?;
                if language == site.default_language() {
                    self.images(&format!("errors/{}", rule.id), &rule.path());
                }
            }
        }
        Ok(())
    }

    fn cards_twin(&self, cards: &[RuleCard]) -> String {
        let mut out = String::new();
        for card in cards {
            let codes = if card.codes.is_empty() {
                String::new()
            } else {
                format!("{}: ", card.codes.join(", "))
            };
            let address = format!("{}{}index.md", self.site.origin, card.href);
            twin::item(
                &mut out,
                &format!("{codes}{}", card.title),
                &address,
                &card.summary,
            );
        }
        out
    }

    fn rule(&mut self, rule: &RuleDoc, language: &str) -> Result<(), RenderError> {
        let site = self.site;
        let ui = site.ui(language);
        let Some((text_language, words)) = site.words(&rule.texts, language) else {
            return Ok(());
        };
        let path = rule.path();
        let reader = Reader {
            site,
            language,
            path: &path,
        };
        let card = self.card(rule, language);
        let mut page = self.base("rule", language, &path, &card.title, &card.summary);
        self.fallback(&mut page, text_language);
        let section_path = format!("/errors/{}/", rule.section);
        page.breadcrumbs = self.crumbs(language, &["/errors/", &section_path]);
        let body = html::body(&reader, words);
        page.toc = toc(words);
        let r = &rule.rule;
        let likelihood = r
            .when
            .iter()
            .map(|w| w.likelihood)
            .max()
            .unwrap_or_default()
            .as_str();
        let retry = r.retry.as_ref().map_or("", |x| x.value);
        let links = |ids: &[crate::parse::At<String>]| -> Vec<Link> {
            ids.iter()
                .filter(|id| site.rule(&id.value).is_some())
                .map(|id| self.link(&format!("/errors/{}/", id.value), language))
                .collect()
        };
        let one = |id: &Option<crate::parse::At<String>>| links(id.as_slice()).into_iter().next();
        let context = RuleContext {
            likelihood: likelihood.to_owned(),
            likelihood_label: ui.word("diagnose", &format!("likelihood_{likelihood}")),
            likelihood_text: ui.word("diagnose", &format!("likelihood_{likelihood}_text")),
            retry: retry.to_owned(),
            retry_label: ui.word("retry", retry),
            retry_text: ui.word("retry", &format!("{retry}_text")),
            actor_text: ui.word("actor", &format!("{}_text", card.actor)),
            wallet: site
                .wallet(&card.wallet)
                .and_then(|w| self.wallet(w, language, false)),
            status: r.status.as_ref().map_or("", |s| s.value).to_owned(),
            since: r
                .since
                .as_ref()
                .map(|d| date_in_words(ui, d.value))
                .unwrap_or_default(),
            replaced_by: one(&r.replaced_by),
            variant_of: one(&r.variant_of),
            verdict: r.verdict.as_ref().map_or("match", |v| v.value).to_owned(),
            candidates: links(&r.candidates),
            lookalikes: links(&r.lookalikes),
            lead_html: body.lead.clone(),
            sections: body
                .sections
                .iter()
                .map(|part| SectionContext {
                    id: part.id.clone(),
                    title_html: part.title.clone(),
                    html: part.html.clone(),
                })
                .collect(),
            examples: r
                .examples
                .iter()
                .filter(|e| e.hit)
                .map(|e| e.paste.value.clone())
                .collect(),
            sources: r
                .sources
                .iter()
                .map(|source| SourceContext {
                    title: match source.url.value.strip_prefix("https://") {
                        Some(rest) => rest.trim_end_matches('/').to_owned(),
                        None => ui.word("page", "source_seed"),
                    },
                    href: public(&source.url.value),
                    checked: source.checked.value.to_string(),
                    confidence: ui.word("confidence", source.confidence),
                })
                .collect(),
            permalinks: r
                .codes
                .iter()
                .map(|code| Permalink {
                    code: code.value.clone(),
                    href: format!(
                        "{}/e/{}/",
                        site.base,
                        crate::model::permalink_name(&rule.section, &code.value)
                    ),
                })
                .collect(),
            card,
        };
        let twin = twin::rule(site, rule, language);
        let extra = [
            ("rule", value(&context)),
            ("providers", value(&self.provider_list(language, false))),
        ];
        self.page("rule.html", &page, &extra, twin)
    }

    fn wallet(&self, wallet: &Wallet, language: &str, with_rules: bool) -> Option<WalletContext> {
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
        })
    }

    fn wallet_list(&self, language: &str, with_rules: bool) -> Vec<WalletContext> {
        self.site
            .data()
            .wallets
            .iter()
            .filter_map(|w| self.wallet(w, language, with_rules))
            .collect()
    }

    fn wallets(&mut self, language: &str) -> Result<(), RenderError> {
        let ui = self.site.ui(language);
        let (title, summary) = (ui.word("wallets", "title"), ui.word("wallets", "summary"));
        let mut page = self.base("wallets", language, "/wallets/", &title, &summary);
        page.breadcrumbs = self.crumbs(language, &[]);
        let wallets = self.wallet_list(language, true);
        page.toc = wallets
            .iter()
            .map(|w| TocEntry {
                id: w.id.clone(),
                title: w.name.clone(),
                level: 2,
            })
            .collect();
        let mut twin = twin::head(&title, &summary);
        for w in &wallets {
            twin.push_str(&format!("\n## {}\n\n", w.name));
            for (key, text) in [
                ("pays_in", &w.pays_in),
                ("seen_by", &w.seen_by),
                ("where", &w.where_),
                ("pays_for", &w.pays_for),
                ("never_pays_for", &w.never_pays_for),
            ] {
                twin.push_str(&format!("- {}: {text}\n", ui.word("wallets", key)));
            }
        }
        self.page(
            "wallets.html",
            &page,
            &[("wallets", value(&wallets))],
            Some(twin),
        )
    }

    fn glossary(&mut self, language: &str) -> Result<(), RenderError> {
        let site = self.site;
        let ui = site.ui(language);
        let (title, summary) = (ui.word("glossary", "title"), ui.word("glossary", "summary"));
        let mut page = self.base("glossary", language, "/glossary/", &title, &summary);
        page.breadcrumbs = self.crumbs(language, &[]);
        let mut terms: Vec<TermContext> = site
            .data()
            .terms
            .iter()
            .filter_map(|term| {
                let words = term.words.get(language)?;
                Some(TermContext {
                    id: term.id.value.clone(),
                    name: words.name.value.clone(),
                    text: words.text.value.clone(),
                    see: term
                        .see
                        .iter()
                        .map(|path| {
                            let (page, anchor) = split_anchor(&path.value);
                            let mut link = self.link(page, language);
                            link.href.push_str(anchor);
                            link
                        })
                        .collect(),
                })
            })
            .collect();
        terms.sort_by_key(|t| (t.name.to_lowercase(), t.id.clone()));
        let mut twin = twin::head(&title, &summary);
        for term in &terms {
            twin.push_str(&format!("\n## {}\n\n{}\n", term.name, term.text));
        }
        self.page(
            "glossary.html",
            &page,
            &[("terms", value(&terms))],
            Some(twin),
        )
    }

    /// A page without a language of its own: `/`, `/404.html`, `/e/...`. Its interface is in the default language, its
    /// words in all of them.
    fn bare(&self, kind: &str, title: &str, summary: &str) -> PageContext {
        let language = self.site.default_language();
        let mut page = self.base(kind, language, "/", title, summary);
        page.markdown = String::new();
        page
    }

    fn render_bare(
        &mut self,
        template: &str,
        file: &str,
        page: &PageContext,
        extra: &[(&'static str, Value)],
    ) -> Result<(), RenderError> {
        let mut context = Context::new();
        context.insert_value("site", self.site_value.clone());
        if let Some(ui) = self.ui.get(&page.lang) {
            context.insert_value("ui", ui.clone());
        }
        context.insert("page", page);
        context.insert("nav", &self.nav(page));
        let all: BTreeMap<&str, Value> = self
            .ui
            .iter()
            .map(|(l, v)| (l.as_str(), v.clone()))
            .collect();
        context.insert("all_ui", &all);
        for (name, value) in extra {
            context.insert_value(*name, value.clone());
        }
        let html = self.templates.0.render(template, &context)?;
        self.files.insert(file.to_owned(), html.into_bytes());
        Ok(())
    }

    fn choose(&mut self) -> Result<(), RenderError> {
        let ui = self.site.ui(self.site.default_language());
        let mut page = self.bare(
            "choose",
            &ui.word("home", "title"),
            &ui.word("home", "summary"),
        );
        page.url = format!("{}/", self.site.base);
        page.canonical = page.x_default.clone();
        for language in &mut page.languages {
            language.current = false;
        }
        self.render_bare("choose.html", "index.html", &page, &[])
    }

    fn not_found(&mut self) -> Result<(), RenderError> {
        let ui = self.site.ui(self.site.default_language());
        let mut page = self.bare(
            "notfound",
            &ui.word("notfound", "title"),
            &ui.word("notfound", "text"),
        );
        page.noindex = true;
        page.alternates.clear();
        page.canonical = String::new();
        page.x_default = String::new();
        for language in &mut page.languages {
            language.current = false;
        }
        self.render_bare("404.html", "404.html", &page, &[])
    }

    fn permalinks(&mut self) -> Result<(), RenderError> {
        let site = self.site;
        for (name, rule) in &site.permalinks {
            let default = site.default_language();
            let path = rule.path();
            let targets: Vec<PermalinkTarget> = site
                .languages()
                .iter()
                .filter_map(|l| {
                    let (_, words) = site.words(&rule.texts, &l.code)?;
                    Some(PermalinkTarget {
                        lang: l.code.clone(),
                        label: l.label.clone(),
                        title: words.front.title.value.clone(),
                        summary: words.front.summary.value.clone(),
                        href: site.href(&l.code, &path),
                    })
                })
                .collect();
            let Some(first) = targets
                .iter()
                .find(|t| t.lang == default)
                .or(targets.first())
            else {
                continue;
            };
            let mut page = self.bare("permalink", &first.title, &first.summary);
            page.url = format!("{}/e/{name}/", site.base);
            page.canonical = site.absolute(&first.lang, &path);
            page.alternates.clear();
            page.x_default = String::new();
            for switch in &mut page.languages {
                switch.href = site.href(&switch.lang, &path);
                switch.current = false;
            }
            let extra = [("targets", value(&targets)), ("name", value(name))];
            self.render_bare(
                "permalink.html",
                &format!("e/{name}/index.html"),
                &page,
                &extra,
            )?;
        }
        Ok(())
    }

    fn plain_files(&mut self) {
        let site = self.site;
        let internal = site.edition == Edition::Internal;
        let address = |path: &str| format!("{}{}{path}", site.origin, site.base);
        self.files.insert(
            "errors.json".to_owned(),
            answers::catalogue(site).into_bytes(),
        );
        self.files.insert(".nojekyll".to_owned(), Vec::new());
        let robots = if internal {
            "User-agent: *\nDisallow: /\n".to_owned()
        } else {
            format!(
                "User-agent: *\nAllow: /\n\nSitemap: {}\n",
                address("/sitemap.xml")
            )
        };
        self.files
            .insert("robots.txt".to_owned(), robots.into_bytes());
        if !internal {
            let sitemap = self.sitemap();
            self.files
                .insert("sitemap.xml".to_owned(), sitemap.into_bytes());
        }
        let llms = self.llms();
        self.files.insert("llms.txt".to_owned(), llms.into_bytes());
        let base = &site.base;
        let robots_header = if internal {
            "  X-Robots-Tag: noindex, nofollow\n"
        } else {
            ""
        };
        // Hosts match these against the path they serve, which may or may not hold the base path.
        let assets = if base.is_empty() {
            String::new()
        } else {
            format!("\n{base}/assets/*\n  {IMMUTABLE}\n")
        };
        let headers = format!(
            "/*\n  Content-Security-Policy: {CSP}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  \
             Referrer-Policy: no-referrer\n  Cross-Origin-Opener-Policy: same-origin\n{robots_header}\n\
             /assets/*\n  {IMMUTABLE}\n{assets}"
        );
        self.files
            .insert("_headers".to_owned(), headers.into_bytes());
    }

    fn sitemap(&self) -> String {
        let site = self.site;
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
        );
        let mut paths = self.listed.clone();
        paths.sort();
        for path in &paths {
            let alternates: String = site
                .languages()
                .iter()
                .map(|l| {
                    format!(
                        "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                        l.code,
                        escape(&site.absolute(&l.code, path))
                    )
                })
                .collect();
            let default = if path == "/" {
                format!("{}{}/", site.origin, site.base)
            } else {
                site.absolute(site.default_language(), path)
            };
            for language in site.languages() {
                out.push_str(&format!(
                    "<url><loc>{}</loc>{alternates}<xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"{}\"/></url>\n",
                    escape(&site.absolute(&language.code, path)),
                    escape(&default)
                ));
            }
        }
        out.push_str("</urlset>\n");
        out
    }

    fn llms(&self) -> String {
        let site = self.site;
        let default = site.default_language();
        let ui = site.ui(default);
        let mut out = format!(
            "# {}\n\n> {}\n",
            site.docs.config.title,
            ui.word("home", "summary")
        );
        for language in site.languages() {
            out.push_str(&format!("\n## {}\n\n", language.label));
            for path in [
                "/",
                "/guides/",
                "/runbooks/",
                "/errors/",
                "/wallets/",
                "/glossary/",
            ] {
                let address = format!("{}index.md", site.absolute(&language.code, path));
                twin::item(&mut out, &self.title(path, &language.code), &address, "");
            }
        }
        out.push_str(&format!(
            "\n## JSON\n\n- [errors.json]({}{}/errors.json)\n",
            site.origin, site.base
        ));
        out
    }
}

#[derive(Serialize)]
struct PermalinkTarget {
    lang: String,
    label: String,
    title: String,
    summary: String,
    href: String,
}

fn value<T: Serialize + ?Sized>(of: &T) -> Value {
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

fn toc(words: &Markdown) -> Vec<TocEntry> {
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
fn public(url: &str) -> String {
    if url.starts_with("https://") {
        url.to_owned()
    } else {
        String::new()
    }
}

fn split_anchor(path: &str) -> (&str, &str) {
    match path.find('#') {
        Some(at) => path.split_at(at),
        None => (path, ""),
    }
}
