//! What templates see. One struct a thing, so that `templates/README.md` and the templates have one shape to follow.
//! Strings named `html` or `*_html` are finished HTML (`| safe`); all others are plain text and are escaped.

use serde::Serialize;

use crate::date::Date;
use crate::parse::ui::Ui;
use crate::tables::date_in_words;

/// `site`: the same on every page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SiteContext {
    /// Name of the site.
    pub(crate) title: String,
    /// Path in front of every address: empty or `/folder`.
    pub(crate) base: String,
    /// `https://host`.
    pub(crate) origin: String,
    /// Path of the folder with styles and scripts, no `/` at the end.
    pub(crate) assets: String,
    /// Names of the files in it, such as `site.js`.
    pub(crate) files: Vec<String>,
    /// The internal edition.
    pub(crate) internal: bool,
    /// Code of the default language.
    pub(crate) default_language: String,
    /// Address of the public repository.
    pub(crate) repository: Option<String>,
    /// Where a reader may say that an answer is wrong: address of a form for issues, or `mailto:`.
    pub(crate) feedback: Option<String>,
    /// Version of the program.
    pub(crate) version: String,
    /// Content-Security-Policy of every page.
    pub(crate) csp: String,
    /// What is going on, in each language; empty where nothing is.
    pub(crate) incident: Vec<IncidentContext>,
}

/// The banner of an incident.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct IncidentContext {
    pub(crate) lang: String,
    /// With the day.
    pub(crate) title: String,
    pub(crate) text: String,
    /// The runbook.
    pub(crate) href: String,
    pub(crate) link: String,
}

/// `page`: the page being written.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct PageContext {
    /// `home`, `diagnose`, `guides`, `guide`, `runbooks`, `runbook`, `errors`, `provider`, `rule`, `matrix`, `wallets`,
    /// `glossary`, `search`, `tools`, `tool`, `choose`, `permalink`, `moved`, `notfound`, `offline`.
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    /// Language code of the interface.
    pub(crate) lang: String,
    /// Language code of the text; another one where it is not translated.
    pub(crate) text_lang: String,
    /// Address without language, such as `/guides/units/`.
    pub(crate) path: String,
    /// Address on this site, with base path.
    pub(crate) url: String,
    /// Whole address that search engines keep.
    pub(crate) canonical: String,
    /// The page in each language, whole addresses; empty where there is none.
    pub(crate) alternates: Vec<Alternate>,
    /// Whole address for readers of any other language.
    pub(crate) x_default: String,
    /// The language switch.
    pub(crate) languages: Vec<Switch>,
    /// From the home page to the parent.
    pub(crate) breadcrumbs: Vec<Link>,
    /// Address of the Markdown twin; empty where there is none.
    pub(crate) markdown: String,
    /// Search engines are asked to leave the page out.
    pub(crate) noindex: bool,
    /// A sentence, where the page is shown in another language than its interface.
    pub(crate) translation: String,
    /// Headings of level 2 and 3.
    pub(crate) toc: Vec<TocEntry>,
    pub(crate) previous: Option<Link>,
    pub(crate) next: Option<Link>,
    /// Date in words.
    pub(crate) updated: String,
    /// Date as 2026-11-20.
    pub(crate) updated_iso: String,
    /// Day the facts of the page were last held against their sources; of several days the first and the last, and none where the
    /// page states no fact.
    pub(crate) checked: Vec<When>,
    /// Where the page's file is edited in the public repository; empty where there is none.
    pub(crate) edit: String,
    pub(crate) sources: Vec<SourceContext>,
    /// Only in the internal edition.
    pub(crate) internal: bool,
    /// The body.
    pub(crate) html: String,
    /// How many steps have a checkbox.
    pub(crate) tasks: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Alternate {
    pub(crate) lang: String,
    pub(crate) href: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Switch {
    pub(crate) lang: String,
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) summary: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TocEntry {
    pub(crate) id: String,
    /// Plain text.
    pub(crate) title: String,
    /// 2 or 3.
    pub(crate) level: u8,
}

/// `nav`: sections; only the current one has its pages.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NavContext {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) current: bool,
    /// Where there are many, those around the page.
    pub(crate) pages: Vec<NavPage>,
    /// Some are left out of `pages`; `href` leads to all.
    pub(crate) more: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct NavPage {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// A day for a reader, and for a program.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct When {
    /// `20 November 2026`, as the language has it.
    pub(crate) words: String,
    /// 2026-11-20.
    pub(crate) iso: String,
}

impl When {
    pub(crate) fn new(ui: &Ui, date: Date) -> When {
        When {
            words: date_in_words(ui, date),
            iso: date.to_string(),
        }
    }
}

/// Where facts come from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceContext {
    pub(crate) title: String,
    /// Language of the title where it is not that of the page.
    pub(crate) lang: &'static str,
    /// Empty where there is no public address.
    pub(crate) href: String,
    /// When it was last looked at, where the page names a date of it.
    pub(crate) checked: Option<When>,
    /// Word.
    pub(crate) confidence: String,
}

/// `rule`: the error a page is about.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleContext {
    pub(crate) card: RuleCard,
    /// The most that the diagnoser says of it.
    pub(crate) likelihood_label: String,
    pub(crate) likelihood_text: String,
    pub(crate) retry_label: String,
    pub(crate) retry_text: String,
    pub(crate) wallet: Option<WalletContext>,
    /// `stable` or `retired`.
    pub(crate) status: String,
    /// Date in words.
    pub(crate) since: String,
    pub(crate) replaced_by: Option<Link>,
    pub(crate) variant_of: Option<Link>,
    /// `match`, `opaque`, `ambiguous`.
    pub(crate) verdict: String,
    /// What it may really be, for the other two.
    pub(crate) candidates: Vec<Link>,
    pub(crate) lookalikes: Vec<Link>,
    /// Before the first section.
    pub(crate) lead_html: String,
    pub(crate) sections: Vec<SectionContext>,
    /// Pastes that are this error.
    pub(crate) examples: Vec<Sample>,
    pub(crate) sources: Vec<SourceContext>,
    /// Addresses under `/e/`, with base path.
    pub(crate) permalinks: Vec<Permalink>,
}

/// A paste that is shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sample {
    pub(crate) text: String,
    /// ` lang="..."` where it is in another language than the page, else empty.
    pub(crate) lang_html: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Permalink {
    pub(crate) code: String,
    pub(crate) href: String,
}

/// A section of a rule's page: `cause`, `fix`, `verify`, `already-paid`, `not-this`, `ask`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SectionContext {
    pub(crate) id: String,
    pub(crate) title_html: String,
    pub(crate) html: String,
}

/// An error in a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleCard {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) href: String,
    pub(crate) codes: Vec<String>,
    pub(crate) http_status: Vec<String>,
    pub(crate) cause: String,
    pub(crate) cause_label: String,
    /// Provider id or `generic`.
    pub(crate) section: String,
    pub(crate) provider_name: String,
    pub(crate) provider_href: String,
    /// Wallet id; empty where none is concerned.
    pub(crate) wallet: String,
    pub(crate) wallet_name: String,
    /// `end-user`, `operator`, `provider`.
    pub(crate) actor: String,
    pub(crate) actor_label: String,
    pub(crate) retired: bool,
}

/// A section of the catalogue.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProviderContext {
    /// Provider id or `generic`.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) kind_label: String,
    /// Public address; empty if unknown.
    pub(crate) url: String,
    pub(crate) href: String,
    pub(crate) count: usize,
    pub(crate) rules: Vec<RuleCard>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct WalletContext {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pays_in: String,
    pub(crate) seen_by: String,
    #[serde(rename = "where")]
    pub(crate) where_: String,
    pub(crate) pays_for: String,
    pub(crate) never_pays_for: String,
    /// Of the wallets page, at this wallet.
    pub(crate) href: String,
    /// Provider's name where only one company runs it; else empty.
    pub(crate) provider_name: String,
    /// Errors about it; only on the wallets page.
    pub(crate) rules: Vec<Link>,
    /// What to look at when it was topped up and the error stays.
    pub(crate) checks: Vec<crate::already_paid::Check>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TermContext {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) see: Vec<Link>,
}

/// `diagnoser`: what the box on a page needs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DiagnoserContext {
    pub(crate) pack: String,
    pub(crate) answers: String,
    pub(crate) explanations: String,
    pub(crate) catalogue: String,
    /// Of the page that a link to an answer opens.
    pub(crate) page: String,
    /// The wallet map, finished; the answer shows a copy of it.
    pub(crate) map_html: String,
    pub(crate) examples: Vec<ExampleContext>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ExampleContext {
    pub(crate) label: String,
    pub(crate) paste: String,
}

/// `support`: what staff have beside an answer. Only in the internal edition.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SupportContext {
    /// Slug of the reply.
    pub(crate) id: String,
    pub(crate) title: String,
    /// The reply in each language, that of the page first.
    pub(crate) texts: Vec<SupportText>,
    pub(crate) escalation: String,
    /// What not to say in this case.
    pub(crate) avoid: Vec<String>,
    /// Address of the whole list.
    pub(crate) list: String,
    pub(crate) has_list: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SupportText {
    pub(crate) lang: String,
    pub(crate) label: String,
    pub(crate) text: String,
}
