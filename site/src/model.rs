//! Documents that passed the checks, put together to a site: published pages with their addresses, the order of the
//! navigation, the rules of the pack, permalinks. Renders nothing; nothing after it validates again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assets::{self, Assets};
use crate::date::Date;
use crate::load::{Edition, Source};
use crate::parse::data::{Data, Figure, Provider, Source as FigureSource, Wallet};
use crate::parse::markdown::Markdown;
use crate::parse::site_toml::{Language, base_url};
use crate::parse::support::ReplyDoc;
use crate::parse::ui::Ui;
use crate::parse::{At, Docs, PageDoc, PageKind, RuleDoc};

/// What the command line decides about a build.
#[derive(Clone, Debug)]
pub struct Options {
    /// Public or internal.
    pub edition: Edition,
    /// Overrides `base_url` of site.toml; checked by the caller with [`crate::parse::site_toml`].
    pub base_url: Option<String>,
    /// Date of the build.
    pub today: Date,
    /// Nobody asked for that date, it is the system's: facts that have grown old are told but fail nothing, so that a commit which
    /// passed goes on passing.
    pub by_clock: bool,
}

/// A site, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The documents.
    pub docs: &'a Docs,
    /// The texts they were read from.
    pub source: &'a Source,
    /// Code, styles and icons.
    pub(crate) assets: Assets<'a>,
    /// Public or internal.
    pub edition: Edition,
    /// Date of the build.
    pub today: Date,
    /// `https://host`, no `/` at the end.
    pub origin: String,
    /// Path in front of every address: empty or `/folder`.
    pub base: String,
    /// Published guides and runbooks in reading order, by kind.
    pub guides: Vec<&'a PageDoc>,
    /// Published runbooks in reading order.
    pub runbooks: Vec<&'a PageDoc>,
    /// Published articles that lie in the same place, in reading order: under `/guides/` those in no section, under
    /// `/guides/billing/` those of that section. Internal ones are in none.
    pub groups: BTreeMap<&'a str, Vec<&'a PageDoc>>,
    /// The group of each article, and its number there.
    places: BTreeMap<&'a str, (&'a str, usize)>,
    /// Rules with a page, sorted by id.
    pub rules: Vec<&'a RuleDoc>,
    /// Rules of the pack, sorted by id. The index in a report is the index here.
    pub active: Vec<&'a RuleDoc>,
    /// Sections of the catalogue with their rules, in the catalogue's order.
    pub sections: Vec<Section<'a>>,
    /// `<provider>-<code>` to the rule that owns it.
    pub permalinks: BTreeMap<String, &'a RuleDoc>,
    /// Former address of a page to its present one, both without language.
    pub aliases: BTreeMap<&'a str, String>,
}

/// The rules of one provider, or those of unknown senders.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    /// Provider id or `generic`.
    pub id: &'a str,
    /// Nothing for `generic`.
    pub provider: Option<&'a Provider>,
    /// Sorted by first code, then id.
    pub rules: Vec<&'a RuleDoc>,
}

impl<'a> Site<'a> {
    /// Puts the documents together. Give it documents without errors: what does not fit is left out silently, since
    /// `check` has reported it.
    #[must_use]
    pub fn new(docs: &'a Docs, source: &'a Source, options: &Options) -> Site<'a> {
        let address = options
            .base_url
            .as_deref()
            .unwrap_or(&docs.config.base_url.value);
        let (origin, base) = base_url(address).unwrap_or_default();
        let rules = published(docs);
        let permalinks = rules
            .iter()
            .flat_map(|rule| permalink_names(rule).map(move |name| (name, *rule)))
            .collect();
        let (guides, runbooks) = (
            in_order(docs, PageKind::Guide),
            in_order(docs, PageKind::Runbook),
        );
        let mut groups: BTreeMap<&str, Vec<&PageDoc>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for page in guides.iter().chain(&runbooks).filter(|p| !p.internal) {
            let parent = parent(docs, page);
            let group = groups.entry(parent).or_default();
            places.insert(page.path.as_str(), (parent, group.len()));
            group.push(page);
        }
        Site {
            docs,
            source,
            assets: assets::of(source),
            edition: options.edition,
            today: options.today,
            origin,
            base,
            guides,
            runbooks,
            groups,
            places,
            sections: sections(docs, &rules),
            rules,
            active: diagnosed(docs),
            permalinks,
            aliases: aliases(docs),
        }
    }

    /// Languages in the order of the switch.
    #[must_use]
    pub fn languages(&self) -> &'a [Language] {
        &self.docs.config.languages
    }

    /// The language an address without one leads to.
    #[must_use]
    pub fn default_language(&self) -> &'a str {
        &self.docs.config.default_language
    }

    /// Interface words of a language.
    #[must_use]
    pub fn ui(&self, language: &str) -> &'a Ui {
        static NONE: Ui = Ui {
            words: BTreeMap::new(),
        };
        self.docs.ui.get(language).map_or(&NONE, |ui| ui)
    }

    /// Data files.
    #[must_use]
    pub fn data(&self) -> &'a Data {
        &self.docs.data
    }

    /// Path of an address without language on this site: `/base/id/guides/units/`.
    #[must_use]
    pub fn href(&self, language: &str, path: &str) -> String {
        format!("{}/{language}{path}", self.base)
    }

    /// The whole address with scheme and host.
    #[must_use]
    pub fn absolute(&self, language: &str, path: &str) -> String {
        format!("{}{}", self.origin, self.href(language, path))
    }

    /// The provider with this id.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&'a Provider> {
        self.data().providers.iter().find(|p| p.id.value == id)
    }

    /// The wallet with this id.
    #[must_use]
    pub fn wallet(&self, id: &str) -> Option<&'a Wallet> {
        self.data().wallets.iter().find(|w| w.id.value == id)
    }

    /// The name in `language` of the wallet that the error is about, if it is about one.
    #[must_use]
    pub fn wallet_name(&self, rule: &RuleDoc, language: &str) -> Option<&'a str> {
        let wallet = self.wallet(&rule.rule.wallet.as_ref()?.value)?;
        Some(&wallet.words.get(language)?.name)
    }

    /// The figure with this id.
    #[must_use]
    pub fn figure(&self, id: &str) -> Option<&'a Figure> {
        self.data().figures.iter().find(|f| f.id.value == id)
    }

    /// The source with this id.
    #[must_use]
    pub fn figure_source(&self, id: &str) -> Option<&'a FigureSource> {
        self.data().sources.iter().find(|s| s.id.value == id)
    }

    /// The published rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'a RuleDoc> {
        self.rules
            .binary_search_by(|r| r.id.as_str().cmp(id))
            .ok()
            .map(|n| self.rules[n])
    }

    /// The group that an article belongs to, and its number in it. Nothing for internal ones and for other pages.
    #[must_use]
    pub fn place(&self, path: &str) -> Option<(&'a str, usize)> {
        self.places.get(path).copied()
    }

    /// The sections around an article, from the outermost: `/guides/`, `/guides/billing/`. Nothing for internal ones.
    #[must_use]
    pub fn ancestors(&self, path: &str) -> Vec<&'a str> {
        let mut out = Vec::new();
        let mut at = self.place(path);
        while let Some((group, _)) = at {
            out.push(group);
            at = self.place(group);
        }
        out.reverse();
        out
    }

    /// The name of a catalogue section in a language.
    #[must_use]
    pub fn section_name(&self, id: &str, language: &str) -> String {
        match self.provider(id) {
            Some(provider) => provider.name.clone(),
            None => self.ui(language).word("errors", "generic"),
        }
    }

    /// The words of a page in `language`, else in the default language, else in any; with the language they are in.
    #[must_use]
    pub fn words<'t>(
        &self,
        texts: &'t BTreeMap<String, Arc<Markdown>>,
        language: &str,
    ) -> Option<(&'t str, &'t Markdown)> {
        texts
            .get_key_value(language)
            .or_else(|| texts.get_key_value(self.default_language()))
            .or_else(|| texts.iter().next())
            .map(|(code, words)| (code.as_str(), &**words))
    }

    /// The whole text of the file that `words` were read from.
    #[must_use]
    pub fn text(&self, words: &Markdown) -> &'a str {
        self.source
            .texts
            .get(&words.file)
            .map_or("", |text| &**text)
    }
}

/// Rules with a page: those with words and no draft. Sorted by id.
pub(crate) fn published(docs: &Docs) -> Vec<&RuleDoc> {
    docs.rules
        .values()
        .filter(|rule| !rule.rule.is_draft() && !rule.texts.is_empty())
        .collect()
}

/// Rules of the pack in their order: published, not retired, with a cause. Everything that reads a report's rule numbers
/// must count in this list.
pub(crate) fn diagnosed(docs: &Docs) -> Vec<&RuleDoc> {
    published(docs)
        .into_iter()
        .filter(|rule| !rule.rule.is_retired() && rule.rule.cause.is_some())
        .collect()
}

/// The reply that belongs to a rule: one that names the rule, else one that names its wallet, else one that names its cause. A reply
/// that names rules or wallets as well as causes is for those alone.
pub(crate) fn reply_for<'d>(docs: &'d Docs, rule: &RuleDoc) -> Option<(&'d str, &'d ReplyDoc)> {
    let is = |list: &[At<String>], value: Option<&str>| {
        value.is_some_and(|v| list.iter().any(|x| x.value == v))
    };
    let cause = rule.rule.cause.as_ref().map(|c| c.value);
    let wallet = rule.rule.wallet.as_ref().map(|w| w.value.as_str());
    let rank = |doc: &ReplyDoc| -> Option<u8> {
        let r = &doc.reply;
        if is(&r.rules, Some(&rule.id)) {
            Some(0)
        } else if is(&r.wallets, wallet) && (r.causes.is_empty() || is(&r.causes, cause)) {
            Some(1)
        } else if r.rules.is_empty() && r.wallets.is_empty() && is(&r.causes, cause) {
            Some(2)
        } else {
            None
        }
    };
    docs.replies
        .iter()
        .filter_map(|(slug, doc)| Some((rank(doc)?, slug.as_str(), doc)))
        .min_by_key(|(rank, slug, _)| (*rank, *slug))
        .map(|(_, slug, doc)| (slug, doc))
}

/// `<provider>-<code>` for each code that the rule owns.
pub fn permalink_names(rule: &RuleDoc) -> impl Iterator<Item = String> + '_ {
    rule.rule
        .codes
        .iter()
        .map(|code| permalink_name(&rule.section, &code.value))
}

/// An address holds lower-case letters, digits and hyphens only.
pub(crate) fn permalink_name(section: &str, code: &str) -> String {
    let mut out = String::from(section);
    let mut gap = true;
    for c in code.chars() {
        if c.is_ascii_alphanumeric() {
            if gap {
                out.push('-');
                gap = false;
            }
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// Former address to present one.
pub(crate) fn aliases(docs: &Docs) -> BTreeMap<&str, String> {
    let pages = docs
        .pages
        .values()
        .filter(|page| !is_draft(page))
        .map(|page| (page.path.clone(), &page.texts));
    let rules = published(docs)
        .into_iter()
        .map(|rule| (rule.path(), &rule.texts));
    pages
        .chain(rules)
        .flat_map(|(path, texts)| {
            texts
                .values()
                .flat_map(|words| &words.front.aliases)
                .map(move |alias| (alias.value.as_str(), path.clone()))
        })
        .collect()
}

pub(crate) fn is_draft(page: &PageDoc) -> bool {
    page.texts.values().any(|t| t.front.draft)
}

/// Whether a page is on the site.
fn is_published(page: &PageDoc) -> bool {
    !page.texts.is_empty() && !is_draft(page)
}

/// The published section that a page lies in; else the list of its kind.
fn parent<'a>(docs: &'a Docs, page: &'a PageDoc) -> &'a str {
    let root = page.kind.root();
    let mut at = page.path.as_str();
    while let Some(slash) = at.trim_end_matches('/').rfind('/') {
        at = &at[..=slash];
        if at.len() <= root.len() {
            break;
        }
        if let Some(section) = docs.pages.get(at)
            && is_published(section)
            && section.internal == page.internal
        {
            return at;
        }
    }
    root
}

/// Pages of a kind in the order of the navigation; those it does not name follow by address. What lies in a section
/// follows its page.
fn in_order(docs: &Docs, kind: PageKind) -> Vec<&PageDoc> {
    let order: BTreeMap<&str, usize> = docs
        .config
        .navigation
        .iter()
        .flat_map(|s| &s.pages)
        .enumerate()
        .map(|(n, page)| (page.value.as_str(), n))
        .collect();
    let mut pages: Vec<&PageDoc> = docs
        .pages
        .values()
        .filter(|p| p.kind == kind && is_published(p))
        .collect();
    // A page comes after all that its sections come after.
    let key = |page: &PageDoc| {
        let mut key: Vec<(usize, String)> = Vec::new();
        let mut at = Some(page);
        while let Some(page) = at {
            let place = order.get(page.path.as_str()).copied().unwrap_or(usize::MAX);
            key.push((place, page.path.clone()));
            at = docs.pages.get(parent(docs, page));
        }
        key.reverse();
        (page.internal, key)
    };
    pages.sort_by_cached_key(|page| key(page));
    pages
}

fn sections<'a>(docs: &'a Docs, rules: &[&'a RuleDoc]) -> Vec<Section<'a>> {
    let ids: BTreeSet<&'a str> = rules.iter().map(|r| r.section.as_str()).collect();
    let order: BTreeMap<&str, usize> = docs
        .config
        .provider_order
        .iter()
        .enumerate()
        .map(|(n, id)| (id.value.as_str(), n))
        .collect();
    let mut out: Vec<Section<'a>> = ids
        .into_iter()
        .map(|id| {
            let mut rules: Vec<&RuleDoc> =
                rules.iter().copied().filter(|r| r.section == id).collect();
            rules.sort_by_key(|r| {
                let code = r.rule.codes.first().map(|c| c.value.clone());
                // Numbers by size, then other codes, then what has none.
                let number = code.as_deref().and_then(|c| c.parse::<u64>().ok());
                (
                    number.unwrap_or(u64::MAX),
                    code.is_none(),
                    code.unwrap_or_default(),
                    r.id.clone(),
                )
            });
            Section {
                id,
                provider: docs.data.providers.iter().find(|p| p.id.value == id),
                rules,
            }
        })
        .collect();
    out.sort_by_key(|s| {
        (
            order.get(s.id).copied().unwrap_or(usize::MAX),
            s.provider
                .map_or_else(String::new, |p| p.name.to_lowercase()),
        )
    });
    out
}

/// Every address without language that a link may name, with the anchors of its page.
#[must_use]
pub fn addresses(docs: &Docs) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in [
        "/",
        "/diagnose/",
        "/guides/",
        "/runbooks/",
        "/search/",
        "/errors/matrix/",
    ] {
        out.insert(path.to_owned(), BTreeSet::new());
    }
    for tool in crate::tools::of(docs) {
        out.insert("/tools/".to_owned(), BTreeSet::new());
        out.insert(format!("/tools/{tool}/"), BTreeSet::new());
    }
    let unread = || docs.data.unread.iter().cloned();
    let wallets = docs.data.wallets.iter().map(|w| w.id.value.clone());
    out.insert("/wallets/".to_owned(), wallets.chain(unread()).collect());
    let terms = docs.data.terms.iter().map(|t| t.id.value.clone());
    out.insert("/glossary/".to_owned(), terms.chain(unread()).collect());
    for page in docs.pages.values().filter(|p| !is_draft(p)) {
        let ids = page
            .texts
            .values()
            .flat_map(|t| t.headings.iter().map(|h| h.id.clone()))
            .collect();
        out.insert(page.path.clone(), ids);
    }
    let mut catalogue = BTreeSet::new();
    for rule in published(docs) {
        catalogue.insert(rule.section.clone());
        for list in ["/errors/", "/errors/matrix/"] {
            out.entry(format!("{list}{}/", rule.section)).or_default();
        }
        let mut ids: BTreeSet<String> = rule
            .texts
            .values()
            .flat_map(|t| t.headings.iter().map(|h| h.id.clone()))
            .collect();
        ids.extend(["examples", "sources"].map(str::to_owned));
        out.insert(rule.path(), ids);
        for name in permalink_names(rule) {
            out.insert(format!("/e/{name}/"), BTreeSet::new());
        }
    }
    out.insert("/errors/".to_owned(), catalogue);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_addresses() {
        assert_eq!(permalink_name("kling", "1102"), "kling-1102");
        assert_eq!(
            permalink_name("fal", "User is locked"),
            "fal-user-is-locked"
        );
        assert_eq!(permalink_name("x", "__A__b"), "x-a-b");
    }
}
